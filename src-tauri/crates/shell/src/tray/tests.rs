//! Whole menus, compared as data.

use serde_json::{Value, json};
use signalbox_pages::Health;

use super::{Action, Item, Layer, PauseFor, TrayView, view};
use crate::{
    route::Route,
    seen::{Seen, Stopped},
    test_words::{at, incident, noon, status, vendor},
};

fn seen(status: signalbox_engine::api::StatusView) -> Seen {
    let mut seen = Seen::default();
    seen.take_status(status);
    seen
}

fn calm() -> Seen {
    let vendors = [
        vendor("Forge", "operational", &json!({})),
        vendor("Mail", "operational", &json!({})),
    ];
    seen(status(
        "operational",
        "All 2 vendors are well",
        &vendors,
        &json!({}),
    ))
}

fn troubled() -> Seen {
    let vendors = [
        vendor(
            "Forge",
            "major_outage",
            &json!({ "incidents": [
                incident("Forge", "f1", "Builds fail", "2026-11-07T09:19:00Z"),
                incident("Forge", "f2", "Pages are slow", "2026-11-05T16:56:00Z"),
            ] }),
        ),
        vendor("Mail_Box", "degraded", &json!({ "stale": true })),
        vendor(
            "Pay",
            "operational",
            &json!({ "incidents": [incident("Pay", "p1", "Refunds are late", "2026-11-07T09:59:30Z")] }),
        ),
        vendor("Shop", "unknown", &json!({ "source": "unreadable" })),
        vendor("Search", "operational", &json!({})),
    ];
    seen(status(
        "major_outage",
        "2 of 5 vendors have problems: Forge, Mail_Box",
        &vendors,
        &json!({}),
    ))
}

fn engine(what: &Value) -> Seen {
    let vendors = [vendor("Forge", "operational", &json!({}))];
    seen(status(
        "operational",
        "1 vendor is well",
        &vendors,
        &json!({ "engine": what }),
    ))
}

fn view_of(seen: &Seen) -> TrayView {
    view(seen, &noon())
}

/// The menu as a person reads it, a line for each entry.
fn lines(view: &TrayView) -> String {
    fn write(items: &[Item], indent: &str, out: &mut String) {
        for item in items {
            let (line, inner): (String, &[Item]) = match item {
                Item::Choice { label, .. } => (label.clone(), &[]),
                Item::Switch { label, on, .. } => (format!("[{}] {label}", if *on { "x" } else { " " }), &[]),
                Item::Text(label) => (format!("({label})"), &[]),
                Item::More { label, items } => (format!("{label} >"), items),
                Item::Separator => ("---".to_owned(), &[]),
            };
            out.push_str(&format!("{indent}{line}\n"));
            write(inner, &format!("{indent}    "), out);
        }
    }
    let mut out = String::new();
    write(&view.menu, "", &mut out);
    out
}

