//! Lists of a document: going through them, and keeping each id once.

use std::collections::BTreeMap;

use super::json::{Fields, Json, Object, Place, Warnings, quoted};
use crate::snapshot::Listing;

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

/// A complete list is partial where entries of it could not be read: what is not in the snapshot may exist all the same.
pub(crate) fn less_skipped(listing: Listing, skipped: usize) -> Listing {
    match listing {
        Listing::Complete if skipped > 0 => Listing::Partial,
        Listing::Complete | Listing::Partial | Listing::Absent => listing,
    }
}

/// The texts of a list at a key; anything else in it is passed over with a warning.
pub(crate) fn texts<'j>(fields: &Fields<'j, '_>, key: &str, warnings: &mut Warnings) -> Vec<&'j str> {
    let list = fields.list(key, warnings).unwrap_or_default();
    let place = fields.place.key(key);
    let mut texts = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        match value.text() {
            Some(text) => texts.push(text),
            None => warnings.add(
                place.entry(index),
                format_args!("{value} is not a text and is passed over"),
            ),
        }
    }
    texts
}
