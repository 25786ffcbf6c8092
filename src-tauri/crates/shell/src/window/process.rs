//! Starting the window's program, and speaking with it until it ends.

use std::{
    io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::BufReader,
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    process::{Child, Command},
    sync::{mpsc, oneshot},
};

use super::{FromWindow, OTHER_VERSION, ToWindow, read_word, surroundings, write_word};
use crate::{arguments::Arguments, desktop::WindowWord, os, program, remembered::Size, shell::Input};

/// The window's program.
const PROGRAM: &str = "signalbox-window";

/// Where it lies as seen from this program's directory: beside it, or where a package puts what nobody starts by hand.
const PLACES: [&str; 2] = ["", "../lib/signalbox"];

/// So long a window that says nothing more may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// The window, whether or not it is open.
pub struct WindowProcess {
    program: PathBuf,
    arguments: Vec<String>,
    inputs: mpsc::Sender<Input>,
    open: Arc<Mutex<Option<mpsc::UnboundedSender<ToWindow>>>>,
    patience: Duration,
}

impl WindowProcess {
    /// A window that is not open yet, for a program that was started with `arguments`. `program` is the window's; see
    /// [`window_program`]. What happens in it is sent to `inputs`.
    #[must_use]
    pub fn new(program: PathBuf, arguments: &Arguments, inputs: mpsc::Sender<Input>) -> Self {
        let mut kept = program::arguments_to_keep(arguments);
        if arguments.demo {
            kept.push("--demo".to_owned());
        }
        Self {
            program,
            arguments: kept,
            inputs,
            open: Arc::default(),
            patience: PATIENCE,
        }
    }

    /// Opens the window, or brings the one that is open to the front. Call it inside a tokio runtime.
    pub fn open(&self, size: Option<Size>, activation: Option<String>) {
        let mut open = lock(&self.open);
        let words = match open.take() {
            Some(words) => words,
            None => match self.start() {
                Ok(words) => words,
                Err(error) => {
                    let why = format!("{} could not be started: {error}", self.program.display());
                    say(&self.inputs, Input::WindowClosed(Err(why)));
                    return;
                }
            },
        };
        // One that has just gone is reported as closed, and opened again by whoever asked.
        let _gone = words.send(ToWindow::Open { size, activation });
        *open = Some(words);
    }

    /// Tells the window's page, if there is one.
    pub fn tell(&self, word: WindowWord) {
        if let Some(words) = lock(&self.open).as_ref() {
            let _gone = words.send(ToWindow::Tell(word));
        }
    }

    /// Closes the window.
    pub fn close(&self) {
        // It sees the end of what it is told.
        lock(&self.open).take();
    }

    fn start(&self) -> io::Result<mpsc::UnboundedSender<ToWindow>> {
        let (ours, its) = std::os::unix::net::UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let (hears, says) = UnixStream::from_std(ours)?.into_split();
        let mut command = Command::new(&self.program);
        surroundings::give(&mut command, os::person_has_set);
        let child = command
            .args(&self.arguments)
            .stdin(Stdio::from(OwnedFd::from(its)))
            .spawn()?;
        let (words, told) = mpsc::unbounded_channel();
        let answers = words.downgrade();
        tokio::spawn(write(says, told));
        let (inputs, open, patience) = (self.inputs.clone(), Arc::clone(&self.open), self.patience);
        tokio::spawn(async move {
            if let Err(error) = hear(hears, &inputs, &answers).await {
                tracing::warn!(%error, "the window is not understood any more");
            }
            let ended = end(child, patience).await;
            // Together, so that whoever opens the next one has heard of this one's end before.
            let mut open = lock(&open);
            *open = None;
            say(&inputs, Input::WindowClosed(ended));
        });
        Ok(words)
    }
}

/// Where the window's program lies, for the tray's program at `tray`.
#[must_use]
pub fn window_program(tray: &Path) -> PathBuf {
    let places = PLACES.map(|place| tray.with_file_name(place).join(PROGRAM));
    let there = places.iter().find(|place| place.is_file());
    there.unwrap_or(&places[0]).clone()
}

