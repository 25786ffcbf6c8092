use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read, read_body, read_recorded};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    read_body(&Heroku, body)
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Heroku, &page("heroku", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    insta::assert_json_snapshot!(ReadReply::new("heroku", &reading));
}

#[test]
fn systems_are_as_their_colour_says() {
    for (colour, health, warnings) in [
        ("green", Health::Operational, 0),
        ("blue", Health::Maintenance, 0),
        ("yellow", Health::Degraded, 0),
        ("red", Health::MajorOutage, 0),
        ("mauve", Health::Unknown, 1),
    ] {
        let body = format!(r#"{{"status":[{{"system":"Apps","status":"{colour}"}}],"incidents":[]}}"#);
        let reading = read_one(&body).unwrap();
        assert_eq!(page_health(&reading.snapshot), health, "{colour}");
        assert_eq!(reading.warnings.len(), warnings, "{colour}");
    }
}

#[test]
fn an_incident_stands_where_its_state_and_its_last_update_say() {
    let phase = |state: &str, updates: &[&str]| {
        let updates: Vec<String> = updates
            .iter()
            .enumerate()
            .map(|(at, kind)| {
                format!(r#"{{"id":{at},"update_type":"{kind}","contents":"c","created_at":"2026-11-07T10:0{at}:00Z"}}"#)
            })
            .collect();
        let body = format!(
            r#"{{"status":[{{"system":"Apps","status":"red"}}],"incidents":[{{"id":1,"title":"T","state":"{state}","updates":[{}]}}]}}"#,
            updates.join(",")
        );
        let reading = read_one(&body).unwrap();
        let incident = &reading.snapshot.incidents[0];
        let last = incident.updates.last().map(|update| update.phase);
        (incident.facts.phase, last)
    };
    for (state, updates, expected, last) in [
        ("open", &[][..], Phase::Investigating, None),
        (
            "open",
            &["issue"],
            Phase::Investigating,
            Some(Phase::Investigating),
        ),
        (
            "open",
            &["investigating", "monitoring", "update"],
            Phase::Monitoring,
            Some(Phase::Monitoring),
        ),
        ("open", &["resolved"], Phase::Investigating, Some(Phase::Resolved)),
        (
            "resolved",
            &["monitoring"],
            Phase::Resolved,
            Some(Phase::Monitoring),
        ),
        ("zz", &["monitoring"], Phase::Unknown, Some(Phase::Monitoring)),
    ] {
        assert_eq!(phase(state, updates), (expected, last), "{state} {updates:?}");
    }
}

#[test]
fn heroku_is_found_at_its_own_host_alone() {
    let at = |address: &str| {
        let site = Heroku.site_at(&Url::parse(address).unwrap());
        site.map(|site| site.to_string())
    };
    assert_eq!(
        at("https://status.heroku.com/incidents/1918").as_deref(),
        Some("https://status.heroku.com/")
    );
    assert_eq!(at("https://heroku.com/"), None);
    assert_eq!(at("https://status.salesforce.com/products/Heroku"), None);
}

#[test]
fn what_is_not_herokus_is_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "<html></html>",
        r#"{"status":"ok","incidents":[]}"#,
        r#"{"status":[],"incidents":[]}"#,
        r#"{"status":[{"system":"Apps","status":"green"}]}"#,
        r#"{"error":"not_found"}"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
    }
    let body = include_bytes!("../../../fixtures/heroku/well/current-status.json");
    let one = Document { name: "", body };
    assert!(Heroku.read(&[one, one], None).is_err());
    assert_eq!(Heroku.read(&[], None), Err(Unreadable::Empty));
}

#[test]
fn the_page_recorded_in_2019_is_degraded_by_one_open_incident() {
    let file = "heroku/2019-incident-current-status.json";
    let Some(reading) = read_recorded(&Heroku, "current-status", file) else {
        return;
    };
    let reading = reading.unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    let snapshot = &reading.snapshot;
    assert_eq!(page_health(snapshot), Health::Degraded);
    let names: Vec<_> = snapshot.components.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Apps", "Data", "Tools"]);
    let [incident] = snapshot.incidents.as_slice() else {
        panic!("{}", snapshot.incidents.len());
    };
    assert_eq!(
        (incident.id.as_str(), incident.facts.phase, incident.facts.impact),
        ("1918", Phase::Investigating, Impact::Minor)
    );
    assert_eq!(
        incident.facts.url.as_deref(),
        Some("https://status.heroku.com/incidents/1918")
    );
    let updates: Vec<_> = incident
        .updates
        .iter()
        .map(|update| (update.id.as_str(), update.phase_raw.as_deref().unwrap()))
        .collect();
    assert_eq!(updates, [("6090", "investigating"), ("6091", "issue")]);
}
