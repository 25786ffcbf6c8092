//! How big the database gets, and how quick it stays.

use std::time::Instant;

use signalbox_pages::{Health, Phase, Update};

use super::{
    super::{PageId, Store, open::file},
    WORDING, component_added, incident_added, incident_facts, open, resolved, t, transition, update, watch,
    write,
};
use crate::compare::Change;

/// Words of the kind that vendors use, so that the index of words is of a likely size.
const WORDS: [&str; 60] = [
    "we",
    "are",
    "currently",
    "investigating",
    "an",
    "issue",
    "with",
    "elevated",
    "error",
    "rates",
    "affecting",
    "the",
    "api",
    "some",
    "customers",
    "may",
    "experience",
    "delays",
    "when",
    "loading",
    "dashboard",
    "requests",
    "our",
    "engineers",
    "have",
    "identified",
    "cause",
    "and",
    "a",
    "fix",
    "is",
    "being",
    "implemented",
    "continue",
    "to",
    "monitor",
    "for",
    "further",
    "impact",
    "in",
    "region",
    "database",
    "latency",
    "resolved",
    "service",
    "restored",
    "webhooks",
    "deliveries",
    "queue",
    "processing",
    "login",
    "timeouts",
    "provider",
    "upstream",
    "network",
    "traffic",
    "rerouted",
    "capacity",
    "deployment",
    "rollback",
];

/// A text of 350 to 500 characters; now and then a word that occurs nowhere else, as names and numbers do.
fn text(rng: &mut fastrand::Rng) -> String {
    let length = rng.usize(350..500);
    let mut text = "<p>".to_owned();
    while text.len() < length {
        if rng.u8(0..25) == 0 {
            text += &format!("{:x} ", rng.u32(..));
        } else {
            text += WORDS[rng.usize(..WORDS.len())];
            text.push(' ');
        }
    }
    text + "</p>"
}

/// Records at least so many updates: five per incident, one in four with transitions, over twenty pages of thirty
/// components.
pub(super) fn load(store: &Store, updates: usize) -> Vec<PageId> {
    let mut rng = fastrand::Rng::with_seed(7);
    let addresses: Vec<String> = (0..20)
        .map(|n| format!("https://status{n}.example.com/"))
        .collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let pages = watch(store, &addresses, t(0));
    for page in pages.clone() {
        let components: Vec<Change> = (0..30)
            .map(|n| component_added(&format!("component{n:03}"), Health::Operational))
            .collect();
        write(store, move |tx| {
            tx.record_changes(page, t(0), &components, &[], &WORDING)
        });
    }
    for n in 0..updates.div_ceil(5) {
        let began = i64::try_from(n).unwrap() * 3600;
        let facts = incident_facts(
            "Elevated error rates on the API in one region",
            Phase::Resolved,
            t(began),
        );
        let mut facts = resolved(&facts, t(began + 3000));
        facts.url = Some(format!("https://stspg.io/{:012x}", rng.u64(..) >> 16));
        let updates: Vec<Update<Phase>> = (0..5)
            .map(|step| Update {
                phase_raw: Some("identified".to_owned()),
                components: if rng.u8(0..4) == 0 {
                    vec![transition("component001", Health::Operational, Health::Degraded)]
                } else {
                    Vec::new()
                },
                ..update(
                    &format!("{:012x}", rng.u64(..) >> 16),
                    Phase::Identified,
                    t(began + step * 600),
                    &text(&mut rng),
                )
            })
            .collect();
        let page = pages[n % pages.len()];
        let change = incident_added(&format!("incident-{n}"), facts, updates);
        write(store, move |tx| {
            tx.record_changes(page, t(began + 60), &[change], &[], &WORDING)
        });
    }
    pages
}

#[test]
fn an_update_costs_at_most_a_kilobyte_and_a_half_with_every_index() {
    // SIGNALBOX_STORE_UPDATES=20000 for the figure that is published.
    let updates = std::env::var("SIGNALBOX_STORE_UPDATES")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(2000);
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let began = Instant::now();
    load(&store, updates);
    let took = began.elapsed();
    store.close_blocking().unwrap();
    let bytes = std::fs::metadata(file(dir.path())).unwrap().len();
    let each = bytes / u64::try_from(updates).unwrap();
    println!("{updates} updates: {bytes} bytes, {each} each, recorded in {took:?}");
    assert!(each <= 1500, "{each} bytes per update");
    // A table that grew out of proportion would be seen here.
    let raw = rusqlite::Connection::open(file(dir.path())).unwrap();
    let mut sizes = raw
        .prepare("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 8")
        .unwrap();
    let mut rows = sizes.query(()).unwrap();
    while let Some(row) = rows.next().unwrap() {
        println!(
            "{:>10} {}",
            row.get::<_, i64>(1).unwrap(),
            row.get::<_, String>(0).unwrap()
        );
    }
}
