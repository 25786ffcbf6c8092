//! What can go wrong with the store, in words that say what to do.

use std::{io, path::PathBuf};

use rusqlite::ErrorCode;

/// Why the store could not do what was asked. `Clone`, because one failed commit is the answer to many writes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no store here yet.
    #[error("there is no history yet at {}: nothing has been watched with this data directory", path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// The file was written by a newer Signalbox.
    #[error(
        "{} was written by a newer Signalbox (its format is {found}, this one knows up to {known}): update Signalbox, \
         or give another data directory",
        path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// The file's format.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// The file was written by an older Signalbox and can only be read once the engine has brought it up to date.
    #[error(
        "{} is of an older format ({found}; this Signalbox uses {known}): start the engine once to bring it up to date",
        path.display()
    )]
    TooOld {
        /// The file.
        path: PathBuf,
        /// The file's format.
        found: u32,
        /// The format that this program reads.
        known: u32,
    },
    /// Another process holds the file.
    #[error(
        "the database is locked by another program: close whatever has signalbox.db open, a backup or a database \
         browser say, and try again"
    )]
    Locked,
    /// The disk is full.
    #[error(
        "the disk is full, so nothing can be recorded: free some space; Signalbox then goes on by itself"
    )]
    Full,
    /// The file or its directory cannot be written.
    #[error(
        "the data directory cannot be written{}: check its permissions and that its disk is not mounted read-only, \
         or give another data directory",
        detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default()
    )]
    ReadOnly {
        /// What was refused, where it is known.
        detail: Option<String>,
    },
    /// The file is no database, or is damaged.
    #[error(
        "the database is damaged ({detail}): restart Signalbox; it sets the file aside and goes on with the newest daily copy"
    )]
    Corrupt {
        /// What SQLite says.
        detail: String,
    },
    /// The file system failed.
    #[error("{doing} failed: {detail}")]
    Io {
        /// What was being done.
        doing: String,
        /// What the system says.
        detail: String,
    },
    /// The store has been closed.
    #[error("the store is closed: Signalbox is shutting down")]
    Closed,
    /// Another engine has taken this one's place.
    #[error("another engine of this Signalbox has taken over: this one writes nothing any more")]
    Retired,
    /// A fault of ours: a statement that is wrong, a value that does not fit, work that panicked.
    #[error("a fault in Signalbox's store: {detail}")]
    Fault {
        /// What happened.
        detail: String,
    },
}

impl StoreError {
    /// Whether it is the disk, the file or another program, so that the same write may succeed later.
    pub(super) const fn is_of_the_disk(&self) -> bool {
        match self {
            Self::Locked | Self::Full | Self::ReadOnly { .. } | Self::Io { .. } | Self::Corrupt { .. } => {
                true
            }
            Self::Missing { .. }
            | Self::TooNew { .. }
            | Self::TooOld { .. }
            | Self::Closed
            | Self::Retired
            | Self::Fault { .. } => false,
        }
    }

    /// A failure of the file system while `doing` something.
    pub(super) fn io(doing: impl Into<String>, error: &io::Error) -> Self {
        let kind = error.kind();
        if matches!(
            kind,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
        ) {
            Self::ReadOnly {
                detail: Some(format!("{}: {error}", doing.into())),
            }
        } else if matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            Self::Full
        } else {
            Self::Io {
                doing: doing.into(),
                detail: error.to_string(),
            }
        }
    }

    pub(super) fn fault(detail: impl Into<String>) -> Self {
        Self::Fault {
            detail: detail.into(),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            return Self::fault(error.to_string());
        };
        if matches!(code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) {
            Self::Locked
        } else if code == ErrorCode::DiskFull {
            Self::Full
        } else if matches!(code, ErrorCode::ReadOnly | ErrorCode::PermissionDenied) {
            Self::ReadOnly { detail: None }
        } else if matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) {
            Self::Corrupt {
                detail: error.to_string(),
            }
        } else if matches!(code, ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) {
            Self::Io {
                doing: "reading or writing the database".to_owned(),
                detail: error.to_string(),
            }
        } else {
            Self::fault(error.to_string())
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::fault(format!(
            "a recorded value could not be read or written as JSON: {error}"
        ))
    }
}
