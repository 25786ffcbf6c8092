use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{self, read_recorded};
use crate::words::{Impact, MaintenancePhase, Phase};

fn read(text: &str) -> Result<Reading, Unreadable> {
    StatusCast.read(
        &[Document {
            name: "summary",
            body: text.as_bytes(),
        }],
        None,
    )
}

#[test]
fn a_recorded_page_that_is_well_is_operational_and_holds_no_incident() {
    let Some(reading) = read_recorded(
        &StatusCast,
        "summary",
        "statuscast/campaignmonitor-20260811-summary.json",
    ) else {
        return;
    };
    let Reading {
        snapshot, warnings, ..
    } = reading.unwrap();
    assert_eq!(page_health(&snapshot), Health::Operational);
    assert_eq!(snapshot.page.name.as_deref(), Some("Campaign Monitor"));
    assert_eq!(snapshot.page.id.as_deref(), Some("campaignmonitor"));
    let overall = snapshot.overall.unwrap();
    assert_eq!(
        (overall.raw.as_deref(), overall.description.as_deref()),
        (Some("Available"), Some("Normal"))
    );
    assert_eq!(snapshot.incidents, []);
    assert_eq!(snapshot.coverage.open_incidents, Listing::Complete);
    assert_eq!(snapshot.coverage.past_incidents, Listing::Absent);
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn a_page_in_trouble_tells_its_incidents_and_maintenances() {
    let reading = testing::read(&StatusCast, &testing::page("statuscast", "trouble")).unwrap();
    insta::assert_json_snapshot!("trouble", ReadReply::new("statuscast", &reading));
    assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Complete);
    assert_eq!(reading.snapshot.coverage.open_maintenances, Listing::Complete);
}

#[test]
fn each_word_is_read_and_an_unheard_of_one_is_unknown_with_a_warning() {
    for (word, health, warnings) in [
        ("Available", Health::Operational, 0),
        ("Informational", Health::Operational, 0),
        ("Maintenance", Health::Maintenance, 0),
        ("Degraded", Health::Degraded, 0),
        ("DegradedPerformance", Health::Degraded, 0),
        ("Unavailable", Health::PartialOutage, 0),
        ("Wobbly", Health::Unknown, 1),
    ] {
        let text = format!("{{\"PageName\":\"Kite\",\"Status\":\"{word}\",\"UnresolvedIncidents\":[]}}");
        let reading = read(&text).unwrap();
        assert_eq!(page_health(&reading.snapshot), health, "{word}");
        assert_eq!(reading.warnings.len(), warnings, "{word}");
    }
}

#[test]
fn an_incident_that_is_in_progress_is_open_and_a_notice_has_no_impact() {
    let reading = read(
        "{\"PageName\":\"Kite\",\"Status\":\"Informational\",\"UnresolvedIncidents\":[\
         {\"Id\":5,\"IncidentType\":\"Informational\",\"Status\":\"InProgress\",\"Title\":\"New help pages\"},\
         7,\
         {\"IncidentType\":\"Planned Maintenance\",\"Status\":\"InProgress\",\"Title\":\"Cables\"}]}",
    )
    .unwrap();
    let snapshot = &reading.snapshot;
    let incident = &snapshot.incidents[0];
    assert!(incident.facts.is_open());
    assert_eq!(
        (incident.facts.impact, incident.facts.phase),
        (Impact::None, Phase::Unknown)
    );
    assert_eq!(snapshot.maintenances[0].facts.phase, MaintenancePhase::InProgress);
    assert_eq!(snapshot.coverage.open_incidents, Listing::Partial);
    assert_eq!(snapshot.coverage.open_maintenances, Listing::Absent);
}

#[test]
fn an_answer_of_another_shape_is_refused() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        "{\"PageName\":\"Kite\"}",
        "{\"Status\":\"Available\",\"StatusText\":\"Normal\"}",
        "{\"page\":{\"id\":\"a\"},\"status\":{\"indicator\":\"none\"},\"incidents\":[]}",
        "{\"Message\":\"Invalid request blocked (v1)\"}",
        "<html><title>Blocked</title></html>",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    let two = ["Kite", "Plane"].map(|name| {
        format!("{{\"PageName\":\"{name}\",\"Status\":\"Available\",\"UnresolvedIncidents\":[]}}")
    });
    let documents = two.each_ref().map(|text| Document {
        name: "summary",
        body: text.as_bytes(),
    });
    assert!(matches!(
        StatusCast.read(&documents, None),
        Err(Unreadable::DifferentPages { .. })
    ));
}

#[test]
fn a_page_is_found_at_its_own_host_and_behind_its_marks() {
    let at = |address: &str| {
        StatusCast
            .site_at(&Url::parse(address).unwrap())
            .map(|site| site.to_string())
    };
    assert_eq!(
        at("https://kite.status.page/incident/5?x=1").as_deref(),
        Some("https://kite.status.page/")
    );
    assert_eq!(
        at("https://kite.statuscast.com/").as_deref(),
        Some("https://kite.statuscast.com/")
    );
    assert_eq!(at("https://www.statuscast.com/"), None);
    assert_eq!(at("https://status.page/"), None);
    assert_eq!(at("https://kite.example/"), None);
    let url = Url::parse("https://status.kite.example/deep").unwrap();
    let front = |body| Front {
        url: &url,
        headers: &[],
        body,
    };
    let site = StatusCast
        .site_behind(&front("<script src='/statuscast.js'>"))
        .unwrap();
    assert_eq!(site.to_string(), "https://status.kite.example/");
    assert_eq!(StatusCast.site_behind(&front("<p>Hello</p>")), None);
}
