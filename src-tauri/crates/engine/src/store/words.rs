//! The full text of titles and updates.
//!
//! Every revision is a document of its own, so that words which a vendor has taken back are still found. The index
//! keeps no text and is never deleted from. See the migration for what its row ids mean.

use super::{StoreError, Tx};

/// Documents of the index that are not yet in it, by row id.
#[derive(Default)]
pub(super) struct Unindexed(Vec<(i64, String, String)>);

/// What a document of the index is.
pub(super) enum Indexed {
    /// A revision of an update, with the title that its event had then.
    Update(i64),
    /// A revision of an event that brought a new title.
    Title(i64),
}

impl Indexed {
    pub(super) const fn of(row: i64) -> Self {
        match row % 2 {
            0 => Self::Update(row / 2),
            _ => Self::Title(row / 2),
        }
    }

    const fn row(self) -> i64 {
        match self {
            Self::Update(revision) => revision * 2,
            Self::Title(revision) => revision * 2 + 1,
        }
    }
}

impl Tx<'_> {
    /// Indexes a revision of an update.
    pub(super) fn index_update(&self, revision: i64, title: &str, plain: String) {
        self.unindexed
            .borrow_mut()
            .0
            .push((Indexed::Update(revision).row(), title.to_owned(), plain));
    }

    /// Indexes a new title.
    pub(super) fn index_title(&self, revision: i64, title: &str) {
        self.unindexed
            .borrow_mut()
            .0
            .push((Indexed::Title(revision).row(), title.to_owned(), String::new()));
    }

    /// How many documents wait to be indexed.
    pub(super) fn unindexed(&self) -> usize {
        self.unindexed.borrow().0.len()
    }

    /// Forgets what came after the first `count` that wait: the write that said it was rolled back.
    pub(super) fn forget_unindexed(&self, count: usize) {
        self.unindexed.borrow_mut().0.truncate(count);
    }

    /// Indexes what waits, just before the commit. The index writes a piece of its own at every savepoint and wherever a
    /// row id is not above the one before, and merging those pieces would cost more than everything else; so each commit
    /// brings its documents at once and in order.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub(super) fn index_words(&self) -> Result<(), StoreError> {
        let mut waiting = std::mem::take(&mut self.unindexed.borrow_mut().0);
        waiting.sort_unstable_by_key(|(row, ..)| *row);
        for (row, title, body) in &waiting {
            self.run(
                "INSERT INTO words (rowid, title, body) VALUES (?1, ?2, ?3)",
                (row, title, body),
            )?;
        }
        Ok(())
    }
}

/// What the person typed as a query of the index: all words must occur, the last one may be the beginning of a word.
/// Each is quoted, so nothing of it is taken for syntax. `None` if there is no word in it.
pub(super) fn query(typed: &str) -> Option<String> {
    let words: Vec<&str> = typed
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    // Somebody who has typed a space behind it means the whole word.
    let prefix = typed.ends_with(|c: char| c.is_alphanumeric());
    let quoted: Vec<String> = words
        .iter()
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    match quoted.is_empty() {
        true => None,
        false => Some(quoted.join(" ") + if prefix { "*" } else { "" }),
    }
}

/// At most `limit` characters of `text`, in one line, around the first place where one of the words of `typed` occurs.
pub(super) fn excerpt(text: &str, typed: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let folded: Vec<char> = line.chars().map(fold).collect();
    let at = typed
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .filter_map(|word| {
            let word: Vec<char> = word.chars().map(fold).collect();
            folded.windows(word.len()).position(|window| window == word)
        })
        .min()
        .unwrap_or(0);
    if folded.len() <= limit {
        return line;
    }
    let keep = limit.saturating_sub(2);
    let start = at
        .saturating_sub(limit / 4)
        .min(folded.len().saturating_sub(keep));
    let start = if start == 1 { 0 } else { start };
    let shown: String = line.chars().skip(start).take(keep).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if start + keep < folded.len() { "…" } else { "" };
    format!("{before}{shown}{after}")
}

/// One character for one, so that places stay the same. Good enough to find a place; what is found was decided by the
/// index.
fn fold(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_never_syntax() {
        let table = [
            ("api errors", Some(r#""api" "errors"*"#)),
            ("api errors ", Some(r#""api" "errors""#)),
            (r#"say "no" OR NEAR(x)"#, Some(r#""say" """no""" "OR" "NEAR(x)""#)),
            ("title:x -y ^z", Some(r#""title:x" "-y" "^z"*"#)),
            ("…  --", None),
            ("", None),
            ("a\0b", Some(r#""a" "b"*"#)),
        ];
        for (typed, expected) in table {
            assert_eq!(query(typed).as_deref(), expected, "{typed:?}");
        }
    }

    #[test]
    fn an_excerpt_is_cut_around_the_place_and_never_longer_than_asked() {
        let text = format!(
            "{} the Needle is here {}",
            "hay ".repeat(100),
            "straw ".repeat(100)
        );
        let cut = excerpt(&text, "needle", 60);
        assert!(cut.contains("Needle"), "{cut}");
        assert!(cut.starts_with('…') && cut.ends_with('…'), "{cut}");
        assert!(cut.chars().count() <= 60, "{cut}");
        assert_eq!(excerpt("a\n  short one", "x", 60), "a short one");
        assert!(excerpt(&text, "hay", 60).starts_with("hay"));
        assert!(excerpt(&text, "nowhere", 60).starts_with("hay"));
    }
}
