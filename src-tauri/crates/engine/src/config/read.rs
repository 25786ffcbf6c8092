//! From files to a [`Config`].

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

use signalbox_catalog::{Category, OwnVendor};
use toml_edit::{Document, Item, TableLike, Value};
use url::Url;

use super::{
    AddressError, Config, ConfigError, Fingerprint, Limits, Place, Preferences, SourceFile, Watch,
    canonical_address,
    edit::unwritable_reason,
    error::{Fault, Lines, position, visible},
    fields::{Fields, Located},
    span,
};

/// The largest file that is read, in bytes: a thousand watches with long scopes are a tenth of it.
const LARGEST_FILE: u64 = 4 * 1024 * 1024;
/// As many included files as anybody needs.
const MOST_FILES: usize = 64;
/// The longest name or id, in characters.
const LONGEST_NAME: usize = 200;

/// Keys that people look for at the top of the file.
const PREFERENCES_KEYS: [(&str, &str); 5] = [
    ("interval", "[preferences]"),
    ("interval_during_incident", "[preferences]"),
    ("contact", "[preferences]"),
    ("proxy", "[preferences]"),
    ("extra_roots", "[preferences]"),
];

/// What came of reading a configuration: the files that matter are known even if it is wrong, so that the right one
/// of them is waited for.
pub(super) struct Examined {
    /// Every file that was read or looked for, the main one first.
    pub(super) sources: Vec<SourceFile>,
    /// The main file's text; empty where there is none.
    pub(super) text: String,
    /// What they say.
    pub(super) outcome: Result<Config, ConfigError>,
}

/// Reads `path` and what it includes.
pub(super) fn examine(path: &Path, limits: &Limits) -> Examined {
    let mut reading = Reading {
        limits,
        sources: Vec::new(),
        chain: Vec::new(),
        read: BTreeMap::new(),
        watches: Vec::new(),
        pages: BTreeMap::new(),
        catalogue: Vec::new(),
        listed: BTreeMap::new(),
    };
    let (text, outcome) = reading.main(path);
    Examined {
        outcome: outcome.map(|preferences| Config {
            preferences,
            watches: reading.watches,
            catalogue: reading.catalogue,
        }),
        sources: reading.sources,
        text,
    }
}

struct Reading<'limits> {
    limits: &'limits Limits,
    sources: Vec<SourceFile>,
    /// The files that are being read, each included by the one before.
    chain: Vec<PathBuf>,
    /// Every file read so far, and what included it.
    read: BTreeMap<PathBuf, Option<Place>>,
    watches: Vec<Watch>,
    pages: BTreeMap<Url, Place>,
    catalogue: Vec<OwnVendor>,
    /// The pages of the catalogue's entries.
    listed: BTreeMap<Url, Place>,
}

