use signalbox_channels::{AnnouncementKind as Kind, Urgency};
use signalbox_pages::{
    Health::{Degraded, MajorOutage, Operational, PartialOutage, Unknown},
    Impact,
};

use crate::{
    announce::test_words::{Watch, kinds, open, over, page_with},
    compare::test_words::{at, page},
};

#[test]
fn operational_then_unreadable_words_then_major_is_told_once() {
    let good = page_with(Operational, &[("api", Operational)], &[]);
    let mut watch = Watch::after(&good, Operational);
    let unknown = page_with(Unknown, &[("api", Unknown)], &[]);
    assert!(watch.poll(&unknown, Unknown).is_empty());
    assert!(watch.poll(&unknown, Unknown).is_empty());
    let bad = page_with(MajorOutage, &[("api", MajorOutage)], &[]);
    assert_eq!(watch.poll(&bad, MajorOutage), ["Forge: API major outage"]);
    assert!(watch.poll(&bad, MajorOutage).is_empty());
}

#[test]
fn a_problem_that_goes_unknown_and_comes_back_the_same_is_no_news() {
    let mut watch = Watch::after(&page_with(Operational, &[("api", Operational)], &[]), Operational);
    let bad = page_with(MajorOutage, &[("api", MajorOutage)], &[]);
    assert_eq!(watch.poll(&bad, MajorOutage).len(), 1);
    let unknown = page_with(Unknown, &[("api", Unknown)], &[]);
    for _ in 0..2 {
        assert!(watch.poll(&unknown, Unknown).is_empty());
        assert!(watch.poll(&unknown, Unknown).is_empty());
        assert!(watch.poll(&bad, MajorOutage).is_empty());
    }
    watch.poll(&unknown, Unknown);
    let good = page_with(Operational, &[("api", Operational)], &[]);
    assert_eq!(watch.poll(&good, Operational), ["Forge: API operational again"]);
}

#[test]
fn a_first_known_word_is_news_only_if_it_is_a_problem() {
    let unknown = page_with(Unknown, &[("api", Unknown)], &[]);
    let mut watch = Watch::after(&unknown, Unknown);
    assert!(
        watch
            .poll(&page_with(Operational, &[("api", Operational)], &[]), Operational)
            .is_empty()
    );

    let mut watch = Watch::after(&unknown, Unknown);
    let bad = page_with(Degraded, &[("api", Degraded)], &[]);
    assert_eq!(watch.poll(&bad, Degraded), ["Forge: API degraded"]);
}

#[test]
fn the_page_as_a_whole_is_told_worse_eased_and_well_once_each() {
    let mut watch = Watch::after(&page_with(Operational, &[], &[]), Operational);
    let mut told = vec![];
    for health in [
        Operational,
        MajorOutage,
        MajorOutage,
        Unknown,
        Degraded,
        Degraded,
        PartialOutage,
        Unknown,
        Operational,
        Operational,
    ] {
        told.extend(watch.poll(&page_with(health, &[], &[]), health));
    }
    assert_eq!(
        told,
        [
            "Forge: major outage",
            "Forge: eased to degraded",
            "Forge: partial outage",
            "Forge: operational again"
        ]
    );
}

#[test]
fn an_outage_found_after_a_night_not_running_is_told_once() {
    // Nothing but the recorded state survives a restart.
    let good = page_with(Operational, &[("api", Operational)], &[]);
    let mut watch = Watch::after(&good, Operational);
    watch.now = at("2026-11-08T08:00:00Z");
    let bad = page_with(
        MajorOutage,
        &[("api", MajorOutage)],
        &[open("i1", Impact::Critical, &["api"])],
    );
    let drafts = watch.drafts(&bad, MajorOutage);
    assert_eq!(kinds(&drafts), [(Kind::IncidentOpened, Urgency::High)]);
    assert!(watch.poll(&bad, MajorOutage).is_empty());
}

#[test]
fn a_second_incident_under_the_same_indicator_is_told() {
    let (first, second) = (open("i1", Impact::Minor, &[]), open("i2", Impact::Minor, &[]));
    let mut watch = Watch::after(&page_with(Degraded, &[], [first.clone()]), Degraded);
    let both = page_with(Degraded, &[], &[first, second]);
    assert_eq!(
        watch.poll(&both, Degraded),
        ["Forge: incident opened: Trouble i2"]
    );
    assert!(watch.poll(&both, Degraded).is_empty());
}

