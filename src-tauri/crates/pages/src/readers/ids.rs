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
    /// The number to try next, so that a list of nothing but the same takes no longer than another.
    next: BTreeMap<String, usize>,
}

impl DerivedIds {
    /// The identifier itself, or the first free one numbered from 2.
    pub(crate) fn distinct(&mut self, id: String) -> String {
        let distinct = if self.taken.contains(&id) {
            let mut next = self.next.get(&id).copied().unwrap_or(2);
            let numbered = loop {
                let numbered = format!("{id}-{next}");
                next += 1;
                if !self.taken.contains(&numbered) {
                    break numbered;
                }
            };
            self.next.insert(id, next);
            numbered
        } else {
            id
        };
        self.taken.insert(distinct.clone());
        distinct
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
    fn what_has_nothing_to_tell_it_apart_is_numbered() {
        let mut ids = DerivedIds::default();
        let mut distinct = |id: &str| ids.distinct(id.to_owned());
        assert_eq!(distinct("a-3"), "a-3");
        assert_eq!(distinct("a"), "a");
        assert_eq!(distinct("a"), "a-2");
        assert_eq!(distinct("a"), "a-4");
        assert_eq!(distinct("a-3"), "a-3-2");
        assert_eq!(distinct("b"), "b");
    }

    #[test]
    fn a_long_list_of_the_same_is_numbered_without_counting_from_the_beginning() {
        let mut ids = DerivedIds::default();
        let last = (0..50_000).map(|_| ids.distinct("a".to_owned())).last();
        assert_eq!(last.as_deref(), Some("a-50000"));
    }
}
