//! Documents in XML, as trees of the same kind as those in JSON, so that both are read in the same way.

use std::borrow::Cow;

use quick_xml::events::{BytesRef, Event};
use quick_xml::reader::Reader as Parser;

use super::super::Unreadable;
use super::super::json::{Json, Key};

/// How deep elements may stand in one another, as in JSON.
const DEEPEST: usize = 128;

/// An element that is still open.
struct Open<'t> {
    name: Cow<'t, str>,
    elements: Vec<(Key<'t>, Json<'t>)>,
    text: String,
}

impl<'t> Open<'t> {
    fn named(name: &str) -> Self {
        Self {
            name: Cow::Owned(name.to_owned()),
            elements: Vec::new(),
            text: String::new(),
        }
    }

    fn closed(self) -> (Cow<'t, str>, Json<'t>) {
        let value = if self.elements.is_empty() {
            Json::Text(Cow::Owned(self.text.trim().to_owned()))
        } else {
            Json::Object(self.elements)
        };
        (self.name, value)
    }
}

/// The name of the root element, and what it holds: an element with others in it is an object, whose key stands as often
/// as there are elements of that name; any other is its text, without blanks around it. Attributes, and text beside
/// elements, are left out.
pub(crate) fn tree<'t>(text: &str) -> Result<(String, Json<'t>), Unreadable> {
    let mut parser = Parser::from_str(text);
    let mut open: Vec<Open<'t>> = Vec::new();
    let mut root = None;
    loop {
        let event = parser
            .read_event()
            .map_err(|error| malformed(&format!("{error} before byte {}", parser.buffer_position())))?;
        let closed = match event {
            Event::Start(start) => {
                if open.len() >= DEEPEST {
                    return Err(malformed("too many elements in one another"));
                }
                open.push(Open::named(start.local_name().as_ref()));
                None
            }
            Event::Empty(start) => Some(Open::named(start.local_name().as_ref())),
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.xml10_content());
                }
                None
            }
            Event::CData(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.xml10_content());
                }
                None
            }
            Event::GeneralRef(reference) => {
                if let Some(element) = open.last_mut() {
                    resolve(&reference, &mut element.text);
                }
                None
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
            Event::Eof => break,
        };
        let Some((name, value)) = closed.map(Open::closed) else {
            continue;
        };
        match open.last_mut() {
            Some(outer) => outer.elements.push((Key::named(name), value)),
            None if root.is_none() => root = Some((name.into_owned(), value)),
            None => return Err(malformed("a second root element")),
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok(root),
        _ => Err(malformed("cut off")),
    }
}

/// Adds the character that a reference means; one that XML does not define stays as it is written.
fn resolve(reference: &BytesRef<'_>, text: &mut String) {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        text.push(character);
        return;
    }
    let name = reference.xml10_content();
    match name.as_ref() {
        "amp" => text.push('&'),
        "lt" => text.push('<'),
        "gt" => text.push('>'),
        "quot" => text.push('"'),
        "apos" => text.push('\''),
        other => {
            text.push('&');
            text.push_str(other);
            text.push(';');
        }
    }
}

fn malformed(reason: &str) -> Unreadable {
    Unreadable::Malformed {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_are_objects_and_texts() {
        let (root, tree) = tree(
            "<?xml version=\"1.0\"?><!-- a note --><s:Status xmlns:s='urn:x'>\n <State at='1'>Up &amp; &#x41;&copy;</State>\
             <One><Name><![CDATA[<a>]]></Name></One><One/>\n</s:Status>\n",
        )
        .unwrap();
        assert_eq!(root, "Status");
        let top = tree.object().unwrap();
        assert_eq!(top.text("State"), Some("Up & A&copy;"));
        let ones: Vec<String> = top
            .entries()
            .filter(|(key, _)| *key == "One")
            .map(|(_, one)| format!("{:?}", one.object().and_then(|one| one.text("Name"))))
            .collect();
        assert_eq!(ones, ["Some(\"<a>\")", "None"]);
        assert_eq!(top.text("One"), Some(""));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        let deep = "<a>".repeat(DEEPEST + 1);
        for text in [
            "",
            "text",
            "<a>",
            "<a><b></a></b>",
            "<a/><b/>",
            "<a",
            "<a>&",
            deep.as_str(),
        ] {
            assert!(matches!(tree(text), Err(Unreadable::Malformed { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_tree_or_refused(text in "[<>/a&;!\\[\\]\"'= ?#x-]{0,60}") {
            let _ = tree(&text);
        }
    }
}
