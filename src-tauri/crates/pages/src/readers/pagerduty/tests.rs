use serde_json::{Value, json};

use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{
    Documents, addresses, page, read, read_recorded, refusal, site_at, site_behind,
};
use crate::readers::tests::truth::lessened;
use crate::snapshot::{Listing, Snapshot};
use crate::words::{Impact, MaintenancePhase, Phase};

fn read_page(name: &str) -> Reading {
    read(&PagerDuty, &page("pagerduty", name)).unwrap()
}

/// The data that a fixture's page carries.
fn data(name: &str) -> Value {
    let (_, body) = page("pagerduty", name).remove(0);
    serde_json::from_str(&encoding::script_json(&body, OPENING).unwrap()).unwrap()
}

fn read_data(data: &Value) -> Result<Reading, Unreadable> {
    let body = data.to_string();
    let document = Document {
        name: "page",
        body: body.as_bytes(),
    };
    PagerDuty.read(&[document], None)
}

fn healths(snapshot: &Snapshot) -> Vec<(&str, Health)> {
    snapshot
        .components
        .iter()
        .map(|service| (service.name.as_str(), service.health))
        .collect()
}

#[test]
fn the_data_of_a_page_in_trouble_is_read_whole() {
    let reading = read_page("trouble");
    assert_eq!(reading.warnings, Vec::<String>::new());
    let coverage = reading.snapshot.coverage;
    assert_eq!(coverage.components, Listing::Complete);
    assert_eq!(coverage.open_incidents, Listing::Complete);
    assert_eq!(coverage.past_incidents, Listing::Partial);
    insta::assert_json_snapshot!("trouble", ReadReply::new("pagerduty", &reading));
}

#[test]
fn the_documents_of_the_api_are_read_as_one_page() {
    let documents = page("pagerduty", "api");
    let documents: Vec<_> = documents
        .iter()
        .map(|(name, body)| Document { name, body })
        .collect();
    let site = Site::at(&Url::parse("https://status.ferry.example/").unwrap());
    let reading = PagerDuty.read(&documents, Some(&site)).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(reading.snapshot.coverage.open_maintenances, Listing::Complete);
    insta::assert_json_snapshot!("api", ReadReply::new("pagerduty", &reading));
}

#[test]
fn a_page_without_open_incidents_is_operational() {
    let reading = read_page("well");
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
}

#[test]
fn a_service_that_nothing_is_said_of_is_unknown_where_something_was_not_understood() {
    let mut data = data("trouble");
    data["summary"]["open_incidents"][0]["updates"][0]["impacted_business_services"][1]["severity"] =
        json!("catastrophic");
    assert_eq!(
        healths(&read_data(&data).unwrap().snapshot),
        [
            ("Alerts (North)", Health::MajorOutage),
            ("Alerts (South)", Health::Unknown),
            ("Website", Health::Unknown),
        ]
    );
}

#[test]
fn an_open_incident_that_names_no_service_makes_the_page_degraded() {
    let mut data = data("trouble");
    let update = &mut data["summary"]["open_incidents"][0]["updates"][0];
    update["impacted_business_services"] = json!([]);
    update["severity"] = json!("outage");
    let reading = read_data(&data).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Degraded);
    assert_eq!(healths(&reading.snapshot)[0].1, Health::Operational);
}

#[test]
fn posts_in_the_newer_form_are_read_beside_the_others() {
    let mut data = data("well");
    data["summary"]["posts"] = json!([{"id": "PNEW", "title": "Down", "post_type": "incident", "latest_update": {
        "id": "PU", "status_id": "EST2", "severity_id": "ESV2", "message": "x", "reported_at": 1_794_060_000_000_i64,
        "impacts": [{"service_id": "S3", "severity_id": "EIM2"}],
    }}]);
    let reading = read_data(&data).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(page_health(&reading.snapshot), Health::MajorOutage);
    // And where they are not understood, nothing is well.
    data["summary"]["posts"] = json!([{"id": "PNEW", "something": "else"}]);
    assert_eq!(page_health(&read_data(&data).unwrap().snapshot), Health::Unknown);
}

