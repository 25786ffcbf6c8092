//! One turn of the loop after another: what is due, what came back, what was asked.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use signalbox_channels::Channel;
use signalbox_pages::{Reader, readers::COMMONEST};
use tokio::{
    sync::{Notify, broadcast, mpsc, oneshot, watch},
    task::{Id, JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

use super::{
    Command, Mode, Setup,
    away::Network,
    batch::Batches,
    page::{Page, elapsed},
    work::{Finished, Work},
};
use crate::{
    announce::{
        outbox::{Delivering, HeldBack},
        summary::Backlog,
    },
    api::{ApiError, Reply, Request, SourceState},
    catalogue::VendorList,
    clock::SharedClock,
    config::{Limits, Loaded, Preferences},
    control::Hint,
    due::Due,
    fetch::{FetchSettings, Fetcher, Freshness, manners},
    heartbeat::Heartbeat,
    jump::ClockPair,
    network::NetworkWord,
    offline::{Attempts, Reach},
    poll::{Missed, Tools, host_of},
    source::Source,
    store::{Batch, PageId, Pause, Store, StoreError},
};

/// The loop turns at least so often, so that it beats and notices a clock that jumped.
const LONGEST_REST: Duration = Duration::from_secs(30);

/// What is known in memory alone is written at least so often.
const SAVE_EVERY: Duration = Duration::from_secs(60);

/// While offline, so often one page is asked whether the network is back.
pub(super) const PROBE_EVERY: Duration = Duration::from_secs(15);

/// A poll that takes longer than this keeps no summary waiting.
const SLOW_AFTER: Duration = Duration::from_secs(5);

/// A delivery in flight is waited for so long when the engine stops.
const LAST_DELIVERY: Duration = Duration::from_secs(5);

/// Polls in flight at most, those included that wait for their host's turn.
const MOST_POLLS: usize = 1024;

/// Of them, so many of pages that share a host. Only one at a time is asked; if it hangs, the pages behind it must not use
/// up what the others need.
const MOST_POLLS_OF_A_HOST: usize = 64;

/// The loop's state. Everything that outlives it is in the store.
pub(super) struct Loop {
    pub(super) setup: Kept,
    pub(super) config: Loaded,
    pub(super) pages: BTreeMap<PageId, Box<Page>>,
    pub(super) due: Due,
    /// How many hosts are watched.
    pub(super) hosts: usize,
    pub(super) batches: Batches,
    pub(super) offline: Option<Offline>,
    pub(super) hints: broadcast::Sender<Hint>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) outbox: watch::Sender<()>,
    /// Rung after each try of a delivery.
    tried: Arc<Notify>,
    inbox: mpsc::Receiver<Command>,
    own_inbox: mpsc::WeakSender<Command>,
    heartbeat: Heartbeat,
    polls: JoinSet<Finished>,
    pub(super) in_flight: BTreeMap<Id, InFlight>,
    /// The pages that are being polled.
    polling: BTreeSet<PageId>,
    /// How many of each host.
    polling_of: BTreeMap<String, usize>,
    /// The pages that are parked because too many of their host are being polled, the first first. Some may be parked no
    /// longer.
    behind: BTreeMap<String, VecDeque<PageId>>,
    pub(super) attempts: Attempts,
    /// What pages' sources were before their misses of the last minute: if those turn out to be ours, they are undone.
    pub(super) undo: BTreeMap<PageId, Vec<(Duration, Source)>>,
    pub(super) clocks: ClockPair,
    pub(super) network: Network,
    saved_at: Duration,
    settling: Vec<oneshot::Sender<()>>,
    rng: fastrand::Rng,
    /// Names addresses that nobody has, beside what spreads polls over time.
    pub(super) nonces: fastrand::Rng,
    deliveries: CancellationToken,
    delivering: JoinSet<()>,
    /// Whether, and for how long, each channel holds back what it is owed.
    held_back: BTreeMap<String, Arc<HeldBack>>,
    /// Whether the person wants no notifications.
    pub(super) pause: Option<Pause>,
    /// The trouble with the store that was hinted at last.
    told_trouble: Option<StoreError>,
    /// Whether the pages are still those of an earlier configuration, because the store could not be written.
    pub(super) pages_are_behind: bool,
    /// The catalogue.
    pub(super) vendor_list: Arc<VendorList>,
}

/// What stays of the setup.
pub(super) struct Kept {
    pub(super) store: Store,
    pub(super) clock: SharedClock,
    pub(super) channels: Vec<Arc<dyn Channel>>,
    /// The channels to which what happens is owed.
    pub(super) owed_to: Vec<String>,
    pub(super) places: crate::config::paths::Places,
    pub(super) limits: Limits,
    pub(super) mode: Mode,
    pub(super) shows: bool,
    retired: CancellationToken,
    fetch: FetchSettings,
    fetcher: Arc<Fetcher>,
    readers: Arc<[&'static dyn Reader]>,
}

/// This machine has no network.
pub(super) struct Offline {
    pub(super) since: Timestamp,
    pub(super) probe_at: Duration,
    /// Whether that rests on the operating system's word.
    pub(super) by_word: bool,
}

/// A request that is answered once these pages have been polled.
pub(super) struct Waiting {
    pub(super) pages: BTreeSet<PageId>,
    pub(super) request: Request,
    pub(super) reply: oneshot::Sender<Result<Reply, ApiError>>,
}

pub(super) struct InFlight {
    pub(super) page: PageId,
    host: String,
    since: Duration,
}

impl Loop {
    /// Reads what is known, and takes up what an earlier run left owed.
    pub(super) async fn begin(
        setup: Setup,
        (own_inbox, inbox): (mpsc::WeakSender<Command>, mpsc::Receiver<Command>),
        hints: broadcast::Sender<Hint>,
        heartbeat: Heartbeat,
    ) -> Result<Self, ApiError> {
        let fetcher = fetcher(&setup.fetch, &setup.config.config.preferences, &setup.clock)?;
        let clocks = ClockPair {
            wall: setup.clock.now(),
            monotonic: setup.clock.monotonic(),
        };
        // Deliveries end with this engine's own stop, and at once where another engine takes over.
        let deliveries = setup.retired.child_token();
        let vendor_list = Arc::new(VendorList::new(setup.places.vendors_file()));
        let mut turning = Self {
            vendor_list,
            setup: Kept {
                store: setup.store,
                clock: setup.clock,
                channels: setup.channels,
                owed_to: Vec::new(),
                retired: setup.retired,
                places: setup.places,
                limits: setup.limits,
                mode: setup.mode,
                shows: setup.shows,
                fetch: setup.fetch,
                fetcher,
                readers: setup.readers,
            },
            config: setup.config,
            pages: BTreeMap::new(),
            due: Due::default(),
            hosts: 0,
            batches: Batches::default(),
            offline: None,
            hints,
            waiting: Vec::new(),
            outbox: watch::Sender::new(()),
            tried: Arc::default(),
            inbox,
            own_inbox,
            heartbeat,
            polls: JoinSet::new(),
            in_flight: BTreeMap::new(),
            polling: BTreeSet::new(),
            polling_of: BTreeMap::new(),
            behind: BTreeMap::new(),
            attempts: Attempts::default(),
            undo: BTreeMap::new(),
            clocks,
            network: Network::new(setup.network, clocks.monotonic),
            saved_at: clocks.monotonic,
            settling: Vec::new(),
            rng: fastrand::Rng::with_seed(setup.seed),
            nonces: fastrand::Rng::with_seed(!setup.seed),
            deliveries,
            told_trouble: None,
            pages_are_behind: false,
            delivering: JoinSet::new(),
            held_back: BTreeMap::new(),
            pause: None,
        };
        turning.take_up().await?;
        turning.load_pages().await?;
        turning.take_up_pause().await?;
        if turning.setup.mode == Mode::Continuous {
            turning.start_deliveries();
        }
        Ok(turning)
    }

    /// Turns until it is told to stop, or nobody is left to tell.
    pub(super) async fn run(mut self) {
        loop {
            if self.setup.retired.is_cancelled() {
                // Another engine has taken over: whatever this one still knows, that one knows better.
                self.deliveries.cancel();
                return;
            }
            self.heartbeat.beat(self.setup.clock.monotonic());
            self.notice_jump().await;
            self.end_pause_if_over().await;
            self.start_due_polls();
            self.answer_ready().await;
            self.close_batches(false).await;
            self.save_if_due().await;
            self.tell_trouble();
            self.take_up_late_configuration().await;
            self.settle().await;
            let rest = self.rest();
            let clock = Arc::clone(&self.setup.clock);
            tokio::select! {
                biased;
                () = self.network.changed() => self.hear_network(),
                command = self.inbox.recv() => match command {
                    Some(Command::Stop(reply)) => {
                        self.stop().await;
                        let _gone = reply.send(());
                        return;
                    }
                    Some(command) => self.obey(command).await,
                    None => return self.stop().await,
                },
                Some(finished) = self.polls.join_next_with_id() => self.take(finished).await,
                () = self.tried.notified(), if !self.settling.is_empty() => {}
                () = clock.sleep(rest) => {}
            }
        }
    }

    /// Says once that nothing can be recorded, and once that it works again.
    fn tell_trouble(&mut self) {
        let trouble = self.setup.store.trouble();
        if trouble == self.told_trouble {
            return;
        }
        let hint = match &trouble {
            Some(error) => Hint::StoreTrouble {
                reason: error.to_string(),
            },
            None => Hint::StoreWell,
        };
        let _nobody = self.hints.send(hint);
        self.told_trouble = trouble;
    }

    /// A configuration that came while the store could not be written is brought into it now.
    async fn take_up_late_configuration(&mut self) {
        if !self.pages_are_behind || self.setup.store.trouble().is_some() {
            return;
        }
        match self.load_pages().await {
            Ok(()) => drop(self.hints.send(Hint::Reloaded)),
            Err(error) => tracing::error!(%error, "the new configuration could not be taken up"),
        }
    }

    fn start_deliveries(&mut self) {
        let left = if self.pause.is_some() {
            Backlog::Paused
        } else {
            Backlog::LeftOver
        };
        for channel in &self.setup.channels {
            let held_back = self.held_back.entry(channel.name().to_owned()).or_default();
            let delivering = Delivering {
                store: self.setup.store.clone(),
                channel: Arc::clone(channel),
                clock: Arc::clone(&self.setup.clock),
                owed: self.outbox.subscribe(),
                tried: Arc::clone(&self.tried),
                held_back: Arc::clone(held_back),
                stop: self.deliveries.clone(),
                left,
            };
            self.delivering.spawn(delivering.run());
        }
    }

    /// Lets every channel look again at what it is owed, and whether it still has to hold that back.
    pub(super) fn ring(&self) {
        for held_back in self.held_back.values() {
            held_back.clear();
        }
        self.outbox.send_replace(());
    }

    fn start_due_polls(&mut self) {
        if self.setup.mode == Mode::OnRequest {
            return;
        }
        let (now, monotonic) = (self.setup.clock.now(), self.setup.clock.monotonic());
        if let Some(offline) = &mut self.offline {
            if monotonic >= offline.probe_at && self.in_flight.is_empty() {
                offline.probe_at = monotonic + PROBE_EVERY;
                let elsewhere = self.network_word() == NetworkWord::Disconnected;
                let probe = self.due.pages().find(|page| {
                    self.not_before(*page, now).is_none() && !(elsewhere && self.is_on_this_machine(*page))
                });
                if let Some(page) = probe {
                    self.start_poll(page);
                }
            }
            return;
        }
        while self.in_flight.len() < MOST_POLLS {
            let Some(page) = self.due.pop(now) else { return };
            let Some(host) = self.pages.get(&page).map(|page| host_of(&page.base)) else {
                continue;
            };
            if self
                .polling_of
                .get(&host)
                .is_some_and(|polls| *polls >= MOST_POLLS_OF_A_HOST)
            {
                self.due.park(page, now);
                self.behind.entry(host).or_default().push_back(page);
                continue;
            }
            match self.not_before(page, now) {
                Some(later) => {
                    self.batches.pass_over(page);
                    self.due.set(page, later);
                }
                None => self.start_poll(page),
            }
            if !self.is_polling(page) {
                self.unpark_one(&host);
            }
        }
    }

    /// There is room for one more page of this host.
    fn unpark_one(&mut self, host: &str) {
        let Some(behind) = self.behind.get_mut(host) else {
            return;
        };
        while let Some(page) = behind.pop_front() {
            if self.due.unpark(page) {
                return;
            }
        }
        self.behind.remove(host);
    }

    /// The host's own wish, said to another of its pages, not to be asked before then.
    pub(super) fn not_before(&self, id: PageId, now: Timestamp) -> Option<Timestamp> {
        let page = self.pages.get(&id)?;
        self.setup
            .fetcher
            .not_before(&page.base)
            .filter(|later| *later > now)
    }

    /// Polls a page now, unless it is being polled already.
    pub(super) fn start_poll(&mut self, id: PageId) {
        if self.is_polling(id) {
            return;
        }
        let Some(page) = self.pages.get(&id) else { return };
        let Some(reader) = self.reader_of(page) else {
            return;
        };
        self.due.remove(id);
        // What the first answer after a time offline tells belongs into the summary that it brings about.
        let batch = self
            .batches
            .for_new_polls()
            .or(self.offline.as_ref().map(|_| Batch::CatchUp));
        let work = Work {
            tools: self.tools(),
            store: self.setup.store.clone(),
            readers: self.readers(),
            reader,
            nonce: self.nonces.u64(..),
            channels: self.channel_names(),
            batch,
            gap: page.fresh_for(&self.config.config.preferences),
            outbox: self.outbox.clone(),
        };
        let host = host_of(&page.base);
        let task = self.polls.spawn(work.run(page.clone()));
        self.polling.insert(id);
        *self.polling_of.entry(host.clone()).or_default() += 1;
        self.in_flight.insert(
            task.id(),
            InFlight {
                page: id,
                host,
                since: self.setup.clock.monotonic(),
            },
        );
    }

    fn landed(&mut self, task: Id) -> Option<InFlight> {
        let flight = self.in_flight.remove(&task)?;
        self.polling.remove(&flight.page);
        if let Some(polls) = self.polling_of.get_mut(&flight.host) {
            *polls -= 1;
            if *polls == 0 {
                self.polling_of.remove(&flight.host);
            }
        }
        self.unpark_one(&flight.host);
        Some(flight)
    }

    pub(super) fn is_polling(&self, id: PageId) -> bool {
        self.polling.contains(&id)
    }

    pub(super) fn tools(&self) -> Tools {
        Tools {
            fetcher: Arc::clone(&self.setup.fetcher),
            clock: Arc::clone(&self.setup.clock),
        }
    }

    pub(super) fn readers(&self) -> Arc<[&'static dyn Reader]> {
        Arc::clone(&self.setup.readers)
    }

    pub(super) fn own_inbox(&self) -> Option<mpsc::Sender<Command>> {
        self.own_inbox.upgrade()
    }

    pub(super) fn renew_fetcher(&mut self, preferences: &Preferences) -> Result<(), ApiError> {
        self.setup.fetcher = fetcher(&self.setup.fetch, preferences, &self.setup.clock)?;
        Ok(())
    }

    fn reader_of(&self, page: &Page) -> Option<&'static dyn Reader> {
        let key = page.platform.as_deref().unwrap_or(COMMONEST);
        let readers = &self.setup.readers;
        let chosen = readers.iter().find(|reader| reader.key() == key);
        chosen.or_else(|| readers.first()).copied()
    }

    /// Takes back a page whose poll has ended, however it ended.
    async fn take(&mut self, finished: Result<(Id, Finished), JoinError>) {
        let now = self.setup.clock.now();
        match finished {
            Ok((task, finished)) => {
                self.landed(task);
                self.finish(finished, now).await;
            }
            Err(error) => {
                let Some(flight) = self.landed(error.id()) else {
                    return;
                };
                let Some(page) = self.pages.get(&flight.page).cloned() else {
                    return self.polled(flight.page);
                };
                tracing::error!(page = %page.watch.page, %error, "the work on a page failed");
                let missed = Missed {
                    state: SourceState::Unreadable,
                    reason: "Signalbox failed while reading this page; this is a fault of ours".to_owned(),
                    lost: false,
                    retry_after: None,
                    moved_to: None,
                };
                self.miss(page, missed, now).await;
                self.polled(flight.page);
            }
        }
    }

    async fn finish(&mut self, finished: Finished, now: Timestamp) {
        let Finished {
            mut page,
            reached,
            missed,
            held,
            mut changed,
            freshness,
            ..
        } = finished;
        let (id, address) = (page.id, page.watch.page.to_string());
        let Some(known) = self.pages.get(&id) else {
            return self.polled(id);
        };
        // The configuration may have been taken up anew while this page was being polled.
        if known.watch != page.watch {
            if known.watch.components != page.watch.components {
                page.last_known = None;
            }
            page.watch = known.watch.clone();
        }
        let known_state = known.source.state;
        // The clock may have been set back while it was being polled.
        page.forget_the_future(now);
        let monotonic = self.setup.clock.monotonic();
        let answered = reached.iter().any(|(_, reach)| *reach == Reach::Answered);
        for (host, reach) in reached {
            self.attempts.note(monotonic, &host, reach);
        }
        self.batches.took(id, held, monotonic);
        if !answered || self.offline.is_some() {
            self.judge_network(now).await;
        }
        match missed {
            Some(missed) => self.miss(page, missed, now).await,
            None => {
                self.undo.remove(&id);
                changed |= known_state != SourceState::Fresh;
                page.next_due_at = self.next_due(&page, freshness, now);
                self.put_back(page);
            }
        }
        let page = address;
        let _nobody = self.hints.send(if changed {
            Hint::Changed { page }
        } else {
            Hint::Polled { page }
        });
        self.polled(id);
    }

    /// Counts a miss, unless it is our own network that is missing.
    async fn miss(&mut self, mut page: Box<Page>, missed: Missed, now: Timestamp) {
        page.unsaved = true;
        let freshness = Freshness {
            max_age: None,
            retry_after: missed.retry_after,
        };
        if self.offline.is_some() {
            // What was counted within the last minute may have been taken back meanwhile.
            if let Some(known) = self.pages.get(&page.id) {
                page.source = known.source.clone();
            }
            page.next_due_at = self.next_due(&page, freshness, now);
        } else {
            let monotonic = self.setup.clock.monotonic();
            let earlier = self.undo.entry(page.id).or_default();
            earlier.retain(|(at, _)| monotonic.saturating_sub(*at) <= crate::offline::WINDOW);
            earlier.push((monotonic, page.source.clone()));
            let was = page.source.state;
            let tell = page.source.missed(missed.state, missed.reason, now);
            page.next_due_at = self.next_due(&page, freshness, now);
            if tell && !self.owe_unreachable(&page, missed.moved_to.as_ref(), now).await {
                page.source.told_at = None;
            }
            if was != page.source.state {
                let _nobody = self.hints.send(Hint::Changed {
                    page: page.watch.page.to_string(),
                });
            }
        }
        self.put_back(page);
    }

    fn next_due(&mut self, page: &Page, freshness: Freshness, now: Timestamp) -> Timestamp {
        let interval = page.interval(&self.config.config.preferences);
        let wait = manners::next_poll_after(interval, page.source.misses, freshness, &mut self.rng);
        now.checked_add(wait).unwrap_or(now)
    }

    fn put_back(&mut self, page: Box<Page>) {
        self.due.set(page.id, page.next_due_at);
        self.pages.insert(page.id, page);
    }

    /// Whoever waited for this page waits no more.
    fn polled(&mut self, id: PageId) {
        for waiting in &mut self.waiting {
            waiting.pages.remove(&id);
        }
    }

    /// Ends the holding of announcements where everything that was waited for is there, or will not come soon.
    async fn close_batches(&mut self, at_once: bool) {
        let now = self.setup.clock.monotonic();
        // While nothing can be recorded, what is held stays held.
        if self.offline.is_some()
            || self.setup.store.trouble().is_some()
            || !(self.batches.consider(now) || at_once)
        {
            return;
        }
        // Whoever waits behind one that hangs hangs with it.
        let is_slow = |flight: &InFlight| now.saturating_sub(flight.since) >= SLOW_AFTER;
        let hanging: BTreeSet<&str> = self
            .in_flight
            .values()
            .filter(|flight| is_slow(flight))
            .map(|flight| flight.host.as_str())
            .collect();
        let hangs = |page: &PageId| {
            self.pages
                .get(page)
                .is_some_and(|page| hanging.contains(host_of(&page.base).as_str()))
        };
        let (mut slow, mut busy): (BTreeSet<PageId>, BTreeSet<PageId>) = self.due.parked().partition(hangs);
        for flight in self.in_flight.values() {
            let pages = if is_slow(flight) { &mut slow } else { &mut busy };
            pages.insert(flight.page);
        }
        let wall = self.setup.clock.now();
        let due_now = self.due.next().is_some_and(|at| at <= wall);
        let first_sights = self.pages.values().any(|page| {
            page.baseline_at.is_none() && page.source.misses == 0 && (busy.contains(&page.id) || due_now)
        });
        for closing in self.batches.take_complete(now, &slow, first_sights) {
            if !self.close_batch(closing).await {
                self.batches.reopen(closing, now);
            }
        }
    }

    async fn save_if_due(&mut self) {
        let now = self.setup.clock.monotonic();
        if now.saturating_sub(self.saved_at) >= SAVE_EVERY {
            self.saved_at = now;
            self.save().await;
            self.keep_house();
        }
    }

    /// Answers those who wait for everything to be done, if it is.
    async fn settle(&mut self) {
        self.settling.retain(|waiting| !waiting.is_closed());
        if self.settling.is_empty() || !self.polls.is_empty() {
            return;
        }
        let now = self.setup.clock.now();
        let polling = self.setup.mode == Mode::Continuous && self.offline.is_none();
        if polling && self.due.next().is_some_and(|at| at <= now) {
            return;
        }
        // A summary that is complete is made; one that waits for a later poll is not of this moment.
        self.close_batches(true).await;
        if self.setup.mode == Mode::Continuous {
            let monotonic = self.setup.clock.monotonic();
            let mut names = self.channel_names();
            names.retain(|name| !self.held_back.get(name).is_some_and(|held| held.holds(monotonic)));
            let owed = self
                .setup
                .store
                .read(move |view| {
                    for name in &names {
                        if view.owed_next(name, now)?.is_some() {
                            return Ok(true);
                        }
                    }
                    Ok(false)
                })
                .await;
            if matches!(owed, Ok(true)) {
                return;
            }
        }
        self.save().await;
        for waiting in self.settling.drain(..) {
            let _gone = waiting.send(());
        }
    }

    fn rest(&self) -> Duration {
        let now = self.setup.clock.now();
        let monotonic = self.setup.clock.monotonic();
        let mut rest = LONGEST_REST;
        if self.setup.mode == Mode::Continuous {
            if let Some(offline) = &self.offline {
                if self.in_flight.is_empty() {
                    rest = rest.min(offline.probe_at.saturating_sub(monotonic));
                }
            } else if self.in_flight.len() < MOST_POLLS
                && let Some(next) = self.due.next()
            {
                rest = rest.min(elapsed(now, next));
            }
        }
        if let Some(end) = self.pause.and_then(|pause| pause.until) {
            rest = rest.min(elapsed(now, end));
        }
        if !self.batches.is_empty() {
            rest = rest.min(Duration::from_secs(1));
        }
        // Anything sooner would turn for nothing: timers are no finer.
        rest.max(Duration::from_millis(1))
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Answer(request, reply) => self.answer(request, reply).await,
            Command::Proven(proven, reply) => self.add(*proven, reply).await,
            Command::Reload(config) => self.reload(*config).await,
            Command::Settle(reply) => self.settling.push(reply),
            Command::Stop(_) => {}
        }
    }

    /// Finishes the deliveries in flight, gives up the polls in flight (nothing of them is recorded yet), writes what is
    /// known in memory alone, and closes the store.
    async fn stop(mut self) {
        let _nobody = self.hints.send(Hint::Stopping);
        self.deliveries.cancel();
        self.polls.abort_all();
        while self.polls.join_next().await.is_some() {}
        // First what is known: a channel that never returns must not cost it.
        self.save().await;
        let now = self.setup.clock.now();
        self.write(move |tx| tx.set_stopped(now)).await;
        let delivered = async { while self.delivering.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_DELIVERY, delivered).await.is_err() {
            tracing::warn!("a delivery did not end in time; it is repeated under its key at the next start");
            self.delivering.abort_all();
        }
        if let Err(error) = self.setup.store.close().await {
            tracing::warn!(%error, "the store could not be closed in order");
        }
    }

    /// Writes, and logs a failure. Returns whether it is written: where not, whoever asked sees to it that it is tried
    /// again.
    pub(super) async fn write<F>(&self, work: F) -> bool
    where
        F: FnOnce(&crate::store::Tx<'_>) -> Result<(), StoreError> + Send + 'static,
    {
        let written = self.setup.store.write(work).await;
        if let Err(error) = &written {
            tracing::error!(%error, "the store could not be written");
        }
        written.is_ok()
    }
}

/// A fetcher as `settings` say, and `preferences` on top.
fn fetcher(
    settings: &FetchSettings,
    preferences: &Preferences,
    clock: &SharedClock,
) -> Result<Arc<Fetcher>, ApiError> {
    let wrong = |message: String| ApiError::new(crate::api::ErrorCode::Configuration, message);
    let settings = super::keep::fetch_settings(settings, preferences).map_err(wrong)?;
    Fetcher::new(settings, Arc::clone(clock))
        .map(Arc::new)
        .map_err(|error| wrong(error.to_string()))
}
