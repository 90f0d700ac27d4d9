//! The share of the equity that Kelly would stake, a fraction of it, and at most a cap.
//!
//! Source: J. L. Kelly, "A New Interpretation of Information Rate", Bell System Technical Journal 35
//! (1956); for the fraction and its reasons Edward O. Thorp, "The Kelly Criterion in Blackjack, Sports
//! Betting, and the Stock Market" (1997). With the chance `p` of winning `b` times the stake the share is
//! `p - (1 - p) / b`; the stake is what the stop costs. `p` is what the strategy's own round trips say,
//! together with what was believed before the first of them.
//!
//! Integers only; rounded down.

use super::MILLION;
use super::record::TrackRecord;
use crate::range::{OutOfRange, agrees, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KellyConfig {
    /// The chance of winning that is believed before the first round trip, in percent.
    pub win_percent: u32,
    /// So many round trips that belief counts as.
    pub belief_trips: u32,
    /// What a win gains, in percent of what a loss costs.
    pub payoff_percent: u32,
    /// Which part of Kelly's share is staked, in percent.
    pub fraction_percent: u32,
    /// The largest stake, in millionths of the equity.
    pub share_ppm_max: u32,
}

impl KellyConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("kelly_win_percent", self.win_percent, 1..=99)?;
        within("kelly_belief_trips", self.belief_trips, 1..=1_000_000)?;
        within("kelly_payoff_percent", self.payoff_percent, 1..=100_000)?;
        within("kelly_fraction_percent", self.fraction_percent, 1..=100)?;
        agrees("risk_ppm", (1..=1_000_000).contains(&self.share_ppm_max), "1 to 1000000")
    }

    /// Returns the stake in millionths of the equity; `None` if nothing should be staked.
    #[must_use]
    pub fn share_ppm(&self, record: &TrackRecord) -> Option<i128> {
        let believed = i128::from(self.belief_trips);
        let trips = believed + i128::from(record.trips());
        // In hundredths of a trip, since the belief is in percent.
        let wins = believed * i128::from(self.win_percent) + 100 * i128::from(record.wins());
        let win_ppm = wins * MILLION / (100 * trips);
        let lose_ppm = MILLION - win_ppm;
        let payoff = i128::from(self.payoff_percent);
        let cost = (lose_ppm * 100 + payoff - 1) / payoff;
        let kelly = win_ppm - cost;
        let share = kelly * i128::from(self.fraction_percent) / 100;
        (share > 0).then(|| share.min(i128::from(self.share_ppm_max)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: KellyConfig = KellyConfig {
        win_percent: 60,
        belief_trips: 10,
        payoff_percent: 100,
        fraction_percent: 50,
        share_ppm_max: 1_000_000,
    };

    #[test]
    fn the_share_is_kellys() {
        assert_eq!(CONFIG.check(), Ok(()));
        let new = TrackRecord::default();
        // 60 % at even money: a fifth; half of that is a tenth.
        assert_eq!(CONFIG.share_ppm(&new), Some(100_000));
        let double = KellyConfig { payoff_percent: 200, ..CONFIG };
        // 0.6 - 0.4 / 2 = 0.4
        assert_eq!(double.share_ppm(&new), Some(200_000));
        let capped = KellyConfig { share_ppm_max: 20_000, ..CONFIG };
        assert_eq!(capped.share_ppm(&new), Some(20_000));
        let fair = KellyConfig { win_percent: 50, ..CONFIG };
        assert_eq!(fair.share_ppm(&new), None);
    }

    #[test]
    fn round_trips_teach() {
        let lost = TrackRecord::of(10, 0);
        // (6 + 0) of 20: nothing is staked at even money.
        assert_eq!(CONFIG.share_ppm(&lost), None);
        // (6 + 10) of 20: 0.8 - 0.2, half of it.
        assert_eq!(CONFIG.share_ppm(&TrackRecord::of(10, 10)), Some(300_000));
    }
}
