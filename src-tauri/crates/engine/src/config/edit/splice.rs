//! Edits as pure functions from text to text.
//!
//! A parsed document says where things stand; the change itself is made in the text, because only so every byte
//! outside of it is certain to stay: line ends, indentation, odd spacing, comments.

use std::{collections::BTreeSet, fmt::Write, ops::Range};

use toml_edit::{Array, Document, Table};
use url::Url;

use super::{Refusal, WatchEntry};
use crate::config::{canonical_address, error::Fault, error::visible, span};

/// The longest comment that is written, in characters.
const LONGEST_COMMENT: usize = 80;

/// Appends a watch.
pub(super) fn add(text: &str, entry: &WatchEntry) -> Result<String, Refusal> {
    let document = Document::parse(text).map_err(Fault::from)?;
    if document
        .get("watch")
        .is_some_and(|watch| !watch.is_array_of_tables())
    {
        return Err(Refusal::ByHand(INLINE));
    }
    let newline = newline(text);
    let mut block = String::new();
    if !text.is_empty() {
        if !text.ends_with('\n') {
            block.push_str(newline);
        }
        block.push_str(newline);
    }
    let mut line = |words: String| {
        block.push_str(&words);
        block.push_str(newline);
    };
    line("[[watch]]".to_owned());
    line(format!("page = {}", quoted(entry.page.as_str())));
    if let Some(name) = &entry.name {
        line(format!("name = {}", quoted(name)));
    }
    if let Some(interval) = entry.interval {
        line(format!("interval = {}", quoted(&span::format(interval))));
    }
    if !entry.components.is_empty() {
        line(format!(
            "components = {}",
            fresh_scope(&entry.components, "", newline)
        ));
    }
    if !entry.counted {
        line("counted = false".to_owned());
    }
    Ok(format!("{text}{block}"))
}

/// Removes a watch.
pub(super) fn remove(text: &str, page: &Url) -> Result<String, Refusal> {
    let document = Document::parse(text).map_err(Fault::from)?;
    let entry = Entry::find(text, &document, page)?;
    let mut cut = entry.lines;
    let before = text.get(..cut.start).unwrap_or("");
    let after = text.get(cut.end..).unwrap_or("");
    // Of the blank lines around the entry, those on one side go with it.
    if before.is_empty() || ends_blank(before) {
        cut.end += blank_lines(after);
    }
    Ok(spliced(text, cut, ""))
}

/// Sets the scope.
pub(super) fn set_scope(text: &str, page: &Url, components: &[(String, String)]) -> Result<String, Refusal> {
    let document = Document::parse(text).map_err(Fault::from)?;
    let entry = Entry::find(text, &document, page)?;
    let newline = newline(text);
    let indent = entry.indent(text);
    let Some(array) = entry.table.get("components").and_then(toml_edit::Item::as_array) else {
        if components.is_empty() {
            return Ok(text.to_owned());
        }
        let value = fresh_scope(components, indent, newline);
        return Ok(entry.with_line(text, &format!("components = {value}")));
    };
    let range = array.span().ok_or(Refusal::ByHand(INLINE))?;
    let old = OldScope::read(text, array, &range);
    let wanted: BTreeSet<&str> = components.iter().map(|(id, _)| id.trim()).collect();
    if old.ids() == wanted {
        return Ok(text.to_owned());
    }
    if components.is_empty() && old.comments().is_empty() {
        let mut lines = whole_lines(
            text,
            entry.key_start("components").unwrap_or(range.start),
            range.end,
        );
        let rest = text.get(range.end..lines.end).unwrap_or("");
        if rest.trim().is_empty() {
            // The last line of a text may lack its end; then the one before it keeps its own.
            lines.end = lines.end.min(text.len());
            return Ok(spliced(text, lines, ""));
        }
    }
    Ok(spliced(text, range, &old.with(components, indent, newline)))
}

