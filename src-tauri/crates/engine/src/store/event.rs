//! Incidents and maintenances, and every revision of what was said of them beside their updates.

use jiff::Timestamp;
use rusqlite::{
    Row, ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};
use serde::{Serialize, de::DeserializeOwned};
use signalbox_pages::{
    IncidentFacts, MaintenanceFacts, MaintenancePhase, NamedComponent, Phase, Update, text::inert,
};

use super::{
    Mute, PageId, StoreError, Tx, Wording,
    value::{Ms, Word, sure_time, time},
};
use crate::{
    announce::words,
    api::{IncidentView, MaintenanceView},
    compare::{EventChange, Listed},
};

/// An event's key in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub(super) i64);

impl ToSql for EventId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for EventId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// An incident.
    Incident,
    /// A maintenance.
    Maintenance,
}

impl EventKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Maintenance => "maintenance",
        }
    }
}

impl ToSql for EventKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for EventKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "incident" => Ok(Self::Incident),
            "maintenance" => Ok(Self::Maintenance),
            word => Err(FromSqlError::Other(format!("unknown kind {word:?}").into())),
        }
    }
}

/// Everything said of an event beside its updates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventFacts {
    /// Of an incident.
    Incident(IncidentFacts),
    /// Of a maintenance.
    Maintenance(MaintenanceFacts),
}

impl EventFacts {
    pub(super) fn read(kind: EventKind, json: &str) -> rusqlite::Result<Self> {
        let facts = match kind {
            EventKind::Incident => serde_json::from_str(json).map(Self::Incident),
            EventKind::Maintenance => serde_json::from_str(json).map(Self::Maintenance),
        };
        facts.map_err(|error| FromSqlError::Other(Box::new(error)).into())
    }

    /// The title as published.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Incident(facts) => &facts.title,
            Self::Maintenance(facts) => &facts.title,
        }
    }

    /// The components that it names.
    #[must_use]
    pub fn components(&self) -> &[NamedComponent] {
        match self {
            Self::Incident(facts) => &facts.components,
            Self::Maintenance(facts) => &facts.components,
        }
    }

    /// The phase on our scale.
    #[must_use]
    pub fn phase_word(&self) -> &'static str {
        match self {
            Self::Incident(facts) => facts.phase.as_str(),
            Self::Maintenance(facts) => facts.phase.as_str(),
        }
    }

    fn component_ids(&self) -> Vec<Option<String>> {
        self.components()
            .iter()
            .map(|component| component.id.as_deref().map(inert))
            .collect()
    }

    pub(super) fn component_names(&self) -> Vec<String> {
        self.components()
            .iter()
            .map(|component| inert(&component.name))
            .collect()
    }
}

/// The most characters of the vendor's last word in a list.
const LAST_WORD: usize = 240;

/// A vendor's link as it may be shown: one that runs is none.
pub(super) fn web_link(url: Option<&str>) -> Option<String> {
    url.filter(|url| words::link(Some(url)).is_some()).map(inert)
}

/// Everything recorded of an event beside its updates, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its key.
    pub key: EventId,
    /// Its page.
    pub page: PageId,
    /// The vendor's name as the person knows it.
    pub vendor: String,
    /// Whether its page is still watched.
    pub watched: bool,
    /// Its id on its page.
    pub id: String,
    /// What is said of it.
    pub facts: EventFacts,
    /// Whether it is open.
    pub open: bool,
    /// Whether the page still lists it.
    pub listed: Listed,
    /// The vendor's begin, else its first word, else when it was first recorded.
    pub began_at: Timestamp,
    /// The vendor's end, else when it wrote that it is over, else its last word where it was over at first sight, else when it
    /// was recorded as over; `None` while open.
    pub over_at: Option<Timestamp>,
    /// When it was first recorded.
    pub first_recorded_at: Timestamp,
    /// When something about it last changed, as recorded.
    pub last_changed_at: Timestamp,
    /// When the vendor last wrote about it.
    pub last_word_at: Option<Timestamp>,
    /// How many updates it has, without those that were taken away.
    pub updates: u32,
    /// The text of the latest update that has one, raw.
    pub last_text: Option<String>,
    /// When the person took note of it.
    pub acknowledged_at: Option<Timestamp>,
    /// Whether it is, or was, muted.
    pub mute: Option<Mute>,
}

