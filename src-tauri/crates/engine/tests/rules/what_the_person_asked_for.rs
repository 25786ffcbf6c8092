//! Scope, mutes, acknowledgements, and a configuration that changes while everything runs.

use signalbox_engine::api::{Reply, Request};
use signalbox_pages::Health;
use signalbox_replay::{Incident, Misbehaviour, Update};

use crate::{
    bodies::{acme, vendor, with_cold_ovens},
    support::{Desk, minutes},
};

async fn scoped(components: &str) -> (Desk, signalbox_replay::Page) {
    let mut desk = Desk::new().await;
    let page = desk.stand_in("Acme", &acme());
    desk.watch("Acme", &page.url(), &format!("components = [{components}]"))
        .await;
    desk.settle().await;
    desk.news();
    (desk, page)
}

#[tokio::test]
async fn what_does_not_touch_the_scope_is_neither_told_nor_counted() {
    let (mut desk, page) = scoped("\"c1\"").await;
    with_cold_ovens("2026-11-07T08:01:00Z").serve_on(&page);
    desk.pass(minutes(5)).await;
    assert_eq!(desk.told(), [""; 0]);
    let vendor = desk.vendor("Acme").await;
    assert_eq!(
        (vendor.shown, vendor.incidents.len(), vendor.scope.chosen),
        (Health::Operational, 0, 1)
    );
    // All of it is recorded.
    assert_eq!(desk.incident("i1").await.updates.len(), 1);
}

#[tokio::test]
async fn how_long_it_has_been_so_is_told_of_what_is_in_scope() {
    let (mut desk, page) = scoped("\"c1\"").await;
    let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
    body.serve_on(&page);
    desk.pass(minutes(120)).await;
    body.set_status("c1", "major_outage");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    let vendor = desk.vendor("Acme").await;
    assert_eq!(vendor.shown, Health::MajorOutage);
    let since = vendor.health_since.unwrap().to_string();
    assert!(since.starts_with("2026-11-07T10:0"), "{since}");
}

#[tokio::test]
async fn an_incident_that_names_no_component_counts_for_every_scope() {
    let (mut desk, page) = scoped("\"c1\"").await;
    acme()
        .incident(
            Incident::new("i1", "Everything is odd")
                .impact("major")
                .update(Update::new("u1", "investigating", "Look.").at("2026-11-07T08:01:00Z")),
        )
        .serve_on(&page);
    desk.pass(minutes(5)).await;
    assert_eq!(desk.told().len(), 1);
    assert_eq!(desk.vendor("Acme").await.incidents.len(), 1);
}

#[tokio::test]
async fn a_scope_that_is_changed_while_running_counts_from_then_on() {
    let (mut desk, page) = scoped("\"c1\"").await;
    with_cold_ovens("2026-11-07T08:01:00Z").serve_on(&page);
    desk.pass(minutes(5)).await;
    assert_eq!(desk.told(), [""; 0]);
    let request = Request::Scope {
        vendor: "Acme".into(),
        components: Some(vec!["Ovens".into()]),
    };
    let Reply::Scope(scope) = desk.ask(request).await.unwrap() else {
        panic!("no scope")
    };
    assert_eq!(
        scope
            .components
            .iter()
            .filter(|component| component.in_scope)
            .count(),
        1
    );
    assert_eq!(desk.vendor("Acme").await.shown, Health::MajorOutage);
}

#[tokio::test]
async fn a_muted_vendor_tells_nothing_and_nothing_old_afterwards() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let until = Some("2026-11-07T10:00:00Z".parse().unwrap());
    desk.ask(Request::Mute {
        target: "Acme".into(),
        vendor: None,
        until,
    })
    .await
    .unwrap();
    let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
    body.serve_on(&page);
    desk.pass(minutes(180)).await;
    assert_eq!(desk.told(), [""; 0]);
    assert_eq!(
        desk.vendor("Acme").await.shown,
        Health::MajorOutage,
        "muted is not hidden"
    );
    body.incident_mut("i1")
        .unwrap()
        .push(Update::new("u2", "resolved", "Warm.").at("2026-11-07T11:01:00Z"));
    body.set_status("c2", "operational");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("incident_resolved "), "{told:?}");
}

#[tokio::test]
async fn a_muted_incident_tells_nothing_and_others_do() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    desk.news();
    desk.ask(Request::Mute {
        target: "i1".into(),
        vendor: None,
        until: None,
    })
    .await
    .unwrap();
    body.incident_mut("i1").unwrap().impact = Some("critical".into());
    body = body.incident(
        Incident::new("i2", "Presses are loud")
            .affects("c1")
            .update(Update::new("u9", "investigating", "Look.").at("2026-11-07T08:06:00Z")),
    );
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("Presses are loud"), "{told:?}");
}

