//! The shell's loop: one closed set of things that can happen, and what follows on the desktop. It knows the desktop only
//! as a port, and the engine only by its events and its one API.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use jiff::tz::TimeZone;
use signalbox_engine::{
    access::Access,
    api::{ApiError, ErrorCode, Reply, Request, StatusView},
    clock::SharedClock,
    control::Hint,
    watch::Event,
};
use tokio::sync::{mpsc, oneshot};

use crate::{
    bubble::{Bubble, Bubbles, Click, ClickedOn},
    desktop::{Arrival, Desktop, Notice, StartAtLogin, WindowWord},
    remembered::{Remembered, Size},
    route::Route,
    seen::{Seen, Stopped},
    tray::{self, Action, TrayView},
};

/// What is shown is brought up to date at least so often: ages grow, and old words decay.
const TICK: Duration = Duration::from_secs(30);

/// Hints come in bursts: the store is read again this long after the first.
const SETTLE: Duration = Duration::from_millis(250);

/// Without a word of the engine for so long, checking has stopped (T11).
const SILENCE: Duration = Duration::from_secs(120);

/// A tray may come late at login: so long its absence is no news.
const TRAY_PATIENCE: Duration = Duration::from_secs(10);

/// Whoever answers requests.
pub trait Ask: Send + Sync + 'static {
    /// Answers one request.
    fn ask(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send + '_>>;
}

impl Ask for Access {
    fn ask(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send + '_>> {
        Box::pin(Self::ask(self, request))
    }
}

/// What can happen.
#[derive(Debug)]
pub enum Input {
    /// The engine says something.
    Engine(Event),
    /// The engine has ended.
    EngineEnded(Result<(), ApiError>),
    /// The tray's icon was clicked; a token to come to the front, if there is one.
    TrayClicked(Option<String>),
    /// Something was chosen in the tray's menu.
    Tray(Action, Option<String>),
    /// There is a tray now, or there is none, and why.
    TrayHost(Result<(), String>),
    /// A bubble was clicked.
    Bubble(Click),
    /// The window has opened and asks what it should know.
    Arrived(oneshot::Sender<Arrival>),
    /// The window that was open already is to be seen again.
    WindowRaised,
    /// The window was left with this size.
    WindowResized(Size),
    /// The window is gone; why, if nobody closed it.
    WindowClosed(Result<(), String>),
    /// The person said whether Signalbox is to start at login.
    StartAtLogin(bool, oneshot::Sender<Result<bool, String>>),
    /// The person has read a notice, or declined an offer.
    Dismiss(String),
    /// The program is to end.
    Quit,
    /// An answer about the vendors.
    Status(Result<Box<StatusView>, ApiError>),
    /// What was asked from tray or bubble could not be done.
    Failed(ApiError),
}

/// What the shell is made of.
pub struct Setup {
    /// The desktop.
    pub desktop: Arc<dyn Desktop>,
    /// Who answers.
    pub ask: Arc<dyn Ask>,
    /// What raises bubbles of the shell's own.
    pub bubbles: Arc<dyn Bubbles>,
    /// The time to live by.
    pub clock: SharedClock,
    /// The person's zone.
    pub zone: TimeZone,
    /// What is remembered between runs.
    pub remembered: Remembered,
    /// Starts an engine, which reports by [`Input::Engine`] and [`Input::EngineEnded`].
    pub start_engine: Box<dyn Fn() + Send + Sync>,
    /// Tells the engine to end; it reports by [`Input::EngineEnded`].
    pub stop_engine: Box<dyn Fn() + Send + Sync>,
    /// Whether it may start at login: not a demo, whose places are gone when it ends.
    pub may_start_at_login: bool,
    /// Where to open the window at the start; `None` not to.
    pub open_at_start: Option<Route>,
    /// The token with which that window may come to the front, from whoever started the program.
    pub activation: Option<String>,
}

