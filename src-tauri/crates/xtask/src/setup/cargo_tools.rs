//! Tools that are themselves cargo packages: used where they are installed, else built once into `target/tools`.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::output_of;
use crate::project::Project;

/// A version of a program. What follows its third number is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number.
    pub patch: u32,
}

impl Version {
    const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// The first version in a text such as `cargo-deny 0.20.2` or `v20.11.1`.
    #[must_use]
    pub fn find_in(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| {
            let mut numbers = word.trim_start_matches('v').split('.');
            let major = numbers.next()?.parse().ok()?;
            let minor = numbers.next()?.parse().ok()?;
            let patch = numbers.next()?;
            let end = patch
                .find(|letter: char| !letter.is_ascii_digit())
                .unwrap_or(patch.len());
            Some(Self {
                major,
                minor,
                patch: patch.get(..end)?.parse().ok()?,
            })
        })
    }
}

/// A tool from the package registry.
#[derive(Debug)]
pub struct CargoTool {
    /// Name of the package and of its program.
    pub name: &'static str,
    /// The lowest version that is known to do.
    lowest: Version,
    /// The version that is built where there is none.
    builds: &'static str,
}

/// Checks licences, bans and sources of dependencies. Older versions read another form of `deny.toml`.
pub const CARGO_DENY: CargoTool = CargoTool {
    name: "cargo-deny",
    lowest: Version::new(0, 18, 0),
    builds: "0.20.2",
};

/// Builds and runs fuzz targets.
pub const CARGO_FUZZ: CargoTool = CargoTool {
    name: "cargo-fuzz",
    lowest: Version::new(0, 12, 0),
    builds: "0.13.2",
};

/// Where a usable version of the tool lies; builds one if there is none.
///
/// # Errors
///
/// Fails when the tool has to be built and cannot be.
pub fn ensure(project: &Project, tool: &CargoTool) -> Result<PathBuf> {
    let tools = project.target().join("tools");
    let file = format!("{}{}", tool.name, env::consts::EXE_SUFFIX);
    let own = tools.join("bin").join(&file);
    let search_path = env::var_os("PATH").unwrap_or_default();
    let candidates = [own.clone()]
        .into_iter()
        .chain(env::split_paths(&search_path).map(|directory| directory.join(&file)));
    if let Some(found) = candidates.into_iter().find(|candidate| tool.accepts(candidate)) {
        return Ok(found);
    }
    println!(
        "{} {} is built once, into {}.",
        tool.name,
        tool.builds,
        tools.display()
    );
    let build = tools.join("build");
    let status = project
        .cargo([
            "install",
            tool.name,
            "--version",
            tool.builds,
            "--locked",
            "--force",
        ])
        // Unoptimised and without debug information: it builds in a fraction of the time and is fast enough.
        .args(["--debug", "--config", "profile.dev.debug=false"])
        .arg("--root")
        .arg(&tools)
        .arg("--target-dir")
        .arg(&build)
        .status()
        .context("starting cargo")?;
    if !status.success() {
        bail!("{} {} could not be installed", tool.name, tool.builds);
    }
    if build.is_dir() {
        fs::remove_dir_all(&build).with_context(|| format!("removing {}", build.display()))?;
    }
    if !tool.accepts(&own) {
        bail!("{} does not work although it was just installed", own.display());
    }
    Ok(own)
}

impl CargoTool {
    fn accepts(&self, program: &Path) -> bool {
        program.is_file()
            && output_of(program, &["--version"])
                .and_then(|said| Version::find_in(&said))
                .is_some_and(|version| version >= self.lowest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_say_of_themselves() {
        let cases = [
            ("cargo-deny 0.20.2\n", Some(Version::new(0, 20, 2))),
            ("v20.11.1\n", Some(Version::new(20, 11, 1))),
            ("cargo-fuzz 0.13.2-beta.1", Some(Version::new(0, 13, 2))),
            (
                "rustfmt 1.8.0-stable (59807616e1 2026-04-14)",
                Some(Version::new(1, 8, 0)),
            ),
            ("tool 1.2", None),
            ("no version at all", None),
            ("", None),
        ];
        for (said, expected) in cases {
            assert_eq!(Version::find_in(said), expected, "{said:?}");
        }
    }

    #[test]
    fn versions_are_ordered_by_number_not_by_letter() {
        assert!(Version::new(0, 9, 9) < Version::new(0, 10, 0));
        assert!(Version::new(1, 0, 0) > Version::new(0, 99, 99));
    }

    #[test]
    fn the_version_that_is_built_is_one_that_is_accepted() {
        for tool in [CARGO_DENY, CARGO_FUZZ] {
            assert!(
                Version::find_in(tool.builds).is_some_and(|version| version >= tool.lowest),
                "{}",
                tool.name
            );
        }
    }
}
