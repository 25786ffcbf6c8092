//! Everybody else's end of the control socket.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{io::BufReader, time::timeout};

use super::{
    Hint, Holder, LONGEST_REQUEST, VERSION,
    lines::{self, Line},
    lock::{is_held, read_holder},
    protocol::{AnswerLine, RequestLine, Versioned},
    socket,
};
use crate::api::{ApiError, Reply, Request};

/// How long an engine may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// The longest answer that is read, in bytes: years of history are a tenth of it.
const LONGEST_ANSWER: usize = 256 * 1024 * 1024;

/// Why there is no answer from an engine.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// None runs on this data directory.
    #[error("no Signalbox is running on {}", .0.display())]
    NoEngine(PathBuf),
    /// Somebody holds the data directory, but does not answer: busy, stuck, or not made to answer.
    #[error("{holder}, but does not answer")]
    NotAnswering {
        /// Who.
        holder: Holder,
    },
    /// It answered: no.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// The request does not fit into a line.
    #[error("the request is too long")]
    TooLong,
    /// It is of another version.
    #[error(
        "the running Signalbox speaks version {0} of the control protocol, this one version {VERSION}: update both, and restart it"
    )]
    Version(u32),
    /// It hung up, or said something that cannot be understood.
    #[error("the running Signalbox hung up: {0}")]
    Broken(String),
    /// The data directory cannot be read.
    #[error("the data directory {} cannot be read: {source}", dir.display())]
    Io {
        /// The directory.
        dir: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A connection to a running engine.
#[derive(Debug)]
pub struct Client {
    holder: Holder,
    /// `None` once an answer is outstanding that nobody waits for any more.
    stream: Option<BufReader<socket::ClientStream>>,
}

impl Client {
    /// Connects to the engine of a data directory.
    ///
    /// # Errors
    /// [`ControlError::NoEngine`] if there is none, [`ControlError::NotAnswering`] if somebody else holds the
    /// directory.
    pub async fn connect(dir: &Path) -> Result<Self, ControlError> {
        let io = |source| ControlError::Io {
            dir: dir.to_owned(),
            source,
        };
        let info = read_holder(dir).map_err(io)?;
        let socket = info.as_ref().and_then(|info| info.socket.clone());
        let holder = Holder {
            dir: dir.to_owned(),
            info,
        };
        if let Some(path) = socket
            && let Ok(Ok(stream)) = timeout(CONNECT_TIMEOUT, socket::connect(&path)).await
        {
            return Ok(Self {
                holder,
                stream: Some(BufReader::new(stream)),
            });
        }
        // What is written down may be of an engine that was killed; the lock cannot lie.
        if is_held(dir).map_err(io)? {
            Err(ControlError::NotAnswering { holder })
        } else {
            Err(ControlError::NoEngine(dir.to_owned()))
        }
    }

    /// Who answers.
    #[must_use]
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Asks and waits for the answer. After an error other than [`ControlError::Refused`] the connection is of no use
    /// any more.
    ///
    /// # Errors
    /// [`ControlError::NotAnswering`] if it takes longer than `patience`.
    pub async fn ask(&mut self, request: Request, patience: Duration) -> Result<Reply, ControlError> {
        let answer = self
            .exchange(
                &RequestLine {
                    version: VERSION,
                    request: Some(request),
                    subscribe: false,
                },
                patience,
            )
            .await?;
        answer
            .ok
            .ok_or_else(|| ControlError::Broken("an answer without content".to_owned()))
    }

    /// Asks to be told what happens.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub async fn subscribe(mut self, patience: Duration) -> Result<Subscription, ControlError> {
        let line = RequestLine {
            version: VERSION,
            request: None,
            subscribe: true,
        };
        let answer = self.exchange(&line, patience).await?;
        match (answer.event, self.stream.take()) {
            (Some(Hint::Subscribed), Some(stream)) => Ok(Subscription { stream }),
            (_, _) => Err(ControlError::Broken("an unexpected answer".to_owned())),
        }
    }

    async fn exchange(&mut self, line: &RequestLine, patience: Duration) -> Result<AnswerLine, ControlError> {
        let size = serde_json::to_vec(line).map_or(usize::MAX, |line| line.len());
        if size > LONGEST_REQUEST {
            return Err(ControlError::TooLong);
        }
        let Some(mut stream) = self.stream.take() else {
            return Err(ControlError::Broken(
                "an earlier question is unanswered".to_owned(),
            ));
        };
        let exchange = async {
            lines::write(&mut stream, line).await.map_err(broken)?;
            read_answer(&mut stream).await
        };
        let answer = match timeout(patience, exchange).await {
            Ok(answer) => answer?,
            Err(_) => {
                return Err(ControlError::NotAnswering {
                    holder: self.holder.clone(),
                });
            }
        };
        self.stream = Some(stream);
        match answer.error {
            Some(error) => Err(ControlError::Refused(error)),
            None => Ok(answer),
        }
    }
}

/// What happens in an engine, as it happens.
#[derive(Debug)]
pub struct Subscription {
    stream: BufReader<socket::ClientStream>,
}

impl Subscription {
    /// The next hint. Not to be cancelled if further ones are wanted.
    ///
    /// # Errors
    /// If the engine has gone.
    pub async fn next(&mut self) -> Result<Hint, ControlError> {
        read_answer(&mut self.stream)
            .await?
            .event
            .ok_or_else(|| ControlError::Broken("an unexpected answer".to_owned()))
    }
}

async fn read_answer(stream: &mut BufReader<socket::ClientStream>) -> Result<AnswerLine, ControlError> {
    let line = match lines::read(stream, LONGEST_ANSWER).await.map_err(broken)? {
        Line::Whole(line) => line,
        Line::TooLong => return Err(ControlError::Broken("its answer is too long".to_owned())),
        Line::End => return Err(ControlError::Broken("there was no answer".to_owned())),
    };
    let garbled = |error: serde_json::Error| ControlError::Broken(format!("its answer is garbled: {error}"));
    let Versioned { version } = serde_json::from_slice(&line).map_err(garbled)?;
    if version != VERSION {
        return Err(ControlError::Version(version));
    }
    serde_json::from_slice(&line).map_err(garbled)
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn broken(error: io::Error) -> ControlError {
    ControlError::Broken(error.to_string())
}
