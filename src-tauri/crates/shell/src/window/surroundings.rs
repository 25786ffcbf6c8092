//! What WebKit and the C library take from the environment alone, and when a process begins.

use tokio::process::Command;

use super::VERSION;
use crate::os;

/// Tells which variables this program gave itself or its window, with colons between them: a browser that is opened is not
/// to have them.
pub const OURS: &str = "SIGNALBOX_SURROUNDINGS";

/// What the window's program is started with, unless the person has set it otherwise.
const SURROUNDINGS: [(&str, &str); 4] = [
    // WebKit draws without the graphics card: text needs none, the card's drivers take tens of megabytes in each process, and
    // NVIDIA's leaves windows blank.
    ("WEBKIT_DISABLE_COMPOSITING_MODE", "1"),
    ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    // Where no card is named, WebKit loads the drivers to ask them for one.
    ("WEBKIT_WEB_RENDER_DEVICE_FILE", "/dev/null"),
    os::ONE_HEAP,
];

/// Gives a command what the window's program needs, as far as `is_set` does not say that the person has set it.
pub(super) fn give(command: &mut Command, is_set: impl Fn(&str) -> bool) {
    let added = not_set(is_set);
    let names: Vec<&str> = added.iter().map(|(name, _)| *name).chain([VERSION]).collect();
    command
        .env(OURS, names.join(":"))
        .envs(added)
        .env(VERSION, env!("CARGO_PKG_VERSION"));
    // They are for what started the tray, and used up.
    for token in os::TOKENS {
        command.env_remove(token);
    }
}

fn not_set(is_set: impl Fn(&str) -> bool) -> Vec<(&'static str, &'static str)> {
    SURROUNDINGS
        .into_iter()
        .filter(|(name, _)| !is_set(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_person_has_set_is_left_as_it_is() {
        let added = not_set(|name| name == "MALLOC_ARENA_MAX");
        assert_eq!(added, SURROUNDINGS[..3]);
        assert!(not_set(|_| true).is_empty());
    }

    #[test]
    fn a_window_knows_what_it_was_given_and_not_who_started_the_tray() {
        let mut command = Command::new("signalbox-window");
        give(&mut command, |name| name.starts_with("WEBKIT_DISABLE"));
        let given: Vec<(&str, Option<&str>)> = command
            .as_std()
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_str()?, value.and_then(|value| value.to_str()))))
            .collect();
        assert_eq!(
            given,
            [
                ("DESKTOP_STARTUP_ID", None),
                ("MALLOC_ARENA_MAX", Some("1")),
                (
                    OURS,
                    Some("WEBKIT_WEB_RENDER_DEVICE_FILE:MALLOC_ARENA_MAX:SIGNALBOX_VERSION")
                ),
                (VERSION, Some(env!("CARGO_PKG_VERSION"))),
                ("WEBKIT_WEB_RENDER_DEVICE_FILE", Some("/dev/null")),
                ("XDG_ACTIVATION_TOKEN", None),
            ]
        );
    }
}
