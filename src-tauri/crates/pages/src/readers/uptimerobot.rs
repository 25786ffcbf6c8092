//! UptimeRobot: its public status pages, by the list of monitors that the page itself asks for.
//!
//! | document | holds |
//! |---|---|
//! | `api/getMonitorList/KEY` | the counts of monitors up, down and paused; the first of them |
//! | `api/getMonitorList/KEY?page=N` | the further ones, 30 at a time |
//!
//! The key stands in the page (`pspApiPath`) and is the site's; a key that is an address is the list's own. Sources:
//! payloads recorded from six pages in 2025, and public clients for the form with `data` and groups.
//!
//! A monitor is a component. A page of one monitor (`monitor`) has that form alone. The overall word is what the counts
//! say, which are of all monitors even where the list is cut: nobody down is operational, everybody down is a major
//! outage, anything between is a partial one.

use url::Url;

use super::ids::DerivedIds;
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::{Asked, Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{Component, Coverage, GroupName, Listing, Overall, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads UptimeRobot's public status pages.
#[derive(Clone, Copy, Debug)]
pub struct UptimeRobot;

impl Reader for UptimeRobot {
    fn key(&self) -> &'static str {
        "uptimerobot"
    }

    fn name(&self) -> &'static str {
        "UptimeRobot"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Announcements (the page's event feed): no payload of it was at hand.",
            "Past downtimes of monitors: they are measurements without a word of the vendor's, in times without a zone.",
            "Monitors beyond the 600 first: that many requests at every poll are asked of nobody.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let host = address.host_str()?;
        let mut path = address.path().split('/').filter(|part| !part.is_empty());
        let key = match (path.next()?, path.next()) {
            ("api", Some("getMonitorList" | "getMonitor" | "getEventFeed")) => path.next()?,
            (key, _) => key,
        };
        let page = address.join(&format!("/{key}/")).ok()?;
        (host == "stats.uptimerobot.com" && is_key(key)).then(|| Site::at(&page).with_key(key))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let (_, rest) = front.body.split_once("pspApiPath")?;
        let rest = rest.trim_start_matches(|skipped: char| skipped == '=' || skipped.is_whitespace());
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let written = rest.get(1..)?.split(quote).next()?;
        // In a script the slashes may be escaped.
        let address = front.url.join(&written.replace("\\/", "/")).ok()?;
        let key = address.path().strip_prefix("/api/getMonitorList/")?;
        let is_here = address.origin() == front.url.origin();
        let site = if front.url.path().trim_matches('/') == key {
            Site::at(front.url)
        } else {
            Site::at_root(front.url)
        };
        is_key(key).then(|| site.with_key(if is_here { key } else { address.as_str() }))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let Some(list) = site.key().and_then(|key| match Url::parse(key) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Some(url),
            _ => {
                let mut url = site.base().join("/api/getMonitorList/").ok()?;
                url.path_segments_mut().ok()?.pop_if_empty().push(key);
                Some(url)
            }
        }) else {
            return Vec::new();
        };
        let further = FURTHER.iter().zip(2..).map(|(name, page)| {
            let mut url = list.clone();
            url.query_pairs_mut()
                .clear()
                .append_pair("page", &page.to_string());
            DocumentAddress {
                name,
                url,
                asked: Asked::IfWanted,
                optional: true,
            }
        });
        std::iter::once(DocumentAddress::light("monitors", list.clone()))
            .chain(further)
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let all = documents
            .iter()
            .zip(&trees)
            .map(|(document, tree)| {
                Ok(Parts {
                    name: if documents.len() > 1 { document.name } else { "" },
                    ..parts(tree)?
                })
            })
            .collect::<Result<Vec<_>, Unreadable>>()?;
        if all.is_empty() {
            return Err(Unreadable::Empty);
        }
        Ok(reading(&all))
    }
}

/// The documents of a list's further parts.
const FURTHER: [&str; 19] = [
    "page-2", "page-3", "page-4", "page-5", "page-6", "page-7", "page-8", "page-9", "page-10", "page-11",
    "page-12", "page-13", "page-14", "page-15", "page-16", "page-17", "page-18", "page-19", "page-20",
];

