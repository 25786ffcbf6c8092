//! The vendor's words made safe to show.
//!
//! Bodies come as HTML, as Markdown or as plain text, and no field says which. [`plain`] gives them whole as text
//! for terminals and notifications, [`safe_html`] as a tiny HTML for the window. Whatever the text
//! is, a megabyte of it takes a fraction of a second.

pub(crate) mod entities;
mod html;
mod markdown;
pub(crate) mod tokens;

use std::borrow::Cow;

/// A body as plain text, whole: tags and Markdown's marks become text, entities are decoded, scripts are dropped,
/// control and bidirectional control characters are removed. Lines have no blanks at their ends, and there is at
/// most one empty line in a row.
///
/// Of Markdown only what is beyond doubt is taken for markup (headings, `**bold**`, links): everything else stays as
/// the vendor wrote it.
#[must_use]
pub fn plain(raw: &str) -> String {
    if html::is_html(raw) {
        return tidy(&html::to_plain(raw));
    }
    tidy(&markdown::to_plain(&entities::decoded(raw)))
}

/// A body as HTML that is safe to put into a window: a few tags of text, links to `http`, `https` and `mailto` only,
/// no images, no styles, no scripts. A body beyond 64 KiB is shown as text and cut there; [`plain`] has it whole.
#[must_use]
pub fn safe_html(raw: &str) -> String {
    // More than any vendor writes. Parsing HTML takes quadratic time for some texts.
    const LONGEST: usize = 64 * 1024;
    let rendered = if raw.len() > LONGEST {
        Some(html::paragraphs(&cut(&plain(raw), LONGEST)))
    } else if html::is_html(raw) {
        html::tamed(raw)
    } else if markdown::shows_marks(raw) {
        markdown::to_html(raw)
    } else {
        None
    };
    // What is nested beyond reason is shown as text.
    let rendered = rendered.unwrap_or_else(|| html::paragraphs(&plain(raw)));
    html::clean(&visible(&rendered, |character| {
        character == '\n' || character == '\t'
    }))
}

/// The link of a body that is nothing but one link: a bare address, a Markdown link, or HTML around a single `<a>`.
pub(crate) fn only_link(raw: &str) -> Option<String> {
    let body = raw.trim();
    if html::is_html(body) {
        return html::only_link(body);
    }
    if let Some((_, address)) = body.strip_prefix('[').and_then(|link| link.split_once("](")) {
        let address = address.strip_suffix(')')?;
        return (!address.contains([')', ' ', '\n'])).then(|| address.to_owned());
    }
    (!body.contains(char::is_whitespace) && html::is_web_link(body)).then(|| body.to_owned())
}

/// A title or a name as it may be shown anywhere: without control and bidirectional control characters, on one line.
#[must_use]
pub fn inert(words: &str) -> String {
    if words
        .chars()
        .all(|character| !character.is_control() && !is_invisible_control(character))
    {
        return words.to_owned();
    }
    let folded: String = words
        .chars()
        .map(|character| {
            if is_line_break(character) || character == '\t' {
                ' '
            } else {
                character
            }
        })
        .collect();
    visible(&folded, |_| false).into_owned()
}

/// A text folded onto one line: every run of white space is one blank.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A text cut to a number of characters, the last one being an ellipsis where something was cut off.
#[must_use]
pub fn cut(text: &str, max_chars: usize) -> String {
    if text.chars().nth(max_chars).is_none() {
        return text.to_owned();
    }
    let Some(room) = max_chars.checked_sub(1) else {
        return String::new();
    };
    let mut head: String = text.chars().take(room).collect();
    // Half a joined emoji is another emoji.
    let kept = head
        .trim_end_matches(|character: char| character.is_whitespace() || character == '\u{200d}')
        .len();
    head.truncate(kept);
    head.push('\u{2026}');
    head
}

/// The first sentence of a plain text on one line, cut to a number of characters. A sentence ends at an empty line,
/// or at a full stop, question or exclamation mark before a blank and something that begins a sentence.
#[must_use]
pub fn first_sentence(plain: &str, max_chars: usize) -> String {
    let text = plain.trim_start();
    // More than can be shown need not be looked at.
    let horizon = text
        .char_indices()
        .nth(max_chars.saturating_mul(2).saturating_add(64))
        .map_or(text.len(), |(at, _)| at);
    let near = text.get(..horizon).unwrap_or(text);
    let mut end = near.len();
    for (at, character) in near.char_indices() {
        let after = at + character.len_utf8();
        let rest = near.get(after..).unwrap_or_default();
        let ends = match character {
            '\n' => rest.starts_with('\n'),
            '\u{3002}' | '\u{ff01}' | '\u{ff1f}' => true,
            '.' | '!' | '?' => {
                let next = rest.trim_start();
                let begins = next
                    .chars()
                    .next()
                    .is_none_or(|first| !first.is_lowercase() && first != ',');
                let is_last = rest.is_empty() && horizon == text.len();
                is_last || (rest.starts_with(char::is_whitespace) && begins && !is_abbreviation(near, at))
            }
            _ => false,
        };
        if ends {
            end = after;
            break;
        }
    }
    cut(&one_line(near.get(..end).unwrap_or(near)), max_chars)
}

/// Whether the full stop at a position ends an abbreviation rather than a sentence.
fn is_abbreviation(text: &str, stop: usize) -> bool {
    let before = text.get(..stop).unwrap_or_default();
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = word.trim_start_matches(|character: char| !character.is_alphanumeric());
    matches!(
        word.to_ascii_lowercase().as_str(),
        "e.g"
            | "i.e"
            | "approx"
            | "vs"
            | "no"
            | "st"
            | "a.m"
            | "p.m"
            | "mr"
            | "ms"
            | "dr"
            | "ca"
            | "incl"
            | "resp"
    ) || (word.chars().count() == 1 && word.chars().all(char::is_uppercase))
}

/// The lines of a text without blanks at their ends and without empty lines at its ends or in a row.
fn tidy(text: &str) -> String {
    let text = visible(text, |character| character == '\n');
    let mut tidy = String::with_capacity(text.len());
    let mut is_after_gap = false;
    for line in text.split('\n') {
        let line = line.trim_end();
        if line.is_empty() {
            is_after_gap = true;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if is_after_gap { "\n\n" } else { "\n" });
        }
        is_after_gap = false;
        tidy.push_str(line);
    }
    tidy
}

/// The text without control characters but those kept. Line breaks of every kind are line feeds, a tab that is
/// not kept is a blank.
fn visible(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_plain = |character: char| !character.is_control() && !is_invisible_control(character);
    if text
        .chars()
        .all(|character| is_plain(character) || keep(character))
    {
        return Cow::Borrowed(text);
    }
    let mut visible = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            _ if is_line_break(character) => visible.push('\n'),
            _ if is_plain(character) || keep(character) => visible.push(character),
            '\t' => visible.push(' '),
            _ => {}
        }
    }
    Cow::Owned(visible)
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters that show nothing and change how others are shown or ordered.
fn is_invisible_control(character: char) -> bool {
    matches!(
        character,
        '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

#[cfg(test)]
mod tests;
