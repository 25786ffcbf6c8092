//! An engine that runs by itself, and the listener beside it that notices when it stops (T11).
//!
//! The engine lives on a thread of its own, with a runtime of its own. The caller's thread listens to its beat; it shares
//! nothing with the engine that a stuck loop could hold.

use std::{
    sync::{Arc, mpsc},
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
    config::{Config, ConfigEvent, ConfigWatcher, Limits, paths::Places},
    control::{self, Answering, ControlListener, EngineLock, Handler, Hint},
    fetch::FetchSettings,
    heartbeat::{Alarm, Heartbeat, LOOK_EVERY, Watchdog},
    run::{Engine, Mode, Setup},
    store::Store,
};

/// So long an orderly stop may take: a delivery in flight is waited for.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

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
}

impl Watching {
    /// The usual: the readers of all platforms, the usual limits and time-outs.
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
    /// The loop stopped and a new engine was started.
    Restarted,
}

enum Word {
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
    let mut attempt = Attempt::start(watching, &mut lock, stop, &words)?;
    loop {
        let word = heard.recv_timeout(watching.look_every);
        let dead = match word {
            Ok((number, word)) if number == attempt.number => match word {
                Word::Event(event) => {
                    show(event);
                    continue;
                }
                Word::Running(heartbeat) => {
                    attempt.heartbeat = heartbeat;
                    continue;
                }
                Word::Ended(ended) if stop.is_cancelled() || ended.is_err() => return ended,
                Word::Ended(_) => true,
            },
            Ok(_) => continue,
            Err(_) => attempt.thread.is_finished(),
        };
        if stop.is_cancelled() {
            if attempt
                .asked_to_stop
                .is_some_and(|asked| watching.clock.monotonic().saturating_sub(asked) > STOP_PATIENCE)
            {
                return Err(ApiError::new(
                    ErrorCode::Unavailable,
                    "the engine did not stop in time; nothing recorded is lost",
                ));
            }
            attempt
                .asked_to_stop
                .get_or_insert_with(|| watching.clock.monotonic());
            continue;
        }
        match watchdog.look(&attempt.heartbeat, watching.clock.monotonic(), dead) {
            None => {}
            Some(Alarm::Restart) => {
                tracing::error!("the loop stopped; starting a new engine");
                attempt.retired.cancel();
                let number = attempt.number + 1;
                attempt = Attempt::start_as(number, watching, &mut lock, stop, &words)?;
                show(Event::Restarted);
            }
            Some(Alarm::GiveUp) => {
                attempt.retired.cancel();
                return Err(ApiError::new(
                    ErrorCode::Unavailable,
                    "Signalbox stopped checking, was started again and stopped again; please restart it and report this",
                ));
            }
        }
    }
}

struct Attempt {
    number: u32,
    thread: JoinHandle<()>,
    heartbeat: Heartbeat,
    retired: CancellationToken,
    asked_to_stop: Option<Duration>,
}

impl Attempt {
    fn start(
        watching: &Watching,
        lock: &mut EngineLock,
        stop: &CancellationToken,
        words: &mpsc::Sender<(u32, Word)>,
    ) -> Result<Self, ApiError> {
        Self::start_as(0, watching, lock, stop, words)
    }

    fn start_as(
        number: u32,
        watching: &Watching,
        lock: &mut EngineLock,
        stop: &CancellationToken,
        words: &mpsc::Sender<(u32, Word)>,
    ) -> Result<Self, ApiError> {
        let fault = |error: &dyn std::fmt::Display| ApiError::new(ErrorCode::Unavailable, error.to_string());
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
        heartbeat.beat(watching.clock.monotonic());
        let retired = CancellationToken::new();
        let run = Run {
            watching: watching.clone(),
            stop: stop.clone(),
            retired: retired.clone(),
            words: {
                let words = words.clone();
                Arc::new(move |word| {
                    let _gone = words.send((number, word));
                })
            },
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
        Ok(Self {
            number,
            thread,
            heartbeat,
            retired,
            asked_to_stop: None,
        })
    }
}

struct Run {
    watching: Watching,
    stop: CancellationToken,
    retired: CancellationToken,
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
            ..
        } = self.watching.clone();
        let config =
            Config::load_within(&places.config_file, &limits).map_err(|error| configuration(&error))?;
        let (store, notices) =
            Store::open(&places.data_dir, clock.now()).map_err(|error| no_store(&error))?;
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
        };
        let engine = Engine::start(setup).await?;
        (self.words)(Word::Running(engine.heartbeat().clone()));
        let mut hints = engine.hints();
        let serving = tokio::spawn(control::serve(
            listener,
            Arc::new(engine.clone()),
            self.stop.clone(),
        ));
        if let Reply::Status(status) = engine.ask(Request::Status { vendors: Vec::new() }).await? {
            self.say(Event::Started(Box::new(status)));
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
                    ConfigEvent::Reloaded(config) => engine.reload(config).await?,
                    ConfigEvent::Broken(error) => self.say(Event::ConfigBroken(error.report())),
                },
            }
        }
        drop(config_watcher);
        engine.stop(STOP_PATIENCE).await;
        let _served = serving.await;
        Ok(())
    }

    fn say(&self, event: Event) {
        (self.words)(Word::Event(event));
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
