//! The program on Linux: the tray on the session bus, and the window in a process of its own.

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};

use crate::{
    arguments::Arguments,
    desktop::{Desktop, WindowWord},
    login::Login,
    program,
    remembered::Size,
    tray::{TrayView, linux::BusTray},
    window::{WindowProcess, window_program},
};

/// Runs the program until it is told to end, or hands over to one that runs already.
///
/// # Errors
/// Where nothing can be started at all.
pub fn run(arguments: &Arguments, complain: &dyn Fn(&str)) -> Result<ExitCode> {
    program::begin(arguments, complain, |program, runtime| {
        let this = std::env::current_exe().context("finding out where this program lies")?;
        let desktop = LinuxDesktop {
            tray: BusTray::start(program.inputs.clone()),
            window: WindowProcess::new(window_program(&this), arguments, program.inputs.clone()),
            login: Arc::clone(&program.login),
        };
        runtime.block_on(program.run(Arc::new(desktop)));
        Ok(ExitCode::SUCCESS)
    })
}

struct LinuxDesktop {
    tray: BusTray,
    window: WindowProcess,
    login: Arc<Login>,
}

impl Desktop for LinuxDesktop {
    fn show_tray(&self, view: &TrayView) {
        self.tray.show(view);
    }

    fn open_window(&self, size: Option<Size>, activation: Option<String>) {
        self.window.open(size, activation);
    }

    fn tell_window(&self, word: WindowWord) {
        self.window.tell(word);
    }

    fn starts_at_login(&self) -> bool {
        self.login.is_on()
    }

    fn start_at_login(&self, on: bool) -> Result<(), String> {
        self.login.set(on)
    }

    fn quit(&self) {
        self.window.close();
    }
}
