//! Which connections are kept open for a next document, and how many at most.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Host;

/// How a request gets its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Connecting {
    /// A fresh one, closed after the answer.
    Once,
    /// A fresh one, kept open after the answer.
    Keep,
    /// One that may still be open from before, kept open after the answer.
    Reuse,
}

/// The hosts to which a connection may be open though nobody uses it. The client's own pool counts per host alone.
pub(super) struct KeptOpen {
    most: usize,
    /// The pool looks for connections that are too old once in this time, so one may live twice as long.
    longest: Duration,
    until: Mutex<BTreeMap<Host, Instant>>,
}

impl KeptOpen {
    pub(super) fn new(most: usize, keep_alive: Duration) -> Self {
        Self {
            most,
            longest: keep_alive * 2,
            until: Mutex::default(),
        }
    }

    /// Decides for a request that begins now and ends within `span`.
    pub(super) fn begin(&self, host: &Host, keep_open: bool, span: Duration) -> Connecting {
        let mut until = self.until();
        if until.is_empty() && !keep_open {
            return Connecting::Once;
        }
        let now = Instant::now();
        let known = until.get(host).is_some_and(|&end| end > now);
        if !known {
            if !keep_open {
                return Connecting::Once;
            }
            until.retain(|_, end| *end > now);
            if until.len() >= self.most {
                return Connecting::Once;
            }
        }
        until.insert(host.clone(), now + span + self.longest);
        if known {
            Connecting::Reuse
        } else {
            Connecting::Keep
        }
    }

    /// The request has ended: from now on its connection is idle.
    pub(super) fn end(&self, host: &Host, connecting: Connecting) {
        if connecting != Connecting::Once
            && let Some(end) = self.until().get_mut(host)
        {
            *end = Instant::now() + self.longest;
        }
    }

    fn until(&self) -> MutexGuard<'_, BTreeMap<Host, Instant>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn host(number: usize) -> Host {
        Host::of(&Url::parse(&format!("http://status-{number}.example")).unwrap()).unwrap()
    }

    const SPAN: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_burst_over_many_hosts_keeps_only_so_many_open() {
        let kept = KeptOpen::new(3, Duration::from_secs(10));
        let first: Vec<_> = (0..5)
            .map(|number| kept.begin(&host(number), true, SPAN))
            .collect();
        use Connecting::{Keep, Once, Reuse};
        assert_eq!(first, [Keep, Keep, Keep, Once, Once]);
        assert_eq!(kept.begin(&host(0), false, SPAN), Reuse, "what is open is used");
        assert_eq!(kept.begin(&host(9), false, SPAN), Once);
        for number in 0..3 {
            kept.end(&host(number), Keep);
        }
        tokio::time::advance(Duration::from_secs(21)).await;
        assert_eq!(
            kept.begin(&host(4), true, SPAN),
            Keep,
            "the others are closed by now"
        );
        assert_eq!(kept.begin(&host(0), true, SPAN), Keep, "and so is this one");
    }
}
