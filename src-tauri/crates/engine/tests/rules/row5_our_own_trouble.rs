//! Row 5, and T7: all hosts failing at once, clocks that jump, a night asleep.

use jiff::SignedDuration;
use signalbox_engine::api::SourceState;
use signalbox_pages::Health;
use signalbox_replay::{Misbehaviour, Page, Update};

use crate::{
    bodies::{cold_ovens, vendor},
    support::{Desk, minutes, seconds},
};

async fn watching(count: usize) -> (Desk, Vec<Page>) {
    let mut desk = Desk::new().await;
    let mut pages = Vec::new();
    for index in 0..count {
        let name = format!("V{index}");
        let page = desk.stand_in(&name, &vendor(&name));
        desk.write_watch(&name, &page.url(), "");
        pages.push(page);
    }
    desk.reload().await;
    desk.settle().await;
    desk.pass(minutes(5)).await;
    desk.news();
    (desk, pages)
}

fn cut(pages: &[Page]) {
    for page in pages {
        page.misbehave(Misbehaviour::Refuse);
    }
}

fn mend(pages: &[Page]) {
    for page in pages {
        page.recover();
    }
}

/// Something goes wrong on the first page.
fn break_something(page: &Page, name: &str, at: &str) {
    let mut body = vendor(name);
    body.set_status("c2", "major_outage");
    body.incident(cold_ovens(at)).serve_on(page);
}

mod t7_our_trouble_is_not_the_vendors {
    use super::*;

    #[tokio::test]
    async fn when_all_hosts_fail_at_once_there_is_one_calm_state_and_one_summary_after_it() {
        let (mut desk, pages) = watching(5).await;
        cut(&pages);
        desk.pass(minutes(4)).await;
        let status = desk.status().await;
        assert!(status.engine.offline_since.is_some());
        for vendor in &status.vendors {
            assert_eq!(
                (vendor.source, vendor.reported),
                (SourceState::Fresh, Some(Health::Operational)),
                "{vendor:?}"
            );
        }
        desk.pass(minutes(90)).await;
        assert_eq!(desk.told(), [""; 0]);
        break_something(&pages[0], "V0", "2026-11-07T09:00:00Z");
        mend(&pages);
        desk.pass(minutes(2)).await;
        let news = desk.news();
        assert_eq!(news.len(), 1, "{news:?}");
        assert!(
            news[0].headline.starts_with("Back after 1 h ") && news[0].headline.ends_with(": 1 change"),
            "{news:?}"
        );
        assert_eq!(news[0].body, "V0: incident opened: Ovens are cold");
        let status = desk.status().await;
        assert_eq!(status.engine.offline_since, None);
        assert!(
            status
                .vendors
                .iter()
                .all(|vendor| vendor.source == SourceState::Fresh)
        );
        desk.pass(minutes(20)).await;
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn while_offline_a_single_page_is_asked_from_time_to_time() {
        let (mut desk, pages) = watching(6).await;
        cut(&pages);
        desk.pass(minutes(4)).await;
        let before: u64 = pages.iter().map(Page::connection_count).sum();
        desk.pass(minutes(10)).await;
        let probes = pages.iter().map(Page::connection_count).sum::<u64>() - before;
        assert!((38..=42).contains(&probes), "{probes} probes in ten minutes");
    }

    #[tokio::test]
    async fn the_summary_is_made_whichever_page_answers_first() {
        // The page that brings the good news is the one with the change.
        for first in 0..4 {
            let (mut desk, pages) = watching(4).await;
            cut(&pages);
            desk.pass(minutes(30)).await;
            desk.news();
            for (index, page) in pages.iter().enumerate() {
                break_something(page, &format!("V{index}"), "2026-11-07T08:20:00Z");
            }
            pages[first].recover();
            for _ in 0..40 {
                if desk.status().await.engine.offline_since.is_none() {
                    break;
                }
                desk.pass(seconds(15)).await;
            }
            mend(&pages);
            desk.pass(minutes(70)).await;
            let told = desk.told();
            assert!(told[0].starts_with("catch_up "), "{told:?}");
            assert!(
                told.iter()
                    .skip(1)
                    .all(|line| !line.contains(&format!("V{first}:"))),
                "{told:?}"
            );
        }
    }

    #[tokio::test]
    async fn with_fewer_than_three_hosts_nobody_can_tell_and_each_page_is_unreachable() {
        let (mut desk, pages) = watching(2).await;
        cut(&pages);
        desk.pass(minutes(10)).await;
        let status = desk.status().await;
        assert_eq!(status.engine.offline_since, None);
        assert!(
            status
                .vendors
                .iter()
                .all(|vendor| vendor.source == SourceState::Unreachable)
        );
        desk.pass(minutes(90)).await;
        assert_eq!(desk.told().len(), 2);
    }

    #[tokio::test]
    async fn one_host_that_fails_is_that_hosts_trouble() {
        let (mut desk, pages) = watching(5).await;
        cut(&pages[..1]);
        desk.pass(minutes(90)).await;
        assert_eq!(desk.status().await.engine.offline_since, None);
        let told = desk.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("page_unreachable normal: V0: "), "{told:?}");
    }

