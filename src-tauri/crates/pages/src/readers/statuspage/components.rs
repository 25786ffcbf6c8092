//! The rows of `components`: the leaves, and the groups that are their path.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Source, words};
use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Object, Place, Warnings, quoted};
use crate::readers::lists::objects;
use crate::readers::names::group_name;
use crate::snapshot::{Component, GroupName, NamedComponent, Transition};
use crate::words::Health;

/// The components of a page.
pub(super) struct Components {
    pub(super) list: Vec<Component>,
    /// How many rows could not be read at all.
    pub(super) skipped: usize,
}

/// A row as it stands in a document.
struct Row<'j> {
    id: Cow<'j, str>,
    name: &'j str,
    health: Health,
    raw: Option<&'j str>,
    description: Option<&'j str>,
    group_id: Option<Cow<'j, str>>,
    is_group: bool,
    /// The row itself, for what is needed only when an id stands twice.
    object: Object<'j>,
    /// Where the row stands, for warnings about its group.
    document: usize,
    index: usize,
}

impl Row<'_> {
    fn updated_at(&self) -> Option<Timestamp> {
        self.object.text("updated_at")?.parse().ok()
    }
}

/// Reads the components of all documents. The longest list gives the order.
pub(super) fn read(sources: &[Source<'_>], warnings: &mut Warnings) -> Components {
    let mut order: Vec<usize> = (0..sources.len()).collect();
    let length = |at: &usize| {
        sources
            .get(*at)
            .and_then(|source| source.parts.components)
            .map(<[_]>::len)
    };
    order.sort_by_key(|at| std::cmp::Reverse(length(at)));

    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut positions: BTreeMap<Cow<'_, str>, usize> = BTreeMap::new();
    let mut skipped = 0;
    for (source, at) in order.iter().filter_map(|at| Some((sources.get(*at)?, *at))) {
        let top = Place::document(&source.place);
        let place = top.key("components");
        let Some(list) = source.parts.components else {
            if let Some(odd) = source.parts.top.get("components") {
                warnings.add(place, format_args!("{odd} is not a list"));
            }
            continue;
        };
        let mut derived = DerivedIds::default();
        rows.reserve(list.len());
        skipped += objects(list, &place, warnings, |object, place, warnings| {
            let row = row(object, place, at, &mut derived, warnings);
            let Some(position) = positions.get(row.id.as_ref()) else {
                positions.insert(row.id.clone(), rows.len());
                rows.push(row);
                return;
            };
            let Some(earlier) = rows.get_mut(*position) else {
                return;
            };
            if earlier.document == at {
                warnings.add(
                    *place,
                    format_args!("the id {} stands twice; the latest counts", quoted(&row.id)),
                );
            }
            let age = |row: &Row<'_>| {
                let source = sources.get(row.document);
                (
                    row.updated_at(),
                    source.and_then(|source| source.updated_at),
                    row.document,
                )
            };
            if age(&row) >= age(earlier) {
                *earlier = row;
            }
        });
    }

    let leaves = rows.iter().filter(|row| !row.is_group).map(|row| Component {
        id: row.id.clone().into_owned(),
        name: row.name.to_owned(),
        group: path(row, &rows, &positions, sources, warnings),
        health: row.health,
        raw: row.raw.map(str::to_owned),
        description: row.description.map(str::to_owned),
    });
    let mut list = Vec::with_capacity(rows.len());
    list.extend(leaves);
    Components { list, skipped }
}

