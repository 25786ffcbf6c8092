//! One answer, honest or not.

use std::{io, time::Duration};

use bytes::{Bytes, BytesMut};
use jiff::SignedDuration;
use tokio::io::AsyncWriteExt;

use crate::{
    accounting::Exchange,
    connection::{After, Wire, until_gone},
    deflate_bomb::Bomb,
    document::{Document, Encoding},
    http::{self, Head},
    misbehaviour::{Misbehaviour, RetryAfter},
    page::{HttpOptions, PageInner, State},
};

/// Bodies up to this length are sent with their head in one write.
const ONE_WRITE: usize = 256 * 1024;

/// An answer that is ready to be sent.
struct Reply {
    status: u16,
    /// Header fields, each with its line's end.
    fields: String,
    body: Bytes,
}

impl Reply {
    fn new(status: u16) -> Self {
        Self {
            status,
            fields: String::with_capacity(384),
            body: Bytes::new(),
        }
    }

    fn with_body(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let mut reply = Self::new(status);
        reply.field("content-type", content_type);
        reply.body = body.into();
        reply
    }

    fn field(&mut self, name: &str, value: impl std::fmt::Display) {
        http::push_field(&mut self.fields, name, value);
    }
}

/// How a reply is put on the wire.
enum Delivery {
    /// All at once, with a length.
    Whole,
    /// In chunks.
    Chunked,
    /// As HTTP/1.0: no length, the end is the end of the connection.
    UntilClose,
    /// The head alone, then nothing.
    HeadOnly,
    /// The head, then a byte at a time.
    DripBody(Duration),
    /// The head a byte at a time, then the body.
    DripHead(Duration),
    /// The head and so many bytes of the body.
    Truncated(usize),
}

/// Answers one request. `scratch` is a buffer to be used again.
///
/// # Errors
/// The client is gone.
pub(crate) async fn answer(
    wire: &mut impl Wire,
    page: &PageInner,
    head: &Head,
    mut exchange: Exchange<'_>,
    scratch: &mut Vec<u8>,
) -> io::Result<After> {
    let state = page.state();
    let is_head = head.method() == "HEAD";
    let misbehaviour = state.for_request(head.path());

    let mut delivery = if state.http.chunked {
        Delivery::Chunked
    } else {
        Delivery::Whole
    };
    let reply = match misbehaviour {
        Some(Misbehaviour::Refuse | Misbehaviour::Reset) => return Ok(After::Reset),
        Some(Misbehaviour::CloseEarly) => return Ok(After::Drop),
        Some(Misbehaviour::Hang) => {
            until_gone(wire).await;
            return Ok(After::Drop);
        }
        Some(Misbehaviour::Huge { bytes }) => return huge(wire, page, *bytes, is_head, exchange).await,
        Some(Misbehaviour::GzipBomb { inflated }) => {
            return bomb(wire, page, *inflated, is_head, exchange).await;
        }
        _ if !is_head && head.method() != "GET" => {
            let mut reply = Reply::new(405);
            reply.field("allow", "GET, HEAD");
            reply
        }
        Some(Misbehaviour::Status {
            code,
            retry_after,
            headers,
            body,
        }) => {
            let mut reply = Reply::new(*code);
            match retry_after {
                Some(RetryAfter::Seconds(seconds)) => reply.field("retry-after", seconds),
                Some(RetryAfter::Date { date_in }) => {
                    let span = SignedDuration::try_from(*date_in).unwrap_or(SignedDuration::MAX);
                    let at = page
                        .shared
                        .now()
                        .saturating_add(span)
                        .unwrap_or(jiff::Timestamp::MAX);
                    reply.field("retry-after", http::date(at));
                }
                None => {}
            }
            let has_type = headers
                .keys()
                .any(|name| name.eq_ignore_ascii_case("content-type"));
            if !body.is_empty() && !has_type {
                reply.field("content-type", "text/html; charset=utf-8");
            }
            for (name, value) in headers {
                reply.field(name, value);
            }
            reply.body = body.clone().into();
            reply
        }
        Some(Misbehaviour::LoginPage) => Reply::with_body(200, "text/html; charset=utf-8", LOGIN_PAGE),
        Some(Misbehaviour::CaptivePortal) => {
            Reply::with_body(200, "text/html; charset=utf-8", CAPTIVE_PORTAL)
        }
        Some(Misbehaviour::Redirect {
            status,
            to,
            keep_path,
        }) => {
            let path = if *keep_path { head.path() } else { "" };
            redirect(*status, &format!("{to}{path}"))
        }
        Some(Misbehaviour::RedirectChain { status, hops }) => match next_hop(head.target(), *hops) {
            Some(hop) => redirect(*status, &format!("{}?hop={hop}", head.path())),
            None => honest(page, &state, head, None).await,
        },
        Some(Misbehaviour::HangBody) => {
            delivery = Delivery::HeadOnly;
            honest(page, &state, head, misbehaviour).await
        }
        Some(Misbehaviour::Drip { every }) => {
            delivery = Delivery::DripBody(*every);
            honest(page, &state, head, misbehaviour).await
        }
        Some(Misbehaviour::SlowHeaders { every }) => {
            delivery = Delivery::DripHead(*every);
            honest(page, &state, head, misbehaviour).await
        }
        Some(Misbehaviour::Truncate { after }) => {
            delivery = Delivery::Truncated(*after);
            honest(page, &state, head, misbehaviour).await
        }
        Some(Misbehaviour::Http10) => {
            delivery = Delivery::UntilClose;
            honest(page, &state, head, misbehaviour).await
        }
        _ => honest(page, &state, head, misbehaviour).await,
    };
    exchange.answers_with(reply.status);
    send(
        wire,
        page,
        &state.http,
        reply,
        delivery,
        is_head,
        exchange,
        scratch,
    )
    .await
}

