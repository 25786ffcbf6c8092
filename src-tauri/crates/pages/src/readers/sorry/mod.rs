//! Sorry: the API that every page has on its own host, documented at the page's `/api`.
//!
//! | document | holds |
//! |---|---|
//! | `api/v1/status` | the overall word |
//! | `api/v1/notices`, those of the present | the incidents that are open, the maintenances that are going on |
//! | `api/v1/notices`, those of the future and of the past | the maintenances that are announced; what is over |
//! | `api/v1/components`, 25 to a page | the components, with the one above each |
//!
//! A page, a component and a notice each have a `state`: that word tells these documents from Statuspage's of the same
//! names. A list of notices gives the latest update of each alone, and no components: both stand in a document of the
//! notice's own, and are read where they are given.

mod components;
mod notices;

#[cfg(test)]
mod tests;

use url::Url;

use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::less_skipped;
use super::{
    Asked, Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, addresses, encoding,
};
use crate::snapshot::{Coverage, Listing, Overall, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads pages of Sorry.
#[derive(Clone, Copy, Debug)]
pub struct Sorry;

const PRESENT: &str = "notices";
const FUTURE: &str = "notices-future";
const PAST: &str = "notices-past";
/// The first page of the components, and the further ones that are read.
const COMPONENTS: [&str; 6] = [
    "components",
    "components-2",
    "components-3",
    "components-4",
    "components-5",
    "components-6",
];

impl Reader for Sorry {
    fn key(&self) -> &'static str {
        "sorry"
    }

    fn name(&self) -> &'static str {
        "Sorry"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "The earlier updates of a notice and the components that it names: each notice has a document of its own for them.",
            "General notices: they announce something, but neither an incident nor a maintenance.",
            "How badly an incident hits: Sorry has no word for it.",
            "Components beyond the 150 first, and notices beyond the newest of each list.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let name = address.host_str()?.strip_suffix(".sorryapp.com")?;
        let is_a_page = !name.contains('.') && !matches!(name, "www" | "app" | "api" | "docs" | "code");
        is_a_page.then(|| Site::at_root(address))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let is_marked = front.holds(".sorryapp.com/") || front.holds("Powered by Sorry");
        is_marked.then(|| Site::at_root(front.url))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let notices = |timeline: &str| format!("api/v1/notices?filter[timeline_state_eq]={timeline}");
        let components = COMPONENTS
            .into_iter()
            .zip(1..)
            .map(|(name, number)| match number {
                1 => (name, "api/v1/components".to_owned(), Asked::Seldom),
                _ => (name, format!("api/v1/components?page={number}"), Asked::IfWanted),
            });
        [
            ("status", "api/v1/status".to_owned(), Asked::AtEveryPoll),
            (PRESENT, notices("present"), Asked::AtEveryPoll),
            (FUTURE, notices("future"), Asked::Seldom),
            (PAST, notices("past"), Asked::Seldom),
        ]
        .into_iter()
        .chain(components)
        .filter_map(|(name, path, asked)| {
            Some(DocumentAddress {
                name,
                url: site.join(&path)?,
                asked,
                optional: asked != Asked::AtEveryPoll,
            })
        })
        .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        if trees.is_empty() {
            return Err(Unreadable::Empty);
        }
        let mut parts = Vec::with_capacity(trees.len());
        for (document, tree) in documents.iter().zip(&trees) {
            parts.push((document.name, Part::of(tree)?));
        }
        Ok(reading(&parts))
    }
}

/// One document, by its shape.
#[derive(Clone, Copy, Debug)]
enum Part<'j> {
    Page(Object<'j>),
    Components(List<'j>),
    Notices(List<'j>),
}

/// A page of a list.
#[derive(Clone, Copy, Debug)]
struct List<'j> {
    entries: &'j [Json<'j>],
    meta: Object<'j>,
}

impl List<'_> {
    fn count(&self, key: &str) -> Option<usize> {
        match self.meta.get(key)? {
            Json::Number(number) => number.as_u64().and_then(|number| number.try_into().ok()),
            Json::Null | Json::Bool(_) | Json::Text(_) | Json::List(_) | Json::Object(_) => None,
        }
    }

    /// Whether this page is all of the list, as the list itself says.
    fn is_whole(&self) -> bool {
        matches!(self.meta.get("next_page"), Some(Json::Null))
            && self
                .count("total_count")
                .is_none_or(|total| total <= self.entries.len())
    }
}

impl<'j> Part<'j> {
    fn of(tree: &'j Json<'j>) -> Result<Self, Unreadable> {
        let top = tree
            .object()
            .ok_or_else(|| Unreadable::other_shape("not an object"))?;
        let list = |key: &str| {
            let meta = top.object("meta")?;
            let is_paged = meta.get("total_count").is_some() || meta.get("next_page").is_some();
            let entries = top.list(key).filter(|_| is_paged)?;
            let of_another =
                |entry: &Json<'_>| entry.object().is_some_and(|entry| entry.get("status").is_some());
            (!entries.iter().any(of_another)).then_some(List { entries, meta })
        };
        if let Some(notices) = list("notices") {
            return Ok(Self::Notices(notices));
        }
        if let Some(components) = list("components") {
            return Ok(Self::Components(components));
        }
        let page = top
            .object("page")
            .filter(|page| page.get("state").is_some() && page.get("status").is_none())
            .filter(|page| page.get("name").is_some() && page.get("url").is_some())
            .filter(|_| top.get("status").is_none());
        page.map(Self::Page).ok_or_else(|| {
            Unreadable::other_shape("neither a page with a state, nor a list of components or notices")
        })
    }
}

