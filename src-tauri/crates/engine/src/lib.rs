//! The engine: from a due page to a delivered announcement.
//!
//! ```text
//! due ─► fetch ─► read ─► compare ─► record ─► announce
//! ```

pub mod access;
pub mod announce;
pub mod api;
pub mod carried;
pub mod catalogue;
pub mod clock;
pub mod compare;
pub mod config;
pub mod control;
mod doctor;
mod due;
pub mod fetch;
pub mod heartbeat;
mod jump;
pub mod log;
pub mod network;
mod offline;
mod pasted;
mod poll;
mod recognise;
mod record;
pub mod run;
pub mod show;
mod source;
pub mod store;
mod upstream;
pub mod watch;
