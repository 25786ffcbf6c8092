//! What to do about what is missing: a pure function of the machine and the person's consent.

use super::{Consent, needs::Need};

/// What is known of the machine and of who sits at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Machine {
    pub(super) has_apt: bool,
    pub(super) is_root: bool,
    pub(super) has_sudo: bool,
    pub(super) on_terminal: bool,
    pub(super) consent: Consent,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing is missing.
    Ready,
    /// Run these, after asking if `ask` is set.
    Install { commands: Vec<Vec<String>>, ask: bool },
    /// Nothing can be installed from here: say this and stop.
    Stop { message: String },
}

/// Decides what to do about `missing`.
///
/// Root's machine is installed on unasked, everybody else's only after a yes: given beforehand or on a terminal.
pub(super) fn decide(missing: &[&Need], machine: &Machine) -> Decision {
    if missing.is_empty() {
        return Decision::Ready;
    }
    let packages = packages_of(missing);
    let may_become_root = machine.is_root || machine.has_sudo;
    let may_install = machine.is_root || machine.consent == Consent::Given || machine.on_terminal;
    if packages.is_empty() || !machine.has_apt || !may_become_root || !may_install {
        return Decision::Stop {
            message: report(missing),
        };
    }
    let mut as_root: Vec<&str> = Vec::new();
    if !machine.is_root {
        as_root.push("sudo");
        if !machine.on_terminal {
            // Nobody could type a password: fail at once instead of waiting for one.
            as_root.push("--non-interactive");
        }
    }
    let command = |arguments: &[&str]| {
        as_root
            .iter()
            .chain(arguments)
            .map(|&part| part.to_owned())
            .collect::<Vec<String>>()
    };
    let install: Vec<&str> = INSTALL.iter().copied().chain(packages).collect();
    Decision::Install {
        commands: vec![command(&["apt-get", "update"]), command(&install)],
        ask: !machine.is_root && machine.consent != Consent::Given,
    }
}

const INSTALL: [&str; 4] = ["apt-get", "install", "--yes", "--no-install-recommends"];

fn packages_of<'a>(missing: &[&'a Need]) -> Vec<&'a str> {
    let mut packages: Vec<&str> = missing.iter().flat_map(|need| need.debian).copied().collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// What is missing, what for, and how to install it by hand.
