//! Row 2: answers that are no status page: `unreadable` with the reason, and nothing false.

use signalbox_engine::api::SourceState;
use signalbox_pages::Health;
use signalbox_replay::{HttpOptions, Misbehaviour, Page, StatuspageBody};

use crate::{
    bodies::{acme, with_cold_ovens},
    support::{Desk, minutes},
};

/// A page that sends its whole body each time: what is wrong with it must not hide behind 304.
async fn watching(body: &StatuspageBody) -> (Desk, Page) {
    let (desk, page) = Desk::watching(body).await;
    page.set_http(HttpOptions::without_validators());
    (desk, page)
}

async fn reason_of(desk: &mut Desk, page: &Page, how: Misbehaviour) -> String {
    let before = desk.vendor("Acme").await;
    assert_eq!(before.source, SourceState::Fresh, "before {how:?}");
    page.misbehave(how.clone());
    desk.pass(minutes(3)).await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        vendor.source,
        SourceState::Unreadable,
        "{how:?}: {:?}",
        vendor.source_reason
    );
    assert_eq!(
        (vendor.reported, vendor.incidents),
        (before.reported, before.incidents),
        "{how:?}"
    );
    page.recover();
    desk.pass(minutes(10)).await;
    assert_eq!(desk.told(), [""; 0], "{how:?}");
    vendor.source_reason.unwrap()
}

#[tokio::test]
async fn what_is_no_status_page_is_unreadable_and_the_reason_is_plain() {
    let (mut desk, page) = watching(&with_cold_ovens("2026-11-07T07:50:00Z")).await;
    let html = Misbehaviour::Status {
        code: 200,
        retry_after: None,
        headers: [("content-type".to_owned(), "text/html".to_owned())].into(),
        body: "<!doctype html><title>All systems operational</title><p>Hello".to_owned(),
    };
    let mut reasons = Vec::new();
    for how in [
        html,
        Misbehaviour::LoginPage,
        Misbehaviour::CaptivePortal,
        Misbehaviour::CutShort { after: 700 },
        Misbehaviour::Garbage,
        Misbehaviour::Empty,
        Misbehaviour::OtherJson,
        Misbehaviour::Huge {
            bytes: 6 * 1024 * 1024,
        },
        Misbehaviour::GzipBomb {
            inflated: 64 * 1024 * 1024,
        },
    ] {
        reasons.push(reason_of(&mut desk, &page, how).await);
    }
    insta::assert_snapshot!(reasons.join("\n"), @"
    the answer is a web page (“All systems operational”), not data
    the answer is a web page (“Sign in”), not data
    the answer is a web page (“Welcome to the guest network”), not data
    the answer is not well-formed: EOF while parsing a string at line 1 column 700
    the answer is not well-formed: key must be a string at line 1 column 11
    the answer is empty
    the answer is no status page of a known kind: none of the keys status, components, incidents and scheduled_maintenances holds what it should
    the answer is larger than 5242880 bytes
    the answer is larger than 5242880 bytes
    ");
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_are_unreadable() {
    let (mut desk, page) = watching(&acme()).await;
    let reason = reason_of(&mut desk, &page, Misbehaviour::InvalidUtf8).await;
    insta::assert_snapshot!(reason, @"the answer is not text: invalid UTF-8 at byte 822");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_word_of_the_vendor() {
    let (mut desk, page) = watching(&acme()).await;
    page.misbehave(Misbehaviour::Truncate { after: 300 });
    desk.pass(minutes(3)).await;
    let vendor = desk.vendor("Acme").await;
    assert_ne!(vendor.source, SourceState::Fresh);
    assert_eq!(
        (vendor.reported, vendor.shown),
        (Some(Health::Operational), Health::Operational)
    );
}

#[tokio::test]
async fn an_unreadable_page_is_told_once_and_so_is_its_return() {
    let (mut desk, page) = watching(&acme()).await;
    page.misbehave(Misbehaviour::LoginPage);
    desk.pass(minutes(120)).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("page_unreachable normal: Acme: status page cannot be read for "),
        "{told:?}"
    );
    page.recover();
    desk.pass(minutes(60)).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("page_back quiet: "), "{told:?}");
}

#[tokio::test]
async fn a_page_accepted_as_unreadable_does_not_count() {
    let (mut desk, page) = watching(&acme()).await;
    page.misbehave(Misbehaviour::LoginPage);
    desk.pass(minutes(30)).await;
    assert_eq!(desk.status().await.summary, "1 vendor is unknown: Acme");
    desk.ask(signalbox_engine::api::Request::AcceptUnreadable {
        vendor: "Acme".into(),
        accept: true,
    })
    .await
    .unwrap();
    assert!(!desk.vendor("Acme").await.counted);
}

#[tokio::test]
async fn a_byte_order_mark_is_simply_read() {
    let (mut desk, page) = watching(&acme()).await;
    page.misbehave(Misbehaviour::Bom);
    with_cold_ovens("2026-11-07T08:01:00Z").serve_on(&page);
    desk.pass(minutes(3)).await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        (vendor.source, vendor.shown),
        (SourceState::Fresh, Health::MajorOutage)
    );
    assert_eq!(desk.told().len(), 1);
}

#[tokio::test]
async fn the_right_bytes_under_the_wrong_content_type_are_read() {
    let (mut desk, page) = watching(&acme()).await;
    page.misbehave(Misbehaviour::WrongContentType);
    with_cold_ovens("2026-11-07T08:01:00Z").serve_on(&page);
    desk.pass(minutes(3)).await;
    assert_eq!(desk.vendor("Acme").await.source, SourceState::Fresh);
}
