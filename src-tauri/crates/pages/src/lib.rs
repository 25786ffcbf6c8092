//! What status pages say, in one vocabulary.
//!
//! This crate turns the documents that a status page serves into a [`Snapshot`]: everything one page said at
//! one moment, normalised. It is pure: no network, no clock, no database, no async. One reader per
//! platform ([`readers`]); a reader never panics and never gives up a whole page for one odd value.

pub mod contract;
pub mod health;
pub mod readers;
pub mod recognition;
pub mod snapshot;
pub mod text;
pub mod words;

pub use readers::{Asked, Document, DocumentAddress, Evidence, Front, Reader, Reading, Site, Unreadable};
pub use snapshot::{
    Component, Coverage, Event, GroupName, Incident, IncidentFacts, Listing, Maintenance, MaintenanceFacts,
    NamedComponent, Overall, PageIdentity, Postmortem, Snapshot, Transition, Update,
};
pub use words::{Health, Impact, MaintenancePhase, Phase};
