//! Row 6: words that nobody knows, fields that are not there, histories that are rewritten.

use signalbox_engine::api::SourceState;
use signalbox_pages::{Health, Impact, Phase};
use signalbox_replay::{Component, Incident, StatuspageBody, Update};

use crate::{
    bodies::{acme, cold_ovens, with_cold_ovens},
    support::{Desk, minutes},
};

mod t10_a_new_word_is_not_an_error {
    use super::*;

    #[tokio::test]
    async fn unknown_words_make_one_value_unknown_and_the_rest_is_read() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        acme()
            .component("c3", "Doors", "on_fire")
            .incident(
                Incident::new("i1", "Something new")
                    .impact("cosmic")
                    .phase("pondering")
                    .update(Update::new("u1", "pondering", "Hm.").at("2026-11-07T08:01:00Z")),
            )
            .serve_on(&page);
        desk.pass(minutes(3)).await;
        let vendor = desk.vendor("Acme").await;
        assert_eq!(vendor.source, SourceState::Fresh);
        let doors = vendor
            .troubled
            .iter()
            .find(|component| component.id == "c3")
            .unwrap();
        assert_eq!(
            (doors.health, doors.raw.as_deref()),
            (Health::Unknown, Some("on_fire"))
        );
        assert_eq!(
            (vendor.incidents[0].impact, vendor.incidents[0].phase),
            (Impact::Unknown, Phase::Unknown)
        );
        let incident = desk.incident("i1").await;
        assert_eq!(incident.updates[0].phase_raw.as_deref(), Some("pondering"));
        assert_eq!(desk.told().len(), 1, "the incident is told");
    }

    #[tokio::test]
    async fn an_unknown_overall_word_raises_no_alarm() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        acme().indicator("splendid").serve_on(&page);
        desk.pass(minutes(3)).await;
        let vendor = desk.vendor("Acme").await;
        assert_eq!(
            (vendor.source, vendor.overall_raw.as_deref()),
            (SourceState::Fresh, Some("splendid"))
        );
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn fields_that_are_null_missing_or_of_another_type_cost_only_themselves() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        acme()
            .row(
                Component::new("c3", "Doors", "major_outage")
                    .raw("description", 7)
                    .raw("position", "first"),
            )
            .row(Component::new("c4", "Windows", "operational").without("status"))
            .incident(
                Incident::new("i1", "Doors are stuck")
                    .impact("minor")
                    .affects("c3")
                    .raw("started_at", serde_json::Value::Null)
                    .raw("created_at", 12)
                    .raw("shortlink", serde_json::json!({"not": "a link"}))
                    .update(Update::new("u1", "investigating", "Look.").raw("affected_components", "all"))
                    .update(
                        Update::new("u2", "investigating", "Look.")
                            .without("body")
                            .without("display_at"),
                    ),
            )
            .serve_on(&page);
        desk.pass(minutes(3)).await;
        let vendor = desk.vendor("Acme").await;
        assert_eq!(
            (vendor.source, vendor.shown),
            (SourceState::Fresh, Health::MajorOutage)
        );
        assert_eq!(
            desk.told(),
            ["incident_opened high: Acme: incident opened: Doors are stuck"]
        );
        assert_eq!(desk.incident("i1").await.updates.len(), 2);
        desk.pass(minutes(30)).await;
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn an_id_given_twice_counts_once_as_the_latest() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        acme()
            .component("c2", "Ovens again", "partial_outage")
            .incident(cold_ovens("2026-11-07T08:01:00Z"))
            .incident(cold_ovens("2026-11-07T08:01:00Z"))
            .serve_on(&page);
        desk.pass(minutes(3)).await;
        let vendor = desk.vendor("Acme").await;
        assert_eq!(
            (vendor.source, vendor.scope.of, vendor.incidents.len()),
            (SourceState::Fresh, 2, 1)
        );
        assert_eq!(desk.told().len(), 1);
    }

    #[tokio::test]
    async fn updates_out_of_order_and_in_odd_zones_are_put_in_order() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        acme()
            .incident(
                Incident::new("i1", "Ovens are cold")
                    .phase("identified")
                    .update(Update::new("u3", "identified", "Third.").at("2026-11-07T13:43:30+05:30"))
                    .update(Update::new("u1", "investigating", "First.").at("2026-11-07T00:10:00-08:00"))
                    .update(Update::new("u2", "investigating", "Second.").at("2026-11-07T08:12:00.123456Z")),
            )
            .serve_on(&page);
        desk.pass(minutes(20)).await;
        let updates = desk.incident("i1").await.updates;
        let said: Vec<_> = updates
            .iter()
            .map(|update| (update.text.as_str(), update.at.unwrap().to_string()))
            .collect();
        assert_eq!(
            said.iter().map(|(text, _)| *text).collect::<Vec<_>>(),
            ["First.", "Second.", "Third."]
        );
        assert_eq!(said[0].1, "2026-11-07T08:10:00Z");
        assert_eq!(desk.told().len(), 1);
    }
}

