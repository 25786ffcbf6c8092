//! The shell's loop with the real engine behind it, stand-in vendors, and a desktop that only records.
#![expect(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    reason = "a test that cannot go on has failed"
)]

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use signalbox_engine::{
    access::Access,
    api::{Reply, Request},
    clock::{SharedClock, SystemClock},
    config::{Limits, paths::Places},
};
use signalbox_pages::Health;
use signalbox_replay::{Incident, Page, StatuspageBody, Town, Update};
use signalbox_shell::{
    bubble::{Bubble, BubbleChannel, BubbleError, Bubbles, Click, ClickedOn},
    desktop::{Desktop, WindowWord},
    engine::EngineThread,
    remembered::{Remembered, Size},
    route::Route,
    shell::{Input, Setup, Shell},
    tray::{Action, PauseFor, TrayView},
};
use tokio::sync::{mpsc, oneshot, watch};

const SOON: Duration = Duration::from_secs(40);

/// Everything that a person would see.
#[derive(Clone, Default)]
struct Screen {
    tray: Option<TrayView>,
    bubbles: Vec<Bubble>,
    opened: u32,
    words: Vec<WindowWord>,
    ended: bool,
}

struct Recording {
    screen: watch::Sender<Screen>,
    at_login: Mutex<bool>,
    /// Whether bubbles can be raised.
    server: Mutex<bool>,
}

impl Recording {
    fn see(&self, change: impl FnOnce(&mut Screen)) {
        self.screen.send_modify(change);
    }

    fn set_server(&self, there: bool) {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = there;
    }
}

impl Desktop for Recording {
    fn show_tray(&self, view: &TrayView) {
        self.see(|screen| screen.tray = Some(view.clone()));
    }

    fn open_window(&self, _: Option<Size>, _: Option<String>) {
        self.see(|screen| screen.opened += 1);
    }

    fn tell_window(&self, word: WindowWord) {
        self.see(|screen| screen.words.push(word));
    }

    fn starts_at_login(&self) -> bool {
        *self.at_login.lock().unwrap()
    }

    fn start_at_login(&self, on: bool) -> Result<(), String> {
        *self.at_login.lock().unwrap() = on;
        Ok(())
    }

    fn quit(&self) {
        self.see(|screen| screen.ended = true);
    }
}

impl Bubbles for Recording {
    fn raise(&self, bubble: Bubble) -> Pin<Box<dyn Future<Output = Result<(), BubbleError>> + Send + '_>> {
        Box::pin(async move {
            if !*self.server.lock().unwrap_or_else(PoisonError::into_inner) {
                return Err(BubbleError("nobody shows notifications".to_owned()));
            }
            self.see(|screen| screen.bubbles.push(bubble));
            Ok(())
        })
    }
}

struct Stand {
    dir: tempfile::TempDir,
    _town: Town,
    pages: Vec<Page>,
    desk: Option<Desk>,
}

/// One run of the program.
struct Desk {
    recording: Arc<Recording>,
    seen: watch::Receiver<Screen>,
    inputs: mpsc::Sender<Input>,
    ask: Arc<Access>,
}

impl Stand {
    fn new(bodies: &[StatuspageBody]) -> Self {
        let town = Town::new();
        let pages: Vec<Page> = bodies
            .iter()
            .map(|body| {
                let page = town.open(&body.name).unwrap();
                body.serve_on(&page);
                page
            })
            .collect();
        let dir = tempfile::tempdir().unwrap();
        let config: String = pages
            .iter()
            .map(|page| format!("[[watch]]\npage = \"{}\"\n\n", page.url()))
            .collect();
        std::fs::write(dir.path().join("config.toml"), config).unwrap();
        Self {
            dir,
            _town: town,
            pages,
            desk: None,
        }
    }

