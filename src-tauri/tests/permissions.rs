//! What the window may call, held against the capabilities that are built into the program.
#![expect(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    clippy::exit,
    reason = "a test that cannot go on has failed"
)]

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use signalbox_desktop::ipc::{self, Ipc};
use signalbox_engine::api::{ApiError, EngineView, ErrorCode, Reply, Request};
use signalbox_shell::{
    desktop::{Arrival, StartAtLogin},
    route::Route,
    shell::{Ask, Input},
};
use tauri::{
    WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};
use tokio::sync::mpsc;

/// Answers a ping, and refuses everything else.
struct Pong;

impl Ask for Pong {
    fn ask(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send + '_>> {
        let answer = if request == Request::Ping {
            Ok(Reply::Pong(EngineView {
                running: true,
                version: "0".to_owned(),
                pid: None,
                heartbeat_at: None,
                offline_since: None,
                store_trouble: None,
                paused: None,
            }))
        } else {
            Err(ApiError::new(ErrorCode::NotFound, format!("{request:?}")))
        };
        Box::pin(std::future::ready(answer))
    }
}

struct Stand {
    app: tauri::App<MockRuntime>,
    opened: Arc<Mutex<Vec<String>>>,
    inputs: mpsc::Receiver<Input>,
}

impl Stand {
    fn new() -> Self {
        let opened = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&opened);
        let (sender, inputs) = mpsc::channel(8);
        let ipc = Ipc {
            ask: Arc::new(Pong),
            inputs: sender,
            open: Box::new(move |address| {
                noted.lock().unwrap().push(address.to_owned());
                Ok(())
            }),
        };
        let app = ipc
            .offer(mock_builder())
            .build(tauri::generate_context!(test = true))
            .unwrap();
        Self { app, opened, inputs }
    }

    fn window(&self, label: &str) -> WebviewWindow<MockRuntime> {
        WebviewWindowBuilder::new(&self.app, label, tauri::WebviewUrl::default())
            .build()
            .unwrap()
    }
}

fn call_from(
    origin: &str,
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    body: Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: origin.parse().unwrap(),
        body: InvokeBody::Json(body),
        headers: tauri::http::HeaderMap::new(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

fn call(window: &WebviewWindow<MockRuntime>, command: &str, body: Value) -> Result<Value, Value> {
    let origin = if cfg!(windows) {
        "http://tauri.localhost"
    } else {
        "tauri://localhost"
    };
    call_from(origin, window, command, body)
}

fn ping() -> Value {
    json!({ "request": { "request": "ping" } })
}

#[test]
fn the_window_asks_the_engine_and_gets_its_answer_or_its_error_as_it_is() {
    let stand = Stand::new();
    let window = stand.window("main");
    let answer = call(&window, "ask", ping()).unwrap();
    assert_eq!(
        (&answer["reply"], &answer["running"]),
        (&json!("pong"), &json!(true))
    );
    let refused = call(&window, "ask", json!({ "request": { "request": "doctor" } })).unwrap_err();
    assert_eq!(refused, json!({ "code": "not_found", "message": "Doctor" }));
}

#[test]
fn no_other_window_and_no_other_page_may_call_anything() {
    let stand = Stand::new();
    let (window, other) = (stand.window("main"), stand.window("other"));
    for command in ipc::COMMANDS {
        let body = json!({ "request": { "request": "ping" }, "url": "https://status.example", "enabled": true, "noticeId": "x" });
        let refused = call(&other, command, body.clone()).unwrap_err().to_string();
        assert!(refused.contains("not allowed"), "{command}: {refused}");
        let refused = call_from("https://evil.example", &window, command, body)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("not allowed"), "{command}: {refused}");
    }
    assert!(stand.opened.lock().unwrap().is_empty());
}

#[test]
fn the_window_may_do_nothing_else_that_tauri_offers() {
    let stand = Stand::new();
    let window = stand.window("main");
    for command in [
        "plugin:window|close",
        "plugin:window|create",
        "plugin:webview|create_webview_window",
        "plugin:event|emit",
        "plugin:path|resolve_directory",
        "plugin:app|version",
        "plugin:resources|close",
    ] {
        let refused = call(&window, command, json!({})).unwrap_err().to_string();
        assert!(
            refused.contains("not allowed") || refused.contains("not found"),
            "{command}: {refused}"
        );
    }
}

#[test]
fn a_link_opens_in_the_browser_only_if_it_is_a_plain_https_address() {
    let stand = Stand::new();
    let window = stand.window("main");
    call(
        &window,
        "open_link",
        json!({ "url": "https://status.example/i/1" }),
    )
    .unwrap();
    let refused = call(&window, "open_link", json!({ "url": "file:///etc/passwd" })).unwrap_err();
    assert_eq!(refused["code"], json!("bad_input"));
    assert_eq!(*stand.opened.lock().unwrap(), ["https://status.example/i/1"]);
}

#[test]
fn a_window_that_arrives_is_told_where_to_go() {
    let mut stand = Stand::new();
    let window = stand.window("main");
    let arrival = Arrival {
        route: Some(Route::History),
        version: "1".to_owned(),
        start_at_login: StartAtLogin {
            enabled: false,
            offer: true,
        },
        notices: Vec::new(),
    };
    let answered = arrival.clone();
    let answering = std::thread::spawn(move || {
        if let Some(Input::Arrived(reply)) = stand.inputs.blocking_recv() {
            reply.send(answered).unwrap();
        }
        stand.inputs.blocking_recv()
    });
    let answer = call(&window, "arrive", json!({})).unwrap();
    assert_eq!(serde_json::from_value::<Arrival>(answer).unwrap(), arrival);
    call(&window, "dismiss", json!({ "noticeId": "tray" })).unwrap();
    let heard = answering.join().unwrap();
    assert!(matches!(heard, Some(Input::Dismiss(id)) if id == "tray"));
}
