//! The hashes that decide what counts as changed.
//!
//! They are kept in the database, so their definition is part of its format: FNV-1a, 64 bits
//! (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>), over the byte sequence that [`Hasher`] writes down.
//! Neither a platform nor a version of a library has a say in it.

use jiff::Timestamp;
use signalbox_pages::{
    Component, IncidentFacts, MaintenanceFacts, NamedComponent, Snapshot, Transition, Update,
};

/// The hash of what is significant in an update: its phase word as published, its time in milliseconds, its text, and
/// the components that changed with it, in whatever order.
///
/// The phase and the health of components on our scale are left out on purpose: a later version that knows one word more
/// must not take every old update for an edited one. Only where there is no word does our scale stand for it.
#[must_use]
pub fn significant_hash<P>(update: &Update<P>) -> u64 {
    hash_of(update, transition)
}

/// Whether `hash` is of this update: of what it says as [`significant_hash`] makes it, or as it was made before the words of
/// transitions were kept.
pub(super) fn is_hash_of<P>(hash: u64, update: &Update<P>) -> bool {
    hash == significant_hash(update) || hash == hash_of(update, transition_on_our_scale)
}

fn hash_of<P>(update: &Update<P>, transition: impl Fn(&mut Hasher, &Transition)) -> u64 {
    let mut hasher = Hasher::new();
    hasher.optional_text(update.phase_raw.as_deref());
    hasher.time(update.at);
    hasher.text(&update.body);
    hasher.unordered(&update.components, transition);
    hasher.finish()
}

/// The hash of what is significant in a whole snapshot, whatever the order of its lists. The vendor's `updated_at` is
/// not part of it, because vendors touch it without changing a word, nor is the health that an incident repeats of the
/// components it names.
///
/// It is made to compare readings of the *same* documents, such as the light one of two polls.
#[must_use]
pub fn significant_hash_of_snapshot(snapshot: &Snapshot) -> u64 {
    let mut hasher = Hasher::new();
    hasher.optional_text(snapshot.page.id.as_deref());
    hasher.optional_text(snapshot.page.name.as_deref());
    hasher.optional_text(snapshot.page.url.as_deref());
    hasher.flag(snapshot.overall.is_some());
    if let Some(overall) = &snapshot.overall {
        hasher.optional_text(overall.raw.as_deref());
        hasher.text(overall.health.as_str());
        hasher.optional_text(overall.description.as_deref());
    }
    hasher.unordered(&snapshot.components, component);
    hasher.unordered(&snapshot.incidents, |hasher, incident| {
        hasher.text(&incident.id);
        incident_facts(hasher, &incident.facts);
        hasher.unordered(&incident.updates, |hasher, update| {
            hasher.text(&update.id);
            hasher.number(significant_hash(update));
        });
    });
    hasher.unordered(&snapshot.maintenances, |hasher, maintenance| {
        hasher.text(&maintenance.id);
        maintenance_facts(hasher, &maintenance.facts);
        hasher.unordered(&maintenance.updates, |hasher, update| {
            hasher.text(&update.id);
            hasher.number(significant_hash(update));
        });
    });
    hasher.finish()
}

fn transition(hasher: &mut Hasher, transition: &Transition) {
    let Transition {
        id,
        name,
        from,
        from_raw,
        to,
        to_raw,
    } = transition;
    hasher.optional_text(id.as_deref());
    hasher.text(name);
    hasher.text(from_raw.as_deref().unwrap_or(from.as_str()));
    hasher.text(to_raw.as_deref().unwrap_or(to.as_str()));
}

fn transition_on_our_scale(hasher: &mut Hasher, transition: &Transition) {
    hasher.optional_text(transition.id.as_deref());
    hasher.text(&transition.name);
    hasher.text(transition.from.as_str());
    hasher.text(transition.to.as_str());
}

fn component(hasher: &mut Hasher, component: &Component) {
    hasher.text(&component.id);
    hasher.text(&component.name);
    hasher.number(component.group.len() as u64);
    for group in &component.group {
        hasher.text(&group.id);
        hasher.text(&group.name);
    }
    hasher.text(component.health.as_str());
    hasher.optional_text(component.raw.as_deref());
    hasher.optional_text(component.description.as_deref());
}

