//! Panic close: positions are closed at the market.
//!
//! A close first stops trading, of a scope or of all, and cancels what is open. Once nothing is open
//! of a strategy in an instrument, its position is closed by immediate-or-cancel orders that may go as
//! far into the book as slippage is allowed and no order of ours rests, again and again until it is
//! flat: one order at a time, each as large as an order may be. Such an order passes risk, but for what
//! stops trading: kill switch, halts, losses, counts of orders. A reset or resumption ends the close,
//! whatever is left.
//!
//! # Invariants
//! - A closing order never turns a position over: it is not larger than what its strategy holds, and
//!   nothing else of the strategy is open in the instrument.

use gannet_types::{
    InstrumentId, Lots, Nanos, OrderTerms, OrderType, Outbox, Output, Scope, Side, Signal,
    SignalAction, StrategyId, Text, Ticks, TimeInForce, Valuation,
};

use crate::config::PipelineConfig;
use crate::risk::Facts;
use crate::scope::Place;
use crate::strategy::Strategy;
use crate::{Pipeline, SIGNAL_ROOM};

/// Time between two closing orders of an instrument: what came in between is known then.
const CLOSE_INTERVAL: Nanos = Nanos(200_000_000);

/// A strategy's position that is being closed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closing {
    strategy: StrategyId,
    instrument: InstrumentId,
    /// When the next closing order may be sent.
    at: Nanos,
}

impl<S: Strategy> Pipeline<S> {
    /// Ends every close; what a person has halted stays so.
    pub(crate) fn end_closes(&mut self) {
        self.closing.clear();
    }

    /// Ends the closes within a scope.
    pub(crate) fn end_closes_within(&mut self, scope: Scope) {
        let config = &self.config;
        self.closing.retain(|closing| !closing.place(config).is_within(scope));
    }

    /// Begins to close the positions that are meant, which are stopped already.
    pub(crate) fn begin_closes(&mut self, is_meant: impl Fn(Place) -> bool) {
        for strategy in 0..self.config.strategies.len() {
            for instrument in 0..self.desks.len() {
                let strategy = StrategyId(strategy as u8);
                let instrument = InstrumentId(instrument as u16);
                let closing = Closing { strategy, instrument, at: self.steady.time() };
                if !is_meant(closing.place(&self.config)) {
                    continue;
                }
                let same =
                    |other: &Closing| (other.strategy, other.instrument) == (strategy, instrument);
                match self.closing.iter().position(same) {
                    Some(known) => self.closing[known] = closing,
                    None if self.is_flat(&closing) => {}
                    None => self.closing.push(closing),
                }
            }
        }
    }

    /// Sends the closing orders that are due.
    pub(crate) fn poll_closes(&mut self, now: Nanos, outbox: &mut Outbox) {
        let mut index = 0;
        while let Some(&closing) = self.closing.get(index) {
            if self.is_flat(&closing) {
                self.closing.remove(index);
                continue;
            }
            index += 1;
            let busy = !self.orders.views(closing.strategy, closing.instrument).is_empty();
            if busy || self.steady.time() < closing.at || outbox.room() < SIGNAL_ROOM {
                continue;
            }
            self.closing[index - 1].at = self.steady.time().after(CLOSE_INTERVAL);
            if let Some(signal) = self.closing_signal(&closing) {
                self.emit(Output::Signal(signal, gannet_types::GateVerdict::Released), outbox);
                self.release_close(now, &signal, outbox);
            }
        }
    }

    /// Whether nothing is held and nothing is open that may trade.
    fn is_flat(&self, closing: &Closing) -> bool {
        let Closing { strategy, instrument, .. } = *closing;
        self.holdings.share(strategy, instrument).lots == Lots::ZERO
            && self.orders.views(strategy, instrument).is_empty()
    }

