//! The components of a page and the spans of their health.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::Row;
use signalbox_pages::{Component, GroupName, Health, text::inert};

use super::{
    PageId, StoreError, Tx, View,
    page::span_start,
    value::{Ms, Word},
};
use crate::{api::ComponentView, compare::ComponentChange};

/// Everything recorded of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentRow {
    /// Its page.
    pub page: PageId,
    /// What the page says of it now, or said last.
    pub component: Component,
    /// Since when it has had that health, as recorded.
    pub health_since: Timestamp,
    /// When it was first recorded.
    pub first_recorded_at: Timestamp,
    /// When something about it last changed, as recorded.
    pub last_changed_at: Timestamp,
    /// When the page was seen to hold it no longer.
    pub gone_at: Option<Timestamp>,
    /// Whether it belongs to the rest that the page's light document leaves out, so that it may be older than the page's
    /// last reading.
    pub in_rest: bool,
}

/// What [`ComponentRow::read`] and [`component`] take, in their order: by place, because there are many of them and finding
/// a column by name takes as long as reading it.
macro_rules! component_columns {
    () => {
        "component.vendor_id, component.name, component.path, component.health, component.raw, component.description"
    };
    (row) => {
        concat!(
            component_columns!(),
            ", component.page_id, component.health_since, component.first_recorded_at, component.last_changed_at,
               component.gone_at, component.in_rest"
        )
    };
}
pub(super) use component_columns;

impl ComponentRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            component: component(row)?,
            page: row.get(6)?,
            health_since: row.get::<_, Ms>(7)?.0,
            first_recorded_at: row.get::<_, Ms>(8)?.0,
            last_changed_at: row.get::<_, Ms>(9)?.0,
            gone_at: row.get::<_, Option<Ms>>(10)?.map(|ms| ms.0),
            in_rest: row.get(11)?,
        })
    }

    /// The component as it is shown.
    #[must_use]
    pub fn view(&self, in_scope: bool) -> ComponentView {
        ComponentView {
            id: inert(&self.component.id),
            name: inert(&self.component.name),
            group: self
                .component
                .group
                .iter()
                .map(|group| inert(&group.name))
                .collect(),
            health: self.component.health,
            raw: self.component.raw.as_deref().map(inert),
            since: Some(self.health_since),
            in_scope,
        }
    }
}

/// What a page says of a component, from its columns.
pub(super) fn component(row: &Row<'_>) -> rusqlite::Result<Component> {
    Ok(Component {
        id: row.get(0)?,
        name: row.get(1)?,
        group: path(row.get_ref(2)?.as_str_or_null()?)?,
        health: row.get::<_, Word<Health>>(3)?.0,
        raw: row.get(4)?,
        description: row.get(5)?,
    })
}

/// Pairs, not objects: the names of the fields would be most of it.
fn path(json: Option<&str>) -> rusqlite::Result<Vec<GroupName>> {
    let Some(json) = json else { return Ok(Vec::new()) };
    let pairs: Vec<(String, String)> =
        serde_json::from_str(json).map_err(|error| rusqlite::types::FromSqlError::Other(Box::new(error)))?;
    Ok(pairs
        .into_iter()
        .map(|(id, name)| GroupName { id, name })
        .collect())
}

fn path_json(groups: &[GroupName]) -> Result<Option<String>, StoreError> {
    if groups.is_empty() {
        return Ok(None);
    }
    let pairs: Vec<_> = groups.iter().map(|group| (&group.id, &group.name)).collect();
    Ok(Some(serde_json::to_string(&pairs)?))
}

impl View<'_> {
    /// A page's present components, in the page's order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn components(&self, page: PageId) -> Result<Vec<ComponentRow>, StoreError> {
        self.rows(
            concat!(
                "SELECT ",
                component_columns!(row),
                " FROM component WHERE page_id = ?1 AND gone_at IS NULL ORDER BY position, id"
            ),
            [page],
            ComponentRow::read,
        )
    }

    /// The present components of every watched page, by page, each page's in its order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn watched_components(&self) -> Result<BTreeMap<PageId, Vec<ComponentRow>>, StoreError> {
        let rows = self.rows(
            concat!(
                "SELECT ",
                component_columns!(row),
                " FROM page CROSS JOIN component ON component.page_id = page.id
                 WHERE page.watched = 1 AND component.gone_at IS NULL
                 ORDER BY page.id, component.position, component.id"
            ),
            (),
            ComponentRow::read,
        )?;
        let mut by_page: BTreeMap<PageId, Vec<ComponentRow>> = BTreeMap::new();
        for row in rows {
            by_page.entry(row.page).or_default().push(row);
        }
        Ok(by_page)
    }
}

