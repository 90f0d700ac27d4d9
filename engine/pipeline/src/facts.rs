//! What risk is told about an order before it is sent, and about the account as a whole.
//!
//! Hot: `facts` is called per order. It looks at the open orders, and at the other instruments only
//! if their exposure is limited.

use gannet_types::{
    Alarm, GatewayId, InstrumentId, Lots, Money, Nanos, Notional, OrderId, OrderType, Outbox,
    RejectReason, Side, Ticks,
};

use crate::book::Book;
use crate::book::market::MarketState;
use crate::config::{APPROVALS_MAX, OPEN_ORDERS_MAX};
use crate::risk::{Facts, OrderShape, Taking};
use crate::strategy::Strategy;
use crate::{Desk, Pipeline, close};

/// Levels an order may take from; what lies deeper counts as not there.
const LEVELS_TAKEN_MAX: usize = 64;

/// A halt answers with an alarm, a cancel per open order and a refusal per waiting signal.
const HALT_ROOM: usize = 1 + OPEN_ORDERS_MAX + APPROVALS_MAX;

/// What is to be sent, as far as the facts depend on it.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) gateway: GatewayId,
    pub(crate) order_type: OrderType,
    pub(crate) shape: OrderShape,
    /// The order that is replaced.
    pub(crate) replaces: Option<OrderId>,
    /// Whether it closes a position in a panic.
    pub(crate) closes: bool,
}

impl<S: Strategy> Pipeline<S> {
    pub(crate) fn facts(&self, now: Nanos, wanted: &Wanted) -> Facts {
        let Wanted { gateway, order_type, shape, replaces, closes } = *wanted;
        let OrderShape { instrument, side, price, lots } = shape;
        let desk = &self.desks[usize::from(instrument.0)];
        let open = self.orders.open();
        let twice_mid = desk.market.twice_mid();
        let halted = desk.stopped.halted.then_some(RejectReason::InstrumentHalted);
        let facts = Facts {
            halt: self.gate.halt().or(halted),
            block: self.risk.account.block(now),
            gateway_ready: self.route.is_ready(gateway, open),
            live: desk.market.is_live(now, self.risk.limits().book_age_max),
            twice_mid,
            position: desk.position.lots,
            working: self.orders.exposure(instrument, side, replaces),
            working_other_side: self.orders.exposure(instrument, side.opposite(), None),
            open_orders: open.len(),
            open_in_instrument: self.orders.views(instrument).len(),
            profit: desk.position.profit(twice_mid),
            own_other_side: self.orders.best_price(instrument, side.opposite()),
            taking: taking(&desk.market, order_type, side, price, lots),
            exposure_elsewhere: self.exposure_elsewhere(instrument),
            scale: desk.scale,
        };
        if closes { close::unstopped(facts) } else { facts }
    }

    /// Judges the profit of the account, and halts trading if it must. While an open position has
    /// no price there is nothing to judge.
    pub(crate) fn judge_profit(&mut self, now: Nanos) {
        let profit = |sum: Money, desk: &Desk| {
            let twice_mid = desk.market.twice_mid();
            let priced = twice_mid.is_some() || desk.position.lots == Lots::ZERO;
            priced.then(|| sum.plus(desk.scale.money(desk.position.profit(twice_mid))))
        };
        if let Some(profit) = self.desks.iter().try_fold(Money::ZERO, profit)
            && let Some(reason) = self.risk.account.on_profit(now, profit)
        {
            self.gate.halt_for(reason);
        }
    }

    /// Takes a fill that was booked in a desk whose position was `before`: a round trip may have
    /// ended with it.
    pub(crate) fn judge_trip(&mut self, book: usize, before: Lots) {
        let desk = &mut self.desks[book];
        let after = desk.position.lots;
        let ended = before != Lots::ZERO && before.0.signum() != after.0.signum();
        if !ended {
            return;
        }
        let earned = desk.position.realized - desk.position.fees - desk.position.funding;
        let began_with = std::mem::replace(&mut desk.trip_began_with, earned);
        if let Some(reason) = self.risk.account.on_trip(earned < began_with) {
            self.gate.halt_for(reason);
        }
    }

    /// Tells of a halt and cancels what is open, once there is room for it.
    pub(crate) fn poll_halt(&mut self, now: Nanos, outbox: &mut Outbox) {
        if outbox.room() >= HALT_ROOM
            && let Some(reason) = self.gate.take_untold_halt()
        {
            self.alarm(Alarm::Halted(reason), outbox);
            self.stop_all(now, reason, outbox);
        }
    }

    /// What the positions in other instruments may become worth at the mid, if that is limited.
    fn exposure_elsewhere(&self, except: InstrumentId) -> Money {
        if self.risk.limits().account.gross_exposure_max == Money::MAX {
            return Money::ZERO;
        }
        let others = self.config.instruments.iter().filter(|other| other.id != except);
        others.fold(Money::ZERO, |sum, other| {
            let desk = &self.desks[usize::from(other.id.0)];
            let working = |side| i128::from(self.orders.exposure(other.id, side, None).0);
            let position = i128::from(desk.position.lots.0);
            let worst = (position + working(Side::Buy)).max(working(Side::Sell) - position);
            match desk.market.twice_mid() {
                _ if worst == 0 => sum,
                Some(twice_mid) => {
                    let value = Notional(worst.saturating_mul(twice_mid) / 2);
                    sum.plus(desk.scale.money(value))
                }
                // What it is worth cannot be said, so nothing may be added to it.
                None => Money::MAX,
            }
        })
    }
}

/// What an order would trade at once.
#[inline]
fn taking(
    market: &MarketState,
    order_type: OrderType,
    side: Side,
    limit: Ticks,
    lots: Lots,
) -> Taking {
    let must_fill = match order_type {
        OrderType::Market => true,
        OrderType::Limit => false,
        // When it begins to trade is not known.
        OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop | OrderType::Pegged => {
            return Taking::default();
        }
    };
    let best = match side {
        Side::Buy => market.top.ask,
        Side::Sell => market.top.bid,
    };
    let crosses = must_fill || meets(side, limit, best.price);
    if crosses { walk(&market.book, must_fill, side, limit, lots) } else { Taking::default() }
}

/// Takes from the book, level by level.
fn walk(book: &Book, must_fill: bool, side: Side, limit: Ticks, lots: Lots) -> Taking {
    let mut taking = Taking { must_fill, ..Taking::default() };
    for level in book.levels(side.opposite()).take(LEVELS_TAKEN_MAX) {
        if !must_fill && !meets(side, limit, level.price) {
            break;
        }
        let part = (lots - taking.lots).min(level.lots);
        taking.lots += part;
        taking.value = Notional(taking.value.0.saturating_add(Notional::of(level.price, part).0));
        if taking.lots >= lots {
            break;
        }
    }
    taking
}

fn meets(side: Side, limit: Ticks, price: Ticks) -> bool {
    match side {
        Side::Buy => price <= limit,
        Side::Sell => price >= limit,
    }
}
