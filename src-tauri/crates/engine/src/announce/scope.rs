//! Which components and incidents a watch is about.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use signalbox_pages::{Component, IncidentFacts, NamedComponent};

/// The components that a person chose on a page, or all of them.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    chosen: Option<&'a BTreeSet<String>>,
    components: &'a BTreeMap<String, Arc<Component>>,
}

impl<'a> Scope<'a> {
    /// The scope `chosen` by component id (`None` for everything) on a page that has these components.
    #[must_use]
    pub const fn new(
        chosen: Option<&'a BTreeSet<String>>,
        components: &'a BTreeMap<String, Arc<Component>>,
    ) -> Self {
        Self { chosen, components }
    }

    /// Whether components were chosen explicitly.
    #[must_use]
    pub const fn is_chosen(&self) -> bool {
        self.chosen.is_some()
    }

    /// Whether a component is in scope.
    #[must_use]
    pub fn holds(&self, component: &str) -> bool {
        self.chosen.is_none_or(|chosen| chosen.contains(component))
    }

    /// Whether an incident counts: it names a component in scope, or none, or all there are.
    #[must_use]
    pub fn touched_by(&self, facts: &IncidentFacts) -> bool {
        let Some(chosen) = self.chosen else { return true };
        facts.components.is_empty()
            || facts.components.iter().any(|named| match &named.id {
                Some(id) => chosen.contains(id),
                None => chosen.iter().any(|id| {
                    self.components
                        .get(id)
                        .is_some_and(|component| component.name == named.name)
                }),
            })
            || (!self.components.is_empty()
                && self.components.values().all(|component| names(facts, component)))
    }

    /// The components in scope that an incident names, in the order of their ids.
    pub fn named_by(&self, facts: &'a IncidentFacts) -> impl Iterator<Item = &'a Component> {
        let Self { components, .. } = *self;
        let scope = *self;
        components
            .values()
            .map(Arc::as_ref)
            .filter(move |component| scope.holds(&component.id) && names(facts, component))
    }
}

/// Whether an incident names a component: by its id or, where the document gives none, by its name.
pub(super) fn names(facts: &IncidentFacts, component: &Component) -> bool {
    facts
        .components
        .iter()
        .any(|NamedComponent { id, name, .. }| match id {
            Some(id) => *id == component.id,
            None => *name == component.name,
        })
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        sync::Arc,
    };

    use signalbox_pages::{Health, NamedComponent};

    use super::Scope;
    use crate::compare::test_words::{component, incident, named};

    #[test]
    fn an_incident_counts_if_it_names_one_in_scope_or_none_or_all() {
        let components: BTreeMap<_, _> = ["a", "b", "c"]
            .map(|id| (id.to_owned(), Arc::new(component(id, Health::Operational))))
            .into();
        let by_name = |name: &str| NamedComponent {
            raw: None,
            id: None,
            name: name.into(),
            health: None,
        };
        let cases = [
            (vec![], &["a"][..], true),
            (vec![named("a")], &["a"], true),
            (vec![named("b")], &["a"], false),
            (vec![named("b"), named("a")], &["a"], true),
            (vec![by_name("A")], &["a"], true),
            (vec![by_name("B")], &["a"], false),
            (vec![by_name("Gone")], &["a"], false),
            (
                vec![named("a"), named("b"), named("c")],
                &["no longer there"],
                true,
            ),
            (vec![named("a"), named("b")], &["no longer there"], false),
            (vec![named("b")], &[], false),
        ];
        for (named, chosen, expected) in cases {
            let mut facts = incident("i1", "investigating").facts;
            facts.components = named;
            let chosen: BTreeSet<String> = chosen.iter().map(|&id| id.to_owned()).collect();
            assert_eq!(
                Scope::new(Some(&chosen), &components).touched_by(&facts),
                expected,
                "{:?} in {chosen:?}",
                facts.components
            );
            assert!(Scope::new(None, &components).touched_by(&facts));
        }
    }
}