/// How many monitors the platform gives in one document.
const PER_PAGE: usize = 30;

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// What a document holds.
#[derive(Clone, Copy)]
struct Parts<'j> {
    name: &'j str,
    top: Object<'j>,
    psp: Option<Object<'j>>,
    monitors: Monitors<'j>,
}

#[derive(Clone, Copy)]
enum Monitors<'j> {
    /// At `psp.monitors`.
    OfPage(&'j [Json<'j>]),
    /// At `data`.
    OfData(&'j [Json<'j>]),
    /// At `monitor`: the page has no other.
    Only(Object<'j>),
}

/// What a document holds, if it is UptimeRobot's.
fn parts<'j>(tree: &'j Json<'j>) -> Result<Parts<'j>, Unreadable> {
    let is_monitor =
        |object: Object<'_>| object.get("monitorId").is_some() && object.get("statusClass").is_some();
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    if top.text("status") != Some("ok") {
        return Err(Unreadable::other_shape("its status is not ok"));
    }
    let psp = top
        .object("psp")
        .filter(|psp| psp.get("totalMonitors").is_some() || psp.get("perPage").is_some());
    let of_page = psp.and_then(|psp| psp.list("monitors"));
    let of_data = top
        .list("data")
        .filter(|list| list.iter().filter_map(Json::object).any(is_monitor));
    let only = top.object("monitor").filter(|monitor| is_monitor(*monitor));
    let monitors = of_page
        .map(Monitors::OfPage)
        .or(of_data.map(Monitors::OfData))
        .or(only.map(Monitors::Only))
        .ok_or_else(|| Unreadable::other_shape("no list of monitors"))?;
    Ok(Parts {
        name: "",
        top,
        psp,
        monitors,
    })
}

