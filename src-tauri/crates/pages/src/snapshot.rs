//! Everything one page said at one moment, normalised.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// Everything one page said at one moment.
///
/// Lists keep the order of the documents; updates are oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Who the page says it is.
    pub page: PageIdentity,
    /// The page's overall word; `None` where no document gave one.
    pub overall: Option<Overall>,
    /// The leaves of the component tree; group rows are their [`Component::group`] path.
    pub components: Vec<Component>,
    /// Open and past incidents, each once.
    pub incidents: Vec<Incident>,
    /// Announced maintenances, each once.
    pub maintenances: Vec<Maintenance>,
    /// How much of each list the documents can be trusted to hold.
    pub coverage: Coverage,
    /// When the page says it last changed. Not a change signal by itself: vendors touch it on cosmetic saves.
    pub updated_at: Option<Timestamp>,
}

/// Who a page says it is. Each part is `None` where the documents do not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageIdentity {
    /// The platform's identifier of the page.
    pub id: Option<String>,
    /// The vendor's name for the page.
    pub name: Option<String>,
    /// The official address of the page.
    pub url: Option<String>,
}

/// The page's overall word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overall {
    /// The word as published, such as Statuspage's `minor`; `None` if it was missing or not a text.
    pub raw: Option<String>,
    /// What the word means on our scale.
    pub health: Health,
    /// The sentence beside it, in the vendor's language. Never parsed.
    pub description: Option<String>,
}

/// A part of the vendor's service. Identified by id, because names repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// The platform's identifier.
    pub id: String,
    /// The name as published.
    pub name: String,
    /// The groups that hold it, outermost first; empty at the top.
    pub group: Vec<GroupName>,
    /// What its word means on our scale.
    pub health: Health,
    /// Its word as published; `None` if missing or not a text.
    pub raw: Option<String>,
    /// The vendor's description, raw.
    pub description: Option<String>,
}

/// One step of the path from the top of the component tree to a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupName {
    /// The platform's identifier of the group row.
    pub id: String,
    /// The name as published.
    pub name: String,
}

/// Something that happened at the vendor and is told in updates: an [`Incident`] or a [`Maintenance`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event<F, P> {
    /// The platform's identifier.
    pub id: String,
    /// Everything said of it beside its updates.
    pub facts: F,
    /// What the vendor wrote about it, oldest first, each id once.
    pub updates: Vec<Update<P>>,
}

/// An incident as published.
pub type Incident = Event<IncidentFacts, Phase>;

/// A maintenance as published.
pub type Maintenance = Event<MaintenanceFacts, MaintenancePhase>;

/// Everything said of an incident beside its updates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentFacts {
    /// The title as published.
    pub title: String,
    /// The vendor's judgement on our scale.
    pub impact: Impact,
    /// The impact word as published.
    pub impact_raw: Option<String>,
    /// Where it stands.
    pub phase: Phase,
    /// The phase word as published.
    pub phase_raw: Option<String>,
    /// When it began, as published.
    pub started_at: Option<Timestamp>,
    /// When it was resolved, as published.
    pub resolved_at: Option<Timestamp>,
    /// The official link.
    pub url: Option<String>,
    /// The components that it names; empty where it names none.
    pub components: Vec<NamedComponent>,
    /// The write-up afterwards.
    pub postmortem: Option<Postmortem>,
}

impl IncidentFacts {
    /// An incident of which nothing but the title is known.
    #[must_use]
    pub fn titled(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            impact: Impact::Unknown,
            impact_raw: None,
            phase: Phase::Unknown,
            phase_raw: None,
            started_at: None,
            resolved_at: None,
            url: None,
            components: Vec::new(),
            postmortem: None,
        }
    }

    /// Whether the vendor has not said that it is over. A known phase decides; for an unknown one the vendor's
    /// time of resolution does.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.phase {
            Phase::Investigating | Phase::Identified | Phase::Monitoring => true,
            Phase::Resolved | Phase::Postmortem => false,
            Phase::Unknown => self.resolved_at.is_none(),
        }
    }
}

