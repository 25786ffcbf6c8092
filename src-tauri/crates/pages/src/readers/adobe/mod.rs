//! Adobe (status.adobe.com).
//!
//! | document | holds |
//! |---|---|
//! | `data.status.adobe.com/adobestatus/StatusEvents` | the incidents and maintenances of the last 40 days, by their ids |
//!
//! Source: what Adobe documents of its events, and public clients of the document that its page is made of. No payload was
//! at hand.
//!
//! The document lists events only: of what no open one names nothing is known. An event has a history for each product
//! that it touches, its moments in seconds since 1970 as keys; it is open while one of them is. Titles and texts stand in
//! a list of messages by tokens.

mod history;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use url::Url;

use super::addresses::{document_at, is_at};
use super::documents::only;
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::less_skipped;
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Coverage, Event, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts, NamedComponent,
    PageIdentity, Snapshot,
};
use crate::words::{Health, Impact, MaintenancePhase, Phase};
use history::{Product, Step, history, products, title, updates};

/// Reads Adobe's page.
#[derive(Clone, Copy, Debug)]
pub struct Adobe;

const HOST: &str = "status.adobe.com";
const PAGE: &str = "https://status.adobe.com/";

impl Reader for Adobe {
    fn key(&self) -> &'static str {
        "adobe"
    }

    fn name(&self) -> &'static str {
        "Adobe"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "The registry of clouds, products and services: no payload of it was at hand, so that the page is unknown while nothing is open.",
            "The regions and services that an event touches within a product.",
            "Links to single events: how Adobe's page addresses them is not documented.",
            "Languages other than English, and the times that Adobe's page fills into texts: {startDateTime} stays as it is.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let is_adobe = is_at(address, &[HOST, "data.status.adobe.com"]);
        let page = Url::parse(PAGE).ok()?;
        is_adobe.then(|| Site::at(&page))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        document_at(
            site,
            HOST,
            "https://data.status.adobe.com/",
            "adobestatus/StatusEvents",
        )
        .map(|url| DocumentAddress::light("status-events", url))
        .into_iter()
        .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let text = encoding::json_text(only(documents)?.body)?;
        let tree = Json::parse(&text)?;
        Ok(reading(&parts(&tree)?))
    }
}

/// The two halves of the document.
struct Parts<'j> {
    incidents: Half<'j>,
    maintenances: Half<'j>,
}

/// Events by their ids, and the messages that they refer to.
struct Half<'j> {
    events: Option<Object<'j>>,
    messages: Messages<'j>,
}

/// English messages by their tokens.
type Messages<'j> = BTreeMap<&'j str, Object<'j>>;

impl<'j> Half<'j> {
    fn of(top: Object<'j>, half: &str, events: &str) -> Self {
        let half = top.object(half);
        let english = half
            .and_then(|half| half.object("messages"))
            .and_then(|messages| messages.object("en"));
        Self {
            events: half.and_then(|half| half.object(events)),
            messages: english
                .into_iter()
                .flat_map(Object::entries)
                .filter_map(|(token, message)| Some((token, message.object()?)))
                .collect(),
        }
    }
}

fn parts<'j>(tree: &'j Json<'j>) -> Result<Parts<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    let parts = Parts {
        incidents: Half::of(top, "incidentEvent", "incidents"),
        maintenances: Half::of(top, "maintenanceEvent", "maintenance"),
    };
    if parts.incidents.events.is_none() && parts.maintenances.events.is_none() {
        return Err(Unreadable::other_shape(
            "neither incidents at incidentEvent nor maintenance at maintenanceEvent",
        ));
    }
    Ok(parts)
}

