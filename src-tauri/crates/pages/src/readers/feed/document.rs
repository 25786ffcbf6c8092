//! RSS, Atom and JSON Feed as one model.

use std::borrow::Cow;

use jiff::Timestamp;

use super::xml::{self, Element};
use crate::readers::json::{Fields, Json, Object, Place, Warnings, quoted};
use crate::readers::lists::objects;
use crate::readers::times::{self, Moment};
use crate::readers::{Unreadable, encoding};
use crate::text::{self, entities};

/// A feed.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    pub(crate) id: Option<String>,
    pub(crate) title: Option<String>,
    /// The web page that it is the feed of.
    pub(crate) link: Option<String>,
    pub(crate) updated_at: Option<Timestamp>,
    pub(crate) entries: Vec<Entry>,
}

/// An entry of a feed.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    /// Where it stands among the feed's entries.
    pub(crate) index: usize,
    pub(crate) guid: Option<String>,
    pub(crate) title: String,
    /// The text, HTML or plain.
    pub(crate) body: String,
    /// The short text beside it, where there are two.
    pub(crate) summary: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) categories: Vec<String>,
    /// An element `status`, which no standard knows but some vendors write.
    pub(crate) status: Option<String>,
    pub(crate) published_at: Option<Timestamp>,
    pub(crate) updated_at: Option<Timestamp>,
}

impl Entry {
    /// When it last said something.
    pub(crate) fn at(&self) -> Option<Timestamp> {
        self.updated_at.or(self.published_at)
    }
}

/// The text of a feed, if it begins like one.
pub(crate) fn text_of(body: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let text = encoding::text_of(body).or_else(|error| western(body).ok_or(error))?;
    match text.trim_start().chars().next() {
        None => Err(Unreadable::Empty),
        Some('<') => match encoding::json_text(text.as_bytes()) {
            Err(web_page @ Unreadable::WebPage { .. }) if is_html(&text) => Err(web_page),
            Ok(_) | Err(_) => Ok(text),
        },
        Some('{') => Ok(text),
        Some(_) => Err(Unreadable::other_shape("neither XML nor a JSON object")),
    }
}

/// The text of an XML document that says that it is in one of the old encodings of western Europe.
fn western(body: &[u8]) -> Option<Cow<'_, str>> {
    let head: String = body.iter().take(200).map(|byte| char::from(*byte)).collect();
    let (declaration, _) = head.strip_prefix("<?xml")?.split_once("?>")?;
    let declaration = declaration.to_ascii_lowercase();
    let is_western = ["iso-8859-1", "windows-1252", "latin1"]
        .iter()
        .any(|encoding| declaration.contains(encoding));
    is_western.then(|| {
        body.iter()
            .map(|byte| entities::western(*byte))
            .collect::<String>()
            .into()
    })
}

/// Whether a text begins like a web page.
fn is_html(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(4096)).unwrap_or(text);
    let head = head.to_ascii_lowercase();
    head.contains("<html") || head.contains("<!doctype html")
}

/// Reads a feed of any of the three kinds. Documents of platforms that publish their components as a feed, and of
/// vendors whose feed has rules of its own, are not refused here.
pub(crate) fn parse(text: &str, place: Place<'_>, warnings: &mut Warnings) -> Result<Feed, Unreadable> {
    if text.trim_start().starts_with('{') {
        return json_feed(&Json::parse(text)?, place, warnings);
    }
    let root = xml::parse(text)?;
    xml_feed(&root, place, warnings)
}

/// Reads the tree of an RSS or Atom feed.
pub(crate) fn xml_feed(
    root: &Element<'_>,
    place: Place<'_>,
    warnings: &mut Warnings,
) -> Result<Feed, Unreadable> {
    match root.name() {
        "feed" => Ok(atom(root, place, warnings)),
        "rss" => {
            let channel = root
                .named("", "channel")
                .next()
                .ok_or_else(|| Unreadable::other_shape("RSS without a channel"))?;
            Ok(rss(channel, channel, place, warnings))
        }
        "RDF" => {
            let channel = root
                .named("", "channel")
                .next()
                .ok_or_else(|| Unreadable::other_shape("RSS without a channel"))?;
            Ok(rss(channel, root, place, warnings))
        }
        other => Err(Unreadable::other_shape(&format!(
            "an XML document whose root is {}, no feed",
            quoted(other)
        ))),
    }
}

fn rss(channel: &Element<'_>, holder: &Element<'_>, place: Place<'_>, warnings: &mut Warnings) -> Feed {
    let mut entries = Vec::new();
    for (index, item) in holder.named("", "item").enumerate() {
        let at = place.key("item");
        let at = at.entry(index);
        let text = |name| item.named("", name).next().map(Element::text);
        // What `content:encoded` holds is the whole text, the description a part of it.
        let whole = item
            .children()
            .iter()
            .find(|child| child.name() == "encoded")
            .map(Element::text)
            .filter(|text| !text.trim().is_empty());
        let dated = |name: &'static str, warnings: &mut Warnings| {
            let written = item.children().iter().find(|child| child.name() == name)?;
            time(written.text(), &at.key(name), warnings)
        };
        entries.push(Entry {
            index,
            guid: text("guid").and_then(some),
            title: title(text("title").unwrap_or_default()),
            body: whole
                .or(text("description"))
                .unwrap_or_default()
                .trim()
                .to_owned(),
            summary: text("description").filter(|_| whole.is_some()).and_then(some),
            link: text("link").and_then(some),
            categories: item
                .named("", "category")
                .filter_map(|category| some(category.text()))
                .collect(),
            status: status(item),
            published_at: dated("pubDate", warnings).or_else(|| dated("date", warnings)),
            updated_at: dated("updated", warnings),
        });
    }
    let text = |name| channel.named("", name).next().map(Element::text);
    Feed {
        id: None,
        title: text("title").map(title).filter(|title| !title.is_empty()),
        link: text("link").and_then(some),
        // `lastBuildDate` is when the feed was asked for, more often than not.
        updated_at: text("pubDate").and_then(|written| time(written, &place.key("pubDate"), warnings)),
        entries,
    }
}

