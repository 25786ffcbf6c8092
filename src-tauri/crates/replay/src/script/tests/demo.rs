//! The script of the demo.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{SUMMARY, json_at, scene, started};
use crate::{
    misbehaviour::Misbehaviour,
    script::{Script, ScriptPage},
};

const HISTORY: &str = "/api/v2/incidents.json";
const MAINTENANCES: &str = "/api/v2/scheduled-maintenances.json";

/// After this nothing changes any more.
const LAST_CHANGE: u64 = 160;

/// Those that open, escalate, get an update edited and are resolved while somebody watches.
const LIVE: [(&str, &str); 3] = [
    ("Brightkiln Cloud", "bk-store"),
    ("Tidewater Payments", "tw-declined"),
    ("Marrowby Code", "mb-queue"),
];

fn demo() -> Script {
    Script::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/demo.toml")).unwrap()
}

fn page<'a>(script: &'a Script, name: &str) -> &'a ScriptPage {
    script.pages().iter().find(|page| page.name() == name).unwrap()
}

fn rows<'a>(document: &'a Value, list: &str) -> &'a [Value] {
    document[list].as_array().unwrap()
}

/// The incident of this id as the page's history shows it, if it does.
fn incident(page: &ScriptPage, seconds: u64, id: &str) -> Option<Value> {
    let history = json_at(page, seconds, HISTORY);
    let found = rows(&history, "incidents").iter().find(|row| row["id"] == id);
    found.cloned()
}

fn updates_oldest_first(notice: &Value) -> Vec<&Value> {
    rows(notice, "incident_updates").iter().rev().collect()
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

fn seconds_of_changes(script: &Script) -> BTreeSet<u64> {
    let mut all = BTreeSet::new();
    for page in script.pages() {
        let mut elapsed = Duration::ZERO;
        while let Some(next) = page.next_change(elapsed) {
            all.insert(next.as_secs());
            elapsed = next;
        }
    }
    all
}

fn status_of<'a>(summary: &'a Value, id: &str) -> &'a str {
    let row = rows(summary, "components").iter().find(|row| row["id"] == id);
    row.unwrap()["status"].as_str().unwrap()
}

#[test]
fn about_ten_pages_stand_there_each_under_its_own_name_with_components() {
    let script = demo();
    assert!((10..=12).contains(&script.pages().len()));
    let names: BTreeSet<_> = script.pages().iter().map(ScriptPage::name).collect();
    assert_eq!(names.len(), script.pages().len());
    for page in script.pages() {
        let summary = json_at(page, 0, SUMMARY);
        assert_eq!(summary["page"]["name"], page.name());
        assert!(rows(&summary, "components").len() >= 4, "{}", page.name());
    }
}

#[test]
fn all_is_well_at_the_beginning_and_at_the_end() {
    let script = demo();
    for page in script.pages() {
        for seconds in [0, LAST_CHANGE] {
            let summary = json_at(page, seconds, SUMMARY);
            assert_eq!(
                summary["status"]["indicator"],
                "none",
                "{} at {seconds}",
                page.name()
            );
            assert_eq!(summary["incidents"], json!([]));
        }
        assert_eq!(page.next_change(Duration::from_secs(LAST_CHANGE)), None);
    }
}

