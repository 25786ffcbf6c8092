//! The components in their containers, and what names them.

use std::collections::{BTreeMap, BTreeSet};

use super::health;
use crate::readers::components::{path_below, worse_than_its_parts};
use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Warnings};
use crate::readers::lists::{Once, less_skipped, objects};
use crate::readers::names::shared_name;
use crate::snapshot::{Component, Listing, NamedComponent};

/// The components of a page, and the leaves that each component is made of.
pub(super) struct Grid {
    pub(super) list: Vec<Component>,
    pub(super) listing: Listing,
    leaves: BTreeMap<String, Vec<Leaf>>,
}

/// A component in one of its containers.
#[derive(Clone)]
struct Leaf {
    container_id: Option<String>,
    id: String,
    name: String,
}

pub(super) fn components(result: &Fields<'_, '_>, warnings: &mut Warnings) -> Grid {
    let mut all = Once::default();
    let mut leaves: BTreeMap<String, Vec<Leaf>> = BTreeMap::new();
    let mut derived = DerivedIds::default();
    let Some(list) = result.list("status", warnings) else {
        return Grid {
            list: Vec::new(),
            listing: Listing::Absent,
            leaves,
        };
    };
    let mut skipped_containers = 0;
    let skipped = objects(
        list,
        &result.place.key("status"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let whole = component(&fields, &mut derived, &[], warnings);
            let group = path_below(&whole);
            let mut parts: Vec<Component> = Vec::new();
            let mut cells: Vec<Leaf> = Vec::new();
            let containers = fields.list("containers", warnings).unwrap_or_default();
            skipped_containers += objects(
                containers,
                &place.key("containers"),
                warnings,
                |object, place, warnings| {
                    let fields = Fields {
                        object,
                        place: *place,
                    };
                    let mut part = component(&fields, &mut derived, &[&whole.id], warnings);
                    let container_id = std::mem::take(&mut part.id);
                    part.id = format!("{}-{container_id}", whole.id);
                    part.group.clone_from(&group);
                    cells.push(Leaf {
                        id: part.id.clone(),
                        name: format!("{} / {}", shared_name(&whole.name), shared_name(&part.name)),
                        container_id: Some(container_id),
                    });
                    parts.push(part);
                },
            );
            let itself = if parts.is_empty() {
                cells.push(Leaf {
                    container_id: None,
                    id: whole.id.clone(),
                    name: shared_name(&whole.name),
                });
                Some(whole.clone())
            } else {
                worse_than_its_parts(whole.clone(), &parts)
            };
            leaves.insert(whole.id.clone(), cells);
            for part in itself.into_iter().chain(parts) {
                all.put(&part.id.clone(), part, place, warnings);
            }
        },
    );
    Grid {
        list: all.into_list(),
        listing: less_skipped(Listing::Complete, skipped + skipped_containers),
        leaves,
    }
}

/// A component or one of its containers, as a row of its own.
fn component(
    fields: &Fields<'_, '_>,
    derived: &mut DerivedIds,
    within: &[&str],
    warnings: &mut Warnings,
) -> Component {
    let name = fields.expected_text("name", warnings).unwrap_or_default();
    let given = fields.id("id", warnings);
    let parts: Vec<&str> = within.iter().copied().chain([name]).collect();
    let id = derived.given_or_derived(given, ("component", &parts), &fields.place, warnings);
    Component {
        id,
        name: name.to_owned(),
        group: Vec::new(),
        health: health(fields, warnings),
        raw: fields.text("status", warnings).map(str::to_owned),
        description: None,
    }
}

/// The leaves that an incident or a maintenance names: the components it affects in the containers it affects.
pub(super) fn named(fields: &Fields<'_, '_>, grid: &Grid, warnings: &mut Warnings) -> Vec<NamedComponent> {
    let mut containers = BTreeSet::new();
    let list = fields.list("containers_affected", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("containers_affected"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            containers.extend(fields.id("_id", warnings).map(String::from));
        },
    );
    let mut named = Vec::new();
    let list = fields.list("components_affected", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("components_affected"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let id = fields.id("_id", warnings).map(String::from);
            let name = fields.text("name", warnings);
            let leaves = id.as_ref().and_then(|id| grid.leaves.get(id));
            let is_affected = |leaf: &&Leaf| {
                leaf.container_id
                    .as_ref()
                    .is_none_or(|container| containers.contains(container))
            };
            let all = leaves.into_iter().flatten();
            let mut affected: Vec<&Leaf> = all.clone().filter(is_affected).collect();
            if affected.is_empty() {
                affected = all.collect();
            }
            let as_named = |id: Option<String>, name: &str| NamedComponent {
                id,
                name: name.to_owned(),
                health: None,
                raw: None,
            };
            if affected.is_empty() && (id.is_some() || name.is_some()) {
                named.push(as_named(id, name.unwrap_or_default()));
            }
            named.extend(
                affected
                    .into_iter()
                    .map(|leaf| as_named(Some(leaf.id.clone()), &leaf.name)),
            );
        },
    );
    named
}
