//! Apple's system status pages: the one for everybody and the one for developers.
//!
//! | document | holds |
//! |---|---|
//! | `data/system_status_en_US.js` | every service with its events: those that go on, those announced, and those that ended of late |
//!
//! The form is that of a developer page recorded in November 2020 and of client code since; Apple documents none. The
//! document is JSON, bare or as the argument of a call (`jsonCallback({...});`).
//!
//! A service has no word of its own: it is as well as the events that it lists. The list is whole, so a service without
//! an event that goes on is well. The same event stands under every service that it hits, with a state of its own there:
//! it goes on as long as it does so anywhere.
//!
//! An event has no title; it is called by its services and its kind. `ongoing` says that it is not over, and nothing of a
//! phase.

use std::borrow::Cow;

use jiff::Timestamp;
use url::Url;

use super::ids::{DerivedIds, derived_id};
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::names::shared_name;
use super::roll_up::joined;
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Component, Coverage, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts, NamedComponent,
    PageIdentity, Snapshot, Update,
};
use crate::words::{Health, MaintenancePhase, Phase};

/// Reads Apple's system status pages.
#[derive(Clone, Copy, Debug)]
pub struct Apple;

impl Reader for Apple {
    fn key(&self) -> &'static str {
        "apple"
    }

    fn name(&self) -> &'static str {
        "Apple System Status"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "The pages of other countries than the United States, which list other services.",
            "When a message was written: the dates that the page gives are those of its answer.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        const DEVELOPER: &str = "https://developer.apple.com/system-status/";
        let path = address.path();
        let page = match address.host_str()? {
            "developer.apple.com" if path.starts_with("/system-status") => DEVELOPER,
            "www.apple.com" if path.starts_with("/support/systemstatus/data/developer/") => DEVELOPER,
            "www.apple.com" | "apple.com" if path.contains("/support/systemstatus") => {
                "https://www.apple.com/support/systemstatus/"
            }
            _ => return None,
        };
        Url::parse(page).ok().map(|page| Site::at(&page))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        const DEVELOPER: &str =
            "https://www.apple.com/support/systemstatus/data/developer/system_status_en_US.js";
        let url = if site.base().host_str() == Some("developer.apple.com") {
            Url::parse(DEVELOPER).ok()
        } else {
            site.join("data/system_status_en_US.js")
        };
        url.map(|url| DocumentAddress::light("system_status", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let mut reading = Err(Unreadable::Empty);
        // There is one document: of several the last one counts.
        for document in documents {
            let text = encoding::json_text(document.body)?;
            let tree = Json::parse(argument(&text)?)?;
            let (top, rows) = services(&tree)?;
            reading = Ok(read(top, rows, site));
        }
        reading
    }
}

/// The JSON of a document, with the call around it taken off.
fn argument(text: &str) -> Result<&str, Unreadable> {
    let text = text.trim();
    let callback = text
        .find(|character: char| !character.is_ascii_alphanumeric() && !matches!(character, '_' | '$' | '.'));
    let Some(("(", called)) = callback
        .filter(|end| *end > 0)
        .and_then(|end| text.split_at_checked(end))
        .and_then(|(_, rest)| rest.split_at_checked(1))
    else {
        return Ok(text);
    };
    called
        .trim_end()
        .trim_end_matches(';')
        .trim_end()
        .strip_suffix(')')
        .ok_or_else(|| Unreadable::Malformed {
            reason: "the call around the data has no end".to_owned(),
        })
}

/// The document and its list of services, if it is one.
fn services<'j>(tree: &'j Json<'j>) -> Result<(Object<'j>, &'j [Json<'j>]), Unreadable> {
    let top = tree.object();
    let rows = top.and_then(|top| top.list("services")).unwrap_or_default();
    let is_service = |row: &Json<'_>| {
        row.object()
            .is_some_and(|row| row.text("serviceName").is_some() && row.list("events").is_some())
    };
    match top {
        Some(top) if rows.iter().any(is_service) => Ok((top, rows)),
        _ => Err(Unreadable::other_shape("no services with a name and events")),
    }
}

