//! Hosts: of addresses, of pages, of vendors.

use crate::vendor::Vendor;

/// Domains below which everybody may have a page, so that a sub-domain says nothing about whose it is.
const SHARED: [&str; 18] = [
    "betteruptime.com",
    "freshstatus.io",
    "github.io",
    "herokuapp.com",
    "hund.io",
    "instatus.com",
    "montastic.io",
    "netlify.app",
    "pingdom.com",
    "sorryapp.com",
    "status.io",
    "statuscast.com",
    "statushub.io",
    "statuspage.io",
    "statuspal.io",
    "uptime.com",
    "uptimerobot.com",
    "vercel.app",
];

/// The address that a person wrote, split up: `https://Status.Example.com:443/eu?x` has the host `status.example.com`
/// and the path `/eu`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) path: String,
}

impl Address {
    /// What `text` says, if it looks like an address or a host at all.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let rest = rest.trim_start_matches('/');
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let path = rest.find(['?', '#']).map_or(rest, |end| &rest[..end]);
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = host
            .rsplit_once(':')
            .map_or(host, |(host, _)| host)
            .trim_end_matches('.')
            .to_ascii_lowercase();
        is_host(&host).then(|| Self {
            host,
            path: path.trim_end_matches('/').to_owned(),
        })
    }
}

/// Whether `text` is a host's name in lower case, with a dot in it.
pub(crate) fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.len() <= 253
        && text
            .rsplit_once('.')
            .is_some_and(|(_, top)| top.starts_with(|first: char| first.is_ascii_lowercase()))
        && text.split('.').all(label)
}

/// The host of an address, a port left out.
pub(crate) fn of_page(page: &str) -> &str {
    let rest = page.split_once("://").map_or(page, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    authority.split(':').next().unwrap_or(authority)
}

/// The path of an address, without a final `/`, and without what stands behind `#` in an entry of the person's own.
fn path_of_page(page: &str) -> &str {
    let rest = page.split_once("://").map_or(page, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or(rest);
    rest.find('/')
        .map_or("", |start| rest[start..].trim_end_matches('/'))
}

/// `www.` says nothing.
pub(crate) fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

/// How a vendor's hosts answer an address; the better, the smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HostMatch {
    /// It lies below the vendor's page, which has a path of its own.
    Page,
    /// It is on the host of the vendor's page, which has no path.
    PageHost,
    /// It is the vendor's domain.
    Domain,
    /// It is on the host of the vendor's page, below another path.
    OtherPath,
    /// It is a sub-domain of the vendor's domain; the fewer characters are added, the better.
    Below(usize),
}

/// How the vendor's hosts answer `address`, if they do.
pub(crate) fn matching(vendor: &Vendor, address: &Address) -> Option<HostMatch> {
    let host = bare(&address.host);
    let mut best = None;
    let mut offer = |found: HostMatch| {
        best = Some(best.map_or(found, |best: HostMatch| best.min(found)));
    };
    if bare(of_page(&vendor.page)) == host {
        let own = path_of_page(&vendor.page);
        let below = address
            .path
            .strip_prefix(own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        offer(match (own.is_empty(), below) {
            (true, _) => HostMatch::PageHost,
            (false, true) => HostMatch::Page,
            (false, false) => HostMatch::OtherPath,
        });
    }
    let further = vendor
        .aliases
        .iter()
        .map(String::as_str)
        .filter(|alias| is_host(alias));
    for domain in vendor.domain.as_deref().into_iter().chain(further) {
        if host == domain {
            offer(HostMatch::Domain);
        } else if let Some(added) = host.strip_suffix(domain)
            && added.ends_with('.')
            && !SHARED.contains(&domain)
        {
            offer(HostMatch::Below(added.len()));
        }
    }
    best
}

/// The part of a host that is a name: `google` of `mail.google.co.uk`, and of `google.statuspage.io`.
pub(crate) fn name_of(host: &str) -> Option<&str> {
    let whose = SHARED
        .iter()
        .find_map(|shared| host.strip_suffix(shared)?.strip_suffix('.'));
    if let Some(whose) = whose {
        return whose.rsplit('.').next();
    }
    let mut labels = host.rsplit('.');
    let top = labels.next()?;
    let second = labels.next()?;
    let third = labels.next();
    if top.len() == 2 && matches!(second, "co" | "com" | "org" | "net" | "gov" | "ac") {
        third.or(Some(second))
    } else {
        Some(second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_in_any_form() {
        for (text, host, path) in [
            ("stripe.com", "stripe.com", ""),
            (
                " HTTPS://WWW.Stripe.com:443/a/b/?x=1#y ",
                "www.stripe.com",
                "/a/b",
            ),
            ("//status.example.com", "status.example.com", ""),
            (
                "https://me:secret@status.example.com/x",
                "status.example.com",
                "/x",
            ),
            ("status.example.com.", "status.example.com", ""),
            ("me@example.org", "example.org", ""),
        ] {
            let expected = Address {
                host: host.to_owned(),
                path: path.to_owned(),
            };
            assert_eq!(Address::read(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "stripe",
            "git hub.com x",
            "a..b",
            "127.0.0.1",
            "-a.com",
            "https://",
            "é.com",
        ] {
            assert_eq!(Address::read(text), None, "{text}");
        }
    }

    #[test]
    fn the_name_in_a_host_stands_before_what_is_registered_under() {
        for (host, name) in [
            ("google.com", Some("google")),
            ("mail.google.co.uk", Some("google")),
            ("x.ai", Some("x")),
            ("com", None),
            ("co.uk", Some("co")),
            ("acme.statuspage.io", Some("acme")),
            ("www.acme.instatus.com", Some("acme")),
            ("statuspage.io", Some("statuspage")),
        ] {
            assert_eq!(name_of(host), name, "{host}");
        }
    }
}
