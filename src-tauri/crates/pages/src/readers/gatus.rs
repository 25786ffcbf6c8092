//! Gatus: a self-hosted program that checks endpoints and shows what it found.
//!
//! | document | holds |
//! |---|---|
//! | `api/v1/endpoints/statuses` | every endpoint with its results, oldest first |
//! | `api/v1/config` | the announcements that people wrote |
//!
//! An endpoint is as its newest result says; of several pages of results only the newest result is asked for. The overall
//! word is what the endpoints say together. An announcement of an outage or a warning is an incident: Gatus gives it
//! neither a phase nor an identifier, and no end but that it is archived. By its documentation an outage is a disruption
//! or a critical issue, while a warning may be of something that has not happened.
//!
//! Source: the source of TwiN/gatus 5 (`api`, `config/endpoint`, `config/announcement`).

use super::ids::{DerivedIds, derived_id};
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::updates::own_text;
use super::{
    Asked, Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding, roll_up,
};
use crate::snapshot::{
    Component, Coverage, GroupName, Incident, IncidentFacts, Listing, PageIdentity, Snapshot,
};
use crate::words::{Health, Impact, Phase};

/// Reads Gatus.
#[derive(Clone, Copy, Debug)]
pub struct Gatus;

impl Reader for Gatus {
    fn key(&self) -> &'static str {
        "gatus"
    }

    fn name(&self) -> &'static str {
        "Gatus"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Announcements of the types information, operational and none: they tell of no trouble, and nothing links \
             them to the announcement of an outage that they may end.",
            "Conditions, response times and results before the newest: they are measurements, not health.",
            "Suites: no payload and no documentation of their results was at hand.",
        ]
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let is_marked = front.holds("| Gatus</title>") || front.holds("content=\"Gatus\"");
        is_marked.then(|| Site::above(front.url, &["endpoints", "suites"]))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let at = |name, path| {
            Some(DocumentAddress {
                name,
                url: site.join(path)?,
                asked: Asked::AtEveryPoll,
                optional: name == "config",
            })
        };
        [
            at("statuses", "api/v1/endpoints/statuses?page=1&pageSize=1"),
            at("config", "api/v1/config"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let parts = trees
            .iter()
            .map(Part::of)
            .collect::<Result<Vec<Part<'_>>, Unreadable>>()?;
        if parts.is_empty() {
            return Err(Unreadable::Empty);
        }
        Ok(reading(&parts))
    }
}

/// What a document is.
enum Part<'j> {
    Endpoints(&'j [Json<'j>]),
    /// `api/v1/config`, whose announcements older releases leave out.
    Config(Object<'j>),
}

impl<'j> Part<'j> {
    fn of(tree: &'j Json<'j>) -> Result<Self, Unreadable> {
        let is_endpoint = |entry: Object<'_>| {
            entry.text("key").is_some() && entry.text("name").is_some() && entry.list("results").is_some()
        };
        let is_flag = |config: Object<'_>, key: &str| matches!(config.get(key), Some(Json::Bool(_)));
        match (tree.list(), tree.object()) {
            (Some(list), _) if list.iter().filter_map(Json::object).any(is_endpoint) => {
                Ok(Self::Endpoints(list))
            }
            (_, Some(config)) if is_flag(config, "oidc") && is_flag(config, "authenticated") => {
                Ok(Self::Config(config))
            }
            _ => Err(Unreadable::other_shape(
                "neither a list of endpoints with results, nor a configuration with announcements",
            )),
        }
    }
}

