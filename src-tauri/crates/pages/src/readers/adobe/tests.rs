use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read, read_body};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    read_body(&Adobe, body)
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Adobe, &page("adobe", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    insta::assert_json_snapshot!(ReadReply::new("adobe", &reading));
}

#[test]
fn a_product_is_as_bad_as_was_said_last() {
    let one = |status: &str, severity: &str| {
        let body = format!(
            r#"{{"incidentEvent":{{"incidents":{{"a":{{"products":{{"p":{{"name":"P","history":{{"1794034200":{{"status":"{status}","severity":"{severity}"}},"1794030600":{{"status":"opened","severity":"minor"}}}}}}}}}}}}}}}}"#
        );
        let reading = read_one(&body).unwrap();
        let facts = &reading.snapshot.incidents[0].facts;
        (
            facts.phase,
            facts.impact,
            page_health(&reading.snapshot),
            reading.warnings.len(),
        )
    };
    let open = Phase::Investigating;
    let unknown = Health::Unknown;
    for (status, severity, phase, impact, health, warnings) in [
        ("opened", "minor", open, Impact::Minor, Health::Degraded, 0),
        ("updated", "major", open, Impact::Major, Health::PartialOutage, 0),
        ("Reopened", "Major", open, Impact::Major, Health::PartialOutage, 0),
        ("started", "potential", open, Impact::None, unknown, 0),
        ("discovery", "trivial", open, Impact::None, unknown, 0),
        ("closed", "major", Phase::Resolved, Impact::Major, unknown, 0),
        ("completed", "major", Phase::Resolved, Impact::Major, unknown, 0),
        ("dismissed", "minor", Phase::Resolved, Impact::Minor, unknown, 0),
        ("canceled", "minor", Phase::Resolved, Impact::Minor, unknown, 0),
        (
            "zz",
            "major",
            Phase::Unknown,
            Impact::Major,
            Health::PartialOutage,
            1,
        ),
        ("opened", "zz", open, Impact::Unknown, unknown, 1),
    ] {
        assert_eq!(
            one(status, severity),
            (phase, impact, health, warnings),
            "{status} {severity}"
        );
    }
}

#[test]
fn maintenances_stand_where_their_status_says() {
    for (status, phase) in [
        ("scheduled", MaintenancePhase::Scheduled),
        ("started", MaintenancePhase::InProgress),
        ("completed", MaintenancePhase::Completed),
        ("closed", MaintenancePhase::Completed),
        ("canceled", MaintenancePhase::Cancelled),
        ("zz", MaintenancePhase::Unknown),
    ] {
        let body = format!(r#"{{"maintenanceEvent":{{"maintenance":{{"m":{{"status":"{status}"}}}}}}}}"#);
        let reading = read_one(&body).unwrap();
        let maintenance = &reading.snapshot.maintenances[0];
        assert_eq!(maintenance.facts.phase, phase, "{status}");
        assert_eq!(maintenance.facts.title, "Event m");
    }
}

#[test]
fn a_list_of_events_that_are_over_says_nothing_of_the_rest() {
    let reading = read(&Adobe, &page("adobe", "well")).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    assert!(reading.snapshot.incidents.iter().all(|one| !one.facts.is_open()));
}

#[test]
fn adobe_is_found_at_its_own_hosts_alone() {
    let at = |address: &str| {
        let site = Adobe.site_at(&Url::parse(address).unwrap())?;
        Some(Adobe.documents(&site)[0].url.to_string())
    };
    let events = Some("https://data.status.adobe.com/adobestatus/StatusEvents".to_owned());
    assert_eq!(at("https://status.adobe.com/cloud/experience_cloud"), events);
    assert_eq!(
        at("https://data.status.adobe.com/adobestatus/StatusEvents"),
        events
    );
    assert_eq!(at("https://www.adobe.com/"), None);
}

#[test]
fn what_is_not_adobes_is_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "<html></html>",
        r#"{"incidentEvent":{}}"#,
        r#"{"incidentEvent":{"incidents":[]},"maintenanceEvent":{"maintenance":[]}}"#,
        r#"{"incidents":{},"maintenance":{}}"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
    }
}
