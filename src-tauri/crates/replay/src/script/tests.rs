mod demo;

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::town::Town;

const SUMMARY: &str = "/api/v2/summary.json";
const URL: &str = "http://127.64.0.1:80";

fn parse(text: &str) -> Result<Script, String> {
    Script::parse(text, Path::new("test.toml")).map_err(|error| error.to_string())
}

fn started() -> Timestamp {
    "2026-11-07T12:00:00Z".parse().unwrap()
}

fn scene(page: &ScriptPage, seconds: u64) -> Scene {
    page.state_at(Duration::from_secs(seconds), started(), URL)
        .unwrap()
}

fn json_at(page: &ScriptPage, seconds: u64, path: &str) -> Value {
    serde_json::from_slice(scene(page, seconds).documents[path].body()).unwrap()
}

const TWO_STATES: &str = r#"
[[page]]
name = "Acme"
[[page.state]]
documents."/a" = { json = { list = [1, 2], at = "{{now}}", inner = { x = 1, y = 2 } } }
documents."/b" = { text = "plain {{start+5s}}", content_type = "text/plain" }
[[page.state]]
at = "1m 30s"
misbehave = "hang"
misbehave_at."/b" = { status = { code = 500 } }
documents."/a" = { patch = { list = [3], then = "{{now}}", inner = { x = 9 } } }
documents."/b" = { absent = true }
[[page.state]]
at = "2m"
documents."/a" = { patch = '{"inner": {"y": null}}' }
"#;

#[test]
fn a_state_is_the_former_one_with_changes() {
    let script = parse(TWO_STATES).unwrap();
    let page = &script.pages()[0];
    let first = json!({"list":[1,2],"at":"2026-11-07T12:00:00.000Z","inner":{"x":1,"y":2}});
    assert_eq!(json_at(page, 0, "/a"), first);
    assert_eq!(json_at(page, 89, "/a"), first);
    let text = &scene(page, 0).documents["/b"];
    assert_eq!(
        (&text.body()[..], text.content_type()),
        (&b"plain 2026-11-07T12:00:05.000Z"[..], "text/plain")
    );

    let mut second = first;
    second["list"] = json!([3]);
    second["then"] = json!("2026-11-07T12:01:30.000Z");
    second["inner"]["x"] = json!(9);
    assert_eq!(
        json_at(page, 90, "/a"),
        second,
        "the first stamp stays what it was"
    );
    let shown = scene(page, 90);
    assert_eq!((shown.index, shown.misbehave), (1, Some(Misbehaviour::Hang)));
    assert_eq!(shown.misbehave_at["/b"], Misbehaviour::status(500));
    assert!(!shown.documents.contains_key("/b"));

    let shown = scene(page, 9_999);
    assert_eq!(
        (shown.index, shown.misbehave),
        (2, None),
        "misbehaviour ends with its state"
    );
    assert_eq!(json_at(page, 9_999, "/a")["inner"], json!({"x":9}));
}

const A_PAGE: &str = r#"
[[page]]
name = "Acme"
[[page.state]]
[page.state.statuspage]
name = "Acme"
components.c1 = { name = "Ovens" }
[page.state.statuspage.incidents.i1]
title = "Cold"
impact = "minor"
affects = ["c1"]
started_at = 2026-11-07T11:00:00Z
updates.u1 = { body = "We look.", at = "{{now}}" }
updates.u2 = { body = "Oops.", at = "{{now}}" }
[[page.state]]
at = "10s"
remove = ["incidents/i1/updates/u2"]
[page.state.statuspage.incidents.i1]
impact = "major"
updates.u1.body = "We look closely."
[[page.state]]
at = "20s"
statuspage.incidents.i1.updates.u3 = { phase = "resolved", body = "Warm.", at = "{{now}}" }
documents."/api/v2/incidents.json" = { patch = { page = { name = "Other" } } }
"#;

