//! Cachet's numbers on our scales, as far as versions 2 and 3 share them; a number that is not known is unknown, with a
//! warning.

use crate::readers::json::{Place, Warnings, meaning};
use crate::words::{MaintenancePhase, Phase};

/// The `status` of an incident and of its updates. Version 3 has 0 for one of which nothing is said.
pub(in crate::readers) fn phase(number: Option<&str>, place: &Place<'_>, warnings: &mut Warnings) -> Phase {
    let known = [
        ("0", Phase::Unknown),
        ("1", Phase::Investigating),
        ("2", Phase::Identified),
        ("3", Phase::Monitoring),
        ("4", Phase::Resolved),
    ];
    number
        .and_then(|number| meaning(number, &known, place, warnings))
        .unwrap_or(Phase::Unknown)
}

/// The `status` of a schedule.
pub(in crate::readers) fn maintenance_phase(
    number: Option<&str>,
    place: &Place<'_>,
    warnings: &mut Warnings,
) -> MaintenancePhase {
    let known = [
        ("0", MaintenancePhase::Scheduled),
        ("1", MaintenancePhase::InProgress),
        ("2", MaintenancePhase::Completed),
    ];
    number
        .and_then(|number| meaning(number, &known, place, warnings))
        .unwrap_or(MaintenancePhase::Unknown)
}

/// Says once for all times of a page what is assumed of them.
pub(in crate::readers) fn warn_of_times(warnings: &mut Warnings) {
    warnings.add(
        Place::document("").key("times"),
        "Cachet writes them without a zone; they are taken as UTC",
    );
}
