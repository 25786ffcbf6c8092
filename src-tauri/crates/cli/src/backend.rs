//! What answers the command's requests: the one thing between the command line and the engine.

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_channels::standard_output::{Form, StandardOutput};
use signalbox_engine::{
    access::Access,
    api::{ApiError, ErrorCode, Reply, Request, StatusView},
    clock::{SharedClock, SystemClock},
    config::{
        Config, ConfigError,
        paths::{self, Overrides},
    },
    control::Hint,
    watch::{self, Event, Watching},
};
use tokio_util::sync::CancellationToken;

use crate::text;

/// Whoever answers: the running engine over its socket, or the store where none runs; in tests, a recording.
pub trait Backend {
    /// Answers one request.
    ///
    /// # Errors
    /// Where there is no answer; the code decides the exit code.
    fn ask(&self, request: Request) -> Result<Reply, ApiError>;

    /// Runs an engine in this process until it is told to stop (Ctrl-C, a termination signal, the end of whoever
    /// reads the output), and hands every announcement to `output`.
    ///
    /// # Errors
    /// Where it cannot run: another engine holds the data directory, say.
    fn watch(&self, output: WatchOutput) -> Result<(), ApiError>;

    /// Reads the configuration and says what is wrong with it. A configuration with mistakes is a report, not an
    /// error.
    ///
    /// # Errors
    /// Where it cannot be read at all.
    fn config_check(&self) -> Result<ConfigReport, ApiError>;

    /// Where configuration, data and logs are, whether or not they exist.
    ///
    /// # Errors
    /// Where this machine has no place for them, such as a user without a home.
    fn locations(&self) -> Result<Locations, ApiError>;
}

/// What the person said about where things are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The configuration file; the platform's own place if none was given.
    pub config: Option<PathBuf>,
    /// The directory of the database; the platform's own place if none was given.
    pub data_dir: Option<PathBuf>,
}

/// Where things are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Locations {
    /// The configuration file.
    pub config: PathBuf,
    /// The directory of the database and the control socket.
    pub data: PathBuf,
    /// The directory of the logs.
    pub logs: PathBuf,
}

/// What an examination of the configuration found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigReport {
    /// The configuration file that was read.
    pub config: PathBuf,
    /// Whether that file exists. One that does not is an empty configuration, not a mistake.
    pub exists: bool,
    /// How many vendors it watches, included files counted in.
    pub vendors: u32,
    /// What is wrong, in the order of the files.
    pub problems: Vec<ConfigProblem>,
}

/// A mistake in the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigProblem {
    /// The file: the configuration itself or one that it includes.
    pub file: PathBuf,
    /// The line, from 1; `None` where the mistake has no place, such as a file that cannot be read.
    pub line: Option<u32>,
    /// The column, from 1, in characters.
    pub column: Option<u32>,
    /// What is wrong and what to write instead.
    pub message: String,
}

/// Where `signalbox watch` writes what changes.
pub struct WatchOutput {
    /// Whether a line is JSON.
    pub json: bool,
    /// How text is shown.
    pub style: text::Style,
    /// What is written to.
    pub out: Box<dyn Write + Send>,
}

impl std::fmt::Debug for WatchOutput {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("WatchOutput")
            .field("json", &self.json)
            .field("style", &self.style)
            .finish_non_exhaustive()
    }
}

impl WatchOutput {
    /// Says, as text, that watching has begun; nothing as JSON, where every line is an announcement.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn begin(&mut self, status: &StatusView) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let text = text::watch_begins(status, &self.style);
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    /// Says what happens to watching itself, as text; nothing as JSON, where every line is an announcement.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn tell(&mut self, event: &Event) -> io::Result<()> {
        let line = match event {
            Event::Started(status) => return self.begin(status),
            Event::Notice(notice) => notice.clone(),
            Event::ConfigBroken(report) => format!(
                "The configuration was changed and is wrong; the last good one stays in force.\n{report}"
            ),
            Event::Restarted => "Signalbox stopped checking, and was started again.".to_owned(),
            Event::Hint(Hint::Offline) => "Offline: nothing is known until the network is back.".to_owned(),
            Event::Hint(Hint::Online) => "Online again: asking every page.".to_owned(),
            Event::Hint(Hint::Woken) => {
                "The machine slept, or its clock was set: asking every page.".to_owned()
            }
            Event::Hint(Hint::Reloaded) => "The configuration was read again.".to_owned(),
            Event::Hint(
                Hint::Subscribed | Hint::Lagged | Hint::Changed { .. } | Hint::Polled { .. } | Hint::Stopping,
            ) => {
                return Ok(());
            }
        };
        if self.json {
            return Ok(());
        }
        self.out.write_all(format!("{line}\n").as_bytes())?;
        self.out.flush()
    }

    /// The form in which the channel writes announcements; `clock` gives the time of writing.
    #[must_use]
    pub fn form(&self, clock: SharedClock) -> Form {
        if self.json {
            return Form::Json;
        }
        let style = self.style.clone();
        Form::Text(Box::new(move |announcement| {
            text::announcement(
                announcement,
                &text::Style {
                    now: clock.now(),
                    ..style.clone()
                },
            )
        }))
    }
}

