//! How a new page stands, between its first reading and the one summary of all that are new.

use jiff::Timestamp;
use signalbox_channels::{Announcement, AnnouncementKind};
use signalbox_pages::Health;

use super::{Draft, summary::BaselineLine, words};

/// A line as it waits in the outbox: never delivered as it is.
#[must_use]
pub(crate) fn hold(line: &BaselineLine, now: Timestamp) -> Draft {
    let headline = format!("{}: {}", words::name(&line.vendor), words::health(line.health));
    Draft {
        vendor: Some(line.vendor.clone()),
        health: Some(line.health),
        url: line.url.clone(),
        ..Draft::new(
            AnnouncementKind::Baseline,
            &headline,
            &line.incidents.join("\n"),
            now,
        )
    }
}

/// The line that waited.
#[must_use]
pub(crate) fn release(held: &Announcement) -> BaselineLine {
    BaselineLine {
        vendor: held.vendor.clone().unwrap_or_default(),
        health: held.health.unwrap_or(Health::Unknown),
        incidents: held.body.lines().map(str::to_owned).collect(),
        url: held.url.clone(),
    }
}
