//! What the operating system says of this machine's network: a word to be checked by asking, never a proof (T7).

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other as system;

use std::sync::OnceLock;

use tokio::sync::watch;

/// The operating system's word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NetworkWord {
    /// It says nothing, or nobody has asked it.
    #[default]
    Unknown,
    /// There is a way out of this machine.
    Connected,
    /// There is none.
    Disconnected,
}

/// The operating system's word and every later one. One thread listens for the whole process.
#[must_use]
pub fn listen() -> watch::Receiver<NetworkWord> {
    static WORD: OnceLock<watch::Receiver<NetworkWord>> = OnceLock::new();
    WORD.get_or_init(system::listen).clone()
}

/// A word that never comes, for an engine that asks nobody.
#[must_use]
pub fn silent() -> watch::Receiver<NetworkWord> {
    watch::channel(NetworkWord::Unknown).1
}
