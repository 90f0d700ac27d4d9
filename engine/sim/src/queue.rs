//! Where a resting order stands among the others at its price.
//!
//! The feed shows the size at a price, not who was there first, so the place is a model. An order
//! joins behind all that is displayed. Trades at its price come off the front. A decrease that
//! trades do not explain is a cancel, and the [`QueueModel`] says where in the queue it was.
//! The displayed size is the foreign one: our orders are not in it.
//!
//! The families are those of hftbacktest, with two corrections (`bench/peers` shows what they do). What traded is neither ahead nor
//! behind when the cancel is placed; and nobody is ahead of the front, so a cancel larger than all
//! that stood ahead moves us to the front and no further. Its logarithms count units of the
//! instrument, ours lots.
//!
//! # Invariants
//! - `ahead` never grows, and is never more than what is displayed.

mod probability;

use gannet_types::Lots;

pub use probability::Exponent;
use probability::{FRACTION, behind};

/// Where foreign cancels happen. With `front` ahead of us and `back` behind, a cancel was behind
/// with the probability that the variant gives; the expected part of it moves us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueModel {
    /// Behind us, as long as there is anyone behind us: the conservative choice. hftbacktest's
    /// `RiskAdverseQueueModel`.
    #[default]
    Behind,
    /// `back^n / (back^n + front^n)`: `PowerProbQueueFunc`.
    Power(Exponent),
    /// `back^n / (back + front)^n`: `PowerProbQueueFunc2`.
    PowerOfWhole(Exponent),
    /// `1 - (front / (front + back))^n`: `PowerProbQueueFunc3`.
    PowerOfAhead(Exponent),
    /// `log(1 + back) / (log(1 + back) + log(1 + front))`: `LogProbQueueFunc`.
    Log,
    /// `log(1 + back) / log(1 + back + front)`: `LogProbQueueFunc2`.
    LogOfWhole,
}

impl QueueModel {
    /// Cancels happen evenly in the queue.
    pub const PROPORTIONAL: Self = Self::Power(Exponent::one());
    /// Cancels happen where most of the queue is.
    pub const SQUARE: Self = Self::Power(Exponent::two());
}

/// The place of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueuePosition {
    /// Foreign quantity that trades before us, in parts of a lot.
    ahead: i128,
    /// Foreign lots displayed, ahead and behind.
    displayed: Lots,
    /// Lots traded at the price that the displayed size does not show yet.
    traded: Lots,
}

/// Returns lots in parts of a lot.
fn parts(lots: Lots) -> i128 {
    i128::from(lots.0) << FRACTION
}

impl QueuePosition {
    /// Joins behind what is displayed.
    pub(crate) fn join(displayed: Lots) -> Self {
        Self { ahead: parts(displayed), displayed, traded: Lots::ZERO }
    }

    /// Stands behind so many lots: the place is known.
    pub(crate) fn stand_behind(&mut self, ahead: Lots) {
        self.ahead = parts(ahead);
    }

    /// Returns the foreign lots that trade before us, rounded up.
    pub(crate) const fn ahead(&self) -> Lots {
        // Not more than what is displayed, so it fits.
        Lots(((self.ahead + (1 << FRACTION) - 1) >> FRACTION) as i64)
    }

    /// Lets `lots` trade at the price; returns how many of them reach us, to the nearest lot, half
    /// a lot rounded down.
    pub(crate) fn on_trade(&mut self, lots: Lots) -> Lots {
        let beyond = parts(lots) - self.ahead;
        self.ahead = (-beyond).max(0);
        self.traded = Lots(self.traded.0.saturating_add(lots.0));
        // Not more than what traded, so it fits.
        Lots(((beyond.max(0) + (1 << (FRACTION - 1)) - 1) >> FRACTION) as i64)
    }

    /// A trade happened at a worse price: nobody is left before us.
    pub(crate) const fn on_trade_through(&mut self) {
        self.ahead = 0;
    }

    /// Returns whether it matters if a message that leaves the displayed size alone has named the
    /// price: the size is then the one after the trades.
    pub(crate) fn is_unsettled(&self, displayed: Lots) -> bool {
        self.traded > Lots::ZERO && displayed == self.displayed
    }

