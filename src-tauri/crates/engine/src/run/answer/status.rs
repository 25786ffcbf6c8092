//! How vendors stand now.

use std::{borrow::Cow, collections::BTreeSet};

use jiff::{SignedDuration, Timestamp};
use signalbox_pages::{Health, Phase, Site, readers, recognition, text::inert};
use url::Url;

use super::{Asked, scope_of, watch_of};
use crate::{
    announce::summary,
    api::{ScopeCount, ScopeView, SourceState, StatusView, VendorView},
    config::Watch,
    run::standing,
    show::{self, CountedWatch},
    store::{ComponentRow, EventFacts, EventKind, EventRow, PageRow, StatusRow},
    upstream,
};

/// How vendors stand. `just_asked`: whether their pages were asked for this answer.
pub(super) fn status(rows: &[&StatusRow], asked: &Asked<'_>, just_asked: bool) -> StatusView {
    let mut vendors: Vec<VendorView> = rows
        .iter()
        .map(|row| VendorView {
            missed: just_asked.then(|| missed(row, asked)).flatten(),
            ..vendor(row, asked)
        })
        .collect();
    vendors.sort_by_key(|vendor| (std::cmp::Reverse(weight(vendor)), vendor.vendor.to_lowercase()));
    let counted: Vec<CountedWatch<'_>> = vendors
        .iter()
        .filter(|vendor| vendor.counted)
        .map(|vendor| CountedWatch {
            vendor: &vendor.vendor,
            shown: show::driving(vendor),
            scope_chosen: vendor.scope.chosen < vendor.scope.of,
            acknowledged: show::has_acknowledged_problem(vendor),
        })
        .collect();
    let (tray, summary) = (show::tray(&counted), summary::tray_summary(&counted));
    StatusView {
        at: asked.now,
        engine: asked.engine.clone(),
        tray: tray.health,
        tray_incomplete: tray.dashed,
        summary,
        vendors,
    }
}

/// Why a page could not be read when it was last asked; `None` if it was.
fn missed(row: &StatusRow, asked: &Asked<'_>) -> Option<String> {
    let (page, engine) = (&row.page, &asked.engine);
    let was_read = page.read_at.is_some() && page.read_at >= page.asked_at;
    if was_read && engine.store_trouble.is_none() {
        return None;
    }
    let offline = engine.offline_since.map(|_| "this machine is offline".to_owned());
    let reason = offline
        .or_else(|| page.source_reason.clone())
        .or_else(|| engine.store_trouble.clone());
    Some(reason.unwrap_or_else(|| "what it said could not be recorded".to_owned()))
}

/// The worst first; what is unknown stands between what is well and what is not.
fn weight(vendor: &VendorView) -> (u8, usize) {
    let health = match vendor.shown {
        Health::Operational => 0,
        Health::Maintenance => 1,
        Health::Unknown => 2,
        Health::Degraded => 3,
        Health::PartialOutage => 4,
        Health::MajorOutage => 5,
    };
    (health, vendor.incidents.len())
}

/// What is doubtful of a page that was read.
pub(super) fn doubts_of(page: &PageRow, now: Timestamp) -> Vec<String> {
    let base = page.base_url.as_deref().unwrap_or(&page.address);
    let Some(site) = Url::parse(base).ok().filter(|_| page.read_at.is_some()) else {
        return Vec::new();
    };
    recognition::doubts(
        &Site::from_url(&site),
        &page.identity,
        page.vendor_updated_at,
        now,
    )
    .iter()
    .map(ToString::to_string)
    .collect()
}

/// Whether nobody has written for so long about an incident that never said where it stands that it is no news any more. It
/// is not over for that: the history has it as it was last told.
fn has_gone_quiet(event: &EventRow, now: Timestamp) -> bool {
    const QUIET_AFTER: SignedDuration = SignedDuration::from_hours(14 * 24);
    let EventFacts::Incident(facts) = &event.facts else {
        return false;
    };
    let last_word = event.last_word_at.unwrap_or(event.began_at);
    facts.phase == Phase::Unknown && now.duration_since(last_word) > QUIET_AFTER
}

