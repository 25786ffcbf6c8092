//! The command as a whole: what it says, in text and in JSON, and how it ends.

#![expect(
    clippy::expect_used,
    clippy::unwrap_in_result,
    reason = "what stands around the tests may fail as they do"
)]

mod binary;
mod catalogue;
mod common;
mod endings;
mod json;
mod looking_back;
mod reading;
mod text;
