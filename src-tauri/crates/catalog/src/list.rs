//! The list of vendors as it stands in a file.
//!
//! ```text
//! signalbox-vendors 1
//! # slug, name, category, domain, page, platform, platform id, weight, aliases
//! github⇥GitHub⇥developer-tools⇥github.com⇥https://www.githubstatus.com⇥statuspage⇥⇥9⇥GitHub Actions|gh
//! ```
//!
//! One vendor a line, its columns separated by tabs, so that a change of one vendor is a change of one line. Empty
//! columns at the end may be left out; so may lines, if they are empty or begin with `#`.

use std::collections::{HashMap, hash_map::Entry};

use crate::{Category, Vendor, host};

/// The first line, whose number grows when older programs could no longer read the list.
const FIRST_LINE: &str = "signalbox-vendors 1";
/// How many columns a line has, and has at least.
const COLUMNS: usize = 9;
const COLUMNS_AT_LEAST: usize = 5;
/// The longest column, in bytes; aliases are one column.
const LONGEST: usize = 1000;

/// Why a text is no list of vendors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// It is something else, or of a later form.
    #[error("line 1: this is no list of vendors: its first line must be \"{FIRST_LINE}\"")]
    NotAList,
    /// It lists nobody.
    #[error("the list holds no vendor")]
    Empty,
    /// A line is wrong.
    #[error("line {line}: {fault}")]
    Line {
        /// The line's number, from 1.
        line: usize,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There are too few columns, or too many.
    #[error("it has {found} columns instead of {COLUMNS_AT_LEAST} to {COLUMNS}, separated by tabs")]
    Columns {
        /// How many there are.
        found: usize,
    },
    /// A column holds too much, or characters that cannot be shown.
    #[error("the {column} is too long or holds control characters")]
    Unshowable {
        /// Which one.
        column: &'static str,
    },
    /// There is no name.
    #[error("the vendor has no name")]
    NoName,
    /// The slug is not one.
    #[error("the slug must be of lower-case letters, digits and single hyphens")]
    Slug,
    /// The category does not exist.
    #[error("there is no category \"{word}\"")]
    Category {
        /// What is written.
        word: String,
    },
    /// The domain is no host's name.
    #[error("the domain must be a host's name in lower case")]
    Domain,
    /// The page is no web address.
    #[error("the page must be an http or https address without user name, query and fragment")]
    Page,
    /// The page's host is no host's name.
    #[error("the host of the page must be a host's name in lower case")]
    PageHost,
    /// The platform is no key of a reader, or the id is none.
    #[error("a platform is one word of lower-case letters and digits, and its id is one word")]
    Platform,
    /// The weight is none.
    #[error("the weight must be one digit")]
    Weight,
    /// An alias is empty.
    #[error("an alias is empty")]
    Alias,
    /// Another line has the same slug.
    #[error("line {first} has the same slug")]
    SameSlug {
        /// That line.
        first: usize,
    },
    /// Another line has the same page.
    #[error("line {first} has the same page")]
    SamePage {
        /// That line.
        first: usize,
    },
    /// Another line is of the same vendor.
    #[error("line {first} has the same name and the same domain")]
    SameVendor {
        /// That line.
        first: usize,
    },
}

/// Reads a list, in the order of its lines.
pub(crate) fn read(text: &str) -> Result<Vec<Vendor>, CatalogueError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines();
    if lines.next().map(str::trim_end) != Some(FIRST_LINE) {
        return Err(CatalogueError::NotAList);
    }
    let mut vendors = Vec::with_capacity(text.len() / 70);
    let mut seen = Seen::default();
    for (number, line) in (2..).zip(lines) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let vendor = vendor(line)
            .and_then(|vendor| seen.judge(&vendor, line, number).map(|()| vendor))
            .map_err(|fault| CatalogueError::Line { line: number, fault })?;
        vendors.push(vendor);
    }
    if vendors.is_empty() {
        return Err(CatalogueError::Empty);
    }
    Ok(vendors)
}

/// What earlier lines have taken, and which line it was.
#[derive(Default)]
struct Seen<'text> {
    slugs: HashMap<&'text str, usize>,
    pages: HashMap<String, usize>,
    vendors: HashMap<(String, &'text str), usize>,
}

