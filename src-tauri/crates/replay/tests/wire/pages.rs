//! Pages that behave: addresses, validators, compression, TLS, what is recorded.

use std::{collections::BTreeSet, net::IpAddr};

use crate::support::{connect, connect_through, connect_tls, get};
use signalbox_replay::{Document, Encoding, HttpOptions, Page, Placement, StatuspageBody, Town, TownOptions};

const SUMMARY: &str = "/api/v2/summary.json";

fn page_with(town: &Town, body: &str) -> Page {
    let page = town.open("Acme").unwrap();
    page.set(SUMMARY, body);
    page
}

#[tokio::test]
async fn a_page_serves_its_documents_and_nothing_else() {
    let town = Town::new();
    let page = page_with(&town, "{\"a\":1}");
    let mut client = connect(&page).await;
    let reply = client.get(SUMMARY, &[]).await;
    assert_eq!(
        (reply.version.as_str(), reply.status, reply.text()),
        ("HTTP/1.1", 200, "{\"a\":1}")
    );
    assert_eq!(reply.field("content-type"), "application/json; charset=utf-8");
    assert!(reply.field("cache-control").starts_with("max-age=10, public"));
    assert!(!reply.field("date").is_empty());

    let reply = client.get("/nowhere", &[]).await;
    assert_eq!((reply.status, reply.text()), (404, ""));

    let reply = client.request("HEAD", SUMMARY, &[]).await.unwrap();
    assert_eq!(
        (reply.status, reply.field("content-length"), reply.text()),
        (200, "7", "")
    );

    let reply = client.request("DELETE", SUMMARY, &[]).await.unwrap();
    assert_eq!((reply.status, reply.field("allow")), (405, "GET, HEAD"));

    let reply = client.get(&format!("{SUMMARY}?cache=no"), &[]).await;
    assert_eq!(reply.status, 200, "a query changes nothing");

    page.remove(SUMMARY);
    assert_eq!(client.get(SUMMARY, &[]).await.status, 404);
    assert_eq!(page.connection_count(), 1, "one connection was enough");
}

#[tokio::test]
async fn a_query_tells_documents_apart_where_one_was_set_with_it() {
    let town = Town::new();
    let page = page_with(&town, "all");
    page.set(format!("{SUMMARY}?of=past"), "past");
    for (query, expected) in [("", "all"), ("?of=past", "past"), ("?of=future", "all")] {
        let reply = get(&page, &format!("{SUMMARY}{query}"), &[]).await.unwrap();
        assert_eq!(reply.text(), expected, "{query}");
    }
}

#[tokio::test]
async fn a_proxy_leads_to_the_hosts_of_its_town_and_nowhere_else() {
    let town = Town::new();
    let proxy = town.open_proxy().unwrap();
    let page = town.open_host("status.acme.example").unwrap();
    page.set("/", "Acme");
    assert_eq!(page.url_of("/x"), "https://status.acme.example/x");
    let root = town.root_pem().unwrap();
    let mut client = connect_through(proxy, "status.acme.example", &root)
        .await
        .unwrap();
    assert_eq!(client.get("/", &[]).await.text(), "Acme");
    let nobody = connect_through(proxy, "status.example.com", &root).await;
    assert_eq!(nobody.err().unwrap().to_string(), "502");
    drop(town);
    let late = connect_through(proxy, "status.acme.example", &root).await;
    assert!(late.is_err(), "it ends with its town");
}

#[tokio::test]
async fn each_page_has_an_address_or_a_port_of_its_own() {
    let town = Town::new();
    let (a, b) = (
        town.open_as("a", Placement::Address, false).unwrap(),
        town.open_as("b", Placement::Address, false).unwrap(),
    );
    let (c, d) = (
        town.open_as("c", Placement::Port, false).unwrap(),
        town.open_as("d", Placement::Port, false).unwrap(),
    );
    assert_eq!(a.address().ip(), "127.64.0.1".parse::<IpAddr>().unwrap());
    assert_eq!(b.address().ip(), "127.64.0.2".parse::<IpAddr>().unwrap());
    assert_eq!(a.address().port(), b.address().port());
    assert_eq!(c.address().ip(), d.address().ip());
    assert_ne!(c.address().port(), d.address().port());
    for page in [&a, &b, &c, &d] {
        page.set("/", Document::html(page.name().to_owned()));
    }
    for page in [&a, &b, &c, &d] {
        assert_eq!(get(page, "/", &[]).await.unwrap().text(), page.name());
    }
    assert_eq!(
        a.url_of("/x"),
        format!("http://127.64.0.1:{}/x", a.address().port())
    );
}