    /// The order that closes as much as it may; `None` if there is nobody to trade with.
    fn closing_signal(&self, closing: &Closing) -> Option<Signal> {
        let Closing { strategy, instrument, .. } = *closing;
        let gateway = self.ready_gateway(self.config.account_of(strategy, instrument))?;
        let index = usize::from(instrument.0);
        let desk = &self.desks[index];
        if desk.market.is_halted {
            return None;
        }
        let held = self.holdings.share(strategy, instrument).lots;
        let side = if held > Lots::ZERO { Side::Sell } else { Side::Buy };
        let twice_mid = desk.market.twice_mid()?;
        let reach = self.config.risk.slippage_ppm_max.min(self.config.risk.price_collar_ppm);
        let kinds = self.config.capabilities(gateway)?;
        let can_expire = kinds.has_time_in_force(TimeInForce::ImmediateOrCancel);
        let (order_type, price) = if can_expire {
            let own = self.orders.best_price(instrument, side.opposite());
            (OrderType::Limit, short_of(own, side, limit(side, twice_mid, reach)))
        } else {
            (OrderType::Market, Ticks::ZERO)
        };
        Some(Signal {
            strategy,
            instrument,
            action: SignalAction::Place,
            side,
            order_type,
            price,
            lots: held.abs().min(self.largest_order(index, twice_mid, reach)),
            time_in_force: if can_expire {
                TimeInForce::ImmediateOrCancel
            } else {
                TimeInForce::GoodTillCancel
            },
            terms: OrderTerms::REDUCING,
            confidence: 100,
            reason: Text::new(b"panic close"),
            origin: Nanos::ZERO,
        })
    }

    /// As large as an order may be, by lots and by value at the farthest price: that of an inverse
    /// contract is the lowest.
    fn largest_order(&self, index: usize, twice_mid: i128, reach_ppm: u32) -> Lots {
        let instrument = &self.config.instruments[index];
        let limits = &self.risk.of_instrument(instrument.id);
        let farthest = match instrument.valuation() {
            Valuation::Linear => Side::Buy,
            Valuation::Inverse => Side::Sell,
        };
        let dearest = limit(farthest, twice_mid, reach_ppm);
        let affordable = instrument.valuation().lots_of(limits.order_notional_max, dearest);
        limits.order_lots_max.min(Lots(i64::try_from(affordable).unwrap_or(i64::MAX)))
    }
}

impl Closing {
    fn place(&self, config: &PipelineConfig) -> Place {
        let Self { strategy, instrument, .. } = *self;
        Place { strategy, account: config.account_of(strategy, instrument), instrument }
    }
}

/// What stops trading does not stop a close.
pub(crate) fn unstop(facts: &mut Facts) {
    (facts.halt, facts.block, facts.profit) = (None, None, gannet_types::Notional::ZERO);
}

/// The farthest price that may be paid, rounded towards the market.
fn limit(side: Side, twice_mid: i128, reach_ppm: u32) -> Ticks {
    let reach = i128::from(reach_ppm);
    let price = match side {
        Side::Buy => (twice_mid * (1_000_000 + reach)).div_euclid(2_000_000),
        // Rounded up: a ceiling by the negative.
        Side::Sell => -(-twice_mid * (1_000_000 - reach)).div_euclid(2_000_000),
    };
    Ticks(i64::try_from(price).unwrap_or(i64::MAX).max(1))
}

/// As far as the limit, but not to an order of our own.
fn short_of(own: Option<Ticks>, side: Side, limit: Ticks) -> Ticks {
    match (own, side) {
        (None, _) => limit,
        (Some(own), Side::Buy) => limit.min(Ticks(own.0.saturating_sub(1))),
        (Some(own), Side::Sell) => limit.max(Ticks(own.0.saturating_add(1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_stays_within_the_reach() {
        for twice_mid in [2, 3, 199, 200, 201, 123_456_789] {
            for reach in [0, 1, 5_000, 100_000] {
                let distance =
                    |price: Ticks| (2 * i128::from(price.0) - twice_mid).abs() * 1_000_000;
                for side in [Side::Buy, Side::Sell] {
                    let price = limit(side, twice_mid, reach);
                    // A tick is the least there is.
                    let nearest = distance(Ticks((twice_mid / 2).max(1) as i64));
                    let allowed = (twice_mid * i128::from(reach)).max(nearest);
                    assert!(distance(price) <= allowed, "{side:?} {twice_mid} {reach} {price:?}");
                }
            }
        }
        assert_eq!(limit(Side::Buy, 20_000, 5_000), Ticks(10_050));
        assert_eq!(limit(Side::Sell, 20_000, 5_000), Ticks(9_950));
    }
}
