//! Better Stack's words on our scales. An unknown word is `unknown`, with a warning.

use crate::readers::json::{Place, Warnings, meaning};
use crate::words::{Health, Impact};

/// The state of a page, of a resource, or of a resource in a report. What is not monitored is not known.
pub(super) fn state(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Health {
    meaning(
        word,
        &[
            ("operational", Health::Operational),
            ("resolved", Health::Operational),
            ("degraded", Health::Degraded),
            ("downtime", Health::MajorOutage),
            ("maintenance", Health::Maintenance),
            ("not_monitored", Health::Unknown),
        ],
        place,
        warnings,
    )
    .unwrap_or(Health::Unknown)
}

/// Whether a report's state says that it is over.
pub(super) fn is_resolved(word: &str) -> bool {
    word.eq_ignore_ascii_case("resolved")
}

/// How badly a report hits is the worst that it does to a resource. Maintenance is no judgement.
pub(super) fn impact(worst: Health) -> Impact {
    match worst {
        Health::Operational => Impact::None,
        Health::Degraded => Impact::Minor,
        Health::PartialOutage | Health::MajorOutage => Impact::Major,
        Health::Maintenance | Health::Unknown => Impact::Unknown,
    }
}
