//! How a vendor stands, judged from what the store holds of it.

use std::{collections::BTreeSet, sync::Arc};

use signalbox_pages::{
    Health, NamedComponent,
    health::{HealthFacts, touches_scope},
};

use crate::{
    compare::{Listed, PageState},
    store::{ComponentRow, EventFacts, EventRow, KnownThen, StatusRow},
};

/// The health of what is in scope, from the state that is compared with.
pub(crate) fn of_state(state: &PageState, scope: Option<&BTreeSet<String>>) -> Health {
    let Some(scope) = scope else {
        return state.health.unwrap_or(Health::Unknown);
    };
    HealthFacts {
        overall: state.overall.as_ref().map(|overall| overall.health),
        leaves: state.components.values().map(Arc::as_ref).collect(),
        leaves_are_complete: true,
        open_incidents: state
            .incidents
            .values()
            .filter(|incident| incident.facts.is_open() && incident.listed != Listed::No)
            .map(|incident| incident.facts.components.as_slice())
            .collect(),
        maintenances_in_progress: state
            .maintenances
            .values()
            .filter(|maintenance| {
                // One that is gone from the list is not going on, however it ended.
                maintenance.facts.phase.is_in_progress() && maintenance.listed == Listed::Yes
            })
            .map(|maintenance| maintenance.facts.components.as_slice())
            .collect(),
    }
    .scoped_health(scope)
}

/// The reported health of what is in scope: the last readable word (T1).
pub(super) fn reported(row: &StatusRow, scope: Option<&BTreeSet<String>>) -> Option<Health> {
    let page = row.page.health?;
    let overall = row.page.overall.as_ref().map(|overall| overall.health);
    Some(scope.map_or(page, |scope| of_rows(overall, &row.components, &row.open, scope)))
}

/// The same without the word of the components that were last read too long ago to vouch for the present, although the
/// page was read.
pub(super) fn vouched_for(row: &StatusRow, scope: Option<&BTreeSet<String>>) -> Option<Health> {
    let mut vouching = row.clone();
    for component in vouching
        .components
        .iter_mut()
        .filter(|component| component.in_rest)
    {
        component.component.health = Health::Unknown;
    }
    reported(&vouching, scope)
}

/// The health of what was in scope at a moment, as it was known then.
pub(super) fn known_then(then: &KnownThen, scope: Option<&BTreeSet<String>>) -> Health {
    let page = then
        .word
        .as_ref()
        .and_then(|word| word.health)
        .unwrap_or(Health::Unknown);
    let overall = then
        .word
        .as_ref()
        .and_then(|word| word.overall.as_ref())
        .map(|overall| overall.health);
    scope.map_or(page, |scope| {
        of_rows(overall, &then.components, &then.open, scope)
    })
}

fn of_rows(
    overall: Option<Health>,
    components: &[ComponentRow],
    open: &[EventRow],
    scope: &BTreeSet<String>,
) -> Health {
    let mut incidents: Vec<&[NamedComponent]> = Vec::new();
    let mut maintenances: Vec<&[NamedComponent]> = Vec::new();
    for event in open {
        match &event.facts {
            // What is no longer listed is not over, but says nothing of how things are now.
            EventFacts::Incident(facts) if facts.is_open() && event.listed != Listed::No => {
                incidents.push(&facts.components);
            }
            EventFacts::Maintenance(facts) if facts.phase.is_in_progress() && event.listed == Listed::Yes => {
                maintenances.push(&facts.components);
            }
            EventFacts::Incident(_) | EventFacts::Maintenance(_) => {}
        }
    }
    HealthFacts {
        overall,
        leaves: components.iter().map(|row| &row.component).collect(),
        leaves_are_complete: true,
        open_incidents: incidents,
        maintenances_in_progress: maintenances,
    }
    .scoped_health(scope)
}

/// Whether an event touches the scope.
pub(super) fn touches(
    event: &EventRow,
    scope: Option<&BTreeSet<String>>,
    components: &[ComponentRow],
) -> bool {
    scope.is_none_or(|scope| touches_scope(event.facts.components(), scope, Some(components.len())))
}
