//! What can be asked.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Route;

/// What can be asked of an engine. A vendor is named by the name in the configuration, the page's own name, its
/// host or its address, without regard to case; an ambiguous name is an error that lists the candidates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Is somebody there? Answered from the loop itself, so that a stuck loop does not answer.
    Ping,
    /// What is known of the named vendors, or of all.
    Status {
        /// Empty for all.
        vendors: Vec<String>,
    },
    /// Polls the named vendors, or all, once and at once; then as [`Request::Status`].
    Check {
        /// Empty for all.
        vendors: Vec<String>,
    },
    /// Watches a page.
    Add {
        /// The page's address, as pasted.
        page: String,
        /// What to call the vendor; `None` for the page's own name.
        name: Option<String>,
    },
    /// Stops watching a vendor. History is kept.
    Remove {
        /// Which.
        vendor: String,
    },
    /// Shows a vendor's components, and which are in scope; changes the scope if `components` is given.
    Scope {
        /// Which.
        vendor: String,
        /// Component ids, or names where they are unique; an empty list puts everything in scope; `None` changes nothing.
        components: Option<Vec<String>>,
    },
    /// Incidents and maintenances, newest first, also of vendors that are no longer watched.
    History {
        /// Empty for all.
        vendors: Vec<String>,
        /// Only what was still going on at or after this moment.
        since: Option<Timestamp>,
        /// Only what began before this moment.
        until: Option<Timestamp>,
        /// How many at most.
        limit: u32,
        /// Where an earlier answer ended: its `next`.
        before: Option<String>,
    },
    /// One incident or maintenance with every update and every revision. Where several vendors use one id, an error lists
    /// them.
    Incident {
        /// Its id on its page, or the address of its page.
        id: String,
        /// Whose, watched or no longer watched; `None` where the id tells.
        vendor: Option<String>,
    },
    /// What was known at a moment, and what is known now about that moment.
    At {
        /// The moment.
        time: Timestamp,
        /// Empty for all.
        vendors: Vec<String>,
    },
    /// Full text over titles and updates, newest first.
    Search {
        /// The words; all must occur.
        words: String,
        /// How many at most.
        limit: u32,
    },
    /// How much of a span of time components were working, with the share of it that was observed.
    Uptime {
        /// Which vendor.
        vendor: String,
        /// Component ids or names; empty for every component in scope.
        components: Vec<String>,
        /// The begin.
        from: Timestamp,
        /// The end.
        until: Timestamp,
    },
    /// The vendors of the catalogue that some words could mean, the most probable first. Needs neither engine nor store.
    Vendors {
        /// A name, the beginning of one, what else a vendor is called, a domain, an address; empty for nobody.
        words: String,
        /// How many at most.
        limit: u32,
    },
    /// Announces nothing of a vendor, or of one incident.
    Mute {
        /// A vendor, or an incident's id.
        target: String,
        /// Whose incident it is; `None` where the id tells, or a vendor is muted.
        vendor: Option<String>,
        /// Until when; `None` until it is lifted.
        until: Option<Timestamp>,
    },
    /// Lifts a mute.
    Unmute {
        /// A vendor, or an incident's id.
        target: String,
        /// As with [`Request::Mute`].
        vendor: Option<String>,
    },
    /// Acknowledges an open incident: it stays visible but no longer counts as a problem.
    Acknowledge {
        /// The incident's id.
        incident: String,
        /// Whose; `None` where the id tells.
        vendor: Option<String>,
        /// Takes the acknowledgement back.
        undo: bool,
    },
    /// Whether a vendor's unreadable page counts: one that is accepted as unreadable does not.
    AcceptUnreadable {
        /// Which.
        vendor: String,
        /// Whether to accept.
        accept: bool,
    },
    /// Examines configuration, store, engine and pages.
    Doctor,
    /// Notifies this person of nothing for a while; what happens meanwhile is told in one summary afterwards. Only what
    /// is worth something at its moment alone, such as a bubble on the screen, is paused.
    Pause {
        /// Until when; `None` until it is resumed.
        until: Option<Timestamp>,
    },
    /// Ends a pause.
    Resume,
    /// Brings a window up, where whoever runs the engine has one: a second start of the desktop hands over so what it
    /// was started with.
    Show {
        /// What the window is to show.
        route: Route,
        /// The token by which the desktop lets the window take the focus, if whoever asks was given one.
        activation_token: Option<String>,
    },
}
