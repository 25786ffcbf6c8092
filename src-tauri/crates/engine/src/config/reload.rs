//! Live reload: the configuration is read again when one of its files changes.
//!
//! Directories are watched, not files: editors replace a file by renaming another over it, and a symbolic link may be
//! turned to somewhere else. What happened is never believed, only that something did; the content decides.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    path::{Component, Path, PathBuf},
    time::Duration,
};

use notify::Watcher as _;
use tokio::{sync::mpsc, time::timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Config, ConfigError, Limits, Loaded, SourceFile, read};

/// A change is taken up once it has been quiet for so long: an editor writes in several steps.
const QUIET: Duration = Duration::from_millis(150);
/// A change is taken up after so long even if it is never quiet.
const AT_LATEST: Duration = Duration::from_secs(2);
/// A main file that vanished or is empty is looked at again after so long, since a slow save looks just like it.
const GRACE: Duration = Duration::from_secs(1);
/// How often files are looked at where the system does not tell.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// What became of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigEvent {
    /// It changed and is good.
    Reloaded(Loaded),
    /// It changed and is wrong; the last good one is to be kept.
    Broken(ConfigError),
}

/// Watches the configuration's files until it is dropped.
#[derive(Debug)]
pub struct ConfigWatcher {
    _stop: DropGuard,
}

impl ConfigWatcher {
    /// Begins to watch `path` and whatever it includes; must be called within a tokio runtime.
    ///
    /// `seen` is what was read before ([`Loaded::sources`]); an event comes for each later state. With an empty `seen`
    /// the first event is the present state. Where the system cannot tell of changes, the files are looked at every
    /// five seconds.
    #[must_use]
    pub fn start(path: PathBuf, limits: Limits, seen: &[SourceFile]) -> (Self, mpsc::Receiver<ConfigEvent>) {
        Self::spawn(path, limits, seen, None)
    }

    /// As [`ConfigWatcher::start`], looking `every` so often instead of asking the system.
    #[must_use]
    pub fn polling(
        path: PathBuf,
        limits: Limits,
        seen: &[SourceFile],
        every: Duration,
    ) -> (Self, mpsc::Receiver<ConfigEvent>) {
        Self::spawn(path, limits, seen, Some(every))
    }

    fn spawn(
        path: PathBuf,
        limits: Limits,
        seen: &[SourceFile],
        every: Option<Duration>,
    ) -> (Self, mpsc::Receiver<ConfigEvent>) {
        let (events, receiver) = mpsc::channel(4);
        let stop = CancellationToken::new();
        let watching = Watching {
            path,
            limits,
            seen: seen.to_vec(),
            events,
            every,
        };
        let stopped = stop.clone();
        tokio::spawn(async move { stopped.run_until_cancelled(watching.run()).await });
        (
            Self {
                _stop: stop.drop_guard(),
            },
            receiver,
        )
    }
}

struct Watching {
    path: PathBuf,
    limits: Limits,
    seen: Vec<SourceFile>,
    events: mpsc::Sender<ConfigEvent>,
    /// How often to look, if the system is not to be asked.
    every: Option<Duration>,
}

/// A look at the files: what to tell, if they changed.
struct Look {
    sources: Vec<SourceFile>,
    event: Option<ConfigEvent>,
}

impl Watching {
    async fn run(mut self) {
        loop {
            // Armed before looking, so that what changes in between is seen either way; and armed anew each time,
            // because the files and links that matter may be others now.
            let armed = self.arm();
            let Ok(look) = self.look().await else { return };
            let Some(event) = look.event else {
                self.wait(armed).await;
                continue;
            };
            self.seen = look.sources;
            if self.events.send(event).await.is_err() {
                return;
            }
        }
    }

    async fn wait(&self, armed: Option<Armed>) {
        let Some(mut armed) = armed else {
            tokio::time::sleep(self.every.unwrap_or(POLL_INTERVAL)).await;
            return;
        };
        if armed.told.recv().await.is_none() {
            // The system has stopped telling; not to be asked again at once.
            tokio::time::sleep(POLL_INTERVAL).await;
            return;
        }
        let settle = async { while let Ok(Some(())) = timeout(QUIET, armed.told.recv()).await {} };
        let _ = timeout(AT_LATEST, settle).await;
    }

    /// Looks at the files, away from the tasks that must not wait for a disk.
    async fn look(&self) -> Result<Look, tokio::task::JoinError> {
        let first = self.look_once().await?;
        let was_void =
            |sources: &[SourceFile]| sources.first().is_some_and(|main| main.fingerprint.is_void());
        if first.event.is_none() || !was_void(&first.sources) || self.seen.is_empty() || was_void(&self.seen)
        {
            return Ok(first);
        }
        tokio::time::sleep(GRACE).await;
        self.look_once().await
    }

