//! Row 1: statuses, refusals, TLS and DNS: `unreachable` with the reason in plain words; back-off; told once.

use jiff::SignedDuration;
use signalbox_engine::api::SourceState;
use signalbox_pages::Health;
use signalbox_replay::{BadTls, Misbehaviour, Page, Placement, RetryAfter};

use crate::{
    bodies::{acme, with_cold_ovens},
    support::{Desk, DeskOptions, minutes, seconds},
};

/// Fails for an hour and comes back; returns what was told, and when the page was asked while it failed.
async fn an_hour_of_failing(desk: &mut Desk, page: &Page, how: Misbehaviour, reason: &str) -> Vec<i64> {
    let before = desk.asked_at(page).len();
    page.misbehave(how);
    desk.pass(minutes(4)).await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!(vendor.source, SourceState::Unreachable);
    assert_eq!(vendor.source_reason.as_deref(), Some(reason));
    assert_eq!(
        (vendor.reported, vendor.shown),
        (Some(Health::Operational), Health::Operational)
    );
    assert_eq!(desk.told(), [""; 0]);
    desk.pass(minutes(56)).await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        (vendor.reported, vendor.shown),
        (Some(Health::Operational), Health::Unknown)
    );
    let reasons = vendor.shown_reason.unwrap();
    assert!(
        reasons.contains("last word") && reasons.contains(reason),
        "{reasons}"
    );
    let times = desk.asked_at(page).split_off(before);
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("page_unreachable normal: Acme: status page cannot be reached for "),
        "{told:?}"
    );
    page.recover();
    desk.pass(minutes(62)).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("page_back quiet: Acme: status page is back after "),
        "{told:?}"
    );
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        (vendor.source, vendor.source_reason, vendor.shown),
        (SourceState::Fresh, None, Health::Operational)
    );
    times
}

/// The pauses double from twice the interval on, up to half an hour.
fn back_off(times: &[i64]) {
    let pauses: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!((3..=7).contains(&times.len()), "{times:?}");
    let floors = [120, 240, 480, 900, 900, 900];
    let ceilings = [240, 480, 960, 1800, 1800, 1800];
    for (pause, (floor, ceiling)) in pauses.iter().zip(floors.into_iter().zip(ceilings)) {
        assert!((floor - 1..=ceiling + 1).contains(pause), "{pauses:?}");
    }
}

#[tokio::test]
async fn a_page_that_answers_an_error_is_unreachable_and_told_once() {
    for (code, reason) in [
        (500, "answered 500 Internal Server Error"),
        (502, "answered 502 Bad Gateway"),
        (403, "answered 403 Forbidden"),
        (404, "answered 404 Not Found"),
        (429, "answered 429 Too Many Requests"),
    ] {
        let (mut desk, page) = Desk::watching(&acme()).await;
        back_off(&an_hour_of_failing(&mut desk, &page, Misbehaviour::status(code), reason).await);
    }
}

