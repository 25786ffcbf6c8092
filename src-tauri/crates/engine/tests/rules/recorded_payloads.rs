//! Pages as vendors really served them, through stand-ins and the whole engine. Where the folder with them is missing,
//! these tests say so and pass.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use signalbox_engine::api::SourceState;
use signalbox_pages::Health;
use signalbox_replay::Page;

use crate::support::{Desk, minutes};

#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("SIGNALBOX_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|at| at.join("../shared/corpus"));
    let found = named
        .into_iter()
        .chain(beside)
        .find(|at| at.join("MANIFEST.tsv").is_file());
    if found.is_none() {
        eprintln!("SKIPPED: there are no recorded payloads here");
    }
    found
}

fn recorded(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(format!("statuspage/{name}-summary.json"))).unwrap())
        .unwrap()
}

fn serve(page: &Page, summary: &Value) {
    page.set_documents([("/api/v2/summary.json", summary.clone())]);
}

/// The page as it must have looked while all was well.
fn all_well(summary: &Value) -> Value {
    let mut well = summary.clone();
    well["status"] = json!({"indicator": "none", "description": "Fine"});
    well["incidents"] = json!([]);
    for component in well["components"].as_array_mut().unwrap() {
        component["status"] = json!("operational");
    }
    well
}

async fn seeing(name: &str, summary: &Value) -> (Desk, Page) {
    let mut desk = Desk::new().await;
    let page = desk.town.open(name).unwrap();
    serve(&page, summary);
    desk.watch(name, &page.url(), "").await;
    desk.settle().await;
    (desk, page)
}

fn beginnings(told: &[String]) -> Vec<String> {
    told.iter()
        .map(|line| line.split_once(": ").unwrap().0.to_owned())
        .collect()
}

#[tokio::test]
async fn github_2023_from_well_to_eight_partial_to_one_to_resolved() {
    let Some(folder) = folder() else { return };
    let (eight, one) = (
        recorded(&folder, "github-2023-eight-partial"),
        recorded(&folder, "github-2023-one-partial"),
    );
    let (mut desk, page) = seeing("GitHub", &all_well(&eight)).await;
    assert_eq!(desk.told(), ["baseline quiet: Now watching GitHub: operational"]);
    serve(&page, &eight);
    desk.pass(minutes(5)).await;
    assert_eq!(beginnings(&desk.told()), ["incident_opened normal"]);
    let vendor = desk.vendor("GitHub").await;
    assert_eq!((vendor.shown, vendor.troubled.len()), (Health::PartialOutage, 8));
    serve(&page, &one);
    desk.pass(minutes(5)).await;
    assert_eq!(
        desk.told(),
        [""; 0],
        "the worst is as bad as it was, and not each update is told"
    );
    let vendor = desk.vendor("GitHub").await;
    assert_eq!((vendor.shown, vendor.troubled.len()), (Health::PartialOutage, 1));
    let incident = desk.incident("nf7s6933tnn8").await;
    assert_eq!(incident.updates.len(), 11);
    assert!(
        incident
            .updates
            .iter()
            .all(|update| !update.deleted && update.earlier.is_empty())
    );
    // The end, as the page's history would tell it.
    let mut over = one["incidents"][0].clone();
    over["status"] = json!("resolved");
    over["resolved_at"] = json!("2023-05-11T15:30:00Z");
    page.set_documents([
        ("/api/v2/summary.json", all_well(&one)),
        (
            "/api/v2/incidents.json",
            json!({"page": one["page"], "incidents": [over]}),
        ),
    ]);
    desk.pass(minutes(5)).await;
    assert_eq!(beginnings(&desk.told()), ["incident_resolved normal"]);
    assert_eq!(desk.vendor("GitHub").await.shown, Health::Operational);
    desk.restart().await;
    desk.pass(minutes(60)).await;
    assert_eq!(desk.told(), [""; 0]);
}

#[tokio::test]
async fn github_2023_first_seen_in_the_midst_of_it() {
    let Some(folder) = folder() else { return };
    let (mut desk, page) = seeing("GitHub", &recorded(&folder, "github-2023-eight-partial")).await;
    let told = desk.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("baseline normal: Now watching GitHub: partial outage, open incident: "),
        "{told:?}"
    );
    serve(&page, &recorded(&folder, "github-2023-one-partial"));
    desk.pass(minutes(10)).await;
    assert_eq!(desk.told(), [""; 0]);
}

#[tokio::test]
async fn cloudflare_in_april_and_in_july_with_nobody_looking_in_between() {
    let Some(folder) = folder() else { return };
    let (mut desk, page) = seeing("Cloudflare", &recorded(&folder, "cloudflare-2026")).await;
    let told = desk.told();
    assert!(
        told[0].starts_with("baseline normal: Now watching Cloudflare: degraded, open incident: "),
        "{told:?}"
    );
    desk.stop().await;
    serve(&page, &recorded(&folder, "cloudflare-20260729-major"));
    desk.clock.advance(minutes(99 * 24 * 60));
    desk.start().await;
    desk.pass(minutes(30)).await;
    let told = desk.told();
    assert_eq!(
        beginnings(&told),
        [
            "incident_opened high",
            "health_worse normal",
            "incident_unlisted quiet"
        ],
        "{told:#?}"
    );
    // What was open in April is gone, and there is no history: nobody has said that it is over.
    let april = desk.incident("j83g99d13dv7").await.incident.unwrap();
    assert!(april.open && april.resolved_at.is_none());
    desk.restart().await;
    desk.pass(minutes(60)).await;
    assert_eq!(desk.told(), [""; 0]);
}

#[tokio::test]
async fn each_page_alone_stands_as_it_should_and_tells_nothing_more_while_it_stands_still() {
    let Some(folder) = folder() else { return };
    for (name, health, open) in [
        ("bitbucket-20260731-none", Health::Operational, 1),
        ("claude-20260729-major", Health::MajorOutage, 1),
        ("cloudflare-20260729-major", Health::MajorOutage, 1),
        ("asana-2026", Health::PartialOutage, 0),
        ("cloudamqp-2020-maintenance", Health::Maintenance, 0),
        ("atlassian-2026", Health::Operational, 0),
    ] {
        let (mut desk, _page) = seeing("Vendor", &recorded(&folder, name)).await;
        desk.pass(minutes(180)).await;
        let vendor = desk.vendor("Vendor").await;
        assert_eq!(
            (vendor.source, vendor.shown, vendor.incidents.len()),
            (SourceState::Fresh, health, open),
            "{name}"
        );
        let told = desk.told();
        assert_eq!(told.len(), 1, "{name}: {told:?}");
    }
}

#[tokio::test]
async fn an_open_incident_of_impact_none_is_told_as_bitbucket_published_it() {
    let Some(folder) = folder() else { return };
    let summary = recorded(&folder, "bitbucket-20260731-none");
    let (mut desk, page) = seeing("Bitbucket", &all_well(&summary)).await;
    desk.news();
    serve(&page, &summary);
    desk.pass(minutes(10)).await;
    assert_eq!(beginnings(&desk.told()), ["incident_opened normal"]);
    assert_eq!(desk.vendor("Bitbucket").await.shown, Health::Operational);
}
