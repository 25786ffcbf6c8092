//! What is owed (T4).

use jiff::SignedDuration;
use signalbox_channels::{Announcement, AnnouncementKind, Urgency};
use signalbox_pages::Health;

use super::{T0, open, t, write};
use crate::store::{Batch, Owed, OwedState, Store};

fn draft(headline: &str) -> impl Fn(String) -> Announcement + use<> {
    let headline = headline.to_owned();
    move |key| Announcement {
        key,
        kind: AnnouncementKind::IncidentOpened,
        urgency: Urgency::High,
        vendor: Some("Acme".to_owned()),
        headline: headline.clone(),
        body: "We look into it.".to_owned(),
        incident: Some("i1".to_owned()),
        url: None,
        health: Some(Health::MajorOutage),
        impact: None,
        recorded_at: T0,
        happened_at: None,
        items: Vec::new(),
    }
}

fn owe(
    store: &Store,
    channels: &'static [&'static str],
    headline: &'static str,
    batch: Option<Batch>,
) -> Vec<String> {
    write(store, move |tx| tx.owe(channels, draft(headline), batch))
}

fn next(store: &Store, channel: &str, seconds: i64) -> Option<Owed> {
    store
        .read_blocking(|view| view.owed_next(channel, t(seconds)))
        .unwrap()
}

#[test]
fn what_is_owed_comes_oldest_first_per_channel_until_it_is_settled() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let keys = owe(&store, &["out", "mail"], "first", None);
    assert_eq!(keys, [format!("{}-1", store.id()), format!("{}-2", store.id())]);
    owe(&store, &["out"], "second", None);
    let first = next(&store, "out", 0).unwrap();
    assert_eq!(first.announcement.headline, "first");
    assert_eq!(first.announcement.key, keys[0]);
    write(&store, move |tx| tx.delivered(first.id, t(1)));
    let second = next(&store, "out", 1).unwrap();
    assert_eq!(second.announcement.headline, "second");
    write(&store, move |tx| tx.refused(second.id, t(2), "gone"));
    assert_eq!(next(&store, "out", 9), None);
    assert_eq!(next(&store, "mail", 9).unwrap().announcement.key, keys[1]);
    let states: Vec<_> = store
        .read_blocking(|view| view.announcements(10))
        .unwrap()
        .into_iter()
        .map(|owed| (owed.channel, owed.state, owed.last_error))
        .collect();
    assert_eq!(
        states,
        [
            ("out".to_owned(), OwedState::Refused, Some("gone".to_owned())),
            ("mail".to_owned(), OwedState::Pending, None),
            ("out".to_owned(), OwedState::Delivered, None),
        ]
    );
}

#[test]
fn one_that_is_to_be_tried_again_holds_back_those_behind_it_and_keeps_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    owe(&store, &["out"], "first", None);
    owe(&store, &["out"], "second", None);
    let first = next(&store, "out", 0).unwrap();
    let id = first.id;
    write(&store, move |tx| tx.retry(id, t(60), "no answer"));
    assert_eq!(next(&store, "out", 59), None);
    let again = next(&store, "out", 60).unwrap();
    assert_eq!(
        (again.attempts, again.last_error.as_deref()),
        (1, Some("no answer"))
    );
    assert_eq!(again.announcement.key, first.announcement.key);
    assert_eq!(store.read_blocking(|view| view.owed_count("out")).unwrap(), 2);
}

#[test]
fn a_clock_that_was_set_back_does_not_put_off_what_is_owed() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    owe(&store, &["out"], "first", None);
    assert!(next(&store, "out", -8 * 3600).is_some());
    let id = next(&store, "out", 0).unwrap().id;
    write(&store, move |tx| tx.retry(id, t(60), "no answer"));
    write(&store, |tx| tx.bring_forward(t(-8 * 3600)));
    assert!(next(&store, "out", -8 * 3600).is_some());
}

#[test]
fn a_batch_is_held_back_and_becomes_one_summary_per_channel() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    owe(&store, &["out", "mail"], "a", Some(Batch::Baseline));
    owe(&store, &["out"], "b", Some(Batch::Baseline));
    owe(&store, &["out"], "c", Some(Batch::CatchUp));
    assert_eq!(next(&store, "out", 9), None);
    let keys = write(&store, |tx| {
        tx.close_batch(Batch::Baseline, t(5), |held| {
            let lines: Vec<&str> = held.iter().map(|one| one.headline.as_str()).collect();
            (lines.len() > 1).then(|| draft(&lines.join("+")))
        })
    });
    assert_eq!(keys.len(), 1);
    let summary = next(&store, "out", 9).unwrap();
    assert_eq!(
        (
            summary.announcement.headline.as_str(),
            summary.announcement.key.as_str()
        ),
        ("a+b", keys[0].as_str())
    );
    assert_eq!(next(&store, "mail", 9), None, "nothing worth telling");
    assert_eq!(
        store.read_blocking(|view| view.held(Batch::Baseline)).unwrap(),
        []
    );
    assert_eq!(
        store
            .read_blocking(|view| view.held(Batch::CatchUp))
            .unwrap()
            .len(),
        1
    );
    let again = write(&store, |tx| {
        tx.close_batch(Batch::Baseline, t(6), |_| Some(draft("never")))
    });
    assert_eq!(again, Vec::<String>::new());
}

#[test]
fn a_backlog_becomes_one_summary_and_an_earlier_summary_in_it_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let fold = |at: i64| {
        write(&store, move |tx| {
            tx.fold("out", t(at), None, |owed| {
                let lines: Vec<&str> = owed.iter().map(|one| one.headline.as_str()).collect();
                let mut summary = draft(&lines.join("+"))(String::new());
                summary.kind = AnnouncementKind::CatchUp;
                move |key| Announcement { key, ..summary }
            })
        })
    };
    owe(&store, &["out", "mail"], "a", None);
    assert!(!fold(1), "one thing is told as itself");
    owe(&store, &["out"], "b", None);
    let id = next(&store, "out", 1).unwrap().id;
    write(&store, move |tx| tx.retry(id, t(60), "nobody there"));
    assert!(fold(2));
    let summary = next(&store, "out", 2).unwrap();
    assert_eq!(summary.announcement.headline, "a+b");
    assert_eq!(summary.attempts, 1, "the next pause is no shorter for it");
    owe(&store, &["out"], "c", None);
    assert!(fold(3));
    let again = next(&store, "out", 3).unwrap();
    assert_eq!(again.announcement.headline, "a+b+c");
    assert_ne!(again.announcement.key, summary.announcement.key);
    assert_eq!(store.read_blocking(|view| view.owed_count("out")).unwrap(), 1);
    assert_eq!(
        next(&store, "mail", 3).unwrap().announcement.headline,
        "a",
        "another channel's are its own"
    );
}

#[test]
fn what_was_settled_long_ago_is_forgotten_and_no_key_is_given_twice() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    owe(&store, &["out", "mail"], "old", None);
    let old = next(&store, "mail", 0).unwrap();
    let id = old.id;
    write(&store, move |tx| tx.delivered(id, t(1)));
    let later = t(1) + SignedDuration::from_hours(24 * 30);
    assert_eq!(write(&store, move |tx| tx.prune_outbox(t(1))), 0);
    assert_eq!(write(&store, move |tx| tx.prune_outbox(later)), 1);
    let keys = owe(&store, &["mail"], "new", None);
    assert_eq!(keys, [format!("{}-3", store.id())]);
}
