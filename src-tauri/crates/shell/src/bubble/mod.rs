//! Native notifications, called bubbles here: what one says is a pure function of the announcement; how a system raises
//! it and reports a click is in a file of its own.

mod channel;
#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(not(target_os = "linux"))]
pub mod other;

pub use channel::BubbleChannel;

use std::{future::Future, pin::Pin};

use signalbox_channels::{Announcement, Urgency};

use crate::route::Route;

/// A bubble, before it is put into the form of a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bubble {
    /// What it is about: a later bubble of the same thread replaces this one.
    pub thread: Option<String>,
    /// Its first line, plain.
    pub summary: String,
    /// The rest, plain; empty where there is no more to say.
    pub body: String,
    /// How much it may disturb.
    pub urgency: Urgency,
    /// Where a click leads.
    pub route: Route,
    /// Whether it is about one incident that can be muted.
    pub can_be_muted: bool,
}

impl Bubble {
    /// The bubble of an announcement.
    #[must_use]
    pub fn of(announcement: &Announcement) -> Self {
        let route = match (&announcement.vendor, &announcement.incident) {
            (vendor, Some(id)) => Route::Incident {
                vendor: vendor.clone(),
                id: id.clone(),
            },
            (Some(vendor), None) => Route::Vendor {
                vendor: vendor.clone(),
            },
            (None, None) => Route::Overview,
        };
        let thread = match &route {
            Route::Incident { vendor, id } => {
                Some(format!("incident {} {id}", vendor.as_deref().unwrap_or_default()))
            }
            Route::Vendor { vendor } => Some(format!("vendor {vendor}")),
            Route::Overview | Route::History | Route::Add => None,
        };
        Self {
            thread,
            summary: announcement.headline.clone(),
            body: announcement.body.clone(),
            urgency: announcement.urgency,
            can_be_muted: announcement.incident.is_some(),
            route,
        }
    }

    /// A bubble about Signalbox itself.
    #[must_use]
    pub fn own(summary: &str, body: &str) -> Self {
        Self {
            thread: Some("signalbox".to_owned()),
            summary: summary.to_owned(),
            body: body.to_owned(),
            urgency: Urgency::Normal,
            route: Route::Overview,
            can_be_muted: false,
        }
    }
}

/// A bubble was clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    /// What on it.
    pub on: ClickedOn,
    /// Where it leads.
    pub route: Route,
    /// The token with which the window system allows the window to come to the front.
    pub activation: Option<String>,
}

/// What on a bubble was clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClickedOn {
    /// The bubble itself, or "Open".
    Body,
    /// "Mute this incident".
    Mute,
}

/// Why a bubble was not raised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BubbleError(pub String);

/// What raises bubbles.
pub trait Bubbles: Send + Sync + 'static {
    /// Raises one.
    fn raise(&self, bubble: Bubble) -> Pin<Box<dyn Future<Output = Result<(), BubbleError>> + Send + '_>>;

    /// Takes back what still stands, where the system would let it stand on: once the program has ended, nobody hears a
    /// click.
    fn take_back(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

#[cfg(test)]
mod tests {
    use signalbox_channels::AnnouncementKind;

    use super::*;

    fn announcement(vendor: Option<&str>, incident: Option<&str>) -> Announcement {
        Announcement {
            key: "k".to_owned(),
            kind: AnnouncementKind::IncidentOpened,
            urgency: Urgency::High,
            vendor: vendor.map(str::to_owned),
            headline: "Forge: incident opened: Builds fail".to_owned(),
            body: "We look into it.".to_owned(),
            items: Vec::new(),
            incident: incident.map(str::to_owned),
            url: None,
            health: None,
            impact: None,
            recorded_at: jiff::Timestamp::UNIX_EPOCH,
            happened_at: None,
        }
    }

    #[test]
    fn a_bubble_leads_to_the_very_incident_and_can_mute_it() {
        let bubble = Bubble::of(&announcement(Some("Forge"), Some("i1")));
        let route = Route::Incident {
            vendor: Some("Forge".to_owned()),
            id: "i1".to_owned(),
        };
        assert_eq!((bubble.route, bubble.can_be_muted), (route, true));
        assert_eq!(bubble.summary, "Forge: incident opened: Builds fail");
    }

    #[test]
    fn bubbles_of_one_incident_share_a_thread_and_those_of_others_do_not() {
        let thread = |vendor, incident| Bubble::of(&announcement(vendor, incident)).thread;
        let first = thread(Some("Forge"), Some("i1"));
        assert_eq!(first, thread(Some("Forge"), Some("i1")));
        assert_ne!(first, thread(Some("Forge"), Some("i2")));
        assert_ne!(first, thread(Some("Anvil"), Some("i1")));
        assert_ne!(first, thread(Some("Forge"), None));
    }

    #[test]
    fn a_bubble_about_several_vendors_leads_to_the_overview_and_replaces_none() {
        let bubble = Bubble::of(&announcement(None, None));
        assert_eq!((bubble.route, bubble.thread), (Route::Overview, None));
        assert!(!bubble.can_be_muted);
    }
}
