//! Identifiers that documents leave out, and links that can be followed.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

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
    /// The number that is tried next for an identifier, so that many of the same are not gone through again and again.
    next: BTreeMap<String, usize>,
}

impl DerivedIds {
    /// The identifier itself, or the first free one numbered from 2.
    pub(crate) fn distinct(&mut self, id: String) -> String {
        if self.taken.insert(id.clone()) {
            return id;
        }
        let next = self.next.entry(id.clone()).or_insert(2);
        loop {
            let numbered = format!("{id}-{next}");
            *next += 1;
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
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
    fn many_of_the_same_are_numbered_without_going_through_them_again() {
        let mut ids = DerivedIds::default();
        let first: Vec<_> = ["a", "a-2", "a", "a"]
            .map(|id| ids.distinct(id.to_owned()))
            .into();
        assert_eq!(first, ["a", "a-2", "a-3", "a-4"]);
        for _ in 0..100_000 {
            ids.distinct("a".to_owned());
        }
        assert_eq!(ids.distinct("a".to_owned()), "a-100005");
    }
}
