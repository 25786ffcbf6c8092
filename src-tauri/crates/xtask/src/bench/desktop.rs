//! What the desktop program takes, beside an empty program that is built alike.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use super::{
    Bench, Group as Rows, Rounds, Row, Target,
    desk::Desk,
    process,
    stand::{self, StandIns},
    watching,
};
use crate::{
    demo::{self, Vendors},
    desktop,
    group::Group,
    project::{DESKTOP_PACKAGE, STAND_INS_PACKAGE, empty_directory},
    setup::{self, Consent, Purpose},
};

/// How many vendors are watched, over TLS, as they are in life.
const VENDORS: usize = 200;

/// The first look at all of them, and what follows from it, is over after this.
const IN_TRAY: Duration = Duration::from_secs(60);
/// A window that has opened is at rest after this.
const OPEN: Duration = Duration::from_secs(10);
/// When memory is taken after the window was closed.
const CLOSED: Duration = Duration::from_secs(30);
/// How often the window is opened and closed again.
const CYCLES: u32 = 10;
/// A person who opens and closes a window looks at it for a moment.
const GLANCE: Duration = Duration::from_secs(2);

/// The program to measure against.
const EMPTY: &str = "empty_tray";
/// What takes tray icons and notifications.
const FAKES: &str = "bench_desktop";

/// The demo's first incident, which opens after 15 seconds: part of the title of its notification.
const INCIDENT: &str = "Brightkiln";
/// So long after a click everything is drawn.
const DRAWN: Duration = Duration::from_secs(6);

const MEBIBYTE: f64 = 1024.0 * 1024.0;

const TRAY_EMPTY: &str = "in the tray: an empty program";
const OPEN_EMPTY: &str = "window open: an empty program";
const CLOSED_EMPTY: &str = "30 s after it was closed: an empty program";
const START_EMPTY: &str = "start to tray icon: an empty program";

/// `signalbox-desktop` with 200 vendors.
pub(super) const DESKTOP: Rows = Rows {
    name: "desktop",
    about: "the desktop program with 200 vendors, and an empty one; memory is that of all its processes (PSS)",
    rows: &[
        memory(TRAY_EMPTY, Target::None),
        memory("in the tray", times(1.3, TRAY_EMPTY)),
        memory(OPEN_EMPTY, Target::None),
        memory("window open", times(1.3, OPEN_EMPTY)),
        memory(CLOSED_EMPTY, Target::None),
        memory("30 s after it was closed", times(1.15, CLOSED_EMPTY)),
        Row {
            name: "growth by ten more openings: an empty program",
            unit: "%",
            target: Target::None,
        },
        Row {
            name: "growth by ten more openings",
            unit: "%",
            target: Target::AtMost(5.0),
        },
        Row {
            name: START_EMPTY,
            unit: "ms",
            target: Target::None,
        },
        Row {
            name: "start to tray icon",
            unit: "ms",
            target: times(1.3, START_EMPTY),
        },
        Row {
            name: "click on a bubble to the incident on the screen",
            unit: "ms",
            target: Target::None,
        },
    ],
    start: |bench| Measuring::start(bench),
};

const fn memory(name: &'static str, target: Target) -> Row {
    Row {
        name,
        unit: "MiB",
        target,
    }
}

const fn times(times: f64, of: &'static str) -> Target {
    Target::AtMostTimes { times, of }
}

struct Measuring {
    desk: Desk,
    signalbox: PathBuf,
    empty: PathBuf,
    config: PathBuf,
    directory: PathBuf,
    replay: PathBuf,
    script: PathBuf,
    _stand_ins: StandIns,
}

/// What one program took.
struct Taken {
    start: Duration,
    in_tray: f64,
    open: f64,
    closed: f64,
    /// Per cent.
    growth: f64,
}

impl Measuring {
    fn start(bench: &Bench<'_>) -> Result<Box<dyn Rounds>> {
        let project = bench.project;
        let purposes = [
            Purpose::Window,
            Purpose::Desktop,
            Purpose::DesktopTest,
            Purpose::DesktopBench,
        ];
        setup::system_packages(project, Consent::AskIfPossible, &purposes)?;
        let signalbox = desktop::build(project, true)?;
        let status = project
            .cargo([
                "build",
                "--locked",
                "--release",
                "--package",
                DESKTOP_PACKAGE,
                "--features",
                "bench",
                "--examples",
            ])
            .status()
            .context("starting cargo")?;
        ensure!(
            status.success(),
            "the programs to measure with could not be built"
        );
        let example = |name: &str| project.target().join("release/examples").join(name);
        let replay = project.build(STAND_INS_PACKAGE, STAND_INS_PACKAGE, true)?;

        let directory = stand::directory(bench, DESKTOP.name)?;
        let stand_ins = StandIns::start(&stand::build(bench)?, &directory, VENDORS, 17_000, true)?;
        let config = directory.join("config.toml");
        fs::write(&config, watching::configuration(&stand_ins)?)?;
        let empty = example(EMPTY);
        let mut desk = Desk::start(&directory, &example(FAKES))?;
        // The first GTK program on a display loads the drivers of graphics cards to ask for the display's visuals, and
        // leaves the answer to all others. On a desktop that is used, that was somebody else.
        drop(desk.start_in_tray(empty_program(&empty, &directory))?);
        Ok(Box::new(Self {
            desk,
            signalbox,
            empty,
            config,
            replay,
            script: project.root().join(demo::SCRIPT),
            directory,
            _stand_ins: stand_ins,
        }))
    }