/// Sets whether it counts.
pub(super) fn set_counted(text: &str, page: &Url, counted: bool) -> Result<String, Refusal> {
    let document = Document::parse(text).map_err(Fault::from)?;
    let entry = Entry::find(text, &document, page)?;
    match entry.table.get("counted") {
        Some(item) if item.as_bool() == Some(counted) => Ok(text.to_owned()),
        Some(item) => {
            let range = item.span().ok_or(Refusal::ByHand(INLINE))?;
            Ok(spliced(text, range, if counted { "true" } else { "false" }))
        }
        None if counted => Ok(text.to_owned()),
        None => Ok(entry.with_line(text, "counted = false")),
    }
}

const INLINE: &str = "the watches are written as inline tables, which only a person can change";

/// One `[[watch]]` in a text.
struct Entry<'doc> {
    table: &'doc Table,
    /// From the beginning of its header's line to the end of the last line of its last value.
    lines: Range<usize>,
}

impl<'doc> Entry<'doc> {
    fn find<S>(text: &str, document: &'doc Document<S>, page: &Url) -> Result<Self, Refusal> {
        let tables = document
            .get("watch")
            .and_then(toml_edit::Item::as_array_of_tables)
            .ok_or(Refusal::ByHand(INLINE))?;
        let table = tables
            .iter()
            .find(|table| {
                table
                    .get("page")
                    .and_then(toml_edit::Item::as_str)
                    .is_some_and(|written| canonical_address(written).as_ref() == Ok(page))
            })
            .ok_or(Refusal::ByHand("the entry cannot be found"))?;
        let header = table.span().ok_or(Refusal::ByHand(INLINE))?;
        let end = table
            .iter()
            .filter_map(|(_, item)| item.span())
            .map(|span| span.end)
            .fold(header.end, usize::max);
        Ok(Self {
            table,
            lines: whole_lines(text, header.start, end),
        })
    }

    fn key_start(&self, key: &str) -> Option<usize> {
        self.table.key(key)?.span().map(|span| span.start)
    }

    /// The white space before the entry's keys.
    fn indent<'text>(&self, text: &'text str) -> &'text str {
        let start = self.key_start("page").unwrap_or(self.lines.start);
        let line = text.get(whole_lines(text, start, start)).unwrap_or("");
        let width = line.len() - line.trim_start_matches([' ', '\t']).len();
        line.get(..width).unwrap_or("")
    }

    /// The text with one more line at the end of the entry.
    fn with_line(&self, text: &str, line: &str) -> String {
        let newline = newline(text);
        let indent = self.indent(text);
        let at = self.lines.end;
        let addition = if text.get(..at).is_some_and(|before| before.ends_with('\n')) {
            format!("{indent}{line}{newline}")
        } else {
            format!("{newline}{indent}{line}")
        };
        spliced(text, at..at, &addition)
    }
}

