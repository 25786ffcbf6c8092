use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{addresses, page, read, site_behind, wrongly_recognised};
use crate::words::Impact;

const PAGE: &str = r#"{"config":{"slug":"main","title":"T"},"incident":null,"publicGroupList":[
    {"id":1,"name":"G","monitorList":[{"id":4,"name":"A"},{"id":5,"name":"B"}]}],"maintenanceList":[]}"#;

fn read_both(page: &str, heartbeats: &str) -> Result<Reading, Unreadable> {
    UptimeKuma.read(
        &[
            Document {
                name: "page",
                body: page.as_bytes(),
            },
            Document {
                name: "heartbeat",
                body: heartbeats.as_bytes(),
            },
        ],
        None,
    )
}

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    UptimeKuma.read(
        &[Document {
            name: "",
            body: body.as_bytes(),
        }],
        None,
    )
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&UptimeKuma, &page("uptimekuma", "trouble")).unwrap();
    insta::assert_json_snapshot!(ReadReply::new("uptimekuma", &reading));
}

#[test]
fn a_monitor_is_as_its_last_heartbeat_says() {
    for (beats, health, warnings) in [
        (r#"[{"status":0},{"status":1}]"#, Health::Operational, 0),
        (r#"[{"status":1},{"status":0}]"#, Health::MajorOutage, 0),
        (r#"[{"status":1},{"status":2}]"#, Health::Degraded, 0),
        (r#"[{"status":1},{"status":3}]"#, Health::Maintenance, 0),
        (r#"[{"status":1},{"status":4}]"#, Health::Unknown, 1),
        (r#"[{"status":1},{"status":"1"}]"#, Health::Unknown, 1),
        (r#"[{"status":1},{}]"#, Health::Unknown, 1),
        (r#"[{"status":1},0]"#, Health::Unknown, 0),
        ("[]", Health::Unknown, 0),
        ("null", Health::Unknown, 0),
    ] {
        let heartbeats =
            format!(r#"{{"heartbeatList":{{"4":{beats},"5":[{{"status":1}}]}},"uptimeList":{{}}}}"#);
        let reading = read_both(PAGE, &heartbeats).unwrap();
        let [first, second] = reading.snapshot.components.as_slice() else {
            panic!("two monitors")
        };
        assert_eq!(
            (first.health, reading.warnings.len()),
            (health, warnings),
            "{beats}"
        );
        assert_eq!(second.health, Health::Operational);
        let together = if health == Health::MajorOutage {
            Health::PartialOutage
        } else {
            health
        };
        assert_eq!(page_health(&reading.snapshot), together, "{beats}");
    }
}

#[test]
fn a_page_without_its_heartbeats_claims_nothing() {
    let reading = read_one(PAGE).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    assert_eq!(reading.snapshot.components.len(), 2);
}

#[test]
fn a_group_whose_monitors_cannot_be_read_takes_the_calm_away() {
    let page = r#"{"config":{"slug":"main","title":"T"},"publicGroupList":[
        {"id":1,"name":"G","monitorList":[{"id":4,"name":"A"}]},{"id":2,"name":"H","monitorList":null}]}"#;
    let reading = read_both(page, r#"{"heartbeatList":{"4":[{"status":1}]},"uptimeList":{}}"#).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
}

#[test]
fn pinned_incidents_are_read_from_either_release() {
    let incidents = |rest: &str| {
        let body = format!(r#"{{"config":{{"slug":"main","title":"T"}},"publicGroupList":[],{rest}}}"#);
        let reading = read_one(&body).unwrap();
        let open = reading
            .snapshot
            .incidents
            .iter()
            .map(|one| one.facts.is_open())
            .collect::<Vec<_>>();
        (open, reading.snapshot.coverage.open_incidents)
    };
    let one = r#"{"id":3,"title":"Slow","style":"warning","content":"","active":true}"#;
    let over = r#"{"id":4,"title":"Was slow","style":"info","content":"","active":false}"#;
    assert_eq!(incidents(r#""incident":null"#), (vec![], Listing::Complete));
    assert_eq!(
        incidents(&format!(r#""incident":{one}"#)),
        (vec![true], Listing::Complete)
    );
    assert_eq!(
        incidents(&format!(r#""incidents":[{one},{over}]"#)),
        (vec![true, false], Listing::Complete)
    );
    assert_eq!(incidents(r#""incidents":[7]"#), (vec![], Listing::Partial));
    assert_eq!(incidents(r#""incident":7"#), (vec![], Listing::Partial));
    assert_eq!(incidents(r#""maintenanceList":[]"#), (vec![], Listing::Absent));
}

#[test]
fn a_colour_is_no_impact() {
    let body = r#"{"config":{"slug":"main","title":"T"},"publicGroupList":[],
        "incident":{"id":3,"title":"Slow","style":"danger","content":"c","createdDate":"2026-11-07 10:00:00.123"}}"#;
    let reading = read_one(body).unwrap();
    let facts = &reading.snapshot.incidents[0].facts;
    assert_eq!(
        (facts.impact, facts.impact_raw.as_deref()),
        (Impact::Unknown, Some("danger"))
    );
    assert_eq!(facts.started_at, "2026-11-07T10:00:00.123Z".parse().ok());
    assert_eq!(reading.warnings, [""; 0]);
}

#[test]
fn a_maintenances_times_are_in_its_own_zone() {
    let maintenance = |slot: &str, rest: &str| {
        let body = format!(
            r#"{{"config":{{"slug":"main","title":"T"}},"publicGroupList":[],"maintenanceList":[
                {{"id":2,"title":"Move","status":"under-maintenance","timeslotList":[{slot}]{rest}}}]}}"#
        );
        let facts = read_one(&body).unwrap().snapshot.maintenances[0].facts.clone();
        (facts.starts_at.map(|at| at.to_string()), facts.ends_at.is_some())
    };
    let slot = r#"{"startDate":"2026-11-07 20:00:00","endDate":"2026-11-07 22:00:00"}"#;
    assert_eq!(
        maintenance(slot, r#","timezoneOffset":"+02:00""#),
        (Some("2026-11-07T18:00:00Z".to_owned()), true)
    );
    assert_eq!(maintenance(slot, ""), (None, false));
    assert_eq!(
        maintenance(r#"{"startDate":"2026-11-07T20:00:00Z"}"#, ""),
        (Some("2026-11-07T20:00:00Z".to_owned()), false)
    );
    assert_eq!(maintenance("", ""), (None, false));
}

#[test]
fn every_phase_of_a_maintenance_is_known() {
    for (word, phase, warnings) in [
        ("scheduled", MaintenancePhase::Scheduled, 0),
        ("under-maintenance", MaintenancePhase::InProgress, 0),
        ("ended", MaintenancePhase::Completed, 0),
        ("inactive", MaintenancePhase::Cancelled, 0),
        ("unknown", MaintenancePhase::Unknown, 0),
        ("paused", MaintenancePhase::Unknown, 1),
    ] {
        let body = format!(
            r#"{{"config":{{"slug":"main","title":"T"}},"publicGroupList":[],
                "maintenanceList":[{{"id":2,"title":"Move","status":"{word}"}}]}}"#
        );
        let reading = read_one(&body).unwrap();
        assert_eq!(
            (
                reading.snapshot.maintenances[0].facts.phase,
                reading.warnings.len()
            ),
            (phase, warnings),
            "{word}"
        );
    }
}

#[test]
fn a_front_tells_the_slug() {
    let described = r#"<meta name="description" content="Uptime Kuma monitoring tool">"#;
    let manifest = r#"<link rel="manifest" href="/api/status-page/mallow/manifest.json">
        <script>window.preloadData = {'config':{'slug':'mallow'}}</script>"#;
    for (url, body, expected) in [
        (
            "https://up.mallow.example/",
            manifest,
            Some("https://up.mallow.example/#mallow"),
        ),
        (
            "https://up.mallow.example/status/eu",
            described,
            Some("https://up.mallow.example/#eu"),
        ),
        (
            "https://up.mallow.example/dashboard",
            described,
            Some("https://up.mallow.example/#default"),
        ),
        (
            "https://up.mallow.example/status/eu",
            "<title>Status</title>",
            None,
        ),
    ] {
        assert_eq!(
            site_behind(&UptimeKuma, url, &[], body).as_deref(),
            expected,
            "{url}"
        );
    }
}

#[test]
fn its_documents_are_those_of_its_slug() {
    for (key, slug) in [("mallow", "mallow"), ("../x", "default"), ("", "default")] {
        let site = format!("https://up.mallow.example/#{key}");
        let expected =
            ["", "heartbeat/"].map(|part| format!("https://up.mallow.example/api/status-page/{part}{slug}"));
        assert_eq!(addresses(&UptimeKuma, &site), expected);
    }
}

#[test]
fn what_is_no_page_of_uptime_kuma_is_refused() {
    for body in [
        "",
        "[]",
        "{}",
        "null",
        "<!doctype html><title>Uptime Kuma</title>",
        r#"{"ok":false,"msg":"Status Page Not Found"}"#,
        r#"{"heartbeatList":{"4":[{"status":1}]},"uptimeList":{"4_24":1}}"#,
        r#"{"config":{"slug":"main","title":"T"}}"#,
        r#"{"config":{"title":"T"},"publicGroupList":[]}"#,
        r#"{"config":{"slug":"main","title":"T"},"publicGroupList":{}}"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
        let document = Document {
            name: "page",
            body: body.as_bytes(),
        };
        assert!(!UptimeKuma.recognises(&document), "{body}");
    }
}

#[test]
fn no_recorded_page_of_another_platform_is_taken_for_one() {
    let names = ["", "page", "heartbeat"];
    assert_eq!(wrongly_recognised(&UptimeKuma, "no-folder", &names), [""; 0]);
}