pub(super) fn report(missing: &[&Need]) -> String {
    let mut lines = vec!["something that Signalbox needs is missing on this machine:".to_owned()];
    for need in missing {
        lines.push(format!("  {}, {}", need.name, need.why));
    }
    let packages = packages_of(missing);
    if !packages.is_empty() {
        lines.push("On Debian, Ubuntu and their kin, as root:".to_owned());
        lines.push("  apt-get update".to_owned());
        lines.push(format!("  {} {}", INSTALL.join(" "), packages.join(" ")));
        lines.push("Elsewhere:".to_owned());
    } else {
        lines.push("To install it:".to_owned());
    }
    for need in missing {
        lines.push(format!("  {}", need.otherwise));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::needs::{Probe, Purpose};
    use super::*;

    static COMPILER: Need = Need {
        purpose: Purpose::Build,
        name: "a compiler",
        why: "which compiles",
        probe: Probe::Program(&["cc"]),
        debian: &["libc6-dev", "gcc"],
        otherwise: "install a compiler",
    };
    static OTHER_COMPILER: Need = Need {
        debian: &["gcc", "g++"],
        probe: Probe::Program(&["c++"]),
        ..COMPILER
    };
    static UNPACKAGED: Need = Need {
        name: "a component",
        debian: &[],
        otherwise: "rustup component add component",
        probe: Probe::Program(&["component"]),
        ..COMPILER
    };

    const ROOT: Machine = Machine {
        has_apt: true,
        is_root: true,
        has_sudo: false,
        on_terminal: false,
        consent: Consent::AskIfPossible,
    };
    const PERSON: Machine = Machine {
        is_root: false,
        has_sudo: true,
        on_terminal: true,
        ..ROOT
    };
    const SCRIPT: Machine = Machine {
        on_terminal: false,
        ..PERSON
    };

    /// What happens, in one word, and the commands.
    fn outcome(machine: Machine) -> (&'static str, Vec<String>) {
        match decide(&[&COMPILER], &machine) {
            Decision::Ready => ("ready", vec![]),
            Decision::Install { commands, ask } => (
                if ask { "ask" } else { "install" },
                commands.iter().map(|command| command.join(" ")).collect(),
            ),
            Decision::Stop { .. } => ("stop", vec![]),
        }
    }

    #[test]
    fn who_is_asked_who_is_not_and_who_is_told_to_do_it() {
        let yes = Consent::Given;
        let cases = [
            ("root", ROOT, "install"),
            (
                "root on a terminal",
                Machine {
                    on_terminal: true,
                    ..ROOT
                },
                "install",
            ),
            (
                "root without apt",
                Machine {
                    has_apt: false,
                    ..ROOT
                },
                "stop",
            ),
            ("a person on a terminal", PERSON, "ask"),
            (
                "a person who said yes",
                Machine {
                    consent: yes,
                    ..PERSON
                },
                "install",
            ),
            (
                "a person without sudo",
                Machine {
                    has_sudo: false,
                    ..PERSON
                },
                "stop",
            ),
            (
                "a person without sudo who said yes",
                Machine {
                    has_sudo: false,
                    consent: yes,
                    ..PERSON
                },
                "stop",
            ),
            (
                "a person without apt",
                Machine {
                    has_apt: false,
                    ..PERSON
                },
                "stop",
            ),
            ("a script", SCRIPT, "stop"),
            (
                "a script that says yes",
                Machine {
                    consent: yes,
                    ..SCRIPT
                },
                "install",
            ),
        ];
        for (who, machine, expected) in cases {
            assert_eq!(outcome(machine).0, expected, "{who}");
        }
    }

    #[test]
    fn the_lists_are_fetched_before_the_packages() {
        assert_eq!(
            outcome(ROOT).1,
            [
                "apt-get update",
                "apt-get install --yes --no-install-recommends gcc libc6-dev"
            ]
        );
    }

    #[test]
    fn a_password_is_asked_for_only_where_somebody_can_type_it() {
        assert_eq!(outcome(PERSON).1[0], "sudo apt-get update");
        let script = Machine {
            consent: Consent::Given,
            ..SCRIPT
        };
        assert_eq!(outcome(script).1[0], "sudo --non-interactive apt-get update");
    }

    #[test]
    fn a_package_that_two_things_need_is_named_once() {
        let Decision::Install { commands, .. } = decide(&[&COMPILER, &OTHER_COMPILER], &ROOT) else {
            panic!("root installs");
        };
        assert_eq!(commands[1][4..], ["g++", "gcc", "libc6-dev"]);
    }

    #[test]
    fn nothing_missing_means_nothing_to_do_anywhere() {
        for machine in [
            ROOT,
            PERSON,
            SCRIPT,
            Machine {
                has_apt: false,
                ..ROOT
            },
        ] {
            assert_eq!(decide(&[], &machine), Decision::Ready);
        }
    }

    #[test]
    fn what_no_package_brings_is_told_even_to_root() {
        let Decision::Stop { message } = decide(&[&UNPACKAGED], &ROOT) else {
            panic!("no package to install");
        };
        assert!(message.contains("rustup component add component"), "{message}");
        assert!(!message.contains("apt-get"), "{message}");
    }

    #[test]
    fn stopping_names_what_is_missing_and_both_ways_to_get_it() {
        let message = report(&[&COMPILER]);
        for part in [
            "a compiler, which compiles",
            "--no-install-recommends gcc libc6-dev",
            "install a compiler",
        ] {
            assert!(message.contains(part), "{part} is missing from: {message}");
        }
    }
}
