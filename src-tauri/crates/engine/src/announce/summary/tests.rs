use signalbox_channels::{Announcement, AnnouncementKind, Urgency};
use signalbox_pages::{Health, Impact};

use super::{
    Backlog, BaselineLine, backlog_summary, baseline_line, baseline_summary, catch_up_summary, tray_summary,
};
use crate::{
    announce::{
        Draft, Scope,
        test_words::{ids, in_full, open, over, page_with},
    },
    compare::test_words::{at, state_of},
    show::{CountedWatch, Shown},
};

fn watches(healths: &[(&'static str, Health)]) -> Vec<CountedWatch<'static>> {
    healths
        .iter()
        .map(|&(vendor, health)| CountedWatch {
            vendor,
            shown: Shown {
                health,
                stale: false,
                reason: None,
            },
            scope_chosen: false,
            acknowledged: false,
        })
        .collect()
}

#[test]
fn what_was_acknowledged_or_is_stale_is_not_called_fine() {
    let watch = |vendor, health, stale, acknowledged| CountedWatch {
        vendor,
        shown: Shown {
            health,
            stale,
            reason: None,
        },
        scope_chosen: false,
        acknowledged,
    };
    let fine = |vendor| watch(vendor, Health::Operational, false, false);
    let seen = |vendor| watch(vendor, Health::Operational, false, true);
    let old = |vendor| watch(vendor, Health::Operational, true, true);
    let bad = |vendor| watch(vendor, Health::MajorOutage, true, false);
    for (watches, expected) in [
        (vec![seen("A")], "1 vendor has a problem that is acknowledged: A"),
        (
            vec![seen("A"), seen("B")],
            "All 2 vendors have problems that are acknowledged: A, B",
        ),
        (
            vec![seen("A"), fine("B")],
            "1 of 2 vendors is fine; 1 acknowledged",
        ),
        (
            vec![seen("A"), fine("B"), fine("C")],
            "2 of 3 vendors are fine; 1 acknowledged",
        ),
        (vec![old("A"), fine("B")], "1 of 2 vendors is unknown: A"),
        (
            vec![old("A"), seen("B")],
            "1 of 2 vendors is unknown: A; 1 acknowledged",
        ),
        (
            vec![bad("A"), seen("B"), fine("C")],
            "1 of 3 vendors has a problem: A; 1 acknowledged",
        ),
    ] {
        assert_eq!(tray_summary(&watches), expected);
    }
}

#[test]
fn the_tray_is_told_in_one_line() {
    use Health::{Degraded as D, Maintenance as M, MajorOutage as X, Operational as O, Unknown as U};
    let cases: [(&[(&str, Health)], &str); 14] = [
        (&[], "No vendors are watched"),
        (&[("A", O)], "1 vendor is fine"),
        (&[("A", O), ("B", M)], "All 2 vendors are fine"),
        (&[("A", U)], "1 vendor is unknown: A"),
        (&[("A", U), ("B", U)], "All 2 vendors are unknown"),
        (&[("A", O), ("B", U)], "1 of 2 vendors is unknown: B"),
        (
            &[("A", O), ("B", U), ("C", U)],
            "2 of 3 vendors are unknown: B, C",
        ),
        (&[("A", D)], "1 vendor has a problem: A"),
        (&[("A", O), ("B", D)], "1 of 2 vendors has a problem: B"),
        (
            &[("A", D), ("B", X), ("C", O)],
            "2 of 3 vendors have problems: B, A",
        ),
        (&[("b", D), ("A", D)], "2 of 2 vendors have problems: A, b"),
        (
            &[("A", D), ("B", U)],
            "1 of 2 vendors has a problem: A; 1 unknown",
        ),
        (
            &[("A", D), ("B", X), ("C", U)],
            "2 of 3 vendors have problems: B, A; 1 unknown",
        ),
        (
            &[("A", D), ("B", D), ("C", D), ("D", D), ("E", D)],
            "5 of 5 vendors have problems: A, B, C and 2 more",
        ),
    ];
    for (healths, expected) in cases {
        assert_eq!(tray_summary(&watches(healths)), expected);
    }
}

fn line(vendor: &str, health: Health, incidents: &[&str]) -> BaselineLine {
    BaselineLine {
        vendor: vendor.into(),
        health,
        incidents: incidents.iter().map(|&title| title.into()).collect(),
        url: None,
    }
}

#[test]
fn a_batch_of_new_vendors_is_one_summary() {
    let now = at("2026-11-07T12:00:00Z");
    let batches: [&[BaselineLine]; 4] = [
        &[line("Forge", Health::Operational, &[])],
        &[line("Forge", Health::Operational, &["A notice", "Another"])],
        &[
            line("Forge", Health::Operational, &[]),
            line("Mint", Health::Maintenance, &[]),
        ],
        &[
            line("Zinc", Health::Operational, &[]),
            line("Forge", Health::Degraded, &["Pushes fail"]),
            line("Mint", Health::MajorOutage, &[]),
            line("Ore", Health::Unknown, &[]),
            line("Tin", Health::Operational, &["A notice"]),
        ],
    ];
    let told: Vec<String> = batches
        .iter()
        .map(|batch| in_full(&baseline_summary(batch, now)))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    baseline quiet
    Now watching Forge: operational
    baseline normal
    Now watching Forge: operational, 2 open incidents
        A notice
        Another
    baseline quiet
    Now watching 2 vendors: none has a problem
    baseline normal
    Now watching 5 vendors: 2 have problems
        Mint: major outage
        Forge: degraded, open incident: Pushes fail
        Tin: operational, open incident: A notice
        Ore: unknown
        1 more: fine
    ");
}

#[test]
fn a_baseline_line_names_the_open_incidents_in_scope() {
    let snapshot = page_with(
        Health::Degraded,
        &[("api", Health::Degraded), ("web", Health::Operational)],
        [
            open("i1", Impact::Minor, &["api"]),
            open("i2", Impact::Minor, &["web"]),
            over(&open("i3", Impact::Minor, &["api"])),
        ],
    );
    let state = state_of(&snapshot, Health::Degraded);
    let chosen = ids(&["api"]);
    let scope = Scope::new(Some(&chosen), &state.components);
    let line = baseline_line("Forge", &scope, &state, Health::Degraded);
    assert_eq!(line.incidents, ["Trouble i1"]);
}

fn announced(kind: AnnouncementKind, incident: Option<&str>, headline: &str) -> Announcement {
    let draft = Draft {
        vendor: headline.split_once(':').map(|(vendor, _)| vendor.to_owned()),
        incident: incident.map(str::to_owned),
        health: Some(if kind == AnnouncementKind::HealthBetter {
            Health::Operational
        } else {
            Health::Degraded
        }),
        ..Draft::new(kind, headline, "", at("2026-11-07T12:00:00Z"))
    };
    draft.with_key("k".into())
}

#[test]
fn what_happened_while_away_is_one_summary_of_last_words() {
    use AnnouncementKind as Kind;
    let (from, to) = (at("2026-11-07T22:10:00Z"), at("2026-11-08T06:22:00Z"));
    insta::assert_snapshot!(in_full(&catch_up_summary(&[], from, to)), @"
    catch_up quiet
    Back after 8 h 12 min: nothing changed
    ");

    let over = [
        announced(Kind::IncidentOpened, Some("i1"), "Forge: incident opened: A"),
        announced(
            Kind::IncidentResolved,
            Some("i1"),
            "Forge: incident resolved after 41 min: A",
        ),
        announced(Kind::HealthWorse, None, "Mint: API degraded"),
        announced(Kind::HealthBetter, None, "Mint: API operational again"),
    ];
    insta::assert_snapshot!(in_full(&catch_up_summary(&over, from, to)), @"
    catch_up quiet
    Back after 8 h 12 min: 2 changes
        Forge: incident resolved after 41 min: A
        Mint: API operational again
    ");

    let mut going_on = over.to_vec();
    going_on.push(announced(
        Kind::IncidentOpened,
        Some("i2"),
        "Forge: incident opened: B",
    ));
    let mut escalated = announced(
        Kind::IncidentEscalated,
        Some("i2"),
        "Forge: incident now critical: B",
    );
    escalated.urgency = Urgency::High;
    going_on.push(escalated);
    insta::assert_snapshot!(in_full(&catch_up_summary(&going_on, from, to)), @"
    catch_up high
    Back after 8 h 12 min: 3 changes
        Forge: incident now critical: B
        Forge: incident resolved after 41 min: A
        Mint: API operational again
    ");
}

#[test]
fn what_a_summary_has_no_lines_for_is_among_its_items() {
    let many: Vec<Announcement> = (0..300)
        .map(|number| {
            let id = format!("i{number}");
            let headline = format!("Forge: incident opened: trouble number {number}");
            announced(AnnouncementKind::IncidentOpened, Some(&id), &headline)
        })
        .collect();
    let now = at("2026-11-07T12:00:00Z");
    let summary = catch_up_summary(many.get(..40).unwrap(), now, now);
    assert!(summary.body.lines().count() < 20, "{}", summary.body);
    assert_eq!(summary.items.len(), 40);
    assert_eq!(
        (
            summary.items[39].incident.as_deref(),
            summary.items[39].vendor.as_deref()
        ),
        (Some("i39"), Some("Forge"))
    );
    assert_eq!(catch_up_summary(&many, now, now).items.len(), 200);
    // A summary of summaries holds what they held.
    let again = backlog_summary(&[summary.with_key("s".into())], Backlog::LeftOver, now);
    assert_eq!(again.items.len(), 40);
}
