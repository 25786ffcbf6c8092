//! Delivers what is owed: one at a time per channel, oldest first, each delivery recorded before the next begins, so
//! that a crash can repeat at most the one in flight (T4).

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use signalbox_channels::{Channel, Outcome};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

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

/// Delivers to one channel until `stop`. `owed` changes whenever something new may be owed; `tried` is rung after each
/// delivery, whatever came of it.
pub(crate) async fn deliver(
    store: Store,
    channel: Arc<dyn Channel>,
    clock: SharedClock,
    mut owed: watch::Receiver<()>,
    tried: Arc<Notify>,
    stop: CancellationToken,
) {
    let mut ended = None;
    loop {
        owed.mark_unchanged();
        let step = step(&store, channel.as_ref(), &clock, &stop, &mut ended).await;
        tried.notify_one();
        let pause = match step {
            Ok(Step::Delivered) if !stop.is_cancelled() => continue,
            Ok(Step::Delivered) => return,
            Ok(Step::Later(pause)) => Some(pause),
            Ok(Step::Nothing) => None,
            Err(error) => {
                tracing::error!(channel = channel.name(), %error, "the outbox could not be read or written");
                Some(STORE_PAUSE)
            }
        };
        let wait = async {
            match pause {
                Some(pause) => clock.sleep(pause).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => {
                // What arrived is not to arrive again at the next start, if that can be helped.
                let _at_last = record(&store, &clock, &mut ended).await;
                return;
            }
            changed = owed.changed() => if changed.is_err() { return },
            () = wait => {}
        }
    }
}

enum Step {
    Delivered,
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

/// Delivers what is first, and records it. What could not be recorded stays in `ended` and is recorded before anything
/// else: a full disk or a locked database must not make the same announcement arrive twice.
async fn step(
    store: &Store,
    channel: &dyn Channel,
    clock: &SharedClock,
    stop: &CancellationToken,
    ended: &mut Option<Ended>,
) -> Result<Step, StoreError> {
    if ended.is_some() {
        return record(store, clock, ended).await;
    }
    let name = channel.name().to_owned();
    let Some(next) = store.read(move |view| view.owed_first(&name)).await? else {
        return Ok(Step::Nothing);
    };
    let now = clock.now();
    if let Some(at) = next.next_try_at
        && at > now
    {
        return Ok(Step::Later(until(at, now)));
    }
    if stop.is_cancelled() {
        // It stays owed: whoever comes next delivers it.
        return Ok(Step::Nothing);
    }
    let Owed {
        id,
        attempts,
        announcement,
        ..
    } = next;
    let outcome = channel.deliver(&announcement).await;
    let at = clock.now();
    let how = match outcome {
        Outcome::Delivered => How::Delivered,
        Outcome::Refused { reason } => {
            tracing::error!(
                channel = channel.name(),
                key = announcement.key,
                reason,
                "an announcement was refused"
            );
            How::Refused { reason }
        }
        Outcome::Retry { after, reason } => {
            tracing::warn!(
                channel = channel.name(),
                key = announcement.key,
                reason,
                "a delivery failed"
            );
            let pause = pause_after(attempts).max(after.unwrap_or_default());
            How::Again {
                at: at.checked_add(pause).unwrap_or(at),
                reason,
            }
        }
    };
    *ended = Some(Ended { id, at, how });
    record(store, clock, ended).await
}

async fn record(store: &Store, clock: &SharedClock, ended: &mut Option<Ended>) -> Result<Step, StoreError> {
    let Some(Ended { id, at, how }) = ended.clone() else {
        return Ok(Step::Nothing);
    };
    let step = match &how {
        How::Delivered | How::Refused { .. } => Step::Delivered,
        How::Again { at: again, .. } => Step::Later(until(*again, clock.now())),
    };
    store
        .write(move |tx| match how {
            How::Delivered => tx.delivered(id, at),
            How::Refused { reason } => tx.refused(id, at, &reason),
            How::Again { at: again, reason } => tx.retry(id, again, &reason),
        })
        .await?;
    *ended = None;
    Ok(step)
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
        sync::{
            Mutex,
            atomic::{AtomicUsize, Ordering},
        },
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
        let delivering = tokio::spawn(deliver(
            store.clone(),
            channel.clone(),
            clock,
            owed,
            Arc::default(),
            stop.clone(),
        ));
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
