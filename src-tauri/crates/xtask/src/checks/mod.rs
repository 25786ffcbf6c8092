//! `cargo xtask test`: every check there is, one after the other, and what came of it.

mod cargo_output;
mod child;
pub mod fuzz;
mod rooms;
mod summary;
mod tree;
mod ui;

use std::{
    env,
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    desktop, package,
    project::Project,
    setup::{
        self, Consent, Purpose,
        cargo_tools::{self, CARGO_DENY},
    },
};
use cargo_output::CargoTestOutput;
pub use cargo_output::TestCounts;
use summary::{Finished, Summary, duration};

/// Longer than any check takes from nothing on two cores: what exceeds it hangs.
const CHECK_LIMIT: Duration = Duration::from_secs(40 * 60);

/// What a check found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many tests it ran, if it is one that runs tests.
    pub tests: Option<TestCounts>,
    /// What is wrong, a line each. A check without problems and without failed tests has passed.
    pub problems: Vec<String>,
    /// Why there was nothing to check.
    pub skipped: Option<String>,
}

struct Check {
    name: &'static str,
    about: &'static str,
    /// What the system must have for it, beside what every check needs.
    needs: &'static [Purpose],
    carry_out: fn(&Project) -> Result<Outcome>,
}

/// What compiling the whole workspace needs, the desktop program included.
const WORKSPACE: &[Purpose] = &[Purpose::Window, Purpose::Desktop];

/// All checks, the quick ones first.
const CHECKS: &[Check] = &[
    Check {
        name: "tree",
        about: "the files of the project, and what each crate depends on",
        needs: &[],
        carry_out: check_tree,
    },
    Check {
        name: "fmt",
        about: "the layout of the source",
        needs: &[],
        carry_out: check_fmt,
    },
    Check {
        name: "deny",
        about: "licences, bans and sources of dependencies",
        needs: &[],
        carry_out: check_deny,
    },
    // Before whatever compiles the desktop program: it builds the window's pages, which go into that.
    Check {
        name: "ui",
        about: "the window's pages: types, lints, and tests in a browser",
        needs: &[Purpose::Window, Purpose::WindowTest],
        carry_out: ui::check,
    },
    Check {
        name: "clippy",
        about: "lints",
        needs: WORKSPACE,
        carry_out: check_clippy,
    },
    Check {
        name: "doc",
        about: "the documentation of the source",
        needs: WORKSPACE,
        carry_out: check_doc,
    },
    Check {
        name: "test",
        about: "unit, integration and documentation tests, those on a real desktop among them",
        needs: &[Purpose::Window, Purpose::Desktop, Purpose::DesktopTest],
        carry_out: check_test,
    },
    Check {
        name: "package",
        about: "the package for Debian and its kin: made, looked at, installed, removed",
        needs: &[Purpose::Window, Purpose::Desktop, Purpose::Package],
        carry_out: package::check,
    },
    Check {
        name: "fuzz",
        about: "made-up documents for the readers",
        needs: &[Purpose::Fuzz],
        carry_out: fuzz::check,
    },
];

/// The names of all checks, in the order in which they run.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|check| check.name)
}

