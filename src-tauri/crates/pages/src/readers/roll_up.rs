//! The health of one thing that is told in several places.

use crate::words::Health;

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
