//! What was, when, and for how long.

use std::collections::BTreeSet;

use jiff::Timestamp;
use signalbox_pages::{
    Health,
    text::{inert, plain},
};

use super::{
    Asked, Refusal, component_ids, scope_of,
    status::interval_of,
    vendors::{one_ever, with_address},
    watch_of,
};
use crate::{
    api::{
        ApiError, ComponentView, ErrorCode, HistoryView, IncidentDetailView, MomentView, SourceState,
        UptimeView, VendorAtView,
    },
    run::standing,
    show,
    store::{
        AboutThen, ComponentRow, EventKind, EventRow, HistoryCursor, HistoryFilter, KnownThen, PageId,
        StatusRow, StoreError, View,
    },
};

pub(super) fn history(
    view: &View<'_>,
    asked: &Asked<'_>,
    vendors: &[String],
    before: Option<&str>,
    filter: &HistoryFilter,
) -> Result<HistoryView, Refusal> {
    let before = before
        .map(str::parse::<HistoryCursor>)
        .transpose()
        .map_err(|()| {
            let message = "that is no place in the history: give what an earlier answer said as its next one";
            ApiError::new(ErrorCode::Usage, message)
        })?;
    let pages = match vendors {
        [] => None,
        some => {
            let known = view.pages()?;
            let chosen = some.iter().map(|vendor| Ok(one_ever(&known, vendor)?.id));
            Some(chosen.collect::<Result<Vec<PageId>, ApiError>>()?)
        }
    };
    let page = view.history(&HistoryFilter {
        pages,
        before,
        ..filter.clone()
    })?;
    Ok(HistoryView {
        incidents: page
            .events
            .iter()
            .filter_map(|event| event.incident_view(asked.now))
            .collect(),
        maintenances: page
            .events
            .iter()
            .filter_map(|event| event.maintenance_view(asked.now))
            .collect(),
        more: page.next.is_some(),
        next: page.next.map(|next| next.to_string()),
    })
}

pub(super) fn incident(
    view: &View<'_>,
    asked: &Asked<'_>,
    id: &str,
    vendor: Option<&str>,
) -> Result<IncidentDetailView, Refusal> {
    let event = the_event(view, view.events_named(id)?, id, vendor)?;
    let detail = view.event_detail(event.key)?;
    let detail =
        detail.ok_or_else(|| ApiError::new(ErrorCode::Internal, "an incident vanished from the store"))?;
    Ok(detail.view(plain, asked.now))
}

/// The one that is meant of those that have one id: that of the vendor, where one is named.
pub(in crate::run) fn the_event(
    view: &View<'_>,
    mut events: Vec<EventRow>,
    id: &str,
    vendor: Option<&str>,
) -> Result<EventRow, Refusal> {
    let pages = view.pages()?;
    let mut of = String::new();
    if let Some(vendor) = vendor {
        let page = one_ever(&pages, vendor)?;
        events.retain(|event| event.page == page.id);
        of = format!(" of {}", inert(&page.vendor));
    }
    let several: Vec<String> = events
        .iter()
        .map(|event| {
            let kind = match event.kind() {
                EventKind::Incident => "an incident",
                EventKind::Maintenance => "a maintenance",
            };
            let page = pages.iter().find(|page| page.id == event.page);
            let whose = page.map_or_else(|| inert(&event.vendor), with_address);
            format!("{kind} of {whose}")
        })
        .collect();
    let mut events = events.into_iter();
    let error = match (events.next(), events.next()) {
        (Some(event), None) => return Ok(event),
        (Some(_), Some(_)) => {
            let how = if vendor.is_none() {
                "say which vendor's"
            } else {
                "give its own address instead"
            };
            let message = format!(
                "\u{201c}{}\u{201d} is {}; {how}",
                inert(id),
                several.join(" and ")
            );
            ApiError::new(ErrorCode::Usage, message)
        }
        (None, _) => {
            let message = format!(
                "no incident or maintenance \u{201c}{}\u{201d}{of} is recorded; signalbox history lists them",
                inert(id)
            );
            ApiError::new(ErrorCode::NotFound, message)
        }
    };
    Err(error.into())
}

pub(super) fn at(
    view: &View<'_>,
    asked: &Asked<'_>,
    row: &StatusRow,
    time: Timestamp,
) -> Result<VendorAtView, StoreError> {
    let scope = scope_of(asked, row);
    let then = view.known_then(row.page.id, time)?;
    let about = view.about_then(row.page.id, time)?;
    Ok(VendorAtView {
        vendor: inert(&row.page.vendor),
        page: row.page.address.clone(),
        watched_since: Some(row.page.first_watched_at),
        observed: then.as_ref().is_some_and(|then| was_observed(then, scope)),
        awaiting_since: awaiting_since(asked, row, time),
        known_then: then.map(|then| moment_known(&then, scope, time)),
        known_now: moment_said(&about, row, scope, time),
    })
}

