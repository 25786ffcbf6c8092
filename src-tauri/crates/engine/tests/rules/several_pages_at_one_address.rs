//! Pages that share an address are told apart by what stands behind its `#`.

use signalbox_engine::api::{Reply, Request, VendorView};
use signalbox_pages::Health;
use signalbox_replay::{Document, Page};

use crate::support::Desk;

/// Serves a page of Uptime Kuma with one monitor, which is up or down.
fn serve(host: &Page, slug: &str, is_up: bool) {
    let front = format!(
        r#"<html><link rel="manifest" href="/api/status-page/{slug}/manifest.json"><script>window.preloadData = {{}}</script></html>"#
    );
    host.set(format!("/status/{slug}"), Document::html(front));
    host.set(
        format!("/api/status-page/{slug}"),
        Document::json(format!(
            r#"{{"config":{{"slug":"{slug}","title":"{slug}","published":true}},"incident":null,
                "publicGroupList":[{{"id":1,"name":"All","weight":1,"monitorList":[{{"id":1,"name":"Oven","type":"http"}}]}}],
                "maintenanceList":[]}}"#
        )),
    );
    let status = u8::from(is_up);
    host.set(
        format!("/api/status-page/heartbeat/{slug}"),
        Document::json(format!(
            r#"{{"heartbeatList":{{"1":[{{"status":{status},"time":"2026-11-07 08:00:00.000","msg":"","ping":9}}]}},"uptimeList":{{}}}}"#
        )),
    );
}

async fn add(desk: &Desk, page: String) -> Result<VendorView, String> {
    match desk.ask(Request::Add { page, name: None }).await {
        Ok(Reply::Added(vendor)) => Ok(vendor),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.message),
    }
}

async fn ask_for(desk: &Desk, vendor: &str) -> Result<Vec<String>, String> {
    let vendors = vec![vendor.to_owned()];
    match desk.ask(Request::Status { vendors }).await {
        Ok(Reply::Status(status)) => Ok(status.vendors.into_iter().map(|vendor| vendor.page).collect()),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.message),
    }
}

#[tokio::test]
async fn each_of_them_is_watched_for_itself_and_named_by_its_whole_address() {
    let desk = Desk::new().await;
    let host = desk.town.open("Kuma").unwrap();
    serve(&host, "ovens", true);
    serve(&host, "Ovens", false);
    let well = add(&desk, host.url_of("/status/ovens")).await.unwrap();
    let trouble = add(&desk, host.url_of("/status/Ovens")).await.unwrap();
    assert_eq!(well.page, host.url_of("/#ovens"));
    assert_eq!(trouble.page, host.url_of("/#Ovens"));
    assert_eq!(
        (well.shown, trouble.shown.is_problem()),
        (Health::Operational, true)
    );
    let refused = add(&desk, host.url_of("/status/ovens")).await.unwrap_err();
    assert!(
        refused.starts_with(&format!("{} is watched already", well.page)),
        "{refused}"
    );

    for one in [&well, &trouble] {
        assert_eq!(ask_for(&desk, &one.page).await, Ok(vec![one.page.clone()]));
    }
    let either = ask_for(&desk, &host.url()).await.unwrap_err();
    assert!(
        either.contains("may be any of") && either.contains(&well.page) && either.contains(&trouble.page),
        "{either}"
    );

    let removed = desk
        .ask(Request::Remove {
            vendor: well.page.clone(),
        })
        .await;
    assert!(matches!(removed, Ok(Reply::Removed(view)) if view.page == well.page));
    let left: Vec<String> = desk
        .status()
        .await
        .vendors
        .into_iter()
        .map(|vendor| vendor.page)
        .collect();
    assert_eq!(left, [trouble.page]);
}

#[tokio::test]
async fn a_page_that_is_watched_by_its_bare_address_is_not_added_once_more() {
    let mut desk = Desk::new().await;
    let host = desk.town.open("Kuma").unwrap();
    serve(&host, "default", true);
    host.set("/", Document::html("<script>window.preloadData = {}</script>"));
    desk.watch("Ovens", &host.url(), "").await;
    desk.settle().await;
    assert_eq!(desk.vendor("Ovens").await.shown, Health::Operational);
    let refused = add(&desk, host.url_of("/status/default")).await.unwrap_err();
    assert!(refused.contains("is watched already"), "{refused}");
}