const LOGIN_PAGE: &str = "<!doctype html>\n<html lang=\"en\"><head><title>Sign in</title></head><body>\
    <h1>Please sign in to go on</h1><form method=\"post\" action=\"/login\">\
    <label>Name <input name=\"name\"></label><label>Password <input name=\"password\" type=\"password\"></label>\
    <button>Sign in</button></form></body></html>\n";

const CAPTIVE_PORTAL: &str = "<!doctype html>\n<html lang=\"en\"><head><title>Welcome to the guest network</title>\
    </head><body><h1>Harbour Hotel guest network</h1><p>Accept the terms of use to reach the internet.</p>\
    <form method=\"post\" action=\"http://portal.invalid/accept\"><button>Accept</button></form></body></html>\n";

fn redirect(status: u16, to: &str) -> Reply {
    let mut reply = Reply::new(status);
    reply.field("location", to);
    reply
}

/// The number of the next redirect in a chain of `hops`, given the target of this request.
fn next_hop(target: &str, hops: u32) -> Option<u32> {
    let past = target
        .rsplit_once("?hop=")
        .and_then(|(_, hop)| hop.parse().ok())
        .unwrap_or(0u32);
    (past < hops).then_some(past + 1)
}

/// The document as a page that goes wrong in its body serves it, or as it is.
fn spoil(document: &Document, misbehaviour: Option<&Misbehaviour>) -> Option<Document> {
    let body = document.body();
    let spoilt = match misbehaviour {
        Some(Misbehaviour::CutShort { after }) => body.slice(..body.len().min(*after)),
        Some(Misbehaviour::InvalidUtf8) => {
            // In front of the last quote, which in JSON is inside a string or ends one.
            let at = body.iter().rposition(|byte| *byte == b'"').unwrap_or(body.len());
            [
                body.slice(..at),
                Bytes::from_static(&[0xc3, 0x28, 0xff]),
                body.slice(at..),
            ]
            .concat()
            .into()
        }
        Some(Misbehaviour::Bom) => [Bytes::from_static(b"\xef\xbb\xbf"), body.clone()]
            .concat()
            .into(),
        Some(Misbehaviour::Empty) => Bytes::new(),
        Some(Misbehaviour::Garbage) => Bytes::from_static(b"{\"page\": {]]} not json at all <<<"),
        Some(Misbehaviour::OtherJson) => Bytes::from_static(b"{\"greeting\":\"hello\",\"numbers\":[1,2,3]}"),
        Some(Misbehaviour::WrongContentType) => return Some(Document::html(body.clone())),
        _ => return None,
    };
    Some(Document::new(spoilt, document.content_type()))
}

