//! The questions: history, one incident, both axes of time, uptime, search.

use std::time::Duration;

use proptest::prelude::*;
use signalbox_pages::{Health, IncidentFacts, MaintenancePhase, Phase, Update};

use super::{
    component_added, component_changed, incident, incident_added, incident_facts, maintenance_added,
    maintenance_facts, open, plain, record, resolved, t, transition, update, watch, write,
};
use crate::{
    compare::{Change, EventChange, Listed},
    store::{EventKind, HistoryCursor, HistoryFilter, PageId, Part, Store},
};

/// A page with an incident that opened at 100, was edited at 200, resolved at 300, all recorded ten seconds later.
fn told(dir: &std::path::Path) -> (Store, PageId, IncidentFacts) {
    let store = open(dir);
    let page = watch(&store, &["a"], t(0))[0];
    record(
        &store,
        page,
        t(10),
        vec![
            component_added("api", Health::Operational),
            component_added("web", Health::Operational),
            Change::Health {
                from: None,
                to: Health::Operational,
            },
        ],
    );
    let facts = incident_facts("API down", Phase::Investigating, t(100));
    let first = Update {
        components: vec![transition("api", Health::Operational, Health::MajorOutage)],
        ..update("u1", Phase::Investigating, t(100), "<p>Looking into Überlast</p>")
    };
    record(
        &store,
        page,
        t(110),
        vec![
            Change::Health {
                from: Some(Health::Operational),
                to: Health::MajorOutage,
            },
            component_changed("api", Health::Operational, Health::MajorOutage),
            incident_added("i1", facts.clone(), vec![first.clone()]),
        ],
    );
    let edited = Update {
        body: "<p>It is the database</p>".to_owned(),
        ..first
    };
    record(
        &store,
        page,
        t(210),
        vec![incident("i1", EventChange::UpdateEdited(edited))],
    );
    let over = resolved(&facts, t(300));
    let last = Update {
        components: vec![transition("api", Health::MajorOutage, Health::Operational)],
        ..update("u2", Phase::Resolved, t(300), "<p>Fixed</p>")
    };
    record(
        &store,
        page,
        t(310),
        vec![
            Change::Health {
                from: Some(Health::MajorOutage),
                to: Health::Operational,
            },
            component_changed("api", Health::MajorOutage, Health::Operational),
            incident(
                "i1",
                EventChange::Facts {
                    from: facts,
                    to: over.clone(),
                },
            ),
            incident("i1", EventChange::UpdateAdded(last)),
        ],
    );
    (store, page, over)
}

#[test]
fn an_incident_is_found_by_id_and_by_link_with_every_revision() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _, facts) = told(dir.path());
    record(
        &store,
        store.read_blocking(|view| view.pages()).unwrap()[0].id,
        t(400),
        vec![incident("i1", EventChange::UpdateDeleted { id: "u2".to_owned() })],
    );
    for name in [
        "i1",
        "https://status.example.com/i/1",
        "https://status.example.com/i/1/",
    ] {
        let events = store.read_blocking(|view| view.events_named(name)).unwrap();
        assert_eq!(events.len(), 1, "{name}");
    }
    let event = store
        .read_blocking(|view| view.events_named("i1"))
        .unwrap()
        .remove(0);
    assert_eq!(
        (event.first_recorded_at, event.began_at, event.over_at),
        (t(110), t(100), Some(t(300)))
    );
    assert_eq!(
        (event.updates, event.last_word_at, event.open),
        (1, Some(t(300)), false)
    );
    let detail = store
        .read_blocking(|view| view.event_detail(event.key))
        .unwrap()
        .unwrap();
    let view = detail.view(plain, t(500));
    assert_eq!(view.incident.unwrap().resolved_at, facts.resolved_at);
    let phases: Vec<&str> = view
        .revisions
        .iter()
        .map(|revision| revision.phase.as_str())
        .collect();
    assert_eq!(phases, ["investigating", "resolved"]);
    assert_eq!(view.updates.len(), 2);
    assert_eq!(
        (view.updates[0].text.as_str(), view.updates[0].recorded_at),
        ("It is the database", t(110))
    );
    assert_eq!(view.updates[0].earlier[0].text, "Looking into Überlast");
    assert_eq!(view.updates[0].components.len(), 1);
    assert!(view.updates[1].deleted && view.updates[1].earlier.is_empty());
    assert_eq!(
        view.updates[1].text, "Fixed",
        "the words that were taken away stay readable"
    );
}