#[test]
fn a_described_page_is_changed_by_id() {
    let script = parse(A_PAGE).unwrap();
    let page = &script.pages()[0];
    let open = |seconds| json_at(page, seconds, SUMMARY)["incidents"].clone();
    assert_eq!(open(0)[0]["impact"], "minor");
    assert_eq!(open(0)[0]["started_at"], "2026-11-07T11:00:00Z");
    assert_eq!(open(0)[0]["incident_updates"].as_array().unwrap().len(), 2);
    let changed = open(10);
    assert_eq!(changed[0]["impact"], "major");
    assert_eq!(changed[0]["incident_updates"].as_array().unwrap().len(), 1);
    assert_eq!(changed[0]["incident_updates"][0]["body"], "We look closely.");
    assert_eq!(
        changed[0]["incident_updates"][0]["created_at"],
        "2026-11-07T12:00:00.000Z"
    );
    assert_eq!(open(20), json!([]));
    let history = json_at(page, 20, "/api/v2/incidents.json");
    assert_eq!(history["incidents"][0]["resolved_at"], "2026-11-07T12:00:20.000Z");
    assert_eq!(history["page"]["name"], "Other");
    assert_eq!(json_at(page, 20, SUMMARY)["page"]["url"], URL);
}

#[test]
fn a_loop_begins_anew_with_new_stamps() {
    let script = parse(&format!("loop = \"3m\"\n{TWO_STATES}")).unwrap();
    let page = &script.pages()[0];
    assert_eq!(scene(page, 179).index, 2);
    assert_eq!(json_at(page, 180, "/a")["at"], "2026-11-07T12:03:00.000Z");
    assert_eq!(scene(page, 180 + 90).index, 1);
    let next = |seconds| page.next_change(Duration::from_secs(seconds)).unwrap().as_secs();
    assert_eq!([next(0), next(90), next(120), next(180)], [90, 120, 180, 270]);
    assert_eq!(
        parse(TWO_STATES).unwrap().pages()[0].next_change(Duration::from_secs(120)),
        None
    );
}

#[test]
fn files_are_served_as_they_are_from_beside_the_script() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("raw.bin"), [0xff, b'{', b'{']).unwrap();
    std::fs::write(folder.path().join("feed.atom"), "<at>{{now}}</at>").unwrap();
    std::fs::write(folder.path().join("a.json"), "{ \"a\" : 1 }").unwrap();
    let text = r#"
[[page]]
name = "Acme"
[[page.state]]
documents."/raw" = { file = "raw.bin" }
documents."/feed" = { file = "feed.atom" }
documents."/a" = { file = "a.json" }
documents."/b" = { file = "a.json", patch = { b = 2 } }
"#;
    let file = folder.path().join("script.toml");
    std::fs::write(&file, text).unwrap();
    let script = Script::load(&file).unwrap();
    let documents = scene(&script.pages()[0], 0).documents;
    assert_eq!(&documents["/raw"].body()[..], [0xff, b'{', b'{']);
    assert_eq!(documents["/feed"].body(), "<at>2026-11-07T12:00:00.000Z</at>");
    assert_eq!(
        documents["/feed"].content_type(),
        "application/atom+xml; charset=utf-8"
    );
    assert_eq!(documents["/a"].body(), "{ \"a\" : 1 }", "not a byte is changed");
    assert_eq!(documents["/b"].body(), "{\"a\":1,\"b\":2}");
}

