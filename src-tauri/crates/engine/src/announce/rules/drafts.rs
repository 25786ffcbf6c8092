//! The announcements of one round, in words.

use signalbox_channels::{AnnouncementKind, Urgency};
use signalbox_pages::{Component, Health, Impact, IncidentFacts};

use super::{Round, words};
use crate::{announce::Draft, compare::EventState};

impl<'a> Round<'a> {
    pub(super) fn tell_worse(
        &mut self,
        kind: AnnouncementKind,
        id: &'a str,
        incident: &'a EventState<IncidentFacts>,
        what: &str,
    ) {
        self.tell_worse_facts(kind, id, &incident.facts, what);
    }

    pub(super) fn tell_worse_facts(
        &mut self,
        kind: AnnouncementKind,
        id: &'a str,
        facts: &'a IncidentFacts,
        what: &str,
    ) {
        let draft = self.about_an_incident(kind, id, facts, what);
        let is_down = facts.impact == Impact::Critical || self.health_of(facts) == Health::MajorOutage;
        let began = facts
            .started_at
            .filter(|_| kind == AnnouncementKind::IncidentOpened);
        let happened_at = began.or(draft.happened_at);
        self.owed.push(Draft {
            urgency: if is_down { Urgency::High } else { Urgency::Normal },
            happened_at,
            ..draft
        });
        self.said_worse = true;
        self.spoke_worse.push(facts);
        self.know(id, facts.impact);
    }

    /// Returns whether it was told: the easing of an acknowledged incident is not.
    pub(super) fn tell_eased(&mut self, id: &'a str, facts: &'a IncidentFacts, what: &str) -> bool {
        self.said_better = true;
        if self.input.acknowledged.contains(id) {
            return false;
        }
        let draft = self.about_an_incident(AnnouncementKind::IncidentEased, id, facts, what);
        self.owed.push(draft);
        true
    }

    pub(super) fn tell_resolved(&mut self, id: &'a str, incident: &'a EventState<IncidentFacts>) {
        let facts = &incident.facts;
        let what = match words::span(facts.started_at, facts.resolved_at) {
            Some(length) => format!("incident resolved after {length}"),
            None => "incident resolved".to_owned(),
        };
        let mut draft = self.about_an_incident(AnnouncementKind::IncidentResolved, id, facts, &what);
        if self.input.health_after.is_problem() {
            let still = format!(
                "{}\nStill {}.",
                draft.body,
                words::health(self.input.health_after)
            );
            draft.body = words::lines(&still, words::BODY);
        }
        draft.happened_at = facts.resolved_at.or(draft.happened_at);
        self.owed.push(draft);
        self.said_better = true;
        self.resolved.push(facts);
        self.told.incidents.remove(id);
    }

    pub(super) fn tell_missed(&mut self, id: &'a str, incident: &'a EventState<IncidentFacts>) {
        let facts = &incident.facts;
        let what = match words::span(facts.started_at, facts.resolved_at) {
            Some(length) => format!("incident opened and resolved after {length}"),
            None => "incident opened and resolved".to_owned(),
        };
        let draft = self.about_an_incident(AnnouncementKind::IncidentMissed, id, facts, &what);
        self.owed.push(Draft {
            urgency: Urgency::Quiet,
            happened_at: facts.resolved_at.or(draft.happened_at),
            ..draft
        });
    }

    pub(super) fn tell_unlisted(&mut self, id: &'a str, incident: &'a EventState<IncidentFacts>) {
        let draft = self.about_an_incident(
            AnnouncementKind::IncidentUnlisted,
            id,
            &incident.facts,
            "incident no longer listed",
        );
        self.owed.push(Draft {
            urgency: Urgency::Quiet,
            body: "The page does not say that it is resolved.".to_owned(),
            happened_at: None,
            ..draft
        });
    }

    pub(super) fn about_an_incident(
        &self,
        kind: AnnouncementKind,
        id: &str,
        facts: &IncidentFacts,
        what: &str,
    ) -> Draft {
        let Self { input, .. } = self;
        let headline = format!("{}: {what}: {}", words::name(input.vendor), facts.title);
        let body = words::latest_sentence(self.updates_of(id));
        Draft {
            vendor: Some(input.vendor.to_owned()),
            incident: Some(id.to_owned()),
            url: words::link(facts.url.as_deref()),
            health: Some(input.health_after),
            impact: Some(facts.impact),
            happened_at: self.updates_of(id).filter_map(|update| update.at).max(),
            ..Draft::new(kind, &headline, &body, input.now)
        }
    }

    pub(super) fn about_components(&self, kind: AnnouncementKind, components: &[&Component]) -> Draft {
        let Self { input, .. } = self;
        let name = |component: &Component| words::component(component, &input.after.components);
        let worse = kind == AnnouncementKind::HealthWorse;
        let state = |health: Health| {
            if worse || health.is_problem() {
                words::health(health).to_owned()
            } else {
                again(health)
            }
        };
        let first = components
            .first()
            .map_or(Health::Unknown, |component| component.health);
        let alike = components.iter().all(|component| component.health == first);
        let names: Vec<String> = components.iter().map(|component| name(component)).collect();
        let what = match (alike, &names[..]) {
            (true, _) => format!("{} {}", words::enumeration(&names, 3), state(first)),
            (false, [worst, rest @ ..]) if worse => {
                format!("{worst} {} and {} more worse", state(first), rest.len())
            }
            (false, _) => format!("{} better", words::count(names.len(), "component")),
        };
        let body: Vec<String> = match components {
            [_] => vec![],
            many => many
                .iter()
                .map(|component| format!("{}: {}", name(component), state(component.health)))
                .collect(),
        };
        let headline = format!("{}: {what}", words::name(input.vendor));
        let is_down = worse
            && components
                .iter()
                .any(|component| component.health == Health::MajorOutage);
        Draft {
            urgency: if is_down { Urgency::High } else { Urgency::Normal },
            vendor: Some(input.vendor.to_owned()),
            url: words::link(input.after.identity.url.as_deref()),
            health: Some(input.health_after),
            ..Draft::new(kind, &headline, &body.join("\n"), input.now)
        }
    }

    pub(super) fn about_the_page(&self, kind: AnnouncementKind, what: &str) -> Draft {
        let Self { input, .. } = self;
        let headline = format!("{}: {what}", words::name(input.vendor));
        // The vendor's own sentence is about the whole page.
        let body = match (&input.after.overall, input.scope) {
            (Some(overall), None) => overall.description.as_deref().map(words::sentence),
            (None, _) | (_, Some(_)) => None,
        };
        let is_down = kind == AnnouncementKind::HealthWorse && input.health_after == Health::MajorOutage;
        Draft {
            urgency: if is_down { Urgency::High } else { Urgency::Normal },
            vendor: Some(input.vendor.to_owned()),
            url: words::link(input.after.identity.url.as_deref()),
            health: Some(input.health_after),
            ..Draft::new(kind, &headline, &body.unwrap_or_default(), input.now)
        }
    }

    /// The worst health of what an incident names in scope; of the whole scope if it names nothing.
    pub(super) fn health_of(&self, facts: &'a IncidentFacts) -> Health {
        if facts.components.is_empty() {
            return self.input.health_after;
        }
        self.scope
            .named_by(facts)
            .fold(Health::Unknown, |worst, component| worst.worse(component.health))
    }
}

pub(super) fn again(health: Health) -> String {
    match health {
        Health::Operational => "operational again".to_owned(),
        Health::Maintenance
        | Health::Degraded
        | Health::PartialOutage
        | Health::MajorOutage
        | Health::Unknown => format!("now {}", words::health(health)),
    }
}
