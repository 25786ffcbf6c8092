//! The components of a page and the spans of their health: the present one in the component's row, those that ended in
//! rows of their own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{CachedStatement, Row};
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

/// A page's components as they stand while changes of them are recorded: asked of the store once per recording.
pub(super) struct Recorder<'t, 'c> {
    tx: &'t Tx<'c>,
    page: PageId,
    at: Timestamp,
    known: BTreeMap<String, Known>,
    /// Where the page has them.
    places: BTreeMap<&'t str, i64>,
    /// Where one is put that the page's order does not name.
    behind_all: i64,
    /// Looked up once for the many that are new at first sight.
    insert: Option<CachedStatement<'c>>,
}

struct Known {
    id: i64,
    position: i64,
    health: Health,
    raw: Option<String>,
    gone: bool,
    /// Where the span begins that it is in: of its health and word, or of its absence.
    span_from: i64,
}

impl<'t, 'c> Recorder<'t, 'c> {
    /// Brings the components into the order of `order`, by id; those that it does not name stay where they are.
    pub(super) fn new(
        tx: &'t Tx<'c>,
        page: PageId,
        at: Timestamp,
        order: &[&'t str],
    ) -> Result<Self, StoreError> {
        let rows = tx.rows(
            "SELECT vendor_id, id, position, health, raw, gone_at IS NOT NULL, span_from_at FROM component
             WHERE page_id = ?1",
            [page],
            |row| {
                let known = Known {
                    id: row.get(1)?,
                    position: row.get(2)?,
                    health: row.get::<_, Word<Health>>(3)?.0,
                    raw: row.get(4)?,
                    gone: row.get(5)?,
                    span_from: row.get(6)?,
                };
                Ok((row.get(0)?, known))
            },
        )?;
        let known: BTreeMap<String, Known> = rows.into_iter().collect();
        let places: BTreeMap<&str, i64> = order.iter().copied().zip(0..).collect();
        for (id, place) in &places {
            if let Some(known) = known.get(*id).filter(|known| known.position != *place) {
                tx.run(
                    "UPDATE component SET position = ?2 WHERE id = ?1",
                    (known.id, place),
                )?;
            }
        }
        let taken = known.values().map(|known| known.position);
        let last = taken.chain(places.values().copied()).max();
        Ok(Self {
            tx,
            page,
            at,
            known,
            places,
            behind_all: last.map_or(0, |last| last + 1),
            insert: None,
        })
    }

    /// Records one change.
    pub(super) fn record(&mut self, change: &ComponentChange) -> Result<(), StoreError> {
        match change {
            ComponentChange::Added(to) | ComponentChange::Changed { to, .. } => self.set(to),
            ComponentChange::Removed(gone) => self.remove(&gone.id),
        }
    }

    /// Records of all of them that the page holds them no longer.
    pub(super) fn remove_all(mut self) -> Result<(), StoreError> {
        let ids: Vec<String> = self.known.keys().cloned().collect();
        ids.iter().try_for_each(|id| self.remove(id))
    }

    fn set(&mut self, to: &Component) -> Result<(), StoreError> {
        let Some(known) = self.known.get_mut(&to.id) else {
            return self.add(to);
        };
        let is_anew = known.gone || known.health != to.health;
        if is_anew || known.raw != to.raw {
            known.end_span(self.tx, self.at)?;
            known.health = to.health;
            known.raw.clone_from(&to.raw);
            known.gone = false;
        }
        self.tx.run(
            "UPDATE component SET name = ?2, path = ?3, health = ?4, raw = ?5, description = ?6, last_changed_at = ?7,
                gone_at = NULL, health_since = iif(?8, ?7, health_since), span_from_at = ?9
             WHERE id = ?1",
            (
                known.id,
                &to.name,
                path_json(&to.group)?,
                Word(to.health),
                &to.raw,
                &to.description,
                Ms(self.at),
                is_anew,
                known.span_from,
            ),
        )?;
        Ok(())
    }

    fn add(&mut self, to: &Component) -> Result<(), StoreError> {
        let position = match self.places.get(to.id.as_str()) {
            Some(place) => *place,
            None => {
                self.behind_all += 1;
                self.behind_all - 1
            }
        };
        let insert = match &mut self.insert {
            Some(insert) => insert,
            None => self.insert.insert(self.tx.statement(INSERT)?),
        };
        let id = insert.insert((
            self.page,
            &to.id,
            position,
            &to.name,
            path_json(&to.group)?,
            Word(to.health),
            Ms(self.at),
            &to.raw,
            &to.description,
        ))?;
        let known = Known {
            id,
            position,
            health: to.health,
            raw: to.raw.clone(),
            gone: false,
            span_from: self.at.as_millisecond(),
        };
        self.known.insert(to.id.clone(), known);
        Ok(())
    }

    fn remove(&mut self, id: &str) -> Result<(), StoreError> {
        let Some(known) = self.known.get_mut(id).filter(|known| !known.gone) else {
            return Ok(());
        };
        known.end_span(self.tx, self.at)?;
        known.gone = true;
        self.tx.run(
            "UPDATE component SET gone_at = ?2, last_changed_at = ?2, span_from_at = ?3 WHERE id = ?1",
            (known.id, Ms(self.at), known.span_from),
        )?;
        Ok(())
    }
}

impl Known {
    /// Puts the span that it is in with those that ended, unless it was absent, and begins another where that one ends.
    fn end_span(&mut self, tx: &Tx<'_>, at: Timestamp) -> Result<(), StoreError> {
        if self.gone {
            self.span_from = self.span_from.max(at.as_millisecond());
            return Ok(());
        }
        let end = span_start(at, Some(self.span_from));
        tx.run(
            "INSERT INTO component_span (component_id, from_at, to_at, health, raw) VALUES (?1, ?2, ?3, ?4, ?5)",
            (self.id, self.span_from, end, Word(self.health), &self.raw),
        )?;
        self.span_from = end;
        Ok(())
    }
}

const INSERT: &str =
    "INSERT INTO component (page_id, vendor_id, position, name, path, health, health_since, raw, description,
        first_recorded_at, last_changed_at, span_from_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?7, ?7, ?7)";

impl Tx<'_> {
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
}
