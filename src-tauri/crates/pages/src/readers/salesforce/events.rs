//! Incidents and maintenances, wherever they stand: within the instances that they touch, or in a list of their own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use url::Url;

use crate::readers::ids::{DerivedIds, derived_id, event_id, update_id};
use crate::readers::json::{Fields, Json, Object, Place, Warnings, meaning};
use crate::readers::lists::{objects, texts};
use crate::readers::updates::{oldest_first, stay};
use crate::snapshot::{
    Component, Event, Incident, IncidentFacts, Maintenance, MaintenanceFacts, NamedComponent, Postmortem,
    Update,
};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// The incidents and maintenances of a page, each once.
pub(super) struct Events<'p> {
    page: &'p Url,
    incidents: Told<IncidentFacts, Phase>,
    maintenances: Told<MaintenanceFacts, MaintenancePhase>,
    /// How many entries within instances could not be read.
    pub(super) skipped: usize,
}

struct Told<F, P> {
    entries: Vec<Entry<F, P>>,
    positions: BTreeMap<String, usize>,
}

struct Entry<F, P> {
    event: Event<F, P>,
    /// The instances that it touches.
    instances: BTreeSet<String>,
    /// How the instances are while nothing else tells.
    health: Option<Health>,
    updated_at: Option<Timestamp>,
}

impl<F, P> Told<F, P> {
    /// Takes an entry; of two with one id the one counts that was changed last or has more updates. Both touch what
    /// they touch.
    fn take(&mut self, mut new: Entry<F, P>) {
        let known = self.positions.get(&new.event.id).copied();
        match known.and_then(|at| self.entries.get_mut(at)) {
            Some(known) => {
                new.instances.append(&mut known.instances);
                let age = |entry: &Entry<F, P>| (entry.updated_at, entry.event.updates.len());
                if age(&new) > age(known) {
                    *known = new;
                } else {
                    known.instances = new.instances;
                }
            }
            None => {
                self.positions.insert(new.event.id.clone(), self.entries.len());
                self.entries.push(new);
            }
        }
    }
}

impl<'p> Events<'p> {
    pub(super) fn new(page: &'p Url) -> Self {
        Self {
            page,
            incidents: Told {
                entries: Vec::new(),
                positions: BTreeMap::new(),
            },
            maintenances: Told {
                entries: Vec::new(),
                positions: BTreeMap::new(),
            },
            skipped: 0,
        }
    }

    /// Takes what an instance lists.
    pub(super) fn of_instance(&mut self, instance: &Fields<'_, '_>, key: &str, warnings: &mut Warnings) {
        let mut derived = DerivedIds::default();
        let mut skipped = 0;
        for list in ["Incidents", "Maintenances"] {
            let place = instance.place.key(list);
            let Some(entries) = instance.list(list, warnings) else {
                skipped += usize::from(list == "Incidents");
                continue;
            };
            skipped += objects(entries, &place, warnings, |object, place, warnings| {
                let fields = Fields {
                    object,
                    place: *place,
                };
                let touched = BTreeSet::from([key.to_owned()]);
                if list == "Incidents" {
                    let incident = incident(&fields, self.page, touched, &mut derived, warnings);
                    self.incidents.take(incident);
                } else {
                    let maintenance = maintenance(&fields, self.page, touched, &mut derived, warnings);
                    self.maintenances.take(maintenance);
                }
            });
        }
        self.skipped += skipped;
    }

    /// Takes the list of all open incidents: those that touch one of the instances listed, all where none are. Gives how
    /// many could not be read.
    pub(super) fn active(
        &mut self,
        list: &[Json<'_>],
        place: &Place<'_>,
        listed: Option<&[Component]>,
        warnings: &mut Warnings,
    ) -> usize {
        let listed: Option<BTreeSet<&str>> =
            listed.map(|listed| listed.iter().map(|instance| instance.id.as_str()).collect());
        let mut derived = DerivedIds::default();
        objects(list, place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let touched: BTreeSet<String> = texts(&fields, "instanceKeys", warnings)
                .into_iter()
                .filter(|key| listed.as_ref().is_none_or(|listed| listed.contains(key)))
                .map(str::to_owned)
                .collect();
            if listed.is_none() || !touched.is_empty() {
                let incident = incident(&fields, self.page, touched, &mut derived, warnings);
                self.incidents.take(incident);
            }
        })
    }

    pub(super) fn into_lists(self) -> (Vec<Incident>, Vec<Maintenance>) {
        let incidents = self.incidents.entries.into_iter().map(|mut entry| {
            entry.event.facts.components = named(entry.instances, entry.health);
            entry.event
        });
        let maintenances = self.maintenances.entries.into_iter().map(|mut entry| {
            entry.event.facts.components = named(entry.instances, None);
            entry.event
        });
        (incidents.collect(), maintenances.collect())
    }
}

fn named(instances: BTreeSet<String>, health: Option<Health>) -> Vec<NamedComponent> {
    instances
        .into_iter()
        .map(|key| NamedComponent {
            id: Some(key.clone()),
            name: key,
            health,
            raw: None,
        })
        .collect()
}

