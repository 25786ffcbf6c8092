//! How the command ends, and what it asks.

use jiff::Timestamp;
use signalbox_engine::api::{ErrorCode, IncidentView, Reply, Request, SourceState, VendorView};
use signalbox_pages::{Health, Impact};

use crate::common::{NOW, Recorded, TERMINAL, ask, refuse, run, time, views};

fn vendor(shown: Health, source: SourceState) -> VendorView {
    VendorView {
        shown,
        stale: source == SourceState::Stale,
        source,
        ..views::well("Vendor", "status.vendor.example")
    }
}

fn uncounted(vendor: VendorView) -> VendorView {
    VendorView {
        counted: false,
        ..vendor
    }
}

fn acknowledged(components: &[&str]) -> IncidentView {
    IncidentView {
        acknowledged: true,
        components: components.iter().map(|&name| name.to_owned()).collect(),
        ..views::incident()
    }
}

#[test]
fn status_and_check_end_as_the_table_says() {
    use Health::{Degraded, Maintenance, MajorOutage, Operational, PartialOutage, Unknown};
    use SourceState::{Fresh, Moved, Pending, Stale, Unreachable, Unreadable};
    let well = || vendor(Operational, Fresh);
    let github = views::github;
    let with = |incidents: Vec<IncidentView>| VendorView {
        incidents,
        ..github()
    };
    let table: Vec<(&str, Vec<VendorView>, u8)> = vec![
        ("nothing watched", vec![], 0),
        ("all well", vec![well(), well()], 0),
        ("maintenance", vec![well(), vendor(Maintenance, Fresh)], 0),
        ("degraded", vec![well(), vendor(Degraded, Fresh)], 1),
        ("partial outage", vec![vendor(PartialOutage, Fresh)], 1),
        ("major outage", vec![vendor(MajorOutage, Fresh)], 1),
        ("a stale problem", vec![vendor(MajorOutage, Stale)], 1),
        (
            "a problem outranks what is unknown",
            vec![vendor(Unknown, Unreadable), vendor(Degraded, Fresh)],
            1,
        ),
        ("unknown and fresh", vec![well(), vendor(Unknown, Fresh)], 2),
        (
            "unreachable before, not yet decayed: the last word is still fresh",
            vec![vendor(Operational, Unreachable)],
            0,
        ),
        ("stale", vec![vendor(Operational, Stale)], 2),
        ("unreadable", vec![vendor(Unknown, Unreadable)], 2),
        ("moved", vec![vendor(Unknown, Moved)], 2),
        ("never read", vec![vendor(Unknown, Pending)], 2),
        ("stale maintenance", vec![vendor(Maintenance, Stale)], 2),
        (
            "a problem that does not count",
            vec![uncounted(vendor(MajorOutage, Fresh)), well()],
            0,
        ),
        (
            "an unreadable page that was accepted",
            vec![uncounted(vendor(Unknown, Unreadable)), well()],
            0,
        ),
        (
            "acknowledged",
            vec![with(vec![acknowledged(&["Actions", "Pages"])])],
            0,
        ),
        (
            "acknowledged, naming no component",
            vec![with(vec![acknowledged(&[])])],
            0,
        ),
        (
            "acknowledged and stale",
            vec![VendorView {
                source: Stale,
                stale: true,
                ..with(vec![acknowledged(&[])])
            }],
            2,
        ),
        (
            "trouble beside the acknowledged incident",
            vec![with(vec![acknowledged(&["Actions"])])],
            1,
        ),
        (
            "a second incident that is not acknowledged",
            vec![with(vec![
                acknowledged(&[]),
                IncidentView {
                    impact: Impact::None,
                    ..views::incident()
                },
            ])],
            1,
        ),
        (
            "an acknowledged incident that is over explains nothing",
            vec![with(vec![IncidentView {
                open: false,
                ..acknowledged(&[])
            }])],
            1,
        ),
    ];
    for (case, vendors, expected) in table {
        for command in ["status", "check"] {
            let said = ask(&[command], Reply::Status(views::status(vendors.clone())));
            assert_eq!(said.code, expected, "{command}: {case}");
            let said = ask(
                &[command, "--json"],
                Reply::Status(views::status(vendors.clone())),
            );
            assert_eq!(said.code, expected, "{command} --json: {case}");
        }
    }
}

