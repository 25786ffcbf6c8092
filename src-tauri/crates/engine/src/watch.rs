//! An engine that runs by itself, and the listener beside it that notices when it stops (T11).
//!
//! The engine lives on a thread of its own, with a runtime of its own. The caller's thread listens to its beat; it shares
//! nothing with the engine that a stuck loop could hold.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError, mpsc},
    thread::JoinHandle,
    time::Duration,
};

use signalbox_channels::Channel;
use signalbox_pages::Reader;
use tokio_util::sync::CancellationToken;

use crate::{
    access::{self, configuration, no_store},
    api::{ApiError, ErrorCode, Reply, Request, StatusView},
    clock::SharedClock,
    config::{Config, ConfigEvent, ConfigWatcher, Limits, Loaded, paths::Places},
    control::{self, Answering, ControlListener, EngineLock, Handler, Hint},
    fetch::FetchSettings,
    heartbeat::{Alarm, Heartbeat, LOOK_EVERY, Watchdog},
    network::{self, NetworkWord},
    run::{Engine, Mode, Setup},
    store::Store,
};

/// So long an orderly stop may take: a delivery in flight is waited for.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

/// After so much longer the listener goes without the engine: its thread does not answer either.
const STOP_GRACE: Duration = Duration::from_secs(3);

/// What an engine that runs by itself is made of.
#[derive(Clone)]
pub struct Watching {
    /// Where configuration and data are.
    pub places: Places,
    /// What the program is called, for others who find the data directory taken.
    pub program: String,
    /// What the configuration may ask for.
    pub limits: Limits,
    /// The time to live by.
    pub clock: SharedClock,
    /// The seed of jitter and back-off.
    pub seed: u64,
    /// The readers of platforms.
    pub readers: Arc<[&'static dyn Reader]>,
    /// The ways to reach the person.
    pub channels: Vec<Arc<dyn Channel>>,
    /// How to fetch; what the configuration says about it comes on top.
    pub fetch: FetchSettings,
    /// How often the beat is looked at.
    pub look_every: Duration,
    /// The operating system's word on this machine's network.
    pub network: tokio::sync::watch::Receiver<NetworkWord>,
    /// Whether the caller has a window: it is then told of [`Hint::Show`].
    pub shows: bool,
}

impl Watching {
    /// The usual: the readers of all platforms, the usual limits and time-outs, the system's word on
    /// the network, no window.
    #[must_use]
    pub fn usual(places: Places, program: &str, clock: SharedClock, channels: Vec<Arc<dyn Channel>>) -> Self {
        Self {
            places,
            program: program.to_owned(),
            limits: Limits::default(),
            clock,
            seed: fastrand::u64(..),
            readers: access::readers(),
            channels,
            fetch: FetchSettings::default(),
            look_every: LOOK_EVERY,
            network: network::listen(),
            shows: false,
        }
    }
}

/// What the one who watches may want to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The engine runs; this is what is known at the start.
    Started(Box<StatusView>),
    /// Something about the store that the person should know.
    Notice(String),
    /// The configuration was changed and is wrong; the last good one stays in force.
    ConfigBroken(String),
    /// Something is worth reading again.
    Hint(Hint),
    /// The loop stopped, and a new engine takes its place.
    Restarted {
        /// How long the loop had not given a sign of life; `None` where it ended by itself.
        silent_for: Option<Duration>,
    },
}

enum Word {
    /// The person wants it to stop.
    Stop,
    Event(Event),
    Running(Heartbeat),
    Ended(Result<(), ApiError>),
}

