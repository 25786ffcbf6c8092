//! HTML fragments as runs of text and tags, read in one pass.
//!
//! Nothing is read twice but by a constant factor, so that no text, however hostile, takes more than linear time.

/// A piece of a fragment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'t> {
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

/// The tokens of a fragment.
pub(crate) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// Set once a tag or comment was begun and never ended: nothing after it is looked for again.
    rest_is_text: bool,
}

impl<'t> Tokens<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            rest_is_text: false,
        }
    }

    /// Where the token ends that came last.
    pub(crate) fn position(&self) -> usize {
        self.at
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

/// Whether a text starts like this, letter case aside.
pub(super) fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_elements_are_in_order() {
        assert!(ELEMENTS.is_sorted());
    }
}
