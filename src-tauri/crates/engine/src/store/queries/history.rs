//! What happened, newest first.

use jiff::Timestamp;

use super::super::{EventKind, EventRow, PageId, StoreError, View, event::select_events};

/// Which incidents and maintenances are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// Only those of these pages; `None` for all.
    pub pages: Option<Vec<PageId>>,
    /// Only incidents, or only maintenances; `None` for both.
    pub kind: Option<EventKind>,
    /// Only what was still going on at or after this moment.
    pub since: Option<Timestamp>,
    /// Only what began before this moment.
    pub until: Option<Timestamp>,
    /// How many of the newest to leave out.
    pub skip: u32,
    /// How many at most.
    pub limit: u32,
}

/// A part of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPage {
    /// Newest first, by their begin.
    pub events: Vec<EventRow>,
    /// Whether there are more.
    pub more: bool,
}

impl View<'_> {
    /// Incidents and maintenances, newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn history(&self, filter: &HistoryFilter) -> Result<HistoryPage, StoreError> {
        let since = filter.since.map_or(i64::MIN, Timestamp::as_millisecond);
        let until = filter.until.map_or(i64::MAX, Timestamp::as_millisecond);
        // One more, to know whether there is one.
        let limit = i64::from(filter.limit) + 1;
        let mut events = match &filter.pages {
            None => self.rows(
                select_events!(
                    "WHERE event.began_at < ?2 AND (event.over_at IS NULL OR event.over_at >= ?1)
                       AND (?3 IS NULL OR event.kind = ?3)
                     ORDER BY event.began_at DESC, event.id DESC LIMIT ?4 OFFSET ?5"
                ),
                (since, until, filter.kind, limit, filter.skip),
                EventRow::read,
            )?,
            Some(pages) => {
                let pages: Vec<i64> = pages.iter().map(|page| page.0).collect();
                self.rows(
                    select_events!(
                        "WHERE event.page_id IN (SELECT value FROM json_each(?6))
                           AND event.began_at < ?2 AND (event.over_at IS NULL OR event.over_at >= ?1)
                           AND (?3 IS NULL OR event.kind = ?3)
                         ORDER BY event.began_at DESC, event.id DESC LIMIT ?4 OFFSET ?5"
                    ),
                    (
                        since,
                        until,
                        filter.kind,
                        limit,
                        filter.skip,
                        serde_json::to_string(&pages)?,
                    ),
                    EventRow::read,
                )?
            }
        };
        let asked = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let more = events.len() > asked;
        events.truncate(asked);
        Ok(HistoryPage { events, more })
    }
}
