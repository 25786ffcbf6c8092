//! Slack's own page (slack-status.com, API v2.0.0).
//!
//! | document | holds |
//! |---|---|
//! | `api/v2.0.0/current` | the overall word (`ok`, `active`) and what is active: incidents, notices, outages, maintenances |
//! | `api/v2.0.0/history` | what was, newest first, its notes oldest first |
//!
//! Sources: the reference of Slack's status API, and payloads recorded from slack-status.com in 2026.
//!
//! The overall word `active` says that something is going on, not how bad it is; that say the types of what is active:
//! an outage is a major one unless it names the services that it is limited to, an incident degrades, a notice does not.
//! Where one of them could not be read, `active` is unknown, and so is an `ok` beside it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use url::Url;

use super::addresses::{is_at, web_address};
use super::documents::called;
use super::ids::{DerivedIds, derived_id, event_id};
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{less_skipped, objects, texts};
use super::updates::oldest_first;
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Coverage, Event, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts, NamedComponent,
    Overall, PageIdentity, Snapshot, Update,
};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// Reads Slack's own page.
#[derive(Clone, Copy, Debug)]
pub struct Slack;

impl Reader for Slack {
    fn key(&self) -> &'static str {
        "slack"
    }

    fn name(&self) -> &'static str {
        "Slack"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "A list of services: Slack names services only where something is wrong with them, so they cannot be chosen one by one.",
            "When an incident was resolved: Slack tells only when it was last changed.",
            "The window of a maintenance: it stands in the notes, in prose.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let is_slack = is_at(
            address,
            &["slack-status.com", "www.slack-status.com", "status.slack.com"],
        );
        let page = Url::parse("https://slack-status.com/").ok()?;
        is_slack.then(|| Site::at(&page))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let current = site.join("api/v2.0.0/current");
        let history = site.join("api/v2.0.0/history");
        let light = current.map(|url| DocumentAddress::light("current", url));
        let heavy = history.map(|url| DocumentAddress::heavy("history", url));
        light.into_iter().chain(heavy).collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let parts: Vec<_> = trees.iter().map(part).collect();
        if let Some(refusal) = refusal(&parts) {
            return Err(refusal);
        }
        Ok(reading(documents, &parts))
    }
}

/// What a document holds.
#[derive(Clone, Debug)]
enum Part<'j> {
    Current(Object<'j>, &'j [Json<'j>]),
    History(&'j [Json<'j>]),
}

fn part<'j>(tree: &'j Json<'j>) -> Result<Part<'j>, Unreadable> {
    if let Some(list) = tree.list() {
        let is_told = |entry: &Json<'_>| {
            entry.object().is_some_and(|entry| {
                entry.list("notes").is_some()
                    && ["title", "type", "date_created"]
                        .iter()
                        .all(|key| entry.text(key).is_some())
            })
        };
        if list.iter().any(is_told) {
            return Ok(Part::History(list));
        }
        return Err(if list.is_empty() {
            Unreadable::Empty
        } else {
            Unreadable::other_shape("a list of something else than Slack's incidents")
        });
    }
    let Some(top) = tree.object() else {
        return Err(Unreadable::other_shape("neither an object nor a list"));
    };
    match top.list("active_incidents") {
        Some(active) if top.get("status").is_some() || top.text("date_updated").is_some() => {
            Ok(Part::Current(top, active))
        }
        Some(_) => Err(Unreadable::other_shape("no status beside active_incidents")),
        None => Err(Unreadable::other_shape("no list of active_incidents")),
    }
}

