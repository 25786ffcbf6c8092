//! A watch driven by hand, for the tests of the rules.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan as _};
use signalbox_channels::{AnnouncementKind, Urgency};
use signalbox_pages::{Component, Health, Impact, Incident, Phase, Snapshot};

use super::{Draft, RuleInput, Told, announcements};
use crate::compare::{
    PageState, apply,
    test_words::{at, compare_part, component, incident, named, overall, page},
};

/// A watch of one page, polled every two minutes from noon on.
pub(crate) struct Watch {
    pub(crate) state: PageState,
    pub(crate) told: Told,
    pub(crate) scope: Option<BTreeSet<String>>,
    pub(crate) vendor_muted_until: Option<Timestamp>,
    pub(crate) muted_incidents: BTreeSet<String>,
    pub(crate) muted_maintenances: BTreeSet<String>,
    pub(crate) acknowledged: BTreeSet<String>,
    pub(crate) now: Timestamp,
    last_known: Option<Health>,
    first_sight: bool,
}

impl Watch {
    /// A watch whose page has been seen once, so.
    pub(crate) fn after(snapshot: &Snapshot, health: Health) -> Self {
        let mut watch = Self::unseen();
        assert_eq!(
            watch.drafts(snapshot, health),
            [],
            "a baseline is summarised elsewhere"
        );
        watch
    }

    /// The same, of some components.
    pub(crate) fn scoped(scope: &[&str], snapshot: &Snapshot, health: Health) -> Self {
        let mut watch = Self::unseen();
        watch.scope = Some(ids(scope));
        assert_eq!(watch.drafts(snapshot, health), []);
        watch
    }

    fn unseen() -> Self {
        Self {
            state: PageState::default(),
            told: Told::default(),
            scope: None,
            vendor_muted_until: None,
            muted_incidents: BTreeSet::new(),
            muted_maintenances: BTreeSet::new(),
            acknowledged: BTreeSet::new(),
            now: at("2026-11-07T12:00:00Z"),
            last_known: None,
            first_sight: true,
        }
    }

    /// Polls and gives what is owed; `health` is that of what is in scope.
    pub(crate) fn drafts(&mut self, snapshot: &Snapshot, health: Health) -> Vec<Draft> {
        self.now += 2.minutes();
        let before = self.state.clone();
        let changes = compare_part(&before, snapshot, health);
        apply(&mut self.state, &changes);
        // As it is stored and read back.
        let told: Told = serde_json::from_str(&serde_json::to_string(&self.told).unwrap()).unwrap();
        let decision = announcements(&RuleInput {
            vendor: "Forge",
            scope: self.scope.as_ref(),
            before: &before,
            after: &self.state,
            changes: &changes,
            health_before: self.last_known,
            health_after: health,
            told: &told,
            first_sight: self.first_sight,
            watched_since: at("2026-11-07T12:00:00Z"),
            now: self.now,
            vendor_muted_until: self.vendor_muted_until,
            muted_incidents: &self.muted_incidents,
            muted_maintenances: &self.muted_maintenances,
            acknowledged: &self.acknowledged,
        });
        self.told = decision.told;
        self.first_sight = false;
        if health.is_known() {
            self.last_known = Some(health);
        }
        decision.announcements
    }

    /// Polls and gives the headlines owed.
    pub(crate) fn poll(&mut self, snapshot: &Snapshot, health: Health) -> Vec<String> {
        self.drafts(snapshot, health)
            .into_iter()
            .map(|draft| draft.headline)
            .collect()
    }

    /// Polls and gives kind, urgency, headline and body of what is owed, one under the other.
    pub(crate) fn told_in_full(&mut self, snapshot: &Snapshot, health: Health) -> String {
        self.drafts(snapshot, health)
            .iter()
            .map(in_full)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Kind, urgency, headline and body.
pub(crate) fn in_full(draft: &Draft) -> String {
    let mut text = format!(
        "{} {}\n{}",
        word(&draft.kind),
        word(&draft.urgency),
        draft.headline
    );
    for line in draft.body.lines() {
        text.push_str("\n    ");
        text.push_str(line);
    }
    text
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

/// Kinds and urgencies.
pub(crate) fn kinds(drafts: &[Draft]) -> Vec<(AnnouncementKind, Urgency)> {
    drafts.iter().map(|draft| (draft.kind, draft.urgency)).collect()
}

pub(crate) fn ids(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|&id| id.to_owned()).collect()
}

/// A page with these components and an overall word.
pub(crate) fn page_with(
    overall_health: Health,
    components: &[(&str, Health)],
    incidents: impl Into<Vec<Incident>>,
) -> Snapshot {
    Snapshot {
        overall: overall(overall_health),
        components: components
            .iter()
            .map(|&(id, health)| component(id, health))
            .collect::<Vec<Component>>(),
        incidents: incidents.into(),
        ..page()
    }
}

/// An open incident that names components.
pub(crate) fn open(id: &str, impact: Impact, components: &[&str]) -> Incident {
    let mut incident = incident(id, "investigating");
    incident.facts.impact = impact;
    incident.facts.impact_raw = Some(impact.as_str().into());
    incident.facts.components = components.iter().map(|id| named(id)).collect();
    incident
}

/// The same incident over, 41 min after its begin.
pub(crate) fn over(incident: &Incident) -> Incident {
    let mut incident = incident.clone();
    incident.facts.phase = Phase::Resolved;
    incident.facts.phase_raw = Some("resolved".into());
    incident.facts.resolved_at = incident.facts.started_at.map(|began| began + 41.minutes());
    incident
}
