//! What an answer's headers say about time and version (RFC 9110, RFC 9111).

use std::time::Duration;

use jiff::{Timestamp, civil::DateTime, fmt::strtime, tz::TimeZone};
use reqwest::header::{
    AGE, CACHE_CONTROL, DATE, ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED, RETRY_AFTER,
};
use url::Url;

use super::{Freshness, Validators};

/// The longest `Retry-After` that is believed: a typing error must not end a page's polling.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

pub(super) fn freshness(headers: &HeaderMap, now: Timestamp) -> Freshness {
    Freshness {
        max_age: max_age(headers),
        retry_after: retry_after(headers, now),
    }
}

pub(super) fn validators(headers: &HeaderMap, url: &Url) -> Option<Validators> {
    let etag = text(headers, ETAG).map(str::to_owned);
    let last_modified = text(headers, LAST_MODIFIED).map(str::to_owned);
    (etag.is_some() || last_modified.is_some()).then(|| Validators {
        url: url.clone(),
        etag,
        last_modified,
    })
}

/// The remaining life of the answer. `s-maxage` speaks to shared caches, which this is not.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut seconds = None;
    for directive in headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return None,
            "max-age" => seconds = seconds.or(value.trim().trim_matches('"').parse::<u64>().ok()),
            _ => {}
        }
    }
    let age = text(headers, AGE)
        .and_then(|age| age.trim().parse::<u64>().ok())
        .unwrap_or(0);
    seconds.map(|seconds| Duration::from_secs(seconds.saturating_sub(age)))
}

/// Seconds, or a date. A date is measured from the answer's own `Date` where there is one, so that a clock that is
/// wrong on either side does no harm.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER)?.trim();
    let span = if value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits that do not fit are simply very long.
        (!value.is_empty()).then(|| Duration::from_secs(value.parse().unwrap_or(u64::MAX)))?
    } else {
        let until = http_date(value)?;
        let since = headers
            .get(DATE)
            .and_then(|date| http_date(date.to_str().ok()?))
            .unwrap_or(now);
        Duration::try_from(until.duration_since(since)).unwrap_or(Duration::ZERO)
    };
    Some(span.min(LONGEST_RETRY_AFTER))
}

/// The three forms of RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`,
/// `Sun Nov  6 08:49:37 1994`. The name of the day says nothing that the date does not, and is not compared with it.
fn http_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let rest = text.split_once(',').map(|(_, rest)| rest.trim_start());
    let civil = match rest {
        Some(rest) => ["%d %b %Y %H:%M:%S GMT", "%d-%b-%y %H:%M:%S GMT"]
            .iter()
            .find_map(|format| civil(format, rest)),
        None => civil("%b %d %H:%M:%S %Y", text.split_once(' ')?.1.trim_start()),
    }?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn civil(format: &str, text: &str) -> Option<DateTime> {
    strtime::parse(format, text).ok()?.to_datetime().ok()
}

/// The headers of a conditional request, as far as they can be sent.
pub(super) fn conditions(validators: &Validators) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
    use reqwest::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};
    let value = |text: &Option<String>| text.as_deref().and_then(|text| HeaderValue::from_str(text).ok());
    let etag = value(&validators.etag).map(|value| (IF_NONE_MATCH, value));
    let date = value(&validators.last_modified).map(|value| (IF_MODIFIED_SINCE, value));
    etag.into_iter().chain(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect()
    }

    fn now() -> Timestamp {
        "2026-11-07T17:40:00Z".parse().unwrap()
    }

    #[test]
    fn retry_after_is_read_in_every_form_and_kept_sane() {
        let table: &[(&str, Option<u64>)] = &[
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("90000", Some(86_400)),
            ("99999999999999999999999", Some(86_400)),
            ("Sat, 07 Nov 2026 17:41:30 GMT", Some(90)),
            ("Mon, 07 Nov 2026 17:41:30 GMT", Some(90)),
            ("Saturday, 07-Nov-26 17:41:30 GMT", Some(90)),
            ("Sat Nov  7 17:41:30 2026", Some(90)),
            ("Sat, 07 Nov 2026 17:00:00 GMT", Some(0)),
            ("Sat, 07 Nov 2099 17:00:00 GMT", Some(86_400)),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ];
        for (value, seconds) in table {
            assert_eq!(
                retry_after(&headers(&[("retry-after", value)]), now()),
                seconds.map(Duration::from_secs),
                "{value:?}"
            );
        }
        assert_eq!(retry_after(&headers(&[]), now()), None);
    }

    #[test]
    fn a_date_is_measured_from_the_servers_own_clock() {
        let lines = [
            ("retry-after", "Sat, 07 Nov 2026 09:10:00 GMT"),
            ("date", "Sat, 07 Nov 2026 09:09:00 GMT"),
        ];
        assert_eq!(
            retry_after(&headers(&lines), now()),
            Some(Duration::from_secs(60))
        );
    }

    #[test]
    fn max_age_is_what_remains_of_it() {
        type Lines<'a> = &'a [(&'static str, &'a str)];
        let table: &[(Lines<'_>, Option<u64>)] = &[
            (
                &[(
                    "cache-control",
                    "max-age=10, public, s-maxage=30, stale-while-revalidate=20",
                )],
                Some(10),
            ),
            (&[("cache-control", "public, Max-Age=\"60\"")], Some(60)),
            (
                &[
                    ("cache-control", "public"),
                    ("cache-control", "max-age=60"),
                    ("age", "45"),
                ],
                Some(15),
            ),
            (&[("cache-control", "max-age=60"), ("age", "600")], Some(0)),
            (&[("cache-control", "max-age=60, no-cache")], None),
            (&[("cache-control", "no-store")], None),
            (&[("cache-control", "s-maxage=30")], None),
            (&[("cache-control", "max-age=never")], None),
            (&[], None),
        ];
        for (lines, seconds) in table {
            assert_eq!(
                max_age(&headers(lines)),
                seconds.map(Duration::from_secs),
                "{lines:?}"
            );
        }
    }

    #[test]
    fn validators_come_back_as_they_were_sent() {
        let url = Url::parse("https://status.example/api").unwrap();
        let given = validators(&headers(&[("etag", "W/\"ä1\"")]), &url);
        assert_eq!(given, None, "what is no visible ASCII could not be sent back");
        let given = validators(
            &headers(&[
                ("etag", "W/\"1\""),
                ("last-modified", "Sat, 07 Nov 2026 17:00:00 GMT"),
            ]),
            &url,
        )
        .unwrap();
        let sent: Vec<_> = conditions(&given)
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        assert_eq!(
            sent,
            [
                "if-none-match: W/\"1\"",
                "if-modified-since: Sat, 07 Nov 2026 17:00:00 GMT"
            ]
        );
    }
}
