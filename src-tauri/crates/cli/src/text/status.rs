//! How vendors are: `status`, `check`, `list`, `add`.

use signalbox_engine::api::{
    ComponentView, IncidentView, MaintenanceView, SourceState, StatusView, VendorView,
};
use signalbox_pages::{Health, Impact};

use super::{
    count, mute_words,
    screen::{Piece, Screen, piece, plain},
    spaced,
    style::{Paint, Style, health_words},
};

/// What is said of a vendor whose history is all that is left.
const NO_LONGER_WATCHED: &str = "vendor no longer watched";

/// How many components in trouble are named before the rest is counted.
const NAMED_COMPONENTS: usize = 5;

/// The next step where nothing is watched.
pub(super) const NOTHING_WATCHED: &str =
    "Nothing is watched yet. Add a page: signalbox add https://www.githubstatus.com";

pub(super) fn status(screen: &mut Screen<'_>, view: &StatusView) {
    if view.vendors.is_empty() {
        screen.sentence(0, NOTHING_WATCHED);
        return;
    }
    let style = screen.style;
    // A check alone would be green without evidence.
    let overall = if view.tray_incomplete && !view.tray.is_problem() {
        Health::Unknown
    } else {
        view.tray
    };
    screen.line(
        0,
        &[
            piece(style.shape(overall), Paint::Of(overall)),
            piece(&view.summary, Paint::Strong),
        ],
    );
    if let Some(since) = view.engine.offline_since {
        screen.line(
            2,
            &[plain(format!(
                "This machine has been offline since {}, so nothing newer is known.",
                style.brief(since)
            ))],
        );
    } else if !view.engine.running {
        screen.line(
            2,
            &[plain(
                "Nobody is checking at the moment. Start with: signalbox watch",
            )],
        );
    }
    if let Some(paused) = view.engine.paused {
        let words = match paused.until {
            Some(until) => format!("Notifications are paused until {}.", style.brief(until)),
            None => "Notifications are paused. Resume them: signalbox pause --lift".to_owned(),
        };
        screen.line(2, &[plain(words)]);
    }
    if let Some(trouble) = &view.engine.store_trouble {
        screen.sentence(2, &format!("Recording fails: {trouble}."));
    }
    screen.gap();
    let rows: Vec<Vec<Piece>> = view.vendors.iter().map(|vendor| row(vendor, style)).collect();
    let lines = screen.table_lines(0, &rows, 1);
    for (vendor, line) in view.vendors.iter().zip(lines) {
        screen.push_line(&line);
        details(screen, vendor, 4);
    }
}

pub(super) fn list(screen: &mut Screen<'_>, view: &StatusView) {
    if view.vendors.is_empty() {
        screen.sentence(0, NOTHING_WATCHED);
        return;
    }
    let style = screen.style;
    let mut rows = vec![
        ["VENDOR", "PAGE", "PLATFORM", "SCOPE", ""]
            .map(|title| piece(title, Paint::Faint))
            .to_vec(),
    ];
    let mut vendors: Vec<&VendorView> = view.vendors.iter().collect();
    vendors.sort_by_key(|vendor| vendor.vendor.to_lowercase());
    for vendor in vendors {
        let mut notes = Vec::new();
        if !vendor.counted {
            notes.push("does not count".to_owned());
        }
        notes.extend(mute_words(vendor.muted_until, style));
        if let Some(locked) = &vendor.locked {
            notes.push(format!("written in {locked}"));
        }
        let platform = match (&vendor.platform, vendor.source) {
            (Some(platform), _) => platform.clone(),
            (None, SourceState::Pending) => "not read yet".to_owned(),
            (None, _) => "not recognised".to_owned(),
        };
        rows.push(vec![
            plain(&vendor.vendor),
            plain(&vendor.page),
            plain(platform),
            plain(scope_words(vendor)),
            piece(notes.join(", "), Paint::Faint),
        ]);
    }
    screen.table(0, &rows, 4);
}

pub(super) fn added(screen: &mut Screen<'_>, vendor: &VendorView) {
    let style = screen.style;
    screen.line(
        0,
        &[plain(format!(
            "{} is watched now: {}{}",
            vendor.vendor,
            vendor.page,
            vendor
                .platform_name
                .as_deref()
                .map(|platform| format!(" ({platform})"))
                .unwrap_or_default()
        ))],
    );
    if vendor.source == SourceState::Pending {
        screen.sentence(
            0,
            "The page has not been read yet. See how it is: signalbox status",
        );
        return;
    }
    screen.gap();
    screen.table(0, &[row(vendor, style)], 1);
    details(screen, vendor, 4);
    if vendor.scope.of > 1 {
        screen.gap();
        screen.sentence(
            0,
            &format!(
                "All of its {} count. To choose the ones that matter: signalbox scope {}",
                count(vendor.scope.of, "component"),
                quoted(&vendor.vendor)
            ),
        );
    }
}

