//! Stand-ins over real sockets.

mod misbehaviour;
mod pages;
mod program;
mod support;
