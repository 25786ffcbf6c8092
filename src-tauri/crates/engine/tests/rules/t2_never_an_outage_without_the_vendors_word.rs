//! A page that cannot be reached is a fact about the page.

use signalbox_pages::Health;
use signalbox_replay::Misbehaviour;

use crate::{
    bodies::{acme, vendor, with_cold_ovens},
    support::{Desk, minutes},
};

#[tokio::test]
async fn no_failure_of_a_page_is_a_problem_of_its_vendor() {
    for how in [
        Misbehaviour::status(500),
        Misbehaviour::status(503),
        Misbehaviour::Reset,
        Misbehaviour::CloseEarly,
        Misbehaviour::LoginPage,
        Misbehaviour::Empty,
        Misbehaviour::redirect_loop(302),
    ] {
        let (mut desk, page) = Desk::watching(&acme()).await;
        page.misbehave(how.clone());
        desk.pass(minutes(120)).await;
        let status = desk.status().await;
        assert_eq!(
            (status.tray, status.vendors[0].shown),
            (Health::Unknown, Health::Unknown),
            "{how:?}"
        );
        assert!(status.vendors[0].incidents.is_empty() && status.vendors[0].troubled.is_empty());
        for one in desk.news() {
            assert_eq!(one.health, None, "{how:?}: {one:?}");
            assert!(one.headline.starts_with("Acme: status page "), "{one:?}");
        }
    }
}

#[tokio::test]
async fn unknown_neither_hides_nor_outranks_a_problem_elsewhere() {
    let mut desk = Desk::new().await;
    let dead = desk.stand_in("Dead", &vendor("Dead"));
    dead.misbehave(Misbehaviour::status(500));
    desk.watch("Dead", &dead.url(), "").await;
    desk.page("Acme", &with_cold_ovens("2026-11-07T07:50:00Z")).await;
    desk.pass(minutes(30)).await;
    let status = desk.status().await;
    assert_eq!(status.tray, Health::MajorOutage);
    assert_eq!(
        status.vendors[0].vendor, "Acme",
        "what is known to be broken comes first"
    );
    assert_eq!(status.summary, "1 of 2 vendors has a problem: Acme; 1 unknown");
}
