//! What `watch` writes: how it begins, and each announcement.

use signalbox_channels::{Announcement, AnnouncementKind};
use signalbox_engine::api::StatusView;
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
