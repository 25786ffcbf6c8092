//! A channel that remembers what it was given.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use signalbox_channels::{Announcement, Channel, Manner, Outcome};

/// A channel that remembers, over restarts of the engine.
#[derive(Clone)]
pub(crate) struct Recording {
    name: &'static str,
    manner: Manner,
    told: Arc<Mutex<Vec<Announcement>>>,
    failing: Arc<AtomicBool>,
    refused: Arc<Mutex<Vec<String>>>,
}

impl Default for Recording {
    fn default() -> Self {
        Self::of("recording", Manner::Every)
    }
}

impl Recording {
    pub(crate) fn of(name: &'static str, manner: Manner) -> Self {
        Self {
            name,
            manner,
            told: Arc::default(),
            failing: Arc::default(),
            refused: Arc::default(),
        }
    }

    /// Whether every delivery is in vain from now on.
    pub(crate) fn fail(&self, failing: bool) {
        self.failing.store(failing, Ordering::SeqCst);
    }

    /// The keys of every delivery in vain, oldest first.
    pub(crate) fn refused(&self) -> Vec<String> {
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Everything that was delivered, oldest first.
    pub(crate) fn told(&self) -> Vec<Announcement> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Channel for Recording {
    fn name(&self) -> &str {
        self.name
    }

    fn manner(&self) -> Manner {
        self.manner
    }

    fn deliver<'a>(
        &'a self,
        announcement: &'a Announcement,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        if self.failing.load(Ordering::SeqCst) {
            self.refused
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(announcement.key.clone());
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
