//! SAP Concur (open.concur.com), a page of its own for each data centre.
//!
//! | document | holds |
//! |---|---|
//! | `api/v2/status_history?data_center=KEY` | each service with its present status, its open incidents, and the last 20 days |
//!
//! Sources: a public monitoring plug-in, and a payload recorded from the European data centre in 2025. The `success` in
//! it is `false` although all is well with it.
//!
//! The data centre is chosen by `#KEY` behind the page's address, one of `us`, `us2`, `eu`, `eu2`, `cn`, `pscc`; `us` where
//! none is. Services are identified by their names. Incidents have no title: it is made of the services that they name and
//! of their severity.

use std::collections::BTreeMap;

use url::Url;

use super::addresses::is_at;
use super::documents::only;
use super::ids::{DerivedIds, event_id, update_id};
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{less_skipped, objects, texts};
use super::updates::oldest_first;
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Component, Coverage, Event, Incident, IncidentFacts, Listing, NamedComponent, PageIdentity, Snapshot,
    Update,
};
use crate::words::{Health, Impact, Phase};

/// Reads SAP Concur's page.
#[derive(Clone, Copy, Debug)]
pub struct Concur;

/// The data centres that can be asked for.
const DATA_CENTRES: &[&str] = &["us", "us2", "eu", "eu2", "cn", "pscc"];
/// Under this key of a service stands how it is now; under the others, how it was on a day.
const NOW: &str = "Current Status";

impl Reader for Concur {
    fn key(&self) -> &'static str {
        "concur"
    }

    fn name(&self) -> &'static str {
        "SAP Concur"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Data centres other than the one that the address names, as in https://open.concur.com/#eu: each is a page of its own; without a name it is us.",
            "How a service was on each of the last days: only the incidents of those days are read.",
            "Maintenances: they are not in the document.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        if !is_at(address, &["open.concur.com"]) {
            return None;
        }
        let named = Site::from_url(address);
        let key = named.key().unwrap_or("us");
        DATA_CENTRES
            .contains(&key)
            .then(|| Site::at_root(address).with_key(key))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = site.join("api/v2/status_history").map(|mut url| {
            url.query_pairs_mut()
                .append_pair("data_center", site.key().unwrap_or("us"))
                .append_pair("utc_offset", "+0000");
            url
        });
        url.map(|url| DocumentAddress::light("status-history", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let text = encoding::json_text(only(documents)?.body)?;
        let tree = Json::parse(&text)?;
        Ok(reading(services(&tree)?, site))
    }
}

/// The services, by their names.
fn services<'j>(tree: &'j Json<'j>) -> Result<Object<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    let data = top
        .object("data")
        .ok_or_else(|| Unreadable::other_shape("no object at data"))?;
    let is_told = |(_, service): (&str, &Json<'_>)| {
        service
            .object()
            .is_some_and(|service| service.object(NOW).is_some())
    };
    if data.entries().any(is_told) {
        Ok(data)
    } else {
        Err(Unreadable::other_shape("no service with a current status"))
    }
}

