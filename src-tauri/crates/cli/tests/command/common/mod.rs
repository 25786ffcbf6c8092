//! A recorded backend, and views as an engine would give them.
//!
//! It is Thursday, 2026-11-19, 10:00 in a zone like Berlin's.

pub(crate) mod views;

use std::{
    cell::RefCell,
    io::{self, Write},
    path::Path,
    rc::Rc,
    sync::{Arc, Mutex},
};

use clap::Parser as _;
use jiff::{Timestamp, tz::TimeZone};
use signalbox_cli::{
    args::Arguments,
    backend::{Backend, ConfigReport, Locations, Places, WatchOutput},
    command::{self, Streams, Surroundings},
};
use signalbox_engine::{
    api::{ApiError, CatalogueView, ErrorCode, Reply, Request},
    config::Limits,
};

/// Now in every test.
pub(crate) const NOW: &str = "2026-11-19T09:00:00Z";

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// What the command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
    /// What it asked the backend.
    pub(crate) asked: Vec<Request>,
}

/// What the recorded backend answers.
#[derive(Clone, Default)]
pub(crate) struct Recorded {
    pub(crate) reply: Option<Result<Reply, ApiError>>,
    pub(crate) config: Option<Result<ConfigReport, ApiError>>,
    /// Why the catalogue is not updated; it is where nothing stands.
    pub(crate) refusal: Option<ApiError>,
    pub(crate) announcements: Vec<signalbox_channels::Announcement>,
    pub(crate) places: Rc<RefCell<Option<Places>>>,
    pub(crate) asked: Rc<RefCell<Vec<Request>>>,
}

fn nothing() -> ApiError {
    ApiError::new(ErrorCode::Internal, "nothing is recorded")
}

impl Backend for Recorded {
    fn ask(&self, request: Request) -> Result<Reply, ApiError> {
        self.asked.borrow_mut().push(request);
        self.reply.clone().unwrap_or_else(|| Err(nothing()))
    }

    fn watch(&self, _: Limits, mut output: WatchOutput) -> Result<(), ApiError> {
        if let Some(Ok(Reply::Status(status))) = &self.reply {
            output.begin(status).map_err(|_| nothing())?;
        }
        for announcement in &self.announcements {
            output.announce(announcement, time(NOW)).map_err(|_| nothing())?;
        }
        Ok(())
    }

    fn config_check(&self) -> Result<ConfigReport, ApiError> {
        self.config.clone().unwrap_or_else(|| Err(nothing()))
    }

    fn update_catalogue(&self, list: Option<&Path>) -> Result<CatalogueView, ApiError> {
        match &self.refusal {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(views::catalogue(list.is_some())),
        }
    }

    fn locations(&self) -> Result<Locations, ApiError> {
        Ok(Locations {
            config: "/user/ada/.config/signalbox/config.toml".into(),
            data: "/user/ada/.local/share/signalbox".into(),
            logs: "/user/ada/.local/state/signalbox/logs".into(),
        })
    }
}

/// How the output is shown.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) terminal: bool,
    pub(crate) width: Option<usize>,
    pub(crate) color: bool,
    pub(crate) unicode: bool,
}

/// A terminal of 100 cells that is not coloured, so that snapshots can be read.
pub(crate) const TERMINAL: Shown = Shown {
    terminal: true,
    width: Some(100),
    color: false,
    unicode: true,
};

/// A pipe.
pub(crate) const PIPE: Shown = Shown {
    terminal: false,
    width: None,
    color: false,
    unicode: true,
};

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs the command against what was recorded.
pub(crate) fn run(words: &[&str], recorded: &Recorded, shown: Shown) -> Said {
    let arguments = Arguments::try_parse_from(std::iter::once("signalbox").chain(words.iter().copied()))
        .expect("words that the command understands");
    let surroundings = Surroundings {
        now: time(NOW),
        zone: TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone"),
        terminal: shown.terminal,
        width: shown.width,
        color: shown.color,
        unicode: shown.unicode,
    };
    let connect = |places: Places| -> Box<dyn Backend> {
        *recorded.places.borrow_mut() = Some(places);
        Box::new(recorded.clone())
    };
    let mut out = Shared::default();
    let watch_out = out.clone();
    let mut err = Vec::new();
    let code = command::run(
        &arguments,
        &surroundings,
        &connect,
        &mut Streams {
            out: &mut out,
            err: &mut err,
            input: &mut io::empty(),
            watch_out: &|| Box::new(watch_out.clone()),
            watch_err: &|| Box::new(io::sink()),
        },
    );
    let out = out.0.lock().expect("not poisoned").clone();
    Said {
        code,
        out: String::from_utf8(out).expect("text"),
        err: String::from_utf8(err).expect("text"),
        asked: recorded.asked.borrow().clone(),
    }
}

/// Runs the command on a terminal; the backend gives `reply`.
pub(crate) fn ask(words: &[&str], reply: Reply) -> Said {
    let recorded = Recorded {
        reply: Some(Ok(reply)),
        ..Recorded::default()
    };
    run(words, &recorded, TERMINAL)
}

/// Runs the command on a terminal; the backend refuses.
pub(crate) fn refuse(words: &[&str], code: ErrorCode, message: &str) -> Said {
    let recorded = Recorded {
        reply: Some(Err(ApiError::new(code, message))),
        ..Recorded::default()
    };
    run(words, &recorded, TERMINAL)
}