#[test]
fn a_page_in_trouble_that_says_less_is_never_well_in_either_form() {
    let is_false_calm = |reading: Result<Reading, Unreadable>| {
        reading.is_ok_and(|reading| {
            matches!(
                page_health(&reading.snapshot),
                Health::Operational | Health::Maintenance
            )
        })
    };
    for (what, changed) in lessened(&data("trouble")) {
        assert!(!is_false_calm(read_data(&changed)), "{what}");
    }
    let documents: Documents = page("pagerduty", "api");
    for (at, (name, body)) in documents.iter().enumerate() {
        for (what, changed) in lessened(&serde_json::from_slice(body).unwrap()) {
            let mut documents = documents.clone();
            documents[at].1 = changed.to_string().into_bytes();
            assert!(!is_false_calm(read(&PagerDuty, &documents)), "{name}: {what}");
        }
    }
}

#[test]
fn a_document_of_the_api_that_is_missing_leaves_nothing_well() {
    let documents = page("pagerduty", "api");
    for left_out in 0..documents.len() {
        let mut documents = documents.clone();
        let (name, _) = documents.remove(left_out);
        let health = page_health(&read(&PagerDuty, &documents).unwrap().snapshot);
        assert!(
            health.is_problem() || health == Health::Unknown,
            "{name}: {health:?}"
        );
    }
    // Without the list of what is impacted, no service is known to work.
    let services = documents.iter().find(|(name, _)| name == "services").unwrap();
    let reading = read(&PagerDuty, &vec![services.clone()]).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
}

#[test]
fn a_list_of_posts_that_goes_on_is_partial() {
    let mut documents = page("pagerduty", "api");
    let posts = documents.iter_mut().find(|(name, _)| name == "posts").unwrap();
    let mut body: Value = serde_json::from_slice(&posts.1).unwrap();
    body["continuationToken"] = json!("abc");
    posts.1 = body.to_string().into_bytes();
    let reading = read(&PagerDuty, &documents).unwrap();
    assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Partial);
}

#[test]
fn words_are_the_last_part_of_their_key() {
    let list = json!([
        {"id": "a", "name": "Kaputt", "layout_settings": {"key": "incident/impacts/partial_outage"}},
        {"id": "b", "name": "In Progress"},
        {"id": "c"},
    ])
    .to_string();
    let tree = Json::parse(&list).unwrap();
    let words = enums(
        tree.list().unwrap(),
        &Place::document(""),
        &mut Warnings::default(),
    );
    let words: Vec<_> = words
        .iter()
        .map(|(id, word)| (id.as_str(), word.as_str()))
        .collect();
    assert_eq!(words, [("a", "partial_outage"), ("b", "in_progress")]);
}

#[test]
fn addresses_of_the_platform_are_pages() {
    for (address, site) in [
        (
            "https://status.pagerduty.com/posts/details/P1",
            Some("https://status.pagerduty.com/"),
        ),
        (
            "https://ferry-status.trust.pagerduty.com/posts/dashboard",
            Some("https://ferry-status.trust.pagerduty.com/"),
        ),
        ("https://www.pagerduty.com/", None),
        ("https://status.vendor.example/", None),
    ] {
        assert_eq!(site_at(&PagerDuty, address).as_deref(), site, "{address}");
    }
}

