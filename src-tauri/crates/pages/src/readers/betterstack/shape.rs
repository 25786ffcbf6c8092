//! Which document is Better Stack's, and what it includes.

use std::collections::BTreeMap;

use crate::readers::Unreadable;
use crate::readers::json::{Fields, Json, Object, Place, Warnings, quoted};
use crate::readers::lists::objects;

/// A page's document.
pub(super) struct Page<'j> {
    pub(super) top: Object<'j>,
    pub(super) data: Object<'j>,
    pub(super) attributes: Object<'j>,
}

pub(super) fn page<'j>(tree: &'j Json<'j>) -> Result<Page<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    let data = top
        .object("data")
        .ok_or_else(|| Unreadable::other_shape("no data object"))?;
    if data.text("type") != Some("status_page") {
        return Err(Unreadable::other_shape("the data are not of a status page"));
    }
    let attributes = data
        .object("attributes")
        .ok_or_else(|| Unreadable::other_shape("the status page has no attributes"))?;
    let is_told = attributes.text("aggregate_state").is_some() || top.list("included").is_some();
    if !is_told {
        return Err(Unreadable::other_shape(
            "neither an aggregate state nor a list of what is included",
        ));
    }
    Ok(Page {
        top,
        data,
        attributes,
    })
}

/// Why other than one page cannot be read.
pub(super) fn not_one(pages: &[Page<'_>]) -> Unreadable {
    let name = |page: &Page<'_>| {
        let name = page
            .data
            .text("id")
            .or_else(|| page.attributes.text("company_name"));
        crate::text::inert(name.unwrap_or_default())
    };
    match pages {
        [first, second, ..] => Unreadable::DifferentPages {
            first: name(first),
            second: name(second),
        },
        _ => Unreadable::Empty,
    }
}

/// An entry of `included`.
#[derive(Clone, Copy)]
pub(super) struct Entry<'j> {
    /// Its number in the list.
    pub(super) index: usize,
    pub(super) object: Object<'j>,
    /// What it says; `None` where that is missing.
    pub(super) attributes: Option<Object<'j>>,
}

impl<'j> Entry<'j> {
    /// The ids of what it relates to.
    pub(super) fn related(&self, key: &str) -> Vec<String> {
        let data = self
            .object
            .object("relationships")
            .and_then(|relationships| relationships.object(key))
            .and_then(|relation| relation.list("data"));
        data.unwrap_or_default()
            .iter()
            .filter_map(|entry| id(entry.object()?))
            .collect()
    }

    pub(super) fn id(&self) -> Option<String> {
        id(self.object)
    }

    /// The text or the number at a key of its attributes, as a text.
    pub(super) fn reference(&self, key: &str) -> Option<String> {
        text_or_number(self.attributes?.get(key)?)
    }

    /// Its attributes as fields. Without any, everything in it is missing.
    pub(super) fn fields<'p>(&self, place: &'p Place<'p>) -> Fields<'j, 'p> {
        Fields {
            object: self.attributes.unwrap_or_default(),
            place: place.key("attributes"),
        }
    }
}

fn id(object: Object<'_>) -> Option<String> {
    text_or_number(object.get("id")?).filter(|id| !id.trim().is_empty())
}

/// JSON:API has identifiers as texts; attributes that name one may have numbers.
pub(super) fn text_or_number(value: &Json<'_>) -> Option<String> {
    match value {
        Json::Text(text) => Some(text.clone().into_owned()),
        Json::Number(number) => Some(number.to_string()),
        Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => None,
    }
}

/// Everything that is included, by its type.
#[derive(Default)]
pub(super) struct Included<'j> {
    pub(super) sections: Vec<Entry<'j>>,
    pub(super) resources: Vec<Entry<'j>>,
    pub(super) reports: Vec<Entry<'j>>,
    pub(super) updates: BTreeMap<String, Entry<'j>>,
    /// How many entries are of no known type: they may be anything.
    pub(super) unknown: usize,
}

impl<'j> Included<'j> {
    pub(super) fn sort(list: &'j [Json<'j>], place: &Place<'_>, warnings: &mut Warnings) -> Self {
        let mut included = Self::default();
        let skipped = objects(list, place, warnings, |object, place, warnings| {
            let entry = Entry {
                index: place.index().unwrap_or_default(),
                object,
                attributes: object.object("attributes"),
            };
            match object.text("type") {
                Some("status_page_section") => included.sections.push(entry),
                Some("status_page_resource") => included.resources.push(entry),
                Some("status_report") => included.reports.push(entry),
                Some("status_update") => {
                    let id = entry.id().unwrap_or_else(|| format!("#{}", entry.index));
                    included.updates.insert(id, entry);
                }
                kind => {
                    included.unknown += 1;
                    warnings.add(
                        place.key("type"),
                        format_args!("{} is no known type", quoted(kind.unwrap_or_default())),
                    );
                }
            }
        });
        included.unknown += skipped;
        included
    }
}