/// Why documents are not read. An empty history is one only beside the current state, because an empty list could be
/// anybody's.
fn refusal(parts: &[Result<Part<'_>, Unreadable>]) -> Option<Unreadable> {
    let errors = || parts.iter().filter_map(|part| part.as_ref().err());
    if let Some(error) = errors().find(|error| **error != Unreadable::Empty) {
        return Some(error.clone());
    }
    parts
        .iter()
        .all(Result::is_err)
        .then(|| errors().next().cloned().unwrap_or(Unreadable::Empty))
}

fn reading(documents: &[Document<'_>], parts: &[Result<Part<'_>, Unreadable>]) -> Reading {
    let mut warnings = Warnings::default();
    let mut coverage = Coverage::NOTHING;
    let mut overall = None;
    let mut updated_at = None;
    let mut told = Told::default();
    for (at, part) in parts.iter().enumerate() {
        let name = called(documents, at);
        let top = Place::document(&name);
        match part {
            Ok(Part::Current(object, active)) => {
                let before = told.effects.len();
                let skipped = told.take(active, &top.key("active_incidents"), true, &mut warnings);
                let effects = told.effects.get(before..).unwrap_or_default();
                let fields = Fields {
                    object: *object,
                    place: top,
                };
                overall = Some(overall_word(&fields, effects, skipped, &mut warnings));
                updated_at = fields.time("date_updated", &mut warnings);
                coverage.open_incidents = less_skipped(Listing::Complete, skipped);
                // Nothing says that every maintenance announced is listed.
                coverage.open_maintenances = Listing::Partial;
            }
            Ok(Part::History(list)) => {
                told.take(list, &top, false, &mut warnings);
                coverage.past_incidents = Listing::Partial;
                coverage.past_maintenances = Listing::Partial;
                coverage.open_incidents = coverage.open_incidents.max(Listing::Partial);
                coverage.open_maintenances = coverage.open_maintenances.max(Listing::Partial);
            }
            Err(_) => coverage.past_incidents = coverage.past_incidents.max(Listing::Partial),
        }
    }
    let (incidents, maintenances) = told.sorted();
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall,
            components: Vec::new(),
            incidents,
            maintenances,
            coverage,
            updated_at,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// The overall word, and what it means beside the effects of what is active; see the documentation of the module.
fn overall_word(
    fields: &Fields<'_, '_>,
    effects: &[Option<Health>],
    skipped: usize,
    warnings: &mut Warnings,
) -> Overall {
    let raw = fields.expected_text("status", warnings);
    let known = [("ok", Health::Operational), ("active", Health::Unknown)];
    let word = raw.and_then(|raw| meaning(raw, &known, &fields.place.key("status"), warnings));
    let worst = effects
        .iter()
        .flatten()
        .fold(Health::Unknown, |worst, effect| worst.worse(*effect));
    let is_whole = skipped == 0 && effects.iter().all(Option::is_some) && word.is_some();
    let health = match word.unwrap_or(Health::Unknown).worse(worst) {
        calm @ (Health::Operational | Health::Maintenance) if is_whole => calm,
        Health::Operational | Health::Maintenance => Health::Unknown,
        health @ (Health::Degraded | Health::PartialOutage | Health::MajorOutage | Health::Unknown) => health,
    };
    Overall {
        raw: raw.map(str::to_owned),
        health,
        description: None,
    }
}

/// The entries of all documents, each once.
#[derive(Default)]
struct Told {
    entries: Vec<Entry>,
    positions: BTreeMap<String, usize>,
    /// What each entry that was active means for the page; `None` where that could not be read.
    effects: Vec<Option<Health>>,
}

struct Entry {
    event: Kind,
    /// Of two with one id the one counts that was changed last, at a tie the one that is current.
    age: (Option<Timestamp>, bool),
}

enum Kind {
    Incident(Incident),
    Maintenance(Maintenance),
}

impl Told {
    /// Takes the entries of a list; gives how many could not be read.
    fn take(
        &mut self,
        list: &[Json<'_>],
        place: &Place<'_>,
        is_current: bool,
        warnings: &mut Warnings,
    ) -> usize {
        let mut derived = DerivedIds::default();
        objects(list, place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let (event, effect) = entry(&fields, &mut derived, warnings);
            self.effects.push(effect);
            let age = (fields.time("date_updated", warnings), is_current);
            let new = Entry { event, age };
            let known = self.positions.get(new.id()).copied();
            match known.and_then(|at| self.entries.get_mut(at)) {
                Some(known) if new.age >= known.age => *known = new,
                Some(_) => {}
                None => {
                    self.positions.insert(new.id().to_owned(), self.entries.len());
                    self.entries.push(new);
                }
            }
        })
    }

    fn sorted(self) -> (Vec<Incident>, Vec<Maintenance>) {
        let (mut incidents, mut maintenances) = (Vec::new(), Vec::new());
        for entry in self.entries {
            match entry.event {
                Kind::Incident(incident) => incidents.push(incident),
                Kind::Maintenance(maintenance) => maintenances.push(maintenance),
            }
        }
        (incidents, maintenances)
    }
}

impl Entry {
    fn id(&self) -> &str {
        match &self.event {
            Kind::Incident(incident) => &incident.id,
            Kind::Maintenance(maintenance) => &maintenance.id,
        }
    }
}

/// What an entry's `type` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Outage,
    Incident,
    Notice,
    Maintenance,
}

/// What an entry's `status` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Active,
    Resolved,
    Scheduled,
    Completed,
    Cancelled,
}

