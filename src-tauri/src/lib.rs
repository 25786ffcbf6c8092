//! The desktop program: tray, bubbles and a window around the engine.
//!
//! The engine runs by itself on threads of its own; the shell's loop ([`shell`]) hears of what happens, asks by the one
//! API, and shows what it knows by way of a port ([`desktop`]) that Tauri stands behind.

pub mod arguments;
pub mod bubble;
pub mod contract;
pub mod desktop;
pub mod engine;
mod hand_over;
pub mod ipc;
mod login;
pub mod look;
mod os;
pub mod remembered;
pub mod route;
pub mod seen;
pub mod shell;
#[cfg(test)]
mod test_words;
pub mod tray;
mod window;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use jiff::tz::TimeZone;
use signalbox_engine::{
    access::Access,
    clock::{SharedClock, SystemClock},
    config::paths::{Overrides, Places},
};
use tauri::RunEvent;
use tokio::sync::mpsc;

use crate::{
    arguments::Arguments,
    bubble::{BubbleChannel, Bubbles, Click},
    engine::EngineThread,
    hand_over::HandedOver,
    ipc::Ipc,
    login::Login,
    remembered::Remembered,
    route::Route,
    shell::{Ask, Input, Setup, Shell},
    window::TauriDesktop,
};

/// The program's name among desktop entries, icons and notifications; the same as in `tauri.conf.json`.
pub const APP_ID: &str = "dev.signalbox.Signalbox";

/// So many inputs wait for the shell's loop, which never waits itself.
const INPUTS: usize = 1024;

/// Another program watches here, or nothing can be shown.
const UNAVAILABLE: u8 = 69;

/// What was given makes no sense.
const USAGE: u8 = 64;

/// Runs the program until it is told to end, or hands over to one that runs already.
///
/// # Errors
/// Where nothing can be started at all.
pub fn run(arguments: &Arguments, complain: &dyn Fn(&str)) -> Result<ExitCode> {
    if let Err(reason) = os::prepare() {
        complain(&reason);
        return Ok(ExitCode::from(UNAVAILABLE));
    }
    let route = match arguments.link.as_deref().map(route::from_link).transpose() {
        Ok(route) => route,
        Err(error) => {
            complain(&error.to_string());
            return Ok(ExitCode::from(USAGE));
        }
    };
    let places = Places::find(&Overrides {
        config_file: arguments.config.clone(),
        data_dir: arguments.data_dir.clone(),
    })?;
    let _log = signalbox_engine::log::start(0, Some(&places.log_dir()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("signalbox-shell")
        .enable_all()
        .build()
        .context("starting the runtime")?;
    match runtime.block_on(hand_over::hand_over(&places, route.clone(), arguments.hidden)) {
        HandedOver::Done => return Ok(ExitCode::SUCCESS),
        HandedOver::Refused(reason) => {
            complain(&reason);
            return Ok(ExitCode::from(UNAVAILABLE));
        }
        HandedOver::Nobody => {}
    }
    tauri::async_runtime::set(runtime.handle().clone());
    desktop_program(arguments, &places, route, &runtime)
}

#[expect(
    clippy::exit,
    reason = "Tauri's generated code ends a program whose pages are missing"
)]
fn desktop_program(
    arguments: &Arguments,
    places: &Places,
    route: Option<Route>,
    runtime: &tokio::runtime::Runtime,
) -> Result<ExitCode> {
    let _inside = runtime.enter();
    let (inputs, taken) = mpsc::channel(INPUTS);
    let clock: SharedClock = Arc::new(SystemClock::new());
    let ask: Arc<dyn Ask> = Arc::new(Access::new(places.clone(), "signalbox-desktop"));
    let bubbles = bubbles(&inputs);
    std::fs::create_dir_all(&places.data_dir)
        .with_context(|| format!("{} cannot be made", places.data_dir.display()))?;
    let engine = EngineThread::new(
        places.clone(),
        arguments.demo,
        Arc::clone(&clock),
        Arc::new(BubbleChannel::new(Arc::clone(&bubbles))),
        inputs.clone(),
    );
    let remembered = Remembered::load(&places.data_dir);
    let login = Login::new(&arguments_to_keep(arguments));
    let open_at_start = match (route, arguments.hidden) {
        (Some(route), _) => Some(route),
        (None, false) => Some(Route::Overview),
        (None, true) => None,
    };
    let ipc = Ipc {
        ask: Arc::clone(&ask),
        inputs: inputs.clone(),
        open: Box::new(|address| os::open_link(address).map_err(|error| error.to_string())),
    };
    let may_offer_login = !arguments.demo;
    let web_data = places.state_dir.join("window");
    let for_setup = inputs.clone();
    let app = tauri::Builder::default()
        .manage(ipc)
        .invoke_handler(tauri::generate_handler![
            ipc::ask,
            ipc::arrive,
            ipc::open_link,
            ipc::start_at_login,
            ipc::dismiss
        ])
        .setup(move |app| {
            let inputs = for_setup;
            let tray = show_tray(app.handle(), &inputs)?;
            let desktop = Arc::new(TauriDesktop::new(
                app.handle().clone(),
                tray,
                inputs.clone(),
                remembered.clone(),
                login,
                web_data,
            ));
            let followed = Arc::clone(&desktop);
            tauri::async_runtime::spawn(os::watch_theme(move |theme| followed.follow_theme(theme)));
            let (starting, stopping) = (engine.clone(), engine);
            let shell = Shell::new(
                Setup {
                    desktop,
                    ask,
                    bubbles,
                    clock,
                    zone: TimeZone::system(),
                    remembered,
                    start_engine: Box::new(move || starting.start()),
                    stop_engine: Box::new(move || stopping.stop()),
                    may_offer_login,
                    open_at_start,
                },
                inputs.clone(),
            );
            tauri::async_runtime::spawn(shell.run(taken));
            tauri::async_runtime::spawn(end_when_asked(inputs));
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
                Ok(route) => drop(inputs.try_send(Input::Tray(tray::Action::Open(route), None))),
                Err(error) => tracing::warn!(%error, "a link leads nowhere"),
            }
        } else if os::asked_to_reopen(&event) {
            drop(inputs.try_send(Input::TrayClicked(None)));
        }
    });
    Ok(ExitCode::SUCCESS)
}

