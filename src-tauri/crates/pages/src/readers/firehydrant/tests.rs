use url::Url;

use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{self, read_recorded};
use crate::words::{Impact, MaintenancePhase, Phase};

fn read(text: &str) -> Result<Reading, Unreadable> {
    FireHydrant.read(
        &[Document {
            name: "payload",
            body: text.as_bytes(),
        }],
        None,
    )
}

/// A page with two components and these incidents.
fn page(incidents: &str) -> Reading {
    let text = format!(
        "{{\"config\":{{\"title\":\"Kite\"}},\
         \"conditions\":{{\"Operational\":\"OPERATIONAL\",\"Slow\":\"DEGRADED\",\"Down\":\"OFFLINE\",\"Maintenance \":\"DEGRADED\"}},\
         \"components\":[{{\"id\":\"a\",\"name\":\"A\"}},{{\"id\":\"b\",\"name\":\"B\"}}]{incidents}}}"
    );
    read(&text).unwrap()
}

fn healths(reading: &Reading) -> Vec<Health> {
    reading
        .snapshot
        .components
        .iter()
        .map(|component| component.health)
        .collect()
}

#[test]
fn a_recorded_page_whose_incidents_are_over_is_operational() {
    let Some(reading) = read_recorded(&FireHydrant, "payload", "firehydrant/redis-2026-payload.json") else {
        return;
    };
    let reading = reading.unwrap();
    let snapshot = &reading.snapshot;
    assert_eq!(page_health(snapshot), Health::Operational);
    assert_eq!(snapshot.page.name.as_deref(), Some("Redis Service Health"));
    assert_eq!(snapshot.components.len(), 6);
    // One of the four is a maintenance by its severity.
    assert_eq!((snapshot.incidents.len(), snapshot.maintenances.len()), (3, 1));
    assert!(
        snapshot
            .incidents
            .iter()
            .all(|incident| !incident.facts.is_open())
    );

    let zone = &snapshot.incidents[0];
    assert_eq!(zone.facts.title, "AWS me-central-1 Zone Issue");
    assert_eq!(
        (zone.facts.impact, zone.facts.phase),
        (Impact::Major, Phase::Resolved)
    );
    assert_eq!(zone.updates.len(), 6);
    // The notes were all filled in on one day in March; they keep the times at which they were written.
    assert_eq!(zone.updates[0].at.unwrap().to_string(), "2026-03-01T14:33:58Z");
    assert_eq!(zone.updates[0].phase, Phase::Investigating);
    assert_eq!(
        zone.updates[5].at.unwrap().to_string(),
        "2026-03-03T21:29:30.794Z"
    );
    assert_eq!(zone.updates[5].phase, Phase::Resolved);

    let network = &snapshot.incidents[2];
    assert_eq!(
        (network.facts.impact, network.facts.impact_raw.as_deref()),
        (Impact::Minor, Some("SEV4"))
    );
    assert_eq!(
        network.facts.resolved_at.unwrap().to_string(),
        "2026-03-26T19:48:41Z"
    );
    let phases: Vec<_> = network
        .updates
        .iter()
        .map(|update| (update.phase, update.phase_raw.as_deref(), update.body.is_empty()))
        .collect();
    assert_eq!(
        phases,
        [
            (Phase::Investigating, Some("investigating"), true),
            (Phase::Investigating, None, false),
            (Phase::Resolved, Some("resolved"), true),
            (Phase::Resolved, None, false),
        ]
    );

    let moving = &snapshot.maintenances[0];
    assert_eq!(moving.facts.phase, MaintenancePhase::Completed);
    assert_eq!(moving.facts.components.len(), 5);
    assert_eq!(reading.warnings, Vec::<String>::new());
}

#[test]
fn a_page_in_trouble_tells_what_its_incidents_hit() {
    let documents = testing::page("firehydrant", "trouble");
    let documents: Vec<_> = documents
        .iter()
        .map(|(name, body)| Document { name, body })
        .collect();
    let site = Site::at(&Url::parse("https://status.marl.example/").unwrap());
    let reading = FireHydrant.read(&documents, Some(&site)).unwrap();
    insta::assert_json_snapshot!("trouble", ReadReply::new("firehydrant", &reading));
}

