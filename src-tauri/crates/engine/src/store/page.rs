//! The watched pages: what each says as a whole, how it is asked, what the person was told of it.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{
    Row, ToSql,
    types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef},
};
use serde::{Serialize, de::DeserializeOwned};
use signalbox_pages::{Health, Overall, PageIdentity};

use super::{
    DocumentRow, StoreError, Tx, View,
    component::Recorder,
    value::{Bits, Columns, Ms, Word},
};
use crate::{api::SourceState, carried::CarriedScope};

/// A page's key in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub(super) i64);

impl ToSql for PageId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for PageId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

/// Everything recorded of a page as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRow {
    /// Its key.
    pub id: PageId,
    /// The canonical configured address.
    pub address: String,
    /// The vendor's name as the person knows it.
    pub vendor: String,
    /// Whether it is watched; what is not keeps its history.
    pub watched: bool,
    /// Since when it has been watched for the first time.
    pub first_watched_at: Timestamp,
    /// The interval that was configured when the watch was last taken up; `None` where an earlier version had the usual one.
    pub interval: Option<Duration>,
    /// The address below which its documents resolve, once it was recognised.
    pub base_url: Option<String>,
    /// Its platform's key, once it was recognised.
    pub platform: Option<String>,
    /// Who it says it is.
    pub identity: PageIdentity,
    /// Its reported health: the last readable word (T1); `None` before the first reading.
    pub health: Option<Health>,
    /// Since when, as recorded.
    pub health_since: Option<Timestamp>,
    /// The last reported health that was known.
    pub last_known_health: Option<Health>,
    /// Its overall word.
    pub overall: Option<Overall>,
    /// When it says it last changed.
    pub vendor_updated_at: Option<Timestamp>,
    /// When its first reading was recorded.
    pub baseline_at: Option<Timestamp>,
    /// How the page itself is. Never stale: that is derived from `read_at` and the time of asking.
    pub source: SourceState,
    /// Why it is not fresh, in plain words.
    pub source_reason: Option<String>,
    /// When it was last asked.
    pub asked_at: Option<Timestamp>,
    /// When it was last read.
    pub read_at: Option<Timestamp>,
    /// The documents that every poll needs beside the light ones.
    pub wants: Vec<String>,
    /// When the rest of its components was last read: those that its light document leaves out.
    pub rest_read_at: Option<Timestamp>,
    /// Since when it has been failing.
    pub failing_since: Option<Timestamp>,
    /// How many times in a row it failed.
    pub misses: u32,
    /// When it is to be asked next.
    pub next_due_at: Timestamp,
    /// The hash of the significant content of its light documents.
    pub light_hash: Option<u64>,
    /// When its heavy documents were last read.
    pub heavy_at: Option<Timestamp>,
    /// Whether the heavy documents were called for and have not come yet.
    pub heavy_owed: bool,
    /// When the person was told that it cannot be reached or read; `None` if not, or it has been back since.
    pub told_unreachable_at: Option<Timestamp>,
    /// The permanent new address that the person was told of.
    pub told_redirect: Option<String>,
    /// What the rules of announcing remember, as JSON; see [`View::told`].
    pub told: Option<String>,
    /// Whether the person accepts that it cannot be read.
    pub accepted_unreadable: bool,
    /// What became of the components that the person chose while it was on another platform.
    pub carried_scope: Option<CarriedScope>,
}

/// What [`PageRow::read`] takes, in its order: by place, because there are many of them and finding a column by name takes as
/// long as reading it.
macro_rules! select_pages {
    ($rest:literal) => {
        concat!(
            "SELECT id, address, vendor, watched, first_watched_at, interval_s, base_url, platform, identity_id, identity_name,
                identity_url, health, health_since, last_known_health, overall_health, overall_raw, overall_description,
                vendor_updated_at, baseline_at, source, source_reason, asked_at, read_at, wants, rest_read_at, failing_since,
                misses, next_due_at, light_hash, heavy_at, heavy_owed, told_unreachable_at, told_redirect, told,
                accepted_unreadable, carried_scope
             FROM page ",
            $rest
        )
    };
}