fn incident(
    fields: &Fields<'_, '_>,
    page: &Url,
    instances: BTreeSet<String>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Entry<IncidentFacts, Phase> {
    let impacts = impacts(fields, "IncidentImpacts", warnings);
    let id = event_id(fields, "incident", "createdAt", derived, warnings);
    let mut updates = told(
        fields,
        "IncidentEvents",
        &id,
        Phase::Unknown,
        |raw, place, warnings| meaning(raw, PHASES, place, warnings).unwrap_or(Phase::Unknown),
        warnings,
    );
    stay(&mut updates, &[UPDATE], Phase::Investigating);
    let last = updates.last();
    let status = fields.text("status", warnings);
    let phase = match (last.map(|update| update.phase), impacts.stand) {
        _ if status.is_some_and(|word| word.eq_ignore_ascii_case("resolved")) => Phase::Resolved,
        (Some(open @ (Phase::Identified | Phase::Monitoring)), Stand::Open) => open,
        (_, Stand::Open) => Phase::Investigating,
        (_, Stand::Over) => Phase::Resolved,
        (last, Stand::Unknown) => last.unwrap_or(Phase::Unknown),
    };
    let title = impacts.kind.map_or_else(|| format!("Incident {id}"), spelled_out);
    let facts = IncidentFacts {
        impact: impacts.worst,
        impact_raw: impacts.severity.map(str::to_owned),
        phase,
        phase_raw: status.map(str::to_owned).or_else(|| last_word(&updates)),
        started_at: impacts.start,
        resolved_at: impacts.end.filter(|_| phase == Phase::Resolved),
        url: link(page, "incidents", &id),
        postmortem: root_cause(fields, warnings),
        ..IncidentFacts::titled(&title)
    };
    updates.splice(0..0, additional(fields, &id, Phase::Unknown, warnings));
    Entry {
        event: Event {
            id,
            facts,
            updates: oldest_first(updates),
        },
        instances,
        health: match impacts.worst {
            _ if phase == Phase::Resolved => None,
            Impact::Minor => Some(Health::Degraded),
            Impact::Major | Impact::Critical => Some(Health::PartialOutage),
            Impact::None | Impact::Unknown => None,
        },
        updated_at: fields.time("updatedAt", warnings),
    }
}

fn maintenance(
    fields: &Fields<'_, '_>,
    page: &Url,
    instances: BTreeSet<String>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Entry<MaintenanceFacts, MaintenancePhase> {
    let impacts = impacts(fields, "MaintenanceImpacts", warnings);
    let id = event_id(fields, "maintenance", "createdAt", derived, warnings);
    let unknown = MaintenancePhase::Unknown;
    let mut updates = told(
        fields,
        "MaintenanceEvents",
        &id,
        unknown,
        |raw, place, warnings| {
            meaning(raw, MAINTENANCE_PHASES, place, warnings).unwrap_or(MaintenancePhase::Unknown)
        },
        warnings,
    );
    stay(&mut updates, &[UPDATE], unknown);
    let last = updates.last();
    let phase = match (last.map_or(unknown, |update| update.phase), impacts.stand) {
        (MaintenancePhase::Cancelled, _) => MaintenancePhase::Cancelled,
        (_, Stand::Open) => MaintenancePhase::InProgress,
        (_, Stand::Over) => MaintenancePhase::Completed,
        (last, Stand::Unknown) => last,
    };
    let phase_raw = last_word(&updates);
    let title = fields.expected_text("name", warnings).unwrap_or_default();
    updates.splice(0..0, additional(fields, &id, unknown, warnings));
    Entry {
        event: Event {
            facts: MaintenanceFacts {
                phase,
                phase_raw,
                starts_at: fields.time("plannedStartTime", warnings),
                ends_at: fields.time("plannedEndTime", warnings),
                actual_start: impacts.start,
                actual_end: impacts.end.filter(|_| impacts.stand == Stand::Over),
                url: link(page, "maintenances", &id),
                ..MaintenanceFacts::titled(title)
            },
            updates: oldest_first(updates),
            id,
        },
        instances,
        health: None,
        updated_at: fields.time("updatedAt", warnings),
    }
}

fn link(page: &Url, kind: &str, id: &str) -> Option<String> {
    let is_plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let url = page.join(&format!("{kind}/{id}")).ok().filter(|_| is_plain)?;
    Some(url.into())
}

/// Whether the impacts of an event go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Open,
    Over,
    Unknown,
}

/// What the impacts of an event say together.
struct Impacts<'j> {
    stand: Stand,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    worst: Impact,
    severity: Option<&'j str>,
    /// The type of the first one.
    kind: Option<&'j str>,
}

