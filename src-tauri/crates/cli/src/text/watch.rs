//! What `watch` writes: how it begins, and each announcement.

use signalbox_channels::{Announcement, AnnouncementKind};
use signalbox_engine::{api::StatusView, control::Hint, watch::Event};
use signalbox_pages::Health;

use super::{
    count,
    screen::{Screen, piece, plain},
    status::NOTHING_WATCHED,
    style::{Paint, Style},
};

/// That watching has begun.
#[must_use]
pub fn begins(status: &StatusView, style: &Style) -> String {
    let mut screen = Screen::new(style);
    if status.vendors.is_empty() {
        screen.sentence(0, NOTHING_WATCHED);
    } else {
        screen.sentence(
            0,
            &format!(
                "Watching {}. Stop with Ctrl-C.",
                count(status.vendors.len() as u64, "vendor")
            ),
        );
    }
    screen.into_text()
}

/// What happens to watching itself; `None` for what is of no interest to people.
#[must_use]
pub fn event(event: &Event) -> Option<String> {
    let words = match event {
        Event::Notice(notice) => notice.clone(),
        Event::ConfigBroken(report) => {
            format!(
                "The configuration was changed and has a mistake; what was read before stays in force.\n{report}"
            )
        }
        Event::Restarted {
            silent_for: Some(silence),
        } => format!(
            "Signalbox stopped checking: its engine has not given a sign of life for {} s. A new one takes its place.",
            silence.as_secs()
        ),
        Event::Restarted { silent_for: None } => {
            "Signalbox stopped checking: its engine ended by itself. A new one takes its place.".to_owned()
        }
        Event::Hint(Hint::Offline) => "Offline: nothing newer is known until the network is back.".to_owned(),
        Event::Hint(Hint::Online) => "Online again: asking every page.".to_owned(),
        Event::Hint(Hint::Woken) => "The machine slept, or its clock was set: asking every page.".to_owned(),
        Event::Hint(Hint::Reloaded) => "The configuration was read again.".to_owned(),
        Event::Hint(Hint::ConfigRefused { reason }) => format!(
            "The configuration was changed and cannot be taken up, so what was read before stays in force: {reason}"
        ),
        Event::Hint(Hint::StoreTrouble { reason }) => format!("Recording fails: {reason}."),
        Event::Hint(Hint::StoreWell) => "Recording works again.".to_owned(),
        Event::Started(_)
        | Event::Hint(
            Hint::Subscribed
            | Hint::Lagged
            | Hint::Changed { .. }
            | Hint::Polled { .. }
            | Hint::Paused
            | Hint::Resumed
            | Hint::Show { .. }
            | Hint::Stopping,
        ) => return None,
    };
    Some(words)
}

/// One announcement: when, what, and below it the vendor's words.
#[must_use]
pub fn announcement(announcement: &Announcement, style: &Style) -> String {
    let mut screen = Screen::new(style);
    let health = match announcement.kind {
        // About the page or this machine, never about the vendor's health.
        AnnouncementKind::PageUnreachable | AnnouncementKind::PageMoved => Some(Health::Unknown),
        AnnouncementKind::PageBack
        | AnnouncementKind::IncidentOpened
        | AnnouncementKind::IncidentEscalated
        | AnnouncementKind::IncidentEased
        | AnnouncementKind::IncidentResolved
        | AnnouncementKind::IncidentReopened
        | AnnouncementKind::IncidentUnlisted
        | AnnouncementKind::IncidentMissed
        | AnnouncementKind::HealthWorse
        | AnnouncementKind::HealthBetter
        | AnnouncementKind::Baseline
        | AnnouncementKind::CatchUp => announcement.health,
    };
    let time = piece(style.stamp(announcement.recorded_at), Paint::Faint);
    let headline = piece(&announcement.headline, Paint::Strong);
    let id = piece(announcement.incident.as_deref().unwrap_or(""), Paint::Faint);
    match health {
        Some(health) => screen.line(
            0,
            &[time, piece(style.shape(health), Paint::Of(health)), headline, id],
        ),
        None => screen.line(0, &[time, plain(style.dot()), headline, id]),
    }
    screen.paragraphs(4, &announcement.body, Paint::Plain);
    if let Some(happened) = announcement
        .happened_at
        .filter(|happened| announcement.recorded_at.as_second() - happened.as_second() >= 300)
    {
        screen.line(
            4,
            &[piece(
                format!("the vendor says: {}", style.full(happened)),
                Paint::Faint,
            )],
        );
    }
    screen.into_text()
}
