//! Cachet 3: the rewritten self-hosted status page, its public API JSON:API under `api`.
//!
//! | document | holds |
//! |---|---|
//! | `api/components?include=group` | every component that is shown, with its group |
//! | `api/status` | the overall word |
//! | `api/incidents?include=components,updates` | the 50 newest incidents |
//! | `api/schedules?include=components,updates` | the 50 newest maintenances |
//!
//! A list stands in `data`, what it refers to in `included`, and `links.next` tells whether there is more. An empty list
//! is known by the path in `meta.path`, else by the document's name. A component's status is a number in early releases
//! and an object with `human` and `value` later.
//!
//! Source: the documentation of its API and the source of cachethq/core 3 (`Http/Resources`, `Enums`, `routes/api.php`).

mod events;
mod resources;

use super::cachet2::words;
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
use resources::{Included, List, Resource, status};

/// Reads Cachet 3.
#[derive(Clone, Copy, Debug)]
pub struct Cachet3;

impl Reader for Cachet3 {
    fn key(&self) -> &'static str {
        "cachet3"
    }

    fn name(&self) -> &'static str {
        "Cachet 3"
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
        front
            .holds("vendor/cachethq/cachet")
            .then(|| Site::above(front.url, &["incidents", "setup"]))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        [
            ("components", "api/components?include=group&per_page=500"),
            ("status", "api/status"),
            (
                "incidents",
                "api/incidents?include=components,updates&per_page=50",
            ),
            (
                "schedules",
                "api/schedules?include=components,updates&sort=-id&per_page=50",
            ),
        ]
        .into_iter()
        .filter_map(|(name, path)| {
            Some(DocumentAddress {
                name,
                url: site.join(path)?,
                asked: Asked::AtEveryPoll,
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
enum Part<'j> {
    /// The object that holds the word: `data`, or its `attributes`.
    Status(Object<'j>),
    Components(List<'j>),
    Incidents(List<'j>),
    Schedules(List<'j>),
}

impl<'j> Part<'j> {
    fn of(document: &Document<'_>, tree: &'j Json<'j>) -> Result<Self, Unreadable> {
        let top = tree
            .object()
            .ok_or_else(|| Unreadable::other_shape("no object"))?;
        if let Some(data) = top.object("data") {
            let is_resource = data.text("type") == Some("status") && data.text("id") == Some("status");
            let holder = data.object("attributes").filter(|_| is_resource).unwrap_or(data);
            // Others answer with a status and a message among more.
            let is_plain =
                top.entries().count() == 1 && data.entries().count() == 2 && data.text("message").is_some();
            return ((is_resource || is_plain) && holder.get("status").is_some())
                .then_some(Self::Status(holder))
                .ok_or_else(|| Unreadable::other_shape("data is an object, but no status"));
        }
        let list = List::of(top).ok_or_else(|| Unreadable::other_shape("no list of JSON:API"))?;
        match list.holds(document.name) {
            Some("components") => Ok(Self::Components(list)),
            Some("incidents") => Ok(Self::Incidents(list)),
            Some("schedules") => Ok(Self::Schedules(list)),
            _ => Err(Unreadable::other_shape("a list of something that is not known")),
        }
    }

    /// Whether the document tells by itself that it is Cachet's: others answer with a status and a message too.
    fn is_sure(&self) -> bool {
        match self {
            Self::Status(holder) => holder
                .text("status")
                .is_some_and(|word| OVERALL.iter().any(|(known, _)| *known == word)),
            Self::Components(_) | Self::Incidents(_) | Self::Schedules(_) => true,
        }
    }
}

fn reading(parts: &[Part<'_>], site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let mut components = Once::default();
    let mut events = Events::new(site);
    let mut overall = None;
    let mut name = None;
    let mut coverage = Coverage::NOTHING;
    for part in parts {
        match part {
            Part::Status(holder) => {
                overall = Some(overall_word(*holder, &mut warnings));
                name = holder.text("name").map(str::to_owned);
            }
            Part::Components(list) => {
                let skipped = read_components(list, &mut components, &mut warnings);
                coverage.components = list.listing(skipped);
            }
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
        }
    }
    let (incidents, maintenances) = events.into_lists();
    if !incidents.is_empty() || !maintenances.is_empty() {
        words::warn_of_times(&mut warnings);
    }
    let components = components.into_list();
    Reading {
        snapshot: Snapshot {
            page: PageIdentity {
                name,
                ..PageIdentity::default()
            },
            overall: overall.or_else(|| roll_up::of_checks(&components, coverage.components)),
            components,
            incidents,
            maintenances,
            coverage,
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

impl List<'_> {
    fn listing(&self, skipped: usize) -> Listing {
        let served = if self.is_whole() {
            Listing::Complete
        } else {
            Listing::Partial
        };
        less_skipped(served, skipped)
    }
}

fn overall_word(holder: Object<'_>, warnings: &mut Warnings) -> Overall {
    let fields = Fields {
        object: holder,
        place: Place::document("status"),
    };
    let raw = fields.expected_text("status", warnings);
    let description = fields
        .text("message", warnings)
        .or_else(|| fields.text("label", warnings));
    Overall {
        raw: raw.map(str::to_owned),
        health: raw
            .and_then(|raw| meaning(raw, OVERALL, &fields.place.key("status"), warnings))
            .unwrap_or(Health::Unknown),
        description: description.map(str::to_owned),
    }
}

const OVERALL: &[(&str, Health)] = &[
    ("operational", Health::Operational),
    ("partial_outage", Health::PartialOutage),
    ("major_outage", Health::MajorOutage),
    ("under_maintenance", Health::Maintenance),
];

/// Reads the components; returns how many could not be read.
fn read_components(list: &List<'_>, components: &mut Once<Component>, warnings: &mut Warnings) -> usize {
    let included = Included::of(list);
    let mut derived = DerivedIds::default();
    let mut skipped = 0;
    let place = Place::document("components");
    skipped += objects(
        list.entries,
        &place.key("data"),
        warnings,
        |object, place, warnings| {
            let entry_place = *place;
            let Some(entry) = Resource::of(object, place, warnings) else {
                skipped += 1;
                return;
            };
            let fields = entry.attributes;
            if matches!(fields.object.get("enabled"), Some(Json::Bool(false))) {
                return;
            }
            let name = fields.expected_text("name", warnings).unwrap_or_default();
            let id = entry
                .id
                .unwrap_or_else(|| derived.stand_in("component", &[name], entry_place, warnings));
            let (number, human) = status(&fields, warnings);
            let group = included.related(object, "group").next().and_then(|(id, group)| {
                let name = group?.text("name")?;
                Some(group_name(id, name))
            });
            let component = Component {
                id: id.clone(),
                name: name.to_owned(),
                group: group.into_iter().collect(),
                health: number
                    .as_deref()
                    .and_then(|number| meaning(number, COMPONENT, &fields.place.key("status"), warnings))
                    .unwrap_or(Health::Unknown),
                raw: human.or(number),
                description: fields
                    .text("description", warnings)
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned),
            };
            components.put(&id, component, &entry_place, warnings);
        },
    );
    skipped
}

const COMPONENT: &[(&str, Health)] = &[
    ("1", Health::Operational),
    ("2", Health::Degraded),
    ("3", Health::PartialOutage),
    ("4", Health::MajorOutage),
    ("5", Health::Unknown),
    ("6", Health::Maintenance),
];

#[cfg(test)]
mod tests;
