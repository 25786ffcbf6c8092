use serde_json::{Value, json};

use super::*;
use crate::contract::ReadReply;
use crate::health::page_health;
use crate::readers::testing::{
    addresses, fixtures, page, read, read_recorded, refusal, site_at, site_behind,
};

fn read_text(body: &str) -> Reading {
    let document = Document {
        name: "monitors",
        body: body.as_bytes(),
    };
    UptimeRobot.read(&[document], None).unwrap()
}

fn read_file(file: &str) -> Reading {
    read_text(&std::fs::read_to_string(fixtures("uptimerobot").join(file)).unwrap())
}

#[test]
fn a_page_in_trouble_is_read_whole_from_its_documents() {
    let reading = read(&UptimeRobot, &page("uptimerobot", "trouble")).unwrap();
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(reading.snapshot.coverage.components, Listing::Complete);
    assert_eq!(reading.wants, ["page-2"]);
    insta::assert_json_snapshot!("trouble", ReadReply::new("uptimerobot", &reading));
}

#[test]
fn a_list_that_is_cut_wants_its_further_documents() {
    let reading = read_file("trouble/monitors.json");
    assert_eq!(reading.snapshot.coverage.components, Listing::Partial);
    assert_eq!(reading.wants, ["page-2"]);
    // The counts are of all monitors all the same.
    assert_eq!(page_health(&reading.snapshot), Health::PartialOutage);
}

#[test]
fn more_monitors_than_are_asked_for_leave_the_list_partial() {
    let monitors: Vec<Value> = (0..30)
        .map(|id| json!({"monitorId": id, "name": "A", "statusClass": "success"}))
        .collect();
    let body =
        json!({"status": "ok", "psp": {"perPage": 30, "totalMonitors": 100_000, "monitors": monitors}});
    let reading = read_text(&body.to_string());
    assert_eq!(reading.wants, FURTHER);
    assert_eq!(reading.snapshot.coverage.components, Listing::Partial);
    assert_eq!(page_health(&reading.snapshot), Health::Unknown);
}

#[test]
fn a_page_that_ignores_the_number_of_its_part_stays_partial() {
    let body = std::fs::read(fixtures("uptimerobot").join("trouble/monitors.json")).unwrap();
    let documents = ["monitors", "page-2"].map(|name| Document { name, body: &body });
    let reading = UptimeRobot.read(&documents, None).unwrap();
    assert_eq!(reading.snapshot.coverage.components, Listing::Partial);
    assert_eq!(reading.snapshot.components.len(), 3);
}

#[test]
fn the_counts_say_how_the_page_is() {
    let health = |up: Value, down: Value, paused: Value| {
        let body = json!({
            "status": "ok",
            "psp": {"perPage": 30, "totalMonitors": 0, "monitors": []},
            "statistics": {"counts": {"up": up, "down": down, "paused": paused}, "count_result": "x"},
        });
        page_health(&read_text(&body.to_string()).snapshot)
    };
    for (counts, expected) in [
        ([json!(3), json!(0), json!(0)], Health::Operational),
        ([json!(3), json!(0), json!(2)], Health::Operational),
        ([json!(3), json!(1), json!(0)], Health::PartialOutage),
        ([json!(0), json!(1), json!(0)], Health::MajorOutage),
        ([json!(0), json!(0), json!(4)], Health::Unknown),
        ([json!(0), json!(0), json!(0)], Health::Unknown),
        ([json!(3), json!(-1), json!(0)], Health::Unknown),
        ([json!(3), json!(null), json!(0)], Health::Unknown),
        ([json!(3), json!(0), json!("some")], Health::Unknown),
    ] {
        let [up, down, paused] = counts.clone();
        assert_eq!(health(up, down, paused), expected, "{counts:?}");
    }
}

#[test]
fn the_form_with_groups_is_read_without_counts() {
    let reading = read_file("groups.json");
    assert_eq!(reading.warnings, Vec::<String>::new());
    assert_eq!(page_health(&reading.snapshot), Health::Degraded);
    let groups: Vec<_> = reading
        .snapshot
        .components
        .iter()
        .map(|monitor| monitor.group.first().map(|group| group.name.as_str()))
        .collect();
    assert_eq!(groups, [None, Some("Nodes")]);
    // It does not say how many there are, but fewer than the platform gives at once are all.
    assert_eq!(reading.snapshot.coverage.components, Listing::Complete);
    assert_eq!(reading.wants, Vec::<&str>::new());
}

#[test]
fn a_page_of_one_monitor_is_a_page() {
    let reading = read_file("single.json");
    assert_eq!(page_health(&reading.snapshot), Health::Operational);
    assert_eq!(reading.snapshot.components[0].name, "Blog");
    assert_eq!(reading.snapshot.coverage.components, Listing::Complete);
}

#[test]
fn addresses_of_the_platform_name_the_page() {
    let page = Some("https://stats.uptimerobot.com/Ab3dEf9hKk/#Ab3dEf9hKk".to_owned());
    for (address, site) in [
        ("https://stats.uptimerobot.com/Ab3dEf9hKk", &page),
        ("https://stats.uptimerobot.com/Ab3dEf9hKk/778224452", &page),
        (
            "https://stats.uptimerobot.com/api/getMonitorList/Ab3dEf9hKk?page=2",
            &page,
        ),
        ("https://stats.uptimerobot.com/", &None),
        ("https://uptimerobot.com/pricing", &None),
        ("https://status.vendor.example/Ab3dEf9hKk", &None),
    ] {
        assert_eq!(&site_at(&UptimeRobot, address), site, "{address}");
    }
}

