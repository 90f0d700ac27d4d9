//! Where to connect next, and when: a broker's addresses in turn, with back-off and jitter.
//!
//! The first address is the preferred one. Whoever answers keeps the connection's custom until it
//! is lost; then the same address is tried first, and the others after it. Only when all have
//! failed does the delay grow.
//!
//! Host names are looked up again at each failure, by the thread in `resolver.rs`; the next attempt
//! goes by the latest answer there is, and never waits for one.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use anyhow::{Context, bail};
use gannet_net::NetError;
use gannet_net::backoff::Backoff;
use gannet_net::tcp::TcpOptions;
use gannet_net::tls::{Identity, TlsClientConfig};
use gannet_net::transport::Transport;
use gannet_types::Nanos;

use super::resolver::{Addresses, Resolver, look_up};
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
    /// Attempts since the last success, or since the addresses changed.
    failures: usize,
    /// Where the addresses come from; `None`: they are given.
    names: Option<Names>,
}

/// The hosts of a broker, and the addresses that each had when it last had any.
struct Names {
    hosts: Vec<Host>,
    /// The name that certificates must be for; `None`: the host's.
    server_name: Option<String>,
    known: Vec<Vec<SocketAddr>>,
    resolver: Resolver,
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
        Self { peers, tls, backoff, next_peer, at: 0, failures: 0, names: None }
    }

    /// Resolves the configured hosts and reads the certificates. Blocks.
    ///
    /// # Errors
    /// If no host has an address, or a file cannot be used.
    pub fn resolve(config: &FixConfig, seed: u64) -> anyhow::Result<Self> {
        let server_name = config.tls.as_ref().and_then(|tls| tls.server_name.clone());
        let names = Names::new(config.hosts.clone(), server_name, look_up)?;
        let tls = config.tls.as_ref().map(client).transpose().context("[gateway.tls]")?;
        let (min, max) = (config.reconnect_min, config.reconnect_max);
        let mut dial = Self::new(names.peers(), tls, Backoff::new(min.0, max.0, seed), min);
        // An address needs no looking up.
        dial.names = Some(names).filter(Names::has_names);
        Ok(dial)
    }

    /// Returns the address that is tried next, or stands.
    #[must_use]
    pub fn peer(&self) -> &Peer {
        &self.peers[self.at]
    }

    /// Starts to connect, to the addresses that the hosts have now as far as is known.
    ///
    /// # Errors
    /// The system refused, or the name cannot be in a certificate.
    pub fn connect(&mut self) -> Result<Transport, NetError> {
        self.refresh();
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
        self.ask();
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
        self.ask();
        Nanos(self.backoff.next_delay_ns())
    }

    fn ask(&self) {
        if let Some(names) = &self.names {
            names.resolver.ask();
        }
    }

    /// Takes the hosts' latest addresses. The one whose turn it is keeps its turn; if it is gone,
    /// the first address of its host gets it.
    fn refresh(&mut self) {
        let Some(names) = &mut self.names else { return };
        let Some(addresses) = names.resolver.take() else { return };
        let before = &self.peers[self.at];
        let host = names.host_of(before.address);
        names.learn(addresses);
        let peers = names.peers();
        if peers == self.peers {
            return;
        }
        let same = peers.iter().position(|peer| peer == before);
        self.at = same.unwrap_or_else(|| names.first_of(host));
        self.peers = peers;
        // A round of failures is one of these addresses.
        self.failures = 0;
    }
}

impl Names {
    /// Looks `hosts` up for the first time. A host that has no address is left out until it has
    /// one, with a word on stderr, as long as another has one. Blocks.
    fn new(
        hosts: Vec<Host>,
        server_name: Option<String>,
        mut look_up: impl FnMut(&Host) -> Option<Vec<SocketAddr>> + Send + 'static,
    ) -> anyhow::Result<Self> {
        let known: Vec<_> = hosts.iter().map(|host| look_up(host).unwrap_or_default()).collect();
        for (host, _) in hosts.iter().zip(&known).filter(|(_, known)| known.is_empty()) {
            eprintln!("gannet: gateway: cannot resolve `{}`; it is left out", host.name);
        }
        if known.iter().all(Vec::is_empty) {
            let names: Vec<&str> = hosts.iter().map(|host| host.name.as_str()).collect();
            bail!("gateway.host: cannot resolve `{}`", names.join("`, `"));
        }
        let resolver = Resolver::start(hosts.clone(), look_up)?;
        Ok(Self { hosts, server_name, known, resolver })
    }

    fn has_names(&self) -> bool {
        self.hosts.iter().any(|host| host.name.parse::<IpAddr>().is_err())
    }

    /// Returns the addresses of all hosts, in their order.
    fn peers(&self) -> Vec<Peer> {
        let hosts = self.hosts.iter().zip(&self.known);
        let peers = hosts.flat_map(|(host, known)| {
            let name = self.server_name.as_ref().unwrap_or(&host.name);
            known.iter().map(|&address| Peer { address, name: name.clone() })
        });
        peers.collect()
    }

