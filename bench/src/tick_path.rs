//! The way of a tick through one thread's memory: WebSocket bytes in, FIX bytes out.
//!
//! ```text
//! load ─▶ FrameReader ─▶ FeedSession ─▶ Engine (journal, pipeline) ─▶ FixGateway ─▶ transmit buffer
//! ```
//! The parts are the engine's own; only the sockets are missing. What surrounds the measured tick
//! is in [`TickPath::settle`]: the order is filled and the buffers are emptied.

use std::path::Path;

use anyhow::{Context, ensure};
use gannet_app::agents::engine::{Engine, OrderSink};
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedRequest, FeedSession, MarketSink};
use gannet_fix::MappedStore;
use gannet_gateways::fix::FixGateway;
use gannet_journal::{Maintenance, Options, Writer};
use gannet_net::websocket::{FrameReader, FrameReaderConfig, Role};
use gannet_pipeline::{Pipeline, PipelineCounters};
use gannet_types::{
    Command, GatewayId, GatewayState, GatewayStatus, Input, Market, Nanos, OrderRequest,
    RejectReason,
};

use crate::orders;
use crate::striker::{Answers, Striker, configuration};

/// Ticks between two looks at the session's timers, which also let its store grow.
const TIMER_TICKS: u64 = 1_024;

/// The path and everything on it.
pub struct TickPath {
    reader: FrameReader,
    session: FeedSession<BinanceUsdm>,
    inlet: Inlet,
    snapshot: Vec<u8>,
    ticks: u64,
}

/// Takes market messages into the engine.
struct Inlet {
    engine: Engine<Striker>,
    outlet: Outlet,
}

/// Takes requests to the gateway and remembers the last one.
struct Outlet {
    gateway: FixGateway<MappedStore>,
    sent: Option<OrderRequest>,
}

impl MarketSink for Inlet {
    #[inline]
    fn on_market(&mut self, market: &Market<'_>) {
        self.engine.input(market.received, &Input::Market(*market), &mut self.outlet);
    }
}

impl OrderSink for Outlet {
    #[inline]
    fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), RejectReason> {
        self.gateway.send(now, request).map_err(|_| RejectReason::GatewayDown)?;
        self.sent = Some(*request);
        Ok(())
    }
}

impl TickPath {
    /// Builds the path in `directory`, connected and logged on at the time `now`. Its book joins
    /// `snapshot`. The slow half of the journal is the caller's.
    ///
    /// # Errors
    /// If journal or store cannot be made.
    pub fn new(
        directory: &Path,
        snapshot: &[u8],
        now: Nanos,
    ) -> anyhow::Result<(Self, Maintenance)> {
        let config = configuration()?;
        let (writer, maintenance) = Writer::create(&directory.join("journal"), Options::default())
            .context("the journal")?;
        let pipeline = Pipeline::new(config.pipeline.clone(), Striker::new(Answers::TopsAndBooks));
        let mut engine = Engine::new(pipeline, writer);
        let mut gateway = orders::gateway(&config, directory)?;
        let mut acceptor = orders::acceptor(&config, 0)?;
        orders::log_on(&mut gateway, &mut acceptor, now)?;
        let mut outlet = Outlet { gateway, sent: None };
        engine.input(now, &Input::Command(Command::Start), &mut outlet);
        let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
        engine.input(now, &Input::Gateway(up), &mut outlet);
        let settings = FeedConfig { silence_max: config.feed.silence_max };
        let mut session = FeedSession::new(BinanceUsdm, &config.pipeline.instruments, settings);
        session.on_connected(now);
        let path = Self {
            reader: FrameReader::new(Role::Client, FrameReaderConfig::default()),
            session,
            inlet: Inlet { engine, outlet },
            snapshot: snapshot.to_vec(),
            ticks: 0,
        };
        Ok((path, maintenance))
    }

    /// Puts a frame where a read from the socket would have put it.
    ///
    /// # Panics
    /// If the frame is larger than the receive buffer, which no generated frame is.
    pub fn load(&mut self, frame: &[u8]) {
        self.reader.space()[..frame.len()].copy_from_slice(frame);
        self.reader.filled(frame.len());
    }

    /// Takes what was loaded, received at `now`, through to the order's bytes; empty if it caused
    /// no order. This is what is measured.
    #[inline]
    pub fn tick(&mut self, now: Nanos) -> &[u8] {
        // A tape has no broken frames; one would show as a missing order.
        while let Ok(Some(frame)) = self.reader.next_frame() {
            let _ = self.session.handle_frame(now, frame.payload, &mut self.inlet);
        }
        self.inlet.outlet.gateway.poll_transmit()
    }

    /// Sends the bytes away, fills the order, answers the feed's request for a snapshot.
    pub fn settle(&mut self, now: Nanos) {
        let Inlet { engine, outlet } = &mut self.inlet;
        let waiting = outlet.gateway.poll_transmit().len();
        outlet.gateway.consume_transmit(waiting);
        if let Some(request) = outlet.sent.take() {
            engine.input(now, &Input::Execution(orders::fill(&request, now)), outlet);
        }
        while let Some(FeedRequest::Snapshot(instrument)) = self.session.poll_request() {
            // A tape's snapshot can be read; one that could not would leave the book stale.
            let _ = self.session.handle_snapshot(now, instrument, &self.snapshot, &mut self.inlet);
        }
        self.ticks += 1;
        if self.ticks.is_multiple_of(TIMER_TICKS) {
            self.inlet.outlet.gateway.handle_timeout(now, &mut |_| ());
        }
    }

    /// Checks that nothing went wrong on the way, which would make the figures worthless.
    ///
    /// # Errors
    /// What went wrong.
    pub fn check(&self) -> anyhow::Result<()> {
        let (feed, pipeline) = (self.session.counters(), self.inlet.engine.pipeline().counters());
        ensure!(feed.malformed + feed.gaps == 0, "the feed stumbled: {feed:?}");
        ensure!(pipeline.rejects == 0, "orders were refused: {pipeline:?}");
        ensure!(pipeline.fills == pipeline.orders, "orders were not filled: {pipeline:?}");
        if let Some(failure) = self.inlet.engine.failure() {
            return Err(*failure).context("the journal");
        }
        Ok(())
    }

    /// Returns what the pipeline counted.
    #[must_use]
    pub fn pipeline(&self) -> &PipelineCounters {
        self.inlet.engine.pipeline().counters()
    }
}
