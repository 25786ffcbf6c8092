//! `signalbox-desktop`: Signalbox in the tray. On Linux nothing here may name what needs a window toolkit: the program would
//! load it before there is a window.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;
use signalbox_shell::arguments::Arguments;

#[cfg(not(target_os = "linux"))]
use signalbox_desktop::run;
#[cfg(target_os = "linux")]
use signalbox_shell::linux::run;

fn main() -> ExitCode {
    // Without a standard error there is only the exit code to say it.
    let complain = |words: &str| drop(writeln!(io::stderr(), "signalbox-desktop: {words}"));
    match run(&Arguments::parse(), &complain) {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
