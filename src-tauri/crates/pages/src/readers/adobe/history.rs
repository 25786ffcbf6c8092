//! What was told of an event and of each product that it touches, moment by moment.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Messages;
use crate::readers::ids::{DerivedIds, derived_id};
use crate::readers::json::{Fields, Warnings};
use crate::readers::times;
use crate::readers::updates::oldest_first;
use crate::snapshot::{NamedComponent, Update};

/// What stands in a history at one moment.
pub(super) struct Step<'j> {
    pub(super) at: Option<Timestamp>,
    pub(super) key: &'j str,
    pub(super) status: Option<&'j str>,
    pub(super) severity: Option<&'j str>,
    pub(super) title: Option<&'j str>,
    pub(super) body: Option<&'j str>,
}

/// A product that an event touches, and what was told of it, oldest first.
pub(super) struct Product<'j> {
    pub(super) id: &'j str,
    pub(super) name: &'j str,
    pub(super) steps: Vec<Step<'j>>,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
}

pub(super) fn products<'j>(
    event: &Fields<'j, '_>,
    messages: &Messages<'j>,
    warnings: &mut Warnings,
) -> Vec<Product<'j>> {
    let mut products = Vec::new();
    let Some(object) = event.object("products", warnings) else {
        return products;
    };
    let list = event.place.key("products");
    for (id, value) in object.entries() {
        let place = list.key(id);
        let Some(object) = value.object() else {
            warnings.add(place, format_args!("{value} is not an object and is passed over"));
            continue;
        };
        let fields = Fields { object, place };
        products.push(Product {
            id,
            name: fields.expected_text("name", warnings).unwrap_or(id),
            steps: history(&fields, messages, warnings),
            start: fields.epoch_seconds("startedOn", warnings),
            end: fields.epoch_seconds("endedOn", warnings),
        });
    }
    products
}

/// The `history` of an event or a product, oldest first.
pub(super) fn history<'j>(
    fields: &Fields<'j, '_>,
    messages: &Messages<'j>,
    warnings: &mut Warnings,
) -> Vec<Step<'j>> {
    let mut steps = Vec::new();
    let Some(object) = fields.object("history", warnings) else {
        return steps;
    };
    let list = fields.place.key("history");
    for (key, value) in object.entries() {
        let place = list.key(key);
        let at = moment(key);
        if at.is_none() {
            warnings.add(place, "not a moment in seconds since 1970");
        }
        let Some(object) = value.object() else {
            warnings.add(place, format_args!("{value} is not an object and is passed over"));
            continue;
        };
        let step = Fields { object, place };
        let mut message = |key: &str| {
            let token = step.text(key, warnings)?;
            let message = messages.get(token)?;
            message
                .text("htmlMessage")
                .or_else(|| message.text("textMessage"))
        };
        let title = message("titleToken");
        let body = message("messageToken");
        steps.push(Step {
            at,
            key,
            status: step.expected_text("status", warnings),
            severity: step.text("severity", warnings),
            title,
            body: body.or_else(|| step.text("description", warnings)),
        });
    }
    steps.sort_by_key(|step| step.at);
    steps
}

fn moment(key: &str) -> Option<Timestamp> {
    let seconds = key.parse().ok()?;
    Timestamp::from_second(seconds)
        .ok()
        .filter(|at| times::is_plausible(*at))
}

/// The first title that was given; where there is none, the products, and the word for how bad it is.
pub(super) fn title<'s, 'j: 's>(
    id: &str,
    mut steps: impl Iterator<Item = &'s Step<'j>>,
    products: &[NamedComponent],
    word: Option<&str>,
) -> String {
    let given = steps.find_map(|step| step.title).map(str::trim);
    let names: Vec<&str> = products.iter().map(|product| product.name.as_str()).collect();
    match (given, names.as_slice(), word) {
        (Some(title), _, _) if !title.is_empty() => title.to_owned(),
        (_, [], _) => format!("Event {id}"),
        (_, names, None) => names.join(", "),
        (_, names, Some(word)) => format!("{}: {word}", names.join(", ")),
    }
}

/// What was told of an event, oldest first. The same is told of each product; it counts once.
pub(super) fn updates<'s, 'j: 's, P: Copy>(
    event: &str,
    steps: impl Iterator<Item = &'s Step<'j>>,
    phase: impl Fn(&str) -> P,
    unknown: P,
) -> Vec<Update<P>> {
    let mut told: BTreeSet<(&str, Option<&str>, Option<&str>)> = BTreeSet::new();
    let mut ids = DerivedIds::default();
    let mut updates = Vec::new();
    for step in steps {
        if !told.insert((step.key, step.status, step.body)) {
            continue;
        }
        updates.push(Update {
            id: ids.distinct(derived_id(
                "update",
                &[event, step.key, step.status.unwrap_or_default()],
            )),
            phase: step.status.map_or(unknown, &phase),
            phase_raw: step.status.map(str::to_owned),
            at: step.at,
            body: step.body.unwrap_or_default().to_owned(),
            components: Vec::new(),
        });
    }
    oldest_first(updates)
}
