//! Numbers that stand for many.

/// The middle value; of an even number of values the mean of the middle two. `None` without values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let upper = sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(*upper);
    }
    let lower = sorted.get((sorted.len() / 2).checked_sub(1)?)?;
    Some(f64::midpoint(*lower, *upper))
}

/// The smallest value that at least `percent` of the values do not exceed (nearest rank). `None` without values.
///
/// `percent` is taken as 0 to 100; what lies outside counts as the nearer end.
#[must_use]
pub fn percentile(values: &[f64], percent: f64) -> Option<f64> {
    let sorted = sorted(values);
    let rank = (percent.clamp(0.0, 100.0) / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// The smallest and the largest value. `None` without values.
#[must_use]
pub fn spread(values: &[f64]) -> Option<(f64, f64)> {
    let sorted = sorted(values);
    Some((*sorted.first()?, *sorted.last()?))
}

/// Each value divided by the one measured in the same round.
#[must_use]
pub fn ratios(values: &[f64], baseline: &[f64]) -> Vec<f64> {
    values
        .iter()
        .zip(baseline)
        .map(|(value, base)| value / base)
        .collect()
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_median_is_the_middle() {
        let cases: [(&[f64], Option<f64>); 5] = [
            (&[], None),
            (&[7.0], Some(7.0)),
            (&[3.0, 1.0], Some(2.0)),
            (&[9.0, 1.0, 2.0], Some(2.0)),
            (&[4.0, 100.0, 1.0, 2.0], Some(3.0)),
        ];
        for (values, expected) in cases {
            assert_eq!(median(values), expected, "{values:?}");
        }
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        let cases = [
            (0.0, 1.0),
            (1.0, 1.0),
            (50.0, 50.0),
            (98.5, 99.0),
            (99.0, 99.0),
            (100.0, 100.0),
            (400.0, 100.0),
        ];
        for (percent, expected) in cases {
            assert_eq!(percentile(&hundred, percent), Some(expected), "{percent}");
        }
        assert_eq!(percentile(&[], 50.0), None);
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        assert_eq!(ratios(&[2.0, 9.0], &[1.0, 3.0]), [2.0, 3.0]);
    }

    proptest! {
        #[test]
        fn the_median_lies_between_the_ends_and_ignores_order(mut values in prop::collection::vec(-1e9..1e9_f64, 1..40)) {
            let middle = median(&values).expect("there are values");
            let (least, most) = spread(&values).expect("there are values");
            prop_assert!(least <= middle && middle <= most);
            values.reverse();
            prop_assert_eq!(median(&values), Some(middle));
        }
    }
}
