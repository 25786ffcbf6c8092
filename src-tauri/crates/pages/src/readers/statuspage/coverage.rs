//! How much of each list the documents hold.

use super::Source;
use super::shape::Parts;
use crate::readers::json::Json;
use crate::readers::lists::less_skipped;
use crate::snapshot::{Coverage, Listing};

/// Statuspage's lists of events end after this many.
const EVENTS: usize = 50;
/// incident.io's lists end after this many.
const COMPATIBLE: usize = 25;

/// The coverage that the documents have together, and the heavy documents that every poll of this page needs.
pub(super) fn of(sources: &[Source<'_>]) -> (Coverage, Vec<&'static str>) {
    let mut coverage = Coverage::NOTHING;
    let is_incident_io = sources.iter().any(|source| source.parts.is_incident_io());
    let mut is_cut = false;
    let (mut upcoming, mut active) = (false, false);
    for source in sources {
        let document = Kind::of(&source.parts);
        let listed = components(&source.parts, document, is_incident_io);
        coverage.components = coverage.components.max(listed);
        is_cut |= listed == Listing::Partial;

        let (open, past) = incident_lists(&source.parts, document, is_incident_io);
        coverage.open_incidents = coverage.open_incidents.max(open);
        coverage.past_incidents = coverage.past_incidents.max(past);

        let (open, past) = maintenance_lists(&source.parts, document, is_incident_io);
        coverage.open_maintenances = coverage.open_maintenances.max(open);
        coverage.past_maintenances = coverage.past_maintenances.max(past);
        upcoming |= document == Kind::UpcomingMaintenances;
        active |= document == Kind::ActiveMaintenances;
    }
    if upcoming && active {
        coverage.open_maintenances = Listing::Complete;
    }
    // Also where the whole list is among the documents: without it the next poll would be a cut one.
    let wants = if is_cut { vec!["components"] } else { Vec::new() };
    (coverage, wants)
}

/// The same, where entries of a list could not be read: what is not in the snapshot may exist all the same.
pub(super) fn lowered(
    coverage: Coverage,
    components_skipped: usize,
    incidents_skipped: usize,
    maintenances_skipped: usize,
) -> Coverage {
    Coverage {
        components: less_skipped(coverage.components, components_skipped),
        open_incidents: less_skipped(coverage.open_incidents, incidents_skipped),
        past_incidents: less_skipped(coverage.past_incidents, incidents_skipped),
        open_maintenances: less_skipped(coverage.open_maintenances, maintenances_skipped),
        past_maintenances: less_skipped(coverage.past_maintenances, maintenances_skipped),
    }
}

/// Which document it is: its keys say most; where several documents look alike, its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// With an overall word: `summary.json` or `status.json`.
    Summary,
    /// Components and nothing of the rest.
    Components,
    Incidents,
    UnresolvedIncidents,
    Maintenances,
    UpcomingMaintenances,
    ActiveMaintenances,
    /// A list whose document is not known.
    Other,
}

impl Kind {
    fn of(parts: &Parts<'_>) -> Self {
        let name = parts.name.to_ascii_lowercase();
        let named_maintenances = name.ends_with("maintenances");
        match (
            parts.status,
            parts.components,
            parts.incidents,
            parts.scheduled_maintenances,
        ) {
            (Some(_), ..) => Self::Summary,
            (None, Some(_), None, None) => Self::Components,
            // Lists side by side are a summary's, the overall word missing.
            (None, Some(_), ..) | (None, None, Some(_), Some(_)) => Self::Summary,
            (None, None, Some(_), None) if name.contains("unresolved") => Self::UnresolvedIncidents,
            (None, None, Some(_), None) if name.ends_with("incidents") => Self::Incidents,
            (None, None, None, Some(_)) if name.ends_with("upcoming") => Self::UpcomingMaintenances,
            (None, None, None, Some(_)) if name.ends_with("active") => Self::ActiveMaintenances,
            (None, None, None, Some(_)) if named_maintenances => Self::Maintenances,
            // incident.io leaves out empty lists.
            (None, None, None, None) if parts.is_incident_io() && named_maintenances => Self::Maintenances,
            (None, None, None, None) if parts.is_incident_io() && name.contains("unresolved") => {
                Self::UnresolvedIncidents
            }
            (None, None, None, None) if parts.is_incident_io() && name.ends_with("incidents") => {
                Self::Incidents
            }
            _ => Self::Other,
        }
    }
}

fn components(parts: &Parts<'_>, document: Kind, is_incident_io: bool) -> Listing {
    let Some(rows) = parts.components else {
        return Listing::Absent;
    };
    let may_be_cut = document == Kind::Summary && (is_incident_io || !parts.has_time_zone());
    if may_be_cut && rows.len() >= COMPATIBLE {
        Listing::Partial
    } else {
        whole(parts)
    }
}

/// Open and past incidents.
fn incident_lists(parts: &Parts<'_>, document: Kind, is_incident_io: bool) -> (Listing, Listing) {
    use Kind::{Incidents, Other, Summary, UnresolvedIncidents};
    let left_out = is_incident_io && matches!(document, Summary | Incidents | UnresolvedIncidents);
    let entries = match parts.incidents {
        Some(entries) => entries,
        // A value of another type is not a list left out.
        None if left_out && parts.top.get("incidents").is_none() => &[],
        None => return (Listing::Absent, Listing::Absent),
    };
    let listing = up_to(
        entries.len(),
        if is_incident_io { COMPATIBLE } else { EVENTS },
        parts,
    );
    let tells_past =
        document == Incidents || document == Other && hold_one(entries, &["resolved", "postmortem"]);
    (listing, if tells_past { listing } else { Listing::Absent })
}

/// Open and past maintenances.
fn maintenance_lists(parts: &Parts<'_>, document: Kind, is_incident_io: bool) -> (Listing, Listing) {
    use Kind::{Maintenances, Other, Summary};
    let left_out = is_incident_io && matches!(document, Summary | Maintenances);
    let entries = match parts.scheduled_maintenances {
        Some(entries) => entries,
        None if left_out && parts.top.get("scheduled_maintenances").is_none() => &[],
        None => return (Listing::Absent, Listing::Absent),
    };
    let listing = up_to(
        entries.len(),
        if is_incident_io { COMPATIBLE } else { EVENTS },
        parts,
    );
    let tells_past = document == Maintenances
        || document == Other && hold_one(entries, &["completed", "cancelled", "canceled"]);
    if tells_past {
        (listing, listing)
    } else if document == Summary {
        (listing, Listing::Absent)
    } else {
        // Only those announced, only those going on, or one of the two unknown which.
        (Listing::Partial, Listing::Absent)
    }
}

/// Whether one of the entries is in one of the phases.
fn hold_one(entries: &[Json<'_>], phases: &[&str]) -> bool {
    entries.iter().any(|entry| {
        let phase = entry.object().and_then(|entry| entry.text("status"));
        phase.is_some_and(|phase| phases.iter().any(|one| one.eq_ignore_ascii_case(phase)))
    })
}

fn up_to(entries: usize, most: usize, parts: &Parts<'_>) -> Listing {
    if entries < most {
        whole(parts)
    } else {
        Listing::Partial
    }
}

/// A list of a document as it was served; one without its page object has been cut by somebody.
fn whole(parts: &Parts<'_>) -> Listing {
    if parts.page.is_some() {
        Listing::Complete
    } else {
        Listing::Partial
    }
}
