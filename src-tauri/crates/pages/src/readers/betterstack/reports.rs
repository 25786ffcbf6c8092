//! Reports with their updates: incidents, and those that are maintenances.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::resources::Resources;
use super::shape::{Entry, Included, text_or_number};
use super::words;
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Place, Warnings};
use crate::readers::lists::{Once, objects};
use crate::readers::updates::{oldest_first, only_changes};
use crate::snapshot::{
    Incident, IncidentFacts, Maintenance, MaintenanceFacts, NamedComponent, Transition, Update,
};
use crate::words::{Health, MaintenancePhase, Phase};

/// The incidents and maintenances of a page.
pub(super) struct Reports {
    pub(super) incidents: Vec<Incident>,
    pub(super) maintenances: Vec<Maintenance>,
    /// How many could not be told apart.
    pub(super) skipped: usize,
}

/// A report as it stands in the document.
struct Report<'j> {
    id: String,
    title: String,
    state: Option<&'j str>,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    components: Vec<NamedComponent>,
    updates: Vec<Told<'j>>,
}

/// An update as it stands in the document.
struct Told<'j> {
    id: String,
    at: Option<Timestamp>,
    body: &'j str,
    components: Vec<NamedComponent>,
}

pub(super) fn read(
    included: &Included<'_>,
    list: &Place<'_>,
    resources: &Resources,
    warnings: &mut Warnings,
) -> Reports {
    let updates_of = updates_by_report(included);
    let mut incidents: Once<Incident> = Once::default();
    let mut maintenances: Once<Maintenance> = Once::default();
    let mut derived = DerivedIds::default();
    let mut skipped = 0;
    for entry in &included.reports {
        let place = list.entry(entry.index);
        let fields = entry.fields(&place);
        let title = fields.expected_text("title", warnings).unwrap_or_default();
        let starts_at = fields.time("starts_at", warnings);
        let id = entry.id().unwrap_or_else(|| {
            // The title may be edited; the begin seldom is.
            let begin = fields.object.text("starts_at").unwrap_or(title);
            derived.stand_in("report", &[begin], place, warnings)
        });
        let known = incidents.get_mut(&id).is_some() || maintenances.get_mut(&id).is_some();
        skipped += usize::from(known || entry.attributes.is_none());
        let entries = updates_of.get(&id).map(Vec::as_slice).unwrap_or_default();
        let report = Report {
            title: title.to_owned(),
            state: fields.expected_text("aggregate_state", warnings),
            starts_at,
            ends_at: fields.time("ends_at", warnings),
            components: affected(&fields, resources, warnings),
            updates: updates(entries, list, resources, warnings),
            id: id.clone(),
        };
        let state_place = fields.place.key("aggregate_state");
        let state = report.state.map(|raw| words::state(raw, &state_place, warnings));
        if fields.text("report_type", warnings) == Some("maintenance") {
            maintenances.put(&id, maintenance(report, resources), &place, warnings);
        } else {
            incidents.put(&id, incident(report, state), &place, warnings);
        }
    }
    Reports {
        incidents: incidents.into_list(),
        maintenances: maintenances.into_list(),
        skipped,
    }
}

/// The updates of each report: those that it names, else those that name it.
fn updates_by_report<'i, 'j>(included: &'i Included<'j>) -> BTreeMap<String, Vec<&'i Entry<'j>>> {
    let mut by_report: BTreeMap<String, Vec<&Entry<'_>>> = BTreeMap::new();
    let mut named = BTreeSet::new();
    for report in &included.reports {
        let Some(id) = report.id() else { continue };
        for update in report.related("status_updates") {
            if let Some(entry) = included.updates.get(&update)
                && named.insert(update)
            {
                by_report.entry(id.clone()).or_default().push(entry);
            }
        }
    }
    for (id, entry) in &included.updates {
        if let Some(report) = entry.reference("status_report_id")
            && !named.contains(id)
        {
            by_report.entry(report).or_default().push(entry);
        }
    }
    by_report
}

fn updates<'j>(
    entries: &[&Entry<'j>],
    list: &Place<'_>,
    resources: &Resources,
    warnings: &mut Warnings,
) -> Vec<Told<'j>> {
    let mut derived = DerivedIds::default();
    entries
        .iter()
        .map(|entry| {
            let place = list.entry(entry.index);
            let fields = entry.fields(&place);
            let body = fields.text("message", warnings).unwrap_or_default();
            let at = fields.time("published_at", warnings);
            let birth = fields.object.text("published_at").unwrap_or(body);
            Told {
                id: entry
                    .id()
                    .unwrap_or_else(|| derived.distinct(derived_id("update", &[birth]))),
                at,
                body,
                components: affected(&fields, resources, warnings),
            }
        })
        .collect()
}

