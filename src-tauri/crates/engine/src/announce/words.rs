//! The words of announcements: short, the vendor first, without exclamation marks, and inert.

use jiff::{SignedDuration, Timestamp};
use signalbox_pages::{Component, Health, Impact, Update, text};
use std::{collections::BTreeMap, sync::Arc};

/// The most characters that a headline has.
pub const HEADLINE: usize = 120;
/// The most characters that a body has.
pub const BODY: usize = 600;
/// The most characters of the vendor's words in a body.
const SENTENCE: usize = 400;
/// The most characters of a name inside a line.
const NAME: usize = 48;

/// A health in words, as in "Actions partial outage".
#[must_use]
pub const fn health(health: Health) -> &'static str {
    match health {
        Health::Operational => "operational",
        Health::Maintenance => "under maintenance",
        Health::Degraded => "degraded",
        Health::PartialOutage => "partial outage",
        Health::MajorOutage => "major outage",
        Health::Unknown => "unknown",
    }
}

/// An impact in words, as in "incident now critical".
#[must_use]
pub const fn impact(impact: Impact) -> &'static str {
    match impact {
        Impact::None => "without impact",
        Impact::Minor => "minor",
        Impact::Major => "major",
        Impact::Critical => "critical",
        Impact::Unknown => "of unknown impact",
    }
}

