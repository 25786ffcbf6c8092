//! The catalogue in use: found without an engine, replaced without a release.

#![expect(clippy::expect_used, reason = "a test stops where it cannot go on")]

use std::{fmt::Write as _, fs, path::Path};

use signalbox_engine::{
    access::Access,
    api::{ApiError, CatalogueView, ErrorCode, MatchedBy, Reply, Request, VendorsView},
    catalogue::{VendorList, reset, update},
    config::{Config, Limits, paths::Places},
};
use tempfile::TempDir;

fn places(dir: &Path) -> Places {
    Places {
        config_file: dir.join("config.toml"),
        data_dir: dir.join("data"),
        state_dir: dir.join("state"),
    }
}

fn dir() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// A list of so many vendors, the first of them GitHub under a page of its own.
fn list(size: usize) -> String {
    let mut text =
        "signalbox-vendors 1\ngithub\tGitHub\tother\tgithub.com\thttps://status.forge.example\n".to_owned();
    for number in 1..size {
        let _ = writeln!(
            text,
            "v{number}\tVendor {number}\tother\t\thttps://v{number}.example"
        );
    }
    text
}

async fn search(dir: &Path, words: &str) -> VendorsView {
    search_by(&Access::new(places(dir), "test"), words).await
}

async fn search_by(access: &Access, words: &str) -> VendorsView {
    let request = Request::Vendors {
        words: words.to_owned(),
        limit: 3,
    };
    match access.ask(request).await {
        Ok(Reply::Vendors(view)) => view,
        other => panic!("{other:?}"),
    }
}

fn code(error: impl Into<ApiError>) -> (ErrorCode, String) {
    let error: ApiError = error.into();
    (error.code, error.message)
}

#[tokio::test]
async fn vendors_are_found_without_engine_store_and_configuration() {
    let dir = dir();
    let found = search(dir.path(), "git hub").await;
    let github = &found.vendors[0];
    assert_eq!(github.page, "https://www.githubstatus.com");
    assert_eq!((github.matched, github.exact), (MatchedBy::Name, true));
    assert!(!github.watched && !github.own && found.trouble.is_none());
    assert!(!found.more && found.vendors.len() <= 3, "{found:?}");
    assert!(found.catalogue.vendors > 3_000 && !found.catalogue.updated);
    let aws = &search(dir.path(), "aws").await.vendors[0];
    let platform = (aws.platform.as_deref(), aws.platform_name.as_deref());
    assert_eq!(platform, (Some("aws"), Some("AWS Health Dashboard")));
    assert!(search(dir.path(), "g").await.more);
    assert_eq!(search(dir.path(), " ").await.vendors, []);
    assert!(!dir.path().join("data").exists(), "asking makes nothing");
}

#[tokio::test]
async fn what_the_configuration_says_is_taken_in() {
    let dir = dir();
    let config = r#"
[[watch]]
page = "www.githubstatus.com"
[[catalogue]]
name = "Intranet"
page = "status.intranet.example/eu"
aliases = ["git"]
category = "cloud"
"#;
    fs::write(dir.path().join("config.toml"), config).expect("written");
    assert!(search(dir.path(), "github").await.vendors[0].watched);
    let own = &search(dir.path(), "git").await.vendors[0];
    assert_eq!(own.name, "Intranet");
    assert_eq!(own.page, "https://status.intranet.example/eu");
    assert_eq!(own.category, "cloud");
    assert!(own.own && own.exact);
    assert_eq!(
        (own.matched, own.alias.as_deref()),
        (MatchedBy::Alias, Some("git"))
    );
}

#[tokio::test]
async fn a_wrong_configuration_keeps_nobody_from_finding_a_vendor() {
    let dir = dir();
    fs::write(dir.path().join("config.toml"), "[[watch]]\npgae = 1\n").expect("written");
    let found = search(dir.path(), "stripe.com").await;
    assert_eq!(found.vendors[0].name, "Stripe");
    let trouble = found.trouble.expect("it is told");
    assert!(
        trouble.contains("config.toml:2:1: unknown key `pgae`"),
        "{trouble}"
    );
}

