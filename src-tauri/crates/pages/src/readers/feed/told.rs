//! What the text of an entry tells in the places that feeds have for it: blocks, one for each update, and labels.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::lines::{self, Line};
use super::words::{self, Word};
use crate::readers::times;
use crate::words::{Health, Impact};

/// What an entry's text tells.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The updates in it, in its order.
    pub(super) blocks: Vec<Block>,
    /// The word at a label such as `Status:`.
    pub(super) status: Option<String>,
    /// The kind at the label `Type:`, in lower case.
    pub(super) kind: Option<String>,
    /// The word at a label such as `Impact:`, and what it means.
    pub(super) impact: Option<(String, Impact)>,
    /// The components that it names.
    pub(super) components: Vec<Affected>,
    /// When an announced maintenance begins and ends.
    pub(super) window: Option<(Timestamp, Timestamp)>,
}

/// One update in a text.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) raw: String,
    pub(super) word: Option<Word>,
    /// The time as it is written.
    pub(super) written_at: Option<String>,
    pub(super) at: Option<Timestamp>,
    /// Where its text stands.
    pub(super) body: Range<usize>,
}

/// A component that a text names as affected.
#[derive(Debug)]
pub(super) struct Affected {
    pub(super) name: String,
    pub(super) raw: Option<String>,
    pub(super) health: Option<Health>,
}

/// A label is a line that is no longer than this; most have a value of a word or two.
const LONGEST_LABEL: usize = 400;
const LONGEST_WORD: usize = 40;

/// What a text tells. `around` is when the entry was published, which tells the year of times that have none.
pub(super) fn by(body: &str, around: Option<Timestamp>) -> Told {
    let mut told = Told::default();
    let mut pending: Option<(String, Timestamp)> = None;
    let mut has_dates = false;
    let mut is_in_components = false;
    for (index, mut line) in lines::of(body).into_iter().enumerate() {
        if index == 0 {
            find_plain_lead(&mut line, body);
        }
        if line.is_item && is_in_components {
            told.components.push(affected(&line.text));
            continue;
        }
        is_in_components = false;
        if let Some(at) = time_of(&line, around) {
            pending = Some((line.text, at));
            continue;
        }
        if let Some(dates) = line.text.strip_prefix("THIS IS A SCHEDULED EVENT") {
            told.window = window(dates, around);
            // A window that cannot be read still says that it is one.
            told.kind.get_or_insert_with(|| "maintenance".to_owned());
            continue;
        }
        if let Some((raw, word)) = block_begin(&line, pending.is_some(), has_dates) {
            has_dates |= pending.is_some();
            let date = pending.take();
            told.blocks.push(Block {
                raw,
                word,
                at: date.as_ref().map(|(_, at)| *at),
                written_at: date.map(|(written, _)| written),
                body: text_begin(body, line.rest_begin)..line.end,
            });
            continue;
        }
        pending = None;
        if told.label(&line, &mut is_in_components) {
            continue;
        }
        if let Some(block) = told.blocks.last_mut() {
            block.body.end = line.end;
        }
    }
    for block in &mut told.blocks {
        block.body.end = block.body.end.max(block.body.start);
    }
    told
}

impl Told {
    /// Takes over the labels of another text about the same. Its updates are those of this one, or a part of them.
    pub(super) fn complete(&mut self, other: Self) {
        self.status = self.status.take().or(other.status);
        self.kind = self.kind.take().or(other.kind);
        self.impact = self.impact.take().or(other.impact);
        self.window = self.window.or(other.window);
        if self.components.is_empty() {
            self.components = other.components;
        }
    }

