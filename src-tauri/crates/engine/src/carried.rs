//! A scope that was chosen while the page was on another platform, where its components had other identifiers. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use signalbox_pages::Component;

/// The identifier of what a page held on a platform that it has left, where it must not be taken for what bears that
/// identifier now.
#[must_use]
pub fn left_behind(id: &str, platform: &str) -> String {
    format!("{id} ({platform})")
}

/// What became of a person's choice: where one component alone has the name of one that was chosen, that one is in scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedScope {
    /// The identifiers that were chosen. For any other choice this says nothing.
    chosen: BTreeSet<String>,
    /// The names by which what was in scope is looked for, by its identifier as one left behind: of those that one alone had
    /// there, as long as they were not found.
    sought: BTreeMap<String, String>,
    /// What is in scope now. What was not found again stays in it as left behind, so that nobody takes the rest for all.
    ids: BTreeSet<String>,
}

impl CarriedScope {
    /// Leaves `platform`, where the page had these components and those of `in_scope` were meant by what was `chosen`.
    #[must_use]
    pub fn leaving(
        platform: &str,
        chosen: &BTreeSet<String>,
        in_scope: &BTreeSet<String>,
        components: &BTreeMap<String, Arc<Component>>,
    ) -> Self {
        let sought = in_scope.iter().filter_map(|id| {
            let name = &components.get(id)?.name;
            alone(name, components)?;
            Some((left_behind(id, platform), name.clone()))
        });
        Self {
            chosen: chosen.clone(),
            sought: sought.collect(),
            ids: in_scope.iter().map(|id| left_behind(id, platform)).collect(),
        }
    }

    /// Looks for them among all the components that the page has now. Returns whether any was found; it stays in scope
    /// whatever it is called later.
    pub fn look_for(&mut self, components: &BTreeMap<String, Arc<Component>>) -> bool {
        let ids = &mut self.ids;
        let sought = self.sought.len();
        self.sought.retain(|left, name| {
            let Some(id) = alone(name, components) else {
                return true;
            };
            ids.remove(left);
            ids.insert(id.clone());
            false
        });
        self.sought.len() < sought
    }

    /// What is in scope, if this is what was `chosen`.
    #[must_use]
    pub fn scope_of(&self, chosen: &BTreeSet<String>) -> Option<&BTreeSet<String>> {
        (self.chosen == *chosen).then_some(&self.ids)
    }
}

/// The identifier of the only component of this name.
fn alone<'a>(name: &str, components: &'a BTreeMap<String, Arc<Component>>) -> Option<&'a String> {
    let mut bearing = components.iter().filter(|(_, component)| component.name == name);
    let (id, _) = bearing.next()?;
    bearing.next().is_none().then_some(id)
}

#[cfg(test)]
mod tests {
    use signalbox_pages::Health;

    use super::*;
    use crate::compare::test_words::component;

    fn set(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|&id| id.to_owned()).collect()
    }

    fn components(named: &[(&str, &str)]) -> BTreeMap<String, Arc<Component>> {
        let one = |(id, name): &(&str, &str)| {
            let named = Component {
                name: (*name).to_owned(),
                ..component(id, Health::Operational)
            };
            ((*id).to_owned(), Arc::new(named))
        };
        named.iter().map(one).collect()
    }

    #[test]
    fn what_was_chosen_is_found_again_by_a_name_that_one_alone_has_here_and_there() {
        let there = components(&[("1", "Mail"), ("2", "Web"), ("3", "Web"), ("4", "Disk")]);
        let here = components(&[("4", "Mail"), ("2", "Web"), ("8", "Disk"), ("9", "Disk")]);
        let cases: [(&[&str], &[&str]); 5] = [
            (&["1"], &["4"]),
            // Two had this name there.
            (&["2"], &["2 (old)"]),
            // Two have it here.
            (&["4"], &["4 (old)"]),
            (&["1", "4"], &["4", "4 (old)"]),
            // What was missing there already.
            (&["7"], &["7 (old)"]),
        ];
        for (chosen, expected) in cases {
            let chosen = set(chosen);
            let mut carried = CarriedScope::leaving("old", &chosen, &chosen, &there);
            let is_found = expected.contains(&"4");
            assert_eq!(carried.look_for(&here), is_found, "{chosen:?}");
            assert_eq!(carried.scope_of(&chosen), Some(&set(expected)), "{chosen:?}");
            assert!(!carried.look_for(&here), "nothing is new the second time");
        }
    }

    #[test]
    fn what_was_found_stays_whatever_it_is_called_later() {
        let chosen = set(&["1"]);
        let mut carried = CarriedScope::leaving("old", &chosen, &chosen, &components(&[("1", "Mail")]));
        assert!(carried.look_for(&components(&[("5", "Mail")])));
        for later in [
            &[("5", "Post")][..],
            &[("5", "Mail"), ("6", "Mail")],
            &[("6", "Mail")],
        ] {
            assert!(!carried.look_for(&components(later)));
            assert_eq!(carried.scope_of(&chosen), Some(&set(&["5"])));
        }
    }

    #[test]
    fn another_choice_is_taken_as_it_is() {
        let chosen = set(&["1"]);
        let carried = CarriedScope::leaving("old", &chosen, &chosen, &components(&[("1", "Mail")]));
        assert_eq!(carried.scope_of(&set(&["1", "2"])), None);
    }

    #[test]
    fn a_choice_is_carried_over_two_changes() {
        let chosen = set(&["1"]);
        let mut first = CarriedScope::leaving("old", &chosen, &chosen, &components(&[("1", "Mail")]));
        let there = components(&[("5", "Mail")]);
        first.look_for(&there);
        let in_scope = first.scope_of(&chosen).unwrap();
        let mut second = CarriedScope::leaving("middle", &chosen, in_scope, &there);
        second.look_for(&components(&[("1", "Web"), ("6", "Mail")]));
        assert_eq!(second.scope_of(&chosen), Some(&set(&["6"])));
    }
}
