//! Components that go up and down without an incident.
//!
//! The first worsening and the first recovery are told at once. Until the component has then been still for an hour, a
//! further recovery is told once it has lasted ten minutes, the next one twenty, then forty, then an hour. What gets as bad
//! in between as the person knows it already is no news. What gets worse than that always is: nothing worse is ever hidden.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use signalbox_channels::{AnnouncementKind, Urgency};
use signalbox_pages::{Component, Health};

use super::{Round, Told};
use crate::announce::Draft;

/// What has been still for so long is no longer flapping.
const STILL: SignedDuration = SignedDuration::from_mins(60);

/// So long a further recovery must have lasted, in minutes: each time longer.
const LASTED: [i64; 4] = [10, 20, 40, 60];

/// What is remembered of a component whose recovery was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Recovered {
    /// How many more were told since the first.
    more: u32,
    /// The health that the person has in mind since.
    in_mind: Health,
    /// When it last got better or worse.
    moved_at: Timestamp,
    /// Since when it has been better than what the person has in mind.
    better_since: Option<Timestamp>,
}

impl Recovered {
    /// Whether it has been still for so long that a recovery at `now` is told at once.
    fn is_still(&self, now: Timestamp) -> bool {
        self.better_since.is_none() && now.duration_since(self.moved_at) >= STILL
    }

    /// When a recovery that was put off may be told, if nothing happens until then.
    fn due_at(&self) -> Option<Timestamp> {
        let more = usize::try_from(self.more).unwrap_or(usize::MAX);
        let minutes = LASTED.get(more).or(LASTED.last())?;
        self.better_since?
            .checked_add(SignedDuration::from_mins(*minutes))
            .ok()
    }
}

impl Told {
    /// When something may have to be told although nothing changes: a recovery that was put off will have lasted.
    #[must_use]
    pub fn look_again_at(&self) -> Option<Timestamp> {
        self.recovered.values().filter_map(Recovered::due_at).min()
    }
}

impl<'a> Round<'a> {
    /// Takes out what got only as bad as the person knows it already. Returns the level of the worst of those.
    pub(super) fn take_relapses(&mut self, worse: &mut Vec<&'a Component>) -> Option<u8> {
        let mut worst = None;
        let mut news = Vec::new();
        for component in worse.drain(..) {
            let level = self.level(component.health);
            let known = self.told.recovered.get(&component.id).copied();
            let in_mind = known.and_then(|known| self.level(known.in_mind));
            if let Some(known) = self.told.recovered.get_mut(&component.id) {
                known.moved_at = self.input.now;
                known.better_since = None;
                if level > in_mind {
                    known.in_mind = component.health;
                }
            }
            if known.is_some() && level <= in_mind {
                // Its recovery is still to be told.
                self.told.components.insert(component.id.clone());
                worst = worst.max(in_mind);
            } else {
                news.push(component);
            }
        }
        *worse = news;
        worst
    }

    /// Takes out the recoveries that are not told yet, because one was told a short while ago. Returns whether there are any.
    pub(super) fn put_off(&mut self, better: &mut Vec<&'a Component>) -> bool {
        let before = better.len();
        let now = self.input.now;
        better.retain(|component| {
            let Some(known) = self.told.recovered.get_mut(&component.id) else {
                return true;
            };
            known.moved_at = now;
            known.better_since = Some(now);
            false
        });
        better.len() < before
    }

    /// What got better is being told. What only eased is not over: its end is told at once.
    pub(super) fn remember_recoveries(&mut self, better: &[&Component]) {
        let now = self.input.now;
        for component in better {
            let is_over = self.level(component.health) == Some(0);
            let flapping = self.told.recovered.get(&component.id);
            let more = match flapping {
                Some(known) => known.more + u32::from(is_over),
                None if is_over => 0,
                None => continue,
            };
            let recovered = Recovered {
                more,
                in_mind: component.health,
                moved_at: now,
                better_since: None,
            };
            self.told.recovered.insert(component.id.clone(), recovered);
        }
    }

    /// Tells the recoveries that were put off and have lasted.
    pub(super) fn tell_what_lasted(&mut self) {
        let now = self.input.now;
        let lasted: Vec<&Component> = self
            .told
            .recovered
            .iter()
            .filter(|(_, known)| known.due_at().is_some_and(|due| due <= now))
            .filter_map(|(id, known)| {
                let component = self.input.after.components.get(id)?.as_ref();
                let level = self.level(component.health)?;
                (Some(level) < self.level(known.in_mind) && !self.is_told_with_an_incident(component))
                    .then_some(component)
            })
            .collect();
        if lasted.is_empty() {
            return;
        }
        self.remember_recoveries(&lasted);
        let draft = self.about_components(AnnouncementKind::HealthBetter, &lasted);
        self.owed.push(Draft {
            urgency: Urgency::Quiet,
            ..draft
        });
    }

    /// Whether a recovery of a component was put off.
    pub(super) fn is_put_off(&self, id: &str) -> bool {
        self.told
            .recovered
            .get(id)
            .is_some_and(|known| known.better_since.is_some())
    }

    /// Forgets what has been still for long enough.
    pub(super) fn forget_what_is_still(&mut self) {
        let now = self.input.now;
        self.told.recovered.retain(|_, known| !known.is_still(now));
    }

    /// Forgets what is gone, or an incident's matter now.
    pub(super) fn forget_recoveries(&mut self) {
        let input = self.input;
        let recovered: BTreeMap<String, Recovered> = std::mem::take(&mut self.told.recovered);
        self.told.recovered = recovered
            .into_iter()
            .filter(|(id, _)| {
                let Some(component) = input.after.components.get(id) else {
                    return false;
                };
                !self.is_told_with_an_incident(component)
            })
            .collect();
    }

    fn is_told_with_an_incident(&self, component: &Component) -> bool {
        self.is_named_by_an_open_incident(component) || self.is_resolved_with(component)
    }
}
