//! Linux and its kin.

use std::{os::unix::process::CommandExt as _, path::Path, process::Command};

use futures_util::StreamExt as _;
use gtk::prelude::GtkWindowExt as _;
use tauri::{AppHandle, Runtime, Theme, WebviewWindow};
use zbus::{Connection, OwnedVariant, Variant};

/// Turns off a way of drawing that leaves windows blank on NVIDIA's driver.
const NO_DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// What has to be done before anything else is. It may start this program anew in its own place.
///
/// # Errors
/// In words, where there is no desktop to run on.
pub(crate) fn prepare() -> Result<(), String> {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
        return Err("there is no display here; `signalbox watch` watches without a window".to_owned());
    }
    if Path::new("/proc/driver/nvidia/version").exists() && std::env::var_os(NO_DMABUF).is_none() {
        // The variable has to be there before the first thread is.
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let failed = Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(NO_DMABUF, "1")
            .exec();
        return Err(failed.to_string());
    }
    Ok(())
}

/// The token with which this program may come to the front, from whoever started it.
#[must_use]
pub(crate) fn activation_from_start() -> Option<String> {
    ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|token| !token.is_empty()))
}

/// Brings a window to the front, whatever hides it. On Wayland that takes a token from whatever was clicked.
pub(crate) fn come_to_front<R: Runtime>(window: &WebviewWindow<R>, activation: Option<&str>) {
    let shown = window.unminimize().and_then(|()| window.show());
    if let (Some(token), Ok(native)) = (activation, window.gtk_window()) {
        native.set_startup_id(token);
        native.present();
    }
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
pub(crate) fn opened_link(_: &tauri::RunEvent) -> Option<String> {
    None
}

/// Whether the person asked to see a program that runs already; here a second start does that.
#[must_use]
pub(crate) fn asked_to_reopen(_: &tauri::RunEvent) -> bool {
    false
}

#[zbus::proxy(
    interface = "org.freedesktop.portal.Settings",
    default_service = "org.freedesktop.portal.Desktop",
    default_path = "/org/freedesktop/portal/desktop"
)]
trait Settings {
    fn read_one(&self, namespace: &str, key: &str) -> zbus::Result<OwnedVariant>;

    /// The same in portals that do not have it yet; its answer is wrapped once more.
    fn read(&self, namespace: &str, key: &str) -> zbus::Result<OwnedVariant>;

    #[zbus(signal)]
    fn setting_changed(&self, namespace: String, key: String, value: OwnedVariant) -> zbus::Result<()>;
}

const APPEARANCE: &str = "org.freedesktop.appearance";
const COLOR_SCHEME: &str = "color-scheme";

/// Tells `follow` the desktop's theme, now and whenever it changes: WebKitGTK asks GTK, and GTK does not ask the desktop.
/// Returns where there is nobody to ask.
pub(crate) async fn watch_theme(follow: impl Fn(Option<Theme>) + Send) {
    if let Err(error) = watch_portal(follow).await {
        tracing::info!(%error, "the desktop does not say whether it is light or dark");
    }
}

async fn watch_portal(follow: impl Fn(Option<Theme>) + Send) -> zbus::Result<()> {
    let connection = Connection::session().await?;
    let settings = SettingsProxy::new(&connection).await?;
    let mut changes = settings.receive_setting_changed().await?;
    let now = match settings.read_one(APPEARANCE, COLOR_SCHEME).await {
        Ok(said) => said,
        Err(_) => settings.read(APPEARANCE, COLOR_SCHEME).await?,
    };
    follow(theme(&now));
    while let Some(change) = changes.next().await {
        let said = change.args()?;
        if said.namespace == APPEARANCE && said.key == COLOR_SCHEME {
            follow(theme(&said.value));
        }
    }
    Ok(())
}

/// 1 is dark, 2 is light, 0 is no preference, as the portal documents it.
fn theme(value: &Variant<'_>) -> Option<Theme> {
    if let Variant::Variant(inner) = value {
        return theme(inner);
    }
    match u32::try_from(value) {
        Ok(1) => Some(Theme::Dark),
        Ok(2) => Some(Theme::Light),
        Ok(_) | Err(_) => None,
    }
}
