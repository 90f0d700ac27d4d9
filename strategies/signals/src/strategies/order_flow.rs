//! Order-flow imbalance taker: crosses the spread when the queues at the best prices say that it will
//! move.
//!
//! Sources: Rama Cont, Arseniy Kukanov and Sasha Stoikov, "The Price Impact of Order Book Events",
//! Journal of Financial Econometrics 12:1 (2014): price changes are linear in the order-flow imbalance,
//! divided by the depth; Martin Gould and Julius Bonart, "Queue Imbalance as a One-Tick-Ahead Price
//! Predictor" (2016), for the confirmation by the queues as they stand. It leaves when the flow is spent
//! or turns, by its stop, or after its horizon: the promise holds for seconds.
//!
//! Hot: called per market message. No allocation; floats with correctly rounded operations only, of
//! which nothing but comparisons reaches an order.

use gannet_features::micro::{OrderFlow as FlowMeter, QueueImbalance};
use gannet_features::{Indicator, Quote};
use gannet_pipeline::strategy::{Signals, StrategyEvent, View};
use gannet_types::{Lots, Side, Text, Ticks, TopOfBook};

use crate::hand::Hand;
use crate::opinion::Opinion;
use crate::range::{OutOfRange, PERCENT, agrees, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrderFlowConfig {
    /// Changes of the best prices or quantities over which the flow is summed.
    pub period: u32,
    /// The flow that is acted upon, in percent of the mean quantity at the best prices.
    pub entry_percent: f64,
    /// A flow weaker than this, or to the other side, is spent.
    pub exit_percent: f64,
    /// The least imbalance of the queues on the same side, in percent.
    pub queue_percent_min: f64,
    /// The widest spread that is crossed, in ticks.
    pub spread_ticks_max: i64,
}

impl OrderFlowConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("period", self.period, 1..=10_000)?;
        within("entry_percent", self.entry_percent, 1.0..=100_000.0)?;
        within("exit_percent", self.exit_percent, 0.0..=100_000.0)?;
        agrees("exit_percent", self.exit_percent < self.entry_percent, "below entry_percent")?;
        within("queue_percent_min", self.queue_percent_min, PERCENT)?;
        agrees("spread_ticks_max", self.spread_ticks_max >= 1, "positive")
    }
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct OrderFlow {
    config: OrderFlowConfig,
    meter: FlowMeter,
    /// The mean quantity at the best prices.
    depth: f64,
    changes: u32,
    top: TopOfBook,
    hand: Hand,
}

impl OrderFlow {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: OrderFlowConfig, hand: Hand) -> Self {
        Self {
            config,
            meter: FlowMeter::new(config.period as usize),
            depth: 0.0,
            changes: 0,
            top: TopOfBook::default(),
            hand,
        }
    }

    /// Reacts to an event of its instrument.
    #[inline]
    pub fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        match event {
            StrategyEvent::Timer => return,
            StrategyEvent::Bar(bar) => self.hand.on_bar(view.instrument, bar),
            _ => {}
        }
        let seen = (view.top.bid, view.top.ask);
        if view.live && seen != (self.top.bid, self.top.ask) {
            self.top = view.top;
            self.on_quote(view);
        }
        self.hand.act(view, signals);
    }

    fn on_quote(&mut self, view: &View<'_>) {
        let top = &view.top;
        if top.bid.lots == Lots::ZERO || top.ask.lots == Lots::ZERO {
            return;
        }
        let quote = Quote::of_top(view.instrument, view.now, top);
        let flow = self.meter.update(quote);
        let queues = QueueImbalance.update(quote).unwrap_or(0.0);
        self.changes = self.changes.saturating_add(1);
        let looks_back = f64::from(self.changes.min(self.config.period));
        let mean = (quote.bid_size + quote.ask_size) / 2.0;
        self.depth += (mean - self.depth) / looks_back;
        let Some(flow) = flow.filter(|_| self.changes > self.config.period) else { return };
        let percent = 100.0 * flow.sum / self.depth;
        self.weigh(view, percent, 100.0 * queues);
    }

    fn weigh(&mut self, view: &View<'_>, percent: f64, queues: f64) {
        let OrderFlowConfig { entry_percent, exit_percent, queue_percent_min, .. } = self.config;
        let narrow =
            (view.top.ask.price - view.top.bid.price) <= Ticks(self.config.spread_ticks_max);
        let confidence = 50.0 * percent.abs() / entry_percent;
        let side = if percent > 0.0 { Side::Buy } else { Side::Sell };
        let sign = if percent > 0.0 { 1.0 } else { -1.0 };
        if percent.abs() >= entry_percent && sign * queues >= queue_percent_min && narrow {
            let reason: &[u8] = match side {
                Side::Buy => b"orders flow to the bid",
                Side::Sell => b"orders flow to the ask",
            };
            self.hand.enter(view, &Opinion::new(side, confidence, reason), None);
            return;
        }
        let Some(held) = self.hand.side() else {
            self.hand.unbar();
            return;
        };
        if held != side || percent.abs() < exit_percent {
            self.hand.leave(Text::new(b"the order flow is spent"));
        }
    }
}

