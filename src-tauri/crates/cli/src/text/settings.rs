//! Answers to what was set or examined: `remove`, `scope`, `mute`, `ack`, `accept`, `doctor`, `config`.

use signalbox_engine::api::{
    AcceptedView, AcknowledgedView, DoctorView, EngineView, FindingLevel, MutedView, PausedView, RemovedView,
    ScopeView,
};
use signalbox_pages::Health;

use super::{
    count, is_for_ever,
    screen::{Piece, Screen, indented, piece, plain},
    status::quoted,
    style::{Paint, Style, health_words},
};
use crate::backend::{ConfigReport, Locations};

pub(super) fn pong(screen: &mut Screen<'_>, engine: &EngineView) {
    let words = if engine.running {
        format!("Signalbox {} is running.", engine.version)
    } else {
        "No engine is running. Start with: signalbox watch".to_owned()
    };
    screen.sentence(0, &words);
}

pub(super) fn removed(screen: &mut Screen<'_>, view: &RemovedView) {
    screen.sentence(
        0,
        &format!(
            "{} is no longer watched ({}). Its history is kept.",
            view.vendor, view.page
        ),
    );
}

pub(super) fn scope(screen: &mut Screen<'_>, view: &ScopeView, changed: bool) {
    let style = screen.style;
    let inside = view
        .components
        .iter()
        .filter(|component| component.in_scope)
        .count();
    if view.components.is_empty() {
        screen.sentence(
            0,
            &format!(
                "{} lists no components, so its page counts as a whole.",
                view.vendor
            ),
        );
    } else if view.chosen {
        screen.line(
            0,
            &[plain(format!(
                "{}: {inside} of {} in scope",
                view.vendor,
                count(view.components.len() as u64, "component")
            ))],
        );
    } else {
        screen.line(
            0,
            &[plain(format!(
                "{}: all of its {} in scope",
                view.vendor,
                count(view.components.len() as u64, "component")
            ))],
        );
    }
    let mut group: &[String] = &[];
    let mut rows: Vec<(Vec<&str>, Vec<Piece>)> = Vec::new();
    for component in &view.components {
        // A group's name is written once, above its components, as on the page.
        let mut heading = Vec::new();
        if component.group != group {
            heading = component.group.iter().map(String::as_str).collect();
            group = &component.group;
        }
        let depth = if component.group.is_empty() { 0 } else { 2 };
        rows.push((
            heading,
            vec![
                plain(if component.in_scope { "[x]" } else { "[ ]" }),
                indented(depth, &component.name, Paint::Plain),
                piece(style.shape(component.health), Paint::Of(component.health)),
                piece(health_words(component.health), Paint::Of(component.health)),
                piece(&component.id, Paint::Faint),
            ],
        ));
    }
    let cells: Vec<Vec<Piece>> = rows.iter().map(|(_, cells)| cells.clone()).collect();
    let lines = screen.table_lines(2, &cells, 1);
    for ((heading, _), line) in rows.iter().zip(lines) {
        if !heading.is_empty() {
            screen.line(7, &[piece(heading.join(" / "), Paint::Strong)]);
        }
        screen.push_line(&line);
    }
    if !view.missing.is_empty() {
        screen.gap();
        screen.sentence(
            0,
            &format!(
                "In the scope, but no longer on the page: {}",
                view.missing.join(", ")
            ),
        );
    }
    let unwatched = view.upstream.iter().filter(|upstream| !upstream.watched);
    for (number, upstream) in unwatched.enumerate() {
        if number == 0 {
            screen.gap();
            screen.sentence(0, "The page says that it builds on others. To watch them too:");
        }
        screen.line(2, &[plain(format!("signalbox add {}", quoted(&upstream.vendor)))]);
    }
    if !changed && view.components.len() > 1 {
        screen.gap();
        let vendor = quoted(&view.vendor);
        screen.sentence(
            0,
            &if view.chosen {
                format!("Watch all of them again: signalbox scope {vendor} --all")
            } else {
                format!("Watch some of them alone: signalbox scope {vendor} --set ID,ID")
            },
        );
    }
}

