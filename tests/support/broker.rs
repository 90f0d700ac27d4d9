//! A broker without sockets: a FIX session, the simulated exchange behind it, and a feed of its
//! own on the same market.

use gannet_app::config::Config;
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedRequest, FeedSession, MarketSink};
use gannet_fix::session::{Config as Settings, Role};
use gannet_fix::{Event, MemoryStore, Session};
use gannet_gateways::fix::{Dialect, position, report, request};
use gannet_sim::{Exchange, Generator};
use gannet_types::{
    AccountId, ExecKind, Instrument, Lots, Market, Nanos, Notional, RejectReason, RequestKind,
};

/// Messages kept for resending.
const STORE_BYTES: usize = 64 << 20;

/// The broker. Everything panics that an honest engine does not do.
pub struct Broker {
    session: Session<MemoryStore>,
    feed: FeedSession<BinanceUsdm>,
    matching: Matching,
    dialect: Dialect,
    instrument: Instrument,
    body: Vec<u8>,
    /// Trades reported.
    pub fills: u64,
    /// Fees charged.
    pub fees: Notional,
    /// Requests whose id had been used before.
    pub duplicates: u64,
}

struct Matching(Exchange);

impl MarketSink for Matching {
    fn on_market(&mut self, market: &Market<'_>) {
        self.0.on_market(market.received, market);
    }
}

impl Broker {
    /// Opens for business; nobody is connected.
    ///
    /// # Panics
    /// If the configuration is none.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let instruments = &config.pipeline.instruments;
        let settings = Settings::new(Role::Acceptor, "BROKER", "GANNET");
        let feed = FeedConfig { silence_max: Nanos(60 * Nanos::SECOND.0) };
        let mut feed = FeedSession::new(BinanceUsdm, instruments, feed);
        feed.on_connected(Nanos(1));
        Self {
            session: Session::new(settings, MemoryStore::new(STORE_BYTES)).expect("a session"),
            feed,
            matching: Matching(Exchange::new(config.broker.exchange.clone(), instruments)),
            dialect: Dialect::plain(instruments),
            instrument: instruments[0],
            body: Vec::new(),
            fills: 0,
            fees: Notional::ZERO,
            duplicates: 0,
        }
    }

    /// The engine connects, perhaps again.
    pub fn connect(&mut self, now: Nanos) {
        self.session.on_disconnected(now.0);
        self.session.on_connected(now.0);
    }

    /// Hears what the venue says.
    ///
    /// # Panics
    /// If the frame is not the generator's.
    pub fn on_frame(&mut self, now: Nanos, frame: &[u8], market: &Generator) {
        self.feed.handle_frame(now, frame, &mut self.matching).expect("a readable frame");
        while let Some(FeedRequest::Snapshot(id)) = self.feed.poll_request() {
            market.snapshot(&mut self.body);
            self.feed
                .handle_snapshot(now, id, &self.body, &mut self.matching)
                .expect("a readable snapshot");
        }
        self.session.handle_timeout(now.0, &mut |_| {});
    }

    /// Hears what the engine says.
    ///
    /// # Panics
    /// If it is garbled, no request, or ends the session.
    pub fn on_bytes(&mut self, now: Nanos, bytes: &[u8]) {
        let (dialect, exchange) = (&self.dialect, &mut self.matching.0);
        self.session.handle_bytes(now.0, bytes, &mut |event| match event {
            Event::Application { message, .. } => {
                let request = request::read(message, dialect, now).expect("a request");
                exchange.on_request(now, &request);
            }
            Event::Garbled { .. } | Event::Refused { .. } | Event::Disconnect { .. } => {
                panic!("{event:?}");
            }
            _ => {}
        });
    }

    /// Appends what it has to say to `out`; nothing of the exchange while nobody is logged on.
    ///
    /// # Panics
    /// If the session has no room.
    pub fn answer(&mut self, now: Nanos, out: &mut Vec<u8>) {
        while self.session.state() == gannet_fix::session::State::LoggedOn
            && let Some(said) = self.matching.0.poll_said(now)
        {
            let dialect = &self.dialect;
            if let Some(position) = &said.position {
                let kind = position::message_type(&position.told);
                self.session
                    .send(now.0, kind, |writer| {
                        position::write(writer, position, dialect, &said.report.exec_id, now);
                    })
                    .expect("room for a position");
                continue;
            }
            let execution = said.report;
            self.fills += u64::from(execution.kind == ExecKind::Trade);
            self.fees += execution.fee;
            self.duplicates += u64::from(execution.reason == RejectReason::DuplicateId);
            self.session
                .send(now.0, report::message_type(execution.kind), |writer| {
                    report::write(writer, &execution, dialect, RequestKind::Cancel);
                })
                .expect("room for a report");
        }
        loop {
            let pending = self.session.poll_transmit();
            if pending.is_empty() {
                return;
            }
            out.extend_from_slice(pending);
            let count = pending.len();
            self.session.consume_transmit(count);
        }
    }

    /// Returns the position as the exchange booked it.
    #[must_use]
    pub fn position(&self) -> Lots {
        self.matching.0.position(AccountId(0), self.instrument.id)
    }

    /// Returns how many orders work at the exchange.
    #[must_use]
    pub fn open_orders(&self) -> usize {
        self.matching.0.open_orders().count()
    }
}
