use signalbox_channels::{AnnouncementKind as Kind, Urgency};
use signalbox_pages::{
    Health::{Degraded, Maintenance, MajorOutage, Operational, PartialOutage},
    Impact,
};

use crate::{
    announce::test_words::{Watch, ids, kinds, open, over, page_with},
    compare::test_words::{at, maintenance, named},
};

const GOOD: [(&str, signalbox_pages::Health); 3] =
    [("api", Operational), ("git", Operational), ("web", Operational)];

#[test]
fn an_incident_that_opens_with_everything_worse_is_one_announcement() {
    for named in [&["api", "git"][..], &[]] {
        let mut watch = Watch::after(&page_with(Operational, &GOOD, &[]), Operational);
        let bad = page_with(
            MajorOutage,
            &[("api", MajorOutage), ("git", Degraded), ("web", Operational)],
            &[open("i1", Impact::Major, named)],
        );
        let drafts = watch.drafts(&bad, MajorOutage);
        assert_eq!(
            kinds(&drafts),
            [(Kind::IncidentOpened, Urgency::High)],
            "naming {named:?}"
        );
        assert!(watch.poll(&bad, MajorOutage).is_empty());
    }
}

#[test]
fn an_incident_that_ends_with_everything_well_is_one_announcement() {
    let incident = open("i1", Impact::Major, &["api"]);
    let bad = page_with(
        MajorOutage,
        &[("api", MajorOutage), ("git", Degraded), ("web", Operational)],
        &[],
    );
    let mut watch = Watch::after(&page_with(Operational, &GOOD, &[]), Operational);
    assert_eq!(
        watch.poll(&bad, MajorOutage).len(),
        1,
        "first without an incident"
    );
    let mut with = bad;
    with.incidents = vec![incident.clone()];
    assert_eq!(
        watch.poll(&with, MajorOutage),
        ["Forge: incident opened: Trouble i1"]
    );
    let well = page_with(Operational, &GOOD, &[over(&incident)]);
    assert_eq!(
        watch.poll(&well, Operational),
        ["Forge: incident resolved after 41 min: Trouble i1"]
    );
    assert!(watch.poll(&well, Operational).is_empty());
}

#[test]
fn components_that_follow_the_end_of_their_incident_recover_silently() {
    let incident = open("i1", Impact::Major, &["api"]);
    let with = |health, incident| page_with(health, &[("api", health)], &[incident]);
    let mut watch = Watch::after(&page_with(Operational, &GOOD[..1], &[]), Operational);
    assert_eq!(
        watch
            .poll(&with(MajorOutage, incident.clone()), MajorOutage)
            .len(),
        1
    );
    let resolved = watch.drafts(&with(MajorOutage, over(&incident)), MajorOutage);
    assert_eq!(kinds(&resolved), [(Kind::IncidentResolved, Urgency::Normal)]);
    assert_eq!(resolved[0].body, "Still major outage.");
    for health in [MajorOutage, Degraded, Degraded, Operational] {
        assert!(
            watch.poll(&with(health, over(&incident)), health).is_empty(),
            "{health:?}"
        );
    }
}

