//! Stand-ins over real sockets.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod misbehaviour;
mod pages;
mod program;
mod support;