impl Tx<'_> {
    /// Records one change of a component; `position` is where a new one is put in the page's order.
    pub(super) fn record_component(
        &self,
        page: PageId,
        at: Timestamp,
        change: &ComponentChange,
        position: &mut NextPosition,
    ) -> Result<(), StoreError> {
        match change {
            ComponentChange::Added(to) | ComponentChange::Changed { to, .. } => {
                self.set_component(page, at, to, position)
            }
            ComponentChange::Removed(gone) => self.remove_component(page, at, &gone.id),
        }
    }

    fn set_component(
        &self,
        page: PageId,
        at: Timestamp,
        to: &Component,
        position: &mut NextPosition,
    ) -> Result<(), StoreError> {
        let known = self.row(
            "SELECT id, health, raw, gone_at IS NOT NULL FROM component WHERE page_id = ?1 AND vendor_id = ?2",
            (page, &to.id),
            |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, Word<Health>>(1)?.0,
                    row.get::<_, Option<String>>(2)?,
                    row.get::<_, bool>(3)?,
                ))
            },
        )?;
        let path = path_json(&to.group)?;
        let Some((id, health, raw, gone)) = known else {
            let id = self.insert(
                "INSERT INTO component (page_id, vendor_id, position, name, path, health, health_since, raw, description,
                    first_recorded_at, last_changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?7, ?7)",
                (
                    page,
                    &to.id,
                    position.take(self, page)?,
                    &to.name,
                    path,
                    Word(to.health),
                    Ms(at),
                    &to.raw,
                    &to.description,
                ),
            )?;
            return self.begin_component_span(id, at.as_millisecond(), to);
        };
        self.run(
            "UPDATE component SET name = ?2, path = ?3, health = ?4, raw = ?5, description = ?6, last_changed_at = ?7,
                gone_at = NULL, health_since = iif(?8, ?7, health_since)
             WHERE id = ?1",
            (
                id,
                &to.name,
                path,
                Word(to.health),
                &to.raw,
                &to.description,
                Ms(at),
                gone || health != to.health,
            ),
        )?;
        if gone || health != to.health || raw != to.raw {
            let from = self.end_component_span(id, at)?;
            self.begin_component_span(id, from, to)?;
        }
        Ok(())
    }

    /// Records of all of a page's components that the page holds them no longer.
    pub(super) fn remove_components(&self, page: PageId, at: Timestamp) -> Result<(), StoreError> {
        let present: Vec<String> = self.rows(
            "SELECT vendor_id FROM component WHERE page_id = ?1 AND gone_at IS NULL ORDER BY position, id",
            [page],
            |row| row.get(0),
        )?;
        present
            .iter()
            .try_for_each(|id| self.remove_component(page, at, id))
    }

    fn remove_component(&self, page: PageId, at: Timestamp, vendor_id: &str) -> Result<(), StoreError> {
        let known = self.row(
            "SELECT id FROM component WHERE page_id = ?1 AND vendor_id = ?2 AND gone_at IS NULL",
            (page, vendor_id),
            |row| row.get(0),
        )?;
        let Some(id) = known else { return Ok(()) };
        self.run(
            "UPDATE component SET gone_at = ?2, last_changed_at = ?2 WHERE id = ?1",
            (id, Ms(at)),
        )?;
        self.end_component_span(id, at)?;
        Ok(())
    }

    /// Ends the span that is open, if one is; returns where the next one begins.
    fn end_component_span(&self, id: i64, at: Timestamp) -> Result<i64, StoreError> {
        let last = self.row(
            "SELECT from_at, to_at FROM component_span WHERE component_id = ?1 ORDER BY from_at DESC LIMIT 1",
            [id],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?)),
        )?;
        match last {
            Some((_, Some(end))) => Ok(at.as_millisecond().max(end)),
            Some((last, None)) => {
                let from = span_start(at, Some(last));
                self.run(
                    "UPDATE component_span SET to_at = ?3 WHERE component_id = ?1 AND from_at = ?2",
                    (id, last, from),
                )?;
                Ok(from)
            }
            None => Ok(at.as_millisecond()),
        }
    }

    fn begin_component_span(&self, id: i64, from: i64, to: &Component) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO component_span (component_id, from_at, health, raw) VALUES (?1, ?2, ?3, ?4)",
            (id, from, Word(to.health), &to.raw),
        )?;
        Ok(())
    }

    /// Records which of a page's components belong to the rest of its list: all but those of `light`.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn set_rest<'a>(
        &self,
        page: PageId,
        light: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), StoreError> {
        let light: Vec<&str> = light.into_iter().collect();
        self.run(
            "UPDATE component SET in_rest = vendor_id NOT IN (SELECT value FROM json_each(?2)) WHERE page_id = ?1",
            (page, serde_json::to_string(&light)?),
        )?;
        Ok(())
    }

    /// Puts a page's components in the order of `ids`. Those that stand right already cost nothing.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn order_components<'a>(
        &self,
        page: PageId,
        ids: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), StoreError> {
        let stand: BTreeMap<String, i64> = self
            .rows(
                "SELECT vendor_id, position FROM component WHERE page_id = ?1",
                [page],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?
            .into_iter()
            .collect();
        for (position, id) in ids.into_iter().enumerate() {
            let position = i64::try_from(position).unwrap_or(i64::MAX);
            if stand.get(id).is_some_and(|stands| *stands != position) {
                self.run(
                    "UPDATE component SET position = ?3 WHERE page_id = ?1 AND vendor_id = ?2",
                    (page, id, position),
                )?;
            }
        }
        Ok(())
    }
}

/// Where the next new component of a page is put: behind all others. Asked of the store once per recording.
#[derive(Default)]
pub(super) struct NextPosition(Option<i64>);

impl NextPosition {
    fn take(&mut self, tx: &Tx<'_>, page: PageId) -> Result<i64, StoreError> {
        let next = match self.0 {
            Some(next) => next,
            None => tx
                .row(
                    "SELECT coalesce(max(position) + 1, 0) FROM component WHERE page_id = ?1",
                    [page],
                    |row| row.get(0),
                )?
                .unwrap_or(0),
        };
        self.0 = Some(next + 1);
        Ok(next)
    }
}
