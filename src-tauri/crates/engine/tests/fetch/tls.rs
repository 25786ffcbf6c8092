//! Secure connections, with authorities of the test's own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::{
    HandshakeKind, ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use signalbox_engine::fetch::{FailureKind, FetchFailure, FetchRequest, FetchSettings, Fetcher};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::stand::{Stand, answer, body, failure, fetcher, read_head, settings};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn server_config(issuer: &Issuer, name: &str, last_year: i32) -> ServerConfig {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(last_year, 1, 1);
    let certificate = params.signed_by(&key, issuer).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap()
}

struct SecureStand {
    url: Url,
    resumed: Arc<AtomicUsize>,
}

async fn secure_stand(config: ServerConfig, bytes: Vec<u8>) -> SecureStand {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    let resumed = Arc::new(AtomicUsize::new(0));
    let (acceptor, count) = (TlsAcceptor::from(Arc::new(config)), resumed.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(acceptor.clone(), stream, bytes.clone(), count.clone()));
        }
    });
    SecureStand { url, resumed }
}

async fn serve(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    bytes: Vec<u8>,
    resumed: Arc<AtomicUsize>,
) -> Option<()> {
    let mut stream = acceptor.accept(stream).await.ok()?;
    while read_head(&mut stream).await.is_some() {
        if stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed) {
            resumed.fetch_add(1, Ordering::SeqCst);
        }
        stream.write_all(&bytes).await.ok()?;
    }
    None
}

fn trusting(issuer: &Issuer) -> Fetcher {
    fetcher(FetchSettings {
        extra_roots: vec![issuer.pem()],
        ..settings()
    })
}

fn refused(failure: &FetchFailure, reason: &str) {
    assert_eq!(
        (failure.kind, failure.reason.as_str(), failure.below_http),
        (FailureKind::Tls, reason, true)
    );
}

#[tokio::test]
async fn a_page_under_an_additional_root_is_read_and_its_session_resumed() {
    let issuer = authority("Test root");
    let stand = secure_stand(
        server_config(&issuer, "127.0.0.1", 2096),
        answer("200 OK", &[], "secret"),
    )
    .await;
    let fetcher = trusting(&issuer);
    for expected in 0..3 {
        assert_eq!(
            &body(fetcher.get(FetchRequest::new(stand.url.clone())).await).bytes[..],
            b"secret"
        );
        assert_eq!(stand.resumed.load(Ordering::SeqCst), expected);
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_accepted_is_told_with_the_reason() {
    let issuer = authority("Test root");
    let fetcher = trusting(&issuer);
    let table = [
        (
            server_config(&authority("Another"), "127.0.0.1", 2096),
            "the certificate comes from an authority that this machine does not trust",
        ),
        (
            server_config(&issuer, "status.example", 2096),
            "the certificate is not valid for this name",
        ),
        (
            server_config(&issuer, "127.0.0.1", 2001),
            "the certificate has expired",
        ),
    ];
    for (config, reason) in table {
        let stand = secure_stand(config, answer("200 OK", &[], "")).await;
        refused(&failure(fetcher.get(FetchRequest::new(stand.url)).await), reason);
    }
}

#[tokio::test]
async fn what_does_not_speak_tls_is_told_as_such() {
    let table: [(&[u8], &str); 2] = [
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            "the server does not speak TLS",
        ),
        (b"", "the server closed the connection before it was secured"),
    ];
    for (bytes, reason) in table {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(bytes).await.unwrap();
            stream.shutdown().await.unwrap();
            // What the client says is read to its end, so that closing is no reset.
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
        });
        refused(
            &failure(trusting(&authority("Another")).get(FetchRequest::new(url)).await),
            reason,
        );
    }
}

#[tokio::test]
async fn a_redirect_from_https_to_http_is_refused() {
    let plain = Stand::always(answer("200 OK", &[], "anyone could have written this")).await;
    let issuer = authority("Test root");
    let location = format!("Location: {}", plain.url("/"));
    let stand = secure_stand(
        server_config(&issuer, "127.0.0.1", 2096),
        answer("301 Moved", &[&location], ""),
    )
    .await;
    let outcome = trusting(&issuer).get(FetchRequest::new(stand.url)).await;
    assert!(outcome.hops.is_empty());
    let failure = failure(outcome);
    assert_eq!(
        (failure.kind, failure.reason.as_str()),
        (FailureKind::BadRedirect, "redirects from https to http")
    );
    assert!(plain.asked().is_empty());
}

/// What a server that speaks HTTP/2 does with a request.
#[derive(Clone, Copy)]
enum Second {
    Answers,
    KeepsSilent,
    ResetsTheStream,
    BreaksOffTheBody,
    Disconnects,
}

async fn second_stand(config: ServerConfig, behaviour: Second) -> Url {
    let mut config = config;
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve_second(acceptor.clone(), stream, behaviour));
        }
    });
    url
}

async fn serve_second(acceptor: TlsAcceptor, stream: TcpStream, behaviour: Second) -> Option<()> {
    let mut connection = h2::server::handshake(acceptor.accept(stream).await.ok()?)
        .await
        .ok()?;
    let mut held = Vec::new();
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        let head = hyper::Response::new(());
        match behaviour {
            Second::Answers => {
                let mut body = respond.send_response(head, false).ok()?;
                body.send_data("second".into(), true).ok()?;
            }
            Second::KeepsSilent => held.push(respond),
            Second::ResetsTheStream => respond.send_reset(h2::Reason::INTERNAL_ERROR),
            Second::BreaksOffTheBody => {
                let mut body = respond.send_response(head, false).ok()?;
                body.send_data("sec".into(), false).ok()?;
                // What was sent must be read before the reset overtakes it.
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    body.send_reset(h2::Reason::INTERNAL_ERROR);
                });
            }
            Second::Disconnects => return None,
        }
    }
    None
}

#[tokio::test]
async fn http_2_is_spoken_and_its_failures_are_told_too() {
    let issuer = authority("Test root");
    let fetcher = fetcher(FetchSettings {
        extra_roots: vec![issuer.pem()],
        connect_timeout: Duration::from_secs(1),
        read_timeout: Duration::from_millis(1_500),
        ..settings()
    });
    let stand = |behaviour| second_stand(server_config(&issuer, "127.0.0.1", 2096), behaviour);
    for keep_open in [false, true, true] {
        let request = FetchRequest {
            keep_open,
            ..FetchRequest::new(stand(Second::Answers).await)
        };
        assert_eq!(&body(fetcher.get(request).await).bytes[..], b"second");
    }
    let table = [
        (
            Second::KeepsSilent,
            FailureKind::Timeout,
            "no answer within 1.5 s",
            true,
        ),
        (
            Second::ResetsTheStream,
            FailureKind::Reset,
            "the server closed the connection without an answer",
            true,
        ),
        (
            Second::BreaksOffTheBody,
            FailureKind::Reset,
            "the server broke off the answer",
            false,
        ),
        (
            Second::Disconnects,
            FailureKind::Reset,
            "the server closed the connection without an answer",
            true,
        ),
    ];
    for (behaviour, kind, reason, below_http) in table {
        let failure = failure(fetcher.get(FetchRequest::new(stand(behaviour).await)).await);
        assert_eq!(
            (failure.kind, failure.reason.as_str(), failure.below_http),
            (kind, reason, below_http)
        );
    }
}
