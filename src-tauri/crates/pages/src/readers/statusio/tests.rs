use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{addresses, page, read, read_recorded, refusal, site_at, site_behind};
use crate::snapshot::{Listing, NamedComponent};
use crate::words::{Impact, MaintenancePhase, Phase};

const QUARRY: &str = "https://status.quarry.example/#5b36dc6502d06804c08349f7";

fn read_fixture(name: &str) -> Reading {
    read(&StatusIo, &page("statusio", name)).unwrap()
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let documents = page("statusio", "trouble");
    let (name, body) = &documents[0];
    let site = Site::from_url(&Url::parse(QUARRY).unwrap());
    let reading = StatusIo.read(&[Document { name, body }], Some(&site)).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(reading.snapshot.coverage.components, Listing::Complete);
    assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Complete);
    assert_eq!(reading.snapshot.coverage.past_incidents, Listing::Absent);
    insta::assert_json_snapshot!("trouble", ReadReply::new("statusio", &reading));
}

#[test]
fn a_page_that_is_well_is_operational() {
    let reading = read_fixture("well");
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
}

#[test]
fn without_knowing_the_page_there_are_no_links() {
    let snapshot = read_fixture("trouble").snapshot;
    assert_eq!(snapshot.page, PageIdentity::default());
    assert!(
        snapshot
            .incidents
            .iter()
            .all(|incident| incident.facts.url.is_none())
    );
}

#[test]
fn codes_count_whatever_text_stands_beside_them() {
    let health = |code: &str| {
        let body = format!(
            r#"{{"result":{{"status_overall":{{"status":"Alles gut","status_code":{code}}},"status":[]}}}}"#
        );
        let document = Document {
            name: "",
            body: body.as_bytes(),
        };
        let reading = StatusIo.read(&[document], None).unwrap();
        (page_health(&reading.snapshot), reading.warnings.len())
    };
    for (code, expected) in [
        ("100", Health::Operational),
        ("\"100\"", Health::Operational),
        ("200", Health::Maintenance),
        ("300", Health::Degraded),
        ("400", Health::PartialOutage),
        ("500", Health::MajorOutage),
        ("600", Health::MajorOutage),
    ] {
        assert_eq!(health(code), (expected, 0), "{code}");
    }
    for code in ["700", "null", "\"operational\"", "{}", "1e2"] {
        assert_eq!(health(code).0, Health::Unknown, "{code}");
        assert!(health(code).1 > 0, "{code}");
    }
}

#[test]
fn a_component_that_is_worse_than_its_containers_is_not_lost() {
    let body = r#"{"result":{"status":[
        {"id":"a","name":"A","status":"Down","status_code":500,"containers":[{"id":"x","name":"X","status_code":100}]},
        {"id":"b","name":"B","status_code":100,"containers":[]}]}}"#;
    let document = Document {
        name: "",
        body: body.as_bytes(),
    };
    let snapshot = StatusIo.read(&[document], None).unwrap().snapshot;
    let leaves: Vec<_> = snapshot
        .components
        .iter()
        .map(|leaf| (leaf.id.as_str(), leaf.health))
        .collect();
    assert_eq!(
        leaves,
        [
            ("a", Health::MajorOutage),
            ("a-x", Health::Operational),
            ("b", Health::Operational)
        ]
    );
    assert_eq!(page_health(&snapshot), Health::MajorOutage);
}

#[test]
fn an_address_of_the_platform_names_the_page_where_it_holds_its_id() {
    let id = "5b36dc6502d06804c08349f7";
    for (address, site) in [
        (
            format!("https://quarry.status.io/pages/incident/{id}/65b0c0ffee"),
            Some(format!("https://quarry.status.io/#{id}")),
        ),
        (
            format!("https://api.status.io/1.0/status/{id}"),
            Some(format!("https://api.status.io/#{id}")),
        ),
        (
            format!("https://status-api.hostedstatus.com/1.0/status/{id}"),
            Some(format!("https://status-api.hostedstatus.com/#{id}")),
        ),
        ("https://quarry.status.io/".to_owned(), None),
        (format!("https://status.vendor.example/pages/{id}/rss"), None),
    ] {
        assert_eq!(site_at(&StatusIo, &address), site, "{address}");
    }
}

#[test]
fn a_front_page_gives_the_id_by_header_by_feed_or_by_the_documents_address() {
    let url = "https://status.vendor.example/pages/history/x";
    let id = "5b36dc6502d06804c08349f7";
    let at = |headers: &[(&str, &str)], body: &str| site_behind(&StatusIo, url, headers, body);
    let found = Some(format!("https://status.vendor.example/#{id}"));
    assert_eq!(at(&[("x-status-page-id", id)], ""), found);
    assert_eq!(
        at(
            &[],
            &format!("<img src=//image.status.io/a.png><a href='/pages/{id}/rss'>")
        ),
        found
    );
    assert_eq!(
        at(
            &[],
            &format!("<div id='statusbar_text'></div><a href=\"/pages/history/{id}\">")
        ),
        found
    );
    assert_eq!(
        at(&[], &format!("$.get('https://api.status.io/1.0/status/{id}')")),
        found
    );
    assert_eq!(
        at(
            &[],
            &format!("$.get(\"https://1.hostedstatus.com/1.0/status/{id}\")")
        ),
        Some(format!(
            "https://status.vendor.example/#https://1.hostedstatus.com/1.0/status/{id}"
        ))
    );
    assert_eq!(
        at(&[("x-status-page-id", "none")], "<a href='/pages/x/rss'>"),
        None
    );
    assert_eq!(at(&[], &format!("<a href='/pages/{id}/rss'>")), None);
}

