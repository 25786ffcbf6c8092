//! Incidents and maintenances with their updates.

use std::collections::BTreeMap;

use super::services::named;
use crate::readers::addresses::web_address;
use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Warnings, meaning};
use crate::readers::lists::{Once, less_skipped, objects};
use crate::readers::updates::oldest_first;
use crate::snapshot::{Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts, Update};
use crate::words::{Impact, MaintenancePhase, Phase};

/// The updates of an incident or a maintenance, oldest first; documents give them newest first.
fn updates<P: Copy>(
    fields: &Fields<'_, '_>,
    known: &[(&str, P)],
    unknown: P,
    warnings: &mut Warnings,
) -> Vec<Update<P>> {
    let mut updates = Once::default();
    let mut derived = DerivedIds::default();
    let list = fields.list("updates", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("updates"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let word = fields.expected_text("type", warnings);
            let given = fields.id_or_number("id", warnings);
            let birth = object.text("inserted_at").or_else(|| object.text("posted_at"));
            let parts = [birth.unwrap_or_default(), word.unwrap_or_default()];
            let id = derived.given_or_derived(given, ("update", &parts), place, warnings);
            let posted_at = fields.time_in_utc("posted_at", warnings);
            let html = fields.text("description_html", warnings);
            let update = Update {
                phase: word
                    .and_then(|word| meaning(word, known, &place.key("type"), warnings))
                    .unwrap_or(unknown),
                phase_raw: word.map(str::to_owned),
                at: posted_at.or_else(|| fields.time_in_utc("inserted_at", warnings)),
                body: html
                    .or_else(|| fields.text("description", warnings))
                    .unwrap_or_default()
                    .to_owned(),
                components: Vec::new(),
                id: id.clone(),
            };
            updates.put(&id, update, place, warnings);
        },
    );
    let mut updates = updates.into_list();
    updates.reverse();
    oldest_first(updates)
}

fn event_id(
    fields: &Fields<'_, '_>,
    title: &str,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> String {
    let given = fields.id_or_number("id", warnings);
    let birth = fields.object.text("inserted_at").unwrap_or(title);
    derived.given_or_derived(given, ("event", &[birth]), &fields.place, warnings)
}

fn link(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<String> {
    let published = fields.text("url", warnings)?;
    let link = web_address(published);
    if link.is_none() {
        warnings.add(fields.place.key("url"), "not the address of a web page");
    }
    link
}

pub(super) fn incidents(
    top: &Fields<'_, '_>,
    names: &BTreeMap<String, (String, bool)>,
    warnings: &mut Warnings,
) -> (Vec<Incident>, Listing) {
    let mut all = Once::default();
    let mut derived = DerivedIds::default();
    let Some(list) = top.list("incidents", warnings) else {
        return (Vec::new(), Listing::Absent);
    };
    let place = top.place.key("incidents");
    let skipped = objects(list, &place, warnings, |object, place, warnings| {
        let fields = Fields {
            object,
            place: *place,
        };
        let title = fields.expected_text("title", warnings).unwrap_or_default();
        let id = event_id(&fields, title, &mut derived, warnings);
        let updates = updates(&fields, PHASES, Phase::Unknown, warnings);
        let kind = fields.expected_text("type", warnings);
        let newest = updates.last();
        let facts = IncidentFacts {
            impact: kind
                .and_then(|kind| meaning(kind, IMPACTS, &place.key("type"), warnings))
                .unwrap_or(Impact::Unknown),
            impact_raw: kind.map(str::to_owned),
            phase: newest.map_or(Phase::Unknown, |update| update.phase),
            phase_raw: newest.and_then(|update| update.phase_raw.clone()),
            started_at: fields.time_in_utc("starts_at", warnings),
            resolved_at: fields.time_in_utc("ends_at", warnings),
            url: link(&fields, warnings),
            components: named(&fields, names, warnings),
            ..IncidentFacts::titled(title)
        };
        let incident = Incident {
            id: id.clone(),
            facts,
            updates,
        };
        all.put(&id, incident, place, warnings);
    });
    (all.into_list(), less_skipped(Listing::Complete, skipped))
}

pub(super) fn maintenances(
    top: &Fields<'_, '_>,
    names: &BTreeMap<String, (String, bool)>,
    warnings: &mut Warnings,
) -> (Vec<Maintenance>, Listing) {
    let mut all = Once::default();
    let mut derived = DerivedIds::default();
    let mut listing = Listing::Complete;
    for (key, phase) in [
        ("maintenances", MaintenancePhase::InProgress),
        ("upcoming_maintenances", MaintenancePhase::Scheduled),
    ] {
        let Some(list) = top.list(key, warnings) else {
            listing = Listing::Partial;
            continue;
        };
        let place = top.place.key(key);
        let skipped = objects(list, &place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let title = fields.expected_text("title", warnings).unwrap_or_default();
            let id = event_id(&fields, title, &mut derived, warnings);
            let facts = MaintenanceFacts {
                phase,
                starts_at: fields.time_in_utc("starts_at", warnings),
                ends_at: fields.time_in_utc("ends_at", warnings),
                url: link(&fields, warnings),
                components: named(&fields, names, warnings),
                ..MaintenanceFacts::titled(title)
            };
            let maintenance = Maintenance {
                id: id.clone(),
                facts,
                updates: updates(&fields, MAINTENANCE_PHASES, MaintenancePhase::Unknown, warnings),
            };
            all.put(&id, maintenance, place, warnings);
        });
        listing = less_skipped(listing, skipped);
    }
    (all.into_list(), listing)
}

/// The `type` of an incident.
const IMPACTS: &[(&str, Impact)] = &[
    ("info", Impact::None),
    ("performance", Impact::Minor),
    ("minor", Impact::Minor),
    ("major", Impact::Major),
];

/// The `type` of an incident's update.
const PHASES: &[(&str, Phase)] = &[
    ("issue", Phase::Investigating),
    ("investigating", Phase::Investigating),
    ("identified", Phase::Identified),
    ("monitoring", Phase::Monitoring),
    ("resolved", Phase::Resolved),
];

/// The `type` of a maintenance's update.
const MAINTENANCE_PHASES: &[(&str, MaintenancePhase)] = &[
    ("scheduled", MaintenancePhase::Scheduled),
    ("resolved", MaintenancePhase::Completed),
];
