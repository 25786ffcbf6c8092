//! Answers as they should be.

use std::time::Duration;

use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use signalbox_engine::fetch::{FetchRequest, FetchResult, FetchSettings, HeaderValue, user_agent};
use tokio::io::AsyncWriteExt;

use crate::stand::{Answer, Stand, answer, body, fetcher, get, settings};

#[tokio::test]
async fn a_document_comes_with_all_that_was_said_about_it() {
    let headers = [
        "Content-Type: application/json; charset=utf-8",
        "ETag: W/\"7\"",
        "Last-Modified: Sat, 07 Nov 2026 17:00:00 GMT",
        "Cache-Control: max-age=10, public",
    ];
    let stand = Stand::always(answer("200 OK", &headers, "{\"page\":1}")).await;
    let outcome = get(stand.url("/api/v2/summary.json")).await;
    assert!(outcome.hops.is_empty());
    assert_eq!(outcome.final_url, stand.url("/api/v2/summary.json"));
    assert_eq!(outcome.foreign_host(), None);
    assert_eq!(outcome.freshness().max_age, Some(Duration::from_secs(10)));
    let body = body(outcome);
    assert_eq!(&body.bytes[..], b"{\"page\":1}");
    assert_eq!(
        body.content_type.as_deref(),
        Some("application/json; charset=utf-8")
    );
    let validators = body.validators.unwrap();
    assert_eq!(validators.etag.as_deref(), Some("W/\"7\""));
    assert_eq!(
        validators.last_modified.as_deref(),
        Some("Sat, 07 Nov 2026 17:00:00 GMT")
    );
}

#[tokio::test]
async fn the_request_says_who_asks_and_what_it_takes_and_nothing_else() {
    let stand = Stand::always(answer("200 OK", &["Set-Cookie: session=1"], "")).await;
    let fetcher = fetcher(FetchSettings {
        user_agent: user_agent(Some("ops@example.com")),
        ..settings()
    });
    let mut request = FetchRequest::new(stand.url("/a?b=c"));
    request.accept = Some(HeaderValue::from_static("application/json"));
    for _ in 0..2 {
        body(fetcher.get(request.clone()).await);
    }
    let asked = stand.asked();
    assert_eq!(asked[0].target, "/a?b=c");
    assert_eq!(
        asked[0].header("user-agent"),
        Some(user_agent(Some("ops@example.com")).as_str())
    );
    assert_eq!(asked[0].header("accept"), Some("application/json"));
    assert_eq!(asked[1].header("cookie"), None);
    assert_eq!(asked[1].header("if-none-match"), None);
    let mut encodings: Vec<_> = asked[0]
        .header("accept-encoding")
        .unwrap()
        .split(',')
        .map(str::trim)
        .collect();
    encodings.sort_unstable();
    assert_eq!(encodings, ["br", "deflate", "gzip", "zstd"]);
}

#[tokio::test]
async fn what_has_not_changed_does_not_travel_again() {
    let stand = Stand::new(|asked| {
        Answer::Bytes(match asked.header("if-none-match") {
            Some("\"1\"") => answer("304 Not Modified", &["Cache-Control: max-age=30"], ""),
            Some(_) | None => answer("200 OK", &["ETag: \"1\""], "first"),
        })
    })
    .await;
    let fetcher = fetcher(settings());
    let mut request = FetchRequest::new(stand.url("/"));
    request.validators = body(fetcher.get(request.clone()).await).validators;
    let outcome = fetcher.get(request).await;
    let FetchResult::NotModified { freshness } = outcome.result else {
        panic!("{:?}", outcome.result);
    };
    assert_eq!(freshness.max_age, Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn every_encoding_is_undone() {
    let text = "the vendor's words, over and over, ".repeat(1_000);
    macro_rules! packed {
        ($encoder:ident) => {{
            let mut encoder = $encoder::new(Vec::new());
            encoder.write_all(text.as_bytes()).await.unwrap();
            encoder.shutdown().await.unwrap();
            encoder.into_inner()
        }};
    }
    let table = [
        ("gzip", packed!(GzipEncoder)),
        ("br", packed!(BrotliEncoder)),
        ("zstd", packed!(ZstdEncoder)),
        ("deflate", packed!(ZlibEncoder)),
        ("identity", text.clone().into_bytes()),
    ];
    for (encoding, bytes) in table {
        let header = format!("Content-Encoding: {encoding}");
        let stand = Stand::always(answer("200 OK", &[&header], &bytes)).await;
        assert_eq!(
            body(get(stand.url("/")).await).bytes,
            text.as_bytes(),
            "{encoding}"
        );
    }
}

#[tokio::test]
async fn a_body_in_many_pieces_is_put_together() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let mut expected = Vec::new();
    for number in 0..2_000 {
        let piece = format!("piece {number};");
        bytes.extend_from_slice(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes());
        expected.extend_from_slice(piece.as_bytes());
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    let stand = Stand::always(bytes).await;
    assert_eq!(body(get(stand.url("/")).await).bytes, expected);
}

#[tokio::test]
async fn an_empty_answer_is_an_empty_body() {
    for status in ["200 OK", "204 No Content"] {
        let stand = Stand::always(answer(status, &[], "")).await;
        assert!(body(get(stand.url("/")).await).bytes.is_empty());
    }
}