/// The loop and its state.
pub struct Shell {
    setup: Setup,
    own_inputs: mpsc::Sender<Input>,
    seen: Seen,
    shown: Option<TrayView>,
    notices: BTreeMap<String, String>,
    heard_at: Duration,
    /// When the store is to be read again.
    refresh_at: Duration,
    asking: bool,
    engine_runs: bool,
    /// It ended because of the configuration: it is tried again by itself.
    waits_for_configuration: bool,
    quitting: bool,
    window: Window,
    tray: TrayHost,
}

#[derive(Debug, PartialEq, Eq)]
enum Window {
    Closed,
    /// It is loading and will ask where to go.
    Opening(Route),
    Open,
    /// It was told to come to the front and go there, which it does unless it was being closed at that moment.
    Raising(Option<Route>),
}

#[derive(Debug, PartialEq, Eq)]
enum TrayHost {
    There,
    /// None since then; said once that has lasted.
    Missing {
        since: Duration,
        why: String,
        said: bool,
    },
}

impl Shell {
    /// A shell that also hears what its own questions bring by `own_inputs`.
    #[must_use]
    pub fn new(setup: Setup, own_inputs: mpsc::Sender<Input>) -> Self {
        let now = setup.clock.monotonic();
        Self {
            seen: Seen {
                starts_at_login: setup.desktop.starts_at_login(),
                ..Seen::default()
            },
            setup,
            own_inputs,
            shown: None,
            notices: BTreeMap::new(),
            heard_at: now,
            refresh_at: now + TICK,
            asking: false,
            engine_runs: false,
            waits_for_configuration: false,
            quitting: false,
            window: Window::Closed,
            tray: TrayHost::There,
        }
    }

    /// Runs until the program is to end and the engine has ended.
    pub async fn run(mut self, mut inputs: mpsc::Receiver<Input>) {
        self.start_engine();
        if let Some(route) = self.setup.open_at_start.take() {
            let activation = self.setup.activation.take();
            self.open(Some(route), activation);
        }
        self.show();
        loop {
            let now = self.setup.clock.monotonic();
            let clock = Arc::clone(&self.setup.clock);
            let wait = self.refresh_at.saturating_sub(now);
            tokio::select! {
                input = inputs.recv() => match input {
                    Some(input) => self.take(input),
                    None => self.quit(),
                },
                () = clock.sleep(wait) => self.refresh(),
            }
            if self.quitting && !self.engine_runs {
                self.setup.desktop.quit();
                return;
            }
            self.look_around();
            self.show();
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Engine(event) => self.take_event(event),
            Input::EngineEnded(ended) => self.engine_ended(ended),
            Input::TrayClicked(activation) => self.open(None, activation),
            Input::Tray(action, activation) => self.act(action, activation),
            Input::TrayHost(found) => self.tray_host(found),
            Input::Bubble(click) => self.clicked(click),
            Input::Arrived(reply) => {
                let _gone = reply.send(self.arrival());
            }
            Input::WindowRaised => self.window_raised(),
            Input::WindowResized(size) => self.setup.remembered.remember_window(size),
            Input::WindowClosed(ended) => self.window_closed(ended),
            Input::StartAtLogin(on, reply) => {
                let done = self.start_at_login(on);
                let _gone = reply.send(done.map(|()| self.seen.starts_at_login));
            }
            Input::Dismiss(id) => self.dismiss(&id),
            Input::Quit => self.quit(),
            Input::Status(answer) => self.take_status(answer),
            Input::Failed(error) => {
                tracing::warn!(code = ?error.code, "what was asked for could not be done");
                self.notice("failed", Some(error.message));
            }
        }
    }

    // --- The engine ---

    /// Until the new one is heard of, what was said of the former one stays.
    fn start_engine(&mut self) {
        self.engine_runs = true;
        self.heard_at = self.setup.clock.monotonic();
        (self.setup.start_engine)();
    }

