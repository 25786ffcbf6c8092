//! Reading `config.toml`.

#![expect(clippy::expect_used, reason = "a test stops where it cannot go on")]

use std::{fs, path::Path, time::Duration};

use proptest::prelude::*;
use signalbox_engine::config::{
    Config, ConfigError, Limits, Loaded, canonical_address,
    edit::{self, EditError, WatchEntry},
};
use signalbox_pages::{Site, readers};
use tempfile::TempDir;

fn dir() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn write(dir: &TempDir, name: &str, text: &str) {
    fs::write(dir.path().join(name), text).expect("writable");
}

fn load(text: &str) -> Result<Loaded, ConfigError> {
    let dir = dir();
    write(&dir, "config.toml", text);
    Config::load(&dir.path().join("config.toml"))
}

/// The report, with the directory left out.
fn refusal(text: &str) -> String {
    let error = load(text).expect_err(text);
    strip(&error, error.file.parent().expect("a directory"))
}

fn strip(error: &ConfigError, dir: &Path) -> String {
    error.report().replace(&format!("{}/", dir.display()), "")
}

#[test]
fn every_key_is_read() {
    let dir = dir();
    write(&dir, "corporate.pem", "-----BEGIN CERTIFICATE-----");
    write(&dir, "team.toml", "[[watch]]\npage = \"status.team.example\"\n");
    write(
        &dir,
        "config.toml",
        r#"
include = ["team.toml"]
[preferences]
interval = "3m"
interval_during_incident = "45s"
contact = "mailto:me@example.org"
proxy = "socks5://127.0.0.1:1080"
extra_roots = ["corporate.pem"]
[[watch]]
page = "https://www.githubstatus.com"
name = "GitHub"
interval = "5m"
components = [
  "8l4ygp009s5s", # Git Operations
]
counted = false
"#,
    );
    let path = dir.path().join("config.toml");
    let loaded = Config::load(&path).expect("it is right");
    let preferences = &loaded.config.preferences;
    assert_eq!(preferences.interval, Duration::from_secs(180));
    assert_eq!(preferences.interval_during_incident, Duration::from_secs(45));
    assert_eq!(preferences.contact.as_deref(), Some("mailto:me@example.org"));
    assert_eq!(
        preferences.proxy.as_ref().map(url::Url::as_str),
        Some("socks5://127.0.0.1:1080")
    );
    assert_eq!(preferences.extra_roots, [dir.path().join("corporate.pem")]);

    let [team, github] = loaded.config.watches.as_slice() else {
        panic!("two watches")
    };
    assert_eq!(team.page.as_str(), "https://status.team.example/");
    assert_eq!(team.place.file, dir.path().join("team.toml"));
    assert!(
        team.locked
            .as_deref()
            .is_some_and(|reason| reason.contains("team.toml"))
    );
    assert_eq!(github.page.as_str(), "https://www.githubstatus.com/");
    assert_eq!(github.name.as_deref(), Some("GitHub"));
    assert_eq!(github.interval, Some(Duration::from_secs(300)));
    assert!(github.components.contains("8l4ygp009s5s") && github.components.len() == 1);
    assert!(!github.counted);
    assert_eq!(
        (github.place.position.line, github.place.position.column),
        (10, 8)
    );
    assert_eq!(github.locked, None);
    let names: Vec<_> = loaded
        .sources
        .iter()
        .map(|s| s.path.file_name().expect("named").to_owned())
        .collect();
    assert_eq!(names, ["config.toml", "corporate.pem", "team.toml"]);
}

#[test]
fn a_missing_file_is_an_empty_configuration() {
    let dir = dir();
    let loaded = Config::load(&dir.path().join("no/such/config.toml")).expect("missing is not wrong");
    assert_eq!(loaded.config, Config::default());
}

