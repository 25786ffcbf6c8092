//! The text of an entry as lines, with what its markup sets apart.

use crate::text;
use crate::text::entities::decoded;
use crate::text::tokens::{Token, Tokens};

/// A line of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The whole line, white space folded.
    pub(crate) text: String,
    /// What stands in bold type, or in a heading, at its beginning.
    pub(crate) lead: Option<String>,
    /// What follows the lead.
    pub(crate) rest: String,
    /// Whether all of it is in small print.
    pub(crate) is_small: bool,
    /// Whether it is an entry of a list.
    pub(crate) is_item: bool,
    /// Where in the text the part behind the lead begins.
    pub(crate) rest_begin: usize,
    /// Where in the text the line ends.
    pub(crate) end: usize,
}

/// The lines of a text. Where no tag breaks lines, its own line breaks count.
pub(crate) fn of(html: &str) -> Vec<Line> {
    let breaks_lines = Tokens::of(html).any(|token| match token {
        Token::Start { name, .. } => is_block(name),
        Token::Text(_) | Token::End { .. } => false,
    });
    let mut maker = Maker::default();
    let mut tokens = Tokens::of(html);
    while let Some(token) = tokens.next() {
        let end = tokens.position();
        match token {
            Token::Text(text) if breaks_lines => maker.push(text, end),
            Token::Text(text) => {
                let mut at = end - text.len();
                for (index, part) in text.split('\n').enumerate() {
                    if index > 0 {
                        maker.finish();
                        at += 1;
                    }
                    at += part.len();
                    maker.push(part, at);
                }
            }
            Token::Start { name, .. } => {
                if is_block(name) {
                    maker.finish();
                }
                match name {
                    "li" => maker.is_item = true,
                    "small" => maker.small += 1,
                    // Some vendors leave out the blank before a part of a time.
                    "var" | "time" => maker.blank(),
                    _ if is_bold(name) => maker.bold += 1,
                    _ => {}
                }
            }
            Token::End { name } => {
                if is_block(name) {
                    maker.finish();
                }
                match name {
                    "li" => maker.is_item = false,
                    "small" => maker.small = maker.small.saturating_sub(1),
                    _ if is_bold(name) => maker.unbold(end),
                    _ => {}
                }
            }
        }
    }
    maker.finish();
    maker.lines
}

/// The line that is being read.
#[derive(Default)]
struct Maker {
    lines: Vec<Line>,
    text: String,
    lead: String,
    rest: String,
    is_big: bool,
    rest_begin: Option<usize>,
    end: usize,
    bold: usize,
    small: usize,
    is_item: bool,
}

impl Maker {
    fn push(&mut self, raw: &str, end: usize) {
        let words = decoded(raw);
        if words.trim().is_empty() {
            self.blank();
            return;
        }
        self.text.push_str(&words);
        self.is_big |= self.small == 0;
        if self.bold > 0 && self.rest.trim().is_empty() {
            self.lead.push_str(&words);
            self.rest_begin = Some(end);
        } else {
            self.rest_begin.get_or_insert(end - raw.len());
            self.rest.push_str(&words);
        }
        self.end = end;
    }

    fn blank(&mut self) {
        if !self.text.is_empty() {
            self.text.push(' ');
            self.rest.push(' ');
        }
    }

    fn unbold(&mut self, end: usize) {
        self.bold = self.bold.saturating_sub(1);
        if self.bold == 0 && !self.lead.is_empty() && self.rest.trim().is_empty() {
            self.rest_begin = Some(end);
            self.end = end;
        }
    }

    fn finish(&mut self) {
        let text = text::one_line(&self.text);
        if !text.is_empty() {
            let lead = text::one_line(&self.lead);
            self.lines.push(Line {
                text,
                lead: (!lead.is_empty()).then_some(lead),
                rest: text::one_line(&self.rest),
                is_small: !self.is_big,
                is_item: self.is_item,
                rest_begin: self.rest_begin.unwrap_or(self.end),
                end: self.end,
            });
        }
        self.text.clear();
        self.lead.clear();
        self.rest.clear();
        self.is_big = false;
        self.rest_begin = None;
    }
}

fn is_bold(name: &str) -> bool {
    matches!(name, "strong" | "b" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "article"
            | "blockquote"
            | "br"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "li"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "td"
            | "th"
            | "tr"
            | "ul"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_knows_its_lead_and_where_the_rest_stands() {
        let html = "<p><small>Jun <var data-var='date'> 8</var>, 19:13 UTC</small><br><strong>Resolved</strong> - \
                    It&#39;s <b>over</b>.<br/>More</p><ul><li>API (Operational)</li></ul>";
        let lines = of(html);
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "Jun 8, 19:13 UTC",
                "Resolved - It's over.",
                "More",
                "API (Operational)"
            ]
        );
        assert_eq!(
            lines.iter().map(|line| line.is_small).collect::<Vec<_>>(),
            [true, false, false, false]
        );
        assert_eq!(lines[1].lead.as_deref(), Some("Resolved"));
        assert_eq!(lines[1].rest, "- It's over.");
        assert_eq!(
            &html[lines[1].rest_begin..lines[2].end],
            " - It&#39;s <b>over</b>.<br/>More"
        );
        assert!(lines[3].is_item && !lines[2].is_item);
        assert_eq!(
            of("<small>Oct<var>04</var><var>09:12</var> UTC</small>")[0].text,
            "Oct 04 09:12 UTC"
        );
    }

    #[test]
    fn without_tags_that_break_lines_the_vendor_breaks_them() {
        let text = "Status: Monitoring\n\nWe are watching.";
        let lines = of(text);
        assert_eq!(lines.len(), 2);
        assert_eq!(&text[lines[1].rest_begin..lines[1].end], "We are watching.");
    }
}
