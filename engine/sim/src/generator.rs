//! A seeded market that speaks the Binance USD-M wire format.
//!
//! ```text
//! bursts: trades sweep the best level, quotes change it ──▶ ladder ──▶ pending trade, bookTicker
//! every ~52 ms: changes deep in the book ─────────────────▶ ladder ──▶ depthUpdate of all changes
//! ```
//! A hidden fair price wanders in trends and reversals; the best prices follow it. Sizes, counts
//! and gaps are drawn from the proportions of a real capture (`measured`).
//!
//! # Invariants
//! - The seed and the configuration fix every byte, on every machine: integers only.
//! - The book is never crossed or empty; trades happen at the best price and reduce it.
//! - A snapshot and the depth frames after it rebuild the generator's book exactly; `U`, `u` and
//!   `pu` have no gap.

mod ladder;
mod measured;
mod wire;

use std::collections::VecDeque;

use gannet_types::{Level, Lots, Nanos, Side, Text, Ticks};

use crate::random::Random;
use ladder::Ladder;
use wire::{DepthIds, Print, Symbol, Ticker};

/// What a generated market starts from.
#[derive(Clone, Copy, Debug)]
pub struct GeneratorConfig {
    /// The instrument's name; prices and quantities are written as BTCUSDT's.
    pub symbol: Text<24>,
    /// The first price, in ticks of 0.10; at least [`GeneratorConfig::PRICE_MIN`].
    pub price: Ticks,
    /// The venue's time at the start.
    pub start: Nanos,
    /// From the venue's time of a frame to its local time.
    pub latency: Nanos,
}

impl GeneratorConfig {
    /// The price step of the generated instrument.
    pub const TICK: &'static [u8] = b"0.10";
    /// The quantity step of the generated instrument.
    pub const LOT: &'static [u8] = b"0.001";
    /// The lowest first price: the book reaches 32,768 ticks below it.
    pub const PRICE_MIN: Ticks = Ticks(40_000);
}

impl Default for GeneratorConfig {
    /// BTCUSDT at 61,800.20 in the second the capture began.
    fn default() -> Self {
        Self {
            symbol: Text::new(b"BTCUSDT"),
            price: Ticks(618_002),
            start: Nanos(1_723_161_255_000_000_000),
            latency: Nanos(1_500_000),
        }
    }
}

/// The market.
#[derive(Clone, Debug)]
pub struct Generator {
    random: Random,
    symbol: Symbol,
    latency: Nanos,
    ladder: Ladder,
    /// The venue's time of the newest event.
    time: Nanos,
    next_depth: Nanos,
    pending: VecDeque<Pending>,
    bids: Vec<Level>,
    asks: Vec<Level>,
    trade_id: u64,
    update_id: u64,
    /// The first update since the last depth frame, once there is one.
    first_update: Option<u64>,
    last_depth: u64,
    mood: Mood,
}

/// What has happened but was not written yet.
#[derive(Clone, Copy, Debug)]
struct Pending {
    time: Nanos,
    frame: Frame,
}

#[derive(Clone, Copy, Debug)]
enum Frame {
    Ticker(Ticker),
    Trade(Print),
}

/// Where the market wants to go, and how busy it is.
#[derive(Clone, Debug)]
struct Mood {
    first_price: i64,
    /// Thousandths of a tick.
    fair: i64,
    /// Thousandths of a tick per millisecond, which is ticks per second.
    velocity: i64,
    trend_ends: Nanos,
    frames_per_second: u64,
    activity_ends: Nanos,
    /// Up to when `fair` is counted.
    counted: Nanos,
}

/// The fastest trend in ticks per second. Of the capture's 35 spans of ten seconds half moved
/// less than 110 ticks.
const VELOCITY_MAX: i64 = 20;

/// A trend turns back when it led this far from the first price, well inside the ladder.
const DRIFT_TICKS_MAX: i64 = 6_000;

impl Generator {
    /// Makes a market; costs some milliseconds, to fill the book.
    ///
    /// # Panics
    /// If the first price is below [`GeneratorConfig::PRICE_MIN`].
    #[must_use]
    pub fn new(seed: u64, config: GeneratorConfig) -> Self {
        assert!(config.price >= GeneratorConfig::PRICE_MIN, "the book needs room below its price");
        let median = Lots(measured::TOP_LOTS_MEDIAN);
        let mut generator = Self {
            random: Random::new(seed),
            symbol: Symbol::new(config.symbol.as_bytes()),
            latency: config.latency,
            ladder: Ladder::new(config.price, median, median),
            time: config.start,
            next_depth: config.start,
            pending: VecDeque::new(),
            bids: Vec::new(),
            asks: Vec::new(),
            trade_id: 5_000_000_000,
            update_id: 5_000_000_000_000,
            first_update: None,
            last_depth: 5_000_000_000_000,
            mood: Mood::new(config.price, config.start),
        };
        generator.fill();
        generator
    }

