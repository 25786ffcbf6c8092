//! The components of a page and what stands above them.

use std::collections::{BTreeMap, BTreeSet};

use super::state;
use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Json, Place, Warnings};
use crate::readers::lists::{Once, objects};
use crate::readers::names::group_name;
use crate::snapshot::{Component, GroupName};
use crate::words::Health;

/// How many components may stand above one; what stands higher is left out.
const DEEPEST: usize = 8;

/// A row of the list: a component, or one that others stand under.
struct Row {
    component: Component,
    parent: Option<String>,
}

/// The rows of all pages of the list.
#[derive(Default)]
pub(super) struct Rows {
    rows: Once<Row>,
    derived: DerivedIds,
    count: usize,
    pub(super) skipped: usize,
}

impl Rows {
    pub(super) fn add(&mut self, list: &[Json<'_>], place: &Place<'_>, warnings: &mut Warnings) {
        let skipped = objects(list, place, warnings, |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let row = row(&fields, &mut self.derived, warnings);
            let id = row.component.id.clone();
            self.count += usize::from(self.rows.get_mut(&id).is_none());
            self.rows.put(&id, row, place, warnings);
        });
        self.skipped += skipped;
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The components that no other stands under, each with the names above it.
    pub(super) fn into_components(self, warnings: &mut Warnings) -> Vec<Component> {
        let rows = self.rows.into_list();
        let parents: BTreeMap<String, (String, Option<String>)> = rows
            .iter()
            .map(|row| {
                let component = &row.component;
                (component.id.clone(), (component.name.clone(), row.parent.clone()))
            })
            .collect();
        let groups: BTreeSet<String> = rows.iter().filter_map(|row| row.parent.clone()).collect();
        let is_leaf =
            |row: &Row| !groups.contains(&row.component.id) || row.parent.as_ref() == Some(&row.component.id);
        rows.into_iter()
            .filter(is_leaf)
            .map(|row| Component {
                group: path(row.parent.as_deref(), &row.component.id, &parents, warnings),
                ..row.component
            })
            .collect()
    }
}

/// The names above a component, outermost first.
fn path(
    parent: Option<&str>,
    id: &str,
    parents: &BTreeMap<String, (String, Option<String>)>,
    warnings: &mut Warnings,
) -> Vec<GroupName> {
    let mut path = Vec::new();
    let mut at = parent;
    while let Some(group) = at.filter(|group| *group != id) {
        let Some((name, above)) = parents.get(group) else {
            break;
        };
        if path.len() == DEEPEST {
            warnings.add(
                Place::document("components"),
                "components stand above one another",
            );
            break;
        }
        path.push(group_name(group, name));
        at = above.as_deref();
    }
    path.reverse();
    path
}

fn row(fields: &Fields<'_, '_>, derived: &mut DerivedIds, warnings: &mut Warnings) -> Row {
    let name = fields.expected_text("name", warnings).unwrap_or_default();
    let parent = fields.id_or_number("parent_id", warnings);
    let id = fields.id_or_number("id", warnings).unwrap_or_else(|| {
        let above = parent.as_deref().unwrap_or_default();
        derived.stand_in("component", &[above, name], fields.place, warnings)
    });
    let raw = fields.expected_text("state", warnings);
    Row {
        component: Component {
            id,
            name: name.to_owned(),
            group: Vec::new(),
            health: raw.map_or(Health::Unknown, |raw| {
                state(raw, &fields.place.key("state"), warnings)
            }),
            raw: raw.map(str::to_owned),
            description: fields
                .text("description", warnings)
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
        },
        parent,
    }
}
