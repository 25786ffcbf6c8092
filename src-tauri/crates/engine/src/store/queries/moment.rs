//! Two answers about one moment: what was known then, and what is known now about then.

use std::collections::BTreeMap;

use jiff::Timestamp;
use signalbox_pages::{Health, MaintenancePhase, Overall};

use super::super::{
    ComponentRow, EventFacts, EventId, EventRow, PageId, Part, StoreError, View,
    event::select_events,
    update::transitions,
    value::{Columns, Ms, Word, sure_time, time},
};
use crate::compare::Listed;

/// What was known of a page at a moment: the axis of recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownThen {
    /// Whether the page was really being observed at that moment; otherwise this is the last that was known.
    pub observed: bool,
    /// The same of the rest of its components, which its light document leaves out.
    pub rest_observed: bool,
    /// What the page said as a whole; `None` if it had not been read yet.
    pub word: Option<PageWord>,
    /// The components with the health and the word of that moment, in the page's order. Their names, groups and
    /// descriptions are those of now, or the last ones.
    pub components: Vec<ComponentRow>,
    /// The incidents and maintenances that were open, as they were known, newest first.
    pub open: Vec<EventRow>,
}

/// What a page said as a whole during a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageWord {
    /// Since when.
    pub since: Timestamp,
    /// Until when; `None` if it still does.
    pub until: Option<Timestamp>,
    /// The page's health.
    pub health: Option<Health>,
    /// The overall word.
    pub overall: Option<Overall>,
}

/// What is known now about a page at a moment: the vendor's axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AboutThen {
    /// The incidents that were going on then, newest first.
    pub incidents: Vec<EventRow>,
    /// The maintenances that were going on then, newest first.
    pub maintenances: Vec<EventRow>,
    /// The health of components as the updates of those told it until then: id where there is one, name, health.
    pub components: Vec<(Option<String>, String, Health)>,
}

