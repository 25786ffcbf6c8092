use url::Url;

use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read, read_recorded, site_behind, wrongly_recognised};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    Gatus.read(
        &[Document {
            name: "statuses",
            body: body.as_bytes(),
        }],
        None,
    )
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Gatus, &page("gatus", "trouble")).unwrap();
    insta::assert_json_snapshot!(ReadReply::new("gatus", &reading));
}

#[test]
fn a_recorded_page_is_as_its_newest_results_say() {
    let file = "gatus/alexnodeland-statusbar-endpoints-statuses.json";
    let Some(reading) = read_recorded(&Gatus, "statuses", file) else {
        return;
    };
    let Reading {
        snapshot, warnings, ..
    } = reading.unwrap();
    let told: Vec<_> = snapshot
        .components
        .iter()
        .map(|one| (one.id.as_str(), one.group.len(), one.health))
        .collect();
    assert_eq!(
        told,
        [
            ("core_frontend", 1, Health::Operational),
            ("core_api", 1, Health::MajorOutage),
            ("_backups", 0, Health::Unknown),
        ]
    );
    assert_eq!(page_health(&snapshot), Health::PartialOutage);
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn only_the_newest_result_speaks() {
    for (results, health, warnings) in [
        (r#"[{"success":false},{"success":true}]"#, Health::Operational, 0),
        (r#"[{"success":true},{"success":false}]"#, Health::MajorOutage, 0),
        (r#"[{"success":true},{"success":"false"}]"#, Health::Unknown, 1),
        (r#"[{"success":true},{}]"#, Health::Unknown, 1),
        (r#"[{"success":true},null]"#, Health::Unknown, 1),
        ("[]", Health::Unknown, 0),
    ] {
        let reading = read_one(&format!(r#"[{{"name":"A","key":"_a","results":{results}}}]"#)).unwrap();
        assert_eq!(
            (reading.snapshot.components[0].health, reading.warnings.len()),
            (health, warnings),
            "{results}"
        );
        assert_eq!(page_health(&reading.snapshot), health, "{results}");
    }
}

#[test]
fn an_announcement_of_trouble_is_an_incident_until_it_is_archived() {
    let incidents = |announcement: &str| {
        let body = format!(r#"{{"oidc":false,"authenticated":true,"announcements":[{announcement}]}}"#);
        let reading = read_one(&body).unwrap();
        let told: Vec<_> = reading
            .snapshot
            .incidents
            .iter()
            .map(|one| (one.facts.impact, one.facts.is_open()))
            .collect();
        (told, reading.warnings.len())
    };
    let typed =
        |word: &str| format!(r#"{{"timestamp":"2026-11-07T15:00:00Z","type":"{word}","message":"Slow"}}"#);
    for (word, told, warnings) in [
        ("outage", vec![(Impact::Critical, true)], 0),
        ("warning", vec![(Impact::Unknown, true)], 0),
        ("information", vec![], 0),
        ("operational", vec![], 0),
        ("none", vec![], 0),
        ("meltdown", vec![(Impact::Unknown, true)], 1),
    ] {
        assert_eq!(incidents(&typed(word)), (told, warnings), "{word}");
    }
    assert_eq!(
        incidents(r#"{"timestamp":"2026-11-07T15:00:00Z","type":"outage","message":"Down","archived":true}"#),
        (vec![(Impact::Critical, false)], 0)
    );
    assert_eq!(
        incidents(r#"{"message":"?"}"#),
        (vec![(Impact::Unknown, true)], 1)
    );
    assert_eq!(incidents("7").0, vec![]);
}

#[test]
fn an_announcement_keeps_its_identity_when_its_words_are_edited() {
    let id = |message: &str| {
        let body = format!(
            r#"{{"oidc":false,"authenticated":true,"announcements":[
                {{"timestamp":"2026-11-07T15:00:00Z","type":"outage","message":"{message}"}}]}}"#
        );
        read_one(&body).unwrap().snapshot.incidents[0].id.clone()
    };
    assert_eq!(id("Mail is down"), id("Mail is down, we are on it"));
}

#[test]
fn a_configuration_alone_claims_nothing() {
    let reading = read_one(r#"{"oidc":false,"authenticated":true}"#).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    assert_eq!(reading.snapshot.coverage, Coverage::NOTHING);
}

#[test]
fn a_front_with_its_marks_leads_to_the_page() {
    let marked = "<title>Health Dashboard | Gatus</title>";
    for (url, body, expected) in [
        (
            "https://status.juniper.example/",
            marked,
            Some("https://status.juniper.example/"),
        ),
        (
            "https://status.juniper.example/endpoints/core_api",
            marked,
            Some("https://status.juniper.example/"),
        ),
        (
            "https://status.juniper.example/",
            "<meta name=\"application-name\" content=\"Gatus\">",
            Some("https://status.juniper.example/"),
        ),
        (
            "https://status.juniper.example/",
            "<title>Juniper status</title>",
            None,
        ),
    ] {
        assert_eq!(
            site_behind(&Gatus, url, &[], body).as_deref(),
            expected,
            "{url} {body}"
        );
    }
}

#[test]
fn its_documents_lie_below_the_page() {
    let site = Site::at(&Url::parse("https://status.juniper.example/eu").unwrap());
    let documents: Vec<_> = Gatus
        .documents(&site)
        .iter()
        .map(|document| (document.url.to_string(), document.optional))
        .collect();
    assert_eq!(
        documents,
        [
            (
                "https://status.juniper.example/eu/api/v1/endpoints/statuses?page=1&pageSize=1".to_owned(),
                false
            ),
            ("https://status.juniper.example/eu/api/v1/config".to_owned(), true),
        ]
    );
}

#[test]
fn what_is_no_list_of_endpoints_is_refused() {
    for body in [
        "",
        "[]",
        "{}",
        "null",
        "endpoint not found",
        "<!doctype html><title>Health Dashboard | Gatus</title>",
        r#"{"name":"A","key":"_a","results":[]}"#,
        r#"[{"name":"A","results":[]}]"#,
        r#"[{"name":"A","slug":"a","status":"up","uptime":"99%"}]"#,
        r#"{"oidc":null,"authenticated":true}"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
    }
}

#[test]
fn no_recorded_page_of_another_platform_is_taken_for_one() {
    let names = ["", "statuses", "config"];
    assert_eq!(wrongly_recognised(&Gatus, "gatus", &names), [""; 0]);
}
