//! `signalbox-desktop`: Signalbox in the tray.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;
use signalbox_desktop::arguments::Arguments;

fn main() -> ExitCode {
    // Without a standard error there is only the exit code to say it.
    let complain = |words: &str| drop(writeln!(io::stderr(), "signalbox-desktop: {words}"));
    match signalbox_desktop::run(&Arguments::parse(), &complain) {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
