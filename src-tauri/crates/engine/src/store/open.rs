//! Opening and closing the file, and what is done where it is broken.

use std::{
    ffi::OsString,
    fmt, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{
    StoreError, Tx, copies,
    migrate::{self, Migrated},
};

/// How long a statement waits for a lock of another process.
const LOCK_WAIT: Duration = Duration::from_secs(5);
/// How many read-only connections stand beside the writer.
const READERS: usize = 2;
/// More than there are statements, so that each is prepared once per connection.
const STATEMENTS: usize = 256;

/// What the person should know of how the store was opened. `Display` says it in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenNotice {
    /// The last run did not close the store: a crash, a kill, a power cut. Nothing recorded is lost.
    UncleanExit {
        /// The last beat of that run's loop.
        heartbeat_at: Option<Timestamp>,
    },
    /// The file was of an older format.
    Upgraded {
        /// The format it had.
        from: u32,
        /// The format it has.
        to: u32,
        /// The copy made before.
        copy: PathBuf,
    },
    /// The file was broken and was set aside.
    SetAside {
        /// Where it is now.
        to: PathBuf,
        /// What was wrong with it.
        reason: String,
        /// The daily copy that took its place; `None` if there was none that can be read, and history begins anew.
        restored: Option<PathBuf>,
    },
    /// There was no file, although there had been one: it was deleted, or the program ended while it was being replaced.
    Lost {
        /// The daily copy that took its place; `None` if there was none that can be read, and history begins anew.
        restored: Option<PathBuf>,
    },
}

impl OpenNotice {
    /// Whether the file is another one than that of the last run.
    const fn is_of_another_file(&self) -> bool {
        matches!(self, Self::SetAside { .. } | Self::Lost { .. })
    }
}

impl fmt::Display for OpenNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UncleanExit { heartbeat_at: Some(at) } => write!(
                f,
                "Signalbox did not shut down in order; it last ran at {at:.0}. Nothing recorded is lost; the database is being \
                 examined in the background."
            ),
            Self::UncleanExit { heartbeat_at: None } => f.write_str(
                "Signalbox did not shut down in order. Nothing recorded is lost; the database is being examined in the \
                 background.",
            ),
            Self::Upgraded { from, to, copy } => write!(
                f,
                "The database was brought from format {from} to {to}. A copy of the old one is at {}.",
                copy.display()
            ),
            Self::SetAside {
                to,
                reason,
                restored: Some(copy),
            } => write!(
                f,
                "The database could not be used ({reason}). It was set aside as {}, and the daily copy {} took its place: \
                 what was recorded since that copy is missing. The configuration is untouched.",
                to.display(),
                copy.display()
            ),
            Self::SetAside {
                to,
                reason,
                restored: None,
            } => write!(
                f,
                "The database could not be used ({reason}) and there is no readable daily copy. It was set aside as {}, and \
                 history begins anew. The configuration is untouched.",
                to.display()
            ),
            Self::Lost { restored: Some(copy) } => write!(
                f,
                "The database was gone. The daily copy {} took its place: what was recorded since that copy is missing. The \
                 configuration is untouched.",
                copy.display()
            ),
            Self::Lost { restored: None } => f.write_str(
                "The database was gone and there is no readable daily copy: history begins anew. The configuration is \
                 untouched.",
            ),
        }
    }
}

/// What is known of the file's soundness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Integrity {
    /// The last exit was clean: there was no reason to look.
    NotExamined,
    /// The examination is going on.
    Examining,
    /// It found nothing wrong.
    Sound,
    /// It found damage; the next start sets the file aside.
    Damaged {
        /// What SQLite says.
        detail: String,
    },
}

/// An opened file.
pub(super) struct Opened {
    pub(super) writer: Connection,
    pub(super) readers: Vec<Connection>,
    pub(super) store_id: String,
    pub(super) unclean: bool,
    pub(super) notices: Vec<OpenNotice>,
}

