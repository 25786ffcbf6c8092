use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{Documents, page, read};
use crate::words::Phase;

fn read_text(body: &str) -> Result<Reading, Unreadable> {
    let documents: Documents = vec![(String::new(), body.as_bytes().to_vec())];
    read(&Oracle, &documents)
}

#[test]
fn a_service_that_is_down_is_read_whole() {
    let reading = read(&Oracle, &page("oracle", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(reading.wants, ["components"]);
    insta::assert_json_snapshot!("down", ReadReply::new("oracle", &reading));
}

#[test]
fn while_all_is_well_the_short_document_is_enough() {
    let documents = page("oracle", "well");
    let both = read(&Oracle, &documents).unwrap();
    let short: Documents = documents
        .into_iter()
        .filter(|(name, _)| name == "status")
        .collect();
    let short = read(&Oracle, &short).unwrap();
    for reading in [&both, &short] {
        assert_eq!(page_health(&reading.snapshot), Health::Operational);
        assert_eq!(reading.wants, Vec::<&str>::new());
        assert_eq!(reading.warnings, Vec::<String>::new());
    }
    assert_eq!(both.snapshot.coverage.open_incidents, Listing::Complete);
    assert_eq!(short.snapshot.coverage, Coverage::NOTHING);
}

#[test]
fn an_incident_under_several_services_is_one_with_the_worst_severity() {
    let reading = read(&Oracle, &page("oracle", "trouble")).unwrap();
    let incident = &reading.snapshot.incidents[0];
    assert_eq!(incident.facts.title, "Compute | XX East (Harbour)");
    assert_eq!(incident.facts.impact, Impact::Critical);
    assert_eq!(incident.facts.phase, Phase::Unknown);
    assert!(incident.facts.is_open());
    let named: Vec<_> = incident
        .facts
        .components
        .iter()
        .map(|one| one.id.as_deref().unwrap())
        .collect();
    assert_eq!(named, ["xx-harbour-1/compute", "xx-harbour-1/storage"]);
}

#[test]
fn the_page_gives_the_links_of_incidents() {
    let documents = page("oracle", "trouble");
    let documents: Vec<_> = documents
        .iter()
        .map(|(name, body)| Document { name, body })
        .collect();
    let site = Site::at(&Url::parse("https://ocistatus.oraclecloud.com/").unwrap());
    let reading = Oracle.read(&documents, Some(&site)).unwrap();
    assert_eq!(
        reading.snapshot.incidents[0].facts.url.as_deref(),
        Some("https://ocistatus.oraclecloud.com/#/incidents/ocid1.incident.example..aaaa1")
    );
}

#[test]
fn every_word_of_oracle_is_known_with_blanks_and_without() {
    let service = |word: &str| {
        let reading = read_text(&format!(
            r#"{{"regionHealthReports":[{{"regionId":"r","serviceHealthReports":[
                {{"serviceId":"s","serviceName":"S","serviceStatus":"{word}","incidents":[{{"incidentId":"i","severity":"{word}"}}]}}]}}]}}"#
        ))
        .unwrap();
        let snapshot = &reading.snapshot;
        let impact = snapshot.incidents[0].facts.impact;
        (snapshot.components[0].health, impact, reading.warnings.len())
    };
    for (word, health, impact) in [
        ("NormalPerformance", Health::Operational, Impact::None),
        ("Normal Performance", Health::Operational, Impact::None),
        ("Informational", Health::Operational, Impact::None),
        ("ServiceDisruption", Health::PartialOutage, Impact::Major),
        ("Service Down", Health::MajorOutage, Impact::Critical),
    ] {
        assert_eq!(service(word), (health, impact, 0), "{word}");
    }
    assert_eq!(service("Tepid"), (Health::Unknown, Impact::Unknown, 2));

    let overall = |word: &str| {
        let body = format!(r#"{{"page":{{"name":"Oracle"}},"status":{{"indicator":"{word}"}}}}"#);
        read_text(&body).unwrap().snapshot.overall.unwrap().health
    };
    for (word, health) in [
        ("none", Health::Operational),
        ("minor", Health::Degraded),
        ("major", Health::PartialOutage),
        ("critical", Health::MajorOutage),
        ("tepid", Health::Unknown),
    ] {
        assert_eq!(overall(word), health, "{word}");
    }
}

#[test]
fn a_region_that_cannot_be_read_makes_the_lists_partial() {
    let reading = read_text(
        r#"{"realm":"OC1","regionHealthReports":[{"regionId":"r","serviceHealthReports":[]},{"regionId":"q"},7]}"#,
    )
    .unwrap();
    assert_eq!(reading.snapshot.coverage.components, Listing::Partial);
    assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Partial);
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
}

#[test]
fn the_page_is_found_by_its_own_hosts() {
    let site = |address: &str| {
        Oracle
            .site_at(&Url::parse(address).unwrap())
            .map(|site| site.to_string())
    };
    for (address, expected) in [
        (
            "https://ocistatus.oraclecloud.com/#/incidents/ocid1.x",
            Some("https://ocistatus.oraclecloud.com/"),
        ),
        (
            "https://ocistatus.oraclecloud.com/api/v2/components.json",
            Some("https://ocistatus.oraclecloud.com/"),
        ),
        ("https://gov.ocistatus.com/", Some("https://gov.ocistatus.com/")),
        ("https://www.oracle.com/cloud", None),
        ("https://ocistatus.oraclecloud.com.example/", None),
    ] {
        assert_eq!(site(address).as_deref(), expected, "{address}");
    }
}

#[test]
fn what_is_not_oracles_is_refused() {
    for body in [
        "",
        "<html><title>Sign in</title>",
        "[]",
        "{}",
        r#"{"regionHealthReports":{}}"#,
        r#"{"page":{"name":"Acme","updated_at":"2026-11-07T18:20:00Z"},"status":{"indicator":"none","description":"All Systems Operational"}}"#,
        r#"{"page":{"id":"kq3n7x2m9v1b","name":"Oracle Example"},"status":{"indicator":"none","description":"Normal Performance"}}"#,
        r#"{"page":{"name":"Oracle Example"},"status":{"indicator":"none"},"incidents":[]}"#,
        r#"{"page":{"name":"Oracle Example"},"status":{"description":"Normal Performance"}}"#,
    ] {
        assert!(read_text(body).is_err(), "{body}");
    }
}
