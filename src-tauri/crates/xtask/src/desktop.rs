//! Building the desktop program: first the window's pages, which it carries within itself, then the program.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::{Context, Result, bail};

use crate::project::{DESKTOP_PACKAGE, Project, WINDOW_PROGRAM};

/// What npm writes last when it has installed everything.
const INSTALLED: &str = "node_modules/.package-lock.json";

/// What the build of the pages writes.
const BUILT: &str = "dist/index.html";

/// Builds the desktop program and that of its window, with the window's pages as they are now in it, and returns where the
/// first lies. The other lies beside it.
///
/// # Errors
///
/// Fails when a build does.
pub fn build(project: &Project, release: bool) -> Result<PathBuf> {
    ensure_pages(project)?;
    project.build(DESKTOP_PACKAGE, WINDOW_PROGRAM, release)?;
    project.build(DESKTOP_PACKAGE, DESKTOP_PACKAGE, release)
}

/// Sees to it that the window's pages are built, without which the desktop program cannot even be compiled.
///
/// # Errors
///
/// Fails when npm does.
pub fn ensure_pages(project: &Project) -> Result<()> {
    if !project.has_window_sources() {
        return Ok(());
    }
    let ui = project.window_sources();
    ensure_packages(project)?;
    if are_pages_stale(&ui)? {
        println!("The window's pages are built.");
        succeed(npm(project, &["run", "build"]))?;
    }
    Ok(())
}

/// Sees to it that the packages are there that the window's pages are built and checked with.
///
/// # Errors
///
/// Fails when npm does.
pub fn ensure_packages(project: &Project) -> Result<()> {
    if are_packages_stale(&project.window_sources())? {
        println!("The packages that the window's pages are built with are fetched.");
        succeed(npm(project, &["ci", "--no-audit", "--no-fund"]))?;
    }
    Ok(())
}

/// A call of npm for the window's pages.
#[must_use]
pub fn npm(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command
        .current_dir(project.window_sources())
        .args(arguments)
        // It asks its registry for news of itself.
        .env("NPM_CONFIG_UPDATE_NOTIFIER", "false");
    command
}

fn succeed(mut command: Command) -> Result<()> {
    let status = command.status().context("starting npm")?;
    if !status.success() {
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        bail!("`npm {}` did not succeed", words.join(" "));
    }
    Ok(())
}

fn are_packages_stale(ui: &Path) -> Result<bool> {
    let wanted = changed_at(&ui.join("package-lock.json"))?;
    Ok(changed_at(&ui.join(INSTALLED))? < wanted)
}

fn are_pages_stale(ui: &Path) -> Result<bool> {
    let Some(built) = changed_at(&ui.join(BUILT))? else {
        return Ok(true);
    };
    let mut newest = None;
    look_for_newest(ui, &mut newest)?;
    Ok(newest > Some(built))
}

/// When a file was changed; `None` if there is none.
fn changed_at(file: &Path) -> Result<Option<SystemTime>> {
    match fs::metadata(file).and_then(|found| found.modified()) {
        Ok(at) => Ok(Some(at)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("looking at {}", file.display())),
    }
}

fn look_for_newest(directory: &Path, newest: &mut Option<SystemTime>) -> Result<()> {
    for entry in fs::read_dir(directory).with_context(|| format!("reading {}", directory.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // Not sources: what is fetched, what is built, and what tools keep for themselves.
        if name == "node_modules" || name.starts_with("dist") || name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            look_for_newest(&path, newest)?;
        } else {
            *newest = (*newest).max(changed_at(&path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A directory of files, each changed so many seconds after some moment.
    fn sources(files: &[(&str, u64)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().expect("a directory");
        for (name, seconds) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            let file = fs::File::create(path).expect("written");
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + seconds);
            file.set_modified(at).expect("dated");
        }
        directory
    }

    #[test]
    fn packages_are_fetched_where_there_are_none_or_the_lock_file_is_newer() {
        for (files, expected) in [
            (&[("package-lock.json", 1)][..], true),
            (&[("package-lock.json", 2), (INSTALLED, 1)], true),
            (&[("package-lock.json", 1), (INSTALLED, 2)], false),
        ] {
            let ui = sources(files);
            assert_eq!(
                are_packages_stale(ui.path()).expect("looked"),
                expected,
                "{files:?}"
            );
        }
    }

    #[test]
    fn pages_are_built_where_there_are_none_or_a_source_is_newer() {
        for (files, expected) in [
            (&[("src/deep/App.svelte", 1)][..], true),
            (&[("src/deep/App.svelte", 2), (BUILT, 1)], true),
            (&[("index.html", 2), (BUILT, 1)], true),
            (&[("src/deep/App.svelte", 1), (BUILT, 2)], false),
        ] {
            let ui = sources(files);
            assert_eq!(are_pages_stale(ui.path()).expect("looked"), expected, "{files:?}");
        }
    }

    #[test]
    fn what_is_no_source_does_not_count() {
        for other in [
            INSTALLED,
            "node_modules/x/index.js",
            "dist/assets/a.js",
            "dist-recorded/a.js",
            ".cache/a",
        ] {
            let ui = sources(&[("index.html", 1), (BUILT, 2), (other, 3)]);
            assert!(!are_pages_stale(ui.path()).expect("looked"), "{other}");
        }
    }
}
