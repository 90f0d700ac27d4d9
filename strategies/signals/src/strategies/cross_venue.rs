//! Cross-venue arbitrage: buys where it is cheaper and sells where it is dearer, at once.
//!
//! Two instruments of the same thing, with the same tick and lot. When the bid of one is above the ask of
//! the other by more than both legs cost, both are taken across the spread; when the difference is gone
//! the pair is unwound. The idea is the law of one price (Augustin Cournot, "Recherches", 1838); the
//! practice of taking both legs at once and of what to do when only one fills is in Irene Aldridge,
//! "High-Frequency Trading" (2nd edition, 2013), chapter 10.
//!
//! Legs are not atomic. Each order takes no more than is shown; a leg that filled less is asked for again,
//! at whatever price, after the pause, until the pair is whole: an unhedged leg is the larger risk.
//!
//! Hot: called per market message. No allocation, integers only.

use gannet_pipeline::strategy::{Signals, StrategyEvent, View};
use gannet_types::{
    InstrumentId, Lots, Nanos, Side, SignalAction, Text, Ticks, TimeInForce, TopOfBook,
};

use crate::range::{OutOfRange, agrees};
use crate::wish::{Motive, Wish, terms};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrossVenueConfig {
    /// The other instrument.
    pub other: InstrumentId,
    /// The size of each leg.
    pub lots: Lots,
    /// How far one bid must be above the other ask, in ticks: fees of four trades, and a gain.
    pub entry_ticks: Ticks,
    /// The pair is unwound when that costs no more than this, in ticks; negative when it must gain.
    pub exit_ticks: Ticks,
    /// How long an order that is not heard of is waited for, and the least time between two orders of
    /// a leg.
    pub pause: Nanos,
}

impl CrossVenueConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        agrees("quantity", self.lots > Lots::ZERO, "positive")?;
        agrees("entry_ticks", self.entry_ticks > Ticks::ZERO, "positive")?;
        agrees("exit_ticks", self.exit_ticks < self.entry_ticks, "below entry_ticks")?;
        agrees("pause_ms", self.pause > Nanos::ZERO, "positive")
    }
}

/// What is known of one instrument.
#[derive(Clone, Copy, Debug, Default)]
struct Leg {
    instrument: InstrumentId,
    top: TopOfBook,
    live: bool,
    held: Lots,
    /// When an order was sent whose end was not heard of yet.
    sent: Option<Nanos>,
    last_sent: Nanos,
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct CrossVenue {
    config: CrossVenueConfig,
    legs: [Leg; 2],
    /// The position that is wanted in the first leg; the second is its mirror image.
    target: Lots,
    motive: Motive,
}

impl CrossVenue {
    /// Has seen nothing yet.
    ///
    /// # Panics
    /// If both instruments are the same.
    #[must_use]
    pub fn new(config: CrossVenueConfig, instrument: InstrumentId) -> Self {
        assert!(config.other != instrument, "two legs are two instruments");
        let leg = |instrument| Leg { instrument, ..Leg::default() };
        let motive = Motive { confidence: 100, reason: Text::default() };
        Self { config, legs: [leg(instrument), leg(config.other)], target: Lots::ZERO, motive }
    }

    /// Reacts to an event of one of its instruments.
    #[inline]
    pub fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        let id = view.instrument.id;
        let Some(leg) = self.legs.iter_mut().find(|leg| leg.instrument == id) else { return };
        leg.top = view.top;
        leg.live = view.live;
        leg.held = view.position.lots;
        let answered = matches!(event, StrategyEvent::Order(_)) && view.orders.is_empty();
        let lost = leg.sent.is_some_and(|sent| view.now.since(sent) >= self.config.pause);
        if answered || (lost && view.orders.is_empty()) {
            leg.sent = None;
        }
        if matches!(event, StrategyEvent::Timer) {
            return;
        }
        self.decide();
        self.work(view, signals);
    }

    fn decide(&mut self) {
        let [first, second] = &self.legs;
        if !first.is_usable() || !second.is_usable() {
            return;
        }
        // What selling the first and buying the second gains, and the other way round.
        let sell = first.top.bid.price - second.top.ask.price;
        let buy = second.top.bid.price - first.top.ask.price;
        let CrossVenueConfig { entry_ticks, exit_ticks, lots, .. } = self.config;
        let least = Ticks(-exit_ticks.0);
        let (target, reason): (Lots, &[u8]) = match self.target.0.signum() {
            -1 if buy >= least => (Lots::ZERO, b"the difference is gone"),
            1 if sell >= least => (Lots::ZERO, b"the difference is gone"),
            0 if self.is_flat() && sell >= entry_ticks => (-lots, b"the first is dearer"),
            0 if self.is_flat() && buy >= entry_ticks => (lots, b"the second is dearer"),
            _ => return,
        };
        self.target = target;
        self.motive.reason = Text::new(reason);
    }

    fn is_flat(&self) -> bool {
        self.legs.iter().all(|leg| leg.held == Lots::ZERO && leg.sent.is_none())
    }

    fn work(&mut self, view: &View<'_>, signals: &mut Signals) {
        let (targets, pause) = ([self.target, -self.target], self.config.pause);
        for (leg, target) in self.legs.iter_mut().zip(targets) {
            let missing = target - leg.held;
            let soon = leg.last_sent != Nanos::ZERO && view.now.since(leg.last_sent) < pause;
            // The first order of a target goes at once, both legs together.
            let waits = leg.sent.is_some() || (soon && leg.held != Lots::ZERO);
            if missing == Lots::ZERO || waits || !leg.is_usable() {
                continue;
            }
            let side = if missing > Lots::ZERO { Side::Buy } else { Side::Sell };
            let there = if side == Side::Buy { leg.top.ask } else { leg.top.bid };
            let lots = missing.abs().min(there.lots);
            let wish = Wish {
                action: SignalAction::Place,
                side,
                price: there.price,
                lots,
                time_in_force: TimeInForce::ImmediateOrCancel,
                terms: terms(leg.held, side, lots, 0),
            };
            if wish.say_of(leg.instrument, view, &self.motive, signals) {
                leg.sent = Some(view.now);
                leg.last_sent = view.now;
            }
        }
    }
}

