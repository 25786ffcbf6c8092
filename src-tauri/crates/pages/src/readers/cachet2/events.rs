//! Incidents and maintenances.

use std::collections::BTreeMap;

use url::Url;

use super::{List, word, words};
use crate::readers::Site;
use crate::readers::addresses::official_address;
use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Json, Object, Place, Warnings};
use crate::readers::lists::{Once, objects};
use crate::readers::names::shared_name;
use crate::readers::updates::{oldest_first, own_text};
use crate::snapshot::{
    Component, Incident, IncidentFacts, Maintenance, MaintenanceFacts, NamedComponent, Update,
};
use crate::words::{MaintenancePhase, Phase};

/// The events of a page, each once.
pub(super) struct Events<'c> {
    /// The components' names by their identifiers.
    names: BTreeMap<&'c str, &'c str>,
    page: Option<Url>,
    incidents: Once<Incident>,
    maintenances: Once<Maintenance>,
    derived: DerivedIds,
}

impl<'c> Events<'c> {
    pub(super) fn new(components: &'c [Component], site: Option<&Site>) -> Self {
        Self {
            names: components
                .iter()
                .map(|component| (component.id.as_str(), component.name.as_str()))
                .collect(),
            page: site.map(|site| site.base().clone()),
            incidents: Once::default(),
            maintenances: Once::default(),
            derived: DerivedIds::default(),
        }
    }

    pub(super) fn into_lists(self) -> (Vec<Incident>, Vec<Maintenance>) {
        (self.incidents.into_list(), self.maintenances.into_list())
    }

    /// Reads a list of incidents; returns how many could not be read.
    pub(super) fn incidents(&mut self, list: &List<'_>, warnings: &mut Warnings) -> usize {
        let fields = list.fields("incidents");
        objects(
            list.entries,
            &fields.place.key("data"),
            warnings,
            |object, place, warnings| {
                let fields = Fields {
                    object,
                    place: *place,
                };
                let id = self.id("incident", &fields, warnings);
                let is_scheduled = fields.integer("status", &mut Warnings::default()) == Some(0);
                if is_scheduled {
                    // Until 2.3; those of later releases count by themselves.
                    let id = format!("incident-{id}");
                    let maintenance = self.maintenance(&fields, id.clone(), warnings);
                    self.maintenances.put(&id, maintenance, place, warnings);
                } else {
                    let incident = self.incident(&fields, id.clone(), warnings);
                    self.incidents.put(&id, incident, place, warnings);
                }
            },
        )
    }

    /// Reads a list of schedules; returns how many could not be read.
    pub(super) fn schedules(&mut self, list: &List<'_>, warnings: &mut Warnings) -> usize {
        let fields = list.fields("schedules");
        objects(
            list.entries,
            &fields.place.key("data"),
            warnings,
            |object, place, warnings| {
                let fields = Fields {
                    object,
                    place: *place,
                };
                let id = self.id("maintenance", &fields, warnings);
                let maintenance = self.maintenance(&fields, id.clone(), warnings);
                self.maintenances.put(&id, maintenance, place, warnings);
            },
        )
    }