    /// Takes a line in if it is a label.
    fn label(&mut self, line: &Line, is_in_components: &mut bool) -> bool {
        let Some((key, value)) = label(line) else {
            return false;
        };
        let is_word = value.len() <= LONGEST_WORD;
        match key.as_str() {
            "status" | "state" | "current status" | "milestone is now" if is_word => {
                let value = words::bare(value);
                if value.is_empty() {
                    return false;
                }
                self.status.get_or_insert_with(|| value.to_owned());
            }
            "type" if is_word => {
                self.kind.get_or_insert_with(|| words::bare(value).to_lowercase());
            }
            "impact" | "severity" if is_word => {
                let impact = words::impact(value).unwrap_or(Impact::Unknown);
                self.impact
                    .get_or_insert_with(|| (words::bare(value).to_owned(), impact));
            }
            "affected components" | "affected component" | "affected services" | "components affected" => {
                *is_in_components = value.is_empty();
                let names = value.split([',', '\u{3001}']).map(str::trim);
                self.components
                    .extend(names.filter(|name| !name.is_empty()).map(affected));
            }
            _ => return false,
        }
        true
    }
}

/// The key, in lower case, and the value of a line that is a label.
fn label(line: &Line) -> Option<(String, &str)> {
    if line.text.len() > LONGEST_LABEL {
        return None;
    }
    if let Some(milestone) = line.text.strip_prefix("Milestone is now ") {
        return Some(("milestone is now".to_owned(), milestone));
    }
    let (key, value) = match (&line.lead, line.text.split_once(':')) {
        (_, Some((key, value))) => (key, value.trim()),
        (Some(lead), None) if line.rest.is_empty() => (lead.as_str(), ""),
        _ => return None,
    };
    Some((words::bare(key).to_lowercase(), value))
}

/// The time that a line is, if it is nothing else.
fn time_of(line: &Line, around: Option<Timestamp>) -> Option<Timestamp> {
    const LONGEST: usize = 60;
    let looks_like_it = line.text.len() <= LONGEST
        && line.text.contains(':')
        && line.text.bytes().any(|byte| byte.is_ascii_digit());
    looks_like_it.then(|| moment(&line.text, around))?
}

/// Takes a phase word at the very beginning of a text for its lead, though it is not set in bold: `Resolved - …`.
fn find_plain_lead(line: &mut Line, body: &str) {
    if line.lead.is_some() {
        return;
    }
    let parted = [" - ", " \u{2013} ", " \u{2014} "]
        .iter()
        .find_map(|dash| line.text.split_once(dash));
    if let Some((word, _)) = parted
        && words::word(word).is_some()
        && let Some(rest) = body.get(line.rest_begin..).map(str::trim_start)
        && let Some(rest) = rest.strip_prefix(word)
    {
        let word = word.to_owned();
        line.rest_begin = body.len() - rest.len();
        line.rest = line.text.get(word.len()..).unwrap_or_default().trim().to_owned();
        line.lead = Some(word);
    }
}

/// The phase word with which a line begins an update. Behind a time any word does; where the other updates have
/// times, one without a time is a part of their text.
fn block_begin(line: &Line, is_dated: bool, has_dates: bool) -> Option<(String, Option<Word>)> {
    let lead = line.lead.as_deref()?;
    let raw = words::bare(lead);
    let ends_there = line.rest.is_empty()
        || lead.ends_with(':')
        || line.rest.starts_with(['-', '\u{2013}', '\u{2014}', ':']);
    if !ends_there || raw.is_empty() || (has_dates && !is_dated) {
        return None;
    }
    let word = words::word(raw);
    (word.is_some() || is_dated).then(|| (raw.to_owned(), word))
}

/// Where the text begins behind the marks that part it from its label.
fn text_begin(body: &str, from: usize) -> usize {
    let rest = body.get(from..).unwrap_or_default();
    let text = rest.trim_start_matches(|mark: char| {
        mark.is_whitespace() || matches!(mark, '-' | '\u{2013}' | '\u{2014}' | ':')
    });
    body.len() - text.len()
}

/// `API (Degraded performance)`, or a name alone.
fn affected(written: &str) -> Affected {
    let parts = written
        .trim()
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once(" ("));
    match parts {
        Some((name, raw)) if words::health(raw).is_some() => Affected {
            name: name.trim().to_owned(),
            raw: Some(raw.to_owned()),
            health: words::health(raw),
        },
        _ => Affected {
            name: written.trim().to_owned(),
            raw: None,
            health: None,
        },
    }
}

