use std::sync::Arc;

use signalbox_pages::{Health, IncidentFacts, Listing, NamedComponent, Phase, Postmortem, Snapshot};

use super::{
    Change, EventChange, Extent, Listed, PageState, apply, compare,
    test_words::{at, compare_part, component, incident, maintenance, named, page, state_of, update},
};

type IncidentChange = EventChange<IncidentFacts, Phase>;

/// Polls with `snapshot` and says what changed about incidents.
fn poll(state: &mut PageState, snapshot: &Snapshot) -> Vec<IncidentChange> {
    let changes = compare_part(state, snapshot, Health::Operational);
    apply(state, &changes);
    changes
        .into_iter()
        .map(|change| {
            let Change::Incident { change, .. } = change else {
                panic!("{change:?}")
            };
            change
        })
        .collect()
}

fn light() -> Snapshot {
    let mut snapshot = page();
    snapshot.coverage.past_incidents = Listing::Absent;
    snapshot.coverage.past_maintenances = Listing::Absent;
    snapshot
}

fn with_open_incident() -> (Snapshot, PageState) {
    let mut snapshot = page();
    snapshot.incidents = vec![incident("i1", "investigating")];
    let state = state_of(&snapshot, Health::Operational);
    (snapshot, state)
}

#[test]
fn an_open_incident_that_vanishes_is_missing_until_the_history_has_been_read() {
    let (_, mut state) = with_open_incident();
    assert_eq!(poll(&mut state, &light()), [EventChange::Missing]);
    assert_eq!(poll(&mut state, &light()), [], "the history is still unread");
    assert_eq!(poll(&mut state, &page()), [EventChange::Unlisted]);
    assert_eq!(poll(&mut state, &page()), [], "said once");
    let recorded = &state.incidents["i1"];
    assert_eq!(recorded.listed, Listed::No);
    assert!(recorded.facts.is_open(), "no longer listed is not resolved");
}

#[test]
fn one_reading_alone_never_makes_an_incident_unlisted_even_with_its_history() {
    let (_, mut state) = with_open_incident();
    assert_eq!(poll(&mut state, &page()), [EventChange::Missing]);
    assert_eq!(poll(&mut state, &page()), [EventChange::Unlisted]);
}

#[test]
fn what_leaves_the_list_of_a_page_without_a_history_is_unlisted_after_a_second_reading_of_all_it_serves() {
    let mut snapshot = light();
    snapshot.incidents = vec![incident("i1", "investigating")];
    snapshot.maintenances = vec![maintenance("m1", "in_progress")];
    let mut state = state_of(&snapshot, Health::Operational);
    let mut listed = |extent: Extent| {
        let changes = compare(&state, &light(), Health::Operational, extent);
        apply(&mut state, &changes);
        [state.incidents["i1"].listed, state.maintenances["m1"].listed]
    };
    assert_eq!(
        listed(Extent::Whole),
        [Listed::Missing; 2],
        "one reading is not enough"
    );
    assert_eq!(
        listed(Extent::Part),
        [Listed::Missing; 2],
        "what was not read may hold them"
    );
    assert_eq!(listed(Extent::Whole), [Listed::No; 2]);
    assert_eq!(listed(Extent::Whole), [Listed::No; 2]);
    assert!(
        state.incidents["i1"].facts.is_open(),
        "nobody said that it is resolved"
    );
}

#[test]
fn absence_from_a_list_that_lacks_some_of_what_is_open_unlists_nothing_even_without_a_history() {
    let mut snapshot = light();
    snapshot.incidents = vec![incident("i1", "investigating")];
    let mut state = state_of(&snapshot, Health::Operational);
    let mut cut = light();
    let gone = compare(&state, &cut, Health::Operational, Extent::Whole);
    apply(&mut state, &gone);
    cut.coverage.open_incidents = Listing::Partial;
    assert_eq!(compare(&state, &cut, Health::Operational, Extent::Whole), []);
}

#[test]
fn an_incident_found_resolved_in_the_history_is_resolved_in_the_vendors_words() {
    let (mut snapshot, mut state) = with_open_incident();
    poll(&mut state, &light());
    snapshot.incidents[0].facts.phase = Phase::Resolved;
    snapshot.incidents[0].facts.phase_raw = Some("resolved".into());
    let changes = poll(&mut state, &snapshot);
    assert!(
        matches!(&changes[..], [EventChange::Relisted, EventChange::Facts { to, .. }] if to.phase == Phase::Resolved),
        "{changes:?}"
    );
}

