//! Lanes: how many requests are under way, arranged so that those that hang delay nobody else (T5).
//!
//! A request begins in the ordinary lane. One that is not finished after a while moves to the slow lane and so gives
//! its place to the next. If the slow lane is full, the one that has waited longest of all is ended. A request to a
//! host that timed out last time waits for a place in the slow lane from the start.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::{Instant, timeout},
};

use super::settings::LaneSettings;

/// Where a request begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    Ordinary,
    Slow,
}

/// The request was ended because the slow lane was full and this one had waited longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Crowded {
    /// How long it had been under way.
    pub(super) waited: Duration,
}

/// How many requests are under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneOccupancy {
    /// In the ordinary lane.
    pub ordinary: usize,
    /// In the slow lane.
    pub slow: usize,
}

pub(super) struct Lanes {
    settings: LaneSettings,
    ordinary: Semaphore,
    slow: Arc<SlowLane>,
}

struct SlowLane {
    places: Arc<Semaphore>,
    seats: Mutex<Seats>,
}

/// Who sits in the slow lane, ordered by when the request began.
#[derive(Default)]
struct Seats {
    next_number: u64,
    taken: BTreeMap<SeatKey, TakenSeat>,
}

type SeatKey = (Instant, u64);

struct TakenSeat {
    place: OwnedSemaphorePermit,
    end: oneshot::Sender<()>,
}

/// A place in the slow lane, given back when dropped.
struct Seat {
    lane: Arc<SlowLane>,
    key: SeatKey,
    ended: oneshot::Receiver<()>,
}

impl Lanes {
    pub(super) fn new(settings: LaneSettings) -> Self {
        Self {
            settings,
            ordinary: Semaphore::new(settings.ordinary.max(1)),
            slow: Arc::new(SlowLane {
                places: Arc::new(Semaphore::new(settings.slow.max(1))),
                seats: Mutex::default(),
            }),
        }
    }

    pub(super) fn occupancy(&self) -> LaneOccupancy {
        LaneOccupancy {
            ordinary: self
                .settings
                .ordinary
                .max(1)
                .saturating_sub(self.ordinary.available_permits()),
            slow: self.slow.seats().taken.len(),
        }
    }

    /// Waits for a place, then does `work`, which is dropped if it must make room.
    pub(super) async fn run<F: Future>(&self, lane: Lane, work: F) -> Result<F::Output, Crowded> {
        let mut work = pin!(work);
        let (mut seat, began) = match lane {
            Lane::Ordinary => {
                // A semaphore that is never closed always gives.
                let place = self.ordinary.acquire().await.ok();
                let began = Instant::now();
                if let Ok(output) = timeout(self.settings.slow_after, &mut work).await {
                    return Ok(output);
                }
                let seat = self.slow.move_in(began);
                drop(place);
                (seat?, began)
            }
            Lane::Slow => self.slow.wait_for_seat().await?,
        };
        tokio::select! {
            biased;
            output = &mut work => Ok(output),
            _ = &mut seat.ended => Err(Crowded { waited: began.elapsed() }),
        }
    }
}

impl SlowLane {
    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait_for_seat(self: &Arc<Self>) -> Result<(Seat, Instant), Crowded> {
        let place = self.places.clone().acquire_owned().await;
        let began = Instant::now();
        let place = place.map_err(|_| Crowded {
            waited: Duration::ZERO,
        })?;
        Ok((self.sit(&mut self.seats(), place, began), began))
    }

    /// Takes a free place, or that of the request that has waited longest, unless that is the one that asks.
    fn move_in(self: &Arc<Self>, began: Instant) -> Result<Seat, Crowded> {
        let mut seats = self.seats();
        if let Ok(place) = self.places.clone().try_acquire_owned() {
            return Ok(self.sit(&mut seats, place, began));
        }
        let longest = seats.taken.first_entry().filter(|seat| seat.key().0 <= began);
        let Some(longest) = longest else {
            return Err(Crowded {
                waited: began.elapsed(),
            });
        };
        let TakenSeat { place, end } = longest.remove();
        // If it has just finished by itself, nobody listens any more.
        let _ = end.send(());
        Ok(self.sit(&mut seats, place, began))
    }

