//! A desktop that nobody sees, for measuring what is shown on one: a display, a bus, a window manager, and who takes tray
//! icons and notifications.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write as _},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{group::Group, project::empty_directory};

/// So long something may take that takes a moment.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked whether something has happened that nobody tells of.
const LOOK: Duration = Duration::from_millis(10);

/// The display's width and height.
const SCREEN: (usize, usize) = (1280, 900);

/// The bytes of a pixel in the display's picture.
const PIXEL: usize = 4;

/// A desktop. It goes when it is dropped, programs on it first.
pub(super) struct Desk {
    fakes: Fakes,
    _manager: Group,
    _bus: Group,
    _display: Group,
    surroundings: Surroundings,
    picture: PathBuf,
}

/// What programs must know to be on a desktop.
struct Surroundings {
    display: String,
    bus: String,
    home: PathBuf,
}

impl Surroundings {
    fn give(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("GDK_BACKEND", "x11")
            .env_remove("WAYLAND_DISPLAY")
            .env("HOME", &self.home)
            .stdin(Stdio::null());
        for (name, directory) in [
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_RUNTIME_DIR", "run"),
        ] {
            command.env(name, self.home.join(directory));
        }
    }
}

impl Desk {
    /// Sets it up; `fakes` is the program that takes icons and notifications.
    pub(super) fn start(directory: &Path, fakes: &Path) -> Result<Self> {
        let (pictures, home) = (directory.join("pictures"), directory.join("home"));
        empty_directory(&pictures)?;
        empty_directory(&home)?;
        fs::create_dir_all(home.join("run"))?;

        let mut command = Command::new("Xvfb");
        command
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0"])
            .arg(format!("{}x{}x24", SCREEN.0, SCREEN.1))
            .arg("-fbdir")
            .arg(&pictures);
        let (display, number) = telling(command)?;
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--print-address=1"]);
        let (bus, address) = telling(command)?;
        let surroundings = Surroundings {
            display: format!(":{number}"),
            bus: address,
            home,
        };
        let mut command = Command::new("openbox");
        command.arg("--sm-disable").stderr(Stdio::null());
        surroundings.give(&mut command);
        let manager = Group::start(command)?;
        wait_until("the window manager runs", || {
            let mut ask = Command::new("xprop");
            surroundings.give(&mut ask);
            let said = ask
                .args(["-root", "_NET_SUPPORTING_WM_CHECK"])
                .output()
                .context("starting xprop")?;
            Ok(said.stdout.windows(2).any(|bytes| bytes == b"0x"))
        })?;
        let mut command = Command::new(fakes);
        surroundings.give(&mut command);
        Ok(Self {
            fakes: Fakes::start(command)?,
            _manager: manager,
            _bus: bus,
            _display: display,
            surroundings,
            picture: pictures.join("Xvfb_screen0"),
        })
    }

    /// Starts a program on it, and waits until its tray icon is there; returns how long that took.
    pub(super) fn start_in_tray(&mut self, mut command: Command) -> Result<(Group, Duration)> {
        self.surroundings.give(&mut command);
        self.fakes.forget();
        let began = Instant::now();
        let program = Group::start(command)?;
        let at = self
            .fakes
            .wait_for("a tray icon", PATIENCE, |line| line == "item")?
            .at;
        Ok((program, at.saturating_duration_since(began)))
    }

    /// Clicks on the newest tray icon.
    pub(super) fn click_icon(&mut self) -> Result<()> {
        self.fakes.tell("activate")
    }

    /// Waits for a notification whose title `is_it`, and returns its id.
    pub(super) fn bubble(&mut self, patience: Duration, is_it: impl Fn(&str) -> bool) -> Result<String> {
        let bubble = |line: &str| -> Option<(String, String)> {
            let (id, summary) = line.strip_prefix("bubble ")?.split_once(' ')?;
            Some((id.to_owned(), summary.to_owned()))
        };
        let heard = self.fakes.wait_for("that notification", patience, |line| {
            bubble(line).is_some_and(|(_, summary)| is_it(&summary))
        })?;
        Ok(bubble(&heard.line).map(|(id, _)| id).unwrap_or_default())
    }

    /// Clicks on a notification.
    pub(super) fn click_bubble(&mut self, id: &str) -> Result<()> {
        self.fakes.tell(&format!("click {id}"))
    }

