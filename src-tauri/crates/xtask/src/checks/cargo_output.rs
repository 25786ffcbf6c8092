//! Reading what `cargo test` prints.
//!
//! Cargo announces each test program (`Running …`, `Doc-tests …`), and the program ends with `test result: …`; the
//! documentation tests of one crate may give several such lines. A program that crashes gives none, which is how that
//! is noticed here. Form as of cargo 1.95 and libtest's default `pretty` format.

/// How many tests ran, over all test programs.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct TestCounts {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that are marked to be left out.
    pub ignored: usize,
    /// The names of the tests that failed, each with its test program.
    pub failures: Vec<String>,
}

impl TestCounts {
    /// Tests that failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.failures.len()
    }
}

/// Collects counts from the lines of `cargo test`, standard output and standard error in their order.
#[derive(Debug, Default)]
pub(super) struct CargoTestOutput {
    counts: TestCounts,
    program: Option<TestProgram>,
    silent: Vec<String>,
}

#[derive(Debug)]
struct TestProgram {
    name: String,
    results: usize,
    failed_names: Vec<String>,
}

impl CargoTestOutput {
    pub(super) fn line(&mut self, line: &str) {
        let line = without_styles(line);
        let line = line.trim_end();
        if let Some(name) = announced_program(line) {
            self.close_program();
            self.program = Some(TestProgram {
                name: name.to_owned(),
                results: 0,
                failed_names: Vec::new(),
            });
        } else if let Some(result) = TestResult::parse(line) {
            self.add(&result);
        } else if let Some(name) = failed_test(line)
            && let Some(program) = &mut self.program
        {
            program.failed_names.push(name.to_owned());
        }
    }

    /// The counts, and what is wrong apart from failed tests, a line each.
    pub(super) fn finish(mut self) -> (TestCounts, Vec<String>) {
        self.close_program();
        (self.counts, self.silent)
    }

    fn add(&mut self, result: &TestResult) {
        self.counts.passed += result.passed;
        self.counts.ignored += result.ignored;
        let (program, mut names) = match &mut self.program {
            Some(program) => {
                program.results += 1;
                (program.name.as_str(), std::mem::take(&mut program.failed_names))
            }
            None => ("a test program", Vec::new()),
        };
        // The result's own count is the truth; names only make it readable.
        names.resize(result.failed, "a test without a name".to_owned());
        self.counts
            .failures
            .extend(names.into_iter().map(|name| format!("{name} in {program}")));
    }

    fn close_program(&mut self) {
        if let Some(program) = self.program.take()
            && program.results == 0
        {
            self.silent
                .push(format!("{} ended without a result", program.name));
        }
    }
}

/// The numbers of one `test result:` line.
#[derive(Debug, PartialEq, Eq)]
struct TestResult {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl TestResult {
    /// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`.
    fn parse(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("test result: ")?;
        let (_, numbers) = rest.split_once(". ")?;
        let mut parts = numbers.split("; ");
        let mut next = |what: &str| parts.next()?.strip_suffix(what)?.trim_end().parse().ok();
        Some(Self {
            passed: next("passed")?,
            failed: next("failed")?,
            ignored: next("ignored")?,
        })
    }
}

/// The program that cargo announces in this line. Cargo right-aligns its verb to twelve columns.
fn announced_program(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("     Running ") {
        let (name, file) = rest.rsplit_once(" (")?;
        return file.ends_with(')').then_some(if name == "unittests" {
            file.trim_end_matches(')')
        } else {
            rest
        });
    }
    line.strip_prefix("   ")
        .filter(|rest| rest.starts_with("Doc-tests "))
}

/// The test that failed according to this line: `test name ... FAILED`.
fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

/// The text without the terminal's colour sequences (`ESC [ … m`).
pub(super) fn without_styles(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, tail)| tail);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(output: &str) -> (TestCounts, Vec<String>) {
        let mut collected = CargoTestOutput::default();
        output.lines().for_each(|line| collected.line(line));
        collected.finish()
    }

    const SEVERAL_PROGRAMS: &str = "\
   Compiling lamp v0.1.0
    Finished `test` profile [unoptimized + debuginfo] target(s) in 1.23s
     Running unittests src/lib.rs (target/debug/deps/lamp-0123456789abcdef)

