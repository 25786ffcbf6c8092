//! Resources in their sections: the components of a page.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::shape::Included;
use super::words;
use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Json, Place, Warnings};
use crate::readers::lists::Once;
use crate::readers::names::group_name;
use crate::snapshot::{Component, GroupName};
use crate::words::Health;

/// The components of a page.
pub(super) struct Resources {
    pub(super) list: Vec<Component>,
    positions: BTreeMap<String, usize>,
    /// How many could not be told apart.
    pub(super) skipped: usize,
    /// The last day of any resource's history: the day of the document.
    pub(super) today: Option<Date>,
}

impl Resources {
    pub(super) fn read(included: &Included<'_>, place: &Place<'_>, warnings: &mut Warnings) -> Self {
        let sections = sections(included, place, warnings);
        let mut once: Once<Component> = Once::default();
        let mut derived = DerivedIds::default();
        let mut skipped = 0;
        let mut today = None;
        for entry in &included.resources {
            let place = place.entry(entry.index);
            let fields = entry.fields(&place);
            let name = fields.expected_text("public_name", warnings).unwrap_or_default();
            let group = entry
                .reference("status_page_section_id")
                .and_then(|section| sections.get(&section));
            let id = entry.id().unwrap_or_else(|| {
                let within = group.map_or("", |group| group.id.as_str());
                derived.stand_in("component", &[within, name], place, warnings)
            });
            let raw = fields.expected_text("status", warnings);
            let resource = Component {
                id: id.clone(),
                name: name.to_owned(),
                group: group.into_iter().cloned().collect(),
                health: raw.map_or(Health::Unknown, |raw| {
                    words::state(raw, &fields.place.key("status"), warnings)
                }),
                raw: raw.map(str::to_owned),
                description: fields
                    .text("explanation", warnings)
                    .filter(|explanation| !explanation.is_empty())
                    .map(str::to_owned),
            };
            if once.get_mut(&id).is_some() {
                skipped += 1;
            }
            once.put(&id, resource, &place, warnings);
            today = today.max(last_day(&fields));
        }
        let list = once.into_list();
        let positions = list
            .iter()
            .enumerate()
            .map(|(position, resource)| (resource.id.clone(), position))
            .collect();
        Self {
            list,
            positions,
            skipped,
            today,
        }
    }

    /// The resource of an id.
    pub(super) fn get(&self, id: &str) -> Option<&Component> {
        self.list.get(*self.positions.get(id)?)
    }
}

/// The sections that have a name, by id.
fn sections(
    included: &Included<'_>,
    place: &Place<'_>,
    warnings: &mut Warnings,
) -> BTreeMap<String, GroupName> {
    let mut sections = BTreeMap::new();
    for entry in &included.sections {
        let place = place.entry(entry.index);
        let name = entry.fields(&place).text("name", warnings).unwrap_or_default();
        if let Some(id) = entry.id().filter(|_| !name.is_empty()) {
            let group = group_name(&id, name);
            sections.insert(id, group);
        }
    }
    sections
}

fn last_day(resource: &Fields<'_, '_>) -> Option<Date> {
    let history = resource.object.list("status_history")?;
    history
        .iter()
        .filter_map(Json::object)
        .filter_map(|day| day.text("day")?.parse().ok())
        .max()
}
