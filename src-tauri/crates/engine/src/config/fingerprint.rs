//! Whether a file is still what was read.

use std::hash::{DefaultHasher, Hasher};

/// What a file was: enough to see that it changed, by content and not by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(Option<(usize, u64)>);

impl Fingerprint {
    /// Of a file that is not there.
    pub const MISSING: Self = Self(None);

    /// Of a file with this content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(content);
        Self(Some((content.len(), hasher.finish())))
    }

    /// Whether there is no file, or nothing in it: what an editor leaves for a moment while it saves.
    pub(super) fn is_void(self) -> bool {
        self.0.is_none_or(|(length, _)| length == 0)
    }
}
