//! Which page is due. Filled from the store's own query at start, so that a restart resumes where it was, and kept
//! in step with every poll.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::store::PageId;

/// The watched pages by the time of their next poll.
#[derive(Debug)]
pub(crate) struct Due<Id = PageId> {
    by_time: BTreeSet<(Timestamp, Id)>,
    /// Those that wait for something else than their time.
    parked: BTreeSet<Id>,
    times: BTreeMap<Id, Timestamp>,
}

impl<Id> Default for Due<Id> {
    fn default() -> Self {
        Self {
            by_time: BTreeSet::new(),
            parked: BTreeSet::new(),
            times: BTreeMap::new(),
        }
    }
}

impl<Id: Copy + Ord> Due<Id> {
    /// Puts a page at `at`, wherever it stood before.
    pub(crate) fn set(&mut self, page: Id, at: Timestamp) {
        self.remove(page);
        self.times.insert(page, at);
        self.by_time.insert((at, page));
    }

    /// Takes a page out: it is being polled, or no longer watched.
    pub(crate) fn remove(&mut self, page: Id) {
        if let Some(before) = self.times.remove(&page) {
            self.by_time.remove(&(before, page));
            self.parked.remove(&page);
        }
    }

    /// Puts a page aside that is due since `at`, until it is unparked or set anew.
    pub(crate) fn park(&mut self, page: Id, at: Timestamp) {
        self.remove(page);
        self.times.insert(page, at);
        self.parked.insert(page);
    }

    /// Lets a parked page be due again. Returns whether it was parked.
    pub(crate) fn unpark(&mut self, page: Id) -> bool {
        let was_parked = self.parked.remove(&page);
        if was_parked && let Some(at) = self.times.get(&page) {
            self.by_time.insert((*at, page));
        }
        was_parked
    }

    /// The pages that are parked.
    pub(crate) fn parked(&self) -> impl Iterator<Item = Id> + '_ {
        self.parked.iter().copied()
    }

    /// Takes out the page that has been due longest at `now`.
    pub(crate) fn pop(&mut self, now: Timestamp) -> Option<Id> {
        let (at, page) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.remove(page);
        Some(page)
    }

    /// When the next page is due that is not parked; it may be in the past.
    #[must_use]
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// When a page is due; `None` if it does not wait.
    pub(crate) fn time_of(&self, page: Id) -> Option<Timestamp> {
        self.times.get(&page).copied()
    }

    /// The pages that wait, soonest first, then those that are parked.
    pub(crate) fn pages(&self) -> impl Iterator<Item = Id> + '_ {
        self.by_time.iter().map(|(_, page)| *page).chain(self.parked())
    }

    /// Makes every page due within `spread` after `now`, evenly in the order in which they stood: after a wake-up, a
    /// return of the network, a clock that jumped.
    pub(crate) fn all_within(&mut self, now: Timestamp, spread: std::time::Duration) {
        let pages: Vec<Id> = self.pages().collect();
        let step = spread / u32::try_from(pages.len().max(1)).unwrap_or(u32::MAX);
        let mut at = now;
        for page in pages {
            self.set(page, at);
            at = at.checked_add(step).unwrap_or(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Due as Pages, *};

    type Due = Pages<i64>;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn the_page_that_has_waited_longest_is_polled_first() {
        let mut due = Due::default();
        due.set(1, at(30));
        due.set(2, at(10));
        due.set(3, at(90));
        assert_eq!(due.pop(at(60)), Some(2));
        assert_eq!(due.pop(at(60)), Some(1));
        assert_eq!(due.pop(at(60)), None);
        assert_eq!(due.next(), Some(at(90)));
    }

    #[test]
    fn setting_a_page_again_moves_it() {
        let mut due = Due::default();
        due.set(1, at(30));
        due.set(1, at(90));
        assert_eq!(due.pop(at(60)), None);
        assert_eq!(due.pages().count(), 1);
    }

    #[test]
    fn after_a_jump_all_pages_are_due_soon_but_not_at_once() {
        let mut due = Due::default();
        for page in 0..10 {
            due.set(page, at(28_800 + page));
        }
        due.all_within(at(0), Duration::from_secs(5));
        assert_eq!(due.next(), Some(at(0)));
        let mut polled = 0;
        while due.pop(at(5)).is_some() {
            polled += 1;
        }
        assert_eq!(polled, 10);
    }

    #[test]
    fn what_is_parked_waits_although_its_time_has_come() {
        let mut due = Due::default();
        due.set(1, at(10));
        due.set(2, at(20));
        assert_eq!(due.pop(at(60)), Some(1));
        due.park(1, at(10));
        assert_eq!((due.next(), due.pages().count()), (Some(at(20)), 2));
        assert_eq!(due.pop(at(60)), Some(2));
        assert_eq!(due.pop(at(60)), None);
        assert!(due.unpark(1) && !due.unpark(1));
        assert_eq!(due.pop(at(60)), Some(1));
        due.park(1, at(10));
        due.set(1, at(30));
        assert!(!due.unpark(1), "set anew, it waits for its time alone");
        assert_eq!(due.pop(at(60)), Some(1));
    }
}
