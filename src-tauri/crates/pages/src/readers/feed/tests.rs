use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{self, read_recorded, recorded_file};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

fn read(text: &str) -> Result<Reading, Unreadable> {
    Feed.read(
        &[Document {
            name: "feed",
            body: text.as_bytes(),
        }],
        None,
    )
}

/// RSS with these items.
fn rss(items: &str) -> Reading {
    read(&format!(
        "<rss version='2.0'><channel><title>Kite</title><link>https://status.kite.example/</link>{items}</channel></rss>"
    ))
    .unwrap()
}

fn phases(reading: &Reading) -> Vec<(Phase, Option<&str>)> {
    reading
        .snapshot
        .incidents
        .iter()
        .map(|incident| (incident.facts.phase, incident.facts.phase_raw.as_deref()))
        .collect()
}

mod recorded {
    use super::*;

    /// Which incidents of a recorded history are open, and in which phase.
    fn open(file: &str) -> Option<Vec<(String, Phase)>> {
        let reading = read_recorded(&Feed, "feed", file)?.unwrap();
        assert_eq!(page_health(&reading.snapshot), Health::Unknown, "{file}");
        Some(
            reading
                .snapshot
                .incidents
                .iter()
                .filter(|incident| incident.facts.is_open())
                .map(|incident| (incident.facts.title.clone(), incident.facts.phase))
                .collect(),
        )
    }

    #[test]
    fn open_incidents_are_told_from_those_that_are_over() {
        for (file, expected) in [
            (
                "statuspage/github-20240606-two-open-history.atom",
                vec![("Incident with Packages", Phase::Investigating)],
            ),
            (
                "statuspage/github-20260507-open-history.atom",
                vec![("CCR and CCA failing to start for PR comments", Phase::Monitoring)],
            ),
            ("statuspage/github-20260822-history.atom", vec![]),
        ] {
            let Some(found) = open(file) else { return };
            let found: Vec<_> = found
                .iter()
                .map(|(title, phase)| (title.as_str(), *phase))
                .collect();
            assert_eq!(found, expected, "{file}");
        }
    }

    #[test]
    fn every_update_of_a_long_history_has_its_time_and_its_text() {
        for file in [
            "statuspage/github-first-2022-history.atom",
            "statuspage/github-20240418-stale-open-history.atom",
            "statuspage/github-20240606-two-open-history.atom",
            "statuspage/github-20250523-scheduled-history.atom",
            "statuspage/github-20250529-inprogress-history.atom",
            "statuspage/github-20260507-open-history.atom",
            "statuspage/github-20260822-history.atom",
        ] {
            let Some(body) = recorded_file(file) else { return };
            let reading = read_recorded(&Feed, "feed", file).unwrap().unwrap();
            let snapshot = &reading.snapshot;
            assert_eq!(reading.warnings, Vec::<String>::new(), "{file}");
            assert_eq!(
                snapshot.page.name.as_deref(),
                Some("GitHub Status - Incident History")
            );
            let text = String::from_utf8(body).unwrap();
            let events = snapshot.incidents.len() + snapshot.maintenances.len();
            assert_eq!(events, text.matches("<entry>").count(), "{file}");
            let updates = snapshot
                .incidents
                .iter()
                .map(|event| event.updates.len())
                .sum::<usize>()
                + snapshot
                    .maintenances
                    .iter()
                    .map(|event| event.updates.len())
                    .sum::<usize>();
            assert_eq!(updates, text.matches("&lt;/small&gt;").count(), "{file}");
            for incident in &snapshot.incidents {
                assert!(
                    incident
                        .updates
                        .iter()
                        .all(|update| update.at.is_some() && !update.body.is_empty())
                );
                assert!(incident.facts.url.as_deref().unwrap().contains("/incidents/"));
                assert_eq!(incident.facts.started_at, incident.updates[0].at);
            }
        }
    }