#[test]
fn two_pages_that_use_one_id_are_both_found() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for page in watch(&store, &["a", "b"], t(0)) {
        let facts = incident_facts("x", Phase::Identified, t(0));
        record(&store, page, t(1), vec![incident_added("same", facts, vec![])]);
    }
    let found = store.read_blocking(|view| view.events_named("same")).unwrap();
    let vendors: Vec<&str> = found.iter().map(|event| event.vendor.as_str()).collect();
    assert_eq!(vendors, ["Vendor b", "Vendor a"]);
}

#[test]
fn what_was_known_then_is_not_what_is_known_now() {
    let dir = tempfile::tempdir().unwrap();
    let (store, page, _) = told(dir.path());
    write(&store, move |tx| {
        tx.extend_coverage(page, Part::Page, t(10), t(320), Duration::ZERO)
    });
    let known = |seconds| {
        store
            .read_blocking(|view| view.known_then(page, t(seconds)))
            .unwrap()
    };
    assert_eq!(known(-1), None, "not watched then");
    let before_reading = known(5).unwrap();
    assert_eq!((before_reading.word, before_reading.observed), (None, false));

    // At 105 the vendor had said it, but nobody here knew.
    let unaware = known(105).unwrap();
    assert_eq!(unaware.word.unwrap().health, Some(Health::Operational));
    assert_eq!(unaware.open, []);
    let about = store.read_blocking(|view| view.about_then(page, t(105))).unwrap();
    assert_eq!(about.incidents.len(), 1);
    assert_eq!(
        about.components,
        [(
            Some("api".to_owned()),
            "Component api".to_owned(),
            Health::MajorOutage
        )]
    );

    let aware = known(305).unwrap();
    let word = aware.word.unwrap();
    assert_eq!(
        (word.health, word.since, word.until),
        (Some(Health::MajorOutage), t(110), Some(t(310)))
    );
    assert!(aware.observed);
    let api = &aware.components[0];
    assert_eq!(
        (api.component.health, api.health_since),
        (Health::MajorOutage, t(110))
    );
    let incident = aware.open[0].incident_view(t(305)).unwrap();
    assert_eq!(
        (incident.phase, incident.open, incident.resolved_at),
        (Phase::Investigating, true, None)
    );
    assert_eq!((incident.updates, incident.last_word_at), (1, Some(t(100))));
    // But it was over by then, as is known now.
    let about = store.read_blocking(|view| view.about_then(page, t(305))).unwrap();
    assert_eq!((about.incidents, about.components), (vec![], vec![]));

    let later = known(400).unwrap();
    assert_eq!(
        (later.word.unwrap().health, later.observed),
        (Some(Health::Operational), false)
    );
    assert_eq!(later.open, []);
}

#[test]
fn about_a_time_before_the_first_watch_the_vendors_word_counts() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    let past = resolved(&incident_facts("Past", Phase::Resolved, t(-5000)), t(-4000));
    record(&store, page, t(1), vec![incident_added("old", past, vec![])]);
    let at = |seconds| {
        store
            .read_blocking(|view| {
                Ok((
                    view.known_then(page, t(seconds))?,
                    view.about_then(page, t(seconds))?,
                ))
            })
            .unwrap()
    };
    let (known, about) = at(-4500);
    assert_eq!((known, about.incidents.len()), (None, 1));
    assert_eq!(
        [-5001, -5000, -4001, -4000].map(|seconds| at(seconds).1.incidents.len()),
        [0, 1, 1, 0]
    );
}