#[test]
fn an_incident_that_returns_is_listed_again() {
    let (snapshot, mut state) = with_open_incident();
    poll(&mut state, &page());
    assert_eq!(poll(&mut state, &snapshot), [EventChange::Relisted]);
    poll(&mut state, &page());
    poll(&mut state, &page());
    assert_eq!(poll(&mut state, &snapshot), [EventChange::Relisted]);
    assert_eq!(poll(&mut state, &snapshot), []);
}

#[test]
fn absence_from_a_list_that_is_not_complete_says_nothing() {
    for listing in [Listing::Absent, Listing::Partial] {
        let (_, mut state) = with_open_incident();
        state
            .components
            .insert("c1".into(), Arc::new(component("c1", Health::Operational)));
        state.maintenances = state_of(
            &Snapshot {
                maintenances: vec![maintenance("m1", "scheduled")],
                ..page()
            },
            Health::Operational,
        )
        .maintenances;
        let mut snapshot = page();
        snapshot.coverage.components = listing;
        snapshot.coverage.open_incidents = listing;
        snapshot.coverage.open_maintenances = listing;
        assert_eq!(compare_part(&state, &snapshot, Health::Operational), []);
    }
}

#[test]
fn an_incident_that_is_over_may_leave_every_list() {
    for phase in ["resolved", "postmortem"] {
        let mut snapshot = page();
        snapshot.incidents = vec![incident("i1", phase)];
        let state = state_of(&snapshot, Health::Operational);
        assert_eq!(compare_part(&state, &page(), Health::Operational), [], "{phase}");
    }
}

#[test]
fn a_maintenance_that_vanishes_before_its_end_is_treated_alike() {
    let states = |phase: &str| {
        let mut snapshot = page();
        snapshot.maintenances = vec![maintenance("m1", phase)];
        let mut state = state_of(&snapshot, Health::Operational);
        let mut listed = vec![];
        for _ in 0..3 {
            let changes = compare_part(&state, &page(), Health::Operational);
            apply(&mut state, &changes);
            listed.push(state.maintenances["m1"].listed);
        }
        listed
    };
    for phase in ["scheduled", "in_progress", "verifying", "renamed_by_the_vendor"] {
        assert_eq!(
            states(phase),
            [Listed::Missing, Listed::No, Listed::No],
            "{phase}"
        );
    }
    for phase in ["completed", "cancelled"] {
        assert_eq!(states(phase), [Listed::Yes; 3], "{phase}");
    }
}

#[test]
fn an_update_added_edited_taken_away_and_put_back_is_each_time_one_change() {
    let first = update("u1", "investigating", "2026-11-07T12:00:00Z", "We look into it.");
    let second = update("u2", "identified", "2026-11-07T12:10:00Z", "A disk is full.");
    let (mut snapshot, mut state) = with_open_incident();

    snapshot.incidents[0].updates = vec![first.clone(), second.clone()];
    assert_eq!(
        poll(&mut state, &snapshot),
        [
            EventChange::UpdateAdded(first.clone()),
            EventChange::UpdateAdded(second.clone())
        ]
    );

    let mut edited = second;
    edited.body = "Two disks are full.".into();
    snapshot.incidents[0].updates = vec![first.clone(), edited.clone()];
    assert_eq!(
        poll(&mut state, &snapshot),
        [EventChange::UpdateEdited(edited.clone())]
    );

    snapshot.incidents[0].updates = vec![first.clone()];
    assert_eq!(
        poll(&mut state, &snapshot),
        [EventChange::UpdateDeleted { id: "u2".into() }]
    );
    assert_eq!(poll(&mut state, &snapshot), []);
    assert!(state.incidents["i1"].updates["u2"].deleted, "it stays known");

    snapshot.incidents[0].updates = vec![first, edited.clone()];
    assert_eq!(
        poll(&mut state, &snapshot),
        [EventChange::UpdateEdited(edited)],
        "put back as it was"
    );
}

#[test]
fn an_incident_listed_without_any_update_takes_none_away() {
    let (mut snapshot, mut state) = with_open_incident();
    snapshot.incidents[0].updates = vec![update(
        "u1",
        "investigating",
        "2026-11-07T12:00:00Z",
        "We look into it.",
    )];
    poll(&mut state, &snapshot);
    snapshot.incidents[0].updates.clear();
    assert_eq!(poll(&mut state, &snapshot), []);
}