    /// Returns which host has an address.
    fn host_of(&self, address: SocketAddr) -> usize {
        let place = self.known.iter().position(|known| known.contains(&address));
        place.expect("every peer's address is a host's")
    }

    /// Returns the place among the peers of a host's first address; a host never loses its last.
    fn first_of(&self, host: usize) -> usize {
        self.known[..host].iter().map(Vec::len).sum()
    }

    /// Takes new addresses; a host that has none now keeps those it had.
    fn learn(&mut self, addresses: Addresses) {
        for (known, now) in self.known.iter_mut().zip(addresses) {
            if let Some(now) = now {
                *known = now;
            }
        }
    }
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
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

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

    /// Hosts with two addresses each, whose names are looked up in `book`.
    fn named(book: &Arc<Mutex<HashMap<String, Vec<u8>>>>) -> anyhow::Result<Dial> {
        let host = |name: &str| Host { name: name.to_owned(), port: 9 };
        let book = Arc::clone(book);
        let look_up = move |host: &Host| {
            let book = book.lock().expect("no panic");
            let last = book.get(&host.name).filter(|last| !last.is_empty())?;
            let address = |&last: &u8| SocketAddr::from(([127, 0, 0, last], host.port));
            Some(last.iter().map(address).collect())
        };
        let names = Names::new(vec![host("a"), host("b")], Some("fix".to_owned()), look_up)?;
        let mut dial = Dial::new(names.peers(), None, Backoff::new(1_000, 8_000, 3), Nanos(10));
        dial.names = Some(names);
        Ok(dial)
    }

    fn book(entries: &[(&str, &[u8])]) -> HashMap<String, Vec<u8>> {
        entries.iter().map(|(name, last)| ((*name).to_owned(), last.to_vec())).collect()
    }

    /// The last bytes of the addresses, and which one has its turn.
    fn places(dial: &Dial) -> (Vec<u8>, u8) {
        let last = |peer: &Peer| match peer.address.ip() {
            IpAddr::V4(address) => address.octets()[3],
            IpAddr::V6(address) => panic!("{address}"),
        };
        (dial.peers.iter().map(last).collect(), last(dial.peer()))
    }

    /// Waits for a round of looking up, and takes its answer.
    fn refreshed(dial: &mut Dial) -> (Vec<u8>, u8) {
        let before = places(dial).0;
        while places(dial).0 == before {
            dial.refresh();
            std::thread::yield_now();
        }
        places(dial)
    }

    #[test]
    fn names_are_looked_up_again_and_the_order_of_hosts_stays() {
        let shared = Arc::new(Mutex::new(book(&[("a", &[1, 2]), ("b", &[3])])));
        let mut dial = named(&shared).expect("addresses");
        assert_eq!(places(&dial), (vec![1, 2, 3], 1));
        assert_eq!(dial.peer().name, "fix");
        // The address whose turn it is keeps it, wherever it is now.
        *shared.lock().expect("no panic") = book(&[("a", &[4, 5, 2]), ("b", &[6])]);
        dial.failed();
        assert_eq!(refreshed(&mut dial), (vec![4, 5, 2, 6], 2));
        // It is gone: the first address of its host gets the turn. A name without an address keeps
        // those it had.
        *shared.lock().expect("no panic") = book(&[("a", &[]), ("b", &[7, 8])]);
        dial.failed();
        assert_eq!(refreshed(&mut dial), (vec![4, 5, 2, 7, 8], 7));
        // A lost connection asks as well.
        *shared.lock().expect("no panic") = book(&[("a", &[9]), ("b", &[7])]);
        dial.lost();
        assert_eq!(refreshed(&mut dial), (vec![9, 7], 7));
        // Whoever is asked for an address before the answer is there does not wait for it.
        let held = shared.lock().expect("no panic");
        dial.failed();
        dial.refresh();
        assert_eq!(places(&dial), (vec![9, 7], 9));
        drop(held);
    }

    #[test]
    fn a_host_without_an_address_is_left_out_unless_there_is_no_other() {
        let shared = Arc::new(Mutex::new(book(&[("b", &[3])])));
        let mut dial = named(&shared).expect("one has an address");
        assert_eq!(places(&dial), (vec![3], 3));
        // It comes back to its place.
        *shared.lock().expect("no panic") = book(&[("a", &[1]), ("b", &[3])]);
        dial.failed();
        assert_eq!(refreshed(&mut dial), (vec![1, 3], 3));
        let nobody = Arc::new(Mutex::new(HashMap::new()));
        let error = named(&nobody).err().expect("none has");
        assert!(error.to_string().contains("gateway.host"), "{error}");
    }

    #[test]
    fn the_system_knows_addresses_and_no_nonsense() {
        let host = |name: &str| Host { name: name.to_owned(), port: 9 };
        assert_eq!(look_up(&host("127.0.0.1")), Some(vec![([127, 0, 0, 1], 9).into()]));
        assert_eq!(look_up(&host("a..b")), None);
    }
}
