//! T4, with `kill -9` at random moments while dozens of pages change all the time.
//!
//! The configuration's shortest interval is thirty seconds, for the sake of the pages' owners. It is kept: instead, the
//! running engine is asked over its control socket to look at every page now, again and again, as `signalbox check`
//! does. So the program under test is the product as it is, without a knob for tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use signalbox_channels::{Announcement, AnnouncementKind};
use signalbox_engine::{
    api::{HistoryView, Reply, Request},
    clock::{Clock as _, SystemClock},
    store::{Integrity, Owed, OwedState, Store},
};
use signalbox_replay::{Incident, Page, StatuspageBody, Update};

use crate::stand::{SOON, Stand, announcement, ask, wait_until};

const PAGES: usize = 40;
/// The documents of a page list so many incidents at most: more than come and go while nobody looks.
const LISTED: usize = 30;
/// Every so many runs are ended in order.
const ORDERLY: u32 = 6;

/// Pages that change all the time.
struct Load {
    pages: Vec<(Page, StatuspageBody)>,
    rng: fastrand::Rng,
    clock: SystemClock,
    opened: u32,
}

impl Load {
    fn change(&mut self) {
        let now = self.clock.now();
        for (page, body) in &mut self.pages {
            if self.rng.u8(..) < 150 {
                continue;
            }
            let update =
                |phase: &str| Update::new(format!("u{}", fastrand::u64(..)), phase, "Words.").at(now);
            let open = body.incidents.last_mut().filter(|incident| !incident.is_over());
            match open {
                Some(incident) if self.rng.bool() => incident.push(update("resolved")),
                Some(incident) if incident.impact.as_deref() == Some("minor") => {
                    incident.impact = Some("critical".to_owned());
                    incident.push(update("identified"));
                }
                Some(incident) => incident.push(update("monitoring")),
                None if self.rng.u8(..) < 60 => {
                    let word = if self.rng.bool() {
                        "operational"
                    } else {
                        "degraded_performance"
                    };
                    body.set_status("c2", word);
                }
                None => {
                    self.opened += 1;
                    let incident =
                        Incident::new(format!("i{}", self.opened), format!("Trouble {}", self.opened))
                            .impact("minor")
                            .affects("c1")
                            .started_at(now)
                            .update(update("investigating"));
                    body.incidents.push(incident);
                    let gone = body.incidents.len().saturating_sub(LISTED);
                    body.incidents.drain(..gone);
                }
            }
            body.updated_at = Some(now.to_string());
            body.serve_on(page);
        }
    }
}

/// What the runs have said so far.
#[derive(Default)]
struct Heard {
    by_key: BTreeMap<String, Announcement>,
    /// The last line of the last run that said anything, if it was killed.
    last: Option<String>,
    repeated: u32,
}

impl Heard {
    fn hear(&mut self, lines: &[String], killed: bool) {
        let mut first = true;
        for line in lines {
            let announcement = announcement(line);
            let key = announcement.key.clone();
            if let Some(before) = self.by_key.get(&key) {
                assert!(first, "only the delivery in flight may be repeated, not {line}");
                assert_eq!(
                    self.last.as_ref(),
                    Some(&key),
                    "what is repeated was the last thing that was said"
                );
                assert_eq!(*before, announcement, "the same key stands for the same thing");
                self.repeated += 1;
            }
            self.by_key.insert(key.clone(), announcement);
            self.last = Some(key);
            first = false;
        }
        if !killed {
            self.last = None;
        }
    }
}

/// Examines a copy of what a killed process left, so that the next one finds it as it was; gives what was owed.
fn examine(data: &Path) -> Vec<Owed> {
    let copy = tempfile::tempdir().expect("a directory");
    for name in ["signalbox.db", "signalbox.db-wal"] {
        if data.join(name).exists() {
            fs::copy(data.join(name), copy.path().join(name)).expect("copied");
        }
    }
    let (store, _) = Store::open(copy.path(), SystemClock::new().now()).expect("a store that opens");
    wait_until("the store is examined", SOON, || match store.integrity() {
        Integrity::Examining => false,
        Integrity::Damaged { detail } => panic!("the store is damaged: {detail}"),
        Integrity::Sound | Integrity::NotExamined => true,
    });
    let owed = store
        .read_blocking(|view| view.announcements(u32::MAX))
        .expect("read");
    store.close_blocking().expect("closed");
    owed
}

