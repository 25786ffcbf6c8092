//! Where a page is, beyond the address that a person knows.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

/// Where a page's documents are found.
///
/// Written as one address, the key stands behind `#`: `https://status.example/#5b36dc6502d06804c08349f7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    base: Url,
    key: Option<String>,
}

impl Site {
    /// A page whose documents resolve below `base`; query and fragment are left out, and the path is made to end in `/`.
    #[must_use]
    pub fn at(base: &Url) -> Self {
        let mut base = base.clone();
        base.set_query(None);
        base.set_fragment(None);
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Self { base, key: None }
    }

    /// The page at the root of an address's host.
    #[must_use]
    pub fn at_root(address: &Url) -> Self {
        let mut root = address.clone();
        root.set_path("/");
        Self::at(&root)
    }

    /// The page that a deep link leads into: what stands before the first of these steps of its path, and the whole
    /// address where none of them is in it.
    #[must_use]
    pub fn above(address: &Url, steps: &[&str]) -> Self {
        let path: Vec<&str> = address
            .path_segments()
            .into_iter()
            .flatten()
            .take_while(|step| !steps.contains(step))
            .collect();
        let mut page = address.clone();
        page.set_path(&path.join("/"));
        Self::at(&page)
    }

    /// The same with what the platform calls the page where the address does not say it: an identifier, a slug, the
    /// address of a feed. An empty key is none.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        Self {
            key: (!key.is_empty()).then(|| key.to_owned()),
            ..self
        }
    }

    /// The page's address, ending in `/`.
    #[must_use]
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// What the platform calls the page where the address does not say it.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The address of a document below the page's.
    #[must_use]
    pub fn join(&self, path: &str) -> Option<Url> {
        self.base.join(path).ok()
    }

    /// The site as one address.
    #[must_use]
    pub fn to_url(&self) -> Url {
        // A fragment keeps the percent signs that it is given, and reading it back decodes them.
        const TO_DECODE: AsciiSet = CONTROLS.add(b'%');
        let key = self
            .key
            .as_deref()
            .map(|key| utf8_percent_encode(key, &TO_DECODE).to_string());
        let mut url = self.base.clone();
        url.set_fragment(key.as_deref());
        url
    }

    /// The inverse of [`Site::to_url`].
    #[must_use]
    pub fn from_url(url: &Url) -> Self {
        let key = url.fragment().map(|fragment| {
            percent_encoding::percent_decode_str(fragment)
                .decode_utf8_lossy()
                .into_owned()
        });
        Self::at(url).with_key(key.as_deref().unwrap_or_default())
    }
}

impl fmt::Display for Site {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_url().fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_site_is_written_as_one_address() {
        let page = Url::parse("https://status.example/eu?x=1#top").unwrap();
        assert_eq!(Site::at(&page).to_string(), "https://status.example/eu/");
        assert_eq!(
            Site::at(&page).with_key("5b36dc65").to_string(),
            "https://status.example/eu/#5b36dc65"
        );
        assert_eq!(
            Site::at(&page).with_key("a%20b").to_string(),
            "https://status.example/eu/#a%2520b"
        );
        assert_eq!(Site::at_root(&page).to_string(), "https://status.example/");
        assert_eq!(Site::at(&page).with_key(""), Site::at(&page));
        let feed = Site::at_root(&page).with_key("https://status.example/feed?about=a%20b");
        assert_eq!(Site::from_url(&feed.to_url()), feed);
    }

    #[test]
    fn a_deep_link_leads_into_the_page_above_it() {
        for (link, page) in [
            (
                "https://status.example/issues/2026-11-07-slow/",
                "https://status.example/",
            ),
            (
                "https://example.com/status/issues/a/issues/",
                "https://example.com/status/",
            ),
            (
                "https://example.com/status/?x=1#top",
                "https://example.com/status/",
            ),
            ("https://example.com/reissues/", "https://example.com/reissues/"),
            ("https://example.com", "https://example.com/"),
        ] {
            let link = Url::parse(link).unwrap();
            assert_eq!(Site::above(&link, &["issues", "affected"]).to_string(), page);
        }
    }

    proptest! {
        #[test]
        fn whatever_its_key_a_site_is_read_back_as_it_was_written(key in "[^\\x00-\\x20]\\PC{0,40}") {
            let site = Site::at(&Url::parse("https://status.example/").unwrap()).with_key(&key);
            prop_assert_eq!(Site::from_url(&site.to_url()), site);
        }
    }
}
