//! A desk: the real engine on a driven clock, with a store and a configuration in a directory of its own, and a town of
//! stand-in vendors that it watches over real sockets.

use std::{collections::BTreeMap, fmt::Write, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use signalbox_channels::{Announcement, Channel, Manner};
use signalbox_engine::{
    api::{ApiError, IncidentDetailView, Reply, Request, StatusView, VendorView},
    clock::{Clock, SharedClock},
    config::{Config, Limits, Loaded, paths::Places},
    control::Hint,
    fetch::{FetchSettings, ProxyChoice},
    network::NetworkWord,
    run::{Engine, Mode, Setup},
    store::Store,
};
use signalbox_replay::{Page, Placement, StatuspageBody, Town, TownOptions};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{ManualClock, Recording};

/// When every test begins.
const START: &str = "2026-11-07T08:00:00Z";

/// What hangs longer than this in real time never ends.
const FOREVER: Duration = Duration::from_secs(60);

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// How a desk is set up.
pub(crate) struct DeskOptions {
    /// How to fetch.
    pub(crate) fetch: FetchSettings,
    /// Where pages are put.
    pub(crate) placement: Placement,
    /// Whether pages speak TLS with the town's own root, which the engine trusts.
    pub(crate) tls: bool,
    /// Whether everything is asked through the town's proxy, which alone knows its hosts; the engine trusts their root.
    pub(crate) hosts: bool,
    /// Whether there is a window.
    pub(crate) shows: bool,
}

impl Default for DeskOptions {
    /// Time-outs that loopback never needs, pages at addresses of their own, no TLS.
    fn default() -> Self {
        let fetch = FetchSettings {
            connect_timeout: seconds(5),
            read_timeout: seconds(10),
            total_timeout: seconds(20),
            proxy: ProxyChoice::Direct,
            // Kept for some seconds of real time, in which days may pass here.
            max_kept_open: 0,
            ..FetchSettings::default()
        };
        let placement = if cfg!(target_os = "linux") {
            Placement::Address
        } else {
            Placement::Port
        };
        Self {
            fetch,
            placement,
            tls: false,
            hosts: false,
            shows: false,
        }
    }
}

impl DeskOptions {
    /// For tests that let a time-out happen.
    pub(crate) fn impatient() -> Self {
        let mut options = Self::default();
        options.fetch.connect_timeout = Duration::from_millis(500);
        options.fetch.read_timeout = Duration::from_millis(800);
        options.fetch.total_timeout = Duration::from_millis(1500);
        options
    }
}

/// An engine, the town that it watches, and the person's files.
pub(crate) struct Desk {
    pub(crate) clock: ManualClock,
    pub(crate) town: Town,
    pub(crate) channel: Recording,
    /// A second channel, which is momentary.
    pub(crate) bubbles: Recording,
    options: DeskOptions,
    /// What the operating system says of the network.
    pub(crate) network: watch::Sender<NetworkWord>,
    engine: Option<Engine>,
    retired: CancellationToken,
    dir: tempfile::TempDir,
    watches: String,
    preferences: String,
    heard: usize,
    seen: usize,
    /// When each page was asked for its light document, by the driven clock.
    asked: BTreeMap<SocketAddr, (u64, Vec<Timestamp>)>,
}

impl Desk {
    /// A desk with nothing watched yet.
    pub(crate) async fn new() -> Self {
        Self::with(DeskOptions::default()).await
    }

    pub(crate) async fn with(options: DeskOptions) -> Self {
        let clock = ManualClock::at(START.parse().unwrap());
        let town_clock = clock.clone();
        let town = Town::with(TownOptions {
            clock: Arc::new(move || town_clock.now()),
            placement: options.placement,
            tls: options.tls,
            kept_requests: 20_000,
            ..TownOptions::default()
        });
        let mut desk = Self {
            clock,
            town,
            channel: Recording::default(),
            bubbles: Recording::of("bubbles", Manner::Momentary),
            options,
            network: watch::Sender::new(NetworkWord::Unknown),
            engine: None,
            retired: CancellationToken::new(),
            dir: tempfile::tempdir().unwrap(),
            watches: String::new(),
            preferences: String::new(),
            heard: 0,
            seen: 0,
            asked: BTreeMap::new(),
        };
        if desk.options.tls || desk.options.hosts {
            let root = desk.town.root_pem().unwrap();
            desk.options.fetch.extra_roots.push(root);
        }
        if desk.options.hosts {
            let proxy = format!("http://{}", desk.town.open_proxy().unwrap());
            desk.options.fetch.proxy = ProxyChoice::Through(proxy.parse().unwrap());
        }
        desk.start().await;
        desk
    }

    /// A desk that has seen one page called Acme, and what it was told at first sight is heard.
    pub(crate) async fn watching(body: &StatuspageBody) -> (Self, Page) {
        let mut desk = Self::new().await;
        let page = desk.page("Acme", body).await;
        desk.settle().await;
        desk.news();
        (desk, page)
    }

    // --- The person's files ---

    fn places(&self) -> Places {
        let dir = self.dir.path();
        Places {
            config_file: dir.join("config.toml"),
            data_dir: dir.join("data"),
            state_dir: dir.join("state"),
        }
    }

    fn config_file(&self) -> PathBuf {
        self.places().config_file
    }

    fn load(&self) -> Loaded {
        let text = format!("[preferences]\n{}\n{}", self.preferences, self.watches);
        std::fs::write(self.config_file(), text).unwrap();
        Config::load(&self.config_file()).unwrap()
    }

    /// Takes up what is written.
    pub(crate) async fn reload(&self) {
        self.engine().reload(self.load()).await.unwrap();
    }

    /// Writes a line into `[preferences]` and takes it up.
    pub(crate) async fn prefer(&mut self, line: &str) {
        writeln!(self.preferences, "{line}").unwrap();
        self.reload().await;
    }

    /// Writes this line alone into `[preferences]`, without taking it up yet.
    pub(crate) fn write_preference(&mut self, line: &str) {
        line.clone_into(&mut self.preferences);
    }

    /// Watches an address; `more` are further lines of the watch.
    pub(crate) async fn watch(&mut self, name: &str, address: &str, more: &str) {
        self.write_watch(name, address, more);
        self.reload().await;
    }

    /// As [`Desk::watch`], without taking it up yet.
    pub(crate) fn write_watch(&mut self, name: &str, address: &str, more: &str) {
        writeln!(
            self.watches,
            "[[watch]]\npage = {address:?}\nname = {name:?}\n{more}"
        )
        .unwrap();
    }

    /// Watches nothing any more, until something is written again.
    pub(crate) fn erase_watches(&mut self) {
        self.watches.clear();
    }

    /// Opens a stand-in, serves `body` on it and watches it.
    pub(crate) async fn page(&mut self, name: &str, body: &StatuspageBody) -> Page {
        let page = self.stand_in(name, body);
        self.watch(name, &page.url(), "").await;
        page
    }

    /// Opens a stand-in and serves `body` on it.
    pub(crate) fn stand_in(&self, name: &str, body: &StatuspageBody) -> Page {
        let page = self.town.open(name).unwrap();
        body.serve_on(&page);
        page
    }

    /// Opens a stand-in, serves `body` on it and watches it under a name that does not tell that it is on this machine.
    pub(crate) async fn page_elsewhere(&mut self, name: &str, body: &StatuspageBody) -> Page {
        let page = self.stand_in(name, body);
        let host = format!("{}.example", name.to_lowercase());
        let address = format!("http://{host}:{}", page.address().port());
        self.options.fetch.addresses.push((host, page.address().ip()));
        self.write_watch(name, &address, "");
        // Only a new engine knows the address.
        self.restart().await;
        page
    }

    // --- The engine ---

    fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    /// Starts the engine.
    pub(crate) async fn start(&mut self) {
        let clock: SharedClock = Arc::new(self.clock.clone());
        let places = self.places();
        // A store that was let go of without a word is given back by its threads, in their own time.
        let given_back = async {
            loop {
                if let Ok((store, _)) = Store::open(&places.data_dir, clock.now()) {
                    break store;
                }
                tokio::task::yield_now().await;
            }
        };
        let store = tokio::time::timeout(FOREVER, given_back)
            .await
            .expect("the store to be free");
        let channels: Vec<Arc<dyn Channel>> =
            vec![Arc::new(self.channel.clone()), Arc::new(self.bubbles.clone())];
        self.retired = CancellationToken::new();
        let setup = Setup {
            config: self.load(),
            places,
            limits: Limits::default(),
            store,
            clock,
            seed: 7,
            readers: signalbox_pages::readers::all().to_vec().into(),
            channels,
            fetch: self.options.fetch.clone(),
            mode: Mode::Continuous,
            network: self.network.subscribe(),
            shows: self.options.shows,
            retired: self.retired.clone(),
        };
        self.engine = Some(Engine::start(setup).await.unwrap());
    }

    /// Stops the engine in order and starts another on the same files.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.stop(FOREVER).await;
        }
    }

    /// Abandons the engine where it stands: nothing is saved, nothing is finished.
    pub(crate) async fn kill(&mut self) {
        if let Some(engine) = self.engine.take() {
            self.retired.cancel();
            let _unanswered = engine.ask(Request::Ping).await;
            engine.ended().await;
        }
    }

    pub(crate) async fn ask(&self, request: Request) -> Result<Reply, ApiError> {
        tokio::time::timeout(FOREVER, self.engine().ask(request))
            .await
            .expect("an answer")
    }

    /// What the engine hints at from now on.
    pub(crate) fn hints(&self) -> tokio::sync::broadcast::Receiver<Hint> {
        self.engine().hints()
    }

    /// Waits until nothing is left to do at this moment, and notes who was asked.
    pub(crate) async fn settle(&mut self) {
        tokio::time::timeout(FOREVER, self.engine().settled())
            .await
            .expect("the engine to settle")
            .unwrap();
        self.note_requests();
    }

    fn note_requests(&mut self) {
        let now = self.clock.now();
        for page in self.town.pages() {
            let (known, times) = self.asked.entry(page.address()).or_default();
            let count = page.request_count();
            if count > *known {
                let new = usize::try_from(count - *known).unwrap();
                let requests = page.requests();
                if requests
                    .iter()
                    .rev()
                    .take(new)
                    .any(|request| request.path().ends_with("summary.json"))
                {
                    times.push(now);
                }
                *known = count;
            }
        }
    }

    /// Lets `span` of virtual time pass, from one thing to do to the next.
    pub(crate) async fn pass(&mut self, span: Duration) {
        let end = self.clock.monotonic() + span;
        loop {
            self.settle().await;
            let now = self.clock.monotonic();
            match self.clock.next_waking() {
                Some(next) if next < end => self.clock.advance(next.saturating_sub(now)),
                _ => break self.clock.advance(end.saturating_sub(now)),
            }
        }
        self.settle().await;
    }

    /// Sleeps: the wall clock goes on, the monotonic one stands still; then a little while awake.
    pub(crate) async fn sleep(&mut self, span: SignedDuration) {
        self.clock.jump(span);
        self.pass(minutes(1)).await;
    }

    // --- What came of it ---

    /// What was delivered since the last call.
    pub(crate) fn news(&mut self) -> Vec<Announcement> {
        let all = self.channel.told();
        let news = all.get(self.heard..).unwrap_or_default().to_vec();
        self.heard = all.len();
        news
    }

    /// The same in one line each: kind, urgency, headline.
    pub(crate) fn told(&mut self) -> Vec<String> {
        told(&self.news())
    }

    /// What was shown as bubbles since the last call, in one line each.
    pub(crate) fn shown(&mut self) -> Vec<String> {
        let all = self.bubbles.told();
        let shown = told(all.get(self.seen..).unwrap_or_default());
        self.seen = all.len();
        shown
    }

    /// When a page was asked for its light document, by the driven clock, in whole seconds since the start.
    pub(crate) fn asked_at(&self, page: &Page) -> Vec<i64> {
        let start: Timestamp = START.parse().unwrap();
        let times = self
            .asked
            .get(&page.address())
            .map(|(_, times)| times.as_slice())
            .unwrap_or_default();
        times
            .iter()
            .map(|at| at.duration_since(start).as_secs())
            .collect()
    }

    pub(crate) async fn status(&self) -> StatusView {
        let request = Request::Status { vendors: Vec::new() };
        let Reply::Status(status) = self.ask(request).await.unwrap() else {
            panic!("no status")
        };
        status
    }

    /// How the vendor of this name stands.
    pub(crate) async fn vendor(&self, name: &str) -> VendorView {
        let status = self.status().await;
        status
            .vendors
            .into_iter()
            .find(|vendor| vendor.vendor == name)
            .expect("the vendor is watched")
    }

    /// An incident with everything that was ever said of it.
    pub(crate) async fn incident(&self, id: &str) -> IncidentDetailView {
        let request = Request::Incident {
            id: id.to_owned(),
            vendor: None,
        };
        let Reply::Incident(incident) = self.ask(request).await.unwrap() else {
            panic!("no incident")
        };
        incident
    }
}

/// One line per announcement: kind, urgency, headline.
pub(crate) fn told(announcements: &[Announcement]) -> Vec<String> {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    announcements
        .iter()
        .map(|announcement| {
            let kind = word(serde_json::to_value(announcement.kind).unwrap());
            let urgency = word(serde_json::to_value(announcement.urgency).unwrap());
            format!("{kind} {urgency}: {}", announcement.headline)
        })
        .collect()
}
