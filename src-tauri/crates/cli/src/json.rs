//! Answers as JSON for programs.

use std::io;

use serde::Serialize;
use signalbox_engine::api::{ApiError, ErrorCode};

/// The version of every JSON answer. It grows when something that was there goes away or changes its meaning; what
/// is added does not change it.
pub const SCHEMA: u32 = 1;

/// An answer with its version before it.
#[derive(Debug, Serialize)]
struct Versioned<'a, T> {
    schema: u32,
    #[serde(flatten)]
    answer: &'a T,
}

/// A failure in place of an answer.
#[derive(Debug, Serialize)]
struct Failure<'a> {
    error: &'a ApiError,
}

/// `answer` on one line, with the version before its fields.
///
/// # Errors
/// Where it cannot be written as JSON, which is a fault of ours.
pub fn line<T: Serialize>(answer: &T) -> io::Result<String> {
    document(answer, false)
}

/// `answer` with the version before its fields, `pretty` for people's eyes.
///
/// # Errors
/// Where it cannot be written as JSON, which is a fault of ours.
pub fn document<T: Serialize>(answer: &T, pretty: bool) -> io::Result<String> {
    write(
        &Versioned {
            schema: SCHEMA,
            answer,
        },
        pretty,
    )
}

/// A failure: `{"schema":1,"error":{"code":"…","message":"…"}}`.
#[must_use]
pub fn error(error: &ApiError, pretty: bool) -> String {
    document(&Failure { error }, pretty).unwrap_or_else(|_| {
        "{\"schema\":1,\"error\":{\"code\":\"internal\",\"message\":\"The error could not be written as JSON.\"}}\n"
            .to_owned()
    })
}

/// The code as it stands in JSON.
#[must_use]
pub const fn error_word(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Usage => "usage",
        ErrorCode::BadInput => "bad_input",
        ErrorCode::Unavailable => "unavailable",
        ErrorCode::Configuration => "configuration",
        ErrorCode::NotFound => "not_found",
        ErrorCode::Page => "page",
        ErrorCode::Internal => "internal",
    }
}

/// Any value that carries its own version, ending in a line break.
///
/// # Errors
/// Where it cannot be written as JSON, which is a fault of ours.
pub fn write<T: Serialize>(value: &T, pretty: bool) -> io::Result<String> {
    let text = if pretty {
        serde_json::to_string_pretty(value)?
    } else {
        serde_json::to_string(value)?
    };
    let mut text = harmless(&text);
    text.push('\n');
    Ok(text)
}

/// JSON in which every character that a terminal would obey is written as `\uXXXX`: the same value, harmless to look
/// at. Outside of strings JSON has no such character but white space.
fn harmless(json: &str) -> String {
    if !json
        .chars()
        .any(|character| character != '\n' && crate::text::is_obeyed(character))
    {
        return json.to_owned();
    }
    let mut out = String::with_capacity(json.len() + 16);
    let mut units = [0; 2];
    for character in json.chars() {
        if character != '\n' && crate::text::is_obeyed(character) {
            for unit in character.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_version_its_code_and_its_message() {
        let error = error(&ApiError::new(ErrorCode::NotFound, "No such incident."), false);
        assert_eq!(
            error,
            "{\"schema\":1,\"error\":{\"code\":\"not_found\",\"message\":\"No such incident.\"}}\n"
        );
    }

    #[test]
    fn the_code_is_the_same_word_everywhere() {
        for code in [
            ErrorCode::Usage,
            ErrorCode::BadInput,
            ErrorCode::Unavailable,
            ErrorCode::Configuration,
            ErrorCode::NotFound,
            ErrorCode::Page,
            ErrorCode::Internal,
        ] {
            assert_eq!(serde_json::to_value(code).unwrap(), error_word(code));
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_means_the_same() {
        let given =
            serde_json::json!({"text": "a\u{9b}2J b\u{202e}c \u{7f}\u{1b}[31m \u{feff} \u{1f600} \u{e9}\n"});
        for pretty in [false, true] {
            let text = write(&given, pretty).unwrap();
            assert!(
                text.chars()
                    .all(|character| character == '\n' || !crate::text::is_obeyed(character))
            );
            assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), given);
        }
    }
}