    /// Replaces the content of `out` by the next frame and returns the frame's local time, which
    /// never goes back.
    pub fn next_frame(&mut self, out: &mut Vec<u8>) -> Nanos {
        out.clear();
        let mut depth_due = false;
        while self.pending.is_empty() && !depth_due {
            depth_due = self.advance();
        }
        match self.pending.pop_front() {
            Some(Pending { time, frame }) => {
                match frame {
                    Frame::Ticker(ticker) => self.symbol.ticker(out, &ticker, millis(time)),
                    Frame::Trade(print) => self.symbol.trade(out, &print, millis(time)),
                }
                time.after(self.latency)
            }
            None => {
                self.depth(out);
                self.time.after(self.latency)
            }
        }
    }

    /// Replaces the content of `out` by the REST depth body, 1,000 levels a side.
    ///
    /// It may be ahead of the trades and bookTickers already given, never behind a depth frame:
    /// `lastUpdateId` is the `u` of the last depth frame or lies within the next one.
    pub fn snapshot(&self, out: &mut Vec<u8>) {
        out.clear();
        wire::snapshot(out, &self.ladder, self.update_id, millis(self.time));
    }

    /// Lets the next thing happen; returns whether it is a depth frame.
    fn advance(&mut self) -> bool {
        let gap_us = measured::BURST_GAP_US.draw(&mut self.random);
        let scaled =
            gap_us * 1_000 * measured::FRAMES_PER_SECOND_MEAN / self.mood.frames_per_second;
        let burst = self.time.after(Nanos(scaled));
        if self.next_depth <= burst {
            self.time = self.time.max(self.next_depth);
            let gap = measured::DEPTH_GAP_MS.draw(&mut self.random);
            self.next_depth = self.time.after(Nanos::from_millis(gap));
            return true;
        }
        self.time = burst;
        self.mood.follow(self.time, &mut self.random);
        if self.random.chance(measured::TRADE_BURST_PERCENT) {
            self.trades();
        } else {
            self.quotes();
        }
        false
    }

    /// One aggressor takes from the other side, trade by trade.
    fn trades(&mut self) {
        let percent = if self.gap() > 0 { 65 } else { 35 };
        let aggressor = if self.random.chance(percent) { Side::Buy } else { Side::Sell };
        for _ in 0..measured::TRADES_PER_BURST.draw(&mut self.random) {
            let lots = measured::TRADE_LOTS.draw(&mut self.random).cast_signed();
            let level = self.ladder.take(aggressor.opposite(), Lots(lots));
            self.trade_id += 1;
            self.count_update();
            let print = Print { trade_id: self.trade_id, aggressor, level };
            self.push(Frame::Trade(print));
        }
        self.push_ticker();
    }

    /// Orders are placed and cancelled at the best prices.
    fn quotes(&mut self) {
        for _ in 0..measured::QUOTES_PER_BURST.draw(&mut self.random) {
            if self.ladder.spread() > 1 && self.random.chance(85) {
                self.close_spread();
            } else if self.gap().abs() > 1 && self.random.chance(20) {
                self.step();
            } else {
                self.resize();
            }
            self.count_update();
            self.push_ticker();
        }
    }

    /// The side the fair price favours fills the spread, mostly all of it.
    fn close_spread(&mut self) {
        let rising = match self.gap() {
            0 => self.random.chance(50),
            gap => gap > 0,
        };
        let side = if rising { Side::Buy } else { Side::Sell };
        let room = self.ladder.spread() - 1;
        let distance = if self.random.chance(80) { room } else { 1 + self.random.below(room) };
        let lots = 1 + measured::TOP_CHANGE_LOTS.draw(&mut self.random) * 4;
        self.ladder.improve(side, distance, Lots(lots.cast_signed()));
    }

    /// The side the fair price has left behind cancels its best levels.
    fn step(&mut self) {
        let side = if self.gap() > 0 { Side::Sell } else { Side::Buy };
        let levels = 1 + self.random.below(self.gap().unsigned_abs().min(4));
        for _ in 0..levels {
            self.ladder.take(side, Lots(i64::MAX));
        }
    }

    /// One best level grows or shrinks, drawn towards the median size; rarely it vanishes.
    fn resize(&mut self) {
        let side = if self.random.chance(50) { Side::Buy } else { Side::Sell };
        let change = Lots(measured::TOP_CHANGE_LOTS.draw(&mut self.random).cast_signed());
        let best = self.ladder.best(side);
        let grow_percent = if best.lots.0 < measured::TOP_LOTS_MEDIAN { 66 } else { 46 };
        if self.random.chance(grow_percent) {
            self.ladder.set_behind(side, 0, best.lots + change);
        } else if change < best.lots || self.random.chance(10) {
            self.ladder.take(side, change);
        } else {
            self.ladder.take(side, Lots(best.lots.0 / 2));
        }
    }

