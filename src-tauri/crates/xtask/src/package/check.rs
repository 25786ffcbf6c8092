//! The check `package`: packs the programs, looks at the package, installs it where that is fair, and takes it off again.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use super::{APP_ID, NAME, Programs, output, pack, tree};
use crate::{
    checks::{Outcome, TestCounts, build_everything_tested},
    project::{COMMAND_LINE_PROGRAM, DESKTOP_PACKAGE, Project, WINDOW_PROGRAM, empty_directory},
    setup::{is_root, on_path},
};

/// Some of what has to be in the package: one of each kind.
const CONTENTS: [&str; 15] = [
    "usr/bin/signalbox",
    "usr/bin/signalbox-desktop",
    tree::WINDOW,
    "usr/share/applications/dev.signalbox.Signalbox.desktop",
    "usr/share/metainfo/dev.signalbox.Signalbox.metainfo.xml",
    "usr/share/icons/hicolor/16x16/apps/dev.signalbox.Signalbox.png",
    "usr/share/icons/hicolor/512x512/apps/dev.signalbox.Signalbox.png",
    "usr/share/icons/hicolor/scalable/apps/dev.signalbox.Signalbox.svg",
    "usr/share/bash-completion/completions/signalbox",
    "usr/share/zsh/vendor-completions/_signalbox",
    "usr/share/fish/vendor_completions.d/signalbox.fish",
    "usr/share/man/man1/signalbox.1.gz",
    "usr/share/man/man1/signalbox-desktop.1.gz",
    "usr/share/doc/signalbox/copyright",
    "usr/share/doc/signalbox/changelog.Debian.gz",
];

/// Carries out the check.
pub(crate) fn check(project: &Project) -> Result<Outcome> {
    if !cfg!(target_os = "linux") || !on_path("dpkg-deb") {
        return Ok(Outcome {
            skipped: Some("packages are made where Debian's tools are".to_owned()),
            ..Outcome::default()
        });
    }
    let directory = project.target().join("package-check");
    // What the tests have built already does for looking at a package.
    let programs = Programs {
        desktop: build_everything_tested(project, DESKTOP_PACKAGE)?,
        window: build_everything_tested(project, WINDOW_PROGRAM)?,
        command_line: build_everything_tested(project, COMMAND_LINE_PROGRAM)?,
        release: false,
    };
    let package = pack(project, &programs, &directory)?;
    let tree = directory.join("tree");
    let mut steps = Steps::default();
    steps.take("it holds what it should, and all of it is root's", || {
        contents(&package)
    });
    steps.take(
        "it asks for the libraries that its programs are linked with",
        || dependencies(&package),
    );
    steps.take("only its window loads a window toolkit", || {
        only_the_window_loads_it(&tree)
    });
    steps.take("made again it is the same to the byte", || {
        let again = pack(project, &programs, &directory.join("again"))?;
        ensure!(fs::read(&package)? == fs::read(again)?, "it differs");
        Ok(Step::Done)
    });
    steps.take("its desktop entry is valid", || {
        let entry = tree.join(format!("usr/share/applications/{APP_ID}.desktop"));
        said_nothing(Command::new("desktop-file-validate").arg(entry))
    });
    steps.take("its metadata is valid", || {
        output(
            Command::new("appstreamcli")
                .args(["validate-tree", "--no-net"])
                .arg(&tree),
        )?;
        Ok(Step::Done)
    });
    steps.take("lintian finds no error", || {
        if !on_path("lintian") {
            return Ok(Step::NotTried("lintian is not on this machine"));
        }
        output(Command::new("lintian").args(["--fail-on", "error"]).arg(&package))?;
        Ok(Step::Done)
    });
    steps.take(
        "it is installed, its programs start, and nothing is left when it is removed",
        || installation(&package, &tree),
    );
    Ok(Outcome {
        tests: Some(steps.counts),
        ..Outcome::default()
    })
}

