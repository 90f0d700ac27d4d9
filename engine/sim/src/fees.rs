//! What the venue charges.

use std::collections::VecDeque;

use gannet_types::{Level, Liquidity, Money, Nanos, Notional, Valuation};

/// Fees in millionths of the traded notional; a negative fee is a rebate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fees {
    /// For resting orders.
    pub maker_ppm: i64,
    /// For orders that take.
    pub taker_ppm: i64,
}

impl Fees {
    /// Returns the fee of a fill, rounded up: away from us.
    #[must_use]
    pub fn of(&self, valuation: Valuation, fill: Level, liquidity: Liquidity) -> Notional {
        let ppm = match liquidity {
            Liquidity::Maker => self.maker_ppm,
            Liquidity::Taker | Liquidity::Unknown => self.taker_ppm,
        };
        let stake = valuation.stake(fill.price, fill.lots);
        stake.millionths_ceil(ppm)
    }
}

/// Fees that depend on what an account has traded in the 30 days before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeeSchedule {
    first: Fees,
    /// From which volume on which fees hold, in order of volume.
    tiers: Vec<(Money, Fees)>,
}

impl From<Fees> for FeeSchedule {
    fn from(first: Fees) -> Self {
        Self { first, tiers: Vec::new() }
    }
}

impl FeeSchedule {
    /// Charges `first`, and from each volume on what stands beside it.
    #[must_use]
    pub fn new(first: Fees, mut tiers: Vec<(Money, Fees)>) -> Self {
        tiers.sort_by_key(|(volume, _)| *volume);
        Self { first, tiers }
    }

    /// Returns whether the volume matters.
    pub(crate) const fn has_tiers(&self) -> bool {
        !self.tiers.is_empty()
    }

    /// Returns what is charged after `volume` was traded.
    #[must_use]
    pub fn at(&self, volume: Money) -> Fees {
        let reached = self.tiers.iter().rev().find(|(from, _)| *from <= volume);
        reached.map_or(self.first, |(_, fees)| *fees)
    }
}

const DAY: u64 = 86_400 * Nanos::SECOND.0;

/// Days whose volume counts, today among them.
const DAYS: u64 = 30;

/// What an account has traded of late, by day (UTC).
#[derive(Clone, Debug, Default)]
pub(crate) struct Volume {
    days: VecDeque<(u64, Money)>,
    sum: Money,
}

impl Volume {
    /// Returns the volume of the 30 days that end with the one of `now`.
    pub(crate) fn at(&mut self, now: Nanos) -> Money {
        let today = now.0 / DAY;
        while let Some(&(day, traded)) = self.days.front()
            && day + DAYS <= today
        {
            self.sum = self.sum.minus(traded);
            self.days.pop_front();
        }
        self.sum
    }

    /// Adds what was traded.
    pub(crate) fn add(&mut self, now: Nanos, traded: Money) {
        let today = now.0 / DAY;
        self.sum = self.sum.plus(traded);
        match self.days.back_mut() {
            Some((day, sum)) if *day == today => *sum = sum.plus(traded),
            _ => self.days.push_back((today, traded)),
        }
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{Lots, Ticks};

    use super::*;

    #[test]
    fn makers_and_takers_pay_their_own_rate() {
        let fees = Fees { maker_ppm: -50, taker_ppm: 500 };
        let fill = Level { price: Ticks(1_000), lots: Lots(3) };
        assert_eq!(fees.of(Valuation::Linear, fill, Liquidity::Taker), Notional(2));
        assert_eq!(fees.of(Valuation::Linear, fill, Liquidity::Maker), Notional(0));
    }

    #[test]
    fn the_highest_tier_that_is_reached_holds() {
        let rate = |ppm| Fees { maker_ppm: ppm, taker_ppm: ppm };
        let tiers = vec![(Money(500), rate(1)), (Money(100), rate(2))];
        let schedule = FeeSchedule::new(rate(3), tiers);
        for (volume, ppm) in [(0, 3), (99, 3), (100, 2), (499, 2), (500, 1), (i128::MAX, 1)] {
            assert_eq!(schedule.at(Money(volume)), rate(ppm), "{volume}");
        }
        assert_eq!(FeeSchedule::from(rate(7)).at(Money::MAX), rate(7));
    }

    #[test]
    fn volume_counts_for_thirty_days() {
        let day = |number: u64| Nanos(number * DAY + 5);
        let mut volume = Volume::default();
        volume.add(day(1), Money(10));
        volume.add(day(1), Money(5));
        volume.add(day(3), Money(100));
        for (now, sum) in [(3, 115), (30, 115), (31, 100), (32, 100), (33, 0), (400, 0)] {
            assert_eq!(volume.at(day(now)), Money(sum), "day {now}");
        }
    }
}
