//! What is recorded is what is loaded (T3), and history is append-only (T9).

use std::{collections::BTreeMap, sync::Arc};

use proptest::{collection::vec, prelude::*};
use rusqlite::Connection;
use signalbox_pages::{
    Component, GroupName, Health, Impact, IncidentFacts, MaintenanceFacts, MaintenancePhase, Overall,
    PageIdentity, Phase, Update,
};

use super::{
    super::{event::Facts, open::file},
    WORDING, component_added, component_changed, hash, incident_facts, maintenance_facts, open, record, t,
    transition, update, watch, write,
};
use crate::compare::{Change, ComponentChange, EventChange, EventState, Listed, PageState, UpdateState};

/// One thing that happens to a page.
#[derive(Clone, Debug)]
enum Op {
    Identity(Option<String>),
    Overall(Option<(Option<String>, Health)>),
    Health(Health),
    SetComponent(u8, Health, u8),
    RemoveComponent(u8),
    Incident(u8, EventOp),
    Maintenance(u8, EventOp),
}

#[derive(Clone, Debug)]
enum EventOp {
    Facts(u8, u8),
    Update(u8, u8),
    DeleteUpdate(u8),
    List(Listed),
}

fn health() -> impl Strategy<Value = Health> {
    prop::sample::select(Health::ALL.to_vec())
}

fn event_op() -> impl Strategy<Value = EventOp> {
    prop_oneof![
        3 => (any::<u8>(), 0..4u8).prop_map(|(phase, title)| EventOp::Facts(phase, title)),
        4 => (0..3u8, 0..4u8).prop_map(|(id, body)| EventOp::Update(id, body)),
        1 => (0..3u8).prop_map(EventOp::DeleteUpdate),
        1 => prop::sample::select(vec![Listed::Yes, Listed::Missing, Listed::No]).prop_map(EventOp::List),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        prop::option::of("[a-c]").prop_map(Op::Identity),
        prop::option::of((prop::option::of("[a-c]"), health())).prop_map(Op::Overall),
        health().prop_map(Op::Health),
        (0..4u8, health(), 0..3u8).prop_map(|(id, health, place)| Op::SetComponent(id, health, place)),
        (0..4u8).prop_map(Op::RemoveComponent),
        (0..3u8, event_op()).prop_map(|(id, op)| Op::Incident(id, op)),
        (0..3u8, event_op()).prop_map(|(id, op)| Op::Maintenance(id, op)),
    ]
}

fn a_component(id: u8, health: Health, place: u8) -> Component {
    let group = |name: &str| GroupName {
        id: format!("g-{name}"),
        name: name.to_owned(),
    };
    Component {
        group: ["Länder \"1\"", "EU"]
            .iter()
            .take(place.into())
            .map(|name| group(name))
            .collect(),
        description: (place == 1).then(|| "what it is".to_owned()),
        ..super::component(&id.to_string(), health)
    }
}

fn an_incident(phase: u8, title: u8) -> IncidentFacts {
    IncidentFacts {
        impact: Impact::ALL[usize::from(title) % 5],
        ..incident_facts(
            &format!("Title {title}"),
            Phase::ALL[usize::from(phase) % 6],
            t(title.into()),
        )
    }
}

fn a_maintenance(phase: u8, title: u8) -> MaintenanceFacts {
    let phase = MaintenancePhase::ALL[usize::from(phase) % 6];
    maintenance_facts(&format!("Title {title}"), phase, t(title.into()), t(100))
}

/// Applies an event's op to what is known of it; gives the change that says so.
fn apply_event<F: Clone, P>(
    known: &mut BTreeMap<String, EventState<F>>,
    id: u8,
    op: &EventOp,
    facts: impl Fn(u8, u8) -> F,
    phase: P,
) -> Option<EventChange<F, P>> {
    let Some(event) = known.get_mut(&id.to_string()) else {
        let EventOp::Facts(word, title) = op else {
            return None;
        };
        let facts = facts(*word, *title);
        let state = EventState {
            facts: facts.clone(),
            updates: BTreeMap::new(),
            listed: Listed::Yes,
        };
        known.insert(id.to_string(), state);
        return Some(EventChange::Added {
            facts,
            updates: Vec::new(),
        });
    };
    Some(match op {
        EventOp::Facts(word, title) => {
            let from = std::mem::replace(&mut event.facts, facts(*word, *title));
            EventChange::Facts {
                from,
                to: event.facts.clone(),
            }
        }
        EventOp::Update(id, body) => {
            let mut said: Update<P> = update(
                &format!("u{id}"),
                phase,
                t(i64::from(*id)),
                &format!("<p>Text {body}</p>"),
            );
            if *body == 0 {
                said.components = vec![transition("1", Health::Operational, Health::Degraded)];
            }
            let state = UpdateState {
                hash: hash(&said),
                deleted: false,
            };
            match event.updates.insert(said.id.clone(), state) {
                Some(_) => EventChange::UpdateEdited(said),
                None => EventChange::UpdateAdded(said),
            }
        }
        EventOp::DeleteUpdate(id) => {
            let id = format!("u{id}");
            event.updates.get_mut(&id)?.deleted = true;
            EventChange::UpdateDeleted { id }
        }
        EventOp::List(listed) => {
            event.listed = *listed;
            match listed {
                Listed::Yes => EventChange::Relisted,
                Listed::Missing => EventChange::Missing,
                Listed::No => EventChange::Unlisted,
            }
        }
    })
}

