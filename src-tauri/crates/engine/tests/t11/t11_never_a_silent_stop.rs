use std::{
    sync::atomic::Ordering,
    thread,
    time::{Duration, Instant},
};

use signalbox_engine::{
    api::{ErrorCode, SourceState, StatusView, VendorView},
    store::{OwedState, Store},
    watch::Event,
};
use signalbox_pages::Health;
use signalbox_replay::{Incident, Update};

use crate::stand::{Fault, SOON, Stand};

fn vendor<'a>(status: &'a StatusView, name: &str) -> &'a VendorView {
    status
        .vendors
        .iter()
        .find(|vendor| vendor.vendor == name)
        .expect("it is watched")
}

/// Opens an incident on the page at `place`.
fn open(stand: &mut Stand, place: usize, id: &str) {
    let _inside = stand.runtime.enter();
    let (page, body) = &mut stand.pages[place];
    body.incidents.push(
        Incident::new(id, "Trouble")
            .impact("major")
            .affects("c1")
            .update(Update::new("u1", "investigating", "We look.")),
    );
    body.serve_on(page);
}

fn wait_until(what: &str, happened: impl Fn() -> bool) {
    let began = Instant::now();
    while !happened() {
        assert!(began.elapsed() < SOON, "{what} did not happen");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_panic_in_one_pages_work_costs_that_page_alone_and_only_as_long_as_it_lasts() {
    let mut stand = Stand::new(&["Acme", "Brass", "Copper"], "Brass");
    stand.reader.armed.store(true, Ordering::SeqCst);
    for place in 0..3 {
        open(&mut stand, place, &format!("i{place}"));
    }
    let status = stand.check();
    assert_eq!(vendor(&status, "Acme").incidents.len(), 1);
    assert_eq!(vendor(&status, "Copper").incidents.len(), 1);
    let struck = vendor(&status, "Brass");
    assert_eq!(struck.source, SourceState::Unreadable);
    assert_eq!(
        struck.reported,
        Some(Health::Operational),
        "the vendor's last word stands"
    );
    let reason = struck.source_reason.clone().unwrap_or_default();
    assert!(reason.contains("a fault of ours"), "{reason}");
    stand.channel.about("i0");
    stand.channel.about("i2");

    stand.reader.armed.store(false, Ordering::SeqCst);
    let status = stand.check();
    assert_eq!(vendor(&status, "Brass").source, SourceState::Fresh);
    assert_eq!(vendor(&status, "Brass").incidents.len(), 1);
    stand.channel.about("i1");
    assert_eq!(stand.stop(), Ok(()));
    assert!(stand.channel.by_key().values().all(|times| *times == 1));
}

#[test]
fn a_panic_in_the_loop_is_said_and_a_new_engine_goes_on() {
    let mut stand = Stand::new(&["Acme", "Brass"], "");
    stand.clock.plant(Fault::Panic);
    let event = stand.event("the restart", |event| matches!(event, Event::Restarted { .. }));
    assert_eq!(event, Event::Restarted { silent_for: None });
    stand.event("the new start", |event| matches!(event, Event::Started(_)));
    open(&mut stand, 0, "after");
    let status = stand.check();
    assert_eq!(vendor(&status, "Acme").incidents.len(), 1);
    stand.channel.about("after");
    assert_eq!(stand.stop(), Ok(()));
    assert!(stand.channel.by_key().values().all(|times| *times == 1));
}

#[test]
fn a_deadlock_in_the_loop_is_said_and_a_new_engine_goes_on_while_the_old_one_never_writes_again() {
    let mut stand = Stand::new(&["Acme", "Brass"], "");
    stand.clock.plant(Fault::Deadlock);
    wait_until("the deadlock", || stand.clock.sprung() == 1);
    stand.clock.pass_two_minutes();
    let event = stand.event("the restart", |event| matches!(event, Event::Restarted { .. }));
    assert!(
        matches!(event, Event::Restarted { silent_for: Some(silence) } if silence > Duration::from_secs(120)),
        "{event:?}"
    );
    stand.event("the new start", |event| matches!(event, Event::Started(_)));
    open(&mut stand, 0, "after");
    stand.check();
    stand.channel.about("after");

    // What was stuck comes back, and finds its place taken.
    stand.clock.release();
    open(&mut stand, 1, "later");
    stand.check();
    stand.channel.about("later");
    assert_eq!(stand.stop(), Ok(()));
    assert!(
        stand.channel.by_key().values().all(|times| *times == 1),
        "{:?}",
        stand.channel.by_key()
    );
    let (store, notices) = Store::open(&stand.data(), jiff::Timestamp::UNIX_EPOCH).expect("a store");
    assert_eq!(
        notices,
        [],
        "the last engine stopped in order, and no other one wrote after it"
    );
    store.close_blocking().expect("closed");
}

#[test]
fn an_engine_that_takes_long_to_open_its_store_is_not_joined_by_another() {
    let mut stand = Stand::held_up(&["Acme"]);
    stand.clock.wait_for_the_opening();
    for _ in 0..3 {
        stand.clock.pass_two_minutes();
        let looks = stand.clock.looks();
        wait_until("a look at it", || stand.clock.looks() > looks + 10);
    }
    stand.clock.let_it_open();
    let first = stand.event("a first word", |_| true);
    assert!(matches!(first, Event::Started(_)), "{first:?}");
    stand.check();
    assert_eq!(stand.stop(), Ok(()));
}

#[test]
fn a_delivery_that_was_stuck_with_its_engine_is_made_once() {
    let mut stand = Stand::new(&["Acme", "Brass"], "");
    let before = stand.channel.begun();
    stand.channel.hang();
    open(&mut stand, 0, "first");
    stand.check();
    wait_until("the delivery", || stand.channel.begun() > before);
    stand.clock.plant(Fault::Deadlock);
    wait_until("the deadlock", || stand.clock.sprung() == 1);
    open(&mut stand, 1, "second");
    stand.clock.pass_two_minutes();
    stand.event("the restart", |event| matches!(event, Event::Restarted { .. }));
    stand.event("the new start", |event| matches!(event, Event::Started(_)));
    stand.check();
    stand.channel.release();
    stand.clock.release();
    stand.channel.about("first");
    stand.channel.about("second");
    assert_eq!(stand.stop(), Ok(()));
    // The one in flight cannot be known to have arrived, and comes again under the same key; nothing else does.
    let first = stand.channel.about("first").key;
    for (key, times) in stand.channel.by_key() {
        assert!(
            times == 1 || (key == first && times == 2),
            "{key} came {times} times"
        );
    }
    let store = Store::open_read_only(&stand.data()).expect("a store");
    let owed = store.read_blocking(|view| view.announcements(100)).expect("read");
    assert!(
        owed.iter()
            .all(|owed| matches!(owed.state, OwedState::Delivered | OwedState::Merged)),
        "{owed:#?}"
    );
}

#[test]
fn a_second_stop_gives_up_and_says_so() {
    let mut stand = Stand::new(&["Acme"], "");
    for round in 0..2 {
        stand.clock.plant(Fault::Deadlock);
        wait_until("the deadlock", || stand.clock.sprung() == round + 1);
        stand.clock.pass_two_minutes();
        if round == 0 {
            stand.event("the restart", |event| matches!(event, Event::Restarted { .. }));
            stand.event("the new start", |event| matches!(event, Event::Started(_)));
        }
    }
    let error = stand.end().expect_err("it gives up");
    assert_eq!(error.code, ErrorCode::Unavailable);
    for word in ["stopped checking", "gives up", "Nothing recorded is lost", "logs"] {
        assert!(error.message.contains(word), "{}", error.message);
    }
}

#[test]
fn a_new_engine_goes_on_with_the_last_good_configuration_where_the_present_one_is_broken() {
    let mut stand = Stand::new(&["Acme"], "");
    std::fs::write(stand.config(), "[[watch]\n").expect("written");
    stand.event("the message", |event| matches!(event, Event::ConfigBroken(_)));
    stand.clock.plant(Fault::Panic);
    stand.event("the restart", |event| matches!(event, Event::Restarted { .. }));
    stand.event("the new start", |event| matches!(event, Event::Started(_)));
    open(&mut stand, 0, "after");
    stand.check();
    stand.channel.about("after");
    assert_eq!(stand.stop(), Ok(()));
}

#[test]
fn a_stop_is_not_held_up_by_a_loop_that_is_stuck() {
    let mut stand = Stand::new(&["Acme"], "");
    stand.clock.plant(Fault::Deadlock);
    wait_until("the deadlock", || stand.clock.sprung() == 1);
    let began = Instant::now();
    let error = stand.stop().expect_err("it was not in order");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(error.code, ErrorCode::Unavailable);
    assert!(
        error.message.contains("nothing recorded is lost"),
        "{}",
        error.message
    );
}
