//! HTML fragments as vendors write them, read by a small tokenizer.
//!
//! A full HTML parser builds a tree, and trees of hostile depth or tags with hostile numbers of attributes cost
//! quadratic time. Here a body is a flat run of text and tags, read in one pass; ammonia, which decides what is safe,
//! only ever sees tags that this module wrote itself.

use std::borrow::Cow;
use std::collections::BTreeMap;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// A piece of a fragment.
#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    /// Text, entities not decoded.
    Text(&'t str),
    /// A start tag of a known element.
    Start {
        /// Its name as it stands in [`ELEMENTS`].
        name: &'static str,
        /// The value of `href`, entities not decoded.
        href: Option<&'t str>,
    },
    /// An end tag of a known element.
    End { name: &'static str },
}

/// The elements whose tags are taken for tags, in order. Anything else in angle brackets, such as `<your-key>`, is text.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "basefont",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "marquee",
    "math",
    "menu",
    "meta",
    "nav",
    "nobr",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// The elements that stay in the safe HTML.
const SAFE: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
];

/// Open elements beyond this depth are no text a vendor writes.
const DEEPEST: usize = 64;

/// Whether a body is HTML: it has a tag of a known element.
pub(super) fn is_html(raw: &str) -> bool {
    Tokens::of(raw).any(|token| !matches!(token, Token::Text(_)))
}

/// Whether a link leads to a web page or a mailbox.
pub(super) fn is_safe_link(href: &str) -> bool {
    is_web_link(href) || starts_with_ignoring_case(href, "mailto:")
}

/// Whether a link leads to a web page.
pub(super) fn is_web_link(href: &str) -> bool {
    starts_with_ignoring_case(href, "http://") || starts_with_ignoring_case(href, "https://")
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// A link's address behind its text; nothing where the text already says it.
pub(super) fn address_after(text: &str, href: &str) -> Option<String> {
    let bare = |address: &str| {
        let address = address.trim().trim_end_matches('/');
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        rest.to_ascii_lowercase()
    };
    (is_web_link(href) && bare(text) != bare(href)).then(|| {
        if text.trim().is_empty() {
            href.to_owned()
        } else {
            format!(" ({href})")
        }
    })
}

/// The text of an HTML body. Where no tag breaks lines, the vendor's own line breaks count.
pub(super) fn to_plain(raw: &str) -> String {
    let breaks_lines = Tokens::of(raw).any(|token| match token {
        Token::Start { name, .. } => is_block(name) || name == "br",
        Token::Text(_) | Token::End { .. } => false,
    });
    let mut out = String::with_capacity(raw.len());
    let mut link: Option<(Cow<'_, str>, usize)> = None;
    let mut preformatted = 0_usize;
    let mut lists: Vec<Option<usize>> = Vec::new();
    let close_link = |out: &mut String, link: &mut Option<(Cow<'_, str>, usize)>| {
        if let Some((href, begin)) = link.take() {
            let address = address_after(out.get(begin..).unwrap_or_default(), &href);
            out.push_str(&address.unwrap_or_default());
        }
    };
    for token in Tokens::of(raw) {
        match token {
            Token::Text(text) => {
                let text = decoded(text);
                if preformatted > 0 || !breaks_lines {
                    out.push_str(&text);
                } else {
                    push_folded(&mut out, &text);
                }
            }
            Token::Start { name, href } => {
                match name {
                    "br" => out.push('\n'),
                    "a" => {
                        close_link(&mut out, &mut link);
                        link = href.map(|href| (decoded(href), out.len()));
                    }
                    "li" => {
                        break_line(&mut out);
                        match lists.last_mut() {
                            Some(Some(count)) => {
                                *count += 1;
                                out.push_str(&format!("{count}. "));
                            }
                            _ => out.push_str("- "),
                        }
                    }
                    "ul" | "ol" => {
                        break_line(&mut out);
                        // Only the innermost list matters, and hostile depth must not cost memory.
                        if lists.len() < DEEPEST {
                            lists.push((name == "ol").then_some(0));
                        }
                    }
                    "pre" => {
                        break_paragraph(&mut out);
                        preformatted += 1;
                    }
                    "td" | "th" => push_folded(&mut out, " "),
                    _ if is_paragraph(name) => break_paragraph(&mut out),
                    _ if is_block(name) => break_line(&mut out),
                    _ => {}
                }
            }
            Token::End { name } => match name {
                "a" => close_link(&mut out, &mut link),
                "ul" | "ol" => {
                    lists.pop();
                    break_paragraph(&mut out);
                }
                "pre" => {
                    preformatted = preformatted.saturating_sub(1);
                    break_paragraph(&mut out);
                }
                _ if is_paragraph(name) => break_paragraph(&mut out),
                _ if is_block(name) => break_line(&mut out),
                _ => {}
            },
        }
    }
    close_link(&mut out, &mut link);
    out
}

fn is_paragraph(name: &str) -> bool {
    matches!(
        name,
        "p" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "dl" | "hr"
    )
}

fn is_block(name: &str) -> bool {
    is_paragraph(name)
        || matches!(
            name,
            "div"
                | "li"
                | "ul"
                | "ol"
                | "pre"
                | "tr"
                | "dt"
                | "dd"
                | "section"
                | "article"
                | "header"
                | "footer"
                | "figure"
                | "figcaption"
                | "details"
                | "summary"
                | "address"
                | "center"
        )
}

/// Appends text with its white space folded as HTML does.
fn push_folded(out: &mut String, text: &str) {
    for character in text.chars() {
        if !character.is_ascii_whitespace() {
            out.push(character);
        } else if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
}

fn break_line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn break_paragraph(out: &mut String) {
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push_str(if out.ends_with('\n') { "\n" } else { "\n\n" });
    }
}

/// The address of the only link of a body that has no text outside of it.
pub(super) fn only_link(raw: &str) -> Option<String> {
    let mut found = None;
    let mut is_inside = false;
    for token in Tokens::of(raw) {
        match token {
            Token::Text(text) if !is_inside && !decoded(text).trim().is_empty() => return None,
            Token::Start { name: "a", href } => {
                if found.is_some() {
                    return None;
                }
                found = Some(decoded(href?).into_owned());
                is_inside = true;
            }
            Token::End { name: "a" } => is_inside = false,
            Token::Text(_) | Token::Start { .. } | Token::End { .. } => {}
        }
    }
    found
}

/// An HTML body with nothing left but safe elements without attributes and links with an address. `None` if it is
/// nested beyond reason.
pub(super) fn tamed(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut open: BTreeMap<&'static str, usize> = BTreeMap::new();
    for token in Tokens::of(raw) {
        match token {
            Token::Text(text) => push_escaped(&mut out, &decoded(text)),
            Token::Start { name, href } => {
                let name = safe_name(name);
                if !SAFE.contains(&name) {
                    continue;
                }
                if name != "br" {
                    let count = open.entry(name).or_default();
                    // These end at the next of their kind.
                    if !(*count > 0 && matches!(name, "p" | "li" | "a")) {
                        *count += 1;
                    }
                    if open.values().sum::<usize>() > DEEPEST {
                        return None;
                    }
                }
                push_start(&mut out, name, href.map(decoded).as_deref());
            }
            Token::End { name } => {
                let name = safe_name(name);
                if let Some(count) = open.get_mut(name).filter(|count| **count > 0) {
                    *count -= 1;
                    out.push_str("</");
                    out.push_str(name);
                    out.push('>');
                }
            }
        }
    }
    Some(out)
}

/// Blocks that are not in the safe list are paragraphs there.
fn safe_name(name: &'static str) -> &'static str {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "div" | "tr" | "dt" | "dd" | "section" | "article"
        | "details" | "summary" => "p",
        other => other,
    }
}

fn push_start(out: &mut String, name: &str, href: Option<&str>) {
    out.push('<');
    out.push_str(name);
    if let Some(href) = href.filter(|href| name == "a" && is_safe_link(href)) {
        out.push_str(" href=\"");
        push_escaped(out, href);
        out.push('"');
    }
    out.push('>');
}

/// Appends text as HTML text.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(character),
        }
    }
}

