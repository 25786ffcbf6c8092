//! The window in a process of its own: what its page asks of the shell goes over the socket to the tray's program, and what
//! that one says comes back. It ends with the window, and with the tray's program.

use std::{
    collections::VecDeque,
    io,
    os::{fd::AsFd as _, unix::net::UnixStream as StdStream},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use signalbox_shell::{
    arguments::Arguments,
    desktop::Arrival,
    program,
    shell::Input,
    window::{FromWindow, OTHER_VERSION, ToWindow, read_word, tray_has_this_version, write_word},
};
use tauri::{AppHandle, Runtime};
use tokio::{
    io::BufReader,
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{mpsc, oneshot},
};

use crate::{ipc::Ipc, os, window::Window};

/// So many inputs wait to be said to the tray's program.
const INPUTS: usize = 64;

/// Runs the window until it is closed or the tray's program is gone. `None` where that program did not start this one.
///
/// # Errors
/// Where no window can be opened.
#[expect(
    clippy::exit,
    reason = "Tauri's generated code ends a program whose pages are missing"
)]
pub fn run(arguments: &Arguments) -> Result<Option<ExitCode>> {
    let Some(tray) = standard_input_as_socket() else {
        return Ok(None);
    };
    if !tray_has_this_version() {
        return Ok(Some(ExitCode::from(OTHER_VERSION)));
    }
    os::be_called_as_the_desktop_entry_says();
    // Tauri would panic.
    gtk::init().context("the display cannot be reached")?;
    let places = program::places(arguments)?;
    let _log = signalbox_engine::log::start(0, Some(&places.log_dir()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("signalbox-window")
        .enable_all()
        .build()
        .context("starting the runtime")?;
    let _inside = runtime.enter();
    let (hears, says) = UnixStream::from_std(tray)
        .context("speaking with the tray's program")?
        .into_split();
    tauri::async_runtime::set(runtime.handle().clone());
    let (inputs, taken) = mpsc::channel(INPUTS);
    let ipc = Ipc::new(Arc::new(program::access(arguments, &places)), inputs.clone());
    let web_data = places.state_dir.join("window");
    let app = ipc
        .offer(tauri::Builder::default())
        .setup(move |app| {
            let app = app.handle();
            let window = Arc::new(Window::new(app.clone(), inputs, web_data));
            let followed = Arc::clone(&window);
            tauri::async_runtime::spawn(os::watch_theme(move |theme| followed.follow_theme(theme)));
            let asked = Asked::default();
            tauri::async_runtime::spawn(say(says, taken, asked.clone(), app.clone()));
            tauri::async_runtime::spawn(hear(hears, window, asked, app.clone()));
            Ok(())
        })
        .build(tauri::generate_context!())
        .context("starting the window")?;
    Ok(Some(match u8::try_from(app.run_return(|_, _| {})) {
        Ok(code) => ExitCode::from(code),
        Err(_) => ExitCode::FAILURE,
    }))
}

/// The socket that the tray's program gave this one.
fn standard_input_as_socket() -> Option<StdStream> {
    let stream = StdStream::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
    stream.local_addr().ok()?;
    stream.set_nonblocking(true).ok()?;
    Some(stream)
}

/// What was asked of the tray's program and not answered yet, the first first.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<VecDeque<Waiting>>>);

enum Waiting {
    Arrival(oneshot::Sender<Arrival>),
    StartsAtLogin(oneshot::Sender<Result<bool, String>>),
}

impl Asked {
    fn add(&self, waiting: Waiting) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(waiting);
    }

    fn next(&self) -> Option<Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// Says what happens in the window, until the tray's program is gone.
async fn say<R: Runtime>(
    mut says: OwnedWriteHalf,
    mut taken: mpsc::Receiver<Input>,
    asked: Asked,
    app: AppHandle<R>,
) {
    while let Some(input) = taken.recv().await {
        let word = match input {
            Input::Arrived(reply) => {
                asked.add(Waiting::Arrival(reply));
                FromWindow::Arrived
            }
            Input::StartAtLogin(on, reply) => {
                asked.add(Waiting::StartsAtLogin(reply));
                FromWindow::StartAtLogin(on)
            }
            Input::Dismiss(id) => FromWindow::Dismiss(id),
            Input::WindowRaised => FromWindow::Raised,
            Input::WindowResized(size) => FromWindow::Resized(size),
            Input::WindowClosed(ended) => {
                if let Err(error) = &ended {
                    tracing::error!(error, "the window could not be opened");
                }
                app.exit(i32::from(ended.is_err()));
                return;
            }
            other @ (Input::Engine(_)
            | Input::EngineEnded(_)
            | Input::TrayClicked(_)
            | Input::Tray(..)
            | Input::TrayHost(_)
            | Input::Bubble(_)
            | Input::Quit
            | Input::Status(_)
            | Input::Failed(_)) => {
                tracing::error!(?other, "this does not happen in a window");
                continue;
            }
        };
        if write_word(&mut says, &word).await.is_err() {
            return;
        }
    }
}

/// Does what the tray's program says, and ends with it.
async fn hear<R: Runtime>(hears: OwnedReadHalf, window: Arc<Window<R>>, asked: Asked, app: AppHandle<R>) {
    let mut hears = BufReader::new(hears);
    loop {
        match read_word(&mut hears).await {
            Ok(Some(ToWindow::Open { size, activation })) => window.open(size, activation),
            Ok(Some(ToWindow::Tell(word))) => window.tell(word),
            Ok(Some(ToWindow::Arrival(arrival))) => match asked.next() {
                Some(Waiting::Arrival(reply)) => drop(reply.send(arrival)),
                Some(Waiting::StartsAtLogin(_)) | None => tracing::error!("nobody asked where to go"),
            },
            Ok(Some(ToWindow::StartsAtLogin(done))) => match asked.next() {
                Some(Waiting::StartsAtLogin(reply)) => drop(reply.send(done)),
                Some(Waiting::Arrival(_)) | None => tracing::error!("nobody asked to start at login"),
            },
            Ok(None) => break,
            Err(error) => {
                tracing::error!(%error, "the tray's program is not understood");
                break;
            }
        }
    }
    app.exit(0);
}
