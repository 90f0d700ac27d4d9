//! A market data connection that breaks in the middle of a frame, over loopback.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use gannet_app::agents::feed_link::{Endpoint, FeedLink};
use gannet_app::agents::market_feed::MarketFeed;
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedSession, MarketSink};
use gannet_net::backoff::Backoff;
use gannet_net::http::HttpServer;
use gannet_net::tcp::{TcpListener, WriteOutcome};
use gannet_net::tls::TlsClientConfig;
use gannet_net::transport::Transport;
use gannet_net::url::Url;
use gannet_net::websocket::{FrameWriter, Role, WsConfig, WsConnection, server};
use gannet_tests::desk::lively;
use gannet_tests::market::GeneratedMarket;
use gannet_types::{Instrument, Market, MarketEvent, Nanos};

/// How long a step over loopback may take.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Tops(usize);

impl MarketSink for Tops {
    fn on_market(&mut self, market: &Market<'_>) {
        self.0 += usize::from(matches!(market.event, MarketEvent::Top(_)));
    }
}

/// A feed and the venue it connects to, both in this thread.
struct Wire {
    listener: TcpListener,
    link: FeedLink<BinanceUsdm>,
    tops: Tops,
    began: Instant,
}

impl Wire {
    fn new(instruments: &[Instrument]) -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = TcpListener::bind(any_port).expect("a free port");
        let address = listener.local_address().expect("bound");
        let url = |scheme: &str| Url::parse(&format!("{scheme}://{address}")).expect("a URL");
        let endpoint = Endpoint {
            websocket: url("ws"),
            websocket_address: address,
            rest: url("http"),
            rest_address: address,
            tls: TlsClientConfig::new(None).expect("the web's roots"),
        };
        let config = FeedConfig { silence_max: Nanos(60 * Nanos::SECOND.0) };
        let session = FeedSession::new(BinanceUsdm, instruments, config);
        let link = FeedLink::new(session, endpoint, Backoff::new(1_000_000, 1_000_000, 1));
        Self { listener, link, tops: Tops::default(), began: Instant::now() }
    }

    /// Lets the feed work until `done` says what came of it.
    #[track_caller]
    fn until<T>(&mut self, mut done: impl FnMut(&mut Self) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let elapsed = u64::try_from(self.began.elapsed().as_nanos()).expect("seconds");
            self.link.poll(Nanos(1 + elapsed), &mut self.tops);
            if let Some(result) = done(self) {
                return result;
            }
        }
        panic!("nothing happened on loopback in {PATIENCE:?}");
    }

    /// Takes the feed's two WebSockets, the one with tops first; requests for snapshots are hung
    /// up on.
    fn accept(&mut self) -> [WsConnection; 2] {
        let (first, first_has_tops) = self.accept_one();
        let (second, _) = self.accept_one();
        if first_has_tops { [first, second] } else { [second, first] }
    }

    fn accept_one(&mut self) -> (WsConnection, bool) {
        let mut visitor: Option<HttpServer> = None;
        let (mut socket, has_tops) = self.until(|wire| {
            if visitor.is_none() {
                let tcp = wire.listener.accept().expect("a listener")?;
                let transport = Transport::accepted(tcp, None).expect("a stream");
                visitor = Some(HttpServer::new(transport, 1024));
            }
            let http = visitor.as_mut()?;
            http.handle_readable().expect("a client that speaks HTTP");
            let request = http.request()?;
            let upgrades = server::is_upgrade(&request);
            let has_tops = request.target.contains("bookTicker");
            let http = visitor.take()?;
            let accept = || server::accept(http, &WsConfig::default()).expect("an upgrade");
            upgrades.then(|| (accept(), has_tops))
        });
        assert!(socket.flush().expect("a stream"), "the answer fits the socket");
        (socket, has_tops)
    }
}

fn write(socket: &mut WsConnection, bytes: &[u8]) {
    let written = socket.transport().write(bytes).expect("a stream");
    assert_eq!(written, WriteOutcome::Bytes(bytes.len()), "a frame fits the socket");
}

#[test]
fn a_connection_cut_inside_a_frame_is_made_anew() {
    let instruments = lively("").pipeline.instruments;
    let mut market = GeneratedMarket::new(1, &instruments);
    while !market.frame().windows(10).any(|part| part == b"bookTicker") {
        market.advance();
    }
    let mut bytes = Vec::new();
    FrameWriter::new(Role::Server, 0).text(market.frame(), &mut bytes);
    let mut wire = Wire::new(&instruments);

    let [mut tops, _trades] = wire.accept();
    write(&mut tops, &bytes[..bytes.len() / 2]);
    drop(tops);
    wire.until(|wire| (wire.link.reconnects() == 1).then_some(()));
    assert_eq!(wire.tops.0, 0, "half a frame says nothing");

    let [mut tops, _trades] = wire.accept();
    write(&mut tops, &bytes);
    wire.until(|wire| (wire.tops.0 == 1).then_some(()));
    assert_eq!(wire.link.counters().malformed, 0);
    assert_eq!(wire.link.counters().frames, 1);
}