#[test]
fn when_all_is_well_the_menu_is_short() {
    insta::assert_snapshot!(lines(&view_of(&calm())), @r"
    All 2 vendors are well
    ---
    (Checked less than a minute ago)
    Refresh now
    Pause notifications >
        For 1 hour
        Until tomorrow, 08:00
        Until I resume
    ---
    Open history
    [ ] Start at login
    Quit
    ");
}

#[test]
fn vendors_in_trouble_come_first_each_with_its_incidents() {
    insta::assert_snapshot!(lines(&view_of(&troubled())), @r"
    2 of 5 vendors have problems: Forge, Mail_Box
    ---
    Forge: major outage
          Builds fail, for 41 min
          Pages are slow, for 41 h 4 min
    Mail_Box: degraded, last word
    Pay: 1 open incident
          Refunds are late, for less than a minute
    Not known: Shop
    ---
    (Checked less than a minute ago)
    Refresh now
    Pause notifications >
        For 1 hour
        Until tomorrow, 08:00
        Until I resume
    ---
    Open history
    [ ] Start at login
    Quit
    ");
}

#[test]
fn an_incident_in_the_menu_opens_that_very_incident() {
    let opened: Vec<Route> = view_of(&troubled())
        .menu
        .into_iter()
        .filter_map(|item| {
            if let Item::Choice {
                action: Action::Open(route),
                ..
            } = item
            {
                Some(route)
            } else {
                None
            }
        })
        .collect();
    let expected = Route::Incident {
        vendor: Some("Forge".to_owned()),
        id: "f2".to_owned(),
    };
    assert!(opened.contains(&expected), "{opened:?}");
}

#[test]
fn many_vendors_in_trouble_are_counted_not_listed() {
    let vendors: Vec<_> = (0..30)
        .map(|number| vendor(&format!("V{number}"), "degraded", &json!({})))
        .collect();
    let seen = seen(status(
        "degraded",
        "30 of 30 vendors have problems",
        &vendors,
        &json!({}),
    ));
    let text = lines(&view_of(&seen));
    assert!(text.contains("V7: degraded\nAnd 22 more"), "{text}");
    assert!(!text.contains("V8"));
}

#[test]
fn a_pause_is_said_with_its_end_and_can_be_ended() {
    let paused = |what| view_of(&engine(&json!({ "paused": what })));
    let ending = paused(json!({ "until": "2026-11-07T11:00:00Z" }));
    assert!(lines(&ending).contains("Resume notifications (paused until 13:00)"));
    assert!(ending.icon.layers.contains(&Layer::Paused));
    let tomorrow = paused(json!({ "until": "2026-11-08T06:00:00Z" }));
    assert!(lines(&tomorrow).contains("(paused until Sun 8 Nov, 08:00)"));
    let endless = paused(json!({ "until": null }));
    assert!(lines(&endless).contains("Resume notifications\n"));
}

#[test]
fn a_pause_until_tomorrow_ends_at_eight_in_the_morning_of_the_persons_zone() {
    assert_eq!(
        PauseFor::UntilTomorrow.until(&noon()),
        Some(at("2026-11-08T06:00:00Z"))
    );
    assert_eq!(PauseFor::Hour.until(&noon()), Some(at("2026-11-07T11:00:00Z")));
    assert_eq!(PauseFor::UntilResumed.until(&noon()), None);
}

#[test]
fn before_the_first_vendor_the_menu_says_what_to_do() {
    let seen = seen(status("unknown", "No vendor is watched", &[], &json!({})));
    let view = view_of(&seen);
    assert_eq!(view.sentence, "No vendor is watched yet");
    assert!(lines(&view).contains("Watch a vendor\u{2026}\nOpen history"));
    assert_eq!(view.icon.health, Health::Unknown);
}

mod t1_never_green_without_evidence {
    use super::*;

    #[test]
    fn a_check_that_is_not_the_whole_truth_has_the_ring_around_it() {
        let vendors = [vendor("Forge", "operational", &json!({}))];
        let seen = seen(status(
            "operational",
            "",
            &vendors,
            &json!({ "tray_incomplete": true }),
        ));
        let icon = view_of(&seen).icon;
        assert_eq!(
            (icon.health, icon.layers),
            (Health::Operational, vec![Layer::Incomplete])
        );
    }

    #[test]
    fn nothing_is_green_before_the_first_answer() {
        let view = view_of(&Seen::default());
        assert_eq!(
            (view.icon.health, view.sentence.as_str()),
            (Health::Unknown, "Starting")
        );
    }
}

mod t7_our_trouble_is_not_the_vendors {
    use super::*;

    const OFFLINE: &str = "2026-11-07T09:30:00Z";

    #[test]
    fn offline_nothing_is_green_and_it_is_said_once_and_calmly() {
        let view = view_of(&engine(&json!({ "offline_since": OFFLINE })));
        assert_eq!(
            (view.icon.health, view.icon.layers),
            (Health::Unknown, vec![Layer::Offline])
        );
        assert_eq!(view.sentence, "Offline: nothing can be checked");
        assert_eq!(view.detail, "Offline since 11:30");
    }

    #[test]
    fn a_known_problem_stays_offline_too() {
        let mut seen = troubled();
        if let Some(status) = &mut seen.status {
            status.engine.offline_since = Some(at(OFFLINE));
        }
        let icon = view_of(&seen).icon;
        assert_eq!(
            (icon.health, icon.layers),
            (Health::MajorOutage, vec![Layer::Offline])
        );
    }
}

mod t11_never_a_silent_stop {
    use super::*;

    #[test]
    fn when_checking_stopped_the_icon_is_unknown_and_the_first_line_says_so() {
        for (stopped, words) in [
            (Stopped::Silent, "Signalbox stopped checking"),
            (
                Stopped::Restarting,
                "Signalbox stopped checking and is starting anew",
            ),
            (Stopped::Ended("The disk is gone".to_owned()), "The disk is gone"),
        ] {
            let seen = Seen {
                stopped: Some(stopped),
                ..troubled()
            };
            let view = view_of(&seen);
            assert_eq!(view.icon.health, Health::Unknown);
            assert_eq!(view.sentence, words);
            assert!(lines(&view).starts_with(words));
        }
    }
}

mod pictures {
    use super::*;
    use crate::tray::{Icon, paint};

    const LIGHT: [u8; 3] = [0xF3, 0xF4, 0xF6];
    const DARK: [u8; 3] = [0x1B, 0x1D, 0x21];

    fn every_icon() -> Vec<Icon> {
        let mut icons: Vec<Icon> = Health::ALL
            .into_iter()
            .map(|health| Icon {
                health,
                layers: Vec::new(),
            })
            .collect();
        for layers in [vec![Layer::Incomplete], vec![Layer::Paused]] {
            icons.push(Icon {
                health: Health::Operational,
                layers,
            });
        }
        icons.push(Icon {
            health: Health::Unknown,
            layers: vec![Layer::Offline],
        });
        icons
    }

    /// What is seen of an icon on a panel of this colour, as lightness alone.
    fn greys(icon: &Icon, side: u32, panel: [u8; 3]) -> Vec<f64> {
        let grey = |rgb: [f64; 3]| 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
        paint(icon, side)
            .rgba
            .chunks_exact(4)
            .map(|pixel| {
                let alpha = f64::from(pixel[3]) / 255.0;
                let mix =
                    |index: usize| f64::from(pixel[index]) * alpha + f64::from(panel[index]) * (1.0 - alpha);
                grey([mix(0), mix(1), mix(2)])
            })
            .collect()
    }

    #[test]
    fn every_icon_differs_from_every_other_without_its_colour_at_16_pixels() {
        for panel in [LIGHT, DARK] {
            let icons = every_icon();
            for (index, one) in icons.iter().enumerate() {
                for other in icons.iter().skip(index + 1) {
                    let differing = greys(one, 16, panel)
                        .into_iter()
                        .zip(greys(other, 16, panel))
                        .filter(|(one, other)| (one - other).abs() > 40.0)
                        .count();
                    assert!(differing >= 14, "{one:?} and {other:?}: {differing} pixels");
                }
            }
        }
    }

    #[test]
    fn every_icon_stands_out_from_light_and_from_dark_panels() {
        for icon in every_icon() {
            for panel in [LIGHT, DARK] {
                let ground = 0.2126 * f64::from(panel[0])
                    + 0.7152 * f64::from(panel[1])
                    + 0.0722 * f64::from(panel[2]);
                let standing_out = greys(&icon, 16, panel)
                    .into_iter()
                    .filter(|grey| (grey - ground).abs() > 60.0)
                    .count();
                assert!(standing_out >= 24, "{icon:?}: {standing_out} pixels");
            }
        }
    }

    #[test]
    fn an_icon_is_painted_at_every_size_that_is_asked_for() {
        for side in [1, 16, 22, 24, 32, 48, 64, 256] {
            for icon in every_icon() {
                let pixels = paint(&icon, side);
                assert_eq!(pixels.rgba.len(), (side * side * 4) as usize);
                assert!(
                    pixels.rgba.chunks_exact(4).any(|pixel| pixel[3] > 0),
                    "{icon:?} at {side}"
                );
            }
        }
    }

    #[test]
    fn the_bytes_of_a_pixel_are_put_in_the_order_of_the_bus() {
        let pixels = crate::tray::Pixels {
            side: 1,
            rgba: vec![1, 2, 3, 4],
        };
        assert_eq!(pixels.argb(), [4, 1, 2, 3]);
    }
}