    fn sit(self: &Arc<Self>, seats: &mut Seats, place: OwnedSemaphorePermit, began: Instant) -> Seat {
        let (end, ended) = oneshot::channel();
        let key = (began, seats.next_number);
        seats.next_number += 1;
        seats.taken.insert(key, TakenSeat { place, end });
        Seat {
            lane: self.clone(),
            key,
            ended,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let seat = self.lane.seats().taken.remove(&self.key);
        drop(seat);
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const SLOW_AFTER: Duration = Duration::from_secs(2);

    fn lanes(ordinary: usize, slow: usize) -> Arc<Lanes> {
        Arc::new(Lanes::new(LaneSettings {
            ordinary,
            slow,
            slow_after: SLOW_AFTER,
        }))
    }

    fn hang(lanes: &Arc<Lanes>, lane: Lane) -> tokio::task::JoinHandle<Result<(), Crowded>> {
        let lanes = lanes.clone();
        tokio::spawn(async move { lanes.run(lane, pending::<()>()).await })
    }

    async fn settle() {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_hangs_leaves_the_ordinary_lane_to_others() {
        let lanes = lanes(2, 8);
        let hung: Vec<_> = (0..5).map(|_| hang(&lanes, Lane::Ordinary)).collect();
        settle().await;
        assert_eq!(lanes.occupancy(), LaneOccupancy { ordinary: 2, slow: 0 });
        // Two at a time, each for two seconds; then the healthy one has its turn though none has ended.
        assert_eq!(lanes.run(Lane::Ordinary, ready(7)).await, Ok(7));
        assert!(hung.iter().all(|task| !task.is_finished()));
        tokio::time::sleep(SLOW_AFTER).await;
        settle().await;
        assert_eq!(lanes.occupancy(), LaneOccupancy { ordinary: 0, slow: 5 });
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_slow_lane_ends_the_one_that_has_waited_longest() {
        let lanes = lanes(4, 2);
        let mut hung = Vec::new();
        for _ in 0..3 {
            hung.push(hang(&lanes, Lane::Ordinary));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        tokio::time::sleep(SLOW_AFTER).await;
        settle().await;
        let finished: Vec<_> = hung.iter().map(tokio::task::JoinHandle::is_finished).collect();
        assert_eq!(finished, [true, false, false]);
        let Err(Crowded { waited }) = hung.remove(0).await.unwrap() else {
            panic!("the first must have been ended");
        };
        assert!(waited >= SLOW_AFTER, "{waited:?}");
        assert_eq!(lanes.occupancy(), LaneOccupancy { ordinary: 0, slow: 2 });
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_begins_in_the_slow_lane_waits_for_a_place_and_takes_nobodys() {
        let lanes = lanes(1, 1);
        let sitting = hang(&lanes, Lane::Slow);
        settle().await;
        let waiting = hang(&lanes, Lane::Slow);
        tokio::time::sleep(SLOW_AFTER * 10).await;
        assert!(!sitting.is_finished() && !waiting.is_finished());
        assert_eq!(
            lanes.run(Lane::Ordinary, ready(1)).await,
            Ok(1),
            "the ordinary lane is free all the while"
        );
        sitting.abort();
        settle().await;
        assert_eq!(lanes.occupancy().slow, 1, "the one that waited sits now");
        waiting.abort();
        settle().await;
        assert_eq!(lanes.occupancy(), LaneOccupancy { ordinary: 0, slow: 0 });
    }

    #[tokio::test(start_paused = true)]
    async fn the_slow_lane_still_finishes_what_answers_late() {
        let lanes = lanes(1, 1);
        let late = async {
            tokio::time::sleep(SLOW_AFTER * 3).await;
            "late"
        };
        assert_eq!(lanes.run(Lane::Ordinary, late).await, Ok("late"));
    }
}
