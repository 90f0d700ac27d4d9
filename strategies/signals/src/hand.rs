//! The hand of a strategy that wants one position: it sizes it, guards it, and works towards it.
//!
//! A size is found when a position is wanted that was not wanted before, and kept until the side
//! changes: what is held is not traded up and down as the equity moves. After a stop, a target or the
//! horizon the same side is not entered again until the opinion was another in between.
//!
//! Hot: `act` is called per market message. No allocation, no float.

use gannet_pipeline::strategy::{Signals, View};
use gannet_types::{Bar, Decision, Instrument, Lots, Notional, Reason, ReasonCode, Side, Text};

use crate::opinion::Opinion;
use crate::protection::{Protection, ProtectionConfig};
use crate::range::OutOfRange;
use crate::sizing::{Entry, Sizer, SizingConfig};
use crate::worker::{Worker, WorkerConfig};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HandConfig {
    /// How its orders are worked.
    pub worker: WorkerConfig,
    /// How much it takes.
    pub sizing: SizingConfig,
    /// When it gives up.
    pub protection: ProtectionConfig,
}

impl HandConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        self.worker.check()?;
        self.sizing.check()?;
        self.protection.check()
    }
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct Hand {
    sizer: Sizer,
    protection: Protection,
    worker: Worker,
    /// The side that is not entered again.
    barred: Option<Side>,
    /// Whether a stop, a target or the horizon is being carried out.
    fleeing: bool,
}

impl Hand {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: HandConfig) -> Self {
        Self {
            sizer: Sizer::new(config.sizing),
            protection: Protection::new(config.protection),
            worker: Worker::new(config.worker),
            barred: None,
            fleeing: false,
        }
    }

    /// Takes a closed bar that is decided on.
    pub fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) {
        self.sizer.on_close(bar.close);
        self.protection.on_bar(instrument, bar);
    }

    /// Returns the side of the position that is wanted.
    #[must_use]
    pub fn side(&self) -> Option<Side> {
        side_of(self.worker.target())
    }

    /// Wants a position on this side; if no size is found it wants none. What it proposes, or why
    /// there is no size, is noted in the decision.
    pub fn enter(&mut self, view: &View<'_>, opinion: &Opinion, decision: Option<&mut Decision>) {
        let Opinion { side, confidence, reason } = *opinion;
        if self.barred == Some(side) {
            return;
        }
        self.barred = None;
        if self.side() == Some(side) {
            self.worker.want(self.worker.target(), confidence, reason);
            return;
        }
        let ends = self.protection.ends();
        let other = if side == Side::Buy { view.top.ask } else { view.top.bid };
        let profit = profit(view);
        let stop = ends.map(|ends| ends.stop);
        let valuation = view.instrument.valuation();
        let entry = Entry { price: other.price, stop, profit, valuation };
        let size = self.sizer.size(&entry);
        let target = size.map_or(Lots::ZERO, |lots| side.signed(lots));
        self.worker.want(target, confidence, reason);
        if size.is_ok() {
            self.protection.guard(ends);
        }
        let Some(decision) = decision else { return };
        match (size, ends) {
            (Err(why), _) => {
                decision.because(Reason::new(ReasonCode::Unsized, f32::from(why as u8)));
            }
            (Ok(_), ends) => {
                decision.horizon = self.protection.horizon();
                if let Some(ends) = ends {
                    (decision.stop, decision.target) = ends.prices(side, other.price);
                }
            }
        }
    }

    /// Wants no position.
    pub fn leave(&mut self, reason: Text<32>) {
        self.barred = None;
        if !self.fleeing {
            self.worker.want(Lots::ZERO, 100, reason);
        }
    }

    /// Has no opinion any more: what was barred is not.
    pub const fn unbar(&mut self) {
        self.barred = None;
    }

    /// One step towards what is wanted.
    #[inline]
    pub fn act(&mut self, view: &View<'_>, signals: &mut Signals) {
        let position = &view.position;
        self.sizer.watch(position);
        if position.lots == Lots::ZERO {
            self.fleeing = false;
        }
        if let Some(reason) = self.protection.watch(view)
            && !self.fleeing
        {
            self.fleeing = true;
            self.barred = side_of(position.lots);
            self.worker.flee(reason);
        }
        self.worker.work(view, signals);
    }
}

fn side_of(lots: Lots) -> Option<Side> {
    match lots.0.signum() {
        1 => Some(Side::Buy),
        -1 => Some(Side::Sell),
        _ => None,
    }
}

