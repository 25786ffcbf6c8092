//! Which documents are read, which are refused, and what they hold together.

use super::*;

#[test]
fn what_is_no_page_is_refused_with_the_reason() {
    let long = format!("{{\"page\":{{}},\"components\":[{}", "{\"id\":\"a\"},".repeat(10));
    for (body, reason) in [
        ("", "the answer is empty"),
        (" \r\n\t", "the answer is empty"),
        ("\u{feff}", "the answer is empty"),
        (
            "<!DOCTYPE html><html><head><title>Sign in</title>",
            "the answer is a web page (“Sign in”), not data",
        ),
        (
            "  <html><body>Welcome to Hotel Wi-Fi",
            "the answer is a web page, not data",
        ),
        (
            "<?xml version='1.0'?><rss/>",
            "the answer is no status page of a known kind: a feed where JSON was expected",
        ),
        (
            &long,
            "the answer is not well-formed: EOF while parsing a value at line 1 column 135",
        ),
        (
            "{\"page\": nope}",
            "the answer is not well-formed: expected ident at line 1 column 11",
        ),
        (
            "Your page is inactive.",
            "the answer is not well-formed: expected value at line 1 column 1",
        ),
        (
            "[]",
            "the answer is no status page of a known kind: a list instead of an object",
        ),
        (
            "\"ok\"",
            "the answer is no status page of a known kind: a text instead of an object",
        ),
        (
            "null",
            "the answer is no status page of a known kind: null instead of an object",
        ),
    ] {
        assert_eq!(
            read_named(&[("summary", body)]).unwrap_err().to_string(),
            reason,
            "{body}"
        );
        assert!(!Statuspage.recognises(&Document {
            name: "summary",
            body: body.as_bytes()
        }));
    }
    for body in [
        "{}",
        r#"{"error":"not found"}"#,
        r#"{"status":"ok"}"#,
        r#"{"status":{}}"#,
        r#"{"page":{"id":"abc","name":"A"}}"#,
        r#"{"page":{"id":"abc"},"status":"ok","components":null,"incidents":{}}"#,
        r#"{"page":{"name":"A","url":"https://a.test","status":"UP"},"components":[]}"#,
        r#"{"page":1,"incidents":[]}"#,
        r#"{"components":[{"id":"a","name":"A","status":"OPERATIONAL","group":null}]}"#,
        r#"{"incidents":[]}"#,
        r#"{"id":"a","name":"A","status":"investigating","incident_updates":[],"components":[{"id":"a","page_id":"b","status":"operational"}]}"#,
        r#"{"summary":{"components":[],"ongoing_incidents":[]}}"#,
    ] {
        let error = read_named(&[("summary", body)]).unwrap_err();
        assert!(matches!(error, Unreadable::OtherShape { .. }), "{body} {error:?}");
        assert!(
            !Statuspage.recognises(&Document {
                name: "summary",
                body: body.as_bytes()
            }),
            "{body}"
        );
    }
    for (body, reason) in [
        (
            &b"{\"page\":{\"name\":\"\xff\"}}"[..],
            "the answer is not text: invalid UTF-8 at byte 17",
        ),
        (
            &b"{\"page\":{\"name\":\"\xc3"[..],
            "the answer is not text: cut off inside a character at byte 17",
        ),
        (
            &b"\xff\xfe{"[..],
            "the answer is not text: UTF-16 cut off inside a unit",
        ),
        (
            &b"\x1f\x8b\x08\x00"[..],
            "the answer is not text: invalid UTF-8 at byte 1",
        ),
    ] {
        let error = Statuspage
            .read(
                &[Document {
                    name: "summary",
                    body,
                }],
                None,
            )
            .unwrap_err();
        assert_eq!(error.to_string(), reason);
    }
    assert_eq!(Statuspage.read(&[], None).unwrap_err(), Unreadable::Empty);
    let nested = "[".repeat(100_000);
    assert!(matches!(
        read_named(&[("", &nested)]),
        Err(Unreadable::Malformed { .. })
    ));
}

#[test]
fn pages_without_an_id_or_a_name_are_read() {
    for body in [
        r#"{"status":{"indicator":"none","description":"Fine"},"page":{"updated_at":"2026-08-18T19:31:13.976357Z"}}"#,
        r#"{"status":{"indicator":"none"}}"#,
        r#"{"page":null,"status":{"indicator":"none"},"components":[]}"#,
        r#"{"page":{"name":"A"},"components":[]}"#,
    ] {
        assert!(
            Statuspage.recognises(&Document {
                name: "",
                body: body.as_bytes()
            }),
            "{body}"
        );
        assert_eq!(read_one(body).snapshot.page.id, None);
    }
}

