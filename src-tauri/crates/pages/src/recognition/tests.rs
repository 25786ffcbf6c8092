use std::collections::BTreeMap;

use super::*;
use crate::readers::testing;
use crate::words::Health;

/// What a scripted web answers: by address, else by host, else 404.
#[derive(Default)]
struct Web {
    answers: BTreeMap<String, Reply>,
    everything_at: BTreeMap<String, Reply>,
    asked: Vec<String>,
    /// What was asked because another host sent us on.
    sent_on: Vec<String>,
}

#[derive(Clone)]
enum Reply {
    Body(Vec<u8>, Vec<(String, String)>),
    Redirect(String),
    TemporaryRedirect(String),
    Status(u16),
    Silence,
}

impl Web {
    fn with(mut self, address: &str, body: impl Into<Vec<u8>>) -> Self {
        self.answers
            .insert(address.to_owned(), Reply::Body(body.into(), Vec::new()));
        self
    }

    fn with_headers(mut self, address: &str, body: &str, headers: &[(&str, &str)]) -> Self {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let reply = Reply::Body(body.as_bytes().to_vec(), headers.collect());
        self.answers.insert(address.to_owned(), reply);
        self
    }

    fn redirecting(mut self, from: &str, to: &str) -> Self {
        self.answers
            .insert(from.to_owned(), Reply::Redirect(to.to_owned()));
        self
    }

    fn answering_everything(mut self, host: &str, reply: Reply) -> Self {
        self.everything_at.insert(host.to_owned(), reply);
        self
    }

    /// The pages of a platform's fixture at the places where its documents are looked for.
    fn with_page(mut self, key: &str, page: &str, site: &Site) -> Self {
        let reader = readers::by_key(key).expect(key);
        for (name, body) in testing::page(key, page) {
            let documents = reader.documents(site);
            let document = documents.iter().find(|document| document.name == name);
            let address = document
                .unwrap_or_else(|| panic!("{key} has no document {name}"))
                .url
                .to_string();
            self = self.with(&address, body);
        }
        self
    }

    fn recognise(&mut self, address: &str) -> Result<Found, Nothing> {
        self.recognise_with(address, &[])
    }

    #[expect(clippy::unwrap_in_result, reason = "addresses in tests are addresses")]
    fn recognise_with(&mut self, address: &str, hints: &[(&str, Site)]) -> Result<Found, Nothing> {
        let address = Url::parse(address).unwrap();
        let mut recognition = Recognition::of(&address, hints, 0x5eed);
        loop {
            let mut url = match recognition.next_step() {
                Next::Ask(url) => url,
                Next::End(Outcome::Found(found)) => return Ok(*found),
                Next::End(Outcome::Nothing(nothing)) => return Err(nothing),
            };
            self.asked.push(url.to_string());
            assert!(self.asked.len() < 50, "it goes on for ever: {:?}", self.asked);
            let mut reply = self.reply(&url);
            let mut permanent = true;
            while let Reply::Redirect(to) | Reply::TemporaryRedirect(to) = &reply {
                permanent &= matches!(reply, Reply::Redirect(_));
                let host = url.host_str().unwrap().to_owned();
                url = url.join(to).unwrap();
                if url.host_str() != Some(host.as_str()) {
                    self.sent_on.push(url.to_string());
                }
                reply = self.reply(&url);
            }
            recognition.answer(match &reply {
                Reply::Body(bytes, headers) => Answer::Body {
                    url: &url,
                    permanent,
                    headers,
                    bytes,
                },
                Reply::Status(status) => Answer::Status {
                    url: &url,
                    status: *status,
                },
                Reply::Silence => Answer::Failed {
                    reason: "the host does not answer",
                },
                Reply::Redirect(_) | Reply::TemporaryRedirect(_) => unreachable!("followed"),
            });
        }
    }

    fn reply(&self, url: &Url) -> Reply {
        let by_host = || self.everything_at.get(url.host_str().unwrap()).cloned();
        let known = self.answers.get(url.as_str()).cloned();
        known.or_else(by_host).unwrap_or(Reply::Status(404))
    }

    fn most_asked_of_one_host(&self) -> usize {
        let mut hosts: BTreeMap<String, usize> = BTreeMap::new();
        for address in self.asked.iter().chain(&self.sent_on) {
            *hosts
                .entry(Url::parse(address).unwrap().host_str().unwrap().to_owned())
                .or_default() += 1;
        }
        hosts.into_values().max().unwrap_or(0)
    }
}

