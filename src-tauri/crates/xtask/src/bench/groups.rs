//! What is measured.

use super::Group;

/// All groups, in the order in which they are measured.
pub const GROUPS: &[Group] = &[
    #[cfg(target_os = "linux")]
    start::GROUP,
    #[cfg(target_os = "linux")]
    super::catalogue::CATALOGUE,
    #[cfg(target_os = "linux")]
    super::reading::READERS,
    #[cfg(target_os = "linux")]
    super::passes::PLAIN,
    #[cfg(target_os = "linux")]
    super::passes::TLS,
    #[cfg(target_os = "linux")]
    super::passes::MANY,
    #[cfg(target_os = "linux")]
    super::announcing::ANNOUNCEMENTS,
    #[cfg(target_os = "linux")]
    super::announcing::GROWTH,
    #[cfg(target_os = "linux")]
    super::watching::WATCH,
    #[cfg(target_os = "linux")]
    super::desktop::DESKTOP,
];

/// What it costs to start the program at all: the floor under every other command.
#[cfg(target_os = "linux")]
mod start {
    use std::{path::PathBuf, process::Command};

    use anyhow::{Result, ensure};

    use super::super::{Group, Rounds, Row, Target, process};

    pub(super) const GROUP: Group = Group {
        name: "start",
        about: "`signalbox --version` from nothing to its end",
        rows: &[
            Row {
                name: "time",
                unit: "ms",
                target: Target::None,
            },
            Row {
                name: "CPU",
                unit: "ms",
                target: Target::None,
            },
        ],
        start: |bench| {
            Ok(Box::new(Start {
                program: bench.signalbox.clone(),
            }))
        },
    };

    struct Start {
        program: PathBuf,
    }

    impl Rounds for Start {
        fn round(&mut self) -> Result<Vec<f64>> {
            let mut command = Command::new(&self.program);
            command.arg("--version");
            let finished = process::run_to_end(command)?;
            ensure!(
                finished.status.success(),
                "signalbox --version: {}",
                finished.status
            );
            Ok(vec![
                finished.wall.as_secs_f64() * 1e3,
                finished.cpu().as_secs_f64() * 1e3,
            ])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Target;
    use super::*;

    #[test]
    fn a_ratio_refers_to_another_row_of_its_group() {
        for group in GROUPS {
            for row in group.rows {
                if let Target::AtMostTimes { of, .. } = row.target {
                    assert!(
                        of != row.name && group.rows.iter().any(|other| other.name == of),
                        "{}",
                        row.name
                    );
                }
            }
        }
    }

    #[test]
    fn names_are_distinct() {
        let groups: std::collections::BTreeSet<_> = GROUPS.iter().map(|group| group.name).collect();
        assert_eq!(groups.len(), GROUPS.len());
        for group in GROUPS {
            let rows: std::collections::BTreeSet<_> = group.rows.iter().map(|row| row.name).collect();
            assert_eq!(rows.len(), group.rows.len(), "{}", group.name);
        }
    }
}
