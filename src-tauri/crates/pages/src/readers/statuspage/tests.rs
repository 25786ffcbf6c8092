use std::path::Path;

use super::super::Asked;
use super::super::ids::derived_id;
use super::*;
use crate::contract::{self, ReadReply};
use crate::snapshot::{Coverage, Listing, Snapshot};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

mod corpus;
mod documents;
mod properties;

/// A hand-written document beside the reader.
fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/statuspage");
    let file = format!("{name}.json");
    let page = folder.join("trouble").join(&file);
    let path = if page.is_file() { page } else { folder.join(file) };
    std::fs::read_to_string(path).unwrap()
}

fn read_named(documents: &[(&str, &str)]) -> Result<Reading, Unreadable> {
    let documents: Vec<_> = documents
        .iter()
        .map(|(name, body)| Document {
            name,
            body: body.as_bytes(),
        })
        .collect();
    Statuspage.read(&documents, None)
}

fn read_one(body: &str) -> Reading {
    read_named(&[("", body)]).unwrap()
}

fn read_fixtures(names: &[&str]) -> Reading {
    let bodies: Vec<_> = names.iter().map(|name| (*name, fixture(name))).collect();
    read_named(
        &bodies
            .iter()
            .map(|(name, body)| (*name, body.as_str()))
            .collect::<Vec<_>>(),
    )
    .unwrap()
}

fn reply(reading: &Reading) -> ReadReply {
    ReadReply::new("statuspage", reading)
}

/// The coverage in one line: components, open and past incidents, open and past maintenances.
fn coverage(reading: &Reading) -> String {
    let letter = |listing| match listing {
        Listing::Absent => "-",
        Listing::Partial => "partial",
        Listing::Complete => "complete",
    };
    let Coverage {
        components,
        open_incidents,
        past_incidents,
        open_maintenances,
        past_maintenances,
    } = reading.snapshot.coverage;
    [
        components,
        open_incidents,
        past_incidents,
        open_maintenances,
        past_maintenances,
    ]
    .map(letter)
    .join(" ")
}

#[test]
fn a_summary_is_read_whole() {
    let reading = read_fixtures(&["summary"]);
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(coverage(&reading), "complete complete - complete -");
    assert_eq!(reading.wants, Vec::<&str>::new());
    insta::assert_json_snapshot!("summary", reply(&reading));
}

#[test]
fn incident_histories_tell_of_write_ups() {
    let reading = read_fixtures(&["incidents"]);
    assert_eq!(reading.warnings, Vec::<String>::new());
    insta::assert_json_snapshot!("incidents", reply(&reading));
}

#[test]
fn incident_io_leaves_out_what_is_empty_and_stops_at_twenty_five() {
    let reading = read_fixtures(&["incident-io-summary"]);
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(coverage(&reading), "partial complete - complete -");
    assert_eq!(reading.wants, ["components"]);
    let reply = reply(&reading);
    assert_eq!(reply.health, Health::Degraded);
    assert_eq!(reply.components[7].health, Health::MajorOutage);
    let incident = &reply.incidents[0];
    assert_eq!(
        incident.url.as_deref(),
        Some("https://status.emberline.example/incidents/01HZZZZZZZ0000000000INC0001")
    );
    assert_eq!(incident.started_at, "2026-11-07T18:40:00Z".parse().ok());
    assert_eq!(
        incident
            .updates
            .iter()
            .map(|update| update.text.as_str())
            .collect::<Vec<_>>(),
        [
            "",
            "* Region 7: a fix is in (details (http://emberline.example/r7))"
        ]
    );
}

#[test]
fn one_odd_value_costs_that_value_and_is_named() {
    let reading = read_fixtures(&["odd"]);
    assert_eq!(coverage(&reading), "partial partial - - -");
    insta::assert_json_snapshot!("odd", reply(&reading));
}

#[test]
fn the_window_of_a_maintenance_is_what_was_announced() {
    let reading = read_fixtures(&["scheduled-maintenances"]);
    let times: Vec<_> = reading
        .snapshot
        .maintenances
        .iter()
        .map(|one| {
            let facts = &one.facts;
            let show = |time: Option<Timestamp>| time.map_or("-".to_owned(), |time| time.to_string());
            [
                facts.starts_at,
                facts.ends_at,
                facts.actual_start,
                facts.actual_end,
            ]
            .map(show)
            .join(" ")
        })
        .collect();
    assert_eq!(
        times,
        [
            "2026-11-21T06:00:00Z 2026-11-21T07:00:00Z - -",
            "2026-11-07T16:00:00Z 2026-11-07T18:00:00Z 2026-11-07T16:00:09Z -",
            "2026-10-01T20:00:00Z 2026-10-01T22:00:00Z 2026-10-01T20:05:00Z 2026-10-01T22:40:00Z",
        ]
    );
}

