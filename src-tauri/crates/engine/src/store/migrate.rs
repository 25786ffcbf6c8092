//! Bringing a file to the present format.
//!
//! `PRAGMA user_version` is the format: it is set in the transaction of each migration, and a file beyond the newest
//! known one is refused untouched.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::{StoreError, copies};

/// The migrations, oldest first: the n-th (from 1) makes format n of format n - 1. Never edit one that was released.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
];

/// What `PRAGMA application_id` says of a file of ours.
const APPLICATION_ID: i64 = 1_397_311_064;

/// A migration that was done.
pub(super) struct Migrated {
    pub(super) from: u32,
    pub(super) to: u32,
    /// The copy made before; `None` for a new file.
    pub(super) copy: Option<PathBuf>,
}

/// The newest format of `migrations`.
pub(super) fn known(migrations: &[&str]) -> u32 {
    u32::try_from(migrations.len()).unwrap_or(u32::MAX)
}

/// The file's format; 0 for a new one.
pub(super) fn format(conn: &Connection, path: &Path, migrations: &[&str]) -> Result<u32, StoreError> {
    let number = |sql: &str| conn.query_row(sql, (), |row| row.get::<_, i64>(0));
    let version = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_master")?;
    let ours = number("PRAGMA application_id")? == APPLICATION_ID;
    let found = u32::try_from(version).unwrap_or(u32::MAX);
    if tables > 0 && !ours {
        return Err(StoreError::Corrupt {
            detail: "it is a database of another program".to_owned(),
        });
    }
    if found > known(migrations) {
        return Err(StoreError::TooNew {
            path: path.to_owned(),
            found,
            known: known(migrations),
        });
    }
    Ok(found)
}

/// Runs the migrations that the file lacks, after copying it into `copies`. `None` if it lacks none.
pub(super) fn migrate(
    conn: &mut Connection,
    path: &Path,
    copies: &Path,
    migrations: &[&str],
) -> Result<Option<Migrated>, StoreError> {
    let from = format(conn, path, migrations)?;
    let to = known(migrations);
    if from == to {
        return Ok(None);
    }
    let copy = if from == 0 {
        None
    } else {
        let copy = copies.join(format!("signalbox-before-format-{to}.db"));
        copies::copy(conn, &copy)?;
        Some(copy)
    };
    let mut version = from;
    for sql in migrations
        .iter()
        .skip(usize::try_from(from).unwrap_or(usize::MAX))
    {
        version += 1;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", version)?;
        tx.commit()?;
    }
    Ok(Some(Migrated { from, to, copy }))
}
