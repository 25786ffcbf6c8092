//! A pause of notifications: it begins and ends at the person's wish or by its own time, and outlives the engine.

use jiff::Timestamp;

use super::{Mode, keep::unavailable, turn::Loop};
use crate::{
    api::{ApiError, ErrorCode, PausedView, Reply},
    control::Hint,
    store::Pause,
};

impl Loop {
    /// Takes up a pause of an earlier run. One that ended meanwhile is still what kept things from being told.
    pub(super) async fn take_up_pause(&mut self) -> Result<(), ApiError> {
        let read = self.setup.store.read(|view| view.pause()).await;
        self.pause = read.map_err(|error| unavailable(&error))?;
        Ok(())
    }

    pub(super) async fn end_pause_if_over(&mut self) {
        let now = self.setup.clock.now();
        if self.setup.mode == Mode::OnRequest || self.pause.is_none_or(|pause| pause.is_on(now)) {
            return;
        }
        self.pause = None;
        // Where this cannot be written, the pause is over all the same: its time is.
        self.write(|tx| tx.set_pause(None)).await;
        self.resumed();
    }

    pub(super) async fn pause(&mut self, until: Option<Timestamp>) -> Result<Reply, ApiError> {
        let now = self.setup.clock.now();
        if until.is_some_and(|until| until <= now) {
            let message = "that time is over already: a pause must end later than now";
            return Err(ApiError::new(ErrorCode::Usage, message));
        }
        let since = self
            .pause
            .filter(|pause| pause.is_on(now))
            .map_or(now, |earlier| earlier.since);
        let pause = Pause { since, until };
        self.setup
            .store
            .write(move |tx| tx.set_pause(Some(&pause)))
            .await
            .map_err(|error| unavailable(&error))?;
        self.pause = Some(pause);
        self.ring();
        let _nobody = self.hints.send(Hint::Paused);
        Ok(Reply::Paused(PausedView { until }))
    }

    pub(super) async fn resume(&mut self) -> Result<Reply, ApiError> {
        if self.pause.is_some() {
            self.setup
                .store
                .write(|tx| tx.set_pause(None))
                .await
                .map_err(|error| unavailable(&error))?;
            self.pause = None;
            self.resumed();
        }
        Ok(Reply::Resumed)
    }

    fn resumed(&self) {
        self.ring();
        let _nobody = self.hints.send(Hint::Resumed);
    }
}
