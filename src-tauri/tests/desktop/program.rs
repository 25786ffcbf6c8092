//! Stand-in vendors, a directory of its own, and the program in processes of its own.

use std::{
    fmt::Write as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use signalbox_engine::{
    api::{Reply, Request},
    control::Client,
};
use signalbox_replay::{Misbehaviour, Page, StatuspageBody, Town};
use tokio::runtime::Runtime;

use crate::{
    SOON,
    session::{Session, until},
};

pub(crate) struct Stand<'a> {
    session: &'a Session,
    runtime: Runtime,
    town: Town,
    pages: Vec<Page>,
    dir: tempfile::TempDir,
}

impl<'a> Stand<'a> {
    /// Vendors that serve `bodies`, and a configuration that watches them.
    pub(crate) fn with(session: &'a Session, bodies: &[StatuspageBody]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (town, pages) = runtime.block_on(async {
            let town = Town::new();
            let pages: Vec<Page> = bodies
                .iter()
                .map(|body| {
                    let page = town.open(&body.name).unwrap();
                    body.serve_on(&page);
                    page
                })
                .collect();
            (town, pages)
        });
        let stand = Self {
            session,
            runtime,
            town,
            pages,
            dir: tempfile::tempdir().unwrap(),
        };
        let mut config = String::new();
        for page in &stand.pages {
            write!(config, "[[watch]]\npage = \"{}\"\n\n", page.url()).unwrap();
        }
        std::fs::write(stand.dir.path().join("config.toml"), config).unwrap();
        stand
    }

    /// The same, all of them misbehaving from the beginning.
    pub(crate) fn with_misbehaving(
        session: &'a Session,
        bodies: &[StatuspageBody],
        misbehaviour: &Misbehaviour,
    ) -> Self {
        let stand = Self::with(session, bodies);
        for page in &stand.pages {
            page.misbehave(misbehaviour.clone());
        }
        stand
    }

    /// So many minutes ago, as a vendor writes it.
    pub(crate) fn minutes_ago(&self, minutes: i64) -> String {
        let now = self.town.now();
        let at = now.checked_sub(jiff::SignedDuration::from_mins(minutes)).unwrap();
        at.strftime("%Y-%m-%dT%H:%M:00Z").to_string()
    }

    pub(crate) fn page(&self, name: &str) -> &Page {
        self.pages.iter().find(|page| page.name() == name).unwrap()
    }

    fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn arguments(&self, more: &[&str]) -> Vec<String> {
        let at = |name: &str| self.dir.path().join(name).to_string_lossy().into_owned();
        let mut arguments = vec![
            "--config".to_owned(),
            at("config.toml"),
            "--data-dir".to_owned(),
            at("data"),
        ];
        arguments.extend(more.iter().map(|&word| word.to_owned()));
        arguments
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = self.session.command(env!("CARGO_BIN_EXE_signalbox-desktop"));
        command.args(self.arguments(more));
        command
    }

    pub(crate) fn start(&self, more: &[&str]) -> Program {
        Program {
            child: self.command(more).stderr(Stdio::inherit()).spawn().unwrap(),
        }
    }

    /// Runs the program to its end, as a second start does; its exit code.
    pub(crate) fn run(&self, more: &[&str]) -> Option<i32> {
        let mut child = self.command(more).spawn().unwrap();
        let mut ended = None;
        until("a second start ends", || {
            ended = child.try_wait().unwrap();
            ended.is_some()
        });
        ended.and_then(|status| status.code())
    }

    /// Asks the running program.
    pub(crate) fn ask(&self, request: Request) -> Reply {
        let dir = self.data_dir();
        self.runtime
            .block_on(async move { Client::connect(&dir).await?.ask(request, SOON).await })
            .unwrap()
    }

    /// Lets it ask every page now.
    pub(crate) fn check(&self) {
        let answered = self.ask(Request::Check { vendors: Vec::new() });
        assert!(matches!(answered, Reply::Status(_)), "{answered:?}");
    }

    /// Whether no engine holds the data any more.
    pub(crate) fn data_dir_is_free(&self) -> bool {
        let dir = self.data_dir();
        let connected = self
            .runtime
            .block_on(async move { Client::connect(&dir).await.is_ok() });
        !connected
    }

    /// How many of the window's processes are left.
    pub(crate) fn web_processes(&self) -> usize {
        let listed = std::fs::read_dir("/proc").unwrap();
        listed
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let name = std::fs::read_to_string(path.join("comm")).ok()?;
                let environment = std::fs::read(path.join("environ")).ok()?;
                let ours = environment
                    .windows(self.session.bus_address().len())
                    .any(|part| part == self.session.bus_address().as_bytes());
                (name.starts_with("WebKitWebProces") && ours).then_some(())
            })
            .count()
    }
}

pub(crate) struct Program {
    child: Child,
}

impl Program {
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Whether a library whose name has this in it is in the program's memory.
    pub(crate) fn has_loaded(&self, library: &str) -> bool {
        let maps = std::fs::read_to_string(format!("/proc/{}/maps", self.child.id())).unwrap();
        assert!(maps.contains("libc.so"), "{maps}");
        maps.contains(library)
    }

    /// Kills the process of its window.
    pub(crate) fn kill_window(&self) {
        let parent = self.child.id().to_string();
        let killed = Command::new("pkill")
            .args(["-KILL", "-P", &parent, "signalbox-wind"])
            .status();
        assert!(killed.unwrap().success());
    }

    /// Tells it to end, as the system does; its exit code.
    pub(crate) fn terminate(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        until("it ends", || self.child.try_wait().unwrap().is_some());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
