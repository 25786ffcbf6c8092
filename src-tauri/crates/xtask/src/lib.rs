//! Set up, run, check and measure Signalbox: `cargo xtask …`.
//!
//! This crate knows the source tree and its tools. It knows nothing of what the product does.

#![expect(
    clippy::print_stdout,
    reason = "a command-line program talks on its standard output"
)]

pub mod bench;
pub mod checks;
mod demo;
pub mod desktop;
mod group;
pub mod icons;
pub mod package;
pub mod project;
pub mod run;
pub mod setup;
