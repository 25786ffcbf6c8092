use super::*;
use crate::contract::ReadReply;
use crate::health::{page_health, scoped_health};
use crate::readers::testing::{page, read as read_page, read_recorded, refuses_what_is_no_page};
use crate::words::{Impact, Phase};

const PRODUCTS: &str = r#"{"products":[{"title":"Lamps","id":"L"},{"title":"Mail","id":"M"}]}"#;

fn read_with_products(incidents: &str) -> Reading {
    let documents = [("incidents", incidents), ("products", PRODUCTS)].map(|(name, body)| Document {
        name,
        body: body.as_bytes(),
    });
    Google.read(&documents, None).unwrap()
}

/// An open incident of the lamps, with these values in place of others.
fn incident(replaced: &[(&str, &str)]) -> String {
    let mut incident =
        r#"{"id":"i","begin":"2026-11-07T10:00:00+00:00","created":"2026-11-07T10:05:00+00:00",
        "external_desc":"Dark","updates":[],"most_recent_update":{"status":"LATEST"},"status_impact":"WORST",
        "affected_products":[{"title":"Lamps","id":"L"}],"currently_affected_locations":[]}"#
            .to_owned();
    for (what, by) in replaced {
        assert!(incident.contains(what), "{what}");
        incident = incident.replace(what, by);
    }
    incident
        .replace("LATEST", "SERVICE_DISRUPTION")
        .replace("WORST", "SERVICE_DISRUPTION")
}

fn health_with(replaced: &[(&str, &str)]) -> (Health, Health) {
    let reading = read_with_products(&format!("[{}]", incident(replaced)));
    (
        page_health(&reading.snapshot),
        reading.snapshot.components[0].health,
    )
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read_page(&Google, &page("google", "trouble")).unwrap();
    insta::assert_json_snapshot!("trouble", ReadReply::new("google", &reading));
}

#[test]
fn an_incident_leads_to_its_own_page_below_the_dashboard() {
    let site = Site::at(&Url::parse("https://status.harbour.example/lamps/").unwrap());
    let link = |uri: &str| {
        let body = format!(
            "[{}]",
            incident(&[("\"id\":\"i\"", &format!("\"id\":\"i\",\"uri\":\"{uri}\""))])
        );
        let document = Document {
            name: "",
            body: body.as_bytes(),
        };
        let reading = Google.read(&[document], Some(&site)).unwrap();
        reading.snapshot.incidents[0].facts.url.clone()
    };
    assert_eq!(
        link("incidents/abc").as_deref(),
        Some("https://status.harbour.example/lamps/incidents/abc")
    );
    for elsewhere in [
        "../x",
        "/x",
        "https://else.example/x",
        "//else.example/x",
        "javascript:x",
    ] {
        assert_eq!(link(elsewhere), None, "{elsewhere}");
    }
}

#[test]
fn every_status_is_known() {
    for (word, health, impact) in [
        ("SERVICE_INFORMATION", Health::Degraded, Impact::Minor),
        ("SERVICE_DISRUPTION", Health::PartialOutage, Impact::Major),
        ("SERVICE_OUTAGE", Health::MajorOutage, Impact::Critical),
    ] {
        let body = format!("[{}]", incident(&[("LATEST", word), ("WORST", word)]));
        let reading = read_with_products(&body);
        assert_eq!(reading.warnings, Vec::<String>::new());
        let facts = &reading.snapshot.incidents[0].facts;
        assert_eq!((facts.impact, facts.impact_raw.as_deref()), (impact, Some(word)));
        assert_eq!(
            (facts.phase, facts.phase_raw.as_deref()),
            (Phase::Unknown, Some(word))
        );
        assert!(facts.is_open());
        let lamps = &reading.snapshot.components[0];
        assert_eq!((lamps.health, lamps.raw.as_deref()), (health, Some(word)));
        assert_eq!(page_health(&reading.snapshot), health);
        let mail = [reading.snapshot.components[1].id.clone()].into();
        assert_eq!(scoped_health(&reading.snapshot, &mail), Health::Operational);
    }
    let (page, lamps) = health_with(&[("LATEST", "SERVICE_FIRE"), ("WORST", "SERVICE_FLOOD")]);
    assert_eq!((page, lamps), (Health::Unknown, Health::Unknown));
}

