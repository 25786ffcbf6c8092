//! `cargo xtask run --demo`: made-up vendors on this machine, and a program that watches them, in a directory that goes
//! when the demo ends.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, ExitCode, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{
    group::{Group, LOOK},
    project::{Project, STAND_INS_PACKAGE},
};

/// What the stand-in vendors play, below the top directory.
pub(crate) const SCRIPT: &str = "src-tauri/crates/replay/scripts/demo.toml";

/// How often each page is asked. No page of a real vendor would bear that, and only a program started for the demo
/// accepts it.
const INTERVAL: &str = "5s";

/// Variables that would send the questions to the stand-in vendors, which speak plain HTTP, by way of a proxy.
const PROXIES: [&str; 4] = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];

/// Plays the demo until the program that `watch` calls for ends, or somebody ends the demo.
///
/// # Errors
///
/// Fails when something cannot be started, or the stand-in vendors end before the program does.
pub(crate) fn play(project: &Project, release: bool, watch: Command) -> Result<ExitCode> {
    let program = project.build(STAND_INS_PACKAGE, STAND_INS_PACKAGE, release)?;
    let stop = stop_requests()?;
    let status = play_with(&program, &project.root().join(SCRIPT), watch, &stop)?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn play_with(stand_ins: &Path, script: &Path, mut watch: Command, stop: &Receiver<()>) -> Result<ExitStatus> {
    let directory = tempfile::Builder::new()
        .prefix("signalbox-demo-")
        .tempdir()
        .context("making a directory for the demo")?;
    let (mut vendors, pages) = Vendors::start(stand_ins, script)?;
    let config = directory.path().join("config.toml");
    fs::write(&config, configuration(&pages)).with_context(|| format!("writing {}", config.display()))?;
    println!(
        "{} made-up vendors are watched. Nothing leaves this machine; what is kept goes when the demo ends, from {}.",
        pages.len(),
        directory.path().display()
    );
    watch
        .arg("--demo")
        .arg("--config")
        .arg(&config)
        .arg("--data-dir")
        .arg(directory.path().join("data"))
        .stdin(Stdio::null());
    for name in PROXIES {
        watch.env_remove(name);
    }
    let mut watcher = Group::start(watch)?;
    let status = attend(&mut watcher, &mut vendors.group, stop)?;
    // Nobody writes into the directory any more.
    drop(watcher);
    let place = directory.path().to_owned();
    directory
        .close()
        .with_context(|| format!("removing {}", place.display()))?;
    Ok(status)
}

/// Waits until the watching program has ended, by itself or because it was asked to.
fn attend(watcher: &mut Group, vendors: &mut Group, stop: &Receiver<()>) -> Result<ExitStatus> {
    loop {
        match stop.recv_timeout(LOOK) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return watcher.end(),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(status) = watcher.ended()? {
            return Ok(status);
        }
        if let Some(status) = vendors.ended()? {
            bail!("the made-up vendors ended before the demo did: {status}");
        }
    }
}

/// A page of a made-up vendor.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DemoPage {
    name: String,
    url: String,
}

/// The made-up vendors in a process of their own. They end when it is dropped.
pub(crate) struct Vendors {
    group: Group,
}

impl Vendors {
    /// Starts them, which is when their script begins.
    pub(crate) fn start(program: &Path, script: &Path) -> Result<(Self, Vec<DemoPage>)> {
        let mut command = Command::new(program);
        command
            .arg(script)
            .arg("--json")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut group = Group::start(command)?;
        let output = group
            .child()
            .stdout
            .take()
            .context("the stand-in vendors have no output")?;
        let pages = read_pages(BufReader::new(output))?;
        Ok((Self { group }, pages))
    }
}

/// Reads a line for each page; each line says how many there are.
fn read_pages(output: impl BufRead) -> Result<Vec<DemoPage>> {
    let mut pages = Vec::new();
    for line in output.lines() {
        let line = line.context("reading the addresses of the stand-in vendors")?;
        let told: Value = serde_json::from_str(&line).with_context(|| format!("understanding {line:?}"))?;
        let text = |field: &str| told.get(field).and_then(Value::as_str).map(str::to_owned);
        let (Some(name), Some(url), Some(count)) =
            (text("name"), text("url"), told.get("of").and_then(Value::as_u64))
        else {
            bail!("the stand-in vendors say {line:?}");
        };
        pages.push(DemoPage { name, url });
        if pages.len() as u64 >= count {
            break;
        }
    }
    ensure!(!pages.is_empty(), "the stand-in vendors did not start");
    Ok(pages)
}

