//! What an address turned out to be.

use crate::readers::{Reading, Site, Unreadable};

/// A page that was recognised.
#[derive(Debug)]
pub struct Found {
    /// The key of its platform.
    pub platform: &'static str,
    /// The platform's name for people.
    pub platform_name: &'static str,
    /// Where its documents are.
    pub site: Site,
    /// Whether it is a feed, which tells of incidents alone.
    pub is_feed: bool,
    /// What its first document says.
    pub reading: Reading,
}

/// Why an address is no page that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Nothing {
    /// A sub-domain of a hosting platform that belongs to nobody.
    #[error("nobody has a page at this address: it leads to {0}")]
    Unclaimed(String),
    /// The page exists and has been switched off, or never been switched on.
    #[error("the page is not active")]
    Inactive,
    /// The page asks for a sign-in.
    #[error("the page is private: it asks to sign in")]
    Private,
    /// The page is a trial that nobody has set up.
    #[error("the page is an unused trial: its components are examples")]
    Trial,
    /// Nobody answered.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// The host wants to be left alone for now (429).
    #[error("the host asks not to be asked so often; try again later")]
    Busy,
    /// The host gives the same answer whatever it is asked.
    #[error("the host answers every address alike, so nothing that it says proves anything")]
    CatchAll,
    /// It is a page of a known platform, and what it says cannot be read.
    #[error("it looks like {platform}, but {reason}")]
    Unreadable {
        /// The platform's name for people.
        platform: &'static str,
        /// Why it cannot be read.
        reason: Unreadable,
    },
    /// There is something, but nothing in it is made for programs.
    #[error("it is not readable by programs; open it in a browser")]
    NotForPrograms,
}
