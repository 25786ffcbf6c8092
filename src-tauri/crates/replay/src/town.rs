//! A town: many stand-in pages in one process, each at an address of its own.

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock},
    task::{Context, Poll, Waker},
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::{AbortHandle, JoinSet},
};

use crate::{
    accounting::Tally,
    connection, http,
    page::{Page, PageInner},
    proxy,
    tls::TestRoot,
};

/// Why a town or a page could not be started.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// There are more pages than addresses or ports.
    #[error("no address is left for another page")]
    Full,
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS could not be set up.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The root could not be written.
    #[error("cannot write the test root to {}: {source}", path.display())]
    WriteRoot {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
}

/// What makes a page an address of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// 127.64.0.1, 127.64.0.2 … in 127.64.0.0/10, all on one port. One socket serves them all, so thousands are
    /// cheap. It listens on every interface (there is no way to bind 127.0.0.0/8) and resets whatever was not
    /// sent to a loopback address. Where the system has only 127.0.0.1, as macOS does, use ports.
    Address,
    /// A port on 127.0.0.1 and a socket per page.
    Port,
}

/// How a town is set up.
#[derive(Clone)]
pub struct TownOptions {
    /// Where [`Town::open`] puts pages.
    pub placement: Placement,
    /// Whether the pages that [`Town::open`] starts speak TLS.
    pub tls: bool,
    /// The port of pages with addresses of their own, or the first page's port of those with ports; 0 is any
    /// that is free.
    pub port: u16,
    /// How many requests each page remembers.
    pub kept_requests: usize,
    /// The wall clock, for `Date`, `Last-Modified` and scripts.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Default for TownOptions {
    /// Plain HTTP, free ports, 1,000 requests remembered a page, the system's clock; addresses on Linux, ports
    /// elsewhere.
    fn default() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
        let clock = Arc::new(Timestamp::now);
        Self {
            placement: if cfg!(target_os = "linux") {
                Placement::Address
            } else {
                Placement::Port
            },
            tls: false,
            port: 0,
            kept_requests: 1_000,
            clock,
        }
    }
}

impl std::fmt::Debug for TownOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TownOptions")
            .field("placement", &self.placement)
            .field("tls", &self.tls)
            .field("port", &self.port)
            .field("kept_requests", &self.kept_requests)
            .finish_non_exhaustive()
    }
}

/// What all pages of a town share.
pub(crate) struct Shared {
    pub(crate) kept_requests: usize,
    pub(crate) tally: Arc<Tally>,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The last second for which `Date` was written, and its text.
    date: Mutex<(i64, Arc<str>)>,
    root: OnceLock<TestRoot>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The present moment as an HTTP date.
    pub(crate) fn date(&self) -> Arc<str> {
        let now = self.now();
        let mut last = self.date.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != now.as_second() {
            *last = (now.as_second(), http::date(now).into());
        }
        last.1.clone()
    }

    pub(crate) fn root(&self) -> Result<&TestRoot, ReplayError> {
        if let Some(root) = self.root.get() {
            return Ok(root);
        }
        let root = TestRoot::new()?;
        Ok(self.root.get_or_init(|| root))
    }
}

/// A number of stand-in pages. They stop when it is dropped.
#[derive(Debug)]
pub struct Town {
    options: TownOptions,
    shared: Arc<Shared>,
    books: Mutex<Books>,
    /// The pages with an address of their own, by its place in 127.64.0.0/10.
    by_address: Arc<RwLock<Vec<Arc<PageInner>>>>,
    /// The pages with a host's name.
    by_host: Arc<RwLock<BTreeMap<String, Arc<PageInner>>>>,
}

#[derive(Debug, Default)]
struct Books {
    pages: Vec<Page>,
    /// The one socket of all addresses.
    wide: Option<Arc<Doorway>>,
    proxies: Vec<Arc<Doorway>>,
    tasks: Vec<AbortHandle>,
    ports_used: u16,
}

