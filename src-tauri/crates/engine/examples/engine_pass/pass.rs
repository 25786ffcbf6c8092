//! One pass over all pages for each line of input.

use std::{
    fs,
    future::Future,
    io::stdin,
    path::Path,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use signalbox_channels::{Announcement, Channel, Outcome};
use signalbox_engine::{
    api::{Reply, Request, SourceState},
    run::Engine,
};
use signalbox_pages::{
    Asked, Document, DocumentAddress, Evidence, Reader, Reading, Site, Unreadable,
    readers::statuspage::Statuspage,
};

use crate::{
    Failure,
    engine::{DrivenClock, configure, runtime, start},
};

/// Longer than any page waits for its next poll.
const UNTIL_ALL_ARE_DUE: Duration = Duration::from_secs(140);

/// Waits for lines. At the first an engine that is running begins to watch all pages; at each further one all of them
/// are due again. A line is printed when all have been polled and everything is committed: what the pass cost by the
/// kernel's own accounting of the threads (whoever drives this may have a better clock).
pub(crate) fn passes(pages: &Path, data: &Path, root: Option<&Path>, light: bool) -> Result<(), Failure> {
    let addresses: Vec<String> = fs::read_to_string(pages)?.lines().map(str::to_owned).collect();
    let preferences = root.map_or_else(String::new, |root| {
        format!("extra_roots = [{:?}]", root.display().to_string())
    });
    let runtime = runtime()?;
    let clock = DrivenClock::new();
    let nothing = configure(data, &preferences, &[])?;
    let everything = configure(data, &preferences, &addresses)?;
    let reader: &'static dyn Reader = if light { &LightOnly } else { &Statuspage };
    let deliveries = Arc::new(Counter::default());
    let engine = runtime.block_on(start(data, clock.clone(), nothing, reader, deliveries.clone()))?;
    runtime.block_on(engine.settled())?;
    println!("ready");
    let mut first = true;
    for line in stdin().lines() {
        line?;
        let (cpu, began) = (processor_time()?, Instant::now());
        runtime.block_on(async {
            if first {
                engine.reload(everything.clone()).await?;
            } else {
                clock.drive(UNTIL_ALL_ARE_DUE);
            }
            engine.settled().await
        })?;
        let (cpu, wall) = (processor_time()?.saturating_sub(cpu), began.elapsed());
        let each = |span: Duration| span.as_secs_f64() * 1e6 / addresses.len() as f64;
        println!(
            "done: {:.1} µs of processor a page, {:.0} ms in all",
            each(cpu),
            wall.as_secs_f64() * 1e3
        );
        first = false;
    }
    runtime.block_on(everything_was_read(&engine, addresses.len()))?;
    runtime.block_on(engine.stop(Duration::from_secs(10)));
    let announced = deliveries.0.load(Ordering::Acquire);
    println!(
        "{announced} announcements, {} bytes of database",
        fs::metadata(data.join("signalbox.db"))?.len()
    );
    Ok(())
}

/// A pass that failed fast would be cheap.
async fn everything_was_read(engine: &Engine, pages: usize) -> Result<(), Failure> {
    let Reply::Status(status) = engine.ask(Request::Status { vendors: Vec::new() }).await? else {
        return Err("no status".into());
    };
    let fresh = status
        .vendors
        .iter()
        .filter(|vendor| vendor.source == SourceState::Fresh)
        .count();
    if fresh == pages {
        return Ok(());
    }
    let reason = status
        .vendors
        .iter()
        .find_map(|vendor| vendor.source_reason.clone());
    Err(format!(
        "only {fresh} of {pages} pages were read: {}",
        reason.unwrap_or_default()
    )
    .into())
}

/// The Statuspage reader for pages that have their light document alone.
#[derive(Debug)]
struct LightOnly;

impl Reader for LightOnly {
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
        Statuspage
            .documents(site)
            .into_iter()
            .filter(|document| document.asked == Asked::AtEveryPoll)
            .collect()
    }

    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable> {
        Statuspage.read(documents, site)
    }
}

/// A channel that takes everything.
#[derive(Default)]
struct Counter(AtomicU64);

impl Channel for Counter {
    fn name(&self) -> &str {
        "counter"
    }

    fn deliver<'a>(&'a self, _: &'a Announcement) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        self.0.fetch_add(1, Ordering::AcqRel);
        Box::pin(std::future::ready(Outcome::Delivered))
    }
}

/// What the threads of this process have used so far: the first number of each `schedstat`, in nanoseconds.
fn processor_time() -> Result<Duration, Failure> {
    let mut total = Duration::ZERO;
    for thread in fs::read_dir("/proc/self/task")? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        let used = text.split_whitespace().next().ok_or("an empty schedstat")?;
        total += Duration::from_nanos(used.parse()?);
    }
    Ok(total)
}
