//! Addresses: of documents, and of what a vendor publishes for people.

use url::Url;

use super::Site;

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

/// The address of a web page as published, whole or only its path, if it lies on the page's own host: anybody can
/// write a link, only the page's own is official.
pub(crate) fn official_address(published: &str, page: Option<&Url>) -> Option<String> {
    let Some(page) = page else {
        return web_address(published);
    };
    let url = page.join(published.trim()).ok()?;
    (url.host_str() == page.host_str())
        .then(|| web_address(url.as_str()))
        .flatten()
}

/// Whether an address is on one of these hosts.
pub(crate) fn is_at(address: &Url, hosts: &[&str]) -> bool {
    address.host_str().is_some_and(|host| hosts.contains(&host))
}

/// The address of a document that the vendor serves from another host than its page: below `api` where the page is at
/// the vendor's `own` host, else below the page, wherever that is.
pub(crate) fn document_at(site: &Site, own: &str, api: &str, path: &str) -> Option<Url> {
    if is_at(site.base(), &[own]) {
        Url::parse(api).ok()?.join(path).ok()
    } else {
        site.join(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_official_address_is_on_the_pages_own_host() {
        let page = Url::parse("https://status.example/eu/").unwrap();
        for (published, official) in [
            (
                "https://status.example/incidents/7",
                Some("https://status.example/incidents/7"),
            ),
            ("/incidents/7", Some("https://status.example/incidents/7")),
            ("http://localhost/incidents/7", None),
            ("//elsewhere.example/7", None),
            ("javascript:alert(7)", None),
            ("http://[", None),
        ] {
            assert_eq!(
                official_address(published, Some(&page)).as_deref(),
                official,
                "{published}"
            );
        }
        assert_eq!(
            official_address("http://localhost/incidents/7", None).as_deref(),
            Some("http://localhost/incidents/7")
        );
        assert_eq!(official_address("/incidents/7", None), None);
    }

    #[test]
    fn a_document_is_beside_the_vendors_own_page_and_below_any_other() {
        let at = |page: &str| {
            let site = Site::at(&Url::parse(page).unwrap());
            let url = document_at(
                &site,
                "status.vendor.example",
                "https://api.vendor.example/v1/",
                "now",
            );
            url.unwrap().to_string()
        };
        assert_eq!(
            at("https://status.vendor.example/"),
            "https://api.vendor.example/v1/now"
        );
        assert_eq!(at("http://127.0.0.1:8080/page"), "http://127.0.0.1:8080/page/now");
    }
}