fn vendor(row: &StatusRow, asked: &Asked<'_>) -> VendorView {
    let reader = row.page.platform.as_deref().and_then(readers::by_key);
    let incidents_only = reader.is_some_and(|reader| reader.is_last_resort());
    let (page, now) = (&row.page, asked.now);
    let watch = watch_of(asked, row);
    let scope = scope_of(asked, row);
    let reported = standing::reported(row, scope);
    let interval = interval_of(asked, watch);
    let mut shown = show::shown(reported.unwrap_or(Health::Unknown), page.read_at, now, interval);
    let components = present(row, asked);
    if let Cow::Owned(_) = components
        && !shown.stale
        && standing::vouched_for(row, scope) != reported
    {
        shown = show::shown(
            reported.unwrap_or(Health::Unknown),
            page.rest_read_at,
            now,
            interval,
        );
    }
    let in_scope =
        |component: &ComponentRow| scope.is_none_or(|scope| scope.contains(&component.component.id));
    let mut troubled: Vec<&ComponentRow> = components
        .iter()
        .filter(|component| in_scope(component) && component.component.health != Health::Operational)
        .collect();
    troubled.sort_by_key(|component| std::cmp::Reverse(component.component.health.rank()));
    let mut incidents: Vec<_> = row
        .open
        .iter()
        .filter(|event| {
            event.kind() == EventKind::Incident && standing::touches(event, scope, &row.components)
        })
        // A feed drops what is over without a word, or keeps it for ever without one.
        .filter(|event| !(incidents_only && has_gone_quiet(event, now)))
        .filter_map(|event| event.incident_view(now))
        .collect();
    incidents.sort_by_key(|incident| std::cmp::Reverse((incident.impact.rank(), incident.started_at)));
    let mut maintenances: Vec<_> = row
        .open
        .iter()
        .filter_map(|event| event.maintenance_view(now))
        .filter(|maintenance| maintenance.listed)
        .collect();
    maintenances.sort_by_key(|maintenance| maintenance.starts_at);
    let chosen = row
        .components
        .iter()
        .filter(|component| in_scope(component))
        .count();
    let decayed = page.source == SourceState::Fresh && shown.stale;
    let source = if decayed { SourceState::Stale } else { page.source };
    VendorView {
        vendor: inert(&row.page.vendor),
        page: page.address.clone(),
        page_name: page.identity.name.as_deref().map(inert),
        platform: page.platform.clone(),
        platform_name: reader.map(|reader| reader.name().to_owned()),
        incidents_only,
        doubts: doubts_of(page, now),
        shown: shown.health,
        stale: shown.stale,
        shown_reason: shown.reason.map(|reason| match &page.source_reason {
            Some(why) => format!("{reason}; {why}"),
            None => reason.to_string(),
        }),
        reported,
        overall_raw: page
            .overall
            .as_ref()
            .and_then(|overall| overall.raw.as_deref().map(inert)),
        overall_description: page
            .overall
            .as_ref()
            .and_then(|overall| overall.description.as_deref().map(inert)),
        read_at: page.read_at,
        asked_at: page.asked_at,
        health_since: health_since(row, scope, reported),
        source,
        source_reason: page.source_reason.clone(),
        missed: None,
        counted: watch.is_none_or(|watch| watch.counted) && !page.accepted_unreadable,
        accepted_unreadable: page.accepted_unreadable,
        muted_until: row.mute.and_then(|mute| mute.until(now)),
        scope: ScopeCount {
            chosen: count(chosen),
            of: count(row.components.len()),
        },
        troubled: troubled
            .into_iter()
            .map(|component| component.view(true))
            .collect(),
        incidents,
        maintenances,
        locked: watch.and_then(|watch| watch.locked.clone()),
    }
}

/// Since when what is in scope has been as it is: as the page as a whole or, where components were chosen, as those of
/// them that are so. `None` where no component says it.
fn health_since(
    row: &StatusRow,
    scope: Option<&BTreeSet<String>>,
    reported: Option<Health>,
) -> Option<Timestamp> {
    let Some(scope) = scope else {
        return row.page.health_since;
    };
    let since = row
        .components
        .iter()
        .filter(|row| scope.contains(&row.component.id) && Some(row.component.health) == reported)
        .map(|row| row.health_since);
    // It takes one to be bad, and all to be well.
    if reported == Some(Health::Operational) {
        since.max()
    } else {
        since.min()
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

pub(super) fn scope(row: &StatusRow, asked: &Asked<'_>) -> ScopeView {
    let chosen = scope_of(asked, row);
    let components = present(row, asked)
        .iter()
        .map(|component| component.view(chosen.is_none_or(|scope| scope.contains(&component.component.id))))
        .collect();
    let missing = chosen
        .into_iter()
        .flatten()
        .filter(|id| {
            row.components
                .iter()
                .all(|component| component.component.id != **id)
        })
        .cloned()
        .collect();
    ScopeView {
        vendor: inert(&row.page.vendor),
        chosen: chosen.is_some(),
        components,
        missing,
        upstream: upstream::of(
            row.components.iter().map(|row| &row.component),
            &asked.vendors.in_use(&asked.config.catalogue).catalogue,
            asked.config,
        ),
    }
}

/// A page's components as they may be shown: of those that were last read too long ago, although the page was read, a
/// good word has decayed (T1).
fn present<'a>(row: &'a StatusRow, asked: &Asked<'_>) -> Cow<'a, [ComponentRow]> {
    let interval = interval_of(asked, watch_of(asked, row));
    let rest_is_fresh = row
        .page
        .rest_read_at
        .is_some_and(|read_at| show::is_fresh(read_at, asked.now, interval));
    if rest_is_fresh || !row.components.iter().any(|component| component.in_rest) {
        return Cow::Borrowed(&row.components);
    }
    let mut components = row.components.clone();
    for ComponentRow {
        component, in_rest, ..
    } in &mut components
    {
        if *in_rest && !component.health.is_problem() {
            component.health = Health::Unknown;
        }
    }
    Cow::Owned(components)
}

pub(super) fn interval_of(asked: &Asked<'_>, watch: Option<&Watch>) -> SignedDuration {
    let interval = watch
        .and_then(|watch| watch.interval)
        .unwrap_or(asked.config.preferences.interval);
    SignedDuration::try_from(interval).unwrap_or(SignedDuration::MAX)
}
