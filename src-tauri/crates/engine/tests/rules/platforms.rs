//! Pages of any platform, as stand-ins: their documents are the readers' fixtures.

use std::path::Path;

use signalbox_pages::{Front, Reader, Site, readers};
use signalbox_replay::{Document, Page};
use url::{Position, Url};

use crate::support::{Desk, DeskOptions};

/// The documents of a platform's fixture page, for a page at this address.
pub(crate) fn documents(key: &str, which: &str, url: &str) -> Vec<(Url, Document)> {
    let url = Url::parse(url).unwrap();
    let site = reader(key).guess(&url).unwrap_or_else(|| Site::at(&url));
    documents_of(key, which, &site)
}

pub(crate) fn reader(key: &str) -> &'static dyn Reader {
    readers::by_key(key).expect(key)
}

pub(crate) fn documents_of(key: &str, which: &str, site: &Site) -> Vec<(Url, Document)> {
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
pub(crate) fn target(url: &Url) -> String {
    url[Position::BeforePath..Position::AfterQuery].to_owned()
}

pub(crate) fn by_target(documents: Vec<(Url, Document)>) -> impl Iterator<Item = (String, Document)> {
    documents
        .into_iter()
        .map(|(url, document)| (target(&url), document))
}

pub(crate) fn serve(page: &Page, key: &str, which: &str) {
    let documents = documents(key, which, &page.url());
    assert!(!documents.is_empty(), "{key} {which}");
    page.recover();
    page.set_documents(by_target(documents));
}

/// A web page that bears this mark.
pub(crate) fn front(mark: &str) -> String {
    format!("<!doctype html><html><head><title>Northwind</title></head><body>{mark}</body></html>")
}

/// The page of a platform at this address, as what lies there and nothing else shows it.
pub(crate) fn site(key: &str, address: &str, front: &str) -> Site {
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
pub(crate) async fn desk_among_hosts() -> Desk {
    Desk::with(DeskOptions {
        hosts: true,
        ..DeskOptions::default()
    })
    .await
}

/// Serves documents at the hosts where they belong, and opens those that are not open yet.
pub(crate) fn serve_at_hosts(desk: &Desk, documents: Vec<(Url, Document)>) {
    for (url, document) in documents {
        let host = url.host_str().unwrap();
        let open = desk.town.pages().into_iter().find(|page| page.name() == host);
        let page = open.unwrap_or_else(|| desk.town.open_host(host).unwrap());
        page.set(target(&url), document);
    }
}

/// What Instatus says of a page of this name.
pub(crate) fn instatus(page: &Page, name: &str) {
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