mod t9_history_is_append_only {
    use super::*;

    fn resolved(body: &mut StatuspageBody, at: &str) {
        body.incident_mut("i1")
            .unwrap()
            .push(Update::new("u2", "resolved", "Warm again.").at(at));
        body.set_status("c2", "operational");
    }

    #[tokio::test]
    async fn a_resolved_incident_that_is_reopened_is_open_again_and_told() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        resolved(&mut body, "2026-11-07T08:03:00Z");
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        body.incident_mut("i1")
            .unwrap()
            .push(Update::new("u3", "investigating", "Cold.").at("2026-11-07T08:06:00Z"));
        body.set_status("c2", "major_outage");
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        assert!(desk.vendor("Acme").await.incidents[0].open);
        resolved(&mut body, "2026-11-07T08:10:00Z");
        body.incident_mut("i1").unwrap().updates[3].id = "u4".into();
        body.serve_on(&page);
        desk.pass(minutes(10)).await;
        let told = desk.told();
        let kinds: Vec<&str> = told.iter().map(|line| line.split_once(' ').unwrap().0).collect();
        assert_eq!(
            kinds,
            [
                "incident_opened",
                "incident_resolved",
                "incident_reopened",
                "incident_resolved"
            ],
            "{told:?}"
        );
        assert_eq!(desk.incident("i1").await.updates.len(), 4);
    }

    #[tokio::test]
    async fn an_edited_update_keeps_its_old_words_readable() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        desk.news();
        body.incident_mut("i1")
            .unwrap()
            .edit("u1", "Somebody left the door open.");
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        let update = &desk.incident("i1").await.updates[0];
        assert_eq!(update.text, "Somebody left the door open.");
        assert_eq!(update.earlier.len(), 1);
        assert_eq!(update.earlier[0].text, "We are looking into it.");
        assert_eq!(desk.told(), [""; 0], "not each edit is told");
    }

    #[tokio::test]
    async fn a_deleted_update_keeps_its_words_readable() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
        let incident = body.incident_mut("i1").unwrap();
        incident.push(Update::new("u2", "identified", "It was Bob.").at("2026-11-07T08:02:00Z"));
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        body.incident_mut("i1").unwrap().delete("u2");
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        let updates = desk.incident("i1").await.updates;
        assert_eq!(updates.len(), 2);
        assert_eq!(
            (updates[1].text.as_str(), updates[1].deleted),
            ("It was Bob.", true)
        );
        assert!(!updates[0].deleted);
        body.incident_mut("i1")
            .unwrap()
            .push(Update::new("u2", "identified", "It was Bob.").at("2026-11-07T08:02:00Z"));
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        assert!(!desk.incident("i1").await.updates[1].deleted, "put back");
    }

    #[tokio::test]
    async fn an_incident_that_vanishes_is_no_longer_listed_after_two_good_polls_and_never_resolved() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        with_cold_ovens("2026-11-07T08:01:00Z").serve_on(&page);
        desk.pass(minutes(3)).await;
        desk.news();
        acme().serve_on(&page);
        let polls = desk.asked_at(&page).len();
        while desk.asked_at(&page).len() == polls {
            desk.pass(minutes(1) / 4).await;
        }
        let told = desk.told();
        assert!(
            told.iter().all(|line| !line.starts_with("incident_unlisted")),
            "after one poll: {told:?}"
        );
        assert!(
            told.iter().all(|line| !line.starts_with("incident_resolved")),
            "{told:?}"
        );
        desk.pass(minutes(3)).await;
        let told = [told, desk.told()].concat();
        assert_eq!(
            told.iter()
                .filter(|line| line.starts_with("incident_unlisted"))
                .count(),
            1,
            "{told:?}"
        );
        let incident = desk.incident("i1").await.incident.unwrap();
        assert_eq!(
            (incident.open, incident.listed, incident.resolved_at),
            (true, false, None)
        );
        desk.pass(minutes(60)).await;
        desk.restart().await;
        desk.pass(minutes(60)).await;
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn an_incident_that_vanishes_for_one_poll_was_never_gone() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let body = with_cold_ovens("2026-11-07T08:01:00Z");
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        desk.news();
        let mut without = body.clone();
        without.vanish("i1");
        without.serve_on(&page);
        let polls = desk.asked_at(&page).len();
        while desk.asked_at(&page).len() == polls {
            desk.pass(minutes(1) / 4).await;
        }
        body.serve_on(&page);
        desk.pass(minutes(5)).await;
        assert_eq!(desk.told(), [""; 0]);
        let incident = desk.incident("i1").await.incident.unwrap();
        assert!(incident.open && incident.listed);
    }

    #[tokio::test]
    async fn an_incident_that_returns_after_it_was_no_longer_listed_is_told() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let body = with_cold_ovens("2026-11-07T08:01:00Z");
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        acme().serve_on(&page);
        desk.pass(minutes(10)).await;
        desk.news();
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        let told = desk.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("incident_reopened "), "{told:?}");
    }

    #[tokio::test]
    async fn an_incident_gone_from_the_open_ones_is_looked_up_and_found_resolved_at_once() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let mut body = with_cold_ovens("2026-11-07T08:01:00Z");
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        desk.news();
        resolved(&mut body, "2026-11-07T08:03:00Z");
        body.serve_on(&page);
        let polls = desk.asked_at(&page).len();
        while desk.asked_at(&page).len() == polls {
            desk.pass(minutes(1) / 4).await;
        }
        let told = desk.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("incident_resolved "), "{told:?}");
        desk.pass(minutes(30)).await;
        assert_eq!(desk.told(), [""; 0]);
    }

    #[tokio::test]
    async fn an_older_copy_of_the_history_brings_back_nothing_that_the_page_does_not_list_any_more() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        let mut body = with_cold_ovens("2026-11-07T08:01:00Z").maintenance(
            Incident::maintenance("m1", "New belts", "2026-11-07T08:00:00Z", "2026-11-07T10:00:00Z")
                .phase("in_progress"),
        );
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        desk.news();
        let older = body.documents(&page.url());
        resolved(&mut body, "2026-11-07T08:03:00Z");
        body.incident_mut("m1").unwrap().phase = Some("completed".into());
        body.serve_on(&page);
        for (path, document) in older {
            if path.ends_with("/incidents.json") || path.ends_with("/scheduled-maintenances.json") {
                page.set(path, document);
            }
        }
        desk.pass(minutes(1)).await;
        assert_eq!(desk.told(), [""; 0], "the history does not know yet how it ended");
        let vendor = desk.vendor("Acme").await;
        assert_eq!(
            (vendor.shown, vendor.reported),
            (Health::Operational, Some(Health::Operational))
        );
        body.serve_on(&page);
        desk.pass(minutes(3)).await;
        let told = desk.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("incident_resolved "), "{told:?}");
        assert_eq!(desk.vendor("Acme").await.maintenances.len(), 0);
    }

    #[tokio::test]
    async fn a_maintenance_that_vanishes_neither_goes_on_nor_overruns_for_ever() {
        let mut desk = Desk::new().await;
        let page = desk.stand_in("Acme", &acme());
        desk.watch("Acme", &page.url(), "components = [\"c1\"]").await;
        desk.settle().await;
        acme()
            .maintenance(
                Incident::maintenance("m1", "New belts", "2026-11-07T08:00:00Z", "2026-11-07T08:30:00Z")
                    .phase("in_progress")
                    .affects("c1"),
            )
            .serve_on(&page);
        desk.pass(minutes(3)).await;
        let vendor = desk.vendor("Acme").await;
        assert_eq!(
            (vendor.shown, vendor.maintenances.len()),
            (Health::Maintenance, 1)
        );
        acme().serve_on(&page);
        desk.pass(minutes(60)).await;
        let vendor = desk.vendor("Acme").await;
        assert_eq!(
            (vendor.shown, vendor.maintenances.len()),
            (Health::Operational, 0)
        );
        let maintenance = desk.incident("m1").await.maintenance.unwrap();
        assert!(!maintenance.listed && !maintenance.overrunning);
    }

    #[tokio::test]
    async fn a_page_without_a_history_is_not_asked_for_it_at_every_poll() {
        let (mut desk, page) = Desk::watching(&acme()).await;
        with_cold_ovens("2026-11-07T08:01:00Z").serve_on(&page);
        desk.pass(minutes(3)).await;
        acme().serve_on(&page);
        page.remove("/api/v2/incidents.json");
        desk.pass(minutes(120)).await;
        let asked = page
            .requests()
            .iter()
            .filter(|request| request.path().ends_with("/incidents.json"))
            .count();
        assert!(asked < 20, "{asked} look-ups in two hours");
        let incident = desk.incident("i1").await.incident.unwrap();
        assert!(incident.open && incident.resolved_at.is_none());
    }
}

