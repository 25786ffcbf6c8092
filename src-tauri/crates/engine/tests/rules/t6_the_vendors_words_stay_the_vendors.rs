//! Title, text, phase, impact and times as published; what was inferred is marked.

use signalbox_replay::Update;

use crate::{
    bodies::{acme, with_cold_ovens},
    support::{Desk, minutes},
};

#[tokio::test]
async fn an_announcement_quotes_the_vendor_and_tells_its_time_apart_from_ours() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    with_cold_ovens("2026-11-07T07:48:00Z").serve_on(&page);
    desk.pass(minutes(3)).await;
    let news = desk.news();
    assert_eq!(news.len(), 1);
    assert!(
        news[0].body.contains("We are looking into it."),
        "{}",
        news[0].body
    );
    assert_eq!(news[0].happened_at.unwrap().to_string(), "2026-11-07T07:48:00Z");
    assert!(news[0].recorded_at > news[0].happened_at.unwrap());
    assert_eq!(
        news[0].url.as_deref(),
        Some(page.url_of("/incidents/i1").as_str())
    );
    let incident = desk.incident("i1").await.incident.unwrap();
    assert_eq!(incident.title, "Ovens are cold");
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-07T07:48:00Z");
    assert!(incident.first_recorded_at > incident.started_at.unwrap());
}

#[tokio::test]
async fn the_end_is_told_with_the_exact_duration() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    desk.news();
    desk.pass(minutes(41 * 60)).await;
    assert_eq!(desk.told(), [""; 0]);
    body.incident_mut("i1")
        .unwrap()
        .push(Update::new("u2", "resolved", "Warm.").at("2026-11-09T01:05:00Z"));
    body.set_status("c2", "operational");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    let news = desk.news();
    assert_eq!(news.len(), 1, "{news:?}");
    let whole = format!("{} {}", news[0].headline, news[0].body);
    assert!(whole.contains("41 h 4 min"), "{whole}");
}
