//! A page that is lost is recognised again: as what it has become, if it is still the same vendor's.

use std::path::Path;

use signalbox_engine::api::{IncidentView, Reply, Request, SourceState};
use signalbox_pages::Health;
use signalbox_replay::{Document, Incident, Misbehaviour, Page, StatuspageBody, Update};

use crate::{
    bodies::{acme, with_cold_ovens},
    platforms::{desk_among_hosts, documents_of, front, instatus, serve, serve_at_hosts, site},
    support::{Desk, minutes, told},
};

#[tokio::test]
async fn a_page_that_changes_its_platform_is_recognised_again_keeps_its_history_and_says_so() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    with_cold_ovens("2026-11-07T08:01:00Z").serve_on(&page);
    desk.pass(minutes(5)).await;
    assert_eq!(
        desk.told(),
        ["incident_opened high: Acme: incident opened: Ovens are cold"]
    );
    instatus(&page, "Acme Status");
    desk.pass(minutes(30)).await;
    let now = desk.vendor("Acme").await;
    assert_eq!(
        (now.platform.as_deref(), now.source),
        (Some("instatus"), SourceState::Fresh)
    );
    assert_eq!(now.shown, Health::PartialOutage);
    let told = desk.told();
    assert!(
        told.contains(&"page_moved quiet: Acme: status page is on Instatus now".to_owned()),
        "{told:?}"
    );
    assert!(
        told.iter().all(|line| !line.contains("resolved")),
        "nobody said that it is over: {told:?}"
    );
    assert!(
        told.iter()
            .any(|line| line.starts_with("baseline normal:") && line.contains("open incident: Ovens smoke")),
        "what is open there at first sight is told: {told:?}"
    );
    // What was there before is still known.
    let history = history_of_acme(&desk).await;
    let titles: Vec<_> = history.iter().map(|incident| incident.title.as_str()).collect();
    assert!(
        titles.contains(&"Ovens are cold") && titles.contains(&"Ovens smoke"),
        "{titles:?}"
    );
    // After a restart it is what it has become, and quiet.
    desk.restart().await;
    desk.pass(minutes(30)).await;
    assert_eq!(desk.vendor("Acme").await.platform.as_deref(), Some("instatus"));
    assert_eq!(desk.told(), [""; 0]);
}

#[tokio::test]
async fn a_page_that_changes_to_a_platform_whose_documents_lie_elsewhere_is_followed_there() {
    let mut desk = desk_among_hosts().await;
    let page = desk.town.open_host("status.acme.example").unwrap();
    acme().serve_on(&page);
    desk.watch("Acme", &page.url(), "").await;
    desk.settle().await;
    assert_eq!(desk.vendor("Acme").await.platform.as_deref(), Some("statuspage"));
    desk.news();
    let key = "statusio";
    let mark = "static.status.io <a href=\"/pages/5b36dc6502d06804c08349f7/rss\">RSS</a>";
    let front = front(mark);
    page.set_documents([("/", Document::html(front.clone()))]);
    serve_at_hosts(
        &desk,
        documents_of(key, "trouble", &site(key, &page.url(), &front)),
    );
    desk.pass(minutes(30)).await;
    let acme = desk.vendor("Acme").await;
    assert_eq!(
        (acme.platform.as_deref(), acme.source),
        (Some(key), SourceState::Fresh)
    );
    let told = desk.told();
    assert!(
        told.contains(&"page_moved quiet: Acme: status page is on Status.io now".to_owned()),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_page_of_somebody_else_at_the_same_address_is_not_taken_for_the_vendors() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    instatus(&page, "Brooms and Sons");
    desk.pass(minutes(30)).await;
    let acme = desk.vendor("Acme").await;
    assert_eq!(
        (acme.platform.as_deref(), acme.source),
        (Some("statuspage"), SourceState::Unreachable)
    );
    assert_eq!(
        acme.reported,
        Some(Health::Operational),
        "the vendor's last word stays its last word"
    );
    assert_eq!(acme.shown, Health::Unknown);
}

#[tokio::test]
async fn a_page_that_stays_lost_is_recognised_at_most_once_an_hour() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(Misbehaviour::OtherJson);
    desk.pass(minutes(10 * 60)).await;
    let fronts = page
        .requests()
        .iter()
        .filter(|request| request.path() == "/")
        .count();
    assert!((5..=10).contains(&fronts), "{fronts} times in ten hours");
    // When it is back, it is read as ever.
    page.recover();
    desk.pass(minutes(60)).await;
    let acme = desk.vendor("Acme").await;
    assert_eq!(
        (acme.platform.as_deref(), acme.source),
        (Some("statuspage"), SourceState::Fresh)
    );
}

