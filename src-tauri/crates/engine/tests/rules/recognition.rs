//! Pages of any platform, recognised from what is pasted or written down.

use std::path::Path;

use signalbox_engine::api::{Reply, Request, SourceState, VendorView};
use signalbox_pages::{Health, recognition::MOST_QUESTIONS};
use signalbox_replay::{Document, Misbehaviour, Page};
use url::Url;

use crate::{
    platforms::{
        by_target, desk_among_hosts, documents, documents_of, front, instatus, reader, serve, serve_at_hosts,
        site,
    },
    support::{Desk, minutes},
};

/// Platforms that are found at an address of their own by asking, without a mark on a front page.
const FOUND_BY_ASKING: [&str; 6] = [
    "statuspage",
    "incidentio",
    "instatus",
    "betterstack",
    "cstate",
    "cachet2",
];

/// Platforms whose customers have hosts of their own, where their documents lie too, and what the front page there has that
/// gives them away.
const FOUND_BY_MARK: [(&str, &str); 16] = [
    (
        "betterstack",
        "https://betterstack.com/assets/status_pages/v2/app.js",
    ),
    ("cachet2", "https://cachethq.io"),
    ("cachet3", "/vendor/cachethq/cachet/app.js"),
    ("checkly", "\"/api/status-page/northwind/uptime\""),
    ("cstate", "<meta name=\"generator\" content=\"cState 6\">"),
    ("firehydrant", "/data/payload.json"),
    ("gatus", "<meta name=\"title\" content=\"Gatus\">"),
    ("hyperping", "https://northwind.hyperping.app/"),
    ("incidentio", "incident-io-status-page-logos"),
    ("instatus", "https://instatus.com/user-content/logo.png"),
    ("openstatus", "https://www.openstatus.dev/api/og/page"),
    ("sorry", "Powered by Sorry"),
    ("statuscast", "statuscast"),
    (
        "statusiq",
        "\"enc_statuspage_id\":\"6pAtEZh4vuwcSbQ1kRfNqg2ydYTXCmuK\"",
    ),
    ("uptimekuma", "window.preloadData"),
    (
        "uptimerobot",
        "var pspApiPath = '/api/getMonitorList/k3Qx7Zt2Lw';",
    ),
];

/// Platforms whose customers have hosts of their own while their documents lie at the platform's, and what the front page
/// there has.
const FOUND_ELSEWHERE: [(&str, &str); 3] = [
    (
        "statusio",
        "<script src=\"https://static.status.io/page.js\"></script><a href=\"/pages/5b36dc6502d06804c08349f7/rss\">RSS</a>",
    ),
    (
        "statuspal",
        "<a href=\"https://northwind.statuspal.io/\">Powered by Statuspal</a>",
    ),
    (
        "upptime",
        "<a href=\"https://upptime.js.org\">Upptime</a><a href=\"https://github.com/northwind/upptime\">Source</a>",
    ),
];

/// Pages at hosts of a vendor or a platform that are known, at addresses as a person pastes them.
const KNOWN_BY_ADDRESS: [(&str, &str); 26] = [
    ("adobe", "https://status.adobe.com/cloud/experience_cloud"),
    ("apple", "https://developer.apple.com/system-status/"),
    ("apple", "https://www.apple.com/support/systemstatus/"),
    ("aws", "https://health.aws.amazon.com/health/status"),
    ("azure", "https://azure.status.microsoft/en-us/status"),
    ("azuredevops", "https://status.dev.azure.com/_history"),
    ("concur", "https://open.concur.com/"),
    ("google", "https://ads.google.com/status/publisher/"),
    ("google", "https://status.cloud.google.com/incidents/abc"),
    ("google", "https://status.cloud.google.com/maps-platform/"),
    ("google", "https://status.firebase.google.com/"),
    ("google", "https://www.google.com/appsstatus/dashboard/"),
    ("heroku", "https://status.heroku.com/incidents/1918"),
    ("infomaniak", "https://infomaniakstatus.com/en"),
    ("oracle", "https://ocistatus.oraclecloud.com/"),
    ("salesforce", "https://status.salesforce.com/incidents/20003501"),
    ("salesforce", "https://status.salesforce.com/products/Heroku"),
    ("slack", "https://slack-status.com/2026-11/abc"),
    ("slack", "https://status.slack.com/"),
    ("xai", "https://status.x.ai/"),
    ("xbox", "https://support.xbox.com/en-US/xbox-live-status"),
    ("yandex", "https://status.yandex.cloud/en/dashboard"),
    ("zendesk", "https://status.zendesk.com/"),
    // Pages of customers, at addresses of the platform.
    ("statuspal", "https://northwind.statuspal.io/"),
    (
        "statusio",
        "https://api.status.io/1.0/status/5b36dc6502d06804c08349f7",
    ),
    (
        "upptime",
        "https://raw.githubusercontent.com/northwind/upptime/master/history/summary.json",
    ),
];

