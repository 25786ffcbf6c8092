//! Row 10: script, links that run, remote images, a megabyte of text, characters that control: inert everywhere.

use signalbox_engine::api::{Reply, Request};
use signalbox_replay::{Incident, StatuspageBody, Update};

use crate::{
    bodies::acme,
    support::{Desk, minutes},
};

const ATTACK: &str = "<script>alert(1)</script><b onmouseover=\"alert(2)\">bold</b> \
    <a href=\"javascript:alert(3)\">here</a> <img src=\"http://tracker.example/p.png\" onerror=alert(4)> \
    \u{1b}[31mred\u{1b}[0m \u{202e}desrever\u{202c} \u{0}\u{7}\u{9b}2J end";

fn attacking() -> StatuspageBody {
    let body = format!("{ATTACK} {}", "long ".repeat(200_000));
    acme()
        .component("c8", "Windows", "on\u{202e}fire\u{7}")
        .group("g1", format!("Group {ATTACK}"), &["c8"])
        .component("c9", format!("Doors {ATTACK}"), "major_outage")
        .incident(
            Incident::new("i1", format!("Title {ATTACK}"))
                .impact("major")
                .affects("c9")
                .raw("status", "ponder\u{1b}[2Jing")
                .raw("shortlink", "javascript:alert(5)")
                .update(Update::new("u1", "investigating", body).at("2026-11-07T08:01:00Z")),
        )
        .description(format!("Overall {ATTACK}"))
}

fn is_dangerous(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

fn assert_inert(where_: &str, text: &str) {
    if let Some(found) = text.chars().find(|character| is_dangerous(*character)) {
        panic!(
            "{where_} holds {found:?}: {}",
            text.chars().take(300).collect::<String>()
        );
    }
}

/// Every text in a reply, wherever it stands.
fn texts<'v>(value: &'v serde_json::Value, found: &mut Vec<&'v str>) {
    match value {
        serde_json::Value::String(text) => found.push(text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        serde_json::Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

#[tokio::test]
async fn an_announcement_is_inert_and_cut_to_size() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    attacking().serve_on(&page);
    desk.pass(minutes(3)).await;
    let news = desk.news();
    assert_eq!(news.len(), 1, "{news:?}");
    for text in [&news[0].headline, &news[0].body] {
        assert_inert("an announcement", text);
        assert!(text.len() < 4_000, "{} bytes", text.len());
    }
    assert!(!news[0].headline.contains('\n'));
    assert!(
        !news[0].body.contains("<img") && !news[0].body.contains("onmouseover"),
        "{}",
        news[0].body
    );
    assert!(
        news[0].url.as_deref().is_none_or(|url| url.starts_with("http")),
        "{:?}",
        news[0].url
    );
}

#[tokio::test]
async fn every_text_of_every_answer_is_inert_and_no_link_runs() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    attacking().serve_on(&page);
    desk.pass(minutes(3)).await;
    let requests = [
        Request::Status { vendors: vec![] },
        Request::History {
            vendors: vec![],
            since: None,
            until: None,
            limit: 10,
            before: None,
        },
        Request::Incident {
            id: "i1".into(),
            vendor: None,
        },
        Request::Scope {
            vendor: "Acme".into(),
            components: None,
        },
        Request::At {
            time: "2026-11-07T08:02:50Z".parse().unwrap(),
            vendors: vec![],
        },
        Request::Search {
            words: "bold".into(),
            limit: 10,
        },
        Request::Uptime {
            vendor: "Acme".into(),
            components: vec![],
            from: "2026-11-07T08:00:00Z".parse().unwrap(),
            until: "2026-11-07T08:03:00Z".parse().unwrap(),
        },
        Request::Doctor,
    ];
    for request in requests {
        let reply = desk.ask(request.clone()).await.unwrap();
        if let Reply::Search(found) = &reply {
            assert!(!found.finds.is_empty());
        }
        let value = serde_json::to_value(&reply).unwrap();
        let mut found = Vec::new();
        texts(&value, &mut found);
        for text in found {
            assert_inert(&format!("{request:?}"), text);
            assert!(!text.starts_with("javascript:"), "{request:?}: {text}");
        }
    }
}

#[tokio::test]
async fn a_reason_in_a_strangers_words_is_inert() {
    let (mut desk, page) = Desk::watching(&acme()).await;
    page.misbehave(signalbox_replay::Misbehaviour::Status {
        code: 200,
        retry_after: None,
        headers: [("content-type".to_owned(), "text/html".to_owned())].into(),
        body: "<title>\u{1b}[2J\u{202e}Owned\u{7}</title>".to_owned(),
    });
    desk.pass(minutes(60)).await;
    let vendor = desk.vendor("Acme").await;
    assert_inert("a reason", &vendor.source_reason.unwrap());
    for one in desk.news() {
        assert_inert("an announcement", &one.body);
    }
}

#[tokio::test]
async fn a_page_that_attacks_at_first_sight_is_inert_in_the_summary() {
    let mut desk = Desk::new().await;
    desk.page("Acme", &attacking()).await;
    desk.settle().await;
    let news = desk.news();
    assert_eq!(news.len(), 1);
    assert_inert("a summary", &news[0].headline);
    assert_inert("a summary", &news[0].body);
}
