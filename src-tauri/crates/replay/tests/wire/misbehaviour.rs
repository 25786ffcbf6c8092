//! Pages that go wrong, each in its own way, over real sockets.

use std::{io::ErrorKind, time::Duration};

use crate::support::{Reply, connect, connect_tls, get};
use async_compression::tokio::bufread::GzipDecoder;
use signalbox_replay::{BadTls, Misbehaviour, Page, Placement, RetryAfter, Town};
use tokio::io::{AsyncReadExt, BufReader};

const SUMMARY: &str = "/api/v2/summary.json";
const BODY: &str = "{\"page\":{\"name\":\"Acme\"}}";

fn page(town: &Town) -> Page {
    let page = town.open("Acme").unwrap();
    page.set(SUMMARY, BODY);
    page
}

async fn answer_of(what: Misbehaviour) -> Reply {
    let town = Town::new();
    let page = page(&town);
    page.misbehave(what);
    get(&page, SUMMARY, &[]).await.unwrap()
}

#[tokio::test]
async fn any_status_can_be_answered() {
    for code in [403, 404, 429, 500, 502] {
        let reply = answer_of(Misbehaviour::status(code)).await;
        assert_eq!((reply.status, reply.text()), (code, ""));
        assert!(!reply.fields.contains_key("retry-after"));
    }
    let reply = answer_of(Misbehaviour::Status {
        code: 502,
        retry_after: None,
        headers: [("x-edge".to_owned(), "9".to_owned())].into(),
        body: "<p>Bad gateway".to_owned(),
    })
    .await;
    assert_eq!(
        (reply.field("x-edge"), reply.field("content-type")),
        ("9", "text/html; charset=utf-8")
    );
    assert_eq!(reply.text(), "<p>Bad gateway");
}

#[tokio::test]
async fn retry_after_is_seconds_or_a_date() {
    let reply = answer_of(Misbehaviour::too_many_requests(RetryAfter::Seconds(30))).await;
    assert_eq!((reply.status, reply.field("retry-after")), (429, "30"));
    let date_in = Duration::from_secs(3600);
    let reply = answer_of(Misbehaviour::too_many_requests(RetryAfter::Date { date_in })).await;
    let at = |field: &str| {
        jiff::fmt::rfc2822::parse(reply.field(field))
            .unwrap()
            .timestamp()
            .as_second()
    };
    assert!((3599..=3600).contains(&(at("retry-after") - at("date"))));
}

#[tokio::test]
async fn html_comes_with_200() {
    for (what, words) in [
        (Misbehaviour::LoginPage, "sign in"),
        (Misbehaviour::CaptivePortal, "terms of use"),
    ] {
        let reply = answer_of(what).await;
        assert_eq!(
            (reply.status, reply.field("content-type")),
            (200, "text/html; charset=utf-8")
        );
        assert!(reply.text().contains(words));
    }
}

#[tokio::test]
async fn redirects_lead_elsewhere_with_or_without_the_path() {
    for status in [301, 302, 303, 307, 308] {
        let reply = answer_of(Misbehaviour::redirect(status, "https://elsewhere.invalid/")).await;
        assert_eq!(
            (reply.status, reply.field("location")),
            (status, "https://elsewhere.invalid/")
        );
        let reply = answer_of(Misbehaviour::redirect_keeping_path(
            status,
            "https://elsewhere.invalid",
        ))
        .await;
        assert_eq!(
            reply.field("location"),
            format!("https://elsewhere.invalid{SUMMARY}")
        );
        assert_eq!(
            answer_of(Misbehaviour::redirect_loop(status))
                .await
                .field("location"),
            SUMMARY
        );
    }
}

#[tokio::test]
async fn a_chain_of_redirects_ends_after_its_hops() {
    let town = Town::new();
    let page = page(&town);
    page.misbehave(Misbehaviour::RedirectChain { status: 302, hops: 5 });
    let mut client = connect(&page).await;
    let mut target = SUMMARY.to_owned();
    for _ in 0..5 {
        let reply = client.get(&target, &[]).await;
        assert_eq!(reply.status, 302);
        target = reply.field("location").to_owned();
    }
    assert_eq!(client.get(&target, &[]).await.text(), BODY);
}

