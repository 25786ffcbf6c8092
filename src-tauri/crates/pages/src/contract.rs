//! The JSON that `signalbox read` prints: a contract with the programs that read it.
//!
//! What is absent is `null`, lists are never absent, texts are plain and whole, times are RFC 3339 in UTC.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::health;
use crate::readers::{self, Document, Reader, Reading, Unreadable};
use crate::snapshot::{self, Incident, Maintenance};
use crate::text::{inert, plain};
use crate::words::{Health, Impact, MaintenancePhase, Phase};

/// The version of the contract; it grows when a field changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// A page as `signalbox read` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadReply {
    /// The version of this contract.
    pub schema: u32,
    /// The key of the platform that the documents are of.
    pub platform: String,
    /// Who the page says it is.
    pub page: Page,
    /// The health of the page as a whole.
    pub health: Health,
    /// The page's own overall word.
    pub overall: Option<Overall>,
    /// The components in document order, group rows excluded.
    pub components: Vec<Component>,
    /// The incidents in document order.
    pub incidents: Vec<IncidentReply>,
    /// The maintenances in document order.
    pub maintenances: Vec<MaintenanceReply>,
    /// What was odd in the documents.
    pub warnings: Vec<String>,
}

/// Who a page says it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// The platform's identifier of the page.
    pub id: Option<String>,
    /// The vendor's name for the page.
    pub name: Option<String>,
    /// The official address of the page.
    pub url: Option<String>,
}

/// A page's overall word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overall {
    /// The word as published.
    pub raw: Option<String>,
    /// The sentence beside it.
    pub description: Option<String>,
}

/// A part of the vendor's service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// The platform's identifier.
    pub id: String,
    /// The name as published.
    pub name: String,
    /// The names of the groups that hold it, outermost first.
    pub group: Vec<String>,
    /// What its word means.
    pub health: Health,
    /// Its word as published.
    pub raw: Option<String>,
    /// The vendor's description as plain text.
    pub description: Option<String>,
}

/// An incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IncidentReply {
    /// The platform's identifier.
    pub id: String,
    /// The title as published.
    pub title: String,
    /// The vendor's judgement.
    pub impact: Impact,
    /// Its word as published.
    pub impact_raw: Option<String>,
    /// Where it stands.
    pub phase: Phase,
    /// Its word as published.
    pub phase_raw: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// The official link.
    pub url: Option<String>,
    /// The components that it names.
    pub components: Vec<NamedComponent>,
    /// What the vendor wrote, oldest first.
    pub updates: Vec<UpdateReply<Phase>>,
    /// The write-up afterwards.
    pub postmortem: Option<Postmortem>,
}

/// A maintenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MaintenanceReply {
    /// The platform's identifier.
    pub id: String,
    /// The title as published.
    pub title: String,
    /// Where it stands.
    pub phase: MaintenancePhase,
    /// Its word as published.
    pub phase_raw: Option<String>,
    /// The announced begin.
    pub starts_at: Option<Timestamp>,
    /// The announced end.
    pub ends_at: Option<Timestamp>,
    /// When it really began.
    pub actual_start: Option<Timestamp>,
    /// When it really ended.
    pub actual_end: Option<Timestamp>,
    /// The official link.
    pub url: Option<String>,
    /// The components that it names.
    pub components: Vec<NamedComponent>,
    /// What the vendor wrote, oldest first.
    pub updates: Vec<UpdateReply<MaintenancePhase>>,
}

/// A component as an incident or a maintenance names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedComponent {
    /// The platform's identifier.
    pub id: Option<String>,
    /// The name as it stands in the document.
    pub name: String,
    /// Its health as the document gives it there.
    pub health: Option<Health>,
}

/// One thing the vendor wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateReply<P> {
    /// The platform's identifier.
    pub id: String,
    /// Where the event stood with it.
    pub phase: P,
    /// Its word as published.
    pub phase_raw: Option<String>,
    /// When it was published: the display time, else the creation time.
    pub at: Option<Timestamp>,
    /// The text, plain and whole.
    pub text: String,
    /// The components that changed with it.
    pub components: Vec<Transition>,
}

/// A component's change, as an update tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Transition {
    /// The platform's identifier.
    pub id: Option<String>,
    /// The name at that time.
    pub name: String,
    /// The health before.
    pub from: Health,
    /// The health after.
    pub to: Health,
}

/// A write-up after an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Postmortem {
    /// The text, plain and whole.
    pub text: Option<String>,
    /// A link to it.
    pub url: Option<String>,
    /// When it was published.
    pub at: Option<Timestamp>,
}

/// Why `signalbox read` has no page to print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{}", error.reason)]
pub struct ReadError {
    /// The version of this contract.
    pub schema: u32,
    /// What is wrong.
    pub error: ErrorReply,
}

/// What is wrong with the input of `signalbox read`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorReply {
    /// For programs.
    pub code: ErrorCode,
    /// For people.
    pub reason: String,
}

/// The kinds of errors of `signalbox read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The documents are no page of a known platform, or not of the one that was named.
    Unreadable,
    /// No platform has the key that was given.
    UnknownPlatform,
}

impl From<Unreadable> for ReadError {
    fn from(unreadable: Unreadable) -> Self {
        Self::new(ErrorCode::Unreadable, &unreadable.to_string())
    }
}

impl ReadError {
    fn new(code: ErrorCode, reason: &str) -> Self {
        Self {
            schema: SCHEMA,
            error: ErrorReply {
                code,
                reason: inert(reason),
            },
        }
    }
}

