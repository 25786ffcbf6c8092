//! Statuspage's words on our scales. An unknown word is `unknown`, with a warning; letter case is no difference.

use crate::readers::json::{Place, Warnings, meaning};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// A component's `status`. `full_outage` is incident.io's word.
pub(in crate::readers) fn component(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Health {
    meaning(
        word,
        &[
            ("operational", Health::Operational),
            ("degraded_performance", Health::Degraded),
            ("partial_outage", Health::PartialOutage),
            ("major_outage", Health::MajorOutage),
            ("full_outage", Health::MajorOutage),
            ("under_maintenance", Health::Maintenance),
        ],
        place,
        warnings,
    )
    .unwrap_or(Health::Unknown)
}

/// The page's `indicator`.
pub(in crate::readers) fn indicator(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Health {
    meaning(
        word,
        &[
            ("none", Health::Operational),
            ("minor", Health::Degraded),
            ("major", Health::PartialOutage),
            ("critical", Health::MajorOutage),
            ("maintenance", Health::Maintenance),
        ],
        place,
        warnings,
    )
    .unwrap_or(Health::Unknown)
}

/// An incident's `impact`. `maintenance` is a word of the platform, but no judgement of an incident.
pub(in crate::readers) fn impact(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Impact {
    meaning(
        word,
        &[
            ("none", Impact::None),
            ("minor", Impact::Minor),
            ("major", Impact::Major),
            ("critical", Impact::Critical),
            ("maintenance", Impact::Unknown),
        ],
        place,
        warnings,
    )
    .unwrap_or(Impact::Unknown)
}

/// The `status` of an incident and of its updates.
pub(in crate::readers) fn phase(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Phase {
    meaning(
        word,
        &[
            ("investigating", Phase::Investigating),
            ("identified", Phase::Identified),
            ("monitoring", Phase::Monitoring),
            ("resolved", Phase::Resolved),
            ("postmortem", Phase::Postmortem),
        ],
        place,
        warnings,
    )
    .unwrap_or(Phase::Unknown)
}

/// The `status` of a maintenance and of its updates.
pub(in crate::readers) fn maintenance_phase(
    word: &str,
    place: &Place<'_>,
    warnings: &mut Warnings,
) -> MaintenancePhase {
    meaning(
        word,
        &[
            ("scheduled", MaintenancePhase::Scheduled),
            ("in_progress", MaintenancePhase::InProgress),
            ("verifying", MaintenancePhase::Verifying),
            ("completed", MaintenancePhase::Completed),
            ("cancelled", MaintenancePhase::Cancelled),
            ("canceled", MaintenancePhase::Cancelled),
        ],
        place,
        warnings,
    )
    .unwrap_or(MaintenancePhase::Unknown)
}
