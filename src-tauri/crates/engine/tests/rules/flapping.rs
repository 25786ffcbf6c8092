//! Components that go up and down without an incident that says so.

use signalbox_engine::api::Request;
use signalbox_replay::Page;

use crate::{
    bodies::{acme, with_cold_ovens},
    support::{Desk, minutes},
};

/// The ovens are so from now on, and the page is asked.
async fn ovens(desk: &mut Desk, page: &Page, status: &str) {
    let mut body = acme();
    body.set_status("c2", status);
    body.serve_on(page);
    check(desk).await;
}

async fn check(desk: &mut Desk) {
    desk.ask(Request::Check { vendors: vec![] }).await.unwrap();
    desk.settle().await;
}

const DOWN: &str = "health_worse normal: Acme: Ovens partial outage";
const UP: &str = "health_better normal: Acme: Ovens operational again";
const AT_LAST: &str = "health_better quiet: Acme: Ovens operational again";

/// Goes down and up every three minutes for so many times.
async fn flap(desk: &mut Desk, page: &Page, times: u32) {
    for _ in 0..times {
        ovens(desk, page, "partial_outage").await;
        desk.pass(minutes(3)).await;
        ovens(desk, page, "operational").await;
        desk.pass(minutes(3)).await;
    }
}

#[tokio::test]
async fn what_goes_down_and_up_once_is_told_at_once() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    ovens(&mut desk, &page, "partial_outage").await;
    assert_eq!(desk.told(), [DOWN]);
    desk.pass(minutes(3)).await;
    ovens(&mut desk, &page, "operational").await;
    assert_eq!(desk.told(), [UP]);
}

#[tokio::test]
async fn what_flaps_is_told_down_once_more_and_its_end_once_that_has_lasted() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    flap(&mut desk, &page, 5).await;
    assert_eq!(desk.told(), [DOWN, UP, DOWN]);
    // It is well for good; nothing changes any more.
    desk.pass(minutes(5)).await;
    assert_eq!(desk.told(), [""; 0]);
    desk.pass(minutes(6)).await;
    assert_eq!(desk.told(), [AT_LAST]);
    desk.pass(minutes(180)).await;
    assert_eq!(desk.told(), [""; 0]);
    ovens(&mut desk, &page, "partial_outage").await;
    desk.pass(minutes(3)).await;
    ovens(&mut desk, &page, "operational").await;
    assert_eq!(desk.told(), [DOWN, UP], "the storm is forgotten");
}

#[tokio::test]
async fn hours_of_flapping_are_told_a_few_times_in_all() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    flap(&mut desk, &page, 40).await;
    assert_eq!(desk.told(), [DOWN, UP, DOWN]);
}

#[tokio::test]
async fn what_flaps_slowly_has_to_be_well_for_longer_each_time() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    for _ in 0..8 {
        ovens(&mut desk, &page, "partial_outage").await;
        desk.pass(minutes(15)).await;
        ovens(&mut desk, &page, "operational").await;
        desk.pass(minutes(15)).await;
    }
    assert_eq!(
        desk.told(),
        [DOWN, UP, DOWN, AT_LAST, DOWN],
        "in four hours; twenty minutes in a row it never was well"
    );
    desk.pass(minutes(10)).await;
    assert_eq!(desk.told(), [AT_LAST]);
}

#[tokio::test]
async fn nothing_worse_is_ever_hidden() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    flap(&mut desk, &page, 2).await;
    desk.news();
    ovens(&mut desk, &page, "major_outage").await;
    assert_eq!(desk.told(), ["health_worse high: Acme: Ovens major outage"]);
    ovens(&mut desk, &page, "partial_outage").await;
    ovens(&mut desk, &page, "major_outage").await;
    assert_eq!(desk.told(), [""; 0], "as bad as it is known to be");
}

#[tokio::test]
async fn what_stays_down_after_a_storm_was_told_as_down() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    flap(&mut desk, &page, 3).await;
    ovens(&mut desk, &page, "partial_outage").await;
    desk.pass(minutes(180)).await;
    let told = desk.told();
    assert_eq!(told.last().map(String::as_str), Some(DOWN), "{told:?}");
    ovens(&mut desk, &page, "operational").await;
    assert_eq!(desk.told(), [UP]);
}

#[tokio::test]
async fn a_recovery_that_was_put_off_outlives_a_restart() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    flap(&mut desk, &page, 2).await;
    assert_eq!(desk.told(), [DOWN, UP, DOWN]);
    desk.restart().await;
    desk.pass(minutes(15)).await;
    assert_eq!(desk.told(), [AT_LAST]);
}

#[tokio::test]
async fn an_incident_about_what_flapped_speaks_for_itself() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    flap(&mut desk, &page, 2).await;
    desk.news();
    with_cold_ovens("2026-11-07T08:12:00Z").serve_on(&page);
    check(&mut desk).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("incident_opened "), "{told:?}");
    desk.pass(minutes(120)).await;
    assert_eq!(desk.told(), [""; 0]);
}
