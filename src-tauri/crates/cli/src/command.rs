//! From the person's words to a request, and from the answer to text or JSON and an exit code.

use std::{
    io::{self, Read, Write},
    sync::{Arc, OnceLock},
};

use jiff::{Timestamp, Zoned, tz::TimeZone};
use signalbox_engine::{
    api::{ApiError, ErrorCode, Reply, Request},
    config::Limits,
};
use signalbox_pages::contract::ReadError;

use crate::{
    args::{Arguments, CatalogCommand, ColorChoice, Command, ConfigCommand},
    backend::{Backend, Places, WatchOutput},
    exit, json, manual,
    moment::{NotUnderstood, Side, parse_duration, parse_leading_time, parse_time},
    read, schemas,
    text::{self, Asked, Style},
};

/// What the command finds around it.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Now.
    pub now: Timestamp,
    /// The person's zone.
    pub zone: TimeZone,
    /// Whether the output is a terminal.
    pub terminal: bool,
    /// The terminal's width in cells, if the output is one.
    pub width: Option<usize>,
    /// Whether `--color auto` means colour.
    pub color: bool,
    /// Whether characters beyond ASCII can be shown.
    pub unicode: bool,
}

/// What the command reads from and writes to.
pub struct Streams<'a> {
    /// Standard output.
    pub out: &'a mut dyn Write,
    /// Standard error.
    pub err: &'a mut dyn Write,
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Another handle of standard output, for a watch, which may write from another thread.
    pub watch_out: &'a dyn Fn() -> Box<dyn Write + Send>,
    /// Another handle of standard error, for the same.
    pub watch_err: &'a dyn Fn() -> Box<dyn Write + Send>,
}

/// Why the command ended without doing what was asked.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error(transparent)]
    Refused(#[from] ApiError),
    #[error(transparent)]
    Unreadable(ReadError),
    #[error("the answer could not be written: {0}")]
    Output(#[from] io::Error),
}

impl From<NotUnderstood> for Ended {
    fn from(error: NotUnderstood) -> Self {
        usage(error.to_string())
    }
}

fn usage(message: impl Into<String>) -> Ended {
    Ended::Refused(ApiError::new(ErrorCode::Usage, message))
}

/// Does what the arguments say and gives the exit code. `connect` is called only by commands that need an answer
/// from the engine or the store.
pub fn run(
    arguments: &Arguments,
    surroundings: &Surroundings,
    connect: &dyn Fn(Places) -> Box<dyn Backend>,
    streams: &mut Streams<'_>,
) -> u8 {
    let global = &arguments.global;
    let style = Style {
        color: match global.color {
            ColorChoice::Auto => surroundings.color,
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        },
        unicode: surroundings.unicode,
        width: surroundings.width,
        zone: if global.utc {
            TimeZone::UTC
        } else {
            surroundings.zone.clone()
        },
        now: surroundings.now,
    };
    let asking = Asking {
        json: global.json,
        pretty: surroundings.terminal,
        style,
        places: Places {
            config: global.config.clone(),
            data_dir: global.data_dir.clone(),
        },
        connect,
    };
    let ended = match asking.run(&arguments.command, streams) {
        Ok(code) => return flushed(streams.out.flush(), code),
        Err(ended) => ended,
    };
    let as_json = global.json || matches!(arguments.command, Command::Read { .. });
    match ended {
        Ended::Refused(error) => {
            let code = exit::of_error(error.code);
            if as_json {
                let written = streams
                    .out
                    .write_all(json::error(&error, asking.pretty).as_bytes());
                return flushed(written.and_then(|()| streams.out.flush()), code);
            }
            complain(streams.err, &error.message);
            code
        }
        Ended::Unreadable(error) => {
            let code = exit::of_read_error(error.error.code);
            let written = json::write(&error, asking.pretty)
                .and_then(|text| streams.out.write_all(text.as_bytes()))
                .and_then(|()| streams.out.flush());
            flushed(written, code)
        }
        Ended::Output(error) => {
            let code = flushed(Err(error), exit::WELL);
            if code == exit::OUTPUT {
                complain(streams.err, "The answer could not be written out.");
            }
            code
        }
    }
}

/// Says on standard error why nothing came of it. Nobody may be reading there, which changes nothing.
pub(crate) fn complain(err: &mut dyn Write, message: &str) {
    let message = text::inert(message);
    let _ = writeln!(err, "signalbox: {}", message.trim_end());
}

/// The exit code after writing: a reader that has gone away, as in `| head`, has read what it wanted.
pub(crate) fn flushed(written: io::Result<()>, code: u8) -> u8 {
    match written {
        Ok(()) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(_) => exit::OUTPUT,
    }
}

struct Asking<'a> {
    json: bool,
    pretty: bool,
    style: Style,
    places: Places,
    connect: &'a dyn Fn(Places) -> Box<dyn Backend>,
}

