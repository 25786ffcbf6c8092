//! Documents made longer: entries of their lists again and again, each with identifiers of its own. The benchmark of the
//! readers takes this file in as well, so it stands alone.

use serde_json::Value;

/// The keys of what tells one entry from another in the documents of one platform or the other. References to entries have
/// other keys, so that copies refer to what the original refers to.
const IDENTITIES: &[&str] = &[
    "Id",
    "Name",
    "_id",
    "arn",
    "guid",
    "id",
    "key",
    "messageId",
    "monitorId",
    "name",
    "number",
    "public_id",
    "serviceName",
    "slug",
];

/// A copy of an entry that is not the same thing.
pub(crate) fn another(entry: &Value, number: usize) -> Value {
    match entry {
        Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| {
                let value = match value {
                    Value::String(text) if IDENTITIES.contains(&key.as_str()) => {
                        Value::String(format!("{text}-{number}"))
                    }
                    Value::Number(known) if IDENTITIES.contains(&key.as_str()) => {
                        Value::from(known.as_u64().unwrap_or(0) + 1_000_000 * number as u64)
                    }
                    Value::Object(_) | Value::Array(_) => another(value, number),
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
                };
                (key.clone(), value)
            })
            .collect(),
        Value::Array(entries) => entries.iter().map(|entry| another(entry, number)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => entry.clone(),
    }
}

/// Puts the entries of a list into it so many times more.
pub(crate) fn repeat(list: &mut Vec<Value>, times: usize) {
    let original = list.clone();
    for number in 1..=times {
        list.extend(original.iter().map(|entry| another(entry, number)));
    }
}
