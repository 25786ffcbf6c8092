//! Which pages are watched: what the configuration says, carried into the store.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::Timestamp;

use super::{PageId, StoreError, Tx, value::Ms};

/// A watch as the configuration says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchRow {
    /// The page's canonical address.
    pub address: String,
    /// What the person calls the vendor; `None` for the page's own name.
    pub name: Option<String>,
    /// The page's host, which stands for a name where there is none.
    pub host: String,
    /// The interval while no incident is open: the person's own for this page, or else the usual one.
    pub interval: Duration,
}

/// What the configuration changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncedWatches {
    /// Pages that were never watched before.
    pub added: Vec<PageId>,
    /// Pages that are watched again, with their history.
    pub returned: Vec<PageId>,
    /// Pages that are no longer watched.
    pub removed: Vec<PageId>,
}

impl Tx<'_> {
    /// Makes exactly `watches` the watched pages. New and returning ones are due at once; a new name or interval takes
    /// effect; what is no longer watched keeps its history. The same address twice: the first stands.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn sync_watches(&self, watches: &[WatchRow], now: Timestamp) -> Result<SyncedWatches, StoreError> {
        let mut known: BTreeMap<String, (PageId, bool, Option<String>, Option<u32>)> = self
            .rows(
                "SELECT address, id, watched, given_name, interval_s FROM page",
                (),
                |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))),
            )?
            .into_iter()
            .collect();
        let mut synced = SyncedWatches::default();
        let mut seen = BTreeSet::new();
        for watch in watches {
            if !seen.insert(&watch.address) {
                continue;
            }
            let interval = u32::try_from(watch.interval.as_secs()).unwrap_or(u32::MAX);
            let Some((page, watched, name, old_interval)) = known.remove(&watch.address) else {
                let page = self.insert(
                    "INSERT INTO page (address, given_name, host, watched, first_watched_at, interval_s, next_due_at)
                     VALUES (?1, ?2, ?3, 1, ?4, ?5, ?4)",
                    (&watch.address, &watch.name, &watch.host, Ms(now), interval),
                )?;
                synced.added.push(PageId(page));
                continue;
            };
            if !watched {
                synced.returned.push(page);
            }
            // A shorter interval must not wait for the old one to pass.
            let is_due = !watched || old_interval.is_some_and(|old| interval < old);
            if !watched || name != watch.name || old_interval != Some(interval) {
                self.run(
                    "UPDATE page SET watched = 1, given_name = ?2, interval_s = ?3, next_due_at = iif(?4, ?5, next_due_at)
                     WHERE id = ?1",
                    (page, &watch.name, interval, is_due, Ms(now)),
                )?;
            }
        }
        for (page, watched, ..) in known.into_values() {
            if watched {
                self.run("UPDATE page SET watched = 0 WHERE id = ?1", [page])?;
                synced.removed.push(page);
            }
        }
        Ok(synced)
    }

    /// Nothing waits beyond `latest`: after the clock was set back, what was due in an hour would be due in nine.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn bring_forward(&self, latest: Timestamp) -> Result<(), StoreError> {
        self.run(
            "UPDATE page SET next_due_at = ?1 WHERE watched = 1 AND next_due_at > ?1",
            [Ms(latest)],
        )?;
        self.run(
            "UPDATE outbox SET next_try_at = ?1 WHERE state = 'pending' AND next_try_at > ?1",
            [Ms(latest)],
        )?;
        Ok(())
    }
}
