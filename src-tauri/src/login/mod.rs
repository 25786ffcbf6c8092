//! Starting at login: a desktop entry, a launch agent or a registry value of this person alone. Nothing is installed for
//! everybody, because it is this person's choice.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(crate) use linux::Login;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::Login;

use std::path::PathBuf;

/// This program's file. Of an AppImage it is the image: the program inside lies elsewhere at each start.
fn program() -> std::io::Result<PathBuf> {
    match std::env::var_os("APPIMAGE").filter(|image| !image.is_empty()) {
        Some(image) => Ok(image.into()),
        None => std::env::current_exe(),
    }
}

/// What the system is to start the program with, beside what the person said about where things are.
const HIDDEN: &str = "--hidden";