#[tokio::test]
async fn a_page_that_fails_for_a_moment_does_not_become_its_feed() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.set_documents([(
        "/history.atom",
        Document::new(
            std::fs::read(
                Path::new(env!("CARGO_MANIFEST_DIR")).join("../pages/fixtures/feed/trouble/feed.xml"),
            )
            .unwrap(),
            "application/atom+xml",
        ),
    )]);
    page.set(
        "/",
        Document::html(
            "<html><link rel=alternate type=application/atom+xml href=/history.atom?status></html>",
        ),
    );
    desk.pass(minutes(30)).await;
    assert_eq!(desk.vendor("Acme").await.platform.as_deref(), Some("statuspage"));
    acme().serve_on(&page);
    desk.pass(minutes(60)).await;
    assert_eq!(desk.vendor("Acme").await.source, SourceState::Fresh);
}

#[tokio::test]
async fn a_page_without_an_id_may_rename_itself_and_is_still_the_vendors() {
    let mut desk = Desk::new().await;
    let page = desk.town.open("Acme").unwrap();
    instatus(&page, "Acme");
    desk.watch("Acme", &page.url(), "").await;
    desk.settle().await;
    instatus(&page, "Acme Cloud");
    desk.pass(minutes(10)).await;
    let acme = desk.vendor("Acme").await;
    assert_eq!(
        (acme.source, acme.page_name.as_deref()),
        (SourceState::Fresh, Some("Acme Cloud"))
    );
    instatus(&page, "Brooms and Sons");
    desk.pass(minutes(10)).await;
    assert_eq!(desk.vendor("Acme").await.source, SourceState::Unreadable);
}

