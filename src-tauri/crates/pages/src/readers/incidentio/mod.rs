//! incident.io status pages, as their own pages read them.
//!
//! | document | holds |
//! |---|---|
//! | `proxy/HOST` | the component tree, what is affected now, open incidents, open maintenances |
//! | `proxy/HOST/incidents` | the latest incidents and maintenances, those that are over included |
//!
//! A page below another, such as the one of a region, has its path behind `HOST`; on the platform's own host the name of
//! the page stands in the place of `HOST`. Sources: pages recorded in 2026 (Aiven, Linear, Miro, OpenAI, Rollbar), which
//! embed the first document, `"$undefined"` standing for what is absent; public client code for the addresses and for the
//! second document. The platform's compatible documents (`api/v2/summary.json`) are the Statuspage reader's: they stop at
//! 25 components and name none on incidents.
//!
//! The first document gives no overall word; a page makes its headline of it. "We’re currently experiencing issues" is
//! what it says while there is an ongoing incident, even where no component is affected any more: then the page is
//! degraded at least, else as bad as its worst component. Without an ongoing incident its components tell. One that
//! `affected_components` does not list is operational; where that list or that of the ongoing incidents is missing, or
//! holds what cannot be understood, one that is not listed is unknown.

mod components;
mod events;
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
use components::Components;
use events::Events;
use shape::Parts;

/// Reads incident.io.
#[derive(Clone, Copy, Debug)]
pub struct IncidentIo;

/// Where pages are that have no host of their own: `https://statuspage.incident.io/NAME`.
const SHARED_HOST: &str = "statuspage.incident.io";

impl Reader for IncidentIo {
    fn key(&self) -> &'static str {
        "incidentio"
    }

    fn name(&self) -> &'static str {
        "incident.io"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Incidents that are older than what the page lists by itself: they are asked for by month, and a reader knows no clock.",
            "The health of the pages below a parent page: each is a page of its own, and the parent's document does not tell it.",
            "Uptime figures: they are graphs, not health.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        if address.host_str()? != SHARED_HOST {
            return None;
        }
        let name = address.path_segments()?.next().filter(|name| !name.is_empty())?;
        (name != "proxy").then(|| below(address, name))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        // The second and the third are the marks of the platform's own host, which serves the pages of all vendors.
        let is_marked = front.holds("incident-io-status-page-logos")
            || front
                .header("content-security-policy")
                .is_some_and(|policy| policy.contains("incident-io"))
            || front.holds("self.__next_f.push") && front.holds("statuspage.incident.io");
        is_marked.then(|| self.site_at(front.url).unwrap_or_else(|| page_of(front.url)))
    }

    fn lives_below_paths(&self) -> bool {
        true
    }

    fn guess(&self, base: &Url) -> Option<Site> {
        Some(Site::at(base))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let Some(summary) = native(site.base()) else {
            return Vec::new();
        };
        let mut incidents = summary.clone();
        incidents.set_path(&format!("{}/incidents", summary.path()));
        vec![
            DocumentAddress::light("summary", summary),
            DocumentAddress::heavy("incidents", incidents),
        ]
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = texts
            .iter()
            .map(|text| tree(text))
            .collect::<Result<Vec<_>, _>>()?;
        let parts = shape::parts(documents, &trees)?;
        Ok(reading(&parts, site))
    }
}

/// A document's tree, what a page writes for "absent" being absent.
fn tree(text: &str) -> Result<Json<'_>, Unreadable> {
    let mut tree = Json::parse(text)?;
    if text.contains(shape::UNDEFINED) {
        shape::forget_undefined(&mut tree);
    }
    Ok(tree)
}

/// The address of a page's own document.
fn native(page: &Url) -> Option<Url> {
    let host = page.host_str()?;
    let path = page.path().trim_end_matches('/');
    let mut address = page.clone();
    address.set_path(&if host == SHARED_HOST {
        format!("/proxy{path}")
    } else {
        format!("/proxy/{host}{path}")
    });
    Some(address)
}

/// The page that an address is a part of: what stands before the rooms that every page has.
fn page_of(address: &Url) -> Site {
    const ROOMS: [&str; 8] = [
        "incidents",
        "maintenances",
        "history",
        "calendar",
        "api",
        "proxy",
        "subscribe",
        "subscriptions",
    ];
    let is_room = |step: &&str| ROOMS.contains(step) || step.ends_with(".atom") || step.ends_with(".rss");
    let steps: Vec<&str> = address
        .path_segments()
        .into_iter()
        .flatten()
        .take_while(|step| !step.is_empty() && !is_room(step))
        .collect();
    below(address, &steps.join("/"))
}

fn below(address: &Url, path: &str) -> Site {
    let mut page = address.clone();
    page.set_path(path);
    Site::at(&page)
}

fn reading(parts: &Parts<'_>, site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let document = Place::document(&parts.summary.place);
    let summary = Fields {
        object: parts.summary.object,
        place: if parts.summary.is_wrapped {
            document.key("summary")
        } else {
            document
        },
    };
    let page = identity(&summary, &mut warnings);
    let mut components = Components::read(&summary, &mut warnings);
    let address = page
        .url
        .as_deref()
        .and_then(|url| Url::parse(url).ok())
        .or_else(|| site.map(|site| site.base().clone()));
    let mut events = Events::new(address.as_ref(), &components);
    events.read_summary(&summary, &mut warnings);
    let (open, listed) = events.read_so_far();
    for history in &parts.histories {
        events.read_history(history.list, &Place::document(&history.place), &mut warnings);
    }
    let (incidents, maintenances) = events.into_lists();
    if open.open_incidents != Listing::Complete {
        components.doubt();
    }
    components.heed(&incidents, &summary.place, &mut warnings);
    // The first ones are those that the page lists as ongoing, each where it was put.
    let has_issues = incidents
        .iter()
        .take(listed)
        .any(|incident| incident.facts.is_open());
    let overall = has_issues.then(|| Overall {
        raw: None,
        health: components.worst().worse(Health::Degraded),
        description: None,
    });
    let (components, skipped) = components.into_list();

    let past = if parts.histories.is_empty() {
        Listing::Absent
    } else {
        Listing::Partial
    };
    Reading {
        snapshot: Snapshot {
            page,
            overall,
            components,
            incidents,
            maintenances,
            coverage: Coverage {
                components: less_skipped(Listing::Complete, skipped),
                past_incidents: past,
                past_maintenances: past,
                ..open
            },
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

fn identity(summary: &Fields<'_, '_>, warnings: &mut Warnings) -> PageIdentity {
    let url = summary.text("public_url", warnings).and_then(|url| {
        let link = addresses::web_address(url);
        if link.is_none() {
            warnings.add(summary.place.key("public_url"), "not the address of a web page");
        }
        link
    });
    PageIdentity {
        id: summary.id("id", warnings).map(Into::into),
        name: summary.text("name", warnings).map(str::to_owned),
        url,
    }
}
