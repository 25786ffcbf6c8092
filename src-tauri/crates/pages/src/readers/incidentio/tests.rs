use serde_json::{Value, json};

use super::super::{Asked, testing};
use super::*;
use crate::contract::{ReadReply, read_documents};
use crate::health::page_health;
use crate::words::{Health, Impact, MaintenancePhase, Phase};

fn page(name: &str) -> Reading {
    testing::read(&IncidentIo, &testing::page("incidentio", name)).unwrap()
}

fn read_all(documents: &[(&str, &Value)]) -> Result<Reading, Unreadable> {
    testing::read_values(&IncidentIo, documents)
}

fn read_one(body: &Value) -> Result<Reading, Unreadable> {
    read_all(&[("summary", body)])
}

/// A fixture's document, to be changed.
fn document(page: &str, name: &str) -> Value {
    let documents = testing::page("incidentio", page);
    let (_, body) = documents.iter().find(|(known, _)| known == name).unwrap();
    serde_json::from_slice(body).unwrap()
}

fn recorded(file: &str) -> Option<Reading> {
    Some(testing::read_recorded(&IncidentIo, "summary", &format!("incidentio/{file}"))?.unwrap())
}

fn url(address: &str) -> Url {
    Url::parse(address).unwrap()
}

#[test]
fn a_page_is_read_whole() {
    let reading = page("trouble");
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(
        reading.snapshot.coverage,
        Coverage {
            components: Listing::Complete,
            open_incidents: Listing::Complete,
            past_incidents: Listing::Partial,
            open_maintenances: Listing::Complete,
            past_maintenances: Listing::Partial,
        }
    );
    insta::assert_json_snapshot!("trouble", ReadReply::new("incidentio", &reading));
}

#[test]
fn without_the_history_nothing_is_said_of_what_is_over() {
    let reading = page("well");
    assert_eq!(reading.warnings, Vec::<String>::new());
    let coverage = reading.snapshot.coverage;
    assert_eq!(
        (coverage.past_incidents, coverage.past_maintenances),
        (Listing::Absent, Listing::Absent)
    );
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
    assert_eq!(reading.wants, Vec::<&str>::new());
}

#[test]
fn words_mean_what_the_platform_means_by_them() {
    for (word, health, impact) in [
        ("operational", Health::Operational, Impact::None),
        ("degraded_performance", Health::Degraded, Impact::Minor),
        ("partial_outage", Health::PartialOutage, Impact::Major),
        ("full_outage", Health::MajorOutage, Impact::Critical),
        ("under_maintenance", Health::Maintenance, Impact::Unknown),
        ("molten", Health::Unknown, Impact::Unknown),
    ] {
        let mut body = document("well", "summary");
        let named = json!([{"component_id": "01J0000000000000000000C001", "status": word}]);
        body["summary"]["affected_components"] = named.clone();
        body["summary"]["ongoing_incidents"] =
            json!([{"id": "A", "name": "A", "status": "identified", "affected_components": named}]);
        let reading = read_one(&body).unwrap();
        let component = &reading.snapshot.components[0];
        assert_eq!((component.health, component.raw.as_deref()), (health, Some(word)));
        assert_eq!(reading.snapshot.incidents[0].facts.impact, impact, "{word}");
        let warns = reading
            .warnings
            .iter()
            .any(|warning| warning.contains("no known word"));
        assert_eq!(warns, health == Health::Unknown, "{word}");
    }
    for (word, phase) in [
        ("investigating", Phase::Investigating),
        ("identified", Phase::Identified),
        ("monitoring", Phase::Monitoring),
        ("resolved", Phase::Resolved),
        ("pondering", Phase::Unknown),
    ] {
        let mut body = document("well", "summary");
        body["summary"]["ongoing_incidents"] = json!([{"id": "A", "name": "A", "status": word}]);
        let reading = read_one(&body).unwrap();
        assert_eq!(reading.snapshot.incidents[0].facts.phase, phase);
    }
    for (word, phase) in [
        ("maintenance_scheduled", MaintenancePhase::Scheduled),
        ("maintenance_in_progress", MaintenancePhase::InProgress),
        ("maintenance_complete", MaintenancePhase::Completed),
        ("maintenance_pondered", MaintenancePhase::Unknown),
    ] {
        let mut body = document("well", "summary");
        body["summary"]["scheduled_maintenances"] = json!([{"id": "A", "name": "A", "status": word}]);
        let reading = read_one(&body).unwrap();
        assert_eq!(reading.snapshot.maintenances[0].facts.phase, phase);
    }
}

