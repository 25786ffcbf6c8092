//! StatusCast: an overall word, and the incidents that are not over.
//!
//! | document | holds |
//! |---|---|
//! | `summary.json` | `PageName`, `Status` with `StatusText`, `UnresolvedIncidents`, `UpcomingIncidents` |
//!
//! Sources: a payload recorded from Campaign Monitor's page in 2026, which is well and holds no incident; what an incident
//! looks like is known from public programs that read 8x8's page. The words other than `Available` are theirs, and those
//! that StatusCast gives its components in the page.

mod incidents;

#[cfg(test)]
mod tests;

use url::Url;

use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::less_skipped;
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{Coverage, Listing, Overall, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads StatusCast.
#[derive(Clone, Copy, Debug)]
pub struct StatusCast;

impl Reader for StatusCast {
    fn key(&self) -> &'static str {
        "statuscast"
    }

    fn name(&self) -> &'static str {
        "StatusCast"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Components: they are in the web page alone.",
            "Incidents that are over: the summary does not hold them; the page's RSS does, and can be watched as a feed.",
            "Links to incidents: the summary does not give them.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let host = address.host_str()?;
        let name = host
            .strip_suffix(".status.page")
            .or_else(|| host.strip_suffix(".statuscast.com"))?;
        (!name.is_empty() && !matches!(name, "www" | "app" | "api" | "support"))
            .then(|| Site::at_root(address))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        (front.holds("statuscast") || front.holds("StatusCast")).then(|| Site::at_root(front.url))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = site.join("summary.json");
        url.into_iter()
            .map(|url| DocumentAddress::light("summary", url))
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let mut summaries = Vec::with_capacity(trees.len());
        for tree in &trees {
            summaries.push(summary(tree)?);
        }
        let (Some(last), Some(first)) = (summaries.last(), summaries.first()) else {
            return Err(Unreadable::Empty);
        };
        if let (Some(first), Some(second)) = (first.text("PageName"), last.text("PageName"))
            && first != second
        {
            return Err(Unreadable::DifferentPages {
                first: first.to_owned(),
                second: second.to_owned(),
            });
        }
        Ok(reading(*last))
    }
}

/// The whole document, known by the keys that it has and their spelling.
fn summary<'j>(tree: &'j Json<'j>) -> Result<Object<'j>, Unreadable> {
    let object = tree.object().filter(|object| {
        let has = |key: &str| object.get(key).is_some();
        has("PageName")
            && (has("Status") || has("StatusText"))
            && (object.list("UnresolvedIncidents").is_some() || object.list("UpcomingIncidents").is_some())
    });
    object.ok_or_else(|| Unreadable::other_shape("not the keys PageName, Status and UnresolvedIncidents"))
}

fn reading(object: Object<'_>) -> Reading {
    let mut warnings = Warnings::default();
    let fields = Fields {
        object,
        place: Place::document(""),
    };
    let raw = fields.expected_text("Status", &mut warnings);
    let overall = Overall {
        raw: raw.map(str::to_owned),
        health: raw
            .and_then(|raw| meaning(raw, STATUSES, &fields.place.key("Status"), &mut warnings))
            .unwrap_or(Health::Unknown),
        description: fields.text("StatusText", &mut warnings).map(str::to_owned),
    };
    let found = incidents::read(&fields, &mut warnings);
    let listing = |list: Option<usize>| {
        list.map_or(Listing::Absent, |skipped| {
            less_skipped(Listing::Complete, skipped)
        })
    };
    Reading {
        snapshot: Snapshot {
            page: PageIdentity {
                id: fields.id("Domain", &mut warnings).map(Into::into),
                name: fields.text("PageName", &mut warnings).map(str::to_owned),
                url: None,
            },
            overall: Some(overall),
            components: Vec::new(),
            incidents: found.incidents,
            maintenances: found.maintenances,
            coverage: Coverage {
                open_incidents: listing(found.unresolved_skipped),
                open_maintenances: listing(
                    found
                        .upcoming_skipped
                        .filter(|_| found.unresolved_skipped.is_some()),
                ),
                ..Coverage::NOTHING
            },
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// The page's word. It is that of the part that is worst, so that it never means the whole page.
const STATUSES: &[(&str, Health)] = &[
    ("Available", Health::Operational),
    // A notice that nothing is wrong with.
    ("Informational", Health::Operational),
    ("Maintenance", Health::Maintenance),
    ("Degraded", Health::Degraded),
    ("DegradedPerformance", Health::Degraded),
    ("Unavailable", Health::PartialOutage),
];