impl PageRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let mut row = Columns::of(row);
        Ok(Self {
            id: row.take()?,
            address: row.take()?,
            vendor: row.take()?,
            watched: row.take()?,
            first_watched_at: row.take::<Ms>()?.0,
            interval: row
                .take::<Option<u32>>()?
                .map(|seconds| Duration::from_secs(seconds.into())),
            base_url: row.take()?,
            platform: row.take()?,
            identity: row.identity()?,
            health: row.health()?,
            health_since: row.time()?,
            last_known_health: row.health()?,
            overall: row.overall()?,
            vendor_updated_at: row.time()?,
            baseline_at: row.time()?,
            source: row.take::<Word<SourceState>>()?.0,
            source_reason: row.take()?,
            asked_at: row.time()?,
            read_at: row.time()?,
            wants: row.json()?.unwrap_or_default(),
            rest_read_at: row.time()?,
            failing_since: row.time()?,
            misses: row.take()?,
            next_due_at: row.take::<Ms>()?.0,
            light_hash: row.bits()?,
            heavy_at: row.time()?,
            heavy_owed: row.take()?,
            told_unreachable_at: row.time()?,
            told_redirect: row.take()?,
            told: row.take()?,
            accepted_unreadable: row.take()?,
            carried_scope: row.json()?,
        })
    }
}

/// The bookkeeping of one poll. The times and hashes of the lower half that are `None` stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollRow {
    /// When the page was asked.
    pub asked_at: Timestamp,
    /// How the page itself is now: never stale, which is derived.
    pub source: SourceState,
    /// Why it is not fresh; `None` if it is.
    pub source_reason: Option<String>,
    /// Since when it has been failing; `None` if it does not.
    pub failing_since: Option<Timestamp>,
    /// How many times in a row it failed.
    pub misses: u32,
    /// When it is to be asked next.
    pub next_due_at: Timestamp,
    /// The documents that every poll needs beside the light ones.
    pub wants: Vec<String>,
    /// When it was read, if it was.
    pub read_at: Option<Timestamp>,
    /// When the rest of its components was read, if it was.
    pub rest_read_at: Option<Timestamp>,
    /// The hash of the significant content of its light documents, if they were read.
    pub light_hash: Option<u64>,
    /// Whether its heavy documents were called for and have not come yet.
    pub heavy_owed: bool,
    /// When its heavy documents were read, if they were.
    pub heavy_at: Option<Timestamp>,
    /// When the page says it last changed, if it was read and says so.
    pub vendor_updated_at: Option<Timestamp>,
    /// When its first reading was recorded.
    pub baseline_at: Option<Timestamp>,
    /// The last known health of what is in scope.
    pub last_known_health: Option<Health>,
}

/// What a page says of itself as a whole that it did not say before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PageWordChange<'a> {
    /// Who it is.
    pub(super) identity: Option<&'a PageIdentity>,
    /// Its overall word, or that it has none.
    pub(super) overall: Option<Option<&'a Overall>>,
    /// Its health as a whole.
    pub(super) health: Option<Health>,
}

impl View<'_> {
    /// A page by its key.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn page(&self, page: PageId) -> Result<Option<PageRow>, StoreError> {
        self.row(select_pages!("WHERE id = ?1"), [page], PageRow::read)
    }

    /// A page by its canonical configured address.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn page_at(&self, address: &str) -> Result<Option<PageRow>, StoreError> {
        self.row(select_pages!("WHERE address = ?1"), [address], PageRow::read)
    }

    /// The watched pages, by name of vendor.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn watched_pages(&self) -> Result<Vec<PageRow>, StoreError> {
        self.rows(
            select_pages!("WHERE watched = 1 ORDER BY vendor COLLATE NOCASE, id"),
            (),
            PageRow::read,
        )
    }

    /// Every page, by name of vendor: also those that are no longer watched, whose history is kept.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn pages(&self) -> Result<Vec<PageRow>, StoreError> {
        self.rows(
            select_pages!("ORDER BY vendor COLLATE NOCASE, id"),
            (),
            PageRow::read,
        )
    }

    /// The watched pages whose time has come, longest overdue first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<PageRow>, StoreError> {
        self.rows(
            select_pages!("WHERE watched = 1 AND next_due_at <= ?1 ORDER BY next_due_at LIMIT ?2"),
            (Ms(now), limit),
            PageRow::read,
        )
    }

    /// What the rules of announcing wanted to remember of a page; its default if they never did.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn told<T: DeserializeOwned + Default>(&self, page: PageId) -> Result<T, StoreError> {
        let json = self.row("SELECT told FROM page WHERE id = ?1", [page], |row| {
            row.get::<_, Option<String>>(0)
        })?;
        match json.flatten() {
            // Written by another version: what was told may be told again, but nothing stands still.
            Some(json) => Ok(serde_json::from_str(&json).unwrap_or_default()),
            None => Ok(T::default()),
        }
    }

    /// When the next watched page is due; `None` if none is watched.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let due = self.row("SELECT min(next_due_at) FROM page WHERE watched = 1", (), |row| {
            row.get::<_, Option<Ms>>(0)
        })?;
        Ok(due.flatten().map(|ms| ms.0))
    }
}

