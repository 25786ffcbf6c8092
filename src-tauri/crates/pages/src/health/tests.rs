use super::*;
use crate::snapshot::GroupName;

fn leaf(id: &str, health: Health) -> Component {
    Component {
        id: id.to_owned(),
        name: id.to_owned(),
        group: vec![GroupName {
            id: "group".to_owned(),
            name: "Group".to_owned(),
        }],
        health,
        raw: None,
        description: None,
    }
}

fn named(id: &str, health: Option<Health>) -> NamedComponent {
    NamedComponent {
        raw: None,
        id: (!id.is_empty()).then(|| id.to_owned()),
        name: id.to_owned(),
        health,
    }
}

/// A page with leaves `a`, `b`, … of these healths in a complete list.
struct Page {
    overall: Option<Health>,
    leaves: Vec<Component>,
    is_complete: bool,
    incidents: Vec<Vec<NamedComponent>>,
    maintenances: Vec<Vec<NamedComponent>>,
}

fn page(overall: Option<Health>, leaves: &[Health]) -> Page {
    let ids = ["a", "b", "c", "d"];
    Page {
        overall,
        leaves: ids
            .iter()
            .zip(leaves)
            .map(|(id, health)| leaf(id, *health))
            .collect(),
        is_complete: true,
        incidents: Vec::new(),
        maintenances: Vec::new(),
    }
}

impl Page {
    fn incident(mut self, named: &[NamedComponent]) -> Self {
        self.incidents.push(named.to_vec());
        self
    }

    fn maintenance(mut self, named: &[NamedComponent]) -> Self {
        self.maintenances.push(named.to_vec());
        self
    }

    fn cut(mut self) -> Self {
        self.is_complete = false;
        self
    }

    fn facts(&self) -> HealthFacts<'_> {
        HealthFacts {
            overall: self.overall,
            leaves: self.leaves.iter().collect(),
            leaves_are_complete: self.is_complete,
            open_incidents: self.incidents.iter().map(Vec::as_slice).collect(),
            maintenances_in_progress: self.maintenances.iter().map(Vec::as_slice).collect(),
        }
    }

    fn health(&self) -> Health {
        self.facts().page_health()
    }

    fn scoped(&self, scope: &[&str]) -> Health {
        self.facts()
            .scoped_health(&scope.iter().map(|id| (*id).to_owned()).collect())
    }
}

use Health::{Degraded, MajorOutage, Operational, PartialOutage, Unknown};

#[test]
fn the_overall_word_counts_where_no_incident_says_worse() {
    for overall in [
        Operational,
        Health::Maintenance,
        Degraded,
        PartialOutage,
        MajorOutage,
    ] {
        assert_eq!(page(Some(overall), &[Operational]).health(), overall);
    }
    // Many re-routed sites are partial, no incident names them.
    assert_eq!(
        page(Some(Degraded), &[PartialOutage, PartialOutage, Operational]).health(),
        Degraded
    );
    // A minor incident that names components which all work.
    let minor = page(Some(Degraded), &[Operational, Operational]).incident(&[named("a", Some(Operational))]);
    assert_eq!(minor.health(), Degraded);
}

#[test]
fn the_components_that_an_open_incident_names_count_as_they_are_now() {
    let minor = |health| page(Some(Degraded), &[health, Operational]);
    let names_a = [named("a", Some(MajorOutage))];
    assert_eq!(minor(PartialOutage).incident(&names_a).health(), PartialOutage);
    assert_eq!(
        minor(Operational).incident(&names_a).health(),
        Degraded,
        "the list says it works again"
    );
    assert_eq!(
        minor(Unknown).incident(&names_a).health(),
        MajorOutage,
        "the list says nothing known"
    );
    assert_eq!(
        minor(Operational)
            .incident(&[named("gone", Some(PartialOutage))])
            .health(),
        PartialOutage
    );
    assert_eq!(
        minor(Operational)
            .incident(&[named("", Some(PartialOutage))])
            .health(),
        PartialOutage
    );
    assert_eq!(
        minor(Operational).incident(&[named("gone", None)]).health(),
        Degraded
    );
    assert_eq!(
        minor(Operational)
            .incident(&[named("group", Some(MajorOutage))])
            .health(),
        Degraded,
        "a group"
    );
}

