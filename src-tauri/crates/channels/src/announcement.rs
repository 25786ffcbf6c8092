//! An announcement: a change owed to a channel.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_pages::{Health, Impact};

/// A change owed to a channel, in words that can be shown as they are: plain text, control characters removed,
/// cut to size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Announcement {
    /// Unique for this announcement for ever; a repeated delivery carries the same key.
    pub key: String,
    /// What happened.
    pub kind: AnnouncementKind,
    /// How much it may disturb.
    pub urgency: Urgency,
    /// The vendor's name as the person knows it; `None` where it is about more than one vendor.
    pub vendor: Option<String>,
    /// One line: vendor and what changed.
    pub headline: String,
    /// The vendor's words, or the lines of a summary; empty where there are none.
    pub body: String,
    /// The incident's id on its page, where it is about one.
    pub incident: Option<String>,
    /// The official link.
    pub url: Option<String>,
    /// The health of what is in scope after the change; `None` where it is about more than one vendor.
    pub health: Option<Health>,
    /// The incident's impact, where it is about one.
    pub impact: Option<Impact>,
    /// When the change was recorded here.
    pub recorded_at: Timestamp,
    /// When the vendor says that it happened; `None` where it does not say.
    pub happened_at: Option<Timestamp>,
    /// What a catch-up tells of, each thing with its last word, in the order of the lines of its body, of which some may
    /// have been cut; empty for everything else.
    pub items: Vec<SummaryItem>,
}

/// One thing that a summary tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SummaryItem {
    /// What happened.
    pub kind: AnnouncementKind,
    /// The vendor's name as the person knows it.
    pub vendor: Option<String>,
    /// The line by which it would have been told alone.
    pub headline: String,
    /// The incident's id on its page, where it is about one.
    pub incident: Option<String>,
    /// The official link.
    pub url: Option<String>,
    /// The health of what is in scope after the change.
    pub health: Option<Health>,
}

/// What an [`Announcement`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnnouncementKind {
    /// An incident opened.
    IncidentOpened,
    /// An open incident got worse: a higher impact, or what it touches works worse.
    IncidentEscalated,
    /// An open incident got better, but is not over.
    IncidentEased,
    /// An incident is over, in the vendor's own word.
    IncidentResolved,
    /// An incident that was over is open again.
    IncidentReopened,
    /// An open incident is no longer listed anywhere on the page, without a word of resolution.
    IncidentUnlisted,
    /// An incident opened and was resolved while nobody looked.
    IncidentMissed,
    /// Something works worse, and no incident says why.
    HealthWorse,
    /// Something works better, and no incident said so.
    HealthBetter,
    /// A page could not be reached or read for a while. Says nothing about the vendor.
    PageUnreachable,
    /// A page that could not be reached or read is back.
    PageBack,
    /// A page has a new address.
    PageMoved,
    /// New pages are watched: how they stand.
    Baseline,
    /// What changed while nobody could be told: this machine was offline or asleep, notifications were paused or failed,
    /// or too much came at once.
    CatchUp,
}

/// How much an announcement may disturb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// To be found, not to interrupt.
    Quiet,
    /// An ordinary notification.
    Normal,
    /// Something the person depends on is down.
    High,
}