#[test]
fn a_check_whose_own_question_failed_does_not_end_well() {
    let missed = |health| VendorView {
        missed: Some("the server refused the connection".to_owned()),
        ..vendor(health, SourceState::Unreachable)
    };
    for (health, expected) in [
        (Health::Operational, 2),
        (Health::Maintenance, 2),
        (Health::Degraded, 1),
    ] {
        let said = ask(&["check"], Reply::Status(views::status(vec![missed(health)])));
        assert_eq!(said.code, expected, "{health:?}");
        let told = "Asked just now, it could not be read: the server refused the connection";
        assert!(said.out.contains(told), "{}", said.out);
    }
}

#[test]
fn list_judges_nothing() {
    assert_eq!(ask(&["list"], Reply::Status(views::several())).code, 0);
}

#[test]
fn refusals_end_as_the_table_says() {
    let table = [
        (ErrorCode::Usage, 64),
        (ErrorCode::BadInput, 65),
        (ErrorCode::NotFound, 65),
        (ErrorCode::Page, 65),
        (ErrorCode::Unavailable, 69),
        (ErrorCode::Internal, 70),
        (ErrorCode::Configuration, 78),
    ];
    for (code, expected) in table {
        let said = refuse(&["status"], code, "No.");
        assert_eq!(
            (said.code, said.err.as_str()),
            (expected, "signalbox: No.\n"),
            "{code:?}"
        );
        let said = refuse(&["status", "--json"], code, "No.");
        assert_eq!((said.code, said.err.as_str()), (expected, ""), "{code:?} as JSON");
    }
}

#[test]
fn every_command_asks_what_it_stands_for() {
    let no = Vec::<String>::new;
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let text = |text: &str| text.to_owned();
    let t = |text: &str| -> Option<Timestamp> { Some(time(text)) };
    let table: Vec<(&[&str], Request)> = vec![
        (
            &["add", "x.example"],
            Request::Add {
                page: text("x.example"),
                name: None,
            },
        ),
        (
            &["add", "x.example", "--name", "X"],
            Request::Add {
                page: text("x.example"),
                name: Some(text("X")),
            },
        ),
        (&["remove", "x"], Request::Remove { vendor: text("x") }),
        (&["list"], Request::Status { vendors: no() }),
        (
            &["scope", "x"],
            Request::Scope {
                vendor: text("x"),
                components: None,
            },
        ),
        (
            &["scope", "x", "--set", "a, b", "--set", "c"],
            Request::Scope {
                vendor: text("x"),
                components: Some(names(&["a", "b", "c"])),
            },
        ),
        (
            &["scope", "x", "--all"],
            Request::Scope {
                vendor: text("x"),
                components: Some(no()),
            },
        ),
        (
            &["status", "x", "y"],
            Request::Status {
                vendors: names(&["x", "y"]),
            },
        ),
        (&["check"], Request::Check { vendors: no() }),
        (
            &[
                "history",
                "x",
                "--since",
                "yesterday 14:32",
                "--until",
                "09:00",
                "--limit",
                "5",
                "--before",
                "12.3",
            ],
            Request::History {
                vendors: names(&["x"]),
                since: t("2026-11-18T13:32:00Z"),
                until: t("2026-11-19T08:00:00Z"),
                limit: 5,
                before: Some(text("12.3")),
            },
        ),
        (
            &["history"],
            Request::History {
                vendors: no(),
                since: None,
                until: None,
                limit: 20,
                before: None,
            },
        ),
        (
            &["incident", "i1"],
            Request::Incident {
                id: text("i1"),
                vendor: None,
            },
        ),
        (
            &["incident", "i1", "--vendor", "y"],
            Request::Incident {
                id: text("i1"),
                vendor: Some(text("y")),
            },
        ),
        (
            &["at", "last", "tuesday", "14:32", "x"],
            Request::At {
                time: time("2026-11-17T13:32:00Z"),
                vendors: names(&["x"]),
            },
        ),
        (
            &["--utc", "at", "2026-11-17 14:32"],
            Request::At {
                time: time("2026-11-17T14:32:00Z"),
                vendors: no(),
            },
        ),
        (
            &["search", "queue", "full"],
            Request::Search {
                words: text("queue full"),
                limit: 20,
            },
        ),
        (
            &[
                "uptime",
                "x",
                "c1",
                "--since",
                "2026-11-01",
                "--until",
                "2026-11-08",
            ],
            Request::Uptime {
                vendor: text("x"),
                components: names(&["c1"]),
                from: time("2026-10-31T23:00:00Z"),
                until: time("2026-11-07T23:00:00Z"),
            },
        ),
        (
            &["uptime", "x"],
            Request::Uptime {
                vendor: text("x"),
                components: no(),
                from: time("2026-10-20T09:00:00Z"),
                until: time(NOW),
            },
        ),
        (
            &["vendors", "git", "hub", "--limit", "3"],
            Request::Vendors {
                words: text("git hub"),
                limit: 3,
            },
        ),
        (
            &["vendors"],
            Request::Vendors {
                words: text(""),
                limit: 10,
            },
        ),
        (
            &["mute", "x"],
            Request::Mute {
                target: text("x"),
                vendor: None,
                until: None,
            },
        ),
        (
            &["mute", "x", "--for", "8h"],
            Request::Mute {
                target: text("x"),
                vendor: None,
                until: t("2026-11-19T17:00:00Z"),
            },
        ),
        (
            &["mute", "x", "--until", "08:00"],
            Request::Mute {
                target: text("x"),
                vendor: None,
                until: t("2026-11-20T07:00:00Z"),
            },
        ),
        (
            &["mute", "x", "--lift", "--vendor", "y"],
            Request::Unmute {
                target: text("x"),
                vendor: Some(text("y")),
            },
        ),
        (
            &["mute", "i1", "--vendor", "y"],
            Request::Mute {
                target: text("i1"),
                vendor: Some(text("y")),
                until: None,
            },
        ),
        (&["pause"], Request::Pause { until: None }),
        (
            &["pause", "1h 30m"],
            Request::Pause {
                until: t("2026-11-19T10:30:00Z"),
            },
        ),
        (
            &["pause", "--until", "tomorrow 08:00"],
            Request::Pause {
                until: t("2026-11-20T07:00:00Z"),
            },
        ),
        (&["pause", "--lift"], Request::Resume),
        (
            &["ack", "i1"],
            Request::Acknowledge {
                incident: text("i1"),
                vendor: None,
                undo: false,
            },
        ),
        (
            &["ack", "i1", "--undo", "--vendor", "y"],
            Request::Acknowledge {
                incident: text("i1"),
                vendor: Some(text("y")),
                undo: true,
            },
        ),
        (
            &["accept", "x"],
            Request::AcceptUnreadable {
                vendor: text("x"),
                accept: true,
            },
        ),
        (
            &["accept", "x", "--undo"],
            Request::AcceptUnreadable {
                vendor: text("x"),
                accept: false,
            },
        ),
        (&["doctor"], Request::Doctor),
    ];
    for (words, expected) in table {
        let said = refuse(words, ErrorCode::Unavailable, "No.");
        assert_eq!(said.asked, [expected], "{words:?}");
    }
}

