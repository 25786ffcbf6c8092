//! The table of what the system must have, by purpose.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::Result;

use super::{cargo_tools::Version, on_path, output_of};
use crate::project::{DESKTOP_PACKAGE, Project};

/// What something is needed for. A purpose counts only where the source tree has what it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Building the command line and the engine.
    Build,
    /// Checking the source.
    Check,
    /// Fuzzing the readers.
    Fuzz,
    /// Building the window's pages.
    Window,
    /// Testing the window's pages.
    WindowTest,
    /// Building the desktop program.
    Desktop,
    /// Testing the desktop program on a desktop of its own, which nobody sees.
    DesktopTest,
    /// Making and checking a package for Debian and its kin.
    Package,
    /// Measuring the desktop program, beside what testing it needs.
    DesktopBench,
}

impl Purpose {
    /// Every purpose of building and checking.
    pub const ALL: [Self; 8] = [
        Self::Build,
        Self::Check,
        Self::Fuzz,
        Self::Window,
        Self::WindowTest,
        Self::Desktop,
        Self::DesktopTest,
        Self::Package,
    ];

    /// Whether the source tree has what this purpose serves.
    pub(super) fn exists_in(self, project: &Project) -> Result<bool> {
        Ok(match self {
            Self::Build | Self::Check => true,
            Self::Fuzz => cfg!(unix) && !project.fuzz_directories()?.is_empty(),
            Self::Window | Self::WindowTest => project.has_window_sources(),
            Self::Desktop => project.has_package(DESKTOP_PACKAGE),
            Self::DesktopTest | Self::DesktopBench => {
                cfg!(target_os = "linux") && project.has_package(DESKTOP_PACKAGE)
            }
            Self::Package => {
                cfg!(target_os = "linux") && on_path("dpkg-deb") && project.has_package(DESKTOP_PACKAGE)
            }
        })
    }
}

/// One thing that must be on the machine.
#[derive(Debug)]
pub(super) struct Need {
    pub(super) purpose: Purpose,
    /// What is needed, as people call it.
    pub(super) name: &'static str,
    /// What it is needed for: the rest of a sentence that begins with the name.
    pub(super) why: &'static str,
    pub(super) probe: Probe,
    /// The packages of Debian and its kin that bring it; none where they have no fitting one.
    pub(super) debian: &'static [&'static str],
    /// How to come by it where there is no such package.
    pub(super) otherwise: &'static str,
}