fn incident_facts(hasher: &mut Hasher, facts: &IncidentFacts) {
    hasher.text(&facts.title);
    hasher.text(facts.impact.as_str());
    hasher.optional_text(facts.impact_raw.as_deref());
    hasher.text(facts.phase.as_str());
    hasher.optional_text(facts.phase_raw.as_deref());
    hasher.time(facts.started_at);
    hasher.time(facts.resolved_at);
    hasher.optional_text(facts.url.as_deref());
    hasher.unordered(&facts.components, named);
    hasher.flag(facts.postmortem.is_some());
    if let Some(postmortem) = &facts.postmortem {
        hasher.optional_text(postmortem.body.as_deref());
        hasher.optional_text(postmortem.url.as_deref());
        hasher.time(postmortem.at);
    }
}

fn maintenance_facts(hasher: &mut Hasher, facts: &MaintenanceFacts) {
    hasher.text(&facts.title);
    hasher.text(facts.phase.as_str());
    hasher.optional_text(facts.phase_raw.as_deref());
    hasher.time(facts.starts_at);
    hasher.time(facts.ends_at);
    hasher.time(facts.actual_start);
    hasher.time(facts.actual_end);
    hasher.optional_text(facts.url.as_deref());
    hasher.unordered(&facts.components, named);
}

fn named(hasher: &mut Hasher, named: &NamedComponent) {
    hasher.optional_text(named.id.as_deref());
    hasher.text(&named.name);
}

/// Writes values down unambiguously and hashes them as it goes: numbers as eight bytes, least significant first; a text
/// as its length in bytes, then its bytes; an optional value as a byte 0, or a byte 1 and the value; a time as
/// an optional number of milliseconds since 1970; an unordered list as its length and the sum of its items' hashes.
struct Hasher(u64);

impl Hasher {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    const fn bytes(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            self.0 = (self.0 ^ *byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
            rest = tail;
        }
    }

    const fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    const fn flag(&mut self, flag: bool) {
        self.bytes(&[flag as u8]);
    }

    const fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    const fn optional_text(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn time(&mut self, time: Option<Timestamp>) {
        self.flag(time.is_some());
        if let Some(time) = time {
            self.number(time.as_millisecond().cast_unsigned());
        }
    }

    fn unordered<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        let sum = items.iter().fold(0_u64, |sum, item| {
            let mut hasher = Self::new();
            write(&mut hasher, item);
            sum.wrapping_add(mixed(hasher.0))
        });
        self.number(items.len() as u64);
        self.number(sum);
    }

    const fn finish(self) -> u64 {
        self.0
    }
}

