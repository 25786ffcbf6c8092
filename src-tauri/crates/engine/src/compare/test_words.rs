//! Short words for the tests of comparison and of the rules.

use jiff::Timestamp;
use signalbox_pages::{
    Component, Coverage, Event, Health, Impact, Incident, IncidentFacts, Listing, Maintenance,
    MaintenanceFacts, MaintenancePhase, NamedComponent, Overall, PageIdentity, Phase, Snapshot, Update,
};

use super::{Change, Extent, PageState, apply, compare};

/// A moment.
pub(crate) fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// An empty page that hides nothing.
pub(crate) fn page() -> Snapshot {
    Snapshot {
        page: PageIdentity {
            id: Some("p1".into()),
            name: Some("Forge".into()),
            url: Some("https://status.forge.example/".into()),
        },
        overall: None,
        components: vec![],
        incidents: vec![],
        maintenances: vec![],
        coverage: Coverage {
            components: Listing::Complete,
            open_incidents: Listing::Complete,
            past_incidents: Listing::Partial,
            open_maintenances: Listing::Complete,
            past_maintenances: Listing::Partial,
        },
        updated_at: None,
    }
}

/// An overall word.
pub(crate) fn overall(health: Health) -> Option<Overall> {
    Some(Overall {
        raw: Some(health.as_str().into()),
        health,
        description: None,
    })
}

/// A component at the top of the tree, named after its id.
pub(crate) fn component(id: &str, health: Health) -> Component {
    Component {
        id: id.into(),
        name: id.to_uppercase(),
        group: vec![],
        health,
        raw: Some(health.as_str().into()),
        description: None,
    }
}

/// A component as an incident names it.
pub(crate) fn named(id: &str) -> NamedComponent {
    NamedComponent {
        raw: None,
        id: Some(id.into()),
        name: id.to_uppercase(),
        health: None,
    }
}

/// An incident of minor impact that began at noon, without updates.
pub(crate) fn incident(id: &str, phase: &str) -> Incident {
    Event {
        id: id.into(),
        facts: IncidentFacts {
            title: format!("Trouble {id}"),
            impact: Impact::Minor,
            impact_raw: Some("minor".into()),
            phase: Phase::from_word(phase),
            phase_raw: Some(phase.into()),
            started_at: Some(at("2026-11-07T12:00:00Z")),
            resolved_at: None,
            url: Some(format!("https://status.forge.example/incidents/{id}")),
            components: vec![],
            postmortem: None,
        },
        updates: vec![],
    }
}

/// A maintenance without updates.
pub(crate) fn maintenance(id: &str, phase: &str) -> Maintenance {
    Event {
        id: id.into(),
        facts: MaintenanceFacts {
            title: format!("Work {id}"),
            phase: MaintenancePhase::from_word(phase),
            phase_raw: Some(phase.into()),
            starts_at: Some(at("2026-11-07T12:00:00Z")),
            ends_at: Some(at("2026-11-07T14:00:00Z")),
            actual_start: None,
            actual_end: None,
            url: None,
            components: vec![],
        },
        updates: vec![],
    }
}

/// An update.
pub(crate) fn update(id: &str, phase: &str, time: &str, body: &str) -> Update<Phase> {
    Update {
        id: id.into(),
        phase: Phase::from_word(phase),
        phase_raw: Some(phase.into()),
        at: Some(at(time)),
        body: body.into(),
        components: vec![],
    }
}

/// What a snapshot of some of a page's documents changes.
pub(crate) fn compare_part(state: &PageState, snapshot: &Snapshot, health: Health) -> Vec<Change> {
    compare(state, snapshot, health, Extent::Part)
}

/// The state that a page leaves behind at first sight.
pub(crate) fn state_of(snapshot: &Snapshot, health: Health) -> PageState {
    let mut state = PageState::default();
    let changes = compare_part(&state, snapshot, health);
    apply(&mut state, &changes);
    state
}
