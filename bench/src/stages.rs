//! One stage of a tick's way at a time, for counting its instructions.
//!
//! A stage prepares [`TICKS_MAX`] ticks, whatever is asked, and works through the first `ticks` of
//! them in virtual time on one thread: the instructions of a run with N ticks minus those of a run
//! with none are the stage's own. Nothing here depends on the clock or on chance.

use std::hint::black_box;

use anyhow::{Context, ensure};
use gannet_app::config::Config;
use gannet_features::dsp::{Constants, SuperSmoother};
use gannet_features::gann::SquareOfNine;
use gannet_features::ta::{Atr, Ema};
use gannet_features::{HighLowClose, Indicator};
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedRequest, FeedSession, MarketSink};
use gannet_pipeline::Pipeline;
use gannet_pipeline::book::Book;
use gannet_types::{
    FeedState, GatewayId, GatewayState, GatewayStatus, Input, InstrumentId, Level, Market,
    MarketEvent, Nanos, OUTBOX_CAPACITY, OrderRequest, Outbox, Output, Side, TopOfBook,
};

use crate::digest::Digest;
use crate::feature_stages;
use crate::orders;
use crate::scratch::Scratch;
use crate::striker::{self, Answers, Striker, configuration};
use crate::tape::{FrameKind, Tape};
use crate::tick_path::TickPath;

/// Ticks that are prepared.
pub const TICKS_MAX: usize = 1_000;

/// A stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A bookTicker frame to a market message.
    DecodeTop,
    /// A depthUpdate frame to market messages.
    DecodeDepth,
    /// The levels of a depthUpdate into the book.
    Book,
    /// Every indicator once.
    Features,
    /// A quote, a book and a trade into the set `hft64`.
    Hft64,
    /// A price into a two-pole filter, reflex and RSI.
    Cheap,
    /// A price into MAMA and the Hilbert sine wave.
    Hilbert,
    /// A price into the autocorrelation periodogram.
    Periodogram,
    /// A top through strategy, gate, risk and order manager to a request, and its fill.
    Risk,
    /// The same with 1,000 instruments.
    RiskInstruments,
    /// The same with 100 accounts.
    RiskAccounts,
    /// A request to FIX bytes, kept in the store.
    Encode,
    /// A bookTicker's WebSocket bytes to FIX bytes, journaled, and its fill.
    Whole,
}

impl Stage {
    /// Every stage, in the order a tick passes them.
    pub const ALL: [Self; 13] = [
        Self::DecodeTop,
        Self::DecodeDepth,
        Self::Book,
        Self::Features,
        Self::Hft64,
        Self::Cheap,
        Self::Hilbert,
        Self::Periodogram,
        Self::Risk,
        Self::RiskInstruments,
        Self::RiskAccounts,
        Self::Encode,
        Self::Whole,
    ];

    /// Returns the name used in `bench/budgets.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DecodeTop => "decode_top",
            Self::DecodeDepth => "decode_depth",
            Self::Book => "book",
            Self::Features => "features",
            Self::Hft64 => "hft64",
            Self::Cheap => "cheap",
            Self::Hilbert => "hilbert",
            Self::Periodogram => "periodogram",
            Self::Risk => "risk",
            Self::RiskInstruments => "risk_instruments",
            Self::RiskAccounts => "risk_accounts",
            Self::Encode => "encode",
            Self::Whole => "whole",
        }
    }

    /// Finds a stage by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// Prepares a stage, works through `ticks` ticks and returns a digest of what came out.
///
/// # Errors
/// If more ticks are asked for than are prepared, files cannot be had, or a stage stumbles.
pub fn run(stage: Stage, ticks: usize) -> anyhow::Result<u64> {
    ensure!(ticks <= TICKS_MAX, "at most {TICKS_MAX} ticks");
    match stage {
        Stage::DecodeTop => decode(FrameKind::Top, ticks),
        Stage::DecodeDepth => decode(FrameKind::Depth, ticks),
        Stage::Book => book(ticks),
        Stage::Features => features(ticks),
        Stage::Hft64 => {
            let tops = collect(FrameKind::Top)?.tops;
            feature_stages::hft64(&crate::striker::instrument(&configuration()?), &tops, ticks)
        }
        Stage::Cheap => feature_stages::cheap(&mids()?, ticks),
        Stage::Hilbert => feature_stages::hilbert(&mids()?, ticks),
        Stage::Periodogram => feature_stages::periodogram(&mids()?, ticks),
        Stage::Risk => risk(configuration()?, ticks),
        Stage::RiskInstruments => risk(striker::of_many(1_000, 1)?, ticks),
        Stage::RiskAccounts => risk(striker::of_many(1, 100)?, ticks),
        Stage::Encode => encode(ticks),
        Stage::Whole => whole(ticks),
    }
}

