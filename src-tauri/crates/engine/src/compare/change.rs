//! One difference between the recorded state and a new snapshot.

use std::sync::Arc;

use signalbox_pages::{
    Component, Health, IncidentFacts, MaintenanceFacts, MaintenancePhase, Overall, PageIdentity, Phase,
    Update,
};

/// One difference between the recorded state of a page and a new snapshot of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The page names itself differently.
    Identity {
        /// As recorded.
        from: PageIdentity,
        /// As read.
        to: PageIdentity,
    },
    /// The overall word, its sentence, or both.
    Overall {
        /// As recorded.
        from: Option<Overall>,
        /// As read.
        to: Option<Overall>,
    },
    /// The page's health as a whole.
    Health {
        /// As recorded; `None` before the first reading.
        from: Option<Health>,
        /// As read.
        to: Health,
    },
    /// A component.
    Component(ComponentChange),
    /// An incident.
    Incident {
        /// Its id.
        id: String,
        /// What changed.
        change: EventChange<IncidentFacts, Phase>,
    },
    /// A maintenance.
    Maintenance {
        /// Its id.
        id: String,
        /// What changed.
        change: EventChange<MaintenanceFacts, MaintenancePhase>,
    },
}

/// A difference in one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComponentChange {
    /// It was not there before.
    Added(Arc<Component>),
    /// Something about it changed: its health, its word, its name, its place, its description.
    Changed {
        /// As recorded.
        from: Arc<Component>,
        /// As read.
        to: Arc<Component>,
    },
    /// A complete list no longer holds it.
    Removed(Arc<Component>),
}

/// A difference in one incident or maintenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventChange<F, P> {
    /// It was not known before.
    Added {
        /// Everything said of it.
        facts: F,
        /// Its updates, oldest first.
        updates: Vec<Update<P>>,
    },
    /// What is said of it beside its updates changed.
    Facts {
        /// As recorded.
        from: F,
        /// As read.
        to: F,
    },
    /// The vendor wrote something.
    UpdateAdded(Update<P>),
    /// The vendor rewrote something, or put back what it had taken away. The old words stay in the store.
    UpdateEdited(Update<P>),
    /// The vendor took something away. The old words stay in the store.
    UpdateDeleted {
        /// The update's id.
        id: String,
    },
    /// It was open and is gone from the list of open ones; the history is still to be asked.
    Missing,
    /// It was open and is nowhere on the page any more.
    Unlisted,
    /// It is listed again.
    Relisted,
}