/// A page whose summary stops at 25 components, as incident.io's do. The thirtieth is bad, and no other word says so.
mod lists_that_are_cut_short {
    use signalbox_replay::{Document, HttpOptions, Misbehaviour, Page};

    use super::*;

    fn serve(page: &Page, said: &str) {
        let body = body(said);
        page.set_documents(body.documents(&page.url()));
        let mut summary = body.summary(&page.url());
        summary["components"].as_array_mut().unwrap().truncate(25);
        page.set("/api/v2/summary.json", Document::from(summary));
    }

    fn body(said: &str) -> StatuspageBody {
        let mut body = StatuspageBody::new("Acme").description(said).indicator("none");
        body.without.push("time_zone".into());
        for index in 1..=30 {
            let status = if index == 30 {
                "degraded_performance"
            } else {
                "operational"
            };
            body = body.component(format!("c{index}"), format!("Part {index}"), status);
        }
        body
    }

    const COMPONENTS: &str = "/api/v2/components.json";

    async fn watching(http: HttpOptions) -> (Desk, Page) {
        let mut desk = Desk::new().await;
        let page = desk.town.open("Acme").unwrap();
        page.set_http(http);
        serve(&page, "Fine");
        desk.watch("Acme", &page.url(), "").await;
        desk.pass(minutes(5)).await;
        assert_eq!(desk.told(), ["baseline normal: Now watching Acme: degraded"]);
        assert_eq!(desk.vendor("Acme").await.scope.of, 30);
        (desk, page)
    }

