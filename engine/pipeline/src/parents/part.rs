//! One order of a plan: what is sent, and what the engine does of it because the broker cannot.

use gannet_types::{
    Capabilities, Lots, Nanos, OrderTerms, OrderType, RejectReason, Side, Signal, Ticks,
    TimeInForce,
};

use super::Sight;
use super::trigger::Trigger;

/// One order of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) side: Side,
    pub(super) order_type: OrderType,
    pub(super) price: Ticks,
    pub(super) time_in_force: TimeInForce,
    pub(super) terms: OrderTerms,
    /// What holds it back, until that has happened.
    trigger: Option<Trigger>,
    /// Whether it was held back once.
    is_set_off: bool,
    /// How much of it is sent at a time; zero for all.
    pub(super) tip: Lots,
    /// When it ends, if the venue does not know; zero for never.
    pub(super) until: Nanos,
}

/// What should be open at the venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Want {
    pub(super) side: Side,
    pub(super) order_type: OrderType,
    pub(super) price: Ticks,
    pub(super) time_in_force: TimeInForce,
    pub(super) terms: OrderTerms,
    /// How much may still trade.
    pub(super) lots: Lots,
}

impl Part {
    /// The order of a signal at this `broker`.
    ///
    /// # Errors
    /// The terms are not those of such an order, or not even what behaves like it can be sent.
    pub(super) fn of(signal: &Signal, broker: &Capabilities) -> Result<Self, RejectReason> {
        let Signal { side, order_type, price, time_in_force, mut terms, lots, .. } = *signal;
        terms.check(order_type, time_in_force, lots)?;
        let mut part = Self {
            side,
            order_type,
            price,
            time_in_force,
            terms,
            trigger: None,
            is_set_off: false,
            tip: Lots::ZERO,
            until: Nanos::ZERO,
        };
        if terms.display_lots > Lots::ZERO && !broker.display_lots {
            part.tip = std::mem::take(&mut terms.display_lots);
        }
        let dated = time_in_force == TimeInForce::GoodTillDate;
        if dated && !broker.has_time_in_force(time_in_force) {
            part.until = std::mem::take(&mut terms.expire_time);
            part.time_in_force = TimeInForce::GoodTillCancel;
        }
        part.terms = terms;
        let has = |part: &Self| broker.check(part.order_type, part.time_in_force, &part.terms);
        if has(&part) == Err(RejectReason::OrderTypeUnsupported) {
            part.hold_back();
        }
        has(&part).map(|()| part)
    }

    /// The other order of a pair.
    ///
    /// # Errors
    /// As of [`Part::of`].
    pub(super) fn other(
        signal: &Signal,
        (side, order_type): (Side, OrderType),
        [price, stop_price, offset]: [Ticks; 3],
        broker: &Capabilities,
    ) -> Result<Self, RejectReason> {
        let terms = OrderTerms { stop_price, offset, ..signal.terms };
        if order_type.has_limit() && price <= Ticks::ZERO {
            return Err(RejectReason::BadPrice);
        }
        Self::of(&Signal { side, order_type, price, terms, ..*signal }, broker)
    }

    /// The same, held back until the market is as good as `price`.
    pub(super) fn touched(self, price: Ticks) -> Self {
        Self { trigger: Some(Trigger::Touch(price)), ..self }
    }

    /// Follows the market: it may be set off.
    pub(super) fn watch(&mut self, sight: &Sight) {
        if let Some(trigger) = &mut self.trigger
            && trigger.watch(self.side, sight)
        {
            self.trigger = None;
            self.is_set_off = true;
        }
    }

    pub(super) fn is_held(&self) -> bool {
        self.trigger.is_some()
    }

    /// Returns whether it waited for the market, and the market came.
    pub(super) fn is_set_off(&self) -> bool {
        self.is_set_off
    }

    /// What should be open of it if `lots` are left and `open` of them are at the venue. A tip
    /// is not filled up while some of it is left.
    pub(super) fn want(&self, lots: Lots, open: Lots) -> Want {
        let lots = match self.tip {
            Lots::ZERO => lots,
            _ if open > Lots::ZERO => lots.min(open),
            tip => lots.min(tip),
        };
        let Self { side, order_type, price, time_in_force, terms, .. } = *self;
        Want { side, order_type, price, time_in_force, terms, lots }
    }

    /// A stop becomes what it is once it is set off, and is held back until then.
    fn hold_back(&mut self) {
        let OrderTerms { stop_price, offset, .. } = self.terms;
        let (becomes, trigger) = match self.order_type {
            OrderType::Stop => (OrderType::Market, Trigger::Stop(stop_price)),
            OrderType::StopLimit => (OrderType::Limit, Trigger::Stop(stop_price)),
            OrderType::TrailingStop => {
                (OrderType::Market, Trigger::Trail { at: stop_price, offset })
            }
            OrderType::Market | OrderType::Limit | OrderType::Pegged => return,
        };
        self.order_type = becomes;
        self.trigger = Some(trigger);
        (self.terms.stop_price, self.terms.offset) = (Ticks::ZERO, Ticks::ZERO);
    }
}
