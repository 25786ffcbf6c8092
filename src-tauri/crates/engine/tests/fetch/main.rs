//! Fetching over real sockets: small servers on loopback behave well and badly.

mod answers;
mod failures;
mod hosts;
mod lanes;
mod proxy;
mod redirects;
mod stand;
mod tls;
