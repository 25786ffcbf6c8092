//! The services of a page, and how they are by what is said of them elsewhere.

use std::collections::BTreeMap;

use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Json, Object, Place, Warnings};
use crate::readers::lists::{Once, less_skipped, objects};
use crate::readers::names::group_name;
use crate::snapshot::{Component, GroupName, Listing, NamedComponent};
use crate::words::Health;

/// The services of a page.
pub(super) struct Services {
    pub(super) list: Vec<Component>,
    pub(super) listing: Listing,
}

impl Services {
    /// No document lists them.
    pub(super) fn none() -> Self {
        Self {
            list: Vec::new(),
            listing: Listing::Absent,
        }
    }

    /// Reads the services that are shown; nothing is said yet of how they are.
    pub(super) fn read(
        list: &[Json<'_>],
        groups: &BTreeMap<String, GroupName>,
        place: &Place<'_>,
        warnings: &mut Warnings,
    ) -> Self {
        let mut services = Once::default();
        let mut derived = DerivedIds::default();
        let skipped = objects(list, place, warnings, |object, place, warnings| {
            if matches!(object.get("is_active"), Some(Json::Bool(false))) {
                return;
            }
            let fields = Fields {
                object,
                place: *place,
            };
            let shown = fields
                .text("display_name", warnings)
                .filter(|name| !name.is_empty());
            let name = shown.or_else(|| fields.expected_text("name", warnings));
            let name = name.unwrap_or_default();
            let given = fields.id("id", warnings);
            let id = derived.given_or_derived(given, ("service", &[name]), place, warnings);
            let business_id = object
                .text("business_service_id")
                .or_else(|| object.text("external_business_service_id"));
            let service = Component {
                id: id.clone(),
                name: name.to_owned(),
                group: business_id
                    .and_then(|id| groups.get(id))
                    .into_iter()
                    .cloned()
                    .collect(),
                health: Health::Unknown,
                raw: None,
                description: None,
            };
            services.put(&id, service, place, warnings);
        });
        Self {
            list: services.into_list(),
            listing: less_skipped(Listing::Complete, skipped),
        }
    }

    /// The names by the ids.
    pub(super) fn names(&self) -> BTreeMap<String, String> {
        self.list
            .iter()
            .map(|service| (service.id.clone(), service.name.clone()))
            .collect()
    }

    /// Takes what is said of services that are impacted: the worst counts. The others are operational if everything that
    /// could say otherwise was understood.
    pub(super) fn say(&mut self, impacted: &[NamedComponent], is_understood: bool) {
        let mut said: BTreeMap<&str, (Health, Option<&str>)> = BTreeMap::new();
        for service in impacted {
            let Some(id) = service.id.as_deref() else { continue };
            let health = service.health.unwrap_or(Health::Unknown);
            let known = said.entry(id).or_insert((health, service.raw.as_deref()));
            if known.0.worse(health) != known.0 {
                *known = (health, service.raw.as_deref());
            }
        }
        for service in &mut self.list {
            (service.health, service.raw) = match said.get(service.id.as_str()) {
                Some((health, raw)) => (*health, raw.map(str::to_owned)),
                None if is_understood => (Health::Operational, None),
                None => (Health::Unknown, None),
            };
        }
    }
}

/// The group of each service in a page's layout, by the service's other identifier.
pub(super) fn groups(layout: Option<Object<'_>>) -> BTreeMap<String, GroupName> {
    let rows = || {
        layout
            .and_then(|layout| layout.object("layout_settings")?.list("business_services"))
            .unwrap_or_default()
            .iter()
            .filter_map(Json::object)
    };
    let names: BTreeMap<&str, &str> = rows()
        .filter(|row| matches!(row.get("grouping_element"), Some(Json::Bool(true))))
        .filter_map(|row| Some((row.text("id")?, row.text("name")?)))
        .collect();
    rows()
        .filter_map(|row| {
            let group = row.text("Head_ID")?;
            let name = names.get(group)?;
            Some((row.text("id")?.to_owned(), group_name(group, name)))
        })
        .collect()
}
