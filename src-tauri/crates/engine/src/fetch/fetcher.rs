//! The fetcher: one `get` from the first request through the redirects to the result.

use std::{
    collections::BTreeSet,
    pin::{Pin, pin},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use hyper_util::client::proxy::matcher::Matcher;
use jiff::{SignedDuration, Timestamp};
use reqwest::{
    Method, Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, LOCATION},
};
use tokio::time::{Instant, Sleep, sleep};
use url::Url;

use super::{
    Body, FailureKind, FetchFailure, FetchOutcome, FetchRequest, FetchResult, FetchSettings, FetchSetupError,
    Hop, Host, LaneOccupancy, ProxyChoice,
    connections::{Connecting, KeptOpen},
    failure::{Circumstances, Stage, classify, in_words},
    headers,
    hosts::{Conduct, Hosts},
    lanes::{Lane, Lanes},
    settings::{Clients, clients},
};
use crate::clock::SharedClock;

/// Fetches documents, politely. One for the whole engine; it is shared by reference.
///
/// Time-outs run on tokio's clock, because they are about sockets; the clock passed in gives the times that are
/// recorded, `Retry-After` and the gap between requests.
pub struct Fetcher {
    settings: FetchSettings,
    clock: SharedClock,
    clients: Clients,
    hosts: Hosts,
    lanes: Lanes,
    kept_open: KeptOpen,
    proxies: Matcher,
}

/// The connector starts its own clock a moment after ours; it is given the first word, so that "no connection" and "no
/// answer" stay apart when both may take equally long.
const CONNECTOR_GRACE: Duration = Duration::from_millis(250);

/// How one exchange ended.
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, on its way from one function to the next"
)]
enum Exchange {
    Redirected { to: Option<String>, permanent: bool },
    Ended(FetchResult),
}

impl Exchange {
    fn failed(failure: FetchFailure) -> Self {
        Self::Ended(FetchResult::Failed(failure))
    }

    fn failure(&self) -> Option<&FetchFailure> {
        match self {
            Self::Ended(FetchResult::Failed(failure)) => Some(failure),
            Self::Ended(_) | Self::Redirected { .. } => None,
        }
    }
}

impl Fetcher {
    /// Sets up the HTTP client: loads the trusted authorities and the system's proxy settings, once.
    ///
    /// # Errors
    ///
    /// If the settings cannot be used.
    pub fn new(settings: FetchSettings, clock: SharedClock) -> Result<Self, FetchSetupError> {
        let clients = clients(&settings)?;
        let proxies = match &settings.proxy {
            ProxyChoice::System => Matcher::from_system(),
            ProxyChoice::Direct => Matcher::builder().build(),
            ProxyChoice::Through(proxy) => Matcher::builder().all(proxy.as_str()).build(),
        };
        Ok(Self {
            clients,
            clock,
            hosts: Hosts::default(),
            lanes: Lanes::new(settings.lanes),
            kept_open: KeptOpen::new(settings.max_kept_open, settings.keep_alive),
            proxies,
            settings,
        })
    }

    /// Fetches one document. Waits for its host's turn and for a lane; then every exchange together takes at most
    /// [`FetchSettings::total_timeout`]. It may be dropped at any time.
    ///
    /// It does not look at [`not_before`](Self::not_before), which is for the schedule: a person who asks for a check
    /// now gets one.
    pub async fn get(&self, request: FetchRequest) -> FetchOutcome {
        let mut hops: Vec<Hop> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut url = request.url.clone();
        let mut left = self.settings.total_timeout;
        let result = loop {
            let began = Instant::now();
            let (exchange, spent) = self.hop(&request, &url, left).await;
            tracing::trace!(waited = ?began.elapsed().saturating_sub(spent), ?spent, "one exchange");
            left = left.saturating_sub(spent);
            match exchange {
                Exchange::Ended(result) => break result,
                Exchange::Redirected { to, permanent } => match redirect_target(&url, to.as_deref()) {
                    Err(failure) => break FetchResult::Failed(failure),
                    Ok(to) => {
                        seen.insert(url.clone());
                        if seen.contains(&to) {
                            break FetchResult::Failed(FetchFailure::new(
                                FailureKind::RedirectLoop,
                                "the redirects lead in a circle",
                            ));
                        }
                        if hops.len() >= self.settings.max_redirects {
                            break FetchResult::Failed(FetchFailure::new(
                                FailureKind::TooManyRedirects,
                                format!("more than {} redirects", self.settings.max_redirects),
                            ));
                        }
                        hops.push(Hop {
                            from: url,
                            to: to.clone(),
                            permanent,
                        });
                        url = to;
                    }
                },
            }
        };
        let result = match result {
            // An earlier hop did speak HTTP.
            FetchResult::Failed(failure) if !hops.is_empty() => {
                FetchResult::Failed(failure.below_http(false))
            }
            result @ (FetchResult::Body(_) | FetchResult::NotModified { .. } | FetchResult::Failed(_)) => {
                result
            }
        };
        FetchOutcome {
            hops,
            final_url: url,
            at: self.clock.now(),
            result,
        }
    }

