//! Uptime Kuma: a self-hosted program that watches services and shows some of them on status pages, each known by its
//! slug.
//!
//! | document | holds |
//! |---|---|
//! | `api/status-page/SLUG` | the groups with their monitors, the pinned incident, the maintenances going on |
//! | `api/status-page/heartbeat/SLUG` | what each monitor found, oldest first, by the monitor's number |
//!
//! A monitor is as its last heartbeat says; both documents are needed at every poll. A page that shows the past in days
//! sums heartbeats up and writes `0` where there were none. The overall word is what the monitors say together.
//!
//! Source: the source of louislam/uptime-kuma 1.18 to 2.0 (`status-page-router.js`, `status_page.js`, `incident.js`,
//! `maintenance.js`).

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::ids::DerivedIds;
use super::json::{Fields, Json, Object, Place, Warnings, meaning, quoted};
use super::lists::{Once, less_skipped, objects};
use super::names::group_name;
use super::times::{self, Moment};
use super::updates::own_text;
use super::{
    Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding, roll_up,
};
use crate::snapshot::{
    Component, Coverage, GroupName, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts,
    PageIdentity, Snapshot,
};
use crate::words::{Health, MaintenancePhase, Phase};

/// Reads Uptime Kuma.
#[derive(Clone, Copy, Debug)]
pub struct UptimeKuma;

impl Reader for UptimeKuma {
    fn key(&self) -> &'static str {
        "uptimekuma"
    }

    fn name(&self) -> &'static str {
        "Uptime Kuma"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Maintenances that are announced or over: the platform publishes those going on alone.",
            "Incidents that are over: they leave the page when they are unpinned.",
            "Uptime, response times and heartbeats before the last: they are measurements, not health.",
        ]
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        if !front.holds("window.preloadData") && !front.holds("Uptime Kuma monitoring tool") {
            return None;
        }
        let from_path = || {
            let mut path = front.url.path_segments()?;
            (path.next() == Some("status")).then(|| path.next())?
        };
        // A page with a name of its own stands at the root of its host, and names itself in its manifest.
        let slug = front
            .between("/api/status-page/", "/manifest.json")
            .or_else(from_path)
            .filter(|slug| is_slug(slug))
            .unwrap_or(DEFAULT);
        Some(Site::at_root(front.url).with_key(slug))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let slug = site.key().filter(|slug| is_slug(slug)).unwrap_or(DEFAULT);
        [
            ("page", format!("api/status-page/{slug}")),
            ("heartbeat", format!("api/status-page/heartbeat/{slug}")),
        ]
        .into_iter()
        .filter_map(|(name, path)| Some(DocumentAddress::light(name, site.join(&path)?)))
        .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let (mut page, mut heartbeats) = (None, None);
        for tree in &trees {
            match Part::of(tree)? {
                Part::Page(top) => page = Some(top),
                Part::Heartbeats(list) => heartbeats = Some(list),
            }
        }
        page.map(|page| reading(page, heartbeats))
            .ok_or_else(|| Unreadable::other_shape("heartbeats without the page whose monitors they are of"))
    }
}

/// The slug of the page that an installation begins with.
const DEFAULT: &str = "default";

fn is_slug(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !word.is_empty() && word.bytes().all(is_plain)
}