    async fn look_once(&self) -> Result<Look, tokio::task::JoinError> {
        let (path, limits, seen) = (self.path.clone(), self.limits, self.seen.clone());
        tokio::task::spawn_blocking(move || {
            let same = |source: &SourceFile| read::fingerprint(&source.path) == source.fingerprint;
            if !seen.is_empty() && seen.iter().all(same) {
                return Look {
                    sources: seen,
                    event: None,
                };
            }
            let read::Examined { sources, outcome, .. } = read::examine(&path, &limits);
            let event = match outcome {
                Ok(config) => ConfigEvent::Reloaded(loaded(config, &sources)),
                Err(error) => ConfigEvent::Broken(error),
            };
            Look {
                event: (sources != seen).then_some(event),
                sources,
            }
        })
        .await
    }

    /// Asks the system to tell of changes; `None` where it cannot.
    fn arm(&self) -> Option<Armed> {
        if self.every.is_some() {
            return None;
        }
        let mut dirs = BTreeSet::new();
        let mut names = BTreeSet::new();
        let main = std::iter::once(self.path.as_path());
        for path in main.chain(self.seen.iter().map(|source| source.path.as_path())) {
            for (dir, name) in trail(path) {
                names.extend(dir.file_name().map(OsString::from));
                names.insert(name);
                dirs.insert(dir);
            }
        }
        let (tell, told) = mpsc::channel(1);
        let handler = move |event: notify::Result<notify::Event>| {
            let concerns = event.map_or(true, |event| {
                !event.kind.is_access()
                    && (event.need_rescan()
                        || event.paths.is_empty()
                        || event
                            .paths
                            .iter()
                            .any(|path| path.file_name().is_some_and(|name| names.contains(name))))
            });
            if concerns {
                // Full is as good as sent.
                let _ = tell.try_send(());
            }
        };
        let armed = notify::recommended_watcher(handler).and_then(|mut watcher| {
            for dir in &dirs {
                watcher.watch(dir, notify::RecursiveMode::NonRecursive)?;
            }
            Ok(watcher)
        });
        match armed {
            Ok(watcher) => Some(Armed {
                _watcher: watcher,
                told,
            }),
            Err(error) => {
                tracing::warn!(%error, "changes of the configuration are looked for every 5 s: the system does not tell of them");
                None
            }
        }
    }
}

fn loaded(config: Config, sources: &[SourceFile]) -> Loaded {
    Loaded {
        config,
        sources: sources.to_vec(),
    }
}

/// A standing question to the system.
struct Armed {
    _watcher: notify::RecommendedWatcher,
    told: mpsc::Receiver<()>,
}

/// The directory entries that decide what `path` is: the file itself, each symbolic link on the way to it, or the first
/// directory that does not exist.
fn trail(path: &Path) -> Vec<(PathBuf, OsString)> {
    let mut entries = Vec::new();
    let mut note = |dir: &Path, name: &std::ffi::OsStr| {
        // The root's own entries do not change, and on some systems watching it means watching everything.
        if dir.parent().is_some() {
            entries.push((dir.to_owned(), name.to_owned()));
        }
    };
    let mut rest = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    'links: for _ in 0..40 {
        let whole = rest.clone();
        let mut here = PathBuf::new();
        let mut components = whole.components();
        while let Some(component) = components.next() {
            match component {
                Component::Prefix(_) | Component::RootDir => here.push(component),
                Component::CurDir => {}
                Component::ParentDir => {
                    here.pop();
                }
                Component::Normal(name) => {
                    let next = here.join(name);
                    let remaining = components.as_path();
                    if let Ok(link) = std::fs::read_link(&next) {
                        note(&here, name);
                        rest = here.join(link);
                        if !remaining.as_os_str().is_empty() {
                            rest.push(remaining);
                        }
                        continue 'links;
                    }
                    if remaining.as_os_str().is_empty() || !next.exists() {
                        note(&here, name);
                        return entries;
                    }
                    here = next;
                }
            }
        }
        return entries;
    }
    entries
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn watching(path: &Path, seen: Vec<SourceFile>) -> Watching {
        Watching {
            path: path.to_owned(),
            limits: Limits::default(),
            seen,
            events: mpsc::channel(1).0,
            every: None,
        }
    }

    fn watches(look: Look) -> usize {
        match look.event {
            Some(ConfigEvent::Reloaded(loaded)) => loaded.config.watches.len(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_that_vanishes_for_a_moment_does_not_empty_the_configuration() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        let one = "[[watch]]\npage = \"a.example\"\n";
        fs::write(&path, one).unwrap();
        let first = watching(&path, Vec::new()).look().await.unwrap();
        let watching = watching(&path, first.sources.clone());
        assert_eq!(watches(first), 1);

        fs::remove_file(&path).unwrap();
        let slow_save = async {
            tokio::time::sleep(Duration::from_millis(900)).await;
            fs::write(&path, format!("{one}[[watch]]\npage = \"b.example\"\n")).unwrap();
        };
        let (look, ()) = tokio::join!(watching.look(), slow_save);
        assert_eq!(watches(look.unwrap()), 2);

        fs::remove_file(&path).unwrap();
        assert_eq!(watches(watching.look().await.unwrap()), 0, "it is gone for good");
    }
}