fn site(address: &str) -> Site {
    Site::at(&Url::parse(address).unwrap())
}

fn html(text: &str) -> Reply {
    Reply::Body(
        format!("<!doctype html><html><title>{text}</title></html>").into_bytes(),
        Vec::new(),
    )
}

const PAGE: &str = "https://status.northwind.example/";

#[test]
fn the_commonest_page_is_found_with_two_questions() {
    let mut web = Web::default().with_page("statuspage", "well", &site(PAGE));
    let found = web.recognise("https://status.northwind.example").unwrap();
    assert_eq!((found.platform, found.site), ("statuspage", site(PAGE)));
    assert_eq!(
        found.reading.snapshot.page.name.as_deref(),
        Some("Northwind Storage")
    );
    assert_eq!(
        web.asked,
        [
            "https://status.northwind.example/api/v2/summary.json",
            "https://status.northwind.example/api/v2/zz-0000000000005eed.json",
        ]
    );
}

#[test]
fn a_deep_link_leads_to_its_page() {
    for deep in [
        "incidents/abc123",
        "history?page=2",
        "api/v2/summary.json",
        "#history",
        "history.atom",
        "uptime.html",
    ] {
        let mut web = Web::default().with_page("statuspage", "well", &site(PAGE));
        let found = web.recognise(&format!("{PAGE}{deep}")).expect(deep);
        assert_eq!(found.site, site(PAGE), "{deep}");
    }
}

#[test]
fn every_platform_that_is_found_by_asking_is_found_within_the_questions_that_a_host_is_asked() {
    for reader in readers::all() {
        let Some(place) = reader
            .guess(&Url::parse(PAGE).unwrap())
            .filter(|_| !reader.is_last_resort())
        else {
            continue;
        };
        let mut web = Web::default().with_page(reader.key(), "trouble", &place);
        let found = web.recognise(&format!("{PAGE}incidents/1"));
        let found = found.unwrap_or_else(|nothing| panic!("{}: {nothing}: {:#?}", reader.key(), web.asked));
        assert_eq!(
            (found.platform, found.site),
            (reader.key(), place),
            "{:#?}",
            web.asked
        );
        assert!(web.most_asked_of_one_host() <= MOST_QUESTIONS, "{:#?}", web.asked);
    }
}

#[test]
fn a_link_to_an_incident_at_the_root_leads_to_its_page_whatever_the_platform() {
    for reader in readers::all() {
        let Some(place) = reader
            .guess(&Url::parse(PAGE).unwrap())
            .filter(|_| !reader.is_last_resort())
        else {
            continue;
        };
        let mut web = Web::default().with_page(reader.key(), "trouble", &place);
        let found = web.recognise(&format!("{PAGE}cl1a2b3c4d"));
        let is_found = found.is_ok_and(|found| found.platform == reader.key());
        // The rarest of them is found only by the marks of its front page then.
        assert_eq!(
            is_found,
            reader.key() != "cachet2",
            "{}: {:#?}",
            reader.key(),
            web.asked
        );
        assert!(web.most_asked_of_one_host() <= MOST_QUESTIONS);
    }
}

#[test]
fn a_feed_is_found_where_the_page_names_it_or_where_it_was_pasted_and_is_no_vendors_news() {
    let feed = testing::page("feed", "trouble").remove(0).1;
    let link = "<html><link rel=alternate type=application/rss+xml href=/en.rss></html>";
    let mut web = Web::default()
        .with(PAGE, link)
        .with("https://status.northwind.example/en.rss", feed.clone());
    let found = web.recognise(PAGE).unwrap();
    assert_eq!((found.platform, found.is_feed), ("feed", true));
    assert_eq!(found.site.key(), Some("https://status.northwind.example/en.rss"));
    for pasted in [
        "https://www.northwind.example/feed.xml",
        "https://www.northwind.example/feed.xml/",
        "https://www.northwind.example/feed?cat=27",
    ] {
        let address = pasted.trim_end_matches('/');
        let mut web = Web::default().with(address, feed.clone());
        let found = web.recognise(pasted).expect(pasted);
        assert_eq!((found.platform, found.site.key()), ("feed", Some(address)));
    }
    let mut news = Web::default()
        .with("https://www.northwind.example/", link)
        .with("https://www.northwind.example/en.rss", feed);
    assert_eq!(
        news.recognise("https://www.northwind.example/").unwrap_err(),
        Nothing::NotForPrograms
    );
}