/// The answer of a page that behaves, its body and validators as far off as the misbehaviour says.
async fn honest(page: &PageInner, state: &State, head: &Head, misbehaviour: Option<&Misbehaviour>) -> Reply {
    let documents = &state.documents;
    // A query tells documents apart only where one was set with it.
    let Some(served) = documents
        .get(head.target())
        .or_else(|| documents.get(head.path()))
    else {
        return Reply::new(404);
    };
    let options = &state.http;
    let spoilt = spoil(&served.document, misbehaviour);
    let document = spoilt.as_ref().unwrap_or(&served.document);
    let etag = match misbehaviour {
        Some(Misbehaviour::ConstantEtag) => Some("W/\"constant\""),
        _ => options.etag.then(|| document.etag()),
    };
    let modified_at = match misbehaviour {
        Some(Misbehaviour::ConstantEtag) => None,
        _ => options.last_modified.then(|| served.modified_at()),
    };

    // If-Modified-Since counts only where If-None-Match is absent (RFC 9110, section 13.1.3).
    let is_unchanged = match (head.field("if-none-match"), head.field("if-modified-since")) {
        _ if misbehaviour == Some(&Misbehaviour::IgnoreValidators) => false,
        (Some(tags), _) => etag.is_some_and(|etag| http::names_tag(tags, etag)),
        (None, Some(date)) => modified_at
            .zip(http::parse_date(date))
            .is_some_and(|(modified_at, date)| modified_at.as_second() <= date.as_second()),
        (None, None) => false,
    };

    let mut reply = Reply::new(if is_unchanged { 304 } else { 200 });
    reply.field("date", page.shared.date());
    if let Some(etag) = etag {
        reply.field("etag", etag);
    }
    if let Some(at) = modified_at {
        reply.field("last-modified", http::date(at));
    }
    if !options.cache_control.is_empty() {
        reply.field("cache-control", &options.cache_control);
    }
    if !options.encodings.is_empty() {
        reply.field("vary", "accept-encoding");
    }
    if is_unchanged {
        return reply;
    }
    reply.field("content-type", document.content_type());
    let encoding = head
        .field("accept-encoding")
        .and_then(|accepted| Encoding::negotiate(&options.encodings, accepted))
        .filter(|_| !document.body().is_empty());
    reply.body = match encoding {
        Some(encoding) => {
            reply.field("content-encoding", encoding.token());
            document.encoded(encoding).await
        }
        None => document.body().clone(),
    };
    reply
}

