//! Foreign words made harmless for a terminal.

use signalbox_pages::text::{self, one_line};

/// `text` without anything that a terminal would obey: control and escape characters, and the marks that turn the
/// direction of text around or hide it. Line breaks stay, tabs become spaces.
///
/// Nothing else is changed: what remains are the vendor's words as they were written.
#[must_use]
pub fn inert(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for (index, line) in text
        .replace("\r\n", "\n")
        .split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
        .enumerate()
    {
        if index > 0 {
            clean.push('\n');
        }
        clean.push_str(&text::inert(line));
    }
    clean
}

/// As [`inert`], on one line: every run of white space is one space.
#[must_use]
pub fn inert_line(text: &str) -> String {
    one_line(&text::inert(text))
}

/// Whether a terminal may do something with a character other than show it.
#[must_use]
pub(crate) fn is_obeyed(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    let mut bytes = [0; 4];
    let alone: &str = character.encode_utf8(&mut bytes);
    text::inert(alone) != alone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_gone() {
        let table = [
            (
                "plain, \u{e9} \u{65e5}\u{672c} \u{1f600}",
                "plain, \u{e9} \u{65e5}\u{672c} \u{1f600}",
            ),
            ("\u{1b}[31mred\u{1b}[0m", "[31mred[0m"),
            ("\u{1b}]0;owned\u{7}title", "]0;ownedtitle"),
            ("c1 \u{9b}2J end", "c1 2J end"),
            ("del\u{7f} nul\0 bell\u{7}", "del nul bell"),
            ("\u{202e}desrever\u{202c}", "desrever"),
            ("iso\u{2066}late\u{2069}", "isolate"),
            ("zero\u{200b}width\u{feff}", "zerowidth"),
            ("one\r\ntwo\rthree\u{2028}four", "one\ntwo\nthree\nfour"),
            ("tab\there", "tab here"),
        ];
        for (given, expected) in table {
            assert_eq!(inert(given), expected, "{given:?}");
        }
        assert_eq!(inert_line(" two \n\n lines\t "), "two lines");
    }

    proptest::proptest! {
        #[test]
        fn nothing_obeyed_survives(text in proptest::collection::vec(proptest::char::any(), 0..60)) {
            let text: String = text.into_iter().collect();
            let clean = inert(&text);
            proptest::prop_assert!(clean.chars().all(|character| character == '\n' || !is_obeyed(character)));
            proptest::prop_assert_eq!(inert(&clean), clean);
        }
    }
}
