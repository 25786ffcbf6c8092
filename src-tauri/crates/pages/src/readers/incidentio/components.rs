//! The component tree, and how each component is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::words;
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Object, Place, Warnings, quoted};
use crate::readers::lists::{Once, objects};
use crate::readers::names::group_name;
use crate::snapshot::{Component, GroupName, Incident, NamedComponent};
use crate::words::Health;

/// The components of a page.
pub(super) struct Components {
    list: Vec<Component>,
    positions: BTreeMap<String, usize>,
    /// How many could not be read, or not be told apart.
    skipped: usize,
}

/// The rows of a tree as it is gone through.
#[derive(Default)]
struct Rows {
    once: Once<Component>,
    derived: DerivedIds,
    skipped: usize,
}

impl Components {
    /// Reads the tree, and which of its components are affected.
    pub(super) fn read(summary: &Fields<'_, '_>, warnings: &mut Warnings) -> Self {
        let mut rows = Rows::default();
        rows.read_structure(summary, warnings);
        rows.read_list(summary, warnings);
        let skipped = rows.skipped;

        let (affected, unread) = named(summary, warnings);
        let mut is_evident = unread == Some(0);
        let mut affected: BTreeMap<String, NamedComponent> = affected
            .into_iter()
            .filter_map(|entry| Some((entry.id.clone()?, entry)))
            .collect();
        let mut list = rows.once.into_list();
        for component in &mut list {
            if let Some(entry) = affected.remove(component.id.as_str()) {
                component.health = entry.health.unwrap_or(Health::Unknown);
                component.raw = entry.raw;
            }
        }
        for id in affected.keys() {
            is_evident = false;
            warnings.add(
                summary.place.key("affected_components"),
                format_args!("{} is affected but stands in no list of components", quoted(id)),
            );
        }
        let positions = list
            .iter()
            .enumerate()
            .map(|(position, component)| (component.id.clone(), position))
            .collect();
        let mut components = Self {
            list,
            positions,
            skipped,
        };
        if !is_evident {
            components.doubt();
        }
        components
    }

    /// Where something is listed that cannot be placed, it may be meant for any component that has no word of its own.
    pub(super) fn doubt(&mut self) {
        for component in &mut self.list {
            if component.raw.is_none() {
                component.health = Health::Unknown;
            }
        }
    }

    /// The worst known health of any of them.
    pub(super) fn worst(&self) -> Health {
        let healths = self.list.iter().map(|component| component.health);
        healths.fold(Health::Unknown, Health::worse)
    }

    /// Takes from open incidents what the list of affected components lacks.
    pub(super) fn heed(&mut self, incidents: &[Incident], place: &Place<'_>, warnings: &mut Warnings) {
        let named = incidents
            .iter()
            .filter(|incident| incident.facts.is_open())
            .flat_map(|incident| &incident.facts.components);
        let mut missing: BTreeMap<usize, (Health, Option<&str>)> = BTreeMap::new();
        for named in named {
            let position = named.id.as_ref().and_then(|id| self.positions.get(id)).copied();
            let component = position.and_then(|position| self.list.get(position));
            let health = named.health.filter(|health| health.is_problem());
            // A component with a word of its own is as the list of affected components says.
            let is_missing = component.is_some_and(|component| component.raw.is_none());
            if let (Some(position), Some(health), true) = (position, health, is_missing) {
                let worst = missing.entry(position).or_insert((Health::Unknown, None));
                if health.rank() > worst.0.rank() {
                    *worst = (health, named.raw.as_deref());
                }
            }
        }
        for (position, (health, raw)) in missing {
            if let Some(component) = self.list.get_mut(position) {
                warnings.add(
                    place.key("affected_components"),
                    format_args!(
                        "{} is missing, which an open incident affects",
                        quoted(&component.id)
                    ),
                );
                component.health = health;
                component.raw = raw.map(str::to_owned);
            }
        }
    }

    /// The name of a component.
    pub(super) fn name(&self, id: &str) -> Option<&str> {
        let component = self.list.get(*self.positions.get(id)?)?;
        Some(&component.name)
    }

    /// All of them, and how many could not be read.
    pub(super) fn into_list(self) -> (Vec<Component>, usize) {
        (self.list, self.skipped)
    }
}

impl Rows {
    /// The tree: groups of components, components, and pages below this one.
    fn read_structure(&mut self, summary: &Fields<'_, '_>, warnings: &mut Warnings) {
        let Some(structure) = summary.object("structure", warnings) else {
            return;
        };
        let structure = Fields {
            object: structure,
            place: summary.place.key("structure"),
        };
        let Some(items) = structure.list("items", warnings) else {
            return;
        };
        self.skipped += objects(
            items,
            &structure.place.key("items"),
            warnings,
            |item, place, warnings| self.read_item(item, place, warnings),
        );
    }

