use signalbox_channels::{AnnouncementKind as Kind, Urgency};
use signalbox_pages::{
    Health::{Degraded, Operational},
    Impact, Listing, Snapshot,
};

use crate::announce::test_words::{Watch, kinds, open, over, page_with};

fn without_history(mut snapshot: Snapshot) -> Snapshot {
    snapshot.coverage.past_incidents = Listing::Absent;
    snapshot
}

#[test]
fn an_incident_that_vanishes_is_told_quietly_as_no_longer_listed_and_never_as_resolved() {
    let mut watch = Watch::after(
        &page_with(Degraded, &[], &[open("i1", Impact::Minor, &[])]),
        Degraded,
    );
    let empty = page_with(Operational, &[], &[]);
    assert!(
        watch
            .poll(&without_history(empty.clone()), Operational)
            .is_empty()
    );
    assert!(
        watch
            .poll(&without_history(empty.clone()), Operational)
            .is_empty()
    );
    let drafts = watch.drafts(&empty, Operational);
    assert_eq!(kinds(&drafts), [(Kind::IncidentUnlisted, Urgency::Quiet)]);
    assert!(watch.poll(&empty, Operational).is_empty());
}

#[test]
fn an_incident_that_vanishes_and_is_found_resolved_in_the_history_is_told_as_resolved() {
    let incident = open("i1", Impact::Minor, &[]);
    let mut watch = Watch::after(&page_with(Degraded, &[], [incident.clone()]), Degraded);
    assert!(
        watch
            .poll(&without_history(page_with(Operational, &[], &[])), Operational)
            .is_empty()
    );
    assert_eq!(
        watch.poll(&page_with(Operational, &[], &[over(&incident)]), Operational),
        ["Forge: incident resolved after 41 min: Trouble i1"]
    );
}

#[test]
fn an_incident_that_returns_before_it_was_told_to_be_gone_is_no_news() {
    let listed = page_with(Degraded, &[], &[open("i1", Impact::Minor, &[])]);
    let mut watch = Watch::after(&listed, Degraded);
    assert!(watch.poll(&page_with(Degraded, &[], &[]), Degraded).is_empty());
    assert!(watch.poll(&listed, Degraded).is_empty());
}

#[test]
fn an_incident_that_returns_after_it_was_told_to_be_gone_is_told() {
    let incident = open("i1", Impact::Minor, &[]);
    let listed = page_with(Degraded, &[], [incident.clone()]);
    let mut watch = Watch::after(&listed, Degraded);
    watch.poll(&page_with(Degraded, &[], &[]), Degraded);
    assert_eq!(watch.poll(&page_with(Degraded, &[], &[]), Degraded).len(), 1);
    let drafts = watch.drafts(&listed, Degraded);
    assert_eq!(kinds(&drafts), [(Kind::IncidentReopened, Urgency::Normal)]);
    assert_eq!(drafts[0].headline, "Forge: incident listed again: Trouble i1");
    let ended = watch.drafts(&page_with(Operational, &[], &[over(&incident)]), Operational);
    assert_eq!(kinds(&ended), [(Kind::IncidentResolved, Urgency::Normal)]);
}

#[test]
fn a_resolved_incident_that_is_open_again_is_told_and_so_is_its_second_end() {
    let incident = open("i1", Impact::Critical, &[]);
    let mut watch = Watch::after(&page_with(Degraded, &[], [incident.clone()]), Degraded);
    assert_eq!(
        watch
            .poll(&page_with(Operational, &[], &[over(&incident)]), Operational)
            .len(),
        1
    );
    let drafts = watch.drafts(&page_with(Degraded, &[], [incident.clone()]), Degraded);
    assert_eq!(kinds(&drafts), [(Kind::IncidentReopened, Urgency::High)]);
    assert_eq!(
        watch
            .poll(&page_with(Operational, &[], &[over(&incident)]), Operational)
            .len(),
        1
    );
}
