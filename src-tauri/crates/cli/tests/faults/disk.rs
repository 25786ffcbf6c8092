//! A disk that is full, a directory that cannot be written, a database that another program has locked.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use signalbox_engine::api::Request;
use signalbox_replay::{Incident, Page, StatuspageBody, Update};

use crate::stand::{Said, Stand, Watch};

fn acme() -> StatuspageBody {
    StatuspageBody::new("Acme").component("c1", "Works", "operational")
}

fn open_incident(stand: &Stand, page: &Page, body: &mut StatuspageBody, id: &str, words: &str) {
    let _inside = stand.runtime.enter();
    body.incidents.push(
        Incident::new(id, format!("Trouble {id}"))
            .impact("major")
            .affects("c1")
            .update(Update::new("u1", "investigating", words)),
    );
    body.serve_on(page);
}

/// A small disk of its own; `None`, said aloud, where this user or system makes none.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).expect("a directory");
        let options = format!("size={size},mode=0700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(at)
            .output();
        if !mounted.is_ok_and(|mounted| mounted.status.success()) {
            println!("skipped: no small disk can be mounted here");
            return None;
        }
        Some(Self(at.to_owned()))
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let done = Command::new("mount")
            .args(["-o", &options])
            .arg(&self.0)
            .output()
            .expect("mount");
        assert!(done.status.success(), "{done:?}");
    }

    /// Writes until nothing more fits.
    fn fill(&self) -> PathBuf {
        let filler = self.0.join("filler");
        let mut length = 64 * 1024 * 1024;
        while length > 0 {
            let mut file = fs::OpenOptions::new()
                .append(true)
                .create(true)
                .open(&filler)
                .expect("a file");
            if std::io::Write::write_all(&mut file, &vec![0; length]).is_err() {
                length /= 2;
            }
        }
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_disk_that_fills_up_is_said_and_nothing_recorded_is_lost_and_it_goes_on_by_itself() {
    let mut body = acme();
    let (stand, pages) = Stand::with_pages(std::slice::from_ref(&body));
    let Some(disk) = SmallDisk::new(&stand.data(), "3m") else {
        return;
    };
    let mut watch = Watch::start(stand.command(&["watch"]));
    watch.wait_until_it_answers(&stand);
    stand.check();
    open_incident(&stand, &pages[0], &mut body, "before", "We look.");
    stand.check();
    watch.line("the incident", |line| line.contains("Trouble before"));

    let filler = disk.fill();
    open_incident(
        &stand,
        &pages[0],
        &mut body,
        "during",
        &"Many words. ".repeat(2000),
    );
    stand.check();
    let line = watch.line("the trouble", |line| line.contains("Recording fails"));
    assert!(
        line.contains("the disk is full") && line.contains("free some space"),
        "{line}"
    );
    let status = stand.run(&["status"]);
    assert!(status.out.contains("the disk is full"), "{status:?}");
    assert!(
        status.out.contains("Trouble before") && !status.out.contains("cannot be r"),
        "{status:?}"
    );
    stand.run(&["doctor"]).ended(1, &["bad", "the disk is full"]);
    // The words that change something say why they cannot.
    stand.run(&["mute", "Acme"]).ended(69, &["the disk is full"]);

    fs::remove_file(filler).expect("removed");
    stand.check();
    watch.line("the end of the trouble", |line| {
        line.contains("Recording works again")
    });
    watch.line("what happened meanwhile", |line| line.contains("Trouble during"));
    let status = stand.run(&["status"]);
    assert!(!status.out.contains("the disk is full"), "{status:?}");
    watch.signal("TERM");
    assert_eq!(watch.end().0.code(), Some(0));
    let doctor = stand.run(&["doctor"]);
    doctor.ended(0, &["can be written", "can be read"]);
}

#[test]
fn a_disk_that_is_full_from_the_start_is_said() {
    let (stand, _pages) = Stand::with_pages(&[acme()]);
    let Some(disk) = SmallDisk::new(&stand.data(), "1m") else {
        return;
    };
    disk.fill();
    for words in [&["watch"][..], &["check"], &["add", "http://127.0.0.1:9"]] {
        stand.run(words).ended(69, &["No space left on device"]);
    }
    stand.run(&["status"]).ended(69, &[]);
    stand.run(&["doctor"]).ended(1, &["the disk is full"]);
}

#[test]
fn a_directory_that_cannot_be_written_can_still_be_asked() {
    let mut body = acme();
    let (stand, pages) = Stand::with_pages(std::slice::from_ref(&body));
    let Some(disk) = SmallDisk::new(&stand.data(), "8m") else {
        return;
    };
    open_incident(&stand, &pages[0], &mut body, "i1", "We look.");
    stand.run(&["check"]).ended(1, &["Trouble i1"]);
    disk.remount("ro");
    stand
        .run(&["status"])
        .ended(1, &["Trouble i1", "signalbox watch"]);
    stand.run(&["history"]).ended(0, &["Trouble i1"]);
    for words in [
        &["watch"][..],
        &["check"],
        &["mute", "Acme"],
        &["add", "http://127.0.0.1:9"],
    ] {
        stand.run(words).ended(69, &["cannot be written"]);
    }
    stand
        .run(&["doctor"])
        .ended(1, &["cannot be written", "--data-dir"]);
    disk.remount("rw");
    stand.run(&["check"]).ended(1, &["Trouble i1"]);
}

#[test]
fn a_directory_that_is_none_is_said() {
    let (stand, _pages) = Stand::with_pages(&[acme()]);
    let file = stand.config();
    for words in [&["watch"][..], &["check"]] {
        let said: Said = stand.command_at(&file, words).output().expect("started").into();
        said.ended(69, &["cannot be written", "config.toml"]);
    }
}

/// Holds a write lock on the database, as a backup or a database browser may.
struct Locker(std::process::Child);

impl Locker {
    fn new(database: &Path) -> Option<Self> {
        let script = "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nc.execute('BEGIN IMMEDIATE')\nprint('locked',flush=True)\nsys.stdin.read()";
        let child = Command::new("python3")
            .args(["-c", script])
            .arg(database)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn();
        let Ok(mut child) = child else {
            println!("skipped: no python3 to lock a database with");
            return None;
        };
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("read");
        if line != "locked\n" {
            println!("skipped: python3 has no sqlite3");
            return None;
        }
        Some(Self(child))
    }
}

impl Drop for Locker {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

#[test]
fn a_database_that_another_program_has_locked_is_said_and_everything_goes_on_afterwards() {
    let mut body = acme();
    let (stand, pages) = Stand::with_pages(std::slice::from_ref(&body));
    let mut watch = Watch::start(stand.command(&["watch"]));
    watch.wait_until_it_answers(&stand);
    stand.check();
    let Some(locker) = Locker::new(&stand.data().join("signalbox.db")) else {
        return;
    };
    open_incident(&stand, &pages[0], &mut body, "i1", "We look.");
    let locked = stand.ask(Request::Check { vendors: Vec::new() });
    assert!(locked.is_ok(), "reading goes on: {locked:?}");
    let line = watch.line("the trouble", |line| line.contains("Recording fails"));
    assert!(line.contains("locked by another program"), "{line}");
    stand.run(&["doctor"]).ended(1, &["locked by another program"]);
    drop(locker);
    stand.check();
    watch.line("the end of the trouble", |line| {
        line.contains("Recording works again")
    });
    watch.line("the incident", |line| line.contains("Trouble i1"));
    watch.signal("TERM");
    let (status, lines, _) = watch.end();
    assert_eq!(status.code(), Some(0));
    assert!(
        !lines.iter().any(|line| line.contains("Trouble i1")),
        "once: {lines:?}"
    );

    // Nobody can begin while it lasts.
    let Some(_locker) = Locker::new(&stand.data().join("signalbox.db")) else {
        return;
    };
    stand.run(&["watch"]).ended(69, &["locked by another program"]);
    stand.run(&["status"]).ended(1, &["Trouble i1"]);
}
