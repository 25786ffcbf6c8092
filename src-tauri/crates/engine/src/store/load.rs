//! Loading the left side of a comparison.

use std::{collections::BTreeMap, sync::Arc};

use rusqlite::Row;
use serde::de::DeserializeOwned;

use super::{
    EventKind, PageId, StoreError, View,
    component::{component, component_columns},
    event::Facts,
    value::{Bits, Columns, Word},
};
use crate::compare::{EventState, Listed, PageState, UpdateState};

/// What is needed of an event before its facts and updates are read.
struct Found {
    id: i64,
    kind: EventKind,
    vendor_id: String,
    listed: Listed,
}

impl Found {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            vendor_id: row.get("vendor_id")?,
            listed: row.get::<_, Word<Listed>>("listed")?.0,
        })
    }
}

impl View<'_> {
    /// What is recorded of a page: its present components, its open incidents and maintenances, and those of the
    /// mentioned ones that are known. Empty for a page that was never read.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn load_state(
        &self,
        page: PageId,
        mentioned_incidents: &[&str],
        mentioned_maintenances: &[&str],
    ) -> Result<PageState, StoreError> {
        let found = self.row(
            "SELECT identity_id, identity_name, identity_url, health, overall_health, overall_raw, overall_description
             FROM page WHERE id = ?1",
            [page],
            |row| {
                let mut row = Columns::of(row);
                Ok((row.identity()?, row.health()?, row.overall()?))
            },
        )?;
        let Some((identity, health, overall)) = found else {
            return Ok(PageState::default());
        };
        let components = self.rows(
            concat!(
                "SELECT ",
                component_columns!(),
                " FROM component WHERE page_id = ?1 AND gone_at IS NULL"
            ),
            [page],
            component,
        )?;
        let mut state = PageState {
            identity,
            overall,
            health,
            components: components
                .into_iter()
                .map(|component| (component.id.clone(), Arc::new(component)))
                .collect(),
            ..PageState::default()
        };

        let open = self.rows(
            "SELECT id, kind, vendor_id, listed FROM event WHERE page_id = ?1 AND open = 1",
            [page],
            Found::read,
        )?;
        for found in open {
            self.load_event(found, &mut state)?;
        }
        for id in mentioned_incidents {
            if !state.incidents.contains_key(*id) {
                self.load_mentioned(page, EventKind::Incident, id, &mut state)?;
            }
        }
        for id in mentioned_maintenances {
            if !state.maintenances.contains_key(*id) {
                self.load_mentioned(page, EventKind::Maintenance, id, &mut state)?;
            }
        }
        Ok(state)
    }

    fn load_mentioned(
        &self,
        page: PageId,
        kind: EventKind,
        id: &str,
        state: &mut PageState,
    ) -> Result<(), StoreError> {
        let found = self.row(
            "SELECT id, kind, vendor_id, listed FROM event WHERE vendor_id = ?1 AND page_id = ?2 AND kind = ?3",
            (id, page, kind),
            Found::read,
        )?;
        match found {
            Some(found) => self.load_event(found, state),
            None => Ok(()),
        }
    }

    fn load_event(&self, found: Found, state: &mut PageState) -> Result<(), StoreError> {
        match found.kind {
            EventKind::Incident => {
                let event = self.event_state(&found)?;
                state.incidents.insert(found.vendor_id, event);
            }
            EventKind::Maintenance => {
                let event = self.event_state(&found)?;
                state.maintenances.insert(found.vendor_id, event);
            }
        }
        Ok(())
    }

    fn event_state<F: Facts + DeserializeOwned>(&self, found: &Found) -> Result<EventState<F>, StoreError> {
        let facts = self.row(
            "SELECT facts FROM event_revision WHERE event_id = ?1 ORDER BY id DESC LIMIT 1",
            [found.id],
            |row| {
                serde_json::from_str(row.get_ref(0)?.as_str()?)
                    .map_err(|error| rusqlite::types::FromSqlError::Other(Box::new(error)).into())
            },
        )?;
        let facts = facts.ok_or_else(|| StoreError::fault("an event without a revision"))?;
        let updates: BTreeMap<String, UpdateState> = self
            .rows(
                "SELECT vendor_id, hash, deleted FROM event_update WHERE event_id = ?1",
                [found.id],
                |row| {
                    let hash = row.get::<_, Bits>(1)?.0;
                    let deleted = row.get(2)?;
                    Ok((row.get(0)?, UpdateState { hash, deleted }))
                },
            )?
            .into_iter()
            .collect();
        Ok(EventState {
            facts,
            updates,
            listed: found.listed,
        })
    }
}