/// How many kills, and for how long at most: in an ordinary run sixty within a minute or so, with SIGNALBOX_KILLS=600 as
/// many as are wanted.
fn kills() -> (u32, Duration) {
    let wanted = std::env::var("SIGNALBOX_KILLS")
        .ok()
        .and_then(|count| count.parse().ok());
    wanted.map_or((60, Duration::from_secs(60)), |wanted| (wanted, Duration::MAX))
}

#[test]
fn every_recorded_change_is_announced_however_often_it_is_killed() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let bodies: Vec<StatuspageBody> = (0..PAGES)
        .map(|n| {
            StatuspageBody::new(format!("Vendor {n}"))
                .component("c1", "Works", "operational")
                .component("c2", "Office", "operational")
        })
        .collect();
    let (stand, pages) = Stand::with_pages(&bodies);
    let mut heard = Heard::default();

    // The first sight of every page is history; from here on every change is owed.
    let mut watch = stand.watch();
    watch.wait_until_it_answers(&stand);
    stand.check();
    let baseline = announcement(&watch.line("the baseline", |_| true));
    assert_eq!(baseline.kind, AnnouncementKind::Baseline);
    heard.by_key.insert(baseline.key.clone(), baseline);
    watch.signal("TERM");
    let (status, lines, errors) = watch.end();
    assert_eq!((status.code(), errors.as_str()), (Some(0), ""));
    heard.hear(&lines, false);

    let load = Load {
        pages: pages.into_iter().zip(bodies).collect(),
        rng: fastrand::Rng::with_seed(seed),
        clock: SystemClock::new(),
        opened: 0,
    };
    let load = Arc::new(Mutex::new(load));
    let over = Arc::new(AtomicBool::new(false));
    let checks = Arc::new(AtomicU32::new(0));
    let driving = {
        let (load, over, checks, data) = (
            Arc::clone(&load),
            Arc::clone(&over),
            Arc::clone(&checks),
            stand.data(),
        );
        stand.runtime.spawn(async move {
            while !over.load(Ordering::SeqCst) {
                load.lock().expect("not poisoned").change();
                let asked = ask(&data, Request::Check { vendors: Vec::new() }).await;
                match asked {
                    Ok(_) => drop(checks.fetch_add(1, Ordering::SeqCst)),
                    Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                }
            }
        })
    };

    let (mut killed, mut run, mut before) = (0, 0, BTreeSet::new());
    let (wanted, at_most) = kills();
    let began = Instant::now();
    while killed < wanted && began.elapsed() < at_most {
        run += 1;
        let mut watch = stand.watch();
        // Some are killed while they are still starting.
        if rng.u8(..) < 200 {
            watch.wait_until_it_answers(&stand);
        }
        thread::sleep(Duration::from_millis(rng.u64(0..500)));
        let orderly = run % ORDERLY == 0;
        if orderly {
            watch.wait_until_it_answers(&stand);
            watch.signal("TERM");
        } else {
            watch.signal("KILL");
            killed += 1;
        }
        let (status, lines, errors) = watch.end();
        assert_eq!(status.code(), orderly.then_some(0), "{errors}");
        heard.hear(&lines, !orderly);
        let owed = examine(&stand.data());
        let now: BTreeSet<String> = owed.iter().map(|owed| owed.announcement.key.clone()).collect();
        assert!(now.is_superset(&before), "what was recorded is recorded for good");
        for key in heard.by_key.keys() {
            assert!(now.contains(key), "what was announced is recorded: {key}");
        }
        before = now;
    }
    over.store(true, Ordering::SeqCst);
    stand.runtime.block_on(driving).expect("the load");

    // One run to its end, and one that has nothing left to say.
    let mut watch = stand.watch();
    watch.wait_until_it_answers(&stand);
    let status = stand.check();
    let open = Store::open_read_only(&stand.data()).expect("a store");
    wait_until("what is owed is delivered", SOON, || {
        open.read_blocking(|view| view.owed_count("standard-output"))
            .expect("read")
            == 0
    });
    watch.signal("TERM");
    let (ended, lines, _) = watch.end();
    assert_eq!(ended.code(), Some(0));
    heard.hear(&lines, false);
    let mut watch = stand.watch();
    watch.wait_until_it_answers(&stand);
    stand.check();
    let Ok(Reply::History(history)) = stand.ask(Request::History {
        vendors: Vec::new(),
        since: None,
        until: None,
        limit: u32::MAX,
        before: None,
    }) else {
        panic!("no history")
    };
    watch.signal("TERM");
    let (ended, lines, _) = watch.end();
    assert_eq!(
        (ended.code(), lines.len()),
        (Some(0), 0),
        "an orderly restart repeats nothing: {lines:?}"
    );

    all_that_was_owed_was_said(&examine(&stand.data()), &heard);
    all_that_was_recorded_was_announced(&history, &heard);
    let load = load.lock().expect("not poisoned");
    let really: BTreeSet<String> = load
        .pages
        .iter()
        .flat_map(|(_, body)| body.incidents.iter().filter(|incident| !incident.is_over()))
        .map(|incident| incident.id.clone())
        .collect();
    let known: BTreeSet<String> = status
        .vendors
        .iter()
        .flat_map(|vendor| &vendor.incidents)
        .map(|incident| incident.id.clone())
        .collect();
    assert_eq!(known, really, "what is open there is open here");
    let checks = checks.load(Ordering::SeqCst);
    println!(
        "{killed} kills, {} announcements, {} repeated, {} incidents, {checks} whole checks of {PAGES} pages",
        heard.by_key.len(),
        heard.repeated,
        history.incidents.len()
    );
    assert!(heard.repeated <= killed);
    assert!(history.incidents.len() > PAGES, "the load was no load");
}