impl Town {
    /// A town with the default options. Like all that opens pages, it must be called inside a tokio runtime.
    #[must_use]
    pub fn new() -> Self {
        Self::with(TownOptions::default())
    }

    /// A town set up otherwise.
    #[must_use]
    pub fn with(options: TownOptions) -> Self {
        let shared = Shared {
            kept_requests: options.kept_requests,
            tally: Arc::default(),
            clock: options.clock.clone(),
            date: Mutex::new((i64::MIN, Arc::from(""))),
            root: OnceLock::new(),
        };
        Self {
            options,
            shared: Arc::new(shared),
            books: Mutex::default(),
            by_address: Arc::default(),
            by_host: Arc::default(),
        }
    }

    /// Opens a page with nothing on it: every path is 404.
    ///
    /// # Errors
    /// No address is left, or it cannot be listened on.
    pub fn open(&self, name: impl Into<String>) -> Result<Page, ReplayError> {
        self.open_as(name, self.options.placement, self.options.tls)
    }

    /// Opens a page, saying where it is put and whether it speaks TLS.
    ///
    /// # Errors
    /// No address is left, or it cannot be listened on.
    pub fn open_as(
        &self,
        name: impl Into<String>,
        placement: Placement,
        tls: bool,
    ) -> Result<Page, ReplayError> {
        self.place(name.into(), placement, tls, None)
    }

    /// Opens a page that speaks TLS as a host of this name, in lower case. Only who asks through [`Town::open_proxy`]
    /// finds it by that name.
    ///
    /// # Errors
    /// No address is left, or it cannot be listened on.
    pub fn open_host(&self, host: impl Into<String>) -> Result<Page, ReplayError> {
        let host = host.into();
        let page = self.place(host.clone(), self.options.placement, true, Some(host.clone()))?;
        let mut by_host = self.by_host.write().unwrap_or_else(PoisonError::into_inner);
        by_host.insert(host, page.inner.clone());
        Ok(page)
    }

