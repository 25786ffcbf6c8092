//! How a page itself is: whether it can be reached and read. It says nothing about the vendor (T2). Pure.

use jiff::Timestamp;

use crate::{announce::source::owes_unreachable, api::SourceState};

/// What is known of a page as a source. `Stale` never stands here: it is derived from the age of the last good read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// Pending, fresh, unreachable, unreadable or moved.
    pub(crate) state: SourceState,
    /// Why it is not fresh, in plain words.
    pub(crate) reason: Option<String>,
    /// Attempts in vain since the last good read.
    pub(crate) misses: u32,
    /// When the first of them was.
    pub(crate) failing_since: Option<Timestamp>,
    /// When the person was told of it.
    pub(crate) told_at: Option<Timestamp>,
}

impl Default for Source {
    fn default() -> Self {
        Self {
            state: SourceState::Pending,
            reason: None,
            misses: 0,
            failing_since: None,
            told_at: None,
        }
    }
}

impl Source {
    /// The page was read. If the person was told that it could not be, they are owed the good word: since when it
    /// could not.
    pub(crate) fn good(&mut self) -> Option<Timestamp> {
        let owed = self.told_at.and(self.failing_since);
        *self = Self {
            state: SourceState::Fresh,
            ..Self::default()
        };
        owed
    }

    /// The page was not read at `now`. Returns whether the person is to be told now.
    pub(crate) fn missed(&mut self, state: SourceState, reason: String, now: Timestamp) -> bool {
        self.state = state;
        self.reason = Some(reason);
        self.misses = self.misses.saturating_add(1);
        // A clock that was set back must not keep the person waiting for hours: count from now on.
        let since = self.failing_since.map_or(now, |since| since.min(now));
        self.failing_since = Some(since);
        let tell = owes_unreachable(self.misses, since, now, self.told_at.is_some());
        if tell {
            self.told_at = Some(now);
        }
        tell
    }
}

#[cfg(test)]
mod t2_never_an_outage_without_the_vendors_word {
    use super::*;

    fn minute(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
    }

    fn miss(source: &mut Source, at: i64) -> bool {
        source.missed(
            SourceState::Unreachable,
            "the server refused the connection".into(),
            minute(at),
        )
    }

    #[test]
    fn an_unreachable_page_is_told_once_after_three_misses_and_thirty_minutes() {
        let mut source = Source::default();
        let told: Vec<bool> = [0, 2, 6, 14, 31, 61].map(|at| miss(&mut source, at)).to_vec();
        assert_eq!(told, [false, false, false, false, true, false]);
        assert_eq!(source.misses, 6);
    }

    #[test]
    fn thirty_minutes_with_two_misses_are_not_enough() {
        let mut source = Source::default();
        assert!(!miss(&mut source, 0));
        assert!(!miss(&mut source, 40));
        assert!(miss(&mut source, 41));
    }

    #[test]
    fn the_good_word_is_owed_only_where_the_bad_one_was_told() {
        let mut source = Source::default();
        miss(&mut source, 0);
        assert_eq!(source.good(), None);
        for at in [0, 20, 40] {
            miss(&mut source, at);
        }
        assert_eq!(source.good(), Some(minute(0)));
        assert_eq!(source.state, SourceState::Fresh);
        assert_eq!(source.reason, None);
        assert_eq!(source.good(), None);
    }

    #[test]
    fn a_clock_set_back_does_not_hide_a_long_failure() {
        let mut source = Source::default();
        miss(&mut source, 480);
        miss(&mut source, 0);
        miss(&mut source, 20);
        assert!(miss(&mut source, 30));
    }
}