    fn read_item(&mut self, item: Object<'_>, place: &Place<'_>, warnings: &mut Warnings) {
        if let Some(group) = item.object("group") {
            self.read_group(group, &place.key("group"), warnings);
        } else if let Some(component) = item.object("component") {
            let key = "component_id";
            self.put(component, &place.key("component"), key, &[], warnings);
        } else if let Some(page) = item.object("sub_page") {
            let key = if page.get("id").is_some() {
                "id"
            } else {
                "status_page_id"
            };
            let row = self.row(page, &place.key("sub_page"), key, &[], warnings);
            self.add(
                Component {
                    health: Health::Unknown,
                    ..row
                },
                place,
                warnings,
            );
        } else {
            self.skipped += 1;
            warnings.add(*place, "neither a group nor a component; passed over");
        }
    }

    fn read_group(&mut self, group: Object<'_>, place: &Place<'_>, warnings: &mut Warnings) {
        let fields = Fields {
            object: group,
            place: *place,
        };
        let name = fields.expected_text("name", warnings).unwrap_or_default();
        let id = fields
            .id("id", warnings)
            .map_or_else(|| derived_id("group", &[name]), Cow::into_owned);
        let path = [group_name(&id, name)];
        let Some(components) = fields.list("components", warnings) else {
            self.skipped += 1;
            return;
        };
        self.skipped += objects(
            components,
            &place.key("components"),
            warnings,
            |component, place, warnings| self.put(component, place, "component_id", &path, warnings),
        );
    }

    /// The flat list, for what the tree leaves out.
    fn read_list(&mut self, summary: &Fields<'_, '_>, warnings: &mut Warnings) {
        let Some(list) = summary.list("components", warnings) else {
            return;
        };
        self.skipped += objects(
            list,
            &summary.place.key("components"),
            warnings,
            |component, place, warnings| {
                let known = component
                    .text("id")
                    .is_some_and(|id| self.once.get_mut(id).is_some());
                if !known {
                    self.put(component, place, "id", &[], warnings);
                }
            },
        );
    }

    fn put(
        &mut self,
        object: Object<'_>,
        place: &Place<'_>,
        id_key: &str,
        group: &[GroupName],
        warnings: &mut Warnings,
    ) {
        let component = self.row(object, place, id_key, group, warnings);
        self.add(component, place, warnings);
    }

    fn add(&mut self, row: Component, place: &Place<'_>, warnings: &mut Warnings) {
        let id = row.id.clone();
        // Which of the two the words about that id mean cannot be told.
        if self.once.get_mut(&id).is_some() {
            self.skipped += 1;
        }
        self.once.put(&id, row, place, warnings);
    }

    /// A row whose component nothing affects.
    fn row(
        &mut self,
        object: Object<'_>,
        place: &Place<'_>,
        id_key: &str,
        group: &[GroupName],
        warnings: &mut Warnings,
    ) -> Component {
        let fields = Fields {
            object,
            place: *place,
        };
        let name = fields.expected_text("name", warnings).unwrap_or_default();
        let id = fields.id(id_key, warnings).map_or_else(
            || {
                let within = group.last().map_or("", |group| group.name.as_str());
                let id = self.derived.distinct(derived_id("component", &[within, name]));
                warnings.add(*place, format_args!("no {id_key}; {id} is used"));
                id
            },
            Cow::into_owned,
        );
        Component {
            id,
            name: name.to_owned(),
            group: group.to_vec(),
            health: Health::Operational,
            raw: None,
            description: fields.text("description", warnings).map(str::to_owned),
        }
    }
}

/// The `affected_components` of a page or an event with their present state, and how many of them could not be read;
/// `None` where there is no such list. Names are left empty: the entries have none.
pub(super) fn named(
    fields: &Fields<'_, '_>,
    warnings: &mut Warnings,
) -> (Vec<NamedComponent>, Option<usize>) {
    let key = "affected_components";
    let Some(list) = fields.list(key, warnings) else {
        return (Vec::new(), None);
    };
    let mut named: Once<NamedComponent> = Once::default();
    let mut unnamed = 0;
    let skipped = objects(
        list,
        &fields.place.key(key),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let Some(id) = fields.id("component_id", warnings) else {
                warnings.add(*place, "no component_id; passed over");
                unnamed += 1;
                return;
            };
            // `status` is the worst that it was while `current_status` is given.
            let key = ["current_status", "status"]
                .into_iter()
                .find(|key| fields.object.text(key).is_some())
                .unwrap_or("status");
            let raw = fields.expected_text(key, warnings);
            let entry = NamedComponent {
                id: Some(id.clone().into_owned()),
                name: String::new(),
                health: raw.map(|raw| words::component(raw, &place.key(key), warnings)),
                raw: raw.map(str::to_owned),
            };
            named.put(&id, entry, place, warnings);
        },
    );
    (named.into_list(), Some(skipped + unnamed))
}
