//! `cargo xtask bench`: measurements of the built program, printed as medians and ratios.
//!
//! A measurement is a [`Row`] of a [`Group`]. A group's rows are measured in turn, round after round, so that what
//! disturbs the machine disturbs all of them alike; a ratio is taken within each round, and its median is printed. Add a
//! group by writing what implements [`Rounds`] and naming it in [`groups::GROUPS`].

#[cfg(target_os = "linux")]
mod announcing;
#[cfg(target_os = "linux")]
mod catalogue;
#[cfg(target_os = "linux")]
mod desk;
#[cfg(target_os = "linux")]
mod desktop;
pub mod groups;
#[cfg(target_os = "linux")]
mod passes;
#[cfg(target_os = "linux")]
pub mod process;
#[cfg(target_os = "linux")]
mod reading;
#[cfg(target_os = "linux")]
mod stand;
pub mod statistics;
mod table;
#[cfg(target_os = "linux")]
mod watching;

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};

use crate::project::{COMMAND_LINE_PACKAGE, COMMAND_LINE_PROGRAM, Project};
use groups::GROUPS;

/// What the person asked for.
#[derive(Debug)]
pub struct BenchOptions {
    /// Names of groups; all of them if empty.
    pub only: Vec<String>,
    /// How many rounds the medians are taken from.
    pub rounds: u32,
}

/// What a group measures with.
#[derive(Debug)]
pub struct Bench<'a> {
    /// The checkout.
    pub project: &'a Project,
    /// The program `signalbox`, optimised.
    pub signalbox: PathBuf,
}

/// Measurements that share what has to be set up for them.
#[derive(Debug)]
pub struct Group {
    /// Name on the command line.
    pub name: &'static str,
    /// What is measured, in a sentence.
    pub about: &'static str,
    /// One row for each value of a round, in the same order.
    pub rows: &'static [Row],
    /// Sets up what the rounds need.
    pub start: fn(&Bench<'_>) -> Result<Box<dyn Rounds>>,
}

/// One measured value.
#[derive(Debug)]
pub struct Row {
    /// What the value is.
    pub name: &'static str,
    /// The unit that it is given in.
    pub unit: &'static str,
    /// What it should be.
    pub target: Target,
}

/// What a value should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// It is only told.
    None,
    /// At most this, in the row's unit.
    AtMost(f64),
    /// At most so many times the value that another row of the group has in the same round.
    AtMostTimes {
        /// The most times.
        times: f64,
        /// Name of the other row.
        of: &'static str,
    },
}

/// What a group has set up. Dropping it takes that down again.
pub trait Rounds {
    /// Measures each row of the group once, in the order of its rows.
    ///
    /// # Errors
    ///
    /// Fails when something could not be measured: the group then ends, the others go on.
    fn round(&mut self) -> Result<Vec<f64>>;
}

/// Measures the groups asked for and prints a table of each.
///
/// A missed target is printed, but is no failure: these are measurements, not checks.
///
/// # Errors
///
/// Fails when a group does not exist, or the program cannot be built.
pub fn run(project: &Project, options: &BenchOptions) -> Result<ExitCode> {
    if !cfg!(target_os = "linux") {
        bail!("measurements are taken from /proc, which only Linux has");
    }
    if let Some(unknown) = options
        .only
        .iter()
        .find(|name| GROUPS.iter().all(|group| group.name != **name))
    {
        let known: Vec<_> = GROUPS.iter().map(|group| group.name).collect();
        bail!("there is no group {unknown}; there are: {}", known.join(", "));
    }
    let signalbox = project.build(COMMAND_LINE_PACKAGE, COMMAND_LINE_PROGRAM, true)?;
    let bench = Bench { project, signalbox };
    let mut code = ExitCode::SUCCESS;
    for group in GROUPS {
        if !options.only.is_empty() && !options.only.iter().any(|name| name == group.name) {
            continue;
        }
        println!("\n{}: {} ({} rounds)", group.name, group.about, options.rounds);
        match measure(&bench, group, options.rounds) {
            Ok(samples) => print!("{}", table::render(group.rows, &samples)),
            Err(error) => {
                println!("  could not be measured: {error:#}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// The values of each row, by its name, a value for each round.
type Samples = BTreeMap<&'static str, Vec<f64>>;

fn measure(bench: &Bench<'_>, group: &Group, rounds: u32) -> Result<Samples> {
    let mut started = (group.start)(bench)?;
    let mut samples = Samples::new();
    for round in 1..=rounds {
        let values = match started.round() {
            Ok(values) => values,
            // What was measured before still stands.
            Err(error) if round > 1 => {
                println!("  round {round} was broken off: {error:#}");
                break;
            }
            Err(error) => return Err(error),
        };
        if values.len() != group.rows.len() {
            bail!(
                "a round gave {} values for {} rows",
                values.len(),
                group.rows.len()
            );
        }
        for (row, value) in group.rows.iter().zip(values) {
            samples.entry(row.name).or_default().push(value);
        }
    }
    Ok(samples)
}
