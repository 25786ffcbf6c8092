//! What `signalbox watch` takes while nothing changes.

use std::{
    fmt::Write as _,
    fs,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use anyhow::Result;

use super::{
    Bench, Group, Rounds, Row, Target,
    process::Running,
    stand::{self, Answers, StandIns},
};

/// How many vendors are watched, over TLS, as they are in life.
const VENDORS: usize = 200;

/// The first look at all of them, and the first ordinary poll of most, are over after this.
const WARM_UP: Duration = Duration::from_secs(150);

/// What a round measures: as long as it takes until every page has been asked once, because after a start they are asked
/// in a bunch.
const SPAN: Duration = Duration::from_secs(120);

const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// `signalbox watch` with 200 vendors.
pub(super) const WATCH: Group = Group {
    name: "watch",
    about: "two minutes of `signalbox watch` with 200 vendors over TLS and nothing changing",
    rows: &[
        Row {
            name: "processor time",
            unit: "ms a minute",
            target: Target::None,
        },
        Row {
            name: "wake-ups",
            unit: "a second",
            target: Target::None,
        },
        Row {
            name: "memory (PSS)",
            unit: "MiB",
            target: Target::None,
        },
        Row {
            name: "memory (RSS)",
            unit: "MiB",
            target: Target::None,
        },
    ],
    start: |bench| Watching::start(bench),
};

/// What makes a program watch all of them.
pub(super) fn configuration(stand_ins: &StandIns) -> Result<String> {
    let root = stand_ins.root(Answers::Validators).unwrap_or_default();
    let mut text = format!(
        "[preferences]\nextra_roots = [{:?}]\n",
        root.display().to_string()
    );
    for page in fs::read_to_string(stand_ins.pages(Answers::Validators))?.lines() {
        write!(text, "\n[[watch]]\npage = \"{page}\"\n")?;
    }
    Ok(text)
}

struct Watching {
    watch: Running,
    _stand_ins: StandIns,
}

impl Watching {
    fn start(bench: &Bench<'_>) -> Result<Box<dyn Rounds>> {
        let program = stand::build(bench)?;
        let directory = stand::directory(bench, WATCH.name)?;
        let stand_ins = StandIns::start(&program, &directory, VENDORS, 17_000, true)?;
        let config = directory.join("config.toml");
        fs::write(&config, configuration(&stand_ins)?)?;
        let mut command = Command::new(&bench.signalbox);
        command
            .arg("watch")
            .arg("--config")
            .arg(config)
            .arg("--data-dir")
            .arg(directory.join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let watch = Running::start(command)?;
        sleep(WARM_UP);
        Ok(Box::new(Self {
            watch,
            _stand_ins: stand_ins,
        }))
    }
}

impl Rounds for Watching {
    fn round(&mut self) -> Result<Vec<f64>> {
        let (cpu, switches) = (self.watch.cpu()?, self.watch.switches()?);
        sleep(SPAN);
        let cpu = self.watch.cpu()?.saturating_sub(cpu);
        // Threads that read the store end when they are not needed; what they waited is then missing here.
        let waits = self.watch.switches()?.waits.saturating_sub(switches.waits);
        let memory = self.watch.memory()?;
        Ok(vec![
            cpu.as_secs_f64() * 1e3 * 60.0 / SPAN.as_secs_f64(),
            waits as f64 / SPAN.as_secs_f64(),
            memory.proportional as f64 / MEBIBYTE,
            memory.resident as f64 / MEBIBYTE,
        ])
    }
}