/// When the last reading of a page was that is read on, if `time` lies after it and it still vouches for that.
fn awaiting_since(asked: &Asked<'_>, row: &StatusRow, time: Timestamp) -> Option<Timestamp> {
    let (page, engine) = (&row.page, &asked.engine);
    let is_read_on = engine.running && engine.offline_since.is_none() && page.source == SourceState::Fresh;
    let interval = interval_of(asked, watch_of(asked, row));
    page.read_at.filter(|read| {
        is_read_on && *read < time && time <= asked.now && show::is_fresh(*read, time, interval)
    })
}

/// Whether what is in scope was really being observed: all of it.
fn was_observed(then: &KnownThen, scope: Option<&BTreeSet<String>>) -> bool {
    let rest_is_meant = scope.is_some_and(|scope| {
        then.components
            .iter()
            .any(|row| row.in_rest && scope.contains(&row.component.id))
    });
    then.observed && (then.rest_observed || !rest_is_meant)
}

fn moment_known(then: &KnownThen, scope: Option<&BTreeSet<String>>, time: Timestamp) -> MomentView {
    let in_scope =
        |component: &&ComponentRow| scope.is_none_or(|scope| scope.contains(&component.component.id));
    MomentView {
        health: standing::known_then(then, scope),
        troubled: then
            .components
            .iter()
            .filter(in_scope)
            .filter(|component| component.component.health != Health::Operational)
            .map(|component| component.view(true))
            .collect(),
        incidents: touching(&then.open, scope, &then.components)
            .filter_map(|event| event.incident_view(time))
            .collect(),
        maintenances: then
            .open
            .iter()
            .filter_map(|event| event.maintenance_view(time))
            .filter(|maintenance| maintenance.listed)
            .collect(),
    }
}

fn touching<'a>(
    events: &'a [EventRow],
    scope: Option<&'a BTreeSet<String>>,
    components: &'a [ComponentRow],
) -> impl Iterator<Item = &'a EventRow> {
    events
        .iter()
        .filter(move |event| standing::touches(event, scope, components))
}

/// What the vendor has said about a moment; nothing if it has said nothing.
fn moment_said(
    about: &AboutThen,
    row: &StatusRow,
    scope: Option<&BTreeSet<String>>,
    time: Timestamp,
) -> Option<MomentView> {
    let troubled: Vec<_> = about
        .components
        .iter()
        .filter(|(id, ..)| scope.is_none_or(|scope| id.as_ref().is_some_and(|id| scope.contains(id))))
        .filter(|(.., health)| *health != Health::Operational)
        .map(|(id, name, health)| ComponentView {
            id: id.as_deref().map(inert).unwrap_or_default(),
            name: inert(name),
            group: Vec::new(),
            health: *health,
            raw: None,
            since: None,
            in_scope: true,
        })
        .collect();
    let incidents: Vec<_> = touching(&about.incidents, scope, &row.components)
        .filter_map(|event| event.incident_view(time))
        .collect();
    let maintenances: Vec<_> = about
        .maintenances
        .iter()
        .filter_map(|event| event.maintenance_view(time))
        .collect();
    if incidents.is_empty() && maintenances.is_empty() && troubled.is_empty() {
        return None;
    }
    let worst = troubled
        .iter()
        .map(|component| component.health)
        .fold(Health::Unknown, Health::worse);
    let health = if worst.is_known() || !incidents.is_empty() {
        worst
    } else {
        Health::Maintenance
    };
    Some(MomentView {
        health,
        troubled,
        incidents,
        maintenances,
    })
}

pub(super) fn uptime(
    view: &View<'_>,
    asked: &Asked<'_>,
    row: &StatusRow,
    wanted: &[String],
    from: Timestamp,
    until: Timestamp,
) -> Result<UptimeView, Refusal> {
    if from >= until {
        return Err(ApiError::new(ErrorCode::Usage, "the begin of the span must come before its end").into());
    }
    let ids: BTreeSet<String> = component_ids(row, wanted)?;
    let scope = scope_of(asked, row);
    let chosen = |id: &str| match wanted {
        [] => scope.is_none_or(|scope| scope.contains(id)),
        _ => ids.contains(id),
    };
    let components = view
        .uptime(row.page.id, from, until)?
        .iter()
        .filter(|component| chosen(&component.id))
        .map(|component| component.view())
        .collect();
    Ok(UptimeView {
        vendor: inert(&row.page.vendor),
        from,
        until,
        components,
    })
}
