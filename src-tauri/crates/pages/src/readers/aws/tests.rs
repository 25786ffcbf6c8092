use super::*;
use crate::contract::ReadReply;
use crate::health::{page_health, scoped_health};
use crate::readers::testing::{page, read, read_recorded, recorded_file, refuses_what_is_no_page};

fn read_named(name: &str, body: &str) -> Result<Reading, Unreadable> {
    Aws.read(
        &[Document {
            name,
            body: body.as_bytes(),
        }],
        None,
    )
}

/// An event with these further fields.
fn event_with(fields: &str) -> Reading {
    let body = format!(
        r#"[{{"arn":"arn:aws:health:isle-1::event/A/B","summary":"Slow","event_log":[],"service":"a-isle-1","service_name":"A",{fields}}}]"#
    );
    read_named("", &body).unwrap()
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Aws, &page("aws", "trouble")).unwrap();
    insta::assert_json_snapshot!("trouble", ReadReply::new("aws", &reading));
}

#[test]
fn an_event_leads_to_its_place_on_the_page() {
    let documents = page("aws", "trouble");
    let site = Site::at(&Url::parse("https://health.harbour.example/").unwrap());
    let document = Document {
        name: "",
        body: &documents[0].1,
    };
    let reading = Aws.read(&[document], Some(&site)).unwrap();
    assert_eq!(
        reading.snapshot.incidents[1].facts.url.as_deref(),
        Some(
            "https://health.harbour.example/health/status?eventID=arn:aws:health:isle-east-1::event/BUOYS/LN_BUOYS_OPERATIONAL_ISSUE/LN_BUOYS_OPERATIONAL_ISSUE_CD34E_0123456789B"
        )
    );
}

