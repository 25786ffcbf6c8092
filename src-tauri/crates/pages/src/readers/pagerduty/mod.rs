//! PagerDuty's status pages: the data that a page carries in itself, and the API that newer pages are made of.
//!
//! | document | holds |
//! |---|---|
//! | the page itself | in `<script id="data">`: the services in their groups, open and past incidents |
//! | `api/impacted_services` | the services that are not operational now |
//! | `api/posts?is_featured=true&limit=500` | incidents and maintenances that are not over |
//! | `api/services` | the services |
//! | `api/post_enums` | the words for the identifiers in the others |
//!
//! Neither is documented by the vendor. Sources: two states of a page recorded in 2023 for the first form, public clients
//! of 2026 for the API. Which of the two a page has is seen in the page: one that carries its incidents has the site key
//! `embedded`.
//!
//! A service is operational where nothing says otherwise: that is how the platform tells it. It holds only as long as
//! everything that could say otherwise was understood; else such a service is unknown. The headline of a page is a fixed
//! text that says nothing, so there is no overall word; an open incident whose severity is a trouble makes the page
//! degraded at least.

mod api;
mod embedded;
mod incidents;
mod services;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use url::Url;

use super::json::{Json, Object, Place, Warnings};
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};
use crate::words::Health;

/// Reads PagerDuty's status pages.
#[derive(Clone, Copy, Debug)]
pub struct PagerDuty;

impl Reader for PagerDuty {
    fn key(&self) -> &'static str {
        "pagerduty"
    }

    fn name(&self) -> &'static str {
        "PagerDuty"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Past incidents of pages with the API: they are asked for by a span of time, and each in full by a request of its own.",
            "The rest of a long update on pages with the API: its list cuts texts short.",
            "Groups of services on pages with the API: they stand in the page's layout, which no other document needs.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let host = address.host_str()?;
        let is_its_own = host == "status.pagerduty.com" || host.ends_with(".trust.pagerduty.com");
        is_its_own.then(|| Site::at_root(address))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let is_marked = [
            "\"status_page_type\"",
            "\"globalStatusHeadline\"",
            "\"post_enums\"",
        ]
        .iter()
        .any(|mark| front.holds(mark));
        if !is_marked || !front.holds(OPENING) {
            return None;
        }
        let site = Site::at_root(front.url);
        Some(if front.holds("\"open_incidents\"") {
            site.with_key(EMBEDDED)
        } else {
            site
        })
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        if site.key() == Some(EMBEDDED) {
            return vec![DocumentAddress::light("page", site.base().clone())];
        }
        [
            ("impacted-services", "api/impacted_services"),
            ("posts", "api/posts?is_featured=true&limit=500"),
            ("services", "api/services"),
            ("post-enums", "api/post_enums"),
        ]
        .into_iter()
        .filter_map(|(name, path)| Some(DocumentAddress::light(name, site.join(path)?)))
        .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = documents
            .iter()
            .map(|document| encoding::script_json(document.body, OPENING))
            .collect::<Result<Vec<_>, _>>()?;
        let trees = Json::parse_all(&texts)?;
        let parts = trees.iter().map(Part::of).collect::<Result<Vec<_>, _>>()?;
        if parts.iter().all(Part::is_bare) {
            return Err(if parts.is_empty() {
                Unreadable::Empty
            } else {
                Unreadable::other_shape("an empty list of posts, and nothing that tells whose")
            });
        }
        // A page that carries its data says all at once.
        let embedded = parts.iter().rev().find_map(|part| match part {
            Part::Embedded(top, summary) => Some((*top, *summary)),
            Part::Impacted(..) | Part::Posts(..) | Part::Services(..) | Part::Enums(..) => None,
        });
        let mut warnings = Warnings::default();
        let snapshot = match embedded {
            Some((top, summary)) => embedded::read(top, summary, &mut warnings),
            None => api::read(&parts, site, &mut warnings),
        };
        Ok(Reading {
            snapshot,
            warnings: warnings.into_list(),
            wants: Vec::new(),
        })
    }
}

