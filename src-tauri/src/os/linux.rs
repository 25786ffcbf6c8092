//! Linux and its kin.

use std::{
    env, io,
    os::unix::process::CommandExt as _,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use futures_util::StreamExt as _;
use gtk::prelude::GtkWindowExt as _;
use signalbox_shell::window::OURS;
use tauri::{AppHandle, Runtime, Theme, WebviewWindow};
use zbus::{Connection, OwnedVariant, Variant};

/// So long a program that opens links may take until it has failed.
const FAILS_WITHIN: Duration = Duration::from_millis(500);

/// Lets the window system know this program by the name that the desktop entry has for its windows.
pub(crate) fn be_called_as_the_desktop_entry_says() {
    gtk::glib::set_prgname(Some("signalbox-desktop"));
}

/// Opens a web address in the person's browser, which is to begin in the surroundings that the person gave it.
///
/// # Errors
/// Why nothing could open it.
pub(crate) fn open_link(address: &str) -> io::Result<()> {
    let names = env::var(OURS).unwrap_or_default();
    let ours: Vec<&str> = names
        .split(':')
        .filter(|name| !name.is_empty())
        .chain([OURS])
        .collect();
    open_by(open::commands(address), &ours)
}

/// The first of these that does not fail is it. None gets to know the variables of this program alone.
fn open_by(commands: Vec<Command>, ours: &[&str]) -> io::Result<()> {
    let mut refused = io::Error::from(io::ErrorKind::NotFound);
    for mut command in commands {
        for name in ours {
            command.env_remove(name);
        }
        match launch(&mut command) {
            Ok(()) => return Ok(()),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// Starts a program that outlives this one.
fn launch(command: &mut Command) -> io::Result<()> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let (ended, end) = mpsc::channel();
    thread::Builder::new()
        .name("signalbox-link".to_owned())
        .spawn(move || ended.send(child.wait()))?;
    match end.recv_timeout(FAILS_WITHIN) {
        Ok(Ok(status)) if !status.success() => Err(io::Error::other(format!("it ended with {status}"))),
        Ok(Ok(_)) | Err(_) => Ok(()),
        Ok(Err(error)) => Err(error),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "SIGNALBOX_TEST_OF_LINKS";

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).env(ONE, "1");
        command
    }

    #[test]
    fn a_link_is_opened_by_the_first_program_that_is_there_and_does_not_fail() {
        let missing = Command::new("signalbox-no-such-program");
        assert!(open_by(vec![missing, shell("exit 3"), shell("exit 0")], &[]).is_ok());
    }

    #[test]
    fn a_browser_that_keeps_running_has_opened_the_link() {
        assert!(open_by(vec![shell("sleep 2; exit 3")], &[]).is_ok());
    }

    #[test]
    fn a_link_that_nothing_opens_is_refused() {
        assert!(open_by(vec![], &[]).is_err());
        assert!(open_by(vec![shell("exit 3")], &[]).is_err());
    }

    #[test]
    fn a_browser_does_not_hear_how_our_window_draws() {
        let unset = format!("test -z \"${{{ONE}+set}}\"");
        assert!(open_by(vec![shell(&unset)], &[]).is_err());
        assert!(open_by(vec![shell(&unset)], &[ONE]).is_ok());
    }
}
