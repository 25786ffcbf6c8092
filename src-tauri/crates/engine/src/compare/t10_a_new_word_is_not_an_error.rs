use signalbox_pages::{Health, Impact, Phase};

use super::{
    Change, ComponentChange, EventChange,
    test_words::{compare_part, component, incident, page, state_of},
};

#[test]
fn one_unknown_word_for_another_is_a_change_of_that_one_value() {
    let mut snapshot = page();
    snapshot.components = vec![
        component("c1", Health::Unknown),
        component("c2", Health::Operational),
    ];
    snapshot.components[0].raw = Some("wobbly".into());
    snapshot.incidents = vec![incident("i1", "pondering")];
    let state = state_of(&snapshot, Health::Unknown);
    assert_eq!(state.incidents["i1"].facts.phase, Phase::Unknown);

    snapshot.components[0].raw = Some("shaky".into());
    snapshot.incidents[0].facts.impact = Impact::Unknown;
    snapshot.incidents[0].facts.impact_raw = Some("cosmic".into());
    let changes = compare_part(&state, &snapshot, Health::Unknown);
    assert!(
        matches!(
            &changes[..],
            [
                Change::Component(ComponentChange::Changed { to, .. }),
                Change::Incident { change: EventChange::Facts { to: facts, .. }, .. }
            ] if to.raw.as_deref() == Some("shaky") && facts.impact_raw.as_deref() == Some("cosmic")
        ),
        "{changes:?}"
    );
}

#[test]
fn a_health_that_becomes_unknown_is_recorded_as_a_change() {
    let state = state_of(&page(), Health::Operational);
    assert_eq!(
        compare_part(&state, &page(), Health::Unknown),
        [Change::Health {
            from: Some(Health::Operational),
            to: Health::Unknown
        }]
    );
}

#[test]
fn the_first_sight_of_a_page_is_compared_with_nothing() {
    let state = super::PageState::default();
    let changes = compare_part(&state, &page(), Health::Unknown);
    assert!(changes.contains(&Change::Health {
        from: None,
        to: Health::Unknown
    }));
}