/// What a start at login has to say to find the same configuration and data.
fn arguments_to_keep(arguments: &Arguments) -> Vec<String> {
    let path = |name: &str, path: &Option<PathBuf>| {
        let path = std::path::absolute(path.as_ref()?).ok()?;
        Some([name.to_owned(), path.to_string_lossy().into_owned()])
    };
    [
        path("--config", &arguments.config),
        path("--data-dir", &arguments.data_dir),
    ]
    .into_iter()
    .flatten()
    .flatten()
    .collect()
}

fn bubbles(inputs: &mpsc::Sender<Input>) -> Arc<dyn Bubbles> {
    let (clicks, mut clicked) = mpsc::channel::<Click>(16);
    let inputs = inputs.clone();
    tokio::spawn(async move {
        while let Some(click) = clicked.recv().await {
            if inputs.send(Input::Bubble(click)).await.is_err() {
                return;
            }
        }
    });
    #[cfg(target_os = "linux")]
    return Arc::new(bubble::linux::BusBubbles::new(clicks));
    #[cfg(not(target_os = "linux"))]
    return Arc::new(bubble::other::SystemBubbles::new(clicks));
}

#[cfg(target_os = "linux")]
fn show_tray(_: &tauri::AppHandle, inputs: &mpsc::Sender<Input>) -> tauri::Result<window::ShowTray> {
    let tray = tray::linux::BusTray::start(inputs.clone());
    Ok(Box::new(move |view| tray.show(view)))
}

#[cfg(not(target_os = "linux"))]
fn show_tray(app: &tauri::AppHandle, inputs: &mpsc::Sender<Input>) -> tauri::Result<window::ShowTray> {
    let tray = Arc::new(tray::tauri::SystemTray::start(app, inputs.clone())?);
    let app = app.clone();
    Ok(Box::new(move |view| {
        let (tray, view) = (Arc::clone(&tray), view.clone());
        let shown = app.run_on_main_thread(move || {
            if let Err(error) = tray.show(&view) {
                tracing::warn!(%error, "the tray could not be changed");
            }
        });
        if let Err(error) = shown {
            tracing::warn!(%error, "the tray could not be changed");
        }
    }))
}

/// Ends in order when the system or the person asks this process to.
async fn end_when_asked(inputs: mpsc::Sender<Input>) {
    signalbox_engine::watch::termination().await;
    let _over = inputs.send(Input::Quit).await;
}
