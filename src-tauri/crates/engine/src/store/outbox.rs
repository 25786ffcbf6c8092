//! What is owed to channels: committed with its change, delivered afterwards (T4).

use jiff::Timestamp;
use rusqlite::{
    Row,
    types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef},
};
use signalbox_channels::{Announcement, AnnouncementKind};

use super::{
    StoreError, Tx, View,
    value::{Ms, time},
};

/// What is held back until it can be told in one summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Batch {
    /// How new pages stand.
    Baseline,
    /// What changed while this machine was offline or asleep.
    CatchUp,
}

impl ToSql for Batch {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Baseline => "baseline",
            Self::CatchUp => "catch_up",
        }
        .into())
    }
}

impl FromSql for Batch {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "baseline" => Ok(Self::Baseline),
            "catch_up" => Ok(Self::CatchUp),
            word => Err(FromSqlError::Other(format!("unknown batch {word:?}").into())),
        }
    }
}

/// What became of something owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwedState {
    /// It is to be delivered.
    Pending,
    /// It waits for its batch to be closed.
    Held,
    /// It arrived.
    Delivered,
    /// It will never arrive.
    Refused,
    /// A summary took its place, or nothing was worth telling.
    Merged,
}

const STATES: [(OwedState, &str); 5] = [
    (OwedState::Pending, "pending"),
    (OwedState::Held, "held"),
    (OwedState::Delivered, "delivered"),
    (OwedState::Refused, "refused"),
    (OwedState::Merged, "merged"),
];

impl FromSql for OwedState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        STATES
            .into_iter()
            .find(|(_, known)| *known == word)
            .map(|(state, _)| state)
            .ok_or_else(|| FromSqlError::Other(format!("unknown state {word:?}").into()))
    }
}

/// An announcement owed to a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Its key in the outbox: rises with time.
    pub id: i64,
    /// The channel.
    pub channel: String,
    /// What is owed.
    pub announcement: Announcement,
    /// The batch that it is, or was, held for.
    pub batch: Option<Batch>,
    /// What became of it.
    pub state: OwedState,
    /// How many deliveries have failed.
    pub attempts: u32,
    /// When it is to be tried next; `None` for at once.
    pub next_try_at: Option<Timestamp>,
    /// When it was delivered, refused or merged.
    pub settled_at: Option<Timestamp>,
    /// Why the last delivery failed.
    pub last_error: Option<String>,
}

impl Owed {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let announcement = serde_json::from_str(row.get_ref("payload")?.as_str()?)
            .map_err(|error| FromSqlError::Other(Box::new(error)))?;
        Ok(Self {
            id: row.get("id")?,
            channel: row.get("channel")?,
            announcement,
            batch: row.get("batch")?,
            state: row.get("state")?,
            attempts: row.get("attempts")?,
            next_try_at: time(row, "next_try_at")?,
            settled_at: time(row, "settled_at")?,
            last_error: row.get("last_error")?,
        })
    }
}

impl View<'_> {
    /// The oldest announcement that a channel is owed, if its time has come. One that is to be tried again holds back
    /// those behind it: they would meet the same trouble, and the order of what happened matters.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn owed_next(&self, channel: &str, now: Timestamp) -> Result<Option<Owed>, StoreError> {
        let first = self.owed_first(channel)?;
        Ok(first.filter(|owed| owed.next_try_at.is_none_or(|at| at <= now)))
    }

    /// The oldest announcement that a channel is owed, whether or not its time has come.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn owed_first(&self, channel: &str) -> Result<Option<Owed>, StoreError> {
        self.row(
            "SELECT * FROM outbox WHERE channel = ?1 AND state = 'pending' ORDER BY id LIMIT 1",
            [channel],
            Owed::read,
        )
    }

    /// How many announcements a channel is owed, without those held back.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn owed_count(&self, channel: &str) -> Result<u32, StoreError> {
        let count = self.row(
            "SELECT count(*) FROM outbox WHERE channel = ?1 AND state = 'pending'",
            [channel],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or(0))
    }

    /// What a summary was made of, oldest first.
    fn merged_into(&self, summary: i64) -> Result<Vec<Owed>, StoreError> {
        self.rows(
            "SELECT * FROM outbox WHERE merged_into = ?1 ORDER BY id",
            [summary],
            Owed::read,
        )
    }

    /// What is held back for a batch, by channel, oldest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn held(&self, batch: Batch) -> Result<Vec<Owed>, StoreError> {
        self.rows(
            "SELECT * FROM outbox WHERE batch = ?1 AND state = 'held' ORDER BY channel, id",
            [batch],
            Owed::read,
        )
    }

    /// The newest announcements whatever became of them, newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn announcements(&self, limit: u32) -> Result<Vec<Owed>, StoreError> {
        self.rows(
            "SELECT * FROM outbox ORDER BY id DESC LIMIT ?1",
            [limit],
            Owed::read,
        )
    }
}

