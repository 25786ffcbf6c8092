//! cState: a status page that Hugo builds from files, its JSON written by the same templates.
//!
//! | document | holds |
//! |---|---|
//! | `index.json` | the overall word, every system, the unresolved issues that affect a listed system |
//! | `issues/index.json` | every issue, resolved ones too |
//!
//! A system's name is its identifier: issues name what they affect by it. An issue stands under every system that it
//! affects, and is one issue by the name of its file.
//!
//! The templates put texts into JSON unescaped, so a quotation mark in a title breaks the whole document; it is then not
//! well-formed. They write `<no value>` for what an issue does not say.
//!
//! Source: a payload recorded from status.torproject.org in 2025, and the templates of cstate/cstate
//! (`layouts/index.json`, `layouts/_default/list.json`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use url::Url;

use super::addresses::{official_address, web_address};
use super::ids::{DerivedIds, derived_id};
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::names::shared_name;
use super::{Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding, times};
use crate::snapshot::{
    Component, Coverage, GroupName, Incident, IncidentFacts, Listing, NamedComponent, Overall, PageIdentity,
    Snapshot,
};
use crate::words::{Health, Impact, Phase};

/// Reads cState.
#[derive(Clone, Copy, Debug)]
pub struct Cstate;

impl Reader for Cstate {
    fn key(&self) -> &'static str {
        "cstate"
    }

    fn name(&self) -> &'static str {
        "cState"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "The text of an issue: it is in a document of its own for each, one question more per incident.",
            "Issues marked informational, unless the page counts them: they are notices without an end.",
            "Maintenances: the platform does not tell them from other issues.",
        ]
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        // A page that was made small has no quotation marks.
        let is_marked = front.holds("content=\"cState") || front.holds("content=cState");
        is_marked.then(|| Site::above(front.url, &["issues", "affected"]))
    }

    fn guess(&self, base: &Url) -> Option<Site> {
        Some(Site::at(base))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let index = site
            .join("index.json")
            .map(|url| DocumentAddress::light("index", url));
        let issues = site
            .join("issues/index.json")
            .map(|url| DocumentAddress::heavy("issues", url));
        index.into_iter().chain(issues).collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let parts = trees
            .iter()
            .map(Part::of)
            .collect::<Result<Vec<Part<'_>>, Unreadable>>()?;
        if parts.is_empty() {
            return Err(Unreadable::Empty);
        }
        Ok(reading(&parts, site))
    }
}

