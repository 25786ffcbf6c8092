//! Site24x7 StatusIQ: the summary that its pages are made of, and its feed of components.
//!
//! | document | holds |
//! |---|---|
//! | `sp/api/public/summary_details/statuspages/ID` | the components in their groups, open incidents and maintenances, past incidents |
//! | `rss` | one item per component, its status behind its name |
//!
//! The encrypted id stands in the page and is the site's key. A page whose id is known is read from the summary; another
//! one from its feed, which has neither groups nor incidents. Sources: feeds recorded from two vendors' pages in 2025;
//! for the summary the platform vendor's own client library, which names its fields and numbers, and public clients.
//!
//! The feed gives the same `guid` to every item on some pages, so a component is the one that its link names, or that its
//! name does. A page without a component is a page, but says nothing of health.

mod feed;
mod summary;

#[cfg(test)]
mod tests;

use url::Url;

use super::json::{Json, Warnings};
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};

/// Reads Site24x7 StatusIQ.
#[derive(Clone, Copy, Debug)]
pub struct StatusIq;

impl Reader for StatusIq {
    fn key(&self) -> &'static str {
        "statusiq"
    }

    fn name(&self) -> &'static str {
        "Site24x7 StatusIQ"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Maintenances that are merely announced: no source at hand shows their list.",
            "Groups and incidents of a page whose id is not known: its feed holds components only.",
            "The overall word: no source at hand says what it can be.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let host = address.host_str()?;
        let is_its_own = host == "status.site24x7.com"
            || host
                .strip_suffix(".site24x7statusiq.com")
                .is_some_and(|name| !name.is_empty() && name != "www");
        is_its_own.then(|| Site::at_root(address))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let site = Site::at_root(front.url);
        let id = ID_MARKS
            .iter()
            .filter_map(|mark| front.body.split_once(mark))
            .find_map(|(_, rest)| encrypted_id(rest));
        if let Some(id) = id {
            return Some(site.with_key(id));
        }
        let is_marked = front.holds("/sp/api/public/") || front.holds("statuspages.globals");
        is_marked.then_some(site)
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let document = match site.key() {
            Some(id) => {
                let at = site.join("sp/api/public/summary_details/statuspages/");
                at.and_then(|mut url| {
                    url.path_segments_mut().ok()?.pop_if_empty().push(id);
                    Some(DocumentAddress::light("summary", url))
                })
            }
            None => site.join("rss").map(|url| DocumentAddress::light("rss", url)),
        };
        document.into_iter().collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        // The summary says all that the feed does, and with the groups.
        let mut latest: Option<(Kind, Reading)> = None;
        for document in documents {
            let kind = Kind::of(document.body)?;
            let mut warnings = Warnings::default();
            let snapshot = match kind {
                Kind::Feed => feed::read(document.body, &mut warnings)?,
                Kind::Summary => {
                    let text = encoding::json_text(document.body)?;
                    summary::read(&Json::parse(&text)?, &mut warnings)?
                }
            };
            if latest.as_ref().is_none_or(|(known, _)| kind >= *known) {
                let reading = Reading {
                    snapshot,
                    warnings: warnings.into_list(),
                    wants: Vec::new(),
                };
                latest = Some((kind, reading));
            }
        }
        latest.map(|(_, reading)| reading).ok_or(Unreadable::Empty)
    }
}

/// What stands before the page's encrypted id in a front page.
const ID_MARKS: [&str; 5] = [
    "\"enc_statuspage_id\":\"",
    "\"enc_statuspage_id\": \"",
    "encodedStatuspageId =`",
    "/sp/api/public/statuspages/favicon/",
    "/sp/api/public/statuspages/logo/",
];

/// The encrypted id at the beginning of a text: Base64 for addresses, of some length.
fn encrypted_id(text: &str) -> Option<&str> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
    let end = text.bytes().position(|byte| !is_part(byte)).unwrap_or(text.len());
    text.get(..end).filter(|id| (10..=120).contains(&id.len()))
}

/// The two documents that the platform has, the one that says more last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Feed,
    Summary,
}

impl Kind {
    fn of(body: &[u8]) -> Result<Self, Unreadable> {
        let text = encoding::text_of(body)?;
        let start = text.trim_start();
        if start.is_empty() {
            return Err(Unreadable::Empty);
        }
        Ok(if start.starts_with('<') {
            Self::Feed
        } else {
            Self::Summary
        })
    }
}
