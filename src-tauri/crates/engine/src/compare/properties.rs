//! What holds for every state and every snapshot.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use proptest::{collection::vec, option, prelude::*, sample::select};
use signalbox_pages::{
    Component, Coverage, Event, GroupName, Health, Impact, IncidentFacts, Listing, MaintenanceFacts,
    MaintenancePhase, NamedComponent, Overall, PageIdentity, Phase, Postmortem, Snapshot, Transition, Update,
};

use super::{
    Change, EventChange, EventState, Extent, Listed, PageState, UpdateState, apply, compare,
    significant_hash, significant_hash_of_snapshot,
    test_words::{at, compare_part, state_of},
};

// Few values each, so that things meet, collide and return.

fn time() -> impl Strategy<Value = Option<jiff::Timestamp>> {
    option::of(select(vec![
        at("2026-11-07T12:00:00Z"),
        at("2026-11-07T12:00:00.001Z"),
        at("2026-11-08T00:00:00Z"),
    ]))
}

fn word() -> impl Strategy<Value = Option<String>> {
    option::of(select(vec!["x".to_owned(), "y".to_owned()]))
}

fn name() -> impl Strategy<Value = String> {
    select(vec!["Api".to_owned(), "Web".to_owned(), String::new()])
}

fn id(prefix: &'static str) -> impl Strategy<Value = String> {
    (0..4_u8).prop_map(move |number| format!("{prefix}{number}"))
}

fn health() -> impl Strategy<Value = Health> {
    select(Health::ALL.to_vec())
}

fn listing() -> impl Strategy<Value = Listing> {
    select(vec![Listing::Absent, Listing::Partial, Listing::Complete])
}

fn extent() -> impl Strategy<Value = Extent> {
    select(vec![Extent::Part, Extent::Whole])
}

fn component() -> impl Strategy<Value = Component> {
    let group = vec(
        (id("g"), name()).prop_map(|(id, name)| GroupName { id, name }),
        0..2,
    );
    (id("c"), name(), group, health(), word(), word()).prop_map(
        |(id, name, group, health, raw, description)| Component {
            id,
            name,
            group,
            health,
            raw,
            description,
        },
    )
}

fn named() -> impl Strategy<Value = Vec<NamedComponent>> {
    let one = (option::of(id("c")), name(), option::of(health()));
    vec(
        one.prop_map(|(id, name, health)| NamedComponent {
            id,
            name,
            health,
            raw: None,
        }),
        0..3,
    )
}

fn updates<P: Clone + std::fmt::Debug + 'static>(phases: &[P]) -> impl Strategy<Value = Vec<Update<P>>> {
    let transition = (
        option::of(id("c")),
        name(),
        health(),
        health(),
        option::of("[a-b]"),
    )
        .prop_map(|(id, name, from, to, to_raw)| Transition {
            id,
            name,
            from,
            from_raw: None,
            to,
            to_raw,
        });
    let one = (
        id("u"),
        select(phases.to_vec()),
        word(),
        time(),
        name(),
        vec(transition, 0..3),
    );
    vec(
        one.prop_map(|(id, phase, phase_raw, at, body, components)| Update {
            id,
            phase,
            phase_raw,
            at,
            body,
            components,
        }),
        0..4,
    )
}

prop_compose! {
    fn incident_facts()(
        title in name(),
        impact in select(Impact::ALL.to_vec()),
        impact_raw in word(),
        phase in select(Phase::ALL.to_vec()),
        phase_raw in word(),
        started_at in time(),
        resolved_at in time(),
        url in word(),
        components in named(),
        postmortem in option::of((word(), word(), time()).prop_map(|(body, url, at)| Postmortem { body, url, at })),
    ) -> IncidentFacts {
        IncidentFacts {
            title, impact, impact_raw, phase, phase_raw, started_at, resolved_at, url, components, postmortem,
        }
    }
}

prop_compose! {
    fn maintenance_facts()(
        title in name(),
        phase in select(MaintenancePhase::ALL.to_vec()),
        phase_raw in word(),
        starts_at in time(),
        ends_at in time(),
        actual_start in time(),
        actual_end in time(),
        url in word(),
        components in named(),
    ) -> MaintenanceFacts {
        MaintenanceFacts {
            title, phase, phase_raw, starts_at, ends_at, actual_start, actual_end, url, components,
        }
    }
}