    #[test]
    fn a_maintenance_is_announced_with_its_window_and_then_goes_on() {
        let Some(before) = read_recorded(&Feed, "feed", "statuspage/github-20250523-scheduled-history.atom")
        else {
            return;
        };
        let after = read_recorded(
            &Feed,
            "feed",
            "statuspage/github-20250529-inprogress-history.atom",
        )
        .unwrap()
        .unwrap();
        let before = &before.unwrap().snapshot.maintenances[0];
        let after = &after.snapshot.maintenances[0];
        assert_eq!(before.id, after.id);
        assert_eq!(before.facts.phase, MaintenancePhase::Scheduled);
        assert_eq!(
            before.facts.starts_at.unwrap().to_string(),
            "2025-05-28T16:30:00Z"
        );
        assert_eq!(before.facts.ends_at.unwrap().to_string(), "2025-05-29T16:30:00Z");
        assert_eq!(after.facts.phase, MaintenancePhase::InProgress);
        assert_eq!(
            after.facts.actual_start.unwrap().to_string(),
            "2025-05-28T16:30:00Z"
        );
        assert_eq!(after.updates[0].id, before.updates[0].id);
    }

    #[test]
    fn of_all_recorded_payloads_only_the_own_ones_are_taken() {
        use crate::readers::{checkly, firehydrant, hyperping, statuscast, xai};
        let Some(folder) = testing::recorded() else { return };
        let readers: [&dyn Reader; 6] = [
            &Feed,
            &statuscast::StatusCast,
            &firehydrant::FireHydrant,
            &hyperping::Hyperping,
            &checkly::Checkly,
            &xai::Xai,
        ];
        let mut taken = 0;
        for platform in std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            let Ok(files) = std::fs::read_dir(&platform) else {
                continue;
            };
            let owner = platform.file_name().unwrap().to_str().unwrap();
            for file in files.map(|file| file.unwrap().path()) {
                let body = std::fs::read(&file).unwrap();
                let document = Document {
                    name: file.file_stem().unwrap().to_str().unwrap(),
                    body: &body,
                };
                let is_history = owner == "statuspage" && file.extension().is_some_and(|end| end == "atom");
                for reader in readers {
                    let is_own =
                        owner == reader.key() || (reader.key() == "feed" && (is_history || owner == "xai"));
                    assert_eq!(reader.recognises(&document), is_own, "{} {file:?}", reader.key());
                    taken += usize::from(is_own);
                }
            }
        }
        assert!(taken >= 14, "{taken}");
    }

    #[test]
    fn feeds_with_readers_of_their_own_are_left_to_them() {
        for file in [
            "statusiq/kobv-major-outage-rss.xml",
            "statusiq/trustid-empty-rss.xml",
            "statusiq/trustid-operational-rss.xml",
            "azure/clear-2026-rss.xml",
            "azure/westus-20260723-early-rss.xml",
            "azure/westus-20260723-rss.xml",
        ] {
            let Some(reading) = read_recorded(&Feed, "feed", file) else {
                return;
            };
            assert!(matches!(reading, Err(Unreadable::OtherShape { .. })), "{file}");
        }
    }
}

#[test]
fn a_history_in_trouble_tells_its_incidents_and_maintenances() {
    let reading = testing::read(&Feed, &testing::page("feed", "trouble")).unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
    insta::assert_json_snapshot!("trouble", ReadReply::new("feed", &reading));
}

#[test]
fn updates_that_are_entries_of_their_own_are_one_incident() {
    let reading = rss(
        "<item><title>Slow</title><link>https://status.kite.example/i/5b36dc6502d06804?u=3</link><guid>c</guid>\
         <pubDate>Sat, 07 Nov 2026 12:00:00 GMT</pubDate><description>Status: Monitoring&lt;br&gt;Better.</description></item>\
         <item><title>Slow</title><link>https://status.kite.example/i/5b36dc6502d06804?u=2</link><guid>b</guid>\
         <pubDate>Sat, 07 Nov 2026 11:00:00 GMT</pubDate><description>No word.</description></item>\
         <item><title>Slow</title><link>https://status.kite.example/i/5b36dc6502d06804?u=1</link><guid>a</guid>\
         <pubDate>Sat, 07 Nov 2026 10:00:00 GMT</pubDate><description>&lt;strong&gt;Investigating&lt;/strong&gt; - Slow.</description></item>",
    );
    let [incident] = reading.snapshot.incidents.as_slice() else {
        panic!("{:?}", reading.snapshot.incidents);
    };
    assert_eq!(incident.id, "https://status.kite.example/i/5b36dc6502d06804");
    assert_eq!(incident.facts.phase, Phase::Monitoring);
    assert_eq!(
        incident.facts.started_at.unwrap().to_string(),
        "2026-11-07T10:00:00Z"
    );
    let updates: Vec<_> = incident
        .updates
        .iter()
        .map(|update| (update.phase, update.body.as_str()))
        .collect();
    assert_eq!(
        updates,
        [
            (Phase::Investigating, "Slow."),
            (Phase::Unknown, "No word."),
            (Phase::Monitoring, "Status: Monitoring<br>Better."),
        ]
    );
}

