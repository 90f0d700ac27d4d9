//! An engine with everything real but sockets, threads and clocks: the generated market in, the
//! simulated exchange as its gateway, time as the frames tell it.

use gannet_app::agents::engine::{Engine, OrderSink};
use gannet_app::config::{self, Config};
use gannet_app::recovery::{self, Opened};
use gannet_feeds::MarketSink;
use gannet_journal::{Body, Maintenance, Reader};
use gannet_signals::Trader;
use gannet_sim::Exchange;
use gannet_types::{
    AccountId, Command, GatewayId, GatewayState, GatewayStatus, Input, InstrumentId, Lots, Market,
    Nanos, OrderRequest, Output, RejectReason,
};

use crate::market::GeneratedMarket;
use crate::temp::TempDir;

/// A strategy that wants something many times a second, for tests that need orders soon.
pub const LIVELY: &str = r#"
    [bars]
    time_ms = [100]
    trades = []
    quantity = []
    [features]
    set = "hft64"
    [strategy]
    ema_period = 3
    atr_period = 3
    smoother_period = 3.0
    slope_percent_of_atr = 0.0
    follow_interval_ms = 20
    patience_ms = 300
    [risk]
    messages_max = 1000
    duplicate_window_ms = 0
    [journal]
    segment_mib = 1
"#;

/// Time between two timer inputs.
const TIMER_INTERVAL: Nanos = Nanos(10_000_000);

/// Returns the default configuration, made lively, with `overlay` over it.
///
/// # Panics
/// If `overlay` is wrong.
#[must_use]
pub fn lively(overlay: &str) -> Config {
    config::parse(&[(LIVELY, "lively"), (overlay, "the test")]).expect("a configuration")
}

/// The exchange as a gateway that remembers what it was asked.
pub struct Venue {
    /// What the venue holds to be true.
    pub exchange: Exchange,
    /// Every request, in order.
    pub sent: Vec<OrderRequest>,
}

impl Venue {
    /// Returns what the exchange has booked for an account.
    #[must_use]
    pub fn position(&self, account: AccountId, instrument: InstrumentId) -> Lots {
        self.exchange.position(account, instrument)
    }
}

impl OrderSink for Venue {
    fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), RejectReason> {
        self.sent.push(*request);
        self.exchange.on_request(now, request);
        Ok(())
    }
}

/// Engine and venue, joined by the market.
pub struct Inlet {
    /// Pipeline and journal.
    pub engine: Engine<Trader>,
    /// Where orders go.
    pub venue: Venue,
    timer_at: Nanos,
}

impl Inlet {
    /// Gives the engine an input.
    pub fn input(&mut self, now: Nanos, input: &Input<'_>) {
        self.engine.input(now, input, &mut self.venue);
    }

    /// Lets the venue answer and the timers run, up to `now`.
    pub fn advance(&mut self, now: Nanos) {
        while let Some(said) = self.venue.exchange.poll_said(now) {
            if let Some(input) = said.input(now) {
                self.input(now, &input);
            }
        }
        if now >= self.timer_at {
            self.timer_at = now.after(TIMER_INTERVAL);
            self.input(now, &Input::Timer);
        }
    }
}

impl MarketSink for Inlet {
    fn on_market(&mut self, market: &Market<'_>) {
        self.venue.exchange.on_market(market.received, market);
        self.input(market.received, &Input::Market(*market));
    }
}

/// An engine that trades the generated market against the simulated exchange.
pub struct Desk {
    /// Engine and venue.
    pub inlet: Inlet,
    /// The market.
    pub market: GeneratedMarket,
    /// The slow half of the journal.
    pub maintenance: Maintenance,
    /// The time of the newest frame.
    pub now: Nanos,
    config: Config,
    // Last, so that the journal is closed before its folder goes.
    folder: TempDir,
}

impl Desk {
    /// Starts an engine with a new journal on the market of `seed`.
    ///
    /// # Panics
    /// If the journal cannot be created.
    #[must_use]
    pub fn start(mut config: Config, seed: u64) -> Self {
        let folder = TempDir::new("desk");
        config.journal.directory = folder.join("journal");
        let instruments = &config.pipeline.instruments;
        let mut market = GeneratedMarket::new(seed, instruments);
        let venue = Venue {
            exchange: Exchange::new(config.broker.exchange.clone(), instruments),
            sent: Vec::new(),
        };
        let now = market.advance();
        let Opened { engine, maintenance, .. } =
            recovery::create(&config, now).expect("a new journal");
        let mut inlet = Inlet { engine, venue, timer_at: now };
        inlet.input(now, &Input::Command(Command::Start));
        let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
        inlet.input(now, &Input::Gateway(up));
        Self { inlet, market, maintenance, now, config, folder }
    }

    /// Ends the process as `kill -9` does, and starts another on the same journal.
    ///
    /// # Panics
    /// If the journal does not lead back to where it was.
    #[must_use]
    pub fn restart(self) -> Self {
        let Self { inlet, mut market, maintenance, now, config, folder } = self;
        let Inlet { engine, venue, timer_at } = inlet;
        drop((engine, maintenance));
        let opened = recovery::open(&config, now).expect("the journal of before");
        let Opened { engine, maintenance, recovered } = opened;
        assert!(recovered.is_some(), "there was something to recover");
        let mut inlet = Inlet { engine, venue, timer_at };
        inlet.input(now, &Input::Command(Command::Start));
        let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
        inlet.input(now, &Input::Gateway(up));
        market.reconnect(now, &mut inlet);
        Self { inlet, market, maintenance, now, config, folder }
    }

    /// Plays `frames` frames.
    ///
    /// # Panics
    /// If the journal is full.
    pub fn play(&mut self, frames: usize) {
        for _ in 0..frames {
            self.now = self.market.advance();
            self.inlet.advance(self.now);
            self.market.deliver(self.now, &mut self.inlet);
            if self.inlet.engine.journal().room_bytes() < 1 << 18 {
                self.maintenance.work().expect("room for the journal");
            }
        }
    }

    /// Gives the engine a person's command.
    pub fn command(&mut self, command: Command) {
        self.inlet.input(self.now, &Input::Command(command));
    }

    /// Returns every output in the journal so far, in order.
    ///
    /// # Panics
    /// If the journal cannot be read.
    #[must_use]
    pub fn outputs(&self) -> Vec<Output> {
        let mut reader = Reader::open(&self.config.journal.directory).expect("the journal");
        let mut outputs = Vec::new();
        while let Some(record) = reader.next().expect("a whole record") {
            if let Body::Output(output) = record.body {
                outputs.push(output);
            }
        }
        outputs
    }

    /// Returns the journal's folder.
    #[must_use]
    pub fn journal(&self) -> std::path::PathBuf {
        self.folder.join("journal")
    }
}