impl Reading<'_> {
    fn main(&mut self, path: &Path) -> (String, Result<Preferences, ConfigError>) {
        let text = match self.text(path) {
            Ok(text) => text.unwrap_or_default(),
            Err(error) => return (String::new(), Err(error)),
        };
        let result = self.main_text(path, &text);
        (text, result)
    }

    fn main_text(&mut self, path: &Path, text: &str) -> Result<Preferences, ConfigError> {
        let parsed = parse(text, self.limits).map_err(|fault| ConfigError::at(path, text, fault))?;
        let mut preferences = parsed
            .preferences
            .map(|located| located.value)
            .unwrap_or_default();
        for root in &parsed.extra_roots {
            let file = self.root(path, text, root)?;
            preferences.extra_roots.push(file);
        }
        let identity = identity(path);
        self.read.insert(identity.clone(), None);
        self.chain.push(identity);
        self.includes(path, text, &parsed.include)?;
        self.chain.pop();
        let locked = unwritable_reason(path);
        self.take(path, text, parsed.watches, locked.as_deref())?;
        self.list(path, text, parsed.catalogue)?;
        Ok(preferences)
    }

    fn includes(&mut self, path: &Path, text: &str, include: &[Located<String>]) -> Result<(), ConfigError> {
        for included in include {
            self.include(path, text, included)?;
        }
        Ok(())
    }

    fn include(&mut self, path: &Path, text: &str, included: &Located<String>) -> Result<(), ConfigError> {
        let fault = |message: String| ConfigError::at(path, text, Fault::new(included.span.clone(), message));
        let file = beside(path, &included.value);
        let identity = identity(&file);
        if self.chain.contains(&identity) {
            return Err(fault(format!("{} includes itself", shown(&file))));
        }
        if let Some(Some(earlier)) = self.read.get(&identity) {
            return Err(fault(format!(
                "{} is already included at {earlier}",
                shown(&file)
            )));
        }
        if self.read.len() > MOST_FILES {
            return Err(fault(format!("more than {MOST_FILES} files are included")));
        }
        let Some(content) = self.text(&file)? else {
            return Err(fault(format!("there is no file {}", shown(&file))));
        };
        let at = Place {
            file: path.to_owned(),
            position: position(text, included.span.start),
        };
        self.read.insert(identity.clone(), Some(at));

        let parsed = parse(&content, self.limits).map_err(|fault| ConfigError::at(&file, &content, fault))?;
        if let Some(preferences) = parsed.preferences {
            return Err(ConfigError::at(
                &file,
                &content,
                Fault::new(
                    preferences.span,
                    format!(
                        "an included file may hold [[watch]], [[catalogue]] and include only; preferences belong into the file that is yours, not into one that {} includes",
                        shown(path)
                    ),
                ),
            ));
        }
        self.chain.push(identity);
        self.includes(&file, &content, &parsed.include)?;
        self.chain.pop();
        let reason = format!("it is written in {}, which is included", shown(&file));
        self.take(&file, &content, parsed.watches, Some(&reason))?;
        self.list(&file, &content, parsed.catalogue)
    }

    /// Adds a file's watches; each page once.
    fn take(
        &mut self,
        path: &Path,
        text: &str,
        watches: Vec<RawWatch>,
        locked: Option<&str>,
    ) -> Result<(), ConfigError> {
        let lines = Lines::of(text);
        for raw in watches {
            let place = Place {
                file: path.to_owned(),
                position: lines.position(raw.page.span.start),
            };
            if let Some(other) = self.pages.get(&raw.page.value) {
                let message = format!("{} is watched twice: here and at {other}", raw.page.value);
                return Err(ConfigError::at(path, text, Fault::new(raw.page.span, message)));
            }
            self.pages.insert(raw.page.value.clone(), place.clone());
            self.watches.push(Watch {
                page: raw.page.value,
                name: raw.name,
                interval: raw.interval,
                components: raw.components,
                counted: raw.counted,
                place,
                locked: locked.map(str::to_owned),
            });
        }
        Ok(())
    }

    /// Adds a file's entries of the catalogue; each page once.
    fn list(&mut self, path: &Path, text: &str, entries: Vec<RawVendor>) -> Result<(), ConfigError> {
        let lines = Lines::of(text);
        for raw in entries {
            let place = Place {
                file: path.to_owned(),
                position: lines.position(raw.page.span.start),
            };
            if let Some(other) = self.listed.get(&raw.page.value) {
                let message = format!(
                    "{} is in the catalogue twice: here and at {other}",
                    raw.page.value
                );
                return Err(ConfigError::at(path, text, Fault::new(raw.page.span, message)));
            }
            self.catalogue.push(OwnVendor {
                name: raw.name,
                aliases: raw.aliases,
                category: raw.category,
                page: raw.page.value.to_string(),
            });
            self.listed.insert(raw.page.value, place);
        }
        Ok(())
    }

    /// A file of root certificates: it must be there. What is in it is for whoever uses it.
    fn root(&mut self, path: &Path, text: &str, root: &Located<String>) -> Result<PathBuf, ConfigError> {
        let file = beside(path, &root.value);
        let content = bytes(&file);
        self.sources.push(SourceFile {
            path: file.clone(),
            fingerprint: print_of(&content),
        });
        let message = match content {
            Ok(Some(_)) => return Ok(file),
            Ok(None) => format!("there is no file {}", shown(&file)),
            Err(reason) => format!("{} cannot be read: {reason}", shown(&file)),
        };
        Err(ConfigError::at(
            path,
            text,
            Fault::new(root.span.clone(), message),
        ))
    }

    /// A file's text, or `None` where there is no file.
    fn text(&mut self, path: &Path) -> Result<Option<String>, ConfigError> {
        let content = bytes(path);
        self.sources.push(SourceFile {
            path: path.to_owned(),
            fingerprint: print_of(&content),
        });
        let Some(content) =
            content.map_err(|reason| ConfigError::of_file(path, format!("it cannot be read: {reason}")))?
        else {
            return Ok(None);
        };
        match String::from_utf8(content) {
            Ok(text) => Ok(Some(text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes());
                Err(ConfigError::at(
                    path,
                    &text,
                    Fault::new(valid..valid, "the file is not UTF-8 text from here on"),
                ))
            }
        }
    }
}

