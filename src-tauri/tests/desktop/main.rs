//! The built program on a real desktop: an X server without a screen, a session bus, a window manager, a panel with a
//! tray, a notification server, and a browser driver that reads the window.
//!
//! Pictures of what a person would see are kept in `target/desktop`.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod driver;
mod item;
mod program;
mod session;

use std::time::Duration;

use signalbox_engine::api::Request;
use signalbox_replay::{Incident, Misbehaviour, StatuspageBody, Update};

use crate::{
    driver::Driver,
    item::Item,
    program::Stand,
    session::{Panel, Session, until},
};

/// So long anything may take that is to happen soon: the machine may be busy with other things.
const SOON: Duration = Duration::from_secs(40);

fn forge() -> StatuspageBody {
    StatuspageBody::new("Forge")
        .component("f-builds", "Builds", "operational")
        .component("f-pages", "Pages", "operational")
}

fn mail() -> StatuspageBody {
    StatuspageBody::new("Mail").component("m-out", "Outgoing mail", "operational")
}

/// Lets Forge have an incident that began 41 minutes ago, as bad as `impact` and `status` say.
fn break_forge(stand: &Stand<'_>, impact: &str, status: &str) {
    let mut body = forge();
    body.set_status("f-builds", status);
    let began = stand.minutes_ago(41);
    let first = Update::new(
        "f1-1",
        "investigating",
        "Builds wait and do not start. We look for the cause.",
    );
    let second = Update::new(
        "f1-2",
        "identified",
        "A queue of ours does not drain: its disk is full. We make room and then start it anew.",
    );
    let incident = Incident::new("f1", "Builds do not start")
        .impact(impact)
        .started_at(&began)
        .affects("f-builds")
        .update(first.at(&began))
        .update(second.at(stand.minutes_ago(12)));
    body.incident(incident).serve_on(stand.page("Forge"));
    stand.check();
}

fn titles_with(session: &Session, words: &str) -> bool {
    session.windows().iter().any(|title| title.contains(words))
}

#[test]
fn an_incident_reaches_the_tray_the_bubble_and_the_window_on_that_very_incident() {
    let session = Session::start(Panel::Dark);
    session.start_notifications();
    let stand = Stand::with(&session, &[forge(), mail()]);
    let driver = Driver::start(&session, &stand.arguments(&[]));
    let item = Item::wait(&session);
    until("the tray says that all is well", || {
        item.tooltip().contains("2 vendors")
    });
    let well = item.picture();
    session.picture("well");

    until("the new watch is told", || session.bubbles_shown() == 1);
    session.close_bubbles();
    break_forge(&stand, "major", "partial_outage");
    until("the tray names the vendor", || item.tooltip().contains("Forge"));
    assert_ne!(item.picture(), well, "the icon has changed");
    until("a bubble is shown", || session.bubbles_shown() == 1);
    until("the window shows it too", || {
        driver.text().contains("1 of 2 vendors has a problem")
    });
    session.picture("bubble");
    session.click_bubble();
    until("the window shows the incident", || {
        // A sentence that only the incident's own time line shows.
        driver.url().contains("f1") && driver.text().contains("We make room and then start it anew.")
    });
    session.picture("incident");

    // A closed window takes its web process with it.
    session.close_window("Builds do not start");
    until("no web process is left", || stand.web_processes() == 0);

    // An escalation is told, and a click on its bubble makes a window again, on that incident.
    break_forge(&stand, "critical", "major_outage");
    until("the escalation is shown", || session.bubbles_shown() == 1);
    session.click_bubble();
    until("a window opens on the incident", || {
        titles_with(&session, "Builds do not start")
    });
    session.picture("incident-again");
}

#[test]
fn a_link_and_a_second_start_open_the_window_of_the_running_program() {
    let session = Session::start(Panel::Light);
    let stand = Stand::with(&session, &[forge(), mail()]);
    let mut program = stand.start(&["--hidden"]);
    let item = Item::wait(&session);
    until("the program runs", || item.tooltip().contains("2 vendors"));
    assert!(session.windows().is_empty(), "a hidden start opens nothing");
    assert_eq!(stand.run(&["--hidden"]), Some(0));
    assert!(
        session.windows().is_empty(),
        "a second hidden start opens nothing"
    );
    assert_eq!(stand.run(&["signalbox://vendor/Mail"]), Some(0));
    until("the vendor is shown", || titles_with(&session, "Mail"));
    session.close_window("Mail");
    until("the window is gone", || session.windows().is_empty());
    item.activate();
    until("a click on the icon opens the window", || {
        !session.windows().is_empty()
    });
    assert_eq!(stand.run(&["signalbox://nowhere/at/all"]), Some(64));
    assert_eq!(
        program.terminate(),
        Some(0),
        "it ends in order when it is told to"
    );
    assert!(stand.data_dir_is_free());
}

