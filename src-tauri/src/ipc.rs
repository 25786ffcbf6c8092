//! What the window can ask of the program: the engine's one API, and the few things that only a desktop can do. Which
//! window may call what stands in the capabilities; nothing else is allowed.

use std::sync::Arc;

use signalbox_engine::api::{ApiError, ErrorCode, Reply, Request};
use signalbox_shell::{
    desktop::Arrival,
    shell::{Ask, Input},
};
use tauri::{Builder, Runtime, State};
use tokio::sync::{mpsc, oneshot};

use crate::os;

/// The commands, as the build and the capabilities name them.
pub const COMMANDS: [&str; 5] = ["ask", "arrive", "open_link", "start_at_login", "dismiss"];

/// Opens an address in the person's browser.
pub type OpenLink = Box<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// What the commands work with.
pub struct Ipc {
    /// Who answers requests.
    pub ask: Arc<dyn Ask>,
    /// The shell's loop.
    pub inputs: mpsc::Sender<Input>,
    /// What opens a link.
    pub open: OpenLink,
}

impl Ipc {
    /// What the commands work with in life.
    #[must_use]
    pub fn new(ask: Arc<dyn Ask>, inputs: mpsc::Sender<Input>) -> Self {
        Self {
            ask,
            inputs,
            open: Box::new(|address| os::open_link(address).map_err(|error| error.to_string())),
        }
    }

    /// Lets a program's windows call the commands.
    #[must_use]
    pub fn offer<R: Runtime>(self, builder: Builder<R>) -> Builder<R> {
        builder.manage(self).invoke_handler(tauri::generate_handler![
            ask,
            arrive,
            open_link,
            start_at_login,
            dismiss
        ])
    }
}

/// Answers a request of the engine's API.
///
/// # Errors
/// As the engine says.
#[tauri::command]
pub async fn ask(ipc: State<'_, Ipc>, request: Request) -> Result<Reply, ApiError> {
    ipc.ask.ask(request).await
}

/// What a window that has just opened needs to know.
///
/// # Errors
/// [`ErrorCode::Unavailable`] where the program is ending.
#[tauri::command]
pub async fn arrive(ipc: State<'_, Ipc>) -> Result<Arrival, ApiError> {
    answer(&ipc.inputs, Input::Arrived).await
}

/// Opens an official link in the person's browser.
///
/// # Errors
/// [`ErrorCode::BadInput`] for anything but a plain `https` address; [`ErrorCode::Unavailable`] where no browser opens.
#[tauri::command]
pub async fn open_link(ipc: State<'_, Ipc>, url: String) -> Result<(), ApiError> {
    let address = link(&url)?;
    (ipc.open)(address.as_str()).map_err(|error| {
        ApiError::new(
            ErrorCode::Unavailable,
            format!("no browser could be opened for {address}: {error}"),
        )
    })
}

/// Makes Signalbox start at login, or no longer; returns how it is then.
///
/// # Errors
/// [`ErrorCode::Unavailable`] in the system's words where it refuses.
#[tauri::command]
pub async fn start_at_login(ipc: State<'_, Ipc>, enabled: bool) -> Result<bool, ApiError> {
    answer(&ipc.inputs, |reply| Input::StartAtLogin(enabled, reply))
        .await?
        .map_err(|words| ApiError::new(ErrorCode::Unavailable, words))
}

/// The person has read a notice, or declined an offer.
///
/// # Errors
/// [`ErrorCode::Unavailable`] where the program is ending.
#[tauri::command]
pub async fn dismiss(ipc: State<'_, Ipc>, notice_id: String) -> Result<(), ApiError> {
    ipc.inputs
        .send(Input::Dismiss(notice_id))
        .await
        .map_err(|_| ending())
}

async fn answer<T>(
    inputs: &mpsc::Sender<Input>,
    ask: impl FnOnce(oneshot::Sender<T>) -> Input,
) -> Result<T, ApiError> {
    let (reply, answer) = oneshot::channel();
    inputs.send(ask(reply)).await.map_err(|_| ending())?;
    answer.await.map_err(|_| ending())
}

fn ending() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "Signalbox is ending")
}

/// An address that may be opened: a page on the web, and nothing that could hide where it leads.
fn link(address: &str) -> Result<url::Url, ApiError> {
    let refused = |reason: &str| {
        let shown = signalbox_engine::announce::words::line(address, 80);
        Err(ApiError::new(
            ErrorCode::BadInput,
            format!("{shown} is not opened: {reason}"),
        ))
    };
    let Ok(url) = url::Url::parse(address) else {
        return refused("it is no address");
    };
    if url.scheme() != "https" {
        return refused("only https addresses are");
    }
    if !url.has_host() || !url.username().is_empty() || url.password().is_some() {
        return refused("it holds more than an address");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_addresses_are_opened() {
        assert_eq!(
            link("https://status.example/incidents/1?x=y#z").unwrap().as_str(),
            "https://status.example/incidents/1?x=y#z"
        );
        for address in [
            "http://status.example",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://paypal.example@evil.example/",
            "signalbox://incident/1",
            "--help",
            "",
        ] {
            let refused = link(address).unwrap_err();
            assert_eq!(refused.code, ErrorCode::BadInput, "{address}");
        }
    }
}