/// Spreads a hash over all its bits, so that the hashes of a list's items can be added up without two changes
/// cancelling each other out (the finaliser of `SplitMix64`).
const fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use signalbox_pages::{Health, Phase, Transition, Update};

    use super::{Hasher, is_hash_of, significant_hash, significant_hash_of_snapshot};
    use crate::compare::test_words::{at, component, incident, page, update};

    #[test]
    fn the_published_vectors_of_fnv_1a_hold() {
        for (text, expected) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            let mut hasher = Hasher::new();
            hasher.bytes(text.as_bytes());
            assert_eq!(hasher.finish(), expected, "{text:?}");
        }
    }

    /// The numbers stand in databases: a failure here means that every update of every database would be
    /// taken for edited.
    #[test]
    fn the_hash_of_an_update_never_changes_between_versions() {
        let bare: Update<Phase> = Update {
            id: "u1".into(),
            phase: Phase::Unknown,
            phase_raw: None,
            at: None,
            body: String::new(),
            components: vec![],
        };
        let full = Update {
            phase_raw: Some("investigating".into()),
            at: Some(at("2026-11-07T17:40:00.25Z")),
            body: "Pushes are slow \u{2014} we look into it.".into(),
            components: vec![
                transition("c1", Health::Operational, Health::Degraded),
                transition("c2", Health::Operational, Health::PartialOutage),
            ],
            ..bare.clone()
        };
        insta::assert_snapshot!(format!("{:016x} {:016x}", significant_hash(&bare), significant_hash(&full)), @"17f8dd1ca2b90acd 63ee40843e5cb9ed");
    }

    #[test]
    fn what_is_significant_in_an_update_changes_its_hash_and_nothing_else_does() {
        let base = Update {
            components: vec![
                transition("c1", Health::Operational, Health::Degraded),
                transition("c2", Health::Operational, Health::Degraded),
            ],
            ..update("u1", "investigating", "2026-11-07T17:40:00Z", "Pushes are slow.")
        };
        let hash = significant_hash(&base);
        type Edit = fn(&mut Update<Phase>);
        let significant: [(&str, Edit); 6] = [
            ("phase word", |update| {
                update.phase_raw = Some("identified".into());
            }),
            ("no phase word", |update| update.phase_raw = None),
            ("time", |update| update.at = Some(at("2026-11-07T17:40:00.001Z"))),
            ("text", |update| update.body.push(' ')),
            ("a transition less", |update| {
                update.components.pop();
            }),
            ("a transition's health", |update| {
                update.components[0].to = Health::MajorOutage;
            }),
        ];
        for (what, edit) in significant {
            let mut edited = base.clone();
            edit(&mut edited);
            assert_ne!(significant_hash(&edited), hash, "{what}");
        }
        let insignificant: [(&str, Edit); 3] = [
            ("id", |update| update.id = "u2".into()),
            ("our reading of the phase word", |update| {
                update.phase = Phase::Unknown;
            }),
            ("order of transitions", |update| update.components.reverse()),
        ];
        for (what, edit) in insignificant {
            let mut edited = base.clone();
            edit(&mut edited);
            assert_eq!(significant_hash(&edited), hash, "{what}");
        }
    }

    #[test]
    fn a_word_that_a_later_version_learns_makes_no_update_an_edited_one() {
        let said = |health, raw: &str| Update {
            components: vec![Transition {
                to_raw: Some(raw.into()),
                ..transition("c1", Health::Operational, health)
            }],
            ..update("u1", "investigating", "2026-11-07T17:40:00Z", "Pushes are slow.")
        };
        let unknown = significant_hash(&said(Health::Unknown, "limping"));
        assert_eq!(significant_hash(&said(Health::Degraded, "limping")), unknown);
        assert_ne!(significant_hash(&said(Health::Unknown, "crawling")), unknown);
    }

    #[test]
    fn an_update_recorded_before_words_were_kept_is_not_taken_for_an_edited_one() {
        let told = |raw: Option<&str>| Update {
            components: vec![Transition {
                to_raw: raw.map(str::to_owned),
                ..transition("c1", Health::Operational, Health::Degraded)
            }],
            ..update("u1", "investigating", "2026-11-07T17:40:00Z", "Pushes are slow.")
        };
        let recorded = significant_hash(&told(None));
        let read = told(Some("degraded_performance"));
        assert_ne!(significant_hash(&read), recorded);
        assert!(is_hash_of(recorded, &read) && is_hash_of(significant_hash(&read), &read));
        let edited = Update {
            body: "Pushes fail.".into(),
            ..read
        };
        assert!(!is_hash_of(recorded, &edited));
    }

    #[test]
    fn two_snapshots_that_differ_only_in_the_vendors_stamp_hash_alike() {
        let mut first = page();
        first.components = vec![
            component("c1", Health::Operational),
            component("c2", Health::Degraded),
        ];
        first.incidents = vec![incident("i1", "investigating"), incident("i2", "resolved")];
        let mut second = first.clone();
        second.updated_at = Some(at("2026-11-08T00:00:00Z"));
        second.components.reverse();
        second.incidents.reverse();
        assert_eq!(
            significant_hash_of_snapshot(&first),
            significant_hash_of_snapshot(&second)
        );

        second.components[0].health = Health::MajorOutage;
        assert_ne!(
            significant_hash_of_snapshot(&first),
            significant_hash_of_snapshot(&second)
        );
    }

    #[test]
    fn two_equal_changes_in_a_snapshot_do_not_cancel_out() {
        let mut first = page();
        first.components = vec![
            component("c1", Health::Operational),
            component("c2", Health::Degraded),
        ];
        let mut swapped = page();
        swapped.components = vec![
            component("c1", Health::Degraded),
            component("c2", Health::Operational),
        ];
        assert_ne!(
            significant_hash_of_snapshot(&first),
            significant_hash_of_snapshot(&swapped)
        );
    }

    fn transition(id: &str, from: Health, to: Health) -> Transition {
        Transition {
            id: Some(id.into()),
            name: id.to_uppercase(),
            from,
            from_raw: None,
            to,
            to_raw: None,
        }
    }
}
