//! Row 3: redirects.

use signalbox_engine::api::SourceState;
use signalbox_pages::Health;
use signalbox_replay::Misbehaviour;

use crate::{
    bodies::{acme, vendor, with_cold_ovens},
    support::{Desk, minutes},
};

#[tokio::test]
async fn a_temporary_redirect_to_the_same_page_is_fresh_and_not_remembered() {
    for status in [302, 307] {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let elsewhere = desk.stand_in("elsewhere", &with_cold_ovens("2026-11-07T08:01:00Z"));
        page.misbehave(Misbehaviour::redirect_keeping_path(status, elsewhere.url()));
        desk.pass(minutes(10)).await;
        let acme = desk.vendor("Acme").await;
        assert_eq!(
            (acme.source, acme.shown),
            (SourceState::Fresh, Health::MajorOutage)
        );
        assert_eq!(
            desk.told(),
            ["incident_opened high: Acme: incident opened: Ovens are cold"]
        );
        let asked = page.request_count();
        desk.pass(minutes(10)).await;
        assert!(
            page.request_count() > asked,
            "the page itself is asked first, each time"
        );
        assert_eq!(desk.told(), [""; 0]);
    }
}

#[tokio::test]
async fn a_permanent_redirect_to_the_same_page_is_remembered_and_said_once() {
    // The second is the same to the byte, so that nothing but the address is new.
    let here = || acme().url("https://status.acme.example");
    for (status, body) in [(301, with_cold_ovens("2026-11-07T08:01:00Z")), (308, here())] {
        let (mut desk, page) = Desk::watching(&here()).await;
        let elsewhere = desk.stand_in("elsewhere", &body);
        page.misbehave(Misbehaviour::redirect_keeping_path(status, elsewhere.url()));
        desk.pass(minutes(10)).await;
        assert_eq!(desk.vendor("Acme").await.source, SourceState::Fresh);
        let told = desk.told();
        let moved: Vec<_> = told
            .iter()
            .filter(|line| line.starts_with("page_moved quiet"))
            .collect();
        assert_eq!(
            moved,
            ["page_moved quiet: Acme: status page has moved"],
            "{told:?}"
        );
        let (asked, there) = (page.request_count(), elsewhere.request_count());
        desk.pass(minutes(10)).await;
        desk.restart().await;
        desk.pass(minutes(10)).await;
        assert_eq!(
            page.request_count(),
            asked,
            "later requests go straight to the new address"
        );
        assert!(elsewhere.request_count() > there);
        assert_eq!(desk.told(), [""; 0]);
    }
}

#[tokio::test]
async fn five_redirects_are_followed_and_no_more() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::RedirectChain { status: 302, hops: 5 });
    desk.pass(minutes(5)).await;
    assert_eq!(desk.vendor("Acme").await.source, SourceState::Fresh);
    page.misbehave(Misbehaviour::RedirectChain { status: 302, hops: 6 });
    desk.pass(minutes(5)).await;
    let acme = desk.vendor("Acme").await;
    assert_ne!(acme.source, SourceState::Fresh);
    assert_eq!(acme.source_reason.as_deref(), Some("more than 5 redirects"));
    assert_eq!(acme.reported, Some(Health::Operational));
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::redirect_loop(301));
    desk.pass(minutes(5)).await;
    let acme = desk.vendor("Acme").await;
    assert_ne!(acme.source, SourceState::Fresh);
    assert_eq!(
        acme.source_reason.as_deref(),
        Some("the redirects lead in a circle")
    );
    assert_eq!(desk.told(), [""; 0]);
}

#[tokio::test]
async fn a_permanent_redirect_to_something_else_is_moved_and_told_with_the_address() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let other = desk.stand_in("other", &vendor("Somebody else"));
    page.misbehave(Misbehaviour::redirect_keeping_path(301, other.url()));
    desk.pass(minutes(5)).await;
    let acme = desk.vendor("Acme").await;
    assert_eq!(
        (acme.source, acme.reported),
        (SourceState::Moved, Some(Health::Operational))
    );
    let reason = acme.source_reason.unwrap();
    assert!(
        reason.contains(&other.url()) && reason.contains("Somebody else"),
        "{reason}"
    );
    desk.pass(minutes(120)).await;
    let news = desk.news();
    assert_eq!(news.len(), 1, "{news:?}");
    assert_eq!(news[0].headline, "Acme: status page has moved");
    assert!(
        news[0].body.contains(&format!("to {}", other.url())),
        "{}",
        news[0].body
    );
    // It is not watched there: whoever lives there is somebody else.
    page.recover();
    desk.pass(minutes(60)).await;
    assert_eq!(desk.vendor("Acme").await.source, SourceState::Fresh);
}

#[tokio::test]
async fn a_permanent_redirect_to_a_web_page_is_moved() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let site = desk.stand_in("site", &acme());
    site.misbehave(Misbehaviour::LoginPage);
    page.misbehave(Misbehaviour::redirect(301, site.url_of("/goodbye")));
    desk.pass(minutes(5)).await;
    assert_eq!(desk.vendor("Acme").await.source, SourceState::Moved);
}

#[tokio::test]
async fn a_temporary_redirect_to_something_else_is_unreadable() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let other = desk.stand_in("other", &vendor("Somebody else"));
    page.misbehave(Misbehaviour::redirect_keeping_path(302, other.url()));
    desk.pass(minutes(5)).await;
    let acme = desk.vendor("Acme").await;
    assert_eq!(
        (acme.source, acme.reported),
        (SourceState::Unreadable, Some(Health::Operational))
    );
    assert!(acme.incidents.is_empty());
}

#[tokio::test]
async fn the_same_page_under_a_new_id_but_the_old_name_is_the_same() {
    let (mut desk, page) = Desk::watching(&acme().id("old")).await;
    let elsewhere = desk.stand_in("elsewhere", &acme().id("new"));
    page.misbehave(Misbehaviour::redirect_keeping_path(301, elsewhere.url()));
    desk.pass(minutes(5)).await;
    assert_eq!(desk.vendor("Acme").await.source, SourceState::Fresh);
}