async fn write(mut says: OwnedWriteHalf, mut told: mpsc::UnboundedReceiver<ToWindow>) {
    while let Some(word) = told.recv().await {
        if write_word(&mut says, &word).await.is_err() {
            return;
        }
    }
}

/// Hears the window until it says no more.
async fn hear(
    hears: OwnedReadHalf,
    inputs: &mpsc::Sender<Input>,
    answers: &mpsc::WeakUnboundedSender<ToWindow>,
) -> io::Result<()> {
    let mut hears = BufReader::new(hears);
    while let Some(word) = read_word(&mut hears).await? {
        let Some(answer) = take(word, inputs).await else {
            continue;
        };
        match answers.upgrade() {
            Some(answers) => drop(answers.send(answer)),
            None => return Ok(()),
        }
    }
    Ok(())
}

/// Hands a word to the shell; its answer, if it has one.
async fn take(word: FromWindow, inputs: &mpsc::Sender<Input>) -> Option<ToWindow> {
    let input = match word {
        FromWindow::Arrived => {
            let arrival = answer(inputs, Input::Arrived).await?;
            return Some(ToWindow::Arrival(arrival));
        }
        FromWindow::StartAtLogin(on) => {
            let done = answer(inputs, |reply| Input::StartAtLogin(on, reply)).await?;
            return Some(ToWindow::StartsAtLogin(done));
        }
        FromWindow::Raised => Input::WindowRaised,
        FromWindow::Resized(size) => Input::WindowResized(size),
        FromWindow::Dismiss(id) => Input::Dismiss(id),
    };
    let _over = inputs.send(input).await;
    None
}

async fn answer<T>(inputs: &mpsc::Sender<Input>, ask: impl FnOnce(oneshot::Sender<T>) -> Input) -> Option<T> {
    let (reply, answer) = oneshot::channel();
    inputs.send(ask(reply)).await.ok()?;
    answer.await.ok()
}

/// Waits for the end of a window that says no more; why it ended, if it should not have.
async fn end(mut child: Child, patience: Duration) -> Result<(), String> {
    let Ok(ended) = tokio::time::timeout(patience, child.wait()).await else {
        let _ended = child.kill().await;
        return Err(format!("{PROGRAM} hung and was ended"));
    };
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) if status.code() == Some(i32::from(OTHER_VERSION)) => Err(
            "Signalbox was updated while it was running. Quit it from the tray's menu and start it again."
                .to_owned(),
        ),
        Ok(status) => Err(format!("{PROGRAM} ended with {status}")),
        Err(error) => Err(error.to_string()),
    }
}

