//! A second engine, an engine that is stuck, and commands beside each other.

use std::time::Duration;

use signalbox_engine::api::{Reply, Request};
use signalbox_replay::{Misbehaviour, StatuspageBody};

use crate::stand::{Stand, Watch, wait_until};

fn acme() -> StatuspageBody {
    StatuspageBody::new("Acme").component("c1", "Works", "operational")
}

#[test]
fn a_second_engine_is_refused_by_name_and_commands_go_through_the_first() {
    let (stand, _pages) = Stand::with_pages(&[acme()]);
    let other = stand
        .runtime
        .block_on(async { stand.town.open("Brass").expect("a page") });
    stand.runtime.block_on(async {
        StatuspageBody::new("Brass")
            .component("c1", "A", "operational")
            .serve_on(&other);
    });
    let mut watch = stand.watch();
    watch.wait_until_it_answers(&stand);

    let process = format!("pid {}", watch.id());
    stand
        .run(&["watch"])
        .ended(69, &["signalbox watch", &process, "holds"]);
    let refused = stand.run(&["watch", "--json"]);
    refused.ended(69, &["\"unavailable\"", &process]);

    stand.run(&["check"]).ended(0, &["Acme"]);
    stand.run(&["add", &other.url()]).ended(0, &["Brass"]);
    stand.run(&["mute", "Brass"]).ended(0, &["muted"]);
    stand.run(&["status"]).ended(0, &["Acme", "Brass"]);
    stand
        .run(&["doctor"])
        .ended(0, &["running", &format!("process {}", watch.id())]);
    let Ok(Reply::Status(status)) = stand.ask(Request::Status { vendors: Vec::new() }) else {
        panic!("no status")
    };
    assert_eq!(status.vendors.len(), 2, "the running engine itself knows");
    watch.signal("TERM");
    assert_eq!(watch.end().0.code(), Some(0));

    // Without one they do it themselves.
    stand
        .run(&["mute", "Brass", "--lift"])
        .ended(0, &["announced again"]);
    stand.run(&["check"]).ended(0, &["Acme", "Brass"]);
    stand.run(&["remove", "Brass"]).ended(0, &["no longer watched"]);
    stand
        .run(&["doctor"])
        .ended(0, &["not running", "signalbox watch"]);
}

#[test]
fn an_engine_that_is_stuck_is_said_to_be_with_its_last_sign_of_life() {
    let (stand, _pages) = Stand::with_pages(&[acme()]);
    let mut watch = stand.watch();
    watch.wait_until_it_answers(&stand);
    stand.run(&["status"]).ended(0, &["Acme"]);
    watch.signal("STOP");
    let process = format!("pid {}", watch.id());
    let year = "20";
    for words in [&["status"][..], &["mute", "Acme"]] {
        stand.run(words).ended(
            69,
            &[
                "does not answer",
                "sign of life was at",
                year,
                &process,
                "end process",
            ],
        );
    }
    stand
        .run(&["doctor"])
        .ended(1, &["does not answer", "sign of life", "can be read"]);
    watch.signal("CONT");
    stand.run(&["status"]).ended(0, &["Acme"]);
    watch.signal("TERM");
    assert_eq!(watch.end().0.code(), Some(0));
}

#[test]
fn what_a_killed_engine_left_behind_is_in_nobodys_way() {
    let (stand, _pages) = Stand::with_pages(&[acme()]);
    let mut watch = stand.watch();
    watch.wait_until_it_answers(&stand);
    stand.check();
    watch.signal("KILL");
    watch.end();
    stand.run(&["status"]).ended(0, &["Acme", "signalbox watch"]);
    stand.run(&["doctor"]).ended(0, &["not running", "can be read"]);
    stand.run(&["check"]).ended(0, &["Acme"]);
    let watch = Watch::start(stand.command(&["watch"]));
    watch.line("the start", |line| line.contains("Watching 1 vendor"));
}

#[test]
fn commands_wait_for_each_other_instead_of_failing() {
    let (stand, pages) = Stand::with_pages(&[acme()]);
    stand.run(&["check"]).ended(0, &["Acme"]);
    // A page that takes its time keeps the first command busy.
    pages[0].misbehave(Misbehaviour::SlowHeaders {
        every: Duration::from_millis(20),
    });
    let slow = stand
        .command(&["check"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("started");
    wait_until("the first command has begun", Duration::from_secs(20), || {
        stand.data().join("engine.json").exists()
    });
    stand.run(&["status"]).ended(0, &["Acme"]);
    stand.run(&["mute", "Acme"]).ended(0, &["muted"]);
    let slow = slow.wait_with_output().expect("ended");
    assert!(slow.status.success(), "{slow:?}");
}
