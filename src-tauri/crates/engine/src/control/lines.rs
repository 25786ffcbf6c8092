//! Lines of bounded length.

use std::io;

use serde::Serialize;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A whole line, without its end.
    Whole(Vec<u8>),
    /// It is longer than allowed; the rest was not read.
    TooLong,
    /// Nothing more comes. A line without its end was never said.
    End,
}

/// Reads a line of at most `longest` bytes. Not to be cancelled if another line is to be read afterwards.
pub(super) async fn read(from: &mut (impl AsyncBufRead + Unpin), longest: usize) -> io::Result<Line> {
    let mut line = Vec::new();
    let allowed = u64::try_from(longest).unwrap_or(u64::MAX).saturating_add(1);
    from.take(allowed).read_until(b'\n', &mut line).await?;
    if line.pop_if(|last| *last == b'\n').is_some() {
        line.pop_if(|last| *last == b'\r');
        return Ok(Line::Whole(line));
    }
    Ok(if line.len() > longest {
        Line::TooLong
    } else {
        Line::End
    })
}

/// Writes a value as a line.
pub(super) async fn write(to: &mut (impl AsyncWrite + Unpin), value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    to.write_all(&line).await?;
    to.flush().await
}
