//! Instatus.
//!
//! | document | holds |
//! |---|---|
//! | `summary.json` | the overall word, open incidents, open maintenances |
//! | `v2/components.json` | every component |
//!
//! `api/v2/summary.json` is the same summary at Statuspage's address, in a shape of its own. Empty lists are left out of
//! it. Sources: the platform's documentation of its public data and of its words; a summary recorded from Perplexity and
//! components recorded from Splitwise in 2026. The forms `ONE…`, `SOME…` and `ALL…` of the overall word are served, though
//! the documentation of the summary does not name them.

mod components;
mod shape;
mod words;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::addresses::web_address;
use super::ids::DerivedIds;
use super::json::{Fields, Json, Object, Place, Warnings};
use super::lists::{Once, less_skipped, objects};
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Coverage, Event, IncidentFacts, Listing, MaintenanceFacts, Overall, PageIdentity, Snapshot,
};
use crate::words::{Impact, MaintenancePhase, Phase};
use shape::Parts;

/// Reads Instatus.
#[derive(Clone, Copy, Debug)]
pub struct Instatus;

impl Reader for Instatus {
    fn key(&self) -> &'static str {
        "instatus"
    }

    fn name(&self) -> &'static str {
        "Instatus"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "The texts of updates: the JSON documents name incidents and maintenances without them.",
            "Incidents and maintenances that are over: the JSON documents list what is open alone.",
            "The components that an incident affects: the JSON documents do not name them.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let name = address.host_str()?.strip_suffix(".instatus.com")?;
        let is_a_page = !matches!(
            name,
            "" | "www" | "api" | "app" | "dashboard" | "help" | "docs" | "blog" | "lang" | "cdn" | "status"
        );
        is_a_page.then(|| Site::at_root(address))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let is_marked = [
            "instatus.com/user-content",
            "instatus.com/api/og",
            "lang.instatus.com",
        ]
        .iter()
        .any(|mark| front.holds(mark));
        is_marked.then(|| Site::at_root(front.url))
    }

    fn guess(&self, base: &Url) -> Option<Site> {
        Some(Site::at(base))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let summary = site.join("summary.json");
        let components = site.join("v2/components.json");
        summary
            .map(|url| DocumentAddress::light("summary", url))
            .into_iter()
            .chain(components.map(|url| DocumentAddress::heavy("components", url)))
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let parts = shape::parts(documents, &trees)?;
        Ok(reading(&parts, site))
    }
}

fn reading(parts: &Parts<'_>, site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let components = components::read(&parts.components, &mut warnings);
    let mut snapshot = Snapshot {
        page: PageIdentity::default(),
        overall: None,
        coverage: Coverage {
            components: if parts.components.is_empty() {
                Listing::Absent
            } else {
                less_skipped(Listing::Complete, components.skipped)
            },
            ..Coverage::NOTHING
        },
        components: components.list,
        incidents: Vec::new(),
        maintenances: Vec::new(),
        updated_at: None,
    };
    if let Some(summary) = &parts.summary {
        let top = Fields {
            object: summary.object,
            place: Place::document(&summary.place),
        };
        snapshot.overall = page(&top, &mut snapshot, &mut warnings);
        let base = snapshot
            .page
            .url
            .as_deref()
            .and_then(|url| Url::parse(url).ok())
            .or_else(|| site.map(|site| site.base().clone()));
        let base = base.as_ref();
        let (incidents, listing) = list(&top, "activeIncidents", base, incident, &mut warnings);
        snapshot.incidents = incidents;
        snapshot.coverage.open_incidents = listing;
        let (maintenances, listing) = list(&top, "activeMaintenances", base, maintenance, &mut warnings);
        snapshot.maintenances = maintenances;
        snapshot.coverage.open_maintenances = listing;
    }
    Reading {
        snapshot,
        warnings: warnings.into_list(),
        // The summary names no component.
        wants: vec!["components"],
    }
}

/// Who the page is, and its overall word.
fn page(top: &Fields<'_, '_>, snapshot: &mut Snapshot, warnings: &mut Warnings) -> Option<Overall> {
    let page = Fields {
        object: top.object("page", warnings)?,
        place: top.place.key("page"),
    };
    snapshot.page = PageIdentity {
        id: None,
        name: page.text("name", warnings).map(str::to_owned),
        url: page.text("url", warnings).and_then(|url| {
            let link = web_address(url);
            if link.is_none() {
                warnings.add(page.place.key("url"), "not the address of a web page");
            }
            link
        }),
    };
    let raw = page.expected_text("status", warnings)?;
    let leaves = || snapshot.components.iter().map(|component| component.health);
    let is_complete = snapshot.coverage.components == Listing::Complete;
    Some(Overall {
        health: words::overall(
            raw,
            &words::Leaves::of(leaves, is_complete),
            &page.place.key("status"),
            warnings,
        ),
        raw: Some(raw.to_owned()),
        description: None,
    })
}

