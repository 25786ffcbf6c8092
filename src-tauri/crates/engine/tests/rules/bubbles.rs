//! What is worth something at its moment alone: bubbles, their backlog, and a pause of them.

use signalbox_engine::{
    api::{ErrorCode, PausedView, Reply, Request},
    control::Hint,
};
use signalbox_replay::{Incident, Page, StatuspageBody, Update};

use crate::{
    bodies::acme,
    support::{Desk, minutes, seconds},
};

/// A desk that watches Acme, with nothing owed any more and nothing just shown.
async fn watching() -> (Desk, Page) {
    let (mut desk, page) = Desk::watching(&acme()).await;
    desk.pass(seconds(20)).await;
    desk.shown();
    (desk, page)
}

fn incident(number: u32) -> Incident {
    Incident::new(format!("i{number}"), format!("Trouble {number}"))
        .impact("minor")
        .update(Update::new(format!("u{number}"), "investigating", "We look.").at("2026-11-07T08:00:30Z"))
}

fn with(numbers: impl IntoIterator<Item = u32>) -> StatuspageBody {
    numbers
        .into_iter()
        .fold(acme(), |body, number| body.incident(incident(number)))
}

/// Asks every page now.
async fn check(desk: &mut Desk) {
    desk.ask(Request::Check { vendors: vec![] }).await.unwrap();
    desk.settle().await;
}

async fn pause(desk: &Desk, until: Option<&str>) {
    let until = until.map(|until| until.parse().unwrap());
    let paused = desk.ask(Request::Pause { until }).await;
    assert_eq!(paused, Ok(Reply::Paused(PausedView { until })));
}

fn opened(number: u32) -> String {
    format!("incident_opened normal: Acme: incident opened: Trouble {number}")
}

#[tokio::test]
async fn while_all_is_well_each_change_is_a_bubble_of_its_own() {
    let (mut desk, page) = watching().await;
    with(1..=2).serve_on(&page);
    check(&mut desk).await;
    assert_eq!(desk.shown(), [opened(1), opened(2)]);
    desk.restart().await;
    desk.pass(minutes(5)).await;
    assert_eq!(desk.shown(), [""; 0], "an orderly restart repeats none");
}

#[tokio::test]
async fn what_could_not_be_shown_becomes_one_summary_once_it_can() {
    let (mut desk, page) = watching().await;
    desk.bubbles.fail(true);
    with(1..=2).serve_on(&page);
    check(&mut desk).await;
    with(1..=3).serve_on(&page);
    desk.pass(minutes(5)).await;
    assert_eq!(desk.shown(), [""; 0]);
    assert_eq!(desk.told().len(), 3, "other channels go on as ever");
    desk.bubbles.fail(false);
    desk.pass(minutes(20)).await;
    assert_eq!(
        desk.shown(),
        ["catch_up normal: While notifications could not be shown: 3 changes"]
    );
}

#[tokio::test]
async fn a_single_thing_that_could_not_be_shown_is_shown_as_itself() {
    let (mut desk, page) = watching().await;
    desk.bubbles.fail(true);
    with([1]).serve_on(&page);
    check(&mut desk).await;
    desk.bubbles.fail(false);
    desk.pass(minutes(1)).await;
    assert_eq!(desk.shown(), [opened(1)]);
}

#[tokio::test]
async fn too_much_at_once_is_one_bubble() {
    let (mut desk, page) = watching().await;
    with(1..=6).serve_on(&page);
    check(&mut desk).await;
    assert_eq!(desk.shown(), ["catch_up normal: Much at once: 6 changes"]);
    assert_eq!(desk.told().len(), 6);
    let summary = desk.bubbles.told().pop().unwrap();
    assert_eq!(summary.body.lines().count(), 6);
}

