//! Windows. Written from the documentation of Tauri and Windows, never built or tried.

use tauri::{AppHandle, RunEvent, Runtime, WebviewWindow};

/// Opens a web address in the person's browser.
///
/// # Errors
/// Why nothing could open it.
pub(crate) fn open_link(address: &str) -> std::io::Result<()> {
    open::that_detached(address)
}

/// Brings a window to the front, whatever hides it.
pub(crate) fn come_to_front<R: Runtime>(window: &WebviewWindow<R>, _: Option<&str>) {
    let shown = window.unminimize().and_then(|()| window.show());
    if let Err(error) = shown.and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
}

/// The window has been opened.
pub(crate) fn window_opened<R: Runtime>(_: &AppHandle<R>) {}

/// The window has been closed.
pub(crate) fn window_closed<R: Runtime>(_: &AppHandle<R>) {}

/// An address from the system that this program is to open; it comes as an argument here.
#[must_use]
pub(crate) fn opened_link(_: &RunEvent) -> Option<String> {
    None
}

/// Whether the person asked to see a program that runs already; here a second start does that.
#[must_use]
pub(crate) fn asked_to_reopen(_: &RunEvent) -> bool {
    false
}