/// What a file is now.
pub(super) fn fingerprint(path: &Path) -> Fingerprint {
    print_of(&bytes(path))
}

fn print_of(content: &Result<Option<Vec<u8>>, String>) -> Fingerprint {
    match content {
        Ok(Some(content)) => Fingerprint::of(content),
        Ok(None) => Fingerprint::MISSING,
        // A reason that changes is a change too.
        Err(reason) => Fingerprint::of(reason.as_bytes()),
    }
}

/// The bytes of a regular file of bearable size; `None` where there is none. The error is in plain words.
pub(crate) fn bytes(path: &Path) -> Result<Option<Vec<u8>>, String> {
    let gone = |error: &std::io::Error| {
        matches!(
            error.kind(),
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
        )
    };
    // Asked before opening: opening a pipe would wait for somebody to write into it.
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err("it is not a regular file".to_owned()),
        Ok(metadata) if metadata.len() > LARGEST_FILE => {
            return Err(format!("it is larger than {} MiB", LARGEST_FILE / 1024 / 1024));
        }
        Ok(_) => {}
        Err(error) if gone(&error) => return Ok(None),
        Err(error) => return Err(error.to_string()),
    }
    let mut content = Vec::new();
    match std::fs::File::open(path).and_then(|file| file.take(LARGEST_FILE).read_to_end(&mut content)) {
        Ok(_) => Ok(Some(content)),
        Err(error) if gone(&error) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// What tells one file from another, however it is named.
fn identity(path: &Path) -> PathBuf {
    std::fs::canonicalize(path)
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.to_owned())
}

/// A path as written in a file: relative to that file, `~/` being the person's home.
fn beside(file: &Path, written: &str) -> PathBuf {
    if let Some(rest) = written.strip_prefix("~/")
        && let Some(base) = directories::BaseDirs::new()
    {
        return base.home_dir().join(rest);
    }
    file.parent().unwrap_or(Path::new("")).join(written)
}

fn shown(path: &Path) -> String {
    visible(&path.display().to_string(), 300)
}

/// One file's content, before paths are resolved and files are joined.
struct Parsed {
    include: Vec<Located<String>>,
    preferences: Option<Located<Preferences>>,
    extra_roots: Vec<Located<String>>,
    watches: Vec<RawWatch>,
    catalogue: Vec<RawVendor>,
}

struct RawVendor {
    name: String,
    page: Located<Url>,
    aliases: Vec<String>,
    category: Category,
}

struct RawWatch {
    page: Located<Url>,
    name: Option<String>,
    interval: Option<Duration>,
    components: BTreeSet<String>,
    counted: bool,
}

fn parse(text: &str, limits: &Limits) -> Result<Parsed, Fault> {
    let document = Document::parse(text)?;
    let mut fields = Fields::new(document.as_table(), "the file");
    let include = paths(fields.strings("include")?)?;
    let preferences_item = fields.item("preferences");
    let watch_item = fields.item("watch");
    let catalogue_item = fields.item("catalogue");
    fields.finish(&PREFERENCES_KEYS)?;

    let mut extra_roots = Vec::new();
    let preferences = match preferences_item {
        None => None,
        Some(item) => {
            let Some(table) = item.value.as_table_like() else {
                return Err(Fault::new(
                    item.span,
                    "`preferences` must be a table: [preferences]",
                ));
            };
            let (value, roots) = preferences(table, limits)?;
            extra_roots = roots;
            Some(Located {
                value,
                span: item.span,
            })
        }
    };
    let mut watches = Vec::new();
    for (table, span) in tables(watch_item, "each watch must be a table of its own: [[watch]]")? {
        watches.push(watch(table, span, limits)?);
    }
    let mut catalogue = Vec::new();
    let wrong = "each entry of the catalogue must be a table of its own: [[catalogue]]";
    for (table, span) in tables(catalogue_item, wrong)? {
        catalogue.push(vendor(table, span)?);
    }
    Ok(Parsed {
        include,
        preferences,
        extra_roots,
        watches,
        catalogue,
    })
}

/// One of several tables of a name, and where it stands.
type OneTable<'doc> = (&'doc dyn TableLike, Range<usize>);