#[test]
fn a_component_that_is_not_listed_is_operational_only_while_the_list_is_understood() {
    let healths = |affected: Value| {
        let mut body = document("well", "summary");
        body["summary"]["affected_components"] = affected;
        let reading = read_one(&body).unwrap();
        let listed: Vec<Health> = reading
            .snapshot
            .components
            .iter()
            .map(|component| component.health)
            .collect();
        (listed[0], listed[1], page_health(&reading.snapshot))
    };
    let first = |status: Value| json!({"component_id": "01J0000000000000000000C001", "status": status});
    use Health::{Degraded, Operational, PartialOutage, Unknown};
    for (affected, expected) in [
        (json!([]), (Operational, Operational, Operational)),
        (
            json!([first(json!("partial_outage"))]),
            (PartialOutage, Operational, PartialOutage),
        ),
        (json!([first(json!(null))]), (Unknown, Operational, Unknown)),
        (json!(null), (Unknown, Unknown, Unknown)),
        (json!({}), (Unknown, Unknown, Unknown)),
        (json!(["C001"]), (Unknown, Unknown, Unknown)),
        (json!([{"status": "partial_outage"}]), (Unknown, Unknown, Unknown)),
        (
            json!([first(json!("degraded_performance")), {"component_id": "elsewhere", "status": "full_outage"}]),
            (Degraded, Unknown, Degraded),
        ),
    ] {
        assert_eq!(healths(affected.clone()), expected, "{affected}");
    }
}

#[test]
fn an_open_incident_fills_what_the_list_of_affected_components_lacks() {
    let mut body = document("trouble", "summary");
    body["summary"]["affected_components"] = json!([]);
    let reading = read_one(&body).unwrap();
    let component = &reading.snapshot.components[0];
    assert_eq!(
        (component.health, component.raw.as_deref()),
        (Health::PartialOutage, Some("partial_outage"))
    );
    // What an incident affected and affects no more is well again.
    assert_eq!(reading.snapshot.components[2].health, Health::Operational);
    assert_eq!(
        reading.warnings,
        [
            "summary.affected_components: “01J0000000000000000000C001” is missing, which an open incident affects"
        ]
    );
}

#[test]
fn a_page_with_an_ongoing_incident_has_issues_even_where_no_component_is_affected_any_more() {
    let mut body = document("well", "summary");
    let mut incident = document("trouble", "summary")["summary"]["ongoing_incidents"][0].clone();
    incident["status"] = json!("monitoring");
    incident["affected_components"][0]["current_status"] = json!("operational");
    body["summary"]["ongoing_incidents"] = json!([incident]);
    let health = |body: &Value| page_health(&read_one(body).unwrap().snapshot);
    assert_eq!(health(&body), Health::Degraded);
    // However little is said of it.
    for odd in [json!([null]), json!(null), json!({}), json!("none")] {
        let mut body = body.clone();
        body["summary"]["ongoing_incidents"] = odd.clone();
        assert_eq!(health(&body), Health::Unknown, "{odd}");
    }
    for odd in [json!(null), json!("pondering"), json!(7)] {
        body["summary"]["ongoing_incidents"][0]["status"] = odd.clone();
        assert_eq!(health(&body), Health::Degraded, "{odd}");
    }
    body["summary"]["ongoing_incidents"][0]["status"] = json!("resolved");
    assert_eq!(health(&body), Health::Operational);
}

#[test]
fn a_page_below_a_parent_page_is_listed_but_not_known() {
    let mut body = document("well", "summary");
    body["summary"]["page_type"] = json!("parent");
    body["summary"]["components"] = json!([]);
    body["summary"]["structure"]["items"]
        .as_array_mut()
        .unwrap()
        .push(json!({
            "group": null, "component": null,
            "sub_page": {"id": "01J0000000000000000000SUBP", "name": "Europe", "subpath": "eu"},
        }));
    let reading = read_one(&body).unwrap();
    let page = reading.snapshot.components.last().unwrap();
    assert_eq!((page.name.as_str(), page.health), ("Europe", Health::Unknown));
    assert_eq!(reading.snapshot.components.len(), 6);
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
}

#[test]
fn an_incident_in_both_documents_is_told_once_as_it_was_told_last() {
    let summary = document("trouble", "summary");
    let mut over = summary["summary"]["ongoing_incidents"][0].clone();
    over["status"] = json!("resolved");
    over["updates"].as_array_mut().unwrap().push(json!({
        "id": "01J0000000000000000000UPD9", "published_at": "2026-11-07T19:30:00Z",
        "to_status": "resolved", "message_string": "All clusters answer.", "component_statuses": [],
    }));
    let history = json!({"incidents": [over]});
    for documents in [
        [("summary", &summary), ("incidents", &history)],
        [("incidents", &history), ("summary", &summary)],
    ] {
        let reading = read_all(&documents).unwrap();
        assert_eq!(reading.snapshot.incidents.len(), 1);
        let facts = &reading.snapshot.incidents[0].facts;
        assert_eq!(facts.phase, Phase::Resolved);
        assert_eq!(facts.resolved_at, "2026-11-07T19:30:00Z".parse().ok());
    }
    let mut older = summary["summary"]["ongoing_incidents"][0].clone();
    older["status"] = json!("investigating");
    older["updates"].as_array_mut().unwrap().pop();
    let history = json!({"incidents": [older]});
    let reading = read_all(&[("summary", &summary), ("incidents", &history)]).unwrap();
    assert_eq!(reading.snapshot.incidents[0].facts.phase, Phase::Identified);
}