#[test]
fn a_page_below_a_path_is_found_there_and_not_at_its_hosts_root() {
    let eu = "https://health.northwind.example/status/eu/";
    let mut web = Web::default().with_page("statuspage", "well", &site(eu));
    assert_eq!(
        web.recognise("https://health.northwind.example/status/eu/incidents/1")
            .unwrap()
            .site,
        site(eu)
    );
}

#[test]
fn a_page_that_has_moved_is_found_where_it_is_now() {
    let mut web = Web::default()
        .with_page("statuspage", "well", &site(PAGE))
        .redirecting(
            "https://northwindstatus.example/api/v2/summary.json",
            "https://status.northwind.example/api/v2/summary.json",
        );
    assert_eq!(
        web.recognise("https://northwindstatus.example/").unwrap().site,
        site(PAGE)
    );
}

#[test]
fn a_redirect_that_drops_the_path_is_not_taken_for_the_document() {
    // Every address of the old host leads to the front of the new one.
    let mut web = Web::default()
        .with_page("statuspage", "well", &site(PAGE))
        .with(PAGE, "<html><body>All systems operational</body></html>")
        .answering_everything("old.northwind.example", Reply::Redirect(PAGE.to_owned()));
    assert_eq!(
        web.recognise("https://old.northwind.example/").unwrap().site,
        site(PAGE)
    );
    // And where it leads to an advertisement there is nothing.
    let mut web = Web::default()
        .answering_everything(
            "old.northwind.example",
            Reply::Redirect("https://www.northwind.example/".to_owned()),
        )
        .answering_everything("www.northwind.example", html("Northwind: storage for everybody"));
    assert_eq!(
        web.recognise("https://old.northwind.example/").unwrap_err(),
        Nothing::NotForPrograms
    );
}

#[test]
fn a_host_that_answers_everything_alike_is_not_believed() {
    let body = testing::page("statuspage", "well").remove(0).1;
    let mut web =
        Web::default().answering_everything("status.northwind.example", Reply::Body(body, Vec::new()));
    assert_eq!(web.recognise(PAGE).unwrap_err(), Nothing::CatchAll);
    assert!(web.most_asked_of_one_host() <= MOST_QUESTIONS);
}

#[test]
fn a_web_application_that_answers_everything_with_its_shell_is_no_page() {
    let mut web = Web::default().answering_everything("status.northwind.example", html("Status"));
    assert_eq!(web.recognise(PAGE).unwrap_err(), Nothing::NotForPrograms);
    assert!(web.most_asked_of_one_host() <= MOST_QUESTIONS, "{:?}", web.asked);
}

#[test]
fn no_host_is_asked_more_than_eight_times_whatever_it_answers() {
    for reply in [
        html("x"),
        Reply::Status(404),
        Reply::Status(500),
        Reply::Silence,
        Reply::Body(b"{}".to_vec(), Vec::new()),
    ] {
        let mut web = Web::default().answering_everything("status.northwind.example", reply);
        let _ = web
            .recognise("https://status.northwind.example/eu/incidents/1")
            .unwrap_err();
        assert!(web.most_asked_of_one_host() <= MOST_QUESTIONS, "{:?}", web.asked);
    }
}

#[test]
fn a_host_that_others_send_us_on_to_is_asked_no_more_than_the_first() {
    let mut web = Web::default().answering_everything("www.northwind.example", html("x"));
    for path in [
        "",
        "api/v2/summary.json",
        "summary.json",
        "index.json",
        "proxy/northwind.example",
        "api/v1/components?per_page=500",
    ] {
        web = web.redirecting(
            &format!("https://northwind.example/{path}"),
            &format!("https://www.northwind.example/{path}"),
        );
    }
    let _ = web.recognise("https://northwind.example/").unwrap_err();
    assert!(
        web.most_asked_of_one_host() <= MOST_QUESTIONS,
        "{:#?} {:#?}",
        web.asked,
        web.sent_on
    );
}

