//! The incidents of a dashboard, and what the open ones say of its products.

use std::collections::BTreeMap;

use crate::readers::Site;
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Json, Object, Place, Warnings, meaning};
use crate::readers::lists::objects;
use crate::readers::names::shared_name;
use crate::readers::roll_up::joined;
use crate::readers::updates::oldest_first;
use crate::snapshot::{Incident, IncidentFacts, NamedComponent, Update};
use crate::words::{Health, Impact, Phase};

/// What the incidents say of health.
pub(super) struct Told {
    /// The products that open incidents name: how they are, and the word for it.
    pub(super) products: BTreeMap<String, (Health, Option<String>)>,
    /// How bad the open incidents are that name no product; `None` where there is none.
    pub(super) nameless: Option<Health>,
    /// Whether it was understood which products each open incident names.
    pub(super) is_clear: bool,
}

/// Reads one incident, and takes down what it says of products if it is open.
pub(super) fn read(
    fields: &Fields<'_, '_>,
    site: Option<&Site>,
    told: &mut Told,
    ids: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Incident {
    let title = fields
        .expected_text("external_desc", warnings)
        .unwrap_or_default();
    let started_at = fields.time("begin", warnings);
    let id = fields.id_or_number("id", warnings).unwrap_or_else(|| {
        let birth = fields.object.text("created").unwrap_or(title);
        ids.stand_in("incident", &[birth], fields.place, warnings)
    });
    let ended_at = fields.time("end", warnings);
    let severity = Severity::of(fields, warnings);
    let named = products(fields, &severity, ended_at.is_none(), told, warnings);
    Incident {
        facts: IncidentFacts {
            impact: severity.impact,
            impact_raw: severity.impact_raw,
            phase: if ended_at.is_some() {
                Phase::Resolved
            } else {
                Phase::Unknown
            },
            phase_raw: severity.latest_raw,
            started_at,
            resolved_at: ended_at,
            url: fields
                .text("uri", warnings)
                .zip(site)
                .and_then(|(uri, site)| link(uri, site)),
            components: named,
            ..IncidentFacts::titled(title)
        },
        updates: updates(&id, fields, warnings),
        id,
    }
}

/// The incident's own page, which is below the dashboard.
fn link(uri: &str, site: &Site) -> Option<String> {
    let url = site.join(uri)?;
    url.as_str().starts_with(site.base().as_str()).then(|| url.into())
}

/// How bad an incident is.
struct Severity {
    impact: Impact,
    impact_raw: Option<String>,
    /// The word of its most recent update.
    latest_raw: Option<String>,
    /// What the incident means for the products that it names, and the word for it, as long as it is open.
    health: Health,
    raw: Option<String>,
}

impl Severity {
    fn of(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Self {
        let worst = fields.expected_text("status_impact", warnings);
        let worst_health = worst.map_or(Health::Unknown, |word| {
            status(word, &fields.place.key("status_impact"), warnings)
        });
        let latest = fields.object("most_recent_update", warnings).and_then(|object| {
            let place = fields.place.key("most_recent_update");
            let word = Fields { object, place }.text("status", warnings)?;
            Some((word, status(word, &place.key("status"), warnings)))
        });
        let (health, raw) = match latest {
            Some((word, health)) if health.is_problem() => (health, Some(word)),
            Some(_) | None => (worst_health, worst),
        };
        // As long as it is open, something is wrong, whatever its words mean.
        let health = if health.is_problem() {
            health
        } else {
            Health::Unknown
        };
        Self {
            impact: match worst_health {
                Health::Degraded => Impact::Minor,
                Health::PartialOutage => Impact::Major,
                Health::MajorOutage => Impact::Critical,
                Health::Operational | Health::Maintenance | Health::Unknown => Impact::Unknown,
            },
            impact_raw: worst.map(str::to_owned),
            latest_raw: latest.map(|(word, _)| word.to_owned()),
            health: if health == Health::MajorOutage && is_in_some_locations(fields.object) {
                Health::PartialOutage
            } else {
                health
            },
            raw: raw.map(shared_name),
        }
    }
}

/// Whether an incident hits some locations and not all: they are named, and `global` is none of them.
fn is_in_some_locations(incident: Object<'_>) -> bool {
    let locations = incident.list("currently_affected_locations").unwrap_or_default();
    let id = |location: &Json<'_>| {
        location
            .object()
            .and_then(|location| location.text("id").map(str::to_owned))
    };
    !locations.is_empty()
        && locations
            .iter()
            .all(|location| id(location).is_some_and(|id| id != "global"))
}

fn status(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Health {
    meaning(
        word,
        &[
            ("AVAILABLE", Health::Operational),
            ("SERVICE_INFORMATION", Health::Degraded),
            ("SERVICE_DISRUPTION", Health::PartialOutage),
            ("SERVICE_OUTAGE", Health::MajorOutage),
        ],
        place,
        warnings,
    )
    .unwrap_or(Health::Unknown)
}

/// The products that an incident names.
fn products(
    fields: &Fields<'_, '_>,
    severity: &Severity,
    is_open: bool,
    told: &mut Told,
    warnings: &mut Warnings,
) -> Vec<NamedComponent> {
    let mut named: Vec<NamedComponent> = Vec::new();
    let skipped = objects(
        fields.list("affected_products", warnings).unwrap_or_default(),
        &fields.place.key("affected_products"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let id = fields.id("id", warnings);
            let name = fields
                .text("current_title", warnings)
                .or_else(|| fields.text("title", warnings));
            named.push(NamedComponent {
                id: id.as_deref().map(str::to_owned),
                name: name.unwrap_or_default().to_owned(),
                health: is_open.then_some(severity.health),
                raw: severity.raw.clone().filter(|_| is_open),
            });
        },
    );
    if !is_open {
        return named;
    }
    told.is_clear &= skipped == 0 && !named.is_empty() && named.iter().all(|product| product.id.is_some());
    if named.is_empty() {
        // Whom it hits is not said: it is no outage of everything.
        let health = if severity.health == Health::MajorOutage {
            Health::PartialOutage
        } else {
            severity.health
        };
        told.nameless = Some(told.nameless.map_or(health, |known| joined(known, health)));
    }
    for id in named.iter().filter_map(|product| product.id.clone()) {
        let (known, raw) = told
            .products
            .entry(id)
            .or_insert((severity.health, severity.raw.clone()));
        let both = joined(*known, severity.health);
        if both != *known {
            raw.clone_from(&severity.raw);
        }
        *known = both;
    }
    named
}

/// The updates of an incident, oldest first. They have no identifiers; when one was created is never edited.
fn updates(incident: &str, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<Update<Phase>> {
    let mut ids = DerivedIds::default();
    let mut updates = Vec::new();
    objects(
        fields.list("updates", warnings).unwrap_or_default(),
        &fields.place.key("updates"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let body = fields.text("text", warnings).unwrap_or_default();
            let created_at = fields.time("created", warnings);
            let birth = object.text("created").unwrap_or(body);
            let word = fields.expected_text("status", warnings);
            let health = word.map_or(Health::Unknown, |word| {
                status(word, &place.key("status"), warnings)
            });
            updates.push(Update {
                id: ids.distinct(derived_id("update", &[incident, birth])),
                phase: if health == Health::Operational {
                    Phase::Resolved
                } else {
                    Phase::Unknown
                },
                phase_raw: word.map(str::to_owned),
                at: fields.time("when", warnings).or(created_at),
                body: body.to_owned(),
                components: Vec::new(),
            });
        },
    );
    // The dashboards list the newest first.
    updates.reverse();
    oldest_first(updates)
}