/// A scope as it is written: what can be kept of it is kept as it is.
struct OldScope<'text> {
    /// Ids, and the comment on the line of each.
    elements: Vec<(String, Option<&'text str>)>,
    /// Comments on lines of their own, each with the number of elements before it.
    own_lines: Vec<(usize, &'text str)>,
    /// The ids as written, quotes and all.
    written: Vec<&'text str>,
    /// The comment on the line of the opening bracket.
    opening: Option<&'text str>,
}

impl<'text> OldScope<'text> {
    fn read(text: &'text str, array: &Array, range: &Range<usize>) -> Self {
        let mut old = Self {
            elements: Vec::new(),
            own_lines: Vec::new(),
            written: Vec::new(),
            opening: None,
        };
        let mut at = range.start + 1;
        for value in array {
            let span = value.span().unwrap_or(at..at);
            old.gap(text.get(at..span.start).unwrap_or(""));
            old.elements
                .push((value.as_str().map(str::trim).unwrap_or_default().to_owned(), None));
            old.written.push(text.get(span.clone()).unwrap_or(""));
            at = span.end;
        }
        old.gap(text.get(at..range.end.saturating_sub(1)).unwrap_or(""));
        old
    }

    /// What stands between two elements: commas, white space and comments.
    fn gap(&mut self, gap: &'text str) {
        for (number, line) in gap.lines().enumerate() {
            let Some(start) = line.find('#') else { continue };
            let comment = line.get(start..).unwrap_or("").trim_end();
            if number > 0 {
                self.own_lines.push((self.elements.len(), comment));
            } else if let Some((_, beside)) = self.elements.last_mut() {
                *beside = Some(comment);
            } else {
                self.opening = Some(comment);
            }
        }
    }

    fn ids(&self) -> BTreeSet<&str> {
        self.elements.iter().map(|(id, _)| id.as_str()).collect()
    }

    /// The comments that outlive the elements.
    fn comments(&self) -> Vec<&'text str> {
        let own = self.own_lines.iter().map(|(_, comment)| *comment);
        self.opening.into_iter().chain(own).collect()
    }

    /// The array with other elements: those that stay keep their place, spelling and comment; new ones come last.
    fn with(&self, components: &[(String, String)], indent: &str, newline: &str) -> String {
        if components.is_empty() && self.comments().is_empty() {
            return "[]".to_owned();
        }
        let mut out = String::from("[");
        if let Some(comment) = self.opening {
            let _ = write!(out, " {comment}");
        }
        out.push_str(newline);
        let mut written = BTreeSet::new();
        let own_lines = |out: &mut String, before: usize| {
            for (_, comment) in self.own_lines.iter().filter(|(place, _)| *place == before) {
                let _ = write!(out, "{indent}  {comment}{newline}");
            }
        };
        for (number, ((id, comment), spelling)) in self.elements.iter().zip(&self.written).enumerate() {
            own_lines(&mut out, number);
            let Some((_, name)) = components.iter().find(|(wanted, _)| wanted.trim() == id) else {
                continue;
            };
            if !written.insert(id.as_str()) {
                continue;
            }
            let comment = comment.map_or_else(|| self::comment(name), |kept| format!(" {kept}"));
            let _ = write!(out, "{indent}  {spelling},{comment}{newline}");
        }
        own_lines(&mut out, self.elements.len());
        for (id, name) in components {
            if written.insert(id.trim()) {
                let _ = write!(out, "{indent}  {},{}{newline}", quoted(id.trim()), comment(name));
            }
        }
        let _ = write!(out, "{indent}]");
        out
    }
}

/// A scope where there was none.
fn fresh_scope(components: &[(String, String)], indent: &str, newline: &str) -> String {
    OldScope {
        elements: Vec::new(),
        own_lines: Vec::new(),
        written: Vec::new(),
        opening: None,
    }
    .with(components, indent, newline)
}

/// A component's name behind its id. The name is the vendor's: it must not end the comment.
fn comment(name: &str) -> String {
    let name = visible(name.trim(), LONGEST_COMMENT);
    if name.is_empty() {
        String::new()
    } else {
        format!(" # {name}")
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The line end that the text uses.
fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text.get(..at).is_some_and(|line| line.ends_with('\r')) => "\r\n",
        Some(_) | None => "\n",
    }
}

/// The lines that hold `start` and `end`, with their line end.
fn whole_lines(text: &str, start: usize, end: usize) -> Range<usize> {
    let from = text
        .get(..start)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1);
    let to = text
        .get(end..)
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |newline| end + newline + 1);
    from..to
}

fn ends_blank(text: &str) -> bool {
    text.ends_with("\n\n") || text.ends_with("\n\r\n") || text == "\n" || text == "\r\n"
}

/// The length of the blank lines at the beginning of a text.
fn blank_lines(text: &str) -> usize {
    text.split_inclusive('\n')
        .take_while(|line| line.trim().is_empty())
        .map(str::len)
        .sum()
}

fn spliced(text: &str, range: Range<usize>, with: &str) -> String {
    let before = text.get(..range.start).unwrap_or("");
    let after = text.get(range.end..).unwrap_or("");
    format!("{before}{with}{after}")
}
