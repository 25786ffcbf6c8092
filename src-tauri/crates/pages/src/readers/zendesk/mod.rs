//! Zendesk: its Status API, as Zendesk documents it.
//!
//! | document | holds |
//! |---|---|
//! | `api/incidents/active` | the incidents that are going on, with their updates and the services that they touch |
//! | `api/incidents/maintenance` | the maintenances that are announced |
//!
//! Both are lists of one kind (JSON:API: what an incident refers to stands in `included`), so only the document's name
//! tells them apart, and only the name tells what an empty list is. The documentation says that the first one has every
//! active incident: where it was read without anything odd and none is open, all is well. What is said with an open
//! incident is about some of Zendesk's hosts ("pods"), so for Zendesk as a whole a service with an outage is one of which
//! a part does not work. With a subdomain, `https://status.zendesk.com/?subdomain=NAME`, the lists are about that
//! account's pod, and such a service is down.

mod included;

#[cfg(test)]
mod tests;

use url::Url;

use super::ids::DerivedIds;
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Coverage, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts, Overall, PageIdentity,
    Postmortem, Snapshot,
};
use crate::words::{Health, Impact, MaintenancePhase, Phase};
use included::Included;

/// Reads Zendesk's Status API.
#[derive(Clone, Copy, Debug)]
pub struct Zendesk;

const HOST: &str = "status.zendesk.com";
const ACTIVE: &str = "active";
const MAINTENANCE: &str = "maintenance";

impl Reader for Zendesk {
    fn key(&self) -> &'static str {
        "zendesk"
    }

    fn name(&self) -> &'static str {
        "Zendesk"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Incidents that are over: the API has no history.",
            "Services that no incident names: the API does not list them.",
            "The end of an announced maintenance: the documentation names no field for it.",
        ]
    }

    /// The subdomain of an account is kept where the address names it.
    fn site_at(&self, address: &Url) -> Option<Site> {
        if address.host_str()? != HOST {
            return None;
        }
        let subdomain = address
            .query_pairs()
            .find(|(key, _)| key == "subdomain")
            .map(|(_, name)| name.into_owned())
            .unwrap_or_default();
        Some(Site::at_root(address).with_key(&subdomain))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let address = |path: &str| {
            let mut url = site.join(path)?;
            if let Some(subdomain) = site.key() {
                url.query_pairs_mut().append_pair("subdomain", subdomain);
            }
            Some(url)
        };
        let active = address("api/incidents/active");
        let maintenance = address("api/incidents/maintenance");
        active
            .map(|url| DocumentAddress::light(ACTIVE, url))
            .into_iter()
            .chain(maintenance.map(|url| DocumentAddress::heavy(MAINTENANCE, url)))
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        if trees.is_empty() {
            return Err(Unreadable::Empty);
        }
        let mut parts = Vec::with_capacity(trees.len());
        for (document, tree) in documents.iter().zip(&trees) {
            parts.push(Part::of(document.name, tree)?);
        }
        let is_of_an_account = site.is_some_and(|site| site.key().is_some());
        Ok(reading(&parts, is_of_an_account))
    }
}

/// One document.
#[derive(Clone, Copy, Debug)]
struct Part<'j> {
    is_maintenance: bool,
    top: Object<'j>,
    data: &'j [Json<'j>],
}

impl<'j> Part<'j> {
    fn of(name: &str, tree: &'j Json<'j>) -> Result<Self, Unreadable> {
        let top = tree
            .object()
            .ok_or_else(|| Unreadable::other_shape("not an object"))?;
        let data = top
            .list("data")
            .ok_or_else(|| Unreadable::other_shape("no list called data"))?;
        let name = name.rsplit('/').next().unwrap_or(name);
        let name = name.strip_suffix(".json").unwrap_or(name);
        let is_maintenance = name == MAINTENANCE;
        if data.is_empty() {
            let is_known = is_maintenance || name == ACTIVE;
            let is_bare = top
                .entries()
                .all(|(key, _)| matches!(key, "data" | "included" | "meta" | "links" | "jsonapi"));
            if !is_known || !is_bare {
                return Err(Unreadable::other_shape("an empty list of nobody knows what"));
            }
        } else if !data.iter().any(is_incident) {
            return Err(Unreadable::other_shape(
                "nothing in data is an incident of Zendesk's",
            ));
        }
        Ok(Self {
            is_maintenance,
            top,
            data,
        })
    }
}

