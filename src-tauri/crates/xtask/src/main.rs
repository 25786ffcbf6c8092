//! The command line of `cargo xtask`.

#![expect(
    clippy::print_stderr,
    reason = "a command-line program reports its errors on standard error"
)]

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, builder::PossibleValuesParser};
use xtask::{
    bench::{self, BenchOptions},
    checks::{self, fuzz},
    icons,
    package::{self, PackageOptions},
    project::Project,
    run::{self, RunOptions},
    setup::{self, Consent},
};

/// Set up, run, check and measure Signalbox.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Find out what is missing to build and check Signalbox, and install it
    Setup {
        #[command(flatten)]
        consent: ConsentArgs,
    },
    /// Set up, build and start Signalbox
    Run {
        #[command(flatten)]
        consent: ConsentArgs,
        /// Build without optimisation: compiles faster, runs slower
        #[arg(long)]
        debug: bool,
        /// Watch made-up vendors on this machine instead of your own, in directories that go when it ends
        #[arg(long)]
        demo: bool,
        /// Arguments for the program that is started
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Set up and run every check there is
    Test {
        #[command(flatten)]
        consent: ConsentArgs,
        /// Run only these checks
        #[arg(long, num_args = 1.., value_name = "NAME", value_parser = PossibleValuesParser::new(checks::names()))]
        only: Vec<String>,
    },
    /// Feed the readers with made-up documents and see that they survive
    Fuzz {
        #[command(flatten)]
        consent: ConsentArgs,
        /// How long, in seconds, shared out among the targets
        #[arg(long, default_value_t = fuzz::DEFAULT_SECONDS)]
        seconds: u64,
        /// Fuzz only this target
        target: Option<String>,
    },
    /// Set up, build and make a package for Debian and its kin
    Package {
        #[command(flatten)]
        consent: ConsentArgs,
        /// Pack programs that are built without optimisation
        #[arg(long)]
        debug: bool,
    },
    /// Render the program's own mark in every form that systems ask for
    Icons,
    /// Measure the built program, and print medians and ratios
    Bench {
        /// Measure only the groups with these names
        #[arg(long, num_args = 1.., value_name = "GROUP")]
        only: Vec<String>,
        /// How many rounds the medians are taken from
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
        rounds: u32,
    },
}

#[derive(Args, Clone, Copy)]
struct ConsentArgs {
    /// Install missing system packages without asking
    #[arg(long)]
    yes: bool,
}

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    match carry_out(command_line.task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(task: Task) -> anyhow::Result<ExitCode> {
    let project = Project::find()?;
    match task {
        Task::Setup { consent } => {
            setup::everything(&project, consent.into())?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Run {
            consent,
            debug,
            demo,
            arguments,
        } => run::run(
            &project,
            &RunOptions {
                consent: consent.into(),
                debug,
                demo,
                arguments,
            },
        ),
        Task::Test { consent, only } => checks::run(&project, consent.into(), &only),
        Task::Fuzz {
            consent,
            seconds,
            target,
        } => fuzz::by_hand(&project, consent.into(), seconds, target.as_deref()),
        Task::Package { consent, debug } => package::make(
            &project,
            &PackageOptions {
                consent: consent.into(),
                debug,
            },
        ),
        Task::Icons => {
            icons::render(&project)?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Bench { only, rounds } => bench::run(&project, &BenchOptions { only, rounds }),
    }
}

impl From<ConsentArgs> for Consent {
    fn from(args: ConsentArgs) -> Self {
        if args.yes {
            Self::Given
        } else {
            Self::AskIfPossible
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn what_follows_two_dashes_goes_to_the_started_program() {
        let line = CommandLine::try_parse_from(["xtask", "run", "--debug", "--", "--data-dir", "d"]);
        let Ok(CommandLine {
            task: Task::Run { debug, arguments, .. },
        }) = line
        else {
            panic!("`run --debug -- --data-dir d` is understood");
        };
        assert!(debug);
        assert_eq!(arguments, ["--data-dir", "d"]);
    }

    #[test]
    fn a_check_that_does_not_exist_is_refused() {
        assert!(CommandLine::try_parse_from(["xtask", "test", "--only", "fmt", "tree"]).is_ok());
        assert!(CommandLine::try_parse_from(["xtask", "test", "--only", "fmt", "nonsense"]).is_err());
    }
}