    fn take_event(&mut self, event: Event) {
        match event {
            Event::Started(status) => {
                self.heard();
                self.take_status(Ok(status));
            }
            Event::Notice(words) => self.notice("store", Some(words)),
            Event::ConfigBroken(words) => {
                self.seen.config_broken = Some(words.clone());
                self.notice("config", Some(words));
            }
            Event::Restarted { .. } => {
                self.seen.stopped = Some(Stopped::Restarting);
                self.notice(
                    "engine",
                    Some("Signalbox stopped checking and was started anew by itself.".to_owned()),
                );
            }
            Event::Hint(hint) => self.take_hint(hint),
        }
    }

    fn take_hint(&mut self, hint: Hint) {
        self.heard();
        match &hint {
            Hint::Show {
                route,
                activation_token,
            } => {
                // Who only starts the program again wants to see the window as it is.
                let route = (*route != Route::Overview).then(|| route.clone());
                self.open(route, activation_token.clone());
                return;
            }
            Hint::Polled { .. } => {
                self.seen.checked_at = self.seen.checked_at.max(Some(self.setup.clock.now()));
            }
            Hint::Reloaded => {
                self.seen.config_broken = None;
                self.notice("config", None);
                self.refresh_soon();
            }
            Hint::ConfigRefused { reason } => {
                self.seen.config_broken = Some(reason.clone());
                self.notice("config", Some(reason.clone()));
            }
            Hint::StoreTrouble { reason } => {
                self.seen.store_trouble = Some(reason.clone());
                self.refresh_soon();
            }
            Hint::Changed { .. }
            | Hint::Offline
            | Hint::Online
            | Hint::Woken
            | Hint::Paused
            | Hint::Resumed
            | Hint::StoreWell
            | Hint::Lagged => self.refresh_soon(),
            Hint::Subscribed | Hint::Stopping => {}
        }
        self.setup.desktop.tell_window(WindowWord::Hint(hint));
    }

    fn heard(&mut self) {
        self.heard_at = self.setup.clock.monotonic();
        if let Some(stopped) = self.seen.stopped.take() {
            if let Stopped::Ended(_) = stopped {
                self.notice("engine", None);
            }
            self.refresh_soon();
        }
    }

    fn engine_ended(&mut self, ended: Result<(), ApiError>) {
        self.engine_runs = false;
        if self.quitting {
            if let Err(error) = ended {
                tracing::error!(%error, "the engine did not end in order");
            }
            return;
        }
        let (code, words) = match &ended {
            Ok(()) => (None, "Signalbox stopped checking."),
            // What follows the first line shows the place in the file.
            Err(error) => (Some(error.code), error.message.lines().next().unwrap_or_default()),
        };
        // The person is about to mend it: an engine is started again until that is done.
        self.waits_for_configuration = code == Some(ErrorCode::Configuration);
        let stopped = Some(Stopped::Ended(words.to_owned()));
        if self.seen.stopped == stopped {
            return;
        }
        tracing::error!(words, "the engine has ended");
        self.seen.stopped = stopped;
        self.notice("engine", Some(words.to_owned()));
        self.raise(Bubble::own("Signalbox does not check any more", words));
        if self.seen.status.is_none() {
            // It never ran: somebody who has just started it must not be left without a word.
            self.open(None, None);
        }
    }

    // --- What is known ---

    fn refresh_soon(&mut self) {
        self.refresh_at = self.refresh_at.min(self.setup.clock.monotonic() + SETTLE);
    }

    fn refresh(&mut self) {
        self.refresh_at = self.setup.clock.monotonic() + TICK;
        if !self.engine_runs && self.waits_for_configuration {
            self.start_engine();
            return;
        }
        if self.asking || !self.engine_runs {
            return;
        }
        self.asking = true;
        let (ask, own) = (Arc::clone(&self.setup.ask), self.own_inputs.clone());
        tokio::spawn(async move {
            let answer = match ask.ask(Request::Status { vendors: Vec::new() }).await {
                Ok(Reply::Status(status)) => Ok(Box::new(status)),
                Ok(other) => Err(unexpected(&other)),
                Err(error) => Err(error),
            };
            let _over = own.send(Input::Status(answer)).await;
        });
    }