#[test]
fn the_latest_update_says_how_bad_it_is_now_and_only_an_end_that_it_is_over() {
    use Health::{MajorOutage, Operational, PartialOutage};
    for (latest, worst, health) in [
        ("SERVICE_DISRUPTION", "SERVICE_OUTAGE", PartialOutage),
        ("AVAILABLE", "SERVICE_OUTAGE", MajorOutage),
        ("SERVICE_FIRE", "SERVICE_OUTAGE", MajorOutage),
        ("SERVICE_OUTAGE", "SERVICE_FIRE", MajorOutage),
        ("AVAILABLE", "AVAILABLE", Health::Unknown),
    ] {
        let found = health_with(&[("LATEST", latest), ("WORST", worst)]);
        assert_eq!(found, (health, health), "{latest} {worst}");
    }
    let end = |end: &str| health_with(&[("\"begin\"", &format!("\"end\":{end},\"begin\""))]);
    assert_eq!(end("\"2026-11-07T11:00:00+00:00\""), (Operational, Operational));
    assert_eq!(end("null"), (PartialOutage, PartialOutage));
    assert_eq!(end("\"soon\""), (PartialOutage, PartialOutage));
}

#[test]
fn an_outage_in_some_locations_is_a_partial_one() {
    let at = |locations: &str| {
        health_with(&[
            ("LATEST", "SERVICE_OUTAGE"),
            (
                "\"currently_affected_locations\":[]",
                &format!("\"currently_affected_locations\":{locations}"),
            ),
        ])
        .1
    };
    assert_eq!(at("[]"), Health::MajorOutage);
    assert_eq!(at(r#"[{"title":"Isle","id":"isle-1"}]"#), Health::PartialOutage);
    assert_eq!(
        at(r#"[{"title":"Isle","id":"isle-1"},{"title":"Global","id":"global"}]"#),
        Health::MajorOutage
    );
    assert_eq!(at("7"), Health::MajorOutage);
}

#[test]
fn a_product_that_two_incidents_name_is_as_bad_as_the_worse_says() {
    for (one, other, health) in [
        ("SERVICE_INFORMATION", "SERVICE_OUTAGE", Health::MajorOutage),
        ("SERVICE_OUTAGE", "SERVICE_INFORMATION", Health::MajorOutage),
        ("SERVICE_FIRE", "SERVICE_INFORMATION", Health::Degraded),
    ] {
        let of = |id: &str, word: &str| incident(&[("\"i\"", id), ("LATEST", word), ("WORST", word)]);
        let body = format!("[{},{}]", of("\"a\"", one), of("\"b\"", other));
        let reading = read_with_products(&body);
        assert_eq!(reading.snapshot.components[0].health, health, "{one} {other}");
    }
}

#[test]
fn an_incident_that_does_not_say_what_it_hits_may_hit_anything() {
    let named = r#"[{"title":"Lamps","id":"L"}]"#;
    for (products, health) in [
        ("[]", Health::PartialOutage),
        ("null", Health::PartialOutage),
        ("[7]", Health::PartialOutage),
        (r#"[{"title":"Lamps"}]"#, Health::PartialOutage),
    ] {
        let body = format!("[{}]", incident(&[(named, products)]));
        let reading = read_with_products(&body);
        assert_eq!(page_health(&reading.snapshot), health, "{products}");
        assert!(
            reading
                .snapshot
                .components
                .iter()
                .all(|product| product.health == Health::Unknown)
        );
    }
    let outage = health_with(&[
        (named, "[]"),
        ("LATEST", "SERVICE_OUTAGE"),
        ("WORST", "SERVICE_OUTAGE"),
    ]);
    assert_eq!(outage.0, Health::PartialOutage, "nobody says that all is down");
    let unheard = health_with(&[(named, "[]"), ("LATEST", "FIRE"), ("WORST", "FLOOD")]);
    assert_eq!(unheard.0, Health::Unknown);
    let with_a_hole = format!(
        "[null,{}]",
        incident(&[("\"begin\"", "\"end\":\"2026-11-07T11:00:00Z\",\"begin\"")])
    );
    let reading = read_with_products(&with_a_hole);
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Partial);
}

#[test]
fn a_list_alone_is_read_only_if_it_speaks_for_itself() {
    let read = |documents: &[&str]| {
        let documents: Vec<_> = documents
            .iter()
            .map(|body| Document {
                name: "incidents",
                body: body.as_bytes(),
            })
            .collect();
        Google
            .read(&documents, None)
            .ok()
            .map(|reading| page_health(&reading.snapshot))
    };
    let open = format!("[{}]", incident(&[]));
    assert_eq!(read(&[&open]), Some(Health::PartialOutage));
    assert_eq!(read(&["[]", PRODUCTS]), Some(Health::Operational));
    for refused in [
        &["[]"] as &[&str],
        &[PRODUCTS],
        &[],
        &[
            &open,
            r#"{"products":[{"id":632910392,"title":"Lamp","handle":"lamp"}]}"#,
        ],
        &[&open, "<html></html>"],
    ] {
        assert_eq!(read(refused), None, "{refused:?}");
    }
    assert!(refuses_what_is_no_page(&Google, "incidents"));
    assert!(refuses_what_is_no_page(&Google, "products"));
}

#[test]
fn the_dashboards_are_found_from_any_address_below_them() {
    for (address, expected) in [
        (
            "https://status.cloud.google.com/incidents/abc",
            Some("https://status.cloud.google.com/"),
        ),
        (
            "https://status.cloud.google.com",
            Some("https://status.cloud.google.com/"),
        ),
        (
            "https://status.cloud.google.com/maps-platform",
            Some("https://status.cloud.google.com/maps-platform/"),
        ),
        (
            "https://status.cloud.google.com/maps-platform/incidents/abc",
            Some("https://status.cloud.google.com/maps-platform/"),
        ),
        (
            "https://www.google.com/appsstatus",
            Some("https://www.google.com/appsstatus/dashboard/"),
        ),
        (
            "https://www.google.com/appsstatus/dashboard/incidents/abc?hl=de",
            Some("https://www.google.com/appsstatus/dashboard/"),
        ),
        (
            "https://ads.google.com/status/publisher/",
            Some("https://ads.google.com/status/publisher/"),
        ),
        (
            "https://pay.google.com/status",
            Some("https://pay.google.com/status/"),
        ),
        (
            "https://status.search.google.com/summary",
            Some("https://status.search.google.com/"),
        ),
        (
            "https://status.firebase.google.com/",
            Some("https://status.firebase.google.com/"),
        ),
        ("https://www.google.com/search?q=status", None),
        ("https://ads.google.com/home/", None),
        ("https://status.cloud.google.com.example/", None),
    ] {
        let site = Google.site_at(&Url::parse(address).unwrap());
        assert_eq!(
            site.map(|site| site.to_string()).as_deref(),
            expected,
            "{address}"
        );
    }
    let site = Site::at(&Url::parse("https://status.cloud.google.com/maps-platform/").unwrap());
    let documents: Vec<_> = Google
        .documents(&site)
        .into_iter()
        .map(|document| (document.url.to_string(), document.optional))
        .collect();
    assert_eq!(
        documents,
        [
            (
                "https://status.cloud.google.com/maps-platform/incidents.json".to_owned(),
                false
            ),
            (
                "https://status.cloud.google.com/maps-platform/products.json".to_owned(),
                true
            ),
        ]
    );
}

#[test]
fn recorded_archives_without_an_open_incident_are_well() {
    for (file, incidents, updates, postscripts) in [
        ("gcp/gcp-202607-incidents.json", 4, 35, 4),
        ("gcp/incidents-2022-incidents.json", 157, 770, 155),
    ] {
        let Some(reading) = read_recorded(&Google, "incidents", file) else {
            return;
        };
        let Reading {
            snapshot, warnings, ..
        } = reading.unwrap();
        assert_eq!(warnings, Vec::<String>::new(), "{file}");
        assert_eq!(page_health(&snapshot), Health::Operational);
        assert_eq!(snapshot.incidents.len(), incidents);
        let all = || snapshot.incidents.iter();
        assert!(all().all(|one| one.facts.phase == Phase::Resolved && one.facts.resolved_at.is_some()));
        assert_eq!(all().map(|one| one.updates.len()).sum::<usize>(), updates);
        let said_so = all().filter(|one| one.updates.last().unwrap().phase == Phase::Resolved);
        assert_eq!(said_so.count(), postscripts, "{file}");
    }
}

#[test]
fn a_recorded_incident_keeps_its_times_and_products() {
    let Some(reading) = read_recorded(&Google, "incidents", "gcp/gcp-202607-incidents.json") else {
        return;
    };
    let snapshot = reading.unwrap().snapshot;
    let incident = &snapshot.incidents[0];
    let facts = &incident.facts;
    assert_eq!(incident.id, "3BvH3LVGcupoYqV6F4Nw");
    assert_eq!(facts.started_at.unwrap().to_string(), "2026-07-15T23:57:00Z");
    assert_eq!(facts.resolved_at.unwrap().to_string(), "2026-07-16T12:25:00Z");
    assert_eq!(facts.impact, Impact::Major);
    assert_eq!(facts.phase_raw.as_deref(), Some("AVAILABLE"));
    let names: Vec<_> = facts.components.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Bare Metal Solution",
            "Google Cloud NetApp Volumes",
            "VMWare engine"
        ]
    );
    let last = incident.updates.last().unwrap();
    assert_eq!(last.at.unwrap().to_string(), "2026-07-25T13:16:55Z");
    assert!(last.body.contains("Incident Report"));
}
