//! Scripts: pages whose states follow each other over time, in TOML.
//!
//! A state is the former one with changes. `statuspage` is the description of a page (see [`StatuspageBody`]);
//! what a later state gives of it is merged (RFC 7396), and `remove` takes parts out. `documents` gives single
//! documents: as `text`, `json`, a `file` beside the script, or a `patch` of what the path served before.
//! Misbehaviour lasts until the next state.

mod run;
mod scene;
mod template;

use std::{
    collections::BTreeMap,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

pub use run::Run;
pub use scene::Scene;

#[cfg(doc)]
use crate::StatuspageBody;
use crate::{
    misbehaviour::{Misbehaviour, parse_span},
    page::HttpOptions,
};

/// What is wrong with a script, and where: `file:line:column: what`.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {message}", file.display(), place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default())]
pub struct ScriptError {
    /// The script's file.
    pub file: PathBuf,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub message: String,
}

/// A script that was read and found to be sound in every state.
#[derive(Debug, Clone)]
pub struct Script {
    pages: Vec<ScriptPage>,
}

/// One page of a script.
#[derive(Debug, Clone)]
pub struct ScriptPage {
    source: Arc<Source>,
    name: String,
    http: HttpOptions,
    states: Vec<State>,
    /// After how long the script begins anew.
    period: Option<Duration>,
}

#[derive(Debug)]
struct Source {
    file: PathBuf,
    text: String,
    /// The files that documents are made of, by the name in the script.
    files: BTreeMap<String, Bytes>,
}

#[derive(Debug, Clone)]
struct State {
    at: Duration,
    entry: StateEntry,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptEntry {
    #[serde(rename = "loop")]
    period: Option<Spanned<String>>,
    page: Vec<PageEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageEntry {
    name: String,
    #[serde(default)]
    http: HttpOptions,
    state: Spanned<Vec<StateEntry>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateEntry {
    at: Option<Spanned<String>>,
    statuspage: Option<Spanned<Value>>,
    #[serde(default)]
    remove: Vec<Spanned<String>>,
    #[serde(default)]
    documents: BTreeMap<String, Spanned<DocumentEntry>>,
    misbehave: Option<Misbehaviour>,
    #[serde(default)]
    misbehave_at: BTreeMap<String, Misbehaviour>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentEntry {
    file: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    json: Option<Spanned<Value>>,
    patch: Option<Spanned<Value>>,
    #[serde(default)]
    absent: bool,
    content_type: Option<String>,
}

impl Script {
    /// Reads a script and the files that it names.
    ///
    /// # Errors
    /// It cannot be read, or is unsound in any state.
    pub fn load(file: &Path) -> Result<Self, ScriptError> {
        let text = std::fs::read_to_string(file).map_err(|error| ScriptError {
            file: file.to_owned(),
            place: None,
            message: format!("cannot be read: {error}"),
        })?;
        Self::parse(text, file)
    }

    /// Takes a script's text; files that it names are looked for beside `file`, which need not exist itself.
    ///
    /// # Errors
    /// It is unsound in any state, or a file that it names cannot be read.
    pub fn parse(text: impl Into<String>, file: &Path) -> Result<Self, ScriptError> {
        let mut source = Source {
            file: file.to_owned(),
            text: text.into(),
            files: BTreeMap::new(),
        };
        let script: ScriptEntry = toml::from_str(&source.text)
            .map_err(|error| source.error(error.span(), error.message().trim_end().to_owned()))?;
        let period = match &script.period {
            Some(period) => Some(source.span_of(period)?),
            None => None,
        };
        let mut pages = Vec::new();
        for page in script.page {
            let states = source.states(page.state, period)?;
            pages.push((page.name, page.http, states));
        }
        let source = Arc::new(source);
        let pages = pages.into_iter().map(|(name, http, states)| ScriptPage {
            source: source.clone(),
            name,
            http,
            states,
            period,
        });
        let script = Self {
            pages: pages.collect(),
        };
        // What is wrong with any state is said now, not when its time comes.
        for page in &script.pages {
            page.scene(
                page.states.len().saturating_sub(1),
                0,
                Timestamp::UNIX_EPOCH,
                "http://127.64.0.1",
            )?;
        }
        Ok(script)
    }

    /// The pages, in the order as written.
    #[must_use]
    pub fn pages(&self) -> &[ScriptPage] {
        &self.pages
    }
}

impl ScriptPage {
    /// The page's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the page shows so long after the script began, which was at `started`. A function of its arguments
    /// alone. `url` is the page's address.
    ///
    /// # Errors
    /// A time in a document lies outside of what can be written; everything else was found when the script was
    /// read.
    pub fn state_at(&self, elapsed: Duration, started: Timestamp, url: &str) -> Result<Scene, ScriptError> {
        let (round, index) = self.position(elapsed);
        self.scene(index, round, started, url)
    }

    /// When, after `elapsed`, the page changes next; `None` if never.
    #[must_use]
    pub fn next_change(&self, elapsed: Duration) -> Option<Duration> {
        let (round, index) = self.position(elapsed);
        match self.states.get(index + 1) {
            Some(next) => Some(self.period.unwrap_or_default() * round + next.at),
            None => self.period.map(|period| period * (round + 1)),
        }
    }

    /// The round of a script that loops, and the state in it.
    fn position(&self, elapsed: Duration) -> (u32, usize) {
        let (round, within) = match self.period {
            Some(period) => {
                let round = u32::try_from(elapsed.as_nanos() / period.as_nanos()).unwrap_or(u32::MAX);
                (round, elapsed.saturating_sub(period * round))
            }
            None => (0, elapsed),
        };
        let index = self
            .states
            .partition_point(|state| state.at <= within)
            .saturating_sub(1);
        (round, index)
    }
}

impl Source {
    fn error(&self, place: Option<Range<usize>>, message: impl Into<String>) -> ScriptError {
        let place = place.map(|place| {
            let before = self.text.get(..place.start).unwrap_or_default();
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
            (before.matches('\n').count() + 1, column)
        });
        ScriptError {
            file: self.file.clone(),
            place,
            message: message.into(),
        }
    }

    fn span_of(&self, text: &Spanned<String>) -> Result<Duration, ScriptError> {
        match parse_span(text.get_ref()) {
            Ok(Duration::ZERO) if text.get_ref().starts_with('-') => {
                Err(self.error(Some(text.span()), "a span of time cannot be negative"))
            }
            Ok(span) => Ok(span),
            Err(message) => Err(self.error(Some(text.span()), message)),
        }
    }

    /// Puts the states of a page in order and reads the files that they name.
    fn states(
        &mut self,
        entries: Spanned<Vec<StateEntry>>,
        period: Option<Duration>,
    ) -> Result<Vec<State>, ScriptError> {
        let place = entries.span();
        let mut states: Vec<State> = Vec::new();
        for entry in entries.into_inner() {
            let at = match &entry.at {
                Some(at) => self.span_of(at)?,
                None => Duration::ZERO,
            };
            let place = entry.at.as_ref().map_or_else(|| place.clone(), Spanned::span);
            match states.last() {
                None if !at.is_zero() => {
                    return Err(self.error(Some(place), "the first state must be at \"0s\""));
                }
                Some(former) if at <= former.at => {
                    return Err(self.error(
                        Some(place),
                        "states must be in order, each later than the one before",
                    ));
                }
                _ => {}
            }
            if period.is_some_and(|period| period <= at) {
                return Err(self.error(Some(place), "the loop is over before this state begins"));
            }
            for document in entry.documents.values() {
                self.read(document)?;
            }
            states.push(State { at, entry });
        }
        if states.is_empty() {
            return Err(self.error(Some(place), "a page has at least one state"));
        }
        Ok(states)
    }

    fn read(&mut self, document: &Spanned<DocumentEntry>) -> Result<(), ScriptError> {
        let entry = document.get_ref();
        let given = [
            entry.file.is_some(),
            entry.text.is_some(),
            entry.json.is_some(),
            entry.absent,
        ];
        let given = given.into_iter().filter(|given| *given).count();
        if given > 1 || (given == 0 && entry.patch.is_none()) {
            let message = "a document has one of `file`, `text`, `json`, `absent`, or a `patch`";
            return Err(self.error(Some(document.span()), message));
        }
        if let Some(name) = &entry.file {
            let path = self.file.parent().unwrap_or(Path::new("")).join(name.get_ref());
            let bytes = std::fs::read(&path).map_err(|error| {
                self.error(
                    Some(name.span()),
                    format!("cannot read {}: {error}", path.display()),
                )
            })?;
            self.files.insert(name.get_ref().clone(), bytes.into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
