//! An XML tree, as forgiving as feeds need it: vendors write `&` and `&nbsp;` as in HTML, and leave prefixes undeclared.
//!
//! Neither namespaces nor entities of a document's own are resolved: elements are known by their names and prefixes, and
//! an unknown entity stays as it is written.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::readers::Unreadable;
use crate::text::entities;

/// An element that is nested deeper is nothing that a vendor writes.
const DEEPEST: usize = 100;

/// An element with what it holds.
#[derive(Debug)]
pub(crate) struct Element<'t> {
    prefix: String,
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element<'t>>,
    text: String,
    inside: &'t str,
}

impl<'t> Element<'t> {
    fn of(tag: &BytesStart<'_>) -> Self {
        let name = tag.name();
        Self {
            prefix: name
                .prefix()
                .map(|prefix| prefix.as_ref().to_owned())
                .unwrap_or_default(),
            name: name.local_name().as_ref().to_owned(),
            attributes: tag
                .attributes()
                .with_checks(false)
                .flatten()
                .map(|attribute| {
                    (
                        attribute.key.as_ref().to_owned(),
                        entities::decoded(&attribute.value).into_owned(),
                    )
                })
                .collect(),
            children: Vec::new(),
            text: String::new(),
            inside: "",
        }
    }

    /// The part of its name before the colon, or empty.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Its name without a prefix.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The value of an attribute, by its whole name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every attribute's whole name and value.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The elements directly inside, in order.
    pub(crate) fn children(&self) -> &[Element<'t>] {
        &self.children
    }

    /// The elements directly inside that have this prefix and name.
    pub(crate) fn named<'e>(
        &'e self,
        prefix: &'e str,
        name: &'e str,
    ) -> impl Iterator<Item = &'e Element<'t>> {
        self.children
            .iter()
            .filter(move |child| child.prefix == prefix && child.name == name)
    }

    /// The text directly inside, what stands in CDATA included.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Everything inside as it is written.
    pub(crate) fn inside(&self) -> &'t str {
        self.inside
    }
}

/// The root element of a document. What stands behind it is not looked at.
pub(crate) fn parse(text: &str) -> Result<Element<'_>, Unreadable> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.expand_empty_elements = true;
    let mut open: Vec<(Element<'_>, usize)> = Vec::new();
    loop {
        let before = position(&reader);
        let event = reader.read_event().map_err(|error| Unreadable::Malformed {
            reason: format!("{error} at byte {}", reader.error_position()),
        })?;
        match event {
            Event::Start(tag) if open.len() < DEEPEST => {
                open.push((Element::of(&tag), position(&reader)));
            }
            Event::Start(_) => return Err(malformed("elements are nested too deep")),
            Event::End(_) => {
                let Some((mut element, begin)) = open.pop() else {
                    return Err(malformed("an end tag without its start tag"));
                };
                element.inside = text.get(begin..before).unwrap_or_default();
                match open.last_mut() {
                    Some((outer, _)) => outer.children.push(element),
                    None => return Ok(element),
                }
            }
            Event::Text(characters) => append(&mut open, &characters.xml10_content()),
            Event::CData(characters) => append(&mut open, &characters.xml10_content()),
            Event::GeneralRef(reference) => append(&mut open, &resolved(&reference)),
            Event::Eof => {
                return Err(malformed(if open.is_empty() {
                    "there is no element in it"
                } else {
                    "it is cut off"
                }));
            }
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn append(open: &mut [(Element<'_>, usize)], characters: &str) {
    if let Some((element, _)) = open.last_mut() {
        element.text.push_str(characters);
    }
}

/// What `&name;` stands for, as in HTML; itself if that is nothing.
fn resolved(reference: &BytesRef<'_>) -> String {
    entities::decoded(&format!("&{};", &**reference)).into_owned()
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn malformed(reason: &str) -> Unreadable {
    Unreadable::Malformed {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_holds_texts_attributes_and_elements_in_order() {
        let tree = parse(
            "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY lol 'lol'>]><r xmlns:a='urn:a'><!-- c --><a:b x='1&amp;2'/>\
             one &amp; <![CDATA[<two>]]>&nbsp;&lol;&#x21;<b>B<i>i</i></b></r> junk",
        )
        .unwrap();
        assert_eq!((tree.prefix(), tree.name()), ("", "r"));
        assert_eq!(tree.attribute("xmlns:a"), Some("urn:a"));
        assert_eq!(tree.text(), "one & <two>\u{a0}&lol;!");
        let names: Vec<_> = tree
            .children()
            .iter()
            .map(|child| (child.prefix(), child.name()))
            .collect();
        assert_eq!(names, [("a", "b"), ("", "b")]);
        assert_eq!(tree.children()[0].attribute("x"), Some("1&2"));
        let inside: Vec<_> = tree.named("", "b").map(Element::inside).collect();
        assert_eq!(inside, ["B<i>i</i>"]);
    }

    #[test]
    fn what_is_no_whole_document_is_refused() {
        for text in ["", "text", "<a>", "<a><b></a>", "</a>", "<a", "<!-- a"] {
            assert!(matches!(parse(text), Err(Unreadable::Malformed { .. })), "{text}");
        }
        assert!(parse(&"<a>".repeat(100_000)).is_err());
    }
}
