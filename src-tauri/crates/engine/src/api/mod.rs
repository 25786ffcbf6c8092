//! The one API that window, command line and control socket speak: a closed set of requests and replies.

mod reply;
mod request;

pub use reply::*;
pub use request::Request;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a request was not answered. The code is for programs, the message for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// What happened and what to do, in plain words.
    pub message: String,
}

impl ApiError {
    /// An error of `code` with a message for people.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// The closed set of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself is wrong: an unknown vendor, a time that is none.
    Usage,
    /// What was given could not be read: a document, an address.
    BadInput,
    /// There is no engine, or no store, or neither answers.
    Unavailable,
    /// The configuration is wrong or cannot be written.
    Configuration,
    /// What was asked for is not known here.
    NotFound,
    /// The page could not be reached or read.
    Page,
    /// A fault of ours.
    Internal,
}