#[tokio::test]
async fn an_address_where_no_page_lives_resets() {
    let town = Town::new();
    let page = page_with(&town, "{}");
    if page.address().ip() != "127.64.0.1".parse::<IpAddr>().unwrap() {
        eprintln!("skipped: pages have ports here");
        return;
    }
    for stranger in ["127.64.0.2", "127.0.0.1"] {
        let address = (stranger.parse::<IpAddr>().unwrap(), page.address().port());
        let result = async {
            let mut stream = tokio::net::TcpStream::connect(address).await?;
            tokio::io::AsyncReadExt::read_u8(&mut stream).await
        };
        let error = result.await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{stranger}");
    }
}

#[tokio::test]
async fn a_town_that_is_dropped_refuses() {
    let town = Town::new();
    let pages = [
        town.open("a").unwrap(),
        town.open_as("b", Placement::Port, false).unwrap(),
    ];
    let mut idle = connect(&pages[0]).await;
    assert_eq!(idle.get("/", &[]).await.status, 404);
    drop(town);
    for page in &pages {
        let error = get(page, "/", &[]).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    }
    assert!(idle.request("GET", "/", &[]).await.is_err());
}

#[tokio::test]
async fn an_unchanged_document_is_not_sent_again() {
    let town = Town::new();
    let page = page_with(&town, "{\"a\":1}");
    let mut client = connect(&page).await;
    let first = client.get(SUMMARY, &[]).await;
    let (etag, modified) = (
        first.field("etag").to_owned(),
        first.field("last-modified").to_owned(),
    );
    assert!(etag.starts_with("W/\""));

    for validator in [
        ("if-none-match", etag.as_str()),
        ("if-modified-since", modified.as_str()),
    ] {
        let reply = client.get(SUMMARY, &[validator]).await;
        assert_eq!(
            (reply.status, reply.field("etag")),
            (304, etag.as_str()),
            "{validator:?}"
        );
        assert!(!reply.fields.contains_key("content-length"));
    }
    // A tag that does not match outweighs a date that does.
    let reply = client
        .get(
            SUMMARY,
            &[("if-none-match", "W/\"x\""), ("if-modified-since", &modified)],
        )
        .await;
    assert_eq!(reply.status, 200);

    page.set(SUMMARY, "{\"a\":1}");
    assert_eq!(
        client.get(SUMMARY, &[("if-none-match", &etag)]).await.status,
        304,
        "the same bytes again"
    );
    page.set(SUMMARY, "{\"a\":2}");
    let reply = client.get(SUMMARY, &[("if-none-match", &etag)]).await;
    assert_eq!((reply.status, reply.text()), (200, "{\"a\":2}"));
}

#[tokio::test]
async fn last_modified_is_what_the_document_says() {
    let town = Town::new();
    let page = town.open("Acme").unwrap();
    page.set(
        "/a",
        Document::json("{}").last_modified("2026-11-07T09:00:00.5Z".parse().unwrap()),
    );
    let mut client = connect(&page).await;
    assert_eq!(
        client.get("/a", &[]).await.field("last-modified"),
        "Sat, 07 Nov 2026 09:00:00 GMT"
    );
    for (since, status) in [
        ("Sat, 07 Nov 2026 09:00:00 GMT", 304),
        ("Sat, 07 Nov 2026 08:59:59 GMT", 200),
        ("nonsense", 200),
    ] {
        assert_eq!(
            client.get("/a", &[("if-modified-since", since)]).await.status,
            status,
            "{since}"
        );
    }
}

