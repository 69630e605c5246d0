//! A server is its key: TLS that trusts no authority, no name and no clock, only the key whose
//! hash stood in the invitation.
//!
//! A certificate of ours is made by the server itself and renewed over the same key, so its dates
//! and names say nothing. What counts: the hash of its public key is one of the pins, and whoever
//! answers proves in the handshake that the private half is theirs.

use std::sync::Arc;

use jawla_model::Hash32;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme,
};
use sha2::{Digest, Sha256};

use crate::limits::TLS_RECORD_SIZE_BYTES_MAX;

/// SHA-256 of a public key as it stands in a certificate (`SubjectPublicKeyInfo`, DER).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpkiPin(pub [u8; 32]);

impl SpkiPin {
    /// The pin of a public key in DER.
    pub fn of_public_key(spki_der: &[u8]) -> Self {
        Self(Sha256::digest(spki_der).into())
    }

    /// The pin of the key in a certificate in DER; `None` when it is not one.
    pub fn of_certificate(certificate_der: &[u8]) -> Option<Self> {
        let certificate = CertificateDer::from(certificate_der);
        let parsed = ParsedCertificate::try_from(&certificate).ok()?;
        Some(Self::of_public_key(&parsed.subject_public_key_info()))
    }
}

impl From<Hash32> for SpkiPin {
    fn from(hash: Hash32) -> Self {
        Self(hash.0)
    }
}

/// The certificate shown has another key than the pinned ones.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the certificate has another key")]
struct AnotherKey;

/// Whether a failed handshake failed because another key was shown.
pub(crate) fn is_another_key(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) => {
            cause.is::<AnotherKey>()
        }
        _ => false,
    }
}

/// TLS 1.3, else 1.2, over ring, for a server with one of `pins`. Sessions are resumed, which
/// saves the certificate on each new connection. HTTP/1.1 only: see [`crate::http`].
///
/// # Errors
/// Only when ring lacks a protocol version, which its release rules out.
pub(crate) fn tls_config(pins: &[SpkiPin]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(crypto::ring::default_provider());
    let verifier = Arc::new(PinnedServer {
        pins: pins.to_vec(),
        algorithms: provider.signature_verification_algorithms,
    });
    let mut config = with_versions(provider)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.max_fragment_size = Some(TLS_RECORD_SIZE_BYTES_MAX);
    Ok(config)
}

type VersionsChosen = rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>;

fn with_versions(provider: Arc<CryptoProvider>) -> Result<VersionsChosen, Error> {
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
}

#[derive(Debug)]
struct PinnedServer {
    pins: Vec<SpkiPin>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for PinnedServer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // The same reading of the certificate as the one that checks the signature below, so that
        // no crafted file can show one key here and another there.
        let parsed = ParsedCertificate::try_from(end_entity)?;
        let shown = SpkiPin::of_public_key(&parsed.subject_public_key_info());
        if self.pins.contains(&shown) {
            return Ok(ServerCertVerified::assertion());
        }
        let cause = OtherError(Arc::new(AnotherKey));
        Err(CertificateError::Other(cause).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        crypto::verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        crypto::verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{KeyPair, PublicKeyData};

    use super::*;

    #[test]
    fn a_pin_is_of_the_key_and_survives_a_new_certificate() {
        let key = KeyPair::generate().unwrap();
        let certificate = |name: &str| {
            let names = vec![name.to_owned()];
            let params = rcgen::CertificateParams::new(names).unwrap();
            params.self_signed(&key).unwrap()
        };
        let pin = SpkiPin::of_public_key(&key.subject_public_key_info());
        for name in ["one.example", "two.example"] {
            assert_eq!(SpkiPin::of_certificate(certificate(name).der()), Some(pin));
        }
        let other = rcgen::generate_simple_self_signed(vec!["one.example".into()]).unwrap();
        assert_ne!(SpkiPin::of_certificate(other.cert.der()), Some(pin));
        assert_eq!(SpkiPin::of_certificate(b"no certificate"), None);
    }
}