    /// `signalbox-desktop` with data of its own.
    fn program(&self, config: &Path, data: &str) -> Result<Command> {
        let data = self.directory.join(data);
        empty_directory(&data)?;
        let mut command = Command::new(&self.signalbox);
        command
            .arg("--hidden")
            .arg("--config")
            .arg(config)
            .arg("--data-dir")
            .arg(data);
        Ok(command)
    }

    fn measure(&mut self, command: Command, name: &str) -> Result<Taken> {
        let (program, start) = self.desk.start_in_tray(command)?;
        sleep(IN_TRAY);
        let in_tray = proportional(&program)?;
        self.open(name)?;
        sleep(OPEN);
        let open = proportional(&program)?;
        self.close(name)?;
        sleep(CLOSED);
        let closed = proportional(&program)?;
        for _ in 0..CYCLES {
            self.open(name)?;
            sleep(GLANCE);
            self.close(name)?;
        }
        sleep(CLOSED);
        let later = proportional(&program)?;
        Ok(Taken {
            start,
            in_tray,
            open,
            closed,
            growth: (later / closed - 1.0) * 100.0,
        })
    }

    fn open(&mut self, name: &str) -> Result<()> {
        self.desk.click_icon()?;
        self.desk.wait_for_window(name, true)
    }

    fn close(&self, name: &str) -> Result<()> {
        self.desk.close_window(name)?;
        self.desk.wait_for_window(name, false)
    }

    /// From a click on a bubble, with no window open, until the screen shows what it shows in the end.
    fn click(&mut self) -> Result<Duration> {
        let (_vendors, pages) = Vendors::start(&self.replay, &self.script)?;
        let config = self.directory.join("demo.toml");
        fs::write(&config, demo::configuration(&pages))?;
        let mut command = self.program(&config, "demo-data")?;
        command.arg("--demo");
        let (_program, _) = self.desk.start_in_tray(command)?;
        let bubble = self
            .desk
            .bubble(Duration::from_secs(60), |summary| summary.contains(INCIDENT))?;
        // Nobody clicks on what has only just appeared.
        sleep(GLANCE);
        let began = Instant::now();
        self.desk.click_bubble(&bubble)?;
        let mut seen = Vec::new();
        while began.elapsed() < DRAWN {
            seen.push((began.elapsed(), self.desk.colours()?));
            sleep(Duration::from_millis(5));
        }
        self.desk.wait_for_window(DESKTOP_PACKAGE, true)?;
        drawn_at(&seen).context("nothing was drawn")
    }
}

impl Rounds for Measuring {
    fn round(&mut self) -> Result<Vec<f64>> {
        let empty = self.measure(empty_program(&self.empty, &self.directory), EMPTY)?;
        let command = self.program(&self.config, "data")?;
        let ours = self.measure(command, DESKTOP_PACKAGE)?;
        let click = self.click()?;
        let milliseconds = |span: Duration| span.as_secs_f64() * 1e3;
        Ok(vec![
            empty.in_tray,
            ours.in_tray,
            empty.open,
            ours.open,
            empty.closed,
            ours.closed,
            empty.growth,
            ours.growth,
            milliseconds(empty.start),
            milliseconds(ours.start),
            milliseconds(click),
        ])
    }
}

/// The empty program, with a place in `directory` for what its web view keeps.
fn empty_program(program: &Path, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg(directory.join("empty-web"));
    command
}

/// The memory of a program and all that it has started, in MiB.
fn proportional(program: &Group) -> Result<f64> {
    Ok(process::proportional_of_group(program.id())? as f64 / MEBIBYTE)
}

/// When the picture came to what it was in the end. Text is drawn with many shades, so a window that shows its content
/// has many more colours than an empty one; what ticks on it afterwards changes their number by little.
fn drawn_at(seen: &[(Duration, usize)]) -> Option<Duration> {
    let (_, in_the_end) = *seen.last()?;
    let (_, at_first) = *seen.first()?;
    let nearly = at_first + in_the_end.checked_sub(at_first)? * 9 / 10;
    if nearly == at_first {
        return None;
    }
    let before = seen.iter().rposition(|(_, colours)| *colours < nearly)?;
    seen.get(before + 1).map(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn what_was_drawn_and_stayed_counts_from_when_it_came() {
        let seen = [
            (at(0), 2),
            (at(100), 12),
            (at(200), 300),
            (at(300), 40),
            (at(400), 310),
            (at(500), 305),
            (at(600), 312),
        ];
        assert_eq!(drawn_at(&seen), Some(at(400)));
    }

    #[test]
    fn a_screen_on_which_nothing_comes_has_drawn_nothing() {
        assert_eq!(drawn_at(&[]), None);
        assert_eq!(drawn_at(&[(at(0), 2), (at(100), 2)]), None);
        assert_eq!(drawn_at(&[(at(0), 300), (at(100), 2)]), None);
    }
}
