use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{fixtures, page, read};

fn read_text(body: &str) -> Result<Reading, Unreadable> {
    Xbox.read(
        &[Document {
            name: "servicestatus",
            body: body.as_bytes(),
        }],
        None,
    )
}

#[test]
fn an_impact_is_read_whole_and_the_same_from_xml_and_from_json() {
    let json = read(&Xbox, &page("xbox", "trouble")).unwrap();
    let xml = std::fs::read_to_string(fixtures("xbox").join("impacted.xml")).unwrap();
    assert_eq!(read_text(&xml).unwrap(), json);
    insta::assert_json_snapshot!("impacted", ReadReply::new("xbox", &json));
}

#[test]
fn what_an_impact_would_mean_is_not_told_while_all_is_well() {
    let reading = read(&Xbox, &page("xbox", "well")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
    let rows: Vec<_> = reading
        .snapshot
        .components
        .iter()
        .map(|one| {
            (
                one.id.as_str(),
                one.name.as_str(),
                one.group.len(),
                one.description.clone(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("1/1", "Making an account", 1, None),
            ("1/2", "Signing in", 1, None),
            ("2", "Shop", 0, None),
        ]
    );
}

#[test]
fn only_two_words_are_known_and_another_is_kept_as_it_came() {
    let overall = |state: &str| {
        let reading = read_text(&format!(
            "<ServiceStatus><Status><Overall><State>{state}</State></Overall></Status><CoreServices/></ServiceStatus>"
        ))
        .unwrap();
        let overall = reading.snapshot.overall.unwrap();
        (overall.health, overall.raw.unwrap(), reading.warnings.len())
    };
    assert_eq!(overall("None"), (Health::Operational, "None".into(), 0));
    assert_eq!(overall("Impacted"), (Health::Degraded, "Impacted".into(), 0));
    assert_eq!(overall("MajorOutage"), (Health::Unknown, "MajorOutage".into(), 1));
}

#[test]
fn a_category_whose_word_no_scenario_explains_speaks_for_itself() {
    let reading = read_text(
        r#"{"Status":{"Overall":{"State":"None"}},"CoreServices":[{"Id":1,"Name":"Shop","Status":{"Name":"Impacted"},
            "Scenarios":[{"Id":1,"Name":"Buying","Status":{"Name":"None"}}]}]}"#,
    )
    .unwrap();
    assert_eq!(reading.snapshot.components.len(), 2);
    assert_eq!(page_health(&reading.snapshot), Health::Degraded);
}

#[test]
fn the_page_is_found_by_its_own_host_in_any_language_and_market() {
    let documents = |address: &str| {
        let site = Xbox.site_at(&Url::parse(address).unwrap())?;
        Some(Xbox.documents(&site)[0].url.to_string())
    };
    let at = |market: &str| Some(format!("https://xnotify.xboxlive.com/servicestatusv6/{market}"));
    for (address, expected) in [
        ("https://support.xbox.com/en-US/xbox-live-status", at("US/en-US")),
        (
            "https://support.xbox.com/de-DE/xbox-live-status?icid=x",
            at("US/en-US"),
        ),
        (
            "https://xnotify.xboxlive.com/servicestatusv6/GB/en-GB",
            at("GB/en-GB"),
        ),
        ("https://xnotify.xboxlive.com/servicestatusv6", at("US/en-US")),
        ("https://support.xbox.com/en-US/help", None),
        ("https://www.xbox.com/xbox-live-status", None),
        ("https://status.example/xbox-live-status", None),
    ] {
        assert_eq!(documents(address), expected, "{address}");
    }
    let stand_in = Site::at(&Url::parse("http://127.0.0.1:4000/x").unwrap());
    assert_eq!(
        Xbox.documents(&stand_in)[0].url.as_str(),
        "http://127.0.0.1:4000/x/servicestatusv6/US/en-US"
    );
}

#[test]
fn what_is_not_xbox_is_refused_by_its_name() {
    for (body, expected) in [
        ("", "the answer is empty"),
        (
            "<html><title>Sign in</title>",
            "the answer is a web page (\u{201c}Sign in\u{201d}), not data",
        ),
        ("<rss version='2.0'></rss>", "a feed where JSON was expected"),
        ("<ServiceStatus><Status>", "cut off"),
        ("<Other><ServiceStatus/></Other>", "the root element is Other"),
        (
            "<ServiceStatus><Status/></ServiceStatus>",
            "no Status with an Overall in it",
        ),
        ("[]", "not an object"),
        ("{}", "no Status with an Overall in it"),
        (
            r#"{"Status":"Available","StatusText":"ok"}"#,
            "no Status with an Overall in it",
        ),
        (r#"{"Status":{"Overall":{"State":"None"}}}"#, "no CoreServices"),
    ] {
        let error = read_text(body).unwrap_err().to_string();
        assert!(error.contains(expected), "{body}: {error}");
    }
}

#[test]
fn what_is_in_neither_list_is_gone_only_where_both_hold_something_and_the_overall_word_is_known() {
    let listing = |state: &str, titles: &str| {
        let reading = read_text(&format!(
            "<ServiceStatus><Status><Overall><State>{state}</State></Overall></Status><CoreServices><Category><Id>1</Id>\
             <Name>Shop</Name><Status><Name>None</Name></Status></Category></CoreServices>{titles}</ServiceStatus>"
        ));
        reading.unwrap().snapshot.coverage.components
    };
    let titles = "<Titles><Category><Id>9</Id><Name>Games</Name><Status><Name>None</Name></Status></Category></Titles>";
    assert_eq!(listing("None", titles), Listing::Complete);
    assert_eq!(listing("Wobbly", titles), Listing::Partial);
    for absent in ["", "<Titles/>"] {
        assert_eq!(listing("None", absent), Listing::Partial, "{absent}");
    }
}
