//! How long an announcement takes while hosts hang, and what an update takes of the disk. The measuring program measures
//! both by itself.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::project::empty_directory;

use super::{
    Bench, Group, Rounds, Row, Target,
    stand::{self, number_after},
};

/// How long an announcement takes.
pub(super) const ANNOUNCEMENTS: Group = Group {
    name: "announcements",
    about: "from a response to the announcement, while 50 of 1,000 hosts hang",
    rows: &[
        Row {
            name: "as scheduled, median",
            unit: "ms",
            target: Target::None,
        },
        Row {
            name: "as scheduled, p99",
            unit: "ms",
            target: Target::AtMost(100.0),
        },
        Row {
            name: "all pages at once, median",
            unit: "ms",
            target: Target::None,
        },
        Row {
            name: "all pages at once, p99",
            unit: "ms",
            target: Target::None,
        },
    ],
    start: |bench| Asked::start(bench, "announcements"),
};

/// What an update takes of the disk.
pub(super) const GROWTH: Group = Group {
    name: "growth",
    about: "bytes of database per update stored: incidents that open, worsen, ease and are resolved",
    rows: &[
        Row {
            name: "history and all indexes",
            unit: "bytes an update",
            target: Target::AtMost(1_500.0),
        },
        Row {
            name: "announcements, kept 30 days",
            unit: "bytes an update",
            target: Target::None,
        },
    ],
    start: |bench| Asked::start(bench, "growth"),
};

struct Asked {
    program: PathBuf,
    directory: PathBuf,
    group: &'static str,
}

impl Asked {
    fn start(bench: &Bench<'_>, group: &'static str) -> Result<Box<dyn Rounds>> {
        let program = stand::build(bench)?;
        Ok(Box::new(Self {
            program,
            directory: stand::directory(bench, group)?,
            group,
        }))
    }
}

impl Rounds for Asked {
    fn round(&mut self) -> Result<Vec<f64>> {
        empty_directory(&self.directory)?;
        let mut command = Command::new(&self.program);
        if self.group == GROWTH.name {
            command.arg("growth").arg(&self.directory).arg("200");
            let text = stand::output(command)?;
            return Ok(vec![
                number_after(&text, "history:", "")?,
                number_after(&text, "announcements:", "")?,
            ]);
        }
        command.arg("latency").arg(&self.directory).args(["1000", "50"]);
        let text = stand::output(command)?;
        Ok(vec![
            number_after(&text, "scheduled:", "median ")?,
            number_after(&text, "scheduled:", "p99 ")?,
            number_after(&text, "at once:", "median ")?,
            number_after(&text, "at once:", "p99 ")?,
        ])
    }
}