impl Tx<'_> {
    /// Owes an announcement to each of the channels, to each under a key of its own that `announcement` is given; with a
    /// batch it is held back until that is closed. Returns the keys, one per channel.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn owe(
        &self,
        channels: &[&str],
        announcement: impl Fn(String) -> Announcement,
        batch: Option<Batch>,
    ) -> Result<Vec<String>, StoreError> {
        channels
            .iter()
            .map(|channel| Ok(self.owe_one(channel, &announcement, batch)?.1))
            .collect()
    }

    fn owe_one(
        &self,
        channel: &str,
        announcement: impl FnOnce(String) -> Announcement,
        batch: Option<Batch>,
    ) -> Result<(i64, String), StoreError> {
        // AUTOINCREMENT keeps the last number ever given, so none is given twice even after pruning.
        let last = self.row(
            "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
            (),
            |row| row.get::<_, i64>(0),
        )?;
        let id = last.unwrap_or(0) + 1;
        let key = format!("{}-{id}", self.store_id());
        let announcement = announcement(key.clone());
        let at = announcement.recorded_at;
        self.run(
            "INSERT INTO outbox (id, key, channel, created_at, payload, batch, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, iif(?6 IS NULL, 'pending', 'held'))",
            (
                id,
                &key,
                channel,
                Ms(at),
                serde_json::to_string(&announcement)?,
                batch,
            ),
        )?;
        Ok((id, key))
    }

    /// Records that an announcement arrived.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn delivered(&self, id: i64, at: Timestamp) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET state = 'delivered', settled_at = ?2, last_error = NULL
             WHERE id = ?1 AND state = 'pending'",
            (id, Ms(at)),
        )?;
        Ok(())
    }

    /// Records that a delivery failed and is to be tried again at `next_try_at`.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn retry(&self, id: i64, next_try_at: Timestamp, error: &str) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET attempts = attempts + 1, next_try_at = ?2, last_error = ?3
             WHERE id = ?1 AND state = 'pending'",
            (id, Ms(next_try_at), error),
        )?;
        Ok(())
    }

    /// Records that an announcement will never arrive.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn refused(&self, id: i64, at: Timestamp, error: &str) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET state = 'refused', settled_at = ?2, attempts = attempts + 1, last_error = ?3
             WHERE id = ?1 AND state = 'pending'",
            (id, Ms(at), error),
        )?;
        Ok(())
    }

    /// Closes a batch: what each channel was to get becomes one announcement, or none where there is nothing to tell.
    /// `summarise` is called once per channel and gives what makes the announcement of its key. Returns the keys of the summaries.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn close_batch<A: FnOnce(String) -> Announcement>(
        &self,
        batch: Batch,
        at: Timestamp,
        mut summarise: impl FnMut(&[Announcement]) -> Option<A>,
    ) -> Result<Vec<String>, StoreError> {
        let held = self.held(batch)?;
        self.run(
            "UPDATE outbox SET state = 'merged', settled_at = ?2 WHERE batch = ?1 AND state = 'held'",
            (batch, Ms(at)),
        )?;
        let mut keys = Vec::new();
        for one_channel in held.chunk_by(|a, b| a.channel == b.channel) {
            let announcements: Vec<Announcement> =
                one_channel.iter().map(|owed| owed.announcement.clone()).collect();
            if let (Some(first), Some(summary)) = (one_channel.first(), summarise(&announcements)) {
                let (id, key) = self.owe_one(&first.channel, summary, None)?;
                for owed in one_channel {
                    self.set_merged_into(owed.id, id)?;
                }
                keys.push(key);
            }
        }
        Ok(keys)
    }

    /// Puts one summary in the place of everything that a channel is owed, or of what was recorded before `before`, if that
    /// is more than one thing. What an earlier
    /// summary among them was made of counts instead of it, so that nothing is told twice in one summary. `summarise`
    /// gives what makes the announcement of its key. Returns whether there is one now.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn fold<A: FnOnce(String) -> Announcement>(
        &self,
        channel: &str,
        at: Timestamp,
        before: Option<Timestamp>,
        summarise: impl FnOnce(&[Announcement]) -> A,
    ) -> Result<bool, StoreError> {
        let pending = self.rows(
            "SELECT * FROM outbox WHERE channel = ?1 AND state = 'pending' AND (?2 IS NULL OR created_at < ?2) ORDER BY id",
            (channel, before.map(Ms)),
            Owed::read,
        )?;
        if pending.len() < 2 {
            return Ok(false);
        }
        let attempts = pending.iter().map(|owed| owed.attempts).max();
        let mut parts = Vec::new();
        for owed in pending {
            // A summary of new pages stands for itself.
            let of_it = if owed.announcement.kind == AnnouncementKind::CatchUp {
                self.merged_into(owed.id)?
            } else {
                Vec::new()
            };
            if of_it.is_empty() {
                parts.push(owed);
            } else {
                parts.extend(of_it);
            }
        }
        let announcements: Vec<Announcement> = parts.iter().map(|part| part.announcement.clone()).collect();
        self.run(
            "UPDATE outbox SET state = 'merged', settled_at = ?2
             WHERE channel = ?1 AND state = 'pending' AND (?3 IS NULL OR created_at < ?3)",
            (channel, Ms(at), before.map(Ms)),
        )?;
        let (id, _) = self.owe_one(channel, summarise(&announcements), None)?;
        self.run("UPDATE outbox SET attempts = ?2 WHERE id = ?1", (id, attempts))?;
        for part in &parts {
            self.set_merged_into(part.id, id)?;
        }
        Ok(true)
    }

    fn set_merged_into(&self, part: i64, summary: i64) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET merged_into = ?2 WHERE id = ?1",
            (part, summary),
        )?;
        Ok(())
    }

    /// Forgets what was settled before `before`. Returns how many were forgotten.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn prune_outbox(&self, before: Timestamp) -> Result<usize, StoreError> {
        self.run("DELETE FROM outbox WHERE settled_at < ?1", [Ms(before)])
    }
}
