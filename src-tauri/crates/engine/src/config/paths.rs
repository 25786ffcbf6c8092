//! Where things live on the person's machine.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// Where things live. Nothing of it need exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// What the person wants: `config.toml`.
    pub config_file: PathBuf,
    /// What was found out: the store, the lock and the control socket.
    pub data_dir: PathBuf,
    /// What may be thrown away: logs.
    pub state_dir: PathBuf,
}

/// What the person said instead, with `--config` and `--data-dir`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Overrides {
    /// The configuration file.
    pub config_file: Option<PathBuf>,
    /// The data directory; logs go below it too.
    pub data_dir: Option<PathBuf>,
}

/// Why it is not known where things live.
#[derive(Debug, thiserror::Error)]
pub enum PlacesError {
    /// The system does not say where the person's home is.
    #[error("the home directory is not known; say --config FILE and --data-dir DIR")]
    NoHome,
    /// A relative path could not be made absolute.
    #[error("{} cannot be made absolute: {source}", path.display())]
    NotAbsolute {
        /// The path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Places {
    /// The platform's usual places, except where the person said otherwise.
    ///
    /// # Errors
    /// If the home directory is needed and not known, or the current directory is.
    pub fn find(overrides: &Overrides) -> Result<Self, PlacesError> {
        let usual = ProjectDirs::from("", "", "Signalbox");
        let usual = || usual.as_ref().ok_or(PlacesError::NoHome);
        let config_file = match &overrides.config_file {
            Some(file) => absolute(file)?,
            None => usual()?.config_dir().join("config.toml"),
        };
        let (data_dir, state_dir) = match &overrides.data_dir {
            Some(dir) => {
                let dir = absolute(dir)?;
                (dir.clone(), dir)
            }
            None => {
                let usual = usual()?;
                let data = usual.data_local_dir();
                (data.to_owned(), usual.state_dir().unwrap_or(data).to_owned())
            }
        };
        Ok(Self {
            config_file,
            data_dir,
            state_dir,
        })
    }

    /// Where logs go.
    #[must_use]
    pub fn log_dir(&self) -> PathBuf {
        self.state_dir.join("logs")
    }

    /// The list of vendors that takes the place of the one that comes with the program.
    #[must_use]
    pub fn vendors_file(&self) -> PathBuf {
        self.data_dir.join("vendors.tsv")
    }

    /// The store.
    #[must_use]
    pub fn store_file(&self) -> PathBuf {
        self.data_dir.join("signalbox.db")
    }
}

fn absolute(path: &Path) -> Result<PathBuf, PlacesError> {
    std::path::absolute(path).map_err(|source| PlacesError::NotAbsolute {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_person_says_wins_and_logs_follow_the_data() {
        let places = Places::find(&Overrides {
            config_file: Some(PathBuf::from("/c/mine.toml")),
            data_dir: Some(PathBuf::from("/d")),
        })
        .expect("nothing has to be found out");
        assert_eq!(places.config_file, Path::new("/c/mine.toml"));
        assert_eq!(places.data_dir, Path::new("/d"));
        assert_eq!(places.log_dir(), Path::new("/d/logs"));
    }

    #[test]
    fn relative_paths_become_absolute() {
        let places = Places::find(&Overrides {
            config_file: Some(PathBuf::from("mine.toml")),
            data_dir: Some(PathBuf::from("data")),
        })
        .expect("there is a current directory");
        assert!(places.config_file.is_absolute() && places.data_dir.is_absolute());
    }
}