/// What the strategy has gained in the instrument, the open position at what it could be closed for.
fn profit(view: &View<'_>) -> Notional {
    let position = &view.position;
    let exit = if position.lots > Lots::ZERO { view.top.bid } else { view.top.ask };
    let worth = view.instrument.valuation().worth(2 * i128::from(exit.price.0), position.lots);
    let open = worth.0 - position.cost.0;
    Notional(position.realized.0.saturating_sub(position.fees.0).saturating_add(open))
}

#[cfg(test)]
mod tests {
    use gannet_pipeline::strategy::SIGNALS_MAX;
    use gannet_types::{Nanos, Ticks};

    use super::*;
    use crate::protection::StopRule;
    use crate::sizing::SizingMethod;
    use crate::testing::Desk;

    fn hand(sizing: SizingConfig) -> Hand {
        let config = HandConfig {
            worker: WorkerConfig {
                follow_ticks: Ticks(1),
                follow_interval: Nanos::ZERO,
                patience: Nanos::ZERO,
                closes_first: false,
                route: crate::worker::Route::Single,
            },
            sizing,
            protection: ProtectionConfig {
                stop: StopRule::Ticks(Ticks(20)),
                target_percent: 150,
                horizon: Nanos::SECOND,
            },
        };
        assert_eq!(config.check(), Ok(()));
        Hand::new(config)
    }

    fn by_risk() -> SizingConfig {
        SizingConfig {
            method: SizingMethod::Risk { equity_ppm: 10_000 },
            equity: Notional(200_000),
            lots_max: Lots(1_000),
            notional_min: Notional::ZERO,
        }
    }

    fn act(hand: &mut Hand, desk: &mut Desk) {
        let mut signals = Signals::with_capacity(SIGNALS_MAX);
        hand.act(&desk.view(), &mut signals);
        desk.obey(&signals);
    }

    fn buy() -> Opinion {
        Opinion::new(Side::Buy, 50.0, b"up")
    }

    #[test]
    fn it_sizes_by_risk_proposes_its_ends_and_stops_at_no_more_than_the_risk() {
        let (mut hand, mut desk) = (hand(by_risk()), Desk::new(1_000, 1_000));
        let mut decision = Decision::default();
        hand.enter(&desk.view(), &buy(), Some(&mut decision));
        act(&mut hand, &mut desk);
        // One percent of 200,000 over 20 ticks.
        assert_eq!(desk.position.lots, Lots(100));
        assert_eq!((decision.stop, decision.target), (Ticks(980), Ticks(1_030)));
        assert_eq!(decision.horizon, Nanos::SECOND);
        desk.quote(981, 982);
        act(&mut hand, &mut desk);
        assert_eq!(desk.position.lots, Lots(100));
        desk.quote(980, 981);
        act(&mut hand, &mut desk);
        assert_eq!((desk.position.lots, desk.position.realized), (Lots::ZERO, Notional(-2_000)));
    }

    #[test]
    fn a_side_that_was_stopped_is_entered_again_after_another_opinion_only() {
        let (mut hand, mut desk) = (hand(by_risk()), Desk::new(1_000, 1_000));
        hand.enter(&desk.view(), &buy(), None);
        act(&mut hand, &mut desk);
        desk.quote(900, 900);
        act(&mut hand, &mut desk);
        hand.enter(&desk.view(), &buy(), None);
        act(&mut hand, &mut desk);
        assert_eq!(desk.position.lots, Lots::ZERO);
        hand.unbar();
        hand.enter(&desk.view(), &buy(), None);
        act(&mut hand, &mut desk);
        // The equity is smaller by the loss of 10,000: 1,900 of risk.
        assert_eq!(desk.position.lots, Lots(95));
    }

    #[test]
    fn without_a_size_there_is_no_entry_and_the_reason_is_said() {
        let poor = SizingConfig { equity: Notional(1_900), ..by_risk() };
        let (mut hand, mut desk) = (hand(poor), Desk::new(1_000, 1_000));
        let mut decision = Decision::default();
        hand.enter(&desk.view(), &buy(), Some(&mut decision));
        act(&mut hand, &mut desk);
        assert_eq!(desk.position.lots, Lots::ZERO);
        let why = Reason::new(ReasonCode::Unsized, 4.0);
        assert_eq!(decision.reasons[0], Some(why));
        assert_eq!(decision.stop, Ticks::ZERO);
    }
}
