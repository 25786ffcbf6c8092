use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{addresses, page, read, read_recorded, site_behind, wrongly_recognised};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    Cstate.read(
        &[Document {
            name: "index",
            body: body.as_bytes(),
        }],
        None,
    )
}

fn index(rest: &str) -> String {
    format!(r#"{{"is":"index","cStateVersion":"6.0","baseURL":"https://status.tansy.example/",{rest}}}"#)
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Cstate, &page("cstate", "trouble")).unwrap();
    insta::assert_json_snapshot!(ReadReply::new("cstate", &reading));
}

#[test]
fn the_recorded_page_of_the_tor_project_is_read() {
    let file = "cstate/torproject-issues-seWithIssues-index.json";
    let Some(reading) = read_recorded(&Cstate, "index", file) else {
        return;
    };
    let Reading {
        snapshot, warnings, ..
    } = reading.unwrap();
    assert_eq!(warnings, [""; 0]);
    assert_eq!(page_health(&snapshot), Health::PartialOutage);
    assert_eq!(snapshot.page.name.as_deref(), Some("Tor Project status"));
    assert_eq!(
        snapshot.page.url.as_deref(),
        Some("https://status.torproject.org/")
    );
    assert_eq!(snapshot.updated_at, "2025-05-01T15:22:00Z".parse().ok());
    let disrupted: Vec<_> = snapshot
        .components
        .iter()
        .filter(|one| one.health == Health::PartialOutage)
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(
        (snapshot.components.len(), disrupted.as_slice()),
        (
            15,
            &[
                "v3 Onion Services",
                "Directory Authorities",
                "metrics.torproject.org"
            ][..]
        )
    );
    let hidden = &snapshot.components[1];
    assert_eq!(
        (hidden.name.as_str(), hidden.group.len()),
        ("v2 Onion Services", 0)
    );
    assert_eq!(snapshot.components[0].group[0].name, "Tor Network");
    let [issue] = snapshot.incidents.as_slice() else {
        panic!("one file is one issue, wherever it stands");
    };
    assert_eq!(issue.id, "2025-04-10-bridgedb-graphs-on-metrics-website.md");
    assert_eq!(
        (issue.facts.impact, issue.facts.phase, issue.facts.is_open()),
        (Impact::Major, Phase::Unknown, true)
    );
    assert_eq!(issue.facts.started_at, "2025-04-10T13:00:00Z".parse().ok());
    assert_eq!(issue.facts.resolved_at, None);
    assert_eq!(
        issue.facts.url.as_deref(),
        Some("https://status.torproject.org/issues/2025-04-10-bridgedb-graphs-on-metrics-website/")
    );
    assert_eq!(issue.facts.components.len(), 3);
}

#[test]
fn every_word_of_a_system_and_of_the_page_is_known() {
    for (word, health, warnings) in [
        ("ok", Health::Operational, 0),
        ("notice", Health::Degraded, 0),
        ("disrupted", Health::PartialOutage, 0),
        ("down", Health::MajorOutage, 0),
        ("haunted", Health::Unknown, 2),
    ] {
        let body = index(&format!(
            r#""summaryStatus":"{word}","systems":[{{"name":"A","status":"{word}","unresolvedIssues":[]}}]"#
        ));
        let reading = read_one(&body).unwrap();
        assert_eq!(
            (
                reading.snapshot.overall.as_ref().unwrap().health,
                reading.snapshot.components[0].health,
                reading.warnings.len()
            ),
            (health, health, warnings),
            "{word}"
        );
    }
}

