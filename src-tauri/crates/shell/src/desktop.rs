//! The port between the shell's loop and a desktop: everything that the loop needs of one, and nothing more.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_engine::control::Hint;

use crate::{remembered::Size, route::Route, tray::TrayView};

/// A desktop, or what a test has in its place.
pub trait Desktop: Send + Sync + 'static {
    /// Shows this in the tray, if there is one. Called only when something changed.
    fn show_tray(&self, view: &TrayView);

    /// Opens the window, of this `size` or the usual one, or raises the one that is open. `activation` is the token with
    /// which the window system allows it to come to the front, where it gave one.
    fn open_window(&self, size: Option<Size>, activation: Option<String>);

    /// Tells the window, if it is open.
    fn tell_window(&self, word: WindowWord);

    /// Whether Signalbox starts at login.
    fn starts_at_login(&self) -> bool;

    /// Makes Signalbox start at login, or no longer.
    ///
    /// # Errors
    /// In words, where the system does not let it.
    fn start_at_login(&self, on: bool) -> Result<(), String>;

    /// Ends the program. Nothing is called after this.
    fn quit(&self);
}

/// What the window is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowWord {
    /// Something is worth asking again.
    Hint(Hint),
    /// Go there.
    Route(Route),
    /// This is what there is to know beside the vendors.
    Notices(Vec<Notice>),
}

/// Something that the person should know beside the vendors' health.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// What it is about; there is one notice of each id at a time.
    pub id: String,
    /// The words.
    pub text: String,
}

/// What a window that has just opened needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Arrival {
    /// Where to go; `None` for the overview.
    pub route: Option<Route>,
    /// The program's version.
    pub version: String,
    /// Whether Signalbox starts at login.
    pub start_at_login: StartAtLogin,
    /// What there is to know beside the vendors.
    pub notices: Vec<Notice>,
}

/// Whether Signalbox starts at login, and whether to offer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StartAtLogin {
    /// Whether it does.
    pub enabled: bool,
    /// Whether to offer it now: once, and never again after an answer.
    pub offer: bool,
}
