//! Infomaniak (infomaniakstatus.com), by the events of its API.
//!
//! | document | holds |
//! |---|---|
//! | `api.infomaniak.com/2/events` | incidents and maintenances, newest first, cut into pages |
//!
//! Sources: Infomaniak's API reference, and payloads recorded in 2023. The reference shows the address with a token; where
//! Infomaniak refuses to answer without one, the page cannot be read.
//!
//! The document lists events only: of what no open one names nothing is known. An event of the type `impacting` that is in
//! progress degrades the services that it names; nothing says how badly. Texts are written in French and translated by
//! Infomaniak itself; the English ones are taken where there are any.

use std::borrow::Cow;

use url::Url;

use super::addresses::{document_at, is_at, web_address};
use super::components::named_services;
use super::documents::called;
use super::ids::{DerivedIds, derived_id, event_id};
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::updates::oldest_first;
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Coverage, Event, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts, PageIdentity, Snapshot,
    Update,
};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// Reads Infomaniak's events.
#[derive(Clone, Copy, Debug)]
pub struct Infomaniak;

const HOST: &str = "infomaniakstatus.com";
const PAGE: &str = "https://infomaniakstatus.com/";

impl Reader for Infomaniak {
    fn key(&self) -> &'static str {
        "infomaniak"
    }

    fn name(&self) -> &'static str {
        "Infomaniak"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "What answers only with a token of Infomaniak's API: its reference shows no other way, so the page may be unreadable.",
            "Events beyond the first page of the list.",
            "Translations other than the English ones.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let is_infomaniak = is_at(address, &[HOST, "www.infomaniakstatus.com"]);
        let page = Url::parse(PAGE).ok()?;
        is_infomaniak.then(|| Site::at(&page))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        document_at(site, HOST, "https://api.infomaniak.com/", "2/events")
            .map(|url| DocumentAddress::light("events", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let parts: Vec<_> = trees.iter().map(part).collect::<Result<_, _>>()?;
        if parts.is_empty() {
            return Err(Unreadable::Empty);
        }
        Ok(reading(documents, &parts))
    }
}

/// What a document holds.
struct Part<'j> {
    top: Object<'j>,
    events: &'j [Json<'j>],
}

fn part<'j>(tree: &'j Json<'j>) -> Result<Part<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    if top
        .text("result")
        .is_some_and(|result| result.eq_ignore_ascii_case("error"))
    {
        return Err(Unreadable::other_shape("Infomaniak's API answers with an error"));
    }
    let events = top
        .list("data")
        .ok_or_else(|| Unreadable::other_shape("no list at data"))?;
    let is_event = |object: Object<'_>| {
        object.object("description").is_some()
            && ["type", "status", "started_at"]
                .iter()
                .all(|key| object.get(key).is_some())
    };
    // The marks of a list that is cut into pages tell whose list it is, even where it is empty.
    let is_paged = top.text("result") == Some("success")
        && ["total", "pages", "items_per_page", "page"]
            .iter()
            .all(|key| matches!(top.get(key), Some(Json::Number(_))));
    let holds_events = top.get("result").is_some() && events.iter().filter_map(Json::object).any(is_event);
    if holds_events || (is_paged && events.is_empty()) {
        Ok(Part { top, events })
    } else {
        Err(Unreadable::other_shape(
            "no event with a type, a status, a beginning and a description",
        ))
    }
}

fn reading(documents: &[Document<'_>], parts: &[Part<'_>]) -> Reading {
    let mut warnings = Warnings::default();
    let mut incidents: Once<Incident> = Once::default();
    let mut maintenances: Once<Maintenance> = Once::default();
    let mut listing = Listing::Partial;
    for (at, part) in parts.iter().enumerate() {
        let name = called(documents, at);
        let top = Place::document(&name);
        let mut derived = DerivedIds::default();
        let skipped = objects(
            part.events,
            &top.key("data"),
            &mut warnings,
            |object, place, warnings| {
                let fields = Fields {
                    object,
                    place: *place,
                };
                match event(&fields, &mut derived, warnings) {
                    Kind::Incident(incident) => {
                        incidents.put(&incident.id.clone(), incident, place, warnings);
                    }
                    Kind::Maintenance(maintenance) => {
                        maintenances.put(&maintenance.id.clone(), maintenance, place, warnings);
                    }
                }
            },
        );
        let fields = Fields {
            object: part.top,
            place: top,
        };
        let total = fields.integer("total", &mut warnings);
        if total.is_some_and(|total| usize::try_from(total) == Ok(part.events.len())) {
            listing = less_skipped(Listing::Complete, skipped);
        }
    }
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: None,
            components: Vec::new(),
            incidents: incidents.into_list(),
            maintenances: maintenances.into_list(),
            coverage: Coverage {
                components: Listing::Absent,
                open_incidents: listing,
                past_incidents: listing,
                open_maintenances: listing,
                past_maintenances: listing,
            },
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

enum Kind {
    Incident(Incident),
    Maintenance(Maintenance),
}

/// What an event's `type` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Impacting,
    Maintenance,
}