/// The time of every stage's start.
const START: Nanos = Nanos(1_800_000_000_000_000_000);

/// Virtual time between two ticks.
const INTERVAL: Nanos = Nanos(20_000);

/// A thousand status reports, 64 at a time, one part a millisecond.
const STATUS_PARTS_MAX: usize = 20;

/// Seed of the market.
const SEED: u64 = 1;

/// Keeps what a decoder says in a form that nothing can optimise away.
struct Sum {
    digest: u64,
}

impl MarketSink for Sum {
    fn on_market(&mut self, market: &Market<'_>) {
        let seen = match &market.event {
            MarketEvent::Top(top) => top.bid.price.0 ^ top.ask.lots.0,
            MarketEvent::Trade(trade) => trade.price.0 ^ trade.lots.0,
            MarketEvent::Depth(depth) => (depth.bids.len() << 20 | depth.asks.len()) as i64,
            MarketEvent::Feed(_) | MarketEvent::Status(_) => 0,
        };
        self.digest = self.digest.rotate_left(7) ^ seen as u64;
    }
}

fn session() -> anyhow::Result<FeedSession<BinanceUsdm>> {
    let config = configuration()?;
    let settings = FeedConfig { silence_max: config.feed.silence_max };
    let mut session = FeedSession::new(BinanceUsdm, &config.pipeline.instruments, settings);
    session.on_connected(START);
    Ok(session)
}

/// Lets the book join at the first depth frame; true once it has.
fn join(session: &mut FeedSession<BinanceUsdm>, tape: &Tape, sink: &mut impl MarketSink) -> bool {
    let Some(FeedRequest::Snapshot(instrument)) = session.poll_request() else { return false };
    session.handle_snapshot(START, instrument, tape.snapshot(), sink).is_ok()
}

fn decode(kind: FrameKind, ticks: usize) -> anyhow::Result<u64> {
    let tape = Tape::record_kind(SEED, kind, TICKS_MAX + 1);
    let mut frames = tape.frames().filter(|frame| frame.kind == kind);
    let mut session = session()?;
    let mut sum = Sum { digest: 0 };
    let first = frames.next().context("the tape is empty")?;
    session.handle_frame(START, first.payload, &mut sum)?;
    let joined = join(&mut session, &tape, &mut sum);
    ensure!(joined == (kind == FrameKind::Depth), "the book joins at the first depth frame");
    for frame in frames.take(ticks) {
        session.handle_frame(START, black_box(frame.payload), &mut sum)?;
    }
    ensure!(session.counters().gaps == 0, "the tape has a gap");
    Ok(sum.digest)
}

/// Collects what the feed says.
#[derive(Default)]
struct Collector {
    /// The levels of each whole depth message.
    books: Vec<Vec<(Side, Level)>>,
    open: Vec<(Side, Level)>,
    tops: Vec<TopOfBook>,
}

impl MarketSink for Collector {
    fn on_market(&mut self, market: &Market<'_>) {
        match &market.event {
            MarketEvent::Top(top) => self.tops.push(*top),
            MarketEvent::Depth(depth) => {
                self.open.extend(depth.bids.iter().map(|&level| (Side::Buy, level)));
                self.open.extend(depth.asks.iter().map(|&level| (Side::Sell, level)));
                if depth.last {
                    self.books.push(std::mem::take(&mut self.open));
                }
            }
            MarketEvent::Trade(_) | MarketEvent::Feed(_) | MarketEvent::Status(_) => {}
        }
    }
}

