//! The window, made when it is asked for and destroyed when it is closed.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use tauri::{
    AppHandle, Emitter as _, Manager as _, Runtime, Theme, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
};
use tokio::sync::mpsc;

use signalbox_shell::{desktop::WindowWord, remembered::Size, shell::Input};

use crate::os;

/// The label of the one window.
pub(crate) const LABEL: &str = "main";

/// The size of a window that was never resized, in logical pixels.
const USUAL: Size = Size {
    width: 960,
    height: 680,
};

/// The least size that everything fits into.
const LEAST: Size = Size {
    width: 480,
    height: 400,
};

/// The window, whether or not it is open.
pub(crate) struct Window<R: Runtime> {
    app: AppHandle<R>,
    inputs: mpsc::Sender<Input>,
    /// Where the web view keeps what it must keep.
    web_data: PathBuf,
    theme: Mutex<Option<Theme>>,
}

impl<R: Runtime> Window<R> {
    /// A window that is not open yet. What happens to it is sent to `inputs`.
    #[must_use]
    pub(crate) fn new(app: AppHandle<R>, inputs: mpsc::Sender<Input>, web_data: PathBuf) -> Self {
        Self {
            app,
            inputs,
            web_data,
            theme: Mutex::new(None),
        }
    }

    /// Follows the desktop's light or dark theme, where the web view does not do so by itself.
    #[cfg(target_os = "linux")]
    pub(crate) fn follow_theme(&self, theme: Option<Theme>) {
        *self.theme.lock().unwrap_or_else(PoisonError::into_inner) = theme;
        if let Some(window) = self.app.get_webview_window(LABEL)
            && let Err(error) = window.set_theme(theme)
        {
            tracing::warn!(%error, "the window does not follow the desktop's theme");
        }
    }

    /// Opens the window, of this size or the usual one, or brings the one that is open to the front.
    pub(crate) fn open(&self, size: Option<Size>, activation: Option<String>) {
        let app = self.app.clone();
        let new = NewWindow {
            size: size.unwrap_or(USUAL),
            theme: *self.theme.lock().unwrap_or_else(PoisonError::into_inner),
            web_data: self.web_data.clone(),
            inputs: self.inputs.clone(),
        };
        let opened = self.app.run_on_main_thread(move || {
            let is_open = app.get_webview_window(LABEL);
            let was_open = is_open.is_some();
            match is_open.map_or_else(|| new.build(&app), Ok) {
                Ok(window) => {
                    os::come_to_front(&window, activation.as_deref());
                    if was_open {
                        let _over = new.inputs.try_send(Input::WindowRaised);
                    }
                }
                Err(error) => {
                    let _over = new.inputs.try_send(Input::WindowClosed(Err(error.to_string())));
                }
            }
        });
        if let Err(error) = opened {
            tracing::error!(%error, "the window could not be opened");
        }
    }

    /// Tells the window's page, if there is one.
    pub(crate) fn tell(&self, word: WindowWord) {
        if self.app.get_webview_window(LABEL).is_none() {
            return;
        }
        let told = match word {
            WindowWord::Hint(hint) => self.app.emit_to(LABEL, "hint", hint),
            WindowWord::Route(route) => self.app.emit_to(LABEL, "route", route),
            WindowWord::Notices(notices) => self.app.emit_to(LABEL, "notices", notices),
        };
        if let Err(error) = told {
            tracing::warn!(%error, "the window could not be told");
        }
    }
}

struct NewWindow {
    size: Size,
    theme: Option<Theme>,
    web_data: PathBuf,
    inputs: mpsc::Sender<Input>,
}

impl NewWindow {
    /// Builds the window. Only on the main thread.
    fn build<R: Runtime>(&self, app: &AppHandle<R>) -> tauri::Result<WebviewWindow<R>> {
        let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
            .title("Signalbox")
            .inner_size(f64::from(self.size.width), f64::from(self.size.height))
            .min_inner_size(f64::from(LEAST.width), f64::from(LEAST.height))
            .theme(self.theme)
            .data_directory(self.web_data.clone())
            // Nothing but the program's own pages, whatever a link or a script asks for.
            .on_navigation(is_own)
            .on_document_title_changed(|window, title| {
                if let Err(error) = window.set_title(&title) {
                    tracing::warn!(%error, "the window's title could not be changed");
                }
            })
            .build()?;
        os::window_opened(app);
        let inputs = self.inputs.clone();
        let (app, watched) = (app.clone(), window.clone());
        window.on_window_event(move |event| {
            if matches!(event, WindowEvent::CloseRequested { .. }) {
                if let Some(size) = logical_size(&watched) {
                    let _over = inputs.try_send(Input::WindowResized(size));
                }
            } else if matches!(event, WindowEvent::Destroyed) {
                os::window_closed(&app);
                let _over = inputs.try_send(Input::WindowClosed(Ok(())));
            }
        });
        Ok(window)
    }
}

/// The pages of the program itself, as Tauri serves them on each system.
fn is_own(url: &tauri::Url) -> bool {
    url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost")
}

/// The size to come back to; `None` where the window fills the screen, and the size is not its own.
fn logical_size<R: Runtime>(window: &WebviewWindow<R>) -> Option<Size> {
    if window.is_maximized().unwrap_or(true) || window.is_fullscreen().unwrap_or(true) {
        return None;
    }
    let scale = window.scale_factor().ok()?;
    let size = window.inner_size().ok()?.to_logical::<u32>(scale);
    Some(Size {
        width: size.width.max(LEAST.width),
        height: size.height.max(LEAST.height),
    })
}
