//! Hosts: one request at a time to each, and what is remembered of how they behaved.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;
use url::Url;

/// A host: scheme, name and port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host {
    name: Arc<str>,
    port: u16,
    secure: bool,
}

impl Host {
    /// The host of an address; `None` if it is neither `http` nor `https`.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Some(Self {
            name: url.host_str()?.into(),
            port: url.port_or_known_default()?,
            secure,
        })
    }

    /// Its name, or its IP address.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is asked over TLS.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.secure
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}", self.name, self.port)
    }
}

/// All hosts. Only those that are busy, or of which something is remembered, take room.
#[derive(Clone, Default)]
pub(super) struct Hosts {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    busy: Mutex<BTreeMap<Host, Queue>>,
    remembered: Mutex<BTreeMap<Host, Memory>>,
}

/// Who waits for a busy host: first come, first served, but what hung last time comes after everybody else, so that a
/// page waits for at most one time-out of a page beside it.
#[derive(Default)]
struct Queue {
    prompt: VecDeque<oneshot::Sender<HostTurn>>,
    hung: VecDeque<oneshot::Sender<HostTurn>>,
}

/// What is remembered of a host. Times are those of the monotonic clock.
#[derive(Default)]
struct Memory {
    not_before: Option<Duration>,
    /// Whether the last request timed out.
    timed_out: bool,
    /// The documents whose last request timed out.
    hung: BTreeSet<String>,
    last_end: Option<Duration>,
}

impl Memory {
    fn is_empty(&self) -> bool {
        self.not_before.is_none() && !self.timed_out && self.hung.is_empty() && self.last_end.is_none()
    }
}

/// The right to talk to a host; dropping it passes it on.
pub(super) struct HostTurn {
    shared: Arc<Shared>,
    /// `None` once it was passed on.
    host: Option<Host>,
}

impl Hosts {
    /// Waits until it is this document's turn.
    pub(super) async fn turn(&self, host: &Host, document: &Url) -> HostTurn {
        let last = self.document_hung(host, document);
        loop {
            let waiter = {
                let mut busy = self.shared.busy();
                match busy.get_mut(host) {
                    None => {
                        busy.insert(host.clone(), Queue::default());
                        return HostTurn {
                            shared: self.shared.clone(),
                            host: Some(host.clone()),
                        };
                    }
                    Some(queue) => {
                        let (sender, receiver) = oneshot::channel();
                        if last {
                            queue.hung.push_back(sender);
                        } else {
                            queue.prompt.push_back(sender);
                        }
                        receiver
                    }
                }
            };
            if let Ok(turn) = waiter.await {
                return turn;
            }
        }
    }

    /// How many hosts are busy.
    #[cfg(test)]
    fn busy(&self) -> usize {
        self.shared.busy().len()
    }

    fn document_hung(&self, host: &Host, document: &Url) -> bool {
        self.shared
            .remembered()
            .get(host)
            .is_some_and(|memory| memory.hung.contains(document.as_str()))
    }

    /// Whether the last request to the host timed out.
    pub(super) fn timed_out(&self, host: &Host) -> bool {
        self.shared
            .remembered()
            .get(host)
            .is_some_and(|memory| memory.timed_out)
    }

    /// The moment before which the host wishes not to be asked; `None` if it is past.
    pub(super) fn not_before(&self, host: &Host, now: Duration) -> Option<Duration> {
        let mut remembered = self.shared.remembered();
        let memory = remembered.get_mut(host)?;
        memory.not_before = memory.not_before.filter(|&until| until > now);
        let until = memory.not_before;
        if memory.is_empty() {
            remembered.remove(host);
        }
        until
    }

    /// The end of the last request, if it was remembered.
    pub(super) fn last_end(&self, host: &Host) -> Option<Duration> {
        self.shared
            .remembered()
            .get(host)
            .and_then(|memory| memory.last_end)
    }

    /// Remembers how a request went.
    pub(super) fn remember(&self, host: &Host, document: &Url, conduct: &Conduct) {
        let mut remembered = self.shared.remembered();
        let clean = !conduct.timed_out && conduct.not_before.is_none() && conduct.ended.is_none();
        if clean && !remembered.contains_key(host) {
            return;
        }
        let memory = remembered.entry(host.clone()).or_default();
        memory.timed_out = conduct.timed_out;
        if conduct.timed_out {
            memory.hung.insert(document.as_str().to_owned());
        } else {
            memory.hung.remove(document.as_str());
        }
        memory.not_before = memory.not_before.max(conduct.not_before);
        memory.last_end = conduct.ended;
        if memory.is_empty() {
            remembered.remove(host);
        }
    }
}

/// How a request to a host went.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Conduct {
    pub(super) timed_out: bool,
    /// Until when the host wishes to be left alone.
    pub(super) not_before: Option<Duration>,
    /// When the request ended; given only if there is a gap to be kept.
    pub(super) ended: Option<Duration>,
}

