//! The control socket, over real sockets.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test stops where it cannot go on")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use signalbox_engine::{
    api::{AcceptedView, ApiError, ErrorCode, Reply, Request},
    control::{
        Answering, Client, ControlError, ControlListener, EngineLock, Handler, Hint, HolderInfo,
        LONGEST_REQUEST, ServeLimits, serve_within,
    },
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
    sync::{Notify, broadcast},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(20);

/// Answers `Remove` by echo, `Doctor` never before it is let, `Search` by panic, everything else by error.
struct Echo {
    hints: broadcast::Sender<Hint>,
    go_on: Notify,
    finished: AtomicUsize,
}

impl Handler for Echo {
    #[expect(clippy::wildcard_enum_match_arm, reason = "all others are refused alike")]
    fn answer(&self, request: Request) -> Answering<'_> {
        Box::pin(async move {
            match request {
                Request::Remove { vendor } => Ok(accepted(vendor)),
                Request::Doctor => {
                    self.go_on.notified().await;
                    self.finished.fetch_add(1, Ordering::SeqCst);
                    Ok(accepted("late".to_owned()))
                }
                Request::Search { .. } => panic!("planted"),
                other => Err(ApiError::new(ErrorCode::NotFound, format!("{other:?}"))),
            }
        })
    }

    fn hints(&self) -> broadcast::Receiver<Hint> {
        self.hints.subscribe()
    }
}

fn accepted(vendor: String) -> Reply {
    Reply::AcceptedUnreadable(AcceptedView {
        vendor,
        accepted: true,
    })
}

fn echo(vendor: &str) -> Request {
    Request::Remove {
        vendor: vendor.to_owned(),
    }
}

fn search() -> Request {
    Request::Search {
        words: String::new(),
        limit: 1,
    }
}

struct Engine {
    _home: Option<TempDir>,
    dir: PathBuf,
    socket: PathBuf,
    lock: EngineLock,
    handler: Arc<Echo>,
    shutdown: CancellationToken,
    serving: JoinHandle<()>,
}

impl Engine {
    fn start() -> Self {
        Self::start_within(ServeLimits::default())
    }

    fn start_within(limits: ServeLimits) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let dir = home.path().join("data");
        Self {
            _home: Some(home),
            ..Self::start_in(&dir, limits)
        }
    }

    fn start_in(dir: &Path, limits: ServeLimits) -> Self {
        let mut lock = EngineLock::acquire(dir, &info()).expect("free");
        let listener = ControlListener::bind(&mut lock).expect("free");
        let handler = Arc::new(Echo {
            hints: broadcast::channel(16).0,
            go_on: Notify::new(),
            finished: AtomicUsize::new(0),
        });
        let shutdown = CancellationToken::new();
        Self {
            _home: None,
            dir: dir.to_owned(),
            socket: listener.path().to_owned(),
            lock,
            handler: Arc::clone(&handler),
            shutdown: shutdown.clone(),
            serving: tokio::spawn(serve_within(listener, handler, shutdown, limits)),
        }
    }

    async fn client(&self) -> Client {
        Client::connect(&self.dir).await.expect("it listens")
    }

    async fn raw(&self) -> Raw {
        Raw(BufReader::new(
            UnixStream::connect(&self.socket).await.expect("it listens"),
        ))
    }

    async fn stop(self) {
        self.shutdown.cancel();
        timeout(PATIENCE, self.serving)
            .await
            .expect("it stops")
            .expect("without panic");
    }
}

fn info() -> HolderInfo {
    HolderInfo {
        pid: std::process::id(),
        program: "watch".to_owned(),
        version: "0.0.0".to_owned(),
        since: "2026-11-07T14:02:00Z".parse().expect("a time"),
        socket: None,
    }
}

/// A client without manners.
struct Raw(BufReader<UnixStream>);

impl Raw {
    async fn say(&mut self, bytes: impl AsRef<[u8]>) {
        // Whoever is hung up on while speaking still wants to hear why.
        let _ = self.0.write_all(bytes.as_ref()).await;
    }

    /// The next line, empty at the end.
    async fn hear(&mut self) -> String {
        let mut line = String::new();
        timeout(PATIENCE, self.0.read_line(&mut line))
            .await
            .expect("in time")
            .expect("readable");
        line
    }

    async fn ask(&mut self, bytes: impl AsRef<[u8]>) -> String {
        self.say(bytes).await;
        self.hear().await
    }
}

