use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read, refuses_what_is_no_page};

fn read_one(body: &str) -> Reading {
    let document = Document {
        name: "",
        body: body.as_bytes(),
    };
    AzureDevOps.read(&[document], None).unwrap()
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&AzureDevOps, &page("azuredevops", "trouble")).unwrap();
    insta::assert_json_snapshot!("trouble", ReadReply::new("azuredevops", &reading));
    assert_eq!(reading.snapshot.coverage.components, Listing::Complete);
    assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Absent);
}

#[test]
fn every_word_is_known() {
    for (word, health) in [
        ("healthy", Health::Operational),
        ("advisory", Health::Degraded),
        ("degraded", Health::Degraded),
        ("unhealthy", Health::MajorOutage),
        ("Healthy", Health::Operational),
    ] {
        let reading = read_one(&format!(
            r#"{{"status":{{"health":"{word}"}},"services":[{{"id":"Signals","geographies":[{{"id":"EU","name":"Europe","health":"{word}"}}]}}]}}"#
        ));
        assert_eq!(reading.warnings, Vec::<String>::new());
        assert_eq!(reading.snapshot.overall.as_ref().unwrap().health, health);
        assert_eq!(reading.snapshot.components[0].health, health);
        assert_eq!(page_health(&reading.snapshot), health);
    }
    let reading = read_one(
        r#"{"status":{"health":"tepid"},"services":[{"id":"Signals","geographies":[{"id":"EU","name":"Europe","health":4}]}]}"#,
    );
    assert_eq!(
        reading.warnings,
        [
            "status.health: “tepid” is no known word",
            "services[0].geographies[0].health: 4 is not a text"
        ]
    );
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
}

#[test]
fn one_geography_of_one_service_is_no_outage_of_everything() {
    let reading = read_one(
        r#"{"status":{"health":"healthy"},"services":[{"id":"Signals","geographies":[{"id":"EU","name":"Europe","health":"unhealthy"}]}]}"#,
    );
    assert_eq!(page_health(&reading.snapshot), Health::Degraded);
}

#[test]
fn a_list_with_holes_is_not_the_whole_list() {
    for services in [
        r#"null,{"id":"A","geographies":[{"id":"EU","name":"Europe","health":"healthy"}]}"#,
        r#"{"id":"B"},{"id":"A","geographies":[{"id":"EU","name":"Europe","health":"healthy"}]}"#,
        r#"{"id":"A","geographies":[7,{"id":"EU","name":"Europe","health":"healthy"}]}"#,
    ] {
        let reading = read_one(&format!(r#"{{"services":[{services}]}}"#));
        assert_eq!(
            reading.snapshot.coverage.components,
            Listing::Partial,
            "{services}"
        );
        assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    }
}

#[test]
fn the_page_is_found_at_its_own_host_and_what_is_no_page_is_refused() {
    for (address, site) in [
        (
            "https://status.dev.azure.com/_event/719",
            Some("https://status.dev.azure.com/"),
        ),
        ("https://dev.azure.com/harbour", None),
    ] {
        let found = AzureDevOps.site_at(&Url::parse(address).unwrap());
        assert_eq!(found.map(|found| found.to_string()).as_deref(), site);
    }
    let site = Site::at(&Url::parse("https://status.dev.azure.com/").unwrap());
    let documents: Vec<_> = AzureDevOps
        .documents(&site)
        .into_iter()
        .map(|document| document.url.to_string())
        .collect();
    assert_eq!(
        documents,
        ["https://status.dev.azure.com/_apis/status/health?api-version=7.1-preview.1"]
    );
    assert!(refuses_what_is_no_page(&AzureDevOps, "health"));
}