pub(super) fn muted(screen: &mut Screen<'_>, view: &MutedView) {
    let style = screen.style;
    let words = match view.until {
        None => format!("{} is announced again.", view.what),
        Some(until) if is_for_ever(until, style.now) => {
            format!("{} is muted until you lift it. It stays visible.", view.what)
        }
        Some(until) => format!(
            "{} is muted until {}. It stays visible.",
            view.what,
            style.full(until)
        ),
    };
    screen.sentence(0, &words);
}

pub(super) fn paused(screen: &mut Screen<'_>, view: &PausedView) {
    let until = match view.until {
        Some(until) => screen.style.full(until),
        None => "you resume them (signalbox pause --lift)".to_owned(),
    };
    let words = format!(
        "Notifications on the screen are paused until {until}. What happens meanwhile is recorded, and told in one \
         summary afterwards."
    );
    screen.sentence(0, &words);
}

pub(super) fn acknowledged(screen: &mut Screen<'_>, view: &AcknowledgedView) {
    let incident = &view.incident;
    let words = if incident.acknowledged {
        format!(
            "Acknowledged: {}: {}. It stays visible, but no longer counts as a problem.",
            incident.vendor, incident.title
        )
    } else {
        format!(
            "No longer acknowledged: {}: {}. It counts again.",
            incident.vendor, incident.title
        )
    };
    screen.sentence(0, &words);
}

pub(super) fn accepted(screen: &mut Screen<'_>, view: &AcceptedView) {
    let words = if view.accepted {
        format!(
            "The page of {} is accepted as unreadable and no longer counts. Take it back: signalbox accept {} --undo",
            view.vendor,
            quoted(&view.vendor)
        )
    } else {
        format!("The page of {} counts again.", view.vendor)
    };
    screen.sentence(0, &words);
}

pub(super) fn doctor(screen: &mut Screen<'_>, view: &DoctorView) {
    let style = screen.style;
    if view.findings.is_empty() {
        screen.sentence(0, "There was nothing to examine.");
        return;
    }
    for finding in &view.findings {
        let (shape, word, paint) = match finding.level {
            FindingLevel::Good => (
                style.shape(Health::Operational),
                "good",
                Paint::Of(Health::Operational),
            ),
            FindingLevel::Note => (style.shape(Health::Degraded), "note", Paint::Of(Health::Degraded)),
            FindingLevel::Bad => (
                style.shape(Health::MajorOutage),
                "bad",
                Paint::Of(Health::MajorOutage),
            ),
        };
        screen.line(
            0,
            &[
                piece(shape, paint),
                piece(word, paint),
                indented(
                    4_usize.saturating_sub(word.len()),
                    &finding.subject,
                    Paint::Strong,
                ),
            ],
        );
        screen.paragraphs(7, &finding.text, Paint::Plain);
    }
}

/// What was found in the configuration.
#[must_use]
pub fn config_report(report: &ConfigReport, style: &Style) -> String {
    let mut screen = Screen::new(style);
    let file = report.config.display();
    if !report.exists {
        screen.sentence(
            0,
            &format!(
                "{file} does not exist yet. The first page makes it: signalbox add https://www.githubstatus.com"
            ),
        );
    } else if report.problems.is_empty() {
        screen.sentence(
            0,
            &format!("{file}: {}, no mistakes.", count(report.vendors, "vendor")),
        );
    }
    for problem in &report.problems {
        let mut place = problem.file.display().to_string();
        if let Some(line) = problem.line {
            place.push_str(&format!(":{line}"));
            if let Some(column) = problem.column {
                place.push_str(&format!(":{column}"));
            }
        }
        // The place stays whole and unwrapped, so that an editor can jump to it.
        let place = super::inert_line(&place);
        screen.push_line(&format!("{place}:"));
        screen.paragraphs(2, &problem.message, Paint::Plain);
    }
    screen.into_text()
}

/// Where things are.
#[must_use]
pub fn config_path(locations: &Locations) -> String {
    // Unwrapped and uncut, to be copied.
    [
        ("configuration", &locations.config),
        ("data", &locations.data),
        ("logs", &locations.logs),
    ]
    .into_iter()
    .map(|(name, path)| format!("{name:<14} {}\n", super::inert_line(&path.display().to_string())))
    .collect()
}
