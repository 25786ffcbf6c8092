//! HTML bodies as text and as safe HTML.
//!
//! A full HTML parser builds a tree, and trees of hostile depth or tags with hostile numbers of attributes cost
//! quadratic time. Here a body is a flat run of text and tags; ammonia, which decides what is safe, only ever sees tags
//! that this module wrote itself.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::entities::decoded;
use super::tokens::{Token, Tokens, starts_with_ignoring_case};

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
        .generic_attributes([].into())
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener nofollow"))
        .clean_content_tags(["script", "style"].into_iter().collect())
        .clean(rendered)
        .to_string()
}
