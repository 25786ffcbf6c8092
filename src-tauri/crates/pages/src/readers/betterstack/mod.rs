//! Better Stack, formerly Better Uptime.
//!
//! | document | holds |
//! |---|---|
//! | `index.json` | the overall word, every section and resource, all reports with their updates |
//!
//! It is a document as JSON:API has them: the page in `data`, everything else in `included`, told apart by `type`. Source:
//! the platform's documentation of that document and of its reports; public client code for what reports say when they are
//! over (`resolved`, often without `ends_at`).
//!
//! A report has no phase: it is open until its state is `resolved`, and counts as being investigated until then. A
//! maintenance says `maintenance` before, during and after its window. Where it stands is told by the resources that are
//! in maintenance now and by the last day of the resources' history, which is today's; where these leave it open, its
//! phase is unknown.

mod reports;
mod resources;
mod shape;
mod words;

#[cfg(test)]
mod tests;

use url::Url;

use super::json::{Fields, Json, Place, Warnings};
use super::lists::less_skipped;
use super::{
    Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, addresses, encoding,
};
use crate::snapshot::{Coverage, Listing, Overall, PageIdentity, Snapshot};
use crate::words::Health;
use resources::Resources;
use shape::Included;

/// Reads Better Stack.
#[derive(Clone, Copy, Debug)]
pub struct BetterStack;

impl Reader for BetterStack {
    fn key(&self) -> &'static str {
        "betterstack"
    }

    fn name(&self) -> &'static str {
        "Better Stack"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Links to single reports: the document gives none.",
            "The announcement above a page: it is a text without a time or an end.",
            "Availability and the history of days: they are graphs, not health.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let name = address.host_str()?.strip_suffix(".betteruptime.com")?;
        let is_a_page = !matches!(name, "" | "www" | "uptime" | "api" | "statuspage" | "docs");
        is_a_page.then(|| Site::at_root(address))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let is_marked = [
            "betterstack.com/packs/js/status_page",
            "betterstack.com/assets/status_pages",
            "betteruptime.com/packs/js/status_page",
            "betteruptime.com/assets/status_pages",
        ]
        .iter()
        .any(|mark| front.holds(mark))
            || front
                .header("content-security-policy")
                .is_some_and(|policy| policy.contains("betteruptime.com"));
        is_marked.then(|| Site::at_root(front.url))
    }

    fn guess(&self, base: &Url) -> Option<Site> {
        Some(Site::at(base))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let index = site.join("index.json");
        index
            .map(|url| DocumentAddress::light("index", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let pages = trees.iter().map(shape::page).collect::<Result<Vec<_>, _>>()?;
        let [page] = pages.as_slice() else {
            return Err(shape::not_one(&pages));
        };
        Ok(reading(page))
    }
}

fn reading(page: &shape::Page<'_>) -> Reading {
    let mut warnings = Warnings::default();
    let top = Fields {
        object: page.top,
        place: Place::document(""),
    };
    let data = top.place.key("data");
    let attributes = Fields {
        object: page.attributes,
        place: data.key("attributes"),
    };
    let list = top.list("included", &mut warnings);
    if top.present("included").is_none() {
        warnings.add(top.place.key("included"), "missing");
    }
    let place = top.place.key("included");
    let included = Included::sort(list.unwrap_or_default(), &place, &mut warnings);
    let resources = Resources::read(&included, &place, &mut warnings);
    let reports = reports::read(&included, &place, &resources, &mut warnings);

    let whole = if list.is_some() {
        Listing::Complete
    } else {
        Listing::Absent
    };
    let part = whole.min(Listing::Partial);
    let coverage = Coverage {
        components: less_skipped(whole, included.unknown + resources.skipped),
        open_incidents: less_skipped(whole, included.unknown + reports.skipped),
        past_incidents: part,
        open_maintenances: less_skipped(whole, included.unknown + reports.skipped),
        past_maintenances: part,
    };
    let overall = overall(&attributes, &resources, coverage.components, &mut warnings);
    let id = Fields {
        object: page.data,
        place: data,
    }
    .id_or_number("id", &mut warnings);
    Reading {
        snapshot: Snapshot {
            page: PageIdentity {
                id,
                name: attributes.text("company_name", &mut warnings).map(str::to_owned),
                url: address(&attributes, &mut warnings),
            },
            overall,
            components: resources.list,
            incidents: reports.incidents,
            maintenances: reports.maintenances,
            coverage,
            updated_at: attributes.time("updated_at", &mut warnings),
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// Where the page is: at the vendor's own domain, else below the platform's.
fn address(attributes: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<String> {
    let host = |key: &str, rest: &str, warnings: &mut Warnings| {
        let name = attributes.text(key, warnings).filter(|name| !name.is_empty())?;
        let url = addresses::web_address(&format!("https://{name}{rest}/"));
        if url.is_none() {
            warnings.add(attributes.place.key(key), "not a host's name");
        }
        url
    };
    host("custom_domain", "", warnings).or_else(|| host("subdomain", ".betteruptime.com", warnings))
}

/// The overall word. `downtime` is said where one resource is down, and `operational` too where none is monitored.
fn overall(
    attributes: &Fields<'_, '_>,
    resources: &Resources,
    listing: Listing,
    warnings: &mut Warnings,
) -> Option<Overall> {
    let raw = attributes.expected_text("aggregate_state", warnings)?;
    let leaves = || resources.list.iter().map(|resource| resource.health);
    let all_down = listing == Listing::Complete
        && leaves().next().is_some()
        && leaves().all(|health| health == Health::MajorOutage);
    let said = words::state(raw, &attributes.place.key("aggregate_state"), warnings);
    let health = if said == Health::MajorOutage && !all_down {
        Health::PartialOutage
    } else if said == Health::Operational && !leaves().any(Health::is_known) {
        Health::Unknown
    } else {
        said
    };
    Some(Overall {
        raw: Some(raw.to_owned()),
        health,
        description: None,
    })
}
