//! The menu and the words of the tooltip.

use jiff::{SignedDuration, Timestamp, Zoned, civil::Time};
use serde::{Deserialize, Serialize};
use signalbox_engine::{
    announce::words,
    api::{IncidentView, SourceState, VendorView},
};
use signalbox_pages::Health;

use crate::{route::Route, seen::Seen};

/// So many vendors have lines of their own; the rest is counted.
const MOST_VENDORS: usize = 8;

/// So many incidents of one vendor have lines of their own.
const MOST_INCIDENTS: usize = 3;

/// The most characters of a line.
const WIDTH: usize = 72;

/// The most characters of the sentence about all of them.
const SENTENCE: usize = 100;

/// One entry of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// Something that can be chosen.
    Choice {
        /// What it says.
        label: String,
        /// What happens then.
        action: Action,
    },
    /// Something that is on or off.
    Switch {
        /// What it says.
        label: String,
        /// Whether it is on.
        on: bool,
        /// What happens when it is chosen.
        action: Action,
    },
    /// Something to read.
    Text(String),
    /// A menu of its own.
    More {
        /// What it says.
        label: String,
        /// What is in it.
        items: Vec<Item>,
    },
    /// A line between groups.
    Separator,
}

/// What can be done from the tray.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Open the window at a place.
    Open(Route),
    /// Ask every page now.
    Refresh,
    /// Raise no notifications for a while.
    Pause(PauseFor),
    /// Raise notifications again.
    Resume,
    /// Start at login from now on, or no longer.
    StartAtLogin(bool),
    /// End Signalbox.
    Quit,
}

/// For how long notifications are paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseFor {
    /// One hour.
    Hour,
    /// Until eight in the morning of the next day.
    UntilTomorrow,
    /// Until the person resumes.
    UntilResumed,
}

impl PauseFor {
    /// When the pause that begins at `now` ends; `None` if it does not by itself.
    #[must_use]
    pub fn until(self, now: &Zoned) -> Option<Timestamp> {
        match self {
            Self::Hour => now.timestamp().checked_add(SignedDuration::from_hours(1)).ok(),
            Self::UntilTomorrow => {
                let morning = now
                    .date()
                    .tomorrow()
                    .ok()?
                    .to_datetime(Time::constant(8, 0, 0, 0));
                Some(morning.to_zoned(now.time_zone().clone()).ok()?.timestamp())
            }
            Self::UntilResumed => None,
        }
    }
}

/// How things stand, in one sentence.
pub(super) fn sentence(seen: &Seen) -> String {
    if let Some(silence) = seen.silence() {
        return words::line(silence, SENTENCE);
    }
    if seen.offline_since().is_some() {
        return "Offline: nothing can be checked".to_owned();
    }
    match &seen.status {
        None => "Starting".to_owned(),
        Some(status) if status.vendors.is_empty() => "No vendor is watched yet".to_owned(),
        Some(status) => words::line(&status.summary, SENTENCE),
    }
}

/// When pages were last checked, or why nothing can be trusted.
pub(super) fn detail(seen: &Seen, now: &Zoned) -> String {
    if let Some(trouble) = &seen.store_trouble {
        return words::line(&format!("Nothing can be recorded: {trouble}"), WIDTH * 2);
    }
    if let Some(since) = seen.offline_since() {
        return format!("Offline since {}", clock_time(since, now));
    }
    match seen.checked_at {
        None => "Not checked yet".to_owned(),
        Some(at) => format!("Checked {}", ago(at, now.timestamp())),
    }
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    format!("{} ago", coarsely(now.duration_since(at)))
}

/// In steps of a minute, so that the menu does not change all the time.
fn coarsely(length: SignedDuration) -> String {
    match length.as_mins() {
        ..1 => "less than a minute".to_owned(),
        minutes => words::duration(SignedDuration::from_mins(minutes)),
    }
}

/// The time of day in the person's zone; with the date where it is another day.
fn clock_time(at: Timestamp, now: &Zoned) -> String {
    let at = at.to_zoned(now.time_zone().clone());
    if at.date() == now.date() {
        at.strftime("%H:%M").to_string()
    } else {
        at.strftime("%a %-d %b, %H:%M").to_string()
    }
}

