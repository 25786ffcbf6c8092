use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{addresses, page, read, read_recorded, site_behind, wrongly_recognised};
use crate::words::{MaintenancePhase, Phase};

fn read_named(documents: &[(&str, &str)]) -> Result<Reading, Unreadable> {
    let documents: Vec<Document<'_>> = documents
        .iter()
        .map(|(name, body)| Document {
            name,
            body: body.as_bytes(),
        })
        .collect();
    Cachet2.read(&documents, None)
}

/// A list as Cachet serves it, on so many pages.
fn list(entries: &str, pages: &str) -> String {
    format!(
        r#"{{"meta":{{"pagination":{{"total":1,"count":1,"per_page":20,"current_page":1,"total_pages":{pages},
            "links":{{"next_page":null,"previous_page":null}}}}}},"data":[{entries}]}}"#
    )
}

fn component(status: &str) -> String {
    format!(r#"{{"id":1,"name":"A","status":{status},"group_id":0}}"#)
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Cachet2, &page("cachet2", "trouble")).unwrap();
    insta::assert_json_snapshot!(ReadReply::new("cachet2", &reading));
}

#[test]
fn documents_of_its_clients_tests_are_read() {
    let read = |name, file: &str| {
        let reading = read_recorded(&Cachet2, name, &format!("cachet/v2-goclient-{file}.json"))?;
        Some(reading.unwrap_or_else(|error| panic!("{file}: {error}")))
    };
    let Some(components) = read("components", "-components") else {
        return;
    };
    let [api] = components.snapshot.components.as_slice() else {
        panic!("one component")
    };
    assert_eq!(
        (api.id.as_str(), api.name.as_str(), api.raw.as_deref()),
        ("1", "API", Some("Operational"))
    );
    assert_eq!(page_health(&components.snapshot), Health::Operational);
    assert_eq!(components.wants, [""; 0]);

    let schedules = read("schedules", "-schedules").unwrap().snapshot;
    let facts = &schedules.maintenances[0].facts;
    assert_eq!(facts.phase, MaintenancePhase::Completed);
    assert_eq!(facts.starts_at, "2015-08-01T12:30:00Z".parse().ok());
    assert_eq!(facts.actual_end, "2015-08-01T13:00:00Z".parse().ok());
    assert_eq!(page_health(&schedules), Health::Unknown);

    let status = read("status", "2-status").unwrap().snapshot;
    assert_eq!(page_health(&status), Health::Degraded);
    let groups = read("groups", "-groups").unwrap().snapshot;
    assert_eq!(groups.components, []);

    // The answer to `api/v1/version`.
    let version = read_recorded(&Cachet2, "version", "cachet/v2-goclient-1-status.json").unwrap();
    assert!(version.is_err());
}

#[test]
fn every_number_of_a_component_is_known() {
    for (status, health, warnings) in [
        ("0", Health::Unknown, 0),
        ("1", Health::Operational, 0),
        ("2", Health::Degraded, 0),
        ("3", Health::PartialOutage, 0),
        ("4", Health::MajorOutage, 0),
        ("\"1\"", Health::Operational, 0),
        ("9", Health::Unknown, 1),
        ("\"up\"", Health::Unknown, 1),
        ("null", Health::Unknown, 1),
    ] {
        let reading = read_named(&[("components", &list(&component(status), "1"))]).unwrap();
        assert_eq!(
            (reading.snapshot.components[0].health, reading.warnings.len()),
            (health, warnings),
            "{status}"
        );
    }
}

