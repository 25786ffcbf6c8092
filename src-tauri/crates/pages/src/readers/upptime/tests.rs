use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{
    addresses, page, read, read_recorded, site_at, site_behind, wrongly_recognised,
};

fn read_one(body: &str) -> Result<Reading, Unreadable> {
    Upptime.read(
        &[Document {
            name: "summary",
            body: body.as_bytes(),
        }],
        None,
    )
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read(&Upptime, &page("upptime", "trouble")).unwrap();
    insta::assert_json_snapshot!(ReadReply::new("upptime", &reading));
}

#[test]
fn recorded_pages_say_what_their_checks_say() {
    for (file, health, checks, down) in [
        ("masterhash-2024-summary", Health::Operational, 10, 0),
        ("masterhash-2024-down-up-summary", Health::PartialOutage, 10, 1),
        ("matbenfield-2021-down-up-summary", Health::PartialOutage, 6, 2),
        ("yvtils-2026-down-up-summary", Health::PartialOutage, 5, 1),
    ] {
        let Some(reading) = read_recorded(&Upptime, "summary", &format!("upptime/{file}.json")) else {
            return;
        };
        let Reading {
            snapshot, warnings, ..
        } = reading.unwrap();
        let is_down = |component: &&Component| component.health == Health::MajorOutage;
        assert_eq!(
            (
                page_health(&snapshot),
                snapshot.components.len(),
                snapshot.components.iter().filter(is_down).count(),
                warnings.as_slice(),
            ),
            (health, checks, down, &[][..]),
            "{file}"
        );
        assert_eq!(snapshot.coverage.components, Listing::Complete, "{file}");
    }
}

#[test]
fn a_recorded_check_is_known_by_its_slug() {
    let file = "upptime/matbenfield-2021-down-up-summary.json";
    let Some(reading) = read_recorded(&Upptime, "summary", file) else {
        return;
    };
    let component = reading.unwrap().snapshot.components.swap_remove(1);
    assert_eq!(
        (
            component.id.as_str(),
            component.name.as_str(),
            component.raw.as_deref()
        ),
        ("to-cf-cws", "toCFCws", Some("down"))
    );
}

#[test]
fn every_word_of_a_check_is_known_and_another_one_is_unknown() {
    for (word, health, warnings) in [
        ("up", Health::Operational, 0),
        ("degraded", Health::Degraded, 0),
        ("down", Health::MajorOutage, 0),
        ("sideways", Health::Unknown, 1),
    ] {
        let body = format!(
            r#"[{{"name":"A","url":"https://a.example","slug":"a","status":"{word}","uptime":"100.00%"}}]"#
        );
        let reading = read_one(&body).unwrap();
        let component = &reading.snapshot.components[0];
        assert_eq!(
            (component.health, reading.warnings.len()),
            (health, warnings),
            "{word}"
        );
        assert_eq!(component.raw.as_deref(), Some(word));
        assert_eq!(page_health(&reading.snapshot), health, "{word}");
    }
}

