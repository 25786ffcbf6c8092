//! What a snapshot changes in the recorded state.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use signalbox_pages::{
    Coverage, Event, Health, IncidentFacts, Listing, MaintenanceFacts, NamedComponent, PageIdentity, Phase,
    Snapshot, Update,
};

use super::{
    change::{Change, ComponentChange, EventChange},
    hash::is_hash_of,
    state::{EventState, Listed, PageState},
};

/// How much of what a page serves a snapshot was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Some of its documents: what they leave out, another one may hold.
    Part,
    /// All of them: a list that they leave out is nowhere.
    Whole,
}

/// The differences between what is recorded of a page and a new snapshot of it, whose health as a whole is
/// `page_health` and which was made of `extent` of the page.
///
/// Each change is one difference; [`apply`](super::apply()) takes them in. Their order is the same for the same input:
/// page, components by id, incidents by id, maintenances by id. An id that occurs twice in a list counts once, as its last
/// occurrence. The order of the snapshot's lists does not matter.
///
/// A snapshot is partial, so absence has to be earned (see [`Coverage`]):
/// - Only a complete list of components removes one.
/// - An open incident or maintenance that a complete list of open ones no longer holds is first
///   [`EventChange::Missing`]; only a further reading that could hold it among the past ones too and does not, or that
///   shows the page to have no list of past ones, makes it [`EventChange::Unlisted`]. One that is over may leave every
///   list.
/// - An update is deleted if its event is listed with other updates but without it. An event listed without any update
///   is a shortened one, and says nothing about them.
/// - Where a document leaves out an event's link, its begin or its write-up, the recorded one stands, and so does the
///   time of resolution of an incident that is over.
///
/// The health that an event repeats of the components it names is no difference: the components carry it.
#[must_use]
pub fn compare(state: &PageState, snapshot: &Snapshot, page_health: Health, extent: Extent) -> Vec<Change> {
    let mut changes = Vec::new();
    compare_page(state, snapshot, page_health, &mut changes);
    compare_components(state, snapshot, &mut changes);
    let Coverage {
        open_incidents,
        past_incidents,
        open_maintenances,
        past_maintenances,
        ..
    } = snapshot.coverage;
    compare_events(
        &state.incidents,
        &snapshot.incidents,
        Lists::of(open_incidents, past_incidents, extent),
        &mut |id, change| changes.push(Change::Incident { id, change }),
    );
    compare_events(
        &state.maintenances,
        &snapshot.maintenances,
        Lists::of(open_maintenances, past_maintenances, extent),
        &mut |id, change| changes.push(Change::Maintenance { id, change }),
    );
    changes
}

fn compare_page(state: &PageState, snapshot: &Snapshot, page_health: Health, changes: &mut Vec<Change>) {
    // A part that this snapshot's documents leave out is not taken back.
    let identity = PageIdentity {
        id: or_recorded(&snapshot.page.id, &state.identity.id),
        name: or_recorded(&snapshot.page.name, &state.identity.name),
        url: or_recorded(&snapshot.page.url, &state.identity.url),
    };
    if identity != state.identity {
        changes.push(Change::Identity {
            from: state.identity.clone(),
            to: identity,
        });
    }
    if snapshot.overall != state.overall {
        changes.push(Change::Overall {
            from: state.overall.clone(),
            to: snapshot.overall.clone(),
        });
    }
    if state.health != Some(page_health) {
        changes.push(Change::Health {
            from: state.health,
            to: page_health,
        });
    }
}

fn compare_components(state: &PageState, snapshot: &Snapshot, changes: &mut Vec<Change>) {
    let read: BTreeMap<&str, _> = snapshot
        .components
        .iter()
        .map(|component| (component.id.as_str(), component))
        .collect();
    changes.reserve(read.len().saturating_sub(state.components.len()));
    for (id, to) in &read {
        match state.components.get(*id) {
            None => changes.push(Change::Component(ComponentChange::Added(Arc::new((*to).clone())))),
            Some(from) if **from != **to => changes.push(Change::Component(ComponentChange::Changed {
                from: Arc::clone(from),
                to: Arc::new((*to).clone()),
            })),
            Some(_) => {}
        }
    }
    if snapshot.coverage.components == Listing::Complete {
        for (id, component) in &state.components {
            if !read.contains_key(id.as_str()) {
                changes.push(Change::Component(ComponentChange::Removed(Arc::clone(component))));
            }
        }
    }
}

/// What the absence of an event from a snapshot says.
#[derive(Clone, Copy)]
struct Lists {
    /// Whether it is not open.
    tell_what_is_open: bool,
    /// Whether it is not among the past ones either, as far as there are any.
    tell_what_is_past: bool,
}

impl Lists {
    fn of(open: Listing, past: Listing, extent: Extent) -> Self {
        Self {
            tell_what_is_open: open == Listing::Complete,
            tell_what_is_past: past != Listing::Absent || extent == Extent::Whole,
        }
    }
}

