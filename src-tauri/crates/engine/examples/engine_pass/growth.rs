//! How many bytes the database grows by with each update.

use std::{fs, future::Future, path::Path, pin::Pin, sync::Arc, time::Duration};

use rusqlite::Connection;
use signalbox_channels::{Announcement, Channel, Outcome};
use signalbox_engine::clock::Clock as _;
use signalbox_pages::readers::statuspage::Statuspage;
use signalbox_replay::{Incident, Page, StatuspageBody, Town, TownOptions, Transition, Update};

use crate::{
    Failure,
    engine::{DrivenClock, configure, runtime, start},
};

const BYTES: usize = 17_000;

/// So many incidents are told on each page, one after another.
const INCIDENTS: usize = 5;

/// How an incident usually goes: the phase of each update, and the status of the component that it names.
const LIFE: [(&str, &str, &str); 4] = [
    ("investigating", "operational", "partial_outage"),
    ("identified", "partial_outage", "major_outage"),
    ("monitoring", "major_outage", "degraded_performance"),
    ("resolved", "degraded_performance", "operational"),
];

/// Vendors' words are of this kind and number.
const WORDS: [&str; 48] = [
    "we",
    "are",
    "currently",
    "looking",
    "into",
    "reports",
    "of",
    "slow",
    "responses",
    "from",
    "the",
    "gateway",
    "some",
    "requests",
    "may",
    "fail",
    "with",
    "a",
    "time-out",
    "our",
    "engineers",
    "have",
    "found",
    "cause",
    "and",
    "work",
    "on",
    "mending",
    "it",
    "numbers",
    "fall",
    "back",
    "to",
    "usual",
    "queues",
    "drain",
    "region",
    "customers",
    "in",
    "who",
    "use",
    "webhooks",
    "see",
    "delays",
    "up",
    "ten",
    "minutes",
    "database",
];

/// Lets incidents open, worsen, ease and be resolved on every page, each step in a poll of its own, and prints what the
/// database grew by for each update: revisions, spans and all indexes; and, apart, the announcements.
pub(crate) fn growth(data: &Path, count: usize) -> Result<(), Failure> {
    let runtime = runtime()?;
    let clock = DrivenClock::new();
    let mut random = fastrand::Rng::with_seed(11);
    let (town, pages, mut bodies) = runtime.block_on(async {
        let town = Town::with(TownOptions {
            kept_requests: 0,
            ..TownOptions::default()
        });
        let pages = town.open_many(count)?;
        let bodies: Vec<StatuspageBody> = (0..count)
            .map(|index| StatuspageBody::sized(index, BYTES))
            .collect();
        for (page, body) in pages.iter().zip(&bodies) {
            body.serve_on(page);
        }
        Ok::<_, Failure>((town, pages, bodies))
    })?;
    let addresses: Vec<String> = pages.iter().map(Page::url).collect();
    let config = configure(data, "", &addresses)?;

    let file = data.join("signalbox.db");
    let before = runtime.block_on(async {
        let engine = start(data, clock.clone(), config.clone(), &Statuspage, Arc::new(Deaf)).await?;
        engine.settled().await?;
        engine.stop(Duration::from_secs(10)).await;
        size(&file)
    })?;
    let after = runtime.block_on(async {
        let engine = start(data, clock.clone(), config, &Statuspage, Arc::new(Deaf)).await?;
        engine.settled().await?;
        for number in 0..INCIDENTS {
            for (step, (phase, from, to)) in LIFE.into_iter().enumerate() {
                for (index, (page, body)) in pages.iter().zip(&mut bodies).enumerate() {
                    let component = format!("c{index:05}x001");
                    let id = format!("g{index:05}n{number}");
                    if step == 0 {
                        let incident = Incident::new(&id, words(&mut random, 6))
                            .impact("major")
                            .affects(&component);
                        *body = body.clone().incident(incident);
                    }
                    let length = random.usize(25..55);
                    let update = Update {
                        transitions: vec![Transition {
                            component: component.clone(),
                            from: from.to_owned(),
                            to: to.to_owned(),
                        }],
                        ..Update::new(format!("u{id}s{step}"), phase, words(&mut random, length))
                    };
                    let incident = body.incident_mut(&id).ok_or("the incident is gone")?;
                    incident.updates.push(update.at(clock.now().to_string()));
                    body.set_status(&component, to);
                    body.serve_on(page);
                }
                clock.drive(Duration::from_secs(140));
                engine.settled().await?;
            }
        }
        engine.stop(Duration::from_secs(10)).await;
        size(&file)
    })?;
    let updates = count * INCIDENTS * LIFE.len();
    let each = |size: fn(&Size) -> u64| (size(&after) - size(&before)) as f64 / updates as f64;
    println!(
        "history: {:.0} bytes for each of {updates} updates",
        each(|size| size.history)
    );
    println!(
        "announcements: {:.0} bytes for each update",
        each(|size| size.announcements)
    );
    drop(town);
    Ok(())
}

/// What takes how many bytes of a database.
struct Size {
    /// Announcements, delivered or not, with their indexes: those delivered are dropped after a while.
    announcements: u64,
    /// Everything else.
    history: u64,
}

fn size(file: &Path) -> Result<Size, Failure> {
    let database = Connection::open(file)?;
    let announcements = database.query_row(
        "SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = 'outbox')",
        (),
        |row| row.get::<_, i64>(0),
    )?;
    let announcements = announcements.unsigned_abs();
    Ok(Size {
        announcements,
        history: fs::metadata(file)?.len() - announcements,
    })
}

fn words(random: &mut fastrand::Rng, count: usize) -> String {
    let mut text = String::new();
    for place in 0..count {
        if place > 0 {
            text.push(' ');
        }
        text.push_str(random.choice(WORDS).unwrap_or_default());
    }
    text
}

/// A channel that takes everything and does nothing.
struct Deaf;

impl Channel for Deaf {
    fn name(&self) -> &str {
        "deaf"
    }

    fn deliver<'a>(&'a self, _: &'a Announcement) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        Box::pin(std::future::ready(Outcome::Delivered))
    }
}