/// A name as it can be pasted into a shell.
pub(super) fn quoted(name: &str) -> String {
    let tame = |character: char| character.is_alphanumeric() || "-_./:@+".contains(character);
    if !name.is_empty() && name.chars().all(tame) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}

fn scope_words(vendor: &VendorView) -> String {
    let scope = vendor.scope;
    if scope.of == 0 {
        String::new()
    } else if scope.chosen == scope.of {
        count(scope.of, "component")
    } else {
        format!("{} of {}", scope.chosen, count(scope.of, "component"))
    }
}

fn row(vendor: &VendorView, style: &Style) -> Vec<Piece> {
    let shown = vendor.shown;
    let since = vendor
        .health_since
        .filter(|_| shown.is_problem() && !vendor.stale)
        .and_then(|since| style.between(since, style.now))
        .map(|span| format!("for {span}"))
        .unwrap_or_default();
    let mut word = health_words(shown).to_owned();
    if shown.is_problem() && vendor.stale {
        word.push_str(", stale");
    }
    vec![
        piece(style.shape(shown), Paint::Of(shown)),
        piece(
            &vendor.vendor,
            if shown.is_problem() {
                Paint::Strong
            } else {
                Paint::Plain
            },
        ),
        piece(word, Paint::Of(shown)),
        plain(since),
        piece(evidence(vendor, style), Paint::Faint),
        piece(notes(vendor, style), Paint::Faint),
    ]
}

/// How old the vendor's word is.
fn evidence(vendor: &VendorView, style: &Style) -> String {
    match (vendor.source, vendor.read_at) {
        (SourceState::Fresh, Some(read)) => format!("checked {}", style.ago(read)),
        (_, Some(read)) => format!("last read {}", style.ago(read)),
        (SourceState::Pending, None) => "not checked yet".to_owned(),
        (_, None) => "never read".to_owned(),
    }
}

fn notes(vendor: &VendorView, style: &Style) -> String {
    let mut notes = Vec::new();
    if signalbox_engine::show::has_acknowledged_problem(vendor) {
        notes.push("acknowledged".to_owned());
    }
    if !vendor.counted {
        notes.push("does not count".to_owned());
    }
    notes.extend(mute_words(vendor.muted_until, style));
    notes.join(", ")
}

fn details(screen: &mut Screen<'_>, vendor: &VendorView, indent: usize) {
    let style = screen.style;
    if vendor.incidents_only {
        screen.sentence(
            indent,
            "From a feed: incidents only. Of everything that they do not tell of, nothing is known.",
        );
    }
    for doubt in &vendor.doubts {
        screen.sentence(indent, &format!("Mind that {doubt}."));
    }
    if let Some(missed) = &vendor.missed {
        screen.sentence(indent, &format!("Asked just now, it could not be read: {missed}"));
    }
    if vendor.source != SourceState::Fresh {
        let mut reasons: Vec<&str> = vendor.missed.as_deref().into_iter().collect();
        for reason in [vendor.shown_reason.as_deref(), vendor.source_reason.as_deref()]
            .into_iter()
            .flatten()
        {
            if !reasons.iter().any(|known| known.contains(reason)) {
                reasons.push(reason);
            }
        }
        if vendor.missed.is_some() {
            reasons.remove(0);
        }
        if !reasons.is_empty() {
            screen.sentence(indent, &reasons.join(". "));
        }
        if vendor.source == SourceState::Unreadable && vendor.counted {
            screen.sentence(
                indent,
                &format!(
                    "If it will stay so, take it out of the count: signalbox accept {}",
                    quoted(&vendor.vendor)
                ),
            );
        }
    }
    if let (Health::Unknown, Some(reported)) = (vendor.shown, vendor.reported)
        && reported.is_known()
    {
        let age = vendor
            .read_at
            .map(|read| format!(", {}", style.ago(read)))
            .unwrap_or_default();
        screen.line(
            indent,
            &[plain(format!("Its last word: {}{age}", health_words(reported)))],
        );
    }
    components(screen, &vendor.troubled, indent, &vendor.vendor);
    incidents(screen, &vendor.incidents, indent);
    let current: Vec<&MaintenanceView> = vendor
        .maintenances
        .iter()
        .filter(|maintenance| maintenance.phase.is_in_progress())
        .collect();
    maintenances(screen, &current, indent);
}

