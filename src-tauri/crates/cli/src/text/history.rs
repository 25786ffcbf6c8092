//! Looking back: `history`, `search`, `uptime`.

use signalbox_engine::api::{HistoryView, SearchView, UptimeView};
use signalbox_pages::Health;

use super::{
    Asked,
    screen::{Piece, Screen, piece, plain},
    status::{incident_facts, maintenance_facts},
    style::{Paint, exact, health_words},
};

pub(super) fn history(screen: &mut Screen<'_>, view: &HistoryView, asked: &Asked) {
    let style = screen.style;
    if view.incidents.is_empty() && view.maintenances.is_empty() {
        screen.sentence(
            0,
            "Nothing is recorded for that. See what is watched, and how it is: signalbox status",
        );
        return;
    }
    if !view.incidents.is_empty() {
        screen.heading("Incidents");
        let rows: Vec<(Vec<Piece>, String)> = view
            .incidents
            .iter()
            .map(|incident| {
                let began = incident.started_at.unwrap_or(incident.first_recorded_at);
                let paint = if incident.open {
                    Paint::Strong
                } else {
                    Paint::Plain
                };
                let cells = vec![
                    piece(style.stamp(began), Paint::Faint),
                    plain(&incident.vendor),
                    piece(&incident.title, paint),
                    piece(&incident.id, Paint::Faint),
                ];
                (cells, incident_facts(incident, style))
            })
            .collect();
        two_lines(screen, &rows);
    }
    if !view.maintenances.is_empty() {
        screen.heading("Maintenances");
        let rows: Vec<(Vec<Piece>, String)> = view
            .maintenances
            .iter()
            .map(|maintenance| {
                let begins = maintenance.starts_at.map(|begins| style.stamp(begins));
                let cells = vec![
                    piece(begins.unwrap_or_default(), Paint::Faint),
                    plain(&maintenance.vendor),
                    plain(&maintenance.title),
                    piece(&maintenance.id, Paint::Faint),
                ];
                (cells, maintenance_facts(maintenance, style))
            })
            .collect();
        two_lines(screen, &rows);
    }
    if view.more {
        more(screen, asked, view.next.as_deref());
    }
}

/// Aligned rows (time, vendor, title, id), each with what is said of it below.
fn two_lines(screen: &mut Screen<'_>, rows: &[(Vec<Piece>, String)]) {
    const BELOW_THE_VENDOR: usize = 18;
    let cells: Vec<Vec<Piece>> = rows.iter().map(|(cells, _)| cells.clone()).collect();
    let lines = screen.table_lines(0, &cells, 2);
    for ((_, facts), line) in rows.iter().zip(lines) {
        screen.push_line(&line);
        screen.line(BELOW_THE_VENDOR, &[plain(facts)]);
    }
}

fn more(screen: &mut Screen<'_>, asked: &Asked, next: Option<&str>) {
    let limit = if let Asked::Limit(limit) = asked {
        *limit
    } else {
        20
    };
    screen.gap();
    let go_on = next
        .map(|next| format!(", or go on with --before {next}"))
        .unwrap_or_default();
    screen.sentence(
        0,
        &format!("There is more: add --limit {}{go_on}", limit.saturating_mul(5)),
    );
}

pub(super) fn search(screen: &mut Screen<'_>, view: &SearchView, asked: &Asked) {
    let style = screen.style;
    if view.finds.is_empty() {
        let words = if let Asked::Words(words) = asked {
            words.as_str()
        } else {
            ""
        };
        screen.sentence(
            0,
            &format!("Nothing recorded holds \"{words}\". All words must occur; try fewer."),
        );
        return;
    }
    for find in &view.finds {
        screen.gap();
        screen.line(
            0,
            &[
                piece(style.stamp(find.at), Paint::Faint),
                plain(&find.vendor),
                piece(&find.title, Paint::Strong),
                piece(&find.event, Paint::Faint),
            ],
        );
        screen.paragraphs(4, &find.excerpt, Paint::Plain);
    }
    if view.more {
        screen.gap();
        screen.sentence(0, "There is more: add --limit 100, or another word.");
    }
}

pub(super) fn uptime(screen: &mut Screen<'_>, view: &UptimeView) {
    let style = screen.style;
    screen.line(0, &[piece(&view.vendor, Paint::Strong)]);
    screen.line(
        0,
        &[plain(format!(
            "{} to {}",
            style.full(view.from),
            style.full(view.until)
        ))],
    );
    screen.gap();
    if view.components.is_empty() {
        screen.sentence(0, "No component is known for that.");
        return;
    }
    let mut rows = vec![
        ["COMPONENT", "WORKED", "OBSERVED", "NOT WORKING"]
            .map(|title| piece(title, Paint::Faint))
            .to_vec(),
    ];
    for component in &view.components {
        let mut trouble: Vec<String> = Vec::new();
        for health in [Health::MajorOutage, Health::PartialOutage, Health::Degraded] {
            let seconds: u64 = component
                .seconds
                .iter()
                .filter(|entry| entry.health == health)
                .map(|entry| entry.seconds)
                .sum();
            if seconds > 0 {
                trouble.push(format!("{} {}", health_words(health), exact(seconds)));
            }
        }
        rows.push(vec![
            plain(&component.name),
            plain(component.up.map_or_else(|| "no data".to_owned(), percent)),
            plain(percent(component.observed)),
            plain(trouble.join(", ")),
        ]);
    }
    screen.table(0, &rows, 0);
    screen.gap();
    screen.sentence(
        0,
        "Worked is the share of the observed time. Time that was not observed is not counted as working.",
    );
}

/// A share as a percentage with two decimals, always rounded down: 100 % means all of it.
pub(super) fn percent(share: f64) -> String {
    let share = share.clamp(0.0, 1.0);
    // What is lost to binary fractions (0.9999 * 10 000 is 9 998.999…) is less than a millionth of a step.
    let hundredths = (share * 10_000.0 + 1e-6).floor();
    format!("{:.2} %", hundredths / 100.0)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_share_is_never_rounded_up_to_all() {
        let table = [
            (1.0, "100.00 %"),
            (0.999_999, "99.99 %"),
            (0.9999, "99.99 %"),
            (0.5, "50.00 %"),
            (0.0, "0.00 %"),
            (1.5, "100.00 %"),
            (-1.0, "0.00 %"),
        ];
        for (share, expected) in table {
            assert_eq!(percent(share), expected, "{share}");
        }
    }
}