fn reading(parts: &[(&str, Part<'_>)]) -> Reading {
    let mut warnings = Warnings::default();
    let mut page = PageIdentity::default();
    let mut overall = None;
    let mut updated_at = None;
    let mut components = components::Rows::default();
    let mut events = notices::Events::default();
    let mut lists = Lists::default();
    for (name, part) in parts {
        let name = if parts.len() == 1 { "" } else { *name };
        let top = Place::document(name);
        match part {
            Part::Page(object) => {
                let fields = Fields {
                    object: *object,
                    place: top.key("page"),
                };
                page = identity(&fields, &mut warnings);
                overall = Some(overall_word(&fields, &mut warnings));
                updated_at = fields.time("updated_at", &mut warnings);
            }
            Part::Components(list) => {
                components.add(list.entries, &top.key("components"), &mut warnings);
                lists.components(list);
            }
            Part::Notices(list) => {
                events.add(list.entries, &top.key("notices"), &mut warnings);
            }
        }
    }
    for (name, part) in parts {
        if let Part::Notices(list) = part {
            lists.notices(name, list);
        }
    }
    let read = components.count();
    let components_skipped = components.skipped;
    let components = components.into_components(&mut warnings);
    let notices_skipped = events.skipped;
    let (incidents, maintenances) = events.into_lists();
    let is_well = overall
        .as_ref()
        .is_none_or(|overall: &Overall| overall.health == Health::Operational)
        && incidents.iter().all(|incident| !incident.facts.is_open());
    Reading {
        snapshot: Snapshot {
            page,
            overall,
            components,
            incidents,
            maintenances,
            coverage: lists.coverage(read, components_skipped, notices_skipped),
            updated_at,
        },
        warnings: warnings.into_list(),
        wants: lists.wants(is_well),
    }
}

fn identity(page: &Fields<'_, '_>, warnings: &mut Warnings) -> PageIdentity {
    let url = page.text("url", warnings).and_then(|url| {
        let link = addresses::web_address(url);
        if link.is_none() {
            warnings.add(page.place.key("url"), "not the address of a web page");
        }
        link
    });
    PageIdentity {
        id: page.id_or_number("id", warnings),
        name: page.text("name", warnings).map(str::to_owned),
        url,
    }
}

fn overall_word(page: &Fields<'_, '_>, warnings: &mut Warnings) -> Overall {
    let raw = page.expected_text("state", warnings);
    Overall {
        raw: raw.map(str::to_owned),
        health: raw.map_or(Health::Unknown, |raw| {
            state(raw, &page.place.key("state"), warnings)
        }),
        description: page.text("state_text", warnings).map(str::to_owned),
    }
}

/// The `state` of a page and of a component.
fn state(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Health {
    let known = [
        ("operational", Health::Operational),
        ("degraded", Health::Degraded),
        ("partially-degraded", Health::Degraded),
        ("partially_degraded", Health::Degraded),
        ("under_maintenance", Health::Maintenance),
        ("under-maintenance", Health::Maintenance),
    ];
    meaning(word, &known, place, warnings).unwrap_or(Health::Unknown)
}

/// How much of the lists the documents hold.
#[derive(Debug, Default)]
struct Lists {
    has_components: bool,
    /// How many components the page has, and how many of them stand on a page of the list.
    total: Option<usize>,
    on_a_page: usize,
    present: Option<Listing>,
    future: Option<Listing>,
    past: Option<Listing>,
    other: Option<Listing>,
}

impl Lists {
    fn components(&mut self, list: &List<'_>) {
        self.has_components = true;
        self.total = self.total.max(list.count("total_count"));
        self.on_a_page = self.on_a_page.max(list.entries.len());
    }

    fn notices(&mut self, name: &str, list: &List<'_>) {
        let listing = if list.is_whole() {
            Listing::Complete
        } else {
            Listing::Partial
        };
        let stem = name.strip_suffix(".json").unwrap_or(name);
        match stem {
            PRESENT => self.present = Some(listing),
            FUTURE => self.future = Some(listing),
            PAST => self.past = Some(listing),
            // Which of them it holds is not known.
            _ => self.other = Some(Listing::Partial),
        }
    }

    fn coverage(&self, components: usize, components_skipped: usize, notices_skipped: usize) -> Coverage {
        let all = match self.total {
            _ if !self.has_components => Listing::Absent,
            Some(total) if components >= total => Listing::Complete,
            _ => Listing::Partial,
        };
        let other = self.other.unwrap_or(Listing::Absent);
        let open = self.present.unwrap_or(Listing::Absent).max(other);
        let past = self.past.unwrap_or(Listing::Absent).max(other);
        let open_maintenances = match (self.present, self.future) {
            (Some(present), Some(future)) => present.min(future),
            (None, None) => other,
            _ => Listing::Partial,
        };
        Coverage {
            components: less_skipped(all, components_skipped),
            open_incidents: less_skipped(open, notices_skipped),
            past_incidents: less_skipped(past, notices_skipped),
            open_maintenances: less_skipped(open_maintenances, notices_skipped),
            past_maintenances: less_skipped(past, notices_skipped),
        }
    }

    /// The components while something is wrong, and the further pages of a list that has them.
    fn wants(&self, is_well: bool) -> Vec<&'static str> {
        let pages = match self.total {
            Some(total) if self.on_a_page > 0 => total.div_ceil(self.on_a_page),
            _ => 1,
        };
        if is_well && pages <= 1 {
            return Vec::new();
        }
        COMPONENTS.into_iter().take(pages).collect()
    }
}
