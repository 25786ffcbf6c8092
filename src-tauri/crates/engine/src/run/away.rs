//! What is us and not the vendors (T7): a network that is gone, a night asleep, a clock that was turned. What changes
//! meanwhile is told in one summary.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use tokio::sync::watch;

use super::{
    Mode,
    turn::{Loop, Offline, PROBE_EVERY},
};
use crate::{
    control::Hint,
    jump::{ClockPair, Jump},
    network::NetworkWord,
    offline::{Verdict, is_this_machine},
    poll::host_of,
    source::Source,
    store::PageId,
};

/// The operating system's word on the network, as the loop has heard it.
pub(super) struct Network {
    heard: watch::Receiver<NetworkWord>,
    word: NetworkWord,
    /// Since when, by the monotonic clock.
    since: Duration,
    /// Whether further words can come.
    is_told: bool,
}

impl Network {
    pub(super) fn new(mut heard: watch::Receiver<NetworkWord>, now: Duration) -> Self {
        let word = *heard.borrow_and_update();
        Self {
            word,
            heard,
            since: now,
            is_told: true,
        }
    }

    /// Returns once there is another word.
    pub(super) async fn changed(&mut self) {
        if self.is_told && self.heard.changed().await.is_ok() {
            return;
        }
        self.is_told = false;
        std::future::pending::<()>().await;
    }
}

/// After a wake-up, a return of the network or a jump of the clock, the pages are asked within this.
const CATCH_UP_SPREAD: Duration = Duration::from_secs(5);

impl Loop {
    /// Somebody slept, or turned the clock: what was scheduled by the old time is due, and what changed meanwhile is told
    /// in one summary.
    pub(super) async fn notice_jump(&mut self) {
        let now = ClockPair {
            wall: self.setup.clock.now(),
            monotonic: self.setup.clock.monotonic(),
        };
        let before = std::mem::replace(&mut self.clocks, now);
        let Some(jump) = before.jump_to(now) else { return };
        tracing::info!(?jump, "the clock jumped");
        self.break_observation();
        self.attempts.clear();
        self.take_back_misses();
        self.save().await;
        if self.setup.mode == Mode::OnRequest {
            return;
        }
        let since = match jump {
            Jump::Forward(_) => before.wall,
            Jump::Back(_) => now.wall,
        };
        self.catch_up(since);
        if let Jump::Back(_) = jump {
            let at = now.wall;
            for page in self.pages.values_mut() {
                page.forget_the_future(at);
            }
            self.write(move |tx| tx.bring_forward(at)).await;
        }
        self.ring();
        let _nobody = self.hints.send(Hint::Woken);
    }

    /// From the last good read of each page to its next one nobody was watching.
    fn break_observation(&mut self) {
        for page in self.pages.values_mut() {
            page.unwatched = true;
        }
    }

    /// Asks every page soon, and holds what they tell for one summary.
    fn catch_up(&mut self, since: Timestamp) {
        let now = self.setup.clock.now();
        let asked = self.in_flight.values().map(|flight| flight.page);
        let waiting = self.due.pages().chain(asked).collect();
        self.batches
            .begin_catch_up(since, waiting, self.setup.clock.monotonic());
        self.due.all_within(now, CATCH_UP_SPREAD);
    }

    /// The operating system's word, where it can mean anything: all that is watched may be on this machine.
    pub(super) fn network_word(&self) -> NetworkWord {
        let elsewhere = self.pages.keys().any(|page| !self.is_on_this_machine(*page));
        if elsewhere {
            self.network.word
        } else {
            NetworkWord::Unknown
        }
    }

    pub(super) fn is_on_this_machine(&self, page: PageId) -> bool {
        self.pages
            .get(&page)
            .is_some_and(|page| is_this_machine(&host_of(&page.base)))
    }

    /// The operating system has another word: it is checked at once.
    pub(super) fn hear_network(&mut self) {
        let word = *self.network.heard.borrow_and_update();
        let before = std::mem::replace(&mut self.network.word, word);
        if word == before || self.setup.mode == Mode::OnRequest {
            return;
        }
        tracing::info!(?word, "the system's word on the network");
        let monotonic = self.setup.clock.monotonic();
        self.network.since = monotonic;
        // What was tried before says nothing of how it is now.
        self.attempts.clear();
        match &mut self.offline {
            Some(offline) if word == NetworkWord::Connected => offline.probe_at = monotonic,
            None if word == NetworkWord::Disconnected => self.ask_one_elsewhere(),
            Some(_) | None => {}
        }
    }

