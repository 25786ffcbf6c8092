//! How long it takes from a response to the announcement of what it says, while some hosts hang.

use std::{
    collections::BTreeMap,
    future::Future,
    path::Path,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use signalbox_channels::{Announcement, AnnouncementKind, Channel, Outcome};
use signalbox_pages::readers::statuspage::Statuspage;
use signalbox_replay::{Incident, Misbehaviour, Page, StatuspageBody, Town, TownOptions, Update};
use tokio::runtime::Builder;

use crate::{
    Failure,
    engine::{DrivenClock, configure, runtime, start},
};

const BYTES: usize = 17_000;

/// So long after the first look the first pages are due again, the others within the time that their jitter gives them.
const UNTIL_THE_FIRST_IS_DUE: Duration = Duration::from_secs(107);

/// After this all of them are.
const UNTIL_ALL_ARE_DUE: Duration = Duration::from_secs(140);

/// Longer than it takes until every page has been asked.
const PATIENCE: Duration = Duration::from_secs(90);

/// Opens an incident on every page but those of `hanging` hosts, and prints how long the announcements took: once with
/// the polls at the times that the schedule gives them, once with all of them due at the same moment. The time begins
/// when the request for the document was complete at the page, which is a little before its response arrives.
pub(crate) fn latency(data: &Path, count: usize, hanging: usize) -> Result<(), Failure> {
    // The pages have threads of their own, so that they wait for nothing of the engine's.
    let outside = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    // Every tenth of these has trouble from the start, and would be asked twice as often: those are left out.
    let mut bodies: Vec<StatuspageBody> = (0..count)
        .map(|index| StatuspageBody::sized(index + index / 9 + 1, BYTES))
        .collect();
    let (town, pages) = outside.block_on(async {
        let town = Town::with(TownOptions {
            kept_requests: 32,
            ..TownOptions::default()
        });
        let pages = town.open_many(count)?;
        for (page, body) in pages.iter().zip(&bodies) {
            body.serve_on(page);
            page.compress_ahead().await;
        }
        Ok::<_, Failure>((town, pages))
    })?;

    let runtime = runtime()?;
    let clock = DrivenClock::new();
    let addresses: Vec<String> = pages.iter().map(Page::url).collect();
    let config = configure(data, "", &addresses)?;
    let heard = Arc::new(Heard::default());
    let looked = Instant::now();
    let engine = runtime.block_on(start(data, clock.clone(), config, &Statuspage, heard.clone()))?;
    runtime.block_on(engine.settled())?;

    for page in pages.iter().take(hanging) {
        let _inside = outside.enter();
        page.misbehave(Misbehaviour::Hang);
    }
    for (name, drive) in [
        ("scheduled", UNTIL_THE_FIRST_IS_DUE),
        ("at once", UNTIL_ALL_ARE_DUE),
    ] {
        let told_at = clock_words(&clock);
        outside.block_on(async {
            for (index, (page, body)) in pages.iter().zip(&mut bodies).enumerate().skip(hanging) {
                let id = format!("{name} {index}").replace(' ', "-");
                let update = Update::new(
                    format!("u{id}"),
                    "investigating",
                    "Requests fail more often than usual.",
                );
                *body = body.clone().incident(Incident {
                    updates: vec![update.at(&told_at)],
                    impact: Some("major".to_owned()),
                    ..Incident::new(id, "Errors")
                });
                body.serve_on(page);
                page.compress_ahead().await;
            }
        });
        let changed = Instant::now();
        clock.drive(if name == "scheduled" {
            drive.saturating_sub(looked.elapsed())
        } else {
            drive
        });
        // A word to the loop, which sleeps by the machine's clock.
        let settled = runtime.spawn({
            let engine = engine.clone();
            async move { engine.settled().await }
        });
        while heard.count(name) < count - hanging && changed.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        settled.abort();
        let mut waits = Vec::new();
        for (index, page) in pages.iter().enumerate().skip(hanging) {
            let id = format!("{name} {index}").replace(' ', "-");
            let at = heard.at(&id).ok_or_else(|| format!("{id} was not announced"))?;
            let asked = page.requests().into_iter().find(|request| {
                request.at.into_std() >= changed && request.path().ends_with("/summary.json")
            });
            let asked = asked.ok_or("a page was not asked")?.at.into_std();
            waits.push(at.saturating_duration_since(asked).as_secs_f64() * 1e3);
        }
        waits.sort_by(f64::total_cmp);
        let quantile = |q: f64| {
            waits
                .get(((waits.len() - 1) as f64 * q).round() as usize)
                .copied()
                .unwrap_or(f64::NAN)
        };
        println!(
            "{name}: {} announcements, median {:.2} ms, p99 {:.2} ms, most {:.2} ms",
            waits.len(),
            quantile(0.5),
            quantile(0.99),
            quantile(1.0)
        );
    }
    runtime.block_on(engine.stop(Duration::from_secs(10)));
    drop(town);
    Ok(())
}

fn clock_words(clock: &DrivenClock) -> String {
    use signalbox_engine::clock::Clock as _;
    clock.now().to_string()
}

/// A channel that notes when it heard of which incident.
#[derive(Default)]
struct Heard(Mutex<BTreeMap<String, Instant>>);

impl Heard {
    fn at(&self, incident: &str) -> Option<Instant> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(incident)
            .copied()
    }

    fn count(&self, name: &str) -> usize {
        let beginning = name.replace(' ', "-");
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard
            .keys()
            .filter(|incident| incident.starts_with(&beginning))
            .count()
    }
}

impl Channel for Heard {
    fn name(&self) -> &str {
        "heard"
    }

    fn deliver<'a>(
        &'a self,
        announcement: &'a Announcement,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        if let (AnnouncementKind::IncidentOpened, Some(incident)) =
            (announcement.kind, &announcement.incident)
        {
            let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            heard.entry(incident.clone()).or_insert_with(Instant::now);
        }
        Box::pin(std::future::ready(Outcome::Delivered))
    }
}
