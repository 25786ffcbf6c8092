//! Xbox: the document that the status page on `support.xbox.com` shows.
//!
//! | document | holds |
//! |---|---|
//! | `servicestatusv6/US/en-US` on `xnotify.xboxlive.com` | the overall word; categories with their scenarios, and the incidents of those |
//!
//! It comes as XML, or as JSON with the same names for a client that prefers that; both are read. There is no
//! documentation of Microsoft's: the shape is that of public client code. Two words are known, `None` (nothing is wrong)
//! and `Impacted`; `Impacted` does not say how badly, so it is read as the least problem there is. A scenario's
//! description is the text for the case that it is impacted, and stands there all the time: it is taken up only then.

#[cfg(test)]
mod tests;
mod xml;

use std::borrow::Cow;

use url::Url;

use super::ids::{DerivedIds, derived_id};
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped};
use super::names::{group_name, shared_name};
use super::{Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, encoding};
use crate::snapshot::{
    Component, Coverage, GroupName, Incident, IncidentFacts, Listing, NamedComponent, Overall, PageIdentity,
    Snapshot, Update,
};
use crate::words::{Health, Phase};

/// Reads the status of Xbox.
#[derive(Clone, Copy, Debug)]
pub struct Xbox;

const PAGE: &str = "https://support.xbox.com/en-US/xbox-live-status";
const DOCUMENTS: &str = "https://xnotify.xboxlive.com/";
const MARKET: &str = "US/en-US";

impl Reader for Xbox {
    fn key(&self) -> &'static str {
        "xbox"
    }

    fn name(&self) -> &'static str {
        "Xbox"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Documented
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "How bad an impact is: the document says only that there is one.",
            "Devices: which of them a scenario or an incident concerns is not a part of the service.",
            "Incidents that are over: the document has no history.",
        ]
    }

    /// The page in any language, and the document of any market.
    fn site_at(&self, address: &Url) -> Option<Site> {
        let path = address.path().to_ascii_lowercase();
        let market = match address.host_str()? {
            "support.xbox.com" if path.contains("xbox-live-status") => "",
            "xnotify.xboxlive.com" if path.starts_with("/servicestatusv6") => address
                .path()
                .get("/servicestatusv6".len()..)
                .unwrap_or_default()
                .trim_matches('/'),
            _ => return None,
        };
        let market = if market == MARKET { "" } else { market };
        Some(Site::at(&Url::parse(PAGE).ok()?).with_key(market))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let path = format!("servicestatusv6/{}", site.key().unwrap_or(MARKET));
        let url = if site.base().host_str() == Some("support.xbox.com") {
            Url::parse(DOCUMENTS).ok().and_then(|base| base.join(&path).ok())
        } else {
            site.join(&path)
        };
        url.map(|url| DocumentAddress::light("servicestatus", url))
            .into_iter()
            .collect()
    }

    /// There is only one document; of several the last one counts.
    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let mut last = Err(Unreadable::Empty);
        for document in documents {
            let text = text(document.body)?;
            let tree = tree(&text)?;
            last = Ok(reading(&Parts::of(&tree)?));
        }
        last
    }
}

const ROOT: &str = "ServiceStatus";

fn is_xml(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(1024)).unwrap_or(text);
    head.trim_start().starts_with('<') && head.contains(&format!("<{ROOT}"))
}

fn text(body: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let text = encoding::text_of(body)?;
    if is_xml(&text) {
        Ok(text)
    } else {
        encoding::json_text(body)
    }
}

/// The document as a tree, whichever of the two forms it has.
fn tree(text: &str) -> Result<Json<'_>, Unreadable> {
    if !is_xml(text) {
        return Json::parse(text);
    }
    let (root, tree) = xml::tree(text)?;
    if root != ROOT {
        return Err(Unreadable::other_shape(&format!("the root element is {root}")));
    }
    Ok(tree)
}