/// A plain text as paragraphs of HTML.
pub(super) fn paragraphs(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len() + 16);
    for paragraph in plain
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
    {
        out.push_str("<p>");
        for (number, line) in paragraph.split('\n').enumerate() {
            if number > 0 {
                out.push_str("<br>");
            }
            push_escaped(&mut out, line);
        }
        out.push_str("</p>");
    }
    out
}

/// The last word on what is safe.
pub(super) fn clean(rendered: &str) -> String {
    ammonia::Builder::empty()
        .tags(SAFE.iter().copied().collect())
        .tag_attributes([("a", ["href"].into())].into())
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener nofollow"))
        .clean_content_tags(["script", "style"].into_iter().collect())
        .clean(rendered)
        .to_string()
}

/// A text with its entities decoded. Only those that end in a semicolon are: `AT&T` and `?a=1&copy=2` stay.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    // The longest name has 31 letters.
    const LONGEST: usize = 33;
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('&')) {
        let begin = at + found;
        let rest = text.get(begin + 1..).unwrap_or_default();
        let near = rest.get(..rest.floor_char_boundary(LONGEST)).unwrap_or(rest);
        at = begin + 1;
        let Some(length) = near.find(';') else { continue };
        let Some(characters) = near.get(..length).and_then(entity) else {
            continue;
        };
        out.push_str(text.get(copied..begin).unwrap_or_default());
        out.extend(characters.into_iter().flatten());
        at = begin + 1 + length + 1;
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// The one or two characters of an entity, its name given without `&` and `;`.
fn entity(name: &str) -> Option<[Option<char>; 2]> {
    let Some(number) = name.strip_prefix('#') else {
        let (first, second) = NAMED_ENTITIES.get(&format!("{name};")).copied()?;
        let character = |code: u32| (code != 0).then(|| char::from_u32(code)).flatten();
        return Some([character(first), character(second)]);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    let windows = code
        .checked_sub(0x80)
        .and_then(|at| *C1_REPLACEMENTS.get(usize::try_from(at).ok()?)?);
    let character = windows
        .or_else(|| char::from_u32(code))
        .filter(|character| *character != '\0');
    Some([Some(character.unwrap_or('\u{fffd}')), None])
}

/// The tokens of a fragment.
struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// Set once a tag or comment was begun and never ended: nothing after it is looked for again.
    rest_is_text: bool,
}

impl<'t> Tokens<'t> {
    fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            rest_is_text: false,
        }
    }

    /// What begins at a `<`: its length, and the token if it is a tag. `None` if the `<` is text.
    fn markup(&mut self, begin: usize) -> Option<(usize, Option<Token<'t>>)> {
        let rest = self.text.get(begin..)?;
        if let Some(comment) = rest.strip_prefix("<!--") {
            let Some(length) = comment.find("-->") else {
                self.rest_is_text = true;
                return None;
            };
            return Some((4 + length + 3, None));
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            let is_declaration = rest.starts_with("<?") || starts_with_ignoring_case(rest, "<!doctype");
            let length = is_declaration.then(|| rest.find('>')).flatten();
            self.rest_is_text |= is_declaration && length.is_none();
            return Some((length? + 1, None));
        }
        let is_end = rest.starts_with("</");
        let inside = rest.get(if is_end { 2 } else { 1 }..)?;
        // The longest known name has ten letters.
        let name_length = inside
            .bytes()
            .take(12)
            .take_while(u8::is_ascii_alphanumeric)
            .count();
        let lower = inside.get(..name_length)?.to_ascii_lowercase();
        let name = *ELEMENTS.get(ELEMENTS.binary_search(&lower.as_str()).ok()?)?;
        let follows = inside.as_bytes().get(name_length)?;
        if !(follows.is_ascii_whitespace() || b"/>".contains(follows)) {
            return None;
        }
        let Some((attributes_length, href)) = attributes(inside.get(name_length..)?) else {
            self.rest_is_text = true;
            return None;
        };
        let length = rest.len() - inside.len() + name_length + attributes_length;
        let token = if is_end {
            Token::End { name }
        } else {
            Token::Start { name, href }
        };
        Some((length, Some(token)))
    }

    /// Passes over what an element holds that is no text.
    fn skip_content(&mut self, name: &str) {
        if !matches!(name, "script" | "style") {
            return;
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.match_indices("</").find(|(at, _)| {
            rest.get(at + 2..)
                .is_some_and(|tag| starts_with_ignoring_case(tag, name))
        });
        // A script that does not end goes on to the end.
        self.at = end.map_or(self.text.len(), |(at, _)| self.at + at);
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let mut begin = self.at;
        let mut look = begin;
        while !self.rest_is_text {
            let Some(found) = self.text.get(look..).and_then(|rest| rest.find('<')) else {
                break;
            };
            let open = look + found;
            let Some((length, token)) = self.markup(open) else {
                look = open + 1;
                continue;
            };
            if open > begin {
                // The markup is found again by the next call.
                self.at = open;
                return self.text.get(begin..open).map(Token::Text);
            }
            self.at = open + length;
            if let Some(token) = token {
                if let Token::Start { name, .. } = &token {
                    self.skip_content(name);
                }
                return Some(token);
            }
            begin = self.at;
            look = begin;
        }
        self.at = self.text.len();
        self.text
            .get(begin..)
            .filter(|rest| !rest.is_empty())
            .map(Token::Text)
    }
}

