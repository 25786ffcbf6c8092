//! The ways in which a page can go wrong.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Deserializer};

/// One way in which a page goes wrong. In a script it is the name in snake case, with a table of its fields
/// where it has any: `misbehave = "hang"`, `misbehave = { status = { code = 503 } }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Misbehaviour {
    /// Every path answers with this status.
    Status {
        /// The status code.
        code: u16,
        /// `Retry-After`.
        #[serde(default)]
        retry_after: Option<RetryAfter>,
        /// Further header fields, by name.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// The body; `text/html` unless `headers` names a `content-type`.
        #[serde(default)]
        body: String,
    },
    /// 200 with an HTML page that asks to log in.
    LoginPage,
    /// 200 with the HTML page of a network that wants its terms accepted.
    CaptivePortal,
    /// Every path redirects.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        status: u16,
        /// `Location`: an address, or a path on this page.
        to: String,
        /// Whether the request's path is appended to `to`.
        #[serde(default)]
        keep_path: bool,
    },
    /// Every path redirects to itself through `hops` redirects, then is answered honestly.
    RedirectChain {
        /// 301, 302, 303, 307 or 308.
        status: u16,
        /// How many redirects there are before the answer.
        hops: u32,
    },
    /// Reads the request and never answers; the connection stays open.
    Hang,
    /// Sends the head, then nothing.
    HangBody,
    /// Sends the head, then one byte of the body at a time.
    Drip {
        /// The time between two bytes.
        #[serde(default = "one_second", deserialize_with = "span")]
        every: Duration,
    },
    /// Sends one byte of the head at a time, then the body.
    SlowHeaders {
        /// The time between two bytes.
        #[serde(default = "one_second", deserialize_with = "span")]
        every: Duration,
    },
    /// Promises the whole body, sends its first bytes, closes.
    Truncate {
        /// How many bytes of the body are sent.
        after: usize,
    },
    /// Answers properly, with a body that is cut off: whole HTTP, half JSON.
    CutShort {
        /// How many bytes of the body are left.
        after: usize,
    },
    /// Closes the connection once the request was read.
    CloseEarly,
    /// Resets the connection (RST) once the request was read.
    Reset,
    /// Stops listening, so that connections are refused, if the page has a port of its own; otherwise resets
    /// each connection at once. Connections that are open are closed.
    Refuse,
    /// A body of this many bytes, uncompressed: an object with one long string.
    Huge {
        /// The body's length in bytes.
        bytes: u64,
    },
    /// A small gzip body that inflates to a large one, whatever the client accepts.
    GzipBomb {
        /// The length after decompression in bytes, rounded up to a whole MiB.
        inflated: u64,
    },
    /// The honest body with bytes in it that are not UTF-8.
    InvalidUtf8,
    /// The honest body after a UTF-8 byte-order mark.
    Bom,
    /// 200 with an empty body.
    Empty,
    /// 200 and `application/json` with something that is not JSON.
    Garbage,
    /// 200 with valid JSON of another shape.
    OtherJson,
    /// The honest body as `text/html`.
    WrongContentType,
    /// A TLS handshake that cannot be trusted or does not happen. A page without TLS closes each connection.
    BadTls(BadTls),
    /// Answers as HTTP/1.0, without a length, and closes.
    Http10,
    /// The same ETag whatever the body, honoured: a change is hidden by 304.
    ConstantEtag,
    /// Sends validators and answers conditional requests with 200 all the same.
    IgnoreValidators,
}

impl Misbehaviour {
    /// An answer of this status without a body.
    #[must_use]
    pub const fn status(code: u16) -> Self {
        Self::Status {
            code,
            retry_after: None,
            headers: BTreeMap::new(),
            body: String::new(),
        }
    }

    /// 429 with `Retry-After`.
    #[must_use]
    pub const fn too_many_requests(retry_after: RetryAfter) -> Self {
        Self::Status {
            code: 429,
            retry_after: Some(retry_after),
            headers: BTreeMap::new(),
            body: String::new(),
        }
    }