running 3 tests
test colour::is_read ... ok
test colour::is_shown ... ok
test colour::is_slow ... ignored

test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/signal.rs (target/debug/deps/signal-0123456789abcdef)

running 1 test
test it_lights ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 2.50s

   Doc-tests lamp

running 1 test
test src/lib.rs - light (line 7) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s

running 1 test
test src/lib.rs - dim (line 21) - compile fail ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s

all doctests ran in 0.40s; merged doctests compilation took 0.20s
";

    #[test]
    fn tests_of_all_programs_are_added_up() {
        let (counts, problems) = counted(SEVERAL_PROGRAMS);
        assert_eq!(
            counts,
            TestCounts {
                passed: 5,
                ignored: 1,
                failures: vec![]
            }
        );
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn colours_change_nothing() {
        let coloured = SEVERAL_PROGRAMS
            .replace("     Running", "\u{1b}[1m\u{1b}[92m     Running\u{1b}[0m")
            .replace("   Doc-tests", "\u{1b}[1m\u{1b}[92m   Doc-tests\u{1b}[0m")
            .replace(" ok", " \u{1b}[32mok\u{1b}(B\u{1b}[m")
            .replace("\u{1b}(B", "");
        assert_eq!(counted(&coloured), counted(SEVERAL_PROGRAMS));
    }

    #[test]
    fn failed_tests_are_named_with_their_program() {
        let (counts, problems) = counted(
            "     Running tests/signal.rs (target/debug/deps/signal-01)\n\
             \n\
             running 2 tests\n\
             test it_lights ... FAILED\n\
             test it_dims ... ok\n\
             \n\
             failures:\n\
             \n\
             failures:\n    it_lights\n\
             \n\
             test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        );
        assert_eq!(counts.passed, 1);
        assert_eq!(
            counts.failures,
            ["it_lights in tests/signal.rs (target/debug/deps/signal-01)"]
        );
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn the_count_of_failures_holds_even_if_a_name_was_lost_in_other_output() {
        let (counts, _) = counted(
            "     Running unittests src/lib.rs (target/debug/deps/lamp-01)\n\
             test one ... something printed in betweenFAILED\n\
             test two ... FAILED\n\
             test result: FAILED. 0 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        );
        assert_eq!(counts.failed(), 2);
    }

    #[test]
    fn a_program_that_crashes_is_noticed() {
        let (counts, problems) = counted(
            "     Running unittests src/lib.rs (target/debug/deps/lamp-01)\n\
             \n\
             running 3 tests\n\
             test one ... ok\n\
             error: test failed, to rerun pass `-p lamp --lib`\n\
             \n\
             Caused by:\n\
             \x20 process didn't exit successfully: `lamp-01` (signal: 6, SIGABRT: process abort signal)\n\
             \x20    Running tests/signal.rs (target/debug/deps/signal-01)\n\
             test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        );
        assert_eq!(counts.passed, 4);
        assert_eq!(
            problems,
            ["unittests src/lib.rs (target/debug/deps/lamp-01) ended without a result"]
        );
    }

    #[test]
    fn the_last_program_crashing_is_noticed_too() {
        let (_, problems) = counted("   Doc-tests lamp\nrunning 1 test\n");
        assert_eq!(problems, ["Doc-tests lamp ended without a result"]);
    }

    #[test]
    fn lines_that_only_look_like_results_are_not_counted() {
        for line in [
            "test result: ",
            "test result: ok. many passed; 0 failed; 0 ignored",
            "test result: ok. 1 passed",
            " test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "Running the signal box (at night)",
        ] {
            assert_eq!(counted(line), (TestCounts::default(), vec![]), "{line:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_output_makes_the_reading_fail(output in "(test |result: |ok\\. |[0-9]{1,30} passed; |\u{1b}\\[|m|\\PC|\n){0,40}") {
            counted(&output);
        }
    }
}
