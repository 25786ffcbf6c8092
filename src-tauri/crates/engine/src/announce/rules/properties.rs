//! What holds for every history of polls.

use std::collections::BTreeMap;

use proptest::{collection::vec, option, prelude::*, sample::select, sample::subsequence};
use signalbox_channels::AnnouncementKind as Kind;
use signalbox_pages::{Health, Impact, Incident, Phase, Snapshot};

use crate::announce::{
    test_words::{Watch, ids, open, over, page_with},
    words::{BODY, HEADLINE},
};

const COMPONENTS: [&str; 3] = ["api", "git", "web"];

fn health() -> impl Strategy<Value = Health> {
    select(Health::ALL.to_vec())
}

fn incident(id: &'static str) -> impl Strategy<Value = Option<Incident>> {
    let facts = (
        select(Impact::ALL.to_vec()),
        subsequence(COMPONENTS.to_vec(), 0..=3),
        any::<bool>(),
        any::<bool>(),
    );
    option::of(facts.prop_map(move |(impact, named, is_over, is_unknown)| {
        let mut incident = open(id, impact, &named);
        if is_unknown {
            incident.facts.phase = Phase::Unknown;
        }
        if is_over { over(&incident) } else { incident }
    }))
}

/// A poll: what the page says, and the health of what is in scope, which others work out.
fn poll() -> impl Strategy<Value = (Snapshot, Health)> {
    (
        health(),
        [health(), health(), health()],
        incident("i1"),
        incident("i2"),
        health(),
    )
        .prop_map(|(overall, healths, first, second, shown)| {
            let components: Vec<_> = COMPONENTS.into_iter().zip(healths).collect();
            let incidents: Vec<_> = first.into_iter().chain(second).collect();
            (page_with(overall, &components, incidents), shown)
        })
}

fn scope() -> impl Strategy<Value = Option<Vec<&'static str>>> {
    option::of(subsequence(COMPONENTS.to_vec(), 0..=3))
}

fn watch(scope: Option<&Vec<&'static str>>, (snapshot, health): &(Snapshot, Health)) -> Watch {
    match scope {
        Some(scope) => Watch::scoped(scope, snapshot, *health),
        None => Watch::after(snapshot, *health),
    }
}

fn is_worse(kind: Kind) -> bool {
    [
        Kind::IncidentOpened,
        Kind::IncidentEscalated,
        Kind::IncidentReopened,
        Kind::HealthWorse,
    ]
    .contains(&kind)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_has_not_changed_is_not_told(scope in scope(), polls in vec(poll(), 1..6)) {
        let mut watch = watch(scope.as_ref(), &polls[0]);
        for (snapshot, health) in &polls {
            watch.drafts(snapshot, *health);
            // The second reading is the one that makes a vanished incident unlisted.
            let again = watch.drafts(snapshot, *health);
            prop_assert!(again.iter().all(|draft| draft.kind == Kind::IncidentUnlisted), "{:?}", again);
            prop_assert_eq!(watch.drafts(snapshot, *health), vec![]);
        }
    }

    #[test]
    fn whatever_gets_worse_is_told(scope in scope(), polls in vec(poll(), 1..6)) {
        let mut watch = watch(scope.as_ref(), &polls[0]);
        let level = |health: Health| {
            if health == Health::Maintenance && scope.is_none() { Some(0) } else { health.rank() }
        };
        let mut last = level(polls[0].1).unwrap_or(0);
        for (snapshot, health) in &polls[1..] {
            let before = watch.state.clone();
            let drafts = watch.drafts(snapshot, *health);
            let told_worse = drafts.iter().any(|draft| is_worse(draft.kind));
            if let Some(now) = level(*health) {
                prop_assert!(now <= last || told_worse, "{} to {}: {:?}", last, now, drafts);
                last = now;
            }
            for (id, component) in &watch.state.components {
                let in_scope = scope.as_ref().is_none_or(|scope| scope.contains(&id.as_str()));
                let was = before.components[id].health;
                let is_explained = watch.state.incidents.values().any(|incident| {
                    incident.facts.is_open()
                        && incident.facts.components.iter().any(|named| named.id.as_deref() == Some(id))
                });
                if in_scope && was.is_known() && level(component.health) > level(was) {
                    prop_assert!(told_worse || is_explained, "{} from {:?}: {:?}", id, was, drafts);
                }
            }
        }
    }

    #[test]
    fn an_incident_begins_once_and_ends_once_each_time(scope in scope(), polls in vec(poll(), 1..8)) {
        let mut watch = watch(scope.as_ref(), &polls[0]);
        let mut last: BTreeMap<String, Kind> = BTreeMap::new();
        for (snapshot, health) in &polls {
            let mut told = BTreeMap::new();
            for draft in watch.drafts(snapshot, *health) {
                let Some(id) = draft.incident else { continue };
                prop_assert!(told.insert(id.clone(), draft.kind).is_none(), "two about {} in one poll", id);
                let before = last.insert(id, draft.kind);
                let ends = [Kind::IncidentResolved, Kind::IncidentMissed];
                if draft.kind == Kind::IncidentOpened {
                    prop_assert_eq!(before, None);
                }
                // Outside the scope one may open again in silence, and come to touch it later.
                let may_follow_an_end = match scope {
                    None => [Kind::IncidentReopened].contains(&draft.kind),
                    Some(_) => ![Kind::IncidentResolved, Kind::IncidentEased].contains(&draft.kind),
                };
                if !may_follow_an_end {
                    prop_assert!(!before.is_some_and(|before| ends.contains(&before)));
                }
            }
        }
    }

    #[test]
    fn everything_told_fits_and_begins_with_the_vendor(scope in scope(), polls in vec(poll(), 1..6)) {
        let mut watch = watch(scope.as_ref(), &polls[0]);
        for (snapshot, health) in &polls {
            for draft in watch.drafts(snapshot, *health) {
                prop_assert!(draft.headline.starts_with("Forge: "));
                prop_assert!(draft.headline.chars().count() <= HEADLINE && draft.body.chars().count() <= BODY);
                prop_assert!(!draft.headline.contains('!'));
            }
        }
    }

    #[test]
    fn a_muted_watch_is_silent_and_goes_on_as_if_told(polls in vec(poll(), 2..6)) {
        let (mut heard, mut muted) = (watch(None, &polls[0]), watch(None, &polls[0]));
        muted.vendor_muted_until = Some(jiff::Timestamp::MAX);
        muted.muted_incidents = ids(&["i1"]);
        for (snapshot, health) in &polls[1..] {
            heard.drafts(snapshot, *health);
            prop_assert_eq!(muted.drafts(snapshot, *health), vec![]);
            prop_assert_eq!(&heard.told, &muted.told);
        }
    }
}
