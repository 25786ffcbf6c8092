use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read as read_page, read_recorded, refuses_what_is_no_page};

fn read_text(body: &str) -> Result<Reading, Unreadable> {
    let document = Document {
        name: "",
        body: body.as_bytes(),
    };
    let reading = Apple.read(&[document], None);
    assert_eq!(Apple.recognises(&document), reading.is_ok());
    reading
}

/// One service with one event of this kind and state, and what its page and itself are then.
fn service_with(kind: &str, state: &str) -> (Reading, Health) {
    let body = format!(
        r#"{{"services":[{{"serviceName":"Mail","events":[{{"messageId":"1","statusType":{kind},"eventStatus":{state},"message":"m","epochStartDate":1794067200000}}]}}]}}"#
    );
    let reading = read_text(&body).unwrap();
    let health = reading.snapshot.components[0].health;
    (reading, health)
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read_page(&Apple, &page("apple", "trouble")).unwrap();
    insta::assert_json_snapshot!("trouble", ReadReply::new("apple", &reading));
}

#[test]
fn data_in_a_call_is_data() {
    let documents = page("apple", "trouble");
    let bare = String::from_utf8(documents[0].1.clone()).unwrap();
    let expected = read_text(&bare).unwrap();
    for called in [
        format!("jsonCallback({bare});"),
        format!("jsonCallback({bare})\n"),
        format!(" window.jQuery_1$({bare}) ; \n"),
        format!("\u{feff}jsonCallback({bare});"),
    ] {
        assert_eq!(read_text(&called).unwrap(), expected);
    }
    for odd in [
        format!("jsonCallback({bare}"),
        format!("({bare})"),
        format!("jsonCallback {bare}"),
        format!("a({bare}"),
        "jsonCallback();".to_owned(),
    ] {
        assert!(read_text(&odd).is_err(), "{}", &odd[..20.min(odd.len())]);
    }
}

#[test]
fn every_kind_of_event_is_known() {
    for (kind, expected) in [
        ("Outage", Health::MajorOutage),
        ("Issue", Health::PartialOutage),
        ("Performance", Health::Degraded),
        ("Maintenance", Health::Maintenance),
        ("Available", Health::Operational),
        ("outage", Health::MajorOutage),
    ] {
        let (reading, health) = service_with(&format!("\"{kind}\""), "\"ongoing\"");
        assert_eq!(health, expected, "{kind}");
        assert_eq!(reading.warnings, Vec::<String>::new());
        let maintenances = reading.snapshot.maintenances.len();
        assert_eq!(maintenances, usize::from(kind == "Maintenance"));
        for state in ["resolved", "completed", "upcoming", "scheduled"] {
            let (reading, health) = service_with(&format!("\"{kind}\""), &format!("\"{state}\""));
            assert_eq!(health, Health::Operational, "{kind} {state}");
            assert_eq!(reading.warnings, Vec::<String>::new());
        }
    }
    for (kind, state) in [
        ("\"Fire\"", "\"ongoing\""),
        ("\"Outage\"", "\"smouldering\""),
        ("\"Maintenance\"", "null"),
        ("7", "\"ongoing\""),
    ] {
        let (reading, health) = service_with(kind, state);
        assert_eq!(health, Health::Unknown, "{kind} {state}");
        assert_eq!(reading.warnings.len(), 1);
        assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    }
}

#[test]
fn every_phase_of_a_maintenance_is_known() {
    for (state, phase) in [
        ("\"ongoing\"", MaintenancePhase::InProgress),
        ("\"upcoming\"", MaintenancePhase::Scheduled),
        ("\"scheduled\"", MaintenancePhase::Scheduled),
        ("\"completed\"", MaintenancePhase::Completed),
        ("\"resolved\"", MaintenancePhase::Completed),
        ("\"soon\"", MaintenancePhase::Unknown),
    ] {
        let (reading, _) = service_with("\"Maintenance\"", state);
        assert_eq!(reading.snapshot.maintenances[0].facts.phase, phase, "{state}");
    }
}

#[test]
fn a_page_that_does_not_show_its_services_as_always_is_not_well() {
    let well = r#"{"drpost":false,"drMessage":null,"services":[{"serviceName":"Mail","events":[]}]}"#;
    assert_eq!(
        page_health(&read_text(well).unwrap().snapshot),
        Health::Operational
    );
    for (what, by) in [
        ("false", "true"),
        ("null", "\"We are moving.\""),
        ("false", "\"no\""),
        ("[]", "null"),
        ("[]", "[1]"),
        ("\"events\":[]", "\"event\":[]"),
        ("[]}", "[]},5"),
    ] {
        let odd = well.replacen(what, by, 1);
        let odd = odd.replace(
            "\"services\":[",
            r#""services":[{"serviceName":"Maps","events":[]},"#,
        );
        let reading = read_text(&odd).unwrap();
        assert_eq!(page_health(&reading.snapshot), Health::Unknown, "{odd}");
    }
}

