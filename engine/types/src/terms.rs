//! What an order says beyond side, price and size: stops, pegs, icebergs, expiry, what it may do to a
//! position, and where that position would be given up.

use crate::{Lots, Nanos, OrderType, RejectReason, Side, Ticks, TimeInForce};

/// What a pegged order follows (FIX 4.4: ExecInst(18); 5.0: PegPriceType(1094)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PegReference {
    /// It is not pegged.
    #[default]
    None,
    /// The best price of its own side.
    Primary,
    /// The best price of the other side.
    Market,
    /// The middle between the two.
    Midpoint,
    /// The last trade.
    Last,
}

/// What an order does to a side of an account that keeps long and short apart (FIX 77).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PositionEffect {
    /// The account nets: nothing is said.
    #[default]
    None,
    /// It opens the side that it is named after: a purchase the long one.
    Open,
    /// It closes the other side: a sale the long one.
    Close,
}

/// The terms of an order that is more than side, price and size; all zero for a plain one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderTerms {
    /// The price that sets a stop off (FIX 99); of a trailing stop where it begins, zero lets
    /// the venue begin at its offset from the market.
    pub stop_price: Ticks,
    /// How far a trailing stop stays behind the market, positive; or what a peg adds to its
    /// reference, of either sign (FIX 211).
    pub offset: Ticks,
    /// What a pegged order follows.
    pub peg: PegReference,
    /// How much of it is shown, an iceberg's tip (FIX 111, 5.0: 1138); zero shows all.
    pub display_lots: Lots,
    /// When a good-till-date order ends (FIX 126 or 432); zero for all others.
    pub expire_time: Nanos,
    /// How far behind its price the position would be given up, in ticks: the stop that a signal
    /// proposes, for the risk of the trade. No venue is told. Zero without a stop, negative if the
    /// stop is where no loss is stopped: see [`OrderTerms::with_stop`].
    pub stop_distance: i32,
    /// Whether it may only make a position smaller, never open or turn one (ExecInst 18=E).
    pub reduce_only: bool,
    /// Whether it opens or closes a side of a hedged account. The pipeline decides it; what a signal
    /// says of it is not listened to.
    pub position_effect: PositionEffect,
}

// A signal has room for so much.
const _: () = assert!(size_of::<OrderTerms>() <= 40, "terms are five words");

impl OrderTerms {
    /// The terms of a plain order.
    pub const PLAIN: Self = Self {
        stop_price: Ticks::ZERO,
        offset: Ticks::ZERO,
        peg: PegReference::None,
        display_lots: Lots::ZERO,
        expire_time: Nanos::ZERO,
        stop_distance: 0,
        reduce_only: false,
        position_effect: PositionEffect::None,
    };

    /// The terms of a plain order that may only make a position smaller.
    pub const REDUCING: Self = Self { reduce_only: true, ..Self::PLAIN };

    /// Returns the same with the price at which a position that the order opens at `price` would be
    /// given up. A stop at the price, or where the position would have gained, is on the wrong side,
    /// and so counts one that is 2³¹ ticks away: risk refuses both.
    #[must_use]
    pub fn with_stop(self, side: Side, price: Ticks, stop: Ticks) -> Self {
        let away = match side {
            Side::Buy => price.0.checked_sub(stop.0),
            Side::Sell => stop.0.checked_sub(price.0),
        };
        let away = away.and_then(|away| i32::try_from(away).ok());
        let stop_distance = away.filter(|away| *away > 0).unwrap_or(-1);
        Self { stop_distance, ..self }
    }

    /// Returns what of the terms a venue may have to be told: all but the stop that is proposed.
    #[must_use]
    pub const fn told(self) -> Self {
        Self { stop_distance: 0, ..self }
    }

    /// Returns whether they say nothing about price, display and expiry.
    #[must_use]
    pub fn is_simple(&self) -> bool {
        let Self { stop_distance, reduce_only, position_effect, .. } = *self;
        *self == Self { stop_distance, reduce_only, position_effect, ..Self::PLAIN }
    }