impl<'text> Seen<'text> {
    fn judge(&mut self, vendor: &Vendor, line: &'text str, number: usize) -> Result<(), Fault> {
        let mut columns = line.split('\t');
        let slug = columns.next().unwrap_or_default();
        let domain = columns.nth(2).unwrap_or_default();
        if let Some(first) = taken(self.slugs.entry(slug), number) {
            return Err(Fault::SameSlug { first });
        }
        let (_, page) = vendor.page.split_once("://").unwrap_or_default();
        if let Some(first) = taken(self.pages.entry(host::bare(page).to_owned()), number) {
            return Err(Fault::SamePage { first });
        }
        if let Some(first) = taken(self.vendors.entry((vendor.name.to_lowercase(), domain)), number) {
            return Err(Fault::SameVendor { first });
        }
        Ok(())
    }
}

/// The line that took the place before, if one did.
fn taken<K>(place: Entry<'_, K, usize>, number: usize) -> Option<usize> {
    match place {
        Entry::Occupied(first) => Some(*first.get()),
        Entry::Vacant(place) => {
            place.insert(number);
            None
        }
    }
}

fn vendor(line: &str) -> Result<Vendor, Fault> {
    const NAMES: [&str; COLUMNS] = [
        "slug",
        "name",
        "category",
        "domain",
        "page",
        "platform",
        "platform's id",
        "weight",
        "list of aliases",
    ];
    let mut columns = [""; COLUMNS];
    let mut found = 0;
    for text in line.split('\t') {
        if let Some(column) = columns.get_mut(found) {
            *column = text;
        }
        found += 1;
    }
    if !(COLUMNS_AT_LEAST..=COLUMNS).contains(&found) {
        return Err(Fault::Columns { found });
    }
    for (text, column) in columns.iter().zip(NAMES) {
        if text.len() > LONGEST || !showable(text) {
            return Err(Fault::Unshowable { column });
        }
    }
    let [
        slug,
        name,
        category,
        domain,
        page,
        platform,
        platform_id,
        weight,
        aliases,
    ] = columns;
    if !is_slug(slug) {
        return Err(Fault::Slug);
    }
    if name.trim().is_empty() {
        return Err(Fault::NoName);
    }
    let Some(category) = Category::from_key(category) else {
        return Err(Fault::Category {
            word: category.chars().take(40).collect(),
        });
    };
    if !domain.is_empty() && !host::is_host(domain) {
        return Err(Fault::Domain);
    }
    if !platform
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        || platform_id.contains(char::is_whitespace)
    {
        return Err(Fault::Platform);
    }
    let weight = match weight.as_bytes() {
        [] => 0,
        [digit @ b'0'..=b'9'] => digit - b'0',
        _ => return Err(Fault::Weight),
    };
    let aliases: Vec<String> = if aliases.is_empty() {
        Vec::new()
    } else {
        aliases.split('|').map(|alias| alias.trim().to_owned()).collect()
    };
    if aliases.iter().any(String::is_empty) {
        return Err(Fault::Alias);
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Ok(Vendor {
        slug: slug.to_owned(),
        name: name.trim().to_owned(),
        aliases,
        category,
        domain: some(domain),
        page: self::page(page)?.to_owned(),
        platform: some(platform),
        platform_id: some(platform_id),
        weight,
        own: false,
    })
}

fn page(page: &str) -> Result<&str, Fault> {
    let page = page.trim_end_matches('/');
    let Some(rest) = page
        .strip_prefix("https://")
        .or_else(|| page.strip_prefix("http://"))
    else {
        return Err(Fault::Page);
    };
    if page
        .contains(|character: char| character.is_whitespace() || matches!(character, '@' | '?' | '#' | '\\'))
    {
        return Err(Fault::Page);
    }
    let authority = rest.split('/').next().unwrap_or(rest);
    if let Some((_, port)) = authority.split_once(':')
        && port.parse::<u16>().is_err()
    {
        return Err(Fault::Page);
    }
    if !host::is_host(host::of_page(page)) {
        return Err(Fault::PageHost);
    }
    Ok(page)
}

fn is_slug(text: &str) -> bool {
    text.split('-').all(|part| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

/// Whether a text can be shown without doing anything to whoever shows it.
fn showable(text: &str) -> bool {
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    plain
        || !text.chars().any(|character| {
            character.is_control()
                || matches!(
                    character,
                    '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}'
                )
        })
}