#[test]
fn components_worse_without_an_incident_are_told_together_and_so_is_their_recovery() {
    let mut watch = Watch::after(&page_with(Operational, &GOOD, &[]), Operational);
    let bad = page_with(
        Degraded,
        &[("api", Degraded), ("git", MajorOutage), ("web", Operational)],
        &[],
    );
    insta::assert_snapshot!(watch.told_in_full(&bad, Degraded), @"
    health_worse high
    Forge: GIT major outage and 1 more worse
        GIT: major outage
        API: degraded
    ");
    let one_well = page_with(
        Degraded,
        &[("api", Degraded), ("git", Operational), ("web", Operational)],
        &[],
    );
    assert_eq!(watch.poll(&one_well, Degraded), ["Forge: GIT operational again"]);
    assert_eq!(
        watch.poll(&page_with(Operational, &GOOD, &[]), Operational),
        ["Forge: API operational again"]
    );
}

#[test]
fn what_an_open_incident_names_is_told_with_it() {
    let incident = open("i1", Impact::Minor, &["api", "git"]);
    let with = |api, git| page_with(Degraded, &[("api", api), ("git", git)], [incident.clone()]);
    let mut watch = Watch::after(&with(Degraded, Operational), Degraded);
    assert!(
        watch.poll(&with(Degraded, Degraded), Degraded).is_empty(),
        "no worse than it was"
    );
    assert_eq!(
        watch.poll(&with(Degraded, PartialOutage), PartialOutage),
        ["Forge: incident worse, now partial outage: Trouble i1"]
    );
    assert_eq!(
        watch.poll(&with(Degraded, Operational), Degraded),
        ["Forge: incident eased, now degraded: Trouble i1"]
    );
    assert!(
        watch
            .poll(&with(Operational, Operational), Operational)
            .is_empty(),
        "it is still open"
    );
    assert_eq!(
        watch
            .poll(&page_with(Operational, &[], &[over(&incident)]), Operational)
            .len(),
        1
    );
}

#[test]
fn what_no_open_incident_names_is_told_by_itself() {
    let incident = open("i1", Impact::Minor, &["api"]);
    let with = |git| page_with(Degraded, &[("api", Degraded), ("git", git)], [incident.clone()]);
    let mut watch = Watch::after(&with(Operational), Degraded);
    assert_eq!(
        watch.poll(&with(PartialOutage), PartialOutage),
        ["Forge: GIT partial outage"]
    );
    assert_eq!(
        watch.poll(&with(Operational), Degraded),
        ["Forge: GIT operational again"]
    );
}

#[test]
fn a_page_that_gets_worse_while_an_incident_is_open_is_told_with_the_incident_that_wrote() {
    let mut first = open("i1", Impact::Minor, &[]);
    let mut second = open("i2", Impact::Minor, &[]);
    second.facts.started_at = Some(at("2026-11-07T12:30:00Z"));
    let mut watch = Watch::after(
        &page_with(Degraded, &[], &[first.clone(), second.clone()]),
        Degraded,
    );
    let worse = page_with(PartialOutage, &[], &[first.clone(), second.clone()]);
    assert_eq!(
        watch.poll(&worse, PartialOutage),
        ["Forge: incident worse, now partial outage: Trouble i2"],
        "the later one if none wrote"
    );
    first.updates = vec![crate::compare::test_words::update(
        "u1",
        "identified",
        "2026-11-07T12:40:00Z",
        "Bad disk.",
    )];
    let worst = page_with(MajorOutage, &[], &[first.clone(), second.clone()]);
    assert_eq!(
        watch.poll(&worst, MajorOutage),
        ["Forge: incident worse, now major outage: Trouble i1"]
    );
    let eased = page_with(Degraded, &[], &[first, second]);
    assert_eq!(
        watch.poll(&eased, Degraded),
        ["Forge: incident eased, now degraded: Trouble i2"]
    );
}

#[test]
fn two_incidents_that_share_a_component_do_not_tell_its_change_twice() {
    let incidents = [
        open("i1", Impact::Minor, &["api"]),
        open("i2", Impact::Minor, &["api"]),
    ];
    let with = |health| page_with(health, &[("api", health)], &incidents);
    let mut watch = Watch::after(&with(Degraded), Degraded);
    assert_eq!(watch.poll(&with(MajorOutage), MajorOutage).len(), 1);
    assert_eq!(watch.poll(&with(PartialOutage), PartialOutage).len(), 1);
}

#[test]
fn a_scoped_watch_is_told_of_what_touches_its_scope() {
    let (api, web, all, everywhere) = (
        open("i1", Impact::Minor, &["api"]),
        open("i2", Impact::Minor, &["web"]),
        open("i3", Impact::Minor, &["api", "git", "web"]),
        open("i4", Impact::Minor, &[]),
    );
    let mut watch = Watch::scoped(&["api"], &page_with(Operational, &GOOD, &[]), Operational);
    let bad = page_with(
        MajorOutage,
        &[("api", Operational), ("git", MajorOutage), ("web", MajorOutage)],
        &[api, web, all, everywhere],
    );
    assert_eq!(
        watch.poll(&bad, Operational),
        [
            "Forge: incident opened: Trouble i1",
            "Forge: incident opened: Trouble i3",
            "Forge: incident opened: Trouble i4"
        ]
    );
}

#[test]
fn an_incident_that_comes_to_touch_the_scope_is_told_then_and_stays_told() {
    let mut incident = open("i1", Impact::Minor, &["web"]);
    let mut watch = Watch::scoped(
        &["api"],
        &page_with(Degraded, &GOOD, [incident.clone()]),
        Operational,
    );
    incident.facts.components.push(named("api"));
    assert_eq!(
        watch.poll(&page_with(Degraded, &GOOD, [incident.clone()]), Operational),
        ["Forge: incident now touches API: Trouble i1"]
    );
    incident.facts.components.pop();
    assert!(
        watch
            .poll(&page_with(Degraded, &GOOD, [incident.clone()]), Operational)
            .is_empty()
    );
    assert_eq!(
        watch.poll(&page_with(Operational, &GOOD, &[over(&incident)]), Operational),
        ["Forge: incident resolved after 41 min: Trouble i1"]
    );
}

#[test]
fn an_incident_out_of_scope_ends_in_silence() {
    let incident = open("i1", Impact::Critical, &["web"]);
    let mut watch = Watch::scoped(&["api"], &page_with(Degraded, &GOOD, &[]), Operational);
    assert!(
        watch
            .poll(&page_with(Degraded, &GOOD, [incident.clone()]), Operational)
            .is_empty()
    );
    assert!(
        watch
            .poll(&page_with(Degraded, &GOOD, &[over(&incident)]), Operational)
            .is_empty()
    );
}

#[test]
fn maintenance_is_no_news_unless_it_touches_what_was_chosen() {
    let good = page_with(Operational, &GOOD, &[]);
    let mut working = page_with(
        Maintenance,
        &[("api", Maintenance), ("git", Operational), ("web", Operational)],
        &[],
    );
    working.maintenances = vec![maintenance("m1", "in_progress")];
    let mut all = Watch::after(&good, Operational);
    assert!(all.poll(&working, Maintenance).is_empty());
    assert!(all.poll(&good, Operational).is_empty());

    let mut chosen = Watch::scoped(&["api"], &good, Operational);
    assert_eq!(
        chosen.poll(&working, Maintenance),
        ["Forge: API under maintenance"]
    );
    assert_eq!(chosen.poll(&good, Operational), ["Forge: API operational again"]);

    let mut other = Watch::scoped(&["web"], &good, Operational);
    assert!(other.poll(&working, Operational).is_empty());
}

#[test]
fn updates_and_write_ups_are_not_told() {
    let mut incident = open("i1", Impact::Minor, &[]);
    let mut watch = Watch::after(&page_with(Degraded, &[], [incident.clone()]), Degraded);
    incident.updates = vec![crate::compare::test_words::update(
        "u1",
        "identified",
        "2026-11-07T12:40:00Z",
        "Found.",
    )];
    assert!(
        watch
            .poll(&page_with(Degraded, &[], [incident.clone()]), Degraded)
            .is_empty()
    );
    let mut ended = over(&incident);
    assert_eq!(
        watch
            .poll(&page_with(Operational, &[], &[ended.clone()]), Operational)
            .len(),
        1
    );
    ended.facts.phase = signalbox_pages::Phase::Postmortem;
    ended.facts.phase_raw = Some("postmortem".into());
    assert!(
        watch
            .poll(&page_with(Operational, &[], &[ended]), Operational)
            .is_empty()
    );
}

#[test]
fn a_mute_silences_and_leaves_no_old_news_behind() {
    let incident = open("i1", Impact::Minor, &["api"]);
    let bad = page_with(
        Degraded,
        &[("api", Degraded), ("web", Degraded)],
        [incident.clone()],
    );
    let mut watch = Watch::after(&page_with(Operational, &GOOD, &[]), Operational);
    watch.vendor_muted_until = Some(at("2026-11-07T13:00:00Z"));
    assert!(watch.poll(&bad, Degraded).is_empty());
    watch.now = at("2026-11-07T13:00:00Z");
    assert!(
        watch.poll(&bad, Degraded).is_empty(),
        "the mute is over, the news is old"
    );
    assert_eq!(
        watch
            .poll(&page_with(Operational, &GOOD, &[over(&incident)]), Operational)
            .len(),
        1
    );

    let mut watch = Watch::after(&page_with(Operational, &GOOD, &[]), Operational);
    watch.muted_incidents = ids(&["i1"]);
    assert_eq!(
        watch.poll(&bad, Degraded),
        ["Forge: WEB degraded"],
        "only the incident is muted"
    );
}

#[test]
fn an_acknowledged_incident_is_told_when_it_gets_worse_or_ends_but_not_when_it_eases() {
    let at_impact = |impact| page_with(Degraded, &[], &[open("i1", impact, &[])]);
    let mut watch = Watch::after(&at_impact(Impact::Major), Degraded);
    watch.acknowledged = ids(&["i1"]);
    assert!(watch.poll(&at_impact(Impact::Minor), Degraded).is_empty());
    assert_eq!(watch.poll(&at_impact(Impact::Critical), Degraded).len(), 1);
    let ended = page_with(Operational, &[], &[over(&open("i1", Impact::Critical, &[]))]);
    assert_eq!(watch.poll(&ended, Operational).len(), 1);
}

#[test]
fn a_component_told_by_itself_is_over_with_the_incident_that_comes_to_name_it() {
    // The page goes on being degraded elsewhere, so that all is never well.
    let with = |api, incident: &[signalbox_pages::Incident]| {
        page_with(
            Degraded,
            &[("api", api), ("git", Operational), ("web", Degraded)],
            incident,
        )
    };
    let incident = open("i1", Impact::Minor, &["git"]);
    let mut ended = over(&incident);
    ended.facts.components = vec![named("api"), named("git")];
    let mut watch = Watch::after(&with(Operational, &[incident]), Degraded);
    assert_eq!(
        watch
            .poll(&with(Degraded, &[open("i1", Impact::Minor, &["git"])]), Degraded)
            .len(),
        1
    );
    assert_eq!(
        watch
            .poll(&with(Degraded, std::slice::from_ref(&ended)), Degraded)
            .len(),
        1
    );
    assert!(watch.poll(&with(Operational, &[ended]), Degraded).is_empty());
}