/// A length of time, exact and never in days: "41 h 4 min", "52 min", "3 min 20 s", "45 s". Seconds are given below
/// ten minutes only; a negative length counts as none.
#[must_use]
pub fn duration(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes, seconds) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, 1..10, 1..) => format!("{minutes} min {seconds} s"),
        (0, minutes, _) => format!("{minutes} min"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// The time between two moments of the vendor's; `None` where one is missing or they are the wrong way round.
#[must_use]
pub fn span(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<String> {
    let length = to?.duration_since(from?);
    (!length.is_negative()).then(|| duration(length))
}

/// A vendor's, component's or incident's name in one inert line of at most 48 characters.
#[must_use]
pub fn name(name: &str) -> String {
    line(name, NAME)
}

/// A count with its noun: "1 incident", "3 incidents".
#[must_use]
pub fn count(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// The first `most` names and how many more there are: "GitHub, Stripe and 3 more".
#[must_use]
pub fn enumeration(names: &[String], most: usize) -> String {
    let shown = names.get(..most).unwrap_or(names).join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A component's name; where the name repeats on its page, with the groups that hold it: "EU / API".
#[must_use]
pub fn component(component: &Component, all: &BTreeMap<String, Arc<Component>>) -> String {
    let repeats = all
        .values()
        .filter(|other| other.name == component.name)
        .take(2)
        .count()
        > 1;
    if !repeats || component.group.is_empty() {
        return name(&component.name);
    }
    let path: Vec<&str> = component
        .group
        .iter()
        .map(|group| group.name.as_str())
        .chain([component.name.as_str()])
        .collect();
    name(&path.join(" / "))
}

/// The vendor's first sentence in the latest of some updates, plain; empty where there is none.
#[must_use]
pub fn latest_sentence<'a, P: 'a>(updates: impl IntoIterator<Item = &'a Update<P>>) -> String {
    updates
        .into_iter()
        .max_by_key(|update| update.at)
        .map(|update| sentence(&update.body))
        .unwrap_or_default()
}

/// The first sentence of what a vendor wrote, plain and inert.
#[must_use]
pub fn sentence(raw: &str) -> String {
    first_sentence(raw, SENTENCE)
}

/// The first sentence of what a vendor wrote, plain and inert, of at most `most` characters.
#[must_use]
pub fn first_sentence(raw: &str, most: usize) -> String {
    line(&text::first_sentence(&text::plain(raw), most), most)
}

/// A link if it is one that may be followed: `http` or `https`, in its normal form. Vendors' pages hold others.
#[must_use]
pub fn link(address: Option<&str>) -> Option<String> {
    let url = url::Url::parse(address?).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.into())
}

/// One inert line of at most `most` characters.
#[must_use]
pub fn line(words: &str, most: usize) -> String {
    let words = text::inert(words);
    let words: Vec<&str> = words.split_whitespace().collect();
    text::cut(&words.join(" "), most)
}

/// Inert lines of at most `most` characters in all; of lines that do not fit, how many there are.
#[must_use]
pub fn lines(words: &str, most: usize) -> String {
    let all: Vec<String> = words
        .lines()
        .map(|words| line(words, most))
        .filter(|line| !line.is_empty())
        .collect();
    let length = |lines: &[String]| lines.iter().map(|line| line.chars().count() + 1).sum::<usize>();
    if length(&all) <= most + 1 {
        return all.join("\n");
    }
    // "… and 1234 more" in a line of its own.
    let room = most.saturating_sub(20);
    let kept = (1..all.len())
        .rev()
        .find(|&kept| all.get(..kept).is_some_and(|lines| length(lines) <= room));
    match kept {
        Some(kept) => {
            let more = all.len() - kept;
            let lines = all.get(..kept).unwrap_or(&all).join("\n");
            format!("{lines}\n\u{2026} and {more} more")
        }
        None => text::cut(&all.join("\n"), most),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;
    use signalbox_pages::{GroupName, Health};

    use super::{
        Arc, BODY, BTreeMap, Component, HEADLINE, component, count, duration, enumeration, line, lines, link,
        sentence, span,
    };
    use crate::compare::test_words::{at, component as new_component};

    #[test]
    fn durations_are_exact_and_never_in_days() {
        for (seconds, expected) in [
            (-5, "0 s"),
            (0, "0 s"),
            (45, "45 s"),
            (60, "1 min"),
            (200, "3 min 20 s"),
            (599, "9 min 59 s"),
            (601, "10 min"),
            (52 * 60, "52 min"),
            (3600, "1 h"),
            (20 * 3600 + 17 * 60, "20 h 17 min"),
            (41 * 3600 + 4 * 60 + 59, "41 h 4 min"),
            (100 * 3600 + 60, "100 h 1 min"),
        ] {
            assert_eq!(duration(SignedDuration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn a_span_needs_both_ends_in_order() {
        let (noon, one) = (Some(at("2026-11-07T12:00:00Z")), Some(at("2026-11-07T13:00:00Z")));
        assert_eq!(span(noon, one).as_deref(), Some("1 h"));
        assert_eq!(span(one, noon), None);
        assert_eq!(span(None, one), None);
        assert_eq!(span(noon, None), None);
    }

    #[test]
    fn only_links_of_the_web_are_passed_on() {
        for (address, expected) in [
            (
                Some("https://status.forge.example/i/1"),
                Some("https://status.forge.example/i/1"),
            ),
            (
                Some("https://status.forge.example/a\u{202e}b\n"),
                Some("https://status.forge.example/a%E2%80%AEb"),
            ),
            (Some("javascript:alert(1)"), None),
            (Some("file:///etc/passwd"), None),
            (Some("/incidents/1"), None),
            (None, None),
        ] {
            assert_eq!(link(address).as_deref(), expected, "{address:?}");
        }
    }

    #[test]
    fn a_name_that_repeats_is_told_with_its_groups() {
        let grouped = |id: &str, group: &str, name: &str| {
            let mut component = new_component(id, Health::Operational);
            component.name = name.into();
            component.group = vec![GroupName {
                id: group.into(),
                name: group.into(),
            }];
            (id.to_owned(), Arc::new(component))
        };
        let all: BTreeMap<String, Arc<Component>> = [
            grouped("1", "EU", "API"),
            grouped("2", "US", "API"),
            grouped("3", "US", "Web"),
        ]
        .into();
        let words: Vec<String> = ["1", "2", "3"].map(|id| component(&all[id], &all)).into();
        assert_eq!(words, ["EU / API", "US / API", "Web"]);
    }

    #[test]
    fn counts_and_lists_read_as_words() {
        assert_eq!(count(1, "incident"), "1 incident");
        assert_eq!(count(0, "incident"), "0 incidents");
        let names = ["A", "B", "C", "D"].map(str::to_owned);
        assert_eq!(enumeration(&names, 2), "A, B and 2 more");
        assert_eq!(enumeration(&names, 4), "A, B, C, D");
        assert_eq!(enumeration(&[], 4), "");
    }

    #[test]
    fn the_first_sentence_is_plain_and_on_one_line() {
        for (raw, expected) in [
            ("", ""),
            ("We look into it. More soon.", "We look into it."),
            ("<p>We look<br/>into it.</p>", "We look into it."),
            ("Version 1.2.3 is slow. Sorry.", "Version 1.2.3 is slow."),
            ("Bad \u{1b}[31mred\u{7} \u{202e}txet", "Bad [31mred txet"),
        ] {
            assert_eq!(sentence(raw), expected);
        }
    }

    #[test]
    fn lines_that_do_not_fit_are_counted() {
        let many: Vec<String> = (0..100)
            .map(|number| format!("line {number} of a long list"))
            .collect();
        let cut = lines(&many.join("\n"), BODY);
        assert!(cut.chars().count() <= BODY);
        let (kept, last) = cut.rsplit_once('\n').unwrap();
        assert_eq!(last, format!("\u{2026} and {} more", 100 - kept.lines().count()));
        assert!(
            kept.lines().all(|line| line.ends_with("list")),
            "no line is cut in half"
        );
    }

    proptest! {
        #[test]
        fn whatever_a_vendor_writes_is_inert_and_fits(words in "\\PC*|(?s).{0,900}", most in 1..200_usize) {
            for text in [line(&words, HEADLINE), lines(&words, BODY), line(&words, most), sentence(&words)] {
                prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", text);
                let hidden = ['\u{202e}', '\u{2066}', '\u{200b}'];
                prop_assert!(!text.contains(hidden));
            }
            prop_assert!(line(&words, most).chars().count() <= most);
            prop_assert!(!line(&words, most).contains('\n'));
            prop_assert!(lines(&words, BODY).chars().count() <= BODY);
        }
    }
}