#[tokio::test]
async fn a_muted_maintenance_tells_nothing_of_what_it_touches() {
    for muted in [false, true] {
        let (mut desk, page) = scoped("\"c1\"").await;
        let maintained = |phase: &str| {
            let mut body = acme().maintenance(
                Incident::maintenance("m1", "New belts", "2026-11-07T08:10:00Z", "2026-11-07T09:00:00Z")
                    .phase(phase)
                    .affects("c1"),
            );
            if phase == "in_progress" {
                body.set_status("c1", "under_maintenance");
            }
            body
        };
        maintained("scheduled").serve_on(&page);
        desk.pass(minutes(5)).await;
        if muted {
            desk.ask(Request::Mute {
                target: "m1".into(),
                vendor: None,
                until: None,
            })
            .await
            .unwrap();
        }
        for phase in ["in_progress", "completed"] {
            maintained(phase).serve_on(&page);
            desk.pass(minutes(10)).await;
        }
        let told = desk.told();
        assert_eq!(told.len(), if muted { 0 } else { 2 }, "{told:?}");
    }
}

#[tokio::test]
async fn an_acknowledged_incident_stays_visible_and_drives_nothing_until_it_gets_worse() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    desk.news();
    assert_eq!(desk.status().await.tray, Health::MajorOutage);
    desk.ask(Request::Acknowledge {
        incident: "i1".into(),
        vendor: None,
        undo: false,
    })
    .await
    .unwrap();
    let status = desk.status().await;
    assert_eq!(
        (status.tray, status.vendors[0].incidents.len()),
        (Health::Operational, 1)
    );
    body.incident_mut("i1").unwrap().impact = Some("critical".into());
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    assert_eq!(desk.told().len(), 1);
    assert_eq!(desk.status().await.tray, Health::MajorOutage);
    acknowledge(&desk, "i1", false).await;
    assert_eq!(desk.status().await.tray, Health::Operational);
    acknowledge(&desk, "i1", true).await;
    assert_eq!(desk.status().await.tray, Health::MajorOutage);
}

async fn acknowledge(desk: &Desk, incident: &str, undo: bool) {
    let request = Request::Acknowledge {
        incident: incident.into(),
        vendor: None,
        undo,
    };
    desk.ask(request).await.unwrap();
}

#[tokio::test]
async fn an_acknowledgement_is_over_with_its_incident() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    acknowledge(&desk, "i1", false).await;
    for (id, phase, at) in [
        ("u2", "resolved", "2026-11-07T08:06:00Z"),
        ("u3", "investigating", "2026-11-07T08:11:00Z"),
    ] {
        body.incident_mut("i1")
            .unwrap()
            .push(Update::new(id, phase, "Hm.").at(at));
        body.serve_on(&page);
        desk.pass(minutes(5)).await;
    }
    assert_eq!(desk.status().await.tray, Health::MajorOutage);
}

#[tokio::test]
async fn an_incident_that_vanished_keeps_nobody_from_acknowledging_another() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    with_cold_ovens("2026-11-07T08:01:00Z").serve_on(&page);
    desk.pass(minutes(5)).await;
    let mut body = with_cold_ovens("2026-11-07T08:06:00Z");
    body.incident_mut("i1").unwrap().id = "i2".into();
    body.serve_on(&page);
    desk.pass(minutes(10)).await;
    assert_eq!(desk.vendor("Acme").await.incidents.len(), 2);
    acknowledge(&desk, "i2", false).await;
    assert_eq!(desk.status().await.tray, Health::Operational);
}

#[tokio::test]
async fn an_acknowledged_incident_speaks_for_no_other_component_of_the_same_name() {
    let body =
        vendor("Acme")
            .component("eu", "Global", "operational")
            .component("us", "Global", "operational");
    let (mut desk, page) = Desk::watching(&body).await;
    let mut body = body.incident(
        Incident::new("i1", "Global is slow")
            .affects("eu")
            .update(Update::new("u1", "investigating", "Look.").at("2026-11-07T08:01:00Z")),
    );
    body.set_status("eu", "degraded_performance");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    desk.ask(Request::Acknowledge {
        incident: "i1".into(),
        vendor: None,
        undo: false,
    })
    .await
    .unwrap();
    assert_eq!(desk.status().await.tray, Health::Operational);
    body.set_status("us", "major_outage");
    body.serve_on(&page);
    desk.pass(minutes(5)).await;
    assert!(
        desk.status().await.tray.is_problem(),
        "of that one nobody has taken note"
    );
}

#[tokio::test]
async fn pages_come_and_go_with_the_configuration() {
    let (mut desk, acme_page) = Desk::watching(&acme()).await;
    let other = desk.page("Other", &vendor("Other")).await;
    desk.settle().await;
    assert_eq!(desk.told(), ["baseline quiet: Now watching Other: operational"]);
    desk.erase_watches();
    desk.watch("Other", &other.url(), "").await;
    desk.settle().await;
    let asked = acme_page.request_count();
    desk.pass(minutes(10)).await;
    assert_eq!(
        acme_page.request_count(),
        asked,
        "who is no longer watched is no longer asked"
    );
    assert_eq!(desk.status().await.vendors.len(), 1);
    // What is watched again is polled at once, and what was open meanwhile is known.
    with_cold_ovens("2026-11-07T08:05:00Z").serve_on(&acme_page);
    desk.watch("Acme", &acme_page.url(), "").await;
    desk.settle().await;
    assert_eq!(desk.vendor("Acme").await.shown, Health::MajorOutage);
}

