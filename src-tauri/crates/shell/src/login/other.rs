//! macOS and Windows, by `auto-launch`. Never tried there.

use std::io;

use auto_launch::{AutoLaunch, AutoLaunchBuilder};

use super::{HIDDEN, program};
use crate::APP_ID;

/// Whether Signalbox starts at login, as the system keeps it.
pub(super) struct Entry {
    entry: AutoLaunch,
}

impl Entry {
    /// The entry for this program, started with `arguments` beside `--hidden`.
    ///
    /// # Errors
    /// Where this program has no file.
    pub(super) fn new(arguments: &[String]) -> io::Result<Self> {
        let mut all = vec![HIDDEN.to_owned()];
        all.extend_from_slice(arguments);
        let entry = AutoLaunchBuilder::new()
            .set_app_name(APP_ID)
            .set_app_path(&program()?.to_string_lossy())
            .set_args(&all)
            .build()
            .map_err(io::Error::other)?;
        Ok(Self { entry })
    }

    /// Whether it does.
    pub(super) fn is_on(&self) -> bool {
        self.entry.is_enabled().unwrap_or_default()
    }

    /// Makes it so, or not.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(super) fn set(&self, on: bool) -> io::Result<()> {
        let done = if on {
            self.entry.enable()
        } else {
            self.entry.disable()
        };
        done.map_err(io::Error::other)
    }
}
