//! What programs see, and that it is what the published schemas say.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use signalbox_cli::{backend::ConfigReport, schemas};
use signalbox_engine::api::*;

use crate::common::{PIPE, Recorded, run, views};

/// The parts of JSON Schema that our schemas use; anything else fails, so that nothing goes unchecked. Fields that
/// the schema does not know are refused: a new field must be published.
fn conforms(value: &Value, schema: &Value, root: &Value, place: &str) -> Result<(), String> {
    let Some(schema) = schema.as_object() else {
        return if schema == &json!(true) {
            Ok(())
        } else {
            Err(format!("{place}: odd schema {schema}"))
        };
    };
    let fail = |why: String| Err(format!("{place}: {why}"));
    for (keyword, rule) in schema {
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "format" | "minimum" | "maximum" | "required" => {
            }
            "$ref" => {
                let pointer = rule.as_str().unwrap_or_default().trim_start_matches('#');
                let target = root.pointer(pointer).ok_or(format!("{place}: no {pointer}"))?;
                conforms(value, target, root, place)?;
            }
            "const" if value != rule => return fail(format!("{value} is not {rule}")),
            "const" => {}
            "enum" if !rule.as_array().is_some_and(|all| all.contains(value)) => {
                return fail(format!("{value} is none of {rule}"));
            }
            "enum" => {}
            "anyOf" | "oneOf" => {
                let fits = |one: &&Value| conforms(value, one, root, place).is_ok();
                let all = rule.as_array().map(Vec::as_slice).unwrap_or_default();
                if all.iter().filter(fits).count() == 0 {
                    return fail(format!("{value} fits none of {rule}"));
                }
            }
            "type" => {
                let kind = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(number) if number.is_f64() => "number",
                    Value::Number(_) => "integer",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                let one = |name: &Value| name == kind || (name == "number" && kind == "integer");
                if !rule
                    .as_array()
                    .map_or_else(|| one(rule), |all| all.iter().any(one))
                {
                    return fail(format!("{kind} where {rule} belongs"));
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    conforms(item, rule, root, &format!("{place}[{index}]"))?;
                }
            }
            "properties" => {
                let Some(object) = value.as_object() else { continue };
                for name in schema
                    .get("required")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    if !object.contains_key(name.as_str().unwrap_or_default()) {
                        return fail(format!("{name} is missing"));
                    }
                }
                for (name, field) in object {
                    let Some(rule) = rule.get(name) else {
                        return fail(format!("{name} is not in the schema"));
                    };
                    conforms(field, rule, root, &format!("{place}.{name}"))?;
                }
            }
            other => return fail(format!("the schema says {other}, which is not checked here")),
        }
    }
    Ok(())
}

fn published(name: &str) -> Value {
    schemas::all()
        .into_iter()
        .find(|(file, _)| *file == name)
        .unwrap_or_else(|| panic!("no schema {name}"))
        .1
}

pub(crate) fn check(text: &str, schema: &str) -> Value {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let schema = published(schema);
    conforms(&value, &schema, &schema, "$").unwrap_or_else(|why| panic!("{why}\n{text}"));
    assert_eq!(value.get("schema"), Some(&json!(1)));
    value
}

