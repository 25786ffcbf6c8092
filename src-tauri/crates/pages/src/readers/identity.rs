//! What stands in where a document gives no identifier, and what is a page's or an event's own: links, texts.

use jiff::Timestamp;
use url::Url;

use super::ids::{DerivedIds, derived_id, web_address};
use super::json::{Place, Warnings};
use crate::snapshot::{GroupName, Update};
use crate::text;

/// The identifier of something that came without one, with a warning.
pub(crate) fn stand_in(
    derived: &mut DerivedIds,
    kind: &str,
    parts: &[&str],
    place: &Place<'_>,
    warnings: &mut Warnings,
) -> String {
    let id = derived.distinct(derived_id(kind, parts));
    warnings.add(*place, format_args!("no id; {id} is used"));
    id
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

/// A name that stands once in a document and is copied to everything that refers to it: no longer than a name is, so that
/// one as long as the document is not multiplied by its references.
pub(crate) fn shared_name(published: &str) -> String {
    text::cut(published, 500)
}

/// A group as a step of the paths of everything in it, cut as [`shared_name`] is.
pub(crate) fn group_name(id: &str, name: &str) -> GroupName {
    GroupName {
        id: shared_name(id),
        name: shared_name(name),
    }
}

/// The text that an event has beside its updates, or instead of them, as one of them. It is edited in place, so that its
/// identifier is made of the event's alone.
pub(crate) fn own_text<P>(
    event: &str,
    text: Option<&str>,
    at: Option<Timestamp>,
    phase: P,
    phase_raw: Option<String>,
) -> Option<Update<P>> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    Some(Update {
        id: derived_id("update", &[event]),
        phase,
        phase_raw,
        at,
        body: text.to_owned(),
        components: Vec::new(),
    })
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
}