fn atom(feed: &Element<'_>, place: Place<'_>, warnings: &mut Warnings) -> Feed {
    let prefix = feed.prefix();
    let mut entries = Vec::new();
    for (index, entry) in feed.named(prefix, "entry").enumerate() {
        let at = place.key("entry");
        let at = at.entry(index);
        let child = |name| entry.named(prefix, name).next();
        let whole = child("content").map(content).filter(|body| !body.is_empty());
        let short = child("summary").map(content).filter(|body| !body.is_empty());
        let (body, summary) = match whole {
            Some(whole) => (Some(whole), short),
            None => (short, None),
        };
        let dated =
            |name: &'static str, warnings: &mut Warnings| time(child(name)?.text(), &at.key(name), warnings);
        entries.push(Entry {
            index,
            guid: child("id").and_then(|id| some(id.text())),
            title: child("title")
                .map(|words| title(&content(words)))
                .unwrap_or_default(),
            body: body.unwrap_or_default(),
            summary,
            link: alternate(entry, prefix),
            categories: entry
                .named(prefix, "category")
                .filter_map(|category| some(category.attribute("term")?))
                .collect(),
            status: status(entry),
            published_at: dated("published", warnings),
            updated_at: dated("updated", warnings),
        });
    }
    let child = |name| feed.named(prefix, name).next();
    Feed {
        id: child("id").and_then(|id| some(id.text())),
        title: child("title")
            .map(|words| title(&content(words)))
            .filter(|title| !title.is_empty()),
        link: alternate(feed, prefix),
        updated_at: child("updated").and_then(|at| time(at.text(), &place.key("updated"), warnings)),
        entries,
    }
}

/// The link to the web page that an element stands for.
fn alternate(element: &Element<'_>, prefix: &str) -> Option<String> {
    let is_alternate = |link: &&Element<'_>| link.attribute("rel").is_none_or(|rel| rel == "alternate");
    element
        .named(prefix, "link")
        .find(is_alternate)
        .and_then(|link| some(link.attribute("href")?))
}

/// A text of Atom: XHTML as it is written, anything else with its entities resolved.
fn content(element: &Element<'_>) -> String {
    let words = if element.children().is_empty() {
        element.text()
    } else {
        element.inside()
    };
    words.trim().to_owned()
}

fn status(element: &Element<'_>) -> Option<String> {
    let mut named = element.children().iter().filter(|child| child.name() == "status");
    named.next().and_then(|status| some(status.text()))
}

fn json_feed(tree: &Json<'_>, place: Place<'_>, warnings: &mut Warnings) -> Result<Feed, Unreadable> {
    let object = tree
        .object()
        .filter(|object| {
            object
                .text("version")
                .is_some_and(|version| version.starts_with("https://jsonfeed.org/version/"))
        })
        .ok_or_else(|| Unreadable::other_shape("JSON that is no JSON Feed"))?;
    let items = object
        .list("items")
        .ok_or_else(|| Unreadable::other_shape("a JSON Feed without a list of items"))?;
    let fields = Fields { object, place };
    let mut entries: Vec<Entry> = Vec::with_capacity(items.len());
    objects(items, &place.key("items"), warnings, |item, at, warnings| {
        let entry = json_item(item, *at, entries.len(), warnings);
        entries.push(entry);
    });
    Ok(Feed {
        id: None,
        title: fields
            .text("title", warnings)
            .map(title)
            .filter(|title| !title.is_empty()),
        link: fields.text("home_page_url", warnings).and_then(some),
        updated_at: None,
        entries,
    })
}

fn json_item(item: Object<'_>, place: Place<'_>, index: usize, warnings: &mut Warnings) -> Entry {
    let fields = Fields { object: item, place };
    let mut text = |key| fields.text(key, warnings).and_then(some);
    let body = text("content_html")
        .or_else(|| text("content_text"))
        .or_else(|| text("summary"));
    let link = text("url").or_else(|| text("external_url"));
    let headline = text("title");
    let tags = fields.list("tags", warnings).unwrap_or_default();
    Entry {
        index,
        guid: fields.id_or_number("id", warnings),
        title: headline.as_deref().map(title).unwrap_or_default(),
        body: body.unwrap_or_default(),
        summary: None,
        link,
        categories: tags.iter().filter_map(Json::text).filter_map(some).collect(),
        status: None,
        published_at: fields.time("date_published", warnings),
        updated_at: fields.time("date_modified", warnings),
    }
}

/// A moment as it is written in a feed.
fn time(written: &str, place: &Place<'_>, warnings: &mut Warnings) -> Option<Timestamp> {
    let written = written.trim();
    if written.is_empty() {
        return None;
    }
    match times::read(written) {
        Some(Moment { at, assumed_utc }) => {
            if assumed_utc {
                warnings.add(
                    *place,
                    format_args!("{} has no offset and is taken as UTC", quoted(written)),
                );
            }
            Some(at)
        }
        None => {
            warnings.add(*place, format_args!("{} is not a time", quoted(written)));
            None
        }
    }
}

/// A title on one line. Vendors write entities into it once more than they should, and now and then a tag.
fn title(written: &str) -> String {
    if written.contains('<') || (written.contains('&') && written.contains(';')) {
        text::one_line(&text::plain(written))
    } else {
        text::one_line(written)
    }
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
