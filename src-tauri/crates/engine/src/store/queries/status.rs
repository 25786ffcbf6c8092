//! How the watched pages stand.

use std::collections::BTreeMap;

use super::super::{
    ComponentRow, EventRow, Mute, PageId, PageRow, StoreError, View, event::select_events, value::time,
};

/// Everything needed to say how a page stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusRow {
    /// The page as a whole.
    pub page: PageRow,
    /// Whether it is, or was, muted.
    pub mute: Option<Mute>,
    /// Its present components, in its order.
    pub components: Vec<ComponentRow>,
    /// Its open incidents and maintenances, newest first.
    pub open: Vec<EventRow>,
}

impl View<'_> {
    /// How every watched page stands, by name of vendor.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn status(&self) -> Result<Vec<StatusRow>, StoreError> {
        let mut components = self.watched_components()?;
        let mut open: BTreeMap<PageId, Vec<EventRow>> = BTreeMap::new();
        let rows = self.rows(
            select_events!(
                "WHERE event.open = 1 AND page.watched = 1 ORDER BY event.page_id, event.began_at DESC"
            ),
            (),
            EventRow::read,
        )?;
        for row in rows {
            open.entry(row.page).or_default().push(row);
        }
        let mut mutes: BTreeMap<PageId, Mute> = self
            .rows("SELECT target, until FROM mute WHERE kind = 'page'", (), |row| {
                let until = time(row, "until")?;
                Ok((row.get(0)?, Mute { until }))
            })?
            .into_iter()
            .collect();
        let pages = self.watched_pages()?;
        Ok(pages
            .into_iter()
            .map(|page| StatusRow {
                mute: mutes.remove(&page.id),
                components: components.remove(&page.id).unwrap_or_default(),
                open: open.remove(&page.id).unwrap_or_default(),
                page,
            })
            .collect())
    }

    /// How one page stands, watched or not.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn status_of(&self, page: PageId) -> Result<Option<StatusRow>, StoreError> {
        let Some(page) = self.page(page)? else {
            return Ok(None);
        };
        Ok(Some(StatusRow {
            mute: self.page_mute(page.id)?,
            components: self.components(page.id)?,
            open: self.open_events(page.id)?,
            page,
        }))
    }

    /// A page's open incidents and maintenances, newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn open_events(&self, page: PageId) -> Result<Vec<EventRow>, StoreError> {
        self.rows(
            select_events!("WHERE event.page_id = ?1 AND event.open = 1 ORDER BY event.began_at DESC"),
            [page],
            EventRow::read,
        )
    }
}
