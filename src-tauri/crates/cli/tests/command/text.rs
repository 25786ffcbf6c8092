//! What people see of how things are, and of what they set.

use crate::common::{PIPE, Recorded, Shown, TERMINAL, ask, refuse, run, views};
use signalbox_cli::backend::{ConfigProblem, ConfigReport};
use signalbox_engine::api::*;
use signalbox_pages::Health;

#[test]
fn status_shows_the_worst_first_with_ages_and_reasons() {
    let said = ask(&["status"], Reply::Status(views::several()));
    insta::assert_snapshot!(said.out, @"
    ▲ 2 of 7 vendors have problems: GitHub, Fastly

    ▲  GitHub     partial outage     for 39 min  checked 40 s ago
        ▲  Actions          partial outage
        ◆  Hosting / Pages  degraded
        Workflow runs are delayed  k2v7r0hs3lpq
            identified · major impact · 41 min so far · last word 12 min ago
    ◆  Fastly     degraded, stale                last read 3 h ago
        Not read for 3 h. The page does not answer: connection refused
    ◌  Zoom       unknown                        last read 3 h 4 min ago
        The page answers with a web page (“Sign in”), not data
        If it will stay so, take it out of the count: signalbox accept Zoom
        Its last word: operational, 3 h 4 min ago
    ◌  Linear     unknown                        not checked yet
        Not read yet
    ⚙  Atlassian  under maintenance              checked 40 s ago         muted until 18:00
        Database upgrade  m4
            in progress · 07:00 to 09:30 · 30 min over its time
    ✔  Old thing  operational                    checked 40 s ago         does not count
    ✔  Stripe     operational                    checked 40 s ago
    ");
}

#[test]
fn a_problem_is_called_stale_where_the_answer_says_so_and_not_after_one_miss() {
    for stale in [false, true] {
        let vendor = VendorView {
            stale,
            ..views::stale()
        };
        let said = ask(&["status"], Reply::Status(views::status(vec![vendor])));
        assert_eq!(said.out.contains("degraded, stale"), stale, "{}", said.out);
    }
}

#[test]
fn status_fits_a_narrow_terminal() {
    let recorded = Recorded {
        reply: Some(Ok(Reply::Status(views::status(vec![
            views::github(),
            views::decayed(),
        ])))),
        ..Recorded::default()
    };
    let narrow = Shown {
        width: Some(60),
        ..TERMINAL
    };
    insta::assert_snapshot!(run(&["status"], &recorded, narrow).out, @"
    ▲ 1 of 2 vendors have problems: GitHub

    ▲  GitHub  partial outage  for 39 min  checked 40 s ago
        ▲  Actions          partial outage
        ◆  Hosting / Pages  degraded
        Workflow runs are delayed  k2v7r0hs3lpq
            identified · major impact · 41 min so far · last wo…
    ◌  Zoom    unknown                     last read 3 h 4 min…
        The page answers with a web page (“Sign in”), not data
        If it will stay so, take it out of the count: signalbox
        accept Zoom
        Its last word: operational, 3 h 4 min ago
    ");
}

#[test]
fn status_in_ascii_is_ascii() {
    let recorded = Recorded {
        reply: Some(Ok(Reply::Status(views::status(vec![
            views::github(),
            views::in_maintenance(),
            views::well("Stripe", "status.stripe.com"),
        ])))),
        ..Recorded::default()
    };
    let said = run(
        &["status"],
        &recorded,
        Shown {
            unicode: false,
            ..TERMINAL
        },
    );
    assert!(said.out.is_ascii(), "{}", said.out);
    insta::assert_snapshot!(said.out, @"
    ! 1 of 3 vendors have problems: GitHub

    !  GitHub     partial outage     for 39 min  checked 40 s ago
        !  Actions          partial outage
        ~  Hosting / Pages  degraded
        Workflow runs are delayed  k2v7r0hs3lpq
            identified - major impact - 41 min so far - last word 12 min ago
    *  Atlassian  under maintenance              checked 40 s ago  muted until 18:00
        Database upgrade  m4
            in progress - 07:00 to 09:30 - 30 min over its time
    +  Stripe     operational                    checked 40 s ago
    ");
}

#[test]
fn colour_stands_beside_shape_and_word_and_only_where_wanted() {
    let recorded = Recorded {
        reply: Some(Ok(Reply::Status(views::status(vec![views::github()])))),
        ..Recorded::default()
    };
    let colored = Shown {
        color: true,
        ..TERMINAL
    };
    let escape = "\u{1b}[";
    let said = run(&["status"], &recorded, colored).out;
    assert!(said.contains("\u{1b}[31m\u{25b2}\u{1b}[0m"), "{said}");
    assert!(said.contains("\u{1b}[31mpartial outage\u{1b}[0m"), "{said}");
    assert!(
        !run(&["status", "--color", "never"], &recorded, colored)
            .out
            .contains(escape)
    );
    assert!(!run(&["status"], &recorded, PIPE).out.contains(escape));
    assert!(
        run(&["--color", "always", "status"], &recorded, PIPE)
            .out
            .contains(escape)
    );
    assert!(
        !run(&["status", "--json"], &recorded, colored)
            .out
            .contains(escape)
    );
}

#[test]
fn status_says_when_nobody_is_checking_or_the_machine_is_offline() {
    let mut view = views::status(vec![views::well("Stripe", "status.stripe.com")]);
    view.engine.running = false;
    insta::assert_snapshot!(ask(&["status"], Reply::Status(view.clone())).out, @"
    ✔ Everything that counts is well
      Nobody is checking at the moment. Start with: signalbox watch

    ✔  Stripe  operational  checked 40 s ago
    ");
    view.engine.running = true;
    view.engine.offline_since = Some(crate::common::time("2026-11-19T08:02:00Z"));
    insta::assert_snapshot!(ask(&["check"], Reply::Status(view)).out, @"
    ✔ Everything that counts is well
      This machine has been offline since 09:02, so nothing newer is known.

    ✔  Stripe  operational  checked 40 s ago
    ");
}

#[test]
fn many_components_in_trouble_are_counted() {
    let mut vendor = views::github();
    vendor.incidents.clear();
    vendor.troubled = (1..=28)
        .map(|number| {
            views::component(
                &format!("s{number}"),
                &format!("Site {number}"),
                &[],
                Health::PartialOutage,
            )
        })
        .collect();
    insta::assert_snapshot!(ask(&["status"], Reply::Status(views::status(vec![vendor]))).out, @"
    ▲ 1 of 1 vendors have problems: GitHub

    ▲  GitHub  partial outage  for 39 min  checked 40 s ago
        ▲  Site 1  partial outage
        ▲  Site 2  partial outage
        ▲  Site 3  partial outage
        ▲  Site 4  partial outage
        ▲  Site 5  partial outage
        and 23 more: signalbox scope GitHub
    ");
}

#[test]
fn an_incident_that_is_no_longer_listed_is_not_called_resolved() {
    let mut vendor = views::github();
    vendor.incidents[0].listed = false;
    let said = ask(&["status"], Reply::Status(views::status(vec![vendor])));
    assert!(
        said.out.contains("no longer listed, last identified"),
        "{}",
        said.out
    );
    assert!(!said.out.contains("resolved"));
}

#[test]
fn an_empty_set_up_names_the_next_step() {
    for words in [&["status"][..], &["list"], &["check"]] {
        let said = ask(words, Reply::Status(views::status(Vec::new())));
        assert_eq!(
            said.out,
            "Nothing is watched yet. Add a page: signalbox add https://www.githubstatus.com\n"
        );
        assert_eq!(said.code, 0);
    }
}

#[test]
fn list_shows_what_is_watched_by_name() {
    insta::assert_snapshot!(ask(&["list"], Reply::Status(views::several())).out, @"
    VENDOR     PAGE                           PLATFORM      SCOPE
    Atlassian  https://status.atlassian.com/  statuspage    2 of 40 components  muted until 18:00, writ…
    Fastly     https://www.fastlystatus.com/  statuspage    11 components
    GitHub     https://www.githubstatus.com/  statuspage    11 components
    Linear     https://linearstatus.com/      not read yet
    Old thing  https://status.old.example/    statuspage    11 components       does not count
    Stripe     https://status.stripe.com/     statuspage    11 components
    Zoom       https://status.zoom.us/        statuspage    11 components
    ");
}

#[test]
fn add_says_how_the_page_is_and_what_to_do_next() {
    let said = ask(
        &["add", "https://www.githubstatus.com"],
        Reply::Added(views::github()),
    );
    insta::assert_snapshot!(said.out, @"
    GitHub is watched now: https://www.githubstatus.com/ (Atlassian Statuspage)

    ▲  GitHub  partial outage  for 39 min  checked 40 s ago
        ▲  Actions          partial outage
        ◆  Hosting / Pages  degraded
        Workflow runs are delayed  k2v7r0hs3lpq
            identified · major impact · 41 min so far · last word 12 min ago

    All of its 11 components count. To choose the ones that matter: signalbox scope GitHub
    ");
    let said = ask(
        &["add", "https://linearstatus.com"],
        Reply::Added(views::pending()),
    );
    insta::assert_snapshot!(said.out, @"
    Linear is watched now: https://linearstatus.com/
    The page has not been read yet. See how it is: signalbox status
    ");
}

#[test]
fn remove_says_that_history_is_kept() {
    let view = RemovedView {
        vendor: "Zoom".to_owned(),
        page: "https://status.zoom.us/".to_owned(),
    };
    insta::assert_snapshot!(ask(&["remove", "zoom"], Reply::Removed(view)).out, @"
    Zoom is no longer watched (https://status.zoom.us/). Its history is kept.
    ");
}

#[test]
fn scope_shows_the_tree_with_what_is_in_scope() {
    insta::assert_snapshot!(ask(&["scope", "example"], Reply::Scope(views::scope())).out, @"
    Example Cloud: 2 of 4 components in scope
      [x]  Website    ✔  operational  a1
           Prod1 (US)
      [x]    API      ◆  degraded     b1
      [ ]    Console  ✔  operational  b2
           Prod2 (EU) / West
      [ ]    API      ◌  unknown      b3

    In the scope, but no longer on the page: zz9

    The page says that it builds on others. To watch them too:
      signalbox add PubNub

    Watch all of them again: signalbox scope 'Example Cloud' --all
    ");
}

#[test]
fn a_pause_says_how_long_and_that_nothing_is_lost() {
    let paused = |until: Option<&str>| {
        Reply::Paused(PausedView {
            until: until.map(crate::common::time),
        })
    };
    let until_six = ask(&["pause", "9h"], paused(Some("2026-11-19T17:00:00Z"))).out;
    insta::assert_snapshot!(until_six, @"
    Notifications on the screen are paused until Thu 2026-11-19 18:00 CET (17:00 UTC). What happens
    meanwhile is recorded, and told in one summary afterwards.
    ");
    let open = ask(&["pause"], paused(None)).out;
    insta::assert_snapshot!(open, @"
    Notifications on the screen are paused until you resume them (signalbox pause --lift). What happens
    meanwhile is recorded, and told in one summary afterwards.
    ");
    let lifted = ask(&["pause", "--lift"], Reply::Resumed).out;
    assert_eq!(lifted, "Notifications on the screen are on.\n");
}

#[test]
fn a_pause_is_named_where_it_is_told_how_things_are() {
    let mut view = views::several();
    view.engine.paused = Some(PausedView {
        until: Some(crate::common::time("2026-11-19T17:00:00Z")),
    });
    let said = ask(&["status"], Reply::Status(view)).out;
    assert_eq!(
        said.lines().nth(1),
        Some("  Notifications are paused until 18:00."),
        "{said}"
    );
}

#[test]
fn mute_says_until_when() {
    let muted = |until: Option<&str>| MutedView {
        what: "GitHub".to_owned(),
        until: until.map(crate::common::time),
    };
    let table = [
        (
            Some("2026-11-19T17:00:00Z"),
            "GitHub is muted until Thu 2026-11-19 18:00 CET (17:00 UTC). It stays visible.\n",
        ),
        (
            Some("9999-12-30T00:00:00Z"),
            "GitHub is muted until you lift it. It stays visible.\n",
        ),
        (None, "GitHub is announced again.\n"),
    ];
    for (until, expected) in table {
        assert_eq!(ask(&["mute", "github"], Reply::Muted(muted(until))).out, expected);
    }
}

#[test]
fn ack_and_accept_say_what_counts_now() {
    let ack = |acknowledged| {
        let incident = IncidentView {
            acknowledged,
            ..views::incident()
        };
        ask(
            &["ack", "k2v7r0hs3lpq"],
            Reply::Acknowledged(AcknowledgedView { incident }),
        )
        .out
    };
    let accept = |accepted| {
        let view = AcceptedView {
            vendor: "Old thing".to_owned(),
            accepted,
        };
        ask(&["accept", "old thing"], Reply::AcceptedUnreadable(view)).out
    };
    insta::assert_snapshot!([ack(true), ack(false), accept(true), accept(false)].concat(), @"
    Acknowledged: GitHub: Workflow runs are delayed. It stays visible, but no longer counts as a
    problem.
    No longer acknowledged: GitHub: Workflow runs are delayed. It counts again.
    The page of Old thing is accepted as unreadable and no longer counts. Take it back: signalbox accept
    'Old thing' --undo
    The page of Old thing counts again.
    ");
}

#[test]
fn doctor_lists_what_it_found() {
    let said = ask(&["doctor"], Reply::Doctor(views::doctor()));
    assert_eq!(said.code, 1);
    insta::assert_snapshot!(said.out, @"
    ✖ bad  Zoom
           The page answers with a web page, not data. Open it in a browser; if it has moved, remove it
           and add the new address.
    ◆ note engine
           No engine is running.
    ✔ good store
           Whole, 3 MB.
    ");
}

#[test]
fn config_check_points_at_file_line_and_column() {
    let report = ConfigReport {
        config: "/user/ada/config.toml".into(),
        exists: true,
        vendors: 12,
        problems: vec![ConfigProblem {
            file: "/user/ada/team.toml".into(),
            line: Some(7),
            column: Some(9),
            message: "unknown key \u{201c}intervall\u{201d}; did you mean \u{201c}interval\u{201d}?"
                .to_owned(),
        }],
    };
    let check = |report| {
        let recorded = Recorded {
            config: Some(Ok(report)),
            ..Recorded::default()
        };
        let said = run(&["config", "check"], &recorded, TERMINAL);
        format!("{}{}\n", said.out, said.code)
    };
    insta::assert_snapshot!(check(report.clone()), @"
    /user/ada/team.toml:7:9:
      unknown key “intervall”; did you mean “interval”?
    78
    ");
    let good = ConfigReport {
        problems: Vec::new(),
        ..report
    };
    insta::assert_snapshot!(check(good.clone()), @"
    /user/ada/config.toml: 12 vendors, no mistakes.
    0
    ");
    let absent = ConfigReport {
        exists: false,
        vendors: 0,
        ..good
    };
    insta::assert_snapshot!(check(absent), @"
    /user/ada/config.toml does not exist yet. The first page makes it: signalbox add
    https://www.githubstatus.com
    0
    ");
    insta::assert_snapshot!(run(&["config", "path"], &Recorded::default(), TERMINAL).out, @"
    configuration  /user/ada/.config/signalbox/config.toml
    data           /user/ada/.local/share/signalbox
    logs           /user/ada/.local/state/signalbox/logs
    ");
}

#[test]
fn watch_writes_each_announcement_as_it_comes() {
    let recorded = Recorded {
        reply: Some(Ok(Reply::Status(views::several()))),
        announcements: vec![
            views::announcement(),
            signalbox_channels::Announcement {
                key: "another".to_owned(),
                kind: signalbox_channels::AnnouncementKind::PageUnreachable,
                headline: "Fastly: the page does not answer".to_owned(),
                body: String::new(),
                incident: None,
                happened_at: None,
                ..views::announcement()
            },
        ],
        ..Recorded::default()
    };
    insta::assert_snapshot!(run(&["watch"], &recorded, TERMINAL).out, @"
    Watching 7 vendors. Stop with Ctrl-C.
    2026-11-19 09:58 ▲ GitHub: Workflow runs are delayed k2v7r0hs3lpq
        We are investigating reports that workflow runs start late.
        the vendor says: Thu 2026-11-19 09:19 CET (08:19 UTC)
    2026-11-19 09:58 ◌ Fastly: the page does not answer
    ");
}

#[test]
fn a_refusal_is_one_calm_line_on_standard_error() {
    let said = refuse(
        &["status"],
        ErrorCode::Unavailable,
        "There is no store yet.\u{1b}[2J",
    );
    assert_eq!(said.out, "");
    assert_eq!(said.err, "signalbox: There is no store yet.[2J\n");
    assert_eq!(said.code, 69);
}

#[test]
fn nothing_that_is_said_has_an_exclamation_mark_or_a_control_character() {
    let replies: Vec<(&[&str], Reply)> = vec![
        (&["status"], Reply::Status(views::several())),
        (&["list"], Reply::Status(views::several())),
        (
            &["incident", "x", "--revisions"],
            Reply::Incident(views::detail()),
        ),
        (&["at", "14:32"], Reply::At(views::at())),
        (&["scope", "x"], Reply::Scope(views::scope())),
        (&["search", "x"], Reply::Search(views::search())),
        (&["uptime", "x"], Reply::Uptime(views::uptime())),
        (&["vendors", "gh"], Reply::Vendors(views::vendors())),
        (&["doctor"], Reply::Doctor(views::doctor())),
    ];
    for (words, reply) in replies {
        let said = ask(words, reply);
        assert!(!said.out.contains('!'), "{}", said.out);
        assert!(
            said.out
                .chars()
                .all(|character| character == '\n' || !character.is_control()),
            "{:?}",
            said.out
        );
        assert!(!said.out.contains('\u{202e}'), "{:?}", said.out);
    }
}
