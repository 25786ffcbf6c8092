//! One spelling for what people write differently.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The words of `text` in lower case and without diacritics, a space between them: `Zürich Weights & Biases` becomes
/// `zurich weights and biases`.
pub(crate) fn words(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    push_words(&mut folded, text);
    folded
}

/// Appends what [`words`] gives.
pub(crate) fn push_words(folded: &mut String, text: &str) {
    let mut folding = Folding {
        start: folded.len(),
        folded,
        apart: false,
    };
    if text.is_ascii() {
        for character in text.chars() {
            folding.push(character.to_ascii_lowercase());
        }
    } else {
        for character in text.nfkd().filter(|character| !is_combining_mark(*character)) {
            for lower in character.to_lowercase() {
                match undecomposed(lower) {
                    Some(letters) => letters.chars().for_each(|letter| folding.push(letter)),
                    None => folding.push(lower),
                }
            }
        }
    }
}

struct Folding<'a> {
    folded: &'a mut String,
    start: usize,
    /// Whether the next letter begins a new word.
    apart: bool,
}

impl Folding<'_> {
    fn push(&mut self, character: char) {
        match character {
            // "Let's Encrypt" is written "lets encrypt" as often.
            '\'' | '\u{2019}' => {}
            '&' => {
                self.apart = true;
                "and".chars().for_each(|letter| self.push(letter));
                self.apart = true;
            }
            letter if letter.is_alphanumeric() => {
                if self.apart && self.folded.len() > self.start {
                    self.folded.push(' ');
                }
                self.apart = false;
                self.folded.push(letter);
            }
            _ => self.apart = true,
        }
    }
}

/// Letters that Unicode does not take apart, as people without them on their keyboard write them.
const fn undecomposed(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_differently_is_folded_to_one_spelling() {
        for (text, folded) in [
            ("GitHub", "github"),
            ("  Amazon   Web-Services ", "amazon web services"),
            ("Zürich", "zurich"),
            ("Zu\u{308}rich", "zurich"),
            ("STRAẞE", "strasse"),
            ("Ørsted Łódź", "orsted lodz"),
            ("Let's Encrypt", "lets encrypt"),
            ("Let\u{2019}s Encrypt", "lets encrypt"),
            ("Weights&Biases", "weights and biases"),
            ("crates.io", "crates io"),
            ("ＧｉｔＨｕｂ", "github"),
            ("日本", "日本"),
            ("!?", ""),
            ("", ""),
        ] {
            assert_eq!(words(text), folded, "{text}");
        }
    }
}
