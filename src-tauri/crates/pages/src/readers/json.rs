//! A JSON tree that borrows from its text, and reading values out of it with warnings that name the place.
//!
//! A reader must take a page whose every field may be missing or mistyped (T10), so documents are not
//! deserialised into fixed types. The tree keeps texts borrowed and objects as flat lists, which makes reading
//! a page cost about as much as validating it.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::ids::derived_id;
use super::times::{self, Moment};
use super::{Document, Unreadable};
use crate::text;

/// A value in a document. Of a key that stands twice in an object the last one counts, as in JavaScript.
#[derive(Debug)]
pub(crate) enum Json<'t> {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(Cow<'t, str>),
    List(Vec<Json<'t>>),
    Object(Vec<(Key<'t>, Json<'t>)>),
}

/// A key of an object.
#[derive(Debug)]
pub(crate) struct Key<'t>(Cow<'t, str>);

impl<'t> Key<'t> {
    /// A key of this name, for trees that are built of something else than JSON.
    pub(crate) fn named(name: Cow<'t, str>) -> Self {
        Self(name)
    }
}

impl<'t> Json<'t> {
    /// Parses a whole document.
    pub(crate) fn parse(text: &'t str) -> Result<Self, Unreadable> {
        serde_json::from_str(text).map_err(|error| Unreadable::Malformed {
            reason: error.to_string(),
        })
    }

    /// The trees of documents whose texts are at hand.
    pub(crate) fn parse_all(texts: &'t [Cow<'t, str>]) -> Result<Vec<Self>, Unreadable> {
        texts.iter().map(|text| Self::parse(text)).collect()
    }

    /// The value as an object.
    pub(crate) fn object(&self) -> Option<Object<'_>> {
        match self {
            Self::Object(entries) => Some(Object(entries)),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => None,
        }
    }

    /// The value as a list.
    pub(crate) fn list(&self) -> Option<&[Json<'t>]> {
        match self {
            Self::List(entries) => Some(entries),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Object(_) => None,
        }
    }

    /// The value as a text.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::List(_) | Self::Object(_) => None,
        }
    }
}

/// What a value is, in a few words for a warning.
impl fmt::Display for Json<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => value.fmt(out),
            Self::Number(value) => value.fmt(out),
            Self::Text(value) => quoted(value).fmt(out),
            Self::List(_) => out.write_str("a list"),
            Self::Object(_) => out.write_str("an object"),
        }
    }
}

/// A vendor's word as it may stand in a warning: inert, cut, in quotes.
pub(crate) fn quoted(word: &str) -> String {
    let head = text::cut(word, 60);
    format!("\u{201c}{}\u{201d}", text::inert(&head))
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Key<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(Keys)
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = Json<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Json::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Json::Bool(value))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Json::Number(value.into()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Json::Number(value.into()))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number))
            }
            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(Json::Text(Cow::Borrowed(value)))
            }
            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Json::Text(Cow::Owned(value.to_owned())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(value) = entries.next_element()? {
                    list.push(value);
                }
                Ok(Json::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut object = Vec::with_capacity(16);
                while let Some(entry) = entries.next_entry()? {
                    object.push(entry);
                }
                Ok(Json::Object(object))
            }
        }
        deserializer.deserialize_any(Values)
    }
}

/// An object of a document; the default one has no keys.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Object<'j>(&'j [(Key<'j>, Json<'j>)]);

impl<'j> Object<'j> {
    /// Every key with its value, in the order of the document.
    pub(crate) fn entries(self) -> impl Iterator<Item = (&'j str, &'j Json<'j>)> {
        self.0.iter().map(|(key, value)| (key.0.as_ref(), value))
    }

    /// The value at a key, `null` included.
    pub(crate) fn get(self, key: &str) -> Option<&'j Json<'j>> {
        self.0
            .iter()
            .rev()
            .find(|(name, _)| name.0 == key)
            .map(|(_, value)| value)
    }

    /// The object at a key.
    pub(crate) fn object(self, key: &str) -> Option<Object<'j>> {
        self.get(key).and_then(Json::object)
    }

    /// The list at a key.
    pub(crate) fn list(self, key: &str) -> Option<&'j [Json<'j>]> {
        self.get(key).and_then(Json::list)
    }

    /// The text at a key.
    pub(crate) fn text(self, key: &str) -> Option<&'j str> {
        self.get(key).and_then(Json::text)
    }
}