#[test]
fn a_monitor_that_goes_down_and_recovers_under_one_identifier_is_one_incident() {
    let down = "<item><title>API went down</title><link>https://status.kite.example/</link><guid>77</guid>\
                <pubDate>Sat, 07 Nov 2026 10:00:00 GMT</pubDate></item>";
    let reading = rss(down);
    assert!(reading.snapshot.incidents[0].facts.is_open());
    let up = "<item><title>API recovered</title><link>https://status.kite.example/</link><guid>77</guid>\
              <pubDate>Sat, 07 Nov 2026 10:20:00 GMT</pubDate></item>";
    let reading = rss(&format!("{up}{down}"));
    assert_eq!(phases(&reading), [(Phase::Resolved, Some("recovered"))]);
    assert_eq!(
        reading.snapshot.incidents[0]
            .facts
            .resolved_at
            .unwrap()
            .to_string(),
        "2026-11-07T10:20:00Z"
    );
}

#[test]
fn identifiers_that_all_entries_share_or_that_end_in_a_time_are_no_identity() {
    let items: String = ["One", "Two", "Three"]
        .map(|title| format!("<item><title>{title}</title><guid>same</guid></item>"))
        .concat();
    assert_eq!(rss(&items).snapshot.incidents.len(), 3);
    let items: String = ["One", "Two", "Three"]
        .map(|title| format!("<item><title>{title}</title><guid>{title}</guid><link>https://kite.example/2026</link></item>"))
        .concat();
    assert_eq!(rss(&items).snapshot.incidents.len(), 3);
    let items: String = ["1600000000", "1600000300"]
        .map(|at| {
            format!("<item><title>Errors</title><guid>http://kite.example/#ec2-north_{at}</guid></item>")
        })
        .concat();
    let reading = rss(&items);
    assert_eq!(reading.snapshot.incidents.len(), 1);
    assert_eq!(reading.snapshot.incidents[0].id, "http://kite.example/#ec2-north");
}

#[test]
fn an_event_that_tells_its_phase_nowhere_but_in_prose_is_open_and_unknown() {
    let reading = rss(
        "<item><title>Work on the resolved fault of the router</title><guid>9</guid>\
         <description>The fault is not yet resolved; we expect it to be resolved soon.</description></item>",
    );
    assert_eq!(phases(&reading), [(Phase::Unknown, None)]);
    assert!(reading.snapshot.incidents[0].facts.is_open());
}

