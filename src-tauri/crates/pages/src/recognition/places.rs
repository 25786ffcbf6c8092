//! Where a page may be that an address belongs to.

use url::Url;

use crate::readers::{Reader, Site};

/// What a host is asked for: without what stands behind `#`, and, as a configuration has it, with no slash after a file.
pub(super) fn as_asked_for(address: &Url) -> Url {
    let mut url = address.clone();
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        url.set_path(&path);
    }
    url
}

/// Where a page may be that an address belongs to. A deep link into a page belongs to its root; any other path may be part
/// of the page's own address.
pub(super) fn bases(address: &Url) -> Vec<Url> {
    const DEEP: [&str; 13] = [
        "incidents",
        "incident",
        "history",
        "maintenance",
        "maintenances",
        "components",
        "notices",
        "events",
        "pages",
        "posts",
        "issues",
        "subscribe",
        "api",
    ];
    let root = Site::at_root(address).base().clone();
    let mut segments: Vec<&str> = address
        .path()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let deep = segments
        .iter()
        .position(|part| DEEP.contains(&part.to_ascii_lowercase().as_str()));
    segments.truncate(deep.unwrap_or(segments.len()));
    // A file is no page's address.
    if segments.last().is_some_and(|last| last.contains('.')) {
        segments.pop();
    }
    if segments.is_empty() {
        return vec![root];
    }
    let mut own = root.clone();
    own.set_path(&format!("/{}/", segments.join("/")));
    vec![own, root]
}

/// Where the page is if its document was found after a redirect that kept the path below it.
pub(super) fn followed(reader: &dyn Reader, site: &Site, name: &str, end: &Url) -> Option<Site> {
    let documents = reader.documents(site);
    let asked = documents.into_iter().find(|document| document.name == name)?.url;
    if asked.origin() == end.origin() && asked.path() == end.path() {
        return None;
    }
    let below = site.base().make_relative(&asked)?;
    let path = end
        .path()
        .strip_suffix(below.as_str())
        .filter(|path| path.ends_with('/'))?;
    let mut base = end.clone();
    base.set_path(path);
    Some(Site::at(&base).with_key(site.key().unwrap_or_default()))
}
