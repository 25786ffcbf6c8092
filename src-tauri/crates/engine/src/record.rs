//! Compares what was read with what is recorded, and records the difference with what is owed for it: all in one
//! transaction, on the writer's thread.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::Timestamp;
use signalbox_channels::AnnouncementKind;
use signalbox_pages::{
    Event, Health, IncidentFacts, Listing, MaintenanceFacts, Snapshot, health::HealthFacts, text,
};

use crate::{
    announce::{Decision, Draft, RuleInput, Scope, Told, announcements, held, source, summary},
    carried::CarriedScope,
    compare::{Change, EventChange, EventState, Extent, Listed, PageState, apply, compare, significant_hash},
    poll::{OpenLists, Read, Redirect},
    run::{batch::Held, keep::poll_row, page::Page, standing},
    store::{Batch, EventKind, StoreError, Tx, Wording},
};

/// Everything that recording one reading needs.
pub(crate) struct Recording {
    pub(crate) page: Box<Page>,
    pub(crate) read: Box<Read>,
    /// The channels to which announcements are owed.
    pub(crate) channels: Vec<String>,
    /// What announcements are held for; `None` to deliver them at once.
    pub(crate) batch: Option<Batch>,
    /// The incidents and maintenances that vanished from the page within this very poll.
    pub(crate) newly_missing: BTreeSet<String>,
    /// Whether the platform has heavy documents beside the light ones.
    pub(crate) has_heavy: bool,
    /// The key of the platform that the page was read as.
    pub(crate) platform: &'static str,
    /// After so long without a good read the page was not being observed in between.
    pub(crate) gap: Duration,
}

/// What was recorded.
pub(crate) struct Recorded {
    pub(crate) page: Box<Page>,
    /// Whether something is owed now.
    pub(crate) owed: bool,
    pub(crate) held: Held,
    /// Whether anything was new in what was read.
    pub(crate) news: bool,
    /// The incidents and maintenances that are gone from the list of open ones since this reading.
    pub(crate) newly_missing: BTreeSet<String>,
}

const WORDING: Wording = Wording {
    plain: text::plain,
    incident_hash: significant_hash,
    maintenance_hash: significant_hash,
};