/// Sets up and runs the checks named in `only`, or all of them, and prints a summary whose last line is
/// `N passed, M failed`.
///
/// # Errors
///
/// Fails when the machine lacks something; a failing check is not an error but an exit code.
pub fn run(project: &Project, consent: Consent, only: &[String]) -> Result<ExitCode> {
    let chosen: Vec<&Check> = CHECKS
        .iter()
        .filter(|check| only.is_empty() || only.iter().any(|name| name == check.name))
        .collect();
    let mut purposes = vec![Purpose::Build, Purpose::Check];
    purposes.extend(chosen.iter().flat_map(|check| check.needs));
    setup::system_packages(project, consent, &purposes)?;

    let mut summary = Summary::default();
    for check in chosen {
        println!("\n=== {}: {}", check.name, check.about);
        let start = Instant::now();
        // One check's trouble must not keep the others from being run.
        let outcome = (check.carry_out)(project).unwrap_or_else(|error| Outcome {
            problems: vec![format!("{error:#}")],
            ..Outcome::default()
        });
        let finished = Finished {
            name: check.name,
            took: start.elapsed(),
            outcome,
        };
        for problem in &finished.outcome.problems {
            println!("{problem}");
        }
        println!(
            "=== {}: {} after {}",
            check.name,
            finished.verdict(),
            duration(finished.took)
        );
        summary.add(finished);
    }
    println!("\n{summary}");
    Ok(if summary.is_success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs a command to its end with its output streaming through; each line is also handed to `each_line`.
fn stream(command: Command, each_line: impl FnMut(&str)) -> Result<Vec<String>> {
    stream_within(CHECK_LIMIT, command, each_line)
}

/// The same with a limit of its own: what exceeds it is stopped.
fn stream_within(
    limit: Duration,
    mut command: Command,
    mut each_line: impl FnMut(&str),
) -> Result<Vec<String>> {
    if io::stdout().is_terminal() && env::var_os("CARGO_TERM_COLOR").is_none() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let called = called(&command);
    let ended = child::stream(command, limit, |line| {
        // A reader of ours that has gone away is no reason to stop checking.
        let _ = io::stdout().write_all(line);
        each_line(String::from_utf8_lossy(line).trim_end_matches(['\n', '\r']));
    })?;
    Ok(ended
        .problem()
        .map(|problem| format!("`{called}` {problem}"))
        .into_iter()
        .collect())
}

fn called(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(command.get_program());
    let words: Vec<_> = [name]
        .into_iter()
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect();
    words.join(" ")
}

/// A check that consists of one command's success.
fn succeeds(command: Command) -> Result<Outcome> {
    Ok(Outcome {
        problems: stream(command, |_| {})?,
        ..Outcome::default()
    })
}

fn check_tree(project: &Project) -> Result<Outcome> {
    let mut problems = tree::problems(project.root())?;
    problems.extend(rooms::problems(&project.metadata()?));
    Ok(Outcome {
        problems,
        ..Outcome::default()
    })
}

fn check_fmt(project: &Project) -> Result<Outcome> {
    succeeds(project.cargo(["fmt", "--all", "--check"]))
}

fn check_clippy(project: &Project) -> Result<Outcome> {
    desktop::ensure_pages(project)?;
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--keep-going",
        "--",
        "-D",
        "warnings",
    ];
    succeeds(project.cargo(arguments))
}

fn check_doc(project: &Project) -> Result<Outcome> {
    desktop::ensure_pages(project)?;
    let mut command = project.cargo(["doc", "--workspace", "--no-deps", "--locked", "--keep-going"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    succeeds(command)
}

fn check_deny(project: &Project) -> Result<Outcome> {
    let program = cargo_tools::ensure(project, &CARGO_DENY)?;
    let mut command = Command::new(program);
    command
        .current_dir(project.root())
        .args(["--locked", "check", "--hide-inclusion-graph"]);
    // Without a copy of the advisories on this machine, fetching one would make the check depend on the network.
    if has_advisories() {
        command.args(["--disable-fetch", "advisories"]);
    } else {
        println!("No copy of the advisory database on this machine: advisories are not checked.");
    }
    command.args(["licenses", "bans", "sources"]);
    succeeds(command)
}

fn has_advisories() -> bool {
    let cargo_home = env::var_os("CARGO_HOME")
        .map(std::path::PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    cargo_home
        .and_then(|home| home.join("advisory-dbs").read_dir().ok())
        .is_some_and(|mut databases| databases.next().is_some())
}

/// The arguments that test everything. Other arguments would have other features of the dependencies compiled.
const TEST: [&str; 4] = ["test", "--workspace", "--no-fail-fast", "--locked"];

/// Builds what the tests need and returns one of the programs among that.
pub(crate) fn build_everything_tested(project: &Project, program: &str) -> Result<PathBuf> {
    desktop::ensure_pages(project)?;
    let problems = stream(project.cargo(TEST.iter().chain(&["--no-run"])), |_| {})?;
    let path = project
        .target()
        .join("debug")
        .join(format!("{program}{}", env::consts::EXE_SUFFIX));
    if !problems.is_empty() || !path.is_file() {
        bail!("{program} could not be built: {}", problems.join("; "));
    }
    Ok(path)
}

fn check_test(project: &Project) -> Result<Outcome> {
    desktop::ensure_pages(project)?;
    let mut output = CargoTestOutput::default();
    let command = project.cargo(TEST);
    let mut problems = stream(command, |line| output.line(line))?;
    let (tests, silent) = output.finish();
    problems.extend(silent);
    if tests.passed + tests.failed() == 0 && problems.is_empty() {
        problems.push("no test was run".to_owned());
    }
    Ok(Outcome {
        tests: Some(tests),
        problems,
        skipped: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_called_by_its_name_without_its_directory() {
        let mut command = Command::new("some/where/cargo");
        command.args(["test", "--workspace"]);
        assert_eq!(called(&command), "cargo test --workspace");
    }

    #[test]
    fn the_names_of_checks_are_distinct() {
        let distinct: std::collections::BTreeSet<_> = names().collect();
        assert_eq!(distinct.len(), CHECKS.len());
    }
}
