use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read, read_body, read_recorded, recorded_file};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    read_body(&Slack, body)
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Slack, &page("slack", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    insta::assert_json_snapshot!(ReadReply::new("slack", &reading));
}

#[test]
fn of_an_incident_in_both_documents_the_later_word_counts() {
    let mut documents = page("slack", "trouble");
    for _ in 0..2 {
        let reading = read(&Slack, &documents).unwrap();
        let outage = reading.snapshot.incidents.iter().find(|one| one.id == "4417");
        assert_eq!(outage.unwrap().updates.len(), 2);
        documents.reverse();
    }
}

#[test]
fn what_active_means_is_said_by_what_is_active() {
    let health = |status: &str, active: &str| {
        let body = format!(
            r#"{{"status":{status},"date_updated":"2026-11-07T07:31:45-08:00","active_incidents":[{active}]}}"#
        );
        page_health(&read_one(&body).unwrap().snapshot)
    };
    let entry = |kind: &str, status: &str, services: &str| {
        format!(
            r#"{{"id":1,"title":"T","type":"{kind}","status":"{status}","services":[{services}],"notes":[]}}"#
        )
    };
    for (kind, status, services, expected) in [
        ("outage", "active", "", Health::MajorOutage),
        ("outage", "active", "\"Search\"", Health::PartialOutage),
        ("incident", "active", "\"Search\"", Health::Degraded),
        ("incident", "zz", "", Health::Degraded),
        ("notice", "active", "", Health::Operational),
        ("notice", "zz", "", Health::Unknown),
        ("maintenance", "active", "", Health::Maintenance),
        ("maintenance", "scheduled", "", Health::Operational),
        ("maintenance", "zz", "", Health::Unknown),
        ("zz", "active", "", Health::Unknown),
    ] {
        for word in ["\"ok\"", "\"active\""] {
            assert_eq!(
                health(word, &entry(kind, status, services)),
                expected,
                "{word} {kind} {status}"
            );
        }
    }
    assert_eq!(health("\"ok\"", ""), Health::Operational);
    for word in ["\"active\"", "\"zz\"", "null", "7"] {
        assert_eq!(health(word, ""), Health::Unknown, "{word}");
    }
    let outage = entry("outage", "active", "");
    assert_eq!(health("\"zz\"", &outage), Health::MajorOutage);
    assert_eq!(health("\"ok\"", "null"), Health::Unknown);
}

#[test]
fn types_and_statuses_are_read_as_slack_means_them() {
    let one = |kind: &str, status: &str| {
        let entry = format!(
            r#"{{"id":1,"title":"T","type":"{kind}","status":"{status}","date_created":"2026-11-07T07:31:45-08:00","notes":[]}}"#
        );
        let reading = read_one(&format!("[{entry}]")).unwrap();
        let snapshot = reading.snapshot;
        let incident = snapshot
            .incidents
            .first()
            .map(|one| (one.facts.impact, one.facts.phase));
        let maintenance = snapshot.maintenances.first().map(|one| one.facts.phase);
        (incident, maintenance, reading.warnings.len())
    };
    for (kind, status, incident, maintenance, warnings) in [
        (
            "outage",
            "active",
            Some((Impact::Critical, Phase::Investigating)),
            None,
            0,
        ),
        (
            "incident",
            "resolved",
            Some((Impact::Major, Phase::Resolved)),
            None,
            0,
        ),
        (
            "notice",
            "active",
            Some((Impact::None, Phase::Investigating)),
            None,
            0,
        ),
        ("notice", "cancelled", None, Some(MaintenancePhase::Cancelled), 0),
        (
            "incident",
            "scheduled",
            None,
            Some(MaintenancePhase::Scheduled),
            0,
        ),
        (
            "maintenance",
            "active",
            None,
            Some(MaintenancePhase::InProgress),
            0,
        ),
        (
            "maintenance",
            "resolved",
            None,
            Some(MaintenancePhase::Completed),
            0,
        ),
        ("maintenance", "zz", None, Some(MaintenancePhase::Unknown), 1),
        ("zz", "zz", Some((Impact::Unknown, Phase::Unknown)), None, 2),
    ] {
        assert_eq!(
            one(kind, status),
            (incident, maintenance, warnings),
            "{kind} {status}"
        );
    }
}