/// A query of whole events: `$tail` begins where the joins end.
macro_rules! select_events {
    ($tail:literal) => {
        concat!(
            "SELECT event.id, event.page_id, page.vendor, page.watched, event.kind, event.vendor_id, event.open, event.listed,
                event.began_at, event.over_at, event.first_recorded_at, event.last_changed_at, event.last_word_at,
                event.updates, event.acknowledged_at, mute.since AS muted_since, mute.until AS muted_until,
                (SELECT facts FROM event_revision AS revision WHERE revision.event_id = event.id
                 ORDER BY revision.id DESC LIMIT 1) AS facts,
                (SELECT body FROM update_revision WHERE id = (
                    SELECT said.id FROM update_revision AS said
                    WHERE said.event_id = event.id AND said.deleted = 0 AND said.body <> '' AND said.id = (
                        SELECT max(later.id) FROM update_revision AS later
                        WHERE later.event_id = said.event_id AND later.seq = said.seq)
                    ORDER BY coalesce(said.at, said.recorded_at) DESC, said.id DESC LIMIT 1)) AS last_text
             FROM event CROSS JOIN page ON page.id = event.page_id
             LEFT JOIN mute ON mute.kind = 'event' AND mute.target = event.id ",
            $tail
        )
    };
}
pub(super) use select_events;

impl EventRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let muted = row.get::<_, Option<i64>>("muted_since")?.is_some();
        let mute = Mute {
            until: time(row, "muted_until")?,
        };
        Ok(Self {
            key: row.get("id")?,
            page: row.get("page_id")?,
            vendor: row.get("vendor")?,
            watched: row.get("watched")?,
            id: row.get("vendor_id")?,
            facts: EventFacts::read(row.get("kind")?, row.get_ref("facts")?.as_str()?)?,
            open: row.get("open")?,
            listed: row.get::<_, Word<Listed>>("listed")?.0,
            began_at: sure_time(row, "began_at")?,
            over_at: time(row, "over_at")?,
            first_recorded_at: sure_time(row, "first_recorded_at")?,
            last_changed_at: sure_time(row, "last_changed_at")?,
            last_word_at: time(row, "last_word_at")?,
            updates: row.get("updates")?,
            last_text: row.get("last_text")?,
            acknowledged_at: time(row, "acknowledged_at")?,
            mute: muted.then_some(mute),
        })
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        match self.facts {
            EventFacts::Incident(_) => EventKind::Incident,
            EventFacts::Maintenance(_) => EventKind::Maintenance,
        }
    }

    /// The incident as it is shown at `now`; `None` for a maintenance.
    #[must_use]
    pub fn incident_view(&self, now: Timestamp) -> Option<IncidentView> {
        let EventFacts::Incident(facts) = &self.facts else {
            return None;
        };
        Some(IncidentView {
            id: inert(&self.id),
            vendor: inert(&self.vendor),
            watched: self.watched,
            title: inert(&facts.title),
            impact: facts.impact,
            phase: facts.phase,
            open: self.open,
            listed: self.listed != Listed::No,
            started_at: facts.started_at,
            resolved_at: facts.resolved_at,
            first_recorded_at: self.first_recorded_at,
            last_word_at: self.last_word_at,
            last_word: self
                .last_text
                .as_deref()
                .map(|text| words::first_sentence(text, LAST_WORD))
                .filter(|word| !word.is_empty()),
            updates: self.updates,
            url: web_link(facts.url.as_deref()),
            components: self.facts.component_names(),
            component_ids: self.facts.component_ids(),
            acknowledged: self.acknowledged_at.is_some(),
            muted_until: self.mute.and_then(|mute| mute.until(now)),
        })
    }

    /// The maintenance as it is shown at `now`; `None` for an incident.
    #[must_use]
    pub fn maintenance_view(&self, now: Timestamp) -> Option<MaintenanceView> {
        let EventFacts::Maintenance(facts) = &self.facts else {
            return None;
        };
        Some(MaintenanceView {
            id: inert(&self.id),
            vendor: inert(&self.vendor),
            watched: self.watched,
            title: inert(&facts.title),
            phase: facts.phase,
            listed: self.listed != Listed::No,
            starts_at: facts.starts_at,
            ends_at: facts.ends_at,
            overrunning: self.listed != Listed::No
                && facts.phase.is_in_progress()
                && facts.ends_at.is_some_and(|end| end < now),
            url: web_link(facts.url.as_deref()),
            components: self.facts.component_names(),
        })
    }
}

/// What recording needs of the facts of either kind.
pub(super) trait Facts: Serialize + DeserializeOwned {
    /// The vocabulary of its phases.
    type Phase: Copy;
    const KIND: EventKind;

    fn title(&self) -> &str;
    fn url(&self) -> Option<&str>;
    fn is_open(&self) -> bool;
    /// The vendor's begin.
    fn began_at(&self) -> Option<Timestamp>;
    /// The vendor's end; asked only of what is over.
    fn over_at(&self) -> Option<Timestamp>;
    fn phase_word(phase: Self::Phase) -> &'static str;
    fn hash(wording: &Wording, update: &Update<Self::Phase>) -> u64;
}