/// Records one reading. The page that comes back is in step with the store.
pub(crate) fn record(tx: &Tx<'_>, recording: Recording) -> Result<Recorded, StoreError> {
    let Recording {
        mut page,
        read,
        channels,
        batch,
        newly_missing,
        has_heavy,
        platform,
        gap,
    } = recording;
    let Read {
        snapshot,
        hash,
        wants,
        better,
        lacks_rest,
        redirect,
        at,
        heavy,
        light,
        warnings,
    } = *read;
    for warning in &warnings {
        tracing::debug!(page = %page.watch.page, warning, "odd value");
    }
    tx.tell_apart(page.id, &snapshot)?;
    let before = load(tx, &page, &snapshot)?;
    let outdated = Outdated::of(&snapshot, &light);
    // A document that does not exist holds nothing; one that could not be had may.
    let is_whole = !lacks_rest && (!has_heavy || (heavy && page.heavy_missed_at.is_none()));
    let extent = if is_whole { Extent::Whole } else { Extent::Part };
    let mut changes = compare(
        &before,
        &snapshot,
        health_of(&snapshot, &outdated, &before),
        extent,
    );
    outdated.stay_missing(&mut changes);
    // One poll is one look: caches may be of different ages, and an incident may be on its way from list to list.
    changes.retain(|change| !gone(change, EventEnd::Unlisted).is_some_and(|id| newly_missing.contains(id)));
    let newly_missing: BTreeSet<String> = changes
        .iter()
        .filter_map(|change| gone(change, EventEnd::Missing))
        .map(str::to_owned)
        .collect();
    let mut after = before.clone();
    apply(&mut after, &changes);
    let order: Vec<&str> = snapshot
        .components
        .iter()
        .map(|component| component.id.as_str())
        .collect();
    tx.record_changes(page.id, at, &changes, &order, &WORDING)?;

    // What has vanished is looked for once more. Where no heavy document will be read for that, the light ones are, even
    // if they say what they said.
    let is_read_again = !has_heavy && !newly_missing.is_empty();
    if is_read_again {
        page.documents.clear();
    }
    if page.documents_unsaved || is_read_again {
        // The new validators are written later. Should that fail, the page is asked for everything: the old ones would
        // let it answer that nothing changed if it went back to what it was.
        tx.forget_documents(page.id)?;
    }

    let first_sight = page.baseline_at.is_none();
    let vendor_muted_until = tx.page_mute(page.id)?.and_then(|mute| mute.until(at));
    let mut outgoing = Outgoing {
        tx,
        channels: &channels,
        batch,
        muted: vendor_muted_until.is_some(),
        held: Held::default(),
        owed: false,
    };
    follow_redirect(tx, &mut page, redirect, at, &mut outgoing)?;

    if page.platform.as_deref() != Some(platform) {
        tx.set_resolved(page.id, page.base.as_str(), platform)?;
        page.platform = Some(platform.to_owned());
    }
    page.identity = after.identity.clone();
    page.health = after.health;
    // A list that is cut short may leave out another one of the same name.
    if let Some(carried) = &mut page.carried
        && snapshot.coverage.components == Listing::Complete
        && carried.look_for(&after.components)
    {
        tx.set_carried_scope(page.id, Some(carried))?;
    }
    let now_scoped = standing::of_state(&after, page.scope());
    let decided = decide(
        tx,
        &page,
        &Difference {
            before: &before,
            after: &after,
            changes: &changes,
        },
        at,
    )?;
    if page.source.told_at.is_some() {
        tx.set_told_unreachable(page.id, None)?;
    }
    if let Some(since) = page.source.good()
        && !first_sight
    {
        outgoing.owe(&source::page_back(&page.vendor(), since, now_scoped, at))?;
    }
    if now_scoped.is_known() {
        page.last_known = Some(now_scoped);
    }
    for draft in &decided.announcements {
        outgoing.owe(draft)?;
    }
    page.look_again_at = decided.told.look_again_at();
    if first_sight {
        page.baseline_at = Some(at);
        let line = summary::baseline_line(
            &page.vendor(),
            &Scope::new(page.scope(), &after.components),
            &after,
            now_scoped,
        );
        outgoing.hold(&held::hold(&line, at))?;
    }

    page.incident_open = after
        .incidents
        .values()
        .any(|incident| is_going_on(incident, incident.facts.is_open()));
    page.missing = after
        .incidents
        .values()
        .any(|incident| incident.listed == Listed::Missing)
        || after
            .maintenances
            .values()
            .any(|maintenance| maintenance.listed == Listed::Missing);
    page.better = better;
    page.lost = 0;
    page.wants = wants.into_iter().map(str::to_owned).collect();
    page.lacks_rest = lacks_rest;
    if lacks_rest {
        let light = snapshot.components.iter().map(|component| component.id.as_str());
        tx.set_rest(page.id, light)?;
    }
    page.read(at, gap);
    let news = first_sight
        || !changes.is_empty()
        || page.light_hash != Some(hash)
        || page.vendor_updated_at != snapshot.updated_at;
    if !heavy {
        page.light_hash = Some(hash);
        // Called for with the very fact that calls for them: a crash must not make nobody ask.
        page.heavy_owed |= has_heavy && news;
    }
    page.vendor_updated_at = snapshot.updated_at;
    // What was read and when it was read are one fact; the rest of the row follows when the poll has ended.
    tx.record_poll(page.id, &poll_row(&page), &[])?;
    let Outgoing { held, owed, .. } = outgoing;
    Ok(Recorded {
        page,
        owed,
        held,
        news,
        newly_missing,
    })
}

/// What a page leaves behind that becomes one of another platform.
pub(crate) struct Left {
    /// The titles of the incidents that were open there, of those that the person knows and wants to hear of: nothing more
    /// will be told of them.
    pub(crate) open: Vec<String>,
    /// What the person had chosen there.
    pub(crate) scope: Option<CarriedScope>,
}

