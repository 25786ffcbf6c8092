//! The tray where the system has one of its own: macOS and Windows, by Tauri. Written from the documentation of both,
//! never tried there.

use std::sync::{Mutex, PoisonError};

use tauri::{
    AppHandle, Runtime,
    image::Image,
    menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};
use tokio::sync::mpsc;

use signalbox_shell::{
    shell::Input,
    tray::{Action, Item, TrayView, paint},
};

/// The side of the picture; the system scales it.
const SIDE: u32 = 32;

/// Windows cuts a tooltip at 128 UTF-16 units without an end mark of its own.
const TOOLTIP: usize = 127;

/// The tray of the system.
pub(crate) struct SystemTray<R: Runtime> {
    app: AppHandle<R>,
    shown: Mutex<Option<TrayView>>,
    icon: TrayIcon<R>,
}

impl<R: Runtime> SystemTray<R> {
    /// Puts the icon into the tray. Call it on the main thread.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn start(app: &AppHandle<R>, inputs: mpsc::Sender<Input>) -> tauri::Result<Self> {
        let clicks = inputs.clone();
        let icon = TrayIconBuilder::with_id("signalbox")
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_tray_icon_event(move |_, event| {
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                {
                    let _full = clicks.try_send(Input::TrayClicked(None));
                }
            })
            .on_menu_event(move |_, event| {
                if let Ok(action) = serde_json::from_str::<Action>(&event.id().0) {
                    let _full = inputs.try_send(Input::Tray(action, None));
                }
            })
            .build(app)?;
        Ok(Self {
            app: app.clone(),
            shown: Mutex::new(None),
            icon,
        })
    }

    /// Shows this from now on; only what differs is touched, because a change of the icon flickers.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn show(&self, view: &TrayView) -> tauri::Result<()> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let before = shown.replace(view.clone());
        let before = before.as_ref();
        if before.is_none_or(|before| before.icon != view.icon) {
            let pixels = paint(&view.icon, SIDE);
            let image = Image::new_owned(pixels.rgba, pixels.side, pixels.side);
            // Colour carries meaning here: a template picture would lose it.
            self.icon.set_icon_with_as_template(Some(image), false)?;
        }
        if before.is_none_or(|before| (&before.sentence, &before.detail) != (&view.sentence, &view.detail)) {
            let words = format!("{}\n{}", view.sentence, view.detail);
            self.icon.set_tooltip(Some(cut(&words)))?;
        }
        if before.is_none_or(|before| before.menu != view.menu) {
            let menu = Menu::new(&self.app)?;
            for item in &view.menu {
                menu.append(self.item(item)?.as_ref())?;
            }
            self.icon.set_menu(Some(menu))?;
        }
        Ok(())
    }

    fn item(&self, item: &Item) -> tauri::Result<Box<dyn IsMenuItem<R>>> {
        let app = &self.app;
        let id = |action: &Action| serde_json::to_string(action).unwrap_or_default();
        Ok(match item {
            Item::Choice { label, action } => Box::new(MenuItem::with_id(
                app,
                id(action),
                literal(label),
                true,
                None::<&str>,
            )?),
            Item::Switch { label, on, action } => Box::new(CheckMenuItem::with_id(
                app,
                id(action),
                literal(label),
                true,
                *on,
                None::<&str>,
            )?),
            Item::Text(label) => Box::new(MenuItem::new(app, literal(label), false, None::<&str>)?),
            Item::More { label, items } => {
                let inner = Submenu::new(app, literal(label), true)?;
                for item in items {
                    inner.append(self.item(item)?.as_ref())?;
                }
                Box::new(inner)
            }
            Item::Separator => Box::new(PredefinedMenuItem::separator(app)?),
        })
    }
}

/// An ampersand would mark the letter after it.
fn literal(label: &str) -> String {
    label.replace('&', "&&")
}

fn cut(words: &str) -> String {
    let mut length = 0;
    words
        .chars()
        .take_while(|letter| {
            length += letter.len_utf16();
            length <= TOOLTIP
        })
        .collect()
}
