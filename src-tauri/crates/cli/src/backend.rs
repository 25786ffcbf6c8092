//! What answers the command's requests: the one thing between the command line and the engine.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_channels::Announcement;
use signalbox_engine::{
    access::Access,
    api::{ApiError, CatalogueView, ErrorCode, Reply, Request, StatusView},
    catalogue,
    clock::{SharedClock, SystemClock},
    config::{
        Config, ConfigError, Limits,
        paths::{self, Overrides},
    },
    watch::{self, Event, Watching},
};
use tokio_util::sync::CancellationToken;

use crate::{json, printer::Printer, text};

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
    fn watch(&self, limits: Limits, output: WatchOutput) -> Result<(), ApiError>;

    /// Reads the configuration and says what is wrong with it. A configuration with mistakes is a report, not an
    /// error.
    ///
    /// # Errors
    /// Where it cannot be read at all.
    fn config_check(&self) -> Result<ConfigReport, ApiError>;

    /// Puts the list of vendors in `list` in the place of the present one; with none, the built-in one is used again.
    ///
    /// # Errors
    /// Where it is no list, holds less than half of the vendors, or cannot be put in place.
    fn update_catalogue(&self, list: Option<&Path>) -> Result<CatalogueView, ApiError>;

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
    /// Where what happens to watching itself is said while every line of the output is JSON.
    pub err: Box<dyn Write + Send>,
    /// Why the output could not be written, once that has happened.
    pub failed: Arc<OnceLock<io::ErrorKind>>,
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
    /// As [`WatchOutput::announce`].
    pub fn begin(&mut self, status: &StatusView) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let text = text::watch_begins(status, &self.style);
        self.write(&text)
    }

    /// Says what happens to watching itself: as text among the announcements, and on standard error where every line of
    /// the output is JSON.
    ///
    /// # Errors
    /// As [`WatchOutput::announce`].
    pub fn tell(&mut self, event: &Event) -> io::Result<()> {
        if let Event::Started(status) = event {
            return self.begin(status);
        }
        let Some(words) = text::watch_event(event) else {
            return Ok(());
        };
        if self.json {
            // Nobody may be reading there, which changes nothing.
            crate::command::complain(&mut self.err, &words);
            return Ok(());
        }
        self.write(&format!("{}\n", text::inert(&words)))
    }

    /// Writes one announcement, and has it written out when this returns. `now` is the time of writing.
    ///
    /// # Errors
    /// Where it could not be written. [`io::ErrorKind::BrokenPipe`] says that nobody reads any more: the caller ends
    /// quietly.
    pub fn announce(&mut self, announcement: &Announcement, now: jiff::Timestamp) -> io::Result<()> {
        self.style.now = now;
        let text = if self.json {
            json::line(&Announced { announcement })?
        } else {
            text::announcement(announcement, &self.style)
        };
        self.write(&text)
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        let written = self
            .out
            .write_all(text.as_bytes())
            .and_then(|()| self.out.flush());
        if let Err(error) = &written {
            let _first = self.failed.set(error.kind());
        }
        written
    }
}

/// An announcement as a line of JSON, beside its version.
#[derive(Debug, Serialize)]
struct Announced<'a> {
    announcement: &'a Announcement,
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

    fn watch(&self, limits: Limits, output: WatchOutput) -> Result<(), ApiError> {
        let clock: SharedClock = Arc::new(SystemClock::new());
        let stop = CancellationToken::new();
        let printer = Printer::start(output, Arc::clone(&clock), stop.clone())
            .map_err(|error| ApiError::new(ErrorCode::Internal, error.to_string()))?;
        // On a thread of its own: it must be heard even where the engine is stuck.
        let signals = runtime()?;
        let told = stop.clone();
        let _listening = signals.spawn(async move {
            watch::termination().await;
            told.cancel();
        });
        let places = self.found()?;
        tracing::info!(config = %places.config_file.display(), data = %places.data_dir.display(), "watching");
        let watching = Watching {
            limits,
            ..Watching::usual(places, "signalbox watch", clock, vec![Arc::new(printer.clone())])
        };
        let watched = watch::watch(&watching, &stop, |event| {
            if let Some(words) = text::watch_event(&event) {
                tracing::info!("{}", words.trim_end());
            }
            printer.tell(event);
        });
        match &watched {
            Ok(()) => tracing::info!("stopped in order"),
            Err(error) => tracing::error!(%error, "stopped"),
        }
        printer.finish();
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

    fn update_catalogue(&self, list: Option<&Path>) -> Result<CatalogueView, ApiError> {
        let file = self.found()?.vendors_file();
        let updated = match list {
            Some(list) => catalogue::update(&file, list),
            None => catalogue::reset(&file),
        };
        Ok(updated?)
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
