//! Bubbles on a private bus, against a notification server that only records what it is told.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use signalbox_channels::Urgency;
use signalbox_shell::{
    bubble::{Bubble, Bubbles as _, Click, ClickedOn, linux::BusBubbles},
    route::Route,
};
use tokio::sync::mpsc;
use zbus::{Connection, Variant, object_server::SignalEmitter};

/// A bus of its own, which ends with it.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nosyslog", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon: `cargo xtask setup` installs what this test needs");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            daemon,
            address: address.trim().to_owned(),
        }
    }

    fn bubbles(&self) -> (BusBubbles, mpsc::Receiver<Click>) {
        let (clicks, clicked) = mpsc::channel(8);
        (BusBubbles::at(Some(self.address.clone()), clicks), clicked)
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ended = self.daemon.kill();
        let _reaped = self.daemon.wait();
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    id: u32,
    replaces: u32,
    summary: String,
    body: String,
    actions: Vec<String>,
    urgency: Option<u8>,
    desktop_entry: Option<String>,
}

#[derive(Clone, Default)]
struct Server {
    capabilities: Vec<String>,
    told: Arc<Mutex<Vec<Told>>>,
    taken_back: Arc<Mutex<Vec<u32>>>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Server {
    fn get_capabilities(&self) -> Vec<String> {
        self.capabilities.clone()
    }

    #[expect(
        clippy::too_many_arguments,
        clippy::needless_pass_by_value,
        reason = "these are the specification's"
    )]
    fn notify(
        &self,
        _app: &str,
        replaces: u32,
        _icon: &str,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, Variant<'_>>,
        _timeout: i32,
    ) -> u32 {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let id = match replaces {
            0 => 100 + u32::try_from(told.len()).unwrap(),
            old => old,
        };
        told.push(Told {
            id,
            replaces,
            summary,
            body,
            actions,
            urgency: hints.get("urgency").and_then(|value| u8::try_from(value).ok()),
            desktop_entry: hints
                .get("desktop-entry")
                .and_then(|value| <&str>::try_from(value).ok().map(str::to_owned)),
        });
        id
    }

    fn close_notification(&self, id: u32) {
        let mut taken_back = self.taken_back.lock().unwrap_or_else(PoisonError::into_inner);
        taken_back.push(id);
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn activation_token(emitter: &SignalEmitter<'_>, id: u32, token: &str) -> zbus::Result<()>;
}

/// A server on the bus; it is gone when this is dropped.
struct Serving {
    connection: Connection,
    server: Server,
}

impl Serving {
    async fn start(bus: &Bus, capabilities: &[&str]) -> Self {
        let server = Server {
            capabilities: capabilities.iter().map(|&word| word.to_owned()).collect(),
            told: Arc::default(),
            taken_back: Arc::default(),
        };
        let connection = zbus::connection::Builder::address(bus.address.as_str())
            .name("org.freedesktop.Notifications")
            .serve_at("/org/freedesktop/Notifications", server.clone())
            .build()
            .await
            .unwrap();
        Self { connection, server }
    }

    fn told(&self) -> Vec<Told> {
        self.server
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn emitter(&self) -> SignalEmitter<'_> {
        SignalEmitter::new(&self.connection, "/org/freedesktop/Notifications").unwrap()
    }

    async fn click(&self, id: u32, action: &str) {
        Server::action_invoked(&self.emitter(), id, action).await.unwrap();
    }
}

const EVERYTHING: &[&str] = &["actions", "body", "body-markup", "persistence"];

fn incident(id: &str, summary: &str) -> Bubble {
    Bubble {
        thread: Some(format!("incident Forge {id}")),
        summary: summary.to_owned(),
        body: "We look <b>into</b> it & more.".to_owned(),
        urgency: Urgency::High,
        route: Route::Incident {
            vendor: Some("Forge".to_owned()),
            id: id.to_owned(),
        },
        can_be_muted: true,
    }
}

#[tokio::test]
async fn what_still_stands_when_the_program_ends_is_taken_back() {
    let bus = Bus::start();
    let serving = Serving::start(&bus, EVERYTHING).await;
    let (bubbles, _clicked) = bus.bubbles();
    bubbles.take_back().await;
    for id in ["i1", "i2"] {
        bubbles.raise(incident(id, "It burns")).await.unwrap();
    }
    bubbles.raise(incident("i1", "It burns on")).await.unwrap();
    bubbles.take_back().await;
    bubbles.take_back().await;
    let taken_back = serving.server.taken_back.lock().unwrap().clone();
    assert_eq!(taken_back, [100, 101]);
}

#[tokio::test]
async fn a_bubble_carries_its_words_as_text_and_says_whose_it_is_and_how_urgent() {
    let bus = Bus::start();
    let serving = Serving::start(&bus, EVERYTHING).await;
    let (bubbles, _clicked) = bus.bubbles();
    bubbles
        .raise(incident("f1", "Forge: incident opened"))
        .await
        .unwrap();
    let told = serving.told();
    let expected = Told {
        id: 100,
        replaces: 0,
        summary: "Forge: incident opened".to_owned(),
        body: "We look &lt;b&gt;into&lt;/b&gt; it &amp; more.".to_owned(),
        actions: ["default", "Open", "open", "Open", "mute", "Mute this incident"]
            .map(str::to_owned)
            .to_vec(),
        urgency: Some(2),
        desktop_entry: Some("dev.signalbox.Signalbox".to_owned()),
    };
    assert_eq!(told, [expected]);
}

#[tokio::test]
async fn a_server_that_can_do_little_is_asked_for_no_more() {
    let bus = Bus::start();
    let serving = Serving::start(&bus, &["body"]).await;
    let (bubbles, _clicked) = bus.bubbles();
    bubbles
        .raise(incident("f1", "Forge: incident opened"))
        .await
        .unwrap();
    let told = serving.told();
    assert_eq!(told[0].body, "We look <b>into</b> it & more.");
    assert!(told[0].actions.is_empty());
}

#[tokio::test]
async fn an_update_replaces_the_bubble_of_its_incident_and_no_other() {
    let bus = Bus::start();
    let serving = Serving::start(&bus, EVERYTHING).await;
    let (bubbles, _clicked) = bus.bubbles();
    for (id, summary) in [
        ("f1", "opened"),
        ("f2", "opened"),
        ("f1", "escalated"),
        ("f1", "resolved"),
    ] {
        bubbles.raise(incident(id, summary)).await.unwrap();
    }
    let replaced: Vec<u32> = serving.told().iter().map(|told| told.replaces).collect();
    assert_eq!(replaced, [0, 0, 100, 100]);
}

#[tokio::test]
async fn a_click_leads_to_its_own_incident_with_the_token_that_came_before_it() {
    let bus = Bus::start();
    let serving = Serving::start(&bus, EVERYTHING).await;
    let (bubbles, mut clicked) = bus.bubbles();
    bubbles.raise(incident("f1", "one")).await.unwrap();
    bubbles.raise(incident("f2", "two")).await.unwrap();
    Server::activation_token(&serving.emitter(), 100, "let-me-in")
        .await
        .unwrap();
    serving.click(100, "default").await;
    let first = clicked.recv().await.unwrap();
    assert_eq!(first.route, incident("f1", "").route);
    assert_eq!(
        (first.on, first.activation.as_deref()),
        (ClickedOn::Body, Some("let-me-in"))
    );
    serving.click(101, "mute").await;
    let second = clicked.recv().await.unwrap();
    assert_eq!(second.route, incident("f2", "").route);
    assert_eq!((second.on, second.activation), (ClickedOn::Mute, None));
}

#[tokio::test]
async fn a_bubble_whose_time_was_over_can_still_be_clicked_in_the_list_of_past_ones() {
    let bus = Bus::start();
    let serving = Serving::start(&bus, EVERYTHING).await;
    let (bubbles, mut clicked) = bus.bubbles();
    bubbles.raise(incident("f1", "one")).await.unwrap();
    Server::notification_closed(&serving.emitter(), 100, 1)
        .await
        .unwrap();
    serving.click(100, "open").await;
    assert_eq!(clicked.recv().await.unwrap().route, incident("f1", "").route);
}

#[tokio::test]
async fn a_bubble_that_the_person_closed_is_not_replaced_but_raised_anew() {
    let bus = Bus::start();
    let serving = Serving::start(&bus, EVERYTHING).await;
    let (bubbles, mut clicked) = bus.bubbles();
    bubbles.raise(incident("f1", "one")).await.unwrap();
    bubbles.raise(incident("f2", "two")).await.unwrap();
    Server::notification_closed(&serving.emitter(), 100, 2)
        .await
        .unwrap();
    // Signals come in order: once this click is heard, the closing was.
    serving.click(101, "default").await;
    clicked.recv().await.unwrap();
    bubbles.raise(incident("f1", "three")).await.unwrap();
    assert_eq!(serving.told().last().unwrap().replaces, 0);
}

#[tokio::test]
async fn without_a_server_the_failure_is_said_and_the_next_one_serves_again() {
    let bus = Bus::start();
    let (bubbles, mut clicked) = bus.bubbles();
    let failed = bubbles.raise(incident("f1", "lost")).await.unwrap_err();
    assert!(
        failed.to_string().contains("no notification could be raised"),
        "{failed}"
    );
    let first = Serving::start(&bus, EVERYTHING).await;
    bubbles.raise(incident("f1", "one")).await.unwrap();
    assert_eq!(first.told().len(), 1);
    // Another server does not know the former one's bubbles.
    first.connection.close().await.unwrap();
    let second = Serving::start(&bus, &["body"]).await;
    bubbles.raise(incident("f2", "two")).await.unwrap();
    second.click(100, "default").await;
    assert_eq!(clicked.recv().await.unwrap().route, incident("f2", "").route);
    let told = second.told();
    assert_eq!(told[0].replaces, 0);
    assert!(
        told[0].actions.is_empty(),
        "the new server's capabilities count: {told:?}"
    );
}

#[tokio::test]
async fn without_a_bus_the_failure_is_said() {
    let (clicks, _clicked) = mpsc::channel(1);
    let bubbles = BusBubbles::at(Some("unix:path=/nowhere/at/all".to_owned()), clicks);
    assert!(bubbles.raise(incident("f1", "lost")).await.is_err());
}
