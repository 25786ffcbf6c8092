//! What reads and writes are done on: [`View`] and [`Tx`].

use std::{cell::RefCell, ops::Deref};

use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row};

use super::{StoreError, words::Unindexed};

/// A consistent view of the store: what one read, or one write so far, sees.
pub struct View<'c> {
    pub(super) conn: &'c Connection,
}

impl<'c> View<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Self { conn }
    }

    /// Every statement goes through here: prepared once per connection, and in tests held to scan no big
    /// table.
    pub(super) fn statement(&self, sql: &'static str) -> Result<CachedStatement<'c>, StoreError> {
        #[cfg(test)]
        super::tests::plan::check(self.conn, sql);
        Ok(self.conn.prepare_cached(sql)?)
    }

    pub(super) fn rows<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.statement(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn row<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.statement(sql)?.query_row(params, read).optional()?)
    }
}

/// One write: all of it is recorded, or nothing. It sees what it has written so far.
pub struct Tx<'c> {
    view: View<'c>,
    store_id: &'c str,
    /// What the writes of this commit said, to be indexed with it.
    pub(super) unindexed: RefCell<Unindexed>,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c Connection, store_id: &'c str) -> Self {
        Self {
            view: View::new(conn),
            store_id,
            unindexed: RefCell::default(),
        }
    }

    /// The store's own identifier, the first part of every announcement's key.
    #[must_use]
    pub fn store_id(&self) -> &str {
        self.store_id
    }

    /// Runs a statement that changes rows; returns how many.
    pub(super) fn run(&self, sql: &'static str, params: impl Params) -> Result<usize, StoreError> {
        Ok(self.statement(sql)?.execute(params)?)
    }

    /// Runs an insert; returns the new row's id.
    pub(super) fn insert(&self, sql: &'static str, params: impl Params) -> Result<i64, StoreError> {
        Ok(self.statement(sql)?.insert(params)?)
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = View<'c>;

    fn deref(&self) -> &View<'c> {
        &self.view
    }
}