fn apply(state: &mut PageState, op: &Op) -> Option<Change> {
    Some(match op {
        Op::Identity(name) => {
            let to = PageIdentity {
                id: None,
                name: name.clone(),
                url: Some("https://x/".to_owned()),
            };
            let from = std::mem::replace(&mut state.identity, to.clone());
            Change::Identity { from, to }
        }
        Op::Overall(overall) => {
            let to = overall.clone().map(|(raw, health)| Overall {
                description: raw.clone(),
                raw,
                health,
            });
            let from = std::mem::replace(&mut state.overall, to.clone());
            Change::Overall { from, to }
        }
        Op::Health(to) => Change::Health {
            from: state.health.replace(*to),
            to: *to,
        },
        Op::SetComponent(id, health, place) => {
            let to = Arc::new(a_component(*id, *health, *place));
            Change::Component(match state.components.insert(to.id.clone(), Arc::clone(&to)) {
                Some(from) => ComponentChange::Changed { from, to },
                None => ComponentChange::Added(to),
            })
        }
        Op::RemoveComponent(id) => Change::Component(ComponentChange::Removed(
            state.components.remove(&id.to_string())?,
        )),
        Op::Incident(id, op) => Change::Incident {
            id: id.to_string(),
            change: apply_event(&mut state.incidents, *id, op, an_incident, Phase::Identified)?,
        },
        Op::Maintenance(id, op) => Change::Maintenance {
            id: id.to_string(),
            change: apply_event(
                &mut state.maintenances,
                *id,
                op,
                a_maintenance,
                MaintenancePhase::InProgress,
            )?,
        },
    })
}