fn event<F: std::fmt::Debug, P: Clone + std::fmt::Debug + 'static>(
    prefix: &'static str,
    facts: impl Strategy<Value = F>,
    phases: &[P],
) -> impl Strategy<Value = Event<F, P>> {
    (id(prefix), facts, updates(phases)).prop_map(|(id, facts, updates)| Event { id, facts, updates })
}

prop_compose! {
    fn coverage()(
        components in listing(),
        open_incidents in listing(),
        past_incidents in listing(),
        open_maintenances in listing(),
        past_maintenances in listing(),
    ) -> Coverage {
        Coverage { components, open_incidents, past_incidents, open_maintenances, past_maintenances }
    }
}

prop_compose! {
    /// A snapshot; ids may occur twice.
    fn snapshot()(
        page in (word(), word(), word()).prop_map(|(id, name, url)| PageIdentity { id, name, url }),
        overall in option::of((word(), health(), word()).prop_map(|(raw, health, description)| Overall {
            raw, health, description,
        })),
        components in vec(component(), 0..5),
        incidents in vec(event("i", incident_facts(), &Phase::ALL), 0..4),
        maintenances in vec(event("m", maintenance_facts(), &MaintenancePhase::ALL), 0..3),
        coverage in coverage(),
        updated_at in time(),
    ) -> Snapshot {
        Snapshot { page, overall, components, incidents, maintenances, coverage, updated_at }
    }
}

/// A snapshot in which every id occurs once, as readers give it.
fn tidy_snapshot() -> impl Strategy<Value = Snapshot> {
    snapshot().prop_map(|mut snapshot| {
        fn once<T>(items: &mut Vec<T>, id: impl Fn(&T) -> String) {
            let mut seen = BTreeSet::new();
            items.retain(|item| seen.insert(id(item)));
        }
        once(&mut snapshot.components, |component| component.id.clone());
        once(&mut snapshot.incidents, |incident| incident.id.clone());
        once(&mut snapshot.maintenances, |maintenance| maintenance.id.clone());
        for incident in &mut snapshot.incidents {
            once(&mut incident.updates, |update| update.id.clone());
        }
        for maintenance in &mut snapshot.maintenances {
            once(&mut maintenance.updates, |update| update.id.clone());
        }
        snapshot
    })
}

/// A state as a few polls leave it.
fn state() -> impl Strategy<Value = PageState> {
    vec((snapshot(), health(), extent()), 0..4).prop_map(|polls| {
        let mut state = PageState::default();
        for (snapshot, health, extent) in polls {
            let changes = compare(&state, &snapshot, health, extent);
            apply(&mut state, &changes);
        }
        state
    })
}

/// A snapshot and the same with every list that has no order of meaning shuffled.
fn shuffled() -> impl Strategy<Value = (Snapshot, Snapshot)> {
    tidy_snapshot().prop_flat_map(|snapshot| {
        let lists = (
            Just(snapshot.components.clone()).prop_shuffle(),
            Just(snapshot.incidents.clone()).prop_shuffle(),
            Just(snapshot.maintenances.clone()).prop_shuffle(),
        );
        (Just(snapshot), lists).prop_map(|(snapshot, (components, mut incidents, mut maintenances))| {
            for incident in &mut incidents {
                incident.facts.components.reverse();
                incident.updates.reverse();
                incident
                    .updates
                    .iter_mut()
                    .for_each(|update| update.components.reverse());
            }
            for maintenance in &mut maintenances {
                maintenance.facts.components.reverse();
                maintenance.updates.reverse();
                maintenance
                    .updates
                    .iter_mut()
                    .for_each(|update| update.components.reverse());
            }
            let other = Snapshot {
                components,
                incidents,
                maintenances,
                ..snapshot.clone()
            };
            (snapshot, other)
        })
    })
}

/// The state with the lists that have no order of meaning in one order, so that two can be compared.
fn in_one_order(mut state: PageState) -> PageState {
    let key = |named: &NamedComponent| {
        (
            named.id.clone(),
            named.name.clone(),
            named.health.map(Health::as_str),
        )
    };
    for incident in state.incidents.values_mut() {
        incident.facts.components.sort_by_key(key);
    }
    for maintenance in state.maintenances.values_mut() {
        maintenance.facts.components.sort_by_key(key);
    }
    state
}