/// Reads the documents of one page, each with its file's name or stem as a hint. Without a platform's key the
/// documents themselves tell which reader is theirs.
///
/// # Errors
/// [`ErrorCode::UnknownPlatform`] if there is no platform with that key, else [`ErrorCode::Unreadable`].
pub fn read_documents<N: AsRef<str>, B: AsRef<[u8]>>(
    files: &[(N, B)],
    platform: Option<&str>,
) -> Result<ReadReply, ReadError> {
    let documents: Vec<Document<'_>> = files
        .iter()
        .map(|(name, body)| Document {
            name: name.as_ref(),
            body: body.as_ref(),
        })
        .collect();
    let reader = match platform {
        Some(key) => readers::by_key(key).ok_or_else(|| {
            ReadError::new(
                ErrorCode::UnknownPlatform,
                &format!("there is no platform \u{201c}{key}\u{201d}"),
            )
        })?,
        None => recognised_by(&documents)?,
    };
    let reading = reader.read(&documents, None)?;
    Ok(ReadReply::new(reader.key(), &reading))
}

/// The reader that recognises all of the documents, else the one that recognises any: it says best what is wrong.
fn recognised_by(documents: &[Document<'_>]) -> Result<&'static dyn Reader, Unreadable> {
    let readers = || readers::all().iter().copied();
    let all = |reader: &&dyn Reader| documents.iter().all(|document| reader.recognises(document));
    let any = |reader: &&dyn Reader| documents.iter().any(|document| reader.recognises(document));
    match (readers().find(all), readers().find(any)) {
        _ if documents.is_empty() => Err(Unreadable::Empty),
        (Some(reader), _) | (None, Some(reader)) => Ok(reader),
        (None, None) => Err(readers()
            .find_map(|reader| reader.read(documents, None).err())
            .unwrap_or(Unreadable::Empty)),
    }
}

impl ReadReply {
    /// The reply for a page of a platform.
    #[must_use]
    pub fn new(platform: &str, reading: &Reading) -> Self {
        let snapshot = &reading.snapshot;
        Self {
            schema: SCHEMA,
            platform: platform.to_owned(),
            page: Page {
                id: words(snapshot.page.id.as_deref()),
                name: words(snapshot.page.name.as_deref()),
                url: words(snapshot.page.url.as_deref()),
            },
            health: health::page_health(snapshot),
            overall: snapshot.overall.as_ref().map(|overall| Overall {
                raw: words(overall.raw.as_deref()),
                description: words(overall.description.as_deref()),
            }),
            components: snapshot.components.iter().map(Component::from).collect(),
            incidents: snapshot.incidents.iter().map(IncidentReply::from).collect(),
            maintenances: snapshot.maintenances.iter().map(MaintenanceReply::from).collect(),
            warnings: reading.warnings.clone(),
        }
    }
}

/// Words that are shown as they are.
fn words(published: Option<&str>) -> Option<String> {
    published.map(inert)
}

impl From<&snapshot::Component> for Component {
    fn from(component: &snapshot::Component) -> Self {
        Self {
            id: inert(&component.id),
            name: inert(&component.name),
            group: component.group.iter().map(|group| inert(&group.name)).collect(),
            health: component.health,
            raw: words(component.raw.as_deref()),
            description: component.description.as_deref().map(plain),
        }
    }
}

impl From<&Incident> for IncidentReply {
    fn from(incident: &Incident) -> Self {
        let facts = &incident.facts;
        Self {
            id: inert(&incident.id),
            title: inert(&facts.title),
            impact: facts.impact,
            impact_raw: words(facts.impact_raw.as_deref()),
            phase: facts.phase,
            phase_raw: words(facts.phase_raw.as_deref()),
            started_at: facts.started_at,
            resolved_at: facts.resolved_at,
            url: words(facts.url.as_deref()),
            components: facts.components.iter().map(NamedComponent::from).collect(),
            updates: incident.updates.iter().map(UpdateReply::from).collect(),
            postmortem: facts.postmortem.as_ref().map(|postmortem| Postmortem {
                text: postmortem.body.as_deref().map(plain),
                url: words(postmortem.url.as_deref()),
                at: postmortem.at,
            }),
        }
    }
}

impl From<&Maintenance> for MaintenanceReply {
    fn from(maintenance: &Maintenance) -> Self {
        let facts = &maintenance.facts;
        Self {
            id: inert(&maintenance.id),
            title: inert(&facts.title),
            phase: facts.phase,
            phase_raw: words(facts.phase_raw.as_deref()),
            starts_at: facts.starts_at,
            ends_at: facts.ends_at,
            actual_start: facts.actual_start,
            actual_end: facts.actual_end,
            url: words(facts.url.as_deref()),
            components: facts.components.iter().map(NamedComponent::from).collect(),
            updates: maintenance.updates.iter().map(UpdateReply::from).collect(),
        }
    }
}

impl From<&snapshot::NamedComponent> for NamedComponent {
    fn from(named: &snapshot::NamedComponent) -> Self {
        Self {
            id: words(named.id.as_deref()),
            name: inert(&named.name),
            health: named.health,
        }
    }
}

impl<P: Copy> From<&snapshot::Update<P>> for UpdateReply<P> {
    fn from(update: &snapshot::Update<P>) -> Self {
        Self {
            id: inert(&update.id),
            phase: update.phase,
            phase_raw: words(update.phase_raw.as_deref()),
            at: update.at,
            text: plain(&update.body),
            components: update.components.iter().map(Transition::from).collect(),
        }
    }
}

impl From<&snapshot::Transition> for Transition {
    fn from(transition: &snapshot::Transition) -> Self {
        Self {
            id: words(transition.id.as_deref()),
            name: inert(&transition.name),
            from: transition.from,
            to: transition.to,
        }
    }
}

#[cfg(test)]
mod tests;
