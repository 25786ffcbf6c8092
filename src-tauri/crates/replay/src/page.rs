//! One stand-in status page: what it serves, how it behaves, what was asked of it.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::Timestamp;
use rustls::ServerConfig;
use serde::Deserialize;
use tokio::sync::Notify;

use crate::{
    accounting::{Ledger, Request},
    document::{Document, Encoding},
    misbehaviour::{BadTls, Misbehaviour},
    town::{Doorway, ReplayError, Shared},
};

/// How a page speaks HTTP when it behaves. The default is what Statuspage does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpOptions {
    /// Whether answers carry a weak `ETag` and `If-None-Match` is honoured.
    pub etag: bool,
    /// Whether answers carry `Last-Modified` and `If-Modified-Since` is honoured.
    pub last_modified: bool,
    /// The value of `Cache-Control`; none if empty.
    pub cache_control: String,
    /// The content codings offered, best first.
    pub encodings: Vec<Encoding>,
    /// Whether bodies are sent in chunks instead of with a length.
    pub chunked: bool,
    /// Whether connections stay open after an answer.
    pub keep_alive: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            etag: true,
            last_modified: true,
            cache_control: "max-age=10, public, s-maxage=10, stale-while-revalidate=20, stale-if-error=3600"
                .to_owned(),
            encodings: vec![Encoding::Brotli, Encoding::Gzip, Encoding::Zstd],
            chunked: false,
            keep_alive: true,
        }
    }
}

impl HttpOptions {
    /// No validators at all, as incident.io answers.
    #[must_use]
    pub fn without_validators() -> Self {
        Self {
            etag: false,
            last_modified: false,
            ..Self::default()
        }
    }
}

/// A document and when the page began to serve these bytes.
#[derive(Debug, Clone)]
pub(crate) struct Served {
    pub(crate) document: Document,
    since: Timestamp,
}

impl Served {
    pub(crate) fn modified_at(&self) -> Timestamp {
        self.document.modified_at().unwrap_or(self.since)
    }
}

/// Everything that decides a page's answers; replaced as a whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) documents: BTreeMap<String, Served>,
    pub(crate) http: HttpOptions,
    /// Applies to the next so many requests (or connections).
    next: Option<(Arc<AtomicU64>, Misbehaviour)>,
    by_path: BTreeMap<String, Misbehaviour>,
    everywhere: Option<Misbehaviour>,
}

impl State {
    fn take_next(&self, of_the_connection: bool) -> Option<&Misbehaviour> {
        let (left, misbehaviour) = self.next.as_ref()?;
        if misbehaviour.is_of_the_connection() != of_the_connection {
            return None;
        }
        left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1))
            .is_ok()
            .then_some(misbehaviour)
    }

    /// What goes wrong with a connection that was just accepted.
    pub(crate) fn for_connection(&self) -> Option<&Misbehaviour> {
        self.take_next(true).or_else(|| {
            self.everywhere
                .as_ref()
                .filter(|what| what.is_of_the_connection())
        })
    }

    /// What goes wrong with a request.
    pub(crate) fn for_request(&self, path: &str) -> Option<&Misbehaviour> {
        self.take_next(false)
            .or_else(|| self.by_path.get(path))
            .or(self.everywhere.as_ref())
    }
}

#[derive(Debug)]
pub(crate) struct PageInner {
    name: String,
    /// The name that it answers by, beside its address.
    host: Option<String>,
    pub(crate) address: SocketAddr,
    pub(crate) is_secure: bool,
    state: Mutex<Arc<State>>,
    pub(crate) ledger: Ledger,
    /// The listener, if the port is this page's own.
    pub(crate) doorway: Option<Arc<Doorway>>,
    /// Tells idle connections to close.
    pub(crate) hang_up: Notify,
    pub(crate) shared: Arc<Shared>,
    tls: Mutex<BTreeMap<Option<BadTls>, Arc<ServerConfig>>>,
}

impl PageInner {
    pub(crate) fn new(
        name: String,
        host: Option<String>,
        address: SocketAddr,
        is_secure: bool,
        doorway: Option<Arc<Doorway>>,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            name,
            host,
            address,
            is_secure,
            state: Mutex::default(),
            ledger: Ledger::new(shared.kept_requests, shared.tally.clone()),
            doorway,
            hang_up: Notify::new(),
            shared,
            tls: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Arc<State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state(&self) -> Arc<State> {
        self.lock().clone()
    }

    /// The TLS set-up of this address, made at first use.
    pub(crate) fn tls_config(&self, bad: Option<BadTls>) -> Result<Arc<ServerConfig>, ReplayError> {
        let mut configs = self.tls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = configs.get(&bad) {
            return Ok(config.clone());
        }
        let root = self.shared.root()?;
        let config = root.server_config(self.host.as_deref(), self.address.ip(), bad)?;
        configs.insert(bad, config.clone());
        Ok(config)
    }

    /// Changes the state in one step, and the listener with it.
    fn change<T>(&self, edit: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = edit(Arc::make_mut(&mut state));
        let refuses = state.everywhere == Some(Misbehaviour::Refuse);
        if let Some(doorway) = &self.doorway {
            if refuses {
                doorway.close();
            } else {
                doorway.open();
            }
        }
        drop(state);
        if refuses {
            self.hang_up.notify_waiters();
        }
        result
    }
}

/// A stand-in status page. Clones are the same page.
///
/// Methods that change it take effect with the next request; an answer under way is not touched. They must be
/// called inside a tokio runtime.
#[derive(Debug, Clone)]
pub struct Page {
    pub(crate) inner: Arc<PageInner>,
}

impl Page {
    /// The name given at opening; for people only.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Where the page listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.inner.address
    }

