//! The health of a page and of a part of it.
//!
//! *Page health* is the worse of the page's overall word and the present health of the components that an open
//! incident names. Without a known overall word it is the worst known leaf. What is calm (`operational`, and
//! `maintenance` too) needs evidence: a known overall word, or a complete list whose every leaf is known. Impact never
//! raises health.

use std::collections::{BTreeMap, BTreeSet};

use crate::snapshot::{Component, Listing, NamedComponent, Snapshot};
use crate::words::Health;

/// What health depends on, borrowed from a [`Snapshot`] or from recorded state.
#[derive(Clone, Debug, Default)]
pub struct HealthFacts<'a> {
    /// What the page's overall word means; `None` where no document gave one.
    pub overall: Option<Health>,
    /// The leaves of the component tree.
    pub leaves: Vec<&'a Component>,
    /// Whether there are no other leaves.
    pub leaves_are_complete: bool,
    /// The components that each open incident names.
    pub open_incidents: Vec<&'a [NamedComponent]>,
    /// The components that each maintenance names that is going on.
    pub maintenances_in_progress: Vec<&'a [NamedComponent]>,
}

/// The health of a whole page, see [`HealthFacts::page_health`].
#[must_use]
pub fn page_health(snapshot: &Snapshot) -> Health {
    HealthFacts::of(snapshot).page_health()
}

/// The health of the components in scope, see [`HealthFacts::scoped_health`].
#[must_use]
pub fn scoped_health(snapshot: &Snapshot, scope: &BTreeSet<String>) -> Health {
    HealthFacts::of(snapshot).scoped_health(scope)
}

/// Whether an incident or a maintenance that names these components counts for a scope: it names one of them, or
/// none at all, or every leaf of the page. `leaves` is how many leaves the page has, `None` where its list is not
/// complete. One that names its components without identifiers cannot be told not to count, so it counts.
#[must_use]
pub fn touches_scope(named: &[NamedComponent], scope: &BTreeSet<String>, leaves: Option<usize>) -> bool {
    let ids: BTreeSet<&str> = named
        .iter()
        .filter_map(|component| component.id.as_deref())
        .collect();
    ids.is_empty()
        || ids.iter().any(|id| scope.contains(*id))
        || leaves.is_some_and(|all| all > 0 && ids.len() >= all)
}

