//! What is owed to a person, and the channels that deliver it.
//!
//! One file per channel: an [`Announcement`] to that channel's form, its answer to an [`Outcome`]. A channel knows
//! neither the store nor the rules that decided what is owed.

pub mod announcement;

pub use announcement::{Announcement, AnnouncementKind, SummaryItem, Urgency};

use std::{future::Future, pin::Pin, time::Duration};

/// A way to reach the person.
///
/// `deliver` is called for one announcement at a time, oldest first. Delivering the same [`Announcement::key`] again
/// must be harmless: after a crash the delivery in flight is repeated under the same key.
pub trait Channel: Send + Sync {
    /// The channel's name, unique within one configuration and stable over restarts: what is owed is kept under it.
    fn name(&self) -> &str;

    /// When what is owed is worth delivering.
    fn manner(&self) -> Manner {
        Manner::Every
    }

    /// Delivers one announcement.
    fn deliver<'a>(
        &'a self,
        announcement: &'a Announcement,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;
}

/// When an announcement is worth delivering.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Manner {
    /// Whenever that can be: each announcement is delivered, however late, as into a mailbox or a file.
    #[default]
    Every,
    /// At its moment alone, as a bubble on a screen. What could not be told at its moment is told in one summary: what an
    /// earlier run left owed, what came while deliveries failed, what comes all at once. While the person has paused
    /// notifications nothing is delivered, and what came meanwhile is one summary afterwards.
    Momentary,
}

/// What became of one delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived.
    Delivered,
    /// It did not arrive and may arrive later; `after` is the channel's own wish, if it said one.
    Retry {
        /// How long to wait at least.
        after: Option<Duration>,
        /// Why, in plain words.
        reason: String,
    },
    /// It will never arrive, such as a webhook that is gone.
    Refused {
        /// Why, in plain words.
        reason: String,
    },
}
