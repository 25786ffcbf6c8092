//! The engine: from a due page to a delivered announcement.
//!
//! ```text
//! due ─► fetch ─► read ─► compare ─► record ─► announce
//! ```

pub mod announce;
pub mod api;
pub mod clock;
pub mod compare;
pub mod config;
pub mod control;
pub mod fetch;
pub mod show;
pub mod store;
