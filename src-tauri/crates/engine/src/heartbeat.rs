//! Never a silent stop (T11): the loop beats, and somebody outside it listens on a timer of their own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// A loop whose last beat is older than this has stopped.
pub const SILENCE: Duration = Duration::from_secs(120);

/// How often the listener looks.
pub const LOOK_EVERY: Duration = Duration::from_secs(10);

/// An engine that ran this long after a restart has recovered: the next stop may restart it again.
pub const RECOVERED_AFTER: Duration = Duration::from_secs(3600);

/// The beat of one engine's loop, shared with whoever listens.
#[derive(Clone, Debug, Default)]
pub struct Heartbeat {
    last: Arc<AtomicU64>,
}

impl Heartbeat {
    /// The loop is alive at monotonic time `now`.
    pub fn beat(&self, now: Duration) {
        self.last.store(
            u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            Ordering::Relaxed,
        );
    }

    /// How long ago the last beat was.
    #[must_use]
    pub fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(Duration::from_millis(self.last.load(Ordering::Relaxed)))
    }
}

/// What the listener has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// Say that checking stopped, and start a new engine.
    Restart,
    /// The new one stopped too: tell the person, and stop.
    GiveUp,
}

/// Decides what a silence means: one restart, then the person is told.
#[derive(Debug, Default)]
pub struct Watchdog {
    restarted_at: Option<Duration>,
}

impl Watchdog {
    /// Looks at an engine's beat at monotonic time `now`; `dead` if its thread has ended by itself.
    pub fn look(&mut self, heartbeat: &Heartbeat, now: Duration, dead: bool) -> Option<Alarm> {
        if !dead && heartbeat.age(now) <= SILENCE {
            return None;
        }
        match self.restarted_at {
            Some(at) if now.saturating_sub(at) < RECOVERED_AFTER => Some(Alarm::GiveUp),
            Some(_) | None => {
                self.restarted_at = Some(now);
                Some(Alarm::Restart)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_beating_loop_is_left_alone() {
        let heartbeat = Heartbeat::default();
        heartbeat.beat(MINUTE * 5);
        assert_eq!(Watchdog::default().look(&heartbeat, MINUTE * 7, false), None);
    }

    #[test]
    fn a_silence_of_more_than_two_minutes_restarts_once_then_tells_the_person() {
        let heartbeat = Heartbeat::default();
        let mut watchdog = Watchdog::default();
        heartbeat.beat(MINUTE);
        assert_eq!(watchdog.look(&heartbeat, MINUTE * 4, false), Some(Alarm::Restart));
        let second = Heartbeat::default();
        second.beat(MINUTE * 4);
        assert_eq!(watchdog.look(&second, MINUTE * 5, false), None);
        assert_eq!(watchdog.look(&second, MINUTE * 7, false), Some(Alarm::GiveUp));
    }

    #[test]
    fn a_thread_that_ended_is_noticed_without_waiting_for_silence() {
        let heartbeat = Heartbeat::default();
        heartbeat.beat(MINUTE);
        assert_eq!(
            Watchdog::default().look(&heartbeat, MINUTE, true),
            Some(Alarm::Restart)
        );
    }

    #[test]
    fn an_engine_that_ran_for_an_hour_may_be_restarted_again() {
        let heartbeat = Heartbeat::default();
        let mut watchdog = Watchdog::default();
        assert_eq!(watchdog.look(&heartbeat, MINUTE * 3, true), Some(Alarm::Restart));
        assert_eq!(watchdog.look(&heartbeat, MINUTE * 70, true), Some(Alarm::Restart));
    }
}
