//! A second start of the desktop hands over what it was started with, and the running one shows it.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use signalbox_engine::{
    access::Access,
    api::{ErrorCode, Reply, Request, Route},
    clock::SystemClock,
    config::paths::Places,
    control::Hint,
    watch::{Event, Watching, watch},
};
use tokio_util::sync::CancellationToken;

use crate::support::{Desk, DeskOptions};

const SOON: Duration = Duration::from_secs(30);

fn wanted() -> Request {
    Request::Show {
        route: Route::Incident {
            vendor: Some("Acme".into()),
            id: "i1".into(),
        },
        activation_token: Some("token".into()),
    }
}

fn places(dir: &std::path::Path) -> Places {
    Places {
        config_file: dir.join("config.toml"),
        data_dir: dir.join("data"),
        state_dir: dir.join("state"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_second_start_wants_to_see_reaches_the_first_one_over_the_socket() {
    let dir = tempfile::tempdir().unwrap();
    let mut watching = Watching::usual(
        places(dir.path()),
        "test",
        Arc::new(SystemClock::new()),
        Vec::new(),
    );
    watching.shows = true;
    let stop = CancellationToken::new();
    let (tell, events) = mpsc::channel();
    let told = stop.clone();
    let running = thread::spawn(move || {
        watch(&watching, &told, |event| {
            let _gone = tell.send(event);
        })
    });
    assert!(matches!(events.recv_timeout(SOON).unwrap(), Event::Started(_)));
    let access = Access::new(places(dir.path()), "second start");
    assert_eq!(access.ask(wanted()).await, Ok(Reply::Shown));
    let shown = Hint::Show {
        route: Route::Incident {
            vendor: Some("Acme".into()),
            id: "i1".into(),
        },
        activation_token: Some("token".into()),
    };
    while events.recv_timeout(SOON).unwrap() != Event::Hint(shown.clone()) {}
    stop.cancel();
    running.join().unwrap().unwrap();
}

#[tokio::test]
async fn an_engine_without_a_window_says_so_instead_of_pretending() {
    let desk = Desk::new().await;
    let refused = desk.ask(wanted()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unavailable);
    assert!(refused.message.contains("without a window"), "{refused:?}");
}

#[tokio::test]
async fn a_window_in_which_nobody_listens_shows_nothing() {
    let desk = Desk::with(DeskOptions {
        shows: true,
        ..DeskOptions::default()
    })
    .await;
    assert_eq!(desk.ask(wanted()).await.unwrap_err().code, ErrorCode::Unavailable);
    let mut hints = desk.hints();
    assert_eq!(desk.ask(wanted()).await, Ok(Reply::Shown));
    assert!(matches!(hints.try_recv().unwrap(), Hint::Show { .. }));
}

#[tokio::test]
async fn where_nothing_runs_no_engine_is_started_to_show_something() {
    let dir = tempfile::tempdir().unwrap();
    let access = Access::new(places(dir.path()), "second start");
    let refused = access.ask(wanted()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unavailable);
    assert!(!dir.path().join("data").exists(), "nothing was made");
}
