//! The real program in a process of its own.

use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

pub(crate) fn signalbox(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signalbox"));
    command
        .args(words)
        .env_remove("SIGNALBOX_LOG")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    command
}

pub(crate) fn output(words: &[&str]) -> Output {
    signalbox(words).output().expect("started")
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn wrong_calls_end_with_64_and_help_with_0() {
    let table: [(&[&str], i32); 12] = [
        (&[], 64),
        (&["frobnicate"], 64),
        (&["status", "--frob"], 64),
        (&["incident"], 64),
        (&["read"], 64),
        (&["history", "--limit", "0"], 64),
        (&["mute", "x", "--lift", "--for", "1h"], 64),
        (&["scope", "x", "--set", ""], 64),
        (&["at", "soonish"], 64),
        (&["--help"], 0),
        (&["help", "status"], 0),
        (&["--version"], 0),
    ];
    for (words, expected) in table {
        let output = output(words);
        assert_eq!(output.status.code(), Some(expected), "{words:?}: {output:?}");
        let (said, silent) = if expected == 0 {
            (&output.stdout, &output.stderr)
        } else {
            (&output.stderr, &output.stdout)
        };
        assert!(!said.is_empty() && silent.is_empty(), "{words:?}: {output:?}");
    }
}

#[test]
fn a_wrong_call_for_json_is_answered_in_json() {
    let output = output(&["status", "--json", "--frob"]);
    assert_eq!(output.status.code(), Some(64));
    assert_eq!(text(&output.stderr), "");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer.pointer("/schema"), Some(&json!(1)));
    assert_eq!(answer.pointer("/error/code"), Some(&json!("usage")));
    let message = answer
        .pointer("/error/message")
        .and_then(Value::as_str)
        .expect("a message");
    assert!(
        message.contains("--frob") && !message.contains('\u{1b}'),
        "{message}"
    );
}

#[test]
fn completions_and_manual_pages_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = output(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("signalbox"), "{shell}");
    }
    let page = output(&["man"]);
    assert!(
        text(&page.stdout).contains(".TH signalbox 1"),
        "{}",
        text(&page.stdout)
    );
    assert!(text(&page.stdout).contains("EXIT STATUS"));
    let page = output(&["man", "status"]);
    assert!(
        text(&page.stdout).contains("signalbox\\-status"),
        "{}",
        text(&page.stdout)
    );
    assert_eq!(output(&["man", "frobnicate"]).status.code(), Some(64));
    let directory = tempfile::tempdir().expect("a directory");
    let target = directory.path().join("man1");
    let written = output(&["man", "--dir", target.to_str().expect("text")]);
    assert_eq!(written.status.code(), Some(0));
    assert!(target.join("signalbox.1").exists() && target.join("signalbox-status.1").exists());
    assert!(!target.join("signalbox-schemas.1").exists());
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    for words in [&["completions", "zsh"][..], &["man"], &["--help"]] {
        let mut child = signalbox(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("ended");
        assert_eq!(output.status.code(), Some(0), "{words:?}: {output:?}");
        assert_eq!(text(&output.stderr), "", "{words:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_said() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("a full device");
    let output = signalbox(&["completions", "zsh"])
        .stdout(full)
        .output()
        .expect("started");
    assert_eq!(output.status.code(), Some(74));
    assert!(
        text(&output.stderr).contains("could not be written"),
        "{output:?}"
    );
}