#[test]
fn an_open_incident_that_escalates_and_eases_is_told_each_step_once() {
    let at_impact = |impact| page_with(Degraded, &[], &[open("i1", impact, &[])]);
    let mut watch = Watch::after(&at_impact(Impact::None), Degraded);
    let mut told = vec![];
    for impact in [
        Impact::Minor,
        Impact::Minor,
        Impact::Critical,
        Impact::Unknown,
        Impact::Critical,
        Impact::Unknown,
        Impact::Major,
        Impact::None,
    ] {
        told.extend(watch.poll(&at_impact(impact), Degraded));
    }
    assert_eq!(
        told,
        [
            "Forge: incident now minor: Trouble i1",
            "Forge: incident now critical: Trouble i1",
            "Forge: incident eased, now major: Trouble i1",
            "Forge: incident eased, now without impact: Trouble i1",
        ]
    );
}

#[test]
fn an_incident_of_impact_none_is_told_when_it_opens_and_ends() {
    let incident = open("i1", Impact::None, &[]);
    let mut watch = Watch::after(&page_with(Operational, &[], &[]), Operational);
    let opened = watch.drafts(&page_with(Operational, &[], [incident.clone()]), Operational);
    assert_eq!(kinds(&opened), [(Kind::IncidentOpened, Urgency::Normal)]);
    let resolved = watch.drafts(&page_with(Operational, &[], &[over(&incident)]), Operational);
    assert_eq!(kinds(&resolved), [(Kind::IncidentResolved, Urgency::Normal)]);
}

#[test]
fn what_opened_and_ended_between_two_polls_is_one_quiet_notice() {
    let mut watch = Watch::after(&page_with(Operational, &[], &[]), Operational);
    let gone = page_with(Operational, &[], &[over(&open("i1", Impact::Critical, &[]))]);
    let drafts = watch.drafts(&gone, Operational);
    assert_eq!(kinds(&drafts), [(Kind::IncidentMissed, Urgency::Quiet)]);
    assert_eq!(
        drafts[0].headline,
        "Forge: incident opened and resolved after 41 min: Trouble i1"
    );
    assert!(watch.poll(&gone, Operational).is_empty());
}

#[test]
fn what_was_over_before_the_watch_began_is_taken_in_silently() {
    let mut old = over(&open("i1", Impact::Critical, &[]));
    old.facts.started_at = Some(at("2026-11-01T00:00:00Z"));
    old.facts.resolved_at = Some(at("2026-11-01T01:00:00Z"));
    Watch::after(&page_with(Operational, &[], &[old.clone()]), Operational);

    // The history may be read later than the page.
    let mut watch = Watch::after(&page(), Operational);
    assert!(
        watch
            .poll(&page_with(Operational, &[], &[old]), Operational)
            .is_empty()
    );
}

#[test]
fn a_component_listed_only_while_it_is_bad_is_told_worse() {
    let mut watch = Watch::after(&page_with(Operational, &[("api", Operational)], &[]), Operational);
    let shown = page_with(Operational, &[("api", Operational), ("eu", PartialOutage)], &[]);
    assert_eq!(watch.poll(&shown, Operational), ["Forge: EU partial outage"]);
}

#[test]
fn a_list_that_is_read_further_than_before_is_no_news() {
    let mut watch = Watch::after(&page_with(Degraded, &[("api", Operational)], &[]), Degraded);
    let whole = page_with(
        Degraded,
        &[("api", Operational), ("eu", PartialOutage), ("us", Operational)],
        &[],
    );
    assert!(watch.poll(&whole, Degraded).is_empty());
}

#[test]
fn what_gets_worse_after_an_incident_was_told_to_be_over_is_told() {
    let incident = open("i1", Impact::Major, &["api"]);
    let with = |health, incident| page_with(health, &[("api", health)], &[incident]);
    let mut watch = Watch::after(&with(PartialOutage, incident.clone()), PartialOutage);
    assert_eq!(
        watch
            .poll(&with(PartialOutage, over(&incident)), PartialOutage)
            .len(),
        1
    );
    assert_eq!(
        watch.poll(&with(MajorOutage, over(&incident)), MajorOutage),
        ["Forge: API major outage"]
    );
    assert_eq!(
        watch.poll(&with(Operational, over(&incident)), Operational),
        ["Forge: API operational again"]
    );
}
