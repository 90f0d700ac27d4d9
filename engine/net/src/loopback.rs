//! Two connected ends on the loopback interface, for the tests of this crate.

use std::net::{Ipv4Addr, SocketAddr};

use crate::tcp::TcpListener;
use crate::tls::{TlsClientConfig, TlsServerConfig};
use crate::transport::Transport;
use crate::url::Url;

/// Turns of [`until`]; loopback needs a few, a handshake some dozens.
const TURNS_MAX: usize = 5_000_000;

/// A listener on a free port, with certificates if asked for.
pub(crate) struct Loopback {
    pub(crate) listener: TcpListener,
    pub(crate) server_tls: Option<TlsServerConfig>,
    pub(crate) client_tls: Option<TlsClientConfig>,
}

impl Loopback {
    pub(crate) fn plain() -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = TcpListener::bind(any_port).expect("bind");
        Self { listener, server_tls: None, client_tls: None }
    }

    /// A server whose fresh certificate the client trusts.
    pub(crate) fn encrypted(owner: &str) -> Self {
        let names = vec!["127.0.0.1".to_owned()];
        let mut params = rcgen::CertificateParams::new(names).expect("an address");
        params.distinguished_name.push(rcgen::DnType::CommonName, owner);
        let signing_key = rcgen::KeyPair::generate().expect("key");
        let own = params.self_signed(&signing_key).expect("certificate");
        let (chain, key) = (own.pem(), signing_key.serialize_pem());
        let server = TlsServerConfig::new(chain.as_bytes(), key.as_bytes()).expect("server");
        let client = TlsClientConfig::new(Some(chain.as_bytes())).expect("client");
        Self { server_tls: Some(server), client_tls: Some(client), ..Self::plain() }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_address().expect("bound")
    }

    pub(crate) fn url(&self, scheme: &str, path: &str) -> Url {
        let tls = if self.server_tls.is_some() { "s" } else { "" };
        Url::parse(&format!("{scheme}{tls}://{}{path}", self.address())).expect("an address")
    }

    pub(crate) fn accept(&self) -> Transport {
        let tcp = until(|| self.listener.accept().expect("accept"));
        Transport::accepted(tcp, self.server_tls.as_ref()).expect("configuration")
    }
}

/// Repeats `turn` until it gives something.
#[track_caller]
pub(crate) fn until<T>(mut turn: impl FnMut() -> Option<T>) -> T {
    for _ in 0..TURNS_MAX {
        if let Some(value) = turn() {
            return value;
        }
        std::thread::yield_now();
    }
    panic!("nothing happened in {TURNS_MAX} turns");
}
