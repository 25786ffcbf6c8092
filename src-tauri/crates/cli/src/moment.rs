//! Times and durations as people write them.

use jiff::{
    SignedDuration, Timestamp, Zoned,
    civil::{Date, DateTime, Time, Weekday},
};

/// On which side of now a time without a date is meant to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The last such time: "14:32" in the morning is yesterday's.
    Past,
    /// The next such time: "08:00" in the evening is tomorrow's.
    Future,
}

/// A text that is no time or no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUnderstood {
    /// It is no time.
    #[error(
        "\"{text}\" is no time that I know. Write 14:32, \"yesterday 14:32\", \"last tuesday 14:32\", \
         \"2026-11-17 14:32\", 2026-11-17T14:32:00Z or \"2h ago\"."
    )]
    Time {
        /// As given.
        text: String,
    },
    /// It is no duration.
    #[error("\"{text}\" is no duration that I know. Write 30m, 8h, 2d or \"1h 30m\".")]
    Duration {
        /// As given.
        text: String,
    },
}

/// Reads a time as a person writes it, in the zone of `now`.
///
/// A time that a clock change skips is taken as the one after the gap, a time that a clock change repeats as the
/// first of the two. A day in "2d ago" is 24 hours.
///
/// # Errors
/// Where the text is none of the accepted forms.
pub fn parse_time(text: &str, now: &Zoned, side: Side) -> Result<Timestamp, NotUnderstood> {
    let not_understood = || NotUnderstood::Time {
        text: text.trim().to_owned(),
    };
    let lower = text.trim().to_ascii_lowercase();
    if let Some(time) = absolute(text.trim(), now) {
        return Ok(time);
    }
    if lower == "now" {
        return Ok(now.timestamp());
    }
    if let Some(span) = lower.strip_suffix(" ago").and_then(duration) {
        return now.timestamp().checked_sub(span).map_err(|_| not_understood());
    }
    if let Some(span) = lower.strip_prefix("in ").and_then(duration) {
        return now.timestamp().checked_add(span).map_err(|_| not_understood());
    }
    if let Some(span) = duration(&lower) {
        let time = match side {
            Side::Past => now.timestamp().checked_sub(span),
            Side::Future => now.timestamp().checked_add(span),
        };
        return time.map_err(|_| not_understood());
    }
    relative(&lower, now, side).ok_or_else(not_understood)
}

/// Reads a duration as a person writes it: "30m", "8 h", "1h 30m", "2 days". A day is 24 hours, a week seven days.
///
/// # Errors
/// Where the text is no duration, or is nothing or too long to count.
pub fn parse_duration(text: &str) -> Result<SignedDuration, NotUnderstood> {
    duration(&text.trim().to_ascii_lowercase()).ok_or_else(|| NotUnderstood::Duration {
        text: text.trim().to_owned(),
    })
}

/// Takes the longest beginning of `words` that is a time, so that "at last tuesday 14:32 github" needs no quotes;
/// gives the time and the words that are left.
///
/// # Errors
/// Where no beginning of the words is a time.
pub fn parse_leading_time<'a>(
    words: &'a [String],
    now: &Zoned,
    side: Side,
) -> Result<(Timestamp, &'a [String]), NotUnderstood> {
    const LONGEST: usize = 4;
    for count in (1..=words.len().min(LONGEST)).rev() {
        let (head, rest) = words.split_at(count);
        if let Ok(time) = parse_time(&head.join(" "), now, side) {
            return Ok((time, rest));
        }
    }
    Err(NotUnderstood::Time {
        text: words.first().cloned().unwrap_or_default(),
    })
}

/// A date, with or without a time and a zone.
fn absolute(text: &str, now: &Zoned) -> Option<Timestamp> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) || !text.contains('-') {
        return None;
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    if let Ok(time) = text.parse::<Zoned>() {
        return Some(time.timestamp());
    }
    let at = if text.contains(':') {
        let (date, time) = text.split_once([' ', 'T', 't'])?;
        DateTime::from_parts(date.parse::<Date>().ok()?, clock(time.trim())?)
    } else {
        text.parse::<Date>().ok()?.to_datetime(Time::midnight())
    };
    local(at, now)
}

