//! incident.io's words on our scales. An unknown word is `unknown`, with a warning.

use crate::readers::json::{Place, Warnings, meaning};
pub(super) use crate::readers::statuspage::words::component;
use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// The platform's judgement of an incident is the worst that it does to a component. Maintenance is no judgement.
pub(super) fn impact(worst: Health) -> Impact {
    match worst {
        Health::Operational => Impact::None,
        Health::Degraded => Impact::Minor,
        Health::PartialOutage => Impact::Major,
        Health::MajorOutage => Impact::Critical,
        Health::Maintenance | Health::Unknown => Impact::Unknown,
    }
}

/// The phases of one kind of event.
pub(super) struct Phases<P: 'static> {
    known: &'static [(&'static str, P)],
    unknown: P,
}

impl<P: Copy> Phases<P> {
    /// What a word means; a missing one is unknown.
    pub(super) fn of(&self, word: Option<&str>, place: &Place<'_>, warnings: &mut Warnings) -> P {
        word.and_then(|word| meaning(word, self.known, place, warnings))
            .unwrap_or(self.unknown)
    }
}

/// The `status` of an incident and the `to_status` of its updates.
pub(super) const INCIDENT: Phases<Phase> = Phases {
    known: &[
        ("investigating", Phase::Investigating),
        ("identified", Phase::Identified),
        ("monitoring", Phase::Monitoring),
        ("resolved", Phase::Resolved),
    ],
    unknown: Phase::Unknown,
};

/// The `status` of a maintenance and the `to_status` of its updates.
pub(super) const MAINTENANCE: Phases<MaintenancePhase> = Phases {
    known: &[
        ("maintenance_scheduled", MaintenancePhase::Scheduled),
        ("maintenance_in_progress", MaintenancePhase::InProgress),
        ("maintenance_complete", MaintenancePhase::Completed),
    ],
    unknown: MaintenancePhase::Unknown,
};