#[test]
fn a_maintenance_went_on_in_its_actual_time_else_in_its_window_if_it_took_place() {
    use MaintenancePhase::{Cancelled, Completed, InProgress, Scheduled};
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    let mut measured = maintenance_facts("measured", Completed, t(100), t(200));
    measured.actual_start = Some(t(120));
    measured.actual_end = Some(t(250));
    let changes = [
        ("completed", Completed),
        ("cancelled", Cancelled),
        ("scheduled", Scheduled),
        ("overrunning", InProgress),
    ]
    .map(|(id, phase)| maintenance_added(id, maintenance_facts(id, phase, t(100), t(200)), vec![]));
    record(&store, page, t(1), changes.to_vec());
    record(
        &store,
        page,
        t(1),
        vec![maintenance_added("measured", measured, vec![])],
    );
    let at = |seconds| -> Vec<String> {
        let about = store
            .read_blocking(|view| view.about_then(page, t(seconds)))
            .unwrap();
        let mut ids: Vec<String> = about.maintenances.into_iter().map(|event| event.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(at(99), Vec::<String>::new());
    assert_eq!(at(110), ["completed", "overrunning"]);
    assert_eq!(at(150), ["completed", "measured", "overrunning"]);
    assert_eq!(at(220), ["measured", "overrunning"]);
    assert_eq!(at(300), ["overrunning"]);
    let open = store.read_blocking(|view| view.open_events(page)).unwrap();
    let overrunning = open.iter().find(|event| event.id == "overrunning").unwrap();
    assert!(overrunning.maintenance_view(t(201)).unwrap().overrunning);
}

#[test]
fn an_unlisted_incident_stays_open_and_is_not_resolved() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    let facts = incident_facts("x", Phase::Identified, t(5));
    record(&store, page, t(10), vec![incident_added("i1", facts, vec![])]);
    record(&store, page, t(20), vec![incident("i1", EventChange::Missing)]);
    record(&store, page, t(30), vec![incident("i1", EventChange::Unlisted)]);
    let row = store.read_blocking(|view| view.status()).unwrap().remove(0);
    let shown = row.open[0].incident_view(t(40)).unwrap();
    assert_eq!((shown.open, shown.listed, shown.resolved_at), (true, false, None));
    let then = |seconds| {
        store
            .read_blocking(|view| view.known_then(page, t(seconds)))
            .unwrap()
            .unwrap()
            .open[0]
            .listed
    };
    assert_eq!([15, 25, 35].map(then), [Listed::Yes, Listed::Missing, Listed::No]);
}

#[test]
fn history_is_newest_first_filtered_and_in_parts() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let pages = watch(&store, &["a", "b"], t(0));
    for n in 0..6i64 {
        let facts = resolved(&incident_facts("x", Phase::Resolved, t(n * 100)), t(n * 100 + 50));
        let page = pages[usize::try_from(n % 2).unwrap()];
        record(
            &store,
            page,
            t(1000),
            vec![incident_added(&format!("i{n}"), facts, vec![])],
        );
    }
    let window = maintenance_facts("m", MaintenancePhase::Scheduled, t(5000), t(6000));
    record(
        &store,
        pages[0],
        t(1000),
        vec![maintenance_added("m", window, vec![])],
    );
    let ask = |filter: HistoryFilter| {
        let page = store.read_blocking(|view| view.history(&filter)).unwrap();
        let next = page.next;
        (
            page.events
                .into_iter()
                .map(|event| event.id)
                .collect::<Vec<_>>()
                .join(" "),
            next,
        )
    };
    let whole = |filter: HistoryFilter, expected: &str| {
        assert_eq!(ask(filter), (expected.to_owned(), None));
    };
    let all = HistoryFilter {
        limit: 10,
        ..HistoryFilter::default()
    };
    whole(all.clone(), "m i5 i4 i3 i2 i1 i0");
    let two = HistoryFilter {
        limit: 2,
        ..all.clone()
    };
    let (first, next) = ask(two.clone());
    assert_eq!(first, "m i5");
    // What comes in between does not shift what follows.
    let facts = incident_facts("i9", Phase::Identified, t(7000));
    record(
        &store,
        pages[0],
        t(7000),
        vec![incident_added("i9", facts, vec![])],
    );
    let before: Option<HistoryCursor> = next.map(|next| next.to_string().parse().unwrap());
    let (second, next) = ask(HistoryFilter {
        before,
        ..two.clone()
    });
    assert_eq!(second, "i4 i3");
    let (third, next) = ask(HistoryFilter {
        before: next,
        ..two.clone()
    });
    assert_eq!(third, "i2 i1");
    whole(HistoryFilter { before: next, ..two }, "i0");
    let only = HistoryFilter {
        pages: Some(vec![pages[1]]),
        ..all
    };
    whole(only, "i5 i3 i1");
    let span = HistoryFilter {
        since: Some(t(150)),
        until: Some(t(300)),
        ..all.clone()
    };
    whole(span, "i2 i1");
    let kind = HistoryFilter {
        kind: Some(EventKind::Maintenance),
        ..all
    };
    whole(kind, "m");
}

#[test]
fn a_place_in_the_history_is_kept_as_text_and_nothing_else_is_one() {
    for wrong in ["", "1", "1.", ".1", "1.x", "1.2.3", " 1.2"] {
        assert_eq!(wrong.parse::<HistoryCursor>(), Err(()), "{wrong:?}");
    }
    let place: HistoryCursor = "-5.3".parse().unwrap();
    assert_eq!(place.to_string(), "-5.3");
}

