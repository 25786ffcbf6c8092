//! Feeds: RSS, Atom and JSON Feed, whoever writes them.
//!
//! A feed tells of incidents and maintenances and of nothing else: beyond what it says, the health of the page is unknown.
//! There is one document, and its address is the key of the site.
//!
//! | one entry is | as written by | what belongs together |
//! |---|---|---|
//! | an incident with all its updates | Statuspage, incident.io, Instatus, Auth0, Oracle Cloud | the entry |
//! | one update | Status.io, Checkly, FireHydrant, Google Cloud, Better Stack | entries with one link that names an event, or one identifier |
//! | an event that is going on | Meta | the entry |
//! | an event, its phase nowhere but in prose | Hetzner, Freshstatus, DeepL | the entry; its phase is unknown |
//!
//! Where an event stands is read in the places that a feed has for it: the label of an update (`<strong>Resolved</strong> -`),
//! a line `Status: …`, an element `status`, the prefix or suffix of a title, a category. Prose says nothing here.
//! A feed is cut at some length without saying so, so nothing that is missing from it is over.
//!
//! Feeds that are lists of components (Site24x7 StatusIQ), and Azure's, which tells by what is not in it, are refused:
//! they have readers of their own.
//!
//! Sources: RSS 2.0, RFC 4287, JSON Feed 1.1; Statuspage's history as recorded between 2022 and 2026; the descriptions that
//! the other vendors and public programs give of their feeds.

pub(crate) mod document;
mod events;
pub(crate) mod lines;
mod told;
mod words;
mod xml;

#[cfg(test)]
mod tests;

use url::Url;

use super::json::{Place, Warnings};
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable};
use crate::readers::addresses::web_address;
use crate::snapshot::{Coverage, Listing, PageIdentity, Snapshot};
use document::Feed as Parsed;
use xml::Element;

/// Reads RSS, Atom and JSON Feed.
#[derive(Clone, Copy, Debug)]
pub struct Feed;

impl Reader for Feed {
    fn key(&self) -> &'static str {
        "feed"
    }

    fn name(&self) -> &'static str {
        "a feed: incidents only"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Health beyond the incidents: a feed does not tell it.",
            "What has fallen off the end of the feed: it is cut without saying so.",
            "Phases that stand in prose alone: they would have to be guessed.",
        ]
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        if begins_like_a_feed(front.body) {
            return Some(site_of(front.url));
        }
        let page_is = is_about_status(front.url);
        front
            .feeds()
            .iter()
            .find(|feed| page_is || is_about_status(feed))
            .map(site_of)
    }

    /// Where the commonest platform has its feed, at a host that is about status.
    fn guess(&self, base: &Url) -> Option<Site> {
        let feed = base.join("history.atom").ok().filter(|_| is_about_status(base))?;
        Some(site_of(&feed))
    }

    fn is_last_resort(&self) -> bool {
        true
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = site.join(site.key().unwrap_or_default());
        url.into_iter()
            .map(|url| DocumentAddress::light("feed", url))
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let mut warnings = Warnings::default();
        let mut feeds: Vec<Parsed> = Vec::with_capacity(documents.len());
        for document in documents {
            let name = if documents.len() > 1 { document.name } else { "" };
            let feed = parse(document, Place::document(name), &mut warnings)?;
            let first = feeds.first().and_then(|first| first.link.as_deref());
            if let (Some(first), Some(second)) = (first, feed.link.as_deref())
                && first != second
            {
                return Err(Unreadable::DifferentPages {
                    first: first.to_owned(),
                    second: second.to_owned(),
                });
            }
            feeds.push(feed);
        }
        if feeds.is_empty() {
            return Err(Unreadable::Empty);
        }
        let address = site.and_then(|site| site.join(site.key().unwrap_or_default()));
        for feed in &mut feeds {
            resolve_links(feed, address.as_ref());
        }
        let events = events::read(&feeds, address.as_ref(), &mut warnings);
        Ok(Reading {
            snapshot: Snapshot {
                page: PageIdentity {
                    id: feeds.iter().find_map(|feed| feed.id.clone()),
                    name: feeds.iter().find_map(|feed| feed.title.clone()),
                    url: feeds.iter().find_map(|feed| web_address(feed.link.as_deref()?)),
                },
                overall: None,
                components: Vec::new(),
                incidents: events.incidents,
                maintenances: events.maintenances,
                coverage: Coverage {
                    components: Listing::Absent,
                    open_incidents: Listing::Partial,
                    past_incidents: Listing::Partial,
                    open_maintenances: Listing::Partial,
                    past_maintenances: Listing::Partial,
                },
                updated_at: feeds.iter().filter_map(|feed| feed.updated_at).max(),
            },
            warnings: warnings.into_list(),
            wants: Vec::new(),
        })
    }
}

