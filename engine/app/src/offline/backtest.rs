//! `gannet backtest`: the pipeline over a recording, in virtual time, on one thread, against the
//! simulated exchange.
//!
//! Time is the recording's: a frame happens when it was recorded, a report when the exchange
//! sends it, a timer at its interval, whichever comes first. Equal recordings and configurations
//! give byte-identical journals.

use std::time::Instant;

use anyhow::{Context, ensure};
use gannet_feeds::capture::CaptureKind;
use gannet_feeds::{
    FeedConfig, FeedCounters, FeedSession, Listing, MarketSink, UseFeed, VenueFeed,
};
use gannet_journal::{Maintenance, Options, Writer};
use gannet_pipeline::PipelineCounters;
use gannet_signals::Trader;
use gannet_sim::exchange::Statement;
use gannet_sim::l3::{self, Audience};
use gannet_sim::{DelayedFeed, Exchange, Latency};
use gannet_types::{
    AccountId, Command, GatewayState, GatewayStatus, Input, Instrument, InstrumentId, Market,
    Nanos, OrderId, OrderRequest, PositionReport, RejectReason,
};

use super::by_order::History;
use super::capture::{Capture, Entry};
use crate::agents::engine::{Engine, OrderSink};
use crate::config::Config;
use crate::models::offline::OfflineModels;
use crate::recovery::Origin;

/// How often virtual timers run: often enough for patience and timeouts, rare enough not to
/// outnumber the market.
const TIMER_INTERVAL: Nanos = Nanos(100_000_000);

/// How long a recording may be silent before timers wait for its next line: whatever has a
/// time limit of its own has run out by then, and a gap of weeks costs nothing.
const SILENCE_MAX: Nanos = Nanos(60_000_000_000);

/// Segments of a backtest's journal: a six-minute recording fits into one.
const SEGMENT_BYTES: u64 = 64 << 20;

/// Room left in the journal below which the next segment is prepared.
const ROOM_MIN: u64 = 1 << 20;

/// What a backtest found.
#[derive(Debug)]
pub struct Backtested {
    /// Lines of the recordings, snapshots included.
    pub lines: u64,
    /// What the feed counted.
    pub feed: FeedCounters,
    /// What the pipeline counted.
    pub pipeline: PipelineCounters,
    /// Final positions, one an instrument.
    pub positions: Vec<(Instrument, PositionReport, gannet_types::Notional)>,
    /// The same as the exchange booked it.
    pub statements: Vec<(Instrument, Statement)>,
    /// Records in the journal.
    pub records: u64,
    /// Wall time of the run, recordings read and journal created before.
    pub seconds: f64,
}

/// Runs `config` over `capture`. The journal folder must not hold a journal.
///
/// # Errors
/// If the journal cannot be created or written, or market data would come over FIX.
pub fn backtest(config: &Config, capture: &Capture) -> anyhow::Result<Backtested> {
    gannet_feeds::open(config.feed.streams("a backtest")?, Run { config, capture })
}

/// Runs `config` over a history order by order. The journal folder must not hold a journal.
///
/// # Errors
/// If a file is bad: its name, where and why; if two files tell of one instrument at the same time, or the
/// journal cannot be created or written.
pub fn backtest_by_order(config: &Config, history: &mut History) -> anyhow::Result<Backtested> {
    let begin = history.next().context("an empty history")?;
    let mut course = Course::begin(config, begin)?;
    let (mut end, mut happened) = (begin, 0);
    while let Some(at) = history.next() {
        // Two files may tell of one time; none of them goes back.
        end = end.max(at);
        course.desk.advance(end);
        history.play(&mut course.desk)?;
        ensure!(
            course.desk.contradictions == 0,
            "two files tell of one instrument at the same time: one of them would do"
        );
        happened += 1;
        course.keep_room()?;
    }
    let feed =
        FeedCounters { frames: happened, market_events: happened, ..FeedCounters::default() };
    course.finish(end, history.records(), feed)
}

