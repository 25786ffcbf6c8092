//! What most groups need: the measuring program, stand-in pages in a process of their own, and curl.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

use crate::project::empty_directory;

use super::{
    Bench,
    process::{Running, run_to_end},
};

/// The measuring program: an engine that is driven from outside.
const PROGRAM: &str = "engine_pass";

/// Its package.
const PACKAGE: &str = "signalbox-engine";

/// Builds the measuring program, optimised.
pub(super) fn build(bench: &Bench<'_>) -> Result<PathBuf> {
    build_example(bench, PACKAGE, PROGRAM)
}

/// Builds a program that measures, optimised.
pub(super) fn build_example(bench: &Bench<'_>, package: &str, program: &str) -> Result<PathBuf> {
    let arguments = [
        "build",
        "--locked",
        "--release",
        "--package",
        package,
        "--example",
        program,
    ];
    let status = bench
        .project
        .cargo(arguments)
        .status()
        .context("starting cargo")?;
    ensure!(status.success(), "{program} could not be built");
    Ok(bench.project.target().join("release/examples").join(program))
}

/// An empty directory of a group's own.
pub(super) fn directory(bench: &Bench<'_>, group: &str) -> Result<PathBuf> {
    let directory = bench.project.target().join("bench").join(group);
    empty_directory(&directory)?;
    Ok(directory)
}

/// A process that is told to go on line by line, and answers each line with one.
pub(super) struct Driven {
    running: Running,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Driven {
    /// Starts it and waits until it is ready.
    pub(super) fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut running = Running::start(command)?;
        let pipes = (running.child().stdin.take(), running.child().stdout.take());
        let (Some(input), Some(output)) = pipes else {
            bail!("the process has no pipes");
        };
        let mut driven = Self {
            running,
            input,
            output: BufReader::new(output),
        };
        driven.answer("ready")?;
        Ok(driven)
    }

    /// Lets it do the next step; returns the time on the processor that it took.
    pub(super) fn step(&mut self) -> Result<Duration> {
        let before = self.running.cpu()?;
        self.input.write_all(b"\n").context("driving the process")?;
        self.answer("done")?;
        Ok(self.running.cpu()?.saturating_sub(before))
    }

    /// Tells it that there is no further step, and waits for its end.
    pub(super) fn end(self) -> Result<()> {
        let Self {
            mut running,
            input,
            output,
        } = self;
        drop(input);
        for line in output.lines() {
            line?;
        }
        let status = running.child().wait()?;
        ensure!(status.success(), "the measuring program: {status}");
        Ok(())
    }

    fn answer(&mut self, expected: &str) -> Result<()> {
        let mut line = String::new();
        self.output
            .read_line(&mut line)
            .context("waiting for the process")?;
        ensure!(
            line.starts_with(expected),
            "the process says {line:?} instead of {expected:?}"
        );
        Ok(())
    }
}

/// Stand-in pages, in a process of their own. They end when it is dropped.
pub(super) struct StandIns {
    directory: PathBuf,
    tls: bool,
    _process: Driven,
}

/// How pages answer a request for what has not changed.
#[derive(Clone, Copy)]
pub(super) enum Answers {
    /// With validators, and so with 304.
    Validators,
    /// Without any, and so with the same bytes again.
    Bare,
}

impl Answers {
    const fn name(self) -> &'static str {
        match self {
            Self::Validators => "validators",
            Self::Bare => "bare",
        }
    }
}

impl StandIns {
    /// Starts `count` pages of a summary of so many bytes.
    pub(super) fn start(
        program: &Path,
        directory: &Path,
        count: usize,
        bytes: usize,
        tls: bool,
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command
            .arg("serve")
            .arg(directory)
            .args([count.to_string(), bytes.to_string()]);
        if tls {
            command.arg("tls");
        }
        let process = Driven::start(command)?;
        Ok(Self {
            directory: directory.to_owned(),
            tls,
            _process: process,
        })
    }

    /// The file of the pages' addresses.
    pub(super) fn pages(&self, answers: Answers) -> PathBuf {
        self.directory.join(format!("{}.txt", answers.name()))
    }

    /// The file of the root that their certificates are signed by, if they speak TLS.
    pub(super) fn root(&self, answers: Answers) -> Option<PathBuf> {
        self.tls
            .then(|| self.directory.join(format!("{}.pem", answers.name())))
    }

    /// Lets curl download these documents of every page to nowhere, each over a connection of its own; returns what that
    /// took of the processor.
    pub(super) fn curl(&self, documents: &[&str]) -> Result<Duration> {
        let config = self.directory.join(format!("curl-{}.txt", documents.len()));
        if !config.exists() {
            let mut text = String::new();
            for page in fs::read_to_string(self.pages(Answers::Validators))?.lines() {
                for document in documents {
                    writeln!(
                        text,
                        "url = \"{page}/api/v2/{document}.json\"\noutput = \"/dev/null\""
                    )?;
                }
            }
            fs::write(&config, text)?;
        }
        let mut command = Command::new("curl");
        command
            .args([
                "--silent",
                "--fail",
                "--parallel",
                "--parallel-max",
                "64",
                "--header",
                "Connection: close",
                "--config",
            ])
            .arg(config)
            .stderr(Stdio::null());
        if let Some(root) = self.root(Answers::Validators) {
            command.arg("--cacert").arg(root);
        }
        let finished = run_to_end(command)?;
        ensure!(finished.status.success(), "curl: {}", finished.status);
        Ok(finished.cpu())
    }
}

/// What a measuring program prints, where it measures by itself.
pub(super) fn output(mut command: Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .context("starting the measuring program")?;
    ensure!(
        output.status.success(),
        "the measuring program: {}",
        output.status
    );
    String::from_utf8(output.stdout).context("its output")
}

/// The number after `label` in a line that begins with `line`.
pub(super) fn number_after(text: &str, line: &str, label: &str) -> Result<f64> {
    let number = text
        .lines()
        .find_map(|found| found.strip_prefix(line))
        .and_then(|rest| rest.split_once(label))
        .and_then(|(_, after)| after.split_whitespace().next());
    match number.map(str::parse) {
        Some(Ok(number)) => Ok(number),
        Some(Err(_)) | None => bail!("no number after {label:?} in {text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_by_its_line_and_label() {
        let text = "one: median 1.5 ms, p99 2 ms\ntwo: median 3 ms, p99 4 ms\n";
        assert_eq!(number_after(text, "two:", "p99").unwrap(), 4.0);
        assert_eq!(number_after(text, "one:", "median").unwrap(), 1.5);
        assert!(number_after(text, "three:", "p99").is_err());
        assert!(number_after(text, "one:", "most").is_err());
    }
}
