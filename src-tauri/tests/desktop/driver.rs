//! Reads the program's window by WebDriver, as WebKitGTK's own driver offers it.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use crate::session::{Session, until};

pub(crate) struct Driver {
    child: Child,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
    session: String,
}

impl Driver {
    /// Starts the program with `arguments`; its first window is the one that is read.
    pub(crate) fn start(session: &Session, arguments: &[String]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let child = session
            .command("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stderr(Stdio::inherit())
            .spawn()
            .expect("WebKitWebDriver: `cargo xtask setup` installs what this test needs");
        until("the driver listens", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        // TLS is never spoken here; the client only wants a provider to exist.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(90))
            .build()
            .unwrap();
        let mut driver = Self {
            child,
            runtime,
            client,
            session: format!("http://127.0.0.1:{port}/session"),
        };
        let options = json!({ "binary": env!("CARGO_BIN_EXE_signalbox-desktop"), "args": arguments });
        let wanted = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let begun = driver.call("", Some(&wanted));
        let id = begun["sessionId"].as_str().unwrap_or_else(|| panic!("{begun}"));
        driver.session = format!("{}/{id}", driver.session);
        driver
    }

    fn call(&self, path: &str, body: Option<&Value>) -> Value {
        let address = format!("{}{path}", self.session);
        let request = match body {
            Some(body) => self.client.post(address).json(body),
            None => self.client.get(address),
        };
        let answer: Value = self
            .runtime
            .block_on(async { request.send().await?.json().await })
            .unwrap();
        answer["value"].clone()
    }

    /// Everything that can be read in the window.
    pub(crate) fn text(&self) -> String {
        let script = json!({ "script": "return document.body.innerText", "args": [] });
        self.call("/execute/sync", Some(&script))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The address of what is shown.
    pub(crate) fn url(&self) -> String {
        self.call("/url", None).as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Ends what it reads, the window. The program in the tray goes on, and is its child.
        let _answer = self
            .runtime
            .block_on(async { self.client.delete(&self.session).send().await });
        let driver = self.child.id().to_string();
        let _ended = Command::new("pkill").args(["-P", &driver]).status();
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