#[tokio::test]
async fn one_bubble_after_the_other_stops_at_four_in_ten_seconds() {
    let (mut desk, page) = watching().await;
    with(1..=4).serve_on(&page);
    check(&mut desk).await;
    assert_eq!(desk.shown().len(), 4);
    with(1..=5).serve_on(&page);
    check(&mut desk).await;
    with(1..=6).serve_on(&page);
    check(&mut desk).await;
    assert_eq!(desk.shown(), [""; 0]);
    desk.pass(seconds(11)).await;
    assert_eq!(desk.shown(), ["catch_up normal: Much at once: 2 changes"]);
    with(1..=7).serve_on(&page);
    check(&mut desk).await;
    assert_eq!(desk.shown(), [opened(7)], "the storm is over");
}

#[tokio::test]
async fn during_a_pause_nothing_is_shown_and_afterwards_one_summary() {
    let (mut desk, page) = watching().await;
    let mut hints = desk.hints();
    pause(&desk, None).await;
    assert_eq!(hints.try_recv(), Ok(Hint::Paused));
    assert_eq!(
        desk.status().await.engine.paused,
        Some(PausedView { until: None })
    );
    with([1, 2]).serve_on(&page);
    check(&mut desk).await;
    let mut body = with([2]);
    let mut over = incident(1);
    over.push(Update::new("u9", "resolved", "Done.").at("2026-11-07T08:20:00Z"));
    body = body.incident(over);
    body.serve_on(&page);
    desk.pass(minutes(60)).await;
    assert_eq!(desk.shown(), [""; 0]);
    assert_eq!(desk.told().len(), 3, "other channels are not paused");
    assert_eq!(desk.ask(Request::Resume).await, Ok(Reply::Resumed));
    desk.settle().await;
    assert_eq!(
        desk.shown(),
        ["catch_up normal: While notifications were paused: 2 changes"]
    );
    let summary = desk.bubbles.told().pop().unwrap();
    let lines: Vec<&str> = summary.body.lines().collect();
    assert_eq!(lines[0], "Acme: incident opened: Trouble 2");
    assert!(lines[1].starts_with("Acme: incident resolved "), "{lines:?}");
    assert_eq!(desk.status().await.engine.paused, None);
}

#[tokio::test]
async fn a_pause_ends_by_its_own_time_and_says_so() {
    let (mut desk, page) = watching().await;
    pause(&desk, Some("2026-11-07T09:00:00Z")).await;
    with([1, 2]).serve_on(&page);
    desk.pass(minutes(50)).await;
    assert_eq!(desk.shown(), [""; 0]);
    let mut hints = desk.hints();
    desk.pass(minutes(15)).await;
    assert_eq!(
        desk.shown(),
        ["catch_up normal: While notifications were paused: 2 changes"]
    );
    let ended = std::iter::from_fn(|| hints.try_recv().ok()).any(|hint| hint == Hint::Resumed);
    assert!(ended, "whoever shows the pause is told of its end");
    with([1, 2, 3]).serve_on(&page);
    check(&mut desk).await;
    assert_eq!(desk.shown(), [opened(3)]);
}

#[tokio::test]
async fn a_single_change_during_a_pause_is_told_as_itself() {
    let (mut desk, page) = watching().await;
    pause(&desk, Some("2026-11-07T09:00:00Z")).await;
    with([1]).serve_on(&page);
    desk.pass(minutes(70)).await;
    assert_eq!(desk.shown(), [opened(1)]);
}

#[tokio::test]
async fn a_pause_outlives_the_engine_and_one_that_ended_meanwhile_is_named() {
    let (mut desk, page) = watching().await;
    pause(&desk, Some("2026-11-07T09:00:00Z")).await;
    with([1, 2]).serve_on(&page);
    check(&mut desk).await;
    desk.restart().await;
    desk.pass(minutes(10)).await;
    assert_eq!(desk.shown(), [""; 0]);
    assert!(desk.status().await.engine.paused.is_some());
    desk.stop().await;
    desk.clock.advance(minutes(120));
    desk.start().await;
    desk.settle().await;
    assert_eq!(
        desk.shown(),
        ["catch_up normal: While notifications were paused: 2 changes"]
    );
    assert_eq!(desk.status().await.engine.paused, None);
}

