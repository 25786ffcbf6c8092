//! One incident or maintenance, whole.

use std::collections::BTreeMap;

use jiff::Timestamp;
use signalbox_pages::{Transition, text::inert};

use super::super::{
    EventFacts, EventId, EventRow, StoreError, View,
    event::{select_events, web_link},
    update::transitions,
    value::{Word, sure_time, time},
};
use crate::{
    api::{EarlierTextView, IncidentDetailView, PostmortemView, RevisionView, TransitionView, UpdateView},
    compare::Listed,
};

/// One incident or maintenance with everything ever recorded of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventDetail {
    /// As it is now.
    pub event: EventRow,
    /// Its updates, oldest first.
    pub updates: Vec<UpdateRow>,
    /// What was said of it beside its updates, each time that changed, oldest first; never empty.
    pub revisions: Vec<EventRevisionRow>,
}

/// One update with its revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateRow {
    /// Its id on its page.
    pub id: String,
    /// Whether the vendor took it away.
    pub deleted: bool,
    /// What it said, oldest first; never empty.
    pub revisions: Vec<UpdateRevisionRow>,
}

/// What an update said at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateRevisionRow {
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When the vendor says it was published.
    pub at: Option<Timestamp>,
    /// The phase on our scale.
    pub phase: String,
    /// The phase as published.
    pub phase_raw: Option<String>,
    /// The text, raw.
    pub body: String,
    /// The components that changed with it.
    pub transitions: Vec<Transition>,
    /// Whether this revision says that the vendor took the update away; then it says nothing else.
    pub deleted: bool,
}

/// What was said of an event beside its updates at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRevisionRow {
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What was said.
    pub facts: EventFacts,
    /// Whether it was listed.
    pub listed: Listed,
}

impl View<'_> {
    /// The incidents and maintenances of an id or of an official link, newest first. Several pages may use one id.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn events_named(&self, id_or_url: &str) -> Result<Vec<EventRow>, StoreError> {
        // Links are published with and without the slash.
        let other = id_or_url
            .strip_suffix('/')
            .map_or_else(|| format!("{id_or_url}/"), str::to_owned);
        self.rows(
            select_events!(
                "WHERE event.id IN (SELECT id FROM event WHERE vendor_id = ?1
                    UNION SELECT id FROM event WHERE url = ?1 UNION SELECT id FROM event WHERE url = ?2)
                 ORDER BY event.began_at DESC, event.id DESC"
            ),
            (id_or_url, other),
            EventRow::read,
        )
    }

    /// An incident or a maintenance by its key.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn event(&self, event: EventId) -> Result<Option<EventRow>, StoreError> {
        self.row(select_events!("WHERE event.id = ?1"), [event], EventRow::read)
    }

    /// An incident or a maintenance with everything ever recorded of it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn event_detail(&self, event: EventId) -> Result<Option<EventDetail>, StoreError> {
        let Some(row) = self.event(event)? else {
            return Ok(None);
        };
        let kind = row.kind();
        let revisions = self.rows(
            "SELECT recorded_at, listed, facts FROM event_revision WHERE event_id = ?1 ORDER BY id",
            [event],
            |row| {
                Ok(EventRevisionRow {
                    recorded_at: sure_time(row, "recorded_at")?,
                    facts: EventFacts::read(kind, row.get_ref("facts")?.as_str()?)?,
                    listed: row.get::<_, Word<Listed>>("listed")?.0,
                })
            },
        )?;
        let mut by_seq: BTreeMap<u32, UpdateRow> = self
            .rows(
                "SELECT seq, vendor_id, deleted FROM event_update WHERE event_id = ?1",
                [event],
                |row| {
                    let update = UpdateRow {
                        id: row.get("vendor_id")?,
                        deleted: row.get("deleted")?,
                        revisions: Vec::new(),
                    };
                    Ok((row.get("seq")?, update))
                },
            )?
            .into_iter()
            .collect();
        let texts = self.rows(
            "SELECT * FROM update_revision WHERE event_id = ?1 ORDER BY id",
            [event],
            |row| {
                let revision = UpdateRevisionRow {
                    recorded_at: sure_time(row, "recorded_at")?,
                    at: time(row, "at")?,
                    phase: row.get("phase")?,
                    phase_raw: row.get("phase_raw")?,
                    body: row.get("body")?,
                    transitions: transitions(row.get_ref("transitions")?.as_str_or_null()?)?,
                    deleted: row.get("deleted")?,
                };
                Ok((row.get::<_, u32>("seq")?, revision))
            },
        )?;
        for (seq, revision) in texts {
            if let Some(update) = by_seq.get_mut(&seq) {
                update.revisions.push(revision);
            }
        }
        let mut updates: Vec<UpdateRow> = by_seq.into_values().collect();
        updates.sort_by_key(UpdateRow::time);
        Ok(Some(EventDetail {
            event: row,
            updates,
            revisions,
        }))
    }
}

