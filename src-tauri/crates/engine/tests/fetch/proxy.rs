//! Through a proxy.

use signalbox_engine::fetch::{FailureKind, FetchFailure, FetchRequest, FetchSettings, ProxyChoice};
use url::Url;

use crate::stand::{Answer, Stand, answer, body, failure, fetcher, settings};

fn through(proxy: &str) -> FetchSettings {
    FetchSettings {
        proxy: ProxyChoice::Through(Url::parse(proxy).unwrap()),
        ..settings()
    }
}

fn page(text: &str) -> FetchRequest {
    FetchRequest::new(Url::parse(text).unwrap())
}

#[tokio::test]
async fn everything_goes_through_the_proxy_that_is_set() {
    let proxy = Stand::always(answer("200 OK", &[], "by proxy")).await;
    let fetcher = fetcher(through(proxy.url("").as_str()));
    let outcome = fetcher.get(page("http://status.invalid/summary.json")).await;
    assert_eq!(&body(outcome).bytes[..], b"by proxy");
    assert_eq!(proxy.asked()[0].target, "http://status.invalid/summary.json");
}

#[tokio::test]
async fn a_proxy_that_fails_is_told_apart_from_the_server() {
    let proxy = Stand::new(|asked| {
        Answer::BytesThenClose(if asked.head.starts_with("CONNECT") {
            answer("403 Forbidden", &[], "")
        } else {
            answer(
                "407 Proxy Authentication Required",
                &["Proxy-Authenticate: Basic"],
                "",
            )
        })
    })
    .await;
    let fetcher_by = |address: &str| fetcher(through(address));
    let asks = failure(
        fetcher_by(proxy.url("").as_str())
            .get(page("http://status.invalid/"))
            .await,
    );
    assert_eq!(
        (asks.kind, asks.reason.as_str()),
        (FailureKind::Proxy, "the proxy asks for a name and a password")
    );
    let refuses = failure(
        fetcher_by(proxy.url("").as_str())
            .get(page("https://status.invalid/"))
            .await,
    );
    told(&refuses, "no connection through the proxy");
    let plain = failure(
        fetcher_by("http://127.0.0.1:1")
            .get(page("http://status.invalid/"))
            .await,
    );
    told(
        &plain,
        "no connection through the proxy: the server refused the connection",
    );
    let socks = failure(
        fetcher_by("socks5h://127.0.0.1:1")
            .get(page("http://status.invalid/"))
            .await,
    );
    told(&socks, "no connection through the proxy");
}

fn told(failure: &FetchFailure, reason: &str) {
    assert_eq!(
        (failure.kind, failure.reason.as_str(), failure.below_http),
        (FailureKind::Proxy, reason, true)
    );
}