#[tokio::test]
async fn a_page_that_refuses_is_unreachable_and_told_once() {
    let mut desk = Desk::with(DeskOptions {
        placement: Placement::Port,
        ..DeskOptions::default()
    })
    .await;
    let page = desk.page("Acme", &acme()).await;
    desk.settle().await;
    desk.news();
    page.misbehave(Misbehaviour::Refuse);
    desk.pass(minutes(4)).await;
    assert_eq!(
        desk.vendor("Acme").await.source_reason.as_deref(),
        Some("the server refused the connection")
    );
    desk.pass(minutes(120)).await;
    assert_eq!(desk.told().len(), 1);
    page.recover();
    desk.pass(minutes(31)).await;
    assert_eq!(desk.told().len(), 1);
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_told_in_plain_words() {
    let mut reasons = Vec::new();
    for bad in [
        BadTls::Expired,
        BadTls::SelfSigned,
        BadTls::WrongName,
        BadTls::NotTls,
    ] {
        let mut desk = Desk::with(DeskOptions {
            tls: true,
            ..DeskOptions::default()
        })
        .await;
        let page = desk.stand_in("Acme", &acme());
        page.misbehave(Misbehaviour::BadTls(bad));
        desk.watch("Acme", &page.url(), "").await;
        desk.pass(minutes(4)).await;
        let vendor = desk.vendor("Acme").await;
        assert_eq!(
            (vendor.source, vendor.shown),
            (SourceState::Unreachable, Health::Unknown)
        );
        reasons.push(vendor.source_reason.unwrap());
        desk.pass(minutes(90)).await;
        assert_eq!(desk.told().len(), 1);
        page.recover();
        desk.pass(minutes(31)).await;
        assert_eq!(desk.vendor("Acme").await.shown, Health::Operational);
    }
    insta::assert_snapshot!(reasons.join("\n"), @"
    the certificate has expired
    the certificate comes from an authority that this machine does not trust
    the certificate is not valid for this name
    the server does not speak TLS
    ");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_told_in_plain_words() {
    let mut desk = Desk::new().await;
    desk.watch("Acme", "http://no-such-host.invalid/", "").await;
    desk.pass(minutes(1)).await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        (vendor.source, vendor.reported, vendor.shown),
        (SourceState::Unreachable, None, Health::Unknown)
    );
    assert_eq!(
        vendor.source_reason.as_deref(),
        Some("the host name does not resolve")
    );
    desk.pass(minutes(90)).await;
    let news = desk.news();
    assert_eq!(news.len(), 1, "{news:?}");
    assert!(
        news[0].body.contains("It has never been read."),
        "{}",
        news[0].body
    );
}

#[tokio::test]
async fn a_host_that_names_a_time_is_not_asked_before_it() {
    for wish in [
        RetryAfter::Seconds(3000),
        RetryAfter::Date {
            date_in: seconds(3000),
        },
    ] {
        let (mut desk, page) = Desk::watching(&acme()).await;
        page.misbehave(Misbehaviour::too_many_requests(wish));
        desk.pass(minutes(180)).await;
        let times = desk.asked_at(&page);
        assert!((3..=5).contains(&times.len()), "{times:?}");
        for pair in times[1..].windows(2) {
            assert!(pair[1] - pair[0] >= 2999, "{times:?}");
        }
        assert_eq!(desk.told().len(), 1);
    }
}

#[tokio::test]
async fn a_problem_stays_and_is_marked_stale() {
    let (mut desk, page) = Desk::watching(&with_cold_ovens("2026-11-07T07:50:00Z")).await;
    page.misbehave(Misbehaviour::status(503));
    desk.pass(minutes(10)).await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!((vendor.shown, vendor.shown_reason), (Health::MajorOutage, None));
    desk.pass(minutes(10)).await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        (vendor.shown, vendor.reported),
        (Health::MajorOutage, Some(Health::MajorOutage))
    );
    let reason = vendor.shown_reason.unwrap();
    assert!(
        reason.starts_with("last word ") && reason.contains("major outage"),
        "{reason}"
    );
    assert_eq!(vendor.incidents.len(), 1);
}

#[tokio::test]
async fn what_was_told_is_not_told_again_after_a_restart() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::status(500));
    desk.pass(minutes(60)).await;
    assert_eq!(desk.told().len(), 1);
    desk.restart().await;
    desk.pass(minutes(60)).await;
    desk.kill().await;
    desk.start().await;
    desk.pass(minutes(60)).await;
    assert_eq!(desk.told(), [""; 0]);
    page.recover();
    desk.pass(minutes(60)).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("page_back quiet: Acme: status page is back after 3 h"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_page_that_failed_before_it_was_ever_read_is_told_again_when_it_fails_again() {
    let mut desk = Desk::new().await;
    let page = desk.stand_in("Acme", &acme());
    page.misbehave(Misbehaviour::status(500));
    desk.watch("Acme", &page.url(), "").await;
    desk.pass(minutes(60)).await;
    assert_eq!(desk.told().len(), 1);
    page.recover();
    desk.pass(minutes(31)).await;
    assert_eq!(desk.told(), ["baseline quiet: Now watching Acme: operational"]);
    desk.restart().await;
    page.misbehave(Misbehaviour::status(500));
    desk.pass(minutes(90)).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("page_unreachable"), "{told:?}");
}

#[tokio::test]
async fn reported_health_outlives_a_clock_that_was_set_back() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::status(500));
    desk.clock.jump(SignedDuration::from_hours(-8));
    desk.pass(minutes(45)).await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        (vendor.reported, vendor.shown),
        (Some(Health::Operational), Health::Unknown)
    );
}

#[tokio::test]
async fn a_restart_forgets_neither_the_back_off_nor_the_hosts_wish() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::too_many_requests(RetryAfter::Seconds(3 * 3600)));
    desk.pass(minutes(10)).await;
    let asked = page.request_count();
    for orderly in [true, false] {
        if orderly {
            desk.restart().await;
        } else {
            desk.kill().await;
            desk.start().await;
        }
        desk.pass(minutes(60)).await;
        assert_eq!(page.request_count(), asked, "orderly: {orderly}");
    }
    page.recover();
    desk.pass(minutes(70)).await;
    assert_eq!(desk.vendor("Acme").await.source, SourceState::Fresh);
}
