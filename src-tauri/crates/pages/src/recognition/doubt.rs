//! What a person should know of a page although it can be read.

use url::Url;

use crate::readers::Site;
use crate::text;

/// What a person should know of a page although it can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// The page gives another address as its own: this one may be left over.
    #[error("the page calls {0} its own address: this one may be left over")]
    OtherAddress(String),
    /// The vendor has not changed it for long: it may be abandoned.
    #[error("nothing on it has changed since {0}: it may be abandoned")]
    LongUnchanged(String),
}

/// What is doubtful of a page, at the moment `now`.
#[must_use]
pub fn doubts(
    site: &Site,
    page: &crate::PageIdentity,
    updated_at: Option<jiff::Timestamp>,
    now: jiff::Timestamp,
) -> Vec<Doubt> {
    const A_YEAR: jiff::SignedDuration = jiff::SignedDuration::from_hours(365 * 24);
    let mut doubts = Vec::new();
    let host = |url: &Url| {
        url.host_str()
            .map(|host| host.trim_start_matches("www.").to_owned())
    };
    // A page at a bare number is somebody's own copy.
    let is_named = site.base().domain().is_some();
    let own = page
        .url
        .as_deref()
        .and_then(|own| Url::parse(own).ok())
        .filter(|_| is_named);
    if let Some(own) = own.filter(|own| host(own) != host(site.base())) {
        doubts.push(Doubt::OtherAddress(text::inert(own.as_str())));
    }
    if let Some(at) = updated_at.filter(|at| now.duration_since(*at) > A_YEAR) {
        doubts.push(Doubt::LongUnchanged(at.strftime("%-d %B %Y").to_string()));
    }
    doubts
}
