//! Cachet 2: a self-hosted status page, its public API under `api/v1`.
//!
//! | document | holds |
//! |---|---|
//! | `api/v1/components` | every component that is shown |
//! | `api/v1/status` | the overall word |
//! | `api/v1/incidents` | the 50 newest incidents with their updates |
//! | `api/v1/schedules` | the 50 newest maintenances |
//! | `api/v1/components/groups` | the names of the groups |
//!
//! A list stands in `data` beside `meta.pagination`. What it is a list of is told by its entries; an empty one is known
//! by the document's name alone. Until 2.3 a maintenance is an incident with the status 0. An incident's `status` is
//! its first one and is overwritten in some releases, `latest_status` is where it stands.
//!
//! Source: Cachet's documentation of API version 1 and the source of cachethq/cachet 2.3 and 2.4 (`Presenters`,
//! `System.php`).

mod events;
pub(super) mod words;

use std::collections::BTreeMap;

use url::Url;

use super::ids::DerivedIds;
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::names::group_name;
use super::{
    Asked, Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding, roll_up,
};
use crate::snapshot::{Component, Coverage, Listing, Overall, PageIdentity, Snapshot};
use crate::words::Health;
use events::Events;

/// Reads Cachet 2.
#[derive(Clone, Copy, Debug)]
pub struct Cachet2;

impl Reader for Cachet2 {
    fn key(&self) -> &'static str {
        "cachet2"
    }

    fn name(&self) -> &'static str {
        "Cachet 2"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Incidents and maintenances beyond the 50 newest: they would be further pages at every poll.",
            "How badly an incident hits: the platform does not say.",
            "Metrics: they are graphs, not health.",
        ]
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let is_version_3 = front.holds("vendor/cachethq/cachet");
        let is_marked = front.holds("Cachet.Notifier") || front.holds("https://cachethq.io");
        (is_marked && !is_version_3).then(|| Site::above(front.url, &["incidents", "schedules", "subscribe"]))
    }

    fn guess(&self, base: &Url) -> Option<Site> {
        Some(Site::at(base))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let newest = "sort=id&order=desc&per_page=50";
        [
            (
                "components",
                "api/v1/components?per_page=500".to_owned(),
                Asked::AtEveryPoll,
            ),
            ("status", "api/v1/status".to_owned(), Asked::AtEveryPoll),
            (
                "incidents",
                format!("api/v1/incidents?{newest}"),
                Asked::AtEveryPoll,
            ),
            (
                "schedules",
                format!("api/v1/schedules?{newest}"),
                Asked::AtEveryPoll,
            ),
            (
                "groups",
                "api/v1/components/groups?per_page=500".to_owned(),
                Asked::Seldom,
            ),
        ]
        .into_iter()
        .filter_map(|(name, path, asked)| {
            Some(DocumentAddress {
                name,
                url: site.join(&path)?,
                asked,
                optional: name != "components",
            })
        })
        .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let parts = documents
            .iter()
            .zip(&trees)
            .map(|(document, tree)| Part::of(document, tree))
            .collect::<Result<Vec<Part<'_>>, Unreadable>>()?;
        if !parts.iter().any(Part::is_sure) {
            return Err(Unreadable::other_shape("nothing in it that only Cachet has"));
        }
        Ok(reading(&parts, site))
    }
}

