//! What a person is told about a page's changes. Pure.
//!
//! By default: an incident opened, got worse, got better, is over, is open again, is no longer listed, or was missed; and
//! what works worse or better without an incident that says so. Not each update, not a maintenance, unless it touches
//! what the person chose explicitly.
//!
//! One fact is told once: what an incident's announcement says is not told again of the components it names, nor of the
//! page as a whole. Health is compared with the last *known* one, so that a change is neither hidden by an unknown word
//! in between nor told because of one (T3).
//!
//! What goes up and down again and again without an incident is told a few times in all, see `rules::flapping`.

mod drafts;
mod flapping;
mod memory;
#[cfg(test)]
mod one_fact_is_told_once;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod t3_never_lose_a_change;
#[cfg(test)]
mod t6_the_vendors_words_stay_the_vendors;
#[cfg(test)]
mod t9_history_is_append_only;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signalbox_channels::AnnouncementKind;
use signalbox_pages::{Component, Health, Impact, IncidentFacts, Phase, Update};

use self::{drafts::again, flapping::Recovered};
use super::{Draft, Scope, scope::names, words};
use crate::compare::{Change, ComponentChange, EventChange, EventState, Listed, PageState};

/// Everything that decides what one watch is told about one poll of its page.
#[derive(Clone, Copy, Debug)]
pub struct RuleInput<'a> {
    /// The vendor's name as the person knows it.
    pub vendor: &'a str,
    /// The components the person chose by id; `None` for everything.
    pub scope: Option<&'a BTreeSet<String>>,
    /// What was recorded before the poll.
    pub before: &'a PageState,
    /// What is recorded after it.
    pub after: &'a PageState,
    /// The differences between the two.
    pub changes: &'a [Change],
    /// The last *known* health of what is now in scope before the poll; `None` if none was ever known.
    pub health_before: Option<Health>,
    /// The health of what is now in scope after the poll. Neither of the two makes allowance for acknowledgements.
    pub health_after: Health,
    /// What the last [`Decision`] for this watch left behind.
    pub told: &'a Told,
    /// Whether this is the first reading: a baseline, of which nothing is told but a summary.
    pub first_sight: bool,
    /// When the watch began. What was over before is history, taken in silently.
    pub watched_since: Timestamp,
    /// When the poll is recorded.
    pub now: Timestamp,
    /// Until when the vendor is muted.
    pub vendor_muted_until: Option<Timestamp>,
    /// The incidents that are muted.
    pub muted_incidents: &'a BTreeSet<String>,
    /// The maintenances that are muted: what is under maintenance because of them alone is no news.
    pub muted_maintenances: &'a BTreeSet<String>,
    /// The incidents that are acknowledged: they are told when they get worse or end, not when they ease.
    pub acknowledged: &'a BTreeSet<String>,
}

/// What is owed after a poll, and what to remember for the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The announcements owed, in the order of telling.
    pub announcements: Vec<Draft>,
    /// The incidents, by id, that are worse than when they were last told, or open again, muted ones too.
    pub worsened: BTreeSet<String>,
    /// What the person knows now; to be stored with the poll and given to the next.
    pub told: Told,
}

/// What a person knows of a watch. Kept from poll to poll; opaque to everybody but the rules.
///
/// While the watch is muted it goes on as if told, because nobody wants old news when a mute ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// The health of what is in scope that the person has in mind. After an incident was told to be over it is
    /// operational, even if the page takes a while to follow.
    pub health: Option<Health>,
    /// The components told to be worse by themselves, by id: their recovery is told too.
    pub components: BTreeSet<String>,
    /// The open incidents that the person knows, by id, with the last known impact: they stay relevant when they no
    /// longer touch the scope.
    pub incidents: BTreeMap<String, Option<Impact>>,
    /// The last known health of the components whose word is unknown at present, where it was not operational.
    pub unknown_since: BTreeMap<String, Health>,
    /// The components whose recovery was told a short while ago, by id.
    recovered: BTreeMap<String, Recovered>,
}

