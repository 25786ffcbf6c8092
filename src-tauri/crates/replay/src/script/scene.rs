//! What a page shows in one state: all states up to it, laid over each other.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::{DocumentEntry, ScriptError, ScriptPage, StateEntry, template::Moments};
use crate::{document::Document, misbehaviour::Misbehaviour, page::Page, statuspage::StatuspageBody};

/// What a page shows at one moment of a script.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The state's place in the script, from 0.
    pub index: usize,
    /// The documents, by path.
    pub documents: BTreeMap<String, Document>,
    /// What goes wrong everywhere.
    pub misbehave: Option<Misbehaviour>,
    /// What goes wrong at single paths.
    pub misbehave_at: BTreeMap<String, Misbehaviour>,
}

impl Scene {
    /// Makes a page show it, in one step.
    pub fn enact(&self, page: &Page) {
        let documents = self
            .documents
            .iter()
            .map(|(path, document)| (path.clone(), document.clone()));
        page.enact(
            documents.collect(),
            self.misbehave.clone(),
            self.misbehave_at.clone(),
        );
    }
}

type Flaw = (Option<Range<usize>>, String);

/// What states have given so far.
#[derive(Default)]
struct Fold {
    statuspage: Option<Value>,
    /// Documents given one by one; `None` is a path that shows nothing.
    single: BTreeMap<String, Option<Document>>,
}

impl ScriptPage {
    /// The scene of one state in one round.
    pub(super) fn scene(
        &self,
        index: usize,
        round: u32,
        started: Timestamp,
        url: &str,
    ) -> Result<Scene, ScriptError> {
        let flawed = |(place, message): Flaw| self.source.error(place, message);
        let after = |moment: Timestamp, span: Duration| {
            SignedDuration::try_from(span)
                .ok()
                .and_then(|span| moment.checked_add(span).ok())
                .ok_or_else(|| flawed((None, "the script has run past the end of time".to_owned())))
        };
        let start = after(started, self.period.unwrap_or_default() * round)?;
        let mut fold = Fold::default();
        let mut documents = BTreeMap::new();
        for state in self.states.iter().take(index + 1) {
            let now = after(start, state.at)?;
            documents = self
                .lay_over(&mut fold, &state.entry, &Moments { now, start, url })
                .map_err(flawed)?;
        }
        let shown = self.states.get(index).map(|state| &state.entry);
        Ok(Scene {
            index,
            documents,
            misbehave: shown.and_then(|entry| entry.misbehave.clone()),
            misbehave_at: shown.map(|entry| entry.misbehave_at.clone()).unwrap_or_default(),
        })
    }

    /// Lays a state over the ones before and returns the documents that it shows.
    fn lay_over(
        &self,
        fold: &mut Fold,
        entry: &StateEntry,
        moments: &Moments<'_>,
    ) -> Result<BTreeMap<String, Document>, Flaw> {
        for pointer in &entry.remove {
            let at = |message: String| (Some(pointer.span()), message);
            let removed = fold
                .statuspage
                .as_mut()
                .and_then(|page| remove(page, pointer.get_ref()));
            removed.ok_or_else(|| at(format!("there is nothing at {:?}", pointer.get_ref())))?;
        }
        if let Some(given) = &entry.statuspage {
            let filled = fill(given, moments)?;
            merge(
                fold.statuspage
                    .get_or_insert_with(|| Value::Object(serde_json::Map::new())),
                filled,
            );
        }
        let mut shown = BTreeMap::new();
        if let Some(description) = &fold.statuspage {
            let place = entry.statuspage.as_ref().map(Spanned::span);
            let body =
                StatuspageBody::deserialize(description).map_err(|error| (place, error.to_string()))?;
            shown.extend(body.documents(moments.url));
        }
        for (path, document) in &entry.documents {
            let former = fold
                .single
                .get(path)
                .cloned()
                .unwrap_or_else(|| shown.get(path).cloned());
            let document = self.document(path, document, former, moments)?;
            fold.single.insert(path.clone(), document);
        }
        for (path, document) in &fold.single {
            match document {
                Some(document) => shown.insert(path.clone(), document.clone()),
                None => shown.remove(path),
            };
        }
        Ok(shown)
    }

