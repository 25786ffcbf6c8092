//! The engine's end of the control socket.

use std::{future::Future, io, pin::Pin, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, BufReader},
    sync::broadcast::{self, error::RecvError},
    task::JoinSet,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    ControlListener, Hint, LONGEST_REQUEST,
    lines::{self, Line},
    protocol::{AnswerLine, Wish, wish},
};
use crate::api::{ApiError, ErrorCode, Reply, Request};

/// How long to wait after a failed accept: the reason, such as too many open files, may pass.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(200);

/// An answer in the making.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send + 'a>>;

/// Whoever answers requests. Called from many tasks at once; an answer that was begun is not cancelled because the
/// client has gone.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request.
    fn answer(&self, request: Request) -> Answering<'_>;

    /// What happens from now on.
    fn hints(&self) -> broadcast::Receiver<Hint>;
}

/// How much patience there is with clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServeLimits {
    /// A connection is closed if no whole line came for so long.
    pub idle: Duration,
    /// A connection is closed if an answer could not be handed over in so long.
    pub write: Duration,
    /// How long answers that are in the making at the shutdown may still take.
    pub grace: Duration,
    /// As many connections are served at once; further ones wait.
    pub connections: usize,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(60),
            write: Duration::from_secs(60),
            grace: Duration::from_secs(2),
            connections: 256,
        }
    }
}

/// Answers everybody who connects, until `shutdown`.
pub async fn serve(listener: ControlListener, handler: Arc<dyn Handler>, shutdown: CancellationToken) {
    serve_within(listener, handler, shutdown, ServeLimits::default()).await;
}

/// As [`serve`], with other limits.
pub async fn serve_within(
    listener: ControlListener,
    handler: Arc<dyn Handler>,
    shutdown: CancellationToken,
    limits: ServeLimits,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < limits.connections => match accepted {
                Ok(stream) => {
                    let connection = Connection {
                        handler: Arc::clone(&handler),
                        shutdown: shutdown.clone(),
                        limits,
                    };
                    connections.spawn(async move {
                        if let Err(error) = connection.converse(stream).await {
                            tracing::debug!(%error, "a control connection ended");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a control connection could not be accepted");
                    tokio::time::sleep(AFTER_FAILED_ACCEPT).await;
                }
            },
        }
    }
    drop(listener);
    let _ = timeout(limits.grace, async {
        while connections.join_next().await.is_some() {}
    })
    .await;
}

struct Connection {
    handler: Arc<dyn Handler>,
    shutdown: CancellationToken,
    limits: ServeLimits,
}

impl Connection {
    async fn converse(self, stream: impl AsyncRead + AsyncWrite) -> io::Result<()> {
        let (read, mut write) = tokio::io::split(stream);
        let mut read = BufReader::new(read);
        loop {
            let next = timeout(self.limits.idle, lines::read(&mut read, LONGEST_REQUEST));
            let Some(Ok(line)) = self.shutdown.run_until_cancelled(next).await else {
                return Ok(());
            };
            let line = match line? {
                Line::Whole(line) if line.iter().all(u8::is_ascii_whitespace) => continue,
                Line::Whole(line) => line,
                Line::TooLong => {
                    let message = format!("a line must not be longer than {LONGEST_REQUEST} bytes");
                    let error = ApiError::new(ErrorCode::BadInput, message);
                    return self.send(&mut write, &AnswerLine::answer(Err(error))).await;
                }
                Line::End => return Ok(()),
            };
            let answer = match wish(&line) {
                Ok(Wish::Answer(request)) => self.answer(*request).await,
                Ok(Wish::Hints) => return self.tell(read, write).await,
                Err(error) => Err(error),
            };
            self.send(&mut write, &AnswerLine::answer(answer)).await?;
        }
    }

    /// Answers in a task of its own, so that neither a client that leaves stops it nor its panic the connection.
    async fn answer(&self, request: Request) -> Result<Reply, ApiError> {
        let handler = Arc::clone(&self.handler);
        tokio::spawn(async move { handler.answer(request).await })
            .await
            .unwrap_or_else(|error| {
                tracing::error!(%error, "a request could not be answered");
                Err(ApiError::new(
                    ErrorCode::Internal,
                    "the engine failed to answer this; its log says more",
                ))
            })
    }

    /// Tells what happens until either side has enough.
    async fn tell(
        &self,
        mut read: impl AsyncBufReadExt + Unpin,
        mut write: impl AsyncWrite + Unpin,
    ) -> io::Result<()> {
        let mut hints = self.handler.hints();
        let write = &mut write;
        self.send(write, &AnswerLine::event(Hint::Subscribed)).await?;
        loop {
            let hint = tokio::select! {
                hint = hints.recv() => match hint {
                    Ok(hint) => hint,
                    Err(RecvError::Lagged(_)) => Hint::Lagged,
                    Err(RecvError::Closed) => return Ok(()),
                },
                () = self.shutdown.cancelled() => {
                    // The last words.
                    while let Ok(hint) = hints.try_recv() {
                        self.send(write, &AnswerLine::event(hint)).await?;
                    }
                    return Ok(());
                }
                more = read.fill_buf() => {
                    let length = more?.len();
                    if length == 0 {
                        return Ok(());
                    }
                    read.consume(length);
                    continue;
                }
            };
            self.send(write, &AnswerLine::event(hint)).await?;
        }
    }

    async fn send(&self, write: &mut (impl AsyncWrite + Unpin), line: &AnswerLine) -> io::Result<()> {
        timeout(self.limits.write, lines::write(write, line)).await?
    }
}
