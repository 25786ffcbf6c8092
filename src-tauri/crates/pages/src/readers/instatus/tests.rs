use serde_json::{Value, json};

use super::super::testing;
use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::words::Health;

fn page(name: &str) -> Reading {
    testing::read(&Instatus, &testing::page("instatus", name)).unwrap()
}

fn read_all(documents: &[(&str, &Value)]) -> Result<Reading, Unreadable> {
    testing::read_values(&Instatus, documents)
}

fn read_one(body: &Value) -> Result<Reading, Unreadable> {
    read_all(&[("", body)])
}

fn summary(status: &str) -> Value {
    json!({"page": {"name": "A", "url": "https://status.example", "status": status}})
}

fn components(statuses: &[&str]) -> Value {
    let rows: Vec<Value> = statuses
        .iter()
        .enumerate()
        .map(|(at, status)| json!({"id": at.to_string(), "name": "A", "status": status, "group": null}))
        .collect();
    json!({"components": rows})
}

#[test]
fn a_page_is_read_whole() {
    let reading = page("trouble");
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(
        reading.snapshot.coverage,
        Coverage {
            components: Listing::Complete,
            open_incidents: Listing::Complete,
            past_incidents: Listing::Absent,
            open_maintenances: Listing::Complete,
            past_maintenances: Listing::Absent,
        }
    );
    assert_eq!(reading.wants, ["components"]);
    insta::assert_json_snapshot!("trouble", ReadReply::new("instatus", &reading));
}

#[test]
fn what_a_summary_leaves_out_is_empty() {
    let reading = read_one(&summary("UP")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    let coverage = reading.snapshot.coverage;
    assert_eq!(coverage.components, Listing::Absent);
    assert_eq!(
        (coverage.open_incidents, coverage.open_maintenances),
        (Listing::Complete, Listing::Complete)
    );
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
    for odd in [json!(null), json!({}), json!("none")] {
        let mut body = summary("UP");
        body["activeIncidents"] = odd;
        let reading = read_one(&body).unwrap();
        assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Absent);
    }
}

#[test]
fn overall_words_mean_what_the_platform_means_by_them() {
    let some = ["OPERATIONAL", "MAJOROUTAGE"];
    let slow = ["OPERATIONAL", "MINOROUTAGE"];
    let all = ["MAJOROUTAGE", "MAJOROUTAGE"];
    for (word, leaves, health) in [
        ("UP", None, Health::Operational),
        ("UNDERMAINTENANCE", None, Health::Maintenance),
        ("HASISSUES", None, Health::Degraded),
        ("HASISSUES", Some(slow), Health::Degraded),
        ("HASISSUES", Some(some), Health::PartialOutage),
        ("HASISSUES", Some(all), Health::MajorOutage),
        ("ALLUNDERMAINTENANCE", None, Health::Maintenance),
        ("ALLDEGRADEDPERFORMANCE", None, Health::Degraded),
        ("ALLMINOROUTAGE", None, Health::Degraded),
        ("ALLPARTIALOUTAGE", None, Health::PartialOutage),
        ("ALLMAJOROUTAGE", None, Health::MajorOutage),
        ("SOMEUNDERMAINTENANCE", None, Health::Maintenance),
        ("SOMEDEGRADEDPERFORMANCE", None, Health::Degraded),
        ("SOMEPARTIALOUTAGE", None, Health::PartialOutage),
        ("SOMEMAJOROUTAGE", None, Health::PartialOutage),
        ("ONEMINOROUTAGE", None, Health::Degraded),
        ("ONEMAJOROUTAGE", None, Health::PartialOutage),
        ("ONEOPERATIONAL", None, Health::Unknown),
        ("SOMEMELTDOWN", None, Health::Unknown),
        ("DOWN", None, Health::Unknown),
    ] {
        let body = summary(word);
        let reading = match leaves {
            Some(leaves) => read_all(&[("summary", &body), ("components", &components(&leaves))]),
            None => read_one(&body),
        }
        .unwrap();
        let overall = reading.snapshot.overall.unwrap();
        assert_eq!(
            (overall.health, overall.raw.as_deref()),
            (health, Some(word)),
            "{leaves:?}"
        );
        assert_eq!(reading.warnings.is_empty(), health.is_known(), "{word}");
    }
}

