//! The command `signalbox`: asks, and shows the answer as text for people or as JSON for programs.
//!
//! It knows the API of the engine and nothing behind it: no SQL, no HTTP, no payload.
//!
//! ```text
//! arguments ─► request ─► backend ─► reply ─► text or JSON, and an exit code
//! ```

pub mod args;
pub mod backend;
pub mod command;
pub mod exit;
pub mod json;
pub mod manual;
pub mod moment;
mod printer;
pub mod read;
pub mod schemas;
pub mod text;

use std::{
    ffi::OsString,
    io::{self, IsTerminal as _, Write},
    path::PathBuf,
};

use clap::{Parser as _, error::ErrorKind};
use jiff::tz::TimeZone;
use signalbox_engine::{
    api::{ApiError, ErrorCode},
    clock::{Clock as _, SystemClock},
};

use crate::{
    args::{Arguments, Command},
    backend::{Backend, EngineBackend, Places},
    command::{Streams, Surroundings},
};

/// Runs the command in this process's own surroundings and gives its exit code.
#[must_use]
pub fn main_with(words: impl IntoIterator<Item = OsString>) -> u8 {
    let words: Vec<OsString> = words.into_iter().collect();
    let terminal = io::stdout().is_terminal();
    let arguments = match parse(&words, terminal) {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let _logging = signalbox_engine::log::start(arguments.global.verbose, log_dir(&arguments).as_deref());
    let surroundings = surroundings(terminal);
    let connect = |places: Places| -> Box<dyn Backend> { Box::new(EngineBackend::new(places)) };
    command::run(
        &arguments,
        &surroundings,
        &connect,
        &mut Streams {
            // Not locked: a watch writes to it from another thread.
            out: &mut io::stdout(),
            err: &mut io::stderr(),
            input: &mut io::stdin(),
            watch_out: &|| Box::new(io::stdout()),
            watch_err: &|| Box::new(io::stderr()),
        },
    )
}

/// Reads the words; where they are no command, or ask for help, answers at once and gives the exit code.
fn parse(words: &[OsString], terminal: bool) -> Result<Arguments, u8> {
    let error = match Arguments::try_parse_from(words) {
        Ok(arguments) => return Ok(arguments),
        Err(error) => error,
    };
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Err(command::flushed(error.print(), exit::WELL));
    }
    let wants_json = words
        .iter()
        .take_while(|word| *word != "--")
        .any(|word| word == "--json");
    if wants_json {
        let message = error.render().to_string();
        let message = message.trim().trim_start_matches("error: ").to_owned();
        let text = json::error(&ApiError::new(ErrorCode::Usage, message), terminal);
        return Err(command::flushed(
            io::stdout().write_all(text.as_bytes()),
            exit::USAGE,
        ));
    }
    // Where standard error is closed nobody wants to know.
    let _ = error.print();
    Err(exit::USAGE)
}

fn surroundings(terminal: bool) -> Surroundings {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Surroundings {
        now: SystemClock::new().now(),
        zone: TimeZone::system(),
        terminal,
        width: terminal
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0).max(40)),
        color: terminal && set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb"),
        unicode: cfg!(windows)
            || ["LC_ALL", "LC_CTYPE", "LANG"]
                .into_iter()
                .find_map(set)
                .is_some_and(|locale| is_utf8(&locale)),
    }
}

/// Whether a locale such as `de_DE.UTF-8` can show more than ASCII.
fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// Where a watch logs to; nowhere for what is over in a moment.
fn log_dir(arguments: &Arguments) -> Option<PathBuf> {
    let Command::Watch { .. } = arguments.command else {
        return None;
    };
    let places = Places {
        config: arguments.global.config.clone(),
        data_dir: arguments.global.data_dir.clone(),
    };
    EngineBackend::new(places)
        .locations()
        .ok()
        .map(|locations| locations.logs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_command_fit_together() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_locale_that_is_not_utf8_gets_ascii() {
        for (locale, expected) in [
            ("de_DE.UTF-8", true),
            ("C.utf8", true),
            ("C", false),
            ("POSIX", false),
            ("de_DE.ISO-8859-1", false),
        ] {
            assert_eq!(is_utf8(locale), expected, "{locale}");
        }
    }
}
