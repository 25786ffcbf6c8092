//! Google's status dashboards, one family: Cloud, Workspace, Maps Platform, Ads, Pay, Play, Search and Firebase.
//!
//! | document | holds |
//! |---|---|
//! | `incidents.json` | the incidents of about a year, those that are open among them |
//! | `products.json` | the products of the dashboard |
//!
//! Google documents the dashboards as telling the incidents of wide reach that go on, and `incidents.json` as their history
//! (Google Pay API, "Status Dashboard"). Its form is that of payloads recorded in 2022 and in July 2026, in which every
//! incident was over; `products.json` (`{"products": [{"title", "id"}]}`) is known from client code alone.
//!
//! A product has no word of its own: it is as well as the open incidents that name it. An incident is open as long as it
//! has no `end`. Its `status_impact` is the worst that it ever was; its most recent update says how bad it is now, though
//! an update that says `AVAILABLE` before there is an `end` is not taken for the end. An outage in some locations alone is
//! a partial one of the product. A list without an open incident says that all is well.
//!
//! Products are matched by their identifiers, because their titles change. A list of products says nothing of health, so
//! it is read only together with incidents; and an empty list of incidents could be anybody's, so it is read only together
//! with products.
//!
//! Updates say how bad it is (`SERVICE_DISRUPTION`), which is no phase, until one says `AVAILABLE`. A report that is
//! written afterwards is an update like any other: nothing marks it.

mod incidents;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use url::Url;

use super::ids::{DerivedIds, derived_id};
use super::json::{Fields, Json, Place, Warnings};
use super::lists::{Once, less_skipped, objects};
use super::{Asked, Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{Component, Coverage, Incident, Listing, Overall, PageIdentity, Snapshot};
use crate::words::Health;
use incidents::Told;

/// Reads Google's status dashboards.
#[derive(Clone, Copy, Debug)]
pub struct Google;

/// The dashboards: host, how the paths of its addresses begin, and where it is.
const DASHBOARDS: [(&str, &str, &str); 9] = [
    (
        "status.cloud.google.com",
        "/maps-platform/",
        "https://status.cloud.google.com/maps-platform/",
    ),
    ("status.cloud.google.com", "/", "https://status.cloud.google.com/"),
    (
        "www.google.com",
        "/appsstatus/",
        "https://www.google.com/appsstatus/dashboard/",
    ),
    (
        "google.com",
        "/appsstatus/",
        "https://www.google.com/appsstatus/dashboard/",
    ),
    (
        "ads.google.com",
        "/status/publisher/",
        "https://ads.google.com/status/publisher/",
    ),
    ("pay.google.com", "/status/", "https://pay.google.com/status/"),
    (
        "status.search.google.com",
        "/",
        "https://status.search.google.com/",
    ),
    (
        "status.firebase.google.com",
        "/",
        "https://status.firebase.google.com/",
    ),
    ("status.play.google.com", "/", "https://status.play.google.com/"),
];

impl Reader for Google {
    fn key(&self) -> &'static str {
        "google"
    }

    fn name(&self) -> &'static str {
        "Google status dashboards"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "The locations that an incident hits: a product has no health of its own in each location.",
            "Incidents of more than about a year ago: they are web pages alone.",
            "Issues of small reach, which Google tells only to the customers that they hit.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let host = address.host_str()?;
        let path = format!("{}/", address.path());
        let (_, _, dashboard) = DASHBOARDS
            .iter()
            .find(|(known, beginning, _)| *known == host && path.starts_with(beginning))?;
        Url::parse(dashboard).ok().map(|page| Site::at(&page))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let incidents = site
            .join("incidents.json")
            .map(|url| DocumentAddress::light("incidents", url));
        let products = site.join("products.json").map(|url| DocumentAddress {
            name: "products",
            url,
            asked: Asked::AtEveryPoll,
            optional: true,
        });
        incidents.into_iter().chain(products).collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let (mut incidents, mut products) = (None, None);
        for tree in &trees {
            match part(tree)? {
                Part::Incidents(list) => incidents = Some(list),
                Part::Products(list) => products = Some(list),
            }
        }
        let other = |reason: &str| Unreadable::OtherShape {
            reason: reason.to_owned(),
        };
        match incidents {
            None if documents.is_empty() => Err(Unreadable::Empty),
            None => Err(other("a list of products without incidents")),
            Some([]) if products.is_none() => Err(other("an empty list, which could be anybody\u{2019}s")),
            Some(incidents) => Ok(reading(incidents, products, site)),
        }
    }
}

