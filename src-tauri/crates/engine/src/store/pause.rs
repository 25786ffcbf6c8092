//! Whether the person wants no notifications for now.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{StoreError, Tx, View};

/// A pause of notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it was asked for.
    pub since: Timestamp,
    /// Until when; `None` until it is lifted.
    pub until: Option<Timestamp>,
}

impl Pause {
    /// Whether it is not over yet.
    #[must_use]
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

impl View<'_> {
    /// The last pause that was not lifted; it may be over by its own time.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn pause(&self) -> Result<Option<Pause>, StoreError> {
        let pause = self.row("SELECT value FROM meta WHERE key = 'pause'", (), |row| {
            row.get::<_, String>(0)
        })?;
        Ok(pause.and_then(|pause| serde_json::from_str(&pause).ok()))
    }
}

impl Tx<'_> {
    /// Pauses notifications; `None` lifts it.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_pause(&self, pause: Option<&Pause>) -> Result<(), StoreError> {
        match pause {
            Some(pause) => self.run(
                "INSERT OR REPLACE INTO meta (key, value) VALUES ('pause', ?1)",
                [serde_json::to_string(pause)?],
            )?,
            None => self.run("DELETE FROM meta WHERE key = 'pause'", ())?,
        };
        Ok(())
    }
}
