//! Finding out what is missing on this machine, and installing it where the person agrees.

pub mod cargo_tools;
mod decision;
mod needs;

use std::{
    env,
    io::{self, BufRead, IsTerminal, Write},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::project::Project;
use decision::{Decision, Machine, decide, report};
pub use needs::Purpose;
use needs::{NEEDS, Need};

/// Whether missing system packages may be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// `--yes` was given.
    Given,
    /// Ask, if somebody sits at a terminal.
    AskIfPossible,
}

/// `cargo xtask setup`: everything that building and checking this source tree needs.
///
/// # Errors
///
/// Fails when something is missing afterwards, saying what.
pub fn everything(project: &Project, consent: Consent) -> Result<()> {
    system_packages(project, consent, &Purpose::ALL)?;
    cargo_tools::ensure(project, &cargo_tools::CARGO_DENY)?;
    if !project.fuzz_directories()?.is_empty() && cfg!(unix) {
        cargo_tools::ensure(project, &cargo_tools::CARGO_FUZZ)?;
    }
    println!("Everything is set up.");
    Ok(())
}

/// Sees to the system's own packages for `purposes`, as far as this source tree has them.
///
/// # Errors
///
/// Fails when something is missing afterwards, saying what and how to install it.
pub fn system_packages(project: &Project, consent: Consent, purposes: &[Purpose]) -> Result<()> {
    let mut wanted = Vec::new();
    for purpose in purposes {
        if purpose.exists_in(project)? {
            wanted.push(*purpose);
        }
    }
    let needs: Vec<&Need> = NEEDS
        .iter()
        .filter(|need| wanted.contains(&need.purpose))
        .collect();
    let missing = missing_of(&needs, project);
    match decide(&missing, &Machine::look(consent)) {
        Decision::Ready => return Ok(()),
        Decision::Stop { message } => bail!(message),
        Decision::Install { commands, ask } => {
            for need in &missing {
                println!("Missing: {}, {}.", need.name, need.why);
            }
            println!("To be run:");
            for command in &commands {
                println!("  {}", command.join(" "));
            }
            if ask && !agreed()? {
                bail!("nothing was installed");
            }
            for command in &commands {
                run(command)?;
            }
        }
    }
    let still_missing = missing_of(&missing, project);
    if still_missing.is_empty() {
        return Ok(());
    }
    bail!(report(&still_missing))
}

fn missing_of(needs: &[&'static Need], project: &Project) -> Vec<&'static Need> {
    needs
        .iter()
        .copied()
        .filter(|need| !need.probe.finds_it(project))
        .collect()
}

fn agreed() -> Result<bool> {
    print!("Run this now? [y/N] ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
}

fn run(command: &[String]) -> Result<()> {
    let [program, arguments @ ..] = command else {
        return Ok(());
    };
    let status = Command::new(program)
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .with_context(|| format!("starting {program}"))?;
    if !status.success() {
        bail!("`{}` did not succeed", command.join(" "));
    }
    Ok(())
}

impl Machine {
    fn look(consent: Consent) -> Self {
        Self {
            has_apt: on_path("apt-get"),
            is_root: is_root(),
            has_sudo: on_path("sudo"),
            on_terminal: io::stdin().is_terminal() && io::stdout().is_terminal(),
            consent,
        }
    }
}

#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(not(unix))]
pub(crate) fn is_root() -> bool {
    false
}

/// Whether a program of this name is found on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    let Some(paths) = env::var_os("PATH") else {
        return false;
    };
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&paths).any(|directory| directory.join(&file).is_file())
}

/// What a program prints on its standard output, if it can be started and succeeds.
fn output_of(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
