//! The loop against a desktop that only records, and an engine that only answers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;
use signalbox_engine::clock::Clock;
use signalbox_pages::Health;

use super::*;
use crate::{
    bubble::BubbleError,
    test_words::{incident, noon, status, vendor},
};

#[derive(Clone, Debug, PartialEq)]
enum Did {
    Tray(Box<TrayView>),
    Open(Option<String>),
    Tell(WindowWord),
    StartAtLogin(bool),
    Bubble(String),
    Ask(Request),
    StartEngine,
    StopEngine,
    Quit,
}

#[derive(Default)]
struct Recorded {
    did: Mutex<Vec<Did>>,
    at_login: Mutex<bool>,
    /// Of the window that was opened last.
    size: Mutex<Option<Size>>,
    answers: Mutex<Vec<Result<Reply, ApiError>>>,
}

impl Recorded {
    fn note(&self, did: Did) {
        lock(&self.did).push(did);
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desktop for Recorded {
    fn show_tray(&self, view: &TrayView) {
        self.note(Did::Tray(Box::new(view.clone())));
    }

    fn open_window(&self, size: Option<Size>, activation: Option<String>) {
        *lock(&self.size) = size;
        self.note(Did::Open(activation));
    }

    fn tell_window(&self, word: WindowWord) {
        self.note(Did::Tell(word));
    }

    fn starts_at_login(&self) -> bool {
        *lock(&self.at_login)
    }

    fn start_at_login(&self, on: bool) -> Result<(), String> {
        self.note(Did::StartAtLogin(on));
        *lock(&self.at_login) = on;
        Ok(())
    }

    fn quit(&self) {
        self.note(Did::Quit);
    }
}

impl Ask for Recorded {
    fn ask(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send + '_>> {
        self.note(Did::Ask(request));
        let mut answers = lock(&self.answers);
        let answer = match answers.len() {
            0 => Err(ApiError::new(ErrorCode::Unavailable, "nobody answers")),
            1 => answers.first().cloned().unwrap(),
            _ => answers.remove(0),
        };
        Box::pin(std::future::ready(answer))
    }
}

impl Bubbles for Recorded {
    fn raise(&self, bubble: Bubble) -> Pin<Box<dyn Future<Output = Result<(), BubbleError>> + Send + '_>> {
        self.note(Did::Bubble(bubble.summary));
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Tokio's paused time, beginning at noon.
struct Driven {
    origin: tokio::time::Instant,
}

impl Clock for Driven {
    fn now(&self) -> jiff::Timestamp {
        let passed = jiff::SignedDuration::try_from(self.monotonic()).unwrap();
        noon().timestamp().checked_add(passed).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }

    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(span))
    }
}

struct Stand {
    recorded: Arc<Recorded>,
    inputs: mpsc::Sender<Input>,
    _dir: tempfile::TempDir,
}

impl Stand {
    fn begin(open_at_start: Option<Route>) -> Self {
        Self::begin_as(open_at_start, true)
    }

    fn demo() -> Self {
        Self::begin_as(Some(Route::Overview), false)
    }

    fn begin_as(open_at_start: Option<Route>, may_start_at_login: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let recorded = Arc::new(Recorded::default());
        let (inputs, taken) = mpsc::channel(64);
        let (starting, stopping) = (Arc::clone(&recorded), Arc::clone(&recorded));
        let setup = Setup {
            desktop: recorded.clone(),
            ask: recorded.clone(),
            bubbles: recorded.clone(),
            clock: Arc::new(Driven {
                origin: tokio::time::Instant::now(),
            }),
            zone: noon().time_zone().clone(),
            remembered: Remembered::load(dir.path()),
            start_engine: Box::new(move || starting.note(Did::StartEngine)),
            stop_engine: Box::new(move || stopping.note(Did::StopEngine)),
            may_start_at_login,
            open_at_start,
            activation: None,
        };
        tokio::spawn(Shell::new(setup, inputs.clone()).run(taken));
        Self {
            recorded,
            inputs,
            _dir: dir,
        }
    }

    async fn input(&self, input: Input) {
        self.inputs.send(input).await.unwrap();
    }

