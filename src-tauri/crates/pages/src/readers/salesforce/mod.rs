//! Salesforce Trust (status.salesforce.com), whose pages are an instance, a product, or everything.
//!
//! | document | of | holds |
//! |---|---|---|
//! | `v1/instances/KEY/status` | an instance | its word, its incidents and maintenances |
//! | `v1/instances/status/preview?products=KEY` | a product | the same of each of its instances |
//! | `v1/instances/status/preview` | everything | the same, about 1.5 MB at each poll |
//! | `v1/incidents/active` | all but an instance | the open incidents with all their updates |
//!
//! Sources: the API's reference, Heroku's own command line for what its fields mean, and a list of all instances recorded
//! in 2020.
//!
//! The components are the instances in production, below their location; sandboxes and instances out of service are left
//! out of a list of instances. There is no overall word. In a list of several instances a major incident of one of them is
//! a partial outage, because it is not one of the others; on the page of that instance it is a major outage.
//!
//! Incidents have no title: it is made of the type of their first impact (`performanceDegradation`).

mod events;

#[cfg(test)]
mod tests;

use url::Url;

use super::addresses::{document_at, is_at};
use super::documents::called;
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{Component, Coverage, GroupName, Listing, PageIdentity, Snapshot};
use crate::words::Health;
use events::Events;

/// Reads Salesforce Trust.
#[derive(Clone, Copy, Debug)]
pub struct Salesforce;

const HOST: &str = "status.salesforce.com";
const PAGE: &str = "https://status.salesforce.com/";
const API: &str = "https://api.status.salesforce.com/v1/";

impl Reader for Salesforce {
    fn key(&self) -> &'static str {
        "salesforce"
    }

    fn name(&self) -> &'static str {
        "Salesforce Trust"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Incidents and maintenances that are over and that no instance lists any more: their list must be asked for by a time.",
            "Sandboxes and instances out of service in lists of instances: each can be watched by itself.",
            "The health of the services on an instance: it is not published, incidents only name them.",
            "The action plan of an incident that is over; its root cause is read.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        if !is_at(
            address,
            &[HOST, "api.status.salesforce.com", "trust.salesforce.com"],
        ) {
            return None;
        }
        let site = Site::at(&Url::parse(PAGE).ok()?);
        let steps: Vec<&str> = address.path_segments()?.collect();
        let named = steps
            .windows(2)
            .find_map(|two| match two {
                [kind @ ("instances" | "products"), key]
                    if is_key(key) && !matches!(*key, "status" | "all") =>
                {
                    Some(format!("{kind}/{key}"))
                }
                _ => None,
            })
            .or_else(|| Site::from_url(address).key().map(str::to_owned));
        Some(site.with_key(named.as_deref().unwrap_or_default()))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let at = |path: &str| document_at(site, HOST, API, path);
        let (name, url) = match What::of(site) {
            What::Instance(key) => ("instance", at(&format!("instances/{key}/status"))),
            What::Product(key) => {
                let mut url = at("instances/status/preview");
                if let Some(url) = &mut url {
                    url.query_pairs_mut().append_pair("products", key);
                }
                ("instances", url)
            }
            What::Everything => ("instances", at("instances/status/preview")),
        };
        let active = (name == "instances").then(|| at("incidents/active")).flatten();
        let light = url.map(|url| DocumentAddress::light(name, url));
        // A list of instances may leave out what was told of an incident. Asked for less often, the incident would be said
        // to stand now here, now there.
        let active = active.map(|url| DocumentAddress {
            optional: true,
            ..DocumentAddress::light("active-incidents", url)
        });
        light.into_iter().chain(active).collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let mut parts = Vec::with_capacity(trees.len());
        let mut empty = None;
        for tree in &trees {
            match part(tree) {
                Ok(part) => parts.push(part),
                // That nothing is active is said by an empty list, which could be anybody's by itself.
                Err(Unreadable::Empty) => {
                    empty = Some(Unreadable::Empty);
                    parts.push(Part::Active(&[]));
                }
                Err(error) => return Err(error),
            }
        }
        let is_told = |part: &Part<'_>| !matches!(part, Part::Active(list) if list.is_empty());
        if let Some(error) = empty.filter(|_| !parts.iter().any(is_told)) {
            return Err(error);
        }
        let page = match site {
            Some(site) => site.base().clone(),
            None => Url::parse(PAGE).map_err(|_| Unreadable::other_shape("no page"))?,
        };
        Ok(reading(documents, &parts, &page))
    }
}

