//! Conditional requests, one request at a time per host, no more documents than needed.

use signalbox_replay::{HttpOptions, Misbehaviour, Page};

use crate::{
    bodies::{acme, vendor, with_cold_ovens},
    support::{Desk, minutes, seconds},
};

fn count(page: &Page, document: &str) -> usize {
    page.requests()
        .iter()
        .filter(|request| request.path() == format!("/api/v2/{document}.json"))
        .count()
}

fn heavies(page: &Page) -> [usize; 3] {
    ["components", "incidents", "scheduled-maintenances"].map(|document| count(page, document))
}

#[tokio::test]
async fn heavy_documents_are_asked_for_at_first_sight_on_change_daily_and_after_a_gap() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    assert_eq!(
        (count(&page, "summary"), heavies(&page)),
        (1, [1; 3]),
        "first sight"
    );
    desk.pass(minutes(60)).await;
    assert_eq!(heavies(&page), [1; 3], "nothing has changed");
    with_cold_ovens("2026-11-07T09:00:00Z").serve_on(&page);
    desk.pass(minutes(3)).await;
    assert_eq!(heavies(&page), [2; 3], "a change");
    desk.pass(minutes(60)).await;
    assert_eq!(heavies(&page), [2; 3]);
    page.misbehave(Misbehaviour::status(500));
    desk.pass(minutes(25)).await;
    page.recover();
    desk.pass(minutes(31)).await;
    assert_eq!(heavies(&page), [3; 3], "a gap");
    desk.pass(minutes(23 * 60)).await;
    assert_eq!(heavies(&page), [3; 3]);
    desk.pass(minutes(90)).await;
    assert_eq!(heavies(&page), [4; 3], "a day");
}

#[tokio::test]
async fn a_restart_asks_for_nothing_that_was_read_a_moment_ago() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let asked = page.request_count();
    desk.restart().await;
    desk.settle().await;
    assert_eq!(page.request_count(), asked, "what is not due is not asked");
    desk.pass(minutes(3)).await;
    assert_eq!(heavies(&page), [1; 3]);
    let last = page.requests().pop().unwrap();
    assert!(
        last.is_conditional() && last.status == Some(304),
        "validators outlive a restart"
    );
}

#[tokio::test]
async fn requests_are_conditional_but_for_one_an_hour() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    desk.pass(minutes(180)).await;
    let light: Vec<_> = page
        .requests()
        .into_iter()
        .filter(|request| request.path().ends_with("summary.json"))
        .collect();
    let full = light.iter().filter(|request| !request.is_conditional()).count();
    assert!(
        (80..=100).contains(&light.len()),
        "{} polls in three hours",
        light.len()
    );
    assert!((3..=4).contains(&full), "{full} full fetches in three hours");
    assert!(
        light
            .iter()
            .all(|request| request.is_conditional() == (request.status == Some(304)))
    );
}

#[tokio::test]
async fn the_same_bytes_without_validators_are_no_change() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.set_http(HttpOptions::without_validators());
    desk.pass(minutes(60)).await;
    assert_eq!(heavies(&page), [1; 3]);
    assert_eq!(desk.told(), [""; 0]);
}

#[tokio::test]
async fn pages_on_one_host_are_asked_one_at_a_time() {
    let mut desk = Desk::new().await;
    let host = desk.town.open("host").unwrap();
    for index in 0..6 {
        let documents = vendor(&format!("V{index}")).documents(&host.url_of(&format!("/v{index}")));
        for (path, document) in documents {
            host.set(format!("/v{index}{path}"), document);
        }
        desk.write_watch(&format!("V{index}"), &host.url_of(&format!("/v{index}/")), "");
    }
    desk.reload().await;
    desk.pass(minutes(10)).await;
    assert_eq!(
        desk.status()
            .await
            .vendors
            .iter()
            .filter(|vendor| vendor.read_at.is_some())
            .count(),
        6
    );
    assert!(host.request_count() >= 6 * 4 + 6 * 4);
    assert_eq!(host.max_concurrent(), 1);
}

#[tokio::test]
async fn a_wish_to_be_left_alone_holds_for_every_page_of_the_host() {
    let mut desk = Desk::new().await;
    let host = desk.town.open("host").unwrap();
    for index in 0..2 {
        let documents = vendor(&format!("V{index}")).documents(&host.url_of(&format!("/v{index}")));
        for (path, document) in documents {
            host.set(format!("/v{index}{path}"), document);
        }
        desk.write_watch(&format!("V{index}"), &host.url_of(&format!("/v{index}/")), "");
    }
    desk.reload().await;
    desk.settle().await;
    host.misbehave_next(
        1,
        Misbehaviour::too_many_requests(signalbox_replay::RetryAfter::Seconds(3600)),
    );
    let before = host.request_count();
    desk.pass(minutes(59)).await;
    assert_eq!(host.request_count(), before + 1);
    desk.pass(minutes(10)).await;
    assert!(host.request_count() > before + 2);
}

#[tokio::test]
async fn a_page_is_asked_every_two_minutes_and_every_minute_while_an_incident_is_open() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    desk.pass(minutes(60)).await;
    let calm = desk.asked_at(&page).len();
    assert!((27..=34).contains(&calm), "{calm} polls in an hour");
    with_cold_ovens("2026-11-07T09:00:00Z").serve_on(&page);
    desk.pass(minutes(62)).await;
    let during = desk.asked_at(&page).len() - calm;
    assert!((54..=68).contains(&during), "{during} polls in an hour");
}

#[tokio::test]
async fn a_persons_own_interval_counts() {
    let mut desk = Desk::new().await;
    let page = desk.stand_in("Acme", &acme());
    desk.watch("Acme", &page.url(), "interval = \"20m\"").await;
    desk.pass(minutes(121)).await;
    let polls = desk.asked_at(&page).len();
    assert!((6..=8).contains(&polls), "{polls} polls in two hours");
    desk.erase_watches();
    desk.watch("Acme", &page.url(), "interval = \"1m\"").await;
    desk.pass(seconds(1)).await;
    assert_eq!(
        desk.asked_at(&page).len(),
        polls + 1,
        "a new interval does not wait for the old one"
    );
}

#[tokio::test]
async fn a_new_usual_interval_counts_at_once_also_after_a_restart() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    desk.prefer("interval = \"2h\"").await;
    desk.pass(minutes(5)).await;
    let polls = desk.asked_at(&page).len();
    desk.pass(minutes(60)).await;
    assert_eq!(desk.asked_at(&page).len(), polls, "two hours are two hours");
    desk.stop().await;
    desk.write_preference("interval = \"1m\"");
    desk.start().await;
    desk.pass(seconds(1)).await;
    assert_eq!(
        desk.asked_at(&page).len(),
        polls + 1,
        "a new interval does not wait for the old one"
    );
}

#[tokio::test]
async fn the_user_agent_says_who_asks() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    assert!(
        page.requests()[0]
            .header("user-agent")
            .unwrap()
            .starts_with("Signalbox/")
    );
    desk.prefer("contact = \"mailto:ops@example.com\"").await;
    desk.pass(minutes(3)).await;
    assert!(
        page.requests()
            .last()
            .unwrap()
            .header("user-agent")
            .unwrap()
            .contains("ops@example.com")
    );
}
