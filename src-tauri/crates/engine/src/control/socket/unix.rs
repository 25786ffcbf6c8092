//! A Unix socket: beside the store, or where its path is short enough.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use tokio::net::{UnixListener, UnixStream};

use super::short_name;

/// The socket's name.
const NAME: &str = "control.sock";
/// The longest path that a socket can have everywhere, in bytes: the systems allow 103 to 107.
const LONGEST_PATH: usize = 100;

pub(in crate::control) type ServerStream = UnixStream;
pub(in crate::control) type ClientStream = UnixStream;

#[derive(Debug)]
pub(super) struct Listener {
    listener: UnixListener,
    /// This process's own user.
    user: u32,
}

/// Where the socket of a data directory belongs: in it, unless that is too long for a socket.
pub(super) fn path(dir: &Path) -> PathBuf {
    let beside = dir.join(NAME);
    if beside.as_os_str().len() <= LONGEST_PATH {
        return beside;
    }
    elsewhere(dir).join(NAME)
}

/// A directory for the socket alone.
fn elsewhere(dir: &Path) -> PathBuf {
    let runtime = directories::BaseDirs::new().and_then(|base| base.runtime_dir().map(Path::to_owned));
    runtime
        .filter(|runtime| runtime.is_dir())
        .unwrap_or_else(std::env::temp_dir)
        .join(short_name(dir))
}

impl Listener {
    pub(super) fn bind(dir: &Path, path: &Path) -> io::Result<Self> {
        if path.as_os_str().len() > LONGEST_PATH {
            return Err(io::Error::new(
                io::ErrorKind::InvalidFilename,
                "the path is too long for a socket",
            ));
        }
        if !path.starts_with(dir) {
            private_dir(path.parent().unwrap_or(path))?;
        }
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.file_type().is_socket() => fs::remove_file(path)?,
            Ok(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "something that is no socket is in the way",
                ));
            }
            Err(_) => {}
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        // What this process has just made belongs to its user.
        let user = fs::symlink_metadata(path)?.uid();
        Ok(Self { listener, user })
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            // Somebody else may have slipped in before the socket got its permissions.
            let peer = stream.peer_cred().map(|peer| peer.uid());
            match peer {
                Ok(peer) if peer == self.user || peer == 0 => return Ok(stream),
                peer => tracing::warn!(?peer, "refused another user at the control socket"),
            }
        }
    }
}

/// Makes a directory that only this user can enter. In a directory that everybody writes, somebody else may have made
/// it first: then it is refused.
fn private_dir(dir: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => return other,
    }
    let refused = |reason: &str| Err(io::Error::new(io::ErrorKind::PermissionDenied, reason.to_owned()));
    let metadata = fs::symlink_metadata(dir)?;
    if !metadata.is_dir() {
        return refused("its directory is no directory");
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        return refused("its directory is open to others");
    }
    // A file made there belongs to this user; the directory must, too.
    let probe = tempfile::tempfile_in(dir)?;
    if probe.metadata()?.uid() != metadata.uid() {
        return refused("its directory belongs to somebody else");
    }
    Ok(())
}

pub(in crate::control) async fn connect(path: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(path).await
}

/// Removes the socket of a data directory, if it is one that [`path`] could have named.
pub(in crate::control) fn remove(dir: &Path, path: &Path) {
    let is_socket = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
    if path.file_name().is_none_or(|name| name != NAME) {
        return;
    }
    if is_socket {
        let _ = fs::remove_file(path);
    }
    if let Some(parent) = path.parent()
        && parent.file_name().is_some_and(|name| *name == *short_name(dir))
    {
        let _ = fs::remove_dir(parent);
    }
}
