//! What is being done, for whoever looks for a reason: on standard error if asked for, and for a watch in a file a day.

use std::{fs, io, path::Path};

use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// So many days of a watch's log are kept.
const DAYS_KEPT: usize = 7;

/// What goes into the file: our own words. What libraries say may hold addresses with passwords in them, so that only
/// their warnings are taken.
const IN_THE_FILE: &str = "warn,signalbox_engine=info,signalbox_channels=info,signalbox_cli=info,signalbox_shell=info,signalbox_desktop=info";

/// Begins to log, until what it returns is dropped. `verbose` counts the `-v`; `dir` is where a watch's files go.
///
/// A directory that cannot be written is no reason to fail: whoever needs it finds that out for themselves.
#[must_use]
pub fn start(verbose: u8, dir: Option<&Path>) -> Option<WorkerGuard> {
    let (file, guard) = match dir.and_then(|dir| daily(dir).ok()) {
        Some(file) => {
            let (writer, guard) = tracing_appender::non_blocking(file);
            (Some(writer), Some(guard))
        }
        None => (None, None),
    };
    let file = file.map(|writer| {
        tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .log_internal_errors(false)
            .with_writer(writer)
            .with_filter(EnvFilter::new(IN_THE_FILE))
    });
    let shown = on_standard_error(verbose).map(|filter| {
        tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .log_internal_errors(false)
            .with_writer(io::stderr)
            .with_filter(EnvFilter::new(filter))
    });
    if file.is_none() && shown.is_none() {
        return None;
    }
    // Somebody who set up logging before us, as a test does, keeps it.
    let _ = tracing_subscriber::registry().with(file).with(shown).try_init();
    log_panics();
    guard
}

fn on_standard_error(verbose: u8) -> Option<String> {
    match (std::env::var("SIGNALBOX_LOG"), verbose) {
        (Ok(filter), _) if !filter.is_empty() => Some(filter),
        (_, 0) => None,
        (_, 1) => Some("info".to_owned()),
        (_, _) => Some("debug".to_owned()),
    }
}

/// A file a day, in a directory that is this person's alone if it has to be made.
fn daily(dir: &Path) -> io::Result<RollingFileAppender> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)?;
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("signalbox")
        .filename_suffix("log")
        .max_log_files(DAYS_KEPT)
        .build(dir)
        .map_err(io::Error::other)
}

/// A panic is a fault of ours: its place belongs into the log beside what happened before it.
fn log_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let words = panic.payload_as_str().unwrap_or("without words");
        tracing::error!(place, words, "a panic");
        usual(panic);
    }));
}
