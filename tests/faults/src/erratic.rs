//! Strategies without a plan: each trades at random, now and then beyond every limit.

use gannet_pipeline::strategy::{Signals, Strategy, StrategyEvent, View};
use gannet_sim::Random;
use gannet_types::{
    Lots, ModelHash, ModelRole, OrderId, OrderTerms, OrderType, Side, Signal, SignalAction, Text,
    Ticks, TimeInForce,
};

use crate::plans;

/// Their numbers depend on the seed and on how many events they saw: replay draws the same ones.
#[derive(Debug)]
pub struct Erratic {
    random: Random,
    rests: bool,
    /// How many there are: the more, the less each does.
    strategies: u64,
    /// Whether some of what they want are parent orders.
    plans: bool,
}

impl Erratic {
    /// Makes so many.
    #[must_use]
    pub fn new(seed: u64, strategies: usize) -> Self {
        let mut random = Random::new(seed ^ 0x5eed);
        let plans = random.chance(60);
        Self { random, rests: false, strategies: strategies as u64, plans }
    }

    fn wish(&mut self, view: &View<'_>) -> Signal {
        let action = self.action(view);
        let side = if self.random.chance(50) { Side::Buy } else { Side::Sell };
        let (order_type, time_in_force) = self.kind();
        let mut terms = OrderTerms::PLAIN;
        let reference = if side == Side::Buy { view.top.bid.price } else { view.top.ask.price };
        let mut price = Ticks(reference.0 + self.random.around(4));
        if self.random.chance(4) {
            price = Ticks(reference.0 + self.random.around(120));
        }
        match order_type {
            OrderType::Market => price = Ticks::ZERO,
            OrderType::Stop => {
                terms.stop_price = side.towards_worse(price, Ticks(5));
                price = Ticks::ZERO;
            }
            _ => {}
        }
        let lots = Lots(if self.random.chance(3) { 11 } else { 1 + self.random.below(9) as i64 });
        let signal = Signal {
            strategy: view.strategy,
            instrument: view.instrument.id,
            action,
            side,
            order_type,
            price,
            lots,
            time_in_force,
            terms,
            confidence: 50,
            reason: Text::new(b"dice"),
            origin: view.origin,
        };
        let works = action == SignalAction::Place && self.plans && self.random.chance(12);
        if works { plans::parent(&mut self.random, view, &signal) } else { signal }
    }

    fn action(&mut self, view: &View<'_>) -> SignalAction {
        let open = view.orders.len() as u64;
        let order = view.orders.get(self.random.below(open) as usize).map(|order| order.id);
        match (order, self.random.below(100)) {
            (Some(id), 0..35) => SignalAction::Replace(id),
            (Some(id), 35..55) => SignalAction::Cancel(id),
            (_, 98..) => SignalAction::Cancel(OrderId(self.random.below(500))),
            _ => SignalAction::Place,
        }
    }

    fn kind(&mut self) -> (OrderType, TimeInForce) {
        match self.random.below(20) {
            0 => (OrderType::Market, TimeInForce::ImmediateOrCancel),
            1 | 2 => (OrderType::Limit, TimeInForce::ImmediateOrCancel),
            3 => (OrderType::Limit, TimeInForce::FillOrKill),
            4..7 => (OrderType::Limit, TimeInForce::PostOnly),
            7 => (OrderType::Stop, TimeInForce::GoodTillCancel),
            _ => (OrderType::Limit, TimeInForce::GoodTillCancel),
        }
    }
}

impl Strategy for Erratic {
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        let eagerness = match event {
            StrategyEvent::Order(_) => 15,
            StrategyEvent::Top(_) | StrategyEvent::Book | StrategyEvent::Trade(_) => 25,
            StrategyEvent::Timer => 8,
            StrategyEvent::Bar(_)
            | StrategyEvent::Prediction(_)
            | StrategyEvent::External(_)
            | StrategyEvent::Feed => 1,
        };
        // As much in sum as one alone, and a little more.
        let share = 100 * self.strategies.div_ceil(2);
        while !self.rests && self.random.below(share) < eagerness {
            let wish = self.wish(view);
            if signals.push(wish).is_err() {
                return;
            }
        }
    }

    /// They have no models: whatever role one is given, from now on they rest.
    fn on_model(&mut self, _: ModelHash, _: ModelRole) -> bool {
        self.rests = true;
        true
    }
}