#[test]
fn every_overall_word_is_known() {
    let components = list(&component("1"), "1");
    for (word, health, warnings) in [
        ("success", Health::Operational, 0),
        ("info", Health::Degraded, 0),
        ("warning", Health::Degraded, 0),
        ("danger", Health::MajorOutage, 0),
        ("panic", Health::Unknown, 1),
    ] {
        let status = format!(r#"{{"data":{{"status":"{word}","message":"m"}}}}"#);
        let reading = read_named(&[("components", &components), ("status", &status)]).unwrap();
        let overall = reading.snapshot.overall.unwrap();
        assert_eq!(
            (overall.health, reading.warnings.len()),
            (health, warnings),
            "{word}"
        );
        assert_eq!(
            (overall.raw.as_deref(), overall.description.as_deref()),
            (Some(word), Some("m"))
        );
    }
}

#[test]
fn every_number_of_an_incident_and_of_a_maintenance_is_known() {
    for (status, phase) in [
        (1, Phase::Investigating),
        (2, Phase::Identified),
        (3, Phase::Monitoring),
        (4, Phase::Resolved),
        (5, Phase::Unknown),
    ] {
        let entry = format!(r#"{{"id":1,"name":"A","status":{status},"message":"m","visible":1}}"#);
        let reading = read_named(&[("incidents", &list(&entry, "1"))]).unwrap();
        let incident = &reading.snapshot.incidents[0];
        assert_eq!(
            (incident.facts.phase, incident.updates[0].phase),
            (phase, phase),
            "{status}"
        );
    }
    for (status, phase) in [
        (0, MaintenancePhase::Scheduled),
        (1, MaintenancePhase::InProgress),
        (2, MaintenancePhase::Completed),
        (3, MaintenancePhase::Unknown),
    ] {
        let entry = format!(
            r#"{{"id":1,"name":"A","status":{status},"scheduled_at":"2026-11-07 10:00:00","completed_at":null}}"#
        );
        let reading = read_named(&[("schedules", &list(&entry, "1"))]).unwrap();
        assert_eq!(reading.snapshot.maintenances[0].facts.phase, phase, "{status}");
    }
}

#[test]
fn an_incident_stands_where_its_latest_update_left_it() {
    let entry = r#"{"id":1,"name":"A","status":1,"latest_status":4,"message":"m","visible":1,
        "created_at":"2026-11-07 10:00:00","updates":[
            {"id":9,"status":4,"message":"over","created_at":"2026-11-07 12:00:00"},
            {"id":8,"status":3,"message":"better","created_at":"2026-11-07 11:00:00"}]}"#;
    let reading = read_named(&[("incidents", &list(entry, "1"))]).unwrap();
    let incident = &reading.snapshot.incidents[0];
    assert!(!incident.facts.is_open());
    assert_eq!(incident.facts.resolved_at, "2026-11-07T12:00:00Z".parse().ok());
    let told: Vec<_> = incident
        .updates
        .iter()
        .map(|update| (update.body.as_str(), update.phase))
        .collect();
    assert_eq!(
        told,
        [
            ("m", Phase::Unknown),
            ("better", Phase::Monitoring),
            ("over", Phase::Resolved)
        ]
    );
}

#[test]
fn a_scheduled_incident_of_an_early_release_is_a_maintenance() {
    let entry = r#"{"id":5,"name":"Move","status":0,"message":"m","visible":1,"component_id":2,
        "scheduled_at":"2026-11-21 06:00:00","created_at":"2026-11-07 10:00:00"}"#;
    let reading = read_named(&[("incidents", &list(entry, "1"))]).unwrap();
    assert_eq!(reading.snapshot.incidents, []);
    let maintenance = &reading.snapshot.maintenances[0];
    assert_eq!(
        (maintenance.id.as_str(), maintenance.facts.phase),
        ("incident-5", MaintenancePhase::Scheduled)
    );
    assert_eq!(maintenance.facts.starts_at, "2026-11-21T06:00:00Z".parse().ok());
}

#[test]
fn a_list_on_several_pages_is_not_complete() {
    for (pages, listing, health) in [
        ("1", Listing::Complete, Health::Operational),
        ("2", Listing::Partial, Health::Unknown),
        ("null", Listing::Partial, Health::Unknown),
    ] {
        let reading = read_named(&[("components", &list(&component("1"), pages))]).unwrap();
        assert_eq!(reading.snapshot.coverage.components, listing, "{pages}");
        assert_eq!(page_health(&reading.snapshot), health, "{pages}");
    }
}

#[test]
fn one_outage_without_the_pages_word_is_a_partial_one() {
    let two = format!(
        r#"{},{{"id":2,"name":"B","status":4,"group_id":0}}"#,
        component("1")
    );
    let reading = read_named(&[("components", &list(&two, "1"))]).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::PartialOutage);
}