/// The database of a data directory.
pub(super) fn file(dir: &Path) -> PathBuf {
    dir.join("signalbox.db")
}

/// Where the copies of a data directory are.
pub(super) fn copies_folder(dir: &Path) -> PathBuf {
    dir.join("copies")
}

pub(super) fn open(dir: &Path, now: Timestamp, migrations: &[&str]) -> Result<Opened, StoreError> {
    fs::create_dir_all(dir)
        .map_err(|error| StoreError::io(format!("making the data directory {}", dir.display()), &error))?;
    let path = file(dir);
    let mut notices = Vec::new();
    notices.extend(replace_lost(dir, now)?);
    let first = open_writer(dir, migrations).and_then(|opened| match Tx::new(&opened.0, "").damage()? {
        Some(detail) => Err(StoreError::Corrupt { detail }),
        None => Ok(opened),
    });
    let (mut writer, migrated) = match first {
        Err(StoreError::Corrupt { detail }) => {
            notices.push(set_aside(dir, detail, now)?);
            open_writer(dir, migrations)?
        }
        opened => opened?,
    };
    if let Some(Migrated {
        from,
        to,
        copy: Some(copy),
    }) = migrated
    {
        notices.push(OpenNotice::Upgraded { from, to, copy });
    }

    // A database that was just put in the place of a broken one did not exit at all.
    let replaced = notices.iter().any(OpenNotice::is_of_another_file);
    let transaction = writer.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let tx = Tx::new(&transaction, "");
    let unclean = tx.set_running(true)? && !replaced;
    if replaced {
        tx.renew_store_id()?;
        tx.forget_damage()?;
    }
    let store_id = tx.store_id_recorded()?;
    let heartbeat_at = tx.heartbeat_at()?;
    transaction.commit()?;
    if unclean {
        notices.push(OpenNotice::UncleanExit { heartbeat_at });
    }
    let readers = (0..READERS).map(|_| reader(&path)).collect::<Result<_, _>>()?;
    Ok(Opened {
        writer,
        readers,
        store_id,
        unclean,
        notices,
    })
}

fn open_writer(dir: &Path, migrations: &[&str]) -> Result<(Connection, Option<Migrated>), StoreError> {
    let path = file(dir);
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(&path, flags)?;
    set_up(&conn)?;
    // Before anything is written: a newer file is left as it is.
    migrate::format(&conn, &path, migrations)?;
    if conn.is_readonly(rusqlite::MAIN_DB)? {
        return Err(StoreError::ReadOnly {
            detail: Some(path.display().to_string()),
        });
    }
    let mode: String = conn.query_row("PRAGMA journal_mode = WAL", (), |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Io {
            doing: "switching the database to write-ahead logging".to_owned(),
            detail: format!("it stays in mode {mode}; the data directory may be on a network drive"),
        });
    }
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    conn.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    let migrated = migrate::migrate(&mut conn, &path, &copies_folder(dir), migrations)?;
    Ok((conn, migrated))
}

fn set_up(conn: &Connection) -> Result<(), StoreError> {
    conn.busy_timeout(LOCK_WAIT)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Else SQLite plans a statement anew whenever its parameters differ from those that it was first planned for.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

/// A read-only connection.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    set_up(&conn)?;
    Ok(conn)
}

pub(super) fn open_read_only(dir: &Path, migrations: &[&str]) -> Result<(Connection, String), StoreError> {
    let path = file(dir);
    let missing = || StoreError::Missing { path: path.clone() };
    if !path
        .try_exists()
        .map_err(|error| StoreError::io(format!("looking for {}", path.display()), &error))?
    {
        return Err(missing());
    }
    let opened = reader(&path).and_then(|conn| {
        let found = migrate::format(&conn, &path, migrations)?;
        Ok((conn, found))
    });
    let (conn, found) = match opened {
        // In a directory that cannot be written SQLite cannot lay the shared memory of its log beside the file. Without a
        // log nobody writes either, so the file can be read as it lies.
        Err(StoreError::Io { .. } | StoreError::ReadOnly { .. }) if !sibling(&path, "-wal").exists() => {
            let conn = immutable(&path)?;
            let found = migrate::format(&conn, &path, migrations)?;
            (conn, found)
        }
        opened => opened?,
    };
    let known = migrate::known(migrations);
    if found == 0 {
        return Err(missing());
    }
    if found < known {
        return Err(StoreError::TooOld { path, found, known });
    }
    let id = Tx::new(&conn, "").store_id_recorded()?;
    Ok((conn, id))
}

