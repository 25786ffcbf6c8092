//! An announcement before it is owed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signalbox_channels::{Announcement, AnnouncementKind, SummaryItem, Urgency};
use signalbox_pages::{Health, Impact};

use super::words;

/// An announcement without its key, which the store gives when it is owed. The fields are those of [`Announcement`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What happened.
    pub kind: AnnouncementKind,
    /// How much it may disturb.
    pub urgency: Urgency,
    /// The vendor's name as the person knows it; `None` where it is about more than one vendor.
    pub vendor: Option<String>,
    /// One line, inert, at most [`words::HEADLINE`] characters.
    pub headline: String,
    /// Inert lines, at most [`words::BODY`] characters in all.
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
    /// What a summary tells of.
    #[serde(default)]
    pub items: Vec<SummaryItem>,
}

impl Draft {
    /// A draft of ordinary urgency about no vendor and no incident; headline and body are made inert and cut to size.
    pub(super) fn new(kind: AnnouncementKind, headline: &str, body: &str, recorded_at: Timestamp) -> Self {
        Self {
            kind,
            urgency: Urgency::Normal,
            vendor: None,
            headline: words::line(headline, words::HEADLINE),
            body: words::lines(body, words::BODY),
            incident: None,
            url: None,
            health: None,
            impact: None,
            recorded_at,
            happened_at: None,
            items: Vec::new(),
        }
    }

    /// The announcement under its key.
    #[must_use]
    pub fn with_key(self, key: String) -> Announcement {
        let Self {
            kind,
            urgency,
            vendor,
            headline,
            body,
            incident,
            url,
            health,
            impact,
            recorded_at,
            happened_at,
            items,
        } = self;
        Announcement {
            key,
            kind,
            urgency,
            vendor,
            headline,
            body,
            incident,
            url,
            health,
            impact,
            recorded_at,
            happened_at,
            items,
        }
    }
}
