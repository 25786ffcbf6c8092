//! Whether it is us: the rule that tells our own lack of a network from a vendor's trouble (T7). Pure.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use url::{Host, Url};

use crate::network::NetworkWord;

/// How far back attempts count.
pub(crate) const WINDOW: Duration = Duration::from_secs(60);

/// How many hosts must have been tried in vain before the fault is ours, and how many must be watched at all.
pub(crate) const MIN_HOSTS: usize = 3;

/// How one attempt to reach a host ended, as far as the network is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The host answered in HTTP, whatever it said.
    Answered,
    /// Nothing spoke HTTP: no name, no route, no connection, no TLS, no answer.
    BelowHttp,
    /// Another host answered in its place, as a captive portal does. Holds that host.
    Foreign(String),
}

/// Whether a host, given as scheme, name and port, is this machine itself: whether it answers says nothing of a network.
pub(crate) fn is_this_machine(host: &str) -> bool {
    match Url::parse(host).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The attempts of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    recent: VecDeque<Attempt>,
}

#[derive(Debug)]
struct Attempt {
    at: Duration,
    host: String,
    reach: Reach,
}

/// What the attempts of the last minute say about this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// At least one host answered for itself: there is a network.
    Online,
    /// Every attempt failed as it fails without a network, at enough hosts.
    Offline,
    /// Everything so far looks like a lost network, but too few hosts have been tried; asking this many others decides.
    AskOthers(usize),
    /// Nothing speaks for a lost network, or too few hosts are watched to tell.
    Undecided,
}

impl Attempts {
    /// Notes an attempt that ended at monotonic time `at`.
    pub(crate) fn note(&mut self, at: Duration, host: &str, reach: Reach) {
        self.forget(at);
        self.recent.push_back(Attempt {
            at,
            host: host.to_owned(),
            reach,
        });
    }

    /// Judges the last minute before monotonic time `now`, with `watched` hosts watched in all. What was tried before the
    /// operating system gave its `word` must be forgotten by then.
    ///
    /// Where it says that there is no network, one failure is proof enough; but its word never outranks an answer. This
    /// machine's own pages then count neither way.
    pub(crate) fn verdict(&mut self, now: Duration, watched: usize, word: NetworkWord) -> Verdict {
        self.forget(now);
        if word == NetworkWord::Disconnected {
            let mut elsewhere = self
                .recent
                .iter()
                .filter(|attempt| !is_this_machine(&attempt.host))
                .peekable();
            if elsewhere.peek().is_none() {
                return Verdict::Undecided;
            }
            if elsewhere.all(|attempt| attempt.reach == Reach::BelowHttp) {
                return Verdict::Offline;
            }
        }
        if self.recent.iter().any(|attempt| attempt.reach == Reach::Answered) {
            return Verdict::Online;
        }
        if watched < MIN_HOSTS || self.recent.is_empty() {
            return Verdict::Undecided;
        }
        let portals: BTreeSet<&str> = self
            .recent
            .iter()
            .filter_map(|attempt| match &attempt.reach {
                Reach::Foreign(host) => Some(host.as_str()),
                Reach::Answered | Reach::BelowHttp => None,
            })
            .collect();
        if portals.len() > 1 {
            return Verdict::Undecided;
        }
        let tried = self.hosts().len();
        if tried >= MIN_HOSTS {
            Verdict::Offline
        } else {
            Verdict::AskOthers(MIN_HOSTS - tried)
        }
    }

    /// The hosts that were tried within the last minute.
    #[must_use]
    pub(crate) fn hosts(&self) -> BTreeSet<&str> {
        self.recent.iter().map(|attempt| attempt.host.as_str()).collect()
    }

    /// Forgets everything: after a wake-up, what was tried before it says nothing.
    pub(crate) fn clear(&mut self) {
        self.recent.clear();
    }

