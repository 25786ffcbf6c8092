//! Opening, closing, what a crash leaves, broken files and copies.

use std::{fs, time::Duration};

use jiff::SignedDuration;

use super::{
    super::open::{copies_folder, file},
    T0, component_added, open, record, t, watch, write,
};
use crate::store::{Integrity, OpenNotice, Store, StoreError};
use signalbox_pages::Health;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A store in which something is recorded, closed in order.
fn filled(dir: &std::path::Path) {
    let store = open(dir);
    let page = watch(&store, &["https://a.example/"], T0)[0];
    record(
        &store,
        page,
        T0,
        vec![component_added("api", Health::Operational)],
    );
    store.close_blocking().unwrap();
}

fn pages(store: &Store) -> usize {
    store.read_blocking(|view| view.pages()).unwrap().len()
}

fn wait_for_examination(store: &Store) -> Integrity {
    loop {
        match store.integrity() {
            Integrity::Examining => std::thread::yield_now(),
            found @ (Integrity::NotExamined | Integrity::Sound | Integrity::Damaged { .. }) => return found,
        }
    }
}

#[test]
fn a_closed_store_is_one_file_and_opens_again_without_notices() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let left: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["signalbox.db"]);
    let (store, notices) = Store::open(dir.path(), T0).unwrap();
    assert_eq!(notices, []);
    assert_eq!(store.integrity(), Integrity::NotExamined);
    assert_eq!(pages(&store), 1);
}

#[test]
fn after_it_is_closed_everything_is_answered_with_closed() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.close_blocking().unwrap();
    assert_eq!(
        store.write_blocking(|tx| tx.set_heartbeat(T0)),
        Err(StoreError::Closed)
    );
    assert_eq!(
        store.read_blocking(|view| view.heartbeat_at()),
        Err(StoreError::Closed)
    );
    assert_eq!(store.close_blocking(), Err(StoreError::Closed));
}

#[test]
fn closing_commits_what_was_asked_for_before() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let answer = store.queue(|tx| tx.set_heartbeat(t(5))).unwrap();
    store.close_blocking().unwrap();
    answer.blocking_recv().unwrap().unwrap();
    let store = Store::open_read_only(dir.path()).unwrap();
    assert_eq!(
        store.read_blocking(|view| view.heartbeat_at()).unwrap(),
        Some(t(5))
    );
}

#[test]
fn an_unclean_exit_is_told_with_its_last_beat_and_the_file_is_examined() {
    let dir = tempfile::tempdir().unwrap();
    let crashed = open(dir.path());
    write(&crashed, |tx| tx.set_heartbeat(t(7)));
    let (store, notices) = Store::open(dir.path(), t(9)).unwrap();
    assert_eq!(
        notices,
        [OpenNotice::UncleanExit {
            heartbeat_at: Some(t(7))
        }]
    );
    assert!(
        notices[0].to_string().contains("2023-11-14T22:13:27Z"),
        "{}",
        notices[0]
    );
    assert_eq!(wait_for_examination(&store), Integrity::Sound);
}

#[test]
fn a_store_that_is_not_there_is_missing_for_those_who_only_read_and_is_not_made() {
    let dir = tempfile::tempdir().unwrap();
    let error = Store::open_read_only(dir.path()).err();
    assert_eq!(
        error,
        Some(StoreError::Missing {
            path: file(dir.path())
        })
    );
    assert!(!file(dir.path()).exists());
}

#[test]
fn it_can_be_read_with_an_engine_writing_and_without_one() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let alone = Store::open_read_only(dir.path()).unwrap();
    assert_eq!(pages(&alone), 1);
    let engine = open(dir.path());
    let beside = Store::open_read_only(dir.path()).unwrap();
    watch(&engine, &["https://a.example/", "https://b.example/"], t(1));
    assert_eq!((pages(&alone), pages(&beside)), (2, 2));
    assert_eq!(beside.id(), engine.id());
    let refused = beside.write_blocking(|tx| tx.set_heartbeat(T0));
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })), "{refused:?}");
    engine.close_blocking().unwrap();
    assert_eq!(pages(&beside), 2);
}

