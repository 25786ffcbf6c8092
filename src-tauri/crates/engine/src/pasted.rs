//! What a person means by what was pasted: a page's address in any form, a vendor's domain, or a vendor's name.

use signalbox_catalog::{Catalogue, Vendor};
use signalbox_pages::Site;
use url::Url;

use crate::config::{AddressError, canonical_address};

/// Where to look for a page, and what the directory of vendors says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pasted {
    /// Where to look. A deep link is kept as it was pasted, a feed's address with its query.
    pub(crate) address: Url,
    /// Keys of platforms with the page, from the directory.
    pub(crate) hints: Vec<(String, Site)>,
    /// Where to look next if nothing is found there: where the pages of vendors usually are.
    pub(crate) otherwise: Option<Url>,
}

/// Why it is not clear what is meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unclear {
    /// Something that looks like an address and is none.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A name that nobody in the directory has.
    #[error(
        "no vendor is called \u{201c}{words}\u{201d}{}; give the address of its status page instead",
        said_as(like)
    )]
    Unknown {
        /// What was asked for.
        words: String,
        /// Vendors that are called something like it.
        like: Vec<String>,
    },
    /// A name or a domain that several pages of the directory share.
    #[error("\u{201c}{words}\u{201d} may be any of: {}", pages.join(", "))]
    Several {
        /// What was asked for.
        words: String,
        /// Each vendor's name and page.
        pages: Vec<String>,
    },
}

fn said_as(like: &[String]) -> String {
    if like.is_empty() {
        String::new()
    } else {
        format!(" (did you mean {}?)", like.join(" or "))
    }
}

impl Pasted {
    /// Finds out what is meant.
    pub(crate) fn of(text: &str, catalogue: &Catalogue) -> Result<Self, Unclear> {
        let text = text.trim();
        if is_address(text) {
            Self::of_address(text, catalogue)
        } else {
            Self::of_name(text, catalogue)
        }
    }

    fn of_address(text: &str, catalogue: &Catalogue) -> Result<Self, Unclear> {
        let canonical = canonical_address(text)?;
        // What tells one feed from another may stand in its query; the canonical form is for the configuration.
        let whole = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{}", text.trim_start_matches('/'))
        };
        let address = Url::parse(&whole).unwrap_or_else(|_| canonical.clone());
        let host = address
            .host_str()
            .unwrap_or_default()
            .trim_start_matches("www.")
            .to_owned();
        let known = catalogue.by_host(canonical.as_str());
        let is_page = |vendor: &&&Vendor| {
            Url::parse(&vendor.page).is_ok_and(|page| {
                page.host_str()
                    .is_some_and(|page| page.trim_start_matches("www.") == host)
            })
        };
        let hints: Vec<_> = known
            .iter()
            .filter(is_page)
            .filter_map(|vendor| hint(vendor))
            .collect();
        if known.iter().any(|vendor| is_page(&vendor)) {
            return Ok(Self {
                address,
                hints,
                otherwise: None,
            });
        }
        let is_bare = address.path() == "/" && address.query().is_none();
        let owner = known
            .iter()
            .filter(|vendor| vendor.domain.as_deref() == Some(host.as_str()));
        let owners: Vec<&&Vendor> = owner.filter(|_| is_bare).collect();
        match owners.as_slice() {
            [] => {
                // A vendor's own domain, say: its page is most often beside it.
                let beside = format!("https://status.{host}/");
                let is_name = address.domain().is_some() && !host.starts_with("status") && host.contains('.');
                Ok(Self {
                    address,
                    hints,
                    otherwise: Url::parse(&beside).ok().filter(|_| is_bare && is_name),
                })
            }
            [vendor] => Self::of_vendor(vendor),
            several => Err(Unclear::Several {
                words: host,
                pages: several.iter().map(|vendor| with_page(vendor)).collect(),
            }),
        }
    }

    fn of_name(words: &str, catalogue: &Catalogue) -> Result<Self, Unclear> {
        const LIKE: usize = 3;
        match catalogue.by_name(words).as_slice() {
            [vendor] => Self::of_vendor(vendor),
            [] => Err(Unclear::Unknown {
                words: signalbox_pages::text::inert(words),
                like: catalogue
                    .search(words, LIKE)
                    .iter()
                    .map(|found| found.vendor.name.clone())
                    .collect(),
            }),
            several => Err(Unclear::Several {
                words: signalbox_pages::text::inert(words),
                pages: several.iter().map(|vendor| with_page(vendor)).collect(),
            }),
        }
    }

    fn of_vendor(vendor: &Vendor) -> Result<Self, Unclear> {
        Ok(Self {
            address: canonical_address(&vendor.page)?,
            hints: hint(vendor).into_iter().collect(),
            otherwise: None,
        })
    }
}

