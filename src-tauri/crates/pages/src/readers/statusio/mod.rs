//! Status.io: the public status API.
//!
//! | document | holds |
//! |---|---|
//! | `https://api.status.io/1.0/status/ID` | the overall word, components with their containers, open incidents, maintenances going on and announced |
//!
//! The page's id, 24 hexadecimal digits, is the site's key; a key that is an address is the document's own, for pages
//! that name a mirror. Sources: the vendor's description of its public API, with its example; payloads recorded from a
//! page in 2020 and 2026.
//!
//! A component runs in containers (regions, providers), and each pair has a word of its own: the pair is the leaf, its
//! id is both ids, and the component is its group. Words are taken from the numeric codes, because the texts beside them
//! can be changed by the vendor.

mod components;
mod events;

#[cfg(test)]
mod tests;

use url::Url;

use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{Coverage, Overall, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads Status.io.
#[derive(Clone, Copy, Debug)]
pub struct StatusIo;

impl Reader for StatusIo {
    fn key(&self) -> &'static str {
        "statusio"
    }

    fn name(&self) -> &'static str {
        "Status.io"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Incidents and maintenances that are over: the public API lists only those that are not.",
            "The page's own name: the public API does not tell it.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let host = address.host_str()?;
        let is_its_own = is_api(host) || host.ends_with(".status.io");
        let id = address.path().split('/').find(|part| is_page_id(part))?;
        is_its_own.then(|| Site::at_root(address).with_key(id))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        let site = Site::at_root(front.url);
        if let Some(id) = front.header("x-status-page-id").filter(|id| is_page_id(id)) {
            return Some(site.with_key(id));
        }
        let is_marked = ["static.status.io", "image.status.io", "statusbar_text", API_PATH]
            .iter()
            .any(|mark| front.holds(mark));
        if !is_marked {
            return None;
        }
        if let Some((address, id)) = named_document(front) {
            let is_usual = address.host_str() == Some("api.status.io");
            return Some(site.with_key(if is_usual { id } else { address.as_str() }));
        }
        let id = front.body.split("/pages/").skip(1).find_map(|rest| {
            rest.split(|end: char| !end.is_ascii_alphanumeric())
                .take(2)
                .find(|part| is_page_id(part))
        })?;
        Some(site.with_key(id))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = site.key().and_then(|key| {
            let named = Url::parse(key).ok();
            let at = |base: &Url| {
                let mut url = base.join(API_PATH).ok()?;
                url.path_segments_mut().ok()?.pop_if_empty().push(key);
                Some(url)
            };
            let host = site.base().host_str().unwrap_or_default();
            named
                .filter(|url| matches!(url.scheme(), "http" | "https"))
                .or_else(|| {
                    if is_api(host) {
                        at(site.base())
                    } else {
                        at(&Url::parse("https://api.status.io/").ok()?)
                    }
                })
        });
        url.map(|url| DocumentAddress::light("status", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let results = trees.iter().map(result).collect::<Result<Vec<_>, _>>()?;
        let latest = results.last().ok_or(Unreadable::Empty)?;
        Ok(reading(*latest, &Links::of(site)))
    }
}

const API_PATH: &str = "/1.0/status/";

/// Whether a host serves documents, not pages.
fn is_api(host: &str) -> bool {
    host == "api.status.io" || host == "hostedstatus.com" || host.ends_with(".hostedstatus.com")
}

fn is_page_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The document's address as a front page names it, and the page's id in it.
fn named_document<'a>(front: &Front<'a>) -> Option<(Url, &'a str)> {
    let (before, after) = front.body.split_once(API_PATH)?;
    let id = after.get(..24).filter(|id| is_page_id(id))?;
    let start = before
        .rfind(|end: char| end.is_whitespace() || matches!(end, '"' | '\'' | '(' | '='))
        .map_or(0, |at| at + 1);
    let origin = before.get(start..)?;
    let address = front.url.join(&format!("{origin}{API_PATH}{id}")).ok()?;
    Some((address, id))
}