/// The engine as backend.
#[derive(Clone, Debug)]
pub struct EngineBackend {
    /// What the person said about where things are.
    pub places: Places,
}

// ── The engine's side ───────────────────────────────────────────────────────────────────────────────────────────
//
// Everything that the command needs of the engine is asked for below this line and nowhere else.

impl EngineBackend {
    /// A backend for the places that the person gave.
    #[must_use]
    pub const fn new(places: Places) -> Self {
        Self { places }
    }

    fn found(&self) -> Result<paths::Places, ApiError> {
        let overrides = Overrides {
            config_file: self.places.config.clone(),
            data_dir: self.places.data_dir.clone(),
        };
        paths::Places::find(&overrides)
            .map_err(|error| ApiError::new(ErrorCode::Configuration, error.to_string()))
    }
}

impl Backend for EngineBackend {
    fn ask(&self, request: Request) -> Result<Reply, ApiError> {
        let access = Access::new(self.found()?, "signalbox");
        runtime()?.block_on(access.ask(request))
    }

    fn watch(&self, mut output: WatchOutput) -> Result<(), ApiError> {
        let clock: SharedClock = Arc::new(SystemClock::new());
        let stop = CancellationToken::new();
        let form = output.form(Arc::clone(&clock));
        let shared = Shared {
            out: Arc::new(Mutex::new(std::mem::replace(
                &mut output.out,
                Box::new(io::sink()),
            ))),
            stop: stop.clone(),
        };
        output.out = Box::new(shared.clone());
        // On a thread of its own: it must be heard even where the engine is stuck.
        let signals = runtime()?;
        let told = stop.clone();
        let _listening = signals.spawn(async move {
            termination().await;
            told.cancel();
        });
        let channel = Arc::new(StandardOutput::new(shared, form));
        let watching = Watching::usual(self.found()?, "signalbox watch", clock, vec![channel]);
        let watched = watch::watch(&watching, &stop, |event| {
            // Where it cannot be written, the shared output has already asked to stop.
            let _unheard = output.tell(&event);
        });
        signals.shutdown_background();
        watched
    }

    fn config_check(&self) -> Result<ConfigReport, ApiError> {
        let config = self.found()?.config_file;
        let (vendors, problems) = match Config::load(&config) {
            Ok(loaded) => (
                u32::try_from(loaded.config.watches.len()).unwrap_or(u32::MAX),
                Vec::new(),
            ),
            Err(error) => (0, vec![problem(&error)]),
        };
        Ok(ConfigReport {
            exists: config.exists(),
            config,
            vendors,
            problems,
        })
    }

    fn locations(&self) -> Result<Locations, ApiError> {
        let found = self.found()?;
        Ok(Locations {
            logs: found.log_dir(),
            config: found.config_file,
            data: found.data_dir,
        })
    }
}

fn problem(error: &ConfigError) -> ConfigProblem {
    ConfigProblem {
        file: error.file.clone(),
        line: error
            .position
            .and_then(|position| u32::try_from(position.line).ok()),
        column: error
            .position
            .and_then(|position| u32::try_from(position.column).ok()),
        message: error.message.clone(),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, ApiError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| ApiError::new(ErrorCode::Internal, error.to_string()))
}

/// Returns once the system or the person asks this process to end.
async fn termination() {
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

/// The output, shared by announcements and by what is told of watching itself. Where nobody reads any more, it asks to
/// stop: what is owed stays owed until somebody watches again.
#[derive(Clone)]
struct Shared {
    out: Arc<Mutex<Box<dyn Write + Send>>>,
    stop: CancellationToken,
}

impl Shared {
    fn with<T>(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        write(out.as_mut()).inspect_err(|_| self.stop.cancel())
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Whole at once: a line of one must not stand inside a line of the other.
        self.with(|out| out.write_all(bytes)).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(|out| out.flush())
    }
}
