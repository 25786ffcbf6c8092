//! Whether one list may take the place of another.

use crate::Catalogue;

/// Why a well-formed list must not take the place of the present one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It holds less than half of the vendors: it was probably cut off, or is another list.
    #[error("the new list holds {new} vendors, less than half of the {present} in use")]
    Smaller {
        /// How many vendors it holds.
        new: usize,
        /// How many are held now.
        present: usize,
    },
}

impl Catalogue {
    /// Whether `new` may take this catalogue's place. The person's own entries do not count on either side.
    ///
    /// # Errors
    /// Where it holds less than half of the vendors.
    pub fn may_replace(&self, new: &Self) -> Result<(), Refusal> {
        let listed = |catalogue: &Self| catalogue.vendors().iter().filter(|vendor| !vendor.own).count();
        let (present, new) = (listed(self), listed(new));
        if new.saturating_mul(2) < present {
            return Err(Refusal::Smaller { new, present });
        }
        Ok(())
    }
}
