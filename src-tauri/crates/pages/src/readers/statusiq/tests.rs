use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{
    addresses, page, read, read_recorded, recorded_file, refusal, site_at, site_behind,
};
use crate::snapshot::Listing;
use crate::words::{Health, Impact, MaintenancePhase, Phase};

fn read_page(name: &str) -> Reading {
    read(&StatusIq, &page("statusiq", name)).unwrap()
}

fn item(title: &str) -> String {
    format!(
        "<rss xmlns:site24x7=\"https://www.site24x7.com/rssdefinitions.do#\" version=\"2.0\"><channel>\
         <title>A - Status</title><item><title>{title}</title></item></channel></rss>"
    )
}

#[test]
fn the_summary_of_a_page_in_trouble_is_read_whole() {
    let reading = read_page("trouble");
    assert_eq!(reading.warnings, Vec::<String>::new());
    let coverage = reading.snapshot.coverage;
    assert_eq!(coverage.components, Listing::Complete);
    assert_eq!(coverage.open_incidents, Listing::Complete);
    assert_eq!(coverage.past_incidents, Listing::Partial);
    assert_eq!(coverage.open_maintenances, Listing::Partial);
    insta::assert_json_snapshot!("trouble", ReadReply::new("statusiq", &reading));
}

#[test]
fn the_feed_of_a_page_in_trouble_is_read_whole() {
    let reading = read_page("down");
    insta::assert_json_snapshot!("feed", ReadReply::new("statusiq", &reading));
}

#[test]
fn a_page_that_is_well_is_operational_by_either_document() {
    for name in ["well", "calm"] {
        let reading = read_page(name);
        assert_eq!(reading.warnings, Vec::<String>::new(), "{name}");
        assert_eq!(page_health(&reading.snapshot), Health::Operational, "{name}");
    }
}

#[test]
fn of_both_documents_the_summary_counts_whichever_comes_first() {
    let (feed, summary) = (page("statusiq", "down"), page("statusiq", "calm"));
    let document = |(name, body): &'static (String, Vec<u8>)| Document { name, body };
    let (feed, summary): (&'static [_], &'static [_]) = (feed.leak(), summary.leak());
    for documents in [
        [document(&feed[0]), document(&summary[0])],
        [document(&summary[0]), document(&feed[0])],
    ] {
        let reading = StatusIq.read(&documents, None).unwrap();
        assert_eq!(page_health(&reading.snapshot), Health::Operational);
    }
}

#[test]
fn a_status_is_what_stands_behind_the_last_dash() {
    for (title, name, health) in [
        ("Shop - Operational", "Shop", Health::Operational),
        ("Shop - EU - Partial Outage", "Shop - EU", Health::PartialOutage),
        ("Shop - informational", "Shop", Health::Operational),
        ("Shop - Degraded Performance", "Shop", Health::Degraded),
        ("Shop - Under Maintenance", "Shop", Health::Maintenance),
        ("Shop - Major Outage", "Shop", Health::MajorOutage),
        ("Shop - Operational soon", "Shop", Health::Unknown),
        ("Operational", "Operational", Health::Unknown),
        ("Shop -Operational", "Shop -Operational", Health::Unknown),
    ] {
        let body = item(title);
        let document = Document {
            name: "rss",
            body: body.as_bytes(),
        };
        let reading = StatusIq.read(&[document], None).unwrap();
        let component = &reading.snapshot.components[0];
        assert_eq!(
            (component.name.as_str(), component.health),
            (name, health),
            "{title}"
        );
        assert_eq!(reading.warnings.is_empty(), health != Health::Unknown, "{title}");
    }
}

#[test]
fn a_feed_cut_anywhere_is_never_well() {
    let (_, body) = page("statusiq", "down").remove(0);
    for end in 0..body.trim_ascii_end().len() {
        let document = Document {
            name: "rss",
            body: &body[..end],
        };
        assert!(StatusIq.read(&[document], None).is_err(), "{end}");
    }
}

#[test]
fn numbers_of_components_are_the_platforms() {
    let health = |code: &str| {
        let body = format!(
            r#"{{"data":{{"current_status":[{{"enc_component_id":"a","display_name":"A","component_status":{code}}}]}}}}"#
        );
        let document = Document {
            name: "summary",
            body: body.as_bytes(),
        };
        page_health(&StatusIq.read(&[document], None).unwrap().snapshot)
    };
    for (code, expected) in [
        ("1", Health::Operational),
        ("2", Health::Operational),
        ("3", Health::Degraded),
        ("4", Health::Maintenance),
        ("5", Health::PartialOutage),
        ("6", Health::MajorOutage),
        ("0", Health::Unknown),
        ("7", Health::Unknown),
        ("null", Health::Unknown),
        ("\"Operational\"", Health::Unknown),
    ] {
        assert_eq!(health(code), expected, "{code}");
    }
}

#[test]
fn a_group_without_members_that_can_be_read_stands_for_them() {
    let health = |status: &str| {
        let body = format!(
            r#"{{"data":{{"current_status":[{{"enc_component_id":"a","display_name":"A","component_status":1}},
            {{"enc_componentgroup_id":"g","componentgroup_display_name":"G","componentgroup_status":{status},
            "componentgroup_components":null,"is_group":true}}]}}}}"#
        );
        let document = Document {
            name: "summary",
            body: body.as_bytes(),
        };
        page_health(&StatusIq.read(&[document], None).unwrap().snapshot)
    };
    assert_eq!(health("1"), Health::Operational);
    assert_eq!(health("6"), Health::MajorOutage);
    assert_eq!(health("null"), Health::Unknown);
}

