//! One reader per platform, and what all of them share.

pub mod statuspage;

mod encoding;
mod json;

use url::Url;

use crate::snapshot::Snapshot;
use statuspage::Statuspage;

/// Every platform that can be read.
#[must_use]
pub fn all() -> &'static [&'static dyn Reader] {
    &[&Statuspage]
}

/// The reader of a platform, by [`Reader::key`].
#[must_use]
pub fn by_key(key: &str) -> Option<&'static dyn Reader> {
    all().iter().copied().find(|reader| reader.key() == key)
}

/// What the engine asks of a platform. A reader is pure: bytes in, [`Reading`] out.
pub trait Reader: Send + Sync {
    /// The platform's key, as in `--platform KEY` and in the database.
    fn key(&self) -> &'static str;

    /// The platform's name for people.
    fn name(&self) -> &'static str;

    /// The documents of a page whose address is `base` (it ends in `/`; documents resolve below it). The light
    /// ones are fetched at every poll, the heavy ones at first sight and when something changed.
    fn documents(&self, base: &Url) -> Vec<DocumentAddress>;

    /// Whether a document is of this platform, judged by its shape alone.
    fn recognises(&self, document: &Document<'_>) -> bool;

    /// Reads the documents of one page, any number of them in any order.
    ///
    /// # Errors
    /// Where the documents are not a page of this platform. One odd value is a warning, never an error.
    fn read(&self, documents: &[Document<'_>]) -> Result<Reading, Unreadable>;
}

/// Where a document of a page is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentAddress {
    /// The document's name within its platform, such as `summary`.
    pub name: &'static str,
    /// Its address.
    pub url: Url,
    /// Whether it is left out of ordinary polls.
    pub heavy: bool,
    /// Whether a page may lack it (404): then the page is read from the others.
    pub optional: bool,
}

/// A document as it was served.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The document's name within its platform (see [`DocumentAddress::name`]), or a file's name, or empty: a hint,
    /// never a proof of what it holds.
    pub name: &'a str,
    /// The bytes, content encoding removed.
    pub body: &'a [u8],
}

/// A page that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What the page said.
    pub snapshot: Snapshot,
    /// What was odd, in plain words, each naming its place in the document.
    pub warnings: Vec<String>,
    /// The names of the heavy documents without which even an ordinary poll of this page is incomplete, such as a full
    /// list of components where the light document is cut short; whether or not they are among these documents.
    pub wants: Vec<&'static str>,
}

/// Why documents could not be read as a page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There was nothing in it.
    #[error("the answer is empty")]
    Empty,
    /// The bytes are not text in any encoding that the platform uses.
    #[error("the answer is not text: {reason}")]
    NotText {
        /// What is wrong with them.
        reason: String,
    },
    /// A web page where data was expected: a login, a captive portal, an error page.
    #[error("the answer is a web page{}, not data", title.as_deref().map(|title| format!(" (\u{201c}{title}\u{201d})")).unwrap_or_default())]
    WebPage {
        /// Its title, cut to 80 characters.
        title: Option<String>,
    },
    /// Text that is not well-formed, or is cut off.
    #[error("the answer is not well-formed: {reason}")]
    Malformed {
        /// What the parser says, with its position.
        reason: String,
    },
    /// Well-formed, but no page of this platform.
    #[error("the answer is no status page of a known kind: {reason}")]
    OtherShape {
        /// What is missing or different.
        reason: String,
    },
    /// Documents of different pages were given together.
    #[error("the documents belong to different pages: {first} and {second}")]
    DifferentPages {
        /// The first page's id.
        first: String,
        /// The other's.
        second: String,
    },
}
