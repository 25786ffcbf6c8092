use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{self, read_recorded};
use crate::words::Health;

fn read(name: &str, text: &str) -> Result<Reading, Unreadable> {
    Checkly.read(
        &[Document {
            name,
            body: text.as_bytes(),
        }],
        None,
    )
}

#[test]
fn a_recorded_incident_is_open_and_names_its_service() {
    let Some(reading) = read_recorded(
        &Checkly,
        "unresolved-incidents",
        "checkly/mistral-20260727-unresolved-incidents.json",
    ) else {
        return;
    };
    let Reading {
        snapshot, warnings, ..
    } = reading.unwrap();
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(page_health(&snapshot), Health::Unknown);
    let [incident] = snapshot.incidents.as_slice() else {
        panic!("{:?}", snapshot.incidents);
    };
    let facts = &incident.facts;
    assert_eq!(facts.title, "Audio API Degraded");
    assert_eq!(
        (facts.impact, facts.impact_raw.as_deref()),
        (Impact::Major, Some("MEDIUM"))
    );
    assert_eq!(facts.phase, Phase::Investigating);
    assert_eq!(facts.started_at.unwrap().to_string(), "2026-07-27T14:32:53.607Z");
    assert_eq!(facts.components[0].name, "Audio API");
    assert_eq!(incident.updates.len(), 1);
    assert_eq!(snapshot.coverage.open_incidents, Listing::Complete);
}

#[test]
fn incidents_without_updates_are_read_by_what_they_have() {
    let Some(reading) = read_recorded(&Checkly, "", "checkly/synthetic-unresolved-incidents.json") else {
        return;
    };
    let snapshot = reading.unwrap().snapshot;
    let impacts: Vec<_> = snapshot
        .incidents
        .iter()
        .map(|incident| incident.facts.impact)
        .collect();
    assert_eq!(impacts, [Impact::Critical, Impact::Minor]);
    assert!(snapshot.incidents.iter().all(|incident| incident.facts.is_open()));
}

#[test]
fn a_page_in_trouble_tells_its_incidents() {
    let documents = testing::page("checkly", "trouble");
    let documents: Vec<_> = documents
        .iter()
        .map(|(name, body)| Document { name, body })
        .collect();
    let site = Site::at(&Url::parse("https://status.kite.example/").unwrap()).with_key("kite");
    let reading = Checkly.read(&documents, Some(&site)).unwrap();
    insta::assert_json_snapshot!("trouble", ReadReply::new("checkly", &reading));
}

#[test]
fn each_phase_is_read_and_an_unheard_of_one_leaves_the_incident_open() {
    for (word, expected, warnings) in [
        ("INVESTIGATING", Phase::Investigating, 0),
        ("IDENTIFIED", Phase::Identified, 0),
        ("MONITORING", Phase::Monitoring, 0),
        ("RESOLVED", Phase::Resolved, 0),
        ("DREAMING", Phase::Unknown, 1),
    ] {
        let text = format!(
            "{{\"incidents\":[{{\"id\":\"a\",\"name\":\"A\",\"severity\":\"MINOR\",\"services\":[],\"lastUpdateStatus\":\"{word}\"}}]}}"
        );
        let reading = read("", &text).unwrap();
        assert_eq!(reading.snapshot.incidents[0].facts.phase, expected, "{word}");
        assert_eq!(reading.warnings.len(), warnings, "{word}");
    }
}

#[test]
fn an_empty_list_is_taken_by_its_name_alone_and_says_nothing_of_the_health() {
    let reading = read("unresolved-incidents", "{\"incidents\":[]}").unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    for (name, text) in [
        ("", "{\"incidents\":[]}"),
        ("unresolved-incidents", "[]"),
        ("unresolved-incidents", "{}"),
        ("unresolved-incidents", "{\"incidents\":[],\"page\":{}}"),
        (
            "unresolved-incidents",
            "{\"incidents\":[{\"id\":\"a\",\"name\":\"A\"}]}",
        ),
        ("unresolved-incidents", "<!doctype html><title>Status</title>"),
    ] {
        assert!(read(name, text).is_err(), "{text}");
    }
}

#[test]
fn a_page_is_found_at_its_own_host_and_by_what_its_front_says() {
    let at = |address: &str| {
        Checkly
            .site_at(&Url::parse(address).unwrap())
            .map(|site| site.to_string())
    };
    assert_eq!(
        at("https://kite-2.checkly-status-page.com/incident/1").as_deref(),
        Some("https://kite-2.checkly-status-page.com/#kite-2")
    );
    assert_eq!(at("https://custom-domain.checkly-status-page.com/"), None);
    assert_eq!(at("https://checkly-status-page.com/"), None);
    let url = Url::parse("https://status.kite.example/").unwrap();
    let behind = |body: &str| {
        let front = Front {
            url: &url,
            headers: &[],
            body,
        };
        Checkly.site_behind(&front).map(|site| site.to_string())
    };
    for body in [
        "<link rel=preload href='/api/status-page/kite/uptime'>",
        "[\"https://kite.checkly-status-page.com\"]",
    ] {
        assert_eq!(
            behind(body).as_deref(),
            Some("https://status.kite.example/#kite"),
            "{body}"
        );
    }
    assert_eq!(
        behind("<link rel=manifest href='/api/status-page/kite/manifest.json'>"),
        None
    );
    assert_eq!(behind("<p>Hello</p>"), None);
    let site = Site::from_url(&Url::parse("https://status.kite.example/#kite").unwrap());
    assert_eq!(
        Checkly.documents(&site)[0].url.as_str(),
        "https://status.kite.example/api/status-page/kite/unresolved-incidents"
    );
}
