//! Identifiers that documents leave out, and links that can be followed.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::json::{Place, Warnings};

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

    /// The identifier as given; where there is none, one derived from the parts, with a warning.
    pub(crate) fn given_or_derived(
        &mut self,
        given: Option<impl Into<String>>,
        (kind, parts): (&str, &[&str]),
        place: &Place<'_>,
        warnings: &mut Warnings,
    ) -> String {
        given.map_or_else(
            || {
                let id = self.distinct(derived_id(kind, parts));
                warnings.add(*place, format_args!("no id; {id} is used"));
                id
            },
            Into::into,
        )
    }
}

/// The address of a web page as published, if it is one: `http` or `https`, nothing else.
pub(crate) fn web_address(published: &str) -> Option<String> {
    let published = published.trim();
    let url = Url::parse(published).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    let is_clean = published.bytes().all(|byte| byte.is_ascii_graphic());
    is_web.then(|| {
        if is_clean {
            published.to_owned()
        } else {
            url.into()
        }
    })
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
