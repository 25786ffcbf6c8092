//! What is answered.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_pages::{Health, Impact, MaintenancePhase, Phase};

use crate::store::Pause;

/// The answer to a request, one arm per kind of answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// To ping.
    Pong(EngineView),
    /// To status and check.
    Status(StatusView),
    /// To add.
    Added(VendorView),
    /// To remove.
    Removed(RemovedView),
    /// To scope.
    Scope(ScopeView),
    /// To history.
    History(HistoryView),
    /// To incident.
    Incident(IncidentDetailView),
    /// To at.
    At(AtView),
    /// To search.
    Search(SearchView),
    /// To uptime.
    Uptime(UptimeView),
    /// To vendors.
    Vendors(VendorsView),
    /// To mute and unmute.
    Muted(MutedView),
    /// To acknowledge.
    Acknowledged(AcknowledgedView),
    /// To accept as unreadable.
    AcceptedUnreadable(AcceptedView),
    /// To doctor.
    Doctor(DoctorView),
    /// To pause.
    Paused(PausedView),
    /// To resume: nothing is paused now.
    Resumed,
    /// To show: whoever has the window was told.
    Shown,
}

/// The engine that answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EngineView {
    /// Whether an engine is running; otherwise the store alone answers, and nothing is being checked.
    pub running: bool,
    /// The engine's version, or this program's.
    pub version: String,
    /// The engine's process.
    pub pid: Option<u32>,
    /// The last beat of its loop.
    pub heartbeat_at: Option<Timestamp>,
    /// Since when this machine has been offline, if it is.
    pub offline_since: Option<Timestamp>,
    /// Why nothing can be recorded at this moment, if that is so: a full disk, say.
    pub store_trouble: Option<String>,
    /// For how long notifications are paused, if they are.
    pub paused: Option<PausedView>,
}

/// A pause of notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PausedView {
    /// Until when; `None` until they are resumed.
    pub until: Option<Timestamp>,
}

impl PausedView {
    /// A recorded pause, if it is not over at `now`.
    pub(crate) fn of(pause: Option<Pause>, now: Timestamp) -> Option<Self> {
        let Pause { until, .. } = pause.filter(|pause| pause.is_on(now))?;
        Some(Self { until })
    }
}

/// What is known of vendors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatusView {
    /// When this was answered.
    pub at: Timestamp,
    /// Who answered.
    pub engine: EngineView,
    /// The worst known problem among counted vendors; else operational if any of them is known to be well; else
    /// unknown. To be read together with [`Self::tray_incomplete`].
    pub tray: Health,
    /// Whether that is not the whole truth: of some counted vendor it is not known how it is now.
    pub tray_incomplete: bool,
    /// The same in words: "2 of 43 vendors have problems: GitHub, Stripe".
    pub summary: String,
    /// The vendors, worst first.
    pub vendors: Vec<VendorView>,
}

/// What is known of one vendor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VendorView {
    /// The vendor's name as the person knows it.
    pub vendor: String,
    /// The page's address.
    pub page: String,
    /// The page's own name.
    pub page_name: Option<String>,
    /// The platform's key; `None` while it has not been recognised.
    pub platform: Option<String>,
    /// The platform's name for people; `None` while it has not been recognised.
    pub platform_name: Option<String>,
    /// Whether the page can be read only through a feed, which tells of incidents alone: beyond them its health is unknown.
    pub incidents_only: bool,
    /// What a person should know of the page although it can be read, in plain words: that it may be left over or abandoned.
    pub doubts: Vec<String>,
    /// What to show: the reported health of what is in scope while fresh, else decayed (T1).
    pub shown: Health,
    /// Whether the last good read is too old for what was reported to be taken as it is now.
    pub stale: bool,
    /// Why it is unknown or stale, in plain words; `None` while fresh.
    pub shown_reason: Option<String>,
    /// The last readable word of the vendor about what is in scope.
    pub reported: Option<Health>,
    /// The overall word as published.
    pub overall_raw: Option<String>,
    /// The sentence beside it.
    pub overall_description: Option<String>,
    /// When the page was last read.
    pub read_at: Option<Timestamp>,
    /// When the page was last asked.
    pub asked_at: Option<Timestamp>,
    /// Since when the reported health of what is in scope has been what it is, as recorded here; `None` where nothing tells.
    pub health_since: Option<Timestamp>,
    /// How the page itself is.
    pub source: SourceState,
    /// Why the source is not fresh, in plain words.
    pub source_reason: Option<String>,
    /// Why the page could not be read when it was asked for this very answer, a check's; `None` where it was read, and where
    /// nobody asked it.
    pub missed: Option<String>,
    /// Whether it counts for the tray and for exit codes.
    pub counted: bool,
    /// Whether the person accepted that its page cannot be read; it is not counted then.
    pub accepted_unreadable: bool,
    /// Until when it is muted; `None` if it is not, the far future if until lifted.
    pub muted_until: Option<Timestamp>,
    /// How many components are in scope, and how many there are.
    pub scope: ScopeCount,
    /// The components in scope that are not operational, worst first.
    pub troubled: Vec<ComponentView>,
    /// The open incidents that touch the scope, worst first.
    pub incidents: Vec<IncidentView>,
    /// The maintenances going on or announced, soonest first.
    pub maintenances: Vec<MaintenanceView>,
    /// Where this watch is written, if it cannot be changed by program: an included file, say.
    pub locked: Option<String>,
}