/// Decodes a tape with enough frames of one kind.
fn collect(kind: FrameKind) -> anyhow::Result<Collector> {
    let tape = Tape::record_kind(SEED, kind, TICKS_MAX + 1);
    let mut session = session()?;
    let mut collector = Collector::default();
    for frame in tape.frames() {
        session.handle_frame(START, frame.payload, &mut collector)?;
        join(&mut session, &tape, &mut collector);
    }
    Ok(collector)
}

fn book(ticks: usize) -> anyhow::Result<u64> {
    let collected = collect(FrameKind::Depth)?;
    let mut book = Book::new();
    let (snapshot, updates) = collected.books.split_first().context("no snapshot")?;
    ensure!(updates.len() >= TICKS_MAX, "too few depth messages");
    for &(side, level) in snapshot {
        book.apply(side, level);
    }
    let mut digest = 0;
    for update in &updates[..ticks] {
        for &(side, level) in black_box(update) {
            book.apply(side, level);
        }
        digest ^= u64::from(book.is_crossed());
    }
    ensure!(book.is_usable() && digest == 0, "the book broke");
    let best = [book.best_bid(), book.best_ask()];
    let mut digest = Digest::new();
    for level in best.into_iter().flatten() {
        digest.number(level.price.0.cast_unsigned());
        digest.number(level.lots.0.cast_unsigned());
    }
    Ok(digest.value())
}

/// The middle of every top, in the quote currency.
fn mids() -> anyhow::Result<Vec<f64>> {
    let instrument = crate::striker::instrument(&configuration()?);
    let mid = |top: &TopOfBook| {
        f64::midpoint(instrument.price_f64(top.bid.price), instrument.price_f64(top.ask.price))
    };
    Ok(collect(FrameKind::Top)?.tops.iter().map(mid).collect())
}

fn features(ticks: usize) -> anyhow::Result<u64> {
    let tops = collect(FrameKind::Top)?.tops;
    let instrument = crate::striker::instrument(&configuration()?);
    let prices: Vec<(f64, f64)> = tops
        .iter()
        .map(|top| (instrument.price_f64(top.bid.price), instrument.price_f64(top.ask.price)))
        .collect();
    let (mut ema, mut atr) = (Ema::new(10), Atr::new(10));
    let (mut smoother, levels) =
        (SuperSmoother::new(8.0, Constants::Published), SquareOfNine::new(45.0));
    let mut sum = 0.0;
    for &(bid, ask) in &prices[..ticks] {
        let (low, high) = black_box((bid, ask));
        let close = f64::midpoint(low, high);
        sum += ema.update(close).unwrap_or(0.0);
        sum += atr.update(HighLowClose { high, low, close }).unwrap_or(0.0);
        sum += smoother.update(close).unwrap_or(0.0);
        sum += levels.nearest(close).map_or(0.0, |near| near.distance);
    }
    Ok(f64::to_bits(sum))
}

fn risk(config: Config, ticks: usize) -> anyhow::Result<u64> {
    let tops = collect(FrameKind::Top)?.tops;
    let mut pipeline = Pipeline::new(config.pipeline, Striker::new(Answers::Tops));
    let mut outbox = Outbox::with_capacity(OUTBOX_CAPACITY);
    let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
    pipeline.on_input(START, &Input::Gateway(up), &mut outbox);
    let market = |now, event| {
        let instrument = InstrumentId(0);
        Input::Market(Market { instrument, exchange_time: now, received: now, event })
    };
    outbox.clear();
    let live = MarketEvent::Feed(FeedState::Live);
    pipeline.on_input(START, &market(START, live), &mut outbox);
    let mut now = START;
    // Status reports are due at once, and many come in parts: not the orders' cost.
    for _ in 0..STATUS_PARTS_MAX {
        now = now.after(Nanos::MILLISECOND);
        outbox.clear();
        pipeline.on_input(now, &Input::Timer, &mut outbox);
    }
    let mut digest = Digest::new();
    for &top in &tops[..ticks] {
        now = now.after(INTERVAL);
        outbox.clear();
        pipeline.on_input(now, &market(now, MarketEvent::Top(black_box(top))), &mut outbox);
        let order = order_of(&outbox).context("a top without an order")?;
        digest.number(order.price.0.cast_unsigned());
        outbox.clear();
        let fill = orders::fill(&order, now);
        pipeline.on_input(now, &Input::Execution(fill), &mut outbox);
    }
    Ok(digest.value())
}