fn all_that_was_owed_was_said(owed: &[Owed], heard: &Heard) {
    for owed in owed {
        let said = heard.by_key.get(&owed.announcement.key);
        match owed.state {
            OwedState::Delivered => {
                assert_eq!(
                    said,
                    Some(&owed.announcement),
                    "what counts as delivered has been said"
                );
            }
            OwedState::Merged => {
                assert!(
                    owed.batch.is_some() && said.is_none(),
                    "only what was held is merged: {owed:?}"
                );
            }
            OwedState::Pending | OwedState::Held | OwedState::Refused => panic!("left over: {owed:?}"),
        }
    }
    assert!(heard.by_key.len() <= owed.len());
}

/// Judged by the history alone, not by what the outbox believes.
fn all_that_was_recorded_was_announced(history: &HistoryView, heard: &Heard) {
    assert!(!history.more);
    let mut kinds: BTreeMap<&str, Vec<AnnouncementKind>> = BTreeMap::new();
    for announcement in heard.by_key.values() {
        if let Some(incident) = &announcement.incident {
            kinds.entry(incident).or_default().push(announcement.kind);
        }
    }
    for incident in &history.incidents {
        let told = kinds
            .get(incident.id.as_str())
            .map(Vec::as_slice)
            .unwrap_or_default();
        let count = |kind| told.iter().filter(|told| **told == kind).count();
        let opened = count(AnnouncementKind::IncidentOpened);
        let missed = count(AnnouncementKind::IncidentMissed);
        let resolved = count(AnnouncementKind::IncidentResolved);
        assert_eq!(
            opened + missed,
            1,
            "{} ({:?}): {told:?}",
            incident.id,
            incident.phase
        );
        assert_eq!(
            resolved,
            usize::from(!incident.open && opened == 1),
            "{}: {told:?}",
            incident.id
        );
    }
}
