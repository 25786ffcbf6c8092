//! The way in for a program that is not the engine: the running engine answers; where there is none, the store does; and
//! what needs an engine gets one for a moment.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    api::{ApiError, EngineView, ErrorCode, PausedView, Reply, Request, VendorsView},
    catalogue::VendorList,
    clock::{Clock, SharedClock, SystemClock},
    config::{Config, ConfigError, Limits, Loaded, paths::Places},
    control::{Client, ControlError, EngineLock, Holder, HolderInfo, LockError},
    doctor,
    fetch::FetchSettings,
    network,
    run::{Asked, Engine, Mode, Setup, answer_from_store},
    store::{Store, StoreError},
};

/// So long a running engine may take for what it can answer at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// So long it may take for what makes it ask a page: several documents, each with its own time-out.
const PATIENCE_WITH_PAGES: Duration = Duration::from_secs(150);

/// So long a command waits for another one to give the data directory back: as long as adding a page that hangs takes.
const PATIENCE_WITH_A_COMMAND: Duration = Duration::from_secs(30);

/// So often it looks.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// The way to whatever can answer.
#[derive(Clone, Debug)]
pub struct Access {
    places: Places,
    /// What the one who asks is called, for others who find the data directory taken.
    program: String,
    fetch: FetchSettings,
    limits: Limits,
}

impl Access {
    /// Access to the engine or store of `places`, for a program of this name.
    #[must_use]
    pub fn new(places: Places, program: impl Into<String>) -> Self {
        Self {
            places,
            program: program.into(),
            fetch: FetchSettings::default(),
            limits: Limits::default(),
        }
    }

    /// The same, where a configuration may keep to other limits than the usual ones.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// What the request says; [`ErrorCode::Unavailable`] where nobody can answer, [`ErrorCode::Configuration`] where the
    /// configuration is wrong. [`Request::Doctor`] is always answered.
    pub async fn ask(&self, request: Request) -> Result<Reply, ApiError> {
        if let Request::Vendors { words, limit } = &request {
            return Ok(Reply::Vendors(self.vendors(words, *limit)));
        }
        let examination = request == Request::Doctor;
        let asked = self.ask_whoever_is_there(request).await;
        if examination {
            let answered = asked.map_err(|refusal| self.in_words(refusal).message);
            return Ok(Reply::Doctor(doctor::examine(
                &self.places,
                self.config(),
                answered,
            )));
        }
        asked.map_err(|refusal| self.in_words(refusal))
    }

    /// Searches the catalogue. A wrong configuration keeps nobody from finding a vendor.
    fn vendors(&self, words: &str, limit: u32) -> VendorsView {
        let (config, wrong) = match self.config() {
            Ok(loaded) => (loaded.config, None),
            Err(error) => (Config::default(), Some(error)),
        };
        let mut found = VendorList::new(self.places.vendors_file()).search(&config, words, limit);
        if let Some(error) = wrong {
            let left_out = format!(
                "{error}. Your own entries, and what is watched, are left out until that is put right."
            );
            found.trouble = Some(match found.trouble {
                Some(trouble) => format!("{trouble}\n{left_out}"),
                None => left_out,
            });
        }
        found
    }

