//! Incidents and maintenances, which Statuspage gives the same shape.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::by_id;

/// An incident, or a maintenance if it has a window.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Incident {
    /// The incident's id.
    pub id: String,
    /// The incident's title.
    pub title: String,
    /// `none`, `minor`, `major`, `critical`, or anything; if absent `minor`, of a maintenance `maintenance`.
    pub impact: Option<String>,
    /// The phase; if absent that of the last update, else `investigating` or `scheduled`.
    pub phase: Option<String>,
    /// When it began; if absent, when its first update was published.
    pub started_at: Option<String>,
    /// When it changed; if absent, when its last update was published.
    pub updated_at: Option<String>,
    /// When it was over; if absent and it is over, when the update that says so was published.
    pub resolved_at: Option<String>,
    /// When a maintenance is to begin.
    pub scheduled_for: Option<String>,
    /// When a maintenance is to end.
    pub scheduled_until: Option<String>,
    /// The ids of the components that it names.
    pub affects: Vec<String>,
    /// The updates, oldest first.
    #[serde(deserialize_with = "by_id")]
    pub updates: Vec<Update>,
    /// The write-up that follows when it is over. It puts the incident into the phase `postmortem`.
    pub postmortem: Option<Postmortem>,
    /// Fields that are set to something else.
    pub raw: Map<String, Value>,
    /// Fields that are left out.
    pub without: Vec<String>,
}

/// One update of an incident or a maintenance.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Update {
    /// The update's id.
    pub id: String,
    /// The phase that it puts the incident into; `investigating` if empty.
    pub phase: String,
    /// What it says: text, Markdown or HTML.
    pub body: String,
    /// When it was published, `display_at` and `created_at`.
    pub at: Option<String>,
    /// When it was edited; if absent, never.
    pub edited_at: Option<String>,
    /// What it says of components.
    pub transitions: Vec<Transition>,
    /// Fields that are set to something else.
    pub raw: Map<String, Value>,
    /// Fields that are left out.
    pub without: Vec<String>,
}

/// A write-up: its text, or a link to where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Postmortem {
    /// When it was published.
    pub at: String,
    /// What it says: text, Markdown or HTML. A link stands below it where both are given.
    #[serde(default)]
    pub body: String,
    /// The address that it stands at, if that is elsewhere.
    #[serde(default)]
    pub link: Option<String>,
}

/// A component's change of status, as an update tells it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// The component's id.
    pub component: String,
    /// The status before.
    pub from: String,
    /// The status after.
    pub to: String,
}

