//! What was asked of a page: every request recorded, and ways to wait for the next.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{sync::Notify, time::Instant};

use crate::http::Head;

/// A request that reached a page.
#[derive(Debug, Clone)]
pub struct Request {
    /// When its head was complete.
    pub at: Instant,
    /// The connection that it came on, counted per page from 1.
    pub connection: u64,
    /// How many requests the page was answering at that moment, this one included: more than 1 is an overlap.
    pub in_flight: usize,
    /// The status of the answer, once its head is about to be sent.
    pub status: Option<u16>,
    /// The bytes of the answer that were handed to the socket, head included, before TLS.
    pub bytes_sent: u64,
    /// Whether the answer is over, whichever way it ended.
    pub is_over: bool,
    head: Head,
}

impl Request {
    /// The method, as sent.
    #[must_use]
    pub fn method(&self) -> &str {
        self.head.method()
    }

    /// The path, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.head.path()
    }

    /// The request target, query included.
    #[must_use]
    pub fn target(&self) -> &str {
        self.head.target()
    }

    /// The first value of a header field; names are compared without case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.field(name)
    }

    /// Whether the request carried `If-None-Match` or `If-Modified-Since`.
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        self.header("if-none-match").is_some() || self.header("if-modified-since").is_some()
    }
}

/// Requests to all pages of a town.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    requests: AtomicU64,
    changed: Notify,
}

impl Tally {
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Acquire)
    }

    pub(crate) async fn wait_for_requests(&self, count: u64) {
        until(&self.changed, || self.requests() >= count).await;
    }
}

/// The record of one page.
#[derive(Debug)]
pub(crate) struct Ledger {
    entries: Mutex<Entries>,
    changed: Notify,
    tally: Arc<Tally>,
}

#[derive(Debug)]
pub(crate) struct Entries {
    /// The newest requests, at most `kept`.
    pub(crate) requests: VecDeque<Request>,
    kept: usize,
    /// How many requests there ever were.
    pub(crate) request_count: u64,
    /// How many of them are over.
    pub(crate) over_count: u64,
    pub(crate) connection_count: u64,
    in_flight: usize,
    pub(crate) max_in_flight: usize,
}

impl Ledger {
    pub(crate) fn new(kept: usize, tally: Arc<Tally>) -> Self {
        Self {
            entries: Mutex::new(Entries {
                requests: VecDeque::new(),
                kept,
                request_count: 0,
                over_count: 0,
                connection_count: 0,
                in_flight: 0,
                max_in_flight: 0,
            }),
            changed: Notify::new(),
            tally,
        }
    }

    pub(crate) fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection was accepted; returns its number.
    pub(crate) fn connected(&self) -> u64 {
        let number = {
            let mut entries = self.entries();
            entries.connection_count += 1;
            entries.connection_count
        };
        self.changed.notify_waiters();
        number
    }

    /// A request's head is complete.
    pub(crate) fn arrived(&self, connection: u64, head: Head) -> Exchange<'_> {
        let serial = {
            let mut entries = self.entries();
            entries.in_flight += 1;
            entries.max_in_flight = entries.max_in_flight.max(entries.in_flight);
            let in_flight = entries.in_flight;
            if entries.requests.len() >= entries.kept {
                entries.requests.pop_front();
            }
            if entries.kept > 0 {
                entries.requests.push_back(Request {
                    at: Instant::now(),
                    connection,
                    in_flight,
                    status: None,
                    bytes_sent: 0,
                    is_over: false,
                    head,
                });
            }
            entries.request_count += 1;
            entries.request_count
        };
        self.changed.notify_waiters();
        self.tally.requests.fetch_add(1, Ordering::AcqRel);
        self.tally.changed.notify_waiters();
        Exchange {
            ledger: self,
            serial,
            status: None,
            bytes_sent: 0,
            is_over: false,
        }
    }

    /// Returns once `holds` is true of the entries; it is asked again after each arrival and each end.
    pub(crate) async fn until(&self, holds: impl Fn(&Entries) -> bool) {
        until(&self.changed, || holds(&self.entries())).await;
    }
}

async fn until(changed: &Notify, holds: impl Fn() -> bool) {
    loop {
        let notified = changed.notified();
        tokio::pin!(notified);
        notified.as_mut().enable();
        if holds() {
            return;
        }
        notified.await;
    }
}

/// A request while it is being answered. Dropping it ends it.
///
/// An answer is entered as over just *before* its last bytes are sent: a client that has them can look the
/// request up, and its next one is never taken for an overlap.
#[derive(Debug)]
pub(crate) struct Exchange<'a> {
    ledger: &'a Ledger,
    serial: u64,
    status: Option<u16>,
    bytes_sent: u64,
    is_over: bool,
}

impl Exchange<'_> {
    pub(crate) fn answers_with(&mut self, status: u16) {
        self.status = Some(status);
    }

    pub(crate) fn sent(&mut self, bytes: usize) {
        self.bytes_sent += bytes as u64;
    }

    /// Enters what was sent so far, for an answer that takes its time.
    pub(crate) fn enter(&self) {
        self.note(false);
        self.ledger.changed.notify_waiters();
    }

    pub(crate) fn finish(&mut self) {
        if self.is_over {
            return;
        }
        self.is_over = true;
        self.note(true);
        self.ledger.changed.notify_waiters();
    }

    fn note(&self, is_over: bool) {
        let mut entries = self.ledger.entries();
        if is_over {
            entries.in_flight -= 1;
            entries.over_count += 1;
        }
        let age = usize::try_from(entries.request_count - self.serial).unwrap_or(usize::MAX);
        let place = entries.requests.len().checked_sub(age + 1);
        if let Some(request) = place.and_then(|place| entries.requests.get_mut(place)) {
            request.status = self.status;
            request.bytes_sent = self.bytes_sent;
            request.is_over = is_over;
        }
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn head(path: &str) -> Head {
        Head::parse(Bytes::from(format!("GET {path} HTTP/1.1\r\n\r\n"))).unwrap()
    }

    #[test]
    fn overlaps_are_counted_and_the_oldest_requests_are_forgotten() {
        let ledger = Ledger::new(2, Arc::default());
        let first = ledger.arrived(1, head("/1"));
        let mut second = ledger.arrived(2, head("/2"));
        second.answers_with(200);
        second.sent(10);
        second.finish();
        drop(second);
        let third = ledger.arrived(2, head("/3"));
        drop(first);
        let entries = ledger.entries();
        let paths: Vec<_> = entries
            .requests
            .iter()
            .map(|request| request.path().to_owned())
            .collect();
        assert_eq!(paths, ["/2", "/3"]);
        assert_eq!(entries.requests[0].status, Some(200));
        assert_eq!(entries.requests[0].bytes_sent, 10);
        assert_eq!(
            (entries.request_count, entries.over_count, entries.max_in_flight),
            (3, 2, 2)
        );
        assert!(entries.requests[0].is_over && !entries.requests[1].is_over);
        drop(entries);
        drop(third);
    }
}
