//! The feed: one item per component.

use roxmltree::{Document, Node};

use crate::readers::addresses::web_address;
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Place, Warnings, meaning};
use crate::readers::lists::Once;
use crate::readers::{Unreadable, encoding, times};
use crate::snapshot::{Component, Coverage, Listing, PageIdentity, Snapshot};
use crate::words::Health;

/// Reads the feed.
pub(super) fn read(body: &[u8], warnings: &mut Warnings) -> Result<Snapshot, Unreadable> {
    let text = encoding::xml_text(body)?;
    let feed = parse(&text)?;
    let channel = channel(&feed)?;

    let top = Place::document("");
    let items_at = top.key("item");
    let mut components = Once::default();
    let mut derived = DerivedIds::default();
    let items = channel.children().filter(|node| node.has_tag_name("item"));
    for (index, item) in items.enumerate() {
        let place = items_at.entry(index);
        let component = component(item, &place, &mut derived, warnings);
        components.put(&component.id.clone(), component, &place, warnings);
    }
    let components = components.into_list();

    let title = text_of(channel, "title");
    Ok(Snapshot {
        page: PageIdentity {
            id: None,
            name: title.map(|title| title.strip_suffix(" - Status").unwrap_or(title).to_owned()),
            url: text_of(channel, "link").and_then(web_address),
        },
        overall: None,
        coverage: Coverage {
            // A page whose components are all hidden has a feed without items.
            components: if components.is_empty() {
                Listing::Partial
            } else {
                Listing::Complete
            },
            ..Coverage::NOTHING
        },
        components,
        incidents: Vec::new(),
        maintenances: Vec::new(),
        updated_at: time_of(channel, &top, warnings),
    })
}

fn parse(text: &str) -> Result<Document<'_>, Unreadable> {
    Document::parse(text).map_err(|error| Unreadable::Malformed {
        reason: error.to_string(),
    })
}

/// The channel, if the feed is StatusIQ's: it declares the platform's own names.
fn channel<'a, 'input>(feed: &'a Document<'input>) -> Result<Node<'a, 'input>, Unreadable> {
    let root = feed.root_element();
    if !root.has_tag_name("rss") {
        return Err(Unreadable::other_shape("XML, but not RSS"));
    }
    if !root
        .namespaces()
        .any(|space| space.uri().contains("site24x7.com/rssdefinitions"))
    {
        return Err(Unreadable::other_shape(
            "a feed, but without the names of Site24x7",
        ));
    }
    root.children()
        .find(|node| node.has_tag_name("channel"))
        .ok_or_else(|| Unreadable::other_shape("a feed without a channel"))
}

fn component(
    item: Node<'_, '_>,
    place: &Place<'_>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Component {
    let title = text_of(item, "title").unwrap_or_default();
    let (name, word) = match title.rsplit_once(" - ") {
        Some((name, word)) => (name.trim(), Some(word.trim())),
        None => (title, None),
    };
    if word.is_none() {
        warnings.add(place.key("title"), "no status behind the name");
    }
    // The guid is the same for all items on some pages; a component without a link has nothing but its name.
    let linked = text_of(item, "link")
        .and_then(|link| link.rsplit_once("#/components/"))
        .map(|(_, id)| id.trim())
        .filter(|id| !id.is_empty());
    let id = linked.map_or_else(
        || derived.distinct(derived_id("component", &[name])),
        str::to_owned,
    );
    let health = word.and_then(|word| meaning(word, HEALTHS, &place.key("title"), warnings));
    Component {
        id,
        name: name.to_owned(),
        group: Vec::new(),
        health: health.unwrap_or(Health::Unknown),
        raw: word.map(str::to_owned),
        description: None,
    }
}

/// What a status behind a name means. One that is merely informational affects nobody.
const HEALTHS: &[(&str, Health)] = &[
    ("Operational", Health::Operational),
    ("Informational", Health::Operational),
    ("Degraded Performance", Health::Degraded),
    ("Under Maintenance", Health::Maintenance),
    ("Maintenance", Health::Maintenance),
    ("Partial Outage", Health::PartialOutage),
    ("Major Outage", Health::MajorOutage),
];

/// The text of the first child of this name, without the blanks around it.
fn text_of<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.children()
        .find(|child| child.has_tag_name(name))?
        .text()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn time_of(channel: Node<'_, '_>, place: &Place<'_>, warnings: &mut Warnings) -> Option<jiff::Timestamp> {
    let written = text_of(channel, "pubDate")?;
    let read = times::read(written);
    if read.is_none() {
        warnings.add(place.key("pubDate"), "not a time");
    }
    read.map(|moment| moment.at)
}