/// What a page is of.
enum What<'s> {
    Instance(&'s str),
    Product(&'s str),
    Everything,
}

impl<'s> What<'s> {
    fn of(site: &'s Site) -> Self {
        match site.key() {
            None => Self::Everything,
            Some(key) => match key.split_once('/') {
                Some(("instances", instance)) if is_key(instance) => Self::Instance(instance),
                Some((_, product)) => Self::Product(product),
                None => Self::Product(key),
            },
        }
    }
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// What a document holds.
enum Part<'j> {
    Instances(&'j [Json<'j>]),
    Instance(&'j [Json<'j>]),
    Active(&'j [Json<'j>]),
}

fn part<'j>(tree: &'j Json<'j>) -> Result<Part<'j>, Unreadable> {
    let Some(list) = tree.list() else {
        let top = tree
            .object()
            .ok_or_else(|| Unreadable::other_shape("neither an object nor a list"))?;
        return if is_instance(top) {
            Ok(Part::Instance(std::slice::from_ref(tree)))
        } else {
            Err(Unreadable::other_shape("no instance with a key and a status"))
        };
    };
    let hold = |is: fn(Object<'_>) -> bool| list.iter().filter_map(Json::object).any(is);
    if list.is_empty() {
        Err(Unreadable::Empty)
    } else if hold(is_instance) {
        Ok(Part::Instances(list))
    } else if hold(is_incident) {
        Ok(Part::Active(list))
    } else {
        Err(Unreadable::other_shape(
            "a list neither of instances nor of incidents",
        ))
    }
}

fn is_instance(object: Object<'_>) -> bool {
    object.text("key").is_some()
        && object.get("status").is_some()
        && object.get("environment").is_some()
        && (object.list("Incidents").is_some() || object.get("isActive").is_some())
}

fn is_incident(object: Object<'_>) -> bool {
    object.list("IncidentImpacts").is_some() && object.list("instanceKeys").is_some()
}

/// An instance as it stands in a document.
struct Row<'j> {
    fields: Object<'j>,
    document: usize,
    /// Its place in the list; none where it is the whole document.
    index: Option<usize>,
}

