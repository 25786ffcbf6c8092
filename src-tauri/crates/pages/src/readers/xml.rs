//! XML documents: their tree, and reading elements of it.
//!
//! The tree borrows from its text. Documents with a document type are refused, so no entity can be defined in one.

use roxmltree::{Document, ExpandedName, Node, ParsingOptions};

use super::Unreadable;

/// The tree of a document whose text is at hand. No status page has more than so many nodes.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Unreadable> {
    let options = ParsingOptions {
        nodes_limit: 250_000,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text.trim_start(), options).map_err(|error| Unreadable::Malformed {
        reason: error.to_string(),
    })
}

/// The child elements of this name, which stands in no namespace.
pub(crate) fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children()
        .filter(move |child| child.is_element() && child.tag_name() == ExpandedName::from(name))
}

/// What the first child element of this name holds, blanks around it left out; `None` where there is nothing in it.
pub(crate) fn child_text<'a>(node: Node<'a, '_>, name: &'static str) -> Option<&'a str> {
    children(node, name).next().and_then(content)
}

/// What an element holds, blanks around it left out; `None` where there is nothing in it.
pub(crate) fn content<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.text().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_told_apart_by_their_namespace() {
        let text = "\n<?xml version='1.0'?><rss xmlns:a='urn:a'><a:link>no</a:link><link> yes &amp; <![CDATA[<b>]]> </link><link/></rss>";
        let tree = parse(text).unwrap();
        let root = tree.root_element();
        assert_eq!(child_text(root, "link"), Some("yes & <b>"));
        assert_eq!(children(root, "link").count(), 2);
        assert_eq!(child_text(root, "title"), None);
    }

    #[test]
    fn what_is_not_well_formed_is_refused_and_so_is_a_document_type() {
        for body in [
            "<rss>",
            "<rss></feed>",
            "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss>&a;</rss>",
            "<rss/>x",
        ] {
            assert!(matches!(parse(body), Err(Unreadable::Malformed { .. })), "{body}");
        }
    }

    #[test]
    fn a_document_without_end_is_refused() {
        let deep = "<a>".repeat(200_000);
        assert!(parse(&deep).is_err());
        let long = format!("<a>{}</a>", "<b/>".repeat(300_000));
        assert!(matches!(parse(&long), Err(Unreadable::Malformed { .. })));
    }
}
