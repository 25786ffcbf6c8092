//! Incidents and maintenances, in the form that a page carries and in that of the API.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Enums, HEALTHS};
use crate::readers::Site;
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Json, Object, Place, Warnings, meaning};
use crate::readers::lists::{Once, objects};
use crate::readers::updates::oldest_first;
use crate::snapshot::{
    Incident, IncidentFacts, Maintenance, MaintenanceFacts, NamedComponent, Overall, Postmortem, Update,
};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// How incidents are written.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    /// The words behind identifiers; `None` where the words themselves stand.
    pub(super) enums: Option<&'a Enums>,
    /// The names of services by their ids.
    pub(super) names: &'a BTreeMap<String, String>,
    /// Where the page is, for links.
    pub(super) site: Option<&'a Site>,
}

impl Form<'_> {
    /// A word of an update: `status` or `severity`.
    fn word<'j>(
        &self,
        fields: &Fields<'j, '_>,
        what: [&'static str; 2],
        warnings: &mut Warnings,
    ) -> Option<Cow<'j, str>> {
        let [key, id_key] = what;
        let Some(enums) = self.enums else {
            return fields.expected_text(key, warnings).map(Cow::Borrowed);
        };
        let id = fields.expected_text(id_key, warnings)?;
        let word = enums.get(id).cloned();
        if word.is_none() {
            warnings.add(fields.place.key(id_key), "no word is known for it");
        }
        word.map(Cow::Owned)
    }

    /// The services that an update names.
    fn impacted(&self, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<NamedComponent> {
        let (key, id_key) = match self.enums {
            Some(_) => ("impacts", "service_id"),
            None => ("impacted_business_services", "id"),
        };
        let mut named = Vec::new();
        if fields.present(key).is_none() {
            warnings.add(fields.place.key(key), "missing");
        }
        let list = fields.list(key, warnings).unwrap_or_default();
        objects(
            list,
            &fields.place.key(key),
            warnings,
            |object, place, warnings| {
                let fields = Fields {
                    object,
                    place: *place,
                };
                let Some(id) = fields.expected_text(id_key, warnings) else {
                    return;
                };
                let raw = self.word(&fields, SEVERITY, warnings);
                let health = raw
                    .as_deref()
                    .and_then(|raw| meaning(raw, HEALTHS, &place.key("severity"), warnings));
                let name = self.names.get(id).map(String::as_str);
                named.push(NamedComponent {
                    id: Some(id.to_owned()),
                    name: name
                        .or_else(|| object.text("name"))
                        .unwrap_or_default()
                        .to_owned(),
                    health,
                    raw: raw.map(Cow::into_owned),
                });
            },
        );
        named
    }

    fn link(&self, id: &str) -> Option<String> {
        let is_plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let url = self.site?.join(&format!("posts/details/{id}"))?;
        (is_plain && self.enums.is_some()).then(|| url.into())
    }
}

const STATUS: [&str; 2] = ["status", "status_id"];
const SEVERITY: [&str; 2] = ["severity", "severity_id"];

/// What has been found so far.
#[derive(Default)]
pub(super) struct Events {
    pub(super) incidents: Once<Incident>,
    pub(super) maintenances: Once<Maintenance>,
    /// The worst that the severity of an open incident says.
    worst_severity: Option<Health>,
    /// What open incidents say of services.
    impacted: Vec<NamedComponent>,
    derived: DerivedIds,
}

impl Events {
    /// Takes in a list of incidents or posts; returns how many entries could not be read at all.
    pub(super) fn take_in(
        &mut self,
        list: &[Json<'_>],
        form: &Form<'_>,
        place: &Place<'_>,
        warnings: &mut Warnings,
    ) -> usize {
        objects(list, place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let is_maintenance = fields
                .text("post_type", warnings)
                .is_some_and(|kind| kind.eq_ignore_ascii_case("maintenance"));
            if is_maintenance {
                self.maintenance(&fields, form, warnings);
            } else {
                self.incident(&fields, form, warnings);
            }
        })
    }

