//! Harmonic: the first strategy. It follows the SuperSmoother's slope, keeps away from Square of
//! 9 levels, and rests its orders at the best price.
//!
//! On every closed bar of its kind it decides which position it wants: long while the smoothed
//! price rises faster than a share of the average true range and stands above its EMA, short in
//! the mirror image, otherwise what it had. On every change of the market it works towards that
//! position with one order at a time: placed at the best price of its own side, moved when the
//! best price has moved away, sent across the spread when it rested too long.
//!
//! Hot: `on_event` is called per market message. No allocation; floats only on closed bars.

use gannet_features::dsp::{Constants, SuperSmoother};
use gannet_features::gann::SquareOfNine;
use gannet_features::ta::{Atr, Ema};
use gannet_features::{HighLowClose, Indicator};
use gannet_pipeline::strategy::{OrderView, Signals, Strategy, StrategyEvent, View};
use gannet_types::{
    Bar, BarKind, Instrument, InstrumentId, Lots, Nanos, OrderStatus, OrderTerms, OrderType, Side,
    Signal, SignalAction, StrategyId, Text, Ticks, TimeInForce,
};

/// What can be chosen about the strategy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HarmonicConfig {
    /// Its id.
    pub strategy: StrategyId,
    /// What it trades.
    pub instrument: InstrumentId,
    /// The bars it decides on.
    pub bars: BarKind,
    /// The position it takes, long or short.
    pub lots: Lots,
    /// Samples of the EMA.
    pub ema_period: usize,
    /// Bars of the ATR.
    pub atr_period: usize,
    /// Critical period of the SuperSmoother, in bars.
    pub smoother_period: f64,
    /// Degrees between Square of 9 levels.
    pub square_of_nine_degrees: f64,
    /// Slope per bar, in percent of the ATR, that counts as a trend.
    pub slope_percent_of_atr: f64,
    /// How far the best price may move before the order follows, in ticks.
    pub follow_ticks: Ticks,
    /// Least time between two changes of an order.
    pub follow_interval: Nanos,
    /// How long an order rests before it crosses the spread.
    pub patience: Nanos,
}

/// The strategy and what it remembers.
#[derive(Clone, Debug)]
pub struct Harmonic {
    config: HarmonicConfig,
    ema: Ema,
    atr: Atr,
    smoother: SuperSmoother,
    levels: SquareOfNine,
    smoothed: Option<f64>,
    target: Lots,
    confidence: u8,
    reason: Text<32>,
    /// When the order now open was first wanted; it crosses the spread `patience` later.
    wanted_since: Option<Nanos>,
    last_change: Nanos,
}

impl Harmonic {
    /// Builds it without any history.
    #[must_use]
    pub fn new(config: HarmonicConfig) -> Self {
        Self {
            ema: Ema::new(config.ema_period),
            atr: Atr::new(config.atr_period),
            smoother: SuperSmoother::new(config.smoother_period, Constants::Published),
            levels: SquareOfNine::new(config.square_of_nine_degrees),
            config,
            smoothed: None,
            target: Lots::ZERO,
            confidence: 0,
            reason: Text::default(),
            wanted_since: None,
            last_change: Nanos::ZERO,
        }
    }

    fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) {
        let close = instrument.price_f64(bar.close);
        let sample = HighLowClose {
            high: instrument.price_f64(bar.high),
            low: instrument.price_f64(bar.low),
            close,
        };
        let average = self.ema.update(close);
        let range = self.atr.update(sample);
        let smoothed = self.smoother.update(close);
        let before = std::mem::replace(&mut self.smoothed, smoothed);
        let (Some(average), Some(range), Some(smoothed), Some(before)) =
            (average, range, smoothed, before)
        else {
            return;
        };
        if range <= 0.0 {
            return;
        }
        let slope = 100.0 * (smoothed - before) / range;
        // A level just ahead is where the move is expected to pause: do not enter into it.
        let ahead = self.levels.nearest(close).map_or(f64::INFINITY, |near| -near.distance);
        let blocked = |direction: f64| (0.0..range / 2.0).contains(&(ahead * direction));
        let lots = self.config.lots;
        let threshold = self.config.slope_percent_of_atr;
        if slope > threshold && close > average && !blocked(1.0) {
            self.want(lots, slope, b"smoothed price rises above EMA");
        } else if slope < -threshold && close < average && !blocked(-1.0) {
            self.want(-lots, slope, b"smoothed price falls below EMA");
        }
    }

    fn want(&mut self, target: Lots, slope: f64, reason: &[u8]) {
        if target != self.target {
            self.target = target;
            self.wanted_since = None;
        }
        self.confidence = slope.abs().clamp(1.0, 100.0) as u8;
        self.reason = Text::new(reason);
    }

    /// One order at a time towards the target.
    fn work(&mut self, view: &View<'_>, signals: &mut Signals) {
        let missing = self.target - view.position.lots;
        if let Some(order) = view.orders.first() {
            self.tend(view, order, missing, signals);
        } else if missing != Lots::ZERO && view.live {
            let side = if missing > Lots::ZERO { Side::Buy } else { Side::Sell };
            self.place(view, side, missing.abs(), signals);
        } else {
            self.wanted_since = None;
        }
    }

    fn place(&mut self, view: &View<'_>, side: Side, lots: Lots, signals: &mut Signals) {
        if view.now.since(self.last_change) < self.config.follow_interval {
            return;
        }
        let since = *self.wanted_since.get_or_insert(view.now);
        let impatient = view.now.since(since) >= self.config.patience;
        let (own, other) = match side {
            Side::Buy => (view.top.bid, view.top.ask),
            Side::Sell => (view.top.ask, view.top.bid),
        };
        if own.lots == Lots::ZERO || other.lots == Lots::ZERO {
            return;
        }
        let (price, time_in_force) = if impatient {
            (other.price, TimeInForce::ImmediateOrCancel)
        } else {
            (own.price, TimeInForce::PostOnly)
        };
        self.signal(view, SignalAction::Place, side, price, lots, time_in_force, signals);
    }

    fn tend(&mut self, view: &View<'_>, order: &OrderView, missing: Lots, signals: &mut Signals) {
        let settled = matches!(order.status, OrderStatus::New | OrderStatus::PartiallyFilled);
        if !settled || view.now.since(self.last_change) < self.config.follow_interval {
            return;
        }
        let unwanted = order.side.signed(order.remaining().lots) != missing;
        let rested =
            self.wanted_since.is_some_and(|since| view.now.since(since) >= self.config.patience);
        let remaining = order.remaining().lots;
        if unwanted || rested || !view.live {
            let cancel = SignalAction::Cancel(order.id);
            let in_force = TimeInForce::GoodTillCancel;
            self.signal(view, cancel, order.side, order.price, remaining, in_force, signals);
            return;
        }
        let best = match order.side {
            Side::Buy => view.top.bid.price,
            Side::Sell => view.top.ask.price,
        };
        if (best - order.price).0.abs() > self.config.follow_ticks.0 {
            let replace = SignalAction::Replace(order.id);
            let in_force = TimeInForce::PostOnly;
            self.signal(view, replace, order.side, best, order.lots, in_force, signals);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a signal, once")]
    fn signal(
        &mut self,
        view: &View<'_>,
        action: SignalAction,
        side: Side,
        price: Ticks,
        lots: Lots,
        time_in_force: TimeInForce,
        signals: &mut Signals,
    ) {
        let signal = Signal {
            strategy: self.config.strategy,
            instrument: view.instrument.id,
            action,
            side,
            order_type: OrderType::Limit,
            price,
            lots,
            time_in_force,
            terms: OrderTerms::PLAIN,
            confidence: self.confidence,
            reason: self.reason,
            origin: view.origin,
        };
        if signals.push(signal).is_ok() {
            self.last_change = view.now;
        }
    }
}

impl Strategy for Harmonic {
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        if view.instrument.id != self.config.instrument {
            return;
        }
        if let StrategyEvent::Bar(bar) = event
            && bar.kind == self.config.bars
        {
            self.on_bar(view.instrument, bar);
        }
        // A wish that waits for its interval is due on the next word from the market: acting on
        // timers, which tick in step with the interval, would decide on prices up to one old.
        if !matches!(event, StrategyEvent::Timer) {
            self.work(view, signals);
        }
    }
}