/// Whether a text is meant as an address rather than as a name: it has a scheme, a port, or a dot within one word.
fn is_address(text: &str) -> bool {
    let is_one_word = !text.contains(char::is_whitespace);
    let host = text.split('/').next().unwrap_or_default();
    text.contains("://")
        || text.starts_with("//")
        || is_one_word
            && (text.contains('/') || host.contains(':') || host.trim_end_matches('.').contains('.'))
}

fn hint(vendor: &Vendor) -> Option<(String, Site)> {
    let page = canonical_address(&vendor.page).ok()?;
    let site = Site::at(&page).with_key(vendor.platform_id.as_deref().unwrap_or_default());
    Some((vendor.platform.clone()?, site))
}

fn with_page(vendor: &Vendor) -> String {
    format!("{} ({})", vendor.name, vendor.page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Pasted, Unclear> {
        Pasted::of(text, Catalogue::built_in())
    }

    fn address(text: &str) -> String {
        of(text).expect(text).address.to_string()
    }

    #[test]
    fn a_name_a_domain_and_a_page_lead_to_the_page() {
        for text in [
            "GitHub",
            "github",
            " git hub ",
            "github.com",
            "https://github.com/",
            "www.githubstatus.com",
        ] {
            assert!(
                address(text).contains("githubstatus.com"),
                "{text}: {}",
                address(text)
            );
        }
        assert_eq!(of("GitHub").unwrap().hints[0].0, "statuspage");
        assert_eq!(
            of("https://www.githubstatus.com/incidents/abc").unwrap().hints[0].0,
            "statuspage"
        );
    }

    #[test]
    fn a_deep_link_and_a_query_are_kept() {
        let deep = "https://status.nobody.example/incidents/abc?x=1";
        assert_eq!(address(deep), deep);
        assert_eq!(of(deep).unwrap().otherwise, None);
        assert_eq!(
            address("status.nobody.example/feed?cat=27"),
            "https://status.nobody.example/feed?cat=27"
        );
    }

    #[test]
    fn a_domain_that_the_directory_does_not_know_is_looked_at_and_then_its_usual_place() {
        let pasted = of("nobody.example").unwrap();
        assert_eq!(pasted.address.as_str(), "https://nobody.example/");
        assert_eq!(
            pasted.otherwise.unwrap().as_str(),
            "https://status.nobody.example/"
        );
        for text in [
            "status.nobody.example",
            "127.0.0.1:8080",
            "localhost:80",
            "https://nobody.example/a",
        ] {
            assert_eq!(of(text).unwrap().otherwise, None, "{text}");
        }
    }

    #[test]
    fn a_name_that_nobody_has_is_told_with_what_is_like_it() {
        let unclear = of("githb").unwrap_err().to_string();
        assert!(
            unclear.starts_with("no vendor is called \u{201c}githb\u{201d} (did you mean GitHub"),
            "{unclear}"
        );
        assert!(matches!(of("zzzz qqqq"), Err(Unclear::Unknown { like, .. }) if like.is_empty()));
        assert!(matches!(of("ftp://a.example/"), Err(Unclear::Address(_))));
    }
}
