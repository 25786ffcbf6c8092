//! Edits by program.

#![expect(clippy::expect_used, reason = "a test stops where it cannot go on")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use proptest::prelude::*;
use signalbox_engine::config::{
    Config, Fingerprint, canonical_address,
    edit::{self, EditError, WatchEntry},
};
use tempfile::TempDir;
use url::Url;

struct Bench {
    dir: TempDir,
}

impl Bench {
    fn new(text: &str) -> Self {
        let bench = Self::empty();
        fs::write(bench.path(), text).expect("writable");
        bench
    }

    fn empty() -> Self {
        Self {
            dir: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("config.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).expect("readable")
    }

    fn now(&self) -> Fingerprint {
        Config::load(&self.path()).expect("it is right").fingerprint()
    }
}

fn page(text: &str) -> Url {
    canonical_address(text).expect("an address")
}

fn pairs(components: &[(&str, &str)]) -> Vec<(String, String)> {
    components
        .iter()
        .map(|(id, name)| ((*id).to_owned(), (*name).to_owned()))
        .collect()
}

const FILE: &str = "\
# My vendors.
[preferences]
interval = '3m'   # patient

# Our code host
[[watch]]
page   = \"https://www.githubstatus.com\"   # no slash
name = \"GitHub\"
# the two that we use
components = [ # by hand
  # source
  \"aaa\", # Git Operations
  'bbb', # Actions, mostly at night
]
# end of GitHub

[[watch]]
  page = \"status.example.org/eu\"
  interval = \"10m\" # slow

# The end.
";

#[test]
fn a_watch_is_added_at_the_end_and_nothing_else_is_touched() {
    let bench = Bench::new(FILE);
    let entry = WatchEntry {
        name: Some("A \"B\" \\ C".to_owned()),
        interval: Some(Duration::from_secs(300)),
        components: pairs(&[("x1", "API"), ("x2", "Web\n[[watch]]\u{202e}")]),
        counted: false,
        ..WatchEntry::of(page("new.example"))
    };
    let after = edit::add_watch(&bench.path(), &entry, &bench.now()).expect("added");
    assert_eq!(after, bench.now());
    let text = bench.text();
    let added = text.strip_prefix(FILE).expect("what was there is there");
    insta::assert_snapshot!(added, @r#"

    [[watch]]
    page = "https://new.example/"
    name = "A \"B\" \\ C"
    interval = "5m"
    components = [
      "x1", # API
      "x2", # Web�[[watch]]�
    ]
    counted = false
    "#);
    let loaded = Config::load(&bench.path()).expect("it is right").config;
    let watch = loaded.watch(&entry.page).expect("added");
    assert_eq!(watch.name, entry.name);
    assert_eq!(watch.interval, entry.interval);
    assert_eq!(watch.components.iter().collect::<Vec<_>>(), ["x1", "x2"]);
    assert!(!watch.counted);
}

#[test]
fn of_several_pages_at_one_address_only_the_one_that_is_meant_is_changed() {
    let text = "[[watch]]\npage = \"a.example\"\n\n[[watch]]\npage = \"A.example#b%2Fc\" # theirs\n";
    let bench = Bench::new(text);
    let (bare, one, other) = (page("a.example"), page("a.example/#b/c"), page("a.example/#d%"));
    edit::add_watch(&bench.path(), &WatchEntry::of(other.clone()), &bench.now()).expect("added");
    assert!(matches!(
        edit::add_watch(&bench.path(), &WatchEntry::of(one.clone()), &bench.now()),
        Err(EditError::AlreadyWatched { .. })
    ));
    edit::set_counted(&bench.path(), &one, false, &bench.now()).expect("set");
    edit::remove_watch(&bench.path(), &bare, &bench.now()).expect("removed");
    insta::assert_snapshot!(bench.text(), @r#"
    [[watch]]
    page = "A.example#b%2Fc" # theirs
    counted = false

    [[watch]]
    page = "https://a.example/#d%25"
    "#);
    let config = Config::load(&bench.path()).expect("right").config;
    let watched: Vec<&Url> = config.watches.iter().map(|watch| &watch.page).collect();
    assert_eq!(watched, [&one, &other]);
}

#[test]
fn a_missing_file_is_created_with_its_directory_and_an_explanation() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("deep/signalbox/config.toml");
    edit::add_watch(&path, &WatchEntry::of(page("new.example")), &Fingerprint::MISSING).expect("created");
    let text = fs::read_to_string(&path).expect("readable");
    assert!(text.starts_with("# Signalbox"), "{text}");
    assert!(
        text.ends_with("\n[[watch]]\npage = \"https://new.example/\"\n"),
        "{text}"
    );
    assert_eq!(Config::load(&path).expect("right").config.watches.len(), 1);
    // What is commented out in the explanation is right, too.
    fs::write(
        &path,
        text.replace("# [pref", "[pref")
            .replace("# interval", "interval")
            .replace("# contact", "contact"),
    )
    .expect("writable");
    let preferences = Config::load(&path).expect("right").config.preferences;
    assert!(preferences.contact.is_some());
}

#[test]
fn a_watch_is_removed_and_the_comments_around_it_stay() {
    let bench = Bench::new(FILE);
    edit::remove_watch(&bench.path(), &page("www.githubstatus.com"), &bench.now()).expect("removed");
    insta::assert_snapshot!(bench.text(), @r#"
    # My vendors.
    [preferences]
    interval = '3m'   # patient

    # Our code host
    # end of GitHub

    [[watch]]
      page = "status.example.org/eu"
      interval = "10m" # slow

    # The end.
    "#);
    edit::remove_watch(&bench.path(), &page("status.example.org/eu"), &bench.now()).expect("removed");
    insta::assert_snapshot!(bench.text(), @r#"
    # My vendors.
    [preferences]
    interval = '3m'   # patient

    # Our code host
    # end of GitHub

    # The end.
    "#);
    assert!(
        Config::load(&bench.path())
            .expect("right")
            .config
            .watches
            .is_empty()
    );
}

#[test]
fn a_scope_keeps_what_stays_as_it_is_written() {
    let bench = Bench::new(FILE);
    let github = page("www.githubstatus.com");
    let scope = pairs(&[("ccc", "Pages"), ("bbb", "Actions")]);
    edit::set_scope(&bench.path(), &github, &scope, &bench.now()).expect("set");
    let text = bench.text();
    let array = &text[text.find("components").expect("there")..text.find("# end").expect("there")];
    insta::assert_snapshot!(array, @r#"
    components = [ # by hand
      # source
      'bbb', # Actions, mostly at night
      "ccc", # Pages
    ]
    "#);
    edit::set_scope(&bench.path(), &github, &[], &bench.now()).expect("set");
    let text = bench.text();
    let array = &text[text.find("components").expect("there")..text.find("# end").expect("there")];
    insta::assert_snapshot!(array, @r#"
    components = [ # by hand
      # source
    ]
    "#);
    let config = Config::load(&bench.path()).expect("right").config;
    assert!(config.watch(&github).expect("there").components.is_empty());
}

#[test]
fn a_scope_is_put_where_there_was_none_and_taken_away_without_a_trace() {
    let bench = Bench::new(FILE);
    let other = page("status.example.org/eu");
    edit::set_scope(&bench.path(), &other, &pairs(&[("q", "Queue")]), &bench.now()).expect("set");
    let text = bench.text();
    insta::assert_snapshot!(&text[text.find("  page =").expect("there")..], @r#"
      page = "status.example.org/eu"
      interval = "10m" # slow
      components = [
        "q", # Queue
      ]

    # The end.
    "#);
    edit::set_scope(&bench.path(), &other, &[], &bench.now()).expect("set");
    assert_eq!(bench.text(), FILE);
}

#[test]
fn the_same_scope_again_changes_nothing() {
    let bench = Bench::new(FILE);
    let before = bench.now();
    let scope = pairs(&[("bbb", "Renamed"), ("aaa", "Git")]);
    let after = edit::set_scope(&bench.path(), &page("www.githubstatus.com"), &scope, &before).expect("set");
    assert_eq!((after, bench.text().as_str()), (before, FILE));
}

#[test]
fn counted_is_set_in_its_place() {
    let bench = Bench::new(FILE);
    let other = page("status.example.org/eu");
    edit::set_counted(&bench.path(), &other, false, &bench.now()).expect("set");
    assert_eq!(
        bench.text(),
        FILE.replace("# slow\n", "# slow\n  counted = false\n")
    );
    edit::set_counted(&bench.path(), &other, true, &bench.now()).expect("set");
    assert_eq!(
        bench.text(),
        FILE.replace("# slow\n", "# slow\n  counted = true\n")
    );
}

#[test]
fn a_last_line_without_an_end_is_no_obstacle() {
    let bench = Bench::new("[[watch]]\npage = \"a.example\"");
    let a = page("a.example");
    edit::set_counted(&bench.path(), &a, false, &bench.now()).expect("set");
    edit::set_scope(&bench.path(), &a, &pairs(&[("i", "")]), &bench.now()).expect("set");
    edit::add_watch(&bench.path(), &WatchEntry::of(page("b.example")), &bench.now()).expect("added");
    assert_eq!(
        bench.text(),
        "[[watch]]\npage = \"a.example\"\ncounted = false\ncomponents = [\n  \"i\",\n]\n\n[[watch]]\npage = \"https://b.example/\"\n"
    );
}

#[test]
fn line_ends_stay_what_they_are() {
    let bench = Bench::new("# Windows\r\n[[watch]]\r\npage = \"a.example\"\r\n");
    let a = page("a.example");
    edit::set_scope(&bench.path(), &a, &pairs(&[("i", "I")]), &bench.now()).expect("set");
    edit::add_watch(&bench.path(), &WatchEntry::of(page("b.example")), &bench.now()).expect("added");
    let text = bench.text();
    assert_eq!(
        text.matches('\n').count(),
        text.matches("\r\n").count(),
        "{text:?}"
    );
    assert_eq!(
        Config::load(&bench.path()).expect("right").config.watches.len(),
        2
    );
}

#[test]
fn a_file_that_was_changed_in_the_meantime_is_left_alone() {
    let bench = Bench::new(FILE);
    let read = bench.now();
    let newer = format!("{FILE}# newer\n");
    fs::write(bench.path(), &newer).expect("writable");
    let error =
        edit::add_watch(&bench.path(), &WatchEntry::of(page("b.example")), &read).expect_err("changed");
    assert!(matches!(error, EditError::Changed(_)), "{error}");
    assert_eq!(bench.text(), newer);
    let gone = Bench::empty();
    let error =
        edit::add_watch(&gone.path(), &WatchEntry::of(page("b.example")), &read).expect_err("changed");
    assert!(matches!(error, EditError::Changed(_)), "{error}");
    assert!(!gone.path().exists());
}

#[test]
fn a_page_that_is_watched_is_not_added_and_one_that_is_not_is_not_removed() {
    let bench = Bench::new(FILE);
    let entry = WatchEntry::of(page("HTTPS://www.githubstatus.com/?x"));
    let error = edit::add_watch(&bench.path(), &entry, &bench.now()).expect_err("watched");
    assert!(error.to_string().contains("config.toml:7"), "{error}");
    let error = edit::remove_watch(&bench.path(), &page("b.example"), &bench.now()).expect_err("not watched");
    assert!(matches!(error, EditError::NotWatched(_)), "{error}");
}

#[test]
fn entries_of_included_read_only_and_inline_files_are_locked() {
    let bench = Bench::new("include = [\"team.toml\"]\n");
    fs::write(
        bench.dir.path().join("team.toml"),
        "[[watch]]\npage = \"a.example\"\n",
    )
    .expect("writable");
    let error =
        edit::set_counted(&bench.path(), &page("a.example"), false, &bench.now()).expect_err("locked");
    assert!(
        matches!(&error, EditError::Locked { reason } if reason.contains("team.toml")),
        "{error}"
    );
    let error = edit::add_watch(&bench.path(), &WatchEntry::of(page("a.example")), &bench.now())
        .expect_err("watched");
    assert!(matches!(error, EditError::AlreadyWatched { .. }), "{error}");

    let bench = Bench::new("watch = [{ page = \"a.example\" }]\n");
    for error in [
        edit::set_counted(&bench.path(), &page("a.example"), false, &bench.now()).expect_err("locked"),
        edit::add_watch(&bench.path(), &WatchEntry::of(page("b.example")), &bench.now()).expect_err("locked"),
    ] {
        assert!(matches!(error, EditError::Locked { .. }), "{error}");
    }

    let bench = Bench::new(FILE);
    let mut permissions = fs::metadata(bench.path()).expect("there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(bench.path(), permissions).expect("mine");
    let error =
        edit::add_watch(&bench.path(), &WatchEntry::of(page("b.example")), &bench.now()).expect_err("locked");
    assert!(
        matches!(&error, EditError::Locked { reason } if reason.contains("read-only")),
        "{error}"
    );
    assert_eq!(bench.text(), FILE);
}

#[test]
fn a_wrong_file_is_not_edited() {
    let bench = Bench::new("[[watch]]\npgae = \"a.example\"\n");
    let fingerprint = Fingerprint::of(bench.text().as_bytes());
    let error =
        edit::add_watch(&bench.path(), &WatchEntry::of(page("b.example")), &fingerprint).expect_err("wrong");
    assert!(
        matches!(&error, EditError::Wrong(wrong) if wrong.message.contains("did you mean")),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_written_through_and_permissions_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let bench = Bench::empty();
    let dotfiles = bench.dir.path().join("dotfiles");
    fs::create_dir(&dotfiles).expect("writable");
    fs::write(dotfiles.join("signalbox.toml"), FILE).expect("writable");
    fs::set_permissions(dotfiles.join("signalbox.toml"), fs::Permissions::from_mode(0o640)).expect("mine");
    symlink("dotfiles/signalbox.toml", bench.dir.path().join("middle")).expect("writable");
    symlink("middle", bench.path()).expect("writable");
    edit::add_watch(&bench.path(), &WatchEntry::of(page("b.example")), &bench.now()).expect("added");
    assert!(fs::symlink_metadata(bench.path()).expect("there").is_symlink());
    let target = dotfiles.join("signalbox.toml");
    assert!(
        fs::read_to_string(&target)
            .expect("readable")
            .contains("b.example")
    );
    let mode = fs::metadata(&target).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    let left: Vec<_> = files(&dotfiles);
    assert_eq!(left, ["signalbox.toml"]);

    // A link to nowhere is where the file is to be.
    let bench = Bench::empty();
    symlink("elsewhere.toml", bench.path()).expect("writable");
    edit::add_watch(
        &bench.path(),
        &WatchEntry::of(page("b.example")),
        &Fingerprint::MISSING,
    )
    .expect("added");
    assert!(bench.dir.path().join("elsewhere.toml").is_file());
}

fn files(dir: &Path) -> Vec<String> {
    fs::read_dir(dir)
        .expect("readable")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

/// A part of a file: what stands before a watch, and the watch.
#[derive(Clone, Debug)]
struct Part {
    before: String,
    watch: String,
    components: Vec<String>,
}

fn comment() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[ \t]{0,2}# [a-zA-Z0-9 \"'\\[\\]=,#é]{0,12}",]
}

fn parts(newline: &'static str) -> impl Strategy<Value = Vec<Part>> {
    let ids = prop::collection::btree_set("[a-z]{1,4}", 0..4);
    let part = (
        prop::collection::vec(comment(), 0..3),
        prop::collection::vec(comment(), 6),
        ids,
        prop::bool::ANY,
        prop::option::of(prop::bool::ANY),
        prop_oneof![Just(""), Just("  "), Just("\t")],
    );
    prop::collection::vec(part, 0..4).prop_map(move |parts| {
        parts
            .into_iter()
            .enumerate()
            .map(|(number, (before, beside, ids, in_lines, counted, indent))| {
                let mut lines = vec![format!("{indent}[[watch]]{}", beside[0])];
                lines.push(format!("{indent}page=\"https://p{number}.example\"{}", beside[1]));
                // A comment after an entry's last key is outside of the entry.
                if counted.is_some() || in_lines || !ids.is_empty() {
                    lines.push(beside[2].clone());
                }
                if let Some(counted) = counted {
                    lines.push(format!("{indent}counted  =  {counted}{}", beside[3]));
                }
                if in_lines {
                    lines.push(format!("{indent}components = [{}", beside[4]));
                    for id in &ids {
                        lines.push(format!("  '{id}' , # called {id}"));
                    }
                    lines.push(beside[5].clone());
                    lines.push("]".to_owned());
                } else if !ids.is_empty() {
                    let list: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
                    lines.push(format!("{indent}components = [{}]{}", list.join(","), beside[4]));
                }
                Part {
                    before: before.iter().map(|line| format!("{line}{newline}")).collect(),
                    watch: lines.iter().map(|line| format!("{line}{newline}")).collect(),
                    components: ids.into_iter().collect(),
                }
            })
            .collect()
    })
}

fn whole(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| format!("{}{}", part.before, part.watch))
        .collect()
}

/// The comments of a text: none of the generated strings holds a `#`.
fn comments(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.find('#').map(|at| line[at..].trim_end().to_owned()))
        .collect()
}

fn is_subsequence(some: &[String], all: &[String]) -> bool {
    let mut all = all.iter();
    some.iter().all(|one| all.any(|other| other == one))
}

fn any_file() -> impl Strategy<Value = (Vec<Part>, bool)> {
    prop_oneof![
        parts("\n").prop_map(|parts| (parts, false)),
        parts("\r\n").prop_map(|parts| (parts, true)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_keeps_every_byte((parts, _) in any_file(), name in prop::option::of("[^\\p{C}\\s]{1,10}"), ids in prop::collection::btree_map("[a-z0-9]{1,5}", "\\PC{0,10}", 0..4)) {
        let before = whole(&parts);
        let bench = Bench::new(&before);
        let entry = WatchEntry { name, components: ids.into_iter().collect(), ..WatchEntry::of(page("new.example")) };
        edit::add_watch(&bench.path(), &entry, &bench.now()).expect("added");
        prop_assert!(bench.text().starts_with(&before));
        let config = Config::load(&bench.path()).expect("right").config;
        prop_assert_eq!(config.watches.len(), parts.len() + 1);
        let watch = config.watch(&entry.page).expect("added");
        prop_assert_eq!(&watch.name, &entry.name);
        prop_assert_eq!(watch.components.len(), entry.components.len());
    }

    #[test]
    fn removing_keeps_everything_else((parts, _) in any_file(), which in any::<prop::sample::Index>()) {
        prop_assume!(!parts.is_empty());
        let which = which.index(parts.len());
        let bench = Bench::new(&whole(&parts));
        edit::remove_watch(&bench.path(), &page(&format!("p{which}.example")), &bench.now()).expect("removed");
        let text = bench.text();
        let config = Config::load(&bench.path()).expect("right").config;
        prop_assert_eq!(config.watches.len(), parts.len() - 1);
        for (number, part) in parts.iter().enumerate() {
            prop_assert_eq!(text.contains(&part.watch), number != which);
        }
        let mut outside: String = parts[..which].iter().map(|p| format!("{}{}", p.before, p.watch)).collect();
        outside.push_str(&parts[which].before);
        prop_assert!(text.starts_with(&outside));
        let after = whole(&parts[which + 1..]);
        prop_assert!(text.ends_with(after.trim_start_matches(['\r', '\n'])));
        prop_assert_eq!(comments(&text), [comments(&outside), comments(&after)].concat());
    }

    #[test]
    fn changing_a_watch_keeps_every_other_byte_and_every_comment(
        (parts, windows) in any_file(),
        which in any::<prop::sample::Index>(),
        drop_one in prop::bool::ANY,
        new in prop::collection::btree_map("[0-9]{1,4}", "[a-z ]{0,6}", 0..3),
        counted in prop::bool::ANY,
    ) {
        prop_assume!(!parts.is_empty());
        let which = which.index(parts.len());
        let bench = Bench::new(&whole(&parts));
        let edited = page(&format!("p{which}.example"));
        let mut scope: Vec<(String, String)> = parts[which].components.iter()
            .skip(usize::from(drop_one)).map(|id| (id.clone(), id.clone())).collect();
        scope.extend(new);
        edit::set_counted(&bench.path(), &edited, counted, &bench.now()).expect("set");
        edit::set_scope(&bench.path(), &edited, &scope, &bench.now()).expect("set");

        let text = bench.text();
        let config = Config::load(&bench.path()).expect("right").config;
        let watch = config.watch(&edited).expect("there");
        prop_assert_eq!(watch.counted, counted);
        let wanted: std::collections::BTreeSet<String> = scope.into_iter().map(|(id, _)| id).collect();
        prop_assert_eq!(&watch.components, &wanted);

        let before = format!("{}{}", whole(&parts[..which]), parts[which].before);
        prop_assert!(text.starts_with(&before));
        prop_assert!(text.ends_with(&whole(&parts[which + 1..])));
        let kept: Vec<String> = comments(&parts[which].watch).into_iter()
            .filter(|comment| !parts[which].components.iter().any(|id| !wanted.contains(id) && *comment == format!("# called {id}")))
            .collect();
        prop_assert!(is_subsequence(&kept, &comments(&text)), "{text}");
        if windows {
            prop_assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        }
    }
}
