//! Announcements that are held for one summary: of new pages, and of what changed while this machine was offline or
//! asleep. Pure.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;

use crate::store::{Batch, PageId};

/// A summary waits no longer than this, whoever is still to be heard.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// How often it is considered whether a summary is complete.
const CONSIDER_EVERY: Duration = Duration::from_millis(200);

/// A summary that could not be made is tried again after this.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// The summaries in the making.
#[derive(Debug, Default)]
pub(super) struct Batches {
    catch_up: Option<CatchUp>,
    baseline: Option<Baseline>,
    considered_at: Option<Duration>,
}

#[derive(Debug)]
struct CatchUp {
    since: Timestamp,
    opened: Duration,
    waiting: BTreeSet<PageId>,
}

#[derive(Debug)]
struct Baseline {
    opened: Duration,
}

/// A summary that is to be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// How new pages stand.
    Baseline,
    /// What changed since then.
    CatchUp(Timestamp),
}

/// Which summaries a poll has added to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) baseline: bool,
    pub(crate) catch_up: bool,
}

impl Batches {
    pub(super) fn is_empty(&self) -> bool {
        self.catch_up.is_none() && self.baseline.is_none()
    }

    /// Begins to hold what changed since `since`, until each of `waiting` has been heard. Begun again before it is
    /// complete, it reaches back to the earlier moment.
    pub(super) fn begin_catch_up(&mut self, since: Timestamp, waiting: BTreeSet<PageId>, now: Duration) {
        let since = self
            .catch_up
            .take()
            .map_or(since, |earlier| earlier.since.min(since));
        self.catch_up = Some(CatchUp {
            since,
            opened: now,
            waiting,
        });
    }

    /// What the announcements of polls that begin now are held for.
    pub(super) fn for_new_polls(&self) -> Option<Batch> {
        self.catch_up.as_ref().map(|_| Batch::CatchUp)
    }

    /// A page will not be asked soon, by its host's own wish: nobody waits for it.
    pub(super) fn pass_over(&mut self, page: PageId) {
        if let Some(catch_up) = &mut self.catch_up {
            catch_up.waiting.remove(&page);
        }
    }

    /// A page's poll has ended, and added to `held`.
    pub(super) fn took(&mut self, page: PageId, held: Held, now: Duration) {
        if let Some(catch_up) = &mut self.catch_up {
            catch_up.waiting.remove(&page);
        } else if held.catch_up {
            // It began before the summary was made and came after: a summary of its own.
            self.catch_up = Some(CatchUp {
                since: Timestamp::MAX,
                opened: now,
                waiting: BTreeSet::new(),
            });
        }
        if held.baseline && self.baseline.is_none() {
            self.baseline = Some(Baseline { opened: now });
        }
    }

    /// A summary could not be recorded: what it was made of is held on, and it is made as soon as that can be.
    pub(super) fn reopen(&mut self, closing: Closing, now: Duration) {
        match closing {
            Closing::Baseline => self.baseline = Some(Baseline { opened: now }),
            Closing::CatchUp(since) => self.begin_catch_up(since, BTreeSet::new(), now),
        }
        self.considered_at = Some(now.saturating_add(TRY_AGAIN_AFTER));
    }

    /// Whether it is time to consider, at monotonic time `now`, if anything is complete.
    pub(super) fn consider(&mut self, now: Duration) -> bool {
        if self.is_empty() {
            self.considered_at = None;
            return false;
        }
        let due = self
            .considered_at
            .is_none_or(|at| now.saturating_sub(at) >= CONSIDER_EVERY);
        if due {
            self.considered_at = Some(now);
        }
        due
    }

    /// Takes out the summaries that are to be made now: nobody is waited for any more but those of `slow`, who hang; or
    /// they have waited long enough. `first_sights`: whether pages that were never read are about to be.
    pub(super) fn take_complete(
        &mut self,
        now: Duration,
        slow: &BTreeSet<PageId>,
        first_sights: bool,
    ) -> Vec<Closing> {
        let mut closing = Vec::new();
        let held_long = |opened: Duration| now.saturating_sub(opened) >= LONGEST_HOLD;
        if let Some(baseline) = &self.baseline
            && (!first_sights || held_long(baseline.opened))
        {
            self.baseline = None;
            closing.push(Closing::Baseline);
        }
        if let Some(catch_up) = &self.catch_up
            && (catch_up.waiting.is_subset(slow) || held_long(catch_up.opened))
        {
            closing.push(Closing::CatchUp(catch_up.since));
            self.catch_up = None;
        }
        closing
    }
}
