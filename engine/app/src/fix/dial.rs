//! Where to connect next, and when: a broker's addresses in turn, with back-off and jitter.
//!
//! The first address is the preferred one. Whoever answers keeps the connection's custom until it
//! is lost; then the same address is tried first, and the others after it. Only when all have
//! failed does the delay grow.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::Path;

use anyhow::{Context, bail};
use gannet_net::NetError;
use gannet_net::backoff::Backoff;
use gannet_net::tcp::TcpOptions;
use gannet_net::tls::{Identity, TlsClientConfig};
use gannet_net::transport::Transport;
use gannet_types::Nanos;

use crate::config::fix::{FixConfig, Host, TlsFiles};

/// One address of a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Where it is.
    pub address: SocketAddr,
    /// The name that its certificate must be for.
    pub name: String,
}

/// The addresses of a broker and the delays between attempts.
pub struct Dial {
    peers: Vec<Peer>,
    tls: Option<TlsClientConfig>,
    backoff: Backoff,
    /// The delay before another address is tried.
    next_peer: Nanos,
    at: usize,
    /// Attempts since the last success.
    failures: usize,
}

impl Dial {
    /// Connects without encryption to one address.
    #[must_use]
    pub fn plain(address: SocketAddr, backoff: Backoff) -> Self {
        let peer = Peer { address, name: address.ip().to_string() };
        Self::new(vec![peer], None, backoff, Nanos::ZERO)
    }

    /// Connects to each of `peers` in turn.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn new(
        peers: Vec<Peer>,
        tls: Option<TlsClientConfig>,
        backoff: Backoff,
        next_peer: Nanos,
    ) -> Self {
        assert!(!peers.is_empty(), "a connection needs an address");
        Self { peers, tls, backoff, next_peer, at: 0, failures: 0 }
    }

    /// Resolves the configured hosts and reads the certificates. Blocks.
    ///
    /// # Errors
    /// If no host has an address, or a file cannot be used.
    pub fn resolve(config: &FixConfig, seed: u64) -> anyhow::Result<Self> {
        let name = config.tls.as_ref().and_then(|tls| tls.server_name.as_deref());
        let peers = resolve(&config.hosts, name)?;
        let tls = config.tls.as_ref().map(client).transpose().context("[gateway.tls]")?;
        let (min, max) = (config.reconnect_min, config.reconnect_max);
        Ok(Self::new(peers, tls, Backoff::new(min.0, max.0, seed), min))
    }

    /// Returns the address that is tried next, or stands.
    #[must_use]
    pub fn peer(&self) -> &Peer {
        &self.peers[self.at]
    }

    /// Starts to connect.
    ///
    /// # Errors
    /// The system refused, or the name cannot be in a certificate.
    pub fn connect(&self) -> Result<Transport, NetError> {
        let peer = self.peer();
        let tls = self.tls.as_ref().map(|config| (config, peer.name.as_str()));
        Transport::open(peer.address, tls, TcpOptions::default())
    }

    /// The session stands.
    pub const fn succeeded(&mut self) {
        self.failures = 0;
        self.backoff.reset();
    }

    /// The attempt failed, or a connection without a session ended: the next address is to be
    /// tried after the delay returned.
    pub fn failed(&mut self) -> Nanos {
        self.failures += 1;
        self.at = (self.at + 1) % self.peers.len();
        if self.failures.is_multiple_of(self.peers.len()) {
            Nanos(self.backoff.next_delay_ns())
        } else {
            self.next_peer
        }
    }

    /// A session's connection was lost: the same address is to be tried after the delay returned.
    pub fn lost(&mut self) -> Nanos {
        Nanos(self.backoff.next_delay_ns())
    }
}

/// Finds the addresses of `hosts`, in their order. A host that has none is left out, with a word
/// on stderr, as long as another has one. Blocks.
fn resolve(hosts: &[Host], server_name: Option<&str>) -> anyhow::Result<Vec<Peer>> {
    let mut peers = Vec::new();
    for Host { name, port } in hosts {
        let Ok(addresses) = (name.as_str(), *port).to_socket_addrs() else {
            eprintln!("gannet: gateway: cannot resolve `{name}`; it is left out");
            continue;
        };
        let name = server_name.unwrap_or(name);
        peers.extend(addresses.map(|address| Peer { address, name: name.to_owned() }));
    }
    if peers.is_empty() {
        let names: Vec<&str> = hosts.iter().map(|host| host.name.as_str()).collect();
        bail!("gateway.host: cannot resolve `{}`", names.join("`, `"));
    }
    Ok(peers)
}

fn client(files: &TlsFiles) -> anyhow::Result<TlsClientConfig> {
    let roots = files.ca.as_deref().map(|path| pem(path, "ca_file")).transpose()?;
    let identity = match &files.identity {
        None => None,
        Some((chain, key)) => Some((pem(chain, "certificate_file")?, pem(key, "key_file")?)),
    };
    let identity =
        identity.as_ref().map(|(chain, key)| Identity { chain_pem: chain, key_pem: key });
    Ok(TlsClientConfig::with_identity(roots.as_deref(), identity)?)
}

/// Reads a PEM file that the configuration names under `key`.
///
/// # Errors
/// If it cannot be read.
pub(super) fn pem(path: &Path, key: &str) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{key}: cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dial(ports: &[u16]) -> Dial {
        let peer = |port: &u16| Peer {
            address: SocketAddr::from(([127, 0, 0, 1], *port)),
            name: "broker".to_owned(),
        };
        let peers = ports.iter().map(peer).collect();
        Dial::new(peers, None, Backoff::new(1_000, 8_000, 3), Nanos(10))
    }

    #[test]
    fn addresses_are_tried_in_turn_and_only_whole_rounds_make_the_delay_grow() {
        let mut dial = dial(&[1, 2, 3]);
        let mut seen = Vec::new();
        for round in 0..5 {
            for place in 0..3 {
                seen.push(dial.peer().address.port());
                let delay = dial.failed().0;
                let full = 8_000.min(1_000 << round);
                let expected = if place < 2 { 10..=10 } else { full / 2..=full };
                assert!(expected.contains(&delay), "round {round}, place {place}: {delay}");
            }
        }
        assert_eq!(seen[..6], [1, 2, 3, 1, 2, 3]);
    }

    #[test]
    fn a_lost_connection_is_made_again_at_the_same_address() {
        let mut dial = dial(&[1, 2]);
        assert_eq!(dial.failed(), Nanos(10));
        dial.succeeded();
        assert!(dial.lost().0 <= 1_000);
        assert_eq!(dial.peer().address.port(), 2);
        assert_eq!(dial.failed(), Nanos(10));
        assert_eq!(dial.peer().address.port(), 1);
    }

    #[test]
    fn a_host_without_an_address_is_left_out_unless_there_is_no_other() {
        let host = |name: &str| Host { name: name.to_owned(), port: 9 };
        let peers = resolve(&[host("a..b"), host("127.0.0.1")], Some("fix"));
        let peers = peers.expect("one has an address");
        assert_eq!(peers.len(), 1);
        assert_eq!((peers[0].address.port(), peers[0].name.as_str()), (9, "fix"));
        let error = resolve(&[host("a..b")], None).expect_err("none has");
        assert!(error.to_string().contains("gateway.host"), "{error}");
    }
}
