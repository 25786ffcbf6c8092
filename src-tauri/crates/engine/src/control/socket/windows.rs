//! A named pipe. Its default access list lets other users read, but not write, so none of them can ask.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions},
    sync::Mutex,
};

use super::short_name;

/// `ERROR_PIPE_BUSY`: every instance of the pipe is taken, and the next is not there yet.
const BUSY: i32 = 231;

pub(in crate::control) type ServerStream = NamedPipeServer;
pub(in crate::control) type ClientStream = NamedPipeClient;

#[derive(Debug)]
pub(super) struct Listener {
    path: PathBuf,
    /// The instance that the next client gets.
    next: Mutex<NamedPipeServer>,
}

pub(super) fn path(dir: &Path) -> PathBuf {
    PathBuf::from(format!(r"\\.\pipe\{}", short_name(dir)))
}

impl Listener {
    pub(super) fn bind(_dir: &Path, path: &Path) -> io::Result<Self> {
        let first = ServerOptions::new()
            .first_pipe_instance(true)
            .reject_remote_clients(true)
            .create(path)?;
        Ok(Self {
            path: path.to_owned(),
            next: Mutex::new(first),
        })
    }

    pub(super) async fn accept(&self) -> io::Result<NamedPipeServer> {
        let mut next = self.next.lock().await;
        next.connect().await?;
        let following = ServerOptions::new()
            .reject_remote_clients(true)
            .create(&self.path)?;
        Ok(std::mem::replace(&mut *next, following))
    }
}

pub(in crate::control) async fn connect(path: &Path) -> io::Result<NamedPipeClient> {
    loop {
        match ClientOptions::new().open(path) {
            Err(error) if error.raw_os_error() == Some(BUSY) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            other => return other,
        }
    }
}

/// A pipe goes with its process.
pub(in crate::control) fn remove(_dir: &Path, _path: &Path) {}