/// The tables of `[[name]]`, or of `name = [{…}]`, which is the same in TOML; `refusal` is said of anything else.
fn tables<'doc>(item: Option<Located<&'doc Item>>, refusal: &str) -> Result<Vec<OneTable<'doc>>, Fault> {
    let Some(item) = item else { return Ok(Vec::new()) };
    let wrong = |span| Fault::new(span, refusal);
    if let Some(tables) = item.value.as_array_of_tables() {
        return Ok(tables
            .iter()
            .map(|table| {
                (
                    table as &dyn TableLike,
                    table.span().unwrap_or_else(|| item.span.clone()),
                )
            })
            .collect());
    }
    let Some(array) = item.value.as_array() else {
        return Err(wrong(item.span));
    };
    array
        .iter()
        .map(|value| {
            let span = value.span().unwrap_or_else(|| item.span.clone());
            match value {
                Value::InlineTable(table) => Ok((table as &dyn TableLike, span)),
                Value::String(_)
                | Value::Integer(_)
                | Value::Float(_)
                | Value::Boolean(_)
                | Value::Datetime(_)
                | Value::Array(_) => Err(wrong(span)),
            }
        })
        .collect()
}

fn preferences(table: &dyn TableLike, limits: &Limits) -> Result<(Preferences, Vec<Located<String>>), Fault> {
    let mut preferences = Preferences::default();
    let mut fields = Fields::new(table, "[preferences]");
    let interval = fields.string("interval")?;
    let during = fields.string("interval_during_incident")?;
    let contact = fields.string("contact")?;
    let proxy = fields.string("proxy")?;
    let roots = paths(fields.strings("extra_roots")?)?;
    fields.finish(&[
        ("include", "the top of the file, above every table"),
        ("page", "a [[watch]]"),
    ])?;

    if let Some(interval) = interval {
        preferences.interval = bounded(&interval, limits)?;
    }
    if let Some(during) = during {
        preferences.interval_during_incident = bounded(&during, limits)?;
    } else {
        // Whoever polls more often than the default must not poll less often because there is an incident.
        preferences.interval_during_incident = preferences.interval_during_incident.min(preferences.interval);
    }
    preferences.contact = contact.map(|contact| self::contact(&contact)).transpose()?;
    preferences.proxy = proxy.map(|proxy| self::proxy(&proxy)).transpose()?;
    Ok((preferences, roots))
}

fn watch(table: &dyn TableLike, span: Range<usize>, limits: &Limits) -> Result<RawWatch, Fault> {
    let mut fields = Fields::new(table, "[[watch]]");
    let page = fields.string("page")?;
    let name = fields.string("name")?;
    let interval = fields.string("interval")?;
    let components = fields.strings("components")?;
    let counted = fields.boolean("counted")?;
    fields.finish(&[
        ("include", "the top of the file, above every table"),
        ("contact", "[preferences]"),
        ("proxy", "[preferences]"),
        ("extra_roots", "[preferences]"),
        ("interval_during_incident", "[preferences]"),
    ])?;

    let Some(page) = page else {
        return Err(Fault::new(
            span,
            "this [[watch]] has no page: page = \"https://…\"",
        ));
    };
    Ok(RawWatch {
        page: address(page)?,
        name: name.map(|name| words(&name, "name")).transpose()?,
        interval: interval.map(|interval| bounded(&interval, limits)).transpose()?,
        components: components
            .iter()
            .map(|component| words(component, "component id"))
            .collect::<Result<_, _>>()?,
        counted: counted.unwrap_or(true),
    })
}

fn vendor(table: &dyn TableLike, span: Range<usize>) -> Result<RawVendor, Fault> {
    let mut fields = Fields::new(table, "[[catalogue]]");
    let name = fields.string("name")?;
    let page = fields.string("page")?;
    let aliases = fields.strings("aliases")?;
    let category = fields.string("category")?;
    fields.finish(&[
        ("include", "the top of the file, above every table"),
        ("interval", "a [[watch]]"),
        ("components", "a [[watch]]"),
        ("counted", "a [[watch]]"),
    ])?;

    let (Some(name), Some(page)) = (name, page) else {
        return Err(Fault::new(
            span,
            "this [[catalogue]] needs both: name = \"…\" and page = \"https://…\"",
        ));
    };
    Ok(RawVendor {
        name: words(&name, "name")?,
        page: address(page)?,
        aliases: aliases
            .iter()
            .map(|alias| words(alias, "alias"))
            .collect::<Result<_, _>>()?,
        category: category.map_or(Ok(Category::OTHER), |category| self::category(&category))?,
    })
}