/// Everything said of a maintenance beside its updates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceFacts {
    /// The title as published.
    pub title: String,
    /// Where it stands.
    pub phase: MaintenancePhase,
    /// The phase word as published.
    pub phase_raw: Option<String>,
    /// The announced begin.
    pub starts_at: Option<Timestamp>,
    /// The announced end.
    pub ends_at: Option<Timestamp>,
    /// When it really began, where the platform says so.
    pub actual_start: Option<Timestamp>,
    /// When it really ended, where the platform says so.
    pub actual_end: Option<Timestamp>,
    /// The official link.
    pub url: Option<String>,
    /// The components that it names; empty where it names none.
    pub components: Vec<NamedComponent>,
}

impl MaintenanceFacts {
    /// A maintenance of which nothing but the title is known.
    #[must_use]
    pub fn titled(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            phase: MaintenancePhase::Unknown,
            phase_raw: None,
            starts_at: None,
            ends_at: None,
            actual_start: None,
            actual_end: None,
            url: None,
            components: Vec::new(),
        }
    }

    /// Whether it is announced or going on. A known phase decides; for an unknown one the vendor's time of its end does.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.phase {
            MaintenancePhase::Scheduled | MaintenancePhase::InProgress | MaintenancePhase::Verifying => true,
            MaintenancePhase::Completed | MaintenancePhase::Cancelled => false,
            MaintenancePhase::Unknown => self.actual_end.is_none(),
        }
    }
}

/// A component as an incident or a maintenance names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedComponent {
    /// The component's identifier; `None` where the document names it by name alone.
    pub id: Option<String>,
    /// The name as it stands in that document; it may be an old name.
    pub name: String,
    /// Its present health as that document gives it.
    pub health: Option<Health>,
    /// The word for it as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

/// One thing the vendor wrote about an incident (`P` is [`Phase`]) or a maintenance ([`MaintenancePhase`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update<P> {
    /// The platform's identifier; where it gives none, one derived from the content.
    pub id: String,
    /// Where the event stood with this update.
    pub phase: P,
    /// The phase word as published with this update.
    pub phase_raw: Option<String>,
    /// When the vendor says it was published: the display time, else the creation time.
    pub at: Option<Timestamp>,
    /// The text as published, raw: HTML, Markdown or plain. See [`crate::text`].
    pub body: String,
    /// Which components changed with it.
    pub components: Vec<Transition>,
}

/// A component's change, as an update tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The component's identifier; `None` where the document names it by name alone.
    pub id: Option<String>,
    /// The name at that time.
    pub name: String,
    /// The health before.
    pub from: Health,
    /// The word for it as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_raw: Option<String>,
    /// The health after.
    pub to: Health,
    /// The word for it as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_raw: Option<String>,
}

/// A write-up published after an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Postmortem {
    /// The text as published, raw.
    pub body: Option<String>,
    /// A link to it.
    pub url: Option<String>,
    /// When it was published.
    pub at: Option<Timestamp>,
}

/// How much of each list a snapshot can be trusted to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The components.
    pub components: Listing,
    /// The incidents that are open now.
    pub open_incidents: Listing,
    /// The incidents that are over. `Partial` means the newest ones.
    pub past_incidents: Listing,
    /// The maintenances that are announced or going on.
    pub open_maintenances: Listing,
    /// The maintenances that are over. `Partial` means the newest ones.
    pub past_maintenances: Listing,
}

impl Coverage {
    /// No document holds any list.
    pub const NOTHING: Self = Self {
        components: Listing::Absent,
        open_incidents: Listing::Absent,
        past_incidents: Listing::Absent,
        open_maintenances: Listing::Absent,
        past_maintenances: Listing::Absent,
    };
}

/// How much of a list was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// No document holds this list: its absence says nothing.
    Absent,
    /// Some entries may be missing.
    Partial,
    /// What is not in it does not exist.
    Complete,
}