#[test]
fn an_open_incident_without_impact_leaves_an_operational_page_operational() {
    let page = page(Some(Operational), &[Operational, Operational])
        .incident(&[named("a", Some(Operational)), named("b", Some(Operational))]);
    assert_eq!(page.health(), Operational);
    assert_eq!(page.scoped(&["a"]), Operational);
}

#[test]
fn operational_over_a_bad_leaf_is_degraded_at_least() {
    assert_eq!(
        page(Some(Operational), &[MajorOutage, Operational]).health(),
        Degraded
    );
    assert_eq!(
        page(Some(Operational), &[MajorOutage])
            .incident(&[named("a", None)])
            .health(),
        MajorOutage,
        "and as bad as an incident says"
    );
    assert_eq!(
        page(Some(Operational), &[Health::Maintenance]).health(),
        Health::Maintenance
    );
    assert_eq!(page(Some(Operational), &[Unknown]).health(), Operational);
}

#[test]
fn maintenance_over_a_bad_leaf_that_it_does_not_name_is_degraded_at_least() {
    let leaves = [MajorOutage, Operational];
    let maintained = |named: &[NamedComponent]| page(Some(Health::Maintenance), &leaves).maintenance(named);
    assert_eq!(maintained(&[named("b", None)]).health(), Degraded);
    assert_eq!(
        maintained(&[]).health(),
        Degraded,
        "one that names nothing explains nothing"
    );
    assert_eq!(
        maintained(&[named("a", None)]).health(),
        Health::Maintenance,
        "what is being maintained may be down"
    );
    assert_eq!(
        page(Some(Health::Maintenance), &leaves)
            .incident(&[named("a", None)])
            .health(),
        MajorOutage
    );
}

#[test]
fn without_a_known_overall_word_the_worst_known_leaf_counts() {
    for overall in [None, Some(Unknown)] {
        assert_eq!(
            page(overall, &[Operational, PartialOutage, Unknown]).health(),
            PartialOutage
        );
        assert_eq!(page(overall, &[Operational, Operational]).health(), Operational);
        assert_eq!(page(overall, &[Operational, Unknown]).health(), Unknown);
        assert_eq!(
            page(overall, &[Operational, Health::Maintenance]).health(),
            Health::Maintenance
        );
        assert_eq!(
            page(overall, &[Operational]).cut().health(),
            Unknown,
            "the list is not complete"
        );
        assert_eq!(page(overall, &[Degraded]).cut().health(), Degraded);
        assert_eq!(page(overall, &[]).health(), Unknown, "a complete list of nothing");
        assert_eq!(
            page(overall, &[]).cut().incident(&[]).health(),
            Unknown,
            "incidents only"
        );
        assert_eq!(
            page(overall, &[])
                .cut()
                .incident(&[named("a", Some(Operational))])
                .health(),
            Unknown
        );
    }
}

#[test]
fn a_leaf_in_maintenance_says_nothing_of_what_is_not_known() {
    let maintained = [Health::Maintenance, Unknown];
    assert_eq!(page(None, &maintained).health(), Unknown);
    assert_eq!(page(Some(Unknown), &maintained).health(), Unknown);
    assert_eq!(
        page(None, &[Health::Maintenance]).cut().health(),
        Unknown,
        "the list is not complete"
    );
    assert_eq!(
        page(None, &maintained).maintenance(&[named("a", None)]).health(),
        Unknown,
        "announced or not"
    );
    assert_eq!(page(None, &maintained).scoped(&["a", "b"]), Unknown);
    assert_eq!(page(None, &maintained).scoped(&["a"]), Health::Maintenance);
    assert_eq!(
        page(Some(Operational), &maintained).health(),
        Health::Maintenance,
        "the page's own word is evidence"
    );
}

