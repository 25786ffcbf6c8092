//! From the entries of a feed to incidents and maintenances.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use url::Url;

use super::document::{Entry, Feed};
use super::told::{self, Told};
use super::words::{self, Word};
use crate::readers::addresses::web_address;
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Place, Warnings, quoted};
use crate::readers::updates::oldest_first;
use crate::snapshot::{
    Incident, IncidentFacts, Maintenance, MaintenanceFacts, NamedComponent, Postmortem, Update,
};
use crate::words::{Impact, MaintenancePhase, Phase};

/// The incidents and maintenances of a feed.
#[derive(Debug, Default)]
pub(super) struct Events {
    pub(super) incidents: Vec<Incident>,
    pub(super) maintenances: Vec<Maintenance>,
}

/// What vendors mix into their feeds that is no event: news.
const NEWS: &[&str] = &[
    "announcement",
    "release",
    "release note",
    "security bulletin",
    "news",
];

/// Reads the entries of all documents as events, each once.
pub(super) fn read(feeds: &[Feed], site: Option<&Url>, warnings: &mut Warnings) -> Events {
    let mut groups: Vec<(String, Vec<Item<'_>>)> = Vec::new();
    let mut positions: BTreeMap<String, usize> = BTreeMap::new();
    let homes = Homes::of(feeds, site);
    for feed in feeds {
        let identities = Identities::of(feed);
        for entry in &feed.entries {
            let item = Item::of(entry);
            if item.told.kind.as_deref().is_some_and(|kind| NEWS.contains(&kind)) {
                continue;
            }
            let key = identities.key(entry);
            match positions.get(&key).and_then(|position| groups.get_mut(*position)) {
                Some((_, items)) => items.push(item),
                None => {
                    positions.insert(key.clone(), groups.len());
                    groups.push((key, vec![item]));
                }
            }
        }
    }
    let mut events = Events::default();
    for (key, items) in groups {
        let event = Event::of(key, &items, warnings);
        if event.is_maintenance {
            events.maintenances.push(event.maintenance(&items, &homes));
        } else {
            events.incidents.push(event.incident(&items, &homes));
        }
    }
    events
}

/// An entry and what its text tells.
struct Item<'f> {
    entry: &'f Entry,
    told: Told,
}

impl<'f> Item<'f> {
    fn of(entry: &'f Entry) -> Self {
        let around = entry.published_at.max(entry.updated_at);
        let mut told = told::by(&entry.body, around);
        if let Some(summary) = &entry.summary {
            told.complete(told::by(summary, around));
        }
        Self { entry, told }
    }

    /// The phase word of the whole entry, from the first place that has one.
    fn word(&self) -> (Option<String>, Option<Word>) {
        let given = self.told.status.as_deref().or(self.entry.status.as_deref());
        if let Some(raw) = given {
            return (Some(raw.to_owned()), words::word(raw));
        }
        let in_category = || {
            let mut categories = self.entry.categories.iter();
            categories.find_map(|category| Some((category.as_str(), words::word(category)?)))
        };
        match words::in_title(&self.entry.title).or_else(in_category) {
            Some((raw, word)) => (Some(raw.to_owned()), Some(word)),
            None => (None, None),
        }
    }

    /// Whether the entry says outright that it is a maintenance.
    fn is_maintenance(&self) -> bool {
        let says = |kind: &str| {
            matches!(
                kind.to_lowercase().as_str(),
                "maintenance" | "scheduled maintenance" | "planned maintenance"
            )
        };
        self.told.kind.as_deref().is_some_and(says)
            || self.entry.categories.iter().any(|category| says(category))
    }
}

/// How the entries of a feed that belong to one event are found.
struct Identities<'f> {
    home: Option<&'f str>,
    /// The one link of all entries, if they are several events: it leads to the page.
    common: Option<&'f str>,
    /// Identifiers that tell nothing apart, because too many entries have the same one.
    useless: BTreeSet<&'f str>,
}

impl<'f> Identities<'f> {
    fn of(feed: &'f Feed) -> Self {
        let mut titles: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for entry in &feed.entries {
            if let Some(guid) = entry.guid.as_deref() {
                titles.entry(guid).or_default().insert(&entry.title);
            }
        }
        // Two titles are an event that begins and ends; more are no identifier at all.
        let useless = titles
            .into_iter()
            .filter(|(_, titles)| titles.len() > 2)
            .map(|(guid, _)| guid)
            .collect();
        let mut links = feed.entries.iter().map(|entry| entry.link.as_deref());
        let first = links.next().flatten();
        let all_titles: BTreeSet<&str> = feed.entries.iter().map(|entry| entry.title.as_str()).collect();
        Self {
            home: feed.link.as_deref(),
            common: first.filter(|first| all_titles.len() > 2 && links.all(|link| link == Some(*first))),
            useless,
        }
    }

