use serde_json::{Value, json};

use super::super::testing;
use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::snapshot::{Incident, Maintenance};
use crate::words::{Impact, MaintenancePhase, Phase};

fn page(name: &str) -> Reading {
    testing::read(&BetterStack, &testing::page("betterstack", name)).unwrap()
}

fn read_one(body: &Value) -> Result<Reading, Unreadable> {
    testing::read_values(&BetterStack, &[("index", body)])
}

fn index(state: &str, included: &Value) -> Value {
    json!({
        "data": {"id": "1", "type": "status_page", "attributes": {"company_name": "A", "aggregate_state": state}},
        "included": included,
    })
}

fn resource(id: &str, status: &str) -> Value {
    json!({"id": id, "type": "status_page_resource", "attributes": {
        "public_name": id, "status": status, "status_history": [{"day": "2026-11-07", "status": "operational"}],
    }})
}

fn report(attributes: &Value) -> Value {
    let mut all = json!({"title": "A", "report_type": "manual", "starts_at": "2026-11-07T10:00:00Z", "ends_at": null,
        "aggregate_state": "downtime", "affected_resources": [{"status_page_resource_id": "a", "status": "downtime"}]});
    for (key, value) in attributes.as_object().unwrap() {
        all[key] = value.clone();
    }
    json!({"id": "9", "type": "status_report", "attributes": all})
}

fn incident(attributes: &Value) -> Incident {
    let body = index(
        "downtime",
        &json!([resource("a", "downtime"), report(attributes)]),
    );
    read_one(&body).unwrap().snapshot.incidents.remove(0)
}

fn maintenance(resource_state: &str, attributes: &Value) -> Maintenance {
    let mut attributes = attributes.clone();
    attributes["report_type"] = json!("maintenance");
    if attributes.get("aggregate_state").is_none() {
        attributes["aggregate_state"] = json!("maintenance");
    }
    let body = index(
        "operational",
        &json!([resource("a", resource_state), report(&attributes)]),
    );
    read_one(&body).unwrap().snapshot.maintenances.remove(0)
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
    insta::assert_json_snapshot!("trouble", ReadReply::new("betterstack", &reading));
}

#[test]
fn words_mean_what_the_platform_means_by_them() {
    for (word, health) in [
        ("operational", Health::Operational),
        ("degraded", Health::Degraded),
        ("downtime", Health::MajorOutage),
        ("maintenance", Health::Maintenance),
        ("not_monitored", Health::Unknown),
        ("on_fire", Health::Unknown),
    ] {
        let reading = read_one(&index("operational", &json!([resource("a", word)]))).unwrap();
        assert_eq!(reading.snapshot.components[0].health, health, "{word}");
        assert_eq!(reading.warnings.is_empty(), word != "on_fire", "{word}");
    }
    for (word, impact) in [
        ("degraded", Impact::Minor),
        ("downtime", Impact::Major),
        ("resolved", Impact::None),
        ("maintenance", Impact::Unknown),
        ("on_fire", Impact::Unknown),
    ] {
        let affected = json!([{"status_page_resource_id": "a", "status": word}]);
        let incident = incident(&json!({"affected_resources": affected}));
        assert_eq!(incident.facts.impact, impact, "{word}");
    }
}

#[test]
fn an_overall_word_is_no_better_and_no_worse_than_what_it_rolls_up() {
    for (state, resources, health) in [
        (
            "operational",
            json!([resource("a", "operational")]),
            Health::Operational,
        ),
        (
            "operational",
            json!([resource("a", "operational"), resource("b", "not_monitored")]),
            Health::Operational,
        ),
        (
            "operational",
            json!([resource("a", "not_monitored"), resource("b", "not_monitored")]),
            Health::Unknown,
        ),
        ("operational", json!([]), Health::Unknown),
        ("degraded", json!([]), Health::Degraded),
        (
            "maintenance",
            json!([resource("a", "maintenance")]),
            Health::Maintenance,
        ),
        (
            "downtime",
            json!([resource("a", "downtime"), resource("b", "operational")]),
            Health::PartialOutage,
        ),
        (
            "downtime",
            json!([resource("a", "downtime"), resource("b", "downtime")]),
            Health::MajorOutage,
        ),
        (
            "downtime",
            json!([resource("a", "downtime"), resource("b", "not_monitored")]),
            Health::PartialOutage,
        ),
        ("downtime", json!(null), Health::PartialOutage),
        ("on_fire", json!([resource("a", "operational")]), Health::Unknown),
    ] {
        let reading = read_one(&index(state, &resources)).unwrap();
        assert_eq!(
            reading.snapshot.overall.unwrap().health,
            health,
            "{state} {resources}"
        );
    }
}

