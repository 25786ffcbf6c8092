//! The tray as a StatusNotifierItem, by `ksni`: Tauri's own tray on Linux reports no click, has no tooltip, and leaves
//! pictures behind as files.

use std::sync::Arc;

use ksni::{Handle, MenuItem, OfflineReason, ToolTip, TrayMethods as _, menu};
use tokio::sync::{mpsc, watch};

use super::{Action, Icon, Item, TrayView, paint};
use crate::{APP_ID, shell::Input};

/// The sides that panels ask for; a host scales what it does not find.
const SIDES: [u32; 6] = [16, 22, 24, 32, 48, 64];

/// The tray on the session bus.
pub struct BusTray {
    views: watch::Sender<Option<Arc<TrayView>>>,
}

impl BusTray {
    /// Puts the icon on the bus as soon as there is a first view, and says by [`Input::TrayHost`] whether anybody shows
    /// it. Call it inside a tokio runtime.
    #[must_use]
    pub fn start(inputs: mpsc::Sender<Input>) -> Self {
        let (views, mut changed) = watch::channel(None::<Arc<TrayView>>);
        tokio::spawn(async move {
            let Ok(first) = changed.wait_for(Option::is_some).await.map(|view| view.clone()) else {
                return;
            };
            let Some(first) = first else { return };
            let item = StatusItem {
                pixmaps: pixmaps(&first.icon),
                view: first,
                inputs: inputs.clone(),
            };
            let spawned = item.assume_sni_available(true).spawn().await;
            let handle: Handle<StatusItem> = match spawned {
                Ok(handle) => handle,
                Err(error) => {
                    let _over = inputs.send(Input::TrayHost(Err(error.to_string()))).await;
                    return;
                }
            };
            while changed.changed().await.is_ok() {
                let Some(view) = changed.borrow_and_update().clone() else {
                    continue;
                };
                let shown = handle
                    .update(|item| {
                        if item.view.icon != view.icon {
                            item.pixmaps = pixmaps(&view.icon);
                        }
                        item.view = view;
                    })
                    .await;
                if shown.is_none() {
                    return;
                }
            }
            handle.shutdown().await;
        });
        Self { views }
    }

    /// Shows this from now on.
    pub fn show(&self, view: &TrayView) {
        self.views.send_replace(Some(Arc::new(view.clone())));
    }
}

struct StatusItem {
    view: Arc<TrayView>,
    pixmaps: Vec<ksni::Icon>,
    inputs: mpsc::Sender<Input>,
}

impl StatusItem {
    /// Bus calls must not wait for the shell; it is never so far behind that a click is lost unless it hangs.
    fn say(&self, input: Input) {
        if self.inputs.try_send(input).is_err() {
            tracing::error!("the shell does not take what the tray says");
        }
    }
}

impl ksni::Tray for StatusItem {
    fn id(&self) -> String {
        APP_ID.to_owned()
    }

    fn title(&self) -> String {
        "Signalbox".to_owned()
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.pixmaps.clone()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: self.view.sentence.clone(),
            description: self.view.detail.clone(),
            ..ToolTip::default()
        }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        items(&self.view.menu)
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.say(Input::TrayClicked(ksni::current_xdg_activation_token()));
    }

    fn secondary_activate(&mut self, _x: i32, _y: i32) {
        self.say(Input::Tray(Action::Refresh, None));
    }

    fn watcher_online(&self) {
        self.say(Input::TrayHost(Ok(())));
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        let why = match reason {
            OfflineReason::Error(ksni::Error::Watcher(_)) | OfflineReason::No => {
                "no panel with a tray is running".to_owned()
            }
            OfflineReason::Error(error) => error.to_string(),
            _ => "the panel has gone".to_owned(),
        };
        self.say(Input::TrayHost(Err(why)));
        true
    }
}

fn pixmaps(icon: &Icon) -> Vec<ksni::Icon> {
    SIDES
        .iter()
        .map(|side| {
            let pixels = paint(icon, *side);
            let side = i32::try_from(pixels.side).unwrap_or_default();
            ksni::Icon {
                width: side,
                height: side,
                data: pixels.argb(),
            }
        })
        .collect()
}

fn items(of: &[Item]) -> Vec<MenuItem<StatusItem>> {
    of.iter().map(item).collect()
}

fn item(of: &Item) -> MenuItem<StatusItem> {
    match of {
        Item::Choice { label, action } => menu::StandardItem {
            label: literal(label),
            activate: chosen(action),
            ..menu::StandardItem::default()
        }
        .into(),
        Item::Switch { label, on, action } => menu::CheckmarkItem {
            label: literal(label),
            checked: *on,
            activate: chosen(action),
            ..menu::CheckmarkItem::default()
        }
        .into(),
        Item::Text(label) => menu::StandardItem {
            label: literal(label),
            enabled: false,
            ..menu::StandardItem::default()
        }
        .into(),
        Item::More { label, items: inner } => menu::SubMenu {
            label: literal(label),
            submenu: items(inner),
            ..menu::SubMenu::default()
        }
        .into(),
        Item::Separator => MenuItem::Separator,
    }
}

fn chosen(action: &Action) -> Box<dyn Fn(&mut StatusItem) + Send> {
    let action = action.clone();
    Box::new(move |item| {
        item.say(Input::Tray(action.clone(), ksni::current_xdg_activation_token()));
    })
}

/// An underscore would mark the letter after it.
fn literal(label: &str) -> String {
    label.replace('_', "__")
}
