//! From the bytes of an answer to its text, and what the answers are that are no data at all.

use std::borrow::Cow;

use super::{Document, Unreadable};
use crate::text;

/// The text of a document that should be JSON: the byte order mark is taken off, UTF-16 is decoded, and what is
/// evidently something else is refused by its name.
pub(crate) fn json_text(body: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let text = text_of(body)?;
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Unreadable::Empty);
    }
    if start.starts_with('<') {
        return Err(markup(start));
    }
    Ok(mend_lone_surrogates(text))
}

/// The texts of documents that should be JSON.
pub(crate) fn json_texts<'a>(documents: &[Document<'a>]) -> Result<Vec<Cow<'a, str>>, Unreadable> {
    documents
        .iter()
        .map(|document| json_text(document.body))
        .collect()
}

/// The text of a document that should be XML. What is evidently something else is refused by its name.
pub(crate) fn xml_text(body: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let text = text_of(body)?;
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Unreadable::Empty);
    }
    if !start.starts_with('<') {
        return Err(Unreadable::other_shape("no XML"));
    }
    let head = start.get(..start.floor_char_boundary(64)).unwrap_or(start);
    let head = head.to_ascii_lowercase();
    if head.starts_with("<!doctype html") || head.starts_with("<html") {
        return Err(Unreadable::WebPage { title: title(start) });
    }
    Ok(text)
}

/// The JSON that a web page carries in a script element, by the element's opening tag; the text itself where it is
/// JSON already, as a program may have cut it out.
pub(crate) fn script_json<'a>(body: &'a [u8], opening: &str) -> Result<Cow<'a, str>, Unreadable> {
    let text = text_of(body)?;
    if !text.trim_start().starts_with('<') {
        return json_text(body);
    }
    let within = |text: &str| {
        let begin = text.find(opening)? + opening.len();
        let end = begin + text.get(begin..)?.find("</script")?;
        Some(begin..end)
    };
    let Some(range) = within(&text) else {
        return Err(markup(text.trim_start()));
    };
    Ok(mend_lone_surrogates(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(range).unwrap_or_default()),
        Cow::Owned(text) => Cow::Owned(text.get(range).unwrap_or_default().to_owned()),
    }))
}

/// The text of a document in UTF-8, or in UTF-16 if a byte order mark says so.
pub(crate) fn text_of(body: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    match body {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(body),
    }
}

fn utf8(body: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    std::str::from_utf8(body)
        .map(Cow::Borrowed)
        .map_err(|error| Unreadable::NotText {
            reason: match error.error_len() {
                Some(_) => format!("invalid UTF-8 at byte {}", error.valid_up_to()),
                None => format!("cut off inside a character at byte {}", error.valid_up_to()),
            },
        })
}

fn utf16(body: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, Unreadable> {
    let (pairs, rest) = body.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Unreadable::NotText {
            reason: "UTF-16 cut off inside a unit".to_owned(),
        });
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<String, _>>()
        .map(Cow::Owned)
        .map_err(|_| Unreadable::NotText {
            reason: "invalid UTF-16".to_owned(),
        })
}

/// What an answer is that begins with `<`.
fn markup(start: &str) -> Unreadable {
    let head = start
        .get(..start.floor_char_boundary(4096))
        .unwrap_or(start)
        .to_ascii_lowercase();
    let is_feed = ["<rss", "<feed", "<rdf:rdf"]
        .iter()
        .any(|root| head.contains(root));
    if is_feed || (head.starts_with("<?xml") && !head.contains("<html")) {
        let kind = if is_feed { "a feed" } else { "an XML document" };
        return Unreadable::other_shape(&format!("{kind} where JSON was expected"));
    }
    Unreadable::WebPage { title: title(start) }
}

/// The title of a web page. Looked for near the top only: a page that hides it deeper does without.
fn title(page: &str) -> Option<String> {
    let near = page.get(..page.floor_char_boundary(64 * 1024)).unwrap_or(page);
    // ASCII lower case keeps every position.
    let lower = near.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let begin = open + lower.get(open..)?.find('>')? + 1;
    let end = begin
        + lower
            .get(begin..)?
            .find("</title")
            .or_else(|| lower.get(begin..)?.find('<'))?;
    let title = text::one_line(&text::plain(near.get(begin..end)?));
    (!title.is_empty()).then(|| text::cut(&title, 80))
}

