use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{self, read_recorded};
use crate::snapshot::Listing;
use crate::words::Phase;

#[test]
fn a_recorded_feed_tells_incidents_that_are_over() {
    let Some(reading) = read_recorded(&Xai, "feed", "xai/resolved-20260707-rss.xml") else {
        return;
    };
    let Reading {
        snapshot, warnings, ..
    } = reading.unwrap();
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(snapshot.page.name.as_deref(), Some("xAI System Status"));
    assert_eq!(snapshot.incidents.len(), 3);
    let incident = &snapshot.incidents[0];
    assert_eq!(incident.id, "INC548339c6");
    let facts = &incident.facts;
    assert_eq!(
        (facts.phase, facts.phase_raw.as_deref()),
        (Phase::Resolved, Some("Resolved"))
    );
    assert_eq!(facts.impact_raw.as_deref(), Some("available"));
    assert_eq!(facts.started_at.unwrap().to_string(), "2026-07-07T15:40:26Z");
    assert_eq!(facts.resolved_at.unwrap().to_string(), "2026-07-07T16:37:02Z");
    assert_eq!(
        facts.url.as_deref(),
        Some("https://status.x.ai/api-us-west-2/INC548339c6")
    );
    assert_eq!(facts.components[0].name, "API (us-west-2.api.x.ai)");
    let phases: Vec<_> = incident.updates.iter().map(|update| update.phase).collect();
    assert_eq!(phases, [Phase::Investigating, Phase::Resolved]);
    assert_eq!(
        crate::text::plain(&incident.updates[0].body),
        "We are currently investigating the issue."
    );
    // It says of three incidents that they are over, and of everything else nothing.
    assert_eq!(page_health(&snapshot), Health::Unknown);
    assert_eq!(snapshot.coverage.open_incidents, Listing::Partial);
}

#[test]
fn a_page_in_trouble_is_as_bad_as_the_severity_says_but_never_down_as_a_whole() {
    let reading = testing::read(&Xai, &testing::page("xai", "trouble")).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::PartialOutage);
    insta::assert_json_snapshot!("trouble", ReadReply::new("xai", &reading));
}

#[test]
fn each_severity_is_read_and_an_unheard_of_one_is_unknown_with_a_warning() {
    for (severity, impact, health, warnings) in [
        ("unavailable", Impact::Critical, Health::PartialOutage, 0),
        ("outage", Impact::Critical, Health::PartialOutage, 0),
        ("disruption", Impact::Major, Health::Degraded, 0),
        ("degraded", Impact::Minor, Health::Degraded, 0),
        ("info", Impact::None, Health::Unknown, 0),
        ("available", Impact::Unknown, Health::Unknown, 0),
        ("sleepy", Impact::Unknown, Health::Unknown, 1),
    ] {
        let feed = format!(
            "<rss version='2.0'><channel><title>Quill</title><item><title>[API] Slow</title><guid>INC1</guid>\
             <description><![CDATA[<h3>Status: INVESTIGATING</h3><p>Severity: {severity}</p>]]></description>\
             </item></channel></rss>"
        );
        let reading = Xai
            .read(
                &[Document {
                    name: "feed",
                    body: feed.as_bytes(),
                }],
                None,
            )
            .unwrap();
        assert_eq!(page_health(&reading.snapshot), health, "{severity}");
        assert_eq!(reading.snapshot.incidents[0].facts.impact, impact, "{severity}");
        assert!(reading.snapshot.incidents[0].facts.is_open());
        assert_eq!(reading.warnings.len(), warnings, "{severity}");
    }
}

#[test]
fn other_feeds_and_answers_are_refused() {
    for text in [
        "",
        "<rss version='2.0'><channel><title>Kite</title></channel></rss>",
        "<rss version='2.0'><channel><item><title>A</title><description>Status: resolved</description></item></channel></rss>",
        "<html><title>Status</title></html>",
        "{}",
    ] {
        let document = Document {
            name: "feed",
            body: text.as_bytes(),
        };
        assert!(!Xai.recognises(&document), "{text}");
        assert!(Xai.read(&[document], None).is_err(), "{text}");
    }
}

#[test]
fn the_page_is_found_at_its_own_host() {
    let at = |address: &str| {
        Xai.site_at(&Url::parse(address).unwrap())
            .map(|site| site.to_string())
    };
    assert_eq!(
        at("https://status.x.ai/api-us-west-2/INC548339c6").as_deref(),
        Some("https://status.x.ai/")
    );
    assert_eq!(at("https://x.ai/"), None);
}
