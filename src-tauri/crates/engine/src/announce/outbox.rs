//! Delivers what is owed: one at a time per channel, oldest first, each delivery recorded before the next begins, so
//! that a crash can repeat at most the one in flight (T4).

use std::{sync::Arc, time::Duration};

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
    loop {
        owed.mark_unchanged();
        let step = step(&store, channel.as_ref(), &clock).await;
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

async fn step(store: &Store, channel: &dyn Channel, clock: &SharedClock) -> Result<Step, StoreError> {
    let name = channel.name().to_owned();
    let Some(next) = store.read(move |view| view.owed_first(&name)).await? else {
        return Ok(Step::Nothing);
    };
    let now = clock.now();
    if let Some(at) = next.next_try_at
        && at > now
    {
        return Ok(Step::Later(
            Duration::try_from(at.duration_since(now)).unwrap_or(STORE_PAUSE),
        ));
    }
    let Owed {
        id,
        attempts,
        announcement,
        ..
    } = next;
    let outcome = channel.deliver(&announcement).await;
    let now = clock.now();
    match outcome {
        Outcome::Delivered => {
            store.write(move |tx| tx.delivered(id, now)).await?;
            Ok(Step::Delivered)
        }
        Outcome::Refused { reason } => {
            tracing::error!(
                channel = channel.name(),
                key = announcement.key,
                reason,
                "an announcement was refused"
            );
            store.write(move |tx| tx.refused(id, now, &reason)).await?;
            Ok(Step::Delivered)
        }
        Outcome::Retry { after, reason } => {
            tracing::warn!(
                channel = channel.name(),
                key = announcement.key,
                reason,
                "a delivery failed"
            );
            let pause = pause_after(attempts).max(after.unwrap_or_default());
            let again = now.checked_add(pause).unwrap_or(now);
            store.write(move |tx| tx.retry(id, again, &reason)).await?;
            Ok(Step::Later(pause))
        }
    }
}

fn pause_after(attempts: u32) -> Duration {
    FIRST_PAUSE
        .saturating_mul(1 << attempts.min(16))
        .min(LONGEST_PAUSE)
}
