//! Changes into the recorded state.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use super::{
    change::{Change, ComponentChange, EventChange},
    hash::significant_hash,
    state::{EventState, Listed, PageState, UpdateState},
};

/// Takes changes into the recorded state, in their order.
///
/// A change about an incident or a maintenance that the state does not hold is passed over, unless it adds it: the
/// state may leave out what is over (see [`PageState`]).
pub fn apply(state: &mut PageState, changes: &[Change]) {
    for change in changes {
        match change {
            Change::Identity { to, .. } => state.identity = to.clone(),
            Change::Overall { to, .. } => state.overall.clone_from(to),
            Change::Health { to, .. } => state.health = Some(*to),
            Change::Component(
                ComponentChange::Added(component) | ComponentChange::Changed { to: component, .. },
            ) => {
                state
                    .components
                    .insert(component.id.clone(), Arc::clone(component));
            }
            Change::Component(ComponentChange::Removed(component)) => {
                state.components.remove(&component.id);
            }
            Change::Incident { id, change } => apply_event(&mut state.incidents, id, change),
            Change::Maintenance { id, change } => apply_event(&mut state.maintenances, id, change),
        }
    }
}

fn apply_event<F: Clone, P>(
    events: &mut BTreeMap<String, EventState<F>>,
    id: &str,
    change: &EventChange<F, P>,
) {
    if let EventChange::Added { facts, updates } = change {
        let updates = updates
            .iter()
            .map(|update| (update.id.clone(), present(significant_hash(update))))
            .collect();
        let added = EventState {
            facts: facts.clone(),
            updates,
            listed: Listed::Yes,
        };
        events.insert(id.to_owned(), added);
        return;
    }
    let Entry::Occupied(mut entry) = events.entry(id.to_owned()) else {
        return;
    };
    let event = entry.get_mut();
    match change {
        EventChange::Added { .. } => {}
        EventChange::Facts { to, .. } => event.facts = to.clone(),
        EventChange::UpdateAdded(update) | EventChange::UpdateEdited(update) => {
            event
                .updates
                .insert(update.id.clone(), present(significant_hash(update)));
        }
        EventChange::UpdateDeleted { id } => {
            if let Some(update) = event.updates.get_mut(id) {
                update.deleted = true;
            }
        }
        EventChange::Missing => event.listed = Listed::Missing,
        EventChange::Unlisted => event.listed = Listed::No,
        EventChange::Relisted => event.listed = Listed::Yes,
    }
}

const fn present(hash: u64) -> UpdateState {
    UpdateState { hash, deleted: false }
}
