//! The desktop program where the system has a tray of its own, macOS and Windows: shell, tray and window in one process.
//! Written from Tauri's documentation, never built or tried there.

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use signalbox_shell::{
    arguments::Arguments,
    desktop::{Desktop, WindowWord},
    login::Login,
    program::{self, Program},
    remembered::Size,
    route,
    shell::Input,
    tray::{Action, TrayView},
};
use tauri::{AppHandle, RunEvent, Runtime};

use crate::{ipc::Ipc, os, tray_icon::SystemTray, window::Window};

/// Runs the program until it is told to end, or hands over to one that runs already.
///
/// # Errors
/// Where nothing can be started at all.
pub fn run(arguments: &Arguments, complain: &dyn Fn(&str)) -> Result<ExitCode> {
    program::begin(arguments, complain, |program, runtime| {
        tauri::async_runtime::set(runtime.handle().clone());
        on_system(program)
    })
}

#[expect(
    clippy::exit,
    reason = "Tauri's generated code ends a program whose pages are missing"
)]
fn on_system(program: Program) -> Result<ExitCode> {
    let inputs = program.inputs.clone();
    let ipc = Ipc::new(Arc::clone(&program.ask), inputs.clone());
    let app = ipc
        .offer(tauri::Builder::default())
        .setup(move |app| {
            let app = app.handle();
            let desktop = SystemDesktop {
                app: app.clone(),
                tray: Arc::new(SystemTray::start(app, program.inputs.clone())?),
                window: Window::new(
                    app.clone(),
                    program.inputs.clone(),
                    program.places.state_dir.join("window"),
                ),
                login: Arc::clone(&program.login),
            };
            tauri::async_runtime::spawn(program.run(Arc::new(desktop)));
            Ok(())
        })
        .build(tauri::generate_context!())
        .context("starting the desktop program")?;
    app.run(move |_, event| {
        if let RunEvent::ExitRequested { code: None, api, .. } = &event {
            // The last window is gone; the tray stays.
            api.prevent_exit();
        } else if let Some(link) = os::opened_link(&event) {
            match route::from_link(&link) {
                Ok(route) => drop(inputs.try_send(Input::Tray(Action::Open(route), None))),
                Err(error) => tracing::warn!(%error, "a link leads nowhere"),
            }
        } else if os::asked_to_reopen(&event) {
            drop(inputs.try_send(Input::TrayClicked(None)));
        }
    });
    Ok(ExitCode::SUCCESS)
}

struct SystemDesktop<R: Runtime> {
    app: AppHandle<R>,
    tray: Arc<SystemTray<R>>,
    window: Window<R>,
    login: Arc<Login>,
}

impl<R: Runtime> Desktop for SystemDesktop<R> {
    fn show_tray(&self, view: &TrayView) {
        let (tray, view) = (Arc::clone(&self.tray), view.clone());
        let shown = self.app.run_on_main_thread(move || {
            if let Err(error) = tray.show(&view) {
                tracing::warn!(%error, "the tray could not be changed");
            }
        });
        if let Err(error) = shown {
            tracing::warn!(%error, "the tray could not be changed");
        }
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
        self.app.exit(0);
    }
}
