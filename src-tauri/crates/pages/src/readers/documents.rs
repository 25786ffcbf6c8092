//! The documents of a page as they are given to a reader.

use super::{Document, Unreadable};

/// The document of a page that is one document.
pub(crate) fn only<'d, 'b>(documents: &'d [Document<'b>]) -> Result<&'d Document<'b>, Unreadable> {
    match documents {
        [] => Err(Unreadable::Empty),
        [document] => Ok(document),
        _ => Err(Unreadable::other_shape("several documents where the page is one")),
    }
}

/// What warnings call a document: nothing where it is the only one.
pub(crate) fn called(documents: &[Document<'_>], at: usize) -> String {
    match documents.get(at).map(|document| document.name) {
        _ if documents.len() == 1 => String::new(),
        None | Some("") => format!("document {}", at + 1),
        Some(name) => name.to_owned(),
    }
}
