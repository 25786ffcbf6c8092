//! `signalbox read`, a contract with the programs that use it.

use std::{
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::{Value, json};

use crate::binary::{output, signalbox, text};

#[test]
fn read_prints_a_page_as_json() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("summary.json");
    std::fs::write(&file, PAGE).expect("written");
    let path = file.to_str().expect("text");
    for words in [
        &["read", path][..],
        &["read", "--json", path],
        &["read", path, "--platform", "statuspage"],
    ] {
        let output = output(words);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(text(&output.stdout).lines().count(), 1, "one line into a pipe");
        let page: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(page.get("schema"), Some(&json!(1)));
        assert_eq!(page.get("health"), Some(&json!("degraded")));
        crate::json::check(text(&output.stdout), "read.json");
    }
}

#[test]
fn read_takes_standard_input() {
    let mut child = signalbox(&["read", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(PAGE.as_bytes())
        .expect("written");
    let mut said = String::new();
    child
        .stdout
        .take()
        .expect("piped")
        .read_to_string(&mut said)
        .expect("text");
    assert_eq!(child.wait().expect("ended").code(), Some(0), "{said}");
    assert!(
        said.starts_with("{\"schema\":1,\"platform\":\"statuspage\""),
        "{said}"
    );
}

#[test]
fn what_is_no_page_is_refused_in_json_with_65() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.to_str().expect("text").to_owned()
    };
    let html = write("page.html", b"<!doctype html><title>Sign in</title>");
    let cut = write("cut.json", PAGE.get(..60).expect("longer").as_bytes());
    let empty = write("empty.json", b"");
    let other = write("other.json", b"{\"hello\":\"world\"}");
    let absent = directory
        .path()
        .join("absent.json")
        .to_str()
        .expect("text")
        .to_owned();
    let folder = directory.path().to_str().expect("text").to_owned();
    for file in [&html, &cut, &empty, &other, &absent, &folder] {
        let output = output(&["read", file]);
        assert_eq!(output.status.code(), Some(65), "{file}: {output:?}");
        let answer = crate::json::check(text(&output.stdout), "read-error.json");
        assert_eq!(
            answer.pointer("/error/code"),
            Some(&json!("unreadable")),
            "{file}"
        );
        let reason = answer
            .pointer("/error/reason")
            .and_then(Value::as_str)
            .expect("a reason");
        assert!(!reason.is_empty(), "{file}");
    }
    let output = output(&["read", &absent]);
    assert!(text(&output.stdout).contains("absent.json"), "{output:?}");
}

#[test]
fn an_unknown_platform_is_a_usage_error() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("summary.json");
    std::fs::write(&file, PAGE).expect("written");
    let output = output(&["read", file.to_str().expect("text"), "--platform", "frobnicate"]);
    assert_eq!(output.status.code(), Some(64), "{output:?}");
    let answer = crate::json::check(text(&output.stdout), "read-error.json");
    assert_eq!(answer.pointer("/error/code"), Some(&json!("unknown_platform")));
    assert_eq!(self::output(&["read", "-", "-"]).status.code(), Some(64));
}

/// Payloads as vendors really served them. They are not part of the project: `SIGNALBOX_CORPUS` names their folder; without
/// that it is looked for beside the repository, and where it is missing this says so and passes.
#[test]
#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn every_recorded_payload_is_read_or_refused_as_the_published_schemas_say() {
    let named = std::env::var_os("SIGNALBOX_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|at| at.join("../shared/corpus"));
    let folder = named
        .into_iter()
        .chain(beside)
        .find(|at| at.join("MANIFEST.tsv").is_file());
    let Some(folder) = folder else {
        eprintln!("SKIPPED: there are no recorded payloads here");
        return;
    };
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).expect("text");
    let mut read = 0;
    for file in manifest
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
    {
        let path = folder.join(file);
        let output = output(&["read", path.to_str().expect("text")]);
        let schema = match output.status.code() {
            Some(0) => "read.json",
            Some(65) => "read-error.json",
            other => panic!("{file}: {other:?}: {output:?}"),
        };
        crate::json::check(text(&output.stdout), schema);
        assert!(output.stderr.is_empty(), "{file}: {output:?}");
        read += usize::from(schema == "read.json");
    }
    assert!(read > 80, "{read}");
}

/// A page written by hand.
const PAGE: &str = r#"{
  "page": {"id": "pg1", "name": "Example Cloud", "url": "https://status.example.com", "time_zone": "Etc/UTC",
           "updated_at": "2026-11-19T08:40:00Z"},
  "status": {"indicator": "none", "description": "All Systems Operational"},
  "components": [
    {"id": "c1", "name": "API", "status": "degraded_performance", "position": 1, "group_id": null, "group": false,
     "only_show_if_degraded": false, "description": null, "page_id": "pg1",
     "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-11-19T08:40:00Z"}
  ],
  "incidents": [],
  "scheduled_maintenances": []
}"#;
