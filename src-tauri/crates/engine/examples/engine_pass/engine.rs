//! An engine as `signalbox watch` has it, with a clock that is driven.

use std::{
    fmt::Write as _,
    fs,
    future::Future,
    path::Path,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use signalbox_channels::Channel;
use signalbox_engine::{
    clock::{Clock, SystemClock},
    config::{Config, Limits, Loaded, paths::Places},
    fetch::{FetchSettings, ProxyChoice},
    run::{Engine, Mode, Setup},
    store::Store,
};
use signalbox_pages::Reader;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use crate::Failure;

/// The machine's clock, ahead by what it was driven.
pub(crate) struct DrivenClock {
    machine: SystemClock,
    ahead_ms: AtomicU64,
}

impl DrivenClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            machine: SystemClock::new(),
            ahead_ms: AtomicU64::new(0),
        })
    }

    /// Both clocks go on by `span` at once. Whoever sleeps does not notice.
    pub(crate) fn drive(&self, span: Duration) {
        self.ahead_ms.fetch_add(
            u64::try_from(span.as_millis()).unwrap_or(u64::MAX),
            Ordering::AcqRel,
        );
    }

    fn ahead(&self) -> Duration {
        Duration::from_millis(self.ahead_ms.load(Ordering::Acquire))
    }
}

impl Clock for DrivenClock {
    fn now(&self) -> Timestamp {
        let now = self.machine.now();
        now.checked_add(self.ahead()).unwrap_or(now)
    }

    fn monotonic(&self) -> Duration {
        self.machine.monotonic() + self.ahead()
    }

    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.machine.sleep(span)
    }
}

/// As many threads as `signalbox watch` has.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Ok(Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?)
}

/// Writes a configuration that watches these pages.
pub(crate) fn configure(data: &Path, preferences: &str, pages: &[String]) -> Result<Loaded, Failure> {
    let mut text = format!("[preferences]\n{preferences}\n");
    for page in pages {
        write!(text, "\n[[watch]]\npage = \"{page}\"\n")?;
    }
    let file = data.join("config.toml");
    fs::write(&file, text)?;
    let limits = Limits {
        shortest_interval: Duration::from_secs(1),
        ..Limits::default()
    };
    Ok(Config::load_within(&file, &limits)?)
}

/// Starts an engine that watches nothing yet.
pub(crate) async fn start(
    data: &Path,
    clock: Arc<DrivenClock>,
    config: Loaded,
    reader: &'static dyn Reader,
    channel: Arc<dyn Channel>,
) -> Result<Engine, Failure> {
    let (store, _) = Store::open(data, clock.now())?;
    let setup = Setup {
        places: Places {
            config_file: data.join("config.toml"),
            data_dir: data.to_owned(),
            state_dir: data.to_owned(),
        },
        config,
        limits: Limits {
            shortest_interval: Duration::from_secs(1),
            ..Limits::default()
        },
        store,
        clock,
        seed: 7,
        readers: Arc::new([reader]),
        channels: vec![channel],
        fetch: FetchSettings {
            proxy: ProxyChoice::Direct,
            ..FetchSettings::default()
        },
        mode: Mode::Continuous,
        network: signalbox_engine::network::silent(),
        shows: false,
        retired: CancellationToken::new(),
    };
    Ok(Engine::start(setup).await?)
}
