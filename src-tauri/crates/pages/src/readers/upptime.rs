//! Upptime: checks that run as GitHub Actions, their results a file in the repository.
//!
//! | document | holds |
//! |---|---|
//! | `history/summary.json` | every check with its present word: up, down or degraded |
//!
//! The file is fetched from `raw.githubusercontent.com`, so the page is known by its repository: `OWNER/REPOSITORY` or
//! `OWNER/REPOSITORY/BRANCH`, and without a branch the repository's own default. A copy below the page's own address is
//! read where the repository is not known.
//!
//! Source: payloads recorded from three repositories between 2021 and 2026, and the source of upptime/uptime-monitor
//! (`summary.ts`), whose rule for the whole ("All systems operational", "Partial outage", "Complete outage") gives the
//! overall word.

use url::Url;

use super::ids::DerivedIds;
use super::json::{Fields, Json, Object, Place, Warnings, meaning};
use super::lists::{Once, less_skipped, objects};
use super::{
    Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable, encoding, roll_up,
};
use crate::snapshot::{Component, Coverage, Listing, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads Upptime.
#[derive(Clone, Copy, Debug)]
pub struct Upptime;

impl Reader for Upptime {
    fn key(&self) -> &'static str {
        "upptime"
    }

    fn name(&self) -> &'static str {
        "Upptime"
    }

    fn evidence(&self) -> Evidence {
        Evidence::Seen
    }

    fn left_out(&self) -> &'static [&'static str] {
        &[
            "Incidents and maintenances: they are issues of the repository, and GitHub answers 60 questions an hour \
             without an account, for all pages together.",
            "Uptime and response times: they are history, not health.",
        ]
    }

    fn site_at(&self, address: &Url) -> Option<Site> {
        if address.host_str() != Some("raw.githubusercontent.com") {
            return None;
        }
        let path = address.path().strip_suffix("/history/summary.json")?;
        let path = path.trim_start_matches('/').replacen("/refs/heads/", "/", 1);
        let repository = Repository::of(&path)?;
        let front = Url::parse(&format!(
            "https://github.com/{}/{}/",
            repository.owner, repository.name
        ))
        .ok()?;
        Some(Site::at(&front).with_key(&path))
    }

    fn site_behind(&self, front: &Front<'_>) -> Option<Site> {
        if !front.holds("upptime.js.org") && !front.holds(".upptimerc.yml") {
            return None;
        }
        let host = front.url.host_str()?;
        if host == "github.com" {
            let mut path = front.url.path_segments()?;
            let repository = format!("{}/{}", path.next()?, path.next()?);
            Repository::of(&repository)?;
            let page = front.url.join(&format!("/{repository}")).ok()?;
            return Some(Site::at(&page).with_key(&repository));
        }
        let owner = host.strip_suffix(".github.io");
        let repository = repository_linked(front.body, owner)
            .or_else(|| Some(format!("{}/{}", owner?, front.url.path_segments()?.next()?)))?;
        Repository::of(&repository)?;
        Some(Site::above(front.url, &["history", "incident", "error"]).with_key(&repository))
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        let url = match site.key().and_then(Repository::of) {
            Some(Repository { owner, name, branch }) => Url::parse(&format!(
                "https://raw.githubusercontent.com/{owner}/{name}/{branch}/history/summary.json"
            ))
            .ok(),
            None => site.join("history/summary.json"),
        };
        url.map(|url| DocumentAddress::light("summary", url))
            .into_iter()
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], _site: Option<&Site>) -> Result<Reading, Unreadable> {
        let texts = encoding::json_texts(documents)?;
        let trees = Json::parse_all(&texts)?;
        let [tree] = trees.as_slice() else {
            return Err(Unreadable::other_shape("a page has one document, its summary"));
        };
        Ok(reading(checks(tree)?))
    }
}

/// A repository on GitHub, as the key of a page names it.
struct Repository<'k> {
    owner: &'k str,
    name: &'k str,
    branch: &'k str,
}

