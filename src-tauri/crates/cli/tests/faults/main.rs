//! The real program against real stand-ins, while everything that can go wrong around it does.

#![cfg(unix)]
#![expect(
    clippy::expect_used,
    clippy::unwrap_in_result,
    clippy::print_stdout,
    reason = "what stands around the tests may fail as they do"
)]

mod config;
mod disk;
mod engines;
mod signals;
mod stand;
mod t4_never_lost_and_repeated_only_when_it_cannot_be_known;
