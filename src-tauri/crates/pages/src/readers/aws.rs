//! AWS Health Dashboard, its public page of service health.
//!
//! | document | holds |
//! |---|---|
//! | `public/currentevents` | the public events that are open or ended only just now, each with its log and the services that it hits |
//!
//! Amazon documents the page (AWS Health user guide, "AWS Health Dashboard – Service health": all public events, for
//! everybody), not the document that feeds it. Its form is that of a payload recorded in August 2026: UTF-16 with a byte
//! order mark; one status code everywhere (0 operating normally, 1 informational, 2 degraded, 3 disrupted), as a text or
//! as a number; times in seconds since 1970. Public client code tells of events that have ended: the code is 0, and
//! there is an `end_time`.
//!
//! The list holds every open event, so one in which all events have ended says that all is well, and so does an empty
//! one. `[]` could be anybody's: it is taken only by the document's name.
//!
//! A service in a region is one of some thousands, and nobody says how much of it is hit: where it is disrupted, that is
//! a partial outage, never an outage of AWS. An event has no phase before its end; the vendor gives no word for it.

use std::borrow::Cow;

use url::Url;

use super::ids::{DerivedIds, derived_id};
use super::json::{Fields, Json, Object, Place, Warnings};
use super::lists::{Once, less_skipped, objects};
use super::names::group_name;
use super::roll_up::joined;
use super::updates::oldest_first;
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Component, Coverage, GroupName, Incident, IncidentFacts, Listing, NamedComponent, Overall, PageIdentity,
    Snapshot, Update,
};
use crate::words::{Health, Impact, Phase};

/// Reads the public part of the AWS Health Dashboard.
#[derive(Clone, Copy, Debug)]
pub struct Aws;

impl Reader for Aws {
    fn key(&self) -> &'static str {
        "aws"
    }

    fn name(&self) -> &'static str {
        "AWS Health Dashboard"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Services that no listed event names: the list of all of them is undocumented, and on another host.",
            "Past events: their history is undocumented and large, and no payload of it was at hand.",
            "Events of a single account: they are not public.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let is_its_own = matches!(
            address.host_str()?,
            "health.aws.amazon.com" | "status.aws.amazon.com"
        );
        let page = Url::parse("https://health.aws.amazon.com/").ok()?;
        is_its_own.then(|| Site::at(&page))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        site.join("public/currentevents")
            .map(|url| DocumentAddress::light("currentevents", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let lists = documents
            .iter()
            .zip(&trees)
            .map(|(document, tree)| events(document, tree))
            .collect::<Result<Vec<_>, _>>()?;
        // There is one document: of several the last one counts.
        let list = lists.last().ok_or(Unreadable::Empty)?;
        Ok(reading(list, site))
    }
}

/// The list of events, if the document is one.
fn events<'j>(document: &Document<'_>, tree: &'j Json<'j>) -> Result<&'j [Json<'j>], Unreadable> {
    let is_event = |entry: &Json<'_>| {
        entry.object().is_some_and(|event| {
            event.text("arn").is_some_and(|arn| arn.starts_with("arn:"))
                && (event.list("event_log").is_some() || event.object("impacted_services").is_some())
        })
    };
    let other = |reason: &str| {
        Err(Unreadable::OtherShape {
            reason: reason.to_owned(),
        })
    };
    match tree.list() {
        Some([]) if is_named(document.name) => Ok(&[]),
        Some([]) => other("an empty list, which could be anybody\u{2019}s"),
        Some(list) if list.iter().any(is_event) => Ok(list),
        Some(_) => other("a list without an event of AWS Health"),
        None => other("no list of events"),
    }
}

fn is_named(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    stem.to_ascii_lowercase().ends_with("currentevents")
}

/// What the events say together.
struct Told {
    events: Once<Incident>,
    services: Once<Component>,
    /// Whether every status that decides about health was understood.
    is_clear: bool,
}