#[test]
fn a_maintenance_counts_only_while_it_goes_on_and_over_operational_only() {
    let named_a = [named("a", None)];
    assert_eq!(
        page(Some(Operational), &[Operational])
            .maintenance(&named_a)
            .health(),
        Health::Maintenance
    );
    assert_eq!(
        page(Some(Degraded), &[Operational])
            .maintenance(&named_a)
            .health(),
        Degraded
    );
    assert_eq!(page(None, &[]).maintenance(&named_a).health(), Unknown);
    assert_eq!(
        page(None, &[Operational]).maintenance(&[]).health(),
        Health::Maintenance
    );
}

#[test]
fn a_scope_has_the_worst_of_its_own_leaves() {
    let page = page(
        Some(PartialOutage),
        &[Operational, MajorOutage, Unknown, Health::Maintenance],
    );
    assert_eq!(page.scoped(&["a"]), Operational);
    assert_eq!(page.scoped(&["a", "b"]), MajorOutage);
    assert_eq!(page.scoped(&["c"]), Unknown);
    assert_eq!(page.scoped(&["a", "c"]), Unknown, "never green without evidence");
    assert_eq!(page.scoped(&["b", "c"]), MajorOutage, "unknown hides no problem");
    assert_eq!(page.scoped(&["a", "d"]), Health::Maintenance);
    assert_eq!(
        page.scoped(&["a", "gone"]),
        Unknown,
        "a component that is no longer listed"
    );
    assert_eq!(page.scoped(&[]), PartialOutage, "no scope is the whole page");
}

#[test]
fn an_incident_counts_for_the_scope_that_it_names() {
    let degraded = || page(Some(Degraded), &[Operational, Operational]);
    let elsewhere = degraded().incident(&[named("b", Some(PartialOutage))]);
    assert_eq!(elsewhere.scoped(&["a"]), Operational);
    assert_eq!(
        degraded().incident(&[]).scoped(&["a"]),
        Degraded,
        "one that names nothing"
    );
    assert_eq!(degraded().scoped(&["a"]), Operational, "and no incident at all");
    let unlisted = page(None, &[]).cut().incident(&[named("a", Some(PartialOutage))]);
    assert_eq!(unlisted.scoped(&["a"]), PartialOutage);
    assert_eq!(unlisted.scoped(&["b"]), Unknown);
    let all = degraded().incident(&[named("a", Some(Operational)), named("b", Some(Degraded))]);
    assert_eq!(
        all.scoped(&["a"]),
        Operational,
        "the leaves say how badly each is hit"
    );
}

#[test]
fn a_maintenance_counts_for_the_scope_that_it_names() {
    let going_on =
        |named: &[NamedComponent]| page(Some(Operational), &[Operational, Operational]).maintenance(named);
    assert_eq!(going_on(&[named("a", None)]).scoped(&["a"]), Health::Maintenance);
    assert_eq!(going_on(&[named("b", None)]).scoped(&["a"]), Operational);
    assert_eq!(going_on(&[]).scoped(&["a"]), Health::Maintenance);
}

#[test]
fn what_names_nothing_or_everything_touches_every_scope() {
    let scope = BTreeSet::from(["a".to_owned()]);
    for (ids, leaves, touches) in [
        (&[][..], Some(2), true),
        (&["a"], Some(2), true),
        (&["b"], Some(2), false),
        (&["b", "c"], Some(2), true),
        (&["b", "b"], Some(2), false),
        (&["b", "c"], None, false),
        (&["b"], Some(0), false),
        (&[""], Some(2), true),
        (&["", "b"], Some(3), false),
    ] {
        let named: Vec<_> = ids.iter().map(|id| named(id, None)).collect();
        assert_eq!(
            touches_scope(&named, &scope, leaves),
            touches,
            "{ids:?} of {leaves:?}"
        );
    }
}
