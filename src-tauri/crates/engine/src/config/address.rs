//! One spelling for each page's address.

use signalbox_pages::Site;
use url::{Host, Url};

/// Why an address is not a page's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is nothing.
    #[error("the address is empty")]
    Empty,
    /// It cannot be understood.
    #[error("this is not a web address: {0}")]
    Malformed(&'static str),
    /// It is of another kind than a web page's.
    #[error("only http and https addresses can be watched, not {0}")]
    Scheme(String),
    /// It carries a user name or a password, which do not belong into a configuration file.
    #[error("the address must not hold a user name or a password")]
    UserInfo,
}

/// The canonical form of a page's address: `https` where no scheme is given, host in lower case and without a final
/// dot, default port left out, no query, the path ending in exactly one `/`.
///
/// The path is kept, since a page may live below one; whether it is a deep link into a page is for the readers to
/// find out. What stands behind `#` is kept too, as [`Site::to_url`] writes it: it is what the platform calls the page
/// where several share an address. With it and without it are different pages; nothing behind `#` is as good as no `#`.
///
/// # Errors
/// [`AddressError`] for whatever is no web address.
///
/// ```
/// # use signalbox_engine::config::canonical_address;
/// let page = canonical_address(" Status.Example.com/eu?x=1# ")?;
/// assert_eq!(page.as_str(), "https://status.example.com/eu/");
/// let one_of_several = canonical_address("Status.Example.com#team-a")?;
/// assert_eq!(one_of_several.as_str(), "https://status.example.com/#team-a");
/// # Ok::<(), signalbox_engine::config::AddressError>(())
/// ```
pub fn canonical_address(text: &str) -> Result<Url, AddressError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AddressError::Empty);
    }
    // The URL standard drops tabs and newlines silently; an address that holds them was not meant as one.
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(AddressError::Malformed("it holds a space or a control character"));
    }
    // The key of a feed's page is an address itself.
    let has_scheme = |(before, _): &(&str, &str)| !before.contains(['/', '?', '#']);
    let mut url = if let Some((scheme, _)) = text.split_once("://").filter(has_scheme) {
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return Err(AddressError::Scheme(scheme.chars().take(20).collect()));
        }
        Url::parse(text)
    } else {
        let rest = text.strip_prefix("//").unwrap_or(text);
        Url::parse(&format!("https://{rest}"))
    }
    .map_err(|error| AddressError::Malformed(reason(error)))?;

    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::UserInfo);
    }
    if let Some(Host::Domain(host)) = url.host()
        && host.ends_with('.')
    {
        let host = host.trim_end_matches('.').to_owned();
        if host.is_empty() || url.set_host(Some(&host)).is_err() {
            return Err(AddressError::Malformed("the host is empty"));
        }
    }
    let path = format!("{}/", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(Site::from_url(&url).to_url())
}

fn reason(error: url::ParseError) -> &'static str {
    use url::ParseError as E;
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive, and the rest is told alike"
    )]
    match error {
        E::EmptyHost => "the host is empty",
        E::IdnaError => "the host is not a valid international name",
        E::InvalidPort => "what follows the colon is not a port",
        E::InvalidIpv4Address | E::InvalidIpv6Address => "the host is not a valid IP address",
        E::InvalidDomainCharacter => "the host holds a character that no host may hold",
        _ => "it cannot be understood",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_page_has_one_spelling() {
        for (given, canonical) in [
            ("https://www.githubstatus.com", "https://www.githubstatus.com/"),
            ("www.githubstatus.com", "https://www.githubstatus.com/"),
            ("//www.githubstatus.com/", "https://www.githubstatus.com/"),
            (
                "HTTPS://WWW.GitHubStatus.com/?a=b#",
                "https://www.githubstatus.com/",
            ),
            ("Open.Concur.com#eu", "https://open.concur.com/#eu"),
            (
                "status.example/a?b=c#Team-A/",
                "https://status.example/a/#Team-A/",
            ),
            ("status.example/#%61%20b%zz", "https://status.example/#a%20b%25zz"),
            ("status.example/#b\u{fc}ro", "https://status.example/#b%C3%BCro"),
            (
                "status.example/#https://status.example/feed?cat=27",
                "https://status.example/#https://status.example/feed?cat=27",
            ),
            (
                "status.example/?next=http://a.example/",
                "https://status.example/",
            ),
            ("  http://status.example:80/ ", "http://status.example/"),
            ("status.example:8443/a/b//", "https://status.example:8443/a/b/"),
            ("https://status.example./", "https://status.example/"),
            (
                "https://health.example/Status/EU",
                "https://health.example/Status/EU/",
            ),
            ("https://status.example/a/../b", "https://status.example/b/"),
            ("bücher.example", "https://xn--bcher-kva.example/"),
            ("[::1]:8080", "https://[::1]:8080/"),
            ("127.0.0.1:9", "https://127.0.0.1:9/"),
        ] {
            assert_eq!(
                canonical_address(given).expect(given).as_str(),
                canonical,
                "{given}"
            );
        }
    }

    #[test]
    fn what_is_no_web_page_is_refused() {
        for given in [
            "",
            "  ",
            "https://",
            "https:///",
            "https://./",
            "ftp://status.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "mailto:me@example.org",
            "https://me:secret@status.example/",
            "https://me@status.example/",
            "a b.example",
            "a.example/#b c",
            "a\nb.example",
            "https://status.example:99999/",
            "https://exa<mple/",
            "https://[::1/",
        ] {
            assert!(canonical_address(given).is_err(), "{given:?}");
        }
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_its_own_canonical_form(
            text in "(https?://)?[a-zA-Z0-9.:/?#@%_-]{1,40}(#\\PC{0,12})?"
        ) {
            if let Ok(url) = canonical_address(&text) {
                prop_assert_eq!(canonical_address(url.as_str()), Ok(url.clone()));
                prop_assert!(url.path().ends_with('/') && url.query().is_none() && url.fragment() != Some(""));
                prop_assert_eq!(Site::from_url(&url).to_url(), url);
            }
        }
    }
}