/// Every row of a table in the order of its key, as text.
fn rows(conn: &Connection, table: &str) -> Vec<String> {
    let mut statement = conn
        .prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2"))
        .unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map((), |row| {
        let values: rusqlite::Result<Vec<rusqlite::types::Value>> =
            (0..columns).map(|n| row.get(n)).collect();
        Ok(format!("{:?}", values?))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// The spans of every component, or of the page: from, to.
/// Every component's spans: those that ended, and the one that it is in.
const OF_COMPONENTS: &str = "SELECT component_id, from_at, to_at FROM component_span
    UNION ALL SELECT id, span_from_at, NULL FROM component WHERE gone_at IS NULL ORDER BY 1, 2";

fn spans(conn: &Connection, sql: &str) -> BTreeMap<i64, Vec<(i64, Option<i64>)>> {
    let mut by_key: BTreeMap<i64, Vec<_>> = BTreeMap::new();
    let mut statement = conn.prepare(sql).unwrap();
    let mut found = statement.query(()).unwrap();
    while let Some(row) = found.next().unwrap() {
        by_key
            .entry(row.get(0).unwrap())
            .or_default()
            .push((row.get(1).unwrap(), row.get(2).unwrap()));
    }
    by_key
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_recorded_is_what_is_loaded_and_no_revision_ever_changes(
        polls in vec((vec(op(), 1..8), -50_000..100_000i64), 1..12),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        let pages = watch(&store, &["a", "b"], t(0));
        let page = pages[0];
        let raw = Connection::open(file(dir.path())).unwrap();
        let mut state = PageState::default();
        let mut now = 0;
        let mut before: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (ops, step) in polls {
            // The clock may be set back.
            now += step;
            let changes: Vec<Change> = ops.iter().filter_map(|op| apply(&mut state, op)).collect();
            record(&store, page, t(now), changes);

            let every = ["0", "1", "2"];
            let loaded = store.read_blocking(|view| view.load_state(page, &every, &every)).unwrap();
            prop_assert_eq!(&loaded, &state);
            let mut open_only = state.clone();
            open_only.incidents.retain(|_, event| Facts::is_open(&event.facts));
            open_only.maintenances.retain(|_, event| Facts::is_open(&event.facts));
            let loaded = store.read_blocking(|view| view.load_state(page, &[], &[])).unwrap();
            prop_assert_eq!(&loaded, &open_only);

            for table in ["event_revision", "update_revision"] {
                let after = rows(&raw, table);
                let known = before.entry(table).or_default();
                prop_assert!(after.starts_with(known), "{} was rewritten", table);
                *known = after;
            }
        }
        let other = store.read_blocking(|view| view.load_state(pages[1], &["0"], &["0"])).unwrap();
        prop_assert_eq!(other, PageState::default());

        // Spans follow each other, and the last one is open exactly if there is something to be said now.
        let of_components = spans(&raw, OF_COMPONENTS);
        let of_page = spans(&raw, "SELECT page_id, from_at, to_at FROM page_span ORDER BY 1, 2");
        for (key, spans) in of_components.iter().chain(&of_page) {
            for pair in spans.windows(2) {
                prop_assert!(pair[0].1.is_some_and(|end| end > pair[0].0 && end <= pair[1].0), "{}: {:?}", key, spans);
            }
        }
        let open_spans = of_components.values().filter(|spans| spans.last().unwrap().1.is_none()).count();
        prop_assert_eq!(open_spans, state.components.len());
    }
}

#[test]
fn a_span_begins_only_where_the_health_or_its_word_changes() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    record(
        &store,
        page,
        t(0),
        vec![component_added("api", Health::Operational)],
    );
    let renamed = Component {
        name: "New name".to_owned(),
        ..super::component("api", Health::Operational)
    };
    let change = ComponentChange::Changed {
        from: Arc::new(super::component("api", Health::Operational)),
        to: Arc::new(renamed),
    };
    record(&store, page, t(10), vec![Change::Component(change)]);
    record(
        &store,
        page,
        t(20),
        vec![component_changed("api", Health::Operational, Health::Degraded)],
    );
    let raw = Connection::open(file(dir.path())).unwrap();
    let ms = |seconds| t(seconds).as_millisecond();
    assert_eq!(
        spans(&raw, OF_COMPONENTS)[&1],
        [(ms(0), Some(ms(20))), (ms(20), None)]
    );
}

#[test]
fn one_reading_that_changes_word_and_health_is_one_span_of_the_page() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    let minor = Overall {
        raw: Some("minor".to_owned()),
        health: Health::Degraded,
        description: Some("Minor Service Outage".to_owned()),
    };
    let changes = vec![
        Change::Overall {
            from: None,
            to: Some(minor.clone()),
        },
        Change::Health {
            from: None,
            to: Health::PartialOutage,
        },
    ];
    record(&store, page, t(5), changes);
    let raw = Connection::open(file(dir.path())).unwrap();
    assert_eq!(
        spans(&raw, "SELECT page_id, from_at, to_at FROM page_span").len(),
        1
    );
    let row = store.read_blocking(|view| view.page(page)).unwrap().unwrap();
    assert_eq!(
        (row.health, row.health_since, row.overall),
        (Some(Health::PartialOutage), Some(t(5)), Some(minor))
    );
    let unknown = Change::Health {
        from: Some(Health::PartialOutage),
        to: Health::Unknown,
    };
    record(&store, page, t(6), vec![unknown]);
    let row = store.read_blocking(|view| view.page(page)).unwrap().unwrap();
    assert_eq!(row.health, Some(Health::Unknown));
}

#[test]
fn components_stand_in_the_order_of_the_page() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    let order = || -> Vec<String> {
        let rows = store.read_blocking(|view| view.components(page)).unwrap();
        rows.into_iter().map(|row| row.component.id).collect()
    };
    let added = ["z", "m", "a"].map(|id| component_added(id, Health::Operational));
    record(&store, page, t(0), added.to_vec());
    record(
        &store,
        page,
        t(1),
        vec![component_added("b", Health::Operational)],
    );
    assert_eq!(order(), ["z", "m", "a", "b"]);
    write(&store, move |tx| {
        tx.record_changes(page, t(2), &[], &["a", "b", "z", "m"], &WORDING)
    });
    assert_eq!(order(), ["a", "b", "z", "m"]);
    let more = ["d", "c", "e"].map(|id| component_added(id, Health::Operational));
    write(&store, move |tx| {
        tx.record_changes(page, t(3), &more, &["c", "a", "b", "z", "m", "e"], &WORDING)
    });
    assert_eq!(order(), ["c", "a", "b", "z", "m", "e", "d"]);
}

#[test]
fn a_change_of_an_event_that_was_never_added_is_an_error_and_records_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    let changes = [
        component_added("api", Health::Operational),
        super::incident("i1", EventChange::Missing),
    ];
    assert!(
        store
            .write_blocking(move |tx| tx.record_changes(page, t(0), &changes, &[], &WORDING))
            .is_err()
    );
    assert_eq!(
        store
            .read_blocking(|view| view.load_state(page, &[], &[]))
            .unwrap(),
        PageState::default()
    );
}

#[test]
fn a_component_that_returns_while_the_clock_is_set_back_does_not_overlap_its_past() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    let api = super::component("api", Health::Operational);
    record(
        &store,
        page,
        t(0),
        vec![component_added("api", Health::Operational)],
    );
    record(
        &store,
        page,
        t(10),
        vec![Change::Component(ComponentChange::Removed(Arc::new(api)))],
    );
    record(&store, page, t(9), vec![component_added("api", Health::Degraded)]);
    let raw = Connection::open(file(dir.path())).unwrap();
    let ms = |seconds| t(seconds).as_millisecond();
    assert_eq!(
        spans(&raw, OF_COMPONENTS)[&1],
        [(ms(0), Some(ms(10))), (ms(10), None)]
    );
}
