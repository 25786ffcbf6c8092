//! How values stand in the database: times as integer milliseconds, closed vocabularies as words, hashes as the same
//! 64 bits signed.

use jiff::Timestamp;
use rusqlite::{
    Row,
    types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef},
};
use serde::de::DeserializeOwned;
use signalbox_pages::{Health, Overall, PageIdentity};

use crate::{api::SourceState, compare::Listed};

/// A time as integer milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy)]
pub(super) struct Ms(pub(super) Timestamp);

impl ToSql for Ms {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for Ms {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let millisecond = value.as_i64()?;
        Timestamp::from_millisecond(millisecond)
            .map(Ms)
            .map_err(|_| FromSqlError::OutOfRange(millisecond))
    }
}

/// An optional time, unwrapped of [`Ms`].
pub(super) fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<Ms>>(column)?.map(|ms| ms.0))
}

/// A time that is always there, unwrapped of [`Ms`].
pub(super) fn sure_time(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    Ok(row.get::<_, Ms>(column)?.0)
}

/// A hash as the same 64 bits, signed: SQLite has no unsigned integers.
#[derive(Clone, Copy)]
pub(super) struct Bits(pub(super) u64);

impl ToSql for Bits {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.cast_signed().into())
    }
}

impl FromSql for Bits {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(|bits| Self(bits.cast_unsigned()))
    }
}

/// A value of a closed vocabulary as its word.
#[derive(Clone, Copy)]
pub(super) struct Word<T>(pub(super) T);

impl ToSql for Word<Health> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_str().into())
    }
}

impl FromSql for Word<Health> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str().map(|word| Self(Health::from_word(word)))
    }
}

const LISTED: [(Listed, &str); 3] = [
    (Listed::Yes, "yes"),
    (Listed::Missing, "missing"),
    (Listed::No, "no"),
];

const SOURCES: [(SourceState, &str); 6] = [
    (SourceState::Pending, "pending"),
    (SourceState::Fresh, "fresh"),
    (SourceState::Stale, "stale"),
    (SourceState::Unreachable, "unreachable"),
    (SourceState::Unreadable, "unreadable"),
    (SourceState::Moved, "moved"),
];

fn word_of<T: PartialEq>(table: &[(T, &'static str)], value: &T) -> rusqlite::Result<ToSqlOutput<'static>> {
    table
        .iter()
        .find(|(known, _)| known == value)
        .map(|(_, word)| ToSqlOutput::from(*word))
        .ok_or(rusqlite::Error::InvalidQuery)
}

fn value_of<T: Copy>(table: &[(T, &'static str)], value: ValueRef<'_>) -> FromSqlResult<Word<T>> {
    let word = value.as_str()?;
    table
        .iter()
        .find(|(_, known)| *known == word)
        .map(|(value, _)| Word(*value))
        .ok_or_else(|| FromSqlError::Other(format!("unknown word {word:?}").into()))
}

impl ToSql for Word<Listed> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        word_of(&LISTED, &self.0)
    }
}

impl FromSql for Word<Listed> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value_of(&LISTED, value)
    }
}

impl ToSql for Word<SourceState> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        word_of(&SOURCES, &self.0)
    }
}

impl FromSql for Word<SourceState> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value_of(&SOURCES, value)
    }
}
/// The columns of a row, one after the other.
pub(super) struct Columns<'r, 's> {
    row: &'r Row<'s>,
    next: usize,
}

impl<'r, 's> Columns<'r, 's> {
    pub(super) fn of(row: &'r Row<'s>) -> Self {
        Self { row, next: 0 }
    }

    pub(super) fn take<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }

    pub(super) fn time(&mut self) -> rusqlite::Result<Option<Timestamp>> {
        Ok(self.take::<Option<Ms>>()?.map(|ms| ms.0))
    }

    pub(super) fn bits(&mut self) -> rusqlite::Result<Option<u64>> {
        Ok(self.take::<Option<Bits>>()?.map(|bits| bits.0))
    }

    pub(super) fn health(&mut self) -> rusqlite::Result<Option<Health>> {
        Ok(self.take::<Option<Word<Health>>>()?.map(|word| word.0))
    }

    /// Who a page says it is.
    pub(super) fn identity(&mut self) -> rusqlite::Result<PageIdentity> {
        Ok(PageIdentity {
            id: self.take()?,
            name: self.take()?,
            url: self.take()?,
        })
    }

    /// A page's overall word.
    pub(super) fn overall(&mut self) -> rusqlite::Result<Option<Overall>> {
        let (health, raw, description) = (self.health()?, self.take()?, self.take()?);
        Ok(health.map(|health| Overall {
            raw,
            health,
            description,
        }))
    }

    /// What is in a column of JSON, if there is anything in it.
    pub(super) fn json<T: DeserializeOwned>(&mut self) -> rusqlite::Result<Option<T>> {
        let Some(json) = self.take::<Option<String>>()? else {
            return Ok(None);
        };
        let read = serde_json::from_str(&json);
        read.map(Some)
            .map_err(|error| FromSqlError::Other(Box::new(error)).into())
    }
}
