//! Recording changes.

use jiff::Timestamp;
use signalbox_pages::{MaintenancePhase, Phase, Update};

use super::{PageId, StoreError, Tx, component::Recorder};
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
        let mut page_word_changed = false;
        let mut components = Recorder::new(self, page, at, order)?;
        for change in changes {
            match change {
                Change::Identity { to, .. } => self.set_identity(page, to)?,
                Change::Overall { to, .. } => {
                    self.set_overall(page, to.as_ref())?;
                    page_word_changed = true;
                }
                Change::Health { to, .. } => {
                    self.set_health(page, *to, at)?;
                    page_word_changed = true;
                }
                Change::Component(change) => components.record(change)?,
                Change::Incident { id, change } => self.record_event(page, id, at, change, wording)?,
                Change::Maintenance { id, change } => self.record_event(page, id, at, change, wording)?,
            }
        }
        // One span for both: the word and the health change together.
        if page_word_changed {
            self.renew_page_span(page, at)?;
        }
        Ok(())
    }
}
