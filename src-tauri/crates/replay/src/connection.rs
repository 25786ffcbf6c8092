//! One connection: the handshake, then requests one after another.

use std::{io, sync::Arc};

use bytes::BytesMut;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::{
    answer,
    http::{self, Head},
    misbehaviour::{BadTls, Misbehaviour},
    page::PageInner,
};

/// A byte stream whose socket can be told to reset instead of closing.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {
    /// Makes dropping the stream a reset.
    fn arm_reset(&self);
}

impl Wire for TcpStream {
    fn arm_reset(&self) {
        // Of no effect on a socket that is gone already, which is as good.
        let _ = self.set_zero_linger();
    }
}

impl Wire for TlsStream<TcpStream> {
    fn arm_reset(&self) {
        self.get_ref().0.arm_reset();
    }
}

/// What becomes of a connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// It waits for the next request.
    Keep,
    /// It is closed in good order.
    Close,
    /// It is dropped without the farewell that TLS has.
    Drop,
    /// It is reset.
    Reset,
}

/// Serves a connection to its end.
pub(crate) async fn take(stream: TcpStream, page: Arc<PageInner>) {
    let connection = page.ledger.connected();
    // Small pieces are sent as they are written; failure only costs promptness.
    let _ = stream.set_nodelay(true);
    let bad_tls = match page.state().for_connection() {
        Some(Misbehaviour::Refuse) => return stream.arm_reset(),
        Some(Misbehaviour::BadTls(flaw)) => Some(*flaw),
        _ => None,
    };
    match bad_tls {
        Some(_) if !page.is_secure => {}
        Some(BadTls::Stall) => until_gone(stream).await,
        Some(BadTls::NotTls) => serve(stream, &page, connection).await,
        flaw if page.is_secure => {
            if let Ok(config) = page.tls_config(flaw)
                && let Ok(stream) = Box::pin(TlsAcceptor::from(config).accept(stream)).await
            {
                Box::pin(serve(stream, &page, connection)).await;
            }
        }
        _ => serve(stream, &page, connection).await,
    }
}

/// Reads and forgets until the client closes.
pub(crate) async fn until_gone(mut wire: impl AsyncRead + Unpin) {
    let mut scratch = [0; 256];
    while wire.read(&mut scratch).await.is_ok_and(|count| count > 0) {}
}

async fn serve(mut wire: impl Wire, page: &PageInner, connection: u64) {
    let mut buffer = BytesMut::with_capacity(2048);
    let mut scratch = Vec::new();
    loop {
        let head = match next_head(&mut wire, &mut buffer, page).await {
            Ok(Some(head)) => head,
            Ok(None) => break,
            Err(error) => {
                let status = if error.kind() == io::ErrorKind::InvalidData {
                    400
                } else if error.kind() == io::ErrorKind::FileTooLarge {
                    431
                } else {
                    return;
                };
                let refusal = format!(
                    "HTTP/1.1 {status} {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                    http::reason(status)
                );
                let _ = wire.write_all(refusal.as_bytes()).await;
                break;
            }
        };
        if skip_body(&mut wire, &mut buffer, &head).await.is_err() {
            break;
        }
        let keeps_alive = head.keeps_alive();
        let exchange = page.ledger.arrived(connection, head.clone());
        match answer::answer(&mut wire, page, &head, exchange, &mut scratch).await {
            Ok(After::Keep) if keeps_alive => {}
            Ok(After::Keep | After::Close) => break,
            Ok(After::Reset) => return wire.arm_reset(),
            Ok(After::Drop) | Err(_) => return,
        }
    }
    let _ = wire.shutdown().await;
}

/// The next request's head. `None`: there is none to come.
///
/// # Errors
/// `InvalidData`: not HTTP/1. `FileTooLarge`: a head without end. Others: the socket's.
async fn next_head(
    wire: &mut (impl AsyncRead + Unpin),
    buffer: &mut BytesMut,
    page: &PageInner,
) -> io::Result<Option<Head>> {
    loop {
        if let Some(end) = http::end_of_head(buffer) {
            let raw = buffer.split_to(end).freeze();
            let head = Head::parse(raw).ok_or(io::ErrorKind::InvalidData)?;
            if head.body_length().is_none() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            return Ok(Some(head));
        }
        if buffer.len() > http::LONGEST_HEAD {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        // A TLS hello on a plain port never ends in an empty line: say so at once.
        if buffer.first().is_some_and(|byte| !byte.is_ascii_alphabetic()) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let count = tokio::select! {
            biased;
            () = page.hang_up.notified() => return Ok(None),
            count = wire.read_buf(buffer) => count?,
        };
        if count == 0 {
            return Ok(None);
        }
    }
}

/// Takes a request's body off the wire.
async fn skip_body(
    wire: &mut (impl AsyncRead + Unpin),
    buffer: &mut BytesMut,
    head: &Head,
) -> io::Result<()> {
    let mut left = head.body_length().unwrap_or_default();
    while left > 0 {
        if buffer.is_empty() && wire.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let taken = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        drop(buffer.split_to(taken));
        left -= taken as u64;
    }
    Ok(())
}
