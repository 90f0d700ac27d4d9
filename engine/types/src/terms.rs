//! What an order says beyond side, price and size: stops, pegs, icebergs, expiry.

use crate::{Lots, Nanos, OrderType, RejectReason, Ticks, TimeInForce};

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
}

impl OrderTerms {
    /// The terms of a plain order.
    pub const PLAIN: Self = Self {
        stop_price: Ticks::ZERO,
        offset: Ticks::ZERO,
        peg: PegReference::None,
        display_lots: Lots::ZERO,
        expire_time: Nanos::ZERO,
    };

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
