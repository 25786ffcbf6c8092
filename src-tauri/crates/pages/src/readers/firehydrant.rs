//! FireHydrant's status pages: components, and the history of incidents.
//!
//! | document | holds |
//! |---|---|
//! | `data/payload.json` | the page's name, what its conditions mean, components, incidents with their timelines, maintenances |
//!
//! A component has no state of its own: it has the worst condition that an open incident gives it, and works where none
//! does. That is believed only while every incident could be read, and every open one says which components it hits.
//!
//! Sources: a payload recorded from Redis's page in 2026, cut to four incidents; what a maintenance looks like is known from
//! public programs that read Backblaze's page.

mod incidents;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::ids::DerivedIds;
use super::json::{Fields, Json, Object, Place, Warnings, meaning, quoted};
use super::lists::{Once, less_skipped, objects};
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{Component, Coverage, Listing, NamedComponent, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads FireHydrant's status pages.
#[derive(Clone, Copy, Debug)]
pub struct FireHydrant;

impl Reader for FireHydrant {
    fn key(&self) -> &'static str {
        "firehydrant"
    }

    fn name(&self) -> &'static str {
        "FireHydrant"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "The sentence about the whole page: it is prose, and says the same while an incident is open.",
            "Phases that stand at the beginning of imported notes: they are prose.",
        ]
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        (front.holds("firehydrant") || front.holds("/data/payload.json"))
            .then(|| Site::above(front.url, &["incidents", "history", "data"]))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = site.join("data/payload.json");
        url.into_iter()
            .map(|url| DocumentAddress::light("payload", url))
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let mut last: Option<(Object<'_>, Option<&str>)> = None;
        for tree in &trees {
            let object = payload(tree)?;
            let name = object.object("config").and_then(|config| config.text("title"));
            if let (Some((_, Some(first))), Some(second)) = (last, name)
                && first != second
            {
                return Err(Unreadable::DifferentPages {
                    first: first.to_owned(),
                    second: second.to_owned(),
                });
            }
            last = Some((object, name));
        }
        let (object, _) = last.ok_or(Unreadable::Empty)?;
        Ok(reading(object, site))
    }
}

/// The whole document, known by the keys that stand together in no other.
fn payload<'j>(tree: &'j Json<'j>) -> Result<Object<'j>, Unreadable> {
    let object = tree.object().filter(|object| {
        object.object("conditions").is_some()
            && object.get("config").is_some()
            && (object.list("components").is_some() || object.list("incidents").is_some())
    });
    object.ok_or_else(|| Unreadable::other_shape("not the keys config, conditions and components"))
}

/// What the page calls its parts and their conditions.
struct Names {
    /// By names in lower case.
    conditions: BTreeMap<String, Health>,
    /// The identifier of a component by its name.
    ids: BTreeMap<String, String>,
}

impl Names {
    /// What a condition means: the page itself says so.
    fn condition(&self, raw: &str, place: &Place<'_>, warnings: &mut Warnings) -> Health {
        let known = self.conditions.get(&raw.trim().to_lowercase());
        known.copied().unwrap_or_else(|| {
            warnings.add(
                *place,
                format_args!("{} is no condition of this page", quoted(raw)),
            );
            Health::Unknown
        })
    }
}

