//! How a watch ends, and how it begins without a network.

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use signalbox_replay::{Incident, Misbehaviour, Page, StatuspageBody, Update};

use crate::stand::{Said, Stand, Watch, announcement, ended};

fn body(name: &str) -> StatuspageBody {
    StatuspageBody::new(name).component("c1", "Works", "operational")
}

fn open_incident(stand: &Stand, page: &Page, body: &mut StatuspageBody, id: &str) {
    let _inside = stand.runtime.enter();
    body.incidents.push(
        Incident::new(id, "Trouble")
            .impact("major")
            .affects("c1")
            .update(Update::new("u1", "investigating", "We look.")),
    );
    body.serve_on(page);
}

#[test]
fn a_signal_stops_it_in_order_within_seconds_also_while_a_page_hangs() {
    for signal in ["TERM", "INT", "HUP"] {
        let (stand, pages) = Stand::with_pages(&[body("Acme"), body("Brass")]);
        pages[1].misbehave(Misbehaviour::Hang);
        let mut watch = stand.watch();
        watch.wait_until_it_answers(&stand);
        stand.runtime.block_on(pages[1].wait_for_requests(1));
        let began = Instant::now();
        watch.signal(signal);
        let (status, _, errors) = watch.end();
        assert_eq!((status.code(), errors.as_str()), (Some(0), ""), "{signal}");
        assert!(
            began.elapsed() < Duration::from_secs(8),
            "{signal}: {:?}",
            began.elapsed()
        );
        let watch = Watch::start(stand.command(&["watch"]));
        watch.line("the start", |line| line.contains("Watching 2 vendors"));
        watch.signal(signal);
        let (_, lines, _) = watch.end();
        assert!(
            !lines.iter().any(|line| line.contains("in order")),
            "the exit before was in order: {lines:?}"
        );
    }
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly_and_what_was_owed_is_said_to_the_next_one() {
    let mut acme = body("Acme");
    let (stand, pages) = Stand::with_pages(std::slice::from_ref(&acme));
    let mut command = stand.command(&["watch", "--json"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut line = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
    std::io::BufRead::read_line(&mut out, &mut line).expect("read");
    drop(out);
    let baseline = announcement(line.trim_end());
    open_incident(&stand, &pages[0], &mut acme, "i1");
    let _answer = stand.ask(signalbox_engine::api::Request::Check { vendors: Vec::new() });
    let output: Said = child.wait_with_output().expect("ended").into();
    output.ended(0, &[]);
    assert_eq!(output.err, "", "quietly");
    let mut watch = stand.watch();
    watch.wait_until_it_answers(&stand);
    let told = announcement(&watch.line("what is owed", |_| true));
    assert_eq!(told.incident.as_deref(), Some("i1"));
    assert_ne!(told.key, baseline.key);
}

#[test]
fn an_output_that_is_closed_from_the_start_is_nobodys_trouble() {
    let (stand, _pages) = Stand::with_pages(&[body("Acme")]);
    let words = format!(
        "exec '{}' watch --config '{}' --data-dir '{}' >&- 2>&-",
        env!("CARGO_BIN_EXE_signalbox"),
        stand.config().display(),
        stand.data().display()
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &words]);
    let mut watch = Watch::start(shell);
    watch.wait_until_it_answers(&stand);
    stand.check();
    watch.signal("TERM");
    assert_eq!(watch.end().0.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_ends_it_with_a_word_and_nothing_counts_as_said() {
    let (stand, _pages) = Stand::with_pages(&[body("Acme")]);
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("a full device");
    let output: Said = stand
        .command(&["watch", "--json"])
        .stdout(full)
        .output()
        .expect("started")
        .into();
    output.ended(74, &["could not be written"]);
    let mut watch = stand.watch();
    watch.wait_until_it_answers(&stand);
    watch.line("the baseline", |line| line.contains("baseline"));
}

#[test]
fn a_reader_that_reads_nothing_holds_up_neither_the_engine_nor_its_end() {
    let mut bodies: Vec<StatuspageBody> = (0..20).map(|n| body(&format!("Vendor {n}"))).collect();
    let (stand, pages) = Stand::with_pages(&bodies);
    let mut command = stand.command(&["watch", "--json"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let began = Instant::now();
    while stand.ask(signalbox_engine::api::Request::Ping).is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not answer");
    }
    stand.check();
    // More than a pipe holds.
    for round in 0..4 {
        for (page, body) in pages.iter().zip(&mut bodies) {
            let _inside = stand.runtime.enter();
            let words = "Many words. ".repeat(300);
            body.incidents.push(
                Incident::new(format!("i{round}"), "Trouble")
                    .impact("major")
                    .update(Update::new(format!("u{round}"), "investigating", words)),
            );
            body.serve_on(page);
        }
        let status = stand.check();
        assert!(
            status
                .vendors
                .iter()
                .all(|vendor| vendor.incidents.len() == round + 1)
        );
    }
    crate::stand::signal(child.id(), "TERM");
    let status = ended(&mut child, Duration::from_secs(20));
    assert!(matches!(status.code(), Some(0 | 69)), "{status}");
}

#[test]
fn without_a_network_it_starts_calmly_and_catches_up() {
    let bodies = ["Acme", "Brass", "Copper"].map(body);
    let (stand, pages) = Stand::with_pages(&bodies);
    for page in &pages {
        let _inside = stand.runtime.enter();
        page.misbehave(Misbehaviour::Refuse);
    }
    let mut watch = Watch::start(stand.command(&["watch"]));
    watch.wait_until_it_answers(&stand);
    watch.line("that it is offline", |line| line.contains("Offline"));
    stand.run(&["status"]).ended(2, &["offline"]);
    stand.run(&["doctor"]).ended(0, &["offline since"]);
    for page in &pages {
        let _inside = stand.runtime.enter();
        page.recover();
    }
    stand.check();
    watch.line("that it is online", |line| line.contains("Online again"));
    watch.line("the baseline", |line| line.contains("Now watching"));
    stand.run(&["status"]).ended(0, &["Acme", "Brass", "Copper"]);
    watch.signal("TERM");
    let (status, lines, _) = watch.end();
    assert_eq!(status.code(), Some(0));
    assert!(
        !lines.iter().any(|line| line.contains("reach")),
        "no alarm: {lines:?}"
    );
}