#[expect(clippy::too_many_arguments, reason = "one call, one purpose")]
async fn send(
    wire: &mut impl Wire,
    page: &PageInner,
    options: &HttpOptions,
    reply: Reply,
    delivery: Delivery,
    is_head: bool,
    mut exchange: Exchange<'_>,
    scratch: &mut Vec<u8>,
) -> io::Result<After> {
    let Reply { status, fields, body } = reply;
    let has_body = !is_head && !http::is_bodiless(status);
    let version = if matches!(delivery, Delivery::UntilClose) {
        "HTTP/1.0"
    } else {
        "HTTP/1.1"
    };
    let mut head = format!("{version} {status} {}\r\n{fields}", http::reason(status));
    if !fields.starts_with("date:") {
        http::push_field(&mut head, "date", page.shared.date());
    }
    if matches!(delivery, Delivery::Chunked) && !http::is_bodiless(status) {
        http::push_field(&mut head, "transfer-encoding", "chunked");
    } else if !matches!(delivery, Delivery::UntilClose) && !http::is_bodiless(status) {
        http::push_field(&mut head, "content-length", body.len());
    }
    if !options.keep_alive {
        http::push_field(&mut head, "connection", "close");
    }
    head.push_str("\r\n");
    let body = if has_body { body } else { Bytes::new() };

    match delivery {
        Delivery::Whole => put_whole(wire, head.as_bytes(), &body, &mut exchange, scratch).await?,
        Delivery::UntilClose => {
            put_whole(wire, head.as_bytes(), &body, &mut exchange, scratch).await?;
            return Ok(After::Close);
        }
        Delivery::Chunked => {
            let body = if has_body { in_chunks(&body) } else { body };
            put_whole(wire, head.as_bytes(), &body, &mut exchange, scratch).await?;
        }
        Delivery::HeadOnly => {
            put(wire, head.as_bytes(), &mut exchange).await?;
            if has_body {
                exchange.enter();
                until_gone(wire).await;
                return Ok(After::Drop);
            }
        }
        Delivery::DripBody(every) => {
            put(wire, head.as_bytes(), &mut exchange).await?;
            drip(wire, &body, every, &mut exchange).await?;
        }
        Delivery::DripHead(every) => {
            drip(wire, head.as_bytes(), every, &mut exchange).await?;
            put_whole(wire, &[], &body, &mut exchange, scratch).await?;
        }
        Delivery::Truncated(after) => {
            put(wire, head.as_bytes(), &mut exchange).await?;
            put(wire, &body.slice(..body.len().min(after)), &mut exchange).await?;
            if after < body.len() {
                exchange.finish();
                return Ok(After::Drop);
            }
        }
    }
    Ok(if options.keep_alive {
        After::Keep
    } else {
        After::Close
    })
}

/// Writes a piece and counts it.
async fn put(wire: &mut impl Wire, piece: &[u8], exchange: &mut Exchange<'_>) -> io::Result<()> {
    exchange.sent(piece.len());
    wire.write_all(piece).await?;
    wire.flush().await
}

/// Writes the rest of an answer, entering it as over before the last bytes leave.
async fn put_whole(
    wire: &mut impl Wire,
    head: &[u8],
    body: &[u8],
    exchange: &mut Exchange<'_>,
    scratch: &mut Vec<u8>,
) -> io::Result<()> {
    // A client that reads slowly has its request in flight until it comes to the last kilobyte.
    let early = if body.len() > ONE_WRITE {
        body.len() - 1024
    } else {
        0
    };
    let (early, late) = body.split_at(early);
    if !early.is_empty() {
        put(wire, head, exchange).await?;
        put(wire, early, exchange).await?;
    }
    scratch.clear();
    if early.is_empty() {
        scratch.extend_from_slice(head);
    }
    scratch.extend_from_slice(late);
    exchange.sent(scratch.len());
    exchange.finish();
    wire.write_all(scratch).await?;
    wire.flush().await
}

/// Writes bytes one by one.
async fn drip(
    wire: &mut impl Wire,
    bytes: &[u8],
    every: Duration,
    exchange: &mut Exchange<'_>,
) -> io::Result<()> {
    for byte in bytes {
        put(wire, &[*byte], exchange).await?;
        exchange.enter();
        tokio::time::sleep(every).await;
    }
    Ok(())
}

/// The chunked coding of a body (RFC 9112, section 7.1).
fn in_chunks(body: &[u8]) -> Bytes {
    let mut coded = BytesMut::with_capacity(body.len() + 64);
    for chunk in body.chunks(4096) {
        coded.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        coded.extend_from_slice(chunk);
        coded.extend_from_slice(b"\r\n");
    }
    coded.extend_from_slice(b"0\r\n\r\n");
    coded.freeze()
}

