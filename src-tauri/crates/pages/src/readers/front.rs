//! The front of a page: what its address answers to a browser.

use url::Url;

use crate::text;

/// What an address answered when it was asked as a browser asks. Fingerprints are looked for in it; it is never read
/// for health.
#[derive(Clone, Copy, Debug)]
pub struct Front<'a> {
    /// Where the answer came from in the end, after redirects.
    pub url: &'a Url,
    /// The headers of the answer, names in lower case.
    pub headers: &'a [(String, String)],
    /// The answer, at most its first megabyte.
    pub body: &'a str,
}

impl<'a> Front<'a> {
    /// The value of a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the answer holds a text, letter by letter.
    #[must_use]
    pub fn holds(&self, mark: &str) -> bool {
        self.body.contains(mark)
    }

    /// What stands between two texts, the first time both are there on the way.
    #[must_use]
    pub fn between(&self, before: &str, after: &str) -> Option<&'a str> {
        let (_, rest) = self.body.split_once(before)?;
        rest.split_once(after).map(|(found, _)| found)
    }

    /// The feeds that a web page names in `<link rel="alternate">`, in its order.
    #[must_use]
    pub fn feeds(&self) -> Vec<Url> {
        const MOST: usize = 8;
        let mut feeds = Vec::new();
        // ASCII lower case keeps every position.
        let lower = self.body.to_ascii_lowercase();
        let mut at = 0;
        while let Some(found) = lower.get(at..).and_then(|rest| rest.find("<link")) {
            let begin = at + found;
            let Some(length) = lower.get(begin..).and_then(|rest| rest.find('>')) else {
                break;
            };
            at = begin + length;
            let tag = self.body.get(begin..at).unwrap_or_default();
            let is_feed = [
                "application/rss+xml",
                "application/atom+xml",
                "application/feed+json",
            ]
            .iter()
            .any(|kind| tag.to_ascii_lowercase().contains(kind));
            let address = attribute(tag, "href").and_then(|href| self.url.join(&href).ok());
            if let Some(address) = address.filter(|_| is_feed)
                && !feeds.contains(&address)
                && feeds.len() < MOST
            {
                feeds.push(address);
            }
        }
        feeds
    }
}

/// The value of an attribute of a tag, quoted or not, entities decoded.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let mut at = 0;
    loop {
        let found = at + lower.get(at..)?.find(name)?;
        at = found + name.len();
        let is_whole = lower.get(..found)?.ends_with(char::is_whitespace);
        let Some(value) = tag.get(at..)?.trim_start().strip_prefix('=').filter(|_| is_whole) else {
            continue;
        };
        let value = value.trim_start();
        let raw = match value.chars().next()? {
            quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
            _ => value
                .split(|end: char| end.is_whitespace() || end == '>')
                .next()?,
        };
        return Some(text::plain(raw));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_names_its_feeds_whatever_its_style() {
        let url = Url::parse("https://status.example/eu/").unwrap();
        let front = Front {
            url: &url,
            headers: &[("server".to_owned(), "Vercel".to_owned())],
            body: "<html><head><link rel=alternate type=application/rss+xml href=feed.rss>\
                   <LINK HREF='/history.atom?a=1&amp;b=2' TYPE='application/atom+xml'>\
                   <link rel=\"stylesheet\" href=\"a.css\"><link type=\"application/rss+xml\" title=\"href=no\">\
                   <link rel=\"alternate\" type=\"application/rss+xml\" href=\"/eu/feed.rss\"><link",
        };
        let feeds: Vec<String> = front.feeds().iter().map(Url::to_string).collect();
        assert_eq!(
            feeds,
            [
                "https://status.example/eu/feed.rss",
                "https://status.example/history.atom?a=1&b=2"
            ]
        );
        assert_eq!(front.header("server"), Some("Vercel"));
        assert_eq!(
            front.between("<LINK HREF='", "'"),
            Some("/history.atom?a=1&amp;b=2")
        );
    }
}
