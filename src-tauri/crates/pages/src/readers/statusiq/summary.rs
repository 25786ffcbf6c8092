//! The summary: components in their groups, incidents, maintenances going on.

use std::collections::BTreeMap;

use crate::readers::Unreadable;
use crate::readers::components::{path_below, worse_than_its_parts};
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Json, Object, Place, Warnings, meaning};
use crate::readers::lists::{Once, less_skipped, objects};
use crate::readers::updates::oldest_first;
use crate::snapshot::{
    Component, Coverage, GroupName, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts,
    NamedComponent, PageIdentity, Snapshot, Update,
};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// What a document holds, if it is StatusIQ's summary.
pub(super) fn data<'j>(tree: &'j Json<'j>) -> Result<Object<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    let data = top
        .object("data")
        .ok_or_else(|| Unreadable::other_shape("no object called data"))?;
    let rows = data
        .list("current_status")
        .ok_or_else(|| Unreadable::other_shape("no list called current_status"))?;
    let is_row =
        |row: Object<'_>| row.get("component_status").is_some() || row.get("componentgroup_status").is_some();
    let has_rows = rows.iter().filter_map(Json::object).any(is_row);
    if has_rows || data.object("statuspage_details").is_some() {
        Ok(data)
    } else {
        Err(Unreadable::other_shape("no component with a status, and no page"))
    }
}

/// Reads the summary.
pub(super) fn read(tree: &Json<'_>, warnings: &mut Warnings) -> Result<Snapshot, Unreadable> {
    let data = data(tree)?;
    let top = Place::document("");
    let fields = Fields {
        object: data,
        place: top.key("data"),
    };
    let page = fields
        .object("statuspage_details", warnings)
        .map(|object| Fields {
            object,
            place: fields.place.key("statuspage_details"),
        });
    let components = components(&fields, warnings);
    let mut events = Events::of(&components.list);
    let open = events.take_open(&fields, warnings);
    let past = events.take_past(&fields, warnings);
    Ok(Snapshot {
        page: PageIdentity {
            id: page
                .as_ref()
                .and_then(|page| page.id("enc_statuspage_id", warnings))
                .map(Into::into),
            name: None,
            url: None,
        },
        overall: None,
        components: components.list,
        incidents: events.incidents.into_list(),
        maintenances: events.maintenances.into_list(),
        coverage: Coverage {
            components: components.listing,
            open_incidents: open,
            past_incidents: past,
            // Those that are merely announced are in a list of their own.
            open_maintenances: open.min(Listing::Partial),
            past_maintenances: Listing::Absent,
        },
        updated_at: page.and_then(|page| page.time("updated_at", warnings)),
    })
}

// --- Components -----------------------------------------------------------------------------------------------------

struct Components {
    list: Vec<Component>,
    listing: Listing,
}

fn components(data: &Fields<'_, '_>, warnings: &mut Warnings) -> Components {
    let mut all = Once::default();
    let mut derived = DerivedIds::default();
    let rows = data.list("current_status", warnings).unwrap_or_default();
    let mut skipped_parts = 0;
    let skipped = objects(
        rows,
        &data.place.key("current_status"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let parts = fields
                .list("componentgroup_components", warnings)
                .unwrap_or_default();
            let names_a_group = object
                .text("componentgroup_display_name")
                .is_some_and(|name| !name.is_empty());
            let is_group = !parts.is_empty()
                || fields.flag("is_group", warnings)
                || (names_a_group && object.get("component_status").is_none());
            if !is_group {
                let component = component(&fields, &COMPONENT, &[], &mut derived, warnings);
                all.put(&component.id.clone(), component, place, warnings);
                return;
            }
            let group = component(&fields, &GROUP, &[], &mut derived, warnings);
            let path = path_below(&group);
            let mut members = Vec::new();
            skipped_parts += objects(
                parts,
                &place.key("componentgroup_components"),
                warnings,
                |object, place, warnings| {
                    let fields = Fields {
                        object,
                        place: *place,
                    };
                    members.push(component(&fields, &COMPONENT, &path, &mut derived, warnings));
                },
            );
            // A group of which no member can be read is all that is known of them.
            let itself = if members.is_empty() {
                Some(group)
            } else {
                worse_than_its_parts(group, &members)
            };
            for component in itself.into_iter().chain(members) {
                all.put(&component.id.clone(), component, place, warnings);
            }
        },
    );
    Components {
        list: all.into_list(),
        listing: less_skipped(Listing::Complete, skipped + skipped_parts),
    }
}

