//! A test root, and certificates for loopback addresses and stand-in hosts signed by it.

use std::{net::IpAddr, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::{NoServerSessionStorage, ProducesTickets},
};

use crate::{misbehaviour::BadTls, town::ReplayError};

/// The authority that every page's certificate is signed by.
pub(crate) struct TestRoot {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    /// One key for all leaves: what makes thousands of them cheap.
    leaf_key: KeyPair,
    provider: Arc<rustls::crypto::CryptoProvider>,
    /// Tickets keep resumption possible without a cache per page.
    tickets: Arc<dyn ProducesTickets>,
}

impl std::fmt::Debug for TestRoot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestRoot")
            .field("pem", &self.pem)
            .finish_non_exhaustive()
    }
}

impl TestRoot {
    pub(crate) fn new() -> Result<Self, ReplayError> {
        let mut params = named("Signalbox replay test root");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Self {
            issuer: Issuer::new(params, key),
            pem,
            leaf_key: KeyPair::generate()?,
            provider: Arc::new(ring::default_provider()),
            tickets: ring::Ticketer::new()?,
        })
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// The set-up of a server of this name, else at this address, its certificate flawed as asked.
    pub(crate) fn server_config(
        &self,
        host: Option<&str>,
        address: IpAddr,
        bad: Option<BadTls>,
    ) -> Result<Arc<ServerConfig>, ReplayError> {
        let mut params = named("Signalbox stand-in");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.subject_alt_names = vec![match (bad, host) {
            (Some(BadTls::WrongName), _) => SanType::DnsName("elsewhere.invalid".try_into()?),
            (_, Some(host)) => SanType::DnsName(host.try_into()?),
            (_, None) => SanType::IpAddress(address),
        }];
        if bad == Some(BadTls::Expired) {
            params.not_before = date_time_ymd(2019, 1, 1);
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let certificate = match bad {
            Some(BadTls::SelfSigned) => params.self_signed(&self.leaf_key)?,
            _ => params.signed_by(&self.leaf_key, &self.issuer)?,
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.leaf_key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.ticketer = self.tickets.clone();
        Ok(Arc::new(config))
    }
}

fn named(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    params
}
