//! Which document is a public Statuspage document, and what it holds.

use crate::readers::json::{Json, Object};
use crate::readers::{Document, Unreadable};

/// The keys of a public document, each only if its value has the right type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'j> {
    /// The document's name as given: a hint.
    pub(super) name: &'j str,
    /// The whole document.
    pub(super) top: Object<'j>,
    pub(super) page: Option<Object<'j>>,
    pub(super) status: Option<Object<'j>>,
    pub(super) components: Option<&'j [Json<'j>]>,
    pub(super) incidents: Option<&'j [Json<'j>]>,
    pub(super) scheduled_maintenances: Option<&'j [Json<'j>]>,
}

impl<'j> Parts<'j> {
    fn of(top: Object<'j>) -> Self {
        Self {
            name: "",
            top,
            page: top.object("page"),
            status: top
                .object("status")
                .filter(|status| status.get("indicator").is_some() || status.get("description").is_some()),
            components: top.list("components"),
            incidents: top.list("incidents"),
            scheduled_maintenances: top.list("scheduled_maintenances"),
        }
    }

    fn is_bare(&self) -> bool {
        self.status.is_none()
            && self.components.is_none()
            && self.incidents.is_none()
            && self.scheduled_maintenances.is_none()
    }

    fn page_text(&self, key: &str) -> Option<&'j str> {
        self.page
            .and_then(|page| page.text(key))
            .filter(|text| !text.is_empty())
    }

    /// Whether the page is incident.io's by its identifier, a ULID. Its documents leave out empty lists and stop
    /// at 25 entries.
    pub(super) fn is_incident_io(&self) -> bool {
        self.page_text("id").is_some_and(is_incident_io_id)
    }

    /// Whether the page names a time zone, as Statuspage does and its imitators do not.
    pub(super) fn has_time_zone(&self) -> bool {
        self.page.is_some_and(|page| page.get("time_zone").is_some())
    }
}

/// Whether a page's identifier is a ULID, as incident.io's are.
pub(super) fn is_incident_io_id(id: &str) -> bool {
    id.len() == 26
        && id.bytes().all(|byte| {
            byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'L' | b'O' | b'U'))
        })
}

/// What a document holds, if it is a public Statuspage document.
pub(super) fn parts<'j>(tree: &'j Json<'j>) -> Result<Parts<'j>, Unreadable> {
    let parts = object_parts(tree)?;
    if parts.is_bare() {
        return Err(Unreadable::other_shape(
            "none of the keys status, components, incidents and scheduled_maintenances holds what it should",
        ));
    }
    let has_null_page = matches!(parts.top.get("page"), Some(Json::Null));
    if parts.page.is_none() && !has_null_page && !speaks_for_itself(&parts) {
        return Err(Unreadable::other_shape(
            "no page object, and nothing in it that only Statuspage has",
        ));
    }
    // Instatus answers at the same path with a page object of its own.
    if parts.status.is_none() && parts.page_text("status").is_some() {
        return Err(Unreadable::other_shape(
            "the page's status is a word inside the page object",
        ));
    }
    Ok(parts)
}

/// What several documents hold, if together they are one page. A document with nothing but the page object is
/// then taken too: incident.io leaves out empty lists.
pub(super) fn parts_of_one_page<'j>(
    documents: &[Document<'j>],
    trees: &'j [Json<'j>],
) -> Result<Vec<Parts<'j>>, Unreadable> {
    let mut found = Vec::with_capacity(trees.len());
    let mut refused = None;
    for (document, tree) in documents.iter().zip(trees) {
        let parts = parts(tree).or_else(|error| {
            let bare = object_parts(tree)?;
            if bare.page_text("id").is_none() || !bare.is_bare() || bare.page_text("status").is_some() {
                return Err(error);
            }
            refused.get_or_insert(error);
            Ok(bare)
        })?;
        found.push(Parts {
            name: document.name,
            ..parts
        });
    }
    if found.iter().all(Parts::is_bare) {
        return Err(refused.unwrap_or(Unreadable::Empty));
    }
    one_page(&found)?;
    Ok(found)
}

fn object_parts<'j>(tree: &'j Json<'j>) -> Result<Parts<'j>, Unreadable> {
    tree.object()
        .map(Parts::of)
        .ok_or_else(|| Unreadable::other_shape(&format!("{} instead of an object", kind(tree))))
}

/// Whether a document without a page object holds something that only a public Statuspage document has. Many
/// formats have lists called `components` or `incidents`, and Statuspage's own Manage API gives single incidents.
fn speaks_for_itself(parts: &Parts<'_>) -> bool {
    if parts.top.get("id").is_some() {
        return false;
    }
    let any = |list: Option<&[Json<'_>]>, is_its_own: fn(Object<'_>) -> bool| {
        list.is_some_and(|list| list.iter().filter_map(Json::object).any(is_its_own))
    };
    parts
        .status
        .is_some_and(|status| status.text("indicator").is_some())
        || any(parts.components, |component| {
            component.get("page_id").is_some() && component.text("status").is_some()
        })
        || any(parts.incidents, |incident| {
            incident.list("incident_updates").is_some()
        })
        || any(parts.scheduled_maintenances, |maintenance| {
            maintenance.get("scheduled_for").is_some()
        })
}

/// Refuses documents that name different pages: by identifier, and by name where identifiers are missing.
fn one_page(documents: &[Parts<'_>]) -> Result<(), Unreadable> {
    for key in ["id", "name"] {
        let mut named = documents
            .iter()
            .filter_map(|parts| parts.page?.get(key))
            .filter(|value| {
                matches!(value, Json::Number(_)) || value.text().is_some_and(|text| !text.is_empty())
            });
        let Some(first) = named.next() else { continue };
        let plain = |value: &Json<'_>| value.text().map_or_else(|| value.to_string(), crate::text::inert);
        if let Some(second) = named.map(plain).find(|second| *second != plain(first)) {
            return Err(Unreadable::DifferentPages {
                first: plain(first),
                second,
            });
        }
        break;
    }
    Ok(())
}

fn kind(tree: &Json<'_>) -> &'static str {
    match tree {
        Json::Null => "null",
        Json::Bool(_) => "a truth value",
        Json::Number(_) => "a number",
        Json::Text(_) => "a text",
        Json::List(_) => "a list",
        Json::Object(_) => "an object",
    }
}
