//! What is asked for, and what comes of it.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{FetchFailure, Host};

/// One document to fetch.
#[derive(Clone, Debug)]
pub struct FetchRequest {
    /// Its address, `http` or `https`.
    pub url: Url,
    /// What an earlier answer said of itself; with them the answer may be [`FetchResult::NotModified`].
    pub validators: Option<Validators>,
    /// The `Accept` header; `None` for anything.
    pub accept: Option<HeaderValue>,
    /// Whether more documents of the same host follow right away: the connection is then kept open for
    /// [`keep_alive`](super::FetchSettings::keep_alive).
    pub keep_open: bool,
}

impl FetchRequest {
    /// Asks for whatever is at `url`, whole, over a connection of its own.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            validators: None,
            accept: None,
            keep_open: false,
        }
    }
}

/// What an answer said of its version, to be sent back so that the same bytes need not travel again.
///
/// They belong to one address and are sent to that address alone. After a redirect that leads elsewhere they stay at
/// home: a login page that happens to honour `If-Modified-Since` must not be taken for an unchanged document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The address that gave them: the end of the redirects.
    pub url: Url,
    /// The `ETag`, as sent.
    pub etag: Option<String>,
    /// The `Last-Modified`, as sent.
    pub last_modified: Option<String>,
}

/// How one fetch ended.
#[derive(Clone, Debug)]
pub struct FetchOutcome {
    /// The redirects that were followed, in order.
    pub hops: Vec<Hop>,
    /// The address that gave the result: the last one asked.
    pub final_url: Url,
    /// When the result was there.
    pub at: Timestamp,
    /// The result.
    pub result: FetchResult,
}

impl FetchOutcome {
    /// What the answer said about when to ask again.
    #[must_use]
    pub fn freshness(&self) -> Freshness {
        match &self.result {
            FetchResult::Body(body) => body.freshness,
            FetchResult::NotModified { freshness } => *freshness,
            FetchResult::Failed(failure) => Freshness {
                max_age: None,
                retry_after: failure.retry_after,
            },
        }
    }

    /// Where the document has moved for good: the end of the permanent redirects at the head of the hops. What comes
    /// after a temporary one is temporary.
    #[must_use]
    pub fn moved_to(&self) -> Option<&Url> {
        self.hops
            .iter()
            .take_while(|hop| hop.permanent)
            .last()
            .map(|hop| &hop.to)
    }

    /// The host that the fetch ended at, if it is not the one that was asked: with a captive portal all fetches end at
    /// the same one.
    #[must_use]
    pub fn foreign_host(&self) -> Option<Host> {
        let asked = Host::of(&self.hops.first()?.from)?;
        Host::of(&self.final_url).filter(|last| last.name() != asked.name())
    }
}

/// One redirect that was followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// The address that redirected.
    pub from: Url,
    /// Where to.
    pub to: Url,
    /// Whether it was said to be for good (301, 308).
    pub permanent: bool,
}

/// The result of one fetch.
#[derive(Clone, Debug)]
pub enum FetchResult {
    /// The document.
    Body(Body),
    /// The document is still the one that the validators came with.
    NotModified {
        /// When to ask again.
        freshness: Freshness,
    },
    /// No document.
    Failed(FetchFailure),
}

/// A document as it came, decompressed.
#[derive(Clone, Debug)]
pub struct Body {
    /// Its bytes, at most [`max_body`](super::FetchSettings::max_body).
    pub bytes: Bytes,
    /// The answer's headers.
    pub headers: Box<HeaderMap>,
    /// The `Content-Type`, as sent.
    pub content_type: Option<String>,
    /// What to send next time; `None` if the answer had none.
    pub validators: Option<Validators>,
    /// When to ask again.
    pub freshness: Freshness,
}

/// What a server said about when to ask again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// How long the answer stays good: `Cache-Control: max-age` less its `Age`; nothing if it may not be cached.
    pub max_age: Option<Duration>,
    /// `Retry-After`, at most 24 hours.
    pub retry_after: Option<Duration>,
}