    fn document(
        &self,
        path: &str,
        entry: &Spanned<DocumentEntry>,
        former: Option<Document>,
        moments: &Moments<'_>,
    ) -> Result<Option<Document>, Flaw> {
        let (place, entry) = (entry.span(), entry.get_ref());
        if entry.absent {
            return Ok(None);
        }
        let base: Option<Bytes> = if let Some(name) = &entry.file {
            let bytes = self.source.files.get(name.get_ref()).cloned().unwrap_or_default();
            let text = std::str::from_utf8(&bytes)
                .ok()
                .filter(|text| text.contains("{{"));
            Some(match text {
                Some(text) => moments
                    .fill(text)
                    .map_err(|message| (Some(name.span()), message))?
                    .into(),
                None => bytes,
            })
        } else if let Some(text) = &entry.text {
            let filled = moments.fill(text.get_ref());
            Some(filled.map_err(|message| (Some(text.span()), message))?.into())
        } else if let Some(json) = &entry.json {
            Some(fill(json, moments)?.to_string().into())
        } else {
            former.as_ref().map(|document| document.body().clone())
        };
        let body = match (&entry.patch, base) {
            (None, base) => base.unwrap_or_default(),
            (Some(patch), base) => {
                let at = |message: &str| (Some(patch.span()), format!("{message} at {path} to patch"));
                let base = base.ok_or_else(|| at("there is no document"))?;
                let mut value = serde_json::from_slice(&base).map_err(|_| at("there is no JSON"))?;
                merge(&mut value, fill(patch, moments)?);
                value.to_string().into()
            }
        };
        let name = entry.file.as_ref().map_or(path, |name| name.get_ref());
        let content_type = match (&entry.content_type, former) {
            (Some(given), _) => given.clone(),
            (None, Some(former)) if entry.file.is_none() => former.content_type().to_owned(),
            _ => usual_type(name).to_owned(),
        };
        if content_type.is_empty() {
            return Err((Some(place), "an empty content type".to_owned()));
        }
        Ok(Some(Document::new(body, content_type)))
    }
}

/// A value with its templates filled. A string in its place is JSON text, which can say `null`; a time of TOML's
/// own becomes its text.
fn fill(given: &Spanned<Value>, moments: &Moments<'_>) -> Result<Value, Flaw> {
    let at = |message: String| (Some(given.span()), message);
    let value = if let Value::String(text) = given.get_ref() {
        serde_json::from_str(text).map_err(|error| at(format!("this text is no JSON: {error}")))?
    } else {
        with_plain_times(given.get_ref())
    };
    moments.fill_value(&value).map_err(at)
}

/// TOML's times arrive as a table of one field with a private name.
fn with_plain_times(value: &Value) -> Value {
    match value {
        Value::Object(fields) => match fields.get("$__toml_private_datetime") {
            Some(time) => time.clone(),
            None => fields
                .iter()
                .map(|(name, value)| (name.clone(), with_plain_times(value)))
                .collect(),
        },
        Value::Array(items) => items.iter().map(with_plain_times).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// JSON Merge Patch (RFC 7396).
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(fields) = target else { return };
    for (name, value) in patch {
        if value.is_null() {
            fields.shift_remove(&name);
        } else {
            merge(fields.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// Takes out what a path like `incidents/i1/updates/u2` leads to.
fn remove(value: &mut Value, path: &str) -> Option<Value> {
    let (parents, last) = path.rsplit_once('/').unwrap_or(("", path));
    let mut parents = parents.split('/').filter(|step| !step.is_empty());
    let parent = parents.try_fold(value, |value, step| value.get_mut(step))?;
    parent.as_object_mut()?.shift_remove(last)
}

fn usual_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html" | "htm") => "text/html; charset=utf-8",
        Some("atom") => "application/atom+xml; charset=utf-8",
        Some("rss" | "xml") => "application/rss+xml; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/json; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merging_follows_the_examples_of_the_rfc() {
        for (mut target, patch, expected) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (
                json!({"a":{"b":"c"}}),
                json!({"a":{"b":"d","c":null}}),
                json!({"a":{"b":"d"}}),
            ),
            (json!(["a"]), json!(["c"]), json!(["c"])),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!([1, 2]), json!({"a":"b","c":null}), json!({"a":"b"})),
            (
                json!({}),
                json!({"a":{"bb":{"ccc":null}}}),
                json!({"a":{"bb":{}}}),
            ),
        ] {
            merge(&mut target, patch);
            assert_eq!(target, expected);
        }
    }

    #[test]
    fn removing_says_whether_there_was_anything() {
        let mut value = json!({"a":{"b":1,"c":2},"d":3});
        assert_eq!(remove(&mut value, "a/b"), Some(json!(1)));
        assert_eq!(remove(&mut value, "d"), Some(json!(3)));
        assert_eq!(remove(&mut value, "a/b"), None);
        assert_eq!(remove(&mut value, "x/y"), None);
        assert_eq!(value, json!({"a":{"c":2}}));
    }
}