#[test]
fn the_list_of_issues_tells_which_are_over() {
    let issues = r#"{"is":"issues","title":"Issues","baseURL":"https://status.tansy.example/","pages":[
        {"is":"issue","title":"Over","createdAt":"2026-11-01 10:00:00 +0000 UTC","severity":"notice",
         "resolved":true,"informational":false,"resolvedAt":"2026-11-01 11:30:00","affected":[],"filename":"a.md"},
        {"is":"issue","title":"Over, no word when","severity":"down","resolved":true,"resolvedAt":"<no value>",
         "affected":[],"filename":"b.md"},
        {"is":"issue","title":"A notice","severity":"notice","resolved":false,"informational":true,
         "affected":[],"filename":"c.md"},
        {"is":"issue","title":"Going on","severity":"<no value>","resolved":false,
         "resolvedAt":"2026-11-09 10:00:00 +0000 UTC","affected":[],"filename":"d.md"},
        {"is":"page","title":"About us","filename":"about.md"}
    ]}"#;
    let reading = Cstate
        .read(
            &[Document {
                name: "issues",
                body: issues.as_bytes(),
            }],
            None,
        )
        .unwrap();
    let told: Vec<_> = reading
        .snapshot
        .incidents
        .iter()
        .map(|one| {
            (
                one.id.as_str(),
                one.facts.is_open(),
                one.facts.resolved_at.is_some(),
                one.facts.impact,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("a.md", false, true, Impact::Minor),
            ("b.md", false, false, Impact::Critical),
            ("d.md", true, false, Impact::Unknown),
        ]
    );
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    let coverage = reading.snapshot.coverage;
    assert_eq!(
        (
            coverage.components,
            coverage.open_incidents,
            coverage.past_incidents
        ),
        (Listing::Absent, Listing::Complete, Listing::Complete)
    );
}

#[test]
fn a_link_to_another_host_is_not_official() {
    let url = |base: &str, link: &str| {
        let body = format!(
            r#"{{"is":"index","cStateVersion":"6.0","baseURL":"{base}","summaryStatus":"down","systems":[
                {{"name":"A","status":"down","unresolvedIssues":[
                    {{"title":"T","filename":"t.md","permalink":"{link}"}}]}}]}}"#
        );
        let site = Site::at(&Url::parse("https://status.tansy.example/").unwrap());
        let document = Document {
            name: "index",
            body: body.as_bytes(),
        };
        let reading = Cstate.read(&[document], Some(&site)).unwrap();
        reading.snapshot.incidents[0].facts.url.clone()
    };
    let own = "https://status.tansy.example/issues/t/";
    assert_eq!(url("https://status.tansy.example/", own).as_deref(), Some(own));
    assert_eq!(url("/", "/issues/t/").as_deref(), Some(own));
    assert_eq!(
        url("https://status.tansy.example/", "http://localhost:1313/issues/t/"),
        None
    );
}

#[test]
fn systems_of_the_same_name_are_still_two() {
    let reading = read_one(&index(
        r#""summaryStatus":"ok","systems":[{"name":"A","status":"ok"},{"name":"A","status":"ok"},{"status":"ok"}]"#,
    ))
    .unwrap();
    let ids: Vec<_> = reading
        .snapshot
        .components
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(ids[..2], ["A", "A-2"]);
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_front_with_its_mark_leads_to_the_page() {
    for (url, body, expected) in [
        (
            "https://status.tansy.example/",
            r#"<meta name="generator" content="cState v6.0">"#,
            Some("https://status.tansy.example/"),
        ),
        (
            "https://tansy.example/status/issues/2026-11-07-slow/",
            "<meta name=generator content=cState>",
            Some("https://tansy.example/status/"),
        ),
        (
            "https://status.tansy.example/",
            r#"<meta name="generator" content="Hugo 0.120">"#,
            None,
        ),
    ] {
        assert_eq!(site_behind(&Cstate, url, &[], body).as_deref(), expected, "{url}");
    }
    let base = Url::parse("https://tansy.example/status").unwrap();
    let guess = Cstate.guess(&base).unwrap().to_string();
    assert_eq!(
        addresses(&Cstate, &guess),
        [
            "https://tansy.example/status/index.json",
            "https://tansy.example/status/issues/index.json"
        ]
    );
}

#[test]
fn what_is_no_page_of_cstate_is_refused() {
    for body in [
        "",
        "[]",
        "{}",
        "null",
        "<!doctype html><title>cState</title>",
        r#"{"is":"index","systems":[]}"#,
        r#"{"is":"system","cStateVersion":"6.0","systems":[]}"#,
        r#"{"is":"index","cStateVersion":"6.0","systems":{}}"#,
        r#"{"is":"issues","pages":[]}"#,
        r#"{"is":"index","cStateVersion":"6.0","title":"A "quoted" title","systems":[]}"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
    }
}

#[test]
fn no_recorded_page_of_another_platform_is_taken_for_one() {
    let names = ["", "index", "issues"];
    assert_eq!(wrongly_recognised(&Cstate, "cstate", &names), [""; 0]);
}
