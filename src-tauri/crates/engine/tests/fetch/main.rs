//! Fetching over real sockets: small servers on loopback behave well and badly.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod failures;
mod hosts;
mod lanes;
mod proxy;
mod redirects;
mod stand;
mod tls;
