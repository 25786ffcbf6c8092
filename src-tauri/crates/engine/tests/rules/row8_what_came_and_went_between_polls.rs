//! Row 8: operational, major and operational again inside one gap.

use jiff::SignedDuration;
use signalbox_engine::api::{Reply, Request};
use signalbox_replay::{Misbehaviour, Page, StatuspageBody, Update};

use crate::{
    bodies::{acme, cold_ovens},
    support::{Desk, minutes, seconds},
};

fn came_and_went(from: &str, until: &str) -> StatuspageBody {
    let mut incident = cold_ovens(from);
    incident.updates[0] = incident.updates[0]
        .clone()
        .transition("c2", "operational", "major_outage");
    incident.push(Update::new("u2", "resolved", "Warm again.").at(until).transition(
        "c2",
        "major_outage",
        "operational",
    ));
    acme().incident(incident)
}

#[tokio::test]
async fn what_came_and_went_is_recorded_from_its_own_updates_and_told_quietly_once() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    desk.pass(seconds(1)).await;
    came_and_went("2026-11-07T08:00:20Z", "2026-11-07T08:00:50Z").serve_on(&page);
    desk.pass(minutes(5)).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("incident_missed quiet: Acme: "), "{told:?}");
    let incident = desk.incident("i1").await;
    assert_eq!(incident.updates.len(), 2);
    assert_eq!(
        incident.incident.unwrap().resolved_at.unwrap().to_string(),
        "2026-11-07T08:00:50Z"
    );
    // What the vendor has said since about a moment in between is not what was known then.
    let time = "2026-11-07T08:00:30Z".parse().unwrap();
    let Reply::At(at) = desk
        .ask(Request::At {
            time,
            vendors: vec![],
        })
        .await
        .unwrap()
    else {
        panic!("no moment")
    };
    let acme = &at.vendors[0];
    assert_eq!(acme.known_then.as_ref().unwrap().incidents.len(), 0);
    assert_eq!(acme.known_now.as_ref().unwrap().incidents.len(), 1);
    desk.restart().await;
    desk.pass(minutes(30)).await;
    assert_eq!(desk.told(), [""; 0]);
}

#[tokio::test]
async fn what_came_and_went_while_the_page_could_not_be_read_is_found() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::status(500));
    desk.pass(minutes(20)).await;
    came_and_went("2026-11-07T08:05:00Z", "2026-11-07T08:15:00Z").serve_on(&page);
    page.recover();
    desk.pass(minutes(35)).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("incident_missed quiet: "), "{told:?}");
}

#[tokio::test]
async fn a_clock_that_was_ahead_for_a_while_hides_nothing_that_comes_and_goes_afterwards() {
    for restarted in [false, true] {
        let (mut desk, page) = Desk::watching(&acme()).await;
        desk.pass(minutes(30)).await;
        desk.clock.jump(SignedDuration::from_hours(8));
        desk.pass(minutes(5)).await;
        if restarted {
            desk.stop().await;
        }
        desk.clock.jump(SignedDuration::from_hours(-8));
        if restarted {
            desk.start().await;
        }
        desk.pass(minutes(5)).await;
        desk.news();
        came_and_went("2026-11-07T08:40:20Z", "2026-11-07T08:40:50Z").serve_on(&page);
        // After a start it may take as long as the longest pause until a page is asked that was asked in the future.
        desk.pass(minutes(if restarted { 90 } else { 5 })).await;
        let told = desk.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("incident_missed quiet: "), "{told:?}");
    }
}

/// A page that looks as it did before a gap, and whose history, which would tell more, cannot be read yet.
async fn only_the_history_tells() -> (Desk, Page) {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::status(500));
    desk.pass(minutes(20)).await;
    let (before, after) = (
        acme(),
        came_and_went("2026-11-07T08:05:00Z", "2026-11-07T08:15:00Z"),
    );
    before.serve_on(&page);
    let history = after
        .documents(&page.url())
        .into_iter()
        .find(|(path, _)| path.ends_with("/incidents.json"))
        .unwrap();
    page.set(history.0, history.1);
    page.recover();
    page.misbehave_at("/api/v2/incidents.json", Misbehaviour::status(503));
    desk.pass(minutes(35)).await;
    assert_eq!(desk.told(), [""; 0]);
    (desk, page)
}

fn told_as_missed(desk: &mut Desk) {
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("Ovens are cold"), "{told:?}");
    assert!(told[0].starts_with("incident_missed quiet: "), "{told:?}");
}

#[tokio::test]
async fn a_history_that_cannot_be_read_after_a_gap_is_asked_for_again() {
    let (mut desk, page) = only_the_history_tells().await;
    page.recover();
    desk.pass(minutes(15)).await;
    told_as_missed(&mut desk);
}

#[tokio::test]
async fn a_history_that_is_still_owed_is_asked_for_at_the_next_start() {
    let (mut desk, page) = only_the_history_tells().await;
    desk.stop().await;
    page.recover();
    desk.start().await;
    desk.pass(minutes(5)).await;
    told_as_missed(&mut desk);
}

#[tokio::test]
async fn a_kill_between_the_light_document_and_the_history_loses_no_look_into_it() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave_at("/api/v2/incidents.json", Misbehaviour::Hang);
    let looked = page.request_count();
    // Only the time stamp is news; what came and went stands in the history alone.
    let history = came_and_went("2026-11-07T08:00:20Z", "2026-11-07T08:00:50Z");
    for (path, document) in history.documents(&page.url()) {
        if path.ends_with("/incidents.json") {
            page.set(path, document);
        }
    }
    for (path, document) in acme().updated_at("2026-11-07T08:01:00Z").documents(&page.url()) {
        if path.ends_with("/summary.json") {
            page.set(path, document);
        }
    }
    desk.clock.advance(minutes(3));
    page.wait_for_requests(looked + 2).await;
    page.wait_for_a_request(|request| request.path().ends_with("/incidents.json") && !request.is_over)
        .await;
    desk.kill().await;
    page.recover();
    desk.start().await;
    desk.pass(minutes(5)).await;
    told_as_missed(&mut desk);
}

#[tokio::test]
async fn what_was_over_before_the_first_sight_is_taken_in_silently() {
    let (mut desk, _page) =
        Desk::watching(&came_and_went("2026-11-06T08:00:20Z", "2026-11-06T08:50:00Z")).await;
    desk.pass(minutes(60)).await;
    desk.restart().await;
    desk.pass(minutes(60 * 25)).await;
    assert_eq!(desk.told(), [""; 0]);
    assert_eq!(desk.incident("i1").await.updates.len(), 2);
}