#[test]
fn what_is_odd_takes_calm_away_but_no_outage() {
    let health = |other: &str| {
        let body = format!(
            r#"[{{"name":"A","url":"https://a.example","slug":"a","status":"down","uptime":"99%"}},
                {{"name":"B","url":"https://b.example","slug":"b","status":"up","uptime":"99%"}},{other}]"#
        );
        page_health(&read_one(&body).unwrap().snapshot)
    };
    assert_eq!(health("7"), Health::PartialOutage);
    assert_eq!(health(r#"{"slug":"c","status":null}"#), Health::PartialOutage);
    let well = r#"[{"name":"A","url":"https://a.example","slug":"a","status":"up","uptime":"99%"},null]"#;
    assert_eq!(page_health(&read_one(well).unwrap().snapshot), Health::Unknown);
}

#[test]
fn the_repository_tells_where_the_summary_is() {
    let address =
        |key: &str| addresses(&Upptime, &format!("https://status.larch.example/#{key}")).swap_remove(0);
    assert_eq!(
        address("larch/status"),
        "https://raw.githubusercontent.com/larch/status/HEAD/history/summary.json"
    );
    assert_eq!(
        address("larch/status/release/1"),
        "https://raw.githubusercontent.com/larch/status/release/1/history/summary.json"
    );
    for key in ["", "larch", "larch/../x", "larch/sta tus", "larch/status/"] {
        assert_eq!(
            address(key),
            "https://status.larch.example/history/summary.json",
            "{key}"
        );
    }
}

#[test]
fn a_summarys_own_address_leads_to_its_repository() {
    for branch in ["master", "refs/heads/master"] {
        assert_eq!(
            site_at(
                &Upptime,
                &format!("https://raw.githubusercontent.com/larch/status/{branch}/history/summary.json")
            )
            .as_deref(),
            Some("https://github.com/larch/status/#larch/status/master")
        );
    }
    for other in [
        "https://raw.githubusercontent.com/larch/status/master/README.md",
        "https://raw.githubusercontent.com/history/summary.json",
        "https://github.com/larch/status",
        "https://status.larch.example/history/summary.json",
    ] {
        assert_eq!(site_at(&Upptime, other), None, "{other}");
    }
}

#[test]
fn a_front_that_names_upptime_leads_to_its_repository() {
    let nav = r#"<a href="https://github.com/upptime/upptime">Upptime</a>
        <a href="https://github.com/sponsors/larch">Sponsor</a>
        <a href="https://github.com/hemlock/logo?x=1">Logo</a>
        <a href='https://github.com/Larch/status'>GitHub</a> <a href="https://upptime.js.org">powered by Upptime</a>"#;
    for (url, body, expected) in [
        (
            "https://larch.github.io/status/history/api",
            nav,
            Some("https://larch.github.io/status/#Larch/status"),
        ),
        (
            "https://status.hemlock.example/incident/12",
            nav,
            Some("https://status.hemlock.example/#hemlock/logo"),
        ),
        (
            "https://github.com/larch/status/issues/3",
            "… .upptimerc.yml …",
            Some("https://github.com/larch/status/#larch/status"),
        ),
        ("https://github.com/", ".upptimerc.yml", None),
        (
            "https://larch.github.io/status/",
            "https://upptime.js.org https://github.com/koj-co/upptime",
            Some("https://larch.github.io/status/#larch/status"),
        ),
        ("https://larch.github.io/", "https://upptime.js.org", None),
        ("https://status.larch.example/", "https://upptime.js.org", None),
        (
            "https://status.larch.example/",
            "https://github.com/larch/status",
            None,
        ),
    ] {
        assert_eq!(
            site_behind(&Upptime, url, &[], body).as_deref(),
            expected,
            "{url}"
        );
    }
}

#[test]
fn what_is_no_list_of_checks_is_refused() {
    for body in [
        "",
        "[]",
        "{}",
        "null",
        "404: Not Found",
        "<!doctype html><title>Upptime</title>",
        r#"{"name":"A","slug":"a","status":"up","uptime":"100%","url":"https://a.example"}"#,
        r#"[{"name":"A","status":"up"}]"#,
        r#"[{"name":"A","key":"core_a","results":[]}]"#,
        r#"[{"slug":7,"status":"up","uptime":"100%","url":"https://a.example"}]"#,
    ] {
        assert!(read_one(body).is_err(), "{body}");
        let document = Document {
            name: "summary",
            body: body.as_bytes(),
        };
        assert!(!Upptime.recognises(&document), "{body}");
    }
}

#[test]
fn no_recorded_page_of_another_platform_is_taken_for_one() {
    let names = ["", "summary"];
    assert_eq!(wrongly_recognised(&Upptime, "upptime", &names), [""; 0]);
}
