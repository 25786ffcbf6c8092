//! Starting at login: a desktop entry, a launch agent or a registry value of this person alone. Nothing is installed for
//! everybody, because it is this person's choice.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux::Entry;
#[cfg(not(target_os = "linux"))]
use other::Entry;

use std::{io, path::PathBuf};

/// Starting at login.
pub struct Login(io::Result<Entry>);

impl Login {
    /// Starting this program at login, with `arguments` beside `--hidden`.
    #[must_use]
    pub fn new(arguments: &[String]) -> Self {
        Self(Entry::new(arguments))
    }

    /// Whether it does. An entry that a desktop's settings have switched off counts as none.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.as_ref().is_ok_and(Entry::is_on)
    }

    /// Makes it so, or not.
    ///
    /// # Errors
    /// In words, where the system does not let it.
    pub fn set(&self, on: bool) -> Result<(), String> {
        let refused = |error: &io::Error| format!("starting at login could not be changed: {error}");
        let entry = self.0.as_ref().map_err(refused)?;
        entry.set(on).map_err(|error| refused(&error))
    }
}

/// This program's file. Of an AppImage it is the image: the program inside lies elsewhere at each start.
fn program() -> io::Result<PathBuf> {
    match std::env::var_os("APPIMAGE").filter(|image| !image.is_empty()) {
        Some(image) => Ok(image.into()),
        None => std::env::current_exe(),
    }
}

/// What the system is to start the program with, beside what the person said about where things are.
const HIDDEN: &str = "--hidden";
