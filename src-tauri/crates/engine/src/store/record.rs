//! Recording changes.

use jiff::Timestamp;
use signalbox_pages::{MaintenancePhase, Phase, Update};

use super::{PageId, StoreError, Tx, component::Recorder, page::PageWordChange};
use crate::compare::Change;

/// What other rooms know of a vendor's words and recording needs of them. Pure functions.
#[derive(Clone, Copy, Debug)]
pub struct Wording {
    /// A raw text as plain text.
    pub plain: fn(&str) -> String,
    /// The hash of an incident's update's significant fields.
    pub incident_hash: fn(&Update<Phase>) -> u64,
    /// The hash of a maintenance's update's significant fields.
    pub maintenance_hash: fn(&Update<MaintenancePhase>) -> u64,
}

impl Tx<'_> {
    /// Records changes of one page, in their order, as known from `at` on. What [`super::View::load_state`] then gives is
    /// the state before with the changes applied. `order` are the ids of the page's components in the page's order, as far
    /// as they were read.
    ///
    /// # Errors
    /// Where the store cannot be written; [`StoreError::Fault`] for a change of an event that was never added.
    pub fn record_changes(
        &self,
        page: PageId,
        at: Timestamp,
        changes: &[Change],
        order: &[&str],
        wording: &Wording,
    ) -> Result<(), StoreError> {
        let mut word = PageWordChange::default();
        let mut components = Recorder::new(self, page, at, order)?;
        for change in changes {
            match change {
                Change::Identity { to, .. } => word.identity = Some(to),
                Change::Overall { to, .. } => word.overall = Some(to.as_ref()),
                Change::Health { to, .. } => word.health = Some(*to),
                Change::Component(change) => components.record(change)?,
                Change::Incident { id, change } => self.record_event(page, id, at, change, wording)?,
                Change::Maintenance { id, change } => self.record_event(page, id, at, change, wording)?,
            }
        }
        if word != PageWordChange::default() {
            self.set_page_word(page, &word, at)?;
        }
        // One span for both: the word and the health change together.
        if word.overall.is_some() || word.health.is_some() {
            self.renew_page_span(page, at)?;
        }
        Ok(())
    }
}
