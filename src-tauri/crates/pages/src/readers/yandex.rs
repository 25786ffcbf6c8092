//! Yandex Cloud (status.yandex.cloud).
//!
//! | document | holds |
//! |---|---|
//! | `api/incidents?lang=en` | the 20 newest incidents, open and past, each with its comments |
//! | `api/incidents/ID` | one of them; read, but not asked for |
//!
//! Sources: a public client of the page, and payloads recorded in 2024.
//!
//! The page publishes incidents only: of what no open incident names nothing is known. An incident's `status` says whether
//! it is open, even where its last comment says `resolved` and it has an end: then the vendor has not closed it yet.

use url::Url;

use super::addresses::is_at;
use super::components::named_services;
use super::documents::called;
use super::ids::{DerivedIds, event_id, update_id};
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::updates::{oldest_first, stay};
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Coverage, Event, Incident, IncidentFacts, Listing, PageIdentity, Postmortem, Snapshot, Update,
};
use crate::words::{Health, Impact, Phase};

/// Reads Yandex Cloud's page.
#[derive(Clone, Copy, Debug)]
pub struct Yandex;

const PAGE: &str = "https://status.yandex.cloud/";

impl Reader for Yandex {
    fn key(&self) -> &'static str {
        "yandex"
    }

    fn name(&self) -> &'static str {
        "Yandex Cloud"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "The list of services: it says of a service what incidents it had, not how it is, so that the page is unknown while nothing is open.",
            "The regions and zones that an incident touches: they are no parts of the services that it names.",
            "Incidents beyond the 20 newest.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let hosts = [
            "status.yandex.cloud",
            "status.cloud.yandex.com",
            "status.cloud.yandex.ru",
        ];
        if !is_at(address, &hosts) {
            return None;
        }
        let language = address
            .path_segments()
            .and_then(|mut steps| steps.next().map(str::to_owned))
            .filter(|language| language == "ru")
            .or_else(|| Site::from_url(address).key().map(str::to_owned));
        let page = Site::at(&Url::parse(PAGE).ok()?);
        Some(page.with_key(language.as_deref().unwrap_or_default()))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = site.join("api/incidents").map(|mut url| {
            url.query_pairs_mut()
                .append_pair("lang", language(Some(site)))
                .append_pair("installation", "all");
            url
        });
        url.map(|url| DocumentAddress::light("incidents", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let parts: Vec<_> = trees.iter().map(part).collect::<Result<_, _>>()?;
        if parts.is_empty() {
            return Err(Unreadable::Empty);
        }
        Ok(reading(documents, &parts, site))
    }
}

/// The language in which a page is asked for: Russian where the address says so, else English.
fn language(site: Option<&Site>) -> &'static str {
    match site.and_then(Site::key) {
        Some("ru") => "ru",
        Some(_) | None => "en",
    }
}

/// What a document holds.
enum Part<'j> {
    List(Object<'j>, &'j [Json<'j>]),
    One(Object<'j>),
}

fn part<'j>(tree: &'j Json<'j>) -> Result<Part<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    if let Some(items) = top.list("items") {
        return if items.iter().filter_map(Json::object).any(is_incident) {
            Ok(Part::List(top, items))
        } else {
            Err(Unreadable::other_shape(
                "no incident of Yandex Cloud among the items",
            ))
        };
    }
    if is_incident(top) {
        Ok(Part::One(top))
    } else {
        Err(Unreadable::other_shape("neither a list of items nor an incident"))
    }
}

fn is_incident(object: Object<'_>) -> bool {
    let has = |key: &&str| object.get(key).is_some();
    let marks = [
        "levelId",
        "level",
        "comments",
        "installations",
        "isReportPublished",
    ];
    object.text("title").is_some() && has(&"status") && marks.iter().filter(|key| has(key)).count() >= 3
}

fn reading(documents: &[Document<'_>], parts: &[Part<'_>], site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let mut incidents: Once<Incident> = Once::default();
    let mut listing = Listing::Partial;
    for (at, part) in parts.iter().enumerate() {
        let name = called(documents, at);
        let top = Place::document(&name);
        let mut derived = DerivedIds::default();
        let mut take = |object: Object<'_>, place: &Place<'_>, warnings: &mut Warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let incident = incident(&fields, site, &mut derived, warnings);
            incidents.put(&incident.id.clone(), incident, place, warnings);
        };
        match part {
            Part::One(object) => take(*object, &top, &mut warnings),
            Part::List(object, items) => {
                let skipped = objects(items, &top.key("items"), &mut warnings, take);
                let fields = Fields {
                    object: *object,
                    place: top,
                };
                let count = fields.integer("count", &mut warnings);
                if count.is_some_and(|count| usize::try_from(count) == Ok(items.len())) {
                    listing = less_skipped(Listing::Complete, skipped);
                }
            }
        }
    }
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: None,
            components: Vec::new(),
            incidents: incidents.into_list(),
            maintenances: Vec::new(),
            coverage: Coverage {
                open_incidents: listing,
                past_incidents: listing,
                ..Coverage::NOTHING
            },
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

