//! A configuration that breaks while a watch runs, a file that it includes, and what is logged.

use std::fs;

use signalbox_replay::StatuspageBody;

use crate::stand::{SOON, Stand, Watch, wait_until};

fn body(name: &str) -> StatuspageBody {
    StatuspageBody::new(name).component("c1", "Works", "operational")
}

#[test]
fn a_configuration_that_breaks_is_said_once_and_the_last_good_one_stays_until_it_is_mended() {
    let (stand, pages) = Stand::with_pages(&[body("Acme"), body("Brass")]);
    stand.watch_pages(&pages[..1]);
    let mut watch = Watch::start(stand.command(&["watch"]));
    watch.wait_until_it_answers(&stand);
    let broken = format!("[[watch]]\npage = \"{}\"\nintervall = \"2m\"\n", pages[0].url());
    stand.configure(&broken);
    let place = format!("{}:3:1", stand.config().display());
    watch.line("that it is broken", |line| line.contains("has a mistake"));
    let line = watch.line("where", |line| line.contains(&place));
    assert!(line.contains("did you mean"), "{line}");
    assert_eq!(stand.check().vendors.len(), 1, "the last good one stays in force");
    stand
        .run(&["doctor"])
        .ended(1, &["configuration", ":3:1", "goes on with what it read before"]);
    stand.run(&["mute", "Acme"]).ended(0, &["muted"]);
    stand.run(&["remove", "Acme"]).ended(78, &[":3:1"]);

    stand.watch_pages(&pages);
    watch.line("that it was read", |line| {
        line.contains("The configuration was read again")
    });
    assert_eq!(stand.check().vendors.len(), 2);
    watch.signal("TERM");
    let (status, lines, _) = watch.end();
    assert_eq!(status.code(), Some(0));
    assert!(
        !lines.iter().any(|line| line.contains("has a mistake")),
        "once: {lines:?}"
    );

    stand.configure(&broken);
    for words in [&["watch"][..], &["status"], &["check"]] {
        stand.run(words).ended(78, &[":3:1", "did you mean"]);
    }
    stand.run(&["doctor"]).ended(1, &[":3:1", "can be read"]);
}

#[test]
fn only_the_demo_takes_an_interval_of_a_few_seconds() {
    let (stand, pages) = Stand::with_pages(&[body("Acme")]);
    let page = pages[0].url();
    stand.configure(&format!(
        "[preferences]\ninterval = \"5s\"\n\n[[watch]]\npage = \"{page}\"\n"
    ));
    stand.run(&["watch"]).ended(78, &[":2:12", "at least 30s"]);
    let mut watch = Watch::start(stand.command(&["watch", "--demo"]));
    watch.wait_until_it_answers(&stand);
    assert_eq!(stand.check().vendors.len(), 1);
    watch.signal("TERM");
    assert_eq!(watch.end().0.code(), Some(0));
    let help = stand.run(&["watch", "--help"]);
    assert!(!help.out.contains("--demo"), "{}", help.out);
}

#[test]
fn a_broken_configuration_is_said_on_standard_error_where_the_output_is_json() {
    let (stand, _pages) = Stand::with_pages(&[body("Acme")]);
    let mut watch = stand.watch();
    watch.wait_until_it_answers(&stand);
    stand.check();
    stand.configure("nonsense = [\n");
    let log = stand.data().join("logs");
    wait_until("the mistake is said", SOON, || {
        logged(&log).contains("has a mistake")
    });
    watch.signal("TERM");
    let (_, lines, errors) = watch.end();
    assert!(
        errors.contains("has a mistake") && errors.contains("config.toml:"),
        "{errors}"
    );
    for line in lines {
        crate::stand::announcement(&line);
    }
}

#[test]
fn a_configuration_that_cannot_be_taken_up_is_said_though_it_is_well_written() {
    let (stand, pages) = Stand::with_pages(&[body("Acme")]);
    let mut watch = Watch::start(stand.command(&["watch"]));
    watch.wait_until_it_answers(&stand);
    let roots = stand.config().with_file_name("roots.pem");
    fs::write(&roots, "this is no certificate").expect("written");
    stand.configure(&format!(
        "[preferences]\nextra_roots = [\"roots.pem\"]\n\n[[watch]]\npage = \"{}\"\n",
        pages[0].url()
    ));
    let line = watch.line("that it cannot be taken up", |line| {
        line.contains("cannot be taken up")
    });
    assert!(line.contains("root certificate number 1"), "{line}");
    assert_eq!(
        stand.check().vendors.len(),
        1,
        "what was read before stays in force"
    );
}