#[test]
fn ids_are_distinct_and_everything_named_exists_in_every_state() {
    let script = demo();
    for page in script.pages() {
        for seconds in [0].into_iter().chain(seconds_of_changes(&script)) {
            let summary = json_at(page, seconds, SUMMARY);
            let components: BTreeSet<_> = rows(&summary, "components")
                .iter()
                .map(|row| &row["id"])
                .map(Value::to_string)
                .collect();
            assert_eq!(components.len(), rows(&summary, "components").len());
            for row in rows(&summary, "components") {
                assert!(
                    row["group_id"].is_null() || components.contains(&row["group_id"].to_string()),
                    "{row}"
                );
            }
            let mut ids = BTreeSet::new();
            for (path, list) in [(HISTORY, "incidents"), (MAINTENANCES, "scheduled_maintenances")] {
                let document = json_at(page, seconds, path);
                for notice in rows(&document, list) {
                    assert!(ids.insert(notice["id"].to_string()));
                    assert!(!rows(notice, "components").is_empty(), "{}", notice["id"]);
                    for update in rows(notice, "incident_updates") {
                        assert!(ids.insert(update["id"].to_string()));
                        for told in update["affected_components"].as_array().into_iter().flatten() {
                            assert!(components.contains(&told["code"].to_string()), "{told}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn updates_follow_each_other_in_time_and_what_they_tell_of_components_fits_together() {
    let script = demo();
    for page in script.pages() {
        for seconds in [0].into_iter().chain(seconds_of_changes(&script)) {
            let history = json_at(page, seconds, HISTORY);
            let summary = json_at(page, seconds, SUMMARY);
            for incident in rows(&history, "incidents") {
                let mut last = Timestamp::MIN;
                let mut statuses: BTreeMap<&str, &str> = BTreeMap::new();
                for update in updates_oldest_first(incident) {
                    let at = time(&update["created_at"]);
                    assert!(last < at, "{}", update["id"]);
                    last = at;
                    for told in update["affected_components"].as_array().into_iter().flatten() {
                        let [id, from, to] =
                            ["code", "old_status", "new_status"].map(|field| told[field].as_str().unwrap());
                        assert_eq!(
                            statuses.insert(id, to).unwrap_or("operational"),
                            from,
                            "{} {id}",
                            update["id"]
                        );
                    }
                }
                assert!(last <= started() + SignedDuration::from_secs(i64::try_from(seconds).unwrap()));
                for (id, told) in statuses {
                    let is_open = incident["resolved_at"].is_null();
                    let expected = if is_open {
                        status_of(&summary, id)
                    } else {
                        "operational"
                    };
                    assert_eq!(told, expected, "{id} at {seconds}");
                }
            }
        }
    }
}

#[test]
fn the_marketing_platforms_delays_have_their_true_times() {
    let script = demo();
    let incident = incident(page(&script, "Lumenpost"), 0, "lp-delays").unwrap();
    let told: Vec<_> = updates_oldest_first(&incident)
        .into_iter()
        .map(|update| {
            (
                update["status"].as_str().unwrap(),
                time(&update["display_at"]).to_string(),
            )
        })
        .collect();
    let expected = [
        ("investigating", "2023-11-09T19:46:00Z"),
        ("identified", "2023-11-09T20:02:00Z"),
        ("monitoring", "2023-11-09T20:36:00Z"),
        ("resolved", "2023-11-11T12:50:00Z"),
    ];
    assert_eq!(told, expected.map(|(phase, at)| (phase, at.to_owned())));
    assert_eq!(lasted(&incident), "41:04");
}

/// Hours and minutes from the begin to the end.
fn lasted(incident: &Value) -> String {
    let span = time(&incident["resolved_at"]).duration_since(time(&incident["started_at"]));
    format!("{}:{:02}", span.as_hours(), span.as_mins() % 60)
}

/// Whole days from the end to the write-up.
fn days_until_the_write_up(incident: &Value) -> i64 {
    let newest = &incident["incident_updates"][0];
    assert_eq!(newest["status"], "postmortem");
    assert_eq!(incident["status"], "postmortem");
    time(&newest["created_at"])
        .duration_since(time(&incident["resolved_at"]))
        .as_hours()
        / 24
}

#[test]
fn the_push_providers_database_trouble_has_eleven_updates_and_a_write_up_four_days_later() {
    let script = demo();
    let incident = incident(page(&script, "Pingwharf"), 0, "pw-database").unwrap();
    let updates = updates_oldest_first(&incident);
    assert_eq!(
        updates
            .iter()
            .filter(|update| update["status"] != "postmortem")
            .count(),
        11
    );
    assert_eq!(lasted(&incident), "20:17");
    assert_eq!(days_until_the_write_up(&incident), 4);
    assert!(
        updates[11]["body"]
            .as_str()
            .unwrap()
            .contains("\n## What we do about it\n")
    );
}

#[test]
fn another_providers_incident_begins_with_identified_and_links_to_a_write_up_six_days_later() {
    let script = demo();
    let incident = incident(page(&script, "Keystead Identity"), 0, "ks-europe").unwrap();
    assert_eq!(updates_oldest_first(&incident)[0]["status"], "identified");
    assert_eq!(days_until_the_write_up(&incident), 6);
    let body = incident["incident_updates"][0]["body"].as_str().unwrap();
    assert!(body.starts_with('[') && body.contains("](https://"), "{body}");
}

#[test]
fn the_support_platform_has_its_regions_and_vendors_as_groups_and_repeats_itself() {
    let script = demo();
    let page = page(&script, "Fernhollow Support");
    let summary = json_at(page, 0, SUMMARY);
    let groups: Vec<_> = rows(&summary, "components")
        .iter()
        .filter(|row| row["group"] == true)
        .map(|row| {
            (
                row["name"].as_str().unwrap(),
                row["components"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(groups, [("Prod1 (US)", 4), ("Prod2 (EU)", 4), ("Third Party", 2)]);

    let incident = incident(page, 0, "fh-outage").unwrap();
    let updates = updates_oldest_first(&incident);
    let same = |update: &&&Value| update["body"] == updates[1]["body"];
    assert_eq!(updates.iter().filter(same).count(), 3);
    assert!(
        [2, 3]
            .iter()
            .all(|&place| updates[place]["body"] == updates[1]["body"]),
        "one after the other"
    );
    let write_up = updates[updates.len() - 1]["body"].as_str().unwrap();
    assert!(write_up.len() > 1_500);
    for form in [
        "\n# ", "\n## ", "\n### ", "\n| ", "\n* ", "\n1. ", "\n```\n", "\n> ", "**",
    ] {
        assert!(format!("\n{write_up}").contains(form), "no {form:?}");
    }
}

#[test]
fn three_live_incidents_open_escalate_have_an_update_edited_and_are_resolved_within_two_minutes() {
    let script = demo();
    let rank = |incident: &Value| {
        ["none", "minor", "major", "critical"]
            .iter()
            .position(|impact| incident["impact"] == **impact)
            .unwrap()
    };
    for (name, id) in LIVE {
        let page = page(&script, name);
        let shown: Vec<_> = (0..=LAST_CHANGE)
            .filter_map(|seconds| Some((seconds, incident(page, seconds, id)?)))
            .collect();
        let (opened, first) = &shown[0];
        assert!(*opened > 0, "{id} opens while somebody watches");
        assert_eq!(
            time(&first["started_at"]),
            started() + SignedDuration::from_secs(i64::try_from(*opened).unwrap())
        );
        let after = |what: &str, is: &dyn Fn(&Value, &Value) -> bool| {
            let found = shown.windows(2).find(|pair| is(&pair[0].1, &pair[1].1));
            found.unwrap_or_else(|| panic!("{id} is never {what}"))[1].0
        };
        let escalated = after("escalated", &|before, now| rank(before) < rank(now));
        let edited = after("edited", &|before, now| {
            rows(now, "incident_updates").iter().any(|update| {
                let known = rows(before, "incident_updates")
                    .iter()
                    .find(|known| known["id"] == update["id"]);
                known.is_some_and(|known| {
                    known["body"] != update["body"] && known["updated_at"] != update["updated_at"]
                })
            })
        });
        let resolved = after("resolved", &|before, now| {
            before["status"] != "resolved" && now["status"] == "resolved"
        });
        assert!(
            *opened < escalated && escalated < edited && edited < resolved,
            "{id}: {opened} {escalated} {edited} {resolved}"
        );
        assert!(resolved - opened <= 120, "{id}");
    }
}

#[test]
fn something_happens_at_least_every_fifteen_seconds() {
    let changes: Vec<_> = [0].into_iter().chain(seconds_of_changes(&demo())).collect();
    assert_eq!(changes.last(), Some(&LAST_CHANGE));
    for pair in changes.windows(2) {
        assert!(pair[1] - pair[0] <= 15, "{pair:?}");
    }
}

#[test]
fn one_maintenance_overruns() {
    let script = demo();
    let page = page(&script, "Paperlark Mail");
    let maintenance = |seconds| {
        let document = json_at(page, seconds, MAINTENANCES);
        let found = rows(&document, "scheduled_maintenances")
            .iter()
            .find(|row| row["id"] == "pl-move");
        found.unwrap().clone()
    };
    let until = time(&maintenance(0)["scheduled_until"])
        .duration_since(started())
        .as_secs();
    let until = u64::try_from(until).unwrap();
    assert_eq!(maintenance(until)["status"], "in_progress");
    assert_eq!(maintenance(until + 45)["status"], "verifying");
    assert_eq!(maintenance(LAST_CHANGE)["status"], "completed");
    assert!(maintenance(LAST_CHANGE)["resolved_at"].is_string());
}

#[test]
fn one_page_cannot_be_read_for_a_minute_and_its_vendor_is_well_all_along() {
    let script = demo();
    let page = page(&script, "Quillmere Search");
    for (seconds, expected) in [(59, None), (60, Some(Misbehaviour::LoginPage)), (120, None)] {
        assert_eq!(scene(page, seconds).misbehave, expected, "{seconds}");
    }
}

#[test]
fn one_vendor_is_degraded_without_an_incident() {
    let script = demo();
    let page = page(&script, "Sablefern Delivery");
    let summary = json_at(page, 10, SUMMARY);
    assert_eq!(summary["status"]["indicator"], "minor");
    assert_eq!(status_of(&summary, "sf-edge-osaka"), "degraded_performance");
    for seconds in 0..=LAST_CHANGE {
        assert_eq!(json_at(page, seconds, HISTORY)["incidents"], json!([]));
    }
}