/// What a document is called in warnings; nothing where it is the only one.
pub(crate) fn label(documents: &[Document<'_>], index: usize) -> String {
    match (
        documents.len(),
        documents.get(index).map(|document| document.name),
    ) {
        (0 | 1, _) => String::new(),
        (_, None | Some("")) => format!("document {}", index + 1),
        (_, Some(name)) => name.to_owned(),
    }
}

/// Where a value stands in a document, from the outside in. Written out only when something is odd.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    outer: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Document(&'p str),
    Key(&'p str),
    Entry(usize),
}

impl<'p> Place<'p> {
    /// The whole document; its name is given where there are several.
    pub(crate) fn document(name: &'p str) -> Self {
        Self {
            outer: None,
            step: Step::Document(name),
        }
    }

    /// The value at a key of the object here.
    pub(crate) fn key(&'p self, key: &'p str) -> Self {
        Self {
            outer: Some(self),
            step: Step::Key(key),
        }
    }

    /// The number of the list's entry that this is.
    pub(crate) fn index(&self) -> Option<usize> {
        match self.step {
            Step::Entry(index) => Some(index),
            Step::Document(_) | Step::Key(_) => None,
        }
    }

    /// An entry of the list here, counted from 0.
    pub(crate) fn entry(&'p self, index: usize) -> Self {
        Self {
            outer: Some(self),
            step: Step::Entry(index),
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            outer.fmt(out)?;
        }
        match self.step {
            Step::Document("") => Ok(()),
            Step::Document(name) => write!(out, "{name}: "),
            Step::Key(key) => {
                let at_top = self
                    .outer
                    .is_none_or(|outer| matches!(outer.step, Step::Document(_)));
                write!(out, "{}{key}", if at_top { "" } else { "." })
            }
            Step::Entry(index) => write!(out, "[{index}]"),
        }
    }
}

/// What was odd in the documents. A page that is odd everywhere does not make an endless list.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    list: Vec<String>,
    left_out: usize,
}

impl Warnings {
    const MOST: usize = 500;

    /// Notes something odd at a place.
    pub(crate) fn add(&mut self, place: Place<'_>, what: impl fmt::Display) {
        if self.list.len() < Self::MOST {
            self.list.push(format!("{place}: {what}"));
        } else {
            self.left_out += 1;
        }
    }

    /// How many there are so far: whether a part was odd shows in whether reading it added some.
    pub(crate) fn count(&self) -> usize {
        self.list.len() + self.left_out
    }

    /// All of them, in the order of reading.
    pub(crate) fn into_list(mut self) -> Vec<String> {
        if self.left_out > 0 {
            self.list.push(format!("{} more warnings", self.left_out));
        }
        self.list
    }
}

/// What a word of the platform means; an unknown one is warned of. Letter case is no difference.
pub(crate) fn meaning<T: Copy>(
    word: &str,
    known: &[(&str, T)],
    place: &Place<'_>,
    warnings: &mut Warnings,
) -> Option<T> {
    let found = known
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map(|(_, value)| *value);
    if found.is_none() {
        warnings.add(*place, format_args!("{} is no known word", quoted(word)));
    }
    found
}

/// The fields of an object at a place. Each getter gives `None` for a missing or null field, and for a mistyped
/// one too, with a warning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'j, 'p> {
    /// The object.
    pub(crate) object: Object<'j>,
    /// Where it stands.
    pub(crate) place: Place<'p>,
}