    /// A redirect of every path to one address.
    #[must_use]
    pub fn redirect(status: u16, to: impl Into<String>) -> Self {
        Self::Redirect {
            status,
            to: to.into(),
            keep_path: false,
        }
    }

    /// A redirect of every path to the same path at another origin.
    #[must_use]
    pub fn redirect_keeping_path(status: u16, to: impl Into<String>) -> Self {
        Self::Redirect {
            status,
            to: to.into(),
            keep_path: true,
        }
    }

    /// A redirect of every path to itself, for ever.
    #[must_use]
    pub fn redirect_loop(status: u16) -> Self {
        Self::redirect_keeping_path(status, "")
    }

    /// One byte of the body a second.
    #[must_use]
    pub const fn drip() -> Self {
        Self::Drip { every: one_second() }
    }

    /// Whether it shows when a connection is accepted, before any request.
    pub(crate) const fn is_of_the_connection(&self) -> bool {
        matches!(self, Self::Refuse | Self::BadTls(_))
    }
}

/// `Retry-After`, in either of its forms. In a script: `30`, or `{ date_in = "30s" }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// An HTTP date.
    Date {
        /// How far after the answer the date lies.
        #[serde(deserialize_with = "span")]
        date_in: Duration,
    },
}

/// What is wrong with a page's TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadTls {
    /// The certificate is for another name.
    WrongName,
    /// The certificate signs itself.
    SelfSigned,
    /// The certificate expired years ago.
    Expired,
    /// The page speaks plain HTTP where TLS is expected.
    NotTls,
    /// The page accepts the connection and never shakes hands.
    Stall,
}

const fn one_second() -> Duration {
    Duration::from_secs(1)
}

/// A span of time in words: `30s`, `1m 30s`, `500ms`.
pub(crate) fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_span(&text).map_err(serde::de::Error::custom)
}

pub(crate) fn parse_span(text: &str) -> Result<Duration, String> {
    text.parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|span| Duration::try_from(span).ok())
        .ok_or_else(|| format!("{text:?} is no span of time: write one like \"30s\" or \"1m 30s\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Line {
        misbehave: Misbehaviour,
    }

    fn read(text: &str) -> Result<Misbehaviour, String> {
        toml::from_str::<Line>(&format!("misbehave = {text}"))
            .map(|line| line.misbehave)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_script_names_them_in_snake_case() {
        for (text, expected) in [
            ("\"hang\"", Misbehaviour::Hang),
            ("{ drip = {} }", Misbehaviour::drip()),
            (
                "{ drip = { every = \"250ms\" } }",
                Misbehaviour::Drip {
                    every: Duration::from_millis(250),
                },
            ),
            (
                "{ bad_tls = \"self_signed\" }",
                Misbehaviour::BadTls(BadTls::SelfSigned),
            ),
            ("{ status = { code = 503 } }", Misbehaviour::status(503)),
            (
                "{ status = { code = 429, retry_after = 30 } }",
                Misbehaviour::too_many_requests(RetryAfter::Seconds(30)),
            ),
            (
                "{ status = { code = 429, retry_after = { date_in = \"1m\" } } }",
                Misbehaviour::too_many_requests(RetryAfter::Date {
                    date_in: Duration::from_secs(60),
                }),
            ),
            (
                "{ redirect = { status = 301, to = \"/x\" } }",
                Misbehaviour::redirect(301, "/x"),
            ),
        ] {
            assert_eq!(read(text).as_ref(), Ok(&expected), "{text}");
        }
    }

    #[test]
    fn a_misspelt_one_is_refused() {
        assert!(read("\"hangs\"").unwrap_err().contains("unknown variant"));
        assert!(read("{ drip = { evry = \"1s\" } }").unwrap_err().contains("evry"));
        assert!(
            read("{ drip = { every = \"soon\" } }")
                .unwrap_err()
                .contains("no span of time")
        );
    }
}
