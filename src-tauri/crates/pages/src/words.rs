//! The closed vocabularies: [`Health`], [`Impact`], [`Phase`], [`MaintenancePhase`].
//!
//! Each has an `Unknown` arm, because a word that a vendor invents tomorrow must not take the page down (T10);
//! the raw word is kept beside it in the snapshot.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How well a component, or a whole page, works.
///
/// The scale is `operational < maintenance < degraded < partial_outage < major_outage`. `Unknown` stands beside
/// the scale, not on it: it neither outranks nor hides a known health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Works as it should.
    Operational,
    /// Down or reduced on purpose, announced beforehand.
    Maintenance,
    /// Works, but badly.
    Degraded,
    /// Part of it does not work.
    PartialOutage,
    /// It does not work.
    MajorOutage,
    /// No known word was given.
    Unknown,
}

impl Health {
    /// Every value, the scale first, best to worst.
    pub const ALL: [Self; 6] = [
        Self::Operational,
        Self::Maintenance,
        Self::Degraded,
        Self::PartialOutage,
        Self::MajorOutage,
        Self::Unknown,
    ];

    /// The place on the scale, 0 for operational to 4 for major outage; `None` for unknown.
    #[must_use]
    pub const fn rank(self) -> Option<u8> {
        match self {
            Self::Operational => Some(0),
            Self::Maintenance => Some(1),
            Self::Degraded => Some(2),
            Self::PartialOutage => Some(3),
            Self::MajorOutage => Some(4),
            Self::Unknown => None,
        }
    }

    /// The worse of two; a known health wins over unknown.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    /// Whether the vendor says that something is wrong: degraded or worse.
    #[must_use]
    pub fn is_problem(self) -> bool {
        self.rank() >= Self::Degraded.rank()
    }

    /// Whether the vendor's word is known.
    #[must_use]
    pub fn is_known(self) -> bool {
        self != Self::Unknown
    }

    /// The word as it stands in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::Maintenance => "maintenance",
            Self::Degraded => "degraded",
            Self::PartialOutage => "partial_outage",
            Self::MajorOutage => "major_outage",
            Self::Unknown => "unknown",
        }
    }

    /// The inverse of [`Health::as_str`]; anything else is unknown.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|health| health.as_str() == word)
            .unwrap_or(Self::Unknown)
    }
}

/// How badly an incident hits, in the vendor's own judgement. It never raises a health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// The vendor says that nobody is affected.
    None,
    /// Some are affected a little.
    Minor,
    /// Many are affected, or some badly.
    Major,
    /// The service is down.
    Critical,
    /// No known word was given.
    Unknown,
}

impl Impact {
    /// Every value, the scale first, least to worst.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::Minor,
        Self::Major,
        Self::Critical,
        Self::Unknown,
    ];

    /// The place on the scale, 0 for none to 3 for critical; `None` for unknown.
    #[must_use]
    pub const fn rank(self) -> Option<u8> {
        match self {
            Self::None => Some(0),
            Self::Minor => Some(1),
            Self::Major => Some(2),
            Self::Critical => Some(3),
            Self::Unknown => None,
        }
    }

    /// The word as it stands in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
            Self::Unknown => "unknown",
        }
    }

    /// The inverse of [`Impact::as_str`]; anything else is unknown.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|impact| impact.as_str() == word)
            .unwrap_or(Self::Unknown)
    }
}

/// Where an incident stands, in the vendor's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The vendor looks for the cause.
    Investigating,
    /// The vendor knows the cause.
    Identified,
    /// A fix is in and being watched.
    Monitoring,
    /// It is over.
    Resolved,
    /// It is over and has been written up. Neither reopens the incident nor changes the tray.
    Postmortem,
    /// No known word was given.
    Unknown,
}

impl Phase {
    /// Every value, in the usual order of an incident's life.
    pub const ALL: [Self; 6] = [
        Self::Investigating,
        Self::Identified,
        Self::Monitoring,
        Self::Resolved,
        Self::Postmortem,
        Self::Unknown,
    ];

    /// The word as it stands in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
            Self::Postmortem => "postmortem",
            Self::Unknown => "unknown",
        }
    }

    /// The inverse of [`Phase::as_str`]; anything else is unknown.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|phase| phase.as_str() == word)
            .unwrap_or(Self::Unknown)
    }
}

/// Where an announced maintenance stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaintenancePhase {
    /// Announced, not begun.
    Scheduled,
    /// Going on.
    InProgress,
    /// The work is done and being checked; it still counts as going on.
    Verifying,
    /// Over.
    Completed,
    /// Called off.
    Cancelled,
    /// No known word was given.
    Unknown,
}

impl MaintenancePhase {
    /// Every value, in the usual order of a maintenance's life.
    pub const ALL: [Self; 6] = [
        Self::Scheduled,
        Self::InProgress,
        Self::Verifying,
        Self::Completed,
        Self::Cancelled,
        Self::Unknown,
    ];

    /// The word as it stands in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::InProgress => "in_progress",
            Self::Verifying => "verifying",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }

    /// The inverse of [`MaintenancePhase::as_str`]; anything else is unknown.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|phase| phase.as_str() == word)
            .unwrap_or(Self::Unknown)
    }

    /// Whether the work is going on at this moment.
    #[must_use]
    pub const fn is_in_progress(self) -> bool {
        matches!(self, Self::InProgress | Self::Verifying)
    }
}
