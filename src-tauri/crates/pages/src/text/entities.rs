//! Entities such as `&amp;`.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// A text with its entities decoded. Only those that end in a semicolon are: `AT&T` and `?a=1&copy=2` stay.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    // The longest name has 31 letters.
    const LONGEST: usize = 33;
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('&')) {
        let begin = at + found;
        let rest = text.get(begin + 1..).unwrap_or_default();
        let near = rest.get(..rest.floor_char_boundary(LONGEST)).unwrap_or(rest);
        at = begin + 1;
        let Some(length) = near.find(';') else { continue };
        let Some(characters) = near.get(..length).and_then(entity) else {
            continue;
        };
        out.push_str(text.get(copied..begin).unwrap_or_default());
        out.extend(characters.into_iter().flatten());
        at = begin + 1 + length + 1;
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// The one or two characters of an entity, its name given without `&` and `;`.
fn entity(name: &str) -> Option<[Option<char>; 2]> {
    let Some(number) = name.strip_prefix('#') else {
        let (first, second) = NAMED_ENTITIES.get(&format!("{name};")).copied()?;
        let character = |code: u32| (code != 0).then(|| char::from_u32(code)).flatten();
        return Some([character(first), character(second)]);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    let character = windows(code)
        .or_else(|| char::from_u32(code))
        .filter(|character| *character != '\0');
    Some([Some(character.unwrap_or('\u{fffd}')), None])
}

/// A byte of a text in Windows' encoding of western Europe, which ISO 8859-1 is taken for too, as in browsers.
pub(crate) fn western(byte: u8) -> char {
    windows(byte.into()).unwrap_or(char::from(byte))
}

/// What Windows puts where Unicode has control characters.
fn windows(code: u32) -> Option<char> {
    let at = code.checked_sub(0x80)?;
    *C1_REPLACEMENTS.get(usize::try_from(at).ok()?)?
}
