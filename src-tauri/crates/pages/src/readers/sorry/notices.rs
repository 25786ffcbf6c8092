//! Notices: unplanned ones are incidents, planned ones are maintenances.

use super::state;
use crate::readers::addresses::web_address;
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Json, Place, Warnings, meaning, quoted};
use crate::readers::lists::{Once, objects};
use crate::readers::updates::oldest_first;
use crate::snapshot::{Incident, IncidentFacts, Maintenance, MaintenanceFacts, NamedComponent, Update};
use crate::words::{MaintenancePhase, Phase};

/// The incidents and maintenances of all lists, each once.
#[derive(Default)]
pub(super) struct Events {
    incidents: Once<Incident>,
    maintenances: Once<Maintenance>,
    derived: DerivedIds,
    pub(super) skipped: usize,
}

impl Events {
    pub(super) fn add(&mut self, list: &[Json<'_>], place: &Place<'_>, warnings: &mut Warnings) {
        let skipped = objects(list, place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            match fields.expected_text("type", warnings) {
                Some("planned") => self.maintenance(&fields, warnings),
                Some("unplanned") => self.incident(&fields, warnings),
                Some("general") => {}
                other => {
                    // Better an incident too many than one that nobody hears of.
                    if let Some(word) = other {
                        let what = format_args!("{} is no known word", quoted(word));
                        warnings.add(place.key("type"), what);
                    }
                    self.incident(&fields, warnings);
                }
            }
        });
        self.skipped += skipped;
    }

    pub(super) fn into_lists(self) -> (Vec<Incident>, Vec<Maintenance>) {
        (self.incidents.into_list(), self.maintenances.into_list())
    }

