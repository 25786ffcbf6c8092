use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read, read_body, read_recorded};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    read_body(&Infomaniak, body)
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Infomaniak, &page("infomaniak", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    insta::assert_json_snapshot!(ReadReply::new("infomaniak", &reading));
}

#[test]
fn types_and_statuses_are_read_as_infomaniak_means_them() {
    let one = |kind: &str, status: &str| {
        let body = format!(
            r#"{{"result":"success","data":[{{"id":1,"type":"{kind}","status":"{status}","started_at":1794030000,"ended_at":null,"description":{{"title":"T"}},"services":[{{"id":4,"name":"letters"}}]}}]}}"#
        );
        let reading = read_one(&body).unwrap();
        let snapshot = &reading.snapshot;
        let incident = snapshot.incidents.first().map(|one| one.facts.phase);
        let maintenance = snapshot.maintenances.first().map(|one| one.facts.phase);
        (
            incident,
            maintenance,
            page_health(snapshot),
            reading.warnings.len(),
        )
    };
    let unknown = Health::Unknown;
    for (kind, status, incident, maintenance, health, warnings) in [
        (
            "impacting",
            "inprogress",
            Some(Phase::Investigating),
            None,
            Health::Degraded,
            0,
        ),
        ("impacting", "terminated", Some(Phase::Resolved), None, unknown, 0),
        ("impacting", "zz", Some(Phase::Unknown), None, Health::Degraded, 1),
        ("zz", "inprogress", Some(Phase::Investigating), None, unknown, 1),
        (
            "maintenance",
            "planned",
            None,
            Some(MaintenancePhase::Scheduled),
            unknown,
            0,
        ),
        (
            "maintenance_housing",
            "inprogress",
            None,
            Some(MaintenancePhase::InProgress),
            unknown,
            0,
        ),
        (
            "enhancement",
            "terminated",
            None,
            Some(MaintenancePhase::Completed),
            unknown,
            0,
        ),
        (
            "enhancement",
            "zz",
            None,
            Some(MaintenancePhase::Unknown),
            unknown,
            1,
        ),
    ] {
        assert_eq!(
            one(kind, status),
            (incident, maintenance, health, warnings),
            "{kind} {status}"
        );
    }
}

#[test]
fn infomaniak_is_found_at_its_own_host_alone() {
    let at = |address: &str| {
        let site = Infomaniak.site_at(&Url::parse(address).unwrap())?;
        let url = &Infomaniak.documents(&site)[0].url;
        Some((site.to_string(), url.to_string()))
    };
    let found = Some((
        "https://infomaniakstatus.com/".to_owned(),
        "https://api.infomaniak.com/2/events".to_owned(),
    ));
    assert_eq!(at("https://infomaniakstatus.com/RAj9bkzmxO"), found);
    assert_eq!(at("https://www.infomaniakstatus.com/en"), found);
    assert_eq!(at("https://www.infomaniak.com/"), None);
}

#[test]
fn what_is_not_infomaniaks_is_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "<html></html>",
        r#"{"result":"success","data":[]}"#,
        r#"{"result":"error","error":{"code":"not_authorized"},"data":[{"type":"a","status":"b","started_at":1,"description":{}}]}"#,
        r#"{"data":[{"type":"a","status":"b","started_at":1,"description":{}}]}"#,
        r#"{"data":{"type":"status_page","attributes":{}}}"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
    }
}

#[test]
fn an_empty_list_says_that_nothing_is_open_and_nothing_of_the_rest() {
    let body = r#"{"result":"success","data":[],"total":0,"pages":0,"items_per_page":15,"page":1}"#;
    let snapshot = read_one(body).unwrap().snapshot;
    assert_eq!(page_health(&snapshot), Health::Unknown);
    assert_eq!(snapshot.coverage.open_incidents, Listing::Complete);
}

#[test]
fn of_the_events_recorded_in_2023_one_is_in_progress() {
    let file = "infomaniak/impacting-in-progress-events.json";
    let Some(reading) = read_recorded(&Infomaniak, "events", file) else {
        return;
    };
    let reading = reading.unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    let snapshot = &reading.snapshot;
    assert_eq!((snapshot.incidents.len(), snapshot.maintenances.len()), (4, 1));
    assert_eq!(page_health(snapshot), Health::Degraded);
    let open: Vec<_> = snapshot
        .incidents
        .iter()
        .filter(|one| one.facts.is_open())
        .collect();
    let [open] = open.as_slice() else {
        panic!("{}", open.len());
    };
    assert_eq!(
        (open.id.as_str(), open.facts.title.as_str()),
        ("2212695", "Access slowness and instability")
    );
    assert_eq!(open.facts.started_at.unwrap().to_string(), "2023-01-23T09:53:51Z");
    assert_eq!(
        open.facts.url.as_deref(),
        Some("https://infomaniakstatus.com/RAj9bkzmxO")
    );
    let named: Vec<_> = open
        .facts
        .components
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(named, ["email_hosting", "webmail"]);
    let commented = snapshot.incidents.iter().find(|one| one.id == "2205996").unwrap();
    assert_eq!(commented.updates.len(), 2);
    assert!(commented.updates[1].body.starts_with("This morning's incident"));
}

#[test]
fn of_the_other_recorded_events_none_is_open() {
    for (file, incidents, maintenances, warnings) in [
        ("infomaniak/impacting-mail-completed-events.json", 4, 1, 0),
        // In the documentation's sample the comments are a word.
        ("infomaniak/enhancement-network-maintenance-events.json", 0, 1, 1),
    ] {
        let Some(reading) = read_recorded(&Infomaniak, "events", file) else {
            return;
        };
        let reading = reading.unwrap();
        let snapshot = &reading.snapshot;
        assert_eq!(
            (
                snapshot.incidents.len(),
                snapshot.maintenances.len(),
                reading.warnings.len()
            ),
            (incidents, maintenances, warnings),
            "{file}: {:?}",
            reading.warnings
        );
        assert!(
            snapshot.incidents.iter().all(|one| !one.facts.is_open()),
            "{file}"
        );
        assert!(
            snapshot.maintenances.iter().all(|one| !one.facts.is_open()),
            "{file}"
        );
        assert_eq!(page_health(snapshot), Health::Unknown, "{file}");
    }
}

#[test]
fn a_link_that_is_given_in_part_is_completed() {
    assert_eq!(
        link("ed4px6RxMG").as_deref(),
        Some("https://infomaniakstatus.com/ed4px6RxMG")
    );
    assert_eq!(link("//elsewhere"), None);
    assert_eq!(link(""), None);
}
