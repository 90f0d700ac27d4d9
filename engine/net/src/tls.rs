//! Certificates and TLS settings for both sides (TLS 1.2 and 1.3, `ring`).
//!
//! Clients trust the public web roots; a private venue or a test adds its own root. There is no way
//! to switch the check off. The streams themselves are in [`crate::transport`].

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// Why TLS cannot be used or cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Correct the certificate, the roots or the host name; trying again changes nothing.
    #[error("the certificate of the peer is refused: {0}")]
    Certificate(rustls::CertificateError),
    /// Reconnect after a delay; if the peer names a certificate, a person must look.
    #[error("{0}")]
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
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(reason) => Self::Certificate(reason),
            other => Self::Protocol(other),
        }
    }
}

/// What a client trusts; cheap to clone and shared by all its connections.
#[derive(Clone, Debug)]
pub struct TlsClientConfig {
    pub(crate) inner: Arc<ClientConfig>,
}

impl TlsClientConfig {
    /// Trusts the public web roots and, if given, the certificates in a PEM text.
    ///
    /// # Errors
    /// The PEM text holds no certificate, or one that cannot be a root.
    pub fn new(extra_roots_pem: Option<&[u8]>) -> Result<Self, TlsError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(pem) = extra_roots_pem {
            for certificate in certificates(pem, "root certificates")? {
                roots.add(certificate)?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { inner: Arc::new(config) })
    }
}

/// Who a server is; cheap to clone and shared by all its connections.
#[derive(Clone, Debug)]
pub struct TlsServerConfig {
    pub(crate) inner: Arc<ServerConfig>,
}

impl TlsServerConfig {
    /// Presents the certificate chain (leaf first) and signs with the key, both PEM.
    ///
    /// # Errors
    /// A text cannot be read, or the key does not belong to the certificate.
    pub fn new(chain_pem: &[u8], key_pem: &[u8]) -> Result<Self, TlsError> {
        let chain = certificates(chain_pem, "server certificate")?;
        let key = PrivateKeyDer::from_pem_slice(key_pem)
            .map_err(|error| TlsError::Pem { what: "server key", reason: error.to_string() })?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(Self { inner: Arc::new(config) })
    }
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
