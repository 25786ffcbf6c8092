//! What one pass over many pages takes of the processor, against curl downloading the same.

use std::{path::PathBuf, process::Command, time::Duration};

use anyhow::Result;

use crate::project::empty_directory;

use super::{
    Bench, Group, Rounds, Row, Target,
    stand::{self, Answers, Driven, StandIns},
    statistics::median,
};

/// The size of a page's summary.
const BYTES: usize = 17_000;

/// What every page is asked for at first sight.
const DOCUMENTS: [&str; 4] = ["summary", "components", "incidents", "scheduled-maintenances"];

/// So many unchanged passes follow the first; the median counts.
const UNCHANGED: usize = 3;

const ROWS: &[Row] = &[
    Row {
        name: "curl, summary",
        unit: "µs a page",
        target: Target::None,
    },
    Row {
        name: "curl, four documents",
        unit: "µs a page",
        target: Target::None,
    },
    Row {
        name: "first pass, four documents",
        unit: "µs a page",
        target: Target::AtMostTimes {
            times: 6.0,
            of: "curl, four documents",
        },
    },
    Row {
        name: "first pass, summary alone",
        unit: "µs a page",
        target: Target::AtMostTimes {
            times: 6.0,
            of: "curl, summary",
        },
    },
    Row {
        name: "unchanged, by 304",
        unit: "µs a page",
        target: Target::AtMostTimes {
            times: 2.5,
            of: "curl, summary",
        },
    },
    Row {
        name: "unchanged, by equal bodies",
        unit: "µs a page",
        target: Target::AtMostTimes {
            times: 3.0,
            of: "curl, summary",
        },
    },
];

/// 1,000 pages.
pub(super) const PLAIN: Group = Group {
    name: "pages",
    about: "processor time of one pass over 1,000 pages of 17 kB, everything committed",
    rows: ROWS,
    start: |bench| Passes::start(bench, "pages", 1_000, false),
};

/// 1,000 pages over TLS.
pub(super) const TLS: Group = Group {
    name: "pages-tls",
    about: "the same over TLS",
    rows: ROWS,
    start: |bench| Passes::start(bench, "pages-tls", 1_000, true),
};

/// 5,000 pages.
pub(super) const MANY: Group = Group {
    name: "pages-5000",
    about: "the same with 5,000 pages",
    rows: ROWS,
    start: |bench| Passes::start(bench, "pages-5000", 5_000, false),
};

struct Passes {
    program: PathBuf,
    data: PathBuf,
    stand_ins: StandIns,
    count: usize,
}

/// What the engine's passes took.
struct Taken {
    first: Duration,
    unchanged: Option<f64>,
}

impl Passes {
    fn start(bench: &Bench<'_>, group: &str, count: usize, tls: bool) -> Result<Box<dyn Rounds>> {
        let program = stand::build(bench)?;
        let directory = stand::directory(bench, group)?;
        let stand_ins = StandIns::start(&program, &directory, count, BYTES, tls)?;
        Ok(Box::new(Self {
            program,
            data: directory.join("data"),
            stand_ins,
            count,
        }))
    }

    fn each(&self, total: Duration) -> f64 {
        total.as_secs_f64() * 1e6 / self.count as f64
    }

    fn engine(&self, answers: Answers, light: bool) -> Result<Taken> {
        empty_directory(&self.data)?;
        let mut command = Command::new(&self.program);
        command
            .arg("pass")
            .arg(self.stand_ins.pages(answers))
            .arg(&self.data);
        command.args(self.stand_ins.root(answers));
        command.args(light.then_some("light"));
        let mut engine = Driven::start(command)?;
        let first = engine.step()?;
        let mut unchanged = Vec::new();
        for _ in 0..UNCHANGED {
            unchanged.push(self.each(engine.step()?));
        }
        engine.end()?;
        Ok(Taken {
            first,
            unchanged: median(&unchanged),
        })
    }
}

impl Rounds for Passes {
    fn round(&mut self) -> Result<Vec<f64>> {
        let curl = self.each(self.stand_ins.curl(&DOCUMENTS[..1])?);
        let whole = self.engine(Answers::Validators, false)?;
        let curl_all = self.each(self.stand_ins.curl(&DOCUMENTS)?);
        let light = self.engine(Answers::Validators, true)?;
        let bare = self.engine(Answers::Bare, false)?;
        let unchanged = |taken: &Taken| taken.unchanged.unwrap_or(f64::NAN);
        Ok(vec![
            curl,
            curl_all,
            self.each(whole.first),
            self.each(light.first),
            unchanged(&whole),
            unchanged(&bare),
        ])
    }
}
