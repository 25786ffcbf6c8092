//! macOS. Written from the documentation of Tauri and AppKit, never built or tried.

use tauri::{ActivationPolicy, AppHandle, RunEvent, Runtime, WebviewWindow};

use signalbox_shell::route::SCHEME;

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

/// The window has been opened: while it is, the program has a place in the Dock and a menu bar.
pub(crate) fn window_opened<R: Runtime>(app: &AppHandle<R>) {
    set_policy(app, ActivationPolicy::Regular);
}

/// The window has been closed: the program is in the menu bar alone.
pub(crate) fn window_closed<R: Runtime>(app: &AppHandle<R>) {
    set_policy(app, ActivationPolicy::Accessory);
}

fn set_policy<R: Runtime>(app: &AppHandle<R>, policy: ActivationPolicy) {
    if let Err(error) = app.set_activation_policy(policy) {
        tracing::warn!(%error, "the program's place in the Dock could not be changed");
    }
}

/// An address from the system that this program is to open.
#[must_use]
pub(crate) fn opened_link(event: &RunEvent) -> Option<String> {
    match event {
        RunEvent::Opened { urls } => urls
            .iter()
            .find(|url| url.scheme() == SCHEME)
            .map(ToString::to_string),
        _ => None,
    }
}

/// Whether the person asked to see a program that runs already.
#[must_use]
pub(crate) fn asked_to_reopen(event: &RunEvent) -> bool {
    matches!(event, RunEvent::Reopen { .. })
}