#[test]
fn a_window_that_dies_takes_nothing_with_it_and_a_program_without_one_loads_no_toolkit() {
    let session = Session::start(Panel::Dark);
    session.start_notifications();
    let stand = Stand::with(&session, &[forge()]);
    let mut program = stand.start(&["--hidden"]);
    let item = Item::wait(&session);
    until("the program runs", || item.tooltip().contains("1 vendor"));
    until("the new watch is told", || session.bubbles_shown() == 1);
    session.close_bubbles();
    assert!(!program.has_loaded("webkit") && !program.has_loaded("libgtk"));
    item.activate();
    until("the window opens", || !session.windows().is_empty());
    program.kill_window();
    until("the window is gone", || session.windows().is_empty());
    until("it is told", || session.bubbles_shown() == 1);
    until("no web process is left", || stand.web_processes() == 0);
    assert!(program.is_running());
    item.activate();
    until("another click opens another one", || {
        !session.windows().is_empty()
    });
    assert_eq!(program.terminate(), Some(0));
    until("the window ends with the program", || {
        session.windows().is_empty() && stand.web_processes() == 0
    });
}

#[test]
fn the_tray_comes_back_with_the_panel() {
    let session = Session::start(Panel::Dark);
    let stand = Stand::with(&session, &[forge()]);
    let _program = stand.start(&["--hidden"]);
    let item = Item::wait(&session);
    until("the program runs", || item.tooltip().contains("1 vendor"));
    session.stop_panel();
    break_forge(&stand, "minor", "degraded_performance");
    session.start_panel();
    let again = Item::wait(&session);
    until("the tray says what changed meanwhile", || {
        again.tooltip().contains("Forge")
    });
}

#[test]
fn without_a_panel_the_program_runs_and_its_window_opens_by_itself() {
    let session = Session::start(Panel::None);
    let stand = Stand::with(&session, &[forge()]);
    let _program = stand.start(&["--hidden"]);
    until("the window opens by itself", || !session.windows().is_empty());
    session.picture("no-tray");
    session.start_panel();
    let item = Item::wait(&session);
    until("a panel that comes later gets the icon", || {
        item.tooltip().contains("1 vendor")
    });
}

#[test]
fn without_a_notification_server_nothing_breaks_and_one_summary_comes_when_there_is_one() {
    let session = Session::start(Panel::Dark);
    let stand = Stand::with(&session, &[forge(), mail()]);
    let mut program = stand.start(&["--hidden"]);
    let item = Item::wait(&session);
    until("the program runs", || item.tooltip().contains("2 vendors"));
    break_forge(&stand, "major", "major_outage");
    until("the tray says it all the same", || {
        item.tooltip().contains("Forge")
    });
    assert!(program.is_running());
    session.start_notifications();
    until("what was owed is told in one bubble", || {
        session.bubbles_shown() == 1
    });
    session.picture("summary");
}

#[test]
fn every_state_of_the_tray_is_seen_on_a_dark_and_on_a_light_panel() {
    for panel in [Panel::Dark, Panel::Light] {
        let session = Session::start(panel);
        let stand = Stand::with(&session, &[forge(), mail()]);
        let _program = stand.start(&["--hidden"]);
        let item = Item::wait(&session);
        until("the program runs", || item.tooltip().contains("2 vendors"));
        let mut pictures = vec![("operational", item.picture())];
        session.tray_picture("operational");
        for (name, impact, status) in [
            ("degraded", "minor", "degraded_performance"),
            ("partial-outage", "major", "partial_outage"),
            ("major-outage", "critical", "major_outage"),
        ] {
            break_forge(&stand, impact, status);
            until(name, || pictures.iter().all(|(_, seen)| *seen != item.picture()));
            pictures.push((name, item.picture()));
            session.tray_picture(name);
        }
        stand.ask(Request::Pause { until: None });
        until("paused", || {
            pictures.iter().all(|(_, seen)| *seen != item.picture())
        });
        session.tray_picture("paused");
        session.tray_strip(&[
            "operational",
            "degraded",
            "partial-outage",
            "major-outage",
            "paused",
        ]);
    }
}

/// A page that is never read: unknown beside what is known.
#[test]
fn a_page_that_cannot_be_read_is_never_green() {
    let session = Session::start(Panel::Dark);
    let stand = Stand::with_misbehaving(&session, &[forge()], &Misbehaviour::status(500));
    let _program = stand.start(&["--hidden"]);
    let item = Item::wait(&session);
    until("the tray says that nothing is known", || {
        item.tooltip().contains("unknown") || item.tooltip().contains("not known")
    });
    session.tray_picture("unknown");
}
