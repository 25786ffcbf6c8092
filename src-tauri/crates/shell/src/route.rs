//! Places in the window, and the links that lead to them from outside: `signalbox://incident/VENDOR/ID`.

use url::Url;

pub use signalbox_engine::api::Route;

/// The scheme of our links.
pub const SCHEME: &str = "signalbox";

/// The longest link that is looked at.
const LONGEST: usize = 2000;

/// A link that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{link} is no link of Signalbox: {reason}")]
pub struct BadLink {
    link: String,
    reason: &'static str,
}

/// Where a link leads. Whatever a web page or another program can write is refused unless it is exactly a place.
///
/// # Errors
/// In words, where it is none of ours.
pub fn from_link(link: &str) -> Result<Route, BadLink> {
    let bad = |reason| BadLink {
        link: signalbox_engine::announce::words::line(link, 80),
        reason,
    };
    if link.len() > LONGEST {
        return Err(bad("it is too long"));
    }
    let url = Url::parse(link).map_err(|_| bad("it is no address"))?;
    if url.scheme() != SCHEME {
        return Err(bad("it does not begin with signalbox:"));
    }
    if url.query().is_some() || url.fragment().is_some() || url.port().is_some() || !url.username().is_empty()
    {
        return Err(bad("it holds more than a place"));
    }
    let mut parts = Vec::new();
    for part in url.path().split('/').filter(|part| !part.is_empty()) {
        let part = percent_encoding::percent_decode_str(part)
            .decode_utf8()
            .map_err(|_| bad("it is not written in UTF-8"))?;
        if part.chars().any(char::is_control) {
            return Err(bad("it holds control characters"));
        }
        parts.push(part.into_owned());
    }
    match (url.host_str().unwrap_or_default(), parts.as_slice()) {
        ("overview" | "", []) => Ok(Route::Overview),
        ("history", []) => Ok(Route::History),
        ("add", []) => Ok(Route::Add),
        ("vendor", [vendor]) => Ok(Route::Vendor {
            vendor: vendor.clone(),
        }),
        ("incident", [id]) => Ok(Route::Incident {
            vendor: None,
            id: id.clone(),
        }),
        ("incident", [vendor, id]) => Ok(Route::Incident {
            vendor: Some(vendor.clone()),
            id: id.clone(),
        }),
        _ => Err(bad("there is no such place")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(vendor: Option<&str>, id: &str) -> Route {
        Route::Incident {
            vendor: vendor.map(str::to_owned),
            id: id.to_owned(),
        }
    }

    #[test]
    fn a_link_leads_to_its_place() {
        for (link, expected) in [
            ("signalbox://incident/bk-slow", incident(None, "bk-slow")),
            (
                "signalbox://incident/Brightkiln%20Cloud/bk-slow",
                incident(Some("Brightkiln Cloud"), "bk-slow"),
            ),
            ("signalbox://incident/A%2FB/1/", incident(Some("A/B"), "1")),
            (
                "signalbox://vendor/Caf%C3%A9",
                Route::Vendor {
                    vendor: "Caf\u{e9}".to_owned(),
                },
            ),
            ("signalbox://history", Route::History),
            ("signalbox://add/", Route::Add),
            ("signalbox://", Route::Overview),
            ("SIGNALBOX://overview", Route::Overview),
        ] {
            assert_eq!(from_link(link), Ok(expected), "{link}");
        }
    }

    #[test]
    fn what_is_not_exactly_a_place_is_refused_in_words() {
        let long = format!("signalbox://incident/{}", "x".repeat(LONGEST));
        for (link, words) in [
            ("https://incident/1", "does not begin"),
            ("incident/1", "no address"),
            ("signalbox://incident/", "no such place"),
            ("signalbox://incident/a/b/c", "no such place"),
            ("signalbox://quit", "no such place"),
            ("signalbox://incident/1?x=1", "more than a place"),
            ("signalbox://incident/1#x", "more than a place"),
            ("signalbox://me@incident/1", "more than a place"),
            ("signalbox://incident:1/1", "more than a place"),
            ("signalbox://incident/%00", "control characters"),
            ("signalbox://incident/%ff", "UTF-8"),
            (long.as_str(), "too long"),
        ] {
            let refused = from_link(link).unwrap_err().to_string();
            assert!(refused.contains(words), "{link}: {refused}");
        }
    }
}