#[test]
fn slack_is_found_at_its_own_hosts_alone() {
    for (address, found) in [
        ("https://slack-status.com/2026-06/4e79ab0c89aa4be0", true),
        ("https://status.slack.com/", true),
        ("https://www.slack-status.com", true),
        ("https://slack.com/", false),
        ("https://slack-status.com.example/", false),
    ] {
        let site = Slack.site_at(&Url::parse(address).unwrap());
        let expected = found.then(|| "https://slack-status.com/".to_owned());
        assert_eq!(site.map(|site| site.to_string()), expected, "{address}");
    }
}

#[test]
fn what_is_not_slacks_is_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "[1]",
        "<html><title>Log in</title></html>",
        r#"{"ok":false,"error":"not_found"}"#,
        r#"{"active_incidents":[]}"#,
        r#"{"status":"ok"}"#,
        r#"[{"id":1,"title":"T","notes":[]}]"#,
        r#"{"page":{"id":"a"},"status":{"indicator":"none"}}"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
    }
}

#[test]
fn an_empty_history_is_one_beside_the_current_state() {
    let current = r#"{"status":"ok","date_updated":"2026-11-07T07:31:45-08:00","active_incidents":[]}"#;
    let documents = [
        ("current".to_owned(), current.into()),
        ("history".to_owned(), b"[]".to_vec()),
    ];
    let reading = read(&Slack, &documents.to_vec()).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
    let documents = vec![
        ("current".to_owned(), current.into()),
        ("history".to_owned(), b"{}".to_vec()),
    ];
    assert!(read(&Slack, &documents).is_err());
}

#[test]
fn the_page_recorded_in_2026_is_well_and_its_history_is_over() {
    let Some(current) = read_recorded(&Slack, "current", "slack/slack-20260626-current.json") else {
        return;
    };
    let current = current.unwrap();
    assert_eq!(current.warnings, Vec::<String>::new());
    assert_eq!(page_health(&current.snapshot), Health::Operational);
    assert_eq!(current.snapshot.overall.unwrap().raw.as_deref(), Some("ok"));
    assert_eq!(
        current.snapshot.updated_at.map(|at| at.to_string()).as_deref(),
        Some("2026-06-26T10:09:39Z")
    );

    let history = "slack/slack-20260626-history.json";
    let reading = read_recorded(&Slack, "history", history).unwrap().unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    let told: Vec<_> = reading
        .snapshot
        .incidents
        .iter()
        .map(|one| {
            (
                one.id.as_str(),
                one.facts.phase,
                one.updates.len(),
                one.facts.components.len(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("1571", Phase::Resolved, 3, 0),
            ("1568", Phase::Resolved, 6, 1),
            ("1570", Phase::Resolved, 3, 1)
        ]
    );
    let newest = &reading.snapshot.incidents[0];
    assert_eq!(
        newest.facts.url.as_deref(),
        Some("https://slack-status.com/2026-06/4e79ab0c89aa4be0")
    );
    assert_eq!(newest.updates[0].at.unwrap().to_string(), "2026-06-26T09:12:20Z");
    assert!(newest.updates[0].body.contains("&nbsp;"));

    let documents = vec![
        (
            "current".to_owned(),
            recorded_file("slack/slack-20260626-current.json").unwrap(),
        ),
        ("history".to_owned(), recorded_file(history).unwrap()),
    ];
    let both = read(&Slack, &documents).unwrap();
    assert_eq!(page_health(&both.snapshot), Health::Operational);
    assert_eq!(both.snapshot.coverage.open_incidents, Listing::Complete);
    assert_eq!(both.snapshot.coverage.past_incidents, Listing::Partial);
}