#[test]
fn a_phase_is_read_where_a_feed_has_a_place_for_it() {
    use MaintenancePhase::{Cancelled, Scheduled};
    for (item, phase, raw) in [
        ("<title>[Resolved] Slow</title>", Phase::Resolved, "Resolved"),
        ("<title>RESOLVED: Slow</title>", Phase::Resolved, "RESOLVED"),
        (
            "<title>Slow - Monitoring</title>",
            Phase::Monitoring,
            "Monitoring",
        ),
        (
            "<title>Slow (identified)</title>",
            Phase::Identified,
            "identified",
        ),
        ("<title>API is back up</title>", Phase::Resolved, "is back up"),
        (
            "<title>Service is operating normally: [RESOLVED] Errors</title>",
            Phase::Resolved,
            "Service is operating normally",
        ),
        (
            "<title>Slow</title><category>investigating</category>",
            Phase::Investigating,
            "investigating",
        ),
        (
            "<title>Slow</title><status>Resolved</status>",
            Phase::Resolved,
            "Resolved",
        ),
        (
            "<title>Slow</title><description>&lt;p&gt;&lt;strong&gt;Status:&lt;/strong&gt; resolved&lt;/p&gt;</description>",
            Phase::Resolved,
            "resolved",
        ),
        (
            "<title>Slow</title><description>Milestone is now 'mitigated'.</description>",
            Phase::Monitoring,
            "mitigated",
        ),
        ("<title>Störung - behoben</title>", Phase::Resolved, "behoben"),
    ] {
        let reading = rss(&format!("<item>{item}<guid>1</guid></item>"));
        assert_eq!(phases(&reading), [(phase, Some(raw))], "{item}");
        assert_eq!(reading.warnings, Vec::<String>::new(), "{item}");
    }
    for (item, phase) in [
        ("<title>Scheduled: cables</title>", Scheduled),
        ("<title>Cables (postponed)</title>", Cancelled),
        (
            "<title>Cables</title><description>&lt;p&gt;&lt;strong&gt;Type&lt;/strong&gt;: Maintenance&lt;/p&gt;\
             &lt;p&gt;&lt;strong&gt;SCHEDULED&lt;/strong&gt; - Cables.&lt;/p&gt;</description>",
            Scheduled,
        ),
    ] {
        let reading = rss(&format!("<item>{item}<guid>1</guid></item>"));
        assert_eq!(reading.snapshot.incidents, [], "{item}");
        assert_eq!(reading.snapshot.maintenances[0].facts.phase, phase, "{item}");
    }
    let odd = rss("<item><title>Slow</title><status>Pondering</status></item>");
    assert_eq!(phases(&odd), [(Phase::Unknown, Some("Pondering"))]);
    assert_eq!(odd.warnings.len(), 1);
}

#[test]
fn affected_components_are_named_with_the_health_that_stands_beside_them() {
    let reading = rss(
        "<item><title>Slow</title><guid>1</guid><description><![CDATA[<b>Status: Identified</b><br/><br/>We know why.\
         <br/><br/><b>Affected components</b><ul><li>Chat (Partial outage)</li><li>API (v2)</li></ul>]]></description></item>",
    );
    let facts = &reading.snapshot.incidents[0].facts;
    let named: Vec<_> = facts
        .components
        .iter()
        .map(|component| (component.name.as_str(), component.health))
        .collect();
    assert_eq!(named, [("Chat", Some(Health::PartialOutage)), ("API (v2)", None)]);
    assert_eq!(facts.phase, Phase::Identified);
    assert_eq!(page_health(&reading.snapshot), Health::PartialOutage);

    let reading = rss(
        "<item><title>Slow</title><guid>1</guid><description>&lt;p&gt;&lt;strong&gt;Status:&lt;/strong&gt; investigating\
         &lt;/p&gt;&lt;p&gt;&lt;strong&gt;Impact:&lt;/strong&gt; Major&lt;/p&gt;\
         &lt;p&gt;&lt;strong&gt;Affected components:&lt;/strong&gt; Web, API&lt;/p&gt;</description></item>",
    );
    let facts = &reading.snapshot.incidents[0].facts;
    let named: Vec<_> = facts
        .components
        .iter()
        .map(|component| component.name.as_str())
        .collect();
    assert_eq!(named, ["Web", "API"]);
    assert_eq!(
        (facts.impact, facts.impact_raw.as_deref()),
        (Impact::Major, Some("Major"))
    );
}

#[test]
fn what_only_the_summary_beside_a_text_says_is_read_too() {
    let reading = read(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Kite</title><entry><title type='html'><![CDATA[Slow]]></title>\
         <id>https://status.kite.example//incidents/01KHYH2KT8</id><updated>2026-11-07T10:00:00.5Z</updated>\
         <summary type='html'><![CDATA[<b>Status: Investigating</b><br/><br/>We look.<br/><br/><b>Affected components</b>\
         <ul><li>Search (Degraded performance)</li></ul>]]></summary>\
         <content type='html'><![CDATA[<b>Status: Investigating</b><br/><br/>We look.]]></content></entry></feed>",
    )
    .unwrap();
    let facts = &reading.snapshot.incidents[0].facts;
    assert_eq!(facts.components[0].name, "Search");
    assert_eq!(facts.components[0].health, Some(Health::Degraded));
    assert_eq!(facts.phase, Phase::Investigating);
}

