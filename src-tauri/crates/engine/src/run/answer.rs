//! Answers to what only asks: from the store, whether or not an engine is running.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use signalbox_pages::{
    Health,
    text::{inert, plain},
};

use super::{page::elapsed, standing};
use crate::{
    announce::summary,
    api::{
        ApiError, AtView, EngineView, ErrorCode, FindingLevel, FindingView, HistoryView, MomentView, Reply, Request,
        ScopeCount, ScopeView, SearchView, SourceState, StatusView, UptimeView, VendorAtView, VendorView,
    },
    config::{Config, Preferences, Watch},
    show::{self, CountedWatch},
    store::{
        AboutThen, ComponentRow, EventKind, EventRow, HistoryFilter, Integrity, KnownThen, PageId, StatusRow, Store,
        StoreError, View,
    },
};

/// What answering needs beside the store.
pub struct Asked<'a> {
    /// The configuration in force.
    pub config: &'a Config,
    /// Who answers.
    pub engine: EngineView,
    /// The time of the answer.
    pub now: Timestamp,
}

/// Answers a request that changes nothing.
///
/// # Errors
/// What the request says: an unknown vendor, an unknown incident; [`ErrorCode::Unavailable`] where the store cannot be
/// read.
pub fn answer_from_store(store: &Store, asked: &Asked<'_>, request: &Request) -> Result<Reply, ApiError> {
    let answered = store.read_blocking(|view| match answer(view, store, asked, request) {
        Ok(reply) => Ok(Ok(reply)),
        Err(Refusal::Api(error)) => Ok(Err(error)),
        Err(Refusal::Store(error)) => Err(error),
    });
    answered.unwrap_or_else(|error| Err(super::keep::unavailable(error)))
}

enum Refusal {
    Api(ApiError),
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

fn answer(view: &View<'_>, store: &Store, asked: &Asked<'_>, request: &Request) -> Result<Reply, Refusal> {
    let rows = view.status()?;
    let reply = match request {
        Request::Ping => Reply::Pong(asked.engine.clone()),
        Request::Status { vendors } | Request::Check { vendors } => {
            Reply::Status(status(&choose(&rows, vendors)?, asked))
        }
        Request::Scope { vendor, .. } => Reply::Scope(scope(one(&rows, vendor)?, asked)),
        Request::History { vendors, since, until, limit } => {
            let pages = match vendors.as_slice() {
                [] => None,
                some => Some(choose(&rows, some)?.iter().map(|row| row.page.id).collect()),
            };
            Reply::History(history(view, asked, pages, *since, *until, *limit)?)
        }
        Request::Incident { id } => Reply::Incident(incident(view, asked, id)?),
        Request::At { time, vendors } => {
            let vendors = choose(&rows, vendors)?
                .into_iter()
                .map(|row| at(view, asked, row, *time))
                .collect::<Result<_, StoreError>>()?;
            Reply::At(AtView { time: *time, vendors })
        }
        Request::Search { words, limit } => {
            let (finds, more) = view.search(words, *limit, plain)?;
            Reply::Search(SearchView { finds: finds.into_iter().map(|find| find.view()).collect(), more })
        }
        Request::Uptime { vendor, components, from, until } => {
            Reply::Uptime(uptime(view, asked, one(&rows, vendor)?, components, *from, *until)?)
        }
        Request::Doctor => Reply::Doctor(crate::api::DoctorView { findings: doctor(&rows, store, asked) }),
        Request::Add { .. }
        | Request::Remove { .. }
        | Request::Mute { .. }
        | Request::Unmute { .. }
        | Request::Acknowledge { .. }
        | Request::AcceptUnreadable { .. } => {
            return Err(ApiError::new(ErrorCode::Internal, "this request is not one that only asks").into());
        }
    };
    Ok(reply)
}

// --- Vendors by name ---

fn names(row: &StatusRow) -> Vec<String> {
    let host = url::Url::parse(&row.page.address).ok().and_then(|url| url.host_str().map(str::to_owned));
    [
        Some(row.page.vendor.clone()),
        row.page.identity.name.clone(),
        host,
        Some(row.page.address.clone()),
        Some(row.page.address.trim_end_matches('/').to_owned()),
        row.page.identity.url.clone(),
    ]
    .into_iter()
    .flatten()
    .map(|name| name.to_lowercase())
    .collect()
}

/// The vendor that is meant: by the name in the configuration, the page's own, its host or its address.
pub(super) fn one<'a>(rows: &'a [StatusRow], vendor: &str) -> Result<&'a StatusRow, ApiError> {
    let wanted = vendor.trim().to_lowercase();
    let exact: Vec<&StatusRow> = rows.iter().filter(|row| names(row).contains(&wanted)).collect();
    let found = if exact.is_empty() && !wanted.is_empty() {
        rows.iter().filter(|row| names(row).iter().any(|name| name.contains(&wanted))).collect()
    } else {
        exact
    };
    match found.as_slice() {
        [row] => Ok(row),
        [] => Err(ApiError::new(ErrorCode::NotFound, unknown_vendor(rows, vendor))),
        several => {
            let candidates: Vec<String> =
                several.iter().map(|row| format!("{} ({})", row.page.vendor, row.page.address)).collect();
            let message = format!("\u{201c}{}\u{201d} may be any of: {}", inert(vendor), candidates.join(", "));
            Err(ApiError::new(ErrorCode::Usage, message))
        }
    }
}