#[test]
fn a_history_holds_maintenances_too() {
    let summary = document("well", "summary");
    let history = json!({"incidents": [
        {"id": "A", "name": "A", "status": "maintenance_complete", "type": "maintenance"},
        {"id": "B", "name": "B", "status": "maintenance_complete"},
        {"id": "C", "name": "C", "status": "resolved"},
    ]});
    let reading = read_all(&[("summary", &summary), ("incidents", &history)]).unwrap();
    assert_eq!(reading.snapshot.maintenances.len(), 2);
    assert_eq!(reading.snapshot.incidents.len(), 1);
}

#[test]
fn what_a_page_writes_for_absent_is_absent() {
    let mut body = document("trouble", "summary");
    let text = body.to_string().replace("null", "\"$undefined\"");
    let expected = read_one(&body).unwrap();
    let absent: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read_one(&absent).unwrap(), expected);
    // As the page embeds it, without the object around it.
    let embedded = body["summary"].take();
    assert_eq!(read_one(&embedded).unwrap(), expected);
}

#[test]
fn documents_are_found_from_the_pages_address() {
    for (page, summary, incidents) in [
        (
            "https://status.example/",
            "https://status.example/proxy/status.example",
            "https://status.example/proxy/status.example/incidents",
        ),
        (
            "https://status.example/eu",
            "https://status.example/proxy/status.example/eu",
            "https://status.example/proxy/status.example/eu/incidents",
        ),
        (
            "https://statuspage.incident.io/larkspur",
            "https://statuspage.incident.io/proxy/larkspur",
            "https://statuspage.incident.io/proxy/larkspur/incidents",
        ),
    ] {
        let documents = IncidentIo.documents(&Site::at(&url(page)));
        let found: Vec<_> = documents
            .iter()
            .map(|document| (document.name, document.url.as_str(), document.asked))
            .collect();
        assert_eq!(
            found,
            [
                ("summary", summary, Asked::AtEveryPoll),
                ("incidents", incidents, Asked::Seldom)
            ]
        );
    }
}

#[test]
fn a_page_is_found_from_any_address_on_it() {
    for (address, page) in [
        (
            "https://statuspage.incident.io/larkspur",
            Some("https://statuspage.incident.io/larkspur/"),
        ),
        (
            "https://statuspage.incident.io/larkspur/incidents/01J0000000000000000000INC2?x=1#y",
            Some("https://statuspage.incident.io/larkspur/"),
        ),
        ("https://statuspage.incident.io/", None),
        ("https://statuspage.incident.io/proxy/larkspur", None),
        ("https://incident.io/status-pages", None),
        ("https://status.example/", None),
    ] {
        let found = testing::site_at(&IncidentIo, address);
        assert_eq!(found.as_deref(), page, "{address}");
    }
    let marked = "<img src=\"https://storage.googleapis.com/incident-io-status-page-logos/1\">";
    let policy = |value: &str| vec![("content-security-policy".to_owned(), value.to_owned())];
    for (address, headers, body, page) in [
        (
            "https://status.example/incidents/01J0000000000000000000INC2",
            vec![],
            marked,
            Some("https://status.example/"),
        ),
        (
            "https://status.example/eu/history",
            vec![],
            marked,
            Some("https://status.example/eu/"),
        ),
        (
            "https://status.example/feed.atom",
            policy("frame-ancestors incident-io-team.vercel.app"),
            "",
            Some("https://status.example/"),
        ),
        (
            "https://statuspage.incident.io/larkspur/incidents/1",
            vec![],
            marked,
            Some("https://statuspage.incident.io/larkspur/"),
        ),
        (
            "https://status.example/",
            policy("default-src self"),
            "<p>incident.io</p>",
            None,
        ),
    ] {
        let address = url(address);
        let front = Front {
            url: &address,
            headers: &headers,
            body,
        };
        let found = IncidentIo.site_behind(&front).map(|site| site.to_string());
        assert_eq!(found.as_deref(), page, "{address}");
    }
}

