//! What is said on the control socket.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, ErrorCode, Reply, Request, Route};

/// The version of the protocol that is spoken here.
pub const VERSION: u32 = 1;

/// The longest line that an engine reads, in bytes.
pub const LONGEST_REQUEST: usize = 1024 * 1024;

/// What happened in an engine: a hint to ask again. The store is the truth; a hint carries none of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// From here on hints come. Said first, once.
    Subscribed,
    /// Hints were lost, because they were not taken in time: everything may have changed.
    Lagged,
    /// Something about a page changed.
    Changed {
        /// The page's address.
        page: String,
    },
    /// A page was polled.
    Polled {
        /// The page's address.
        page: String,
    },
    /// This machine is offline.
    Offline,
    /// This machine is online again.
    Online,
    /// This machine slept, or its clock was set.
    Woken,
    /// The configuration was read again.
    Reloaded,
    /// The configuration was changed and cannot be taken up, though it is well written; the last good one stays.
    ConfigRefused {
        /// Why, in plain words.
        reason: String,
    },
    /// Nothing can be recorded, and so nothing announced.
    StoreTrouble {
        /// Why, and what to do, in plain words.
        reason: String,
    },
    /// Recording works again.
    StoreWell,
    /// Notifications are paused, or their pause has another end.
    Paused,
    /// Notifications are no longer paused.
    Resumed,
    /// Somebody wants to see something: for whoever has a window.
    Show {
        /// What it is to show.
        route: Route,
        /// The token by which the desktop lets it take the focus.
        activation_token: Option<String>,
    },
    /// The engine stops.
    Stopping,
}

/// A client's line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RequestLine {
    pub(super) version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) request: Option<Request>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) subscribe: bool,
}

/// An engine's line: one of the three.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct AnswerLine {
    pub(super) version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ok: Option<Reply>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<ApiError>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) event: Option<Hint>,
}

impl AnswerLine {
    pub(super) fn answer(answer: Result<Reply, ApiError>) -> Self {
        let (ok, error) = match answer {
            Ok(reply) => (Some(reply), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            version: VERSION,
            ok,
            error,
            event: None,
        }
    }

    pub(super) fn event(hint: Hint) -> Self {
        Self {
            version: VERSION,
            event: Some(hint),
            ..Self::default()
        }
    }
}

/// The part of a line that every version has.
#[derive(Deserialize)]
pub(super) struct Versioned {
    pub(super) version: u32,
}

/// What a client wants.
#[derive(Debug)]
pub(super) enum Wish {
    Answer(Box<Request>),
    Hints,
}

/// Reads a client's line.
pub(super) fn wish(line: &[u8]) -> Result<Wish, ApiError> {
    let bad = |reason: String| ApiError::new(ErrorCode::BadInput, reason);
    let Versioned { version } = serde_json::from_slice(line).map_err(|error| {
        bad(format!(
            "a line must be like {{\"version\":{VERSION},\"request\":{{…}}}}: {error}"
        ))
    })?;
    if version != VERSION {
        return Err(ApiError::new(
            ErrorCode::Usage,
            format!(
                "this engine (Signalbox {}) speaks version {VERSION} of the control protocol, not {version}: use the command that came with it",
                env!("CARGO_PKG_VERSION")
            ),
        ));
    }
    let line: RequestLine =
        serde_json::from_slice(line).map_err(|error| bad(format!("this request is not known: {error}")))?;
    match (line.request, line.subscribe) {
        (Some(request), false) => Ok(Wish::Answer(Box::new(request))),
        (None, true) => Ok(Wish::Hints),
        (None, false) | (Some(_), true) => Err(bad(
            "a line must hold either \"request\" or \"subscribe\":true".to_owned(),
        )),
    }
}