/// A moment that may lack its year: then it is the last such moment before the entry was published, a day and a half
/// allowed for zones.
fn moment(written: &str, around: Option<Timestamp>) -> Option<Timestamp> {
    if let Some(moment) = times::read(written) {
        return Some(moment.at);
    }
    let around = around?;
    let latest = around.checked_add(SignedDuration::from_hours(36)).ok()?;
    let year = year_of(around);
    [year, year - 1]
        .into_iter()
        .filter_map(|year| in_year(written, year))
        .find(|at| *at <= latest)
}

fn in_year(written: &str, year: i16) -> Option<Timestamp> {
    times::read(&format!("{written} {year}")).map(|moment| moment.at)
}

fn year_of(at: Timestamp) -> i16 {
    at.to_zoned(TimeZone::UTC).year()
}

/// `May 28, 16:30 UTC - May 29, 16:30 UTC`, or `Jul 30, 09:00 - 11:00 UTC`.
fn window(written: &str, around: Option<Timestamp>) -> Option<(Timestamp, Timestamp)> {
    let (from, until) = written.trim().split_once(" - ")?;
    let (from, until) = (from.trim(), until.trim());
    let zone = until.rsplit(' ').next().filter(|zone| !zone.contains(':'))?;
    let from = if from.ends_with(|last: char| last.is_ascii_digit()) {
        format!("{from} {zone}")
    } else {
        from.to_owned()
    };
    let until = if until.contains(',') {
        until.to_owned()
    } else {
        format!("{}, {until}", from.split_once(',')?.0)
    };
    let around = around?;
    let year = year_of(around);
    let starts_at = [year - 1, year, year + 1]
        .into_iter()
        .filter_map(|year| in_year(&from, year))
        .min_by_key(|at| at.duration_since(around).abs())?;
    let year = year_of(starts_at);
    let ends_at = [year, year + 1]
        .into_iter()
        .filter_map(|year| in_year(&until, year))
        .find(|at| *at >= starts_at)?;
    Some((starts_at, ends_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(written: &str) -> Timestamp {
        written.parse().unwrap()
    }

    #[test]
    fn a_time_without_a_year_is_the_last_one_before_the_entry() {
        for (written, around, expected) in [
            ("Jun 8, 19:13 UTC", "2022-06-08T19:13:39Z", "2022-06-08T19:13:00Z"),
            (
                "Dec 31, 23:50 PST",
                "2026-01-02T00:00:00Z",
                "2026-01-01T07:50:00Z",
            ),
            (
                "Dec 20, 10:00 UTC",
                "2027-01-05T00:00:00Z",
                "2026-12-20T10:00:00Z",
            ),
            (
                "Jun 5, 01:40:38 GMT+0",
                "2026-06-05T02:00:00Z",
                "2026-06-05T01:40:38Z",
            ),
            (
                "Tue, 07 Jul 2026 16:37:02 GMT",
                "2020-01-01T00:00:00Z",
                "2026-07-07T16:37:02Z",
            ),
        ] {
            assert_eq!(moment(written, Some(at(around))), Some(at(expected)), "{written}");
        }
        assert_eq!(moment("Jun 8, 19:13 UTC", None), None);
    }

    #[test]
    fn a_window_is_read_on_one_day_and_across_days_and_years() {
        for (written, around, from, until) in [
            (
                " May 28, 16:30 UTC - May 29, 16:30 UTC",
                "2025-05-28T16:30:00Z",
                "2025-05-28T16:30:00Z",
                "2025-05-29T16:30:00Z",
            ),
            (
                " Jul 30, 09:00 - 11:00 UTC",
                "2026-07-20T00:00:00Z",
                "2026-07-30T09:00:00Z",
                "2026-07-30T11:00:00Z",
            ),
            (
                " Dec 31, 22:00 PST - Jan 1, 02:00 PST",
                "2026-12-30T00:00:00Z",
                "2027-01-01T06:00:00Z",
                "2027-01-01T10:00:00Z",
            ),
        ] {
            assert_eq!(
                window(written, Some(at(around))),
                Some((at(from), at(until))),
                "{written}"
            );
        }
        assert_eq!(window(" soon", Some(at("2026-01-01T00:00:00Z"))), None);
    }
}