/// What a document holds.
#[derive(Clone, Copy, Debug)]
enum Part<'j> {
    Incidents(&'j [Json<'j>]),
    Products(&'j [Json<'j>]),
}

fn part<'j>(tree: &'j Json<'j>) -> Result<Part<'j>, Unreadable> {
    let is_incident = |entry: &Json<'_>| {
        let marks = [
            "external_desc",
            "status_impact",
            "most_recent_update",
            "affected_products",
            "service_key",
        ];
        entry
            .object()
            .is_some_and(|entry| marks.iter().filter(|mark| entry.get(mark).is_some()).count() >= 3)
    };
    // Shops have products too, with numbers for identifiers.
    let is_product = |entry: &Json<'_>| {
        entry
            .object()
            .is_some_and(|entry| entry.text("id").is_some() && entry.text("title").is_some())
    };
    let products = tree.object().and_then(|top| top.list("products"));
    match (tree.list(), products) {
        (Some([]), _) => Ok(Part::Incidents(&[])),
        (Some(list), _) if list.iter().any(is_incident) => Ok(Part::Incidents(list)),
        (_, Some(list)) if list.iter().any(is_product) => Ok(Part::Products(list)),
        _ => Err(Unreadable::other_shape(
            "neither a list of incidents nor a list of products",
        )),
    }
}

fn reading(incidents: &[Json<'_>], products: Option<&[Json<'_>]>, site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let mut told = Told {
        products: BTreeMap::new(),
        nameless: None,
        is_clear: true,
    };
    let mut list = Once::default();
    let mut ids = DerivedIds::default();
    let place = |name| Place::document(if products.is_some() { name } else { "" });
    let skipped = objects(
        incidents,
        &place("incidents"),
        &mut warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let incident = incidents::read(&fields, site, &mut told, &mut ids, warnings);
            list.put(&incident.id.clone(), incident, place, warnings);
        },
    );
    told.is_clear &= skipped == 0;
    let incidents: Vec<Incident> = list.into_list();

    let (components, listed) = products.map_or((Vec::new(), Listing::Absent), |rows| {
        components(rows, &place("products"), &told, &mut warnings)
    });
    let all_is_well = told.is_clear && incidents.iter().all(|incident| !incident.facts.is_open());
    let overall = told.nameless.or(all_is_well.then_some(Health::Operational));
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: overall.map(|health| Overall {
                raw: None,
                health,
                description: None,
            }),
            components,
            incidents,
            maintenances: Vec::new(),
            coverage: Coverage {
                components: listed,
                open_incidents: less_skipped(Listing::Complete, skipped),
                past_incidents: Listing::Partial,
                ..Coverage::NOTHING
            },
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

fn components(
    rows: &[Json<'_>],
    place: &Place<'_>,
    told: &Told,
    warnings: &mut Warnings,
) -> (Vec<Component>, Listing) {
    let mut list = Once::default();
    // Where it is not known what an open incident hits, it may be any of them.
    let unnamed = if told.is_clear {
        Health::Operational
    } else {
        Health::Unknown
    };
    let place = place.key("products");
    let skipped = objects(rows, &place, warnings, |object, place, warnings| {
        let fields = Fields {
            object,
            place: *place,
        };
        let name = fields.expected_text("title", warnings).unwrap_or_default();
        let id = fields.id("id", warnings).unwrap_or_else(|| {
            let id = derived_id("product", &[name]);
            warnings.add(*place, format_args!("no id; {id} is used"));
            id.into()
        });
        let (health, raw) = told.products.get(id.as_ref()).cloned().unwrap_or((unnamed, None));
        let component = Component {
            id: id.clone().into_owned(),
            name: name.to_owned(),
            group: Vec::new(),
            health,
            raw,
            description: None,
        };
        list.put(&id, component, place, warnings);
    });
    (list.into_list(), less_skipped(Listing::Complete, skipped))
}