fn unknown_vendor(rows: &[StatusRow], vendor: &str) -> String {
    let known: Vec<&str> = rows.iter().map(|row| row.page.vendor.as_str()).collect();
    if known.is_empty() {
        "nothing is watched yet; add a page with: signalbox add https://www.githubstatus.com".to_owned()
    } else {
        format!("\u{201c}{}\u{201d} is not watched; these are: {}", inert(vendor), known.join(", "))
    }
}

fn choose<'a>(rows: &'a [StatusRow], vendors: &[String]) -> Result<Vec<&'a StatusRow>, ApiError> {
    if vendors.is_empty() {
        return Ok(rows.iter().collect());
    }
    vendors.iter().map(|vendor| one(rows, vendor)).collect()
}

// --- Status ---

fn watch_of<'a>(asked: &'a Asked<'_>, row: &StatusRow) -> Option<&'a Watch> {
    asked.config.watches.iter().find(|watch| watch.page.as_str() == row.page.address)
}

fn scope_of<'a>(asked: &'a Asked<'_>, row: &StatusRow) -> Option<&'a BTreeSet<String>> {
    watch_of(asked, row).map(|watch| &watch.components).filter(|components| !components.is_empty())
}

fn interval_of(preferences: &Preferences, watch: Option<&Watch>) -> std::time::Duration {
    watch.and_then(|watch| watch.interval).unwrap_or(preferences.interval)
}

