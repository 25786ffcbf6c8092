use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{Documents, page, read};
use crate::words::{MaintenancePhase, Phase};

fn read_text(name: &str, body: &str) -> Result<Reading, Unreadable> {
    let documents: Documents = vec![(name.to_owned(), body.as_bytes().to_vec())];
    read(&Sorry, &documents)
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Sorry, &page("sorry", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(reading.wants, ["components"]);
    let coverage = reading.snapshot.coverage;
    assert_eq!(
        coverage,
        Coverage {
            components: Listing::Complete,
            open_incidents: Listing::Complete,
            past_incidents: Listing::Partial,
            open_maintenances: Listing::Complete,
            past_maintenances: Listing::Partial,
        }
    );
    insta::assert_json_snapshot!("trouble", ReadReply::new("sorry", &reading));
}

#[test]
fn the_two_documents_of_every_poll_are_enough_while_all_is_well() {
    let documents: Documents = page("sorry", "well")
        .into_iter()
        .filter(|(name, _)| name != "components")
        .collect();
    let reading = read(&Sorry, &documents).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
    assert_eq!(reading.wants, Vec::<&str>::new());
    assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Complete);
    assert_eq!(reading.snapshot.coverage.open_maintenances, Listing::Partial);
    let at_every_poll: Vec<_> = Sorry
        .documents(&Site::at(
            &Url::parse("https://status.papertrail.example/").unwrap(),
        ))
        .into_iter()
        .filter(|document| document.asked == Asked::AtEveryPoll)
        .map(|document| document.url.to_string())
        .collect();
    assert_eq!(
        at_every_poll,
        [
            "https://status.papertrail.example/api/v1/status",
            "https://status.papertrail.example/api/v1/notices?filter[timeline_state_eq]=present",
        ]
    );
}

#[test]
fn a_long_list_of_components_wants_its_further_pages() {
    let list = |from: usize| {
        let rows: Vec<String> = (from..from + 2)
            .map(|id| format!(r#"{{"id":{id},"name":"C{id}","state":"operational"}}"#))
            .collect();
        let meta = r#"{"count":2,"total_count":4,"next_page":"/api/v1/components?page=2"}"#;
        format!(r#"{{"components":[{}],"meta":{meta}}}"#, rows.join(",")).into_bytes()
    };
    let first: Documents = vec![("components".into(), list(1))];
    let reading = read(&Sorry, &first).unwrap();
    assert_eq!(reading.wants, ["components", "components-2"]);
    assert_eq!(reading.snapshot.coverage.components, Listing::Partial);
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);

    let both: Documents = vec![("components".into(), list(1)), ("components-2".into(), list(3))];
    let reading = read(&Sorry, &both).unwrap();
    assert_eq!(reading.wants, ["components", "components-2"]);
    assert_eq!(reading.snapshot.coverage.components, Listing::Complete);
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
}

#[test]
fn components_that_stand_above_one_another_end_somewhere() {
    let reading = read_text(
        "components",
        r#"{"components":[{"id":1,"name":"A","state":"operational","parent_id":2},
            {"id":2,"name":"B","state":"operational","parent_id":1},
            {"id":3,"name":"C","state":"operational","parent_id":2},
            {"id":4,"name":"D","state":"operational","parent_id":4},
            {"id":5,"name":"E","state":"operational","parent_id":99}],"meta":{"total_count":5,"next_page":null}}"#,
    )
    .unwrap();
    let rows: Vec<_> = reading
        .snapshot
        .components
        .iter()
        .map(|one| (one.name.as_str(), one.group.len()))
        .collect();
    assert_eq!(rows, [("C", 8), ("D", 0), ("E", 0)]);
}

