//! Incidents and maintenances with their messages.

use std::collections::BTreeMap;

use super::Links;
use super::components::{Grid, named};
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Warnings, meaning};
use crate::readers::lists::{Once, less_skipped, objects};
use crate::readers::updates::oldest_first;
use crate::snapshot::{
    Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts, NamedComponent, Update,
};
use crate::words::{Impact, MaintenancePhase, Phase};

/// What incidents and maintenances have in common.
struct Common<P> {
    id: String,
    title: String,
    components: Vec<NamedComponent>,
    updates: Vec<Update<P>>,
    /// The `status` of the newest message: how bad it is.
    severity: Option<String>,
}

fn common<P: Copy>(
    fields: &Fields<'_, '_>,
    grid: &Grid,
    phases: (&[(&str, P)], P),
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Common<P> {
    let title = fields.expected_text("name", warnings).unwrap_or_default();
    let given = fields.id("_id", warnings);
    let birth = fields.object.text("datetime_open").unwrap_or(title);
    let id = derived.given_or_derived(given, ("event", &[birth]), &fields.place, warnings);
    let (known, unknown) = phases;
    let mut updates = Vec::new();
    let mut severities: BTreeMap<String, String> = BTreeMap::new();
    let mut update_ids = DerivedIds::default();
    let list = fields.list("messages", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("messages"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let state = fields.id_or_number("state", warnings);
            // Messages have no id; their time and state stay when a text is corrected.
            let birth = object.text("datetime").unwrap_or_default();
            let id = update_ids.distinct(derived_id(
                "update",
                &[birth, state.as_deref().unwrap_or_default()],
            ));
            if let Some(severity) = fields.id_or_number("status", warnings) {
                severities.insert(id.clone(), severity);
            }
            updates.push(Update {
                id,
                phase: state
                    .as_deref()
                    .and_then(|state| meaning(state, known, &place.key("state"), warnings))
                    .unwrap_or(unknown),
                phase_raw: state,
                at: fields.time("datetime", warnings),
                body: fields.text("details", warnings).unwrap_or_default().to_owned(),
                components: Vec::new(),
            });
        },
    );
    let updates = oldest_first(updates);
    Common {
        id,
        title: title.to_owned(),
        components: named(fields, grid, warnings),
        severity: updates
            .last()
            .and_then(|newest| severities.get(&newest.id))
            .cloned(),
        updates,
    }
}

pub(super) fn incidents(
    result: &Fields<'_, '_>,
    grid: &Grid,
    links: &Links,
    warnings: &mut Warnings,
) -> (Vec<Incident>, Listing) {
    let mut all = Once::default();
    let mut derived = DerivedIds::default();
    let Some(list) = result.list("incidents", warnings) else {
        return (Vec::new(), Listing::Absent);
    };
    let place = result.place.key("incidents");
    let skipped = objects(list, &place, warnings, |object, place, warnings| {
        let fields = Fields {
            object,
            place: *place,
        };
        let common = common(&fields, grid, (PHASES, Phase::Unknown), &mut derived, warnings);
        let newest = common.updates.last();
        let phase = newest.map_or(Phase::Unknown, |update| update.phase);
        let facts = IncidentFacts {
            impact: common
                .severity
                .as_deref()
                .and_then(|code| meaning(code, IMPACTS, &place.key("messages"), warnings))
                .unwrap_or(Impact::Unknown),
            impact_raw: common.severity.clone(),
            phase,
            phase_raw: newest.and_then(|update| update.phase_raw.clone()),
            started_at: fields.time("datetime_open", warnings),
            resolved_at: newest.and_then(|update| update.at.filter(|_| phase == Phase::Resolved)),
            url: links.to("incident", &common.id),
            components: common.components.clone(),
            ..IncidentFacts::titled(&common.title)
        };
        let incident = Incident {
            id: common.id.clone(),
            facts,
            updates: common.updates,
        };
        all.put(&common.id, incident, place, warnings);
    });
    (all.into_list(), less_skipped(Listing::Complete, skipped))
}

pub(super) fn maintenances(
    result: &Fields<'_, '_>,
    grid: &Grid,
    links: &Links,
    warnings: &mut Warnings,
) -> (Vec<Maintenance>, Listing) {
    let mut all = Once::default();
    let mut derived = DerivedIds::default();
    let Some(lists) = result.object("maintenance", warnings) else {
        return (Vec::new(), Listing::Absent);
    };
    let outer = Fields {
        object: lists,
        place: result.place.key("maintenance"),
    };
    let mut listing = Listing::Complete;
    for (key, phase) in [
        ("active", MaintenancePhase::InProgress),
        ("upcoming", MaintenancePhase::Scheduled),
    ] {
        let Some(list) = outer.list(key, warnings) else {
            listing = Listing::Partial;
            continue;
        };
        let place = outer.place.key(key);
        let skipped = objects(list, &place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let known = (MAINTENANCE_PHASES, MaintenancePhase::Unknown);
            let common = common(&fields, grid, known, &mut derived, warnings);
            let began = common
                .updates
                .iter()
                .find(|update| update.phase == MaintenancePhase::InProgress);
            let facts = MaintenanceFacts {
                phase,
                phase_raw: Some(key.to_owned()),
                starts_at: fields.time("datetime_planned_start", warnings),
                ends_at: fields.time("datetime_planned_end", warnings),
                actual_start: began.and_then(|update| update.at),
                url: links.to("maintenance", &common.id),
                components: common.components.clone(),
                ..MaintenanceFacts::titled(&common.title)
            };
            let maintenance = Maintenance {
                id: common.id.clone(),
                facts,
                updates: common.updates,
            };
            all.put(&common.id, maintenance, place, warnings);
        });
        listing = less_skipped(listing, skipped);
    }
    (all.into_list(), listing)
}

/// What the `status` of an incident's newest message says of its impact.
const IMPACTS: &[(&str, Impact)] = &[
    ("100", Impact::None),
    ("200", Impact::Unknown),
    ("300", Impact::Minor),
    ("400", Impact::Major),
    ("500", Impact::Critical),
    ("600", Impact::Critical),
];

/// The `state` of an incident's message.
const PHASES: &[(&str, Phase)] = &[
    ("100", Phase::Investigating),
    ("200", Phase::Identified),
    ("300", Phase::Monitoring),
    ("400", Phase::Resolved),
];

/// The `state` of a maintenance's message: the same numbers mean something else there.
const MAINTENANCE_PHASES: &[(&str, MaintenancePhase)] = &[
    ("100", MaintenancePhase::Scheduled),
    ("200", MaintenancePhase::InProgress),
];