fn reading(documents: &[Document<'_>], parts: &[Part<'_>], page: &Url) -> Reading {
    let mut warnings = Warnings::default();
    let mut coverage = Coverage::NOTHING;
    let mut skipped = 0;
    let mut rows = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let (list, is_list) = match part {
            Part::Instances(list) => (*list, true),
            Part::Instance(list) => (*list, false),
            Part::Active(_) => continue,
        };
        coverage.components = Listing::Complete;
        let name = called(documents, at);
        skipped += objects(
            list,
            &Place::document(&name),
            &mut warnings,
            |object, place, _| {
                if !(is_list && is_out(object)) {
                    rows.push(Row {
                        fields: object,
                        document: at,
                        index: place.index().filter(|_| is_list),
                    });
                }
            },
        );
    }

    let mut components: Once<Component> = Once::default();
    let mut events = Events::new(page);
    for row in &rows {
        let name = called(documents, row.document);
        let top = Place::document(&name);
        let place = row.index.map_or(top, |index| top.entry(index));
        let fields = Fields {
            object: row.fields,
            place,
        };
        let Some(component) = component(&fields, rows.len() > 1, &mut warnings) else {
            skipped += 1;
            continue;
        };
        events.of_instance(&fields, &component.id, &mut warnings);
        components.put(&component.id.clone(), component, &place, &mut warnings);
    }
    let components = components.into_list();
    coverage.components = less_skipped(coverage.components, skipped);
    if coverage.components != Listing::Absent {
        // An instance lists what is over for a while.
        coverage.open_incidents = less_skipped(Listing::Complete, skipped + events.skipped);
        coverage.open_maintenances = Listing::Partial;
        coverage.past_incidents = Listing::Partial;
        coverage.past_maintenances = Listing::Partial;
    }
    let listed = (coverage.components != Listing::Absent).then_some(components.as_slice());
    for (at, part) in parts.iter().enumerate() {
        if let Part::Active(list) = part {
            let name = called(documents, at);
            let skipped = events.active(list, &Place::document(&name), listed, &mut warnings);
            let whole = less_skipped(Listing::Complete, skipped);
            coverage.open_incidents = match coverage.open_incidents {
                Listing::Absent => whole,
                known @ (Listing::Partial | Listing::Complete) => known.min(whole),
            };
        }
    }
    let (incidents, maintenances) = events.into_lists();
    Reading {
        snapshot: Snapshot {
            page: identity(parts, &components, page),
            overall: None,
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

/// Whether an instance is no part of what is in production.
fn is_out(instance: Object<'_>) -> bool {
    let is_sandbox = instance
        .text("environment")
        .is_some_and(|word| word.eq_ignore_ascii_case("sandbox"));
    is_sandbox || matches!(instance.get("isActive"), Some(Json::Bool(false)))
}

fn identity(parts: &[Part<'_>], components: &[Component], page: &Url) -> PageIdentity {
    match (parts, components) {
        ([Part::Instance(_)], [instance]) => PageIdentity {
            id: Some(instance.id.clone()),
            name: Some(instance.name.clone()),
            url: page
                .join("instances/")
                .and_then(|url| url.join(&instance.id))
                .ok()
                .map(Into::into),
        },
        _ => PageIdentity::default(),
    }
}

fn component(fields: &Fields<'_, '_>, is_one_of_many: bool, warnings: &mut Warnings) -> Option<Component> {
    let Some(id) = fields.id("key", warnings) else {
        warnings.add(fields.place, "no key; the instance is passed over");
        return None;
    };
    let raw = fields.expected_text("status", warnings);
    let health = raw
        .and_then(|raw| meaning(raw, STATUS, &fields.place.key("status"), warnings))
        .unwrap_or(Health::Unknown);
    let location = fields
        .text("location", warnings)
        .filter(|location| !location.is_empty());
    Some(Component {
        name: id.clone().into_owned(),
        id: id.into_owned(),
        group: location
            .map(|location| GroupName {
                id: format!("location/{location}"),
                name: location.to_owned(),
            })
            .into_iter()
            .collect(),
        health: if is_one_of_many && health == Health::MajorOutage {
            Health::PartialOutage
        } else {
            health
        },
        raw: raw.map(str::to_owned),
        description: None,
    })
}

/// An instance's `status`. What is not core does not stop the instance; what is informational does not touch its health.
const STATUS: &[(&str, Health)] = &[
    ("OK", Health::Operational),
    ("INFORMATIONAL_CORE", Health::Operational),
    ("INFORMATIONAL_NONCORE", Health::Operational),
    ("MAINTENANCE_CORE", Health::Maintenance),
    ("MAINTENANCE_NONCORE", Health::Maintenance),
    ("MINOR_INCIDENT_CORE", Health::Degraded),
    ("MINOR_INCIDENT_NONCORE", Health::Degraded),
    ("MAJOR_INCIDENT_CORE", Health::MajorOutage),
    ("MAJOR_INCIDENT_NONCORE", Health::PartialOutage),
];