    fn start(&mut self) -> &Desk {
        let places = Places {
            config_file: self.dir.path().join("config.toml"),
            data_dir: self.dir.path().join("data"),
            state_dir: self.dir.path().join("data"),
        };
        let (screen, seen) = watch::channel(Screen::default());
        let recording = Arc::new(Recording {
            screen,
            at_login: Mutex::new(false),
            server: Mutex::new(true),
        });
        let clock: SharedClock = Arc::new(SystemClock::new());
        let (inputs, taken) = mpsc::channel(256);
        let ask = Arc::new(Access::new(places.clone(), "signalbox-desktop"));
        let engine = EngineThread::new(
            places.clone(),
            Limits::default(),
            Arc::clone(&clock),
            Arc::new(BubbleChannel::new(recording.clone())),
            inputs.clone(),
        );
        let (starting, stopping) = (engine.clone(), engine);
        let setup = Setup {
            desktop: recording.clone(),
            ask: ask.clone(),
            bubbles: recording.clone(),
            clock,
            zone: jiff::tz::TimeZone::UTC,
            remembered: Remembered::load(&places.data_dir),
            start_engine: Box::new(move || starting.start()),
            stop_engine: Box::new(move || stopping.stop()),
            may_start_at_login: true,
            open_at_start: None,
            activation: None,
        };
        tokio::spawn(Shell::new(setup, inputs.clone()).run(taken));
        self.desk.insert(Desk {
            recording,
            seen,
            inputs,
            ask,
        })
    }

    fn break_forge(&self, impact: &str, status: &str) {
        let mut body = forge();
        body.set_status("f-builds", status);
        let incident = Incident::new("f1", "Builds do not start")
            .impact(impact)
            .affects("f-builds")
            .update(Update::new("f1-1", "investigating", "We look for the cause."));
        body.incident(incident).serve_on(&self.pages[0]);
    }
}

impl Desk {
    async fn until(&self, what: &str, holds: impl FnMut(&Screen) -> bool) -> Screen {
        let mut seen = self.seen.clone();
        let waited = tokio::time::timeout(SOON, seen.wait_for(holds)).await;
        let found = waited.unwrap_or_else(|_| panic!("waited in vain: {what}"));
        found.unwrap().clone()
    }

    async fn check(&self) {
        self.ask
            .ask(Request::Check { vendors: Vec::new() })
            .await
            .unwrap();
    }

    async fn input(&self, input: Input) {
        self.inputs.send(input).await.unwrap();
    }

    async fn quit(&self) {
        self.input(Input::Tray(Action::Quit, None)).await;
        self.until("it ends", |screen| screen.ended).await;
    }
}

fn forge() -> StatuspageBody {
    StatuspageBody::new("Forge").component("f-builds", "Builds", "operational")
}

fn mail() -> StatuspageBody {
    StatuspageBody::new("Mail").component("m-out", "Outgoing mail", "operational")
}

fn tray_is(screen: &Screen, health: Health) -> bool {
    screen
        .tray
        .as_ref()
        .is_some_and(|tray| tray.icon.health == health)
}

