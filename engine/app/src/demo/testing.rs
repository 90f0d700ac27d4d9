//! Feeds and recordings for the tests of source, venue and broker.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedSession, MarketSink};
use gannet_net::backoff::Backoff;
use gannet_net::tls::{TlsClientConfig, TlsServerConfig};
use gannet_net::url::Url;
use gannet_pipeline::book::Book;
use gannet_sim::{Generator, GeneratorConfig};
use gannet_types::{
    DepthKind, Increment, Instrument, InstrumentId, Market, MarketEvent, Nanos, Side, Text,
    TradingStatus,
};

use super::source::MarketSource;
use crate::agents::feed_link::{Endpoint, FeedLink};
use crate::offline::capture::Capture;

/// Turns of a test's loop, 0.1 ms of made-up time each: 100 s.
pub(super) const TURNS_MAX: usize = 1_000_000;

/// Made-up time of one turn.
pub(super) const TURN: Nanos = Nanos(100_000);

pub(super) const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The instrument that is generated.
pub(crate) fn instrument() -> Instrument {
    Instrument {
        id: InstrumentId(0),
        symbol: Text::new(b"BTCUSDT"),
        tick: Increment::parse(GeneratorConfig::TICK).expect("a step"),
        lot: Increment::parse(GeneratorConfig::LOT).expect("a step"),
        kind: gannet_types::InstrumentKind::Linear,
    }
}

/// A fresh certificate and a client that trusts it.
pub(super) fn certificates() -> (TlsServerConfig, TlsClientConfig) {
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a key");
    let (chain, key) = (own.cert.pem(), own.signing_key.serialize_pem());
    let server = TlsServerConfig::new(chain.as_bytes(), key.as_bytes()).expect("its own key");
    (server, TlsClientConfig::new(Some(chain.as_bytes())).expect("a root"))
}

/// Writes a fresh certificate for loopback and its key into a folder; returns both paths.
pub(crate) fn write_certificate(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let mut params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    // Two authorities of one name would be taken for one another.
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let key = rcgen::KeyPair::generate().expect("a key");
    let own = params.self_signed(&key).expect("a certificate");
    let paths = (folder.join(format!("{name}.pem")), folder.join(format!("{name}-key.pem")));
    std::fs::write(&paths.0, own.pem()).expect("a certificate");
    std::fs::write(&paths.1, key.serialize_pem()).expect("a key");
    paths
}

/// A feed of the venue at `address`.
pub(super) fn feed(address: SocketAddr, tls: Option<TlsClientConfig>) -> FeedLink<BinanceUsdm> {
    let secure = if tls.is_some() { "s" } else { "" };
    let url = |scheme| Url::parse(&format!("{scheme}{secure}://{address}")).expect("an address");
    let endpoint = Endpoint {
        websocket: url("ws"),
        websocket_address: address,
        rest: url("http"),
        rest_address: address,
        tls: tls.unwrap_or_else(|| TlsClientConfig::new(None).expect("the web's roots")),
    };
    let config = FeedConfig { silence_max: Nanos(600_000_000_000) };
    let session = FeedSession::new(BinanceUsdm, &[instrument()], config);
    FeedLink::new(session, endpoint, Backoff::new(1_000_000, 2_000_000, 1))
}

/// Keeps a book of what a feed says.
#[derive(Default)]
pub(super) struct BookSink {
    pub(super) book: Book,
    /// The number of the last update in the book, after a whole message.
    pub(super) update_id: Option<u64>,
    pub(super) deltas: usize,
    /// Whether it is traded, as often as that was told.
    pub(super) statuses: Vec<TradingStatus>,
}

impl MarketSink for BookSink {
    fn on_market(&mut self, market: &Market<'_>) {
        if let MarketEvent::Status(status) = market.event {
            self.statuses.push(status);
        }
        let MarketEvent::Depth(depth) = &market.event else { return };
        if depth.kind == DepthKind::SnapshotStart {
            self.book.clear();
        }
        for (side, levels) in [(Side::Buy, depth.bids), (Side::Sell, depth.asks)] {
            for &level in levels {
                self.book.apply(side, level);
            }
        }
        self.update_id = depth.last.then_some(depth.update_id);
        self.deltas += usize::from(depth.last && depth.kind == DepthKind::Delta);
    }
}

/// A recording that is removed after the test.
pub(super) struct Recording(PathBuf);

impl Recording {
    /// Writes `lines`; names differ between the tests of one process.
    pub(super) fn new(name: &str, lines: &[u8]) -> Self {
        let name = format!("gannet-demo-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::File::create(&path).and_then(|mut file| file.write_all(lines)).expect("a file");
        Self(path)
    }

    pub(super) fn source(&self) -> MarketSource {
        let capture = Capture::load(std::slice::from_ref(&self.0)).expect("a recording");
        MarketSource::recorded(capture, &[instrument()])
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Lines of `frames` generated frames; the snapshot is taken after `taken` of them and comes after
/// `answered`; frame `missing` is left out.
pub(super) fn record(
    frames: usize,
    taken: usize,
    answered: usize,
    missing: Option<usize>,
) -> Vec<u8> {
    let mut generator = Generator::new(3, GeneratorConfig::default());
    let (mut lines, mut frame, mut body) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..frames {
        let time = generator.next_frame(&mut frame);
        if index == taken {
            generator.snapshot(&mut body);
        }
        if Some(index) != missing {
            line(&mut lines, time, &frame);
        }
        if index == answered {
            line(&mut lines, time, &body);
        }
    }
    lines
}

fn line(out: &mut Vec<u8>, time: Nanos, payload: &[u8]) {
    out.extend_from_slice(format!("{} ", time.0).as_bytes());
    out.extend_from_slice(payload);
    out.push(b'\n');
}
