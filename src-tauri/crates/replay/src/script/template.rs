//! `{{now}}` and its kin in a script's documents.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// What the templates of one state stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments<'a> {
    /// `{{now}}`: when the state that the words are written in begins.
    pub(super) now: Timestamp,
    /// `{{start}}`: when the script, or this round of it, began.
    pub(super) start: Timestamp,
    /// `{{url}}`: the page's address.
    pub(super) url: &'a str,
}

impl Moments<'_> {
    /// Replaces `{{now}}`, `{{now-5m}}`, `{{start+1h30m}}` by RFC 3339 times in UTC with milliseconds, and `{{url}}`
    /// by the page's address. Other braces stay.
    ///
    /// # Errors
    /// A template that begins like one of these and is none.
    pub(super) fn fill(&self, text: &str) -> Result<String, String> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            let (inner, after_braces) = after.split_once("}}").unwrap_or((after, ""));
            match self.value_of(inner.trim())? {
                Some(value) => {
                    filled.push_str(&value);
                    rest = after_braces;
                }
                None => {
                    filled.push_str("{{");
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// Fills every string of a value.
    pub(super) fn fill_value(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => Value::String(self.fill(text)?),
            Value::Array(items) => {
                let filled: Result<Vec<_>, _> = items.iter().map(|item| self.fill_value(item)).collect();
                Value::Array(filled?)
            }
            Value::Object(fields) => {
                let filled = fields
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.fill_value(value)?)));
                Value::Object(filled.collect::<Result<_, String>>()?)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        })
    }

    fn value_of(&self, inner: &str) -> Result<Option<String>, String> {
        if inner == "url" {
            return Ok(Some(self.url.to_owned()));
        }
        let (moment, offset) = if let Some(offset) = inner.strip_prefix("now") {
            (self.now, offset)
        } else if let Some(offset) = inner.strip_prefix("start") {
            (self.start, offset)
        } else {
            return Ok(None);
        };
        let is_template = offset.is_empty() || offset.trim_start().starts_with(['+', '-']);
        if !is_template {
            return Ok(None);
        }
        let at = match offset.trim().split_at_checked(1) {
            None => Some(moment),
            Some((sign, span)) => {
                let span: SignedDuration = span
                    .trim()
                    .parse()
                    .map_err(|_| format!("{{{{{inner}}}}}: write an offset like \"-5m\" or \"+1h30m\""))?;
                if sign == "-" {
                    moment.checked_sub(span).ok()
                } else {
                    moment.checked_add(span).ok()
                }
            }
        };
        let at =
            at.ok_or_else(|| format!("{{{{{inner}}}}} lies outside of what can be written as a time"))?;
        Ok(Some(format!("{at:.3}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> Result<String, String> {
        // 2026-11-07 17:40:20 and a little more than 20 seconds before.
        let now = Timestamp::constant(1_794_073_220, 0);
        let start = Timestamp::constant(1_794_073_200, 250_000_000);
        let url = "http://127.64.0.1:80";
        Moments { now, start, url }.fill(text)
    }

    #[test]
    fn templates_become_times() {
        for (text, expected) in [
            ("{{now}}", "2026-11-07T17:40:20.000Z"),
            ("at {{ now-5m }}.", "at 2026-11-07T17:35:20.000Z."),
            ("{{now + 1h30m}}", "2026-11-07T19:10:20.000Z"),
            (
                "{{start}}/{{start+10s}}",
                "2026-11-07T17:40:00.250Z/2026-11-07T17:40:10.250Z",
            ),
            ("{{url}}/x", "http://127.64.0.1:80/x"),
            (
                "{{nowhere}} {{ name }} {{ {{now}}",
                "{{nowhere}} {{ name }} {{ 2026-11-07T17:40:20.000Z",
            ),
            ("{{", "{{"),
            ("plain", "plain"),
        ] {
            assert_eq!(fill(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_misspelt_offset_is_an_error() {
        assert!(fill("{{now-5 parsecs}}").unwrap_err().contains("write an offset"));
        assert!(fill("{{now-}}").is_err());
    }
}
