use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{addresses, page, read, read_recorded, refusal, site_at, site_behind};
use crate::snapshot::Listing;
use crate::words::{Impact, MaintenancePhase, Phase};

fn read_text(body: &str) -> Reading {
    let document = Document {
        name: "summary",
        body: body.as_bytes(),
    };
    Statuspal.read(&[document], None).unwrap()
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Statuspal, &page("statuspal", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(
        reading.snapshot.coverage,
        Coverage {
            components: Listing::Complete,
            open_incidents: Listing::Complete,
            open_maintenances: Listing::Complete,
            ..Coverage::NOTHING
        }
    );
    insta::assert_json_snapshot!("trouble", ReadReply::new("statuspal", &reading));
}

#[test]
fn a_page_that_is_well_is_operational() {
    let reading = read(&Statuspal, &page("statuspal", "well")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
}

#[test]
fn the_kind_of_its_incident_says_how_a_service_is() {
    let health = |word: &str| {
        let body = format!(
            r#"{{"status_page":{{"subdomain":"a"}},"services":[{{"id":1,"name":"A","children":[],"current_incident_type":{word}}}]}}"#
        );
        page_health(&read_text(&body).snapshot)
    };
    for (word, expected) in [
        ("null", Health::Operational),
        ("\"info\"", Health::Operational),
        ("\"scheduled\"", Health::Maintenance),
        ("\"emergency-maintenance\"", Health::Maintenance),
        ("\"performance\"", Health::Degraded),
        ("\"minor\"", Health::PartialOutage),
        ("\"major\"", Health::MajorOutage),
        ("\"our-own-kind\"", Health::Unknown),
        ("\"\"", Health::Unknown),
        ("0", Health::Unknown),
        ("false", Health::Unknown),
    ] {
        assert_eq!(health(word), expected, "{word}");
    }
    let missing = r#"{"status_page":{"subdomain":"a"},"services":[{"id":1,"name":"A"}]}"#;
    assert_eq!(page_health(&read_text(missing).snapshot), Health::Unknown);
}

#[test]
fn the_general_word_counts_where_the_pages_own_is_not_known_or_too_good() {
    let health = |own: &str, general: &str| {
        let body = format!(
            r#"{{"status_page":{{"subdomain":"a","current_incident_type":{own}}},"services":[],"current_status_type":{general}}}"#
        );
        page_health(&read_text(&body).snapshot)
    };
    for (own, general, expected) in [
        ("\"our-own-kind\"", "\"minor\"", Health::PartialOutage),
        ("\"our-own-kind\"", "null", Health::Unknown),
        ("\"performance\"", "\"minor\"", Health::Degraded),
        ("null", "null", Health::Operational),
        ("null", "\"major\"", Health::MajorOutage),
        ("null", "\"our-own-kind\"", Health::Operational),
    ] {
        assert_eq!(health(own, general), expected, "{own} {general}");
    }
}

#[test]
fn a_group_whose_own_incident_touches_none_of_its_services_stands_for_itself() {
    let reading = read(&Statuspal, &page("statuspal", "trouble")).unwrap();
    let west: Vec<_> = reading
        .snapshot
        .components
        .iter()
        .filter(|leaf| leaf.id == "17" || leaf.group.iter().any(|group| group.id == "17"))
        .map(|leaf| (leaf.name.as_str(), leaf.health))
        .collect();
    assert_eq!(
        west,
        [
            ("Compute", Health::Operational),
            ("Storage", Health::Operational),
            ("West", Health::PartialOutage),
        ]
    );
}

#[test]
fn addresses_of_the_platform_name_the_page() {
    let eu = "https://statuspal.eu/api/v2/status_pages/quarry/summary";
    for (address, site) in [
        (
            "https://ferry.statuspal.io/incidents/5",
            Some("https://ferry.statuspal.io/#ferry".to_owned()),
        ),
        (
            "https://quarry.statuspal.eu/",
            Some(format!("https://quarry.statuspal.eu/#{eu}")),
        ),
        (
            "https://statuspal.io/api/v2/status_pages/ferry/summary",
            Some("https://statuspal.io/#ferry".to_owned()),
        ),
        (eu, Some(format!("https://statuspal.eu/#{eu}"))),
        ("https://www.statuspal.io/", None),
        ("https://statuspal.io/pricing", None),
        ("https://status.quarry.example/", None),
    ] {
        assert_eq!(site_at(&Statuspal, address), site, "{address}");
    }
}

#[test]
fn a_front_page_names_its_page_in_the_api_or_by_an_address_of_the_platform() {
    let at = |body: &str| site_behind(&Statuspal, "https://status.quarry.example/incidents/5", &[], body);
    let eu = "https://statuspal.eu/api/v2/status_pages/quarry/summary";
    assert_eq!(
        at(
            "<script src='https://www.statuspal.io/js/app.js'></script><a href='https://quarry.statuspal.io/feed'>"
        ),
        Some("https://status.quarry.example/#quarry".to_owned())
    );
    assert_eq!(
        at("fetch(\"https://statuspal.eu/api/v2/status_pages/quarry/summary\")"),
        Some(format!("https://status.quarry.example/#{eu}"))
    );
    assert_eq!(
        at("<script src='https://www.statuspal.io/js/app.js'></script>"),
        None
    );
    assert_eq!(at("<p>Powered by something else</p>"), None);
}

#[test]
fn the_summary_is_asked_of_the_platform() {
    assert_eq!(
        addresses(&Statuspal, "https://status.quarry.example/#quarry"),
        ["https://statuspal.io/api/v2/status_pages/quarry/summary"]
    );
    let eu = "https://statuspal.eu/api/v2/status_pages/quarry/summary";
    assert_eq!(
        addresses(&Statuspal, &format!("https://status.quarry.example/#{eu}")),
        [eu]
    );
    assert_eq!(
        addresses(&Statuspal, "https://status.quarry.example/"),
        Vec::<String>::new()
    );
}

#[test]
fn what_is_not_of_the_platform_is_refused_with_a_reason() {
    for (body, reason) in [
        ("{}", "status_page"),
        (r#"{"status_page":null,"services":[]}"#, "status_page"),
        (r#"{"status_page":{"name":"A"}}"#, "neither a word"),
        (
            r#"{"status_page":{"current_incident_type":null}}"#,
            "neither subdomain",
        ),
        (r#"{"error":"not found"}"#, "status_page"),
        (r#"{"page":{"id":"x"},"components":[]}"#, "status_page"),
        ("[]", "not an object"),
        ("", "empty"),
        ("<html><title>404</title>", "a web page"),
    ] {
        let refusal = refusal(&Statuspal, body);
        assert!(refusal.contains(reason), "{body}: {refusal}");
    }
}

#[test]
fn documents_of_two_pages_are_not_one() {
    let body =
        |name: &str| format!(r#"{{"status_page":{{"subdomain":"{name}","current_incident_type":null}}}}"#);
    let (one, other) = (body("one"), body("other"));
    let documents = [&one, &other].map(|body| Document {
        name: "summary",
        body: body.as_bytes(),
    });
    assert!(matches!(
        Statuspal.read(&documents, None),
        Err(Unreadable::DifferentPages { .. })
    ));
}

#[test]
fn recorded_pages_say_what_they_said() {
    let recorded =
        |file: &str| read_recorded(&Statuspal, "summary", &format!("statuspal/{file}-summary.json"));
    let Some(well) = recorded("exoscale-operational").map(Result::unwrap) else {
        return;
    };
    // The older shape; a maintenance without an end is announced.
    assert_eq!(page_health(&well.snapshot), Health::Operational);
    assert_eq!(well.warnings, Vec::<String>::new());
    assert_eq!(well.snapshot.page.id.as_deref(), Some("exoscalestatus"));
    let announced = &well.snapshot.maintenances[0];
    assert_eq!(announced.facts.phase, MaintenancePhase::Scheduled);
    assert_eq!(announced.facts.starts_at, "2023-09-20T07:00:00Z".parse().ok());
    assert_eq!(
        (announced.facts.ends_at, announced.facts.components.len()),
        (None, 6)
    );

    let slow = recorded("exoscale-network-degraded").unwrap().unwrap();
    assert_eq!(page_health(&slow.snapshot), Health::Degraded);
    assert_eq!(slow.warnings, Vec::<String>::new());
    let incident = &slow.snapshot.incidents[0];
    assert_eq!(incident.facts.phase, Phase::Monitoring);
    assert_eq!(incident.facts.impact, Impact::Minor);
    assert_eq!(
        incident.facts.url.as_deref(),
        Some("https://exoscalestatus.com/incidents/198647")
    );
    let ids: Vec<_> = incident.updates.iter().map(|update| update.id.as_str()).collect();
    assert_eq!(ids, ["418165", "418175"]);
    // The zone is named beside the one service in it that is slow.
    assert_eq!(incident.facts.components.len(), 1);
    assert_eq!(
        incident.facts.components[0].name,
        "Network Internet Transit Connectivity"
    );

    let maintained = recorded("exoscale-vie2-maintenance-critical").unwrap().unwrap();
    assert_eq!(page_health(&maintained.snapshot), Health::Maintenance);
    let phases: Vec<_> = maintained
        .snapshot
        .maintenances
        .iter()
        .map(|maintenance| (maintenance.facts.phase, maintenance.facts.components.len()))
        .collect();
    assert_eq!(
        phases,
        [
            (MaintenancePhase::InProgress, 9),
            (MaintenancePhase::Scheduled, 9)
        ]
    );
    // The word of its update is one of the vendor's own.
    assert_eq!(maintained.warnings.len(), 1, "{:?}", maintained.warnings);

    // An incident that nobody has closed since 2022.
    let down = recorded("maslak-teamdefinex-down").unwrap().unwrap();
    assert_eq!(page_health(&down.snapshot), Health::MajorOutage);
    assert_eq!(down.snapshot.incidents[0].facts.phase, Phase::Investigating);
    assert_eq!(
        down.snapshot.incidents[0].facts.started_at,
        "2022-12-15T16:03:28Z".parse().ok()
    );

    // The vendor's example has a child that is nothing.
    let example = recorded("docs-maintenance-ongoing").unwrap().unwrap();
    assert_eq!(page_health(&example.snapshot), Health::MajorOutage);
    assert!(!example.warnings.is_empty());
}