#[test]
fn a_front_page_names_the_list_that_it_asks_for() {
    let at = |url: &str, body: &str| site_behind(&UptimeRobot, url, &[], body);
    let own = "https://status.vendor.example/";
    for body in [
        "<script>window.pspApiPath = \"https://status.vendor.example/api/getMonitorList/Ab3dE\";",
        "<script>window.pspApiPath='/api/getMonitorList/Ab3dE'",
        "var pspApiPath = \"https:\\/\\/status.vendor.example\\/api\\/getMonitorList\\/Ab3dE\"",
    ] {
        assert_eq!(
            at(own, body).as_deref(),
            Some("https://status.vendor.example/#Ab3dE"),
            "{body}"
        );
    }
    let elsewhere = "https://stats.uptimerobot.com/api/getMonitorList/Ab3dE";
    assert_eq!(
        at(own, &format!("pspApiPath = '{elsewhere}'")),
        Some(format!("https://status.vendor.example/#{elsewhere}"))
    );
    assert_eq!(
        at(
            "https://stats.uptimerobot.com/Ab3dE",
            &format!("pspApiPath = '{elsewhere}'")
        )
        .as_deref(),
        Some("https://stats.uptimerobot.com/Ab3dE/#Ab3dE")
    );
    for body in [
        "pspApiPath",
        "pspApiPath = x",
        "pspApiPath='/else/where'",
        "<p>Hello</p>",
    ] {
        assert_eq!(at(own, body), None, "{body}");
    }
}

#[test]
fn the_list_is_asked_for_beside_the_page_or_where_the_key_says() {
    let all = addresses(&UptimeRobot, "https://stats.uptimerobot.com/Ab3dE/#Ab3dE");
    assert_eq!(all.len(), 20);
    assert_eq!(all[0], "https://stats.uptimerobot.com/api/getMonitorList/Ab3dE");
    assert_eq!(
        all[19],
        "https://stats.uptimerobot.com/api/getMonitorList/Ab3dE?page=20"
    );
    let site = "https://status.vendor.example/#https://stats.uptimerobot.com/api/getMonitorList/Ab3dE";
    assert_eq!(addresses(&UptimeRobot, site), all);
    assert_eq!(
        addresses(&UptimeRobot, "https://status.vendor.example/"),
        Vec::<String>::new()
    );
}

#[test]
fn what_is_not_of_the_platform_is_refused_with_a_reason() {
    for (body, reason) in [
        ("{}", "not ok"),
        (
            r#"{"status":"error","psp":{"perPage":30,"monitors":[]}}"#,
            "not ok",
        ),
        (r#"{"status":"ok"}"#, "no list of monitors"),
        (r#"{"status":"ok","data":[]}"#, "no list of monitors"),
        (r#"{"status":"ok","data":[{"id":1}]}"#, "no list of monitors"),
        (r#"{"status":"ok","monitor":{"name":"A"}}"#, "no list of monitors"),
        ("[]", "not an object"),
        ("", "empty"),
        ("<html><script>window.pspApiPath='x'</script>", "a web page"),
    ] {
        let refusal = refusal(&UptimeRobot, body);
        assert!(refusal.contains(reason), "{body}: {refusal}");
    }
}

#[test]
fn recorded_pages_say_what_they_said() {
    let recorded = |file: &str| {
        let file = format!("uptimerobot/{file}-getMonitorList.json");
        read_recorded(&UptimeRobot, "monitors", &file)
    };
    for (file, monitors) in [
        ("deephow-14-ok", 14),
        ("four-services-ok", 4),
        ("single-yumzi-ok", 1),
        ("three-linuxfabrik-ok", 3),
    ] {
        let Some(reading) = recorded(file).map(Result::unwrap) else {
            return;
        };
        assert_eq!(page_health(&reading.snapshot), Health::Operational, "{file}");
        assert_eq!(reading.snapshot.components.len(), monitors, "{file}");
        assert_eq!(reading.snapshot.coverage.components, Listing::Complete, "{file}");
        assert_eq!(
            (reading.warnings, reading.wants),
            (Vec::new(), Vec::new()),
            "{file}"
        );
    }
    // All up by the counts, but the list is cut.
    let long = recorded("hivelocity-43-ok").unwrap().unwrap();
    assert_eq!(page_health(&long.snapshot), Health::Operational);
    assert_eq!(long.snapshot.components.len(), 30);
    assert_eq!(long.snapshot.coverage.components, Listing::Partial);
    assert_eq!(long.wants, ["page-2"]);
    // Two of seven are down, one is paused.
    let mixed = recorded("gwc-mixed-states").unwrap().unwrap();
    assert_eq!(page_health(&mixed.snapshot), Health::PartialOutage);
    assert_eq!(
        mixed.snapshot.overall.unwrap().raw.as_deref(),
        Some("2 monitors down")
    );
    let of = |health: Health| {
        let all = mixed.snapshot.components.iter();
        all.filter(|monitor| monitor.health == health).count()
    };
    assert_eq!(
        (
            of(Health::Operational),
            of(Health::MajorOutage),
            of(Health::Unknown)
        ),
        (4, 2, 1)
    );
}
