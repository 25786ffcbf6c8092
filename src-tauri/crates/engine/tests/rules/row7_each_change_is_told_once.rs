//! Row 7, T3 and T4: each change is told exactly once, whatever lies between two polls.

use signalbox_replay::{Incident, Misbehaviour, StatuspageBody, Update};

use crate::{
    bodies::{acme, cold_ovens},
    support::{Desk, minutes},
};

fn ovens(status: &str) -> StatuspageBody {
    let mut body = acme();
    body.set_status("c2", status);
    body
}

fn only(told: &[String], beginning: &str) {
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with(beginning), "{told:?}");
}

mod t3_never_lose_a_change {
    use super::*;

    #[tokio::test]
    async fn operational_then_an_error_then_major_is_told_once() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        page.misbehave(Misbehaviour::status(502));
        desk.pass(minutes(20)).await;
        assert_eq!(desk.told(), [""; 0]);
        ovens("major_outage").serve_on(&page);
        page.recover();
        desk.pass(minutes(40)).await;
        only(&desk.told(), "health_worse high: Acme: ");
        desk.restart().await;
        desk.pass(minutes(30)).await;
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn operational_then_not_running_then_major_is_told_once() {
        for orderly in [true, false] {
            let (mut desk, page) = Desk::watching(&acme()).await;
            if orderly {
                desk.stop().await;
            } else {
                desk.kill().await;
            }
            ovens("major_outage").serve_on(&page);
            desk.clock.advance(minutes(600));
            desk.start().await;
            desk.pass(minutes(10)).await;
            only(&desk.told(), "health_worse high: Acme: ");
            desk.restart().await;
            desk.pass(minutes(30)).await;
            assert_eq!(desk.told(), [""; 0]);
        }
    }

    #[tokio::test]
    async fn major_then_minor_is_told_once_and_then_well() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        ovens("major_outage").serve_on(&page);
        desk.pass(minutes(5)).await;
        only(&desk.told(), "health_worse high: Acme: ");
        ovens("degraded_performance").serve_on(&page);
        desk.pass(minutes(5)).await;
        only(&desk.told(), "health_better ");
        acme().serve_on(&page);
        desk.pass(minutes(5)).await;
        only(&desk.told(), "health_better ");
        desk.restart().await;
        desk.pass(minutes(30)).await;
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn a_second_incident_under_the_same_indicator_is_told() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let body = acme().incident(cold_ovens("2026-11-07T08:01:00Z"));
        body.serve_on(&page);
        desk.pass(minutes(5)).await;
        only(&desk.told(), "incident_opened ");
        body.incident(
            Incident::new("i2", "Presses are loud")
                .impact("major")
                .affects("c1")
                .update(Update::new("u9", "investigating", "We listen.").at("2026-11-07T08:06:00Z")),
        )
        .serve_on(&page);
        desk.pass(minutes(5)).await;
        only(
            &desk.told(),
            "incident_opened normal: Acme: incident opened: Presses are loud",
        );
        desk.restart().await;
        desk.pass(minutes(30)).await;
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn an_open_incident_that_escalates_is_told_once() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let mut body = acme().incident(cold_ovens("2026-11-07T08:01:00Z").impact("minor"));
        body.serve_on(&page);
        desk.pass(minutes(5)).await;
        only(&desk.told(), "incident_opened ");
        body.incident_mut("i1").unwrap().impact = Some("critical".into());
        body.serve_on(&page);
        desk.pass(minutes(5)).await;
        only(&desk.told(), "incident_escalated ");
        desk.restart().await;
        desk.pass(minutes(30)).await;
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn an_incident_of_impact_none_is_told_once() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        acme()
            .incident(cold_ovens("2026-11-07T08:01:00Z").impact("none"))
            .serve_on(&page);
        desk.pass(minutes(5)).await;
        only(&desk.told(), "incident_opened ");
        desk.restart().await;
        desk.pass(minutes(30)).await;
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn an_error_in_the_midst_of_an_incident_swallows_neither_its_escalation_nor_its_end() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let mut body = acme().incident(cold_ovens("2026-11-07T08:01:00Z").impact("minor"));
        body.serve_on(&page);
        desk.pass(minutes(5)).await;
        only(&desk.told(), "incident_opened ");
        page.misbehave(Misbehaviour::LoginPage);
        desk.pass(minutes(5)).await;
        body.incident_mut("i1").unwrap().impact = Some("major".into());
        body.serve_on(&page);
        page.recover();
        desk.pass(minutes(15)).await;
        only(&desk.told(), "incident_escalated ");
        page.misbehave(Misbehaviour::status(500));
        desk.pass(minutes(5)).await;
        body.incident_mut("i1")
            .unwrap()
            .push(Update::new("u2", "resolved", "Warm.").at("2026-11-07T08:22:00Z"));
        body.serve_on(&page);
        page.recover();
        desk.pass(minutes(15)).await;
        only(&desk.told(), "incident_resolved ");
    }

    #[tokio::test]
    async fn a_constant_validator_hides_a_change_for_an_hour_at_most() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        page.misbehave(Misbehaviour::ConstantEtag);
        desk.pass(minutes(70)).await;
        ovens("major_outage").serve_on(&page);
        desk.pass(minutes(65)).await;
        only(&desk.told(), "health_worse ");
    }
}

