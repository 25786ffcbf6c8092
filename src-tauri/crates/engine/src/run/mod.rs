//! The loop that ties the way of the data together, and the handle to it.
//!
//! The loop is one task over one closed set of things that can happen. Polls are tasks of their own; a panic in one
//! costs its page one poll. The loop beats ([`Heartbeat`]) at every turn.

mod answer;
mod away;
pub(crate) mod batch;
mod commands;
pub(crate) mod keep;
pub(crate) mod page;
mod pause;
pub(crate) mod standing;
mod turn;
mod work;

pub use answer::{Asked, answer_from_store};

use std::{sync::Arc, time::Duration};

use signalbox_channels::Channel;
use signalbox_pages::Reader;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    api::{ApiError, ErrorCode, Reply, Request},
    clock::SharedClock,
    config::{Limits, Loaded, paths::Places},
    control::Hint,
    fetch::FetchSettings,
    heartbeat::Heartbeat,
    network::NetworkWord,
    store::Store,
};

/// What an engine is made of. Everything that differs between a test, a command and a day's work is here.
pub struct Setup {
    /// Where configuration and data are.
    pub places: Places,
    /// The configuration as it was read.
    pub config: Loaded,
    /// What the configuration may ask for.
    pub limits: Limits,
    /// The store, open for writing: its lock is the caller's.
    pub store: Store,
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
    /// Whether pages are polled by themselves, or only when asked for.
    pub mode: Mode,
    /// The operating system's word on this machine's network.
    pub network: watch::Receiver<NetworkWord>,
    /// Whether whoever runs the engine has a window, and hears of [`Hint::Show`].
    pub shows: bool,
    /// Cancelled once another engine has taken over: this one then does nothing more.
    pub retired: CancellationToken,
}

/// Whether pages are polled by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Pages are polled when they are due.
    Continuous,
    /// Pages are polled only when a request asks for it.
    OnRequest,
}

/// A running engine. Dropping the handle does not stop it; [`Engine::stop`] does.
#[derive(Clone)]
pub struct Engine {
    commands: mpsc::Sender<Command>,
    hints: broadcast::Sender<Hint>,
    heartbeat: Heartbeat,
}

/// What the loop can be told.
pub(crate) enum Command {
    /// To answer a request.
    Answer(Request, oneshot::Sender<Result<Reply, ApiError>>),
    /// To watch a page that proved to be one.
    Proven(Box<commands::Proven>, oneshot::Sender<Result<Reply, ApiError>>),
    /// To take a new configuration.
    Reload(Box<Loaded>),
    /// To say when there is nothing left to do at this moment.
    Settle(oneshot::Sender<()>),
    /// To stop in order.
    Stop(oneshot::Sender<()>),
}

impl Engine {
    /// Starts an engine on the present tokio runtime.
    ///
    /// # Errors
    /// Where the store cannot be read or written, or the fetcher cannot be made (a bad proxy, a bad root certificate).
    pub async fn start(setup: Setup) -> Result<Self, ApiError> {
        let (commands, inbox) = mpsc::channel(64);
        let (hints, _) = broadcast::channel(256);
        let heartbeat = Heartbeat::default();
        heartbeat.beat(setup.clock.monotonic());
        let turning = turn::Loop::begin(
            setup,
            (commands.downgrade(), inbox),
            hints.clone(),
            heartbeat.clone(),
        )
        .await?;
        tokio::spawn(turning.run());
        Ok(Self {
            commands,
            hints,
            heartbeat,
        })
    }

    /// Answers a request.
    ///
    /// # Errors
    /// What the request says; [`ErrorCode::Unavailable`] if the engine has stopped or does not answer.
    pub async fn ask(&self, request: Request) -> Result<Reply, ApiError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Answer(request, reply)).await?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Takes a new configuration.
    ///
    /// # Errors
    /// [`ErrorCode::Unavailable`] if the engine has stopped.
    pub async fn reload(&self, config: Loaded) -> Result<(), ApiError> {
        self.send(Command::Reload(Box::new(config))).await
    }

    /// Returns once nothing is left to do at this moment: no page due or being polled, nothing owed that could be
    /// delivered now.
    ///
    /// # Errors
    /// [`ErrorCode::Unavailable`] if the engine has stopped.
    pub async fn settled(&self) -> Result<(), ApiError> {
        let (reply, answer) = oneshot::channel();
        self.send(Command::Settle(reply)).await?;
        answer.await.map_err(|_| stopped())
    }

    /// Stops in order: what is being delivered is finished, what is known is written, the store is closed. Returns when
    /// that is done, or after `patience`: whether it was done in time.
    pub async fn stop(&self, patience: Duration) -> bool {
        let (reply, answer) = oneshot::channel();
        let stopping =
            async { self.commands.send(Command::Stop(reply)).await.is_ok() && answer.await.is_ok() };
        tokio::time::timeout(patience, stopping).await.unwrap_or(false)
    }

    /// The beat of its loop.
    #[must_use]
    pub fn heartbeat(&self) -> &Heartbeat {
        &self.heartbeat
    }

    /// Hints that something is worth reading again.
    #[must_use]
    pub fn hints(&self) -> broadcast::Receiver<Hint> {
        self.hints.subscribe()
    }

    /// Returns once the loop has ended, in order or not.
    pub async fn ended(&self) {
        self.commands.closed().await;
    }

    async fn send(&self, command: Command) -> Result<(), ApiError> {
        self.commands.send(command).await.map_err(|_| stopped())
    }
}

fn stopped() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "the engine has stopped")
}
