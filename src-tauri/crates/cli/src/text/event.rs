//! One incident or maintenance, whole.

use signalbox_engine::api::{IncidentDetailView, IncidentView, MaintenanceView, RevisionView, UpdateView};

use super::{
    mute_words,
    screen::{Screen, piece, plain},
    spaced,
    status::{impact_words, incident_span, maintenance_phase, quoted},
    style::{Paint, health_words},
};

pub(super) fn event(screen: &mut Screen<'_>, view: &IncidentDetailView, revisions: bool) {
    let mut id = None;
    if let Some(incident) = &view.incident {
        id = Some(incident.id.as_str());
        incident_head(screen, incident);
    }
    if let Some(maintenance) = &view.maintenance {
        id = Some(maintenance.id.as_str());
        maintenance_head(screen, maintenance);
    }
    if view.updates.is_empty() {
        screen.gap();
        screen.sentence(0, "The vendor has written no updates.");
    }
    updates(screen, &view.updates, revisions);
    if let Some(postmortem) = &view.postmortem {
        screen.heading("Postmortem");
        if let Some(at) = postmortem.at {
            let at = screen.style.full(at);
            screen.line(2, &[piece(at, Paint::Faint)]);
        }
        if let Some(text) = &postmortem.text {
            screen.paragraphs(2, text, Paint::Plain);
        }
        if let Some(url) = &postmortem.url {
            screen.paragraphs(2, url, Paint::Plain);
        }
    }
    if revisions {
        history_of_facts(screen, &view.revisions);
    } else if view.updates.iter().any(|update| !update.earlier.is_empty()) {
        screen.gap();
        screen.sentence(
            0,
            &format!(
                "Some of it was edited. The earlier words: signalbox incident {} --revisions",
                quoted(id.unwrap_or("ID"))
            ),
        );
    }
}

fn incident_head(screen: &mut Screen<'_>, incident: &IncidentView) {
    let style = screen.style;
    screen.paragraphs(0, &incident.title, Paint::Strong);
    let mut standing = vec![incident.vendor.clone()];
    standing.push(if incident.open && !incident.listed {
        format!(
            "no longer listed by the vendor, who never said that it was resolved; last {}",
            incident.phase.as_str()
        )
    } else {
        incident.phase.as_str().to_owned()
    });
    standing.push(impact_words(incident.impact));
    if incident.acknowledged {
        standing.push("acknowledged".to_owned());
    }
    standing.extend(mute_words(incident.muted_until, style));
    screen.paragraphs(0, &standing.join(style.dot()), Paint::Plain);

    let span = incident_span(incident, style);
    match (incident.started_at, incident.open) {
        (Some(started), true) => {
            let so_far = span.map(|span| format!(", {span}")).unwrap_or_default();
            fact(screen, "began", &format!("{}{so_far}", style.full(started)));
        }
        (Some(started), false) => fact(screen, "began", &style.full(started)),
        (None, _) => fact(screen, "began", "the vendor does not say"),
    }
    if !incident.open {
        match (incident.resolved_at, incident_span(incident, style)) {
            (Some(resolved), Some(span)) => {
                fact(
                    screen,
                    "resolved",
                    &format!("{}, after {span}", style.full(resolved)),
                );
            }
            (Some(resolved), None) => fact(screen, "resolved", &style.full(resolved)),
            (None, _) => fact(screen, "resolved", "the vendor does not say when"),
        }
    } else if let Some(word) = incident.last_word_at {
        fact(screen, "last word", &style.ago(word));
    }
    fact(screen, "first seen", &style.full(incident.first_recorded_at));
    tail(
        screen,
        &incident.components,
        incident.url.as_deref(),
        &incident.id,
    );
}

fn maintenance_head(screen: &mut Screen<'_>, maintenance: &MaintenanceView) {
    let style = screen.style;
    screen.paragraphs(0, &maintenance.title, Paint::Strong);
    let mut standing = format!(
        "{}{dot}maintenance{dot}{}",
        maintenance.vendor,
        maintenance_phase(maintenance),
        dot = style.dot()
    );
    if maintenance.overrunning {
        standing.push_str(", past its announced end");
    }
    screen.paragraphs(0, &standing, Paint::Plain);
    if let Some(from) = maintenance.starts_at {
        fact(screen, "begins", &style.full(from));
    }
    if let Some(until) = maintenance.ends_at {
        let span = maintenance
            .starts_at
            .and_then(|from| style.between(from, until))
            .map(|span| format!(", {span} in all"))
            .unwrap_or_default();
        fact(screen, "ends", &format!("{}{span}", style.full(until)));
    }
    tail(
        screen,
        &maintenance.components,
        maintenance.url.as_deref(),
        &maintenance.id,
    );
}

