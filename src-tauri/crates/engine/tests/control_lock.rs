//! One engine per data directory.

#![expect(clippy::expect_used, reason = "a test stops where it cannot go on")]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use signalbox_engine::control::{Client, ControlError, EngineLock, HolderInfo, LockError};

/// Set in the process that holds a lock for another test.
const HOLD: &str = "SIGNALBOX_TEST_HOLD";

fn info(program: &str) -> HolderInfo {
    HolderInfo {
        pid: std::process::id(),
        program: program.to_owned(),
        version: "0.0.0".to_owned(),
        since: "2026-11-07T14:02:00Z".parse().expect("a time"),
        socket: None,
    }
}

fn entries(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .expect("readable")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_second_lock_is_refused_and_names_the_holder() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = dir.path().join("deep/data");
    let lock = EngineLock::acquire(&data, &info("watch")).expect("free");
    let error = EngineLock::acquire(&data, &info("desktop")).expect_err("held");
    let message = error.to_string();
    let LockError::Held(holder) = error else {
        panic!("{message}")
    };
    assert_eq!(holder.info, Some(info("watch")));
    let expected = format!(
        "another Signalbox (watch, pid {}, since 2026-11-0",
        std::process::id()
    );
    assert!(message.starts_with(&expected), "{message}");
    assert!(
        message.ends_with(&format!("holds {}", data.display())),
        "{message}"
    );

    drop(lock);
    assert_eq!(entries(&data), ["engine.lock"]);
    EngineLock::acquire(&data, &info("desktop")).expect("free again");
}

#[test]
fn two_directories_are_two_locks() {
    let (one, two) = (
        tempfile::tempdir().expect("one"),
        tempfile::tempdir().expect("two"),
    );
    let _one = EngineLock::acquire(one.path(), &info("watch")).expect("free");
    let _two = EngineLock::acquire(two.path(), &info("watch")).expect("free");
}

/// Not a test: the process that [`holding`] starts. It holds the lock until it is killed.
#[test]
fn hold_the_lock() {
    let Some(dir) = std::env::var_os(HOLD) else { return };
    let _lock = EngineLock::acquire(&PathBuf::from(dir), &info("watch")).expect("free");
    println!("\nheld");
    loop {
        std::thread::park();
    }
}

fn holding(dir: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "hold_the_lock", "--nocapture"])
        .env(HOLD, dir)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let held = output
        .lines()
        .map_while(Result::ok)
        .any(|line| line.trim() == "held");
    assert!(held, "the other process holds the lock");
    child
}

#[tokio::test]
async fn a_killed_holder_frees_the_lock() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut holder = holding(dir.path());
    let error = EngineLock::acquire(dir.path(), &info("desktop")).expect_err("held");
    assert!(
        error.to_string().contains(&format!("pid {}", holder.id())),
        "{error}"
    );
    let error = Client::connect(dir.path()).await.expect_err("it does not listen");
    assert!(matches!(&error, ControlError::NotAnswering { .. }), "{error}");
    assert!(error.to_string().contains("watch"), "{error}");

    // SIGKILL on Unix.
    holder.kill().expect("it runs");
    holder.wait().expect("it ends");
    assert_eq!(entries(dir.path()), ["engine.json", "engine.lock"]);
    let error = Client::connect(dir.path()).await.expect_err("nobody is there");
    assert!(matches!(error, ControlError::NoEngine(_)), "{error}");
    let _lock = EngineLock::acquire(dir.path(), &info("desktop")).expect("free");
}

#[test]
fn garbage_about_the_holder_is_no_obstacle() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    fs::write(dir.path().join("engine.json"), "{\"pid\": \"who?").expect("writable");
    let lock = EngineLock::acquire(dir.path(), &info("watch")).expect("free");
    fs::write(dir.path().join("engine.json"), "\0\0").expect("writable");
    let error = EngineLock::acquire(dir.path(), &info("watch")).expect_err("held");
    assert_eq!(
        error.to_string(),
        format!("another Signalbox holds {}", dir.path().display())
    );
    drop(lock);
}

#[test]
fn a_directory_that_cannot_be_written_is_a_clear_error() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = dir.path().join("file");
    fs::write(&file, "").expect("writable");
    let error = EngineLock::acquire(&file.join("data"), &info("watch")).expect_err("no directory");
    assert!(matches!(error, LockError::Unwritable { .. }), "{error}");

    let data = dir.path().join("data");
    fs::create_dir(&data).expect("writable");
    let mut permissions = fs::metadata(&data).expect("there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&data, permissions).expect("mine");
    if fs::write(data.join("probe"), "").is_ok() {
        println!("skipped: this user may write everywhere");
        return;
    }
    let error = EngineLock::acquire(&data, &info("watch")).expect_err("read-only");
    assert!(error.to_string().contains("cannot be written"), "{error}");
}

#[cfg(unix)]
#[test]
fn what_is_created_is_for_this_person_alone() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().expect("a temporary directory");
    let data = dir.path().join("data");
    let _lock = EngineLock::acquire(&data, &info("watch")).expect("free");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("engine.lock")), 0o600);
    assert_eq!(mode(&data.join("engine.json")), 0o600);
}
