//! Recorded state and snapshot to changes. Pure.
//!
//! [`compare`] says what a new snapshot changes in what is recorded, [`apply`] takes those changes in. A poll is
//! always compared with the last state *recorded*, never with the last poll, so that an error, a restart or a night
//! asleep between two readings swallows nothing (T3).

mod apply;
mod change;
mod diff;
mod hash;
#[cfg(test)]
mod properties;
mod state;
#[cfg(test)]
mod t10_a_new_word_is_not_an_error;
#[cfg(test)]
mod t9_history_is_append_only;
#[cfg(test)]
pub(crate) mod test_words;

pub use apply::apply;
pub use change::{Change, ComponentChange, EventChange};
pub use diff::{Extent, compare};
pub use hash::{significant_hash, significant_hash_of_snapshot};
pub use state::{EventState, Listed, PageState, UpdateState};
