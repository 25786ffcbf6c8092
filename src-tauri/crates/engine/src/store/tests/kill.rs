//! Killed at any moment, the store has everything that it answered for, and nothing by halves.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use signalbox_channels::{Announcement, AnnouncementKind, Urgency};
use signalbox_pages::Phase;

use super::{WORDING, incident_added, incident_facts, t, update, watch};
use crate::store::{Integrity, Store};

const DIR: &str = "SIGNALBOX_TEST_KILLED_STORE";
const WRITERS: u32 = 3;

/// Writes from several threads and says each write that was answered, until it is killed. A test only by form: it is what
/// the next one starts.
#[test]
fn a_child_that_writes_until_it_is_killed() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let round: u32 = std::env::var("SIGNALBOX_TEST_ROUND").unwrap().parse().unwrap();
    let store = Store::open(Path::new(&dir), t(0)).unwrap().0;
    let page = watch(&store, &["a"], t(0))[0];
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let store = store.clone();
            scope.spawn(move || {
                for n in 0u32.. {
                    let id = format!("{round}-{writer}-{n}");
                    let said = id.clone();
                    let written = store.write_blocking(move |tx| {
                        let facts = incident_facts(&id, Phase::Identified, t(0));
                        let word = update("u", Phase::Identified, t(0), "text");
                        tx.record_changes(
                            page,
                            t(1),
                            &[incident_added(&id, facts, vec![word])],
                            &[],
                            &WORDING,
                        )?;
                        let draft = |key| Announcement {
                            key,
                            kind: AnnouncementKind::IncidentOpened,
                            urgency: Urgency::Normal,
                            vendor: None,
                            headline: id.clone(),
                            body: String::new(),
                            incident: Some(id.clone()),
                            url: None,
                            health: None,
                            impact: None,
                            recorded_at: t(1),
                            happened_at: None,
                            items: Vec::new(),
                        };
                        tx.owe(&["out"], draft, None)
                    });
                    written.unwrap();
                    println!("answered {said}");
                }
            });
        }
    });
}

#[test]
fn everything_that_was_answered_is_there_after_a_kill() {
    // SIGNALBOX_STORE_KILLS=300 for a long look.
    let kills: u32 = std::env::var("SIGNALBOX_STORE_KILLS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(20);
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let dir = tempfile::tempdir().unwrap();
    let mut answered: BTreeSet<String> = BTreeSet::new();
    for round in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::tests::kill::a_child_that_writes_until_it_is_killed",
                "--nocapture",
            ])
            .env(DIR, dir.path())
            .env("SIGNALBOX_TEST_ROUND", round.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let wanted = rng.usize(1..60);
        let said: Vec<String> = lines
            .by_ref()
            .filter(|line| line.contains("answered "))
            .take(wanted)
            .collect();
        assert_eq!(said.len(), wanted, "the child died by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said between the last line read and its death counts too; the very last line may be cut.
        let rest: Vec<String> = lines.collect();
        for line in said.iter().chain(&rest) {
            let id = line.rsplit("answered ").next().unwrap();
            if id.split('-').filter(|part| part.parse::<u32>().is_ok()).count() == 3 {
                answered.insert(id.to_owned());
            }
        }
        if rest.last().is_some_and(|line| !line.is_empty()) {
            let cut = rest
                .last()
                .unwrap()
                .rsplit("answered ")
                .next()
                .unwrap()
                .to_owned();
            answered.remove(&cut);
        }

        let (store, notices) = Store::open(dir.path(), t(2)).unwrap();
        assert_eq!(notices.len(), 1, "{notices:?}");
        let (incidents, owed) = store
            .read_blocking(|view| {
                let page = view.pages()?[0].id;
                Ok((
                    view.load_state(page, &[], &[])?.incidents,
                    view.announcements(u32::MAX)?,
                ))
            })
            .unwrap();
        let recorded: BTreeSet<String> = incidents.keys().cloned().collect();
        let lost: Vec<&String> = answered.difference(&recorded).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        let announced: BTreeSet<String> = owed
            .iter()
            .map(|owed| owed.announcement.headline.clone())
            .collect();
        assert_eq!(announced, recorded, "a change and what is owed for it are one");
        assert!(incidents.values().all(|event| event.updates.len() == 1));
        let keys: BTreeSet<&String> = owed.iter().map(|owed| &owed.announcement.key).collect();
        assert_eq!(keys.len(), owed.len());
        while store.integrity() == Integrity::Examining {
            std::thread::yield_now();
        }
        assert_eq!(store.integrity(), Integrity::Sound);
        // Not closed: the next child, too, finds what a crash leaves. But wait for it to be let go.
        drop(store);
    }
    assert!(!answered.is_empty());
}