    /// The page's address, `http://127.64.0.1:41234` or `https://` and its host's name, without a path.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("")
    }

    /// The address of a path on this page.
    #[must_use]
    pub fn url_of(&self, path: &str) -> String {
        let scheme = if self.inner.is_secure { "https" } else { "http" };
        match &self.inner.host {
            Some(host) => format!("{scheme}://{host}{path}"),
            None => format!("{scheme}://{}{path}", self.inner.address),
        }
    }

    /// Serves a document at a path from now on; whatever the query, unless the path has one itself.
    pub fn set(&self, path: impl Into<String>, document: impl Into<Document>) {
        let now = self.inner.shared.now();
        let (path, document) = (path.into(), document.into());
        self.inner
            .change(|state| insert(&mut state.documents, path, document, now));
    }

    /// Serves these documents and no others, all at once.
    pub fn set_documents<P, D>(&self, documents: impl IntoIterator<Item = (P, D)>)
    where
        P: Into<String>,
        D: Into<Document>,
    {
        let now = self.inner.shared.now();
        let documents = documents
            .into_iter()
            .map(|(path, document)| (path.into(), document.into()));
        let documents: Vec<(String, Document)> = documents.collect();
        self.inner
            .change(|state| replace_documents(state, documents, now));
    }

    /// Serves nothing at a path from now on.
    pub fn remove(&self, path: &str) {
        self.inner.change(|state| state.documents.remove(path));
    }

    /// How the page speaks HTTP from now on.
    pub fn set_http(&self, options: HttpOptions) {
        self.inner.change(|state| state.http = options);
    }

    /// Goes wrong at every path from now on, in this one way.
    pub fn misbehave(&self, misbehaviour: Misbehaviour) {
        self.inner.change(|state| state.everywhere = Some(misbehaviour));
    }

    /// Goes wrong at one path from now on. [`Misbehaviour::Refuse`] there closes the connection after the
    /// request; [`Misbehaviour::BadTls`] is of no effect, for a handshake knows no path.
    pub fn misbehave_at(&self, path: impl Into<String>, misbehaviour: Misbehaviour) {
        self.inner
            .change(|state| state.by_path.insert(path.into(), misbehaviour));
    }

    /// Goes wrong for the next `count` requests, before anything else that was set; with
    /// [`Misbehaviour::Refuse`] and [`Misbehaviour::BadTls`], for the next `count` connections.
    pub fn misbehave_next(&self, count: u64, misbehaviour: Misbehaviour) {
        self.inner
            .change(|state| state.next = Some((Arc::new(AtomicU64::new(count)), misbehaviour)));
    }

    /// Behaves again, everywhere. Answers under way stay as they are: what hangs goes on hanging.
    pub fn recover(&self) {
        self.inner.change(|state| {
            state.next = None;
            state.by_path.clear();
            state.everywhere = None;
        });
    }

    /// Documents and misbehaviours of a script's state, in one step.
    pub(crate) fn enact(
        &self,
        documents: Vec<(String, Document)>,
        everywhere: Option<Misbehaviour>,
        by_path: BTreeMap<String, Misbehaviour>,
    ) {
        let now = self.inner.shared.now();
        self.inner.change(|state| {
            replace_documents(state, documents, now);
            state.next = None;
            state.by_path = by_path;
            state.everywhere = everywhere;
        });
    }

    /// Compresses every document in every coding that is offered, so that no request waits for it.
    pub async fn compress_ahead(&self) {
        let state = self.inner.state();
        for served in state.documents.values() {
            for encoding in &state.http.encodings {
                served.document.encoded(*encoding).await;
            }
        }
    }

    /// The newest requests, oldest first; [`TownOptions::kept_requests`](crate::TownOptions) says how many.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.inner.ledger.entries().requests.iter().cloned().collect()
    }

    /// How many requests there were since the page opened.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        self.inner.ledger.entries().request_count
    }

    /// How many connections were accepted since the page opened, those reset at once included.
    #[must_use]
    pub fn connection_count(&self) -> u64 {
        self.inner.ledger.entries().connection_count
    }

    /// The most requests that were being answered at once.
    #[must_use]
    pub fn max_concurrent(&self) -> usize {
        self.inner.ledger.entries().max_in_flight
    }

    /// Returns once there were `count` requests since the page opened.
    pub async fn wait_for_requests(&self, count: u64) {
        self.inner
            .ledger
            .until(|entries| entries.request_count >= count)
            .await;
    }

    /// Returns once `count` answers are over, whichever way they ended.
    pub async fn wait_for_answers(&self, count: u64) {
        self.inner
            .ledger
            .until(|entries| entries.over_count >= count)
            .await;
    }

    /// Returns once `count` connections were accepted.
    pub async fn wait_for_connections(&self, count: u64) {
        self.inner
            .ledger
            .until(|entries| entries.connection_count >= count)
            .await;
    }

    /// Returns once any of the kept requests satisfies the condition.
    pub async fn wait_for_a_request(&self, satisfies: impl Fn(&Request) -> bool) {
        self.inner
            .ledger
            .until(|entries| entries.requests.iter().any(&satisfies))
            .await;
    }
}

fn insert(documents: &mut BTreeMap<String, Served>, path: String, document: Document, now: Timestamp) {
    let since = documents
        .get(&path)
        .filter(|former| former.document.body() == document.body())
        .map_or(now, |former| former.since);
    documents.insert(path, Served { document, since });
}

fn replace_documents(state: &mut State, documents: Vec<(String, Document)>, now: Timestamp) {
    let mut former = std::mem::take(&mut state.documents);
    for (path, document) in documents {
        if let Some(served) = former.remove(&path) {
            state.documents.insert(path.clone(), served);
        }
        insert(&mut state.documents, path, document, now);
    }
}
