//! Components: as groups with a word of their own, and as events name them.

use super::json::{Fields, Warnings};
use super::lists::objects;
use super::names::{group_name, shared_name};
use crate::snapshot::{Component, GroupName, NamedComponent};
use crate::words::Health;

/// The component that a group is itself, where its word is worse than that of everything it holds: a trouble that is
/// said of the group alone must not be lost with the group's row.
pub(crate) fn worse_than_its_parts(group: Component, parts: &[Component]) -> Option<Component> {
    let worst = parts
        .iter()
        .fold(Health::Unknown, |worst, part| worst.worse(part.health));
    let is_worse = group.health.is_problem() && group.health.worse(worst) != worst;
    is_worse.then_some(group)
}

/// The path to what a component holds: its own, and itself.
pub(crate) fn path_below(component: &Component) -> Vec<GroupName> {
    let mut path = component.group.clone();
    path.push(group_name(&component.id, &component.name));
    path
}

/// The `services` that an event names, each as `health` with its word.
pub(crate) fn named_services(
    fields: &Fields<'_, '_>,
    health: Option<Health>,
    raw: Option<&str>,
    warnings: &mut Warnings,
) -> Vec<NamedComponent> {
    let list = fields.list("services", warnings).unwrap_or_default();
    let mut services = Vec::with_capacity(list.len());
    objects(
        list,
        &fields.place.key("services"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let id = fields.id_or_number("id", warnings);
            let name = fields.expected_text("name", warnings);
            if id.is_some() || name.is_some() {
                services.push(NamedComponent {
                    id,
                    name: name.unwrap_or_default().to_owned(),
                    health,
                    raw: raw.map(shared_name),
                });
            }
        },
    );
    services
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(health: Health) -> Component {
        Component {
            id: String::new(),
            name: String::new(),
            group: Vec::new(),
            health,
            raw: None,
            description: None,
        }
    }

    #[test]
    fn a_group_stands_for_itself_only_where_none_of_its_parts_is_as_bad() {
        use Health::{Degraded, Maintenance, MajorOutage, Operational, Unknown};
        for (group, parts, stands) in [
            (Degraded, vec![Operational], true),
            (Degraded, vec![Unknown], true),
            (Degraded, vec![Operational, Degraded], false),
            (Degraded, vec![MajorOutage], false),
            (Maintenance, vec![Operational], false),
            (Unknown, vec![Operational], false),
            (Operational, vec![Unknown], false),
        ] {
            let parts: Vec<_> = parts.into_iter().map(component).collect();
            let found = worse_than_its_parts(component(group), &parts);
            assert_eq!(found.is_some(), stands, "{group:?} over {parts:?}");
        }
    }
}