    fn id(&mut self, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> String {
        fields.id_or_number("id", warnings).unwrap_or_else(|| {
            let birth = ["created_at", "began_at", "begins_at", "subject"]
                .into_iter()
                .find_map(|key| fields.object.text(key))
                .unwrap_or_default();
            self.derived.stand_in("notice", &[birth], fields.place, warnings)
        })
    }

    fn incident(&mut self, fields: &Fields<'_, '_>, warnings: &mut Warnings) {
        let id = self.id(fields, warnings);
        let raw = fields.expected_text("state", warnings);
        let title = fields.expected_text("subject", warnings).unwrap_or_default();
        let created_at = fields.time("created_at", warnings);
        let incident = Incident {
            id: id.clone(),
            facts: IncidentFacts {
                phase: raw.map_or(Phase::Unknown, |raw| {
                    phase(raw, &fields.place.key("state"), warnings)
                }),
                phase_raw: raw.map(str::to_owned),
                started_at: fields.time("began_at", warnings).or(created_at),
                resolved_at: fields.time("ended_at", warnings),
                url: link(fields, warnings),
                components: named(fields, warnings),
                ..IncidentFacts::titled(title)
            },
            updates: updates(fields, Phase::Unknown, phase, warnings),
        };
        self.incidents.put(&id, incident, &fields.place, warnings);
    }

    fn maintenance(&mut self, fields: &Fields<'_, '_>, warnings: &mut Warnings) {
        let id = self.id(fields, warnings);
        let raw = fields.expected_text("state", warnings);
        let title = fields.expected_text("subject", warnings).unwrap_or_default();
        let maintenance = Maintenance {
            id: id.clone(),
            facts: MaintenanceFacts {
                phase: raw.map_or(MaintenancePhase::Unknown, |raw| {
                    maintenance_phase(raw, &fields.place.key("state"), warnings)
                }),
                phase_raw: raw.map(str::to_owned),
                starts_at: fields.time("begins_at", warnings),
                ends_at: fields.time("ends_at", warnings),
                actual_start: fields.time("began_at", warnings),
                actual_end: fields.time("ended_at", warnings),
                url: link(fields, warnings),
                components: named(fields, warnings),
                ..MaintenanceFacts::titled(title)
            },
            updates: updates(fields, MaintenancePhase::Unknown, maintenance_phase, warnings),
        };
        self.maintenances.put(&id, maintenance, &fields.place, warnings);
    }
}

/// The official link: `url` in the page's own API, `link` in Sorry's.
fn link(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<String> {
    let published = fields.text("url", warnings);
    published
        .or_else(|| fields.text("link", warnings))
        .and_then(web_address)
}

/// The components that a notice names, where they are given.
fn named(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<NamedComponent> {
    let mut named = Vec::new();
    let place = fields.place.key("components");
    if let Some(list) = fields.list("components", warnings) {
        objects(list, &place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let raw = fields.text("state", warnings);
            named.push(NamedComponent {
                id: fields.id_or_number("id", warnings),
                name: fields.text("name", warnings).unwrap_or_default().to_owned(),
                health: raw.map(|raw| state(raw, &place.key("state"), warnings)),
                raw: raw.map(str::to_owned),
            });
        });
    }
    named
}

/// All updates where they are given, else the latest one, else the first one, which is the synopsis.
fn updates<P: Copy>(
    notice: &Fields<'_, '_>,
    unknown: P,
    phase: impl Fn(&str, &Place<'_>, &mut Warnings) -> P,
    warnings: &mut Warnings,
) -> Vec<Update<P>> {
    let mut derived = DerivedIds::default();
    let mut update = |fields: &Fields<'_, '_>, warnings: &mut Warnings| {
        let raw = fields.text("state", warnings);
        let body = fields.text("content", warnings).unwrap_or_default();
        let birth = fields.object.text("created_at").unwrap_or(body);
        Update {
            id: fields
                .id_or_number("id", warnings)
                .unwrap_or_else(|| derived.distinct(derived_id("update", &[birth]))),
            phase: raw.map_or(unknown, |raw| phase(raw, &fields.place.key("state"), warnings)),
            phase_raw: raw.map(str::to_owned),
            at: fields.time("created_at", warnings),
            body: body.to_owned(),
            components: Vec::new(),
        }
    };
    let mut updates = Once::default();
    let place = notice.place.key("updates");
    if let Some(list) = notice.list("updates", warnings) {
        objects(list, &place, warnings, |object, place, warnings| {
            let update = update(
                &Fields {
                    object,
                    place: *place,
                },
                warnings,
            );
            updates.put(&update.id.clone(), update, place, warnings);
        });
        return oldest_first(updates.into_list());
    }
    if let Some(object) = notice.object("latest_update", warnings) {
        let place = notice.place.key("latest_update");
        return vec![update(&Fields { object, place }, warnings)];
    }
    let Some(synopsis) = notice.text("synopsis", warnings).filter(|text| !text.is_empty()) else {
        return Vec::new();
    };
    let birth = notice.object.text("created_at").unwrap_or(synopsis);
    vec![Update {
        id: derived_id("update", &[birth]),
        phase: unknown,
        phase_raw: None,
        at: notice.time("created_at", warnings),
        body: synopsis.to_owned(),
        components: Vec::new(),
    }]
}

/// The `state` of an unplanned notice. A false alarm is over: nothing was wrong.
fn phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Phase {
    let known = [
        ("investigating", Phase::Investigating),
        ("identified", Phase::Identified),
        ("recovering", Phase::Monitoring),
        ("resolved", Phase::Resolved),
        ("false_alarm", Phase::Resolved),
    ];
    meaning(word, &known, place, warnings).unwrap_or(Phase::Unknown)
}

/// The `state` of a planned notice.
fn maintenance_phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> MaintenancePhase {
    let known = [
        ("scheduled", MaintenancePhase::Scheduled),
        ("underway", MaintenancePhase::InProgress),
        ("complete", MaintenancePhase::Completed),
        ("cancelled", MaintenancePhase::Cancelled),
        ("canceled", MaintenancePhase::Cancelled),
    ];
    meaning(word, &known, place, warnings).unwrap_or(MaintenancePhase::Unknown)
}
