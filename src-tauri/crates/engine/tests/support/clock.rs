//! A clock that stands still until it is told to go on.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use signalbox_engine::clock::Clock;
use tokio::sync::oneshot;

/// Virtual time. Whoever sleeps wakes when somebody has advanced the clock far enough.
#[derive(Clone)]
pub(crate) struct ManualClock {
    state: Arc<Mutex<State>>,
}

struct State {
    wall: Timestamp,
    monotonic: Duration,
    next: u64,
    sleepers: BTreeMap<(Duration, u64), oneshot::Sender<()>>,
}

impl ManualClock {
    pub(crate) fn at(wall: Timestamp) -> Self {
        let state = State {
            wall,
            monotonic: Duration::ZERO,
            next: 0,
            sleepers: BTreeMap::new(),
        };
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Lets time pass on both clocks.
    pub(crate) fn advance(&self, span: Duration) {
        let mut state = self.state();
        state.monotonic += span;
        state.wall = state.wall.checked_add(span).unwrap();
        let now = state.monotonic;
        let still_asleep = state.sleepers.split_off(&(now, u64::MAX));
        let awake = std::mem::replace(&mut state.sleepers, still_asleep);
        for (_, sleeper) in awake {
            let _gone = sleeper.send(());
        }
    }

    /// Moves the wall clock alone, as a night's sleep or a hand does.
    pub(crate) fn jump(&self, by: SignedDuration) {
        let mut state = self.state();
        state.wall = state.wall.checked_add(by).unwrap();
    }

    /// The monotonic time at which the next sleeper wakes.
    pub(crate) fn next_waking(&self) -> Option<Duration> {
        let mut state = self.state();
        state.sleepers.retain(|_, sleeper| !sleeper.is_closed());
        state.sleepers.keys().next().map(|(at, _)| *at)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.state().wall
    }

    fn monotonic(&self) -> Duration {
        self.state().monotonic
    }

    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut state = self.state();
        if span.is_zero() {
            return Box::pin(std::future::ready(()));
        }
        let (waker, woken) = oneshot::channel();
        let place = (state.monotonic + span, state.next);
        state.next += 1;
        state.sleepers.insert(place, waker);
        Box::pin(async move {
            let _woken = woken.await;
        })
    }
}
