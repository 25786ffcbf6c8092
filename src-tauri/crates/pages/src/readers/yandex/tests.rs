use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read, read_body, read_recorded};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    read_body(&Yandex, body)
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Yandex, &page("yandex", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    insta::assert_json_snapshot!(ReadReply::new("yandex", &reading));
}

#[test]
fn statuses_and_levels_are_read_as_the_page_means_them() {
    let one = |status: &str, level: &str| {
        let body = format!(
            r#"{{"id":1,"title":"T","status":"{status}",{level},"comments":[],"installations":[],"endDate":"2026-11-07T10:00:00Z","services":[{{"id":2,"name":"S"}}]}}"#
        );
        let reading = read_one(&body).unwrap();
        let facts = &reading.snapshot.incidents[0].facts;
        let health = page_health(&reading.snapshot);
        (facts.phase, facts.impact, facts.is_open(), health)
    };
    let minor = r#""levelId":1,"level":{"label":"Minor"}"#;
    let down = r#""levelId":2,"level":{"label":"Unavailable"}"#;
    let odd = r#""levelId":9,"level":{"label":"Zz"}"#;
    let unknown = Health::Unknown;
    assert_eq!(
        one("open", minor),
        (Phase::Investigating, Impact::Minor, true, Health::Degraded)
    );
    assert_eq!(
        one("opened", down),
        (Phase::Investigating, Impact::Major, true, Health::PartialOutage)
    );
    assert_eq!(
        one("open", odd),
        (Phase::Investigating, Impact::Unknown, true, unknown)
    );
    assert_eq!(
        one("resolved", down),
        (Phase::Resolved, Impact::Major, false, unknown)
    );
    assert_eq!(
        one("withReport", minor),
        (Phase::Postmortem, Impact::Minor, false, unknown)
    );
    assert_eq!(one("zz", minor), (Phase::Unknown, Impact::Minor, false, unknown));
    let number = r#""levelId":2,"level":null"#;
    assert_eq!(one("open", number).1, Impact::Major);
}

#[test]
fn an_address_may_name_the_language() {
    for (address, site) in [
        (
            "https://status.yandex.cloud/",
            Some("https://status.yandex.cloud/"),
        ),
        (
            "https://status.yandex.cloud/en/incidents/1014",
            Some("https://status.yandex.cloud/"),
        ),
        (
            "https://status.yandex.cloud/ru/dashboard",
            Some("https://status.yandex.cloud/#ru"),
        ),
        (
            "https://status.cloud.yandex.com",
            Some("https://status.yandex.cloud/"),
        ),
        ("https://yandex.cloud/", None),
    ] {
        let found = Yandex.site_at(&Url::parse(address).unwrap());
        assert_eq!(found.map(|site| site.to_string()).as_deref(), site, "{address}");
    }
    let site = Yandex
        .site_at(&Url::parse("https://status.yandex.cloud/ru").unwrap())
        .unwrap();
    assert_eq!(
        Yandex.documents(&site)[0].url.as_str(),
        "https://status.yandex.cloud/api/incidents?lang=ru&installation=all"
    );
    assert_eq!(
        link(Some(&site), "1014").as_deref(),
        Some("https://status.yandex.cloud/ru/incidents/1014")
    );
    assert_eq!(link(None, "../x"), None);
}

#[test]
fn what_is_not_yandex_clouds_is_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "<html></html>",
        r#"{"items":[],"count":0}"#,
        r#"{"items":[{"id":1,"title":"T","status":"open"}],"count":1}"#,
        r#"{"id":1,"title":"T","status":"open"}"#,
        r#"{"code":404,"message":"Not found"}"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
    }
}

#[test]
fn of_the_incidents_recorded_in_2024_the_newest_is_still_open() {
    let Some(reading) = read_recorded(&Yandex, "incidents", "yandexcloud/ycs-2024-incidents.json") else {
        return;
    };
    let reading = reading.unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    let snapshot = &reading.snapshot;
    assert_eq!(snapshot.incidents.len(), 20);
    assert_eq!(snapshot.coverage.open_incidents, Listing::Partial);
    let open: Vec<_> = snapshot
        .incidents
        .iter()
        .filter(|one| one.facts.is_open())
        .collect();
    let [open] = open.as_slice() else {
        panic!("{}", open.len());
    };
    // Its last comment says that it is over, its status does not.
    assert_eq!(
        (open.id.as_str(), open.facts.phase),
        ("1014", Phase::Investigating)
    );
    assert_eq!(open.facts.resolved_at, None);
    let phases: Vec<_> = open.updates.iter().map(|update| update.phase).collect();
    assert_eq!(
        phases,
        [Phase::Investigating, Phase::Investigating, Phase::Resolved]
    );
    assert_eq!(
        open.facts.url.as_deref(),
        Some("https://status.yandex.cloud/en/incidents/1014")
    );
    let named: Vec<_> = open
        .facts
        .components
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(named, ["Compute Cloud", "Virtual Private Cloud"]);
    assert_eq!(page_health(snapshot), Health::Degraded);

    let reported: Vec<_> = snapshot
        .incidents
        .iter()
        .filter(|one| one.facts.postmortem.is_some())
        .collect();
    assert_eq!(reported.len(), 4);
    let unavailable = snapshot
        .incidents
        .iter()
        .filter(|one| one.facts.impact == Impact::Major);
    assert_eq!(unavailable.count(), 6);
}

#[test]
fn the_incident_recorded_in_2024_has_its_report() {
    let Some(reading) = read_recorded(&Yandex, "incident", "yandexcloud/ycs-2024-incident.json") else {
        return;
    };
    let reading = reading.unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    let incident = &reading.snapshot.incidents[0];
    assert_eq!(
        (incident.id.as_str(), incident.facts.phase),
        ("972", Phase::Resolved)
    );
    assert_eq!(incident.facts.title, "Partial network unavailability");
    assert_eq!(
        incident.facts.resolved_at.unwrap().to_string(),
        "2024-10-16T18:42:00Z"
    );
    let report = incident.facts.postmortem.as_ref().unwrap();
    assert_eq!(report.at.unwrap().to_string(), "2024-11-05T12:39:29.624Z");
    assert!(report.body.as_ref().unwrap().starts_with("<p><strong>"));
    let last = incident.updates.last().unwrap();
    assert_eq!(
        (last.phase_raw.as_deref(), last.phase),
        (Some("update"), Phase::Resolved)
    );
}