fn row<'j>(
    object: Object<'j>,
    place: &Place<'_>,
    document: usize,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Row<'j> {
    let fields = Fields {
        object,
        place: *place,
    };
    let name = fields.expected_text("name", warnings).unwrap_or_default();
    let group_id = fields.id("group_id", warnings);
    let id = fields.id("id", warnings).unwrap_or_else(|| {
        Cow::Owned(derived.stand_in(
            "component",
            &[group_id.as_deref().unwrap_or_default(), name],
            *place,
            warnings,
        ))
    });
    let raw = fields.expected_text("status", warnings);
    Row {
        id,
        name,
        health: raw.map_or(Health::Unknown, |raw| {
            words::component(raw, &place.key("status"), warnings)
        }),
        raw,
        description: fields.text("description", warnings),
        group_id,
        is_group: fields.flag("group", warnings),
        object,
        document,
        index: place.index().unwrap_or_default(),
    }
}

/// The groups above a row, outermost first, as far as they are listed; none if they form a circle.
fn path(
    row: &Row<'_>,
    rows: &[Row<'_>],
    positions: &BTreeMap<Cow<'_, str>, usize>,
    sources: &[Source<'_>],
    warnings: &mut Warnings,
) -> Vec<GroupName> {
    // Statuspage has two levels; a deeper tree than this is a fault.
    const DEEPEST: usize = 16;
    let mut path: Vec<GroupName> = Vec::new();
    let mut inner = row;
    while let Some(group_id) = inner.group_id.as_deref() {
        let group = positions.get(group_id).and_then(|position| rows.get(*position));
        let fault = match group {
            None => Some(format!("no group has the id {}", quoted(group_id))),
            Some(group) if group.id == row.id || path.iter().any(|step| step.id == group.id) => {
                path.clear();
                Some("the groups form a circle".to_owned())
            }
            Some(_) if path.len() >= DEEPEST => Some("the groups are nested too deep".to_owned()),
            Some(_) => None,
        };
        if let Some(fault) = fault {
            let name = sources.get(row.document).map_or("", |source| &source.place);
            let top = Place::document(name);
            let list = top.key("components");
            let place = list.entry(row.index);
            warnings.add(place.key("group_id"), fault);
            break;
        }
        let Some(group) = group else { break };
        path.push(group_name(&group.id, group.name));
        inner = group;
    }
    path.reverse();
    path
}

/// The `components` of an incident or a maintenance; group rows are passed over, as everywhere.
pub(super) fn named(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<NamedComponent> {
    let Some(list) = fields.list("components", warnings) else {
        return Vec::new();
    };
    let mut named = Vec::with_capacity(list.len());
    objects(
        list,
        &fields.place.key("components"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            if fields.flag("group", warnings) {
                return;
            }
            let id = fields.id("id", warnings);
            let name = fields.expected_text("name", warnings);
            if id.is_none() && name.is_none() {
                return;
            }
            let raw = fields.text("status", warnings);
            named.push(NamedComponent {
                id: id.map(Into::into),
                name: name.unwrap_or_default().to_owned(),
                health: raw.map(|raw| words::component(raw, &place.key("status"), warnings)),
                raw: raw.map(str::to_owned),
            });
        },
    );
    named
}

/// The `affected_components` of an update.
pub(super) fn transitions(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<Transition> {
    let Some(list) = fields.list("affected_components", warnings) else {
        return Vec::new();
    };
    let mut transitions = Vec::with_capacity(list.len());
    objects(
        list,
        &fields.place.key("affected_components"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let word = |key: &str, warnings: &mut Warnings| {
                let raw = fields.text(key, warnings);
                let health = raw.map_or(Health::Unknown, |raw| {
                    words::component(raw, &place.key(key), warnings)
                });
                (health, raw.map(str::to_owned))
            };
            let (from, from_raw) = word("old_status", warnings);
            let (to, to_raw) = word("new_status", warnings);
            let id = fields.id("code", warnings);
            let name = fields.text("name", warnings);
            if id.is_none() && name.is_none() {
                warnings.add(*place, "neither code nor name; passed over");
                return;
            }
            transitions.push(Transition {
                id: id.map(Into::into),
                name: name.unwrap_or_default().to_owned(),
                from,
                from_raw,
                to,
                to_raw,
            });
        },
    );
    transitions
}
