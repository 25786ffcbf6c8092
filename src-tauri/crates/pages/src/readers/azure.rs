//! Azure status.
//!
//! | document | holds |
//! |---|---|
//! | `feed` | the issues that are active now, as RSS 2.0 |
//!
//! Microsoft documents the page as the view of the health of all Azure services in all regions, for incidents that hit
//! many customers, and offers this feed of it. Its form is that of payloads recorded in July 2026, one of them without an
//! item while all was well. An item stands there as long as its issue is active and is edited in place; nothing says that
//! it is over but its disappearance. So a feed of Azure's own without an item says that all is well, and one with an item
//! that something is not: how bad it is, the feed has no word for, and no word for a phase either.
//!
//! In that outage of July 2026 an instance of the page in the region that was hit answered with a feed without items
//! for hours (public notes of a client's authors). Nothing in such a feed tells it from a true one. The address that the
//! page itself offers for the feed is not served by region, so it is the one that is asked.
//!
//! The feed is believed only if it is Azure's by its title and link, and if everything in its channel is of a known kind.

use jiff::Timestamp;
use roxmltree::Node;
use url::Url;

use super::ids::{DerivedIds, derived_id};
use super::json::{Place, Warnings, quoted};
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding, times, xml};
use crate::snapshot::{
    Coverage, Incident, IncidentFacts, Listing, NamedComponent, Overall, PageIdentity, Snapshot, Update,
};
use crate::words::{Health, Phase};

const TITLE: &str = "Azure Status";
const ATOM: &str = "http://www.w3.org/2005/Atom";

/// Reads the feed of Azure status.
#[derive(Clone, Copy, Debug)]
pub struct Azure;

impl Reader for Azure {
    fn key(&self) -> &'static str {
        "azure"
    }

    fn name(&self) -> &'static str {
        "Azure status"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "The health of single services and regions: the feed names those that an issue hits, without identifiers and mixed up.",
            "Past issues and reviews afterwards: they are web pages alone.",
            "Issues that Microsoft tells only to the customers that they hit, in the Azure portal.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let is_its_own = match address.host_str()? {
            "azure.status.microsoft"
            | "rssfeed.azure.status.microsoft"
            | "status.azure.com"
            | "azurestatuscdn.azureedge.net" => true,
            "azure.microsoft.com" => address
                .path_segments()
                .is_some_and(|mut steps| steps.any(|step| step == "status")),
            _ => false,
        };
        let page = Url::parse("https://azure.status.microsoft/en-us/status/").ok()?;
        is_its_own.then(|| Site::at(&page))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let is_official = site.base().host_str() == Some("azure.status.microsoft");
        let url = site.join("feed/").and_then(|mut url| {
            if is_official {
                url.set_host(Some("rssfeed.azure.status.microsoft")).ok()?;
            }
            Some(url)
        });
        url.map(|url| DocumentAddress::light("feed", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let mut reading = Err(Unreadable::Empty);
        // There is one document: of several the last one counts.
        for document in documents {
            let text = encoding::xml_text(document.body)?;
            let tree = xml::parse(&text)?;
            reading = Ok(read(channel(tree.root_element())?, site));
        }
        reading
    }
}

/// The channel of the feed, if it is Azure's.
fn channel<'a, 'i>(root: Node<'a, 'i>) -> Result<Node<'a, 'i>, Unreadable> {
    let other = |reason: &str| Unreadable::OtherShape {
        reason: reason.to_owned(),
    };
    if !root.has_tag_name("rss") {
        return Err(other("no RSS feed"));
    }
    let channel = xml::children(root, "channel")
        .next()
        .ok_or_else(|| other("a feed without a channel"))?;
    if xml::child_text(channel, "title") != Some(TITLE) {
        return Err(other("not the feed of Azure status by its title"));
    }
    if !xml::child_text(channel, "link").is_some_and(is_its_page) {
        return Err(other("not the feed of Azure status by its link"));
    }
    Ok(channel)
}

