//! Edits by program: the file stays the person's, comments and all.
//!
//! An edit changes the bytes of one entry and no others. It is made only if the file still is what was read, through
//! symbolic links, and replaces the file in one step, so that nobody ever reads half of it.

mod splice;

use std::{
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use url::Url;

use super::{
    Config, ConfigError, Fingerprint, Limits, Place, Watch,
    error::Fault,
    read::{bytes, examine},
};

/// What a new configuration file says before its first entry.
const HEADER: &str = "\
# Signalbox: what is watched, and how. Edit it freely, also while Signalbox runs: it is read again when it is
# saved. Signalbox writes here too and keeps your comments.
#
# [preferences]
# interval = \"2m\"                       # how often a page is polled
# interval_during_incident = \"1m\"       # while an incident is open on it
# contact = \"mailto:me@example.org\"     # told to the pages, so that their owners can reach you
";

/// A watch to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchEntry {
    /// The page, canonical as by [`super::canonical_address`].
    pub page: Url,
    /// What to call the vendor; `None` for the page's own name.
    pub name: Option<String>,
    /// An interval of its own.
    pub interval: Option<Duration>,
    /// The components in scope, id and name; empty for everything.
    pub components: Vec<(String, String)>,
    /// Whether it counts for the tray.
    pub counted: bool,
}

impl WatchEntry {
    /// Everything of a page, counted.
    #[must_use]
    pub fn of(page: Url) -> Self {
        Self {
            page,
            name: None,
            interval: None,
            components: Vec::new(),
            counted: true,
        }
    }
}