#[test]
fn every_word_of_sorry_is_known() {
    let component = |word: &str| {
        let body = format!(
            r#"{{"components":[{{"id":1,"name":"A","state":"{word}"}}],"meta":{{"next_page":null}}}}"#
        );
        let reading = read_text("components", &body).unwrap();
        (reading.snapshot.components[0].health, reading.warnings.len())
    };
    for (word, health) in [
        ("operational", Health::Operational),
        ("degraded", Health::Degraded),
        ("partially-degraded", Health::Degraded),
        ("under_maintenance", Health::Maintenance),
        ("under-maintenance", Health::Maintenance),
    ] {
        assert_eq!(component(word), (health, 0), "{word}");
    }
    assert_eq!(component("tepid"), (Health::Unknown, 1));

    let notice = |kind: &str, word: &str| {
        let body = format!(
            r#"{{"notices":[{{"id":1,"type":"{kind}","subject":"A","state":"{word}"}}],"meta":{{"next_page":null}}}}"#
        );
        read_text("notices", &body).unwrap()
    };
    for (word, phase, warnings) in [
        ("investigating", Phase::Investigating, 0),
        ("identified", Phase::Identified, 0),
        ("recovering", Phase::Monitoring, 0),
        ("resolved", Phase::Resolved, 0),
        ("false_alarm", Phase::Resolved, 0),
        ("tepid", Phase::Unknown, 1),
    ] {
        let reading = notice("unplanned", word);
        assert_eq!(reading.snapshot.incidents[0].facts.phase, phase, "{word}");
        assert_eq!(reading.warnings.len(), warnings, "{word}");
    }
    for (word, phase, warnings) in [
        ("scheduled", MaintenancePhase::Scheduled, 0),
        ("underway", MaintenancePhase::InProgress, 0),
        ("complete", MaintenancePhase::Completed, 0),
        ("cancelled", MaintenancePhase::Cancelled, 0),
        ("tepid", MaintenancePhase::Unknown, 1),
    ] {
        let reading = notice("planned", word);
        assert_eq!(reading.snapshot.maintenances[0].facts.phase, phase, "{word}");
        assert_eq!(reading.warnings.len(), warnings, "{word}");
    }
}

#[test]
fn a_notice_of_a_new_type_is_an_incident_and_a_general_one_is_none() {
    let notice = |kind: &str| {
        let body = format!(
            r#"{{"notices":[{{"id":1,"type":"{kind}","subject":"A","state":"identified"}}],"meta":{{"next_page":null}}}}"#
        );
        let reading = read_text("notices", &body).unwrap();
        (reading.snapshot.incidents.len(), reading.warnings.len())
    };
    assert_eq!(notice("security"), (1, 1));
    assert_eq!(notice("general"), (0, 0));
}

#[test]
fn a_page_is_found_by_its_host_and_by_its_marks() {
    let at = |address: &str| {
        Sorry
            .site_at(&Url::parse(address).unwrap())
            .map(|site| site.to_string())
    };
    for (address, expected) in [
        (
            "https://status.sorryapp.com/notices/abc",
            Some("https://status.sorryapp.com/"),
        ),
        ("https://www.sorryapp.com/", None),
        ("https://api.sorryapp.com/v1/pages", None),
        ("https://a.b.sorryapp.com/", None),
        ("https://status.papertrail.example/", None),
    ] {
        assert_eq!(at(address).as_deref(), expected, "{address}");
    }
    let url = Url::parse("https://status.papertrail.example/notices/812").unwrap();
    let behind = |body: &str| {
        let front = Front {
            url: &url,
            headers: &[],
            body,
        };
        Sorry.site_behind(&front).map(|site| site.to_string())
    };
    let page = Some("https://status.papertrail.example/".to_owned());
    assert_eq!(
        behind("<script src=\"https://code.sorryapp.com/status-bar/4.js\">"),
        page
    );
    assert_eq!(
        behind("<a href='https://x.example'>Powered by Sorry\u{2122}</a>"),
        page
    );
    assert_eq!(behind("<p>Sorry, we are down</p>"), None);
}

#[test]
fn what_is_not_sorrys_is_refused() {
    for body in [
        "",
        "<html><title>Sign in</title>",
        "[]",
        "{}",
        r#"{"page":{"name":"Acme","url":"https://a.example","status":"UP"}}"#,
        r#"{"page":{"name":"Acme","state":"operational"}}"#,
        r#"{"page":{"name":"Acme","url":"https://a.example","state":"ok"},"status":{"indicator":"none"}}"#,
        r#"{"components":[{"id":"a","name":"A","status":"operational"}],"meta":{"next_page":null}}"#,
        r#"{"components":[{"id":1,"name":"A","state":"operational"}]}"#,
        r#"{"notices":[],"meta":{}}"#,
        r#"{"response":[],"count":0}"#,
    ] {
        assert!(read_text("status", body).is_err(), "{body}");
    }
}
