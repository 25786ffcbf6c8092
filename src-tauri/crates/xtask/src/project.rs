//! The source tree: where it is, what is in it, and how cargo is called on it.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The package of the command-line program `signalbox`.
pub const COMMAND_LINE_PACKAGE: &str = "signalbox-cli";
/// The command-line program.
pub const COMMAND_LINE_PROGRAM: &str = "signalbox";
/// The package of the stand-in vendors, and their program.
pub const STAND_INS_PACKAGE: &str = "signalbox-replay";
/// The package of the desktop program.
pub const DESKTOP_PACKAGE: &str = "signalbox-desktop";

/// The program of its window, which the desktop program starts; it has the same package.
pub const WINDOW_PROGRAM: &str = "signalbox-window";

/// One checkout of Signalbox.
#[derive(Debug)]
pub struct Project {
    root: PathBuf,
    target: PathBuf,
    packages: Vec<String>,
}

impl Project {
    /// Finds the checkout that this program was built from.
    ///
    /// # Errors
    ///
    /// Fails when cargo cannot describe the workspace.
    pub fn find() -> Result<Self> {
        // Cargo sets the variable for what it runs; the compiled-in directory serves a program started by hand.
        let crate_directory = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = crate_directory
            .ancestors()
            .nth(3)
            .context("the crate xtask does not lie in src-tauri/crates")?
            .to_path_buf();
        let described = metadata_of(&root, &["--no-deps"])?;
        let target = described
            .get("target_directory")
            .and_then(Value::as_str)
            .map(PathBuf::from)
            .context("cargo metadata names no target directory")?;
        let packages = described
            .get("packages")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|package| package.get("name")?.as_str().map(str::to_owned))
            .collect();
        Ok(Self {
            root,
            target,
            packages,
        })
    }

    /// The top directory of the checkout.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo puts what it builds.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Whether the workspace has a package of this name.
    #[must_use]
    pub fn has_package(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package == name)
    }

    /// The directory of the window's sources.
    #[must_use]
    pub fn window_sources(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// Whether the window's sources are there.
    #[must_use]
    pub fn has_window_sources(&self) -> bool {
        self.window_sources().join("package.json").is_file()
    }

    /// The directories of fuzz targets: `src-tauri/crates/*/fuzz`, in order of their names.
    ///
    /// # Errors
    ///
    /// Fails when the directory of crates cannot be read.
    pub fn fuzz_directories(&self) -> Result<Vec<PathBuf>> {
        let crates = self.root.join("src-tauri/crates");
        let mut found = Vec::new();
        for entry in fs::read_dir(&crates).with_context(|| format!("reading {}", crates.display()))? {
            let fuzz = entry?.path().join("fuzz");
            if fuzz.join("Cargo.toml").is_file() {
                found.push(fuzz);
            }
        }
        found.sort();
        Ok(found)
    }

    /// A call of the cargo that this program was started by, in the top directory.
    #[must_use]
    pub fn cargo<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Command {
        let mut command = cargo_in(&self.root);
        command.args(arguments);
        command
    }

    /// Everything that is built, with resolved dependencies, as `cargo metadata` describes it.
    ///
    /// # Errors
    ///
    /// Fails when cargo does, for instance because `Cargo.lock` is out of date.
    pub fn metadata(&self) -> Result<Value> {
        metadata_of(&self.root, &["--locked"])
    }

    /// Builds one program of the workspace and returns where it lies.
    ///
    /// # Errors
    ///
    /// Fails when cargo cannot be started or does not succeed.
    pub fn build(&self, package: &str, program: &str, release: bool) -> Result<PathBuf> {
        let mut command = self.cargo(["build", "--locked", "--package", package, "--bin", program]);
        if release {
            command.arg("--release");
        }
        let status = command.status().context("starting cargo")?;
        if !status.success() {
            bail!("{program} could not be built");
        }
        let profile = if release { "release" } else { "debug" };
        Ok(self
            .target
            .join(profile)
            .join(format!("{program}{}", env::consts::EXE_SUFFIX)))
    }
}

/// Makes a directory, or empties it.
///
/// # Errors
///
/// Fails when the system does.
pub(crate) fn empty_directory(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory).with_context(|| format!("emptying {}", directory.display()))?;
    }
    fs::create_dir_all(directory).with_context(|| format!("making {}", directory.display()))
}

fn cargo_in(directory: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(directory);
    command
}

fn metadata_of(root: &Path, arguments: &[&str]) -> Result<Value> {
    let output = cargo_in(root)
        .args(["metadata", "--format-version", "1"])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .context("starting cargo")?;
    if !output.status.success() {
        bail!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    serde_json::from_slice(&output.stdout).context("reading the output of cargo metadata")
}