    fn id(&mut self, kind: &str, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> String {
        fields.id_or_number("id", warnings).unwrap_or_else(|| {
            let text = |key| fields.object.text(key);
            let birth = text("created_at").or_else(|| text("name")).unwrap_or_default();
            self.derived.stand_in(kind, &[birth], fields.place, warnings)
        })
    }

    fn incident(&self, fields: &Fields<'_, '_>, id: String, warnings: &mut Warnings) -> Incident {
        let title = fields.expected_text("name", warnings).unwrap_or_default();
        let created_at = fields.time_in_utc("created_at", warnings);
        let started_at = fields.time_in_utc("occurred_at", warnings).or(created_at);
        let later = updates(fields, warnings);
        let key = if fields.present("latest_status").is_some() {
            "latest_status"
        } else {
            "status"
        };
        let number = word(fields, key, warnings);
        let phase = words::phase(number.as_deref(), &fields.place.key(key), warnings);
        let human = fields.object.text(if key == "status" {
            "human_status"
        } else {
            "latest_human_status"
        });
        let phase_raw = human.map(str::to_owned).or(number);
        // Where others followed, its status may be theirs.
        let is_alone = later.is_empty();
        let first = own_text(
            &id,
            fields.text("message", warnings),
            started_at,
            if is_alone { phase } else { Phase::Unknown },
            phase_raw.clone().filter(|_| is_alone),
        );
        let updates = oldest_first(first.into_iter().chain(later).collect());
        let last = updates.last().filter(|update| update.phase == Phase::Resolved);
        Incident {
            facts: IncidentFacts {
                phase,
                phase_raw,
                started_at,
                resolved_at: last
                    .filter(|_| phase == Phase::Resolved)
                    .and_then(|update| update.at),
                url: self.link(fields, warnings),
                components: self
                    .named(fields.id_or_number("component_id", warnings))
                    .into_iter()
                    .collect(),
                ..IncidentFacts::titled(title)
            },
            updates,
            id,
        }
    }

    fn maintenance(&self, fields: &Fields<'_, '_>, id: String, warnings: &mut Warnings) -> Maintenance {
        let title = fields.expected_text("name", warnings).unwrap_or_default();
        let number = word(fields, "status", warnings);
        let phase = words::maintenance_phase(number.as_deref(), &fields.place.key("status"), warnings);
        let phase_raw = fields.object.text("human_status").map(str::to_owned).or(number);
        let completed_at = fields.time_in_utc("completed_at", warnings);
        let is_over = phase == MaintenancePhase::Completed;
        let mut components = Vec::new();
        if let Some(list) = fields.list("components", warnings) {
            objects(
                list,
                &fields.place.key("components"),
                warnings,
                |object, place, warnings| {
                    let component = Fields {
                        object,
                        place: *place,
                    };
                    components.extend(self.named(component.id_or_number("component_id", warnings)));
                },
            );
        }
        components.extend(self.named(fields.id_or_number("component_id", warnings)));
        let created_at = fields.time_in_utc("created_at", warnings);
        let message = fields.text("message", warnings);
        let updates = own_text(&id, message, created_at, phase, phase_raw.clone());
        Maintenance {
            facts: MaintenanceFacts {
                phase,
                phase_raw,
                starts_at: fields.time_in_utc("scheduled_at", warnings),
                // Until it is over it is when it shall be.
                ends_at: completed_at.filter(|_| !is_over),
                actual_end: completed_at.filter(|_| is_over),
                url: self.link(fields, warnings),
                components,
                ..MaintenanceFacts::titled(title)
            },
            updates: updates.into_iter().collect(),
            id,
        }
    }

    fn link(&self, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<String> {
        official_address(fields.text("permalink", warnings)?, self.page.as_ref())
    }

    /// A component by its identifier; 0 is none.
    fn named(&self, id: Option<String>) -> Option<NamedComponent> {
        let id = id.filter(|id| id != "0")?;
        let name = self.names.get(id.as_str()).copied().unwrap_or_default();
        Some(NamedComponent {
            name: shared_name(name),
            id: Some(id),
            health: None,
            raw: None,
        })
    }
}

/// The updates of an incident, each identifier once.
fn updates(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<Update<Phase>> {
    let mut updates = Once::default();
    let mut derived = DerivedIds::default();
    let list: &[Json<'_>] = fields.list("updates", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("updates"),
        warnings,
        |object, place, warnings| {
            let update = update(object, place, &mut derived, warnings);
            let id = update.id.clone();
            updates.put(&id, update, place, warnings);
        },
    );
    oldest_first(updates.into_list())
}

fn update(
    object: Object<'_>,
    place: &Place<'_>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Update<Phase> {
    let fields = Fields {
        object,
        place: *place,
    };
    let number = word(&fields, "status", warnings);
    let body = fields.text("message", warnings).unwrap_or_default();
    let id = fields.id_or_number("id", warnings).unwrap_or_else(|| {
        let birth = object.text("created_at").unwrap_or(body);
        derived.stand_in(
            "update",
            &[birth, number.as_deref().unwrap_or_default()],
            *place,
            warnings,
        )
    });
    Update {
        id,
        phase: words::phase(number.as_deref(), &place.key("status"), warnings),
        phase_raw: object.text("human_status").map(str::to_owned).or(number),
        at: fields.time_in_utc("created_at", warnings),
        body: body.to_owned(),
        components: Vec::new(),
    }
}
