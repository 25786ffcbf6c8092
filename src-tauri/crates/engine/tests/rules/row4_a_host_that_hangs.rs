//! Row 4, and T5: nobody waits for somebody else's host.

use signalbox_engine::api::SourceState;
use signalbox_replay::Misbehaviour;

use crate::{
    bodies::vendor,
    support::{Desk, DeskOptions, minutes, seconds},
};

mod t5_nobody_waits_for_somebody_elses_host {
    use std::time::Duration;

    use super::*;

    const HEALTHY: usize = 200;

    #[tokio::test]
    async fn two_hundred_are_on_time_beside_one_that_hangs_and_one_that_drips() {
        let mut options = DeskOptions::default();
        options.fetch.read_timeout = seconds(8);
        options.fetch.total_timeout = seconds(8);
        let mut desk = Desk::with(options).await;
        let mut healthy = Vec::new();
        for index in 0..HEALTHY {
            let page = desk.stand_in(&format!("v{index}"), &vendor(&format!("V{index}")));
            desk.write_watch(&format!("V{index}"), &page.url(), "");
            healthy.push(page);
        }
        let hung = desk.stand_in("hung", &vendor("Hung"));
        hung.misbehave(Misbehaviour::Hang);
        let dripping = desk.stand_in("dripping", &vendor("Dripping"));
        dripping.misbehave(Misbehaviour::drip());
        desk.write_watch("Hung", &hung.url(), "");
        desk.write_watch("Dripping", &dripping.url(), "");
        desk.reload().await;
        // First sight, then one interval: each of the two hundred answers both times while the two still hang.
        for page in &healthy {
            page.wait_for_answers(4).await;
        }
        // In steps: the last of them is due an interval after its answers were recorded, which nobody can see from outside.
        // Whoever waited for one of the two would take eight real seconds, which are half an hour here.
        let mut passed = Duration::ZERO;
        while healthy.iter().any(|page| page.request_count() < 5) {
            assert!(passed < minutes(6), "each is asked again in its time");
            desk.clock.advance(seconds(1));
            passed += seconds(1);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for page in &healthy {
            page.wait_for_answers(5).await;
        }
        assert!(
            !hung.requests()[0].is_over && !dripping.requests()[0].is_over,
            "they hang all the while"
        );
        assert_eq!((hung.request_count(), dripping.request_count()), (1, 1));
        // And in the end the two have timed out.
        desk.settle().await;
        for name in ["Hung", "Dripping"] {
            let vendor = desk.vendor(name).await;
            assert_eq!(vendor.source, SourceState::Unreachable, "{name}");
            let reason = vendor.source_reason.unwrap();
            assert!(
                reason.contains("within 8 s") || reason.contains("longer than 8 s"),
                "{name}: {reason}"
            );
        }
        assert!(desk.status().await.engine.offline_since.is_none());
    }

    #[tokio::test]
    async fn more_pages_than_are_polled_at_once_behind_one_host_that_hangs_hold_up_nobody() {
        let mut options = DeskOptions::default();
        options.fetch.read_timeout = seconds(8);
        options.fetch.total_timeout = seconds(8);
        let mut desk = Desk::with(options).await;
        let hung = desk.stand_in("hung", &vendor("Hung"));
        hung.misbehave(Misbehaviour::Hang);
        for index in 0..1100 {
            desk.write_watch(&format!("H{index}"), &hung.url_of(&format!("/{index}")), "");
        }
        desk.reload().await;
        hung.wait_for_requests(1).await;
        let healthy = desk.page("Acme", &crate::bodies::acme()).await;
        healthy.wait_for_answers(2).await;
        while desk.told().is_empty() {
            desk.clock.advance(seconds(1));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(!hung.requests()[0].is_over, "it hangs all the while");
        assert_eq!(desk.vendor("Acme").await.source, SourceState::Fresh);
    }

    #[tokio::test]
    async fn many_pages_of_one_host_that_answers_are_all_polled_in_their_time() {
        let mut desk = Desk::new().await;
        let town_hall = desk.stand_in("hall", &vendor("Hall"));
        for index in 0..200 {
            let path = format!("/{index}");
            for (document, body) in vendor(&format!("V{index}")).documents(&town_hall.url_of(&path)) {
                town_hall.set(format!("{path}{document}"), body);
            }
            desk.write_watch(&format!("V{index}"), &town_hall.url_of(&path), "");
        }
        desk.reload().await;
        desk.pass(minutes(5)).await;
        let told = desk.told();
        assert_eq!(
            told,
            ["baseline quiet: Now watching 200 vendors: none has a problem"]
        );
        let status = desk.status().await;
        assert!(
            status
                .vendors
                .iter()
                .all(|vendor| vendor.source == SourceState::Fresh)
        );
        town_hall.misbehave(Misbehaviour::status(429));
        desk.pass(minutes(5)).await;
        town_hall.recover();
        desk.pass(minutes(45)).await;
        assert!(
            desk.status()
                .await
                .vendors
                .iter()
                .all(|vendor| vendor.source == SourceState::Fresh),
            "nobody is forgotten"
        );
    }

    #[tokio::test]
    async fn an_announcement_does_not_wait_for_a_host_that_hangs() {
        let mut desk = Desk::with(DeskOptions::default()).await;
        let page = desk.page("Acme", &crate::bodies::acme()).await;
        desk.settle().await;
        let hung = desk.stand_in("hung", &vendor("Hung"));
        hung.misbehave(Misbehaviour::Hang);
        desk.watch("Hung", &hung.url(), "").await;
        hung.wait_for_requests(1).await;
        desk.news();
        crate::bodies::with_cold_ovens("2026-11-07T08:01:00Z").serve_on(&page);
        desk.clock.advance(minutes(3));
        while desk.told() != ["incident_opened high: Acme: incident opened: Ovens are cold"] {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(!hung.requests()[0].is_over);
    }

    #[tokio::test]
    async fn what_the_light_document_says_does_not_wait_for_a_heavy_one_that_hangs() {
        let (mut desk, page) = Desk::watching(&crate::bodies::acme()).await;
        page.misbehave_at("/api/v2/components.json", Misbehaviour::Hang);
        crate::bodies::with_cold_ovens("2026-11-07T08:01:00Z").serve_on(&page);
        desk.clock.advance(minutes(3));
        while desk.told() != ["incident_opened high: Acme: incident opened: Ovens are cold"] {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        page.wait_for_a_request(|request| request.path().ends_with("components.json") && !request.is_over)
            .await;
    }
}
