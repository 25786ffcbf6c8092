use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{page, read as read_page, read_recorded, refuses_what_is_no_page};

fn read_text(body: &str) -> Result<Reading, Unreadable> {
    let document = Document {
        name: "feed",
        body: body.as_bytes(),
    };
    let reading = Azure.read(&[document], None);
    assert_eq!(Azure.recognises(&document), reading.is_ok());
    reading
}

fn fixture(name: &str) -> String {
    let documents = page("azure", name);
    String::from_utf8(documents[0].1.clone()).unwrap()
}

fn health(body: &str) -> Option<Health> {
    read_text(body).ok().map(|reading| page_health(&reading.snapshot))
}

#[test]
fn a_page_in_trouble_is_read_whole() {
    let reading = read_page(&Azure, &page("azure", "trouble")).unwrap();
    insta::assert_json_snapshot!("trouble", ReadReply::new("azure", &reading));
    assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Complete);
}

#[test]
fn a_feed_without_items_is_well_and_one_with_any_is_not() {
    assert_eq!(health(&fixture("well")), Some(Health::Operational));
    let with = |item: &str| fixture("well").replace("</channel>", &format!("{item}</channel>"));
    for item in ["<item/>", "<item><title>x</title></item>", "<item>?</item>"] {
        assert_eq!(health(&with(item)), Some(Health::Degraded), "{item}");
    }
    for odd in [
        "<entry/>",
        "<x:item xmlns:x='urn:x'/>",
        "<incident>Fire</incident>",
    ] {
        let reading = read_text(&with(odd)).unwrap();
        assert_eq!(page_health(&reading.snapshot), Health::Unknown, "{odd}");
        assert_eq!(reading.snapshot.coverage.open_incidents, Listing::Partial);
        assert_eq!(reading.warnings.len(), 1);
    }
}

#[test]
fn a_trouble_of_which_less_is_said_is_still_trouble() {
    let whole = fixture("trouble");
    let tree = xml::parse(&whole).unwrap();
    for node in tree.descendants().filter(|node| node.is_element()) {
        let range = node.range();
        let without = format!("{}{}", &whole[..range.start], &whole[range.end..]);
        let health = health(&without);
        assert!(
            matches!(health, None | Some(Health::Degraded)),
            "{:?}: {health:?}",
            node.tag_name()
        );
    }
}

#[test]
fn two_items_are_two_issues_even_under_one_identifier() {
    let same = fixture("trouble").replace("lanterns-out-in-isle-west", "slow-signals");
    let reading = read_text(&same).unwrap();
    let ids: Vec<_> = reading
        .snapshot
        .incidents
        .iter()
        .map(|incident| incident.id.as_str())
        .collect();
    assert_eq!(ids, ["slow-signals", "slow-signals-2"]);
}

#[test]
fn the_feed_of_somebody_else_is_refused() {
    let well = fixture("well");
    for (what, by) in [
        ("<title>Azure Status</title>", "<title>Harbour Status</title>"),
        ("<title>Azure Status</title>", ""),
        ("azure.status.microsoft", "azure.status.microsoft.example"),
        ("azure.status.microsoft", "status.harbour.example"),
        ("<link>", "<link>mailto:"),
        ("channel>", "chanel>"),
        ("</rss>", ""),
        ("<rss ", "<!DOCTYPE rss><rss "),
    ] {
        let changed = well.replace(what, by);
        assert_ne!(changed, well, "{what}");
        assert_eq!(health(&changed), None, "{what} {by}");
    }
    assert!(refuses_what_is_no_page(&Azure, "feed"));
}

#[test]
fn the_page_is_found_at_microsofts_own_hosts_and_its_feed_where_the_page_says() {
    let page = Some("https://azure.status.microsoft/en-us/status/");
    for (address, expected) in [
        ("https://azure.status.microsoft/en-us/status/history/?x=1", page),
        ("https://status.azure.com", page),
        ("https://azure.microsoft.com/de-de/status/feed/", page),
        ("https://rssfeed.azure.status.microsoft/en-us/status/feed/", page),
        ("https://azure.microsoft.com/en-us/pricing/", None),
        ("https://status.dev.azure.com/", None),
    ] {
        let site = Azure.site_at(&Url::parse(address).unwrap());
        assert_eq!(
            site.map(|site| site.to_string()).as_deref(),
            expected,
            "{address}"
        );
    }
    let feed = |base: &str| {
        let site = Site::at(&Url::parse(base).unwrap());
        Azure.documents(&site)[0].url.to_string()
    };
    assert_eq!(
        feed("https://azure.status.microsoft/en-us/status/"),
        "https://rssfeed.azure.status.microsoft/en-us/status/feed/"
    );
    assert_eq!(
        feed("http://127.0.0.1:8080/en-us/status/"),
        "http://127.0.0.1:8080/en-us/status/feed/"
    );
}

#[test]
fn the_recorded_feeds_tell_one_issue_that_is_edited_in_place() {
    let read = |file: &str| read_recorded(&Azure, "feed", file).map(Result::unwrap);
    let (Some(clear), Some(early), Some(late)) = (
        read("azure/clear-2026-rss.xml"),
        read("azure/westus-20260723-early-rss.xml"),
        read("azure/westus-20260723-rss.xml"),
    ) else {
        return;
    };
    assert_eq!(page_health(&clear.snapshot), Health::Operational);
    assert_eq!(clear.snapshot.incidents, []);
    for (reading, named) in [(&early, 2), (&late, 15)] {
        assert_eq!(reading.warnings, Vec::<String>::new());
        assert_eq!(page_health(&reading.snapshot), Health::Degraded);
        let [incident] = reading.snapshot.incidents.as_slice() else {
            panic!("{}", reading.snapshot.incidents.len());
        };
        assert_eq!(incident.id, "issues-connecting-to-resources-in-west-us");
        assert_eq!(incident.facts.title, "Issues connecting to resources in West US");
        assert_eq!(incident.facts.components.len(), named);
        assert_eq!(incident.facts.url, None);
        assert!(incident.facts.is_open());
        let [update] = incident.updates.as_slice() else {
            panic!("{}", incident.updates.len());
        };
        assert_eq!(update.at.unwrap().to_string(), "2026-07-23T16:29:09Z");
        assert!(update.body.starts_with("<p>Starting at "));
    }
    let id = |reading: &Reading| reading.snapshot.incidents[0].updates[0].id.clone();
    assert_eq!(id(&early), id(&late));
}
