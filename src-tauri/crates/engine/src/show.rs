//! What is shown of what is known: the decay of old words (T1), the tray, and the exit code of `status` and `check`. Pure.

use jiff::{SignedDuration, Timestamp};
use signalbox_pages::Health;

use crate::{
    announce::words,
    api::{ComponentView, IncidentView, VendorView},
};

/// The least time for which a good read counts as fresh.
pub const FRESH_FOR: SignedDuration = SignedDuration::from_mins(15);

/// What to show of a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The health to show.
    pub health: Health,
    /// Whether the last good read is too old to vouch for the present.
    pub stale: bool,
    /// Why it is unknown or stale; `None` if the last read vouches for it, even for a vendor's own "unknown".
    pub reason: Option<Decay>,
}

/// Why the vendor's last word does not count as the present state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decay {
    /// The page has never been read.
    NeverRead,
    /// The last good read is too long ago, or lies too far in the future because the clock was set back.
    TooOld {
        /// What the vendor said then.
        last_word: Health,
        /// How long ago that was; negative if it lies in the future.
        age: SignedDuration,
    },
}

impl std::fmt::Display for Decay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NeverRead => write!(f, "not read yet"),
            Self::TooOld { last_word, age } if age.is_negative() => {
                write!(
                    f,
                    "the clock was set back; last word: {}",
                    words::health(*last_word)
                )
            }
            Self::TooOld { last_word, age } => {
                write!(
                    f,
                    "last word {} ago: {}",
                    words::duration(*age),
                    words::health(*last_word)
                )
            }
        }
    }
}

/// Whether what was read at `read_at` still vouches for the present, of a watch that is polled every `interval`.
#[must_use]
pub fn is_fresh(read_at: Timestamp, now: Timestamp, interval: SignedDuration) -> bool {
    now.duration_since(read_at).abs() <= interval.saturating_mul(3).max(FRESH_FOR)
}

/// What to show of the reported health of a watch, read last at `last_read_at` and polled every `interval`.
///
/// After three intervals, and at least 15 minutes, without a good read, `operational` and `maintenance` decay to
/// `unknown`, while a problem stays and is marked stale (T1).
#[must_use]
pub fn shown(
    reported: Health,
    last_read_at: Option<Timestamp>,
    now: Timestamp,
    interval: SignedDuration,
) -> Shown {
    let Some(last_read_at) = last_read_at else {
        return Shown {
            health: Health::Unknown,
            stale: false,
            reason: Some(Decay::NeverRead),
        };
    };
    let age = now.duration_since(last_read_at);
    if is_fresh(last_read_at, now, interval) {
        return Shown {
            health: reported,
            stale: false,
            reason: None,
        };
    }
    Shown {
        health: if reported.is_problem() {
            reported
        } else {
            Health::Unknown
        },
        stale: true,
        reason: Some(Decay::TooOld {
            last_word: reported,
            age,
        }),
    }
}

/// A watch that counts for the tray: not one whose page was accepted as unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedWatch<'a> {
    /// The vendor's name as the person knows it.
    pub vendor: &'a str,
    /// What is shown of it, made of its health without acknowledged incidents.
    pub shown: Shown,
    /// Whether the person chose its components explicitly.
    pub scope_chosen: bool,
    /// Whether it has a problem, and all of it was acknowledged.
    pub acknowledged: bool,
}

/// The tray's icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrayView {
    /// The shape and colour.
    pub health: Health,
    /// Whether the dashed ring's layer lies over it: all is well as far as is known, but not all is known.
    pub dashed: bool,
}