    fn ask_one_elsewhere(&mut self) {
        let now = self.setup.clock.now();
        let one = self
            .due
            .pages()
            .filter(|page| !self.is_on_this_machine(*page) && self.not_before(*page, now).is_none())
            // One that answered last time tells more than one that has long been silent.
            .min_by_key(|page| self.pages.get(page).is_some_and(|page| page.source.misses > 0));
        if let Some(page) = one {
            self.due.set(page, now);
        }
    }

    pub(super) async fn judge_network(&mut self, now: Timestamp) {
        let monotonic = self.setup.clock.monotonic();
        let word = self.network_word();
        let verdict = self.attempts.verdict(monotonic, self.hosts, word);
        // The word was taken back, and what fails since then has had time enough to come back with the network.
        let word_is_old = word != NetworkWord::Disconnected
            && monotonic.saturating_sub(self.network.since) >= crate::offline::WINDOW;
        match verdict {
            Verdict::Online => self.come_back().await,
            Verdict::Undecided | Verdict::AskOthers(_)
                if word_is_old && self.offline.as_ref().is_some_and(|offline| offline.by_word) =>
            {
                self.come_back().await;
            }
            Verdict::Offline if self.offline.is_none() => {
                tracing::info!("offline");
                self.break_observation();
                self.offline = Some(Offline {
                    since: now,
                    probe_at: monotonic + PROBE_EVERY,
                    by_word: word == NetworkWord::Disconnected,
                });
                self.take_back_misses();
                if self.setup.mode == Mode::Continuous {
                    self.write(move |tx| tx.set_offline_since(Some(now))).await;
                }
                let _nobody = self.hints.send(Hint::Offline);
            }
            Verdict::AskOthers(wanted) if self.offline.is_none() => self.ask_others(wanted),
            Verdict::Offline => {
                if let Some(offline) = &mut self.offline {
                    offline.by_word &= word == NetworkWord::Disconnected;
                }
            }
            Verdict::AskOthers(_) | Verdict::Undecided => {}
        }
    }

    async fn come_back(&mut self) {
        let Some(offline) = self.offline.take() else {
            return;
        };
        tracing::info!(since = %offline.since, "online again");
        if self.setup.mode == Mode::OnRequest {
            return;
        }
        self.write(|tx| tx.set_offline_since(None)).await;
        self.catch_up(offline.since);
        let _nobody = self.hints.send(Hint::Online);
    }

    /// One host failed as all would without a network: a few others, asked now, tell which it is.
    fn ask_others(&mut self, wanted: usize) {
        let mut hosts: BTreeSet<String> = self.attempts.hosts().into_iter().map(str::to_owned).collect();
        hosts.extend(
            self.in_flight
                .values()
                .filter_map(|flight| Some(host_of(&self.pages.get(&flight.page)?.base))),
        );
        // Those that answered last time tell more than those that have long been silent.
        let mut others: Vec<(bool, PageId)> = self
            .due
            .pages()
            .filter_map(|id| Some((self.pages.get(&id)?.source.misses > 0, id)))
            .collect();
        others.sort_by_key(|(silent, _)| *silent);
        let mut chosen = Vec::new();
        for (_, id) in others {
            let Some(page) = self.pages.get(&id) else { continue };
            if chosen.len() < wanted && hosts.insert(host_of(&page.base)) {
                chosen.push(id);
            }
        }
        let now = self.setup.clock.now();
        for id in chosen {
            self.due.set(id, now);
        }
    }

    /// The misses of the last minute were ours.
    fn take_back_misses(&mut self) {
        let now = self.setup.clock.monotonic();
        for (id, earlier) in std::mem::take(&mut self.undo) {
            let first = earlier
                .into_iter()
                .find(|(at, _)| now.saturating_sub(*at) <= crate::offline::WINDOW);
            if let Some((_, source)) = first
                && let Some(page) = self.pages.get_mut(&id)
            {
                // What was told stays told: the good word is owed for it.
                let told_at = page.source.told_at.or(source.told_at);
                page.source = Source { told_at, ..source };
                page.unsaved = true;
            }
        }
    }
}