/// A read-only connection to a file that nobody writes.
fn immutable(path: &Path) -> Result<Connection, StoreError> {
    let mut address = url::Url::from_file_path(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
        .map_err(|()| StoreError::fault(format!("{} is no path for an address", path.display())))?;
    address.set_query(Some("immutable=1"));
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(address.as_str(), flags)?;
    set_up(&conn)?;
    Ok(conn)
}

/// `path` with `suffix` added to its name, as SQLite names the files beside a database.
fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Sets the broken database aside and puts the newest readable daily copy in its place, if there is one. The copy is
/// there, whole, before the broken one goes: whenever this fails or is cut short, the next start finds what it needs.
fn set_aside(dir: &Path, reason: String, now: Timestamp) -> Result<OpenNotice, StoreError> {
    let path = file(dir);
    let copy = prepare_copy(dir, now)?;
    let to = move_aside(&path, now)?;
    let restored = copy.map(|copy| copy.put_at(&path)).transpose()?;
    Ok(OpenNotice::SetAside { to, reason, restored })
}

/// Puts the newest readable daily copy in the place of a database that is gone. `None` if there is one, or never was.
fn replace_lost(dir: &Path, now: Timestamp) -> Result<Option<OpenNotice>, StoreError> {
    let path = file(dir);
    let looking = |error| StoreError::io(format!("looking for {}", path.display()), &error);
    if path.try_exists().map_err(looking)? {
        return Ok(None);
    }
    let copy = prepare_copy(dir, now)?;
    if copy.is_none() && !was_set_aside(dir).map_err(looking)? {
        return Ok(None);
    }
    // A log that was left of the one that is gone must not be taken for that of the copy.
    move_aside(&path, now)?;
    let restored = copy.map(|copy| copy.put_at(&path)).transpose()?;
    Ok(Some(OpenNotice::Lost { restored }))
}

/// Whether a broken database was set aside in `dir` before.
fn was_set_aside(dir: &Path) -> std::io::Result<bool> {
    for entry in fs::read_dir(dir)? {
        if entry?.file_name().to_string_lossy().contains(".db.broken") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A daily copy, copied once more and ready to take the database's place.
struct PreparedCopy {
    of: PathBuf,
    partial: PathBuf,
}

impl PreparedCopy {
    /// Moves it to `path`. Returns which daily copy it is.
    fn put_at(self, path: &Path) -> Result<PathBuf, StoreError> {
        fs::rename(&self.partial, path)
            .map_err(|error| StoreError::io(format!("restoring {}", self.of.display()), &error))?;
        Ok(self.of)
    }
}

/// Copies the newest readable daily copy, if there is one, to where one step puts it in the database's place.
fn prepare_copy(dir: &Path, now: Timestamp) -> Result<Option<PreparedCopy>, StoreError> {
    for of in copies::daily(&copies_folder(dir), now)? {
        if examine(&of) == Integrity::Sound {
            let partial = sibling(&file(dir), ".partial");
            fs::copy(&of, &partial)
                .and_then(|_| fs::File::open(&partial)?.sync_all())
                .map_err(|error| StoreError::io(format!("restoring {}", of.display()), &error))?;
            return Ok(Some(PreparedCopy { of, partial }));
        }
    }
    Ok(None)
}

/// Renames the database and the files beside it, as far as they are there. Returns its new name.
fn move_aside(path: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    // Two in one second must not overwrite each other.
    let to = (0..)
        .map(|n: u32| match n {
            0 => sibling(path, &format!(".broken-{stamp}")),
            _ => sibling(path, &format!(".broken-{stamp}-{n}")),
        })
        .find(|to| !to.exists())
        .unwrap_or_else(|| sibling(path, ".broken"));
    for suffix in ["", "-wal", "-shm"] {
        let from = sibling(path, suffix);
        if from.exists() {
            fs::rename(&from, sibling(&to, suffix))
                .map_err(|error| StoreError::io(format!("setting {} aside", from.display()), &error))?;
        }
    }
    Ok(to)
}

/// Examines a file on a connection of its own.
pub(super) fn examine(path: &Path) -> Integrity {
    let check = || -> Result<Vec<String>, StoreError> {
        let conn = reader(path)?;
        let mut statement = conn.prepare("PRAGMA quick_check(3)")?;
        let lines = statement.query_map((), |row| row.get(0))?;
        Ok(lines.collect::<Result<_, _>>()?)
    };
    match check() {
        Ok(lines) if lines == ["ok"] => Integrity::Sound,
        Ok(lines) => Integrity::Damaged {
            detail: lines.join("; "),
        },
        Err(StoreError::Corrupt { detail }) => Integrity::Damaged { detail },
        // It could not be looked at just now; that says nothing of the file.
        Err(_) => Integrity::NotExamined,
    }
}

/// Closes the writer's connection in order.
pub(super) fn close(conn: Connection) -> Result<(), StoreError> {
    conn.execute_batch("PRAGMA optimize")?;
    Tx::new(&conn, "").set_running(false)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
    conn.close().map_err(|(_, error)| StoreError::from(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{ComponentRow, Part, migrate::MIGRATIONS};

    const NOW: Timestamp = Timestamp::constant(1_700_000_000, 0);

    /// A component, the vendor's word of it, and since which second.
    fn said(row: &ComponentRow) -> String {
        let raw = row.component.raw.as_deref().unwrap_or("nothing");
        format!("{} {raw} {}", row.component.id, row.health_since.as_second())
    }

    #[test]
    fn an_older_file_is_copied_and_then_brought_up_to_date_once() {
        let dir = tempfile::tempdir().unwrap();
        drop(open(dir.path(), NOW, MIGRATIONS).unwrap());
        let more = [MIGRATIONS, &["CREATE TABLE later (a INTEGER) STRICT"]].concat();
        let opened = open(dir.path(), NOW, &more).unwrap();
        let to = migrate::known(&more);
        let Some(OpenNotice::Upgraded { from, to: told, copy }) = opened.notices.first() else {
            panic!("{:?}", opened.notices)
        };
        assert_eq!((*from, *told), (to - 1, to));
        assert!(examine(copy) == Integrity::Sound);
        opened.writer.execute("INSERT INTO later VALUES (1)", ()).unwrap();
        drop(opened);
        let again = open(dir.path(), NOW, &more).unwrap();
        assert!(
            !again
                .notices
                .iter()
                .any(|notice| matches!(notice, OpenNotice::Upgraded { .. }))
        );
        drop(again);
        // And the older program refuses it, untouched.
        let refused = open(dir.path(), NOW, MIGRATIONS).err();
        let known = to - 1;
        let path = file(dir.path());
        assert_eq!(
            refused,
            Some(StoreError::TooNew {
                path,
                found: to,
                known
            })
        );
    }

    #[test]
    fn what_an_older_program_recorded_is_understood() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open(dir.path(), NOW, MIGRATIONS.get(..1).unwrap()).unwrap();
        opened
            .writer
            .execute_batch(
                r#"INSERT INTO page (id, address, host, watched, first_watched_at, read_at, heavy_at, next_due_at)
                       VALUES (1, 'https://a.example/', 'a.example', 1, 0, 9000, 5000, 0);
                   INSERT INTO document (page_id, name, body_hash) VALUES (1, 'summary', 7);
                   INSERT INTO coverage VALUES (1, 1000, 9000);
                   INSERT INTO component (id, page_id, vendor_id, position, name, health, health_since, raw, first_recorded_at,
                       last_changed_at, gone_at) VALUES
                       (1, 1, 'same', 0, 'Same', 'operational', 1000, 'up', 1000, 1000, NULL),
                       (2, 1, 'worse', 1, 'Worse', 'major_outage', 3000, 'down', 1000, 3000, NULL),
                       (3, 1, 'gone', 2, 'Gone', 'degraded', 1000, 'slow', 1000, 4000, 4000);
                   INSERT INTO component_span (component_id, from_at, to_at, health, raw) VALUES
                       (1, 1000, NULL, 'operational', 'up'), (2, 1000, 3000, 'operational', 'up'),
                       (2, 3000, NULL, 'major_outage', 'down'), (3, 1000, 4000, 'degraded', 'slow');
                   INSERT INTO outbox (key, channel, created_at, state, payload) VALUES ('k', 'out', 0, 'pending',
                       '{"key":"k","kind":"page_back","urgency":"quiet","vendor":null,"headline":"h","body":"","incident":null,
                         "url":null,"health":null,"impact":null,"recorded_at":"2026-11-07T08:00:00Z","happened_at":null}');"#,
            )
            .unwrap();
        drop(opened);
        let opened = open(dir.path(), NOW, MIGRATIONS).unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let view = Tx::new(&opened.writer, "");
        let page = view.watched_pages().unwrap().remove(0);
        assert_eq!((page.wants.len(), page.rest_read_at), (0, Some(at(5))));
        assert_eq!(view.documents(page.id).unwrap(), [], "every page is read again");
        assert_eq!(view.was_observed(page.id, Part::Page, at(5)), Ok(true));
        assert_eq!(view.was_observed(page.id, Part::Rest, at(5)), Ok(false));
        let owed = view.owed_first("out").unwrap().unwrap();
        assert_eq!(owed.announcement.items, []);
        for (second, expected) in [
            (2, ["same up 1", "worse up 1", "gone slow 1"].as_slice()),
            (3, &["same up 1", "worse down 3", "gone slow 1"]),
            (4, &["same up 1", "worse down 3"]),
        ] {
            let known = view.known_then(page.id, at(second)).unwrap().unwrap();
            let said: Vec<String> = known.components.iter().map(said).collect();
            assert_eq!(said, expected, "{second}");
        }
    }

    #[test]
    fn a_failing_migration_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        drop(open(dir.path(), NOW, MIGRATIONS).unwrap());
        let bad = [
            MIGRATIONS,
            &["CREATE TABLE later (a INTEGER) STRICT; SELECT nonsense"],
        ]
        .concat();
        assert!(matches!(
            open(dir.path(), NOW, &bad).err(),
            Some(StoreError::Fault { .. })
        ));
        let opened = open(dir.path(), NOW, MIGRATIONS).unwrap();
        assert!(opened.writer.execute("INSERT INTO later VALUES (1)", ()).is_err());
    }

    #[test]
    fn a_file_that_is_older_than_the_program_can_be_read_only_after_the_engine_upgraded_it() {
        let dir = tempfile::tempdir().unwrap();
        drop(open(dir.path(), NOW, MIGRATIONS).unwrap());
        let more = [MIGRATIONS, &["CREATE TABLE later (a INTEGER) STRICT"]].concat();
        assert!(matches!(
            open_read_only(dir.path(), &more).err(),
            Some(StoreError::TooOld { .. })
        ));
    }

    #[test]
    fn a_file_nobody_writes_can_be_read_as_it_lies() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open(dir.path(), NOW, MIGRATIONS).unwrap();
        drop(opened.readers);
        close(opened.writer).unwrap();
        let conn = immutable(&file(dir.path())).unwrap();
        assert_eq!(
            migrate::format(&conn, &file(dir.path()), MIGRATIONS).unwrap(),
            migrate::known(MIGRATIONS)
        );
    }
}