/// The `affected_resources` of a report or of an update with what it says of them.
fn affected(fields: &Fields<'_, '_>, resources: &Resources, warnings: &mut Warnings) -> Vec<NamedComponent> {
    let Some(list) = fields.list("affected_resources", warnings) else {
        return Vec::new();
    };
    let mut named: Once<NamedComponent> = Once::default();
    let place = fields.place.key("affected_resources");
    objects(list, &place, warnings, |object, place, warnings| {
        let id = object.get("status_page_resource_id").and_then(text_or_number);
        let Some(id) = id else {
            warnings.add(*place, "no status_page_resource_id; passed over");
            return;
        };
        let fields = Fields {
            object,
            place: *place,
        };
        let raw = fields.expected_text("status", warnings);
        let component = NamedComponent {
            name: resources
                .get(&id)
                .map_or_else(String::new, |resource| resource.name.clone()),
            id: Some(id.clone()),
            health: raw.map(|raw| words::state(raw, &place.key("status"), warnings)),
            raw: raw.map(str::to_owned),
        };
        named.put(&id, component, place, warnings);
    });
    named.into_list()
}

fn incident(report: Report<'_>, state: Option<Health>) -> Incident {
    let is_over = report.state.is_some_and(words::is_resolved);
    let phase = match state {
        _ if is_over => Phase::Resolved,
        Some(Health::Degraded | Health::MajorOutage) if report.ends_at.is_none() => Phase::Investigating,
        // A report that affects nothing is `operational` from the begin; one that has an end has ended.
        Some(_) | None => Phase::Unknown,
    };
    let worst = worst(&report);
    let updates = told(report.updates, phase_of_update);
    let resolved_at = report.ends_at.or_else(|| {
        let last = updates.last().filter(|update| update.phase == Phase::Resolved);
        last.and_then(|update| update.at).filter(|_| is_over)
    });
    Incident {
        id: report.id,
        facts: IncidentFacts {
            title: report.title,
            impact: words::impact(worst.as_ref().map_or(Health::Unknown, |(health, _)| *health)),
            impact_raw: worst.map(|(_, raw)| raw),
            phase,
            phase_raw: report.state.map(str::to_owned),
            started_at: report.starts_at,
            resolved_at,
            url: None,
            components: report.components,
            postmortem: None,
        },
        updates,
    }
}

fn maintenance(report: Report<'_>, resources: &Resources) -> Maintenance {
    let phase = maintenance_phase(&report, resources);
    Maintenance {
        id: report.id,
        facts: MaintenanceFacts {
            title: report.title,
            phase,
            phase_raw: report.state.map(str::to_owned),
            starts_at: report.starts_at,
            ends_at: report.ends_at,
            actual_start: None,
            actual_end: None,
            url: None,
            components: report.components,
        },
        updates: told(report.updates, |_| MaintenancePhase::Unknown),
    }
}

/// Where a maintenance stands. A day on either side is left open: the days of the history are of the page's time zone.
fn maintenance_phase(report: &Report<'_>, resources: &Resources) -> MaintenancePhase {
    if report.state.is_some_and(words::is_resolved) {
        return MaintenancePhase::Completed;
    }
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let (Some(today), Some(begin)) = (resources.today, report.starts_at.map(day)) else {
        return MaintenancePhase::Unknown;
    };
    let end = report.ends_at.map(day);
    let after = |day: Date| day.checked_add(1.day()).unwrap_or(day);
    let is_worked_on = report
        .components
        .iter()
        .filter_map(|component| resources.get(component.id.as_deref()?))
        .any(|resource| resource.health == Health::Maintenance);
    if begin > after(today) {
        MaintenancePhase::Scheduled
    } else if end.is_some_and(|end| today > after(end)) {
        MaintenancePhase::Completed
    } else if is_worked_on && report.state.is_some() {
        MaintenancePhase::InProgress
    } else {
        MaintenancePhase::Unknown
    }
}

/// An update by which everything is resolved resolves the report.
fn phase_of_update(components: &[NamedComponent]) -> Phase {
    let words = || components.iter().map(|component| component.raw.as_deref());
    if components.is_empty() || words().any(|word| word.is_none()) {
        Phase::Unknown
    } else if words().flatten().all(words::is_resolved) {
        Phase::Resolved
    } else if components
        .iter()
        .any(|component| component.health.is_some_and(Health::is_problem))
    {
        Phase::Investigating
    } else {
        Phase::Unknown
    }
}

/// The updates, oldest first, with what each changes.
fn told<P>(updates: Vec<Told<'_>>, phase: impl Fn(&[NamedComponent]) -> P) -> Vec<Update<P>> {
    let updates = updates
        .into_iter()
        .map(|told| Update {
            id: told.id,
            phase: phase(&told.components),
            phase_raw: None,
            at: told.at,
            body: told.body.to_owned(),
            components: told.components.into_iter().map(state).collect(),
        })
        .collect();
    let mut updates = oldest_first(updates);
    only_changes(&mut updates);
    updates
}

fn state(component: NamedComponent) -> Transition {
    Transition {
        id: component.id,
        name: component.name,
        from: Health::Unknown,
        from_raw: None,
        to: component.health.unwrap_or(Health::Unknown),
        to_raw: component.raw,
    }
}

/// The worst that a report says, or ever said, of a resource.
fn worst(report: &Report<'_>) -> Option<(Health, String)> {
    let told = report.updates.iter().flat_map(|update| &update.components);
    report
        .components
        .iter()
        .chain(told)
        .filter_map(|component| Some((component.health?, component.raw.as_ref()?)))
        .filter(|(health, _)| health.is_known() && *health != Health::Maintenance)
        .max_by_key(|(health, _)| health.rank())
        .map(|(health, raw)| (health, raw.clone()))
}