/// Runs an engine until `stop`, restarts it once if its loop stops, and tells `show` what happens. Call it from a thread
/// that may block.
///
/// # Errors
/// [`ErrorCode::Unavailable`] where another engine holds the data directory, the store cannot be opened, or the loop
/// stopped a second time; [`ErrorCode::Configuration`].
pub fn watch(
    watching: &Watching,
    stop: &CancellationToken,
    mut show: impl FnMut(Event),
) -> Result<(), ApiError> {
    let mut lock = access::lock(&watching.places, &watching.program, &watching.clock)?;
    let mut watchdog = Watchdog::default();
    let (words, heard) = mpsc::channel();
    let _hearing = hear(stop, &words)?;
    let beginning = Beginning {
        watching,
        stop,
        words: &words,
        last_good: Arc::default(),
    };
    let mut attempt = beginning.attempt(0, &mut lock)?;
    let mut stop_by: Option<Duration> = None;
    let mut looked_at = watching.clock.monotonic();
    loop {
        let now = watching.clock.monotonic();
        let wait = stop_by.map_or(watching.look_every, |by| {
            by.saturating_sub(now).min(watching.look_every)
        });
        let dead = match heard.recv_timeout(wait) {
            Ok((_, Word::Stop)) => {
                stop_by = Some(watching.clock.monotonic() + STOP_PATIENCE + STOP_GRACE);
                continue;
            }
            Ok((number, _)) if number != attempt.number => continue,
            Ok((_, Word::Event(event))) => {
                show(event);
                looked_at = looked_at.max(now);
                continue;
            }
            Ok((_, Word::Running(heartbeat))) => {
                attempt.heartbeat = heartbeat;
                continue;
            }
            Ok((_, Word::Ended(ended))) if stop.is_cancelled() || ended.is_err() => return ended,
            Ok((_, Word::Ended(_))) => true,
            Err(_) => attempt.thread.is_finished(),
        };
        let now = watching.clock.monotonic();
        if let Some(by) = stop_by {
            if dead || now >= by {
                attempt.retire();
                return Err(late());
            }
            continue;
        }
        let held_up = now.saturating_sub(looked_at) > watching.look_every.saturating_mul(3);
        looked_at = now;
        if held_up && !dead {
            // The listener itself did not run, as in a machine that sleeps: it must not judge who slept beside it.
            continue;
        }
        if !dead && attempt.is_opening() {
            // Copying or examining a large store takes its time, and a second engine must not open it beside the first.
            attempt.heartbeat.beat(now);
            continue;
        }
        let silent_for = (!dead).then(|| attempt.heartbeat.age(now));
        match watchdog.look(&attempt.heartbeat, now, dead) {
            None => {}
            Some(Alarm::Restart) => {
                tracing::error!(?silent_for, "the loop stopped; a new engine takes its place");
                attempt.retire();
                show(Event::Restarted { silent_for });
                attempt = beginning.attempt(attempt.number + 1, &mut lock)?;
            }
            Some(Alarm::GiveUp) => {
                attempt.retire();
                let message = format!(
                    "Signalbox stopped checking, was started anew and stopped again, so it gives up: nothing is being \
                     checked now. Nothing recorded is lost. Please start it again and report this; {} says more",
                    watching.places.log_dir().display()
                );
                return Err(ApiError::new(ErrorCode::Unavailable, message));
            }
        }
    }
}

/// Hears of the wish to stop on a thread of its own, which nothing else can hold up, until what it returns is dropped.
fn hear(
    stop: &CancellationToken,
    words: &mpsc::Sender<(u32, Word)>,
) -> Result<tokio_util::sync::DropGuard, ApiError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| fault(&error))?;
    let (stop, words) = (stop.clone(), words.clone());
    let over = CancellationToken::new();
    let guard = over.clone().drop_guard();
    std::thread::Builder::new()
        .name("signalbox-stop".to_owned())
        .spawn(move || {
            if runtime
                .block_on(over.run_until_cancelled(stop.cancelled()))
                .is_some()
            {
                let _gone = words.send((0, Word::Stop));
            }
        })
        .map_err(|error| fault(&error))?;
    Ok(guard)
}

fn fault(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::new(ErrorCode::Unavailable, error.to_string())
}

fn late() -> ApiError {
    let message = "Signalbox did not stop in order in time and was ended; nothing recorded is lost, but what was being \
                   announced at this moment may be announced again at the next start";
    ApiError::new(ErrorCode::Unavailable, message)
}

/// What every attempt to run an engine begins with.
struct Beginning<'a> {
    watching: &'a Watching,
    stop: &'a CancellationToken,
    words: &'a mpsc::Sender<(u32, Word)>,
    last_good: LastGood,
}

/// The last configuration without a mistake: an engine that takes another's place may find a broken one.
type LastGood = Arc<Mutex<Option<Loaded>>>;

struct Attempt {
    number: u32,
    thread: JoinHandle<()>,
    heartbeat: Heartbeat,
    retired: CancellationToken,
    store: Arc<OnceLock<Store>>,
}

impl Attempt {
    /// Whether it has not opened the store yet.
    fn is_opening(&self) -> bool {
        self.store.get().is_none()
    }

    /// Lets it do nothing more, whatever of it is still stuck somewhere.
    fn retire(&self) {
        self.retired.cancel();
        if let Some(store) = self.store.get() {
            store.retire();
        }
    }
}

impl Beginning<'_> {
    fn attempt(&self, number: u32, lock: &mut EngineLock) -> Result<Attempt, ApiError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("signalbox-engine")
            .enable_all()
            .build()
            .map_err(|error| fault(&error))?;
        let listener = {
            let _inside = runtime.enter();
            ControlListener::bind(lock).map_err(|error| fault(&error))?
        };
        let heartbeat = Heartbeat::default();
        heartbeat.beat(self.watching.clock.monotonic());
        let retired = CancellationToken::new();
        let store = Arc::new(OnceLock::new());
        let words = self.words.clone();
        let run = Run {
            watching: self.watching.clone(),
            stop: self.stop.clone(),
            retired: retired.clone(),
            store: Arc::clone(&store),
            last_good: Arc::clone(&self.last_good),
            words: Arc::new(move |word| {
                let _gone = words.send((number, word));
            }),
        };
        let thread = std::thread::Builder::new()
            .name("signalbox-loop".to_owned())
            .spawn(move || {
                let say = Arc::clone(&run.words);
                let ended = runtime.block_on(run.until_stopped(listener));
                runtime.shutdown_background();
                say(Word::Ended(ended));
            })
            .map_err(|error| fault(&error))?;
        Ok(Attempt {
            number,
            thread,
            heartbeat,
            retired,
            store,
        })
    }
}