/// The keys of a row.
struct Keys {
    id: &'static str,
    name: &'static str,
    status: &'static str,
}

const COMPONENT: Keys = Keys {
    id: "enc_component_id",
    name: "display_name",
    status: "component_status",
};

const GROUP: Keys = Keys {
    id: "enc_componentgroup_id",
    name: "componentgroup_display_name",
    status: "componentgroup_status",
};

fn component(
    fields: &Fields<'_, '_>,
    keys: &Keys,
    path: &[GroupName],
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Component {
    let name = fields.expected_text(keys.name, warnings).unwrap_or_default();
    let given = fields.id(keys.id, warnings);
    let parts: Vec<&str> = path.iter().map(|group| group.id.as_str()).chain([name]).collect();
    let id = derived.given_or_derived(given, (keys.id, &parts), &fields.place, warnings);
    let code = fields.id_or_number(keys.status, warnings);
    if code.is_none() {
        warnings.add(fields.place.key(keys.status), "missing");
    }
    let health = code
        .as_deref()
        .and_then(|code| meaning(code, HEALTHS, &fields.place.key(keys.status), warnings));
    Component {
        id,
        name: name.to_owned(),
        group: path.to_vec(),
        health: health.unwrap_or(Health::Unknown),
        raw: code,
        description: fields
            .text("desc", warnings)
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
    }
}

// --- Incidents and maintenances -------------------------------------------------------------------------------------

/// The incidents and maintenances found, which stand in the same lists.
struct Events {
    incidents: Once<Incident>,
    maintenances: Once<Maintenance>,
    derived: DerivedIds,
    /// The id of each component whose name is its alone: incidents name components by name.
    ids: BTreeMap<String, Option<String>>,
}

impl Events {
    fn of(components: &[Component]) -> Self {
        let mut ids: BTreeMap<String, Option<String>> = BTreeMap::new();
        for component in components {
            ids.entry(component.name.clone())
                .and_modify(|id| *id = None)
                .or_insert_with(|| Some(component.id.clone()));
        }
        Self {
            incidents: Once::default(),
            maintenances: Once::default(),
            derived: DerivedIds::default(),
            ids,
        }
    }

    fn take_open(&mut self, data: &Fields<'_, '_>, warnings: &mut Warnings) -> Listing {
        let Some(list) = data.list("active_incident_details", warnings) else {
            return Listing::Absent;
        };
        let place = data.place.key("active_incident_details");
        let skipped = objects(list, &place, warnings, |object, place, warnings| {
            self.take_in(object, place, warnings);
        });
        less_skipped(Listing::Complete, skipped)
    }

    /// The past is listed day by day, for the newest days.
    fn take_past(&mut self, data: &Fields<'_, '_>, warnings: &mut Warnings) -> Listing {
        let Some(days) = data.list("resolved_incident_details", warnings) else {
            return Listing::Absent;
        };
        let place = data.place.key("resolved_incident_details");
        objects(days, &place, warnings, |object, place, warnings| {
            let day = Fields {
                object,
                place: *place,
            };
            let list = day.list("grp_by_incidents_list", warnings).unwrap_or_default();
            let place = place.key("grp_by_incidents_list");
            objects(list, &place, warnings, |object, place, warnings| {
                self.take_in(object, place, warnings);
            });
        });
        Listing::Partial
    }

    fn take_in(&mut self, object: Object<'_>, place: &Place<'_>, warnings: &mut Warnings) {
        let fields = Fields {
            object,
            place: *place,
        };
        let title = fields
            .expected_text("incident_title", warnings)
            .unwrap_or_default();
        let given = fields.id("enc_inc_id", warnings);
        let birth = object.text("incident_began_at").unwrap_or(title);
        let derived = &mut self.derived;
        let id = derived.given_or_derived(given, ("incident", &[birth]), place, warnings);
        let severity = fields.id_or_number("incident_severity_id", warnings);
        let began_at = fields.time("incident_began_at", warnings);
        // An incident that is not over has an empty text there, or nothing.
        let has_ended = object.text("incident_ended_at") != Some("");
        let ended_at = if has_ended {
            fields.time("incident_ended_at", warnings)
        } else {
            None
        };
        let components = self.named(&fields, warnings);
        if is_maintenance(&fields, severity.as_deref()) {
            let updates = updates(&fields, MAINTENANCE_PHASES, MaintenancePhase::Unknown, warnings);
            let newest = updates.last();
            let facts = MaintenanceFacts {
                phase: newest.map_or(MaintenancePhase::Unknown, |update| update.phase),
                phase_raw: newest.and_then(|update| update.phase_raw.clone()),
                starts_at: began_at,
                ends_at: ended_at,
                components,
                ..MaintenanceFacts::titled(title)
            };
            let maintenance = Maintenance {
                id: id.clone(),
                facts,
                updates,
            };
            self.maintenances.put(&id, maintenance, place, warnings);
            return;
        }
        let updates = updates(&fields, PHASES, Phase::Unknown, warnings);
        let newest = updates.last();
        let impact = severity
            .as_deref()
            .and_then(|code| meaning(code, IMPACTS, &place.key("incident_severity_id"), warnings));
        let facts = IncidentFacts {
            impact: impact.unwrap_or(Impact::Unknown),
            impact_raw: fields
                .text("incident_severity", warnings)
                .map_or(severity, |word| (!word.is_empty()).then(|| word.to_owned())),
            phase: newest.map_or(Phase::Unknown, |update| update.phase),
            phase_raw: newest.and_then(|update| update.phase_raw.clone()),
            started_at: began_at,
            resolved_at: ended_at,
            components,
            ..IncidentFacts::titled(title)
        };
        let incident = Incident {
            id: id.clone(),
            facts,
            updates,
        };
        self.incidents.put(&id, incident, place, warnings);
    }

    fn named(&self, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<NamedComponent> {
        let mut named = Vec::new();
        let list = fields
            .list("incident_affected_components", warnings)
            .unwrap_or_default();
        objects(
            list,
            &fields.place.key("incident_affected_components"),
            warnings,
            |object, place, warnings| {
                let fields = Fields {
                    object,
                    place: *place,
                };
                let name = fields.expected_text("display_name", warnings).unwrap_or_default();
                let given = fields.id("enc_component_id", warnings).map(String::from);
                let id = given.or_else(|| self.ids.get(name).cloned().flatten());
                if id.is_some() || !name.is_empty() {
                    named.push(NamedComponent {
                        id,
                        name: name.to_owned(),
                        health: None,
                        raw: None,
                    });
                }
            },
        );
        named
    }
}

/// Whether an entry is a maintenance, as the numbers of its updates say; where they say nothing, its severity does.
fn is_maintenance(fields: &Fields<'_, '_>, severity: Option<&str>) -> bool {
    let updates = fields.object.list("incident_status_updates").unwrap_or_default();
    let codes = || {
        updates
            .iter()
            .filter_map(|update| match update.object()?.get("incident_status_id")? {
                Json::Number(number) => Some(number.to_string()),
                Json::Text(text) => Some(text.to_string()),
                Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => None,
            })
    };
    let is_one_of = |code: &str| MAINTENANCE_PHASES.iter().any(|(known, _)| *known == code);
    let is_incident = |code: &str| PHASES.iter().any(|(known, _)| *known == code);
    codes().any(|code| is_one_of(&code)) || (severity == Some("4") && !codes().any(|code| is_incident(&code)))
}

fn updates<P: Copy>(
    fields: &Fields<'_, '_>,
    known: &[(&str, P)],
    unknown: P,
    warnings: &mut Warnings,
) -> Vec<Update<P>> {
    let mut updates = Once::default();
    let mut derived = DerivedIds::default();
    let list = fields
        .list("incident_status_updates", warnings)
        .unwrap_or_default();
    objects(
        list,
        &fields.place.key("incident_status_updates"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let code = fields.id_or_number("incident_status_id", warnings);
            let given = fields.id("enc_inc_state_progress_id", warnings).map(String::from);
            // Only one of the sources knows an id of updates.
            let id = given.unwrap_or_else(|| {
                let birth = object.text("status_updated_at").unwrap_or_default();
                derived.distinct(derived_id(
                    "update",
                    &[birth, code.as_deref().unwrap_or_default()],
                ))
            });
            let phase = code
                .as_deref()
                .and_then(|code| meaning(code, known, &place.key("incident_status_id"), warnings));
            let word = fields.text("incident_status", warnings).map(str::to_owned);
            let update = Update {
                phase: phase.unwrap_or(unknown),
                phase_raw: word.or(code),
                at: fields.time("status_updated_at", warnings),
                body: fields
                    .text("incident_status_desc", warnings)
                    .unwrap_or_default()
                    .to_owned(),
                components: Vec::new(),
                id: id.clone(),
            };
            updates.put(&id, update, place, warnings);
        },
    );
    let mut updates = updates.into_list();
    let text = fields.text("incident_desc", warnings).unwrap_or_default();
    if updates.is_empty() && !text.is_empty() {
        // Without updates the incident's own text is the only one there is.
        updates.push(Update {
            id: derived.distinct(derived_id("update", &["incident_desc"])),
            phase: unknown,
            phase_raw: None,
            at: fields.time("incident_began_at", warnings),
            body: text.to_owned(),
            components: Vec::new(),
        });
    }
    // Which way round they are listed is nowhere said: the times of the ends tell.
    if updates.first().map(|update| update.at) > updates.last().map(|update| update.at) {
        updates.reverse();
    }
    oldest_first(updates)
}

// --- Words ----------------------------------------------------------------------------------------------------------

/// What the number of a component's or a group's status means. 2 is informational: it affects nobody.
const HEALTHS: &[(&str, Health)] = &[
    ("1", Health::Operational),
    ("2", Health::Operational),
    ("3", Health::Degraded),
    ("4", Health::Maintenance),
    ("5", Health::PartialOutage),
    ("6", Health::MajorOutage),
];

/// The same numbers as an incident's severity.
const IMPACTS: &[(&str, Impact)] = &[
    ("1", Impact::None),
    ("2", Impact::None),
    ("3", Impact::Minor),
    ("4", Impact::Unknown),
    ("5", Impact::Major),
    ("6", Impact::Critical),
];

/// The number of an incident's update; 10 is an incident that was merely acknowledged.
const PHASES: &[(&str, Phase)] = &[
    ("10", Phase::Investigating),
    ("11", Phase::Investigating),
    ("12", Phase::Identified),
    ("13", Phase::Monitoring),
    ("14", Phase::Resolved),
];

/// The number of a maintenance's update.
const MAINTENANCE_PHASES: &[(&str, MaintenancePhase)] = &[
    ("21", MaintenancePhase::Scheduled),
    ("22", MaintenancePhase::InProgress),
    ("23", MaintenancePhase::Verifying),
    ("24", MaintenancePhase::Completed),
];
