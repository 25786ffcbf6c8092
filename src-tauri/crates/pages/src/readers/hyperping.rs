//! Hyperping: one overall word for the whole page, and nothing else.
//!
//! | document | holds |
//! |---|---|
//! | `status.json` | `indicator` (`up`, `incident`, `outage`, `maintenance`) and the share of time up, `uptime` |
//!
//! Sources: a payload recorded from lempire's page in 2026; the words are those of Hyperping's description of the document.

#[cfg(test)]
mod tests;

use url::Url;

use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{Coverage, Overall, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads Hyperping's status pages.
#[derive(Clone, Copy, Debug)]
pub struct Hyperping;

impl Reader for Hyperping {
    fn key(&self) -> &'static str {
        "hyperping"
    }

    fn name(&self) -> &'static str {
        "Hyperping"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Components, incidents and maintenances: the document does not hold them.",
            "The share of time up: it is no health.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let name = address.host_str()?.strip_suffix(".hyperping.app")?;
        (!name.is_empty() && !matches!(name, "www" | "app" | "api")).then(|| Site::at_root(address))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let is_marked =
            front.holds(".hyperping.app") || front.holds("hyperping.io/") || front.holds("hyperping.com/");
        is_marked.then(|| Site::at_root(front.url))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = site.join("status.json");
        url.into_iter()
            .map(|url| DocumentAddress::light("status", url))
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let mut warnings = Warnings::default();
        let mut overall = None;
        for tree in &trees {
            overall = Some(word(page(tree)?, &mut warnings));
        }
        if overall.is_none() {
            return Err(Unreadable::Empty);
        }
        Ok(Reading {
            snapshot: Snapshot {
                page: PageIdentity::default(),
                overall,
                components: Vec::new(),
                incidents: Vec::new(),
                maintenances: Vec::new(),
                coverage: Coverage::NOTHING,
                updated_at: None,
            },
            warnings: warnings.into_list(),
            wants: Vec::new(),
        })
    }
}

/// The whole document: the two keys, of which one at least is what it should be, and hardly more.
fn page<'j>(tree: &'j Json<'j>) -> Result<Object<'j>, Unreadable> {
    const MOST_KEYS: usize = 4;
    let object = tree.object().filter(|object| {
        let is_word = object.text("indicator").is_some_and(|word| {
            INDICATORS
                .iter()
                .any(|(known, _)| known.eq_ignore_ascii_case(word))
        });
        let is_share = object
            .text("uptime")
            .is_some_and(|share| share == "N/A" || share.ends_with('%'));
        object.get("indicator").is_some()
            && object.get("uptime").is_some()
            && (is_word || is_share)
            && object.entries().count() <= MOST_KEYS
    });
    object.ok_or_else(|| Unreadable::other_shape("not the two keys indicator and uptime"))
}

/// What `indicator` says.
fn word(object: Object<'_>, warnings: &mut Warnings) -> Overall {
    let fields = Fields {
        object,
        place: Place::document(""),
    };
    let raw = fields.expected_text("indicator", warnings);
    Overall {
        raw: raw.map(str::to_owned),
        health: raw
            .and_then(|raw| meaning(raw, INDICATORS, &fields.place.key("indicator"), warnings))
            .unwrap_or(Health::Unknown),
        description: None,
    }
}

const INDICATORS: &[(&str, Health)] = &[
    ("up", Health::Operational),
    ("maintenance", Health::Maintenance),
    ("incident", Health::Degraded),
    ("outage", Health::MajorOutage),
];
