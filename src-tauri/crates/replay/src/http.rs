//! As much of HTTP/1.1 as a stand-in needs (RFC 9112): request heads in, response heads out.

use std::fmt::Write as _;

use bytes::Bytes;
use jiff::{Timestamp, fmt::rfc2822};

/// Heads longer than this are refused.
pub(crate) const LONGEST_HEAD: usize = 64 * 1024;

/// A request's head, kept as it came; fields are looked up in place.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    raw: Bytes,
    /// Where the method and the target end in `raw`.
    method_end: usize,
    target_end: usize,
    is_http10: bool,
}

impl Head {
    /// Reads a head that ends with an empty line. `None`: not HTTP/1.
    pub(crate) fn parse(raw: Bytes) -> Option<Self> {
        let text = std::str::from_utf8(&raw).ok()?;
        let line = text.split("\r\n").next()?;
        let (method, rest) = line.split_once(' ')?;
        let (target, version) = rest.split_once(' ')?;
        if method.is_empty() || target.is_empty() {
            return None;
        }
        let is_http10 = match version {
            "HTTP/1.1" => false,
            "HTTP/1.0" => true,
            _ => return None,
        };
        let method_end = method.len();
        let target_end = method_end + 1 + target.len();
        Some(Self {
            raw,
            method_end,
            target_end,
            is_http10,
        })
    }

    fn text(&self, range: impl std::slice::SliceIndex<[u8], Output = [u8]>) -> &str {
        self.raw
            .get(range)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    pub(crate) fn method(&self) -> &str {
        self.text(..self.method_end)
    }

    /// The request target, query included.
    pub(crate) fn target(&self) -> &str {
        self.text(self.method_end + 1..self.target_end)
    }

    /// The target's path: without origin and query.
    pub(crate) fn path(&self) -> &str {
        let target = self.target();
        let target = match target.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| rest.split_at(at).1),
            None => target,
        };
        target.split('?').next().unwrap_or(target)
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.text(..).split("\r\n").skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Whether the client expects the connection to stay open.
    pub(crate) fn keeps_alive(&self) -> bool {
        match self.field("connection") {
            Some(value) if value.eq_ignore_ascii_case("close") => false,
            Some(value) if value.eq_ignore_ascii_case("keep-alive") => true,
            _ => !self.is_http10,
        }
    }

    /// The length of the body that follows; `None` if it cannot be told.
    pub(crate) fn body_length(&self) -> Option<u64> {
        if self.field("transfer-encoding").is_some() {
            return None;
        }
        match self.field("content-length") {
            Some(value) => value.parse().ok(),
            None => Some(0),
        }
    }
}

/// Where the head that begins `buffer` ends, its empty line included.
pub(crate) fn end_of_head(buffer: &[u8]) -> Option<usize> {
    buffer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|at| at + 4)
}

/// The usual reason phrase of a status code.
pub(crate) const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unspecified",
    }
}

/// Whether a response of this status never has a body.
pub(crate) const fn is_bodiless(status: u16) -> bool {
    matches!(status, 100..200 | 204 | 304)
}

/// An HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
pub(crate) fn date(at: Timestamp) -> String {
    rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&at)
        .unwrap_or_else(|_| "Thu, 01 Jan 1970 00:00:00 GMT".to_owned())
}

/// Reads an HTTP date.
pub(crate) fn parse_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// Whether `If-None-Match` names the tag, by weak comparison (RFC 9110, section 8.8.3.2).
pub(crate) fn names_tag(if_none_match: &str, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if_none_match.trim() == "*" || if_none_match.split(',').any(|tag| opaque(tag) == opaque(etag))
}

/// Appends `name: value` to a head.
pub(crate) fn push_field(head: &mut String, name: &str, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(head, "{name}: {value}\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Option<Head> {
        Head::parse(Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn a_head_is_read_in_place() {
        let head = head("GET /a/b?c=d HTTP/1.1\r\nHost: x\r\nIf-None-Match:  W/\"1\" \r\n\r\n").unwrap();
        assert_eq!(
            (head.method(), head.target(), head.path()),
            ("GET", "/a/b?c=d", "/a/b")
        );
        assert_eq!(head.field("if-none-match"), Some("W/\"1\""));
        assert_eq!(head.field("accept"), None);
        assert!(head.keeps_alive());
        assert_eq!(head.body_length(), Some(0));
    }

    #[test]
    fn what_is_not_http_1_is_no_head() {
        for text in [
            "",
            "GET\r\n\r\n",
            "GET /\r\n\r\n",
            "GET / HTTP/2\r\n\r\n",
            "\u{16}\u{3}\u{1}\r\n\r\n",
        ] {
            assert!(head(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_proxy_style_target_has_a_path() {
        assert_eq!(head("GET http://h/x?y HTTP/1.1\r\n\r\n").unwrap().path(), "/x");
        assert_eq!(head("GET http://h HTTP/1.1\r\n\r\n").unwrap().path(), "/");
    }

    #[test]
    fn tags_compare_weakly() {
        assert!(names_tag("\"a\", W/\"b\"", "W/\"a\""));
        assert!(names_tag("*", "W/\"a\""));
        assert!(!names_tag("W/\"b\"", "W/\"a\""));
    }

    #[test]
    fn dates_round_trip_to_the_second() {
        let at: Timestamp = "1994-11-06T08:49:37Z".parse().unwrap();
        assert_eq!(date(at), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(parse_date(&date(at)), Some(at));
        assert_eq!(parse_date("yesterday"), None);
    }
}