#[test]
fn every_status_is_known_as_a_text_and_as_a_number() {
    for (code, health, impact) in [
        ("1", Health::Degraded, Impact::Minor),
        ("2", Health::Degraded, Impact::Minor),
        ("3", Health::PartialOutage, Impact::Major),
    ] {
        for written in [code.to_owned(), format!("\"{code}\"")] {
            let reading = event_with(&format!(r#""status":{written}"#));
            let facts = &reading.snapshot.incidents[0].facts;
            assert_eq!(facts.impact, impact, "{written}");
            assert_eq!(facts.impact_raw.as_deref(), Some(code));
            assert_eq!(facts.components[0].health, Some(health));
            assert_eq!(page_health(&reading.snapshot), health);
            assert!(facts.is_open() && reading.warnings.is_empty(), "{written}");
        }
    }
    for (written, warning) in [
        ("4", "[0].status: 4 is no known status"),
        ("\"red\"", "[0].status: “red” is not a whole number"),
        ("null", "[0].status: missing"),
    ] {
        let reading = event_with(&format!(r#""status":{written}"#));
        assert_eq!(reading.warnings, [warning]);
        assert_eq!(page_health(&reading.snapshot), Health::Unknown, "{written}");
        assert!(reading.snapshot.incidents[0].facts.is_open());
    }
}

#[test]
fn an_event_that_goes_on_is_trouble_though_all_its_services_are_well_again() {
    let services = r#""impacted_services":{"b":{"service_name":"B","current":"0"}}"#;
    let named = |status: &str| {
        let reading = event_with(&format!(r#""status":"{status}",{services}"#));
        let names = reading.snapshot.incidents[0]
            .facts
            .components
            .iter()
            .map(|one| one.name.clone())
            .collect::<String>();
        (names, page_health(&reading.snapshot))
    };
    assert_eq!(named("2"), ("BA".to_owned(), Health::Degraded));
    assert_eq!(named("9"), ("BA".to_owned(), Health::Unknown));
    assert_eq!(named("0"), ("B".to_owned(), Health::Operational));
}

#[test]
fn an_event_is_over_when_its_status_its_end_or_its_last_entry_says_so() {
    for fields in [
        r#""status":"0""#,
        r#""status":"0","end_time":1794066000"#,
        r#""status":"3","end_time":"1794066000""#,
        r#""status":"3","event_log":[{"message":"b","status":0,"timestamp":1794066000},{"message":"a","status":3,"timestamp":1794060000}]"#,
    ] {
        let reading = event_with(fields);
        let facts = &reading.snapshot.incidents[0].facts;
        assert_eq!(facts.phase, Phase::Resolved, "{fields}");
    }
    let reading = event_with(r#""status":"0""#);
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
}

#[test]
fn an_event_hit_as_badly_as_the_worst_that_was_said_of_it() {
    for (status, log, impact, raw) in [
        ("0", "[1,3,2,0]", Impact::Major, "3"),
        ("2", "[1]", Impact::Minor, "2"),
        ("3", "[]", Impact::Major, "3"),
        ("0", "[9,1,0]", Impact::Minor, "1"),
        ("0", "[]", Impact::Unknown, "0"),
    ] {
        let log = log.replace(['[', ']'], "");
        let entries: Vec<_> = log
            .split(',')
            .filter(|code| !code.is_empty())
            .map(|code| format!(r#"{{"message":"m","status":{code}}}"#))
            .collect();
        let reading = event_with(&format!(
            r#""status":"{status}","event_log":[{}]"#,
            entries.join(",")
        ));
        let facts = &reading.snapshot.incidents[0].facts;
        assert_eq!((facts.impact, facts.impact_raw.as_deref()), (impact, Some(raw)));
    }
}

#[test]
fn a_list_that_is_not_wholly_understood_never_says_that_all_is_well() {
    let well = r#"{"arn":"arn:aws:health:isle-1::event/A/B","summary":"Slow","event_log":[],"service":"a","status":"0"}"#;
    for list in [
        format!("[{well},null]"),
        format!("[{well},{{}}]"),
        format!("[{well},{}]", well.replace("\"0\"", "\"9\"").replace("/B", "/C")),
        format!(
            "[{}]",
            well.replace(
                "\"a\"",
                "\"a\",\"impacted_services\":{\"a\":{\"current\":\"off\"}}"
            )
        ),
        format!(
            "[{}]",
            well.replace("\"a\"", "\"a\",\"impacted_services\":{\"a\":7}")
        ),
    ] {
        let reading = read_named("currentevents", &list).unwrap();
        assert_eq!(page_health(&reading.snapshot), Health::Unknown, "{list}");
        assert!(!reading.warnings.is_empty());
    }
}

#[test]
fn an_empty_list_is_believed_by_its_name_alone() {
    for name in ["currentevents", "currentevents.json", "aws-currentevents.json"] {
        let reading = read_named(name, "[]").unwrap();
        assert_eq!(page_health(&reading.snapshot), Health::Operational);
        assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Complete);
    }
    let mut utf16 = vec![0xFE, 0xFF];
    utf16.extend("[]".encode_utf16().flat_map(u16::to_be_bytes));
    let document = Document {
        name: "currentevents",
        body: &utf16,
    };
    assert!(Aws.recognises(&document));
    assert!(read_named("events", "[]").is_err());
    assert!(refuses_what_is_no_page(&Aws, "incidents"));
}

#[test]
fn a_service_that_two_events_hit_is_as_bad_as_the_worse_says() {
    let event = |arn: &str, current: &str| {
        format!(
            r#"{{"arn":"arn:aws:health:isle-1::event/{arn}","summary":"","event_log":[],"status":"3","impacted_services":{{"edge":{{"service_name":"Edge","current":"{current}"}}}}}}"#
        )
    };
    for (one, other, health) in [
        ("0", "3", Health::PartialOutage),
        ("2", "0", Health::Degraded),
        ("0", "x", Health::Unknown),
        ("x", "3", Health::PartialOutage),
    ] {
        let body = format!("[{},{}]", event("a", one), event("b", other));
        let reading = read_named("", &body).unwrap();
        assert_eq!(reading.snapshot.components.len(), 1);
        assert_eq!(reading.snapshot.components[0].health, health, "{one} {other}");
    }
}

#[test]
fn the_page_is_found_at_amazons_own_hosts() {
    for (address, is_found) in [
        ("https://health.aws.amazon.com/health/status", true),
        (
            "https://health.aws.amazon.com/health/status?eventID=arn%3Aaws",
            true,
        ),
        ("http://status.aws.amazon.com/", true),
        ("https://aws.amazon.com/", false),
        ("https://status.aws.amazon.com.example/", false),
    ] {
        let site = Aws.site_at(&Url::parse(address).unwrap());
        assert_eq!(
            site.map(|site| site.to_string()).as_deref(),
            is_found.then_some("https://health.aws.amazon.com/"),
            "{address}"
        );
    }
    let site = Aws
        .site_at(&Url::parse("https://health.aws.amazon.com/health/status").unwrap())
        .unwrap();
    let documents = Aws.documents(&site);
    assert_eq!(
        documents[0].url.as_str(),
        "https://health.aws.amazon.com/public/currentevents"
    );
}

#[test]
fn the_recorded_events_of_two_regions_are_no_outage_of_aws() {
    const FILE: &str = "aws/currentevents-20260801-currentevents.json";
    let Some(reading) = read_recorded(&Aws, "currentevents", FILE) else {
        return;
    };
    let Reading {
        snapshot, warnings, ..
    } = reading.unwrap();
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(page_health(&snapshot), Health::PartialOutage);
    assert_eq!(snapshot.overall, None);
    assert_eq!(snapshot.components.len(), 140 + 149 - 5);
    let [uae, bahrain] = snapshot.incidents.as_slice() else {
        panic!("{}", snapshot.incidents.len());
    };
    assert_eq!((uae.updates.len(), bahrain.updates.len()), (23, 13));
    assert_eq!(
        (uae.facts.components.len(), bahrain.facts.components.len()),
        (140, 149)
    );
    assert_eq!(uae.facts.title, "Increased Error Rates");
    assert_eq!(uae.facts.started_at.unwrap().to_string(), "2026-03-01T12:51:25Z");
    assert!(uae.facts.is_open() && bahrain.facts.is_open());
    assert_eq!(
        uae.updates.last().unwrap().at.unwrap().to_string(),
        "2026-04-30T07:25:54Z"
    );

    let of = |id: &str| snapshot.components.iter().find(|one| one.id == id).unwrap();
    let group = |id: &str| {
        let names = of(id).group.iter().map(|group| group.name.clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(of("s3-me-south-1").health, Health::PartialOutage);
    assert_eq!(group("s3-me-south-1"), ["Bahrain"]);
    assert_eq!(group("s3-me-central-1"), ["UAE"]);
    assert_eq!(of("route53").health, Health::Operational);
    assert_eq!(group("route53"), [""; 0]);

    let scope = |id: &str| scoped_health(&snapshot, &[id.to_owned()].into());
    assert_eq!(scope("s3-me-south-1"), Health::PartialOutage);
    assert_eq!(scope("route53"), Health::Operational);
}

#[test]
fn a_recorded_payload_that_is_cut_is_refused() {
    let Some(body) = recorded_file("aws/currentevents-20260801-currentevents.json") else {
        return;
    };
    for end in [1, 2, 3, 1000, body.len() - 2] {
        let document = Document {
            name: "currentevents",
            body: &body[..end],
        };
        assert!(Aws.read(&[document], None).is_err(), "{end}");
    }
}

#[test]
fn a_service_that_no_event_names_is_none_where_every_event_was_understood() {
    let listing = |body: &str| {
        read_named("currentevents", body)
            .unwrap()
            .snapshot
            .coverage
            .components
    };
    let event = |status: &str| {
        format!(
            r#"{{"arn":"arn:aws:health:isle-1::event/A/B","event_log":[],"service":"a","status":"{status}"}}"#
        )
    };
    assert_eq!(listing("[]"), Listing::Complete);
    assert_eq!(listing(&format!("[{}]", event("3"))), Listing::Complete);
    assert_eq!(listing(&format!("[{}]", event("9"))), Listing::Partial);
    assert_eq!(listing(&format!("[{},7]", event("3"))), Listing::Partial);
}