struct Run {
    watching: Watching,
    stop: CancellationToken,
    retired: CancellationToken,
    /// Where the listener finds the store of this attempt.
    store: Arc<OnceLock<Store>>,
    last_good: LastGood,
    words: Arc<dyn Fn(Word) + Send + Sync>,
}

impl Run {
    async fn until_stopped(self, listener: ControlListener) -> Result<(), ApiError> {
        let Watching {
            places,
            limits,
            clock,
            seed,
            readers,
            channels,
            fetch,
            network,
            shows,
            ..
        } = self.watching.clone();
        let config = self.config()?;
        let (store, notices) =
            Store::open(&places.data_dir, clock.now()).map_err(|error| no_store(&error))?;
        let _first = self.store.set(store.clone());
        if self.retired.is_cancelled() {
            store.retire();
            return Ok(());
        }
        for notice in notices {
            self.say(Event::Notice(notice.to_string()));
        }
        let (config_watcher, mut config_events) =
            ConfigWatcher::start(places.config_file.clone(), limits, &config.sources);
        let retired = self.retired.clone();
        let setup = Setup {
            places,
            config,
            limits,
            store,
            clock,
            seed,
            readers,
            channels,
            fetch,
            retired,
            mode: Mode::Continuous,
            network,
            shows,
        };
        let engine = Engine::start(setup).await?;
        (self.words)(Word::Running(engine.heartbeat().clone()));
        let mut hints = engine.hints();
        let serving = tokio::spawn(control::serve(
            listener,
            Arc::new(engine.clone()),
            self.stop.clone(),
        ));
        if let Ok(Reply::Status(status)) = engine.ask(Request::Status { vendors: Vec::new() }).await {
            let (offline, trouble) = (
                status.engine.offline_since.is_some(),
                status.engine.store_trouble.clone(),
            );
            self.say(Event::Started(Box::new(status)));
            // What happened before anybody listened is known by the answer alone.
            let early: Vec<Hint> = std::iter::from_fn(|| hints.try_recv().ok()).collect();
            if offline && !early.contains(&Hint::Offline) {
                self.say(Event::Hint(Hint::Offline));
            }
            let told = early.iter().any(|hint| matches!(hint, Hint::StoreTrouble { .. }));
            if let Some(reason) = trouble.filter(|_| !told) {
                self.say(Event::Hint(Hint::StoreTrouble { reason }));
            }
            for hint in early {
                self.say(Event::Hint(hint));
            }
        }
        loop {
            tokio::select! {
                () = self.stop.cancelled() => break,
                // The loop has ended by itself: whoever listens decides what that means.
                () = engine.ended() => return Ok(()),
                () = self.retired.cancelled() => return Ok(()),
                hint = hints.recv() => match hint {
                    Ok(hint) => self.say(Event::Hint(hint)),
                    Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => self.say(Event::Hint(Hint::Lagged)),
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => return Ok(()),
                },
                Some(event) = config_events.recv() => match event {
                    ConfigEvent::Reloaded(config) => {
                        self.keep(&config);
                        if engine.reload(config).await.is_err() {
                            return Ok(());
                        }
                    }
                    ConfigEvent::Broken(error) => self.say(Event::ConfigBroken(error.report())),
                },
            }
        }
        drop(config_watcher);
        let in_order = engine.stop(STOP_PATIENCE).await;
        let _served = serving.await;
        if in_order { Ok(()) } else { Err(late()) }
    }

    /// The configuration as it stands. An engine that takes another's place goes on with the last good one.
    fn config(&self) -> Result<Loaded, ApiError> {
        let read = Config::load_within(&self.watching.places.config_file, &self.watching.limits);
        let kept = self
            .last_good
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        match (read, kept) {
            (Ok(config), _) => {
                self.keep(&config);
                Ok(config)
            }
            (Err(_), Some(kept)) => Ok(kept),
            (Err(error), None) => Err(configuration(&error)),
        }
    }

    fn keep(&self, config: &Loaded) {
        *self.last_good.lock().unwrap_or_else(PoisonError::into_inner) = Some(config.clone());
    }

    fn say(&self, event: Event) {
        (self.words)(Word::Event(event));
    }
}

/// Returns once the system or the person asks this process to end.
pub async fn termination() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut asked: Vec<_> = [
            SignalKind::terminate(),
            SignalKind::interrupt(),
            SignalKind::hangup(),
        ]
        .into_iter()
        .filter_map(|kind| signal(kind).ok())
        .collect();
        std::future::poll_fn(|context| {
            if asked
                .iter_mut()
                .any(|signal| signal.poll_recv(context).is_ready())
            {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    }
    #[cfg(not(unix))]
    {
        let _asked = tokio::signal::ctrl_c().await;
    }
}

impl Handler for Engine {
    fn answer(&self, request: Request) -> Answering<'_> {
        Box::pin(self.ask(request))
    }

    fn hints(&self) -> tokio::sync::broadcast::Receiver<Hint> {
        self.hints()
    }
}
