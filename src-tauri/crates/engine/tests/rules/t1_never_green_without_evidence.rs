//! Reported health and shown health are two facts.

use signalbox_engine::{
    api::{Reply, Request, SourceState},
    show,
};
use signalbox_pages::Health;
use signalbox_replay::{Incident, Misbehaviour, StatuspageBody, Update};

use crate::{
    bodies::acme,
    support::{Desk, DeskOptions, minutes},
};

#[tokio::test]
async fn a_page_that_was_never_read_is_unknown() {
    let mut desk = Desk::with(DeskOptions::impatient()).await;
    let page = desk.stand_in("Acme", &acme());
    page.misbehave(Misbehaviour::Hang);
    desk.watch("Acme", &page.url(), "").await;
    desk.settle().await;
    let status = desk.status().await;
    assert_eq!(
        (status.tray, status.vendors[0].shown, status.vendors[0].reported),
        (Health::Unknown, Health::Unknown, None)
    );
}

#[tokio::test]
async fn a_good_word_lasts_fifteen_minutes_and_a_longer_interval_three_times_itself() {
    for (interval, fresh, stale) in [("2m", 13, 18), ("30m", 80, 125)] {
        let mut desk = Desk::new().await;
        let page = desk.stand_in("Acme", &acme());
        desk.watch("Acme", &page.url(), &format!("interval = \"{interval}\""))
            .await;
        desk.settle().await;
        page.misbehave(Misbehaviour::status(500));
        desk.pass(minutes(fresh)).await;
        assert_eq!(desk.vendor("Acme").await.shown, Health::Operational, "{interval}");
        desk.pass(minutes(stale - fresh)).await;
        let vendor = desk.vendor("Acme").await;
        assert_eq!(
            (vendor.shown, vendor.reported),
            (Health::Unknown, Some(Health::Operational)),
            "{interval}"
        );
    }
}

#[tokio::test]
async fn a_check_that_is_not_answered_vouches_for_nothing_although_the_last_word_is_fresh() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    desk.pass(minutes(3)).await;
    page.misbehave(Misbehaviour::status(500));
    let checked = |reply| {
        let Ok(Reply::Status(mut status)) = reply else {
            panic!("no status")
        };
        status.vendors.remove(0)
    };
    let vendor = checked(desk.ask(Request::Check { vendors: vec![] }).await);
    assert_eq!(
        vendor.shown,
        Health::Operational,
        "the last word is three minutes old"
    );
    assert!(
        vendor.missed.as_ref().is_some_and(|why| why.contains("500")),
        "{vendor:?}"
    );
    assert_eq!(show::exit_code([show::driving(&vendor)]), 2);
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        (
            vendor.missed.as_deref(),
            show::exit_code([show::driving(&vendor)])
        ),
        (None, 0)
    );
    page.recover();
    let vendor = checked(desk.ask(Request::Check { vendors: vec![] }).await);
    assert_eq!(
        (
            vendor.missed.as_deref(),
            show::exit_code([show::driving(&vendor)])
        ),
        (None, 0)
    );
}

#[tokio::test]
async fn a_maintenance_decays_as_a_good_word_does() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let mut body = acme().maintenance(
        Incident::maintenance("m1", "New belts", "2026-11-07T08:00:00Z", "2026-11-07T10:00:00Z")
            .phase("in_progress")
            .affects("c1")
            .update(Update::new("mu1", "in_progress", "We begin.").at("2026-11-07T08:00:00Z")),
    );
    body.set_status("c1", "under_maintenance");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    assert_eq!(desk.vendor("Acme").await.shown, Health::Maintenance);
    assert_eq!(desk.told(), [""; 0], "a maintenance is not told");
    page.misbehave(Misbehaviour::LoginPage);
    desk.pass(minutes(30)).await;
    assert_eq!(desk.vendor("Acme").await.shown, Health::Unknown);
}

#[tokio::test]
async fn the_same_unreadable_answer_twice_is_no_evidence() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let wrong = StatuspageBody::new("Somebody else");
    wrong.serve_on(&page);
    desk.pass(minutes(120)).await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        (vendor.source, vendor.shown),
        (SourceState::Unreadable, Health::Unknown)
    );
    let first_read = vendor.read_at.unwrap();
    desk.restart().await;
    desk.pass(minutes(120)).await;
    assert_eq!(desk.vendor("Acme").await.read_at, Some(first_read));
}

#[tokio::test]
async fn time_that_passes_while_nothing_runs_decays_what_is_shown() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    desk.stop().await;
    page.misbehave(Misbehaviour::Refuse);
    desk.clock.advance(minutes(600));
    desk.start().await;
    desk.settle().await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        (vendor.shown, vendor.reported),
        (Health::Unknown, Some(Health::Operational))
    );
}