#[test]
fn every_word_of_the_platform_is_known() {
    let component = |word: &str| {
        let body = format!(r#"{{"page":{{}},"components":[{{"id":"a","name":"A","status":"{word}"}}]}}"#);
        let reading = read_one(&body);
        (reading.snapshot.components[0].health, reading.warnings.len())
    };
    for (word, health) in [
        ("operational", Health::Operational),
        ("degraded_performance", Health::Degraded),
        ("partial_outage", Health::PartialOutage),
        ("major_outage", Health::MajorOutage),
        ("full_outage", Health::MajorOutage),
        ("under_maintenance", Health::Maintenance),
        ("Operational", Health::Operational),
    ] {
        assert_eq!(component(word), (health, 0), "{word}");
    }
    assert_eq!(component("tepid"), (Health::Unknown, 1));

    let overall = |word: &str| {
        let reading = read_one(&format!(r#"{{"page":{{}},"status":{{"indicator":"{word}"}}}}"#));
        (reading.snapshot.overall.unwrap().health, reading.warnings.len())
    };
    for (word, health) in [
        ("none", Health::Operational),
        ("minor", Health::Degraded),
        ("major", Health::PartialOutage),
        ("critical", Health::MajorOutage),
        ("maintenance", Health::Maintenance),
    ] {
        assert_eq!(overall(word), (health, 0), "{word}");
    }
    assert_eq!(overall(""), (Health::Unknown, 1));

    let incident = |status: &str, impact: &str| {
        let body = format!(
            r#"{{"page":{{}},"incidents":[{{"id":"a","name":"A","status":"{status}","impact":"{impact}"}}]}}"#
        );
        let reading = read_one(&body);
        let facts = &reading.snapshot.incidents[0].facts;
        (
            facts.phase,
            facts.impact,
            facts.impact_raw.clone().unwrap(),
            reading.warnings.len(),
        )
    };
    for (status, phase) in [
        ("investigating", Phase::Investigating),
        ("identified", Phase::Identified),
        ("monitoring", Phase::Monitoring),
        ("resolved", Phase::Resolved),
        ("postmortem", Phase::Postmortem),
    ] {
        assert_eq!(
            incident(status, "none"),
            (phase, Impact::None, "none".to_owned(), 0)
        );
    }
    for (word, impact, warnings) in [
        ("minor", Impact::Minor, 0),
        ("major", Impact::Major, 0),
        ("critical", Impact::Critical, 0),
        ("maintenance", Impact::Unknown, 0),
        ("huge", Impact::Unknown, 1),
    ] {
        assert_eq!(
            incident("resolved", word),
            (Phase::Resolved, impact, word.to_owned(), warnings)
        );
    }
    assert_eq!(incident("scheduled", "none").0, Phase::Unknown);

    for phase in MaintenancePhase::ALL {
        let body = format!(
            r#"{{"page":{{}},"scheduled_maintenances":[{{"id":"a","name":"A","status":"{}"}}]}}"#,
            phase.as_str()
        );
        assert_eq!(read_one(&body).snapshot.maintenances[0].facts.phase, phase);
    }
}

#[test]
fn times_may_have_any_offset_and_fraction() {
    let started = |written: &str| {
        let body = format!(
            r#"{{"page":{{}},"incidents":[{{"id":"a","name":"A","status":"resolved","impact":"none","started_at":{written}}}]}}"#
        );
        let reading = read_one(&body);
        let time = reading.snapshot.incidents[0]
            .facts
            .started_at
            .map(|time| time.to_string());
        (
            time.unwrap_or_else(|| "-".to_owned()),
            reading.warnings.join("; "),
        )
    };
    for (written, read) in [
        ("\"2026-11-07T17:40:00Z\"", "2026-11-07T17:40:00Z"),
        ("\"2026-11-07T17:40:00.5+05:45\"", "2026-11-07T11:55:00.5Z"),
        (
            "\"2026-11-07T17:40:00.123456789-08:00\"",
            "2026-11-08T01:40:00.123456789Z",
        ),
        ("\"2014-05-14t14:22:39.441-06:00\"", "2014-05-14T20:22:39.441Z"),
        ("null", "-"),
    ] {
        assert_eq!(started(written), (read.to_owned(), String::new()));
    }
    for (written, read, warning) in [
        (
            "\"2026-11-07T17:40:00\"",
            "2026-11-07T17:40:00Z",
            "“2026-11-07T17:40:00” has no offset and is taken as UTC",
        ),
        (
            "\"2026-11-07 17:40:00.25\"",
            "2026-11-07T17:40:00.25Z",
            "“2026-11-07 17:40:00.25” has no offset and is taken as UTC",
        ),
        (
            "\"2026-02-30T00:00:00Z\"",
            "-",
            "“2026-02-30T00:00:00Z” is not a time",
        ),
        ("\"2026-11-07\"", "-", "“2026-11-07” is not a time"),
        ("\"Nov 7\"", "-", "“Nov 7” is not a time"),
        ("\"\"", "-", "“” is not a time"),
        ("1762537200", "-", "1762537200 is not a text"),
    ] {
        assert_eq!(
            started(written),
            (read.to_owned(), format!("incidents[0].started_at: {warning}"))
        );
    }
}

#[test]
fn updates_are_oldest_first_however_they_are_listed() {
    let ids = |updates: &str| {
        let body = format!(
            r#"{{"page":{{}},"incidents":[{{"id":"a","name":"A","status":"resolved","impact":"none","incident_updates":[{updates}]}}]}}"#
        );
        let reading = read_one(&body);
        reading.snapshot.incidents[0]
            .updates
            .iter()
            .map(|update| update.id.clone())
            .collect::<String>()
    };
    let at = |id: &str, display: &str, created: &str| {
        let quote = |time: &str| {
            if time.is_empty() {
                "null".to_owned()
            } else {
                format!("\"2026-11-07T{time}:00Z\"")
            }
        };
        format!(
            r#"{{"id":"{id}","status":"resolved","body":"","display_at":{},"created_at":{}}}"#,
            quote(display),
            quote(created)
        )
    };
    let list = |updates: &[String]| ids(&updates.join(","));
    assert_eq!(
        list(&[at("c", "", "12:00"), at("b", "", "11:00"), at("a", "", "10:00")]),
        "abc",
        "newest first"
    );
    assert_eq!(
        list(&[at("a", "", "10:00"), at("b", "", "11:00"), at("c", "", "12:00")]),
        "abc",
        "oldest first"
    );
    assert_eq!(
        list(&[
            at("c", "12:00", "12:00"),
            at("a", "", "10:00"),
            at("b", "11:00", "13:00")
        ]),
        "abc",
        "neither"
    );
    assert_eq!(
        list(&[at("b", "10:00", "10:00"), at("a", "10:00", "10:00")]),
        "ab",
        "the same time, newest first"
    );
    assert_eq!(
        list(&[
            at("a", "10:00", "10:00"),
            at("b", "10:00", "10:01"),
            at("c", "11:00", "")
        ]),
        "abc"
    );
    assert_eq!(
        list(&[at("c", "10:00", "12:00"), at("b", "10:00", "11:00")]),
        "bc",
        "the same time shown"
    );
    assert_eq!(
        list(&[at("c", "12:00", ""), at("b", "", ""), at("a", "10:00", "")]),
        "abc",
        "one without a time"
    );
    assert_eq!(list(&[]), "");
}

#[test]
fn of_an_id_that_stands_twice_the_latest_counts_in_the_first_place() {
    let body = r#"{"page":{},"components":[
        {"id":"a","name":"new","status":"operational","updated_at":"2026-11-07T10:00:00Z"},
        {"id":"b","name":"B","status":"operational"},
        {"id":"a","name":"old","status":"major_outage","updated_at":"2026-11-07T09:00:00+00:00"},
        {"id":"b","name":"B again","status":"degraded_performance"}
      ],"incidents":[
        {"id":"i","name":"older","status":"investigating","impact":"none","updated_at":"2026-11-07T11:00:00+02:00","incident_updates":[{"id":"x","status":"resolved","body":"","created_at":"2026-11-07T09:00:00Z"}]},
        {"id":"i","name":"newer","status":"resolved","impact":"none","updated_at":"2026-11-07T10:00:00Z"}
      ]}"#;
    let reading = read_one(body);
    let names: Vec<_> = reading
        .snapshot
        .components
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["new", "B again"]);
    assert_eq!(reading.snapshot.incidents.len(), 1);
    assert_eq!(reading.snapshot.incidents[0].facts.title, "newer");
    assert_eq!(reading.snapshot.incidents[0].updates, []);
    assert_eq!(
        reading.warnings,
        [
            "components[2]: the id “a” stands twice; the latest counts",
            "components[3]: the id “b” stands twice; the latest counts",
            "incidents[1]: the id “i” stands twice; the latest counts",
        ]
    );
}