#[test]
fn groups_are_asked_for_where_components_are_in_one() {
    let grouped = r#"{"id":1,"name":"A","status":1,"group_id":7}"#;
    let hidden = r#"{"id":2,"name":"B","status":4,"group_id":0,"enabled":false}"#;
    let reading = read_named(&[("components", &list(&format!("{grouped},{hidden}"), "1"))]).unwrap();
    assert_eq!(reading.wants, ["groups"]);
    let components = &reading.snapshot.components;
    assert_eq!((components.len(), components[0].group.len()), (1, 0));
}

#[test]
fn only_a_link_to_the_page_itself_is_official() {
    let site = Site::at(&Url::parse("https://status.bryony.example/").unwrap());
    let url = |permalink: &str| {
        let entry = format!(
            r#"{{"id":1,"name":"A","status":1,"message":"m","visible":1,"permalink":"{permalink}"}}"#
        );
        let body = list(&entry, "1");
        let document = Document {
            name: "incidents",
            body: body.as_bytes(),
        };
        let reading = Cachet2.read(&[document], Some(&site)).unwrap();
        reading.snapshot.incidents[0].facts.url.clone()
    };
    let own = "https://status.bryony.example/incidents/1";
    assert_eq!(url(own).as_deref(), Some(own));
    assert_eq!(url("http://localhost/incidents/1"), None);
}

#[test]
fn a_front_with_its_marks_leads_to_the_page() {
    for (url, body, expected) in [
        (
            "https://status.bryony.example/",
            "<script>new Cachet.Notifier()</script>",
            Some("https://status.bryony.example/"),
        ),
        (
            "https://bryony.example/status/incidents/12",
            r#"<a href="https://cachethq.io">Cachet</a>"#,
            Some("https://bryony.example/status/"),
        ),
        (
            "https://status.bryony.example/",
            r#"<link href="/vendor/cachethq/cachet/a.css"><a href="https://cachethq.io">Cachet</a>"#,
            None,
        ),
        ("https://status.bryony.example/", "<title>Bryony</title>", None),
    ] {
        assert_eq!(
            site_behind(&Cachet2, url, &[], body).as_deref(),
            expected,
            "{url}"
        );
    }
    let base = Url::parse("https://bryony.example/status").unwrap();
    let guess = Cachet2.guess(&base).unwrap().to_string();
    assert_eq!(
        addresses(&Cachet2, &guess),
        [
            "https://bryony.example/status/api/v1/components?per_page=500",
            "https://bryony.example/status/api/v1/status",
            "https://bryony.example/status/api/v1/incidents?sort=id&order=desc&per_page=50",
            "https://bryony.example/status/api/v1/schedules?sort=id&order=desc&per_page=50",
            "https://bryony.example/status/api/v1/components/groups?per_page=500",
        ]
    );
}

#[test]
fn what_is_no_document_of_cachet_2_is_refused() {
    let unpaged = format!(r#"{{"data":[{}]}}"#, component("1"));
    let unknown = list(r#"{"id":1,"name":"A"}"#, "1");
    let empty = list("", "1");
    for (name, body) in [
        ("", ""),
        ("", "[]"),
        ("", "{}"),
        ("", "null"),
        ("", "<!doctype html><title>Cachet</title>"),
        ("components", unpaged.as_str()),
        ("components", unknown.as_str()),
        ("index", empty.as_str()),
        ("", r#"{"data":"Pong!"}"#),
        ("", r#"{"errors":[{"id":"a","status":404,"title":"Not Found"}]}"#),
        ("status", r#"{"data":{"status":"ok","message":"fine"}}"#),
        ("status", r#"{"data":{"status":"operational","message":"fine"}}"#),
        ("status", r#"{"data":{"status":"success"}}"#),
        ("status", r#"{"data":{"status":"success","message":"m","id":1}}"#),
        (
            "status",
            r#"{"code":0,"data":{"status":"success","message":"m"}}"#,
        ),
        (
            "",
            r#"{"data":[{"id":"1","type":"components","attributes":{"name":"A","status":1}}]}"#,
        ),
    ] {
        assert!(read_named(&[(name, body)]).is_err(), "{body}");
    }
    assert!(read_named(&[("incidents", &empty)]).is_ok());
}

#[test]
fn no_recorded_page_of_another_platform_is_taken_for_one() {
    let names = ["", "components", "status", "incidents", "schedules", "groups"];
    assert_eq!(wrongly_recognised(&Cachet2, "cachet", &names), [""; 0]);
}
