//! Answers of an engine, for tests.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use serde_json::{Value, json};
use signalbox_engine::api::{StatusView, VendorView};

/// Noon, in a zone two hours east of UTC.
pub(crate) fn noon() -> Zoned {
    at("2026-11-07T10:00:00Z").to_zoned(TimeZone::fixed(jiff::tz::offset(2)))
}

pub(crate) fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// A vendor in this health, with what is said of it in `more`.
pub(crate) fn vendor(name: &str, shown: &str, more: &Value) -> VendorView {
    let mut view = json!({
        "vendor": name, "page": format!("https://{name}.example"), "page_name": name, "platform": "statuspage",
        "platform_name": "Atlassian Statuspage", "incidents_only": false, "doubts": [],
        "shown": shown, "stale": false, "shown_reason": null, "reported": shown, "overall_raw": null,
        "overall_description": null, "read_at": "2026-11-07T09:59:20Z", "asked_at": "2026-11-07T09:59:20Z",
        "health_since": null, "source": "fresh", "source_reason": null, "counted": true, "accepted_unreadable": false, "muted_until": null,
        "scope": { "chosen": 3, "of": 3 }, "troubled": [], "incidents": [], "maintenances": [], "locked": null,
    });
    merge(&mut view, more);
    serde_json::from_value(view).unwrap()
}

/// An open incident that began at `started`.
pub(crate) fn incident(vendor: &str, id: &str, title: &str, started: &str) -> Value {
    json!({
        "id": id, "vendor": vendor, "title": title, "impact": "major", "phase": "identified", "open": true,
        "listed": true, "started_at": started, "resolved_at": null, "first_recorded_at": started,
        "last_word_at": started, "last_word": "We look into it.", "updates": 1, "url": null, "components": [], "component_ids": [],
        "acknowledged": false, "muted_until": null, "watched": true,
    })
}

/// An answer of a running engine about these vendors.
pub(crate) fn status(tray: &str, summary: &str, vendors: &[VendorView], more: &Value) -> StatusView {
    let mut view = json!({
        "at": "2026-11-07T10:00:00Z",
        "engine": {
            "running": true, "version": "0", "pid": 1, "heartbeat_at": null, "offline_since": null,
            "store_trouble": null, "paused": null,
        },
        "tray": tray, "tray_incomplete": false, "summary": summary, "vendors": vendors,
    });
    merge(&mut view, more);
    serde_json::from_value(view).unwrap()
}

fn merge(into: &mut Value, more: &Value) {
    if let (Value::Object(into), Value::Object(more)) = (&mut *into, more) {
        for (key, value) in more {
            merge(into.entry(key.clone()).or_insert(Value::Null), value);
        }
    } else {
        *into = more.clone();
    }
}
