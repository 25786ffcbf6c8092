//! Checkly's status pages: the incidents that are not over.
//!
//! | document | holds |
//! |---|---|
//! | `api/status-page/SLUG/unresolved-incidents` | every open incident with its services and updates |
//!
//! An empty list says that no incident is open, and nothing else in it says whose list it is: that one is taken by the
//! document's name. How the services are, the document does not say, so the health of the page is unknown.
//!
//! Sources: a payload recorded from Mistral's page in 2026; Checkly's API reference for the words.

#[cfg(test)]
mod tests;

use url::Url;

use super::ids::DerivedIds;
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::updates::oldest_first_of_newest_first;
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Coverage, Incident, IncidentFacts, Listing, NamedComponent, PageIdentity, Snapshot, Update,
};
use crate::words::{Impact, Phase};

/// Reads Checkly's status pages.
#[derive(Clone, Copy, Debug)]
pub struct Checkly;

/// The host below which every page has a name of its own.
const HOST: &str = ".checkly-status-page.com";

impl Reader for Checkly {
    fn key(&self) -> &'static str {
        "checkly"
    }

    fn name(&self) -> &'static str {
        "Checkly"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "The services and maintenances: no payload of their documents was at hand.",
            "Incidents that are over: they are in the page's RSS, which can be watched as a feed.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let name = address.host_str()?.strip_suffix(HOST)?;
        is_slug(name).then(|| Site::at_root(address).with_key(name))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        // Uptime Kuma has documents below the same path.
        let by_path = ["/unresolved-incidents", "/uptime", "/maintenance-windows"]
            .iter()
            .find_map(|document| {
                front
                    .between("/api/status-page/", document)
                    .filter(|slug| is_slug(slug))
            });
        let slug = by_path.or_else(|| slug_of_host(front.body))?;
        Some(Site::at_root(front.url).with_key(slug))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let slug = site.key().unwrap_or_default();
        let url = site.join(&format!("api/status-page/{slug}/unresolved-incidents"));
        url.into_iter()
            .map(|url| DocumentAddress::light("unresolved-incidents", url))
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        if trees.is_empty() {
            return Err(Unreadable::Empty);
        }
        let mut warnings = Warnings::default();
        let mut found: Once<Incident> = Once::default();
        let mut derived = DerivedIds::default();
        let mut skipped = 0;
        for (document, tree) in documents.iter().zip(&trees) {
            let list = incidents(document.name, tree)?;
            let place = Place::document("");
            skipped += objects(
                list,
                &place.key("incidents"),
                &mut warnings,
                |object, place, warnings| {
                    let incident = incident(object, place, site, &mut derived, warnings);
                    found.put(&incident.id.clone(), incident, place, warnings);
                },
            );
        }
        Ok(Reading {
            snapshot: Snapshot {
                page: PageIdentity::default(),
                overall: None,
                components: Vec::new(),
                incidents: found.into_list(),
                maintenances: Vec::new(),
                coverage: Coverage {
                    open_incidents: less_skipped(Listing::Complete, skipped),
                    ..Coverage::NOTHING
                },
                updated_at: None,
            },
            warnings: warnings.into_list(),
            wants: Vec::new(),
        })
    }
}

/// Whether a text can be the name of a page, with nothing in it that would lead elsewhere.
fn is_slug(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && name != "custom-domain"
        && name != "www"
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The page's name out of its address at Checkly's host, wherever that stands in the front page.
fn slug_of_host(body: &str) -> Option<&str> {
    let (before, _) = body.split_once(HOST)?;
    let from = before
        .rfind(|character: char| !(character.is_ascii_alphanumeric() || character == '-'))
        .map_or(0, |at| {
            at + before
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8)
        });
    before.get(from..).filter(|slug| is_slug(slug))
}

/// The list of a document, if it is this one.
fn incidents<'j>(name: &str, tree: &'j Json<'j>) -> Result<&'j [Json<'j>], Unreadable> {
    let list = tree
        .object()
        .filter(|object| object.entries().count() == 1)
        .and_then(|object| object.list("incidents"));
    let is_its_own = |list: &[Json<'_>]| {
        list.iter().filter_map(Json::object).any(|incident| {
            incident.list("incidentUpdates").is_some()
                || (incident.get("severity").is_some() && incident.list("services").is_some())
        })
    };
    let is_named = name.contains("unresolved-incidents");
    list.filter(|list| is_its_own(list) || (list.is_empty() && is_named))
        .ok_or_else(|| Unreadable::other_shape("not a list of incidents with services and incidentUpdates"))
}