#[test]
fn what_is_no_page_of_this_platform_is_refused() {
    let mut homeless = document("well", "summary");
    homeless["summary"]["id"] = json!(1);
    homeless["summary"]["public_url"] = json!("javascript:alert(1)");
    let mut stateless = document("well", "summary");
    stateless["summary"]["affected_components"] = json!(null);
    stateless["summary"]["ongoing_incidents"] = json!(null);
    for body in [
        json!({}),
        json!([]),
        json!(null),
        json!({"summary": "all is well"}),
        json!({"summary": {"structure": {"items": []}}}),
        json!({"page": {"id": "01HEBDXXA856JY0M3E46GZHCH8", "name": "A"}, "status": {"indicator": "none"}, "components": []}),
        json!({"type": "not_found", "status": 404, "errors": []}),
        document("trouble", "incidents"),
        homeless,
        stateless,
    ] {
        testing::is_refused_for_its_shape(&IncidentIo, &body);
    }
    let html = Document {
        name: "summary",
        body: b"<!DOCTYPE html><title>Sign in</title>",
    };
    assert!(matches!(
        IncidentIo.read(&[html], None),
        Err(Unreadable::WebPage { .. })
    ));
    assert_eq!(IncidentIo.read(&[], None).unwrap_err(), Unreadable::Empty);
    let page = document("well", "summary");
    let mut other = page.clone();
    other["summary"]["id"] = json!("01J0000000000000000000ELSE");
    assert!(matches!(
        read_all(&[("a", &page), ("b", &other)]),
        Err(Unreadable::DifferentPages { .. })
    ));
    // A compatible list beside the page's own document is not its history.
    let compatible = json!({"page": {"id": "01J0000000000000000000PAGE"}, "incidents": []});
    assert!(read_all(&[("a", &page), ("b", &compatible)]).is_err());
}

#[test]
fn pages_that_answer_natively_are_read_natively() {
    for name in ["well", "trouble"] {
        let documents = testing::page("incidentio", name);
        assert_eq!(read_documents(&documents, None).unwrap().platform, "incidentio");
    }
}

#[test]
fn recorded_pages_say_what_is_known_of_them() {
    for (file, name, components, incidents, health) in [
        (
            "aiven-minor-embedded-summary.json",
            "Aiven",
            2,
            1,
            Health::PartialOutage,
        ),
        (
            "linear-good-embedded-summary.json",
            "Linear",
            6,
            0,
            Health::Operational,
        ),
        (
            "miro-good-embedded-summary.json",
            "Miro",
            6,
            0,
            Health::Operational,
        ),
        (
            "rollbar-good-embedded-summary.json",
            "Rollbar",
            12,
            0,
            Health::Operational,
        ),
    ] {
        let Some(reading) = recorded(file) else { return };
        let snapshot = &reading.snapshot;
        assert_eq!(reading.warnings, Vec::<String>::new(), "{file}");
        assert_eq!(snapshot.page.name.as_deref(), Some(name));
        assert_eq!(snapshot.components.len(), components, "{file}");
        assert_eq!(snapshot.incidents.len(), incidents, "{file}");
        assert_eq!(page_health(snapshot), health, "{file}");
        assert_eq!(snapshot.coverage.components, Listing::Complete);
    }
}

#[test]
fn a_recorded_incident_is_read_whole() {
    let Some(reading) = recorded("aiven-minor-embedded-summary.json") else {
        return;
    };
    let incident = &reading.snapshot.incidents[0];
    assert_eq!(incident.id, "01KJNTSXKSNJJ8NWRKFWW9XT3K");
    let facts = &incident.facts;
    assert_eq!(facts.phase, Phase::Monitoring);
    assert_eq!(
        (facts.impact, facts.impact_raw.as_deref()),
        (Impact::Major, Some("partial_outage"))
    );
    assert_eq!(facts.started_at, "2026-03-01T23:12:45.176Z".parse().ok());
    assert_eq!(
        facts.url.as_deref(),
        Some("https://status.aiven.io/incidents/01KJNTSXKSNJJ8NWRKFWW9XT3K")
    );
    assert_eq!(facts.components[0].name, "Aiven");
    let updates = &incident.updates;
    assert_eq!(updates.len(), 4);
    assert_eq!(updates[0].at, facts.started_at);
    assert!(updates.iter().all(|update| update.phase == Phase::Monitoring));
    // Three of its updates name no component; only the last one changes one.
    let changes: Vec<usize> = updates.iter().map(|update| update.components.len()).collect();
    assert_eq!(changes, [0, 0, 0, 1]);
    assert_eq!(updates[3].components[0].to, Health::PartialOutage);
}

#[test]
fn recorded_documents_of_other_shapes_are_left_to_their_readers() {
    for (file, body) in testing::all_recorded() {
        let document = Document {
            name: "",
            body: &body,
        };
        let is_native = file.starts_with("incidentio/") && file.ends_with("-embedded-summary.json");
        assert_eq!(IncidentIo.recognises(&document), is_native, "{file}");
    }
}
