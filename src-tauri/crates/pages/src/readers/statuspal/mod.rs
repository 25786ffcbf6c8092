//! Statuspal: the summary of its API.
//!
//! | document | holds |
//! |---|---|
//! | `https://statuspal.io/api/v2/status_pages/NAME/summary` | the overall word, the tree of services, incidents and maintenances that are not over |
//!
//! Pages in Europe are served from `statuspal.eu`. The page's name in the platform is the site's key; a key that is an
//! address is the document's own. Sources: the vendor's API documentation with its example; payloads recorded from
//! pages of two vendors between 2023 and 2025.
//!
//! A service says what kind of incident it has now, and `null` is how it says that it has none. Incidents have no phase of
//! their own; the kind of the newest update is it. Times are UTC without saying so.

mod events;
mod services;

#[cfg(test)]
mod tests;

use url::Url;

use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{Coverage, Overall, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads Statuspal.
#[derive(Clone, Copy, Debug)]
pub struct Statuspal;

impl Reader for Statuspal {
    fn key(&self) -> &'static str {
        "statuspal"
    }

    fn name(&self) -> &'static str {
        "Statuspal"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Incidents and maintenances that are over: their list is documented for holders of a key.",
            "Information notices: they are announcements, and no page that has one was at hand.",
            "Translations: what is read is the page's own language.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let host = address.host_str()?;
        if HOSTS.contains(&host) {
            let name = slug(address.path().split_once("/status_pages/")?.1)?;
            return Some(site(&Site::at_root(address), host, name));
        }
        let (name, host) = host.split_once('.')?;
        let is_a_page = HOSTS.contains(&host) && !RESERVED.contains(&name);
        is_a_page.then(|| site(&Site::at_root(address), host, name))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let root = Site::at_root(front.url);
        HOSTS.iter().find_map(|host| {
            // Either the page names its own entry in the API, or an address of its own on the platform.
            let in_api = |(at, _): (usize, &str)| {
                let rest = front.body.get(at + host.len()..)?;
                let path = rest.get(..rest.floor_char_boundary(160))?;
                slug(path.split_once("/status_pages/")?.1)
            };
            let own = |(at, _): (usize, &str)| {
                let before = front.body.get(..at)?.strip_suffix('.')?;
                let start = before
                    .rfind(|end: char| !is_slug_part(end))
                    .map_or(0, |at| at + 1);
                slug(before.get(start..)?).filter(|name| !RESERVED.contains(name))
            };
            let places = || front.body.match_indices(*host).take(MOST_MARKS);
            let name = places().find_map(in_api).or_else(|| places().find_map(own))?;
            Some(site(&root, host, name))
        })
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = site.key().and_then(|key| match Url::parse(key) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Some(url),
            _ => summary_address("statuspal.io", key),
        });
        url.map(|url| DocumentAddress::light("summary", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let summaries = trees.iter().map(summary).collect::<Result<Vec<_>, _>>()?;
        let names = || {
            summaries
                .iter()
                .filter_map(|summary| summary.page.text("subdomain"))
        };
        if let Some(first) = names().next()
            && let Some(second) = names().find(|name| *name != first)
        {
            return Err(Unreadable::DifferentPages {
                first: crate::text::inert(first),
                second: crate::text::inert(second),
            });
        }
        summaries.last().map(reading).ok_or(Unreadable::Empty)
    }
}

const HOSTS: [&str; 2] = ["statuspal.io", "statuspal.eu"];
/// Names below the platform's hosts that are no pages.
const RESERVED: [&str; 8] = ["www", "app", "api", "docs", "help", "domains", "cdn", "static"];
/// How many times the platform's host is looked at in a front page.
const MOST_MARKS: usize = 50;

fn is_slug_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

/// The name of a page at the beginning of a text.
fn slug(text: &str) -> Option<&str> {
    let end = text.find(|end: char| !is_slug_part(end)).unwrap_or(text.len());
    text.get(..end).filter(|name| !name.is_empty())
}

/// A page of this name; where it is not the usual one, the document's address says on which of the hosts.
fn site(root: &Site, host: &str, name: &str) -> Site {
    let address = summary_address(host, name).filter(|_| host != HOSTS[0]);
    let key = address.map_or_else(|| name.to_owned(), String::from);
    root.clone().with_key(&key)
}