fn incident(
    fields: &Fields<'_, '_>,
    site: Option<&Site>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Incident {
    let id = event_id(fields, "incident", "createdAt", derived, warnings);
    let url = link(site, &id);
    let mut updates = comments(fields, &id, warnings);
    stay(&mut updates, &["update"], Phase::Investigating);
    let status = fields.expected_text("status", warnings);
    let phase = status.and_then(|raw| meaning(raw, PHASES, &fields.place.key("status"), warnings));
    let phase = phase.unwrap_or(Phase::Unknown);
    let is_closed = matches!(phase, Phase::Resolved | Phase::Postmortem | Phase::Unknown);
    let (impact, impact_raw) = level(fields, warnings);
    let health = match phase {
        Phase::Resolved | Phase::Postmortem => None,
        Phase::Investigating | Phase::Identified | Phase::Monitoring | Phase::Unknown => {
            present_health(impact)
        }
    };
    let title = fields.expected_text("title", warnings).unwrap_or_default();
    let postmortem = report(fields, url.as_deref(), warnings);
    Event {
        id,
        facts: IncidentFacts {
            impact,
            phase,
            phase_raw: status.map(str::to_owned),
            started_at: fields.time("startDate", warnings),
            resolved_at: fields.time("endDate", warnings).filter(|_| is_closed),
            url,
            components: named_services(fields, health, impact_raw.as_deref(), warnings),
            impact_raw,
            postmortem,
            ..IncidentFacts::titled(title)
        },
        updates,
    }
}

fn link(site: Option<&Site>, id: &str) -> Option<String> {
    let page = match site {
        Some(site) => site.base().clone(),
        None => Url::parse(PAGE).ok()?,
    };
    let is_plain = id.bytes().all(|byte| byte.is_ascii_digit());
    let path = format!("{}/incidents/{id}", language(site));
    let url = page.join(&path).ok().filter(|_| is_plain)?;
    Some(url.into())
}

/// The incident's level as an impact, with its word; only the number of it where there is no word.
fn level(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> (Impact, Option<String>) {
    if let Some(object) = fields.object("level", warnings) {
        let level = Fields {
            object,
            place: fields.place.key("level"),
        };
        if let Some(label) = level.text("label", warnings) {
            let impact = meaning(label, LEVELS, &level.place.key("label"), warnings);
            return (impact.unwrap_or(Impact::Unknown), Some(label.to_owned()));
        }
    }
    match fields.integer("levelId", warnings) {
        Some(1) => (Impact::Minor, None),
        Some(2) => (Impact::Major, None),
        Some(other) => {
            warnings.add(
                fields.place.key("levelId"),
                format_args!("{other} is no known level"),
            );
            (Impact::Unknown, None)
        }
        None => (Impact::Unknown, None),
    }
}

/// How the services are that an open incident of this level names. One that is unavailable is so in some zones.
fn present_health(impact: Impact) -> Option<Health> {
    match impact {
        Impact::Minor => Some(Health::Degraded),
        Impact::Major | Impact::Critical => Some(Health::PartialOutage),
        Impact::None | Impact::Unknown => None,
    }
}

fn comments(fields: &Fields<'_, '_>, incident: &str, warnings: &mut Warnings) -> Vec<Update<Phase>> {
    let mut updates = Vec::new();
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
            let raw = fields.expected_text("type", warnings);
            let phase = raw.and_then(|raw| meaning(raw, COMMENTS, &place.key("type"), warnings));
            updates.push(Update {
                id: update_id(&fields, incident, "createdAt", &mut ids, warnings),
                phase: phase.unwrap_or(Phase::Unknown),
                phase_raw: raw.map(str::to_owned),
                at: fields.time("createdAt", warnings),
                body: fields
                    .expected_text("content", warnings)
                    .unwrap_or_default()
                    .to_owned(),
                components: Vec::new(),
            });
        },
    );
    // The newest come first.
    updates.reverse();
    oldest_first(updates)
}

fn report(fields: &Fields<'_, '_>, url: Option<&str>, warnings: &mut Warnings) -> Option<Postmortem> {
    let is_published = fields.flag("isReportPublished", warnings);
    let body = fields.text("report", warnings).filter(|_| is_published)?;
    Some(Postmortem {
        body: Some(body.to_owned()),
        url: url.map(str::to_owned),
        at: fields.time("reportPublishedTime", warnings),
    })
}

/// The `status` of an incident. `open` tells no finer phase than that it is not over.
const PHASES: &[(&str, Phase)] = &[
    ("open", Phase::Investigating),
    ("opened", Phase::Investigating),
    ("resolved", Phase::Resolved),
    ("withReport", Phase::Postmortem),
];

/// The `type` of a comment.
const COMMENTS: &[(&str, Phase)] = &[
    ("investigation", Phase::Investigating),
    ("update", Phase::Unknown),
    ("resolved", Phase::Resolved),
];

const LEVELS: &[(&str, Impact)] = &[("Minor", Impact::Minor), ("Unavailable", Impact::Major)];

#[cfg(test)]
mod tests;
