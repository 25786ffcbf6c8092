//! The control socket: a Unix socket or a named pipe, one file per system.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as system;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

pub(super) use system::{ClientStream, ServerStream, connect, remove};

use super::EngineLock;

/// Why there is no control socket.
#[derive(Debug, thiserror::Error)]
#[error("no control socket at {}: {source}", path.display())]
pub struct BindError {
    /// Where it was to be.
    pub path: PathBuf,
    /// Why not.
    pub source: io::Error,
}

/// Where the engine is asked. It is removed with the [`EngineLock`].
#[derive(Debug)]
pub struct ControlListener {
    system: system::Listener,
    path: PathBuf,
}

impl ControlListener {
    /// Begins to listen, and writes down where beside the lock. A socket that a killed engine left is replaced, which
    /// is safe because the lock is held. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// If something else is in the way, or the directory cannot be written.
    pub fn bind(lock: &mut EngineLock) -> Result<Self, BindError> {
        let path = system::path(lock.dir());
        let failed = |source| BindError {
            path: path.clone(),
            source,
        };
        let system = system::Listener::bind(lock.dir(), &path).map_err(failed)?;
        lock.listens_at(&path).map_err(failed)?;
        Ok(Self { system, path })
    }

    /// Where it listens.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The next connection of this person.
    pub(super) async fn accept(&self) -> io::Result<ServerStream> {
        self.system.accept().await
    }
}

/// A short name for a data directory, stable on one machine.
fn short_name(dir: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    std::fs::canonicalize(dir)
        .unwrap_or_else(|_| dir.to_owned())
        .hash(&mut hasher);
    format!("signalbox-{:016x}", hasher.finish())
}
