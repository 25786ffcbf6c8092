//! A full disk, a locked file, a read-only one, work that fails or panics.

use std::{path::Path, time::Duration};

use rusqlite::Connection;

use super::{
    super::open::file, T0, component_added, incident_added, incident_facts, open, record, t, update, watch,
    write,
};
use crate::store::{Store, StoreError};
use signalbox_pages::{Health, Phase};

fn beats(store: &Store) -> Option<jiff::Timestamp> {
    store.read_blocking(|view| view.heartbeat_at()).unwrap()
}

#[test]
fn a_write_that_fails_undoes_itself_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let good = |at| store.write(move |tx| tx.set_offline_since(Some(at)));
        let bad = store.write(|tx| {
            tx.set_heartbeat(t(9))?;
            Err::<(), _>(StoreError::fault("planted"))
        });
        let panicking = store.write(|tx| -> Result<(), StoreError> {
            tx.set_heartbeat(t(9))?;
            panic!("planted panic")
        });
        // Asked for together, so that they may share a commit.
        let (first, bad, panicking, second) = tokio::join!(good(t(1)), bad, panicking, good(t(2)));
        assert_eq!((first, second), (Ok(()), Ok(())));
        assert_eq!(bad, Err(StoreError::fault("planted")));
        assert_eq!(
            panicking,
            Err(StoreError::fault("a write panicked: planted panic"))
        );
    });
    assert_eq!(beats(&store), None);
    assert_eq!(
        store.read_blocking(|view| view.offline_since()).unwrap(),
        Some(t(2))
    );
}

#[test]
fn writes_that_queue_up_behind_a_slow_one_share_its_commit_and_keep_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let (began, has_begun) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let slow = store.clone();
    let slow = std::thread::spawn(move || {
        slow.write_blocking(move |tx| {
            began.send(()).unwrap();
            may_go.recv().unwrap();
            tx.set_heartbeat(t(0))
        })
    });
    has_begun.recv().unwrap();
    let answers: Vec<_> = (1..=300)
        .map(|n| store.queue(move |tx| tx.set_heartbeat(t(n))).unwrap())
        .collect();
    go.send(()).unwrap();
    slow.join().unwrap().unwrap();
    for answer in answers {
        answer.blocking_recv().unwrap().unwrap();
    }
    assert_eq!(beats(&store), Some(t(300)));
}

#[test]
fn a_full_disk_is_said_and_loses_nothing_that_was_answered_and_is_survived() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["https://a.example/"], T0)[0];
    let pages = |limit: &'static str| write(&store, move |tx| Ok(tx.conn.execute_batch(limit)?));
    pages("PRAGMA max_page_count = 80");
    let mut answered = Vec::new();
    let failure = (0..1000).find_map(|n| {
        let id = format!("i{n}");
        let facts = incident_facts(&"long ".repeat(100), Phase::Identified, t(n));
        let change = incident_added(
            &id,
            facts,
            vec![update("u", Phase::Identified, t(n), &"words ".repeat(300))],
        );
        let outcome =
            store.write_blocking(move |tx| tx.record_changes(page, t(n), &[change], &[], &super::WORDING));
        match outcome {
            Ok(()) => {
                answered.push(id);
                None
            }
            Err(error) => Some(error),
        }
    });
    assert_eq!(failure, Some(StoreError::Full));
    assert!(failure.unwrap().to_string().contains("the disk is full"));
    assert!(answered.len() > 3);
    pages("PRAGMA max_page_count = 1000000");
    record(
        &store,
        page,
        t(2000),
        vec![component_added("api", Health::Operational)],
    );
    let state = store
        .read_blocking(|view| view.load_state(page, &[], &[]))
        .unwrap();
    assert_eq!(state.components.len(), 1);
    answered.sort();
    assert_eq!(state.incidents.into_keys().collect::<Vec<_>>(), answered);
}

