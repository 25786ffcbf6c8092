//! Tests of the store as a whole, and what they share.

mod faults;
mod kill;
mod life;
mod outbox;
mod pages;
pub(super) mod plan;
mod queries;
mod recording;
mod size;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    sync::Arc,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use signalbox_pages::{
    Component, Health, Impact, IncidentFacts, MaintenanceFacts, MaintenancePhase, NamedComponent, Phase,
    Transition, Update,
};

use super::{PageId, Store, StoreError, Tx, WatchRow, Wording};
use crate::compare::{Change, ComponentChange, EventChange};

const T0: Timestamp = Timestamp::constant(1_700_000_000, 0);

/// So many seconds after [`T0`].
fn t(seconds: i64) -> Timestamp {
    T0 + SignedDuration::from_secs(seconds)
}

fn hash<P>(update: &Update<P>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&update.id, &update.body, &update.phase_raw).hash(&mut hasher);
    hasher.finish()
}

/// Tags away; enough for what is written here.
fn plain(raw: &str) -> String {
    raw.replace("<p>", "").replace("</p>", "")
}

const WORDING: Wording = Wording {
    plain,
    incident_hash: hash,
    maintenance_hash: hash,
};

fn open(dir: &Path) -> Store {
    Store::open(dir, T0).unwrap().0
}

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write_blocking(work).unwrap()
}

/// Watches exactly these pages; returns their keys.
fn watch(store: &Store, addresses: &[&str], now: Timestamp) -> Vec<PageId> {
    let watches: Vec<WatchRow> = addresses
        .iter()
        .map(|address| WatchRow {
            address: (*address).to_owned(),
            name: Some(format!("Vendor {address}")),
            host: (*address).to_owned(),
            interval: Duration::from_secs(120),
        })
        .collect();
    write(store, move |tx| {
        tx.sync_watches(&watches, now)?;
        watches
            .iter()
            .map(|watch| Ok(tx.page_at(&watch.address)?.unwrap().id))
            .collect()
    })
}

fn record(store: &Store, page: PageId, at: Timestamp, changes: Vec<Change>) {
    write(store, move |tx| {
        tx.record_changes(page, at, &changes, &[], &WORDING)
    });
}

fn component(id: &str, health: Health) -> Component {
    Component {
        id: id.to_owned(),
        name: format!("Component {id}"),
        group: Vec::new(),
        health,
        raw: Some(health.as_str().to_owned()),
        description: None,
    }
}

fn component_added(id: &str, health: Health) -> Change {
    Change::Component(ComponentChange::Added(Arc::new(component(id, health))))
}

fn component_changed(id: &str, from: Health, to: Health) -> Change {
    Change::Component(ComponentChange::Changed {
        from: Arc::new(component(id, from)),
        to: Arc::new(component(id, to)),
    })
}

fn incident_facts(title: &str, phase: Phase, started_at: Timestamp) -> IncidentFacts {
    IncidentFacts {
        title: title.to_owned(),
        impact: Impact::Major,
        impact_raw: Some("major".to_owned()),
        phase,
        phase_raw: Some(phase.as_str().to_owned()),
        started_at: Some(started_at),
        resolved_at: None,
        url: Some("https://status.example.com/i/1".to_owned()),
        components: vec![NamedComponent {
            raw: None,
            id: Some("api".to_owned()),
            name: "Component api".to_owned(),
            health: Some(Health::MajorOutage),
        }],
        postmortem: None,
    }
}

fn resolved(facts: &IncidentFacts, at: Timestamp) -> IncidentFacts {
    IncidentFacts {
        phase: Phase::Resolved,
        phase_raw: Some("resolved".to_owned()),
        resolved_at: Some(at),
        ..facts.clone()
    }
}

fn maintenance_facts(
    title: &str,
    phase: MaintenancePhase,
    starts_at: Timestamp,
    ends_at: Timestamp,
) -> MaintenanceFacts {
    MaintenanceFacts {
        title: title.to_owned(),
        phase,
        phase_raw: Some(phase.as_str().to_owned()),
        starts_at: Some(starts_at),
        ends_at: Some(ends_at),
        actual_start: None,
        actual_end: None,
        url: None,
        components: Vec::new(),
    }
}

fn update<P>(id: &str, phase: P, at: Timestamp, body: &str) -> Update<P> {
    Update {
        id: id.to_owned(),
        phase,
        phase_raw: None,
        at: Some(at),
        body: body.to_owned(),
        components: Vec::new(),
    }
}

fn transition(id: &str, from: Health, to: Health) -> Transition {
    Transition {
        from_raw: None,
        to_raw: None,
        id: Some(id.to_owned()),
        name: format!("Component {id}"),
        from,
        to,
    }
}

fn incident(id: &str, change: EventChange<IncidentFacts, Phase>) -> Change {
    Change::Incident {
        id: id.to_owned(),
        change,
    }
}

fn incident_added(id: &str, facts: IncidentFacts, updates: Vec<Update<Phase>>) -> Change {
    incident(id, EventChange::Added { facts, updates })
}

fn maintenance_added(id: &str, facts: MaintenanceFacts, updates: Vec<Update<MaintenancePhase>>) -> Change {
    Change::Maintenance {
        id: id.to_owned(),
        change: EventChange::Added { facts, updates },
    }
}