/// When an event began: as the vendor says, else with its first word.
pub(super) fn began_at<F: Facts>(facts: &F, updates: &[Update<F::Phase>]) -> Option<Timestamp> {
    let words = updates.iter().filter_map(|update| update.at);
    facts.began_at().or_else(|| words.min())
}

impl Facts for IncidentFacts {
    type Phase = Phase;
    const KIND: EventKind = EventKind::Incident;

    fn title(&self) -> &str {
        &self.title
    }

    fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    fn is_open(&self) -> bool {
        Self::is_open(self)
    }

    fn began_at(&self) -> Option<Timestamp> {
        self.started_at
    }

    fn over_at(&self) -> Option<Timestamp> {
        self.resolved_at
    }

    fn phase_word(phase: Phase) -> &'static str {
        phase.as_str()
    }

    fn hash(wording: &Wording, update: &Update<Phase>) -> u64 {
        (wording.incident_hash)(update)
    }
}

impl Facts for MaintenanceFacts {
    type Phase = MaintenancePhase;
    const KIND: EventKind = EventKind::Maintenance;

    fn title(&self) -> &str {
        &self.title
    }

    fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    fn is_open(&self) -> bool {
        Self::is_open(self)
    }

    fn began_at(&self) -> Option<Timestamp> {
        self.actual_start.or(self.starts_at)
    }

    fn over_at(&self) -> Option<Timestamp> {
        match self.phase {
            // It never took place.
            MaintenancePhase::Cancelled => self.began_at(),
            MaintenancePhase::Scheduled
            | MaintenancePhase::InProgress
            | MaintenancePhase::Verifying
            | MaintenancePhase::Completed
            | MaintenancePhase::Unknown => self.actual_end.or(self.ends_at),
        }
    }

    fn phase_word(phase: MaintenancePhase) -> &'static str {
        phase.as_str()
    }

    fn hash(wording: &Wording, update: &Update<MaintenancePhase>) -> u64 {
        (wording.maintenance_hash)(update)
    }
}

/// What recording needs to know of an event that is there.
pub(super) struct KnownEvent {
    pub(super) id: i64,
    pub(super) title: String,
    listed: Listed,
    began_at: Timestamp,
    over_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    next_seq: u32,
}