#[test]
fn the_pages_are_found_at_apples_own_hosts() {
    for (address, page, data) in [
        (
            "https://www.apple.com/support/systemstatus/",
            "https://www.apple.com/support/systemstatus/",
            "https://www.apple.com/support/systemstatus/data/system_status_en_US.js",
        ),
        (
            "https://www.apple.com/uk/support/systemstatus/?x",
            "https://www.apple.com/support/systemstatus/",
            "https://www.apple.com/support/systemstatus/data/system_status_en_US.js",
        ),
        (
            "https://www.apple.com/support/systemstatus/data/developer/system_status_en_US.js",
            "https://developer.apple.com/system-status/",
            "https://www.apple.com/support/systemstatus/data/developer/system_status_en_US.js",
        ),
        (
            "https://developer.apple.com/system-status",
            "https://developer.apple.com/system-status/",
            "https://www.apple.com/support/systemstatus/data/developer/system_status_en_US.js",
        ),
    ] {
        let site = Apple.site_at(&Url::parse(address).unwrap()).unwrap();
        assert_eq!(site.to_string(), page);
        assert_eq!(Apple.documents(&site)[0].url.as_str(), data);
    }
    for address in [
        "https://www.apple.com/",
        "https://developer.apple.com/news/",
        "https://apple.example/support/systemstatus/",
    ] {
        assert_eq!(Apple.site_at(&Url::parse(address).unwrap()), None, "{address}");
    }
}

#[test]
fn what_is_no_page_of_apples_is_refused() {
    assert!(refuses_what_is_no_page(&Apple, "system_status"));
    for body in [
        r#"{"services":[{"serviceName":"Mail"}]}"#,
        r#"{"services":[{"name":"Mail","events":[]}]}"#,
        r#"[{"serviceName":"Mail","events":[]}]"#,
    ] {
        assert!(read_text(body).is_err(), "{body}");
    }
}

#[test]
fn a_recorded_maintenance_goes_on_for_one_service_and_is_over_for_others() {
    let Some(reading) = read_recorded(
        &Apple,
        "system_status",
        "apple/developer-ongoing-system_status.json",
    ) else {
        return;
    };
    let Reading {
        snapshot, warnings, ..
    } = reading.unwrap();
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(page_health(&snapshot), Health::Maintenance);
    assert_eq!(snapshot.components.len(), 33);
    let affected: Vec<_> = snapshot
        .components
        .iter()
        .filter(|one| one.health != Health::Operational)
        .map(|one| (one.name.as_str(), one.health, one.raw.as_deref()))
        .collect();
    assert_eq!(affected, [("Videos", Health::Maintenance, Some("Maintenance"))]);

    let facts: Vec<_> = snapshot
        .maintenances
        .iter()
        .map(|one| {
            let facts = &one.facts;
            let end = facts.ends_at.map(|at| at.to_string()).unwrap_or_default();
            (
                one.id.as_str(),
                facts.phase,
                facts.components.len(),
                facts.starts_at.unwrap().to_string(),
                end,
            )
        })
        .collect();
    assert_eq!(
        facts,
        [
            (
                "2000000024",
                MaintenancePhase::InProgress,
                4,
                "2020-10-20T16:00:00Z".to_owned(),
                String::new()
            ),
            (
                "2000000002",
                MaintenancePhase::Completed,
                4,
                "2020-10-09T16:00:00Z".to_owned(),
                "2020-10-09T18:00:00Z".to_owned()
            ),
        ]
    );
    assert_eq!(
        snapshot.maintenances[0].facts.title,
        "Contact Us, Program Enrollment and Renewals, Software Downloads + 1: Maintenance"
    );
    assert_eq!(snapshot.maintenances[0].updates.len(), 3);

    assert_eq!(snapshot.incidents.len(), 8);
    assert!(
        snapshot
            .incidents
            .iter()
            .all(|one| one.facts.phase == Phase::Resolved
                && one.facts.resolved_at > one.facts.started_at
                && one.facts.components.len() == 1)
    );
}

#[test]
fn recorded_pages_without_events_are_well() {
    for (file, services) in [
        ("apple/statusbuddy-customer-no-issues-system-status.json", 65),
        ("apple/statusbuddy-developer-no-issues-system-status.json", 38),
    ] {
        let Some(reading) = read_recorded(&Apple, "", file) else {
            return;
        };
        let snapshot = reading.unwrap().snapshot;
        assert_eq!(snapshot.components.len(), services);
        assert_eq!(page_health(&snapshot), Health::Operational);
    }
}