#[test]
fn a_report_is_open_until_its_state_is_resolved_whether_or_not_it_has_an_end() {
    for (attributes, phase, is_open) in [
        (json!({}), Phase::Investigating, true),
        (json!({"aggregate_state": "degraded"}), Phase::Investigating, true),
        (json!({"aggregate_state": "resolved"}), Phase::Resolved, false),
        (json!({"aggregate_state": "operational"}), Phase::Unknown, true),
        (json!({"aggregate_state": "on_fire"}), Phase::Unknown, true),
        (json!({"aggregate_state": null}), Phase::Unknown, true),
        (json!({"ends_at": "2026-11-07T11:00:00Z"}), Phase::Unknown, false),
        (json!({"report_type": "automatic"}), Phase::Investigating, true),
        (
            json!({"report_type": "never_heard_of"}),
            Phase::Investigating,
            true,
        ),
    ] {
        let facts = incident(&attributes).facts;
        assert_eq!((facts.phase, facts.is_open()), (phase, is_open), "{attributes}");
    }
}

#[test]
fn where_a_maintenance_stands_is_told_by_its_resources_and_the_days_of_their_history() {
    let window = |starts_at: &str, ends_at: &str| json!({"starts_at": starts_at, "ends_at": ends_at});
    let this_day = window("2026-11-07T10:00:00Z", "2026-11-07T12:00:00Z");
    let (later, earlier) = (
        window("2026-11-09T00:00:00Z", "2026-11-09T12:00:00Z"),
        window("2026-11-05T00:00:00Z", "2026-11-05T23:00:00Z"),
    );
    let mut over = this_day.clone();
    over["aggregate_state"] = json!("resolved");
    for (resource, attributes, phase) in [
        ("maintenance", this_day.clone(), MaintenancePhase::InProgress),
        ("operational", this_day, MaintenancePhase::Unknown),
        ("maintenance", over, MaintenancePhase::Completed),
        ("operational", later.clone(), MaintenancePhase::Scheduled),
        ("maintenance", later, MaintenancePhase::Scheduled),
        ("maintenance", earlier, MaintenancePhase::Completed),
        (
            "maintenance",
            json!({"starts_at": null}),
            MaintenancePhase::Unknown,
        ),
    ] {
        let facts = maintenance(resource, &attributes).facts;
        assert_eq!(facts.phase, phase, "{resource} {attributes}");
    }
}

#[test]
fn an_update_belongs_to_the_report_that_names_it_or_that_it_names() {
    let update =
        |id: &str, attributes: Value| json!({"id": id, "type": "status_update", "attributes": attributes});
    let mut named = report(&json!({}));
    named["relationships"] = json!({"status_updates": {"data": [{"id": "2", "type": "status_update"}]}});
    let body = index(
        "downtime",
        &json!([
            resource("a", "downtime"),
            update(
                "3",
                json!({"message": "later", "published_at": "2026-11-07T12:00:00Z", "status_report_id": 9})
            ),
            update(
                "2",
                json!({"message": "sooner", "published_at": "2026-11-07T11:00:00Z"})
            ),
            update(
                "4",
                json!({"message": "of no report", "published_at": "2026-11-07T11:00:00Z"})
            ),
            named,
        ]),
    );
    let reading = read_one(&body).unwrap();
    let bodies: Vec<&str> = reading.snapshot.incidents[0]
        .updates
        .iter()
        .map(|update| update.body.as_str())
        .collect();
    assert_eq!(bodies, ["sooner", "later"]);
}

#[test]
fn what_is_included_and_not_understood_leaves_no_list_complete() {
    for odd in [
        json!(7),
        json!({"id": "1", "attributes": {}}),
        json!({"id": "1", "type": "status_page_rumour", "attributes": {}}),
    ] {
        let reading = read_one(&index("operational", &json!([resource("a", "operational"), odd]))).unwrap();
        let coverage = reading.snapshot.coverage;
        assert_eq!(
            (
                coverage.components,
                coverage.open_incidents,
                coverage.open_maintenances
            ),
            (Listing::Partial, Listing::Partial, Listing::Partial)
        );
        assert_eq!(reading.warnings.len(), 1);
    }
    let reading = read_one(&index("operational", &json!(null))).unwrap();
    assert_eq!(reading.snapshot.coverage, Coverage::NOTHING);
}

