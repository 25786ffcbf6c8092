//! When to ask again: jitter, back-off, and what the server wishes. Pure; the schedule calls it.

use std::time::Duration;

use super::Freshness;

/// The longest pause that backing off alone leads to.
pub const LONGEST_BACKOFF: Duration = Duration::from_secs(30 * 60);

/// The longest `max-age` that delays a poll: a page that may be cached for a day may still have an incident in an hour.
pub const LONGEST_RESPECTED_MAX_AGE: Duration = Duration::from_secs(15 * 60);

/// `interval` give or take a tenth, so that pages do not stay in step with each other.
#[must_use]
pub fn jitter(interval: Duration, rng: &mut fastrand::Rng) -> Duration {
    between(interval.mul_f64(0.9), interval.mul_f64(1.1), rng)
}

/// How long to wait after `misses` failures in a row: anywhere between `interval · 2^(misses − 1)` and twice that, so
/// that pages that failed together do not return together. Never less than `interval`, and never more than
/// [`LONGEST_BACKOFF`] unless `interval` itself is longer. Without a miss it is `interval`.
#[must_use]
pub fn backoff(misses: u32, interval: Duration, rng: &mut fastrand::Rng) -> Duration {
    let longest = LONGEST_BACKOFF.max(interval);
    let doubled = |times: u32| {
        let factor = 1_u32.checked_shl(times).unwrap_or(u32::MAX);
        interval.saturating_mul(factor).min(longest)
    };
    let ceiling = doubled(misses);
    let floor = doubled(misses.saturating_sub(1)).min(ceiling / 2).max(interval);
    between(floor, ceiling, rng)
}

/// How long to wait until the next poll: [`jitter`] after a success, [`backoff`] after `misses` failures, and never
/// sooner than the server asked for by `Retry-After`, or by a `max-age` of up to [`LONGEST_RESPECTED_MAX_AGE`].
#[must_use]
pub fn next_poll_after(
    interval: Duration,
    misses: u32,
    asked: Freshness,
    rng: &mut fastrand::Rng,
) -> Duration {
    let own = if misses == 0 {
        jitter(interval, rng)
    } else {
        backoff(misses, interval, rng)
    };
    let max_age = asked
        .max_age
        .filter(|&age| age <= LONGEST_RESPECTED_MAX_AGE)
        .unwrap_or_default();
    own.max(max_age).max(asked.retry_after.unwrap_or_default())
}

fn between(low: Duration, high: Duration, rng: &mut fastrand::Rng) -> Duration {
    let low_ms = u64::try_from(low.as_millis()).unwrap_or(u64::MAX);
    let high_ms = u64::try_from(high.as_millis()).unwrap_or(u64::MAX);
    if low_ms >= high_ms {
        low
    } else {
        Duration::from_millis(rng.u64(low_ms..=high_ms))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const MINUTE: Duration = Duration::from_secs(60);

    fn asked(max_age: Option<Duration>, retry_after: Option<Duration>) -> Freshness {
        Freshness { max_age, retry_after }
    }

    proptest! {
        #[test]
        fn jitter_stays_within_a_tenth(seconds in 1_u64..86_400, seed: u64) {
            let interval = SECOND * u32::try_from(seconds).unwrap();
            let drawn = jitter(interval, &mut fastrand::Rng::with_seed(seed));
            prop_assert!(drawn >= interval.mul_f64(0.899) && drawn <= interval.mul_f64(1.101));
        }

        #[test]
        fn backing_off_stays_between_the_interval_and_the_longest(
            misses: u32,
            seconds in 1_u64..7_200,
            seed: u64,
        ) {
            let interval = SECOND * u32::try_from(seconds).unwrap();
            let drawn = backoff(misses, interval, &mut fastrand::Rng::with_seed(seed));
            prop_assert!(drawn >= interval, "{drawn:?}");
            prop_assert!(drawn <= LONGEST_BACKOFF.max(interval), "{drawn:?}");
        }

        #[test]
        fn backing_off_doubles_with_each_miss(misses in 1_u32..4, seed: u64) {
            let drawn = backoff(misses, MINUTE, &mut fastrand::Rng::with_seed(seed));
            prop_assert!(drawn >= MINUTE * 2_u32.pow(misses - 1) && drawn <= MINUTE * 2_u32.pow(misses));
        }

        #[test]
        fn a_poll_is_never_sooner_than_the_server_asked(
            misses in 0_u32..20,
            retry_after in 0_u32..90_000,
            max_age in 0_u32..3_600,
            seed: u64,
        ) {
            let wish = asked(Some(SECOND * max_age), Some(SECOND * retry_after));
            let wait = next_poll_after(2 * MINUTE, misses, wish, &mut fastrand::Rng::with_seed(seed));
            prop_assert!(wait >= SECOND * retry_after);
            if max_age <= 900 {
                prop_assert!(wait >= SECOND * max_age);
            } else {
                prop_assert!(wait <= LONGEST_BACKOFF.max(SECOND * retry_after));
            }
        }
    }

    #[test]
    fn failures_that_began_together_do_not_stay_together() {
        let mut rng = fastrand::Rng::with_seed(7);
        let waits: std::collections::BTreeSet<_> = (0..100).map(|_| backoff(20, MINUTE, &mut rng)).collect();
        assert!(waits.len() > 90, "only {} different waits of 100", waits.len());
    }

    #[test]
    fn a_success_is_followed_by_the_interval() {
        let mut rng = fastrand::Rng::with_seed(7);
        let wait = next_poll_after(2 * MINUTE, 0, Freshness::default(), &mut rng);
        assert!((108 * SECOND..=132 * SECOND).contains(&wait), "{wait:?}");
    }
}