    async fn ask_whoever_is_there(&self, request: Request) -> Result<Reply, Refusal> {
        let mut waited = Duration::ZERO;
        loop {
            let error = match Client::connect(&self.places.data_dir).await {
                Ok(mut client) => match client.ask(request.clone(), patience(&request)).await {
                    Ok(reply) => return Ok(reply),
                    // It ended at this very moment. What only asks can be asked again; what changes something may have
                    // been done, and is for the person to look at.
                    Err(ControlError::Broken(_))
                        if only_asks(&request) && waited < PATIENCE_WITH_A_COMMAND =>
                    {
                        waited += BETWEEN_TRIES;
                        tokio::time::sleep(BETWEEN_TRIES).await;
                        continue;
                    }
                    Err(error) => return Err(Refusal::of(error)),
                },
                Err(error) => error,
            };
            match error {
                // A window is somebody's who runs; an engine for a moment has none.
                ControlError::NoEngine(_) if matches!(request, Request::Show { .. }) => {
                    let message = "Signalbox is not running, so there is no window to show it in";
                    return Err(Refusal::Answered(ApiError::new(ErrorCode::Unavailable, message)));
                }
                ControlError::NoEngine(_) if only_asks(&request) => {
                    return self.ask_store(&request).await.map_err(Refusal::Answered);
                }
                ControlError::NoEngine(_) => match self.ask_for_a_moment(request.clone()).await {
                    // Somebody else was quicker.
                    Err(Moment::Held(_)) if waited < PATIENCE_WITH_A_COMMAND => {}
                    Err(Moment::Held(holder)) => return Err(Refusal::NotAnswering(holder)),
                    Err(Moment::Failed(error)) => return Err(Refusal::Answered(error)),
                    Ok(reply) => return Ok(reply),
                },
                // A command that holds the directory for a moment has no socket and is soon done; the store can be read
                // beside it.
                ControlError::NotAnswering { holder } if is_a_command(&holder) && only_asks(&request) => {
                    return match self.ask_store(&request).await {
                        Err(_) if waited < PATIENCE_WITH_A_COMMAND => {
                            waited += BETWEEN_TRIES;
                            tokio::time::sleep(BETWEEN_TRIES).await;
                            continue;
                        }
                        answered => answered.map_err(Refusal::Answered),
                    };
                }
                ControlError::NotAnswering { holder }
                    if is_a_command(&holder) && waited < PATIENCE_WITH_A_COMMAND => {}
                error @ (ControlError::NotAnswering { .. }
                | ControlError::Refused(_)
                | ControlError::TooLong
                | ControlError::Version(_)
                | ControlError::Broken(_)
                | ControlError::Io { .. }) => return Err(Refusal::of(error)),
            }
            waited += BETWEEN_TRIES;
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
    }

    /// Why there is no answer, for people.
    fn in_words(&self, refusal: Refusal) -> ApiError {
        match refusal {
            Refusal::Answered(error) => error,
            Refusal::NotAnswering(holder) => {
                ApiError::new(ErrorCode::Unavailable, self.not_answering(&holder))
            }
        }
    }

    /// That an engine does not answer, who it is, and when it last gave a sign of life.
    fn not_answering(&self, holder: &Holder) -> String {
        let beat = Store::open_read_only(&self.places.data_dir)
            .and_then(|store| store.read_blocking(|view| view.heartbeat_at()))
            .ok()
            .flatten();
        let beat = match beat {
            Some(at) => {
                let zoned = at.to_zoned(jiff::tz::TimeZone::system());
                format!(
                    "its last recorded sign of life was at {}",
                    zoned.strftime("%Y-%m-%d %H:%M:%S %Z")
                )
            }
            None => "it has not recorded a sign of life yet".to_owned(),
        };
        let end = match &holder.info {
            Some(info) => format!(
                "; if it stays so, end process {} and start Signalbox again",
                info.pid
            ),
            None => String::new(),
        };
        format!("{holder}, but does not answer; {beat}{end}")
    }

    /// The configuration as it stands.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with its place.
    pub fn config(&self) -> Result<Loaded, ConfigError> {
        Config::load_within(&self.places.config_file, &self.limits)
    }

    async fn ask_store(&self, request: &Request) -> Result<Reply, ApiError> {
        let config = match self.config() {
            // The examination says what is wrong with the configuration, and goes on.
            Err(_) if *request == Request::Doctor => Config::default(),
            config => config.map_err(|error| configuration(&error))?.config,
        };
        let clock = SystemClock::new();
        let dir = self.places.data_dir.clone();
        let request = request.clone();
        let vendors_file = self.places.vendors_file();
        let asked = move || {
            let store = Store::open_read_only(&dir).map_err(|error| no_store(&error))?;
            let now = clock.now();
            let pause = store.read_blocking(|view| view.pause()).unwrap_or_default();
            let engine = EngineView {
                running: false,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                pid: None,
                heartbeat_at: store
                    .read_blocking(|view| view.heartbeat_at())
                    .unwrap_or_default(),
                offline_since: None,
                store_trouble: None,
                paused: PausedView::of(pause, now),
            };
            let asked = Asked {
                config: &config,
                engine,
                now,
                vendors: &VendorList::new(vendors_file),
            };
            answer_from_store(&store, &asked, &request)
        };
        tokio::task::spawn_blocking(asked)
            .await
            .unwrap_or_else(|error| Err(ApiError::new(ErrorCode::Internal, error.to_string())))
    }

    async fn ask_for_a_moment(&self, request: Request) -> Result<Reply, Moment> {
        let clock: SharedClock = Arc::new(SystemClock::new());
        let _lock = acquire(&self.places, &self.program, &clock).map_err(|error| match error {
            LockError::Held(holder) => Moment::Held(*holder),
            other @ (LockError::Unwritable { .. } | LockError::NoLocks { .. }) => {
                Moment::Failed(ApiError::new(ErrorCode::Unavailable, other.to_string()))
            }
        })?;
        let config = self.config().map_err(|error| configuration(&error))?;
        let (store, _notices) =
            Store::open(&self.places.data_dir, clock.now()).map_err(|error| no_store(&error))?;
        let engine = Engine::start(Setup {
            places: self.places.clone(),
            config,
            limits: self.limits,
            store,
            clock,
            seed: fastrand::u64(..),
            readers: readers(),
            channels: Vec::new(),
            fetch: self.fetch.clone(),
            mode: Mode::OnRequest,
            network: network::silent(),
            shows: false,
            retired: CancellationToken::new(),
        })
        .await?;
        let answer = engine.ask(request).await;
        engine.stop(PATIENCE).await;
        Ok(answer?)
    }
}

/// Why nobody answered.
pub(crate) enum Refusal {
    /// Somebody did: no.
    Answered(ApiError),
    /// Somebody holds the data directory and does not answer.
    NotAnswering(Holder),
}

impl Refusal {
    fn of(error: ControlError) -> Self {
        match error {
            ControlError::Refused(error) => Self::Answered(error),
            ControlError::NotAnswering { holder } => Self::NotAnswering(holder),
            other @ (ControlError::NoEngine(_)
            | ControlError::TooLong
            | ControlError::Version(_)
            | ControlError::Broken(_)
            | ControlError::Io { .. }) => {
                Self::Answered(ApiError::new(ErrorCode::Unavailable, other.to_string()))
            }
        }
    }
}

/// Why there was no engine for a moment.
enum Moment {
    /// Somebody else took the data directory first.
    Held(Holder),
    /// What was asked failed.
    Failed(ApiError),
}

impl From<ApiError> for Moment {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

/// Whether a holder is a command that takes the directory for a moment, or an engine that has only just begun: neither
/// has a socket.
fn is_a_command(holder: &Holder) -> bool {
    holder.info.as_ref().is_none_or(|info| info.socket.is_none())
}

/// The readers of all platforms.
#[must_use]
pub fn readers() -> Arc<[&'static dyn signalbox_pages::Reader]> {
    Arc::from(signalbox_pages::readers::all())
}

/// Takes the data directory for a program of this name.
///
/// # Errors
/// [`ErrorCode::Unavailable`], naming the holder or the reason.
pub fn lock(places: &Places, program: &str, clock: &SharedClock) -> Result<EngineLock, ApiError> {
    acquire(places, program, clock).map_err(|error| {
        let message = match &error {
            LockError::Held(_) => {
                format!("{error}; stop it first, or give another data directory with --data-dir")
            }
            LockError::Unwritable { .. } | LockError::NoLocks { .. } => error.to_string(),
        };
        ApiError::new(ErrorCode::Unavailable, message)
    })
}

fn acquire(places: &Places, program: &str, clock: &SharedClock) -> Result<EngineLock, LockError> {
    let holder = HolderInfo {
        pid: std::process::id(),
        program: program.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        since: clock.now(),
        socket: None,
    };
    EngineLock::acquire(&places.data_dir, &holder)
}

fn only_asks(request: &Request) -> bool {
    match request {
        Request::Ping
        | Request::Status { .. }
        | Request::Scope { components: None, .. }
        | Request::History { .. }
        | Request::Incident { .. }
        | Request::At { .. }
        | Request::Search { .. }
        | Request::Uptime { .. }
        | Request::Vendors { .. }
        | Request::Doctor => true,
        Request::Check { .. }
        | Request::Add { .. }
        | Request::Remove { .. }
        | Request::Scope { .. }
        | Request::Mute { .. }
        | Request::Unmute { .. }
        | Request::Acknowledge { .. }
        | Request::AcceptUnreadable { .. }
        | Request::Pause { .. }
        | Request::Resume
        | Request::Show { .. } => false,
    }
}

fn patience(request: &Request) -> Duration {
    match request {
        Request::Check { .. } | Request::Add { .. } => PATIENCE_WITH_PAGES,
        Request::Ping
        | Request::Status { .. }
        | Request::Remove { .. }
        | Request::Scope { .. }
        | Request::History { .. }
        | Request::Incident { .. }
        | Request::At { .. }
        | Request::Search { .. }
        | Request::Uptime { .. }
        | Request::Vendors { .. }
        | Request::Mute { .. }
        | Request::Unmute { .. }
        | Request::Acknowledge { .. }
        | Request::AcceptUnreadable { .. }
        | Request::Doctor
        | Request::Pause { .. }
        | Request::Resume
        | Request::Show { .. } => PATIENCE,
    }
}

pub(crate) fn no_store(error: &StoreError) -> ApiError {
    let message = if let StoreError::Missing { .. } = error {
        "nothing is recorded yet and no engine is running; add a page with: signalbox add https://www.githubstatus.com"
            .to_owned()
    } else {
        error.to_string()
    };
    ApiError::new(ErrorCode::Unavailable, message)
}

pub(crate) fn configuration(error: &ConfigError) -> ApiError {
    ApiError::new(ErrorCode::Configuration, error.report())
}
