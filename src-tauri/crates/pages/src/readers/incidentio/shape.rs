//! Which document is incident.io's, and what it holds.

use crate::readers::json::{Json, Object, label};
use crate::readers::{Document, Unreadable, addresses};

/// What a page's own data writes where a value is absent.
pub(super) const UNDEFINED: &str = "$undefined";

/// The documents of a page.
pub(super) struct Parts<'j> {
    pub(super) summary: Summary<'j>,
    pub(super) histories: Vec<History<'j>>,
}

/// The page as it is now.
pub(super) struct Summary<'j> {
    pub(super) object: Object<'j>,
    /// Whether it stands in a document of its own, or is the document.
    pub(super) is_wrapped: bool,
    /// The document's name in warnings.
    pub(super) place: String,
}

/// A list of incidents and maintenances.
pub(super) struct History<'j> {
    pub(super) list: &'j [Json<'j>],
    pub(super) place: String,
}

/// Makes absent what is written as absent.
pub(super) fn forget_undefined(tree: &mut Json<'_>) {
    match tree {
        Json::Text(text) if text == UNDEFINED => *tree = Json::Null,
        Json::List(entries) => entries.iter_mut().for_each(forget_undefined),
        Json::Object(entries) => entries.iter_mut().for_each(|(_, value)| forget_undefined(value)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {}
    }
}

/// The page in a document, as it is served or as the page embeds it.
pub(super) fn summary<'j>(tree: &'j Json<'j>) -> Result<Object<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    let summary = match top.get("summary") {
        Some(summary) => summary
            .object()
            .ok_or_else(|| Unreadable::other_shape("the summary is not an object"))?,
        None => top,
    };
    let has_tree = summary
        .object("structure")
        .is_some_and(|structure| structure.list("items").is_some());
    if !has_tree {
        return Err(Unreadable::other_shape("no structure with a list of items"));
    }
    let tells_state = ["affected_components", "ongoing_incidents"]
        .iter()
        .any(|key| summary.list(key).is_some());
    if !tells_state {
        return Err(Unreadable::other_shape(
            "neither affected components nor ongoing incidents",
        ));
    }
    let is_named = summary.text("id").is_some_and(is_ulid)
        || summary
            .text("public_url")
            .and_then(addresses::web_address)
            .is_some();
    if !is_named {
        return Err(Unreadable::other_shape(
            "neither the page's identifier nor its address",
        ));
    }
    Ok(summary)
}

/// What several documents hold, if together they are one page. A list of incidents alone is none: it does not say
/// whose they are.
pub(super) fn parts<'j>(documents: &[Document<'j>], trees: &'j [Json<'j>]) -> Result<Parts<'j>, Unreadable> {
    let mut page: Option<Summary<'j>> = None;
    let mut histories = Vec::new();
    let mut refused = Unreadable::Empty;
    for (index, tree) in trees.iter().enumerate() {
        let place = label(documents, index);
        match (summary(tree), history(tree)) {
            (Ok(object), _) => {
                let earlier = page.replace(Summary {
                    object,
                    is_wrapped: tree.object().is_some_and(|top| top.get("summary").is_some()),
                    place,
                });
                if let Some(earlier) = earlier {
                    is_same_page(earlier.object, object)?;
                }
            }
            (Err(error), Some(list)) => {
                refused = error;
                histories.push(History { list, place });
            }
            (Err(error), None) => return Err(error),
        }
    }
    let summary = page.ok_or(refused)?;
    Ok(Parts { summary, histories })
}

fn history<'j>(tree: &'j Json<'j>) -> Option<&'j [Json<'j>]> {
    let top = tree.object()?;
    // A compatible document has a page object beside its incidents, and tells less.
    if top.get("page").is_some() {
        return None;
    }
    top.list("incidents")
}

fn is_same_page(first: Object<'_>, second: Object<'_>) -> Result<(), Unreadable> {
    match (first.text("id"), second.text("id")) {
        (Some(first), Some(second)) if first != second => Err(Unreadable::DifferentPages {
            first: crate::text::inert(first),
            second: crate::text::inert(second),
        }),
        _ => Ok(()),
    }
}

fn is_ulid(id: &str) -> bool {
    id.len() == 26
        && id
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}
