//! First sight of a page: a baseline, the past taken in silently, one summary for all that are new.

use signalbox_engine::api::{Reply, Request};
use signalbox_replay::{Incident, Misbehaviour, Update};

use crate::{
    bodies::{acme, vendor, with_cold_ovens},
    support::{Desk, minutes},
};

#[tokio::test]
async fn one_new_page_is_told_in_one_line() {
    let mut desk = Desk::new().await;
    desk.page("Acme", &acme()).await;
    desk.settle().await;
    assert_eq!(desk.told(), ["baseline quiet: Now watching Acme: operational"]);
}

#[tokio::test]
async fn a_batch_of_new_pages_is_told_in_one_summary() {
    let mut desk = Desk::new().await;
    let broken = desk.stand_in("Acme", &with_cold_ovens("2026-11-07T07:00:00Z"));
    desk.write_watch("Acme", &broken.url(), "");
    for index in 0..20 {
        let name = format!("V{index}");
        let page = desk.stand_in(&name, &vendor(&name));
        desk.write_watch(&name, &page.url(), "");
    }
    desk.reload().await;
    desk.pass(minutes(2)).await;
    let news = desk.news();
    assert_eq!(news.len(), 1, "{news:?}");
    assert_eq!(news[0].headline, "Now watching 21 vendors: 1 has a problem");
    assert_eq!(
        news[0].body,
        "Acme: major outage, open incident: Ovens are cold\n20 more: fine"
    );
    desk.pass(minutes(60)).await;
    assert_eq!(desk.told(), [""; 0]);
}

#[tokio::test]
async fn a_page_that_cannot_be_read_yet_keeps_the_summary_of_the_others_from_nobody() {
    let mut desk = Desk::new().await;
    for index in 0..4 {
        let name = format!("V{index}");
        let page = desk.stand_in(&name, &vendor(&name));
        if index == 0 {
            page.misbehave(Misbehaviour::LoginPage);
        }
        desk.write_watch(&name, &page.url(), "");
    }
    desk.reload().await;
    desk.settle().await;
    assert_eq!(
        desk.told(),
        ["baseline quiet: Now watching 3 vendors: none has a problem"]
    );
}

#[tokio::test]
async fn the_past_that_the_page_publishes_is_taken_in_without_a_word() {
    let mut body = acme();
    for day in 1..=6 {
        let at = |hour: u32| format!("2026-11-0{day}T{hour:02}:00:00Z");
        body = body.incident(
            Incident::new(format!("old{day}"), "Ovens were cold")
                .update(Update::new(format!("a{day}"), "investigating", "Look.").at(at(8)))
                .update(Update::new(format!("b{day}"), "resolved", "Done.").at(at(9))),
        );
    }
    let mut desk = Desk::new().await;
    desk.page("Acme", &body).await;
    desk.pass(minutes(10)).await;
    assert_eq!(desk.told(), ["baseline quiet: Now watching Acme: operational"]);
    let asked = Request::History {
        vendors: vec![],
        since: None,
        until: None,
        limit: 50,
        before: None,
    };
    let Reply::History(history) = desk.ask(asked).await.unwrap() else {
        panic!("no history")
    };
    assert_eq!(history.incidents.len(), 6);
}

#[tokio::test]
async fn what_is_open_at_first_sight_is_told_in_the_summary_and_its_end_by_itself() {
    let mut desk = Desk::new().await;
    let mut body = with_cold_ovens("2026-11-07T07:00:00Z");
    let page = desk.page("Acme", &body).await;
    desk.pass(minutes(3)).await;
    assert_eq!(
        desk.told(),
        ["baseline normal: Now watching Acme: major outage, open incident: Ovens are cold"]
    );
    body.incident_mut("i1")
        .unwrap()
        .push(Update::new("u2", "resolved", "Warm.").at("2026-11-07T08:03:00Z"));
    body.set_status("c2", "operational");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("incident_resolved "), "{told:?}");
}

#[tokio::test]
async fn a_restart_before_the_summary_was_made_loses_nothing() {
    let mut desk = Desk::new().await;
    let page = desk.stand_in("Acme", &acme());
    let hung = desk.stand_in("Hung", &vendor("Hung"));
    hung.misbehave(Misbehaviour::Hang);
    desk.write_watch("Acme", &page.url(), "");
    desk.write_watch("Hung", &hung.url(), "");
    desk.reload().await;
    page.wait_for_answers(4).await;
    while desk.vendor("Acme").await.read_at.is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(desk.told(), [""; 0], "the other one is still to be heard");
    desk.kill().await;
    hung.recover();
    desk.start().await;
    desk.pass(minutes(2)).await;
    let told = desk.told();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter()
            .all(|line| line.starts_with("baseline quiet: Now watching ")),
        "{told:?}"
    );
}
