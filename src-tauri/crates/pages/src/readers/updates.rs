//! The updates of an event: their order, their phases, what changed with them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::ids::derived_id;
use crate::snapshot::Update;
use crate::words::Health;

/// Updates oldest first by their times. One without a time stays behind the one that it followed; where two have the
/// same time the given order counts, which must be oldest first.
pub(crate) fn oldest_first<P>(updates: Vec<Update<P>>) -> Vec<Update<P>> {
    let mut last = None;
    let mut keyed: Vec<_> = updates
        .into_iter()
        .map(|update| {
            last = update.at.or(last);
            (last, update)
        })
        .collect();
    keyed.sort_by_key(|(at, _)| *at);
    keyed.into_iter().map(|(_, update)| update).collect()
}

/// Updates oldest first, given as a document lists them that has the newest first, unless its own times say otherwise.
pub(crate) fn oldest_first_of_newest_first<P>(mut updates: Vec<Update<P>>) -> Vec<Update<P>> {
    let mut moments = updates.iter().filter_map(|update| update.at);
    let first = moments.next();
    if first >= moments.next_back().or(first) {
        updates.reverse();
    }
    oldest_first(updates)
}

/// For platforms whose every update repeats how all the components are: keeps of each update, oldest first, what differs
/// from the one before, with what was before.
pub(crate) fn only_changes<P>(updates: &mut [Update<P>]) {
    let mut known: BTreeMap<String, (Health, Option<String>)> = BTreeMap::new();
    for update in updates {
        update.components.retain_mut(|state| {
            let now = (state.to, state.to_raw.clone());
            let before = state
                .id
                .as_ref()
                .and_then(|id| known.insert(id.clone(), now.clone()));
            let is_changed = before.as_ref() != Some(&now);
            (state.from, state.from_raw) = before.unwrap_or((Health::Unknown, None));
            is_changed
        });
    }
}

/// The text that an event has beside its updates, or instead of them, as one of them. It is edited in place, so that its
/// identifier is made of the event's alone.
pub(crate) fn own_text<P>(
    event: &str,
    text: Option<&str>,
    at: Option<Timestamp>,
    phase: P,
    phase_raw: Option<String>,
) -> Option<Update<P>> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    Some(Update {
        id: derived_id("update", &[event]),
        phase,
        phase_raw,
        at,
        body: text.to_owned(),
        components: Vec::new(),
    })
}

/// Gives the updates whose word tells of no phase the phase in which the event already stood, `first` where nothing told
/// of one before. The updates must be oldest first.
pub(crate) fn stay<P: Copy>(updates: &mut [Update<P>], words: &[&str], first: P) {
    let mut stands = first;
    for update in updates {
        let tells_nothing = update
            .phase_raw
            .as_deref()
            .is_some_and(|raw| words.iter().any(|word| word.eq_ignore_ascii_case(raw)));
        if tells_nothing {
            update.phase = stands;
        } else {
            stands = update.phase;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Phase;

    #[test]
    fn an_update_that_tells_of_no_phase_leaves_the_event_where_it_stood() {
        let update = |raw: &str, phase| Update {
            id: raw.to_owned(),
            phase,
            phase_raw: Some(raw.to_owned()),
            at: None,
            body: String::new(),
            components: Vec::new(),
        };
        let mut updates = [
            update("update", Phase::Unknown),
            update("monitoring", Phase::Monitoring),
            update("Update", Phase::Unknown),
            update("zz", Phase::Unknown),
            update("update", Phase::Unknown),
        ];
        stay(&mut updates, &["update"], Phase::Investigating);
        assert_eq!(
            updates.map(|update| update.phase),
            [
                Phase::Investigating,
                Phase::Monitoring,
                Phase::Monitoring,
                Phase::Unknown,
                Phase::Unknown
            ]
        );
    }
}
