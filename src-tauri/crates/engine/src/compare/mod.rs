//! Recorded state and snapshot to changes. Pure.

mod change;
mod state;

pub use change::{Change, ComponentChange, EventChange};
pub use state::{EventState, Listed, PageState, UpdateState};