/// Replaces `\u` escapes of half a surrogate pair by the replacement character. Vendors' software cuts texts in
/// the middle of an emoji; JSON parsers refuse the whole document for it.
fn mend_lone_surrogates(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains("\\ud") && !text.contains("\\uD") {
        return text;
    }
    let mut mended = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        let escape = at + found;
        let Some(unit) = escaped_unit(&text, escape) else {
            // An escaped backslash must not lend its second half to what follows.
            at = escape + 2;
            if !text.is_char_boundary(at) {
                at = escape + 1;
            }
            continue;
        };
        at = escape + 6;
        match unit {
            0xD800..=0xDBFF
                if escaped_unit(&text, at).is_some_and(|low| (0xDC00..=0xDFFF).contains(&low)) =>
            {
                at += 6;
            }
            0xD800..=0xDFFF => {
                mended.push_str(text.get(copied..escape).unwrap_or_default());
                mended.push_str("\\ufffd");
                copied = at;
            }
            _ => {}
        }
    }
    if copied == 0 {
        return text;
    }
    mended.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(mended)
}

/// The code unit of the `\uXXXX` escape at a position.
fn escaped_unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_simply_read() {
        let utf16 = |unit: fn(u16) -> [u8; 2], mark: [u8; 2]| {
            let mut bytes = mark.to_vec();
            bytes.extend("{\"a\":\"é😀\"}".encode_utf16().flat_map(unit));
            bytes
        };
        for body in [
            "\u{feff}{\"a\":\"é😀\"}".as_bytes().to_vec(),
            utf16(u16::to_le_bytes, [0xFF, 0xFE]),
            utf16(u16::to_be_bytes, [0xFE, 0xFF]),
        ] {
            assert_eq!(json_text(&body).unwrap(), "{\"a\":\"é😀\"}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_becomes_the_replacement_character() {
        for (served, mended) in [
            (r#""\ud83d\udd0e""#, r#""\ud83d\udd0e""#),
            (r#""cut \ud83d""#, r#""cut \ufffd""#),
            (r#""\udd0e\ud83d\ud83d\udd0e""#, r#""\ufffd\ufffd\ud83d\udd0e""#),
            (r#""a \\ud83d path""#, r#""a \\ud83d path""#),
            (r#""\ud83dé\\"#, r#""\ufffdé\\"#),
        ] {
            assert_eq!(mend_lone_surrogates(Cow::Borrowed(served)), mended);
        }
    }

    #[test]
    fn the_data_of_a_web_page_is_what_stands_in_its_script() {
        let opening = "<script id=\"data\">";
        let cut = |page: &str| script_json(page.as_bytes(), opening).map(Cow::into_owned);
        assert_eq!(
            cut("<html><script id=\"data\">{\"a\":\"\\ud83d\"}</script></html>"),
            Ok("{\"a\":\"\\ufffd\"}".into())
        );
        assert_eq!(cut(" {\"a\":1}"), Ok(" {\"a\":1}".into()));
        assert_eq!(cut(""), Err(Unreadable::Empty));
        for page in [
            "<html><title>Log in</title>",
            "<title>Log in</title><script id=\"data\">{}",
        ] {
            let title = Some("Log in".to_owned());
            assert_eq!(cut(page), Err(Unreadable::WebPage { title }), "{page}");
        }
    }

    #[test]
    fn a_feed_is_xml_and_a_web_page_is_not() {
        assert_eq!(xml_text(b"<rss version='2.0'/>").unwrap(), "<rss version='2.0'/>");
        assert!(matches!(
            xml_text(b"<!doctype html><p>"),
            Err(Unreadable::WebPage { .. })
        ));
        assert!(matches!(xml_text(b"{}"), Err(Unreadable::OtherShape { .. })));
        assert_eq!(xml_text(b" \n"), Err(Unreadable::Empty));
    }

    #[test]
    fn what_begins_like_markup_is_named() {
        let title = |body: &str| match json_text(body.as_bytes()) {
            Err(Unreadable::WebPage { title }) => title,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            title("<!doctype html><TITLE lang=en>Log in &amp; go</title>"),
            Some("Log in & go".into())
        );
        assert_eq!(title(" \n<p>Bad gateway</p>"), None);
        assert_eq!(
            title(&format!("<html><title>{}</title>", "é".repeat(200)))
                .unwrap()
                .chars()
                .count(),
            80
        );
        for feed in [
            "<?xml version=\"1.0\"?>\n<feed xmlns='x'>",
            "<rss version='2.0'>",
            "<?xml version='1.0'?><data/>",
        ] {
            assert!(
                matches!(json_text(feed.as_bytes()), Err(Unreadable::OtherShape { .. })),
                "{feed}"
            );
        }
    }

    #[test]
    fn what_is_no_xml_is_refused_by_its_name() {
        assert!(xml_text(b"\xEF\xBB\xBF <rss/>").is_ok());
        assert!(matches!(xml_text(b" \n"), Err(Unreadable::Empty)));
        assert!(matches!(xml_text(b"{}"), Err(Unreadable::OtherShape { .. })));
        assert!(matches!(
            xml_text(b"<!DOCTYPE html><html><title>Log in</title>"),
            Err(Unreadable::WebPage { title: Some(title) }) if title == "Log in"
        ));
    }
}
