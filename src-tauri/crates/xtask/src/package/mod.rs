//! `cargo xtask package`: a package for Debian and its kin.
//!
//! It is put together by Debian's own tools from a tree of files, and is the same to the byte whenever it is made of the
//! same programs. It brings no entry that starts Signalbox at login: an entry for everybody (`/etc/xdg/autostart`) would
//! start it for people of the machine who never asked for it, and would come back with every update for those who
//! switched it off. The program makes one for whoever wants it.

mod check;
mod control;
mod tree;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    desktop,
    project::{COMMAND_LINE_PACKAGE, COMMAND_LINE_PROGRAM, DESKTOP_PACKAGE, Project, WINDOW_PROGRAM},
    setup::{self, Consent, Purpose},
};
pub(crate) use check::check;
use tree::Tree;

/// The name of the package.
const NAME: &str = "signalbox";

/// The identifier of the program: of its desktop entry, its icons and its metadata.
const APP_ID: &str = "dev.signalbox.Signalbox";

/// What the package is made of beside the programs, below the top directory.
const SOURCES: &str = "src-tauri/packaging";

/// What the person asked for.
#[derive(Debug)]
pub struct PackageOptions {
    /// Whether missing system packages may be installed.
    pub consent: Consent,
    /// Whether to pack programs that are built without optimisation.
    pub debug: bool,
}

/// Sets up, builds and packs.
///
/// # Errors
///
/// Fails when something is missing, or cannot be built or packed.
pub fn make(project: &Project, options: &PackageOptions) -> Result<ExitCode> {
    ensure!(
        cfg!(target_os = "linux"),
        "packages for Debian are made on Linux alone"
    );
    let purposes = [
        Purpose::Build,
        Purpose::Window,
        Purpose::Desktop,
        Purpose::Package,
    ];
    setup::system_packages(project, options.consent, &purposes)?;
    let programs = Programs::build(project, !options.debug)?;
    let package = pack(project, &programs, &project.target().join("package"))?;
    let size = fs::metadata(&package)?.len() as f64 / 1e6;
    println!("{} ({size:.1} MB)", package.display());
    Ok(ExitCode::SUCCESS)
}

/// The programs that are packed.
#[derive(Debug)]
pub(crate) struct Programs {
    desktop: PathBuf,
    window: PathBuf,
    command_line: PathBuf,
    /// Whether they are optimised, and so worth being packed tightly.
    release: bool,
}

impl Programs {
    pub(crate) fn build(project: &Project, release: bool) -> Result<Self> {
        let desktop = desktop::build(project, release)?;
        Ok(Self {
            window: desktop.with_file_name(WINDOW_PROGRAM),
            desktop,
            command_line: project.build(COMMAND_LINE_PACKAGE, COMMAND_LINE_PROGRAM, release)?,
            release,
        })
    }
}

/// Packs the programs and returns the package, which lies in `directory` beside the tree that it was made of.
pub(crate) fn pack(project: &Project, programs: &Programs, directory: &Path) -> Result<PathBuf> {
    let sources = project.root().join(SOURCES);
    let version = env!("CARGO_PKG_VERSION");
    let changelog = read(&sources.join("changelog"))?;
    ensure!(
        changelog.starts_with(&format!("{NAME} ({version}) ")),
        "{SOURCES}/changelog does not begin with version {version}"
    );
    let changed_at = changed_at(project)?;
    let tree = Tree::empty(&directory.join("tree"), changed_at)?;

    tree.program(&programs.desktop, &format!("usr/bin/{DESKTOP_PACKAGE}"))?;
    tree.program(&programs.command_line, &format!("usr/bin/{COMMAND_LINE_PROGRAM}"))?;
    // Nobody starts it by hand.
    tree.program(&programs.window, tree::WINDOW)?;
    tree.file(
        &sources.join(format!("{APP_ID}.desktop")),
        &format!("usr/share/applications/{APP_ID}.desktop"),
    )?;
    tree.file(
        &sources.join(format!("{APP_ID}.metainfo.xml")),
        &format!("usr/share/metainfo/{APP_ID}.metainfo.xml"),
    )?;
    tree.icons(&crate::icons::directory(project), APP_ID)?;
    tree.completions(&programs.command_line)?;
    tree.manual(&programs.command_line, &sources.join("signalbox-desktop.1"))?;
    let documents = format!("usr/share/doc/{NAME}");
    tree.file(&sources.join("copyright"), &format!("{documents}/copyright"))?;
    tree.compressed(changelog.as_bytes(), &format!("{documents}/changelog.Debian"))?;

    let architecture = output(Command::new("dpkg").arg("--print-architecture"))?;
    let control = control::Control {
        version,
        architecture: architecture.trim(),
        maintainer: control::maintainer(&changelog).context("the changelog names nobody")?,
        installed_kibibytes: tree.kibibytes()?,
        depends: &control::dependencies(&tree.programs()?, directory)?,
        description: &read(&sources.join("description"))?,
    };
    tree.text(&control.to_string(), "DEBIAN/control")?;
    tree.text(&tree.checksums()?, "DEBIAN/md5sums")?;
    tree.settle()?;

    let package = directory.join(format!("{NAME}_{version}_{}.deb", control.architecture));
    let mut command = Command::new("dpkg-deb");
    command
        // It takes over the times of files up to this one, and writes this one into the package's own headers.
        .env("SOURCE_DATE_EPOCH", changed_at.to_string())
        .args(["--root-owner-group", "-Zxz"])
        .arg(if programs.release { "-z9" } else { "-z0" })
        .arg("--build")
        .args([tree.root(), &package]);
    output(&mut command)?;
    Ok(package)
}

/// When the source was changed last, in seconds since 1970: the time that everything in the package bears.
fn changed_at(project: &Project) -> Result<u64> {
    let told = match env::var("SOURCE_DATE_EPOCH") {
        Ok(told) => told,
        Err(_) => {
            output(
                Command::new("git")
                    .current_dir(project.root())
                    .args(["log", "-1", "--format=%ct"]),
            )?
        }
    };
    told.trim()
        .parse()
        .with_context(|| format!("{:?} is no time in seconds", told.trim()))
}

/// What a tool prints, if it succeeds.
fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("starting {name}"))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!(
            "{name}: {}: {}",
            output.status,
            String::from_utf8_lossy(&said).trim()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("what {name} prints"))
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}
