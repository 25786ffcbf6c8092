//! The components: a flat list whose rows name their group, or a tree whose rows hold their children.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::shape::Source;
use super::words;
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Json, Object, Place, Warnings};
use crate::readers::lists::objects;
use crate::readers::names::group_name;
use crate::snapshot::{Component, GroupName};
use crate::words::Health;

/// The components of a page.
#[derive(Default)]
pub(super) struct Components {
    pub(super) list: Vec<Component>,
    /// How many rows could not be read, or not be told apart.
    pub(super) skipped: usize,
}

/// A row, a leaf or a group.
struct Row {
    component: Component,
    group_id: Option<String>,
    is_group: bool,
}

#[derive(Default)]
struct Rows {
    list: Vec<Row>,
    positions: BTreeMap<String, usize>,
    groups: BTreeMap<String, GroupName>,
    derived: DerivedIds,
    skipped: usize,
}

/// A deeper tree than this is a fault.
const DEEPEST: usize = 16;

pub(super) fn read(sources: &[Source<'_>], warnings: &mut Warnings) -> Components {
    let mut rows = Rows::default();
    for source in sources {
        let top = Fields {
            object: source.object,
            place: Place::document(&source.place),
        };
        match top.list("components", warnings) {
            Some(list) => rows.read(list, &top.place.key("components"), None, 0, warnings),
            None => {
                rows.skipped += 1;
                if top.present("components").is_none() {
                    warnings.add(top.place.key("components"), "missing");
                }
            }
        }
    }
    rows.into_components()
}

impl Rows {
    fn read(
        &mut self,
        list: &[Json<'_>],
        place: &Place<'_>,
        parent: Option<&str>,
        depth: usize,
        warnings: &mut Warnings,
    ) {
        if depth >= DEEPEST {
            self.skipped += 1;
            warnings.add(*place, "nested too deep; passed over");
            return;
        }
        self.skipped += objects(list, place, warnings, |object, place, warnings| {
            let row = self.row(object, place, parent, warnings);
            let id = row.component.id.clone();
            if self.positions.contains_key(&id) {
                self.skipped += 1;
                warnings.add(*place, "an id that stands twice; passed over");
                return;
            }
            self.positions.insert(id.clone(), self.list.len());
            self.list.push(row);
            let children = object.list("children").unwrap_or_default();
            self.read(children, &place.key("children"), Some(&id), depth + 1, warnings);
        });
    }

    fn row(
        &mut self,
        object: Object<'_>,
        place: &Place<'_>,
        parent: Option<&str>,
        warnings: &mut Warnings,
    ) -> Row {
        let fields = Fields {
            object,
            place: *place,
        };
        let name = fields.expected_text("name", warnings).unwrap_or_default();
        let group = fields.object("group", warnings).map(|group| Fields {
            object: group,
            place: place.key("group"),
        });
        let named = group.and_then(|group| {
            let id = group.id("id", warnings).map(Cow::into_owned);
            let name = group.text("name", warnings).unwrap_or_default().to_owned();
            let id = id.or_else(|| (!name.is_empty()).then(|| derived_id("group", &[&name])))?;
            Some(group_name(&id, &name))
        });
        let group_id = named
            .as_ref()
            .map(|group| group.id.clone())
            .or_else(|| parent.map(str::to_owned));
        if let Some(group) = named {
            self.groups.entry(group.id.clone()).or_insert(group);
        }
        let id = fields.id("id", warnings).map_or_else(
            || {
                let within = group_id.as_deref().unwrap_or_default();
                self.derived
                    .stand_in("component", &[within, name], *place, warnings)
            },
            Cow::into_owned,
        );
        let raw = fields.expected_text("status", warnings);
        let children = fields.list("children", warnings).unwrap_or_default();
        Row {
            component: Component {
                id,
                name: name.to_owned(),
                group: Vec::new(),
                health: raw.map_or(Health::Unknown, |raw| {
                    words::component(raw, &place.key("status"), warnings)
                }),
                raw: raw.map(str::to_owned),
                description: fields
                    .text("description", warnings)
                    .filter(|description| !description.is_empty())
                    .map(str::to_owned),
            },
            group_id,
            is_group: !children.is_empty() || fields.flag("isParent", warnings),
        }
    }

    /// The leaves with the groups above them. A row that another one names as its group is a group.
    fn into_components(self) -> Components {
        let named: BTreeSet<&str> = self
            .list
            .iter()
            .filter_map(|row| row.group_id.as_deref().filter(|group| *group != row.component.id))
            .collect();
        let is_leaf = |row: &&Row| !row.is_group && !named.contains(row.component.id.as_str());
        let list = self
            .list
            .iter()
            .filter(is_leaf)
            .map(|row| Component {
                group: self.path(row),
                ..row.component.clone()
            })
            .collect();
        Components {
            list,
            skipped: self.skipped,
        }
    }

    fn path(&self, row: &Row) -> Vec<GroupName> {
        let mut path: Vec<GroupName> = Vec::new();
        let mut next = row.group_id.as_deref();
        while let Some(id) = next {
            let row = self
                .positions
                .get(id)
                .and_then(|position| self.list.get(*position));
            let step = match (row, self.groups.get(id)) {
                (Some(row), _) => group_name(id, &row.component.name),
                (None, Some(group)) => group.clone(),
                (None, None) => break,
            };
            // A circle has no outermost group.
            if path.len() >= DEEPEST || path.contains(&step) {
                return Vec::new();
            }
            path.push(step);
            next = row.and_then(|row| row.group_id.as_deref());
        }
        path.reverse();
        path
    }
}
