//! The operating system's word on the network, and what it is worth.

use signalbox_engine::{
    api::{Request, SourceState},
    control::Hint,
    network::NetworkWord::{Connected, Disconnected, Unknown},
};
use signalbox_pages::Health;
use signalbox_replay::{Misbehaviour, Page};

use crate::{
    bodies::{vendor, with_cold_ovens},
    support::{Desk, minutes, seconds},
};

/// A desk that watches one page elsewhere, seen and polled a moment ago.
async fn watching() -> (Desk, Page) {
    let mut desk = Desk::new().await;
    let page = desk.page_elsewhere("Acme", &vendor("Acme")).await;
    desk.settle().await;
    desk.pass(minutes(5)).await;
    desk.news();
    (desk, page)
}

async fn is_offline(desk: &Desk) -> bool {
    desk.status().await.engine.offline_since.is_some()
}

mod t7_our_trouble_is_not_the_vendors {
    use super::*;

    #[tokio::test]
    async fn with_one_host_watched_the_word_and_one_failure_are_enough() {
        let (mut desk, page) = watching().await;
        let mut hints = desk.hints();
        page.misbehave(Misbehaviour::Refuse);
        let connections = page.connection_count();
        desk.network.send_replace(Disconnected);
        desk.pass(seconds(1)).await;
        assert_eq!(page.connection_count(), connections + 1, "asked at once");
        assert!(is_offline(&desk).await);
        assert!(std::iter::from_fn(|| hints.try_recv().ok()).any(|hint| hint == Hint::Offline));
        let known = desk.vendor("Acme").await;
        assert_eq!(
            (known.source, known.source_reason, known.reported),
            (SourceState::Fresh, None, Some(Health::Operational)),
            "no miss is counted"
        );
        desk.pass(minutes(120)).await;
        assert_eq!(desk.told(), [""; 0]);
        with_cold_ovens("2026-11-07T09:00:00Z").serve_on(&page);
        page.recover();
        let requests = page.request_count();
        desk.network.send_replace(Connected);
        desk.pass(seconds(1)).await;
        assert!(page.request_count() > requests, "asked at once");
        desk.pass(seconds(20)).await;
        assert!(!is_offline(&desk).await);
        let told = desk.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("catch_up high: Back after 2 h"), "{told:?}");
    }

    #[tokio::test]
    async fn an_answer_is_worth_more_than_the_word() {
        let (mut desk, page) = watching().await;
        desk.network.send_replace(Disconnected);
        desk.pass(minutes(10)).await;
        assert!(!is_offline(&desk).await);
        with_cold_ovens("2026-11-07T08:16:00Z").serve_on(&page);
        desk.pass(minutes(5)).await;
        assert_eq!(desk.told().len(), 1, "it is told as ever");
    }

    #[tokio::test]
    async fn pages_on_this_machine_count_neither_way() {
        let mut desk = Desk::new().await;
        let own = desk.page("Own", &vendor("Own")).await;
        desk.settle().await;
        desk.network.send_replace(Disconnected);
        own.misbehave(Misbehaviour::Refuse);
        desk.pass(minutes(10)).await;
        assert!(!is_offline(&desk).await, "there is nothing but this machine");
        assert_eq!(desk.vendor("Own").await.source, SourceState::Unreachable);
        own.recover();
        desk.pass(minutes(30)).await;
        let page = desk.page_elsewhere("Acme", &vendor("Acme")).await;
        desk.settle().await;
        page.misbehave(Misbehaviour::Refuse);
        desk.pass(minutes(5)).await;
        assert!(is_offline(&desk).await, "whatever this machine answers to itself");
        desk.ask(Request::Check {
            vendors: vec!["Own".into()],
        })
        .await
        .unwrap();
        desk.pass(minutes(5)).await;
        assert!(is_offline(&desk).await);
    }

    #[tokio::test]
    async fn a_page_that_stays_silent_once_the_network_is_back_is_unreachable_for_itself() {
        let (mut desk, page) = watching().await;
        page.misbehave(Misbehaviour::Refuse);
        desk.network.send_replace(Disconnected);
        desk.pass(minutes(30)).await;
        assert!(is_offline(&desk).await);
        desk.network.send_replace(Connected);
        desk.pass(seconds(30)).await;
        assert!(is_offline(&desk).await, "names may need a moment to come back");
        desk.pass(minutes(5)).await;
        assert!(!is_offline(&desk).await);
        assert_eq!(desk.vendor("Acme").await.source, SourceState::Unreachable);
        desk.pass(minutes(60)).await;
        let told = desk.told();
        assert!(
            told.last()
                .is_some_and(|last| last.starts_with("page_unreachable ")),
            "{told:?}"
        );
    }

    #[tokio::test]
    async fn a_moment_between_two_networks_is_not_told() {
        let (mut desk, page) = watching().await;
        page.misbehave(Misbehaviour::Refuse);
        desk.network.send_replace(Disconnected);
        desk.pass(seconds(5)).await;
        assert!(is_offline(&desk).await);
        page.recover();
        desk.network.send_replace(Connected);
        desk.pass(minutes(10)).await;
        assert!(!is_offline(&desk).await);
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn a_start_without_a_network_is_offline_after_the_first_try() {
        let (mut desk, page) = watching().await;
        desk.stop().await;
        page.misbehave(Misbehaviour::Refuse);
        desk.network.send_replace(Disconnected);
        desk.clock.advance(minutes(60));
        desk.start().await;
        desk.pass(seconds(30)).await;
        assert!(is_offline(&desk).await);
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn a_system_that_says_nothing_leaves_it_to_the_pages() {
        let (mut desk, page) = watching().await;
        page.misbehave(Misbehaviour::Refuse);
        desk.network.send_replace(Connected);
        desk.network.send_replace(Unknown);
        desk.pass(minutes(10)).await;
        assert!(!is_offline(&desk).await);
        assert_eq!(desk.vendor("Acme").await.source, SourceState::Unreachable);
    }
}