    #[tokio::test]
    async fn the_rest_is_read_before_anything_is_told() {
        for http in [HttpOptions::default(), HttpOptions::without_validators()] {
            let (mut desk, page) = watching(http).await;
            serve(&page, "Very fine");
            desk.pass(minutes(10)).await;
            assert_eq!(desk.told(), [""; 0]);
            let vendor = desk.vendor("Acme").await;
            assert_eq!(vendor.overall_description.as_deref(), Some("Very fine"));
            assert_eq!((vendor.shown, vendor.troubled.len()), (Health::Degraded, 1));
        }
    }

    #[tokio::test]
    async fn while_the_rest_cannot_be_had_it_is_as_it_was() {
        let (mut desk, page) = watching(HttpOptions::without_validators()).await;
        page.misbehave_at(COMPONENTS, Misbehaviour::status(503));
        serve(&page, "Very fine");
        desk.pass(minutes(30)).await;
        assert_eq!(desk.told(), [""; 0]);
        assert_eq!(desk.vendor("Acme").await.shown, Health::Degraded);
    }

    #[tokio::test]
    async fn the_rest_is_read_at_every_poll_although_the_light_document_says_what_it_said() {
        for http in [HttpOptions::default(), HttpOptions::without_validators()] {
            let (mut desk, page) = watching(http).await;
            let mut changed = body("Fine");
            changed.set_status("c29", "major_outage");
            let (path, document) = changed
                .documents(&page.url())
                .into_iter()
                .find(|(path, _)| path == COMPONENTS)
                .unwrap();
            page.set(path, document);
            desk.restart().await;
            desk.pass(minutes(5)).await;
            let told = desk.told();
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].contains("Part 29 major outage"), "{told:?}");
        }
    }

    mod t1_never_green_without_evidence {
        use signalbox_engine::api::{Reply, Request, VendorView};

        use super::*;

        /// A desk that watches one component of the page by itself.
        async fn watching_only(component: &str) -> (Desk, Page) {
            let (mut desk, page) = watching(HttpOptions::default()).await;
            desk.erase_watches();
            desk.watch("Acme", &page.url(), &format!("components = [{component:?}]"))
                .await;
            desk.pass(minutes(5)).await;
            (desk, page)
        }

        fn stands(vendor: &VendorView) -> (Health, bool, Option<Health>) {
            (vendor.shown, vendor.stale, vendor.reported)
        }

        #[tokio::test]
        async fn a_good_word_of_the_rest_decays_by_the_time_of_its_own_reading() {
            for gone in [Misbehaviour::status(503), Misbehaviour::status(404)] {
                let (mut desk, page) = watching_only("c29").await;
                let well = (Health::Operational, false, Some(Health::Operational));
                assert_eq!(stands(&desk.vendor("Acme").await), well);
                page.misbehave_at(COMPONENTS, gone);
                desk.pass(minutes(10)).await;
                assert_eq!(stands(&desk.vendor("Acme").await), well);
                let decayed = (Health::Unknown, true, Some(Health::Operational));
                desk.pass(minutes(20)).await;
                let vendor = desk.vendor("Acme").await;
                assert_eq!(stands(&vendor), decayed);
                assert_eq!(vendor.source, SourceState::Stale);
                assert_eq!(vendor.troubled[0].health, Health::Unknown);
                desk.restart().await;
                desk.pass(minutes(60)).await;
                assert_eq!(stands(&desk.vendor("Acme").await), decayed);
                assert_eq!(desk.told(), [""; 0], "our trouble is no news of the vendor");
                page.recover();
                desk.pass(minutes(5)).await;
                assert_eq!(stands(&desk.vendor("Acme").await), well);
            }
        }

        #[tokio::test]
        async fn a_problem_of_the_rest_stays_and_is_stale() {
            let (mut desk, page) = watching_only("c30").await;
            page.misbehave_at(COMPONENTS, Misbehaviour::status(503));
            desk.pass(minutes(30)).await;
            let stale = (Health::Degraded, true, Some(Health::Degraded));
            assert_eq!(stands(&desk.vendor("Acme").await), stale);
        }

        #[tokio::test]
        async fn what_the_light_document_holds_is_as_fresh_as_that() {
            let (mut desk, page) = watching_only("c1").await;
            page.misbehave_at(COMPONENTS, Misbehaviour::status(503));
            desk.pass(minutes(60)).await;
            let well = (Health::Operational, false, Some(Health::Operational));
            assert_eq!(stands(&desk.vendor("Acme").await), well);
        }

        #[tokio::test]
        async fn time_in_which_the_rest_could_not_be_read_is_not_observed() {
            let (mut desk, page) = watching(HttpOptions::default()).await;
            desk.pass(minutes(55)).await;
            page.misbehave_at(COMPONENTS, Misbehaviour::status(503));
            desk.pass(minutes(60)).await;
            let request = Request::Uptime {
                vendor: "Acme".into(),
                components: vec!["c1".into(), "c29".into()],
                from: "2026-11-07T08:00:00Z".parse().unwrap(),
                until: "2026-11-07T10:00:00Z".parse().unwrap(),
            };
            let Reply::Uptime(uptime) = desk.ask(request).await.unwrap() else {
                panic!("no uptime")
            };
            let [light, rest] = &uptime.components[..] else {
                panic!("two components")
            };
            assert!(light.observed > 0.95, "{}", light.observed);
            assert!((0.45..0.55).contains(&rest.observed), "{}", rest.observed);
        }
    }
}
