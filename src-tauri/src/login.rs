//! Starting at login: a desktop entry, a launch agent or a registry value of this person alone. Nothing is installed for
//! everybody, because it is this person's choice.

use std::path::PathBuf;

use auto_launch::{AutoLaunch, AutoLaunchBuilder};

use crate::APP_ID;

/// Whether Signalbox starts at login, as the system keeps it.
pub(crate) struct Login {
    entry: Result<AutoLaunch, String>,
}

impl Login {
    /// The entry for this program, started with `arguments` beside `--hidden`.
    #[must_use]
    pub(crate) fn new(arguments: &[String]) -> Self {
        let entry = program().and_then(|program| {
            let mut arguments = arguments.to_vec();
            arguments.insert(0, "--hidden".to_owned());
            AutoLaunchBuilder::new()
                .set_app_name(APP_ID)
                .set_app_path(&program.to_string_lossy())
                .set_args(&arguments)
                .build()
                .map_err(|error| error.to_string())
        });
        Self { entry }
    }

    /// Whether it does.
    #[must_use]
    pub(crate) fn is_on(&self) -> bool {
        self.entry
            .as_ref()
            .is_ok_and(|entry| entry.is_enabled().unwrap_or_default())
    }

    /// Makes it so, or not.
    ///
    /// # Errors
    /// In words, where the system refuses.
    pub(crate) fn set(&self, on: bool) -> Result<(), String> {
        let entry = self.entry.as_ref().map_err(Clone::clone)?;
        let done = if on { entry.enable() } else { entry.disable() };
        done.map_err(|error| format!("starting at login could not be changed: {error}"))
    }
}

/// This program's file. Of an AppImage it is the image: the program inside lies elsewhere at each start.
fn program() -> Result<PathBuf, String> {
    match std::env::var_os("APPIMAGE").filter(|image| !image.is_empty()) {
        Some(image) => Ok(image.into()),
        None => std::env::current_exe().map_err(|error| error.to_string()),
    }
}