#[tokio::test]
async fn what_a_page_held_on_its_old_platform_is_neither_there_nor_resolved_on_the_new_one() {
    for scope in ["", "components = [\"c2\"]"] {
        let mut desk = Desk::new().await;
        let page = desk.stand_in("Acme", &acme());
        desk.watch("Acme", &page.url(), scope).await;
        desk.settle().await;
        with_cold_ovens("2026-11-07T08:01:00Z")
            .maintenance(Incident::maintenance(
                "m1",
                "New ovens",
                "2026-11-07T10:00:00Z",
                "2026-11-07T11:00:00Z",
            ))
            .serve_on(&page);
        desk.pass(minutes(5)).await;
        let acme = desk.vendor("Acme").await;
        assert_eq!(
            (
                acme.shown,
                acme.scope.of,
                acme.incidents.len(),
                acme.maintenances.len()
            ),
            (Health::MajorOutage, 2, 1, 1)
        );
        desk.news();

        // Its documents are found at the mark of its front page, and hold one word alone.
        page.recover();
        page.set_documents([
            (
                "/",
                Document::html(r#"<html><head><title>Acme</title></head><script src="https://hyperping.io/x.js"></script></html>"#),
            ),
            (
                "/status.json",
                Document::json(r#"{ "indicator": "up", "uptime": "99.9%" }"#),
            ),
        ]);
        desk.pass(minutes(30)).await;
        let acme = desk.vendor("Acme").await;
        assert_eq!(
            (acme.platform.as_deref(), acme.source),
            (Some("hyperping"), SourceState::Fresh)
        );
        assert_eq!((acme.scope.of, acme.troubled.len()), (0, 0));
        assert!(acme.incidents.iter().all(|incident| !incident.listed));
        assert_eq!(acme.maintenances, []);
        let news = desk.news();
        let told = told(&news);
        assert!(
            told.iter()
                .all(|line| !line.contains("resolved") && !line.contains("again")),
            "{told:?}"
        );
        let moved: Vec<&str> = news
            .iter()
            .filter(|one| one.headline == "Acme: status page is on Hyperping now")
            .map(|one| one.body.as_str())
            .collect();
        assert!(
            moved.len() == 1
                && moved[0].contains("No longer listed, and not said to be resolved: Ovens are cold."),
            "{moved:?}"
        );
        let expected = if scope.is_empty() {
            Health::Operational
        } else {
            Health::Unknown
        };
        assert_eq!(acme.shown, expected);
        let incident = desk.incident("i1").await.incident.unwrap();
        assert!(incident.open && !incident.listed);
        desk.restart().await;
        desk.pass(minutes(60)).await;
        assert_eq!(desk.vendor("Acme").await.shown, expected);
        assert_eq!(desk.told(), [""; 0]);
    }
}

/// A page that numbers what it holds as Cachet does, and means something else by most of its numbers.
fn numbered() -> StatuspageBody {
    StatuspageBody::new("Acme")
        .component("1", "Presses", "operational")
        .component("2", "Website", "operational")
        .component("3", "Calendar", "operational")
        .component("4", "Ovens", "operational")
        .incident(
            Incident::new("12", "Ovens are cold").affects("4").update(
                Update::new("12", "investigating", "Somebody lights them.").at("2026-11-07T07:31:00Z"),
            ),
        )
        .incident(
            Incident::new("11", "Website was slow")
                .update(Update::new("11", "resolved", "It is fast again.").at("2026-10-21T08:00:00Z")),
        )
}

fn with_cachet(page: &Page) {
    serve(page, "cachet2", "trouble");
    page.set("/", Document::html(front("https://cachethq.io")));
}

async fn history_of_acme(desk: &Desk) -> Vec<IncidentView> {
    let request = Request::History {
        vendors: vec!["Acme".into()],
        since: None,
        until: None,
        limit: 50,
        before: None,
    };
    let Reply::History(history) = desk.ask(request).await.unwrap() else {
        panic!("no history")
    };
    history.incidents
}

#[tokio::test]
async fn what_bears_the_identifier_of_something_else_on_the_old_platform_is_told_apart_from_it() {
    let (mut desk, page) = Desk::watching(&numbered()).await;
    with_cachet(&page);
    desk.pass(minutes(60)).await;
    let acme = desk.vendor("Acme").await;
    assert_eq!(
        (acme.platform.as_deref(), acme.source),
        (Some("cachet2"), SourceState::Fresh)
    );
    let history = history_of_acme(&desk).await;
    let named = |title: &str| -> Vec<_> {
        let bearing = history.iter().filter(|incident| incident.title == title);
        bearing.map(|incident| incident.id.as_str()).collect()
    };
    assert_eq!(named("Mail is late"), ["12"]);
    assert_eq!(named("Ovens are cold"), ["12 (statuspage)"]);
    assert_eq!(named("Website was slow"), ["11"], "it is the same incident still");
    let old = desk.incident("12 (statuspage)").await;
    let said: Vec<_> = old.updates.iter().map(|update| update.text.as_str()).collect();
    assert_eq!(said, ["Somebody lights them."]);
    let new = desk.incident("12").await;
    assert!(
        new.updates
            .iter()
            .all(|update| !update.text.contains("lights them")),
        "{:?}",
        new.updates
    );
    // Nor does it change with a restart, or with what is read later.
    desk.restart().await;
    desk.pass(minutes(60)).await;
    assert_eq!(history_of_acme(&desk).await.len(), history.len());
}

#[tokio::test]
async fn components_that_were_chosen_count_on_a_new_platform_where_one_alone_has_their_name() {
    // What is chosen, what of it is found on the new platform, and how that stands.
    let cases = [
        (r#"["3"]"#, vec!["Calendar"], Health::Degraded),
        // Number 1 is the website now; the presses are gone.
        (r#"["1"]"#, vec![], Health::Unknown),
        // The website was number 2, which is the mail now.
        (r#"["2"]"#, vec!["Website"], Health::Operational),
        (r#"["2", "4"]"#, vec!["Website"], Health::Unknown),
    ];
    for (chosen, found, shown) in cases {
        let mut desk = Desk::new().await;
        let page = desk.stand_in("Acme", &numbered());
        desk.watch("Acme", &page.url(), &format!("components = {chosen}"))
            .await;
        desk.settle().await;
        desk.news();
        with_cachet(&page);
        desk.pass(minutes(60)).await;
        for _ in 0..2 {
            let acme = desk.vendor("Acme").await;
            assert_eq!(
                (acme.platform.as_deref(), acme.shown),
                (Some("cachet2"), shown),
                "{chosen}"
            );
            let request = Request::Scope {
                vendor: "Acme".into(),
                components: None,
            };
            let Reply::Scope(scope) = desk.ask(request).await.unwrap() else {
                panic!("no scope")
            };
            let in_scope = scope.components.iter().filter(|component| component.in_scope);
            let in_scope: Vec<_> = in_scope.map(|component| component.name.as_str()).collect();
            assert_eq!(in_scope, found, "{chosen}");
            desk.restart().await;
            desk.pass(minutes(10)).await;
        }
    }
}
