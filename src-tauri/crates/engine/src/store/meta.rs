//! Facts about the store and the engine as a whole: one key, one value.

use jiff::Timestamp;

use super::{StoreError, Tx, View, value::Ms};

const HEARTBEAT: &str = "heartbeat_at";
const STOPPED: &str = "last_stopped_at";
const OFFLINE: &str = "offline_since";

impl View<'_> {
    fn meta_time(&self, key: &str) -> Result<Option<Timestamp>, StoreError> {
        let found = self.row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
            row.get::<_, Option<Ms>>(0)
        })?;
        Ok(found.flatten().map(|ms| ms.0))
    }

    /// The names of the channels to which what happens is owed: those of the last engine that ran by itself.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn channels(&self) -> Result<Vec<String>, StoreError> {
        let names = self.row("SELECT value FROM meta WHERE key = 'channels'", (), |row| {
            row.get::<_, String>(0)
        })?;
        Ok(names
            .and_then(|names| serde_json::from_str(&names).ok())
            .unwrap_or_default())
    }

    /// The last recorded beat of the engine's loop.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn heartbeat_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.meta_time(HEARTBEAT)
    }

    /// When the engine last stopped in order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn last_stopped_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.meta_time(STOPPED)
    }

    /// Since when this machine has been offline, if it is.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn offline_since(&self) -> Result<Option<Timestamp>, StoreError> {
        self.meta_time(OFFLINE)
    }

    pub(super) fn store_id_recorded(&self) -> Result<String, StoreError> {
        self.row("SELECT value FROM meta WHERE key = 'store_id'", (), |row| {
            row.get(0)
        })?
        .ok_or_else(|| StoreError::Corrupt {
            detail: "the store's identifier is missing".to_owned(),
        })
    }

    /// The damage that an examination noted.
    pub(super) fn damage(&self) -> Result<Option<String>, StoreError> {
        self.row("SELECT value FROM meta WHERE key = 'damage'", (), |row| {
            row.get(0)
        })
    }
}

impl Tx<'_> {
    fn set_meta_time(&self, key: &str, at: Option<Timestamp>) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, at.map(Ms)),
        )?;
        Ok(())
    }

    /// Sets the names of the channels to which what happens is owed.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_channels(&self, names: &[String]) -> Result<(), StoreError> {
        self.run(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('channels', ?1)",
            [serde_json::to_string(names)?],
        )?;
        Ok(())
    }

    /// Records a beat of the engine's loop.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_heartbeat(&self, at: Timestamp) -> Result<(), StoreError> {
        self.set_meta_time(HEARTBEAT, Some(at))
    }

    /// Records that the engine stopped in order.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_stopped(&self, at: Timestamp) -> Result<(), StoreError> {
        self.set_meta_time(STOPPED, Some(at))
    }

    /// Records since when this machine has been offline; `None` once it is back.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_offline_since(&self, since: Option<Timestamp>) -> Result<(), StoreError> {
        self.set_meta_time(OFFLINE, since)
    }

    /// Sets the flag that tells an unclean exit; returns what it was.
    pub(super) fn set_running(&self, running: bool) -> Result<bool, StoreError> {
        let was = self.row("SELECT value FROM meta WHERE key = 'running'", (), |row| {
            row.get(0)
        })?;
        self.run(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('running', ?1)",
            [running],
        )?;
        Ok(was.unwrap_or(false))
    }

    /// A restored copy counts on from where the broken file was long past: with an identifier of its own, no key of an
    /// announcement is given twice.
    pub(super) fn renew_store_id(&self) -> Result<(), StoreError> {
        self.run(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('store_id', lower(hex(randomblob(8))))",
            (),
        )?;
        Ok(())
    }

    pub(super) fn note_damage(&self, detail: &str) -> Result<(), StoreError> {
        self.run(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('damage', ?1)",
            [detail],
        )?;
        Ok(())
    }

    pub(super) fn forget_damage(&self) -> Result<(), StoreError> {
        self.run("DELETE FROM meta WHERE key = 'damage'", ())?;
        Ok(())
    }
}