impl Asking<'_> {
    fn run(&self, command: &Command, streams: &mut Streams<'_>) -> Result<u8, Ended> {
        let now = self.style.now.to_zoned(self.style.zone.clone());
        let written = match command {
            Command::Watch { demo } => return self.watch(*demo, streams),
            Command::Read { files, platform } => {
                let read = read::read(files, platform.as_deref(), streams.input);
                let page = read.map_err(|failure| match failure {
                    read::Failure::Usage(error) => Ended::Refused(error),
                    read::Failure::Refused(error) => Ended::Unreadable(error),
                })?;
                streams.out.write_all(json::write(&page, self.pretty)?.as_bytes())
            }
            Command::Config(which) => return self.config(*which, streams),
            Command::Catalog(CatalogCommand::Update { file, .. }) => {
                let view = self.backend().update_catalogue(file.as_deref())?;
                let text = if self.json {
                    json::document(&view, self.pretty)?
                } else {
                    text::catalogue(&view, &self.style)
                };
                // It is done, whether or not anybody reads that it is.
                return Ok(flushed(streams.out.write_all(text.as_bytes()), exit::WELL));
            }
            Command::Completions { shell } => streams.out.write_all(&manual::completions(*shell)),
            Command::Man { dir: Some(dir), .. } => manual::write(dir),
            Command::Man { command, dir: None } => match manual::page(command.as_deref())? {
                Some(page) => streams.out.write_all(&page),
                None => return Err(usage("There is no such command.")),
            },
            Command::Schemas { dir } => schemas::write(dir),
            Command::Add { .. }
            | Command::Remove { .. }
            | Command::List
            | Command::Scope { .. }
            | Command::Status { .. }
            | Command::Check { .. }
            | Command::History { .. }
            | Command::Incident { .. }
            | Command::At { .. }
            | Command::Search { .. }
            | Command::Vendors { .. }
            | Command::Uptime { .. }
            | Command::Mute { .. }
            | Command::Pause { .. }
            | Command::Ack { .. }
            | Command::Accept { .. }
            | Command::Doctor => {
                let (request, asked) = question(command, &now)?;
                return self.ask(request, &asked, streams);
            }
        };
        written?;
        Ok(exit::WELL)
    }

    fn ask(&self, request: Request, asked: &Asked, streams: &mut Streams<'_>) -> Result<u8, Ended> {
        let judges =
            matches!(request, Request::Status { .. } | Request::Check { .. }) && *asked != Asked::List;
        let reply = self.backend().ask(request)?;
        let code = if judges && let Reply::Status(status) = &reply {
            exit::of_vendors(&status.vendors)
        } else {
            exit::of_reply(&reply)
        };
        let text = if self.json {
            json::document(&reply, self.pretty)?
        } else {
            text::reply(&reply, asked, &self.style)
        };
        // The code is the answer too: it stays what it is where nobody reads the text to its end.
        Ok(flushed(streams.out.write_all(text.as_bytes()), code))
    }

    fn watch(&self, demo: bool, streams: &Streams<'_>) -> Result<u8, Ended> {
        let failed = Arc::new(OnceLock::new());
        let limits = if demo { Limits::demo() } else { Limits::default() };
        let output = WatchOutput {
            json: self.json,
            style: self.style.clone(),
            out: (streams.watch_out)(),
            err: (streams.watch_err)(),
            failed: Arc::clone(&failed),
        };
        self.backend().watch(limits, output)?;
        match failed.get() {
            Some(kind) => Err(Ended::Output((*kind).into())),
            None => Ok(exit::WELL),
        }
    }

    fn config(&self, which: ConfigCommand, streams: &mut Streams<'_>) -> Result<u8, Ended> {
        let backend = self.backend();
        let (text, code) = match which {
            ConfigCommand::Check => {
                let report = backend.config_check()?;
                let code = if report.problems.is_empty() {
                    exit::WELL
                } else {
                    exit::CONFIGURATION
                };
                let text = if self.json {
                    json::document(&report, self.pretty)?
                } else {
                    text::config_report(&report, &self.style)
                };
                (text, code)
            }
            ConfigCommand::Path => {
                let locations = backend.locations()?;
                let text = if self.json {
                    json::document(&locations, self.pretty)?
                } else {
                    text::config_path(&locations)
                };
                (text, exit::WELL)
            }
        };
        Ok(flushed(streams.out.write_all(text.as_bytes()), code))
    }

    fn backend(&self) -> Box<dyn Backend> {
        (self.connect)(self.places.clone())
    }
}

