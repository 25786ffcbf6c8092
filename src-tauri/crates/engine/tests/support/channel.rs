//! A channel that remembers what it was given.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use signalbox_channels::{Announcement, Channel, Outcome};

/// A channel that remembers, over restarts of the engine.
#[derive(Clone, Default)]
pub(crate) struct Recording {
    told: Arc<Mutex<Vec<Announcement>>>,
    failing: Arc<AtomicBool>,
}

impl Recording {
    /// Whether every delivery is in vain from now on.
    pub(crate) fn fail(&self, failing: bool) {
        self.failing.store(failing, Ordering::SeqCst);
    }

    /// Everything that was delivered, oldest first.
    pub(crate) fn told(&self) -> Vec<Announcement> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Channel for Recording {
    fn name(&self) -> &str {
        "recording"
    }

    fn deliver<'a>(
        &'a self,
        announcement: &'a Announcement,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        if self.failing.load(Ordering::SeqCst) {
            let reason = "nobody answers".to_owned();
            return Box::pin(std::future::ready(Outcome::Retry { after: None, reason }));
        }
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(announcement.clone());
        Box::pin(std::future::ready(Outcome::Delivered))
    }
}