#[tokio::test]
async fn a_configuration_taken_up_during_a_poll_is_not_forgotten_when_it_ends() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::SlowHeaders {
        every: std::time::Duration::from_millis(3),
    });
    let asked = page.request_count();
    desk.clock.advance(minutes(3));
    page.wait_for_requests(asked + 1).await;
    desk.erase_watches();
    desk.watch("Acme Works", &page.url(), "components = [\"c1\"]")
        .await;
    desk.settle().await;
    page.recover();
    with_cold_ovens("2026-11-07T08:04:00Z").serve_on(&page);
    desk.pass(minutes(5)).await;
    assert_eq!(desk.told(), [""; 0], "the ovens are out of scope");
    assert_eq!(desk.vendor("Acme Works").await.scope.chosen, 1);
}

#[tokio::test]
async fn a_check_of_a_page_that_is_removed_meanwhile_is_answered() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::SlowHeaders {
        every: std::time::Duration::from_millis(5),
    });
    let asked = page.request_count();
    let check = desk.ask(Request::Check { vendors: vec![] });
    let change = async {
        page.wait_for_requests(asked + 1).await;
        desk.ask(Request::Remove {
            vendor: "Acme".into(),
        })
        .await
    };
    let (checked, removed) = tokio::join!(check, change);
    removed.unwrap();
    checked.unwrap();
    desk.settle().await;
}

#[tokio::test]
async fn a_page_is_added_and_removed_over_the_interface() {
    let mut desk = Desk::new().await;
    let page = desk.stand_in("Acme", &with_cold_ovens("2026-11-07T07:50:00Z"));
    let reply = desk
        .ask(Request::Add {
            page: page.url(),
            name: Some("Works".into()),
        })
        .await
        .unwrap();
    let Reply::Added(vendor) = reply else {
        panic!("not added")
    };
    assert_eq!(
        (vendor.vendor.as_str(), vendor.shown),
        ("Works", Health::MajorOutage)
    );
    desk.settle().await;
    assert_eq!(desk.told().len(), 1);
    let twice = desk
        .ask(Request::Add {
            page: page.url(),
            name: None,
        })
        .await
        .unwrap_err();
    assert!(twice.message.contains("watched already"), "{twice:?}");
    desk.ask(Request::Remove {
        vendor: "Works".into(),
    })
    .await
    .unwrap();
    assert!(desk.status().await.vendors.is_empty());
}

#[tokio::test]
async fn what_ended_or_vanished_while_a_page_was_not_watched_is_no_news_when_it_is_watched_again() {
    for vanished in [false, true] {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
        body.serve_on(&page);
        desk.pass(minutes(5)).await;
        desk.erase_watches();
        desk.reload().await;
        desk.settle().await;
        desk.news();
        body.set_status("c2", "operational");
        if vanished {
            body.vanish("i1");
        } else {
            body.incident_mut("i1")
                .unwrap()
                .push(Update::new("u2", "resolved", "Warm.").at("2026-11-08T08:00:00Z"));
        }
        body.serve_on(&page);
        desk.clock.advance(minutes(14 * 24 * 60));
        desk.watch("Acme", &page.url(), "").await;
        desk.pass(minutes(60)).await;
        assert_eq!(
            desk.told(),
            ["baseline quiet: Now watching Acme: operational"],
            "vanished: {vanished}"
        );
    }
}

#[tokio::test]
async fn what_is_watched_again_after_weeks_is_seen_as_if_for_the_first_time() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::status(500));
    desk.pass(minutes(90)).await;
    assert_eq!(desk.told().len(), 1);
    desk.erase_watches();
    desk.reload().await;
    desk.pass(minutes(5)).await;
    let mut body = with_cold_ovens("2026-11-21T08:00:00Z");
    for day in 10..20 {
        let at = |hour: u32| format!("2026-11-{day}T{hour:02}:00:00Z");
        body = body.incident(
            Incident::new(format!("old{day}"), "Ovens were cold")
                .update(Update::new(format!("a{day}"), "investigating", "Look.").at(at(8)))
                .update(Update::new(format!("b{day}"), "resolved", "Done.").at(at(9))),
        );
    }
    body.serve_on(&page);
    page.recover();
    desk.clock.advance(minutes(14 * 24 * 60));
    desk.watch("Acme", &page.url(), "").await;
    desk.pass(minutes(10)).await;
    assert_eq!(
        desk.told(),
        ["baseline normal: Now watching Acme: major outage, open incident: Ovens are cold"]
    );
    desk.restart().await;
    desk.pass(minutes(60)).await;
    assert_eq!(desk.told(), [""; 0]);
    assert_eq!(
        desk.incident("old12").await.updates.len(),
        2,
        "the time in between is in the history"
    );
}