fn event(fields: &Fields<'_, '_>, derived: &mut DerivedIds, warnings: &mut Warnings) -> Kind {
    let type_raw = fields.expected_text("type", warnings);
    let kind = type_raw.and_then(|raw| meaning(raw, TYPES, &fields.place.key("type"), warnings));
    let phase_raw = fields.expected_text("status", warnings);
    let id = event_id(fields, "event", "started_at", derived, warnings);
    let url = fields.text("url", warnings).and_then(link);
    let words = described(fields, warnings);
    let place = fields.place.key("status");
    let starts_at = fields.epoch_seconds("started_at", warnings);
    let ends_at = fields.epoch_seconds("ended_at", warnings);
    if kind == Some(Type::Maintenance) {
        let phase = phase_raw.and_then(|raw| meaning(raw, MAINTENANCE_PHASES, &place, warnings));
        let unknown = MaintenancePhase::Unknown;
        return Kind::Maintenance(Event {
            updates: updates(fields, &id, &words, unknown, warnings),
            id,
            facts: MaintenanceFacts {
                phase: phase.unwrap_or(unknown),
                phase_raw: phase_raw.map(str::to_owned),
                starts_at,
                ends_at,
                url,
                components: named_services(fields, None, None, warnings),
                ..MaintenanceFacts::titled(&words.title)
            },
        });
    }
    let phase = phase_raw.and_then(|raw| meaning(raw, PHASES, &place, warnings));
    let health = kind
        .filter(|_| phase != Some(Phase::Resolved))
        .map(|_| Health::Degraded);
    Kind::Incident(Event {
        updates: updates(fields, &id, &words, Phase::Unknown, warnings),
        id,
        facts: IncidentFacts {
            impact: Impact::Unknown,
            impact_raw: type_raw.map(str::to_owned),
            phase: phase.unwrap_or(Phase::Unknown),
            phase_raw: phase_raw.map(str::to_owned),
            started_at: starts_at,
            resolved_at: ends_at,
            url,
            components: named_services(fields, health, type_raw, warnings),
            ..IncidentFacts::titled(&words.title)
        },
    })
}

/// The official link: an address, or what stands behind the page's.
fn link(published: &str) -> Option<String> {
    web_address(published).or_else(|| {
        let is_name = !published.is_empty() && published.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_name.then(|| format!("{PAGE}{published}"))
    })
}

/// The title and the text of an event.
struct Words<'j> {
    title: Cow<'j, str>,
    body: Option<&'j str>,
}

/// What `description` says, in English where it is translated.
fn described<'j>(fields: &Fields<'j, '_>, warnings: &mut Warnings) -> Words<'j> {
    let Some(object) = fields.object("description", warnings) else {
        return Words {
            title: Cow::Borrowed(""),
            body: None,
        };
    };
    let description = Fields {
        object,
        place: fields.place.key("description"),
    };
    let english = english(&description, "translations", warnings);
    let english_text = |key: &str, warnings: &mut Warnings| {
        english
            .and_then(|fields| fields.text(key, warnings))
            .filter(|text| !text.trim().is_empty())
    };
    let title = english_text("title", warnings).or_else(|| description.expected_text("title", warnings));
    Words {
        title: Cow::Borrowed(title.unwrap_or_default()),
        body: english_text("body", warnings).or_else(|| description.text("description", warnings)),
    }
}

/// The English one of a list of translations.
fn english<'j, 'p>(
    fields: &'p Fields<'j, 'p>,
    key: &'static str,
    warnings: &mut Warnings,
) -> Option<Fields<'j, 'p>> {
    let list = fields.list(key, warnings)?;
    let object = list
        .iter()
        .filter_map(Json::object)
        .find(|translation| translation.text("language") == Some("en"))?;
    Some(Fields {
        object,
        place: fields.place.key(key),
    })
}

/// The description and the comments on it, oldest first. They tell of no phase.
fn updates<P: Copy>(
    fields: &Fields<'_, '_>,
    event: &str,
    words: &Words<'_>,
    phase: P,
    warnings: &mut Warnings,
) -> Vec<Update<P>> {
    let update = |id: String, at, body: &str| Update {
        id,
        phase,
        phase_raw: None,
        at,
        body: body.to_owned(),
        components: Vec::new(),
    };
    let mut updates = Vec::new();
    if let Some(body) = words.body {
        // When it was written is not said: the event may have begun before, or not yet.
        updates.push(update(derived_id("description", &[event]), None, body));
    }
    let mut ids = DerivedIds::default();
    let list = fields.list("comments", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("comments"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let translated =
                english(&fields, "translation", warnings).and_then(|fields| fields.text("body", warnings));
            let body = translated
                .or_else(|| fields.expected_text("body", warnings))
                .unwrap_or_default();
            let at = fields.epoch_seconds("started_at", warnings);
            let birth = at.map_or_else(|| body.to_owned(), |at| at.to_string());
            let id = ids.distinct(derived_id("comment", &[event, &birth]));
            updates.push(update(id, at, body));
        },
    );
    oldest_first(updates)
}

const TYPES: &[(&str, Type)] = &[
    ("impacting", Type::Impacting),
    ("maintenance", Type::Maintenance),
    ("maintenance_housing", Type::Maintenance),
    ("enhancement", Type::Maintenance),
];

/// The `status` of what is no maintenance. `inprogress` tells no finer phase than that it is not over.
const PHASES: &[(&str, Phase)] = &[
    ("inprogress", Phase::Investigating),
    ("terminated", Phase::Resolved),
];

const MAINTENANCE_PHASES: &[(&str, MaintenancePhase)] = &[
    ("planned", MaintenancePhase::Scheduled),
    ("inprogress", MaintenancePhase::InProgress),
    ("terminated", MaintenancePhase::Completed),
];

#[cfg(test)]
mod tests;
