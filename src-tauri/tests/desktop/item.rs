//! The tray's item as a panel sees it on the bus.

use zbus::{Connection, Proxy};

use crate::session::{Session, until};

pub(crate) struct Item {
    runtime: tokio::runtime::Runtime,
    proxy: Proxy<'static>,
}

impl Item {
    /// Waits until the item is registered with whoever shows the tray.
    pub(crate) fn wait(session: &Session) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let connection: Connection = runtime
            .block_on(zbus::connection::Builder::address(session.bus_address()).build())
            .unwrap();
        let mut found = None;
        until("the tray's item is registered", || {
            found = runtime.block_on(registered(&connection));
            found.is_some()
        });
        let (owner, path) = found.unwrap();
        let proxy = runtime
            .block_on(
                zbus::proxy::Builder::new(&connection)
                    .destination(owner)
                    .path(path)
                    .interface("org.kde.StatusNotifierItem")
                    .cache_properties(zbus::proxy::CacheProperties::No)
                    .build(),
            )
            .unwrap();
        Self { runtime, proxy }
    }

    /// The tooltip's two lines.
    pub(crate) fn tooltip(&self) -> String {
        type Pixmaps = Vec<(i32, i32, Vec<u8>)>;
        let read = self.runtime.block_on(
            self.proxy
                .get_property::<(String, Pixmaps, String, String)>("ToolTip"),
        );
        match read {
            Ok((_, _, title, text)) => format!("{title}\n{text}"),
            Err(error) => error.to_string(),
        }
    }

    /// The picture of 22 pixels.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let read = self
            .runtime
            .block_on(self.proxy.get_property::<Vec<(i32, i32, Vec<u8>)>>("IconPixmap"));
        read.unwrap_or_default()
            .into_iter()
            .find(|(side, _, _)| *side == 22)
            .map(|(_, _, pixels)| pixels)
            .unwrap_or_default()
    }

    /// Does what a left click does.
    pub(crate) fn activate(&self) {
        self.runtime
            .block_on(self.proxy.call_method("Activate", &(0, 0)))
            .unwrap();
    }
}

async fn registered(connection: &Connection) -> Option<(String, String)> {
    let watcher = Proxy::new(
        connection,
        "org.kde.StatusNotifierWatcher",
        "/StatusNotifierWatcher",
        "org.kde.StatusNotifierWatcher",
    )
    .await
    .ok()?;
    let items: Vec<String> = watcher.get_property("RegisteredStatusNotifierItems").await.ok()?;
    // A watcher writes the owner and the path in one; some write the owner alone.
    let item = items.into_iter().next()?;
    Some(match item.find('/') {
        Some(at) => (item[..at].to_owned(), item[at..].to_owned()),
        None => (item, "/StatusNotifierItem".to_owned()),
    })
}