#[test]
fn a_file_that_is_included_is_watched_too() {
    let (stand, pages) = Stand::with_pages(&[body("Acme"), body("Brass")]);
    let shared = stand.config().with_file_name("team.toml");
    let watched = |n: usize| {
        let text: String = pages[..n]
            .iter()
            .map(|page| format!("[[watch]]\npage = \"{}\"\n", page.url()))
            .collect();
        fs::write(&shared, text).expect("written");
    };
    watched(1);
    stand.configure("include = [\"team.toml\"]\n");
    let mut watch = Watch::start(stand.command(&["watch"]));
    watch.wait_until_it_answers(&stand);
    assert_eq!(stand.check().vendors.len(), 1);
    watched(2);
    watch.line("that it was read", |line| {
        line.contains("The configuration was read again")
    });
    assert_eq!(stand.check().vendors.len(), 2);
    fs::write(&shared, "[[watch]\n").expect("written");
    let line = watch.line("where it is broken", |line| line.contains("team.toml:1"));
    assert!(!line.is_empty());
    assert_eq!(stand.check().vendors.len(), 2);
}

fn logged(log: &std::path::Path) -> String {
    let Ok(files) = fs::read_dir(log) else {
        return String::new();
    };
    files
        .flatten()
        .filter_map(|file| fs::read_to_string(file.path()).ok())
        .collect()
}

#[test]
fn a_watch_logs_to_a_file_without_secrets() {
    use std::os::unix::fs::PermissionsExt as _;

    let (stand, pages) = Stand::with_pages(&[body("Acme")]);
    let page = pages[0].url();
    // A password where it does not belong is not shown to everybody who reads the report.
    let with_proxy = format!(
        "[preferences]\nproxy = \"http://ada:hunter2@127.0.0.1:1\"\n\n[[watch]]\npage = \"{page}\"\n"
    );
    stand.configure(&with_proxy);
    for words in [
        &["watch", "-vv"][..],
        &["status"],
        &["status", "--json"],
        &["config", "check"],
    ] {
        let said = stand.run(words);
        said.ended(78, &["passwords do not belong"]);
        assert!(!format!("{said:?}").contains("hunter2"), "{said:?}");
    }
    stand.watch_pages(&pages);
    let mut watch = Watch::start(stand.command(&["watch", "--json", "-vv"]));
    watch.wait_until_it_answers(&stand);
    stand.check();
    stand.configure(&with_proxy);
    wait_until("the mistake is said", SOON, || {
        logged(&stand.data().join("logs")).contains("has a mistake")
    });
    watch.signal("TERM");
    let (status, _, errors) = watch.end();
    assert_eq!(status.code(), Some(0));
    assert!(
        errors.contains("INFO"),
        "-v says on standard error what is done: {errors}"
    );
    let log = stand.data().join("logs");
    let text = logged(&log);
    assert!(
        text.contains("watching") && text.contains("stopped in order"),
        "{text}"
    );
    let names: Vec<String> = fs::read_dir(&log)
        .expect("logs")
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        names
            .iter()
            .all(|name| name.starts_with("signalbox.20") && name.ends_with(".log")),
        "a file a day: {names:?}"
    );
    let status = stand.run(&["status"]);
    let doctor = stand.run(&["doctor"]);
    for said in [&text, &errors, &status.out, &doctor.out] {
        assert!(!said.contains("hunter2"), "{said}");
    }
    for dir in [log, stand.data()] {
        let mode = fs::metadata(dir).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "nobody else reads it");
    }
    // What is over in a moment leaves no log.
    stand.watch_pages(&pages);
    let other = stand.data().with_file_name("other");
    let said = stand.command_at(&other, &["status"]).output().expect("started");
    assert_eq!(said.status.code(), Some(69));
    assert!(!other.exists());
}
