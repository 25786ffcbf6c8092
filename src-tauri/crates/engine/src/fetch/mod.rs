//! HTTP, hosts and manners: bytes in, or "not modified", or a classified failure. It knows nothing of status pages.
//!
//! ```text
//! get ─► the host's turn ─► a lane ─► one exchange ─┬► body, not modified, failure
//!        (one request at     (hung hosts            │
//!         a time per host)    delay nobody)         └► redirect: both are given back, and the next hop begins anew
//! ```
//!
//! What never happens: a body above the cap in memory, a redirect from https to http, a request that outlives its
//! time, a `304` taken for an answer where none was possible.

mod connections;
mod failure;
mod fetcher;
mod headers;
mod hosts;
mod lanes;
pub mod manners;
mod names;
mod outcome;
mod settings;

pub use failure::{FailureKind, FetchFailure};
pub use fetcher::Fetcher;
pub use hosts::Host;
pub use lanes::LaneOccupancy;
pub use outcome::{Body, FetchOutcome, FetchRequest, FetchResult, Freshness, Hop, Validators};
pub use reqwest::header::HeaderValue;
pub use settings::{FetchSettings, FetchSetupError, LaneSettings, ProxyChoice, user_agent};