    /// What the entries of one event have in common: a link that names an event, else the identifier without the time
    /// that some vendors put at its end, else the title.
    fn key(&self, entry: &Entry) -> String {
        let is_page = |link: &&str| Some(*link) == self.home || Some(*link) == self.common;
        let link = entry.link.as_deref().filter(|link| !is_page(link));
        if let Some(key) = link.and_then(event_link) {
            return key;
        }
        let guid = entry.guid.as_deref().filter(|guid| !self.useless.contains(guid));
        match guid {
            Some(guid) => without_time(guid).to_owned(),
            None => derived_id("feed", &[entry.link.as_deref().unwrap_or_default(), &entry.title]),
        }
    }
}

/// A link by which an event is known: its path, its fragment or its query ends in something like an identifier.
fn event_link(link: &str) -> Option<String> {
    let url = Url::parse(link).ok()?;
    let is_identifier = |part: &str| {
        let last = part
            .trim_end_matches('/')
            .rsplit(['/', '='])
            .next()
            .unwrap_or_default();
        last.len() > 20 || (last.len() > 3 && last.bytes().any(|byte| byte.is_ascii_digit()))
    };
    let mut bare = url.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    if is_identifier(url.path()) {
        return Some(bare.into());
    }
    if url
        .fragment()
        .is_some_and(|fragment| is_identifier(without_time(fragment)))
    {
        bare.set_fragment(url.fragment().map(without_time));
        return Some(bare.into());
    }
    if url.query().is_some_and(is_identifier) {
        bare.set_query(url.query());
        return Some(bare.into());
    }
    None
}

/// An identifier without the seconds since 1970 at its end.
fn without_time(id: &str) -> &str {
    match id.rsplit_once('_') {
        Some((stem, digits)) if digits.len() >= 9 && digits.bytes().all(|byte| byte.is_ascii_digit()) => stem,
        Some(_) | None => id,
    }
}

/// The hosts whose pages are the vendor's.
struct Homes(Vec<String>);

impl Homes {
    fn of(feeds: &[Feed], site: Option<&Url>) -> Self {
        let links = feeds
            .iter()
            .filter_map(|feed| Url::parse(feed.link.as_deref()?).ok());
        let hosts = links.chain(site.cloned());
        Self(
            hosts
                .filter_map(|url| url.host_str().map(owner).map(str::to_owned))
                .collect(),
        )
    }

    /// The link of an entry, if it leads to the vendor.
    fn official(&self, entry: &Entry) -> Option<String> {
        let link = web_address(entry.link.as_deref()?)?;
        let url = Url::parse(&link).ok()?;
        let host = owner(url.host_str()?);
        (self.0.is_empty() || self.0.iter().any(|home| home == host)).then_some(link)
    }
}

/// The last two labels of a host.
fn owner(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.').skip(1);
    dots.next().and_then(|(at, _)| host.get(at + 1..)).unwrap_or(host)
}

/// One thing that was said of an event.
#[derive(Clone)]
struct Step {
    id: String,
    raw: Option<String>,
    word: Option<Word>,
    at: Option<Timestamp>,
    body: String,
}

/// An event with everything that was said of it, oldest first.
struct Event {
    key: String,
    is_maintenance: bool,
    /// Whether its steps are the blocks of one text, which holds all of them.
    is_whole: bool,
    steps: Vec<Step>,
}

impl Event {
    fn of(key: String, items: &[Item<'_>], warnings: &mut Warnings) -> Self {
        let mut steps: Vec<Step> = Vec::new();
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        let mut ids = DerivedIds::default();
        let newest_first = is_newest_first(items.iter().map(|item| item.entry.at()));
        let ordered: Box<dyn Iterator<Item = &Item<'_>>> = if newest_first {
            Box::new(items.iter().rev())
        } else {
            Box::new(items.iter())
        };
        for item in ordered {
            for mut step in steps_of(&key, item, warnings) {
                if seen.insert((step.id.clone(), step.body.clone())) {
                    step.id = ids.distinct(step.id);
                    steps.push(step);
                }
            }
        }
        let is_maintenance = items.iter().any(Item::is_maintenance)
            || steps
                .iter()
                .any(|step| matches!(step.word, Some(Word::Planned(_))));
        Self {
            key,
            is_maintenance,
            is_whole: items.iter().any(|item| !item.told.blocks.is_empty()),
            steps,
        }
    }