/// Whether an entry of `data` has what only Zendesk's incidents have.
fn is_incident(entry: &Json<'_>) -> bool {
    entry.object().is_some_and(|entry| {
        let attributes = entry.object("attributes");
        entry
            .text("type")
            .is_some_and(|kind| included::kind(kind) == "incident")
            && attributes.is_some_and(|attributes| {
                attributes.get("outage").is_some() || attributes.get("degradation").is_some()
            })
    })
}

fn reading(parts: &[Part<'_>], is_of_an_account: bool) -> Reading {
    let mut warnings = Warnings::default();
    let mut incidents: Once<Incident> = Once::default();
    let mut maintenances: Once<Maintenance> = Once::default();
    let (mut skipped_active, mut skipped_maintenance) = (None, None);
    let mut is_hurt = false;
    for part in parts {
        let name = match (parts.len(), part.is_maintenance) {
            (1, _) => "",
            (_, true) => MAINTENANCE,
            (_, false) => ACTIVE,
        };
        let top = Place::document(name);
        let included = Included::of(part.top, top, is_of_an_account, &mut warnings);
        let mut derived = DerivedIds::default();
        let skipped = objects(
            part.data,
            &top.key("data"),
            &mut warnings,
            |object, place, warnings| {
                let entry = Entry::of(object, place, &mut derived, warnings);
                let id = entry.id.clone();
                if part.is_maintenance {
                    maintenances.put(&id, entry.maintenance(&included, warnings), place, warnings);
                    return;
                }
                let (incident, hurts) = entry.incident(&included, warnings);
                is_hurt |= hurts;
                incidents.put(&id, incident, place, warnings);
            },
        );
        let sum = if part.is_maintenance {
            &mut skipped_maintenance
        } else {
            &mut skipped_active
        };
        *sum = Some(sum.unwrap_or(0) + skipped);
    }
    let incidents = incidents.into_list();
    let is_any_open = incidents.iter().any(|incident| incident.facts.is_open());
    let warnings = warnings.into_list();
    // There is no overall word. An empty list of all that is going on says that all is well, unless anything was odd.
    let health = match skipped_active {
        Some(_) if is_hurt => Some(Health::Degraded),
        Some(_) if !is_any_open && warnings.is_empty() => Some(Health::Operational),
        _ => None,
    };
    let listed = |skipped: Option<usize>| match skipped {
        Some(skipped) => less_skipped(Listing::Complete, skipped),
        None => Listing::Absent,
    };
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: health.map(|health| Overall {
                raw: None,
                health,
                description: None,
            }),
            components: Vec::new(),
            incidents,
            maintenances: maintenances.into_list(),
            coverage: Coverage {
                open_incidents: listed(skipped_active),
                open_maintenances: listed(skipped_maintenance),
                ..Coverage::NOTHING
            },
            updated_at: None,
        },
        warnings,
        wants: Vec::new(),
    }
}

/// An entry of `data`.
struct Entry<'j, 'p> {
    id: String,
    object: Object<'j>,
    place: Place<'p>,
}

impl<'j, 'p> Entry<'j, 'p> {
    fn of(object: Object<'j>, place: &Place<'p>, derived: &mut DerivedIds, warnings: &mut Warnings) -> Self {
        let fields = Fields {
            object,
            place: *place,
        };
        let id = fields.id_or_number("id", warnings).unwrap_or_else(|| {
            let attributes = object.object("attributes");
            let birth = ["started_at", "startedAt", "title"]
                .into_iter()
                .find_map(|key| attributes?.text(key));
            derived.stand_in("incident", &[birth.unwrap_or_default()], *place, warnings)
        });
        Self {
            id,
            object,
            place: *place,
        }
    }

