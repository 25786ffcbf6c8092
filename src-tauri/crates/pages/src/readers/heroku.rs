//! Heroku's own page (status.heroku.com, API v4).
//!
//! | document | holds |
//! |---|---|
//! | `api/v4/current-status` | the three systems and their colours, open incidents, scheduled maintenances |
//!
//! Sources: Heroku's own command line, and a payload recorded in 2019.
//!
//! Heroku has moved to Salesforce Trust, where it is the product `Heroku`; its command line still asks here first. The
//! page there is read as any other page of Trust.
//!
//! There is no overall word: the systems speak for themselves. They have no identifier but their name.

use url::Url;

use super::addresses::{is_at, web_address};
use super::documents::only;
use super::ids::{DerivedIds, event_id, update_id};
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::updates::{oldest_first, stay};
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Component, Coverage, Event, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts,
    PageIdentity, Snapshot, Update,
};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// Reads Heroku's own page.
#[derive(Clone, Copy, Debug)]
pub struct Heroku;

impl Reader for Heroku {
    fn key(&self) -> &'static str {
        "heroku"
    }

    fn name(&self) -> &'static str {
        "Heroku"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Heroku's page at Salesforce Trust: it is read as Salesforce Trust, at https://status.salesforce.com/products/Heroku.",
            "Past incidents: no list of them was at hand.",
            "The window of a scheduled maintenance: no payload that shows one was at hand.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        is_at(address, &["status.heroku.com"]).then(|| Site::at_root(address))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = site.join("api/v4/current-status");
        url.map(|url| DocumentAddress::light("current-status", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let text = encoding::json_text(only(documents)?.body)?;
        let tree = Json::parse(&text)?;
        Ok(reading(&lists(&tree)?))
    }
}

/// The lists of the document.
struct Lists<'j> {
    top: Object<'j>,
    systems: &'j [Json<'j>],
}

fn lists<'j>(tree: &'j Json<'j>) -> Result<Lists<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    let systems = top
        .list("status")
        .ok_or_else(|| Unreadable::other_shape("no list of systems at status"))?;
    let is_system = |entry: &Json<'_>| {
        entry
            .object()
            .is_some_and(|entry| entry.text("system").is_some() && entry.get("status").is_some())
    };
    if !systems.iter().any(is_system) {
        return Err(Unreadable::other_shape("no system with its status"));
    }
    if top.get("incidents").is_none() && top.get("scheduled").is_none() {
        return Err(Unreadable::other_shape("neither incidents nor scheduled"));
    }
    Ok(Lists { top, systems })
}

fn reading(lists: &Lists<'_>) -> Reading {
    let mut warnings = Warnings::default();
    let place = Place::document("");
    let fields = Fields {
        object: lists.top,
        place,
    };
    let (components, unread_systems) = systems(lists.systems, &place.key("status"), &mut warnings);

    let mut incidents: Once<Incident> = Once::default();
    let list = fields.list("incidents", &mut warnings);
    let mut derived = DerivedIds::default();
    let unread = objects(
        list.unwrap_or_default(),
        &place.key("incidents"),
        &mut warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let incident = incident(&fields, &mut derived, warnings);
            incidents.put(&incident.id.clone(), incident, place, warnings);
        },
    );
    let open_incidents = list.map_or(Listing::Absent, |_| less_skipped(Listing::Complete, unread));

    let mut maintenances: Once<Maintenance> = Once::default();
    let list = fields.list("scheduled", &mut warnings);
    let mut derived = DerivedIds::default();
    let unread = objects(
        list.unwrap_or_default(),
        &place.key("scheduled"),
        &mut warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let maintenance = maintenance(&fields, &mut derived, warnings);
            maintenances.put(&maintenance.id.clone(), maintenance, place, warnings);
        },
    );
    let open_maintenances = list.map_or(Listing::Absent, |_| less_skipped(Listing::Complete, unread));

    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: None,
            components,
            incidents: incidents.into_list(),
            maintenances: maintenances.into_list(),
            coverage: Coverage {
                components: less_skipped(Listing::Complete, unread_systems),
                open_incidents,
                open_maintenances,
                ..Coverage::NOTHING
            },
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