fn status(rows: &[&StatusRow], asked: &Asked<'_>) -> StatusView {
    let mut vendors: Vec<VendorView> = rows.iter().map(|row| vendor(row, asked)).collect();
    vendors.sort_by_key(|vendor| (std::cmp::Reverse(weight(vendor)), vendor.vendor.to_lowercase()));
    let counted: Vec<CountedWatch<'_>> = vendors
        .iter()
        .filter(|vendor| vendor.counted)
        .map(|vendor| CountedWatch {
            vendor: &vendor.vendor,
            shown: show::driving(vendor),
            scope_chosen: vendor.scope.chosen < vendor.scope.of,
        })
        .collect();
    let (tray, summary) = (show::tray(&counted), summary::tray_summary(&counted));
    StatusView { at: asked.now, engine: asked.engine.clone(), tray: tray.health, summary, vendors }
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

fn vendor(row: &StatusRow, asked: &Asked<'_>) -> VendorView {
    let (page, now) = (&row.page, asked.now);
    let watch = watch_of(asked, row);
    let scope = scope_of(asked, row);
    let reported = standing::reported(row, scope);
    let interval = SignedDuration::try_from(interval_of(&asked.config.preferences, watch)).unwrap_or(SignedDuration::MAX);
    let shown = show::shown(reported.unwrap_or(Health::Unknown), page.read_at, now, interval);
    let in_scope = |component: &ComponentRow| scope.is_none_or(|scope| scope.contains(&component.component.id));
    let mut troubled: Vec<&ComponentRow> = row
        .components
        .iter()
        .filter(|component| in_scope(component) && component.component.health != Health::Operational)
        .collect();
    troubled.sort_by_key(|component| std::cmp::Reverse(component.component.health.rank()));
    let mut incidents: Vec<_> = row
        .open
        .iter()
        .filter(|event| event.kind() == EventKind::Incident && standing::touches(event, scope, &row.components))
        .filter_map(|event| event.incident_view(now))
        .collect();
    incidents.sort_by_key(|incident| std::cmp::Reverse((incident.impact.rank(), incident.started_at)));
    let mut maintenances: Vec<_> = row.open.iter().filter_map(|event| event.maintenance_view(now)).collect();
    maintenances.sort_by_key(|maintenance| maintenance.starts_at);
    let chosen = row.components.iter().filter(|component| in_scope(component)).count();
    let source = match page.source {
        SourceState::Fresh if shown.stale => SourceState::Stale,
        state => state,
    };
    VendorView {
        vendor: inert(&vendor_name(row, watch)),
        page: page.address.clone(),
        page_name: page.identity.name.as_deref().map(inert),
        platform: page.platform.clone(),
        shown: shown.health,
        shown_reason: shown.reason.map(|reason| match &page.source_reason {
            Some(why) => format!("{reason}; {why}"),
            None => reason.to_string(),
        }),
        reported,
        overall_raw: page.overall.as_ref().and_then(|overall| overall.raw.as_deref().map(inert)),
        overall_description: page.overall.as_ref().and_then(|overall| overall.description.as_deref().map(inert)),
        read_at: page.read_at,
        asked_at: page.asked_at,
        health_since: page.health_since,
        source,
        source_reason: page.source_reason.clone(),
        counted: watch.is_none_or(|watch| watch.counted) && !page.accepted_unreadable,
        muted_until: row.mute.and_then(|mute| mute.until(now)),
        scope: ScopeCount { chosen: count(chosen), of: count(row.components.len()) },
        troubled: troubled.into_iter().map(|component| component.view(true)).collect(),
        incidents,
        maintenances,
        locked: watch.and_then(|watch| watch.locked.clone()),
    }
}

/// The vendor's name: the person's own, else the page's, else the host.
fn vendor_name(row: &StatusRow, watch: Option<&Watch>) -> String {
    watch
        .and_then(|watch| watch.name.clone())
        .or_else(|| row.page.identity.name.clone())
        .unwrap_or_else(|| row.page.vendor.clone())
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

fn scope(row: &StatusRow, asked: &Asked<'_>) -> ScopeView {
    let chosen = scope_of(asked, row);
    let components = row
        .components
        .iter()
        .map(|component| component.view(chosen.is_none_or(|scope| scope.contains(&component.component.id))))
        .collect();
    let missing = chosen
        .into_iter()
        .flatten()
        .filter(|id| row.components.iter().all(|component| component.component.id != **id))
        .cloned()
        .collect();
    ScopeView { vendor: inert(&vendor_name(row, watch_of(asked, row))), chosen: chosen.is_some(), components, missing }
}

// --- Looking back ---

fn history(
    view: &View<'_>,
    asked: &Asked<'_>,
    pages: Option<Vec<PageId>>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    limit: u32,
) -> Result<HistoryView, StoreError> {
    let page = view.history(&HistoryFilter { pages, kind: None, since, until, skip: 0, limit })?;
    Ok(HistoryView {
        incidents: page.events.iter().filter_map(|event| event.incident_view(asked.now)).collect(),
        maintenances: page.events.iter().filter_map(|event| event.maintenance_view(asked.now)).collect(),
        more: page.more,
    })
}

fn incident(view: &View<'_>, asked: &Asked<'_>, id: &str) -> Result<crate::api::IncidentDetailView, Refusal> {
    let events = view.events_named(id)?;
    let event = match events.as_slice() {
        [event] => event,
        [] => {
            let message = format!("no incident or maintenance \u{201c}{}\u{201d} is recorded; signalbox history lists them", inert(id));
            return Err(ApiError::new(ErrorCode::NotFound, message).into());
        }
        several => {
            let where_: Vec<String> = several.iter().map(|event| event.vendor.clone()).collect();
            let message = format!(
                "\u{201c}{}\u{201d} is an incident of {}; give its address instead",
                inert(id),
                where_.join(" and of ")
            );
            return Err(ApiError::new(ErrorCode::Usage, message).into());
        }
    };
    let detail = view.event_detail(event.key)?;
    let detail = detail.ok_or_else(|| ApiError::new(ErrorCode::Internal, "an incident vanished from the store"))?;
    Ok(detail.view(plain, asked.now))
}

fn at(view: &View<'_>, asked: &Asked<'_>, row: &StatusRow, time: Timestamp) -> Result<VendorAtView, StoreError> {
    let scope = scope_of(asked, row);
    let then = view.known_then(row.page.id, time)?;
    let about = view.about_then(row.page.id, time)?;
    Ok(VendorAtView {
        vendor: inert(&vendor_name(row, watch_of(asked, row))),
        page: row.page.address.clone(),
        watched_since: Some(row.page.first_watched_at),
        observed: then.as_ref().is_some_and(|then| then.observed),
        known_then: then.map(|then| moment_known(&then, scope, time)),
        known_now: moment_said(&about, row, scope, time),
    })
}

fn moment_known(then: &KnownThen, scope: Option<&BTreeSet<String>>, time: Timestamp) -> MomentView {
    let in_scope = |component: &&ComponentRow| scope.is_none_or(|scope| scope.contains(&component.component.id));
    MomentView {
        health: standing::known_then(then, scope),
        troubled: then
            .components
            .iter()
            .filter(in_scope)
            .filter(|component| component.component.health != Health::Operational)
            .map(|component| component.view(true))
            .collect(),
        incidents: touching(&then.open, scope, &then.components).filter_map(|event| event.incident_view(time)).collect(),
        maintenances: then.open.iter().filter_map(|event| event.maintenance_view(time)).collect(),
    }
}

fn touching<'a>(
    events: &'a [EventRow],
    scope: Option<&'a BTreeSet<String>>,
    components: &'a [ComponentRow],
) -> impl Iterator<Item = &'a EventRow> {
    events.iter().filter(move |event| standing::touches(event, scope, components))
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
        .map(|(id, name, health)| crate::api::ComponentView {
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
    let maintenances: Vec<_> = about.maintenances.iter().filter_map(|event| event.maintenance_view(time)).collect();
    if incidents.is_empty() && maintenances.is_empty() && troubled.is_empty() {
        return None;
    }
    let worst = troubled.iter().map(|component| component.health).fold(Health::Unknown, Health::worse);
    let health = if worst.is_known() || !incidents.is_empty() { worst } else { Health::Maintenance };
    Some(MomentView { health, troubled, incidents, maintenances })
}

fn uptime(
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
    Ok(UptimeView { vendor: inert(&vendor_name(row, watch_of(asked, row))), from, until, components })
}

/// Component ids from ids or, where they are unique, names.
pub(super) fn component_ids(row: &StatusRow, wanted: &[String]) -> Result<BTreeSet<String>, ApiError> {
    wanted
        .iter()
        .map(|wanted| {
            if row.components.iter().any(|component| component.component.id == *wanted) {
                return Ok(wanted.clone());
            }
            let lower = wanted.to_lowercase();
            let named: Vec<&ComponentRow> =
                row.components.iter().filter(|component| component.component.name.to_lowercase() == lower).collect();
            match named.as_slice() {
                [component] => Ok(component.component.id.clone()),
                [] => Err(ApiError::new(
                    ErrorCode::NotFound,
                    format!("{} has no component \u{201c}{}\u{201d}", row.page.vendor, inert(wanted)),
                )),
                several => {
                    let ids: Vec<&str> = several.iter().map(|component| component.component.id.as_str()).collect();
                    let message =
                        format!("{} components are called \u{201c}{}\u{201d}; give an id: {}", ids.len(), inert(wanted), ids.join(", "));
                    Err(ApiError::new(ErrorCode::Usage, message))
                }
            }
        })
        .collect()
}

// --- Doctor ---

fn doctor(rows: &[StatusRow], store: &Store, asked: &Asked<'_>) -> Vec<FindingView> {
    let mut findings = vec![engine_finding(asked), store_finding(store)];
    for row in rows {
        findings.extend(page_findings(row, asked));
    }
    if rows.is_empty() {
        findings.push(finding(FindingLevel::Note, "configuration", "nothing is watched yet"));
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

fn finding(level: FindingLevel, subject: &str, text: impl Into<String>) -> FindingView {
    FindingView { level, subject: subject.to_owned(), text: text.into() }
}

fn engine_finding(asked: &Asked<'_>) -> FindingView {
    let engine = &asked.engine;
    match (engine.running, engine.offline_since) {
        (true, None) => finding(FindingLevel::Good, "engine", "running"),
        (true, Some(since)) => finding(FindingLevel::Note, "engine", format!("offline since {since}")),
        (false, _) => finding(
            FindingLevel::Note,
            "engine",
            "not running: nothing is being checked; signalbox watch starts it",
        ),
    }
}

fn store_finding(store: &Store) -> FindingView {
    match store.integrity() {
        Integrity::Sound => finding(FindingLevel::Good, "store", "examined and sound"),
        Integrity::NotExamined => finding(FindingLevel::Good, "store", "closed in order the last time"),
        Integrity::Examining => finding(FindingLevel::Note, "store", "being examined after an unclean exit"),
        Integrity::Damaged { detail } => finding(
            FindingLevel::Bad,
            "store",
            format!("damaged ({detail}); the next start sets it aside and takes the newest copy"),
        ),
    }
}

/// A page that has said nothing new for longer than this may have been left behind by its vendor.
const QUIET_FOR_A_YEAR: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 3600);

fn page_findings(row: &StatusRow, asked: &Asked<'_>) -> Vec<FindingView> {
    let page = &row.page;
    let subject = inert(&vendor_name(row, watch_of(asked, row)));
    let mut findings = Vec::new();
    if let Some(reason) = &page.source_reason {
        let since = page.failing_since.map(|since| format!(" since {since}")).unwrap_or_default();
        findings.push(finding(FindingLevel::Bad, &subject, format!("cannot be read{since}: {reason}")));
    }
    if let (Some(own), Ok(asked_at)) = (&page.identity.url, url::Url::parse(page.base_url.as_ref().unwrap_or(&page.address)))
        && let Ok(own) = url::Url::parse(own)
        && own.host_str() != asked_at.host_str()
    {
        findings.push(finding(
            FindingLevel::Note,
            &subject,
            format!("calls {} its address; this may be an old page left in place", inert(own.as_str())),
        ));
    }
    if page.vendor_updated_at.is_some_and(|at| elapsed(at, asked.now) > QUIET_FOR_A_YEAR) {
        findings.push(finding(FindingLevel::Note, &subject, "has not changed for over a year"));
    }
    let scope = scope(row, asked);
    if !scope.missing.is_empty() {
        findings.push(finding(
            FindingLevel::Bad,
            &subject,
            format!("the page has no longer these components of the scope: {}", scope.missing.join(", ")),
        ));
    }
    findings
}
