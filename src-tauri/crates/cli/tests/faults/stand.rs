//! A town of stand-in pages, a directory of its own, and the program in processes of its own.

use std::{
    cell::RefCell,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{self, Receiver},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use signalbox_channels::Announcement;
use signalbox_engine::{
    api::{Reply, Request, StatusView},
    control::{Client, ControlError},
};
use signalbox_replay::{Page, StatuspageBody, Town};
use tokio::runtime::Runtime;

/// So long anything may take that is to happen soon: the machine may be busy with other things.
pub(crate) const SOON: Duration = Duration::from_secs(60);

/// A town, and where configuration and data are.
pub(crate) struct Stand {
    pub(crate) runtime: Runtime,
    pub(crate) town: Town,
    dir: tempfile::TempDir,
}

impl Stand {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let town = runtime.block_on(async { Town::new() });
        let dir = tempfile::tempdir().expect("a directory");
        Self { runtime, town, dir }
    }

    /// Opens pages that serve `body`, and watches them.
    pub(crate) fn with_pages(bodies: &[StatuspageBody]) -> (Self, Vec<Page>) {
        let stand = Self::new();
        let pages: Vec<Page> = stand.runtime.block_on(async {
            bodies
                .iter()
                .map(|body| {
                    let page = stand.town.open(&body.name).expect("a page");
                    body.serve_on(&page);
                    page
                })
                .collect()
        });
        stand.watch_pages(&pages);
        (stand, pages)
    }

    /// Writes a configuration that watches these pages.
    pub(crate) fn watch_pages(&self, pages: &[Page]) {
        let mut config = String::new();
        for page in pages {
            write!(config, "[[watch]]\npage = \"{}\"\n\n", page.url()).expect("memory");
        }
        self.configure(&config);
    }

    /// Replaces the configuration, as an editor does.
    pub(crate) fn configure(&self, text: &str) {
        let partial = self.dir.path().join(".config.partial");
        std::fs::write(&partial, text).expect("written");
        std::fs::rename(partial, self.config()).expect("renamed");
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.dir.path().join("config.toml")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        self.command_at(&self.data(), words)
    }

    /// The program, with its data elsewhere.
    pub(crate) fn command_at(&self, data: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signalbox"));
        command
            .args(words)
            .arg("--config")
            .arg(self.config())
            .arg("--data-dir")
            .arg(data)
            .env_remove("SIGNALBOX_LOG")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Said {
        self.command(words).output().expect("started").into()
    }

    pub(crate) fn watch(&self) -> Watch {
        Watch::start(self.command(&["watch", "--json"]))
    }

    /// Asks the running engine over its socket, as the command line does.
    pub(crate) fn ask(&self, request: Request) -> Result<Reply, ControlError> {
        self.runtime.block_on(ask(&self.data(), request))
    }

    /// Lets the running engine ask every page now, and waits for what they say.
    pub(crate) fn check(&self) -> StatusView {
        match self.ask(Request::Check { vendors: Vec::new() }) {
            Ok(Reply::Status(status)) => status,
            other => panic!("no answer to a check: {other:?}"),
        }
    }
}

pub(crate) async fn ask(data: &Path, request: Request) -> Result<Reply, ControlError> {
    let mut client = Client::connect(data).await?;
    client.ask(request, SOON).await
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

impl Said {
    /// It ended with `code`, said all of `words` on standard error (or on standard output if that is where it answers),
    /// and no panic.
    pub(crate) fn ended(&self, code: i32, words: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        let said = format!("{}{}", self.out, self.err);
        for word in words {
            assert!(said.contains(word), "{word:?} is not in {self:?}");
        }
        assert!(!said.contains("panicked"), "{self:?}");
        self
    }
}

/// A watch in a process of its own.
pub(crate) struct Watch {
    child: Child,
    lines: Receiver<String>,
    /// What was said while something else was waited for.
    skipped: RefCell<Vec<String>>,
    errors: Option<JoinHandle<String>>,
}

impl Watch {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        let lines = lines(child.stdout.take().expect("a pipe"));
        let mut stderr = child.stderr.take().expect("a pipe");
        let errors = thread::spawn(move || {
            let mut text = Vec::new();
            let _cut = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Self {
            child,
            lines,
            skipped: RefCell::default(),
            errors: Some(errors),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it answers.
    pub(crate) fn wait_until_it_answers(&mut self, stand: &Stand) {
        wait_until("it answers", SOON, || {
            if let Some(status) = self.child.try_wait().expect("a child") {
                panic!("it ended with {status}: {}", self.errors());
            }
            stand.ask(Request::Ping).is_ok()
        });
    }

    /// A line of its output that satisfies the condition, whether it came already or is still to come.
    pub(crate) fn line(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let began = Instant::now();
        let mut skipped = self.skipped.borrow_mut();
        if let Some(place) = skipped.iter().position(|line| wanted(line)) {
            return skipped.remove(place);
        }
        while let Some(left) = SOON.checked_sub(began.elapsed()) {
            match self.lines.recv_timeout(left) {
                Ok(line) if wanted(&line) => return line,
                Ok(line) => skipped.push(line),
                Err(_) => break,
            }
        }
        panic!("{what} was not said; but: {skipped:#?}");
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Waits for its end, and gives what it still had to say.
    pub(crate) fn end(mut self) -> (ExitStatus, Vec<String>, String) {
        let status = ended(&mut self.child, SOON);
        let lines = self.skipped.take().into_iter().chain(self.lines.iter()).collect();
        (status, lines, self.errors())
    }

    fn errors(&mut self) -> String {
        self.errors
            .take()
            .map(|errors| errors.join().expect("read"))
            .unwrap_or_default()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

pub(crate) fn signal(process: u32, name: &str) {
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -{name} {process}")])
        .status();
    assert!(sent.expect("a shell").success());
}

/// The whole lines that come; one that is cut off was never said.
fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        loop {
            let mut line = String::new();
            match from.read_line(&mut line) {
                Ok(length) if length > 0 && line.ends_with('\n') => {
                    line.pop();
                    if tell.send(line).is_err() {
                        return;
                    }
                }
                _ => return,
            }
        }
    });
    told
}

/// A line of `watch --json`.
pub(crate) fn announcement(line: &str) -> Announcement {
    let mut line: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
    assert_eq!(line["schema"], 1);
    serde_json::from_value(line["announcement"].take()).expect("an announcement")
}

/// Waits for something that another process brings about and tells nobody of. How long it takes says nothing; that it
/// never comes does.
pub(crate) fn wait_until(what: &str, within: Duration, mut is_so: impl FnMut() -> bool) {
    const LOOK: Duration = Duration::from_millis(5);
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < within, "waited in vain until {what}");
        thread::sleep(LOOK);
    }
}

/// How a process ended, once it has.
pub(crate) fn ended(child: &mut Child, within: Duration) -> ExitStatus {
    let mut status = None;
    wait_until("it ended", within, || {
        status = child.try_wait().expect("a child");
        status.is_some()
    });
    status.expect("it ended")
}