    fn forget(&mut self, now: Duration) {
        while self
            .recent
            .front()
            .is_some_and(|attempt| now.saturating_sub(attempt.at) > WINDOW)
        {
            self.recent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn after(attempts: &[(u32, &str, Reach)], watched: usize) -> Verdict {
        let mut window = Attempts::default();
        for (at, host, reach) in attempts {
            window.note(SECOND * *at, host, reach.clone());
        }
        let now = attempts.last().map_or(Duration::ZERO, |(at, ..)| SECOND * *at);
        window.verdict(now, watched, NetworkWord::Unknown)
    }

    /// As [`after`], where the operating system says that there is no network.
    fn disconnected(attempts: &[(&str, Reach)]) -> Verdict {
        let mut window = Attempts::default();
        for (host, reach) in attempts {
            window.note(SECOND, host, reach.clone());
        }
        window.verdict(SECOND, 9, NetworkWord::Disconnected)
    }

    fn portal() -> Reach {
        Reach::Foreign("portal.example".into())
    }

    #[test]
    fn three_hosts_failing_within_a_minute_are_our_own_fault() {
        let fails = [
            (1, "a", Reach::BelowHttp),
            (20, "b", Reach::BelowHttp),
            (50, "c", Reach::BelowHttp),
        ];
        assert_eq!(after(&fails, 3), Verdict::Offline);
    }

    #[test]
    fn one_answer_from_anywhere_proves_the_network() {
        let mixed = [
            (1, "a", Reach::BelowHttp),
            (2, "b", Reach::Answered),
            (3, "c", Reach::BelowHttp),
            (4, "d", Reach::BelowHttp),
        ];
        assert_eq!(after(&mixed, 9), Verdict::Online);
    }

    #[test]
    fn an_answer_older_than_a_minute_proves_nothing() {
        let old = [
            (1, "a", Reach::Answered),
            (70, "a", Reach::BelowHttp),
            (71, "b", Reach::BelowHttp),
            (72, "c", Reach::BelowHttp),
        ];
        assert_eq!(after(&old, 3), Verdict::Offline);
    }

    #[test]
    fn one_host_failing_twice_asks_two_others() {
        let twice = [(1, "a", Reach::BelowHttp), (2, "a", Reach::BelowHttp)];
        assert_eq!(after(&twice, 40), Verdict::AskOthers(2));
    }

    #[test]
    fn with_two_hosts_watched_nobody_can_tell() {
        let both = [(1, "a", Reach::BelowHttp), (2, "b", Reach::BelowHttp)];
        assert_eq!(after(&both, 2), Verdict::Undecided);
    }

    #[test]
    fn every_attempt_landing_on_one_foreign_host_is_a_captive_portal() {
        let caught = [(1, "a", portal()), (2, "b", portal()), (3, "c", Reach::BelowHttp)];
        assert_eq!(after(&caught, 3), Verdict::Offline);
    }

    #[test]
    fn landing_on_different_foreign_hosts_is_no_portal() {
        let scattered = [
            (1, "a", portal()),
            (2, "b", Reach::Foreign("other.example".into())),
            (3, "c", portal()),
        ];
        assert_eq!(after(&scattered, 3), Verdict::Undecided);
    }

    #[test]
    fn where_the_system_says_that_there_is_no_network_one_failure_proves_it() {
        assert_eq!(
            disconnected(&[("https://a.example", Reach::BelowHttp)]),
            Verdict::Offline
        );
        assert_eq!(disconnected(&[]), Verdict::Undecided, "its word alone does not");
    }

    #[test]
    fn the_systems_word_never_outranks_an_answer() {
        let answered = [
            ("https://a.example", Reach::BelowHttp),
            ("https://b.example", Reach::Answered),
            ("https://c.example", Reach::BelowHttp),
        ];
        assert_eq!(disconnected(&answered), Verdict::Online);
    }

    #[test]
    fn this_machines_own_pages_say_nothing_of_a_network() {
        for own in [
            "http://127.3.2.1:8080",
            "http://[::1]",
            "https://localhost",
            "http://a.localhost:1",
        ] {
            assert_eq!(
                disconnected(&[(own, Reach::Answered)]),
                Verdict::Undecided,
                "{own}"
            );
            assert_eq!(
                disconnected(&[(own, Reach::BelowHttp)]),
                Verdict::Undecided,
                "{own}"
            );
            let both = [(own, Reach::Answered), ("https://a.example", Reach::BelowHttp)];
            assert_eq!(disconnected(&both), Verdict::Offline, "{own}");
        }
        for other in [
            "https://localhost.example",
            "http://10.0.0.1",
            "https://status.example",
        ] {
            assert!(!is_this_machine(other), "{other}");
        }
    }
}
