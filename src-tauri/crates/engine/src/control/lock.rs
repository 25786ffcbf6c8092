//! The lock: one engine per data directory.

use std::{
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::socket;

/// The file that is locked. Nothing stands in it, because a locked file cannot be read on Windows.
const LOCK_FILE: &str = "engine.lock";
/// Who holds the lock.
const HOLDER_FILE: &str = "engine.json";
/// The largest [`HOLDER_FILE`] that is believed, in bytes.
const LARGEST_HOLDER: u64 = 64 * 1024;
/// How often, and how long apart, the lock is tried: a client that looks whether it is held holds it for a moment.
const TRIES: u32 = 8;
const BETWEEN_TRIES: Duration = Duration::from_millis(25);

/// Who holds a data directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolderInfo {
    /// The process.
    pub pid: u32,
    /// What it does: "watch", "desktop", "add".
    pub program: String,
    /// Its version.
    pub version: String,
    /// Since when.
    pub since: Timestamp,
    /// Where it can be asked, once it listens: a socket's path, or a pipe's name.
    pub socket: Option<PathBuf>,
}

/// Who holds a data directory, as far as can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The data directory.
    pub dir: PathBuf,
    /// What the holder says of itself; `None` if it has not said it yet.
    pub info: Option<HolderInfo>,
}

impl fmt::Display for Holder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("another Signalbox")?;
        if let Some(info) = &self.info {
            let since = info.since.to_zoned(TimeZone::system());
            let since = since.strftime("%Y-%m-%d %H:%M");
            write!(out, " ({}, pid {}, since {since})", info.program, info.pid)?;
        }
        write!(out, " holds {}", self.dir.display())
    }
}

/// Why the lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else has it.
    #[error("{0}")]
    Held(Box<Holder>),
    /// The data directory cannot be written.
    #[error("the data directory {} cannot be written: {source}", dir.display())]
    Unwritable {
        /// The directory.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file system knows no locks: some network shares.
    #[error("files in {} cannot be locked, so two engines could not be told apart: {source}", dir.display())]
    NoLocks {
        /// The directory.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The right to run an engine on a data directory, until it is dropped. The system takes it back from a process
/// that dies in whatever way.
#[derive(Debug)]
pub struct EngineLock {
    dir: PathBuf,
    info: HolderInfo,
    file: File,
}

impl EngineLock {
    /// Takes the lock of `dir`, which is created if it is missing, and writes down who has it. May wait up to 0.2 s.
    ///
    /// # Errors
    /// [`LockError::Held`] names who has it.
    pub fn acquire(dir: &Path, info: &HolderInfo) -> Result<Self, LockError> {
        Self::acquire_between(dir, info, || std::thread::sleep(BETWEEN_TRIES))
    }

    /// As [`acquire`](Self::acquire); `pause` comes between one try and the next.
    fn acquire_between(dir: &Path, info: &HolderInfo, mut pause: impl FnMut()) -> Result<Self, LockError> {
        let unwritable = |source| LockError::Unwritable {
            dir: dir.to_owned(),
            source,
        };
        create_private_dir(dir).map_err(unwritable)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(dir.join(LOCK_FILE)).map_err(unwritable)?;

        let mut tries = 0;
        while let Err(error) = file.try_lock() {
            match error {
                TryLockError::WouldBlock if tries < TRIES => {
                    tries += 1;
                    pause();
                }
                TryLockError::WouldBlock => {
                    return Err(LockError::Held(Box::new(Holder {
                        dir: dir.to_owned(),
                        info: read_holder(dir).ok().flatten(),
                    })));
                }
                TryLockError::Error(source) => {
                    return Err(LockError::NoLocks {
                        dir: dir.to_owned(),
                        source,
                    });
                }
            }
        }
        // What a killed holder left behind.
        if let Ok(Some(HolderInfo {
            socket: Some(stale), ..
        })) = read_holder(dir)
        {
            socket::remove(dir, &stale);
        }
        let lock = Self {
            dir: dir.to_owned(),
            info: info.clone(),
            file,
        };
        write_holder(dir, info).map_err(unwritable)?;
        Ok(lock)
    }

    /// The data directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes down where the holder can be asked.
    pub(super) fn listens_at(&mut self, socket: &Path) -> io::Result<()> {
        self.info.socket = Some(socket.to_owned());
        write_holder(&self.dir, &self.info)
    }
}

impl Drop for EngineLock {
    fn drop(&mut self) {
        // Tidied up while the lock is still held: afterwards these may be somebody else's. Whatever cannot be removed
        // is found stale by the next one.
        if let Some(socket) = &self.info.socket {
            socket::remove(&self.dir, socket);
        }
        let _ = std::fs::remove_file(self.dir.join(HOLDER_FILE));
        let _ = self.file.unlock();
    }
}

/// Whether somebody holds the lock of `dir` at this moment.
pub(super) fn is_held(dir: &Path) -> io::Result<bool> {
    let file = match File::open(dir.join(LOCK_FILE)) {
        Ok(file) => file,
        Err(error) if is_missing(&error) => return Ok(false),
        Err(error) => return Err(error),
    };
    // Shared, so that several who look do not see each other.
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// What the holder of `dir`, or the last one, said of itself.
pub(super) fn read_holder(dir: &Path) -> io::Result<Option<HolderInfo>> {
    let mut text = Vec::new();
    match File::open(dir.join(HOLDER_FILE)) {
        Ok(file) => file.take(LARGEST_HOLDER).read_to_end(&mut text)?,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(serde_json::from_slice(&text).ok())
}

fn write_holder(dir: &Path, info: &HolderInfo) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".engine-").tempfile_in(dir)?;
    serde_json::to_writer(&mut file, info)?;
    file.write_all(b"\n")?;
    file.persist(dir.join(HOLDER_FILE)).map_err(|error| error.error)?;
    Ok(())
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Creates a directory for this person alone; one that exists is left as it is.
fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_who_only_looks_does_not_keep_an_engine_from_starting() {
        let dir = tempfile::tempdir().unwrap();
        let info = HolderInfo {
            pid: std::process::id(),
            program: "watch".to_owned(),
            version: "0.0.0".to_owned(),
            since: Timestamp::UNIX_EPOCH,
            socket: None,
        };
        drop(EngineLock::acquire(dir.path(), &info).unwrap());
        let looks = || {
            let file = File::open(dir.path().join(LOCK_FILE)).unwrap();
            file.lock_shared().unwrap();
            file
        };
        let (mut looking, mut pauses) = (Some(looks()), 0);
        let lock = EngineLock::acquire_between(dir.path(), &info, || {
            pauses += 1;
            // They end after the second try.
            if pauses == 2 {
                looking = None;
            }
        });
        assert!(lock.is_ok(), "{lock:?}");
        assert_eq!(pauses, 2);
        drop(lock);

        let mut pauses = 0;
        let _looking = looks();
        let held = EngineLock::acquire_between(dir.path(), &info, || pauses += 1);
        assert!(matches!(held, Err(LockError::Held(_))), "{held:?}");
        assert_eq!(pauses, TRIES, "whoever looks for ever is taken for a holder");
    }
}
