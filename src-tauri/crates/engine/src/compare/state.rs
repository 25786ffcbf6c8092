//! What is known and recorded of one page: the left side of every comparison.

use std::{collections::BTreeMap, sync::Arc};

use signalbox_pages::{Component, Health, IncidentFacts, MaintenanceFacts, Overall, PageIdentity};

/// What is known and recorded of one page.
///
/// It holds the page's present components, every open incident and maintenance, and of those that are over at
/// least the ones that the snapshot to be compared mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageState {
    /// Who the page says it is.
    pub identity: PageIdentity,
    /// The page's overall word as last read.
    pub overall: Option<Overall>,
    /// The page's health as last read; `None` before the first reading.
    pub health: Option<Health>,
    /// The components by id, in no order of meaning.
    pub components: BTreeMap<String, Arc<Component>>,
    /// The incidents by id.
    pub incidents: BTreeMap<String, EventState<IncidentFacts>>,
    /// The maintenances by id.
    pub maintenances: BTreeMap<String, EventState<MaintenanceFacts>>,
}

/// What is recorded of one incident or maintenance. The texts of its updates stay in the store; here stand their
/// significant hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventState<F> {
    /// Everything said of it beside its updates.
    pub facts: F,
    /// The updates by id.
    pub updates: BTreeMap<String, UpdateState>,
    /// Whether the page still lists it.
    pub listed: Listed,
}

/// What is recorded of one update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateState {
    /// The hash of its significant fields, see [`super::significant_hash`].
    pub hash: u64,
    /// Whether the vendor took it away again.
    pub deleted: bool,
}

/// Whether the page still lists an incident or a maintenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// It was in the last reading that could hold it.
    Yes,
    /// It was open and is gone from the list of open ones; the page's history has not been read since.
    Missing,
    /// It was open and is neither in the list of open ones nor in the page's history: "no longer listed", which is not
    /// "resolved" (T9).
    No,
}
