//! The incidents of the summary, the announced ones being maintenances.

use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Object, Place, Warnings, meaning};
use crate::readers::lists::{Once, objects};
use crate::readers::updates::oldest_first_of_newest_first;
use crate::snapshot::{Incident, IncidentFacts, Maintenance, MaintenanceFacts, Update};
use crate::words::{Impact, MaintenancePhase, Phase};

/// What the two lists hold.
#[derive(Default)]
pub(super) struct Found {
    pub(super) incidents: Vec<Incident>,
    pub(super) maintenances: Vec<Maintenance>,
    /// How many entries of the list could not be read; `None` where there is no list.
    pub(super) unresolved_skipped: Option<usize>,
    pub(super) upcoming_skipped: Option<usize>,
}

pub(super) fn read(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Found {
    let mut incidents: Once<Incident> = Once::default();
    let mut maintenances: Once<Maintenance> = Once::default();
    let mut derived = DerivedIds::default();
    let unresolved = fields.list("UnresolvedIncidents", warnings).map(|list| {
        let place = fields.place.key("UnresolvedIncidents");
        objects(list, &place, warnings, |object, place, warnings| {
            let entry = Entry::of(object, place, &mut derived, warnings);
            if entry.is_maintenance(warnings) {
                let maintenance = entry.maintenance(MaintenancePhase::Unknown, warnings);
                maintenances.put(&maintenance.id.clone(), maintenance, place, warnings);
            } else {
                let incident = entry.incident(warnings);
                incidents.put(&incident.id.clone(), incident, place, warnings);
            }
        })
    });
    let upcoming = fields.list("UpcomingIncidents", warnings).map(|list| {
        let place = fields.place.key("UpcomingIncidents");
        objects(list, &place, warnings, |object, place, warnings| {
            let entry = Entry::of(object, place, &mut derived, warnings);
            let maintenance = entry.maintenance(MaintenancePhase::Scheduled, warnings);
            maintenances.put(&maintenance.id.clone(), maintenance, place, warnings);
        })
    });
    Found {
        incidents: incidents.into_list(),
        maintenances: maintenances.into_list(),
        unresolved_skipped: unresolved,
        upcoming_skipped: upcoming,
    }
}

/// An entry of either list.
struct Entry<'j, 'p> {
    fields: Fields<'j, 'p>,
    id: String,
    title: String,
}

impl<'j, 'p> Entry<'j, 'p> {
    fn of(object: Object<'j>, place: &Place<'p>, derived: &mut DerivedIds, warnings: &mut Warnings) -> Self {
        let fields = Fields {
            object,
            place: *place,
        };
        let title = fields
            .expected_text("Title", warnings)
            .unwrap_or_default()
            .to_owned();
        let id = fields.id_or_number("Id", warnings).unwrap_or_else(|| {
            let birth = object
                .text("DateCreated")
                .or_else(|| object.text("StartDate"))
                .unwrap_or(&title);
            let id = derived.distinct(derived_id("incidents", &[birth]));
            warnings.add(*place, format_args!("no Id; {id} is used"));
            id
        });
        Self { fields, id, title }
    }

    fn is_maintenance(&self, warnings: &mut Warnings) -> bool {
        self.fields.text("IncidentType", warnings).is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind.ends_with("maintenance")
        })
    }

    fn incident(self, warnings: &mut Warnings) -> Incident {
        let fields = &self.fields;
        let phase_raw = fields.text("Status", warnings);
        let impact_raw = fields.text("IncidentType", warnings);
        let facts = IncidentFacts {
            impact: impact_raw
                .and_then(|raw| meaning(raw, IMPACTS, &fields.place.key("IncidentType"), warnings))
                .unwrap_or(Impact::Unknown),
            impact_raw: impact_raw.map(str::to_owned),
            phase: phase_raw.map_or(Phase::Unknown, |raw| {
                phase(raw, &fields.place.key("Status"), warnings)
            }),
            phase_raw: phase_raw.map(str::to_owned),
            started_at: fields
                .time("StartDate", warnings)
                .or_else(|| fields.time("DateCreated", warnings)),
            ..IncidentFacts::titled(&self.title)
        };
        let updates = posts(fields, Phase::Unknown, phase, warnings);
        Incident {
            id: self.id,
            facts,
            updates,
        }
    }

    /// `listed` is the phase that the list tells; one that only says that it is not over tells none.
    fn maintenance(self, listed: MaintenancePhase, warnings: &mut Warnings) -> Maintenance {
        let fields = &self.fields;
        let phase_raw = fields.text("Status", warnings);
        let said = phase_raw
            .map(|raw| maintenance_phase(raw, &fields.place.key("Status"), warnings))
            .unwrap_or(MaintenancePhase::Unknown);
        let facts = MaintenanceFacts {
            phase: if said == MaintenancePhase::Unknown {
                listed
            } else {
                said
            },
            phase_raw: phase_raw.map(str::to_owned),
            starts_at: fields.time("StartDate", warnings),
            ends_at: fields.time("EndDate", warnings),
            ..MaintenanceFacts::titled(&self.title)
        };
        let updates = posts(fields, MaintenancePhase::Unknown, maintenance_phase, warnings);
        Maintenance {
            id: self.id,
            facts,
            updates,
        }
    }
}

