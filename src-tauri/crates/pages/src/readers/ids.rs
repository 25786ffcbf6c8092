//! Identifiers: those that documents leave out, and those that are numbers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::json::{Fields, Json, Place, Warnings};

/// An identifier for something that came without one. The same parts give the same identifier in every reading
/// and every release: it is 64-bit FNV-1a, and stands in recorded history.
pub(crate) fn derived_id(kind: &str, parts: &[&str]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in std::iter::once(&kind).chain(parts) {
        // 0xFF is no byte of UTF-8, so it keeps the parts apart.
        for byte in part.bytes().chain([0xFF]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("derived-{hash:016x}")
}

/// Keeps the derived identifiers of one list distinct: two things that have nothing to tell them apart are still
/// two things.
#[derive(Debug, Default)]
pub(crate) struct DerivedIds {
    taken: BTreeSet<String>,
    /// The last number that was given to an identifier, so that a thousand alike are not a million looks.
    numbers: BTreeMap<String, usize>,
}

impl DerivedIds {
    /// The identifier itself, or the first free one numbered from 2.
    pub(crate) fn distinct(&mut self, id: String) -> String {
        if self.taken.insert(id.clone()) {
            return id;
        }
        let number = self.numbers.entry(id.clone()).or_insert(1);
        loop {
            *number += 1;
            let numbered = format!("{id}-{number}");
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }

    /// The identifier of something that came without one, made of what changes least about it, with a warning.
    pub(crate) fn stand_in(
        &mut self,
        kind: &str,
        parts: &[&str],
        place: Place<'_>,
        warnings: &mut Warnings,
    ) -> String {
        let id = self.distinct(derived_id(kind, parts));
        warnings.add(place, format_args!("no id; {id} is used"));
        id
    }

    /// The identifier as given; where there is none, one that stands in.
    pub(crate) fn given_or_derived(
        &mut self,
        given: Option<impl Into<String>>,
        (kind, parts): (&str, &[&str]),
        place: &Place<'_>,
        warnings: &mut Warnings,
    ) -> String {
        given.map_or_else(|| self.stand_in(kind, parts, *place, warnings), Into::into)
    }
}

/// When something came to be, as it is written at a key: what changes least of it.
fn birth<'j>(fields: &Fields<'j, '_>, key: &str) -> Cow<'j, str> {
    match fields.present(key) {
        Some(Json::Text(text)) => Cow::Borrowed(text),
        Some(Json::Number(number)) => Cow::Owned(number.to_string()),
        Some(Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_)) | None => Cow::Borrowed(""),
    }
}

/// The identifier of an event, a number or a text; where it is missing, one derived from the time of its creation, which
/// stands at `born`.
pub(crate) fn event_id(
    fields: &Fields<'_, '_>,
    kind: &str,
    born: &str,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> String {
    fields
        .id_or_number("id", warnings)
        .unwrap_or_else(|| derived.stand_in(kind, &[&birth(fields, born)], fields.place, warnings))
}

/// The identifier of an update, as [`event_id`]; distinct among those of its event.
pub(crate) fn update_id(
    fields: &Fields<'_, '_>,
    event: &str,
    born: &str,
    ids: &mut DerivedIds,
    warnings: &mut Warnings,
) -> String {
    let id = fields
        .id_or_number("id", warnings)
        .unwrap_or_else(|| derived_id("update", &[event, &birth(fields, born)]));
    ids.distinct(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_with_nothing_to_tell_them_apart_are_numbered_in_linear_time() {
        let mut ids = DerivedIds::default();
        let mut distinct = |id: &str| ids.distinct(id.to_owned());
        assert_eq!(
            ["a", "a-2", "a", "a", "b", "a-2"].map(&mut distinct),
            ["a", "a-2", "a-3", "a-4", "b", "a-2-2"]
        );
        for number in 5..100_000 {
            assert_eq!(distinct("a"), format!("a-{number}"));
        }
    }
}