fn streamed_head(page: &PageInner, fields: &str, length: u64) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ndate: {}\r\ncontent-type: application/json; charset=utf-8\r\n\
         {fields}content-length: {length}\r\n\r\n",
        page.shared.date()
    )
}

/// `{"filler":"aaa…"}` of `bytes` bytes in all, made while it is sent.
async fn huge(
    wire: &mut impl Wire,
    page: &PageInner,
    bytes: u64,
    is_head: bool,
    mut exchange: Exchange<'_>,
) -> io::Result<After> {
    let (open, close) = (&b"{\"filler\":\""[..], &b"\"}"[..]);
    let mut left = bytes.saturating_sub((open.len() + close.len()) as u64);
    let length = left + (open.len() + close.len()) as u64;
    exchange.answers_with(200);
    put(wire, streamed_head(page, "", length).as_bytes(), &mut exchange).await?;
    if is_head {
        return Ok(After::Keep);
    }
    put(wire, open, &mut exchange).await?;
    let piece = vec![b'a'; 64 * 1024];
    while left > 0 {
        let count = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        put(wire, piece.get(..count).unwrap_or_default(), &mut exchange).await?;
        left -= count as u64;
    }
    put_whole(wire, &[], close, &mut exchange, &mut Vec::new()).await?;
    Ok(After::Keep)
}

/// A gzip bomb, its middle repeated while it is sent.
async fn bomb(
    wire: &mut impl Wire,
    page: &PageInner,
    inflated: u64,
    is_head: bool,
    mut exchange: Exchange<'_>,
) -> io::Result<After> {
    let bomb = Bomb::new(inflated).await?;
    let head = streamed_head(page, "content-encoding: gzip\r\n", bomb.len());
    exchange.answers_with(200);
    put(wire, head.as_bytes(), &mut exchange).await?;
    if is_head {
        return Ok(After::Keep);
    }
    put(wire, &bomb.first, &mut exchange).await?;
    for _ in 0..bomb.times {
        put(wire, &bomb.repeated, &mut exchange).await?;
    }
    put_whole(wire, &[], &bomb.last, &mut exchange, &mut Vec::new()).await?;
    Ok(After::Keep)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_has_as_many_hops_as_asked() {
        assert_eq!(next_hop("/a", 2), Some(1));
        assert_eq!(next_hop("/a?hop=1", 2), Some(2));
        assert_eq!(next_hop("/a?hop=2", 2), None);
        assert_eq!(next_hop("/a", 0), None);
    }

    #[test]
    fn chunks_are_coded_with_their_length_in_hexadecimal() {
        assert_eq!(in_chunks(b"hello world"), "b\r\nhello world\r\n0\r\n\r\n");
        assert_eq!(in_chunks(b""), "0\r\n\r\n");
        let coded = in_chunks(&[b'x'; 5000]);
        assert!(coded.starts_with(b"1000\r\n") && coded.ends_with(b"\r\n0\r\n\r\n"));
    }

    #[test]
    fn spoilt_bodies_are_spoilt_in_the_way_that_was_asked() {
        let document = Document::from("{\"a\":\"b\"}");
        let spoilt = |what: Misbehaviour| spoil(&document, Some(&what)).unwrap();
        assert!(std::str::from_utf8(spoilt(Misbehaviour::InvalidUtf8).body()).is_err());
        assert!(spoilt(Misbehaviour::Bom).body().starts_with(b"\xef\xbb\xbf{"));
        assert!(serde_json::from_slice::<serde_json::Value>(spoilt(Misbehaviour::Garbage).body()).is_err());
        assert!(serde_json::from_slice::<serde_json::Value>(spoilt(Misbehaviour::OtherJson).body()).is_ok());
        assert_eq!(spoilt(Misbehaviour::CutShort { after: 3 }).body(), "{\"a");
        assert!(spoil(&document, Some(&Misbehaviour::Http10)).is_none());
        assert!(spoil(&document, None).is_none());
    }
}
