//! Oracle Cloud Infrastructure: the status of its services in each region.
//!
//! | document | holds |
//! |---|---|
//! | `api/v2/status.json` | the overall word |
//! | `api/v2/components.json` | every service of every region with its state, and the incidents by their identifiers |
//!
//! From Oracle's documentation of its Status service, and public client code. The long document is fetched seldom while
//! the short one says that all is well. `Informational` means that there is something to read about a service that works.
//! An incident has neither title nor text there: it is called by the service and the region that it stands under first.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use url::Url;

use super::ids::derived_id;
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::names::group_name;
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Component, Coverage, GroupName, Incident, IncidentFacts, Listing, NamedComponent, Overall, PageIdentity,
    Snapshot,
};
use crate::words::{Health, Impact};

/// Reads the status of Oracle Cloud Infrastructure.
#[derive(Clone, Copy, Debug)]
pub struct Oracle;

impl Reader for Oracle {
    fn key(&self) -> &'static str {
        "oracle"
    }

    fn name(&self) -> &'static str {
        "Oracle Cloud"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "What is said of an incident, and its phase: the data has its identifier and severity alone; the words are in a feed beside it.",
            "Incidents that are over: the data lists only what is going on.",
            "The categories of services: a service stands under its region.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let is_its_own = matches!(
            address.host_str()?,
            "ocistatus.oraclecloud.com" | "gov.ocistatus.com"
        );
        is_its_own.then(|| Site::at_root(address))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let status = site.join("api/v2/status.json");
        let components = site.join("api/v2/components.json");
        status
            .map(|url| DocumentAddress::light("status", url))
            .into_iter()
            .chain(components.map(|url| DocumentAddress::heavy("components", url)))
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let parts = trees.iter().map(Part::of).collect::<Result<Vec<_>, _>>()?;
        if parts.is_empty() {
            return Err(Unreadable::Empty);
        }
        Ok(reading(&parts, site))
    }
}

/// One document, by its shape.
#[derive(Clone, Copy, Debug)]
enum Part<'j> {
    Status {
        page: Object<'j>,
        status: Object<'j>,
    },
    Components {
        top: Object<'j>,
        regions: &'j [Json<'j>],
    },
}

impl<'j> Part<'j> {
    fn of(tree: &'j Json<'j>) -> Result<Self, Unreadable> {
        let top = tree
            .object()
            .ok_or_else(|| Unreadable::other_shape("not an object"))?;
        if let Some(regions) = top.list("regionHealthReports") {
            return Ok(Self::Components { top, regions });
        }
        let (Some(page), Some(status)) = (top.object("page"), top.object("status")) else {
            return Err(Unreadable::other_shape(
                "neither regionHealthReports nor page and status",
            ));
        };
        // Many platforms have such a document; only Oracle's own words, or its name with nothing else there, tell it
        // from theirs.
        let is_only =
            |object: Object<'_>, keys: [&str; 2]| object.entries().all(|(key, _)| keys.contains(&key));
        let has_its_words = page.get("id").is_none()
            && status
                .text("description")
                .is_some_and(|description| STATES.iter().any(|(word, _)| *word == compact(description)));
        let has_its_name = page
            .text("name")
            .is_some_and(|name| name.to_ascii_lowercase().contains("oracle"))
            && is_only(top, ["page", "status"])
            && is_only(page, ["name", "updated_at"])
            && is_only(status, ["indicator", "description"]);
        if status.get("indicator").is_some() && (has_its_words || has_its_name) {
            Ok(Self::Status { page, status })
        } else {
            Err(Unreadable::other_shape("nothing in it says that it is Oracle's"))
        }
    }
}

/// The states of a service. The data writes them without blanks, the documentation with.
const STATES: &[(&str, Health)] = &[
    ("normalperformance", Health::Operational),
    ("informational", Health::Operational),
    ("servicedisruption", Health::PartialOutage),
    ("servicedown", Health::MajorOutage),
];

/// The severities of an incident are the states that it brings about.
const SEVERITIES: &[(&str, Impact)] = &[
    ("normalperformance", Impact::None),
    ("informational", Impact::None),
    ("servicedisruption", Impact::Major),
    ("servicedown", Impact::Critical),
];

const INDICATORS: &[(&str, Health)] = &[
    ("none", Health::Operational),
    ("minor", Health::Degraded),
    ("major", Health::PartialOutage),
    ("critical", Health::MajorOutage),
];

