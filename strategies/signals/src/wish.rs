//! Signals from what a strategy wants of one order.
//!
//! Hot: no allocation.

use gannet_pipeline::strategy::{Signals, View};
use gannet_types::{
    InstrumentId, Lots, OrderTerms, OrderType, Side, Signal, SignalAction, Text, Ticks, TimeInForce,
};

/// What is wanted of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) action: SignalAction,
    pub(crate) side: Side,
    pub(crate) price: Ticks,
    pub(crate) lots: Lots,
    pub(crate) time_in_force: TimeInForce,
    pub(crate) terms: OrderTerms,
}

/// Who wants it, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Motive {
    pub(crate) confidence: u8,
    pub(crate) reason: Text<32>,
}

/// Returns the terms of an order of a side in the presence of a position: what the position has enough
/// for may only reduce it, anything else may lose as much as its stop is away.
pub(crate) fn terms(held: Lots, side: Side, lots: Lots, stop_distance: i32) -> OrderTerms {
    if lots <= side.opposite().signed(held) {
        OrderTerms::REDUCING
    } else {
        OrderTerms { stop_distance, ..OrderTerms::PLAIN }
    }
}

impl Wish {
    /// Says it about the instrument of the view; `false` if there is no room left to say it.
    pub(crate) fn say(self, view: &View<'_>, motive: &Motive, signals: &mut Signals) -> bool {
        self.say_of(view.instrument.id, view, motive, signals)
    }

    /// Says it about another instrument than the view's.
    pub(crate) fn say_of(
        self,
        instrument: InstrumentId,
        view: &View<'_>,
        motive: &Motive,
        signals: &mut Signals,
    ) -> bool {
        let Self { action, side, price, lots, time_in_force, terms } = self;
        let signal = Signal {
            strategy: view.strategy,
            instrument,
            action,
            side,
            order_type: OrderType::Limit,
            price,
            lots,
            time_in_force,
            terms,
            confidence: motive.confidence,
            reason: motive.reason,
            origin: view.origin,
        };
        signals.push(signal).is_ok()
    }
}
