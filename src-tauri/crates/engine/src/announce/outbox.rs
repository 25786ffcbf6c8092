//! Delivers what is owed: one at a time per channel, oldest first, each delivery recorded before the next begins, so
//! that a crash can repeat at most the one in flight (T4).
//!
//! To a channel of [`Manner::Momentary`] only what is new is delivered so. What could not be told at its moment becomes
//! one summary in the store before it is delivered.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use signalbox_channels::{Channel, Manner, Outcome};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::summary::{self, Backlog};
use crate::{
    clock::SharedClock,
    store::{Owed, Store, StoreError},
};

/// The first pause after a delivery in vain; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// The longest pause between tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// The store could not be read or written; it is tried again after this.
const STORE_PAUSE: Duration = Duration::from_secs(5);

/// More than so many at once, or within [`STORM`], are a storm: nobody reads as many bubbles.
const MOST_AT_ONCE: usize = 4;

/// How long a storm is looked back for.
const STORM: Duration = Duration::from_secs(10);

/// What nobody was there to be told for so long is no news any more: at the start it becomes one summary.
const OLD_NEWS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What delivering to one channel needs.
pub(crate) struct Delivering {
    pub(crate) store: Store,
    pub(crate) channel: Arc<dyn Channel>,
    pub(crate) clock: SharedClock,
    /// Changes whenever something new may be owed, or a pause begins or ends.
    pub(crate) owed: watch::Receiver<()>,
    /// Rung after each delivery, whatever came of it.
    pub(crate) tried: Arc<Notify>,
    pub(crate) held_back: Arc<HeldBack>,
    pub(crate) stop: CancellationToken,
    /// Why what is owed already could not be told at its moment.
    pub(crate) left: Backlog,
}

/// For how long a channel holds back what it is owed, for the loop to see.
#[derive(Debug, Default)]
pub(crate) struct HeldBack(Mutex<Option<Hold>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    UntilRung,
    Until(Duration),
}

impl HeldBack {
    /// Whether nothing will be delivered at monotonic time `now`.
    pub(crate) fn holds(&self, now: Duration) -> bool {
        match *self.lock() {
            None => false,
            Some(Hold::UntilRung) => true,
            Some(Hold::Until(end)) => end > now,
        }
    }

    /// Whatever held it back no longer does, or may not.
    pub(crate) fn clear(&self) {
        *self.lock() = None;
    }

