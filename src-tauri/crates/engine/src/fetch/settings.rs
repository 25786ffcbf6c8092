//! What a fetcher is set up with, and the HTTP client that comes of it.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, pem::PemObject},
};
use thiserror::Error;
use url::Url;

use super::names::Names;

/// How fetching is done. The defaults suit a desktop that watches anything from one page to some thousands.
#[derive(Clone, Debug)]
pub struct FetchSettings {
    /// How long making a connection may take, TLS included.
    pub connect_timeout: Duration,
    /// How long an answer may take to begin (or as long as a connection may take, if that is longer), and how long it
    /// may then pause between two pieces.
    pub read_timeout: Duration,
    /// How long all exchanges of one fetch may take together; waiting for a host's turn or for a lane is not counted.
    pub total_timeout: Duration,
    /// The largest body that is taken, in bytes after decompression.
    pub max_body: usize,
    /// How many redirects are followed.
    pub max_redirects: usize,
    /// The pause between the end of one request to a host and the next one to it.
    pub min_gap: Duration,
    /// The `User-Agent` header, see [`user_agent`].
    pub user_agent: String,
    /// PEM texts, each with one or more certificates that are trusted beside those of the operating system.
    pub extra_roots: Vec<String>,
    /// Whether to go through a proxy.
    pub proxy: ProxyChoice,
    /// Names that have these addresses, whatever the system's resolver says of them.
    pub addresses: Vec<(String, IpAddr)>,
    /// How many requests may be under way.
    pub lanes: LaneSettings,
    /// How long a connection is kept open for a next document of the same host.
    pub keep_alive: Duration,
    /// How many connections at most are kept open so; a burst over a thousand hosts must not eat the descriptors that
    /// a desktop session is given (often 1,024).
    pub max_kept_open: usize,
}

impl FetchSettings {
    /// Default of [`connect_timeout`](Self::connect_timeout).
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
    /// Default of [`read_timeout`](Self::read_timeout).
    pub const READ_TIMEOUT: Duration = Duration::from_secs(10);
    /// Default of [`total_timeout`](Self::total_timeout).
    pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);
    /// Default of [`max_body`](Self::max_body): 5 MiB; the largest status documents known are near 1 MB.
    pub const MAX_BODY: usize = 5 * 1024 * 1024;
    /// Default of [`max_redirects`](Self::max_redirects).
    pub const MAX_REDIRECTS: usize = 5;
    /// Default of [`min_gap`](Self::min_gap): none.
    pub const MIN_GAP: Duration = Duration::ZERO;
    /// Default of [`keep_alive`](Self::keep_alive): enough for the heavy documents that follow a light one.
    pub const KEEP_ALIVE: Duration = Duration::from_secs(10);
    /// Default of [`max_kept_open`](Self::max_kept_open).
    pub const MAX_KEPT_OPEN: usize = 64;
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Self::CONNECT_TIMEOUT,
            read_timeout: Self::READ_TIMEOUT,
            total_timeout: Self::TOTAL_TIMEOUT,
            max_body: Self::MAX_BODY,
            max_redirects: Self::MAX_REDIRECTS,
            min_gap: Self::MIN_GAP,
            user_agent: user_agent(None),
            extra_roots: Vec::new(),
            proxy: ProxyChoice::System,
            addresses: Vec::new(),
            lanes: LaneSettings::default(),
            keep_alive: Self::KEEP_ALIVE,
            max_kept_open: Self::MAX_KEPT_OPEN,
        }
    }
}

/// Whether to go through a proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProxyChoice {
    /// As the system's settings and the usual environment variables (`HTTPS_PROXY`, `NO_PROXY` …) have it, read once.
    #[default]
    System,
    /// Never.
    Direct,
    /// Always through this one: `http`, `https`, `socks5` or `socks5h`, with name and password if it wants them.
    Through(Url),
}

/// How many requests may be under way, and when one counts as slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneSettings {
    /// How many in the ordinary lane.
    pub ordinary: usize,
    /// How many in the slow lane.
    pub slow: usize,
    /// After how long without being finished a request leaves the ordinary lane for the slow one.
    pub slow_after: Duration,
}

impl Default for LaneSettings {
    /// 64 ordinary, 512 slow, slow after 2 s: together below the 1,024 descriptors of a usual desktop session. When all pages
    /// are due at once, at the start or after sleep, 64 connections at a time are what a router at home bears.
    fn default() -> Self {
        Self {
            ordinary: 64,
            slow: 512,
            slow_after: Duration::from_secs(2),
        }
    }
}

/// The `User-Agent` that says who asks: `Signalbox/0.1.0 (desktop status page reader; ops@example.com)`.
#[must_use]
pub fn user_agent(contact: Option<&str>) -> String {
    let contact = contact.map(|contact| format!("; {contact}")).unwrap_or_default();
    format!(
        "Signalbox/{} (desktop status page reader{contact})",
        env!("CARGO_PKG_VERSION")
    )
}

