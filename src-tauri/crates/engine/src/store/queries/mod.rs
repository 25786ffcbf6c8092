//! What window, command line and control socket ask. No judgement of health is made here: that is the engine's.

mod detail;
mod history;
mod moment;
mod search;
mod status;
mod uptime;

pub use detail::{EventDetail, EventRevisionRow, UpdateRevisionRow, UpdateRow};
pub use history::{HistoryCursor, HistoryFilter, HistoryPage};
pub use moment::{AboutThen, KnownThen, PageWord};
pub use search::Find;
pub use status::StatusRow;
pub use uptime::ComponentUptime;
