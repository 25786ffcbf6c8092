//! Live reload.

#![expect(clippy::expect_used, reason = "a test stops where it cannot go on")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use signalbox_engine::config::{Config, ConfigEvent, ConfigWatcher, Limits, Loaded};
use tempfile::TempDir;
use tokio::{sync::mpsc::Receiver, time::timeout};

fn watches(pages: &[&str]) -> String {
    pages
        .iter()
        .map(|page| format!("[[watch]]\npage = \"{page}\"\n"))
        .collect()
}

fn dir_with(text: &str) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("config.toml");
    fs::write(&path, text).expect("writable");
    (dir, path)
}

/// Starts to watch and waits until it does: with nothing seen, the first event is the present state.
async fn started(path: &Path) -> (ConfigWatcher, Receiver<ConfigEvent>) {
    let (watcher, mut events) = ConfigWatcher::start(path.to_owned(), Limits::default(), &[]);
    next(&mut events).await;
    (watcher, events)
}

async fn next(events: &mut Receiver<ConfigEvent>) -> ConfigEvent {
    timeout(Duration::from_secs(20), events.recv())
        .await
        .expect("an event comes in time")
        .expect("the watcher runs")
}

async fn reloaded(events: &mut Receiver<ConfigEvent>) -> Loaded {
    match next(events).await {
        ConfigEvent::Reloaded(loaded) => loaded,
        ConfigEvent::Broken(error) => panic!("{error}"),
    }
}

/// Waits until as many pages are watched; states in between are passed over.
async fn until_pages(events: &mut Receiver<ConfigEvent>, pages: usize) {
    loop {
        if let ConfigEvent::Reloaded(loaded) = next(events).await
            && loaded.config.watches.len() == pages
        {
            return;
        }
    }
}

fn replace(path: &Path, text: &str) {
    let beside = path.with_extension("swp");
    fs::write(&beside, text).expect("writable");
    fs::rename(&beside, path).expect("writable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_written_or_replaced_is_read_again() {
    let (_dir, path) = dir_with(&watches(&["a.example"]));
    let (_watcher, mut events) = started(&path).await;
    fs::write(&path, watches(&["a.example", "b.example"])).expect("writable");
    until_pages(&mut events, 2).await;
    replace(&path, &watches(&["c.example"]));
    until_pages(&mut events, 1).await;
    replace(&path, &watches(&["c.example", "d.example", "e.example"]));
    until_pages(&mut events, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_is_told_once_and_so_is_its_repair() {
    let good = watches(&["a.example"]);
    let (_dir, path) = dir_with(&good);
    let (_watcher, mut events) = started(&path).await;
    replace(&path, "[[watch]]\npgae = 1\n");
    match next(&mut events).await {
        ConfigEvent::Broken(error) => assert_eq!(error.position.map(|place| place.line), Some(2)),
        ConfigEvent::Reloaded(loaded) => panic!("{loaded:?}"),
    }
    replace(&path, &good);
    assert_eq!(reloaded(&mut events).await.config.watches.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_already_seen_is_not_told_again() {
    let (_dir, path) = dir_with(&watches(&["a.example"]));
    let seen = Config::load(&path).expect("right");
    let (_watcher, mut events) = ConfigWatcher::start(path.clone(), Limits::default(), &seen.sources);
    // Written between reading and watching, or after: told either way, and nothing before it.
    replace(&path, &watches(&["a.example", "b.example"]));
    assert_eq!(reloaded(&mut events).await.config.watches.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn included_files_are_watched_also_one_that_is_still_missing() {
    let (dir, path) = dir_with("include = [\"shared/team.toml\"]\n");
    let (_watcher, mut events) = ConfigWatcher::start(path.clone(), Limits::default(), &[]);
    assert!(matches!(next(&mut events).await, ConfigEvent::Broken(_)));
    fs::create_dir(dir.path().join("shared")).expect("writable");
    let team = dir.path().join("shared/team.toml");
    fs::write(&team, watches(&["a.example"])).expect("writable");
    until_pages(&mut events, 1).await;
    replace(&team, &watches(&["a.example", "b.example"]));
    until_pages(&mut events, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_exist_yet_is_read_when_it_does() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("deep/signalbox/config.toml");
    let (_watcher, mut events) = started(&path).await;
    fs::create_dir_all(path.parent().expect("a directory")).expect("writable");
    fs::write(&path, watches(&["a.example"])).expect("writable");
    until_pages(&mut events, 1).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn symbolic_links_are_followed_and_may_be_turned() {
    use std::os::unix::fs::symlink;

    let dir = tempfile::tempdir().expect("a temporary directory");
    for (version, pages) in [
        ("one", &["a.example"][..]),
        ("two", &["a.example", "b.example"][..]),
    ] {
        fs::create_dir(dir.path().join(version)).expect("writable");
        fs::write(dir.path().join(version).join("config.toml"), watches(pages)).expect("writable");
    }
    let home = dir.path().join("home");
    fs::create_dir(&home).expect("writable");
    symlink("../one", home.join("current")).expect("writable");
    let path = home.join("config.toml");
    symlink("current/config.toml", &path).expect("writable");
    let (_watcher, mut events) = started(&path).await;

    symlink("../two", home.join("next")).expect("writable");
    fs::rename(home.join("next"), home.join("current")).expect("writable");
    until_pages(&mut events, 2).await;
    // And in its new place, it is watched as before.
    replace(
        &dir.path().join("two/config.toml"),
        &watches(&["a.example", "b.example", "c.example"]),
    );
    until_pages(&mut events, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_system_s_help_files_are_looked_at_now_and_then() {
    let (_dir, path) = dir_with(&watches(&["a.example"]));
    let seen = Config::load(&path).expect("right");
    let every = Duration::from_millis(50);
    let (_watcher, mut events) =
        ConfigWatcher::polling(path.clone(), Limits::default(), &seen.sources, every);
    // The same length: the content decides.
    replace(&path, &watches(&["b.example"]));
    let loaded = reloaded(&mut events).await;
    assert_eq!(loaded.config.watches[0].page.as_str(), "https://b.example/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_that_is_dropped_is_silent() {
    let (_dir, path) = dir_with(&watches(&["a.example"]));
    let (watcher, mut events) = started(&path).await;
    drop(watcher);
    let end = timeout(Duration::from_secs(20), events.recv())
        .await
        .expect("it ends");
    assert_eq!(end, None);
}
