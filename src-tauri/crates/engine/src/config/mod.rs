//! The configuration file: intent only, readable, edited without losing comments.
//!
//! `config.toml` says what is watched and how; what was found out about it lives in the store. It may be edited by
//! hand at any time ([`ConfigWatcher`] says when it changed) and by program ([`edit`]).

mod address;
pub mod edit;
mod error;
mod fields;
mod fingerprint;
pub mod paths;
mod read;
mod reload;
mod span;

pub use address::{AddressError, canonical_address};
pub use error::{ConfigError, Position};
pub use fingerprint::Fingerprint;
pub(crate) use read::bytes as content;
pub use reload::{ConfigEvent, ConfigWatcher};

use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use signalbox_catalog::OwnVendor;
use signalbox_pages::Site;
use url::Url;

/// What a person wants: the whole of `config.toml` and of the files that it includes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Config {
    /// What holds for every watch.
    pub preferences: Preferences,
    /// The watches: those of included files first, each file's in its own order. No page occurs twice.
    pub watches: Vec<Watch>,
    /// The person's own entries of the catalogue, in the same order. No page occurs twice.
    pub catalogue: Vec<OwnVendor>,
}

impl Config {
    /// Reads `path` and every file that it includes. A missing `path` is an empty configuration.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn load(path: &Path) -> Result<Loaded, ConfigError> {
        Self::load_within(path, &Limits::default())
    }

    /// As [`Config::load`], with other limits.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_within(path: &Path, limits: &Limits) -> Result<Loaded, ConfigError> {
        let examined = read::examine(path, limits);
        Ok(Loaded {
            config: examined.outcome?,
            sources: examined.sources,
        })
    }

    /// The watch of a page, if there is one.
    #[must_use]
    pub fn watch(&self, page: &Url) -> Option<&Watch> {
        self.watches.iter().find(|watch| watch.page == *page)
    }

    /// Whether a page is watched that a directory of vendors names by this address, which is canonical. A directory most
    /// often leaves out what stands behind the address, as it is found out when a page is recognised.
    #[must_use]
    pub fn is_watched(&self, listed: &Url) -> bool {
        let stands_for_all = listed.fragment().is_none();
        self.watches
            .iter()
            .any(|watch| watch.page == *listed || stands_for_all && Site::at(&watch.page).base() == listed)
    }
}

/// A configuration and the files that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// What they say.
    pub config: Config,
    /// Every file that was read, or looked for, the main one first: included files and extra roots too.
    pub sources: Vec<SourceFile>,
}

impl Loaded {
    /// What the main file was when it was read: what [`edit`] expects.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.sources
            .first()
            .map_or(Fingerprint::MISSING, |source| source.fingerprint)
    }
}

/// A file that the configuration depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path, symbolic links not followed.
    pub path: PathBuf,
    /// What it was when it was read.
    pub fingerprint: Fingerprint,
}

/// What holds for every watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// How often a page is polled.
    pub interval: Duration,
    /// How often a page is polled while an incident is open on it.
    pub interval_during_incident: Duration,
    /// How a page's owner can reach the person: a `mailto:`, `http:` or `https:` address of printable ASCII without
    /// parentheses, told in the User-Agent.
    pub contact: Option<String>,
    /// The proxy for everything: `http`, `https`, `socks5` or `socks5h`; `None` for the system's.
    pub proxy: Option<Url>,
    /// Files of further trusted root certificates (PEM).
    pub extra_roots: Vec<PathBuf>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(120),
            interval_during_incident: Duration::from_secs(60),
            contact: None,
            proxy: None,
            extra_roots: Vec::new(),
        }
    }
}

/// A person's interest in one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The page, canonical as by [`canonical_address`].
    pub page: Url,
    /// What the person calls the vendor; `None` for the page's own name.
    pub name: Option<String>,
    /// The person's own interval for this page; `None` for the one of the preferences.
    pub interval: Option<Duration>,
    /// The ids of the components in scope; empty for everything.
    pub components: BTreeSet<String>,
    /// Whether it counts for the tray and for exit codes.
    pub counted: bool,
    /// Where it is written.
    pub place: Place,
    /// Why it cannot be changed by program, in plain words; `None` if it can.
    pub locked: Option<String>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Where in it.
    pub position: Position,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.file.display(), self.position.line)
    }
}

/// What is accepted. The default is for people; tests need shorter intervals than a page's owner would bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The shortest interval.
    pub shortest_interval: Duration,
    /// The longest interval.
    pub longest_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            shortest_interval: Duration::from_secs(30),
            longest_interval: Duration::from_secs(24 * 60 * 60),
        }
    }
}

impl Limits {
    /// For stand-in vendors on one's own machine, which bear any haste.
    #[must_use]
    pub const fn demo() -> Self {
        Self {
            shortest_interval: Duration::from_secs(1),
            longest_interval: Duration::from_secs(24 * 60 * 60),
        }
    }

    /// Accepts every interval: for edits, which must not depend on values that they do not touch.
    const NONE: Self = Self {
        shortest_interval: Duration::ZERO,
        longest_interval: Duration::MAX,
    };
}
