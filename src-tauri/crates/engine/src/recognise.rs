//! Asking a host what an address is. What is asked and what is believed is decided in
//! [`signalbox_pages::recognition`]; here the questions are put, one at a time.

use std::time::Duration;

use reqwest::header::HeaderMap;
use signalbox_pages::{
    PageIdentity, Site,
    recognition::{Answer, Found, Next, Nothing, Outcome, Recognition},
};
use url::Url;

use crate::{
    fetch::{FailureKind, FetchRequest, FetchResult},
    poll::Tools,
    run::page::Page,
};

/// How long it may take in all: a person is waiting.
const PATIENCE: Duration = Duration::from_secs(25);

/// Finds out what the page at an address is. `hints` are what the directory of vendors says of it: keys of platforms and
/// where the page is; `nonce` names an address that nobody has.
pub(crate) async fn recognise(
    tools: &Tools,
    address: &Url,
    hints: &[(String, Site)],
    nonce: u64,
) -> Result<Found, Nothing> {
    let hints: Vec<(&str, Site)> = hints
        .iter()
        .map(|(key, site)| (key.as_str(), site.clone()))
        .collect();
    let asking = ask(tools, Recognition::of(address, &hints, nonce));
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| {
        Err(Nothing::Unreachable(format!(
            "it did not answer everything within {} seconds",
            PATIENCE.as_secs()
        )))
    })
}

async fn ask(tools: &Tools, mut recognition: Recognition) -> Result<Found, Nothing> {
    loop {
        let url = match recognition.next_step() {
            Next::Ask(url) => url,
            Next::End(Outcome::Found(found)) => return Ok(*found),
            Next::End(Outcome::Nothing(nothing)) => return Err(nothing),
        };
        let mut request = FetchRequest::new(url);
        request.keep_open = true;
        let outcome = tools.fetcher.get(request).await;
        let url = &outcome.final_url;
        let headers = match &outcome.result {
            FetchResult::Body(body) => texts(&body.headers),
            FetchResult::NotModified { .. } | FetchResult::Failed(_) => Vec::new(),
        };
        recognition.answer(match &outcome.result {
            FetchResult::Body(body) => Answer::Body {
                url,
                permanent: outcome.hops.iter().all(|hop| hop.permanent),
                headers: &headers,
                bytes: &body.bytes,
            },
            FetchResult::NotModified { .. } => Answer::Failed {
                reason: "it answered that nothing has changed though nothing was known",
            },
            FetchResult::Failed(failure) => {
                if let FailureKind::Status(status) = failure.kind {
                    Answer::Status { url, status }
                } else {
                    Answer::Failed {
                        reason: &failure.reason,
                    }
                }
            }
        });
    }
}

/// The headers that are text, names in lower case.
fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect()
}

/// Whether what was recognised is the page that was watched.
pub(crate) fn is_the_same(page: &Page, found: &Found) -> bool {
    // On one platform another key is another page: another data centre, say.
    let same_key = page.platform.as_deref() != Some(found.platform) || page.site().key() == found.site.key();
    same_key && says_that_it_is(&page.identity, &[&page.watch.page, &page.base], found)
}

/// Whether a page says by its name that it is the known one or, where one of the two gives no name, by still being at the
/// host where that one was watched.
fn says_that_it_is(known: &PageIdentity, watched: &[&Url], found: &Found) -> bool {
    let plain = |name: &str| -> String {
        name.to_lowercase()
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| !matches!(*word, "" | "status" | "page" | "inc" | "the"))
            .collect()
    };
    let name = |identity: &PageIdentity| {
        identity
            .name
            .as_deref()
            .map(plain)
            .filter(|name| !name.is_empty())
    };
    match (name(known), name(&found.reading.snapshot.page)) {
        (Some(known), Some(found)) => known == found,
        (None, _) | (_, None) => watched
            .iter()
            .any(|url| url.host_str() == found.site.base().host_str()),
    }
}

#[cfg(test)]
mod tests {
    use signalbox_pages::{Document, readers};

    use super::*;

    fn found(name: &str, address: &str) -> Found {
        let reader = readers::by_key("statuspage").unwrap();
        let body = format!(
            r#"{{"page":{{"id":"kq3n7x2m9v1b","name":"{name}"}},"status":{{"indicator":"none","description":""}}}}"#
        );
        let document = Document {
            name: "summary",
            body: body.as_bytes(),
        };
        Found {
            platform: reader.key(),
            platform_name: reader.name(),
            is_feed: false,
            site: Site::at(&Url::parse(address).unwrap()),
            reading: reader.read(&[document], None).unwrap(),
        }
    }

    #[test]
    fn a_page_is_the_same_by_its_name_and_else_by_its_host() {
        let watched = Url::parse("https://status.northwind.example/").unwrap();
        let known = |name: &str| PageIdentity {
            name: (!name.is_empty()).then(|| name.to_owned()),
            ..PageIdentity::default()
        };
        for (before, after, address, expected) in [
            (
                "Northwind",
                "Northwind Status",
                "https://northwindstatus.example/",
                true,
            ),
            (
                "Northwind, Inc.",
                "northwind",
                "https://status.northwind.example/",
                true,
            ),
            (
                "Northwind",
                "Southwind",
                "https://status.northwind.example/",
                false,
            ),
            ("", "Northwind", "https://status.northwind.example/", true),
            ("Northwind", "", "https://status.northwind.example/", true),
            ("Northwind", "", "https://elsewhere.example/", false),
            ("", "Northwind", "https://elsewhere.example/", false),
        ] {
            let same = says_that_it_is(&known(before), &[&watched], &found(after, address));
            assert_eq!(same, expected, "{before} then {after} at {address}");
        }
    }
}