#[test]
fn a_temporary_redirect_is_followed_and_not_taken_for_the_pages_address() {
    let mut web = Web::default().with_page("statuspage", "well", &site("https://eu.northwind.example/"));
    web.answers.insert(
        format!("{PAGE}api/v2/summary.json"),
        Reply::TemporaryRedirect("https://eu.northwind.example/api/v2/summary.json".to_owned()),
    );
    assert_eq!(web.recognise(PAGE).unwrap().site, site(PAGE));
}

#[test]
fn a_host_that_wants_to_be_left_alone_is() {
    let mut web = Web::default().answering_everything("status.northwind.example", Reply::Status(429));
    assert_eq!(web.recognise(PAGE).unwrap_err(), Nothing::Busy);
    assert_eq!(web.asked.len(), 1);
}

#[test]
fn a_document_that_asks_to_sign_in_makes_no_page_private() {
    let mut web = Web::default().with(PAGE, "<html><title>Northwind</title></html>");
    web.answers.insert(
        format!("{PAGE}api/v1/components?per_page=500"),
        Reply::Status(401),
    );
    assert_eq!(web.recognise(PAGE).unwrap_err(), Nothing::NotForPrograms);
}

#[test]
fn a_key_from_the_directory_is_believed_only_if_the_page_bears_it_out() {
    let id = "5b36dc6502d06804c08349f7";
    let hinted = || [("statusio", site(PAGE).with_key(id))];
    let api = |web: Web| web.with_page("statusio", "well", &site(PAGE).with_key(id));
    let mut web = api(Web::default()).with_headers(PAGE, "<html></html>", &[("x-status-page-id", id)]);
    assert_eq!(web.recognise_with(PAGE, &hinted()).unwrap().platform, "statusio");
    // The page is somewhere else by now, and what the directory names answers still.
    let mut web = api(Web::default()).with(PAGE, "<html>Something else</html>");
    assert_eq!(
        web.recognise_with(PAGE, &hinted()).unwrap_err(),
        Nothing::NotForPrograms
    );
}

#[test]
fn what_stands_behind_the_address_says_which_of_several_pages_is_meant() {
    let kuma =
        "<html><head><meta name=\"description\" content=\"Uptime Kuma monitoring tool\"></head></html>";
    let both = || {
        Web::default()
            .with(PAGE, kuma)
            .with_page("uptimekuma", "well", &site(PAGE).with_key("default"))
            .with_page("uptimekuma", "trouble", &site(PAGE).with_key("ovens"))
    };
    let mut web = both();
    let found = web.recognise(&format!("{PAGE}#ovens"));
    let found = found.unwrap_or_else(|nothing| panic!("{nothing}: {:#?}", web.asked));
    assert_eq!((found.platform, found.site.key()), ("uptimekuma", Some("ovens")));
    assert!(
        web.asked
            .iter()
            .any(|asked| asked.ends_with("/api/status-page/ovens"))
    );
    // The one that is meant is not there: no other one is it.
    let nothing = both().recognise(&format!("{PAGE}#presses")).unwrap_err();
    assert_eq!(nothing, Nothing::NotForPrograms);
    // A feed's whole address stands there.
    let feed = "https://status.northwind.example/odd/news.xml";
    let mut web = Web::default().with(feed, testing::page("feed", "trouble").remove(0).1);
    let found = web.recognise(&format!("{PAGE}#{feed}")).unwrap();
    assert_eq!((found.platform, found.site.key()), ("feed", Some(feed)));
    // And a mark in a page that has but one is no key.
    let mut web = Web::default().with_page("statuspage", "well", &site(PAGE));
    assert_eq!(
        web.recognise(&format!("{PAGE}#history")).unwrap().site,
        site(PAGE)
    );
}

#[test]
fn a_sub_domain_that_nobody_has_claimed_says_so() {
    let mut web = Web::default()
        .answering_everything(
            "nobody.statuspage.io",
            Reply::Redirect("https://www.statuspage.io/".to_owned()),
        )
        .answering_everything("www.statuspage.io", html("Statuspage by Atlassian"));
    let nothing = web.recognise("https://nobody.statuspage.io/").unwrap_err();
    assert_eq!(nothing, Nothing::Unclaimed("www.statuspage.io".to_owned()));
}