#[tokio::test]
async fn a_page_that_hangs_has_the_request_and_says_nothing() {
    let town = Town::new();
    let page = page(&town);
    page.misbehave(Misbehaviour::Hang);
    let mut client = connect(&page).await;
    client.send("GET", SUMMARY, &[]).await;
    page.wait_for_requests(1).await;
    // Whatever the page were to send, it would be sent before it answers somebody else who came later.
    let other = town.open("other").unwrap();
    assert_eq!(get(&other, "/", &[]).await.unwrap().status, 404);
    let mut byte = [0];
    assert!(
        futures_pending(client.stream.read(&mut byte)).await,
        "not a byte, not an end"
    );
    assert!(!page.requests()[0].is_over);

    drop(client);
    page.wait_for_answers(1).await;
    let request = &page.requests()[0];
    assert_eq!((request.status, request.bytes_sent), (None, 0));
}

/// Whether a future is not ready when asked once.
async fn futures_pending<T>(future: impl Future<Output = T>) -> bool {
    tokio::pin!(future);
    std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

#[tokio::test]
async fn overlapping_requests_are_noticed() {
    let town = Town::new();
    let page = page(&town);
    page.misbehave_at("/slow", Misbehaviour::Hang);
    let mut slow = connect(&page).await;
    slow.send("GET", "/slow", &[]).await;
    page.wait_for_requests(1).await;
    assert_eq!(
        get(&page, SUMMARY, &[]).await.unwrap().text(),
        BODY,
        "other paths are well"
    );
    assert_eq!(page.max_concurrent(), 2);
    assert_eq!(page.requests()[1].in_flight, 2);
}

#[tokio::test]
async fn a_body_that_hangs_comes_after_an_honest_head() {
    let town = Town::new();
    let page = page(&town);
    page.misbehave(Misbehaviour::HangBody);
    let mut client = connect(&page).await;
    client.send("GET", SUMMARY, &[]).await;
    let head = client.receive_head().await.unwrap();
    assert_eq!(head.field("content-length"), BODY.len().to_string());
    let mut byte = [0];
    assert!(futures_pending(client.stream.read(&mut byte)).await);
    assert!(!page.requests()[0].is_over);
}

#[tokio::test]
async fn a_dripping_body_comes_byte_by_byte() {
    let town = Town::new();
    let page = page(&town);
    page.misbehave(Misbehaviour::Drip {
        every: Duration::from_millis(5),
    });
    let mut client = connect(&page).await;
    client.send("GET", SUMMARY, &[]).await;
    client.receive_head().await.unwrap();
    let head_length = BODY.len() as u64;
    for byte in BODY.bytes().take(5) {
        assert_eq!(client.stream.read_u8().await.unwrap(), byte);
    }
    let request = &page.requests()[0];
    assert!(!request.is_over && request.bytes_sent > head_length);
    let mut rest = vec![0; BODY.len() - 5];
    client.stream.read_exact(&mut rest).await.unwrap();
    assert_eq!(rest, BODY.as_bytes()[5..]);
}

#[tokio::test]
async fn a_dripping_head_comes_byte_by_byte() {
    let town = Town::new();
    let page = page(&town);
    page.misbehave(Misbehaviour::SlowHeaders {
        every: Duration::from_millis(1),
    });
    let mut client = connect(&page).await;
    client.send("GET", SUMMARY, &[]).await;
    for byte in *b"HTTP/" {
        assert_eq!(client.stream.read_u8().await.unwrap(), byte);
        assert!(!page.requests()[0].is_over);
    }
    let rest = client.receive("GET").await;
    assert!(rest.is_ok_and(|reply| reply.text() == BODY));
}

#[tokio::test]
async fn a_connection_can_end_before_during_or_instead_of_an_answer() {
    for (what, kind) in [
        (Misbehaviour::Truncate { after: 4 }, ErrorKind::UnexpectedEof),
        (Misbehaviour::CloseEarly, ErrorKind::UnexpectedEof),
        (Misbehaviour::Reset, ErrorKind::ConnectionReset),
    ] {
        let town = Town::new();
        let page = page(&town);
        page.misbehave(what.clone());
        let error = get(&page, SUMMARY, &[]).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{what:?}");
        assert_eq!(page.request_count(), 1);
    }
}

#[tokio::test]
async fn a_truncated_body_has_the_bytes_that_were_asked_for() {
    let town = Town::new();
    let page = page(&town);
    page.misbehave(Misbehaviour::Truncate { after: 4 });
    let mut client = connect(&page).await;
    client.send("GET", SUMMARY, &[]).await;
    assert_eq!(
        client.receive_head().await.unwrap().field("content-length"),
        BODY.len().to_string()
    );
    let mut rest = String::new();
    client.stream.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, BODY[..4]);
}