/// What makes a program watch them.
pub(crate) fn configuration(pages: &[DemoPage]) -> String {
    let mut text = format!(
        "# The demo's own configuration. It goes when the demo ends.\n\n\
         [preferences]\ninterval = \"{INTERVAL}\"\ninterval_during_incident = \"{INTERVAL}\"\n"
    );
    for page in pages {
        // A string of JSON is one of TOML.
        let (url, name) = (Value::from(page.url.as_str()), Value::from(page.name.as_str()));
        let _ = write!(text, "\n[[watch]]\npage = {url}\nname = {name}\n");
    }
    text
}

/// Gives something whenever this process is asked to end, which from now on it does not do by itself.
#[cfg(unix)]
fn stop_requests() -> Result<Receiver<()>> {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };
    // Caught, not blocked: what is blocked stays so in the programs that are started, which could then not be ended.
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("catching signals")?;
    let (ask, asked) = std::sync::mpsc::channel();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || while signals.forever().next().is_some() && ask.send(()).is_ok() {})
        .context("starting a thread")?;
    Ok(asked)
}

/// Never gives anything: where there are no signals, the console ends all programs of the demo together.
#[cfg(not(unix))]
fn stop_requests() -> Result<Receiver<()>> {
    let (ask, asked) = std::sync::mpsc::channel();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            std::thread::park();
            drop(ask);
        })
        .context("starting a thread")?;
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_pages() -> Vec<DemoPage> {
        let page = |name: &str, url: &str| DemoPage {
            name: name.to_owned(),
            url: url.to_owned(),
        };
        vec![
            page("A \"quoted\" vendor", "http://127.64.0.1:80"),
            page("Another", "http://127.64.0.2:80"),
        ]
    }

    const LINES: &str = "{\"name\":\"A \\\"quoted\\\" vendor\",\"url\":\"http://127.64.0.1:80\",\"of\":2}\n\
                         {\"name\":\"Another\",\"url\":\"http://127.64.0.2:80\",\"of\":2}\n";

    #[test]
    fn the_pages_are_known_as_soon_as_the_last_one_is_told() {
        let more = format!("{LINES}this line is not read\n");
        assert_eq!(read_pages(more.as_bytes()).expect("read"), two_pages());
    }

    #[test]
    fn stand_ins_that_end_or_say_something_else_are_an_error() {
        assert!(read_pages(&b""[..]).is_err());
        assert!(read_pages(&b"http://127.64.0.1:80\tAcme\n"[..]).is_err());
        assert!(read_pages(&b"{\"name\":\"Acme\"}\n"[..]).is_err());
    }

    #[test]
    fn every_page_is_watched_under_its_name() {
        let text = configuration(&two_pages());
        for part in [
            "interval = \"5s\"\n",
            "page = \"http://127.64.0.1:80\"\nname = \"A \\\"quoted\\\" vendor\"\n",
            "page = \"http://127.64.0.2:80\"\nname = \"Another\"\n",
        ] {
            assert!(text.contains(part), "{part} is missing from: {text}");
        }
    }

    #[cfg(target_os = "linux")]
    mod played {
        use std::{
            os::unix::fs::PermissionsExt,
            path::PathBuf,
            sync::mpsc,
            time::{Duration, Instant},
        };

        use super::*;

        /// A directory with a stand-in for the stand-in vendors, which does `afterwards` when it has told its pages.
        struct Stage {
            directory: tempfile::TempDir,
        }

        impl Stage {
            fn new(afterwards: &str) -> Self {
                let directory = tempfile::tempdir().expect("a directory");
                let vendors = directory.path().join("vendors");
                let script = format!(
                    "#!/bin/sh\necho $$ >{0}/vendors.pid\ncat <<'END'\n{LINES}END\n{afterwards}\n",
                    directory.path().display()
                );
                fs::write(&vendors, script).expect("written");
                fs::set_permissions(&vendors, fs::Permissions::from_mode(0o755)).expect("made executable");
                Self { directory }
            }

            fn path(&self, name: &str) -> PathBuf {
                self.directory.path().join(name)
            }

            /// A program that does `first`, starts another, tells where its configuration is, and then does `then`.
            fn watcher(&self, first: &str, then: &str) -> Command {
                let mut command = Command::new("sh");
                let script = format!(
                    "{first}; sleep 600 & echo $! >{0}/started.pid; echo \"$@\" >{0}/said && mv {0}/said {0}/arguments; {then}",
                    self.directory.path().display()
                );
                command.args(["-c", &script, "watcher"]);
                command
            }

            fn play(&self, watcher: Command, stop: &Receiver<()>) -> Result<ExitStatus> {
                play_with(&self.path("vendors"), Path::new("script.toml"), watcher, stop)
            }

            fn is_running(&self, name: &str) -> bool {
                let pid = fs::read_to_string(self.path(name)).expect("the process told its id");
                let state = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
                // One that has ended may wait for its parent, or for init in its place, to notice.
                !state.is_empty() && !state.contains(") Z ")
            }

            /// Processes that were killed are gone a moment later.
            fn assert_nothing_runs(&self) {
                let began = Instant::now();
                while self.is_running("vendors.pid") || self.is_running("started.pid") {
                    assert!(
                        began.elapsed() < Duration::from_secs(20),
                        "something is left running"
                    );
                    std::thread::yield_now();
                }
            }

            /// The directory of the demo, as its program was told of it.
            fn assert_the_directory_is_gone(&self) {
                let arguments = fs::read_to_string(self.path("arguments")).expect("told");
                let words: Vec<_> = arguments.split_whitespace().collect();
                let ["--demo", "--config", config, "--data-dir", data] = words[..] else {
                    panic!("{arguments}");
                };
                assert_eq!(Path::new(config).parent(), Path::new(data).parent());
                assert!(!Path::new(config).parent().expect("a directory").exists());
            }
        }

        #[test]
        fn when_the_program_ends_everything_ends_and_the_directory_goes() {
            let stage = Stage::new("exec sleep 600");
            let (_ask, asked) = mpsc::channel();
            let status = stage
                .play(stage.watcher("test -s \"$3\" || exit 4", "exit 3"), &asked)
                .expect("played");
            assert_eq!(status.code(), Some(3));
            stage.assert_nothing_runs();
            stage.assert_the_directory_is_gone();
        }

        #[test]
        fn when_it_is_asked_to_end_the_program_ends_in_its_own_way() {
            let stage = Stage::new("exec sleep 600");
            let (ask, asked) = mpsc::channel();
            let watcher = stage.watcher("trap 'kill $!; exit 7' TERM", "wait");
            let status = std::thread::scope(|scope| {
                let playing = scope.spawn({
                    let stage = &stage;
                    move || stage.play(watcher, &asked)
                });
                while !stage.path("arguments").exists() && !playing.is_finished() {
                    std::thread::yield_now();
                }
                ask.send(()).expect("sent");
                playing.join().expect("no panic").expect("played")
            });
            assert_eq!(status.code(), Some(7));
            stage.assert_nothing_runs();
            stage.assert_the_directory_is_gone();
        }

        #[test]
        fn a_signal_is_a_request_to_end_and_does_not_stop_programs_from_hearing_theirs() {
            let asked = stop_requests().expect("caught");
            let mut program = Group::start({
                let mut command = Command::new("sh");
                command.args(["-c", "kill -HUP $PPID; exec sleep 600"]);
                command
            })
            .expect("sh can be started");
            asked
                .recv_timeout(Duration::from_secs(60))
                .expect("the signal was caught");
            let status = program.end().expect("ended");
            let by = std::os::unix::process::ExitStatusExt::signal(&status);
            assert_eq!(by, Some(nix::sys::signal::Signal::SIGTERM as i32));
        }

        #[test]
        fn vendors_that_end_early_end_the_demo_with_an_error() {
            let stage = Stage::new("exit 9");
            let (_ask, asked) = mpsc::channel();
            let error = stage
                .play(stage.watcher("true", "wait"), &asked)
                .expect_err("no demo without vendors");
            assert!(error.to_string().contains("exit status: 9"), "{error}");
        }
    }
}