/// What a document is.
enum Part<'j> {
    Page(Object<'j>),
    /// The object `heartbeatList`.
    Heartbeats(Object<'j>),
}

impl<'j> Part<'j> {
    fn of(tree: &'j Json<'j>) -> Result<Self, Unreadable> {
        let top = tree
            .object()
            .ok_or_else(|| Unreadable::other_shape("no object"))?;
        let has_config = top
            .object("config")
            .is_some_and(|config| config.text("slug").is_some() && config.get("title").is_some());
        match top.object("heartbeatList") {
            _ if has_config && top.list("publicGroupList").is_some() => Ok(Self::Page(top)),
            Some(list) if top.object("uptimeList").is_some() => Ok(Self::Heartbeats(list)),
            _ => Err(Unreadable::other_shape(
                "neither a page with groups of monitors nor a list of heartbeats",
            )),
        }
    }
}

fn reading(top: Object<'_>, heartbeats: Option<Object<'_>>) -> Reading {
    let mut warnings = Warnings::default();
    let fields = Fields {
        object: top,
        place: Place::document(""),
    };
    let config = top.object("config");
    let mut coverage = Coverage::NOTHING;
    let (components, skipped) = monitors(&fields, heartbeats, &mut warnings);
    coverage.components = less_skipped(Listing::Complete, skipped);
    let (incidents, listing) = incidents(&fields, &mut warnings);
    coverage.open_incidents = listing;
    let mut maintenances = Once::default();
    if let Some(list) = fields.list("maintenanceList", &mut warnings) {
        let mut derived = DerivedIds::default();
        objects(
            list,
            &fields.place.key("maintenanceList"),
            &mut warnings,
            |object, place, warnings| {
                let maintenance = maintenance(object, place, &mut derived, warnings);
                let id = maintenance.id.clone();
                maintenances.put(&id, maintenance, place, warnings);
            },
        );
        // Those going on, none that is only announced.
        coverage.open_maintenances = Listing::Partial;
    }
    Reading {
        snapshot: Snapshot {
            page: PageIdentity {
                id: config.and_then(|config| config.text("slug")).map(str::to_owned),
                name: config.and_then(|config| config.text("title")).map(str::to_owned),
                url: None,
            },
            overall: roll_up::of_checks(&components, coverage.components),
            components,
            incidents,
            maintenances: maintenances.into_list(),
            coverage,
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// The monitors of all groups, and how many entries could not be read.
fn monitors(
    fields: &Fields<'_, '_>,
    heartbeats: Option<Object<'_>>,
    warnings: &mut Warnings,
) -> (Vec<Component>, usize) {
    let beats: BTreeMap<&str, &Json<'_>> = heartbeats.into_iter().flat_map(Object::entries).collect();
    let mut components = Once::default();
    let mut derived = DerivedIds::default();
    let mut skipped = 0;
    let groups = fields.list("publicGroupList", warnings).unwrap_or_default();
    skipped += objects(
        groups,
        &fields.place.key("publicGroupList"),
        warnings,
        |object, place, warnings| {
            let group = Fields {
                object,
                place: *place,
            };
            let path: Vec<GroupName> = group
                .id_or_number("id", warnings)
                .zip(group.text("name", warnings))
                .map(|(id, name)| group_name(&id, name))
                .into_iter()
                .collect();
            let Some(list) = group.list("monitorList", warnings) else {
                warnings.add(place.key("monitorList"), "no monitors can be read");
                skipped += 1;
                return;
            };
            skipped += objects(
                list,
                &place.key("monitorList"),
                warnings,
                |object, place, warnings| {
                    let monitor = Fields {
                        object,
                        place: *place,
                    };
                    let name = monitor.expected_text("name", warnings).unwrap_or_default();
                    let given = monitor.id_or_number("id", warnings);
                    let (health, raw) = last_heartbeat(
                        given.as_deref().and_then(|id| beats.get(id).copied()),
                        place,
                        warnings,
                    );
                    let id =
                        given.unwrap_or_else(|| derived.stand_in("component", &[name], *place, warnings));
                    let component = Component {
                        id: id.clone(),
                        name: name.to_owned(),
                        group: path.clone(),
                        health,
                        raw,
                        description: None,
                    };
                    components.put(&id, component, place, warnings);
                },
            );
        },
    );
    (components.into_list(), skipped)
}

/// What the last heartbeat says, and that one alone: an earlier one must not speak for one that cannot be read.
fn last_heartbeat(
    beats: Option<&Json<'_>>,
    place: &Place<'_>,
    warnings: &mut Warnings,
) -> (Health, Option<String>) {
    let last = beats.and_then(Json::list).and_then(<[_]>::last);
    let Some(beat) = last.and_then(Json::object) else {
        // No heartbeat yet, or none in the last of the stretches that the page sums up.
        return (Health::Unknown, None);
    };
    let status = match beat.get("status") {
        Some(Json::Number(number)) => number.to_string(),
        odd => {
            let odd = odd.map_or_else(|| "nothing".to_owned(), Json::to_string);
            warnings.add(
                *place,
                format_args!("the status of its last heartbeat is {odd}, no number"),
            );
            return (Health::Unknown, None);
        }
    };
    let health = meaning(&status, STATUSES, place, warnings).unwrap_or(Health::Unknown);
    (health, Some(status))
}

const STATUSES: &[(&str, Health)] = &[
    ("0", Health::MajorOutage),
    ("1", Health::Operational),
    // It failed, and is tried again before it counts as down.
    ("2", Health::Degraded),
    ("3", Health::Maintenance),
];

/// The pinned incidents: up to 1.x one or null, later a list.
fn incidents(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> (Vec<Incident>, Listing) {
    let mut incidents = Once::default();
    let mut derived = DerivedIds::default();
    let mut listing = Listing::Absent;
    let mut put = |object, place: &Place<'_>, warnings: &mut Warnings| {
        let incident = incident(object, place, &mut derived, warnings);
        let id = incident.id.clone();
        incidents.put(&id, incident, place, warnings);
    };
    if fields.object.get("incident").is_some() {
        listing = Listing::Complete;
        let place = fields.place.key("incident");
        match fields.object("incident", warnings) {
            Some(object) => put(object, &place, warnings),
            None if fields.present("incident").is_some() => listing = Listing::Partial,
            None => {}
        }
    }
    if let Some(list) = fields.list("incidents", warnings) {
        let skipped = objects(list, &fields.place.key("incidents"), warnings, put);
        listing = less_skipped(Listing::Complete, skipped);
    }
    (incidents.into_list(), listing)
}

fn incident(
    object: Object<'_>,
    place: &Place<'_>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Incident {
    let fields = Fields {
        object,
        place: *place,
    };
    let title = fields.expected_text("title", warnings).unwrap_or_default();
    let started_at = fields.time_in_utc("createdDate", warnings);
    let edited_at = fields.time_in_utc("lastUpdatedDate", warnings);
    let id = fields.id_or_number("id", warnings).unwrap_or_else(|| {
        let birth = object.text("createdDate").unwrap_or(title);
        derived.stand_in("incident", &[birth], *place, warnings)
    });
    let is_over = matches!(object.get("active"), Some(Json::Bool(false)));
    // Of an incident on the page no phase is told.
    let phase = if is_over { Phase::Resolved } else { Phase::Unknown };
    Incident {
        facts: IncidentFacts {
            // A colour, which is no judgement.
            impact_raw: fields.text("style", warnings).map(str::to_owned),
            phase,
            started_at,
            resolved_at: edited_at.filter(|_| is_over),
            ..IncidentFacts::titled(title)
        },
        updates: own_text(
            &id,
            fields.text("content", warnings),
            edited_at.or(started_at),
            phase,
            None,
        )
        .into_iter()
        .collect(),
        id,
    }
}

fn maintenance(
    object: Object<'_>,
    place: &Place<'_>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Maintenance {
    let fields = Fields {
        object,
        place: *place,
    };
    let title = fields.expected_text("title", warnings).unwrap_or_default();
    let id = fields
        .id_or_number("id", warnings)
        .unwrap_or_else(|| derived.stand_in("maintenance", &[title], *place, warnings));
    let phase_raw = fields.expected_text("status", warnings);
    let phase = phase_raw
        .and_then(|word| meaning(word, MAINTENANCE_PHASES, &place.key("status"), warnings))
        .unwrap_or(MaintenancePhase::Unknown);
    let offset = fields.text("timezoneOffset", warnings);
    let slots = fields.list("timeslotList", warnings).unwrap_or_default();
    let slots_place = place.key("timeslotList");
    let slot = slots.first().and_then(Json::object).map(|object| Fields {
        object,
        place: slots_place.entry(0),
    });
    let time =
        |key: &str, warnings: &mut Warnings| slot.and_then(|slot| local_time(&slot, key, offset, warnings));
    Maintenance {
        facts: MaintenanceFacts {
            phase,
            phase_raw: phase_raw.map(str::to_owned),
            starts_at: time("startDate", warnings),
            ends_at: time("endDate", warnings),
            ..MaintenanceFacts::titled(title)
        },
        updates: own_text(&id, fields.text("description", warnings), None, phase, None)
            .into_iter()
            .collect(),
        id,
    }
}

const MAINTENANCE_PHASES: &[(&str, MaintenancePhase)] = &[
    ("scheduled", MaintenancePhase::Scheduled),
    ("under-maintenance", MaintenancePhase::InProgress),
    ("ended", MaintenancePhase::Completed),
    ("inactive", MaintenancePhase::Cancelled),
    // A recurring one whose next turn is not worked out yet.
    ("unknown", MaintenancePhase::Unknown),
];

/// A moment in the time zone of the maintenance, whose distance from UTC is given beside it.
fn local_time(
    fields: &Fields<'_, '_>,
    key: &str,
    offset: Option<&str>,
    warnings: &mut Warnings,
) -> Option<Timestamp> {
    let written = fields.text(key, warnings)?;
    let moment = match times::read(written) {
        Some(Moment {
            at,
            assumed_utc: false,
        }) => Some(at),
        Some(Moment {
            assumed_utc: true, ..
        }) => offset.and_then(|offset| format!("{}{offset}", written.trim()).parse().ok()),
        None => None,
    };
    if moment.is_none() {
        warnings.add(
            fields.place.key(key),
            format_args!("{} is not a time", quoted(written)),
        );
    }
    moment
}

#[cfg(test)]
mod tests;
