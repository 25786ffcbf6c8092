//! Read-only connections beside the writer.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::{StoreError, View};

/// A few read-only connections, lent to one read at a time each.
pub(super) struct Pool {
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    idle: Vec<Connection>,
    closed: bool,
}

impl Pool {
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        Self {
            state: Mutex::new(State {
                idle: connections,
                closed: false,
            }),
            returned: Condvar::new(),
        }
    }

    // A panic in a read leaves the list as it was: there is nothing half-done behind a poisoned lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads on one connection, in one transaction: everything read is of the same moment.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&View<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let lent = self.lend()?;
        let transaction = lent.connection()?.unchecked_transaction()?;
        read(&View::new(&transaction))
    }

    fn lend(&self) -> Result<Lent<'_>, StoreError> {
        let mut state = self.state();
        loop {
            if state.closed {
                return Err(StoreError::Closed);
            }
            if let Some(connection) = state.idle.pop() {
                return Ok(Lent {
                    pool: self,
                    connection: Some(connection),
                });
            }
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Closes the connections, those that are lent as they come back.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.idle.clear();
        self.returned.notify_all();
    }
}

/// A connection that goes back to its pool when dropped, also on a panic.
struct Lent<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
}

impl Lent<'_> {
    fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or(StoreError::Closed)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        if !state.closed {
            state.idle.extend(self.connection.take());
        }
        self.pool.returned.notify_one();
    }
}
