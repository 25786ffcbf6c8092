//! Moments as platforms write them.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

/// A moment that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    /// Whether no zone was written, and UTC was taken.
    pub(crate) assumed_utc: bool,
}

/// Reads a moment in any of the forms that status pages use: RFC 3339 with any number of fraction digits; the same
/// without an offset, or with a blank for the `T`; RFC 2822 as feeds write it, with or without a weekday, with zones by
/// name; JavaScript's `Sat Jun 11 2022 18:55:50 GMT+0000 (Coordinated Universal Time)`; Go's `2025-04-10 13:00:00
/// +0000 UTC`. A date alone is no moment, and neither is the year 1, by which some platforms say "never".
pub(crate) fn read(written: &str) -> Option<Moment> {
    let written = written.trim();
    if let Ok(at) = written.parse::<Timestamp>() {
        return dated(at, false);
    }
    if written.len() > "2026-01-01".len()
        && let Ok(naive) = written.parse::<civil::DateTime>()
    {
        return dated(TimeZone::UTC.to_timestamp(naive).ok()?, true);
    }
    by_words(written)
}

fn dated(at: Timestamp, assumed_utc: bool) -> Option<Moment> {
    is_plausible(at).then_some(Moment { at, assumed_utc })
}

/// Whether a moment can have been meant: no status page speaks of what was before 1990.
pub(crate) fn is_plausible(at: Timestamp) -> bool {
    const YEAR_1990: i64 = 631_152_000;
    at.as_second() >= YEAR_1990
}

/// A date whose parts are told by what they look like.
fn by_words(written: &str) -> Option<Moment> {
    let mut date: Option<civil::Date> = None;
    let (mut day, mut month, mut year) = (None, None, None);
    let mut time: Option<civil::Time> = None;
    let mut offset: Option<i64> = None;
    let plain = written.split('(').next()?;
    for word in plain.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && word.len() <= 2 && day.is_none() {
            day = word.parse::<i8>().ok();
        } else if is_number && word.len() == 4 && year.is_none() {
            year = word.parse::<i16>().ok();
        } else if let Some(number) = month_named(word).filter(|_| month.is_none()) {
            month = Some(number);
        } else if word.contains(':') && time.is_none() {
            time = Some(time_of_day(word)?);
        } else if let Some(seconds) = zone(word) {
            // Go writes the offset and then the zone's name.
            offset = offset.or(Some(seconds));
        } else if word.len() == 10 && date.is_none() && word.parse::<civil::Date>().is_ok() {
            date = word.parse().ok();
        } else if !is_weekday(word) {
            return None;
        }
    }
    let date = match (date, year, month, day) {
        (Some(date), None, None, None) => date,
        (None, Some(year), Some(month), Some(day)) => civil::Date::new(year, month, day).ok()?,
        _ => return None,
    };
    let at = TimeZone::UTC.to_timestamp(date.to_datetime(time?)).ok()?;
    let at = at
        .checked_sub(SignedDuration::from_secs(offset.unwrap_or(0)))
        .ok()?;
    dated(at, offset.is_none())
}

fn time_of_day(word: &str) -> Option<civil::Time> {
    let mut parts = word.split(':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    let second: i8 = match parts.next() {
        Some(second) => second.split('.').next()?.parse().ok()?,
        None => 0,
    };
    // A leap second is the second before it.
    let time = civil::Time::new(hour, minute, second.min(59), 0).ok()?;
    parts.next().is_none().then_some(time)
}

fn month_named(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let head = word.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == head)?;
    let is_month = word
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic() || byte == b'.');
    i8::try_from(at + 1).ok().filter(|_| is_month)
}

fn is_weekday(word: &str) -> bool {
    let head = word.get(..3).unwrap_or_default().to_ascii_lowercase();
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(&head.as_str())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'.')
}

/// Seconds east of Greenwich: `Z`, `GMT`, `+0800`, `-07:00`, `GMT+0`, `UTC+2`, and the names of zones that vendors use.
fn zone(word: &str) -> Option<i64> {
    let upper = word.to_ascii_uppercase();
    let hours = match upper.as_str() {
        "Z" | "UT" | "UTC" | "GMT" | "WET" => 0,
        "BST" | "CET" | "WEST" => 1,
        "CEST" | "EET" => 2,
        "EEST" | "MSK" => 3,
        "SGT" => 8,
        "JST" | "KST" => 9,
        "AEST" => 10,
        "AEDT" => 11,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        named => {
            return offset(
                named
                    .strip_prefix("GMT")
                    .or_else(|| named.strip_prefix("UTC"))
                    .unwrap_or(named),
            );
        }
    };
    Some(hours * 3600)
}

fn offset(signed: &str) -> Option<i64> {
    let (sign, digits) = match signed.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|character| *character != ':').collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number, 0),
        3 | 4 => (number / 100, number % 100),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_are_read_as_platforms_write_them() {
        for (written, expected, assumed_utc) in [
            ("2026-11-07T17:40:00.123Z", "2026-11-07T17:40:00.123Z", false),
            ("2026-11-07T09:40:00-08:00", "2026-11-07T17:40:00Z", false),
            (
                "2026-08-18T10:00:00.123456Z",
                "2026-08-18T10:00:00.123456Z",
                false,
            ),
            ("2026-11-07T17:40:00", "2026-11-07T17:40:00Z", true),
            ("2026-11-07 17:40:00", "2026-11-07T17:40:00Z", true),
            ("2025-04-10 13:00:00 +0000 UTC", "2025-04-10T13:00:00Z", false),
            ("2025-04-10 13:00:00 +0200 CEST", "2025-04-10T11:00:00Z", false),
            (
                "Sat Jun 11 2022 18:55:50 GMT+0000 (Coordinated Universal Time)",
                "2022-06-11T18:55:50Z",
                false,
            ),
            ("Thu, 23 Jul 2026 15:26:34 Z", "2026-07-23T15:26:34Z", false),
            ("Thu, 23 Jul 2026 15:26:34 +0100", "2026-07-23T14:26:34Z", false),
            ("4 Jan 2026 04:09 PST", "2026-01-04T12:09:00Z", false),
            ("Tue, 07 Jul 2026 15:26:34 GMT+0", "2026-07-07T15:26:34Z", false),
            ("Tue, 7 July 2026 15:26:34 EDT", "2026-07-07T19:26:34Z", false),
            ("Tue, 07 Jul 2026 15:26:34", "2026-07-07T15:26:34Z", true),
        ] {
            let moment = read(written).expect(written);
            assert_eq!(moment.at.to_string(), expected, "{written}");
            assert_eq!(moment.assumed_utc, assumed_utc, "{written}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for written in [
            "",
            "soon",
            "2026-11-07",
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00Z",
            "<no value>",
            "Jul 30, 09:07 - 10:12 UTC",
            "Sat, 31 Feb 2026 10:00:00 GMT",
            "Sat, 30 Jan 2026 25:00:00 GMT",
            "Sat, 30 Jan 2026",
            "Sat, 30 Jan 2026 10:00 +9999",
            "12 12 2026 10:00 GMT",
        ] {
            assert_eq!(read(written), None, "{written}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_moment_or_none(written in "\\PC{0,60}") {
            let _ = read(&written);
        }
    }
}