impl Incident {
    /// An incident without updates.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            ..Self::default()
        }
    }

    /// A maintenance that is to last from one time to another.
    pub fn maintenance(
        id: impl Into<String>,
        title: impl Into<String>,
        from: impl std::fmt::Display,
        until: impl std::fmt::Display,
    ) -> Self {
        Self {
            scheduled_for: Some(from.to_string()),
            scheduled_until: Some(until.to_string()),
            ..Self::new(id, title)
        }
    }

    /// Sets the impact.
    #[must_use]
    pub fn impact(mut self, impact: impl Into<String>) -> Self {
        self.impact = Some(impact.into());
        self
    }

    /// Sets the phase, whatever the updates say.
    #[must_use]
    pub fn phase(mut self, phase: impl Into<String>) -> Self {
        self.phase = Some(phase.into());
        self
    }

    /// Sets when it began.
    #[must_use]
    pub fn started_at(mut self, at: impl std::fmt::Display) -> Self {
        self.started_at = Some(at.to_string());
        self
    }

    /// Sets when it was over.
    #[must_use]
    pub fn resolved_at(mut self, at: impl std::fmt::Display) -> Self {
        self.resolved_at = Some(at.to_string());
        self
    }

    /// Names a component.
    #[must_use]
    pub fn affects(mut self, component: impl Into<String>) -> Self {
        self.affects.push(component.into());
        self
    }

    /// Adds an update after the others.
    #[must_use]
    pub fn update(mut self, update: Update) -> Self {
        self.updates.push(update);
        self
    }

    /// Adds the write-up.
    #[must_use]
    pub fn postmortem(mut self, postmortem: Postmortem) -> Self {
        self.postmortem = Some(postmortem);
        self
    }

    /// Sets a field to anything.
    #[must_use]
    pub fn raw(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.raw.insert(field.into(), value.into());
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn without(mut self, field: impl Into<String>) -> Self {
        self.without.push(field.into());
        self
    }

    /// Adds an update after the others, in place; with a phase that is open, this reopens what was resolved.
    pub fn push(&mut self, update: Update) {
        self.updates.push(update);
    }

    /// The first update of this id.
    pub fn update_mut(&mut self, id: &str) -> Option<&mut Update> {
        self.updates.iter_mut().find(|update| update.id == id)
    }

    /// Rewrites an update's text, as a vendor who thought better of it. Nothing happens if there is none.
    pub fn edit(&mut self, id: &str, body: impl Into<String>) {
        if let Some(update) = self.update_mut(id) {
            update.body = body.into();
        }
    }

    /// Deletes an update.
    pub fn delete(&mut self, id: &str) {
        self.updates.retain(|update| update.id != id);
    }

    pub(super) const fn is_maintenance(&self) -> bool {
        self.scheduled_for.is_some() || self.scheduled_until.is_some()
    }

    /// The phase that the documents show.
    pub(super) fn shown_phase(&self) -> &str {
        let last = match &self.postmortem {
            Some(_) => Some("postmortem"),
            None => self.updates.last().map(Update::shown_phase),
        };
        let first = if self.is_maintenance() {
            "scheduled"
        } else {
            "investigating"
        };
        self.phase.as_deref().or(last).unwrap_or(first)
    }

    /// Whether it is resolved, completed or cancelled.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(
            self.shown_phase(),
            "resolved" | "postmortem" | "completed" | "cancelled"
        )
    }

    pub(super) fn shown_impact(&self) -> &str {
        let usual = if self.is_maintenance() {
            "maintenance"
        } else {
            "minor"
        };
        self.impact.as_deref().unwrap_or(usual)
    }
}

impl Postmortem {
    /// A write-up of this text.
    pub fn new(at: impl std::fmt::Display, body: impl Into<String>) -> Self {
        Self {
            at: at.to_string(),
            body: body.into(),
            link: None,
        }
    }

    /// A write-up that stands elsewhere.
    pub fn at_link(at: impl std::fmt::Display, link: impl Into<String>) -> Self {
        Self {
            link: Some(link.into()),
            ..Self::new(at, "")
        }
    }

    /// The text as the page publishes it: a link is a sentence of Markdown.
    pub(super) fn shown_body(&self) -> String {
        match (&self.link, self.body.is_empty()) {
            (None, _) => self.body.clone(),
            (Some(link), true) => format!("[Read what happened]({link})"),
            (Some(link), false) => format!("{}\n\n[Read what happened]({link})", self.body.trim_end()),
        }
    }
}

impl Update {
    /// An update: the phase that it puts the incident into, and what it says.
    pub fn new(id: impl Into<String>, phase: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            phase: phase.into(),
            body: body.into(),
            ..Self::default()
        }
    }

    /// Sets when it was published.
    #[must_use]
    pub fn at(mut self, at: impl std::fmt::Display) -> Self {
        self.at = Some(at.to_string());
        self
    }

    /// Says that a component's status changed.
    #[must_use]
    pub fn transition(
        mut self,
        component: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Self {
        self.transitions.push(Transition {
            component: component.into(),
            from: from.into(),
            to: to.into(),
        });
        self
    }

    /// Sets a field to anything.
    #[must_use]
    pub fn raw(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.raw.insert(field.into(), value.into());
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn without(mut self, field: impl Into<String>) -> Self {
        self.without.push(field.into());
        self
    }

    pub(super) fn shown_phase(&self) -> &str {
        if self.phase.is_empty() {
            "investigating"
        } else {
            &self.phase
        }
    }
}
