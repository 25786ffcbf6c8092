//! When a page was really being observed.

use std::time::Duration;

use jiff::Timestamp;

use rusqlite::types::{ToSql, ToSqlOutput};

use super::{PageId, StoreError, Tx, View, value::Ms};

/// Which part of a page was being observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The page, by its light documents at least.
    Page,
    /// The rest of its components, which its light document leaves out.
    Rest,
}

impl ToSql for Part {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Page => "page",
            Self::Rest => "rest",
        }
        .into())
    }
}

impl View<'_> {
    /// The spans in which a part of a page was observed within `from` to `until`, in milliseconds, cut to them, in order and apart.
    pub(super) fn observed(
        &self,
        page: PageId,
        part: Part,
        from: i64,
        until: i64,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        // The last one that begins before `from` may reach into it.
        let spans = self.rows(
            "SELECT from_at, to_at FROM coverage
             WHERE page_id = ?1 AND part = ?4 AND from_at < ?3 AND to_at > ?2 ORDER BY from_at",
            (page, from, until, part),
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
        )?;
        let mut apart: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
        for (begin, end) in spans {
            let (begin, end) = (begin.max(from), end.min(until));
            match apart.last_mut() {
                Some(last) if begin <= last.1 => last.1 = last.1.max(end),
                _ => apart.push((begin, end)),
            }
        }
        Ok(apart)
    }

    /// Whether a part of a page was being observed at a moment.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn was_observed(&self, page: PageId, part: Part, at: Timestamp) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM coverage WHERE page_id = ?1 AND part = ?3 AND from_at <= ?2 AND to_at >= ?2 LIMIT 1",
            (page, Ms(at), part),
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }
}

impl Tx<'_> {
    /// Records that a part of a page was being observed from `from` to `to`. It lengthens the last span if the gap between is no
    /// longer than `tolerance`; else it is a span of its own.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn extend_coverage(
        &self,
        page: PageId,
        part: Part,
        from: Timestamp,
        to: Timestamp,
        tolerance: Duration,
    ) -> Result<(), StoreError> {
        if to < from {
            return Ok(());
        }
        let tolerance = i64::try_from(tolerance.as_millis()).unwrap_or(i64::MAX);
        let joined = self.run(
            "UPDATE coverage SET to_at = max(to_at, ?3)
             WHERE page_id = ?1 AND part = ?5
               AND from_at = (SELECT from_at FROM coverage WHERE page_id = ?1 AND part = ?5 AND from_at <= ?2
                   ORDER BY from_at DESC LIMIT 1)
               AND to_at >= ?2 - ?4",
            (page, Ms(from), Ms(to), tolerance, part),
        )?;
        if joined == 0 {
            self.run(
                "INSERT INTO coverage (page_id, part, from_at, to_at) VALUES (?1, ?4, ?2, ?3)
                 ON CONFLICT (page_id, part, from_at) DO UPDATE SET to_at = max(to_at, excluded.to_at)",
                (page, Ms(from), Ms(to), part),
            )?;
        }
        Ok(())
    }
}