#[test]
fn an_error_names_the_file_the_place_and_the_matter() {
    let page = "[[page]]\nname = \"A\"\n[[page.state]]\n";
    for (text, expected) in [
        ("[[page]\n".to_owned(), "test.toml:1:"),
        (
            "[[page]]\nnmae = \"A\"\n".to_owned(),
            "test.toml:2:1: unknown field `nmae`",
        ),
        (
            format!("{page}misbehave = \"hangs\"\n"),
            "test.toml:4:13: unknown variant `hangs`",
        ),
        (
            format!("loop = \"soon\"\n{page}"),
            "test.toml:1:8: \"soon\" is no span of time",
        ),
        (
            format!("loop = \"0s\"\n{page}"),
            "the loop is over before this state begins",
        ),
        (
            format!("{page}at = \"-5s\"\n"),
            "test.toml:4:6: \"-5s\" is no span of time",
        ),
        (
            format!("{page}at = \"5s\"\n"),
            "test.toml:4:6: the first state must be at \"0s\"",
        ),
        (
            format!("{page}[[page.state]]\nat = \"0s\"\n"),
            "test.toml:5:6: states must be in order",
        ),
        (
            format!("{page}documents.\"/a\" = {{ patch = {{ a = 1 }} }}\n"),
            "test.toml:4:28: there is no document at /a",
        ),
        (
            format!("{page}documents.\"/a\" = {{ text = \"x\", patch = {{}} }}\n"),
            "there is no JSON at /a to patch",
        ),
        (
            format!("{page}documents.\"/a\" = {{}}\n"),
            "test.toml:4:18: a document has one of",
        ),
        (
            format!("{page}documents.\"/a\" = {{ file = \"gone.json\" }}\n"),
            "test.toml:4:27: cannot read gone.json: ",
        ),
        (
            format!("{page}documents.\"/a\" = {{ text = \"{{{{now-x}}}}\" }}\n"),
            "test.toml:4:27: {{now-x}}: write an offset",
        ),
        (format!("{page}statuspage.nmae = \"A\"\n"), "unknown field `nmae`"),
        (
            format!("{page}remove = [\"incidents/i1\"]\n"),
            "test.toml:4:11: there is nothing at \"incidents/i1\"",
        ),
        (
            "[[page]]\nname = \"A\"\nstate = []\n".to_owned(),
            "test.toml:3:9: a page has at least one state",
        ),
    ] {
        let error = parse(&text).unwrap_err();
        assert!(
            error.contains(expected) && error.starts_with("test.toml:"),
            "{text}\n→ {error}"
        );
    }
    let error = Script::load(Path::new("no/such.toml")).unwrap_err().to_string();
    assert!(error.starts_with("no/such.toml: cannot be read: "), "{error}");
}

proptest! {
    #[test]
    fn the_next_change_is_the_first_moment_of_another_state(seconds in 0u64..2_000, looping: bool) {
        let text = if looping { format!("loop = \"3m\"\n{TWO_STATES}") } else { TWO_STATES.to_owned() };
        let script = parse(&text).unwrap();
        let page = &script.pages()[0];
        let elapsed = Duration::from_secs(seconds);
        let now = page.position(elapsed);
        match page.next_change(elapsed) {
            Some(next) => {
                prop_assert!(next > elapsed);
                prop_assert_eq!(page.position(next - Duration::from_nanos(1)), now);
                prop_assert_ne!(page.position(next), now);
            }
            None => prop_assert_eq!(now.1, 2),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_shows_each_state_when_its_time_has_come() {
    let town = Town::new();
    let run = parse(TWO_STATES).unwrap().run(&town).unwrap();
    let page = &run.pages()[0];
    let list = || {
        let state = page.inner.state();
        let body: Value = serde_json::from_slice(state.documents["/a"].document.body()).unwrap();
        (body["list"].clone(), state.for_request("/c").cloned())
    };
    assert_eq!(list(), (json!([1, 2]), None));
    tokio::time::sleep(Duration::from_millis(89_999)).await;
    assert_eq!(list(), (json!([1, 2]), None));
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert_eq!(list(), (json!([3]), Some(Misbehaviour::Hang)));
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(list(), (json!([3]), None));
}

#[test]
fn the_script_that_is_shipped_tells_its_story() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/three-vendors.toml");
    let script = Script::load(&file).unwrap();
    assert_eq!(script.pages().len(), 3);
    let incident = |seconds| json_at(&script.pages()[0], seconds, SUMMARY)["incidents"][0].clone();
    assert_eq!(incident(19), Value::Null);
    assert_eq!(incident(20)["impact"], "minor");
    assert_eq!(incident(40)["impact"], "critical");
    let update = |seconds| incident(seconds)["incident_updates"][1]["body"].clone();
    assert_ne!(update(59), update(60), "an update is edited");
    assert_eq!(incident(90), Value::Null);
    let history = json_at(&script.pages()[0], 90, "/api/v2/incidents.json");
    assert_eq!(history["incidents"][0]["status"], "resolved");
    let maintenance = |seconds| {
        json_at(&script.pages()[1], seconds, SUMMARY)["scheduled_maintenances"][0]["status"].clone()
    };
    assert_eq!([maintenance(0), maintenance(30)], ["scheduled", "in_progress"]);
    for seconds in [0, 1_000] {
        assert_eq!(
            json_at(&script.pages()[2], seconds, SUMMARY)["status"]["indicator"],
            "none"
        );
    }
}