#[test]
fn an_entry_whose_updates_are_those_of_a_maintenance_is_one() {
    let snapshot = read_page("trouble").snapshot;
    let incidents: Vec<_> = snapshot
        .incidents
        .iter()
        .map(|incident| (incident.id.as_str(), incident.facts.phase, incident.facts.impact))
        .collect();
    assert_eq!(
        incidents,
        [
            ("inc-till", Phase::Identified, Impact::Critical),
            ("inc-old", Phase::Resolved, Impact::Minor)
        ]
    );
    let maintenances: Vec<_> = snapshot
        .maintenances
        .iter()
        .map(|maintenance| (maintenance.id.as_str(), maintenance.facts.phase))
        .collect();
    assert_eq!(maintenances, [("mnt-feed", MaintenancePhase::InProgress)]);
}

#[test]
fn addresses_of_the_platform_are_pages() {
    for (address, site) in [
        (
            "https://shop.site24x7statusiq.com/rss",
            Some("https://shop.site24x7statusiq.com/"),
        ),
        (
            "https://status.site24x7.com/#/components/x",
            Some("https://status.site24x7.com/"),
        ),
        ("https://www.site24x7statusiq.com/", None),
        ("https://www.site24x7.com/help", None),
        ("https://status.vendor.example/", None),
    ] {
        assert_eq!(site_at(&StatusIq, address).as_deref(), site, "{address}");
    }
}

#[test]
fn a_front_page_gives_its_encrypted_id() {
    let at = |body: &str| site_behind(&StatusIq, "https://status.strand.example/#/x", &[], body);
    let found = Some("https://status.strand.example/#sIq-0pAl3n_Str4nd=".to_owned());
    for body in [
        r#"statuspages = {"globals":{"enc_statuspage_id":"sIq-0pAl3n_Str4nd="}};"#,
        "statuspages.globals.encodedStatuspageId =`sIq-0pAl3n_Str4nd=`;",
        r#"<link rel="icon" href="/sp/api/public/statuspages/favicon/sIq-0pAl3n_Str4nd=?default=1">"#,
    ] {
        assert_eq!(at(body), found, "{body}");
    }
    assert_eq!(
        at(r#"<img src="/sp/api/public/other">"#).as_deref(),
        Some("https://status.strand.example/")
    );
    assert_eq!(at("<p>Hello</p>"), None);
}

#[test]
fn a_page_is_asked_for_its_summary_if_its_id_is_known_and_else_for_its_feed() {
    assert_eq!(
        addresses(&StatusIq, "https://status.strand.example/#sIq-0pAl3n_Str4nd="),
        ["https://status.strand.example/sp/api/public/summary_details/statuspages/sIq-0pAl3n_Str4nd="]
    );
    assert_eq!(
        addresses(&StatusIq, "https://status.strand.example/"),
        ["https://status.strand.example/rss"]
    );
}

#[test]
fn what_is_not_of_the_platform_is_refused_with_a_reason() {
    for (body, reason) in [
        ("{}", "no object called data"),
        (
            r#"{"code":500,"message":"Internal error"}"#,
            "no object called data",
        ),
        (r#"{"data":{"current_status":[]}}"#, "no component"),
        (r#"{"data":[{"id":1}]}"#, "no object called data"),
        ("[]", "not an object"),
        ("", "empty"),
        (
            "<rss version='2.0'><channel><title>A</title></channel></rss>",
            "without the names",
        ),
        (
            "<rss xmlns:site24x7='https://www.site24x7.com/rssdefinitions.do#'/>",
            "without a channel",
        ),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", "not RSS"),
        ("<!doctype html><title>Shop</title>", "a web page"),
        ("<rss", "not well-formed"),
    ] {
        let refusal = refusal(&StatusIq, body);
        assert!(refusal.contains(reason), "{body}: {refusal}");
    }
}

#[test]
fn recorded_feeds_say_what_they_said() {
    let recorded = |file: &str| read_recorded(&StatusIq, "rss", &format!("statusiq/{file}-rss.xml"));
    let Some(well) = recorded("trustid-operational").map(Result::unwrap) else {
        return;
    };
    assert_eq!(page_health(&well.snapshot), Health::Operational);
    assert_eq!(well.snapshot.components.len(), 6);
    assert_eq!(well.snapshot.page.name.as_deref(), Some("TrustID Service Status"));
    assert_eq!(
        well.snapshot.page.url.as_deref(),
        Some("https://status.trustid.ch")
    );
    assert_eq!(well.snapshot.updated_at, "2025-03-05T07:00:00Z".parse().ok());
    assert_eq!(well.warnings, Vec::<String>::new());

    // The affected one has neither link nor guid.
    let down = recorded("kobv-major-outage").unwrap().unwrap();
    assert_eq!(page_health(&down.snapshot), Health::MajorOutage);
    assert_eq!(down.snapshot.components.len(), 9);
    let first = &down.snapshot.components[0];
    assert_eq!(
        (first.name.as_str(), first.health),
        ("GVI via SRU", Health::MajorOutage)
    );
    assert!(first.id.starts_with("derived-"), "{}", first.id);
    assert!(
        down.snapshot
            .components
            .iter()
            .any(|one| one.name == "OPUS Uni Würzburg")
    );

    // Not one component: nothing is known, and nothing is well.
    let empty = recorded("trustid-empty").unwrap().unwrap();
    assert_eq!(page_health(&empty.snapshot), Health::Unknown);
    assert!(recorded_file("statusiq/trustid-empty-rss.xml").is_some());
}