    /// The moment before which the host of an address wishes not to be asked (`Retry-After` of a failed request);
    /// `None` if there is none, or it is past.
    #[must_use]
    pub fn not_before(&self, url: &Url) -> Option<Timestamp> {
        let host = Host::of(url)?;
        let now = self.clock.monotonic();
        let wait = self.hosts.not_before(&host, now)?.saturating_sub(now);
        let wait = SignedDuration::try_from(wait).ok()?;
        Some(self.clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX))
    }

    /// How many requests are under way.
    #[must_use]
    pub fn occupancy(&self) -> LaneOccupancy {
        self.lanes.occupancy()
    }

    /// One exchange with one host, with all the waiting that it takes; the second is how long the exchange itself took.
    async fn hop(&self, request: &FetchRequest, url: &Url, left: Duration) -> (Exchange, Duration) {
        let Some(host) = Host::of(url) else {
            let failure = FetchFailure::new(FailureKind::Protocol, "the address is neither http nor https");
            return (Exchange::failed(failure), Duration::ZERO);
        };
        // The turn comes before the lane, so that whoever waits for a busy host takes no place from others; both are
        // given back before the next hop takes its own, so that two hosts that redirect to each other cannot lock.
        let turn = self.hosts.turn(&host, url).await;
        self.keep_gap(&host).await;
        let lane = if self.hosts.timed_out(&host) {
            Lane::Slow
        } else {
            Lane::Ordinary
        };
        let answered = AtomicBool::new(false);
        let work = async {
            let began = Instant::now();
            let exchange = self.exchange(request, url, &host, left, &answered).await;
            (exchange, began.elapsed())
        };
        let (exchange, spent) = match self.lanes.run(lane, work).await {
            Ok(ended) => ended,
            Err(crowded) => {
                let failure = FetchFailure::new(
                    FailureKind::Timeout,
                    format!("no answer within {}", in_words(crowded.waited)),
                )
                .below_http(!answered.load(Ordering::Relaxed));
                (Exchange::failed(failure), crowded.waited)
            }
        };
        self.hosts.remember(&host, url, &self.conduct(exchange.failure()));
        drop(turn);
        (exchange, spent)
    }

    fn conduct(&self, failure: Option<&FetchFailure>) -> Conduct {
        let retry_after = failure.and_then(|failure| failure.retry_after);
        let now = self.clock.monotonic();
        Conduct {
            timed_out: failure.is_some_and(FetchFailure::timed_out),
            not_before: retry_after.map(|span| now.saturating_add(span)),
            ended: (!self.settings.min_gap.is_zero()).then_some(now),
        }
    }

    async fn keep_gap(&self, host: &Host) {
        if self.settings.min_gap.is_zero() {
            return;
        }
        if let Some(last_end) = self.hosts.last_end(host) {
            let since = self.clock.monotonic().saturating_sub(last_end);
            self.clock
                .sleep(self.settings.min_gap.saturating_sub(since))
                .await;
        }
    }

    async fn exchange(
        &self,
        request: &FetchRequest,
        url: &Url,
        host: &Host,
        left: Duration,
        answered: &AtomicBool,
    ) -> Exchange {
        let connecting = self.kept_open.begin(host, request.keep_open, left);
        let began = Instant::now();
        let mut exchange = self.attempt(request, url, connecting, left, answered).await;
        let broken = exchange
            .failure()
            .is_some_and(|failure| failure.kind == FailureKind::Reset);
        if broken && connecting == Connecting::Reuse && !answered.load(Ordering::Relaxed) {
            // The server closed the idle connection just as it was used: no word about the server.
            let left = left.saturating_sub(began.elapsed());
            exchange = self.attempt(request, url, Connecting::Once, left, answered).await;
        }
        self.kept_open.end(host, connecting);
        exchange
    }

    async fn attempt(
        &self,
        request: &FetchRequest,
        url: &Url,
        connecting: Connecting,
        left: Duration,
        answered: &AtomicBool,
    ) -> Exchange {
        let client = match connecting {
            Connecting::Once => &self.clients.once,
            Connecting::Keep | Connecting::Reuse => &self.clients.kept,
        };
        let mut asked = reqwest::Request::new(Method::GET, url.clone());
        if let Some(accept) = &request.accept {
            asked.headers_mut().insert(ACCEPT, accept.clone());
        }
        let validators = request
            .validators
            .as_ref()
            .filter(|validators| validators.url == *url);
        let conditional = validators.is_some_and(|validators| {
            headers::conditions(validators)
                .map(|(name, value)| asked.headers_mut().insert(name, value))
                .count()
                > 0
        });

        let ends = Instant::now() + left;
        let patience = self
            .settings
            .read_timeout
            .max(self.settings.connect_timeout + CONNECTOR_GRACE)
            .min(left);
        let mut limit = pin!(sleep(patience));
        let response = tokio::select! {
            biased;
            response = client.execute(asked) => response,
            () = &mut limit => {
                let failure = FetchFailure::new(
                    FailureKind::Timeout,
                    format!("no answer within {}", in_words(patience)),
                );
                return Exchange::failed(failure.below_http(true));
            }
        };
        match response {
            Ok(response) => {
                answered.store(true, Ordering::Relaxed);
                self.take(response, url, conditional, limit.as_mut(), ends).await
            }
            Err(error) => Exchange::failed(classify(&error, self.circumstances(url, Stage::Asking))),
        }
    }

    /// Makes of an answer what it means.
    async fn take(
        &self,
        mut response: Response,
        url: &Url,
        conditional: bool,
        limit: Pin<&mut Sleep>,
        ends: Instant,
    ) -> Exchange {
        let now = self.clock.now();
        let status = response.status();
        match status.as_u16() {
            206 => Exchange::failed(FetchFailure::new(
                FailureKind::Protocol,
                "a part came though the whole was asked",
            )),
            200..=299 => {
                let freshness = headers::freshness(response.headers(), now);
                let content_type = headers::text(response.headers(), CONTENT_TYPE).map(str::to_owned);
                let validators = headers::validators(response.headers(), url);
                let headers = Box::new(std::mem::take(response.headers_mut()));
                match self.read(response, url, limit, ends).await {
                    Ok(bytes) => Exchange::Ended(FetchResult::Body(Body {
                        bytes,
                        headers,
                        content_type,
                        validators,
                        freshness,
                    })),
                    Err(failure) => Exchange::failed(failure),
                }
            }
            304 if conditional => Exchange::Ended(FetchResult::NotModified {
                freshness: headers::freshness(response.headers(), now),
            }),
            304 => Exchange::failed(FetchFailure::new(
                FailureKind::Protocol,
                "answered 304 Not Modified though nothing was known to it",
            )),
            301 | 302 | 303 | 307 | 308 => Exchange::Redirected {
                to: headers::text(response.headers(), LOCATION).map(str::to_owned),
                permanent: matches!(
                    status,
                    StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT
                ),
            },
            407 if self.proxied(url) => Exchange::failed(FetchFailure::new(
                FailureKind::Proxy,
                "the proxy asks for a name and a password",
            )),
            code => {
                let words = status
                    .canonical_reason()
                    .map(|words| format!(" {words}"))
                    .unwrap_or_default();
                let mut failure =
                    FetchFailure::new(FailureKind::Status(code), format!("answered {code}{words}"));
                failure.retry_after = headers::retry_after(response.headers(), now);
                Exchange::failed(failure)
            }
        }
    }

    /// Reads the body piece by piece, so that no more than the cap is ever in memory, whatever it was compressed to.
    async fn read(
        &self,
        mut response: Response,
        url: &Url,
        mut limit: Pin<&mut Sleep>,
        ends: Instant,
    ) -> Result<Bytes, FetchFailure> {
        let most = self.settings.max_body;
        let too_large = || {
            FetchFailure::new(
                FailureKind::TooLarge,
                format!("the answer is larger than {most} bytes"),
            )
        };
        // After decompression the length is not known, and none is given.
        let announced = response.content_length().unwrap_or(0);
        if announced > most as u64 {
            return Err(too_large());
        }
        let mut whole = Gathered::default();
        loop {
            let pause_ends = Instant::now() + self.settings.read_timeout;
            limit.as_mut().reset(pause_ends.min(ends));
            let piece = tokio::select! {
                biased;
                piece = response.chunk() => piece,
                () = &mut limit => {
                    let reason = if pause_ends < ends {
                        format!("the answer stopped for {}", in_words(self.settings.read_timeout))
                    } else {
                        format!("the answer took longer than {}", in_words(self.settings.total_timeout))
                    };
                    return Err(FetchFailure::new(FailureKind::Timeout, reason));
                }
            };
            match piece {
                Ok(Some(piece)) if whole.len() + piece.len() > most => return Err(too_large()),
                Ok(Some(piece)) => whole.add(piece, announced),
                Ok(None) => return Ok(whole.into_bytes()),
                Err(error) => return Err(classify(&error, self.circumstances(url, Stage::Reading))),
            }
            // A drip that always has a piece ready would never be looked at by the timer above.
            if Instant::now() >= ends {
                return Err(FetchFailure::new(
                    FailureKind::Timeout,
                    format!(
                        "the answer took longer than {}",
                        in_words(self.settings.total_timeout)
                    ),
                ));
            }
        }
    }

    fn circumstances(&self, url: &Url, stage: Stage) -> Circumstances {
        Circumstances {
            stage,
            proxied: self.proxied(url),
            connect_timeout: self.settings.connect_timeout,
        }
    }

    fn proxied(&self, url: &Url) -> bool {
        url.as_str()
            .parse()
            .is_ok_and(|uri| self.proxies.intercept(&uri).is_some())
    }
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher")
            .field("occupancy", &self.occupancy())
            .finish_non_exhaustive()
    }
}