fn impacts<'j>(fields: &Fields<'j, '_>, key: &str, warnings: &mut Warnings) -> Impacts<'j> {
    let mut all = Impacts {
        stand: Stand::Unknown,
        start: None,
        end: None,
        worst: Impact::Unknown,
        severity: None,
        kind: None,
    };
    let (mut open, mut over) = (0_usize, 0_usize);
    let list = fields.list(key, warnings).unwrap_or_default();
    let skipped = objects(
        list,
        &fields.place.key(key),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let start = fields.time("startTime", warnings);
            all.start = all.start.into_iter().chain(start).min();
            match fields.time("endTime", warnings) {
                Some(end) => {
                    over += 1;
                    all.end = all.end.max(Some(end));
                }
                // An end that cannot be read is no end.
                None => open += 1,
            }
            all.kind = all
                .kind
                .or(fields.text("type", warnings).filter(|kind| !kind.is_empty()));
            // Maintenances have none.
            if let Some(severity) = fields.text("severity", warnings) {
                let impact = meaning(severity, SEVERITIES, &place.key("severity"), warnings);
                let impact = impact.unwrap_or(Impact::Unknown);
                if all.severity.is_none() || impact.rank() > all.worst.rank() {
                    all.worst = impact;
                    all.severity = Some(severity);
                }
            }
        },
    );
    all.stand = match (open, over) {
        (1.., _) => Stand::Open,
        (0, 1..) if skipped == 0 => Stand::Over,
        (0, _) => Stand::Unknown,
    };
    all
}

/// What was told of an event, oldest first.
fn told<P: Copy>(
    fields: &Fields<'_, '_>,
    key: &str,
    event: &str,
    unknown: P,
    phase: impl Fn(&str, &Place<'_>, &mut Warnings) -> P,
    warnings: &mut Warnings,
) -> Vec<Update<P>> {
    let mut updates = Vec::new();
    let mut ids = DerivedIds::default();
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
            let raw = fields.expected_text("type", warnings);
            updates.push(Update {
                id: update_id(&fields, event, "createdAt", &mut ids, warnings),
                phase: match raw {
                    Some(raw) if !raw.eq_ignore_ascii_case(UPDATE) => {
                        phase(raw, &place.key("type"), warnings)
                    }
                    Some(_) | None => unknown,
                },
                phase_raw: raw.map(str::to_owned),
                at: fields.time("createdAt", warnings),
                body: fields.text("message", warnings).unwrap_or_default().to_owned(),
                components: Vec::new(),
            });
        },
    );
    // The newest come first.
    updates.reverse();
    oldest_first(updates)
}

/// The last word that tells where an event stands.
fn last_word<P>(updates: &[Update<P>]) -> Option<String> {
    let words = updates
        .iter()
        .rev()
        .filter_map(|update| update.phase_raw.as_ref());
    words
        .clone()
        .find(|word| !word.eq_ignore_ascii_case(UPDATE))
        .or_else(|| words.clone().next())
        .cloned()
}

/// What stands beside the updates, as one of them.
fn additional<P>(
    fields: &Fields<'_, '_>,
    event: &str,
    phase: P,
    warnings: &mut Warnings,
) -> Option<Update<P>> {
    let body = fields.text("additionalInformation", warnings)?;
    (!body.trim().is_empty()).then(|| Update {
        id: derived_id("additional", &[event]),
        phase,
        phase_raw: None,
        at: fields.time("createdAt", warnings),
        body: body.to_owned(),
        components: Vec::new(),
    })
}

fn root_cause(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<Postmortem> {
    // A text in place of the object is seen too; it says nothing of the cause.
    let message: Object<'_> = fields.object.object("message")?;
    let message = Fields {
        object: message,
        place: fields.place.key("message"),
    };
    let body = message.text("rootCause", warnings)?;
    (!body.trim().is_empty()).then(|| Postmortem {
        body: Some(body.to_owned()),
        url: None,
        at: None,
    })
}

/// `performanceDegradation` as words.
fn spelled_out(kind: &str) -> String {
    let mut words = String::with_capacity(kind.len() + 8);
    let mut after_small = false;
    for (at, letter) in kind.char_indices() {
        if letter.is_uppercase() && after_small {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else if at == 0 {
            words.extend(letter.to_uppercase());
        } else {
            words.push(letter);
        }
        after_small = letter.is_lowercase() || letter.is_ascii_digit();
    }
    words
}

/// The type of an update that tells of no phase.
const UPDATE: &str = "update";

const PHASES: &[(&str, Phase)] = &[
    ("investigating", Phase::Investigating),
    ("identified", Phase::Identified),
    ("monitoring", Phase::Monitoring),
    ("resolved", Phase::Resolved),
];

const MAINTENANCE_PHASES: &[(&str, MaintenancePhase)] = &[
    ("scheduled", MaintenancePhase::Scheduled),
    ("inProgress", MaintenancePhase::InProgress),
    ("completed", MaintenancePhase::Completed),
    ("canceled", MaintenancePhase::Cancelled),
    ("cancelled", MaintenancePhase::Cancelled),
];

const SEVERITIES: &[(&str, Impact)] = &[
    ("minor", Impact::Minor),
    ("major", Impact::Major),
    ("critical", Impact::Critical),
];
