//! Identifiers that documents leave out, and links.

use std::collections::BTreeSet;

use url::Url;

/// An identifier for something that came without one. The same parts give the same identifier in every reading
/// and every release: it is 64-bit FNV-1a, and stands in recorded history.
pub(super) fn derived_id(kind: &str, parts: &[&str]) -> String {
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
pub(super) struct DerivedIds(BTreeSet<String>);

impl DerivedIds {
    /// The identifier itself, or the first free one numbered from 2.
    pub(super) fn distinct(&mut self, id: String) -> String {
        let distinct = if self.0.contains(&id) {
            (2..)
                .map(|count| format!("{id}-{count}"))
                .find(|numbered| !self.0.contains(numbered))
                .unwrap_or(id)
        } else {
            id
        };
        self.0.insert(distinct.clone());
        distinct
    }
}

/// The address of a web page as published, if it is one: `http` or `https`, nothing else.
pub(super) fn web_address(published: &str) -> Option<String> {
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

/// Where the official pages of a page's incidents and maintenances are.
#[derive(Debug)]
pub(super) struct Links {
    /// The page's own address without a slash at its end.
    base: Option<String>,
}

impl Links {
    /// Below the address of the page as published.
    pub(super) fn of(page: Option<&str>) -> Self {
        let base = page.and_then(|page| Url::parse(page).ok()).map(|mut url| {
            url.set_query(None);
            url.set_fragment(None);
            url.as_str().trim_end_matches('/').to_owned()
        });
        Self { base }
    }

    /// The official page of an incident or a maintenance; its short link where the page's address is unknown.
    pub(super) fn event(&self, id: Option<&str>, shortlink: Option<&str>) -> Option<String> {
        let is_plain = |id: &&str| {
            id.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        match (&self.base, id.filter(is_plain)) {
            (Some(base), Some(id)) => Some(format!("{base}/incidents/{id}")),
            _ => shortlink.and_then(web_address),
        }
    }
}
