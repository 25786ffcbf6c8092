//! `cargo xtask run`: set up, build and start Signalbox.

use std::{
    env,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};

use crate::{
    demo, desktop,
    project::{COMMAND_LINE_PACKAGE, COMMAND_LINE_PROGRAM, DESKTOP_PACKAGE, Project},
    setup::{self, Consent, Purpose},
};

/// What the person asked for.
#[derive(Debug)]
pub struct RunOptions {
    /// Whether missing system packages may be installed.
    pub consent: Consent,
    /// Whether to build without optimisation.
    pub debug: bool,
    /// Whether to watch made-up vendors instead of the person's own.
    pub demo: bool,
    /// Arguments for the program that is started.
    pub arguments: Vec<String>,
}

/// What decides which program is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Surroundings {
    desktop_in_tree: bool,
    display: bool,
}

/// The program that is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Desktop,
    /// `signalbox watch`, and why it is not the desktop.
    Watch {
        because: &'static str,
    },
}

fn choose(surroundings: Surroundings) -> Program {
    match surroundings {
        Surroundings {
            desktop_in_tree: true,
            display: true,
        } => Program::Desktop,
        Surroundings {
            desktop_in_tree: true,
            display: false,
        } => Program::Watch {
            because: "there is no display here",
        },
        Surroundings {
            desktop_in_tree: false,
            ..
        } => Program::Watch {
            because: "this source tree has no desktop program yet",
        },
    }
}

/// A display is known by its variables on systems with X11 or Wayland, and taken for granted elsewhere.
fn has_display(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| variable(name).is_some_and(|value| !value.is_empty()))
}

/// Sets up, builds and starts Signalbox; on Unix the started program takes this one's place, except in the demo, which has
/// more than one.
///
/// # Errors
///
/// Fails when something is missing, the build fails, or the program cannot be started.
pub fn run(project: &Project, options: &RunOptions) -> Result<ExitCode> {
    let program = choose(Surroundings {
        desktop_in_tree: project.has_package(DESKTOP_PACKAGE),
        display: has_display(|name| env::var_os(name)),
    });
    let release = !options.debug;
    let mut command = match program {
        Program::Desktop => {
            let purposes = [Purpose::Build, Purpose::Window, Purpose::Desktop];
            setup::system_packages(project, options.consent, &purposes)?;
            let command = Command::new(desktop::build(project, release)?);
            println!("Starting {DESKTOP_PACKAGE}.");
            command
        }
        Program::Watch { because } => {
            setup::system_packages(project, options.consent, &[Purpose::Build])?;
            let mut command =
                Command::new(project.build(COMMAND_LINE_PACKAGE, COMMAND_LINE_PROGRAM, release)?);
            command.arg("watch");
            println!("Starting `{COMMAND_LINE_PROGRAM} watch`, because {because}.");
            command
        }
    };
    command.args(&options.arguments);
    if options.demo {
        return demo::play(project, release, command);
    }
    let name = command.get_program().display().to_string();
    start(command).with_context(|| format!("starting {name}"))
}

#[cfg(unix)]
fn start(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    // Taking this process's place lets the program receive the terminal's signals itself.
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn start(mut command: Command) -> Result<ExitCode> {
    let status = command.status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desktop_starts_only_where_it_exists_and_can_be_seen() {
        let cases = [
            (true, true, true),
            (true, false, false),
            (false, true, false),
            (false, false, false),
        ];
        for (desktop_in_tree, display, desktop_starts) in cases {
            let program = choose(Surroundings {
                desktop_in_tree,
                display,
            });
            assert_eq!(
                program == Program::Desktop,
                desktop_starts,
                "{desktop_in_tree} {display}"
            );
        }
    }

    #[test]
    fn the_reason_for_watching_names_what_is_missing() {
        let reason = |desktop_in_tree| match choose(Surroundings {
            desktop_in_tree,
            display: false,
        }) {
            Program::Watch { because } => because,
            Program::Desktop => panic!("nothing to show a desktop on"),
        };
        assert!(reason(true).contains("display"));
        assert!(reason(false).contains("no desktop program"));
    }

    #[cfg(not(any(windows, target_os = "macos")))]
    #[test]
    fn a_variable_that_is_set_to_nothing_is_no_display() {
        assert!(!has_display(|_| None));
        assert!(!has_display(|_| Some("".into())));
        assert!(has_display(|name| (name == "DISPLAY").then(|| ":0".into())));
        assert!(has_display(
            |name| (name == "WAYLAND_DISPLAY").then(|| "wayland-0".into())
        ));
    }
}