#[test]
fn the_official_address_is_the_vendors_own_where_there_is_one() {
    for (attributes, address) in [
        (
            json!({"custom_domain": "status.a.example", "subdomain": "a"}),
            Some("https://status.a.example/"),
        ),
        (
            json!({"custom_domain": null, "subdomain": "a"}),
            Some("https://a.betteruptime.com/"),
        ),
        (json!({"custom_domain": "", "subdomain": null}), None),
    ] {
        let mut body = index("operational", &json!([]));
        for (key, value) in attributes.as_object().unwrap() {
            body["data"]["attributes"][key] = value.clone();
        }
        let reading = read_one(&body).unwrap();
        assert_eq!(reading.snapshot.page.url.as_deref(), address);
    }
}

#[test]
fn a_page_is_found_from_any_address_on_it() {
    for (address, page) in [
        (
            "https://a.betteruptime.com/incidents",
            Some("https://a.betteruptime.com/"),
        ),
        ("https://www.betteruptime.com/", None),
        ("https://betteruptime.com/", None),
        ("https://uptime.betterstack.com/team/1", None),
        ("https://status.example/", None),
    ] {
        let found = testing::site_at(&BetterStack, address);
        assert_eq!(found.as_deref(), page, "{address}");
    }
    let address = "https://status.example/incidents";
    for (body, page) in [
        (
            "<script src='https://uptime.betterstack.com/packs/js/status_page_v2-1.js'></script>",
            Some("https://status.example/"),
        ),
        (
            "<a href='https://betterstack.com/'>We log with Better Stack</a>",
            None,
        ),
    ] {
        let found = testing::site_behind(&BetterStack, address, &[], body);
        assert_eq!(found.as_deref(), page);
    }
}

#[test]
fn what_is_no_page_of_this_platform_is_refused() {
    for body in [
        json!({}),
        json!([]),
        json!(null),
        json!({"data": []}),
        json!({"data": {"type": "status_page"}}),
        json!({"data": {"type": "status_page", "attributes": {}}}),
        json!({"data": {"type": "status", "attributes": {"aggregate_state": "operational"}}, "included": []}),
        json!({"page": {"name": "A", "status": "UP"}}),
        json!({"errors": [{"status": "404"}]}),
    ] {
        testing::is_refused_for_its_shape(&BetterStack, &body);
    }
    assert_eq!(BetterStack.read(&[], None).unwrap_err(), Unreadable::Empty);
    let page = index("operational", &json!([])).to_string();
    let document = Document {
        name: "index",
        body: page.as_bytes(),
    };
    assert!(matches!(
        BetterStack.read(&[document, document], None),
        Err(Unreadable::DifferentPages { .. })
    ));
}

#[test]
fn a_document_without_identifiers_is_read() {
    let file = "betterstack/algora-incident-index.json";
    let Some(reading) = testing::read_recorded(&BetterStack, "index", file) else {
        return;
    };
    let snapshot = reading.unwrap().snapshot;
    assert_eq!(snapshot.page.name.as_deref(), Some("Hugging Face"));
    let healths: Vec<Health> = snapshot
        .components
        .iter()
        .map(|component| component.health)
        .collect();
    assert_eq!(
        healths,
        [Health::MajorOutage, Health::Degraded, Health::Operational]
    );
    assert_eq!(page_health(&snapshot), Health::PartialOutage);
    assert!(snapshot.incidents[0].facts.is_open());
}

#[test]
fn a_recorded_web_page_is_refused_and_bears_the_marks() {
    for file in [
        "betterstack/buildjet-good-page.html",
        "betterstack/eyloo-major-page.html",
    ] {
        let Some(body) = testing::recorded_file(file) else {
            return;
        };
        let document = Document {
            name: "index",
            body: &body,
        };
        assert!(matches!(
            BetterStack.read(&[document], None),
            Err(Unreadable::WebPage { .. })
        ));
        let page = std::str::from_utf8(&body).unwrap();
        let found = testing::site_behind(&BetterStack, "https://status.example/incidents", &[], page);
        assert_eq!(found.as_deref(), Some("https://status.example/"), "{file}");
    }
}

#[test]
fn recorded_documents_of_other_shapes_are_left_to_their_readers() {
    for (file, body) in testing::all_recorded() {
        let document = Document {
            name: "",
            body: &body,
        };
        let is_its_own = file.starts_with("betterstack/") && file.ends_with(".json");
        assert_eq!(BetterStack.recognises(&document), is_its_own, "{file}");
    }
}