/// The components that are not operational, the first few by name.
pub(super) fn components(screen: &mut Screen<'_>, troubled: &[ComponentView], indent: usize, vendor: &str) {
    let style = screen.style;
    let rows: Vec<Vec<Piece>> = troubled
        .iter()
        .take(NAMED_COMPONENTS)
        .map(|component| {
            vec![
                piece(style.shape(component.health), Paint::Of(component.health)),
                plain(component_path(component)),
                plain(health_words(component.health)),
            ]
        })
        .collect();
    screen.table(indent, &rows, 1);
    let more = troubled.len().saturating_sub(NAMED_COMPONENTS);
    if more > 0 {
        screen.line(
            indent,
            &[plain(format!(
                "and {more} more: signalbox scope {}",
                quoted(vendor)
            ))],
        );
    }
}

/// A component's name with the groups that hold it.
pub(super) fn component_path(component: &ComponentView) -> String {
    let mut path = component.group.clone();
    path.push(component.name.clone());
    path.join(" / ")
}

/// Incidents, each with its title and id and, below, what is said of it.
fn incidents(screen: &mut Screen<'_>, incidents: &[IncidentView], indent: usize) {
    for incident in incidents {
        let facts = incident_facts(incident, screen.style);
        event(screen, indent, &incident.title, &incident.id, &facts);
    }
}

/// Maintenances, likewise.
fn maintenances(screen: &mut Screen<'_>, maintenances: &[&MaintenanceView], indent: usize) {
    for maintenance in maintenances {
        let facts = maintenance_facts(maintenance, screen.style);
        event(screen, indent, &maintenance.title, &maintenance.id, &facts);
    }
}

/// An incident or a maintenance in two lines: its title, cut before its id is, and what is said of it.
pub(super) fn event(screen: &mut Screen<'_>, indent: usize, title: &str, id: &str, facts: &str) {
    screen.table(indent, &[vec![plain(title), piece(id, Paint::Faint)]], 0);
    screen.line(indent + 4, &[plain(facts)]);
}

/// Impact in words: what the vendor calls it, never a health.
pub(super) fn impact_words(impact: Impact) -> String {
    match impact {
        Impact::None => "no impact".to_owned(),
        Impact::Unknown => "impact unknown".to_owned(),
        Impact::Minor | Impact::Major | Impact::Critical => format!("{} impact", impact.as_str()),
    }
}

/// Phase, impact, how long, and when the vendor last wrote.
pub(super) fn incident_facts(incident: &IncidentView, style: &Style) -> String {
    let mut facts = Vec::new();
    if incident.open && !incident.listed {
        facts.push(format!("no longer listed, last {}", incident.phase.as_str()));
    } else {
        facts.push(incident.phase.as_str().to_owned());
    }
    facts.push(impact_words(incident.impact));
    if let Some(span) = incident_span(incident, style) {
        facts.push(span);
    }
    if incident.open
        && let Some(word) = incident.last_word_at
    {
        facts.push(format!("last word {}", style.ago(word)));
    }
    if incident.acknowledged {
        facts.push("acknowledged".to_owned());
    }
    if !incident.watched {
        facts.push(NO_LONGER_WATCHED.to_owned());
    }
    facts.extend(mute_words(incident.muted_until, style));
    facts.join(style.dot())
}

/// How long an incident lasted, or has lasted so far.
pub(super) fn incident_span(incident: &IncidentView, style: &Style) -> Option<String> {
    let started = incident.started_at?;
    if incident.open {
        style
            .between(started, style.now)
            .map(|span| format!("{span} so far"))
    } else {
        style.between(started, incident.resolved_at?)
    }
}

/// Where a maintenance stands, as far as the vendor says.
pub(super) fn maintenance_phase(maintenance: &MaintenanceView) -> String {
    let phase = spaced(maintenance.phase.as_str());
    if maintenance.listed {
        phase
    } else {
        format!("no longer listed, last {phase}")
    }
}

/// Phase and window.
pub(super) fn maintenance_facts(maintenance: &MaintenanceView, style: &Style) -> String {
    let mut facts = vec![maintenance_phase(maintenance)];
    match (maintenance.starts_at, maintenance.ends_at) {
        (Some(from), Some(until)) => {
            facts.push(format!("{} to {}", style.brief(from), style.brief(until)));
        }
        (Some(from), None) => facts.push(format!("from {}", style.brief(from))),
        (None, Some(until)) => facts.push(format!("until {}", style.brief(until))),
        (None, None) => {}
    }
    if maintenance.overrunning {
        let over = maintenance
            .ends_at
            .and_then(|end| style.between(end, style.now))
            .map_or_else(
                || "overrunning".to_owned(),
                |span| format!("{span} over its time"),
            );
        facts.push(over);
    }
    if !maintenance.watched {
        facts.push(NO_LONGER_WATCHED.to_owned());
    }
    facts.join(style.dot())
}