/// Decides what is owed.
///
/// Where no health was ever known, the first known one is compared with operational: a problem that the person has
/// not heard of is news, the absence of one is not.
#[must_use]
pub fn announcements(input: &RuleInput<'_>) -> Decision {
    let mut round = Round::new(input);
    if !input.first_sight {
        round.tell_what_incidents_say();
        round.tell_what_named_components_do();
        round.tell_what_works_worse();
        round.tell_what_works_better();
        round.tell_what_lasted();
    }
    round.finish()
}

/// An open incident that is relevant before and after the poll.
struct Ongoing<'a> {
    id: &'a str,
    facts: &'a IncidentFacts,
    /// Whether something was told of it in this poll.
    told: bool,
}

struct Round<'a> {
    input: &'a RuleInput<'a>,
    scope: Scope<'a>,
    told: Told,
    owed: Vec<Draft>,
    /// The components in scope whose known health is worse than the last known one.
    worse: Vec<&'a Component>,
    /// Those whose known health is better.
    better: Vec<&'a Component>,
    /// The incidents open after the poll that were open and relevant before, the latest begun first.
    ongoing: Vec<Ongoing<'a>>,
    /// The incidents whose announcement in this poll says that things are worse.
    spoke_worse: Vec<&'a IncidentFacts>,
    /// The incidents whose announcement in this poll says that they are over.
    resolved: Vec<&'a IncidentFacts>,
    said_worse: bool,
    said_better: bool,
}

impl<'a> Round<'a> {
    fn new(input: &'a RuleInput<'a>) -> Self {
        let scope = Scope::new(input.scope, &input.after.components);
        let mut round = Self {
            input,
            scope,
            told: input.told.clone(),
            owed: vec![],
            worse: vec![],
            better: vec![],
            ongoing: vec![],
            spoke_worse: vec![],
            resolved: vec![],
            said_worse: false,
            said_better: false,
        };
        round.forget_what_is_still();
        round.find_moves();
        round
    }

    // --- Components ---

    fn find_moves(&mut self) {
        let input = self.input;
        let added = || {
            input.changes.iter().filter_map(|change| {
                let Change::Component(ComponentChange::Added(component)) = change else {
                    return None;
                };
                Some(component)
            })
        };
        // Some components are listed only while they are bad, so one that comes alone is a change. A list that is read
        // further than before brings healthy ones too, and no news.
        let added_is_news =
            !input.before.components.is_empty() && added().all(|component| component.health.is_problem());
        for change in input.changes {
            let Change::Component(change) = change else {
                continue;
            };
            let component = match change {
                ComponentChange::Changed { to, .. } => to,
                ComponentChange::Added(component) if added_is_news => component,
                ComponentChange::Added(_) | ComponentChange::Removed(_) => continue,
            };
            if !self.scope.holds(&component.id) {
                continue;
            }
            let Some(now) = self.level(component.health) else {
                continue;
            };
            let was = self.level(self.last_known(&component.id)).unwrap_or(0);
            if now > was {
                self.worse.push(component);
            } else if now < was {
                self.better.push(component);
            }
        }
    }

    /// The last known health of a component before the poll; operational if none was known.
    fn last_known(&self, id: &str) -> Health {
        let recorded = self
            .input
            .before
            .components
            .get(id)
            .map(|component| component.health);
        recorded
            .filter(|health| health.is_known())
            .or_else(|| self.input.told.unknown_since.get(id).copied())
            .unwrap_or(Health::Operational)
    }

    /// The place on the scale for comparisons. Maintenance is no news unless the person chose the components.
    fn level(&self, health: Health) -> Option<u8> {
        if health == Health::Maintenance && (!self.scope.is_chosen() || self.is_maintenance_muted()) {
            return Health::Operational.rank();
        }
        health.rank()
    }

    /// Whether every maintenance that is going on, or was before this poll, is muted.
    fn is_maintenance_muted(&self) -> bool {
        let RuleInput { before, after, .. } = self.input;
        let mut going_on = [before, after]
            .into_iter()
            .flat_map(|state| &state.maintenances)
            .filter(|(_, maintenance)| maintenance.facts.phase.is_in_progress())
            .map(|(id, _)| self.input.muted_maintenances.contains(id))
            .peekable();
        going_on.peek().is_some() && going_on.all(|muted| muted)
    }