fn tail(screen: &mut Screen<'_>, components: &[String], url: Option<&str>, id: &str) {
    if !components.is_empty() {
        fact(screen, "components", &components.join(", "));
    }
    if let Some(url) = url {
        fact(screen, "link", url);
    }
    fact(screen, "id", id);
}

/// A fact beside its name; what does not fit goes on below, under itself.
fn fact(screen: &mut Screen<'_>, name: &str, text: &str) {
    const COLUMN: usize = 14;
    screen.labelled(2, name, COLUMN, text);
}

fn updates(screen: &mut Screen<'_>, updates: &[UpdateView], revisions: bool) {
    if updates.is_empty() {
        return;
    }
    let style = screen.style;
    screen.heading("Updates");
    let mut rest = updates;
    while let Some((update, after)) = rest.split_first() {
        let same = after
            .iter()
            .take_while(|next| says_the_same(update, next))
            .count();
        let (folded, after) = after.split_at(same);
        rest = after;

        let mut notes = Vec::new();
        if let Some(last) = folded.last() {
            let until = last.at.unwrap_or(last.recorded_at);
            notes.push(format!("{} times, last {}", same + 1, style.brief(until)));
        }
        if !update.earlier.is_empty() {
            notes.push("edited".to_owned());
        }
        if update.deleted {
            notes.push("taken away by the vendor".to_owned());
        }
        let time = update.at.map_or_else(
            || format!("seen {}", style.stamp(update.recorded_at)),
            |at| style.stamp(at),
        );
        screen.line(
            2,
            &[
                piece(time, Paint::Faint),
                piece(spaced(&update.phase), Paint::Strong),
                piece(
                    if notes.is_empty() {
                        String::new()
                    } else {
                        format!("({})", notes.join(", "))
                    },
                    Paint::Faint,
                ),
            ],
        );
        if update.text.trim().is_empty() {
            screen.line(6, &[piece("(no words)", Paint::Faint)]);
        } else {
            screen.paragraphs(6, &update.text, Paint::Plain);
        }
        for change in &update.components {
            screen.line(
                6,
                &[
                    piece(style.shape(change.to), Paint::Of(change.to)),
                    plain(format!(
                        "{}: {} {} {}",
                        change.name,
                        health_words(change.from),
                        style.arrow(),
                        health_words(change.to)
                    )),
                ],
            );
        }
        if revisions {
            for earlier in &update.earlier {
                screen.line(
                    6,
                    &[piece(
                        format!(
                            "before, as recorded {}, {}:",
                            style.stamp(earlier.recorded_at),
                            spaced(&earlier.phase)
                        ),
                        Paint::Faint,
                    )],
                );
                screen.paragraphs(8, &earlier.text, Paint::Faint);
            }
        }
    }
}

/// Whether an update only repeats the one before it.
fn says_the_same(first: &UpdateView, next: &UpdateView) -> bool {
    first.phase == next.phase
        && first.text == next.text
        && next.components.is_empty()
        && first.deleted == next.deleted
        && first.earlier.is_empty()
        && next.earlier.is_empty()
}

fn history_of_facts(screen: &mut Screen<'_>, revisions: &[RevisionView]) {
    if revisions.is_empty() {
        return;
    }
    let style = screen.style;
    screen.heading("What was said of it, as recorded here");
    for revision in revisions {
        let mut facts = vec![spaced(&revision.phase)];
        if let Some(impact) = revision.impact {
            facts.push(impact_words(impact));
        }
        if !revision.components.is_empty() {
            facts.push(revision.components.join(", "));
        }
        if !revision.listed {
            facts.push("no longer listed".to_owned());
        }
        screen.line(
            2,
            &[
                piece(style.stamp(revision.recorded_at), Paint::Faint),
                plain(&revision.title),
            ],
        );
        screen.paragraphs(6, &facts.join(style.dot()), Paint::Plain);
    }
}