/// The request that a command stands for, and what its answer's text depends on.
fn question(command: &Command, now: &Zoned) -> Result<(Request, Asked), Ended> {
    let past = |text: &String| parse_time(text, now, Side::Past);
    let plainly = |request| Ok((request, Asked::Plainly));
    match command.clone() {
        Command::Add { page, name } => plainly(Request::Add { page, name }),
        Command::Remove { vendor } => plainly(Request::Remove { vendor }),
        Command::List => Ok((Request::Status { vendors: Vec::new() }, Asked::List)),
        Command::Scope { vendor, set, all } => {
            let components = if all { Some(Vec::new()) } else { set };
            let asked = if components.is_some() {
                Asked::ScopeChange
            } else {
                Asked::Plainly
            };
            Ok((Request::Scope { vendor, components }, asked))
        }
        Command::Status { vendors } => plainly(Request::Status { vendors }),
        Command::Check { vendors } => plainly(Request::Check { vendors }),
        Command::History {
            vendors,
            since,
            until,
            limit,
            before,
        } => {
            let since = since.as_ref().map(past).transpose()?;
            let until = until.as_ref().map(past).transpose()?;
            in_order(since, until)?;
            let request = Request::History {
                vendors,
                since,
                until,
                limit,
                before,
            };
            Ok((request, Asked::Limit(limit)))
        }
        Command::Incident {
            id,
            vendor,
            revisions,
        } => {
            let asked = if revisions {
                Asked::Revisions
            } else {
                Asked::Plainly
            };
            Ok((Request::Incident { id, vendor }, asked))
        }
        Command::At { words } => {
            let (time, vendors) = parse_leading_time(&words, now, Side::Past)?;
            if time > now.timestamp() {
                return Err(usage("That time has not come yet: nothing is known about it."));
            }
            plainly(Request::At {
                time,
                vendors: vendors.to_vec(),
            })
        }
        Command::Search { words, limit } => {
            let words = words.join(" ");
            if words.trim().is_empty() {
                return Err(usage("Search for what? Give at least one word."));
            }
            let request = Request::Search {
                words: words.clone(),
                limit,
            };
            Ok((request, Asked::Words(words)))
        }
        Command::Vendors { words, limit } => {
            let words = words.join(" ");
            let request = Request::Vendors {
                words: words.clone(),
                limit,
            };
            Ok((request, Asked::Words(words)))
        }
        Command::Uptime {
            vendor,
            components,
            since,
            until,
        } => {
            let (from, until) = (past(&since)?, past(&until)?);
            in_order(Some(from), Some(until))?;
            plainly(Request::Uptime {
                vendor,
                components,
                from,
                until,
            })
        }
        Command::Mute {
            target,
            vendor,
            lift: true,
            ..
        } => plainly(Request::Unmute { target, vendor }),
        Command::Mute {
            target,
            vendor,
            duration,
            until,
            lift: false,
        } => plainly(Request::Mute {
            target,
            vendor,
            until: end(duration.as_deref(), until.as_deref(), now)?,
        }),
        Command::Pause { lift: true, .. } => plainly(Request::Resume),
        Command::Pause {
            duration,
            until,
            lift: false,
        } => plainly(Request::Pause {
            until: end(duration.as_deref(), until.as_deref(), now)?,
        }),
        Command::Ack {
            incident,
            vendor,
            undo,
        } => plainly(Request::Acknowledge {
            incident,
            vendor,
            undo,
        }),
        Command::Accept { vendor, undo } => plainly(Request::AcceptUnreadable {
            vendor,
            accept: !undo,
        }),
        Command::Doctor => plainly(Request::Doctor),
        Command::Watch { .. }
        | Command::Read { .. }
        | Command::Config(_)
        | Command::Catalog(_)
        | Command::Completions { .. }
        | Command::Man { .. }
        | Command::Schemas { .. } => Err(Ended::Refused(ApiError::new(
            ErrorCode::Internal,
            "This command asks nobody.",
        ))),
    }
}

/// The end of a mute or of a pause; `None` if it is to be lifted by hand.
fn end(duration: Option<&str>, until: Option<&str>, now: &Zoned) -> Result<Option<Timestamp>, Ended> {
    if let Some(duration) = duration {
        let span = parse_duration(duration)?;
        let end = now.timestamp().checked_add(span);
        return end.map(Some).map_err(|_| {
            usage("That is too long to count. Without a duration, it lasts until you lift it.")
        });
    }
    let Some(until) = until else { return Ok(None) };
    let end = parse_time(until, now, Side::Future)?;
    if end <= now.timestamp() {
        return Err(usage("That time is over already. To be told again, use --lift."));
    }
    Ok(Some(end))
}

fn in_order(since: Option<Timestamp>, until: Option<Timestamp>) -> Result<(), Ended> {
    match (since, until) {
        (Some(since), Some(until)) if since >= until => {
            Err(usage("The begin (--since) must lie before the end (--until)."))
        }
        _ => Ok(()),
    }
}