fn summaries(screen: &Screen) -> Vec<&str> {
    screen
        .bubbles
        .iter()
        .map(|bubble| bubble.summary.as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_watch_is_one_bubble_and_an_incident_is_told_once_and_leads_to_itself() {
    let mut stand = Stand::new(&[forge(), mail()]);
    stand.start();
    let desk = stand.desk.as_ref().unwrap();
    desk.until("all is well", |screen| {
        tray_is(screen, Health::Operational) && screen.bubbles.len() == 1
    })
    .await;
    stand.break_forge("major", "major_outage");
    desk.check().await;
    let seen = desk
        .until("the incident is told", |screen| {
            tray_is(screen, Health::MajorOutage) && screen.bubbles.len() == 2
        })
        .await;
    let bubble = seen.bubbles.last().unwrap().clone();
    let route = Route::Incident {
        vendor: Some("Forge".to_owned()),
        id: "f1".to_owned(),
    };
    assert_eq!((&bubble.route, bubble.can_be_muted), (&route, true));
    desk.check().await;
    desk.input(Input::Bubble(Click {
        on: ClickedOn::Body,
        route: bubble.route,
        activation: None,
    }))
    .await;
    desk.until("the window opens", |screen| screen.opened == 1).await;
    let (reply, arrival) = oneshot::channel();
    desk.input(Input::Arrived(reply)).await;
    assert_eq!(arrival.await.unwrap().route, Some(route));
    assert_eq!(
        desk.seen.borrow().bubbles.len(),
        2,
        "the second look told nothing again"
    );
    desk.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn muting_from_a_bubble_silences_that_incident_and_is_seen_in_the_store() {
    let mut stand = Stand::new(&[forge(), mail()]);
    stand.start();
    let desk = stand.desk.as_ref().unwrap();
    desk.until("the baseline is told", |screen| screen.bubbles.len() == 1)
        .await;
    stand.break_forge("minor", "degraded_performance");
    desk.check().await;
    let seen = desk
        .until("the incident is told", |screen| screen.bubbles.len() == 2)
        .await;
    desk.input(Input::Bubble(Click {
        on: ClickedOn::Mute,
        route: seen.bubbles[1].route.clone(),
        activation: None,
    }))
    .await;
    let muted = async || {
        let asked = desk.ask.ask(Request::Status { vendors: Vec::new() }).await;
        matches!(asked, Ok(Reply::Status(status)) if status.vendors[0].incidents[0].muted_until.is_some())
    };
    while !muted().await {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stand.break_forge("critical", "major_outage");
    desk.check().await;
    desk.until("the tray shows it all the same", |screen| {
        tray_is(screen, Health::MajorOutage)
    })
    .await;
    desk.quit().await;
    assert_eq!(desk.seen.borrow().bubbles.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn during_a_pause_nothing_is_raised_and_one_summary_comes_after_it() {
    let mut stand = Stand::new(&[forge(), mail()]);
    stand.start();
    let desk = stand.desk.as_ref().unwrap();
    desk.until("the baseline is told", |screen| screen.bubbles.len() == 1)
        .await;
    desk.input(Input::Tray(Action::Pause(PauseFor::UntilResumed), None))
        .await;
    desk.until("the tray says so", |screen| {
        screen
            .tray
            .as_ref()
            .is_some_and(|tray| tray.icon.layers.contains(&signalbox_shell::tray::Layer::Paused))
    })
    .await;
    for (impact, status) in [("minor", "degraded_performance"), ("critical", "major_outage")] {
        stand.break_forge(impact, status);
        desk.check().await;
    }
    desk.until("the tray goes on", |screen| tray_is(screen, Health::MajorOutage))
        .await;
    assert_eq!(desk.seen.borrow().bubbles.len(), 1);
    desk.input(Input::Tray(Action::Resume, None)).await;
    let seen = desk
        .until("one summary comes", |screen| screen.bubbles.len() == 2)
        .await;
    let last = seen.bubbles.last().unwrap();
    assert!(
        last.summary.to_lowercase().contains("paused"),
        "{:?}",
        last.summary
    );
    desk.quit().await;
}

mod t4_never_lost_and_repeated_only_when_it_cannot_be_known {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_could_not_be_shown_before_a_restart_is_one_summary_after_it_and_nothing_is_repeated() {
        let mut stand = Stand::new(&[forge(), mail()]);
        stand.start();
        let desk = stand.desk.as_ref().unwrap();
        desk.until("the baseline is told", |screen| screen.bubbles.len() == 1)
            .await;
        desk.recording.set_server(false);
        for (impact, status) in [("minor", "degraded_performance"), ("critical", "major_outage")] {
            stand.break_forge(impact, status);
            desk.check().await;
        }
        desk.until("the tray shows it", |screen| tray_is(screen, Health::MajorOutage))
            .await;
        desk.quit().await;
        let desk = stand.start();
        let seen = desk
            .until("one summary comes", |screen| !screen.bubbles.is_empty())
            .await;
        assert_eq!(seen.bubbles.len(), 1, "{:?}", summaries(&seen));
        assert!(
            seen.bubbles[0].body.contains("Builds do not start"),
            "{:?}",
            seen.bubbles
        );
        desk.quit().await;
        let desk = stand.start();
        desk.until("it runs again", |screen| tray_is(screen, Health::MajorOutage))
            .await;
        desk.check().await;
        desk.quit().await;
        assert!(desk.seen.borrow().bubbles.is_empty());
    }
}