    /// Opens a proxy that leads to the pages of [`Town::open_host`], those that are opened later too, and to nowhere
    /// else: of any other host it says that there is none. It only tunnels, as is asked of it for https.
    ///
    /// # Errors
    /// It cannot be listened on.
    pub fn open_proxy(&self) -> Result<SocketAddr, ReplayError> {
        let doorway = Doorway::new(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0), 1024)?;
        let address = doorway.address;
        let by_host = self.by_host.clone();
        let task = tokio::spawn(admit(doorway.clone(), move |stream| {
            let by_host = by_host.clone();
            let resident = move |host: &str| {
                let by_host = by_host.read().unwrap_or_else(PoisonError::into_inner);
                by_host.get(host).cloned()
            };
            proxy::take(stream, resident)
        }));
        let mut books = self.books();
        books.tasks.push(task.abort_handle());
        books.proxies.push(doorway);
        Ok(address)
    }

    fn place(
        &self,
        name: String,
        placement: Placement,
        tls: bool,
        host: Option<String>,
    ) -> Result<Page, ReplayError> {
        let mut books = self.books();
        let page = match placement {
            Placement::Address => {
                let doorway = match &books.wide {
                    Some(doorway) => doorway.clone(),
                    None => self.open_wide(&mut books)?,
                };
                let mut pages = self.by_address.write().unwrap_or_else(PoisonError::into_inner);
                let ip = nth_address(pages.len()).ok_or(ReplayError::Full)?;
                let address = SocketAddr::new(IpAddr::V4(ip), doorway.address.port());
                let inner = Arc::new(PageInner::new(
                    name,
                    host,
                    address,
                    tls,
                    None,
                    self.shared.clone(),
                ));
                pages.push(inner.clone());
                Page { inner }
            }
            Placement::Port => {
                let port = match self.options.port {
                    0 => 0,
                    base => base.checked_add(books.ports_used).ok_or(ReplayError::Full)?,
                };
                let doorway = Doorway::new(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port), 1024)?;
                books.ports_used = books.ports_used.checked_add(1).ok_or(ReplayError::Full)?;
                let inner = Arc::new(PageInner::new(
                    name,
                    host,
                    doorway.address,
                    tls,
                    Some(doorway.clone()),
                    self.shared.clone(),
                ));
                let resident = inner.clone();
                let task = tokio::spawn(admit(doorway, move |stream| {
                    connection::take(stream, resident.clone())
                }));
                books.tasks.push(task.abort_handle());
                Page { inner }
            }
        };
        books.pages.push(page.clone());
        Ok(page)
    }

    /// Opens `count` pages, named by their number from 0.
    ///
    /// # Errors
    /// No address is left, or it cannot be listened on.
    pub fn open_many(&self, count: usize) -> Result<Vec<Page>, ReplayError> {
        (0..count).map(|index| self.open(index.to_string())).collect()
    }

    fn open_wide(&self, books: &mut Books) -> Result<Arc<Doorway>, ReplayError> {
        let doorway = Doorway::new(
            SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), self.options.port),
            4096,
        )?;
        let pages = self.by_address.clone();
        let resident = move |stream: &TcpStream| {
            let SocketAddr::V4(address) = stream.local_addr().ok()? else {
                return None;
            };
            let pages = pages.read().unwrap_or_else(PoisonError::into_inner);
            pages.get(place_of(*address.ip())?).cloned()
        };
        let task = tokio::spawn(admit(doorway.clone(), move |stream| {
            let page = resident(&stream);
            async move {
                match page {
                    Some(page) => connection::take(stream, page).await,
                    // Nobody lives here: as if nobody listened.
                    None => drop(stream.set_zero_linger()),
                }
            }
        }));
        books.tasks.push(task.abort_handle());
        books.wide = Some(doorway.clone());
        Ok(doorway)
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The wall clock that the pages live by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.now()
    }

    /// All pages, in the order in which they were opened.
    #[must_use]
    pub fn pages(&self) -> Vec<Page> {
        self.books().pages.clone()
    }

    /// How many requests there were to all pages.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        self.shared.tally.requests()
    }

    /// Returns once there were `count` requests to all pages together.
    pub async fn wait_for_requests(&self, count: u64) {
        self.shared.tally.wait_for_requests(count).await;
    }

    /// The certificate, in PEM, that the pages' certificates are signed by; another one in every town.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn root_pem(&self) -> Result<String, ReplayError> {
        Ok(self.shared.root()?.pem().to_owned())
    }

    /// Writes [`root_pem`](Self::root_pem) to a file.
    ///
    /// # Errors
    /// It cannot be made or written.
    pub fn write_root(&self, path: &Path) -> Result<(), ReplayError> {
        std::fs::write(path, self.shared.root()?.pem()).map_err(|source| ReplayError::WriteRoot {
            path: path.to_owned(),
            source,
        })
    }
}

impl Default for Town {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let books = self.books.get_mut().unwrap_or_else(PoisonError::into_inner);
        for task in &books.tasks {
            task.abort();
        }
        let own = books.pages.iter().filter_map(|page| page.inner.doorway.as_ref());
        for doorway in own.chain(&books.wide).chain(&books.proxies) {
            doorway.close_for_good();
        }
    }
}

/// Takes connections in until it is aborted, its connections with it.
async fn admit<T>(doorway: Arc<Doorway>, take: impl Fn(TcpStream) -> T)
where
    T: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = std::future::poll_fn(|context| doorway.poll_accept(context)) => match accepted {
                Ok(stream) => drop(connections.spawn(take(stream))),
                // Out of file descriptors, most likely: the backlog holds the others until some are closed.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
        }
    }
}

/// The addresses leave out hosts 0 and 255 of each block, which some software takes for broadcasts.
const HOSTS_PER_BLOCK: usize = 254;