#[test]
fn links_lead_to_the_official_page_or_nowhere() {
    let url = |page: &str, id: &str, shortlink: &str| {
        let body = format!(
            r#"{{"page":{{"url":"{page}"}},"incidents":[{{"id":"{id}","name":"A","status":"resolved","impact":"none","shortlink":"{shortlink}"}}]}}"#
        );
        read_one(&body).snapshot.incidents[0]
            .facts
            .url
            .clone()
            .unwrap_or_default()
    };
    assert_eq!(
        url("https://x.test", "abc", "https://s.test/1"),
        "https://x.test/incidents/abc"
    );
    assert_eq!(
        url("http://x.test/sub/", "abc", ""),
        "http://x.test/sub/incidents/abc"
    );
    assert_eq!(
        url("https://x.test/?lang=en#top", "abc", ""),
        "https://x.test/incidents/abc"
    );
    assert_eq!(
        url("javascript:alert(1)", "abc", "https://s.test/1"),
        "https://s.test/1"
    );
    assert_eq!(url("javascript:alert(1)", "abc", "javascript:alert(1)"), "");
    assert_eq!(
        url("https://x.test", "../../evil", "https://s.test/1"),
        "https://s.test/1"
    );
    assert_eq!(url("status.x.test", "abc", "ftp://s.test"), "");
}