/// The recorded state and a snapshot merged by the words of the specification, without a detour by changes.
fn merged(state: &PageState, snapshot: &Snapshot, health: Health, extent: Extent) -> PageState {
    fn same_names(one: &[NamedComponent], other: &[NamedComponent]) -> bool {
        let names = |named: &[NamedComponent]| -> BTreeSet<_> {
            named
                .iter()
                .map(|named| (named.id.clone(), named.name.clone()))
                .collect()
        };
        names(one) == names(other)
    }
    fn merged_events<F: Clone, P>(
        recorded: &BTreeMap<String, EventState<F>>,
        read: &[Event<F, P>],
        [open, past]: [Listing; 2],
        extent: Extent,
        is_open: impl Fn(&F) -> bool,
        facts: impl Fn(&F, &F) -> F,
    ) -> BTreeMap<String, EventState<F>> {
        let mut events = recorded.clone();
        for (id, event) in &mut events {
            if open == Listing::Complete && is_open(&event.facts) && !read.iter().any(|read| read.id == *id) {
                event.listed = match event.listed {
                    Listed::Yes => Listed::Missing,
                    Listed::Missing if past == Listing::Absent && extent == Extent::Part => Listed::Missing,
                    Listed::Missing | Listed::No => Listed::No,
                };
            }
        }
        for event in read {
            let mut updates = recorded
                .get(&event.id)
                .map(|known| known.updates.clone())
                .unwrap_or_default();
            if !event.updates.is_empty() {
                updates.values_mut().for_each(|update| update.deleted = true);
            }
            for update in &event.updates {
                let hash = significant_hash(update);
                updates.insert(update.id.clone(), UpdateState { hash, deleted: false });
            }
            let facts = match recorded.get(&event.id) {
                None => event.facts.clone(),
                Some(known) => facts(&known.facts, &event.facts),
            };
            events.insert(
                event.id.clone(),
                EventState {
                    facts,
                    updates,
                    listed: Listed::Yes,
                },
            );
        }
        events
    }

    let mut components = state.components.clone();
    if snapshot.coverage.components == Listing::Complete {
        components.clear();
    }
    for component in &snapshot.components {
        components.insert(component.id.clone(), Arc::new(component.clone()));
    }
    PageState {
        identity: PageIdentity {
            id: snapshot.page.id.clone().or(state.identity.id.clone()),
            name: snapshot.page.name.clone().or(state.identity.name.clone()),
            url: snapshot.page.url.clone().or(state.identity.url.clone()),
        },
        overall: snapshot.overall.clone(),
        health: Some(health),
        components,
        incidents: merged_events(
            &state.incidents,
            &snapshot.incidents,
            [snapshot.coverage.open_incidents, snapshot.coverage.past_incidents],
            extent,
            IncidentFacts::is_open,
            |known, read| {
                let mut facts = read.clone();
                facts.started_at = read.started_at.or(known.started_at);
                if [Phase::Resolved, Phase::Postmortem].contains(&read.phase) {
                    facts.resolved_at = read.resolved_at.or(known.resolved_at);
                }
                facts.url = read.url.clone().or(known.url.clone());
                facts.postmortem = read.postmortem.clone().or(known.postmortem.clone());
                let without_names = |facts: &IncidentFacts| IncidentFacts {
                    components: vec![],
                    ..facts.clone()
                };
                if same_names(&known.components, &read.components)
                    && without_names(&facts) == without_names(known)
                {
                    return known.clone();
                }
                facts
            },
        ),
        maintenances: merged_events(
            &state.maintenances,
            &snapshot.maintenances,
            [
                snapshot.coverage.open_maintenances,
                snapshot.coverage.past_maintenances,
            ],
            extent,
            |facts| match facts.phase {
                MaintenancePhase::Completed | MaintenancePhase::Cancelled => false,
                MaintenancePhase::Unknown => facts.actual_end.is_none(),
                MaintenancePhase::Scheduled | MaintenancePhase::InProgress | MaintenancePhase::Verifying => {
                    true
                }
            },
            |known, read| {
                let mut facts = read.clone();
                facts.starts_at = read.starts_at.or(known.starts_at);
                facts.url = read.url.clone().or(known.url.clone());
                let without_names = |facts: &MaintenanceFacts| MaintenanceFacts {
                    components: vec![],
                    ..facts.clone()
                };
                if same_names(&known.components, &read.components)
                    && without_names(&facts) == without_names(known)
                {
                    return known.clone();
                }
                facts
            },
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_against_its_own_state_is_no_change(snapshot in snapshot(), health in health()) {
        prop_assert_eq!(compare_part(&state_of(&snapshot, health), &snapshot, health), vec![]);
    }

    #[test]
    fn the_order_of_lists_is_irrelevant(state in state(), pair in shuffled(), health in health()) {
        let (snapshot, shuffled) = pair;
        prop_assert_eq!(compare_part(&state_of(&snapshot, health), &shuffled, health), vec![]);

        let (mut one, mut other) = (state.clone(), state.clone());
        let (changes, other_changes) = (compare_part(&state, &snapshot, health), compare_part(&state, &shuffled, health));
        prop_assert_eq!(changes.len(), other_changes.len());
        apply(&mut one, &changes);
        apply(&mut other, &other_changes);
        prop_assert_eq!(in_one_order(one), in_one_order(other));
        prop_assert_eq!(significant_hash_of_snapshot(&snapshot), significant_hash_of_snapshot(&shuffled));
    }

    #[test]
    fn applying_the_changes_gives_the_merge_of_state_and_snapshot(
        state in state(), snapshot in tidy_snapshot(), health in health(), extent in extent(),
    ) {
        let mut after = state.clone();
        apply(&mut after, &compare(&state, &snapshot, health, extent));
        prop_assert_eq!(&after, &merged(&state, &snapshot, health, extent));
    }

    /// All but the second step of a vanishing, which takes a second reading by design.
    #[test]
    fn what_was_taken_in_does_not_change_again(
        state in state(), snapshot in snapshot(), health in health(), extent in extent(),
    ) {
        let mut after = state.clone();
        apply(&mut after, &compare(&state, &snapshot, health, extent));
        let again = compare(&after, &snapshot, health, extent);
        for change in &again {
            prop_assert!(matches!(
                change,
                Change::Incident { change: EventChange::Unlisted, .. }
                    | Change::Maintenance { change: EventChange::Unlisted, .. }
            ), "{:?}", change);
        }
        apply(&mut after, &again);
        prop_assert_eq!(compare(&after, &snapshot, health, extent), vec![]);
    }

    #[test]
    fn each_change_is_one_difference(state in state(), snapshot in snapshot(), health in health()) {
        let changes = compare_part(&state, &snapshot, health);
        let mut whole = state.clone();
        apply(&mut whole, &changes);
        for left_out in 0..changes.len() {
            let mut rest = changes.clone();
            rest.remove(left_out);
            let mut partly = state.clone();
            apply(&mut partly, &rest);
            prop_assert_ne!(&partly, &whole, "nothing is lost without {:?}", changes[left_out]);
        }
    }

    #[test]
    fn nothing_recorded_is_ever_lost(state in state(), snapshot in snapshot(), health in health()) {
        let mut after = state.clone();
        apply(&mut after, &compare_part(&state, &snapshot, health));
        for (id, incident) in &state.incidents {
            let kept = &after.incidents[id];
            prop_assert!(incident.updates.keys().all(|update| kept.updates.contains_key(update)));
        }
        for (id, maintenance) in &state.maintenances {
            let kept = &after.maintenances[id];
            prop_assert!(maintenance.updates.keys().all(|update| kept.updates.contains_key(update)));
        }
    }

    #[test]
    fn equal_hashes_mean_that_nothing_changed(first in snapshot(), second in snapshot(), health in health()) {
        let (hash, other) = (significant_hash_of_snapshot(&first), significant_hash_of_snapshot(&second));
        if compare_part(&state_of(&first, health), &second, health).is_empty()
            && compare_part(&state_of(&second, health), &first, health).is_empty() {
            return Ok(());
        }
        prop_assert_ne!(hash, other);
    }
}
