//! What the shell has seen of the engine: the one state that tray, tooltip and notices are functions of.

use jiff::Timestamp;
use signalbox_engine::api::StatusView;
use signalbox_pages::Health;

/// Why nothing is being checked at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The engine has not been heard of for too long.
    Silent,
    /// It is dead, and a new one takes its place.
    Restarting,
    /// It stopped for good; these words say why.
    Ended(String),
}

/// What is known of the engine and of the vendors.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The last answer; `None` before the first.
    pub status: Option<StatusView>,
    /// When a page was last polled, or the engine last asked to poll one.
    pub checked_at: Option<Timestamp>,
    /// Why nothing is being checked; `None` while all is well.
    pub stopped: Option<Stopped>,
    /// What is wrong with the configuration.
    pub config_broken: Option<String>,
    /// What is wrong with the store.
    pub store_trouble: Option<String>,
    /// Whether Signalbox starts at login.
    pub starts_at_login: bool,
}

impl Seen {
    /// Takes an answer in.
    pub fn take_status(&mut self, status: StatusView) {
        let newest = status.vendors.iter().filter_map(|vendor| vendor.asked_at).max();
        self.checked_at = self.checked_at.max(newest);
        self.store_trouble.clone_from(&status.engine.store_trouble);
        self.status = Some(status);
    }

    /// Why nothing is being checked, in words; `None` while it is.
    #[must_use]
    pub fn silence(&self) -> Option<&str> {
        match self.stopped.as_ref()? {
            Stopped::Silent => Some("Signalbox stopped checking"),
            Stopped::Restarting => Some("Signalbox stopped checking and is starting anew"),
            Stopped::Ended(words) => Some(words),
        }
    }

    /// Since when this machine has been offline.
    #[must_use]
    pub fn offline_since(&self) -> Option<Timestamp> {
        self.status.as_ref()?.engine.offline_since
    }

    /// The pause of notifications: until when, if it ends by itself.
    #[must_use]
    pub fn paused(&self) -> Option<Option<Timestamp>> {
        let paused = self.status.as_ref()?.engine.paused.as_ref()?;
        Some(paused.until)
    }

    /// Whether notifications are paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused().is_some()
    }

    /// The worst known problem, and whether it is not the whole truth.
    #[must_use]
    pub fn tray(&self) -> (Health, bool) {
        match &self.status {
            Some(status) => (status.tray, status.tray_incomplete),
            None => (Health::Unknown, false),
        }
    }
}
