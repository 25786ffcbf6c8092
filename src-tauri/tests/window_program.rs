//! The window's program, where it has nothing to show.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Command, Output, Stdio},
};

use signalbox_shell::window::{OTHER_VERSION, VERSION};

fn run(input: impl Into<Stdio>, version: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_signalbox-window"))
        .stdin(input)
        .env(VERSION, version)
        .output()
        .unwrap()
}

#[test]
fn whoever_starts_it_by_hand_is_told_what_to_start() {
    let ended = run(Stdio::null(), env!("CARGO_PKG_VERSION"));
    assert_eq!(ended.status.code(), Some(64));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("signalbox-desktop"), "{said}");
}

#[test]
fn a_tray_of_another_version_is_not_spoken_with() {
    let (_tray, its) = UnixStream::pair().unwrap();
    let ended = run(OwnedFd::from(its), "0.0.0");
    assert_eq!(ended.status.code(), Some(i32::from(OTHER_VERSION)));
}

#[test]
fn a_display_that_does_not_answer_is_said_in_words() {
    let (_tray, its) = UnixStream::pair().unwrap();
    let ended = Command::new(env!("CARGO_BIN_EXE_signalbox-window"))
        .stdin(OwnedFd::from(its))
        .env(VERSION, env!("CARGO_PKG_VERSION"))
        .env_remove("WAYLAND_DISPLAY")
        // A host that does not exist, so that no display of this machine can be meant.
        .env("DISPLAY", "display.invalid:0")
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("the display cannot be reached"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}
