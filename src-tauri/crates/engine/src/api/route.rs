//! Where a window can be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a window shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "view", rename_all = "snake_case")]
pub enum Route {
    /// Every vendor, worst first.
    Overview,
    /// One vendor.
    Vendor {
        /// Which.
        vendor: String,
    },
    /// One incident or maintenance.
    Incident {
        /// Whose; `None` where the id tells.
        vendor: Option<String>,
        /// Its id on its page, or the address of its page.
        id: String,
    },
    /// What happened.
    History,
    /// Where a page is added.
    Add,
}