impl Tx<'_> {
    /// Records the bookkeeping of one poll, and the documents whose validators or content it changed.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn record_poll(
        &self,
        page: PageId,
        poll: &PollRow,
        documents: &[DocumentRow],
    ) -> Result<(), StoreError> {
        let wants = match poll.wants.as_slice() {
            [] => None,
            wants => Some(serde_json::to_string(wants)?),
        };
        self.run(
            "UPDATE page SET asked_at = ?2, source = ?3, source_reason = ?4, failing_since = ?5, misses = ?6,
                next_due_at = ?7, read_at = coalesce(?8, read_at), light_hash = coalesce(?9, light_hash),
                heavy_at = coalesce(?10, heavy_at), vendor_updated_at = coalesce(?11, vendor_updated_at),
                heavy_owed = ?12, wants = ?13, rest_read_at = coalesce(?14, rest_read_at),
                baseline_at = coalesce(?15, baseline_at), last_known_health = coalesce(?16, last_known_health)
             WHERE id = ?1",
            (
                page,
                Ms(poll.asked_at),
                Word(poll.source),
                &poll.source_reason,
                poll.failing_since.map(Ms),
                poll.misses,
                Ms(poll.next_due_at),
                poll.read_at.map(Ms),
                poll.light_hash.map(Bits),
                poll.heavy_at.map(Ms),
                poll.vendor_updated_at.map(Ms),
                poll.heavy_owed,
                wants,
                poll.rest_read_at.map(Ms),
                poll.baseline_at.map(Ms),
                poll.last_known_health.map(Word),
            ),
        )?;
        documents
            .iter()
            .try_for_each(|document| self.set_document(page, document))
    }

    /// Sets when a page is due, without a poll: at once, say, because the person asks.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_next_due_at(&self, page: PageId, at: Timestamp) -> Result<(), StoreError> {
        self.run("UPDATE page SET next_due_at = ?2 WHERE id = ?1", (page, Ms(at)))?;
        Ok(())
    }

    /// Sets what a page was resolved to. Its documents' validators are forgotten if that is something else than before.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_resolved(&self, page: PageId, base_url: &str, platform: &str) -> Result<(), StoreError> {
        let changed = self.run(
            "UPDATE page SET base_url = ?2, platform = ?3
             WHERE id = ?1 AND (base_url IS NOT ?2 OR platform IS NOT ?3)",
            (page, base_url, platform),
        )?;
        if changed > 0 {
            self.forget_documents(page)?;
        }
        Ok(())
    }

    /// Makes a page one of another platform, or at another place, as known from `at` on: its next reading is a first sight.
    /// Its history stays, and so does what the person was told of the page itself. What it held until now has other
    /// identifiers there, if it is there at all: its components are gone, and what is open is no longer listed.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn becomes(
        &self,
        page: PageId,
        base_url: &str,
        platform: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        Recorder::new(self, page, at, &[])?.remove_all()?;
        self.unlist_events(page, at)?;
        self.leave_behind(page)?;
        self.run(
            "UPDATE page SET base_url = ?2, platform = ?3, baseline_at = NULL, told = NULL, light_hash = NULL,
                heavy_at = NULL, wants = NULL, rest_read_at = NULL, identity_id = NULL, identity_name = NULL,
                identity_url = NULL
             WHERE id = ?1",
            (page, base_url, platform),
        )?;
        self.forget_documents(page)
    }

    /// Sets what became of the components that the person chose on another platform; `None` once they chose anew.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_carried_scope(&self, page: PageId, carried: Option<&CarriedScope>) -> Result<(), StoreError> {
        let json = carried.map(serde_json::to_string).transpose()?;
        self.run("UPDATE page SET carried_scope = ?2 WHERE id = ?1", (page, json))?;
        Ok(())
    }

    /// Forgets what a page was when it was watched before, so that its next reading is a first sight. Its history stays.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn begin_anew(&self, page: PageId) -> Result<(), StoreError> {
        self.run(
            "UPDATE page SET baseline_at = NULL, told = NULL, last_known_health = NULL, light_hash = NULL,
                heavy_at = NULL, read_at = NULL, wants = NULL, rest_read_at = NULL, identity_id = NULL, identity_name = NULL, identity_url = NULL,
                base_url = NULL, source = 'pending', source_reason = NULL, failing_since = NULL, misses = 0,
                told_unreachable_at = NULL
             WHERE id = ?1",
            [page],
        )?;
        self.forget_documents(page)
    }

    /// Sets when the person was told that a page cannot be reached or read; `None` once it is back.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_told_unreachable(&self, page: PageId, at: Option<Timestamp>) -> Result<(), StoreError> {
        self.run(
            "UPDATE page SET told_unreachable_at = ?2 WHERE id = ?1",
            (page, at.map(Ms)),
        )?;
        Ok(())
    }

    /// Sets the permanent new address that the person was told of.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_told_redirect(&self, page: PageId, to: Option<&str>) -> Result<(), StoreError> {
        self.run("UPDATE page SET told_redirect = ?2 WHERE id = ?1", (page, to))?;
        Ok(())
    }

    /// Keeps what the rules of announcing want to remember of a page.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_told<T: Serialize>(&self, page: PageId, told: &T) -> Result<(), StoreError> {
        self.run(
            "UPDATE page SET told = ?2 WHERE id = ?1 AND told IS NOT ?2",
            (page, serde_json::to_string(told)?),
        )?;
        Ok(())
    }

    /// Sets whether the person accepts that a page cannot be read.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_accepted_unreadable(&self, page: PageId, accepted: bool) -> Result<(), StoreError> {
        self.run(
            "UPDATE page SET accepted_unreadable = ?2 WHERE id = ?1",
            (page, accepted),
        )?;
        Ok(())
    }

    /// Takes in what a page says of itself as a whole, as known from `at` on.
    pub(super) fn set_page_word(
        &self,
        page: PageId,
        word: &PageWordChange<'_>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let PageWordChange {
            identity,
            overall,
            health,
        } = word;
        let (is_named, is_said) = (identity.is_some(), overall.is_some());
        let overall = overall.flatten();
        self.run(
            "UPDATE page SET identity_id = iif(?2, ?3, identity_id), identity_name = iif(?2, ?4, identity_name),
                identity_url = iif(?2, ?5, identity_url), overall_health = iif(?6, ?7, overall_health),
                overall_raw = iif(?6, ?8, overall_raw), overall_description = iif(?6, ?9, overall_description),
                health_since = iif(?10 IS NULL OR health IS ?10, health_since, ?11), health = coalesce(?10, health)
             WHERE id = ?1",
            (
                page,
                is_named,
                identity.and_then(|identity| identity.id.as_deref()),
                identity.and_then(|identity| identity.name.as_deref()),
                identity.and_then(|identity| identity.url.as_deref()),
                is_said,
                overall.map(|overall| Word(overall.health)),
                overall.and_then(|overall| overall.raw.as_deref()),
                overall.and_then(|overall| overall.description.as_deref()),
                health.map(Word),
                Ms(at),
            ),
        )?;
        Ok(())
    }

    /// Ends the page's span and begins one with what the page says now.
    pub(super) fn renew_page_span(&self, page: PageId, at: Timestamp) -> Result<(), StoreError> {
        let open = self.row(
            "SELECT from_at FROM page_span WHERE page_id = ?1 ORDER BY from_at DESC LIMIT 1",
            [page],
            |row| row.get::<_, i64>(0),
        )?;
        let from = span_start(at, open);
        if open.is_some() {
            self.run(
                "UPDATE page_span SET to_at = ?3 WHERE page_id = ?1 AND from_at = ?2 AND to_at IS NULL",
                (page, open, from),
            )?;
        }
        self.run(
            "INSERT INTO page_span (page_id, from_at, health, overall_health, raw, description)
             SELECT id, ?2, health, overall_health, overall_raw, overall_description FROM page WHERE id = ?1",
            (page, from),
        )?;
        Ok(())
    }
}

/// When a span begins that is recorded at `at`, where the one before began at `last`. A clock that was set back must
/// not put what came later before what came earlier, so it begins a millisecond later at least.
pub(super) fn span_start(at: Timestamp, last: Option<i64>) -> i64 {
    let at = at.as_millisecond();
    last.map_or(at, |last| at.max(last.saturating_add(1)))
}