fn systems(list: &[Json<'_>], place: &Place<'_>, warnings: &mut Warnings) -> (Vec<Component>, usize) {
    let mut systems: Once<Component> = Once::default();
    let mut nameless = 0;
    let skipped = objects(list, place, warnings, |object, place, warnings| {
        let fields = Fields {
            object,
            place: *place,
        };
        let Some(name) = fields.id("system", warnings) else {
            warnings.add(*place, "a system without a name is passed over");
            nameless += 1;
            return;
        };
        let raw = fields.expected_text("status", warnings);
        let health = raw.and_then(|raw| meaning(raw, COLOURS, &place.key("status"), warnings));
        let system = Component {
            id: name.clone().into_owned(),
            name: name.clone().into_owned(),
            group: Vec::new(),
            health: health.unwrap_or(Health::Unknown),
            raw: raw.map(str::to_owned),
            description: None,
        };
        systems.put(&name, system, place, warnings);
    });
    (systems.into_list(), skipped + nameless)
}

fn incident(fields: &Fields<'_, '_>, derived: &mut DerivedIds, warnings: &mut Warnings) -> Incident {
    let id = event_id(fields, "incident", "created_at", derived, warnings);
    let state = fields.expected_text("state", warnings);
    let stands = state.and_then(|raw| meaning(raw, STATES, &fields.place.key("state"), warnings));
    let (mut updates, worst) = updates(
        fields,
        &id,
        Phase::Unknown,
        |raw, place, warnings| meaning(raw, PHASES, place, warnings).unwrap_or(Phase::Unknown),
        warnings,
    );
    stay(&mut updates, STAYS, Phase::Investigating);
    let last = updates.last().map(|update| update.phase);
    let phase = match stands {
        Some(MaintenancePhase::Completed) => Phase::Resolved,
        Some(MaintenancePhase::InProgress) => match last {
            Some(open @ (Phase::Identified | Phase::Monitoring)) => open,
            Some(Phase::Investigating | Phase::Resolved | Phase::Postmortem | Phase::Unknown) | None => {
                Phase::Investigating
            }
        },
        Some(
            MaintenancePhase::Scheduled
            | MaintenancePhase::Verifying
            | MaintenancePhase::Cancelled
            | MaintenancePhase::Unknown,
        )
        | None => Phase::Unknown,
    };
    let title = fields.expected_text("title", warnings).unwrap_or_default();
    Event {
        id,
        facts: IncidentFacts {
            impact: worst.as_ref().map_or(Impact::Unknown, |(impact, _)| *impact),
            impact_raw: worst.map(|(_, raw)| raw),
            phase,
            phase_raw: state.map(str::to_owned),
            started_at: fields.time("created_at", warnings),
            resolved_at: fields.time("resolved_at", warnings),
            url: fields.text("full_url", warnings).and_then(web_address),
            ..IncidentFacts::titled(title)
        },
        updates,
    }
}

fn maintenance(fields: &Fields<'_, '_>, derived: &mut DerivedIds, warnings: &mut Warnings) -> Maintenance {
    let id = event_id(fields, "maintenance", "created_at", derived, warnings);
    let state = fields.expected_text("state", warnings);
    let phase = state.and_then(|raw| meaning(raw, STATES, &fields.place.key("state"), warnings));
    let unknown = MaintenancePhase::Unknown;
    // What the updates of a maintenance say of its phase is not known.
    let (updates, _) = updates(fields, &id, unknown, |_, _, _| unknown, warnings);
    let title = fields.expected_text("title", warnings).unwrap_or_default();
    Event {
        id,
        facts: MaintenanceFacts {
            phase: phase.unwrap_or(unknown),
            phase_raw: state.map(str::to_owned),
            url: fields.text("full_url", warnings).and_then(web_address),
            ..MaintenanceFacts::titled(title)
        },
        updates,
    }
}

/// The updates, oldest first, and the worst colour that they gave to production or development with its word.
fn updates<P: Copy>(
    fields: &Fields<'_, '_>,
    event: &str,
    unknown: P,
    phase: impl Fn(&str, &Place<'_>, &mut Warnings) -> P,
    warnings: &mut Warnings,
) -> (Vec<Update<P>>, Option<(Impact, String)>) {
    let mut updates = Vec::new();
    let mut worst: Option<(Impact, String)> = None;
    let mut ids = DerivedIds::default();
    let list = fields.list("updates", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("updates"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            for key in ["status_prod", "status_dev"] {
                let Some(raw) = fields.text(key, warnings) else {
                    continue;
                };
                let impact = meaning(raw, IMPACTS, &place.key(key), warnings).unwrap_or(Impact::Unknown);
                if worst
                    .as_ref()
                    .is_none_or(|(known, _)| impact.rank() > known.rank())
                {
                    worst = Some((impact, raw.to_owned()));
                }
            }
            let raw = fields.expected_text("update_type", warnings);
            updates.push(Update {
                id: update_id(&fields, event, "created_at", &mut ids, warnings),
                phase: raw.map_or(unknown, |raw| phase(raw, &place.key("update_type"), warnings)),
                phase_raw: raw.map(str::to_owned),
                at: fields.time("created_at", warnings),
                body: fields.text("contents", warnings).unwrap_or_default().to_owned(),
                components: Vec::new(),
            });
        },
    );
    // The newest come first.
    updates.reverse();
    (oldest_first(updates), worst)
}

const COLOURS: &[(&str, Health)] = &[
    ("green", Health::Operational),
    ("blue", Health::Maintenance),
    ("yellow", Health::Degraded),
    ("red", Health::MajorOutage),
];

/// The colours as a judgement of an incident.
const IMPACTS: &[(&str, Impact)] = &[
    ("green", Impact::None),
    ("blue", Impact::None),
    ("yellow", Impact::Minor),
    ("red", Impact::Major),
];

/// The `state` of incidents and of what is scheduled.
const STATES: &[(&str, MaintenancePhase)] = &[
    ("scheduled", MaintenancePhase::Scheduled),
    ("open", MaintenancePhase::InProgress),
    ("resolved", MaintenancePhase::Completed),
];

const PHASES: &[(&str, Phase)] = &[
    ("investigating", Phase::Investigating),
    ("identified", Phase::Identified),
    ("monitoring", Phase::Monitoring),
    ("resolved", Phase::Resolved),
    ("issue", Phase::Unknown),
    ("update", Phase::Unknown),
];

/// The types of updates that tell of no phase.
const STAYS: &[&str] = &["issue", "update"];

#[cfg(test)]
mod tests;
