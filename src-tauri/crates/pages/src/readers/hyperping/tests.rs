use super::*;
use crate::health::page_health;
use crate::readers::testing::read_recorded;

fn read(text: &str) -> Result<Reading, Unreadable> {
    Hyperping.read(
        &[Document {
            name: "status",
            body: text.as_bytes(),
        }],
        None,
    )
}

#[test]
fn a_recorded_page_that_is_up_is_operational() {
    let Some(reading) = read_recorded(&Hyperping, "status", "hyperping/lempire-20260803-status.json") else {
        return;
    };
    let reading = reading.unwrap();
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
    assert_eq!(reading.snapshot.overall.unwrap().raw.as_deref(), Some("up"));
    assert_eq!(reading.warnings, Vec::<String>::new());
}

#[test]
fn each_word_is_read_and_an_unheard_of_one_is_unknown_with_a_warning() {
    for (word, health, warnings) in [
        ("up", Health::Operational, 0),
        ("UP", Health::Operational, 0),
        ("maintenance", Health::Maintenance, 0),
        ("incident", Health::Degraded, 0),
        ("outage", Health::MajorOutage, 0),
        ("sideways", Health::Unknown, 1),
    ] {
        let reading = read(&format!("{{\"indicator\":\"{word}\",\"uptime\":\"N/A\"}}")).unwrap();
        assert_eq!(page_health(&reading.snapshot), health, "{word}");
        assert_eq!(reading.warnings.len(), warnings, "{word}");
    }
}

#[test]
fn an_answer_of_another_shape_is_refused() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        "\"up\"",
        "{\"indicator\":\"up\"}",
        "{\"indicator\":7,\"uptime\":7}",
        "{\"indicator\":\"none\",\"uptime\":null}",
        "{\"status\":{\"indicator\":\"none\"},\"uptime\":\"1%\"}",
        "{\"indicator\":\"up\",\"uptime\":\"1%\",\"a\":1,\"b\":2,\"c\":3}",
        "<!doctype html><title>up</title>",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    assert_eq!(Hyperping.read(&[], None), Err(Unreadable::Empty));
}

#[test]
fn a_page_is_found_at_its_own_host_and_behind_its_marks() {
    let at = |address: &str| {
        Hyperping
            .site_at(&Url::parse(address).unwrap())
            .map(|site| site.to_string())
    };
    assert_eq!(
        at("https://kite.hyperping.app/incident/1").as_deref(),
        Some("https://kite.hyperping.app/")
    );
    assert_eq!(at("https://www.hyperping.app/"), None);
    assert_eq!(at("https://hyperping.app/"), None);
    let url = Url::parse("https://status.kite.example/deep").unwrap();
    let front = |body| Front {
        url: &url,
        headers: &[],
        body,
    };
    assert!(
        Hyperping
            .site_behind(&front("<a href='https://hyperping.com/?ref=x'>"))
            .is_some()
    );
    assert_eq!(Hyperping.site_behind(&front("<p>Hello</p>")), None);
}