/// What a document is.
#[derive(Clone, Copy)]
enum Part<'j> {
    /// The object `data` of `api/v1/status`.
    Status(Object<'j>),
    Components(List<'j>),
    Groups(List<'j>),
    Incidents(List<'j>),
    Schedules(List<'j>),
}

/// A page of a list.
#[derive(Clone, Copy)]
struct List<'j> {
    top: Object<'j>,
    entries: &'j [Json<'j>],
    /// Whether this page is all there is.
    is_whole: bool,
}

impl<'j> Part<'j> {
    fn of(document: &Document<'_>, tree: &'j Json<'j>) -> Result<Self, Unreadable> {
        let top = tree
            .object()
            .ok_or_else(|| Unreadable::other_shape("no object"))?;
        if let Some(status) = top.object("data") {
            // Others answer with a status and a message among more.
            let is_status = top.entries().count() == 1
                && status.entries().count() == 2
                && status.get("status").is_some()
                && status.text("message").is_some();
            return is_status.then_some(Self::Status(status)).ok_or_else(|| {
                Unreadable::other_shape("data is an object, but no status with a message alone")
            });
        }
        let entries = top
            .list("data")
            .ok_or_else(|| Unreadable::other_shape("no data"))?;
        let pagination = top.object("meta").and_then(|meta| meta.object("pagination"));
        let Some(pagination) = pagination.filter(|pages| pages.get("total_pages").is_some()) else {
            return Err(Unreadable::other_shape("a list without meta.pagination"));
        };
        let place = Place::document("");
        let fields = Fields {
            object: pagination,
            place,
        };
        let pages = fields.integer("total_pages", &mut Warnings::default());
        let list = List {
            top,
            entries,
            is_whole: pages.is_some_and(|pages| pages <= 1),
        };
        Self::by_entries(list)
            .or_else(|| Self::by_name(document.name, list))
            .ok_or_else(|| Unreadable::other_shape("a list of something that is not known"))
    }

    fn by_entries(list: List<'j>) -> Option<Self> {
        let any = |holds: fn(Object<'_>) -> bool| list.entries.iter().filter_map(Json::object).any(holds);
        if any(|entry| has_keys(entry, &["name", "status", "group_id"])) {
            Some(Self::Components(list))
        } else if any(|entry| has_keys(entry, &["name", "status", "message", "visible"])) {
            Some(Self::Incidents(list))
        } else if any(|entry| has_keys(entry, &["name", "status", "scheduled_at", "completed_at"])) {
            Some(Self::Schedules(list))
        } else if any(|entry| {
            has_keys(entry, &["name", "order", "created_at"]) && entry.get("status").is_none()
        }) {
            Some(Self::Groups(list))
        } else {
            None
        }
    }

    /// What an empty list is a list of.
    fn by_name(name: &str, list: List<'j>) -> Option<Self> {
        let is_empty = list.entries.is_empty();
        match name {
            "components" if is_empty => Some(Self::Components(list)),
            "groups" if is_empty => Some(Self::Groups(list)),
            "incidents" if is_empty => Some(Self::Incidents(list)),
            "schedules" if is_empty => Some(Self::Schedules(list)),
            _ => None,
        }
    }

    /// Whether the document tells by itself that it is Cachet's: others answer with a status and a message too.
    fn is_sure(&self) -> bool {
        match self {
            Self::Status(status) => status
                .text("status")
                .is_some_and(|word| OVERALL.iter().any(|(known, _)| *known == word)),
            Self::Components(_) | Self::Groups(_) | Self::Incidents(_) | Self::Schedules(_) => true,
        }
    }
}

fn has_keys(entry: Object<'_>, keys: &[&str]) -> bool {
    keys.iter().all(|key| entry.get(key).is_some())
}

fn reading(parts: &[Part<'_>], site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let groups = groups(parts, &mut warnings);
    let mut components = Once::default();
    let mut overall = None;
    let mut coverage = Coverage::NOTHING;
    let mut wants = Vec::new();
    for part in parts {
        match part {
            Part::Status(status) => overall = Some(overall_word(*status, &mut warnings)),
            Part::Components(list) => {
                let (skipped, is_grouped) = read_components(list, &groups, &mut components, &mut warnings);
                coverage.components = list.listing(skipped);
                if is_grouped && wants.is_empty() {
                    wants.push("groups");
                }
            }
            Part::Groups(_) | Part::Incidents(_) | Part::Schedules(_) => {}
        }
    }
    let components = components.into_list();
    let mut events = Events::new(&components, site);
    for part in parts {
        match part {
            Part::Incidents(list) => {
                let listing = list.listing(events.incidents(list, &mut warnings));
                coverage.open_incidents = listing;
                coverage.past_incidents = listing;
            }
            Part::Schedules(list) => {
                let listing = list.listing(events.schedules(list, &mut warnings));
                coverage.open_maintenances = listing;
                coverage.past_maintenances = listing;
            }
            Part::Status(_) | Part::Components(_) | Part::Groups(_) => {}
        }
    }
    let (incidents, maintenances) = events.into_lists();
    if !incidents.is_empty() || !maintenances.is_empty() {
        words::warn_of_times(&mut warnings);
    }
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: overall.or_else(|| roll_up::of_checks(&components, coverage.components)),
            components,
            incidents,
            maintenances,
            coverage,
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants,
    }
}

impl List<'_> {
    fn listing(&self, skipped: usize) -> Listing {
        let served = if self.is_whole {
            Listing::Complete
        } else {
            Listing::Partial
        };
        less_skipped(served, skipped)
    }

    /// The place of its entries in warnings.
    fn fields(&self, name: &'static str) -> Fields<'_, 'static> {
        Fields {
            object: self.top,
            place: Place::document(name),
        }
    }
}

/// The names of the groups by their identifiers.
fn groups(parts: &[Part<'_>], warnings: &mut Warnings) -> BTreeMap<String, String> {
    let mut groups = BTreeMap::new();
    for part in parts {
        let Part::Groups(list) = part else { continue };
        let fields = list.fields("groups");
        objects(
            list.entries,
            &fields.place.key("data"),
            warnings,
            |object, place, warnings| {
                let group = Fields {
                    object,
                    place: *place,
                };
                if let (Some(id), Some(name)) = (
                    group.id_or_number("id", warnings),
                    group.expected_text("name", warnings),
                ) {
                    groups.insert(id, name.to_owned());
                }
            },
        );
    }
    groups
}

/// The overall word: danger from a share of major outages on that each page sets for itself, success when every
/// component works and no incident is open, and info for all between.
fn overall_word(object: Object<'_>, warnings: &mut Warnings) -> Overall {
    let fields = Fields {
        object,
        place: Place::document("status"),
    };
    let raw = fields.expected_text("status", warnings);
    Overall {
        raw: raw.map(str::to_owned),
        health: raw
            .and_then(|raw| meaning(raw, OVERALL, &fields.place.key("status"), warnings))
            .unwrap_or(Health::Unknown),
        description: fields.text("message", warnings).map(str::to_owned),
    }
}

const OVERALL: &[(&str, Health)] = &[
    ("success", Health::Operational),
    ("info", Health::Degraded),
    ("warning", Health::Degraded),
    ("danger", Health::MajorOutage),
];

/// Reads the components; returns how many could not be read, and whether any is in a group.
fn read_components(
    list: &List<'_>,
    groups: &BTreeMap<String, String>,
    components: &mut Once<Component>,
    warnings: &mut Warnings,
) -> (usize, bool) {
    let mut derived = DerivedIds::default();
    let mut is_grouped = false;
    let fields = list.fields("components");
    let skipped = objects(
        list.entries,
        &fields.place.key("data"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            if matches!(object.get("enabled"), Some(Json::Bool(false))) {
                return;
            }
            let name = fields.expected_text("name", warnings).unwrap_or_default();
            let group = fields.id_or_number("group_id", warnings).filter(|id| id != "0");
            is_grouped |= group.is_some();
            let id = fields.id_or_number("id", warnings).unwrap_or_else(|| {
                derived.stand_in(
                    "component",
                    &[group.as_deref().unwrap_or_default(), name],
                    *place,
                    warnings,
                )
            });
            let word = word(&fields, "status", warnings);
            let component = Component {
                id: id.clone(),
                name: name.to_owned(),
                group: group
                    .and_then(|id| {
                        let name = groups.get(&id)?;
                        Some(group_name(&id, name))
                    })
                    .into_iter()
                    .collect(),
                health: word
                    .as_deref()
                    .and_then(|word| meaning(word, COMPONENT, &place.key("status"), warnings))
                    .unwrap_or(Health::Unknown),
                raw: object.text("status_name").map(str::to_owned).or(word),
                description: fields
                    .text("description", warnings)
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned),
            };
            components.put(&id, component, place, warnings);
        },
    );
    (skipped, is_grouped)
}

/// A number that stands for a word; some databases give it as a text.
fn word(fields: &Fields<'_, '_>, key: &str, warnings: &mut Warnings) -> Option<String> {
    if fields.present(key).is_none() {
        warnings.add(fields.place.key(key), "missing");
    }
    fields.integer(key, warnings).map(|number| number.to_string())
}

const COMPONENT: &[(&str, Health)] = &[
    ("0", Health::Unknown),
    ("1", Health::Operational),
    ("2", Health::Degraded),
    ("3", Health::PartialOutage),
    ("4", Health::MajorOutage),
];

#[cfg(test)]
mod tests;
