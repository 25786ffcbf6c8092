//! One health of several: of all checks of a page, and of a thing that is told in two places.

use crate::snapshot::{Component, Listing, Overall};
use crate::words::Health;

/// What the checks say together: everything works only if there are some, their list is complete, and every one says so;
/// something down is a partial outage, and everything down a major one. `None` where that cannot be said.
///
/// What is odd takes calm away, never a problem: that one check is down stays true whatever another one says.
pub(crate) fn of_checks(components: &[Component], listing: Listing) -> Option<Overall> {
    let worst = components
        .iter()
        .fold(Health::Unknown, |worst, component| worst.worse(component.health));
    let is_complete = listing == Listing::Complete;
    let all = |holds: fn(Health) -> bool| components.iter().all(|component| holds(component.health));
    let health = match worst {
        Health::MajorOutage if is_complete && all(|health| health == Health::MajorOutage) => worst,
        Health::MajorOutage => Health::PartialOutage,
        Health::Degraded | Health::PartialOutage => worst,
        Health::Operational | Health::Maintenance if is_complete && all(Health::is_known) => worst,
        Health::Operational | Health::Maintenance | Health::Unknown => return None,
    };
    Some(Overall {
        raw: None,
        health,
        description: None,
    })
}

/// The health of a thing of which two places tell. A problem counts wherever it is told; but where one place is not
/// understood, nothing better than a problem is known.
pub(crate) fn joined(one: Health, other: Health) -> Health {
    let worse = one.worse(other);
    if worse.is_problem() || (one.is_known() && other.is_known()) {
        worse
    } else {
        Health::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_well_together_only_if_every_one_is_and_none_is_missing() {
        use Health::{Degraded, Maintenance, MajorOutage, Operational, PartialOutage, Unknown};
        let together = |healths: &[Health], listing| {
            let components: Vec<Component> = healths
                .iter()
                .map(|health| Component {
                    id: String::new(),
                    name: String::new(),
                    group: Vec::new(),
                    health: *health,
                    raw: None,
                    description: None,
                })
                .collect();
            of_checks(&components, listing).map(|overall| overall.health)
        };
        for (healths, expected) in [
            (&[][..], None),
            (&[Operational, Operational], Some(Operational)),
            (&[Operational, Maintenance], Some(Maintenance)),
            (&[Operational, Unknown], None),
            (&[Maintenance, Unknown], None),
            (&[Operational, Degraded], Some(Degraded)),
            (&[Unknown, Degraded], Some(Degraded)),
            (&[Operational, MajorOutage], Some(PartialOutage)),
            (&[Unknown, MajorOutage], Some(PartialOutage)),
            (&[PartialOutage, PartialOutage], Some(PartialOutage)),
            (&[MajorOutage, MajorOutage], Some(MajorOutage)),
        ] {
            assert_eq!(together(healths, Listing::Complete), expected, "{healths:?}");
        }
        assert_eq!(together(&[Operational], Listing::Partial), None);
        assert_eq!(together(&[MajorOutage], Listing::Partial), Some(PartialOutage));
    }

    #[test]
    fn what_is_not_understood_hides_no_problem_and_lets_nothing_be_well() {
        for one in Health::ALL {
            for other in Health::ALL {
                let both = joined(one, other);
                assert_eq!(both, joined(other, one));
                let expected = match (one.is_known(), other.is_known()) {
                    (true, true) => one.worse(other),
                    _ if one.is_problem() => one,
                    _ if other.is_problem() => other,
                    _ => Health::Unknown,
                };
                assert_eq!(both, expected, "{one:?} {other:?}");
            }
        }
    }
}
