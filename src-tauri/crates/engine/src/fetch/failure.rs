//! Why there is no document: a closed list of kinds, each with a reason in plain words.

use std::{error::Error, io, time::Duration};

use rustls::{CertificateError, Error as TlsError};
use thiserror::Error as ThisError;

/// Why a fetch gave no document.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[error("{reason}")]
pub struct FetchFailure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// The reason in words for people, such as "the server refused the connection". No address, no secret.
    pub reason: String,
    /// How long the server wishes to be left alone.
    pub retry_after: Option<Duration>,
    /// Whether nothing at all spoke HTTP: such a failure may be the fault of this machine's network (T7).
    pub below_http: bool,
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// The host's name does not resolve.
    Dns,
    /// The host refused the connection.
    Refused,
    /// There is no way to the network or to the host.
    Unroutable,
    /// No secure connection: a certificate that is not accepted, or no TLS at the other end.
    Tls,
    /// No connection in time.
    ConnectTimeout,
    /// Connected, but no answer in time, or an answer that never ends.
    Timeout,
    /// The connection was closed or broken before the answer was whole.
    Reset,
    /// What came is not HTTP, or not as HTTP allows it.
    Protocol,
    /// The body is larger than what is taken.
    TooLarge,
    /// More redirects than are followed.
    TooManyRedirects,
    /// Redirects that lead in a circle.
    RedirectLoop,
    /// A redirect that is not followed: from https to http, to something that is not HTTP, or to nowhere.
    BadRedirect,
    /// An answer with a status that is no success.
    Status(u16),
    /// The body cannot be decompressed.
    Decoding,
    /// The proxy cannot be reached or does not let the request through.
    Proxy,
    /// This machine could not even try: no free descriptors, or a rule here that forbids it.
    Local,
}

impl FetchFailure {
    pub(super) fn new(kind: FailureKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
            retry_after: None,
            below_http: false,
        }
    }

    pub(super) fn below_http(mut self, below_http: bool) -> Self {
        self.below_http = below_http;
        self
    }

    /// Whether the server let us wait in vain.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        matches!(self.kind, FailureKind::Timeout | FailureKind::ConnectTimeout)
    }
}

/// How far an exchange had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// No answer yet.
    Asking,
    /// The answer's head is here, its body is not.
    Reading,
}

/// What is needed to name a failure beside the error itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances {
    pub(super) stage: Stage,
    /// Whether the request went through a proxy.
    pub(super) proxied: bool,
    pub(super) connect_timeout: Duration,
}

/// Names what went wrong, by the types in the chain of causes; their texts are for the log.
pub(super) fn classify(error: &reqwest::Error, circumstances: Circumstances) -> FetchFailure {
    tracing::debug!(causes = ?causes(error).map(ToString::to_string).collect::<Vec<_>>(), "a fetch failed");
    let asking = circumstances.stage == Stage::Asking;
    let failure = if error.is_connect() || error.is_dns() {
        let failure = connecting(error, circumstances.connect_timeout);
        if circumstances.proxied {
            through_proxy(failure)
        } else {
            failure
                .unwrap_or_else(|| FetchFailure::new(FailureKind::Unroutable, "no connection could be made"))
        }
    } else {
        exchanging(error, circumstances.stage)
    };
    failure.below_http(asking)
}

/// The chain of causes. An `io::Error` around another error answers `source` with that error's own source, so that the
/// inner error itself would be passed over.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match wrapped {
            Some(inner) => {
                let inner: &(dyn Error + 'static) = inner;
                Some(inner)
            }
            None => error.source(),
        }
    })
}

fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The kind of the innermost I/O error.
fn io_kind(error: &(dyn Error + 'static)) -> Option<(io::ErrorKind, Option<i32>)> {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .last()
        .map(|error| (error.kind(), error.raw_os_error()))
}

/// Why there is no connection; `None` if the types do not say.
fn connecting(error: &reqwest::Error, connect_timeout: Duration) -> Option<FetchFailure> {
    use io::ErrorKind as Io;
    if let Some(tls) = find::<TlsError>(error) {
        return Some(FetchFailure::new(FailureKind::Tls, tls_reason(tls)));
    }
    if error.is_dns() {
        return Some(FetchFailure::new(
            FailureKind::Dns,
            "the host name does not resolve",
        ));
    }
    let (kind, reason) = match io_kind(error) {
        Some((Io::ConnectionRefused, _)) => (FailureKind::Refused, "the server refused the connection"),
        Some((Io::NetworkUnreachable | Io::NetworkDown | Io::AddrNotAvailable, _)) => {
            (FailureKind::Unroutable, "there is no way to the network")
        }
        Some((Io::HostUnreachable, _)) => (FailureKind::Unroutable, "there is no way to the host"),
        Some((Io::PermissionDenied, _)) => (FailureKind::Local, "this machine does not allow the connection"),
        Some((_, Some(code))) if OUT_OF_DESCRIPTORS.contains(&code) => (
            FailureKind::Local,
            "this machine has too many connections or files open",
        ),
        Some((Io::UnexpectedEof, _)) => (
            FailureKind::Tls,
            "the server closed the connection before it was secured",
        ),
        Some((Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe, _)) => {
            (FailureKind::Reset, "the server broke off the connection")
        }
        _ if error.is_timeout() => {
            let reason = format!("no connection within {}", in_words(connect_timeout));
            return Some(FetchFailure::new(FailureKind::ConnectTimeout, reason));
        }
        _ => return None,
    };
    Some(FetchFailure::new(kind, reason))
}

/// EMFILE and ENFILE, which have no [`io::ErrorKind`].
#[cfg(unix)]
const OUT_OF_DESCRIPTORS: &[i32] = &[24, 23];
/// WSAEMFILE and WSAENOBUFS.
#[cfg(windows)]
const OUT_OF_DESCRIPTORS: &[i32] = &[10_024, 10_055];

/// Behind a proxy, what fails on the way is the proxy's doing as far as can be known, save the certificate, which is
/// the server's own. What a proxy says when it refuses a tunnel is not told.
fn through_proxy(failure: Option<FetchFailure>) -> FetchFailure {
    let reason = "no connection through the proxy";
    match failure {
        Some(failure) if failure.kind == FailureKind::Tls => failure,
        Some(failure) => FetchFailure::new(FailureKind::Proxy, format!("{reason}: {}", failure.reason)),
        None => FetchFailure::new(FailureKind::Proxy, reason),
    }
}

fn exchanging(error: &reqwest::Error, stage: Stage) -> FetchFailure {
    use io::ErrorKind as Io;
    if let Some(tls) = find::<TlsError>(error) {
        return FetchFailure::new(FailureKind::Tls, tls_reason(tls));
    }
    let broken = match stage {
        Stage::Asking => "the server closed the connection without an answer",
        Stage::Reading => "the server broke off the answer",
    };
    let kind = io_kind(error).map(|(kind, _)| kind);
    let hyper = find::<hyper::Error>(error);
    if kind == Some(Io::TimedOut) || error.is_timeout() {
        return FetchFailure::new(FailureKind::Timeout, "the connection went silent");
    }
    if matches!(
        kind,
        Some(Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::NotConnected)
    ) {
        return FetchFailure::new(FailureKind::Reset, broken);
    }
    let Some(hyper) = hyper else {
        return match stage {
            Stage::Reading => FetchFailure::new(FailureKind::Decoding, "the answer cannot be decompressed"),
            Stage::Asking => FetchFailure::new(FailureKind::Protocol, "the request could not be made"),
        };
    };
    // In HTTP/2 the other side can break off one answer and leave the connection as it is.
    let broken_off = find::<h2::Error>(error).is_some_and(|error| error.is_io() || error.is_remote());
    if broken_off
        || hyper.is_incomplete_message()
        || hyper.is_canceled()
        || hyper.is_closed()
        || kind == Some(Io::UnexpectedEof)
    {
        FetchFailure::new(FailureKind::Reset, broken)
    } else {
        FetchFailure::new(FailureKind::Protocol, "the answer is not valid HTTP")
    }
}

fn tls_reason(error: &TlsError) -> String {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "foreign, open lists: what has no words of its own is shown"
    )]
    match error {
        TlsError::InvalidCertificate(certificate) => match certificate {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the certificate is not valid for this name".to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the certificate has expired".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the certificate is not valid yet".to_owned()
            }
            CertificateError::UnknownIssuer => {
                "the certificate comes from an authority that this machine does not trust".to_owned()
            }
            CertificateError::Revoked => "the certificate has been revoked".to_owned(),
            other => format!("the certificate is not accepted ({other})"),
        },
        TlsError::NoCertificatesPresented => "the server shows no certificate".to_owned(),
        TlsError::InvalidMessage(_) => "the server does not speak TLS".to_owned(),
        TlsError::AlertReceived(alert) => format!("the server refused the secure connection ({alert:?})"),
        TlsError::PeerIncompatible(_) => "the server speaks only TLS that is no longer safe".to_owned(),
        other => format!("no secure connection could be made ({other})"),
    }
}

/// A span as people write it: "10 s", "250 ms".
pub(super) fn in_words(span: Duration) -> String {
    if span.subsec_millis() == 0 || span.as_secs() >= 10 {
        format!("{} s", span.as_secs())
    } else if span.as_secs() == 0 {
        format!("{} ms", span.as_millis())
    } else {
        format!("{:.1} s", span.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_people_write_them() {
        let table = [
            (10_000, "10 s"),
            (2_300, "2.3 s"),
            (250, "250 ms"),
            (30_400, "30 s"),
            (0, "0 s"),
        ];
        for (milliseconds, words) in table {
            assert_eq!(in_words(Duration::from_millis(milliseconds)), words);
        }
    }

    #[test]
    fn an_error_inside_an_io_error_is_found() {
        let tls = TlsError::InvalidCertificate(CertificateError::UnknownIssuer);
        let nested = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls.clone()));
        assert_eq!(find::<TlsError>(&nested), Some(&tls));
        assert_eq!(io_kind(&nested), Some((io::ErrorKind::InvalidData, None)));
    }
}
