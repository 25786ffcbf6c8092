use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read, read_body, read_recorded};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    read_body(&Concur, body)
}

fn with_incident(facts: &str) -> Incident {
    let body = format!(
        r#"{{"data":{{"Travel":{{"Current Status":{{"status":"disruption","incidents":[{{"id":1,{facts}}}]}}}}}}}}"#
    );
    read_one(&body).unwrap().snapshot.incidents[0].clone()
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Concur, &page("concur", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    insta::assert_json_snapshot!(ReadReply::new("concur", &reading));
}

#[test]
fn services_are_as_their_present_status_says() {
    for (word, health, warnings) in [
        ("normal", Health::Operational, 0),
        ("degradation", Health::Degraded, 0),
        ("disruption", Health::PartialOutage, 0),
        ("holiday", Health::Unknown, 1),
    ] {
        let body = format!(
            r#"{{"data":{{"Travel":{{"Current Status":{{"status":"{word}","incidents":[]}},"2026-11-06T-0000":{{"status":"disruption","incidents":[]}}}}}}}}"#
        );
        let reading = read_one(&body).unwrap();
        assert_eq!(page_health(&reading.snapshot), health, "{word}");
        assert_eq!(reading.warnings.len(), warnings, "{word}");
    }
}

#[test]
fn an_incident_is_over_by_its_word_or_by_its_end() {
    for (facts, phase, is_open) in [
        (
            r#""status":"INVESTIGATION","end_epoch":null"#,
            Phase::Investigating,
            true,
        ),
        (
            r#""status":"RESOLVED","end_epoch":1793885400"#,
            Phase::Resolved,
            false,
        ),
        (
            r#""status":"HOLIDAY","end_epoch":1793885400"#,
            Phase::Unknown,
            false,
        ),
        (r#""status":"HOLIDAY","end_epoch":null"#, Phase::Unknown, true),
    ] {
        let incident = with_incident(facts);
        assert_eq!(
            (incident.facts.phase, incident.facts.is_open()),
            (phase, is_open),
            "{facts}"
        );
    }
}

#[test]
fn an_incident_is_called_by_its_services_and_its_severity() {
    let title = |facts: &str| with_incident(facts).facts.title;
    assert_eq!(
        title(r#""severity":"disruption","affected_services":["Travel","Cards"]"#),
        "Travel, Cards: disruption"
    );
    assert_eq!(
        title(r#""severity":"disruption","affected_services":[]"#),
        "Incident 1"
    );
    assert_eq!(title(r#""severity":null"#), "Incident 1");
}

#[test]
fn an_address_names_the_data_centre() {
    for (address, site) in [
        ("https://open.concur.com", Some("https://open.concur.com/#us")),
        (
            "https://open.concur.com/some/where?x=1",
            Some("https://open.concur.com/#us"),
        ),
        (
            "https://open.concur.com/#eu2",
            Some("https://open.concur.com/#eu2"),
        ),
        ("https://open.concur.com/#nowhere", None),
        ("https://www.concur.com/", None),
    ] {
        let found = Concur.site_at(&Url::parse(address).unwrap());
        assert_eq!(found.map(|site| site.to_string()).as_deref(), site, "{address}");
    }
    let site = Concur
        .site_at(&Url::parse("https://open.concur.com/#eu").unwrap())
        .unwrap();
    assert_eq!(
        Concur.documents(&site)[0].url.as_str(),
        "https://open.concur.com/api/v2/status_history?data_center=eu&utc_offset=%2B0000"
    );
    let documents = page("concur", "well");
    let (name, body) = &documents[0];
    let reading = Concur.read(&[Document { name, body }], Some(&site)).unwrap();
    assert_eq!(reading.snapshot.page.id.as_deref(), Some("eu"));
}

#[test]
fn what_is_not_concurs_is_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "<html></html>",
        r#"{"data":{},"success":true}"#,
        r#"{"data":[],"success":false}"#,
        r#"{"data":{"Travel":{"status":"normal"}}}"#,
        r#"{"success":false,"error":"unknown data centre"}"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
    }
}

#[test]
fn the_page_recorded_in_2025_has_a_disruption_of_travel() {
    let file = "sap-concur/travel-disruption-status_history.json";
    let Some(reading) = read_recorded(&Concur, "status-history", file) else {
        return;
    };
    let reading = reading.unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    let snapshot = &reading.snapshot;
    assert_eq!(page_health(snapshot), Health::PartialOutage);
    let services: Vec<_> = snapshot
        .components
        .iter()
        .map(|one| (one.name.as_str(), one.raw.as_deref().unwrap()))
        .collect();
    assert_eq!(
        services,
        [
            ("Expense", "normal"),
            ("Travel", "disruption"),
            ("Invoice", "normal"),
            ("Request", "normal"),
            ("Imaging", "normal"),
            ("Analysis/Intelligence", "normal"),
            ("Mobile", "normal")
        ]
    );
    let [incident] = snapshot.incidents.as_slice() else {
        panic!("{}", snapshot.incidents.len());
    };
    assert_eq!(
        (incident.id.as_str(), incident.facts.title.as_str()),
        ("4107", "Travel: disruption")
    );
    assert_eq!(
        (
            incident.facts.phase,
            incident.facts.impact,
            incident.updates.len()
        ),
        (Phase::Investigating, Impact::Major, 1)
    );
    assert_eq!(
        incident.facts.started_at.unwrap().to_string(),
        "2025-06-23T11:47:00Z"
    );
    assert_eq!(
        incident.updates[0].at.unwrap().to_string(),
        "2025-06-23T12:55:05Z"
    );
    assert_eq!(incident.facts.components[0].id.as_deref(), Some("Travel"));
}