/// A word without its blanks, in lower case.
fn compact(word: &str) -> String {
    word.chars()
        .filter(|character| character.is_ascii_alphanumeric())
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

/// What a word means that may be written with blanks.
fn spaced<T: Copy>(word: &str, known: &[(&str, T)], place: &Place<'_>, warnings: &mut Warnings) -> Option<T> {
    let compact = compact(word);
    let found = known.iter().find(|(name, _)| *name == compact);
    match found {
        Some((_, value)) => Some(*value),
        None => meaning(word, known, place, warnings),
    }
}

fn reading(parts: &[Part<'_>], site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let mut page = PageIdentity::default();
    let mut updated_at: Option<Timestamp> = None;
    let mut overall: Option<Overall> = None;
    let mut services = Services::default();
    let mut has_components = false;
    for part in parts {
        let is_alone = parts.len() == 1;
        match part {
            Part::Status { page: object, status } => {
                let top = Place::document(if is_alone { "" } else { "status" });
                let fields = Fields {
                    object: *object,
                    place: top.key("page"),
                };
                page.name = fields.text("name", &mut warnings).map(str::to_owned);
                updated_at = fields.time("updated_at", &mut warnings).max(updated_at);
                let fields = Fields {
                    object: *status,
                    place: top.key("status"),
                };
                overall = Some(overall_word(&fields, &mut warnings));
            }
            Part::Components { top: object, regions } => {
                let top = Place::document(if is_alone { "" } else { "components" });
                let fields = Fields {
                    object: *object,
                    place: top,
                };
                page.id = fields.id("realm", &mut warnings).map(Into::into);
                services.regions(regions, &top.key("regionHealthReports"), &mut warnings);
                has_components = true;
            }
        }
    }
    let listed = if has_components {
        less_skipped(Listing::Complete, services.skipped)
    } else {
        Listing::Absent
    };
    let mut incidents = services.incidents.into_list();
    for incident in &mut incidents {
        incident.facts.url = site.and_then(|site| link(site, &incident.id));
    }
    let components = services.components.into_list();
    // Otherwise the next poll would not tell how what is wrong now goes on.
    let is_well = overall
        .as_ref()
        .is_some_and(|overall| overall.health == Health::Operational)
        && incidents.is_empty()
        && components
            .iter()
            .all(|service| service.health == Health::Operational);
    Reading {
        snapshot: Snapshot {
            page,
            overall,
            components,
            incidents,
            maintenances: Vec::new(),
            coverage: Coverage {
                components: listed,
                open_incidents: listed,
                ..Coverage::NOTHING
            },
            updated_at,
        },
        warnings: warnings.into_list(),
        wants: if is_well { Vec::new() } else { vec!["components"] },
    }
}

fn overall_word(status: &Fields<'_, '_>, warnings: &mut Warnings) -> Overall {
    let raw = status.expected_text("indicator", warnings);
    let health = raw.and_then(|raw| meaning(raw, INDICATORS, &status.place.key("indicator"), warnings));
    Overall {
        raw: raw.map(str::to_owned),
        health: health.unwrap_or(Health::Unknown),
        description: status.text("description", warnings).map(str::to_owned),
    }
}

/// The official page of an incident is the page itself, with the incident behind `#`.
fn link(site: &Site, id: &str) -> Option<String> {
    let is_plain = id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    is_plain.then(|| format!("{}#/incidents/{id}", site.base()))
}

/// The services of all regions, and the incidents that stand under them.
#[derive(Default)]
struct Services {
    components: Once<Component>,
    incidents: Once<Incident>,
    skipped: usize,
}

impl Services {
    fn regions(&mut self, regions: &[Json<'_>], place: &Place<'_>, warnings: &mut Warnings) {
        let skipped = objects(regions, place, warnings, |object, place, warnings| {
            let region = Fields {
                object,
                place: *place,
            };
            let group = Region::of(&region, warnings);
            let Some(services) = region.list("serviceHealthReports", warnings) else {
                warnings.add(*place, "no list of services");
                self.skipped += 1;
                return;
            };
            let skipped = objects(
                services,
                &place.key("serviceHealthReports"),
                warnings,
                |object, place, warnings| {
                    self.service(
                        &Fields {
                            object,
                            place: *place,
                        },
                        &group,
                        warnings,
                    );
                },
            );
            self.skipped += skipped;
        });
        self.skipped += skipped;
    }

    fn service(&mut self, fields: &Fields<'_, '_>, region: &Region, warnings: &mut Warnings) {
        let name = fields.expected_text("serviceName", warnings).unwrap_or_default();
        let id = fields
            .id_or_number("serviceId", warnings)
            .or_else(|| fields.text("serviceCanonicalName", warnings).map(str::to_owned))
            .unwrap_or_else(|| {
                let id = derived_id("service", &[name]);
                warnings.add(fields.place, format_args!("no id; {id} is used"));
                id
            });
        // A service has the same identifier in every region.
        let id = format!("{}/{id}", region.id);
        let raw = fields.expected_text("serviceStatus", warnings);
        let health = raw
            .and_then(|raw| spaced(raw, STATES, &fields.place.key("serviceStatus"), warnings))
            .unwrap_or(Health::Unknown);
        let named = NamedComponent {
            id: Some(id.clone()),
            name: name.to_owned(),
            health: Some(health),
            raw: raw.map(str::to_owned),
        };
        let component = Component {
            id: id.clone(),
            name: name.to_owned(),
            group: region.path.clone(),
            health,
            raw: raw.map(str::to_owned),
            description: None,
        };
        self.components.put(&id, component, &fields.place, warnings);

        let Some(list) = fields.list("incidents", warnings) else {
            // Only a missing list is an empty one.
            self.skipped += usize::from(fields.present("incidents").is_some());
            return;
        };
        let skipped = objects(
            list,
            &fields.place.key("incidents"),
            warnings,
            |object, place, warnings| {
                let fields = Fields {
                    object,
                    place: *place,
                };
                self.incident(&fields, &named, region, warnings);
            },
        );
        self.skipped += skipped;
    }

    /// An incident that stands under several services is one incident. Its severity is the worst that is said of it.
    fn incident(
        &mut self,
        fields: &Fields<'_, '_>,
        named: &NamedComponent,
        region: &Region,
        warnings: &mut Warnings,
    ) {
        let id = fields.id_or_number("incidentId", warnings).unwrap_or_else(|| {
            let id = derived_id("incident", &[named.id.as_deref().unwrap_or_default()]);
            warnings.add(fields.place, format_args!("no id; {id} is used"));
            id
        });
        let raw = fields.text("severity", warnings);
        let impact = raw
            .and_then(|raw| spaced(raw, SEVERITIES, &fields.place.key("severity"), warnings))
            .unwrap_or(Impact::Unknown);
        if let Some(known) = self.incidents.get_mut(&id) {
            let facts = &mut known.facts;
            if facts.components.last() != Some(named) {
                facts.components.push(named.clone());
            }
            if impact.rank() > facts.impact.rank() {
                facts.impact = impact;
                facts.impact_raw = raw.map(str::to_owned);
            }
            return;
        }
        let title = format!("{} | {}", named.name, region.name);
        let incident = Incident {
            id: id.clone(),
            facts: IncidentFacts {
                impact,
                impact_raw: raw.map(str::to_owned),
                components: vec![named.clone()],
                ..IncidentFacts::titled(&title)
            },
            updates: Vec::new(),
        };
        self.incidents.put(&id, incident, &fields.place, warnings);
    }
}

/// A region, as the group of its services.
struct Region {
    id: String,
    name: String,
    /// The geographic area and the region.
    path: Vec<GroupName>,
}

impl Region {
    fn of(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Self {
        let canonical = fields.text("regionCanonicalName", warnings);
        let name = fields
            .text("regionName", warnings)
            .or(canonical)
            .unwrap_or_default()
            .to_owned();
        let id = fields
            .id_or_number("regionId", warnings)
            .or_else(|| canonical.map(str::to_owned))
            .unwrap_or_else(|| {
                let id = derived_id("region", &[&name]);
                warnings.add(fields.place, format_args!("no id; {id} is used"));
                id
            });
        let area = fields
            .text("geographicAreaName", warnings)
            .map(|area| group_name(area, area));
        let region = group_name(&id, &name);
        Self {
            id: region.id.clone(),
            name: region.name.clone(),
            path: area.into_iter().chain([region]).collect(),
        }
    }
}