#[test]
fn times_that_make_no_sense_are_usage_errors_and_ask_nobody() {
    let table: [(&[&str], &str); 9] = [
        (&["at", "soonish"], "yesterday 14:32"),
        (&["at", "2027-01-01"], "has not come yet"),
        (&["history", "--since", "whenever"], "no time that I know"),
        (
            &["history", "--since", "08:00", "--until", "07:00"],
            "must lie before",
        ),
        (&["uptime", "x", "--since", "now"], "must lie before"),
        (&["mute", "x", "--for", "soon"], "30m, 8h, 2d"),
        (&["mute", "x", "--until", "2026-01-01"], "over already"),
        (&["pause", "--until", "2026-01-01"], "over already"),
        (&["search", " "], "at least one word"),
    ];
    for (words, expected) in table {
        let said = run(words, &Recorded::default(), TERMINAL);
        assert_eq!(said.code, 64, "{words:?}");
        assert!(said.err.contains(expected), "{words:?}: {}", said.err);
        assert!(said.asked.is_empty(), "{words:?}");
        assert_eq!(said.out, "");
    }
}

#[test]
fn the_places_that_were_given_reach_the_backend() {
    let recorded = Recorded::default();
    run(
        &["--config", "/c.toml", "list", "--data-dir", "/d"],
        &recorded,
        TERMINAL,
    );
    let places = recorded.places.borrow().clone().expect("connected");
    assert_eq!(places.config.as_deref(), Some("/c.toml".as_ref()));
    assert_eq!(places.data_dir.as_deref(), Some("/d".as_ref()));
}
