//! Whatever happens to a document: no panic, no false calm.

use super::*;

/// Every value of a document with one thing done to it that makes it say less: the value is replaced by something that
/// no vendor means, or its key is dropped.
pub(in crate::readers) fn lessened(document: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    places(document, String::new(), &mut found);
    let mut all = Vec::new();
    for place in found {
        let Some(value) = document.pointer(&place).filter(|_| !place.is_empty()) else {
            continue;
        };
        let mut odd = vec![Value::Null, json!(7), json!("zz-unheard-of")];
        if !value.is_object() {
            odd.push(json!({}));
        }
        for with in odd.into_iter().filter(|with| with != value) {
            let mut changed = document.clone();
            *changed.pointer_mut(&place).unwrap() = with.clone();
            all.push((format!("{place} = {with}"), changed));
        }
        let (parent, key) = place.rsplit_once('/').unwrap();
        let mut changed = document.clone();
        if let Some(Value::Object(entries)) = changed.pointer_mut(parent) {
            entries.remove(&key.replace("~1", "/").replace("~0", "~"));
            all.push((format!("{place} dropped"), changed));
        }
    }
    all
}

/// The JSON pointers of all values.
fn places(value: &Value, here: String, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, format!("{here}/{key}"), found);
            }
        }
        Value::Array(entries) => {
            for (at, value) in entries.iter().enumerate() {
                places(value, format!("{here}/{at}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found.push(here);
}

/// A copy in which nothing that is said means anything.
fn meaningless(value: &Value) -> Value {
    match value {
        Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.clone(), meaningless(value)))
            .collect(),
        Value::Array(entries) => entries.iter().map(meaningless).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => json!("zz-unheard-of"),
    }
}

/// The lists of entries that have places of their own, and the texts, by their JSON pointers.
fn lists_and_texts(document: &Value) -> (Vec<String>, Vec<String>) {
    let mut found = Vec::new();
    places(document, String::new(), &mut found);
    let is_list = |place: &String| {
        let list = document.pointer(place).and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(Value::is_object))
    };
    let lists = found.iter().filter(|place| is_list(place)).cloned().collect();
    found.retain(|place| document.pointer(place).is_some_and(Value::is_string));
    (lists, found)
}