/// What a document is.
enum Part<'j> {
    Index(Object<'j>),
    Issues(Object<'j>),
}

impl<'j> Part<'j> {
    fn of(tree: &'j Json<'j>) -> Result<Self, Unreadable> {
        let top = tree
            .object()
            .ok_or_else(|| Unreadable::other_shape("no object"))?;
        match top.text("is") {
            Some("index") if top.text("cStateVersion").is_some() && top.list("systems").is_some() => {
                Ok(Self::Index(top))
            }
            Some("issues") if top.list("pages").is_some() && top.get("baseURL").is_some() => {
                Ok(Self::Issues(top))
            }
            _ => Err(Unreadable::other_shape(
                "neither an index with systems nor a list of issues, by what it says it is",
            )),
        }
    }
}

fn reading(parts: &[Part<'_>], site: Option<&Site>) -> Reading {
    let mut warnings = Warnings::default();
    let mut page = PageIdentity::default();
    let mut overall = None;
    let mut systems = Once::default();
    let mut updated_at = None;
    let mut coverage = Coverage::NOTHING;
    let mut issues = Issues::default();
    // The index names the issues of each system, so it comes first.
    let (index, rest): (Vec<_>, Vec<_>) = parts.iter().partition(|part| matches!(part, Part::Index(_)));
    for part in index.into_iter().chain(rest) {
        match part {
            Part::Index(top) => {
                let fields = Fields {
                    object: *top,
                    place: Place::document(""),
                };
                page = identity(&fields, &mut warnings);
                issues.page = page.url.as_deref().and_then(|url| Url::parse(url).ok());
                overall = Some(overall_word(&fields, &mut warnings));
                updated_at = built_at(*top);
                let hidden = hidden_categories(&fields, &mut warnings);
                let skipped = read_systems(&fields, &hidden, &mut systems, &mut issues, &mut warnings);
                coverage.components = less_skipped(Listing::Complete, skipped);
                coverage.open_incidents = coverage.open_incidents.max(Listing::Partial);
            }
            Part::Issues(top) => {
                let fields = Fields {
                    object: *top,
                    place: Place::document("issues"),
                };
                if issues.page.is_none() {
                    let base = fields.text("baseURL", &mut warnings).and_then(web_address);
                    issues.page = base.and_then(|base| Url::parse(&base).ok());
                }
                let list = fields.list("pages", &mut warnings).unwrap_or_default();
                let place = fields.place.key("pages");
                let skipped = objects(list, &place, &mut warnings, |object, place, warnings| {
                    let is_notice = matches!(object.get("informational"), Some(Json::Bool(true)));
                    let is_issue = object.text("is").is_none_or(|is| is == "issue");
                    if is_issue && (!is_notice || issues.knows(object)) {
                        issues.put(object, place, None, warnings);
                    }
                });
                coverage.open_incidents = less_skipped(Listing::Complete, skipped);
                coverage.past_incidents = less_skipped(Listing::Complete, skipped);
            }
        }
    }
    if issues.page.is_none() {
        issues.page = site.map(|site| site.base().clone());
    }
    let components = systems.into_list();
    Reading {
        snapshot: Snapshot {
            page,
            overall,
            incidents: issues.into_incidents(&components),
            components,
            maintenances: Vec::new(),
            coverage,
            updated_at,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

fn identity(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> PageIdentity {
    PageIdentity {
        id: None,
        name: fields.text("title", warnings).map(str::to_owned),
        url: fields.text("baseURL", warnings).and_then(web_address),
    }
}

fn overall_word(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Overall {
    let raw = fields.expected_text("summaryStatus", warnings);
    Overall {
        raw: raw.map(str::to_owned),
        health: health(raw, "summaryStatus", &fields.place, warnings),
        description: None,
    }
}

/// When the page was built, which is after every change.
fn built_at(top: Object<'_>) -> Option<Timestamp> {
    let [date, time, zone] = ["buildDate", "buildTime", "buildTimezone"].map(|key| top.text(key));
    times::read(&format!("{} {}:00 {}", date?, time?, zone?)).map(|moment| moment.at)
}

/// The categories whose name the page does not show.
fn hidden_categories<'j>(fields: &Fields<'j, '_>, warnings: &mut Warnings) -> BTreeSet<&'j str> {
    let mut hidden = BTreeSet::new();
    let list = fields.list("categories", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("categories"),
        warnings,
        |object, place, warnings| {
            let category = Fields {
                object,
                place: *place,
            };
            if category.flag("hideTitle", warnings) {
                hidden.extend(object.text("name"));
            }
        },
    );
    hidden
}

/// Reads the systems, and the issues below each; returns how many could not be read.
fn read_systems(
    fields: &Fields<'_, '_>,
    hidden: &BTreeSet<&str>,
    systems: &mut Once<Component>,
    issues: &mut Issues,
    warnings: &mut Warnings,
) -> usize {
    let mut ids = DerivedIds::default();
    let list = fields.list("systems", warnings).unwrap_or_default();
    objects(
        list,
        &fields.place.key("systems"),
        warnings,
        |object, place, warnings| {
            let system = Fields {
                object,
                place: *place,
            };
            let name = system.expected_text("name", warnings).unwrap_or_default();
            let category = system
                .text("category", warnings)
                .filter(|category| !category.is_empty() && !hidden.contains(*category));
            let id = if name.is_empty() {
                derived_id("component", &[category.unwrap_or_default()])
            } else {
                name.to_owned()
            };
            let raw = system.expected_text("status", warnings);
            let component = Component {
                id: ids.distinct(id),
                name: name.to_owned(),
                group: category
                    .map(|category| GroupName {
                        id: category.to_owned(),
                        name: category.to_owned(),
                    })
                    .into_iter()
                    .collect(),
                health: health(raw, "status", place, warnings),
                raw: raw.map(str::to_owned),
                description: system.text("description", warnings).map(str::to_owned),
            };
            let below = system.list("unresolvedIssues", warnings).unwrap_or_default();
            objects(
                below,
                &place.key("unresolvedIssues"),
                warnings,
                |object, place, warnings| {
                    issues.put(object, place, Some(name), warnings);
                },
            );
            let id = component.id.clone();
            systems.put(&id, component, place, warnings);
        },
    )
}

/// The issues of all documents, each once.
#[derive(Default)]
struct Issues {
    list: Once<Issue>,
    derived: DerivedIds,
    page: Option<Url>,
}

/// An issue, and what it says that it needs others for.
struct Issue {
    incident: Incident,
    /// Their names in the order in which they were first met.
    affected: Vec<String>,
    seen: BTreeSet<String>,
    link: Option<String>,
}

impl Issue {
    fn affects(&mut self, names: Vec<&str>) {
        for name in names {
            if self.seen.insert(name.to_owned()) {
                self.affected.push(name.to_owned());
            }
        }
    }
}

impl Issues {
    fn knows(&mut self, object: Object<'_>) -> bool {
        object
            .text("filename")
            .is_some_and(|id| self.list.get_mut(id).is_some())
    }

    /// Takes an issue in; `system` is the one under which it stands.
    fn put(&mut self, object: Object<'_>, place: &Place<'_>, system: Option<&str>, warnings: &mut Warnings) {
        let fields = Fields {
            object,
            place: *place,
        };
        let given = fields.id("filename", warnings).filter(|file| !is_no_value(file));
        let known = given.as_deref().and_then(|id| self.list.get_mut(id));
        let affected = affected(&fields, system, warnings);
        if let Some(known) = known {
            known.affects(affected);
            if system.is_none() {
                // The list of all issues says the same, and is built together with the index.
                known.incident.facts = facts(&fields, warnings);
            }
            return;
        }
        let facts = facts(&fields, warnings);
        let id = given.map_or_else(
            || {
                let birth = object.text("createdAt").unwrap_or(&facts.title);
                self.derived.stand_in("incident", &[birth], *place, warnings)
            },
            Into::into,
        );
        let mut issue = Issue {
            incident: Incident {
                id: id.clone(),
                facts,
                updates: Vec::new(),
            },
            affected: Vec::new(),
            seen: BTreeSet::new(),
            link: object.text("permalink").map(str::to_owned),
        };
        issue.affects(affected);
        self.list.put(&id, issue, place, warnings);
    }

    fn into_incidents(self, systems: &[Component]) -> Vec<Incident> {
        let by_id = systems
            .iter()
            .map(|system| (system.id.as_str(), system))
            .collect::<BTreeMap<_, _>>();
        let page = self.page;
        let named = |name: String| {
            let system = by_id.get(name.as_str());
            NamedComponent {
                id: system.map(|system| system.id.clone()),
                health: system.map(|system| system.health),
                raw: system.and_then(|system| system.raw.as_deref().map(shared_name)),
                name,
            }
        };
        self.list
            .into_list()
            .into_iter()
            .map(|issue| {
                let mut incident = issue.incident;
                incident.facts.components = issue.affected.into_iter().map(named).collect();
                incident.facts.url = issue.link.and_then(|link| official_address(&link, page.as_ref()));
                incident
            })
            .collect()
    }
}

fn facts(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> IncidentFacts {
    let title = fields.expected_text("title", warnings).unwrap_or_default();
    let severity = fields
        .text("severity", warnings)
        .filter(|word| !is_no_value(word));
    let is_resolved = fields.flag("resolved", warnings);
    IncidentFacts {
        impact: severity.map_or(Impact::Unknown, |word| {
            meaning(word, SEVERITIES, &fields.place.key("severity"), warnings).unwrap_or(Impact::Unknown)
        }),
        impact_raw: severity.map(str::to_owned),
        // Of an open issue no phase is told.
        phase: if is_resolved {
            Phase::Resolved
        } else {
            Phase::Unknown
        },
        started_at: time(fields, "createdAt", warnings),
        resolved_at: time(fields, "resolvedAt", warnings).filter(|_| is_resolved),
        ..IncidentFacts::titled(title)
    }
}

/// The names of the systems that an issue affects, the one under which it stands among them.
fn affected<'j>(fields: &Fields<'j, '_>, system: Option<&'j str>, warnings: &mut Warnings) -> Vec<&'j str> {
    let list = fields.list("affected", warnings).unwrap_or_default();
    let mut names = Vec::with_capacity(list.len() + 1);
    for (index, name) in list.iter().enumerate() {
        match name.text() {
            Some(name) => names.push(name),
            None => warnings.add(
                fields.place.key("affected").entry(index),
                format_args!("{name} is not a text"),
            ),
        }
    }
    names.extend(system.filter(|name| !name.is_empty()));
    names
}

fn time(fields: &Fields<'_, '_>, key: &str, warnings: &mut Warnings) -> Option<Timestamp> {
    if fields.object.text(key).is_some_and(is_no_value) {
        return None;
    }
    fields.time(key, warnings)
}

/// What Go's templates write where there is nothing.
fn is_no_value(written: &str) -> bool {
    matches!(written.trim(), "" | "<no value>" | "<nil>")
}

/// A word for how a system or the page is; unknown where there is none.
fn health(raw: Option<&str>, key: &str, place: &Place<'_>, warnings: &mut Warnings) -> Health {
    raw.and_then(|raw| {
        meaning(
            raw,
            &[
                ("ok", Health::Operational),
                ("notice", Health::Degraded),
                ("disrupted", Health::PartialOutage),
                ("down", Health::MajorOutage),
            ],
            &place.key(key),
            warnings,
        )
    })
    .unwrap_or(Health::Unknown)
}

const SEVERITIES: &[(&str, Impact)] = &[
    ("notice", Impact::Minor),
    ("disrupted", Impact::Major),
    ("down", Impact::Critical),
];

#[cfg(test)]
mod tests;
