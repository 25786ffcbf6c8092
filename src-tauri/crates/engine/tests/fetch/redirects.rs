//! Redirects.

use signalbox_engine::fetch::{FailureKind, FetchFailure, FetchRequest, FetchResult, Hop, Validators};

use crate::stand::{Answer, Stand, answer, body, failure, fetcher, get, settings};

fn redirect(status: &str, to: &str) -> Vec<u8> {
    answer(status, &[&format!("Location: {to}")], "")
}

fn refused(failure: &FetchFailure, kind: FailureKind, reason: &str) {
    assert_eq!((failure.kind, failure.reason.as_str()), (kind, reason));
    assert!(!failure.below_http);
}

/// Redirects `/5` to `/4` and so on to `/0`, which answers.
async fn stairs() -> Stand {
    Stand::new(|asked| {
        let step: u32 = asked.target.trim_start_matches('/').parse().unwrap();
        Answer::Bytes(match step.checked_sub(1) {
            Some(next) => redirect("302 Found", &format!("/{next}")),
            None => answer("200 OK", &[], "here"),
        })
    })
    .await
}

#[tokio::test]
async fn five_are_followed_and_not_six() {
    let stand = stairs().await;
    let outcome = get(stand.url("/5")).await;
    assert_eq!(outcome.hops.len(), 5);
    assert_eq!(outcome.final_url, stand.url("/0"));
    assert_eq!(&body(outcome).bytes[..], b"here");
    let outcome = get(stand.url("/6")).await;
    assert_eq!(outcome.hops.len(), 5);
    refused(
        &failure(outcome),
        FailureKind::TooManyRedirects,
        "more than 5 redirects",
    );
}

#[tokio::test]
async fn each_hop_is_told_with_its_permanence() {
    let stand = Stand::new(|asked| {
        Answer::Bytes(match asked.target.as_str() {
            "/a" => redirect("301 Moved", "/b"),
            "/b" => redirect("308 Moved", "c?d#fragment"),
            "/c?d" => redirect("307 Now", "/e"),
            "/e" => redirect("303 See", "/f"),
            "/f" => redirect("301 Moved", "/g"),
            _ => answer("200 OK", &[], "here"),
        })
    })
    .await;
    let outcome = get(stand.url("/a")).await;
    let hop = |from: &str, to: &str, permanent| Hop {
        from: stand.url(from),
        to: stand.url(to),
        permanent,
    };
    assert_eq!(
        outcome.hops,
        [
            hop("/a", "/b", true),
            hop("/b", "/c?d", true),
            hop("/c?d", "/e", false),
            hop("/e", "/f", false),
            hop("/f", "/g", true),
        ]
    );
    assert_eq!(
        outcome.moved_to(),
        Some(&stand.url("/c?d")),
        "what follows a temporary one is temporary"
    );
    assert_eq!(outcome.foreign_host(), None, "the same host");
}

#[tokio::test]
async fn a_circle_is_noticed() {
    let stand = Stand::new(|asked| {
        Answer::Bytes(redirect(
            "302 Found",
            if asked.target == "/a" { "/b" } else { "/a" },
        ))
    })
    .await;
    refused(
        &failure(get(stand.url("/a")).await),
        FailureKind::RedirectLoop,
        "the redirects lead in a circle",
    );
    assert_eq!(stand.asked().len(), 2);
}

#[tokio::test]
async fn a_redirect_to_nowhere_or_to_no_http_is_refused() {
    let table = [
        (answer("302 Found", &[], ""), "redirects without saying where to"),
        (
            redirect("302 Found", "http://[nonsense"),
            "redirects to something that is no address",
        ),
        (
            redirect("302 Found", "file:///etc/passwd"),
            "redirects to an address that is neither http nor https",
        ),
        (
            redirect("302 Found", "javascript:alert(1)"),
            "redirects to an address that is neither http nor https",
        ),
    ];
    for (bytes, reason) in table {
        let stand = Stand::always(bytes).await;
        refused(
            &failure(get(stand.url("/")).await),
            FailureKind::BadRedirect,
            reason,
        );
    }
}

#[tokio::test]
async fn a_foreign_host_at_the_end_is_told() {
    let portal = Stand::always(answer(
        "200 OK",
        &["Content-Type: text/html"],
        "<h1>Please log in</h1>",
    ))
    .await;
    let elsewhere = portal.url("/login").as_str().replace("127.0.0.1", "localhost");
    let stand = Stand::always(redirect("302 Found", &elsewhere)).await;
    let outcome = get(stand.url("/")).await;
    assert_eq!(
        outcome.foreign_host().map(|host| host.name().to_owned()),
        Some("localhost".to_owned())
    );
    assert_eq!(outcome.moved_to(), None);
    assert_eq!(&body(outcome).bytes[..], b"<h1>Please log in</h1>");
}

#[tokio::test]
async fn a_failure_after_a_redirect_is_not_below_http() {
    let stand = Stand::always(redirect("302 Found", "http://127.0.0.1:1/")).await;
    let failure = failure(get(stand.url("/")).await);
    refused(
        &failure,
        FailureKind::Refused,
        "the server refused the connection",
    );
}

#[tokio::test]
async fn validators_go_only_to_the_address_that_they_came_from() {
    let home = Stand::new(|asked| {
        Answer::Bytes(match asked.header("if-none-match") {
            Some("\"1\"") => answer("304 Not Modified", &[], ""),
            Some(_) | None => answer("200 OK", &["ETag: \"1\""], "words"),
        })
    })
    .await;
    let to = home.url("/new").to_string();
    let old = Stand::always(redirect("302 Found", &to)).await;
    let fetcher = fetcher(settings());
    let mut request = FetchRequest::new(old.url("/"));
    let validators = body(fetcher.get(request.clone()).await).validators.unwrap();
    assert_eq!(validators.url, home.url("/new"));
    request.validators = Some(validators.clone());
    let outcome = fetcher.get(request.clone()).await;
    assert!(
        matches!(outcome.result, FetchResult::NotModified { .. }),
        "{:?}",
        outcome.result
    );
    assert_eq!(outcome.hops.len(), 1);
    assert!(
        old.asked()
            .iter()
            .all(|asked| asked.header("if-none-match").is_none())
    );
    // A portal in between that would honour them does not see them.
    request.validators = Some(Validators {
        url: old.url("/"),
        ..validators
    });
    assert_eq!(&body(fetcher.get(request).await).bytes[..], b"words");
}
