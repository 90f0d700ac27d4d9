//! Certificates and TLS settings for both sides (TLS 1.2 and 1.3, `ring`).
//!
//! Clients trust the public web roots, or only the roots of a private venue if those are given.
//! Either side may present a certificate and require one. There is no way to switch a check off.
//! The streams themselves are in [`crate::transport`]; what a refusal means to a person is in
//! `words`.

mod words;

use std::fmt;
use std::sync::Arc;

use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// Why TLS cannot be used or cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Correct the certificate, the roots or the host name; trying again changes nothing.
    #[error("the certificate of the peer is refused: {}", words::refused(.0))]
    Certificate(rustls::CertificateError),
    /// Reconnect after a delay; if the peer names a certificate, a person must look.
    #[error("{}", words::failed(.0))]
    Protocol(rustls::Error),
    /// Reconnect after a delay: the stream ended without the closing message, so data may be missing.
    #[error("the stream ended without the closing message")]
    Truncated,
    /// Correct the address in the configuration.
    #[error("`{0}` is not a name or address that a certificate can hold")]
    HostName(String),
    /// Give a client configuration for a `wss` or `https` address.
    #[error("the address asks for TLS and no TLS configuration was given")]
    NotConfigured,
    /// Correct the PEM text of the certificates or the key.
    #[error("{what}: {reason}")]
    Pem {
        /// Which text.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Give certificates that can be roots.
    #[error("roots of client certificates: {0}")]
    ClientRoots(rustls::server::VerifierBuilderError),
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(reason) => Self::Certificate(reason),
            other => Self::Protocol(other),
        }
    }
}

/// Who one side is: PEM texts of its certificate chain (leaf first) and its private key. `Debug`
/// does not show the key.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// The certificates.
    pub chain_pem: &'a [u8],
    /// The key of the first of them.
    pub key_pem: &'a [u8],
}

impl fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(hidden)")
    }
}

impl Identity<'_> {
    fn parse(self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsError> {
        let chain = certificates(self.chain_pem, "certificate")?;
        let key = PrivateKeyDer::from_pem_slice(self.key_pem)
            .map_err(|error| TlsError::Pem { what: "private key", reason: error.to_string() })?;
        Ok((chain, key))
    }
}

/// What a client trusts and presents; cheap to clone and shared by all its connections.
#[derive(Clone, Debug)]
pub struct TlsClientConfig {
    pub(crate) inner: Arc<ClientConfig>,
}

impl TlsClientConfig {
    /// Trusts the certificates in a PEM text and no others, or the public web's if none is given.
    ///
    /// # Errors
    /// The PEM text holds no certificate, or one that cannot be a root.
    pub fn new(roots_pem: Option<&[u8]>) -> Result<Self, TlsError> {
        Self::with_identity(roots_pem, None)
    }

    /// As [`Self::new`], and presents a certificate to servers that ask for one.
    ///
    /// # Errors
    /// As [`Self::new`]; or the identity cannot be read, or its key belongs to another certificate.
    pub fn with_identity(
        roots_pem: Option<&[u8]>,
        identity: Option<Identity<'_>>,
    ) -> Result<Self, TlsError> {
        let trusted = match roots_pem {
            Some(pem) => roots(pem)?,
            None => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
        };
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(trusted);
        let config = match identity {
            None => config.with_no_client_auth(),
            Some(identity) => {
                let (chain, key) = identity.parse()?;
                config.with_client_auth_cert(chain, key)?
            }
        };
        Ok(Self { inner: Arc::new(config) })
    }
}

/// Who a server is and whom it lets in; cheap to clone and shared by all its connections.
#[derive(Clone, Debug)]
pub struct TlsServerConfig {
    pub(crate) inner: Arc<ServerConfig>,
}

impl TlsServerConfig {
    /// Presents the certificate chain (leaf first) and signs with the key, both PEM. Clients need
    /// no certificate.
    ///
    /// # Errors
    /// A text cannot be read, or the key does not belong to the certificate.
    pub fn new(chain_pem: &[u8], key_pem: &[u8]) -> Result<Self, TlsError> {
        Self::with_client_roots(Identity { chain_pem, key_pem }, None)
    }

    /// As [`Self::new`]; clients must present a certificate that one of the roots has signed.
    ///
    /// # Errors
    /// As [`Self::new`], and if the roots cannot be read.
    pub fn with_client_roots(
        identity: Identity<'_>,
        client_roots_pem: Option<&[u8]>,
    ) -> Result<Self, TlsError> {
        let (chain, key) = identity.parse()?;
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?;
        let config = match client_roots_pem {
            None => config.with_no_client_auth(),
            Some(pem) => {
                let trusted = Arc::new(roots(pem)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(trusted, provider());
                config.with_client_cert_verifier(verifier.build().map_err(TlsError::ClientRoots)?)
            }
        };
        Ok(Self { inner: Arc::new(config.with_single_cert(chain, key)?) })
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn roots(pem: &[u8]) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem, "root certificates")? {
        roots.add(certificate)?;
    }
    Ok(roots)
}

fn certificates(pem: &[u8], what: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| TlsError::Pem { what, reason: error.to_string() })?;
    if found.is_empty() {
        return Err(TlsError::Pem { what, reason: "no certificate in the text".to_owned() });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_texts_are_named() {
        let error = TlsClientConfig::new(Some(b"nothing here")).expect_err("no certificate");
        assert_eq!(error.to_string(), "root certificates: no certificate in the text");
        let ours = rcgen::generate_simple_self_signed(vec!["a".to_owned()]).expect("certificate");
        let other = rcgen::generate_simple_self_signed(vec!["b".to_owned()]).expect("certificate");
        let chain = ours.cert.pem();
        assert!(TlsServerConfig::new(chain.as_bytes(), b"").is_err());
        let wrong_key = other.signing_key.serialize_pem();
        assert!(TlsServerConfig::new(chain.as_bytes(), wrong_key.as_bytes()).is_err());
    }
}