/// The tray: the worst known problem; else a maintenance of what was chosen explicitly; else the check, dashed
/// unless every watch is fresh and known. If nothing is known it is the ring, and so it is without any watch.
#[must_use]
pub fn tray(watches: &[CountedWatch<'_>]) -> TrayView {
    let known = || watches.iter().filter(|watch| watch.shown.health.is_known());
    let Some(worst) = known()
        .map(|watch| match watch.shown.health {
            Health::Maintenance if !watch.scope_chosen => Health::Operational,
            health @ (Health::Operational
            | Health::Maintenance
            | Health::Degraded
            | Health::PartialOutage
            | Health::MajorOutage
            | Health::Unknown) => health,
        })
        .reduce(Health::worse)
    else {
        return TrayView {
            health: Health::Unknown,
            dashed: false,
        };
    };
    TrayView {
        health: worst,
        dashed: !worst.is_problem()
            && watches
                .iter()
                .any(|watch| !watch.shown.health.is_known() || watch.shown.stale),
    }
}

/// The exit code of `status` and `check` over the counted watches: 1 if any has a problem, else 2 if any is unknown or
/// stale, else 0. Maintenance is no problem.
#[must_use]
pub fn exit_code(watches: impl IntoIterator<Item = Shown>) -> u8 {
    watches.into_iter().fold(0, |code, shown| match code {
        1 => 1,
        _ if shown.health.is_problem() => 1,
        _ if shown.stale || !shown.health.is_known() => 2,
        code => code,
    })
}

/// What of a vendor drives the tray and the exit code: what is shown, unless everything that is wrong was
/// acknowledged. Then it stays visible, but drives nothing. In the answer to a check, a page that could not be read just
/// now vouches for nothing.
#[must_use]
pub fn driving(vendor: &VendorView) -> Shown {
    let health = if has_acknowledged_problem(vendor) {
        Health::Operational
    } else {
        vendor.shown
    };
    let vouched_for = vendor.missed.is_none() || health.is_problem();
    Shown {
        health: if vouched_for { health } else { Health::Unknown },
        stale: vendor.stale,
        reason: None,
    }
}

/// Whether a vendor has a problem, and all of it was acknowledged.
#[must_use]
pub fn has_acknowledged_problem(vendor: &VendorView) -> bool {
    vendor.shown.is_problem() && is_acknowledged(vendor)
}

/// Whether everything that is wrong at a vendor was acknowledged: there are open incidents, each of them is
/// acknowledged, and none of the components in trouble lies outside of what they name. An incident that names no
/// component stands for all of them; one that the page no longer lists says nothing of how things are now.
#[must_use]
pub fn is_acknowledged(vendor: &VendorView) -> bool {
    let open = || {
        let incidents = vendor.incidents.iter();
        incidents.filter(|incident| incident.open && incident.listed)
    };
    let covers = |component: &ComponentView| {
        open().any(|incident| incident.components.is_empty() || names(incident, component))
    };
    open().next().is_some()
        && open().all(|incident| incident.acknowledged)
        && vendor
            .troubled
            .iter()
            .filter(|component| component.health.is_problem())
            .all(covers)
}

/// Whether an incident names a component: by its id or, where the page gives none, by its name.
fn names(incident: &IncidentView, component: &ComponentView) -> bool {
    incident.components.iter().enumerate().any(|(place, name)| {
        let id = incident.component_ids.get(place).and_then(Option::as_ref);
        id.map_or(*name == component.name, |id| *id == component.id)
    })
}

#[cfg(test)]
mod t1_never_green_without_evidence {
    use jiff::SignedDuration;
    use signalbox_pages::Health::{
        self, Degraded, Maintenance, MajorOutage, Operational, PartialOutage, Unknown,
    };

    use super::{CountedWatch, Shown, TrayView, exit_code, shown, tray};
    use crate::compare::test_words::at;

    const TWO_MINUTES: SignedDuration = SignedDuration::from_mins(2);

    #[test]
    fn a_good_word_decays_after_fifteen_minutes_and_a_problem_stays() {
        let read = Some(at("2026-11-07T12:00:00Z"));
        for health in Health::ALL {
            let fresh = shown(health, read, at("2026-11-07T12:15:00Z"), TWO_MINUTES);
            assert_eq!((fresh.health, fresh.stale, fresh.reason), (health, false, None));
            let old = shown(health, read, at("2026-11-07T12:15:01Z"), TWO_MINUTES);
            let expected = if health.is_problem() { health } else { Unknown };
            assert_eq!((old.health, old.stale), (expected, true));
            assert!(old.reason.is_some());
        }
    }

    #[test]
    fn a_long_interval_is_given_three_of_itself() {
        let read = Some(at("2026-11-07T12:00:00Z"));
        let hour = SignedDuration::from_hours(1);
        assert!(!shown(Operational, read, at("2026-11-07T15:00:00Z"), hour).stale);
        assert!(shown(Operational, read, at("2026-11-07T15:00:01Z"), hour).stale);
        assert!(!shown(Operational, read, at("2026-11-07T12:00:00Z"), SignedDuration::MAX).stale);
    }

    #[test]
    fn what_was_never_read_is_unknown_and_a_read_from_the_far_future_vouches_for_nothing() {
        let now = at("2026-11-07T12:00:00Z");
        assert_eq!(shown(Operational, None, now, TWO_MINUTES).health, Unknown);
        let ahead = Some(at("2026-11-07T20:00:00Z"));
        assert_eq!(shown(Operational, ahead, now, TWO_MINUTES).health, Unknown);
        let slightly = Some(at("2026-11-07T12:00:30Z"));
        assert_eq!(shown(Operational, slightly, now, TWO_MINUTES).health, Operational);
    }

    #[test]
    fn the_reason_is_said_in_words() {
        let now = at("2026-11-07T12:00:00Z");
        let reason = |read| {
            shown(Operational, read, now, TWO_MINUTES)
                .reason
                .unwrap()
                .to_string()
        };
        assert_eq!(reason(None), "not read yet");
        assert_eq!(
            reason(Some(at("2026-11-07T11:08:00Z"))),
            "last word 52 min ago: operational"
        );
        assert_eq!(
            reason(Some(at("2026-11-07T20:00:00Z"))),
            "the clock was set back; last word: operational"
        );
    }

    fn fresh(health: Health) -> Shown {
        Shown {
            health,
            stale: false,
            reason: None,
        }
    }

    fn stale(health: Health) -> Shown {
        Shown {
            stale: true,
            ..fresh(health)
        }
    }

    fn icon(watches: &[Shown], scope_chosen: bool) -> (Health, bool) {
        let watches: Vec<CountedWatch<'_>> = watches
            .iter()
            .map(|&shown| CountedWatch {
                vendor: "Forge",
                shown,
                scope_chosen,
                acknowledged: false,
            })
            .collect();
        let TrayView { health, dashed } = tray(&watches);
        (health, dashed)
    }

    #[test]
    fn the_tray_is_the_worst_known_problem_and_a_check_only_with_evidence() {
        let cases: [(&[Shown], (Health, bool)); 10] = [
            (&[], (Unknown, false)),
            (&[fresh(Unknown), stale(Unknown)], (Unknown, false)),
            (&[fresh(Operational), fresh(Operational)], (Operational, false)),
            (&[fresh(Operational), fresh(Maintenance)], (Operational, false)),
            (&[fresh(Operational), stale(Unknown)], (Operational, true)),
            (&[fresh(Operational), fresh(Unknown)], (Operational, true)),
            (
                &[fresh(Degraded), fresh(PartialOutage), fresh(Operational)],
                (PartialOutage, false),
            ),
            (&[fresh(Degraded), fresh(Unknown)], (Degraded, false)),
            (&[stale(MajorOutage), fresh(Operational)], (MajorOutage, false)),
            (&[fresh(Maintenance)], (Operational, false)),
        ];
        for (watches, expected) in cases {
            assert_eq!(icon(watches, false), expected, "{watches:?}");
        }
        assert_eq!(
            icon(&[fresh(Maintenance), fresh(Operational)], true),
            (Maintenance, false)
        );
        assert_eq!(
            icon(&[fresh(Maintenance), fresh(Unknown)], true),
            (Maintenance, true)
        );
    }

    #[test]
    fn the_exit_code_says_problem_before_unknown_before_fine() {
        let cases: [(&[Shown], u8); 8] = [
            (&[], 0),
            (&[fresh(Operational), fresh(Maintenance)], 0),
            (&[fresh(Operational), fresh(Unknown)], 2),
            (&[fresh(Operational), stale(Unknown)], 2),
            (&[stale(Operational)], 2),
            (&[fresh(Unknown), fresh(Degraded)], 1),
            (&[fresh(Degraded), fresh(Unknown)], 1),
            (&[stale(MajorOutage)], 1),
        ];
        for (watches, expected) in cases {
            assert_eq!(exit_code(watches.iter().copied()), expected, "{watches:?}");
        }
    }
}