#[cfg(test)]
mod tests {
    use gannet_pipeline::strategy::SIGNALS_MAX;
    use gannet_types::Nanos;

    use super::*;
    use crate::hand::HandConfig;
    use crate::protection::ProtectionConfig;
    use crate::sizing::SizingConfig;
    use crate::testing::{Desk, Dice};
    use crate::worker::WorkerConfig;

    const CONFIG: OrderFlowConfig = OrderFlowConfig {
        period: 10,
        entry_percent: 30.0,
        exit_percent: 10.0,
        queue_percent_min: 20.0,
        spread_ticks_max: 2,
    };

    fn taker() -> OrderFlow {
        assert_eq!(CONFIG.check(), Ok(()));
        let worker = WorkerConfig {
            follow_ticks: Ticks::ZERO,
            follow_interval: Nanos::ZERO,
            patience: Nanos::ZERO,
            closes_first: false,
            route: crate::worker::Route::Single,
        };
        let protection = ProtectionConfig { horizon: Nanos::SECOND, ..ProtectionConfig::NONE };
        let sizing = SizingConfig::quantity(Lots(3));
        OrderFlow::new(CONFIG, Hand::new(HandConfig { worker, sizing, protection }))
    }

    fn show(taker: &mut OrderFlow, desk: &mut Desk) -> usize {
        let mut signals = Signals::with_capacity(SIGNALS_MAX);
        let top = desk.top;
        taker.on_event(&desk.view(), StrategyEvent::Top(&top), &mut signals);
        desk.now = desk.now.after(Nanos::from_millis(10));
        desk.obey(&signals)
    }

    /// So many quotes at which one queue grows and the other does not.
    fn push(taker: &mut OrderFlow, desk: &mut Desk, side: Side, quotes: i64) {
        for step in 1..=quotes {
            let (grown, still) = (1_000 + 100 * step, 1_000);
            let (bid, ask) = if side == Side::Buy { (grown, still) } else { (still, grown) };
            desk.quote_of((1_000, bid), (1_001, ask));
            show(taker, desk);
        }
    }

    #[test]
    fn it_takes_what_grows_and_leaves_when_the_flow_is_spent() {
        for (side, held) in [(Side::Buy, Lots(3)), (Side::Sell, Lots(-3))] {
            let (mut taker, mut desk) = (taker(), Desk::new(1_000, 1_001));
            push(&mut taker, &mut desk, side, 40);
            assert_eq!(desk.position.lots, held);
            for step in 0..12 {
                desk.quote_of((1_000, 1_000 + step % 2), (1_001, 1_000));
                show(&mut taker, &mut desk);
            }
            assert_eq!(desk.position.lots, Lots::ZERO);
        }
    }

    #[test]
    fn a_wide_spread_is_not_crossed() {
        let (mut taker, mut desk) = (taker(), Desk::new(1_000, 1_004));
        for step in 1..40 {
            desk.quote_of((1_000, 1_000 + 100 * step), (1_004, 1_000));
            assert_eq!(show(&mut taker, &mut desk), 0);
        }
    }

    #[test]
    fn in_any_market_it_never_holds_more_than_its_size() {
        let (mut taker, mut desk, mut dice) = (taker(), Desk::new(1_000, 1_001), Dice::new(3));
        let mut orders = 0;
        for _ in 0..20_000 {
            let bid = 990 + dice.below(20) as i64;
            let sizes = [1 + dice.below(3_000) as i64, 1 + dice.below(3_000) as i64];
            let ask = bid + 1 + dice.below(3) as i64;
            desk.quote_of((bid, sizes[0]), (ask, sizes[1]));
            desk.live = dice.below(50) > 0;
            orders += show(&mut taker, &mut desk);
            assert!(desk.position.lots.abs() <= Lots(3));
        }
        assert!(orders > 100, "{orders}");
    }
}
