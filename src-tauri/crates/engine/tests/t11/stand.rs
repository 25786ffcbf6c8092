//! An engine with faults that can be planted in it.

use std::{
    collections::BTreeMap,
    future::Future,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{self, Receiver},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use signalbox_channels::{Announcement, Channel, Outcome};
use signalbox_engine::{
    api::{ApiError, Reply, Request, StatusView},
    clock::{Clock, SystemClock},
    config::paths::Places,
    control::Client,
    watch::{Event, Watching, watch},
};
use signalbox_pages::{
    Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable, readers::statuspage::Statuspage,
};
use signalbox_replay::{Page, StatuspageBody, Town};
use tokio_util::sync::CancellationToken;

/// So long anything may take that is to happen soon.
pub(crate) const SOON: Duration = Duration::from_secs(30);

/// What is to go wrong at the loop's next rest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Panic,
    Deadlock,
}

/// The system's clock, with time that can be let pass at once and a trap in the loop's rest.
pub(crate) struct TrappedClock {
    system: SystemClock,
    passed: AtomicU64,
    trap: Mutex<Option<Fault>>,
    held: Mutex<bool>,
    released: Condvar,
    sprung: AtomicU64,
    /// Whether an engine that starts is held up before it opens its store, as by one that is large.
    opening: Mutex<Opening>,
    opened: Condvar,
    looks: AtomicU64,
}

/// How far an engine is that is held up at its start.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Opening {
    #[default]
    Free,
    ToBeHeld,
    Held,
}

impl TrappedClock {
    /// Waits until an engine that starts is held up.
    pub(crate) fn wait_for_the_opening(&self) {
        let opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let (opening, _) = self
            .opened
            .wait_timeout_while(opening, SOON, |opening| *opening != Opening::Held)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(*opening == Opening::Held, "the engine does not start");
    }

    /// The start goes on.
    pub(crate) fn let_it_open(&self) {
        *self.opening.lock().unwrap_or_else(PoisonError::into_inner) = Opening::Free;
        self.opened.notify_all();
    }

    /// How many times the monotonic clock was read: while an engine is held up at its start, by the listener alone.
    pub(crate) fn looks(&self) -> u64 {
        self.looks.load(Ordering::SeqCst)
    }

    /// Lets two minutes and a bit pass at once.
    pub(crate) fn pass_two_minutes(&self) {
        self.passed.fetch_add(121_000, Ordering::SeqCst);
    }

    /// The loop's next rest goes wrong.
    pub(crate) fn plant(&self, fault: Fault) {
        *self.trap.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    /// How many times the trap was sprung.
    pub(crate) fn sprung(&self) -> u64 {
        self.sprung.load(Ordering::SeqCst)
    }

    /// What is stuck goes on.
    pub(crate) fn release(&self) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.released.notify_all();
    }
}

impl Clock for TrappedClock {
    fn now(&self) -> Timestamp {
        if thread::current().name() == Some("signalbox-loop") {
            let mut opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
            if *opening == Opening::ToBeHeld {
                *opening = Opening::Held;
                self.opened.notify_all();
            }
            let _free = self
                .opened
                .wait_while(opening, |opening| *opening == Opening::Held)
                .unwrap_or_else(PoisonError::into_inner);
        }
        self.system.now()
    }

    fn monotonic(&self) -> Duration {
        self.looks.fetch_add(1, Ordering::SeqCst);
        self.system.monotonic() + Duration::from_millis(self.passed.load(Ordering::SeqCst))
    }

    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let fault = self.trap.lock().unwrap_or_else(PoisonError::into_inner).take();
        match fault {
            None => {}
            Some(Fault::Panic) => {
                self.sprung.fetch_add(1, Ordering::SeqCst);
                panic!("a planted panic in the loop")
            }
            Some(Fault::Deadlock) => {
                let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
                *held = true;
                self.sprung.fetch_add(1, Ordering::SeqCst);
                while *held {
                    held = self.released.wait(held).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
        // A short rest, so that a trap is met soon.
        Box::pin(tokio::time::sleep(span.min(Duration::from_millis(50))))
    }
}

/// The reader of Statuspage, which panics at the page of one name.
pub(crate) struct TrappedReader {
    pub(crate) armed: AtomicBool,
    pub(crate) name: &'static str,
}

impl Reader for TrappedReader {
    fn key(&self) -> &'static str {
        Statuspage.key()
    }

    fn name(&self) -> &'static str {
        Statuspage.name()
    }