fn incident(
    object: Object<'_>,
    place: &Place<'_>,
    site: Option<&Site>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Incident {
    let fields = Fields {
        object,
        place: *place,
    };
    let title = fields.expected_text("name", warnings).unwrap_or_default();
    let given = fields.id("id", warnings);
    // Where the page itself links to.
    let url = site
        .zip(given.as_deref())
        .filter(|(_, id)| is_slug(id))
        .and_then(|(site, id)| site.join(&format!("incident/{id}")))
        .map(String::from);
    let created_at = fields.time("created_at", warnings);
    let id = given.map(Into::into).unwrap_or_else(|| {
        let birth = object.text("created_at").unwrap_or(title);
        derived.stand_in("incidents", &[birth], *place, warnings)
    });
    let phase_raw = fields.text("lastUpdateStatus", warnings);
    let impact_raw = fields.expected_text("severity", warnings);
    let updates = updates(&fields, warnings);
    let facts = IncidentFacts {
        impact: impact_raw
            .and_then(|raw| meaning(raw, SEVERITIES, &place.key("severity"), warnings))
            .unwrap_or(Impact::Unknown),
        impact_raw: impact_raw.map(str::to_owned),
        phase: phase_raw.map_or(Phase::Unknown, |raw| {
            phase(raw, &place.key("lastUpdateStatus"), warnings)
        }),
        phase_raw: phase_raw.map(str::to_owned),
        started_at: created_at,
        url,
        components: services(&fields, warnings),
        ..IncidentFacts::titled(title)
    };
    Incident { id, facts, updates }
}

/// The services that an incident names. How they are, it does not say.
fn services(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<NamedComponent> {
    let list = fields.list("services", warnings).unwrap_or_default();
    let mut named = Vec::with_capacity(list.len());
    objects(
        list,
        &fields.place.key("services"),
        warnings,
        |object, place, warnings| {
            let service = Fields {
                object,
                place: *place,
            };
            named.push(NamedComponent {
                id: service.id("id", warnings).map(Into::into),
                name: service
                    .expected_text("name", warnings)
                    .unwrap_or_default()
                    .to_owned(),
                health: None,
                raw: None,
            });
        },
    );
    named
}

fn updates(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<Update<Phase>> {
    let list = fields.list("incidentUpdates", warnings).unwrap_or_default();
    let mut updates: Once<Update<Phase>> = Once::default();
    let mut derived = DerivedIds::default();
    objects(
        list,
        &fields.place.key("incidentUpdates"),
        warnings,
        |object, place, warnings| {
            let update = Fields {
                object,
                place: *place,
            };
            let at = update.time("publicIncidentUpdateDate", warnings);
            let at = at.or_else(|| update.time("created_at", warnings));
            let raw = update.expected_text("status", warnings);
            let body = update.text("description", warnings).unwrap_or_default();
            let id: String = update.id("id", warnings).map(Into::into).unwrap_or_else(|| {
                let birth = object.text("created_at").unwrap_or(body);
                derived.stand_in("update", &[birth, raw.unwrap_or_default()], *place, warnings)
            });
            let update = Update {
                id: id.clone(),
                phase: raw.map_or(Phase::Unknown, |raw| phase(raw, &place.key("status"), warnings)),
                phase_raw: raw.map(str::to_owned),
                at,
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
            ("INVESTIGATING", Phase::Investigating),
            ("IDENTIFIED", Phase::Identified),
            ("MONITORING", Phase::Monitoring),
            ("RESOLVED", Phase::Resolved),
        ],
        place,
        warnings,
    )
    .unwrap_or(Phase::Unknown)
}

const SEVERITIES: &[(&str, Impact)] = &[
    ("MINOR", Impact::Minor),
    ("MEDIUM", Impact::Major),
    ("MAJOR", Impact::Critical),
    ("CRITICAL", Impact::Critical),
];