fn order_of(outbox: &Outbox) -> Option<OrderRequest> {
    outbox.iter().find_map(|output| match output {
        Output::Order(request) => Some(*request),
        _ => None,
    })
}

fn encode(ticks: usize) -> anyhow::Result<u64> {
    let scratch = Scratch::new()?;
    let config = configuration()?;
    let mut gateway = orders::gateway(&config, scratch.path())?;
    orders::log_on(&mut gateway, &mut orders::acceptor(&config, 0)?, START)?;
    let requests = requests()?;
    let mut digest = Digest::new();
    let mut now = START;
    for request in &requests[..ticks] {
        now = now.after(INTERVAL);
        gateway.send(now, black_box(request))?;
        let bytes = gateway.poll_transmit();
        // A digest of every byte would count for more than the encoding.
        digest.number(bytes.len() as u64);
        let count = bytes.len();
        gateway.consume_transmit(count);
    }
    Ok(digest.value())
}

/// Makes the requests that tops lead to.
fn requests() -> anyhow::Result<Vec<OrderRequest>> {
    let tops = collect(FrameKind::Top)?.tops;
    let request = |(index, top): (usize, &TopOfBook)| OrderRequest {
        kind: gannet_types::RequestKind::New,
        gateway: GatewayId(0),
        account: gannet_types::AccountId(0),
        strategy: gannet_types::StrategyId(0),
        instrument: InstrumentId(0),
        client_order_id: gannet_types::ClientOrderId::new(
            gannet_types::OrderId((1 << 24) + index as u64),
            0,
        ),
        original: gannet_types::ClientOrderId::default(),
        side: Side::Buy,
        order_type: gannet_types::OrderType::Limit,
        time_in_force: gannet_types::TimeInForce::ImmediateOrCancel,
        price: top.ask.price,
        lots: gannet_types::Lots(1),
        terms: gannet_types::OrderTerms::PLAIN,
        origin: START,
    };
    Ok(tops.iter().enumerate().map(request).collect())
}

fn whole(ticks: usize) -> anyhow::Result<u64> {
    let scratch = Scratch::new()?;
    let tape = Tape::record_kind(SEED, FrameKind::Top, 2 * TICKS_MAX);
    let (mut path, _maintenance) = TickPath::new(scratch.path(), tape.snapshot(), START)?;
    let mut now = START;
    let mut frames = tape.frames();
    // Joins the book: until a top leads to an order.
    loop {
        now = now.after(INTERVAL);
        let frame = frames.next().context("the book never joined")?;
        path.load(frame.bytes);
        let is_order = frame.kind == FrameKind::Top && !path.tick(now).is_empty();
        path.tick(now);
        path.settle(now);
        if is_order {
            break;
        }
    }
    let mut digest = Digest::new();
    for frame in frames.filter(|frame| frame.kind == FrameKind::Top).take(ticks) {
        now = now.after(INTERVAL);
        path.load(frame.bytes);
        digest.number(path.tick(now).len() as u64);
        path.settle(now);
    }
    path.check()?;
    Ok(digest.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_does_different_work_for_more_ticks() {
        for stage in Stage::ALL {
            let (none, some) = (run(stage, 0), run(stage, 64));
            let (none, some) = (none.expect("no ticks"), some.expect("some ticks"));
            assert_ne!(none, some, "{}", stage.name());
            assert_eq!(run(stage, 64).expect("again"), some, "{}", stage.name());
        }
        assert!(run(Stage::Book, TICKS_MAX + 1).is_err());
    }

    #[test]
    fn every_stage_has_a_budget_and_the_other_way_round() {
        let budgets: toml::Table = include_str!("../budgets.toml").parse().expect("TOML");
        let budgets = budgets["instructions_per_tick"].as_table().expect("a table");
        assert_eq!(budgets.len(), Stage::ALL.len());
        for stage in Stage::ALL {
            assert!(budgets[stage.name()].is_integer(), "{}", stage.name());
        }
    }
}
