//! One request at a time per host, connections that are kept open, and hosts that redirect to each other.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use signalbox_engine::fetch::{FetchRequest, FetchSettings};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::stand::{Answer, Stand, answer, body, fetcher, settings};

#[tokio::test]
async fn one_request_at_a_time_goes_to_one_host() {
    let permits = Arc::new(Semaphore::new(0));
    let gate = permits.clone();
    let stand = Stand::new(move |_| Answer::WhenPermitted(gate.clone(), answer("200 OK", &[], ""))).await;
    let fetcher = Arc::new(fetcher(settings()));
    let mut tasks = JoinSet::new();
    for number in 0..5 {
        let (fetcher, url) = (fetcher.clone(), stand.url(&format!("/{number}")));
        tasks.spawn(async move { body(fetcher.get(FetchRequest::new(url)).await) });
    }
    for served in 1..=5 {
        // Each waits for the one before it, which the server has in its hands.
        stand.until_asked(served).await;
        assert_eq!(stand.connections(), served);
        assert_eq!(fetcher.occupancy().ordinary, 1);
        permits.add_permits(1);
        tasks.join_next().await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_request_that_is_given_up_lets_the_next_one_go() {
    let stand = Stand::new(|asked| match asked.target.as_str() {
        "/hangs" => Answer::silence(),
        _ => Answer::Bytes(answer("200 OK", &[], "fine")),
    })
    .await;
    let fetcher = Arc::new(fetcher(settings()));
    let given_up = {
        let (fetcher, url) = (fetcher.clone(), stand.url("/hangs"));
        tokio::spawn(async move { fetcher.get(FetchRequest::new(url)).await })
    };
    stand.until_asked(1).await;
    given_up.abort();
    assert_eq!(
        &body(fetcher.get(FetchRequest::new(stand.url("/fine"))).await).bytes[..],
        b"fine"
    );
}

#[tokio::test]
async fn hosts_that_redirect_to_each_other_do_not_lock() {
    // Each redirects /go to the other's /end; many at once want both, in either order, through a single lane.
    let peers = Arc::new(std::sync::Mutex::new(Vec::<String>::new()));
    let crossing = |me: usize| {
        let peers = peers.clone();
        move |asked: &crate::stand::Asked| {
            Answer::Bytes(if asked.target == "/go" {
                let location = format!("Location: {}", peers.lock().unwrap()[1 - me]);
                answer("302 Found", &[&location], "")
            } else {
                answer("200 OK", &[], "end")
            })
        }
    };
    let (left, right) = (Stand::new(crossing(0)).await, Stand::new(crossing(1)).await);
    *peers.lock().unwrap() = vec![left.url("/end").to_string(), right.url("/end").to_string()];
    let mut settings = settings();
    settings.lanes.ordinary = 1;
    let fetcher = Arc::new(fetcher(settings));
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        for stand in [&left, &right] {
            let (fetcher, url) = (fetcher.clone(), stand.url("/go"));
            tasks.spawn(async move { body(fetcher.get(FetchRequest::new(url)).await).bytes });
        }
    }
    let ends = tasks.join_all().await;
    assert_eq!(ends.len(), 40);
    assert!(ends.iter().all(|bytes| &bytes[..] == b"end"));
}

#[tokio::test]
async fn a_connection_is_kept_open_only_when_more_is_to_come() {
    let stand = Stand::always(answer("200 OK", &[], "{}")).await;
    let fetcher = fetcher(settings());
    let document = |keep_open| FetchRequest {
        keep_open,
        ..FetchRequest::new(stand.url("/"))
    };
    body(fetcher.get(document(false)).await);
    body(fetcher.get(document(true)).await);
    assert_eq!(stand.connections(), 2, "the first one was for one answer");
    body(fetcher.get(document(true)).await);
    body(fetcher.get(document(false)).await);
    assert_eq!(stand.connections(), 2, "an open one is used");
}

#[tokio::test]
async fn an_idle_connection_that_the_server_has_closed_is_no_failure() {
    let answers = Arc::new(AtomicUsize::new(0));
    let count = answers.clone();
    let stand = Stand::new(move |_| {
        match count.fetch_add(1, Ordering::SeqCst) {
            // Answers once, then closes upon the second request on that connection without a word.
            1 => Answer::BytesThenClose(Vec::new()),
            _ => Answer::Bytes(answer("200 OK", &[], "{}")),
        }
    })
    .await;
    let fetcher = fetcher(settings());
    for _ in 0..2 {
        body(
            fetcher
                .get(FetchRequest {
                    keep_open: true,
                    ..FetchRequest::new(stand.url("/"))
                })
                .await,
        );
    }
    assert_eq!((stand.connections(), answers.load(Ordering::SeqCst)), (2, 3));
}

#[tokio::test]
async fn a_gap_between_requests_is_kept() {
    let stand = Stand::always(answer("200 OK", &[], "{}")).await;
    let gap = Duration::from_millis(60);
    let fetcher = fetcher(FetchSettings {
        min_gap: gap,
        ..settings()
    });
    let began = std::time::Instant::now();
    for _ in 0..3 {
        body(fetcher.get(FetchRequest::new(stand.url("/"))).await);
    }
    assert!(began.elapsed() >= gap * 2);
}