/// How the page itself is. It says nothing about the vendor (T2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Never read yet.
    Pending,
    /// Read within its time.
    Fresh,
    /// Not read for longer than its time.
    Stale,
    /// It does not answer, or refuses.
    Unreachable,
    /// It answers with something that is no status page.
    Unreadable,
    /// It has permanently gone to an address that is something else.
    Moved,
}

/// How many components are in scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScopeCount {
    /// In scope; equal to `of` where no scope was chosen.
    pub chosen: u32,
    /// On the page.
    pub of: u32,
}

/// One component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The names of the groups that hold it, outermost first.
    pub group: Vec<String>,
    /// Its health as last read.
    pub health: Health,
    /// Its word as published.
    pub raw: Option<String>,
    /// Since when it has been so, as recorded here.
    pub since: Option<Timestamp>,
    /// Whether it is in scope.
    pub in_scope: bool,
}

/// One incident in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentView {
    /// Its id on its page.
    pub id: String,
    /// The vendor.
    pub vendor: String,
    /// Whether the vendor is still watched; what was recorded before stays.
    pub watched: bool,
    /// The title as published.
    pub title: String,
    /// The impact.
    pub impact: Impact,
    /// The phase.
    pub phase: Phase,
    /// Whether it is open.
    pub open: bool,
    /// Whether the page still lists it; an open incident that is not listed is not resolved (T9).
    pub listed: bool,
    /// When the vendor says it began.
    pub started_at: Option<Timestamp>,
    /// When the vendor says it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// When it was first recorded here.
    pub first_recorded_at: Timestamp,
    /// When the vendor last wrote about it.
    pub last_word_at: Option<Timestamp>,
    /// Its latest words that were not taken away: the first sentence, or as much of it as 240 characters hold, plain.
    pub last_word: Option<String>,
    /// How many updates it has.
    pub updates: u32,
    /// The official link.
    pub url: Option<String>,
    /// The names of the components that it names.
    pub components: Vec<String>,
    /// Their ids, in the same order; null where the page names one by its name alone.
    pub component_ids: Vec<Option<String>>,
    /// Whether it was acknowledged.
    pub acknowledged: bool,
    /// Until when it is muted.
    pub muted_until: Option<Timestamp>,
}

/// One maintenance in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MaintenanceView {
    /// Its id on its page.
    pub id: String,
    /// The vendor.
    pub vendor: String,
    /// Whether the vendor is still watched; what was recorded before stays.
    pub watched: bool,
    /// The title as published.
    pub title: String,
    /// The phase.
    pub phase: MaintenancePhase,
    /// Whether the page still lists it; one that it does not list any more is neither over nor going on, as far as is known.
    pub listed: bool,
    /// The announced begin.
    pub starts_at: Option<Timestamp>,
    /// The announced end.
    pub ends_at: Option<Timestamp>,
    /// Whether it goes on past its announced end.
    pub overrunning: bool,
    /// The official link.
    pub url: Option<String>,
    /// The names of the components that it names.
    pub components: Vec<String>,
}

/// To remove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RemovedView {
    /// The vendor that is no longer watched.
    pub vendor: String,
    /// Its page.
    pub page: String,
}