/// What a document holds, if it is Status.io's.
fn result<'j>(tree: &'j Json<'j>) -> Result<Object<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("not an object"))?;
    if let Some(error) = top.text("error") {
        return Err(Unreadable::other_shape(&format!(
            "an error: {}",
            super::json::quoted(error)
        )));
    }
    let result = top
        .object("result")
        .ok_or_else(|| Unreadable::other_shape("no object called result"))?;
    let has_overall = result
        .object("status_overall")
        .is_some_and(|overall| overall.get("status_code").is_some());
    let has_components = result.list("status").is_some_and(|list| {
        list.iter()
            .filter_map(Json::object)
            .any(|component| component.get("status_code").is_some() && component.list("containers").is_some())
    });
    if has_overall || has_components {
        Ok(result)
    } else {
        Err(Unreadable::other_shape(
            "neither status_overall nor components with containers",
        ))
    }
}

/// Where the official pages of incidents and maintenances are.
struct Links {
    base: Option<(Url, String)>,
    page_id: Option<String>,
}

impl Links {
    fn of(site: Option<&Site>) -> Self {
        let page_id = site
            .and_then(Site::key)
            .and_then(|key| key.rsplit('/').find(|part| is_page_id(part)))
            .map(str::to_owned);
        let base = site
            .map(Site::base)
            .filter(|base| base.host_str().is_some_and(|host| !is_api(host)))
            .cloned()
            .zip(page_id.clone());
        Self { base, page_id }
    }

    fn to(&self, kind: &str, id: &str) -> Option<String> {
        let (base, page_id) = self.base.as_ref()?;
        let is_plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let url = base.join(&format!("pages/{kind}/{page_id}/{id}")).ok()?;
        is_plain.then(|| url.into())
    }
}

fn reading(result: Object<'_>, links: &Links) -> Reading {
    let mut warnings = Warnings::default();
    let top = Place::document("");
    let fields = Fields {
        object: result,
        place: top.key("result"),
    };
    let (overall, updated_at) = match fields.object("status_overall", &mut warnings) {
        None => (None, None),
        Some(object) => {
            let fields = Fields {
                object,
                place: fields.place.key("status_overall"),
            };
            let overall = Overall {
                health: health(&fields, &mut warnings),
                raw: fields.text("status", &mut warnings).map(str::to_owned),
                description: None,
            };
            (Some(overall), fields.time("updated", &mut warnings))
        }
    };
    let grid = components::components(&fields, &mut warnings);
    let (incidents, open_incidents) = events::incidents(&fields, &grid, links, &mut warnings);
    let (maintenances, open_maintenances) = events::maintenances(&fields, &grid, links, &mut warnings);
    Reading {
        snapshot: Snapshot {
            page: PageIdentity {
                id: links.page_id.clone(),
                name: None,
                url: None,
            },
            overall,
            components: grid.list,
            incidents,
            maintenances,
            coverage: Coverage {
                components: grid.listing,
                open_incidents,
                open_maintenances,
                ..Coverage::NOTHING
            },
            updated_at,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

/// What the `status_code` of a page, a component or a container means. 600 is a security event, which the vendor ranks
/// worst of all.
fn health(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Health {
    let Some(code) = fields.id_or_number("status_code", warnings) else {
        warnings.add(fields.place.key("status_code"), "missing");
        return Health::Unknown;
    };
    meaning(&code, HEALTHS, &fields.place.key("status_code"), warnings).unwrap_or(Health::Unknown)
}

const HEALTHS: &[(&str, Health)] = &[
    ("100", Health::Operational),
    ("200", Health::Maintenance),
    ("300", Health::Degraded),
    ("400", Health::PartialOutage),
    ("500", Health::MajorOutage),
    ("600", Health::MajorOutage),
];