fn category(word: &Located<&str>) -> Result<Category, Fault> {
    Category::from_key(word.value).ok_or_else(|| {
        let known: Vec<&str> = Category::all().map(Category::key).collect();
        Fault::new(
            word.span.clone(),
            format!(
                "there is no category \"{}\"; there are {}",
                visible(word.value, 40),
                known.join(", ")
            ),
        )
    })
}

/// The address of a page.
fn address(page: Located<&str>) -> Result<Located<Url>, Fault> {
    let value = canonical_address(page.value).map_err(|error| {
        let fault = Fault::new(page.span.clone(), error.to_string());
        if error == AddressError::UserInfo {
            fault.secret()
        } else {
            fault
        }
    })?;
    Ok(Located {
        value,
        span: page.span,
    })
}

fn paths(paths: Vec<Located<&str>>) -> Result<Vec<Located<String>>, Fault> {
    paths
        .into_iter()
        .map(|path| {
            if path.value.trim().is_empty() || path.value.contains('\0') {
                return Err(Fault::new(path.span, "this is not a file's path"));
            }
            Ok(Located {
                value: path.value.to_owned(),
                span: path.span,
            })
        })
        .collect()
}

/// A short text that can be shown as it is.
fn words(text: &Located<&str>, what: &str) -> Result<String, Fault> {
    let fault = |message: String| Err(Fault::new(text.span.clone(), message));
    let words = text.value.trim();
    if words.is_empty() {
        return fault(format!("a {what} must not be empty"));
    }
    if visible(words, usize::MAX) != words {
        return fault(format!("a {what} must not hold control characters"));
    }
    if words.chars().nth(LONGEST_NAME).is_some() {
        return fault(format!(
            "a {what} must not be longer than {LONGEST_NAME} characters"
        ));
    }
    Ok(words.to_owned())
}

fn bounded(text: &Located<&str>, limits: &Limits) -> Result<Duration, Fault> {
    let fault = |message: String| Err(Fault::new(text.span.clone(), message));
    let Some(interval) = span::parse(text.value) else {
        return fault(format!(
            "\"{}\" is not a span of time: write it like \"90s\", \"2m\" or \"1h\"",
            visible(text.value, 60)
        ));
    };
    if interval < limits.shortest_interval {
        return fault(format!(
            "an interval must be at least {}",
            span::format(limits.shortest_interval)
        ));
    }
    if interval > limits.longest_interval {
        return fault(format!(
            "an interval must be at most {}",
            span::format(limits.longest_interval)
        ));
    }
    Ok(interval)
}

fn contact(text: &Located<&str>) -> Result<String, Fault> {
    // It stands in a comment of a User-Agent header, which ends at a parenthesis.
    let sendable = |c: char| c.is_ascii_graphic() && !matches!(c, '(' | ')' | ';' | '\\' | '"');
    let known = Url::parse(text.value)
        .is_ok_and(|url| matches!(url.scheme(), "mailto" | "http" | "https") && !url.path().is_empty());
    if known && text.value.chars().all(sendable) && text.value.len() <= LONGEST_NAME {
        Ok(text.value.to_owned())
    } else {
        Err(Fault::new(
            text.span.clone(),
            "a contact is an address in plain ASCII: \"mailto:me@example.org\" or \"https://example.org/me\"",
        ))
    }
}

fn proxy(text: &Located<&str>) -> Result<Url, Fault> {
    let fault = |message: &str| Err(Fault::new(text.span.clone(), message));
    let Ok(url) = Url::parse(text.value) else {
        return fault("a proxy is an address: \"http://host:8080\" or \"socks5://host:1080\"");
    };
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
        return fault("a proxy's scheme must be http, https, socks5 or socks5h");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return fault("this proxy has no host");
    }
    if url.password().is_some() {
        return Err(Fault::new(
            text.span.clone(),
            "passwords do not belong into this file; take it out",
        )
        .secret());
    }
    Ok(url)
}

/// The watches that a text alone would give, as if it stood in `path`.
pub(super) fn meaning(path: &Path, text: &str) -> Result<Vec<Watch>, ConfigError> {
    let mut reading = Reading {
        limits: &Limits::NONE,
        sources: Vec::new(),
        chain: Vec::new(),
        read: BTreeMap::new(),
        watches: Vec::new(),
        pages: BTreeMap::new(),
        catalogue: Vec::new(),
        listed: BTreeMap::new(),
    };
    let parsed = parse(text, reading.limits).map_err(|fault| ConfigError::at(path, text, fault))?;
    reading.take(path, text, parsed.watches, None)?;
    Ok(reading.watches)
}