#[test]
fn a_front_page_says_whether_it_carries_its_incidents() {
    let at = |body: &str| {
        site_behind(
            &PagerDuty,
            "https://status.ferry.example/posts/dashboard",
            &[],
            body,
        )
    };
    let script = |data: &str| format!("<html>{OPENING}{data}</script>");
    assert_eq!(
        at(&script(
            r#"{"summary":{"open_incidents":[]},"status_page_type":"public"}"#
        ))
        .as_deref(),
        Some("https://status.ferry.example/#embedded")
    );
    assert_eq!(
        at(&script(
            r#"{"layout":{"layout_settings":{"statusPage":{"globalStatusHeadline":"x"}}}}"#
        ))
        .as_deref(),
        Some("https://status.ferry.example/")
    );
    assert_eq!(at(&script("{}")), None);
    assert_eq!(at(r#"{"status_page_type":"public"}"#), None);
}

#[test]
fn a_page_is_asked_for_itself_or_by_its_api() {
    assert_eq!(
        addresses(&PagerDuty, "https://status.ferry.example/#embedded"),
        ["https://status.ferry.example/"]
    );
    assert_eq!(
        addresses(&PagerDuty, "https://status.ferry.example/"),
        [
            "https://status.ferry.example/api/impacted_services",
            "https://status.ferry.example/api/posts?is_featured=true&limit=500",
            "https://status.ferry.example/api/services",
            "https://status.ferry.example/api/post_enums",
        ]
    );
}

#[test]
fn what_is_not_of_the_platform_is_refused_with_a_reason() {
    for (body, reason) in [
        ("{}", "nothing that a status page of PagerDuty"),
        (r#"{"summary":{"open_incidents":[]}}"#, "without open incidents"),
        (r#"{"summary":{"components":[]}}"#, "without open incidents"),
        (r#"{"posts":[]}"#, "an empty list of posts"),
        (
            r#"{"posts":[{"id":1,"title":"A blog"}]}"#,
            "nothing that a status page",
        ),
        (
            r#"{"services":[{"name":"A","status":"up"}]}"#,
            "nothing that a status page",
        ),
        ("[]", "not an object"),
        ("", "empty"),
        (
            "<html><title>Status Page</title></html>",
            "a web page (“Status Page”)",
        ),
        (
            "<html><script id=\"data\" type=\"application/json\">{}</script>",
            "nothing that",
        ),
        (
            "<html><script id=\"data\" type=\"application/json\">{</script>",
            "not well-formed",
        ),
    ] {
        let refusal = refusal(&PagerDuty, body);
        assert!(refusal.contains(reason), "{body}: {refusal}");
    }
}

#[test]
fn recorded_pages_say_what_they_said() {
    let recorded = |file| read_recorded(&PagerDuty, "page", file).map(Result::unwrap);
    let Some(good) = recorded("pagerduty/pagerduty-good-embedded-data.json") else {
        return;
    };
    assert_eq!(page_health(&good.snapshot), Health::Operational);
    assert_eq!(good.warnings, Vec::<String>::new());
    assert_eq!(good.snapshot.components.len(), 64);
    assert_eq!(good.snapshot.incidents.len(), 80);
    assert_eq!(good.snapshot.page.name.as_deref(), Some("PagerDuty Status Page"));
    let is_over = |incident: &crate::Incident| incident.facts.phase == Phase::Resolved;
    assert!(good.snapshot.incidents.iter().all(is_over));
    let written_up = good.snapshot.incidents.iter();
    assert_eq!(
        written_up
            .filter(|incident| incident.facts.postmortem.is_some())
            .count(),
        59
    );

    // What is over was what its earlier updates said; some were never anything.
    let was = |impact: Impact| {
        let all = good.snapshot.incidents.iter();
        all.filter(|incident| incident.facts.impact == impact).count()
    };
    assert_eq!((was(Impact::None), was(Impact::Unknown)), (15, 0));

    // Its headline says that everything runs smoothly.
    let minor = recorded("pagerduty/pagerduty-minor-page.html").unwrap();
    assert_eq!(page_health(&minor.snapshot), Health::Degraded);
    assert_eq!(minor.warnings, Vec::<String>::new());
    let open = &minor.snapshot.incidents[0];
    assert_eq!(open.id, "P1VQT26");
    assert_eq!(
        (open.facts.phase, open.facts.impact),
        (Phase::Investigating, Impact::Minor)
    );
    let phases: Vec<_> = open
        .updates
        .iter()
        .map(|update| update.phase_raw.as_deref())
        .collect();
    assert_eq!(
        phases,
        [Some("detected"), Some("investigating"), Some("investigating")]
    );
    let named: Vec<_> = open
        .facts
        .components
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(named, ["Services (US)", "Services (EU)"]);
    let degraded: Vec<_> = minor
        .snapshot
        .components
        .iter()
        .filter(|service| service.health == Health::Degraded)
        .map(|service| service.group[0].name.as_str())
        .collect();
    assert_eq!(degraded, ["Services", "Services"]);
    assert_eq!(
        recorded("pagerduty/pagerduty-minor-embedded-data.json").unwrap(),
        minor
    );
}

#[test]
fn maintenances_have_phases_of_their_own() {
    let snapshot = read_page("api").snapshot;
    assert_eq!(snapshot.maintenances[0].facts.phase, MaintenancePhase::InProgress);
    assert_eq!(healths(&snapshot)[2], ("Website", Health::Maintenance));
}