impl<'a> HealthFacts<'a> {
    /// What a snapshot says.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot) -> Self {
        Self {
            overall: snapshot.overall.as_ref().map(|overall| overall.health),
            leaves: snapshot.components.iter().collect(),
            leaves_are_complete: snapshot.coverage.components == Listing::Complete,
            open_incidents: snapshot
                .incidents
                .iter()
                .filter(|incident| incident.facts.is_open())
                .map(|incident| incident.facts.components.as_slice())
                .collect(),
            maintenances_in_progress: snapshot
                .maintenances
                .iter()
                .filter(|maintenance| maintenance.facts.phase.is_in_progress())
                .map(|maintenance| maintenance.facts.components.as_slice())
                .collect(),
        }
    }

    /// The health of the whole page.
    ///
    /// - With a known overall word: the worse of that and the components named by open incidents. A component counts
    ///   as the component list has it now, else as the incident says; a named group counts as nothing, because its
    ///   health is a roll-up of leaves that the incident need not mean.
    /// - An overall `operational` over a leaf that is degraded or worse gives at least degraded; over a leaf in
    ///   maintenance, maintenance. So does an overall `maintenance` over such a leaf that no maintenance going on names:
    ///   what it announces does not explain that one.
    /// - Without a known overall word: the worst known leaf or named component. That is `operational` or `maintenance`
    ///   only if the list is complete, not empty, and every leaf known.
    /// - What would be operational while a maintenance is going on is maintenance. One that is merely announced
    ///   changes nothing.
    #[must_use]
    pub fn page_health(&self) -> Health {
        let named = self.named_health(|_| true);
        let worst_leaf = worst(self.leaves.iter().map(|leaf| leaf.health));
        let health = match self.overall.filter(|overall| overall.is_known()) {
            Some(Health::Operational) if worst_leaf.is_problem() => named.worse(Health::Degraded),
            Some(Health::Operational) => Health::Operational.worse(named).worse(worst_leaf),
            Some(Health::Maintenance) if self.has_a_problem_beside_maintenances() => {
                named.worse(Health::Degraded)
            }
            Some(overall) => overall.worse(named),
            None => {
                let all_known = self.leaves_are_complete
                    && !self.leaves.is_empty()
                    && self.leaves.iter().all(|leaf| leaf.health.is_known());
                evidenced(worst_leaf.worse(named), all_known)
            }
        };
        if health == Health::Operational && !self.maintenances_in_progress.is_empty() {
            Health::Maintenance
        } else {
            health
        }
    }

    /// The health of the components in scope: the worst of those leaves and of the open incidents that count for the
    /// scope (see [`touches_scope`]).
    ///
    /// - An incident contributes the health of the components in scope that it names, as in [`Self::page_health`]. One
    ///   that names no component contributes the page's overall word where that is a problem, since nothing else
    ///   says how badly it hits. One that names every leaf adds nothing to what the leaves say.
    /// - `operational` and `maintenance` need every component in scope to be listed and known.
    /// - What would be operational while a maintenance that counts for the scope is going on is maintenance.
    /// - An empty scope narrows nothing: it is the whole page.
    #[must_use]
    pub fn scoped_health(&self, scope: &BTreeSet<String>) -> Health {
        if scope.is_empty() {
            return self.page_health();
        }
        let in_scope = || self.leaves.iter().filter(|leaf| scope.contains(&leaf.id));
        let mut health =
            worst(in_scope().map(|leaf| leaf.health)).worse(self.named_health(|id| scope.contains(id)));
        if self.open_incidents.iter().any(|named| named.is_empty()) {
            health = health.worse(
                self.overall
                    .filter(|overall| overall.is_problem())
                    .unwrap_or(Health::Unknown),
            );
        }
        let known: BTreeSet<&str> = in_scope()
            .filter(|leaf| leaf.health.is_known())
            .map(|leaf| leaf.id.as_str())
            .collect();
        let all_leaves = self.leaves_are_complete.then_some(self.leaves.len());
        let health = evidenced(health, known.len() == scope.len());
        let is_maintained = || {
            self.maintenances_in_progress
                .iter()
                .any(|named| touches_scope(named, scope, all_leaves))
        };
        if health == Health::Operational && is_maintained() {
            Health::Maintenance
        } else {
            health
        }
    }

    /// Whether a leaf has a problem that no maintenance going on names, neither itself nor as one of its group.
    fn has_a_problem_beside_maintenances(&self) -> bool {
        let named = || self.maintenances_in_progress.iter().copied().flatten();
        let is_named = |leaf: &Component| {
            named().any(|component| match component.id.as_deref() {
                Some(id) => id == leaf.id || leaf.group.iter().any(|group| group.id == id),
                None => component.name == leaf.name,
            })
        };
        self.leaves
            .iter()
            .any(|leaf| leaf.health.is_problem() && !is_named(leaf))
    }

    /// The worst present health of the components that open incidents name, of those whose id passes. One that is
    /// named without an identifier counts as the incident says.
    fn named_health(&self, passes: impl Fn(&str) -> bool) -> Health {
        if self.open_incidents.iter().all(|named| named.is_empty()) {
            return Health::Unknown;
        }
        let leaves: BTreeMap<&str, Health> = self
            .leaves
            .iter()
            .map(|leaf| (leaf.id.as_str(), leaf.health))
            .collect();
        let groups: BTreeSet<&str> = self
            .leaves
            .iter()
            .flat_map(|leaf| &leaf.group)
            .map(|group| group.id.as_str())
            .collect();
        worst(self.open_incidents.iter().copied().flatten().map(|component| {
            let said = component.health.unwrap_or(Health::Unknown);
            let Some(id) = component.id.as_deref() else {
                return said;
            };
            match leaves.get(id).filter(|health| health.is_known()) {
                _ if !passes(id) => Health::Unknown,
                Some(present) => *present,
                None if groups.contains(id) => Health::Unknown,
                None => said,
            }
        }))
    }
}

/// The worst known health; unknown if none is known.
fn worst(all: impl Iterator<Item = Health>) -> Health {
    all.fold(Health::Unknown, Health::worse)
}

/// Never green without evidence, and maintenance is as calm as green.
fn evidenced(health: Health, is_evidenced: bool) -> Health {
    match health {
        Health::Operational | Health::Maintenance if !is_evidenced => Health::Unknown,
        Health::Operational
        | Health::Maintenance
        | Health::Degraded
        | Health::PartialOutage
        | Health::MajorOutage
        | Health::Unknown => health,
    }
}

#[cfg(test)]
mod tests;