/// A time named by a day, a clock, or both.
fn relative(lower: &str, now: &Zoned, side: Side) -> Option<Timestamp> {
    let words: Vec<&str> = lower.split_whitespace().collect();
    let today = now.date();
    let (date, time) = match words.as_slice() {
        [time] if clock(time).is_some() => {
            let time = clock(time)?;
            let at = local(today.to_datetime(time), now)?;
            return match side {
                Side::Past if at > now.timestamp() => local(today.yesterday().ok()?.to_datetime(time), now),
                Side::Future if at <= now.timestamp() => local(today.tomorrow().ok()?.to_datetime(time), now),
                Side::Past | Side::Future => Some(at),
            };
        }
        [day] => (named_day(None, day, None, now, side)?, Time::midnight()),
        [first, second] => match clock(second) {
            Some(time) => (named_day(None, first, Some(time), now, side)?, time),
            None => (named_day(Some(first), second, None, now, side)?, Time::midnight()),
        },
        [which, day, time] => {
            let time = clock(time)?;
            (named_day(Some(which), day, Some(time), now, side)?, time)
        }
        _ => return None,
    };
    local(date.to_datetime(time), now)
}

/// The date of "yesterday", "tuesday", "last tuesday". A bare weekday is the nearest one on the wanted side, today
/// included if its time still fits; "last" and "next" never mean today.
fn named_day(which: Option<&str>, day: &str, time: Option<Time>, now: &Zoned, side: Side) -> Option<Date> {
    let today = now.date();
    match (which, day) {
        (None, "today") => return Some(today),
        (None, "yesterday") => return today.yesterday().ok(),
        (None, "tomorrow") => return today.tomorrow().ok(),
        _ => {}
    }
    let wanted = weekday(day)?;
    match which {
        Some("last") => today.nth_weekday(-1, wanted).ok(),
        Some("next") => today.nth_weekday(1, wanted).ok(),
        Some("on") | None => {
            if today.weekday() == wanted {
                let time = time.unwrap_or_else(Time::midnight);
                let fits = match side {
                    Side::Past => time <= now.time(),
                    Side::Future => time > now.time(),
                };
                if fits {
                    return Some(today);
                }
            }
            today
                .nth_weekday(if side == Side::Past { -1 } else { 1 }, wanted)
                .ok()
        }
        Some(_) => None,
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" | "mon" => Weekday::Monday,
        "tuesday" | "tue" | "tues" => Weekday::Tuesday,
        "wednesday" | "wed" => Weekday::Wednesday,
        "thursday" | "thu" | "thurs" => Weekday::Thursday,
        "friday" | "fri" => Weekday::Friday,
        "saturday" | "sat" => Weekday::Saturday,
        "sunday" | "sun" => Weekday::Sunday,
        _ => return None,
    })
}