    fn take_status(&mut self, answer: Result<Box<StatusView>, ApiError>) {
        self.asking = false;
        match answer {
            // What the store alone says is no sign of life.
            Ok(status) => {
                if status.engine.running {
                    self.heard();
                }
                self.seen.take_status(*status);
            }
            Err(error) => tracing::warn!(%error, "the engine did not say how things stand"),
        }
    }

    /// What time alone brings about.
    fn look_around(&mut self) {
        let now = self.setup.clock.monotonic();
        if self.engine_runs && self.seen.stopped.is_none() && now.saturating_sub(self.heard_at) > SILENCE {
            tracing::error!("the engine has not been heard of for two minutes");
            self.seen.stopped = Some(Stopped::Silent);
        }
        if let TrayHost::Missing { since, why, said } = &mut self.tray
            && !*said
        {
            let due = *since + TRAY_PATIENCE;
            if now < due {
                self.refresh_at = self.refresh_at.min(due);
                return;
            }
            *said = true;
            let words = format!(
                "There is no place for a tray icon here: {why}. Signalbox goes on watching and notifying; start it again to \
                 open this window."
            );
            self.notice("tray", Some(words));
            self.open(None, None);
        }
    }

    fn show(&mut self) {
        let now = self.setup.clock.now().to_zoned(self.setup.zone.clone());
        let view = tray::view(&self.seen, &now);
        if self.shown.as_ref() != Some(&view) {
            self.setup.desktop.show_tray(&view);
            self.shown = Some(view);
        }
    }

    // --- The person ---

    fn act(&mut self, action: Action, activation: Option<String>) {
        match action {
            Action::Open(route) => self.open(Some(route), activation),
            Action::Refresh if !self.engine_runs => {
                self.seen.stopped = Some(Stopped::Restarting);
                self.start_engine();
            }
            Action::Refresh => self.ask(Request::Check { vendors: Vec::new() }),
            Action::Pause(pause) => {
                let now = self.setup.clock.now().to_zoned(self.setup.zone.clone());
                self.ask(Request::Pause {
                    until: pause.until(&now),
                });
            }
            Action::Resume => self.ask(Request::Resume),
            Action::StartAtLogin(on) => {
                if let Err(words) = self.start_at_login(on) {
                    self.notice("failed", Some(words));
                    self.open(None, activation);
                }
            }
            Action::Quit => self.quit(),
        }
    }

    fn clicked(&mut self, click: Click) {
        match click.on {
            ClickedOn::Body => self.open(Some(click.route), click.activation),
            ClickedOn::Mute => {
                if let Route::Incident { vendor, id } = click.route {
                    self.ask(Request::Mute {
                        target: id,
                        vendor,
                        until: None,
                    });
                }
            }
        }
    }

    /// Asks for something whose answer is seen in the store; a refusal becomes a notice.
    fn ask(&self, request: Request) {
        let (ask, own) = (Arc::clone(&self.setup.ask), self.own_inputs.clone());
        tokio::spawn(async move {
            let heard = match ask.ask(request).await {
                Ok(Reply::Status(status)) => Input::Status(Ok(Box::new(status))),
                Ok(_) => return,
                Err(error) => Input::Failed(error),
            };
            let _over = own.send(heard).await;
        });
    }

    fn open(&mut self, route: Option<Route>, activation: Option<String>) {
        match (&mut self.window, route) {
            (Window::Closed, route) => self.window = Window::Opening(route.unwrap_or(Route::Overview)),
            (Window::Opening(pending), Some(route)) => *pending = route,
            (Window::Open | Window::Raising(_), Some(route)) => {
                self.window = Window::Raising(Some(route.clone()));
                self.setup.desktop.tell_window(WindowWord::Route(route));
            }
            (Window::Open, None) => self.window = Window::Raising(None),
            (Window::Opening(_) | Window::Raising(_), None) => {}
        }
        self.setup
            .desktop
            .open_window(self.setup.remembered.window(), activation);
    }