fn compare_events<F: Facts, P: Clone>(
    recorded: &BTreeMap<String, EventState<F>>,
    read: &[Event<F, P>],
    lists: Lists,
    push: &mut impl FnMut(String, EventChange<F, P>),
) {
    let read: BTreeMap<&str, &Event<F, P>> = read.iter().map(|event| (event.id.as_str(), event)).collect();
    for (id, event) in &read {
        match recorded.get(*id) {
            None => {
                let added = EventChange::Added {
                    facts: event.facts.clone(),
                    updates: each_once(&event.updates).cloned().collect(),
                };
                push((*id).to_owned(), added);
            }
            Some(state) => compare_event(state, event, &mut |change| push((*id).to_owned(), change)),
        }
    }
    if !lists.tell_what_is_open {
        return;
    }
    for (id, state) in recorded {
        if read.contains_key(id.as_str()) || !state.facts.is_open() {
            continue;
        }
        match state.listed {
            Listed::Yes => push(id.clone(), EventChange::Missing),
            Listed::Missing if lists.tell_what_is_past => push(id.clone(), EventChange::Unlisted),
            Listed::Missing | Listed::No => {}
        }
    }
}

fn compare_event<F: Facts, P: Clone>(
    state: &EventState<F>,
    event: &Event<F, P>,
    push: &mut impl FnMut(EventChange<F, P>),
) {
    if state.listed != Listed::Yes {
        push(EventChange::Relisted);
    }
    let facts = event.facts.completed_by(&state.facts);
    if !facts.says_the_same_as(&state.facts) {
        push(EventChange::Facts {
            from: state.facts.clone(),
            to: facts,
        });
    }
    for update in each_once(&event.updates) {
        match state.updates.get(&update.id) {
            None => push(EventChange::UpdateAdded(update.clone())),
            Some(known) if known.deleted || !is_hash_of(known.hash, update) => {
                push(EventChange::UpdateEdited(update.clone()));
            }
            Some(_) => {}
        }
    }
    if event.updates.is_empty() {
        return;
    }
    let listed: BTreeSet<&str> = event.updates.iter().map(|update| update.id.as_str()).collect();
    for (id, known) in &state.updates {
        if !known.deleted && !listed.contains(id.as_str()) {
            push(EventChange::UpdateDeleted { id: id.clone() });
        }
    }
}

/// The updates in their order; of those that share an id, the last.
fn each_once<P>(updates: &[Update<P>]) -> impl Iterator<Item = &Update<P>> {
    let last: BTreeMap<&str, usize> = updates
        .iter()
        .enumerate()
        .map(|(index, update)| (update.id.as_str(), index))
        .collect();
    updates
        .iter()
        .enumerate()
        .filter(move |(index, update)| last.get(update.id.as_str()) == Some(index))
        .map(|(_, update)| update)
}

/// What comparison needs to know of an event's facts.
trait Facts: Clone {
    /// Whether the vendor has not said that it is over.
    fn is_open(&self) -> bool;

    /// These facts as read, with what the documents left out taken from the recorded ones.
    fn completed_by(&self, recorded: &Self) -> Self;

    /// Whether nothing significant differs. The order of lists does not matter.
    fn says_the_same_as(&self, other: &Self) -> bool;
}

impl Facts for IncidentFacts {
    fn is_open(&self) -> bool {
        Self::is_open(self)
    }

    fn completed_by(&self, recorded: &Self) -> Self {
        let is_over = matches!(self.phase, Phase::Resolved | Phase::Postmortem);
        Self {
            started_at: self.started_at.or(recorded.started_at),
            resolved_at: self.resolved_at.or(recorded.resolved_at.filter(|_| is_over)),
            url: or_recorded(&self.url, &recorded.url),
            postmortem: or_recorded(&self.postmortem, &recorded.postmortem),
            ..self.clone()
        }
    }

    fn says_the_same_as(&self, other: &Self) -> bool {
        // Taken apart so that a new field cannot be forgotten here.
        let Self {
            title,
            impact,
            impact_raw,
            phase,
            phase_raw,
            started_at,
            resolved_at,
            url,
            components,
            postmortem,
        } = self;
        *title == other.title
            && *impact == other.impact
            && *impact_raw == other.impact_raw
            && *phase == other.phase
            && *phase_raw == other.phase_raw
            && *started_at == other.started_at
            && *resolved_at == other.resolved_at
            && *url == other.url
            && named(components) == named(&other.components)
            && *postmortem == other.postmortem
    }
}

impl Facts for MaintenanceFacts {
    fn is_open(&self) -> bool {
        Self::is_open(self)
    }

    fn completed_by(&self, recorded: &Self) -> Self {
        Self {
            starts_at: self.starts_at.or(recorded.starts_at),
            url: or_recorded(&self.url, &recorded.url),
            ..self.clone()
        }
    }

    fn says_the_same_as(&self, other: &Self) -> bool {
        let Self {
            title,
            phase,
            phase_raw,
            starts_at,
            ends_at,
            actual_start,
            actual_end,
            url,
            components,
        } = self;
        *title == other.title
            && *phase == other.phase
            && *phase_raw == other.phase_raw
            && *starts_at == other.starts_at
            && *ends_at == other.ends_at
            && *actual_start == other.actual_start
            && *actual_end == other.actual_end
            && *url == other.url
            && named(components) == named(&other.components)
    }
}

fn named(components: &[NamedComponent]) -> BTreeSet<(Option<&str>, &str)> {
    components
        .iter()
        .map(|component| (component.id.as_deref(), component.name.as_str()))
        .collect()
}

fn or_recorded<T: Clone>(read: &Option<T>, recorded: &Option<T>) -> Option<T> {
    read.as_ref().or(recorded.as_ref()).cloned()
}