    /// Waits until a program's window is on the screen, or is not there any more.
    pub(super) fn wait_for_window(&self, program: &str, is_there: bool) -> Result<()> {
        let what = format!(
            "the window of {program} has {}",
            if is_there { "come" } else { "gone" }
        );
        wait_until(&what, || Ok(self.windows(program)?.is_empty() != is_there))
    }

    /// Closes the program's window, as its frame's button does.
    pub(super) fn close_window(&self, program: &str) -> Result<()> {
        let windows = self.windows(program)?;
        let window = windows.first().context("there is no window to close")?;
        let mut command = Command::new("xdotool");
        self.surroundings.give(&mut command);
        let status = command
            .args(["windowactivate", "--sync", window, "key", "alt+F4"])
            .status()
            .context("starting xdotool")?;
        ensure!(status.success(), "xdotool: {status}");
        Ok(())
    }

    fn windows(&self, program: &str) -> Result<Vec<String>> {
        let mut command = Command::new("xdotool");
        self.surroundings.give(&mut command);
        let found = command
            .args(["search", "--onlyvisible", "--classname", &format!("^{program}$")])
            .output()
            .context("starting xdotool")?;
        Ok(String::from_utf8_lossy(&found.stdout)
            .lines()
            .map(str::to_owned)
            .collect())
    }

    /// How many colours there are on the screen, from every sixteenth row of it.
    pub(super) fn colours(&self) -> Result<usize> {
        let file =
            File::open(&self.picture).with_context(|| format!("opening {}", self.picture.display()))?;
        // The pixels end the file; what stands before them tells of colours and sizes that are known here.
        let pixels = SCREEN.0 * SCREEN.1 * PIXEL;
        let length = usize::try_from(file.metadata()?.len()).unwrap_or_default();
        let begin = length
            .checked_sub(pixels)
            .context("the display's picture is too small")?;
        let mut colours = std::collections::BTreeSet::new();
        let mut row = vec![0; SCREEN.0 * PIXEL];
        for number in (0..SCREEN.1).step_by(16) {
            let at = begin + number * row.len();
            file.read_exact_at(&mut row, at as u64)?;
            colours.extend(row.chunks_exact(PIXEL).map(<[u8]>::to_vec));
        }
        Ok(colours.len())
    }
}

/// Starts a program that runs on after it has told something in one line.
fn telling(mut command: Command) -> Result<(Group, String)> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let name = command.get_program().display().to_string();
    let mut group = Group::start(command)?;
    let output = group.child().stdout.take().context("it has no output")?;
    let mut line = String::new();
    BufReader::new(output)
        .read_line(&mut line)
        .with_context(|| format!("waiting for {name}"))?;
    ensure!(!line.trim().is_empty(), "{name} does not start");
    Ok((group, line.trim().to_owned()))
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let began = Instant::now();
    while !is_so()? {
        if began.elapsed() > PATIENCE {
            bail!("after {} s it is not so that {what}", PATIENCE.as_secs());
        }
        thread::sleep(LOOK);
    }
    Ok(())
}

/// The program that takes icons and notifications.
struct Fakes {
    _group: Group,
    input: ChildStdin,
    heard: Receiver<Heard>,
}

struct Heard {
    line: String,
    at: Instant,
}

impl Fakes {
    fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut group = Group::start(command)?;
        let pipes = (group.child().stdin.take(), group.child().stdout.take());
        let (Some(input), Some(output)) = pipes else {
            bail!("the process has no pipes");
        };
        let (say, heard) = mpsc::channel();
        // What happens is dated when it is heard, not when somebody comes to ask for it.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let at = Instant::now();
                if say.send(Heard { line, at }).is_err() {
                    return;
                }
            }
        });
        let fakes = Self {
            _group: group,
            input,
            heard,
        };
        fakes.wait_for("readiness", PATIENCE, |line| line == "ready")?;
        Ok(fakes)
    }

    fn tell(&mut self, line: &str) -> Result<()> {
        writeln!(self.input, "{line}").context("driving what takes icons and notifications")
    }

    /// Drops what was heard so far.
    fn forget(&self) {
        while self.heard.try_recv().is_ok() {}
    }

    fn wait_for(&self, what: &str, patience: Duration, is_it: impl Fn(&str) -> bool) -> Result<Heard> {
        let until = Instant::now() + patience;
        loop {
            match self
                .heard
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(heard) if is_it(&heard.line) => return Ok(heard),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    bail!("{what} did not come within {} s", patience.as_secs())
                }
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("what takes icons and notifications has ended")
                }
            }
        }
    }
}
