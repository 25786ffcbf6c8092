//! Notices that the wall clock and the monotonic clock went different ways: the machine slept, or its clock was set.

use std::time::Duration;

use jiff::Timestamp;

/// A difference below this is drift, or a step of network time.
pub(crate) const TOLERANCE: Duration = Duration::from_secs(60);

/// The two clocks as they stood together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClockPair {
    /// The wall clock.
    pub(crate) wall: Timestamp,
    /// The monotonic clock.
    pub(crate) monotonic: Duration,
}

/// How the wall clock jumped against the monotonic one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Jump {
    /// Forward: the machine slept, or the clock was set ahead.
    Forward(Duration),
    /// Back: the clock was set back.
    Back(Duration),
}

impl ClockPair {
    /// What happened between this reading and a later one; `None` if the clocks agree.
    #[must_use]
    pub(crate) fn jump_to(self, later: Self) -> Option<Jump> {
        let wall = i128::from(later.wall.as_millisecond() - self.wall.as_millisecond());
        let monotonic =
            i128::try_from(later.monotonic.saturating_sub(self.monotonic).as_millis()).unwrap_or(i128::MAX);
        let ahead = wall.saturating_sub(monotonic);
        let size = Duration::from_millis(u64::try_from(ahead.unsigned_abs()).unwrap_or(u64::MAX));
        if size < TOLERANCE {
            None
        } else if ahead > 0 {
            Some(Jump::Forward(size))
        } else {
            Some(Jump::Back(size))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(wall: i64, monotonic: u64) -> ClockPair {
        ClockPair {
            wall: Timestamp::from_second(1_800_000_000 + wall).unwrap(),
            monotonic: Duration::from_secs(monotonic),
        }
    }

    #[test]
    fn clocks_that_go_together_have_not_jumped_however_long_it_took() {
        assert_eq!(pair(0, 0).jump_to(pair(90_000, 90_000)), None);
        assert_eq!(pair(0, 0).jump_to(pair(59, 0)), None);
    }

    #[test]
    fn eight_hours_asleep_are_a_jump_forward() {
        let night = Duration::from_secs(8 * 3600);
        assert_eq!(
            pair(0, 0).jump_to(pair(8 * 3600 + 30, 30)),
            Some(Jump::Forward(night))
        );
    }

    #[test]
    fn a_clock_set_back_is_a_jump_back() {
        let back = Duration::from_secs(8 * 3600 + 5);
        assert_eq!(pair(0, 0).jump_to(pair(-8 * 3600, 5)), Some(Jump::Back(back)));
    }
}
