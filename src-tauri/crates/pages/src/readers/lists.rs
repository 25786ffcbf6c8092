//! Lists of a document: going through them, keeping each id once, putting updates in order.

use std::collections::BTreeMap;

use super::json::{Json, Object, Place, Warnings, quoted};
use crate::snapshot::{Listing, Update};
use crate::words::Health;

/// The objects of a list with their places; anything else in it is passed over with a warning and counted.
pub(crate) fn objects<'j>(
    list: &'j [Json<'j>],
    place: &Place<'_>,
    warnings: &mut Warnings,
    mut each: impl FnMut(Object<'j>, &Place<'_>, &mut Warnings),
) -> usize {
    let mut skipped = 0;
    for (index, value) in list.iter().enumerate() {
        let place = place.entry(index);
        match value.object() {
            Some(object) => each(object, &place, warnings),
            None => {
                warnings.add(place, format_args!("{value} is not an object and is passed over"));
                skipped += 1;
            }
        }
    }
    skipped
}

/// A list in which each id stands once: of two with the same id the later one counts, with a warning.
#[derive(Debug)]
pub(crate) struct Once<T> {
    entries: Vec<T>,
    positions: BTreeMap<String, usize>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            positions: BTreeMap::new(),
        }
    }
}

impl<T> Once<T> {
    /// Adds an entry, or puts it in the place of the earlier one.
    pub(crate) fn put(&mut self, id: &str, entry: T, place: &Place<'_>, warnings: &mut Warnings) {
        if let Some(known) = self.get_mut(id) {
            *known = entry;
            warnings.add(
                *place,
                format_args!("the id {} stands twice; the latest counts", quoted(id)),
            );
            return;
        }
        self.add(id, entry);
    }

    /// Adds an entry whose id is not in the list yet.
    pub(crate) fn add(&mut self, id: &str, entry: T) {
        self.positions.insert(id.to_owned(), self.entries.len());
        self.entries.push(entry);
    }

    /// The entry of an id.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.entries.get_mut(*self.positions.get(id)?)
    }

    /// All entries, in the order in which they came first.
    pub(crate) fn entries(&self) -> &[T] {
        &self.entries
    }

    /// The same for good.
    pub(crate) fn into_list(self) -> Vec<T> {
        self.entries
    }
}

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

/// Updates oldest first, given as a document lists them that has the newest first, unless its own times say otherwise.
pub(crate) fn oldest_first_of_newest_first<P>(mut updates: Vec<Update<P>>) -> Vec<Update<P>> {
    let mut moments = updates.iter().filter_map(|update| update.at);
    let first = moments.next();
    if first >= moments.next_back().or(first) {
        updates.reverse();
    }
    oldest_first(updates)
}

/// A complete list is partial where entries of it could not be read: what is not in the snapshot may exist all the same.
pub(crate) fn less_skipped(listing: Listing, skipped: usize) -> Listing {
    match listing {
        Listing::Complete if skipped > 0 => Listing::Partial,
        Listing::Complete | Listing::Partial | Listing::Absent => listing,
    }
}