/// "14:32" or "14:32:05".
fn clock(text: &str) -> Option<Time> {
    let mut parts = text.split(':');
    let hour = two_digits(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let second = match parts.next() {
        Some(second) => two_digits(second)?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

fn two_digits(text: &str) -> Option<i8> {
    if text.is_empty() || text.len() > 2 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn local(at: DateTime, now: &Zoned) -> Option<Timestamp> {
    at.to_zoned(now.time_zone().clone())
        .ok()
        .map(|time| time.timestamp())
}

/// One or more numbers, each with a unit; `None` for anything else, and for nothing in all.
fn duration(lower: &str) -> Option<SignedDuration> {
    let mut rest = lower.trim();
    let mut seconds: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|next: char| !next.is_ascii_digit())?;
        let (number, tail) = rest.split_at(digits);
        let number: i64 = number.parse().ok()?;
        let tail = tail.trim_start();
        let letters = tail
            .find(|next: char| !next.is_ascii_alphabetic())
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let unit = match unit {
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => 86_400,
            "w" | "week" | "weeks" => 604_800,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = tail.trim_start();
    }
    (seconds > 0).then(|| SignedDuration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    /// Thursday, 2026-11-19, 10:00 in a zone like Berlin's.
    fn now() -> Zoned {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        "2026-11-19T09:00:00Z"
            .parse::<Timestamp>()
            .unwrap()
            .to_zoned(zone)
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        use Side::{Future, Past};
        let table = [
            ("2026-11-17T14:32:00Z", Past, "2026-11-17T14:32:00Z"),
            ("2026-11-17T14:32:00+05:30", Past, "2026-11-17T09:02:00Z"),
            ("2026-11-17t14:32:00z", Past, "2026-11-17T14:32:00Z"),
            ("2026-11-17 14:32", Past, "2026-11-17T13:32:00Z"),
            ("2026-11-17T14:32", Past, "2026-11-17T13:32:00Z"),
            ("2026-11-17 14:32:07", Past, "2026-11-17T13:32:07Z"),
            ("2026-07-17 14:32", Past, "2026-07-17T12:32:00Z"),
            ("2026-11-17", Past, "2026-11-16T23:00:00Z"),
            ("9:05", Past, "2026-11-19T08:05:00Z"),
            ("14:32", Past, "2026-11-18T13:32:00Z"),
            ("14:32", Future, "2026-11-19T13:32:00Z"),
            ("09:59", Future, "2026-11-20T08:59:00Z"),
            ("10:00", Past, "2026-11-19T09:00:00Z"),
            ("today 08:00", Past, "2026-11-19T07:00:00Z"),
            ("yesterday 14:32", Past, "2026-11-18T13:32:00Z"),
            ("Yesterday", Past, "2026-11-17T23:00:00Z"),
            ("tomorrow 08:00", Future, "2026-11-20T07:00:00Z"),
            ("last tuesday 14:32", Past, "2026-11-17T13:32:00Z"),
            ("last thursday 09:00", Past, "2026-11-12T08:00:00Z"),
            ("thursday 09:00", Past, "2026-11-19T08:00:00Z"),
            ("thursday 11:00", Past, "2026-11-12T10:00:00Z"),
            ("thu 11:00", Future, "2026-11-19T10:00:00Z"),
            ("friday 08:00", Future, "2026-11-20T07:00:00Z"),
            ("next friday 08:00", Future, "2026-11-20T07:00:00Z"),
            ("Last Tuesday", Past, "2026-11-16T23:00:00Z"),
            ("2h ago", Past, "2026-11-19T07:00:00Z"),
            ("2 hours ago", Past, "2026-11-19T07:00:00Z"),
            ("1h30m ago", Past, "2026-11-19T07:30:00Z"),
            ("7d", Past, "2026-11-12T09:00:00Z"),
            ("2d", Future, "2026-11-21T09:00:00Z"),
            ("in 90 min", Future, "2026-11-19T10:30:00Z"),
            ("now", Past, "2026-11-19T09:00:00Z"),
        ];
        for (text, side, expected) in table {
            let read = parse_time(text, &now(), side).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(read.to_string(), expected, "{text} on the side of the {side:?}");
        }
    }

    #[test]
    fn a_local_time_that_a_clock_change_skips_or_repeats_is_still_read() {
        let read = |text| parse_time(text, &now(), Side::Past).unwrap().to_string();
        assert_eq!(read("2026-03-29 02:30"), "2026-03-29T01:30:00Z");
        assert_eq!(read("2026-10-25 02:30"), "2026-10-25T00:30:00Z");
    }

    #[test]
    fn what_is_no_time_is_refused_with_examples() {
        for text in [
            "",
            "25:00",
            "14:60",
            "2026-13-01",
            "2026-11-17 9",
            "soon",
            "last",
            "last 14:32",
            "tuesdayish",
            "14",
            "1432",
            "-2h",
            "2h later ago",
            "0m ago",
            "99999999999999999999d ago",
            "9000000000000d ago",
            "1:2:3:4",
        ] {
            let error = parse_time(text, &now(), Side::Past).expect_err(text);
            assert!(error.to_string().contains("yesterday 14:32"), "{error}");
        }
    }

    #[test]
    fn durations_are_read_and_nonsense_is_refused() {
        let table = [
            ("30m", 1_800),
            ("8 h", 28_800),
            ("1h 30m", 5_400),
            ("1h30m", 5_400),
            ("2 days", 172_800),
            ("1w", 604_800),
            ("90 MIN", 5_400),
            ("45s", 45),
        ];
        for (text, seconds) in table {
            assert_eq!(parse_duration(text).unwrap().as_secs(), seconds, "{text}");
        }
        for text in [
            "",
            "h",
            "30",
            "0h",
            "1 fortnight",
            "1.5h",
            "-1h",
            "1h 30",
            "9223372036854775807w",
        ] {
            let error = parse_duration(text).expect_err(text);
            assert!(error.to_string().contains("30m, 8h, 2d"), "{error}");
        }
    }

    #[test]
    fn a_time_of_several_words_needs_no_quotes() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let given = words("last tuesday 14:32 GitHub Stripe");
        let (time, rest) = parse_leading_time(&given, &now(), Side::Past).unwrap();
        assert_eq!(time.to_string(), "2026-11-17T13:32:00Z");
        assert_eq!(rest, words("GitHub Stripe"));
        let given = words("2 hours ago");
        assert_eq!(
            parse_leading_time(&given, &now(), Side::Past).unwrap().1,
            &[] as &[String]
        );
        assert!(parse_leading_time(&words("GitHub 14:32"), &now(), Side::Past).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
            let _ = parse_time(&text, &now(), Side::Past);
            let _ = parse_duration(&text);
        }
    }
}