fn read(top: Object<'_>, rows: &[Json<'_>], site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let place = Place::document("");
    let unseen = if is_ordinary(top, &mut warnings) {
        Health::Operational
    } else {
        Health::Unknown
    };
    let mut ids = DerivedIds::default();
    let mut components = Vec::with_capacity(rows.len());
    let mut told = Told::default();
    let skipped = objects(
        rows,
        &place.key("services"),
        &mut warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let mut component = Component {
                id: String::new(),
                name: fields
                    .expected_text("serviceName", warnings)
                    .unwrap_or_default()
                    .to_owned(),
                group: Vec::new(),
                health: unseen,
                raw: None,
                description: None,
            };
            component.id = ids.distinct(derived_id("service", &[&component.name]));
            told.events_of(&mut component, &fields, warnings);
            components.push(component);
        },
    );
    let (incidents, maintenances) = told
        .events
        .into_list()
        .into_iter()
        .partition::<Vec<_>, _>(is_incident);
    let listing = less_skipped(Listing::Complete, skipped + told.skipped);
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: None,
            components,
            incidents: incidents.into_iter().map(|event| event.incident(site)).collect(),
            maintenances: maintenances
                .into_iter()
                .map(|event| event.maintenance(site))
                .collect(),
            coverage: Coverage {
                components: less_skipped(Listing::Complete, skipped),
                open_incidents: listing,
                past_incidents: Listing::Partial,
                open_maintenances: listing,
                past_maintenances: Listing::Partial,
            },
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// Whether the page shows its services as always. `drpost` and `drMessage` are for the day on which it cannot.
fn is_ordinary(top: Object<'_>, warnings: &mut Warnings) -> bool {
    let mut is_ordinary = true;
    for key in ["drpost", "drMessage"] {
        if let Some(value) = top.get(key)
            && !matches!(value, Json::Null | Json::Bool(false))
        {
            warnings.add(
                Place::document("").key(key),
                format_args!("{value}: the page does not show its services as always"),
            );
            is_ordinary = false;
        }
    }
    is_ordinary
}

/// Where an event stands, for one service.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ongoing,
    Upcoming,
    Over,
    Unknown,
}

