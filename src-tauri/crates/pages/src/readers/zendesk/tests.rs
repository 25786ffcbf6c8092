use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{Documents, page, read};

fn read_text(name: &str, body: &str) -> Result<Reading, Unreadable> {
    let documents: Documents = vec![(name.to_owned(), body.as_bytes().to_vec())];
    read(&Zendesk, &documents)
}

/// An active incident with these attributes.
fn active(attributes: &str) -> Reading {
    let body = format!(r#"{{"data":[{{"id":"1","type":"incident","attributes":{{{attributes}}}}}]}}"#);
    read_text("active", &body).unwrap()
}

#[test]
fn an_incident_is_read_with_its_updates_and_services() {
    let reading = read(&Zendesk, &page("zendesk", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(page_health(&reading.snapshot), Health::PartialOutage);
    let coverage = reading.snapshot.coverage;
    assert_eq!(coverage.open_incidents, Listing::Complete);
    assert_eq!(coverage.past_incidents, Listing::Absent);
    insta::assert_json_snapshot!("trouble", ReadReply::new("zendesk", &reading));
}

#[test]
fn of_an_account_a_service_with_an_outage_is_down() {
    let documents = page("zendesk", "trouble");
    let documents: Vec<_> = documents
        .iter()
        .map(|(name, body)| Document { name, body })
        .collect();
    let address = Url::parse("https://status.zendesk.com/?subdomain=acme").unwrap();
    let site = Zendesk.site_at(&address).unwrap();
    let reading = Zendesk.read(&documents, Some(&site)).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::MajorOutage);
    let addresses: Vec<_> = Zendesk
        .documents(&site)
        .iter()
        .map(|document| document.url.to_string())
        .collect();
    assert_eq!(
        addresses,
        [
            "https://status.zendesk.com/api/incidents/active?subdomain=acme",
            "https://status.zendesk.com/api/incidents/maintenance?subdomain=acme",
        ]
    );
}

#[test]
fn only_a_list_in_which_nothing_is_odd_says_that_all_is_well() {
    let health = |name: &str, body: &str| read_text(name, body).map(|reading| page_health(&reading.snapshot));
    assert_eq!(
        health("active", r#"{"data":[],"included":[]}"#),
        Ok(Health::Operational)
    );
    assert_eq!(health("active.json", r#"{"data":[]}"#), Ok(Health::Operational));
    assert_eq!(health("maintenance", r#"{"data":[]}"#), Ok(Health::Unknown));
    assert_eq!(
        health("active", r#"{"data":[],"included":7}"#),
        Ok(Health::Unknown)
    );
    let over = r#""status":"resolved","title":"T","outage":true,"resolved_at":"2026-11-07T18:00:00Z""#;
    assert_eq!(page_health(&active(over).snapshot), Health::Operational);
    let odd = r#""status":"tepid","title":"T","outage":true,"resolved_at":"2026-11-07T18:00:00Z""#;
    assert_eq!(page_health(&active(odd).snapshot), Health::Unknown);
    let open = r#""status":"monitoring","title":"T","outage":false,"degradation":false"#;
    assert_eq!(page_health(&active(open).snapshot), Health::Unknown);
    let hurts = r#""status":"monitoring","title":"T","degradation":true"#;
    assert_eq!(page_health(&active(hurts).snapshot), Health::Degraded);
}

#[test]
fn names_may_be_written_either_way() {
    let reading = read_text(
        "active",
        r#"{"data":[{"id":"1","type":"incidents","attributes":{"status":"investigating","title":"T","outage":true,
              "startedAt":"2026-11-07T17:40:00Z","resolvedAt":null},
            "relationships":{"incidentUpdates":{"data":[{"id":7,"type":"incidentUpdates"}]},
              "incidentServices":{"data":[{"id":"9","type":"incidentServices"}]}}}],
          "included":[{"id":"7","type":"incidentUpdates","attributes":{"createdAt":"2026-11-07T17:45:00Z","description":"D"}},
            {"id":"9","type":"incidentServices","attributes":{"outage":true},"relationships":{"service":{"data":{"id":"3","type":"services"}}}},
            {"id":"3","type":"services","attributes":{"name":"Tickets"}}]}"#,
    )
    .unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    let incident = &reading.snapshot.incidents[0];
    assert_eq!(incident.facts.started_at, "2026-11-07T17:40:00Z".parse().ok());
    assert_eq!(incident.updates[0].at, "2026-11-07T17:45:00Z".parse().ok());
    assert_eq!(incident.facts.components[0].name, "Tickets");
    assert_eq!(incident.facts.components[0].health, Some(Health::PartialOutage));
}

#[test]
fn what_an_incident_refers_to_and_is_not_there_is_named() {
    let reading = read_text(
        "active",
        r#"{"data":[{"id":"1","type":"incident","attributes":{"status":"investigating","title":"T","outage":true},
            "relationships":{"incident_updates":{"data":[{"id":"7","type":"incident_update"}]},
              "services":{"data":[{"id":"3","type":"service"}]}}}]}"#,
    )
    .unwrap();
    assert_eq!(reading.warnings.len(), 2);
    assert_eq!(reading.snapshot.incidents[0].updates, Vec::new());
    assert_eq!(reading.snapshot.incidents[0].facts.components[0].name, "3");
}

#[test]
fn every_word_of_zendesk_is_known() {
    for (word, expected, warnings) in [
        ("investigating", Phase::Investigating, 0),
        ("identified", Phase::Identified, 0),
        ("monitoring", Phase::Monitoring, 0),
        ("resolved", Phase::Resolved, 0),
        ("tepid", Phase::Unknown, 1),
    ] {
        let reading = active(&format!(r#""status":"{word}","title":"T","outage":true"#));
        assert_eq!(reading.snapshot.incidents[0].facts.phase, expected, "{word}");
        assert_eq!(reading.warnings.len(), warnings, "{word}");
    }
    for (word, expected, warnings) in [
        ("no impact", Impact::None, 0),
        ("minor", Impact::Minor, 0),
        ("major", Impact::Major, 0),
        ("critical", Impact::Critical, 0),
        ("security", Impact::Unknown, 1),
    ] {
        let reading = active(&format!(
            r#""status":"resolved","title":"T","outage":true,"impact":"{word}""#
        ));
        assert_eq!(reading.snapshot.incidents[0].facts.impact, expected, "{word}");
        assert_eq!(reading.warnings.len(), warnings, "{word}");
    }
}

#[test]
fn the_page_is_found_by_its_own_host() {
    let site = |address: &str| {
        Zendesk
            .site_at(&Url::parse(address).unwrap())
            .map(|site| site.to_string())
    };
    for (address, expected) in [
        (
            "https://status.zendesk.com/incidents/247",
            Some("https://status.zendesk.com/"),
        ),
        (
            "https://status.zendesk.com/?subdomain=acme",
            Some("https://status.zendesk.com/#acme"),
        ),
        ("https://acme.zendesk.com/", None),
        ("https://www.zendesk.com/", None),
    ] {
        assert_eq!(site(address).as_deref(), expected, "{address}");
    }
}

#[test]
fn what_is_not_zendesks_is_refused() {
    for (name, body) in [
        ("active", ""),
        ("active", "<html><title>Sign in</title>"),
        ("active", "[]"),
        ("active", "{}"),
        ("active", r#"{"data":{}}"#),
        ("active", r#"{"data":null}"#),
        ("", r#"{"data":[]}"#),
        ("incidents", r#"{"data":[]}"#),
        ("active", r#"{"data":[],"status":"ok"}"#),
        ("active", r#"{"errors":[{"title":"Too many requests"}]}"#),
        (
            "active",
            r#"{"data":[{"id":"1","type":"incidents","attributes":{"name":"N","status":{"value":1}}}]}"#,
        ),
        (
            "active",
            r#"{"data":[{"id":"1","type":"status_page","attributes":{"outage":false}}]}"#,
        ),
    ] {
        assert!(read_text(name, body).is_err(), "{name}: {body}");
    }
}