    fn incident(&mut self, fields: &Fields<'_, '_>, form: &Form<'_>, warnings: &mut Warnings) {
        let (id, title) = self.identity(fields, warnings);
        let told = told(fields, form, (PHASES, Phase::Unknown), warnings);
        let newest = told.updates.last();
        let phase = newest.map_or(Phase::Unknown, |update| update.phase);
        let is_over = matches!(phase, Phase::Resolved | Phase::Postmortem);
        // What is over is well again; how bad it was, an earlier update says.
        let severity = if is_over {
            told.last_trouble.as_deref()
        } else {
            told.newest_severity.as_deref()
        };
        if !is_over {
            let health = severity.and_then(|word| {
                meaning(
                    word,
                    HEALTHS,
                    &fields.place.key("severity"),
                    &mut Warnings::default(),
                )
            });
            self.worst_severity = match (self.worst_severity, health) {
                (Some(known), Some(new)) => Some(known.worse(new)),
                (known, new) => known.or(new),
            };
            self.impacted.extend(told.newest_named.iter().cloned());
        }
        let facts = IncidentFacts {
            impact: severity
                .and_then(|word| meaning(word, IMPACTS, &fields.place.key("severity"), warnings))
                .unwrap_or(Impact::Unknown),
            impact_raw: severity.map(str::to_owned),
            phase,
            phase_raw: newest.and_then(|update| update.phase_raw.clone()),
            started_at: moment(fields, "starts_at", warnings)
                .or_else(|| moment(fields, "first_update_at", warnings)),
            resolved_at: newest.and_then(|update| update.at.filter(|_| is_over)),
            url: form.link(&id),
            components: if is_over {
                told.last_named
            } else {
                told.newest_named
            },
            postmortem: fields.object("postmortem", warnings).map(|object| {
                let fields = Fields {
                    object,
                    place: fields.place.key("postmortem"),
                };
                Postmortem {
                    body: fields.text("message", warnings).map(str::to_owned),
                    url: None,
                    at: moment(&fields, "reported_at", warnings),
                }
            }),
            ..IncidentFacts::titled(title)
        };
        let incident = Incident {
            id: id.clone(),
            facts,
            updates: told.updates,
        };
        self.incidents.put(&id, incident, &fields.place, warnings);
    }

    fn maintenance(&mut self, fields: &Fields<'_, '_>, form: &Form<'_>, warnings: &mut Warnings) {
        let (id, title) = self.identity(fields, warnings);
        let known = (MAINTENANCE_PHASES, MaintenancePhase::Unknown);
        let told = told(fields, form, known, warnings);
        let newest = told.updates.last();
        let at_phase = |phase: MaintenancePhase| {
            let update = told.updates.iter().find(|update| update.phase == phase);
            update.and_then(|update| update.at)
        };
        let facts = MaintenanceFacts {
            phase: newest.map_or(MaintenancePhase::Unknown, |update| update.phase),
            phase_raw: newest.and_then(|update| update.phase_raw.clone()),
            starts_at: moment(fields, "starts_at", warnings),
            ends_at: moment(fields, "ends_at", warnings),
            actual_start: at_phase(MaintenancePhase::InProgress),
            actual_end: at_phase(MaintenancePhase::Completed),
            url: form.link(&id),
            components: told.last_named,
            ..MaintenanceFacts::titled(title)
        };
        let maintenance = Maintenance {
            id: id.clone(),
            facts,
            updates: told.updates,
        };
        self.maintenances.put(&id, maintenance, &fields.place, warnings);
    }

    fn identity<'j>(&mut self, fields: &Fields<'j, '_>, warnings: &mut Warnings) -> (String, &'j str) {
        let title = fields.expected_text("title", warnings).unwrap_or_default();
        let given = fields.id("id", warnings);
        let derived = &mut self.derived;
        let id = derived.given_or_derived(given, ("post", &[title]), &fields.place, warnings);
        (id, title)
    }

    /// What open incidents say of services.
    pub(super) fn impacted(&self) -> &[NamedComponent] {
        &self.impacted
    }

    /// That the page is not well, where an open incident says so: how badly, its services tell.
    pub(super) fn overall(&self) -> Option<Overall> {
        let is_trouble = self.worst_severity.is_some_and(Health::is_problem);
        is_trouble.then_some(Overall {
            raw: None,
            health: Health::Degraded,
            description: None,
        })
    }
}

/// What the updates of an incident or a maintenance tell.
struct Told<P> {
    updates: Vec<Update<P>>,
    newest_severity: Option<String>,
    /// The newest severity that is a trouble; where none is, the newest.
    last_trouble: Option<String>,
    /// The services that the newest update names.
    newest_named: Vec<NamedComponent>,
    /// The services that the newest update names of those that name any; how they are now it does not say.
    last_named: Vec<NamedComponent>,
}

