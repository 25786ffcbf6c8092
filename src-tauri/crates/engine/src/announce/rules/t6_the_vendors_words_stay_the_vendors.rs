use signalbox_pages::{
    Health::{Degraded, MajorOutage, Operational},
    Impact,
};

use crate::{
    announce::{
        test_words::{Watch, in_full, open, over, page_with},
        words::{BODY, HEADLINE},
    },
    compare::test_words::{at, overall, update},
};

#[test]
fn an_incident_is_told_with_the_first_sentence_of_the_vendors_latest_update() {
    let mut incident = open("i1", Impact::Critical, &[]);
    incident.facts.title = "Pushes fail".into();
    incident.updates = vec![
        update("u1", "investigating", "2026-11-07T12:00:00Z", "We look into it."),
        update(
            "u2",
            "identified",
            "2026-11-07T12:05:00Z",
            "<p>A <b>disk</b> is full &amp; being emptied. Sorry for that.</p>",
        ),
    ];
    let mut watch = Watch::after(&page_with(Operational, &[], &[]), Operational);
    let opened = page_with(MajorOutage, &[], [incident.clone()]);
    let draft = watch.drafts(&opened, MajorOutage).remove(0);
    insta::assert_snapshot!(in_full(&draft), @"
    incident_opened high
    Forge: incident opened: Pushes fail
        A disk is full & being emptied.
    ");
    assert_eq!(draft.vendor.as_deref(), Some("Forge"));
    assert_eq!(draft.incident.as_deref(), Some("i1"));
    assert_eq!(
        draft.url.as_deref(),
        Some("https://status.forge.example/incidents/i1")
    );
    assert_eq!(
        (draft.health, draft.impact),
        (Some(MajorOutage), Some(Impact::Critical))
    );
    assert_eq!(draft.happened_at, Some(at("2026-11-07T12:00:00Z")));

    let mut ended = over(&incident);
    ended.facts.resolved_at = Some(at("2026-11-09T05:04:00Z"));
    ended.updates.push(update(
        "u3",
        "resolved",
        "2026-11-09T05:04:00Z",
        "All pushes work. Thank you.",
    ));
    let draft = watch
        .drafts(&page_with(Operational, &[], &[ended]), Operational)
        .remove(0);
    insta::assert_snapshot!(in_full(&draft), @"
    incident_resolved normal
    Forge: incident resolved after 41 h 4 min: Pushes fail
        All pushes work.
    ");
    assert_eq!(draft.happened_at, Some(at("2026-11-09T05:04:00Z")));
}

#[test]
fn the_length_of_an_incident_is_not_told_where_the_vendor_does_not_say_it() {
    let incident = open("i1", Impact::Minor, &[]);
    let mut watch = Watch::after(&page_with(Degraded, &[], [incident.clone()]), Degraded);
    let mut ended = over(&incident);
    ended.facts.resolved_at = None;
    assert_eq!(
        watch.poll(&page_with(Operational, &[], &[ended]), Operational),
        ["Forge: incident resolved: Trouble i1"]
    );
}

#[test]
fn a_page_without_an_incident_is_told_with_the_vendors_own_sentence() {
    let mut watch = Watch::after(&page_with(Operational, &[], &[]), Operational);
    let mut bad = page_with(MajorOutage, &[], &[]);
    bad.overall = overall(MajorOutage);
    if let Some(overall) = &mut bad.overall {
        overall.description = Some("Major System Outage".into());
    }
    insta::assert_snapshot!(watch.told_in_full(&bad, MajorOutage), @"
    health_worse high
    Forge: major outage
        Major System Outage
    ");
}

#[test]
fn a_vendors_words_are_inert_and_cut_to_size() {
    let mut incident = open("i1", Impact::Minor, &[]);
    incident.facts.title = format!(
        "\u{202e}Evil\u{1b}]0;title\u{7}\nsecond line {}",
        "x".repeat(1_000_000)
    );
    incident.updates = vec![update(
        "u1",
        "investigating",
        "2026-11-07T12:00:00Z",
        &format!("<script>alert(1)</script>{}", "long ".repeat(100_000)),
    )];
    let mut watch = Watch::after(&page_with(Operational, &[], &[]), Operational);
    let draft = watch
        .drafts(&page_with(Degraded, &[], &[incident]), Degraded)
        .remove(0);
    assert!(draft.headline.chars().count() <= HEADLINE, "{}", draft.headline);
    assert!(draft.body.chars().count() <= BODY);
    assert!(
        draft
            .headline
            .starts_with("Forge: incident opened: Evil]0;title second line xxx"),
        "{}",
        draft.headline
    );
    assert!(!format!("{}{}", draft.headline, draft.body).contains(|c: char| c.is_control()));
    assert!(!draft.body.contains('<'));
}