    /// Orders are placed and cancelled deep in the book, then every change since the last depth
    /// frame is written.
    fn depth(&mut self, out: &mut Vec<u8>) {
        let wanted = measured::DEPTH_LEVELS.draw(&mut self.random);
        // About a fifth of the looks change nothing.
        let looks = wanted.saturating_sub(self.ladder.changed_count() as u64) * 5 / 4;
        for _ in 0..looks {
            self.change_behind();
        }
        self.count_update();
        let ids = DepthIds {
            first: self.first_update.take().unwrap_or(self.update_id),
            last: self.update_id,
            previous: self.last_depth,
        };
        self.last_depth = self.update_id;
        self.bids.clear();
        self.asks.clear();
        self.ladder.publish(&mut self.bids, &mut self.asks);
        self.symbol.depth(out, ids, &self.bids, &self.asks, millis(self.time));
    }

    fn change_behind(&mut self) {
        let side = if self.random.chance(50) { Side::Buy } else { Side::Sell };
        let distance = measured::CHANGE_DISTANCE.draw(&mut self.random);
        let Some(standing) = self.ladder.behind(side, distance) else {
            return;
        };
        let percent = if standing == Lots::ZERO {
            measured::LEVEL_ADD_PERCENT
        } else {
            100 - measured::LEVEL_REMOVE_PERCENT
        };
        let lots = if self.random.chance(percent) {
            Lots(measured::LEVEL_LOTS.draw(&mut self.random).max(1).cast_signed())
        } else {
            Lots::ZERO
        };
        if lots != standing {
            self.ladder.set_behind(side, distance, lots);
        }
    }

    /// Fills both sides up to the edges.
    fn fill(&mut self) {
        for side in [Side::Buy, Side::Sell] {
            let mut distance = 1;
            while self.ladder.behind(side, distance).is_some() {
                if self.random.chance(measured::LEVEL_PERCENT) {
                    let lots = measured::LEVEL_LOTS.draw(&mut self.random).max(1);
                    self.ladder.set_behind(side, distance, Lots(lots.cast_signed()));
                }
                distance += 1;
            }
        }
        self.ladder.publish(&mut self.bids, &mut self.asks);
    }

    /// Returns how many whole ticks the fair price lies above the middle of the market.
    fn gap(&self) -> i64 {
        let middle = (self.ladder.best(Side::Buy).price + self.ladder.best(Side::Sell).price).0;
        (self.mood.fair - middle * 500) / 1_000
    }

    fn count_update(&mut self) {
        self.update_id += measured::UPDATE_ID_STEP.draw(&mut self.random);
        self.first_update.get_or_insert(self.update_id);
    }

    fn push_ticker(&mut self) {
        self.push(Frame::Ticker(Ticker {
            update_id: self.update_id,
            bid: self.ladder.best(Side::Buy),
            ask: self.ladder.best(Side::Sell),
        }));
    }

    fn push(&mut self, frame: Frame) {
        self.pending.push_back(Pending { time: self.time, frame });
        let gap = measured::FRAME_GAP_NS.draw(&mut self.random);
        self.time = self.time.after(Nanos(gap));
    }
}

impl Mood {
    const fn new(price: Ticks, start: Nanos) -> Self {
        Self {
            first_price: price.0,
            fair: price.0 * 1_000 - 500,
            velocity: 0,
            trend_ends: start,
            frames_per_second: measured::FRAMES_PER_SECOND_MEAN,
            activity_ends: start,
            counted: start,
        }
    }

    /// Moves the fair price to what it is at `now`; changes the trend every 2 to 20 seconds and
    /// the activity every second.
    fn follow(&mut self, now: Nanos, random: &mut Random) {
        let millis = now.since(self.counted).0 / 1_000_000;
        self.counted = self.counted.after(Nanos::from_millis(millis));
        self.fair += self.velocity * millis.cast_signed();
        if now >= self.activity_ends {
            self.activity_ends = now.after(Nanos::SECOND);
            self.frames_per_second = measured::FRAMES_PER_SECOND.draw(random);
        }
        if now >= self.trend_ends {
            self.trend_ends = now.after(Nanos::from_millis(2_000 + random.below(18_000)));
            let drift = self.fair / 1_000 - self.first_price;
            let velocity = random.around(VELOCITY_MAX);
            let leads_away = drift.abs() > DRIFT_TICKS_MAX;
            self.velocity = if leads_away { -drift.signum() * velocity.abs() } else { velocity };
        }
    }
}

const fn millis(time: Nanos) -> u64 {
    time.0 / 1_000_000
}

#[cfg(test)]
mod tests;