/// Gives one recorded message to the feed. What cannot be read is counted and acted upon there.
pub(super) fn play<V: VenueFeed>(
    entry: &Entry<'_>,
    session: &mut FeedSession<V>,
    listing: &Listing,
    sink: &mut impl MarketSink,
) {
    match entry.kind {
        CaptureKind::Frame => {
            let _ = session.handle_frame(entry.received, entry.payload, sink);
        }
        CaptureKind::Snapshot => {
            if let Some(slot) = listing.slot_of_symbol_in_any_case(entry.symbol) {
                let id = listing.instruments()[slot].id;
                let _ = session.handle_snapshot(entry.received, id, entry.payload, sink);
            }
        }
    }
}

struct Run<'a> {
    config: &'a Config,
    capture: &'a Capture,
}

impl UseFeed for Run<'_> {
    type Output = anyhow::Result<Backtested>;

    fn use_feed<V: VenueFeed>(self, venue: V) -> anyhow::Result<Backtested> {
        let Self { config, capture } = self;
        let begin = capture.get(0).context("an empty recording")?.received;
        let instruments = &config.pipeline.instruments;
        let mut session = FeedSession::new(
            venue,
            instruments,
            FeedConfig { silence_max: config.feed.silence_max },
        );
        let mut course = Course::begin(config, begin)?;
        session.on_connected(begin);
        let listing = Listing::new(instruments);
        for entry in capture.iter() {
            course.desk.advance(entry.received);
            play(&entry, &mut session, &listing, &mut course.desk);
            course.keep_room()?;
        }
        let end = capture.get(capture.line_count() - 1).map_or(begin, |entry| entry.received);
        course.finish(end, capture.line_count() as u64, *session.counters())
    }
}

/// A backtest from its first moment to its last.
struct Course<'a> {
    config: &'a Config,
    desk: Desk,
    maintenance: Maintenance,
    started: Instant,
}

impl<'a> Course<'a> {
    fn begin(config: &'a Config, begin: Nanos) -> anyhow::Result<Self> {
        let directory = &config.journal.directory;
        let options =
            Options { segment_bytes: SEGMENT_BYTES, prefault: false, ..Options::default() };
        let (mut writer, maintenance) = Writer::create(directory, options)
            .with_context(|| format!("journal {}", directory.display()))?;
        let origin = Origin { first_order_id: OrderId(1), ..Origin::new(config, begin) };
        writer.append_start(begin, origin.to_text().as_bytes())?;
        let instruments = &config.pipeline.instruments;
        let mut desk = Desk {
            engine: Engine::new(origin.pipeline(config), writer),
            venue: Venue(Exchange::new(config.broker.exchange.clone(), instruments)),
            feed: delayed(config),
            models: None,
            timer_at: begin,
            contradictions: 0,
        };
        let started = Instant::now();
        desk.begin(begin);
        desk.models = OfflineModels::start(config, begin, &mut desk.engine, &mut desk.venue)?;
        Ok(Self { config, desk, maintenance, started })
    }

    /// Prepares the journal's next segment in time.
    fn keep_room(&mut self) -> anyhow::Result<()> {
        if self.desk.engine.journal().room_bytes() < ROOM_MIN {
            self.maintenance.work()?;
        }
        Ok(())
    }

    fn finish(mut self, end: Nanos, lines: u64, feed: FeedCounters) -> anyhow::Result<Backtested> {
        self.desk.finish(end);
        let seconds = self.started.elapsed().as_secs_f64();
        let Self { config, desk, mut maintenance, .. } = self;
        let instruments = &config.pipeline.instruments;
        let accounts = (0..).map(AccountId).take(config.pipeline.accounts.len());
        let venue = &desk.venue.0;
        let of = |account| {
            instruments.iter().map(move |each| (*each, venue.statement(account, each.id)))
        };
        let statements = accounts.flat_map(of).collect();
        if let Some(failure) = desk.engine.failure() {
            return Err(*failure).context("the journal could not be written");
        }
        let (pipeline, writer, _) = desk.engine.into_parts();
        let records = writer.records();
        writer.seal()?;
        maintenance.work()?;
        Ok(Backtested {
            lines,
            feed,
            pipeline: *pipeline.counters(),
            positions: crate::summary::positions(&pipeline, instruments),
            statements,
            records,
            seconds,
        })
    }
}

/// The engine and the exchange, joined by virtual time.
struct Desk {
    engine: Engine<Trader>,
    venue: Venue,
    /// Market data that the exchange has and the engine does not see yet, if it sees it later.
    feed: Option<DelayedFeed>,
    models: Option<OfflineModels>,
    timer_at: Nanos,
    /// What files told that others contradict.
    contradictions: u64,
}

