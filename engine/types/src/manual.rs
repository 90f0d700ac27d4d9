//! Orders that a person gives, not a strategy.

use crate::{
    AccountId, InstrumentId, Lots, Nanos, OrderId, OrderTerms, OrderType, Plan, Side, Signal,
    SignalAction, StrategyId, Text, Ticks, TimeInForce,
};

/// An order or a parent order that a person places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManualOrder {
    /// The person's own name for it: given twice, nothing is done twice. It is also the reason that
    /// stands with the order.
    pub client_ref: Text<32>,
    /// For which account.
    pub account: AccountId,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// Buy or sell.
    pub side: Side,
    /// How its price is set.
    pub order_type: OrderType,
    /// The limit; zero for orders without one.
    pub price: Ticks,
    /// How much.
    pub lots: Lots,
    /// For how long.
    pub time_in_force: TimeInForce,
    /// Stop price, offset, expiry and the like.
    pub terms: OrderTerms,
    /// What the engine does with it, if it is a parent order.
    pub plan: Option<Plan>,
}

impl ManualOrder {
    /// Returns the wish that it is, in the name of a `desk`.
    #[must_use]
    pub fn signal(&self, desk: StrategyId) -> Signal {
        Signal {
            strategy: desk,
            instrument: self.instrument,
            action: self.plan.map_or(SignalAction::Place, SignalAction::Work),
            side: self.side,
            order_type: self.order_type,
            price: self.price,
            lots: self.lots,
            time_in_force: self.time_in_force,
            terms: self.terms,
            confidence: 100,
            reason: self.client_ref,
            origin: Nanos::ZERO,
        }
    }

    /// Returns the order that was placed for an account by such a wish; `None` if the wish is about
    /// an order that is there already.
    #[must_use]
    pub const fn of(account: AccountId, signal: &Signal) -> Option<Self> {
        let plan = match signal.action {
            SignalAction::Place => None,
            SignalAction::Work(plan) => Some(plan),
            SignalAction::Replace(_) | SignalAction::Cancel(_) => return None,
        };
        Some(Self {
            client_ref: signal.reason,
            account,
            instrument: signal.instrument,
            side: signal.side,
            order_type: signal.order_type,
            price: signal.price,
            lots: signal.lots,
            time_in_force: signal.time_in_force,
            terms: signal.terms,
            plan,
        })
    }
}

/// What a person changes of an order of theirs; zero leaves a number as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManualChange {
    /// Which order.
    pub order: OrderId,
    /// Its new limit.
    pub price: Ticks,
    /// Its new size, what has traded included.
    pub lots: Lots,
    /// Its new stop price.
    pub stop_price: Ticks,
}
