//! What came of the checks, as a table.

use std::{fmt, time::Duration};

use super::Outcome;

/// A check that has been carried out.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) name: &'static str,
    pub(super) took: Duration,
    pub(super) outcome: Outcome,
}

impl Finished {
    pub(super) fn verdict(&self) -> &'static str {
        if self.failed() > 0 {
            "failed"
        } else if self.outcome.skipped.is_some() {
            "skipped"
        } else {
            "passed"
        }
    }

    /// A check counts as one, a check that runs tests as its tests. One that has a problem beside them counts once more.
    fn passed(&self) -> usize {
        match &self.outcome.tests {
            Some(tests) => tests.passed,
            None => usize::from(self.failed() == 0 && self.outcome.skipped.is_none()),
        }
    }

    fn failed(&self) -> usize {
        let failed_tests = self.outcome.tests.as_ref().map_or(0, super::TestCounts::failed);
        // A test program that failed makes its command fail: that is the same failure, not one more.
        failed_tests.max(usize::from(!self.outcome.problems.is_empty()))
    }
}

/// All that was carried out, in order.
#[derive(Debug, Default)]
pub(super) struct Summary {
    checks: Vec<Finished>,
}

impl Summary {
    pub(super) fn add(&mut self, finished: Finished) {
        self.checks.push(finished);
    }

    /// Whether something passed and nothing failed.
    pub(super) fn is_success(&self) -> bool {
        self.failed() == 0 && self.passed() > 0
    }

    fn passed(&self) -> usize {
        self.checks.iter().map(Finished::passed).sum()
    }

    fn failed(&self) -> usize {
        self.checks.iter().map(Finished::failed).sum()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<8}{:<9}{:>12}", "check", "result", "time")?;
        for check in &self.checks {
            write!(
                f,
                "{:<8}{:<9}{:>12}",
                check.name,
                check.verdict(),
                duration(check.took)
            )?;
            if let Some(tests) = &check.outcome.tests {
                write!(
                    f,
                    "  {} passed, {} failed, {} ignored",
                    tests.passed,
                    tests.failed(),
                    tests.ignored
                )?;
            }
            if let Some(reason) = &check.outcome.skipped {
                write!(f, "  {reason}")?;
            }
            writeln!(f)?;
            let failures = check.outcome.tests.iter().flat_map(|tests| &tests.failures);
            for line in failures.chain(&check.outcome.problems) {
                writeln!(f, "        {line}")?;
            }
        }
        write!(f, "\n{} passed, {} failed", self.passed(), self.failed())
    }
}

/// A length of time for people: `0.4 s`, `3 min 7 s`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::super::TestCounts;
    use super::*;

    fn finished(outcome: Outcome) -> Finished {
        Finished {
            name: "check",
            took: Duration::from_millis(400),
            outcome,
        }
    }

    fn summary(outcomes: impl IntoIterator<Item = Outcome>) -> Summary {
        Summary {
            checks: outcomes.into_iter().map(finished).collect(),
        }
    }

    fn tests(passed: usize, failed: usize) -> Option<TestCounts> {
        Some(TestCounts {
            passed,
            ignored: 0,
            failures: vec!["a test".to_owned(); failed],
        })
    }

    fn problem() -> Vec<String> {
        vec!["something is wrong".to_owned()]
    }

    #[test]
    fn the_last_line_counts_checks_and_tests() {
        let skipped = || Outcome {
            skipped: Some("nothing there".to_owned()),
            ..Outcome::default()
        };
        let cases = [
            (vec![], "0 passed, 0 failed", false),
            (vec![Outcome::default()], "1 passed, 0 failed", true),
            (vec![Outcome::default(), skipped()], "1 passed, 0 failed", true),
            (vec![skipped()], "0 passed, 0 failed", false),
            (
                vec![Outcome {
                    problems: problem(),
                    ..Outcome::default()
                }],
                "0 passed, 1 failed",
                false,
            ),
            (
                vec![
                    Outcome {
                        tests: tests(7, 0),
                        ..Outcome::default()
                    },
                    Outcome::default(),
                ],
                "8 passed, 0 failed",
                true,
            ),
            (
                vec![Outcome {
                    tests: tests(7, 2),
                    problems: problem(),
                    skipped: None,
                }],
                "7 passed, 2 failed",
                false,
            ),
            (
                vec![Outcome {
                    tests: tests(7, 0),
                    problems: problem(),
                    skipped: None,
                }],
                "7 passed, 1 failed",
                false,
            ),
        ];
        for (outcomes, expected, success) in cases {
            let summary = summary(outcomes);
            assert_eq!(summary.to_string().lines().last(), Some(expected));
            assert_eq!(summary.is_success(), success, "{expected}");
        }
    }

    #[test]
    fn failed_tests_and_problems_are_listed_below_their_check() {
        let text = summary([Outcome {
            tests: tests(1, 1),
            problems: problem(),
            skipped: None,
        }])
        .to_string();
        assert!(
            text.contains("check   failed          0.4 s  1 passed, 1 failed, 0 ignored\n        a test\n"),
            "{text}"
        );
        assert!(text.contains("        something is wrong\n"), "{text}");
    }

    #[test]
    fn durations_are_told_in_the_unit_that_fits() {
        let cases = [
            (0, "0.0 s"),
            (440, "0.4 s"),
            (59_900, "59.9 s"),
            (60_000, "1 min 0 s"),
            (187_000, "3 min 7 s"),
        ];
        for (milliseconds, expected) in cases {
            assert_eq!(duration(Duration::from_millis(milliseconds)), expected);
        }
    }
}