impl Shared {
    fn busy(&self) -> MutexGuard<'_, BTreeMap<Host, Queue>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered(&self) -> MutexGuard<'_, BTreeMap<Host, Memory>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for HostTurn {
    fn drop(&mut self) {
        let Some(host) = self.host.take() else { return };
        loop {
            let next = {
                let mut busy = self.shared.busy();
                let Some(queue) = busy.get_mut(&host) else { return };
                let next = queue.prompt.pop_front().or_else(|| queue.hung.pop_front());
                if next.is_none() {
                    busy.remove(&host);
                }
                next
            };
            let Some(next) = next else { return };
            let turn = HostTurn {
                shared: self.shared.clone(),
                host: Some(host.clone()),
            };
            match next.send(turn) {
                Ok(()) => return,
                // Nobody waits at the other end any more: the next one, without passing on twice.
                Err(mut refused) => refused.host = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn host(text: &str) -> Host {
        Host::of(&url(text)).unwrap()
    }

    async fn settle() {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    /// Somebody inside, also if the task is aborted there.
    struct Inside(Arc<AtomicUsize>);

    impl Inside {
        fn enter(count: &Arc<AtomicUsize>) -> Self {
            assert_eq!(
                count.fetch_add(1, Ordering::SeqCst),
                0,
                "somebody else was inside"
            );
            Self(count.clone())
        }
    }

    impl Drop for Inside {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn a_host_is_scheme_name_and_port() {
        assert_eq!(
            host("https://Status.Example/a"),
            host("https://status.example:443/b?c")
        );
        assert_ne!(host("https://status.example"), host("http://status.example"));
        assert_ne!(
            host("https://status.example"),
            host("https://status.example:8443")
        );
        assert_eq!(host("http://[::1]:81/").to_string(), "http://[::1]:81");
        assert_eq!(Host::of(&url("file:///etc/passwd")), None);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_at_a_time_and_nothing_is_left_behind() {
        let hosts = Hosts::default();
        let page = url("http://status.example/");
        let inside = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..200)
            .map(|number| {
                let (hosts, page, inside) = (hosts.clone(), page.clone(), inside.clone());
                let task = tokio::spawn(async move {
                    let host = Host::of(&page).unwrap();
                    let turn = hosts.turn(&host, &page).await;
                    let leaving = Inside::enter(&inside);
                    tokio::task::yield_now().await;
                    drop(leaving);
                    drop(turn);
                });
                if number % 7 == 3 {
                    task.abort();
                }
                task
            })
            .collect();
        for task in tasks {
            if let Err(error) = task.await {
                assert!(error.is_cancelled(), "{error}");
            }
        }
        assert_eq!(hosts.busy(), 0);
    }

    #[tokio::test]
    async fn a_turn_that_was_given_to_somebody_who_left_goes_on_to_the_next() {
        let hosts = Hosts::default();
        let page = url("http://status.example/");
        let first = hosts.turn(&host("http://status.example"), &page).await;
        let waiting = |hosts: Hosts, page: Url| {
            tokio::spawn(async move { drop(hosts.turn(&Host::of(&page).unwrap(), &page).await) })
        };
        let leaving = waiting(hosts.clone(), page.clone());
        settle().await;
        let staying = waiting(hosts.clone(), page.clone());
        settle().await;
        drop(first); // The one that leaves has been given the turn, and leaves before it looks.
        leaving.abort();
        staying.await.unwrap();
        let _ = leaving.await;
        assert_eq!(hosts.busy(), 0);
    }

    #[tokio::test]
    async fn a_document_that_hung_comes_after_everybody_else() {
        let hosts = Hosts::default();
        let home = host("http://shared.example");
        let (bad, good) = (
            url("http://shared.example/bad"),
            url("http://shared.example/good"),
        );
        hosts.remember(
            &home,
            &bad,
            &Conduct {
                timed_out: true,
                ..Conduct::default()
            },
        );
        let turn = hosts.turn(&home, &good).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for page in [&bad, &good, &good] {
            let (hosts, home, page, order) = (hosts.clone(), home.clone(), page.clone(), order.clone());
            tasks.push(tokio::spawn(async move {
                let _turn = hosts.turn(&home, &page).await;
                order.lock().unwrap().push(page.path().to_owned());
            }));
            settle().await;
        }
        drop(turn);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), ["/good", "/good", "/bad"]);
    }

    #[test]
    fn what_is_remembered_ends_with_its_reason() {
        let hosts = Hosts::default();
        let home = host("http://status.example");
        let page = url("http://status.example/a");
        let minute = Duration::from_secs(60);
        hosts.remember(
            &home,
            &page,
            &Conduct {
                timed_out: true,
                not_before: Some(minute),
                ended: None,
            },
        );
        assert!(hosts.timed_out(&home));
        assert_eq!(hosts.not_before(&home, Duration::ZERO), Some(minute));
        hosts.remember(&home, &page, &Conduct::default());
        assert!(!hosts.timed_out(&home));
        assert_eq!(
            hosts.not_before(&home, Duration::ZERO),
            Some(minute),
            "a good answer does not shorten the wish"
        );
        assert_eq!(hosts.not_before(&home, minute), None);
        assert!(hosts.shared.remembered().is_empty());
    }
}