/// The address of the page at this place, from 127.64.0.1 on.
fn nth_address(place: usize) -> Option<Ipv4Addr> {
    let (block, host) = (place / HOSTS_PER_BLOCK, place % HOSTS_PER_BLOCK + 1);
    let second = u8::try_from(block / 256).ok().filter(|second| *second < 64)?;
    Some(Ipv4Addr::new(
        127,
        64 + second,
        u8::try_from(block % 256).ok()?,
        u8::try_from(host).ok()?,
    ))
}

/// The place of an address; the inverse of [`nth_address`].
fn place_of(address: Ipv4Addr) -> Option<usize> {
    let [127, second @ 64..=127, third, host @ 1..=254] = address.octets() else {
        return None;
    };
    let block = usize::from(second - 64) * 256 + usize::from(third);
    Some(block * HOSTS_PER_BLOCK + usize::from(host) - 1)
}

/// A listening socket that can be closed and opened again without losing its port.
#[derive(Debug)]
pub(crate) struct Doorway {
    pub(crate) address: SocketAddr,
    backlog: u32,
    /// Bound beside the listener and never listening: keeps the port while the listener is closed.
    _reservation: TcpSocket,
    door: Mutex<Door>,
}

#[derive(Debug)]
struct Door {
    listener: Option<TcpListener>,
    /// Whoever waits for a connection while the door is closed.
    waiting: Option<Waker>,
    is_closed_for_good: bool,
}

impl Doorway {
    fn new(address: SocketAddr, backlog: u32) -> Result<Arc<Self>, ReplayError> {
        let at = |address| move |source| ReplayError::Listen { address, source };
        let reservation = bind(address).map_err(at(address))?;
        let address = reservation.local_addr().map_err(at(address))?;
        let listener = bind(address)
            .and_then(|socket| socket.listen(backlog))
            .map_err(at(address))?;
        Ok(Arc::new(Self {
            address,
            backlog,
            _reservation: reservation,
            door: Mutex::new(Door {
                listener: Some(listener),
                waiting: None,
                is_closed_for_good: false,
            }),
        }))
    }

    fn door(&self) -> MutexGuard<'_, Door> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From the return of this on, connections are refused.
    pub(crate) fn close(&self) {
        self.door().listener = None;
    }

    fn close_for_good(&self) {
        let mut door = self.door();
        door.listener = None;
        door.is_closed_for_good = true;
    }

    /// Listens, if it does not.
    #[expect(clippy::expect_used, reason = "the port is reserved by a socket of ours")]
    pub(crate) fn open(&self) {
        let mut door = self.door();
        if door.listener.is_some() || door.is_closed_for_good {
            return;
        }
        let listener = bind(self.address).and_then(|socket| socket.listen(self.backlog));
        door.listener = Some(listener.expect("a port that is reserved can be listened on again"));
        if let Some(waker) = door.waiting.take() {
            waker.wake();
        }
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        let mut door = self.door();
        let polled = match &door.listener {
            Some(listener) => listener.poll_accept(context).map_ok(|(stream, _)| stream),
            None => Poll::Pending,
        };
        if polled.is_pending() {
            door.waiting = Some(context.waker().clone());
        }
        polled
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_addresses_are_inverse() {
        for (place, address) in [
            (0, "127.64.0.1"),
            (253, "127.64.0.254"),
            (254, "127.64.1.1"),
            (65_024, "127.65.0.1"),
        ] {
            assert_eq!(nth_address(place), Some(address.parse().unwrap()));
        }
        for place in (0..64 * 256 * HOSTS_PER_BLOCK).step_by(997) {
            assert_eq!(nth_address(place).and_then(place_of), Some(place));
        }
        assert_eq!(nth_address(64 * 256 * HOSTS_PER_BLOCK), None);
        for stranger in [
            "127.0.0.1",
            "127.64.0.0",
            "127.64.0.255",
            "127.128.0.1",
            "10.64.0.1",
        ] {
            assert_eq!(place_of(stranger.parse().unwrap()), None, "{stranger}");
        }
    }
}