pub(super) fn menu(seen: &Seen, now: &Zoned, sentence: &str, detail: &str) -> Vec<Item> {
    let mut menu = vec![open(sentence.to_owned(), Route::Overview)];
    let vendors = seen
        .status
        .as_ref()
        .map(|status| status.vendors.as_slice())
        .unwrap_or_default();
    let troubled = troubled(vendors, now.timestamp());
    if !troubled.is_empty() {
        menu.push(Item::Separator);
        menu.extend(troubled);
    }
    menu.push(Item::Separator);
    menu.push(Item::Text(detail.to_owned()));
    if let Some(broken) = &seen.config_broken {
        menu.push(Item::Text(words::line(
            &format!(
                "The last good configuration is in force: {}",
                broken.lines().next().unwrap_or_default()
            ),
            WIDTH,
        )));
    }
    menu.push(choice("Refresh now", Action::Refresh));
    menu.push(match seen.paused() {
        None => Item::More {
            label: "Pause notifications".to_owned(),
            items: vec![
                choice("For 1 hour", Action::Pause(PauseFor::Hour)),
                choice("Until tomorrow, 08:00", Action::Pause(PauseFor::UntilTomorrow)),
                choice("Until I resume", Action::Pause(PauseFor::UntilResumed)),
            ],
        },
        Some(None) => choice("Resume notifications", Action::Resume),
        Some(Some(until)) => choice(
            &format!("Resume notifications (paused until {})", clock_time(until, now)),
            Action::Resume,
        ),
    });
    menu.push(Item::Separator);
    if vendors.is_empty() {
        menu.push(open("Watch a vendor\u{2026}".to_owned(), Route::Add));
    }
    menu.push(open("Open history".to_owned(), Route::History));
    menu.push(Item::Switch {
        label: "Start at login".to_owned(),
        on: seen.starts_at_login,
        action: Action::StartAtLogin(!seen.starts_at_login),
    });
    menu.push(choice("Quit", Action::Quit));
    menu
}

/// The vendors that something is wrong with, the worst first, each with its incidents; then those of which it is not
/// known, in one line.
fn troubled(vendors: &[VendorView], now: Timestamp) -> Vec<Item> {
    let mut items = Vec::new();
    let counted = || vendors.iter().filter(|vendor| vendor.counted);
    let in_trouble: Vec<&VendorView> = counted()
        .filter(|vendor| vendor.shown.is_problem() || vendor.incidents.iter().any(|incident| incident.open))
        .collect();
    for vendor in in_trouble.iter().take(MOST_VENDORS) {
        items.push(open(
            vendor_line(vendor),
            Route::Vendor {
                vendor: vendor.vendor.clone(),
            },
        ));
        let listed = vendor.incidents.iter().filter(|incident| incident.open);
        for incident in listed.clone().take(MOST_INCIDENTS) {
            items.push(open(
                incident_line(incident, now),
                Route::Incident {
                    vendor: Some(vendor.vendor.clone()),
                    id: incident.id.clone(),
                },
            ));
        }
        let more = listed.count().saturating_sub(MOST_INCIDENTS);
        if more > 0 {
            items.push(open(
                format!("      and {}", words::count(more, "more incident")),
                Route::Vendor {
                    vendor: vendor.vendor.clone(),
                },
            ));
        }
    }
    let more = in_trouble.len().saturating_sub(MOST_VENDORS);
    if more > 0 {
        items.push(open(format!("And {more} more\u{2026}"), Route::Overview));
    }
    let silent: Vec<String> = counted()
        .filter(|vendor| vendor.shown == Health::Unknown && vendor.source != SourceState::Pending)
        .map(|vendor| words::name(&vendor.vendor))
        .collect();
    if !silent.is_empty() {
        let line = format!("Not known: {}", words::enumeration(&silent, 3));
        items.push(open(words::line(&line, WIDTH), Route::Overview));
    }
    items
}

fn vendor_line(vendor: &VendorView) -> String {
    let name = words::name(&vendor.vendor);
    let stale = if vendor.stale { ", last word" } else { "" };
    match vendor.shown {
        // The page says that all is well, or nothing; its incident says otherwise.
        Health::Operational | Health::Maintenance | Health::Unknown => {
            format!(
                "{name}: {}",
                words::count(vendor.incidents.len(), "open incident")
            )
        }
        health @ (Health::Degraded | Health::PartialOutage | Health::MajorOutage) => {
            format!("{name}: {}{stale}", words::health(health))
        }
    }
}

fn incident_line(incident: &IncidentView, now: Timestamp) -> String {
    let since = incident.started_at.unwrap_or(incident.first_recorded_at);
    let acknowledged = if incident.acknowledged {
        ", acknowledged"
    } else {
        ""
    };
    let tail = format!(", for {}{acknowledged}", coarsely(now.duration_since(since)));
    let room = WIDTH.saturating_sub(tail.chars().count() + 6);
    format!("      {}{tail}", words::line(&incident.title, room))
}

fn open(label: String, route: Route) -> Item {
    Item::Choice {
        label,
        action: Action::Open(route),
    }
}

fn choice(label: &str, action: Action) -> Item {
    Item::Choice {
        label: label.to_owned(),
        action,
    }
}
