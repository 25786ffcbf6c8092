//! An empty program in the tray, to measure Signalbox against: the same toolkit, the same kind of tray, a window of the same
//! size, and nothing in any of them. `cargo xtask bench --only desktop` starts it.

#[cfg(target_os = "linux")]
mod linux {
    use std::path::PathBuf;

    use ksni::TrayMethods as _;
    use tauri::{AppHandle, Manager as _, RunEvent, WebviewUrl, WebviewWindowBuilder};

    /// The window's name within the program.
    const LABEL: &str = "main";

    /// The side of the icon.
    const SIDE: i32 = 22;

    struct EmptyTray {
        app: AppHandle,
        web_data: PathBuf,
    }

    impl EmptyTray {
        fn open(app: &AppHandle, web_data: PathBuf) {
            if app.get_webview_window(LABEL).is_some() {
                return;
            }
            let Ok(nothing) = "about:blank".parse() else {
                return;
            };
            let opened = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::External(nothing))
                .title("Empty")
                .inner_size(960.0, 680.0)
                .data_directory(web_data)
                .build();
            if opened.is_err() {
                app.exit(1);
            }
        }
    }

    impl ksni::Tray for EmptyTray {
        fn id(&self) -> String {
            "empty-tray".to_owned()
        }

        fn icon_pixmap(&self) -> Vec<ksni::Icon> {
            let pixels = usize::try_from(SIDE * SIDE).unwrap_or_default();
            vec![ksni::Icon {
                width: SIDE,
                height: SIDE,
                data: [0xff, 0x80, 0x80, 0x80].repeat(pixels),
            }]
        }

        fn activate(&mut self, _x: i32, _y: i32) {
            let (app, web_data) = (self.app.clone(), self.web_data.clone());
            if self
                .app
                .run_on_main_thread(move || Self::open(&app, web_data))
                .is_err()
            {
                self.app.exit(1);
            }
        }
    }

    /// Runs until it is killed. The one argument is a directory for what the web view keeps.
    pub(super) fn main() -> tauri::Result<()> {
        let web_data = std::env::args_os().nth(1).map(PathBuf::from).unwrap_or_default();
        tauri::Builder::default()
            .setup(|app| {
                let app = app.handle().clone();
                tauri::async_runtime::spawn(async move {
                    let tray = EmptyTray {
                        app: app.clone(),
                        web_data,
                    };
                    match tray.assume_sni_available(true).spawn().await {
                        // The icon goes with its handle.
                        Ok(_handle) => std::future::pending::<()>().await,
                        Err(_) => app.exit(1),
                    }
                });
                Ok(())
            })
            .build(tauri::generate_context!())?
            .run(|_, event| {
                if let RunEvent::ExitRequested { code: None, api, .. } = event {
                    // The window is gone; the tray stays.
                    api.prevent_exit();
                }
            });
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> tauri::Result<()> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {}
