//! No statement that any test of this crate runs may scan a big table.

use std::{collections::BTreeSet, sync::Mutex};

use rusqlite::Connection;

use super::super::{Store, View};
use super::{plain, size, t};
use crate::store::HistoryFilter;

/// The tables that grow with time. The pages are as many as the person watches.
const BIG: [&str; 9] = [
    "component",
    "component_span",
    "page_span",
    "coverage",
    "event",
    "event_revision",
    "event_update",
    "update_revision",
    "outbox",
];

/// Other names that statements give to big tables.
const ALIASES: [&str; 4] = ["revision", "span", "later", "said"];

static CHECKED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// Explains a statement at its first use and panics if it scans a big table other than along an index.
pub(in super::super) fn check(conn: &Connection, sql: &'static str) {
    if CHECKED.lock().unwrap().insert(sql) {
        assert_eq!(scans(conn, sql), Vec::<String>::new(), "{sql}");
    }
}

fn scans(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let lines = statement.raw_query().mapped(|row| row.get::<_, String>("detail"));
    lines
        .map(Result::unwrap)
        .filter(|line| {
            let mut words = line.split(' ');
            words.next() == Some("SCAN")
                && words.next().is_some_and(|table| BIG.contains(&table) || ALIASES.contains(&table))
                && !line.contains(" USING ")
                // Newest first by key with a limit and no condition stops early.
                && !sql.starts_with("SELECT * FROM outbox ORDER BY id DESC LIMIT")
        })
        .collect()
}

#[test]
fn a_scan_of_a_big_table_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let store = super::open(dir.path());
    let found = store
        .read_blocking(|view| {
            Ok((
                scans(view.conn, "SELECT * FROM update_revision WHERE body = 'x'"),
                scans(view.conn, "SELECT * FROM update_revision WHERE event_id = 1"),
            ))
        })
        .unwrap();
    assert_eq!(found, (vec!["SCAN update_revision".to_owned()], vec![]));
}

#[test]
fn the_questions_are_answered_by_index_also_once_the_database_is_full_and_analysed() {
    let dir = tempfile::tempdir().unwrap();
    let store = super::open(dir.path());
    let pages = size::load(&store, 600);
    super::write(&store, |tx| Ok(tx.conn.execute_batch("ANALYZE")?));
    let ask = |view: &View<'_>| {
        let page = pages[0];
        view.status()?;
        view.status_of(page)?;
        view.load_state(page, &["none"], &["none"])?;
        view.known_then(page, t(1000))?;
        view.about_then(page, t(1000))?;
        view.uptime(page, t(0), t(1000))?;
        view.search("the service", 5, plain)?;
        view.owed_next("standard_output", t(0))?;
        view.due(t(0), 10)?;
        for pages in [None, Some(pages.clone())] {
            let filter = HistoryFilter {
                pages,
                limit: 10,
                ..HistoryFilter::default()
            };
            let before = view.history(&filter)?.next;
            view.history(&HistoryFilter { before, ..filter })?;
        }
        for event in view.events_named("incident-1")? {
            view.event_detail(event.key)?;
        }
        Ok(())
    };
    // A new connection knows the statistics.
    store.close_blocking().unwrap();
    let store = Store::open_read_only(dir.path()).unwrap();
    store.read_blocking(ask).unwrap();
    let statements: Vec<&str> = CHECKED.lock().unwrap().iter().copied().collect();
    let scanning = store
        .read_blocking(|view| {
            let found = statements.iter().map(|sql| (*sql, scans(view.conn, sql)));
            Ok(found.filter(|(_, scans)| !scans.is_empty()).collect::<Vec<_>>())
        })
        .unwrap();
    assert_eq!(scanning, []);
}