    #[tokio::test]
    async fn a_host_that_is_long_dead_does_not_hide_that_the_network_is_gone() {
        let (mut desk, pages) = watching(3).await;
        cut(&pages[..1]);
        desk.pass(minutes(120)).await;
        assert_eq!(desk.told().len(), 1);
        cut(&pages);
        desk.pass(minutes(5)).await;
        assert!(desk.status().await.engine.offline_since.is_some());
        desk.pass(minutes(120)).await;
        assert_eq!(desk.told(), [""; 0]);
        mend(&pages);
        desk.pass(minutes(45)).await;
        let told = desk.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("catch_up quiet: Back after 2 h "), "{told:?}");
    }

    #[tokio::test]
    async fn a_captive_portal_that_catches_all_is_our_own_trouble() {
        let (mut desk, pages) = watching(4).await;
        let portal = desk.stand_in("portal", &vendor("Portal"));
        portal.misbehave(Misbehaviour::CaptivePortal);
        for page in &pages {
            page.misbehave(Misbehaviour::redirect(302, portal.url_of("/terms")));
        }
        desk.pass(minutes(60)).await;
        let status = desk.status().await;
        assert!(status.engine.offline_since.is_some());
        assert!(
            status
                .vendors
                .iter()
                .all(|vendor| vendor.reported == Some(Health::Operational))
        );
        assert_eq!(desk.told(), [""; 0]);
        mend(&pages);
        desk.pass(minutes(2)).await;
        let told = desk.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("catch_up quiet: Back after ") && told[0].ends_with(": nothing changed"),
            "{told:?}"
        );
    }

    #[tokio::test]
    async fn a_night_asleep_is_told_in_one_summary_with_what_came_and_went() {
        let (mut desk, pages) = watching(3).await;
        break_something(&pages[0], "V0", "2026-11-07T12:00:00Z");
        let mut body = vendor("V1");
        let mut over = cold_ovens("2026-11-07T10:00:00Z");
        over.push(Update::new("u2", "resolved", "Warm again.").at("2026-11-07T11:00:00Z"));
        body = body.incident(over);
        body.serve_on(&pages[1]);
        desk.sleep(SignedDuration::from_hours(8)).await;
        let news = desk.news();
        assert_eq!(news.len(), 1, "{news:?}");
        assert!(
            news[0].headline.starts_with("Back after 8 h") && news[0].headline.ends_with(": 2 changes"),
            "{news:?}"
        );
        let lines: Vec<&str> = news[0].body.lines().collect();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(lines[0], "V0: incident opened: Ovens are cold");
        assert!(lines[1].starts_with("V1: "), "{lines:?}");
        desk.pass(minutes(30)).await;
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn pages_that_fail_while_the_network_wakes_are_not_alarmed_about() {
        let (mut desk, pages) = watching(4).await;
        cut(&pages);
        desk.sleep(SignedDuration::from_hours(8)).await;
        assert!(desk.status().await.engine.offline_since.is_some());
        assert_eq!(desk.told(), [""; 0]);
        mend(&pages);
        desk.pass(minutes(2)).await;
        let told = desk.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("catch_up quiet: Back after 8 h"), "{told:?}");
    }

    #[tokio::test]
    async fn a_clock_that_jumps_back_delays_nothing_and_tells_nothing_false() {
        let (mut desk, pages) = watching(3).await;
        break_something(&pages[0], "V0", "2026-11-07T08:00:00Z");
        let asked = pages[1].request_count();
        desk.clock.jump(SignedDuration::from_hours(-8));
        desk.pass(minutes(1)).await;
        assert!(pages[1].request_count() > asked, "every page is asked at once");
        let told = desk.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("catch_up "), "{told:?}");
        let asked = pages[1].request_count();
        desk.pass(minutes(10)).await;
        assert!(pages[1].request_count() >= asked + 4, "and then in its interval");
        assert_eq!(desk.told(), [""; 0]);
        assert_eq!(desk.vendor("V0").await.shown, Health::MajorOutage);
        assert_eq!(desk.vendor("V1").await.shown, Health::Operational);
    }

    #[tokio::test]
    async fn a_host_that_is_slow_to_wake_keeps_no_summary_waiting_and_speaks_for_itself_later() {
        let (mut desk, pages) = watching(3).await;
        break_something(&pages[0], "V0", "2026-11-07T12:00:00Z");
        break_something(&pages[2], "V2", "2026-11-07T12:00:00Z");
        pages[2].misbehave(Misbehaviour::SlowHeaders {
            every: std::time::Duration::from_millis(5),
        });
        desk.clock.jump(SignedDuration::from_hours(8));
        desk.clock.advance(seconds(30));
        let mut told = Vec::new();
        while told.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            desk.clock.advance(seconds(1));
            told = desk.told();
        }
        assert!(told[0].starts_with("catch_up high: Back after 8 h"), "{told:?}");
        assert!(told[0].ends_with(": 1 change"), "{told:?}");
        desk.settle().await;
        desk.pass(minutes(2)).await;
        assert_eq!(
            desk.told(),
            ["incident_opened high: V2: incident opened: Ovens are cold"]
        );
    }
}