#[test]
fn the_document_is_the_apis_or_the_one_that_the_key_names() {
    let id = "5b36dc6502d06804c08349f7";
    let api = format!("https://api.status.io/1.0/status/{id}");
    let mirror = format!("https://status-api.hostedstatus.com/1.0/status/{id}");
    assert_eq!(addresses(&StatusIo, QUARRY), [api.as_str()]);
    assert_eq!(
        addresses(&StatusIo, &format!("https://status-api.hostedstatus.com/#{id}")),
        [mirror.as_str()]
    );
    assert_eq!(
        addresses(&StatusIo, &format!("https://status.vendor.example/#{mirror}")),
        [mirror.as_str()]
    );
    assert_eq!(
        addresses(&StatusIo, "https://status.vendor.example/"),
        Vec::<String>::new()
    );
}

#[test]
fn what_is_not_of_the_platform_is_refused_with_a_reason() {
    for (body, reason) in [
        (r#"{"error":"status page not found"}"#, "status page not found"),
        ("{}", "no object called result"),
        (r#"{"result":{}}"#, "neither status_overall"),
        (
            r#"{"result":{"status_overall":{"status":"Operational"}}}"#,
            "neither status_overall",
        ),
        (
            r#"{"page":{"id":"x"},"status":{"indicator":"none"}}"#,
            "no object called result",
        ),
        ("[]", "not an object"),
        ("null", "not an object"),
        ("", "empty"),
        ("<!doctype html><title>Hello</title>", "a web page"),
        (r#"{"result":{"status_overall"#, "not well-formed"),
    ] {
        let refusal = refusal(&StatusIo, body);
        assert!(refusal.contains(reason), "{body}: {refusal}");
    }
}

#[test]
fn recorded_pages_say_what_they_said() {
    let recorded = |file| read_recorded(&StatusIo, "status", file).map(Result::unwrap);
    let Some(well) = recorded("statusio/gitlab-2026-status.json") else {
        return;
    };
    assert_eq!(page_health(&well.snapshot), Health::Operational);
    assert_eq!(well.warnings, Vec::<String>::new());
    assert!(well.snapshot.incidents.is_empty() && well.snapshot.maintenances.is_empty());
    let runners: Vec<_> = well
        .snapshot
        .components
        .iter()
        .filter(|leaf| leaf.group[0].name == "CI/CD - Hosted runners on macOS")
        .map(|leaf| leaf.name.as_str())
        .collect();
    assert_eq!(runners, ["Google Compute Engine", "AWS"]);

    // An incident is open on a component that works, and another one is maintained.
    let past = recorded("statusio/gitlab-2020-maintenance-status.json").unwrap();
    assert_eq!(page_health(&past.snapshot), Health::Maintenance);
    assert_eq!(past.warnings, Vec::<String>::new());
    assert_eq!(past.snapshot.components.len(), 15);
    let incident = &past.snapshot.incidents[0];
    assert_eq!(incident.id, "5f52b8074ef75804bc7d2c3e");
    assert_eq!(incident.facts.phase, Phase::Identified);
    assert_eq!(incident.facts.impact, Impact::Major);
    assert_eq!(incident.updates.len(), 2);
    assert_eq!(
        incident.facts.components[0].name,
        "Website / Google Compute Engine"
    );
    assert_eq!(
        past.snapshot.maintenances[0].facts.phase,
        MaintenancePhase::InProgress
    );
    assert_eq!(
        past.snapshot.maintenances[0].facts.ends_at,
        "2020-09-07T17:55:00Z".parse().ok()
    );

    // The vendor's own example names a container of a component only where both are affected.
    let example = recorded("statusio/docs-incident-and-maintenance-status.json").unwrap();
    assert_eq!(page_health(&example.snapshot), Health::Maintenance);
    let named = |components: &[NamedComponent]| -> Vec<String> {
        components.iter().map(|one| one.name.clone()).collect()
    };
    assert_eq!(
        named(&example.snapshot.incidents[0].facts.components),
        ["Mobile App / Virginia", "Mobile App / Ireland"]
    );
    let phases: Vec<_> = example
        .snapshot
        .maintenances
        .iter()
        .map(|maintenance| maintenance.facts.phase)
        .collect();
    assert_eq!(
        phases,
        [MaintenancePhase::InProgress, MaintenancePhase::Scheduled]
    );
}
