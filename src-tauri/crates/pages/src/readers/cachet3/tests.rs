use url::Url;

use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read, site_behind, wrongly_recognised};
use crate::words::{MaintenancePhase, Phase};

fn read_named(documents: &[(&str, &str)]) -> Result<Reading, Unreadable> {
    let documents: Vec<Document<'_>> = documents
        .iter()
        .map(|(name, body)| Document {
            name,
            body: body.as_bytes(),
        })
        .collect();
    Cachet3.read(&documents, None)
}

/// A list as Cachet serves it.
fn list(kind: &str, entries: &str, next: &str) -> String {
    format!(
        r#"{{"data":[{entries}],"links":{{"first":"x","last":null,"prev":null,"next":{next}}},
            "meta":{{"current_page":1,"path":"https://status.comfrey.example/api/{kind}","per_page":50}}}}"#
    )
}

fn entry(kind: &str, attributes: &str) -> String {
    format!(r#"{{"id":"1","type":"{kind}","attributes":{{"name":"A",{attributes}}}}}"#)
}

fn component(status: &str) -> String {
    list(
        "components",
        &entry("components", &format!(r#""status":{status}"#)),
        "null",
    )
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Cachet3, &page("cachet3", "trouble")).unwrap();
    insta::assert_json_snapshot!(ReadReply::new("cachet3", &reading));
}

#[test]
fn every_number_of_a_component_is_known_in_either_form() {
    for (number, health, warnings) in [
        ("1", Health::Operational, 0),
        ("2", Health::Degraded, 0),
        ("3", Health::PartialOutage, 0),
        ("4", Health::MajorOutage, 0),
        ("5", Health::Unknown, 0),
        ("6", Health::Maintenance, 0),
        ("7", Health::Unknown, 1),
        ("\"up\"", Health::Unknown, 1),
    ] {
        for status in [
            number.to_owned(),
            format!(r#"{{"human":"Wort","value":{number}}}"#),
        ] {
            let reading = read_named(&[("components", &component(&status))]).unwrap();
            assert_eq!(
                (reading.snapshot.components[0].health, reading.warnings.len()),
                (health, warnings),
                "{status}"
            );
        }
    }
    let reading = read_named(&[("components", &component("null"))]).unwrap();
    assert_eq!(
        (reading.snapshot.components[0].health, reading.warnings.as_slice()),
        (
            Health::Unknown,
            &["components: data[0].attributes.status: missing".to_owned()][..]
        )
    );
}

#[test]
fn every_overall_word_is_known_in_either_form() {
    for (word, health, warnings) in [
        ("operational", Health::Operational, 0),
        ("partial_outage", Health::PartialOutage, 0),
        ("major_outage", Health::MajorOutage, 0),
        ("under_maintenance", Health::Maintenance, 0),
        ("adrift", Health::Unknown, 1),
    ] {
        for status in [
            format!(r#"{{"data":{{"status":"{word}","message":"m"}}}}"#),
            format!(
                r#"{{"data":{{"id":"status","type":"status","attributes":{{"name":"N","label":"m","status":"{word}"}}}}}}"#
            ),
        ] {
            let reading = read_named(&[("components", &component("1")), ("status", &status)]).unwrap();
            let overall = reading.snapshot.overall.unwrap();
            assert_eq!(
                (overall.health, reading.warnings.len()),
                (health, warnings),
                "{status}"
            );
            assert_eq!(overall.description.as_deref(), Some("m"));
        }
    }
}

#[test]
fn every_number_of_an_incident_and_of_a_maintenance_is_known() {
    for (status, phase, warnings) in [
        (0, Phase::Unknown, 0),
        (1, Phase::Investigating, 0),
        (2, Phase::Identified, 0),
        (3, Phase::Monitoring, 0),
        (4, Phase::Resolved, 0),
        (5, Phase::Unknown, 1),
    ] {
        let attributes = format!(r#""status":{{"human":"Wort","value":{status}}},"message":"""#);
        let body = list("incidents", &entry("incidents", &attributes), "null");
        let reading = read_named(&[("incidents", &body)]).unwrap();
        let facts = &reading.snapshot.incidents[0].facts;
        // One of the warnings says that times have no zone.
        assert_eq!(
            (facts.phase, reading.warnings.len()),
            (phase, warnings + 1),
            "{status}"
        );
        assert_eq!(facts.phase_raw.as_deref(), Some("Wort"));
    }
    for (status, phase) in [
        (0, MaintenancePhase::Scheduled),
        (1, MaintenancePhase::InProgress),
        (2, MaintenancePhase::Completed),
        (3, MaintenancePhase::Unknown),
    ] {
        let attributes = format!(r#""status":{{"human":"Wort","value":{status}}}"#);
        let body = list("schedules", &entry("schedules", &attributes), "null");
        let reading = read_named(&[("schedules", &body)]).unwrap();
        assert_eq!(reading.snapshot.maintenances[0].facts.phase, phase, "{status}");
    }
}

#[test]
fn an_update_belongs_to_one_incident() {
    let incident = |id: &str| {
        format!(
            r#"{{"id":"{id}","type":"incidents","attributes":{{"name":"A","status":{{"human":null,"value":1}}}},
                "relationships":{{"updates":{{"data":[{{"type":"updates","id":"9"}}]}}}}}}"#
        )
    };
    let entries = format!("{},{}", incident("1"), incident("2"));
    let included = r#"{"included":[{"id":"9","type":"updates","attributes":{"message":"m"}}],"#;
    let body = list("incidents", &entries, "null").replacen('{', included, 1);
    let reading = read_named(&[("incidents", &body)]).unwrap();
    let counts: Vec<_> = reading
        .snapshot
        .incidents
        .iter()
        .map(|incident| incident.updates.len())
        .collect();
    assert_eq!(counts, [1, 0]);
}

#[test]
fn an_incidents_page_bears_its_guid() {
    let site = Site::at(&Url::parse("https://comfrey.example/status").unwrap());
    let url = |guid: &str| {
        let attributes = format!(r#""status":{{"human":null,"value":1}},"guid":"{guid}""#);
        let body = list("incidents", &entry("incidents", &attributes), "null");
        let document = Document {
            name: "incidents",
            body: body.as_bytes(),
        };
        let reading = Cachet3.read(&[document], Some(&site)).unwrap();
        reading.snapshot.incidents[0].facts.url.clone()
    };
    assert_eq!(
        url("5d0f6c7e-11").as_deref(),
        Some("https://comfrey.example/status/incidents/5d0f6c7e-11")
    );
    assert_eq!(url("../../evil"), None);
    assert_eq!(url(""), None);
}

#[test]
fn a_list_that_goes_on_is_not_complete() {
    for (next, listing, health) in [
        ("null", Listing::Complete, Health::Operational),
        (
            r#""https://status.comfrey.example/api/components?page=2""#,
            Listing::Partial,
            Health::Unknown,
        ),
        ("7", Listing::Partial, Health::Unknown),
    ] {
        let body = list("components", &entry("components", r#""status":1"#), next);
        let reading = read_named(&[("components", &body)]).unwrap();
        assert_eq!(reading.snapshot.coverage.components, listing, "{next}");
        assert_eq!(page_health(&reading.snapshot), health, "{next}");
    }
}

#[test]
fn an_entry_without_attributes_takes_the_calm_away() {
    let entries = format!(
        r#"{},{{"id":"2","type":"components"}}"#,
        entry("components", r#""status":1"#)
    );
    let reading = read_named(&[("components", &list("components", &entries, "null"))]).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    assert_eq!(reading.warnings.len(), 1);
}

#[test]
fn an_empty_list_is_known_by_its_path() {
    let reading = read_named(&[("whatever", &list("schedules", "", "null"))]).unwrap();
    assert_eq!(reading.snapshot.coverage.open_maintenances, Listing::Complete);
    assert!(read_named(&[("schedules", &list("metrics", "", "null"))]).is_err());
}

#[test]
fn a_front_with_its_mark_leads_to_the_page() {
    let marked = r#"<link href="/vendor/cachethq/cachet/cachet.css">"#;
    for (url, body, expected) in [
        (
            "https://status.comfrey.example/",
            marked,
            Some("https://status.comfrey.example/"),
        ),
        (
            "https://comfrey.example/status/incidents/5d0f6c7e",
            marked,
            Some("https://comfrey.example/status/"),
        ),
        (
            "https://status.comfrey.example/",
            r#"<a href="https://cachethq.io">Cachet</a>"#,
            None,
        ),
    ] {
        assert_eq!(
            site_behind(&Cachet3, url, &[], body).as_deref(),
            expected,
            "{url}"
        );
    }
}

#[test]
fn what_is_no_document_of_cachet_3_is_refused() {
    for (name, body) in [
        ("", ""),
        ("", "[]"),
        ("", "{}"),
        ("", "null"),
        ("", "<!doctype html><title>Cachet</title>"),
        ("", r#"{"data":"Pong!"}"#),
        ("components", r#"{"data":[]}"#),
        ("", r#"{"message":"Unauthenticated."}"#),
        ("status", r#"{"data":{"status":"info","message":"m"}}"#),
        ("status", r#"{"data":{"status":"ok","message":"m"}}"#),
        (
            "status",
            r#"{"data":{"status":"operational","message":"m","id":1}}"#,
        ),
        (
            "status",
            r#"{"status":"ok","data":{"status":"operational","message":"m"}}"#,
        ),
        (
            "",
            r#"{"data":{"id":"1","type":"status_page","attributes":{"aggregate_state":"operational"}},"included":[]}"#,
        ),
        ("", r#"{"data":[{"id":"1","type":"articles","attributes":{}}]}"#),
        (
            "components",
            r#"{"meta":{"pagination":{"total_pages":1}},"data":[{"id":1,"name":"A","status":1,"group_id":0}]}"#,
        ),
    ] {
        assert!(read_named(&[(name, body)]).is_err(), "{body}");
    }
}

#[test]
fn no_recorded_page_of_another_platform_is_taken_for_one() {
    let names = ["", "components", "status", "incidents", "schedules"];
    assert_eq!(wrongly_recognised(&Cachet3, "no-folder", &names), [""; 0]);
}
