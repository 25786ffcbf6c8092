//! How long finding a vendor takes.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use super::{
    Bench, Group, Rounds, Row, Target,
    stand::{build_example, number_after, output},
};

/// The whole of the built-in list, searched in one process.
pub(super) const CATALOGUE: Group = Group {
    name: "catalogue",
    about: "reading the built-in list of vendors, and searching the whole of it",
    rows: &[
        Row {
            name: "reading",
            unit: "ms",
            target: Target::None,
        },
        Row {
            name: "search, median question",
            unit: "ms",
            target: Target::None,
        },
        Row {
            name: "search, slowest question",
            unit: "ms",
            target: Target::AtMost(5.0),
        },
    ],
    start: |bench| Searching::start(bench),
};

struct Searching {
    program: PathBuf,
}

impl Searching {
    fn start(bench: &Bench<'_>) -> Result<Box<dyn Rounds>> {
        let program = build_example(bench, "signalbox-catalog", "search_latency")?;
        Ok(Box::new(Self { program }))
    }
}

impl Rounds for Searching {
    fn round(&mut self) -> Result<Vec<f64>> {
        let text = output(Command::new(&self.program))?;
        Ok(vec![
            number_after(&text, "reading:", "median")?,
            number_after(&text, "search:", "median")?,
            number_after(&text, "search:", "slowest")?,
        ])
    }
}