    /// The updates on one of the two scales. A step that says nothing of the phase is unknown; one that says that
    /// nothing has changed is where the one before it was.
    fn updates<P: Copy>(&self, unknown: P, phase_of: impl Fn(Word) -> Option<P>) -> Vec<Update<P>> {
        let mut updates = oldest_first(
            self.steps
                .iter()
                .map(|step| Update {
                    id: step.id.clone(),
                    phase: step.word.map_or(Some(unknown), &phase_of),
                    phase_raw: step.raw.clone(),
                    at: step.at,
                    body: step.body.clone(),
                    components: Vec::new(),
                })
                .collect(),
        );
        let mut last = unknown;
        updates
            .drain(..)
            .map(|update| {
                last = update.phase.unwrap_or(last);
                Update {
                    id: update.id,
                    phase: last,
                    phase_raw: update.phase_raw,
                    at: update.at,
                    body: update.body,
                    components: update.components,
                }
            })
            .collect()
    }

    fn incident(self, items: &[Item<'_>], homes: &Homes) -> Incident {
        let updates = self.updates(Phase::Unknown, Word::phase);
        let is_over = |phase: Phase| matches!(phase, Phase::Resolved | Phase::Postmortem);
        let current = current(&updates, is_over);
        let newest = newest(items);
        let impact = items.iter().find_map(|item| item.told.impact.as_ref());
        let is_resolved =
            current.is_some_and(|at| updates.get(at).is_some_and(|update| is_over(update.phase)));
        let write_up = updates
            .iter()
            .rev()
            .find(|update| update.phase == Phase::Postmortem);
        let facts = IncidentFacts {
            title: newest.map(|item| item.entry.title.clone()).unwrap_or_default(),
            impact: impact.map_or(Impact::Unknown, |(_, impact)| *impact),
            impact_raw: impact.map(|(raw, _)| raw.clone()),
            phase: current
                .and_then(|at| updates.get(at))
                .map_or(Phase::Unknown, |update| update.phase),
            phase_raw: current
                .and_then(|at| updates.get(at))
                .and_then(|update| update.phase_raw.clone()),
            started_at: self.started_at(items, is_resolved),
            resolved_at: current
                .filter(|_| is_resolved)
                .and_then(|at| first_of_the_last(&updates, at, is_over)),
            url: newest.and_then(|item| homes.official(item.entry)),
            components: named(newest),
            postmortem: write_up.map(|update| Postmortem {
                body: (!update.body.is_empty()).then(|| update.body.clone()),
                url: None,
                at: update.at,
            }),
        };
        Incident {
            id: self.key,
            facts,
            updates,
        }
    }

    fn maintenance(self, items: &[Item<'_>], homes: &Homes) -> Maintenance {
        let updates = self.updates(MaintenancePhase::Unknown, Word::maintenance_phase);
        let is_over = |phase: MaintenancePhase| {
            matches!(phase, MaintenancePhase::Completed | MaintenancePhase::Cancelled)
        };
        let current = current(&updates, is_over);
        let newest = newest(items);
        let window = items.iter().find_map(|item| item.told.window);
        let first = |phase| {
            updates
                .iter()
                .find(|update| update.phase == phase)
                .and_then(|update| update.at)
        };
        let phase = current
            .and_then(|at| updates.get(at))
            .map_or(MaintenancePhase::Unknown, |update| update.phase);
        let facts = MaintenanceFacts {
            title: newest.map(|item| item.entry.title.clone()).unwrap_or_default(),
            phase,
            phase_raw: current
                .and_then(|at| updates.get(at))
                .and_then(|update| update.phase_raw.clone()),
            starts_at: window.map(|(from, _)| from),
            ends_at: window.map(|(_, until)| until),
            actual_start: first(MaintenancePhase::InProgress),
            actual_end: (phase == MaintenancePhase::Completed)
                .then(|| first(MaintenancePhase::Completed))
                .flatten(),
            url: newest.and_then(|item| homes.official(item.entry)),
            components: named(newest),
        };
        Maintenance {
            id: self.key,
            facts,
            updates,
        }
    }

    /// When it began: the first thing said of it, where all of it is at hand; else when its entry was published, unless
    /// that may be when it was over.
    fn started_at(&self, items: &[Item<'_>], is_resolved: bool) -> Option<Timestamp> {
        let said = self.steps.iter().filter_map(|step| step.at).min();
        let published = items.iter().filter_map(|item| item.entry.published_at).min();
        let is_dated_twice = items.iter().any(|item| item.entry.updated_at.is_some());
        if self.is_whole || items.len() > 1 {
            said.or(published)
        } else if is_resolved && !is_dated_twice {
            None
        } else {
            published
        }
    }
}

/// What an entry adds to its event, oldest first.
fn steps_of(key: &str, item: &Item<'_>, warnings: &mut Warnings) -> Vec<Step> {
    let place = Place::document("");
    let place = place.key("entries");
    let place = place.entry(item.entry.index);
    let mut unknown = |raw: &str, word: Option<Word>| {
        if word.is_none() {
            warnings.add(place, format_args!("{} is no known word", quoted(raw)));
        }
    };
    let blocks = &item.told.blocks;
    if blocks.is_empty() {
        let (raw, word) = item.word();
        if let Some(raw) = &raw {
            unknown(raw, word);
        }
        let at = item.entry.at();
        let written = at.map(|at| at.to_string()).unwrap_or_default();
        return vec![Step {
            id: derived_id("update", &[key, &written, raw.as_deref().unwrap_or_default()]),
            raw,
            word,
            at,
            body: item.entry.body.clone(),
        }];
    }
    let mut steps: Vec<Step> = blocks
        .iter()
        .map(|block| {
            unknown(&block.raw, block.word);
            let body = item.entry.body.get(block.body.clone()).unwrap_or_default().trim();
            // Without a time only the text tells two updates apart.
            let birth = block.written_at.as_deref().unwrap_or(body);
            Step {
                id: derived_id("update", &[key, birth, &block.raw]),
                raw: Some(block.raw.clone()),
                word: block.word,
                at: block.at,
                body: body.to_owned(),
            }
        })
        .collect();
    if is_newest_first(blocks.iter().map(|block| block.at)) {
        steps.reverse();
    }
    // Where the updates have no times, the newest one has that of the entry.
    if let Some(newest) = steps.last_mut() {
        newest.at = newest.at.or(item.entry.at());
    }
    steps
}

/// Whether a list is, or may be, newest first, as nearly every feed and text is.
fn is_newest_first(moments: impl Iterator<Item = Option<Timestamp>>) -> bool {
    let known: Vec<Timestamp> = moments.flatten().collect();
    known.first() >= known.last()
}

/// The newest of the entries of an event: the latest, of two at the same time the first.
fn newest<'i, 'f>(items: &'i [Item<'f>]) -> Option<&'i Item<'f>> {
    items.iter().rev().max_by_key(|item| item.entry.at())
}

/// The update that says where an event stands: the last one; of those at the last moment, one that says that it is over,
/// because vendors' pages put two updates of one minute in the wrong order.
fn current<P: Copy>(updates: &[Update<P>], is_over: impl Fn(P) -> bool) -> Option<usize> {
    let last = updates.last()?;
    let at_once = updates
        .iter()
        .rev()
        .take_while(|update| update.at.is_some() && update.at == last.at)
        .count();
    let from = updates.len() - at_once;
    (from..updates.len())
        .rev()
        .find(|at| updates.get(*at).is_some_and(|update| is_over(update.phase)))
        .or(Some(updates.len() - 1))
}

/// When it was first said that it is over, without a word to the contrary since.
fn first_of_the_last<P: Copy>(
    updates: &[Update<P>],
    at: usize,
    is_over: impl Fn(P) -> bool,
) -> Option<Timestamp> {
    updates
        .get(..=at)?
        .iter()
        .rev()
        .take_while(|update| is_over(update.phase))
        .last()
        .and_then(|update| update.at)
}

/// The components that an entry names.
fn named(item: Option<&Item<'_>>) -> Vec<NamedComponent> {
    let affected = item
        .map(|item| item.told.components.as_slice())
        .unwrap_or_default();
    affected
        .iter()
        .map(|component| NamedComponent {
            id: None,
            name: component.name.clone(),
            health: component.health,
            raw: component.raw.clone(),
        })
        .collect()
}