    fn window_raised(&mut self) {
        if matches!(self.window, Window::Raising(_)) {
            self.window = Window::Open;
        }
    }

    fn window_closed(&mut self, ended: Result<(), String>) {
        let before = std::mem::replace(&mut self.window, Window::Closed);
        if let Err(why) = &ended {
            tracing::error!(why, "the window is gone");
        }
        match (before, ended) {
            // It was on its way out when it was asked for.
            (Window::Raising(route), _) => self.open(route, None),
            (Window::Opening(_) | Window::Open | Window::Closed, Err(why)) => {
                self.raise(Bubble::own("Signalbox's window is gone", &why));
            }
            (Window::Opening(_) | Window::Open | Window::Closed, Ok(())) => {}
        }
    }

    fn arrival(&mut self) -> Arrival {
        let route = match std::mem::replace(&mut self.window, Window::Open) {
            Window::Opening(Route::Overview) | Window::Closed | Window::Open => None,
            Window::Opening(route) => Some(route),
            Window::Raising(route) => route,
        };
        Arrival {
            route,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            start_at_login: StartAtLogin {
                enabled: self.seen.starts_at_login,
                offer: self.setup.may_start_at_login
                    && !self.seen.starts_at_login
                    && !self.setup.remembered.start_at_login_was_offered(),
            },
            notices: self.all_notices(),
        }
    }

    fn start_at_login(&mut self, on: bool) -> Result<(), String> {
        if on && !self.setup.may_start_at_login {
            return Err("The demo does not start at login: what it watches is gone when it ends.".to_owned());
        }
        self.setup.remembered.remember_offer();
        let done = self.setup.desktop.start_at_login(on);
        self.seen.starts_at_login = self.setup.desktop.starts_at_login();
        done
    }

    fn dismiss(&mut self, id: &str) {
        if id == "start-at-login" {
            self.setup.remembered.remember_offer();
        } else {
            self.notice(id, None);
        }
    }

    fn quit(&mut self) {
        if !self.quitting {
            self.quitting = true;
            (self.setup.stop_engine)();
        }
    }

    // --- Words ---

    fn notice(&mut self, id: &str, words: Option<String>) {
        let changed = match words {
            Some(words) => self.notices.insert(id.to_owned(), words.clone()) != Some(words),
            None => self.notices.remove(id).is_some(),
        };
        if changed {
            let all = self.all_notices();
            self.setup.desktop.tell_window(WindowWord::Notices(all));
        }
    }

    fn all_notices(&self) -> Vec<Notice> {
        let notice = |(id, text): (&String, &String)| Notice {
            id: id.clone(),
            text: text.clone(),
        };
        self.notices.iter().map(notice).collect()
    }

    fn tray_host(&mut self, found: Result<(), String>) {
        match (found, &self.tray) {
            (Ok(()), _) => {
                self.tray = TrayHost::There;
                self.notice("tray", None);
                // A host that has just come knows nothing yet.
                self.shown = None;
            }
            (Err(why), TrayHost::There) => {
                self.tray = TrayHost::Missing {
                    since: self.setup.clock.monotonic(),
                    why,
                    said: false,
                };
            }
            (Err(_), TrayHost::Missing { .. }) => {}
        }
    }

    fn raise(&self, bubble: Bubble) {
        let bubbles = Arc::clone(&self.setup.bubbles);
        tokio::spawn(async move {
            if let Err(error) = bubbles.raise(bubble).await {
                tracing::warn!(%error, "a notification could not be raised");
            }
        });
    }
}

fn unexpected(reply: &Reply) -> ApiError {
    ApiError::new(
        ErrorCode::Internal,
        format!("the engine answered something else than what was asked: {reply:?}"),
    )
}

#[cfg(test)]
mod tests;
