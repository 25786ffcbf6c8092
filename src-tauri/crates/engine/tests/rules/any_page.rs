//! Pages of any platform: recognised from what is pasted or written down, and again when they change their platform.

use std::path::Path;

use signalbox_engine::api::{IncidentView, Reply, Request, SourceState, VendorView};
use signalbox_pages::{Front, Health, Reader, Site, readers, recognition::MOST_QUESTIONS};
use signalbox_replay::{Document, Incident, Misbehaviour, Page, StatuspageBody, Update};
use url::{Position, Url};

use crate::{
    bodies::{acme, with_cold_ovens},
    support::{Desk, DeskOptions, minutes, told},
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

/// The documents of a platform's fixture page, for a page at this address.
fn documents(key: &str, which: &str, url: &str) -> Vec<(Url, Document)> {
    let url = Url::parse(url).unwrap();
    let site = reader(key).guess(&url).unwrap_or_else(|| Site::at(&url));
    documents_of(key, which, &site)
}

fn reader(key: &str) -> &'static dyn Reader {
    readers::by_key(key).expect(key)
}

fn documents_of(key: &str, which: &str, site: &Site) -> Vec<(Url, Document)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../pages/fixtures")
        .join(key)
        .join(which);
    let found = |name: &str| {
        let read = |ending: &str| std::fs::read(folder.join(format!("{name}.{ending}"))).ok();
        let json = read("json").map(Document::json);
        let xml = || read("xml").map(|body| Document::new(body, "application/rss+xml"));
        json.or_else(xml).or_else(|| read("html").map(Document::html))
    };
    reader(key)
        .documents(site)
        .iter()
        .filter_map(|document| Some((document.url.clone(), found(document.name)?)))
        .collect()
}

/// Where a stand-in serves what lies at this address.
fn target(url: &Url) -> String {
    url[Position::BeforePath..Position::AfterQuery].to_owned()
}

fn by_target(documents: Vec<(Url, Document)>) -> impl Iterator<Item = (String, Document)> {
    documents
        .into_iter()
        .map(|(url, document)| (target(&url), document))
}

fn serve(page: &Page, key: &str, which: &str) {
    let documents = documents(key, which, &page.url());
    assert!(!documents.is_empty(), "{key} {which}");
    page.recover();
    page.set_documents(by_target(documents));
}

/// A web page that bears this mark.
fn front(mark: &str) -> String {
    format!("<!doctype html><html><head><title>Northwind</title></head><body>{mark}</body></html>")
}

/// The page of a platform at this address, as what lies there and nothing else shows it.
fn site(key: &str, address: &str, front: &str) -> Site {
    let url = &Url::parse(address).unwrap();
    let front = Front {
        url,
        headers: &[],
        body: front,
    };
    reader(key)
        .site_at(url)
        .or_else(|| reader(key).site_behind(&front))
        .or_else(|| reader(key).guess(url))
        .unwrap_or_else(|| Site::at(url))
}

/// A desk whose whole network are the hosts of its town.
async fn desk_among_hosts() -> Desk {
    Desk::with(DeskOptions {
        hosts: true,
        ..DeskOptions::default()
    })
    .await
}

/// Serves documents at the hosts where they belong, and opens those that are not open yet.
fn serve_at_hosts(desk: &Desk, documents: Vec<(Url, Document)>) {
    for (url, document) in documents {
        let host = url.host_str().unwrap();
        let open = desk.town.pages().into_iter().find(|page| page.name() == host);
        let page = open.unwrap_or_else(|| desk.town.open_host(host).unwrap());
        page.set(target(&url), document);
    }
}

/// What Instatus says of a page of this name.
fn instatus(page: &Page, name: &str) {
    page.recover();
    page.set_documents([
        (
            "/summary.json",
            Document::json(format!(
                r#"{{"page":{{"name":"{name}","url":"{}","status":"HASISSUES"}},
                    "activeIncidents":[{{"id":"cl1incident","name":"Ovens smoke","started":"2026-11-07T08:10:00.000Z",
                    "status":"INVESTIGATING","impact":"PARTIALOUTAGE","url":"{}/cl1incident"}}]}}"#,
                page.url(),
                page.url()
            )),
        ),
        (
            "/v2/components.json",
            Document::json(
                r#"{"components":[{"id":"cl1ovens","name":"Ovens","status":"PARTIALOUTAGE","group":null},
                    {"id":"cl1presses","name":"Presses","status":"OPERATIONAL","group":null}]}"#,
            ),
        ),
    ]);
}

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
    let Reply::History(history) = desk
        .ask(Request::History {
            vendors: vec!["Acme".into()],
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
    let titles: Vec<_> = history
        .incidents
        .iter()
        .map(|incident| incident.title.as_str())
        .collect();
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
    let (key, mark) = FOUND_ELSEWHERE[0];
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
