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
            () = stop.cancelled() => return,
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
