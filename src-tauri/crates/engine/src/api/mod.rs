//! The one API that window, command line and control socket speak: a closed set of requests and replies.

mod reply;
mod request;
mod route;

pub use reply::*;
pub use request::Request;
pub use route::Route;

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

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, schema_for};
    use serde::Serialize;
    use serde_json::Value;

    use super::{Request, Route};
    use crate::control::Hint;

    /// Whether `value`, as it is written, has an arm of its own in the schema of its type, with all of its fields.
    fn is_described<T: JsonSchema + Serialize>(value: &T, tag: &str) {
        let schema = schema_for!(T);
        let arms = schema.get("oneOf").and_then(Value::as_array).unwrap();
        let written = serde_json::to_value(value).unwrap();
        let arm = arms
            .iter()
            .find(|arm| arm["properties"][tag]["const"] == written[tag])
            .unwrap_or_else(|| panic!("{written} has no arm"));
        for field in written.as_object().unwrap().keys() {
            assert!(arm["properties"].get(field).is_some(), "{field} of {written}");
        }
    }

    #[test]
    fn what_is_asked_is_described_for_programs() {
        for request in [
            Request::Ping,
            Request::Add {
                page: "https://status.example".into(),
                name: None,
            },
            Request::Pause { until: None },
            Request::Show {
                route: Route::Overview,
                activation_token: None,
            },
        ] {
            is_described(&request, "request");
        }
        for route in [
            Route::Overview,
            Route::Incident {
                vendor: None,
                id: "i1".into(),
            },
        ] {
            is_described(&route, "view");
        }
    }

    #[test]
    fn hints_are_described_for_programs() {
        let schema = schema_for!(Hint).to_value().to_string();
        for word in ["changed", "polled", "config_refused", "show", "stopping"] {
            assert!(schema.contains(&format!("\"{word}\"")), "{word}");
        }
    }
}