/// An entry, and what it means for the page while it is listed as active.
fn entry(
    fields: &Fields<'_, '_>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> (Kind, Option<Health>) {
    let type_raw = fields.expected_text("type", warnings);
    let status_raw = fields.expected_text("status", warnings);
    let kind = type_raw.and_then(|raw| meaning(raw, TYPES, &fields.place.key("type"), warnings));
    let stands = status_raw.and_then(|raw| meaning(raw, STANDS, &fields.place.key("status"), warnings));
    let title = fields.expected_text("title", warnings).unwrap_or_default();
    let id = event_id(fields, "incident", "date_created", derived, warnings);
    let url = fields.text("url", warnings).and_then(web_address);
    let services = texts(fields, "services", warnings);
    let components = services
        .iter()
        .map(|name| NamedComponent {
            id: None,
            name: (*name).to_owned(),
            health: None,
            raw: None,
        })
        .collect();
    let phase_raw = status_raw.map(str::to_owned);
    // The words of a maintenance come with other types too.
    let is_maintenance = kind == Some(Type::Maintenance)
        || matches!(
            stands,
            Some(Stands::Scheduled | Stands::Completed | Stands::Cancelled)
        );
    let event = if is_maintenance {
        Kind::Maintenance(Event {
            updates: notes(fields, &id, MaintenancePhase::Unknown, warnings),
            id,
            facts: MaintenanceFacts {
                phase: stands.map_or(MaintenancePhase::Unknown, maintenance_phase),
                phase_raw,
                url,
                components,
                ..MaintenanceFacts::titled(title)
            },
        })
    } else {
        Kind::Incident(Event {
            updates: notes(fields, &id, Phase::Unknown, warnings),
            id,
            facts: IncidentFacts {
                impact: kind.map_or(Impact::Unknown, impact),
                impact_raw: type_raw.map(str::to_owned),
                phase: stands.map_or(Phase::Unknown, phase),
                phase_raw,
                started_at: fields.time("date_created", warnings),
                url,
                components,
                ..IncidentFacts::titled(title)
            },
        })
    };
    let effect = match (kind, stands) {
        (Some(Type::Outage), Some(Stands::Active) | None) if services.is_empty() => Some(Health::MajorOutage),
        (Some(Type::Outage), Some(Stands::Active) | None) => Some(Health::PartialOutage),
        (Some(Type::Incident), Some(Stands::Active) | None) => Some(Health::Degraded),
        (Some(Type::Maintenance), Some(Stands::Active)) => Some(Health::Maintenance),
        (Some(Type::Notice), Some(Stands::Active)) => Some(Health::Operational),
        (Some(_), Some(Stands::Scheduled | Stands::Resolved | Stands::Completed | Stands::Cancelled)) => {
            Some(Health::Operational)
        }
        (None, _) | (_, None) => None,
    };
    (event, effect)
}

/// The notes of an entry. They tell of no phase.
fn notes<P: Copy>(fields: &Fields<'_, '_>, id: &str, phase: P, warnings: &mut Warnings) -> Vec<Update<P>> {
    let mut notes = Vec::new();
    let mut derived = DerivedIds::default();
    let list = fields.list("notes", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("notes"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let body = fields.expected_text("body", warnings).unwrap_or_default();
            let birth = object.text("date_created").unwrap_or(body);
            notes.push(Update {
                id: derived.distinct(derived_id("note", &[id, birth])),
                phase,
                phase_raw: None,
                at: fields.time("date_created", warnings),
                body: body.to_owned(),
                components: Vec::new(),
            });
        },
    );
    oldest_first(notes)
}

const TYPES: &[(&str, Type)] = &[
    ("outage", Type::Outage),
    ("incident", Type::Incident),
    ("notice", Type::Notice),
    ("maintenance", Type::Maintenance),
];

const STANDS: &[(&str, Stands)] = &[
    ("active", Stands::Active),
    ("resolved", Stands::Resolved),
    ("scheduled", Stands::Scheduled),
    ("completed", Stands::Completed),
    ("cancelled", Stands::Cancelled),
    ("canceled", Stands::Cancelled),
];

fn impact(kind: Type) -> Impact {
    match kind {
        Type::Outage => Impact::Critical,
        Type::Incident => Impact::Major,
        Type::Notice => Impact::None,
        Type::Maintenance => Impact::Unknown,
    }
}

/// `active` tells no finer phase than that the incident is not over.
fn phase(stands: Stands) -> Phase {
    match stands {
        Stands::Active => Phase::Investigating,
        Stands::Resolved => Phase::Resolved,
        Stands::Scheduled | Stands::Completed | Stands::Cancelled => Phase::Unknown,
    }
}

fn maintenance_phase(stands: Stands) -> MaintenancePhase {
    match stands {
        Stands::Active => MaintenancePhase::InProgress,
        Stands::Scheduled => MaintenancePhase::Scheduled,
        Stands::Resolved | Stands::Completed => MaintenancePhase::Completed,
        Stands::Cancelled => MaintenancePhase::Cancelled,
    }
}

#[cfg(test)]
mod tests;