/// Lengthens one text wherever it stands, so that references to it still hold.
fn lengthen(value: &mut Value, text: &str, with: &str) {
    match value {
        Value::String(found) if found == text => found.push_str(with),
        Value::Object(entries) => entries.values_mut().for_each(|value| lengthen(value, text, with)),
        Value::Array(entries) => entries.iter_mut().for_each(|value| lengthen(value, text, with)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn with_body(documents: &Documents, at: usize, body: Vec<u8>) -> Documents {
    let mut documents = documents.clone();
    documents[at].1 = body;
    documents
}

/// Never better than it was: whatever is said less of a page in trouble, it is no page that is well.
fn is_false_calm(reader: &dyn Reader, documents: &Documents) -> bool {
    read(reader, documents).is_ok_and(|reading| {
        matches!(
            page_health(&reading.snapshot),
            Health::Operational | Health::Maintenance
        )
    })
}

#[test]
fn a_page_in_trouble_that_says_less_is_never_well() {
    for reader in all() {
        let documents = page(reader.key(), "trouble");
        for (at, (name, body)) in documents.iter().enumerate() {
            let Ok(document) = serde_json::from_slice::<Value>(body) else {
                continue;
            };
            for (what, changed) in lessened(&document) {
                let changed = with_body(&documents, at, changed.to_string().into_bytes());
                assert!(
                    !is_false_calm(*reader, &changed),
                    "{} {name}: {what}",
                    reader.key()
                );
            }
        }
    }
}

#[test]
fn a_page_in_trouble_that_is_cut_short_is_never_well() {
    for reader in all() {
        let documents = page(reader.key(), "trouble");
        for (at, (name, body)) in documents.iter().enumerate() {
            for end in (0..body.trim_ascii_end().len()).step_by(1 + body.len() / 400) {
                let changed = with_body(&documents, at, body[..end].to_vec());
                assert!(
                    !is_false_calm(*reader, &changed),
                    "{} {name} cut at {end}",
                    reader.key()
                );
            }
        }
    }
}

#[test]
fn a_page_whose_every_word_is_unheard_of_is_never_well() {
    for reader in all() {
        for name in ["well", "trouble"] {
            let mut documents = page(reader.key(), name);
            let mut says_something = false;
            for (_, body) in &mut documents {
                let Ok(document) = serde_json::from_slice::<Value>(body) else {
                    continue;
                };
                let changed = meaningless(&document);
                says_something |= changed != document;
                *body = changed.to_string().into_bytes();
            }
            assert!(
                !says_something || !is_false_calm(*reader, &documents),
                "{} {name}",
                reader.key()
            );
        }
    }
}

fn any_page() -> impl Strategy<Value = (usize, Documents)> {
    let pages: Vec<_> = all()
        .iter()
        .enumerate()
        .flat_map(|(at, reader)| ["well", "trouble"].map(|name| (at, page(reader.key(), name))))
        .collect();
    (0..pages.len()).prop_map(move |at| pages[at].clone())
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
        Just(json!("2026-11-07T10:00:00")),
    ]
}

/// What later steps rely on: a reply without control characters, distinct ids, and the same reading for the same bytes.
#[expect(
    clippy::unwrap_in_result,
    reason = "what cannot be made into JSON is a failure of its own"
)]
fn is_sound(reader: &dyn Reader, documents: &Documents) -> Result<(), TestCaseError> {
    let Ok(reading) = read(reader, documents) else {
        return Ok(());
    };
    let snapshot = &reading.snapshot;
    let reply = serde_json::to_string(&ReadReply::new(reader.key(), &reading)).unwrap();
    prop_assert!(!reply.chars().any(char::is_control));
    let distinct = |ids: Vec<&String>| ids.iter().collect::<BTreeSet<_>>().len() == ids.len();
    prop_assert!(distinct(snapshot.components.iter().map(|one| &one.id).collect()));
    prop_assert!(distinct(snapshot.incidents.iter().map(|one| &one.id).collect()));
    prop_assert!(distinct(
        snapshot.maintenances.iter().map(|one| &one.id).collect()
    ));
    for incident in &snapshot.incidents {
        prop_assert!(distinct(incident.updates.iter().map(|one| &one.id).collect()));
        prop_assert!(
            incident
                .updates
                .windows(2)
                .all(|two| two[0].at <= two[1].at || two[1].at.is_none())
        );
    }
    prop_assert_eq!(&read(reader, documents).unwrap(), &reading);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn mutated_documents_are_read_or_refused(
        (reader, mut documents) in any_page(),
        which in any::<prop::sample::Index>(),
        mutations in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..4, any_value()), 1..6),
    ) {
        let (_, body) = which.get_mut(&mut documents);
        if let Ok(mut document) = serde_json::from_slice::<Value>(body) {
            for (place, what, with) in mutations {
                let mut found = Vec::new();
                places(&document, String::new(), &mut found);
                let place = place.get(&found).clone();
                let (parent, key) = place.rsplit_once('/').unwrap_or(("", ""));
                match document.pointer_mut(parent) {
                    Some(Value::Object(entries)) if what == 0 => drop(entries.remove(key)),
                    Some(Value::Array(entries)) if what == 0 => entries.truncate(key.parse().unwrap_or(0)),
                    Some(Value::Array(entries)) if what == 1 => {
                        let twice = entries.first().cloned().unwrap_or_default();
                        entries.push(twice);
                    }
                    _ => *document.pointer_mut(&place).unwrap() = with,
                }
            }
            *body = document.to_string().into_bytes();
        }
        is_sound(all()[reader], &documents)?;
    }

    #[test]
    fn what_stands_once_is_not_multiplied_by_all_that_it_holds_for(
        (reader, documents) in any_page(),
        which in any::<prop::sample::Index>(),
        (list, text) in any::<(prop::sample::Index, prop::sample::Index)>(),
    ) {
        const TIMES: usize = 40;
        let at = which.index(documents.len());
        let Ok(mut document) = serde_json::from_slice::<Value>(&documents[at].1) else {
            return Ok(());
        };
        let (lists, texts) = lists_and_texts(&document);
        if lists.is_empty() || texts.is_empty() {
            return Ok(());
        }
        let text = text.get(&texts);
        let text = document.pointer(text).and_then(Value::as_str).unwrap().to_owned();
        let list = document.pointer_mut(list.get(&lists).as_str()).and_then(Value::as_array_mut);
        multiplied::repeat(list.unwrap(), TIMES);
        let read_length = |document: &Value| {
            let documents = with_body(&documents, at, document.to_string().into_bytes());
            let reading = read(all()[reader], &documents).ok()?;
            let length = serde_json::to_string(&reading.snapshot).unwrap().len();
            Some(length + reading.warnings.iter().map(String::len).sum::<usize>())
        };
        let (before, length) = (read_length(&document), document.to_string().len());
        lengthen(&mut document, &text, &" and so on".repeat(1_000));
        if let (Some(before), Some(after)) = (before, read_length(&document)) {
            let added = document.to_string().len() - length;
            let grown = after.saturating_sub(before);
            prop_assert!(grown < 10 * added, "{}: {text}: {added} more are {grown} more", all()[reader].key());
        }
    }

    #[test]
    fn flipped_and_cut_bytes_are_read_or_refused(
        (reader, mut documents) in any_page(),
        which in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        end in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (_, body) = which.get_mut(&mut documents);
        for (at, byte) in flips {
            let at = at.index(body.len());
            body[at] = byte;
        }
        if let Some(end) = end {
            body.truncate(end.index(body.len()));
        }
        is_sound(all()[reader], &documents)?;
    }
}