async fn add(desk: &Desk, page: String) -> Result<VendorView, String> {
    let reply = desk.ask(Request::Add { page, name: None }).await;
    match reply {
        Ok(Reply::Added(vendor)) => Ok(vendor),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.message),
    }
}

/// Adds a stand-in's page by this address, which is to be recognised as one of this platform, by one question at a time.
async fn add_one_of(key: &str, desk: &Desk, address: String) -> VendorView {
    let vendor = add(desk, address.clone()).await.unwrap_or_else(|refused| {
        let pages = desk.town.pages();
        let asked = pages.iter().flat_map(|page| {
            let requests = page.requests().into_iter();
            requests.map(|request| page.url_of(request.target()))
        });
        panic!("{key} at {address}: {refused}: {:?}", asked.collect::<Vec<_>>())
    });
    assert_eq!(vendor.platform.as_deref(), Some(key));
    assert_eq!(
        vendor.source,
        SourceState::Fresh,
        "{key}: {:?}",
        vendor.source_reason
    );
    for page in desk.town.pages() {
        assert!(
            page.max_concurrent() <= 1,
            "{key}: one question at a time to {}",
            page.name()
        );
    }
    vendor
}

#[tokio::test]
async fn a_page_of_any_common_platform_is_added_by_its_address_with_few_questions() {
    for key in FOUND_BY_ASKING {
        let desk = Desk::new().await;
        let page = desk.town.open(key).unwrap();
        serve(&page, key, "trouble");
        let vendor = add_one_of(key, &desk, page.url_of("/incidents/abc")).await;
        assert!(vendor.shown.is_problem(), "{key}");
        let control = page
            .requests()
            .iter()
            .position(|request| request.path().contains("/zz-"))
            .expect(key);
        assert!(
            control < MOST_QUESTIONS,
            "{key} was found after {control} questions"
        );
    }
}

#[tokio::test]
async fn a_page_that_bears_the_mark_of_its_platform_is_found_by_it() {
    for (key, mark) in FOUND_BY_MARK {
        let desk = Desk::new().await;
        let page = desk.town.open(key).unwrap();
        let front = front(mark);
        let theirs = documents_of(key, "trouble", &site(key, &page.url(), &front));
        let host = Url::parse(&page.url()).unwrap().host_str().map(str::to_owned);
        assert!(
            theirs.iter().all(|(url, _)| url.host_str() == host.as_deref()),
            "{key}: {theirs:?}"
        );
        page.set_documents(by_target(theirs));
        page.set("/", Document::html(front));
        let vendor = add_one_of(key, &desk, page.url()).await;
        assert!(has_trouble(&vendor), "{key}: {:?}", vendor.shown);
    }
}

/// Not every platform says how bad an incident is.
fn has_trouble(vendor: &VendorView) -> bool {
    vendor.shown.is_problem() || vendor.shown == Health::Unknown
}

#[tokio::test]
async fn a_page_whose_documents_lie_at_a_host_of_its_platform_is_found_by_its_mark() {
    for (key, mark) in FOUND_ELSEWHERE {
        let desk = desk_among_hosts().await;
        let own = desk.town.open_host("status.northwind.example").unwrap();
        let front = front(mark);
        let theirs = documents_of(key, "trouble", &site(key, &own.url(), &front));
        assert!(
            theirs.iter().any(|(url, _)| url.host_str() != Some(own.name())),
            "{key}: {theirs:?}"
        );
        serve_at_hosts(&desk, theirs);
        own.set("/", Document::html(front));
        let vendor = add_one_of(key, &desk, own.url()).await;
        assert!(has_trouble(&vendor), "{key}: {:?}", vendor.shown);
    }
}

