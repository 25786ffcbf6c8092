//! What a page held while it was on another platform.

use jiff::SignedDuration;
use signalbox_pages::{Event, Snapshot};

use super::{
    PageId, StoreError, Tx,
    event::{self, Facts},
    value::sure_time,
};
use crate::carried::left_behind;

/// Maintenances are called alike again and again; platforms do not agree on when something began.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

impl Tx<'_> {
    /// Notes of everything that a page holds that its identifiers are those of the platform that it leaves.
    pub(super) fn leave_behind(&self, page: PageId) -> Result<(), StoreError> {
        self.run(
            "UPDATE event SET left_platform = (SELECT coalesce(platform, '') FROM page WHERE id = ?1)
             WHERE page_id = ?1 AND left_platform IS NULL",
            [page],
        )?;
        self.run(
            "UPDATE component SET left_platform = (SELECT coalesce(platform, '') FROM page WHERE id = ?1)
             WHERE page_id = ?1 AND left_platform IS NULL",
            [page],
        )?;
        Ok(())
    }

    /// Tells apart what a page says from what it said on another platform under the same identifiers. An incident or a
    /// maintenance is the same if it has its begin, or its title and began within a day of it; a component, if it has its
    /// name. Anything else makes way.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn tell_apart(&self, page: PageId, snapshot: &Snapshot) -> Result<(), StoreError> {
        let has_left = self.row(
            "SELECT EXISTS (SELECT 1 FROM event WHERE page_id = ?1 AND left_platform IS NOT NULL)
                OR EXISTS (SELECT 1 FROM component WHERE page_id = ?1 AND left_platform IS NOT NULL)",
            [page],
            |row| row.get::<_, bool>(0),
        )?;
        if has_left != Some(true) {
            return Ok(());
        }
        for incident in &snapshot.incidents {
            self.tell_event_apart(page, incident)?;
        }
        for maintenance in &snapshot.maintenances {
            self.tell_event_apart(page, maintenance)?;
        }
        for component in &snapshot.components {
            self.tell_component_apart(page, &component.id, &component.name)?;
        }
        Ok(())
    }

    fn tell_event_apart<F: Facts>(&self, page: PageId, event: &Event<F, F::Phase>) -> Result<(), StoreError> {
        let left = self.row(
            "SELECT id, title, began_at, left_platform FROM event
             WHERE vendor_id = ?1 AND page_id = ?2 AND kind = ?3 AND left_platform IS NOT NULL",
            (&event.id, page, F::KIND),
            |row| {
                Ok((
                    row.get::<_, i64>("id")?,
                    row.get::<_, String>("title")?,
                    sure_time(row, "began_at")?,
                    row.get::<_, String>("left_platform")?,
                ))
            },
        )?;
        let Some((id, title, began, platform)) = left else {
            return Ok(());
        };
        let apart =
            event::began_at(&event.facts, &event.updates).map(|begins| began.duration_since(begins).abs());
        let is_the_same = match apart {
            Some(apart) => apart.is_zero() || apart < A_DAY && title == event.facts.title(),
            None => title == event.facts.title(),
        };
        if is_the_same {
            self.run("UPDATE event SET left_platform = NULL WHERE id = ?1", [id])?;
            return Ok(());
        }
        self.make_way(
            "UPDATE OR IGNORE event SET vendor_id = ?2 WHERE id = ?1",
            id,
            &left_behind(&event.id, &platform),
        )
    }

    fn tell_component_apart(&self, page: PageId, vendor_id: &str, name: &str) -> Result<(), StoreError> {
        let left = self.row(
            "SELECT id, name, left_platform FROM component
             WHERE page_id = ?1 AND vendor_id = ?2 AND left_platform IS NOT NULL",
            (page, vendor_id),
            |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, String>(2)?,
                ))
            },
        )?;
        let Some((id, old_name, platform)) = left else {
            return Ok(());
        };
        if old_name == name {
            self.run("UPDATE component SET left_platform = NULL WHERE id = ?1", [id])?;
            return Ok(());
        }
        self.make_way(
            "UPDATE OR IGNORE component SET vendor_id = ?2 WHERE id = ?1",
            id,
            &left_behind(vendor_id, &platform),
        )
    }

    /// Gives a row this identifier; where something that was left before has it, the row's own number tells them apart.
    fn make_way(&self, rename: &'static str, row: i64, identifier: &str) -> Result<(), StoreError> {
        if self.run(rename, (row, identifier))? == 0 {
            self.run(rename, (row, format!("{identifier} {row}")))?;
        }
        Ok(())
    }
}
