//! What a person knows after a round.

use signalbox_channels::AnnouncementKind;
use signalbox_pages::{Health, Impact};

use super::{Decision, Round};
use crate::compare::Listed;

impl Round<'_> {
    pub(super) fn know(&mut self, id: &str, impact: Impact) {
        let known = self.told.incidents.entry(id.to_owned()).or_default();
        if impact.rank().is_some() {
            *known = Some(impact);
        }
    }

    pub(super) fn finish(mut self) -> Decision {
        let input = self.input;
        self.remember_incidents();
        self.forget_recoveries();
        self.remember_components();
        self.remember_health();
        let worsened = self
            .owed
            .iter()
            .filter(|draft| {
                matches!(
                    draft.kind,
                    AnnouncementKind::IncidentEscalated | AnnouncementKind::IncidentReopened
                )
            })
            .filter_map(|draft| draft.incident.clone())
            .collect();
        let muted = input.vendor_muted_until.is_some_and(|until| until > input.now);
        let announcements = self
            .owed
            .into_iter()
            .filter(|draft| {
                !muted
                    && !draft
                        .incident
                        .as_ref()
                        .is_some_and(|id| input.muted_incidents.contains(id))
            })
            .collect();
        Decision {
            announcements,
            worsened,
            told: self.told,
        }
    }

    pub(super) fn remember_incidents(&mut self) {
        let input = self.input;
        for (id, incident) in &input.after.incidents {
            // What is not listed is told of if it was when it was; else it is left of an earlier watch.
            let is_listed = incident.listed == Listed::Yes;
            if is_listed && incident.facts.is_open() && self.scope.touched_by(&incident.facts) {
                self.know(id, incident.facts.impact);
            }
        }
        self.told.incidents.retain(|id, _| {
            input
                .after
                .incidents
                .get(id)
                .is_some_and(|incident| incident.facts.is_open())
        });
    }

    pub(super) fn remember_components(&mut self) {
        let input = self.input;
        let told = std::mem::take(&mut self.told.components);
        self.told.components = told
            .into_iter()
            .filter(|id| {
                input.after.components.get(id).is_some_and(|component| {
                    // What an open incident names is told with the incident from here on.
                    (self.level(component.health) != Some(0) || self.is_put_off(id))
                        && !self.is_named_by_an_open_incident(component)
                        && !self.is_resolved_with(component)
                })
            })
            .collect();
        let unknown = input
            .after
            .components
            .values()
            .filter(|component| !component.health.is_known())
            .map(|component| (component.id.clone(), self.last_known(&component.id)))
            .filter(|(_, last)| *last != Health::Operational)
            .collect();
        self.told.unknown_since = unknown;
    }

    pub(super) fn remember_health(&mut self) {
        let input = self.input;
        let Some(now) = self.level(input.health_after) else {
            return;
        };
        // What got better leaves nobody with a worse state in mind: they may have been told already that it is over.
        let in_mind = self.told.health.and_then(|health| self.level(health));
        if in_mind.is_none() || now > self.level_before() || Some(now) < in_mind {
            self.told.health = Some(input.health_after);
        }
        let is_told_over = !self.resolved.is_empty() && !self.said_worse;
        if is_told_over && self.told.components.is_empty() && self.relevant_open_incidents().next().is_none()
        {
            self.told.health = Some(Health::Operational);
        }
    }
}
