//! What the readers of vendors' own pages share.

use std::borrow::Cow;

use url::Url;

use super::identity::shared_name;
use super::ids::{DerivedIds, derived_id};
use super::json::{Fields, Json, Warnings};
use super::lists::objects;
use super::{Document, Site, Unreadable, encoding};
use crate::snapshot::{NamedComponent, Update};
use crate::words::Health;

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

/// Whether a document is JSON of the kind that `is` looks for.
pub(crate) fn holds(document: &Document<'_>, is: impl Fn(&Json<'_>) -> bool) -> bool {
    encoding::json_text(document.body).is_ok_and(|text| Json::parse(&text).is_ok_and(|tree| is(&tree)))
}

/// The document of a page that is one document.
pub(crate) fn only<'d, 'b>(documents: &'d [Document<'b>]) -> Result<&'d Document<'b>, Unreadable> {
    match documents {
        [] => Err(Unreadable::Empty),
        [document] => Ok(document),
        _ => Err(other_shape("several documents where the page is one")),
    }
}

/// What warnings call a document: nothing where it is the only one.
pub(crate) fn called(documents: &[Document<'_>], at: usize) -> String {
    match documents.get(at).map(|document| document.name) {
        _ if documents.len() == 1 => String::new(),
        None | Some("") => format!("document {}", at + 1),
        Some(name) => name.to_owned(),
    }
}

/// The refusal of a document that is of another kind.
pub(crate) fn other_shape(reason: &str) -> Unreadable {
    Unreadable::OtherShape {
        reason: reason.to_owned(),
    }
}

/// The texts of a list at a key; anything else in it is passed over with a warning.
pub(crate) fn texts<'j>(fields: &Fields<'j, '_>, key: &str, warnings: &mut Warnings) -> Vec<&'j str> {
    let list = fields.list(key, warnings).unwrap_or_default();
    let place = fields.place.key(key);
    let mut texts = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        match value.text() {
            Some(text) => texts.push(text),
            None => warnings.add(
                place.entry(index),
                format_args!("{value} is not a text and is passed over"),
            ),
        }
    }
    texts
}

/// When something came to be, as it is written at a key: what changes least of it.
fn birth<'j>(fields: &Fields<'j, '_>, key: &str) -> Cow<'j, str> {
    match fields.present(key) {
        Some(Json::Text(text)) => Cow::Borrowed(text),
        Some(Json::Number(number)) => Cow::Owned(number.to_string()),
        Some(Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_)) | None => Cow::Borrowed(""),
    }
}

/// The identifier of an event, a number or a text; where it is missing, one derived from the time of its creation, which
/// stands at `born`.
pub(crate) fn event_id(
    fields: &Fields<'_, '_>,
    kind: &str,
    born: &str,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> String {
    fields.id_or_number("id", warnings).unwrap_or_else(|| {
        let id = derived.distinct(derived_id(kind, &[&birth(fields, born)]));
        warnings.add(fields.place, format_args!("no id; {id} is used"));
        id
    })
}

/// The identifier of an update, as [`event_id`]; distinct among those of its event.
pub(crate) fn update_id(
    fields: &Fields<'_, '_>,
    event: &str,
    born: &str,
    ids: &mut DerivedIds,
    warnings: &mut Warnings,
) -> String {
    let id = fields
        .id_or_number("id", warnings)
        .unwrap_or_else(|| derived_id("update", &[event, &birth(fields, born)]));
    ids.distinct(id)
}

/// The `services` that an event names, each as `health` with its word.
pub(crate) fn services(
    fields: &Fields<'_, '_>,
    health: Option<Health>,
    raw: Option<&str>,
    warnings: &mut Warnings,
) -> Vec<NamedComponent> {
    let list = fields.list("services", warnings).unwrap_or_default();
    let mut services = Vec::with_capacity(list.len());
    objects(
        list,
        &fields.place.key("services"),
        warnings,
        |object, place, warnings| {
            let fields = Fields {
                object,
                place: *place,
            };
            let id = fields.id_or_number("id", warnings);
            let name = fields.expected_text("name", warnings);
            if id.is_some() || name.is_some() {
                services.push(NamedComponent {
                    id,
                    name: name.unwrap_or_default().to_owned(),
                    health,
                    raw: raw.map(shared_name),
                });
            }
        },
    );
    services
}

/// Gives the updates whose word tells of no phase the phase in which the event already stood, `first` where nothing told
/// of one before. The updates must be oldest first.
pub(crate) fn stay<P: Copy>(updates: &mut [Update<P>], words: &[&str], first: P) {
    let mut stands = first;
    for update in updates {
        let tells_nothing = update
            .phase_raw
            .as_deref()
            .is_some_and(|raw| words.iter().any(|word| word.eq_ignore_ascii_case(raw)));
        if tells_nothing {
            update.phase = stands;
        } else {
            stands = update.phase;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::readers::{by_key, testing};
    use crate::words::Phase;

    #[test]
    fn a_vendors_page_is_nobody_elses_recorded_page() {
        let Some(corpus) = testing::recorded() else {
            return;
        };
        let own = [
            ("slack", "slack"),
            ("salesforce", "salesforce"),
            ("heroku", "heroku"),
            ("concur", "sap-concur"),
            ("yandex", "yandexcloud"),
            ("infomaniak", "infomaniak"),
            ("adobe", ""),
        ];
        let folders = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path());
        for folder in folders.filter(|path| path.is_dir()) {
            for file in fs::read_dir(&folder).unwrap() {
                let path = file.unwrap().path();
                let body = fs::read(&path).unwrap();
                let document = Document {
                    name: "",
                    body: &body,
                };
                for (key, at) in own {
                    let is_its_own = folder.file_name().is_some_and(|name| name == at);
                    let is_taken = by_key(key).unwrap().recognises(&document);
                    assert_eq!(is_taken, is_its_own, "{key}: {}", path.display());
                }
            }
        }
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

    #[test]
    fn an_update_that_tells_of_no_phase_leaves_the_event_where_it_stood() {
        let update = |raw: &str, phase| Update {
            id: raw.to_owned(),
            phase,
            phase_raw: Some(raw.to_owned()),
            at: None,
            body: String::new(),
            components: Vec::new(),
        };
        let mut updates = [
            update("update", Phase::Unknown),
            update("monitoring", Phase::Monitoring),
            update("Update", Phase::Unknown),
            update("zz", Phase::Unknown),
            update("update", Phase::Unknown),
        ];
        stay(&mut updates, &["update"], Phase::Investigating);
        assert_eq!(
            updates.map(|update| update.phase),
            [
                Phase::Investigating,
                Phase::Monitoring,
                Phase::Monitoring,
                Phase::Unknown,
                Phase::Unknown
            ]
        );
    }
}
