//! Incidents and maintenances with their updates.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::mem;

use jiff::Timestamp;

use super::kinds::{Common, Kind};
use super::links::Links;
use super::{Source, components};
use crate::readers::ids::DerivedIds;
use crate::readers::json::{Fields, Object, Place, Warnings, quoted};
use crate::readers::lists::objects;
use crate::snapshot::{Event, Update};

/// The incidents or the maintenances of a page.
pub(super) struct Events<F, P> {
    pub(super) list: Vec<Event<F, P>>,
    /// How many entries could not be read at all.
    pub(super) skipped: usize,
}

/// An entry of a list, and what decides which of two with the same id counts.
struct Entry<F, P> {
    id: String,
    facts: F,
    updates: Vec<DatedUpdate<P>>,
    updated_at: Option<Timestamp>,
    page_updated_at: Option<Timestamp>,
    document: usize,
}

impl<F, P> Entry<F, P> {
    fn age(&self) -> impl Ord + use<F, P> {
        (
            self.updated_at,
            self.updates.len(),
            self.page_updated_at,
            self.document,
        )
    }
}

/// An update with the moments that decide its place, and which of two with the same id counts.
struct DatedUpdate<P> {
    update: Update<P>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
}

/// Reads the incidents or the maintenances of all documents, each once.
pub(super) fn read<K: Kind>(
    sources: &[Source<'_>],
    links: &Links,
    warnings: &mut Warnings,
) -> Events<K::Facts, K::Phase> {
    let mut entries: Vec<Entry<K::Facts, K::Phase>> = Vec::new();
    let mut positions: BTreeMap<String, usize> = BTreeMap::new();
    let mut skipped = 0;
    for (document, source) in sources.iter().enumerate() {
        let top = Place::document(&source.place);
        let place = top.key(K::KEY);
        let Some(list) = K::list(&source.parts) else {
            if let Some(odd) = source.parts.top.get(K::KEY) {
                warnings.add(place, format_args!("{odd} is not a list"));
            }
            continue;
        };
        let mut derived = DerivedIds::default();
        skipped += objects(list, &place, warnings, |object, place, warnings| {
            let mut new = entry::<K>(object, place, links, &mut derived, warnings);
            new.page_updated_at = source.updated_at;
            new.document = document;
            let Some(known) = positions
                .get(&new.id)
                .and_then(|position| entries.get_mut(*position))
            else {
                positions.insert(new.id.clone(), entries.len());
                entries.push(new);
                return;
            };
            let newer = if known.document == document {
                warnings.add(
                    *place,
                    format_args!("the id {} stands twice; the latest counts", quoted(&new.id)),
                );
                new.updated_at >= known.updated_at
            } else {
                new.age() >= known.age()
            };
            let same_document = known.document == document;
            let other = if newer { mem::replace(known, new) } else { new };
            if !same_document {
                K::complete(&mut known.facts, other.facts);
                known.updates = union(mem::take(&mut known.updates), other.updates);
            }
        });
    }
    let list = entries
        .into_iter()
        .map(|mut entry| {
            let updates = in_order(entry.updates);
            K::learn(&mut entry.facts, &updates);
            Event {
                id: entry.id,
                facts: entry.facts,
                updates,
            }
        })
        .collect();
    Events { list, skipped }
}

fn entry<K: Kind>(
    object: Object<'_>,
    place: &Place<'_>,
    links: &Links,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> Entry<K::Facts, K::Phase> {
    let fields = Fields {
        object,
        place: *place,
    };
    let title = fields.expected_text("name", warnings).unwrap_or_default();
    let given_id = fields.id("id", warnings);
    let shortlink = fields.text("shortlink", warnings);
    let url = links.event(given_id.as_deref(), shortlink);
    // The title may be edited; the time of creation is not.
    let id = given_id.map(Cow::into_owned).unwrap_or_else(|| {
        let birth = object
            .text("created_at")
            .or_else(|| object.text("started_at"))
            .unwrap_or(title);
        derived.stand_in(K::KEY, &[birth], *place, warnings)
    });
    let phase_raw = fields.expected_text("status", warnings);
    let common = Common {
        title: title.to_owned(),
        phase: phase_raw.map_or(K::UNKNOWN, |raw| K::phase(raw, &place.key("status"), warnings)),
        phase_raw: phase_raw.map(str::to_owned),
        url,
        components: components::named(&fields, warnings),
    };
    Entry {
        id,
        facts: K::facts(common, &fields, warnings),
        updates: updates::<K>(&fields, warnings),
        updated_at: fields.time("updated_at", warnings),
        page_updated_at: None,
        document: 0,
    }
}

/// The updates of an entry, oldest first as far as the document's own order tells, each id once.
fn updates<K: Kind>(fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Vec<DatedUpdate<K::Phase>> {
    let Some(list) = fields.list("incident_updates", warnings) else {
        return Vec::new();
    };
    let mut updates: Vec<DatedUpdate<K::Phase>> = Vec::with_capacity(list.len());
    let mut positions: BTreeMap<String, usize> = BTreeMap::new();
    let mut derived = DerivedIds::default();
    objects(
        list,
        &fields.place.key("incident_updates"),
        warnings,
        |object, place, warnings| {
            let new = update::<K>(object, place, &mut derived, warnings);
            let Some(known) = positions
                .get(&new.update.id)
                .and_then(|position| updates.get_mut(*position))
            else {
                positions.insert(new.update.id.clone(), updates.len());
                updates.push(new);
                return;
            };
            warnings.add(
                *place,
                format_args!(
                    "the id {} stands twice; the latest counts",
                    quoted(&new.update.id)
                ),
            );
            let edited_at = |dated: &DatedUpdate<K::Phase>| dated.updated_at.or(dated.update.at);
            if edited_at(&new) >= edited_at(known) {
                *known = new;
            }
        },
    );
    // Statuspage lists the newest first. Only a list that evidently does not is left as it is.
    let mut moments = updates.iter().filter_map(|dated| dated.update.at);
    let first = moments.next();
    if first.is_none() || first >= moments.next_back().or(first) {
        updates.reverse();
    }
    updates
}

fn update<K: Kind>(
    object: Object<'_>,
    place: &Place<'_>,
    derived: &mut DerivedIds,
    warnings: &mut Warnings,
) -> DatedUpdate<K::Phase> {
    let fields = Fields {
        object,
        place: *place,
    };
    let created_at = fields.time("created_at", warnings);
    let at = fields.time("display_at", warnings).or(created_at);
    if at.is_none() {
        warnings.add(
            *place,
            "neither display_at nor created_at tells when it was published",
        );
    }
    let phase_raw = fields.expected_text("status", warnings);
    let body = fields.text("body", warnings).unwrap_or_default();
    let id = fields.id("id", warnings).map(Cow::into_owned).unwrap_or_else(|| {
        // A text may be edited later; it only stands in where there is no time.
        let birth = object
            .text("created_at")
            .or_else(|| object.text("display_at"))
            .unwrap_or(body);
        derived.stand_in(
            "update",
            &[birth, phase_raw.unwrap_or_default()],
            *place,
            warnings,
        )
    });
    DatedUpdate {
        update: Update {
            id,
            phase: phase_raw.map_or(K::UNKNOWN, |raw| K::phase(raw, &place.key("status"), warnings)),
            phase_raw: phase_raw.map(str::to_owned),
            at,
            body: body.to_owned(),
            components: components::transitions(&fields, warnings),
        },
        created_at,
        updated_at: fields.time("updated_at", warnings),
    }
}

/// The updates of one event from two documents, each once: what one document leaves out is no deletion.
fn union<P>(winner: Vec<DatedUpdate<P>>, other: Vec<DatedUpdate<P>>) -> Vec<DatedUpdate<P>> {
    let mut updates = winner;
    let mut positions: BTreeMap<String, usize> = BTreeMap::new();
    for (position, dated) in updates.iter().enumerate() {
        positions.insert(dated.update.id.clone(), position);
    }
    for dated in other {
        match positions
            .get(&dated.update.id)
            .and_then(|position| updates.get_mut(*position))
        {
            Some(known) if dated.updated_at > known.updated_at => *known = dated,
            Some(_) => {}
            None => updates.push(dated),
        }
    }
    updates
}

/// Oldest first by the display time, then the creation time, then the document's order. An update without a time
/// stays behind the one that it followed.
fn in_order<P>(updates: Vec<DatedUpdate<P>>) -> Vec<Update<P>> {
    let mut last = None;
    let mut keyed: Vec<_> = updates
        .into_iter()
        .map(|dated| {
            last = dated.update.at.or(last);
            ((last, dated.created_at.or(last)), dated.update)
        })
        .collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, update)| update).collect()
}
