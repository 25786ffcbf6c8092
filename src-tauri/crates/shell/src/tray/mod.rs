//! The tray: what it shows is plain data and a pure function of what was seen; what a system needs to show it is in a
//! file of its own, elsewhere than on Linux with Tauri's.

mod icon;
mod menu;
mod paint;

#[cfg(target_os = "linux")]
pub mod linux;

pub use icon::{Icon, Layer};
pub use menu::{Action, Item, PauseFor};
pub use paint::{Pixels, paint};

#[cfg(test)]
mod tests;

use jiff::Zoned;
use serde::Serialize;

use crate::seen::Seen;

/// Everything that the tray shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrayView {
    /// The icon.
    pub icon: Icon,
    /// The first line of the menu, and the tooltip's text: how things stand, in words.
    pub sentence: String,
    /// The tooltip's second line: when pages were last checked, or why they are not.
    pub detail: String,
    /// The menu, from top to bottom.
    pub menu: Vec<Item>,
}

/// What to show of what was seen, at `now` in the person's zone.
#[must_use]
pub fn view(seen: &Seen, now: &Zoned) -> TrayView {
    let sentence = menu::sentence(seen);
    let detail = menu::detail(seen, now);
    TrayView {
        icon: icon::icon(seen),
        menu: menu::menu(seen, now, &sentence, &detail),
        sentence,
        detail,
    }
}
