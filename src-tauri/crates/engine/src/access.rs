//! The way in for a program that is not the engine: the running engine answers; where there is none, the store does; and
//! what needs an engine gets one for a moment.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    api::{ApiError, EngineView, ErrorCode, Reply, Request},
    clock::{Clock, SharedClock, SystemClock},
    config::{Config, ConfigError, Limits, Loaded, paths::Places},
    control::{Client, ControlError, EngineLock, HolderInfo, LockError},
    fetch::FetchSettings,
    run::{Asked, Engine, Mode, Setup, answer_from_store},
    store::{Store, StoreError},
};

/// So long a running engine may take for what it can answer at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// So long it may take for what makes it ask a page: several documents, each with its own time-out.
const PATIENCE_WITH_PAGES: Duration = Duration::from_secs(150);

/// The way to whatever can answer.
#[derive(Clone, Debug)]
pub struct Access {
    places: Places,
    /// What the one who asks is called, for others who find the data directory taken.
    program: String,
    fetch: FetchSettings,
}

impl Access {
    /// Access to the engine or store of `places`, for a program of this name.
    #[must_use]
    pub fn new(places: Places, program: impl Into<String>) -> Self {
        Self {
            places,
            program: program.into(),
            fetch: FetchSettings::default(),
        }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// What the request says; [`ErrorCode::Unavailable`] where nobody can answer, [`ErrorCode::Configuration`] where the
    /// configuration is wrong.
    pub async fn ask(&self, request: Request) -> Result<Reply, ApiError> {
        match Client::connect(&self.places.data_dir).await {
            Ok(mut client) => client
                .ask(request.clone(), patience(&request))
                .await
                .map_err(control),
            Err(ControlError::NoEngine(_)) if only_asks(&request) => self.ask_store(&request).await,
            Err(ControlError::NoEngine(_)) => self.ask_for_a_moment(request).await,
            Err(error) => Err(control(error)),
        }
    }

    /// The configuration as it stands.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with its place.
    pub fn config(&self) -> Result<Loaded, ConfigError> {
        Config::load(&self.places.config_file)
    }

    async fn ask_store(&self, request: &Request) -> Result<Reply, ApiError> {
        let config = self.config().map_err(|error| configuration(&error))?;
        let clock = SystemClock::new();
        let dir = self.places.data_dir.clone();
        let request = request.clone();
        let asked = move || {
            let store = Store::open_read_only(&dir).map_err(|error| no_store(&error))?;
            let engine = EngineView {
                running: false,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                pid: None,
                heartbeat_at: store
                    .read_blocking(|view| view.heartbeat_at())
                    .unwrap_or_default(),
                offline_since: None,
            };
            let asked = Asked {
                config: &config.config,
                engine,
                now: clock.now(),
            };
            answer_from_store(&store, &asked, &request)
        };
        tokio::task::spawn_blocking(asked)
            .await
            .unwrap_or_else(|error| Err(ApiError::new(ErrorCode::Internal, error.to_string())))
    }

    async fn ask_for_a_moment(&self, request: Request) -> Result<Reply, ApiError> {
        let clock: SharedClock = Arc::new(SystemClock::new());
        let _lock = lock(&self.places, &self.program, &clock)?;
        let config = self.config().map_err(|error| configuration(&error))?;
        let (store, _notices) =
            Store::open(&self.places.data_dir, clock.now()).map_err(|error| no_store(&error))?;
        let engine = Engine::start(Setup {
            places: self.places.clone(),
            config,
            limits: Limits::default(),
            store,
            clock,
            seed: fastrand::u64(..),
            readers: readers(),
            channels: Vec::new(),
            fetch: self.fetch.clone(),
            mode: Mode::OnRequest,
            retired: CancellationToken::new(),
        })
        .await?;
        let answer = engine.ask(request).await;
        engine.stop(PATIENCE).await;
        answer
    }
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
    let holder = HolderInfo {
        pid: std::process::id(),
        program: program.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        since: clock.now(),
        socket: None,
    };
    EngineLock::acquire(&places.data_dir, &holder)
        .map_err(|error: LockError| ApiError::new(ErrorCode::Unavailable, error.to_string()))
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
        | Request::Doctor => true,
        Request::Check { .. }
        | Request::Add { .. }
        | Request::Remove { .. }
        | Request::Scope { .. }
        | Request::Mute { .. }
        | Request::Unmute { .. }
        | Request::Acknowledge { .. }
        | Request::AcceptUnreadable { .. } => false,
    }
}

fn patience(request: &Request) -> Duration {
    if matches!(request, Request::Check { .. } | Request::Add { .. }) {
        PATIENCE_WITH_PAGES
    } else {
        PATIENCE
    }
}

pub(crate) fn no_store(error: &StoreError) -> ApiError {
    let message = if matches!(error, StoreError::Missing { .. }) {
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

fn control(error: ControlError) -> ApiError {
    if let ControlError::Refused(error) = error {
        return error;
    }
    ApiError::new(ErrorCode::Unavailable, error.to_string())
}