impl<'k> Repository<'k> {
    fn of(key: &'k str) -> Option<Self> {
        let mut parts = key.splitn(3, '/');
        let repository = Self {
            owner: parts.next()?,
            name: parts.next()?,
            // GitHub answers with the default branch.
            branch: parts.next().unwrap_or("HEAD"),
        };
        let Self { owner, name, branch } = repository;
        [owner, name]
            .into_iter()
            .chain(branch.split('/'))
            .all(is_plain)
            .then_some(repository)
    }
}

/// Whether a step of a path is a name of GitHub's, and leads nowhere else.
fn is_plain(step: &str) -> bool {
    let is_named = step
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    is_named && !matches!(step, "" | "." | "..")
}

/// The repository that a status page links to: the first one of its owner where the address names the owner, else the
/// first one that is not Upptime's own.
fn repository_linked(page: &str, owner: Option<&str>) -> Option<String> {
    let mut first = None;
    for rest in page.split("https://github.com/").skip(1) {
        let end = rest
            .find(|character: char| {
                !character.is_ascii_graphic() || matches!(character, '"' | '\'' | '<' | '>' | '?' | '#')
            })
            .unwrap_or(rest.len());
        let mut steps = rest.get(..end).unwrap_or_default().split('/');
        let (Some(user), Some(name)) = (steps.next(), steps.next()) else {
            continue;
        };
        if !is_plain(user) || !is_plain(name) || matches!(user, "upptime" | "koj-co" | "sponsors") {
            continue;
        }
        let repository = format!("{user}/{name}");
        if owner.is_none_or(|owner| owner.eq_ignore_ascii_case(user)) {
            return Some(repository);
        }
        first.get_or_insert(repository);
    }
    first
}

/// The list of checks, if a document is one.
fn checks<'j>(tree: &'j Json<'j>) -> Result<&'j [Json<'j>], Unreadable> {
    let list = tree
        .list()
        .ok_or_else(|| Unreadable::other_shape("no list of checks"))?;
    let is_check = |check: Object<'_>| {
        check.text("slug").is_some()
            && check.get("status").is_some()
            && check.get("url").is_some()
            && (check.get("uptime").is_some() || check.get("dailyMinutesDown").is_some())
    };
    if list.iter().filter_map(Json::object).any(is_check) {
        Ok(list)
    } else {
        Err(Unreadable::other_shape(
            "no entry of the list has a slug, a status, a url and an uptime",
        ))
    }
}

fn reading(list: &[Json<'_>]) -> Reading {
    let mut warnings = Warnings::default();
    let mut components = Once::default();
    let mut derived = DerivedIds::default();
    let skipped = objects(
        list,
        &Place::document(""),
        &mut warnings,
        |object, place, warnings| {
            let component = component(object, place, &mut derived, warnings);
            let id = component.id.clone();
            components.put(&id, component, place, warnings);
        },
    );
    let components = components.into_list();
    let coverage = Coverage {
        components: less_skipped(Listing::Complete, skipped),
        ..Coverage::NOTHING
    };
    Reading {
        snapshot: Snapshot {
            page: PageIdentity::default(),
            overall: roll_up::of_checks(&components, coverage.components),
            components,
            incidents: Vec::new(),
            maintenances: Vec::new(),
            coverage,
            updated_at: None,
        },
        warnings: warnings.into_list(),
        wants: Vec::new(),
    }
}

fn component(
    object: Object<'_>,
    place: &Place<'_>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Component {
    let fields = Fields {
        object,
        place: *place,
    };
    let name = fields.expected_text("name", warnings).unwrap_or_default();
    let id = fields.id("slug", warnings).map_or_else(
        || derived.stand_in("component", &[name], *place, warnings),
        Into::into,
    );
    let raw = fields.expected_text("status", warnings);
    Component {
        id,
        name: name.to_owned(),
        group: Vec::new(),
        health: raw.map_or(Health::Unknown, |raw| {
            meaning(
                raw,
                &[
                    ("up", Health::Operational),
                    ("degraded", Health::Degraded),
                    ("down", Health::MajorOutage),
                ],
                &place.key("status"),
                warnings,
            )
            .unwrap_or(Health::Unknown)
        }),
        raw: raw.map(str::to_owned),
        description: None,
    }
}

#[cfg(test)]
mod tests;