#[test]
fn an_empty_file_and_one_with_a_byte_order_mark_are_read() {
    assert_eq!(load("").expect("empty").config, Config::default());
    let marked = load("\u{feff}[[watch]]\r\npage = \"a.example\"\r\n").expect("marked");
    assert_eq!(marked.config.watches.len(), 1);
}

#[test]
fn an_unknown_key_is_told_with_its_place_and_the_nearest_known_one() {
    insta::assert_snapshot!(refusal("[preferences]\nintervall = \"2m\"\n"), @r#"
    config.toml:2:1: unknown key `intervall` in [preferences]: did you mean `interval`?
    2 | intervall = "2m"
      | ^^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("[[watch]]\npgae = \"a.example\"\n"), @r#"
    config.toml:2:1: unknown key `pgae` in [[watch]]: did you mean `page`?
    2 | pgae = "a.example"
      | ^^^^
    "#);
    insta::assert_snapshot!(refusal("[[watch]]\npage = \"a.example\"\n\tcolour = 1\n"), @r#"
    config.toml:3:2: unknown key `colour` in [[watch]]: known are `page`, `name`, `interval`, `components`, `counted`
    3 |  colour = 1
      |  ^^^^^^
    "#);
    insta::assert_snapshot!(refusal("interval = \"2m\"\n"), @r#"
    config.toml:1:1: unknown key `interval` in the file: it belongs into [preferences]
    1 | interval = "2m"
      | ^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("[[watches]]\npage = \"a.example\"\n"), @r#"
    config.toml:1:3: unknown key `watches` in the file: did you mean `watch`?
    1 | [[watches]]
      |   ^^^^^^^
    "#);
}

#[test]
fn a_fault_of_syntax_is_told_with_its_place() {
    insta::assert_snapshot!(refusal("[preferences]\ninterval = 2m\n"), @r#"
    config.toml:2:12: string values must be quoted, expected literal string
    2 | interval = 2m
      |            ^^
    "#);
    insta::assert_snapshot!(refusal("[[watch]]\npage = \"a.example\n"), @r#"
    config.toml:2:18: invalid basic string, expected `"`
    2 | page = "a.example
      |                  ^
    "#);
    insta::assert_snapshot!(refusal("[[watch]]\npage = \"a.example\"\npage = \"b.example\"\n"), @r#"
    config.toml:3:1: duplicate key
    3 | page = "b.example"
      | ^^^^
    "#);
}

#[test]
fn a_wrong_value_is_told_with_its_place() {
    insta::assert_snapshot!(refusal("[preferences]\ninterval = 120\n"), @r#"
    config.toml:2:12: `interval` must be a text in quotes, not a number
    2 | interval = 120
      |            ^^^
    "#);
    insta::assert_snapshot!(refusal("[preferences]\ninterval = \"2 moons\"\n"), @r#"
    config.toml:2:12: "2 moons" is not a span of time: write it like "90s", "2m" or "1h"
    2 | interval = "2 moons"
      |            ^^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("[preferences]\ninterval = \"5s\"\n"), @r#"
    config.toml:2:12: an interval must be at least 30s
    2 | interval = "5s"
      |            ^^^^
    "#);
    insta::assert_snapshot!(refusal("[preferences]\ninterval = \"25h\"\n"), @r#"
    config.toml:2:12: an interval must be at most 24h
    2 | interval = "25h"
      |            ^^^^^
    "#);
    insta::assert_snapshot!(refusal("[preferences]\nproxy = \"ftp://proxy\"\n"), @r#"
    config.toml:2:9: a proxy's scheme must be http, https, socks5 or socks5h
    2 | proxy = "ftp://proxy"
      |         ^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("[preferences]\ncontact = \"me (at home)\"\n"), @r#"
    config.toml:2:11: a contact is an address in plain ASCII: "mailto:me@example.org" or "https://example.org/me"
    2 | contact = "me (at home)"
      |           ^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("[preferences]\nextra_roots = [\"no.pem\"]\n"), @r#"
    config.toml:2:16: there is no file no.pem
    2 | extra_roots = ["no.pem"]
      |                ^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("[[watch]]\nname = \"x\"\n"), @r#"
    config.toml:1:1: this [[watch]] has no page: page = "https://…"
    1 | [[watch]]
      | ^^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("[[watch]]\npage = \"file:///etc/passwd\"\n"), @r#"
    config.toml:2:8: only http and https addresses can be watched, not file
    2 | page = "file:///etc/passwd"
      |        ^^^^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("[[watch]]\npage = \"a.example\"\ncomponents = [\"a\", 2]\n"), @r#"
    config.toml:3:20: every element of `components` must be a text in quotes
    3 | components = ["a", 2]
      |                    ^
    "#);
    insta::assert_snapshot!(refusal("[[watch]]\npage = \"a.example\"\nname = \"\\u001b[31m\"\n"), @r#"
    config.toml:3:8: a name must not hold control characters
    3 | name = "\u001b[31m"
      |        ^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("watch = \"a.example\"\n"), @r#"
    config.toml:1:9: each watch must be a table of its own: [[watch]]
    1 | watch = "a.example"
      |         ^^^^^^^^^^^
    "#);
}

#[test]
fn own_entries_of_the_catalogue_are_read_from_every_file() {
    let dir = dir();
    write(
        &dir,
        "team.toml",
        "[[catalogue]]\nname = \"Builds\"\npage = \"status.builds.example\"\ncategory = \"ci-cd\"\n",
    );
    write(
        &dir,
        "config.toml",
        r#"
include = ["team.toml"]
[[catalogue]]
name = "Intranet"
page = "https://Status.Intranet.example/eu#wiki"
aliases = ["wiki", "intra"]
"#,
    );
    let loaded = Config::load(&dir.path().join("config.toml")).expect("it is right");
    let [builds, intranet] = loaded.config.catalogue.as_slice() else {
        panic!("two entries")
    };
    assert_eq!(builds.name, "Builds");
    assert_eq!(builds.category.key(), "ci-cd");
    assert_eq!(intranet.page, "https://status.intranet.example/eu/#wiki");
    assert_eq!(intranet.aliases, ["wiki", "intra"]);
    assert_eq!(intranet.category.key(), "other");
    assert!(loaded.config.watches.is_empty(), "what is listed is not watched");
}

#[test]
fn a_wrong_entry_of_the_catalogue_is_told_with_its_place() {
    insta::assert_snapshot!(refusal("[[catalogue]]\nname = \"x\"\n"), @r#"
    config.toml:1:1: this [[catalogue]] needs both: name = "…" and page = "https://…"
    1 | [[catalogue]]
      | ^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("[[catalogue]]\nname = \"x\"\npage = \"ftp://x.example\"\n"), @r#"
    config.toml:3:8: only http and https addresses can be watched, not ftp
    3 | page = "ftp://x.example"
      |        ^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(
        refusal("[[catalogue]]\nname = \"x\"\npage = \"x.example\"\ncategory = \"clouds\"\n"), @r#"
    config.toml:4:12: there is no category "clouds"; there are ai, analytics, cdn-dns, ci-cd, cloud, communication, crm, crypto, database, developer-tools, ecommerce, education, email, finance, gaming, government, healthcare, hr, identity, iot, logistics-travel, marketing, media, monitoring, other, payments, productivity, real-estate, security, social, storage, support, telecom
    4 | category = "clouds"
      |            ^^^^^^^^
    "#);
    insta::assert_snapshot!(refusal("[[catalogue]]\nname = \"x\"\npage = \"x.example\"\nalias = \"y\"\n"), @r#"
    config.toml:4:1: unknown key `alias` in [[catalogue]]: did you mean `aliases`?
    4 | alias = "y"
      | ^^^^^
    "#);
    insta::assert_snapshot!(refusal("[[catalog]]\nname = \"x\"\npage = \"x.example\"\n"), @"
    config.toml:1:3: unknown key `catalog` in the file: did you mean `catalogue`?
    1 | [[catalog]]
      |   ^^^^^^^
    ");
    insta::assert_snapshot!(refusal("catalogue = true\n"), @"
    config.toml:1:13: each entry of the catalogue must be a table of its own: [[catalogue]]
    1 | catalogue = true
      |             ^^^^
    ");
    insta::assert_snapshot!(
        refusal("[[catalogue]]\nname = \"x\"\npage = \"x.example\"\n[[catalogue]]\nname = \"y\"\npage = \"X.example/\"\n"), @r#"
    config.toml:6:8: https://x.example/ is in the catalogue twice: here and at config.toml:3
    6 | page = "X.example/"
      |        ^^^^^^^^^^^^
    "#);
}

#[test]
fn a_page_that_is_watched_twice_is_told_with_both_places() {
    insta::assert_snapshot!(
        refusal("[[watch]]\npage = \"https://a.example\"\n[[watch]]\npage = \"A.example/?now#\"\n"), @r#"
    config.toml:4:8: https://a.example/ is watched twice: here and at config.toml:2
    4 | page = "A.example/?now#"
      |        ^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(
        refusal("[[watch]]\npage = \"https://a.example#b\"\n[[watch]]\npage = \"A.example/#%62\"\n"), @r#"
    config.toml:4:8: https://a.example/#b is watched twice: here and at config.toml:2
    4 | page = "A.example/#%62"
      |        ^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn pages_at_one_address_are_told_apart_by_what_stands_behind_it() {
    let dir = dir();
    write(&dir, "team.toml", "[[watch]]\npage = \"a.example\"\n");
    write(
        &dir,
        "config.toml",
        "include = [\"team.toml\"]\n[[watch]]\npage = \"a.example/#b\"\n[[watch]]\npage = \"a.example/#B\"\n",
    );
    let config = Config::load(&dir.path().join("config.toml"))
        .expect("they are three pages")
        .config;
    for (page, file, line) in [
        ("https://a.example/", "team.toml", 2),
        ("https://a.example/#b", "config.toml", 3),
        ("https://a.example/#B", "config.toml", 5),
    ] {
        let watch = config
            .watch(&canonical_address(page).expect("an address"))
            .expect(page);
        assert_eq!(
            (&watch.place.file, watch.place.position.line),
            (&dir.path().join(file), line)
        );
    }
}

#[test]
fn of_several_pages_at_one_address_the_one_that_is_written_down_is_asked_for() {
    let config = load("[[watch]]\npage = \"https://open.concur.com/#eu\"\n")
        .expect("it is right")
        .config;
    let [watch] = config.watches.as_slice() else {
        panic!("one watch")
    };
    let concur = readers::by_key("concur").expect("there is a reader for it");
    let as_written = Site::from_url(&watch.page);
    let recognised = concur.site_at(&watch.page).expect("it is at home there");
    for site in [as_written, recognised] {
        let asked: Vec<String> = concur
            .documents(&site)
            .iter()
            .map(|document| document.url.to_string())
            .collect();
        assert!(
            !asked.is_empty() && asked.iter().all(|url| url.contains("data_center=eu")),
            "{asked:?}"
        );
    }
}

#[test]
fn what_a_directory_lists_by_its_bare_address_is_watched_by_whatever_stands_behind_it() {
    let config = load("[[watch]]\npage = \"a.example/x#b\"\n[[watch]]\npage = \"c.example\"\n")
        .expect("it is right")
        .config;
    for (listed, watched) in [
        ("a.example/x", true),
        ("a.example/x#b", true),
        ("a.example/x#other", false),
        ("a.example", false),
        ("c.example", true),
        ("c.example/#b", false),
    ] {
        let page = canonical_address(listed).expect("an address");
        assert_eq!(config.is_watched(&page), watched, "{listed}");
    }
}

#[test]
fn columns_are_counted_in_characters_and_control_characters_are_not_shown() {
    insta::assert_snapshot!(refusal("[[watch]]\npage = { \"ü\" = 1, \"\u{202e}x\" = 2 }\n"), @r#"
    config.toml:2:8: `page` must be a text in quotes, not a table
    2 | page = { "ü" = 1, "�x" = 2 }
      |        ^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_very_long_line_is_shown_around_the_fault() {
    let padding = "x".repeat(100_000);
    let error = load(&format!(
        "[[watch]]\nname = \"{padding}\"\npage = \"a.example\"\n"
    ))
    .expect_err("too long");
    assert!(error.report().len() < 600, "{}", error.report().len());
}

#[test]
fn what_is_no_text_is_told_with_the_place_where_it_ends_to_be_one() {
    let dir = dir();
    let path = dir.path().join("config.toml");
    fs::write(&path, b"# fine\n# \xff\n").expect("writable");
    let error = Config::load(&path).expect_err("it is not text");
    assert_eq!(error.position.map(|p| (p.line, p.column)), Some((2, 3)));
}

#[test]
fn what_is_no_file_is_refused_without_waiting_for_it() {
    let dir = dir();
    let error = Config::load(dir.path()).expect_err("a directory");
    assert!(error.to_string().contains("not a regular file"), "{error}");
}

#[test]
fn limits_can_be_lowered_for_tests_only_by_argument() {
    let dir = dir();
    write(&dir, "config.toml", "[preferences]\ninterval = \"50ms\"\n");
    let path = dir.path().join("config.toml");
    assert!(Config::load(&path).is_err());
    let limits = Limits {
        shortest_interval: Duration::from_millis(10),
        ..Limits::default()
    };
    let loaded = Config::load_within(&path, &limits).expect("within the limits");
    assert_eq!(loaded.config.preferences.interval, Duration::from_millis(50));
    assert_eq!(
        loaded.config.preferences.interval_during_incident,
        Duration::from_millis(50)
    );
}

#[test]
fn an_include_that_is_missing_is_an_error_at_its_place() {
    insta::assert_snapshot!(refusal("include = [\n  \"team.toml\",\n]\n"), @r#"
    config.toml:2:3: there is no file team.toml
    2 |   "team.toml",
      |   ^^^^^^^^^^^
    "#);
}

#[test]
fn files_that_include_each_other_are_refused() {
    let dir = dir();
    write(&dir, "config.toml", "include = [\"a.toml\"]\n");
    write(&dir, "a.toml", "include = [\"./b.toml\"]\n");
    // The same file, named otherwise.
    let absolute = dir.path().join("./a.toml");
    write(&dir, "b.toml", &format!("include = ['{}']\n", absolute.display()));
    let error = Config::load(&dir.path().join("config.toml")).expect_err("a circle");
    assert!(error.message.contains("includes itself"), "{error}");
    assert_eq!(error.file.file_name().and_then(|n| n.to_str()), Some("b.toml"));
}

#[test]
fn a_file_that_is_included_twice_is_refused_naming_the_first_place() {
    let dir = dir();
    write(&dir, "config.toml", "include = [\"a.toml\", \"./a.toml\"]\n");
    write(&dir, "a.toml", "");
    let error = Config::load(&dir.path().join("config.toml")).expect_err("twice");
    assert!(error.message.contains("already included at"), "{error}");
}

#[test]
fn an_included_file_holds_no_preferences() {
    let dir = dir();
    write(&dir, "config.toml", "include = [\"team.toml\"]\n");
    write(&dir, "team.toml", "[preferences]\ninterval = \"2m\"\n");
    let error = Config::load(&dir.path().join("config.toml")).expect_err("preferences");
    insta::assert_snapshot!(strip(&error, dir.path()), @r#"
    team.toml:1:1: an included file may hold [[watch]], [[catalogue]] and include only; preferences belong into the file that is yours, not into one that config.toml includes
    1 | [preferences]
      | ^^^^^^^^^^^^^
    "#);
}

#[test]
fn an_included_watch_and_an_own_one_of_the_same_page_are_told_with_both_files() {
    let dir = dir();
    write(
        &dir,
        "config.toml",
        "include = [\"team.toml\"]\n[[watch]]\npage = \"a.example\"\n",
    );
    write(&dir, "team.toml", "[[watch]]\npage = \"a.example\"\n");
    let error = Config::load(&dir.path().join("config.toml")).expect_err("twice");
    insta::assert_snapshot!(strip(&error, dir.path()), @r#"
    config.toml:3:8: https://a.example/ is watched twice: here and at team.toml:2
    3 | page = "a.example"
      |        ^^^^^^^^^^^
    "#);
}

#[test]
fn watches_of_a_read_only_file_are_locked_with_the_reason() {
    let dir = dir();
    write(&dir, "config.toml", "[[watch]]\npage = \"a.example\"\n");
    let path = dir.path().join("config.toml");
    let mut permissions = fs::metadata(&path).expect("it exists").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("mine");
    let loaded = Config::load(&path).expect("readable");
    let locked = loaded.config.watches[0].locked.as_deref().expect("locked");
    assert!(locked.contains("read-only"), "{locked}");
}

/// Texts that are nearly configurations.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec![
            "[[watch]]\n", "[[ \"watch\" ]] # c\n", "[watch]\n", "[preferences]\n", "page = 'a.example'\n",
            "page = \"b.example\"\r\n", "page = \"\"\"c.example\"\"\"\n", "components = ['x', # y\n 'z']\n",
            "components = []", "counted = false\n", "counted", " = ", "name = \"\"\"\nn\"\"\"\n", "interval = '2m'\n",
            "watch = [{page = 'a.example'}]\n", "include = []\n", "# c\n", "\n", "\u{feff}", "\u{202e}", "[[watch.x]]\n",
            "preferences.interval = '3m'\n", "page", "]", "'", "\"", "{", "\t",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_stands_in_the_file_is_read_or_refused_with_a_place_in_it(text in nearly()) {
        if let Err(error) = load(&text) {
            let place = error.position.expect("a place");
            let line = text.lines().nth(place.line - 1).unwrap_or("");
            prop_assert!(place.column <= line.chars().count() + 2, "{}", error.report());
            prop_assert!(error.report().chars().all(|c| c == '\n' || !c.is_control()), "{:?}", error.report());
        }
    }

    #[test]
    fn whatever_stands_in_the_file_an_edit_is_made_as_meant_or_not_at_all(text in nearly()) {
        let dir = dir();
        write(&dir, "config.toml", &text);
        let path = dir.path().join("config.toml");
        let Ok(before) = Config::load(&path) else { return Ok(()) };
        let new = canonical_address("new.example").expect("an address");
        match edit::add_watch(&path, &WatchEntry::of(new.clone()), &before.fingerprint()) {
            Ok(_) => prop_assert!(Config::load(&path).expect("right").config.watch(&new).is_some()),
            Err(error) => {
                prop_assert!(matches!(error, EditError::Locked { .. }), "{}", error);
                prop_assert_eq!(fs::read_to_string(&path).expect("readable"), text);
            }
        }
        for watch in &before.config.watches {
            let now = Config::load(&path).expect("right").fingerprint();
            match edit::set_scope(&path, &watch.page, &[("q".to_owned(), "Q".to_owned())], &now) {
                Ok(_) => {
                    let config = Config::load(&path).expect("right").config;
                    prop_assert!(config.watch(&watch.page).expect("there").components.contains("q"));
                }
                Err(error) => prop_assert!(matches!(error, EditError::Locked { .. }), "{}", error),
            }
        }
    }
}
