//! What happened, newest first.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

use super::super::{EventId, EventKind, EventRow, PageId, StoreError, View, event::select_events};

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
    /// Only maintenances that began, or are announced for, before this moment.
    pub maintenances_until: Option<Timestamp>,
    /// Only what stands after this place.
    pub before: Option<HistoryCursor>,
    /// How many at most.
    pub limit: u32,
}

/// A place in the history: right after one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HistoryCursor {
    began_at: i64,
    event: EventId,
}

impl fmt::Display for HistoryCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.began_at, self.event.0)
    }
}

impl FromStr for HistoryCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (began_at, event) = text.split_once('.').ok_or(())?;
        Ok(Self {
            began_at: began_at.parse().map_err(drop)?,
            event: EventId(event.parse().map_err(drop)?),
        })
    }
}

/// A part of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryPage {
    /// Newest first, by their begin.
    pub events: Vec<EventRow>,
    /// Where it goes on; `None` if there are no more.
    pub next: Option<HistoryCursor>,
}

impl View<'_> {
    /// Incidents and maintenances, newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn history(&self, filter: &HistoryFilter) -> Result<HistoryPage, StoreError> {
        let since = filter.since.map_or(i64::MIN, Timestamp::as_millisecond);
        // What began before a moment stands after every place of that moment.
        let until = HistoryCursor {
            began_at: filter.until.map_or(i64::MAX, Timestamp::as_millisecond),
            event: EventId(i64::MIN),
        };
        let end = filter.before.map_or(until, |before| before.min(until));
        let maintenances_until = filter
            .maintenances_until
            .map_or(i64::MAX, Timestamp::as_millisecond);
        // One more, to know whether there is one.
        let limit = i64::from(filter.limit) + 1;
        let mut events = match &filter.pages {
            None => self.rows(
                select_events!(
                    "WHERE (event.began_at, event.id) < (?2, ?5) AND (event.over_at IS NULL OR event.over_at >= ?1)
                       AND (?3 IS NULL OR event.kind = ?3) AND (event.kind = 'incident' OR event.began_at < ?6)
                     ORDER BY event.began_at DESC, event.id DESC LIMIT ?4"
                ),
                (
                    since,
                    end.began_at,
                    filter.kind,
                    limit,
                    end.event,
                    maintenances_until,
                ),
                EventRow::read,
            )?,
            Some(pages) => {
                let pages: Vec<i64> = pages.iter().map(|page| page.0).collect();
                self.rows(
                    select_events!(
                        "WHERE event.page_id IN (SELECT value FROM json_each(?6))
                           AND (event.began_at, event.id) < (?2, ?5)
                           AND (event.over_at IS NULL OR event.over_at >= ?1)
                           AND (?3 IS NULL OR event.kind = ?3) AND (event.kind = 'incident' OR event.began_at < ?7)
                         ORDER BY event.began_at DESC, event.id DESC LIMIT ?4"
                    ),
                    (
                        since,
                        end.began_at,
                        filter.kind,
                        limit,
                        end.event,
                        serde_json::to_string(&pages)?,
                        maintenances_until,
                    ),
                    EventRow::read,
                )?
            }
        };
        let asked = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let more = events.len() > asked;
        events.truncate(asked);
        let last = events.last().filter(|_| more);
        let next = last.map(|last| HistoryCursor {
            began_at: last.began_at.as_millisecond(),
            event: last.key,
        });
        Ok(HistoryPage { events, next })
    }
}