fn reading(list: &[Json<'_>], site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let mut told = Told {
        events: Once::default(),
        services: Once::default(),
        is_clear: true,
    };
    let mut derived = DerivedIds::default();
    let skipped = objects(
        list,
        &Place::document(""),
        &mut warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let event = event(&fields, site, &mut told, &mut derived, warnings);
            told.events.put(&event.id.clone(), event, place, warnings);
        },
    );
    let incidents = told.events.into_list();
    let all_is_well =
        told.is_clear && skipped == 0 && incidents.iter().all(|event| event.facts.phase == Phase::Resolved);
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: all_is_well.then_some(Overall {
                raw: None,
                health: Health::Operational,
                description: None,
            }),
            components: told.services.into_list(),
            incidents,
            maintenances: Vec::new(),
            coverage: Coverage {
                // A service that no event names is none just now: it comes and goes with its events.
                components: if told.is_clear {
                    less_skipped(Listing::Complete, skipped)
                } else {
                    Listing::Partial
                },
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

fn event(
    fields: &Fields<'_, '_>,
    site: Option<&Site>,
    told: &mut Told,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Incident {
    let arn = fields.id("arn", warnings);
    let title = fields.expected_text("summary", warnings).unwrap_or_default();
    let started_at = fields.epoch_seconds("date", warnings);
    let id = arn.as_deref().map_or_else(
        || {
            let service = fields.object.text("service").unwrap_or_default();
            let birth = started_at.map_or_else(|| title.to_owned(), |at| at.to_string());
            let id = derived.distinct(derived_id("event", &[service, &birth]));
            warnings.add(fields.place, format_args!("no arn; {id} is used"));
            id
        },
        str::to_owned,
    );
    let status = Status::of(fields, "status", warnings);
    told.is_clear &= status.meaning.is_some();
    let ended_at = fields.epoch_seconds("end_time", warnings);
    let (updates, mut worst) = updates(&id, fields, warnings);
    worst.worsen(&status);
    let last = updates.last().map(|update| update.phase);
    let is_over =
        status.meaning == Some(Code::Operating) || ended_at.is_some() || last == Some(Phase::Resolved);
    let region = Region::of(arn.as_deref(), fields, warnings);
    Incident {
        facts: IncidentFacts {
            impact: worst.impact(),
            impact_raw: worst.raw,
            phase: if is_over { Phase::Resolved } else { Phase::Unknown },
            started_at,
            resolved_at: ended_at,
            url: arn.as_deref().and_then(|arn| link(arn, site)),
            components: services(fields, &status, is_over, &region, told, warnings),
            ..IncidentFacts::titled(title)
        },
        id,
        updates,
    }
}

/// The event's own place on the page.
fn link(arn: &str, site: Option<&Site>) -> Option<String> {
    let is_plain = arn
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'/' | b'_' | b'-' | b'.'));
    let mut url = site?.join("health/status")?;
    url.set_query(Some(&format!("eventID={arn}")));
    is_plain.then(|| url.into())
}

/// The services that an event hits, which become components of the page. The event's own service is one of them where it
/// names no other, and where it goes on though all others are said to be well again.
fn services(
    fields: &Fields<'_, '_>,
    status: &Status,
    is_over: bool,
    region: &Region<'_>,
    told: &mut Told,
    warnings: &mut Warnings,
) -> Vec<NamedComponent> {
    let place = fields.place.key("impacted_services");
    let mut named = Vec::new();
    let hit = fields.object("impacted_services", warnings);
    for (id, value) in hit.into_iter().flat_map(Object::entries) {
        let place = place.key(id);
        let Some(object) = value.object() else {
            warnings.add(place, format_args!("{value} is not an object"));
            told.hit(&mut named, id, id, region, &Status::UNKNOWN);
            continue;
        };
        let fields = Fields { object, place };
        let name = fields.text("service_name", warnings).unwrap_or(id);
        let current = Status::of(&fields, "current", warnings);
        told.hit(&mut named, id, name, region, &current);
    }
    let is_hit = |service: &NamedComponent| service.health.is_some_and(Health::is_problem);
    let is_told = if is_over {
        !named.is_empty()
    } else {
        named.iter().any(is_hit)
    };
    if !is_told && let Some(id) = fields.id("service", warnings) {
        let name = fields.text("service_name", warnings).unwrap_or(&id);
        told.hit(&mut named, &id, name, region, status);
    }
    named
}

impl Told {
    /// Takes down that an event hits a service. Several events may hit the same one.
    fn hit(
        &mut self,
        named: &mut Vec<NamedComponent>,
        id: &str,
        name: &str,
        region: &Region<'_>,
        status: &Status,
    ) {
        self.is_clear &= status.meaning.is_some();
        let health = status.health();
        named.push(NamedComponent {
            id: Some(id.to_owned()),
            name: name.to_owned(),
            health: Some(health),
            raw: status.raw.clone(),
        });
        if let Some(known) = self.services.get_mut(id) {
            let both = joined(known.health, health);
            if both != known.health {
                known.raw.clone_from(&status.raw);
            }
            known.health = both;
            return;
        }
        let component = Component {
            id: id.to_owned(),
            name: name.to_owned(),
            group: region.group_of(id),
            health,
            raw: status.raw.clone(),
            description: None,
        };
        self.services.add(id, component);
    }
}

