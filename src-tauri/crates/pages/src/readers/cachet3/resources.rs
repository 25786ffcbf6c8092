//! JSON:API: resources, what they refer to, and pages of lists.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::readers::json::{Fields, Json, Object, Place, Warnings};

/// A page of a list.
pub(super) struct List<'j> {
    top: Object<'j>,
    pub(super) entries: &'j [Json<'j>],
}

impl<'j> List<'j> {
    pub(super) fn of(top: Object<'j>) -> Option<Self> {
        let entries = top.list("data")?;
        let is_paged = top
            .object("links")
            .is_some_and(|links| links.get("next").is_some())
            && top
                .object("meta")
                .is_some_and(|meta| meta.get("per_page").is_some());
        let is_resource =
            |entry: Object<'_>| entry.text("type").is_some() && entry.object("attributes").is_some();
        let has_resource = entries.iter().filter_map(Json::object).any(is_resource);
        (has_resource || entries.is_empty() && is_paged).then_some(Self { top, entries })
    }

    /// What it is a list of: by its entries, and where there are none by the path that it tells, else by its name.
    pub(super) fn holds<'n>(&self, name: &'n str) -> Option<&'n str>
    where
        'j: 'n,
    {
        let types = self.entries.iter().filter_map(Json::object);
        let kind = types
            .filter_map(|entry| entry.text("type"))
            .find(|kind| KINDS.contains(kind));
        if kind.is_some() || !self.entries.is_empty() {
            return kind;
        }
        let path = self.top.object("meta").and_then(|meta| meta.text("path"));
        match path.and_then(|path| path.rsplit_once("/api/")) {
            Some((_, kind)) => Some(kind),
            None => Some(name),
        }
    }

    /// Whether this page is all there is.
    pub(super) fn is_whole(&self) -> bool {
        let links = self.top.object("links");
        let meta = self.top.object("meta");
        matches!(links.and_then(|links| links.get("next")), Some(Json::Null))
            && meta
                .and_then(|meta| meta.get("current_page"))
                .is_some_and(|page| page.to_string() == "1")
    }
}

const KINDS: [&str; 3] = ["components", "incidents", "schedules"];

/// A resource: its identifier and its attributes.
pub(super) struct Resource<'j, 'p> {
    pub(super) id: Option<String>,
    pub(super) attributes: Fields<'j, 'p>,
}

impl<'j, 'p> Resource<'j, 'p> {
    pub(super) fn of(object: Object<'j>, place: &'p Place<'p>, warnings: &mut Warnings) -> Option<Self> {
        let fields = Fields {
            object,
            place: *place,
        };
        let Some(attributes) = object.object("attributes") else {
            warnings.add(*place, "no attributes; passed over");
            return None;
        };
        Some(Self {
            id: fields.id("id", warnings).map(Cow::into_owned),
            attributes: Fields {
                object: attributes,
                place: place.key("attributes"),
            },
        })
    }
}

/// The attributes of what a list's entries refer to, by type and identifier.
pub(super) struct Included<'j>(BTreeMap<(&'j str, &'j str), Object<'j>>);

impl<'j> Included<'j> {
    pub(super) fn of(list: &List<'j>) -> Self {
        let resources = list.top.list("included").unwrap_or_default();
        Self(
            resources
                .iter()
                .filter_map(|resource| {
                    let resource = resource.object()?;
                    let key = (resource.text("type")?, resource.text("id")?);
                    Some((key, resource.object("attributes")?))
                })
                .collect(),
        )
    }

    /// What a resource refers to by a name: identifiers, each with its attributes if they are included.
    pub(super) fn related(
        &self,
        resource: Object<'j>,
        name: &str,
    ) -> impl Iterator<Item = (&'j str, Option<Object<'j>>)> {
        references(resource, name).map(|key| (key.1, self.0.get(&key).copied()))
    }

    /// The same of what belongs to one resource alone: nobody who refers to it later gets it too.
    pub(super) fn take_related(
        &mut self,
        resource: Object<'j>,
        name: &str,
    ) -> Vec<(&'j str, Option<Object<'j>>)> {
        references(resource, name)
            .map(|key| (key.1, self.0.remove(&key)))
            .collect()
    }
}

/// What a resource refers to by a name.
fn references<'j>(resource: Object<'j>, name: &str) -> impl Iterator<Item = (&'j str, &'j str)> + use<'j> {
    let relation = resource
        .object("relationships")
        .and_then(|relations| relations.object(name));
    let data = relation.and_then(|relation| relation.get("data"));
    let many = data.and_then(Json::list).unwrap_or_default();
    let one = data.filter(|data| data.object().is_some());
    one.into_iter().chain(many).filter_map(|reference| {
        let reference = reference.object()?;
        Some((reference.text("type")?, reference.text("id")?))
    })
}

/// The number of a status and its word in the page's language. The word is for people; the number decides.
pub(super) fn status(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> (Option<String>, Option<String>) {
    let Some(object) = fields.object.object("status") else {
        if fields.present("status").is_none() {
            warnings.add(fields.place.key("status"), "missing");
        }
        let number = fields.integer("status", warnings);
        return (number.map(|number| number.to_string()), None);
    };
    let place = fields.place.key("status");
    let fields = Fields { object, place };
    let number = fields.integer("value", warnings).map(|number| number.to_string());
    (number, object.text("human").map(str::to_owned))
}
