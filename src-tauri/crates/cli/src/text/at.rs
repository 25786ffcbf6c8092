//! Two answers about one moment: what was known then, and what is known now about then.

use signalbox_engine::api::{AtView, MomentView, VendorAtView};

use super::{
    screen::{Screen, indented, piece},
    spaced,
    status::{NOTHING_WATCHED, components, event, impact_words},
    style::{Paint, health_words},
};

pub(super) fn at(screen: &mut Screen<'_>, view: &AtView) {
    let style = screen.style;
    screen.line(0, &[piece(style.full(view.time), Paint::Strong)]);
    if view.vendors.is_empty() {
        screen.gap();
        screen.sentence(0, NOTHING_WATCHED);
    }
    for vendor in &view.vendors {
        screen.gap();
        screen.line(0, &[piece(&vendor.vendor, Paint::Strong)]);
        known_then(screen, vendor, view);
        known_now(screen, vendor);
    }
}

fn known_then(screen: &mut Screen<'_>, vendor: &VendorAtView, view: &AtView) {
    const LABEL: &str = "known then";
    let style = screen.style;
    let Some(moment) = &vendor.known_then else {
        let since = vendor
            .watched_since
            .filter(|since| *since > view.time)
            .map(|since| format!("; watched since {}", style.stamp(since)))
            .unwrap_or_default();
        labelled(screen, LABEL, &format!("not watched then{since}"), Paint::Plain);
        return;
    };
    health(screen, LABEL, moment);
    match vendor.awaiting_since {
        _ if vendor.observed => {}
        Some(read) => screen.sentence(
            4,
            &format!(
                "The page was last read at {}; the next reading is still to come.",
                style.stamp(read)
            ),
        ),
        None => screen.sentence(
            4,
            "Nobody was checking at that moment; this is what had been read last before it.",
        ),
    }
    moment_details(screen, moment, &vendor.vendor);
}

fn known_now(screen: &mut Screen<'_>, vendor: &VendorAtView) {
    const LABEL: &str = "known now";
    let Some(moment) = &vendor.known_now else {
        labelled(
            screen,
            LABEL,
            "the vendor has said nothing since about that moment",
            Paint::Plain,
        );
        return;
    };
    if Some(moment) == vendor.known_then.as_ref() {
        labelled(screen, LABEL, "the same", Paint::Plain);
        return;
    }
    health(screen, LABEL, moment);
    moment_details(screen, moment, &vendor.vendor);
}

fn health(screen: &mut Screen<'_>, label: &str, moment: &MomentView) {
    let words = format!(
        "{} {}",
        screen.style.shape(moment.health),
        health_words(moment.health)
    );
    labelled(screen, label, &words, Paint::Of(moment.health));
}

fn labelled(screen: &mut Screen<'_>, label: &str, words: &str, paint: Paint) {
    const COLUMN: usize = 11;
    let gap = COLUMN.saturating_sub(label.len());
    screen.line(2, &[piece(label, Paint::Faint), indented(gap, words, paint)]);
}

/// What was wrong. Spans of time are left out: "so far" would be as of now, not as of that moment.
fn moment_details(screen: &mut Screen<'_>, moment: &MomentView, vendor: &str) {
    let style = screen.style;
    components(screen, &moment.troubled, 4, vendor);
    for incident in &moment.incidents {
        let mut facts = vec![incident.phase.as_str().to_owned(), impact_words(incident.impact)];
        if let Some(started) = incident.started_at {
            facts.push(format!("began {}", style.stamp(started)));
        }
        event(screen, 4, &incident.title, &incident.id, &facts.join(style.dot()));
    }
    for maintenance in &moment.maintenances {
        let mut facts = vec![format!("maintenance {}", spaced(maintenance.phase.as_str()))];
        if let Some(starts) = maintenance.starts_at {
            facts.push(format!("from {}", style.stamp(starts)));
        }
        if let Some(ends) = maintenance.ends_at {
            facts.push(format!("to {}", style.stamp(ends)));
        }
        event(
            screen,
            4,
            &maintenance.title,
            &maintenance.id,
            &facts.join(style.dot()),
        );
    }
}