/// Reads a list of events; the platform leaves out an empty one.
fn list<F, P>(
    top: &Fields<'_, '_>,
    key: &str,
    base: Option<&Url>,
    read: fn(&Entry<'_, '_>, &mut Warnings) -> F,
    warnings: &mut Warnings,
) -> (Vec<Event<F, P>>, Listing) {
    let entries = match top.object.get(key) {
        None => return (Vec::new(), Listing::Complete),
        Some(_) => top.list(key, warnings),
    };
    let Some(entries) = entries else {
        return (Vec::new(), Listing::Absent);
    };
    let mut events: Once<Event<F, P>> = Once::default();
    let mut derived = DerivedIds::default();
    let skipped = objects(
        entries,
        &top.place.key(key),
        warnings,
        |object, place, warnings| {
            let entry = Entry::of(object, place, base, warnings);
            let id = entry.id.clone().unwrap_or_else(|| {
                // The title may be edited; the begin seldom is.
                let begin = object.text("started").or_else(|| object.text("start"));
                derived.stand_in(key, &[begin.unwrap_or(&entry.title)], *place, warnings)
            });
            let event = Event {
                id: id.clone(),
                facts: read(&entry, warnings),
                updates: Vec::new(),
            };
            events.put(&id, event, place, warnings);
        },
    );
    (events.into_list(), less_skipped(Listing::Complete, skipped))
}

/// What an incident and a maintenance have in common.
struct Entry<'j, 'p> {
    fields: Fields<'j, 'p>,
    id: Option<String>,
    title: String,
    phase_raw: Option<&'j str>,
    url: Option<String>,
}

impl<'j, 'p> Entry<'j, 'p> {
    fn of(object: Object<'j>, place: &Place<'p>, base: Option<&Url>, warnings: &mut Warnings) -> Self {
        let fields = Fields {
            object,
            place: *place,
        };
        let published = fields.text("url", warnings).and_then(web_address);
        // Old pages give no id; it is the last step of the address.
        let last_step = published.as_deref().and_then(|url| {
            let url = Url::parse(url).ok()?;
            let step = url.path_segments()?.rfind(|step| !step.is_empty())?;
            Some(step.to_owned())
        });
        let is_below = |url: &String| {
            let host = |url: &Url| url.host_str().map(str::to_owned);
            let url = Url::parse(url).ok();
            base.is_some_and(|base| url.as_ref().and_then(host) == host(base))
                || url
                    .and_then(|url| host(&url))
                    .is_some_and(|host| host.ends_with(".instatus.com"))
        };
        Self {
            id: fields.id("id", warnings).map(Cow::into_owned).or(last_step),
            title: fields
                .expected_text("name", warnings)
                .unwrap_or_default()
                .to_owned(),
            phase_raw: fields.expected_text("status", warnings),
            url: published.filter(is_below),
            fields,
        }
    }

    fn phase<P: Copy>(&self, known: &[(&str, P)], unknown: P, warnings: &mut Warnings) -> P {
        let place = self.fields.place.key("status");
        self.phase_raw
            .and_then(|raw| super::json::meaning(raw, known, &place, warnings))
            .unwrap_or(unknown)
    }
}

fn incident(entry: &Entry<'_, '_>, warnings: &mut Warnings) -> IncidentFacts {
    let fields = &entry.fields;
    let impact_raw = fields.expected_text("impact", warnings);
    IncidentFacts {
        title: entry.title.clone(),
        impact: impact_raw.map_or(Impact::Unknown, |raw| {
            words::impact(raw, &fields.place.key("impact"), warnings)
        }),
        impact_raw: impact_raw.map(str::to_owned),
        phase: entry.phase(&words::INCIDENT_PHASES, Phase::Unknown, warnings),
        phase_raw: entry.phase_raw.map(str::to_owned),
        started_at: fields.time("started", warnings),
        resolved_at: fields.time("resolved", warnings),
        url: entry.url.clone(),
        components: Vec::new(),
        postmortem: None,
    }
}

fn maintenance(entry: &Entry<'_, '_>, warnings: &mut Warnings) -> MaintenanceFacts {
    let fields = &entry.fields;
    let starts_at = fields.time("start", warnings);
    let minutes = fields.integer("duration", warnings);
    MaintenanceFacts {
        title: entry.title.clone(),
        phase: entry.phase(&words::MAINTENANCE_PHASES, MaintenancePhase::Unknown, warnings),
        phase_raw: entry.phase_raw.map(str::to_owned),
        starts_at,
        ends_at: starts_at
            .zip(minutes)
            .and_then(|(start, minutes)| after(start, minutes)),
        actual_start: None,
        actual_end: None,
        url: entry.url.clone(),
        components: Vec::new(),
    }
}

fn after(start: Timestamp, minutes: i64) -> Option<Timestamp> {
    let seconds = minutes.checked_mul(60)?;
    start.checked_add(SignedDuration::from_secs(seconds)).ok()
}
