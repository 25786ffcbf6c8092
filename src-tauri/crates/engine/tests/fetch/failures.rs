//! Answers as they should not be, and none at all: every kind of failure over a real socket.

use std::{net::Ipv4Addr, time::Duration};

use async_compression::tokio::write::GzipEncoder;
use signalbox_engine::fetch::{
    FailureKind, FetchFailure, FetchRequest, FetchResult, FetchSettings, Validators,
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpSocket, TcpStream},
};
use url::Url;

use crate::stand::{Answer, Stand, answer, failure, fetcher, get, impatient, settings};

fn is(failure: &FetchFailure, kind: FailureKind, reason: &str, below_http: bool) {
    assert_eq!(
        (failure.kind, failure.reason.as_str(), failure.below_http),
        (kind, reason, below_http)
    );
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[tokio::test]
async fn a_status_that_is_no_success_is_a_failure_with_its_words() {
    let table = [
        (
            "500 Oops",
            FailureKind::Status(500),
            "answered 500 Internal Server Error",
        ),
        (
            "502 Bad Gateway",
            FailureKind::Status(502),
            "answered 502 Bad Gateway",
        ),
        (
            "503 Busy",
            FailureKind::Status(503),
            "answered 503 Service Unavailable",
        ),
        ("401 No", FailureKind::Status(401), "answered 401 Unauthorized"),
        ("403 No", FailureKind::Status(403), "answered 403 Forbidden"),
        ("404 No", FailureKind::Status(404), "answered 404 Not Found"),
        (
            "429 Slow",
            FailureKind::Status(429),
            "answered 429 Too Many Requests",
        ),
        ("599 Odd", FailureKind::Status(599), "answered 599"),
        (
            "300 Many",
            FailureKind::Status(300),
            "answered 300 Multiple Choices",
        ),
        (
            "206 Part",
            FailureKind::Protocol,
            "a part came though the whole was asked",
        ),
    ];
    for (status, kind, reason) in table {
        let stand = Stand::always(answer(status, &[], "<html>")).await;
        is(&failure(get(stand.url("/")).await), kind, reason, false);
    }
}

#[tokio::test]
async fn retry_after_is_heard_and_remembered_for_the_whole_host() {
    let stand = Stand::new(|asked| {
        Answer::Bytes(match asked.target.as_str() {
            "/busy" => answer("503 Busy", &["Retry-After: 120"], ""),
            _ => answer("200 OK", &[], ""),
        })
    })
    .await;
    let fetcher = fetcher(settings());
    assert_eq!(fetcher.not_before(&stand.url("/other")), None);
    let outcome = fetcher.get(FetchRequest::new(stand.url("/busy"))).await;
    assert_eq!(outcome.freshness().retry_after, Some(Duration::from_secs(120)));
    let wait = fetcher
        .not_before(&stand.url("/other"))
        .unwrap()
        .duration_since(outcome.at)
        .as_secs_f64();
    assert!((119.0..=120.5).contains(&wait), "{wait}");
    fetcher.get(FetchRequest::new(stand.url("/fine"))).await;
    assert!(
        fetcher.not_before(&stand.url("/busy")).is_some(),
        "another answer does not take the wish back"
    );
    assert_eq!(fetcher.not_before(&url("http://127.0.0.1:1/")), None);
}

#[tokio::test]
async fn not_modified_without_having_asked_is_no_answer() {
    let stand = Stand::always(answer("304 Not Modified", &[], "")).await;
    let reason = "answered 304 Not Modified though nothing was known to it";
    is(
        &failure(get(stand.url("/")).await),
        FailureKind::Protocol,
        reason,
        false,
    );
    // Validators without a value, or of another address, are not sent, and so change nothing.
    let table = [
        (stand.url("/"), None, None),
        (stand.url("/elsewhere"), Some("\"1\"".to_owned()), None),
        (stand.url("/"), Some("\n".to_owned()), None),
    ];
    for (of, etag, last_modified) in table {
        let mut request = FetchRequest::new(stand.url("/"));
        request.validators = Some(Validators {
            url: of,
            etag,
            last_modified,
        });
        is(
            &failure(fetcher(settings()).get(request).await),
            FailureKind::Protocol,
            reason,
            false,
        );
    }
}

#[tokio::test]
async fn a_refused_connection_is_told_as_such() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let failure = failure(get(url(&format!("http://{address}/"))).await);
    is(
        &failure,
        FailureKind::Refused,
        "the server refused the connection",
        true,
    );
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_told_as_such() {
    // A resolver that cannot reach its servers takes its time to say no.
    let patient = Duration::from_secs(120);
    let settings = FetchSettings {
        connect_timeout: patient,
        total_timeout: patient,
        ..settings()
    };
    let request = FetchRequest::new(url("http://no-such-host.invalid/"));
    let failure = failure(fetcher(settings).get(request).await);
    is(&failure, FailureKind::Dns, "the host name does not resolve", true);
}

/// TCP to a multicast address has no route, on any network.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_host_without_a_way_to_it_is_told_as_such() {
    let failure = failure(get(url("http://224.0.0.1/")).await);
    is(
        &failure,
        FailureKind::Unroutable,
        "there is no way to the network",
        true,
    );
}