#[test]
fn blocks_without_times_are_updates_newest_first() {
    let reading = rss(
        "<item><title>Networking | North | ab12</title><guid>ocid1.incident.a</guid>\
         <link>https://status.kite.example/#/incidents/ocid1.incident.a7</link>\
         <pubDate>Sat, 07 Nov 2026 12:00:00 UTC</pubDate><description>\
         &lt;p>&lt;strong>Monitoring&lt;/strong> - Better.&lt;/p>&lt;p>&lt;strong>Investigating&lt;/strong> - Slow.&lt;/p>\
         </description></item>",
    );
    let [incident] = reading.snapshot.incidents.as_slice() else {
        panic!("{:?}", reading.snapshot.incidents);
    };
    assert_eq!(
        incident.id,
        "https://status.kite.example/#/incidents/ocid1.incident.a7"
    );
    let updates: Vec<_> = incident
        .updates
        .iter()
        .map(|update| (update.phase, update.at.is_some(), update.body.as_str()))
        .collect();
    assert_eq!(
        updates,
        [
            (Phase::Investigating, false, "Slow."),
            (Phase::Monitoring, true, "Better."),
        ]
    );
    assert_eq!(incident.facts.phase, Phase::Monitoring);
}

#[test]
fn a_word_that_a_plain_text_begins_with_is_its_label() {
    let reading = rss(
        "<item><title>Slow</title><guid>1</guid><description>Resolved - It is over.</description></item>",
    );
    assert_eq!(phases(&reading), [(Phase::Resolved, Some("Resolved"))]);
    assert_eq!(reading.snapshot.incidents[0].updates[0].body, "It is over.");
    let reading = rss(
        "<item><title>Slow</title><guid>1</guid><description>Resolved issues - see below.</description></item>",
    );
    assert_eq!(phases(&reading), [(Phase::Unknown, None)]);
}

#[test]
fn a_feed_in_an_old_encoding_is_read_if_it_says_so() {
    let feed = |encoding: &str| {
        let mut bytes =
            format!("<?xml version='1.0' encoding='{encoding}'?><rss><channel><title>").into_bytes();
        bytes.extend(b"St\xF6rung \x80</title></channel></rss>");
        Feed.read(
            &[Document {
                name: "feed",
                body: &bytes,
            }],
            None,
        )
    };
    let reading = feed("ISO-8859-1").unwrap();
    assert_eq!(reading.snapshot.page.name.as_deref(), Some("Störung €"));
    assert!(matches!(feed("utf-8"), Err(Unreadable::NotText { .. })));
}

#[test]
fn of_two_updates_in_one_minute_the_one_that_ends_it_counts() {
    let reading = rss(
        "<item><title>Slow</title><guid>1</guid><pubDate>Sat, 07 Nov 2026 10:00:30 GMT</pubDate><description>\
         &lt;p&gt;&lt;small&gt;Nov 7, 10:00 UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Investigating&lt;/strong&gt; - Slow.&lt;/p&gt;\
         &lt;p&gt;&lt;small&gt;Nov 7, 10:00 UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Resolved&lt;/strong&gt; - Over.&lt;/p&gt;\
         </description></item>",
    );
    assert_eq!(phases(&reading), [(Phase::Resolved, Some("Resolved"))]);
}

#[test]
fn an_unheard_of_word_behind_a_time_is_an_update_that_is_unknown() {
    let reading = rss(
        "<item><title>Slow</title><guid>1</guid><pubDate>Sat, 07 Nov 2026 12:00:00 GMT</pubDate><description>\
         &lt;p&gt;&lt;small&gt;Nov 7, 11:00 UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Pondering&lt;/strong&gt; - Hm.&lt;/p&gt;\
         &lt;p&gt;&lt;small&gt;Nov 7, 10:00 UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Resolved&lt;/strong&gt; - Over.&lt;/p&gt;\
         </description></item>",
    );
    assert_eq!(phases(&reading), [(Phase::Unknown, Some("Pondering"))]);
    assert!(reading.snapshot.incidents[0].facts.is_open());
    assert_eq!(reading.warnings.len(), 1);
}

