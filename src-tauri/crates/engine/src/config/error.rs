//! What is wrong with a configuration, and where.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

/// What is wrong with a configuration. `Display` gives "file:line:column: message"; [`ConfigError::report`] shows
/// the line as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// Where in it; `None` where the file as a whole cannot be read.
    pub position: Option<Position>,
    /// What is wrong and what to do, in plain words and without control characters.
    pub message: String,
    /// The line, and below it a caret where it is wrong.
    pub excerpt: Option<String>,
}

/// A place in a text, both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl ConfigError {
    /// The error with the line it is in, for a terminal.
    #[must_use]
    pub fn report(&self) -> String {
        match &self.excerpt {
            Some(excerpt) => format!("{self}\n{excerpt}"),
            None => self.to_string(),
        }
    }

    /// Of a file as a whole.
    pub(super) fn of_file(file: &Path, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            position: None,
            message: message.into(),
            excerpt: None,
        }
    }

    /// Of a place in a file.
    pub(super) fn at(file: &Path, text: &str, fault: Fault) -> Self {
        Self {
            file: file.to_owned(),
            position: Some(position(text, fault.span.start)),
            message: fault.message,
            // The report goes to terminals, journals and logs.
            excerpt: (!fault.is_secret).then(|| excerpt(text, &fault.span)),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.display())?;
        if let Some(Position { line, column }) = self.position {
            write!(out, ":{line}:{column}")?;
        }
        write!(out, ": {}", self.message)
    }
}

impl std::error::Error for ConfigError {}

/// What is wrong within one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where, in bytes.
    pub(super) span: Range<usize>,
    /// What.
    pub(super) message: String,
    /// Whether the line holds something that must not be shown.
    is_secret: bool,
}

impl Fault {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            is_secret: false,
        }
    }

    /// The line holds something that must not be shown.
    pub(super) fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }
}

impl From<toml_edit::TomlError> for Fault {
    fn from(error: toml_edit::TomlError) -> Self {
        let message = error.message().trim().replace('\n', ", ");
        Self::new(error.span().unwrap_or(0..0), visible(&message, 300))
    }
}

/// The place of a byte.
pub(super) fn position(text: &str, at: usize) -> Position {
    Lines::of(text).position(at)
}

/// Where the lines of a text begin.
pub(super) struct Lines<'t> {
    text: &'t str,
    begins: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let further = text.match_indices('\n').map(|(newline, _)| newline + 1);
        Self {
            text,
            begins: std::iter::once(0).chain(further).collect(),
        }
    }

    /// The place of a byte.
    pub(super) fn position(&self, at: usize) -> Position {
        let at = self.text.floor_char_boundary(at);
        let line = self.begins.partition_point(|begin| *begin <= at);
        let begin = self.begins.get(line.saturating_sub(1)).copied().unwrap_or(0);
        Position {
            line,
            column: self.text.get(begin..at).unwrap_or("").chars().count() + 1,
        }
    }
}

/// As many characters of a line as are shown.
const SHOWN: usize = 100;

/// The line of `span` with a caret below; of a long line, the part around it.
fn excerpt(text: &str, span: &Range<usize>) -> String {
    let Position { line, column } = position(text, span.start);
    let whole = text.lines().nth(line - 1).unwrap_or("");
    let skipped = if column > SHOWN { column - SHOWN / 2 } else { 0 };
    let shown: String = whole.chars().skip(skipped).take(SHOWN).map(harmless).collect();
    let marked = text
        .get(span.clone())
        .and_then(|marked| marked.lines().next())
        .map_or(1, |marked| marked.chars().count());
    let indent = column - 1 - skipped;
    let carets = marked.clamp(1, SHOWN.saturating_sub(indent).max(1));
    let number = line.to_string();
    let gutter = " ".repeat(number.len());
    format!(
        "{number} | {shown}\n{gutter} | {}{}",
        " ".repeat(indent),
        "^".repeat(carets)
    )
}

/// A text of somebody else's, safe to show: no control or direction characters, cut to `longest` characters.
pub(super) fn visible(text: &str, longest: usize) -> String {
    let mut shown: String = text.chars().take(longest).map(harmless).collect();
    if text.chars().nth(longest).is_some() {
        shown.push('…');
    }
    shown
}

fn harmless(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}' => {
            '\u{fffd}'
        }
        '\u{2028}' | '\u{2029}' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}