/// What was written about an incident, oldest first.
fn posts<P: Copy>(
    fields: &Fields<'_, '_>,
    unknown: P,
    meaning: impl Fn(&str, &Place<'_>, &mut Warnings) -> P,
    warnings: &mut Warnings,
) -> Vec<Update<P>> {
    let list = fields.list("Posts", warnings).unwrap_or_default();
    let mut updates: Once<Update<P>> = Once::default();
    let mut derived = DerivedIds::default();
    objects(
        list,
        &fields.place.key("Posts"),
        warnings,
        |object, place, warnings| {
            let post = Fields {
                object,
                place: *place,
            };
            let body = post.text("Text", warnings).unwrap_or_default();
            let raw = post.text("Status", warnings);
            let id = post.id_or_number("Id", warnings).unwrap_or_else(|| {
                let birth = object.text("DateCreated").unwrap_or(body);
                derived.distinct(derived_id("update", &[birth, raw.unwrap_or_default()]))
            });
            let update = Update {
                id: id.clone(),
                phase: raw.map_or(unknown, |raw| meaning(raw, &place.key("Status"), warnings)),
                phase_raw: raw.map(str::to_owned),
                at: post.time("DateCreated", warnings),
                body: body.to_owned(),
                components: Vec::new(),
            };
            updates.put(&id, update, place, warnings);
        },
    );
    oldest_first_of_newest_first(updates.into_list())
}

fn phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Phase {
    meaning(
        word,
        &[
            ("Investigating", Phase::Investigating),
            ("Identified", Phase::Identified),
            ("Monitoring", Phase::Monitoring),
            ("Monitored", Phase::Monitoring),
            ("Resolved", Phase::Resolved),
            // It says that the incident is not over, and no more.
            ("InProgress", Phase::Unknown),
        ],
        place,
        warnings,
    )
    .unwrap_or(Phase::Unknown)
}

fn maintenance_phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> MaintenancePhase {
    meaning(
        word,
        &[
            ("Scheduled", MaintenancePhase::Scheduled),
            ("InProgress", MaintenancePhase::InProgress),
            ("Completed", MaintenancePhase::Completed),
            ("Resolved", MaintenancePhase::Completed),
            ("Cancelled", MaintenancePhase::Cancelled),
            ("Canceled", MaintenancePhase::Cancelled),
        ],
        place,
        warnings,
    )
    .unwrap_or(MaintenancePhase::Unknown)
}

const IMPACTS: &[(&str, Impact)] = &[
    ("Informational", Impact::None),
    ("Performance Issue", Impact::Minor),
];