#[test]
fn json_feed_rss_1_and_atom_with_a_prefix_are_read_alike() {
    for text in [
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Kite\",\"home_page_url\":\"https://status.kite.example\",\
          \"items\":[{\"id\":\"1\",\"title\":\"Resolved: Slow\",\"url\":\"https://status.kite.example/i/2026-1\",\
          \"content_html\":\"Over.\",\"date_published\":\"2026-11-07T10:00:00Z\"},7]}",
        "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='r' xmlns:dc='d'><channel><title>Kite</title>\
         <link>https://status.kite.example</link></channel><item><title>Resolved: Slow</title>\
         <link>https://status.kite.example/i/2026-1</link><description>Over.</description>\
         <dc:date>2026-11-07T10:00:00Z</dc:date></item></rdf:RDF>",
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:title>Kite</a:title><a:link href='https://status.kite.example'/>\
         <a:entry><a:title>Resolved: Slow</a:title><a:link href='/i/2026-1'/><a:published>2026-11-07T10:00:00Z</a:published>\
         <a:content type='xhtml'>Over.</a:content></a:entry></a:feed>",
    ] {
        let reading = read(text).unwrap();
        let snapshot = &reading.snapshot;
        assert_eq!(snapshot.page.name.as_deref(), Some("Kite"), "{text}");
        assert_eq!(snapshot.page.url.as_deref(), Some("https://status.kite.example"));
        let [incident] = snapshot.incidents.as_slice() else {
            panic!("{text}: {:?}", snapshot.incidents);
        };
        assert_eq!(incident.id, "https://status.kite.example/i/2026-1", "{text}");
        assert_eq!(incident.facts.phase, Phase::Resolved);
        assert_eq!(incident.updates[0].body, "Over.", "{text}");
        assert_eq!(
            incident.updates[0].at.unwrap().to_string(),
            "2026-11-07T10:00:00Z"
        );
    }
}

#[test]
fn links_that_lead_away_from_the_vendor_are_not_official() {
    for (link, is_official) in [
        ("https://status.kite.example/i/1", true),
        ("https://www.kite.example/news/1", true),
        ("/i/1", true),
        ("https://elsewhere.test/i/1", false),
        ("javascript:alert(1)", false),
    ] {
        let reading = rss(&format!("<item><title>A</title><link>{link}</link></item>"));
        assert_eq!(
            reading.snapshot.incidents[0].facts.url.is_some(),
            is_official,
            "{link}"
        );
    }
}

#[test]
fn what_is_no_feed_is_refused_with_its_reason() {
    for (text, is_expected) in [
        (
            "",
            (|error| matches!(error, Unreadable::Empty)) as fn(&Unreadable) -> bool,
        ),
        (
            "<!doctype html><html><title>Log in</title></html>",
            |error| matches!(error, Unreadable::WebPage { title: Some(title) } if title == "Log in"),
        ),
        ("<rss version='2.0'><channel><title>A", |error| {
            matches!(error, Unreadable::Malformed { .. })
        }),
        ("<rss version='2.0'/>", |error| {
            matches!(error, Unreadable::OtherShape { .. })
        }),
        ("<?xml version='1.0'?><services/>", |error| {
            matches!(error, Unreadable::OtherShape { .. })
        }),
        ("{\"items\":[]}", |error| {
            matches!(error, Unreadable::OtherShape { .. })
        }),
        ("{\"page\":{\"id\":\"a\"},\"status\":{}}", |error| {
            matches!(error, Unreadable::OtherShape { .. })
        }),
        ("null", |error| matches!(error, Unreadable::OtherShape { .. })),
        ("[]", |error| matches!(error, Unreadable::OtherShape { .. })),
        ("Not Found", |error| {
            matches!(error, Unreadable::OtherShape { .. })
        }),
    ] {
        let error = read(text).unwrap_err();
        assert!(is_expected(&error), "{text}: {error:?}");
    }
    assert_eq!(Feed.read(&[], None), Err(Unreadable::Empty));
}

