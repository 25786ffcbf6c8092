//! Finding words in titles and updates, old revisions included.

use jiff::Timestamp;
use signalbox_pages::text::inert;

use super::super::{
    EventId, EventRow, StoreError, View,
    value::sure_time,
    words::{Indexed, excerpt, query},
};
use crate::api::FindView;

/// How long an excerpt is at most, in characters.
const EXCERPT: usize = 240;

/// An incident or a maintenance in which words were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// It.
    pub event: EventRow,
    /// When the newest update that holds the words was published, else recorded; if the title alone holds them, when
    /// it began.
    pub at: Timestamp,
    /// The place where the words occur.
    pub excerpt: String,
}

impl Find {
    /// As it is shown.
    #[must_use]
    pub fn view(self) -> FindView {
        FindView {
            vendor: inert(&self.event.vendor),
            title: inert(self.event.facts.title()),
            event: inert(&self.event.id),
            at: self.at,
            excerpt: self.excerpt,
        }
    }
}

impl View<'_> {
    /// The incidents and maintenances that hold all the words in a title or in one update with its title, those with
    /// the newest first; the last word may be the beginning of one. Case and diacritics do not matter, and nothing that
    /// is typed is an error. `plain` turns a raw text into plain text. The second value says whether there are more.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn search(
        &self,
        typed: &str,
        limit: u32,
        plain: fn(&str) -> String,
    ) -> Result<(Vec<Find>, bool), StoreError> {
        let Some(query) = query(typed) else {
            return Ok((Vec::new(), false));
        };
        // SQLite takes the other columns from the row that has the maximum.
        let mut found = self.rows(
            "WITH hit AS MATERIALIZED (SELECT rowid AS row FROM words WHERE words MATCH ?1),
             dated AS (
                SELECT revision.event_id, coalesce(revision.at, revision.recorded_at) AS at, hit.row
                FROM hit CROSS JOIN update_revision AS revision ON revision.id = hit.row / 2
                WHERE hit.row % 2 = 0
                UNION ALL
                SELECT event.id, event.began_at, hit.row
                FROM hit CROSS JOIN event_revision AS revision ON revision.id = hit.row / 2
                CROSS JOIN event ON event.id = revision.event_id
                WHERE hit.row % 2 = 1
             )
             SELECT event_id, max(at) AS at, row FROM dated GROUP BY event_id
             ORDER BY 2 DESC, event_id DESC LIMIT ?2",
            (query, i64::from(limit) + 1),
            |row| {
                Ok((
                    row.get::<_, EventId>("event_id")?,
                    sure_time(row, "at")?,
                    row.get::<_, i64>("row")?,
                ))
            },
        )?;
        let asked = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > asked;
        found.truncate(asked);
        let mut finds = Vec::with_capacity(found.len());
        for (event, at, row) in found {
            let Some(event) = self.event(event)? else { continue };
            let text = match Indexed::of(row) {
                Indexed::Update(revision) => self
                    .row(
                        "SELECT body FROM update_revision WHERE id = ?1",
                        [revision],
                        |row| row.get::<_, String>(0),
                    )?
                    .map(|body| plain(&body)),
                Indexed::Title(_) => None,
            };
            let text = text.unwrap_or_else(|| event.facts.title().to_owned());
            finds.push(Find {
                excerpt: excerpt(&text, typed, EXCERPT),
                event,
                at,
            });
        }
        Ok((finds, more))
    }
}