#[test]
fn a_component_that_no_open_incident_names_works_only_if_nothing_is_in_doubt() {
    use Health::{Degraded, Maintenance, MajorOutage, Operational, Unknown};
    let open = |components: &str| {
        format!(",\"incidents\":[{{\"id\":\"i\",\"title\":\"I\",\"components\":{components}}}]")
    };
    for (incidents, expected) in [
        (",\"incidents\":[]".to_owned(), [Operational, Operational]),
        (String::new(), [Unknown, Unknown]),
        (",\"incidents\":null".to_owned(), [Unknown, Unknown]),
        (",\"incidents\":[7]".to_owned(), [Unknown, Unknown]),
        (
            open("[{\"id\":\"a\",\"name\":\"A\",\"condition\":\"slow\"}]"),
            [Degraded, Operational],
        ),
        (
            open(
                "[{\"id\":\"a\",\"name\":\"A\",\"condition\":\"Slow\"},{\"id\":\"a\",\"name\":\"A\",\"condition\":\"Down\"}]",
            ),
            [MajorOutage, Operational],
        ),
        (
            open("[{\"id\":\"a\",\"name\":\"A\",\"condition\":\"Maintenance\"}]"),
            [Maintenance, Operational],
        ),
        (
            open("[{\"id\":\"a\",\"name\":\"A\",\"condition\":\"Odd\"}]"),
            [Unknown, Unknown],
        ),
        (
            open("[{\"name\":\"A\",\"condition\":\"Slow\"}]"),
            [Degraded, Operational],
        ),
        (
            open("[{\"id\":\"z\",\"name\":\"Z\",\"condition\":\"Slow\"}]"),
            [Unknown, Unknown],
        ),
        (open("[7]"), [Unknown, Unknown]),
        (open("[]"), [Unknown, Unknown]),
        (open("null"), [Unknown, Unknown]),
    ] {
        assert_eq!(healths(&page(&incidents)), expected, "{incidents}");
    }
}

#[test]
fn each_severity_and_milestone_is_read() {
    for (severity, impact, warnings) in [
        ("SEV1", Impact::Critical, 0),
        ("SEV2", Impact::Major, 0),
        ("SEV3", Impact::Minor, 0),
        ("SEV4", Impact::Minor, 0),
        ("UNSET", Impact::Unknown, 0),
        ("OWN", Impact::Unknown, 1),
    ] {
        let reading = page(&format!(
            ",\"incidents\":[{{\"id\":\"i\",\"title\":\"I\",\"severitySlug\":\"{severity}\"}}]"
        ));
        assert_eq!(reading.snapshot.incidents[0].facts.impact, impact, "{severity}");
        assert_eq!(reading.warnings.len(), warnings, "{severity}");
    }
    for (milestone, phase, warnings) in [
        ("detected", Phase::Investigating, 0),
        ("investigating", Phase::Investigating, 0),
        ("identified", Phase::Identified, 0),
        ("mitigated", Phase::Monitoring, 0),
        ("monitoring", Phase::Monitoring, 0),
        ("resolved", Phase::Resolved, 0),
        ("postmortem_completed", Phase::Postmortem, 0),
        ("pending-customer-response", Phase::Unknown, 1),
    ] {
        let reading = page(&format!(
            ",\"incidents\":[{{\"id\":\"i\",\"title\":\"I\",\"currentMilestone\":\"{milestone}\"}}]"
        ));
        let facts = &reading.snapshot.incidents[0].facts;
        assert_eq!(
            (facts.phase, facts.phase_raw.as_deref()),
            (phase, Some(milestone))
        );
        assert_eq!(reading.warnings.len(), warnings, "{milestone}");
    }
}

#[test]
fn an_answer_of_another_shape_is_refused() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        "{\"config\":{},\"conditions\":{}}",
        "{\"config\":{},\"components\":[],\"incidents\":[]}",
        "{\"page\":{\"id\":\"a\"},\"components\":[],\"incidents\":[]}",
        "<!doctype html><title>Status</title>",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn a_page_is_found_behind_its_marks() {
    let url = Url::parse("https://status.marl.example/").unwrap();
    let front = |body| Front {
        url: &url,
        headers: &[],
        body,
    };
    let site = FireHydrant
        .site_behind(&front("<link rel=preload href=\"/data/payload.json\">"))
        .unwrap();
    assert_eq!(
        FireHydrant.documents(&site)[0].url.as_str(),
        "https://status.marl.example/data/payload.json"
    );
    assert_eq!(FireHydrant.site_behind(&front("<p>Hello</p>")), None);
    assert_eq!(FireHydrant.site_at(&url), None);
}
