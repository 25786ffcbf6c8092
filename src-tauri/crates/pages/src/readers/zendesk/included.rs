//! What incidents refer to: their updates, the services that they touch, and how.

use std::collections::BTreeMap;

use crate::readers::json::{Fields, Json, Object, Place, Warnings, quoted};
use crate::readers::lists::{Once, objects};
use crate::readers::updates::oldest_first;
use crate::snapshot::{NamedComponent, Update};
use crate::words::Health;

/// A kind of record, however it is written: `incident_update`, `incident_updates`, `incidentUpdate`.
pub(super) fn kind(written: &str) -> String {
    let plain: String = written
        .chars()
        .filter(|character| character.is_ascii_alphanumeric())
        .map(|character| character.to_ascii_lowercase())
        .collect();
    plain.strip_suffix('s').map_or(plain.clone(), str::to_owned)
}

/// A record by its kind and identifier.
type Reference = (String, String);

/// The records of a document that its entries refer to.
pub(super) struct Included<'j> {
    records: BTreeMap<Reference, Record<'j>>,
    is_of_an_account: bool,
    document: Place<'j>,
}

#[derive(Clone, Copy)]
struct Record<'j> {
    object: Object<'j>,
    index: usize,
}

impl<'j> Included<'j> {
    pub(super) fn of(
        top: Object<'j>,
        document: Place<'j>,
        is_of_an_account: bool,
        warnings: &mut Warnings,
    ) -> Self {
        let mut records = BTreeMap::new();
        let fields = Fields {
            object: top,
            place: document,
        };
        let place = document.key("included");
        let list = fields.list("included", warnings).unwrap_or_default();
        objects(
            list,
            &place,
            warnings,
            |object, place, warnings| match reference(object, place, warnings) {
                Some(reference) => {
                    let index = place.index().unwrap_or_default();
                    records.insert(reference, Record { object, index });
                }
                None => warnings.add(*place, "neither kind nor identifier"),
            },
        );
        Self {
            records,
            is_of_an_account,
            document,
        }
    }

    /// The services that an entry names, and its updates.
    pub(super) fn of_entry<P: Copy>(
        &self,
        entry: Object<'_>,
        place: &Place<'_>,
        phase: impl Fn(&str, &Place<'_>, &mut Warnings) -> P,
        unknown: P,
        warnings: &mut Warnings,
    ) -> (Vec<NamedComponent>, Vec<Update<P>>) {
        let mut named: Once<NamedComponent> = Once::default();
        let mut updates = Once::default();
        let list_place = self.document.key("included");
        for (kind, id) in references(entry, place, warnings) {
            let key = (kind, id);
            let record = self.records.get(&key);
            let place = list_place.entry(record.map_or(0, |record| record.index));
            let attributes = record.and_then(|record| record.object.object("attributes"));
            let attributes_place = place.key("attributes");
            let fields = Fields {
                object: attributes.unwrap_or_default(),
                place: attributes_place,
            };
            match key.0.as_str() {
                "incidentupdate" if attributes.is_some() => {
                    let update = update(&key.1, &fields, &phase, unknown, warnings);
                    updates.put(&update.id.clone(), update, &place, warnings);
                }
                "incidentservice" if attributes.is_some() => {
                    let health = self.health(&fields, warnings);
                    let of = record.map(|record| references(record.object, &place, warnings));
                    for (_, id) in of.into_iter().flatten().filter(|(kind, _)| kind == "service") {
                        self.name(&id, health, &mut named, &place, warnings);
                    }
                }
                "service" => self.name(&key.1, None, &mut named, &place, warnings),
                "incidentupdate" | "incidentservice" => {
                    let what = format_args!("{} is not in the document", quoted(&key.1));
                    warnings.add(list_place, what);
                }
                _ => {}
            }
        }
        (named.into_list(), oldest_first(updates.into_list()))
    }

    /// Adds a service by its identifier; the worst that is said of it counts.
    fn name(
        &self,
        id: &str,
        health: Option<Health>,
        named: &mut Once<NamedComponent>,
        place: &Place<'_>,
        warnings: &mut Warnings,
    ) {
        if let Some(known) = named.get_mut(id) {
            known.health = match (known.health, health) {
                (Some(one), Some(other)) => Some(one.worse(other)),
                (one, other) => one.or(other),
            };
            return;
        }
        let service = self.records.get(&("service".to_owned(), id.to_owned()));
        let attributes = service.and_then(|service| service.object.object("attributes"));
        let name = attributes.and_then(|attributes| attributes.text("name"));
        if name.is_none() {
            warnings.add(*place, format_args!("the service {} has no name", quoted(id)));
        }
        let component = NamedComponent {
            id: Some(id.to_owned()),
            name: name.unwrap_or(id).to_owned(),
            health,
            raw: None,
        };
        named.put(id, component, place, warnings);
    }

    /// How an incident touches a service, where that is not over.
    fn health(&self, fields: &Fields<'_, '_>, warnings: &mut Warnings) -> Option<Health> {
        let outage = fields.flag("outage", warnings);
        let degradation = fields.flag("degradation", warnings);
        let is_over = ["resolved_at", "resolvedAt"]
            .into_iter()
            .any(|key| fields.time(key, warnings).is_some());
        match (outage, degradation) {
            _ if is_over => None,
            (true, _) if self.is_of_an_account => Some(Health::MajorOutage),
            (true, _) => Some(Health::PartialOutage),
            (false, true) => Some(Health::Degraded),
            (false, false) => None,
        }
    }
}

/// The kind and the identifier of a record or of a reference to one.
fn reference(object: Object<'_>, place: &Place<'_>, warnings: &mut Warnings) -> Option<Reference> {
    let fields = Fields {
        object,
        place: *place,
    };
    let written = fields.text("type", warnings)?;
    Some((kind(written), fields.id_or_number("id", warnings)?))
}

/// Everything that an entry refers to, in the order of the document.
fn references(entry: Object<'_>, place: &Place<'_>, warnings: &mut Warnings) -> Vec<Reference> {
    let fields = Fields {
        object: entry,
        place: *place,
    };
    let mut found = Vec::new();
    let Some(relationships) = fields.object("relationships", warnings) else {
        return found;
    };
    let place = place.key("relationships");
    for (name, value) in relationships.entries() {
        let place = place.key(name);
        let data_place = place.key("data");
        match value.object().and_then(|one| one.get("data")) {
            Some(Json::List(list)) => {
                objects(list, &data_place, warnings, |object, place, warnings| {
                    found.extend(reference(object, place, warnings));
                });
            }
            Some(Json::Object(_)) => {
                let object = value.object().and_then(|one| one.object("data"));
                found.extend(object.and_then(|object| reference(object, &data_place, warnings)));
            }
            None | Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_)) => {}
        }
    }
    found
}

fn update<P: Copy>(
    id: &str,
    fields: &Fields<'_, '_>,
    phase: impl Fn(&str, &Place<'_>, &mut Warnings) -> P,
    unknown: P,
    warnings: &mut Warnings,
) -> Update<P> {
    let raw = fields.text("status", warnings);
    let body = fields.text("description", warnings).unwrap_or_default();
    let key = super::either(fields, "created_at", "createdAt");
    let at = fields.time(key, warnings);
    Update {
        id: id.to_owned(),
        phase: raw.map_or(unknown, |raw| phase(raw, &fields.place.key("status"), warnings)),
        phase_raw: raw.map(str::to_owned),
        at,
        body: body.to_owned(),
        components: Vec::new(),
    }
}