/// The pieces of a body. Most bodies are one piece, and are not copied.
#[derive(Default)]
enum Gathered {
    #[default]
    Nothing,
    One(Bytes),
    Many(BytesMut),
}

impl Gathered {
    fn len(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::One(piece) => piece.len(),
            Self::Many(pieces) => pieces.len(),
        }
    }

    fn add(&mut self, piece: Bytes, announced: u64) {
        *self = match std::mem::take(self) {
            Self::Nothing => Self::One(piece),
            Self::One(first) => {
                // Nobody announces how long a compressed body becomes.
                let expected = usize::try_from(announced).unwrap_or(0);
                let so_far = first.len() + piece.len();
                let mut pieces = BytesMut::with_capacity(expected.max(2 * so_far));
                pieces.extend_from_slice(&first);
                pieces.extend_from_slice(&piece);
                Self::Many(pieces)
            }
            Self::Many(mut pieces) => {
                pieces.extend_from_slice(&piece);
                Self::Many(pieces)
            }
        };
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::Nothing => Bytes::new(),
            Self::One(piece) => piece,
            Self::Many(pieces) => pieces.freeze(),
        }
    }
}

fn redirect_target(from: &Url, location: Option<&str>) -> Result<Url, FetchFailure> {
    let refuse = |reason: &str| FetchFailure::new(FailureKind::BadRedirect, reason);
    let location = location.ok_or_else(|| refuse("redirects without saying where to"))?;
    let mut to = from
        .join(location)
        .map_err(|_| refuse("redirects to something that is no address"))?;
    to.set_fragment(None);
    match (from.scheme(), to.scheme()) {
        ("https", "http") => Err(refuse("redirects from https to http")),
        (_, "http" | "https") => Ok(to),
        _ => Err(refuse("redirects to an address that is neither http nor https")),
    }
}
