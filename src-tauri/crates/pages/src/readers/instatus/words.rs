//! Instatus's words on our scales. An unknown word is `unknown`, with a warning.

use crate::readers::json::{Place, Warnings, meaning, quoted};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

const COMPONENT: [(&str, Health); 6] = [
    ("OPERATIONAL", Health::Operational),
    ("UNDERMAINTENANCE", Health::Maintenance),
    ("DEGRADEDPERFORMANCE", Health::Degraded),
    ("MINOROUTAGE", Health::Degraded),
    ("PARTIALOUTAGE", Health::PartialOutage),
    ("MAJOROUTAGE", Health::MajorOutage),
];

/// Whether a word is a component's, as the platform writes it.
pub(super) fn is_component_word(word: &str) -> bool {
    COMPONENT.iter().any(|(known, _)| *known == word)
}

/// A component's `status`.
pub(super) fn component(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Health {
    meaning(word, &COMPONENT, place, warnings).unwrap_or(Health::Unknown)
}

/// What the components say, as far as an overall word leaves it to them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Leaves {
    /// Whether at least one has an outage.
    outage: bool,
    /// Whether there is no other than those with a major outage.
    all_major: bool,
}

impl Leaves {
    pub(super) fn of<H: Iterator<Item = Health>>(leaves: impl Fn() -> H, are_complete: bool) -> Self {
        Self {
            outage: leaves().any(|health| health.rank() >= Health::PartialOutage.rank()),
            all_major: are_complete
                && leaves().next().is_some()
                && leaves().all(|health| health == Health::MajorOutage),
        }
    }
}

/// The page's `status`: `UP`, `HASISSUES`, `UNDERMAINTENANCE`, or how many components have what.
pub(super) fn overall(word: &str, leaves: &Leaves, place: &Place<'_>, warnings: &mut Warnings) -> Health {
    let upper = word.to_ascii_uppercase();
    let counted = ["ALL", "SOME", "ONE"].iter().find_map(|count| {
        let state = upper.strip_prefix(count)?;
        let (_, health) = COMPONENT.iter().find(|(known, _)| *known == state)?;
        Some((*count, *health))
    });
    match (upper.as_str(), counted) {
        ("UP", _) => Health::Operational,
        ("UNDERMAINTENANCE", _) => Health::Maintenance,
        // That there are issues, not how bad they are.
        ("HASISSUES", _) if leaves.all_major => Health::MajorOutage,
        ("HASISSUES", _) if leaves.outage => Health::PartialOutage,
        ("HASISSUES", _) => Health::Degraded,
        // What some parts of a page have, the page has in part.
        (_, Some(("SOME" | "ONE", Health::MajorOutage))) => Health::PartialOutage,
        (_, Some(("SOME" | "ONE", Health::Operational))) | (_, None) => {
            warnings.add(*place, format_args!("{} is no known word", quoted(word)));
            Health::Unknown
        }
        (_, Some((_, health))) => health,
    }
}

/// An incident's `impact`.
pub(super) fn impact(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Impact {
    meaning(
        word,
        &[
            ("OPERATIONAL", Impact::None),
            ("DEGRADEDPERFORMANCE", Impact::Minor),
            ("MINOROUTAGE", Impact::Minor),
            ("PARTIALOUTAGE", Impact::Major),
            ("MAJOROUTAGE", Impact::Critical),
            ("UNDERMAINTENANCE", Impact::Unknown),
        ],
        place,
        warnings,
    )
    .unwrap_or(Impact::Unknown)
}

/// The `status` of an incident.
pub(super) const INCIDENT_PHASES: [(&str, Phase); 4] = [
    ("INVESTIGATING", Phase::Investigating),
    ("IDENTIFIED", Phase::Identified),
    ("MONITORING", Phase::Monitoring),
    ("RESOLVED", Phase::Resolved),
];

/// The `status` of a maintenance. The page itself has a text for `VERIFYING`, which the documentation does not name.
pub(super) const MAINTENANCE_PHASES: [(&str, MaintenancePhase); 4] = [
    ("NOTSTARTEDYET", MaintenancePhase::Scheduled),
    ("INPROGRESS", MaintenancePhase::InProgress),
    ("VERIFYING", MaintenancePhase::Verifying),
    ("COMPLETED", MaintenancePhase::Completed),
];
