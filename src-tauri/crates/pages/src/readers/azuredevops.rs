//! Azure DevOps Services status.
//!
//! | document | holds |
//! |---|---|
//! | `_apis/status/health` | the overall word, and the health of each service in each geography |
//!
//! Written after Microsoft's reference of the Azure DevOps REST API (Status, Health, Get; version 7.1); no payload was at
//! hand. A service is the group of its geographies, which are the components: a service has no health of its own there.

use url::Url;

use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::names::group_name;
use super::{
    Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding, ids::derived_id, times,
};
use crate::snapshot::{Component, Coverage, Listing, Overall, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads the status of Azure DevOps Services.
#[derive(Clone, Copy, Debug)]
pub struct AzureDevOps;

impl Reader for AzureDevOps {
    fn key(&self) -> &'static str {
        "azuredevops"
    }

    fn name(&self) -> &'static str {
        "Azure DevOps Services status"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &["Events and their updates: the documented interface tells healths alone."]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        (address.host_str()? == "status.dev.azure.com").then(|| Site::at_root(address))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        site.join("_apis/status/health?api-version=7.1-preview.1")
            .map(|url| DocumentAddress::light("health", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let tops = trees.iter().map(services).collect::<Result<Vec<_>, _>>()?;
        // There is one document: of several the last one counts.
        let Some((top, rows)) = tops.last() else {
            return Err(Unreadable::Empty);
        };
        Ok(reading(*top, rows))
    }
}

/// The document and its list of services, if it is one.
fn services<'j>(tree: &'j Json<'j>) -> Result<(Object<'j>, &'j [Json<'j>]), Unreadable> {
    let top = tree.object();
    let rows = top.and_then(|top| top.list("services")).unwrap_or_default();
    let is_its_own = |row: &Json<'_>| {
        row.object()
            .and_then(|row| row.list("geographies"))
            .is_some_and(|places| {
                places
                    .iter()
                    .filter_map(Json::object)
                    .any(|place| place.get("health").is_some())
            })
    };
    match top {
        Some(top) if rows.iter().any(is_its_own) => Ok((top, rows)),
        _ => Err(Unreadable::other_shape(
            "no services with the health of their geographies",
        )),
    }
}

fn reading(top: Object<'_>, rows: &[Json<'_>]) -> Reading {
    let mut warnings = Warnings::default();
    let place = Place::document("");
    let overall = Fields { object: top, place }
        .object("status", &mut warnings)
        .map(|object| {
            let fields = Fields {
                object,
                place: place.key("status"),
            };
            let (health, raw) = health(&fields, &mut warnings);
            Overall {
                raw,
                health,
                description: fields
                    .text("message", &mut warnings)
                    .filter(|message| !message.is_empty())
                    .map(str::to_owned),
            }
        });
    let mut components = Once::default();
    let mut skipped = 0;
    let services_skipped = objects(
        rows,
        &place.key("services"),
        &mut warnings,
        |object, place, warnings| {
            skipped += service(object, place, &mut components, warnings);
        },
    );
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall,
            components: components.into_list(),
            incidents: Vec::new(),
            maintenances: Vec::new(),
            coverage: Coverage {
                components: less_skipped(Listing::Complete, skipped + services_skipped),
                ..Coverage::NOTHING
            },
            updated_at: top
                .text("lastUpdated")
                .and_then(times::read)
                .map(|moment| moment.at),
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// The geographies of one service; how many of them could not be read.
fn service(
    object: Object<'_>,
    place: &Place<'_>,
    components: &mut Once<Component>,
    warnings: &mut Warnings,
) -> usize {
    let fields = Fields {
        object,
        place: *place,
    };
    let service = fields.id("id", warnings).unwrap_or_else(|| {
        warnings.add(*place, "no id");
        "".into()
    });
    let Some(geographies) = fields.list("geographies", warnings) else {
        return 1;
    };
    let list = place.key("geographies");
    objects(geographies, &list, warnings, |object, place, warnings| {
        let fields = Fields {
            object,
            place: *place,
        };
        let name = fields.expected_text("name", warnings).unwrap_or_default();
        let id = match fields.id("id", warnings) {
            Some(id) => format!("{service}/{id}"),
            None => derived_id("geography", &[&service, name]),
        };
        let (health, raw) = health(&fields, warnings);
        let component = Component {
            id: id.clone(),
            name: name.to_owned(),
            group: vec![group_name(&service, &service)],
            health,
            raw,
            description: None,
        };
        components.put(&id, component, place, warnings);
    })
}

/// The word at `health` and what it means. `advisory` is Microsoft's word for a notice to some customers.
fn health(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> (Health, Option<String>) {
    let Some(word) = fields.expected_text("health", warnings) else {
        return (Health::Unknown, None);
    };
    let known = [
        ("healthy", Health::Operational),
        ("advisory", Health::Degraded),
        ("degraded", Health::Degraded),
        ("unhealthy", Health::MajorOutage),
    ];
    let health = meaning(word, &known, &fields.place.key("health"), warnings);
    (health.unwrap_or(Health::Unknown), Some(word.to_owned()))
}

#[cfg(test)]
mod tests;