fn told<P: Copy>(
    fields: &Fields<'_, '_>,
    form: &Form<'_>,
    phases: (&[(&str, P)], P),
    warnings: &mut Warnings,
) -> Told<P> {
    let mut all = Once::default();
    let mut derived = DerivedIds::default();
    let mut beside: BTreeMap<String, (Option<String>, Vec<NamedComponent>)> = BTreeMap::new();
    let mut take = |object: Object<'_>, place: &Place<'_>, warnings: &mut Warnings| {
        let (update, severity, named) = update(object, place, form, phases, &mut derived, warnings);
        let id = update.id.clone();
        beside.insert(id.clone(), (severity, named));
        (id, update)
    };
    // The list of posts may hold no more than the newest update of each.
    let latest = fields.object("latest_update", warnings);
    let list = fields.list("updates", warnings);
    if list.is_none() && latest.is_none() {
        warnings.add(fields.place.key("updates"), "missing");
    }
    objects(
        list.unwrap_or_default(),
        &fields.place.key("updates"),
        warnings,
        |object, place, warnings| {
            let (id, update) = take(object, place, warnings);
            all.put(&id, update, place, warnings);
        },
    );
    let mut updates = all.into_list();
    // Updates come newest first.
    updates.reverse();
    if let Some(object) = latest {
        let (id, update) = take(object, &fields.place.key("latest_update"), warnings);
        updates.retain(|known| known.id != id);
        updates.push(update);
    }
    let updates = oldest_first(updates);
    let beside_newest = updates.last().and_then(|update| beside.get(&update.id)).cloned();
    let last_named = updates
        .iter()
        .rev()
        .filter_map(|update| beside.get(&update.id))
        .find(|(_, named)| !named.is_empty())
        .map(|(_, named)| {
            named
                .iter()
                .map(|component| NamedComponent {
                    health: None,
                    raw: None,
                    ..component.clone()
                })
                .collect()
        })
        .unwrap_or_default();
    let last_trouble = updates
        .iter()
        .rev()
        .filter_map(|update| beside.get(&update.id)?.0.as_deref())
        .find(|severity| *severity != WELL)
        .map(str::to_owned);
    let (newest_severity, newest_named) = beside_newest.unwrap_or_default();
    Told {
        updates,
        last_trouble: last_trouble.or_else(|| newest_severity.clone()),
        newest_severity,
        newest_named,
        last_named,
    }
}

fn update<P: Copy>(
    object: Object<'_>,
    place: &Place<'_>,
    form: &Form<'_>,
    (known, unknown): (&[(&str, P)], P),
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> (Update<P>, Option<String>, Vec<NamedComponent>) {
    let fields = Fields {
        object,
        place: *place,
    };
    let status = form.word(&fields, STATUS, warnings);
    let severity = form.word(&fields, SEVERITY, warnings).map(Cow::into_owned);
    if let Some(word) = &severity {
        meaning(word, HEALTHS, &place.key("severity"), warnings);
    }
    let at = moment(&fields, "reported_at", warnings);
    let id = fields.id("id", warnings).map_or_else(
        || {
            let birth = at.map(|at| at.to_string()).unwrap_or_default();
            derived.distinct(derived_id(
                "update",
                &[&birth, status.as_deref().unwrap_or_default()],
            ))
        },
        Into::into,
    );
    let update = Update {
        id,
        phase: status
            .as_deref()
            .and_then(|word| meaning(word, known, &place.key("status"), warnings))
            .unwrap_or(unknown),
        phase_raw: status.map(Cow::into_owned),
        at,
        body: fields.text("message", warnings).unwrap_or_default().to_owned(),
        components: Vec::new(),
    };
    (update, severity, form.impacted(&fields, warnings))
}

/// A moment: the API gives milliseconds, pages give RFC 3339.
pub(super) fn moment(fields: &Fields<'_, '_>, key: &str, warnings: &mut Warnings) -> Option<Timestamp> {
    match fields.present(key)? {
        Json::Number(_) => fields.epoch_millis(key, warnings),
        Json::Null | Json::Bool(_) | Json::Text(_) | Json::List(_) | Json::Object(_) => {
            fields.time(key, warnings)
        }
    }
}

/// The severity of what is well.
const WELL: &str = "all_good";

/// The `severity` of an incident's update.
const IMPACTS: &[(&str, Impact)] = &[
    (WELL, Impact::None),
    ("maintenance", Impact::Unknown),
    ("minor", Impact::Minor),
    ("major", Impact::Major),
    ("outage", Impact::Critical),
];

/// The `status` of an incident's update.
const PHASES: &[(&str, Phase)] = &[
    ("detected", Phase::Investigating),
    ("investigating", Phase::Investigating),
    ("identified", Phase::Identified),
    ("monitoring", Phase::Monitoring),
    ("resolved", Phase::Resolved),
];

/// The `status` of a maintenance's update.
const MAINTENANCE_PHASES: &[(&str, MaintenancePhase)] = &[
    ("scheduled", MaintenancePhase::Scheduled),
    ("in_progress", MaintenancePhase::InProgress),
    ("completed", MaintenancePhase::Completed),
];