#[test]
fn a_file_that_another_program_has_locked_is_said_to_be_locked_and_works_again_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    write(&store, |tx| {
        Ok(tx.conn.busy_timeout(Duration::from_millis(300))?)
    });
    let other = Connection::open(file(dir.path())).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let outcome = store.write_blocking(|tx| tx.set_heartbeat(T0));
    assert_eq!(outcome, Err(StoreError::Locked));
    assert_eq!(beats(&store), None, "reads go on");
    other.execute_batch("ROLLBACK").unwrap();
    write(&store, |tx| tx.set_heartbeat(T0));
    assert_eq!(beats(&store), Some(T0));
}

#[test]
fn a_store_that_is_retired_writes_nothing_any_more_not_even_what_was_under_way() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    write(&store, |tx| tx.set_heartbeat(t(1)));
    let (began, has_begun) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let stuck = store.clone();
    let stuck = std::thread::spawn(move || {
        stuck.write_blocking(move |tx| {
            tx.set_heartbeat(t(2))?;
            began.send(()).unwrap();
            may_go.recv().unwrap();
            Ok(())
        })
    });
    has_begun.recv().unwrap();
    let queued = store.queue(|tx| tx.set_heartbeat(t(3))).unwrap();
    store.retire();
    go.send(()).unwrap();
    assert_eq!(stuck.join().unwrap(), Err(StoreError::Retired));
    assert_eq!(queued.blocking_recv().unwrap(), Err(StoreError::Retired));
    assert_eq!(
        store.write_blocking(|tx| tx.set_heartbeat(t(4))),
        Err(StoreError::Retired)
    );
    assert_eq!(beats(&store), Some(t(1)));
    // Nor does its end pass for one in order.
    assert_eq!(store.close_blocking(), Err(StoreError::Retired));
    let (_, notices) = Store::open(dir.path(), T0).unwrap();
    assert_eq!(notices.len(), 1, "{notices:?}");
}

#[test]
fn trouble_is_known_while_it_lasts() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    assert_eq!(store.trouble(), None);
    write(&store, |tx| {
        Ok(tx.conn.busy_timeout(Duration::from_millis(300))?)
    });
    let other = Connection::open(file(dir.path())).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    store.write_blocking(|tx| tx.set_heartbeat(T0)).unwrap_err();
    assert_eq!(store.trouble(), Some(StoreError::Locked));
    other.execute_batch("ROLLBACK").unwrap();
    // A fault of ours in one write is no trouble of the disk.
    let outcome = store.write_blocking(|_| Err::<(), _>(StoreError::fault("planted")));
    assert_eq!(outcome, Err(StoreError::fault("planted")));
    assert_eq!(store.trouble(), None);
}

#[test]
fn a_database_that_cannot_be_written_is_said_to_be_read_only() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    write(&store, |tx| Ok(tx.conn.execute_batch("PRAGMA query_only = 1")?));
    let outcome = store.write_blocking(|tx| tx.set_heartbeat(T0));
    assert_eq!(outcome, Err(StoreError::ReadOnly { detail: None }));
}

#[test]
fn a_directory_that_cannot_be_used_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let in_the_way = dir.path().join("file");
    std::fs::write(&in_the_way, "").unwrap();
    let error = Store::open(&in_the_way, T0).err().unwrap();
    assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
    assert!(
        error.to_string().contains(&*in_the_way.to_string_lossy()),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_is_refused_for_writing_and_can_still_be_read() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    write(&store, |tx| tx.set_heartbeat(T0));
    store.close_blocking().unwrap();
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    set(&file(dir.path()), 0o444);
    set(dir.path(), 0o555);
    if fs::write(dir.path().join("probe"), "").is_ok() {
        println!("skipped: permissions do not bind this user");
    } else {
        let error = Store::open(dir.path(), T0).err().unwrap();
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
        let store = Store::open_read_only(dir.path()).unwrap();
        assert_eq!(beats(&store), Some(T0));
    }
    set(dir.path(), 0o755);
}