/// Makes a page one of another platform, or at another place.
pub(crate) fn becomes(
    tx: &Tx<'_>,
    page: &Page,
    base_url: &str,
    platform: &str,
    at: Timestamp,
) -> Result<Left, StoreError> {
    let told: Told = tx.told(page.id)?;
    let open = tx
        .open_events(page.id)?
        .into_iter()
        .filter(|event| event.kind() == EventKind::Incident && event.listed != Listed::No)
        .filter(|event| told.incidents.contains_key(&event.id))
        .filter(|event| event.mute.and_then(|mute| mute.until(at)).is_none())
        .map(|event| text::inert(event.facts.title()))
        .collect();
    let scope = match page.scope() {
        Some(in_scope) => {
            let components = tx.load_state(page.id, &[], &[])?.components;
            let from = page.platform.as_deref().unwrap_or_default();
            Some(CarriedScope::leaving(
                from,
                &page.watch.components,
                in_scope,
                &components,
            ))
        }
        None => None,
    };
    tx.set_carried_scope(page.id, scope.as_ref())?;
    tx.becomes(page.id, base_url, platform, at)?;
    Ok(Left { open, scope })
}

/// What was before a poll, and what is after it.
#[derive(Clone, Copy)]
struct Difference<'a> {
    before: &'a PageState,
    after: &'a PageState,
    changes: &'a [Change],
}

/// Decides what is told, and keeps what the person then knows.
fn decide(
    tx: &Tx<'_>,
    page: &Page,
    difference: &Difference<'_>,
    at: Timestamp,
) -> Result<Decision, StoreError> {
    let Difference {
        before,
        after,
        changes,
    } = difference;
    let scope = page.scope();
    let told: Told = tx.told(page.id)?;
    let decision = announcements(&RuleInput {
        vendor: &page.vendor(),
        scope,
        before,
        after,
        changes,
        health_before: Some(standing::of_state(before, scope))
            .filter(|health| health.is_known())
            .or(page.last_known),
        health_after: standing::of_state(after, scope),
        told: &told,
        first_sight: page.baseline_at.is_none(),
        watched_since: watched_since(page, at),
        now: at,
        vendor_muted_until: tx.page_mute(page.id)?.and_then(|mute| mute.until(at)),
        muted_incidents: &tx.muted_events(page.id, EventKind::Incident, at)?,
        muted_maintenances: &tx.muted_events(page.id, EventKind::Maintenance, at)?,
        acknowledged: &tx.acknowledged_incidents(page.id)?,
    });
    if decision.told != told {
        tx.set_told(page.id, &decision.told)?;
    }
    // What was acknowledged is the incident as it stood: not what becomes of it, nor what begins after its end.
    let ended = after.incidents.iter().filter(|(id, incident)| {
        let before = before.incidents.get(*id);
        !incident.facts.is_open() && before.is_some_and(|before| before.facts.is_open())
    });
    for id in ended.map(|(id, _)| id).chain(&decision.worsened) {
        tx.forget_acknowledgement(page.id, id)?;
    }
    Ok(decision)
}

/// What has to be told of a page that says what it said: that something has lasted.
pub(crate) struct LookedAgain {
    /// When to look again.
    pub(crate) again_at: Option<Timestamp>,
    pub(crate) held: Held,
    /// Whether something is owed now.
    pub(crate) owed: bool,
}

/// Tells what has lasted, of a page that says what it said.
pub(crate) fn look_again(
    tx: &Tx<'_>,
    page: &Page,
    channels: &[String],
    batch: Option<Batch>,
    at: Timestamp,
) -> Result<LookedAgain, StoreError> {
    let state = tx.load_state(page.id, &[], &[])?;
    let difference = Difference {
        before: &state,
        after: &state,
        changes: &[],
    };
    let decided = decide(tx, page, &difference, at)?;
    // The rules have left out what is muted.
    let mut outgoing = Outgoing {
        tx,
        channels,
        batch,
        muted: false,
        held: Held::default(),
        owed: false,
    };
    for draft in &decided.announcements {
        outgoing.owe(draft)?;
    }
    Ok(LookedAgain {
        again_at: decided.told.look_again_at(),
        held: outgoing.held,
        owed: outgoing.owed,
    })
}

