//! A TOML table, taken key by key; what is left over is an error that knows what was probably meant.

use std::ops::Range;

use toml_edit::{Item, TableLike, Value};

use super::error::{Fault, visible};

/// A value and where it stands, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

/// A table whose keys are taken one by one. The keys that were asked for are the known ones.
pub(super) struct Fields<'doc> {
    table: &'doc dyn TableLike,
    /// How the table is called in messages.
    title: &'static str,
    known: Vec<&'static str>,
}

impl<'doc> Fields<'doc> {
    pub(super) fn new(table: &'doc dyn TableLike, title: &'static str) -> Self {
        Self {
            table,
            title,
            known: Vec::new(),
        }
    }

    /// The item under `key`, with its span.
    pub(super) fn item(&mut self, key: &'static str) -> Option<Located<&'doc Item>> {
        self.known.push(key);
        let (found, item) = self.table.get_key_value(key)?;
        let span = item.span().or_else(|| found.span()).unwrap_or(0..0);
        (!item.is_none()).then_some(Located { value: item, span })
    }

    pub(super) fn string(&mut self, key: &'static str) -> Result<Option<Located<&'doc str>>, Fault> {
        let Some(item) = self.item(key) else {
            return Ok(None);
        };
        match item.value.as_str() {
            Some(value) => Ok(Some(Located {
                value,
                span: item.span,
            })),
            None => Err(wrong_type(key, &item, "a text in quotes")),
        }
    }

    pub(super) fn boolean(&mut self, key: &'static str) -> Result<Option<bool>, Fault> {
        let Some(item) = self.item(key) else {
            return Ok(None);
        };
        match item.value.as_bool() {
            Some(value) => Ok(Some(value)),
            None => Err(wrong_type(key, &item, "true or false")),
        }
    }

    pub(super) fn strings(&mut self, key: &'static str) -> Result<Vec<Located<&'doc str>>, Fault> {
        let Some(item) = self.item(key) else {
            return Ok(Vec::new());
        };
        let Some(array) = item.value.as_array() else {
            return Err(wrong_type(key, &item, "a list of texts, such as [\"…\", \"…\"]"));
        };
        array
            .iter()
            .map(|value| {
                let span = value.span().unwrap_or_else(|| item.span.clone());
                match value {
                    Value::String(text) => Ok(Located {
                        value: text.value().as_str(),
                        span,
                    }),
                    Value::Integer(_)
                    | Value::Float(_)
                    | Value::Boolean(_)
                    | Value::Datetime(_)
                    | Value::Array(_)
                    | Value::InlineTable(_) => Err(Fault::new(
                        span,
                        format!("every element of `{key}` must be a text in quotes"),
                    )),
                }
            })
            .collect()
    }

    /// Refuses keys that nobody asked for. `elsewhere` are keys that exist in another table, with its title.
    pub(super) fn finish(self, elsewhere: &[(&str, &str)]) -> Result<(), Fault> {
        for (key, item) in self.table.iter() {
            if self.known.contains(&key) {
                continue;
            }
            let span = self
                .table
                .key(key)
                .and_then(toml_edit::Key::span)
                .or_else(|| item.span())
                .unwrap_or(0..0);
            let shown = visible(key, 60);
            let hint = if let Some((_, home)) = elsewhere.iter().find(|(name, _)| *name == key) {
                format!("it belongs into {home}")
            } else if let Some(nearest) = nearest(key, &self.known) {
                format!("did you mean `{nearest}`?")
            } else {
                let known: Vec<String> = self.known.iter().map(|known| format!("`{known}`")).collect();
                format!("known are {}", known.join(", "))
            };
            return Err(Fault::new(
                span,
                format!("unknown key `{shown}` in {}: {hint}", self.title),
            ));
        }
        Ok(())
    }
}

fn wrong_type(key: &str, item: &Located<&Item>, wanted: &str) -> Fault {
    Fault::new(
        item.span.clone(),
        format!("`{key}` must be {wanted}, not {}", kind(item.value)),
    )
}

fn kind(item: &Item) -> &'static str {
    match item.type_name() {
        "string" => "a text",
        "integer" | "float" => "a number",
        "boolean" => "true or false",
        "datetime" => "a date",
        "array" => "a list",
        "array of tables" => "a list of tables",
        _ => "a table",
    }
}

/// The known key that was probably meant, if one is close.
fn nearest(key: &str, known: &[&'static str]) -> Option<&'static str> {
    if key.len() > 60 {
        return None;
    }
    let bare = key.to_ascii_lowercase().replace(['-', ' '], "_");
    known
        .iter()
        .map(|candidate| (distance(&bare, candidate), *candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(2))
        .map(|(_, candidate)| candidate)
}

/// How many insertions, deletions and replacements lie between two words (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (done, a) in left.chars().enumerate() {
        let mut diagonal = done;
        let mut beside = done + 1;
        let mut next = vec![beside];
        for (above, b) in row.iter().skip(1).zip(&right) {
            let here = (diagonal + usize::from(a != *b)).min(above + 1).min(beside + 1);
            diagonal = *above;
            beside = here;
            next.push(here);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_the_one_that_was_meant() {
        let known = ["page", "name", "interval", "components", "counted"];
        for (key, meant) in [
            ("intervall", Some("interval")),
            ("pgae", Some("page")),
            ("pag", Some("page")),
            ("component", Some("components")),
            ("Counted", Some("counted")),
            ("colour", None),
        ] {
            assert_eq!(nearest(key, &known), meant, "{key}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
    }
}
