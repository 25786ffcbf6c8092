//! Atlassian Statuspage (public API v2), and the pages that answer in its shape: incident.io's compatible
//! documents and vendors that imitate it.
//!
//! Told apart by their keys (`page`, `status`, `components`, `incidents`, `scheduled_maintenances`), all documents
//! of a page are read into one snapshot:
//!
//! | document | holds |
//! |---|---|
//! | `api/v2/summary.json` | the overall word, components, open incidents, open maintenances |
//! | `api/v2/status.json` | the overall word |
//! | `api/v2/components.json` | every component (incident.io's summary stops at 25) |
//! | `api/v2/incidents.json` | the 50 newest incidents |
//! | `api/v2/incidents/unresolved.json` | the open incidents |
//! | `api/v2/scheduled-maintenances.json` | the 50 newest maintenances |
//! | `api/v2/scheduled-maintenances/{upcoming,active}.json` | those announced, those going on |
//!
//! Where a document gives no identifier, one is derived from what changes least (a component's group and name, an
//! event's or update's creation time): `derived-` and 16 hexadecimal digits.

mod components;
mod coverage;
mod events;
mod kinds;
mod links;
mod shape;
pub(super) mod words;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use url::Url;

use super::json::{Fields, Json, Place, Warnings};
use super::{
    Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, addresses, encoding,
};
use crate::snapshot::{Overall, PageIdentity, Snapshot};
use shape::Parts;

/// Reads Atlassian Statuspage and what answers in its shape.
#[derive(Clone, Copy, Debug)]
pub struct Statuspage;

impl Reader for Statuspage {
    fn key(&self) -> &'static str {
        "statuspage"
    }

    fn name(&self) -> &'static str {
        "Atlassian Statuspage"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Incidents beyond the 50 newest: the older ones are in a history whose times are prose.",
            "Metrics: they are graphs, not health.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let host = address.host_str()?;
        let is_its_own = host.strip_suffix(".statuspage.io").is_some_and(|name| {
            !name.is_empty() && !matches!(name, "www" | "manage" | "api" | "metastatuspage")
        });
        is_its_own.then(|| Site::at_root(address))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let is_marked = front.header("x-statuspage-version").is_some()
            || front.holds("dka575ofm4ao0.cloudfront.net")
            || front.holds("statuspage.io/?utm");
        is_marked.then(|| Site::at_root(front.url))
    }

    fn lives_below_paths(&self) -> bool {
        true
    }

    fn guess(&self, base: &Url) -> Option<Site> {
        Some(Site::at(base))
    }

    /// What incident.io answers in this shape stops at 25 components and names none of them in its incidents.
    fn said_better_by(&self, reading: &Reading) -> Option<&'static str> {
        let id = reading.snapshot.page.id.as_deref()?;
        shape::is_incident_io_id(id).then_some("incidentio")
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        [
            ("summary", "api/v2/summary.json"),
            ("components", "api/v2/components.json"),
            ("incidents", "api/v2/incidents.json"),
            ("scheduled-maintenances", "api/v2/scheduled-maintenances.json"),
        ]
        .into_iter()
        .filter_map(|(name, path)| {
            let url = site.join(path)?;
            Some(if name == "summary" {
                DocumentAddress::light(name, url)
            } else {
                DocumentAddress::heavy(name, url)
            })
        })
        .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let parts = shape::parts_of_one_page(documents, &trees)?;
        Ok(reading(&parts))
    }
}

/// One document of the page, its place in warnings, and when its page says it last changed.
struct Source<'j> {
    parts: Parts<'j>,
    place: String,
    updated_at: Option<Timestamp>,
}

fn reading(documents: &[Parts<'_>]) -> Reading {
    let mut warnings = Warnings::default();
    let mut page = PageIdentity::default();
    let mut sources = Vec::with_capacity(documents.len());
    for (index, parts) in documents.iter().enumerate() {
        let place = match (documents.len(), parts.name) {
            (1, _) => String::new(),
            (_, "") => format!("document {}", index + 1),
            (_, name) => name.to_owned(),
        };
        let (identity, updated_at) = page_identity(parts, Place::document(&place), &mut warnings);
        page.id = identity.id.or(page.id);
        page.name = identity.name.or(page.name);
        page.url = identity.url.or(page.url);
        sources.push(Source {
            parts: *parts,
            place,
            updated_at,
        });
    }

    let overall = overall(&sources, &mut warnings);
    let components = components::read(&sources, &mut warnings);
    let links = links::Links::of(page.url.as_deref());
    let incidents = events::read::<kinds::Incidents>(&sources, &links, &mut warnings);
    let maintenances = events::read::<kinds::Maintenances>(&sources, &links, &mut warnings);
    let (coverage, wants) = coverage::of(&sources);
    let coverage = coverage::lowered(
        coverage,
        components.skipped,
        incidents.skipped,
        maintenances.skipped,
    );

    Reading {
        snapshot: Snapshot {
            page,
            overall,
            components: components.list,
            incidents: incidents.list,
            maintenances: maintenances.list,
            coverage,
            updated_at: sources.iter().filter_map(|source| source.updated_at).max(),
        },
        warnings: warnings.into_list(),
        wants,
    }
}

/// What the `page` object says, and when it says that the page last changed.
fn page_identity(
    parts: &Parts<'_>,
    top: Place<'_>,
    warnings: &mut Warnings,
) -> (PageIdentity, Option<Timestamp>) {
    let Some(object) = parts.page else {
        if let Some(odd) = parts.top.get("page") {
            warnings.add(top.key("page"), format_args!("{odd} is not an object"));
        }
        return (PageIdentity::default(), None);
    };
    let fields = Fields {
        object,
        place: top.key("page"),
    };
    let url = fields.text("url", warnings).and_then(|url| {
        let link = addresses::web_address(url);
        if link.is_none() {
            warnings.add(fields.place.key("url"), "not the address of a web page");
        }
        link
    });
    let identity = PageIdentity {
        id: fields.id("id", warnings).map(Into::into),
        name: fields.text("name", warnings).map(str::to_owned),
        url,
    };
    (identity, fields.time("updated_at", warnings))
}

/// The overall word: of several documents, that of the one whose page changed last counts.
fn overall(sources: &[Source<'_>], warnings: &mut Warnings) -> Option<Overall> {
    let mut latest: Option<(Option<Timestamp>, Overall)> = None;
    for source in sources {
        let top = Place::document(&source.place);
        let Some(object) = source.parts.status else {
            if let Some(odd) = source.parts.top.get("status") {
                warnings.add(top.key("status"), format_args!("{odd} is not an object"));
            }
            continue;
        };
        let fields = Fields {
            object,
            place: top.key("status"),
        };
        let raw = fields.expected_text("indicator", warnings);
        let overall = Overall {
            raw: raw.map(str::to_owned),
            health: raw.map_or(crate::Health::Unknown, |raw| {
                words::indicator(raw, &fields.place.key("indicator"), warnings)
            }),
            description: fields.text("description", warnings).map(str::to_owned),
        };
        if latest.as_ref().is_none_or(|(when, _)| source.updated_at >= *when) {
            latest = Some((source.updated_at, overall));
        }
    }
    latest.map(|(_, overall)| overall)
}