#[tokio::test]
async fn a_pause_can_be_made_longer_and_must_end_later_than_now() {
    let (desk, _page) = watching().await;
    pause(&desk, Some("2026-11-07T09:00:00Z")).await;
    pause(&desk, Some("2026-11-07T10:00:00Z")).await;
    let until = Some("2026-11-07T07:00:00Z".parse().unwrap());
    let refused = desk.ask(Request::Pause { until }).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Usage);
    let still = desk.status().await.engine.paused.unwrap().until;
    assert_eq!(still, Some("2026-11-07T10:00:00Z".parse().unwrap()));
}

mod t4_never_lost_and_repeated_only_when_it_cannot_be_known {
    use super::*;

    #[tokio::test]
    async fn what_a_killed_run_left_owed_is_one_summary_at_the_next_start_and_no_more_than_that() {
        let (mut desk, page) = watching().await;
        desk.bubbles.fail(true);
        with(1..=3).serve_on(&page);
        check(&mut desk).await;
        desk.kill().await;
        desk.bubbles.fail(false);
        desk.start().await;
        desk.pass(minutes(1)).await;
        assert_eq!(
            desk.shown(),
            ["catch_up normal: Not told before Signalbox stopped: 3 changes"]
        );
        desk.restart().await;
        desk.kill().await;
        desk.start().await;
        desk.pass(minutes(5)).await;
        assert_eq!(desk.shown(), [""; 0]);
    }

    #[tokio::test]
    async fn a_summary_that_was_never_shown_keeps_its_key_over_kills() {
        let (mut desk, page) = watching().await;
        desk.bubbles.fail(true);
        with(1..=3).serve_on(&page);
        check(&mut desk).await;
        desk.pass(minutes(1)).await;
        let failed = desk.bubbles.refused();
        desk.kill().await;
        desk.start().await;
        desk.pass(minutes(5)).await;
        desk.kill().await;
        desk.bubbles.fail(false);
        desk.start().await;
        desk.pass(minutes(20)).await;
        assert_eq!(desk.shown().len(), 1);
        let told = desk.bubbles.told().pop().unwrap();
        assert_eq!(Some(&told.key), failed.last(), "the same summary, under its key");
    }

    #[tokio::test]
    async fn what_came_after_a_summary_that_was_not_shown_is_told_with_all_of_it() {
        let (mut desk, page) = watching().await;
        desk.bubbles.fail(true);
        with(1..=3).serve_on(&page);
        check(&mut desk).await;
        desk.pass(minutes(1)).await;
        with(1..=4).serve_on(&page);
        check(&mut desk).await;
        desk.bubbles.fail(false);
        desk.pass(minutes(20)).await;
        let shown = desk.bubbles.told().pop().unwrap();
        assert_eq!(desk.shown().len(), 1);
        assert_eq!(shown.body.lines().count(), 4, "{shown:?}");
    }
}

#[tokio::test]
async fn what_nobody_was_there_to_be_told_for_more_than_a_week_is_one_summary_and_the_rest_is_told() {
    let (mut desk, page) = watching().await;
    desk.news();
    desk.channel.fail(true);
    with(1..=3).serve_on(&page);
    check(&mut desk).await;
    desk.stop().await;
    desk.clock.advance(minutes(10 * 24 * 60));
    with(1..=4).serve_on(&page);
    desk.start().await;
    desk.channel.fail(false);
    desk.pass(minutes(60)).await;
    let mut told = desk.told();
    told.sort();
    assert_eq!(
        told,
        [
            "catch_up normal: From more than a week ago, not told before: 3 changes".to_owned(),
            opened(4)
        ]
    );
    desk.restart().await;
    desk.pass(minutes(60)).await;
    assert_eq!(desk.told(), [""; 0]);
}
