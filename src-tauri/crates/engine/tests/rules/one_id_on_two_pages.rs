//! Vendors choose their ids themselves, so two may choose the same; and what is no longer watched keeps its name.

use signalbox_engine::api::{ApiError, ErrorCode, HistoryView, Reply, Request};
use signalbox_replay::{Incident, Page, StatuspageBody, Update};

use crate::{
    bodies::{cold_ovens, vendor},
    support::{Desk, minutes},
};

fn troubled(name: &str) -> StatuspageBody {
    vendor(name).incident(cold_ovens("2026-11-07T07:30:00Z"))
}

/// Two vendors with an open incident of the same id.
async fn two() -> (Desk, Vec<Page>) {
    let mut desk = Desk::new().await;
    let mut pages = Vec::new();
    for name in ["Acme", "Other"] {
        pages.push(desk.page(name, &troubled(name)).await);
    }
    desk.settle().await;
    desk.news();
    (desk, pages)
}

fn mute(vendor: Option<&str>) -> Request {
    Request::Mute {
        target: "i1".into(),
        vendor: vendor.map(str::to_owned),
        until: None,
    }
}

fn acknowledge(vendor: Option<&str>) -> Request {
    Request::Acknowledge {
        incident: "i1".into(),
        vendor: vendor.map(str::to_owned),
        undo: false,
    }
}

fn incident(vendor: Option<&str>) -> Request {
    Request::Incident {
        id: "i1".into(),
        vendor: vendor.map(str::to_owned),
    }
}

async fn refused(desk: &Desk, request: Request) -> ApiError {
    desk.ask(request).await.unwrap_err()
}

async fn history(desk: &Desk, vendors: &[&str], limit: u32, before: Option<String>) -> HistoryView {
    let request = Request::History {
        vendors: vendors.iter().map(|&vendor| vendor.to_owned()).collect(),
        since: None,
        until: None,
        limit,
        before,
    };
    let Reply::History(history) = desk.ask(request).await.unwrap() else {
        panic!("no history")
    };
    history
}

#[tokio::test]
async fn an_id_of_two_vendors_is_answered_with_both_candidates_and_with_a_vendor_by_the_one() {
    let (desk, pages) = two().await;
    for request in [incident(None), mute(None), acknowledge(None)] {
        let error = refused(&desk, request).await;
        assert_eq!(error.code, ErrorCode::Usage);
        for (name, page) in ["Acme", "Other"].iter().zip(&pages) {
            let candidate = format!("an incident of {name} ({}", page.url());
            assert!(error.message.contains(&candidate), "{error:?}");
        }
    }
    let Reply::Incident(found) = desk.ask(incident(Some("other"))).await.unwrap() else {
        panic!("no incident")
    };
    assert_eq!(found.incident.unwrap().vendor, "Other");
    desk.ask(mute(Some("Other"))).await.unwrap();
    desk.ask(acknowledge(Some("Other"))).await.unwrap();
    for (name, touched) in [("Acme", false), ("Other", true)] {
        let incident = desk.vendor(name).await.incidents.remove(0);
        assert_eq!(
            (incident.acknowledged, incident.muted_until.is_some()),
            (touched, touched),
            "{name}"
        );
    }
    let unmute = Request::Unmute {
        target: "i1".into(),
        vendor: Some("Other".into()),
    };
    desk.ask(unmute).await.unwrap();
    assert_eq!(desk.vendor("Other").await.incidents[0].muted_until, None);
}

#[tokio::test]
async fn a_vendor_that_has_no_such_incident_is_named_as_the_reason() {
    let mut desk = Desk::new().await;
    desk.page("Acme", &troubled("Acme")).await;
    desk.page("Other", &vendor("Other")).await;
    desk.settle().await;
    for request in [
        incident(Some("Other")),
        mute(Some("Other")),
        acknowledge(Some("Other")),
    ] {
        let error = refused(&desk, request).await;
        assert_eq!(error.code, ErrorCode::NotFound);
        assert!(error.message.contains("of Other"), "{error:?}");
    }
    let nobody = refused(&desk, incident(Some("Nobody"))).await;
    assert_eq!(nobody.code, ErrorCode::Usage);
    assert!(nobody.message.contains("Acme, Other"), "{nobody:?}");
}