/// The page's health. Of components that a cut list leaves out, the last word stands.
fn health_of(snapshot: &Snapshot, outdated: &Outdated, before: &PageState) -> Health {
    let mut facts = HealthFacts::of(snapshot);
    facts.open_incidents = snapshot
        .incidents
        .iter()
        .filter(|incident| incident.facts.is_open() && !outdated.incidents.contains(&incident.id))
        .map(|incident| incident.facts.components.as_slice())
        .collect();
    facts.maintenances_in_progress = snapshot
        .maintenances
        .iter()
        .filter(|event| event.facts.phase.is_in_progress() && !outdated.maintenances.contains(&event.id))
        .map(|event| event.facts.components.as_slice())
        .collect();
    if snapshot.coverage.components != Listing::Complete {
        let read: BTreeSet<&str> = snapshot
            .components
            .iter()
            .map(|component| component.id.as_str())
            .collect();
        let unread = before
            .components
            .values()
            .map(Arc::as_ref)
            .filter(|component| !read.contains(component.id.as_str()));
        facts.leaves.extend(unread);
    }
    facts.page_health()
}

/// What a heavy document lists as open although the light one, whose list is complete, does not hold it any more: it comes
/// from an older cache. It says nothing of the present, and stays to be looked up.
struct Outdated {
    incidents: BTreeSet<String>,
    maintenances: BTreeSet<String>,
}

impl Outdated {
    fn of(snapshot: &Snapshot, light: &OpenLists) -> Self {
        fn lacking<F, P>(
            events: &[Event<F, P>],
            light: Option<&BTreeSet<String>>,
            is_open: impl Fn(&F) -> bool,
        ) -> BTreeSet<String> {
            let lacks = |id: &String| light.is_some_and(|light| !light.contains(id));
            events
                .iter()
                .filter(|event| is_open(&event.facts) && lacks(&event.id))
                .map(|event| event.id.clone())
                .collect()
        }
        Self {
            incidents: lacking(
                &snapshot.incidents,
                light.incidents.as_ref(),
                IncidentFacts::is_open,
            ),
            maintenances: lacking(
                &snapshot.maintenances,
                light.maintenances.as_ref(),
                MaintenanceFacts::is_open,
            ),
        }
    }

    fn stay_missing(&self, changes: &mut Vec<Change>) {
        changes.retain(|change| match change {
            Change::Incident {
                id,
                change: EventChange::Relisted,
            } => !self.incidents.contains(id),
            Change::Maintenance {
                id,
                change: EventChange::Relisted,
            } => !self.maintenances.contains(id),
            Change::Identity { .. }
            | Change::Overall { .. }
            | Change::Health { .. }
            | Change::Component(_)
            | Change::Incident { .. }
            | Change::Maintenance { .. } => true,
        });
        let missing: Vec<Change> = changes.iter().filter_map(|change| self.missing(change)).collect();
        changes.extend(missing);
    }

    /// That what is new with this change is missing from the list of open ones, if it is.
    fn missing(&self, change: &Change) -> Option<Change> {
        match change {
            Change::Incident {
                id,
                change: EventChange::Added { .. },
            } if self.incidents.contains(id) => Some(Change::Incident {
                id: id.clone(),
                change: EventChange::Missing,
            }),
            Change::Maintenance {
                id,
                change: EventChange::Added { .. },
            } if self.maintenances.contains(id) => Some(Change::Maintenance {
                id: id.clone(),
                change: EventChange::Missing,
            }),
            Change::Identity { .. }
            | Change::Overall { .. }
            | Change::Health { .. }
            | Change::Component(_)
            | Change::Incident { .. }
            | Change::Maintenance { .. } => None,
        }
    }
}

/// What is owed while one reading is recorded.
struct Outgoing<'a> {
    tx: &'a Tx<'a>,
    channels: &'a [String],
    batch: Option<Batch>,
    /// Whether the person does not want to hear of this vendor.
    muted: bool,
    held: Held,
    owed: bool,
}

