//! What the person does not want to hear of, and what they have taken note of.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{
    EventId, EventKind, PageId, StoreError, Tx, View,
    value::{Ms, time},
};

/// What stands for "until it is lifted" where a time must be given: the first day of the year 9999.
pub const UNTIL_LIFTED: Timestamp = Timestamp::constant(253_370_764_800, 0);

/// A mute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mute {
    /// Until when; `None` until it is lifted.
    pub until: Option<Timestamp>,
}

impl Mute {
    /// Until when it mutes, as seen at `now`: `None` once it has passed, [`UNTIL_LIFTED`] if until it is lifted.
    #[must_use]
    pub fn until(self, now: Timestamp) -> Option<Timestamp> {
        let until = self.until.unwrap_or(UNTIL_LIFTED);
        (until > now).then_some(until)
    }
}

const PAGE: &str = "page";
const EVENT: &str = "event";

impl View<'_> {
    fn mute(&self, kind: &str, target: i64) -> Result<Option<Mute>, StoreError> {
        self.row(
            "SELECT until FROM mute WHERE kind = ?1 AND target = ?2",
            (kind, target),
            |row| {
                Ok(Mute {
                    until: time(row, "until")?,
                })
            },
        )
    }

    /// Whether a page is, or was, muted; see [`Mute::until`].
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn page_mute(&self, page: PageId) -> Result<Option<Mute>, StoreError> {
        self.mute(PAGE, page.0)
    }

    /// Whether an event is, or was, muted; see [`Mute::until`].
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn event_mute(&self, event: EventId) -> Result<Option<Mute>, StoreError> {
        self.mute(EVENT, event.0)
    }

    /// Whether the person does not want to hear that a page itself is in trouble: its vendor is muted at `now`, or the page
    /// is accepted as unreadable.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn is_silenced(&self, page: PageId, now: Timestamp) -> Result<bool, StoreError> {
        let muted = self.page_mute(page)?.and_then(|mute| mute.until(now)).is_some();
        Ok(muted || self.page(page)?.is_some_and(|row| row.accepted_unreadable))
    }

    /// The incidents or the maintenances of a page that are muted at `now`, by the vendor's id.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn muted_events(
        &self,
        page: PageId,
        kind: EventKind,
        now: Timestamp,
    ) -> Result<BTreeSet<String>, StoreError> {
        let muted = self.rows(
            "SELECT event.vendor_id FROM mute CROSS JOIN event ON event.id = mute.target
             WHERE mute.kind = 'event' AND event.page_id = ?1 AND event.kind = ?3
               AND (mute.until IS NULL OR mute.until > ?2)",
            (page, Ms(now), kind),
            |row| row.get(0),
        )?;
        Ok(muted.into_iter().collect())
    }

    /// The open incidents of a page that were acknowledged, by the vendor's id.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn acknowledged_incidents(&self, page: PageId) -> Result<BTreeSet<String>, StoreError> {
        let acknowledged = self.rows(
            "SELECT vendor_id FROM event
             WHERE page_id = ?1 AND open = 1 AND kind = 'incident' AND acknowledged_at IS NOT NULL",
            [page],
            |row| row.get(0),
        )?;
        Ok(acknowledged.into_iter().collect())
    }
}

impl Tx<'_> {
    fn set_mute(
        &self,
        kind: &str,
        target: i64,
        mute: Option<Mute>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match mute {
            Some(mute) => self.run(
                "INSERT OR REPLACE INTO mute (kind, target, since, until) VALUES (?1, ?2, ?3, ?4)",
                (kind, target, Ms(now), mute.until.map(Ms)),
            )?,
            None => self.run("DELETE FROM mute WHERE kind = ?1 AND target = ?2", (kind, target))?,
        };
        Ok(())
    }

    /// Mutes a page; `None` lifts it.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn mute_page(&self, page: PageId, mute: Option<Mute>, now: Timestamp) -> Result<(), StoreError> {
        self.set_mute(PAGE, page.0, mute, now)
    }

    /// Mutes an event; `None` lifts it.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn mute_event(&self, event: EventId, mute: Option<Mute>, now: Timestamp) -> Result<(), StoreError> {
        self.set_mute(EVENT, event.0, mute, now)
    }

    /// Takes the acknowledgement of an incident of a page back, if there is one.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn forget_acknowledgement(&self, page: PageId, incident: &str) -> Result<(), StoreError> {
        self.run(
            "UPDATE event SET acknowledged_at = NULL
             WHERE vendor_id = ?1 AND page_id = ?2 AND kind = 'incident' AND acknowledged_at IS NOT NULL",
            (incident, page),
        )?;
        Ok(())
    }

    /// Records that the person took note of an event; `None` takes it back.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn acknowledge(&self, event: EventId, at: Option<Timestamp>) -> Result<(), StoreError> {
        self.run(
            "UPDATE event SET acknowledged_at = ?2 WHERE id = ?1",
            (event, at.map(Ms)),
        )?;
        Ok(())
    }
}