fn say(inputs: &mpsc::Sender<Input>, input: Input) {
    if inputs.try_send(input).is_err() {
        tracing::error!("the shell does not take what happens to the window");
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use clap::Parser as _;

    use super::*;
    use crate::desktop::{Arrival, StartAtLogin};

    /// A window's program that does what the script says: its standard input is the socket.
    struct Stand {
        window: WindowProcess,
        inputs: mpsc::Receiver<Input>,
        dir: tempfile::TempDir,
    }

    impl Stand {
        fn with(script: &str) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let program = dir.path().join(PROGRAM);
            std::fs::write(&program, format!("#!/bin/sh\ncd \"${{0%/*}}\"\n{script}\n")).unwrap();
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
            let (sender, inputs) = mpsc::channel(8);
            let arguments = Arguments::parse_from(["signalbox-desktop", "--demo", "--data-dir", "/data"]);
            Self {
                window: WindowProcess::new(program, &arguments, sender),
                inputs,
                dir,
            }
        }

        async fn heard(&mut self) -> Input {
            tokio::time::timeout(Duration::from_secs(40), self.inputs.recv())
                .await
                .unwrap()
                .unwrap()
        }

        async fn closed(&mut self) -> Result<(), String> {
            let heard = self.heard().await;
            let Input::WindowClosed(ended) = heard else {
                panic!("{heard:?}");
            };
            ended
        }

        fn noted(&self) -> String {
            std::fs::read_to_string(self.dir.path().join("noted")).unwrap()
        }
    }

    #[tokio::test]
    async fn a_window_is_told_to_open_asks_where_to_go_and_ends_when_it_is_closed() {
        let script = r#"echo "$@" > noted; read -r line; echo "$line" >> noted; echo '"arrived"' >&0
                        while read -r line; do echo "$line" >> noted; done"#;
        let mut stand = Stand::with(script);
        stand.window.open(None, Some("token".to_owned()));
        let Input::Arrived(reply) = stand.heard().await else {
            panic!("it did not arrive");
        };
        let arrival = Arrival {
            route: None,
            version: "1".to_owned(),
            start_at_login: StartAtLogin {
                enabled: false,
                offer: false,
            },
            notices: Vec::new(),
        };
        reply.send(arrival).unwrap();
        stand.window.tell(WindowWord::Route(crate::route::Route::History));
        stand.window.close();
        assert_eq!(stand.closed().await, Ok(()));
        let noted = stand.noted();
        let lines: Vec<&str> = noted.lines().collect();
        assert_eq!(lines[0], "--data-dir /data --demo");
        assert_eq!(lines[1], r#"{"open":{"size":null,"activation":"token"}}"#);
        assert!(
            lines[2..].contains(&r#"{"tell":{"route":{"view":"history"}}}"#),
            "{noted}"
        );
    }

    #[tokio::test]
    async fn each_opening_after_a_closing_is_a_process_of_its_own() {
        let mut stand = Stand::with("read -r line; echo $$ >> noted");
        for _ in 0..2 {
            stand.window.open(None, None);
            assert_eq!(stand.closed().await, Ok(()));
        }
        let noted = stand.noted();
        let processes: std::collections::BTreeSet<&str> = noted.lines().collect();
        assert_eq!(processes.len(), 2, "{noted}");
    }

    #[tokio::test]
    async fn a_window_that_fails_says_how() {
        let mut stand = Stand::with("exit 3");
        stand.window.open(None, None);
        let why = stand.closed().await.unwrap_err();
        assert!(why.contains("exit status: 3"), "{why}");
    }

    #[tokio::test]
    async fn after_an_update_the_person_is_told_what_to_do() {
        let mut stand = Stand::with("exit 75");
        stand.window.open(None, None);
        let why = stand.closed().await.unwrap_err();
        assert!(why.contains("updated"), "{why}");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let mut stand = Stand::with("");
        std::fs::remove_file(stand.dir.path().join(PROGRAM)).unwrap();
        stand.window.open(None, None);
        let why = stand.closed().await.unwrap_err();
        assert!(
            why.contains(PROGRAM) && why.contains("could not be started"),
            "{why}"
        );
    }

    #[tokio::test]
    async fn a_window_that_hangs_on_its_way_out_is_ended() {
        let mut stand = Stand::with("exec sleep 1000 <&-");
        stand.window.patience = Duration::from_millis(100);
        stand.window.open(None, None);
        let why = stand.closed().await.unwrap_err();
        assert!(why.contains("hung"), "{why}");
    }

    #[test]
    fn the_windows_program_lies_beside_this_one_or_where_a_package_puts_it() {
        let dir = tempfile::tempdir().unwrap();
        let (bin, lib) = (dir.path().join("bin"), dir.path().join("lib/signalbox"));
        std::fs::create_dir_all(&bin).unwrap();
        std::fs::create_dir_all(&lib).unwrap();
        let program = bin.join("signalbox-desktop");
        assert_eq!(window_program(&program), bin.join(PROGRAM));
        std::fs::write(lib.join(PROGRAM), "").unwrap();
        assert_eq!(
            window_program(&program).canonicalize().unwrap(),
            lib.join(PROGRAM).canonicalize().unwrap()
        );
        std::fs::write(bin.join(PROGRAM), "").unwrap();
        assert_eq!(window_program(&program), bin.join(PROGRAM));
    }
}