/// The tag before the data that a page carries.
const OPENING: &str = "<script id=\"data\" type=\"application/json\">";
/// The site key of a page that carries its incidents.
const EMBEDDED: &str = "embedded";

/// What one document holds.
#[derive(Clone, Copy)]
enum Part<'j> {
    /// The data of a page, and its `summary`.
    Embedded(Object<'j>, Object<'j>),
    /// The whole document, and its list.
    Impacted(Object<'j>, &'j [Json<'j>]),
    Posts(Object<'j>, &'j [Json<'j>]),
    Services(&'j [Json<'j>]),
    Enums(&'j [Json<'j>]),
}

impl<'j> Part<'j> {
    fn of(tree: &'j Json<'j>) -> Result<Self, Unreadable> {
        let any = |list: &[Json<'_>], key: &str| {
            list.iter()
                .filter_map(Json::object)
                .any(|entry| entry.get(key).is_some())
        };
        let top = tree
            .object()
            .ok_or_else(|| Unreadable::other_shape("not an object"))?;
        if let Some(summary) = top.object("summary") {
            let is_a_page = summary.list("open_incidents").is_some()
                && (summary.get("post_enums").is_some()
                    || summary.get("post_status_page_services").is_some());
            return if is_a_page {
                Ok(Self::Embedded(top, summary))
            } else {
                Err(Unreadable::other_shape("a summary without open incidents"))
            };
        }
        if let Some(list) = top.list("impacted_services") {
            return Ok(Self::Impacted(top, list));
        }
        if let Some(list) = top.list("post_enums") {
            return Ok(Self::Enums(list));
        }
        if let Some(list) = top.list("posts")
            && (list.is_empty() || any(list, "post_type") || any(list, "latest_update"))
        {
            return Ok(Self::Posts(top, list));
        }
        if let Some(list) = top.list("services")
            && (any(list, "business_service_id") || any(list, "status_page_id"))
        {
            return Ok(Self::Services(list));
        }
        Err(Unreadable::other_shape(
            "nothing that a status page of PagerDuty is made of",
        ))
    }

    /// Whether the document could be anybody's: an empty list of posts.
    fn is_bare(&self) -> bool {
        match self {
            Self::Posts(top, list) => list.is_empty() && top.get("continuationToken").is_none(),
            Self::Embedded(..) | Self::Impacted(..) | Self::Services(..) | Self::Enums(..) => false,
        }
    }
}

/// The words behind the identifiers of statuses, severities and impacts.
type Enums = BTreeMap<String, String>;

/// Reads the words. A key such as `incident/impacts/partial_outage` says more reliably than a name what is meant, because
/// the vendor may change the name.
fn enums(list: &[Json<'_>], place: &Place<'_>, warnings: &mut Warnings) -> Enums {
    let mut enums = Enums::new();
    super::lists::objects(list, place, warnings, |object, _, _| {
        let key = object
            .object("layout_settings")
            .and_then(|settings| settings.text("key"));
        let word = key
            .and_then(|key| key.rsplit('/').next())
            .or_else(|| object.text("name"));
        if let (Some(id), Some(word)) = (object.text("id"), word) {
            enums.insert(id.to_owned(), word.to_ascii_lowercase().replace([' ', '-'], "_"));
        }
    });
    enums
}

/// What a severity or an impact says of a service.
const HEALTHS: &[(&str, Health)] = &[
    ("all_good", Health::Operational),
    ("operational", Health::Operational),
    ("maintenance", Health::Maintenance),
    ("minor", Health::Degraded),
    ("major", Health::PartialOutage),
    ("partial_outage", Health::PartialOutage),
    ("outage", Health::MajorOutage),
    ("major_outage", Health::MajorOutage),
];
