//! What risk is told about an order before it is sent, and about its account as a whole.
//!
//! Hot: `facts` is called per order. It looks at the open orders; what other instruments and
//! accounts hold are sums that are kept.

use gannet_types::{
    AccountId, Alarm, GatewayId, InstrumentId, Lots, Money, Nanos, Notional, OrderType, Outbox,
    RejectReason, Scope, Side, Ticks,
};

use crate::book::Book;
use crate::book::market::MarketState;
use crate::config::{APPROVALS_MAX, OPEN_ORDERS_MAX};
use crate::hedge::{Leg, is_long};
use crate::positions::Position;
use crate::risk::{Facts, OrderShape, Proposal, Taking};
use crate::scope::Place;
use crate::strategy::Strategy;
use crate::{Pipeline, close};

/// Levels an order may take from; what lies deeper counts as not there.
const LEVELS_TAKEN_MAX: usize = 64;

/// A halt answers with an alarm, a cancel per open order and a refusal per waiting signal.
const HALT_ROOM: usize = 1 + OPEN_ORDERS_MAX + APPROVALS_MAX;

/// What is to be sent, as far as the facts depend on it.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) account: AccountId,
    pub(crate) gateway: GatewayId,
    pub(crate) order_type: OrderType,
    /// Whether it closes a side of a hedged account.
    pub(crate) closes_side: bool,
    /// What the order that is replaced may still trade.
    pub(crate) replaced: Lots,
    /// Whether it may only make its strategy's position smaller.
    pub(crate) reduce_only: bool,
    /// What the other order of a pair, which it ends, may still trade.
    pub(crate) twin: Lots,
    /// Whether it closes a position in a panic.
    pub(crate) in_panic: bool,
}

impl<S: Strategy> Pipeline<S> {
    #[inline]
    pub(crate) fn facts(&self, now: Nanos, proposal: &Proposal, wanted: &Wanted) -> Facts {
        let Wanted { account, gateway, order_type, closes_side, replaced, in_panic, .. } = *wanted;
        let OrderShape { instrument, side, price, lots } = proposal.shape;
        let desk = &self.desks[usize::from(instrument.0)];
        let open = self.orders.open();
        let twice_mid = desk.market.twice_mid();
        let place = Place { strategy: proposal.strategy, account, instrument };
        let held = self.holdings.held(account, instrument);
        let working = self.orders.working(account, instrument);
        let is_hedged = self.config.account(account).is_hedged;
        let leg = if is_hedged {
            Leg::side(held, working, side, closes_side)
        } else {
            Leg::netted(held, working, side)
        };
        let reducible = wanted.reduce_only.then(|| {
            let about = (proposal.strategy, instrument);
            self.reducible(about, side, Lots(replaced.0.saturating_add(wanted.twin.0)))
        });
        let account_risk = self.risk.account(account);
        let mut facts = Facts {
            halt: (self.gate.halt(account))
                .or_else(|| self.gate.halt_by_person(place))
                .or_else(|| desk.market.is_halted.then_some(RejectReason::HaltedByVenue)),
            block: account_risk.block(now).or_else(|| self.wait_for_positions(account)),
            gateway_ready: self.route.is_ready(gateway, open),
            live: desk.market.is_live(self.steady.time(), self.risk.limits().book_age_max),
            twice_mid,
            position: leg.position,
            working: leg.working - replaced,
            working_other_side: leg.working_other_side,
            reducible,
            open_orders: open.len(),
            open_in_instrument: working.orders as usize,
            profit: held.position.profit(twice_mid),
            own_other_side: self.orders.best_price(instrument, side.opposite()),
            taking: taking(&desk.market, order_type, side, price, lots),
            scale: desk.scale,
            standing: self.standing(account, instrument, is_long(side, closes_side)),
            is_frequent: self.risk.is_frequent(self.steady.time(), proposal.strategy, instrument),
            phase: self.risk.hours.phase(now, instrument),
        };
        if in_panic {
            close::unstop(&mut facts);
        }
        facts
    }

    /// Why new positions of an account wait, if they do.
    #[inline]
    fn wait_for_positions(&self, account: AccountId) -> Option<RejectReason> {
        self.venue_positions.waits(account).then_some(RejectReason::PositionsNotCompared)
    }

    /// Judges the profit of each account, and halts its trading if it must. While an open position
    /// has no price there is nothing to judge.
    pub(crate) fn judge_profit(&mut self, now: Nanos) {
        for index in 0..self.config.accounts.len() {
            let account = AccountId(index as u16);
            let judged = self.profit(account);
            self.risk.exposures.set_profit(account, judged);
            let risk = self.risk.account_mut(account);
            match judged {
                None => risk.on_unpriced(),
                Some(profit) => {
                    if let Some(reason) = risk.on_profit(now, profit) {
                        self.gate.halt_for(account, reason);
                    }
                }
            }
        }
    }

    /// Takes what a round trip of a strategy has brought its account.
    pub(crate) fn judge_trip(&mut self, account: AccountId, is_loss: bool) {
        if let Some(reason) = self.risk.account_mut(account).on_trip(is_loss) {
            self.gate.halt_for(account, reason);
        }
    }

    /// Tells of halts and cancels what is open, once there is room for it.
    pub(crate) fn poll_halt(&mut self, now: Nanos, outbox: &mut Outbox) {
        while outbox.room() >= HALT_ROOM
            && let Some((account, reason)) = self.gate.take_untold_halt()
        {
            self.alarm(Alarm::Halted(account, reason), outbox);
            self.stop_scope(now, Scope::Account(account), reason, outbox);
        }
    }

    /// The profit of an account, if all it holds has a price.
    fn profit(&self, account: AccountId) -> Option<Money> {
        let add = |sum: Money, &instrument: &InstrumentId| {
            let position = &self.holdings.held(account, instrument).position;
            Some(sum.plus(self.profit_of(position, instrument)?))
        };
        self.holdings.touched(account).iter().try_fold(Money::ZERO, add)
    }

    /// The profit of a position in an instrument, if it has a price or is not open.
    pub(crate) fn profit_of(&self, position: &Position, instrument: InstrumentId) -> Option<Money> {
        let desk = &self.desks[usize::from(instrument.0)];
        let twice_mid = desk.market.twice_mid();
        let priced = twice_mid.is_some() || position.lots == Lots::ZERO;
        priced.then(|| desk.scale.money(position.profit(twice_mid)))
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