    /// Takes note of the displayed size that a message says. It counts the trades before it.
    pub(crate) fn on_displayed(&mut self, model: QueueModel, displayed: Lots) {
        let standing = Lots(self.displayed.0.saturating_sub(self.traded.0).max(0));
        self.displayed = displayed;
        self.traded = Lots::ZERO;
        if displayed < standing && model != QueueModel::Behind {
            let cancelled = parts(standing - displayed);
            let back = (parts(standing) - self.ahead).max(0);
            let share = behind(model, self.ahead.unsigned_abs(), back.unsigned_abs());
            // Below 2^95 times a share, of which the lowest bits are zero, fits.
            let cancelled_behind = (cancelled >> FRACTION) * i128::from(share);
            let not_there = (cancelled_behind - back).max(0);
            self.ahead -= cancelled - cancelled_behind + not_there;
        }
        self.ahead = self.ahead.clamp(0, parts(displayed).max(0));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MODELS: [QueueModel; 6] = [
        QueueModel::Behind,
        QueueModel::PROPORTIONAL,
        QueueModel::SQUARE,
        QueueModel::PowerOfAhead(Exponent::two()),
        QueueModel::Log,
        QueueModel::LogOfWhole,
    ];

    #[test]
    fn cancels_move_us_as_the_model_says() {
        // Joined at 100; (traded, then displayed, then ahead whatever the model): nobody is behind.
        let cases = [(0, 80, 80), (0, 150, 100), (30, 70, 70), (30, 35, 35), (120, 0, 0)];
        for (traded, displayed, ahead) in cases {
            for model in MODELS {
                let mut queue = QueuePosition::join(Lots(100));
                queue.on_trade(Lots(traded));
                queue.on_displayed(model, Lots(displayed));
                assert_eq!(queue.ahead(), Lots(ahead), "{traded} {displayed} {model:?}");
            }
        }
    }

    #[test]
    fn a_trade_is_not_taken_for_a_cancel() {
        // Joined at 100, 100 more came behind, 40 of those ahead traded: 60 and 100.
        for model in MODELS {
            let mut queue = QueuePosition::join(Lots(100));
            queue.on_displayed(model, Lots(200));
            queue.on_trade(Lots(40));
            assert!(!queue.is_unsettled(Lots(160)));
            queue.on_displayed(model, Lots(160));
            assert_eq!(queue.ahead(), Lots(60), "{model:?}");
            // What traded is forgotten once it is shown: the next decrease is a cancel.
            queue.on_displayed(model, Lots(120));
            assert_eq!(queue.ahead() < Lots(60), model != QueueModel::Behind, "{model:?}");
        }
    }

    #[test]
    fn a_cancel_of_more_than_stands_ahead_ends_at_the_front() {
        let mut queue = QueuePosition::join(Lots(1));
        let model = QueueModel::PowerOfWhole(Exponent::new(3).expect("in bounds"));
        queue.on_displayed(model, Lots(101));
        queue.on_displayed(model, Lots(51));
        assert_eq!(queue.ahead(), Lots(0));
        assert_eq!(queue.on_trade(Lots(2)), Lots(2), "and is owed nothing");
    }

    #[test]
    fn cancels_behind_us_help_only_in_proportion() {
        for (model, ahead) in [(QueueModel::Behind, 100), (QueueModel::PROPORTIONAL, 75)] {
            let mut queue = QueuePosition::join(Lots(100));
            queue.on_displayed(model, Lots(200));
            queue.on_displayed(model, Lots(150));
            assert_eq!(queue.ahead(), Lots(ahead), "{model:?}");
        }
    }

    #[test]
    fn a_trade_reaches_us_after_those_ahead() {
        let mut queue = QueuePosition::join(Lots(10));
        assert_eq!(queue.on_trade(Lots(4)), Lots(0));
        assert_eq!(queue.on_trade(Lots(9)), Lots(3));
        assert_eq!(queue.on_trade(Lots(5)), Lots(5));
    }

    proptest! {
        #[test]
        fn ahead_only_falls(
            joined in 0_i64..1_000,
            steps in proptest::collection::vec((any::<bool>(), 0_i64..1_000), 0..50),
            model in proptest::sample::select(MODELS.to_vec()),
        ) {
            let mut queue = QueuePosition::join(Lots(joined));
            let mut ahead = queue.ahead();
            for (is_trade, lots) in steps {
                if is_trade {
                    let reached = queue.on_trade(Lots(lots));
                    prop_assert!(reached >= Lots(0) && reached <= Lots(lots));
                } else {
                    queue.on_displayed(model, Lots(lots));
                    prop_assert!(queue.ahead() <= Lots(lots));
                }
                prop_assert!(queue.ahead() >= Lots(0) && queue.ahead() <= ahead);
                ahead = queue.ahead();
            }
        }
    }
}
