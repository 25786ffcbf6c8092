//! Made-up documents for the readers, by libFuzzer: the targets in `src-tauri/crates/*/fuzz`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use super::{CHECK_LIMIT, Outcome, stream_within};
use crate::{
    project::Project,
    setup::{
        self, Consent, Purpose,
        cargo_tools::{self, CARGO_FUZZ},
    },
};

/// How long the check fuzzes, in seconds, shared out among the targets.
pub const DEFAULT_SECONDS: u64 = 60;

struct Target {
    directory: PathBuf,
    name: String,
}

pub(super) fn check(project: &Project) -> Result<Outcome> {
    if !cfg!(unix) {
        return Ok(Outcome {
            skipped: Some("libFuzzer is not used on this system".to_owned()),
            ..Outcome::default()
        });
    }
    let targets = targets(project)?;
    if targets.is_empty() {
        return Ok(Outcome {
            skipped: Some("no crate has a fuzz target yet".to_owned()),
            ..Outcome::default()
        });
    }
    Ok(Outcome {
        problems: fuzz(project, &targets, DEFAULT_SECONDS)?,
        ..Outcome::default()
    })
}

/// `cargo xtask fuzz`: all targets, or the one of that name, for longer than the check does.
///
/// # Errors
///
/// Fails when there is no such target, or when something that fuzzing needs is missing.
pub fn by_hand(project: &Project, consent: Consent, seconds: u64, only: Option<&str>) -> Result<ExitCode> {
    setup::system_packages(project, consent, &[Purpose::Build, Purpose::Fuzz])?;
    let mut targets = targets(project)?;
    targets.retain(|target| only.is_none_or(|name| name == target.name));
    if targets.is_empty() {
        bail!("there is no such fuzz target");
    }
    let problems = fuzz(project, &targets, seconds)?;
    for problem in &problems {
        println!("{problem}");
    }
    Ok(if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A target is a file `fuzz_targets/NAME.rs`, as `cargo fuzz add` lays it out.
fn targets(project: &Project) -> Result<Vec<Target>> {
    let mut found = Vec::new();
    for directory in project.fuzz_directories()? {
        let sources = directory.join("fuzz_targets");
        for entry in fs::read_dir(&sources).with_context(|| format!("reading {}", sources.display()))? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "rs")
                && let Some(name) = path.file_stem().and_then(|name| name.to_str())
            {
                found.push(Target {
                    directory: directory.clone(),
                    name: name.to_owned(),
                });
            }
        }
    }
    found.sort_by(|a, b| (&a.directory, &a.name).cmp(&(&b.directory, &b.name)));
    Ok(found)
}

fn fuzz(project: &Project, targets: &[Target], seconds: u64) -> Result<Vec<String>> {
    let program = cargo_tools::ensure(project, &CARGO_FUZZ)?;
    let each = (seconds / targets.len().max(1) as u64).max(1);
    let mut problems = Vec::new();
    for target in targets {
        println!("--- {}: {each} s", target.name);
        problems.extend(fuzz_one(project, &program, target, each)?);
    }
    Ok(problems)
}

fn fuzz_one(project: &Project, program: &Path, target: &Target, seconds: u64) -> Result<Vec<String>> {
    let built = project.target().join("fuzz");
    // What libFuzzer finds interesting is kept from run to run, but out of the source tree.
    let corpus = built.join("corpus").join(&target.name);
    fs::create_dir_all(&corpus).with_context(|| format!("making {}", corpus.display()))?;
    let mut command = std::process::Command::new(program);
    command
        .current_dir(project.root())
        // Coverage of branches is an unstable flag of the compiler, which a stable one takes only so.
        .env("RUSTC_BOOTSTRAP", "1")
        .arg("run")
        .arg("--fuzz-dir")
        .arg(&target.directory)
        .arg("--target-dir")
        .arg(&built)
        // The readers have no unsafe code for the address sanitizer to watch; without it they run about twice as fast.
        .args(["--sanitizer", "none", &target.name])
        .arg(&corpus);
    // The target writes hand-written examples there before it begins. libFuzzer itself writes only into the first directory.
    let seeds = built.join("seeds").join(&target.name);
    fs::create_dir_all(&seeds).with_context(|| format!("making {}", seeds.display()))?;
    command.env("SIGNALBOX_SEEDS", &seeds).arg(&seeds);
    command.args([
        "--".to_owned(),
        format!("-max_total_time={seconds}"),
        // One document may take this long, in seconds; libFuzzer's own limit is twenty minutes.
        "-timeout=10".to_owned(),
        "-rss_limit_mb=2048".to_owned(),
        // Pages are larger than the 4 kB that libFuzzer starts from.
        "-max_len=65536".to_owned(),
        // A crash and the closing numbers are told all the same.
        "-verbosity=0".to_owned(),
        "-print_funcs=0".to_owned(),
        "-print_final_stats=1".to_owned(),
    ]);
    let mut problems = stream_within(limit(seconds), command, |_| {})?;
    let broken = target.directory.join("artifacts").join(&target.name);
    if !problems.is_empty() && holds_anything(&broken) {
        let broken = broken.strip_prefix(project.root()).unwrap_or(&broken);
        problems.push(format!(
            "inputs that {} fails on are kept in {}",
            target.name,
            broken.display()
        ));
    }
    Ok(problems)
}

/// How long fuzzing for so many seconds may take, the building before it included.
fn limit(seconds: u64) -> Duration {
    CHECK_LIMIT.saturating_add(Duration::from_secs(seconds))
}

fn holds_anything(directory: &Path) -> bool {
    fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuzzing_for_hours_is_not_taken_for_hanging() {
        for seconds in [1, 60, 7200, u64::MAX] {
            assert!(limit(seconds) >= Duration::from_secs(seconds), "{seconds}");
        }
        assert!(limit(60) > CHECK_LIMIT);
    }

    #[test]
    fn inputs_are_said_to_be_kept_only_where_there_are_any() {
        let directory = tempfile::tempdir().unwrap();
        assert!(!holds_anything(directory.path()));
        assert!(!holds_anything(&directory.path().join("nowhere")));
        fs::write(directory.path().join("crash-1"), "input").unwrap();
        assert!(holds_anything(directory.path()));
    }
}