#[test]
fn a_page_that_is_switched_off_or_private_says_so() {
    let off = |to: &str| {
        Web::default()
            .answering_everything("status.northwind.example", Reply::Redirect(to.to_owned()))
            .with("https://status.northwind.example/inactive", "<html></html>")
            .with("https://status.northwind.example/login", "<html></html>")
            .recognise(PAGE)
            .unwrap_err()
    };
    assert_eq!(
        off("https://status.northwind.example/inactive"),
        Nothing::Inactive
    );
    assert_eq!(off("https://status.northwind.example/login"), Nothing::Private);
    let mut web = Web::default().answering_everything("status.northwind.example", Reply::Status(401));
    assert_eq!(web.recognise(PAGE).unwrap_err(), Nothing::Private);
}

#[test]
fn a_trial_that_nobody_has_set_up_is_no_page() {
    let body = r#"{"page":{"id":"kq3n7x2m9v1b","name":"Trial","url":"https://trial.statuspage.io","time_zone":"UTC"},
        "status":{"indicator":"none","description":"All Systems Operational"},
        "components":[{"id":"a","name":"API (example)","status":"operational","page_id":"kq3n7x2m9v1b"},
                      {"id":"b","name":"Management Portal (example)","status":"operational","page_id":"kq3n7x2m9v1b"}],
        "incidents":[],"scheduled_maintenances":[]}"#;
    let mut web = Web::default().with("https://trial.statuspage.io/api/v2/summary.json", body);
    assert_eq!(
        web.recognise("https://trial.statuspage.io/").unwrap_err(),
        Nothing::Trial
    );
}

#[test]
fn a_host_that_is_silent_is_unreachable_and_says_why() {
    let mut web = Web::default().answering_everything("status.northwind.example", Reply::Silence);
    let nothing = web.recognise(PAGE).unwrap_err();
    assert_eq!(
        nothing.to_string(),
        "it cannot be reached: the host does not answer"
    );
}

#[test]
fn a_page_of_a_host_that_belongs_to_its_platform_is_told_what_cannot_be_read() {
    let mut web = Web::default().with(
        "https://northwind.statuspage.io/api/v2/summary.json",
        "{\"page\":",
    );
    let nothing = web.recognise("https://northwind.statuspage.io/").unwrap_err();
    assert!(
        matches!(
            nothing,
            Nothing::Unreadable {
                platform: "Atlassian Statuspage",
                ..
            }
        ),
        "{nothing}"
    );
}

#[test]
fn a_mark_of_the_front_page_leads_to_a_page_at_the_root() {
    let mut web = Web::default()
        .with_page("statuspage", "well", &site(PAGE))
        .with_headers(PAGE, "<html></html>", &[("x-statuspage-version", "abc")])
        .redirecting("https://go.northwind.example/health/", PAGE);
    assert_eq!(
        web.recognise("https://go.northwind.example/health/")
            .unwrap()
            .site,
        site(PAGE)
    );
}

#[test]
fn what_is_doubtful_of_a_page_is_said() {
    let now: jiff::Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
    let page = |url: &str| crate::PageIdentity {
        id: None,
        name: Some("Northwind".to_owned()),
        url: Some(url.to_owned()),
    };
    let old = "2025-04-02T00:00:00Z".parse().ok();
    let lately = "2026-04-02T00:00:00Z".parse().ok();
    assert_eq!(
        doubts(
            &site(PAGE),
            &page("https://status.northwind.example"),
            lately,
            now
        ),
        []
    );
    assert_eq!(
        doubts(
            &site("https://www.northwind.example/"),
            &page("http://northwind.example/"),
            None,
            now
        ),
        []
    );
    let both = doubts(&site(PAGE), &page("https://northwind.instatus.com"), old, now);
    let both: Vec<String> = both.iter().map(ToString::to_string).collect();
    assert_eq!(
        both,
        [
            "the page calls https://northwind.instatus.com/ its own address: this one may be left over",
            "nothing on it has changed since 2 April 2025: it may be abandoned",
        ]
    );
}

#[test]
fn what_is_found_was_read() {
    let mut web = Web::default().with_page("statuspage", "trouble", &site(PAGE));
    let found = web.recognise(PAGE).unwrap();
    assert!(crate::health::page_health(&found.reading.snapshot).is_problem());
    assert_ne!(
        crate::health::page_health(&found.reading.snapshot),
        Health::Unknown
    );
}