    fn is_named_by_an_open_incident(&self, component: &Component) -> bool {
        self.relevant_open_incidents()
            .any(|facts| names(facts, component))
    }

    fn is_spoken_for(&self, component: &Component) -> bool {
        self.spoke_worse
            .iter()
            .any(|facts| facts.components.is_empty() || names(facts, component))
    }

    fn is_resolved_with(&self, component: &Component) -> bool {
        self.resolved
            .iter()
            .any(|facts| facts.components.is_empty() || names(facts, component))
    }

    // --- Incidents ---

    /// The listed open incidents that touch the scope, or did when the person was told of them.
    fn relevant_open_incidents(&self) -> impl Iterator<Item = &'a IncidentFacts> {
        self.input
            .after
            .incidents
            .iter()
            .filter(|(id, incident)| {
                incident.facts.is_open()
                    && incident.listed != Listed::No
                    && (self.told.incidents.contains_key(*id) || self.scope.touched_by(&incident.facts))
            })
            .map(|(_, incident)| &incident.facts)
    }

    fn tell_what_incidents_say(&mut self) {
        let input = self.input;
        for (id, now) in &input.after.incidents {
            let before = input.before.incidents.get(id);
            let touched = self.scope.touched_by(&now.facts);
            let was_relevant = input.told.incidents.contains_key(id)
                || before.is_some_and(|before| self.scope.touched_by(&before.facts));
            let was_open = before.is_some_and(|before| before.facts.is_open());
            match (before, was_open, now.facts.is_open()) {
                (None, _, true) => {
                    if touched {
                        self.tell_worse(AnnouncementKind::IncidentOpened, id, now, "incident opened");
                    }
                }
                (None, _, false) => {
                    if touched && end_of(now, self.updates_of(id)) > Some(input.watched_since) {
                        self.tell_missed(id, now);
                    }
                }
                (Some(before), true, false) => {
                    // One that is left of an earlier watch is over since before this one, as likely as not.
                    let is_news = before.listed == Listed::Yes
                        || input.told.incidents.contains_key(id)
                        || end_of(now, self.updates_of(id)) > Some(input.watched_since);
                    if is_news && was_relevant {
                        self.tell_resolved(id, now);
                    } else if is_news && touched {
                        self.tell_missed(id, now);
                    }
                }
                (Some(_), false, true) => {
                    if touched || was_relevant {
                        self.tell_worse(AnnouncementKind::IncidentReopened, id, now, "incident reopened");
                    }
                }
                (Some(_), false, false) => {}
                (Some(before), true, true) if touched || was_relevant => {
                    self.tell_of_an_open_one(id, before, now, was_relevant);
                }
                (Some(_), true, true) => {}
            }
        }
        self.ongoing
            .sort_by(|one, other| (other.facts.started_at, other.id).cmp(&(one.facts.started_at, one.id)));
    }

    fn tell_of_an_open_one(
        &mut self,
        id: &'a str,
        before: &EventState<IncidentFacts>,
        now: &'a EventState<IncidentFacts>,
        was_relevant: bool,
    ) {
        if now.listed != Listed::Yes && !self.input.told.incidents.contains_key(id) {
            // Left of an earlier watch: nobody was told of it, and nothing says that it goes on.
            return;
        }
        match (before.listed, now.listed) {
            (Listed::No, Listed::No) => return,
            (_, Listed::No) => return self.tell_unlisted(id, now),
            (Listed::No, _) => {
                return self.tell_worse(
                    AnnouncementKind::IncidentReopened,
                    id,
                    now,
                    "incident listed again",
                );
            }
            (Listed::Yes | Listed::Missing, Listed::Yes | Listed::Missing) => {}
        }
        if !was_relevant {
            let names: Vec<String> = self
                .scope
                .named_by(&now.facts)
                .map(|component| words::component(component, &self.input.after.components))
                .collect();
            let touches = match names.is_empty() {
                true => "incident now touches everything".to_owned(),
                false => format!("incident now touches {}", words::enumeration(&names, 2)),
            };
            return self.tell_worse(AnnouncementKind::IncidentEscalated, id, now, &touches);
        }
        let last_impact = self
            .input
            .told
            .incidents
            .get(id)
            .copied()
            .flatten()
            .unwrap_or(before.facts.impact);
        let impact = now.facts.impact;
        let step = last_impact
            .rank()
            .zip(impact.rank())
            .map(|(last, this)| this.cmp(&last));
        let mut told = false;
        match step {
            Some(std::cmp::Ordering::Greater) => {
                let what = format!("incident now {}", words::impact(impact));
                self.tell_worse(AnnouncementKind::IncidentEscalated, id, now, &what);
                told = true;
            }
            Some(std::cmp::Ordering::Less) => {
                let what = format!("incident eased, now {}", words::impact(impact));
                told = self.tell_eased(id, &now.facts, &what);
            }
            Some(std::cmp::Ordering::Equal) | None => {}
        }
        let facts = &now.facts;
        self.ongoing.push(Ongoing { id, facts, told });
        self.know(id, facts.impact);
    }

    /// An open incident got worse or better if the worst of what it names in scope did.
    fn tell_what_named_components_do(&mut self) {
        for index in 0..self.ongoing.len() {
            let Some(&Ongoing {
                id,
                facts,
                told: false,
            }) = self.ongoing.get(index)
            else {
                continue;
            };
            let worst = |health: &dyn Fn(&Component) -> Health| {
                self.scope
                    .named_by(facts)
                    .filter_map(|component| {
                        self.level(health(component))
                            .map(|level| (level, health(component)))
                    })
                    .max_by_key(|(level, _)| *level)
            };
            let before = worst(&|component| self.last_known(&component.id));
            let after = worst(&|component| match component.health.is_known() {
                true => component.health,
                false => self.last_known(&component.id),
            });
            let (Some((before, _)), Some((after, health))) = (before, after) else {
                continue;
            };
            let moved = |moves: &[&Component], free: &dyn Fn(&Component) -> bool| {
                moves
                    .iter()
                    .any(|component| names(facts, component) && free(component))
            };
            let told = if after > before && moved(&self.worse, &|component| !self.is_spoken_for(component)) {
                let what = format!("incident worse, now {}", words::health(health));
                self.tell_worse_facts(AnnouncementKind::IncidentEscalated, id, facts, &what);
                true
            } else if after < before
                && health.is_problem()
                && moved(&self.better, &|component| !self.is_resolved_with(component))
                && !self.said_eased_of(facts)
            {
                let what = format!("incident eased, now {}", words::health(health));
                self.tell_eased(id, facts, &what)
            } else {
                false
            };
            if let Some(ongoing) = self.ongoing.get_mut(index) {
                ongoing.told = told;
            }
        }
    }

    /// Whether easing was told in this poll of an incident that shares a component with this one.
    fn said_eased_of(&self, facts: &IncidentFacts) -> bool {
        self.owed.iter().any(|draft| {
            draft.kind == AnnouncementKind::IncidentEased
                && draft
                    .incident
                    .as_ref()
                    .and_then(|id| self.input.after.incidents.get(id))
                    .is_some_and(|other| {
                        self.scope
                            .named_by(facts)
                            .any(|component| names(&other.facts, component))
                    })
        })
    }

    /// The ongoing incident that a change of the page as a whole is told with.
    fn most_likely_cause(&self) -> Option<(&'a str, &'a IncidentFacts)> {
        let wrote = |id: &str| self.updates_of(id).next().is_some();
        let free = || self.ongoing.iter().filter(|ongoing| !ongoing.told);
        free()
            .find(|ongoing| wrote(ongoing.id))
            .or_else(|| free().next())
            .map(|ongoing| (ongoing.id, ongoing.facts))
    }

    // --- Health without an incident that says so ---

    fn tell_what_works_worse(&mut self) {
        let input = self.input;
        let mut unexplained: Vec<&Component> = self
            .worse
            .iter()
            .copied()
            .filter(|component| {
                !self.is_spoken_for(component) && !self.is_named_by_an_open_incident(component)
            })
            .collect();
        unexplained.sort_by_key(|component| std::cmp::Reverse(component.health.rank()));
        let relapsed = self.take_relapses(&mut unexplained);
        if !unexplained.is_empty() {
            self.told
                .components
                .extend(unexplained.iter().map(|component| component.id.clone()));
            self.said_worse = true;
            let draft = self.about_components(AnnouncementKind::HealthWorse, &unexplained);
            self.owed.push(draft);
            return;
        }
        let Some(now) = self.level(input.health_after) else {
            return;
        };
        if now <= self.level_before() || self.said_worse || Some(now) <= relapsed {
            return;
        }
        let health = words::health(input.health_after);
        match self.most_likely_cause() {
            Some((id, facts)) => {
                let what = format!("incident worse, now {health}");
                self.tell_worse_facts(AnnouncementKind::IncidentEscalated, id, facts, &what);
            }
            None => {
                let draft = self.about_the_page(AnnouncementKind::HealthWorse, health);
                self.said_worse = true;
                self.owed.push(draft);
            }
        }
    }

    fn tell_what_works_better(&mut self) {
        let input = self.input;
        let all_is_well = input.health_after.is_known() && !input.health_after.is_problem();
        let over_with_an_incident = |component: &Component| {
            self.is_resolved_with(component) || (all_is_well && !self.resolved.is_empty())
        };
        let mut better: Vec<&Component> = self
            .better
            .iter()
            .copied()
            .filter(|component| {
                input.told.components.contains(&component.id)
                    && !over_with_an_incident(component)
                    && !self.is_named_by_an_open_incident(component)
            })
            .collect();
        let is_put_off = self.put_off(&mut better);
        if !better.is_empty() {
            self.said_better = true;
            self.remember_recoveries(&better);
            let draft = self.about_components(AnnouncementKind::HealthBetter, &better);
            self.owed.push(draft);
            return;
        }
        let Some(now) = self.level(input.health_after) else {
            return;
        };
        if now >= self.level_before() || self.said_better || is_put_off {
            return;
        }
        let in_mind = input.told.health.or(input.health_before);
        if in_mind.and_then(|health| self.level(health)).unwrap_or(0) == 0 {
            return;
        }
        let health = words::health(input.health_after);
        let draft = if now > 0 {
            match self.most_likely_cause() {
                Some((id, facts)) => {
                    let what = format!("incident eased, now {health}");
                    self.tell_eased(id, facts, &what);
                    return;
                }
                None => self.about_the_page(AnnouncementKind::HealthBetter, &format!("eased to {health}")),
            }
        } else {
            // While an incident is open it is not over; that is told with its end.
            if self.relevant_open_incidents().next().is_some() {
                return;
            }
            self.about_the_page(AnnouncementKind::HealthBetter, &again(input.health_after))
        };
        self.said_better = true;
        self.owed.push(draft);
    }

    fn level_before(&self) -> u8 {
        self.input
            .health_before
            .and_then(|health| self.level(health))
            .unwrap_or(0)
    }

    /// What the vendor wrote about an incident since the last poll.
    fn updates_of(&self, id: &str) -> impl Iterator<Item = &'a Update<Phase>> {
        self.input
            .changes
            .iter()
            .filter_map(move |change| {
                let Change::Incident { id: of, change } = change else {
                    return None;
                };
                (of == id).then_some(change)
            })
            .flat_map(|change| match change {
                EventChange::Added { updates, .. } => &updates[..],
                EventChange::UpdateAdded(update) => std::slice::from_ref(update),
                EventChange::Facts { .. }
                | EventChange::UpdateEdited(_)
                | EventChange::UpdateDeleted { .. }
                | EventChange::Missing
                | EventChange::Unlisted
                | EventChange::Relisted => &[],
            })
    }
}

/// When an incident that is over ended, as far as the vendor says: a write-up may follow days later.
fn end_of<'a>(
    incident: &EventState<IncidentFacts>,
    updates: impl Iterator<Item = &'a Update<Phase>>,
) -> Option<Timestamp> {
    let last = updates
        .map(|update| (update.phase == Phase::Resolved, update.at))
        .max();
    incident
        .facts
        .resolved_at
        .or(last.and_then(|(_, at)| at))
        .or(incident.facts.started_at)
}