/// What a kind of event means for a service while it goes on.
fn kind(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Health {
    meaning(
        word,
        &[
            ("Outage", Health::MajorOutage),
            ("Issue", Health::PartialOutage),
            ("Performance", Health::Degraded),
            ("Maintenance", Health::Maintenance),
            ("Available", Health::Operational),
        ],
        place,
        warnings,
    )
    .unwrap_or(Health::Unknown)
}

fn state(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> State {
    meaning(
        word,
        &[
            ("ongoing", State::Ongoing),
            ("upcoming", State::Upcoming),
            ("scheduled", State::Upcoming),
            ("resolved", State::Over),
            ("completed", State::Over),
        ],
        place,
        warnings,
    )
    .unwrap_or(State::Unknown)
}

/// One event, put together from what stands under each service that it hits.
struct Event {
    id: String,
    kind_raw: Option<String>,
    is_maintenance: bool,
    services: Vec<NamedComponent>,
    states: Vec<(State, Option<String>)>,
    started_at: Option<Timestamp>,
    /// The latest end, if each service has one.
    ended_at: Option<Timestamp>,
    users_affected: Option<String>,
    /// What was written, each text once, with the number of the state that it stands beside.
    texts: Once<(String, usize)>,
}

fn is_incident(event: &Event) -> bool {
    !event.is_maintenance
}

/// What all services say together.
#[derive(Default)]
struct Told {
    events: Once<Event>,
    /// How many events, or lists of them, could not be read.
    skipped: usize,
}

impl Told {
    /// Reads the events of a service, and its health out of them.
    fn events_of(&mut self, service: &mut Component, fields: &Fields<'_, '_>, warnings: &mut Warnings) {
        let Some(list) = fields.list("events", warnings) else {
            if fields.present("events").is_none() {
                warnings.add(fields.place.key("events"), "missing");
            }
            service.health = Health::Unknown;
            self.skipped += 1;
            return;
        };
        let skipped = objects(
            list,
            &fields.place.key("events"),
            warnings,
            |object, place, warnings| {
                self.event(
                    service,
                    &Fields {
                        object,
                        place: *place,
                    },
                    warnings,
                );
            },
        );
        if skipped > 0 {
            service.health = joined(service.health, Health::Unknown);
        }
        self.skipped += skipped;
    }

    fn event(&mut self, service: &mut Component, fields: &Fields<'_, '_>, warnings: &mut Warnings) {
        let kind_raw = fields.expected_text("statusType", warnings);
        let kind = kind_raw.map_or(Health::Unknown, |word| {
            kind(word, &fields.place.key("statusType"), warnings)
        });
        let state_raw = fields.expected_text("eventStatus", warnings);
        let state = state_raw.map_or(State::Unknown, |word| {
            state(word, &fields.place.key("eventStatus"), warnings)
        });
        let present = match state {
            State::Ongoing => Some(kind),
            State::Unknown => Some(Health::Unknown),
            State::Upcoming | State::Over => None,
        };
        if let Some(present) = present {
            let health = joined(service.health, present);
            if health != service.health {
                service.raw = kind_raw.map(str::to_owned);
            }
            service.health = health;
        }
        let started_at = fields.epoch_millis("epochStartDate", warnings);
        let ended_at = fields.epoch_millis("epochEndDate", warnings);
        let message = fields.text("message", warnings).unwrap_or_default();
        let id = fields.id("messageId", warnings).unwrap_or_else(|| {
            let birth = started_at.map_or(Cow::Borrowed(message), |at| at.to_string().into());
            let id = derived_id("event", &[&service.id, &birth]);
            warnings.add(fields.place, format_args!("no messageId; {id} is used"));
            id.into()
        });
        let is_maintenance = kind == Health::Maintenance;
        let key = format!("{}{id}", if is_maintenance { "maintenance " } else { "" });
        if self.events.get_mut(&key).is_none() {
            self.events.add(
                &key,
                Event {
                    id: id.into_owned(),
                    kind_raw: kind_raw.map(str::to_owned),
                    is_maintenance,
                    services: Vec::new(),
                    states: Vec::new(),
                    started_at,
                    ended_at,
                    users_affected: fields.text("usersAffected", warnings).map(str::to_owned),
                    texts: Once::default(),
                },
            );
        }
        let Some(event) = self.events.get_mut(&key) else {
            return;
        };
        event.started_at = event.started_at.into_iter().chain(started_at).min();
        event.ended_at = event.ended_at.zip(ended_at).map(|(one, other)| one.max(other));
        if event.services.last().and_then(|last| last.id.as_deref()) != Some(service.id.as_str()) {
            event.services.push(NamedComponent {
                id: Some(service.id.clone()),
                name: shared_name(&service.name),
                health: present,
                raw: kind_raw.filter(|_| present.is_some()).map(str::to_owned),
            });
        }
        if !message.is_empty() && event.texts.get_mut(message).is_none() {
            event.texts.add(message, (message.to_owned(), event.states.len()));
        }
        event.states.push((state, state_raw.map(str::to_owned)));
    }
}

impl Event {
    /// The vendor gives none: its services, the first three by name, and its kind.
    fn title(&self) -> String {
        const NAMED: usize = 3;
        let names: Vec<String> = self
            .services
            .iter()
            .take(NAMED)
            .map(|service| shared_name(&service.name))
            .collect();
        let more = match self.services.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" + {more}"),
        };
        let kind = self.kind_raw.as_deref().unwrap_or_default();
        format!("{}{more}: {kind}", names.join(", "))
    }

    /// Where the event stands as a whole: it goes on as long as it does for any service, and is over when it is for all.
    fn state(&self) -> (State, Option<String>) {
        [State::Ongoing, State::Unknown, State::Upcoming, State::Over]
            .iter()
            .find_map(|state| self.states.iter().find(|(one, _)| one == state))
            .map_or((State::Unknown, None), Clone::clone)
    }

    /// What was written, each text as an update: the page has no others, and no times of them.
    fn updates<P>(&self, phase: impl Fn(State) -> P) -> Vec<Update<P>> {
        let mut ids = DerivedIds::default();
        self.texts
            .entries()
            .iter()
            .map(|(body, at)| {
                let (state, raw) = self.states.get(*at).cloned().unwrap_or((State::Unknown, None));
                Update {
                    id: ids.distinct(derived_id("update", &[&self.id])),
                    phase: phase(state),
                    phase_raw: raw,
                    at: None,
                    body: body.clone(),
                    components: Vec::new(),
                }
            })
            .collect()
    }

    fn incident(self, site: Option<&Site>) -> Incident {
        let phase = |state| match state {
            State::Over => Phase::Resolved,
            State::Ongoing | State::Upcoming | State::Unknown => Phase::Unknown,
        };
        let (state, phase_raw) = self.state();
        Incident {
            updates: self.updates(phase),
            facts: IncidentFacts {
                impact_raw: self.users_affected.clone(),
                phase: phase(state),
                phase_raw,
                started_at: self.started_at,
                resolved_at: self.ended_at.filter(|_| state == State::Over),
                url: site.map(|site| site.base().to_string()),
                components: self.services.clone(),
                ..IncidentFacts::titled(&self.title())
            },
            id: self.id,
        }
    }

    fn maintenance(self, site: Option<&Site>) -> Maintenance {
        let phase = |state| match state {
            State::Ongoing => MaintenancePhase::InProgress,
            State::Upcoming => MaintenancePhase::Scheduled,
            State::Over => MaintenancePhase::Completed,
            State::Unknown => MaintenancePhase::Unknown,
        };
        let (state, phase_raw) = self.state();
        Maintenance {
            updates: self.updates(phase),
            facts: MaintenanceFacts {
                phase: phase(state),
                phase_raw,
                starts_at: self.started_at,
                ends_at: self.ended_at,
                url: site.map(|site| site.base().to_string()),
                components: self.services.clone(),
                ..MaintenanceFacts::titled(&self.title())
            },
            id: self.id,
        }
    }
}

#[cfg(test)]
mod tests;