#[test]
fn each_fact_that_the_vendor_changes_is_a_change() {
    type Edit = fn(&mut IncidentFacts);
    let edits: [(&str, Edit); 11] = [
        ("title", |facts| facts.title.push('!')),
        ("impact", |facts| facts.impact = signalbox_pages::Impact::Critical),
        ("impact word", |facts| {
            facts.impact_raw = Some("catastrophic".into());
        }),
        ("phase", |facts| facts.phase = Phase::Monitoring),
        ("phase word", |facts| facts.phase_raw = Some("watching".into())),
        ("begin", |facts| {
            facts.started_at = Some(at("2026-11-07T11:59:00Z"));
        }),
        ("end", |facts| {
            facts.resolved_at = Some(at("2026-11-07T13:00:00Z"));
        }),
        ("link", |facts| {
            facts.url = Some("https://status.forge.example/i/1".into());
        }),
        ("components", |facts| facts.components = vec![named("c1")]),
        ("a component's name", |facts| {
            facts.components = vec![NamedComponent {
                raw: None,
                name: "New".into(),
                ..named("c1")
            }];
        }),
        ("write-up", |facts| {
            facts.postmortem = Some(Postmortem {
                body: None,
                url: Some("https://forge.example/blog".into()),
                at: None,
            });
        }),
    ];
    for (what, edit) in edits {
        let (mut snapshot, mut state) = with_open_incident();
        edit(&mut snapshot.incidents[0].facts);
        let changes = poll(&mut state, &snapshot);
        assert!(
            matches!(&changes[..], [EventChange::Facts { .. }]),
            "{what}: {changes:?}"
        );
        assert_eq!(poll(&mut state, &snapshot), [], "{what}");
    }
}

#[test]
fn the_health_that_an_incident_repeats_of_its_components_is_no_change() {
    let mut snapshot = page();
    snapshot.incidents = vec![incident("i1", "investigating")];
    snapshot.incidents[0].facts.components = vec![named("c1"), named("c2")];
    let mut state = state_of(&snapshot, Health::Operational);
    snapshot.incidents[0].facts.components[0].health = Some(Health::Degraded);
    snapshot.incidents[0].facts.components.reverse();
    assert_eq!(poll(&mut state, &snapshot), []);
}

#[test]
fn what_a_document_leaves_out_is_not_taken_back() {
    let mut snapshot = page();
    let mut over = incident("i1", "resolved");
    over.facts.resolved_at = Some(at("2026-11-07T13:00:00Z"));
    over.facts.postmortem = Some(Postmortem {
        body: Some("A disk was full.".into()),
        url: None,
        at: None,
    });
    snapshot.incidents = vec![over];
    let mut state = state_of(&snapshot, Health::Operational);
    let facts = &mut snapshot.incidents[0].facts;
    facts.resolved_at = None;
    facts.postmortem = None;
    facts.url = None;
    facts.started_at = None;
    snapshot.page.name = None;
    assert_eq!(poll(&mut state, &snapshot), []);
}

#[test]
fn a_reopened_incident_loses_its_time_of_resolution() {
    let mut snapshot = page();
    let mut over = incident("i1", "resolved");
    over.facts.resolved_at = Some(at("2026-11-07T13:00:00Z"));
    snapshot.incidents = vec![over];
    let mut state = state_of(&snapshot, Health::Operational);
    let facts = &mut snapshot.incidents[0].facts;
    facts.phase = Phase::Investigating;
    facts.phase_raw = Some("investigating".into());
    facts.resolved_at = None;
    assert_eq!(poll(&mut state, &snapshot).len(), 1);
    assert_eq!(state.incidents["i1"].facts.resolved_at, None);
    assert!(state.incidents["i1"].facts.is_open());
}

#[test]
fn the_same_id_twice_in_a_list_counts_as_its_last_occurrence() {
    let mut snapshot = page();
    snapshot.components = vec![
        component("c1", Health::Operational),
        component("c1", Health::Degraded),
    ];
    let mut listed = incident("i1", "investigating");
    listed.updates = vec![
        update("u1", "investigating", "2026-11-07T12:00:00Z", "Old."),
        update("u1", "investigating", "2026-11-07T12:00:00Z", "New."),
    ];
    snapshot.incidents = vec![incident("i1", "resolved"), listed];
    let state = state_of(&snapshot, Health::Degraded);
    assert_eq!(state.components["c1"].health, Health::Degraded);
    assert_eq!(state.incidents["i1"].facts.phase, Phase::Investigating);
    assert_eq!(compare_part(&state, &snapshot, Health::Degraded), []);
}