/// A vendor's components.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScopeView {
    /// The vendor.
    pub vendor: String,
    /// Whether a scope was chosen; otherwise everything is in it.
    pub chosen: bool,
    /// The components in the page's order.
    pub components: Vec<ComponentView>,
    /// Ids in the scope that the page does not have.
    pub missing: Vec<String>,
    /// Other vendors that the page says it builds on, as far as the directory knows them.
    pub upstream: Vec<UpstreamView>,
}

/// Another vendor that a page names as one that it builds on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpstreamView {
    /// The component that names it.
    pub component: String,
    /// The vendor's name in the directory.
    pub vendor: String,
    /// Its page.
    pub page: String,
    /// Whether that is watched already.
    pub watched: bool,
}

/// Incidents and maintenances, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryView {
    /// The incidents.
    pub incidents: Vec<IncidentView>,
    /// The maintenances.
    pub maintenances: Vec<MaintenanceView>,
    /// Whether there are more than were asked for.
    pub more: bool,
    /// Where they go on: to be given as `before`, with the same vendors and times.
    pub next: Option<String>,
}

/// One incident or maintenance, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentDetailView {
    /// The incident; `None` for a maintenance.
    pub incident: Option<IncidentView>,
    /// The maintenance; `None` for an incident.
    pub maintenance: Option<MaintenanceView>,
    /// The updates, oldest first.
    pub updates: Vec<UpdateView>,
    /// What was said of it beside its updates, each time it changed, oldest first.
    pub revisions: Vec<RevisionView>,
    /// The write-up.
    pub postmortem: Option<PostmortemView>,
}

/// One update, with all its revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateView {
    /// Its id.
    pub id: String,
    /// The phase word on our scale.
    pub phase: String,
    /// The phase word as published.
    pub phase_raw: Option<String>,
    /// When the vendor says it was published.
    pub at: Option<Timestamp>,
    /// When it was first recorded here.
    pub recorded_at: Timestamp,
    /// When the words as they are now were recorded here; `None` if they were never edited.
    pub edited_at: Option<Timestamp>,
    /// The text as it is now, plain.
    pub text: String,
    /// Whether the vendor took it away.
    pub deleted: bool,
    /// The components that changed with it.
    pub components: Vec<TransitionView>,
    /// What it said before, oldest first; empty if it was never edited.
    pub earlier: Vec<EarlierTextView>,
}

/// What an update said before it was edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EarlierTextView {
    /// When those words were recorded here.
    pub recorded_at: Timestamp,
    /// The phase word then.
    pub phase: String,
    /// The text then, plain.
    pub text: String,
}

/// A component's change, as an update tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TransitionView {
    /// The component's id.
    pub id: Option<String>,
    /// Its name then.
    pub name: String,
    /// Before.
    pub from: Health,
    /// The word for it as published.
    pub from_raw: Option<String>,
    /// After.
    pub to: Health,
    /// The word for it as published.
    pub to_raw: Option<String>,
}

/// What was said of an incident or a maintenance at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevisionView {
    /// When it was recorded here.
    pub recorded_at: Timestamp,
    /// The title then.
    pub title: String,
    /// The impact word then; `None` for a maintenance.
    pub impact: Option<Impact>,
    /// The phase word then.
    pub phase: String,
    /// The components named then.
    pub components: Vec<String>,
    /// Whether it was listed.
    pub listed: bool,
}

/// A write-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PostmortemView {
    /// Its text, plain.
    pub text: Option<String>,
    /// A link to it.
    pub url: Option<String>,
    /// When it was published.
    pub at: Option<Timestamp>,
}

/// Two answers about one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AtView {
    /// The moment.
    pub time: Timestamp,
    /// Per vendor.
    pub vendors: Vec<VendorAtView>,
}

/// Two answers about one vendor at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VendorAtView {
    /// The vendor.
    pub vendor: String,
    /// Its page.
    pub page: String,
    /// Since when it has been watched; a moment before is "not watched then".
    pub watched_since: Option<Timestamp>,
    /// Whether the page was really being observed at that moment.
    pub observed: bool,
    /// Where the moment lies after the last reading, which still vouches for it, and the page goes on being read: when that
    /// was. Whether it was being observed is known with the next reading.
    pub awaiting_since: Option<Timestamp>,
    /// What Signalbox knew then; `None` if it was not watched then.
    pub known_then: Option<MomentView>,
    /// What the vendor has said since about that moment; `None` if it has said nothing.
    pub known_now: Option<MomentView>,
}