#[test]
fn every_answer_is_what_its_schema_says() {
    let history = HistoryView {
        incidents: vec![views::incident(), views::past_incident()],
        maintenances: vec![views::maintenance()],
        more: true,
        next: Some("1794848400000.41".to_owned()),
    };
    let postmortem = IncidentDetailView {
        postmortem: Some(PostmortemView {
            text: None,
            url: None,
            at: None,
        }),
        ..views::detail()
    };
    let removed = RemovedView {
        vendor: "Zoom".to_owned(),
        page: "https://status.zoom.us/".to_owned(),
    };
    let muted = MutedView {
        what: "Zoom".to_owned(),
        until: None,
    };
    let accepted = AcceptedView {
        vendor: "Zoom".to_owned(),
        accepted: true,
    };
    let acknowledged = AcknowledgedView {
        incident: views::incident(),
    };
    let table: Vec<(&[&str], Reply, &str)> = vec![
        (&["status"], Reply::Status(views::several()), "status.json"),
        (&["check"], Reply::Status(views::several()), "status.json"),
        (&["list"], Reply::Status(views::several()), "status.json"),
        (&["add", "x"], Reply::Added(views::pending()), "add.json"),
        (&["remove", "x"], Reply::Removed(removed), "remove.json"),
        (&["scope", "x"], Reply::Scope(views::scope()), "scope.json"),
        (&["history"], Reply::History(history), "history.json"),
        (&["incident", "x"], Reply::Incident(postmortem), "incident.json"),
        (&["at", "14:32"], Reply::At(views::at()), "at.json"),
        (&["search", "x"], Reply::Search(views::search()), "search.json"),
        (&["uptime", "x"], Reply::Uptime(views::uptime()), "uptime.json"),
        (
            &["vendors", "x"],
            Reply::Vendors(views::vendors()),
            "vendors.json",
        ),
        (&["mute", "x"], Reply::Muted(muted), "mute.json"),
        (&["ack", "x"], Reply::Acknowledged(acknowledged), "ack.json"),
        (
            &["accept", "x"],
            Reply::AcceptedUnreadable(accepted),
            "accept.json",
        ),
        (&["doctor"], Reply::Doctor(views::doctor()), "doctor.json"),
        (
            &["pause"],
            Reply::Paused(PausedView { until: None }),
            "pause.json",
        ),
        (&["pause", "--lift"], Reply::Resumed, "resume.json"),
    ];
    for (words, reply, schema) in table {
        let recorded = Recorded {
            reply: Some(Ok(reply.clone())),
            ..Recorded::default()
        };
        let said = run(&[words, &["--json"]].concat(), &recorded, PIPE);
        assert_eq!(said.out.lines().count(), 1, "{words:?}: one line into a pipe");
        assert!(said.out.starts_with("{\"schema\":1,\"reply\":"), "{}", said.out);
        let mut value = check(&said.out, schema);
        value.as_object_mut().expect("an object").remove("schema");
        assert_eq!(
            serde_json::from_value::<Reply>(value).expect("a reply"),
            reply,
            "{words:?}"
        );
    }
}

#[test]
fn config_errors_and_announcements_are_what_their_schemas_say() {
    let report = ConfigReport {
        config: "/c.toml".into(),
        exists: true,
        vendors: 2,
        problems: vec![signalbox_cli::backend::ConfigProblem {
            file: "/c.toml".into(),
            line: Some(1),
            column: None,
            message: "odd".to_owned(),
        }],
    };
    let recorded = Recorded {
        reply: Some(Err(ApiError::new(ErrorCode::NotFound, "No such incident: x"))),
        config: Some(Ok(report)),
        announcements: vec![
            views::announcement(),
            signalbox_channels::Announcement {
                key: "another".to_owned(),
                ..views::announcement()
            },
        ],
        ..Recorded::default()
    };
    let said = run(&["config", "check", "--json"], &recorded, PIPE);
    check(&said.out, "config-check.json");
    assert_eq!(said.code, 78);
    check(
        &run(&["config", "path", "--json"], &recorded, PIPE).out,
        "config-path.json",
    );
    check(
        &run(&["catalog", "update", "--reset", "--json"], &recorded, PIPE).out,
        "catalog-update.json",
    );
    let said = run(&["incident", "x", "--json"], &recorded, PIPE);
    let error = check(&said.out, "error.json");
    assert_eq!(
        error,
        json!({"schema": 1, "error": {"code": "not_found", "message": "No such incident: x"}})
    );
    let said = run(&["watch", "--json"], &recorded, PIPE);
    assert_eq!(said.out.lines().count(), 2);
    for line in said.out.lines() {
        check(line, "announcement.json");
    }
}

#[test]
fn the_check_itself_can_fail() {
    let schema = published("error.json");
    for wrong in [
        json!({"schema": 2, "error": {"code": "usage", "message": "x"}}),
        json!({"schema": 1, "error": {"code": "else", "message": "x"}}),
        json!({"schema": 1, "error": {"code": "usage"}}),
        json!({"schema": 1, "error": {"code": "usage", "message": 1}}),
        json!({"schema": 1, "error": {"code": "usage", "message": "x", "more": 1}}),
    ] {
        assert!(conforms(&wrong, &schema, &schema, "$").is_err(), "{wrong}");
    }
}

/// Set `SIGNALBOX_UPDATE_SCHEMAS=1` to write the files instead.
#[test]
fn the_published_schemas_are_those_of_the_code() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../docs/schema");
    if std::env::var_os("SIGNALBOX_UPDATE_SCHEMAS").is_some() {
        schemas::write(&directory).expect("written");
    }
    let mut expected = Vec::new();
    for (name, schema) in schemas::all() {
        expected.push(name.to_owned());
        let text = fs::read_to_string(directory.join(name)).unwrap_or_default();
        assert_eq!(
            text,
            schemas::text(&schema).expect("JSON"),
            "docs/schema/{name} is not what the code says: run this test with SIGNALBOX_UPDATE_SCHEMAS=1"
        );
    }
    let mut found: Vec<String> = fs::read_dir(&directory)
        .expect("docs/schema")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    found.sort();
    assert_eq!(found, expected, "docs/schema holds these files and no others");
}