/// Why an edit was not made. The file is what it was.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file is not what was read: somebody else wrote it.
    #[error("{} was changed in the meantime; read it again", .0.display())]
    Changed(PathBuf),
    /// The entry cannot be written by program.
    #[error("this cannot be changed here: {reason}")]
    Locked {
        /// Why, in plain words.
        reason: String,
    },
    /// The page is watched already.
    #[error("{page} is watched already, at {place}")]
    AlreadyWatched {
        /// The page.
        page: Box<Url>,
        /// Where it is written.
        place: Box<Place>,
    },
    /// The page is not watched.
    #[error("{0} is not watched")]
    NotWatched(Url),
    /// The configuration is wrong as it is, or would be after the edit.
    #[error(transparent)]
    Wrong(#[from] ConfigError),
    /// The file could not be written.
    #[error("{} cannot be written: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Adds a watch at the end of the file, which is created if it is missing. Returns what the file is now.
///
/// # Errors
/// [`EditError`]; the file is then unchanged.
pub fn add_watch(path: &Path, entry: &WatchEntry, expected: &Fingerprint) -> Result<Fingerprint, EditError> {
    let read = Read::of(path, expected)?;
    if let Some(watch) = read.config.watch(&entry.page) {
        return Err(EditError::AlreadyWatched {
            page: Box::new(entry.page.clone()),
            place: Box::new(watch.place.clone()),
        });
    }
    let base = if read.expected == Fingerprint::MISSING {
        HEADER
    } else {
        &read.text
    };
    let text = splice::add(base, entry).map_err(|refusal| read.refused(refusal))?;
    read.write(&text, &entry.page, |watches| {
        watches
            .iter()
            .any(|watch| watch.page == entry.page && watch.counted == entry.counted)
    })
}

/// Removes a page's watch with the comments inside it; comments above it stay. Returns what the file is now.
///
/// # Errors
/// [`EditError`]; the file is then unchanged.
pub fn remove_watch(path: &Path, page: &Url, expected: &Fingerprint) -> Result<Fingerprint, EditError> {
    let read = Read::of(path, expected)?;
    read.editable(page)?;
    let text = splice::remove(&read.text, page).map_err(|refusal| read.refused(refusal))?;
    read.write(&text, page, |watches| {
        watches.iter().all(|watch| watch.page != *page)
    })
}

/// Sets the components in scope, ids with their names as comments; none puts everything in scope. Returns what the
/// file is now.
///
/// # Errors
/// [`EditError`]; the file is then unchanged.
pub fn set_scope(
    path: &Path,
    page: &Url,
    components: &[(String, String)],
    expected: &Fingerprint,
) -> Result<Fingerprint, EditError> {
    let read = Read::of(path, expected)?;
    read.editable(page)?;
    let text = splice::set_scope(&read.text, page, components).map_err(|refusal| read.refused(refusal))?;
    read.write(&text, page, |watches| {
        watches.iter().any(|watch| {
            watch.page == *page
                && components
                    .iter()
                    .all(|(id, _)| watch.components.contains(id.trim()))
                && watch.components.len() <= components.len()
        })
    })
}

/// Sets whether a watch counts for the tray. Returns what the file is now.
///
/// # Errors
/// [`EditError`]; the file is then unchanged.
pub fn set_counted(
    path: &Path,
    page: &Url,
    counted: bool,
    expected: &Fingerprint,
) -> Result<Fingerprint, EditError> {
    let read = Read::of(path, expected)?;
    read.editable(page)?;
    let text = splice::set_counted(&read.text, page, counted).map_err(|refusal| read.refused(refusal))?;
    read.write(&text, page, |watches| {
        watches
            .iter()
            .any(|watch| watch.page == *page && watch.counted == counted)
    })
}

/// Why a text was not changed.
#[derive(Debug)]
enum Refusal {
    /// It is wrong as it is.
    Fault(Fault),
    /// It is written in a way that is left to people.
    ByHand(&'static str),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A configuration that was read in order to be changed.
struct Read<'path> {
    path: &'path Path,
    expected: Fingerprint,
    text: String,
    config: Config,
}

impl<'path> Read<'path> {
    fn of(path: &'path Path, expected: &Fingerprint) -> Result<Self, EditError> {
        let examined = examine(path, &Limits::NONE);
        if examined
            .sources
            .first()
            .is_none_or(|main| main.fingerprint != *expected)
        {
            return Err(EditError::Changed(path.to_owned()));
        }
        let config = examined.outcome?;
        if let Some(reason) = unwritable_reason(path) {
            return Err(EditError::Locked { reason });
        }
        Ok(Self {
            path,
            expected: *expected,
            text: examined.text,
            config,
        })
    }

    fn editable(&self, page: &Url) -> Result<(), EditError> {
        let watch = self
            .config
            .watch(page)
            .ok_or_else(|| EditError::NotWatched(page.clone()))?;
        match &watch.locked {
            Some(reason) => Err(EditError::Locked {
                reason: reason.clone(),
            }),
            None => Ok(()),
        }
    }

    fn refused(&self, refusal: Refusal) -> EditError {
        match refusal {
            Refusal::Fault(fault) => EditError::Wrong(ConfigError::at(self.path, &self.text, fault)),
            Refusal::ByHand(reason) => EditError::Locked {
                reason: reason.to_owned(),
            },
        }
    }

    /// Replaces the file, if the text means what it should: `wanted` of the edited page, and all others as before.
    fn write(
        &self,
        text: &str,
        page: &Url,
        wanted: impl Fn(&[Watch]) -> bool,
    ) -> Result<Fingerprint, EditError> {
        if text == self.text && self.expected != Fingerprint::MISSING {
            return Ok(self.expected);
        }
        let after = super::read::meaning(self.path, text)?;
        let others = |watch: &&Watch| watch.page != *page && watch.place.file == self.path;
        let same = self
            .config
            .watches
            .iter()
            .filter(others)
            .map(said)
            .eq(after.iter().filter(others).map(said));
        if !same || !wanted(&after) {
            return Err(EditError::Locked {
                reason: "the file is written in a way that only a person can change".to_owned(),
            });
        }
        replace(self.path, text, self.expected)
    }
}

/// What a watch says, wherever it stands.
fn said(watch: &Watch) -> impl PartialEq {
    let Watch {
        page,
        name,
        interval,
        components,
        counted,
        place: _,
        locked: _,
    } = watch.clone();
    (page, name, interval, components, counted)
}

/// Replaces what `path` finally points to, in one step, keeping its permissions.
fn replace(path: &Path, text: &str, expected: Fingerprint) -> Result<Fingerprint, EditError> {
    let io = |source| EditError::Io {
        path: path.to_owned(),
        source,
    };
    let target = target(path).map_err(io)?;
    let dir = match target.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        Some(_) | None => Path::new("."),
    };
    std::fs::create_dir_all(dir).map_err(io)?;
    let mut file = tempfile::Builder::new()
        .prefix(".signalbox-config-")
        .tempfile_in(dir)
        .map_err(|source| locked_or_io(source, &target, path))?;
    file.write_all(text.as_bytes()).map_err(io)?;
    if expected != Fingerprint::MISSING {
        let permissions = std::fs::metadata(&target).map_err(io)?.permissions();
        file.as_file().set_permissions(permissions).map_err(io)?;
    }
    file.as_file().sync_all().map_err(io)?;
    // As late as can be: what somebody saved since it was read must not be lost.
    let now = bytes(&target).map(|content| content.map_or(Fingerprint::MISSING, |c| Fingerprint::of(&c)));
    if now != Ok(expected) {
        return Err(EditError::Changed(path.to_owned()));
    }
    file.persist(&target)
        .map_err(|error| locked_or_io(error.error, &target, path))?;
    // The name itself must survive a power cut; where a directory cannot be synced, nothing more can be done.
    #[cfg(unix)]
    if let Ok(dir) = std::fs::File::open(dir) {
        let _ = dir.sync_all();
    }
    Ok(Fingerprint::of(text.as_bytes()))
}

fn locked_or_io(source: std::io::Error, target: &Path, path: &Path) -> EditError {
    use std::io::ErrorKind as Kind;
    // A single file mounted into a container can be written, but not replaced: that is "busy".
    if matches!(
        source.kind(),
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem | Kind::ResourceBusy
    ) {
        return EditError::Locked {
            reason: format!("{} cannot be replaced: {source}", target.display()),
        };
    }
    EditError::Io {
        path: path.to_owned(),
        source,
    }
}

/// Where a chain of symbolic links ends, whether or not there is a file.
fn target(path: &Path) -> std::io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..40 {
        match std::fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(std::io::Error::other("too many symbolic links"))
}

/// Why a file cannot be written, in plain words; `None` if it can, or does not exist.
pub(super) fn unwritable_reason(path: &Path) -> Option<String> {
    use std::io::ErrorKind as Kind;
    let metadata = std::fs::metadata(path).ok()?;
    let reason = if metadata.permissions().readonly() {
        "it is marked read-only".to_owned()
    } else {
        // Asked of the system, which knows owners, access lists and mounts. Nothing is written.
        match std::fs::OpenOptions::new().append(true).open(path) {
            Ok(_) => return None,
            Err(error) if error.kind() == Kind::PermissionDenied => "permission denied".to_owned(),
            Err(error) => error.to_string(),
        }
    };
    Some(format!("{} cannot be written: {reason}", path.display()))
}
