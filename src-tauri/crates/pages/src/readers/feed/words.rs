//! The words by which vendors say in a feed where an event stands. They count only where a feed has a place for them: in
//! the label of an update, in the title's prefix or suffix, in a category; never in running text.

use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// What a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Of an incident.
    Incident(Phase),
    /// Of a maintenance, though an incident may say it too.
    Going(MaintenancePhase),
    /// Of nothing but a maintenance.
    Planned(MaintenancePhase),
    /// That it stands where it stood before.
    Same,
}

impl Word {
    /// Where an incident stands by it; `None` where it stood before.
    pub(super) fn phase(self) -> Option<Phase> {
        match self {
            Self::Incident(phase) => Some(phase),
            Self::Going(MaintenancePhase::Completed) => Some(Phase::Resolved),
            Self::Going(_) | Self::Planned(_) => Some(Phase::Unknown),
            Self::Same => None,
        }
    }

    /// Where a maintenance stands by it; `None` where it stood before.
    pub(super) fn maintenance_phase(self) -> Option<MaintenancePhase> {
        match self {
            Self::Going(phase) | Self::Planned(phase) => Some(phase),
            Self::Incident(Phase::Resolved | Phase::Postmortem) => Some(MaintenancePhase::Completed),
            Self::Incident(_) => Some(MaintenancePhase::Unknown),
            Self::Same => None,
        }
    }
}

/// The phase words, in lower case.
const PHASES: &[(&str, Word)] = &[
    ("investigating", Word::Incident(Phase::Investigating)),
    ("detected", Word::Incident(Phase::Investigating)),
    ("identified", Word::Incident(Phase::Identified)),
    ("root cause identified", Word::Incident(Phase::Identified)),
    ("implementing a fix", Word::Incident(Phase::Identified)),
    ("mitigating", Word::Incident(Phase::Identified)),
    ("monitoring", Word::Incident(Phase::Monitoring)),
    ("mitigated", Word::Incident(Phase::Monitoring)),
    ("observing", Word::Incident(Phase::Monitoring)),
    ("recovering", Word::Incident(Phase::Monitoring)),
    ("watching", Word::Incident(Phase::Monitoring)),
    ("fix implemented", Word::Incident(Phase::Monitoring)),
    ("resolved", Word::Incident(Phase::Resolved)),
    ("restored", Word::Incident(Phase::Resolved)),
    ("recovered", Word::Incident(Phase::Resolved)),
    ("is back up", Word::Incident(Phase::Resolved)),
    ("fixed", Word::Incident(Phase::Resolved)),
    ("closed", Word::Incident(Phase::Resolved)),
    ("ended", Word::Incident(Phase::Resolved)),
    ("operating normally", Word::Incident(Phase::Resolved)),
    ("service is operating normally", Word::Incident(Phase::Resolved)),
    ("beendet", Word::Incident(Phase::Resolved)),
    ("behoben", Word::Incident(Phase::Resolved)),
    ("abgeschlossen", Word::Incident(Phase::Resolved)),
    ("已解决", Word::Incident(Phase::Resolved)),
    ("postmortem", Word::Incident(Phase::Postmortem)),
    ("post-mortem", Word::Incident(Phase::Postmortem)),
    ("in progress", Word::Going(MaintenancePhase::InProgress)),
    ("inprogress", Word::Going(MaintenancePhase::InProgress)),
    ("underway", Word::Going(MaintenancePhase::InProgress)),
    ("verifying", Word::Going(MaintenancePhase::Verifying)),
    ("completed", Word::Going(MaintenancePhase::Completed)),
    ("scheduled", Word::Planned(MaintenancePhase::Scheduled)),
    (
        "scheduled maintenance",
        Word::Planned(MaintenancePhase::Scheduled),
    ),
    ("planned", Word::Planned(MaintenancePhase::Scheduled)),
    ("planned maintenance", Word::Planned(MaintenancePhase::Scheduled)),
    ("upcoming", Word::Planned(MaintenancePhase::Scheduled)),
    ("upcoming maintenance", Word::Planned(MaintenancePhase::Scheduled)),
    ("rescheduled", Word::Planned(MaintenancePhase::Scheduled)),
    ("cancelled", Word::Planned(MaintenancePhase::Cancelled)),
    ("canceled", Word::Planned(MaintenancePhase::Cancelled)),
    ("postponed", Word::Planned(MaintenancePhase::Cancelled)),
    ("update", Word::Same),
    ("updated", Word::Same),
];

/// What a phase word says, letter case and marks around it aside.
pub(super) fn word(written: &str) -> Option<Word> {
    let plain = bare(written);
    let lower = plain.to_lowercase();
    PHASES
        .iter()
        .find(|(known, _)| *known == lower)
        .map(|(_, word)| *word)
}

/// A word without what vendors put around it.
pub(super) fn bare(written: &str) -> &str {
    written.trim_matches(|mark: char| {
        mark.is_whitespace() || matches!(mark, ':' | '-' | '\u{2013}' | '\u{2014}' | '.' | '\'' | '"')
    })
}

/// What the title of an entry says in its prefix or suffix: `[Resolved] …`, `RESOLVED: …`, `… - Resolved`,
/// `… (Resolved)`, `… recovered`.
pub(super) fn in_title(title: &str) -> Option<(&str, Word)> {
    let title = title.trim();
    let said = |part: &'_ str| word(part).is_some();
    let mut parts: Vec<&str> = Vec::new();
    for (open, close) in [('[', ']'), ('(', ')')] {
        parts.extend(
            title
                .strip_prefix(open)
                .and_then(|rest| rest.split_once(close))
                .map(|(inside, _)| inside),
        );
        parts.extend(
            title
                .strip_suffix(close)
                .and_then(|rest| rest.rsplit_once(open))
                .map(|(_, inside)| inside),
        );
    }
    parts.extend(title.split_once(':').map(|(prefix, _)| prefix));
    for dash in [" - ", " \u{2013} ", " \u{2014} "] {
        parts.extend(title.split_once(dash).map(|(prefix, _)| prefix));
        parts.extend(title.rsplit_once(dash).map(|(_, suffix)| suffix));
    }
    for ending in ["is back up", "recovered"] {
        let at = title.len().saturating_sub(ending.len());
        parts.extend(
            title
                .get(at..)
                .filter(|_| at > 0 && title.get(..at).is_some_and(|head| head.ends_with(' '))),
        );
    }
    let found = parts.into_iter().find(|part| said(part))?;
    Some((bare(found), word(found)?))
}

/// The impact or severity that a label gives.
pub(super) fn impact(written: &str) -> Option<Impact> {
    let lower = bare(written).to_lowercase();
    Some(match lower.as_str() {
        "none" | "informational" | "information" | "info" => Impact::None,
        "minor" | "low" | "degraded" | "degraded performance" | "partial outage" => Impact::Minor,
        "major" | "medium" | "disruption" => Impact::Major,
        "critical" | "high" | "outage" | "major outage" | "full outage" | "unavailable" | "down" => {
            Impact::Critical
        }
        _ => return None,
    })
}

/// The health in brackets behind a component's name.
pub(super) fn health(written: &str) -> Option<Health> {
    let lower = bare(written).to_lowercase();
    Some(match lower.as_str() {
        "operational" => Health::Operational,
        "degraded" | "degraded performance" => Health::Degraded,
        "partial outage" => Health::PartialOutage,
        "major outage" | "full outage" => Health::MajorOutage,
        "maintenance" | "under maintenance" => Health::Maintenance,
        _ => return None,
    })
}
