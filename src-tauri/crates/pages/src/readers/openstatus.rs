//! OpenStatus: a monitor with status pages, hosted and self-hosted. Its JSON is made after Statuspage's, in the same words.
//!
//! | document | holds |
//! |---|---|
//! | `api/status/summary.json` | the overall word, every component, open reports, announced and going maintenances |
//!
//! It has a reader of its own because it lies elsewhere, gives no identifiers of the page, of components and of updates,
//! no impact and no components of a report, flattens groups, and has other links. A component's identifier is made of
//! its name.
//!
//! Source: the source of openstatusHQ/openstatus (`status-json.ts`, `status-vocab.ts`), which serves what it documents
//! as machine-readable status.

use url::Url;

use super::addresses::web_address;
use super::ids::{DerivedIds, derived_id};
use super::json::{Fields, Json, Object, Place, Warnings};
use super::lists::{Once, less_skipped, objects};
use super::statuspage::words;
use super::updates::oldest_first;
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Component, Coverage, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts, Overall,
    PageIdentity, Snapshot, Update,
};
use crate::words::{Health, MaintenancePhase, Phase};

/// Reads OpenStatus.
#[derive(Clone, Copy, Debug)]
pub struct OpenStatus;

impl Reader for OpenStatus {
    fn key(&self) -> &'static str {
        "openstatus"
    }

    fn name(&self) -> &'static str {
        "OpenStatus"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Reports and maintenances that are over: they are in a feed without phases.",
            "Groups of components, and which components a report is about: the platform does not publish them as data.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        let name = address.host_str()?.strip_suffix(".openstatus.dev")?;
        let is_page = !name.contains('.') && !matches!(name, "" | "www" | "api" | "app" | "docs" | "themes");
        is_page.then(|| Site::at_root(address))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        const SUMMARY: &str = "/api/status/summary.json";
        if let Some((before, _)) = front.body.split_once(SUMMARY) {
            // The page names the whole address, also where a person came by another one.
            let start = before.rfind(['"', '\'', '=']).map_or(0, |at| at + 1);
            let page = front.url.join(before.get(start..)?).ok()?;
            return matches!(page.scheme(), "http" | "https").then(|| Site::at(&page));
        }
        front
            .holds("openstatus.dev/api/og/page")
            .then(|| Site::above(front.url, &["events", "monitors"]))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let path = site
            .key()
            .filter(|slug| {
                slug.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
            .map_or_else(
                || "api/status/summary.json".to_owned(),
                // A self-hosted page that is told from others by its path.
                |slug| format!("api/status/{slug}/summary.json"),
            );
        site.join(&path)
            .map(|url| DocumentAddress::light("summary", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let [tree] = trees.as_slice() else {
            return Err(Unreadable::other_shape("a page has one document, its summary"));
        };
        Ok(reading(summary(tree)?))
    }
}

/// The summary, if a document is one: Statuspage's shape without any identifier of Statuspage.
fn summary<'j>(tree: &'j Json<'j>) -> Result<Object<'j>, Unreadable> {
    let top = tree
        .object()
        .ok_or_else(|| Unreadable::other_shape("no object"))?;
    let is_page = top.object("page").is_some_and(|page| {
        page.text("name").is_some()
            && page.text("url").is_some()
            && page.get("id").is_none()
            && page.get("time_zone").is_none()
    });
    if !is_page
        || top
            .object("status")
            .is_none_or(|status| status.get("indicator").is_none())
    {
        return Err(Unreadable::other_shape(
            "no page with a name and an address, without an identifier, beside a status",
        ));
    }
    let (Some(components), Some(incidents), Some(_)) = (
        top.list("components"),
        top.list("incidents"),
        top.list("scheduled_maintenances"),
    ) else {
        return Err(Unreadable::other_shape(
            "components, incidents and scheduled_maintenances are not all lists",
        ));
    };
    let none_has = |list: &[Json<'_>], key: &str| {
        list.iter()
            .filter_map(Json::object)
            .all(|entry| entry.get(key).is_none())
    };
    if none_has(components, "id") && none_has(incidents, "impact") {
        Ok(top)
    } else {
        Err(Unreadable::other_shape(
            "components with identifiers, or incidents with an impact",
        ))
    }
}

fn reading(top: Object<'_>) -> Reading {
    let mut warnings = Warnings::default();
    let fields = Fields {
        object: top,
        place: Place::document(""),
    };
    let page = fields.object("page", &mut warnings).map(|object| Fields {
        object,
        place: fields.place.key("page"),
    });
    let name = page.and_then(|page| page.text("name", &mut warnings));
    let url = page
        .and_then(|page| page.text("url", &mut warnings))
        .and_then(web_address);
    let updated_at = page.and_then(|page| page.time("updated_at", &mut warnings));
    let overall = fields
        .object("status", &mut warnings)
        .map(|object| overall_word(object, &fields.place, &mut warnings));

    let mut components = Once::default();
    let mut ids = DerivedIds::default();
    let list = fields.list("components", &mut warnings).unwrap_or_default();
    let components_skipped = objects(
        list,
        &fields.place.key("components"),
        &mut warnings,
        |object, place, warnings| {
            let component = component(object, place, &mut ids, warnings);
            let id = component.id.clone();
            components.put(&id, component, place, warnings);
        },
    );
    let mut incidents = Once::default();
    let mut ids = DerivedIds::default();
    let list = fields.list("incidents", &mut warnings).unwrap_or_default();
    let incidents_skipped = objects(
        list,
        &fields.place.key("incidents"),
        &mut warnings,
        |object, place, warnings| {
            let incident = incident(object, place, url.as_deref(), &mut ids, warnings);
            let id = incident.id.clone();
            incidents.put(&id, incident, place, warnings);
        },
    );
    let mut maintenances = Once::default();
    let list = fields
        .list("scheduled_maintenances", &mut warnings)
        .unwrap_or_default();
    let place = fields.place.key("scheduled_maintenances");
    let maintenances_skipped = objects(list, &place, &mut warnings, |object, place, warnings| {
        let maintenance = maintenance(object, place, url.as_deref(), &mut ids, warnings);
        let id = maintenance.id.clone();
        maintenances.put(&id, maintenance, place, warnings);
    });
    Reading {
        snapshot: Snapshot {
            page: PageIdentity {
                id: None,
                name: name.map(str::to_owned),
                url,
            },
            overall,
            components: components.into_list(),
            incidents: incidents.into_list(),
            maintenances: maintenances.into_list(),
            coverage: Coverage {
                components: less_skipped(Listing::Complete, components_skipped),
                open_incidents: less_skipped(Listing::Complete, incidents_skipped),
                open_maintenances: less_skipped(Listing::Complete, maintenances_skipped),
                ..Coverage::NOTHING
            },
            updated_at,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

fn overall_word(object: Object<'_>, top: &Place<'_>, warnings: &mut Warnings) -> Overall {
    let place = top.key("status");
    let fields = Fields { object, place };
    let raw = fields.expected_text("indicator", warnings);
    Overall {
        raw: raw.map(str::to_owned),
        health: raw.map_or(Health::Unknown, |raw| {
            words::indicator(raw, &place.key("indicator"), warnings)
        }),
        description: fields.text("description", warnings).map(str::to_owned),
    }
}

fn component(
    object: Object<'_>,
    place: &Place<'_>,
    ids: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Component {
    let fields = Fields {
        object,
        place: *place,
    };
    let name = fields.expected_text("name", warnings).unwrap_or_default();
    let raw = fields.expected_text("status", warnings);
    Component {
        id: ids.distinct(derived_id("component", &[name])),
        name: name.to_owned(),
        group: Vec::new(),
        health: raw.map_or(Health::Unknown, |raw| {
            words::component(raw, &place.key("status"), warnings)
        }),
        raw: raw.map(str::to_owned),
        description: None,
    }
}

fn incident(
    object: Object<'_>,
    place: &Place<'_>,
    page: Option<&str>,
    ids: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Incident {
    let fields = Fields {
        object,
        place: *place,
    };
    let title = fields.expected_text("name", warnings).unwrap_or_default();
    let phase_raw = fields.expected_text("status", warnings);
    let (id, url) = identity(&fields, page, "report", ids, warnings);
    Incident {
        id,
        facts: IncidentFacts {
            phase: phase_raw.map_or(Phase::Unknown, |raw| {
                words::phase(raw, &place.key("status"), warnings)
            }),
            phase_raw: phase_raw.map(str::to_owned),
            url,
            ..IncidentFacts::titled(title)
        },
        updates: updates(&fields, warnings),
    }
}

fn maintenance(
    object: Object<'_>,
    place: &Place<'_>,
    page: Option<&str>,
    ids: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Maintenance {
    let fields = Fields {
        object,
        place: *place,
    };
    let title = fields.expected_text("name", warnings).unwrap_or_default();
    let phase_raw = fields.expected_text("status", warnings);
    let (id, url) = identity(&fields, page, "maintenance", ids, warnings);
    Maintenance {
        id,
        facts: MaintenanceFacts {
            phase: phase_raw.map_or(MaintenancePhase::Unknown, |raw| {
                words::maintenance_phase(raw, &place.key("status"), warnings)
            }),
            phase_raw: phase_raw.map(str::to_owned),
            starts_at: fields.time("scheduled_for", warnings),
            ends_at: fields.time("scheduled_until", warnings),
            url,
            ..MaintenanceFacts::titled(title)
        },
        updates: Vec::new(),
    }
}

/// An event's identifier and its own page.
fn identity(
    fields: &Fields<'_, '_>,
    page: Option<&str>,
    kind: &str,
    ids: &mut DerivedIds,
    warnings: &mut Warnings,
) -> (String, Option<String>) {
    let Some(id) = fields.id_or_number("id", warnings) else {
        let birth = ["scheduled_for", "name"]
            .into_iter()
            .find_map(|key| fields.object.text(key))
            .unwrap_or_default();
        let id = ids.stand_in(kind, &[birth], fields.place, warnings);
        return (id, None);
    };
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    let url = page
        .filter(|_| is_number)
        .map(|page| format!("{}/events/{kind}/{id}", page.trim_end_matches('/')));
    (id, url)
}

/// The updates of a report. They have no identifiers; when one was written stays, what it says may be edited.
fn updates(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<Update<Phase>> {
    let mut updates = Vec::new();
    let list = fields.list("incident_updates", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("incident_updates"),
        warnings,
        |object, place, warnings| {
            let update = Fields {
                object,
                place: *place,
            };
            let phase_raw = update.expected_text("status", warnings);
            let body = update.text("body", warnings).unwrap_or_default();
            let birth = object.text("created_at").unwrap_or(body);
            let id = derived_id("update", &[birth, phase_raw.unwrap_or_default()]);
            updates.push(Update {
                id,
                phase: phase_raw.map_or(Phase::Unknown, |raw| {
                    words::phase(raw, &place.key("status"), warnings)
                }),
                phase_raw: phase_raw.map(str::to_owned),
                at: update.time("created_at", warnings),
                body: body.to_owned(),
                components: Vec::new(),
            });
        },
    );
    // The list is newest first; two of one moment and phase are numbered from the oldest on.
    updates.reverse();
    let mut ids = DerivedIds::default();
    for update in &mut updates {
        update.id = ids.distinct(std::mem::take(&mut update.id));
    }
    oldest_first(updates)
}

#[cfg(test)]
mod tests;