#[test]
fn the_last_word_is_the_latest_text_that_still_stands() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let page = watch(&store, &["a"], t(0))[0];
    let word = |id: &str, at: i64, text: &str| update(id, Phase::Identified, t(at), text);
    let facts = incident_facts("i", Phase::Identified, t(0));
    // Written out of order, the latest without text.
    let said = vec![
        word("u2", 20, "We <b>found</b> it. It is large."),
        word("u1", 10, "We look."),
        word("u3", 30, ""),
    ];
    record(&store, page, t(100), vec![incident_added("i", facts, said)]);
    let last_word = || {
        let events = store.read_blocking(|view| view.events_named("i")).unwrap();
        events[0].incident_view(t(0)).unwrap().last_word
    };
    assert_eq!(last_word().as_deref(), Some("We found it."));
    let change = |change| Change::Incident {
        id: "i".to_owned(),
        change,
    };
    let edited = EventChange::UpdateEdited(word("u2", 20, "We lost it again."));
    record(&store, page, t(200), vec![change(edited)]);
    assert_eq!(last_word().as_deref(), Some("We lost it again."));
    let gone = EventChange::UpdateDeleted { id: "u2".to_owned() };
    record(&store, page, t(300), vec![change(gone)]);
    assert_eq!(last_word().as_deref(), Some("We look."));
    let long = word("u4", 40, &"long ".repeat(200));
    record(&store, page, t(400), vec![change(EventChange::UpdateAdded(long))]);
    assert!(last_word().unwrap().chars().count() <= 240);
}

#[test]
fn uptime_counts_only_what_was_observed_and_no_data_is_never_100_percent() {
    let dir = tempfile::tempdir().unwrap();
    let (store, page, _) = told(dir.path());
    let api = |from, until| {
        let rows = store
            .read_blocking(|view| view.uptime(page, t(from), t(until)))
            .unwrap();
        rows[0].view()
    };
    let nothing = api(0, 1000);
    assert_eq!((nothing.observed, nothing.up), (0.0, None));
    write(&store, move |tx| {
        tx.extend_coverage(page, Part::Page, t(10), t(160), Duration::ZERO)?;
        tx.extend_coverage(page, Part::Page, t(260), t(410), Duration::ZERO)
    });
    let seen = api(10, 410);
    // Down from 110 to 310 as recorded; observed of that: 110 to 160 and 260 to 310.
    let seconds: Vec<_> = seen
        .seconds
        .iter()
        .map(|part| (part.health, part.seconds))
        .collect();
    assert_eq!(seconds, [(Health::Operational, 200), (Health::MajorOutage, 100)]);
    assert_eq!((seen.observed, seen.up), (0.75, Some(200.0 / 300.0)));
    assert_eq!(api(120, 150).up, Some(0.0));
}

#[test]
fn search_wants_every_word_folds_accents_and_finds_what_was_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let (store, page, _) = told(dir.path());
    let other = incident_facts("Web slow", Phase::Identified, t(500));
    let said = update("w1", Phase::Identified, t(500), "<p>The database again</p>");
    record(
        &store,
        page,
        t(510),
        vec![incident_added("i2", other, vec![said])],
    );
    let find = |typed: &str| -> String {
        let (finds, more) = store.read_blocking(|view| view.search(typed, 10, plain)).unwrap();
        assert!(!more);
        finds
            .into_iter()
            .map(|find| find.event.id)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let table = [
        ("database", "i2 i1"),
        ("database again", "i2"),
        ("down database", "i1"),
        ("UBERLAST", "i1"),
        ("überl", "i1"),
        ("uberl ", ""),
        ("slo", "i2"),
        ("api", "i1"),
        ("database nowhere", ""),
        ("\"(*", ""),
    ];
    for (typed, expected) in table {
        assert_eq!(find(typed), expected, "{typed:?}");
    }
    let (finds, more) = store
        .read_blocking(|view| view.search("database", 1, plain))
        .unwrap();
    assert!(more);
    let view = finds[0].clone().view();
    assert_eq!(
        (view.excerpt.as_str(), view.at, view.title.as_str()),
        ("The database again", t(500), "Web slow")
    );
    // A title is found under its new words and its old ones.
    let from = incident_facts("Web slow", Phase::Identified, t(500));
    let to = incident_facts("Checkout slow", Phase::Identified, t(500));
    record(
        &store,
        page,
        t(520),
        vec![incident("i2", EventChange::Facts { from, to })],
    );
    assert_eq!(
        (find("checkout"), find("web")),
        ("i2".to_owned(), "i2".to_owned())
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_typed_is_an_error(typed in "\\PC{0,20}|[\"*():^+\\- a-zA-Z]{0,24}") {
        thread_local! {
            static STORE: (tempfile::TempDir, Store) = {
                let dir = tempfile::tempdir().unwrap();
                let store = told(dir.path()).0;
                (dir, store)
            };
        }
        STORE.with(|(_, store)| store.read_blocking(|view| view.search(&typed, 5, plain))).unwrap();
    }
}
