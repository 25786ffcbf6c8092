//! What a page serves at one path: bytes, their type, their validators, their compressed forms.

use std::sync::Arc;

use async_compression::{
    Level,
    tokio::bufread::{BrotliEncoder, GzipEncoder, ZstdEncoder},
};
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    sync::OnceCell,
};

/// A content coding that a page can answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// `br`
    #[serde(alias = "br")]
    Brotli,
    /// `gzip`
    Gzip,
    /// `zstd`
    Zstd,
}

impl Encoding {
    /// The coding's name in `Accept-Encoding` and `Content-Encoding`.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// The coding that a server which offers `offered`, best first, answers to an `Accept-Encoding` with: the
    /// greatest weight wins, then the server's order. `None` is the identity.
    pub(crate) fn negotiate(offered: &[Self], accepted: &str) -> Option<Self> {
        let weight_of = |encoding: &Self| {
            accepted
                .split(',')
                .filter_map(|item| {
                    let (token, parameters) = item.split_once(';').unwrap_or((item, ""));
                    let weight = parameters
                        .trim()
                        .strip_prefix("q=")
                        .map_or(Some(1.0), |q| q.trim().parse::<f32>().ok());
                    let token = token.trim();
                    (token.eq_ignore_ascii_case(encoding.token()) || token == "*")
                        .then_some((token == "*", weight?))
                })
                .min_by_key(|(is_wildcard, _)| *is_wildcard)
                .map_or(0.0, |(_, weight)| weight)
        };
        let mut best = None;
        let mut best_weight = 0.0;
        for encoding in offered {
            let weight = weight_of(encoding);
            if weight > best_weight {
                best = Some(*encoding);
                best_weight = weight;
            }
        }
        best
    }
}

/// A body with its type and validators. Cloning shares the bytes, compressed forms included.
#[derive(Debug, Clone)]
pub struct Document {
    parts: Arc<Parts>,
    last_modified: Option<Timestamp>,
}

#[derive(Debug)]
struct Parts {
    body: Bytes,
    content_type: String,
    etag: String,
    brotli: OnceCell<Bytes>,
    gzip: OnceCell<Bytes>,
    zstd: OnceCell<Bytes>,
}

impl Document {
    /// A body of the given media type.
    #[must_use]
    pub fn new(body: impl Into<Bytes>, content_type: impl Into<String>) -> Self {
        let body = body.into();
        let etag = format!("W/\"{:016x}\"", fnv1a(&body));
        Self {
            parts: Arc::new(Parts {
                body,
                content_type: content_type.into(),
                etag,
                brotli: OnceCell::new(),
                gzip: OnceCell::new(),
                zstd: OnceCell::new(),
            }),
            last_modified: None,
        }
    }

    /// A body of type `application/json; charset=utf-8`; whether it is JSON is the caller's affair.
    #[must_use]
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self::new(body, "application/json; charset=utf-8")
    }

    /// A body of type `text/html; charset=utf-8`.
    #[must_use]
    pub fn html(body: impl Into<Bytes>) -> Self {
        Self::new(body, "text/html; charset=utf-8")
    }

    /// Says when the document changed last; otherwise it is when the page began to serve these bytes.
    #[must_use]
    pub fn last_modified(mut self, at: Timestamp) -> Self {
        self.last_modified = Some(at);
        self
    }

    /// The bytes, uncompressed.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.parts.body
    }

    /// The value of `Content-Type`.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.parts.content_type
    }

    /// The weak entity tag, `W/"…"`, a function of the bytes alone.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.parts.etag
    }

    pub(crate) fn modified_at(&self) -> Option<Timestamp> {
        self.last_modified
    }

    /// The body in a content coding, compressed at the first call.
    pub(crate) async fn encoded(&self, encoding: Encoding) -> Bytes {
        let body: &[u8] = &self.parts.body;
        match encoding {
            Encoding::Brotli => {
                let compress = || drain(BrotliEncoder::with_quality(body, Level::Precise(4)));
                self.parts.brotli.get_or_init(compress).await
            }
            Encoding::Gzip => {
                let compress = || drain(GzipEncoder::with_quality(body, Level::Precise(6)));
                self.parts.gzip.get_or_init(compress).await
            }
            Encoding::Zstd => {
                let compress = || drain(ZstdEncoder::with_quality(body, Level::Precise(3)));
                self.parts.zstd.get_or_init(compress).await
            }
        }
        .clone()
    }
}

impl From<&str> for Document {
    fn from(body: &str) -> Self {
        Self::json(body.to_owned())
    }
}

impl From<String> for Document {
    fn from(body: String) -> Self {
        Self::json(body)
    }
}

impl From<Vec<u8>> for Document {
    fn from(body: Vec<u8>) -> Self {
        Self::json(body)
    }
}

impl From<&serde_json::Value> for Document {
    fn from(body: &serde_json::Value) -> Self {
        Self::json(body.to_string())
    }
}

impl From<serde_json::Value> for Document {
    fn from(body: serde_json::Value) -> Self {
        Self::from(&body)
    }
}

/// Reads an encoder over bytes in memory to its end, which cannot fail.
async fn drain(mut encoder: impl AsyncRead + Unpin) -> Bytes {
    let mut encoded = Vec::new();
    match encoder.read_to_end(&mut encoded).await {
        Ok(_) => encoded.into(),
        Err(error) => unreachable!("compressing bytes in memory failed: {error}"),
    }
}

/// FNV-1a, 64 bits: the same tag for the same bytes in every run.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_weight_wins_then_the_servers_order() {
        use Encoding::{Brotli, Gzip, Zstd};
        let offered = [Brotli, Gzip, Zstd];
        for (accepted, expected) in [
            ("", None),
            ("identity", None),
            ("gzip", Some(Gzip)),
            ("gzip, br, zstd", Some(Brotli)),
            ("gzip;q=1.0, br;q=0.5", Some(Gzip)),
            ("br;q=0, *", Some(Gzip)),
            ("ZSTD", Some(Zstd)),
            ("br;q=nonsense", None),
        ] {
            assert_eq!(Encoding::negotiate(&offered, accepted), expected, "{accepted:?}");
        }
        assert_eq!(Encoding::negotiate(&[], "gzip"), None);
    }

    #[test]
    fn the_tag_is_weak_and_a_function_of_the_bytes() {
        let (one, same, other) = (Document::from("{}"), Document::html("{}"), Document::from("[]"));
        assert_eq!(one.etag(), same.etag());
        assert_ne!(one.etag(), other.etag());
        assert!(one.etag().starts_with("W/\""));
    }
}
