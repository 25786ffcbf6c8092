//! The side of a desktop that a tray program sees: who takes tray icons, and who shows notifications, on the session bus.
//! `cargo xtask bench --only desktop` drives it.
//!
//! It prints `ready`, then `item` for each tray icon and `bubble ID SUMMARY` for each notification. On its standard input
//! it takes `activate`, a click on the newest icon, and `click ID`, a click on a notification.

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        collections::HashMap,
        io::{BufRead as _, Write as _},
        sync::{Arc, Mutex, PoisonError},
    };

    use tokio::sync::mpsc;
    use zbus::{Connection, Variant, connection, interface, message::Header};

    const ITEM_INTERFACE: &str = "org.kde.StatusNotifierItem";
    const ITEM_PATH: &str = "/StatusNotifierItem";
    const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
    const NOTIFICATIONS_PATH: &str = "/org/freedesktop/Notifications";

    /// A tray icon: the name on the bus of who shows it, and where.
    type Item = (String, String);

    #[derive(Clone, Default)]
    struct Items(Arc<Mutex<Vec<Item>>>);

    impl Items {
        fn add(&self, item: Item) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(item);
            say("item");
        }

        fn newest(&self) -> Option<Item> {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .last()
                .cloned()
        }

        fn names(&self) -> Vec<String> {
            let items = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            items.iter().map(|(name, path)| format!("{name}{path}")).collect()
        }
    }

    /// Whoever drives this has gone where it cannot be told any more.
    fn say(line: &str) {
        let mut out = std::io::stdout().lock();
        let _gone = writeln!(out, "{line}").and_then(|()| out.flush());
    }

    /// `org.kde.StatusNotifierWatcher`: the tray.
    struct Watcher {
        items: Items,
    }

    #[interface(name = "org.kde.StatusNotifierWatcher")]
    impl Watcher {
        fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
            let sender = header.sender().map(ToString::to_string).unwrap_or_default();
            // Either a name on the bus or a path of the one who calls.
            self.items.add(if service.starts_with('/') {
                (sender, service.to_owned())
            } else {
                (service.to_owned(), ITEM_PATH.to_owned())
            });
        }

        fn register_status_notifier_host(&self, _service: &str) {}

        #[zbus(property)]
        fn registered_status_notifier_items(&self) -> Vec<String> {
            self.items.names()
        }

        #[zbus(property)]
        fn is_status_notifier_host_registered(&self) -> bool {
            true
        }

        #[zbus(property)]
        fn protocol_version(&self) -> i32 {
            0
        }
    }

    /// `org.freedesktop.Notifications`: what shows bubbles.
    struct Server {
        last: u32,
    }

    #[interface(name = "org.freedesktop.Notifications")]
    impl Server {
        #[expect(clippy::too_many_arguments, reason = "these are the specification's")]
        fn notify(
            &mut self,
            _app_name: &str,
            replaces_id: u32,
            _app_icon: &str,
            summary: &str,
            _body: &str,
            _actions: Vec<String>,
            _hints: HashMap<String, Variant<'_>>,
            _expire_timeout: i32,
        ) -> u32 {
            let id = if replaces_id == 0 {
                self.last += 1;
                self.last
            } else {
                replaces_id
            };
            say(&format!("bubble {id} {}", summary.replace('\n', " ")));
            id
        }

        fn close_notification(&self, _id: u32) {}

        fn get_capabilities(&self) -> Vec<&str> {
            vec!["actions", "body", "persistence"]
        }

        fn get_server_information(&self) -> (&str, &str, &str, &str) {
            ("bench", "signalbox", "1", "1.2")
        }
    }

    async fn obey(connection: &Connection, items: &Items, line: &str) -> zbus::Result<()> {
        if line == "activate" {
            if let Some((name, path)) = items.newest() {
                connection
                    .call_method(
                        Some(name.as_str()),
                        path.as_str(),
                        Some(ITEM_INTERFACE),
                        "Activate",
                        &(0_i32, 0_i32),
                    )
                    .await?;
            }
        } else if let Some(id) = line.strip_prefix("click ").and_then(|id| id.parse::<u32>().ok()) {
            connection
                .emit_signal(
                    None::<&str>,
                    NOTIFICATIONS_PATH,
                    NOTIFICATIONS,
                    "ActionInvoked",
                    &(id, "default"),
                )
                .await?;
        }
        Ok(())
    }

    /// Runs until its standard input ends.
    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn main() -> zbus::Result<()> {
        let items = Items::default();
        let watcher = Watcher { items: items.clone() };
        let connection = connection::Builder::session()
            .name("org.kde.StatusNotifierWatcher")
            .name(NOTIFICATIONS)
            .serve_at("/StatusNotifierWatcher", watcher)
            .serve_at(NOTIFICATIONS_PATH, Server { last: 0 })
            .build()
            .await?;
        let (told, mut lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                if told.send(line).is_err() {
                    return;
                }
            }
        });
        say("ready");
        while let Some(line) = lines.recv().await {
            obey(&connection, &items, line.trim()).await?;
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> zbus::Result<()> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {}