#[tokio::test]
async fn several_questions_are_answered_on_one_connection() {
    let engine = Engine::start();
    let mut client = engine.client().await;
    for vendor in ["one", "zwölf\n\u{202e}", ""] {
        let reply = client.ask(echo(vendor), PATIENCE).await.expect("answered");
        assert_eq!(reply, accepted(vendor.to_owned()));
    }
    let error = client.ask(Request::Ping, PATIENCE).await.expect_err("refused");
    assert!(
        matches!(&error, ControlError::Refused(error) if error.code == ErrorCode::NotFound),
        "{error}"
    );
    client.ask(echo("still"), PATIENCE).await.expect("answered");
    engine.stop().await;
}

#[tokio::test]
async fn the_lines_are_as_documented() {
    let engine = Engine::start();
    let mut raw = engine.raw().await;
    let reply = raw
        .ask("\r\n\n{\"version\":1,\"request\":{\"request\":\"remove\",\"vendor\":\"x\"}}\r\n")
        .await;
    insta::assert_snapshot!(reply, @r#"
    {"version":1,"ok":{"reply":"accepted_unreadable","vendor":"x","accepted":true}}
    "#);
    insta::assert_snapshot!(raw.ask("{\"version\":1,\"request\":{\"request\":\"ping\"}}\n").await, @r#"
    {"version":1,"error":{"code":"not_found","message":"Ping"}}
    "#);
    insta::assert_snapshot!(raw.ask("{\"version\":1,\"subscribe\":true}\n").await, @r#"
    {"version":1,"event":"subscribed"}
    "#);
    engine
        .handler
        .hints
        .send(Hint::Changed {
            page: "https://a.example/".to_owned(),
        })
        .expect("somebody listens");
    engine
        .handler
        .hints
        .send(Hint::Offline)
        .expect("somebody listens");
    insta::assert_snapshot!(raw.hear().await, @r#"
    {"version":1,"event":{"changed":{"page":"https://a.example/"}}}
    "#);
    insta::assert_snapshot!(raw.hear().await, @r#"
    {"version":1,"event":"offline"}
    "#);
}

#[tokio::test]
async fn what_is_no_request_is_answered_with_an_error_and_the_connection_goes_on() {
    let engine = Engine::start();
    let mut raw = engine.raw().await;
    for garbage in [
        &b"hello\n"[..],
        b"\xff\xfe\x00\n",
        b"GET / HTTP/1.1\r\n",
        b"[]\n",
        b"{}\n",
        b"{\"version\":1}\n",
        b"{\"version\":1,\"request\":{\"request\":\"explode\"}}\n",
        b"{\"version\":1,\"request\":{\"request\":\"remove\"}}\n",
        b"{\"version\":1,\"request\":{\"request\":\"ping\"},\"subscribe\":true}\n",
        b"{\"version\":-1}\n",
    ] {
        let answer = raw.ask(garbage).await;
        assert!(
            answer.starts_with("{\"version\":1,\"error\":{\"code\":\"bad_input\""),
            "{answer}"
        );
    }
    let deep = format!("{}\n", "[".repeat(100_000));
    assert!(raw.ask(deep).await.contains("bad_input"));
    let answer = raw
        .ask("{\"version\":2,\"request\":{\"question\":\"new\"}}\n")
        .await;
    assert!(
        answer.contains("\"usage\"") && answer.contains("version 1 of the control protocol, not 2"),
        "{answer}"
    );
    assert!(
        raw.ask("{\"version\":1,\"request\":{\"request\":\"remove\",\"vendor\":\"x\"}}\n")
            .await
            .contains("\"ok\"")
    );
}

#[tokio::test]
async fn a_huge_line_is_refused_and_the_connection_closed() {
    let engine = Engine::start();
    let mut raw = engine.raw().await;
    raw.say(vec![b'x'; LONGEST_REQUEST + 1]).await;
    let answer = raw.hear().await;
    assert!(
        answer.contains("must not be longer than 1048576 bytes"),
        "{answer}"
    );
    let mut rest = Vec::new();
    let _ = timeout(PATIENCE, raw.0.read_to_end(&mut rest))
        .await
        .expect("closed");
    assert!(rest.is_empty());

    // The longest line that is allowed is read.
    let mut raw = engine.raw().await;
    let request = "{\"version\":1,\"request\":{\"request\":\"remove\",\"vendor\":\"x\"}}";
    let padding = " ".repeat(LONGEST_REQUEST - request.len());
    assert!(raw.ask(format!("{request}{padding}\n")).await.contains("\"ok\""));

    let mut client = engine.client().await;
    let error = client
        .ask(echo(&"x".repeat(LONGEST_REQUEST)), PATIENCE)
        .await
        .expect_err("too long");
    assert!(matches!(error, ControlError::TooLong), "{error}");
}

#[tokio::test]
async fn half_a_line_is_never_acted_on() {
    let engine = Engine::start();
    let mut raw = engine.raw().await;
    raw.say("{\"version\":1,\"request\":{\"request\":\"remove\",\"vendor\":\"x\"}}")
        .await;
    raw.0.get_mut().shutdown().await.expect("open");
    assert_eq!(raw.hear().await, "");
    // In pieces, it is.
    let mut raw = engine.raw().await;
    for piece in [
        "{\"version\":1,\"requ",
        "est\":{\"request\":\"remove\",\"vend",
        "or\":\"x\"}}",
        "\n",
    ] {
        raw.say(piece).await;
        tokio::task::yield_now().await;
    }
    assert!(raw.hear().await.contains("\"ok\""));
}

#[tokio::test]
async fn many_clients_are_served_beside_those_that_hang() {
    let engine = Engine::start();
    let mut hanging = Vec::new();
    for _ in 0..40 {
        let mut raw = engine.raw().await;
        raw.say("{\"version\":1,").await;
        hanging.push(raw);
    }
    // One that asks for much and reads nothing.
    let deaf = engine.raw().await;
    let mut deaf_writes = deaf.0.into_inner();
    let flood = tokio::spawn(async move {
        let vendor = "x".repeat(100_000);
        let line =
            format!("{{\"version\":1,\"request\":{{\"request\":\"remove\",\"vendor\":\"{vendor}\"}}}}\n");
        for _ in 0..100 {
            if deaf_writes.write_all(line.as_bytes()).await.is_err() {
                break;
            }
        }
    });
    let mut asking = Vec::new();
    for number in 0..100 {
        let dir = engine.dir.clone();
        asking.push(tokio::spawn(async move {
            let vendor = format!("vendor {number}");
            let mut client = Client::connect(&dir).await.expect("it listens");
            let reply = client.ask(echo(&vendor), PATIENCE).await.expect("answered");
            assert_eq!(reply, accepted(vendor));
        }));
    }
    for asked in asking {
        asked.await.expect("answered");
    }
    flood.abort();
    drop(hanging);
    engine.stop().await;
}

#[tokio::test]
async fn connections_above_the_limit_wait_for_their_turn() {
    let engine = Engine::start_within(ServeLimits {
        connections: 2,
        ..ServeLimits::default()
    });
    let (mut first, second) = (engine.client().await, engine.client().await);
    let mut third = engine.client().await;
    let mut answer = std::pin::pin!(third.ask(echo("x"), PATIENCE));
    // What the third asks for first is answered last.
    for _ in 0..100 {
        tokio::select! {
            biased;
            answer = &mut answer => panic!("{answer:?}"),
            other = first.ask(echo("y"), PATIENCE) => drop(other.expect("answered")),
        }
    }
    drop(first);
    answer.await.expect("answered");
    drop(second);
}

#[tokio::test]
async fn who_says_nothing_for_long_is_hung_up_on() {
    let engine = Engine::start_within(ServeLimits {
        idle: Duration::from_millis(50),
        ..ServeLimits::default()
    });
    let mut raw = engine.raw().await;
    raw.say("{\"version\":1").await;
    assert_eq!(raw.hear().await, "");
}

#[tokio::test]
async fn an_engine_that_does_not_answer_in_time_is_named() {
    let engine = Engine::start();
    let mut client = engine.client().await;
    let error = client
        .ask(Request::Doctor, Duration::from_millis(50))
        .await
        .expect_err("it waits");
    assert!(matches!(error, ControlError::NotAnswering { .. }), "{error}");
    assert!(error.to_string().contains("(watch, pid"), "{error}");
    // Whoever left does not stop what was begun.
    let error = client
        .ask(echo("x"), PATIENCE)
        .await
        .expect_err("an answer is outstanding");
    assert!(matches!(error, ControlError::Broken(_)), "{error}");
    drop(client);
    engine.handler.go_on.notify_one();
    timeout(PATIENCE, async {
        while engine.handler.finished.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("it is finished");
}

#[tokio::test]
async fn a_panic_in_one_answer_is_one_error() {
    let engine = Engine::start();
    let mut client = engine.client().await;
    let error = client.ask(search(), PATIENCE).await.expect_err("it panics");
    assert!(
        matches!(&error, ControlError::Refused(error) if error.code == ErrorCode::Internal),
        "{error}"
    );
    client.ask(echo("x"), PATIENCE).await.expect("answered");
}

#[tokio::test]
async fn subscribers_hear_what_happens_and_whether_they_missed_something() {
    let engine = Engine::start();
    let mut subscription = engine
        .client()
        .await
        .subscribe(PATIENCE)
        .await
        .expect("subscribed");
    let send = |hint: Hint| {
        engine.handler.hints.send(hint).expect("somebody listens");
    };
    send(Hint::Online);
    send(Hint::Polled {
        page: "https://a.example/".to_owned(),
    });
    assert_eq!(subscription.next().await.expect("told"), Hint::Online);
    assert_eq!(
        subscription.next().await.expect("told"),
        Hint::Polled {
            page: "https://a.example/".to_owned()
        }
    );
    // More than the channel holds, without a chance to take any: the test runs on one thread.
    for _ in 0..100 {
        send(Hint::Reloaded);
    }
    assert_eq!(subscription.next().await.expect("told"), Hint::Lagged);
    assert_eq!(subscription.next().await.expect("told"), Hint::Reloaded);

    let _ = engine.handler.hints.send(Hint::Stopping);
    engine.shutdown.cancel();
    loop {
        match subscription.next().await {
            Ok(Hint::Reloaded) => {}
            Ok(hint) => {
                assert_eq!(hint, Hint::Stopping);
                break;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(subscription.next().await.is_err());
}

#[tokio::test]
async fn the_socket_is_for_this_person_alone_and_goes_with_the_lock() {
    let engine = Engine::start();
    assert_eq!(engine.socket, engine.dir.join("control.sock"));
    let mode = fs::metadata(&engine.socket).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let Engine {
        lock,
        shutdown,
        serving,
        socket,
        dir,
        _home,
        ..
    } = engine;
    shutdown.cancel();
    serving.await.expect("without panic");
    let error = Client::connect(&dir).await.expect_err("it has stopped");
    assert!(matches!(error, ControlError::NotAnswering { .. }), "{error}");
    drop(lock);
    assert!(!socket.exists());
    let error = Client::connect(&dir).await.expect_err("nobody is there");
    assert!(matches!(error, ControlError::NoEngine(_)), "{error}");
}

#[tokio::test]
async fn a_directory_that_does_not_exist_has_no_engine() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let error = Client::connect(&home.path().join("none"))
        .await
        .expect_err("nobody");
    assert!(matches!(error, ControlError::NoEngine(_)), "{error}");
}

#[tokio::test]
async fn a_socket_that_was_left_behind_is_replaced() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let stale = home.path().join("control.sock");
    drop(std::os::unix::net::UnixListener::bind(&stale).expect("free"));
    assert!(stale.exists());
    let engine = Engine::start_in(home.path(), ServeLimits::default());
    engine
        .client()
        .await
        .ask(echo("x"), PATIENCE)
        .await
        .expect("answered");
}

#[tokio::test]
async fn what_is_no_socket_is_not_removed() {
    let home = tempfile::tempdir().expect("a temporary directory");
    fs::write(home.path().join("control.sock"), "mine").expect("writable");
    let mut lock = EngineLock::acquire(home.path(), &info()).expect("free");
    let error = ControlListener::bind(&mut lock).expect_err("in the way");
    assert!(error.to_string().contains("in the way"), "{error}");
    drop(lock);
    assert!(home.path().join("control.sock").exists());
}

#[tokio::test]
async fn a_path_that_is_too_long_for_a_socket_gets_one_elsewhere() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let dir = home.path().join("long".repeat(30)).join("data");
    let engine = Engine::start_in(&dir, ServeLimits::default());
    assert!(!engine.socket.starts_with(&dir));
    assert!(engine.socket.as_os_str().len() <= 100);
    let private = engine.socket.parent().expect("a directory").to_owned();
    let mode = fs::metadata(&private).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    engine
        .client()
        .await
        .ask(echo("x"), PATIENCE)
        .await
        .expect("answered");
    drop(engine.lock);
    assert!(!private.exists());

    // Somebody else's directory under that name is not trusted.
    fs::create_dir(&private).expect("writable");
    fs::set_permissions(&private, fs::Permissions::from_mode(0o777)).expect("mine");
    let mut lock = EngineLock::acquire(&dir, &info()).expect("free");
    let error = ControlListener::bind(&mut lock).expect_err("open to others");
    assert!(error.to_string().contains("open to others"), "{error}");
    fs::remove_dir(&private).expect("mine");
}
