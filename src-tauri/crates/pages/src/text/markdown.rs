//! Bodies that are Markdown, or plain text, which is Markdown without marks.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::html;

/// Blocks nested beyond this are no text a vendor writes, and cost time for every line.
const DEEPEST: usize = 32;

/// Whether a body shows marks of Markdown, so that it should be shown as such.
pub(super) fn shows_marks(text: &str) -> bool {
    text.contains("**")
        || text.contains("](")
        || text.contains('`')
        || text.lines().map(str::trim_start).any(|line| {
            let marks = line.trim_start_matches('#');
            ["* ", "- ", "+ "].iter().any(|mark| line.starts_with(mark))
                || (marks.len() < line.len() && marks.starts_with(' '))
        })
}

/// Whether some line opens blocks nested beyond reason.
fn is_too_deep(text: &str) -> bool {
    text.lines().any(|line| {
        let blocks = line
            .chars()
            .take_while(|character| {
                matches!(
                    character,
                    ' ' | '\t' | '>' | '-' | '*' | '+' | '.' | ')' | '0'..='9'
                )
            })
            .filter(|character| matches!(character, '>' | '-' | '*' | '+' | '.' | ')'));
        // A line of dashes or stars is a rule, however long.
        let is_rule =
            line.chars().all(|character| character == '-') || line.chars().all(|character| character == '*');
        !is_rule && blocks.count() > DEEPEST
    })
}

/// The text with the marks of headings, `**bold**` and links taken off, a link being its text and its address. What
/// is not beyond doubt a mark, and everything in code, stays as it is written.
pub(super) fn to_plain(text: &str) -> String {
    if !(shows_marks(text) || text.contains("<http")) || is_too_deep(text) {
        return text.to_owned();
    }
    let mut edits = Edits {
        text,
        list: Vec::new(),
    };
    let mut links: Vec<OpenLink> = Vec::new();
    for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => edits.unmark_heading(&range),
            Event::Start(Tag::Strong) => edits.unmark_strong(&range),
            Event::Start(Tag::Link {
                link_type, dest_url, ..
            }) => {
                links.push(OpenLink::new(link_type, Some(dest_url.to_string()), &range));
            }
            Event::Start(Tag::Image { link_type, .. }) => links.push(OpenLink::new(link_type, None, &range)),
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some(link) = links.pop() {
                    edits.unmark_link(&link, &range);
                    if let Some(outer) = links.last_mut() {
                        outer.words_end = range.end;
                    }
                }
                continue;
            }
            Event::Start(_)
            | Event::End(_)
            | Event::Text(_)
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
        if let Some(link) = links.last_mut()
            && range.start > link.begin
        {
            link.words_end = link.words_end.max(range.end);
        }
    }
    edits.applied()
}

/// A link or an image whose end has not been reached.
struct OpenLink {
    link_type: LinkType,
    /// `None` for an image: nothing remote is shown.
    address: Option<String>,
    begin: usize,
    /// Where its words end, as far as they have been seen.
    words_end: usize,
}

impl OpenLink {
    fn new(link_type: LinkType, address: Option<String>, range: &Range<usize>) -> Self {
        let mark = if address.is_some() { "[" } else { "![" };
        Self {
            link_type,
            address,
            begin: range.start,
            words_end: range.start + mark.len(),
        }
    }
}

/// Replacements of parts of a text.
struct Edits<'t> {
    text: &'t str,
    list: Vec<(Range<usize>, String)>,
}

impl Edits<'_> {
    fn source(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn remove(&mut self, range: Range<usize>) {
        self.list.push((range, String::new()));
    }

    /// Only `# Heading`: what is underlined reads well as it is.
    fn unmark_heading(&mut self, range: &Range<usize>) {
        let source = self.source(range);
        let mark = source.len() - source.trim_start_matches('#').trim_start_matches(' ').len();
        if source.starts_with('#') {
            self.remove(range.start..range.start + mark);
        }
    }

    /// Only `**bold**`, and not between letters or digits, where stars may be meant.
    fn unmark_strong(&mut self, range: &Range<usize>) {
        let source = self.source(range);
        let is_marked = source.len() > 4 && source.starts_with("**") && source.ends_with("**");
        let before = self
            .text
            .get(..range.start)
            .and_then(|text| text.chars().next_back());
        let after = self.text.get(range.end..).and_then(|text| text.chars().next());
        let stands_alone = ![before, after].into_iter().flatten().any(char::is_alphanumeric);
        if is_marked && stands_alone {
            self.remove(range.start..range.start + 2);
            self.remove(range.end - 2..range.end);
        }
    }

    fn unmark_link(&mut self, link: &OpenLink, range: &Range<usize>) {
        let mark = match (link.link_type, &link.address) {
            (LinkType::Autolink | LinkType::Email, _) => {
                self.remove(range.start..range.start + 1);
                self.remove(range.end - 1..range.end);
                return;
            }
            (LinkType::Inline, Some(_)) => "[",
            (LinkType::Inline, None) => "![",
            _ => return,
        };
        let words_begin = range.start + mark.len();
        let words_end = link.words_end.clamp(words_begin, range.end);
        let words = self.source(&(words_begin..words_end));
        let address = link
            .address
            .as_deref()
            .and_then(|address| html::address_after(words, address));
        self.remove(range.start..words_begin);
        self.list
            .push((words_end..range.end, address.unwrap_or_default()));
    }

    fn applied(mut self) -> String {
        self.list.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(self.text.len());
        let mut copied = 0;
        for (range, replacement) in &self.list {
            out.push_str(self.text.get(copied..range.start).unwrap_or_default());
            out.push_str(replacement);
            copied = copied.max(range.end);
        }
        out.push_str(self.text.get(copied..).unwrap_or_default());
        out
    }
}

/// A body as HTML, the vendor's line breaks kept, and HTML in it shown as text. `None` if it is nested beyond
/// reason.
pub(super) fn to_html(text: &str) -> Option<String> {
    if is_too_deep(text) {
        return None;
    }
    let mut depth = 0_usize;
    let mut deepest = 0_usize;
    let events = Parser::new_ext(text, Options::empty()).map(|event| {
        if matches!(event, Event::Start(_)) {
            depth += 1;
        } else if matches!(event, Event::End(_)) {
            depth = depth.saturating_sub(1);
        }
        deepest = deepest.max(depth);
        as_text(event)
    });
    let mut out = String::with_capacity(text.len());
    pulldown_cmark::html::push_html(&mut out, events);
    (deepest <= DEEPEST).then_some(out)
}

/// Headings are paragraphs in bold, images are their words, HTML is text.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what else there is goes through ammonia like this does"
)]
fn as_text(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::SoftBreak => Event::HardBreak,
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Heading { .. }) => Event::Html(CowStr::Borrowed("<p><strong>")),
        Event::End(TagEnd::Heading(_)) => Event::Html(CowStr::Borrowed("</strong></p>\n")),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => Event::Text(CowStr::Borrowed("")),
        Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
        other => other,
    }
}