#[test]
fn words_mean_what_the_platform_means_by_them() {
    for (word, health, impact) in [
        ("OPERATIONAL", Health::Operational, Impact::None),
        ("UNDERMAINTENANCE", Health::Maintenance, Impact::Unknown),
        ("DEGRADEDPERFORMANCE", Health::Degraded, Impact::Minor),
        ("MINOROUTAGE", Health::Degraded, Impact::Minor),
        ("PARTIALOUTAGE", Health::PartialOutage, Impact::Major),
        ("MAJOROUTAGE", Health::MajorOutage, Impact::Critical),
        ("MELTDOWN", Health::Unknown, Impact::Unknown),
    ] {
        let mut body = summary("UP");
        body["activeIncidents"] = json!([{"id": "i", "name": "A", "status": "MONITORING", "impact": word}]);
        let reading = read_all(&[("summary", &body), ("components", &components(&[word]))]).unwrap();
        assert_eq!(reading.snapshot.components[0].health, health, "{word}");
        assert_eq!(reading.snapshot.incidents[0].facts.impact, impact, "{word}");
    }
    for (word, phase) in [
        ("INVESTIGATING", Phase::Investigating),
        ("IDENTIFIED", Phase::Identified),
        ("MONITORING", Phase::Monitoring),
        ("RESOLVED", Phase::Resolved),
        ("WAITING", Phase::Unknown),
    ] {
        let mut body = summary("UP");
        body["activeIncidents"] = json!([{"id": "i", "name": "A", "status": word, "impact": "OPERATIONAL"}]);
        assert_eq!(read_one(&body).unwrap().snapshot.incidents[0].facts.phase, phase);
    }
    for (word, phase) in [
        ("NOTSTARTEDYET", MaintenancePhase::Scheduled),
        ("INPROGRESS", MaintenancePhase::InProgress),
        ("VERIFYING", MaintenancePhase::Verifying),
        ("COMPLETED", MaintenancePhase::Completed),
        ("WAITING", MaintenancePhase::Unknown),
    ] {
        let mut body = summary("UP");
        body["activeMaintenances"] = json!([{"id": "i", "name": "A", "status": word}]);
        assert_eq!(
            read_one(&body).unwrap().snapshot.maintenances[0].facts.phase,
            phase
        );
    }
}

#[test]
fn a_description_is_no_state() {
    let mut body = components(&["OPERATIONAL"]);
    body["components"][0]["description"] = json!("Our provider has a major outage");
    let reading = read_one(&body).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
}

#[test]
fn a_window_ends_after_its_minutes_however_they_are_written() {
    for (duration, end) in [
        (json!("90"), Some("2026-11-07T18:30:00Z")),
        (json!(90), Some("2026-11-07T18:30:00Z")),
        (json!("a while"), None),
        (json!(null), None),
        (json!(i64::MAX), None),
    ] {
        let mut body = summary("UP");
        let start = "Sat Nov 07 2026 17:00:00 GMT+0000 (Coordinated Universal Time)";
        body["activeMaintenances"] =
            json!([{"id": "m", "name": "A", "start": start, "status": "INPROGRESS", "duration": duration}]);
        let reading = read_one(&body).unwrap();
        let facts = &reading.snapshot.maintenances[0].facts;
        assert_eq!(facts.starts_at, "2026-11-07T17:00:00Z".parse().ok());
        assert_eq!(facts.ends_at, end.and_then(|end| end.parse().ok()), "{duration}");
    }
}

#[test]
fn links_lead_to_the_page_or_nowhere() {
    for (published, id, link) in [
        ("https://status.example/incident/abc", "abc", true),
        ("https://a.instatus.com/incident/abc", "abc", true),
        ("https://elsewhere.example/abc", "abc", false),
        ("javascript:alert(1)", "", false),
    ] {
        let mut body = summary("UP");
        body["activeIncidents"] =
            json!([{"name": "A", "status": "MONITORING", "impact": "OPERATIONAL", "url": published}]);
        let reading = read_one(&body).unwrap();
        let incident = &reading.snapshot.incidents[0];
        assert_eq!(incident.facts.url.as_deref(), link.then_some(published));
        if id.is_empty() {
            assert!(incident.id.starts_with("derived-"), "{}", incident.id);
        } else {
            assert_eq!(incident.id, id);
        }
    }
}

#[test]
fn groups_are_the_tree_whether_rows_name_them_or_hold_their_children() {
    let leaf =
        |id: &str, group: Value| json!({"id": id, "name": id, "status": "OPERATIONAL", "group": group});
    let paths = |rows: Value| {
        let reading = read_one(&json!({"components": rows})).unwrap();
        let components = reading.snapshot.components;
        components
            .iter()
            .map(|component| {
                let path: Vec<&str> = component.group.iter().map(|step| step.name.as_str()).collect();
                format!("{}/{}", path.join("/"), component.name)
            })
            .collect::<Vec<String>>()
            .join(" ")
    };
    for (rows, expected) in [
        (
            json!([leaf("a", json!(null)), leaf("b", json!({"id": "g", "name": "G"}))]),
            "/a G/b",
        ),
        (
            json!([
                leaf("g", json!(null)),
                leaf("b", json!({"id": "g", "name": "old"}))
            ]),
            "g/b",
        ),
        (
            json!([{"id": "g", "name": "g", "status": "OPERATIONAL", "children": [
                {"id": "h", "name": "h", "status": "OPERATIONAL", "children": [leaf("b", json!(null))]},
                leaf("c", json!({"id": "g", "name": "g"})),
            ]}]),
            "g/h/b g/c",
        ),
        (json!([leaf("a", json!({"id": "a", "name": "a"}))]), "/a"),
        (
            json!([leaf("a", json!(null)), {"id": "g", "name": "g", "status": "OPERATIONAL", "isParent": true}]),
            "/a",
        ),
    ] {
        assert_eq!(paths(rows.clone()), expected, "{rows}");
    }
}

