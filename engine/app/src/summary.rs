//! What a run comes to, for people and for programs.

use std::path::{Path, PathBuf};

use gannet_feeds::FeedCounters;
use gannet_pipeline::strategy::Strategy;
use gannet_pipeline::{Pipeline, PipelineCounters};
use gannet_runtime::histogram::{Hop, HopReaders, LatencySummary};
use gannet_sim::Statement;
use gannet_types::{AccountId, Instrument, InstrumentId, Lots, Notional, PositionReport};
use serde::Serialize;

use crate::offline::backtest::Backtested;

/// A run in figures. Money is in the quote currency.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Frames received.
    pub frames: u64,
    /// Market messages the pipeline saw.
    pub market_events: u64,
    /// Holes in the feed's sequence.
    pub gaps: u64,
    /// Times a book stood crossed.
    pub crossed_books: u64,
    /// New orders.
    pub orders: u64,
    /// Fills.
    pub fills: u64,
    /// Refusals, ours and the venue's.
    pub rejects: u64,
    /// Position of the first instrument, in lots.
    pub position_lots: i64,
    /// Profit of all instruments, open positions at the mid, after fees.
    pub pnl: f64,
    /// Fees of all instruments.
    pub fees: f64,
    /// Funding paid, less received, and part of the profit: all of it in a backtest, elsewhere as far
    /// as brokers tell.
    pub funding: f64,
    /// Records in the journal.
    pub journal_records: u64,
    /// Where it lies.
    pub journal_dir: PathBuf,
    /// How long the run took on the wall.
    pub seconds: f64,
    /// From the bytes of a tick to the bytes of an order.
    pub tick_to_trade_ns: Latency,
    /// The stretches of that way.
    pub hops_ns: Hops,
}

/// One latency distribution in nanoseconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Latency {
    /// Samples.
    pub count: u64,
    /// Median.
    pub p50: u64,
    /// 99th percentile.
    pub p99: u64,
    /// 99.9th percentile.
    pub p999: u64,
    /// Longest.
    pub max: u64,
}

impl From<LatencySummary> for Latency {
    fn from(summary: LatencySummary) -> Self {
        let LatencySummary { count, p50, p99, p999, max } = summary;
        Self { count, p50, p99, p999, max }
    }
}

/// The stretches of the way from tick to trade.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Hops {
    /// Bytes of a frame to market messages.
    pub decode: Latency,
    /// Through the market ring.
    pub ring_in: Latency,
    /// Through pipeline and journal.
    pub pipeline: Latency,
    /// Through the order ring.
    pub ring_out: Latency,
    /// Request to FIX bytes.
    pub encode: Latency,
    /// FIX bytes into the socket.
    pub send: Latency,
}

impl Hops {
    fn read(readers: &HopReaders) -> Self {
        let read = |hop| Latency::from(readers.reader(hop).summary());
        Self {
            decode: read(Hop::Decode),
            ring_in: read(Hop::RingIn),
            pipeline: read(Hop::Pipeline),
            ring_out: read(Hop::RingOut),
            encode: read(Hop::Encode),
            send: read(Hop::Send),
        }
    }
}

/// An account's final position in an instrument, and its open profit at the mid.
pub type FinalPosition = (Instrument, PositionReport, Notional);

/// Returns the final positions of a pipeline.
#[must_use]
pub fn positions<S: Strategy>(
    pipeline: &Pipeline<S>,
    instruments: &[Instrument],
) -> Vec<FinalPosition> {
    let of = |account: AccountId, instrument: &Instrument| {
        let position = pipeline.account_position(account, instrument.id)?;
        let top = pipeline.top(instrument.id).unwrap_or_default();
        let quoted = top.bid.lots > Lots::ZERO && top.ask.lots > Lots::ZERO;
        let twice_mid = i128::from(top.bid.price.0) + i128::from(top.ask.price.0);
        let worth = || instrument.valuation().worth(twice_mid, position.lots);
        let open = if quoted { worth() - position.cost } else { Notional::ZERO };
        Some((*instrument, position, open))
    };
    let accounts = (0..).map(AccountId).take(pipeline.accounts().len());
    accounts.flat_map(|id| instruments.iter().filter_map(move |it| of(id, it))).collect()
}

impl Summary {
    /// Sums up a live run.
    #[must_use]
    pub fn of_live(
        feed: &FeedCounters,
        pipeline: &PipelineCounters,
        positions: &[FinalPosition],
        journal: (u64, &Path),
        seconds: f64,
        hops: &HopReaders,
    ) -> Self {
        let money = |of: fn(&FinalPosition) -> Notional| -> f64 {
            positions.iter().map(|position| position.0.money_f64(of(position))).sum()
        };
        Self {
            frames: feed.frames,
            market_events: pipeline.market_events,
            gaps: feed.gaps,
            crossed_books: pipeline.crossed_books,
            orders: pipeline.orders,
            fills: pipeline.fills,
            rejects: pipeline.rejects,
            position_lots: positions
                .iter()
                .filter(|(instrument, _, _)| instrument.id == InstrumentId(0))
                .map(|(_, position, _)| position.lots.0)
                .sum(),
            pnl: money(|(_, position, open)| {
                position.realized + *open - position.fees - position.funding
            }),
            fees: money(|(_, position, _)| position.fees),
            funding: money(|(_, position, _)| position.funding),
            journal_records: journal.0,
            journal_dir: journal.1.to_path_buf(),
            seconds,
            tick_to_trade_ns: hops.reader(Hop::TickToTrade).summary().into(),
            hops_ns: Hops::read(hops),
        }
    }

    /// Sums up a backtest. Its latencies are empty: virtual time has none of ours.
    #[must_use]
    pub fn of_backtest(run: &Backtested, journal: &Path) -> Self {
        let (_, no_latencies) = gannet_runtime::histogram::hops();
        let summary = Self::of_live(
            &run.feed,
            &run.pipeline,
            &run.positions,
            (run.records, journal),
            run.seconds,
            &no_latencies,
        );
        let paid = |(each, booked): &(Instrument, Statement)| each.money_f64(booked.funding);
        let funding: f64 = run.statements.iter().map(paid).sum();
        // What the engine was told of it is part of that.
        Self { pnl: summary.pnl + summary.funding - funding, funding, ..summary }
    }

    /// Returns the summary as people read it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Self { tick_to_trade_ns: whole, .. } = self;
        let micros = |nanos: u64| nanos as f64 / 1e3;
        let mut text = format!(
            "{} frames in {:.2} s ({:.0} a second), {} market messages, {} gaps, {} crossed books\n\
             {} orders, {} fills, {} rejects; position {} lots, profit {:.4} after fees of {:.4}\n\
             {} journal records in {}\n",
            self.frames,
            self.seconds,
            self.frames as f64 / self.seconds.max(1e-9),
            self.market_events,
            self.gaps,
            self.crossed_books,
            self.orders,
            self.fills,
            self.rejects,
            self.position_lots,
            self.pnl,
            self.fees,
            self.journal_records,
            self.journal_dir.display(),
        );
        if self.funding != 0.0 {
            text += &format!("funding of {:.4} paid, which the profit holds\n", self.funding);
        }
        if whole.count > 0 {
            text += &format!(
                "tick to trade: p50 {:.1} us, p99 {:.1} us, p99.9 {:.1} us, max {:.1} us over {}\n",
                micros(whole.p50),
                micros(whole.p99),
                micros(whole.p999),
                micros(whole.max),
                whole.count,
            );
        }
        text
    }
}
