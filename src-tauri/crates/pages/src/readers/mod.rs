//! One reader per platform, and what all of them share.

pub mod adobe;
pub mod apple;
pub mod aws;
pub mod azure;
pub mod azuredevops;
pub mod betterstack;
pub mod cachet2;
pub mod cachet3;
pub mod checkly;
pub mod concur;
pub mod cstate;
pub mod feed;
pub mod firehydrant;
pub mod gatus;
pub mod google;
pub mod heroku;
pub mod hyperping;
pub mod incidentio;
pub mod infomaniak;
pub mod instatus;
pub mod openstatus;
pub mod oracle;
pub mod pagerduty;
pub mod salesforce;
pub mod slack;
pub mod sorry;
pub mod statuscast;
pub mod statusio;
pub mod statusiq;
pub mod statuspage;
pub mod statuspal;
pub mod upptime;
pub mod uptimekuma;
pub mod uptimerobot;
pub mod xai;
pub mod xbox;
pub mod yandex;
pub mod zendesk;

mod addresses;
mod components;
mod documents;
mod encoding;
mod front;
mod ids;
mod json;
mod lists;
mod names;
mod roll_up;
mod site;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod times;
mod unread;
mod updates;
mod xml;

use url::Url;

use crate::snapshot::Snapshot;
use adobe::Adobe;
use apple::Apple;
use aws::Aws;
use azure::Azure;
use azuredevops::AzureDevOps;
use betterstack::BetterStack;
use cachet2::Cachet2;
use cachet3::Cachet3;
use checkly::Checkly;
use concur::Concur;
use cstate::Cstate;
use feed::Feed;
use firehydrant::FireHydrant;
use gatus::Gatus;
use google::Google;
use heroku::Heroku;
use hyperping::Hyperping;
use incidentio::IncidentIo;
use infomaniak::Infomaniak;
use instatus::Instatus;
use openstatus::OpenStatus;
use oracle::Oracle;
use pagerduty::PagerDuty;
use salesforce::Salesforce;
use slack::Slack;
use sorry::Sorry;
use statuscast::StatusCast;
use statusio::StatusIo;
use statusiq::StatusIq;
use statuspage::Statuspage;
use statuspal::Statuspal;
use upptime::Upptime;
use uptimekuma::UptimeKuma;
use uptimerobot::UptimeRobot;
use xai::Xai;
use xbox::Xbox;
use yandex::Yandex;
use zendesk::Zendesk;

pub use front::Front;
pub use site::Site;
pub use unread::UNREAD;

/// Every platform that can be read, in the order in which a page of an unknown one is tried: the more particular first
/// where two are alike, then the more common; feeds, which tell least, last.
#[must_use]
pub fn all() -> &'static [&'static dyn Reader] {
    &[
        &OpenStatus,
        &Oracle,
        &Sorry,
        &Statuspage,
        &IncidentIo,
        &Instatus,
        &BetterStack,
        &StatusIo,
        &Cstate,
        &Cachet2,
        &Cachet3,
        &Statuspal,
        &UptimeRobot,
        &PagerDuty,
        &StatusIq,
        &StatusCast,
        &FireHydrant,
        &Hyperping,
        &Checkly,
        &Upptime,
        &Gatus,
        &UptimeKuma,
        &Google,
        &Aws,
        &Azure,
        &AzureDevOps,
        &Apple,
        &Slack,
        &Salesforce,
        &Heroku,
        &Adobe,
        &Concur,
        &Yandex,
        &Infomaniak,
        &Xai,
        &Xbox,
        &Zendesk,
        &Feed,
    ]
}

/// The platform that most pages are of: worth a question where nothing is known yet.
pub const COMMONEST: &str = "statuspage";

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

    /// What this reader rests on.
    fn evidence(&self) -> Evidence;

    /// What the platform publishes that is not read, and why: one sentence each, for the documentation.
    fn left_out(&self) -> &'static [&'static str] {
        &[]
    }

    /// The page that an address means by itself: a vendor's own host, or a host that only this platform has. The
    /// address may be a deep link into the page.
    fn site_at(&self, _address: &Url) -> Option<Site> {
        None
    }

    /// The page behind a front page that bears this platform's marks. That it does is no proof: what is believed are the
    /// documents.
    fn site_behind(&self, _front: &Front<'_>) -> Option<Site> {
        None
    }

    /// Where a page of this platform would be if it were at `base` and nothing else is known; `None` for a platform whose
    /// pages cannot be found by their address alone. Every guess costs the host a question.
    fn guess(&self, _base: &Url) -> Option<Site> {
        None
    }

    /// Whether a host can have several pages of this platform, each below a path of its own.
    fn lives_below_paths(&self) -> bool {
        false
    }

    /// The key of the platform whose own documents say more of a page that this reader can read too.
    fn said_better_by(&self, _reading: &Reading) -> Option<&'static str> {
        None
    }

    /// Whether this reader is tried only when nothing else reads a page: a feed tells of incidents alone.
    fn is_last_resort(&self) -> bool {
        false
    }

    /// The documents of a page. The first one is the one to recognise it by.
    fn documents(&self, site: &Site) -> Vec<DocumentAddress>;

    /// Whether a document is of this platform: whether it can be read by itself.
    fn recognises(&self, document: &Document<'_>) -> bool {
        self.read(std::slice::from_ref(document), None).is_ok()
    }

    /// Reads the documents of one page, any number of them in any order. `site` is where they came from, for links that
    /// they give only in part; `None` where that is not known.
    ///
    /// # Errors
    /// Where the documents are not a page of this platform. One odd value is a warning, never an error.
    fn read(&self, documents: &[Document<'_>], site: Option<&Site>) -> Result<Reading, Unreadable>;
}

/// What a reader rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Payloads as vendors really served them.
    Seen,
    /// The documentation of the platform or of the vendor alone, or public client code: no payload was at hand.
    Documented,
}

/// Where a document of a page is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentAddress {
    /// The document's name within its platform, such as `summary`.
    pub name: &'static str,
    /// Its address.
    pub url: Url,
    /// When it is fetched.
    pub asked: Asked,
    /// Whether a page may lack it (404): then the page is read from the others.
    pub optional: bool,
}

impl DocumentAddress {
    /// A document that every poll fetches, and without which the page cannot be read.
    #[must_use]
    pub fn light(name: &'static str, url: Url) -> Self {
        Self {
            name,
            url,
            asked: Asked::AtEveryPoll,
            optional: false,
        }
    }

    /// A document that a page may lack and that ordinary polls leave out.
    #[must_use]
    pub fn heavy(name: &'static str, url: Url) -> Self {
        Self {
            name,
            url,
            asked: Asked::Seldom,
            optional: true,
        }
    }
}

/// When a document is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// At every poll.
    AtEveryPoll,
    /// At first sight, when something changed, after a gap, and once a day; at every poll if [`Reading::wants`] names it.
    Seldom,
    /// Only if [`Reading::wants`] names it, then at every poll: the further pages of a list.
    IfWanted,
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
    /// The names of the documents without which even an ordinary poll of this page is incomplete, such as a full list of
    /// components where the light document is cut short; whether or not they are among these documents.
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

impl Unreadable {
    /// No page of this platform, for this reason.
    pub(crate) fn other_shape(reason: &str) -> Self {
        Self::OtherShape {
            reason: reason.to_owned(),
        }
    }
}