mod t4_never_lost_and_repeated_only_when_it_cannot_be_known {
    use super::*;

    #[tokio::test]
    async fn restarts_and_kills_in_the_midst_of_an_incident_repeat_and_lose_nothing() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let mut body = acme().incident(cold_ovens("2026-11-07T08:01:00Z").impact("minor"));
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        desk.kill().await;
        desk.start().await;
        desk.pass(minutes(3)).await;
        body.incident_mut("i1").unwrap().impact = Some("major".into());
        body.serve_on(&page);
        desk.restart().await;
        desk.pass(minutes(3)).await;
        desk.kill().await;
        body.incident_mut("i1")
            .unwrap()
            .push(Update::new("u2", "resolved", "Warm.").at("2026-11-07T08:10:00Z"));
        body.serve_on(&page);
        desk.start().await;
        desk.pass(minutes(10)).await;
        let news = desk.news();
        let kinds = crate::support::told(&news);
        let kinds: Vec<&str> = kinds.iter().map(|line| line.split_once(' ').unwrap().0).collect();
        assert_eq!(
            kinds,
            ["incident_opened", "incident_escalated", "incident_resolved"]
        );
        let keys: std::collections::BTreeSet<&str> = news.iter().map(|one| one.key.as_str()).collect();
        assert_eq!(keys.len(), 3);
    }

    #[tokio::test]
    async fn a_channel_that_is_down_for_hours_gets_everything_once_and_in_order() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        desk.channel.fail(true);
        let mut body = acme().incident(cold_ovens("2026-11-07T08:01:00Z").impact("minor"));
        body.serve_on(&page);
        desk.pass(minutes(60)).await;
        desk.restart().await;
        body.incident_mut("i1").unwrap().impact = Some("major".into());
        body.serve_on(&page);
        desk.pass(minutes(60)).await;
        desk.kill().await;
        desk.start().await;
        body.incident_mut("i1")
            .unwrap()
            .push(Update::new("u2", "resolved", "Warm.").at("2026-11-07T10:00:00Z"));
        body.serve_on(&page);
        desk.pass(minutes(60)).await;
        assert_eq!(desk.told(), [""; 0]);
        desk.channel.fail(false);
        desk.pass(minutes(16)).await;
        let told = desk.told();
        let kinds: Vec<&str> = told.iter().map(|line| line.split_once(' ').unwrap().0).collect();
        assert_eq!(
            kinds,
            ["incident_opened", "incident_escalated", "incident_resolved"]
        );
        desk.pass(minutes(60)).await;
        assert_eq!(desk.told(), [""; 0]);
    }
}
