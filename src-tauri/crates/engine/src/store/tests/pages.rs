//! Watches, polls, the schedule, coverage, mutes.

use std::{sync::Arc, time::Duration};

use rusqlite::Connection;
use signalbox_pages::{Component, Event, Health, Phase, Snapshot};

use super::{
    WORDING, component, component_added, incident_added, incident_facts, open, record, t, watch, write,
};
use crate::{
    api::SourceState,
    compare::{Change, ComponentChange, Listed, test_words},
    store::{DocumentRow, Mute, Part, PollRow, Store, UNTIL_LIFTED, WatchRow, open::file},
};

fn poll(seconds: i64) -> PollRow {
    PollRow {
        asked_at: t(seconds),
        source: SourceState::Fresh,
        source_reason: None,
        failing_since: None,
        misses: 0,
        next_due_at: t(seconds + 120),
        wants: Vec::new(),
        read_at: Some(t(seconds)),
        rest_read_at: None,
        light_hash: Some(u64::MAX),
        heavy_owed: false,
        heavy_at: None,
        vendor_updated_at: None,
        baseline_at: None,
        last_known_health: None,
    }
}

fn due(store: &Store, seconds: i64) -> Vec<String> {
    let due = store.read_blocking(|view| view.due(t(seconds), 10)).unwrap();
    due.into_iter().map(|page| page.address).collect()
}

#[test]
fn watches_follow_the_configuration_and_a_removed_page_keeps_its_history() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let a = watch(&store, &["a", "b"], t(0))[0];
    record(&store, a, t(1), vec![component_added("api", Health::Operational)]);
    let watches = |list: &[(&str, u64)]| -> Vec<WatchRow> {
        list.iter()
            .map(|(address, interval)| WatchRow {
                address: (*address).to_owned(),
                name: Some(format!("Vendor {address}")),
                host: (*address).to_owned(),
                interval: Duration::from_secs(*interval),
            })
            .collect()
    };
    let list = watches(&[("b", 120), ("c", 120), ("b", 5)]);
    let synced = write(&store, move |tx| tx.sync_watches(&list, t(10)));
    assert_eq!(
        (
            synced.added.len(),
            synced.returned.len(),
            synced.removed.as_slice()
        ),
        (1, 0, &[a][..])
    );
    assert_eq!(due(&store, 10), ["b", "c"]);
    assert_eq!(
        store
            .read_blocking(|view| view.watched_components())
            .unwrap()
            .len(),
        0
    );
    assert_eq!(store.read_blocking(|view| view.components(a)).unwrap().len(), 1);

    let list = watches(&[("a", 30), ("b", 120), ("c", 120)]);
    let again = list.clone();
    let synced = write(&store, move |tx| tx.sync_watches(&list, t(20)));
    assert_eq!(
        (
            synced.added.len(),
            synced.returned.as_slice(),
            synced.removed.len()
        ),
        (0, &[a][..], 0)
    );
    let page = store.read_blocking(|view| view.page(a)).unwrap().unwrap();
    assert_eq!(
        (page.first_watched_at, page.interval, page.next_due_at),
        (t(0), Some(Duration::from_secs(30)), t(20))
    );
    assert_eq!(
        write(&store, move |tx| tx.sync_watches(&again, t(30))),
        Default::default()
    );
}

#[test]
fn a_shorter_interval_makes_a_page_due_and_a_longer_one_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    let polled = PollRow {
        next_due_at: t(100),
        ..poll(1)
    };
    write(&store, move |tx| tx.record_poll(page, &polled, &[]));
    for (interval, at, due) in [(7200, 10, t(100)), (60, 20, t(20))] {
        let list = [WatchRow {
            address: "a".to_owned(),
            name: None,
            host: "a".to_owned(),
            interval: Duration::from_secs(interval),
        }];
        write(&store, move |tx| tx.sync_watches(&list, t(at)));
        let page = store.read_blocking(|view| view.page(page)).unwrap().unwrap();
        assert_eq!(page.next_due_at, due, "{interval} s");
    }
}

