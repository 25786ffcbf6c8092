//! Linux and its kin.

use std::env;

/// What has to be done before anything else is.
///
/// # Errors
/// In words, where there is no desktop to run on.
pub(crate) fn prepare() -> Result<(), String> {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("DISPLAY") || set("WAYLAND_DISPLAY") {
        Ok(())
    } else {
        Err("there is no display here; `signalbox watch` watches without a window".to_owned())
    }
}

/// Where whoever starts a program leaves the token with which it may come to the front.
pub(crate) const TOKENS: [&str; 2] = ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"];

/// The token with which this program may come to the front, from whoever started it.
#[must_use]
pub(crate) fn activation_from_start() -> Option<String> {
    TOKENS
        .iter()
        .find_map(|name| env::var(name).ok().filter(|token| !token.is_empty()))
}
