//! Stopping one instrument, and panic close: positions are closed at the market.
//!
//! A close first stops trading, of the instrument or of all, and cancels what is open. Once nothing is
//! open in an instrument, its position is closed by immediate-or-cancel orders that may go as far into
//! the book as slippage is allowed, again and again until it is flat: one order at a time, each as large
//! as an order may be. Such an order passes risk, but for what stops trading: kill switch, halts,
//! losses, counts of orders. A reset or resumption ends the close, whatever is left.
//!
//! # Invariants
//! - A closing order never turns a position over: it is not larger than what is held, and nothing else
//!   of ours is open in the instrument.

use gannet_types::{
    Alarm, InstrumentId, Lots, Nanos, OrderTerms, OrderType, Outbox, Output, RejectReason, Side,
    Signal, SignalAction, Text, Ticks, TimeInForce,
};

use crate::risk::Facts;
use crate::strategy::Strategy;
use crate::{Pipeline, SIGNAL_ROOM};

/// Time between two closing orders of an instrument: what came in between is known then.
const CLOSE_INTERVAL: Nanos = Nanos(200_000_000);

/// What stops one instrument.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stopped {
    /// A person stopped it.
    pub(crate) halted: bool,
    /// Its position is being closed.
    closing: bool,
    /// When the next closing order may be sent.
    close_at: Nanos,
}

impl<S: Strategy> Pipeline<S> {
    /// Refuses new orders in an instrument and cancels those open.
    pub(crate) fn halt_instrument(
        &mut self,
        now: Nanos,
        instrument: InstrumentId,
        outbox: &mut Outbox,
    ) {
        let Some(desk) = self.desks.get_mut(usize::from(instrument.0)) else {
            self.counters.bad_inputs += 1;
            return;
        };
        if !std::mem::replace(&mut desk.stopped.halted, true) {
            self.alarm(Alarm::InstrumentHalted(instrument), outbox);
        }
        self.refuse_waiting_of(instrument, RejectReason::InstrumentHalted, outbox);
        self.parents.end(|signal| signal.instrument == instrument);
        for index in 0..self.orders.open().len() {
            let order = &self.orders.open()[index];
            if order.instrument == instrument && !order.cancel_wanted {
                self.cancel(now, index, Nanos::ZERO, outbox);
            }
        }
    }

    /// Trades an instrument again.
    pub(crate) fn resume_instrument(&mut self, instrument: InstrumentId) {
        match self.desks.get_mut(usize::from(instrument.0)) {
            Some(desk) => desk.stopped = Stopped::default(),
            None => self.counters.bad_inputs += 1,
        }
        self.count_closing();
    }

    /// Ends every close; instruments that a person stopped stay so.
    pub(crate) fn end_closes(&mut self) {
        for desk in &mut self.desks {
            desk.stopped.closing = false;
        }
        self.count_closing();
    }

    /// Begins to close the position in an instrument, which is stopped already.
    pub(crate) fn begin_close(&mut self, now: Nanos, instrument: InstrumentId) {
        if let Some(desk) = self.desks.get_mut(usize::from(instrument.0)) {
            desk.stopped.closing = true;
            desk.stopped.close_at = now;
        }
        self.count_closing();
    }

    /// Sends the closing orders that are due.
    pub(crate) fn poll_closes(&mut self, now: Nanos, outbox: &mut Outbox) {
        if self.closing == 0 {
            return;
        }
        for index in 0..self.desks.len() {
            let instrument = self.config.instruments[index].id;
            let desk = &self.desks[index];
            let stopped = desk.stopped;
            let busy = !self.orders.views(instrument).is_empty();
            if !stopped.closing || busy || now < stopped.close_at || outbox.room() < SIGNAL_ROOM {
                continue;
            }
            if desk.position.lots == Lots::ZERO {
                self.desks[index].stopped.closing = false;
                self.count_closing();
                continue;
            }
            self.desks[index].stopped.close_at = now.after(CLOSE_INTERVAL);
            if let Some(signal) = self.closing_signal(index) {
                self.emit(Output::Signal(signal, gannet_types::GateVerdict::Released), outbox);
                self.release_close(now, &signal, outbox);
            }
        }
    }

    /// The order that closes as much as it may; `None` if there is nobody to trade with.
    fn closing_signal(&self, index: usize) -> Option<Signal> {
        if !self.route.is_ready(self.route.gateway(), self.orders.open()) {
            return None;
        }
        let desk = &self.desks[index];
        let held = desk.position.lots;
        let side = if held > Lots::ZERO { Side::Sell } else { Side::Buy };
        let twice_mid = desk.market.twice_mid()?;
        let reach = self.config.risk.slippage_ppm_max.min(self.config.risk.price_collar_ppm);
        let gateway = self.route.gateway();
        let kinds = self.config.capabilities(gateway)?;
        let can_expire = kinds.has_time_in_force(TimeInForce::ImmediateOrCancel);
        let (order_type, price) = if can_expire {
            (OrderType::Limit, limit(side, twice_mid, reach))
        } else {
            (OrderType::Market, Ticks::ZERO)
        };
        Some(Signal {
            strategy: self.config.strategy,
            instrument: self.config.instruments[index].id,
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
            terms: OrderTerms::PLAIN,
            confidence: 100,
            reason: Text::new(b"panic close"),
            origin: Nanos::ZERO,
        })
    }

    /// As large as an order may be, by lots and by value at the farthest price.
    fn largest_order(&self, index: usize, twice_mid: i128, reach_ppm: u32) -> Lots {
        let limits = &self.config.limits[index];
        let dearest = limit(Side::Buy, twice_mid, reach_ppm).0.max(1);
        let affordable = limits.order_notional_max.0 / i128::from(dearest);
        limits.order_lots_max.min(Lots(i64::try_from(affordable).unwrap_or(i64::MAX)))
    }

    fn count_closing(&mut self) {
        self.closing = self.desks.iter().filter(|desk| desk.stopped.closing).count();
    }
}

/// What stops trading does not stop a close.
pub(crate) fn unstopped(facts: Facts) -> Facts {
    Facts { halt: None, block: None, profit: gannet_types::Notional::ZERO, ..facts }
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