#[test]
fn a_feed_is_found_by_its_own_address_and_behind_a_page_about_status() {
    let behind = |address: &str, body: &str| {
        let url = Url::parse(address).unwrap();
        let front = Front {
            url: &url,
            headers: &[],
            body,
        };
        Feed.site_behind(&front).map(|site| site.to_string())
    };
    let link = |to: &str| format!("<html><link rel=alternate type='application/rss+xml' href='{to}'></html>");
    assert_eq!(
        behind(
            "https://kite.example/a/feed?cat=27",
            "\u{feff}<?xml version='1.0'?>\n<rss version='2.0'>"
        )
        .as_deref(),
        Some("https://kite.example/#https://kite.example/a/feed?cat=27")
    );
    assert_eq!(
        behind("https://status.kite.example/en/", &link("en.atom")).as_deref(),
        Some("https://status.kite.example/#https://status.kite.example/en/en.atom")
    );
    assert_eq!(
        behind(
            "https://kite.example/",
            &link("https://feeds.kite.example/incidents")
        )
        .as_deref(),
        Some("https://feeds.kite.example/#https://feeds.kite.example/incidents")
    );
    assert_eq!(behind("https://kite.example/", &link("/blog/rss")), None);
    assert_eq!(behind("https://status.kite.example/", "<html></html>"), None);
    let site =
        Site::from_url(&Url::parse("https://kite.example/#https://kite.example/a/feed?cat=27").unwrap());
    let documents = Feed.documents(&site);
    assert_eq!(documents[0].url.as_str(), "https://kite.example/a/feed?cat=27");
}

#[test]
fn a_long_and_hostile_feed_takes_linear_time() {
    let items: String = (0..20_000)
        .map(|number| {
            format!(
                "<item><title>[[[[((((</title><link>https://k.example/i/1234</link><description>\
                 &lt;strong&gt;Resolved&lt;/strong&gt; - &lt;strong&gt;Nov 7, 10:00&lt;/strong&gt;\
                 </description></item>\
                 <item><guid>{number}</guid><status>odd</status><description>{number}</description>\
                 <link>https://k.example/i/1234</link></item>"
            )
        })
        .collect();
    let begun = std::time::Instant::now();
    let reading = rss(&items);
    assert_eq!(reading.snapshot.incidents.len(), 1);
    assert!(begun.elapsed() < std::time::Duration::from_secs(20));
}

/// Every piece of text or markup of a feed left out, or replaced by something that no vendor means.
fn lessened(feed: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut begin = 0;
    while let Some(length) = feed[begin..].find(['<', '>']).map(|at| at.max(1)) {
        let end = begin + length;
        for with in ["", "zz-unheard-of"] {
            all.push(format!("{}{with}{}", &feed[..begin], &feed[end..]));
        }
        begin = end;
    }
    all
}

#[test]
fn a_feed_that_says_less_is_never_well() {
    for reader in [&Feed as &dyn Reader, &crate::readers::xai::Xai] {
        let (name, body) = testing::page(reader.key(), "trouble").remove(0);
        let mut is_read = 0;
        for changed in lessened(&String::from_utf8(body).unwrap()) {
            let reading = testing::read(reader, &vec![(name.clone(), changed.clone().into_bytes())]);
            let Ok(reading) = reading else { continue };
            is_read += 1;
            let health = page_health(&reading.snapshot);
            assert!(
                health.is_problem() || health == Health::Unknown,
                "{}: {changed}",
                reader.key()
            );
        }
        assert!(is_read > 100, "{}: {is_read}", reader.key());
    }
}

proptest::proptest! {
    #[test]
    fn any_text_of_an_entry_is_read(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "<p>", "</p>", "<br>", "<small>", "</small>", "<strong>", "</strong>", "<ul><li>", "</li>", "<h3>", "</h3>",
                "<", ">", "&", "&amp;", "Resolved", "Update", "Scheduled", "Pondering", " - ", " – ", ":", "Status: ", "\n",
                "Nov 7, 10:00 UTC", "Dec 31, 23:59", "THIS IS A SCHEDULED EVENT Nov 7, 10:00 - 11:00 UTC", "é", "已解决",
                "Affected components", "Chat (Partial outage)", "Milestone is now 'resolved'.", "x",
            ]),
            0..30,
        ),
        is_dated in proptest::bool::ANY,
    ) {
        let body = parts.concat().replace("]]>", "");
        let date = if is_dated { "<pubDate>Sat, 07 Nov 2026 12:00:00 GMT</pubDate>" } else { "" };
        let reading = rss(&format!("<item><title>A</title>{date}<description><![CDATA[{body}]]></description></item>"));
        let snapshot = &reading.snapshot;
        proptest::prop_assert_eq!(snapshot.incidents.len() + snapshot.maintenances.len(), 1);
    }
}
