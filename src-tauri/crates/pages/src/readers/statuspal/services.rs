//! The tree of services, and what names them.

use std::collections::BTreeMap;

use super::current_type;
use crate::readers::components::{path_below, worse_than_its_parts};
use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Json, Place, Warnings};
use crate::readers::lists::{Once, less_skipped, objects};
use crate::readers::names::shared_name;
use crate::snapshot::{Component, GroupName, Listing, NamedComponent};

/// The services of a page.
pub(super) struct Services {
    pub(super) list: Vec<Component>,
    pub(super) listing: Listing,
    /// The name of each service, and whether it is a leaf.
    pub(super) names: BTreeMap<String, (String, bool)>,
}

pub(super) fn services(top: &Fields<'_, '_>, warnings: &mut Warnings) -> Services {
    let mut found = Found::default();
    let Some(list) = top.list("services", warnings) else {
        return Services {
            list: Vec::new(),
            listing: Listing::Absent,
            names: BTreeMap::new(),
        };
    };
    found.walk(list, &[], &top.place.key("services"), warnings);
    Services {
        list: found.leaves.into_list(),
        listing: less_skipped(Listing::Complete, found.skipped),
        names: found.names,
    }
}

#[derive(Default)]
struct Found {
    leaves: Once<Component>,
    names: BTreeMap<String, (String, bool)>,
    derived: DerivedIds,
    skipped: usize,
}

impl Found {
    /// Takes in a list of services with what is below them; returns the leaves, for the word of the group that holds them.
    fn walk(
        &mut self,
        list: &[Json<'_>],
        path: &[GroupName],
        place: &Place<'_>,
        warnings: &mut Warnings,
    ) -> Vec<Component> {
        // Statuspal's own pages show three levels; a deeper tree than this is a fault.
        const DEEPEST: usize = 16;
        let mut leaves = Vec::new();
        self.skipped += objects(list, place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let service = self.service(&fields, path, warnings);
            let children = fields.list("children", warnings).unwrap_or_default();
            let is_leaf = children.is_empty() || path.len() >= DEEPEST;
            self.names
                .insert(service.id.clone(), (shared_name(&service.name), is_leaf));
            let itself = if is_leaf {
                self.skipped += children.len();
                Some(service)
            } else {
                let below = path_below(&service);
                let parts = self.walk(children, &below, &place.key("children"), warnings);
                let itself = worse_than_its_parts(service, &parts);
                leaves.extend(parts);
                itself
            };
            if let Some(leaf) = itself {
                self.names
                    .insert(leaf.id.clone(), (shared_name(&leaf.name), true));
                self.leaves.put(&leaf.id, leaf.clone(), place, warnings);
                leaves.push(leaf);
            }
        });
        leaves
    }

    fn service(&mut self, fields: &Fields<'_, '_>, path: &[GroupName], warnings: &mut Warnings) -> Component {
        let name = fields.expected_text("name", warnings).unwrap_or_default();
        let given = fields.id_or_number("id", warnings);
        let parts: Vec<&str> = path.iter().map(|group| group.id.as_str()).chain([name]).collect();
        let derived = &mut self.derived;
        let id = derived.given_or_derived(given, ("service", &parts), &fields.place, warnings);
        let (health, raw) = current_type(fields, warnings);
        Component {
            id,
            name: name.to_owned(),
            group: path.to_vec(),
            health,
            raw,
            description: fields.text("description", warnings).map(str::to_owned),
        }
    }
}

/// The services that an incident or a maintenance names. Its list holds groups beside their children; groups are passed
/// over unless they are all there is.
pub(super) fn named(
    fields: &Fields<'_, '_>,
    names: &BTreeMap<String, (String, bool)>,
    warnings: &mut Warnings,
) -> Vec<NamedComponent> {
    let mut leaves = Vec::new();
    let mut groups = Vec::new();
    let list = fields.list("service_ids", warnings).unwrap_or_default();
    let place = fields.place.key("service_ids");
    for (index, value) in list.iter().enumerate() {
        let id = match value {
            Json::Number(number) => number.to_string(),
            Json::Text(text) if !text.trim().is_empty() => text.to_string(),
            Json::Null | Json::Bool(_) | Json::Text(_) | Json::List(_) | Json::Object(_) => {
                warnings.add(place.entry(index), format_args!("{value} is no service"));
                continue;
            }
        };
        let known = names.get(&id);
        let component = NamedComponent {
            name: known.map(|(name, _)| name.clone()).unwrap_or_default(),
            id: Some(id),
            health: None,
            raw: None,
        };
        match known {
            Some((_, false)) => groups.push(component),
            Some((_, true)) | None => leaves.push(component),
        }
    }
    if leaves.is_empty() { groups } else { leaves }
}
