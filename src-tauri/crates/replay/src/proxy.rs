//! A proxy that leads to a town's hosts: a CONNECT (RFC 9110, section 9.3.6), then the host's own connection.

use std::{io, sync::Arc};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    connection,
    http::{self, Head},
    page::PageInner,
};

/// Serves a connection: once it has said which host it is for, the rest is between the two.
pub(crate) async fn take(mut stream: TcpStream, resident: impl Fn(&str) -> Option<Arc<PageInner>>) {
    let Ok(head) = first_head(&mut stream).await else {
        return;
    };
    let host = match (head.method(), head.target().rsplit_once(':')) {
        ("CONNECT", Some((host, "443"))) => resident(host),
        _ => None,
    };
    let status = if host.is_some() { 200 } else { 502 };
    let answer = format!("HTTP/1.1 {status} {}\r\n\r\n", http::reason(status));
    if stream.write_all(answer.as_bytes()).await.is_err() {
        return;
    }
    if let Some(host) = host {
        connection::take(stream, host).await;
    }
}

/// Reads the head and nothing behind it: what follows is said to the host.
async fn first_head(stream: &mut TcpStream) -> io::Result<Head> {
    let mut buffer = BytesMut::with_capacity(512);
    while http::end_of_head(&buffer).is_none() {
        if buffer.len() > http::LONGEST_HEAD {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        buffer.extend_from_slice(&[stream.read_u8().await?]);
    }
    Head::parse(buffer.freeze()).ok_or_else(|| io::ErrorKind::InvalidData.into())
}