/// How it is found out whether something is there.
#[derive(Debug)]
pub(super) enum Probe {
    /// One of these programs is on the search path.
    Program(&'static [&'static str]),
    /// The program says that it has at least this major version.
    ProgramOfVersion(&'static str, u32),
    /// A compiler accepts a source that includes this header: language as `-x` takes it, compilers to try.
    Header {
        header: &'static str,
        language: &'static str,
        compilers: &'static [&'static str],
    },
    /// `pkg-config` knows a library of this name.
    #[cfg_attr(
        not(any(test, target_os = "linux")),
        expect(
            dead_code,
            reason = "elsewhere the system itself brings what the desktop program needs"
        )
    )]
    Library(&'static str),
    /// Cargo has this subcommand.
    CargoCommand(&'static str),
}

/// Everything the system must have. macOS and Windows bring what the desktop program needs themselves, and the desktop of
/// one's own that it is tested on exists on Linux alone.
pub(super) const NEEDS: &[Need] = &[
    Need {
        purpose: Purpose::Build,
        name: "a C compiler with the C library's headers",
        why: "which builds SQLite and the TLS library, and links every program",
        probe: Probe::Header {
            header: "stdlib.h",
            language: "c",
            compilers: &["cc", "gcc", "clang"],
        },
        debian: &["gcc", "libc6-dev"],
        otherwise: "install a C compiler (on macOS: `xcode-select --install`; on Windows: the Visual Studio build tools)",
    },
    Need {
        purpose: Purpose::Check,
        name: "git",
        why: "which tells the files of the project from what lies beside them",
        probe: Probe::Program(&["git"]),
        debian: &["git"],
        otherwise: "install git from https://git-scm.com",
    },
    Need {
        purpose: Purpose::Check,
        name: "rustfmt",
        why: "which checks how the source is laid out",
        probe: Probe::CargoCommand("fmt"),
        debian: &[],
        otherwise: "rustup component add rustfmt",
    },
    Need {
        purpose: Purpose::Check,
        name: "clippy",
        why: "which checks the source for mistakes",
        probe: Probe::CargoCommand("clippy"),
        debian: &[],
        otherwise: "rustup component add clippy",
    },
    Need {
        purpose: Purpose::Fuzz,
        name: "a C++ compiler",
        why: "which builds libFuzzer",
        probe: Probe::Header {
            header: "vector",
            language: "c++",
            compilers: &["c++", "g++", "clang++"],
        },
        debian: &["g++"],
        otherwise: "install a C++ compiler",
    },
    Need {
        purpose: Purpose::Window,
        name: "Node.js 20 or newer",
        why: "which builds the window's pages",
        probe: Probe::ProgramOfVersion("node", 20),
        debian: &[],
        otherwise: "install Node.js from https://nodejs.org",
    },
    Need {
        purpose: Purpose::Window,
        name: "npm",
        why: "which fetches what the window's pages are built with",
        probe: Probe::Program(&["npm"]),
        debian: &[],
        otherwise: "install npm: it comes with Node.js",
    },
    Need {
        purpose: Purpose::WindowTest,
        name: "Chromium",
        why: "which the window's pages are tested in",
        probe: Probe::Program(&["chromium"]),
        debian: &["chromium"],
        otherwise: "install Chromium, so that `chromium` starts it",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::Desktop,
        name: "pkg-config",
        why: "which finds the libraries of the desktop",
        probe: Probe::Program(&["pkg-config"]),
        debian: &["pkg-config"],
        otherwise: "install pkg-config",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::Desktop,
        name: "WebKitGTK 4.1 with its headers",
        why: "which shows the window",
        probe: Probe::Library("webkit2gtk-4.1"),
        debian: &["libwebkit2gtk-4.1-dev"],
        otherwise: "install the development files of WebKitGTK, API 4.1 (webkit2gtk4.1-devel, webkit2gtk-4.1)",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::Desktop,
        name: "the headers of D-Bus",
        why: "which Tauri asks the desktop by",
        probe: Probe::Library("dbus-1"),
        debian: &["libdbus-1-dev"],
        otherwise: "install the development files of D-Bus (dbus-devel, dbus)",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopTest,
        name: "Xvfb",
        why: "which is a display that nobody sees",
        probe: Probe::Program(&["Xvfb"]),
        debian: &["xvfb"],
        otherwise: "install Xvfb",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopTest,
        name: "dbus-daemon",
        why: "which gives the desktop under test a bus of its own",
        probe: Probe::Program(&["dbus-daemon"]),
        debian: &["dbus"],
        otherwise: "install dbus",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopTest,
        name: "the window manager of Xfce",
        why: "which gives windows a frame",
        probe: Probe::Program(&["xfwm4"]),
        debian: &["xfwm4"],
        otherwise: "install xfwm4",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopTest,
        name: "wmctrl",
        why: "which lists and closes windows",
        probe: Probe::Program(&["wmctrl"]),
        debian: &["wmctrl"],
        otherwise: "install wmctrl",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopTest,
        name: "the panel of Xfce",
        why: "which shows the tray",
        probe: Probe::Program(&["xfce4-panel"]),
        debian: &["xfce4-panel"],
        otherwise: "install xfce4-panel",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopTest,
        name: "dunst",
        why: "which shows notifications",
        probe: Probe::Program(&["dunst"]),
        debian: &["dunst"],
        otherwise: "install dunst",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopTest,
        name: "xdotool",
        why: "which clicks and types",
        probe: Probe::Program(&["xdotool"]),
        debian: &["xdotool"],
        otherwise: "install xdotool",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopTest,
        name: "WebKitWebDriver",
        why: "which looks into the window",
        probe: Probe::Program(&["WebKitWebDriver"]),
        debian: &["webkit2gtk-driver"],
        otherwise: "install the WebDriver of WebKitGTK (webkit2gtk-driver)",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopTest,
        name: "ImageMagick",
        why: "which takes and compares pictures of the screen",
        probe: Probe::Program(&["import"]),
        debian: &["imagemagick"],
        otherwise: "install ImageMagick",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopTest,
        name: "xprop and xwininfo",
        why: "which tell what is on the screen",
        probe: Probe::Program(&["xwininfo"]),
        debian: &["x11-utils"],
        otherwise: "install xprop and xwininfo",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::DesktopBench,
        name: "Openbox",
        why: "which gives windows a frame, and closes them",
        probe: Probe::Program(&["openbox"]),
        debian: &["openbox"],
        otherwise: "install Openbox",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::Package,
        name: "dpkg-shlibdeps",
        why: "which finds the packages that the programs need",
        probe: Probe::Program(&["dpkg-shlibdeps"]),
        debian: &["dpkg-dev"],
        otherwise: "install dpkg-dev",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::Package,
        name: "desktop-file-validate",
        why: "which checks the desktop entry",
        probe: Probe::Program(&["desktop-file-validate"]),
        debian: &["desktop-file-utils"],
        otherwise: "install desktop-file-utils",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::Package,
        name: "appstreamcli",
        why: "which checks the metadata",
        probe: Probe::Program(&["appstreamcli"]),
        debian: &["appstream"],
        otherwise: "install appstream",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::Package,
        name: "xdg-mime",
        why: "which tells what opens a link",
        probe: Probe::Program(&["xdg-mime"]),
        debian: &["xdg-utils"],
        otherwise: "install xdg-utils",
    },
    #[cfg(target_os = "linux")]
    Need {
        purpose: Purpose::Package,
        name: "man",
        why: "which finds the manual pages",
        probe: Probe::Program(&["man"]),
        debian: &["man-db"],
        otherwise: "install man",
    },
];

impl Probe {
    pub(super) fn finds_it(&self, project: &Project) -> bool {
        match self {
            Self::Program(names) => names.iter().any(|name| on_path(name)),
            Self::ProgramOfVersion(name, major) => output_of(Path::new(name), &["--version"])
                .and_then(|said| Version::find_in(&said))
                .is_some_and(|version| version.major >= *major),
            // On Windows the linker's toolchain compiles C, and is found without the search path.
            Self::Header { .. } if cfg!(windows) => true,
            Self::Header {
                header,
                language,
                compilers,
            } => compilers
                .iter()
                .any(|compiler| accepts_header(compiler, language, header)),
            Self::Library(name) => output_of(Path::new("pkg-config"), &["--modversion", name]).is_some(),
            Self::CargoCommand(name) => project
                .cargo([name, "--version"])
                .output()
                .is_ok_and(|output| output.status.success()),
        }
    }
}

fn accepts_header(compiler: &str, language: &str, header: &str) -> bool {
    let child = Command::new(compiler)
        .args(["-fsyntax-only", "-x", language, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        return false;
    };
    // A compiler that does not read its input has already failed: its exit status tells.
    if let Some(mut input) = child.stdin.take() {
        let _ = writeln!(input, "#include <{header}>");
    }
    child.wait().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_how_to_come_by_it() {
        for need in NEEDS {
            assert!(
                !need.name.is_empty() && !need.otherwise.is_empty(),
                "{}",
                need.name
            );
            assert!(
                need.why.starts_with("which "),
                "{}: the reason continues the sentence",
                need.name
            );
        }
    }

    #[test]
    fn a_probe_tells_what_is_there_from_what_is_not() {
        let project = Project::find().expect("the tests run inside a checkout");
        assert!(
            Probe::CargoCommand("metadata").finds_it(&project)
                || Probe::CargoCommand("fmt").finds_it(&project)
        );
        assert!(!Probe::CargoCommand("no-such-subcommand").finds_it(&project));
        assert!(!Probe::Program(&["no-such-program-anywhere"]).finds_it(&project));
        assert!(!Probe::ProgramOfVersion("no-such-program-anywhere", 1).finds_it(&project));
        assert!(!Probe::Library("no-such-library-anywhere").finds_it(&project));
    }

    #[cfg(unix)]
    #[test]
    fn a_header_is_found_only_where_the_compiler_finds_it() {
        let project = Project::find().expect("the tests run inside a checkout");
        let probe = |header| Probe::Header {
            header,
            language: "c",
            compilers: &["cc", "gcc", "clang"],
        };
        assert!(
            probe("stdlib.h").finds_it(&project),
            "this test was linked by a C compiler"
        );
        assert!(!probe("no/such/header.h").finds_it(&project));
    }
}