fn reading(parts: &[Part<'_>]) -> Reading {
    let mut warnings = Warnings::default();
    let mut components = Once::default();
    let mut incidents = Vec::new();
    let mut coverage = Coverage::NOTHING;
    for part in parts {
        match part {
            Part::Endpoints(list) => {
                let mut derived = DerivedIds::default();
                let place = Place::document("");
                let skipped = objects(list, &place, &mut warnings, |object, place, warnings| {
                    let component = endpoint(object, place, &mut derived, warnings);
                    let id = component.id.clone();
                    components.put(&id, component, place, warnings);
                });
                coverage.components = less_skipped(Listing::Complete, skipped);
            }
            Part::Config(config) => {
                let fields = Fields {
                    object: *config,
                    place: Place::document(""),
                };
                if let Some(list) = fields.list("announcements", &mut warnings) {
                    let mut derived = DerivedIds::default();
                    incidents.clear();
                    let skipped = objects(
                        list,
                        &fields.place.key("announcements"),
                        &mut warnings,
                        |object, place, warnings| {
                            incidents.extend(announcement(object, place, &mut derived, warnings));
                        },
                    );
                    coverage.open_incidents = less_skipped(Listing::Complete, skipped);
                    coverage.past_incidents = Listing::Partial;
                }
            }
        }
    }
    let components = components.into_list();
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: roll_up::of_checks(&components, coverage.components),
            components,
            incidents,
            maintenances: Vec::new(),
            coverage,
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

fn endpoint(
    object: Object<'_>,
    place: &Place<'_>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Component {
    let fields = Fields {
        object,
        place: *place,
    };
    let name = fields.expected_text("name", warnings).unwrap_or_default();
    let group = fields.text("group", warnings).filter(|group| !group.is_empty());
    let id = fields.id("key", warnings).map_or_else(
        || derived.stand_in("component", &[group.unwrap_or_default(), name], *place, warnings),
        Into::into,
    );
    Component {
        id,
        name: name.to_owned(),
        group: group
            .map(|group| GroupName {
                id: group.to_owned(),
                name: group.to_owned(),
            })
            .into_iter()
            .collect(),
        health: newest_result(&fields, warnings),
        raw: None,
        description: None,
    }
}

/// What the newest result says, and that one alone: an earlier one must not speak for one that cannot be read. An
/// endpoint that was never checked has none.
fn newest_result(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Health {
    let Some(results) = fields.list("results", warnings) else {
        return Health::Unknown;
    };
    let Some(newest) = results.last() else {
        return Health::Unknown;
    };
    let place = fields.place.key("results");
    let place = place.entry(results.len() - 1);
    match newest.object().and_then(|result| result.get("success")) {
        Some(Json::Bool(true)) => Health::Operational,
        Some(Json::Bool(false)) => Health::MajorOutage,
        Some(odd) => {
            warnings.add(place.key("success"), format_args!("{odd} is not true or false"));
            Health::Unknown
        }
        None => {
            warnings.add(place.key("success"), "missing");
            Health::Unknown
        }
    }
}

/// An announcement of trouble. A word for its type that is not known may be one.
fn announcement(
    object: Object<'_>,
    place: &Place<'_>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Option<Incident> {
    let fields = Fields {
        object,
        place: *place,
    };
    let raw = fields.expected_text("type", warnings);
    let tells = raw.map_or(Some(Tells::Unknown), |raw| {
        meaning(raw, TYPES, &place.key("type"), warnings)
    });
    let impact = match tells {
        Some(Tells::NoTrouble) => return None,
        Some(Tells::Outage) => Impact::Critical,
        Some(Tells::Unknown) | None => Impact::Unknown,
    };
    let message = fields.expected_text("message", warnings).unwrap_or_default();
    let at = fields.time("timestamp", warnings);
    // The message may be edited; its time is written beside it by hand and stays.
    let birth = object.text("timestamp").unwrap_or(message);
    let id = derived.distinct(derived_id("announcement", &[birth]));
    let phase = if fields.flag("archived", warnings) {
        Phase::Resolved
    } else {
        Phase::Unknown
    };
    Some(Incident {
        facts: IncidentFacts {
            impact,
            impact_raw: raw.map(str::to_owned),
            phase,
            started_at: at,
            ..IncidentFacts::titled(message.lines().next().unwrap_or_default())
        },
        updates: own_text(&id, Some(message), at, phase, None)
            .into_iter()
            .collect(),
        id,
    })
}

/// What the type of an announcement tells.
#[derive(Clone, Copy)]
enum Tells {
    Outage,
    /// Of trouble, but not how bad it is.
    Unknown,
    NoTrouble,
}

const TYPES: &[(&str, Tells)] = &[
    ("outage", Tells::Outage),
    ("warning", Tells::Unknown),
    ("information", Tells::NoTrouble),
    ("operational", Tells::NoTrouble),
    ("none", Tells::NoTrouble),
];

#[cfg(test)]
mod tests;
