//! Which document is Instatus's, and what it holds.

use super::words;
use crate::readers::json::{Json, Object, label};
use crate::readers::{Document, Unreadable};

/// The documents of a page.
#[derive(Default)]
pub(super) struct Parts<'j> {
    pub(super) summary: Option<Source<'j>>,
    pub(super) components: Vec<Source<'j>>,
}

/// A document, and its name in warnings.
pub(super) struct Source<'j> {
    pub(super) object: Object<'j>,
    pub(super) place: String,
}

/// A document that shows by itself that it is Instatus's.
pub(super) enum Part<'j> {
    Summary(Object<'j>),
    Components(Object<'j>),
}

pub(super) fn part<'j>(tree: &'j Json<'j>) -> Result<Part<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    if let Some(page) = top.object("page") {
        is_summary(top, page)?;
        return Ok(Part::Summary(top));
    }
    let rows = top
        .list("components")
        .ok_or_else(|| Unreadable::other_shape("neither a page nor a list of components"))?;
    let is_its_own = rows
        .iter()
        .filter_map(Json::object)
        .any(|row| row.get("page_id").is_none() && row.text("status").is_some_and(words::is_component_word));
    if is_its_own && top.get("page").is_none() {
        Ok(Part::Components(top))
    } else {
        Err(Unreadable::other_shape(
            "no component has a status that only Instatus gives",
        ))
    }
}

/// Statuspage, at whose address this platform answers too, and its imitators have an id or their word beside the page.
fn is_summary(top: Object<'_>, page: Object<'_>) -> Result<(), Unreadable> {
    if ["status", "components", "incidents", "scheduled_maintenances"]
        .iter()
        .any(|key| top.get(key).is_some())
        || page.get("id").is_some()
    {
        return Err(Unreadable::other_shape(
            "the page is Statuspage's, or an imitator's",
        ));
    }
    let lists_events = ["activeIncidents", "activeMaintenances"]
        .iter()
        .any(|key| top.list(key).is_some());
    let is_named = page.text("name").is_some() || page.text("url").is_some();
    if lists_events || is_named && page.text("status").is_some() {
        Ok(())
    } else {
        Err(Unreadable::other_shape(
            "neither a page with a status nor active incidents or maintenances",
        ))
    }
}

/// What several documents hold, if together they are one page. Beside a summary, components need not show by themselves
/// whose they are.
pub(super) fn parts<'j>(documents: &[Document<'j>], trees: &'j [Json<'j>]) -> Result<Parts<'j>, Unreadable> {
    let mut parts = Parts::default();
    let mut unproven = None;
    for (index, tree) in trees.iter().enumerate() {
        let place = label(documents, index);
        match part(tree) {
            Ok(Part::Summary(object)) => {
                if let Some(earlier) = parts.summary.replace(Source { object, place }) {
                    is_same_page(earlier.object, object)?;
                }
            }
            Ok(Part::Components(object)) => parts.components.push(Source { object, place }),
            Err(error) => {
                let object = tree
                    .object()
                    .filter(|top| top.get("components").is_some() && top.get("page").is_none());
                let Some(object) = object else {
                    return Err(error);
                };
                unproven = Some(error);
                parts.components.push(Source { object, place });
            }
        }
    }
    match unproven {
        Some(error) if parts.summary.is_none() => Err(error),
        _ if parts.summary.is_none() && parts.components.is_empty() => Err(Unreadable::Empty),
        _ => Ok(parts),
    }
}

fn is_same_page(first: Object<'_>, second: Object<'_>) -> Result<(), Unreadable> {
    let name = |top: Object<'_>| {
        top.object("page")
            .and_then(|page| page.text("name"))
            .map(crate::text::inert)
    };
    match (name(first), name(second)) {
        (Some(first), Some(second)) if first != second => Err(Unreadable::DifferentPages { first, second }),
        _ => Ok(()),
    }
}