impl Tx<'_> {
    fn known_event(
        &self,
        page: PageId,
        kind: EventKind,
        vendor_id: &str,
    ) -> Result<Option<KnownEvent>, StoreError> {
        self.row(
            "SELECT id, title, listed, began_at, over_at, closed_at,
                (SELECT count(*) FROM event_update WHERE event_id = event.id) AS next_seq
             FROM event WHERE vendor_id = ?1 AND page_id = ?2 AND kind = ?3",
            (vendor_id, page, kind),
            |row| {
                Ok(KnownEvent {
                    id: row.get("id")?,
                    title: row.get("title")?,
                    listed: row.get::<_, Word<Listed>>("listed")?.0,
                    began_at: sure_time(row, "began_at")?,
                    over_at: time(row, "over_at")?,
                    closed_at: time(row, "closed_at")?,
                    next_seq: row.get("next_seq")?,
                })
            },
        )
    }

    /// Records one change of an event.
    pub(super) fn record_event<F: Facts>(
        &self,
        page: PageId,
        vendor_id: &str,
        at: Timestamp,
        change: &EventChange<F, F::Phase>,
        wording: &Wording,
    ) -> Result<(), StoreError> {
        let known = self.known_event(page, F::KIND, vendor_id)?;
        let Some(mut event) = known else {
            // An event can only be told of once it was added; whatever else comes first is of one that is not ours.
            return match change {
                EventChange::Added { facts, updates } => {
                    self.add_event::<F>(page, vendor_id, at, facts, updates, wording)
                }
                EventChange::Facts { to, .. } => self.add_event::<F>(page, vendor_id, at, to, &[], wording),
                EventChange::UpdateAdded(_)
                | EventChange::UpdateEdited(_)
                | EventChange::UpdateDeleted { .. }
                | EventChange::Missing
                | EventChange::Unlisted
                | EventChange::Relisted => Err(StoreError::fault(format!(
                    "a change of {} {vendor_id:?}, which is not recorded",
                    F::KIND.word()
                ))),
            };
        };
        match change {
            EventChange::Added { facts, updates } => {
                self.revise_event(&event, at, facts, Listed::Yes)?;
                for update in updates {
                    self.set_update::<F>(&mut event, at, update, wording)?;
                }
                Ok(())
            }
            EventChange::Facts { to, .. } => self.revise_event(&event, at, to, event.listed),
            EventChange::UpdateAdded(update) | EventChange::UpdateEdited(update) => {
                self.set_update::<F>(&mut event, at, update, wording)
            }
            EventChange::UpdateDeleted { id } => self.delete_update(&event, at, id),
            EventChange::Missing => self.relist_event(event.id, at, Listed::Missing),
            EventChange::Unlisted => self.relist_event(event.id, at, Listed::No),
            EventChange::Relisted => self.relist_event(event.id, at, Listed::Yes),
        }
    }

    fn add_event<F: Facts>(
        &self,
        page: PageId,
        vendor_id: &str,
        at: Timestamp,
        facts: &F,
        updates: &[Update<F::Phase>],
        wording: &Wording,
    ) -> Result<(), StoreError> {
        let open = facts.is_open();
        let last_word_at = updates.iter().filter_map(|update| update.at).max();
        let began_at = began_at(facts, updates).unwrap_or(at);
        let over_at = (!open).then(|| facts.over_at().or(last_word_at).unwrap_or(at));
        let closed_at = (!open).then_some(at);
        let id = self.insert(
            "INSERT INTO event (page_id, kind, vendor_id, title, open, listed, began_at, over_at, url,
                first_recorded_at, last_changed_at, closed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11)",
            (
                page,
                F::KIND,
                vendor_id,
                facts.title(),
                open,
                Word(Listed::Yes),
                Ms(began_at),
                over_at.map(Ms),
                facts.url(),
                Ms(at),
                closed_at.map(Ms),
            ),
        )?;
        let revision = self.add_revision(id, at, open, Listed::Yes, &serde_json::to_string(facts)?)?;
        self.index_title(revision, facts.title());
        let mut event = KnownEvent {
            id,
            title: facts.title().to_owned(),
            listed: Listed::Yes,
            began_at,
            over_at,
            closed_at,
            next_seq: 0,
        };
        for update in updates {
            self.set_update::<F>(&mut event, at, update, wording)?;
        }
        Ok(())
    }

    fn add_revision(
        &self,
        event: i64,
        at: Timestamp,
        open: bool,
        listed: Listed,
        facts: &str,
    ) -> Result<i64, StoreError> {
        self.insert(
            "INSERT INTO event_revision (event_id, recorded_at, open, listed, facts) VALUES (?1, ?2, ?3, ?4, ?5)",
            (event, Ms(at), open, Word(listed), facts),
        )
    }

    fn revise_event<F: Facts>(
        &self,
        event: &KnownEvent,
        at: Timestamp,
        facts: &F,
        listed: Listed,
    ) -> Result<(), StoreError> {
        let open = facts.is_open();
        let began_at = facts.began_at().unwrap_or(event.began_at);
        // Only the vendor's word moves the end of what is over already: a write-up does not.
        let over_at = (!open).then(|| facts.over_at().or(event.over_at).unwrap_or(at));
        let closed_at = (!open).then(|| event.closed_at.unwrap_or(at));
        let revision = self.add_revision(event.id, at, open, listed, &serde_json::to_string(facts)?)?;
        if facts.title() != event.title {
            self.index_title(revision, facts.title());
        }
        self.run(
            "UPDATE event SET title = ?2, open = ?3, listed = ?4, began_at = ?5, over_at = ?6, url = ?7,
                last_changed_at = ?8, closed_at = ?9
             WHERE id = ?1",
            (
                event.id,
                facts.title(),
                open,
                Word(listed),
                Ms(began_at),
                over_at.map(Ms),
                facts.url(),
                Ms(at),
                closed_at.map(Ms),
            ),
        )?;
        Ok(())
    }

    /// Records of everything that is open on a page that it is no longer listed, which is not over (T9).
    pub(super) fn unlist_events(&self, page: PageId, at: Timestamp) -> Result<(), StoreError> {
        let listed: Vec<i64> = self.rows(
            "SELECT id FROM event WHERE page_id = ?1 AND open = 1 AND listed <> ?2 ORDER BY id",
            (page, Word(Listed::No)),
            |row| row.get(0),
        )?;
        listed
            .into_iter()
            .try_for_each(|event| self.relist_event(event, at, Listed::No))
    }

    fn relist_event(&self, event: i64, at: Timestamp, listed: Listed) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO event_revision (event_id, recorded_at, open, listed, facts)
             SELECT event_id, ?2, open, ?3, facts FROM event_revision WHERE event_id = ?1 ORDER BY id DESC LIMIT 1",
            (event, Ms(at), Word(listed)),
        )?;
        self.run(
            "UPDATE event SET listed = ?2, last_changed_at = ?3 WHERE id = ?1",
            (event, Word(listed), Ms(at)),
        )?;
        Ok(())
    }

    pub(super) fn take_seq(event: &mut KnownEvent) -> u32 {
        let seq = event.next_seq;
        event.next_seq += 1;
        seq
    }
}