impl Outgoing<'_> {
    fn names(&self) -> Vec<&str> {
        self.channels.iter().map(String::as_str).collect()
    }

    fn owe(&mut self, draft: &Draft) -> Result<(), StoreError> {
        if self.muted {
            return Ok(());
        }
        self.tx
            .owe(&self.names(), |key| draft.clone().with_key(key), self.batch)?;
        match self.batch {
            None => self.owed = true,
            Some(Batch::CatchUp) => self.held.catch_up = true,
            Some(Batch::Baseline) => self.held.baseline = true,
        }
        Ok(())
    }

    fn hold(&mut self, line: &Draft) -> Result<(), StoreError> {
        debug_assert_eq!(line.kind, AnnouncementKind::Baseline);
        self.tx.owe(
            &self.names(),
            |key| line.clone().with_key(key),
            Some(Batch::Baseline),
        )?;
        self.held.baseline = true;
        Ok(())
    }
}

fn load(tx: &Tx<'_>, page: &Page, snapshot: &Snapshot) -> Result<PageState, StoreError> {
    let incidents: Vec<&str> = snapshot
        .incidents
        .iter()
        .map(|incident| incident.id.as_str())
        .collect();
    let maintenances: Vec<&str> = snapshot
        .maintenances
        .iter()
        .map(|maintenance| maintenance.id.as_str())
        .collect();
    tx.load_state(page.id, &incidents, &maintenances)
}

/// From when on an incident that is found to be over already happened under our eyes: what ended before is history and
/// taken in silently. That is the last look into the page's history, or the first sight where there was none since.
fn watched_since(page: &Page, now: Timestamp) -> Timestamp {
    page.baseline_at.map_or(now, |baseline| {
        page.heavy_at.map_or(baseline, |looked| looked.max(baseline))
    })
}

/// How an incident or a maintenance is gone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EventEnd {
    Missing,
    Unlisted,
}

/// The id of what is gone with this change, in this way.
fn gone(change: &Change, how: EventEnd) -> Option<&str> {
    fn of<F, P>(change: &EventChange<F, P>) -> Option<EventEnd> {
        match change {
            EventChange::Missing => Some(EventEnd::Missing),
            EventChange::Unlisted => Some(EventEnd::Unlisted),
            EventChange::Added { .. }
            | EventChange::Facts { .. }
            | EventChange::UpdateAdded(_)
            | EventChange::UpdateEdited(_)
            | EventChange::UpdateDeleted { .. }
            | EventChange::Relisted => None,
        }
    }
    let (id, end) = match change {
        Change::Incident { id, change } => (id, of(change)),
        Change::Maintenance { id, change } => (id, of(change)),
        Change::Identity { .. } | Change::Overall { .. } | Change::Health { .. } | Change::Component(_) => {
            return None;
        }
    };
    (end == Some(how)).then_some(id)
}

fn is_going_on(incident: &EventState<IncidentFacts>, open: bool) -> bool {
    open && incident.listed != Listed::No
}

/// The page that answers at a new address for good is remembered there, and told of once.
fn follow_redirect(
    tx: &Tx<'_>,
    page: &mut Page,
    redirect: Option<Redirect>,
    at: Timestamp,
    outgoing: &mut Outgoing<'_>,
) -> Result<(), StoreError> {
    let Some(Redirect {
        base: Some(base),
        permanent: true,
        ..
    }) = redirect
    else {
        return Ok(());
    };
    if base == page.base {
        return Ok(());
    }
    let platform = page.platform.clone().unwrap_or_default();
    tx.set_resolved(page.id, base.as_str(), &platform)?;
    page.documents.clear();
    let told = tx.page(page.id)?.and_then(|row| row.told_redirect);
    if told.as_deref() != Some(base.as_str()) {
        tx.set_told_redirect(page.id, Some(base.as_str()))?;
        if page.baseline_at.is_some() {
            outgoing.owe(&source::page_moved(
                &page.vendor(),
                page.watch.page.as_str(),
                base.as_str(),
                true,
                at,
            ))?;
        }
    }
    page.base = base;
    Ok(())
}
