//! Where the official pages of incidents and maintenances are.

use url::Url;

use crate::readers::addresses::web_address;

/// No browser's address bar takes much more.
const LONGEST_ADDRESS: usize = 2_000;

/// Where the official pages of a page's incidents and maintenances are.
#[derive(Debug)]
pub(super) struct Links {
    /// The page's own address without a slash at its end.
    base: Option<String>,
}

impl Links {
    /// Below the address of the page as published.
    pub(super) fn of(page: Option<&str>) -> Self {
        // Every link begins with it.
        let page = page.filter(|page| page.len() <= LONGEST_ADDRESS);
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