#[tokio::test]
async fn a_list_takes_the_place_of_the_built_in_one_and_gives_it_back() {
    let dir = dir();
    let file = places(dir.path()).vendors_file();
    let new = dir.path().join("new.tsv");
    fs::write(&new, list(2_000)).expect("written");

    let expected = CatalogueView {
        vendors: 2_000,
        categories: 1,
        updated: true,
    };
    assert_eq!(update(&file, &new).expect("taken"), expected);
    let found = search(dir.path(), "github").await;
    assert_eq!(found.vendors[0].page, "https://status.forge.example");
    assert_eq!(found.catalogue, expected);
    // What is in the data directory is a copy.
    fs::remove_file(&new).expect("removed");
    assert!(search(dir.path(), "github").await.catalogue.updated);

    assert!(!reset(&file).expect("reset").updated);
    assert!(!reset(&file).expect("reset again").updated);
    let found = search(dir.path(), "github").await;
    assert_eq!(found.vendors[0].page, "https://www.githubstatus.com");
    let left: Vec<_> = fs::read_dir(dir.path().join("data")).expect("read").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_is_no_list_is_refused_with_its_line_and_changes_nothing() {
    let dir = dir();
    let file = places(dir.path()).vendors_file();
    let new = dir.path().join("new.tsv");
    let refused = |content: &[u8]| {
        fs::write(&new, content).expect("written");
        let (code, message) = code(update(&file, &new).expect_err("refused"));
        assert_eq!(code, ErrorCode::BadInput);
        assert!(!file.exists());
        message.replace(&format!("{}", new.display()), "new.tsv")
    };
    assert_eq!(
        refused(
            list(2_000)
                .replace("https://v7.example", "ftp://v7.example")
                .as_bytes()
        ),
        "new.tsv: line 9: the page must be an http or https address without user name, query and fragment"
    );
    assert_eq!(
        refused(b"<html>"),
        "new.tsv: line 1: this is no list of vendors: its first line must be \"signalbox-vendors 1\""
    );
    assert_eq!(refused(b"\xff"), "new.tsv cannot be read: it is not UTF-8 text");
    let message = refused(list(100).as_bytes());
    assert!(
        message.starts_with("new.tsv: the new list holds 100 vendors, less than half of the "),
        "{message}"
    );
    fs::remove_file(&new).expect("removed");
    let (code, message) = code(update(&file, &new).expect_err("refused"));
    assert_eq!(code, ErrorCode::BadInput);
    assert!(
        message.ends_with("cannot be read: there is no such file"),
        "{message}"
    );
}

#[test]
fn a_list_is_compared_with_the_one_in_use() {
    let dir = dir();
    let file = places(dir.path()).vendors_file();
    let new = dir.path().join("new.tsv");
    for size in [2_000, 1_000, 500] {
        fs::write(&new, list(size)).expect("written");
        update(&file, &new).unwrap_or_else(|error| panic!("{size}: {error}"));
    }
    fs::write(&new, list(249)).expect("written");
    let refused = update(&file, &new).expect_err("less than half");
    assert!(
        refused
            .to_string()
            .contains("249 vendors, less than half of the 500"),
        "{refused}"
    );
}

#[test]
fn a_list_that_was_damaged_later_is_told_and_the_built_in_one_is_used() {
    let dir = dir();
    let places = places(dir.path());
    fs::create_dir_all(&places.data_dir).expect("made");
    fs::write(places.vendors_file(), "signalbox-vendors 1\nhalf a l").expect("written");
    let found = VendorList::new(places.vendors_file()).search(&Config::default(), "github", 1);
    assert_eq!(found.vendors[0].page, "https://www.githubstatus.com");
    assert!(!found.catalogue.updated);
    let trouble = found.trouble.expect("it is told");
    assert!(
        trouble.contains("line 2") && trouble.contains("catalog update --reset"),
        "{trouble}"
    );
}

#[tokio::test]
async fn what_is_watched_is_known_by_the_limits_that_the_engine_keeps_to() {
    let dir = dir();
    let text = "[[watch]]\npage = \"https://www.githubstatus.com\"\ninterval = \"5s\"\n";
    fs::write(places(dir.path()).config_file, text).expect("written");
    let usual = search(dir.path(), "github").await;
    assert!(
        usual
            .trouble
            .is_some_and(|trouble| trouble.contains("at least 30s"))
    );
    let access = Access::new(places(dir.path()), "test").with_limits(Limits::demo());
    let demo = search_by(&access, "github").await;
    assert!(demo.trouble.is_none() && demo.vendors[0].watched, "{demo:?}");
}

#[tokio::test]
async fn a_damaged_list_is_found_by_an_examination() {
    let dir = dir();
    let places = places(dir.path());
    fs::create_dir_all(&places.data_dir).expect("made");
    fs::write(places.vendors_file(), "no list").expect("written");
    let Ok(Reply::Doctor(doctor)) = Access::new(places, "test").ask(Request::Doctor).await else {
        panic!("an examination is always answered")
    };
    let catalogue = doctor
        .findings
        .iter()
        .find(|finding| finding.subject == "catalogue");
    assert!(
        catalogue.is_some_and(|finding| finding.text.contains("line 1")),
        "{doctor:?}"
    );
}

#[test]
fn a_list_in_use_is_taken_up_anew_when_it_or_the_persons_entries_change() {
    let dir = dir();
    let places = places(dir.path());
    let new = dir.path().join("new.tsv");
    fs::write(&new, list(2_000)).expect("written");
    let list = VendorList::new(places.vendors_file());
    let page = |config: &Config| list.search(config, "github", 1).vendors[0].page.clone();
    let mut config = Config::default();

    assert_eq!(page(&config), "https://www.githubstatus.com");
    update(&places.vendors_file(), &new).expect("taken");
    assert_eq!(page(&config), "https://status.forge.example");
    let before = list.in_use(&config.catalogue);
    assert!(
        std::sync::Arc::ptr_eq(&before, &list.in_use(&config.catalogue)),
        "it is not read again without need"
    );
    fs::write(
        dir.path().join("config.toml"),
        "[[catalogue]]\nname = \"GitHub\"\npage = \"own.example\"\n",
    )
    .expect("written");
    config.catalogue = Config::load(&dir.path().join("config.toml"))
        .expect("it is right")
        .config
        .catalogue;
    assert_eq!(page(&config), "https://own.example");
    config.catalogue.clear();
    reset(&places.vendors_file()).expect("reset");
    assert_eq!(page(&config), "https://www.githubstatus.com");
}
