//! Bubbles as a channel of the engine's.

use std::{future::Future, pin::Pin, sync::Arc};

use signalbox_channels::{Announcement, Channel, Manner, Outcome};

use super::{Bubble, Bubbles};

/// Raises a bubble for each announcement.
pub struct BubbleChannel {
    bubbles: Arc<dyn Bubbles>,
}

impl BubbleChannel {
    /// The channel's name: what is owed is kept under it.
    pub const NAME: &str = "desktop";

    /// A channel that raises its bubbles with these.
    #[must_use]
    pub fn new(bubbles: Arc<dyn Bubbles>) -> Self {
        Self { bubbles }
    }
}

impl Channel for BubbleChannel {
    fn name(&self) -> &str {
        Self::NAME
    }

    fn manner(&self) -> Manner {
        Manner::Momentary
    }

    fn deliver<'a>(
        &'a self,
        announcement: &'a Announcement,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        Box::pin(async move {
            match self.bubbles.raise(Bubble::of(announcement)).await {
                Ok(()) => Outcome::Delivered,
                // It stays owed until somebody is there to show it; by then it is one summary.
                Err(error) => Outcome::Retry {
                    after: None,
                    reason: error.to_string(),
                },
            }
        })
    }
}
