//! Answers as text for people: terse, calm, worst first; shape, word and colour together; nothing empty is shown
//! without the next step to take.

mod at;
mod event;
mod history;
mod inert;
mod screen;
mod settings;
mod status;
mod style;
mod vendors;
mod watch;

pub(crate) use inert::is_obeyed;
pub use inert::{inert, inert_line};
pub use settings::{config_path, config_report};
pub use style::{Paint, Style, exact, health_words};
pub use vendors::catalogue;
pub use watch::{announcement, begins as watch_begins, event as watch_event};

use jiff::Timestamp;
use signalbox_engine::api::Reply;

/// What was asked, as far as the answer's text depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing beside what the reply itself says.
    Plainly,
    /// A list of what is watched, not of how it is.
    List,
    /// An incident with what was said before it was edited.
    Revisions,
    /// A search for these words.
    Words(String),
    /// A history of a limited length.
    Limit(u32),
    /// A change of the scope.
    ScopeChange,
}

/// An answer as text.
#[must_use]
pub fn reply(reply: &Reply, asked: &Asked, style: &Style) -> String {
    let mut screen = screen::Screen::new(style);
    match reply {
        Reply::Pong(engine) => settings::pong(&mut screen, engine),
        Reply::Status(view) if *asked == Asked::List => status::list(&mut screen, view),
        Reply::Status(view) => status::status(&mut screen, view),
        Reply::Added(view) => status::added(&mut screen, view),
        Reply::Removed(view) => settings::removed(&mut screen, view),
        Reply::Scope(view) => settings::scope(&mut screen, view, *asked == Asked::ScopeChange),
        Reply::History(view) => history::history(&mut screen, view, asked),
        Reply::Incident(view) => event::event(&mut screen, view, *asked == Asked::Revisions),
        Reply::At(view) => at::at(&mut screen, view),
        Reply::Search(view) => history::search(&mut screen, view, asked),
        Reply::Uptime(view) => history::uptime(&mut screen, view),
        Reply::Vendors(view) => vendors::vendors(&mut screen, view, asked),
        Reply::Muted(view) => settings::muted(&mut screen, view),
        Reply::Acknowledged(view) => settings::acknowledged(&mut screen, view),
        Reply::AcceptedUnreadable(view) => settings::accepted(&mut screen, view),
        Reply::Doctor(view) => settings::doctor(&mut screen, view),
        Reply::Paused(view) => settings::paused(&mut screen, view),
        Reply::Resumed => screen.sentence(0, "Notifications on the screen are on."),
        Reply::Shown => screen.sentence(0, "It is shown."),
    }
    screen.into_text()
}

/// Whether a time stands for "until it is lifted": the far future.
fn is_for_ever(until: Timestamp, now: Timestamp) -> bool {
    const FIFTY_YEARS: i64 = 50 * 365 * 86_400;
    until.as_second().saturating_sub(now.as_second()) > FIFTY_YEARS
}

/// "muted until 18:00", "muted until lifted"; nothing if the mute is over.
fn mute_words(until: Option<Timestamp>, style: &Style) -> Option<String> {
    let until = until.filter(|until| *until > style.now)?;
    Some(if is_for_ever(until, style.now) {
        "muted until lifted".to_owned()
    } else {
        format!("muted until {}", style.brief(until))
    })
}

/// A word of a closed vocabulary for people: `in_progress` is "in progress".
fn spaced(word: &str) -> String {
    word.replace('_', " ")
}

/// A number with its noun: "1 component", "3 components".
fn count(number: impl Into<u64>, noun: &str) -> String {
    let number = number.into();
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