/// The length of a tag's attributes with the `>` that ends it, and the value of `href`. `None` if it never ends.
fn attributes(text: &str) -> Option<(usize, Option<&str>)> {
    let bytes = text.as_bytes();
    let mut href = None;
    let mut at = 0;
    loop {
        while bytes.get(at)?.is_ascii_whitespace() || bytes.get(at)? == &b'/' {
            at += 1;
        }
        if bytes.get(at)? == &b'>' {
            return Some((at + 1, href));
        }
        let name_begin = at;
        at += 1;
        while !(bytes.get(at)?.is_ascii_whitespace() || b"/>=".contains(bytes.get(at)?)) {
            at += 1;
        }
        let name = text.get(name_begin..at)?;
        while bytes.get(at)?.is_ascii_whitespace() {
            at += 1;
        }
        if bytes.get(at)? != &b'=' {
            continue;
        }
        at += 1;
        while bytes.get(at)?.is_ascii_whitespace() {
            at += 1;
        }
        let quote = Some(*bytes.get(at)?).filter(|byte| b"\"'".contains(byte));
        at += usize::from(quote.is_some());
        let value_begin = at;
        while match (quote, *bytes.get(at)?) {
            (Some(quote), byte) => byte != quote,
            (None, byte) => !byte.is_ascii_whitespace() && byte != b'>',
        } {
            at += 1;
        }
        if href.is_none() && name.eq_ignore_ascii_case("href") {
            href = text.get(value_begin..at).map(str::trim);
        }
        at += usize::from(quote.is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_elements_are_in_order() {
        assert!(ELEMENTS.is_sorted());
        assert!(SAFE.iter().all(|name| ELEMENTS.binary_search(name).is_ok()));
    }
}
