//! What the shell remembers between runs: a small file beside the store. Losing it loses a window's size and whether an
//! offer was made, nothing else.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

/// The file's name in the data directory.
const FILE: &str = "desktop.json";

/// A window's size in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// The width.
    pub width: u32,
    /// The height.
    pub height: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    start_at_login_was_offered: bool,
    window: Option<Size>,
}

/// What is remembered. Clones share it.
#[derive(Clone, Debug)]
pub struct Remembered {
    file: PathBuf,
    kept: Arc<Mutex<Kept>>,
}

impl Remembered {
    /// Reads what an earlier run left in `data_dir`; a file that cannot be read counts as none.
    #[must_use]
    pub fn load(data_dir: &Path) -> Self {
        let file = data_dir.join(FILE);
        let kept = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self {
            file,
            kept: Arc::new(Mutex::new(kept)),
        }
    }

    /// Whether starting at login was offered before.
    #[must_use]
    pub fn start_at_login_was_offered(&self) -> bool {
        self.read(|kept| kept.start_at_login_was_offered)
    }

    /// Remembers that it was.
    pub fn remember_offer(&self) {
        self.change(|kept| kept.start_at_login_was_offered = true);
    }

    /// The size that the window had last.
    #[must_use]
    pub fn window(&self) -> Option<Size> {
        self.read(|kept| kept.window)
    }

    /// Remembers the window's size.
    pub fn remember_window(&self, size: Size) {
        self.change(|kept| kept.window = Some(size));
    }

    fn read<T>(&self, read: impl FnOnce(&Kept) -> T) -> T {
        read(&self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut Kept)) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let before = kept.clone();
        change(&mut kept);
        if *kept != before
            && let Err(error) = write(&self.file, &kept)
        {
            tracing::warn!(%error, "what the window looked like could not be remembered");
        }
    }
}

/// Whole or not at all.
fn write(file: &Path, kept: &Kept) -> std::io::Result<()> {
    let dir = file.parent().unwrap_or_else(|| Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(dir)?;
    temporary.write_all(&serde_json::to_vec(kept)?)?;
    temporary.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_remembered_is_known_to_the_next_run() {
        let dir = tempfile::tempdir().unwrap();
        let first = Remembered::load(dir.path());
        assert!(!first.start_at_login_was_offered());
        assert_eq!(first.window(), None);
        let size = Size {
            width: 900,
            height: 600,
        };
        first.remember_offer();
        first.remember_window(size);
        let next = Remembered::load(dir.path());
        assert!(next.start_at_login_was_offered());
        assert_eq!(next.window(), Some(size));
    }

    #[test]
    fn a_broken_file_counts_as_none_and_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), "{").unwrap();
        let remembered = Remembered::load(dir.path());
        assert!(!remembered.start_at_login_was_offered());
        remembered.remember_offer();
        assert!(Remembered::load(dir.path()).start_at_login_was_offered());
    }

    #[test]
    fn a_directory_that_cannot_be_written_changes_nothing_but_the_memory() {
        let remembered = Remembered::load(Path::new("/nowhere/at/all"));
        remembered.remember_offer();
        assert!(remembered.start_at_login_was_offered());
    }
}