impl UpdateRow {
    /// What it said last: the newest revision that is not its being taken away.
    #[must_use]
    pub fn last_words(&self) -> Option<&UpdateRevisionRow> {
        self.revisions.iter().rev().find(|revision| !revision.deleted)
    }

    fn time(&self) -> Option<Timestamp> {
        let last = self.last_words()?;
        Some(last.at.unwrap_or(last.recorded_at))
    }

    fn view(&self, plain: fn(&str) -> String) -> Option<UpdateView> {
        let last = self.last_words()?;
        let first = self.revisions.first()?;
        let said: Vec<&UpdateRevisionRow> = self
            .revisions
            .iter()
            .filter(|revision| !revision.deleted)
            .collect();
        let earlier = said.split_last().map(|(_, earlier)| earlier).unwrap_or_default();
        Some(UpdateView {
            id: inert(&self.id),
            phase: last.phase.clone(),
            phase_raw: last.phase_raw.as_deref().map(inert),
            at: last.at,
            recorded_at: first.recorded_at,
            edited_at: (!earlier.is_empty()).then_some(last.recorded_at),
            text: plain(&last.body),
            deleted: self.deleted,
            components: last
                .transitions
                .iter()
                .map(|transition| TransitionView {
                    id: transition.id.as_deref().map(inert),
                    name: inert(&transition.name),
                    from: transition.from,
                    from_raw: transition.from_raw.as_deref().map(inert),
                    to: transition.to,
                    to_raw: transition.to_raw.as_deref().map(inert),
                })
                .collect(),
            earlier: earlier
                .iter()
                .map(|revision| EarlierTextView {
                    recorded_at: revision.recorded_at,
                    phase: revision.phase.clone(),
                    text: plain(&revision.body),
                })
                .collect(),
        })
    }
}

impl EventRevisionRow {
    fn view(&self) -> RevisionView {
        RevisionView {
            recorded_at: self.recorded_at,
            title: inert(self.facts.title()),
            impact: match &self.facts {
                EventFacts::Incident(facts) => Some(facts.impact),
                EventFacts::Maintenance(_) => None,
            },
            phase: self.facts.phase_word().to_owned(),
            components: self.facts.component_names(),
            listed: self.listed != Listed::No,
        }
    }
}

impl EventDetail {
    /// As it is shown at `now`; `plain` turns a raw text into plain text.
    #[must_use]
    pub fn view(&self, plain: fn(&str) -> String, now: Timestamp) -> IncidentDetailView {
        let mut revisions: Vec<RevisionView> = self.revisions.iter().map(EventRevisionRow::view).collect();
        // Some revisions differ in what is not shown: a link, say, or a moment's absence from the list of open ones.
        revisions.dedup_by(|later, earlier| {
            RevisionView {
                recorded_at: earlier.recorded_at,
                ..later.clone()
            } == *earlier
        });
        let postmortem = match &self.event.facts {
            EventFacts::Incident(facts) => facts.postmortem.as_ref(),
            EventFacts::Maintenance(_) => None,
        };
        IncidentDetailView {
            incident: self.event.incident_view(now),
            maintenance: self.event.maintenance_view(now),
            updates: self
                .updates
                .iter()
                .filter_map(|update| update.view(plain))
                .collect(),
            revisions,
            postmortem: postmortem.map(|postmortem| PostmortemView {
                text: postmortem.body.as_deref().map(plain),
                url: web_link(postmortem.url.as_deref()),
                at: postmortem.at,
            }),
        }
    }
}
