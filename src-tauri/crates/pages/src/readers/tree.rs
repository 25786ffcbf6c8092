//! Trees of components in which groups have a word of their own.

use super::identity::group_name;
use crate::snapshot::{Component, GroupName};
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
