//! macOS. Written from the documentation of Tauri and AppKit, never built or tried.

use crate::APP_ID;

/// What has to be done before anything else is: notifications carry the program's own identity.
///
/// # Errors
/// Never here.
pub(crate) fn prepare() -> Result<(), String> {
    if let Err(error) = notify_rust::set_application(APP_ID) {
        tracing::warn!(%error, "notifications will not carry the program's name");
    }
    Ok(())
}

/// The token with which this program may come to the front: not needed here.
#[must_use]
pub(crate) fn activation_from_start() -> Option<String> {
    None
}
