//! The command `signalbox`: asks what the status pages of the watched vendors said, as text or as JSON.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(signalbox_cli::main_with(std::env::args_os()))
}