/// How a vendor stood at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MomentView {
    /// The health; unknown where nothing says.
    pub health: Health,
    /// The components that were not operational.
    pub troubled: Vec<ComponentView>,
    /// The incidents that were open.
    pub incidents: Vec<IncidentView>,
    /// The maintenances that were going on.
    pub maintenances: Vec<MaintenanceView>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SearchView {
    /// The finds, newest first.
    pub finds: Vec<FindView>,
    /// Whether there are more than were asked for.
    pub more: bool,
}

/// One find.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindView {
    /// The vendor.
    pub vendor: String,
    /// The incident's or maintenance's id.
    pub event: String,
    /// Its title.
    pub title: String,
    /// When the words were published, else recorded.
    pub at: Timestamp,
    /// The place where the words occur, plain, at most 240 characters.
    pub excerpt: String,
}

/// What was found in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VendorsView {
    /// The vendors, the most probable first.
    pub vendors: Vec<ListedView>,
    /// Whether there are more than were asked for.
    pub more: bool,
    /// The catalogue that was searched.
    pub catalogue: CatalogueView,
    /// What keeps part of the catalogue from being used, in plain words.
    pub trouble: Option<String>,
}

/// The catalogue of vendors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CatalogueView {
    /// How many vendors it holds.
    pub vendors: u32,
    /// Of how many categories.
    pub categories: u32,
    /// Whether its list was put in the place of the one that comes with the program.
    pub updated: bool,
}

/// A vendor of the catalogue, watched or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedView {
    /// A word that stands for it and for no other vendor of the catalogue.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What else people call it or what it makes.
    pub aliases: Vec<String>,
    /// What it is for, such as `developer-tools`.
    pub category: String,
    /// Its own domain.
    pub domain: Option<String>,
    /// The address of its official status page.
    pub page: String,
    /// The key of the platform that probably is behind the page; the page itself overrules it.
    pub platform: Option<String>,
    /// That platform's name for people; its key where it is none that Signalbox reads.
    pub platform_name: Option<String>,
    /// Whether it is an entry of the person's own configuration.
    pub own: bool,
    /// Whether this very page is watched.
    pub watched: bool,
    /// What of it matched.
    pub matched: MatchedBy,
    /// The alias that matched.
    pub alias: Option<String>,
    /// Whether it is called just so, or the domain or host is its own; `false` for beginnings, parts and similar names.
    pub exact: bool,
}

/// What of a vendor of the catalogue matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// Its name.
    Name,
    /// One of its aliases.
    Alias,
    /// Its domain.
    Domain,
    /// The host of its page.
    PageHost,
    /// Its name or one of its aliases is written almost so.
    Similar,
}

/// Observed uptime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UptimeView {
    /// The vendor.
    pub vendor: String,
    /// The begin.
    pub from: Timestamp,
    /// The end.
    pub until: Timestamp,
    /// Per component.
    pub components: Vec<ComponentUptimeView>,
}

/// One component's observed uptime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentUptimeView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The share of the span that was observed with a known health, 0 to 1.
    pub observed: f64,
    /// The share of the observed time that it worked (operational, maintenance or degraded), 0 to 1; `None` if nothing was observed: no data
    /// is never 100 %.
    pub up: Option<f64>,
    /// Seconds observed per health.
    pub seconds: Vec<HealthSeconds>,
}

/// Seconds observed in one health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HealthSeconds {
    /// The health.
    pub health: Health,
    /// Whole seconds.
    pub seconds: u64,
}

/// To mute and unmute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MutedView {
    /// What was muted, in words.
    pub what: String,
    /// Until when; `None` if it is not muted; the far future if until lifted.
    pub until: Option<Timestamp>,
}

/// To acknowledge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AcknowledgedView {
    /// The incident as it stands.
    pub incident: IncidentView,
}

/// To accept as unreadable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AcceptedView {
    /// The vendor.
    pub vendor: String,
    /// Whether its page is accepted as unreadable.
    pub accepted: bool,
}

/// What an examination found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorView {
    /// The findings, worst first.
    pub findings: Vec<FindingView>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingView {
    /// How bad it is.
    pub level: FindingLevel,
    /// What was examined: "store", "configuration", a vendor's name.
    pub subject: String,
    /// What was found, and what to do.
    pub text: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingLevel {
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// Something does not work.
    Bad,
}
