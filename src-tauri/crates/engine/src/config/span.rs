//! Spans of time as people write them: "90s", "2m", "1h 30m".

use std::time::Duration;

use jiff::SignedDuration;

/// Reads "90s", "2m", "1h 30m".
pub(super) fn parse(text: &str) -> Option<Duration> {
    let span: SignedDuration = text.trim().parse().ok()?;
    Duration::try_from(span).ok()
}

/// Writes what [`parse`] reads.
pub(super) fn format(span: Duration) -> String {
    SignedDuration::try_from(span).map_or_else(|_| format!("{}s", span.as_secs()), |span| format!("{span:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("90s", 90),
            ("2m", 120),
            ("1h", 3600),
            ("1h 30m", 5400),
            (" 5 minutes ", 300),
        ] {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "2", "2 fortnights", "-2m", "m", "two minutes"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(milliseconds in 0_u64..10_000_000_000) {
            let span = Duration::from_millis(milliseconds);
            prop_assert_eq!(parse(&format(span)), Some(span));
        }
    }
}