/// The region of an event: its code as it stands in the event's ARN, and its name.
struct Region<'j> {
    code: &'j str,
    name: &'j str,
}

impl<'j> Region<'j> {
    fn of(arn: Option<&'j str>, fields: &Fields<'j, '_>, warnings: &mut Warnings) -> Self {
        let code = arn.and_then(|arn| arn.split(':').nth(3)).unwrap_or_default();
        let name = fields.text("region_name", warnings).unwrap_or(code);
        Self { code, name }
    }

    /// The group of a service, by its identifier's end: a regional event hits global services too.
    fn group_of(&self, service: &str) -> Vec<GroupName> {
        let is_in_it = !self.code.is_empty()
            && service
                .strip_suffix(self.code)
                .is_some_and(|service| service.ends_with('-'));
        let group = is_in_it.then(|| group_name(self.code, self.name));
        group.into_iter().collect()
    }
}

/// What was written about an event, oldest first, and the worst status that it ever had. An entry has no identifier; its
/// time is never edited.
fn updates(event: &str, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> (Vec<Update<Phase>>, Status) {
    let mut derived = DerivedIds::default();
    let mut updates = Vec::new();
    let mut worst = Status::UNKNOWN;
    objects(
        fields.list("event_log", warnings).unwrap_or_default(),
        &fields.place.key("event_log"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let body = fields.text("message", warnings).unwrap_or_default();
            let at = fields.epoch_seconds("timestamp", warnings);
            let birth = at.map_or(Cow::Borrowed(body), |at| at.to_string().into());
            let status = Status::of(&fields, "status", warnings);
            let is_over = status.meaning == Some(Code::Operating);
            worst.worsen(&status);
            updates.push(Update {
                id: derived.distinct(derived_id("update", &[event, &birth])),
                phase: if is_over { Phase::Resolved } else { Phase::Unknown },
                phase_raw: status.raw.filter(|_| is_over),
                at,
                body: body.to_owned(),
                components: Vec::new(),
            });
        },
    );
    (oldest_first(updates), worst)
}

/// A status as published, and what it means.
#[derive(Clone)]
struct Status {
    raw: Option<String>,
    meaning: Option<Code>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Code {
    Operating,
    Informational,
    Degraded,
    Disrupted,
}

impl Status {
    const UNKNOWN: Self = Self {
        raw: None,
        meaning: None,
    };

    fn of(fields: &Fields<'_, '_>, key: &str, warnings: &mut Warnings) -> Self {
        let Some(value) = fields.present(key) else {
            warnings.add(fields.place.key(key), "missing");
            return Self::UNKNOWN;
        };
        let number = fields.integer(key, warnings);
        let meaning = match number {
            Some(0) => Some(Code::Operating),
            Some(1) => Some(Code::Informational),
            Some(2) => Some(Code::Degraded),
            Some(3) => Some(Code::Disrupted),
            Some(_) | None => None,
        };
        if let (Some(number), None) = (number, meaning) {
            warnings.add(fields.place.key(key), format_args!("{number} is no known status"));
        }
        Self {
            raw: match value {
                Json::Text(text) => Some(text.clone().into_owned()),
                Json::Number(number) => Some(number.to_string()),
                Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => None,
            },
            meaning,
        }
    }

    fn health(&self) -> Health {
        match self.meaning {
            Some(Code::Operating) => Health::Operational,
            Some(Code::Informational | Code::Degraded) => Health::Degraded,
            Some(Code::Disrupted) => Health::PartialOutage,
            None => Health::Unknown,
        }
    }

    /// Becomes the other one if that is worse; what is understood is worse than what is not.
    fn worsen(&mut self, other: &Self) {
        if other.meaning > self.meaning || self.raw.is_none() {
            self.clone_from(other);
        }
    }

    /// How badly an event of which this is the worst status hits.
    fn impact(&self) -> Impact {
        match self.meaning {
            Some(Code::Informational | Code::Degraded) => Impact::Minor,
            Some(Code::Disrupted) => Impact::Major,
            Some(Code::Operating) | None => Impact::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
