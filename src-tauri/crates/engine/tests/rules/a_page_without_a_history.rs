//! Platforms that list what is going on and nothing of what was.

use signalbox_engine::api::{Reply, Request};
use signalbox_pages::Health;
use signalbox_replay::{Document, Page};

use crate::{
    platforms::{desk_among_hosts, front},
    support::{Desk, minutes},
};

#[tokio::test]
async fn an_incident_of_a_feed_that_never_said_where_it_stands_is_no_news_for_ever() {
    let mut desk = Desk::new().await;
    let page = desk.town.open("Acme").unwrap();
    let feed = |date: &str| {
        let feed = format!(
            "<rss version=\"2.0\"><channel><title>Acme status</title><link>{0}</link><item><title>Cold ovens</title>\
             <guid>{0}/1</guid><link>{0}/1</link><pubDate>{date}</pubDate><description>They are cold.</description></item></channel></rss>",
            page.url()
        );
        page.set("/status.rss", Document::new(feed, "application/rss+xml"));
    };
    feed("Sat, 07 Nov 2026 07:00:00 GMT");
    desk.ask(Request::Add {
        page: page.url_of("/status.rss"),
        name: Some("Acme".into()),
    })
    .await
    .unwrap();
    desk.settle().await;
    let acme = desk.vendor("Acme").await;
    assert!(acme.incidents_only);
    assert_eq!((acme.shown, acme.incidents.len()), (Health::Unknown, 1));
    let asked = page.request_count();
    desk.pass(minutes(60)).await;
    assert!(
        page.request_count() - asked <= 35,
        "a feed is asked at its ordinary pace"
    );
    desk.clock.advance(minutes(15 * 24 * 60));
    desk.pass(minutes(10)).await;
    let acme = desk.vendor("Acme").await;
    assert_eq!((acme.shown, acme.incidents.len()), (Health::Unknown, 0));
    let Reply::History(history) = desk
        .ask(Request::History {
            vendors: vec![],
            since: None,
            until: None,
            limit: 50,
            before: None,
        })
        .await
        .unwrap()
    else {
        panic!("no history")
    };
    assert!(history.incidents[0].open, "it is not over for that");
}

/// What StatusCast says of Acme, whose page has neither components nor a history.
fn statuscast(page: &Page, status: &str, incidents: &str, maintenances: &str) {
    page.recover();
    page.set("/", Document::html(front("statuscast")));
    page.set(
        "/summary.json",
        Document::json(format!(
            r#"{{"PageName":"Acme","Domain":"acme","Status":"{status}","StatusText":"",
                "UnresolvedIncidents":[{incidents}],"UpcomingIncidents":[{maintenances}]}}"#
        )),
    );
}

const SLOW_POST: &str = r#"{"Id":1,"DateCreated":"2026-11-07T08:02:00Z","IncidentType":"Performance Issue","Status":"Identified",
    "Title":"Post is slow","StartDate":"2026-11-07T08:01:00Z","Posts":[]}"#;

const NEW_OVENS: &str = r#"{"Id":2,"DateCreated":"2026-11-06T08:02:00Z","IncidentType":"Planned Maintenance","Status":"Scheduled",
    "Title":"New ovens","StartDate":"2026-11-14T22:00:00Z","EndDate":"2026-11-14T23:00:00Z","Posts":[]}"#;

#[tokio::test]
async fn what_leaves_the_list_of_a_platform_without_a_history_is_no_longer_listed_and_never_resolved() {
    let mut desk = Desk::new().await;
    let page = desk.town.open("Acme").unwrap();
    statuscast(&page, "Available", "", "");
    desk.watch("Acme", &page.url(), "").await;
    desk.pass(minutes(5)).await;
    desk.news();
    statuscast(&page, "Degraded", SLOW_POST, NEW_OVENS);
    desk.pass(minutes(10)).await;
    assert_eq!(
        desk.told(),
        ["incident_opened normal: Acme: incident opened: Post is slow"]
    );
    let acme = desk.vendor("Acme").await;
    assert_eq!((acme.incidents.len(), acme.maintenances.len()), (1, 1));

    // The very same bytes at every later poll.
    statuscast(&page, "Available", "", "");
    desk.pass(minutes(15)).await;
    assert_eq!(
        desk.told(),
        ["incident_unlisted quiet: Acme: incident no longer listed: Post is slow"]
    );
    let acme = desk.vendor("Acme").await;
    assert_eq!(acme.shown, Health::Operational);
    assert!(
        acme.incidents.iter().all(|incident| !incident.listed),
        "{:?}",
        acme.incidents
    );
    assert_eq!(acme.maintenances, []);
    let incident = desk.incident("1").await.incident.unwrap();
    assert!(incident.open && incident.resolved_at.is_none());

    desk.restart().await;
    desk.pass(minutes(30)).await;
    assert_eq!(desk.told(), [""; 0]);
}

#[tokio::test]
async fn what_returns_to_the_list_after_one_reading_without_it_was_never_gone() {
    let mut desk = Desk::new().await;
    let page = desk.town.open("Acme").unwrap();
    statuscast(&page, "Degraded", SLOW_POST, "");
    desk.watch("Acme", &page.url(), "").await;
    desk.pass(minutes(5)).await;
    desk.news();
    statuscast(&page, "Degraded", "", "");
    let asked = page.request_count();
    while page.request_count() == asked {
        desk.pass(minutes(1)).await;
    }
    statuscast(&page, "Degraded", SLOW_POST, "");
    desk.pass(minutes(15)).await;
    assert_eq!(desk.told(), [""; 0]);
    assert!(desk.vendor("Acme").await.incidents[0].listed);
}

/// What the dashboard of AWS says, which names a service only while an event hits it.
fn aws(page: &Page, events: &str) {
    page.recover();
    page.set_documents([("/public/currentevents", Document::json(format!("[{events}]")))]);
}

const SLOW_LANTERNS: &str = r#"{"date":"1794038400","arn":"arn:aws:health:isle-1::event/LANTERNS/A/1","status":"2",
    "service":"lanterns-isle-1","service_name":"Lanterns","summary":"Slow lanterns","event_log":[]}"#;

#[tokio::test]
async fn a_service_that_is_named_only_while_an_event_hits_it_is_well_again_when_the_event_has_gone() {
    let mut desk = desk_among_hosts().await;
    let page = desk.town.open_host("health.aws.amazon.com").unwrap();
    aws(&page, SLOW_LANTERNS);
    desk.watch("Isle", &page.url(), "").await;
    desk.pass(minutes(5)).await;
    desk.news();
    let isle = desk.vendor("Isle").await;
    assert_eq!(
        (isle.platform.as_deref(), isle.shown),
        (Some("aws"), Health::Degraded),
        "{:?}",
        isle.source_reason
    );
    aws(&page, "");
    desk.pass(minutes(15)).await;
    let isle = desk.vendor("Isle").await;
    assert_eq!(isle.shown, Health::Operational);
    assert_eq!(isle.troubled, []);
    assert!(isle.incidents.iter().all(|incident| !incident.listed));
    let told = desk.told();
    assert!(
        told.iter().all(|line| !line.contains("resolved"))
            && told.iter().any(|line| line.contains("no longer listed")),
        "{told:?}"
    );
}
