//! Copies of the database: one a day, and one before each migration.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, tz::TimeZone};
use rusqlite::Connection;

use super::StoreError;

/// How many daily copies are kept, and as many that a clock which was ahead has dated after today: it may as well be that
/// the clock is behind now.
const KEPT: usize = 2;

/// Copies the database that `conn` has open to `to`, which appears whole or not at all.
pub(super) fn copy(conn: &Connection, to: &Path) -> Result<(), StoreError> {
    let doing = || format!("copying the database to {}", to.display());
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| StoreError::io(doing(), &error))?;
    let partial = to.with_extension("partial");
    remove_if_there(&partial)?;
    let name = partial
        .to_str()
        .ok_or_else(|| StoreError::io(doing(), &io::Error::from(io::ErrorKind::InvalidFilename)))?;
    let done = conn
        .execute("VACUUM INTO ?1", [name])
        .map_err(StoreError::from)
        .and_then(|_| {
            fs::File::open(&partial)
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&partial, to))
                .map_err(|error| StoreError::io(doing(), &error))
        });
    if done.is_err() {
        // Best effort: what failed is said already, and the next copy removes the rest.
        let _left = fs::remove_file(&partial);
    }
    done
}

/// Where the copy of the day of `now` (in UTC) belongs.
pub(super) fn todays(folder: &Path, now: Timestamp) -> PathBuf {
    let day = now.to_zoned(TimeZone::UTC).date();
    folder.join(format!("signalbox-{day}.db"))
}

/// The daily copies, newest first; behind them those that are dated after the day of `now`.
pub(super) fn daily(folder: &Path, now: Timestamp) -> Result<Vec<PathBuf>, StoreError> {
    let [until_today, later] = dated(folder, now)?;
    Ok([until_today, later].concat())
}

/// The daily copies until the day of `now` and those dated after it, each newest first.
fn dated(folder: &Path, now: Timestamp) -> Result<[Vec<PathBuf>; 2], StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok([Vec::new(), Vec::new()]),
        Err(error) => return Err(StoreError::io(format!("reading {}", folder.display()), &error)),
    };
    let mut copies = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| StoreError::io(format!("reading {}", folder.display()), &error))?;
        if entry.file_name().to_str().is_some_and(is_daily) {
            copies.push(entry.path());
        }
    }
    copies.sort();
    copies.reverse();
    let today = todays(folder, now);
    let (until_today, later) = copies.into_iter().partition(|copy| *copy <= today);
    Ok([until_today, later])
}

fn is_daily(name: &str) -> bool {
    name.strip_prefix("signalbox-")
        .and_then(|rest| rest.strip_suffix(".db"))
        .is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}

/// Removes the daily copies beyond the newest ones.
pub(super) fn prune(folder: &Path, now: Timestamp) -> Result<(), StoreError> {
    dated(folder, now)?
        .iter()
        .flat_map(|copies| copies.iter().skip(KEPT))
        .try_for_each(|copy| remove_if_there(copy))
}

pub(super) fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::io(format!("removing {}", path.display()), &error))
        }
        _ => Ok(()),
    }
}
