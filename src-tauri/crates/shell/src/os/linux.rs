//! Linux and its kin.

use std::{env, os::unix::process::CommandExt as _, process::Command};

use crate::window::OURS;

/// How many heaps the C library makes for threads, which it reads when a program begins. With one for each, what was freed
/// in one is not used again by the others.
pub(crate) const ONE_HEAP: (&str, &str) = ("MALLOC_ARENA_MAX", "1");

/// What has to be done before anything else is. It starts this program anew in its own place.
///
/// # Errors
/// In words, where there is no desktop to run on.
pub(crate) fn prepare() -> Result<(), String> {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
        return Err("there is no display here; `signalbox watch` watches without a window".to_owned());
    }
    let (name, value) = ONE_HEAP;
    if env::var_os(OURS).is_none()
        && env::var_os(name).is_none()
        && let Ok(program) = env::current_exe()
    {
        let mut arguments = env::args_os();
        let mut command = Command::new(&program);
        command
            .arg0(arguments.next().unwrap_or_else(|| program.into_os_string()))
            .args(arguments)
            .env(name, value)
            .env(OURS, name);
        // It returns only where it fails, and without that the program does the same and takes more.
        let _failed = command.exec();
    }
    Ok(())
}

/// Whether the person has set a variable, and not this program for itself.
pub(crate) fn person_has_set(name: &str) -> bool {
    env::var_os(name).is_some() && !is_among(&env::var(OURS).unwrap_or_default(), name)
}

fn is_among(ours: &str, name: &str) -> bool {
    ours.split(':').any(|given| given == name)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_this_program_gave_itself_is_told_from_what_the_person_has_set() {
        assert!(is_among("MALLOC_ARENA_MAX", "MALLOC_ARENA_MAX"));
        assert!(is_among("A:MALLOC_ARENA_MAX", "MALLOC_ARENA_MAX"));
        assert!(!is_among("", "MALLOC_ARENA_MAX"));
        assert!(!is_among("MALLOC_ARENA_MAX_", "MALLOC_ARENA_MAX"));
    }
}
