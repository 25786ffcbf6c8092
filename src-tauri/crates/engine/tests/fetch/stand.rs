//! A small server on a loopback port of its own, and a fetcher with short time-outs.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use signalbox_engine::{
    clock::SystemClock,
    fetch::{
        Body, FetchFailure, FetchOutcome, FetchRequest, FetchResult, FetchSettings, Fetcher, ProxyChoice,
    },
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use url::Url;

/// What was asked of a stand.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The target of the request line.
    pub(crate) target: String,
    /// The lines of the head, as sent.
    pub(crate) head: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// What a stand does with a request.
pub(crate) enum Answer {
    /// Writes these bytes and reads the next request.
    Bytes(Vec<u8>),
    /// Writes these bytes and closes.
    BytesThenClose(Vec<u8>),
    /// Writes these bytes and keeps silent.
    BytesThenSilence(Vec<u8>),
    /// Writes these bytes, then one byte after each span, for ever.
    BytesThenDrip(Vec<u8>, Duration),
    /// Writes these bytes, then breaks off the connection.
    BytesThenReset(Vec<u8>),
    /// Waits for a permit, then writes these bytes.
    WhenPermitted(Arc<Semaphore>, Vec<u8>),
}

impl Answer {
    pub(crate) fn silence() -> Self {
        Self::BytesThenSilence(Vec::new())
    }
}

/// A plain answer.
pub(crate) fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        bytes.push_str(header);
        bytes.push_str("\r\n");
    }
    bytes.push_str("\r\n");
    let mut bytes = bytes.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A server on a loopback port of its own. It ends with the test's runtime.
pub(crate) struct Stand {
    pub(crate) address: SocketAddr,
    asked: Arc<watch::Sender<Vec<Asked>>>,
    connections: Arc<AtomicUsize>,
}

impl Stand {
    pub(crate) async fn new(behave: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(watch::Sender::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let behave = Arc::new(behave);
        let (heard, count) = (asked.clone(), connections.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, heard.clone(), behave.clone()));
            }
        });
        Self {
            address,
            asked,
            connections,
        }
    }

    /// One that always answers the same.
    pub(crate) async fn always(bytes: Vec<u8>) -> Self {
        Self::new(move |_| Answer::Bytes(bytes.clone())).await
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.borrow().clone()
    }

    /// Returns once it was asked `count` times.
    pub(crate) async fn until_asked(&self, count: usize) {
        let mut asked = self.asked.subscribe();
        asked.wait_for(|asked| asked.len() >= count).await.unwrap();
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn serve(
    mut stream: TcpStream,
    heard: Arc<watch::Sender<Vec<Asked>>>,
    behave: Arc<impl Fn(&Asked) -> Answer>,
) -> Option<()> {
    while let Some(asked) = read_head(&mut stream).await {
        heard.send_modify(|heard| heard.push(asked.clone()));
        match behave(&asked) {
            Answer::Bytes(bytes) => stream.write_all(&bytes).await.ok()?,
            Answer::BytesThenClose(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                return None;
            }
            Answer::BytesThenSilence(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                until_closed(&mut stream).await;
            }
            Answer::BytesThenDrip(bytes, pause) => {
                stream.write_all(&bytes).await.ok()?;
                loop {
                    tokio::time::sleep(pause).await;
                    stream.write_all(b" ").await.ok()?;
                }
            }
            Answer::BytesThenReset(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                // What was written must be read before the reset overtakes it.
                tokio::time::sleep(Duration::from_millis(50)).await;
                stream.set_zero_linger().ok()?;
                return None;
            }
            Answer::WhenPermitted(permits, bytes) => {
                permits.acquire().await.ok()?.forget();
                stream.write_all(&bytes).await.ok()?;
            }
        }
    }
    None
}

pub(crate) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<Asked> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(bytes).ok()?;
    let target = head.split(' ').nth(1)?.to_owned();
    Some(Asked { target, head })
}

async fn until_closed(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let mut rest = [0; 1_024];
    while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
}

/// Time-outs that are longer than loopback ever needs, and no proxy whatever the environment says.
pub(crate) fn settings() -> FetchSettings {
    FetchSettings {
        connect_timeout: Duration::from_secs(5),
        read_timeout: Duration::from_secs(10),
        total_timeout: Duration::from_secs(20),
        proxy: ProxyChoice::Direct,
        ..FetchSettings::default()
    }
}

/// As [`settings`], for tests that let a time-out happen.
pub(crate) fn impatient() -> FetchSettings {
    FetchSettings {
        connect_timeout: Duration::from_millis(500),
        read_timeout: Duration::from_secs(1),
        total_timeout: Duration::from_secs(3),
        proxy: ProxyChoice::Direct,
        ..FetchSettings::default()
    }
}

pub(crate) fn fetcher(settings: FetchSettings) -> Fetcher {
    Fetcher::new(settings, Arc::new(SystemClock::new())).unwrap()
}

pub(crate) async fn get(url: Url) -> FetchOutcome {
    fetcher(settings()).get(FetchRequest::new(url)).await
}

pub(crate) fn body(outcome: FetchOutcome) -> Body {
    match outcome.result {
        FetchResult::Body(body) => body,
        other @ (FetchResult::NotModified { .. } | FetchResult::Failed(_)) => panic!("no body: {other:?}"),
    }
}

pub(crate) fn failure(outcome: FetchOutcome) -> FetchFailure {
    match outcome.result {
        FetchResult::Failed(failure) => failure,
        other @ (FetchResult::NotModified { .. } | FetchResult::Body(_)) => panic!("no failure: {other:?}"),
    }
}
