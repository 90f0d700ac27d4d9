//! An authority for one test, and certificates that it signs.

use std::path::PathBuf;

use rcgen::{CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};

use crate::temp::TempDir;

/// A year in which every certificate of these tests is valid, and one long past.
pub const FUTURE: i32 = 4000;
/// See [`FUTURE`].
pub const PAST: i32 = 2020;

/// Signs certificates; its own lies in a folder.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// The file with its certificate.
    pub file: PathBuf,
}

impl Authority {
    /// Makes an authority of a name and writes its certificate into `folder`.
    ///
    /// # Panics
    /// If that cannot be done.
    #[must_use]
    pub fn new(folder: &TempDir, name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("a certificate");
        let file = folder.join(&format!("{name}-ca.pem"));
        std::fs::write(&file, issuer.pem()).expect("a file");
        Self { issuer, file }
    }

    /// Signs a certificate for `host` that ends on the first of March of a year; writes it and its
    /// key into `folder` and returns both paths.
    ///
    /// # Panics
    /// If that cannot be done.
    #[must_use]
    pub fn sign(&self, folder: &TempDir, host: &str, last_year: i32) -> (PathBuf, PathBuf) {
        let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a name");
        params.not_after = date_time_ymd(last_year, 3, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let name = format!("{host}-{last_year}");
        let paths = (folder.join(&format!("{name}.pem")), folder.join(&format!("{name}-key.pem")));
        std::fs::write(&paths.0, certificate.pem()).expect("a file");
        std::fs::write(&paths.1, key.serialize_pem()).expect("a file");
        paths
    }
}