#[tokio::test]
async fn validators_chunks_and_connections_are_as_the_options_say() {
    let town = Town::new();
    let page = page_with(&town, &"x".repeat(10_000));
    page.set_http(HttpOptions {
        cache_control: String::new(),
        chunked: true,
        keep_alive: false,
        encodings: Vec::new(),
        ..HttpOptions::without_validators()
    });
    let reply = get(
        &page,
        SUMMARY,
        &[("accept-encoding", "gzip"), ("if-none-match", "*")],
    )
    .await
    .unwrap();
    assert_eq!((reply.status, reply.body.len()), (200, 10_000));
    for absent in [
        "etag",
        "last-modified",
        "cache-control",
        "content-length",
        "content-encoding",
        "vary",
    ] {
        assert!(!reply.fields.contains_key(absent), "{absent}");
    }
    assert_eq!(
        (reply.field("transfer-encoding"), reply.field("connection")),
        ("chunked", "close")
    );
}

#[tokio::test]
async fn a_body_is_compressed_as_the_client_accepts() {
    let town = Town::new();
    let body = StatuspageBody::sized(3, 17_000).summary("").to_string();
    let page = page_with(&town, &body);
    page.compress_ahead().await;
    let mut client = connect(&page).await;
    for (accepted, encoding) in [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br", "br"),
    ] {
        let reply = client.get(SUMMARY, &[("accept-encoding", accepted)]).await;
        assert_eq!(reply.field("content-encoding"), encoding);
        assert_eq!(reply.field("vary"), "accept-encoding");
        assert!(
            reply.body.len() < body.len() / 3,
            "{encoding}: {}",
            reply.body.len()
        );
        assert_eq!(reply.decoded().await, body.as_bytes(), "{encoding}");
    }
    page.set_http(HttpOptions {
        encodings: vec![Encoding::Gzip],
        ..HttpOptions::default()
    });
    let reply = client.get(SUMMARY, &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(reply.field("content-encoding"), "gzip");
    assert_eq!(client.get(SUMMARY, &[]).await.body, body.as_bytes());
}

#[tokio::test]
async fn requests_are_recorded_with_what_they_carried_and_got() {
    let town = Town::new();
    let page = page_with(&town, "{}");
    let other = page_with(&town, "{}");
    let mut client = connect(&page).await;
    client
        .get(SUMMARY, &[("User-Agent", "test/1"), ("If-None-Match", "W/\"x\"")])
        .await;
    client.get("/b?c", &[]).await;
    get(&other, SUMMARY, &[]).await.unwrap();

    page.wait_for_answers(2).await;
    town.wait_for_requests(3).await;
    let requests = page.requests();
    assert_eq!(requests.len(), 2);
    let (first, second) = (&requests[0], &requests[1]);
    assert_eq!(
        (first.method(), first.path(), first.status),
        ("GET", SUMMARY, Some(200))
    );
    assert_eq!(first.header("user-agent"), Some("test/1"));
    assert!(first.is_conditional() && !second.is_conditional());
    assert!(first.bytes_sent > 100 && first.is_over);
    assert_eq!(
        (second.path(), second.target(), second.status),
        ("/b", "/b?c", Some(404))
    );
    assert!(first.at <= second.at);
    assert_eq!((first.connection, second.connection), (1, 1));
    assert_eq!(
        (page.request_count(), page.max_concurrent(), town.request_count()),
        (2, 1, 3)
    );
}

#[tokio::test]
async fn only_the_newest_requests_are_remembered() {
    let town = Town::with(TownOptions {
        kept_requests: 2,
        ..TownOptions::default()
    });
    let page = page_with(&town, "{}");
    let mut client = connect(&page).await;
    for path in ["/1", "/2", "/3"] {
        client.get(path, &[]).await;
    }
    let paths: Vec<_> = page
        .requests()
        .iter()
        .map(|request| request.path().to_owned())
        .collect();
    assert_eq!((paths, page.request_count()), (vec!["/2".into(), "/3".into()], 3));
}

#[tokio::test]
async fn a_waiting_test_is_woken_by_the_request_that_it_waits_for() {
    let town = Town::new();
    let page = page_with(&town, "{}");
    let asks = async {
        let mut client = connect(&page).await;
        client.get("/other", &[]).await;
        client.get(SUMMARY, &[]).await;
    };
    tokio::join!(page.wait_for_a_request(|request| request.path() == SUMMARY), asks);
    assert_eq!(page.request_count(), 2);
}

#[tokio::test]
async fn requests_in_one_packet_are_answered_in_order() {
    let town = Town::new();
    let page = page_with(&town, "{\"a\":1}");
    let mut client = connect(&page).await;
    client.send("GET", "/b", &[]).await;
    client.send("POST", SUMMARY, &[("content-length", "0")]).await;
    client.send("GET", SUMMARY, &[]).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(client.receive("GET").await.unwrap().status);
    }
    assert_eq!(statuses, [404, 405, 200]);
}