#[test]
fn a_poll_says_when_the_page_is_due_again_and_keeps_what_it_did_not_learn() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let pages = watch(&store, &["a", "b"], t(0));
    let a = pages[0];
    assert_eq!(
        store.read_blocking(|view| view.next_due_at()).unwrap(),
        Some(t(0))
    );
    let document = DocumentRow {
        name: "summary".to_owned(),
        url: Some("https://a/summary".into()),
        etag: Some("W/\"1\"".to_owned()),
        last_modified: None,
        body_hash: Some(u64::MAX - 1),
        full_fetch_at: Some(t(5)),
    };
    let kept = document.clone();
    let first = PollRow {
        baseline_at: Some(t(5)),
        last_known_health: Some(Health::Operational),
        ..poll(5)
    };
    write(&store, move |tx| tx.record_poll(a, &first, &[document]));
    assert_eq!(due(&store, 6), ["b"]);
    assert_eq!(due(&store, 125), ["b", "a"]);
    let failed = PollRow {
        source: SourceState::Unreachable,
        source_reason: Some("timed out".to_owned()),
        failing_since: Some(t(125)),
        misses: 1,
        read_at: None,
        light_hash: None,
        ..poll(125)
    };
    write(&store, move |tx| tx.record_poll(a, &failed, &[]));
    let page = store.read_blocking(|view| view.page(a)).unwrap().unwrap();
    assert_eq!(
        (page.read_at, page.asked_at, page.misses),
        (Some(t(5)), Some(t(125)), 1)
    );
    assert_eq!(
        (page.light_hash, page.source),
        (Some(u64::MAX), SourceState::Unreachable)
    );
    assert_eq!(
        (page.baseline_at, page.last_known_health),
        (Some(t(5)), Some(Health::Operational))
    );
    assert_eq!(page.health, None, "a failed read is no word of the vendor");
    assert_eq!(store.read_blocking(|view| view.documents(a)).unwrap(), [kept]);
    write(&store, move |tx| tx.set_resolved(a, "https://a/", "statuspage"));
    assert_eq!(store.read_blocking(|view| view.documents(a)).unwrap(), []);
}

#[test]
fn what_the_person_was_told_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let a = watch(&store, &["a"], t(0))[0];
    record(&store, a, t(1), vec![component_added("api", Health::MajorOutage)]);
    write(&store, move |tx| {
        tx.set_told_unreachable(a, Some(t(1)))?;
        tx.set_told_redirect(a, Some("https://b/"))?;
        tx.set_told(a, &vec!["api"])?;
        tx.set_accepted_unreadable(a, true)?;
        tx.set_next_due_at(a, t(3))?;
        tx.set_stopped(t(4))
    });
    let page = store.read_blocking(|view| view.page(a)).unwrap().unwrap();
    assert_eq!(page.told_unreachable_at, Some(t(1)));
    assert_eq!(page.told_redirect.as_deref(), Some("https://b/"));
    let told: Vec<String> = store.read_blocking(|view| view.told(a)).unwrap();
    assert_eq!(told, ["api"]);
    assert!(page.accepted_unreadable);
    assert_eq!(page.next_due_at, t(3));
    assert_eq!(
        store.read_blocking(|view| view.last_stopped_at()).unwrap(),
        Some(t(4))
    );
}

#[test]
fn coverage_grows_without_gaps_and_begins_anew_after_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let a = watch(&store, &["a"], t(0))[0];
    for (from, to) in [(0, 60), (60, 120), (125, 180), (400, 500), (450, 480), (100, 130)] {
        write(&store, move |tx| {
            tx.extend_coverage(a, Part::Page, t(from), t(to), Duration::from_secs(10))
        });
    }
    let spans = store
        .read_blocking(|view| view.observed(a, Part::Page, t(0).as_millisecond(), t(1000).as_millisecond()))
        .unwrap();
    let ms = |seconds| t(seconds).as_millisecond();
    assert_eq!(spans, [(ms(0), ms(180)), (ms(400), ms(500))]);
    let observed = |seconds| {
        store
            .read_blocking(|view| view.was_observed(a, Part::Page, t(seconds)))
            .unwrap()
    };
    assert_eq!(
        [-1, 0, 180, 181, 400, 501].map(observed),
        [false, true, true, false, true, false]
    );
}

#[test]
fn a_mute_passes_or_is_lifted() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let a = watch(&store, &["a"], t(0))[0];
    record(
        &store,
        a,
        t(0),
        vec![incident_added(
            "i1",
            incident_facts("x", Phase::Identified, t(0)),
            vec![],
        )],
    );
    let event = store.read_blocking(|view| view.events_named("i1")).unwrap()[0].key;
    write(&store, move |tx| {
        tx.mute_page(a, Some(Mute { until: None }), t(0))?;
        tx.mute_event(event, Some(Mute { until: Some(t(100)) }), t(0))?;
        tx.acknowledge(event, Some(t(1)))
    });
    let row = &store.read_blocking(|view| view.status()).unwrap()[0];
    assert_eq!(row.mute.unwrap().until(t(999_999)), Some(UNTIL_LIFTED));
    let view = |seconds| row.open[0].incident_view(t(seconds)).unwrap();
    assert_eq!(
        (view(50).muted_until, view(100).muted_until),
        (Some(t(100)), None)
    );
    assert!(view(50).acknowledged);
    write(&store, move |tx| {
        tx.mute_page(a, None, t(2))?;
        tx.mute_event(event, None, t(2))?;
        tx.acknowledge(event, None)
    });
    let row = &store.read_blocking(|view| view.status()).unwrap()[0];
    assert_eq!(
        (row.mute, row.open[0].mute, row.open[0].acknowledged_at),
        (None, None, None)
    );
    assert_eq!(store.read_blocking(|view| view.event_mute(event)).unwrap(), None);
}