    /// What was done since the last time, once nothing more comes by itself at this moment.
    async fn did(&self) -> Vec<Did> {
        for _ in 0..64 {
            tokio::task::yield_now().await;
        }
        std::mem::take(&mut lock(&self.recorded.did))
    }

    async fn after(&self, span: Duration) -> Vec<Did> {
        tokio::time::sleep(span).await;
        self.did().await
    }

    fn answers(&self, with: Result<Reply, ApiError>) {
        *lock(&self.recorded.answers) = vec![with];
    }
}

fn calm() -> StatusView {
    let vendors = [vendor("Forge", "operational", &json!({}))];
    status("operational", "1 vendor is well", &vendors, &json!({}))
}

fn broken() -> StatusView {
    let open = incident("Forge", "f1", "Builds fail", "2026-11-07T09:19:00Z");
    let vendors = [vendor("Forge", "major_outage", &json!({ "incidents": [open] }))];
    status(
        "major_outage",
        "1 of 1 vendors has problems: Forge",
        &vendors,
        &json!({}),
    )
}

fn started(status: StatusView) -> Input {
    Input::Engine(Event::Started(Box::new(status)))
}

fn changed() -> Input {
    Input::Engine(Event::Hint(Hint::Changed {
        page: "https://forge.example/".to_owned(),
    }))
}

fn trays(did: &[Did]) -> Vec<&TrayView> {
    did.iter()
        .filter_map(|did| {
            if let Did::Tray(view) = did {
                Some(view.as_ref())
            } else {
                None
            }
        })
        .collect()
}

fn forge() -> Route {
    Route::Incident {
        vendor: Some("Forge".to_owned()),
        id: "f1".to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_redraws_the_tray_once_however_many_hints_come() {
    let stand = Stand::begin(None);
    stand.input(started(calm())).await;
    stand.did().await;
    stand.answers(Ok(Reply::Status(broken())));
    for _ in 0..40 {
        stand.input(changed()).await;
    }
    let did = stand.after(Duration::from_secs(1)).await;
    let asked = did.iter().filter(|did| matches!(did, Did::Ask(_))).count();
    assert_eq!(asked, 1);
    let drawn = trays(&did);
    assert_eq!(drawn.len(), 1);
    assert_eq!(drawn[0].icon.health, Health::MajorOutage);
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_brought_nothing_new_touches_neither_store_nor_tray() {
    let stand = Stand::begin(None);
    stand.answers(Ok(Reply::Status(calm())));
    stand.input(started(calm())).await;
    stand.did().await;
    for _ in 0..20 {
        stand
            .input(Input::Engine(Event::Hint(Hint::Polled {
                page: "https://forge.example/".to_owned(),
            })))
            .await;
    }
    let did = stand.after(Duration::from_secs(2)).await;
    assert!(
        did.iter()
            .all(|did| matches!(did, Did::Tell(WindowWord::Hint(_)))),
        "{did:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_clicked_bubble_opens_a_closed_window_on_that_very_incident_and_leads_an_open_one_there() {
    let stand = Stand::begin(None);
    stand.input(started(broken())).await;
    stand.did().await;
    let click = || {
        Input::Bubble(Click {
            on: ClickedOn::Body,
            route: forge(),
            activation: Some("token".to_owned()),
        })
    };
    stand.input(click()).await;
    assert_eq!(stand.did().await, [Did::Open(Some("token".to_owned()))]);
    let (reply, arrival) = oneshot::channel();
    stand.input(Input::Arrived(reply)).await;
    assert_eq!(arrival.await.unwrap().route, Some(forge()));
    stand.input(click()).await;
    assert_eq!(
        stand.did().await,
        [
            Did::Tell(WindowWord::Route(forge())),
            Did::Open(Some("token".to_owned()))
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_last_of_two_clicks_wins_while_the_window_is_still_loading() {
    let stand = Stand::begin(Some(Route::Overview));
    stand.input(Input::Tray(Action::Open(forge()), None)).await;
    stand.input(Input::TrayClicked(None)).await;
    let (reply, arrival) = oneshot::channel();
    stand.input(Input::Arrived(reply)).await;
    assert_eq!(arrival.await.unwrap().route, Some(forge()));
}

#[tokio::test(start_paused = true)]
async fn a_window_that_was_closed_comes_back_to_the_overview() {
    let stand = Stand::begin(None);
    stand.input(Input::Tray(Action::Open(forge()), None)).await;
    stand.input(Input::WindowClosed(Ok(()))).await;
    stand.input(Input::TrayClicked(None)).await;
    let (reply, arrival) = oneshot::channel();
    stand.input(Input::Arrived(reply)).await;
    assert_eq!(arrival.await.unwrap().route, None);
}

#[tokio::test(start_paused = true)]
async fn a_click_that_meets_a_window_on_its_way_out_opens_it_again_on_the_same_place() {
    let stand = Stand::begin(Some(Route::Overview));
    let (reply, arrival) = oneshot::channel();
    stand.input(Input::Arrived(reply)).await;
    arrival.await.unwrap();
    stand.did().await;
    stand.input(Input::Tray(Action::Open(forge()), None)).await;
    stand.input(Input::WindowClosed(Ok(()))).await;
    let opened = stand.did().await;
    let openings = opened.iter().filter(|did| matches!(did, Did::Open(_))).count();
    assert_eq!(openings, 2, "{opened:?}");
    let (reply, arrival) = oneshot::channel();
    stand.input(Input::Arrived(reply)).await;
    assert_eq!(arrival.await.unwrap().route, Some(forge()));
}

#[tokio::test(start_paused = true)]
async fn a_window_that_was_seen_again_and_then_closed_stays_closed() {
    let stand = Stand::begin(Some(Route::Overview));
    let (reply, arrival) = oneshot::channel();
    stand.input(Input::Arrived(reply)).await;
    arrival.await.unwrap();
    stand.input(Input::TrayClicked(None)).await;
    stand.did().await;
    stand.input(Input::WindowRaised).await;
    stand.input(Input::WindowClosed(Ok(()))).await;
    assert_eq!(stand.did().await, []);
}

#[tokio::test(start_paused = true)]
async fn a_window_that_fails_is_told_and_not_opened_again_by_itself() {
    let stand = Stand::begin(Some(Route::Overview));
    stand.did().await;
    stand
        .input(Input::WindowClosed(Err("it ended with signal 11".to_owned())))
        .await;
    assert_eq!(
        stand.did().await,
        [Did::Bubble("Signalbox's window is gone".to_owned())]
    );
}

#[tokio::test(start_paused = true)]
async fn a_window_opens_with_the_size_that_it_was_left_with() {
    let stand = Stand::begin(None);
    let size = Size {
        width: 900,
        height: 600,
    };
    stand.input(Input::WindowResized(size)).await;
    stand.input(Input::WindowClosed(Ok(()))).await;
    stand.input(Input::TrayClicked(None)).await;
    stand.did().await;
    assert_eq!(*lock(&stand.recorded.size), Some(size));
}

#[tokio::test(start_paused = true)]
async fn muting_from_a_bubble_asks_the_engine_and_opens_nothing() {
    let stand = Stand::begin(None);
    stand.did().await;
    stand
        .input(Input::Bubble(Click {
            on: ClickedOn::Mute,
            route: forge(),
            activation: None,
        }))
        .await;
    let expected = Request::Mute {
        target: "f1".to_owned(),
        vendor: Some("Forge".to_owned()),
        until: None,
    };
    let did = stand.did().await;
    assert_eq!(did.first(), Some(&Did::Ask(expected)));
    assert!(!did.iter().any(|did| matches!(did, Did::Open(_))));
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_done_is_said_in_the_window() {
    let stand = Stand::begin(None);
    stand.did().await;
    stand.input(Input::Tray(Action::Resume, None)).await;
    let did = stand.did().await;
    let said = did.iter().any(|did| {
        matches!(did, Did::Tell(WindowWord::Notices(notices)) if notices.iter().any(|notice| notice.text == "nobody answers"))
    });
    assert!(said, "{did:?}");
}

#[tokio::test(start_paused = true)]
async fn a_second_start_raises_the_window_where_it_is_and_a_link_leads_to_its_place() {
    let stand = Stand::begin(None);
    stand.did().await;
    let show = |route| {
        Input::Engine(Event::Hint(Hint::Show {
            route,
            activation_token: None,
        }))
    };
    stand.input(show(Route::Overview)).await;
    assert_eq!(stand.did().await, [Did::Open(None)]);
    let (reply, arrival) = oneshot::channel();
    stand.input(Input::Arrived(reply)).await;
    arrival.await.unwrap();
    stand.input(show(forge())).await;
    assert_eq!(
        stand.did().await,
        [Did::Tell(WindowWord::Route(forge())), Did::Open(None)]
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_tray_the_window_opens_and_says_why_but_not_before_a_late_panel_had_its_time() {
    let stand = Stand::begin(None);
    stand.input(started(calm())).await;
    stand.did().await;
    stand.input(Input::TrayHost(Err("no panel".to_owned()))).await;
    let early = stand.after(Duration::from_secs(9)).await;
    assert!(!early.iter().any(|did| matches!(did, Did::Open(_))), "{early:?}");
    let late = stand.after(Duration::from_secs(2)).await;
    assert!(late.contains(&Did::Open(None)), "{late:?}");
    let said = |did: &[Did]| {
        did.iter().any(|did| {
            matches!(did, Did::Tell(WindowWord::Notices(notices)) if notices.iter().any(|notice| notice.text.contains("no panel")))
        })
    };
    assert!(said(&late));
}

#[tokio::test(start_paused = true)]
async fn a_panel_that_comes_in_time_or_comes_back_gets_the_tray_and_opens_nothing() {
    let stand = Stand::begin(None);
    stand.input(started(calm())).await;
    stand.did().await;
    stand.input(Input::TrayHost(Err("gone".to_owned()))).await;
    stand.after(Duration::from_secs(5)).await;
    stand.input(Input::TrayHost(Ok(()))).await;
    let did = stand.after(Duration::from_secs(20)).await;
    assert_eq!(trays(&did).len(), 1, "{did:?}");
    assert!(!did.iter().any(|did| matches!(did, Did::Open(_))));
}

#[tokio::test(start_paused = true)]
async fn starting_at_login_is_offered_once_whatever_the_answer() {
    let stand = Stand::begin(Some(Route::Overview));
    let offered = async || {
        let (reply, arrival) = oneshot::channel();
        stand.input(Input::Arrived(reply)).await;
        arrival.await.unwrap().start_at_login
    };
    assert!(offered().await.offer);
    stand.input(Input::Dismiss("start-at-login".to_owned())).await;
    assert!(!offered().await.offer);
    let (reply, done) = oneshot::channel();
    stand.input(Input::StartAtLogin(true, reply)).await;
    assert_eq!(done.await.unwrap(), Ok(true));
    let after = offered().await;
    assert_eq!((after.enabled, after.offer), (true, false));
}

#[tokio::test(start_paused = true)]
async fn a_demo_neither_offers_to_start_at_login_nor_does() {
    let stand = Stand::demo();
    let (reply, arrival) = oneshot::channel();
    stand.input(Input::Arrived(reply)).await;
    assert!(!arrival.await.unwrap().start_at_login.offer);
    let (reply, done) = oneshot::channel();
    stand.input(Input::StartAtLogin(true, reply)).await;
    let refused = done.await.unwrap().unwrap_err();
    assert!(refused.contains("demo"), "{refused}");
    assert!(!*lock(&stand.recorded.at_login));
}

#[tokio::test(start_paused = true)]
async fn quitting_lets_the_engine_end_in_order_first() {
    let stand = Stand::begin(None);
    stand.did().await;
    stand.input(Input::Tray(Action::Quit, None)).await;
    let did = stand.did().await;
    assert!(
        did.contains(&Did::StopEngine) && !did.contains(&Did::Quit),
        "{did:?}"
    );
    stand.input(Input::EngineEnded(Ok(()))).await;
    assert_eq!(stand.did().await, [Did::Quit]);
}

mod t11_never_a_silent_stop {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn after_two_minutes_without_a_word_the_tray_turns_unknown_and_says_so() {
        let stand = Stand::begin(None);
        stand.input(started(calm())).await;
        stand.did().await;
        let did = stand.after(Duration::from_secs(110)).await;
        assert!(
            trays(&did)
                .iter()
                .all(|view| view.icon.health == Health::Operational)
        );
        let did = stand.after(Duration::from_secs(45)).await;
        let last = trays(&did).last().copied().cloned().unwrap();
        assert_eq!(last.icon.health, Health::Unknown);
        assert_eq!(last.sentence, "Signalbox stopped checking");
    }

    #[tokio::test(start_paused = true)]
    async fn an_engine_that_answers_is_never_taken_for_a_stopped_one() {
        let stand = Stand::begin(None);
        stand.answers(Ok(Reply::Status(calm())));
        stand.input(started(calm())).await;
        let did = stand.after(Duration::from_secs(3600)).await;
        assert!(
            trays(&did)
                .iter()
                .skip(1)
                .all(|view| view.icon.health == Health::Operational)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_store_alone_answers_is_no_sign_of_life() {
        let stand = Stand::begin(None);
        let mut orphaned = calm();
        orphaned.engine.running = false;
        stand.answers(Ok(Reply::Status(orphaned)));
        stand.input(started(calm())).await;
        let did = stand.after(Duration::from_secs(200)).await;
        assert_eq!(trays(&did).last().unwrap().icon.health, Health::Unknown);
    }

    #[tokio::test(start_paused = true)]
    async fn an_engine_that_ended_is_told_and_refresh_starts_it_anew() {
        let stand = Stand::begin(None);
        stand.input(started(calm())).await;
        stand.did().await;
        let gave_up = ApiError::new(ErrorCode::Unavailable, "It stopped again");
        stand.input(Input::EngineEnded(Err(gave_up))).await;
        let did = stand.did().await;
        assert!(
            did.contains(&Did::Bubble("Signalbox does not check any more".to_owned())),
            "{did:?}"
        );
        assert_eq!(trays(&did).last().unwrap().icon.health, Health::Unknown);
        stand.input(Input::Tray(Action::Refresh, None)).await;
        assert!(stand.did().await.contains(&Did::StartEngine));
        stand.input(started(calm())).await;
        let did = stand.did().await;
        assert_eq!(trays(&did).last().unwrap().icon.health, Health::Operational);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_configuration_is_told_once_and_tried_again_until_it_is_mended() {
        let stand = Stand::begin(None);
        stand.did().await;
        let wrong = || {
            let words = "config.toml:2:12: an interval must be at least 30s\n2 | interval";
            Input::EngineEnded(Err(ApiError::new(ErrorCode::Configuration, words)))
        };
        stand.input(wrong()).await;
        let did = stand.did().await;
        assert_eq!(
            trays(&did).last().unwrap().sentence,
            "config.toml:2:12: an interval must be at least 30s"
        );
        let bubbles = |did: &[Did]| did.iter().filter(|did| matches!(did, Did::Bubble(_))).count();
        assert_eq!(bubbles(&did), 1);
        let did = stand.after(Duration::from_secs(31)).await;
        assert!(did.contains(&Did::StartEngine), "{did:?}");
        stand.input(wrong()).await;
        let did = stand.did().await;
        assert_eq!((bubbles(&did), trays(&did).len()), (0, 0), "{did:?}");
        stand.after(Duration::from_secs(31)).await;
        stand.input(started(calm())).await;
        let did = stand.did().await;
        assert_eq!(trays(&did).last().unwrap().icon.health, Health::Operational);
        assert!(
            did.contains(&Did::Tell(WindowWord::Notices(Vec::new()))),
            "{did:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_engine_that_never_ran_opens_the_window_with_its_words() {
        let stand = Stand::begin(None);
        stand.did().await;
        let held = ApiError::new(ErrorCode::Unavailable, "Another engine holds the data");
        stand.input(Input::EngineEnded(Err(held))).await;
        assert!(stand.did().await.contains(&Did::Open(None)));
        let (reply, arrival) = oneshot::channel();
        stand.input(Input::Arrived(reply)).await;
        let notices = arrival.await.unwrap().notices;
        assert_eq!(notices[0].text, "Another engine holds the data");
    }
}