/// Why a fetcher cannot be set up; every case is a matter of configuration.
#[derive(Debug, Error)]
pub enum FetchSetupError {
    /// The user agent holds what a header cannot.
    #[error("the user agent {0:?} cannot be sent: it may hold visible ASCII only")]
    UserAgent(String),
    /// An additional root certificate cannot be used.
    #[error("the additional root certificate number {number} cannot be used: {reason}")]
    ExtraRoot {
        /// Its place in [`FetchSettings::extra_roots`], from one.
        number: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The proxy's address cannot be used.
    #[error("the proxy {url} cannot be used")]
    Proxy {
        /// The address, without user name and password.
        url: String,
        /// What is wrong with it.
        #[source]
        source: reqwest::Error,
    },
    /// TLS cannot be set up.
    #[error("secure connections cannot be set up")]
    Tls(#[source] rustls::Error),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

/// How many TLS servers are remembered, so that the next poll resumes instead of verifying certificates again.
const REMEMBERED_SERVERS: usize = 2_048;
/// rustls counts in tickets, eight to a server.
const TICKETS_PER_SERVER: usize = 8;

/// One client for connections that are used once, one for connections that are kept open for the next document. They
/// share trust and TLS sessions.
pub(super) struct Clients {
    pub(super) once: reqwest::Client,
    pub(super) kept: reqwest::Client,
}

pub(super) fn clients(settings: &FetchSettings) -> Result<Clients, FetchSetupError> {
    let tls = tls_config(&settings.extra_roots)?;
    let names = Arc::new(Names::of_the_system());
    Ok(Clients {
        once: client(settings, tls.clone(), &names, 0)?,
        kept: client(settings, tls, &names, 1)?,
    })
}

fn client(
    settings: &FetchSettings,
    tls: ClientConfig,
    names: &Arc<Names>,
    idle_per_host: usize,
) -> Result<reqwest::Client, FetchSetupError> {
    let user_agent = reqwest::header::HeaderValue::try_from(settings.user_agent.as_str())
        .map_err(|_| FetchSetupError::UserAgent(settings.user_agent.clone()))?;
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Arc::clone(names))
        .user_agent(user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(settings.connect_timeout)
        .pool_max_idle_per_host(idle_per_host)
        .pool_idle_timeout(settings.keep_alive)
        .tcp_nodelay(true)
        // Connections live for seconds and have time-outs above them: probing them would only cost system calls.
        .tcp_keepalive(None)
        .tcp_keepalive_interval(None)
        .tcp_keepalive_retries(None);
    #[cfg(any(target_os = "android", target_os = "linux"))]
    {
        builder = builder.tcp_user_timeout(None);
    }
    for (name, address) in &settings.addresses {
        // The port is that of the address that is asked for.
        builder = builder.resolve(name, SocketAddr::new(*address, 0));
    }
    match &settings.proxy {
        ProxyChoice::System => {}
        ProxyChoice::Direct => builder = builder.no_proxy(),
        ProxyChoice::Through(proxy) => {
            let for_all = reqwest::Proxy::all(proxy.as_str()).map_err(|source| FetchSetupError::Proxy {
                url: without_secrets(proxy),
                source,
            })?;
            builder = builder.no_proxy().proxy(for_all);
        }
    }
    builder.build().map_err(FetchSetupError::Client)
}

/// Trust as the operating system has it (on Linux also `SSL_CERT_FILE` and `SSL_CERT_DIR`), beside the additional
/// roots. The provider is chosen here and not installed for the process: two parts of one program may differ.
fn tls_config(extra_roots: &[String]) -> Result<ClientConfig, FetchSetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = extra_certificates(extra_roots)?;
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(FetchSetupError::Tls)?;
    let mut config = match platform_verifier(roots, provider) {
        Ok(verifier) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth(),
        Err(error) => {
            // A machine without any trusted authority can still read pages over plain HTTP; each https page
            // then fails by itself and says why.
            tracing::warn!(%error, "no certificate authority is trusted on this machine: https pages cannot be read");
            builder
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth()
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.resumption = Resumption::in_memory_sessions(REMEMBERED_SERVERS * TICKETS_PER_SERVER);
    Ok(config)
}

fn platform_verifier(
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<rustls_platform_verifier::Verifier, rustls::Error> {
    rustls_platform_verifier::Verifier::new_with_extra_roots(roots, provider)
}

fn extra_certificates(texts: &[String]) -> Result<Vec<CertificateDer<'static>>, FetchSetupError> {
    let mut certificates = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let refuse = |reason: String| FetchSetupError::ExtraRoot {
            number: index + 1,
            reason,
        };
        let before = certificates.len();
        for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
            let certificate = certificate.map_err(|error| refuse(error.to_string()))?;
            RootCertStore::empty()
                .add(certificate.clone())
                .map_err(|error| refuse(error.to_string()))?;
            certificates.push(certificate);
        }
        if certificates.len() == before {
            return Err(refuse("it holds no PEM certificate".to_owned()));
        }
    }
    Ok(certificates)
}

fn without_secrets(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(settings: &FetchSettings) -> String {
        match clients(settings) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_user_agent_says_who_asks() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            user_agent(None),
            format!("Signalbox/{version} (desktop status page reader)")
        );
        assert_eq!(
            user_agent(Some("ops@example.com")),
            format!("Signalbox/{version} (desktop status page reader; ops@example.com)")
        );
    }

    #[test]
    fn settings_that_cannot_be_used_are_refused_with_the_reason() {
        let with_roots = |roots: &[&str]| FetchSettings {
            extra_roots: roots.iter().map(|&root| root.to_owned()).collect(),
            ..FetchSettings::default()
        };
        assert_eq!(
            refusal(&with_roots(&["no certificate here"])),
            "the additional root certificate number 1 cannot be used: it holds no PEM certificate"
        );
        let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(
            refusal(&with_roots(&[nonsense])).starts_with("the additional root certificate number 1 cannot")
        );
        assert_eq!(
            refusal(&FetchSettings {
                user_agent: "two\nlines".to_owned(),
                ..FetchSettings::default()
            }),
            "the user agent \"two\\nlines\" cannot be sent: it may hold visible ASCII only"
        );
        let proxy = Url::parse("gopher://somebody:secret@proxy.example:70").unwrap();
        let refused = refusal(&FetchSettings {
            proxy: ProxyChoice::Through(proxy),
            ..FetchSettings::default()
        });
        assert!(!refused.contains("secret"), "{refused}");
    }
}