#[tokio::test]
async fn what_is_not_http_gets_400() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let town = Town::new();
    let page = page_with(&town, "{}");
    for nonsense in [
        &b"\x16\x03\x01\x00"[..],
        b"HELLO\r\n\r\n",
        b"GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
    ] {
        let mut client = connect(&page).await;
        client.stream.write_all(nonsense).await.unwrap();
        client.stream.flush().await.unwrap();
        let mut answer = String::new();
        client.stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer:?}");
    }
}

#[tokio::test]
async fn tls_is_trusted_with_the_towns_root_alone() {
    let town = Town::with(TownOptions {
        tls: true,
        ..TownOptions::default()
    });
    let body = StatuspageBody::sized(7, 17_000);
    let pages = [
        town.open("a").unwrap(),
        town.open_as("b", Placement::Port, true).unwrap(),
    ];
    let root = town.root_pem().unwrap();
    for page in &pages {
        body.serve_on(page);
        assert!(page.url().starts_with("https://127."));
        let mut client = connect_tls(page, &root).await.unwrap();
        for _ in 0..2 {
            let reply = client.get(SUMMARY, &[("accept-encoding", "gzip")]).await;
            assert_eq!(
                reply.decoded().await,
                body.summary(&page.url()).to_string().as_bytes()
            );
        }
    }
    let other_root = Town::new().root_pem().unwrap();
    let error = connect_tls(&pages[0], &other_root).await.err().unwrap();
    assert!(error.to_string().contains("certificate"), "{error}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pem");
    town.write_root(&file).unwrap();
    assert_eq!(std::fs::read_to_string(file).unwrap(), root);
}

#[tokio::test]
async fn plain_and_tls_pages_live_beside_each_other() {
    let town = Town::new();
    let plain = page_with(&town, "{}");
    let secure = town.open_as("secure", Placement::Address, true).unwrap();
    assert_eq!(get(&plain, SUMMARY, &[]).await.unwrap().status, 200);
    let mut client = connect_tls(&secure, &town.root_pem().unwrap()).await.unwrap();
    assert_eq!(client.get("/", &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_pages_are_cheap() {
    let town = Town::new();
    let started = std::time::Instant::now();
    let pages = town.open_many(5_000).unwrap();
    let document = Document::from("{\"page\":{}}");
    for page in &pages {
        page.set(SUMMARY, document.clone());
    }
    eprintln!("5,000 pages opened and filled in {:?}", started.elapsed());
    let started = std::time::Instant::now();
    for (index, page) in pages.iter().take(100).enumerate() {
        StatuspageBody::sized(index, 17_000).serve_on(page);
    }
    eprintln!(
        "100 of them filled with pages of 17 kB in {:?}",
        started.elapsed()
    );
    for page in pages.iter().take(100) {
        page.set(SUMMARY, document.clone());
    }
    let addresses: BTreeSet<_> = pages.iter().map(Page::address).collect();
    assert_eq!(addresses.len(), pages.len());

    let started = std::time::Instant::now();
    for page in pages.iter().step_by(7) {
        assert_eq!(get(page, SUMMARY, &[]).await.unwrap().text(), "{\"page\":{}}");
        assert_eq!(page.request_count(), 1);
    }
    eprintln!("715 of them asked, one after another, in {:?}", started.elapsed());
}

#[tokio::test]
async fn a_body_sets_all_documents_in_one_step() {
    let town = Town::new();
    let page = page_with(&town, "{}");
    page.set("/else", "{}");
    let body = StatuspageBody::new("Acme").component("c1", "Ovens", "operational");
    body.serve_on(&page);
    let mut client = connect(&page).await;
    assert_eq!(client.get("/else", &[]).await.status, 404);
    let summary = client.get(SUMMARY, &[]).await;
    let summary: serde_json::Value = serde_json::from_slice(&summary.body).unwrap();
    assert_eq!(summary["page"]["url"], page.url());
    assert_eq!(client.get("/api/v2/components.json", &[]).await.status, 200);
}
