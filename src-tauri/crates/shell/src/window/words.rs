//! What the tray's program and the window's say to each other, each word a line of JSON.

use std::io;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::{
    desktop::{Arrival, WindowWord},
    remembered::Size,
};

/// The variable that tells the window's program the version of the tray's: another one need not understand its words. An
/// update replaces the programs' files while the tray's goes on running.
pub const VERSION: &str = "SIGNALBOX_VERSION";

/// How the window's program ends where the tray's is of another version.
pub const OTHER_VERSION: u8 = 75;

/// Whether the tray's program that started this one has the same version.
#[must_use]
pub fn tray_has_this_version() -> bool {
    std::env::var(VERSION).is_ok_and(|version| version == env!("CARGO_PKG_VERSION"))
}

/// What the window is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToWindow {
    /// Open, or come to the front.
    Open {
        /// The size of a window that is yet to open; `None` for the usual one.
        size: Option<Size>,
        /// The token with which the window system lets it come to the front, where it gave one.
        activation: Option<String>,
    },
    /// Something that its page is to know.
    Tell(WindowWord),
    /// The answer to [`FromWindow::Arrived`].
    Arrival(Arrival),
    /// The answer to [`FromWindow::StartAtLogin`].
    StartsAtLogin(Result<bool, String>),
}

/// What the window says. What asks for something is answered in the order in which it was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromWindow {
    /// Its page has been loaded and asks what it should know.
    Arrived,
    /// It is to be seen again.
    Raised,
    /// It was left with this size.
    Resized(Size),
    /// The person said whether Signalbox is to start at login.
    StartAtLogin(bool),
    /// The person has read a notice, or declined an offer.
    Dismiss(String),
}

/// The next word; `None` at the end.
///
/// # Errors
/// Where the other side cannot be read, or says what is no word.
pub async fn read_word<T: DeserializeOwned>(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<T>> {
    let mut line = String::new();
    if from.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&line)?))
}

/// Says a word.
///
/// # Errors
/// Where the other side is gone.
pub async fn write_word(to: &mut (impl AsyncWrite + Unpin), word: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(word)?;
    line.push(b'\n');
    to.write_all(&line).await
}

#[cfg(test)]
mod tests {
    use signalbox_engine::control::Hint;

    use super::*;
    use crate::{
        desktop::{Notice, StartAtLogin},
        route::Route,
    };

    /// Says words and hears them again.
    async fn over<T: Serialize + DeserializeOwned>(words: &[T]) -> Vec<T> {
        let mut written = Vec::new();
        for word in words {
            write_word(&mut written, word).await.unwrap();
        }
        let mut rest = written.as_slice();
        let mut heard = Vec::new();
        while let Some(word) = read_word(&mut rest).await.unwrap() {
            heard.push(word);
        }
        heard
    }

    #[tokio::test]
    async fn each_word_arrives_as_it_was_said() {
        let notices = vec![Notice {
            id: "store".to_owned(),
            text: "two\nlines, \"quoted\"".to_owned(),
        }];
        let route = Route::Incident {
            vendor: Some("Forge".to_owned()),
            id: "f/1 #2".to_owned(),
        };
        let size = Size {
            width: 900,
            height: 600,
        };
        let to = [
            ToWindow::Open {
                size: Some(size),
                activation: Some("token".to_owned()),
            },
            ToWindow::Tell(WindowWord::Route(route.clone())),
            ToWindow::Tell(WindowWord::Hint(Hint::Offline)),
            ToWindow::Tell(WindowWord::Notices(notices.clone())),
            ToWindow::Arrival(Arrival {
                route: Some(route),
                version: "1".to_owned(),
                start_at_login: StartAtLogin {
                    enabled: false,
                    offer: true,
                },
                notices,
            }),
            ToWindow::StartsAtLogin(Ok(true)),
            ToWindow::StartsAtLogin(Err("no".to_owned())),
        ];
        assert_eq!(over(&to).await, to);
        let from = [
            FromWindow::Arrived,
            FromWindow::Raised,
            FromWindow::Resized(size),
            FromWindow::StartAtLogin(false),
            FromWindow::Dismiss("a\nb".to_owned()),
        ];
        assert_eq!(over(&from).await, from);
    }

    #[tokio::test]
    async fn what_is_no_word_is_an_error_and_no_panic() {
        for line in ["\n", "{}\n", "\"no_such_word\"\n", "{\"open\":{}", "\u{0}"] {
            let heard = read_word::<FromWindow>(&mut line.as_bytes()).await;
            assert!(heard.is_err(), "{line:?}: {heard:?}");
        }
    }
}