/// Whether the channel's link is a page of Azure status. The feed names the instance that served it.
fn is_its_page(link: &str) -> bool {
    let Ok(url) = Url::parse(link) else { return false };
    url.host_str().is_some_and(|host| {
        host == "azure.status.microsoft"
            || host.ends_with(".azure.status.microsoft")
            || host == "status.azure.com"
            || host.starts_with("azurestatus") && host.ends_with(".azurewebsites.net")
    })
}

fn read(channel: Node<'_, '_>, site: Option<&Site>) -> Reading {
    let top = Place::document("");
    let mut warnings = Warnings::default();
    let mut ids = DerivedIds::default();
    let mut incidents = Vec::new();
    let mut strange = 0;
    for element in channel.children().filter(Node::is_element) {
        let name = element.tag_name();
        match (name.namespace(), name.name()) {
            (None, "item") => {
                let items = top.key("item");
                let place = items.entry(incidents.len());
                incidents.push(issue(element, place, site, &mut ids, &mut warnings));
            }
            (
                None,
                "title" | "link" | "description" | "language" | "lastBuildDate" | "pubDate" | "copyright"
                | "generator" | "ttl" | "image" | "category",
            )
            | (Some(ATOM), "link" | "id" | "updated") => {}
            (_, other) => {
                let what = format_args!("an element {} of an unknown kind", quoted(other));
                warnings.add(top.key("channel"), what);
                strange += 1;
            }
        }
    }
    let health = match (incidents.is_empty(), strange) {
        (true, 0) => Some(Health::Operational),
        (true, _) => None,
        // The least that can be meant: nothing is told of how bad it is.
        (false, _) => Some(Health::Degraded),
    };
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: health.map(|health| Overall {
                raw: None,
                health,
                description: None,
            }),
            components: Vec::new(),
            incidents,
            maintenances: Vec::new(),
            coverage: Coverage {
                open_incidents: if strange == 0 {
                    Listing::Complete
                } else {
                    Listing::Partial
                },
                ..Coverage::NOTHING
            },
            // `lastBuildDate` is the time of the answer.
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// An item: an issue that is active. Its text is edited in place, so it is one update.
fn issue(
    item: Node<'_, '_>,
    place: Place<'_>,
    site: Option<&Site>,
    ids: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Incident {
    let title = xml::child_text(item, "title").unwrap_or_default();
    let body = xml::child_text(item, "description").unwrap_or_default();
    let given = xml::child_text(item, "guid");
    let id = given.map_or_else(
        || {
            let birth = if title.is_empty() { body } else { title };
            derived_id("item", &[birth])
        },
        str::to_owned,
    );
    // Feeds of Microsoft's have had the same guid on every item.
    let id = ids.distinct(id);
    if given.is_none() {
        warnings.add(place, format_args!("no guid; {id} is used"));
    }
    let components = xml::children(item, "category")
        .filter_map(xml::content)
        .map(|name| NamedComponent {
            id: None,
            name: name.to_owned(),
            health: None,
            raw: None,
        })
        .collect();
    let update = Update {
        id: derived_id("update", &[&id]),
        phase: Phase::Unknown,
        phase_raw: None,
        at: published(item, place, warnings),
        body: body.to_owned(),
        components: Vec::new(),
    };
    Incident {
        id,
        facts: IncidentFacts {
            // An item's own link leads to the instance that served it.
            url: site.map(|site| site.base().to_string()),
            components,
            ..IncidentFacts::titled(title)
        },
        updates: vec![update],
    }
}

/// When the item was published last.
fn published(item: Node<'_, '_>, place: Place<'_>, warnings: &mut Warnings) -> Option<Timestamp> {
    let updated = item
        .children()
        .find(|child| child.has_tag_name((ATOM, "updated")))
        .and_then(xml::content);
    let written = updated.or_else(|| xml::child_text(item, "pubDate"))?;
    let read = times::read(written);
    if read.is_none() {
        warnings.add(
            place.key("pubDate"),
            format_args!("{} is not a time", quoted(written)),
        );
    }
    read.map(|moment| moment.at)
}

#[cfg(test)]
mod tests;