    /// What is said of it. Without that it is an incident of which nothing is known.
    fn attributes<'e>(&self, place: Place<'e>, warnings: &mut Warnings) -> Fields<'j, 'e> {
        let object = self.object.object("attributes");
        if object.is_none() {
            warnings.add(place, "missing, or not an object");
        }
        Fields {
            object: object.unwrap_or_default(),
            place,
        }
    }

    fn incident(&self, included: &Included<'_>, warnings: &mut Warnings) -> (Incident, bool) {
        let place = self.place.key("attributes");
        let fields = self.attributes(place, warnings);
        let raw = fields.expected_text("status", warnings);
        let impact_raw = fields.text("impact", warnings);
        let title = fields.expected_text("title", warnings).unwrap_or_default();
        let (components, updates) =
            included.of_entry(self.object, &self.place, phase, Phase::Unknown, warnings);
        let incident = Incident {
            id: self.id.clone(),
            facts: IncidentFacts {
                impact: impact_raw.map_or(Impact::Unknown, |raw| impact(raw, &place.key("impact"), warnings)),
                impact_raw: impact_raw.map(str::to_owned),
                phase: raw.map_or(Phase::Unknown, |raw| phase(raw, &place.key("status"), warnings)),
                phase_raw: raw.map(str::to_owned),
                started_at: fields.time(either(&fields, "started_at", "startedAt"), warnings),
                resolved_at: fields.time(either(&fields, "resolved_at", "resolvedAt"), warnings),
                components,
                postmortem: fields
                    .text("postmortem", warnings)
                    .filter(|text| !text.trim().is_empty())
                    .map(|text| Postmortem {
                        body: Some(text.to_owned()),
                        url: None,
                        at: None,
                    }),
                ..IncidentFacts::titled(title)
            },
            updates,
        };
        let (outage, degradation) = (
            fields.flag("outage", warnings),
            fields.flag("degradation", warnings),
        );
        let is_hurt = incident.facts.is_open() && (outage || degradation);
        (incident, is_hurt)
    }

    fn maintenance(&self, included: &Included<'_>, warnings: &mut Warnings) -> Maintenance {
        let place = self.place.key("attributes");
        let fields = self.attributes(place, warnings);
        let raw = fields.expected_text("status", warnings);
        let title = fields.expected_text("title", warnings).unwrap_or_default();
        let (components, updates) = included.of_entry(
            self.object,
            &self.place,
            maintenance_phase,
            MaintenancePhase::Unknown,
            warnings,
        );
        Maintenance {
            id: self.id.clone(),
            facts: MaintenanceFacts {
                phase: raw.map_or(MaintenancePhase::Unknown, |raw| {
                    maintenance_phase(raw, &place.key("status"), warnings)
                }),
                phase_raw: raw.map(str::to_owned),
                starts_at: fields.time(either(&fields, "started_at", "startedAt"), warnings),
                actual_end: fields.time(either(&fields, "resolved_at", "resolvedAt"), warnings),
                components,
                ..MaintenanceFacts::titled(title)
            },
            updates,
        }
    }
}

/// The name of an attribute as it is written here: as in the documentation, or as in its older examples.
fn either(fields: &Fields<'_, '_>, documented: &'static str, older: &'static str) -> &'static str {
    if fields.object.get(documented).is_none() && fields.object.get(older).is_some() {
        older
    } else {
        documented
    }
}

fn impact(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Impact {
    let known = [
        ("no impact", Impact::None),
        ("none", Impact::None),
        ("minor", Impact::Minor),
        ("major", Impact::Major),
        ("critical", Impact::Critical),
    ];
    meaning(word, &known, place, warnings).unwrap_or(Impact::Unknown)
}

fn phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Phase {
    let known = [
        ("investigating", Phase::Investigating),
        ("identified", Phase::Identified),
        ("monitoring", Phase::Monitoring),
        ("resolved", Phase::Resolved),
    ];
    meaning(word, &known, place, warnings).unwrap_or(Phase::Unknown)
}

fn maintenance_phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> MaintenancePhase {
    let known = [
        ("scheduled", MaintenancePhase::Scheduled),
        ("in_progress", MaintenancePhase::InProgress),
        ("completed", MaintenancePhase::Completed),
        ("resolved", MaintenancePhase::Completed),
    ];
    meaning(word, &known, place, warnings).unwrap_or(MaintenancePhase::Unknown)
}