#[tokio::test]
async fn who_is_no_longer_watched_keeps_name_and_history() {
    let (mut desk, _pages) = two().await;
    desk.ask(Request::Remove {
        vendor: "Other".into(),
    })
    .await
    .unwrap();
    desk.pass(minutes(5)).await;
    let all = history(&desk, &[], 10, None).await;
    let stand: Vec<(&str, bool)> = all
        .incidents
        .iter()
        .map(|incident| (incident.vendor.as_str(), incident.watched))
        .collect();
    assert_eq!(stand, [("Other", false), ("Acme", true)]);
    let of_other = history(&desk, &["other"], 10, None).await;
    assert_eq!(of_other.incidents.len(), 1);
    let Reply::Incident(found) = desk.ask(incident(Some("Other"))).await.unwrap() else {
        panic!("no incident")
    };
    assert!(!found.incident.unwrap().watched);
    let request = Request::Status {
        vendors: vec!["Other".into()],
    };
    assert_eq!(refused(&desk, request).await.code, ErrorCode::Usage);
}

#[tokio::test]
async fn what_is_only_announced_fills_no_history_unless_it_is_asked_for() {
    let mut desk = Desk::new().await;
    let mut body = troubled("Acme");
    for day in 10..20 {
        body = body.maintenance(Incident::maintenance(
            format!("m{day}"),
            "New belts",
            format!("2026-12-{day}T08:00:00Z"),
            format!("2026-12-{day}T09:00:00Z"),
        ));
    }
    desk.page("Acme", &body).await;
    desk.settle().await;
    let told = history(&desk, &[], 5, None).await;
    assert_eq!((told.incidents.len(), told.maintenances.len()), (1, 0));
    let request = Request::History {
        vendors: vec![],
        since: None,
        until: Some("2027-01-01T00:00:00Z".parse().unwrap()),
        limit: 20,
        before: None,
    };
    let Reply::History(asked_for) = desk.ask(request).await.unwrap() else {
        panic!("no history")
    };
    assert_eq!((asked_for.incidents.len(), asked_for.maintenances.len()), (1, 10));
}

#[tokio::test]
async fn the_history_is_turned_page_by_page_while_it_grows() {
    let mut desk = Desk::new().await;
    let mut body = vendor("Acme");
    for hour in 0..7 {
        let at = |minute: u32| format!("2026-11-06T{hour:02}:{minute:02}:00Z");
        let past = Incident::new(format!("p{hour}"), "Ovens were cold")
            .update(Update::new(format!("a{hour}"), "investigating", "Look.").at(at(0)))
            .update(Update::new(format!("b{hour}"), "resolved", "It is warm. All is well.").at(at(30)));
        body = body.incident(past);
    }
    let page = desk.page("Acme", &body).await;
    desk.pass(minutes(3)).await;
    let first = history(&desk, &["Acme"], 3, None).await;
    let ids = |view: &HistoryView| -> Vec<String> {
        view.incidents
            .iter()
            .map(|incident| incident.id.clone())
            .collect()
    };
    assert_eq!(ids(&first), ["p6", "p5", "p4"]);
    assert_eq!(first.incidents[0].last_word.as_deref(), Some("It is warm."));
    body.incident(cold_ovens("2026-11-07T08:03:00Z")).serve_on(&page);
    desk.pass(minutes(5)).await;
    let second = history(&desk, &["Acme"], 3, first.next).await;
    assert_eq!(ids(&second), ["p3", "p2", "p1"]);
    let third = history(&desk, &["Acme"], 3, second.next).await;
    assert_eq!(ids(&third), ["p0"]);
    assert_eq!((third.more, third.next), (false, None));
    let odd = Request::History {
        vendors: vec![],
        since: None,
        until: None,
        limit: 3,
        before: Some("yesterday".into()),
    };
    assert_eq!(refused(&desk, odd).await.code, ErrorCode::Usage);
}
