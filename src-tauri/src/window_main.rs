//! `signalbox-window`: the window of `signalbox-desktop`, which starts it. Elsewhere than on Linux that program has its window
//! in itself.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

/// What was given makes no sense.
const USAGE: u8 = 64;

fn complain(words: &str) {
    // Without a standard error there is only the exit code to say it.
    drop(writeln!(io::stderr(), "signalbox-window: {words}"));
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use clap::Parser as _;
    use signalbox_shell::arguments::Arguments;

    match signalbox_desktop::run(&Arguments::parse()) {
        Ok(Some(code)) => code,
        Ok(None) => {
            complain("this is the window of signalbox-desktop; start that instead");
            ExitCode::from(USAGE)
        }
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    complain("signalbox-desktop has its window in itself; start that instead");
    ExitCode::from(USAGE)
}
