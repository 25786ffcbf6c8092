use super::*;
use crate::contract::{ReadReply, read_documents};
use crate::health::page_health;
use crate::readers::testing::{addresses, page, read, site_at, site_behind, wrongly_recognised};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    OpenStatus.read(
        &[Document {
            name: "summary",
            body: body.as_bytes(),
        }],
        None,
    )
}

fn summary_with(status: &str, lists: &str) -> String {
    format!(
        r#"{{"page":{{"name":"Lovage","url":"https://status.lovage.example","updated_at":null}},
            "status":{{"indicator":"{status}","description":""}},{lists}}}"#
    )
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&OpenStatus, &page("openstatus", "trouble")).unwrap();
    insta::assert_json_snapshot!(ReadReply::new("openstatus", &reading));
}

#[test]
fn every_word_of_the_platform_is_known() {
    for (indicator, status, overall, component) in [
        ("none", "operational", Health::Operational, Health::Operational),
        (
            "minor",
            "degraded_performance",
            Health::Degraded,
            Health::Degraded,
        ),
        (
            "major",
            "major_outage",
            Health::PartialOutage,
            Health::MajorOutage,
        ),
        (
            "maintenance",
            "under_maintenance",
            Health::Maintenance,
            Health::Maintenance,
        ),
    ] {
        let lists = format!(
            r#""components":[{{"name":"A","status":"{status}"}}],"incidents":[],"scheduled_maintenances":[]"#
        );
        let reading = read_one(&summary_with(indicator, &lists)).unwrap();
        assert_eq!(reading.snapshot.overall.as_ref().unwrap().health, overall);
        assert_eq!(reading.snapshot.components[0].health, component);
        assert_eq!(reading.warnings, [""; 0]);
    }
    for (word, phase) in [
        ("investigating", Phase::Investigating),
        ("identified", Phase::Identified),
        ("monitoring", Phase::Monitoring),
        ("resolved", Phase::Resolved),
        ("maintenance", Phase::Unknown),
    ] {
        let lists = format!(
            r#""components":[],"incidents":[{{"id":"1","name":"A","status":"{word}","incident_updates":[]}}],
                "scheduled_maintenances":[]"#
        );
        let reading = read_one(&summary_with("none", &lists)).unwrap();
        assert_eq!(reading.snapshot.incidents[0].facts.phase, phase, "{word}");
    }
}