#[tokio::test]
async fn a_page_at_a_host_that_is_known_is_found_by_its_address_alone() {
    for (key, address) in KNOWN_BY_ADDRESS {
        let desk = desk_among_hosts().await;
        serve_at_hosts(&desk, documents_of(key, "trouble", &site(key, address, "")));
        let vendor = add_one_of(key, &desk, address.to_owned()).await;
        assert!(has_trouble(&vendor), "{key}: {:?}", vendor.shown);
        let asked: u64 = desk.town.pages().iter().map(Page::request_count).sum();
        let documents = reader(key).documents(&site(key, address, "")).len() as u64;
        assert!(
            asked <= 2 * documents,
            "{address}: each document once to recognise it and once to read it, not {asked}"
        );
    }
}

#[tokio::test]
async fn a_page_of_pagerduty_is_found_in_its_own_markup() {
    let desk = Desk::new().await;
    let page = desk.town.open("Northwind").unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pages/fixtures/pagerduty/trouble");
    page.set(
        "/",
        Document::html(std::fs::read(folder.join("page.html")).unwrap()),
    );
    let vendor = add_one_of("pagerduty", &desk, page.url()).await;
    assert!(has_trouble(&vendor), "{:?}", vendor.shown);
}

#[tokio::test]
async fn a_host_that_answers_everything_alike_is_refused() {
    let desk = Desk::new().await;
    let page = desk.town.open("shell").unwrap();
    for misbehaviour in [
        Misbehaviour::LoginPage,
        Misbehaviour::CaptivePortal,
        Misbehaviour::OtherJson,
    ] {
        page.misbehave(misbehaviour);
        let refused = add(&desk, page.url()).await.unwrap_err();
        assert!(
            refused.contains("was not added: it is not readable by programs"),
            "{refused}"
        );
    }
    assert!(page.request_count() <= 3 * MOST_QUESTIONS as u64);
    assert!(desk.status().await.vendors.is_empty());
}

#[tokio::test]
async fn a_page_that_is_written_down_by_hand_is_recognised_at_first_sight() {
    let mut desk = Desk::new().await;
    let page = desk.town.open("Acme").unwrap();
    instatus(&page, "Acme");
    desk.watch("Acme", &page.url(), "").await;
    desk.settle().await;
    let acme = desk.vendor("Acme").await;
    assert_eq!(
        (acme.platform.as_deref(), acme.source),
        (Some("instatus"), SourceState::Fresh)
    );
    assert_eq!(acme.shown, Health::PartialOutage);
    assert_eq!(desk.told().len(), 1, "the summary of what is watched from now on");
    // And it is known after a restart.
    let asked = page.request_count();
    desk.restart().await;
    desk.pass(minutes(5)).await;
    assert_eq!(desk.vendor("Acme").await.source, SourceState::Fresh);
    let later = page.requests().split_off(usize::try_from(asked).unwrap());
    assert!(
        later.iter().all(|request| !request.path().contains("api/v2")),
        "it is not guessed again"
    );
}

#[tokio::test]
async fn a_page_of_incident_io_that_is_written_down_by_hand_is_read_natively_from_the_first() {
    let mut desk = Desk::new().await;
    let page = desk.town.open("Acme").unwrap();
    let mut documents = documents("incidentio", "trouble", &page.url());
    let compatible = r#"{"page":{"id":"01J00000000000000000000PAG","name":"Larkspur","url":"https://status.larkspur.example/"},
        "status":{"indicator":"minor","description":""},"components":[{"id":"01J0000000000000000000CMP1","name":"Search",
        "status":"partial_outage"}],"incidents":[{"id":"01J0000000000000000000INC2","name":"Slow","status":"identified","impact":"minor",
        "created_at":"2026-11-07T07:00:00Z","updated_at":"2026-11-07T07:30:00Z","incident_updates":[]}]}"#;
    let compatible_at = Url::parse(&page.url_of("/api/v2/summary.json")).unwrap();
    documents.push((compatible_at, Document::json(compatible)));
    page.set_documents(by_target(documents));
    desk.watch("Acme", &page.url(), "").await;
    desk.settle().await;
    assert_eq!(desk.vendor("Acme").await.platform.as_deref(), Some("incidentio"));
    let told = desk.told();
    assert_eq!(
        told.len(),
        1,
        "the summary of what is watched from now on: {told:?}"
    );
    desk.pass(minutes(30)).await;
    assert_eq!(
        desk.told(),
        [""; 0],
        "nothing of the compatible form was taken for a change"
    );
}
