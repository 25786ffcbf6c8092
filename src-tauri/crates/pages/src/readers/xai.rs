//! xAI's status page: an RSS feed with the state of the service beside each incident.
//!
//! | document | holds |
//! |---|---|
//! | `feed.xml` | every incident of late, with all its updates, its `Status:` and its `Severity:` |
//!
//! The severity is the word for how the service is (`available`, `unavailable`), so it is the health of the one component
//! that stands in brackets before the title. It is one model in one region, never the whole page: `unavailable` is a
//! partial outage. What no incident is about, the feed does not tell.
//!
//! Sources: a payload recorded in 2026, in which everything is over; the other severities are those of public programs
//! that read the feed.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use url::Url;

use super::feed::{Feed, document};
use super::json::{Place, Warnings, meaning};
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable};
use crate::snapshot::{Incident, NamedComponent};
use crate::words::{Health, Impact};

/// Reads xAI's feed.
#[derive(Clone, Copy, Debug)]
pub struct Xai;

const HOST: &str = "status.x.ai";

impl Reader for Xai {
    fn key(&self) -> &'static str {
        "xai"
    }

    fn name(&self) -> &'static str {
        "xAI"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &["The health of what no incident is about: the feed does not tell it."]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        (address.host_str() == Some(HOST)).then(|| Site::at_root(address))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        self.site_at(front.url)
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = site.join("feed.xml");
        url.into_iter()
            .map(|url| DocumentAddress::light("feed", url))
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        if let Some(document) = documents.iter().find(|document| !is_xai(document)) {
            // What it is instead is told by its own trouble, if it has any.
            Feed.read(&[*document], site)?;
            return Err(Unreadable::other_shape(
                "a feed whose entries have no lines Status: and Severity:",
            ));
        }
        let mut reading = Feed.read(documents, site)?;
        let mut warnings = Warnings::default();
        let mut ids = BTreeSet::new();
        let list = Place::document("");
        let list = list.key("item");
        for (index, incident) in reading.snapshot.incidents.iter_mut().enumerate() {
            complete(incident, &list.entry(index), &mut warnings);
            // The link ends in the incident's own identifier.
            if let Some(own) = own_id(&incident.id).filter(|own| ids.insert((*own).to_owned())) {
                incident.id = own.to_owned();
            }
        }
        reading.warnings.extend(warnings.into_list());
        Ok(reading)
    }
}

/// Whether a document is this feed, by the page that it is of, or by the two lines that its entries have.
fn is_xai(document: &Document<'_>) -> bool {
    let Ok(text) = document::text_of(document.body) else {
        return false;
    };
    let Ok(feed) = document::parse(&text, Place::document(""), &mut Warnings::default()) else {
        return false;
    };
    let has_lines =
        |entry: &document::Entry| entry.body.contains("<h3>Status: ") && entry.body.contains("<p>Severity: ");
    let home = feed.link.as_deref().and_then(|link| Url::parse(link).ok());
    home.is_some_and(|home| home.host_str() == Some(HOST)) || feed.entries.iter().any(has_lines)
}

/// Takes over what the severity and the title say.
fn complete(incident: &mut Incident, place: &Place<'_>, warnings: &mut Warnings) {
    let facts = &mut incident.facts;
    let severity = facts
        .impact_raw
        .as_deref()
        .and_then(|raw| meaning(raw, SEVERITIES, &place.key("severity"), warnings));
    facts.impact = severity.map_or(Impact::Unknown, |(impact, _)| impact);
    if facts.components.is_empty()
        && let Some(name) = component(&facts.title)
    {
        facts.components.push(NamedComponent {
            id: None,
            name: name.to_owned(),
            health: severity.map(|(_, health)| health),
            raw: facts.impact_raw.clone(),
        });
    }
}

/// What stands in brackets before a title.
fn component(title: &str) -> Option<&str> {
    let (name, _) = title.strip_prefix('[')?.split_once(']')?;
    (!name.trim().is_empty()).then(|| name.trim())
}

/// The identifier at the end of a link.
fn own_id(link: &str) -> Option<&str> {
    let (_, last) = link.rsplit_once('/')?;
    let is_own = last.starts_with("INC") && last.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_own.then_some(last)
}

const SEVERITIES: &[(&str, (Impact, Health))] = &[
    ("available", (Impact::Unknown, Health::Operational)),
    ("info", (Impact::None, Health::Unknown)),
    ("maintenance", (Impact::Unknown, Health::Maintenance)),
    ("degraded", (Impact::Minor, Health::Degraded)),
    ("disruption", (Impact::Major, Health::Degraded)),
    ("outage", (Impact::Critical, Health::PartialOutage)),
    ("unavailable", (Impact::Critical, Health::PartialOutage)),
];