/// A full queue of connections that nobody accepts leaves the next one hanging, as a firewall does.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_is_never_made_ends_in_time() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        queue.push(stream);
        assert!(queue.len() < 100, "the queue never fills");
    }
    let outcome = fetcher(impatient())
        .get(FetchRequest::new(url(&format!("http://{address}/"))))
        .await;
    is(
        &failure(outcome),
        FailureKind::ConnectTimeout,
        "no connection within 500 ms",
        true,
    );
}

#[tokio::test]
async fn a_server_that_never_answers_ends_in_time() {
    let stand = Stand::new(|_| Answer::silence()).await;
    let outcome = fetcher(impatient()).get(FetchRequest::new(stand.url("/"))).await;
    is(
        &failure(outcome),
        FailureKind::Timeout,
        "no answer within 1 s",
        true,
    );
}

#[tokio::test]
async fn an_answer_that_stops_or_never_ends_ends_in_time() {
    let begun = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{".to_vec();
    let (stops, drips) = (begun.clone(), begun);
    let stand = Stand::new(move |asked| match asked.target.as_str() {
        "/stops" => Answer::BytesThenSilence(stops.clone()),
        _ => Answer::BytesThenDrip(drips.clone(), Duration::from_millis(20)),
    })
    .await;
    let fetcher = fetcher(impatient());
    let stopped = fetcher.get(FetchRequest::new(stand.url("/stops"))).await;
    is(
        &failure(stopped),
        FailureKind::Timeout,
        "the answer stopped for 1 s",
        false,
    );
    let dripped = fetcher.get(FetchRequest::new(stand.url("/drips"))).await;
    is(
        &failure(dripped),
        FailureKind::Timeout,
        "the answer took longer than 3 s",
        false,
    );
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_told_as_such() {
    let silent = "the server closed the connection without an answer";
    let broken = "the server broke off the answer";
    let begun = || b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec();
    let chunked = || b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n".to_vec();
    let table: [(Answer, &str, bool); 6] = [
        (Answer::BytesThenClose(Vec::new()), silent, true),
        (Answer::BytesThenReset(Vec::new()), silent, true),
        (
            Answer::BytesThenClose(b"HTTP/1.1 200 OK\r\nContent-".to_vec()),
            silent,
            true,
        ),
        (Answer::BytesThenClose(begun()), broken, false),
        (Answer::BytesThenReset(begun()), broken, false),
        (Answer::BytesThenClose(chunked()), broken, false),
    ];
    for (behaviour, reason, below_http) in table {
        let behaviour = std::sync::Mutex::new(Some(behaviour));
        let stand = Stand::new(move |_| behaviour.lock().unwrap().take().unwrap()).await;
        is(
            &failure(get(stand.url("/")).await),
            FailureKind::Reset,
            reason,
            below_http,
        );
        assert_eq!(stand.asked().len(), 1, "a fresh connection is not tried twice");
    }
}

#[tokio::test]
async fn what_is_not_http_is_told_as_such() {
    let reason = "the answer is not valid HTTP";
    for bytes in [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    ] {
        let stand = Stand::new(move |_| Answer::BytesThenSilence(bytes.into())).await;
        is(
            &failure(get(stand.url("/")).await),
            FailureKind::Protocol,
            reason,
            true,
        );
    }
    let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n".to_vec();
    let stand = Stand::always(chunks).await;
    is(
        &failure(get(stand.url("/")).await),
        FailureKind::Protocol,
        reason,
        false,
    );
}

#[tokio::test]
async fn a_body_above_the_cap_is_refused_announced_or_not() {
    let small = FetchSettings {
        max_body: 10_000,
        ..settings()
    };
    let fetcher = fetcher(small);
    let too_large = |outcome| {
        is(
            &failure(outcome),
            FailureKind::TooLarge,
            "the answer is larger than 10000 bytes",
            false,
        );
    };
    let announced = Stand::always(b"HTTP/1.1 200 OK\r\nContent-Length: 10001\r\n\r\n".to_vec()).await;
    too_large(fetcher.get(FetchRequest::new(announced.url("/"))).await);
    let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    endless.extend(std::iter::repeat_n(b' ', 10_001));
    let endless = Stand::new(move |_| Answer::BytesThenSilence(endless.clone())).await;
    too_large(fetcher.get(FetchRequest::new(endless.url("/"))).await);
    let exact = Stand::always(answer("200 OK", &[], " ".repeat(10_000))).await;
    let outcome = fetcher.get(FetchRequest::new(exact.url("/"))).await;
    assert!(matches!(outcome.result, FetchResult::Body(body) if body.bytes.len() == 10_000));
}

#[tokio::test]
async fn a_gzip_bomb_is_refused_by_what_it_would_become() {
    let mut encoder = GzipEncoder::new(Vec::new());
    let zeros = vec![0; 1 << 20];
    for _ in 0..256 {
        encoder.write_all(&zeros).await.unwrap();
    }
    encoder.shutdown().await.unwrap();
    let bomb = encoder.into_inner();
    assert!(
        bomb.len() < 300_000,
        "a quarter of a gigabyte in {} bytes",
        bomb.len()
    );
    let stand = Stand::always(answer("200 OK", &["Content-Encoding: gzip"], &bomb)).await;
    let failure = failure(get(stand.url("/")).await);
    is(
        &failure,
        FailureKind::TooLarge,
        "the answer is larger than 5242880 bytes",
        false,
    );
}

#[tokio::test]
async fn a_body_that_cannot_be_decompressed_is_told_as_such() {
    let mut encoder = GzipEncoder::new(Vec::new());
    encoder
        .write_all("words ".repeat(1_000).as_bytes())
        .await
        .unwrap();
    encoder.shutdown().await.unwrap();
    let whole = encoder.into_inner();
    let half = whole[..whole.len() / 2].to_vec();
    for (encoding, bytes) in [
        ("gzip", half),
        ("gzip", b"{}".to_vec()),
        ("br", whole.clone()),
        ("zstd", whole),
    ] {
        let header = format!("Content-Encoding: {encoding}");
        let stand = Stand::always(answer("200 OK", &[&header], &bytes)).await;
        let failure = failure(get(stand.url("/")).await);
        is(
            &failure,
            FailureKind::Decoding,
            "the answer cannot be decompressed",
            false,
        );
    }
}

#[tokio::test]
async fn an_address_that_is_not_http_is_not_asked() {
    let failure = failure(get(url("file:///etc/passwd")).await);
    is(
        &failure,
        FailureKind::Protocol,
        "the address is neither http nor https",
        false,
    );
}