fn reading(parts: &Parts<'_>) -> Reading {
    let mut warnings = Warnings::default();
    let top = Place::document("");
    let half = top.key("incidentEvent");
    let (incidents, open_incidents) =
        events(&parts.incidents, &half.key("incidents"), &mut warnings, incident);
    let half = top.key("maintenanceEvent");
    let (maintenances, open_maintenances) = events(
        &parts.maintenances,
        &half.key("maintenance"),
        &mut warnings,
        maintenance,
    );
    let newest = |open: Listing| open.min(Listing::Partial);
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: None,
            components: Vec::new(),
            incidents,
            maintenances,
            coverage: Coverage {
                components: Listing::Absent,
                open_incidents,
                past_incidents: newest(open_incidents),
                open_maintenances,
                past_maintenances: newest(open_maintenances),
            },
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// The events of one half, each once, and how much of them was read.
fn events<F, P>(
    half: &Half<'_>,
    place: &Place<'_>,
    warnings: &mut Warnings,
    read: impl Fn(&str, &Fields<'_, '_>, &Messages<'_>, &mut Warnings) -> Event<F, P>,
) -> (Vec<Event<F, P>>, Listing) {
    let Some(events) = half.events else {
        return (Vec::new(), Listing::Absent);
    };
    let mut list: Vec<Event<F, P>> = Vec::new();
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    let mut skipped = 0;
    for (id, event) in events.entries() {
        let place = place.key(id);
        let Some(object) = event.object() else {
            warnings.add(place, format_args!("{event} is not an object and is passed over"));
            skipped += 1;
            continue;
        };
        let event = read(id, &Fields { object, place }, &half.messages, warnings);
        // Of a key that stands twice the last one counts.
        match positions.get(id).and_then(|at| list.get_mut(*at)) {
            Some(known) => *known = event,
            None => {
                positions.insert(id, list.len());
                list.push(event);
            }
        }
    }
    (list, less_skipped(Listing::Complete, skipped))
}

fn incident(id: &str, fields: &Fields<'_, '_>, messages: &Messages<'_>, warnings: &mut Warnings) -> Incident {
    let products = products(fields, messages, warnings);
    let own = history(fields, messages, warnings);
    let (phase, phase_raw) = phase(&products, &own, &fields.place, warnings);
    let (impact, impact_raw) = impact(&products, &own, &fields.place, warnings);
    let components: Vec<NamedComponent> = products.iter().map(named).collect();
    let steps = || {
        own.iter()
            .chain(products.iter().flat_map(|product| &product.steps))
    };
    let title = title(id, steps(), &components, impact_raw);
    let started_at = fields.epoch_seconds("startedOn", warnings);
    let start = products.iter().filter_map(|product| product.start).min();
    let end = products.iter().filter_map(|product| product.end).max();
    Event {
        id: id.to_owned(),
        facts: IncidentFacts {
            impact,
            impact_raw: impact_raw.map(str::to_owned),
            phase,
            phase_raw: phase_raw.map(str::to_owned),
            started_at: started_at.or(start),
            resolved_at: end.filter(|_| phase == Phase::Resolved),
            components,
            ..IncidentFacts::titled(&title)
        },
        updates: updates(
            id,
            steps(),
            |raw| known(raw, PHASES).unwrap_or(Phase::Unknown),
            Phase::Unknown,
        ),
    }
}

/// What was told last of each product, and of the event as a whole.
fn last<'s, 'j: 's>(products: &'s [Product<'j>], own: &'s [Step<'j>]) -> impl Iterator<Item = &'s Step<'j>> {
    let each = products.iter().filter_map(|product| product.steps.last());
    each.chain(own.last())
}

/// Where an event stands: one product for which it is open keeps it open, one of which that is not known keeps it from
/// being over.
fn phase<'j>(
    products: &[Product<'j>],
    own: &[Step<'j>],
    event: &Place<'_>,
    warnings: &mut Warnings,
) -> (Phase, Option<&'j str>) {
    let place = event.key("history");
    let mut stands = None;
    for step in last(products, own) {
        let found = step
            .status
            .and_then(|raw| meaning(raw, PHASES, &place.key("status"), warnings));
        let found = found.unwrap_or(Phase::Unknown);
        let openness = |phase: Phase| match phase {
            Phase::Investigating | Phase::Identified | Phase::Monitoring => 2,
            Phase::Unknown => 1,
            Phase::Resolved | Phase::Postmortem => 0,
        };
        if stands.is_none_or(|(known, _)| openness(found) > openness(known)) {
            stands = Some((found, step.status));
        }
    }
    stands.unwrap_or((Phase::Unknown, None))
}

/// The worst of the severities that stand last.
fn impact<'j>(
    products: &[Product<'j>],
    own: &[Step<'j>],
    event: &Place<'_>,
    warnings: &mut Warnings,
) -> (Impact, Option<&'j str>) {
    let place = event.key("history");
    let mut worst = (Impact::Unknown, None);
    for step in last(products, own) {
        let Some(raw) = step.severity else { continue };
        let impact = meaning(raw, IMPACTS, &place.key("severity"), warnings).unwrap_or(Impact::Unknown);
        if worst.1.is_none() || impact.rank() > worst.0.rank() {
            worst = (impact, Some(raw));
        }
    }
    worst
}

/// A product as the incident names it: as bad as was said last, while it is not over for it.
fn named(product: &Product<'_>) -> NamedComponent {
    let last = product.steps.last();
    let severity = last.and_then(|last| last.severity);
    let is_over = last
        .and_then(|last| last.status)
        .and_then(|raw| known(raw, PHASES))
        == Some(Phase::Resolved);
    let health = match severity.and_then(|raw| known(raw, IMPACTS)) {
        _ if is_over => None,
        Some(Impact::Minor) => Some(Health::Degraded),
        Some(Impact::Major | Impact::Critical) => Some(Health::PartialOutage),
        Some(Impact::None | Impact::Unknown) | None => None,
    };
    NamedComponent {
        id: Some(product.id.to_owned()),
        name: product.name.to_owned(),
        health,
        raw: severity.map(str::to_owned),
    }
}

/// What a word means, where it has been warned of elsewhere if that is not known.
fn known<T: Copy>(word: &str, table: &[(&str, T)]) -> Option<T> {
    let found = table.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    found.map(|(_, value)| *value)
}

fn maintenance(
    id: &str,
    fields: &Fields<'_, '_>,
    messages: &Messages<'_>,
    warnings: &mut Warnings,
) -> Maintenance {
    let products = products(fields, messages, warnings);
    let own = history(fields, messages, warnings);
    let unknown = MaintenancePhase::Unknown;
    let status = fields.expected_text("status", warnings);
    let phase =
        status.and_then(|raw| meaning(raw, MAINTENANCE_PHASES, &fields.place.key("status"), warnings));
    let components: Vec<NamedComponent> = products
        .iter()
        .map(|product| NamedComponent {
            id: Some(product.id.to_owned()),
            name: product.name.to_owned(),
            health: None,
            raw: None,
        })
        .collect();
    let steps = || {
        own.iter()
            .chain(products.iter().flat_map(|product| &product.steps))
    };
    let title = title(id, steps(), &components, None);
    let updates = updates(
        id,
        steps(),
        |raw| known(raw, MAINTENANCE_PHASES).unwrap_or(unknown),
        unknown,
    );
    Event {
        id: id.to_owned(),
        facts: MaintenanceFacts {
            phase: phase.unwrap_or(unknown),
            phase_raw: status.map(str::to_owned),
            starts_at: fields.epoch_seconds("scheduledDate", warnings),
            actual_start: fields.epoch_seconds("startedOn", warnings),
            actual_end: fields.epoch_seconds("completedOn", warnings),
            components,
            ..MaintenanceFacts::titled(&title)
        },
        updates,
    }
}

/// The `status` of an incident at a moment. Those that are not over tell no finer phase.
const PHASES: &[(&str, Phase)] = &[
    ("opened", Phase::Investigating),
    ("started", Phase::Investigating),
    ("updated", Phase::Investigating),
    ("reopened", Phase::Investigating),
    ("discovery", Phase::Investigating),
    ("closed", Phase::Resolved),
    ("completed", Phase::Resolved),
    ("dismissed", Phase::Resolved),
    ("canceled", Phase::Resolved),
];

const MAINTENANCE_PHASES: &[(&str, MaintenancePhase)] = &[
    ("scheduled", MaintenancePhase::Scheduled),
    ("started", MaintenancePhase::InProgress),
    ("completed", MaintenancePhase::Completed),
    ("closed", MaintenancePhase::Completed),
    ("canceled", MaintenancePhase::Cancelled),
];

/// The `severity` of an incident. What is potential is a warning, what is trivial touches nobody.
const IMPACTS: &[(&str, Impact)] = &[
    ("major", Impact::Major),
    ("minor", Impact::Minor),
    ("potential", Impact::None),
    ("trivial", Impact::None),
    ("maintenance", Impact::Unknown),
];
