//! The engine on a thread of its own, started and stopped by the shell.

use std::sync::{Arc, Mutex, PoisonError};

use signalbox_engine::{
    api::{ApiError, ErrorCode},
    clock::SharedClock,
    config::{Limits, paths::Places},
    watch::{self, Watching},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{bubble::BubbleChannel, shell::Input};

/// Starts engines, one at a time. Clones are the same.
#[derive(Clone)]
pub struct EngineThread {
    watching: Watching,
    inputs: mpsc::Sender<Input>,
    stop: Arc<Mutex<CancellationToken>>,
}

impl EngineThread {
    /// An engine for `places`, whose configuration keeps to `limits`, that announces by `channel` and reports to `inputs`.
    pub fn new(
        places: Places,
        limits: Limits,
        clock: SharedClock,
        channel: Arc<BubbleChannel>,
        inputs: mpsc::Sender<Input>,
    ) -> Self {
        let mut watching = Watching::usual(places, "signalbox-desktop", clock, vec![channel]);
        watching.shows = true;
        watching.limits = limits;
        Self {
            watching,
            inputs,
            stop: Arc::default(),
        }
    }

    /// Starts one. What happens is sent to the shell, its end as [`Input::EngineEnded`].
    pub fn start(&self) {
        let stop = CancellationToken::new();
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner) = stop.clone();
        let (watching, inputs) = (self.watching.clone(), self.inputs.clone());
        let started = std::thread::Builder::new()
            .name("signalbox-watchdog".to_owned())
            .spawn(move || {
                let ended = watch::watch(&watching, &stop, |event| {
                    let _over = inputs.blocking_send(Input::Engine(event));
                });
                let _over = inputs.blocking_send(Input::EngineEnded(ended));
            });
        if let Err(error) = started {
            let ended = Err(ApiError::new(ErrorCode::Internal, error.to_string()));
            let _full = self.inputs.try_send(Input::EngineEnded(ended));
        }
    }

    /// Tells it to end in order.
    pub fn stop(&self) {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }
}