#[test]
fn a_file_of_a_newer_program_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let raw = rusqlite::Connection::open(file(dir.path())).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    drop(raw);
    let before = fs::read(file(dir.path())).unwrap();
    for error in [
        Store::open(dir.path(), T0).err(),
        Store::open_read_only(dir.path()).err(),
    ] {
        let Some(StoreError::TooNew { found: 99, .. }) = error else {
            panic!("{error:?}")
        };
    }
    assert_eq!(fs::read(file(dir.path())).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_set_aside_and_history_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    let junk = b"not a database, but long enough to be taken for one\n".repeat(100);
    fs::write(file(dir.path()), &junk).unwrap();
    assert!(matches!(
        Store::open_read_only(dir.path()).err(),
        Some(StoreError::Corrupt { .. })
    ));
    let (store, notices) = Store::open(dir.path(), T0).unwrap();
    let [
        OpenNotice::SetAside {
            to, restored: None, ..
        },
    ] = &notices[..]
    else {
        panic!("{notices:?}")
    };
    assert_eq!(to.file_name().unwrap(), "signalbox.db.broken-20231114T221320Z");
    assert_eq!(fs::read(to).unwrap(), junk);
    assert!(notices[0].to_string().contains("history begins anew"));
    watch(&store, &["https://a.example/"], T0);
    assert_eq!(pages(&store), 1);
}

#[test]
fn a_start_without_the_database_that_there_had_been_restores_the_newest_copy_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    watch(&store, &["https://a.example/"], T0);
    let copy = store.copy_if_due_blocking(T0).unwrap().unwrap();
    watch(&store, &["https://b.example/"], T0);
    store.close_blocking().unwrap();
    // As it is where a program ended between two steps of replacing the file: its log may lie there still.
    fs::remove_file(file(dir.path())).unwrap();
    fs::write(dir.path().join("signalbox.db-wal"), "the log of another file").unwrap();
    let (store, notices) = Store::open(dir.path(), T0 + DAY).unwrap();
    assert_eq!(notices, [OpenNotice::Lost { restored: Some(copy) }]);
    assert!(notices[0].to_string().contains("took its place"));
    assert_eq!(pages(&store), 1);
    store.close_blocking().unwrap();
    let (_store, notices) = Store::open(dir.path(), T0 + DAY).unwrap();
    assert_eq!(notices, []);
}

#[test]
fn a_start_that_finds_only_what_was_set_aside_says_that_history_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("signalbox.db.broken-20231114T221320Z"), "junk").unwrap();
    let (_store, notices) = Store::open(dir.path(), T0).unwrap();
    assert_eq!(notices, [OpenNotice::Lost { restored: None }]);
}

#[test]
fn a_broken_file_stays_where_it_is_until_the_copy_that_replaces_it_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    watch(&store, &["https://a.example/"], T0);
    store.copy_if_due_blocking(T0).unwrap();
    store.close_blocking().unwrap();
    fs::write(file(dir.path()), "junk, and not at all a database").unwrap();
    // Nothing can be copied here, as on a full disk.
    let partial = dir.path().join("signalbox.db.partial");
    fs::create_dir(&partial).unwrap();
    assert!(matches!(
        Store::open(dir.path(), T0).err(),
        Some(StoreError::Io { .. })
    ));
    assert!(file(dir.path()).exists());
    fs::remove_dir(&partial).unwrap();
    let (store, notices) = Store::open(dir.path(), T0).unwrap();
    assert!(matches!(
        notices[0],
        OpenNotice::SetAside {
            restored: Some(_),
            ..
        }
    ));
    assert_eq!(pages(&store), 1);
}

#[test]
fn a_database_of_another_program_is_set_aside_unharmed() {
    let dir = tempfile::tempdir().unwrap();
    rusqlite::Connection::open(file(dir.path()))
        .unwrap()
        .execute_batch("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
        .unwrap();
    let before = fs::read(file(dir.path())).unwrap();
    let (_store, notices) = Store::open(dir.path(), T0).unwrap();
    let [OpenNotice::SetAside { to, .. }] = &notices[..] else {
        panic!("{notices:?}")
    };
    assert_eq!(fs::read(to).unwrap(), before);
}

#[test]
fn the_newest_readable_daily_copy_takes_the_place_of_a_broken_file_under_a_new_identifier() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let old_id = store.id().to_owned();
    watch(&store, &["https://a.example/"], T0);
    let good = store.copy_if_due_blocking(T0).unwrap().unwrap();
    let broken = store.copy_if_due_blocking(T0 + DAY).unwrap().unwrap();
    store.close_blocking().unwrap();
    fs::write(&broken, "broken too, and not at all a database").unwrap();
    let mut bytes = fs::read(file(dir.path())).unwrap();
    bytes[..100].fill(b'x');
    fs::write(file(dir.path()), bytes).unwrap();
    let (store, notices) = Store::open(dir.path(), T0 + DAY).unwrap();
    let [OpenNotice::SetAside { restored, .. }] = &notices[..] else {
        panic!("{notices:?}")
    };
    assert_eq!(restored.as_deref(), Some(&*good));
    assert!(notices[0].to_string().contains("signalbox-2023-11-14.db"));
    assert_eq!(pages(&store), 1);
    assert_ne!(store.id(), old_id);
    store.close_blocking().unwrap();
    let (_, notices) = Store::open(dir.path(), T0 + DAY).unwrap();
    assert_eq!(notices, []);
}