#[test]
fn documents_of_different_pages_are_refused() {
    let page = |page: &str| format!(r#"{{"page":{page},"status":{{"indicator":"none"}}}}"#);
    let both =
        |first: &str, second: &str| read_named(&[("a", &page(first)), ("b", &page(second))]).map(|_| ());
    let different = |first: &str, second: &str| {
        Err(Unreadable::DifferentPages {
            first: first.to_owned(),
            second: second.to_owned(),
        })
    };
    assert_eq!(both(r#"{"id":"a"}"#, r#"{"id":"b"}"#), different("a", "b"));
    assert_eq!(both(r#"{"id":1}"#, r#"{"id":2}"#), different("1", "2"));
    assert_eq!(both(r#"{"name":"A"}"#, r#"{"name":"B"}"#), different("A", "B"));
    assert_eq!(
        both(r#"{"id":"a","name":"A"}"#, r#"{"id":"a","name":"B"}"#),
        Ok(())
    );
    assert_eq!(both(r#"{"id":"a"}"#, "{}"), Ok(()));
    assert_eq!(both("{}", "{}"), Ok(()));
}

#[test]
fn half_an_emoji_does_not_cost_the_page() {
    let reading = read_one(r#"{"page":{"name":"A \ud83d"},"status":{"indicator":"none"}}"#);
    assert_eq!(reading.snapshot.page.name.as_deref(), Some("A \u{fffd}"));
}

#[test]
fn what_each_document_holds_is_known_from_keys_and_name() {
    let events = |key: &str, page: &str, statuses: &[&str]| {
        let list: Vec<_> = statuses
            .iter()
            .enumerate()
            .map(|(at, status)| format!(r#"{{"id":"{at}","name":"A","status":"{status}","impact":"none"}}"#))
            .collect();
        format!(r#"{{"page":{page},"{key}":[{}]}}"#, list.join(","))
    };
    let statuspage = r#"{"id":"abcdefghijkl","time_zone":"Etc/UTC"}"#;
    let ulid = r#"{"id":"01HEBDXXA856JY0M3E46GZHCH8"}"#;
    let rows = |page: &str, count: usize, rest: &str| {
        let list: Vec<_> = (0..count)
            .map(|at| format!(r#"{{"id":"{at}","name":"A","status":"operational"}}"#))
            .collect();
        format!(r#"{{"page":{page},{rest}"components":[{}]}}"#, list.join(","))
    };
    let status = r#""status":{"indicator":"none"},"#;
    let open = |count| vec!["investigating"; count];
    for (name, body, expected) in [
        ("summary", rows(statuspage, 25, status), "complete - - - -"),
        ("summary", rows(ulid, 24, status), "complete complete - complete -"),
        ("summary", rows(ulid, 25, status), "partial complete - complete -"),
        ("summary", rows("{}", 25, status), "partial - - - -"),
        ("summary", rows("{}", 24, status), "complete - - - -"),
        ("components", rows(ulid, 62, ""), "complete - - - -"),
        ("incidents", events("incidents", statuspage, &open(2)), "- complete complete - -"),
        ("incidents", events("incidents", statuspage, &open(49)), "- complete complete - -"),
        ("incidents", events("incidents", statuspage, &open(50)), "- partial partial - -"),
        ("incidents", events("incidents", ulid, &open(25)), "- partial partial - -"),
        ("incidents", events("incidents", statuspage, &[]), "- complete complete - -"),
        ("unresolved", events("incidents", statuspage, &open(2)), "- complete - - -"),
        ("incidents/unresolved", events("incidents", statuspage, &[]), "- complete - - -"),
        ("", events("incidents", statuspage, &open(2)), "- complete - - -"),
        ("", events("incidents", statuspage, &["resolved"]), "- complete complete - -"),
        ("scheduled-maintenances", events("scheduled_maintenances", statuspage, &[]), "- - - complete complete"),
        ("upcoming", events("scheduled_maintenances", statuspage, &["scheduled"]), "- - - partial -"),
        ("active", events("scheduled_maintenances", statuspage, &["in_progress"]), "- - - partial -"),
        ("", events("scheduled_maintenances", statuspage, &["scheduled"]), "- - - partial -"),
        ("", events("scheduled_maintenances", statuspage, &["completed"]), "- - - complete complete"),
        ("status", format!(r#"{{"page":{statuspage},"status":{{"indicator":"none"}}}}"#), "- - - - -"),
        (
            "",
            r#"{"incidents":[{"id":"a","name":"A","status":"resolved","impact":"none","incident_updates":[]}]}"#.to_owned(),
            "- partial partial - -",
        ),
    ] {
        let reading = read_named(&[(name, &body)]).unwrap();
        assert_eq!(coverage(&reading), expected, "{name} {body}");
        assert_eq!(reading.wants.is_empty(), !expected.starts_with("partial"));
    }
    let upcoming = events("scheduled_maintenances", statuspage, &["scheduled"]);
    let active = events("scheduled_maintenances", statuspage, &[]);
    let both = read_named(&[("upcoming", &upcoming), ("active", &active)]).unwrap();
    assert_eq!(coverage(&both), "- - - complete -");
    let summary = rows(ulid, 25, status);
    let whole = read_named(&[("summary", &summary), ("components", &rows(ulid, 31, ""))]).unwrap();
    assert_eq!(coverage(&whole), "complete complete - complete -");
    assert_eq!(whole.wants, ["components"], "the next poll needs it as well");
}

#[test]
fn a_document_of_which_only_the_page_is_left_adds_nothing_and_hurts_nothing() {
    let ulid = r#"{"id":"01HEBDXXA856JY0M3E46GZHCH8"}"#;
    let summary = format!(r#"{{"page":{ulid},"status":{{"indicator":"none"}}}}"#);
    let bare = format!(r#"{{"page":{ulid}}}"#);
    let reading = read_named(&[("summary", &summary), ("incidents", &bare)]).unwrap();
    assert_eq!(coverage(&reading), "- complete complete complete -");
    assert!(matches!(
        read_named(&[("incidents", &bare)]),
        Err(Unreadable::OtherShape { .. })
    ));
    assert!(matches!(
        read_named(&[("summary", &summary), ("x", "{}")]),
        Err(Unreadable::OtherShape { .. })
    ));
}

#[test]
fn all_documents_of_a_page_make_one_page_in_any_order() {
    let names = [
        "summary",
        "components",
        "incidents",
        "scheduled-maintenances",
        "unresolved",
        "status",
    ];
    let reading = read_fixtures(&names);
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(coverage(&reading), "complete complete complete complete complete");
    let snapshot = &reading.snapshot;
    assert_eq!(snapshot.components.len(), 6);
    assert_eq!(snapshot.components[5].name, "Archive");
    // The history's copy of the open incident is older and lacks its newest update and its components.
    let open = &snapshot.incidents[0];
    assert_eq!(open.facts.phase, Phase::Identified);
    assert_eq!(
        open.updates
            .iter()
            .map(|update| update.id.as_str())
            .collect::<Vec<_>>(),
        ["u1b", "u1", "u2", "u3"]
    );
    assert_eq!(open.facts.components.len(), 2);
    assert_eq!(snapshot.incidents.len(), 4);
    assert_eq!(snapshot.maintenances.len(), 3);

    let sorted = |snapshot: &Snapshot| {
        let mut snapshot = snapshot.clone();
        snapshot.incidents.sort_by(|a, b| a.id.cmp(&b.id));
        snapshot.maintenances.sort_by(|a, b| a.id.cmp(&b.id));
        snapshot
    };
    let backwards = read_fixtures(&names.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(sorted(&backwards.snapshot), sorted(snapshot));
}

#[test]
fn without_a_platform_the_documents_tell_which_reader_is_theirs() {
    let read = |body: &str, platform| contract::read_documents(&[("summary", body)], platform);
    assert_eq!(read(&fixture("summary"), None).unwrap().platform, "statuspage");
    let error =
        |result: Result<ReadReply, contract::ReadError>| serde_json::to_string(&result.unwrap_err()).unwrap();
    assert_eq!(
        error(read("<title>Hi</title>", None)),
        r#"{"schema":1,"error":{"code":"unreadable","reason":"the answer is a web page (“Hi”), not data"}}"#
    );
    assert_eq!(
        error(read("{}", Some("nonesuch"))),
        r#"{"schema":1,"error":{"code":"unknown_platform","reason":"there is no platform “nonesuch”"}}"#
    );
}