/// The feed's way to the engine, if the configuration gives it a latency.
fn delayed(config: &Config) -> Option<DelayedFeed> {
    let latency = &config.broker.latency_feed;
    let seed = config.broker.exchange.seed.wrapping_add(3);
    (*latency != Latency::default()).then(|| DelayedFeed::new(latency.clone(), seed))
}

/// The exchange as a gateway: requests arrive there after its latency.
struct Venue(Exchange);

impl OrderSink for Venue {
    fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), RejectReason> {
        self.0.on_request(now, request);
        Ok(())
    }
}

impl MarketSink for Desk {
    fn on_market(&mut self, market: &Market<'_>) {
        self.venue.0.on_market(market.received, market);
        self.show(market);
    }
}

impl Audience for Desk {
    fn on_order(&mut self, at: Nanos, instrument: InstrumentId, event: &l3::Event) {
        self.contradictions += u64::from(self.venue.0.on_order(at, instrument, event).is_err());
    }

    fn on_venue_state(&mut self, market: &Market<'_>) {
        self.venue.0.on_market(market.received, market);
    }

    fn on_market(&mut self, market: &Market<'_>) {
        self.show(market);
    }
}

impl Desk {
    /// Shows the engine a market message, or sends it on its way.
    fn show(&mut self, market: &Market<'_>) {
        match &mut self.feed {
            Some(feed) => feed.push(market.received, market),
            None => self.see(market),
        }
    }

    fn begin(&mut self, now: Nanos) {
        self.engine.input(now, &Input::Command(Command::Start), &mut self.venue);
        // Whatever gateway an order takes, it leads to the one exchange.
        for gateway in self.engine.pipeline().gateways() {
            let up = GatewayStatus { gateway, state: GatewayState::Up };
            self.engine.input(now, &Input::Gateway(up), &mut self.venue);
        }
    }

    /// Shows the engine a market message.
    fn see(&mut self, market: &Market<'_>) {
        self.engine.input(market.received, &Input::Market(*market), &mut self.venue);
        self.answer(market.received);
    }

    #[inline]
    fn answer(&mut self, now: Nanos) {
        if let Some(models) = &mut self.models {
            models.answer(now, &mut self.engine, &mut self.venue);
        }
    }

    /// Lets everything happen that is due up to `until`, in order of time. At the same time market
    /// data goes before reports, and those before a timer, as in the live engine.
    fn advance(&mut self, until: Nanos) {
        let silent_at = self.timer_at.after(SILENCE_MAX);
        loop {
            if self.timer_at > silent_at {
                self.timer_at = self.timer_at.max(until);
            }
            let never = Nanos(u64::MAX);
            let report_at = self.venue.0.next_time().unwrap_or(never);
            let seen_at = self.feed.as_ref().and_then(DelayedFeed::next_time).unwrap_or(never);
            let at = seen_at.min(report_at).min(self.timer_at);
            if at > until {
                return;
            }
            if seen_at == at {
                self.catch_up(at);
            } else if report_at <= self.timer_at {
                // What is due may be a request that reaches the venue, without a report yet.
                while let Some(said) = self.venue.0.poll_said(at) {
                    if let Some(input) = said.input(at) {
                        self.engine.input(at, &input, &mut self.venue);
                    }
                }
            } else {
                self.timer_at = at.after(TIMER_INTERVAL);
                self.engine.input(at, &Input::Timer, &mut self.venue);
                self.answer(at);
            }
        }
    }

    /// Shows the engine what arrives up to `at`, later than the exchange has it.
    fn catch_up(&mut self, at: Nanos) {
        while let Some(delayed) = self.feed.as_mut().and_then(|feed| feed.pop(at)) {
            self.see(&delayed.market());
            if let Some(feed) = &mut self.feed {
                feed.recycle(delayed);
            }
        }
    }

    /// Cancels what is open and waits for the answers, at most ten virtual seconds.
    fn finish(&mut self, end: Nanos) {
        self.engine.input(end, &Input::Command(Command::Drain), &mut self.venue);
        let mut now = end;
        for _ in 0..100 {
            if self.engine.pipeline().is_drained() {
                return;
            }
            now = now.after(TIMER_INTERVAL);
            self.advance(now);
        }
    }
}