/// What came of a step that did not fail.
enum Step {
    Done,
    /// And why.
    NotTried(&'static str),
}

#[derive(Default)]
struct Steps {
    counts: TestCounts,
}

impl Steps {
    fn take(&mut self, name: &str, step: impl FnOnce() -> Result<Step>) {
        match step() {
            Ok(Step::Done) => {
                println!("{name}: yes");
                self.counts.passed += 1;
            }
            Ok(Step::NotTried(because)) => {
                println!("{name}: not tried, because {because}");
                self.counts.ignored += 1;
            }
            Err(error) => {
                println!("{name}: NO\n{error:#}");
                self.counts.failures.push(format!("{name}: {error:#}"));
            }
        }
    }
}

fn contents(package: &Path) -> Result<Step> {
    let listed = output(Command::new("dpkg-deb").arg("--contents").arg(package))?;
    for line in listed.lines() {
        ensure!(line.contains(" root/root "), "not root's: {line}");
    }
    for path in CONTENTS {
        ensure!(
            listed.lines().any(|line| line.ends_with(&format!(" ./{path}"))),
            "{path} is not in it"
        );
    }
    for path in ["/etc/", "/usr/local/", "/autostart/"] {
        ensure!(!listed.contains(path), "it holds something below {path}");
    }
    Ok(Step::Done)
}

fn dependencies(package: &Path) -> Result<Step> {
    let depends = output(
        Command::new("dpkg-deb")
            .arg("--field")
            .arg(package)
            .arg("Depends"),
    )?;
    for library in ["libc6", "libgtk-3-0", "libwebkit2gtk-4.1-0"] {
        ensure!(depends.contains(library), "no {library} among: {depends}");
    }
    Ok(Step::Done)
}

/// A program in the tray must not pay for a window that nobody has opened.
fn only_the_window_loads_it(tree: &Path) -> Result<Step> {
    let toolkit = |program: &str| -> Result<bool> {
        let headers = output(Command::new("objdump").arg("-p").arg(tree.join(program)))?;
        ensure!(headers.contains("NEEDED"), "{program} is linked with nothing");
        Ok(["libgtk-", "libwebkit2gtk-"]
            .iter()
            .any(|library| headers.contains(library)))
    };
    for program in ["usr/bin/signalbox", "usr/bin/signalbox-desktop"] {
        ensure!(!toolkit(program)?, "{program} loads a window toolkit");
    }
    ensure!(toolkit(tree::WINDOW)?, "the window is made with nothing");
    Ok(Step::Done)
}

/// A command that finds fault by talking.
fn said_nothing(command: &mut Command) -> Result<Step> {
    let said = output(command)?;
    ensure!(said.trim().is_empty(), "{}", said.trim());
    Ok(Step::Done)
}

fn installation(package: &Path, tree: &Path) -> Result<Step> {
    if !is_root() || env::var_os("CI").is_none_or(|value| value.is_empty()) {
        return Ok(Step::NotTried(
            "only a build server (CI is set), as root, may be changed by a check",
        ));
    }
    if is_installed()? {
        return Ok(Step::NotTried(
            "it is installed already, and that is somebody's own",
        ));
    }
    let tried = install(package).and_then(|()| try_out(tree));
    // Whatever came of it, nothing may stay.
    let removed = remove(tree);
    tried?;
    removed?;
    Ok(Step::Done)
}

fn is_installed() -> Result<bool> {
    let asked = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${db:Status-Status}", NAME])
        .output()
        .context("starting dpkg-query")?;
    Ok(!matches!(&asked.stdout[..], b"" | b"not-installed"))
}

fn install(package: &Path) -> Result<()> {
    let Err(refused) = output(Command::new("dpkg").arg("--install").arg(package)) else {
        return Ok(());
    };
    // A library that is built against lies in another package than the one that is run with: apt fetches what is missing.
    let arguments = ["install", "--fix-broken", "--yes", "--no-install-recommends"];
    output(
        Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    ensure!(is_installed()?, "{refused:#}");
    Ok(())
}

fn try_out(tree: &Path) -> Result<()> {
    said_nothing(Command::new("dpkg").args(["--verify", NAME]))
        .context("what was installed differs from the package")?;
    for program in [COMMAND_LINE_PROGRAM, DESKTOP_PACKAGE] {
        let said = output(Command::new(Path::new("/usr/bin").join(program)).arg("--version"))?;
        let expected = format!("{program} {}", env!("CARGO_PKG_VERSION"));
        ensure!(said.trim() == expected, "{program} --version says {said:?}");
        let page = output(Command::new("man").args(["-w", program]))?;
        ensure!(page.contains(&format!("/{program}.1")), "man finds {page:?}");
    }
    // Nobody's own choice of programs: an empty home.
    let home = tree.with_extension("home");
    empty_directory(&home)?;
    let mut ask = Command::new("xdg-mime");
    ask.args(["query", "default", "x-scheme-handler/signalbox"])
        .env("HOME", &home);
    for name in [
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_DATA_DIRS",
        "XDG_CURRENT_DESKTOP",
    ] {
        ask.env_remove(name);
    }
    let opens = output(&mut ask)?;
    ensure!(
        opens.trim() == format!("{APP_ID}.desktop"),
        "links are opened by {opens:?}"
    );
    Ok(())
}

fn remove(tree: &Path) -> Result<()> {
    if !is_installed()? {
        return Ok(());
    }
    output(Command::new("dpkg").args(["--remove", NAME]))?;
    if is_installed()? {
        bail!("something of it stays configured after it was removed");
    }
    let documents = PathBuf::from(format!("usr/share/doc/{NAME}"));
    let paths = tree::files(tree)?
        .into_iter()
        .map(PathBuf::from)
        .chain([documents]);
    let left: Vec<_> = paths
        .map(|path| Path::new("/").join(path))
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| path.display().to_string())
        .collect();
    ensure!(left.is_empty(), "left behind: {}", left.join(", "));
    Ok(())
}