impl View<'_> {
    /// What was known of a page at a moment; `None` if it was not watched then.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn known_then(&self, page: PageId, at: Timestamp) -> Result<Option<KnownThen>, StoreError> {
        let Some(row) = self.page(page)? else {
            return Ok(None);
        };
        if at < row.first_watched_at {
            return Ok(None);
        }
        let word = self.row(
            "SELECT from_at, to_at, health, overall_health, raw, description
             FROM page_span WHERE page_id = ?1 AND from_at <= ?2 ORDER BY from_at DESC LIMIT 1",
            (page, Ms(at)),
            |row| {
                let mut row = Columns::of(row);
                Ok(PageWord {
                    since: row.take::<Ms>()?.0,
                    until: row.time()?,
                    health: row.health()?,
                    overall: row.overall()?,
                })
            },
        )?;
        let components = self.rows(
            // In the order of the columns of a component, with health, word and since of the span.
            "SELECT vendor_id, name, path, health, raw, description, page_id, span_from_at, first_recorded_at,
                last_changed_at, gone_at, in_rest, position, id
             FROM component WHERE page_id = ?1 AND span_from_at <= ?2 AND gone_at IS NULL
             UNION ALL
             SELECT component.vendor_id, component.name, component.path, span.health, span.raw, component.description,
                component.page_id, span.from_at, component.first_recorded_at, component.last_changed_at, component.gone_at,
                component.in_rest, component.position, component.id
             FROM component CROSS JOIN component_span AS span ON span.component_id = component.id
             WHERE component.page_id = ?1 AND span.from_at <= ?2 AND span.to_at > ?2
             ORDER BY position, id",
            (page, Ms(at)),
            ComponentRow::read,
        )?;
        let candidates = self.rows(
            select_events!(
                "WHERE event.page_id = ?1 AND event.first_recorded_at <= ?2
                   AND (event.closed_at IS NULL OR event.closed_at > ?2)
                 ORDER BY event.began_at DESC, event.id DESC"
            ),
            (page, Ms(at)),
            EventRow::read,
        )?;
        let mut open = Vec::new();
        for event in candidates {
            open.extend(self.event_then(event, at)?);
        }
        Ok(Some(KnownThen {
            observed: self.was_observed(page, Part::Page, at)?,
            rest_observed: self.was_observed(page, Part::Rest, at)?,
            word,
            components,
            open,
        }))
    }

    /// An event as it was known at a moment; `None` if it was not known to be open then.
    fn event_then(&self, mut event: EventRow, at: Timestamp) -> Result<Option<EventRow>, StoreError> {
        let kind = event.kind();
        let revision = self.row(
            "SELECT open, listed, facts, recorded_at FROM event_revision
             WHERE event_id = ?1 AND recorded_at <= ?2 ORDER BY id DESC LIMIT 1",
            (event.key, Ms(at)),
            |row| {
                Ok((
                    row.get::<_, bool>("open")?,
                    row.get::<_, Word<Listed>>("listed")?.0,
                    EventFacts::read(kind, row.get_ref("facts")?.as_str()?)?,
                    sure_time(row, "recorded_at")?,
                ))
            },
        )?;
        let Some((true, listed, facts, recorded_at)) = revision else {
            return Ok(None);
        };
        let told = self.row(
            "SELECT count(DISTINCT seq) AS updates, max(coalesce(at, recorded_at)) AS last_word_at,
                max(recorded_at) AS recorded_at
             FROM update_revision WHERE event_id = ?1 AND recorded_at <= ?2 AND deleted = 0",
            (event.key, Ms(at)),
            |row| {
                Ok((
                    row.get("updates")?,
                    time(row, "last_word_at")?,
                    time(row, "recorded_at")?,
                ))
            },
        )?;
        let (updates, last_word_at, word_recorded_at) = told.unwrap_or_default();
        event.open = true;
        event.listed = listed;
        event.facts = facts;
        event.over_at = None;
        event.last_changed_at = word_recorded_at.map_or(recorded_at, |word| word.max(recorded_at));
        event.updates = updates;
        event.last_word_at = last_word_at;
        event.acknowledged_at = event.acknowledged_at.filter(|acknowledged| *acknowledged <= at);
        Ok(Some(event))
    }

    /// What is known now about a page at a moment, whether or not it was watched then.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn about_then(&self, page: PageId, at: Timestamp) -> Result<AboutThen, StoreError> {
        let going_on = self.rows(
            select_events!(
                "WHERE event.page_id = ?1 AND event.began_at <= ?2
                   AND (event.over_at IS NULL OR event.over_at > ?2)
                 ORDER BY event.began_at DESC, event.id DESC"
            ),
            (page, Ms(at)),
            EventRow::read,
        )?;
        let mut about = AboutThen {
            incidents: Vec::new(),
            maintenances: Vec::new(),
            components: Vec::new(),
        };
        // By component: when it was last told, and what.
        let mut told: BTreeMap<(Option<String>, String), (Timestamp, Health)> = BTreeMap::new();
        for event in going_on {
            match &event.facts {
                EventFacts::Incident(_) => {
                    self.told_until(event.key, at, &mut told)?;
                    about.incidents.push(event);
                }
                // Since it vanished nobody says that it still goes on.
                EventFacts::Maintenance(_) if event.listed == Listed::No && event.last_changed_at <= at => {}
                EventFacts::Maintenance(facts) => {
                    let took_place = match facts.phase {
                        MaintenancePhase::InProgress
                        | MaintenancePhase::Verifying
                        | MaintenancePhase::Completed => true,
                        // An announced window in which nothing is known to have begun.
                        MaintenancePhase::Scheduled | MaintenancePhase::Unknown => {
                            facts.actual_start.is_some()
                        }
                        MaintenancePhase::Cancelled => false,
                    };
                    if took_place {
                        self.told_until(event.key, at, &mut told)?;
                        about.maintenances.push(event);
                    }
                }
            }
        }
        about.components = told
            .into_iter()
            .map(|((id, name), (_, health))| (id, name, health))
            .collect();
        Ok(about)
    }

    /// Takes in what an event's updates told of components until a moment, as the updates stand now.
    fn told_until(
        &self,
        event: EventId,
        at: Timestamp,
        told: &mut BTreeMap<(Option<String>, String), (Timestamp, Health)>,
    ) -> Result<(), StoreError> {
        let rows = self.rows(
            "SELECT at, transitions FROM update_revision AS revision
             WHERE event_id = ?1 AND at <= ?2 AND transitions IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM update_revision AS later WHERE later.event_id = revision.event_id
                   AND later.seq = revision.seq AND later.id > revision.id)
             ORDER BY at, seq",
            (event, Ms(at)),
            |row| {
                Ok((
                    sure_time(row, "at")?,
                    transitions(row.get_ref("transitions")?.as_str_or_null()?)?,
                ))
            },
        )?;
        for (told_at, transitions) in rows {
            for transition in transitions {
                // A component that has an id is the same under every name.
                let known = transition.id.is_some();
                let key = told
                    .keys()
                    .find(|(id, name)| match known {
                        true => *id == transition.id,
                        false => id.is_none() && *name == transition.name,
                    })
                    .cloned()
                    .unwrap_or((transition.id, transition.name));
                let last = told.entry(key).or_insert((told_at, transition.to));
                if last.0 <= told_at {
                    *last = (told_at, transition.to);
                }
            }
        }
        Ok(())
    }
}