#[test]
fn damage_that_the_examination_finds_is_known_and_the_next_start_sets_the_file_aside() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    super::size::load(&store, 200);
    store.copy_if_due_blocking(T0).unwrap().unwrap();
    store.close_blocking().unwrap();
    // Overwrite the page of one index with zeros, and make the last exit look unclean.
    let raw = rusqlite::Connection::open(file(dir.path())).unwrap();
    raw.execute("UPDATE meta SET value = 1 WHERE key = 'running'", ())
        .unwrap();
    let root: u32 = raw
        .query_row(
            "SELECT rootpage FROM sqlite_master WHERE name = 'event_began'",
            (),
            |row| row.get(0),
        )
        .unwrap();
    raw.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
        .unwrap();
    drop(raw);
    let root = usize::try_from(root).unwrap();
    let mut bytes = fs::read(file(dir.path())).unwrap();
    bytes[(root - 1) * 4096..root * 4096].fill(0);
    fs::write(file(dir.path()), bytes).unwrap();

    let (store, notices) = Store::open(dir.path(), t(1)).unwrap();
    assert!(
        matches!(notices[..], [OpenNotice::UncleanExit { .. }]),
        "{notices:?}"
    );
    assert!(matches!(wait_for_examination(&store), Integrity::Damaged { .. }));
    store.close_blocking().unwrap();
    let (_, notices) = Store::open(dir.path(), t(2)).unwrap();
    let [
        OpenNotice::SetAside {
            restored: Some(_), ..
        },
    ] = &notices[..]
    else {
        panic!("{notices:?}")
    };
}

#[test]
fn a_copy_is_made_once_a_day_and_two_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    watch(&store, &["https://a.example/"], T0);
    assert!(store.copy_if_due_blocking(T0).unwrap().is_some());
    assert_eq!(
        store
            .copy_if_due_blocking(T0 + Duration::from_secs(3600))
            .unwrap(),
        None
    );
    for day in 1..4 {
        assert!(store.copy_if_due_blocking(T0 + DAY * day).unwrap().is_some());
    }
    let mut kept: Vec<_> = fs::read_dir(copies_folder(dir.path()))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    kept.sort();
    assert_eq!(kept, ["signalbox-2023-11-16.db", "signalbox-2023-11-17.db"]);
    let copy = rusqlite::Connection::open(copies_folder(dir.path()).join(&kept[0])).unwrap();
    let pages: i64 = copy
        .query_row("SELECT count(*) FROM page", (), |row| row.get(0))
        .unwrap();
    assert_eq!(pages, 1);
}

#[test]
fn a_clock_that_was_ahead_keeps_no_current_copy_from_being_made_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for day in [1000, 1001] {
        store.copy_if_due_blocking(T0 + DAY * day).unwrap();
    }
    for day in 0..3 {
        let made = store.copy_if_due_blocking(T0 + DAY * day).unwrap().unwrap();
        assert!(made.exists());
        assert_eq!(store.copy_if_due_blocking(T0 + DAY * day), Ok(None), "once a day");
    }
    assert_eq!(fs::read_dir(copies_folder(dir.path())).unwrap().count(), 4);
    store.close_blocking().unwrap();
    fs::remove_file(file(dir.path())).unwrap();
    let (_store, notices) = Store::open(dir.path(), T0 + DAY * 3).unwrap();
    let [OpenNotice::Lost { restored: Some(copy) }] = &notices[..] else {
        panic!("{notices:?}")
    };
    assert!(copy.ends_with("signalbox-2023-11-16.db"), "{copy:?}");
}

#[test]
fn a_copy_that_takes_long_is_not_begun_twice() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let under_way = store.inner.copying.lock().unwrap();
    assert_eq!(store.copy_if_due_blocking(T0), Ok(None));
    drop(under_way);
    assert!(store.copy_if_due_blocking(T0).unwrap().is_some());
}

#[test]
fn the_async_calls_answer_as_the_blocking_ones_do() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        store.write(|tx| tx.set_heartbeat(t(1))).await.unwrap();
        assert_eq!(store.read(|view| view.heartbeat_at()).await.unwrap(), Some(t(1)));
        assert!(store.copy_if_due(T0).await.unwrap().is_some());
        store.close().await.unwrap();
        assert_eq!(
            store.read(|view| view.heartbeat_at()).await,
            Err(StoreError::Closed)
        );
    });
}

#[test]
fn two_stores_have_different_identifiers_and_one_keeps_its_own() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (open(a.path()), open(b.path()));
    assert_ne!(first.id(), second.id());
    assert_eq!(first.id().len(), 16);
    let id = first.id().to_owned();
    first.close_blocking().unwrap();
    assert_eq!(open(a.path()).id(), id);
}