    fn set(&self, hold: Hold) {
        *self.lock() = Some(hold);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Hold>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Delivering {
    /// Delivers until it is stopped.
    pub(crate) async fn run(self) {
        let Self {
            store,
            channel,
            clock,
            mut owed,
            tried,
            held_back,
            stop,
            left,
        } = self;
        let mut desk = Desk {
            store,
            channel,
            clock,
            stop: stop.clone(),
            held_back,
            ended: None,
            backlog: Some(left),
            recent: VecDeque::new(),
        };
        loop {
            owed.mark_unchanged();
            let step = desk.step().await;
            tried.notify_one();
            let pause = match step {
                Ok(Step::Done) if !stop.is_cancelled() => continue,
                Ok(Step::Done) => return,
                Ok(Step::Later(pause)) => Some(pause),
                Ok(Step::Nothing) => None,
                Err(error) => {
                    tracing::error!(channel = desk.channel.name(), %error, "the outbox could not be read or written");
                    Some(STORE_PAUSE)
                }
            };
            let clock = Arc::clone(&desk.clock);
            let wait = async {
                match pause {
                    Some(pause) => clock.sleep(pause).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => {
                    // What arrived is not to arrive again at the next start, if that can be helped.
                    let _at_last = desk.record().await;
                    return;
                }
                changed = owed.changed() => if changed.is_err() { return },
                () = wait => {}
            }
        }
    }
}

enum Step {
    Done,
    Later(Duration),
    Nothing,
}

/// A delivery that has ended and is not recorded yet.
#[derive(Clone)]
struct Ended {
    id: i64,
    at: Timestamp,
    how: How,
}

#[derive(Clone)]
enum How {
    Delivered,
    Refused { reason: String },
    Again { at: Timestamp, reason: String },
}

/// What is remembered from one delivery to the next.
struct Desk {
    store: Store,
    channel: Arc<dyn Channel>,
    clock: SharedClock,
    stop: CancellationToken,
    held_back: Arc<HeldBack>,
    /// What could not be recorded stays here and is recorded before anything else: a full disk or a locked database must
    /// not make the same announcement arrive twice.
    ended: Option<Ended>,
    /// Why what is owed was not told at its moment; `None` while all is well.
    backlog: Option<Backlog>,
    /// When the last deliveries were made, by the monotonic clock.
    recent: VecDeque<Duration>,
}

impl Desk {
    /// Delivers what is first, and records it.
    async fn step(&mut self) -> Result<Step, StoreError> {
        if self.ended.is_some() {
            return self.record().await;
        }
        self.held_back.clear();
        let momentary = self.channel.manner() == Manner::Momentary;
        let name = self.channel.name().to_owned();
        let (first, count, pause) = self
            .store
            .read(move |view| {
                let first = view.owed_first(&name)?;
                if !momentary {
                    return Ok((first, 0, None));
                }
                Ok((first, view.owed_count(&name)?, view.pause()?))
            })
            .await?;
        let now = self.clock.now();
        if let Some(pause) = pause.filter(|pause| pause.is_on(now)) {
            self.backlog = Some(Backlog::Paused);
            return Ok(self.hold(pause.until.map(|end| until(end, now))));
        }
        let Some(first) = first else {
            self.backlog = None;
            return Ok(Step::Nothing);
        };
        if !momentary && self.backlog.take() == Some(Backlog::LeftOver) {
            let old = now.checked_sub(OLD_NEWS).unwrap_or(now);
            return self.fold(Backlog::Old, Some(old)).await;
        }
        // What kept it from arriving in an earlier run, or before a pause, may be gone.
        let afresh = momentary && matches!(self.backlog, Some(Backlog::LeftOver | Backlog::Paused));
        if let Some(at) = first.next_try_at
            && at > now
            && !afresh
        {
            return Ok(Step::Later(until(at, now)));
        }
        if self.stop.is_cancelled() {
            // It stays owed: whoever comes next delivers it.
            return Ok(Step::Nothing);
        }
        if momentary {
            if let Some(rest) = self.rest_of_storm() {
                self.backlog.get_or_insert(Backlog::Storm);
                return Ok(self.hold(Some(rest)));
            }
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            let storm = (count > MOST_AT_ONCE).then_some(Backlog::Storm);
            if let Some(why) = self.backlog.or(storm)
                && count > 1
            {
                return self.fold(why, None).await;
            }
            self.backlog = None;
        }
        self.deliver(first).await
    }

    async fn deliver(&mut self, owed: Owed) -> Result<Step, StoreError> {
        let Owed {
            id,
            attempts,
            announcement,
            ..
        } = owed;
        let outcome = self.channel.deliver(&announcement).await;
        let at = self.clock.now();
        let (channel, key) = (self.channel.name(), &announcement.key);
        let how = match outcome {
            Outcome::Delivered => {
                self.recent.push_back(self.clock.monotonic());
                How::Delivered
            }
            Outcome::Refused { reason } => {
                tracing::error!(channel, key, reason, "an announcement was refused");
                How::Refused { reason }
            }
            Outcome::Retry { after, reason } => {
                tracing::warn!(channel, key, reason, "a delivery failed");
                self.backlog = Some(Backlog::Undeliverable);
                let pause = pause_after(attempts).max(after.unwrap_or_default());
                How::Again {
                    at: at.checked_add(pause).unwrap_or(at),
                    reason,
                }
            }
        };
        self.ended = Some(Ended { id, at, how });
        self.record().await
    }

    async fn record(&mut self) -> Result<Step, StoreError> {
        let Some(Ended { id, at, how }) = self.ended.clone() else {
            return Ok(Step::Nothing);
        };
        let again = match &how {
            How::Delivered | How::Refused { .. } => None,
            How::Again { at, .. } => Some(*at),
        };
        self.store
            .write(move |tx| match how {
                How::Delivered => tx.delivered(id, at),
                How::Refused { reason } => tx.refused(id, at, &reason),
                How::Again { at: again, reason } => tx.retry(id, again, &reason),
            })
            .await?;
        self.ended = None;
        // Writing takes its time, too.
        Ok(again.map_or(Step::Done, |at| Step::Later(until(at, self.clock.now()))))
    }

    /// Puts one summary in the place of everything that is owed, or of what was recorded before `before`.
    async fn fold(&mut self, why: Backlog, before: Option<Timestamp>) -> Result<Step, StoreError> {
        let (name, now) = (self.channel.name().to_owned(), self.clock.now());
        self.store
            .write(move |tx| {
                tx.fold(&name, now, before, |owed| {
                    let draft = summary::backlog_summary(owed, why, now);
                    |key| draft.with_key(key)
                })
            })
            .await?;
        self.backlog = None;
        Ok(Step::Done)
    }

    /// How long nothing more is delivered, after so much was.
    fn rest_of_storm(&mut self) -> Option<Duration> {
        let now = self.clock.monotonic();
        self.recent.retain(|at| now.saturating_sub(*at) < STORM);
        let oldest = self.recent.front()?;
        (self.recent.len() >= MOST_AT_ONCE).then(|| (*oldest + STORM).saturating_sub(now))
    }

    /// Holds back what is owed, for so long or until something is rung.
    fn hold(&self, rest: Option<Duration>) -> Step {
        match rest {
            Some(rest) => {
                self.held_back.set(Hold::Until(self.clock.monotonic() + rest));
                Step::Later(rest)
            }
            None => {
                self.held_back.set(Hold::UntilRung);
                Step::Nothing
            }
        }
    }
}

fn until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or_default()
}

fn pause_after(attempts: u32) -> Duration {
    FIRST_PAUSE
        .saturating_mul(1 << attempts.min(16))
        .min(LONGEST_PAUSE)
}

#[cfg(test)]
mod t4_never_lost_and_repeated_only_when_it_cannot_be_known {
    use std::{
        future::Future,
        pin::Pin,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use signalbox_channels::{Announcement, AnnouncementKind, Urgency};

    use super::*;
    use crate::{clock::SystemClock, store::OwedState};

    fn announcement(key: String) -> Announcement {
        Announcement {
            key,
            kind: AnnouncementKind::IncidentOpened,
            urgency: Urgency::Normal,
            vendor: None,
            headline: "Acme: incident opened: Trouble".to_owned(),
            body: String::new(),
            incident: None,
            url: None,
            health: None,
            impact: None,
            recorded_at: Timestamp::UNIX_EPOCH,
            happened_at: None,
            items: Vec::new(),
        }
    }

    /// While the first delivery is being made, another program locks the database.
    struct Locking {
        other: Mutex<rusqlite::Connection>,
        delivered: AtomicUsize,
    }

    impl Channel for Locking {
        fn name(&self) -> &'static str {
            "locking"
        }

        fn deliver<'a>(&'a self, _: &'a Announcement) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
            if self.delivered.fetch_add(1, Ordering::SeqCst) == 0 {
                self.other
                    .lock()
                    .unwrap()
                    .execute_batch("BEGIN IMMEDIATE")
                    .unwrap();
            }
            Box::pin(std::future::ready(Outcome::Delivered))
        }
    }

    #[tokio::test]
    async fn what_arrived_and_could_not_be_recorded_is_recorded_later_and_not_delivered_again() {
        let dir = tempfile::tempdir().unwrap();
        let clock: SharedClock = Arc::new(SystemClock::new());
        let (store, _) = Store::open(dir.path(), clock.now()).unwrap();
        store
            .write(|tx| tx.owe(&["locking"], announcement, None))
            .await
            .unwrap();
        let channel = Arc::new(Locking {
            other: Mutex::new(rusqlite::Connection::open(dir.path().join("signalbox.db")).unwrap()),
            delivered: AtomicUsize::new(0),
        });
        let (bell, owed) = watch::channel(());
        let stop = CancellationToken::new();
        let delivering = Delivering {
            store: store.clone(),
            channel: channel.clone(),
            clock,
            owed,
            tried: Arc::default(),
            held_back: Arc::default(),
            stop: stop.clone(),
            left: Backlog::LeftOver,
        };
        let delivering = tokio::spawn(delivering.run());
        while store.trouble().is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        channel.other.lock().unwrap().execute_batch("ROLLBACK").unwrap();
        bell.send_replace(());
        loop {
            let owed = store.read(|view| view.announcements(9)).await.unwrap();
            if owed.iter().all(|owed| owed.state == OwedState::Delivered) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
        delivering.await.unwrap();
        assert_eq!(channel.delivered.load(Ordering::SeqCst), 1);
    }
}