#[test]
fn what_has_no_identifier_gets_one_that_stays() {
    let reading = |first: &str| {
        let lists = format!(
            r#""components":[{{"name":"API","status":"operational"}},{{"name":"API","status":"operational"}}],
                "incidents":[{{"id":"1","name":"A","status":"identified","incident_updates":[{first}
                    {{"status":"identified","body":"b","created_at":"2026-11-07T14:31:00.000Z"}},
                    {{"status":"identified","body":"a","created_at":"2026-11-07T14:31:00.000Z"}}]}}],
                "scheduled_maintenances":[]"#
        );
        read_one(&summary_with("minor", &lists)).unwrap().snapshot
    };
    let before = reading("");
    let after = reading(r#"{"status":"monitoring","body":"c","created_at":"2026-11-07T15:31:00.000Z"},"#);
    assert_eq!(before.components, after.components);
    assert_ne!(before.components[0].id, before.components[1].id);
    assert_eq!(before.incidents[0].updates, after.incidents[0].updates[..2]);
    let bodies: Vec<_> = after.incidents[0]
        .updates
        .iter()
        .map(|update| update.body.as_str())
        .collect();
    assert_eq!(bodies, ["a", "b", "c"]);
}

#[test]
fn its_own_hosts_are_known_by_their_name() {
    for (address, expected) in [
        (
            "https://lovage.openstatus.dev/events/report/41?x=1",
            Some("https://lovage.openstatus.dev/"),
        ),
        (
            "https://status.openstatus.dev",
            Some("https://status.openstatus.dev/"),
        ),
        ("https://www.openstatus.dev/pricing", None),
        ("https://api.openstatus.dev/public/status/lovage", None),
        ("https://openstatus.dev", None),
        ("https://a.b.openstatus.dev", None),
        ("https://lovage.openstatus.dev.example", None),
    ] {
        assert_eq!(site_at(&OpenStatus, address).as_deref(), expected, "{address}");
    }
}

#[test]
fn a_front_names_its_summary() {
    for (url, body, expected) in [
        (
            "https://status.lovage.example/events",
            r#"<link rel="alternate" type="application/json" href="https://status.lovage.example/api/status/summary.json"/>"#,
            Some("https://status.lovage.example/"),
        ),
        (
            "https://status.lovage.example/",
            r#"<link href="/api/status/summary.json">"#,
            Some("https://status.lovage.example/"),
        ),
        (
            "https://status.lovage.example/events/report/41",
            r#"<meta property="og:image" content="https://www.openstatus.dev/api/og/page?slug=lovage">"#,
            Some("https://status.lovage.example/"),
        ),
        (
            "https://status.lovage.example/",
            r#"<a href="javascript:x/api/status/summary.json">"#,
            None,
        ),
        (
            "https://status.lovage.example/",
            "powered by openstatus.dev",
            None,
        ),
    ] {
        assert_eq!(
            site_behind(&OpenStatus, url, &[], body).as_deref(),
            expected,
            "{url}"
        );
    }
}

#[test]
fn a_page_that_is_told_by_its_path_has_its_summary_there() {
    for (key, path) in [
        ("", "api/status/summary.json"),
        ("lovage", "api/status/lovage/summary.json"),
        ("../x", "api/status/summary.json"),
    ] {
        let expected = format!("https://status.lovage.example/{path}");
        let site = format!("https://status.lovage.example/#{key}");
        assert_eq!(addresses(&OpenStatus, &site), [expected]);
    }
}

#[test]
fn a_page_of_statuspage_is_not_taken_for_one() {
    for (name, documents) in [
        ("statuspage", page("statuspage", "well")),
        ("statuspage", page("statuspage", "trouble")),
        ("openstatus", page("openstatus", "well")),
        ("openstatus", page("openstatus", "trouble")),
    ] {
        assert_eq!(read_documents(&documents, None).unwrap().platform, name);
    }
}

#[test]
fn a_page_says_how_it_is_by_its_own_word() {
    let lists =
        r#""components":[{"name":"A","status":"operational"},7],"incidents":[],"scheduled_maintenances":[]"#;
    let reading = read_one(&summary_with("none", lists)).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
    assert_eq!(reading.snapshot.coverage.components, Listing::Partial);
    let reading = read_one(&summary_with("mauve", lists)).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
}

#[test]
fn what_is_no_summary_of_openstatus_is_refused() {
    let lists = r#""components":[],"incidents":[],"scheduled_maintenances":[]"#;
    assert!(read_one(&summary_with("none", lists)).is_ok());
    let with_id = summary_with(
        "none",
        r#""components":[{"id":"a"}],"incidents":[],"scheduled_maintenances":[]"#,
    );
    let with_impact = summary_with(
        "none",
        r#""components":[],"incidents":[{"impact":"none"}],"scheduled_maintenances":[]"#,
    );
    let without_list = summary_with("none", r#""components":[],"incidents":[]"#);
    let with_page_id =
        summary_with("none", lists).replace(r#""name":"Lovage""#, r#""name":"Lovage","id":"x""#);
    for body in [
        "",
        "[]",
        "{}",
        "null",
        r#"{"error":"Not Found"}"#,
        "<!doctype html><title>Status</title>",
        with_id.as_str(),
        with_impact.as_str(),
        without_list.as_str(),
        with_page_id.as_str(),
    ] {
        assert!(read_one(body).is_err(), "{body}");
    }
}

#[test]
fn no_recorded_page_of_another_platform_is_taken_for_one() {
    let names = ["", "summary"];
    assert_eq!(wrongly_recognised(&OpenStatus, "no-folder", &names), [""; 0]);
}
