//! The JSON Schemas of everything that is answered as JSON.

use std::{fs, io, path::Path};

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use signalbox_channels::Announcement;
use signalbox_engine::api::{
    AcceptedView, AcknowledgedView, ApiError, AtView, CatalogueView, DoctorView, HistoryView,
    IncidentDetailView, MutedView, PausedView, RemovedView, ScopeView, SearchView, StatusView, UptimeView,
    VendorView, VendorsView,
};

use signalbox_pages::contract::{ReadError, ReadReply};

use crate::{
    backend::{ConfigReport, Locations},
    json::SCHEMA,
};

/// A failure in place of an answer.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape is of interest")]
struct Failure {
    /// Why there is no answer.
    error: ApiError,
}

/// A line of `watch`.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape is of interest")]
struct Announced {
    /// What is announced.
    announcement: Announcement,
}

/// An answer that says nothing beside what kind it is.
#[derive(JsonSchema)]
struct Nothing {}

/// Every schema with the name of its file, in the order of the names.
#[must_use]
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        (
            "accept.json",
            reply::<AcceptedView>("accepted_unreadable", "signalbox accept --json"),
        ),
        (
            "ack.json",
            reply::<AcknowledgedView>("acknowledged", "signalbox ack --json"),
        ),
        ("add.json", reply::<VendorView>("added", "signalbox add --json")),
        (
            "announcement.json",
            versioned::<Announced>(None, "signalbox watch --json, one line"),
        ),
        ("at.json", reply::<AtView>("at", "signalbox at --json")),
        (
            "catalog-update.json",
            versioned::<CatalogueView>(None, "signalbox catalog update --json"),
        ),
        (
            "config-check.json",
            versioned::<ConfigReport>(None, "signalbox config check --json"),
        ),
        (
            "config-path.json",
            versioned::<Locations>(None, "signalbox config path --json"),
        ),
        (
            "doctor.json",
            reply::<DoctorView>("doctor", "signalbox doctor --json"),
        ),
        (
            "error.json",
            versioned::<Failure>(None, "any command with --json that failed"),
        ),
        (
            "history.json",
            reply::<HistoryView>("history", "signalbox history --json"),
        ),
        (
            "incident.json",
            reply::<IncidentDetailView>("incident", "signalbox incident --json"),
        ),
        ("mute.json", reply::<MutedView>("muted", "signalbox mute --json")),
        (
            "pause.json",
            reply::<PausedView>("paused", "signalbox pause --json"),
        ),
        (
            "read-error.json",
            versioned::<ReadError>(None, "signalbox read, of what is no page"),
        ),
        ("read.json", versioned::<ReadReply>(None, "signalbox read")),
        (
            "remove.json",
            reply::<RemovedView>("removed", "signalbox remove --json"),
        ),
        (
            "resume.json",
            reply::<Nothing>("resumed", "signalbox pause --lift --json"),
        ),
        (
            "scope.json",
            reply::<ScopeView>("scope", "signalbox scope --json"),
        ),
        (
            "search.json",
            reply::<SearchView>("search", "signalbox search --json"),
        ),
        (
            "status.json",
            reply::<StatusView>("status", "signalbox status, check and list --json"),
        ),
        (
            "uptime.json",
            reply::<UptimeView>("uptime", "signalbox uptime --json"),
        ),
        (
            "vendors.json",
            reply::<VendorsView>("vendors", "signalbox vendors --json"),
        ),
    ]
}

/// Writes every schema into `directory`, which is made if it is not there.
///
/// # Errors
/// Where the directory or a file cannot be written.
pub fn write(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for (name, schema) in all() {
        fs::write(directory.join(name), text(&schema)?)?;
    }
    Ok(())
}

/// A schema as it stands in its file.
///
/// # Errors
/// Where it cannot be written as JSON, which is a fault of ours.
pub fn text(schema: &Value) -> io::Result<String> {
    let mut text = serde_json::to_string_pretty(schema)?;
    text.push('\n');
    Ok(text)
}

fn reply<T: JsonSchema>(tag: &str, title: &str) -> Value {
    versioned::<T>(Some(tag), title)
}

/// The schema of `T` as it is written, with the fields that stand before its own.
fn versioned<T: JsonSchema>(tag: Option<&str>, title: &str) -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    let Some(root) = schema.as_object_mut() else {
        return schema;
    };
    root.insert("title".to_owned(), json!(title));
    let mut properties = Map::new();
    properties.insert(
        "schema".to_owned(),
        json!({"description": "The version of this answer's form.", "const": SCHEMA}),
    );
    let mut required = vec![json!("schema")];
    if let Some(tag) = tag {
        properties.insert(
            "reply".to_owned(),
            json!({"description": "What kind of answer this is.", "const": tag}),
        );
        required.push(json!("reply"));
    }
    if let Some(own) = root.get("properties").and_then(Value::as_object) {
        for (name, rule) in own {
            // Some answers carry their version as a field of their own; what it must be is known better here.
            properties.entry(name.as_str()).or_insert_with(|| rule.clone());
        }
    }
    if let Some(own) = root.get("required").and_then(Value::as_array) {
        required.extend(own.iter().filter(|name| *name != "schema").cloned());
    }
    root.insert("properties".to_owned(), Value::Object(properties));
    root.insert("required".to_owned(), Value::Array(required));
    schema
}