#[test]
fn a_page_is_found_from_any_address_on_it() {
    for (address, page) in [
        (
            "https://harebell.instatus.com/incident/abc",
            Some("https://harebell.instatus.com/"),
        ),
        (
            "https://harebell.instatus.com",
            Some("https://harebell.instatus.com/"),
        ),
        ("https://www.instatus.com/help", None),
        ("https://instatus.com/", None),
        ("https://api.instatus.com/v1/pages", None),
        ("https://status.example/", None),
    ] {
        let found = testing::site_at(&Instatus, address);
        assert_eq!(found.as_deref(), page, "{address}");
    }
    let address = "https://status.harebell.example/incident/abc";
    for (body, page) in [
        (
            "<img src='https://instatus.com/user-content/v1/logo.png'>",
            Some("https://status.harebell.example/"),
        ),
        ("<p>Compare us with Instatus</p>", None),
    ] {
        let found = testing::site_behind(&Instatus, address, &[], body);
        assert_eq!(found.as_deref(), page);
    }
}

#[test]
fn what_is_no_page_of_this_platform_is_refused() {
    for body in [
        json!({}),
        json!([]),
        json!(null),
        json!({"page": {}}),
        json!({"page": {"name": "A"}}),
        json!({"page": {"status": "UP"}}),
        json!({"page": {"name": "A", "status": 7}}),
        json!({"page": {"id": "abcdefghijkl", "name": "A", "status": "UP"}}),
        json!({"page": {"name": "A", "url": "https://a.example"}, "status": {"indicator": "none"}}),
        json!({"page": {"name": "A", "status": "UP"}, "components": []}),
        json!({"components": []}),
        json!({"components": [{"id": "a", "name": "A", "status": "operational"}]}),
        json!({"components": [{"id": "a", "name": "A", "status": "OPERATIONAL", "page_id": "x"}]}),
        json!({"error": {"code": "not_found"}}),
    ] {
        testing::is_refused_for_its_shape(&Instatus, &body);
    }
    assert_eq!(Instatus.read(&[], None).unwrap_err(), Unreadable::Empty);
    let (a, mut b) = (summary("UP"), summary("UP"));
    b["page"]["name"] = json!("B");
    assert!(matches!(
        read_all(&[("a", &a), ("b", &b)]),
        Err(Unreadable::DifferentPages { .. })
    ));
}

#[test]
fn components_that_cannot_be_read_leave_the_page_to_its_summary() {
    for odd in [
        json!({"components": null}),
        json!({"components": [{"status": "x"}, 7]}),
    ] {
        let reading = read_all(&[("summary", &summary("SOMEPARTIALOUTAGE")), ("components", &odd)]).unwrap();
        assert_eq!(page_health(&reading.snapshot), Health::PartialOutage);
        assert_eq!(reading.snapshot.coverage.components, Listing::Partial);
        assert!(!reading.warnings.is_empty());
    }
}

#[test]
fn a_recorded_summary_says_what_is_known_of_it() {
    let file = "instatus/perplexity-20260723-major-summary.json";
    let Some(reading) = testing::read_recorded(&Instatus, "summary", file) else {
        return;
    };
    let reading = reading.unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    let overall = reading.snapshot.overall.as_ref().unwrap();
    assert_eq!(overall.raw.as_deref(), Some("ONEMAJOROUTAGE"));
    assert_eq!(page_health(&reading.snapshot), Health::PartialOutage);
    let incident = &reading.snapshot.incidents[0];
    assert_eq!(incident.id, "cmrxt1rlu000f0zlcv4dzmdlr");
    let facts = &incident.facts;
    assert_eq!((facts.phase, facts.impact), (Phase::Monitoring, Impact::Critical));
    assert_eq!(facts.started_at, "2026-07-23T17:48:28.028Z".parse().ok());
    assert_eq!(
        facts.url.as_deref(),
        Some("https://status.perplexity.com/cmrxt1rlu000f0zlcv4dzmdlr")
    );
}

#[test]
fn recorded_components_are_operational_whatever_their_descriptions_tell() {
    let file = "instatus/splitwise-20260811-v2-components.json";
    let Some(reading) = testing::read_recorded(&Instatus, "components", file) else {
        return;
    };
    let reading = reading.unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    let components = &reading.snapshot.components;
    assert_eq!(components.len(), 3);
    assert!(components.iter().all(|component| component.group.is_empty()));
    assert!(components[0].description.as_deref().unwrap().contains("outage"));
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
}

#[test]
fn recorded_documents_of_other_shapes_are_left_to_their_readers() {
    for (file, body) in testing::all_recorded() {
        let document = Document {
            name: "",
            body: &body,
        };
        // What its pages embed is no document of the platform.
        let is_its_own =
            file.starts_with("instatus/") && !file.contains("-page.") && !file.contains("-embedded-");
        assert_eq!(Instatus.recognises(&document), is_its_own, "{file}");
    }
}