fn reading(object: Object<'_>, site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let fields = Fields {
        object,
        place: Place::document(""),
    };
    let mut components = components(&fields, &mut warnings);
    let rows = components.as_ref().map(|components| components.list.as_slice());
    let names = Names {
        conditions: conditions(&fields, &mut warnings),
        ids: rows
            .unwrap_or_default()
            .iter()
            .map(|component| (component.name.clone(), component.id.clone()))
            .collect(),
    };
    let events = incidents::read(&fields, &names, site, &mut warnings);
    if let Some(components) = &mut components {
        settle(&mut components.list, &events);
    }
    let listed = |skipped: Option<usize>| {
        skipped.map_or(Listing::Absent, |skipped| {
            less_skipped(Listing::Complete, skipped)
        })
    };
    let past = listed(events.incidents_skipped).min(Listing::Partial);
    Reading {
        snapshot: Snapshot {
            page: PageIdentity {
                id: None,
                name: title(&fields, &mut warnings),
                url: None,
            },
            overall: None,
            coverage: Coverage {
                components: listed(components.as_ref().map(|components| components.skipped)),
                open_incidents: listed(events.incidents_skipped),
                past_incidents: past,
                open_maintenances: listed(events.maintenances_skipped).min(listed(events.incidents_skipped)),
                past_maintenances: past,
            },
            components: components.map(|components| components.list).unwrap_or_default(),
            incidents: events.incidents,
            maintenances: events.maintenances,
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// The page's name.
fn title(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<String> {
    let config = Fields {
        object: fields.object("config", warnings)?,
        place: fields.place.key("config"),
    };
    let title = config.text("title", warnings);
    title
        .or_else(|| config.text("companyName", warnings))
        .map(str::to_owned)
}

/// What each condition of the page means. One that is called maintenance is one, whatever its colour.
fn conditions(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> BTreeMap<String, Health> {
    let place = fields.place.key("conditions");
    let Some(object) = fields.object("conditions", warnings) else {
        return BTreeMap::new();
    };
    let of = Fields { object, place };
    object
        .entries()
        .filter_map(|(name, _)| {
            let word = of.text(name, warnings)?;
            let health = meaning(word, CONDITIONS, &place.key(name), warnings)?;
            let name = name.trim().to_lowercase();
            let is_maintenance = matches!(name.as_str(), "maintenance" | "under maintenance");
            let health = if is_maintenance && health.is_problem() {
                Health::Maintenance
            } else {
                health
            };
            Some((name, health))
        })
        .collect()
}

const CONDITIONS: &[(&str, Health)] = &[
    ("OPERATIONAL", Health::Operational),
    ("DEGRADED", Health::Degraded),
    ("OFFLINE", Health::MajorOutage),
];

/// The components of the page, and how many entries could not be read.
struct Components {
    list: Vec<Component>,
    skipped: usize,
}

/// The components as they are listed, their health not yet told.
fn components(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<Components> {
    let list = fields.list("components", warnings)?;
    let mut found: Once<Component> = Once::default();
    let mut derived = DerivedIds::default();
    let skipped = objects(
        list,
        &fields.place.key("components"),
        warnings,
        |object, place, warnings| {
            let row = Fields {
                object,
                place: *place,
            };
            let name = row.expected_text("name", warnings).unwrap_or_default();
            let id: String = row
                .id("id", warnings)
                .map(Into::into)
                .unwrap_or_else(|| derived.stand_in("components", &[name], *place, warnings));
            let component = Component {
                id: id.clone(),
                name: name.to_owned(),
                group: Vec::new(),
                health: Health::Unknown,
                raw: None,
                description: None,
            };
            found.put(&id, component, place, warnings);
        },
    );
    Some(Components {
        list: found.into_list(),
        skipped,
    })
}

/// Gives each component the worst condition that an open incident or a maintenance going on gives it. One that none names
/// works, if nothing about what is open is in doubt.
fn settle(components: &mut [Component], events: &incidents::Events) {
    let mut worst: BTreeMap<&str, &NamedComponent> = BTreeMap::new();
    let mut is_doubtful = events.incidents_skipped != Some(0) || events.is_doubtful;
    for named in events.named_now() {
        let health = named.health.unwrap_or(Health::Unknown);
        is_doubtful |= !health.is_known();
        let Some(id) = named.id.as_deref() else {
            is_doubtful = true;
            continue;
        };
        let known = worst.entry(id).or_insert(named);
        if health.rank() > known.health.and_then(Health::rank) {
            *known = named;
        }
    }
    let known: BTreeSet<&str> = components.iter().map(|component| component.id.as_str()).collect();
    is_doubtful |= worst.keys().any(|id| !known.contains(id));
    for component in components {
        let named = worst.get(component.id.as_str());
        component.raw = named.and_then(|named| named.raw.clone());
        component.health = match named {
            Some(named) => named.health.unwrap_or(Health::Unknown),
            None => Health::Operational,
        };
        if is_doubtful && !component.health.is_problem() {
            component.health = Health::Unknown;
        }
    }
}
