//! What tells incidents and maintenances apart.

use super::shape::Parts;
use super::words;
use crate::readers::addresses::web_address;
use crate::readers::json::{Fields, Json, Place, Warnings};
use crate::snapshot::{IncidentFacts, MaintenanceFacts, NamedComponent, Postmortem, Update};
use crate::text;
use crate::words::{Impact, MaintenancePhase, Phase};

/// One of the two kinds of events.
pub(super) trait Kind {
    type Facts;
    type Phase: Copy;
    /// The key of the list that holds them.
    const KEY: &'static str;
    const UNKNOWN: Self::Phase;

    fn list<'j>(parts: &Parts<'j>) -> Option<&'j [Json<'j>]>;
    fn phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Self::Phase;
    fn facts(common: Common<Self::Phase>, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Self::Facts;
    /// Takes over from another document's facts what these lack.
    fn complete(facts: &mut Self::Facts, from: Self::Facts);
    /// Takes over what only the updates tell.
    fn learn(facts: &mut Self::Facts, updates: &[Update<Self::Phase>]);
}

/// The facts that both kinds have.
pub(super) struct Common<P> {
    pub(super) title: String,
    pub(super) phase: P,
    pub(super) phase_raw: Option<String>,
    pub(super) url: Option<String>,
    pub(super) components: Vec<NamedComponent>,
}

/// `incidents`.
pub(super) struct Incidents;

/// `scheduled_maintenances`.
pub(super) struct Maintenances;

impl Kind for Incidents {
    type Facts = IncidentFacts;
    type Phase = Phase;
    const KEY: &'static str = "incidents";
    const UNKNOWN: Phase = Phase::Unknown;

    fn list<'j>(parts: &Parts<'j>) -> Option<&'j [Json<'j>]> {
        parts.incidents
    }

    fn phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Phase {
        words::phase(word, place, warnings)
    }

    fn facts(common: Common<Phase>, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> IncidentFacts {
        let impact_raw = fields.expected_text("impact", warnings);
        let created_at = fields.time("created_at", warnings);
        IncidentFacts {
            title: common.title,
            impact: impact_raw.map_or(Impact::Unknown, |raw| {
                words::impact(raw, &fields.place.key("impact"), warnings)
            }),
            impact_raw: impact_raw.map(str::to_owned),
            phase: common.phase,
            phase_raw: common.phase_raw,
            started_at: fields.time("started_at", warnings).or(created_at),
            resolved_at: fields.time("resolved_at", warnings),
            url: common.url,
            components: common.components,
            postmortem: postmortem(fields, warnings),
        }
    }

    fn complete(facts: &mut IncidentFacts, from: IncidentFacts) {
        if facts.impact_raw.is_none() {
            facts.impact = from.impact;
            facts.impact_raw = from.impact_raw;
        }
        if facts.phase_raw.is_none() {
            facts.phase = from.phase;
            facts.phase_raw = from.phase_raw;
        }
        if facts.title.is_empty() {
            facts.title = from.title;
        }
        if facts.components.is_empty() {
            facts.components = from.components;
        }
        facts.started_at = facts.started_at.or(from.started_at);
        facts.resolved_at = facts.resolved_at.or(from.resolved_at);
        facts.url = facts.url.take().or(from.url);
        facts.postmortem = facts.postmortem.take().or(from.postmortem);
    }

    /// An update in the phase `postmortem` is the write-up, and stays an update too.
    fn learn(facts: &mut IncidentFacts, updates: &[Update<Phase>]) {
        let written = updates
            .iter()
            .rev()
            .find(|update| update.phase == Phase::Postmortem);
        let body = facts
            .postmortem
            .as_ref()
            .and_then(|postmortem| postmortem.body.as_deref());
        let url = body
            .or(written.map(|update| update.body.as_str()))
            .and_then(lone_link);
        match (&mut facts.postmortem, written) {
            (Some(postmortem), Some(update)) => {
                postmortem.at = postmortem.at.or(update.at);
                if postmortem.body.is_none() {
                    postmortem.body = some_text(&update.body);
                }
            }
            (none @ None, Some(update)) => {
                *none = Some(Postmortem {
                    body: some_text(&update.body),
                    url: None,
                    at: update.at,
                });
            }
            (_, None) => {}
        }
        if let Some(postmortem) = &mut facts.postmortem {
            postmortem.url = postmortem.url.take().or(url);
        }
    }
}

impl Kind for Maintenances {
    type Facts = MaintenanceFacts;
    type Phase = MaintenancePhase;
    const KEY: &'static str = "scheduled_maintenances";
    const UNKNOWN: MaintenancePhase = MaintenancePhase::Unknown;

    fn list<'j>(parts: &Parts<'j>) -> Option<&'j [Json<'j>]> {
        parts.scheduled_maintenances
    }

    fn phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> MaintenancePhase {
        words::maintenance_phase(word, place, warnings)
    }

    /// `started_at` is when the maintenance was created, so it tells nothing here.
    fn facts(
        common: Common<MaintenancePhase>,
        fields: &Fields<'_, '_>,
        warnings: &mut Warnings,
    ) -> MaintenanceFacts {
        MaintenanceFacts {
            title: common.title,
            phase: common.phase,
            phase_raw: common.phase_raw,
            starts_at: fields.time("scheduled_for", warnings),
            ends_at: fields.time("scheduled_until", warnings),
            actual_start: None,
            actual_end: fields.time("resolved_at", warnings),
            url: common.url,
            components: common.components,
        }
    }

    fn complete(facts: &mut MaintenanceFacts, from: MaintenanceFacts) {
        if facts.phase_raw.is_none() {
            facts.phase = from.phase;
            facts.phase_raw = from.phase_raw;
        }
        if facts.title.is_empty() {
            facts.title = from.title;
        }
        if facts.components.is_empty() {
            facts.components = from.components;
        }
        facts.starts_at = facts.starts_at.or(from.starts_at);
        facts.ends_at = facts.ends_at.or(from.ends_at);
        facts.actual_end = facts.actual_end.or(from.actual_end);
        facts.url = facts.url.take().or(from.url);
    }

    fn learn(facts: &mut MaintenanceFacts, updates: &[Update<MaintenancePhase>]) {
        facts.actual_start = updates
            .iter()
            .find(|update| update.phase == MaintenancePhase::InProgress)
            .and_then(|update| update.at);
    }
}

/// The write-up as the incident's own fields tell of it.
fn postmortem(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<Postmortem> {
    if fields.flag("postmortem_ignored", warnings) {
        return None;
    }
    let body = fields.text("postmortem_body", warnings).and_then(some_text);
    let edited_at = fields.time("postmortem_body_last_updated_at", warnings);
    let published_at = fields.time("postmortem_published_at", warnings);
    (body.is_some() || published_at.is_some()).then(|| Postmortem {
        body,
        url: None,
        at: published_at.or(edited_at),
    })
}

fn some_text(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// The link of a write-up that is nothing but a link.
fn lone_link(body: &str) -> Option<String> {
    text::only_link(body).as_deref().and_then(web_address)
}
