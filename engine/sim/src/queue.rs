//! Where a resting order stands among the others at its price.
//!
//! The feed shows the size at a price, not who was there first, so the place is a model. An order
//! joins behind all that is displayed. Trades at its price come off the front. A decrease that
//! trades do not explain is a cancel, and the [`QueueModel`] says where in the queue it was.
//! The displayed size is the foreign one: our orders are not in it.
//!
//! # Invariants
//! - `ahead` never grows, and is never more than what is displayed.

use gannet_types::Lots;

/// Where foreign cancels happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueModel {
    /// Behind us, as long as there is anyone behind us: the conservative choice.
    #[default]
    Behind,
    /// Evenly in the queue, rounded down to our disadvantage.
    Proportional,
}

/// The place of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueuePosition {
    /// Foreign lots that trade before us.
    pub(crate) ahead: Lots,
    /// Foreign lots displayed, ahead and behind.
    displayed: Lots,
    /// Lots traded at the price that the displayed size does not show yet.
    traded: Lots,
}

impl QueuePosition {
    /// Joins behind what is displayed.
    pub(crate) const fn join(displayed: Lots) -> Self {
        Self { ahead: displayed, displayed, traded: Lots::ZERO }
    }

    /// Lets `lots` trade at the price; returns how many of them reach us.
    pub(crate) fn on_trade(&mut self, lots: Lots) -> Lots {
        let before = self.ahead.min(lots);
        self.ahead -= before;
        self.traded = Lots(self.traded.0.saturating_add(lots.0));
        lots - before
    }

    /// A trade happened at a worse price: nobody is left before us.
    pub(crate) const fn on_trade_through(&mut self) {
        self.ahead = Lots::ZERO;
    }

    /// Takes note of a new displayed size.
    pub(crate) fn on_displayed(&mut self, model: QueueModel, displayed: Lots) {
        if displayed >= self.displayed {
            self.traded = Lots::ZERO;
            self.displayed = displayed;
            return;
        }
        let decrease = self.displayed - displayed;
        let explained = decrease.min(self.traded);
        self.traded -= explained;
        match model {
            QueueModel::Behind => {}
            QueueModel::Proportional => {
                let standing = i128::from((self.displayed - explained).0);
                let cancelled = i128::from((decrease - explained).0);
                // A share of `ahead`, so it fits.
                let moved = cancelled * i128::from(self.ahead.0) / standing.max(1);
                self.ahead -= Lots(moved as i64).min(self.ahead);
            }
        }
        self.displayed = displayed;
        self.ahead = self.ahead.min(displayed);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cancels_move_us_as_the_model_says() {
        // Joined at 100; (traded, then displayed, ahead if cancels are behind, if proportional).
        let cases = [
            (0, 80, 80, 80),
            (0, 150, 100, 100),
            (30, 70, 70, 70),
            (30, 35, 35, 35),
            (120, 0, 0, 0),
        ];
        for (traded, displayed, behind, proportional) in cases {
            for (model, ahead) in
                [(QueueModel::Behind, behind), (QueueModel::Proportional, proportional)]
            {
                let mut queue = QueuePosition::join(Lots(100));
                queue.on_trade(Lots(traded));
                queue.on_displayed(model, Lots(displayed));
                assert_eq!(queue.ahead, Lots(ahead), "{traded} {displayed} {model:?}");
            }
        }
    }

    #[test]
    fn cancels_behind_us_help_only_in_proportion() {
        for (model, ahead) in [(QueueModel::Behind, 100), (QueueModel::Proportional, 75)] {
            let mut queue = QueuePosition::join(Lots(100));
            queue.on_displayed(model, Lots(200));
            queue.on_displayed(model, Lots(150));
            assert_eq!(queue.ahead, Lots(ahead), "{model:?}");
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
            proportional in any::<bool>(),
        ) {
            let model =
                if proportional { QueueModel::Proportional } else { QueueModel::Behind };
            let mut queue = QueuePosition::join(Lots(joined));
            let mut ahead = queue.ahead;
            for (is_trade, lots) in steps {
                if is_trade {
                    let reached = queue.on_trade(Lots(lots));
                    prop_assert!(reached >= Lots(0) && reached <= Lots(lots));
                } else {
                    queue.on_displayed(model, Lots(lots));
                    prop_assert!(queue.ahead <= Lots(lots));
                }
                prop_assert!(queue.ahead >= Lots(0) && queue.ahead <= ahead);
                ahead = queue.ahead;
            }
        }
    }
}