/// What a document holds that is Xbox's.
#[derive(Clone, Copy, Debug)]
struct Parts<'j> {
    status: Object<'j>,
    /// The names of the two lists of categories, as far as they are there.
    lists: [(&'static str, Option<&'j Json<'j>>); 2],
}

impl<'j> Parts<'j> {
    fn of(tree: &'j Json<'j>) -> Result<Self, Unreadable> {
        let top = tree
            .object()
            .ok_or_else(|| Unreadable::other_shape("not an object"))?;
        let status = top
            .object("Status")
            .filter(|status| status.get("Overall").is_some())
            .ok_or_else(|| Unreadable::other_shape("no Status with an Overall in it"))?;
        let services = top
            .get("CoreServices")
            .ok_or_else(|| Unreadable::other_shape("no CoreServices"))?;
        Ok(Self {
            status,
            lists: [("CoreServices", Some(services)), ("Titles", top.get("Titles"))],
        })
    }
}

fn reading(parts: &Parts<'_>) -> Reading {
    let mut warnings = Warnings::default();
    let top = Place::document("");
    let status = Fields {
        object: parts.status,
        place: top.key("Status"),
    };
    let overall_place = status.place.key("Overall");
    let overall = status.object("Overall", &mut warnings).map(|object| Fields {
        object,
        place: overall_place,
    });
    let raw = overall.and_then(|overall| overall.expected_text("State", &mut warnings));
    let health = raw.map_or(Health::Unknown, |raw| {
        word(raw, &overall_place.key("State"), &mut warnings)
    });

    let mut found = Found::default();
    // A category stands for its scenarios only while none of them explains its word.
    let is_whole = health.is_known()
        && parts
            .lists
            .iter()
            .all(|(_, list)| list.is_some_and(|list| !entries(list, "Category").is_empty()));
    for (name, list) in parts.lists {
        if let Some(list) = list {
            found.categories(list, &top.key(name), &mut warnings);
        }
    }
    let incidents = found.incidents.into_list();
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: Some(Overall {
                raw: raw.map(str::to_owned),
                health,
                description: None,
            }),
            components: found.components.into_list(),
            maintenances: Vec::new(),
            coverage: Coverage {
                components: if is_whole {
                    less_skipped(Listing::Complete, found.skipped)
                } else {
                    Listing::Partial
                },
                open_incidents: if incidents.is_empty() {
                    Listing::Absent
                } else {
                    Listing::Partial
                },
                ..Coverage::NOTHING
            },
            incidents,
            updated_at: overall.and_then(|overall| overall.time("LastUpdated", &mut warnings)),
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

fn word(word: &str, place: &Place<'_>, warnings: &mut Warnings) -> Health {
    let known = [("None", Health::Operational), ("Impacted", Health::Degraded)];
    meaning(word, &known, place, warnings).unwrap_or(Health::Unknown)
}

/// The entries of a list: in XML they are the elements of one name, in JSON a list.
fn entries<'j>(list: &'j Json<'j>, name: &str) -> Vec<&'j Json<'j>> {
    match list {
        Json::List(entries) => entries.iter().collect(),
        Json::Object(_) => list
            .object()
            .into_iter()
            .flat_map(Object::entries)
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => Vec::new(),
    }
}

/// What was found on the way through the categories.
#[derive(Default)]
struct Found {
    components: Once<Component>,
    incidents: Once<Incident>,
    derived: DerivedIds,
    skipped: usize,
}

impl Found {
    fn categories(&mut self, list: &Json<'_>, place: &Place<'_>, warnings: &mut Warnings) {
        for (index, value) in entries(list, "Category").into_iter().enumerate() {
            let place = place.entry(index);
            let Some(object) = value.object() else {
                warnings.add(place, format_args!("{value} is not an object and is passed over"));
                self.skipped += 1;
                continue;
            };
            self.category(&Fields { object, place }, warnings);
        }
    }

    fn category(&mut self, fields: &Fields<'_, '_>, warnings: &mut Warnings) {
        let category = Row::of(fields, "category", "", &mut self.derived, warnings);
        let group = group_name(&category.id, &category.name);
        let scenarios = fields
            .present("Scenarios")
            .map(|list| entries(list, "Scenario"))
            .unwrap_or_default();
        let has_scenarios = !scenarios.is_empty();
        let mut has_a_problem = false;
        let list_place = fields.place.key("Scenarios");
        for (index, value) in scenarios.into_iter().enumerate() {
            let place = list_place.entry(index);
            let Some(object) = value.object() else {
                warnings.add(place, format_args!("{value} is not an object and is passed over"));
                self.skipped += 1;
                continue;
            };
            let scenario = Fields { object, place };
            let row = Row::of(&scenario, "scenario", &group.id, &mut self.derived, warnings);
            has_a_problem |= row.health.is_problem();
            self.incidents(&scenario, &row, warnings);
            self.put(row, vec![group.clone()], &place, warnings);
        }
        // A category is a group, unless nothing else stands for its word.
        if !has_scenarios || (category.health != Health::Operational && !has_a_problem) {
            self.put(category, Vec::new(), &fields.place, warnings);
        }
    }

    fn put(&mut self, row: Row, group: Vec<GroupName>, place: &Place<'_>, warnings: &mut Warnings) {
        let component = Component {
            id: row.id,
            name: row.name,
            group,
            health: row.health,
            raw: row.raw,
            description: row.description,
        };
        let id = component.id.clone();
        self.components.put(&id, component, place, warnings);
    }

    /// The incidents of a scenario. One that stands under several of them is one incident.
    fn incidents(&mut self, scenario: &Fields<'_, '_>, row: &Row, warnings: &mut Warnings) {
        let list = scenario
            .present("Incidents")
            .map(|list| entries(list, "Incident"));
        let list_place = scenario.place.key("Incidents");
        for (index, value) in list.into_iter().flatten().enumerate() {
            let place = list_place.entry(index);
            let Some(object) = value.object() else {
                warnings.add(place, format_args!("{value} is not an object and is passed over"));
                self.skipped += 1;
                continue;
            };
            let fields = Fields { object, place };
            let begin = object.text("Begin").unwrap_or_default();
            let id = fields
                .id_or_number("Id", warnings)
                .unwrap_or_else(|| self.derived.distinct(derived_id("incident", &[&row.id, begin])));
            let named = NamedComponent {
                id: Some(row.id.clone()),
                name: shared_name(&row.name),
                health: Some(row.health),
                raw: row.raw.clone(),
            };
            if let Some(known) = self.incidents.get_mut(&id) {
                if known.facts.components.last() != Some(&named) {
                    known.facts.components.push(named);
                }
                continue;
            }
            let incident = Incident {
                facts: IncidentFacts {
                    started_at: fields.time("Begin", warnings),
                    components: vec![named],
                    ..IncidentFacts::titled(&shared_name(&row.name))
                },
                updates: stage(&fields, warnings).into_iter().collect(),
                id: id.clone(),
            };
            self.incidents.put(&id, incident, &place, warnings);
        }
    }
}

/// The stage of an incident is the last thing that was said of it; the stages before are gone.
fn stage(incident: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<Update<Phase>> {
    let stage = Fields {
        object: incident.object("Stage", warnings)?,
        place: incident.place.key("Stage"),
    };
    let body = stage.text("Message", warnings).filter(|body| !body.is_empty())?;
    Some(Update {
        id: derived_id("update", &[body]),
        phase: Phase::Unknown,
        phase_raw: None,
        at: None,
        body: body.to_owned(),
        components: Vec::new(),
    })
}

/// What a category and a scenario have in common.
struct Row {
    id: String,
    name: String,
    health: Health,
    raw: Option<String>,
    description: Option<String>,
}

impl Row {
    /// The numbers of scenarios are taken to be distinct only within their category, `outer`.
    fn of(
        fields: &Fields<'_, '_>,
        kind: &str,
        outer: &str,
        derived: &mut DerivedIds,
        warnings: &mut Warnings,
    ) -> Self {
        let name = fields.expected_text("Name", warnings).unwrap_or_default();
        let id = fields.id_or_number("Id", warnings).map_or_else(
            || derived.stand_in(kind, &[outer, name], fields.place, warnings),
            |id| {
                if outer.is_empty() {
                    id
                } else {
                    format!("{outer}/{id}")
                }
            },
        );
        let place = fields.place.key("Status");
        let status = fields
            .object("Status", warnings)
            .map(|object| Fields { object, place });
        let raw = status.and_then(|status| status.expected_text("Name", warnings));
        let health = raw.map_or(Health::Unknown, |raw| word(raw, &place.key("Name"), warnings));
        // While all is well it tells what an impact would mean.
        let description = fields
            .text("Description", warnings)
            .filter(|text| health != Health::Operational && !text.is_empty());
        Self {
            id,
            name: name.to_owned(),
            health,
            raw: raw.map(str::to_owned),
            description: description.map(str::to_owned),
        }
    }
}
