//! Two answers about a moment, and uptime with the share of time that was observed.

use signalbox_engine::api::{Reply, Request, UptimeView, VendorAtView};
use signalbox_pages::Health;
use signalbox_replay::{Misbehaviour, Update};

use crate::{
    bodies::{acme, cold_ovens},
    support::{Desk, minutes},
};

async fn at(desk: &Desk, time: &str) -> VendorAtView {
    let request = Request::At {
        time: time.parse().unwrap(),
        vendors: vec![],
    };
    let Reply::At(mut at) = desk.ask(request).await.unwrap() else {
        panic!("no moment")
    };
    at.vendors.remove(0)
}

async fn uptime(desk: &Desk, from: &str, until: &str) -> UptimeView {
    let request = Request::Uptime {
        vendor: "Acme".into(),
        components: vec![],
        from: from.parse().unwrap(),
        until: until.parse().unwrap(),
    };
    let Reply::Uptime(uptime) = desk.ask(request).await.unwrap() else {
        panic!("no uptime")
    };
    uptime
}

#[tokio::test]
async fn what_was_known_then_and_what_is_known_now_are_told_apart() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    desk.pass(minutes(10)).await;
    // At 08:10 the vendor says that it began at 08:02.
    let mut body = acme();
    body.set_status("c2", "major_outage");
    body = body.incident(cold_ovens("2026-11-07T08:02:00Z"));
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    let before = at(&desk, "2026-11-07T07:30:00Z").await;
    assert!(
        before.known_then.is_none() && !before.observed,
        "not watched then"
    );
    let during = at(&desk, "2026-11-07T08:05:00Z").await;
    assert!(during.observed);
    let then = during.known_then.unwrap();
    assert_eq!((then.health, then.incidents.len()), (Health::Operational, 0));
    assert_eq!(during.known_now.unwrap().incidents[0].id, "i1");
    let after = at(&desk, "2026-11-07T08:14:30Z").await.known_then.unwrap();
    assert_eq!((after.health, after.incidents.len()), (Health::MajorOutage, 1));
    assert_eq!(after.troubled[0].id, "c2");
    body.incident_mut("i1")
        .unwrap()
        .push(Update::new("u2", "resolved", "Warm.").at("2026-11-07T08:16:00Z"));
    body.set_status("c2", "operational");
    body.serve_on(&page);
    desk.pass(minutes(10)).await;
    desk.restart().await;
    let again = at(&desk, "2026-11-07T08:14:30Z").await.known_then.unwrap();
    assert_eq!(
        again.health,
        Health::MajorOutage,
        "what was known then does not change"
    );
}

#[tokio::test]
async fn an_incident_whose_end_only_its_update_tells_was_over_then_and_not_when_that_was_read() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let mut body =
        acme().incident(cold_ovens("2026-11-07T08:01:00Z").raw("resolved_at", serde_json::Value::Null));
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    body.incident_mut("i1")
        .unwrap()
        .push(Update::new("u2", "resolved", "Warm.").at("2026-11-07T10:00:00Z"));
    body.serve_on(&page);
    desk.sleep(jiff::SignedDuration::from_hours(8)).await;
    assert!(
        desk.incident("i1")
            .await
            .incident
            .is_some_and(|incident| !incident.open)
    );
    assert!(at(&desk, "2026-11-07T09:55:00Z").await.known_now.is_some());
    assert!(at(&desk, "2026-11-07T10:05:00Z").await.known_now.is_none());
}

#[tokio::test]
async fn between_two_readings_it_is_said_that_the_next_one_is_still_to_come() {
    let mut desk = Desk::new().await;
    let page = desk.stand_in("Acme", &acme());
    desk.watch("Acme", &page.url(), "interval = \"1h\"").await;
    desk.pass(minutes(40)).await;
    let moment = at(&desk, "2026-11-07T08:30:00Z").await;
    let read = moment.awaiting_since.unwrap().to_string();
    assert!(read.starts_with("2026-11-07T08:00"), "{read}");
    assert!(!moment.observed, "that is known with the next reading");
    assert_eq!(
        at(&desk, "2026-11-07T09:30:00Z").await.awaiting_since,
        None,
        "still to come"
    );
    desk.pass(minutes(60)).await;
    let moment = at(&desk, "2026-11-07T08:30:00Z").await;
    assert_eq!((moment.observed, moment.awaiting_since), (true, None));
    page.misbehave(Misbehaviour::status(500));
    desk.pass(minutes(60)).await;
    assert_eq!(at(&desk, "2026-11-07T10:30:00Z").await.awaiting_since, None);
}

#[tokio::test]
async fn while_the_page_could_not_be_read_nothing_was_observed() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    desk.pass(minutes(60)).await;
    page.misbehave(Misbehaviour::status(500));
    desk.pass(minutes(120)).await;
    page.recover();
    desk.pass(minutes(60)).await;
    assert!(!at(&desk, "2026-11-07T10:00:00Z").await.observed);
    assert!(at(&desk, "2026-11-07T08:30:00Z").await.observed);
    let hours = uptime(&desk, "2026-11-07T08:00:00Z", "2026-11-07T12:00:00Z").await;
    let ovens = hours
        .components
        .iter()
        .find(|component| component.id == "c2")
        .unwrap();
    assert_eq!(ovens.up, Some(1.0));
    assert!((0.35..=0.52).contains(&ovens.observed), "{}", ovens.observed);
    let in_vain = uptime(&desk, "2026-11-07T09:30:00Z", "2026-11-07T10:30:00Z").await;
    for component in in_vain.components {
        assert_eq!(
            (component.up, component.observed),
            (None, 0.0),
            "no data is never 100 %"
        );
    }
}

#[tokio::test]
async fn uptime_is_of_the_time_observed_and_survives_restarts() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    desk.pass(minutes(60)).await;
    let mut body = acme();
    body.set_status("c2", "major_outage");
    body.serve_on(&page);
    desk.pass(minutes(30)).await;
    desk.restart().await;
    desk.pass(minutes(30)).await;
    acme().serve_on(&page);
    desk.pass(minutes(120)).await;
    let day = uptime(&desk, "2026-11-07T08:00:00Z", "2026-11-07T12:00:00Z").await;
    let of = |id: &str| {
        day.components
            .iter()
            .find(|component| component.id == id)
            .unwrap()
    };
    assert_eq!(of("c1").up, Some(1.0));
    assert!((0.98..=1.0).contains(&of("c1").observed), "{}", of("c1").observed);
    let up = of("c2").up.unwrap();
    assert!((0.72..=0.78).contains(&up), "an hour of four: {up}");
}

#[tokio::test]
async fn a_night_asleep_was_not_observed() {
    let (mut desk, _page) = Desk::watching(&acme()).await;
    desk.pass(minutes(60)).await;
    desk.sleep(jiff::SignedDuration::from_hours(8)).await;
    desk.pass(minutes(60)).await;
    assert!(!at(&desk, "2026-11-07T13:00:00Z").await.observed);
    let day = uptime(&desk, "2026-11-07T08:00:00Z", "2026-11-07T18:00:00Z").await;
    assert!(
        (0.17..=0.22).contains(&day.components[0].observed),
        "{}",
        day.components[0].observed
    );
}