fn summary_address(host: &str, name: &str) -> Option<Url> {
    let mut url = Url::parse(&format!("https://{host}/api/v2/status_pages/")).ok()?;
    url.path_segments_mut()
        .ok()?
        .pop_if_empty()
        .extend([name, "summary"]);
    Some(url)
}

/// The key of a page's or a service's word.
const CURRENT: &str = "current_incident_type";

/// A document and its page object.
struct Summary<'j> {
    top: Object<'j>,
    page: Object<'j>,
}

/// What a document holds, if it is Statuspal's.
fn summary<'j>(tree: &'j Json<'j>) -> Result<Summary<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    let page = top
        .object("status_page")
        .ok_or_else(|| Unreadable::other_shape("no object called status_page"))?;
    if page.get(CURRENT).is_none() && top.list("services").is_none() {
        return Err(Unreadable::other_shape(
            "neither a word for the page nor a list of services",
        ));
    }
    if page.text("subdomain").is_none() && page.text("name").is_none() {
        return Err(Unreadable::other_shape("the page has neither subdomain nor name"));
    }
    Ok(Summary { top, page })
}

fn reading(summary: &Summary<'_>) -> Reading {
    let mut warnings = Warnings::default();
    let top = Place::document("");
    let fields = Fields {
        object: summary.top,
        place: top,
    };
    let page = Fields {
        object: summary.page,
        place: top.key("status_page"),
    };
    let overall = overall(&fields, &page, &mut warnings);
    let services = services::services(&fields, &mut warnings);
    let (incidents, open_incidents) = events::incidents(&fields, &services.names, &mut warnings);
    let (maintenances, open_maintenances) = events::maintenances(&fields, &services.names, &mut warnings);
    Reading {
        snapshot: Snapshot {
            page: PageIdentity {
                id: page.id("subdomain", &mut warnings).map(Into::into),
                name: page.text("name", &mut warnings).map(str::to_owned),
                // The page's `url` is the vendor's site, not the status page.
                url: None,
            },
            overall,
            components: services.list,
            incidents,
            maintenances,
            coverage: Coverage {
                components: services.listing,
                open_incidents,
                open_maintenances,
                ..Coverage::NOTHING
            },
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// The page's word. Vendors can make kinds of incidents of their own; for those the platform's general word beside it
/// counts, and so it does where it is the worse one.
fn overall(top: &Fields<'_, '_>, page: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<Overall> {
    const GENERAL: &str = "current_status_type";
    let (health, raw) = current_type(page, warnings);
    let is_enough = health.is_known() && health != Health::Operational;
    let general = top.text(GENERAL, warnings).filter(|_| !is_enough);
    let general = general.and_then(|word| meaning(word, HEALTHS, &top.place.key(GENERAL), warnings));
    page.object.get(CURRENT).map(|_| Overall {
        health: health.worse(general.unwrap_or(Health::Unknown)),
        raw,
        description: None,
    })
}

/// What `current_incident_type` of a page or a service means, and its word. `null` is a word here: no incident. That the
/// key is missing is none.
fn current_type(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> (Health, Option<String>) {
    match fields.object.get(CURRENT) {
        None => {
            warnings.add(fields.place.key(CURRENT), "missing");
            (Health::Unknown, None)
        }
        Some(Json::Null) => (Health::Operational, None),
        Some(_) => {
            let word = fields.text(CURRENT, warnings);
            let health = word.and_then(|word| meaning(word, HEALTHS, &fields.place.key(CURRENT), warnings));
            (health.unwrap_or(Health::Unknown), word.map(str::to_owned))
        }
    }
}

/// What the kind of its incident says of a service. `minor` is the platform's word for an outage of a part.
const HEALTHS: &[(&str, Health)] = &[
    ("info", Health::Operational),
    ("scheduled", Health::Maintenance),
    ("emergency-maintenance", Health::Maintenance),
    ("performance", Health::Degraded),
    ("minor", Health::PartialOutage),
    ("major", Health::MajorOutage),
];
