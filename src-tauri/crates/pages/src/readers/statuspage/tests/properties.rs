//! Whatever happens to a document: no panic, no false calm.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::health::page_health;

/// The paths of all values in a document.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Object(entries) => entries
            .iter()
            .for_each(|(key, value)| places(value, &format!("{here}/{key}"), found)),
        Value::Array(entries) => {
            entries
                .iter()
                .enumerate()
                .for_each(|(at, value)| places(value, &format!("{here}/{at}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Does one of a few things to a value somewhere in a document.
fn mutate(document: &mut Value, place: prop::sample::Index, what: u8, with: Value) {
    let mut found = Vec::new();
    places(document, "", &mut found);
    let path = place.get(&found);
    if what == 0 {
        let (parent, key) = path.rsplit_once('/').unwrap_or(("", ""));
        match document.pointer_mut(parent) {
            Some(Value::Object(entries)) => drop(entries.remove(key)),
            Some(Value::Array(entries)) => entries.truncate(key.parse().unwrap_or(0)),
            _ => {}
        }
    } else if let Some(value) = document.pointer_mut(path) {
        *value = with;
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
        "[a-z_]{1,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!([1, null, {"id": "a"}])),
        Just(json!({})),
        Just(json!("operational")),
        Just(json!("major_outage")),
        Just(json!("2026-11-07T10:00:00")),
    ]
}

fn any_fixture() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        "summary",
        "components",
        "incidents",
        "scheduled-maintenances",
        "incident-io-summary",
        "odd",
    ])
    .prop_map(|name| serde_json::from_str(&fixture(name)).unwrap())
}

proptest! {
    #[test]
    fn a_mutated_document_is_read_or_refused(
        mut document in any_fixture(),
        mutations in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..4, any_value()), 1..6),
    ) {
        for (place, what, with) in mutations {
            mutate(&mut document, place, what, with);
        }
        let body = document.to_string();
        if let Ok(reading) = read_named(&[("summary", &body)]) {
            let snapshot = &reading.snapshot;
            let reply = serde_json::to_string(&reply(&reading)).unwrap();
            prop_assert!(!reply.chars().any(|character| character.is_control()));
            // Ids are what everything later is keyed by.
            let mut ids: Vec<_> = snapshot.components.iter().map(|one| &one.id).collect();
            ids.sort();
            let count = ids.len();
            ids.dedup();
            prop_assert_eq!(ids.len(), count);
            for incident in &snapshot.incidents {
                let mut ids: Vec<_> = incident.updates.iter().map(|one| &one.id).collect();
                ids.sort();
                let count = ids.len();
                ids.dedup();
                prop_assert_eq!(ids.len(), count);
            }
            // Reading is a function of the bytes.
            prop_assert_eq!(&read_named(&[("summary", &body)]).unwrap(), &reading);
        }
    }

    #[test]
    fn flipped_and_cut_bytes_are_read_or_refused(
        document in any_fixture(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        end in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut body = document.to_string().into_bytes();
        for (at, byte) in flips {
            let at = at.index(body.len());
            body[at] = byte;
        }
        if is_cut {
            body.truncate(end.index(body.len()));
        }
        let documents = [Document { name: "", body: &body }];
        if let Ok(reading) = Statuspage.read(&documents) {
            reply(&reading);
        }
    }

    /// An odd value where a component's status stood must not make the page better than the rest says.
    #[test]
    fn an_odd_status_makes_no_page_better(at in 0_usize..8, with in any_value(), overall in any_value()) {
        let is_component_word = with.as_str().is_some_and(|word| word == "operational" || word == "major_outage");
        prop_assume!(!is_component_word);
        let mut document: Value = serde_json::from_str(&fixture("summary")).unwrap();
        document["components"][at]["status"] = with;
        let health = |document: &Value| page_health(&read_one(&document.to_string()).snapshot);
        // The page says minor, and its incident repeats that a component is in partial outage.
        prop_assert_eq!(health(&document), Health::PartialOutage);
        // And with an odd overall word besides, never operational.
        document["status"]["indicator"] = overall;
        document["incidents"] = json!([]);
        prop_assert_ne!(health(&document), Health::Operational);
    }

    #[test]
    fn a_page_of_odd_leaves_is_never_operational(with in any_value()) {
        prop_assume!(with != json!("operational"));
        let document = json!({"page": {}, "components": [
            {"id": "a", "name": "A", "status": "operational"},
            {"id": "b", "name": "B", "status": with},
        ]});
        prop_assert_ne!(page_health(&read_one(&document.to_string()).snapshot), Health::Operational);
    }
}
