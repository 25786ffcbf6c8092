//! Nobody waits for somebody else's host (T5).

use std::{sync::Arc, time::Duration};

use signalbox_engine::fetch::{FailureKind, FetchRequest, FetchSettings, LaneSettings};
use tokio::task::JoinSet;

use crate::stand::{Answer, Stand, answer, body, failure, fetcher, impatient, settings};

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn hosts_that_hang_delay_no_healthy_one() {
    let lanes = LaneSettings {
        ordinary: 4,
        slow: 64,
        slow_after: Duration::from_millis(50),
    };
    let patient = Duration::from_secs(600);
    let fetcher = Arc::new(fetcher(FetchSettings {
        lanes,
        read_timeout: patient,
        total_timeout: patient,
        ..settings()
    }));
    let mut hanging = JoinSet::new();
    let mut silent = Vec::new();
    for _ in 0..40 {
        let stand = Stand::new(|_| Answer::silence()).await;
        let (fetcher, url) = (fetcher.clone(), stand.url("/"));
        silent.push(stand);
        hanging.spawn(async move { fetcher.get(FetchRequest::new(url)).await });
    }
    until(|| fetcher.occupancy().ordinary == 4).await;
    let mut healthy = JoinSet::new();
    for _ in 0..100 {
        let stand = Stand::always(answer("200 OK", &[], "{}")).await;
        let fetcher = fetcher.clone();
        healthy.spawn(async move { body(fetcher.get(FetchRequest::new(stand.url("/"))).await).bytes });
    }
    // Everyone of the healthy is done while every one of the hanging still hangs: ten times what the lane holds.
    assert_eq!(healthy.join_all().await.len(), 100);
    assert!(hanging.try_join_next().is_none(), "one that hangs was ended");
    until(|| fetcher.occupancy().ordinary == 0).await;
    assert_eq!(fetcher.occupancy().slow, 40);
    hanging.shutdown().await;
    assert_eq!(fetcher.occupancy().slow, 0);
}

#[tokio::test]
async fn beyond_the_slow_lane_the_longest_waiting_is_ended_as_timed_out() {
    let lanes = LaneSettings {
        ordinary: 4,
        slow: 2,
        slow_after: Duration::from_millis(50),
    };
    let fetcher = Arc::new(fetcher(FetchSettings { lanes, ..settings() }));
    let mut hanging = JoinSet::new();
    let mut silent = Vec::new();
    for number in 0..3 {
        let stand = Stand::new(|_| Answer::silence()).await;
        let (fetcher, url) = (fetcher.clone(), stand.url("/"));
        hanging.spawn(async move { (number, failure(fetcher.get(FetchRequest::new(url)).await)) });
        stand.until_asked(1).await;
        silent.push(stand);
    }
    let (number, ended) = hanging.join_next().await.unwrap().unwrap();
    assert_eq!(
        (number, ended.kind, ended.below_http),
        (0, FailureKind::Timeout, true)
    );
    assert!(ended.reason.starts_with("no answer within "), "{}", ended.reason);
    assert_eq!(hanging.len(), 2);
}

#[tokio::test]
async fn a_host_that_timed_out_begins_in_the_slow_lane_and_comes_back_when_it_answers() {
    let answers = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = answers.clone();
    let permits = Arc::new(tokio::sync::Semaphore::new(0));
    let gate = permits.clone();
    let stand = Stand::new(
        move |_| match count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Answer::silence(),
            _ => Answer::WhenPermitted(gate.clone(), answer("200 OK", &[], "{}")),
        },
    )
    .await;
    let fetcher = Arc::new(fetcher(impatient()));
    assert!(failure(fetcher.get(FetchRequest::new(stand.url("/"))).await).timed_out());
    for expected in [(0, 1), (1, 0)] {
        let again = {
            let (fetcher, url) = (fetcher.clone(), stand.url("/"));
            tokio::spawn(async move { body(fetcher.get(FetchRequest::new(url)).await) })
        };
        until(|| fetcher.occupancy().ordinary + fetcher.occupancy().slow == 1).await;
        assert_eq!((fetcher.occupancy().ordinary, fetcher.occupancy().slow), expected);
        permits.add_permits(1);
        again.await.unwrap();
    }
}