impl<'j> Fields<'j, '_> {
    /// A value that is neither missing nor null.
    pub(crate) fn present(&self, key: &str) -> Option<&'j Json<'j>> {
        self.object.get(key).filter(|value| !matches!(value, Json::Null))
    }

    fn mistyped(&self, key: &str, value: &Json<'_>, wanted: &str, warnings: &mut Warnings) {
        warnings.add(self.place.key(key), format_args!("{value} is not {wanted}"));
    }

    /// A text.
    pub(crate) fn text(&self, key: &str, warnings: &mut Warnings) -> Option<&'j str> {
        let value = self.present(key)?;
        if value.text().is_none() {
            self.mistyped(key, value, "a text", warnings);
        }
        value.text()
    }

    /// A text that every page of the platform gives: a missing one is warned of too.
    pub(crate) fn expected_text(&self, key: &str, warnings: &mut Warnings) -> Option<&'j str> {
        if self.present(key).is_none() {
            warnings.add(self.place.key(key), "missing");
        }
        self.text(key, warnings)
    }

    /// An identifier: a text that is not empty; a number is taken as one, with a warning. One that is longer than any
    /// platform's is stood in for by a short one, because it is copied to everything that refers to it.
    pub(crate) fn id(&self, key: &str, warnings: &mut Warnings) -> Option<Cow<'j, str>> {
        const LONGEST: usize = 500;
        match self.present(key)? {
            Json::Text(id) if id.trim().is_empty() => None,
            Json::Text(id) if id.len() > LONGEST => {
                let short = derived_id("long", &[id]);
                warnings.add(
                    self.place.key(key),
                    format_args!("{} bytes are no identifier; {short} is used", id.len()),
                );
                Some(Cow::Owned(short))
            }
            Json::Text(id) => Some(Cow::Borrowed(id)),
            Json::Number(number) => {
                warnings.add(
                    self.place.key(key),
                    format_args!("the number {number} is read as a text"),
                );
                Some(Cow::Owned(number.to_string()))
            }
            value @ (Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_)) => {
                self.mistyped(key, value, "a text", warnings);
                None
            }
        }
    }

    /// A truth value; false where there is none.
    pub(crate) fn flag(&self, key: &str, warnings: &mut Warnings) -> bool {
        match self.present(key) {
            None => false,
            Some(Json::Bool(value)) => *value,
            Some(value) => {
                self.mistyped(key, value, "true or false", warnings);
                false
            }
        }
    }

    /// A list.
    pub(crate) fn list(&self, key: &str, warnings: &mut Warnings) -> Option<&'j [Json<'j>]> {
        let value = self.present(key)?;
        if value.list().is_none() {
            self.mistyped(key, value, "a list", warnings);
        }
        value.list()
    }

    /// A moment: RFC 3339 with any offset; without an offset it is taken as UTC, with a warning.
    pub(crate) fn time(&self, key: &str, warnings: &mut Warnings) -> Option<Timestamp> {
        let written = self.text(key, warnings)?;
        let read = times::read(written);
        match read {
            Some(Moment {
                assumed_utc: false, ..
            }) => {}
            Some(Moment {
                assumed_utc: true, ..
            }) => warnings.add(
                self.place.key(key),
                format_args!("{} has no offset and is taken as UTC", quoted(written)),
            ),
            None => warnings.add(
                self.place.key(key),
                format_args!("{} is not a time", quoted(written)),
            ),
        }
        read.map(|moment| moment.at)
    }

    /// A moment of a platform that is known to write UTC without saying so.
    pub(crate) fn time_in_utc(&self, key: &str, warnings: &mut Warnings) -> Option<Timestamp> {
        let written = self.text(key, warnings)?;
        let read = times::read(written);
        if read.is_none() {
            warnings.add(
                self.place.key(key),
                format_args!("{} is not a time", quoted(written)),
            );
        }
        read.map(|moment| moment.at)
    }

    /// A moment in seconds since 1970, as a number or as digits in a text. Zero and less are no moment.
    pub(crate) fn epoch_seconds(&self, key: &str, warnings: &mut Warnings) -> Option<Timestamp> {
        self.epoch(key, 1_000, warnings)
    }

    /// A moment in milliseconds since 1970, as a number or as digits in a text. Zero and less are no moment.
    pub(crate) fn epoch_millis(&self, key: &str, warnings: &mut Warnings) -> Option<Timestamp> {
        self.epoch(key, 1, warnings)
    }

    fn epoch(&self, key: &str, millis_each: i64, warnings: &mut Warnings) -> Option<Timestamp> {
        let value = self.present(key)?;
        let units = match value {
            Json::Number(number) => number
                .as_i64()
                .or_else(|| number.to_string().split('.').next()?.parse().ok()),
            Json::Text(digits) if digits.trim().is_empty() => return None,
            Json::Text(digits) => digits
                .trim()
                .split('.')
                .next()
                .and_then(|whole| whole.parse().ok()),
            Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => None,
        };
        let Some(units) = units else {
            self.mistyped(key, value, "a time", warnings);
            return None;
        };
        let at = units
            .checked_mul(millis_each)
            .and_then(|millis| Timestamp::from_millisecond(millis).ok())
            .filter(|at| times::is_plausible(*at));
        if at.is_none() && units > 0 {
            self.mistyped(key, value, "a time", warnings);
        }
        at
    }

    /// A whole number.
    pub(crate) fn integer(&self, key: &str, warnings: &mut Warnings) -> Option<i64> {
        let value = self.present(key)?;
        let whole = match value {
            Json::Number(number) => number.as_i64(),
            Json::Text(digits) => digits.trim().parse().ok(),
            Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => None,
        };
        if whole.is_none() {
            self.mistyped(key, value, "a whole number", warnings);
        }
        whole
    }

    /// An identifier of a platform whose identifiers may be numbers.
    pub(crate) fn id_or_number(&self, key: &str, warnings: &mut Warnings) -> Option<String> {
        match self.present(key)? {
            Json::Number(number) => Some(number.to_string()),
            Json::Null | Json::Bool(_) | Json::Text(_) | Json::List(_) | Json::Object(_) => {
                self.id(key, warnings).map(Cow::into_owned)
            }
        }
    }

    /// An object.
    pub(crate) fn object(&self, key: &str, warnings: &mut Warnings) -> Option<Object<'j>> {
        let value = self.present(key)?;
        if value.object().is_none() {
            self.mistyped(key, value, "an object", warnings);
        }
        value.object()
    }
}