#[test]
fn warnings_name_the_document_where_there_are_several() {
    let odd = r#"{"page":{},"components":[{"id":"a","name":"A","status":"operational"},{"id":"b","name":"B","status":17}]}"#;
    assert_eq!(read_one(odd).warnings, ["components[1].status: 17 is not a text"]);
    let several = read_named(&[
        ("", r#"{"page":{},"status":{"indicator":"none"}}"#),
        ("components", odd),
    ])
    .unwrap();
    assert_eq!(
        several.warnings,
        ["components: components[1].status: 17 is not a text"]
    );
    let many = format!(r#"{{"page":{{}},"components":[{}]}}"#, vec!["1"; 600].join(","));
    let warnings = read_one(&many).warnings;
    assert_eq!(
        (warnings.len(), warnings.last().unwrap().as_str()),
        (501, "100 more warnings")
    );
}

#[test]
fn derived_ids_are_the_same_in_every_release() {
    assert_eq!(
        derived_id("component", &["", "Search"]),
        "derived-dc60c0f1a86018eb"
    );
    let body = |title: &str| {
        format!(
            r#"{{"page":{{}},"incidents":[{{"name":"{title}","status":"resolved","impact":"none","created_at":"2026-11-07T10:00:00Z"}}]}}"#
        )
    };
    let id = |title: &str| read_one(&body(title)).snapshot.incidents[0].id.clone();
    assert_eq!(id("Title"), id("Title, edited"));
}

#[test]
fn documents_lie_below_the_pages_address() {
    let base = Url::parse("https://status.lanternfish.example/eu/").unwrap();
    let documents: Vec<_> = Statuspage
        .documents(&Site::at(&base))
        .iter()
        .map(|document| {
            format!(
                "{} {} {}",
                document.name,
                document.url,
                if document.asked == Asked::Seldom {
                    "heavy"
                } else {
                    "light"
                }
            )
        })
        .collect();
    assert_eq!(
        documents,
        [
            "summary https://status.lanternfish.example/eu/api/v2/summary.json light",
            "components https://status.lanternfish.example/eu/api/v2/components.json heavy",
            "incidents https://status.lanternfish.example/eu/api/v2/incidents.json heavy",
            "scheduled-maintenances https://status.lanternfish.example/eu/api/v2/scheduled-maintenances.json heavy",
        ]
    );
}