    /// Checks that the terms are those that an order of this type and life has.
    ///
    /// # Errors
    /// [`RejectReason::BadTerms`]: something is missing, or said in vain.
    pub fn check(
        &self,
        order_type: OrderType,
        time_in_force: TimeInForce,
        lots: Lots,
    ) -> Result<(), RejectReason> {
        let (stop, offset) = (self.stop_price > Ticks::ZERO, self.offset);
        let fits = match order_type {
            OrderType::Market | OrderType::Limit => {
                self.stop_price == Ticks::ZERO && offset == Ticks::ZERO
            }
            OrderType::Stop | OrderType::StopLimit => stop && offset == Ticks::ZERO,
            OrderType::TrailingStop => self.stop_price >= Ticks::ZERO && offset > Ticks::ZERO,
            OrderType::Pegged => self.stop_price == Ticks::ZERO,
        };
        let pegged = (order_type == OrderType::Pegged) == (self.peg != PegReference::None);
        let dated = (time_in_force == TimeInForce::GoodTillDate) == (self.expire_time.0 > 0);
        let shown = (Lots::ZERO..=lots).contains(&self.display_lots);
        let rests = time_in_force != TimeInForce::PostOnly || order_type == OrderType::Limit;
        if fits && pegged && dated && shown && rests { Ok(()) } else { Err(RejectReason::BadTerms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: OrderTerms = OrderTerms::PLAIN;

    fn check(order_type: OrderType, time_in_force: TimeInForce, terms: OrderTerms) -> bool {
        terms.check(order_type, time_in_force, Lots(10)).is_ok()
    }

    #[test]
    fn every_type_has_its_own_terms() {
        use OrderType::{Limit, Market, Pegged, Stop, StopLimit, TrailingStop};
        use TimeInForce::Day;
        let stop = OrderTerms { stop_price: Ticks(5), ..PLAIN };
        let trail = OrderTerms { offset: Ticks(2), ..PLAIN };
        let both = OrderTerms { stop_price: Ticks(5), ..trail };
        let peg = OrderTerms { peg: PegReference::Midpoint, ..PLAIN };
        let peg_less = OrderTerms { offset: Ticks(-1), ..peg };
        let cases: [(OrderTerms, &[OrderType]); 6] = [
            (PLAIN, &[Market, Limit]),
            (stop, &[Stop, StopLimit]),
            (trail, &[TrailingStop]),
            (both, &[TrailingStop]),
            (peg, &[Pegged]),
            (peg_less, &[Pegged]),
        ];
        for (terms, types) in cases {
            for order_type in OrderType::ALL {
                let expected = types.contains(&order_type);
                assert_eq!(check(order_type, Day, terms), expected, "{order_type:?} {terms:?}");
            }
        }
    }

    #[test]
    fn a_stop_that_stops_no_loss_is_on_the_wrong_side() {
        let distance =
            |side, price, stop| PLAIN.with_stop(side, Ticks(price), Ticks(stop)).stop_distance;
        let cases = [
            (Side::Buy, 100, 95, 5),
            (Side::Sell, 100, 105, 5),
            (Side::Buy, 100, 100, -1),
            (Side::Buy, 100, 101, -1),
            (Side::Sell, 100, 95, -1),
            (Side::Buy, 1 << 40, 1, -1),
            (Side::Buy, i64::MAX, i64::MIN, -1),
        ];
        for (side, price, stop, expected) in cases {
            assert_eq!(distance(side, price, stop), expected, "{side:?} {price} {stop}");
        }
        let all =
            OrderTerms { reduce_only: true, ..PLAIN }.with_stop(Side::Buy, Ticks(9), Ticks(8));
        assert!(all.is_simple());
        assert_eq!(all.told(), OrderTerms::REDUCING);
        assert!(!OrderTerms { display_lots: Lots(1), ..all }.is_simple());
    }

    #[test]
    fn expiry_and_tip_must_make_sense() {
        let dated = OrderTerms { expire_time: Nanos(1), ..PLAIN };
        assert!(check(OrderType::Limit, TimeInForce::GoodTillDate, dated));
        assert!(!check(OrderType::Limit, TimeInForce::GoodTillDate, PLAIN));
        assert!(!check(OrderType::Limit, TimeInForce::Day, dated));
        for (shown, fits) in [(-1, false), (0, true), (10, true), (11, false)] {
            let terms = OrderTerms { display_lots: Lots(shown), ..PLAIN };
            assert_eq!(check(OrderType::Limit, TimeInForce::Day, terms), fits, "{shown}");
        }
        assert!(!check(OrderType::Market, TimeInForce::PostOnly, PLAIN));
        assert!(check(OrderType::Limit, TimeInForce::PostOnly, PLAIN));
    }
}