/// The site whose feed is at an address.
fn site_of(feed: &Url) -> Site {
    Site::at_root(feed).with_key(feed.as_str())
}

/// Whether an address speaks of how something works. A vendor's news have a feed too.
fn is_about_status(url: &Url) -> bool {
    let place = format!("{}{}", url.host_str().unwrap_or_default(), url.path()).to_ascii_lowercase();
    [
        "status",
        "incident",
        "health",
        "uptime",
        "outage",
        "maintenance",
        "trust",
    ]
    .iter()
    .any(|word| place.contains(word))
}

/// Whether a text begins like a feed, seen from its first kilobytes.
fn begins_like_a_feed(text: &str) -> bool {
    let start = text.trim_start_matches(|first: char| first == '\u{feff}' || first.is_whitespace());
    let head = start
        .get(..start.floor_char_boundary(4096))
        .unwrap_or(start)
        .to_ascii_lowercase();
    if head.starts_with('{') {
        return head.contains("https://jsonfeed.org/version/");
    }
    let has = |root: &str| head.contains(root);
    head.starts_with('<') && !has("<html") && (has("<rss") || has("<feed") || has("<rdf:rdf"))
}

fn parse(document: &Document<'_>, place: Place<'_>, warnings: &mut Warnings) -> Result<Parsed, Unreadable> {
    let text = document::text_of(document.body)?;
    if text.trim_start().starts_with('{') {
        return document::parse(&text, place, warnings);
    }
    let root = xml::parse(&text)?;
    if lists_components(&root) {
        return Err(Unreadable::other_shape("a feed of components, not of incidents"));
    }
    let feed = document::xml_feed(&root, place, warnings)?;
    if is_azure(&feed) {
        return Err(Unreadable::other_shape(
            "Azure's feed, which says by an empty list that all is well",
        ));
    }
    Ok(feed)
}

/// Whether a feed is Site24x7 StatusIQ's, by its namespace.
fn lists_components(root: &Element<'_>) -> bool {
    root.attributes()
        .any(|(name, value)| name.starts_with("xmlns") && value.contains("site24x7"))
}

/// Whether a feed is Azure's, by its title or by the page that it belongs to.
fn is_azure(feed: &Parsed) -> bool {
    let host = feed
        .link
        .as_deref()
        .and_then(|link| Url::parse(link).ok())
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default();
    feed.title
        .as_deref()
        .is_some_and(|title| title.eq_ignore_ascii_case("Azure Status"))
        || host.ends_with("status.microsoft")
        || host.starts_with("azurestatus")
        || matches!(host.as_str(), "status.azure.com" | "azure.microsoft.com")
}

/// Makes the links of a feed whole, which may be given in part.
fn resolve_links(feed: &mut Parsed, address: Option<&Url>) {
    let whole = |link: &str, base: Option<&Url>| match (Url::parse(link), base) {
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) => base.join(link).ok().map(String::from),
        _ => Some(link.to_owned()),
    };
    feed.link = feed.link.take().and_then(|link| whole(&link, address));
    let home = feed.link.as_deref().and_then(|link| Url::parse(link).ok());
    let base = home.as_ref().or(address);
    for entry in &mut feed.entries {
        entry.link = entry.link.take().and_then(|link| whole(&link, base));
    }
}