    fn evidence(&self) -> Evidence {
        Statuspage.evidence()
    }

    fn documents(&self, site: &Site) -> Vec<DocumentAddress> {
        Statuspage.documents(site)
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        let reading = Statuspage.read(documents, site)?;
        let is_it = reading.snapshot.page.name.as_deref() == Some(self.name);
        assert!(
            !(is_it && self.armed.load(Ordering::SeqCst)),
            "a planted panic in one page's work"
        );
        Ok(reading)
    }
}

/// Keeps what is delivered; a delivery can be made to hang.
#[derive(Default)]
pub(crate) struct Kept {
    delivered: Mutex<Vec<Announcement>>,
    more: Condvar,
    hanging: Mutex<bool>,
    released: Condvar,
    begun: AtomicU64,
}

impl Kept {
    pub(crate) fn hang(&self) {
        *self.hanging.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    pub(crate) fn release(&self) {
        *self.hanging.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.released.notify_all();
    }

    /// How many deliveries have begun.
    pub(crate) fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    pub(crate) fn all(&self) -> Vec<Announcement> {
        self.delivered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits for the announcement about an incident.
    pub(crate) fn about(&self, incident: &str) -> Announcement {
        let began = Instant::now();
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = delivered
                .iter()
                .find(|found| found.incident.as_deref() == Some(incident))
            {
                return found.clone();
            }
            let left = SOON.checked_sub(began.elapsed());
            let left =
                left.unwrap_or_else(|| panic!("nothing was announced about {incident}: {delivered:#?}"));
            delivered = self
                .more
                .wait_timeout(delivered, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// How many times each key was delivered.
    pub(crate) fn by_key(&self) -> BTreeMap<String, usize> {
        let mut keys = BTreeMap::new();
        for announcement in self.all() {
            *keys.entry(announcement.key).or_default() += 1;
        }
        keys
    }
}

impl Channel for Kept {
    fn name(&self) -> &'static str {
        "kept"
    }

    fn deliver<'a>(
        &'a self,
        announcement: &'a Announcement,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let mut hanging = self.hanging.lock().unwrap_or_else(PoisonError::into_inner);
        while *hanging {
            hanging = self
                .released
                .wait(hanging)
                .unwrap_or_else(PoisonError::into_inner);
        }
        self.delivered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(announcement.clone());
        self.more.notify_all();
        Box::pin(std::future::ready(Outcome::Delivered))
    }
}

/// A town, and an engine that watches it on a thread of its own.
pub(crate) struct Stand {
    pub(crate) runtime: tokio::runtime::Runtime,
    _town: Town,
    pub(crate) pages: Vec<(Page, StatuspageBody)>,
    pub(crate) clock: Arc<TrappedClock>,
    pub(crate) reader: &'static TrappedReader,
    pub(crate) channel: Arc<Kept>,
    dir: tempfile::TempDir,
    stop: CancellationToken,
    events: Receiver<Event>,
    watching: Option<JoinHandle<Result<(), ApiError>>>,
}

impl Stand {
    /// Begins to watch pages of these names; the reader panics at the one called `trapped` once it is armed.
    pub(crate) fn new(names: &[&str], trapped: &'static str) -> Self {
        let stand = Self::begin(names, trapped, Opening::Free);
        stand.event("the start", |event| matches!(event, Event::Started(_)));
        stand.check();
        stand
    }

    /// The same, held up before its engine opens the store.
    pub(crate) fn held_up(names: &[&str]) -> Self {
        Self::begin(names, "", Opening::ToBeHeld)
    }

    fn begin(names: &[&str], trapped: &'static str, opening: Opening) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let dir = tempfile::tempdir().expect("a directory");
        let (town, pages) = runtime.block_on(async {
            let town = Town::new();
            let pages: Vec<_> = names
                .iter()
                .map(|name| {
                    let body = StatuspageBody::new(*name).component("c1", "Works", "operational");
                    let page = town.open(*name).expect("a page");
                    body.serve_on(&page);
                    (page, body)
                })
                .collect();
            (town, pages)
        });
        let config: String = pages
            .iter()
            .map(|(page, _)| format!("[[watch]]\npage = \"{}\"\n", page.url()))
            .collect();
        std::fs::write(dir.path().join("config.toml"), config).expect("written");
        let clock = Arc::new(TrappedClock {
            system: SystemClock::new(),
            passed: AtomicU64::new(0),
            trap: Mutex::default(),
            held: Mutex::default(),
            released: Condvar::new(),
            sprung: AtomicU64::new(0),
            opening: Mutex::new(opening),
            opened: Condvar::new(),
            looks: AtomicU64::new(0),
        });
        // Readers live as long as the program.
        let reader: &'static TrappedReader = Box::leak(Box::new(TrappedReader {
            armed: AtomicBool::new(false),
            name: trapped,
        }));
        let channel = Arc::new(Kept::default());
        let places = Places {
            config_file: dir.path().join("config.toml"),
            data_dir: dir.path().join("data"),
            state_dir: dir.path().join("data"),
        };
        let mut watching = Watching::usual(places, "test", clock.clone(), vec![channel.clone()]);
        watching.readers = Arc::from([reader as &'static dyn Reader]);
        watching.look_every = Duration::from_millis(20);
        let stop = CancellationToken::new();
        let (tell, events) = mpsc::channel();
        let told_to_stop = stop.clone();
        let thread = thread::spawn(move || {
            watch(&watching, &told_to_stop, |event| {
                let _gone = tell.send(event);
            })
        });
        Self {
            runtime,
            _town: town,
            pages,
            clock,
            reader,
            channel,
            dir,
            stop,
            events,
            watching: Some(thread),
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.dir.path().join("config.toml")
    }

    /// Waits for an event.
    pub(crate) fn event(&self, what: &str, wanted: impl Fn(&Event) -> bool) -> Event {
        let began = Instant::now();
        let mut others = Vec::new();
        while let Some(left) = SOON.checked_sub(began.elapsed()) {
            match self.events.recv_timeout(left) {
                Ok(event) if wanted(&event) => return event,
                Ok(event) => others.push(event),
                Err(_) => break,
            }
        }
        panic!("{what} did not come, but {others:?}");
    }

    /// Asks every page now.
    pub(crate) fn check(&self) -> StatusView {
        let began = Instant::now();
        loop {
            let asked = self.runtime.block_on(async {
                let mut client = Client::connect(&self.data()).await?;
                client.ask(Request::Check { vendors: Vec::new() }, SOON).await
            });
            match asked {
                Ok(Reply::Status(status)) => return status,
                // A new engine may be about to take the place of another.
                other => assert!(began.elapsed() < SOON, "no answer to a check: {other:?}"),
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops in order.
    pub(crate) fn stop(&mut self) -> Result<(), ApiError> {
        self.stop.cancel();
        self.end()
    }

    /// Waits for the end.
    #[expect(
        clippy::unwrap_in_result,
        reason = "what stands around the tests may fail as they do"
    )]
    pub(crate) fn end(&mut self) -> Result<(), ApiError> {
        self.watching
            .take()
            .expect("it ends once")
            .join()
            .expect("the listener does not panic")
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.stop.cancel();
        self.clock.release();
        self.clock.let_it_open();
        self.channel.release();
    }
}