#[test]
fn what_a_page_held_is_gone_and_unlisted_from_the_moment_on_when_it_becomes_one_of_another_platform() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let [a, b] = watch(&store, &["a", "b"], t(0))[..] else {
        panic!("two pages")
    };
    for page in [a, b] {
        record(
            &store,
            page,
            t(1),
            vec![
                component_added("api", Health::MajorOutage),
                incident_added("i1", incident_facts("Down", Phase::Identified, t(0)), vec![]),
            ],
        );
    }
    let first = PollRow {
        baseline_at: Some(t(1)),
        ..poll(1)
    };
    write(&store, move |tx| {
        tx.record_poll(a, &first, &[])?;
        tx.becomes(a, "https://a.example/", "hyperping", t(10))
    });
    let stands = |page| {
        let row = store.read_blocking(|view| view.status_of(page)).unwrap().unwrap();
        let open: Vec<_> = row.open.iter().map(|event| (event.open, event.listed)).collect();
        (row.components.len(), open)
    };
    assert_eq!(stands(a), (0, vec![(true, Listed::No)]));
    assert_eq!(
        stands(b),
        (1, vec![(true, Listed::Yes)]),
        "another page is as it was"
    );
    // What was known before is still known of then.
    let then = |seconds| {
        let known = store
            .read_blocking(|view| view.known_then(a, t(seconds)))
            .unwrap()
            .unwrap();
        let listed: Vec<_> = known.open.iter().map(|event| event.listed).collect();
        (known.components.len(), listed)
    };
    assert_eq!(then(5), (1, vec![Listed::Yes]));
    assert_eq!(then(15), (0, vec![Listed::No]));
    let page = store.read_blocking(|view| view.page(a)).unwrap().unwrap();
    assert_eq!(
        (page.baseline_at, page.platform.as_deref()),
        (None, Some("hyperping"))
    );

    // The same component on the new platform has a span of its own.
    record(
        &store,
        a,
        t(20),
        vec![component_added("api", Health::Operational)],
    );
    let row = store.read_blocking(|view| view.components(a)).unwrap();
    assert_eq!((row[0].health_since, row[0].gone_at), (t(20), None));
    assert_eq!(then(15).0, 0);
}

#[test]
fn what_a_page_left_twice_under_one_identifier_is_kept_apart_each_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    let mut at = 0;
    // Each platform calls another incident "1", and another component too; but for the fifth, which goes on with what the
    // one before it had. What the last one has is called like that, and began another day.
    let days = 24 * 60 * 60;
    let stations = [
        ("statuspage", "Cold ovens", 0, "Ovens"),
        ("cachet2", "Late mail", days, "Mail"),
        ("statuspage", "Slow web", 2 * days, "Web"),
        ("cachet3", "Full disks", 3 * days, "Disks"),
        ("cachet2", "Full disks", 3 * days + 600, "Disks"),
        ("statuspage", "Full disks", 5 * days, "Disks"),
    ];
    for (platform, title, began, name) in stations {
        at += 10;
        let facts = incident_facts(title, Phase::Identified, t(began));
        let component = Component {
            name: name.to_owned(),
            ..component("1", Health::Operational)
        };
        let snapshot = Snapshot {
            incidents: vec![Event {
                id: "1".to_owned(),
                facts: facts.clone(),
                updates: Vec::new(),
            }],
            components: vec![component.clone()],
            ..test_words::page()
        };
        let changes = [
            Change::Component(ComponentChange::Added(Arc::new(component))),
            incident_added("1", facts, vec![]),
        ];
        write(&store, move |tx| {
            tx.becomes(page, "https://a.example/", platform, t(at))?;
            tx.tell_apart(page, &snapshot)?;
            tx.record_changes(page, t(at), &changes, &["1"], &WORDING)
        });
    }
    let raw = Connection::open(file(dir.path())).unwrap();
    let all = |sql: &str| -> Vec<(String, String)> {
        let mut statement = raw.prepare(sql).unwrap();
        let rows = statement
            .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        rows.map(Result::unwrap).collect()
    };
    let named = |names: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = |(id, name): &(&str, &str)| ((*id).to_owned(), (*name).to_owned());
        names.iter().map(owned).collect()
    };
    assert_eq!(
        all("SELECT vendor_id, title FROM event ORDER BY id"),
        named(&[
            ("1 (statuspage)", "Cold ovens"),
            ("1 (cachet2)", "Late mail"),
            ("1 (statuspage) 3", "Slow web"),
            ("1 (cachet2) 4", "Full disks"),
            ("1", "Full disks"),
        ])
    );
    assert_eq!(
        all("SELECT vendor_id, name FROM component ORDER BY id"),
        named(&[
            ("1 (statuspage)", "Ovens"),
            ("1 (cachet2)", "Mail"),
            ("1 (statuspage) 3", "Web"),
            ("1", "Disks"),
        ])
    );
}
