//! The check `ui`: what npm has to say of the window's pages.

use anyhow::Result;

use super::{Outcome, TestCounts, cargo_output::without_styles, stream};
use crate::{desktop, project::Project};

/// Types, lints and layout, then the tests: those of single parts, and those of the whole window in a browser.
pub(super) fn check(project: &Project) -> Result<Outcome> {
    if !project.has_window_sources() {
        return Ok(Outcome {
            skipped: Some("there is no window yet".to_owned()),
            ..Outcome::default()
        });
    }
    desktop::ensure_packages(project)?;
    let mut problems = stream(desktop::npm(project, &["run", "check"]), |_| {})?;
    let mut output = TestOutput::default();
    problems.extend(stream(desktop::npm(project, &["test"]), |line| {
        output.line(line);
    })?);
    let (tests, silent) = output.finish();
    problems.extend(silent);
    Ok(Outcome {
        tests,
        problems,
        skipped: None,
    })
}

/// Collects counts from what `npm test` prints: a line `3 passed, 1 failed` for each runner of tests, and before it
/// ` FAIL  …` for each test that failed.
#[derive(Debug, Default)]
struct TestOutput {
    counts: Option<TestCounts>,
    failed_names: Vec<String>,
}

impl TestOutput {
    fn line(&mut self, line: &str) {
        let line = without_styles(line);
        let line = line.trim();
        if let Some(name) = line.strip_prefix("FAIL ") {
            let name = name.trim().to_owned();
            if !self.failed_names.contains(&name) {
                self.failed_names.push(name);
            }
        } else if let Some((passed, failed)) = result(line) {
            let counts = self.counts.get_or_insert_default();
            counts.passed += passed;
            // The runner's own count is the truth; names only make it readable.
            let mut names = std::mem::take(&mut self.failed_names);
            names.resize(failed, "a test without a name".to_owned());
            counts
                .failures
                .extend(names.into_iter().map(|name| format!("{name} in ui")));
        }
    }

    /// The counts, and what is wrong apart from failed tests.
    fn finish(self) -> (Option<TestCounts>, Option<String>) {
        let ran = self
            .counts
            .as_ref()
            .map_or(0, |counts| counts.passed + counts.failed());
        let silent = (ran == 0).then(|| "no test of the window was run".to_owned());
        (self.counts, silent)
    }
}

/// Reads `3 passed, 1 failed`.
fn result(line: &str) -> Option<(usize, usize)> {
    let (passed, failed) = line.split_once(" passed, ")?;
    Some((
        passed.parse().ok()?,
        failed.strip_suffix(" failed")?.parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(output: &str) -> (Option<TestCounts>, Option<String>) {
        let mut collected = TestOutput::default();
        output.lines().for_each(|line| collected.line(line));
        collected.finish()
    }

    #[test]
    fn the_runners_are_added_up_and_failures_named() {
        let output = "\
\u{1b}[31m FAIL \u{1b}[39m |unit| src/age.test.ts > an age > grows\n\
 FAIL  |unit| src/age.test.ts > an age > grows\n\
 Tests  1 failed | 2 passed (3)\n\
2 passed, 1 failed\n\
\u{1b}[32m40 passed, 0 failed\u{1b}[39m\n";
        let (counts, problem) = counted(output);
        let counts = counts.expect("counted");
        assert_eq!(counts.passed, 42);
        assert_eq!(counts.failures, ["|unit| src/age.test.ts > an age > grows in ui"]);
        assert_eq!(problem, None);
    }

    #[test]
    fn tests_that_did_not_run_are_a_problem() {
        assert_eq!(
            counted("nothing here\n").1.as_deref(),
            Some("no test of the window was run")
        );
        assert!(counted("0 passed, 0 failed\n").1.is_some());
    }
}