fn reading(documents: &[Parts<'_>]) -> Reading {
    let mut warnings = Warnings::default();
    let mut found = Found::default();
    let mut overall = None;
    let mut title = None;
    // How many monitors there are, as far as documents say; what they hold may be less.
    let mut total: Option<usize> = None;
    let mut longest = 0;
    for parts in documents {
        let top = Place::document(parts.name);
        let fields = Fields {
            object: parts.top,
            place: top,
        };
        let said = parts.psp.and_then(|psp| {
            let place = top.key("psp");
            Fields { object: psp, place }.integer("totalMonitors", &mut warnings)
        });
        let counts = counts(&fields, &mut warnings);
        total = total.max(said.and_then(|said| usize::try_from(said).ok()));
        total = total.max(counts.map(|counts| counts.all()));
        overall = overall.or_else(|| overall_word(&fields, counts?, &mut warnings));
        title = title.or_else(|| fields.text("title", &mut warnings).map(str::to_owned));
        longest = longest.max(found.take_in(parts, &top, &mut warnings));
    }
    let list = found.monitors.into_list();
    let is_whole = match total {
        Some(total) => list.len() >= total,
        // Without a word on how many there are, a list shorter than the platform's is the whole.
        None => longest < PER_PAGE,
    };
    let listing = if is_whole {
        Listing::Complete
    } else {
        Listing::Partial
    };
    Reading {
        snapshot: Snapshot {
            page: PageIdentity {
                id: None,
                name: title,
                url: None,
            },
            overall,
            components: list,
            incidents: Vec::new(),
            maintenances: Vec::new(),
            coverage: Coverage {
                components: less_skipped(listing, found.skipped),
                ..Coverage::NOTHING
            },
            updated_at: None,
        },
        wants: wanted(total, longest, documents),
        warnings: warnings.into_list(),
    }
}

/// The further documents of the list.
fn wanted(total: Option<usize>, longest: usize, documents: &[Parts<'_>]) -> Vec<&'static str> {
    let per_page = documents
        .iter()
        .filter_map(|parts| parts.psp?.get("perPage")?.to_string().parse::<usize>().ok())
        .find(|per_page| *per_page > 0)
        .unwrap_or(PER_PAGE);
    let pages = match total {
        Some(total) => total.div_ceil(per_page),
        None if longest < PER_PAGE => 1,
        // One more than there are at hand, until one of them is short.
        None => documents.len() + 1,
    };
    FURTHER.iter().take(pages.saturating_sub(1)).copied().collect()
}

// --- The overall word -----------------------------------------------------------------------------------------------

/// How many monitors are in which state.
#[derive(Clone, Copy)]
struct Counts {
    up: usize,
    down: usize,
    paused: usize,
}

impl Counts {
    fn all(self) -> usize {
        self.up.saturating_add(self.down).saturating_add(self.paused)
    }
}

/// The counts, if each of them can be read.
fn counts(top: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<Counts> {
    let statistics = Fields {
        object: top.object("statistics", warnings)?,
        place: top.place.key("statistics"),
    };
    let counts = Fields {
        object: statistics.object("counts", warnings)?,
        place: statistics.place.key("counts"),
    };
    let mut count = |key| {
        let count = counts.integer(key, warnings)?;
        usize::try_from(count).ok()
    };
    let (up, down, paused) = (count("up"), count("down"), count("paused"));
    Some(Counts {
        up: up?,
        down: down?,
        paused: paused?,
    })
}

fn overall_word(top: &Fields<'_, '_>, counts: Counts, warnings: &mut Warnings) -> Option<Overall> {
    let health = match counts {
        Counts { down: 0, up: 0, .. } => return None,
        Counts { down: 0, .. } => Health::Operational,
        Counts { up: 0, .. } => Health::MajorOutage,
        Counts { .. } => Health::PartialOutage,
    };
    let statistics = top.object("statistics", warnings)?;
    Some(Overall {
        raw: statistics.text("count_result").map(str::to_owned),
        health,
        description: None,
    })
}

// --- Monitors -------------------------------------------------------------------------------------------------------

#[derive(Default)]
struct Found {
    monitors: Once<Component>,
    derived: DerivedIds,
    skipped: usize,
}

impl Found {
    /// Takes in the monitors of a document; returns how many it lists.
    fn take_in(&mut self, parts: &Parts<'_>, top: &Place<'_>, warnings: &mut Warnings) -> usize {
        let psp = top.key("psp");
        match parts.monitors {
            Monitors::OfPage(list) => self.take_list(list, &psp.key("monitors"), warnings),
            Monitors::OfData(list) => self.take_list(list, &top.key("data"), warnings),
            Monitors::Only(object) => {
                let place = top.key("monitor");
                let monitor = self.monitor(object, &place, warnings);
                self.monitors.put(&monitor.id.clone(), monitor, &place, warnings);
                1
            }
        }
    }

    fn take_list(&mut self, list: &[Json<'_>], place: &Place<'_>, warnings: &mut Warnings) -> usize {
        self.skipped += objects(list, place, warnings, |object, place, warnings| {
            let monitor = self.monitor(object, place, warnings);
            self.monitors.put(&monitor.id.clone(), monitor, place, warnings);
        });
        list.len()
    }

    fn monitor(&mut self, object: Object<'_>, place: &Place<'_>, warnings: &mut Warnings) -> Component {
        let fields = Fields {
            object,
            place: *place,
        };
        let name = fields.expected_text("name", warnings).unwrap_or_default();
        let given = fields.id_or_number("monitorId", warnings);
        let derived = &mut self.derived;
        let id = derived.given_or_derived(given, ("monitor", &[name]), place, warnings);
        let word = fields.expected_text("statusClass", warnings);
        let health = word.and_then(|word| meaning(word, HEALTHS, &place.key("statusClass"), warnings));
        // Group 0 is the platform's own for monitors without one.
        let group = fields
            .id_or_number("groupId", warnings)
            .filter(|group| group != "0")
            .map(|id| GroupName {
                id,
                name: fields.text("groupName", warnings).unwrap_or_default().to_owned(),
            });
        Component {
            id,
            name: name.to_owned(),
            group: group.into_iter().collect(),
            health: health.unwrap_or(Health::Unknown),
            raw: word.map(str::to_owned),
            description: None,
        }
    }
}

/// What a monitor's `statusClass` means. One that is paused is not looked at, so nothing is known of it.
const HEALTHS: &[(&str, Health)] = &[
    ("success", Health::Operational),
    ("warning", Health::Degraded),
    ("danger", Health::MajorOutage),
    ("black", Health::Unknown),
    ("paused", Health::Unknown),
];

#[cfg(test)]
mod tests;
