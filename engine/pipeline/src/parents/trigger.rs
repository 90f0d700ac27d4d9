//! What sets off an order that the engine holds back.
//!
//! | | buy | sell |
//! |---|---|---|
//! | stop | trade or best bid at the stop or above | trade or best ask at it or below |
//! | touch | trade or best ask at the price or below | trade or best bid at it or above |
//! | trail | a stop, at the lowest ask so far plus the offset | at the highest bid so far less it |
//!
//! A stop looks at the side of the book that it joins: a quote that is merely wide sets nothing off
//! (FIX 1107 = 4 and 5). A touch looks at the side it can trade with. While the book cannot be used
//! nothing is set off: what happened in between shows in the first book that can.
//!
//! Hot: called per market message of an instrument with parents. Integer comparisons.

use gannet_types::{Side, Ticks};

use super::Sight;

/// What an order waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    /// The market goes against the order.
    Stop(Ticks),
    /// The same, at a price that follows the market at a distance and never comes back. Where it
    /// begins is zero until the market was seen, if nobody said.
    Trail { at: Ticks, offset: Ticks },
    /// The market becomes as good as this.
    Touch(Ticks),
}

impl Trigger {
    /// Follows the market; returns whether the order of this `side` is set off.
    pub(super) fn watch(&mut self, side: Side, sight: &Sight) -> bool {
        if !sight.is_live {
            return false;
        }
        match self {
            Self::Stop(at) => has_fallen(side, *at, sight),
            Self::Touch(at) => is_offered(side, *at, sight),
            Self::Trail { at, offset } => {
                follow(side, at, *offset, sight);
                *at > Ticks::ZERO && has_fallen(side, *at, sight)
            }
        }
    }
}

/// Returns whether the market has gone to `at`, or beyond, against an order of `side`.
fn has_fallen(side: Side, at: Ticks, sight: &Sight) -> bool {
    let beyond = |price: Ticks| price > Ticks::ZERO && side.opposite().reaches(at, price);
    beyond(sight.near(side)) || sight.last.is_some_and(|trade| beyond(trade.price))
}

/// Returns whether an order of `side` can have `at`, or better.
fn is_offered(side: Side, at: Ticks, sight: &Sight) -> bool {
    let good = |price: Ticks| price > Ticks::ZERO && side.reaches(at, price);
    good(sight.far(side)) || sight.last.is_some_and(|trade| good(trade.price))
}

/// Moves a trailing stop after the best price that its order could have had.
fn follow(side: Side, at: &mut Ticks, offset: Ticks, sight: &Sight) {
    let best = sight.far(side);
    if best <= Ticks::ZERO {
        return;
    }
    // A buy's stop lies above the market, a sell's below.
    let wanted = side.towards_worse(best, offset).max(Ticks(1));
    let better = match side {
        Side::Buy => wanted < *at,
        Side::Sell => wanted > *at,
    };
    if *at <= Ticks::ZERO || better {
        *at = wanted;
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{Lots, Nanos};

    use super::super::{Print, Sight};
    use super::*;

    fn sight(bid: i64, ask: i64, last: i64) -> Sight {
        let last = (last > 0).then_some(Print { price: Ticks(last), lots: Lots(1) });
        Sight {
            clock: Nanos(1),
            now: Nanos(1),
            is_live: true,
            bid: Ticks(bid),
            ask: Ticks(ask),
            last,
        }
    }

    #[test]
    fn every_kind_and_side() {
        use Side::{Buy, Sell};
        let (stop, touch) = (Trigger::Stop(Ticks(100)), Trigger::Touch(Ticks(100)));
        let cases = [
            (stop, Buy, sight(99, 101, 0), false),
            (stop, Buy, sight(100, 102, 0), true),
            (stop, Buy, sight(98, 120, 0), false),
            (stop, Buy, sight(98, 99, 100), true),
            (stop, Buy, sight(98, 99, 99), false),
            (stop, Sell, sight(99, 101, 0), false),
            (stop, Sell, sight(98, 100, 0), true),
            (stop, Sell, sight(80, 102, 0), false),
            (stop, Sell, sight(101, 102, 100), true),
            (stop, Sell, sight(0, 0, 0), false),
            (touch, Buy, sight(99, 101, 0), false),
            (touch, Buy, sight(98, 100, 0), true),
            (touch, Buy, sight(101, 102, 99), true),
            (touch, Sell, sight(99, 101, 0), false),
            (touch, Sell, sight(100, 103, 0), true),
            (touch, Sell, sight(98, 99, 100), true),
            (touch, Sell, sight(0, 0, 0), false),
        ];
        for (trigger, side, sight, expected) in cases {
            let mut trigger = trigger;
            assert_eq!(trigger.watch(side, &sight), expected, "{trigger:?} {side:?} {sight:?}");
            let blind = Sight { is_live: false, ..sight };
            assert!(!trigger.watch(side, &blind));
        }
    }

    #[test]
    fn a_trailing_stop_follows_and_never_comes_back() {
        let mut sell = Trigger::Trail { at: Ticks::ZERO, offset: Ticks(5) };
        for (bid, ask, at, set_off) in [
            (100, 101, 95, false),
            (110, 111, 105, false),
            (106, 107, 105, false),
            (104, 105, 105, true),
        ] {
            assert_eq!(sell.watch(Side::Sell, &sight(bid, ask, 0)), set_off);
            assert_eq!(sell, Trigger::Trail { at: Ticks(at), offset: Ticks(5) });
        }
        let mut buy = Trigger::Trail { at: Ticks(108), offset: Ticks(5) };
        for (bid, ask, at, set_off) in
            [(103, 104, 108, false), (89, 90, 95, false), (93, 94, 95, false), (95, 96, 95, true)]
        {
            assert_eq!(buy.watch(Side::Buy, &sight(bid, ask, 0)), set_off);
            assert_eq!(buy, Trigger::Trail { at: Ticks(at), offset: Ticks(5) });
        }
        // A bid of three ticks leaves no room for a stop five below.
        let mut low = Trigger::Trail { at: Ticks::ZERO, offset: Ticks(5) };
        assert!(!low.watch(Side::Sell, &sight(3, 4, 0)));
        assert_eq!(low, Trigger::Trail { at: Ticks(1), offset: Ticks(5) });
    }
}