#[tokio::test]
async fn a_page_with_its_own_port_refuses_and_listens_again_there() {
    let town = Town::new();
    let page = town.open_as("Acme", Placement::Port, false).unwrap();
    page.set(SUMMARY, BODY);
    let mut idle = connect(&page).await;
    idle.get(SUMMARY, &[]).await;
    for _ in 0..3 {
        page.misbehave(Misbehaviour::Refuse);
        assert_eq!(
            get(&page, SUMMARY, &[]).await.unwrap_err().kind(),
            ErrorKind::ConnectionRefused
        );
        page.recover();
        assert_eq!(get(&page, SUMMARY, &[]).await.unwrap().text(), BODY);
    }
    assert_eq!(
        idle.stream.read(&mut [0]).await.unwrap(),
        0,
        "idle connections were closed"
    );
}

#[tokio::test]
async fn a_page_with_its_own_address_resets_each_connection() {
    let town = Town::new();
    let page = town.open_as("Acme", Placement::Address, false).unwrap();
    page.misbehave(Misbehaviour::Refuse);
    let mut client = connect(&page).await;
    let error = client.stream.read(&mut [0]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!((page.connection_count(), page.request_count()), (1, 0));
}

#[tokio::test]
async fn a_huge_body_is_as_long_as_promised_and_valid() {
    let bytes = 3_000_001;
    let reply = answer_of(Misbehaviour::Huge { bytes }).await;
    assert_eq!(reply.body.len() as u64, bytes);
    let value: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert!(value["filler"].is_string());
}

#[tokio::test]
async fn a_gzip_bomb_is_small_until_it_is_opened() {
    let inflated = 64 * 1024 * 1024;
    let reply = answer_of(Misbehaviour::GzipBomb { inflated }).await;
    assert_eq!(reply.field("content-encoding"), "gzip");
    assert!(reply.body.len() < 200_000, "{}", reply.body.len());
    let mut decoder = BufReader::new(GzipDecoder::new(&reply.body[..]));
    let mut piece = vec![0; 1 << 20];
    let mut total = 0;
    while let count @ 1.. = decoder.read(&mut piece).await.unwrap() {
        total += count as u64;
    }
    assert_eq!(total, inflated);
}

#[tokio::test]
async fn a_client_that_gives_up_ends_an_endless_body() {
    let town = Town::new();
    let page = page(&town);
    page.misbehave(Misbehaviour::Huge { bytes: u64::MAX });
    let mut client = connect(&page).await;
    client.send("GET", SUMMARY, &[]).await;
    client.receive_head().await.unwrap();
    drop(client);
    page.wait_for_answers(1).await;
    assert_eq!(page.requests()[0].status, Some(200));
}

#[tokio::test]
async fn bodies_are_spoilt_with_an_innocent_head() {
    type Check = fn(&Reply) -> bool;
    let cases: [(Misbehaviour, Check); 6] = [
        (Misbehaviour::InvalidUtf8, |reply| {
            std::str::from_utf8(&reply.body).is_err()
        }),
        (Misbehaviour::Bom, |reply| {
            reply.text() == format!("\u{feff}{BODY}")
        }),
        (Misbehaviour::Empty, |reply| {
            reply.body.is_empty() && reply.field("content-length") == "0"
        }),
        (Misbehaviour::Garbage, |reply| {
            serde_json::from_slice::<serde_json::Value>(&reply.body).is_err()
        }),
        (Misbehaviour::OtherJson, |reply| {
            serde_json::from_slice::<serde_json::Value>(&reply.body)
                .is_ok_and(|json| json.get("page").is_none())
        }),
        (Misbehaviour::CutShort { after: 10 }, |reply| {
            reply.text() == &BODY[..10]
        }),
    ];
    for (what, holds) in cases {
        let reply = answer_of(what.clone()).await;
        assert_eq!(
            (reply.status, reply.field("content-type")),
            (200, "application/json; charset=utf-8")
        );
        assert!(holds(&reply), "{what:?}: {reply:?}");
    }
    let reply = answer_of(Misbehaviour::WrongContentType).await;
    assert_eq!(
        (reply.field("content-type"), reply.text()),
        ("text/html; charset=utf-8", BODY)
    );
}

#[tokio::test]
async fn http_1_0_has_no_length_and_ends_with_the_connection() {
    let reply = answer_of(Misbehaviour::Http10).await;
    assert_eq!(
        (reply.version.as_str(), reply.status, reply.text()),
        ("HTTP/1.0", 200, BODY)
    );
    assert!(!reply.fields.contains_key("content-length"));
}

#[tokio::test]
async fn validators_can_lie() {
    let town = Town::new();
    let page = page(&town);
    let mut client = connect(&page).await;
    page.misbehave(Misbehaviour::ConstantEtag);
    let etag = client.get(SUMMARY, &[]).await.field("etag").to_owned();
    page.set(SUMMARY, "{\"changed\":true}");
    let reply = client.get(SUMMARY, &[("if-none-match", &etag)]).await;
    assert_eq!(reply.status, 304, "the change is hidden");
    assert_eq!(client.get(SUMMARY, &[]).await.text(), "{\"changed\":true}");

    page.misbehave(Misbehaviour::IgnoreValidators);
    let etag = client.get(SUMMARY, &[]).await.field("etag").to_owned();
    assert_eq!(client.get(SUMMARY, &[("if-none-match", &etag)]).await.status, 200);
    page.recover();
    assert_eq!(client.get(SUMMARY, &[("if-none-match", &etag)]).await.status, 304);
}

#[tokio::test]
async fn tls_can_be_wrong_in_each_way() {
    let town = Town::new();
    let page = town.open_as("Acme", Placement::Address, true).unwrap();
    page.set(SUMMARY, BODY);
    let root = town.root_pem().unwrap();
    for (flaw, words) in [
        (BadTls::WrongName, "not valid for name"),
        (BadTls::SelfSigned, "UnknownIssuer"),
        (BadTls::Expired, "expired"),
        (BadTls::NotTls, "corrupt message"),
    ] {
        page.misbehave(Misbehaviour::BadTls(flaw));
        let error = connect_tls(&page, &root).await.err().unwrap().to_string();
        assert!(error.contains(words), "{flaw:?}: {error}");
    }
    assert_eq!(page.request_count(), 0);
    page.recover();
    let mut client = connect_tls(&page, &root).await.unwrap();
    assert_eq!(client.get(SUMMARY, &[]).await.text(), BODY);
}

#[tokio::test]
async fn a_handshake_can_stall() {
    let town = Town::new();
    let page = town.open_as("Acme", Placement::Address, true).unwrap();
    let root = town.root_pem().unwrap();
    page.misbehave(Misbehaviour::BadTls(BadTls::Stall));
    let handshake = connect_tls(&page, &root);
    tokio::pin!(handshake);
    let other = town.open_as("other", Placement::Address, true).unwrap();
    let answered = async {
        page.wait_for_connections(1).await;
        connect_tls(&other, &root).await.is_ok()
    };
    tokio::select! {
        _ = &mut handshake => panic!("the handshake came to an end"),
        is_ok = answered => assert!(is_ok),
    }
}

#[tokio::test]
async fn the_next_requests_alone_can_go_wrong() {
    let town = Town::new();
    let page = page(&town);
    page.misbehave_next(2, Misbehaviour::status(500));
    let mut client = connect(&page).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(client.get(SUMMARY, &[]).await.status);
    }
    assert_eq!(statuses, [500, 500, 200]);

    page.misbehave_next(1, Misbehaviour::Refuse);
    assert_eq!(
        get(&page, SUMMARY, &[]).await.unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
    assert_eq!(get(&page, SUMMARY, &[]).await.unwrap().status, 200);
}

#[tokio::test]
async fn one_path_alone_can_go_wrong_and_recovers() {
    let town = Town::new();
    let page = page(&town);
    page.misbehave_at("/api/v2/incidents.json", Misbehaviour::status(502));
    let mut client = connect(&page).await;
    assert_eq!(client.get("/api/v2/incidents.json", &[]).await.status, 502);
    assert_eq!(client.get(SUMMARY, &[]).await.status, 200);
    page.recover();
    assert_eq!(client.get("/api/v2/incidents.json", &[]).await.status, 404);
}