impl Leg {
    fn is_usable(&self) -> bool {
        self.live && self.top.bid.lots > Lots::ZERO && self.top.ask.lots > Lots::ZERO
    }
}

#[cfg(test)]
mod tests {
    use gannet_pipeline::strategy::{OrderView, SIGNALS_MAX};
    use gannet_types::{OrderId, OrderStatus};

    use super::*;
    use crate::testing::{Desk, Dice};

    const CONFIG: CrossVenueConfig = CrossVenueConfig {
        other: InstrumentId(1),
        lots: Lots(10),
        entry_ticks: Ticks(5),
        exit_ticks: Ticks(1),
        pause: Nanos::from_millis(100),
    };

    /// Two venues and the strategy between them.
    struct Pair {
        strategy: CrossVenue,
        desks: [Desk; 2],
        orders: usize,
    }

    impl Pair {
        fn new() -> Self {
            assert_eq!(CONFIG.check(), Ok(()));
            let strategy = CrossVenue::new(CONFIG, InstrumentId(0));
            Self { strategy, desks: [Desk::of(0, 999, 1_001), Desk::of(1, 999, 1_001)], orders: 0 }
        }

        /// Shows an event of a desk, lets both venues fill, and says so.
        fn show(&mut self, index: usize) {
            let mut signals = Signals::with_capacity(SIGNALS_MAX);
            let top = self.desks[index].top;
            self.strategy.on_event(
                &self.desks[index].view(),
                StrategyEvent::Top(&top),
                &mut signals,
            );
            for desk in &mut self.desks {
                self.orders += desk.obey(&signals);
                desk.now = desk.now.after(Nanos::from_millis(10));
            }
            for signal in &*signals {
                let desk = &self.desks[usize::from(signal.instrument.0)];
                let done = OrderView {
                    id: OrderId(1),
                    status: OrderStatus::Filled,
                    side: signal.side,
                    price: signal.price,
                    lots: signal.lots,
                    cum_lots: signal.lots,
                };
                let mut more = Signals::with_capacity(SIGNALS_MAX);
                self.strategy.on_event(&desk.view(), StrategyEvent::Order(&done), &mut more);
                self.desks.iter_mut().for_each(|desk| self.orders += desk.obey(&more));
            }
        }

        fn held(&self) -> (i64, i64) {
            let [first, second] = &self.desks;
            (first.position.lots.0, second.position.lots.0)
        }
    }

    #[test]
    fn it_takes_both_legs_and_unwinds_when_the_difference_is_gone() {
        for dear in [0, 1] {
            let mut pair = Pair::new();
            pair.show(0);
            pair.show(1);
            assert_eq!(pair.held(), (0, 0));
            pair.desks[dear].quote(1_006, 1_008);
            pair.show(dear);
            let sign = if dear == 0 { -1 } else { 1 };
            assert_eq!(pair.held(), (10 * sign, -10 * sign));
            pair.desks[dear].quote(1_003, 1_004);
            pair.show(dear);
            assert_eq!(pair.held(), (10 * sign, -10 * sign), "unwinding would cost too much");
            pair.desks[1 - dear].quote(1_003, 1_004);
            pair.show(1 - dear);
            pair.desks.iter_mut().for_each(|desk| desk.now = desk.now.after(CONFIG.pause));
            pair.show(dear);
            assert_eq!(pair.held(), (0, 0));
            let gained: i128 = pair.desks.iter().map(|desk| desk.position.realized.0).sum();
            assert_eq!(gained, 10 * (1_006 - 1_001) - 10);
        }
    }

    #[test]
    fn less_than_is_shown_is_taken_and_the_pair_is_made_whole() {
        let mut pair = Pair::new();
        pair.show(0);
        pair.desks[1].quote_of((999, 4), (1_001, 4));
        pair.show(1);
        pair.desks[0].quote(1_010, 1_012);
        pair.show(0);
        assert_eq!(pair.held(), (-10, 4));
        for _ in 0..30 {
            pair.show(1);
        }
        assert_eq!(pair.held(), (-10, 10));
    }

    #[test]
    fn a_stale_side_is_not_traded_on() {
        let mut pair = Pair::new();
        pair.show(1);
        pair.desks[1].live = false;
        pair.show(1);
        pair.desks[0].quote(1_010, 1_012);
        pair.show(0);
        assert_eq!(pair.held(), (0, 0));
    }

    #[test]
    fn in_any_market_legs_never_exceed_their_size() {
        let (mut pair, mut dice) = (Pair::new(), Dice::new(9));
        for _ in 0..20_000 {
            let index = dice.below(2) as usize;
            let bid = 990 + dice.below(20) as i64;
            let sizes = [1 + dice.below(20) as i64, 1 + dice.below(20) as i64];
            pair.desks[index].quote_of((bid, sizes[0]), (bid + 1, sizes[1]));
            pair.desks[index].live = dice.below(20) > 0;
            pair.show(index);
            let (first, second) = pair.held();
            assert!(first.abs() <= 10 && second.abs() <= 10, "{first} {second}");
        }
        assert!(pair.orders > 200, "{}", pair.orders);
    }
}