fn reading(services: Object<'_>, site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let top = Place::document("");
    let data = top.key("data");
    let mut components: BTreeMap<&str, usize> = BTreeMap::new();
    let mut list: Vec<Component> = Vec::new();
    let mut incidents = Incidents::default();
    let mut unread = 0;
    for (name, service) in services.entries() {
        let place = data.key(name);
        let Some(service) = service.object() else {
            warnings.add(
                place,
                format_args!("{service} is not an object and is passed over"),
            );
            unread += 1;
            continue;
        };
        let fields = Fields {
            object: service,
            place,
        };
        let component = component(name, &fields, &mut warnings);
        // Of a key that stands twice the last one counts.
        match components.get(name).and_then(|at| list.get_mut(*at)) {
            Some(known) => *known = component,
            None => {
                components.insert(name, list.len());
                list.push(component);
            }
        }
        unread += incidents.of(&fields, &mut warnings);
    }
    Reading {
        snapshot: Snapshot {
            page: PageIdentity {
                id: site.and_then(Site::key).map(str::to_owned),
                ..PageIdentity::default()
            },
            overall: None,
            incidents: incidents.into_list(&components),
            components: list,
            maintenances: Vec::new(),
            coverage: Coverage {
                components: less_skipped(Listing::Complete, unread),
                open_incidents: less_skipped(Listing::Complete, unread),
                past_incidents: Listing::Partial,
                ..Coverage::NOTHING
            },
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

fn component(name: &str, service: &Fields<'_, '_>, warnings: &mut Warnings) -> Component {
    let now = service.object(NOW, warnings);
    if now.is_none() {
        warnings.add(service.place.key(NOW), "missing");
    }
    let place = service.place.key(NOW);
    let raw = now.and_then(|object| Fields { object, place }.expected_text("status", warnings));
    let health = raw.and_then(|raw| meaning(raw, STATUS, &place.key("status"), warnings));
    Component {
        id: name.to_owned(),
        name: name.to_owned(),
        group: Vec::new(),
        health: health.unwrap_or(Health::Unknown),
        raw: raw.map(str::to_owned),
        description: None,
    }
}

/// The incidents of all services and days, each once.
#[derive(Default)]
struct Incidents<'j> {
    entries: Vec<(Incident, Vec<&'j str>)>,
    positions: BTreeMap<String, usize>,
}

impl<'j> Incidents<'j> {
    /// Takes those of a service, now and on its days; gives how many of now could not be read.
    fn of(&mut self, service: &Fields<'j, '_>, warnings: &mut Warnings) -> usize {
        let mut unread = 0;
        for (key, value) in service.object.entries() {
            let place = service.place.key(key);
            let Some(object) = value.object() else {
                unread += usize::from(key == NOW);
                continue;
            };
            let day = Fields { object, place };
            let Some(list) = day.list("incidents", warnings) else {
                unread += usize::from(key == NOW);
                continue;
            };
            let mut derived = DerivedIds::default();
            let skipped = objects(
                list,
                &place.key("incidents"),
                warnings,
                |object, place, warnings| {
                    let fields = Fields {
                        object,
                        place: *place,
                    };
                    self.take(incident(&fields, &mut derived, warnings), key == NOW);
                },
            );
            unread += if key == NOW { skipped } else { 0 };
        }
        unread
    }

    /// The same incident stands at every service that it touches and on every day that it lasts. What stands now counts,
    /// else what has more messages.
    fn take(&mut self, new: (Incident, Vec<&'j str>), is_now: bool) {
        let known = self.positions.get(&new.0.id).copied();
        match known.and_then(|at| self.entries.get_mut(at)) {
            Some(known) if is_now || new.0.updates.len() > known.0.updates.len() => *known = new,
            Some(_) => {}
            None => {
                self.positions.insert(new.0.id.clone(), self.entries.len());
                self.entries.push(new);
            }
        }
    }

    /// All of them, the services that they name identified where they are listed.
    fn into_list(self, listed: &BTreeMap<&str, usize>) -> Vec<Incident> {
        let named = |name: &str| NamedComponent {
            id: listed.contains_key(name).then(|| name.to_owned()),
            name: name.to_owned(),
            health: None,
            raw: None,
        };
        self.entries
            .into_iter()
            .map(|(mut incident, services)| {
                incident.facts.components = services.into_iter().map(named).collect();
                incident
            })
            .collect()
    }
}

fn incident<'j>(
    fields: &Fields<'j, '_>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> (Incident, Vec<&'j str>) {
    let services = texts(fields, "affected_services", warnings);
    let severity = fields.expected_text("severity", warnings);
    let status = fields.expected_text("status", warnings);
    let id = event_id(fields, "incident", "created_date", derived, warnings);
    let title = match (services.as_slice(), severity) {
        ([], _) | (_, None) => format!("Incident {id}"),
        (services, Some(severity)) => format!("{}: {severity}", services.join(", ")),
    };
    let phase = status.and_then(|raw| meaning(raw, PHASES, &fields.place.key("status"), warnings));
    let impact = severity.and_then(|raw| meaning(raw, IMPACTS, &fields.place.key("severity"), warnings));
    let incident = Event {
        updates: messages(fields, &id, warnings),
        id,
        facts: IncidentFacts {
            impact: impact.unwrap_or(Impact::Unknown),
            impact_raw: severity.map(str::to_owned),
            phase: phase.unwrap_or(Phase::Unknown),
            phase_raw: status.map(str::to_owned),
            started_at: fields.epoch_seconds("start_epoch", warnings),
            resolved_at: fields.epoch_seconds("end_epoch", warnings),
            ..IncidentFacts::titled(&title)
        },
    };
    (incident, services)
}

/// The messages. Their types (`Issue Identified`) head them; they are no phases.
fn messages(fields: &Fields<'_, '_>, incident: &str, warnings: &mut Warnings) -> Vec<Update<Phase>> {
    let mut updates = Vec::new();
    let mut ids = DerivedIds::default();
    let list = fields.list("messages", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("messages"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            updates.push(Update {
                id: update_id(&fields, incident, "created_date", &mut ids, warnings),
                phase: Phase::Unknown,
                phase_raw: fields.text("message_type", warnings).map(str::to_owned),
                at: fields.epoch_seconds("created_epoch", warnings),
                body: fields
                    .expected_text("body", warnings)
                    .unwrap_or_default()
                    .to_owned(),
                components: Vec::new(),
            });
        },
    );
    oldest_first(updates)
}

/// The `status` of a service. A disruption is not said to be a whole one.
const STATUS: &[(&str, Health)] = &[
    ("normal", Health::Operational),
    ("degradation", Health::Degraded),
    ("disruption", Health::PartialOutage),
];

const IMPACTS: &[(&str, Impact)] = &[
    ("normal", Impact::None),
    ("degradation", Impact::Minor),
    ("disruption", Impact::Major),
];

/// The `status` of an incident; one that is over has an end.
const PHASES: &[(&str, Phase)] = &[
    ("INVESTIGATION", Phase::Investigating),
    ("RESOLVED", Phase::Resolved),
];

#[cfg(test)]
mod tests;
